"""The ledger of what is printed: every number of a statement is accounted for.

A number is a fact, or is left out for a reason that has a name, or is a finding. The
numbers are those that scanning.py finds in the file, not those that were read, so that
one lost on the way is noticed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from converter.claims import CONFLICT, Book, Disposition, Known, Place, Stretch
from converter.model import (
    Finding,
    Instance,
    Line,
    MappedStatement,
    Severity,
    Span,
    Statement,
    StatementKind,
    Submission,
)
from converter.scanning import scan

_ROW_END = re.compile(r"</?(?:tr|table)\b", re.IGNORECASE)
_GAPS = ("  ", "\t")
_LONGEST_ROW = 400
"""Over how many lines of a file a row of mark-up may run."""
_FARTHEST_CAPTION = 30
"""Another table stands between, when the caption is farther above: both are under it."""
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A printed number, what became of it, and why.

    `row` counts the lines as printed: of mark-up, the rows of its tables.
    """

    span: Span
    text: str
    row: int
    disposition: Disposition
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All numbers printed from the caption of a statement to its last row, in order.

    `statement` is the index of the statement; `first` and `last` are lines of the file.
    """

    statement: int
    kind: StatementKind
    first: int
    last: int
    entries: tuple[Entry, ...]

    @property
    def counts(self) -> Counter[Disposition]:
        """How many numbers became what."""
        return Counter(entry.disposition for entry in self.entries)


def account(
    submission: Submission,
    statements: Sequence[MappedStatement],
    instance: Instance,
    findings: Sequence[Finding],
) -> tuple[tuple[Coverage, ...], list[Finding]]:
    """The ledger of each statement taken, and a finding for each line with a loss.

    Args:
        submission: The file that the statements stand in.
        statements: Those that the report is made of.
        instance: The report; a number is a fact only if it has its place.
        findings: What has been found so far; a column or a line that one of them
            leaves out is not lost in silence.
    """
    known = Known(instance, findings)
    ledgers: list[Coverage] = []
    found: list[Finding] = []
    after = Place(0, 0)
    printed = [_row_spans(mapped.statement) for mapped in statements]
    for at in sorted(range(len(statements)), key=lambda at: min(printed[at])[:2]):
        mapped = statements[at]
        place = _stretch(submission, mapped.statement, printed[at], after)
        if place is None:
            continue
        after = place.end
        entries = _entries(submission, mapped, place, known)
        kind = mapped.statement.kind
        ledgers.append(Coverage(at, kind, place.start.line, place.end.line, entries))
        found += _unread(ledgers[-1])
    return tuple(sorted(ledgers, key=lambda ledger: ledger.statement)), found


def _entries(
    submission: Submission, mapped: MappedStatement, place: Stretch, known: Known
) -> tuple[Entry, ...]:
    lines = list(submission.lines[place.start.line - 1 : place.end.line])
    seen = scan(lines, place.start.at, place.end.at, markup=place.markup)
    claims = Book(seen, place, known).claims(mapped)
    return tuple(
        Entry(number.span, number.text, number.line, claim.disposition, claim.reason)
        for number, claim in zip(seen.numbers, claims, strict=True)
    )


# --- where a statement is ------------------------------------------------------------


def _row_spans(statement: Statement) -> list[Span]:
    return [cell.span for row in statement.rows for cell in row.source.printed]


def _stretch(
    submission: Submission, statement: Statement, rows: Sequence[Span], after: Place
) -> Stretch | None:
    """From the first thing printed above a statement to its last row.

    A caption may be that of a statement before it, which has accounted for it; details
    are some rows of a table, without it. Of plain text whole lines are taken, but not
    the running text that a title ends.
    """
    above = [cell.span for column in statement.columns for cell in column.source.heading]
    top = min(span.line for span in (*above, *rows))
    above += [c.span for c in statement.caption if top - c.span.line <= _FARTHEST_CAPTION]
    above = [] if statement.detail_of else above
    first = min((span for span in (*above, *rows) if span[:2] > after), default=None)
    if first is None:
        return None
    start = Place(first.line, first.start)
    line, end = max((span.line, span.end) for span in rows)
    if _is_markup(submission, line):
        return Stretch(start, _end_of_row(submission.lines, line, end), markup=True)
    before = submission.lines[start.line - 1].text[: start.at]
    if not before.strip() or before.endswith(_GAPS):
        start = Place(start.line, 0)
    whole = len(submission.lines[line - 1].text)
    return Stretch(start, Place(line, whole), markup=False)


def _is_markup(submission: Submission, line: int) -> bool:
    """Whether a line is of a document of mark-up."""
    return any(
        document.markup and document.lines[0].number <= line <= document.lines[-1].number
        for document in submission.documents
        if document.lines
    )


def _end_of_row(lines: Sequence[Line], line: int, at: int) -> Place:
    """Where a row of a table of mark-up ends that a place is in."""
    for one in lines[line - 1 : line + _LONGEST_ROW]:
        found = _ROW_END.search(one.text, at if one.number == line else 0)
        if found:
            return Place(one.number, found.start())
    return Place(line, at)


# --- findings ------------------------------------------------------------------------


def _unread(ledger: Coverage) -> Iterator[Finding]:
    """One finding for each printed line with numbers that nothing accounts for."""
    lost = (
        entry
        for entry in ledger.entries
        if entry.disposition is Disposition.FINDING and entry.reason != CONFLICT
    )
    for _, group in groupby(lost, key=lambda entry: (entry.row, entry.reason)):
        yield _finding(list(group), ledger.kind)


def _finding(lost: Sequence[Entry], kind: StatementKind) -> Finding:
    names = ", ".join(entry.text for entry in lost[:_LISTED])
    more = f" and {len(lost) - _LISTED} more" if len(lost) > _LISTED else ""
    what = "the number" if len(lost) == 1 else "the numbers"
    span = lost[0].span
    same = [entry.span.end for entry in lost if entry.span.line == span.line]
    return Finding(
        "coverage.unread",
        Severity.WARNING,
        f"{what} {names}{more} of the {kind.value} became no fact: {lost[0].reason}",
        span._replace(end=max(same)),
        advice="compare the line with the report; see: tieout inspect FILE --stage coverage",
    )
