"""Stage 5: which concept each row states, with the evidence, and with which sign.

A line's wording proposes concepts, its place in the printed sums decides between them.
What fits nowhere gets a concept of the filer's own. Nothing is forced or dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from converter.captions import called, row_span
from converter.earlier import Prior
from converter.equity_mapping import map_equity
from converter.extension import (
    Names,
    caption_balance,
    concept_name,
    extension_concept,
    opposite,
)
from converter.judged import SILENT, Advice
from converter.model import (
    EXTENSION,
    Alternative,
    Balance,
    Finding,
    Footing,
    MappedStatement,
    Match,
    QName,
    Row,
    Severity,
    Statement,
    StatementKind,
)
from converter.options import Rule
from converter.outline import Outline
from converter.placing import BY_SUMS, Chosen, Order, choose_concepts, same_numbers
from converter.prior import decided
from converter.rows import balance_at
from converter.signs import own_sign, row_signs
from converter.standing import Choice, Sums, place_of
from converter.taxonomy import Taxonomy
from converter.wording import normalised
from converter.wordings import candidates_for

_WORTH_TELLING = 0.01
_TOLD_BY_SUMS = "no label; the lowest concept above all that it adds up"
_NO_CONCEPT = "no standard concept fits: an extension"


def map_statement(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    rules: Sequence[Rule] = (),
    prior: Prior | None = None,
    advice: Advice = SILENT,
) -> tuple[MappedStatement, list[Finding]]:
    """Give every row of a statement its concepts, or an extension, or a reason.

    Raises:
        OptionsError: A rule names a concept that the taxonomy does not have.
    """
    if statement.kind is StatementKind.EQUITY:
        return map_equity(statement, footing, taxonomy, rules, prior)
    ruled, findings = decided(statement, taxonomy, rules, prior)
    outline = Outline(statement)
    proposed = {
        i: candidates_for(outline, i, taxonomy, *advice.judged[i : i + 1])
        for i, row in enumerate(statement.rows)
        if any(row.amounts) and i not in ruled
    }
    forced = {i: match.concepts for i, match in ruled.items()}
    chosen = choose_concepts(outline, footing, taxonomy, proposed, forced)
    balances = _Balances(statement, taxonomy, chosen.concepts, chosen.sums)
    matches = [
        ruled.get(i) or _match(balances, chosen, advice, i) for i in range(len(statement.rows))
    ]
    matches = _distinct(statement, taxonomy, matches, findings)
    signs = row_signs(statement, footing, taxonomy, matches)
    matches = [
        replace(m, sign=signs[m.row]) if m.concepts and m.sign != signs[m.row] else m
        for m in matches
    ]
    return MappedStatement(statement, footing, tuple(matches)), findings


def _match(balances: _Balances, chosen: Chosen, advice: Advice, i: int) -> Match:
    statement, taxonomy = balances.statement, balances.taxonomy
    row = statement.rows[i]
    if not any(row.amounts):
        return Match(i, (), None, 1, 1.0, ("a heading: no numbers",))
    names, order = chosen.concepts.get(i, ()), chosen.orders.get(i, [])
    why, confidence = _why(order, names, advice)
    others = _alternatives(order, () if confidence < advice.least else names)
    if not names or confidence < advice.least:
        return _extended(balances, i, others)
    reasons = [why]
    place = place_of(statement, chosen.sums, taxonomy, chosen.concepts, i)
    if place.parent in taxonomy.ancestors(names[0], statement.kind):
        reasons.append(f"calculation tree: under {place.parent}, as printed")
    return Match(i, names, None, 1, confidence, tuple(reasons), others)


def _why(order: Order, names: tuple[QName, ...], advice: Advice) -> tuple[str, float]:
    """The evidence for a choice, and how often such choices are right."""
    for candidate, sure in order:
        if tuple(x.name for x in candidate.concepts) == names:
            return candidate.why, advice.calibration.true(sure) if advice.judged else sure
    return _TOLD_BY_SUMS, BY_SUMS


def _alternatives(order: Order, names: tuple[QName, ...]) -> tuple[Alternative, ...]:
    """The three likeliest of those not taken."""
    others = [
        Alternative(candidate.concepts[0].name, f"{chance:.0%} likely; {candidate.why}")
        for candidate, chance in order
        if candidate.concepts[0].name not in names and chance >= _WORTH_TELLING
    ]
    return tuple(others[:3])


def _extended(balances: _Balances, i: int, others: tuple[Alternative, ...]) -> Match:
    """A concept of the filer's own, with the balance that its place in a sum asks for."""
    statement = balances.statement
    own = extension_concept(statement, statement.rows[i], balances.taxonomy, balances.asked(i))
    return Match(i, (own.name,), own, 1, 0.5, (_NO_CONCEPT,), others)


@dataclass(frozen=True, slots=True)
class _Balances:
    """The balances that make a statement add up as it is printed.

    A row's own concept has a balance; else the total that adds it up asks for one such
    that the printed sign can stand; else the caption suggests one.
    """

    statement: Statement
    taxonomy: Taxonomy
    chosen: Choice
    sums: Sums
    _known: dict[int, tuple[Balance, int]] = field(default_factory=dict)

    def asked(self, i: int) -> Balance | None:
        """What the total above a row asks for; None when no total adds it up."""
        above = self._above(i)
        if above is None:
            return None
        total, weight = above
        balance = self.of(total)
        return balance if weight * self.sign(total) > 0 else opposite(balance)

    def of(self, i: int) -> Balance:
        """The balance of a row."""
        return self._told(i)[0]

    def sign(self, i: int) -> int:
        """1 when a row's value is the printed number, -1 when it is turned."""
        return self._told(i)[1]

    def _told(self, i: int) -> tuple[Balance, int]:
        """Balance and sign, from the topmost total down: a thousand may lie in each other."""
        path = [i]
        while path[-1] not in self._known and (above := self._above(path[-1])):
            path.append(above[0])
        for at in reversed(path):
            if at not in self._known:
                self._known[at] = (self._balance_of(at), self._sign_of(at))
        return self._known[i]

    def _balance_of(self, i: int) -> Balance:
        return (
            self._own(i)
            or self.asked(i)
            or caption_balance(self.statement, self.statement.rows[i])
        )

    def _sign_of(self, i: int) -> int:
        above, own = self._above(i), self._own(i)
        if above is None:
            match = Match(i, self.chosen.get(i, ()), None, 1, 1.0, ())
            return own_sign(self.statement, self.taxonomy, match)
        if own is None:
            return 1
        total, weight = above
        return self.sign(total) * weight * (1 if own == self.of(total) else -1)

    def _above(self, i: int) -> tuple[int, int] | None:
        one = self.sums.above.get(i)
        if one is None:
            return None
        return one.total, next(term.weight for term in one.terms if term.at == i)

    def _own(self, i: int) -> Balance | None:
        names = self.chosen.get(i, ())
        concept = self.taxonomy.concept(names[0]) if names else None
        return concept.balance if concept else None


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
    used = Names()
    for surest in order:
        match, row = surest, statement.rows[surest.row]
        edge = balance_at(row)
        clash = next(
            (n for n in match.concepts if _clashes(statement, owner, (n, edge), match)), None
        )
        if clash is not None:
            first = statement.rows[owner[clash, edge]]
            match = renamed(statement, taxonomy, surest, used)
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
    return key in owner and not same_numbers(statement, owner[key], match.row)


def renamed(
    statement: Statement,
    taxonomy: Taxonomy,
    match: Match,
    used: Names,
) -> Match:
    """An extension for a line whose concept belongs to another line.

    `used` are the names that the statement has; the new one joins them.
    """
    base = match.extension or extension_concept(
        statement, statement.rows[match.row], taxonomy, None
    )
    section = statement.rows[match.row].section
    local = base.name.local
    if section and statement.rows[match.row].label:
        local = concept_name(f"{section[-1]} {statement.rows[match.row].label}") or local
    name = used.take(local)
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
        f"{called(row)} and {called(other)} (line {row_span(other).line}) would both be "
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
    owners: dict[str, list[_Line]] = {}
    for ruled in (True, False):  # a name that a rule gives is not another line's
        statements = [
            replace(
                mapped,
                matches=tuple(
                    _told_apart(mapped.statement, match, owners, taxonomy)
                    if match.ruled is ruled
                    else match
                    for match in mapped.matches
                ),
            )
            for mapped in statements
        ]
    return tuple(statements)


class _Line(NamedTuple):
    """What makes an extension concept the same one elsewhere in a report."""

    kind: StatementKind
    section: tuple[str, ...]
    label: str
    name: str
    attributes: tuple[object, ...]


def _told_apart(
    statement: Statement, match: Match, owners: dict[str, list[_Line]], taxonomy: Taxonomy
) -> Match:
    own = match.extension
    if own is None:
        return match
    row = statement.rows[match.row]
    section = tuple(normalised(text) for text in row.section[-1:])
    attributes = (own.type, own.period_type, own.balance, own.abstract)
    line = _Line(statement.kind, section, normalised(row.label), own.name.local, attributes)
    if statement.kind is StatementKind.EQUITY:  # its rows are the same by name already
        line = line._replace(section=(), label="")
    local = next(
        name
        for name in _names_for(own.name.local, row, statement.kind)
        if _may_share(owners.get(name.casefold(), ()), line, match)
        and (match.ruled or taxonomy.find(name) is None)
    )
    owners.setdefault(local.casefold(), []).append(line)
    name = QName(EXTENSION, local)
    return replace(match, concepts=(name,), extension=replace(own, name=name))


def _may_share(owners: Sequence[_Line], line: _Line, match: Match) -> bool:
    """Whether a line may have the name of others: a rule may give it to any like them."""
    if match.ruled:
        return all(other.attributes == line.attributes for other in owners)
    return not owners or line in owners


def _names_for(local: str, row: Row, kind: StatementKind) -> Iterator[str]:
    yield local
    if row.section:
        yield concept_name(f"{row.section[-1]} {local}")
    longer = concept_name(f"{kind.value} {local}")
    yield longer
    for number in count(2):
        yield f"{longer}{number}"


def unmapped(statements: Sequence[MappedStatement]) -> list[Finding]:
    """A finding for each caption that fits no standard concept, with all its lines."""
    lines: dict[QName, list[tuple[Row, Match]]] = {}
    for mapped in statements:
        for match in mapped.matches:
            if match.extension is not None and match.reasons[0] == _NO_CONCEPT:
                row = mapped.statement.rows[match.row]
                lines.setdefault(match.concepts[0], []).append((row, match))
    return [_extension_finding(name, found) for name, found in lines.items()]


def _extension_finding(name: QName, found: Sequence[tuple[Row, Match]]) -> Finding:
    row, match = found[0]
    others = [str(row_span(other).line) for other, _ in found[1:]]
    also = (
        f" (also on line{'s' if len(others) > 1 else ''} {', '.join(others)})" if others else ""
    )
    return Finding(
        "map.extension",
        Severity.INFO,
        f"{called(row)} fits no standard concept; it becomes {name}{also}"
        + _considered(match.alternatives),
        row_span(row),
        advice="choose a concept with --rules if you know one",
    )


def _considered(alternatives: Sequence[Alternative]) -> str:
    if not alternatives:
        return ""
    return " (considered: " + "; ".join(f"{a.concept}, {a.reason}" for a in alternatives) + ")"
