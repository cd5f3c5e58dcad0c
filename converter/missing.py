"""What a row that is missing would state, where no rows add up to a total in any column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from converter.model import Footing, Statement


class Missing(NamedTuple):
    """The rows that may be those of a total, and what is missing beside them.

    `numbers` are those of the columns where the total is printed, from left to right.
    """

    rows: tuple[int, ...]
    numbers: tuple[Decimal, ...]


def missing_row(
    statement: Statement, footing: Footing, above: Sequence[int], total: int
) -> Missing | None:
    """The least that a row may have to state, to complete the rows since the last total.

    Whether that total is a term too is not printed. What is missing has the same sign in
    every column, and is less than the total: else the rows are those of something else.
    """
    found = (_beside(statement, rows, total) for rows in _runs(footing, above, total))
    likely = [one for one in found if _is_one_row(one, statement, total)]
    return min(likely, key=lambda one: _size(one.numbers), default=None)


def _runs(footing: Footing, above: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """The rows of no sum after the last total, without it and with it."""
    sums = [one for one in footing.rows if one.total < total]
    used = {term.at for one in sums for term in one.terms}
    last = max((one.total for one in sums), default=-1)
    yield tuple(row for row in above if row > last and row not in used)
    yield tuple(row for row in above if row >= last and row not in used)


def _beside(statement: Statement, rows: tuple[int, ...], total: int) -> Missing:
    numbers = []
    for column, stated in enumerate(statement.rows[total].amounts):
        amounts = (statement.rows[row].amounts[column] for row in rows)
        added = sum((amount.number for amount in amounts if amount), Decimal(0))
        numbers += [stated.number - added] if stated else []
    return Missing(rows, tuple(numbers))


def _is_one_row(one: Missing, statement: Statement, total: int) -> bool:
    whole = [amount.number for amount in statement.rows[total].amounts if amount]
    same_sign = all(n >= 0 for n in one.numbers) or all(n <= 0 for n in one.numbers)
    return len(one.rows) > 0 and same_sign and 0 < _size(one.numbers) < _size(whole)


def _size(numbers: Sequence[Decimal]) -> Decimal:
    return sum(map(abs, numbers), Decimal(0))
