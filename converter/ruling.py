"""A user's own rules applied to a statement; they override all else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from converter.captions import called, row_span
from converter.errors import OptionsError
from converter.extension import extension_concept
from converter.fitting import measures
from converter.model import (
    EXTENSION,
    Finding,
    Match,
    QName,
    Row,
    Severity,
    Statement,
)
from converter.options import Rule
from converter.taxonomy import Concept, Taxonomy


def apply_rules(
    statement: Statement, taxonomy: Taxonomy, rules: Sequence[Rule]
) -> tuple[dict[int, Match], list[Finding]]:
    """The rows that a rule decides, and findings on what rules ignore or dispute."""
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
        findings += found
        if match is not None:
            matches[i] = match
    return matches, findings


def _ruled(
    statement: Statement, i: int, name: QName | None, taxonomy: Taxonomy
) -> tuple[Match | None, list[Finding]]:
    row = statement.rows[i]
    if name is None:
        ignored = Finding(
            "map.ignored", Severity.INFO,
            f"{called(row)} is left out, as a rule says", row_span(row),
        )  # fmt: skip
        return Match(i, (), None, 1, 1.0, ("a rule says to ignore it",)), [ignored]
    why = ("a rule of yours says so",)
    if name.prefix == EXTENSION:
        own = extension_concept(statement, row, taxonomy, None)
        return Match(i, (name,), replace(own, name=name), 1, 1.0, why), []
    concept = _named(name, taxonomy)
    if not measures(concept, row.measure):
        return None, [_unfit(row, concept)]
    return Match(i, (concept.name,), None, 1, 1.0, why), []


def _rules_disagree(row: Row, concepts: Iterable[QName | None]) -> Finding:
    names = ", ".join(sorted(str(c) if c else "ignore" for c in concepts))
    return Finding(
        "rules.conflict", Severity.ERROR,
        f"two rules disagree on {called(row)}: {names}; neither is applied",
        row_span(row), advice="make one of them narrower (section, statement)",
    )  # fmt: skip


def _unfit(row: Row, concept: Concept) -> Finding:
    return Finding(
        "rules.unfit",
        Severity.ERROR,
        f"a rule makes {called(row)} {concept.name}, a {concept.type.local}, but the line is "
        f"{row.measure.value}; the rule is not applied",
        row_span(row),
        advice="choose another concept, or make the rule narrower",
    )


def check_rules(rules: Sequence[Rule], taxonomy: Taxonomy) -> None:
    """Refuse rules that no text could make right.

    Raises:
        OptionsError: A rule names a concept that the taxonomy does not have.
    """
    for rule in rules:
        if rule.concept is not None and rule.concept.prefix != EXTENSION:
            _named(rule.concept, taxonomy)


def _named(name: QName, taxonomy: Taxonomy) -> Concept:
    concept = taxonomy.concept(name) if name.prefix else taxonomy.find(name.local)
    if concept is None or concept.abstract:
        raise OptionsError(
            f"--rules: {taxonomy.name} has no concept {name.local!r}; "
            f"try: tieout taxonomy search {name.local}"
        )
    return concept


def unused_rules(statements: Sequence[Statement], rules: Sequence[Rule]) -> list[Finding]:
    """A finding for each rule that speaks of no line: a caption may be misspelt."""
    return [
        Finding(
            "rules.unused",
            Severity.WARNING,
            f"no line is what the rule for {rule.wanted!r} speaks of",
            advice="compare it with the captions: tieout inspect FILE --stage map",
        )
        for rule in rules
        if not any(
            rule.matches(statement.kind, row)
            for statement in statements
            for row in statement.rows
            if any(row.amounts)
        )
    ]
