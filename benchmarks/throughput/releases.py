"""What is converted: the example, and made-up releases of any size with their own numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
RELEASE_ROWS = 120
"""About as many as the statements of a press release have together."""

_CAPTIONS = (
    *("Salaries", "Rent", "Advertising", "Insurance", "Depreciation", "Travel", "Supplies"),
    *("Utilities", "Consulting fees", "Maintenance", "Royalties", "Warranty", "Training"),
    *("Licenses", "Freight", "Commissions", "Telephone", "Repairs", "Legal fees", "Postage"),
)
_PLACES = ("domestic", "foreign", "retail", "wholesale", "other", "regional", "corporate")
_PER_SECTION = 8
_HEAD = """\
                                ACORN {number} INC.
                          CONSOLIDATED BALANCE SHEETS
                                 (in thousands)

                                                    December 31,
                                                  2003          2002
                                               ----------    ----------
"""


def release(rows: int, number: int) -> bytes:
    """A balance sheet of so many lines in sections that add up; its numbers are its own."""
    chance = random.Random(number)
    half = max(2, rows // 2)
    assets = list(_sections(half, chance))
    whole = tuple(sum(line[1][k] for line in assets if line[2]) for k in (0, 1))
    lines = [_HEAD.format(number=number), "Assets:\n", *(_line(*one) for one in assets)]
    lines += [_rule("-"), _line("Total assets", whole), _rule("="), "Liabilities and equity:\n"]
    debts = list(_sections(max(2, rows - half), chance))
    owed = tuple(sum(line[1][k] for line in debts if line[2]) for k in (0, 1))
    lines += [_line(*one) for one in debts]
    equity = (whole[0] - owed[0], whole[1] - owed[1])
    lines += [_line("Retained earnings", equity), _rule("-")]
    lines += [_line("Total liabilities and stockholders' equity", whole), _rule("=")]
    return "".join(lines).encode()


def releases(count: int) -> Iterator[bytes]:
    """Different releases of the usual size."""
    return (release(RELEASE_ROWS, number) for number in range(count))


_Figures = tuple[int, ...]


def _sections(rows: int, chance: random.Random) -> Iterator[tuple[str, _Figures, bool]]:
    """Lines, and after some of them what they add up to; the last item marks these."""
    captions = cycle(f"{what}, {where}" for where in _PLACES for what in _CAPTIONS)
    section = 0
    while rows > 0:
        section += 1
        size = min(_PER_SECTION, max(1, rows - 1))
        numbers = [(chance.randint(1, 99_999), chance.randint(1, 99_999)) for _ in range(size)]
        for caption, pair in zip(islice(captions, size), numbers, strict=True):
            yield f"{caption} {section}", pair, False
        total = tuple(sum(pair[k] for pair in numbers) for k in (0, 1))
        yield f"Total of group {section}", total, True
        rows -= size + 1


def _line(caption: str, figures: _Figures, total: bool = False) -> str:
    text = f"{caption:<44}" + "".join(f"{_printed(n):>14}" for n in figures)
    return (_rule("-") if total else "") + text + "\n"


def _printed(number: int) -> str:
    return f"({-number:,})" if number < 0 else f"{number:,}"


def _rule(sign: str) -> str:
    return " " * 47 + sign * 10 + " " * 4 + sign * 10 + "\n"
