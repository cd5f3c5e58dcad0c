"""Figures that a report does not print but that follow: a first quarter, a second half."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from converter.model import Duration
from converter.proof.equations import Operand
from converter.proof.evidence import Evidence, Stating

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure for a period that is not printed; it is never a fact.

    Attributes:
        called: What the line is called.
        concept: The local name of what it states.
        period: What is left of the longer period.
        value: The longer period's figure less the others', as the first is printed.
        operands: The longer period's figure, and those that were taken from it.
    """

    called: str
    concept: str
    period: Duration
    value: Decimal
    operands: tuple[Operand, ...]


def derive(evidence: Evidence) -> Iterator[Derived]:
    """What is left of a longer period by taking away the shorter ones at its end.

    Nine months less the third quarter are the first half, less the second too the first
    quarter. Figures per share are left out: they do not add up over periods.
    """
    for stated in evidence.flows():
        for whole, total in stated.items():
            yield from _remainders(whole, total, stated)


def _remainders(
    whole: Duration, total: Stating, stated: Mapping[Duration, Stating]
) -> Iterator[Derived]:
    """What is left after the shorter period at the end, and after the one before that."""
    operands = [Operand(1, total.figure)]
    left = whole
    while last := _at_end(left, stated):
        part = stated[last]
        operands.append(Operand(-1 if part.sign == total.sign else 1, part.figure))
        left = Duration(left.start, last.start - _DAY)
        if left in stated:
            return
        value = sum((o.weight * o.figure.amount.number for o in operands), Decimal(0))
        called, concept = total.figure.called, total.concept
        yield Derived(called, concept, left, value, tuple(operands))


def _at_end(whole: Duration, stated: Mapping[Duration, Stating]) -> Duration | None:
    """The longest stated period that ends with a longer one."""
    inner = [p for p in stated if p.end == whole.end and p.start > whole.start]
    return min(inner, key=lambda p: p.start, default=None)
