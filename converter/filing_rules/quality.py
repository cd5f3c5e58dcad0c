"""What the Data Quality Committee asks (DQC_0004, 0015, 0084, 0091).

These speak of what the filing prints, so they are warnings: EDGAR refuses no submission
for them. Where an equation that fails has told of the same figure, they are silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from converter.filing_rules.report import Breach, Report, Rule, rule
from converter.model import Duration, Fact, QName, Severity

_SUM_TOLERANCE = 2
_PERIODS_TOLERANCE = 3
_DAY = timedelta(days=1)
_NOT_NEGATED = re.compile(
    r"adjust|reconcil|eliminat|reclass|restate|consolidat|revision|correct|effect|parent|"
    r"accumulated|treasury|deficit|variance|change|difference",
    re.IGNORECASE,
)
"""In the name of a member: amounts of it may well be deductions."""

_NOT_ADDED = re.compile(r"Average|Maximum|Minimum|Per[A-Z]|Percent|Rate(?:$|[A-Z])|Ratio")
_OVER_TEN = re.compile(
    r"EffectiveIncomeTaxRate(?!ReconciliationAtFederalStatutoryIncomeTaxRate$)|"
    r"InvestmentOwnedPercentOfNetAssets$"
)
_MOST_PERCENT = 10
_READ = "compare the line with the text, and the concept with the line: tieout explain"


class Identity(NamedTuple):
    """A total and what it comes to: one of several lists of terms."""

    total: str
    terms: tuple[tuple[str, ...], ...]


_EQUITY = "StockholdersEquity"
_ALL_EQUITY = "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
_BOTH_SIDES = "LiabilitiesAndStockholdersEquity"
_BETWEEN = "TemporaryEquityCarryingAmountIncludingPortionAttributableToNoncontrollingInterests"

IDENTITIES: tuple[Identity, ...] = (
    Identity("Assets", ((_BOTH_SIDES,),)),
    Identity("Assets", (("AssetsCurrent", "AssetsNoncurrent"),)),
    Identity("Liabilities", (("LiabilitiesCurrent", "LiabilitiesNoncurrent"),)),
    Identity(_ALL_EQUITY, ((_EQUITY, "MinorityInterest"),)),
    Identity(
        _BOTH_SIDES,
        (
            ("Liabilities", _ALL_EQUITY, _BETWEEN),
            ("Liabilities", _ALL_EQUITY),
            ("Liabilities", _EQUITY, "MinorityInterest", _BETWEEN),
            ("Liabilities", _EQUITY, "MinorityInterest"),
            ("Liabilities", _EQUITY, _BETWEEN),
            ("Liabilities", _EQUITY),
        ),
    ),
)  # fmt: skip
"""The sums of a balance sheet; the first list is taken whose terms are all stated."""

_Place = tuple[str, str | None]


@rule(
    "DQC.US.0004",
    "the totals of a balance sheet agree: both sides, and each with its parts, within "
    f"{_SUM_TOLERANCE} units of the coarsest figure",
    Severity.WARNING,
    _READ,
)
def _balance(report: Report) -> Iterator[Breach]:
    for identity in IDENTITIES:
        for total in report.facts.get(QName("us-gaap", identity.total), ()):
            terms = _terms(identity, total, report)
            if terms and not _equal(total, terms, _SUM_TOLERANCE) and _untold(total, report):
                named = " + ".join(fact.concept.local for fact in terms)
                yield Breach(
                    f"{total.concept} is {_number(total):,f} in {total.context}, but {named} "
                    f"come to {_added(terms):,f}",
                    total.place,
                )


def _terms(identity: Identity, total: Fact, report: Report) -> list[Fact]:
    """The terms that are stated where the total is; none if the report adds up others."""
    known = {term for terms in identity.terms for term in terms}
    arcs = (arc for network in report.instance.networks for arc in network.calculation)
    own = {arc.child.local for arc in arcs if arc.parent == total.concept}
    if own and not own <= known:
        return []
    for terms in identity.terms:
        found = [_stated(QName("us-gaap", term), total, report) for term in terms]
        if all(fact is not None for fact in found):
            stated = [fact for fact in found if fact is not None]
            return [] if len(stated) > 1 and _more(total, stated, report) else stated
    return []


def _more(total: Fact, terms: Sequence[Fact], report: Report) -> bool:
    """Whether something else is stated that the taxonomy adds into the total.

    A concept of the filer's own may well be such a thing.
    """
    names = frozenset(fact.concept for fact in terms)
    for fact in report.instance.facts:
        same = fact.context == total.context and fact.unit == total.unit
        if not same or fact.concept in names or not _number(fact):
            continue
        if fact.concept in report.extensions:
            return True
        above = report.taxonomy.ancestors(fact.concept, avoiding=names)
        if total.concept in above and not _within(fact.concept, names, report):
            return True
    return False


def _within(name: QName, names: frozenset[QName], report: Report) -> bool:
    return not names.isdisjoint(report.taxonomy.ancestors(name))


def _stated(name: QName, beside: Fact, report: Report) -> Fact | None:
    facts = report.facts.get(name, ())
    same = (f for f in facts if f.context == beside.context and f.unit == beside.unit)
    return next(same, None)


def _equal(total: Fact, terms: Sequence[Fact], tolerance: int) -> bool:
    coarsest = min(fact.decimals or 0 for fact in (total, *terms))
    return abs(_number(total) - _added(terms)) <= tolerance * Decimal(1).scaleb(-coarsest)


def _added(facts: Sequence[Fact]) -> Decimal:
    return sum(map(_number, facts), Decimal(0))


def _number(fact: Fact) -> Decimal:
    return fact.value if isinstance(fact.value, Decimal) else Decimal(0)


def _untold(fact: Fact, report: Report) -> bool:
    return not report.told.intersection(fact.sources)


@rule(
    "DQC.US.0015",
    "a concept that is never below zero is not (6.5.43); what is deducted is stated "
    "positive, with a negated label",
    Severity.WARNING,
    f"a deduction, or another concept is meant? {_READ}, and name it with --rules",
)
def _not_negative(report: Report) -> Iterator[Breach]:
    for name, facts in report.facts.items():
        concept = report.taxonomy.concept(name)
        if concept is None or not concept.non_negative:
            continue
        below = [f for f in facts if _number(f) < 0 and not _may_deduct(f, report)]
        if below:
            more = f" and {len(below) - 1} more" if len(below) > 1 else ""
            yield Breach(
                f"{name} is {_number(below[0]):,f} in {below[0].context}{more}: it is never "
                "below zero",
                below[0].place,
            )


def _may_deduct(fact: Fact, report: Report) -> bool:
    """Whether a fact is of a member whose amounts may be deductions."""
    context = report.contexts.get(fact.context)
    pairs = context.dimensions if context else ()
    return any(_NOT_NEGATED.search(member.local) for _, member in pairs)


@rule(
    "DQC.US.0084",
    "an amount of money for a period is that of its parts together, within "
    f"{_PERIODS_TOLERANCE} units of the coarsest figure",
    Severity.WARNING,
    _READ,
)
def _periods(report: Report) -> Iterator[Breach]:
    found: dict[tuple[str, ...], list[tuple[Fact, Decimal]]] = {}
    for name, facts in report.facts.items():
        declared = report.declared(name)
        if len(facts) < 3 or declared is None or declared.type.local != "monetaryItemType":
            continue
        if declared.period_type != "duration" or _NOT_ADDED.search(name.local):
            continue
        for known in _by_place(facts, report):
            for total, terms in _off(known, report):
                where = (total.context, *(fact.context for fact in terms))
                found.setdefault(where, []).append((total, _added(terms)))
    for (_, *parts), off in found.items():
        total, added = off[0]
        more = f"; so are {len(off) - 1} more amounts" if len(off) > 1 else ""
        yield Breach(
            f"{total.concept} is {_number(total):,f} in {total.context}, but its parts "
            f"{', '.join(parts)} come to {added:,f}{more}",
            total.place,
        )


def _by_place(facts: Sequence[Fact], report: Report) -> Iterator[Mapping[Duration, Fact]]:
    """Facts of a concept by period, for each unit and set of dimensions."""
    groups: dict[object, dict[Duration, Fact]] = {}
    for fact in facts:
        context = report.contexts.get(fact.context)
        if context is not None and isinstance(context.period, Duration):
            key = fact.unit, frozenset(context.dimensions)
            groups.setdefault(key, {})[context.period] = fact
    return iter(groups.values())


def _off(
    known: Mapping[Duration, Fact], report: Report
) -> Iterator[tuple[Fact, Sequence[Fact]]]:
    """Amounts that are not what their parts come to, with the parts."""
    by_start: dict[date, list[Duration]] = {}
    for period in sorted(known):
        by_start.setdefault(period.start, []).append(period)
    for whole, total in known.items():
        parts = next(_partitions(whole, whole.start, by_start), ())
        terms = [known[part] for part in parts]
        if terms and not _equal(total, terms, _PERIODS_TOLERANCE) and _untold(total, report):
            yield total, terms


def _partitions(
    whole: Duration, start: date, by_start: Mapping[date, Sequence[Duration]]
) -> Iterator[list[Duration]]:
    """The ways to make a period of shorter ones that follow each other."""
    for part in by_start.get(start, ()):
        if part == whole or part.end > whole.end or part.end < part.start:
            continue
        if part.end == whole.end:
            yield [part]
        else:
            for rest in _partitions(whole, part.end + _DAY, by_start):
                yield [part, *rest]


@rule(
    "DQC.US.0091",
    f"a share is at most {_MOST_PERCENT} (1,000 %), as 1 is the whole",
    Severity.WARNING,
    _READ,
)
def _percent(report: Report) -> Iterator[Breach]:
    for name, facts in report.facts.items():
        declared = report.declared(name)
        if declared is None or declared.type.local != "percentItemType":
            continue
        if _OVER_TEN.search(name.local):
            continue
        for fact in facts:
            if _number(fact) > _MOST_PERCENT:
                yield Breach(f"{name} is {_number(fact):f} in {fact.context}", fact.place)


RULES: tuple[Rule, ...] = (_balance, _not_negative, _periods, _percent)
