"""Figures tried with other values, and what would become of the equations they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from converter.model import Cell as Place
from converter.model import MappedStatement
from converter.proof.edits import Error, rounded_as, slips
from converter.proof.equations import Equation, Figure, Operand, Verdict, quotient_of
from converter.proof.printed import Printed

_MOST_THROUGH = 50
"""So many of the equations that a figure stands in are worked out anew; a filing's has ten."""


class Case(NamedTuple):
    """All that suspects are judged by."""

    through: Mapping[Place, list[Equation]]
    statements: Sequence[MappedStatement]
    printed: Printed


class Trial(NamedTuple):
    """A figure with another value, and what would become of its equations.

    `settles` counts equations that could not be told and would hold; `off` is how far the
    mended ones remain apart.
    """

    error: Error
    figure: Figure
    value: Decimal
    mends: int
    breaks: int
    settles: int
    off: Decimal


def by_place(equations: Iterable[Equation]) -> dict[Place, list[Equation]]:
    """The equations that each printed number stands in, the first of very many."""
    through: dict[Place, list[Equation]] = {}
    for one in equations:
        for place in dict.fromkeys(f.amount.source for f in one.figures):
            known = through.setdefault(place, [])
            if len(known) < _MOST_THROUGH:
                known.append(one)
    return through


def cells(statements: Sequence[MappedStatement]) -> Iterator[tuple[int, str]]:
    """The line and the text of every cell of the statements, once each."""
    places = dict.fromkeys(
        amount.source
        for mapped in statements
        for row in mapped.statement.rows
        for amount in row.amounts
        if amount is not None
    )
    return ((place.span.line, place.text) for place in places)


# --- trials --------------------------------------------------------------------------


def trials(figure: Figure, case: Case) -> Iterator[Trial]:
    """A figure with every value that mends some equation."""
    amount = figure.amount
    through = case.through[amount.source]
    sides = [(one, _weight(one, amount.source)) for one in through]
    failing = [(one, w) for one, w in sides if one.fails and w and not one.divisor]
    for error, value in _values(figure, failing, case):
        change = value - amount.number
        if any(abs(e.difference + w * change) <= e.tolerance for e, w in failing):
            yield _trial(error, figure, value, sides)


def _values(
    figure: Figure, failing: Sequence[tuple[Equation, int]], case: Case
) -> Iterator[tuple[Error, Decimal]]:
    """What a figure may have to be: by one slip, as in another column, or as it must."""
    amount = figure.amount
    yield from slips(amount)
    if figure.cell is not None:
        row = case.statements[figure.cell.statement].statement.rows[figure.cell.row]
        for other in row.amounts:
            if other is not None and other.number not in (amount.number, 0):
                yield Error.COLUMN, other.number
    for one, weight in failing:
        stated = one.stated.amount.source == amount.source
        must = rounded_as(amount.number - one.difference / weight, amount)
        yield Error.TOTAL if stated else Error.NUMBER, must


def _trial(
    error: Error, figure: Figure, value: Decimal, sides: Sequence[tuple[Equation, int]]
) -> Trial:
    change = value - figure.amount.number
    mends = breaks = settles = 0
    off = Decimal(0)
    for one, weight in sides:
        apart, slack = _apart(one, weight, figure.amount.source, change)
        holds = apart <= slack
        mends += holds and one.fails
        settles += holds and one.verdict is Verdict.UNCLEAR
        breaks += not holds and one.verdict is not Verdict.UNCLEAR
        off += apart if one.fails and holds else 0
    return Trial(error, figure, value, mends, breaks, settles, off)


def _weight(one: Equation, place: Place) -> int:
    """By how much the difference of a sum grows with a figure."""
    stated = one.stated.amount.source == place
    return stated - sum(o.weight for o in one.operands if o.figure.amount.source == place)


def _apart(
    one: Equation, weight: int, place: Place, change: Decimal
) -> tuple[Decimal, Decimal]:
    """How far the sides of an equation are apart after a change, and how far they may be."""
    if not one.divisor:
        return abs(one.difference + weight * change), one.tolerance
    stated, above, below = (
        [_changed(o, place, change) for o in operands]
        for operands in ([Operand(1, one.stated)], one.operands, one.divisor)
    )
    again = quotient_of(one.check, stated[0].figure, above, below, one.why)
    return (abs(again.difference), again.tolerance) if again else (Decimal(1), Decimal(0))


def _changed(operand: Operand, place: Place, change: Decimal) -> Operand:
    figure = operand.figure
    if figure.amount.source != place:
        return operand
    amount = replace(figure.amount, number=figure.amount.number + change)
    return operand._replace(figure=replace(figure, amount=amount))
