"""When the balances of a statement of equity are struck: from captions and neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from converter.fiscal import Calendar
from converter.model import Edge
from converter.periods import PeriodWords, read_period_words, start_of
from converter.wording import MONTH, normalised

_DAY = timedelta(days=1)
_BALANCE = re.compile(
    r"^(?:the )?(?:beginning |ending |opening |closing |total )?balances?\b"
    r"|\bbalances?(?: (?:as of|at|beginning|end|ending|opening)\b.*)?$"
    r"|^(?:at )?(?:the )?(?:beginning|end|start)(?:ning)? of (?:the )?(?:fiscal )?"
    r"(?:year|period|quarter|month)|\b(?:beginning|ending|opening|closing) balances?$"
    r"|^(?:total )?(?:stockholders )?(?:equity|deficit).*\b(?:beginning|end) of\b"
    r"|^(?:stockholders |total |net )*(?:equity|deficit)(?: deficit)? (?:(?:at|as of) )?"
    rf"(?:beginning|end\b|{MONTH} \d)",
    re.IGNORECASE,
)
_NO_BALANCE = re.compile(
    r"\b(?:adjust(?:ment|ments|ing)|effect|transfers?|eliminat|change|reclass|accretion)\b"
)
_ONLY_DATE = re.compile(
    rf"(?:at |as of )?{MONTH}\s*\d{{1,2}}\s*,?\s*(?:19|20)\d\d\W*(?:\([^)]*\))?\W*",
    re.IGNORECASE,
)
_RESTATED = re.compile(r"\b(?:restated|adjusted|revised|successor|reorganized|pro forma)\b")


@dataclass(frozen=True, slots=True)
class Balance:
    """A row of balances: at which row, which day as far as it is told, and how."""

    at: int
    words: PeriodWords
    about: PeriodWords
    edge: Edge | None
    other: bool
    day: date | None = None


def is_balance(label: str) -> bool:
    """Whether a caption is that of balances rather than of a movement."""
    words = normalised(label)
    if _ONLY_DATE.fullmatch(label.strip()):
        return True
    return _BALANCE.search(words) is not None and not _NO_BALANCE.search(words)


def balance(at: int, label: str, about: str) -> Balance:
    """What a row of balances tells of its day; `about` are the headings above it."""
    words = normalised(label)
    edge: Edge | None = None
    if re.search(r"\b(?:beginning|opening|start)\b", words):
        edge = "beginning"
    elif re.search(r"\b(?:end|ending|closing)\b", words):
        edge = "end"
    return Balance(
        at,
        read_period_words(label),
        read_period_words(about),
        edge,
        _RESTATED.search(words) is not None,
    )


def dated(
    balances: Sequence[Balance], caption: PeriodWords, calendar: Calendar
) -> list[Balance]:
    """The balances with their days, where captions, neighbours or the calendar tell."""
    known = [replace(one, day=_told(one, caption)) for one in balances]
    known = _by_neighbours(known)
    if any(one.day is None for one in known):
        known = _by_years(known, caption, calendar)
    return _closing_days(known)


def _told(one: Balance, caption: PeriodWords) -> date | None:
    """The day that a caption gives, with what the heading above it gives."""
    if one.words.dates:
        return one.words.dates[-1]
    above = one.about if one.about.dates or one.about.years else None
    if above and above.dates:
        if one.edge == "beginning" or (
            one.words.month_days and not _is_day(one, above.dates[-1])
        ):
            return _before(one, above, caption)
        return above.dates[-1]
    if one.words.month_days and one.words.years:
        return _day(one.words.years[-1], one.words.month_days[-1])
    if one.words.month_days and above and one.edge != "beginning":
        return _day(above.years[-1], one.words.month_days[-1])
    return None


def _before(one: Balance, above: PeriodWords, caption: PeriodWords) -> date | None:
    """The opening day of a period that a heading tells."""
    end = above.dates[-1]
    length = above.length or caption.length
    if length:
        return start_of(end, length) - _DAY
    return _last(one.words.month_days[-1], end) if one.words.month_days else None


def _is_day(one: Balance, day: date) -> bool:
    return (day.month, day.day) == one.words.month_days[-1]


def _day(year: int, month_day: tuple[int, int]) -> date | None:
    try:
        return date(year, *month_day)
    except ValueError:
        return None


def _last(month_day: tuple[int, int], before: date) -> date | None:
    """The last such day of a month before another day."""
    day = _day(before.year, month_day)
    return day if day is None or day < before else _day(before.year - 1, month_day)


def _by_neighbours(known: list[Balance]) -> list[Balance]:
    """A day without its year, by the balance before or after it."""
    result = list(known)
    for i, one in enumerate(known):
        if one.day or not one.words.month_days:
            continue
        month_day = one.words.month_days[-1]
        after = result[i + 1].day if i + 1 < len(known) else None
        before = result[i - 1].day if i else None
        day = None
        if after and one.edge != "end":
            day = _last(month_day, after)
        elif before:
            day = _day(before.year, month_day)
            day = day if day and day > before else _day(before.year + 1, month_day)
        result[i] = replace(one, day=day)
    return result


def _by_years(known: list[Balance], caption: PeriodWords, calendar: Calendar) -> list[Balance]:
    """Balances without any year, where there are as many years as the document has ends.

    They are printed in the order of time: an opening, then a closing for each year.
    """
    if any(one.day for one in known) or any(one.words.years for one in known):
        return known
    closings = [i for i, one in enumerate(known) if i and one.edge != "beginning"]
    ends = _year_ends(caption, calendar, len(closings))
    if len(ends) != len(closings) + 1:
        return known
    result = list(known)
    step = 0
    for i, one in enumerate(known):
        step += i in closings
        result[i] = replace(one, day=ends[step])
    return result


def _year_ends(caption: PeriodWords, calendar: Calendar, count: int) -> list[date]:
    """The ends of so many years and of the one before, by the caption or the calendar."""
    days = sorted(set(caption.dates))
    years = sorted(set(caption.years))
    if len(days) == count and count > 1 and _a_year_apart(days):
        return [_day(days[0].year - 1, (days[0].month, days[0].day)) or days[0], *days]
    month_days = set(caption.month_days)
    if len(years) == count and len(month_days) == 1 and _consecutive(years):
        month_day = month_days.pop()
        found = [_day(year, month_day) for year in (years[0] - 1, *years)]
        return [day for day in found if day]
    if calendar.months == 12 and len(calendar.ends) > count:
        ends = sorted(calendar.ends[: count + 1])
        return ends if _a_year_apart(ends) else []
    return []


def _a_year_apart(days: Sequence[date]) -> bool:
    return all(350 <= (b - a).days <= 380 for a, b in pairwise(days))


def _consecutive(years: Sequence[int]) -> bool:
    return all(b - a == 1 for a, b in pairwise(years))


def _closing_days(known: list[Balance]) -> list[Balance]:
    """Opening balances "at July 1" are those at the close of the day before.

    So are they where a period of whole weeks is counted from the day itself.
    """
    result = list(known)
    for i, one in enumerate(known):
        closing = known[i + 1].day if i + 1 < len(known) else None
        first = i == 0 or _follows(result[i - 1], one)
        if one.day and closing and first and _opens(one.day, closing):
            result[i] = replace(one, day=one.day - _DAY)
    return result


def _follows(before: Balance, one: Balance) -> bool:
    """Right after another balance, which no movement parts from it."""
    return one.at == before.at + 1


def _opens(day: date, closing: date) -> bool:
    month_end = (closing + _DAY).day == 1
    if month_end or day.day == 1:
        return day.day == 1 and month_end
    return ((closing - day).days + 1) % 7 == 0
