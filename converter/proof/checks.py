"""The checks: each finds the equations of one kind that a report lets one work out.

A check claims an equation only where layout, concepts and periods speak for it. Where one
that should hold may well not (other movements that are not printed), it is not sure: it
holds, or it cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from converter.proof.agreements import (
    cash,
    net_income,
    prior,
    quarters,
    repeated,
    retained,
    schedule,
)
from converter.proof.equations import Equation
from converter.proof.evidence import Evidence
from converter.proof.footings import balance, cross_footing, current, footing
from converter.proof.prose import prose
from converter.proof.quotients import margins, per_share

Check = Callable[[Evidence], Iterator[Equation]]

CHECKS: Final[tuple[Check, ...]] = (
    footing,
    balance,
    cross_footing,
    current,
    cash,
    retained,
    net_income,
    quarters,
    per_share,
    margins,
    repeated,
    prior,
    schedule,
    prose,
)


def prove(evidence: Evidence, checks: Sequence[Check] = CHECKS) -> list[Equation]:
    """Every equation of a report, by check and in the order printed; none twice."""
    found: dict[tuple[object, ...], Equation] = {}
    for check in checks:
        for one in check(evidence):
            spans = tuple(f.amount.source.span for f in one.figures)
            found.setdefault((spans, one.divisor == ()), one)
    return list(found.values())
