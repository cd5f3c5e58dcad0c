"""Printed dates and periods: what a column heading and a caption say together."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from converter.model import Duration, Instant, Period
from converter.wording import MONTH

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_FULL_DATE = re.compile(rf"\b({MONTH})\s*(\d{{1,2}})\s*,?\s*((?:19|20)\d\d)\b", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})\s+({MONTH}),?\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_DASHED = re.compile(rf"\b(\d{{1,2}})-({MONTH})-((?:19|20)?\d\d)\b", re.IGNORECASE)
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:19|20)?\d\d)\b")
_DOTTED = re.compile(r"(?<![\d.])(\d\d)\.(\d\d)\.((?:19|20)?\d\d)\b(?!\.\d)")
_MONTH_DAY = re.compile(rf"\b({MONTH})\s*(\d{{1,2}})\b(?!\d)", re.IGNORECASE)
_YEAR = re.compile(
    r"(?<![\d,.$])\b((?:19|20)\d\d)\b(?![\d,]*\d{3})|(?<!\w)['\u2019]([09]\d)\b(?!,?\d)"
)
_MONTH_YEAR = re.compile(
    rf"\b({MONTH})\s*,?\s*(?:(?:19|20)\d\d|['\u2019][09]\d)\b", re.IGNORECASE
)
"""A month of a year without its day."""
_RANGE = re.compile(
    rf"\b({MONTH})\s*(\d{{1,2}})\s*,?\s*((?:19|20)\d\d)?\s*(?:to|through|thru|until|-|\u2013)\s*"
    rf"({MONTH})\s*(\d{{1,2}})\b(?!\d)\s*,?\s*((?:19|20)\d\d)?",
    re.IGNORECASE,
)
"""From one day to another, both printed: the stub periods of an acquisition."""
_FROM = re.compile(
    rf"\b(?:from|inception|since)\b\D{{0,60}}?({MONTH}\s*\d{{1,2}},?\s*(?:19|20)\d\d)\)?,?\s*"
    rf"(?:\([^()]{{0,60}}\))?,?\s*(?:to|through|thru|until)\s+"
    rf"({MONTH}\s*\d{{1,2}},?\s*(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""From a day, of inception for instance, to another, each in full."""
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "twenty-four": 24,
    "twenty-five": 25, "twenty-six": 26, "twenty-seven": 27, "thirty-six": 36,
    "thirty-nine": 39, "forty": 40, "fifty-two": 52, "fifty-three": 53,
}  # fmt: skip
COUNT = "|".join(sorted(_COUNTS, key=len, reverse=True)).replace("-", r"[-\s]")
_LENGTH = re.compile(
    rf"\b(?:(?P<count>{COUNT}|\d{{1,2}})[-\s]+|(?P<nth>current|first|second|third|fourth)\s+)?"
    r"(?P<unit>months?|mos?\b\.?|weeks?|quarters?|half[-\s]+years?|years?|half)"
    r"(?:[-\s]+periods?)?(?:\s+then)?\s*(?P<ended>ended\b|ending\b)?(?!\w)",
    re.IGNORECASE,
)
_TO_DATE = re.compile(r"\byears?[-\s]+to[-\s]+date\b|\bytd\b", re.IGNORECASE)
"""From the beginning of the fiscal year, which the words do not tell; no whole year."""
_QUARTER = re.compile(r"\b(first|second|third|fourth)[-\s]+quarters?\b", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth")


_EARLY = 2
"""Up to this month the end of a fiscal year may have the number of the next one."""
GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Z][a-z])")
"""Where a line break was lost: `endedJune 30,2003December 31,2002`."""
_SINCE = re.compile(r"\b(?:from|inception|since)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Length:
    """How long a duration is: in months, or in weeks."""

    count: int
    weeks: bool = False


def is_year_of_weeks(length: Length) -> bool:
    """Whether a length is that of a fiscal year which ends on a day of the week."""
    return length.weeks and length.count in (52, 53)


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """What a piece of text says about periods; each part may be missing.

    `since` is true when it counts from a date ("from inception ... to ..."); `spans` are
    the first and last days where both are told in full. `to_date` is true of a year to
    date; `quarter` is which one of the fiscal year is told; `month` is that of a year
    where the day is not told.
    """

    length: Length | None
    dates: tuple[date, ...]
    month_days: tuple[tuple[int, int], ...]
    years: tuple[int, ...]
    since: bool = False
    range: tuple[tuple[int, int], tuple[int, int]] | None = None
    spans: tuple[tuple[date, date], ...] = ()
    to_date: bool = False
    quarter: int | None = None
    month: int | None = None


@lru_cache(maxsize=4096)
def read_period_words(text: str) -> PeriodWords:
    """Take dates, days of a month, years and a length from a heading.

    >>> read_period_words("Three months ended September 30, 2003").dates
    (datetime.date(2003, 9, 30),)
    """
    text = GLUED.sub(" ", text)
    dates = read_dates(text)
    rest = _SLASHED.sub(" ", _DAY_FIRST.sub(" ", _DASHED.sub(" ", text)))
    month_days = tuple(
        (_month(m[1]), int(m[2])) for m in _MONTH_DAY.finditer(rest) if _is_day(m)
    )
    years = tuple(_full_year(m[1] or m[2]) for m in _YEAR.finditer(text))
    since = bool(_SINCE.search(text))
    spans = tuple(_spans(text)) if since else ()
    to_date = bool(_TO_DATE.search(text))
    length = _length(_TO_DATE.sub(" ", text) if to_date else text)
    nth = _QUARTER.search(text)
    monthly = None if dates or month_days else _MONTH_YEAR.search(text)
    return PeriodWords(
        length, dates, month_days, years, since, _range(text), spans,
        to_date=to_date and length is None,
        quarter=_ORDINALS.index(nth[1].lower()) + 1 if nth else None,
        month=_month(monthly[1]) if monthly else None,
    )  # fmt: skip


def _spans(text: str) -> Iterator[tuple[date, date]]:
    for found in _FROM.finditer(text):
        days = (*read_dates(found[1]), *read_dates(found[2]))
        if len(days) == 2 and days[0] < days[1]:
            yield days


def _range(text: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    found = _RANGE.search(text)
    if found is None:
        return None
    return (_month(found[1]), int(found[2])), (_month(found[4]), int(found[5]))


def read_dates(text: str) -> tuple[date, ...]:
    """Every full date in a text, in the order printed; impossible ones are passed."""
    found = [(m.start(), _date(m[3], _month(m[1]), m[2])) for m in _FULL_DATE.finditer(text)]
    found += [(m.start(), _date(m[3], _month(m[2]), m[1])) for m in _DAY_FIRST.finditer(text)]
    found += [(m.start(), _date(m[3], _month(m[2]), m[1])) for m in _DASHED.finditer(text)]
    found += [(m.start(), _slashed(m)) for m in _SLASHED.finditer(text)]
    found += [(m.start(), _date(m[3], int(m[2]), m[1])) for m in _DOTTED.finditer(text)]
    return tuple(day for _, day in sorted(found, key=lambda f: f[0]) if day is not None)


def _slashed(found: re.Match[str]) -> date | None:
    """The month stands first, but no month has a number above twelve."""
    month, day = found[1], found[2]
    if int(month) > 12:
        month, day = day, month
    return _date(found[3], int(month), day)


def column_period(
    heading: PeriodWords, caption: PeriodWords, *, instant: bool
) -> Period | None:
    """The period of a column from its heading, and from the caption where that is short.

    None when the words do not tell; nothing is guessed.
    """
    if not instant and heading.range and heading.years:
        return _ranging(heading.range, heading.years)
    end = period_end(heading, caption)
    if end is None:
        return None
    if not instant and heading.since and len(heading.dates) > 1:
        return Duration(heading.dates[0], heading.dates[-1])
    if instant:
        return Instant(end)
    starts = [first for first, last in caption.spans if last == end]
    if starts and not heading.length and caption.dates.count(end) == 1:
        return Duration(starts[0], end)
    length = heading.length or (None if heading.to_date else caption.length)
    return Duration(start_of(end, length), end) if length else None


def _ranging(
    days: tuple[tuple[int, int], tuple[int, int]], years: tuple[int, ...]
) -> Duration | None:
    """From day to day; one year alone is that of the end."""
    (month, day), (last_month, last_day) = days
    year = years[0] if len(years) > 1 else years[-1] - ((month, day) > (last_month, last_day))
    start, end = (
        _date(str(year), month, str(day)),
        _date(str(years[-1]), last_month, str(last_day)),
    )
    return Duration(start, end) if start and end and start < end else None


def start_of(end: date, length: Length) -> date:
    """The first day of a period that ends on a day.

    A period of months that ends on the last day of a month begins on the first of one.
    Otherwise the fiscal calendar has weeks: three months are thirteen of them.
    """
    if length.weeks:
        return end - timedelta(weeks=length.count) + timedelta(days=1)
    if end.day == monthrange(end.year, end.month)[1]:
        months = end.year * 12 + end.month - length.count
        return date(months // 12, months % 12 + 1, 1)
    if length.count % 12 == 0 and end.day == 15:
        return date(end.year - length.count // 12, end.month, 16)
    weeks = round(length.count * 13 / 3) if length.count % 3 else length.count // 3 * 13
    return end - timedelta(weeks=weeks) + timedelta(days=1)


def period_end(heading: PeriodWords, caption: PeriodWords) -> date | None:
    """The last day that a heading tells, with what the caption says where it is short."""
    if heading.dates:
        return heading.dates[-1]
    year = heading.years[-1] if heading.years else None
    if heading.month:
        caption = _of_month(caption, heading.month)
    month_day = heading.month_days[-1] if heading.month_days else None
    if year is None and month_day is None:
        return caption.dates[0] if len(set(caption.dates)) == 1 else None
    if year is not None and month_day is None:
        dated = _dated_by_caption(caption, year)
        if dated or _is_of_weeks(caption, year):
            return dated
    if year is None and len(set(caption.years)) == 1:
        year = caption.years[0]
    if month_day is None and len(set(caption.month_days)) == 1:
        month_day = caption.month_days[0]
    if year is None or month_day is None:
        return None
    return _date(str(year), month_day[0], str(month_day[1]))


def _of_month(caption: PeriodWords, month: int) -> PeriodWords:
    """A caption without the days of other months."""
    return replace(
        caption,
        dates=tuple(day for day in caption.dates if day.month == month),
        month_days=tuple(day for day in caption.month_days if day[0] == month),
    )


def _dated_by_caption(caption: PeriodWords, year: int) -> date | None:
    """The date of a caption that is of a year; fiscal 2003 may end on January 3, 2004."""
    dated = [day for day in caption.dates if day.year == year]
    if dated:
        return dated[-1]
    ends = [day.year for day in caption.dates if day.month <= _EARLY]
    return caption.dates[0] if ends == list(caption.years) == [year + 1] else None


def _is_of_weeks(caption: PeriodWords, year: int) -> bool:
    """Whether a caption dates another year only, by a day that moves from year to year."""
    return bool(caption.dates) and all(
        day.year != year and (day + timedelta(days=1)).day != 1 for day in caption.dates
    )


def _length(text: str) -> Length | None:
    lengths = [_one_length(found) for found in _LENGTH.finditer(text)]
    return next((length for length in reversed(lengths) if length), None)


def _one_length(found: re.Match[str]) -> Length | None:
    """A length that was counted or "ended"; of "three years ended" each is a column."""
    unit = found["unit"].lower().rstrip("s")
    if unit == "year":
        return Length(12)
    if unit.startswith("half"):
        return Length(6) if found["nth"] or unit != "half" else None
    if found["nth"]:
        return Length(3) if unit == "quarter" else None
    if found["count"] is None:
        return Length(3) if unit == "quarter" and found["ended"] else None
    count = _count(found["count"])
    if unit == "week":
        return Length(count, weeks=True)
    return Length(count * 3 if unit == "quarter" else count)


def _count(text: str) -> int:
    key = re.sub(r"\s+", "-", text.lower())
    return int(key) if key.isdigit() else _COUNTS[key]


def _is_day(found: re.Match[str]) -> bool:
    return 1 <= int(found[2]) <= 31


def _month(name: str) -> int:
    prefix = name.lower().rstrip(".")[:3]
    return next(n for n, full in enumerate(_MONTHS, start=1) if full.startswith(prefix))


def _date(year: str, month: int, day: str) -> date | None:
    try:
        found = date(_full_year(year), month, int(day))
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


_FIRST_YEAR, _LAST_YEAR = 1800, 2199
"""Those that a report can tell of; the calendar has room before and after them."""


def _full_year(year: str) -> int:
    number = int(year)
    return number if number > 99 else number + (1900 if number > 50 else 2000)
