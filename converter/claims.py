"""What is known of each printed number of a statement: who claims it, and as what."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby, zip_longest
from typing import NamedTuple

from converter.model import (
    Cell,
    Finding,
    Instance,
    MappedStatement,
    Row,
    Severity,
    Span,
    Statement,
    StatementKind,
    TableRow,
)
from converter.scanning import NUMBER, Number, Scan
from converter.shapes import (
    in_column,
    is_date,
    is_footnote,
    is_note,
    is_page,
    is_price,
    is_stray_amount,
    is_tag,
    near,
    stands_apart,
)

CONFLICT = "fact.conflict"
_TABLE_CODES = frozenset(
    (
        "statement.continued", "statement.contradicts", "statement.not-read",
        "statement.unclear", "table.not-a-statement", "table.too-large",
    )
)  # fmt: skip
_COLUMN_NUMBER = re.compile(r"column (\d+) \(")
_LINES = re.compile(r"\blines (\d+)-(\d+)\b")
_NEAR = 12
"""How many numbers away a part of some words may stand."""
_LONGEST_REASON = 60
_RULE = "----"
"""Dashes that are no number beside a row of another table on the line."""


class Disposition(StrEnum):
    """What became of a printed number."""

    FACT = "fact"
    HEADING = "heading"
    LABEL = "label"
    NOTE = "note reference"
    FOOTNOTE = "footnote"
    PAGE = "page number"
    TAG = "tag"
    RULE = "rule"
    FURNITURE = "repeated heading"
    CHANGE = "column of changes"
    COLUMN = "column left out"
    TABLE = "table left out"
    ROW = "row left out"
    NIL = "dash for nothing"
    IGNORED = "ignored by a rule"
    FINDING = "finding"


class Claim(NamedTuple):
    """What became of a number, and why."""

    disposition: Disposition
    reason: str = ""


_FACT = Claim(Disposition.FACT)
_SHAPES: tuple[tuple[Callable[[str, int], bool], Disposition], ...] = (
    (is_date, Disposition.FURNITURE),
    (is_page, Disposition.PAGE),
    (is_price, Disposition.LABEL),
    (is_tag, Disposition.TAG),
    (is_footnote, Disposition.FOOTNOTE),
)


class Place(NamedTuple):
    """A line of the file and a character of it."""

    line: int
    at: int


class Stretch(NamedTuple):
    """The part of a file that a statement is printed in."""

    start: Place
    end: Place
    markup: bool

    def has(self, span: Span | None) -> bool:
        """Whether a place lies within."""
        return span is not None and self.start <= span[:2] <= self.end


class Known:
    """The places of all facts, and what findings say of columns, rows and tables."""

    def __init__(self, instance: Instance, findings: Sequence[Finding]) -> None:
        self.at: dict[Span, set[str]] = {}
        for finding in findings:
            if finding.span is not None:
                self.at.setdefault(finding.span, set()).add(finding.code)
        self.columns: dict[int, list[Finding]] = {}
        for finding in findings:
            found = _COLUMN_NUMBER.match(finding.message)
            if found and finding.code.startswith("column."):
                self.columns.setdefault(int(found[1]) - 1, []).append(finding)
        self.only_totals = [f for f in findings if f.code == "statement.only-total"]
        self.tables = tuple(_tables_left_out(findings))
        self._facts: dict[int, list[Span]] = {}
        self._starts: dict[int, list[int]] = {}
        for span in sorted({span for fact in instance.facts for span in fact.sources}):
            self._facts.setdefault(span.line, []).append(span)
            self._starts.setdefault(span.line, []).append(span.start)

    def fact_at(self, place: Span) -> Span | None:
        """The place of the fact that a number is part of."""
        spans = self._facts.get(place.line)
        if spans is None:
            return None
        at = bisect_right(self._starts[place.line], place.start) - 1
        return next((s for s in spans[max(at, 0) : at + 2] if s.meets(place)), None)


class _LeftOut(NamedTuple):
    """The lines of a table that a finding leaves out."""

    first: int
    last: int
    code: str


def _tables_left_out(findings: Iterable[Finding]) -> Iterator[_LeftOut]:
    """The tables that findings leave out; within one line they cannot be told apart."""
    for finding in findings:
        found = _LINES.search(finding.message) if finding.code in _TABLE_CODES else None
        if found and found[1] != found[2]:
            yield _LeftOut(int(found[1]), int(found[2]), finding.code)


class Book:
    """The claims on the numbers of one statement; the first claim on a number holds."""

    def __init__(self, seen: Scan, place: Stretch, known: Known) -> None:
        self._seen = seen
        self._place = place
        self._known = known
        self._claims: dict[int, Claim] = {}
        self._columns: dict[int, Claim] = {}

    def claims(self, mapped: MappedStatement) -> list[Claim]:
        """What became of each number, in order."""
        self._claim_facts()
        for rows in _printed(mapped):
            self._claim_cells(rows, mapped.statement)
        in_rows = {self._seen.numbers[i].line for i in self._claims}
        words = list(_words(mapped.statement))
        elsewhere = [self._claim_inside(cell, claim) for cell, claim in words]
        for (_, claim), (inside, told) in zip(words, elsewhere, strict=True):
            self._claim_near(inside, told, claim)
        self._claim_left_out_tables()
        self._claim_repeated(mapped.statement, in_rows)
        top = min(in_rows, default=0)
        return [
            self._claims.get(i) or _by_shape(self._seen, number, in_rows, top)
            for i, number in enumerate(self._seen.numbers)
        ]

    def _claim_repeated(self, statement: Statement, in_rows: set[int]) -> None:
        """Lines that repeat a heading, and those that went into the labels below them."""
        lines, numbers = self._seen.lines, self._seen.numbers
        headed = {
            _cut(lines[numbers[i].line])
            for i, claim in self._claims.items()
            if claim.disposition is Disposition.HEADING
        }
        labels = "\n".join(text for row in statement.rows for text in (row.label, *row.section))
        known: dict[int, str] = {}
        for i, number in enumerate(numbers):
            if i in self._claims or number.line in in_rows:
                continue
            if number.line not in known:
                known[number.line] = _cut(lines[number.line])
            line = known[number.line]
            if line in headed:
                self._claims[i] = Claim(Disposition.FURNITURE, line)
            elif line.strip(": ") in labels:
                self._claims[i] = Claim(Disposition.LABEL, line)

    def _claim_facts(self) -> None:
        """The first number in the place of each fact; what follows there is a mark."""
        before: Span | None = None
        for i, number in enumerate(self._seen.numbers):
            span = self._known.fact_at(number.span)
            if span is not None and span != before:
                self._claims[i] = _FACT
            before = span

    def _claim_cells(self, row: _PrintedRow, statement: Statement) -> None:
        for column, cell in enumerate(row.source.cells):
            inside = self._seen.overlapping(cell.span)[:1] if cell else range(0)
            for i in inside:
                if cell is not None and i not in self._claims:
                    self._claims[i] = self._no_fact(cell, row, column, statement)

    def _no_fact(
        self, cell: Cell, row: _PrintedRow, column: int, statement: Statement
    ) -> Claim:
        """A number that gave no fact: a rule, its column or another finding says why."""
        codes = {code for place in row.places for code in self._known.at.get(place, ())}
        if any(code.startswith("row.") for code in codes):
            return Claim(Disposition.ROW, _quoted(row.label))
        if cell.span not in row.kept and not row.taken[column]:
            return self._left_out(column)
        if cell.span in row.kept and not row.mapped and "map.ignored" in codes:
            return Claim(Disposition.IGNORED, _quoted(row.label))
        if CONFLICT in self._known.at.get(cell.span, ()):
            return Claim(Disposition.FINDING, CONFLICT)
        if statement.kind is StatementKind.EQUITY and not any(map(str.isdigit, cell.text)):
            return Claim(Disposition.NIL, f"no {_quoted(row.label)} here")
        return Claim(Disposition.FINDING, f"no fact states it as {_quoted(row.label)}")

    def _left_out(self, column: int) -> Claim:
        """A number in a column that was not taken; a finding must say so."""
        if column not in self._columns:
            self._columns[column] = self._column_left_out(column)
        return self._columns[column]

    def _column_left_out(self, column: int) -> Claim:
        for finding in (*self._known.columns.get(column, ()), *self._known.only_totals):
            if self._place.has(finding.span):
                change = finding.severity is Severity.INFO
                kind = Disposition.CHANGE if change else Disposition.COLUMN
                return Claim(kind, _cut(finding.message))
        return Claim(Disposition.FINDING, f"in column {column + 1}, which was not taken")

    def _claim_inside(self, cell: Cell, claim: Claim) -> tuple[range, Counter[str]]:
        """Claim the numbers in the place of some words; with those that are elsewhere."""
        inside = self._seen.overlapping(cell.span)
        printed = NUMBER.findall(cell.text)
        if not inside and not printed:
            return inside, Counter()
        told = Counter(printed)
        for i in inside:
            told[self._seen.numbers[i].text] -= 1
            self._claims.setdefault(i, self._told_apart(i, claim))
        return inside, +told

    def _claim_near(self, inside: range, told: Counter[str], claim: Claim) -> None:
        """Claim the numbers that words show, but whose place is that of other words.

        What is put together from several places, in mark-up, has only one of them.
        """
        if not told:
            return
        numbers = self._seen.numbers
        around = range(max(0, inside.start - _NEAR), min(len(numbers), inside.stop + _NEAR))
        for i in sorted(around, key=lambda i: max(inside.start - i, i - inside.stop)):
            if told[numbers[i].text] > 0 and i not in self._claims:
                told[numbers[i].text] -= 1
                self._claims[i] = self._told_apart(i, claim)

    def _told_apart(self, i: int, claim: Claim) -> Claim:
        """A claim on a number, but where it only refers to a note, or looks like no word."""
        text, at = near(*self._seen.around(self._seen.numbers[i]))
        if is_note(text, at):
            return Claim(Disposition.NOTE, claim.reason)
        if claim.disposition is Disposition.LABEL and stands_apart(text, at):
            return Claim(Disposition.FINDING, f"apart from the words, but {claim.reason}")
        return claim

    def _claim_left_out_tables(self) -> None:
        """Between the parts of a statement may stand tables that findings leave out."""
        first, last = self._place.start.line, self._place.end.line
        tables = [t for t in self._known.tables if t.first <= last and t.last >= first]
        for i, number in enumerate(self._seen.numbers):
            line = number.span.line
            for table in tables if i not in self._claims else ():
                if table.first <= line <= table.last:
                    self._claims[i] = Claim(Disposition.TABLE, table.code)


class _PrintedRow(NamedTuple):
    """A printed row, which may be several rows of the statement.

    `taken` tells of each column of the table whether it is one of the statement.
    """

    source: TableRow
    label: str
    rows: Sequence[Row]
    taken: Sequence[bool]
    mapped: bool

    @property
    def kept(self) -> frozenset[Span]:
        """The places of all amounts of these rows."""
        return frozenset(a.source.span for row in self.rows for a in row.amounts if a)

    @property
    def places(self) -> Iterator[Span]:
        """Where its label and its numbers are printed."""
        return (cell.span for cell in self.source.printed)


def _printed(mapped: MappedStatement) -> Iterator[_PrintedRow]:
    """The rows as printed, those of one source together."""
    both = list(zip(mapped.statement.rows, mapped.matches, strict=True))
    spans = {a.source.span for row, _ in both for a in row.amounts if a is not None}
    cells = [row.source.cells for row, _ in both]
    taken = [
        any(cell is not None and cell.span in spans for cell in column)
        for column in zip_longest(*cells)
    ]
    for _, group in groupby(both, key=lambda one: id(one[0].source)):
        together = list(group)
        rows = [row for row, _ in together]
        concepts = any(match.concepts for _, match in together)
        yield _PrintedRow(rows[0].source, rows[0].label, rows, taken, concepts)


def _words(statement: Statement) -> Iterator[tuple[Cell, Claim]]:
    """All words of a statement, and what a number among them is."""
    for row in statement.rows:
        bare = not any(row.source.cells)
        for cell in row.source.label:
            lost = bare and cell is row.source.label[-1] and is_stray_amount(cell.text)
            kind = Disposition.FINDING if lost else Disposition.LABEL
            yield cell, Claim(kind, f"in the label of {_quoted(row.label)}")
    for column in statement.columns:
        for cell in column.source.heading:
            yield cell, Claim(Disposition.HEADING, "over a column")
    for cell in statement.caption:
        yield cell, Claim(Disposition.HEADING, "in the caption")


def _quoted(label: str) -> str:
    return f'"{_cut(label)}"' if label else "a row without a label"


def _cut(text: str) -> str:
    """Words that may be very long, as far as it takes to know them."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_REASON else f"{words[: _LONGEST_REASON - 3]}..."


def _by_shape(seen: Scan, number: Number, in_rows: set[int], top: int) -> Claim:
    """What a number must be that nothing read accounts for; a finding when in doubt."""
    text, at = near(*seen.around(number))
    if is_note(text, at) and not in_column(text, at):
        return Claim(Disposition.NOTE, _cut(text))
    if number.text.startswith(_RULE):
        return Claim(Disposition.RULE, _cut(text))
    if number.line in in_rows:
        return Claim(Disposition.FINDING, "beside the numbers of a row")
    for looks, disposition in _SHAPES:
        if looks(text, at):
            above = disposition is Disposition.FURNITURE and number.line < top
            return Claim(Disposition.HEADING if above else disposition, _cut(text))
    return Claim(Disposition.FINDING, "not in any row, heading or caption")
