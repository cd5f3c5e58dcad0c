"""Sums of a statement worked out, in exact decimals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from converter.captions import called
from converter.model import Amount, Check, Footing, Measure, Row, Statement, StatementKind, Sum
from converter.numbers import half_unit

_NONE = Decimal(0)


def check_sum(statement: Statement, one: Sum, column: int) -> Check | None:
    """A sum down one column, worked out; None where the column is blank."""
    return _check(
        statement.rows[one.total].amounts[column],
        [(t.weight, statement.rows[t.at].amounts[column]) for t in one.terms],
    )


def check_across(statement: Statement, one: Sum, row: int) -> Check | None:
    """A sum across one row, worked out; None unless every column is filled.

    In a statement of equity a blank says that a component does not move.
    """
    amounts = statement.rows[row].amounts
    terms = [(t.weight, amounts[t.at]) for t in one.terms]
    blank = any(amount is None for _, amount in terms)
    if blank and statement.kind is not StatementKind.EQUITY:
        return None
    return _check(amounts[one.total], terms)


class Worked(NamedTuple):
    """A sum in one column, or across one `row`, worked out."""

    sum: Sum
    called: str
    row: Row | None
    check: Check

    @property
    def total(self) -> str:
        """What its total is called."""
        if self.row is None:
            return self.called
        line = self.check.total.source.span.line
        return f"column {self.sum.total + 1} of {called(self.row)} on line {line}"

    @property
    def terms(self) -> str:
        """What its terms are called: `lines 5, 7, 9 add`."""
        if self.row is None:
            return listed("line", {a.source.span.line for _, a in self.check.terms})
        return listed("column", {term.at + 1 for term in self.sum.terms})


def checks(statement: Statement, footing: Footing) -> Iterator[Worked]:
    """Every sum in every column and every row."""
    for one in footing.rows:
        name = called(statement.rows[one.total])
        for column in range(len(statement.columns)):
            if (check := check_sum(statement, one, column)) is not None:
                yield Worked(one, name, None, check)
    for one in footing.columns:
        for i, row in enumerate(statement.rows):
            if row.measure is not Measure.MONEY:
                continue
            if (check := check_across(statement, one, i)) is not None:
                yield Worked(one, "", row, check)


def _check(
    total: Amount | None, terms: list[tuple[Literal[1, -1], Amount | None]]
) -> Check | None:
    if total is None:
        return None
    printed = tuple([(weight, amount) for weight, amount in terms if amount is not None])
    if not printed:
        return None
    added = tolerance = _NONE
    for weight, amount in printed:
        added = added + amount.number if weight > 0 else added - amount.number
        tolerance += half_unit(amount.decimals)
    tolerance += half_unit(total.decimals)
    return Check(total, printed, total.number - added, tolerance)


def listed(what: str, numbers: set[int]) -> str:
    """`line 5 adds`, `lines 5, 7, 9 add`."""
    if len(numbers) == 1:
        return f"{what} {min(numbers)} adds"
    return f"{what}s {', '.join(map(str, sorted(numbers)))} add"
