"""Reading takes time in proportion to the text, whatever stands in it.

Nothing is timed: an alarm ends what takes a hundred times as long as it should, which only
a pattern that backtracks does.
"""

from __future__ import annotations

import signal
from types import FrameType

import pytest

from converter.pipeline import read

PAGE = """\
                         EXAMPLE COMPANY
                    Consolidated Balance Sheets
                          (In thousands)
                                            1998     1997
Cash                                       1,000      900
{}
Total assets                               1,000      900
"""
LINES = {
    "dashes": "-" * 60000 + "x",
    "digits": "1" * 60000,
    "commas": "1," * 30000,
    "parentheses": "(" * 60000,
    "leaders": ". " * 30000 + "x",
    "underscores": "_" * 60000 + "x",
    "blanks": "a" + " " * 60000 + "b",
    "dollars": "$ " * 30000,
    "words": "ab " * 20000,
    "dates": "March 3, " * 8000,
    "amounts in words": "of $" * 15000,
    "periods": "three months " * 6000 + "ended",
    "tabs": "\t" * 20000 + "5",
}


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    pytest.fail("a pattern backtracks: the line took a hundred times what others take")


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs an alarm")
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_no_line_takes_long(line: str) -> None:
    """Each takes hundredths of a second; the alarm rings after ten."""
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(10)
    try:
        read(PAGE.format(line).encode(), name="long.txt")
        read(PAGE.replace("Consolidated Balance Sheets", line).encode(), name="long.txt")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
