"""The text of a report against its statements: each figure of a sentence is tied to facts.

A figure fails only where its subject and its period are beyond doubt; what is not
understood, or may be of another thing, cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Literal, NamedTuple

from converter.captions import period_words
from converter.model import Amount
from converter.numbers import half_unit, printed_decimals
from converter.proof.equations import (
    Equation,
    Figure,
    Operand,
    Verdict,
    quotient_of,
    sum_of,
)
from converter.proof.evidence import Evidence
from converter.proof.running_text import sentences
from converter.proof.said_claims import claims
from converter.proof.said_figures import Claim, Found, Role
from converter.proof.said_periods import Calendar, Said, Time, calendar_of
from converter.proof.subjects import RESULTS, REVENUE, Known, Subjects

_YEAR, _QUARTER = 12, 3
_LONGEST = 4000
"""Text of more characters without a full stop is no sentence."""
_FEWEST_DIGITS = 2
_MOST_PAIRS = 100
"""So many changes of one fact to another are tried for a figure."""


class _Meant(NamedTuple):
    """The times that a claim may be of, and whether they leave no doubt."""

    times: Sequence[Time]
    sure: bool


@dataclass(frozen=True, slots=True)
class _Tied:
    """A claim with the equations that it may make, and those of them that hold."""

    claim: Claim
    tried: tuple[Equation, ...] = ()
    sure: bool = False
    why: str = ""

    @property
    def held(self) -> Equation | None:
        return next((e for e in self.tried if e.verdict is Verdict.HOLDS), None)


def prose(evidence: Evidence) -> Iterator[Equation]:
    """Every figure that the running text states, in the order printed."""
    subjects = Subjects.of(evidence)
    calendar = calendar_of(s.period for s in evidence.statings)
    spoken: Said | None = None
    for sentence in sentences(evidence.prose):
        if sentence.opens:
            spoken = None
        told = claims(
            sentence,
            subjects.find if len(sentence.text) < _LONGEST else _nothing,
            subjects.names,
        )
        tied = [_tie(claim, subjects, calendar, spoken) for claim in told]
        tied = [_by_the_text(one, tied) for one in tied]
        yield from (_equation(one, tied) for one in tied)
        spoken = next((claim.main for claim in reversed(told) if claim.main), spoken)


def _nothing(_: str) -> Sequence[Found]:
    return ()


def _tie(
    claim: Claim, subjects: Subjects, calendar: Calendar | None, spoken: Said | None
) -> _Tied:
    if claim.subject is None or claim.why or calendar is None:
        return _Tied(claim, why=claim.why or "no statement was read that it may be of")
    meant = _meant(claim, calendar, spoken)
    key = claim.subject.key
    now = subjects.facts(key, meant.times, each=claim.each)
    if not now:
        return _Tied(claim, why=f"no statement tells {claim.subject.words} of that time")
    sure = meant.sure and now[0].plain
    if claim.role is Role.CHANGE:
        before = _before(claim, calendar, meant)
        then = subjects.facts(key, before.times, each=claim.each)
        changes = ((a, b) for a in now for b in then if a.column_like(b) and a.time != b.time)
        pairs = list(islice(changes, _MOST_PAIRS))
        change = _percent if claim.is_percent else _difference
        tried = [e for a, b in pairs if (e := change(claim, a, b))]
        why = "" if pairs else f"no statement tells {claim.subject.words} of the time before"
        return _Tied(claim, tuple(tried), sure and before.sure, why)
    if claim.role is Role.SHARE:
        whole = subjects.facts(claim.of.key if claim.of else REVENUE, meant.times, each="")
        tried = [e for a in now for b in whole if a.beside(b) and (e := _share(claim, a, b))]
        return _Tied(claim, tuple(tried))
    return _Tied(claim, tuple(e for one in now for e in _level(claim, one)), sure)


def _by_the_text(one: _Tied, sentence: Sequence[_Tied]) -> _Tied:
    """A change in per cent may be worked out from the rounded figures that stand beside it."""
    claim = one.claim
    if not (claim.role is Role.CHANGE and claim.is_percent and one.tried) or one.held:
        return one
    beside = [
        (other.claim.role, other.held.stated)
        for other in sentence
        if other.held and other.claim.subject == claim.subject and not other.claim.is_percent
    ]
    now = next((stated for role, stated in beside if role is Role.LEVEL), None)
    before = next((stated for role, stated in beside if role is Role.BEFORE), None)
    if now is None or before is None:
        return one
    rises: Literal[1, -1] = 1 if claim.rises > 0 else -1
    falls: Literal[1, -1] = -1 if rises > 0 else 1
    worked = quotient_of(
        "prose",
        one.tried[0].stated,
        [Operand(rises, now), Operand(falls, before)],
        [Operand(1, before)],
        "by the figures of the sentence, which are rounded",
    )
    return replace(one, tried=(*one.tried, worked)) if worked else one


# --- times ---------------------------------------------------------------------------


def _meant(claim: Claim, calendar: Calendar, spoken: Said | None) -> _Meant:
    """Of when a figure is."""
    main = claim.main or spoken
    base, sure = calendar.meant(main, None) if main else ([], False)
    first = base[0] if base else None
    if claim.said:
        found = [calendar.meant(said, first) for said in claim.said]
        times = [time for meant, _ in found for time in meant]
        return _Meant(times, len(set(times)) == 1 and all(ok for _, ok in found))
    if claim.role is Role.BEFORE:
        return _earlier(base or [calendar.latest])
    if claim.main:
        return _Meant(base, sure and len(base) == 1)
    return _Meant([*base, Time(None, calendar.latest.end)], sure=False)


def _before(claim: Claim, calendar: Calendar, meant: _Meant) -> _Meant:
    """Since when a change is counted."""
    if claim.against:
        found = [calendar.meant(claim.against, time) for time in meant.times]
        times = [time for some, _ in found for time in some]
        return _Meant(times, len(set(times)) == 1 and all(ok for _, ok in found))
    return _earlier(meant.times)


def _earlier(times: Iterable[Time]) -> _Meant:
    """A year before, or a quarter; which of them, is not said."""
    return _Meant(
        [t._replace(end=t.end - back) for t in times for back in (_YEAR, _QUARTER)], sure=False
    )


# --- equations -----------------------------------------------------------------------


def _level(claim: Claim, known: Known) -> Iterator[Equation]:
    """What is stated is a fact; a loss is a fact below zero."""
    key = claim.subject.key if claim.subject else ""
    weights = [_signed(known, -1 if claim.loss else 1)]
    if key not in RESULTS:
        weights.append(_signed(known, 1 if claim.loss else -1))
    for stated in _stated(claim, known):
        for weight in weights:
            operand = Operand(weight, known.figure)
            yield _as_rounded(sum_of("prose", stated, [operand], _why(known)))


def _as_rounded(equation: Equation) -> Equation:
    """A figure is the fact as rounded to its own last place; a half goes either way.

    Printed to the same place, both are the same rounding of one value (Calculations 1.1
    takes them for independent).
    """
    places = {figure.amount.decimals for figure in equation.figures}
    tolerance = half_unit(min(places)) if len(places) > 1 else Decimal(0)
    holds = abs(equation.difference) <= tolerance
    verdict = Verdict.HOLDS if holds else Verdict.FAILS
    return replace(equation, tolerance=tolerance, verdict=verdict)


def _told_by(equation: Equation | None) -> Equation | None:
    """None where the facts are so rough that no change at all would do as well."""
    if equation is None or equation.tolerance >= abs(equation.stated.amount.number):
        return None
    return equation


def _difference(claim: Claim, now: Known, before: Known) -> Equation | None:
    """What is stated is by how much one fact is above another, or below."""
    toward = claim.rises * _side(now, before)
    if not toward:
        return None
    terms = [
        Operand(_signed(now, toward), now.figure),
        Operand(_signed(before, -toward), before.figure),
    ]
    why = f"{_why(now)}, less that of {period_words(before.period)}"
    tried = [sum_of("prose", stated, terms, why) for stated in _stated(claim, now)]
    return _told_by(next((e for e in tried if e.verdict is Verdict.HOLDS), tried[0]))


def _percent(claim: Claim, now: Known, before: Known) -> Equation | None:
    """What is stated is a change as a share of the fact before."""
    side = _side(now, before)
    if not side:
        return None
    toward = claim.rises * side
    why = f"{_why(now)}, against that of {period_words(before.period)}"
    quotient = quotient_of(
        "prose",
        next(_stated(claim, now)),
        [
            Operand(_signed(now, toward), now.figure),
            Operand(_signed(before, -toward), before.figure),
        ],
        [Operand(_signed(before, side), before.figure)],
        why,
    )
    return _told_by(quotient)


def _share(claim: Claim, part: Known, whole: Known) -> Equation | None:
    return quotient_of(
        "prose",
        next(_stated(claim, part)),
        [Operand(_signed(part, 1 if part.value >= 0 else -1), part.figure)],
        [Operand(_signed(whole, 1), whole.figure)],
        f"{_why(part)}, as a share of {whole.figure.called}",
    )


def _side(now: Known, before: Known) -> int:
    """1 where both facts are above zero, -1 where both are below; 0 where they are not."""
    if now.value > 0 and before.value > 0:
        return 1
    return -1 if now.value < 0 and before.value < 0 else 0


def _signed(known: Known, weight: int) -> Literal[1, -1]:
    """The weight of a printed number that stands for a fact with a weight."""
    return 1 if weight * known.sign > 0 else -1


def _stated(claim: Claim, known: Known) -> Iterator[Figure]:
    """The figure of the text; one that tells no unit may be in that of the statement."""
    called = f'"{claim.subject.words}" in the text' if claim.subject else "the text"
    figure = Figure(called, claim.amount, known.period, None, known.figure.concept)
    yield figure
    shift = -known.figure.amount.decimals
    if not claim.scaled and shift > 0:
        number, decimals, source = (
            claim.amount.number,
            claim.amount.decimals,
            claim.amount.source,
        )
        printed = max(decimals, printed_decimals(source.text))
        yield replace(figure, amount=Amount(number.scaleb(shift), printed - shift, source))


def _why(known: Known) -> str:
    basis = "" if known.plain else f" ({known.basis})"
    return f"{known.figure.called}{basis} of {period_words(known.period)}"


# --- verdicts ------------------------------------------------------------------------


def _equation(one: _Tied, sentence: Sequence[_Tied]) -> Equation:
    """The equation that holds; a failure if there is no doubt; else one without operands."""
    if held := one.held:
        return held
    if one.tried and one.sure and _beyond_doubt(one, sentence):
        same = [e for e in one.tried if e.operands[0].figure == one.tried[0].operands[0].figure]
        return min(same, key=lambda e: abs(e.difference))
    claim = one.claim
    called = f'"{claim.subject.words}" in the text' if claim.subject else "a figure of the text"
    stated = Figure(called, claim.amount)
    told = one.tried[0].why if one.tried else "the statements"
    why = one.why or f"it is not {told}, but may be of another thing or time"
    return Equation("prose", stated, (), (), Decimal(0), Decimal(0), Verdict.UNCLEAR, why)


def _beyond_doubt(one: _Tied, sentence: Sequence[_Tied]) -> bool:
    """Whether a sentence can only be of the fact that it disagrees with.

    It says so in plain words, and names the company, states another figure of it right,
    or is off by what one slip of a key makes.
    """
    claim = one.claim
    if not (claim.clear and claim.scaled):
        return False
    first = one.tried[0]
    if claim.each and "EarningsPerShare" not in first.operands[0].figure.concept:
        return False
    stands = any(other is not one and _agrees(one, other) for other in sentence)
    return claim.own or stands or _is_slip(claim.amount, first.worked)


def _agrees(one: _Tied, other: _Tied) -> bool:
    if other.held is None or other.claim.subject is None or one.claim.subject is None:
        return False
    return (
        other.claim.subject.key == one.claim.subject.key or other.claim.each != one.claim.each
    )


def _is_slip(amount: Amount, worked: Decimal) -> bool:
    """Whether two numbers differ by one digit, or by two neighbours that changed places."""
    unit = half_unit(amount.decimals) * 2
    a, b = f"{amount.number / unit:.0f}", f"{abs(worked) / unit:.0f}"
    if len(a) != len(b) or len(a) < _FEWEST_DIGITS:
        return False
    off = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    swapped = len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]]
    return len(off) == 1 or (swapped and a[off[1]] == b[off[0]])
