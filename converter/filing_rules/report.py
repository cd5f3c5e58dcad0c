"""A report as the rules look at it, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from converter.labels import STANDARD
from converter.model import (
    Context,
    ExtensionConcept,
    Fact,
    Finding,
    Instance,
    Network,
    QName,
    Severity,
    Span,
    last_day,
)
from converter.taxonomy import Concept, Taxonomy

OURS = "a fault of tieout's own, not of the filing: please report it, with the input"
"""The advice where what the program makes by itself breaks a rule."""

Declared = Concept | ExtensionConcept


class Report:
    """An instance with what the rules ask of it again and again.

    Attributes:
        instance: The facts and the filer's own taxonomy.
        taxonomy: Where standard concepts are declared.
        told: The places that a warning or an error speaks of already.
        contexts: By id.
        facts: Of each concept.
        extensions: The filer's own concepts by name.
    """

    def __init__(
        self, instance: Instance, taxonomy: Taxonomy, told: Iterable[Finding] = ()
    ) -> None:
        self.instance = instance
        self.taxonomy = taxonomy
        self.told = frozenset(
            f.span for f in told if f.span is not None and f.severity is not Severity.INFO
        )
        self.contexts: dict[str, Context] = {c.id: c for c in instance.contexts}
        self.extensions = {e.name: e for e in instance.extensions}
        self.facts: dict[QName, list[Fact]] = {}
        for fact in instance.facts:
            self.facts.setdefault(fact.concept, []).append(fact)

    def declared(self, name: QName) -> Declared | None:
        """What the schemas say of a concept, the filer's own or a standard one."""
        return self.extensions.get(name) or self.taxonomy.concept(name)

    def place(self, name: QName) -> Span | None:
        """Where the first fact of a concept is printed."""
        spans = (span for fact in self.facts.get(name, ()) for span in fact.sources)
        return next(spans, None)

    def cover(self, name: str) -> str | None:
        """What the cover states of a concept of dei."""
        facts = self.facts.get(QName("dei", name), ())
        return next((str(fact.value) for fact in facts), None)

    @property
    def year(self) -> int:
        """The year of the report: that of its period, else of its last context; or 0."""
        stated = self.cover("DocumentPeriodEndDate") or ""
        ends = (last_day(c.period).year for c in self.instance.contexts)
        return int(stated[:4]) if stated[:4].isdigit() else max(ends, default=0)

    @property
    def used(self) -> list[QName]:
        """The concepts that facts state and contexts name, each once."""
        pairs = (pair for context in self.instance.contexts for pair in context.dimensions)
        return list(dict.fromkeys([*self.facts, *(name for pair in pairs for name in pair)]))

    @property
    def standard_labels(self) -> dict[QName, str]:
        """The standard label of each concept that has one."""
        return {one.concept: one.text for one in self.instance.labels if one.role == STANDARD}


class Breach(NamedTuple):
    """One way in which a report does not do what a rule asks.

    `severity` is given only where it is not the rule's own.
    """

    message: str
    span: Span | None = None
    severity: Severity | None = None


Check = Callable[[Report], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the EDGAR Filer Manual or of the Data Quality Committee.

    Attributes:
        code: The number, in the spelling of the SEC's own messages: `EFM.6.05.37`.
        asks: What it asks, in a sentence.
        severity: Of its findings.
        advice: What a reader of a finding can do.
        check: Finds the breaches.
    """

    code: str
    asks: str
    severity: Severity
    advice: str
    check: Check

    def __call__(self, report: Report) -> Iterator[Finding]:
        """The findings of the rule on a report."""
        for breach in self.check(report):
            severity = breach.severity or self.severity
            yield Finding(self.code, severity, breach.message, breach.span, self.advice)


def rule(
    code: str, asks: str, severity: Severity = Severity.ERROR, advice: str = OURS
) -> Callable[[Check], Rule]:
    """Make a rule of the function that finds its breaches."""
    return lambda check: Rule(code, asks, severity, advice, check)


def shown(network: Network) -> str:
    """A network as messages name it."""
    return f'"{network.definition}"'
