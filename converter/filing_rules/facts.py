"""Values of facts (EDGAR Filer Manual 6.5.12 to 6.5.42)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from converter.filing_rules.report import Breach, Report, Rule, rule
from converter.model import Fact, Severity


def place_of(fact: Fact) -> str:
    """A fact as messages name it."""
    return f"{fact.concept} in {fact.context}"


@rule(
    "EFM.6.05.12",
    "a concept has one value in a context and a unit; the same value is not stated twice",
)
def _once(report: Report) -> Iterator[Breach]:
    first: dict[object, Fact] = {}
    for fact in report.instance.facts:
        context = report.contexts.get(fact.context)
        where = (
            (context.entity, context.period, frozenset(context.dimensions)) if context else 0
        )
        known = first.setdefault((fact.concept, where, fact.unit), fact)
        if known is not fact:
            yield Breach(
                f"{place_of(fact)} is stated as {known.value} and {fact.value}",
                fact.place,
            )


@rule("EFM.6.05.17", "a number tells how exact it is by its decimals")
def _exact(report: Report) -> Iterator[Breach]:
    for fact in report.instance.facts:
        number = isinstance(fact.value, Decimal)
        if number and (fact.decimals is None or fact.unit is None):
            yield Breach(
                f"{place_of(fact)} has no {'decimals' if fact.unit else 'unit'}",
                fact.place,
            )


@rule("EFM.6.05.25", "a domain or a member is no fact")
def _no_members(report: Report) -> Iterator[Breach]:
    for name in report.facts:
        declared = report.declared(name)
        if declared is not None and declared.type.local == "domainItemType":
            yield Breach(f"{name} is a member and has a fact", report.place(name))


@rule("EFM.6.05.37", "a number has no digits other than 0 below its decimals")
def _no_digits_below(report: Report) -> Iterator[Breach]:
    for fact in report.instance.facts:
        if isinstance(fact.value, Decimal) and fact.decimals is not None and _finer(fact):
            yield Breach(
                f"{place_of(fact)} is {fact.value} with decimals {fact.decimals}",
                fact.place,
            )


def _finer(fact: Fact) -> bool:
    """Whether a value has digits that its decimals do not vouch for."""
    _, digits, exponent = Decimal(fact.value).as_tuple()
    below = -(fact.decimals or 0) - int(exponent)
    return below > 0 and any(digits[-below:])


@rule(
    "EFM.6.05.42",
    "no concept is deprecated in the taxonomy of the report",
    Severity.WARNING,
    "name another concept with --rules; tieout explain shows what else was considered",
)
def _current(report: Report) -> Iterator[Breach]:
    for name in report.used:
        concept = report.taxonomy.concept(name)
        if concept is not None and report.taxonomy.is_deprecated(concept):
            yield Breach(
                f"{name} is deprecated since {concept.deprecated_in}", report.place(name)
            )


RULES: tuple[Rule, ...] = (_once, _exact, _no_members, _no_digits_below, _current)
