"""Calculation relationships against the facts they would bind (Calculations 1.1).

A relationship binds every context in which its total and an item are reported, whichever
table they were printed in. A sum that a statement prints, and that holds there, must not
accuse facts that no table adds up; such a sum is left out of the link base.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from converter.model import (
    CalculationArc,
    Fact,
    Finding,
    Network,
    QName,
    Severity,
    Span,
)

_Facts = Mapping[QName, Mapping[tuple[str, str | None], Fact]]


def drop_false_sums(
    networks: Sequence[Network], facts: Iterable[Fact], off: frozenset[Span]
) -> tuple[tuple[Network, ...], list[Finding]]:
    """Leave out the sums that would accuse facts of what no statement prints.

    Args:
        networks: Of the report.
        facts: Of the report.
        off: Where totals are printed that the statement itself does not add up to;
            those stay, so that any processor reports them too.
    """
    reported: dict[QName, dict[tuple[str, str | None], Fact]] = {}
    for fact in facts:
        reported.setdefault(fact.concept, {})[fact.context, fact.unit] = fact
    findings: list[Finding] = []
    kept = []
    for network in networks:
        groups: dict[QName, list[CalculationArc]] = {}
        for arc in network.calculation:
            groups.setdefault(arc.parent, []).append(arc)
        good: list[CalculationArc] = []
        for total, arcs in groups.items():
            accused = [
                fact for fact in _accused(total, arcs, reported) if not off & set(fact.sources)
            ]
            if accused:
                findings.append(_left_out(accused[0], network))
            else:
                good += arcs
        kept.append(replace(network, calculation=tuple(good)))
    return tuple(kept), findings


def _accused(total: QName, arcs: Sequence[CalculationArc], reported: _Facts) -> Iterable[Fact]:
    """The totals that differ from their items by more than rounding."""
    for place, fact in reported.get(total, {}).items():
        items = [
            (arc.weight, reported[arc.child][place])
            for arc in arcs
            if place in reported.get(arc.child, {})
        ]
        if items and not _adds_up(fact, items):
            yield fact


def _adds_up(total: Fact, items: Sequence[tuple[int, Fact]]) -> bool:
    """Whether the intervals of total and sum overlap, each figure within half a unit."""
    added = sum((weight * _number(item) for weight, item in items), Decimal(0))
    slack = sum((_half_unit(fact) for _, fact in (*items, (1, total))), Decimal(0))
    return abs(_number(total) - added) <= slack


def _number(fact: Fact) -> Decimal:
    return fact.value if isinstance(fact.value, Decimal) else Decimal(0)


def _half_unit(fact: Fact) -> Decimal:
    return Decimal(10) ** -(fact.decimals or 0) / 2


def _left_out(fact: Fact, network: Network) -> Finding:
    return Finding(
        "calculation.left-out",
        Severity.INFO,
        f"the sum of {fact.concept} is left out of the calculation link base of "
        f'"{network.definition}": another table states some of its items',
        fact.sources[0] if fact.sources else None,
    )
