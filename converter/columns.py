"""The columns of a statement: their periods, and what kind of figures they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from converter.fiscal import Calendar, whole_years
from converter.model import (
    Basis,
    Cell,
    Column,
    Duration,
    Finding,
    Instant,
    Period,
    Severity,
    Span,
    StatementColumn,
    StatementKind,
    Table,
    last_day,
)
from converter.numbers import is_nil, is_percent
from converter.periods import (
    Length,
    PeriodWords,
    column_period,
    is_year_of_weeks,
    period_end,
    read_period_words,
    start_of,
)
from converter.titles import from_title

_NO_CALENDAR = Calendar()
_CHANGE_COLUMN = re.compile(
    r"\b(?:change|variance|incr(?:ease)?\.?|decr(?:ease)?\.?|percent(?:age)?)\b|%",
    re.IGNORECASE,
)
_ADJUSTMENT = re.compile(
    r"\badjust(?:ments?|ing)\b|\badj\.|\breconciling\b|\beliminations?\b", re.IGNORECASE
)
_PREVIOUS = re.compile(
    r"\b(?:previously|originally)\s+(?:reported|stated|filed)\b", re.IGNORECASE
)
_NON_GAAP = re.compile(r"\bnon-?\s?gaap\b|\badjusted\b", re.IGNORECASE)
_PRO_FORMA = re.compile(r"\bpro[\s-]?forma\b", re.IGNORECASE)
_HISTORICAL = re.compile(r"\b(?:historical|actual|as reported)\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\b(?:total|consolidated|combined|the company|historical|actual|as reported)\b"
    r"|(?<![a-z.&]\s)\bcompany\b",
    re.IGNORECASE,
)
"""The company itself; but `City Power Company` is the name of one of several."""
_NOTES = re.compile(r"\(?notes?\.?(?:\s+(?:nos?|refs?|references?)\.?)?\)?", re.IGNORECASE)
_NOTE_NUMBERS = re.compile(
    r"(?:\(?\d{1,2}\)?(?:\s?\(?[a-z]\)?)?(?:\s?[,&]\s?|$))+", re.IGNORECASE
)
_UNAUDITED = re.compile(r"\bunaudited\b", re.IGNORECASE)
_AUDITED = re.compile(r"(?<!un)\baudited\b", re.IGNORECASE)


def read_columns(
    table: Table,
    kind: StatementKind,
    caption: tuple[Cell, ...],
    calendar: Calendar = _NO_CALENDAR,
) -> tuple[list[StatementColumn | None], list[Finding]]:
    """The columns of a table; None for those that give no facts, with the reason."""
    title = " ".join(cell.text for cell in caption)
    headed = any(_PRO_FORMA.search(words) for words in column_words(table))
    pro_forma = _PRO_FORMA.search(title) is not None and not headed
    words = read_period_words(" ".join(cell.text for cell in from_title(caption)))
    instant = kind is StatementKind.BALANCE_SHEET
    headings = _shared([read_period_words(_text(column)) for column in table.columns])
    read = _restated(
        [
            _column(
                column,
                headings[i],
                _dated_in_order(words, i, len(table.columns)),
                instant=instant,
                pro_forma=pro_forma,
            )
            for i, column in enumerate(table.columns)
        ]
    )
    told = [column.period for column in read]
    guessed = _guessed(told, headings, calendar, words, instant=instant)
    periods = [
        period if _tells_start(heading, words) else calendar.begun(period)
        for heading, period in zip(headings, whole_years(guessed), strict=True)
    ]
    columns: list[StatementColumn | None] = []
    findings: list[Finding] = []
    dated_columns = [replace(c, period=p) for c, p in zip(read, periods, strict=True)]
    figures = [
        not _is_change(table, i) and not _holds_notes(table, i) for i in range(len(read))
    ]
    rivals = _rivals(dated_columns, figures)
    for i, dated in enumerate(dated_columns):
        problem = _column_problem(dated, table, i, rivals.get(i), is_figures=figures[i])
        columns.append(None if problem else dated)
        findings += [problem] if problem else []
        if problem is None and told[i] is None:
            findings.append(_guess(dated, table, i))
    return columns, findings


def _guessed(
    told: list[Period | None],
    headings: list[PeriodWords],
    calendar: Calendar,
    caption: PeriodWords,
    *,
    instant: bool,
) -> list[Period | None]:
    """The periods of columns that only give a year, or no length, by the calendar.

    A length is only supplied where no column has one, and the columns lie years apart.
    """
    known_ends = [last_day(period) if period else None for period in told]
    ends = _guessed_ends(known_ends, headings, calendar, caption)
    apart = _lie_years_apart([end for end in ends if end])
    length = Length(calendar.months) if calendar.months and apart else None
    quarters = {words.quarter for words in headings if words.quarter}
    quarter = quarters.pop() if len(quarters) == 1 else None
    return [
        known or _guessed_period(words, end, length, instant=instant)
        if instant or words.length or not (words.to_date or caption.to_date)
        else known or _year_to_date(period_end(words, caption), calendar, quarter)
        for known, words, end in zip(told, headings, ends, strict=True)
    ]


def _guessed_period(
    words: PeriodWords, end: date | None, length: Length | None, *, instant: bool
) -> Period | None:
    own = words.length or length
    if end is None:
        return None
    if instant:
        return Instant(end)
    return Duration(start_of(end, own), end) if own else None


def _year_to_date(end: date | None, calendar: Calendar, quarter: int | None) -> Period | None:
    length = calendar.to_date(end, quarter) if end else None
    return Duration(start_of(end, length), end) if end and length else None


def _guessed_ends(
    known: Sequence[date | None],
    headings: list[PeriodWords],
    calendar: Calendar,
    caption: PeriodWords,
) -> list[date | None]:
    """When columns end of which only a year is told, or a month, or the number of weeks."""
    years = [words.years[-1] for words in headings if words.years]
    ends: list[date | None] = list(known)
    # The latest year first: the weeks of each year count back to the end of the one before.
    for i in sorted(range(len(ends)), key=lambda i: headings[i].years[-1:], reverse=True):
        words = headings[i]
        if ends[i] or not words.years or words.dates or words.month_days:
            ends[i] = words.dates[-1] if words.dates else ends[i]
        elif words.month:
            ends[i] = calendar.month_end(words.years[-1], words.month)
        elif words.length and is_year_of_weeks(words.length):
            counted = _weeks_before(words.years[-1], headings, ends)
            ends[i] = counted or calendar.year_end(words.years[-1], years)
        else:
            year_end = calendar.year_end(words.years[-1], years)
            ends[i] = year_end or _same_day(words, caption)
    return ends


def _weeks_before(
    year: int, headings: list[PeriodWords], ends: list[date | None]
) -> date | None:
    """The end of the year before one whose weeks are counted."""
    counted = (
        end - timedelta(weeks=words.length.count)
        for words, end in zip(headings, ends, strict=True)
        if end and words.length and is_year_of_weeks(words.length)
        if words.years[-1:] == (year + 1,)
    )
    return next(counted, None)


def _tells_start(heading: PeriodWords, caption: PeriodWords) -> bool:
    """Whether the words give the first day, or count the weeks."""
    length = heading.length or caption.length
    ranged = any(words.since or words.range for words in (heading, caption))
    return ranged or len(heading.dates) > 1 or (length is not None and length.weeks)


def _same_day(heading: PeriodWords, caption: PeriodWords) -> date | None:
    """The day that a caption gives for another year, in the year of a heading."""
    if not caption.dates:
        return None
    first = caption.dates[0]
    try:
        return first.replace(year=heading.years[-1])
    except ValueError:
        return None


def _lie_years_apart(ends: list[date]) -> bool:
    days = [abs((a - b).days) for a, b in pairwise(ends)]
    return bool(days) and all(350 <= n <= 380 for n in days)


def _guess(column: StatementColumn, table: Table, index: int) -> Finding:
    source = column.source
    period = column.period
    what = (
        f"ends on {period.date}" if isinstance(period, Instant)
        else f"runs from {period.start} to {period.end}" if period else ""
    )  # fmt: skip
    return Finding(
        "column.period-guessed",
        Severity.WARNING,
        f"column {index + 1} ({_text(source) or 'no heading'}) does not tell its whole "
        f"period; by the other dates of the document it {what}",
        source.heading[-1].span if source.heading else _first_cell(table, index),
        advice="check it against the filing",
    )


def _dated_in_order(words: PeriodWords, index: int, count: int) -> PeriodWords:
    """Of a caption with one date for each column, the date of this one."""
    if len(words.dates) != count:
        return words
    day = words.dates[index]
    return replace(words, dates=(day,), years=(day.year,))


def _restated(columns: list[StatementColumn]) -> list[StatementColumn]:
    """Beside figures as previously reported, adjustments are those of a restatement."""
    if all(column.basis is not Basis.PREVIOUSLY_REPORTED for column in columns):
        return columns
    return [
        replace(column, basis=Basis.RESTATEMENT) if column.basis is Basis.ADJUSTMENT else column
        for column in columns
    ]


def _text(column: Column) -> str:
    return " ".join(cell.text for cell in column.heading)


def _shared(headings: list[PeriodWords]) -> list[PeriodWords]:
    """Headings with what only the first of several says: `Years ended May 31, 2003  2002`."""
    shared: list[PeriodWords] = []
    for words in headings:
        before = shared[-1] if shared else None
        short = bool(words.years) and not words.month_days and not words.dates
        shared.append(_completed(words, before) if before and short else words)
    return shared


def _completed(words: PeriodWords, before: PeriodWords) -> PeriodWords:
    length = words.length or (None if words.to_date else before.length)
    to_date = words.to_date or (before.to_date and length is None)
    return replace(words, length=length, month_days=before.month_days[-1:], to_date=to_date)


def _column(
    column: Column, heading: PeriodWords, words: PeriodWords, *, instant: bool, pro_forma: bool
) -> StatementColumn:
    text = _text(column)
    period = column_period(heading, words, instant=instant)
    basis = column_basis(text)
    if basis is Basis.REPORTED and pro_forma and not _HISTORICAL.search(text):
        basis = Basis.PRO_FORMA
    return StatementColumn(period, basis, _audited(text), column)


def column_basis(heading: str) -> Basis:
    """What kind of figures a heading announces; GAAP when it says nothing."""
    if _PREVIOUS.search(heading):
        return Basis.PREVIOUSLY_REPORTED
    if _ADJUSTMENT.search(heading):
        return Basis.ADJUSTMENT
    if _NON_GAAP.search(heading):
        return Basis.NON_GAAP
    return Basis.PRO_FORMA if _PRO_FORMA.search(heading) else Basis.REPORTED


def _audited(heading: str) -> bool | None:
    if _UNAUDITED.search(heading):
        return False
    return True if _AUDITED.search(heading) else None


def _is_change(table: Table, index: int) -> bool:
    """Whether a column holds changes, or shares of another, by its heading or its numbers."""
    numbers = [cell.text for row in table.rows if (cell := row.cells[index])]
    shares = [is_percent(text) for text in numbers if not is_nil(text)]
    told = _CHANGE_COLUMN.search(_text(table.columns[index])) is not None
    return told or (bool(shares) and all(shares))


def _holds_notes(table: Table, index: int) -> bool:
    """Whether a column under "Notes" refers to them; it is no column of figures."""
    if not any(_NOTES.fullmatch(cell.text) for cell in table.columns[index].heading):
        return False
    return all(
        _NOTE_NUMBERS.fullmatch(cell.text) for row in table.rows if (cell := row.cells[index])
    )


def _rivals(columns: list[StatementColumn], figures: Sequence[bool]) -> dict[int, int]:
    """For each column of figures that is not believed, another of its period and basis.

    Of several (segments, entities) only the one that is called total is the company's.
    """
    groups: dict[object, list[int]] = {}
    for i, column in enumerate(columns):
        if column.period is not None and figures[i]:
            groups.setdefault((column.period, column.basis), []).append(i)
    rivals: dict[int, int] = {}
    for group in groups.values():
        totals = [i for i in group if _TOTAL.search(_text(columns[i].source))]
        believed = totals[0] if len(totals) == 1 else None
        for i in group if len(group) > 1 else ():
            if i != believed:
                rivals[i] = next(other for other in group if other != i)
    return rivals


def _column_problem(
    read: StatementColumn, table: Table, index: int, rival: int | None, *, is_figures: bool
) -> Finding | None:
    """Why a column gives no facts, or None when it does."""
    column = read.source
    text = _text(column)
    cells = [cell for row in table.rows if (cell := row.cells[index])]
    place = column.heading[-1].span if column.heading else _first_cell(table, index)
    what = f"column {index + 1} ({text or 'no heading'}; {len(cells)} numbers)"
    if not is_figures:
        kind = (
            "holds the numbers of notes"
            if _holds_notes(table, index)
            else "is a change or a share"
        )
        return Finding(
            "column.no-period", Severity.INFO,
            f"{what} {kind}, not a period; it is left out", place,
        )  # fmt: skip
    if read.period is None:
        return Finding(
            "column.no-period", Severity.WARNING,
            f"{what}: neither its heading nor the caption tells its period; it is left "
            "out", place, advice="check the heading in the source text",
        )  # fmt: skip
    if rival is None:
        return None
    return Finding(
        "column.repeated", Severity.WARNING,
        f"{what} has the same period and basis as column {rival + 1}; it is left out",
        place, advice="the columns may be segments or entities, which are not told apart",
    )  # fmt: skip


def _first_cell(table: Table, index: int) -> Span | None:
    cells = (row.cells[index] for row in table.rows)
    return next((cell.span for cell in cells if cell is not None), None)


def column_words(table: Table) -> list[str]:
    """All phrases that stand over the columns."""
    return [cell.text for column in table.columns for cell in column.heading]
