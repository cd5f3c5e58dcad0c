"""Stage 5: which concept each row states, with the evidence, and with which sign.

A line's wording proposes concepts; the calculation tree of the taxonomy disposes: a
row that a printed total adds up must be a descendant of the total's concept. What fits
nowhere gets a concept of the filer's own. Nothing is forced, nothing is dropped.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import Literal, NamedTuple

from converter.errors import OptionsError
from converter.extension import concept_name, extension_concept
from converter.model import (
    EXTENSION,
    Alternative,
    Finding,
    Footing,
    MappedStatement,
    Match,
    Measure,
    QName,
    Row,
    Severity,
    Span,
    Statement,
    StatementKind,
    Sum,
)
from converter.options import Rule
from converter.resources import resource
from converter.statements import balance_at, is_instant
from converter.taxonomy import Concept, Taxonomy
from converter.wording import normalised

Sign = Literal[1, -1]
_ITEM = QName("xbrli", "item")
_MEASURED = {
    Measure.MONEY: re.compile(r"monetary"),
    Measure.SHARES: re.compile(r"^shares"),
    Measure.MONEY_PER_SHARE: re.compile(r"perShare|^decimal"),
    Measure.RATIO: re.compile(r"percent|^pure"),
}
_ONLY_LOSS = re.compile(r"\bloss(?:es)?\b(?!.*\b(?:income|earnings|profit|gain)\b)")
_GAINS = re.compile(r"\b(?:income|earnings|profit|gain)\b(?!.*\btax)")
_DEBIT_WORDS = re.compile(
    r"\b(?:cost|costs|expenses?|provision|charges?|loss|losses|write ?offs?|taxes|"
    r"amortization|depreciation|impairment|dividends)\b"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """One entry of the table of wordings: captions, and the concepts they name."""

    statement: StatementKind
    label: re.Pattern[str]
    section: re.Pattern[str] | None
    measure: Measure
    concepts: tuple[tuple[str, ...], ...]
    why: str


class _Candidate(NamedTuple):
    """Concepts proposed for a row: two only for a line that states two figures."""

    concepts: tuple[Concept, ...]
    why: str
    confidence: float


class _Place(NamedTuple):
    """Where the sums put a row: the total's concept, and totals beside the row."""

    parent: QName | None
    beside: tuple[QName, ...]


def map_statement(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    rules: Sequence[Rule] = (),
) -> tuple[MappedStatement, list[Finding]]:
    """Give every row of a statement its concepts, or an extension, or a reason.

    Raises:
        OptionsError: A rule names a concept that the taxonomy does not have.
    """
    ruled, findings = _apply_rules(statement, taxonomy, rules)
    proposed = {
        i: _candidates(statement, i, taxonomy)
        for i, row in enumerate(statement.rows)
        if any(row.amounts) and i not in ruled
    }
    forced = {i: match.concepts for i, match in ruled.items()}
    chosen = _choose(statement, footing, taxonomy, proposed, forced)
    matches = [
        ruled.get(i) or _match(statement, footing, taxonomy, chosen, proposed, i)
        for i in range(len(statement.rows))
    ]
    matches = _distinct(statement, taxonomy, matches, findings)
    signs = _signs(statement, footing, taxonomy, matches)
    matches = [replace(m, sign=signs[m.row]) if m.concepts else m for m in matches]
    findings += _unmapped(statement, matches)
    return MappedStatement(statement, footing, tuple(matches)), findings


# --- the user's rules ----------------------------------------------------------------


def _apply_rules(
    statement: Statement, taxonomy: Taxonomy, rules: Sequence[Rule]
) -> tuple[dict[int, Match], list[Finding]]:
    matches: dict[int, Match] = {}
    findings: list[Finding] = []
    for i, row in enumerate(statement.rows):
        named = [
            rule for rule in rules if any(row.amounts) and rule.matches(statement.kind, row)
        ]
        if not named:
            continue
        best = max(rule.weight for rule in named)
        concepts = {rule.concept for rule in named if rule.weight == best}
        if len(concepts) > 1:
            findings.append(_rules_disagree(row, concepts))
            continue
        match, found = _ruled(statement, i, concepts.pop(), taxonomy)
        matches[i] = match
        findings += found
    return matches, findings


def _ruled(
    statement: Statement, i: int, name: QName | None, taxonomy: Taxonomy
) -> tuple[Match, list[Finding]]:
    row = statement.rows[i]
    if name is None:
        ignored = Finding(
            "map.ignored", Severity.INFO,
            f"{_called(row)} is left out, as a rule says", row_span(row),
        )  # fmt: skip
        return Match(i, (), None, 1, 1.0, ("a rule says to ignore it",)), [ignored]
    why = ("a rule of yours says so",)
    if name.prefix == EXTENSION:
        own = extension_concept(statement, row, taxonomy, None, 1)
        return Match(i, (name,), replace(own, name=name), 1, 1.0, why), []
    concept = taxonomy.concept(name) if name.prefix else taxonomy.find(name.local)
    if concept is None or concept.abstract:
        raise OptionsError(
            f"--rules: {taxonomy.name} has no concept {name.local!r}; "
            f"try: tieout taxonomy search {name.local}"
        )
    if not _measures(concept, row.measure):
        raise OptionsError(
            f"--rules: {concept.name} is a {concept.type.local}, but line "
            f"{row_span(row).line} is {row.measure.value}"
        )
    return Match(i, (concept.name,), None, 1, 1.0, why), []


def _rules_disagree(row: Row, concepts: Iterable[QName | None]) -> Finding:
    names = ", ".join(sorted(str(c) if c else "ignore" for c in concepts))
    return Finding(
        "rules.conflict", Severity.ERROR,
        f"two rules disagree on {_called(row)}: {names}; neither is applied",
        row_span(row), advice="make one of them narrower (section, statement)",
    )  # fmt: skip


# --- candidates ----------------------------------------------------------------------


@lru_cache(maxsize=1)
def load_wordings() -> tuple[Wording, ...]:
    """The table of wordings, in an order that does not depend on the file's."""
    content = tomllib.loads(
        (resource("taxonomy") / "wordings.toml").read_text(encoding="utf-8")
    )
    entries = [
        _wording(StatementKind(group["statement"]), entry)
        for group in content["group"]
        for entry in group["wordings"]
    ]
    return tuple(
        sorted(
            entries,
            key=lambda w: (w.section is None, -len(w.label.pattern), w.label.pattern),
        )
    )


def _wording(kind: StatementKind, entry: Mapping[str, object]) -> Wording:
    section = entry.get("section")
    concepts = entry["concepts"]
    assert isinstance(concepts, list)  # noqa: S101  (our own file; tests read it whole)
    return Wording(
        kind,
        re.compile(str(entry["label"])),
        None if section is None else re.compile(str(section)),
        Measure(str(entry.get("measure", Measure.MONEY))),
        tuple(tuple(str(c).split("+")) for c in concepts),
        str(entry["why"]),
    )


def _candidates(statement: Statement, i: int, taxonomy: Taxonomy) -> tuple[_Candidate, ...]:
    row = statement.rows[i]
    if not row.label:
        return ()
    found = [*_worded(statement, row, taxonomy), *_named(statement, row, taxonomy)]
    if row.measure is Measure.SHARES:
        found = [_both_numbers(statement, c, taxonomy) for c in found]
    return tuple(found)


def _worded(statement: Statement, row: Row, taxonomy: Taxonomy) -> Iterable[_Candidate]:
    words = normalised(row.label)
    section = " ".join(normalised(s) for s in row.section)
    whole = f"{normalised(row.section[-1])} {words}" if row.section else words
    for wording in _wordings_of(statement.kind, row.measure):
        text = whole if row.measure is Measure.MONEY_PER_SHARE else words
        if not (wording.label.fullmatch(words) or wording.label.fullmatch(text)):
            continue
        if wording.section is not None and not wording.section.fullmatch(section):
            continue
        for names in wording.concepts:
            concepts = _usable(names, statement, row, taxonomy)
            if concepts:
                yield _Candidate(concepts, f"wording: {wording.why}", 0.9)


@lru_cache(maxsize=64)
def _wordings_of(kind: StatementKind, measure: Measure) -> tuple[Wording, ...]:
    """The wordings that may name a row; figures per share stand in many statements."""
    kinds = {kind}
    if measure in (Measure.MONEY_PER_SHARE, Measure.SHARES):
        kinds.add(StatementKind.INCOME)
    return tuple(w for w in load_wordings() if w.measure is measure and w.statement in kinds)


def _usable(
    names: Iterable[str], statement: Statement, row: Row, taxonomy: Taxonomy
) -> tuple[Concept, ...]:
    """The concepts of these names, if all may be used for a row; else none."""
    concepts = [taxonomy.find(name) for name in names]
    if any(
        c is None
        or c.abstract
        or taxonomy.is_deprecated(c)
        or not _measures(c, row.measure)
        or not _dated(c, statement, row)
        for c in concepts
    ):
        return ()
    return tuple(c for c in concepts if c is not None)


def _dated(concept: Concept, statement: Statement, row: Row) -> bool:
    """Whether the period type fits: balances stand in a balance sheet, or at an end."""
    balance = is_instant(statement) or balance_at(row) is not None
    return (concept.period_type == "instant") == balance


def _measures(concept: Concept, measure: Measure) -> bool:
    return _MEASURED[measure].search(concept.type.local) is not None


def _named(statement: Statement, row: Row, taxonomy: Taxonomy) -> Iterable[_Candidate]:
    """Concepts whose own name is the caption, and that this statement presents."""
    if len(normalised(row.label)) < 4:
        return
    name = concept_name(row.label)
    for local in _name_forms(name):
        for concept in _usable((local,), statement, row, taxonomy):
            if statement.kind in taxonomy.presented_in(concept.name):
                yield _Candidate((concept,), "the concept's name is the caption", 0.8)


def _name_forms(name: str) -> Iterable[str]:
    stem = name.removesuffix("Net")
    singular = re.sub(r"(?:(?<=[^s])s)$", "", stem)
    for form in dict.fromkeys((name, stem, singular, f"{stem}s")):
        for ending in (
            "",
            "Current",
            "Noncurrent",
            "Net",
            "NetCurrent",
            "NetNoncurrent",
        ):
            yield form + ending


def _both_numbers(
    statement: Statement, candidate: _Candidate, taxonomy: Taxonomy
) -> _Candidate:
    """One number of shares under earnings "basic and diluted" counts for both."""
    basic = taxonomy.find("WeightedAverageNumberOfSharesOutstandingBasic")
    diluted = taxonomy.find("WeightedAverageNumberOfDilutedSharesOutstanding")
    if candidate.concepts != (basic,) or basic is None or diluted is None:
        return candidate
    words = [
        (r.measure, normalised(" ".join([*r.section[-1:], r.label])))
        for r in statement.rows
        if any(r.amounts)
    ]
    own = any(m is Measure.SHARES and "dilut" in text for m, text in words)
    joint = any(
        m is Measure.MONEY_PER_SHARE and re.search(r"basic and (?:fully )?diluted", text)
        for m, text in words
    )
    if own or not joint:
        return candidate
    why = "earnings per share are printed as basic and diluted in one line"
    return _Candidate((basic, diluted), why, candidate.confidence)


# --- choice --------------------------------------------------------------------------

_Choice = Mapping[int, tuple[QName, ...]]


def _choose(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    proposed: Mapping[int, tuple[_Candidate, ...]],
    forced: _Choice,
) -> dict[int, tuple[QName, ...]]:
    """The concepts of each row, totals first, then each row by its place in the sums.

    Twice over: the first round places the totals by wording alone, the second places
    the other rows under them, totals without a label under what they add up.
    """
    chosen: dict[int, tuple[QName, ...]] = dict(forced)
    for _ in range(2):
        for i, candidates in proposed.items():
            place = _place(statement, footing, taxonomy, chosen, i)
            best = _best(statement, candidates, place, taxonomy)
            chosen[i] = tuple(c.name for c in best.concepts) if best else ()
        for one in _sums(footing):
            if one.total in proposed and not statement.rows[one.total].label:
                common = _common_ancestor(statement, one, taxonomy, chosen)
                chosen[one.total] = (common,) if common else ()
    return chosen


def _sums(footing: Footing) -> list[Sum]:
    """The sums that add several rows; an identity of two totals is none of these."""
    return [one for one in footing.rows if len(one.terms) > 1]


def _place(
    statement: Statement, footing: Footing, taxonomy: Taxonomy, chosen: _Choice, i: int
) -> _Place:
    for one in _sums(footing):
        rows = [term.at for term in one.terms]
        if i in rows:
            totals = {s.total for s in _sums(footing)}
            beside = [c for r in rows if r != i and r in totals for c in chosen.get(r, ())]
            parent = chosen.get(one.total, ())
            return _Place(parent[0] if len(parent) == 1 else None, tuple(beside))
    return _Place(_section_total(statement, i, taxonomy), ())


def _section_total(statement: Statement, i: int, taxonomy: Taxonomy) -> QName | None:
    """The concept of the total that a section would have, if it printed one."""
    for section in reversed(statement.rows[i].section):
        name = _total_called(f"total {normalised(section)}", statement.kind)
        concept = taxonomy.find(name) if name else None
        if concept is not None:
            return concept.name
    return None


@lru_cache(maxsize=4096)
def _total_called(words: str, kind: StatementKind) -> str | None:
    named = (
        w.concepts[0][0] for w in _wordings_of(kind, Measure.MONEY) if w.label.fullmatch(words)
    )
    return next(named, None)


def _best(
    statement: Statement,
    candidates: Sequence[_Candidate],
    place: _Place,
    taxonomy: Taxonomy,
) -> _Candidate | None:
    """The candidate that fits its place best; the earlier of two that fit alike."""
    fits = [(_fit(statement.kind, c, place, taxonomy), c) for c in candidates]
    possible = [(fit, c) for fit, c in fits if fit >= 0]
    return max(possible, key=lambda pair: pair[0])[1] if possible else None


def _fit(kind: StatementKind, candidate: _Candidate, place: _Place, taxonomy: Taxonomy) -> int:
    """2 under the total's concept, 0 where the tree is silent, -1 where it objects.

    A concept that the tree knows only under another total of the same sum (a current
    asset beside "total current assets") cannot stand here, nor can the total's own.
    """
    name = candidate.concepts[0].name
    if name == place.parent or name in place.beside:
        return -1
    if place.parent is None or place.parent.prefix == EXTENSION:
        return -1 if _belongs_beside(kind, name, place, taxonomy) else 0
    above = _ancestors(name, kind, taxonomy, frozenset(place.beside))
    if place.parent in above:
        return 2
    if _belongs_beside(kind, name, place, taxonomy):
        return -1
    if kind is StatementKind.BALANCE_SHEET and taxonomy.calculation_parents(name, kind):
        return -1
    return 0


def _belongs_beside(
    kind: StatementKind, name: QName, place: _Place, taxonomy: Taxonomy
) -> bool:
    return any(taxonomy.descends(name, other, kind) for other in place.beside)


def _common_ancestor(
    statement: Statement, one: Sum, taxonomy: Taxonomy, chosen: _Choice
) -> QName | None:
    """The lowest concept in the calculation tree above all mapped terms of a sum."""
    names = [c for t in one.terms for c in chosen.get(t.at, ())[:1] if c.prefix != EXTENSION]
    above = Counter(
        ancestor for name in names for ancestor in _ancestors(name, statement.kind, taxonomy)
    )
    shared = [a for a, count in above.items() if count == len(names) and count > 1]
    lowest = [
        a
        for a in shared
        if not any(b != a and taxonomy.descends(b, a, statement.kind) for b in shared)
    ]
    return min(lowest) if lowest else None


def _ancestors(
    name: QName,
    kind: StatementKind,
    taxonomy: Taxonomy,
    avoiding: frozenset[QName] = frozenset(),
) -> frozenset[QName]:
    """All concepts above one in the calculation trees, by paths that avoid some."""
    found: set[QName] = set()
    front = {name}
    while front:
        parents = {r.parent for n in front for r in taxonomy.calculation_parents(n, kind)}
        front = parents - found - avoiding
        found |= front
    return frozenset(found)


# --- matches -------------------------------------------------------------------------


def _match(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    chosen: _Choice,
    proposed: Mapping[int, tuple[_Candidate, ...]],
    i: int,
) -> Match:
    row = statement.rows[i]
    if not any(row.amounts):
        return Match(i, (), None, 1, 1.0, ("a heading: no numbers",))
    place = _place(statement, footing, taxonomy, chosen, i)
    names = chosen.get(i, ())
    others = _alternatives(statement, proposed.get(i, ()), names, place, taxonomy)
    if not names:
        return _extended(statement, footing, taxonomy, chosen, i, others)
    reasons, confidence = _reasons(statement, proposed.get(i, ()), names, place, taxonomy)
    return Match(i, names, None, 1, confidence, reasons, others)


def _reasons(
    statement: Statement,
    candidates: Sequence[_Candidate],
    names: tuple[QName, ...],
    place: _Place,
    taxonomy: Taxonomy,
) -> tuple[tuple[str, ...], float]:
    why = [
        (c.why, c.confidence) for c in candidates if tuple(x.name for x in c.concepts) == names
    ]
    if not why:
        why = [("no label; the lowest concept above all that it adds up", 0.9)]
    reasons = [why[0][0]]
    confidence = why[0][1]
    if place.parent in _ancestors(names[0], statement.kind, taxonomy):
        reasons.append(f"calculation tree: under {place.parent}, as printed")
        confidence += 0.08
    return tuple(reasons), confidence


def _alternatives(
    statement: Statement,
    candidates: Sequence[_Candidate],
    names: tuple[QName, ...],
    place: _Place,
    taxonomy: Taxonomy,
) -> tuple[Alternative, ...]:
    others: dict[QName, str] = {}
    for candidate in candidates:
        name = candidate.concepts[0].name
        if name in names:
            continue
        objection = _fit(statement.kind, candidate, place, taxonomy) < 0
        others.setdefault(
            name,
            "the calculation tree has it elsewhere" if objection else "fits less well",
        )
    return tuple(Alternative(name, why) for name, why in list(others.items())[:3])


def _extended(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    chosen: _Choice,
    i: int,
    others: tuple[Alternative, ...],
) -> Match:
    """A concept of the filer's own, with the balance that its place in a sum asks for."""
    weight, parent = 1, None
    for one in _sums(footing):
        for term in one.terms:
            if term.at == i and (names := chosen.get(one.total, ())):
                weight, parent = term.weight, taxonomy.concept(names[0])
    own = extension_concept(statement, statement.rows[i], taxonomy, parent, weight)
    reason = "no standard concept fits: an extension"
    return Match(i, (own.name,), own, 1, 0.5, (reason,), others)


def _distinct(
    statement: Statement,
    taxonomy: Taxonomy,
    matches: list[Match],
    findings: list[Finding],
) -> list[Match]:
    """No concept twice with two values: the surer row keeps it, the other is extended."""
    order = sorted(matches, key=lambda m: (-m.confidence, m.row))
    owner: dict[tuple[QName, str | None], int] = {}
    result = list(matches)
    used: set[QName] = set()
    for surest in order:
        match, row = surest, statement.rows[surest.row]
        edge = balance_at(row)
        clash = next(
            (n for n in match.concepts if _clashes(statement, owner, (n, edge), match)), None
        )
        if clash is not None:
            first = statement.rows[owner[clash, edge]]
            match = _renamed(statement, taxonomy, surest, used)
            result[match.row] = match
            findings.append(_duplicate(row, first, clash, match))
        for name in match.concepts:
            owner.setdefault((name, edge), match.row)
            used.add(name)
    return result


def _clashes(
    statement: Statement,
    owner: Mapping[tuple[QName, str | None], int],
    key: tuple[QName, str | None],
    match: Match,
) -> bool:
    return key in owner and not _agree(statement, owner[key], match.row)


def _agree(statement: Statement, first: int, second: int) -> bool:
    """Two rows that never differ where both are filled can share a concept."""
    pairs = zip(statement.rows[first].amounts, statement.rows[second].amounts, strict=True)
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    same = statement.rows[first].measure is statement.rows[second].measure
    return same and bool(both) and all(a.number == b.number for a, b in both)


def _renamed(
    statement: Statement,
    taxonomy: Taxonomy,
    match: Match,
    used: set[QName],
) -> Match:
    base = match.extension or extension_concept(
        statement, statement.rows[match.row], taxonomy, None, 1
    )
    section = statement.rows[match.row].section
    local = base.name.local
    if section:
        local = concept_name(f"{section[-1]} {statement.rows[match.row].label}") or local
    name, number = QName(EXTENSION, local), 2
    while name in used:
        name, number = QName(EXTENSION, f"{local}{number}"), number + 1
    lost = tuple(
        Alternative(c, "another line of the statement states it") for c in match.concepts
    )
    reason = "its concept belongs to another line: an extension"
    return Match(
        match.row, (name,), replace(base, name=name), 1, 0.4, (reason,),
        (*lost, *match.alternatives),
    )  # fmt: skip


def _duplicate(row: Row, other: Row, name: QName, match: Match) -> Finding:
    severity = Severity.INFO if name.prefix == EXTENSION else Severity.WARNING
    return Finding(
        "map.duplicate", severity,
        f"{_called(row)} and {_called(other)} (line {row_span(other).line}) would both be "
        f"{name} with different numbers; this one becomes {match.concepts[0]}",
        row_span(row), advice="give one of them another concept with --rules",
    )  # fmt: skip


def distinct_extensions(
    statements: Sequence[MappedStatement], taxonomy: Taxonomy
) -> tuple[MappedStatement, ...]:
    """No extension concept for two different lines of a report.

    Lines of one kind of statement with the same section, caption and attributes are the
    same line, printed for other periods. Others that would share a name are told apart
    by their section, by their statement, or by a number.
    """
    owners: dict[str, _Line] = {}
    return tuple(
        replace(
            mapped,
            matches=tuple(
                _told_apart(mapped.statement, match, owners, taxonomy)
                for match in mapped.matches
            ),
        )
        for mapped in statements
    )


class _Line(NamedTuple):
    """What makes an extension concept the same one elsewhere in a report."""

    kind: StatementKind
    section: tuple[str, ...]
    label: str
    attributes: tuple[object, ...]


def _told_apart(
    statement: Statement, match: Match, owners: dict[str, _Line], taxonomy: Taxonomy
) -> Match:
    own = match.extension
    if own is None:
        return match
    row = statement.rows[match.row]
    section = tuple(normalised(text) for text in row.section[-1:])
    attributes = (own.type, own.period_type, own.balance, own.abstract)
    line = _Line(statement.kind, section, normalised(row.label), attributes)
    local = next(
        name
        for name in _names_for(own.name.local, row, statement.kind)
        if owners.get(name.casefold(), line) == line
        and (name == own.name.local or taxonomy.find(name) is None)
    )
    owners[local.casefold()] = line
    name = QName(EXTENSION, local)
    return replace(match, concepts=(name,), extension=replace(own, name=name))


def _names_for(local: str, row: Row, kind: StatementKind) -> Iterator[str]:
    yield local
    if row.section:
        yield concept_name(f"{row.section[-1]} {local}")
    longer = concept_name(f"{kind.value} {local}")
    yield longer
    for number in count(2):
        yield f"{longer}{number}"


def _unmapped(statement: Statement, matches: Sequence[Match]) -> list[Finding]:
    return [
        Finding(
            "map.extension", Severity.INFO,
            f"{_called(statement.rows[m.row])} fits no standard concept; it becomes "
            f"{m.concepts[0]}" + _considered(m.alternatives),
            row_span(statement.rows[m.row]),
            advice="choose a concept with --rules if you know one",
        )
        for m in matches
        if m.extension is not None and m.reasons[0].startswith("no standard")
    ]  # fmt: skip


def _considered(alternatives: Sequence[Alternative]) -> str:
    if not alternatives:
        return ""
    return " (considered: " + "; ".join(f"{a.concept}, {a.reason}" for a in alternatives) + ")"


# --- signs ---------------------------------------------------------------------------


def _signs(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    matches: Sequence[Match],
) -> dict[int, Sign]:
    """By which sign each printed number becomes a value.

    A sum is printed as total = s1*p1 + s2*p2; XBRL 2.1 (5.1.1.2) says it again as
    total = w1*v1 + w2*v2 with the weights that balances allow. From the outermost total
    inwards each term's sign is therefore s*w times the total's.
    """
    signs: dict[int, Sign] = {}
    for one in sorted(_sums(footing), key=lambda s: -s.total):
        signs.setdefault(one.total, _own_sign(statement, taxonomy, matches[one.total]))
        for term in one.terms:
            weight = sum_weight(matches[one.total], matches[term.at], taxonomy)
            if weight is None:
                signs[term.at] = _own_sign(statement, taxonomy, matches[term.at])
            else:
                signs[term.at] = _times(signs[one.total], term.weight, weight)
    for match in matches:
        signs.setdefault(match.row, _own_sign(statement, taxonomy, match))
    return signs


def _times(*signs: int) -> Sign:
    product = 1
    for sign in signs:
        product *= sign
    return 1 if product > 0 else -1


def sum_weight(total: Match, term: Match, taxonomy: Taxonomy) -> Sign | None:
    """The weight between two concepts that their balances allow; None if either has none.

    Source: XBRL 2.1 section 5.1.1.2: equal balances add, opposite ones deduct.
    """
    balances = [_balance(match, taxonomy) for match in (total, term)]
    if None in balances:
        return None
    return 1 if balances[0] == balances[1] else -1


def _balance(match: Match, taxonomy: Taxonomy) -> str | None:
    if match.extension is not None:
        return match.extension.balance
    concept = taxonomy.concept(match.concepts[0]) if match.concepts else None
    return concept.balance if concept else None


def _own_sign(statement: Statement, taxonomy: Taxonomy, match: Match) -> Sign:
    """The sign of a row that no sum decides: by its label and by its concept.

    A "net loss" printed without parentheses is negative income. A concept that is never
    negative (DQC_0015), or an expense, printed in parentheses is a deduction.
    """
    if not match.concepts or not statement.rows[match.row].amounts:
        return 1
    row = statement.rows[match.row]
    numbers = [
        a.number
        for a, c in zip(row.amounts, statement.columns, strict=True)
        if a is not None and a.number and c.basis.value == "reported"
    ]
    if not numbers or row.measure in (Measure.SHARES, Measure.RATIO):
        return 1
    words = normalised(" ".join([*row.section[-1:], row.label]))
    if _is_loss(words, row) and all(n > 0 for n in numbers):
        return -1
    concept = taxonomy.concept(match.concepts[0])
    if concept is None or not all(n < 0 for n in numbers):
        return 1
    expense = concept.balance == "debit" and concept.period_type == "duration"
    return -1 if concept.non_negative or (expense and _DEBIT_WORDS.search(words)) else 1


def _is_loss(words: str, row: Row) -> bool:
    result = row.measure is Measure.MONEY_PER_SHARE or words.startswith(
        (
            "net loss",
            "loss from operations",
            "operating loss",
            "loss before",
            "loss from",
        )
    )
    return result and _ONLY_LOSS.search(words) is not None and not _GAINS.search(words)


# --- places --------------------------------------------------------------------------


def row_span(row: Row) -> Span:
    """Where a row's label, or else its first number, is printed."""
    cells = [*row.source.label, *(c for c in row.source.cells if c is not None)]
    return cells[0].span


def _called(row: Row) -> str:
    return f'"{row.label}"' if row.label else "the total without a label"
