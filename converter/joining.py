"""Statements that run over several tables or pages: which tables belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from converter.columns import read_columns
from converter.edges import nearest
from converter.model import Cell, Period, StatementKind, Table, TableRow
from converter.rows import row_label
from converter.titles import from_title, is_furniture, names_notes, names_parent, title_of
from converter.wording import normalised

NEAR = 66
"""Over how many lines a page may break: the rest of one page, and the top of the next."""
_COMPLETE = {
    StatementKind.BALANCE_SHEET: re.compile(
        r"^(?:total )?liabilities\b.*\b(?:equity|deficit|deficiency|capital|investment)"
    ),
    StatementKind.CASH_FLOWS: re.compile(
        r"^cash\b.*\bend\b|\bend of (?:the )?(?:year|period|quarter)\b|^ending cash"
    ),
    StatementKind.INCOME: re.compile(r"^net (?:income|loss|earnings)\b|per share|\bdiluted\b"),
    StatementKind.COMPREHENSIVE_INCOME: re.compile(r"^comprehensive|^total comprehensive"),
}
_SECTION = re.compile(
    r"\b(?:assets|liabilit|equity|deficit|activities|operations|revenues?|expenses?|costs?|"
    r"income|loss|earnings|supplement|non ?cash|disclosures?|cash|current|share|capital|"
    r"commitments|contingenc)"
)
"""A word of a heading that may stand within a statement."""
_SUPPLEMENT = re.compile(
    r"supplement|(?:schedule of )?non ?cash (?:investing|financing|activit)"
)
"""How what is told below the cash flows begins."""
_PER = re.compile(r"\bshares?\b")
"""A heading without which a label below it says little: "Basic", "Net income"."""
_ADDED = re.compile(
    r"supplement|non ?cash|\bpaid\b|\bper\b.*\bshare|\bshares\b|\bdividends?\b|\bdiluted\b|"
    r"\bbasic\b|pro forma|\bcash\b|comprehensive|\btranslation\b|unrealized"
)
"""What may still follow when a statement is complete."""


def goes_on(parts: Sequence[Table], kind: StatementKind, table: Table) -> bool:
    """Whether a table is the next part of a statement rather than another table.

    Either it repeats the title, or it has none; then nothing but the furniture of pages
    (numbers, names, "continued") may stand between. Its columns are of the same periods,
    and it does not print the same rows again.
    """
    before = parts[-1]
    continued = any("continued" in cell.text.lower() for cell in table.caption)
    again = continued or bool(title_of(table.caption))
    if (table.apart and not again) or table.place[0] - before.place[1] > NEAR:
        return False
    if _is_other(table.caption):
        return False
    labels = _labels([table])
    known = _labels(parts)
    if labels and len(labels & known) * 2 > len(labels):
        return False
    if _begins_anew(parts, table) or not _same_columns(parts[0], kind, table, again=again):
        return False
    if continued or not _is_complete(kind, known):
        return _expected(parts, table)
    added = sum(bool(_ADDED.search(label)) for label in labels)
    supplement = kind is StatementKind.CASH_FLOWS and _opens(table, _SUPPLEMENT)
    return supplement or added * 2 > len(labels)


def _is_other(caption: tuple[Cell, ...]) -> bool:
    """Whether a caption tells of notes, or of the parent company alone."""
    notes = any(names_notes(cell.text) for cell in from_title(caption))
    return notes or any(names_parent(cell.text) for cell in caption)


def _opens(table: Table, words: re.Pattern[str]) -> bool:
    """Whether the first words printed in a table are such."""
    return any(words.match(normalised(row_label(row))) for row in table.rows[:1])


def _begins_anew(parts: Sequence[Table], table: Table) -> bool:
    """With the first line of the first part; or with the assets after a sheet in balance."""
    opening = [normalised(row_label(row)) for row in table.rows[:2]]
    opening += [normalised(cell.text) for cell in table.caption]
    return _first_label(table) == _first_label(parts[0]) or (
        "assets" in opening and _balances(parts)
    )


def _balances(parts: Sequence[Table]) -> bool:
    """Whether the last numbers, those of the liabilities and equity, are printed above too."""
    *above, last = [
        tuple(cell and cell.text.strip("$ ") for cell in row.cells)
        for part in parts
        for row in part.rows
        if any(row.cells)
    ]
    return last in above


def _first_label(table: Table) -> str | None:
    """How a statement begins; a part of one that goes on does not begin so again."""
    rows = (row for row in table.rows if any(row.cells))
    return next((label for row in rows if (label := normalised(row_label(row)))), None)


def _expected(parts: Sequence[Table], table: Table) -> bool:
    """Between the parts stand only titles, and headings of sections."""
    seen = _above(parts)
    return all(
        is_furniture(cell.text)
        or cell.text.rstrip().endswith(":")
        or normalised(cell.text) in seen
        or _SECTION.search(normalised(cell.text))
        for cell in from_title(table.caption)
    )


def _above(parts: Sequence[Table]) -> set[str]:
    """What stands above the numbers of each part."""
    return {
        normalised(cell.text)
        for part in parts
        for cell in (*part.caption, *(c for column in part.columns for c in column.heading))
    }


def _is_complete(kind: StatementKind, labels: set[str]) -> bool:
    pattern = _COMPLETE.get(kind)
    return pattern is not None and any(pattern.search(label) for label in labels)


def _labels(tables: Sequence[Table]) -> set[str]:
    """The labels of rows, short ones with the heading above: "Basic" is one of many."""
    labels: set[str] = set()
    for table in tables:
        above = [cell.text for cell in table.caption if not is_furniture(cell.text)]
        heading = normalised(above[-1]) if above else ""
        for row in table.rows:
            label = normalised(row_label(row))
            if not any(row.cells):
                heading = label
            elif label:
                labels.add(f"{heading} {label}" if _PER.search(heading) else label)
    return labels


def _same_columns(first: Table, kind: StatementKind, table: Table, *, again: bool) -> bool:
    """No headings of its own, or the same periods; and no more columns.

    Headings that repeat a title, but cannot be read, may be of other periods.
    """
    if len(table.columns) > len(first.columns):
        return False
    if not any(column.heading for column in table.columns):
        return True
    own, known = _periods(table, kind, first.caption), _periods(first, kind, first.caption)
    told = [period for period in own if period is not None]
    if not told:
        return not again or _words(table) == _words(first)
    return all(period in known for period in told)


def _words(table: Table) -> list[str]:
    return [normalised(cell.text) for column in table.columns for cell in column.heading]


def _periods(
    table: Table, kind: StatementKind, caption: tuple[Cell, ...]
) -> list[Period | None]:
    columns, _ = read_columns(table, kind, caption)
    return [column.period if column else None for column in columns]


def joined(parts: Sequence[Table]) -> Table:
    """The parts of a statement as one table, in the columns of the first."""
    first = parts[0]
    rows = list(first.rows)
    for i, part in enumerate(parts[1:], start=1):
        at = _columns_of(part, first)
        seen = _above(parts[:i])
        rows += [
            _heading(cell, len(first.columns))
            for cell in part.caption
            if not (
                is_furniture(cell.text) or title_of((cell,)) or normalised(cell.text) in seen
            )
        ]
        rows += [
            replace(row, cells=_moved(row.cells, at, len(first.columns))) for row in part.rows
        ]
    return replace(first, rows=tuple(rows), place=(first.place[0], parts[-1].place[1]))


def _heading(cell: Cell, columns: int) -> TableRow:
    return TableRow((cell,), cell.span.start, (None,) * columns, ruled=False)


def _columns_of(part: Table, first: Table) -> list[int]:
    """For each column of a later part, its index in the first: in order, or by place."""
    if len(part.columns) == len(first.columns):
        return list(range(len(part.columns)))
    edges = [column.edge for column in first.columns]
    at = [nearest(edges, column.edge) for column in part.columns]
    return at if len(set(at)) == len(at) else list(range(len(part.columns)))


def _moved(
    cells: tuple[Cell | None, ...], at: Sequence[int], columns: int
) -> tuple[Cell | None, ...]:
    moved: list[Cell | None] = [None] * columns
    for cell, column in zip(cells, at, strict=True):
        moved[column] = cell
    return tuple(moved)
