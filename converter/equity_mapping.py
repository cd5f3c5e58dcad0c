"""Which concepts the rows of a statement of equity state.

A row is a balance or a movement. The same movement in three years is three rows and one
concept; two movements of one period are never the same concept. Equity is a credit: what
is printed as a deduction is positive in a concept of the debit side (dividends).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from converter.captions import called, row_span
from converter.earlier import Prior
from converter.equity_words import MovementWords, movement_words
from converter.extension import concept_name, extension_concept, free_name, item_type
from converter.fitting import measures
from converter.model import (
    EXTENSION,
    Component,
    ExtensionConcept,
    Finding,
    Footing,
    Instant,
    MappedStatement,
    Match,
    Measure,
    Period,
    QName,
    Row,
    Severity,
    Statement,
)
from converter.options import Rule
from converter.prior import decided
from converter.signs import Sign
from converter.taxonomy import Concept, Taxonomy
from converter.wording import AMOUNT_EACH, normalised

_ASIDE = re.compile(r"\([^()]*\)|\$\s?[\d.,]*\d|\b\d[\d,.]*\b")
_OTHERS = "NoncontrollingInterestMember"
EQUITY = "StockholdersEquity"
ALL_EQUITY = "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"


class _Key(NamedTuple):
    """What makes rows the same movement in other periods."""

    measure: Measure
    section: str
    caption: str
    number: int = 0


class _Place(NamedTuple):
    """Where a row states a number."""

    period: Period | None
    column: int
    component: str


def map_equity(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    rules: Sequence[Rule],
    prior: Prior | None = None,
) -> tuple[MappedStatement, list[Finding]]:
    """Give every row of a statement of equity its concept, or an extension.

    Raises:
        OptionsError: A rule names a concept that the taxonomy does not have.
    """
    ruled, findings = decided(statement, taxonomy, rules, prior)
    groups = _groups(statement, ruled)
    named = _named(statement, taxonomy, groups, findings)
    matches = []
    for i, row in enumerate(statement.rows):
        match = ruled.get(i) or named.get(i)
        if match is None:
            match = Match(i, (), None, 1, 1.0, ("a heading: no numbers",))
        matches.append(replace(match, sign=_sign(row, match, taxonomy)))
    return MappedStatement(statement, footing, tuple(matches)), findings


# --- movements that are the same -----------------------------------------------------


def is_struck(row: Row) -> bool:
    """Whether a row is one of balances."""
    return isinstance(row.period, Instant) or row.edge is not None


def _groups(statement: Statement, ruled: Mapping[int, Match]) -> dict[_Key, list[int]]:
    """The rows of movements by their captions; those of one period are told apart."""
    groups: dict[_Key, list[int]] = {}
    filled: dict[_Key, set[_Place]] = {}
    last: dict[tuple[_Key, frozenset[_Place]], _Key] = {}
    for i, row in enumerate(statement.rows):
        if i in ruled or not any(row.amounts):
            continue
        key, places = _key(row), frozenset(_places(statement, i))
        if not is_struck(row):
            # What stood in the way of a row with the same places still does.
            key, alike = last.get((key, places), key), (key, places)
            while not places.isdisjoint(filled.get(key, ())):
                key = key._replace(number=max(key.number + 1, 2))
            last[alike] = key
        groups.setdefault(key, []).append(i)
        filled.setdefault(key, set()).update(places)
    return groups


def _key(row: Row) -> _Key:
    if is_struck(row):
        return _Key(row.measure, "", "balance")
    section = "" if row.component else " ".join(map(normalised, row.section[-1:]))
    return _Key(row.measure, section, caption_of(row))


def caption_of(row: Row) -> str:
    """A caption without what changes from year to year: asides, amounts and numbers."""
    return normalised(concept_name(_ASIDE.sub(" ", row.label)) or row.label)


def _places(statement: Statement, i: int) -> Iterator[_Place]:
    row = statement.rows[i]
    for at, amount in enumerate(row.amounts):
        if amount is not None:
            component = row.component.caption if row.component else ""
            yield _Place(row.period, at, component)


# --- concepts ------------------------------------------------------------------------


def _named(
    statement: Statement,
    taxonomy: Taxonomy,
    groups: Mapping[_Key, Sequence[int]],
    findings: list[Finding],
) -> dict[int, Match]:
    """A match for each row: standard where the caption names a concept that is free."""
    owners: dict[QName, int] = {}
    filled: dict[QName, set[_Place]] = {}
    used: set[str] = set()
    matches: dict[int, Match] = {}
    for key, rows in groups.items():
        concept, why = _worded(statement, taxonomy, rows)
        taken = filled.get(concept.name, set()) if concept else set()
        places = {place for i in rows for place in _places(statement, i)}
        if concept and (is_struck(statement.rows[rows[0]]) or places.isdisjoint(taken)):
            owners.setdefault(concept.name, rows[0])
            filled.setdefault(concept.name, set()).update(places)
            for i in rows:
                matches[i] = Match(i, (concept.name,), None, 1, 0.9, (why,))
            continue
        own = _own(statement, taxonomy, statement.rows[rows[0]], key, used)
        if concept:
            findings.append(
                _duplicate(statement, rows[0], owners[concept.name], concept.name, own.name)
            )
        reason = (
            "its concept belongs to another line: an extension"
            if concept
            else "no standard concept fits: an extension"
        )
        for i in rows:
            matches[i] = Match(i, (own.name,), own, 1, 0.5, (reason,))
    return matches


def _worded(
    statement: Statement, taxonomy: Taxonomy, rows: Sequence[int]
) -> tuple[Concept | None, str]:
    """The standard concept that a caption names, if the taxonomy has it, and why."""
    row = statement.rows[rows[0]]
    if is_struck(row):
        names, why = _balance_names(statement, row), "the balances of equity"
        return _first(names, row, taxonomy), why
    text = re.sub(r"\s+", " ", normalised(_ASIDE.sub(" ", row.label)))
    for words in movement_words():
        if not words.label.fullmatch(text) or not _suits(statement, rows, words):
            continue
        found = _first(_names(statement, row, words), row, taxonomy)
        if found:
            return found, f"wording: {words.why}"
    return None, ""


def _balance_names(statement: Statement, row: Row) -> tuple[str, ...]:
    if row.measure is Measure.SHARES:
        return ("SharesOutstanding",)
    return (ALL_EQUITY, EQUITY) if has_others(statement) else (EQUITY,)


def _names(statement: Statement, row: Row, words: MovementWords) -> tuple[str, ...]:
    if row.measure is Measure.SHARES:
        return words.shares
    if row.measure is Measure.MONEY_PER_SHARE:
        return words.per_share
    if has_others(statement) and words.with_noncontrolling:
        redeemable = any("redeemable" in normalised(p.caption) for p in parts_of(statement))
        return words.with_noncontrolling[:: -1 if redeemable else 1]
    return words.concepts


def parts_of(statement: Statement) -> list[Component]:
    """The components that columns or rows of a statement are of."""
    parts = [*(c.component for c in statement.columns), *(r.component for r in statement.rows)]
    return [part for part in parts if part is not None]


def has_others(statement: Statement) -> bool:
    """Whether owners of subsidiaries have a part in the equity."""
    return any(_OTHERS in part.members for part in parts_of(statement))


def _suits(statement: Statement, rows: Sequence[int], words: MovementWords) -> bool:
    """Whether the components are those that an entry of the table speaks of."""
    if words.lacks:
        kinds = [normalised(part.caption) for part in parts_of(statement)]
        if not kinds or any(words.lacks in kind for kind in kinds):
            return False
    return _moves(statement, rows, words.moves)


def _moves(statement: Statement, rows: Sequence[int], kind: str) -> bool:
    """Whether any of the rows has an amount of a kind of component."""
    if not kind:
        return True
    for i in rows:
        row = statement.rows[i]
        parts = [c.component for c, a in zip(statement.columns, row.amounts, strict=True) if a]
        if any(kind in normalised(part.caption) for part in [*parts, row.component] if part):
            return True
    return False


def _first(names: Sequence[str], row: Row, taxonomy: Taxonomy) -> Concept | None:
    """The first of these concepts that the taxonomy has and that such a row may state."""
    period = "instant" if is_struck(row) else "duration"
    found = (taxonomy.find(name) for name in names)
    usable = (
        c
        for c in found
        if c is not None
        and not c.abstract
        and c.period_type == period
        and measures(c, row.measure)
        and not taxonomy.is_deprecated(c)
    )
    return next(usable, None)


def _own(
    statement: Statement, taxonomy: Taxonomy, row: Row, key: _Key, used: set[str]
) -> ExtensionConcept:
    """A concept of the filer's own: of the credit side, as equity is."""
    base = extension_concept(statement, row, taxonomy, "credit")
    local = concept_name(_ASIDE.sub(" ", AMOUNT_EACH.sub(" ", row.label)))
    if not local or base.name.local.endswith(local):
        local = base.name.local
    if is_struck(row):
        local = "SharesOutstanding" if row.measure is Measure.SHARES else local
    elif row.measure is Measure.SHARES and "Shares" not in local:
        local = f"{local}Shares"
    name, number = free_name(local, row, taxonomy), max(key.number, 1)
    name = f"{name}{number}" if number > 1 else name
    while name in used:
        number += 1
        name = f"{free_name(local, row, taxonomy)}{number}"
    used.add(name)
    return replace(
        base,
        name=QName(EXTENSION, name),
        type=item_type(row.measure, taxonomy),
        period_type="instant" if is_struck(row) else "duration",
    )


def _duplicate(statement: Statement, row: int, other: int, name: QName, own: QName) -> Finding:
    one, first = statement.rows[row], statement.rows[other]
    return Finding(
        "map.duplicate",
        Severity.WARNING,
        f"{called(one)} and {called(first)} (line {row_span(first).line}) would both be {name} "
        f"of one period; this one becomes {own}",
        row_span(one),
        advice="give one of them another concept with --rules",
    )


def _sign(row: Row, match: Match, taxonomy: Taxonomy) -> Sign:
    """As printed for the credit side, which equity is, and turned for the debit side."""
    if not match.concepts or match.extension is not None:
        return 1
    concept = taxonomy.concept(match.concepts[0])
    if concept is None:
        return 1
    if row.measure is Measure.MONEY:
        return -1 if concept.balance == "debit" else 1
    numbers = [a.number for a in row.amounts if a is not None and a.number]
    return -1 if concept.non_negative and numbers and all(n < 0 for n in numbers) else 1
