"""Which concepts the wording of a caption proposes, from a table kept by hand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from converter.extension import concept_name
from converter.model import (
    Measure,
    QName,
    Row,
    Statement,
    StatementKind,
)
from converter.resources import resource
from converter.rows import balance_at
from converter.statements import is_instant
from converter.taxonomy import Concept, Taxonomy
from converter.wording import normalised

_ITEM = QName("xbrli", "item")
_MEASURED = {
    Measure.MONEY: re.compile(r"monetary"),
    Measure.SHARES: re.compile(r"^shares"),
    Measure.MONEY_PER_SHARE: re.compile(r"perShare|^decimal"),
    Measure.RATIO: re.compile(r"percent|^pure"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """One entry of the table of wordings: captions, and the concepts they name."""

    statement: StatementKind
    label: re.Pattern[str]
    section: re.Pattern[str] | None
    measure: Measure
    concepts: tuple[tuple[str, ...], ...]
    why: str


class Candidate(NamedTuple):
    """Concepts proposed for a row: two only for a line that states two figures."""

    concepts: tuple[Concept, ...]
    why: str
    confidence: float


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


@lru_cache(maxsize=64)
def wordings_of(kind: StatementKind, measure: Measure) -> tuple[Wording, ...]:
    """The wordings that may name a row; figures per share stand in many statements."""
    kinds = {kind}
    if measure in (Measure.MONEY_PER_SHARE, Measure.SHARES):
        kinds.add(StatementKind.INCOME)
    return tuple(w for w in load_wordings() if w.measure is measure and w.statement in kinds)


@lru_cache(maxsize=4096)
def total_called(words: str, kind: StatementKind) -> str | None:
    """The concept whose wording is that of a total; None when there is none."""
    named = (
        w.concepts[0][0] for w in wordings_of(kind, Measure.MONEY) if w.label.fullmatch(words)
    )
    return next(named, None)


def candidates_for(statement: Statement, i: int, taxonomy: Taxonomy) -> tuple[Candidate, ...]:
    """The concepts that the caption of a row may name, likelier ones first."""
    row = statement.rows[i]
    if not row.label:
        return ()
    found = [*_worded(statement, row, taxonomy), *_named(statement, row, taxonomy)]
    if row.measure is Measure.SHARES:
        found = [_both_numbers(statement, c, taxonomy) for c in found]
    return tuple(found)


def _worded(statement: Statement, row: Row, taxonomy: Taxonomy) -> Iterable[Candidate]:
    words = normalised(row.label)
    section = " ".join(normalised(s) for s in row.section)
    whole = f"{normalised(row.section[-1])} {words}" if row.section else words
    for wording in wordings_of(statement.kind, row.measure):
        text = whole if row.measure is Measure.MONEY_PER_SHARE else words
        if not (wording.label.fullmatch(words) or wording.label.fullmatch(text)):
            continue
        if wording.section is not None and not wording.section.fullmatch(section):
            continue
        for names in wording.concepts:
            concepts = _usable(names, statement, row, taxonomy)
            if concepts:
                yield Candidate(concepts, f"wording: {wording.why}", 0.9)


def _usable(
    names: Iterable[str], statement: Statement, row: Row, taxonomy: Taxonomy
) -> tuple[Concept, ...]:
    """The concepts of these names, if all may be used for a row; else none."""
    concepts = [taxonomy.find(name) for name in names]
    if any(
        c is None
        or c.abstract
        or taxonomy.is_deprecated(c)
        or not measures(c, row.measure)
        or not _dated(c, statement, row)
        for c in concepts
    ):
        return ()
    return tuple(c for c in concepts if c is not None)


def _dated(concept: Concept, statement: Statement, row: Row) -> bool:
    """Whether the period type fits: balances stand in a balance sheet, or at an end."""
    balance = is_instant(statement) or balance_at(row) is not None
    return (concept.period_type == "instant") == balance


def measures(concept: Concept, measure: Measure) -> bool:
    """Whether a concept is of an item type that states such a measure."""
    return _MEASURED[measure].search(concept.type.local) is not None


def _named(statement: Statement, row: Row, taxonomy: Taxonomy) -> Iterable[Candidate]:
    """Concepts whose own name is the caption, and that this statement presents."""
    if len(normalised(row.label)) < 4:
        return
    name = concept_name(row.label)
    for local in _name_forms(name):
        for concept in _usable((local,), statement, row, taxonomy):
            if statement.kind in taxonomy.presented_in(concept.name):
                yield Candidate((concept,), "the concept's name is the caption", 0.8)


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


def _both_numbers(statement: Statement, candidate: Candidate, taxonomy: Taxonomy) -> Candidate:
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
    return Candidate((basic, diluted), why, candidate.confidence)
