"""Baselines that look at a caption alone: exact lookup, nearest label, edgartools."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from converter.model import StatementKind
from converter.training.corpus import LabelledFiling
from converter.wording import normalised

from .folds import Candidates, captions, votes


class ByLabel:
    """A system that looks at nothing but a caption and its kind of statement."""

    def __init__(self) -> None:
        self._known: dict[tuple[StatementKind, str], Candidates] = {}

    def fit(self, filings: Sequence[LabelledFiling]) -> None:
        """Forget everything; what learns does so in its own way."""
        del filings
        self._known = {}

    def rank(self, filing: LabelledFiling) -> list[list[Candidates]]:
        """Per statement, per row, the candidates."""
        ranked = []
        for kind, rows in captions(filing):
            for label in {row.label for row in rows if (kind, row.label) not in self._known}:
                self._known[kind, label] = self.concepts(kind, label) if label else ()
            ranked.append([self._known[kind, row.label] for row in rows])
        return ranked

    def concepts(self, kind: StatementKind, label: str) -> Candidates:
        """The candidates for a normalised caption."""
        raise NotImplementedError


class Exact(ByLabel):
    """What most companies tag the very same caption with; silent where it is unseen.

    The score is the share of companies, as if one more had disagreed with all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[StatementKind, dict[str, Counter[str]]] = {}

    def fit(self, filings: Sequence[LabelledFiling]) -> None:
        """Count the concepts of every caption, once a company."""
        super().fit(filings)
        self.seen = defaultdict(lambda: defaultdict(Counter))
        for kind, caption, concept in votes(filings):
            self.seen[kind][caption.label][concept] += 1

    def concepts(self, kind: StatementKind, label: str) -> Candidates:
        """The concepts that the caption had, the most frequent first."""
        counts = self.seen.get(kind, {}).get(label, Counter())
        among = counts.total() + 1
        return [(concept, count / among) for concept, count in counts.most_common()]


class Fuzzy(Exact):
    """The concepts of the nearest captions, by the letters of their sorted words.

    The score is the likeness of the caption times the share of its companies.
    """

    NEAREST = 10

    def __init__(self) -> None:
        super().__init__()
        self._labels: dict[StatementKind, list[str]] = {}

    def fit(self, filings: Sequence[LabelledFiling]) -> None:
        """Count the concepts of every caption, once a company."""
        super().fit(filings)
        self._labels = {
            kind: [" ".join(sorted(label.split())) for label in seen]
            for kind, seen in self.seen.items()
        }

    def concepts(self, kind: StatementKind, label: str) -> Candidates:
        """The concepts of the nearest caption, then of the next."""
        if kind not in self._labels:
            return ()
        words = " ".join(sorted(label.split()))
        known = self._labels[kind]
        alike = process.cdist([words], known, scorer=fuzz.ratio, dtype=np.float32)[0]
        nearest = np.argsort(-alike, kind="stable")[: self.NEAREST]
        labels = list(self.seen[kind])
        found: dict[str, float] = {}
        for at in nearest:
            for concept, share in super().concepts(kind, labels[at]):
                found.setdefault(concept, share * float(alike[at]) / 100)
        return list(found.items())


_EDGARTOOLS_KINDS: Mapping[StatementKind, str] = {
    StatementKind.BALANCE_SHEET: "BalanceSheet",
    StatementKind.INCOME: "IncomeStatement",
    StatementKind.CASH_FLOWS: "CashFlowStatement",
    StatementKind.COMPREHENSIVE_INCOME: "ComprehensiveIncome",
}


class EdgarTools(ByLabel):
    """edgartools' own labels of concepts, taken backwards; nothing is learned here.

    The library only maps concepts to labels of its own. The way back is made of its public
    parts. Where a caption is the label of concepts in the statements that it has learned
    (in general, by industry, or in several statements at once), it is taken for these; or
    where it is a standard label in the store of mappings, for the concepts under it. Any
    other caption is given to `ConceptMapper.learn_mappings`, which finds the standard label
    that is most like it, and is taken for the concepts under that. Where there are several,
    those that more companies use (as the library tells) come first.
    """

    def __init__(self) -> None:
        super().__init__()
        from edgar.entity import mappings_loader as loader  # noqa: PLC0415 (takes seconds)
        from edgar.xbrl import standardization  # noqa: PLC0415

        self._labels: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._use: dict[str, float] = defaultdict(float)
        for told in (loader.load_learned_mappings(), loader.load_canonical_structures()):
            for concept, node in told.items():
                self._learn(concept, node["statement_type"], node)
        for industry in loader.get_available_industries():
            for stated, tree in loader.load_industry_extension(industry).items():
                for concept, node in tree.get("nodes", {}).items():
                    self._learn(concept, stated, node)
        for told in loader.load_concept_linkages()["multi_statement_concepts"]:
            for stated, node in told["statement_details"].items():
                self._learn(told["concept"], stated, node)
        store = standardization.initialize_default_mappings(read_only=True)
        self._standard = {
            normalised(label): [concept.partition("_")[2] for concept in concepts]
            for label, concepts in store.mappings.items()
            if not label.startswith("_")
        }
        self._mapper = standardization.ConceptMapper(store)

    def concepts(self, kind: StatementKind, label: str) -> Candidates:
        """The concepts under the library's label that is the caption, or is like it."""
        stated = _EDGARTOOLS_KINDS.get(kind, "")
        found = dict.fromkeys(self._by_use(self._labels.get((stated, label), [])), 1.0)
        for concept in self._by_use(self._standard.get(label, [])):
            found.setdefault(concept, 0.99)
        if not found:
            standard, confidence = self._inferred(stated, label)
            alike = self._standard.get(normalised(standard), [])
            found = dict.fromkeys(self._by_use(alike), 0.9 * confidence)
        return [(one, score - at / 1000) for at, (one, score) in enumerate(found.items())]

    def _learn(self, concept: str, stated: str, node: Mapping[str, Any]) -> None:
        if not node["is_abstract"] and node["label"]:
            concepts = self._labels[stated, normalised(node["label"])]
            if concept not in concepts:
                concepts.append(concept)
            self._use[concept] = max(self._use[concept], node["occurrence_rate"])

    def _by_use(self, concepts: Sequence[str]) -> list[str]:
        return sorted(concepts, key=lambda c: (-self._use.get(c, 0), len(c), c))

    def _inferred(self, stated: str, label: str) -> tuple[str, float]:
        """The library's standard label for a caption, and how sure it is."""
        own = f"own_{len(self._known)}"
        self._mapper.learn_mappings(
            [{"concept": own, "label": label, "statement_type": stated}]
        )
        for standard, pending in self._mapper.pending_mappings.items():
            if pending[-1][0] == own:
                return standard, float(pending[-1][1])
        for standard, concepts in self._mapper.mapping_store.mappings.items():
            if own in concepts:
                return standard, 0.95
        return "", 0.0
