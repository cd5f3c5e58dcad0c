"""The figures of an EX-27 tied to the facts of the statements, tag by tag.

A schedule is a second statement of the same figures by the same filer. Where both agree,
reading and mapping are right; where they do not, one of the two is wrong, or the filer was.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Literal, NamedTuple, TypeVar

from converter.model import (
    Amount,
    Fact,
    Finding,
    Instance,
    Instant,
    Period,
    Schedule,
    ScheduleColumn,
    ScheduleValue,
    Severity,
    Span,
)
from converter.schedule_tags import UNKNOWN, load_tags

_T = TypeVar("_T")

_NEAR = timedelta(days=7)  # a fiscal year of 52 weeks ends beside the end of a month
_MONTH = Decimal("30.4")
_MOST_ENDS = 30
"""So many ends of periods are tried for a column, the nearest of a report."""
_SHIFTS = (0, 3, 6, -3, -6)
_TOTAL = re.compile(r"TOTAL-LIABILIT(?:Y|IES)-AND-EQUITY|TOT-CAPITALIZATION-AND-LIAB")


@dataclass(frozen=True, slots=True)
class Tie:
    """A figure of a schedule and the facts it ties to, or disagrees with, if any.

    Figures of zero are left out: in a schedule zero means "not given" as often as zero.
    `value` is in the units that the schedule is taken in; a disagreement that is not
    `sure` proves nothing, since filers fill in the tag as they like, say.
    """

    value: ScheduleValue
    verdict: Literal["ties", "disagrees", "not tied"]
    facts: tuple[Fact, ...] = ()
    sure: bool = True


def tie_schedules(
    schedules: Iterable[Schedule], instance: Instance
) -> tuple[tuple[Tie, ...], list[Finding]]:
    """Hold every figure of the schedules against the facts of its period."""
    items = _Items(_items(instance))
    ties: list[Tie] = []
    findings: list[Finding] = []
    for schedule in schedules:
        shift = _best_shift(schedule, items)
        if shift:
            findings.append(_misscaled(schedule, shift))
        for column in schedule.columns:
            findings += _unbalanced(column)
            if column.period_end is not None and _given(column):
                stated = _Reading(column.period_end, shift, _stated_months(column, items))
                tied, found = _tie_column(column, items, stated)
                ties += tied
                findings += found
    return tuple(ties), findings


# --- figures -------------------------------------------------------------------------


class _Figure(NamedTuple):
    """A number, true to `10**-decimals`."""

    number: Decimal
    decimals: int

    def agrees(self, other: _Figure) -> bool:
        """Equal but for the sign, or one is the other rounded; nothing agrees with zero."""
        if not (self.number and other.number):
            return False
        off = abs(abs(self.number) - abs(other.number))
        if self.decimals == other.decimals:
            return not off
        return 2 * off <= Decimal(1).scaleb(-min(self.decimals, other.decimals))


class _Item(NamedTuple):
    """A fact that a schedule may state; `months` is 0 for a balance."""

    fact: Fact
    figure: _Figure
    end: date
    months: int
    per_share: bool

    @property
    def place(self) -> str:
        """Name and line."""
        sources = self.fact.sources
        return f"{self.fact.concept}" + (f" on line {sources[0].line}" if sources else "")


class _Reading(NamedTuple):
    """How a column is taken: up to `end`, times `10**shift`, for `months` (None: any)."""

    end: date
    shift: int
    months: int | None

    def figure(self, value: ScheduleValue) -> _Figure:
        amount = value.amount
        shift = 0 if _per_share(value) else self.shift
        return _Figure(amount.number.scaleb(shift), amount.decimals - shift)

    def fits(self, item: _Item) -> bool:
        """Whether an item of about the same end is of the length."""
        return not item.months or self.months in (None, item.months)


class _Items:
    """The facts that schedules may state, by their ends."""

    def __init__(self, items: Iterable[_Item]) -> None:
        self._by_end: dict[date, list[tuple[int, _Item]]] = {}
        for numbered in enumerate(items):
            self._by_end.setdefault(numbered[1].end, []).append(numbered)
        self.ends = sorted(self._by_end)

    def near(self, end: date) -> list[_Item]:
        """Those that end about then, in the order of the report."""
        first = bisect_left(self.ends, -_NEAR, key=lambda one: one - end)
        last = bisect_right(self.ends, _NEAR, key=lambda one: one - end)
        found = chain.from_iterable(self._by_end[one] for one in self.ends[first:last])
        return [item for _, item in sorted(found, key=itemgetter(0))]


def _per_share(value: ScheduleValue) -> bool:
    return value.tag.startswith("EPS-")


def _given(column: ScheduleColumn) -> list[ScheduleValue]:
    return [v for v in column.values if v.amount.number]


def _items(instance: Instance) -> Iterator[_Item]:
    """The numbers of a report without dimensions, in money or in money per share."""
    periods = {c.id: c.period for c in instance.contexts if not c.dimensions}
    units = {u.id: u for u in instance.units if u.numerator.prefix == "iso4217"}
    for fact in instance.facts:
        if fact.unit in units and fact.context in periods and isinstance(fact.value, Decimal):
            figure = _Figure(fact.value, fact.decimals or 0)
            end, months = _extent(periods[fact.context])
            yield _Item(fact, figure, end, months, units[fact.unit].denominator is not None)


def _extent(period: Period) -> tuple[date, int]:
    if isinstance(period, Instant):
        return period.date, 0
    return period.end, max(1, round(((period.end - period.start).days + 1) / _MONTH))


# --- ties ----------------------------------------------------------------------------


def _tie_column(
    column: ScheduleColumn, items: _Items, stated: _Reading
) -> tuple[list[Tie], list[Finding]]:
    reading = _best_reading(column, items, stated)
    ties = _ties(column, items, reading)
    findings: list[Finding] = []
    if reading != stated:
        findings.append(_misdated(column, stated, reading))
    known = {f.id: t.value.tag for t in ties if t.verdict == "ties" for f in t.facts}
    near = items.near(reading.end)
    disagreements = {
        _span(tie.value): _disagreement(tie, near, reading, known)
        for tie in ties
        if tie.verdict == "disagrees"
    }
    findings += disagreements.values()
    findings += _summary(column, ties, near, reading)
    doubtful = {at for at, one in disagreements.items() if one.severity is Severity.INFO}
    return [_as_taken(tie, reading, _span(tie.value) not in doubtful) for tie in ties], findings


def _as_taken(tie: Tie, reading: _Reading, sure: bool) -> Tie:
    """A tie in the units that its column is taken in."""
    figure, amount = reading.figure(tie.value), tie.value.amount
    taken = Amount(figure.number, figure.decimals, amount.source)
    return replace(tie, value=tie.value._replace(amount=taken), sure=sure)


def _ties(column: ScheduleColumn, items: _Items, reading: _Reading) -> list[Tie]:
    fitting = _by_name(item for item in items.near(reading.end) if reading.fits(item))
    whole = dict(_tied_sums(column, fitting, reading))
    found = (_tie(value, fitting, reading) for value in _given(column))
    return [
        Tie(tie.value, "ties", whole[tie.value.tag])
        if tie.verdict != "ties" and tie.value.tag in whole
        else tie
        for tie in found
    ]


_Named = Mapping[str, Sequence[_Item]]


def _by_name(items: Iterable[_Item]) -> _Named:
    """The items of us-gaap by their local names."""
    found: dict[str, list[_Item]] = {}
    for item in items:
        if item.fact.concept.prefix == "us-gaap":
            found.setdefault(item.fact.concept.local, []).append(item)
    return found


def _tie(value: ScheduleValue, items: _Named, reading: _Reading) -> Tie:
    rule = load_tags().rules.get(value.tag, UNKNOWN)
    figure = reading.figure(value)
    each = _per_share(value)
    sure, perhaps = (
        [item for item in _of(names, items) if item.per_share == each]
        for names in (rule.concepts, rule.also)
    )
    if equal := tuple(i.fact for i in (*sure, *perhaps) if figure.agrees(i.figure)):
        return Tie(value, "ties", equal)
    if sure:
        return Tie(value, "disagrees", tuple(i.fact for i in sure))
    return Tie(value, "not tied")


def _of(names: Iterable[str], items: _Named) -> list[_Item]:
    """The items of these concepts, in the order of the names."""
    return [item for name in dict.fromkeys(names) for item in items.get(name, ())]


def _tied_sums(
    column: ScheduleColumn, items: _Named, reading: _Reading
) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """The tags of each sum that is equal to a fact, with that fact."""
    figures = {v.tag: reading.figure(v) for v in reversed(_given(column))}
    for one in load_tags().sums:
        plus = [figures[tag] for tag in one.plus if tag in figures]
        minus = [figures[tag] for tag in one.minus if tag in figures]
        if one.plus[0] not in figures or len(plus) + len(minus) < 2:
            continue
        number = sum((f.number for f in plus), Decimal(0))
        number -= sum((abs(f.number) for f in minus), Decimal(0))
        whole = _Figure(number, min(f.decimals for f in (*plus, *minus)))
        equal = tuple(i.fact for i in _of(one.concepts, items) if whole.agrees(i.figure))
        if equal:
            yield from ((tag, equal) for tag in (*one.plus, *one.minus))


# --- how a column is to be taken -----------------------------------------------------


def _stated_months(column: ScheduleColumn, items: _Items) -> int | None:
    """The length of the period in months, or one beside it that the statements have.

    Quarters of some filers have twelve weeks, or sixteen.
    """
    wanted = _wanted_months(column)
    if wanted is None or column.period_end is None:
        return None
    ended = items.near(column.period_end)
    near = [i.months for i in ended if i.months and abs(i.months - wanted) <= 1]
    return min(near, key=lambda m: (abs(m - wanted), m), default=wanted)


def _wanted_months(column: ScheduleColumn) -> int | None:
    if found := re.match(r"\d{1,2}(?=-)", column.period_type):
        return int(found[0])
    if column.period_type.startswith("YEAR"):
        return 12
    if column.period_start and column.period_end:
        return round(((column.period_end - column.period_start).days + 1) / _MONTH)
    return None


def _best_shift(schedule: Schedule, items: _Items) -> int:
    """By which power of ten the scale is off: 0 unless far more ties with another.

    Where no MULTIPLIER is stated, none has to be outdone.
    """
    ends = [(c, c.period_end) for c in schedule.columns if c.period_end is not None]

    def score(shift: int) -> int:
        return sum(_score(column, items, _Reading(end, shift, None)) for column, end in ends)

    return _better(0, _SHIFTS, score, by=2 if schedule.multiplier_span else 1)


def _best_reading(column: ScheduleColumn, items: _Items, stated: _Reading) -> _Reading:
    """As stated, unless far more ties for another end or another length of the period."""
    ends = sorted(items.ends, key=lambda end: abs(end - stated.end))[:_MOST_ENDS]
    whole = stated._replace(months=None)
    whole = _better(
        whole,
        (whole._replace(end=end) for end in ends),
        lambda reading: _score(column, items, reading),
    )
    if stated.months is None:
        return whole
    flows = [i for i in items.near(whole.end) if i.months]
    lengths = sorted({i.months for i in flows})
    of_flows = _Items(flows)
    return _better(
        whole._replace(months=stated.months),
        (whole._replace(months=months) for months in lengths),
        lambda reading: _score(column, of_flows, reading),
    )


def _better(stated: _T, others: Iterable[_T], score: Callable[[_T], int], by: int = 2) -> _T:
    """One that ties so much more that it is one mistake, not one for every figure."""
    scored = [(score(one), one) for one in (stated, *others)]
    most, best = max(scored, key=itemgetter(0))
    return best if most >= max(4, by * scored[0][0] + 1) else stated


def _score(column: ScheduleColumn, items: _Items, reading: _Reading) -> int:
    """How many amounts of money tie; those per share know no scale."""
    ties = _ties(column, items, reading)
    return sum(t.verdict == "ties" and not _per_share(t.value) for t in ties)


# --- what is said of it --------------------------------------------------------------


def _unbalanced(column: ScheduleColumn) -> Iterator[Finding]:
    given = _given(column)
    assets = next((v for v in given if v.tag == "TOTAL-ASSETS"), None)
    total = next((v for v in given if _TOTAL.fullmatch(v.tag)), None)
    if assets and total and assets.amount.number != total.amount.number:
        yield Finding(
            "schedule.unbalanced",
            Severity.WARNING,
            f"{total.tag} is {total.amount.number:,f} here, but TOTAL-ASSETS is "
            f"{assets.amount.number:,f} on line {_span(assets).line} of the same schedule",
            _span(total),
            advice="one of the two is the filer's slip; the balance sheet tells which",
        )


def _misscaled(schedule: Schedule, shift: int) -> Finding:
    taken = f"MULTIPLIER {Decimal(10) ** (schedule.scale + shift):,f}"
    span = schedule.multiplier_span
    if span is None:
        return _misstated(taken, schedule.columns[0].source, Severity.INFO)
    return _misstated(taken, span, Severity.WARNING)


def _misdated(column: ScheduleColumn, stated: _Reading, best: _Reading) -> Finding:
    terms = (
        (best.end != stated.end, f"PERIOD-END {best.end}"),
        (best.months != stated.months, f"a period of {best.months} months"),
    )
    taken = " and ".join(words for differs, words in terms if differs)
    return _misstated(taken, column.source, Severity.WARNING)


def _misstated(taken: str, span: Span, severity: Severity) -> Finding:
    return Finding(
        "schedule.misstated",
        severity,
        f"this schedule ties to the statements when it is taken with {taken}, and not as it "
        "stands",
        span,
        advice="the schedule states its terms wrongly, or the statements were misread",
    )


def _disagreement(
    tie: Tie, items: Sequence[_Item], reading: _Reading, known: Mapping[str, str]
) -> Finding:
    value = tie.value
    rule = load_tags().rules.get(value.tag, UNKNOWN)
    item = next(i for i in items if i.fact is tie.facts[0])
    twin = _twin(value, items, reading)
    aside = f"; the same number is {twin.place}" if twin else ""
    if item.fact.id in known:
        aside += f"; that line ties to {known[item.fact.id]}"
    return Finding(
        "schedule.disagrees",
        Severity.INFO if aside or rule.loose else Severity.WARNING,
        f"{value.tag} is {reading.figure(value).number:,f} here, but {item.place} is "
        f"{item.figure.number:,f} for the same period{aside}",
        _span(value),
        advice="name the concept of that line with --rules"
        if twin
        else "compare both lines: the statement was misread, or the schedule differs from it",
    )


def _twin(value: ScheduleValue, items: Iterable[_Item], reading: _Reading) -> _Item | None:
    """A fact of the same number, whatever its concept and the length of its period."""
    figure = reading.figure(value)
    like = (i for i in items if i.per_share == _per_share(value))
    return next((i for i in like if figure.agrees(i.figure)), None)


def _summary(
    column: ScheduleColumn, ties: Sequence[Tie], items: Sequence[_Item], reading: _Reading
) -> Iterator[Finding]:
    """How much of a column ties, and what could not be tied."""
    kind = f" ({column.period_type})" if column.period_type else ""
    period = f"the period to {column.period_end}{kind}"
    tied = sum(t.verdict == "ties" for t in ties)
    if tied:
        yield Finding(
            "schedule.ties",
            Severity.INFO,
            f"{tied} of {len(ties)} figures of the schedule for {period} tie to the statements",
            column.source,
        )
    if rest := [t.value for t in ties if t.verdict == "not tied"]:
        told = ", ".join(_told(rest, items, reading))
        yield Finding(
            "schedule.not-tied",
            Severity.INFO,
            f"{len(rest)} of {len(ties)} figures of the schedule for {period} have no fact to "
            f"tie to: {told}",
            column.source,
        )


def _told(
    values: Iterable[ScheduleValue], items: Sequence[_Item], reading: _Reading
) -> Iterator[str]:
    for value in values:
        twin = _twin(value, items, reading)
        yield f"{value.tag} (the same number is {twin.place})" if twin else value.tag


def _span(value: ScheduleValue) -> Span:
    return value.amount.source.span
