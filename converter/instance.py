"""Stage 7: mapped statements and cover facts to one `Instance`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from converter.arithmetic import checks
from converter.calculation import drop_false_sums
from converter.extension import domain_member
from converter.model import (
    EXTENSION,
    Context,
    CoverFact,
    Duration,
    Entity,
    ExtensionConcept,
    Fact,
    Finding,
    Instance,
    Instant,
    MappedStatement,
    Period,
    QName,
    Severity,
    Span,
    Unit,
    last_day,
)
from converter.networks import build_networks
from converter.stating import Stated, consistent, dimensions_of, statement_facts
from converter.taxonomy import Taxonomy

SCHEME = "http://www.sec.gov/CIK"
NO_CIK = "0000000000"
"""A placeholder that no filer has: the CIK is never guessed."""


def build_instance(
    statements: tuple[MappedStatement, ...],
    cover: tuple[CoverFact, ...],
    taxonomy: Taxonomy,
    *,
    stem: str,
    cik: str | None,
) -> tuple[Instance, list[Finding]]:
    """Facts, contexts, units and the extension taxonomy of one report.

    The same fact printed twice becomes one fact with two sources; two numbers for one
    concept in one context are a finding, and the first stands.
    """
    entity = Entity(SCHEME, cik or NO_CIK)
    findings = [] if cik else [_no_cik()]
    ledger = _Ledger(entity, findings)
    period = _cover_period(cover, statements)
    ledger.add_all(_cover_facts(cover, period, taxonomy, cik, findings))
    for mapped in statements:
        ledger.add_all(statement_facts(mapped, taxonomy))
    namespace = f"http://{entity.identifier}.xbrl.example/{_stamp(period)}"
    reported = tuple(dict.fromkeys(fact.concept for fact in ledger.facts))
    networks, labels, headings = build_networks(statements, reported, taxonomy, namespace)
    networks, found = drop_false_sums(networks, ledger.facts, _printed_off(statements))
    findings += found
    extensions = {e.name: e for e in (*_extensions(statements, taxonomy), *headings)}
    instance = Instance(
        stem, namespace, entity, tuple(ledger.contexts.values()), tuple(ledger.units.values()),
        tuple(ledger.facts), tuple(extensions.values()), networks, labels,
    )  # fmt: skip
    return instance, findings


def _printed_off(statements: Iterable[MappedStatement]) -> frozenset[Span]:
    """Where a total is printed that does not add up."""
    return frozenset(
        one.check.total.source.span
        for mapped in statements
        for one in checks(mapped.statement, mapped.footing)
        if one.check.difference
    )


def _no_cik() -> Finding:
    return Finding(
        "entity.no-cik",
        Severity.WARNING,
        f"the text does not give the filer's CIK; {NO_CIK} stands in its place",
        advice="give it with --cik",
    )


def _stamp(period: Period | None) -> str:
    end = last_day(period) if period else date(1, 1, 1)
    return end.strftime("%Y%m%d").zfill(8)


# --- extension concepts --------------------------------------------------------------


def _extensions(
    statements: Iterable[MappedStatement], taxonomy: Taxonomy
) -> Iterator[ExtensionConcept]:
    for mapped in statements:
        for match in mapped.matches:
            if match.extension is not None:
                yield match.extension
        for _, member in dimensions_of(mapped, taxonomy):
            if member.prefix == EXTENSION:
                yield domain_member(member, taxonomy)


# --- the cover -----------------------------------------------------------------------


def _cover_period(
    cover: tuple[CoverFact, ...], statements: tuple[MappedStatement, ...]
) -> Period | None:
    """The period of the cover's facts: the one reported on, or the day of an 8-K."""
    stated = [f.value for f in cover if f.name == "DocumentPeriodEndDate"]
    columns = (column.period for m in statements for column in m.statement.columns)
    rows = (row.period for m in statements for row in m.statement.rows)
    periods = [period for period in (*columns, *rows) if period is not None]
    end = date.fromisoformat(stated[0]) if stated else max(map(last_day, periods), default=None)
    if end is None:
        return None
    same = [p for p in periods if isinstance(p, Duration) and p.end == end]
    return min(same, default=Duration(end, end))


def _cover_facts(
    cover: tuple[CoverFact, ...],
    period: Period | None,
    taxonomy: Taxonomy,
    cik: str | None,
    findings: list[Finding],
) -> Iterator[Stated]:
    if period is None:
        findings += [_no_place(fact, "no period is known for it") for fact in cover]
        return
    for fact in cover:
        problem, value = _cover_value(fact, taxonomy)
        if problem:
            findings.append(_no_place(fact, problem))
        else:
            yield Stated(QName("dei", fact.name), period, value, fact.source)
    key = QName("dei", "EntityCentralIndexKey")
    if cik is not None and key in taxonomy:
        yield Stated(key, period, cik, None)


def _cover_value(fact: CoverFact, taxonomy: Taxonomy) -> tuple[str, str]:
    """What stands in the way of a fact (or nothing), and its value as the type wants it."""
    concept = taxonomy.concept(QName("dei", fact.name))
    if concept is None:
        return f"dei has no {fact.name} in {taxonomy.name}", ""
    item = taxonomy.item_type(concept.type)
    if item is None or _allowed(fact.value, item.facets):
        return "", fact.value
    plain = fact.value.replace("-", "")
    if _allowed(plain, item.facets):
        return "", plain
    return f"{fact.value!r} is no {concept.type.local}", ""


def _allowed(value: str, facets: tuple[tuple[str, str], ...]) -> bool:
    """Whether a value meets the facets of an item type (XML Schema part 2, 4.3)."""
    patterns = [text for name, text in facets if name == "pattern"]
    choices = [text for name, text in facets if name == "enumeration"]
    if patterns and not any(re.fullmatch(p, value) for p in patterns):
        return False
    if choices and value not in choices:
        return False
    sizes = {name: int(text) for name, text in facets if name.endswith(("ength",))}
    return len(value) == sizes.get("length", len(value)) and sizes.get("minLength", 0) <= len(
        value
    ) <= sizes.get("maxLength", len(value))


def _no_place(fact: CoverFact, why: str) -> Finding:
    return Finding(
        "cover.left-out",
        Severity.INFO,
        f"{fact.name} {fact.value!r} of the cover is left out: {why}",
        fact.source,
    )


# --- the ledger: contexts, units and facts, each once --------------------------------


class _Ledger:
    """Collects facts; gives each a context, a unit and an id; merges what is equal."""

    def __init__(self, entity: Entity, findings: list[Finding]) -> None:
        self.entity = entity
        self.findings = findings
        self.contexts: dict[str, Context] = {}
        self.units: dict[str, Unit] = {}
        self._facts: dict[tuple[QName, str, str | None], Fact] = {}
        self._ids: set[str] = set()
        self._made: dict[object, Context] = {}

    @property
    def facts(self) -> list[Fact]:
        return list(self._facts.values())

    def add_all(self, stated: Iterable[Stated]) -> None:
        for one in stated:
            self._add(one)

    def _add(self, one: Stated) -> None:
        context = self._context(one)
        key = _key(one, context)
        known = self._facts.get(key)
        if known is None:
            self.contexts.setdefault(context.id, context)
            if one.unit:
                self.units.setdefault(one.unit.id, one.unit)
            sources = (one.span,) if one.span else ()
            self._facts[key] = Fact(
                self._id(one),
                one.concept,
                context.id,
                key[2],
                one.value,
                one.decimals,
                sources,
            )
        else:
            self._facts[key] = self._merged(known, one)

    def _context(self, one: Stated) -> Context:
        where = one.period, one.dimension
        if where not in self._made:
            self._made[where] = _context(one, self.entity)
        return self._made[where]

    def _id(self, one: Stated) -> str:
        base = f"L{one.span.line}C{one.span.start + 1}" if one.span else one.concept.local
        name, number = base, 2
        while name in self._ids:
            name, number = f"{base}-{number}", number + 1
        self._ids.add(name)
        return name

    def _merged(self, known: Fact, one: Stated) -> Fact:
        """The same fact again: the finer figure, all places (EFM 6.5.12)."""
        if not consistent(known, one):
            self.findings.append(_conflict(known, one))
            return known
        finer = (one.decimals or 0) > (known.decimals or 0)
        spans = (one.span,) if one.span else ()
        return Fact(
            known.id, known.concept, known.context, known.unit,
            one.value if finer else known.value,
            one.decimals if finer else known.decimals,
            (*known.sources, *(s for s in spans if s not in known.sources)),
        )  # fmt: skip


def _key(one: Stated, context: Context) -> tuple[QName, str, str | None]:
    """What makes two facts the same one: concept, context and unit."""
    return one.concept, context.id, one.unit.id if one.unit else None


def _context(one: Stated, entity: Entity) -> Context:
    if isinstance(one.period, Instant):
        name = f"I{one.period.date.isoformat()}"
    else:
        name = f"D{one.period.start.isoformat()}_{one.period.end.isoformat()}"
    if one.dimension is None:
        return Context(name, entity, one.period)
    member = one.dimension[1].local
    return Context(f"{name}_{member}", entity, one.period, (one.dimension,))


def _conflict(known: Fact, one: Stated) -> Finding:
    first = known.sources[0].line if known.sources else 0
    return Finding(
        "fact.conflict",
        Severity.ERROR,
        f"{one.concept} is {one.value:,f} here but {known.value:,f} on line {first}, for "
        "the same period; the first stands",
        one.span,
        advice="one of the two lines is another concept: name it with --rules",
    )
