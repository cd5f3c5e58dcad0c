"""EX-27, the Financial Data Schedule: tags and values that a filer gave beside the text.

Filings of 1993 to 2001 carry it. It states some twenty figures of the statements again,
each under a tag of Regulation S-K 601(c), in one column per period.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from converter.model import (
    Cell,
    Document,
    Finding,
    Line,
    Schedule,
    ScheduleColumn,
    ScheduleValue,
    Severity,
    Span,
)
from converter.numbers import is_nil, read_amount, split_line

_TAG = re.compile(r"\s*<([A-Za-z][A-Za-z0-9&-]*)>")
_WORD = re.compile(r"\S+")
_NOTE = re.compile(r"<F\d+>", re.IGNORECASE)
_NOT_GIVEN = re.compile(r"(?:N/?A|NONE|NIL|NOT (?:APPLICABLE|AVAILABLE))?", re.IGNORECASE)
_DATE = re.compile(r"([A-Za-z]{3,9}|\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})")
_POWER_OF_TEN = re.compile(r"\$?1(0{0,12})")
_UNSCALED = re.compile(r"EPS-|PER-SHARE-|YIELD-ACTUAL$|EXPENSE-RATIO$")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

_PERIOD = ("PERIOD-TYPE", "FISCAL-YEAR-END", "PERIOD-START", "PERIOD-END")
_OPENING = frozenset({"ARTICLE", "LEGEND", "CIK", "NAME", "MULTIPLIER", "CURRENCY", *_PERIOD})
# Mark-up and words about the schedule: no figures stand behind them.
_OTHER = frozenset(
    {
        *("TYPE", "SEQUENCE", "FILENAME", "DESCRIPTION", "TEXT", "TABLE", "CAPTION", "PAGE"),
        *("S", "C", "FN", "RESTATED", "FLAWED", "EXCHANGE-RATE", "BOOK-VALUE"),
        *("SERIES", "NUMBER", "HTML", "BODY", "PRE", "PDF"),
    }
)
_MOST_FINDINGS = 5
# No filer has more; a text that is no schedule may.
_MOST_DIGITS = 15
_MOST_COLUMNS = 40


class _Entry(NamedTuple):
    """A line that begins with a tag; `text` keeps its length, without marks of notes."""

    tag: str
    line: Line
    text: str
    start: int

    @property
    def words(self) -> tuple[Cell, ...]:
        """What stands behind the tag, word by word."""
        found = islice(_WORD.finditer(self.text, self.start), _MOST_COLUMNS)
        return tuple(self.cell(m.start(), m.end()) for m in found)

    def cell(self, start: int, end: int) -> Cell:
        return Cell(self.text[start:end], Span(self.line.number, start, end))

    @property
    def place(self) -> Span:
        """The tag itself."""
        lead = len(self.text) - len(self.text.lstrip())
        return Span(self.line.number, lead, self.start)


def is_schedule(document: Document) -> bool:
    """Whether a document is an EX-27."""
    return document.type.upper().startswith("EX-27")


def read_schedules(document: Document) -> tuple[tuple[Schedule, ...], list[Finding]]:
    """The schedules of an EX-27; of any other document, none."""
    if not is_schedule(document):
        return (), []
    findings: list[Finding] = []
    schedules: list[Schedule] = []
    for entries in _parts(_entries(document.lines)):
        head = schedules[-1] if schedules else None
        schedules.append(_schedule(entries, head, findings))
    if not schedules and document.lines:
        findings += _empty(document.lines)
    return tuple(schedules), _few(findings)


def _few(findings: list[Finding]) -> list[Finding]:
    """Of a text that is no schedule at all, not one finding for every line."""
    if len(findings) <= _MOST_FINDINGS:
        return findings
    rest = len(findings) - _MOST_FINDINGS + 1
    first = findings[_MOST_FINDINGS - 1]
    return [
        *findings[: _MOST_FINDINGS - 1],
        _unread(
            f"{rest} more places of this schedule cannot be read, from here on", first.span
        ),
    ]


def _unread(message: str, span: Span | None) -> Finding:
    return Finding(
        "schedule.unread",
        Severity.WARNING,
        message,
        span,
        advice="nothing is lost from the report: a schedule only checks it",
    )


def _empty(lines: Sequence[Line]) -> Iterator[Finding]:
    printed = [line for line in lines if line.text.strip()]
    if printed:
        span = Span(printed[0].number, 0, len(printed[0].text))
        yield _unread("this EX-27 holds no tag with a figure; nothing is tied to it", span)


# --- lines ---------------------------------------------------------------------------


def _entries(lines: Iterable[Line]) -> Iterator[_Entry]:
    """The lines with tags; prose, page numbers and notes have none of their own."""
    for line in lines:
        text = _NOTE.sub(lambda mark: " " * len(mark[0]), line.text)
        if found := _TAG.match(text):
            yield _Entry(found[1].upper(), line, text, found.end())


def _parts(entries: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    """The entries of each schedule: after a period and its figures, the next one opens."""
    part: list[_Entry] = []
    dated = complete = False
    for entry in entries:
        if complete and entry.tag in _OPENING:
            yield part
            part, dated, complete = [], False, False
        part.append(entry)
        dated = dated or entry.tag in _PERIOD
        complete = complete or (dated and _holds_figures(entry))
    if any(map(_holds_figures, part)):
        yield part


def _holds_figures(entry: _Entry) -> bool:
    return entry.tag not in _OPENING and entry.tag not in _OTHER and any(entry.words)


# --- a schedule ----------------------------------------------------------------------


def _schedule(
    entries: list[_Entry], before: Schedule | None, findings: list[Finding]
) -> Schedule:
    """A schedule without an article goes on with the terms of the one before."""
    named = {entry.tag: entry for entry in reversed(entries)}
    terms = before if "ARTICLE" not in named else None
    legend = named.get("LEGEND")
    scale, place = _scale(named.get("MULTIPLIER"), findings)
    if terms is not None and place is None:
        scale, place = terms.scale, terms.multiplier_span
    return Schedule(
        _text(named.get("ARTICLE")) or (terms.article if terms else ""),
        legend.place if legend else None,
        scale,
        place,
        _text(named.get("CURRENCY")) or (terms.currency if terms else ""),
        _columns(entries, scale, findings),
    )


def _text(entry: _Entry | None) -> str:
    return " ".join(word.text for word in entry.words) if entry else ""


def _scale(entry: _Entry | None, findings: list[Finding]) -> tuple[int, Span | None]:
    if entry is None or not entry.words:
        return 0, None
    stated = entry.words[0]
    found = _POWER_OF_TEN.fullmatch(stated.text.replace(",", ""))
    if found is None:
        message = f"MULTIPLIER {stated.text!r} is no power of ten; 1 is taken"
        findings.append(_unread(message, stated.span))
        return 0, None
    return len(found[1]), stated.span


def _columns(
    entries: list[_Entry], scale: int, findings: list[Finding]
) -> tuple[ScheduleColumn, ...]:
    periods = {e.tag: e.words for e in reversed(entries) if e.tag in _PERIOD and e.words}
    rows = [(e, _figures(e, findings)) for e in entries if _holds_figures(e)]
    rows = [(e, cells) for e, cells in rows if cells]
    count = _column_count(periods.values(), [cells for _, cells in rows])
    model = next(
        (
            cells
            for cells in (
                periods.get("PERIOD-END", ()),
                *periods.values(),
                *(c for _, c in rows),
            )
            if len(cells) == count
        ),
        (),
    )
    edges = _Edges({e.line.number: e.line.text for e in entries}, model)
    heads = {tag: edges.place(cells) or () for tag, cells in periods.items()}
    values: list[list[ScheduleValue]] = [[] for _ in model]
    for entry, cells in rows:
        placed = edges.place(cells)
        if placed is None:
            findings.append(_misplaced(entry, cells, count))
            continue
        for column, cell in zip(values, placed, strict=True):
            if cell is not None and not is_nil(cell.text):
                column.append(_value(entry.tag, cell, scale))
    return tuple(
        _column({tag: cells[i] for tag, cells in heads.items() if cells}, found, at, findings)
        for i, (found, at) in enumerate(zip(values, model, strict=True))
    )


def _column_count(periods: Iterable[Sequence[Cell]], rows: Sequence[Sequence[Cell]]) -> int:
    """As many as there are periods, or more when most rows hold more figures."""
    most = Counter(map(len, rows)).most_common(1)
    return max([*map(len, periods), *(size for size, _ in most)], default=0)


def _figures(entry: _Entry, findings: list[Finding]) -> tuple[Cell, ...]:
    """The printed numbers behind a tag; a tab is taken as a blank, to keep offsets."""
    body = entry.text[entry.start :].replace("\t", " ")
    if _NOT_GIVEN.fullmatch(body.strip()):
        return ()
    split = split_line(body)
    long = any(sum(map(str.isdigit, token.text)) > _MOST_DIGITS for token in split.tokens)
    if split.label or split.held or long or not 0 < len(split.tokens) <= _MOST_COLUMNS:
        first = entry.words[0].span
        place = Span(first.line, first.start, len(entry.text.rstrip()))
        printed = body.strip()[:40]
        findings.append(_unread(f"{entry.tag} has {printed!r}, which cannot be read", place))
        return ()
    return tuple(entry.cell(entry.start + t.start, entry.start + t.end) for t in split.tokens)


def _value(tag: str, cell: Cell, scale: int) -> ScheduleValue:
    return ScheduleValue(tag, read_amount(cell, scale=0 if _UNSCALED.match(tag) else scale))


def _misplaced(entry: _Entry, cells: Sequence[Cell], count: int) -> Finding:
    return _unread(
        f"{entry.tag} has {len(cells)} numbers for {count} periods, and their places do not "
        "tell which is whose; they are left out",
        Span(entry.line.number, cells[0].span.start, cells[-1].span.end),
    )


# --- columns -------------------------------------------------------------------------


class _Edges:
    """Where each column ends, by one row that is complete."""

    def __init__(self, texts: dict[int, str], model: Sequence[Cell]) -> None:
        self._texts = texts
        self._bounds = [self._extent(cell) for cell in model]

    def _extent(self, cell: Cell) -> tuple[int, int]:
        text = self._texts[cell.span.line]
        ends = (cell.span.start, cell.span.end)
        start, end = (len(text[:at].expandtabs(8)) for at in ends)
        return start, end

    def place(self, cells: Sequence[Cell]) -> tuple[Cell | None, ...] | None:
        """One entry per column; None when it is not plain whose the cells are."""
        if len(cells) == len(self._bounds):
            return tuple(cells)
        placed: list[Cell | None] = [None] * len(self._bounds)
        for cell in cells:
            start, end = self._extent(cell)
            over = [i for i, (a, b) in enumerate(self._bounds) if start < b and a < end]
            if len(over) != 1 or placed[over[0]] is not None:
                return None
            placed[over[0]] = cell
        return tuple(placed)


def _column(
    head: dict[str, Cell | None],
    values: list[ScheduleValue],
    model: Cell,
    findings: list[Finding],
) -> ScheduleColumn:
    dates = {tag: _date(tag, cell, findings) for tag, cell in head.items() if cell}
    kind, end = head.get("PERIOD-TYPE"), head.get("PERIOD-END")
    if end is None:
        message = "no PERIOD-END is stated for this column; its figures are not tied"
        findings.append(_unread(message, model.span))
    return ScheduleColumn(
        kind.text.upper() if kind else "",
        dates.get("PERIOD-START"),
        dates.get("PERIOD-END"),
        dates.get("FISCAL-YEAR-END"),
        tuple(values),
        (end or model).span,
    )


def _date(tag: str, cell: Cell, findings: list[Finding]) -> date | None:
    """A day such as `DEC-31-1995`."""
    if tag == "PERIOD-TYPE":
        return None
    if found := _DATE.fullmatch(cell.text):
        month, day, year = found.groups()
        number = int(month) if month.isdigit() else _month(month)
        century = 0 if len(year) == 4 else 1900 if int(year) > 50 else 2000
        try:
            return date(int(year) + century, number, int(day))
        except ValueError:
            pass
    findings.append(_unread(f"{tag} {cell.text!r} is no date", cell.span))
    return None


def _month(name: str) -> int:
    short = name[:3].upper()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0
