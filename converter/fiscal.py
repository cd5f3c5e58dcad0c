"""The fiscal calendar of a filer: what columns that only say "fiscal 2003" must mean."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from converter.model import Duration, Instant, Period
from converter.periods import Length

_A_YEAR = range(350, 381)
_DAYS_OF_MONTH = 30.44
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which periods of a document end, as far as they are told.

    `ends` are the dates of balance sheets and of the cover, the latest first; `months`
    is how long a period is that no heading tells, None where that is open;
    `balance_day` is the month and day of all balances that a caption dates ("Balance at
    December 31"); `balances` are the dates of those that it dates in full.
    `year_close` is the month and day on which fiscal years end by the cover; `so_far` is
    the longest length under a year that headings tell.
    """

    ends: tuple[date, ...] = ()
    months: int | None = None
    balance_day: tuple[int, int] | None = None
    balances: tuple[date, ...] = ()
    year_close: tuple[int, int] | None = None
    so_far: Length | None = None

    def year_end(self, year: int, years: Sequence[int]) -> date | None:
        """The end of a fiscal year, one of those that head the columns of a table.

        A fiscal year has the number of the calendar year that it ends in, or of the one
        before where it ends in the first months (retailers' fiscal 2003 ended in
        January 2004): the latest of the columns is of the latest year end.
        """
        if self.months != 12 or not years:
            return None
        yearly = self._yearly()
        if not yearly:
            return _on_day(year, self.balance_day)
        shift = yearly[0].year - max(years)
        if shift not in (0, 1) or (shift and yearly[0].month > 3):
            return None
        end: date | None = next((day for day in yearly if day.year == year + shift), None)
        if end is not None:
            return end
        end = yearly[-1]
        while end is not None and end.year > year + shift:
            end = previous_year_end(end, yearly)
        return end if end is not None and end.year == year + shift else None

    def to_date(self, end: date, quarter: int | None) -> Length | None:
        """How long a year to date is: by the quarter beside it, the cover, or balances.

        A balance tells the end of the last fiscal year where it is the only one in the
        year before, as in a quarterly report.
        """
        if quarter:
            return Length(3 * quarter)
        if self.year_close:
            return Length(_months_after(self.year_close, end) or 12)
        if self.so_far:
            return self.so_far
        latest = next(iter(self.ends), end)
        before = [day for day in self.ends if 0 < (latest - day).days < _A_YEAR[0]]
        if len(before) != 1 or (latest.month, latest.day) != (end.month, end.day):
            return None
        months = round((latest - before[0]).days / _DAYS_OF_MONTH)
        return Length(months) if months in (6, 9) else None

    def month_end(self, year: int, month: int) -> date:
        """The last day of a month, or the day of it on which a period is known to end."""
        known = (day for day in self.ends if (day.year, day.month) == (year, month))
        return next(known, date(year, month, monthrange(year, month)[1]))

    def begun(self, period: Period | None) -> Period | None:
        """A period of weeks that begins where another is known to end.

        Thirteen weeks may be fourteen, or begin with the calendar year. A balance of the
        first day rather than of the last is no such end: it must lie a whole week off.
        """
        if not isinstance(period, Duration) or _has_whole_months(period):
            return period
        first = period.start - _DAY
        near = [day for day in self.ends if abs(day - first) <= _WEEK]
        near += [day for day in self.balances if abs(abs(day - first) - _WEEK) <= _DAY]
        if not near or first in near:
            return period
        return period._replace(start=min(near, key=lambda day: abs(day - first)) + _DAY)

    def _yearly(self) -> tuple[date, ...]:
        """The latest end, and those that lie whole years before it."""
        kept = list(self.ends[:1])
        for day in self.ends[1:]:
            if (kept[-1] - day).days in _A_YEAR:
                kept.append(day)
        return tuple(kept)


def calendar_of(
    periods: Sequence[Period],
    reporting: date | None,
    *,
    months: int | None,
    balance_days: Sequence[tuple[int, int]] = (),
    balances: Sequence[date] = (),
) -> Calendar:
    """The calendar that the dates of balance sheets and of the cover make."""
    days = {p.date for p in periods if isinstance(p, Instant)}
    days |= {reporting} if reporting else set()
    same = balance_days[0] if len(set(balance_days)) == 1 else None
    ends = tuple(sorted(days, reverse=True))
    return Calendar(ends, months, same, tuple(sorted(balances)))


def _months_after(close: tuple[int, int], end: date) -> int:
    """Whole months, about, since a day of the year; years of weeks end around it."""
    return round(end.month - close[0] + (end.day - close[1]) / _DAYS_OF_MONTH) % 12


def _on_day(year: int, day: tuple[int, int] | None) -> date | None:
    try:
        return date(year, *day) if day else None
    except ValueError:
        return None


def previous_year_end(end: date, ends: Sequence[date]) -> date | None:
    """The end of the fiscal year before: the same day, or the same weekday of a rule.

    Years of 52 or 53 weeks end on the last such weekday of a month, or on the one
    nearest to the month's end; None when the known ends follow neither rule.
    """
    if all(_is_month_end(day) for day in ends) and len({day.month for day in ends}) == 1:
        return date(end.year - 1, end.month, monthrange(end.year - 1, end.month)[1])
    if len({(day.month, day.day) for day in ends}) == 1 and len(ends) > 1:
        return end.replace(year=end.year - 1)
    for rule in (_is_last, _is_nearest):
        if all(rule(day) for day in ends):
            return next(d for d in (end - 52 * _WEEK, end - 53 * _WEEK) if rule(d))
    return None


def _has_whole_months(period: Duration) -> bool:
    return period.start.day == 1 and _is_month_end(period.end)


def _is_month_end(day: date) -> bool:
    return (day + _DAY).day == 1


def _is_last(day: date) -> bool:
    """The last of its weekday in its month."""
    return (day + _WEEK).month != day.month


def _is_nearest(day: date) -> bool:
    """Within three days of the end of a month."""
    return any(_is_month_end(day + timedelta(days=n)) for n in range(-3, 4))


def whole_years(periods: Sequence[Period | None]) -> list[Period | None]:
    """Columns of years that follow each other: each begins the day after the one before.

    Only so are years of 53 weeks told from those of 52. Where the calendar has weeks,
    the first of them begins by the rule that the ends keep.
    """
    years = [
        p for p in periods if isinstance(p, Duration) and (p.end - p.start).days in _A_YEAR
    ]
    ends = sorted({year.end for year in years}, reverse=True)
    if not years or all(_is_month_end(end) for end in ends):
        return list(periods)
    return [_from_the_last(p, ends) if p in years else p for p in periods]


def _from_the_last(period: Period | None, ends: Sequence[date]) -> Period | None:
    if not isinstance(period, Duration):
        return period
    before = next((e for e in ends if (period.end - e).days in _A_YEAR), None)
    before = before or (previous_year_end(period.end, ends) if len(ends) > 1 else None)
    return period._replace(start=before + _DAY) if before else period
