"""What is proved: equations between printed figures, worked out in exact decimals.

    stated = sum(weight * operand)                        a sum, or two that are the same
    stated = sum(weight * operand) / sum(weight * divisor)   a quotient: per share, a share

The operands are numbers as they are printed; weights turn what is printed positive and
deducted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from typing import Literal, NamedTuple

from converter.model import Amount, Period
from converter.numbers import half_unit

_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Verdict(StrEnum):
    """Whether the two sides of an equation agree."""

    HOLDS = "holds"
    FAILS = "fails"
    UNCLEAR = "cannot tell"


class Cell(NamedTuple):
    """Where a figure stands in the statements of a report: three indexes."""

    statement: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number.

    Attributes:
        called: What its line is called.
        amount: Its value, its last place, and where it is printed.
        period: Of when it is, if that is known.
        cell: Where it stands; None for one that is in no statement.
        concept: What it states, as `prefix:local`; empty where that is not known.
    """

    called: str
    amount: Amount
    period: Period | None = None
    cell: Cell | None = None
    concept: str = ""


class Operand(NamedTuple):
    """A figure that is added or deducted."""

    weight: Literal[1, -1]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation, worked out.

    Attributes:
        check: The name of the check that found it: `footing`, `cash`, `per-share`, ...
        stated: The figure on the left.
        operands: Those on the right.
        divisor: What they are divided by; empty in a sum.
        worked: What the right side comes to.
        tolerance: How far the sides may be apart by rounding: half a unit of the last
            place of every figure (Calculations 1.1, section 3); of a quotient, the range
            that its operands' rounding leaves.
        verdict: `fails` only where the sides are further apart.
        why: What speaks for the equation or, where nothing can be told, against it.
    """

    check: str
    stated: Figure
    operands: tuple[Operand, ...]
    divisor: tuple[Operand, ...]
    worked: Decimal
    tolerance: Decimal
    verdict: Verdict
    why: str

    @property
    def difference(self) -> Decimal:
        """How much is stated beyond what the operands come to."""
        return self.stated.amount.number - self.worked

    @property
    def fails(self) -> bool:
        """Whether its two sides are surely apart."""
        return self.verdict is Verdict.FAILS

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures that take part, the stated one first."""
        return (self.stated, *(o.figure for o in (*self.operands, *self.divisor)))


def sum_of(
    check: str, stated: Figure, operands: Iterable[Operand], why: str, *, sure: bool = True
) -> Equation:
    """A sum; one that is not `sure` is unclear where it does not hold."""
    terms = tuple(operands)
    worked = _total(terms)
    tolerance = rounding_of((Operand(1, stated), *terms))
    holds = abs(stated.amount.number - worked) <= tolerance
    return Equation(check, stated, terms, (), worked, tolerance, _verdict(holds, sure), why)


def quotient_of(
    check: str,
    stated: Figure,
    operands: Iterable[Operand],
    divisor: Iterable[Operand],
    why: str,
    *,
    sure: bool = True,
) -> Equation | None:
    """A quotient; None where the divisor may be zero.

    The range is that of all values which round to what is printed.
    """
    above, below = tuple(operands), tuple(divisor)
    a, b = _total(above), _total(below)
    da, db = rounding_of(above), rounding_of(below)
    if abs(b) <= db:
        return None
    worked = _EXACT.divide(a, b)
    ends = [_EXACT.divide(a + x, b + y) for x in (-da, da) for y in (-db, db)]
    spread = max(abs(end - worked) for end in ends)
    tolerance = spread + half_unit(stated.amount.decimals)
    holds = abs(stated.amount.number - worked) <= tolerance
    verdict = _verdict(holds, sure)
    return Equation(check, stated, above, below, worked, tolerance, verdict, why)


def _verdict(holds: bool, sure: bool) -> Verdict:
    if holds:
        return Verdict.HOLDS
    return Verdict.FAILS if sure else Verdict.UNCLEAR


def _total(operands: Sequence[Operand]) -> Decimal:
    return sum((o.weight * o.figure.amount.number for o in operands), Decimal(0))


def rounding_of(operands: Iterable[Operand]) -> Decimal:
    """How far a sum may be off by rounding: half a unit of the last place of each operand."""
    return sum((half_unit(o.figure.amount.decimals) for o in operands), Decimal(0))
