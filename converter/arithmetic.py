"""Sums of a statement worked out, in exact decimals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from converter.captions import called
from converter.model import Amount, Check, Footing, Measure, Statement, StatementKind, Sum
from converter.numbers import half_unit


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
    """A sum in one column or row, worked out, with what its total and terms are called."""

    sum: Sum
    total: str
    terms: str
    check: Check


def checks(statement: Statement, footing: Footing) -> Iterator[Worked]:
    """Every sum in every column and every row."""
    for one in footing.rows:
        name = called(statement.rows[one.total])
        for column in range(len(statement.columns)):
            if (check := check_sum(statement, one, column)) is not None:
                lines = {a.source.span.line for _, a in check.terms}
                yield Worked(one, name, listed("line", lines), check)
    for one in footing.columns:
        parts = listed("column", {term.at + 1 for term in one.terms})
        for i, row in enumerate(statement.rows):
            if row.measure is not Measure.MONEY:
                continue
            if (check := check_across(statement, one, i)) is not None:
                line = check.total.source.span.line
                name = f"column {one.total + 1} of {called(row)} on line {line}"
                yield Worked(one, name, parts, check)


def _check(
    total: Amount | None, terms: list[tuple[Literal[1, -1], Amount | None]]
) -> Check | None:
    printed = tuple((weight, a) for weight, a in terms if a is not None)
    if total is None or not printed:
        return None
    added = sum((weight * a.number for weight, a in printed), Decimal(0))
    halves = [half_unit(amount.decimals) for _, amount in (*printed, (1, total))]
    return Check(total, printed, total.number - added, sum(halves, Decimal(0)))


def listed(what: str, numbers: set[int]) -> str:
    """`line 5 adds`, `lines 5, 7, 9 add`."""
    if len(numbers) == 1:
        return f"{what} {min(numbers)} adds"
    return f"{what}s {', '.join(map(str, sorted(numbers)))} add"
