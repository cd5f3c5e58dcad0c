"""Tables of the notes that add up to a line of a statement: its details.

A note that splits "Property, plant and equipment, net" prints the same total again, in
the same columns. That it adds up to the very numbers of the line, in every column, tells
its periods and its scale, and proves that it was read right; no heading is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from converter.arithmetic import check_sum
from converter.blocks import Block
from converter.model import (
    Duration,
    Finding,
    Footing,
    Measure,
    Row,
    Severity,
    Statement,
    StatementKind,
    Sum,
    Table,
)
from converter.rows import read_rows
from converter.scales import scale_of_amount
from converter.summing import find_sums
from converter.tables import table_of
from converter.wording import normalised

_KINDS = {StatementKind.BALANCE_SHEET, StatementKind.INCOME}
_MONTH = 30.44
_FEWEST_DIGITS = 6
"""How many digits tell a line by themselves; with fewer, its name must be printed too."""
_NO_DIGIT = {ord(char): None for char in "$(),%* \t-\u2013\u2014ABCabcNMnm/"}
"""What is printed with digits."""
_SPLIT_BY_SEGMENT = re.compile(
    r"\b(?:sales|revenues?|net (?:income|loss|earnings))\b", re.IGNORECASE
)
_OTHER_TABLES = re.compile(
    r"\b(?:segments?|geographic|quarter(?:ly|s)?|pro forma|region)", re.IGNORECASE
)

_Numbers = tuple[str, ...]


class _Line(NamedTuple):
    """A line of a statement that no other line of it explains, in some of its columns.

    `name` is its label where its numbers alone do not tell it.
    """

    statement: Statement
    row: Row
    columns: tuple[int, ...]
    name: str = ""


def find_details(
    statements: Sequence[Statement], others: Iterable[Block]
) -> tuple[list[Statement], list[Finding]]:
    """The details of the statements' lines among the other tables of a document."""
    lines = _lines(statements)
    if not lines:
        return [], []
    last = {key[-1] for key in lines}
    taken = {line for statement in statements for line in _source_lines(statement)}
    explained: dict[int, set[int]] = {}
    details: list[Statement] = []
    seen: set[_Numbers] = set()
    for block in others:
        if block.span.line in taken and block.last_line in taken:
            continue
        keys = {
            _digits([token.text for token in view.tokens])
            for view in block.body
            if view.tokens and _digits([view.tokens[-1].text])[0] in last
        }
        for key in sorted(keys & lines.keys() - seen):
            named = not lines[key].name or _is_named(block, key, lines[key].name)
            detail = _detail(table_of(block), key, lines[key]) if named else None
            if detail is not None and not _is_explained(lines[key], explained):
                seen.add(key)
                details.append(detail)
    return details, [finding for detail in details for finding in _left_out(detail)]


def _left_out(detail: Statement) -> Iterator[Finding]:
    """A finding for each column that the total has no number in: useful lives, rates."""
    rows = [row.source.cells for row in detail.rows]
    for i, total in enumerate(rows[-1]):
        cells = [cell for row in rows if (cell := row[i])]
        if cells and total is None:
            yield Finding(
                "column.no-period",
                Severity.INFO,
                f"column {i + 1} ({len(cells)} numbers) of the details of "
                f'"{detail.detail_of}" is no part of what adds up to it; it is left out',
                cells[0].span,
            )


def without_details(findings: Iterable[Finding], details: Sequence[Statement]) -> list[Finding]:
    """The findings without those that call a table nothing that turned out to be details."""
    taken = {
        cell.span for detail in details for row in detail.rows for cell in row.source.printed
    }
    return [f for f in findings if f.code != "table.not-a-statement" or f.span not in taken]


def _source_lines(statement: Statement) -> Iterator[int]:
    for row in statement.rows:
        yield from (a.source.span.line for a in row.amounts if a is not None)


def _is_named(block: Block, key: _Numbers, name: str) -> bool:
    """Whether the label of a line's numbers has the words of its name, or else the caption.

    "Other income (expense), net" of a note is "Other income, net" of the statement.
    """
    labels = [v.label for v in block.body if _digits([t.text for t in v.tokens]) == key]
    if any(labels):
        return any(set(name.split()) <= set(normalised(label).split()) for label in labels)
    return name in normalised(" ".join(view.label for view in block.header))


def _lines(statements: Iterable[Statement]) -> dict[_Numbers, _Line]:
    """The lines by what is printed in them; of a line printed twice, the first.

    Other lines that print the same numbers are left out.
    """
    found: dict[_Numbers, _Line | None] = {}
    for statement in statements:
        if statement.kind not in _KINDS:
            continue
        groups = list(_column_groups(statement))
        for row in statement.rows:
            if row.is_total or _SPLIT_BY_SEGMENT.search(row.label):
                continue
            for columns in groups:
                if key := _printed(row, columns):
                    name = "" if _is_telling(key) else normalised(row.label)
                    line = _Line(statement, row, columns, name)
                    found[key] = _first_of(found[key], line) if key in found else line
    return {key: line for key, line in found.items() if line is not None}


def _column_groups(statement: Statement) -> Iterator[tuple[int, ...]]:
    """All columns; and those of periods of one length: a note may leave the quarter out."""
    yield tuple(range(len(statement.columns)))
    lengths: dict[int, list[int]] = {}
    for i, column in enumerate(statement.columns):
        if isinstance(column.period, Duration):
            days = (column.period.end - column.period.start).days
            lengths.setdefault(round(days / _MONTH), []).append(i)
    yield from map(tuple, lengths.values() if len(lengths) > 1 else ())


def _first_of(first: _Line | None, again: _Line) -> _Line | None:
    """The first of two lines that print the same, if they are one line."""
    same = first and normalised(first.row.label) == normalised(again.row.label)
    return first if same else None


def _is_telling(numbers: _Numbers) -> bool:
    return sum(map(len, numbers)) >= _FEWEST_DIGITS


def _is_explained(line: _Line, totals: dict[int, set[int]]) -> bool:
    """Whether the statement itself adds up to the line; `totals` keeps what is known."""
    key = id(line.statement)
    if key not in totals:
        rows = line.statement.rows
        totals[key] = {id(rows[one.total]) for one in find_sums(line.statement).rows}
    return id(line.row) in totals[key]


def _printed(row: Row, columns: Sequence[int]) -> _Numbers | None:
    """The digits of a row of money in some columns, two or more, that are all filled."""
    if row.measure is not Measure.MONEY or row.aside or not row.label:
        return None
    amounts = [row.amounts[i] for i in columns]
    digits = _digits([amount.source.text for amount in amounts if amount is not None])
    return digits if len(digits) == len(columns) > 1 and all(digits) else None


def _digits(texts: Sequence[str]) -> _Numbers:
    return tuple(text.translate(_NO_DIGIT) for text in texts)


def _detail(table: Table, key: _Numbers, line: _Line) -> Statement | None:
    """The rows of a table that add up to a line, as a statement of its columns.

    What stands in other columns (useful lives, rates) is not looked at.
    """
    caption = " ".join(cell.text for cell in table.caption)
    kept = _columns_of(table, key)
    if len(kept) != len(line.columns) or _OTHER_TABLES.search(caption):
        return None
    scale = _scale(line.row)
    whole = replace(
        line.statement,
        title=f"{line.row.label} (Details)",
        rows=tuple(_closing(row, key) for row in read_rows(table, kept, scale, scale)),
        columns=tuple(
            replace(line.statement.columns[i], source=table.columns[at])
            for i, at in zip(line.columns, kept, strict=True)
        ),
        caption=table.caption,
        detail_of=line.row.label,
    )
    footing = find_sums(whole)
    for one in footing.rows:
        if _printed_row(whole.rows[one.total]) == key and _holds(whole, one):
            return _cut(whole, footing, one, line.row)
    return None


def _columns_of(table: Table, key: _Numbers) -> list[int]:
    """The columns in which a table prints the numbers of a line; empty when none does."""
    for row in table.rows:
        filled = [i for i, cell in enumerate(row.cells) if cell is not None]
        if _digits([cell.text for cell in row.cells if cell is not None]) == key:
            return filled
    return []


def _closing(row: Row, key: _Numbers) -> Row:
    """A row that prints the numbers of the line is a total as if a rule stood over it."""
    if _printed_row(row) != key:
        return row
    return replace(row, source=replace(row.source, ruled=True))


def _printed_row(row: Row) -> _Numbers:
    return _digits([amount.source.text for amount in row.amounts if amount is not None])


def _scale(row: Row) -> int:
    return scale_of_amount(next(amount for amount in row.amounts if amount is not None))


def _holds(statement: Statement, one: Sum) -> bool:
    """Whether a sum of two terms or more adds up exactly, in every column."""
    checks = [check_sum(statement, one, column) for column in range(len(statement.columns))]
    return len(one.terms) > 1 and all(check and not check.difference for check in checks)


def _cut(statement: Statement, footing: Footing, one: Sum, line: Row) -> Statement | None:
    """The rows from the first term to the total; None when others stand between."""
    used = {one.total, *_terms(footing, one)}
    first = min(used)
    rows = statement.rows[first : one.total + 1]
    if any(any(row.amounts) and first + i not in used for i, row in enumerate(rows)):
        return None
    total = replace(rows[-1], label=line.label, section=line.section, level=line.level)
    return replace(statement, rows=(*rows[:-1], total))


def _terms(footing: Footing, one: Sum) -> Iterator[int]:
    below = {other.total: other for other in footing.rows}
    for term in one.terms:
        yield term.at
        if term.at in below:
            yield from _terms(footing, below[term.at])
