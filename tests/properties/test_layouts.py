"""Statements printed in many layouts come back as they were.

A statement and a layout are drawn, the statement is printed as filers print, and what
is read must be what was printed: every number in its column, with its label, its
period and its place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from converter.model import Duration, Instant, Measure, Period, Row, Statement
from converter.pipeline import read
from converter.wording import normalised

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"

# --- what is printed -----------------------------------------------------------------

Kind = Literal["heading", "line", "total"]


class Item(NamedTuple):
    """One line of a statement; a number of 0 is printed as dashes, None as a blank."""

    label: str
    depth: int
    kind: Kind
    numbers: tuple[Decimal | None, ...] = ()
    measure: Measure = Measure.MONEY


class Head(NamedTuple):
    """A phrase over the columns `first` to `last`."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Headings:
    """What stands above the numbers, and the periods that it tells."""

    caption: tuple[str, ...]
    lines: tuple[tuple[Head, ...], ...]
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Layout:
    """How a filer prints. `gap` is the least number of blanks between two columns."""

    gap: int
    indent: int
    leaders: bool
    dollars: Literal["never", "first and totals", "always"]
    dollar_apart: bool
    minus: bool
    hanging: bool
    rules: bool
    blank_lines: bool
    wrap: int
    nil: str
    centred: bool
    scale: tuple[str, int]
    margin: int


class Printed(NamedTuple):
    """A number as printed: its characters and where they are (line from 1)."""

    text: str
    line: int
    end: int


@dataclass(frozen=True)
class Page:
    """A printed statement, and what a reader must find in it."""

    lines: tuple[str, ...]
    items: tuple[Item, ...]
    headings: Headings
    cells: tuple[tuple[Printed | None, ...], ...]


# --- statements ----------------------------------------------------------------------

CURRENT_ASSETS = (
    "Cash and cash equivalents",
    "Short-term investments, at cost which approximates market",
    "Accounts receivable, less allowance of $1,200 and $900",
    "Receivables",
    "Inventories",
    "Prepaid expenses and other current assets",
    "Deferred income taxes",
    "Income tax refund receivable",
)
OTHER_ASSETS = (
    "Property, plant and equipment, net",
    "Goodwill, net of accumulated amortization of $4,100",
    "Intangible assets",
    "Investments in and advances to affiliates",
    "Other assets",
    "Assets held for sale",
)
CURRENT_LIABILITIES = (
    "Accounts payable",
    "Accrued payroll & benefits",
    "Current portion of long-term debt",
    "Notes payable to banks",
    "Accrued restructuring charges",
    "Federal and state income taxes",
    "Deferred revenue",
)
LONG_TERM = (
    "Long-term debt, less current portion",
    "7 1/2% convertible subordinated notes due 2005",
    "Deferred income taxes and other",
    "Minority interest in consolidated subsidiaries",
)
EQUITY = (
    "Preferred stock, no par value",
    "Common stock, $.01 par value; authorized 50,000,000 shares",
    "Additional paid-in capital",
    "Capital in excess of par value",
    "Accumulated other comprehensive loss",
    "Treasury stock, at cost",
    "Unearned compensation",
)
EXPENSES = (
    "Cost of sales",
    "Research and development",
    "Selling, general and administrative",
    "Amortization of goodwill and other intangible assets",
    "Restructuring and other charges",
    "Purchased in-process research and development",
)
OTHER_INCOME = (
    "Interest expense",
    "Interest income",
    "Gain on sale of investments",
    "Equity in losses of affiliates",
    "Other, net",
)

amounts = st.one_of(
    st.integers(-9_999_999, 9_999_999),
    st.integers(-999, 999),
    st.just(0),
    st.none(),
)
Numbers = tuple[Decimal | None, ...]


def wide_row(columns: int) -> st.SearchStrategy[Numbers]:
    """Numbers that are as wide as a year: no statement has only narrower ones."""
    cell = st.integers(1_000, 9_999_999).map(Decimal)
    return st.lists(cell, min_size=columns, max_size=columns).map(tuple)


def row(columns: int) -> st.SearchStrategy[Numbers]:
    """Numbers for one line, at least one of them printed."""
    cells = st.lists(amounts, min_size=columns, max_size=columns)
    return cells.filter(lambda c: any(n is not None for n in c)).map(
        lambda c: tuple(None if n is None else Decimal(n) for n in c)
    )


def summed(rows: Sequence[Numbers]) -> Numbers:
    return tuple(
        sum((n for n in column if n is not None), Decimal(0))
        for column in zip(*rows, strict=True)
    )


def less(first: Numbers, second: Numbers) -> Numbers:
    return summed([first, tuple(None if n is None else -n for n in second)])


@st.composite
def lines_of(draw: st.DrawFn, captions: Sequence[str], depth: int, columns: int) -> list[Item]:
    labels = draw(st.lists(st.sampled_from(captions), min_size=1, max_size=4, unique=True))
    return [Item(label, depth, "line", draw(row(columns))) for label in labels]


def total(label: str, depth: int, rows: Sequence[Item]) -> Item:
    return Item(label, depth, "total", summed([r.numbers for r in rows]))


@st.composite
def balance_sheets(draw: st.DrawFn, columns: int) -> tuple[Item, ...]:
    """A balance sheet that balances, by retained earnings."""
    named = draw(st.booleans())
    current = draw(lines_of(CURRENT_ASSETS, 1, columns))
    current[0] = current[0]._replace(numbers=draw(wide_row(columns)))
    other = draw(lines_of(OTHER_ASSETS, 0, columns))
    current_total = total("Total current assets", 2, current)
    assets = total("Total assets" if named else "", 1, [current_total, *other])
    owed = draw(lines_of(CURRENT_LIABILITIES, 1, columns))
    owed_total = total("Total current liabilities", 2, owed)
    later = draw(lines_of(LONG_TERM, 0, columns))
    equity = draw(lines_of(EQUITY, 1, columns))
    rest = less(assets.numbers, summed([i.numbers for i in (owed_total, *later, *equity)]))
    equity.append(Item("Retained earnings (deficit)", 1, "line", rest))
    equity_total = total("Total stockholders' equity", 2, equity)
    both = "Total liabilities and stockholders' equity" if named else ""
    return (
        Item("Assets", 0, "heading"),
        Item("Current assets:", 0, "heading"),
        *current,
        current_total,
        *other,
        assets,
        Item("Liabilities and Stockholders' Equity", 0, "heading"),
        Item("Current liabilities:", 0, "heading"),
        *owed,
        owed_total,
        *later,
        Item("Stockholders' equity:", 0, "heading"),
        *equity,
        equity_total,
        total(both, 1, [owed_total, *later, equity_total]),
    )


def per_share(columns: int) -> st.SearchStrategy[Numbers]:
    cents = st.integers(-1999, 1999).map(lambda n: Decimal(n) / 100)
    return st.lists(cents, min_size=columns, max_size=columns).map(tuple)


@st.composite
def income_statements(draw: st.DrawFn, columns: int) -> tuple[Item, ...]:
    """An income statement that adds up."""
    sales = Item("Net sales", 0, "line", draw(row(columns)))
    costs = draw(lines_of(EXPENSES, 1, columns))
    costs_total = total("Total costs and expenses", 2, costs)
    operating = less(sales.numbers, costs_total.numbers)
    others = draw(lines_of(OTHER_INCOME, 0, columns))
    before = summed([operating, *(i.numbers for i in others)])
    tax = draw(row(columns))
    shares = st.integers(1_000, 99_999_999).map(Decimal)
    counts = draw(st.lists(shares, min_size=columns, max_size=columns))
    return (
        sales,
        Item("Costs and expenses:", 0, "heading"),
        *costs,
        costs_total,
        Item("Operating income (loss)", 0, "total", operating),
        *others,
        Item("Income (loss) before income taxes", 0, "total", before),
        Item("Provision (benefit) for income taxes", 0, "line", tax),
        Item("Net income (loss)", 0, "total", less(before, tax)),
        Item("Net income (loss) per share:", 0, "heading"),
        Item("Basic", 1, "line", draw(per_share(columns)), Measure.MONEY_PER_SHARE),
        Item("Diluted", 1, "line", draw(per_share(columns)), Measure.MONEY_PER_SHARE),
        Item("Weighted average shares outstanding", 0, "line", tuple(counts), Measure.SHARES),
    )


# --- headings ------------------------------------------------------------------------

MONTH_ENDS = (
    (3, 31, ("March 31", "Mar. 31", "MARCH 31")),
    (6, 30, ("June 30", "JUNE 30")),
    (9, 30, ("September 30", "Sept. 30", "Sep. 30")),
    (12, 31, ("December 31", "Dec. 31", "DECEMBER 31")),
)


def each(phrases: Sequence[str]) -> tuple[Head, ...]:
    return tuple(Head(text, i, i) for i, text in enumerate(phrases))


@st.composite
def instants(draw: st.DrawFn, columns: int) -> Headings:
    """The dates of a balance sheet, told in one of the ways that filers have."""
    month, day, names = draw(st.sampled_from(MONTH_ENDS))
    name = draw(st.sampled_from(names))
    last = draw(st.integers(1985, 2008))
    years = [last - i for i in range(columns)]
    if draw(st.booleans()):
        years.reverse()
    periods = tuple(Instant(date(year, month, day)) for year in years)
    written = [str(year) for year in years]
    everywhere = Head(f"{name},", 0, columns - 1)
    listed = ", ".join(written[:-1]) + f" and {written[-1]}" if columns > 1 else written[0]
    return draw(
        st.sampled_from(
            [
                Headings((f"{name}, {listed}",), (each(written),), periods),
                Headings((), (each([f"{name},"] * columns), each(written)), periods),
                Headings((), (each([f"{name}, {y}" for y in written]),), periods),
                Headings((), ((everywhere,), each(written)), periods),
                Headings((), (each([f"{month}/{day}/{y}" for y in written]),), periods),
            ]
        )
    )


def months_before(end: date, months: int) -> date:
    """The first day of a period that ends with a month."""
    count = end.year * 12 + end.month - months
    return date(count // 12, count % 12 + 1, 1)


@st.composite
def durations(draw: st.DrawFn, columns: int) -> Headings:
    """The spans of an income statement, told in one of the ways that filers have."""
    month, day, names = draw(st.sampled_from(MONTH_ENDS))
    name = draw(st.sampled_from(names))
    last = draw(st.integers(1985, 2008))
    halves = columns == 4 and draw(st.booleans())
    years = [last - i for i in range(2 if halves else columns)]
    if draw(st.booleans()):
        years.reverse()
    words = draw(
        st.sampled_from(
            [("Three months ended", 3), ("Six Months Ended", 6), ("Year ended", 12),
             ("FOR THE NINE MONTHS ENDED", 9)]
        )
    )  # fmt: skip
    ends = [date(year, month, day) for year in years]
    if halves:
        return _halves(name, ends)
    text, months = words
    periods = tuple(Duration(months_before(end, months), end) for end in ends)
    written = [str(year) for year in years]
    listed = ", ".join(written[:-1]) + f" and {written[-1]}" if columns > 1 else written[0]
    spread, dated, whole = (
        Head(words, 0, columns - 1) for words in (text, f"{name},", f"{text} {name},")
    )
    return draw(
        st.sampled_from(
            [
                Headings((f"{text} {name}, {listed}",), (each(written),), periods),
                Headings((), ((spread,), (dated,), each(written)), periods),
                Headings((), ((whole,), each(written)), periods),
                Headings((), ((spread,), each([f"{name},"] * columns), each(written)), periods),
                Headings((), ((spread,), each([f"{name}, {y}" for y in written])), periods),
            ]
        )
    )  # fmt: skip


def _halves(name: str, ends: Sequence[date]) -> Headings:
    """A quarter beside the year to date: two columns each."""
    lengths = ((3, "Three Months Ended"), (9, "Nine Months Ended"))
    return Headings(
        (),
        (
            tuple(Head(text, 2 * i, 2 * i + 1) for i, (_, text) in enumerate(lengths)),
            tuple(Head(f"{name},", 2 * i, 2 * i + 1) for i in range(2)),
            each([str(end.year) for end in ends] * 2),
        ),
        tuple(
            Duration(months_before(end, months), end) for months, _ in lengths for end in ends
        ),
    )


# --- layouts -------------------------------------------------------------------------

layouts = st.builds(
    Layout,
    gap=st.integers(0, 6),
    indent=st.integers(0, 5),
    leaders=st.booleans(),
    dollars=st.sampled_from(["never", "first and totals", "always"]),
    dollar_apart=st.booleans(),
    minus=st.booleans(),
    hanging=st.booleans(),
    rules=st.booleans(),
    blank_lines=st.booleans(),
    wrap=st.sampled_from([0, 0, 36, 28]),
    nil=st.sampled_from(["-", "--", "---"]),
    centred=st.booleans(),
    scale=st.sampled_from(
        [("(In thousands)", 3), ("(In thousands, except per share data)", 3),
         ("(Dollars in millions)", 6), ("(000's omitted)", 3), ("", 0)]
    ),
    margin=st.integers(0, 3),
)  # fmt: skip


@st.composite
def pages(draw: st.DrawFn, least: int = 1) -> tuple[str, tuple[Item, ...], Headings, Layout]:
    """A title, a statement, its headings and a layout."""
    columns = draw(st.integers(least, 4))
    layout = draw(layouts)
    if draw(st.booleans()):
        items = draw(balance_sheets(columns))
        return "Consolidated Balance Sheets", items, draw(instants(columns)), layout
    items = draw(income_statements(columns))
    title = "CONSOLIDATED STATEMENTS OF OPERATIONS"
    return title, items, draw(durations(columns)), layout


# --- printing ------------------------------------------------------------------------


def token(number: Decimal, item: Item, layout: Layout, *, dollar: bool) -> str:
    """A number as the layout has it, without the blanks before it."""
    places = 2 if item.measure is Measure.MONEY_PER_SHARE else 0
    sign = "$" if dollar else ""
    if not number:
        return sign + layout.nil
    digits = f"{abs(number):,.{places}f}"
    if number > 0:
        return sign + digits
    return f"{sign}-{digits}" if layout.minus and not sign else f"{sign}({digits})"


def has_dollar(items: Sequence[Item], at: int, layout: Layout) -> bool:
    if items[at].measure is Measure.SHARES or layout.dollars == "never":
        return False
    first = next(i for i, item in enumerate(items) if item.numbers)
    return layout.dollars == "always" or at == first or items[at].kind == "total"


def wrapped(label: str, width: int) -> list[str]:
    """A label over up to three lines.

    It is broken where the rest begins in lower case or within parentheses, or after a
    word that asks for more. A rest in capitals ("Total Current / Assets") looks just
    like a heading above a line of its own, and is not told apart from one.
    """
    words = label.split(" ")
    lines = [words[0]]
    for before, word in pairwise(words):
        goes_on = word[0].islower() or word[0] in "(&-" or word[0].isdigit()
        fits = len(lines[-1]) + 1 + len(word) <= width
        if width and not fits and goes_on and not before.endswith(":") and len(lines) < 3:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


class _Grid(NamedTuple):
    """Where the columns are, where their digits end, and how wide numbers are."""

    labels: int
    lefts: tuple[int, ...]
    edges: tuple[int, ...]
    widest: tuple[int, ...]


def grid(items: Sequence[Item], headings: Headings, layout: Layout) -> _Grid:
    """Columns as narrow as their numbers, headings and the gap allow."""
    columns = len(headings.periods)
    widths = [1] * columns
    widest = [1] * columns
    for at, item in enumerate(items):
        dollar = has_dollar(items, at, layout)
        for c, number in enumerate(item.numbers):
            if number is not None:
                # Only a dollar sign can part two numbers without a blank.
                blanks = layout.gap if dollar else max(1, layout.gap)
                text = token(number, item, layout, dollar=dollar)
                hang = 0 if text.endswith(")") else 1
                widths[c] = max(widths[c], len(text) + hang + blanks)
                widest[c] = max(widest[c], len(text))
    for line in headings.lines:
        for head in line:
            near = len(line) == columns
            blanks = max(layout.gap, 1 if near else 3)
            need = len(head.text) + blanks
            share = -(-need // (head.last - head.first + 1))
            for c in range(head.first, head.last + 1):
                widths[c] = max(widths[c], share)
    longest = max(
        layout.margin + item.depth * layout.indent + 2 + len(part)
        for item in items
        for part in wrapped(item.label, layout.wrap)
    )
    labels = longest + (5 if layout.leaders else 2)
    lefts = [labels]
    for width in widths:
        lefts.append(lefts[-1] + width)
    edges = tuple(right - 1 for right in lefts[1:])
    return _Grid(labels, tuple(lefts[:-1]), edges, tuple(widest))


def print_page(title: str, items: tuple[Item, ...], headings: Headings, layout: Layout) -> Page:
    """A whole page: caption, headings, and the lines of the statement."""
    where = grid(items, headings, layout)
    # A title stands over the labels at least in part: see test_title_over_the_numbers.
    width = min(where.edges[-1] + 1, 2 * where.labels)
    top = ["EXAMPLE MANUFACTURING COMPANY AND SUBSIDIARIES", title, *headings.caption]
    top += [layout.scale[0]] if layout.scale[0] else []
    lines = [text.center(width).rstrip() for text in top]
    lines.append("")
    lines += [_heading_line(line, where, layout) for line in headings.lines]
    # One column needs the rule: see test_centred_heading_of_the_only_column.
    if layout.rules or len(headings.periods) == 1:
        lines.append(_rule(where, "-"))
    cells: list[tuple[Printed | None, ...]] = []
    for at, item in enumerate(items):
        _print_item(lines, cells, (items, at, where, layout))
        if layout.blank_lines and (item.kind == "total" or item.label == "Assets"):
            lines.append("")
    return Page(tuple(lines), items, headings, tuple(cells))


def _heading_line(line: Sequence[Head], where: _Grid, layout: Layout) -> str:
    text = ""
    for head in line:
        left = where.edges[head.first] - where.widest[head.first]
        right = where.edges[head.last]
        start = right - len(head.text) + (0 if layout.hanging else 1)
        if layout.centred or head.first != head.last:
            start = (left + right + 1 - len(head.text)) // 2
        # Headings must not touch the one before them.
        apart = 1 if head.first == head.last else 2
        start = max(start, len(text) + apart if text else 0)
        text = text.ljust(start) + head.text
    return text


def _rule(where: _Grid, stroke: str) -> str:
    text = ""
    for left, edge in zip(where.lefts, where.edges, strict=True):
        text = text.ljust(left + 1) + stroke * max(3, edge - left)
    return text


def _print_item(
    lines: list[str],
    cells: list[tuple[Printed | None, ...]],
    one: tuple[Sequence[Item], int, _Grid, Layout],
) -> None:
    items, at, where, layout = one
    item = items[at]
    *above, last = wrapped(item.label, layout.wrap)
    start = layout.margin + item.depth * layout.indent
    if layout.rules and item.kind == "total":
        lines.append(_rule(where, "-"))
    hang = [start, *[start + 2] * len(above)]
    lines += [" " * s + text for s, text in zip(hang, above, strict=False)]
    text = " " * hang[-1] + last if last else ""
    if not item.numbers:
        lines.append(text)
        cells.append(())
        return
    if layout.leaders and item.label:
        text = f"{text} ".ljust(where.labels - 1, ".")
    printed: list[Printed | None] = []
    for c, number in enumerate(item.numbers):
        if number is None:
            printed.append(None)
            continue
        shown = token(number, item, layout, dollar=has_dollar(items, at, layout))
        # The digits end at the edge and a parenthesis hangs over; or all is flush.
        # A dash must not touch a dollar sign: `-$5` is a negative number.
        loose = layout.hanging or (not number and not layout.gap)
        right = where.edges[c] + (1 if shown.endswith(")") or not loose else 0)
        begin = right - len(shown)
        if shown.startswith("$") and layout.dollar_apart:
            begin = where.lefts[c] + layout.gap
            shown = "$" + shown[1:].rjust(right - begin - 1)
        text = text.ljust(begin) + shown
        printed.append(Printed(shown, len(lines) + 1, right))
    lines.append(text)
    cells.append(tuple(printed))
    if layout.rules and not item.label:
        lines.append(_rule(where, "="))


# --- the law -------------------------------------------------------------------------


def power(item: Item, layout: Layout) -> int:
    """The power of ten of one printed unit; "dollars in millions" leaves shares out."""
    if item.measure is Measure.MONEY_PER_SHARE:
        return 0
    dollars = item.measure is Measure.SHARES and layout.scale[0].startswith("(Dollars")
    return 0 if dollars else layout.scale[1]


def read_one(text: str) -> Statement:
    reading = read(text.encode(), name="page.txt")
    assert len(reading.statements) == 1, f"{text}\n{reading.findings}"
    return reading.statements[0]


@given(pages())
def test_what_is_printed_is_read(
    drawn: tuple[str, tuple[Item, ...], Headings, Layout],
) -> None:
    title, items, headings, layout = drawn
    page = print_page(title, items, headings, layout)
    text = "\n".join(page.lines) + "\n"
    statement = read_one(text)
    assert tuple(c.period for c in statement.columns) == headings.periods, text
    rows = [row for row in statement.rows if not row.aside]
    assert [normalised(r.label) for r in rows] == [normalised(i.label) for i in items], text
    for item, got, printed in zip(items, rows, page.cells, strict=True):
        assert got.measure is item.measure or not item.numbers, text
        want = [None if n is None else n.scaleb(power(item, layout)) for n in item.numbers]
        if not item.numbers:
            assert not any(got.amounts), text
            continue
        assert [a and a.number for a in got.amounts] == want, (item, text)
        for amount, cell in zip(got.amounts, printed, strict=True):
            assert (amount is None) == (cell is None)
            if amount is not None and cell is not None:
                span = amount.source.span
                assert (span.line, span.end) == (cell.line, cell.end), text
                # Where numbers are glued, the dollar sign may be outside the span.
                shown = page.lines[span.line - 1][span.start : span.end]
                assert shown.lstrip("$ ") == cell.text.lstrip("$ "), text


# --- what changes nothing ------------------------------------------------------------


def tabbed(line: str, *, all_blanks: bool) -> str:
    """A line with tabs, at every eighth column, for blanks at its start or throughout."""
    body = line.lstrip(" ")
    if not all_blanks:
        margin = len(line) - len(body)
        return "\t" * (margin // 8) + " " * (margin % 8) + body
    parts = [line[i : i + 8] for i in range(0, len(line), 8)]
    # A lone blank within a label is no gap, and stays.
    tabs = [re.sub(r" {2,}$", "\t", part) if len(part) == 8 else part for part in parts]
    return "".join(tabs)


SPACINGS: dict[str, Callable[[Sequence[str]], str]] = {
    "carriage returns": "\r\n".join,
    "old Macintosh": "\r".join,
    "trailing blanks": lambda lines: "".join(f"{line}{' ' * 7}\n" for line in lines),
    "trailing tabs": lambda lines: "".join(f"{line}\t \n" for line in lines),
    "leading tabs": lambda lines: "\n".join(tabbed(t, all_blanks=False) for t in lines),
    "tabs": lambda lines: "\n".join(tabbed(t, all_blanks=True) for t in lines),
    "a wider margin": lambda lines: "\n".join(f"    {line}".rstrip() for line in lines),
    "a form feed": lambda lines: "\n".join(["\f", *lines, "\f"]),
    "a byte order mark": lambda lines: "\ufeff" + "\n".join(lines),
    "an end of file": lambda lines: "\n".join([*lines, "\x1a"]),
}


def meaning(statement: Statement) -> object:
    return (
        statement.kind,
        [(c.period, c.basis) for c in statement.columns],
        [(r.label, r.section, r.measure, _values(r)) for r in statement.rows],
    )


def _values(row: Row) -> list[tuple[Decimal, int] | None]:
    return [(a.number, a.decimals) if a is not None else None for a in row.amounts]


@given(pages(), st.sampled_from(sorted(SPACINGS)))
def test_spacing_means_nothing(
    drawn: tuple[str, tuple[Item, ...], Headings, Layout], spacing: str
) -> None:
    page = print_page(*drawn)
    plain = read_one("\n".join([*page.lines, ""]))
    text = SPACINGS[spacing]([*page.lines, ""])
    other = read_one(text)
    assert meaning(other) == meaning(plain), (spacing, text)
    received = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    for row in other.rows:
        for amount in row.amounts:
            if amount is not None:
                line, start, end = amount.source.span
                shown = received[line - 1][start:end]
                assert shown.expandtabs(1).split() == amount.source.text.split(), text


@given(
    st.lists(pages(least=2), min_size=2, max_size=3), st.sampled_from(["\f", "<PAGE>", "\n\n"])
)
def test_statements_after_one_another(
    drawn: list[tuple[str, tuple[Item, ...], Headings, Layout]], between: str
) -> None:
    """The statement before changes nothing in what a statement says.

    Of two columns at least: see test_one_column_after_two. One that prints no scale may
    take that of the statement before (scales.py).
    """
    assume(
        all(layout.scale[0] for *_, layout in drawn[1:])
        or not any(layout.scale[0] for *_, layout in drawn)
    )
    texts = ["\n".join([*print_page(*one).lines, ""]) for one in drawn]
    alone = [meaning(read_one(text)) for text in texts]
    together = read(f"\n{between}\n".join(texts).encode(), name="pages.txt").statements
    assert [meaning(statement) for statement in together] == alone, "\n".join(texts)


@pytest.mark.parametrize("spacing", sorted(SPACINGS))
def test_spacing_of_the_example_means_nothing(spacing: str) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").split("\n")
    plain = read("\n".join(lines).encode(), name="example.txt").statements
    other = read(SPACINGS[spacing](lines).encode(), name="example.txt").statements
    assert [meaning(s) for s in other] == [meaning(s) for s in plain]


# --- layouts that were not read once -------------------------------------------------

TOP = """\
      EXAMPLE COMPANY
      Consolidated Balance Sheets
      (In thousands)

"""


def balance_sheet(page: str) -> Statement:
    return read_one(TOP + page)


def days(statement: Statement) -> list[date]:
    return [c.period.date for c in statement.columns if isinstance(c.period, Instant)]


def test_years_centred_over_wide_columns() -> None:
    """The first column must not take the second one's year."""
    statement = balance_sheet("""\
                              September 30,   December 31,
                                  1998            1997
                              -------------   ------------
Current assets                           50             60
Other assets                          1,001          1,102
                              -------------   ------------
Total assets                          1,051          1,162
Liabilities                              51             62
Stockholders' equity                  1,000          1,100
""")
    assert days(statement) == [date(1998, 9, 30), date(1997, 12, 31)]


def test_unaudited_under_the_rule() -> None:
    statement = balance_sheet("""\
                             September 30,   December 31,
                                 1998            1997
                             -------------   ------------
                              (Unaudited)
Cash                               $ 1,400        $ 1,300
Total assets                       $ 1,400        $ 1,300
Liabilities                            400            300
Stockholders' equity                 1,000          1,000
""")
    assert statement.rows[0].label == "Cash"
    assert [column.audited for column in statement.columns] == [False, None]


def test_heading_wider_than_its_only_column() -> None:
    statement = balance_sheet("""\
                               December 31, 1998
Cash                                       1,400
Total assets                               1,400
Liabilities                                  400
Stockholders' equity                       1,000
""")
    assert days(statement) == [date(1998, 12, 31)]


def test_total_without_label_in_the_only_column() -> None:
    statement = balance_sheet("""\
                                          December 31, 1998
                                          -----------------
Cash                                                    400
Receivables                                             100
                                                       ----
                                                        500
                                                       ====
Liabilities                                             300
Stockholders' equity                                    200
                                                       ----
                                                        500
                                                       ====
""")
    assert len(statement.rows) == 6


def test_slashed_dates_one_blank_apart() -> None:
    statement = balance_sheet("""\
                          12/31/98 12/31/97
Cash                        $1,400   $1,300
Liabilities                    400      300
Stockholders' equity         1,000    1,000
""")
    assert days(statement) == [date(1998, 12, 31), date(1997, 12, 31)]


def test_label_that_goes_on_in_capitals() -> None:
    statement = balance_sheet("""\
                                         12/31/98  12/31/97
                                         --------  --------
Cash                                       $1,400    $1,300
Liabilities                                   400       300
Total
  Stockholders' Equity                      1,000     1,000
""")
    assert statement.rows[2].label == "Total Stockholders' Equity"


@pytest.mark.parametrize("between", ["\n\n\n", "\n\f\n"])
def test_statements_without_a_page_mark(between: str) -> None:
    """The second statement is narrower: its headings stand over the first one's labels."""
    first = f"""\
{TOP}
                                                 December 31,
                                               1998      1997
Cash                                         $1,400    $1,300
Total assets                                 $1,400    $1,300
Liabilities                                     400       300
Stockholders' equity                          1,000     1,000
Total liabilities and equity                 $1,400    $1,300
"""
    second = """\
             EXAMPLE COMPANY
    Consolidated Statements of Income
             (In thousands)

                    Years ended December 31,
                      1998      1997
Net sales            $9,400    $8,300
Cost of sales         8,000     7,000
Gross profit         $1,400    $1,300
"""
    statements = read(f"{first}{between}{second}".encode(), name="two.txt").statements
    assert [s.kind.value for s in statements] == ["balance sheet", "income statement"]


def test_centred_heading_of_the_only_column() -> None:
    statement = balance_sheet("""\
                                           Mar. 31, 1985
Cash                                                1,000
Total assets                                        1,000
Liabilities                                             -
Stockholders' equity                                1,000
""")
    assert days(statement) == [date(1985, 3, 31)]


def test_one_column_after_two() -> None:
    first = f"""\
{TOP}
                                                  December 31,
                                                1998      1997
Cash                                          $1,400    $1,300
Total assets                                  $1,400    $1,300
Liabilities and equity                        $1,400    $1,300
"""
    second = f"""\
{TOP}
                      March 31, 1998
                      --------------
Cash                           1,000
Total assets                   1,000
Liabilities                      400
"""
    statements = read(f"{first}\n\f\n{second}".encode(), name="two.txt").statements
    assert [days(s) for s in statements] == [
        [date(1998, 12, 31), date(1997, 12, 31)],
        [date(1998, 3, 31)],
    ]


def test_title_over_the_numbers() -> None:
    """Where columns are wide, a title in the middle of the page begins above them."""
    statement = read_one("""\
                                               EXAMPLE COMPANY
                                         Consolidated Balance Sheets
                                               (In thousands)

                  September 30, 1985    September 30, 1984    September 30, 1983
                  ------------------    ------------------    ------------------
Cash                           1,000                 1,000                 1,000
Total assets                   1,000                 1,000                 1,000
Liabilities                      400                   400                   400
Stockholders' equity             600                   600                   600
""")
    assert days(statement) == [date(1985 - i, 9, 30) for i in range(3)]


def test_total_without_label_or_rule_in_the_only_column() -> None:
    """A short number that ends where the numbers above end is not the number of a page."""
    statement = balance_sheet("""\
                                          December 31, 1998
                                          -----------------
Cash                                                    400
Receivables                                             100
                                                        500
Liabilities                                             300
Stockholders' equity                                    200
                                                        500

                                   17
""")
    assert len(statement.rows) == 6


def test_two_balance_sheets_whose_totals_have_no_label() -> None:
    """The second begins with the assets again, after the first came into balance."""
    sheets = f"""\
{TOP}
                                                  December 31,
                                                1998      1997
Assets
Cash                                          $1,400    $1,300
                                               1,400     1,300
Liabilities
Loans                                            400       300
Stockholders' equity                           1,000     1,000
                                               1,400     1,300
\f
{TOP}
                                                  December 31,
                                                1997      1998
Assets
Receivables                                   $  900    $  800
                                                 900       800
Liabilities
Loans                                            500       400
Stockholders' equity                             400       400
                                                 900       800
"""
    statements = read(sheets.encode(), name="two.txt").statements
    assert [len(s.rows) for s in statements] == [7, 7]


def test_shares_that_earnings_of_one_column_nearly_make() -> None:
    """A product that is only near by chance does not overrule the caption's scale."""
    statement = read_one("""\
      EXAMPLE COMPANY
      Consolidated Statements of Income
      (In thousands)

                                        Year ended
                                 December 31, 1998
Net sales                                9,309,909
Net income                               3,309,909
Net income per share                          1.25
Weighted average shares                      2,532
""")
    assert [amount and amount.number for amount in statement.rows[-1].amounts] == [2532000]


def test_amounts_per_share_that_end_left_of_the_amounts() -> None:
    """They never share a row with the amounts beside them, and are of the same column."""
    statement = read_one("""\
                         EXAMPLE COMPANY
               Consolidated Statements of Earnings

                                       Year Ended June 30,
                                      1995           1994
                                      ----           ----
Net sales                        $ 71,113,000   $ 65,602,000
Cost of sales                      47,542,000     45,168,000
Restructuring charge                1,669,000           -
Income taxes                             -         1,000,000
Net income                       $ 21,902,000   $ 19,434,000

Income per common share:
 Primary
  Continuing operations            $ 1.53       $ 1.55
  Discontinued operations            1.04         1.02
  Net income                       $ 2.57       $ 2.57
 Fully diluted
  Continuing operations            $ 1.52       $ 1.50
  Net income                       $ 2.55         $ 2.51
""")
    assert [column.period for column in statement.columns] == [
        Duration(date(1994, 7, 1), date(1995, 6, 30)),
        Duration(date(1993, 7, 1), date(1994, 6, 30)),
    ]
    assert all(None not in row.amounts for row in statement.rows if any(row.amounts))


def test_heading_on_the_line_of_the_caption_tag() -> None:
    statement = read_one("""\
<PAGE>
                         EXAMPLE COMPANY
               Consolidated Statements of Cash Flows
<TABLE>
<CAPTION>                                For the Thirty-nine
                                             Weeks Ended
                                     ---------------------------
                                     October 31,     October 25,
                                         1998            1997
                                     -----------     -----------
<S>                                  <C>             <C>
Net income                               $12,495          $4,967
Depreciation                              13,733          10,553
Increase in cash                          26,228          15,520
Cash, beginning of period                  1,000           1,000
Cash, end of period                      $27,228         $16,520
""")
    assert [column.period for column in statement.columns] == [
        Duration(date(1998, 2, 1), date(1998, 10, 31)),
        Duration(date(1997, 1, 26), date(1997, 10, 25)),
    ]


def test_shares_of_sales_beside_each_amount() -> None:
    """A column of percentages under the same heading is no rival of the amounts."""
    statement = read_one("""\
                         EXAMPLE COMPANY
               Consolidated Statements of Operations

                                 Three Months Ended December 31,
                                   1998               1997
                             -----------------------------------
Revenues                     $138,947  100.0%  $117,814  100.0%
Cost of sales                  91,346   65.7%    78,270   66.4%
Income before income taxes     47,601   34.3%    39,544   33.6%
Provision for income taxes      3,171    2.3%     2,400    2.0%
Net income                    $44,430   32.0%   $37,144   31.6%
""")
    assert [column.period for column in statement.columns] == [
        Duration(date(1998, 10, 1), date(1998, 12, 31)),
        Duration(date(1997, 10, 1), date(1997, 12, 31)),
    ]
    assert len(statement.rows) == 5


def test_year_and_period_from_inception_in_the_caption() -> None:
    statement = read_one("""\
EXAMPLE COMPANY

STATEMENTS OF CASH FLOWS
YEAR ENDED DECEMBER 31, 1997 AND PERIOD FROM JUNE 3, 1996 (INCEPTION)
TO DECEMBER 31, 1996
----------------------------------------------------------------------

                                                   1997            1996
Net loss                                    $(4,200,103)     $ (742,411)
Depreciation                                    213,084          16,997
Decrease in cash                             (3,987,019)       (725,414)
Cash, beginning of period                    12,725,414      13,450,828
Cash, end of period                         $ 8,738,395     $12,725,414
""")
    assert [column.period for column in statement.columns] == [
        Duration(date(1997, 1, 1), date(1997, 12, 31)),
        Duration(date(1996, 6, 3), date(1996, 12, 31)),
    ]


@pytest.mark.parametrize("beside", ["(Unaudited)", "EXAMPLE COMPANY AND SUBSIDIARIES"])
def test_title_with_a_remark_beside_it_over_the_numbers(beside: str) -> None:
    """It heads the page and no column."""
    statement = read_one(f"""\
            CONSOLIDATED STATEMENTS OF CASH FLOWS      {beside}
                             (In millions)

                                     Three months ended
                                  March 31,       March 31,
                                       1995            1994
Net income                              188              40
Increase in cash                        188              40
Cash, beginning of period             1,000             960
Cash, end of period                   1,188           1,000
""")
    assert statement.title.startswith("CONSOLIDATED STATEMENTS OF CASH FLOWS")
    assert [column.period for column in statement.columns] == [
        Duration(date(1995, 1, 1), date(1995, 3, 31)),
        Duration(date(1994, 1, 1), date(1994, 3, 31)),
    ]


def test_headings_far_above_over_blank_lines() -> None:
    """A page with three blank lines after each has its title forty lines above."""
    page = """\
CONSOLIDATED STATEMENTS OF CASH FLOWS
Example Company
<CAPTION>
                                     Three months ended
                                       December 31,
                                     ------------------
(Dollars in thousands)               1993       1992
_______________________________________________________
                                        (Unaudited)
<S>                                  <C>        <C>
Cash flows from operating activities:
  Adjustments to reconcile net income to net
   cash provided by operating activities:
    Depreciation                     9,278     9,478
    Increase in cash                 9,278     9,478
    Cash, end of period             19,278     9,478
"""
    statement = read_one(page.replace("\n", "\n" + "   \n" * 3))
    assert statement.title == "CONSOLIDATED STATEMENTS OF CASH FLOWS"
    assert len(statement.columns) == 2


MARKED = """\
                         EXAMPLE COMPANY
               Consolidated Statements of Operations
                                             Years ended December 31,
                                                1998         1997
Sales                                          1,000          900
Interest*                                        200 (b)      180
Royalties                                        Nil          nil
Impairment                                       N/A          N/A
Restructuring                                   none         None
Expenses                                    {minus}1,500       {minus}1,400
Loss before taxes                              (300)        (320)
Tax benefit                                      50           (40)
Net loss                                       (250)        (360)
"""


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013"])
def test_signs_marks_and_words_for_nothing(minus: str) -> None:
    statement = read_one(MARKED.format(minus=minus))
    assert [[a and a.number for a in row.amounts] for row in statement.rows] == [
        [1000, 900], [200, 180], [0, 0], [None, None], [0, 0], [-1500, -1400], [-300, -320],
        [50, -40], [-250, -360],
    ]  # fmt: skip


def test_minus_after_the_number() -> None:
    statement = read_one("""\
                         EXAMPLE COMPANY
               Consolidated Statements of Operations
                                             Years ended December 31,
                                                1998         1997
Sales                                          1,000          900
Expenses                                       1,500-       1,400-
Net loss                                         500-         500-
""")
    assert [[a and a.number for a in row.amounts] for row in statement.rows] == [
        [1000, 900],
        [-1500, -1400],
        [-500, -500],
    ]


def test_numbers_one_blank_after_the_label() -> None:
    statement = read_one("""\
                            EXAMPLE CORP.
                  Consolidated Statements of Income
                                       Years ended December 31,
                                     1996      1995
Net sales                          $ 1,000   $   900
Costs                                  500       450
Taxes                                  100        50
Interest                               100        50
Depreciation                           100        50
Other                                  100        50
Net income                         $   100   $   250
Total income applicable to common stock $10,000 $10,000
Net earnings per common share, all $  1.30   $  1.14
""")
    assert all(None not in row.amounts for row in statement.rows)
    assert statement.rows[-2].label == "Total income applicable to common stock"


def test_amounts_in_words_stay_in_the_label() -> None:
    statement = balance_sheet("""\
                                                                      December 31,
                                                                     1985   1984
Cash                                                                1,000  1,000
Receivables, less allowance of $1,200 and $900                               500
Inventories, net of $700                                                     300
Total assets                                                        1,000  1,800
Liabilities and equity                                              1,000  1,800
""")
    rows = [row for row in statement.rows if not row.aside]
    assert [[a and a.number for a in row.amounts] for row in rows][1:3] == [
        [None, 500_000],
        [None, 300_000],
    ]
