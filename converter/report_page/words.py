"""Periods, units and numbers as a person reads them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from converter.model import Duration, Instant, Period, Unit

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS_OF_MONTH = Decimal("30.4375")
_SLACK = 10
"""By how many days a number of whole months may be missed, as weeks do."""


def day(when: date) -> str:
    """A day in words, September 30, 2003."""
    return f"{_MONTHS[when.month - 1]} {when.day}, {when.year}"


def length(period: Duration) -> str:
    """How long a duration is: `3 months`, `1 year`, or in days."""
    days = (period.end - period.start).days + 1
    months = round(days / _DAYS_OF_MONTH)
    if months == 0 or abs(days - months * _DAYS_OF_MONTH) > _SLACK:
        return _counted(days, "day")
    return _counted(months // 12, "year") if months % 12 == 0 else _counted(months, "month")


def period_words(period: Period | None) -> str:
    """A period in words; empty if there is none."""
    if period is None:
        return ""
    if isinstance(period, Instant):
        return day(period.date)
    if period.start == period.end:
        return day(period.end)
    return f"{length(period)} ended {day(period.end)}"


def period_dates(period: Period) -> str:
    """A period as its dates in ISO form."""
    if isinstance(period, Instant):
        return period.date.isoformat()
    return f"{period.start.isoformat()} to {period.end.isoformat()}"


def unit_words(unit: Unit) -> str:
    """A unit as a person writes it: `USD`, `USD per share`."""
    numerator = unit.numerator.local
    if unit.denominator is None:
        return numerator
    return f"{numerator} per {unit.denominator.local.removesuffix('s')}"


def grouped(value: Decimal | str) -> str:
    """A value of a fact, of a number with its thousands apart."""
    return value if isinstance(value, str) else f"{value or abs(value):,f}"


def precision_words(decimals: int | None) -> str:
    """What `decimals` says: to the nearest thousand, to the cent."""
    if decimals is None:
        return ""
    names = {-9: "billions", -6: "millions", -3: "thousands", 0: "whole units"}
    if decimals in names:
        return f"{decimals} ({names[decimals]})"
    return f"{decimals} ({_counted(decimals, 'place')})" if decimals > 0 else str(decimals)


def _counted(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"
