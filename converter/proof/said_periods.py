"""Periods as running text says them: "the third quarter of fiscal 2003", "a year ago"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from converter.model import Instant, Period, last_day
from converter.periods import COUNT, read_period_words
from converter.wording import MONTH

_NTH = "first|second|third|fourth"
_YEAR = r"(?:19|20)\d\d\b|['\u2019]\d\d\b|FY\d\d\b"
_SOME = rf"(?:{COUNT}|\d{{1,2}})"
_UNITS = r"(?:months?|weeks?)"
_BEFORE = r"(?:prior|previous|preceding|last|latest|earlier)"
_RUN = re.compile(
    rf"""\b(?:
      {MONTH}\s*\d{{1,2}}\b(?:\s*,?\s*(?:{_YEAR}))? | {MONTH}(?=,?\s+(?:{_YEAR}))
    | {_SOME}(?:[\s-]+(?:and|and\s+the\s+first|or)\s+{_SOME})?(?=[\s-]+{_UNITS})
    | {_UNITS} | quarters?(?:'s|\u2019s)? | half | years?(?:'s|\u2019s)? | periods?
    | {_YEAR}
    | (?:{_NTH}) | fiscal | calendar | full | same | comparable | corresponding | like | current
    | {_BEFORE} | most\s+recent | (?<=quarter\s)before | (?<=year\s)before
    | ended | ending | ago | over(?=[\s-]+(?:year|quarter)\b)
    | the | this | of | in | a(?=[\s-]+year) | to[\s-]+date | sequential(?:ly)?
    | Q[1-4]\b | YTD | from(?=\s+(?:a\s+year|Q[1-4]\b|the\s+{_BEFORE}))
    )(?:[\s-]+|,\s+(?={_YEAR}|{MONTH}\s*\d)|(?=$|\W))""",
    re.IGNORECASE | re.VERBOSE,
)
_LINKS = frozenset(("the", "of", "in", "a", "this", "from", "over"))
_FIRST_LINKS = re.compile(r"^(?:(?:of|in|this|from|over)\b[\s-]+)+", re.IGNORECASE)
_CORE = re.compile(
    rf"quarter|month|week|year|period|half|{_YEAR}|{MONTH}\s*\d|\bago\b|sequential"
    r"|\bQ[1-4]\b|YTD",
    re.IGNORECASE,
)
_A_YEAR_BEFORE = re.compile(
    r"\b(?:same|comparable|corresponding|like)\b|\byears?[\s-]+(?:ago|earlier|before|over)\b"
    r"|\b(?:prior|previous|preceding|last|earlier)(?:[\s-]+fiscal)?[\s-]+year",
    re.IGNORECASE,
)
_A_QUARTER_BEFORE = re.compile(
    r"\b(?:prior|previous|preceding|last)[\s-]+(?:fiscal[\s-]+)?quarter|sequential|\bquarter[\s-]+before\b"
    r"|\bquarter[\s-]+over[\s-]+quarter",
    re.IGNORECASE,
)
_QUARTER = re.compile(rf"\b({_NTH})(?:[\s-]+fiscal)?[\s-]+quarter|\bQ([1-4])\b", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth")
_TWO_LENGTHS = re.compile(rf"(?:{COUNT}|\d{{1,2}})[\s-]+(?:and|or)\b", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(?:['\u2019]|FY)(\d\d)\b", re.IGNORECASE)
_LONG_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WEEK = timedelta(days=7)
_DAYS_OF_MONTH = 30.4375
_EARLY = (0, 1)
"""A year that ends in these months may have the number of the one before."""


class Time(NamedTuple):
    """A period in months: how many (0 on a day, None for any), and that in which it ends.

    Months are counted from the year 0. A calendar of weeks may end a period some days
    before or after a month; the nearest is meant.
    """

    months: int | None
    end: int

    def covers(self, other: Time) -> bool:
        """Whether a fact of another time, known in full, is of this one."""
        return self.end == other.end and self.months in (None, other.months, *_any(other))


def _any(time: Time) -> tuple[int | None, ...]:
    """The end of a period is also a day."""
    return () if time.months else tuple(range(60))


class Said(NamedTuple):
    """What words say of a period; None where they are silent.

    `back` is how many months before another one it lies; `two` tells that several
    lengths are said at once.
    """

    months: int | None = None
    quarter: int | None = None
    year: int | None = None
    end: int | None = None
    month: int | None = None
    back: int = 0
    two: bool = False


class Phrase(NamedTuple):
    """Words that tell of a period, and where they stand."""

    start: int
    end: int
    said: Said


def phrases(text: str) -> Iterator[Phrase]:
    """Every run of words in a sentence that tells of a period, from left to right."""
    at = 0
    while found := _RUN.search(text, at):
        start = end = found.start()
        while (more := _RUN.match(text, end)) and more.end() > end:
            end = more.end()
        at = max(end, start + 1)
        words = text[start:end]
        first = _FIRST_LINKS.match(words)
        start += first.end() if first else 0
        end = start + len(_without_links(text[start:end]))
        if start < end and _CORE.search(text, start, end):
            yield Phrase(start, end, _said(text[start:end]))


def _without_links(words: str) -> str:
    """Words without those at their end that lead on to others."""
    body = words.rstrip(" ,-")
    last = body[max(body.rfind(" "), body.rfind("-")) + 1 :]
    while last and last.lower() in _LINKS:
        body = body[: -len(last)].rstrip(" ,-")
        last = body[max(body.rfind(" "), body.rfind("-")) + 1 :]
    return body


@lru_cache(maxsize=4096)
def _said(words: str) -> Said:
    told = read_period_words(words)
    nth = _QUARTER.search(words)
    quarter = (int(nth[2]) if nth[2] else _ORDINALS.index(nth[1].lower()) + 1) if nth else None
    years = _LONG_YEAR.findall(words) or [
        f"{'19' if y > '50' else '20'}{y}" for y in _SHORT_YEAR.findall(words)
    ]
    dated = bool(told.dates)
    end = _month_of(told.dates[-1]) if dated else None
    if told.month and years:
        end = int(years[-1]) * 12 + told.month - 1
    back = 12 if _A_YEAR_BEFORE.search(words) else 0
    back = 3 if _A_QUARTER_BEFORE.search(words) else back
    return Said(
        months=3 if quarter else _length(words),
        quarter=quarter,
        year=int(years[-1]) if years and end is None else None,
        end=end,
        month=_month_of(date(2001, *told.month_days[-1])) % 12
        if told.month_days and not dated and told.month_days[-1] != (2, 29)
        else None,
        back=0 if years or end is not None else back,
        two=_TWO_LENGTHS.search(words) is not None,
    )


def _length(words: str) -> int | None:
    """How many months words say; "a year ago" and "the prior year period" say none."""
    words = _A_YEAR_BEFORE.sub(" ", words)
    length = read_period_words(words).length
    if length:
        return round(length.count * 7 / _DAYS_OF_MONTH) if length.weeks else length.count
    lower = words.lower()
    if "quarter" in lower:
        return 3
    if "half" in lower:
        return 6
    return 12 if "year" in lower else None


def _month_of(day: date) -> int:
    """The month that a period ends with, from its last day."""
    near = day - _WEEK
    return near.year * 12 + near.month - 1


@lru_cache(maxsize=1024)
def time_of(period: Period) -> Time:
    """The months of a period."""
    end = _month_of(last_day(period))
    if isinstance(period, Instant):
        return Time(0, end)
    return Time(round((period.end - period.start).days / _DAYS_OF_MONTH), end)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The month (0 to 11) that closes the fiscal year, if known, and the last time reported.

    `annual` tells that whole years are reported.
    """

    close: int | None
    latest: Time
    annual: bool

    def meant(self, said: Said, base: Time | None) -> tuple[list[Time], bool]:
        """The times that words may mean, and whether they leave no doubt.

        Args:
            said: The words.
            base: The time that was spoken of before them in the sentence.
        """
        if said.two:
            return [Time(None, said.end or self.latest.end)], False
        if said.end is not None:
            return [Time(said.months, said.end)], True
        if said.month is not None:
            return [Time(said.months, self._last(said.month))], said.year is None
        if said.year is not None:
            return self._in_year(said, said.year, base)
        if said.quarter:
            return self._of_quarter(said.quarter, said.back)
        return self._beside(said, base)

    def _beside(self, said: Said, base: Time | None) -> tuple[list[Time], bool]:
        """A time that is told by another: the same, or so many months before."""
        start = base or self.latest
        if said.back:
            months = said.months if said.months and said.back == 12 else start.months
            return [Time(months, start.end - said.back)], base is not None
        if base and said.months in (None, base.months):
            return [base], True
        return [Time(said.months, self.latest.end)], False

    def _last(self, month: int) -> int:
        """The last such month, January being 0, that was reported on."""
        return self.latest.end - (self.latest.end - month) % 12

    def _in_year(self, said: Said, year: int, base: Time | None) -> tuple[list[Time], bool]:
        closes = self._closes(year)
        sure = self.close is not None and len(closes) == 1
        if said.quarter:
            return [Time(3, end - 3 * (4 - said.quarter)) for end in closes], sure
        months = said.months
        if months in (6, 9):
            return [Time(months, end - 12 + months) for end in closes], sure
        start = base or self.latest
        whole = [Time(12, end) for end in closes]
        if months == 12 or (base is None and self.annual) or start.months in (0, 12, None):
            return whole, sure
        shifted = start.end - 12 * (start.end // 12 - year)
        return [Time(start.months, shifted), *whole], False

    def _of_quarter(self, quarter: int, back: int) -> tuple[list[Time], bool]:
        """A quarter without a year is the last one that had its end."""
        if self.close is None:
            return [Time(3, self.latest.end - back)], False
        month = (self.close - 3 * (4 - quarter)) % 12
        end = self._last(month)
        return [Time(3, end - back)], end == self.latest.end

    def _closes(self, year: int) -> list[int]:
        """The months in which a fiscal year may end."""
        if self.close is None:
            return [year * 12 + 11]
        ends = [year * 12 + self.close]
        return [*ends, ends[0] + 12] if self.close in _EARLY else ends


def calendar_of(periods: Iterable[Period]) -> Calendar | None:
    """The calendar that the periods of a report make; None where there are none."""
    times = {time_of(period) for period in periods}
    if not times:
        return None
    flows = [time for time in times if time.months]
    last = max((time.end for time in flows), default=max(time.end for time in times))
    latest = min(
        (time for time in times if time.end == last), key=lambda t: (not t.months, t.months)
    )
    annual = any(time.months == 12 for time in times)
    return Calendar(_close(times, last), latest, annual)


def _close(times: Iterable[Time], last: int) -> int | None:
    years = Counter(time.end % 12 for time in times if time.months == 12)
    years = years or Counter(
        (t.end - (t.months or 0)) % 12 for t in times if t.months in (6, 9)
    )
    years = years or Counter(
        time.end % 12 for time in times if not time.months and (last - time.end) % 12
    )
    return max(years, key=lambda month: (years[month], month)) if years else None
