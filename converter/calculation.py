"""The statements' own sums as calculation relationships (XBRL 2.1 section 5.2.5).

A relationship binds every context in which its total and an item are reported, whichever
table they were printed in. A sum that a statement prints, and that holds there, must not
accuse facts that no table adds up; such a sum is left out of the link base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from converter.model import (
    CalculationArc,
    Fact,
    Finding,
    MappedStatement,
    Match,
    Network,
    QName,
    Severity,
    Span,
    Sum,
)
from converter.numbers import half_unit
from converter.signs import sum_weight
from converter.taxonomy import Taxonomy

_Items = dict[QName, int]


def calculation_arcs(
    group: Sequence[MappedStatement], taxonomy: Taxonomy
) -> Iterator[CalculationArc]:
    """The statement's own sums, merged over the tables of one title.

    A sum is left out when it would bind facts that the statement does not add: where
    another table of the group prints the same total with other terms beside it.
    """
    sums: dict[QName, list[tuple[_Items, set[QName]]]] = {}
    for mapped in group:
        printed = {name for match in mapped.matches for name in match.concepts}
        for one in mapped.footing.rows:
            items = _items(mapped, one, taxonomy)
            if items is not None:
                total = mapped.matches[one.total].concepts[0]
                sums.setdefault(total, []).append((items, printed))
    for total, parts in sums.items():
        merged: _Items = {}
        for items, _ in parts:
            for name, weight in items.items():
                merged.setdefault(name, weight)
        if all(_same_binding(merged, items, printed) for items, printed in parts):
            for order, (name, weight) in enumerate(merged.items(), start=1):
                yield CalculationArc(total, name, order, 1 if weight > 0 else -1)


def _same_binding(merged: _Items, items: _Items, printed: set[QName]) -> bool:
    bound = {name: weight for name, weight in merged.items() if name in printed}
    return bound == items


def _items(mapped: MappedStatement, one: Sum, taxonomy: Taxonomy) -> _Items | None:
    """The terms of a sum as concepts with weights; None when XBRL cannot say it."""
    total = mapped.matches[one.total]
    if not one.proven or len(one.terms) < 2 or len(total.concepts) != 1:
        return None
    items: _Items = {}
    for term in one.terms:
        match = mapped.matches[term.at]
        if len(match.concepts) != 1 or match.concepts[0] in items:
            return None
        if match.concepts == total.concepts or not _same_period(total, match, taxonomy):
            return None
        implied = term.weight * total.sign * match.sign
        if (sum_weight(total, match, taxonomy) or implied) != implied:
            return None
        items[match.concepts[0]] = implied
    return items


def _same_period(total: Match, item: Match, taxonomy: Taxonomy) -> bool:
    """Calculation arcs join concepts of one period type (EFM 6.14.3)."""
    return _period_type(total, taxonomy) == _period_type(item, taxonomy)


def _period_type(match: Match, taxonomy: Taxonomy) -> str | None:
    if match.extension is not None:
        return match.extension.period_type
    concept = taxonomy.concept(match.concepts[0])
    return concept.period_type if concept else None


# --- against the facts ---------------------------------------------------------------

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
    slack = sum((half_unit(fact.decimals) for _, fact in (*items, (1, total))), Decimal(0))
    return abs(_number(total) - added) <= slack


def _number(fact: Fact) -> Decimal:
    return fact.value if isinstance(fact.value, Decimal) else Decimal(0)


def _left_out(fact: Fact, network: Network) -> Finding:
    return Finding(
        "calculation.left-out",
        Severity.INFO,
        f"the sum of {fact.concept} is left out of the calculation link base of "
        f'"{network.definition}": another table states some of its items',
        fact.place,
    )
