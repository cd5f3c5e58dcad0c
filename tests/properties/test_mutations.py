"""Another layout of the same statement says the same; another digit is noticed.

The statements are those of the example, of the golden cases and drawn ones, each cut out
of its file; with `slow` also some of ../shared. A mutation moves the printed characters
only: whatever is converted from it must be the same facts. What is changed in a figure
that a sum proves must be told in a finding.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from converter.arithmetic import checks
from converter.model import Amount, Cell, Measure, Row, Statement
from converter.numbers import is_nil, printed_decimals
from converter.pipeline import Conversion, convert
from converter.titles import from_title

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
CASES = ROOT / "tests" / "golden" / "cases"
LEGACY = ROOT.parent / "shared" / "corpus" / "legacy"
FEWER = settings(max_examples=max(5, settings().max_examples // 2))

# --- statements ----------------------------------------------------------------------


class Printed(NamedTuple):
    """A number of a line and the index of its column in the table."""

    column: int
    cell: Cell


@dataclass(frozen=True, eq=False)
class Specimen:
    """A statement by itself, its conversion, and where its parts are printed.

    Lines count from 0. `heads` is the first line of the column headings, `body` that of
    the first row, and `last` that of the last. `numbers` are those of each line.
    """

    name: str
    lines: tuple[str, ...]
    conversion: Conversion
    statement: Statement
    heads: int
    body: int
    last: int
    numbers: Mapping[int, tuple[Printed, ...]]

    def __repr__(self) -> str:
        return f"{self.name}:\n{text_of(self.lines)}"

    @property
    def columns(self) -> int:
        return len(next(r for r in self.statement.rows if not r.aside).source.cells)


def text_of(lines: Sequence[str]) -> str:
    return "\n".join([*lines, ""])


def converted(text: str) -> Conversion:
    return convert(text.encode(), name="mutation.txt")


def printed_rows(statement: Statement) -> Iterator[Row]:
    """The rows that are printed by themselves, once each."""
    return (row for row in statement.rows if not row.aside)


def row_lines(row: Row) -> list[int]:
    """The lines of a row, from 0."""
    return [c.span.line - 1 for c in (*row.source.label, *row.source.cells) if c is not None]


def specimen(name: str, lines: Sequence[str]) -> Specimen | None:
    """A text of one statement as a specimen; None where it is not read as just one."""
    conversion = converted(text_of(lines))
    if len(conversion.statements) != 1 or not facts(conversion):
        return None
    statement = conversion.statements[0].statement
    numbers: dict[int, set[Printed]] = {}
    for row in printed_rows(statement):
        for i, cell in enumerate(row.source.cells):
            if cell is not None:
                numbers.setdefault(cell.span.line - 1, set()).add(Printed(i, cell))
    of_rows = [line for row in printed_rows(statement) for line in row_lines(row)]
    heads = [c.span.line - 1 for one in statement.columns for c in one.source.heading]
    return Specimen(
        name,
        tuple(lines),
        conversion,
        statement,
        min([*heads, min(of_rows)]),
        min(of_rows),
        max(of_rows),
        {n: tuple(sorted(row, key=lambda p: p.cell.span)) for n, row in numbers.items()},
    )


def cut_out(name: str, text: str) -> Iterator[Specimen]:
    """Each statement of a file by itself, with what is printed above it."""
    lines = text.split("\n")
    after = 0
    found = sorted(
        ({line for row in m.statement.rows for line in row_lines(row)}
         | {cell.span.line - 1 for cell in m.statement.caption}
         for m in converted(text).statements),
        key=min,
    )  # fmt: skip
    for where in found:
        first, end = max(after, min(where)), max(where) + 2
        part = [line.rstrip() for line in lines[first:end]]
        one = specimen(f"{name}:{first + 1}", part) if any(part) else None
        after = end
        if one:
            yield one


@cache
def committed() -> tuple[Specimen, ...]:
    """The statements of the example and of the golden cases."""
    paths = [EXAMPLE, *sorted(CASES.glob("*/input.txt"))]
    return tuple(
        one
        for path in paths
        for one in cut_out(path.parent.name, path.read_text(encoding="utf-8"))
    )


@cache
def shared() -> tuple[Specimen, ...]:
    """Statements of some filings of ../shared: of every ninth, to be read in minutes."""
    paths = sorted(LEGACY.glob("*/filing.txt"))[::9]
    texts = ((p.parent.name, p.read_bytes().decode("utf-8", "replace")) for p in paths)
    return tuple(one for name, text in texts for one in cut_out(name, text.replace("\r", "")))


def test_statements_are_found() -> None:
    assert len(committed()) == 12
    assert sum(len(facts(one.conversion)) for one in committed()) > 600


# --- what must stay ------------------------------------------------------------------


def facts(conversion: Conversion) -> Counter[object]:
    """The numeric facts: concept, period, dimensions, unit and value."""
    instance = conversion.instance
    contexts = {context.id: context for context in instance.contexts}
    units = {unit.id: unit for unit in instance.units}
    return Counter(
        (
            str(fact.concept),
            contexts[fact.context].period,
            tuple(f"{axis}={member}" for axis, member in contexts[fact.context].dimensions),
            (units[fact.unit].numerator, units[fact.unit].denominator),
            Decimal(fact.value),
        )
        for fact in instance.facts
        if fact.unit
    )


def check_same(one: Specimen, text: str) -> None:
    was, now = facts(one.conversion), facts(converted(text))
    lost, new = was - now, now - was
    assert not lost, (f"{len(lost)} lost, {len(new)} new", [*lost][:3], [*new][:3], text)
    assert not new, (f"{len(new)} new", [*new][:3], text)


# --- columns moved -------------------------------------------------------------------

RULE = re.compile(r"[-=_ ]*[-=_]{2}[-=_ ]*")
PHRASE = re.compile(r"\S+(?: \S+)*")
RUN = re.compile(r"[-=_]+")


def boundary(one: Specimen, column: int) -> float:
    """Where on a line a column begins: halfway from the numbers before it."""
    start = min(
        p.cell.span.start for row in one.numbers.values() for p in row if p.column == column
    )
    ends = [p.cell.span.end for row in one.numbers.values() for p in row if p.column < column]
    return (start + max(ends)) / 2 if ends else start


def moved_row(line: str, numbers: Sequence[Printed], column: int, blanks: int) -> str:
    """A row with its numbers from a column on printed further right."""
    starts = [p.cell.span.start for p in numbers if p.column >= column]
    at = min(starts, default=len(line))
    return (line[:at] + " " * blanks + line[at:]).rstrip()


def moved_line(line: str, begin: float, blanks: int) -> str:
    """A rule or a line of headings, with what stands over moved columns moved too."""
    rule = RULE.fullmatch(line) is not None
    text = ""
    for found in (RUN if rule else PHRASE).finditer(line):
        start, end = found.span()
        right = (start + end) / 2 >= begin
        across = start < begin - 2 and end > begin + 2
        if rule:
            grown = blanks if across else 0
            shift = blanks if right and not across else 0
            body = found[0] + found[0][-1] * grown
        else:
            shift = blanks // 2 if across else blanks if right else 0
            body = found[0]
        before = len(found.string[:start]) - len(line[:start].rstrip())
        text = text.ljust(max(start + shift, len(text) + min(before, 1))) + body
    return text


def moved(one: Specimen, gaps: Mapping[int, int]) -> list[str]:
    """The lines with so many more blanks before each of some columns."""
    lines = list(one.lines)
    for column in sorted(gaps, reverse=True):
        begin = boundary(one, column)
        for i in range(one.heads, min(one.last + 2, len(lines))):
            if i in one.numbers:
                lines[i] = moved_row(lines[i], one.numbers[i], column, gaps[column])
            elif i < one.body or RULE.fullmatch(lines[i]):
                lines[i] = moved_line(lines[i], begin, gaps[column])
    return lines


# --- pages split ---------------------------------------------------------------------


class Break(NamedTuple):
    """How a page ends and the next begins."""

    number: str
    mark: str
    titles: bool
    continued: str
    headings: bool


def breaks(one: Specimen, above: int = 6, below: int = 3) -> list[int]:
    """Before which lines a page may begin: between rows, some numbers on both sides.

    Not right under a rule, which would part a total from its sign; and not among amounts
    per share, whose lines ("Net earnings") say what they are by the heading alone. Dashes
    make no column, and a single number among them is taken for one out of line.
    """
    rows = list(printed_rows(one.statement))
    lines = sorted(one.numbers)
    places = []
    for before, row in pairwise(rows):
        end, start = max(row_lines(before)), min(row_lines(row))
        over = one.lines[start - 1]
        ruled = RULE.fullmatch(over) is not None and "=" not in over
        headless = row.section and row.measure is Measure.MONEY_PER_SHARE
        first = bisect_left(lines, start)
        if start > end and first >= above and len(lines) - first >= below:
            told = _columns_told(one, lines[:first])
            places += [] if ruled or headless or not told else [start]
    return places


def _columns_told(one: Specimen, lines: Sequence[int]) -> bool:
    """Whether more than one number, besides dashes, makes each column that is printed."""
    printed = [p for line in lines for p in one.numbers[line]]
    filled = Counter(p.column for p in printed if not is_nil(p.cell.text))
    return all(filled[p.column] > 1 for p in printed)


def split(one: Specimen, at: int, how: Break) -> list[str]:
    """The lines with a break of pages before one of them."""
    caption = [cell.span.line - 1 for cell in from_title(one.statement.caption)]
    first = min(caption, default=one.heads)
    titles = [t for t in one.lines[max(first - 1, 0) : one.heads] if PHRASE.search(t)]
    if titles and how.continued:
        titles = [*titles, how.continued.center(len(titles[-1]) + 2 * 10)]
    top = [*titles, ""] if how.titles else []
    top += one.lines[one.heads : one.body] if how.headings else []
    foot = ["", how.number.center(72).rstrip()] if how.number else [""]
    return [*one.lines[:at], *foot, how.mark, "", *top, *one.lines[at:]]


# --- leaders -------------------------------------------------------------------------


def led(one: Specimen, leader: str) -> list[str]:
    """The lines with leaders from each label to its numbers."""
    lines = list(one.lines)
    zone = min(p.cell.span.start for row in one.numbers.values() for p in row if not p.column)
    for i, numbers in one.numbers.items():
        line = lines[i]
        stop = max(min(zone, numbers[0].cell.span.start), 0)
        label = line[:stop].rstrip()
        room = stop - len(label) - 2
        if label.strip() and room >= 3 and "." not in label[-1]:
            dots = (leader * room)[:room].rstrip()
            lines[i] = f"{label} {dots}".ljust(stop) + line[stop:]
    return lines


# --- other scales --------------------------------------------------------------------

SCALE = re.compile(r"\b(?:dollars )?in\s+(?:thousands|millions)\b", re.IGNORECASE)


def written_out(cell: Cell, amount: Amount) -> str:
    """A number in whole units as it would be printed."""
    digits = re.search(r"\d[\d,]*(?:\.\d+)?|\.\d+", cell.text)
    if digits is None or is_nil(cell.text):
        return cell.text
    number = f"{abs(amount.number):,.{max(amount.decimals, 0)}f}"
    return cell.text[: digits.start()] + number + cell.text[digits.end() :]


def in_dollars(one: Specimen, note: str) -> list[str]:
    """The lines with every amount in whole dollars (and shares), and no scale told."""
    wide: dict[int, int] = {}
    fresh: dict[Cell, str] = {}
    for row in one.statement.rows:
        for amount in row.amounts:
            if amount is None or row.measure is Measure.RATIO:
                continue
            if amount.decimals < printed_decimals(amount.source.text):
                fresh[amount.source] = written_out(amount.source, amount)
    for numbers in one.numbers.values():
        for p in numbers:
            more = len(fresh.get(p.cell, "")) - len(p.cell.text)
            wide[p.column] = max(wide.get(p.column, 0), more)
    lines = moved(one, wide)
    for i, line in enumerate(one.lines):
        numbers = one.numbers.get(i, ())
        inside = [
            c for c in fresh if c.span.line == i + 1 and c not in {p.cell for p in numbers}
        ]
        if numbers or inside:
            lines[i] = _rewritten(line, numbers, inside, fresh, wide)
    head = "\n".join(lines[: one.body])
    told = SCALE.search(head)
    if told is None:
        # The scale is told otherwise ("000's omitted"), or was whole dollars all along.
        return list(one.lines)
    # A second scale, of shares, is gone with the first: all is in whole units.
    rest = re.sub(r"\(\s*\)", "", SCALE.sub("", head[told.end() :]))
    body = SCALE.sub(lambda m: re.sub(r"\S", " ", m[0]), "\n".join(lines[one.body :]))
    return [*f"{head[: told.start()]}{note}{rest}".split("\n"), *body.split("\n")]


def _rewritten(
    line: str,
    numbers: Sequence[Printed],
    inside: Sequence[Cell],
    fresh: Mapping[Cell, str],
    wide: Mapping[int, int],
) -> str:
    """A row with fresh numbers whose digits end where the wider columns do."""
    text, at, column = "", 0, -1
    for cell in sorted(inside, key=lambda cell: cell.span):
        text += line[at : cell.span.start] + fresh[cell]
        at = cell.span.end
    grown = len(text) - at
    for p in numbers:
        room = sum(wide.get(c, 0) for c in range(column + 1, p.column + 1))
        now = fresh.get(p.cell, p.cell.text)
        blanks = room - len(now) + len(p.cell.text) - grown
        text += line[at : p.cell.span.start]
        text = text + " " * blanks if blanks >= 0 else text[:blanks]
        text, at, column, grown = text + now, p.cell.span.end, p.column, 0
    return text + line[at:]


# --- spacing -------------------------------------------------------------------------


def tabbed(line: str) -> str:
    """Tabs at every eighth column for runs of blanks."""
    parts = [line[i : i + 8] for i in range(0, len(line), 8)]
    return "".join(re.sub(r" {2,}$", "\t", p) if len(p) == 8 else p for p in parts)


def in_markup(lines: Sequence[str], *, entities: bool) -> str:
    """The text preformatted in a page of HTML."""
    body = html.escape(text_of(lines), quote=False)
    if entities:
        body = re.sub(r"  +", lambda m: "&nbsp;" * len(m[0]), body)
    return f"<html>\n<body>\n<div><pre>\n{body}</pre></div>\n</body>\n</html>\n"


SPACINGS: dict[str, Callable[[Sequence[str]], str]] = {
    "carriage returns": lambda lines: "\r\n".join([*lines, ""]),
    "tabs": lambda lines: text_of([tabbed(line.expandtabs()) for line in lines]),
    "trailing blanks": lambda lines: text_of([line + " " * 9 for line in lines]),
    "preformatted": lambda lines: in_markup(lines, entities=False),
    "entities": lambda lines: in_markup(lines, entities=True),
    "non-breaking": lambda lines: text_of([t.replace("  ", "\u00a0 ") for t in lines]),
}


# --- a digit changed -----------------------------------------------------------------


def proven(one: Specimen) -> list[Cell]:
    """The figures that stand in a sum that holds."""
    mapped = one.conversion.statements[0]
    cells = [
        amount.source
        for worked in checks(mapped.statement, mapped.footing)
        if worked.sum.proven and not worked.check.difference
        for amount in (worked.check.total, *(a for _, a in worked.check.terms))
        if not is_nil(amount.source.text)
    ]
    return list(dict.fromkeys(cells))


def with_digit(one: Specimen, cell: Cell, which: int, more: int) -> list[str]:
    """The lines with another digit in a figure; the first of it is not made a zero."""
    lines = list(one.lines)
    n, start, end = cell.span
    line = lines[n - 1]
    at = [i for i in range(start, end) if line[i].isdigit()]
    i = at[which % len(at)]
    digit = (int(line[i]) + more) % 10
    if not digit and i == at[0]:
        digit = (int(line[i]) + 1) % 10 or 1 if line[i] != "1" else 2
    lines[n - 1] = f"{line[:i]}{digit}{line[i + 1 :]}"
    return lines


def new_findings(one: Specimen, text: str) -> set[str]:
    """The codes of findings that the specimen has fewer of."""
    was = Counter(finding.code for finding in one.conversion.findings)
    now = Counter(finding.code for finding in converted(text).findings)
    return set(now - was)


# --- drawn statements ----------------------------------------------------------------

ASSETS = ("Cash", "Receivables, net", "Inventories", "Prepaid expenses", "Deferred taxes")
OTHERS = ("Property and equipment, net", "Goodwill", "Investments", "Other assets")
DEBTS = ("Accounts payable", "Accrued expenses", "Notes payable", "Income taxes payable")


@st.composite
def drawn(draw: st.DrawFn) -> Specimen:
    """A balance sheet in thousands that adds up, of two or three columns."""
    columns = draw(st.integers(2, 3))
    figure = st.lists(st.integers(1_000, 999_999), min_size=columns, max_size=columns)
    parts = [
        {
            name: draw(figure)
            for name in draw(st.lists(st.sampled_from(names), min_size=3, unique=True))
        }
        for names in (ASSETS, OTHERS, DEBTS)
    ]
    totals = [[sum(row[c] for row in part.values()) for c in range(columns)] for part in parts]
    assets = [totals[0][c] + totals[1][c] for c in range(columns)]
    # Debts are far less than assets, most often; else the equity is in parentheses.
    capital = draw(figure)
    earned = [assets[c] - totals[2][c] - capital[c] for c in range(columns)]
    equity = [capital[c] + earned[c] for c in range(columns)]
    width = draw(st.integers(12, 16))

    def printed(label: str, numbers: Sequence[int], sign: str = "") -> str:
        cells = (f"({-n:,})" if n < 0 else f"{n:,} " for n in numbers)
        return label.ljust(40) + "".join(f"{sign}{c}".rjust(width) for c in cells)

    def rule(stroke: str) -> str:
        return " " * 40 + "".join((stroke * 9 + " ").rjust(width) for _ in range(columns))

    years = draw(st.integers(1990, 2008))
    lines = [
        "EXAMPLE MANUFACTURING COMPANY".center(60).rstrip(),
        "CONSOLIDATED BALANCE SHEETS".center(60).rstrip(),
        "(In thousands)".center(60).rstrip(),
        "",
        " " * 40 + "".join("December 31,".rjust(width) for _ in range(columns)),
        " " * 40 + "".join(f"{years - c} ".rjust(width) for c in range(columns)),
        rule("-"),
        "ASSETS",
        "Current assets:",
        *(printed(f"  {name}", row) for name, row in parts[0].items()),
        rule("-"),
        printed("    Total current assets", totals[0]),
        *(printed(name, row) for name, row in parts[1].items()),
        rule("-"),
        printed("    Total assets", assets, "$"),
        rule("="),
        "",
        "LIABILITIES AND STOCKHOLDERS' EQUITY",
        "Current liabilities:",
        *(printed(f"  {name}", row) for name, row in parts[2].items()),
        rule("-"),
        printed("    Total current liabilities", totals[2]),
        "Stockholders' equity:",
        printed("  Common stock", capital),
        printed("  Retained earnings", earned),
        rule("-"),
        printed("    Total stockholders' equity", equity),
        rule("-"),
        printed("    Total liabilities and stockholders' equity"[:39], assets, "$"),
        rule("="),
    ]
    one = specimen("drawn", [line.rstrip() for line in lines])
    assume(one is not None)
    assert one
    return one


specimens = st.one_of(st.integers(0, 11).map(lambda i: committed()[i]), drawn())


# --- the laws ------------------------------------------------------------------------


@FEWER
@given(specimens, st.data())
def test_columns_may_stand_further_right(one: Specimen, data: st.DataObject) -> None:
    columns = sorted({p.column for row in one.numbers.values() for p in row})
    gaps = data.draw(st.dictionaries(st.sampled_from(columns), st.integers(1, 14), min_size=1))
    check_same(one, text_of(moved(one, gaps)))


page_breaks = st.builds(
    Break,
    number=st.sampled_from(["", "2", "- 12 -", "F-3"]),
    mark=st.sampled_from(["<PAGE>", "\f"]),
    titles=st.booleans(),
    continued=st.sampled_from(["", "(continued)", "(Continued)"]),
    headings=st.booleans(),
)


@FEWER
@given(specimens, page_breaks, st.data())
def test_a_page_may_end_between_rows(one: Specimen, how: Break, data: st.DataObject) -> None:
    places = breaks(one)
    assume(places)
    check_same(one, text_of(split(one, data.draw(st.sampled_from(places)), how)))


@FEWER
@given(specimens, st.sampled_from([".", " .", "_"]))
def test_leaders_mean_nothing(one: Specimen, leader: str) -> None:
    check_same(one, text_of(led(one, leader)))


@FEWER
@given(specimens, st.sampled_from(["in dollars", "expressed in dollars"]))
def test_whole_dollars_are_the_same_amounts(one: Specimen, note: str) -> None:
    check_same(one, text_of(in_dollars(one, note)))


@FEWER
@given(specimens, st.sampled_from(sorted(SPACINGS)))
def test_spacing_means_nothing(one: Specimen, spacing: str) -> None:
    check_same(one, SPACINGS[spacing](one.lines))


@pytest.mark.parametrize("at", range(12))
def test_every_committed_statement_keeps_its_facts(at: int) -> None:
    """The laws without anything to draw, of all statements that are at hand."""
    one = committed()[at]
    for render in SPACINGS.values():
        check_same(one, render(one.lines))
    check_same(one, text_of(led(one, ".")))
    check_same(one, text_of(in_dollars(one, "in dollars")))


TOLD = {
    "sum.off", "sum.rounding", "sum.unproven", "statement.contradicts", "fact.conflict",
    "map.conflict",
}  # fmt: skip


@FEWER
@given(specimens, st.data(), st.integers(0, 20), st.integers(1, 9))
def test_another_digit_in_a_sum_is_told(
    one: Specimen, data: st.DataObject, which: int, more: int
) -> None:
    cells = proven(one)
    assume(cells)
    text = text_of(with_digit(one, data.draw(st.sampled_from(cells)), which, more))
    assert new_findings(one, text) & TOLD, text


# --- filings of ../shared ------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(not LEGACY.is_dir(), reason="../shared is not here")
def test_spacing_and_leaders_mean_nothing_in_filings() -> None:
    """Not every law: real tables have rows out of line, and pages broken already."""
    assert len(shared()) > 30
    for one in shared():
        for render in SPACINGS.values():
            check_same(one, render(one.lines))
        for leader in (".", " ."):
            check_same(one, text_of(led(one, leader)))
