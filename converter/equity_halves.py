"""Statements of equity too wide for a page: the same rows again, with the other columns."""

from __future__ import annotations

from dataclasses import replace

from converter.equity_periods import is_balance
from converter.model import Cell, Table, TableRow
from converter.rows import row_label
from converter.wording import normalised

_GAP = 8


def beside(left: Table, right: Table) -> Table | None:
    """Both tables as one where the second has the same rows under other headings."""
    if not _same_rows(left, right) or _headings(left) & _headings(right):
        return None
    width = max((column.edge for column in left.columns), default=0) + _GAP
    moved = tuple(replace(column, edge=column.edge + width) for column in right.columns)
    return replace(
        left,
        columns=(*left.columns, *moved),
        rows=tuple(_rows(left, right)),
        place=(left.place[0], right.place[1]),
    )


def _same_rows(left: Table, right: Table) -> bool:
    """The same balances, and mostly the same movements."""
    one, other = _labels(left), _labels(right)
    struck = [[label for label in some if is_balance(label)] for some in (one, other)]
    if len(struck[0]) < 2 or struck[0] != struck[1]:
        return False
    return len(set(one) & set(other)) * 5 >= len(set(one) | set(other)) * 4


def _labels(table: Table) -> list[str]:
    return [normalised(row_label(row)) for row in table.rows if any(row.cells)]


def _headings(table: Table) -> set[str]:
    """What stands over the columns, whole."""
    texts = (" ".join(cell.text for cell in column.heading) for column in table.columns)
    return {normalised(text) for text in texts if normalised(text)} - {"shares", "amount"}


def _rows(left: Table, right: Table) -> list[TableRow]:
    """The rows of the first, each with the cells of the next one of the second like it."""
    blank: tuple[Cell | None, ...] = (None,) * len(right.columns)
    none: tuple[Cell | None, ...] = (None,) * len(left.columns)
    rest = [row for row in right.rows if any(row.cells)]
    rows: list[TableRow] = []
    for row in left.rows:
        label = normalised(row_label(row))
        at = next((i for i, r in enumerate(rest) if normalised(row_label(r)) == label), None)
        if at is None or (not any(row.cells) and at > 0):
            rows.append(replace(row, cells=(*row.cells, *blank)))
            continue
        rows += [replace(skipped, cells=(*none, *skipped.cells)) for skipped in rest[:at]]
        rows.append(replace(row, cells=(*row.cells, *rest[at].cells)))
        rest = rest[at + 1 :]
    return [*rows, *(replace(row, cells=(*none, *row.cells)) for row in rest)]
