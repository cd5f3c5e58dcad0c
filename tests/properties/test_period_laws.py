"""Periods: what the calendar says, whatever the heading's wording."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.fiscal import Calendar
from converter.model import Duration, Instant
from converter.periods import (
    Length,
    column_period,
    read_dates,
    read_period_words,
    start_of,
)

MONTHS = (
    ("January", "Jan", "Jan.", "JANUARY"), ("February", "Feb", "Feb.", "FEBRUARY"),
    ("March", "Mar", "Mar.", "MARCH"), ("April", "Apr", "Apr.", "APRIL"),
    ("May", "MAY"), ("June", "Jun", "Jun.", "JUNE"), ("July", "Jul", "Jul.", "JULY"),
    ("August", "Aug", "Aug.", "AUGUST"),
    ("September", "Sep", "Sep.", "Sept", "Sept.", "SEPTEMBER"),
    ("October", "Oct", "Oct.", "OCTOBER"), ("November", "Nov", "Nov.", "NOVEMBER"),
    ("December", "Dec", "Dec.", "DECEMBER"),
)  # fmt: skip
COUNTS = {
    "half year": 6, "6 Mos.": 6, "current quarter": 3,
    "three months": 3, "3 months": 3, "quarter": 3, "six months": 6, "Six-Month": 6,
    "nine months": 9, "NINE MONTHS": 9, "twelve months": 12, "year": 12, "years": 12,
}  # fmt: skip
WEEKS = {
    "thirteen weeks": 13, "13 weeks": 13, "Twenty-six weeks": 26, "26 weeks": 26,
    "thirty-nine weeks": 39, "THIRTY-NINE WEEKS": 39, "fifty-two weeks": 52,
    "Fifty-three weeks": 53, "twelve weeks": 12,
}  # fmt: skip
DATE_FORMS = (
    "{month} {day}, {year}", "{month} {day} , {year}", "{month} {day},{year}",
    "{month}  {day}, {year}", "{month} {day} {year}", "{day} {month} {year}",
)  # fmt: skip

days = st.dates(date(1901, 1, 1), date(2099, 12, 31))
spellings = st.integers(0, 5)


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def spelt(day: date, spelling: int) -> str:
    names = MONTHS[day.month - 1]
    return names[spelling % len(names)]


month_ends = st.builds(month_end, st.integers(1901, 2099), st.integers(1, 12))


@given(month_ends, st.sampled_from([1, 3, 6, 9, 12, 24]))
def test_months_to_a_month_end_begin_on_a_first(end: date, months: int) -> None:
    start = start_of(end, Length(months))
    assert start.day == 1
    assert (end.year - start.year) * 12 + end.month - start.month + 1 == months


@given(month_ends, st.sampled_from([3, 6, 9]))
def test_periods_that_follow_leave_no_gap(end: date, months: int) -> None:
    start = start_of(end, Length(months))
    before = start_of(start - timedelta(days=1), Length(3))
    assert before == start_of(end, Length(months + 3))


@given(days, st.integers(1, 60))
def test_weeks_have_seven_days(end: date, weeks: int) -> None:
    start = start_of(end, Length(weeks, weeks=True))
    assert (end - start).days + 1 == 7 * weeks


@given(days.filter(lambda d: d.day < 28 and d.day != 15), st.integers(1, 4))
def test_quarters_of_a_fiscal_calendar_have_thirteen_weeks(end: date, quarters: int) -> None:
    start = start_of(end, Length(3 * quarters))
    assert (end - start).days + 1 == 91 * quarters


@given(days.filter(lambda d: d.day < 28 and d.day != 15), st.integers(1, 24))
def test_months_of_a_fiscal_calendar_are_whole_weeks(end: date, months: int) -> None:
    length = (end - start_of(end, Length(months))).days + 1
    assert length % 7 == 0
    assert abs(length - months * 365.25 / 12) < 7


@given(days, spellings, st.sampled_from(DATE_FORMS))
def test_printed_dates_are_read(day: date, spelling: int, form: str) -> None:
    text = form.format(month=spelt(day, spelling), day=day.day, year=day.year)
    assert read_dates(f"As of {text}") == (day,)
    assert read_period_words(text).dates == (day,)


@given(st.lists(days, min_size=1, max_size=4), spellings)
def test_several_dates_come_in_order(several: list[date], spelling: int) -> None:
    text = " and ".join(f"{spelt(d, spelling)} {d.day}, {d.year}" for d in several)
    assert read_dates(text) == tuple(several)


@given(st.dates(date(1951, 1, 1), date(2050, 12, 31)), st.booleans())
def test_slashed_dates_are_read(day: date, short: bool) -> None:
    year = day.year % 100 if short else day.year
    assert read_dates(f"{day.month}/{day.day}/{year:02}") == (day,)


@given(month_ends, st.sampled_from(sorted(COUNTS)), spellings, st.booleans())
def test_months_ended(end: date, words: str, spelling: int, split: bool) -> None:
    """A length, a month and a year: in one heading, or the year alone in the column."""
    month = f"{spelt(end, spelling)} {end.day},"
    if split:
        heading, caption = str(end.year), f"For the {words} ended {month}"
    else:
        heading, caption = f"{words} ended {month} {end.year}", ""
    period = column_period(
        read_period_words(heading), read_period_words(caption), instant=False
    )
    assert period == Duration(start_of(end, Length(COUNTS[words])), end)


@given(days, st.sampled_from(sorted(WEEKS)), spellings)
def test_weeks_ended(end: date, words: str, spelling: int) -> None:
    text = f"{words} ended {spelt(end, spelling)} {end.day}, {end.year}"
    period = column_period(read_period_words(text), read_period_words(""), instant=False)
    assert period == Duration(end - timedelta(days=7 * WEEKS[words] - 1), end)


@given(month_ends, month_ends, spellings)
def test_a_year_alone_finds_its_date_in_the_caption(
    first: date, second: date, spelling: int
) -> None:
    caption = " and ".join(f"{spelt(d, spelling)} {d.day}, {d.year}" for d in (first, second))
    period = column_period(
        read_period_words(str(first.year)), read_period_words(caption), instant=True
    )
    same_year = first.year == second.year
    assert period == Instant(second if same_year else first)


@given(st.integers(1990, 1999), st.integers(1, 12), st.integers(13, 28), spellings)
def test_a_day_before_its_month_is_told_by_its_number(
    year: int, month: int, number: int, spelling: int
) -> None:
    day = date(year, month, number)
    name = spelt(day, spelling).rstrip(".")
    spellings = [
        f"{day:%d/%m/%y}", f"{day:%m/%d/%y}", f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}",
        f"{day.day}-{name}-{day:%y}", f"{day.day}-{name}-{day:%Y}",
    ]  # fmt: skip
    for text in spellings:
        assert read_period_words(text).dates == (day,)


def test_a_month_of_a_year_has_no_day() -> None:
    words = read_period_words("Dec. '98")
    assert (words.years, words.month, words.dates) == ((1998,), 12, ())


@pytest.mark.parametrize("text", ["Year to Date June 30, 1998", "Year-to-date", "Qtr. YTD"])
def test_a_year_to_date_is_no_year(text: str) -> None:
    words = read_period_words(text)
    assert words.to_date
    assert words.length is None
    assert read_period_words("Year to June 30, 1998").length == Length(12)
    assert read_period_words("Year to date (six months)").length == Length(6)


def test_a_year_to_date_begins_with_the_fiscal_year() -> None:
    june, may = date(1998, 6, 30), date(1998, 5, 2)
    assert Calendar().to_date(june, None) is None
    assert Calendar().to_date(june, 2) == Length(6)
    assert Calendar(ends=(june, date(1997, 12, 31))).to_date(june, None) == Length(6)
    assert Calendar(year_close=(9, 30)).to_date(june, None) == Length(9)
    assert Calendar(year_close=(1, 31)).to_date(may, None) == Length(3)
    assert Calendar(so_far=Length(9)).to_date(june, None) == Length(9)


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    words = read_period_words(text)
    column_period(words, words, instant=False)
