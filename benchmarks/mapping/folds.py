"""What is asked of whom: five folds by company, each line of a company once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from converter.mapper.network import CUSTOM
from converter.model import StatementKind
from converter.training.corpus import LabelledFiling
from converter.wording import normalised

Candidates = Sequence[tuple[str, float]]
"""Concepts and how likely each is, best first; `CUSTOM` may be among them."""


class System(Protocol):
    """What maps lines to concepts, after it has seen filings that tell them."""

    def fit(self, filings: Sequence[LabelledFiling]) -> None:
        """Learn from labelled filings."""
        ...

    def rank(self, filing: LabelledFiling) -> Sequence[Sequence[Candidates]]:
        """Per statement, per row, the candidates; the concepts told are not looked at."""
        ...


class Answer(NamedTuple):
    """One line, what it is, and what a system takes it for."""

    fold: int
    source: str
    kind: StatementKind
    filing: str
    label: str
    concept: str
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filing, and the places in it that are asked for: statement and row."""

    filing: LabelledFiling
    places: tuple[tuple[int, int], ...]


def sheets(filings: Iterable[LabelledFiling]) -> Iterator[Sheet]:
    """Each line of a company once: where its caption first stood for that concept."""
    seen: set[tuple[str, str, StatementKind, str, str]] = set()
    for filing in filings:
        places = []
        for n, labelled in enumerate(filing.statements):
            kind = labelled.statement.kind
            for at, row in enumerate(labelled.statement.rows):
                concept = labelled.concepts[at]
                if concept is None:
                    continue
                key = (filing.source, filing.company, kind, normalised(row.label), concept)
                if key not in seen:
                    seen.add(key)
                    places.append((n, at))
        if places:
            yield Sheet(filing, tuple(places))


def answers(system: System, filings: Iterable[LabelledFiling], fold: int) -> Iterator[Answer]:
    """What a system answers, line by line."""
    for sheet in sheets(filings):
        ranked = system.rank(sheet.filing)
        for s, r in sheet.places:
            labelled = sheet.filing.statements[s]
            yield Answer(
                fold,
                sheet.filing.source,
                labelled.statement.kind,
                sheet.filing.name,
                labelled.statement.rows[r].label,
                labelled.concepts[r] or CUSTOM,
                tuple(ranked[s][r][:5]),
            )


class Caption(NamedTuple):
    """A line told in words: its own, those of the lines around it, and how far down."""

    label: str
    before: str
    after: str
    depth: int


DEPTHS = 10


def captions(filing: LabelledFiling) -> Iterator[tuple[StatementKind, list[Caption]]]:
    """The rows of every statement in words; headings are not among the lines around."""
    for labelled in filing.statements:
        rows = labelled.statement.rows
        words = [normalised(row.label) for row in rows]
        counted = [any(amount is not None for amount in row.amounts) for row in rows]
        lines = [at for at, count in enumerate(counted) if count and words[at]]
        told = []
        done = 0
        for at, label in enumerate(words):
            own = done < len(lines) and lines[done] == at
            above = words[lines[done - 1]] if done else ""
            done += own
            below = words[lines[done]] if done < len(lines) else ""
            told.append(Caption(label, above, below, DEPTHS * at // len(rows)))
        yield labelled.statement.kind, told


def votes(
    filings: Iterable[LabelledFiling],
) -> Iterator[tuple[StatementKind, Caption, str]]:
    """Every distinct line of the filings in words, with its concept."""
    for sheet in sheets(filings):
        told = list(captions(sheet.filing))
        for s, r in sheet.places:
            kind, rows = told[s]
            concept = sheet.filing.statements[s].concepts[r]
            if concept is not None:
                yield kind, rows[r], concept
