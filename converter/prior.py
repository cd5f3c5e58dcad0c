"""What an earlier report of the company had for a line, had again for the same line.

A line is known by its caption in the same statement, or by its figures: comparative
columns print again what the earlier report stated. A rule comes before both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from converter.captions import called, row_span
from converter.earlier import Prior, PriorConcept
from converter.extension import extension_concept
from converter.fitting import measures
from converter.model import (
    EXTENSION,
    Finding,
    Instant,
    MappedStatement,
    Match,
    Row,
    Severity,
    Statement,
)
from converter.options import Rule
from converter.prior_evidence import TELLS, Told, is_balance, prior_lines, row_figures
from converter.ruling import apply_rules
from converter.taxonomy import Taxonomy

_NO_CIK = {"", "0000000000"}


def decided(
    statement: Statement, taxonomy: Taxonomy, rules: Sequence[Rule], prior: Prior | None
) -> tuple[dict[int, Match], list[Finding]]:
    """The rows that the user's rules decide, or else an earlier report.

    Raises:
        OptionsError: A rule names a concept that the taxonomy does not have.
    """
    matches, findings = apply_rules(statement, taxonomy, rules)
    if prior is not None:
        told, found = _rolled_forward(statement, taxonomy, prior, matches)
        matches |= told
        findings += found
    return matches, findings


def _rolled_forward(
    statement: Statement, taxonomy: Taxonomy, prior: Prior, ruled: Mapping[int, Match]
) -> tuple[dict[int, Match], list[Finding]]:
    claimed, findings = prior_lines(statement, prior, ruled)
    matches: dict[int, Match] = {}
    for i, one in claimed.items():
        row = statement.rows[i]
        finding = _gone(row, one, taxonomy) or _unfit(statement, row, one, taxonomy)
        if finding is not None:
            findings.append(finding)
        else:
            matches[i] = _match(statement, i, one, taxonomy)
    return matches, findings


def _match(statement: Statement, i: int, told: Told, taxonomy: Taxonomy) -> Match:
    row, first = statement.rows[i], told.concepts[0]
    confidence = 0.99 if len(told.reasons) > 1 else 0.985
    own = None
    if first.name.prefix == EXTENSION:
        own = extension_concept(statement, row, taxonomy, first.balance)
        own = replace(own, name=first.name)
    return Match(i, told.names, own, 1, confidence, told.reasons)


# --- what cannot be used -------------------------------------------------------------


def _gone(row: Row, told: Told, taxonomy: Taxonomy) -> Finding | None:
    """A finding where the taxonomy no longer has, or deprecates, a concept."""
    for name in told.names:
        if name.prefix == EXTENSION:
            continue
        concept = taxonomy.concept(name)
        if concept is None or concept.abstract or taxonomy.is_deprecated(concept):
            why = "deprecates" if concept is not None else "does not have"
            return Finding(
                "prior.gone",
                Severity.INFO,
                f"{called(row)} was {name} in the earlier report, which {taxonomy.name} {why}; "
                "it is not rolled forward",
                row_span(row),
                advice="choose its successor with --rules if the line did not get it",
            )
    return None


def _unfit(statement: Statement, row: Row, told: Told, taxonomy: Taxonomy) -> Finding | None:
    for one in told.concepts:
        why = _misfit(statement, row, one, taxonomy)
        if why:
            return Finding(
                "prior.unfit",
                Severity.WARNING,
                f"{called(row)} was {one.name} in the earlier report, but {why}; it is not "
                "rolled forward",
                row_span(row),
                advice="compare the two reports; choose a concept with --rules",
            )
    return None


def _misfit(statement: Statement, row: Row, one: PriorConcept, taxonomy: Taxonomy) -> str:
    """Why a concept cannot state a line: its type, its period type or its sign."""
    balance = is_balance(statement, row)
    standard = None if one.name.prefix == EXTENSION else taxonomy.concept(one.name)
    if standard is not None and not measures(standard, row.measure):
        return f"that is a {standard.type.local} and the line is {row.measure.value}"
    instants = {isinstance(period, Instant) for period in one.figures}
    if standard is not None:
        instants = {standard.period_type == "instant"}
    if instants - {balance}:
        kinds = ("a period", "a day")
        return f"that is of {kinds[not balance]} and the line of {kinds[balance]}"
    figures = list(row_figures(statement, row))
    signs = {value > 0 for _, value in figures if value}
    if standard is not None and standard.non_negative and len(signs) > 1:
        return "that is never negative and the line has both signs"
    common = (
        (one.figures[period], value) for period, value in figures if period in one.figures
    )
    if {(ours > 0) == (theirs > 0) for theirs, ours in common if ours and theirs} == {
        True,
        False,
    }:
        return "the figures of the two reports differ in sign for some of the periods"
    return ""


# --- of the whole report -------------------------------------------------------------


def prior_findings(
    prior: Prior | None, statements: Sequence[MappedStatement], cik: str | None
) -> list[Finding]:
    """Findings where the earlier report is another company's, or helps with no line."""
    if prior is None:
        return []
    findings: list[Finding] = []
    theirs = prior.entity.zfill(10) if prior.entity.isdigit() else prior.entity
    if cik is not None and not {theirs, cik} & _NO_CIK and theirs != cik:
        findings.append(
            Finding(
                "prior.other-company",
                Severity.WARNING,
                f"the earlier report is of the company {theirs}, this one of {cik}",
                advice="give --prior an earlier report of the same company",
            )
        )
    reasons = [r for mapped in statements for match in mapped.matches for r in match.reasons]
    if statements and not any(reason.startswith(TELLS) for reason in reasons):
        findings.append(
            Finding(
                "prior.unused",
                Severity.WARNING,
                "no line has a caption or figures of the earlier report",
                advice="check that --prior names a report of the same company; a report "
                "without link bases beside it is compared by figures alone",
            )
        )
    return findings
