"""The total column of a statement of equity, where headings do not tell: by its numbers.

A column that in every row is the sum of others, whatever they are called, is the total.
One row would prove nothing; a dozen of them, with balances of several components, do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from converter.model import Table
from converter.numbers import read_amount

_FEWEST = 2
"""So many rows must have a total of several components: the balances."""
_MOST_ASIDE = 3
"""Up to so many columns are no part of the sum: numbers of shares, the owners' total."""
_MOST_COLUMNS = 14

_Grid = list[list[Decimal | None]]


def total_column(table: Table) -> int | None:
    """The index of the column that is the sum of others, the last of such; or None."""
    grid, columns = _grid(table), len(table.columns)
    if not 3 <= columns <= _MOST_COLUMNS:
        return None
    order = [*range(columns - 1, 0, -1), 0]
    return next((at for at in order if _is_sum(grid, at, columns)), None)


def is_total(table: Table, at: int) -> bool:
    """Whether a column is the sum of others; where components cancel out, several are."""
    return len(table.columns) <= _MOST_COLUMNS and _is_sum(_grid(table), at, len(table.columns))


def _grid(table: Table) -> _Grid:
    return [
        [None if cell is None else read_amount(cell, scale=0).number for cell in row.cells]
        for row in table.rows
        if any(row.cells)
    ]


def _is_sum(grid: _Grid, total: int, columns: int) -> bool:
    others = [i for i in range(columns) if i != total]
    return any(_holds(grid, total, parts) for parts in _parts(others))


def _parts(others: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The columns that may make the sum: all, or all but a few."""
    for count in range(min(_MOST_ASIDE, len(others) - 2) + 1):
        for aside in combinations(others, count):
            yield tuple(i for i in others if i not in aside)


def _holds(grid: _Grid, total: int, parts: Sequence[int]) -> bool:
    """Whether all rows with a total add up, a few with several terms among them."""
    telling = 0
    for row in grid:
        terms = [number for i in parts if (number := row[i])]
        if row[total] is None or not terms:
            if row[total]:
                return False
            continue
        if abs((row[total] or Decimal(0)) - sum(terms, Decimal(0))) > len(terms) // 2:
            return False
        telling += len(terms) > 1 and bool(row[total])
    return telling >= _FEWEST
