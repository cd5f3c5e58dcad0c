"""What is marked in the text: every number, by what became of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from converter.claims import Disposition
from converter.coverage import Coverage
from converter.model import EXTENSION, Fact, Finding, Span
from converter.pipeline import Conversion
from converter.proof.equations import Equation, Verdict
from converter.proof.telling import is_printed
from converter.report_page.paper import Paper, Stretch


class State(StrEnum):
    """What a marked place is.

    One that is CHECKED is no fact but stands in an equation that tells, as a figure of the
    text or of a schedule may; one that is UNREAD became nothing; WORDS are what a finding is
    about when it is about no number.
    """

    FACT = "fact"
    EXTENSION = "extension"
    CHECKED = "checked"
    EXCLUDED = "excluded"
    UNREAD = "unread"
    WORDS = "words"


class Mark(NamedTuple):
    """A stretch of the paper, what it is, and why it is no fact."""

    place: Stretch
    state: State
    reason: str = ""


_Claim = tuple[State, str, Span]
_STRENGTH = {state: n for n, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks in the order of the text, none over another, and those of each place."""

    marks: tuple[Mark, ...]
    _at: Mapping[Span, tuple[int, ...]]

    def at(self, span: Span) -> tuple[int, ...]:
        """The indexes of the marks of a place in the source."""
        return self._at.get(span, ())

    def first(self, span: Span | None) -> int | None:
        """The first of them, if there is any."""
        return next(iter(self._at.get(span, ())), None) if span else None


def claims(conversion: Conversion) -> dict[Span, tuple[State, str]]:
    """All places to be marked, each with the strongest that is said of it."""
    found: dict[Span, tuple[State, str]] = {}
    for state, reason, span in chain(
        _of_facts(conversion.instance.facts),
        _of_equations(conversion.equations),
        _of_ledgers(conversion.ledgers),
    ):
        known = found.get(span)
        if known is None or _STRENGTH[state] < _STRENGTH[known[0]]:
            found[span] = (state, reason)
    return found


def _of_facts(facts: Iterable[Fact]) -> Iterator[_Claim]:
    for fact in facts:
        state = State.EXTENSION if fact.concept.prefix == EXTENSION else State.FACT
        yield from ((state, "", span) for span in fact.sources)


def _of_equations(equations: Iterable[Equation]) -> Iterator[_Claim]:
    for one in equations:
        for figure in one.figures:
            if is_printed(figure, one):
                yield *_standing(one), figure.amount.source.span


def _standing(one: Equation) -> tuple[State, str]:
    """What an equation makes of its figures: one that cannot tell has checked nothing."""
    if one.verdict is Verdict.UNCLEAR:
        return State.EXCLUDED, f"{one.check}: {one.why}"
    return State.CHECKED, f"stands in an equation of {one.check}"


def _of_ledgers(ledgers: Iterable[Coverage]) -> Iterator[_Claim]:
    for entry in chain.from_iterable(ledger.entries for ledger in ledgers):
        if entry.disposition is Disposition.FINDING:
            yield State.UNREAD, entry.reason, entry.span
        elif entry.disposition is not Disposition.FACT:
            yield State.EXCLUDED, _said(entry.disposition, entry.reason), entry.span


def _said(disposition: Disposition, reason: str) -> str:
    return f"{disposition.value}: {reason}" if reason else disposition.value


# --- from claims to marks ------------------------------------------------------------


class _Put(NamedTuple):
    place: Stretch
    strength: int
    span: Span
    state: State
    reason: str


def marks_of(
    paper: Paper,
    claimed: Mapping[Span, tuple[State, str]],
    findings: Iterable[Finding],
    amounts: Iterable[Span] = (),
) -> Marks:
    """The places claimed, as marks; those that overlap are one, of the strongest state.

    A finding is where the marks in its place are, or else has a mark of its own; amounts
    are where marks are.
    """
    put = [
        _Put(place, _STRENGTH[state], span, state, reason)
        for span, (state, reason) in claimed.items()
        for place in paper.places(span)
    ]
    merged = _merged(sorted(put))
    of_words = [span for span in _spans(findings) if span not in claimed]
    lines: dict[int, list[Stretch]] = {}
    for mark, _ in merged:
        lines.setdefault(mark.place.line, []).append(mark.place)
    bare = [
        _Put(place, _STRENGTH[State.WORDS], span, State.WORDS, "")
        for span in of_words
        for place in paper.places(span)
        if not _meeting(lines.get(place.line, ()), place)
    ]
    both = sorted([*merged, *_merged(sorted(bare))], key=lambda one: one[0].place)
    looked_for = [*of_words, *(span for span in amounts if span not in claimed)]
    return Marks(tuple(mark for mark, _ in both), _index(paper, both, looked_for))


_Merged = tuple[Mark, list[Span]]


def _spans(findings: Iterable[Finding]) -> Iterator[Span]:
    yield from dict.fromkeys(one.span for one in findings if one.span is not None)


def _merged(put: Iterable[_Put]) -> list[_Merged]:
    """Stretches in order, those that overlap made one with all their places."""
    merged: list[_Merged] = []
    for place, _, span, state, reason in put:
        mark, spans = merged[-1] if merged else (None, [])
        if mark is None or not _overlap(mark.place, place):
            merged.append((Mark(place, state, reason), [span]))
            continue
        joined = mark.place._replace(end=max(mark.place.end, place.end))
        if _STRENGTH[state] < _STRENGTH[mark.state]:
            mark = Mark(joined, state, reason)
        spans.append(span)
        merged[-1] = (mark._replace(place=joined), spans)
    return merged


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one.line == other.line and one.start < other.end and other.start < one.end


def _meeting(places: Sequence[Stretch], one: Stretch) -> range:
    """Which places of a line overlap a stretch of it: they are in order, and apart."""
    first = bisect_right(places, one.start, key=lambda place: place.end)
    return range(first, bisect_left(places, one.end, first, key=lambda place: place.start))


def _index(
    paper: Paper, marks: Iterable[_Merged], looked_for: Iterable[Span]
) -> dict[Span, tuple[int, ...]]:
    """The marks of each place that was claimed, and in those that are looked for."""
    at: dict[Span, list[int]] = {}
    lines: dict[int, list[Stretch]] = {}
    numbers: dict[int, list[int]] = {}
    for i, (mark, spans) in enumerate(marks):
        lines.setdefault(mark.place.line, []).append(mark.place)
        numbers.setdefault(mark.place.line, []).append(i)
        for span in spans:
            at.setdefault(span, []).append(i)
    for span in looked_for:
        known = at.get(span, ())
        met = (
            numbers[place.line][n]
            for place in paper.places(span)
            for n in _meeting(lines.get(place.line, ()), place)
        )
        at[span] = list(dict.fromkeys(chain(known, met)))
    return {span: tuple(found) for span, found in at.items()}
