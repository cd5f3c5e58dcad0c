"""A user's own rules applied to a statement; they override all else."""

from __future__ import annotations

from collections import Counter
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
    StatementKind,
)
from converter.options import IGNORE, JOINT, Rule
from converter.taxonomy import Concept, Taxonomy


def table_numbers(statements: Iterable[Statement]) -> tuple[int, ...]:
    """Which of the tables of its kind each statement is, from 1; details count too."""
    seen: Counter[StatementKind] = Counter()
    numbers = []
    for statement in statements:
        seen[statement.kind] += 1
        numbers.append(seen[statement.kind])
    return tuple(numbers)


def rules_of_tables(
    statements: Sequence[Statement], rules: Sequence[Rule]
) -> tuple[tuple[Rule, ...], ...]:
    """For each statement the rules that do not speak of another table alone."""
    return tuple(
        tuple(rule for rule in rules if rule.is_of_table(number))
        for number in table_numbers(statements)
    )


def lines_of(rule: Rule, statement: Statement) -> list[int]:
    """The rows of a statement that a rule speaks of, if it speaks of the table at all."""
    rows = [
        i
        for i, row in enumerate(statement.rows)
        if any(row.amounts) and rule.matches(statement.kind, row)
    ]
    return rows if rule.nth is None else rows[rule.nth - 1 : rule.nth]


def apply_rules(
    statement: Statement, taxonomy: Taxonomy, rules: Sequence[Rule]
) -> tuple[dict[int, Match], list[Finding]]:
    """The rows that a rule decides, and findings on what rules ignore or dispute."""
    matches: dict[int, Match] = {}
    findings: list[Finding] = []
    speaking: dict[int, list[Rule]] = {}
    for rule in rules:
        for i in lines_of(rule, statement):
            speaking.setdefault(i, []).append(rule)
    for i, named in sorted(speaking.items()):
        row = statement.rows[i]
        best = max(rule.weight(row) for rule in named)
        chosen = [rule for rule in named if rule.weight(row) == best]
        wishes = {(rule.concepts, rule.balance) for rule in chosen}
        if len(wishes) > 1:
            findings.append(_rules_disagree(row, chosen))
            continue
        match, found = _ruled(statement, i, chosen[0], taxonomy)
        findings += found
        if match is not None:
            matches[i] = replace(match, ruled=True)
    return matches, findings


def _ruled(
    statement: Statement, i: int, rule: Rule, taxonomy: Taxonomy
) -> tuple[Match | None, list[Finding]]:
    row = statement.rows[i]
    if not rule.concepts:
        ignored = Finding(
            "map.ignored", Severity.INFO,
            f"{called(row)} is left out, as a rule says", row_span(row),
        )  # fmt: skip
        return Match(i, (), None, 1, 1.0, ("a rule says to ignore it",)), [ignored]
    why = ("a rule of yours says so",)
    name = rule.concepts[0]
    if name.prefix == EXTENSION:
        own = extension_concept(statement, row, taxonomy, rule.balance)
        return Match(i, (name,), replace(own, name=name), 1, 1.0, why), []
    concepts = [_named(name, taxonomy) for name in rule.concepts]
    for concept in concepts:
        if not measures(concept, row.measure):
            return None, [_unfit(row, concept)]
    return Match(i, tuple(c.name for c in concepts), None, 1, 1.0, why), []


def _rules_disagree(row: Row, rules: Iterable[Rule]) -> Finding:
    names = ", ".join(sorted({_wish(rule) for rule in rules}))
    return Finding(
        "rules.conflict", Severity.ERROR,
        f"two rules disagree on {called(row)}: {names}; neither is applied",
        row_span(row), advice="make one of them narrower (section, statement)",
    )  # fmt: skip


def _wish(rule: Rule) -> str:
    wanted = JOINT.join(map(str, rule.concepts)) or IGNORE
    return f"{wanted} ({rule.balance})" if rule.balance else wanted


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
        for name in rule.concepts:
            if name.prefix != EXTENSION:
                _named(name, taxonomy)


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
    numbers = table_numbers(statements)
    return [
        Finding(
            "rules.unused",
            Severity.WARNING,
            f"no line is what the rule for {rule.wanted!r} speaks of",
            advice="compare it with the captions: tieout map FILE",
        )
        for rule in rules
        if not any(
            lines_of(rule, statement)
            for statement, number in zip(statements, numbers, strict=True)
            if rule.is_of_table(number)
        )
    ]
