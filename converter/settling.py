"""Statements that speak of the same concepts and periods: who is believed.

A balance sheet may be printed twice, and net income in three statements. Where numbers
agree they are one fact. Where a whole statement denies an earlier one of its kind, it is
another entity's, or restated, and is left out; where single lines disagree, one of them
is not what its wording suggests, and becomes a concept of the filer's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from converter.captions import called, period_words, row_span
from converter.equity_settling import beside_others, same_movement
from converter.extension import Names
from converter.mapping import renamed
from converter.model import (
    Finding,
    MappedStatement,
    Match,
    Period,
    QName,
    Severity,
    StatementKind,
)
from converter.stating import Stated, consistent, statement_facts
from converter.taxonomy import Taxonomy


class _Key(NamedTuple):
    """What makes two facts the same one."""

    concept: QName
    period: Period
    dimension: tuple[QName, QName] | None
    unit: str | None


class _Claim(NamedTuple):
    """A row that states a fact."""

    stated: Stated
    statement: int
    row: int
    confidence: float


_Believed = tuple[MappedStatement, Sequence[tuple[_Key, Stated]]]
"""A statement and what it states."""

_Agreeing = tuple[int, int, tuple[int, int]]
"""The statement and row of a line, and those of another that states the same."""


def settle(
    statements: Sequence[MappedStatement], taxonomy: Taxonomy
) -> tuple[tuple[MappedStatement, ...], list[Finding]]:
    """Leave out statements that contradict an earlier one; part lines that disagree."""
    statements = [mapped for mapped in statements if not _is_ignored(mapped)]
    statements, beside = beside_others(statements, taxonomy)
    believed, findings = _without_contradictions(statements, taxonomy)
    findings = [*beside, *findings]
    losers, agreeing = _losers(believed)
    kept = [mapped for mapped, _ in believed]
    settled: list[MappedStatement] = []
    used = Names(n for mapped in kept for match in mapped.matches for n in match.concepts)
    for i, mapped in enumerate(kept):
        matches = list(mapped.matches)
        for row, rivals in sorted(losers.get(i, {}).items()):
            if all(_negated(winner.stated, stated) for winner, stated in rivals):
                if not any((i, row, _row(winner)) in agreeing for winner, _ in rivals):
                    matches[row] = _turned(matches[row])
                continue
            match = renamed(mapped.statement, taxonomy, matches[row], used)
            findings.append(_disagreement(mapped, matches[row], match, rivals[0], kept))
            for other in (row, *same_movement(mapped, row)):
                matches[other] = replace(match, row=other)
        settled.append(replace(mapped, matches=tuple(matches)))
    return tuple(settled), findings


def _is_ignored(mapped: MappedStatement) -> bool:
    """Whether rules say to ignore every line: the statement is left out whole."""
    stating = [m for m in mapped.matches if any(mapped.statement.rows[m.row].amounts)]
    return bool(stating) and all(m.ruled and not m.concepts for m in stating)


def _key(one: Stated) -> _Key:
    return _Key(one.concept, one.period, one.dimension, one.unit.id if one.unit else None)


def _without_contradictions(
    statements: Sequence[MappedStatement], taxonomy: Taxonomy
) -> tuple[list[_Believed], list[Finding]]:
    known: dict[tuple[StatementKind, _Key], Stated] = {}
    kept: list[_Believed] = []
    findings: list[Finding] = []
    for mapped in statements:
        kind = mapped.statement.kind
        stated = [(_key(one), one) for one in statement_facts(mapped, taxonomy)]
        again = [(known[kind, key], one) for key, one in stated if (kind, key) in known]
        confirmed = sum(consistent(first, one) for first, one in again)
        denied = sum(
            not consistent(first, one) and not _negated(first, one) for first, one in again
        )
        if denied > max(confirmed, 1) and not mapped.statement.detail_of:
            findings.append(_contradiction(mapped, [one for _, one in stated]))
            continue
        for key, one in stated:
            known.setdefault((kind, key), one)
        kept.append((mapped, stated))
    return kept, findings


def _negated(first: Stated, one: Stated) -> bool:
    """Whether two figures differ by nothing but the sign."""
    if isinstance(one.value, str):
        return False
    return consistent(first, one._replace(value=-one.value))


def _turned(match: Match) -> Match:
    reason = "its sign is turned: elsewhere the same number has the other"
    sign: Literal[1, -1] = -1 if match.sign > 0 else 1
    return replace(match, sign=sign, reasons=(*match.reasons, reason))


def _losers(
    statements: Sequence[_Believed],
) -> tuple[dict[int, dict[int, list[tuple[_Claim, Stated]]]], set[_Agreeing]]:
    """By statement and row, the claims of other rows that are believed instead.

    And the rows that say the same as another of other periods: where two of them differ by
    their signs, a single number is off and not the sign of a row.
    """
    claims = [
        (key, _Claim(one, i, one.row, _weight(mapped, one.row)))
        for i, (mapped, stated) in enumerate(statements)
        for key, one in stated
    ]
    winners: dict[_Key, _Claim] = {}
    for key, claim in sorted(
        claims, key=lambda c: (-c[1].confidence, c[1].statement, c[1].row)
    ):
        winners.setdefault(key, claim)
    losers: dict[int, dict[int, list[tuple[_Claim, Stated]]]] = {}
    agreeing: set[_Agreeing] = set()
    for key, claim in claims:
        winner = winners[key]
        if _row(winner) == _row(claim):
            continue
        if not consistent(winner.stated, claim.stated):
            rows = losers.setdefault(claim.statement, {})
            rows.setdefault(claim.row, []).append((winner, claim.stated))
        elif claim.stated.value:
            agreeing.add((*_row(claim), _row(winner)))
    return losers, agreeing


def _row(claim: _Claim) -> tuple[int, int]:
    return claim.statement, claim.row


def _weight(mapped: MappedStatement, row: int) -> float:
    """How much a row is believed: what a rule says most, what details say least.

    A statement of equity repeats what others state, and may be another entity's.
    """
    match = mapped.matches[row]
    if match.ruled:
        return match.confidence
    repeats = mapped.statement.kind is StatementKind.EQUITY
    return match.confidence - (2 if mapped.statement.detail_of else 1 if repeats else 0)


def _contradiction(mapped: MappedStatement, stated: Sequence[Stated]) -> Finding:
    statement = mapped.statement
    place = statement.caption[-1].span if statement.caption else None
    lines = sorted({one.span.line for one in stated if one.span})
    return Finding(
        "statement.contradicts",
        Severity.WARNING,
        f"the {statement.kind.value} on lines {lines[0]}-{lines[-1]} ({len(stated)} "
        "facts) states other numbers for the same concepts and periods as one before "
        "it; it is left out whole",
        place,
        advice="it may be that of the parent alone, pro forma, or restated",
    )


def _disagreement(
    mapped: MappedStatement,
    match: Match,
    instead: Match,
    rival: tuple[_Claim, Stated],
    statements: Sequence[MappedStatement],
) -> Finding:
    winner, stated = rival
    row = mapped.statement.rows[match.row]
    other = statements[winner.statement].statement.rows[winner.row]
    return Finding(
        "map.conflict",
        Severity.INFO if mapped.statement.detail_of else Severity.WARNING,
        f"{called(row)} ({stated.value:,}) and {called(other)} ({winner.stated.value:,}, line "
        f"{row_span(other).line}) would both be {winner.stated.concept} for "
        f"{period_words(stated.period)}; this one becomes {instead.concepts[0]}",
        row_span(row),
        advice="give one of them another concept with --rules",
    )
