"""Which concepts the wording of a caption proposes, from a table kept by hand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from converter.extension import concept_name
from converter.fitting import fitting, is_balance, usable
from converter.judged import Guess, Judged
from converter.model import (
    Measure,
    QName,
    Row,
    Statement,
    StatementKind,
)
from converter.naming import named_as
from converter.outline import Outline, forms_of
from converter.resources import resource
from converter.taxonomy import Concept, Taxonomy
from converter.wording import normalised, plain


class Dated(NamedTuple):
    """Concepts for a line, and the years of statements that they are right for."""

    names: tuple[str, ...]
    since: int = 0
    before: int = 9999


_WORDED: Final = 0.9
"""How far a wording is believed where nothing was learned; then a name, a rule of EPS."""

_NAMED: Final = 0.5
_RULED: Final = 0.95
_NEXT: Final = 0.2
_OPEN: Final = 0.05
_MOST: Final = 8
_SLIGHT: Final = 0.0001
"""Of a row so many candidates are considered, and none so much less likely than the best."""

_SILENT: Final = Judged()
_CASH = re.compile(r"Proceeds|Payments|Repayments")
_ONCE = re.compile(
    r"^(?!.*\b(?:before|excluding)\b).*\b(?:extraordinary|cumulative effects? of (?:an? )?"
    r"(?:accounting )?changes?)\b"
)
"""What was shown apart until ASU 2015-01 and SFAS 154, and has few concepts since."""

_ONLY = (
    (_ONCE, re.compile(r"Extraordinary|CumulativeEffect")),
    (re.compile(r"\bpro ?forma\b"), re.compile(r"ProForma")),
)
"""Captions that only concepts of such a name can state."""

_WITH_OTHERS = re.compile(r"^Income.*IncludingPortionAttributableToNoncontrollingInterest$")
_SFAS_160 = 2009
"""From this year on earnings include the share of others, which was deducted before."""

_NO_CASH = re.compile(r"\bnon ?cash (?:investing|financing|transactions|activities)\b")
_ALL_CLASSES = frozenset(("CommonStockValue", "PreferredStockValue"))


@dataclass(frozen=True, slots=True)
class Wording:
    """One entry of the table of wordings: captions, and the concepts they name.

    `above` is what a later line of the statement must say, where that decides, `below`
    what an earlier line must say, and `unless` what none may say.
    """

    statement: StatementKind
    label: re.Pattern[str]
    section: re.Pattern[str] | None
    measure: Measure
    above: re.Pattern[str] | None
    below: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    concepts: tuple[Dated, ...]
    why: str


class Candidate(NamedTuple):
    """Concepts proposed for a row: two only for a line that states two figures.

    `told` is what words say for them, `guess` what was learned.
    """

    concepts: tuple[Concept, ...]
    told: str
    confidence: float
    guess: Guess | None = None

    @property
    def why(self) -> str:
        """The evidence for them."""
        learned = _learned(self.guess) if self.guess else ""
        return "; ".join(filter(None, (self.told, learned)))


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
            key=lambda w: (
                w.above is None and w.below is None,
                w.section is None,
                -len(w.label.pattern),
                w.label.pattern,
            ),
        )
    )


def _wording(kind: StatementKind, entry: Mapping[str, object]) -> Wording:
    concepts = entry["concepts"]
    assert isinstance(concepts, list)  # noqa: S101  (our own file; tests read it whole)
    return Wording(
        kind,
        re.compile(str(entry["label"])),
        _pattern(entry.get("section")),
        Measure(str(entry.get("measure", Measure.MONEY))),
        _pattern(entry.get("above")),
        _pattern(entry.get("below")),
        _pattern(entry.get("unless")),
        tuple(_dated(str(c)) for c in concepts),
        str(entry["why"]),
    )


def _pattern(text: object) -> re.Pattern[str] | None:
    return None if text is None else re.compile(str(text))


def _dated(text: str) -> Dated:
    """Concepts and their years: `A+B`, `A>=2018`, `A<2018`."""
    names, since, year = text.partition(">=")
    if since:
        return Dated(tuple(names.split("+")), since=int(year))
    names, before, year = text.partition("<")
    return Dated(tuple(names.split("+")), before=int(year) if before else 9999)


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
        w.concepts[0].names[0]
        for w in wordings_of(kind, Measure.MONEY)
        if w.above is None
        and w.below is None
        and (w.label.fullmatch(words) or w.label.fullmatch(plain(words)))
    )
    return next(named, None)


def candidates_for(
    outline: Outline, i: int, taxonomy: Taxonomy, judged: Judged = _SILENT
) -> tuple[Candidate, ...]:
    """The concepts that a row may state, likelier ones first, from all who know.

    These are the table of wordings, the names of the taxonomy, and what the mapper learned.
    """
    statement = outline.statement
    row = statement.rows[i]
    if not row.label:
        return ()
    merged = _merged(_told(outline, i, taxonomy), judged)
    if _moved_no_cash(statement, row):
        merged = [c for c in merged if not _CASH.match(c.concepts[0].name.local)]
    if outline.year < _SFAS_160:
        merged = [c for c in merged if not _WITH_OTHERS.match(c.concepts[0].name.local)]
    if outline.is_one_class(row):
        merged = [c for c in merged if c.concepts[0].name.local not in _ALL_CLASSES]
    for said, name in _ONLY:
        if said.search(normalised(row.label)):
            merged = [c for c in merged if name.search(c.concepts[0].name.local)]
    merged.sort(key=lambda c: -c.confidence)
    least = _SLIGHT * max((c.confidence for c in merged), default=0.0)
    return tuple(c for c in merged[:_MOST] if c.confidence >= least)


def _told(outline: Outline, i: int, taxonomy: Taxonomy) -> list[Candidate]:
    """What words alone tell, by whom we believe first."""
    statement = outline.statement
    row = statement.rows[i]
    found = [*worded_as(row.label, outline, i, taxonomy), *_named(statement, row, taxonomy)]
    if row.measure is Measure.MONEY_PER_SHARE:
        found += _per_share(outline, row, taxonomy)
    if row.measure is Measure.SHARES:
        found = [_both_numbers(outline, c, taxonomy) for c in found]
    first = {tuple(x.name for x in c.concepts): c for c in reversed(found)}
    return sorted(first.values(), key=lambda c: (-c.confidence, found.index(c)))


def _merged(told: Sequence[Candidate], judged: Judged) -> list[Candidate]:
    """The chances by words and by learning as one.

    Words decide where learning is in doubt, and not where it is sure: they are believed by
    as much as the likeliest concept that was learned leaves, save the rules of earnings per
    share. They share that; each next one has less of it, more has what was learned too.
    """
    if not judged.guesses and not judged.own:
        return list(told)
    learned: dict[tuple[QName, ...], Guess] = {(g.concept.name,): g for g in judged.guesses}
    doubt = 1 - max((guess.chance for guess in judged.guesses), default=0.0)
    trusts = (c.confidence * (1 if c.confidence >= _RULED else doubt) for c in told)
    believed = max(trusts, default=0.0)
    merged = []
    names = [tuple(concept.name for concept in c.concepts) for c in told]
    chances = [learned[own].chance if own in learned else 0.0 for own in names]
    shares = [_NEXT**n * (chance + _OPEN) for n, chance in enumerate(chances)]
    whole = sum(shares)
    for candidate, own, chance, share in zip(told, names, chances, shares, strict=True):
        guess = learned.pop(own, None)
        both = believed * share / whole + (1 - believed) * chance
        merged.append(Candidate(candidate.concepts, candidate.told, both, guess))
    others = (
        Candidate((guess.concept,), "", (1 - believed) * guess.chance, guess)
        for guess in learned.values()
    )
    return [*merged, *others]


def _learned(guess: Guess) -> str:
    said = f"learned from filings: {guess.chance:.0%}"
    return f"{said} ({guess.why})" if guess.why else said


def _moved_no_cash(statement: Statement, row: Row) -> bool:
    """Whether a line stands below the cash flows, among what was settled without cash."""
    section = " ".join(normalised(s) for s in row.section)
    return statement.kind is StatementKind.CASH_FLOWS and _NO_CASH.search(section) is not None


def worded_as(label: str, outline: Outline, i: int, taxonomy: Taxonomy) -> Iterable[Candidate]:
    """The concepts that a caption names, as that of a row or of what the row closes."""
    statement, year = outline.statement, outline.year
    row = statement.rows[i]
    section = " ".join(normalised(s) for s in row.section)
    for wording in _worded(label, statement.kind, row.measure):
        if wording.section is not None and not wording.section.fullmatch(section):
            continue
        if wording.above is not None and not outline.says_after(i, wording.above):
            continue
        if wording.below is not None and not outline.says_before(i, wording.below):
            continue
        if wording.unless is not None and outline.says_before(i, wording.unless):
            continue
        for dated in wording.concepts:
            concepts = usable(dated.names, statement, row, taxonomy)
            if concepts and dated.since <= year < dated.before:
                around = wording.above is not None or wording.below is not None
                sure = _RULED if around else _WORDED
                yield Candidate(concepts, f"wording: {wording.why}", sure)


@lru_cache(maxsize=1 << 14)
def _worded(label: str, kind: StatementKind, measure: Measure) -> tuple[Wording, ...]:
    """The wordings of a caption, whatever else they ask for."""
    forms = forms_of(label)
    return tuple(w for w in wordings_of(kind, measure) if any(map(w.label.fullmatch, forms)))


def _per_share(outline: Outline, row: Row, taxonomy: Taxonomy) -> Iterable[Candidate]:
    """Earnings per share: what no wording says, the headings and the other lines tell."""
    for names in outline.per_share.concepts(row):
        if len(names) > 1 and outline.is_repeated(row):
            continue  # one of the two lines is basic, the other diluted
        concepts = usable(names, outline.statement, row, taxonomy)
        if concepts:
            told = "both" if len(names) > 1 else "one of the two"
            yield Candidate(concepts, f"earnings per basic and diluted share: {told}", _RULED)


def _named(statement: Statement, row: Row, taxonomy: Taxonomy) -> tuple[Candidate, ...]:
    """Concepts whose own name is the caption, and that this statement presents."""
    section = row.section[-1] if row.section else ""
    balance = is_balance(statement, row)
    return _spelled(row.label, section, statement.kind, row.measure, balance, taxonomy)


@lru_cache(maxsize=1 << 14)
def _spelled(
    label: str,
    section: str,
    kind: StatementKind,
    measure: Measure,
    balance: bool,
    taxonomy: Taxonomy,
) -> tuple[Candidate, ...]:
    if len(normalised(label)) < 4:
        return ()
    found = []
    for local in _name_forms(concept_name(label)):
        for concept in fitting((local,), measure, balance, taxonomy):
            if kind in taxonomy.presented_in(concept.name):
                why = "the concept's name is the caption"
                found.append(Candidate((concept,), why, _NAMED))
    for local in named_as(label, section, kind, taxonomy):
        for concept in fitting((local,), measure, balance, taxonomy):
            why = "the concept's name has the caption's words"
            found.append(Candidate((concept,), why, _NAMED))
    return tuple(found)


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


def _both_numbers(outline: Outline, candidate: Candidate, taxonomy: Taxonomy) -> Candidate:
    """One number of shares under earnings "basic and diluted" counts for both."""
    basic = taxonomy.find("WeightedAverageNumberOfSharesOutstandingBasic")
    diluted = taxonomy.find("WeightedAverageNumberOfDilutedSharesOutstanding")
    if candidate.concepts != (basic,) or basic is None or diluted is None:
        return candidate
    if not outline.counts_for_both:
        return candidate
    why = "earnings per share are printed as basic and diluted in one line"
    return Candidate((basic, diluted), why, _RULED)
