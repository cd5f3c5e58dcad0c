"""Entities, contexts and units (EDGAR Filer Manual 6.5.1 to 6.5.11, 6.5.19, 6.5.23)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from converter.filing_rules.report import Breach, Report, Rule, rule
from converter.instance import NO_CIK, SCHEME
from converter.model import Duration, QName, Severity

_DIMENSION = QName("xbrldt", "dimensionItem")
_LONGEST_MEASURE = 200


@rule("EFM.6.05.01", f"every context identifies the entity by the scheme {SCHEME}")
def _scheme(report: Report) -> Iterator[Breach]:
    for context in report.instance.contexts:
        if context.entity.scheme != SCHEME:
            yield Breach(f"context {context.id} has the scheme {context.entity.scheme!r}")


@rule("EFM.6.05.02", "the entity's identifier is a Central Index Key, of ten digits")
def _ten_digits(report: Report) -> Iterator[Breach]:
    for context in report.instance.contexts:
        if not re.fullmatch(r"[0-9]{10}", context.entity.identifier):
            yield Breach(f"context {context.id} has the CIK {context.entity.identifier!r}")


@rule("EFM.6.05.03", "all contexts are of one entity")
def _one_entity(report: Report) -> Iterator[Breach]:
    entities = {context.entity for context in report.instance.contexts}
    if len(entities) > 1:
        named = ", ".join(sorted(entity.identifier for entity in entities))
        yield Breach(f"the contexts are of {len(entities)} entities: {named}")


@rule(
    "EFM.6.05.05",
    "a segment holds explicit members of axes and nothing else; typed ones are not allowed "
    "(6.5.39)",
)
def _explicit(report: Report) -> Iterator[Breach]:
    for axis, member in dict.fromkeys(
        pair for context in report.instance.contexts for pair in context.dimensions
    ):
        declared = report.declared(axis)
        if declared is None or declared.group != _DIMENSION:
            yield Breach(f"{axis} stands in a segment and is no axis")
        elif report.declared(member) is None:
            yield Breach(f"{member} stands in a segment and is declared nowhere")


@rule("EFM.6.05.07", "no two contexts are the same")
def _distinct(report: Report) -> Iterator[Breach]:
    first: dict[object, str] = {}
    for context in report.instance.contexts:
        key = context.entity, context.period, frozenset(context.dimensions)
        known = first.setdefault(key, context.id)
        if known != context.id:
            yield Breach(f"contexts {known} and {context.id} are the same")


@rule("EFM.6.05.08", "every context has a fact")
def _needed(report: Report) -> Iterator[Breach]:
    used = {fact.context for fact in report.instance.facts}
    for context in report.instance.contexts:
        if context.id not in used:
            yield Breach(f"context {context.id} has no fact")


@rule(
    "EFM.6.05.09",
    "no period begins on the day on which another ends: they would share a day",
    Severity.WARNING,
    "see whether the headings print these dates, or mean the day after; where they do, "
    "write the right date over the column in a copy of the text",
)
def _no_shared_day(report: Report) -> Iterator[Breach]:
    periods = dict.fromkeys(
        c.period for c in report.instance.contexts if isinstance(c.period, Duration)
    )
    starts = {period.start for period in periods}
    for one in periods:
        if one.end not in starts or one.start == one.end:
            continue
        for other in periods:
            if other.start == one.end and other.end != one.end:
                yield Breach(
                    f"the period from {one.start} to {one.end} shares a day with that "
                    f"from {other.start} to {other.end}"
                )


@rule("EFM.6.05.11", "no two units are the same")
def _distinct_units(report: Report) -> Iterator[Breach]:
    first: dict[object, str] = {}
    for unit in report.instance.units:
        known = first.setdefault((unit.numerator, unit.denominator), unit.id)
        if known != unit.id:
            yield Breach(f"units {known} and {unit.id} are the same")


@rule(
    "EFM.6.05.19",
    "a context without segment spans the period of the report",
    Severity.WARNING,
    "see whether a column of flows, or the cover's period, was not read: tieout inspect",
)
def _required_context(report: Report) -> Iterator[Breach]:
    contexts = report.instance.contexts
    if contexts and not any(
        isinstance(c.period, Duration) and not c.dimensions for c in contexts
    ):
        yield Breach("no context without segment has a duration")


@rule("EFM.6.05.23", "the cover's Central Index Key is that of the contexts")
def _same_key(report: Report) -> Iterator[Breach]:
    stated, identifier = (
        report.cover("EntityCentralIndexKey"),
        report.instance.entity.identifier,
    )
    if stated is not None and identifier not in {stated, NO_CIK}:
        yield Breach(f"the cover states the CIK {stated}, the contexts {identifier}")


@rule("EFM.6.05.36", f"the name of a measure has at most {_LONGEST_MEASURE} bytes")
def _short_measures(report: Report) -> Iterator[Breach]:
    for unit in report.instance.units:
        for measure in (unit.numerator, unit.denominator):
            if measure and len(measure.local.encode()) > _LONGEST_MEASURE:
                yield Breach(f"the measure {measure.local[:40]}... of unit {unit.id} is long")


RULES: tuple[Rule, ...] = (
    _scheme, _ten_digits, _one_entity, _explicit, _distinct, _needed, _no_shared_day,
    _distinct_units, _required_context, _same_key, _short_measures,
)  # fmt: skip
