"""A statement in two halves on the same lines says what it says one half after the other.

Each half has its own labels and its own columns of numbers. Where it is not certain that
there are two halves, a page is read as any other.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from converter.filing_rules import RULES
from converter.model import Duration, Instant, Statement
from converter.pipeline import convert, read


def _layouts() -> ModuleType:
    """The generators of test_layouts.py: tests are no package."""
    path = Path(__file__).with_name("test_layouts.py")
    spec = importlib.util.spec_from_file_location("layouts_side_by_side", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


LAYOUTS = _layouts()

# --- the law -------------------------------------------------------------------------


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Any, ...]:
    """The items of a balance sheet, its headings and a layout."""
    columns = draw(st.integers(1, 3))
    return (
        draw(LAYOUTS.balance_sheets(columns)),
        draw(LAYOUTS.instants(columns)),
        draw(LAYOUTS.layouts),
    )


def beside(left: Sequence[str], right: Sequence[str], gutter: int) -> list[str]:
    width = max(map(len, left)) + gutter
    pairs = zip_longest(left, right, fillvalue="")
    return [f"{one.ljust(width)}{other}".rstrip() for one, other in pairs]


def rows_of(items: Sequence[tuple[Any, ...]], printed: Sequence[Sequence[Any]]) -> set[int]:
    """The lines that have a label and a number."""
    return {
        next(cell.line for cell in cells if cell)
        for (label, *_), cells in zip(items, printed, strict=True)
        if label and any(cells)
    }


@given(sheets(), st.integers(3, 9), st.booleans())
def test_halves_say_what_they_say_one_after_the_other(
    drawn: tuple[Any, ...], gutter: int, both: bool
) -> None:
    """The headings of the columns stand over both halves, or over the left one."""
    items, headings, layout = drawn
    title = "Consolidated Balance Sheets"
    whole = LAYOUTS.print_page(title, items, headings, layout)
    cut = next(i for i, item in enumerate(items) if item.label.startswith("Liabilities and"))
    halves = [
        LAYOUTS.print_page(title, part, headings, layout) for part in (items[:cut], items[cut:])
    ]
    first, second = (rows_of(page.items, page.cells) for page in halves)
    assume(len(first & second) >= 3)
    top = whole.lines.index("")
    parts = [list(page.lines[top + 1 :]) for page in halves]
    if not both:
        parts[1][: len(headings.lines)] = [""] * len(headings.lines)
    body = beside(parts[0], parts[1], gutter)
    middle = max(map(len, body))
    lines = [*(line.strip().center(middle).rstrip() for line in whole.lines[:top]), "", *body]
    text = "\n".join([*lines, ""])
    statement = LAYOUTS.read_one(text)
    plain = LAYOUTS.read_one("\n".join([*whole.lines, ""]))
    assert LAYOUTS.meaning(statement) == LAYOUTS.meaning(plain), text
    assert_printed_there(statement, text)


def assert_printed_there(statement: Statement, text: str) -> None:
    """Every number and every label is at its place in the source."""
    lines = text.split("\n")
    for row in statement.rows:
        for cell in row.source.printed:
            line, start, end = cell.span
            assert lines[line - 1][start:end] == cell.text, text


# --- pages ---------------------------------------------------------------------------

SHEET = """\
                              EXAMPLE COMPANY
                        CONSOLIDATED BALANCE SHEETS
                              (In thousands)

                                 December 31,                                       December 31,
          ASSETS                1998     1997      LIABILITIES AND EQUITY          1998     1997
                              ------   ------                                    ------   ------
  Current assets:                                  Current liabilities:
    Cash                      $  100   $   90        Accounts payable            $   50   $   40
    Receivables, less                                Accrued expenses                30       35
      allowances of $1,335       200      180        Current portion of
    Inventories                  300      290          long-term debt                20       15
                              ------   ------                                    ------   ------
      Total current assets       600      560          Total current liabilities    100       90
  Plant                          400      340
                              ------   ------      Long-term debt                   200      210
  Total assets                $1,000   $  900      Shareholders' equity:
                              ======   ======        Common stock                   100      100
                                                     Retained earnings              600      500
                                                                                 ------   ------
                                                                                    700      600
                                                                                 ------   ------
                                                   Total liabilities and equity  $1,000   $  900
                                                                                 ======   ======

  The accompanying notes are an integral part of these consolidated financial statements.
"""
ROWS = {
    "Cash": (100, 90),
    "Receivables, less allowances of $1,335": (200, 180),
    "Inventories": (300, 290),
    "Total current assets": (600, 560),
    "Plant": (400, 340),
    "Total assets": (1000, 900),
    "Accounts payable": (50, 40),
    "Accrued expenses": (30, 35),
    "Current portion of long-term debt": (20, 15),
    "Total current liabilities": (100, 90),
    "Long-term debt": (200, 210),
    "Common stock": (100, 100),
    "Retained earnings": (600, 500),
    "": (700, 600),
    "Total liabilities and equity": (1000, 900),
}
ENDS = [date(1998, 12, 31), date(1997, 12, 31)]


def amounts(statement: Statement) -> dict[str, tuple[int | None, ...]]:
    """What each row says, in thousands."""
    return {
        row.label: tuple(int(a.number) // 1000 if a else None for a in row.amounts)
        for row in statement.rows
        if any(row.amounts)
    }


def ends(statement: Statement) -> list[date]:
    periods = [column.period for column in statement.columns]
    return [p.date if isinstance(p, Instant) else p.end for p in periods if p]


def test_a_sheet_in_halves() -> None:
    """Halves of unequal height, wrapped labels, rules of one half beside rows of another."""
    statement = LAYOUTS.read_one(SHEET)
    assert amounts(statement) == ROWS
    assert list(amounts(statement)) == list(ROWS)
    assert ends(statement) == ENDS
    debt = next(row for row in statement.rows if row.label.startswith("Current portion"))
    assert debt.section == ("LIABILITIES AND EQUITY", "Current liabilities")
    assert_printed_there(statement, SHEET)


def test_the_ledger_and_the_sums_of_halves() -> None:
    conversion = convert(SHEET.encode(), name="sheet.txt")
    codes = {finding.code for finding in conversion.findings}
    of_filings = {rule.code for rule in RULES}
    assert codes - of_filings <= {"entity.no-cik", "map.extension"}
    assert conversion.sums_checked == 12


@pytest.mark.parametrize("spacing", sorted(LAYOUTS.SPACINGS))
def test_spacing_of_halves_means_nothing(spacing: str) -> None:
    other = LAYOUTS.read_one(LAYOUTS.SPACINGS[spacing](SHEET.split("\n")))
    assert LAYOUTS.meaning(other) == LAYOUTS.meaning(LAYOUTS.read_one(SHEET))


def test_headings_of_the_left_half_are_those_of_both() -> None:
    lines = SHEET.split("\n")
    at = next(i for i, line in enumerate(lines) if "December 31," in line)
    lines[at] = lines[at][:50].rstrip()
    lines[at + 1] = lines[at + 1].removesuffix("1998     1997").rstrip()
    statement = LAYOUTS.read_one("\n".join(lines))
    assert amounts(statement) == ROWS
    assert ends(statement) == ENDS


def test_a_date_in_the_caption_and_one_column_in_each_half() -> None:
    text = """\
                              EXAMPLE COMPANY
                        CONSOLIDATED BALANCE SHEET
                            December 31, 1998
                              (In thousands)

     ASSETS                                      LIABILITIES AND EQUITY
Cash ...................... $  100      Accounts payable ........... $   50
Receivables ...............    200      Accrued expenses ...........     50
                            ------                                   ------
                               300      Total liabilities ..........    100
Plant .....................    700      7% preferred stock .........    300
                                        Retained earnings ..........    600
                                                                     ------
                                                                        900
                            ------                                   ------
                            $1,000                                   $1,000
                            ======                                   ======
"""
    statement = LAYOUTS.read_one(text)
    labels = [row.label for row in statement.rows if any(row.amounts)]
    assert labels == [
        "Cash", "Receivables", "", "Plant", "",
        "Accounts payable", "Accrued expenses", "Total liabilities", "7% preferred stock",
        "Retained earnings", "", "",
    ]  # fmt: skip
    assert ends(statement) == [date(1998, 12, 31)]
    assert_printed_there(statement, text)


def test_rows_of_one_half_stand_above_those_of_both() -> None:
    text = """\
                              EXAMPLE COMPANY
                        CONSOLIDATED BALANCE SHEETS
                              (In thousands)
                                 December 31,
                                1998     1997
  Cash                      $  100   $   90
  Receivables                  100       90          Notes payable               $   10   $    5
  Inventories                  200      180          Accounts payable                40       30
  Plant                        300      290          Accrued expenses                50       55
  Total assets              $  700   $  650          Common stock                   600      560
                                                     Total liabilities and equity  $700     $650
"""
    statement = LAYOUTS.read_one(text)
    assert list(amounts(statement))[:2] == ["Cash", "Receivables"]
    assert list(amounts(statement))[-2:] == ["Common stock", "Total liabilities and equity"]
    assert amounts(statement)["Notes payable"] == (10, 5)


def test_two_statements_side_by_side() -> None:
    """What stands above both is the caption of both, the scale above all."""
    text = """\
                                          EXAMPLE COMPANY
                                           (In thousands)

    STATEMENTS OF INCOME                             BALANCE SHEETS

                     Year ended December 31,                                        December 31,
                              1998     1997                                        1998     1997
                            ------   ------                                      ------   ------
  Net sales                 $  900   $  800          Cash                        $  100   $   90
  Cost of sales                700      650          Receivables                    200      180
                            ------   ------                                      ------   ------
  Gross profit                 200      150          Total assets                $  300   $  270
  Selling expenses             100       90                                      ======   ======
  Income taxes                  40       30          Accounts payable            $   80   $   75
                            ------   ------          Common stock                   100      100
  Net income                $   60   $   30          Retained earnings              120       95
                            ======   ======                                      ------   ------
                                                     Liabilities and equity      $  300   $  270
"""
    income, sheet = read(text.encode(), name="two.txt").statements
    assert [c.period for c in income.columns] == [
        Duration(date(year, 1, 1), date(year, 12, 31)) for year in (1998, 1997)
    ]
    assert amounts(income)["Net income"] == (60, 30)
    assert ends(sheet) == ENDS
    assert amounts(sheet)["Liabilities and equity"] == (300, 270)
    findings = convert(text.encode(), name="two.txt").findings
    assert not [finding for finding in findings if finding.code == "coverage.unread"]


def test_halves_in_mark_up() -> None:
    rows = [
        ("ASSETS", "1998", "1997", "LIABILITIES AND EQUITY", "1998", "1997"),
        ("Cash", "$100", "$90", "Accounts payable &amp; accrued expenses", "$50", "$40"),
        ("Receivables", "200", "180", "Loans", "30", "35"),
        ("Inventories", "100", "95", "Total liabilities", "80", "75"),
        ("Plant", "600", "535", "Common stock", "500", "500"),
        ("", "", "", "Retained earnings", "420", "325"),
        ("Total assets", "$1,000", "$900", "Total liabilities and equity", "$1,000", "$900"),
    ]
    table = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    text = (
        "<html><body><p>EXAMPLE COMPANY</p><p>CONSOLIDATED BALANCE SHEETS</p>"
        f"<p>December 31, 1998 and 1997 (In thousands)</p>\n<table>\n{table}\n</table>"
        "</body></html>\n"
    )
    statement = LAYOUTS.read_one(text)
    assert ends(statement) == ENDS
    assert list(amounts(statement))[4:6] == [
        "Total assets",
        "Accounts payable & accrued expenses",
    ]
    lines = text.split("\n")
    for row in statement.rows:
        for amount in row.amounts:
            if amount is not None:
                line, start, end = amount.source.span
                assert lines[line - 1][start:end] == amount.source.text


# --- what is no page in halves -------------------------------------------------------

TOP = """\
                        EXAMPLE COMPANY
                    Consolidated Balance Sheets
                           (In thousands)

                                                       December 31,
                                                       1998    1997
"""
REST = """\
Total assets                                         $1,000  $  900
Liabilities                                             400     300
Stockholders' equity                                    600     600
Total liabilities and equity                         $1,000  $  900
"""


@pytest.mark.parametrize(
    "rows",
    [
        # Words between two numbers, on lines of which others stand across.
        """\
Bonds            500 units     Series A, due 2005       250     200
Bonds            400 units     Series B, due 2006       250     250
Bonds          7,300          Series C, due 2007        250     250
Notes          1,500          Series D, due 2008        250     200
""",
        # The same words again and again are no labels.
        """\
Cash and cash equivalents       1,250    Note           250     200
Receivables                       450    Note           250     250
Inventories                     7,300    Note           250     250
Plant                           1,500    Note           250     200
""",
        # A rate, and what belongs to it.
        """\
Loan of the bank                7.25%    due 2005       250     200
Loan of the insurer             8.50%    due 2006       250     250
Loan of the parent             10.00%    due 2007       250     250
Bonds                           9.25%    due 2008       250     200
""",
        # Halves of one statement have as many columns.
        """\
Cash and cash equivalents       1,250    see below      250     200
Receivables                       450    from trade     250     250
Inventories                     7,300    at cost        250     250
Plant                           1,500    at market      250     200
""",
    ],
)
def test_words_between_numbers_make_no_halves(rows: str) -> None:
    """Their rows stay one row each."""
    statement = LAYOUTS.read_one(TOP + rows + REST)
    assert amounts(statement)["Total assets"] == (1000, 900)
    assert amounts(statement)["Stockholders' equity"] == (600, 600)
    labels = [row.label for row in statement.rows if any(row.amounts)]
    firsts = [line.split("  ")[0] for line in rows.splitlines()]
    assert all(any(label.startswith(first) for label in labels) for first in firsts)
    assert len(labels) == len(firsts) + 4


def test_two_rows_make_no_halves() -> None:
    rows = """\
Cash             100      90    Payables                 50      40
Receivables      200     180    Accruals                 30      35
"""
    statement = LAYOUTS.read_one(TOP + rows + REST)
    labels = [row.label for row in statement.rows if any(row.amounts)]
    assert len(labels) == 6
    assert labels[0].endswith("Payables")
