"""Work grows in proportion to a filing, whatever there is much of in it.

The work is counted, in calls of functions and steps of generators: no clock is asked. What a
filing of four parts takes beyond one of two is at most three times what two take beyond one;
it would be four times as much where work grew with the square.
"""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from converter.display import stage_lines
from converter.forms import Form, written
from converter.pipeline import convert
from converter.report_page.page import page_file
from converter.taxonomy import load_taxonomy

Make = Callable[[int], str]


def _row(label: str, *values: object) -> str:
    return label.ljust(40) + "".join(f"{value:>14}" for value in values) + "\n"


def _statement(title: str, rows: str, heads: str = "December 31,") -> str:
    years = _row("", "2002", "2001")
    return f"{title}\n(in thousands)\n\n{'':45}{heads}\n{years}{rows}\n\n"


def _balance(rows: str = "") -> str:
    first, last = _row("Cash", "1,000", "900"), _row("Inventories", "500", "400")
    total = _row("Total assets", "1,500", "1,300")
    return _statement("CONSOLIDATED BALANCE SHEETS", first + rows + last + total)


def _income(rows: str = "") -> str:
    first, last = _row("Net sales", "10,000", "9,000"), _row("Net income", "500", "400")
    title = "CONSOLIDATED STATEMENTS OF OPERATIONS"
    return _statement(title, first + rows + last, "Years ended December 31,")


def _equity(rows: str) -> str:
    heads = _row("", "Common", "Paid-in", "Retained", "")
    heads += _row("", "Stock", "Capital", "Earnings", "Total")
    title = "CONSOLIDATED STATEMENTS OF STOCKHOLDERS' EQUITY\n(in thousands)\n\n"
    opening = _row("Balance, December 31, 2001", 10, 20, 30, 60)
    return title + heads + opening + rows + _row("Balance, December 31, 2002", 11, 22, 33, 66)


def _page(rows: str) -> str:
    return (
        "<html><body><p>CONSOLIDATED BALANCE SHEETS</p><p>(in thousands)</p><table border=1>"
        f"<tr><td></td><td>December 31, 2002</td><td>December 31, 2001</td></tr>{rows}"
        "<tr><td>Cash<td>1,000<td>900<tr><td>Inventories<td>500<td>400"
        "<tr><td>Total assets<td>1,500<td>1,300</table></body></html>"
    )


def _running(n: int) -> str:
    """Every second line is the sum of the two before it: sums that lie in each other."""
    steps = (
        _row(f"Item {i}", 1, 1) + _row(f"Income before {i}", i + 1, i + 1) for i in range(n)
    )
    return _income("".join(steps))


def _sections(rows: str) -> str:
    """A statement of equity by sections."""
    opening, closing = "Balance at beginning of year", "Balance at end of year"
    parts = "".join(
        f"{name}:\n" + _row(opening, 10, 9) + some + _row(closing, 11, 10)
        for name, some in (("Common stock", rows), ("Retained earnings", _row("Issued", 1, 1)))
    )
    title = "CONSOLIDATED STATEMENTS OF STOCKHOLDERS' EQUITY"
    rows = parts + _row("Total stockholders' equity", 22, 20)
    return _statement(title, rows, "Years ended December 31,")


def _schedules(n: int) -> str:
    """Balance sheets of many years, and a schedule of each."""
    years = [str(1900 + i) for i in range(n)]
    sheets = "".join(_balance().replace("2002", year) for year in years)
    schedules = "".join(
        f"<ARTICLE> 5\n<MULTIPLIER> 1,000\n<PERIOD-TYPE> 12-MOS\n<PERIOD-END> DEC-31-{year}\n"
        "<CASH> 1,000\n<INVENTORY> 500\n<TOTAL-ASSETS> 1,500\n"
        for year in years
    )
    return "".join(
        f"<DOCUMENT>\n<TYPE>{kind}\n<TEXT>\n{text}\n</TEXT>\n</DOCUMENT>\n"
        for kind, text in (("10-K", sheets), ("EX-27", schedules))
    )


_WRONG = "Net sales were ${:,} thousand in 2002 compared with $9,000 in 2001, up 11%.\n\n"
_SAID = "Net sales were $10.0 million in 2002 compared with $9.0 million, up 11%.\n\n"


def _earnings(n: int) -> str:
    """Rows of earnings, of earnings per share, and of shares, that never fit."""
    return _income(
        "".join(_row("Net income", 7 * i + 3, 9 * i + 1) for i in range(n))
        + "".join(_row("Earnings per share", f"{i % 9}.{i:03}", "1.0") for i in range(n))
        + "".join(_row("Weighted average shares", 1000 + i, 900 + i) for i in range(n))
    )


MADE: dict[str, tuple[Make, int]] = {
    "rows": (lambda n: _balance("".join(_row(f"Asset {i}", i, 7) for i in range(n))), 100),
    "rows alike": (lambda n: _balance(_row("Other assets", 100, 200) * n), 100),
    "rows without a caption": (lambda n: _balance(_row("", 100, 200) * n), 100),
    "headings": (lambda n: _balance("Of it:\n" * n + _row("Debt", 1, 2)), 200),
    "lines of a caption": (lambda n: _balance("and other\n" * n + _row("  debt", 1, 2)), 200),
    "earnings": (_earnings, 20),
    "movements": (
        lambda n: _equity("".join(_row("Other", i, i, i, 3 * i) for i in range(n))),
        30,
    ),
    "slips": (lambda n: _equity(_row("Other", 1, 2, 3, "") * n), 30),
    "movements alike": (lambda n: _sections(_row("Issued", 1, 1) * n), 60),
    "variants": (lambda n: _balance("".join(_row(f"Cash {i}", 7, 7) for i in range(n))), 60),
    "subtotals": (lambda n: _equity(_row("Total income", 1, 2, 3, 6) * n), 120),
    "statements": (lambda n: (_balance() + _income()) * n, 20),
    "statements and text": (lambda n: (_balance() + _income()) * n + _SAID * n, 40),
    "schedules": (_schedules, 15),
    "wrong text": (
        lambda n: _balance() + _income() + "".join(_WRONG.format(i) for i in range(n)),
        60,
    ),
    "nested marks": (lambda n: _page(f"<tr><td>{'<b>' * n}x{'</b>' * n}<td>1<td>2"), 500),
}


def _work(text: str) -> int:
    """How many functions are called, and generators resumed, from reading to the page."""
    count = 0

    def one_more(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(one_more)
    try:
        _converted(text)
    finally:
        sys.setprofile(None)
    return count


def _converted(text: str) -> None:
    conversion = convert(text.encode(), name="x.txt")
    taxonomy = load_taxonomy("us-gaap-2024")
    written(conversion, taxonomy, tuple(Form))
    page_file(conversion, taxonomy, None)
    for stage in ("tables", "statements", "sums", "proof", "map", "coverage"):
        for _ in stage_lines(conversion, stage):
            pass


@pytest.mark.parametrize("much", MADE)
def test_work_grows_in_proportion(much: str) -> None:
    make, n = MADE[much]
    _converted(make(n))  # what is loaded and remembered is no work of a filing's size
    once, twice, fourfold = (_work(make(times * n)) for times in (1, 2, 4))
    assert fourfold - twice <= 3 * (twice - once), (once, twice, fourfold)


def test_sums_lie_in_each_other_as_deep_as_a_statement_is_long() -> None:
    conversion = convert(_running(sys.getrecursionlimit() + 10).encode(), name="x.txt")
    depth = max(len(one.footing.rows) for one in conversion.statements)
    assert depth >= sys.getrecursionlimit()
