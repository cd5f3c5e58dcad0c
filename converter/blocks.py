"""Stage 2, first half: where a document has tables.

A table is a run of lines that end in numbers, under the lines that may head it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

from converter.headings import SAME_CENTRE, heads_periods, is_heading, tells_column
from converter.layout import Kind, View, Words, lay_out, seen
from converter.model import Line, Piece, Span
from converter.phrases import phrases_of
from converter.pieces import joined, source_span
from converter.side_by_side import side_by_side
from converter.titles import TITLE_WORD, is_title, names_note, statement_kind, title_start

_OF_STOCK = ("par value", "authorized", "(?:issued|outstanding)")
_FEWEST_ROWS = 8
OF_THE_NOTES = re.compile(
    r"\baccompanying\b.*\bnotes\b|\bnotes\b.*\b(?:integral|part)\b|^\W*see\b.*\bnotes\b",
    re.IGNORECASE,
)
"""The line under each page of a statement; it parts nothing."""
_FULL_STOP = re.compile(r"(?<![.\s])\.\s*$")
_LONGEST_HEADER = 24
_LONGEST_LABEL = 8
_LONGEST_TITLE = 200
_TITLE_LINES = 3
_UNBROKEN = 80
_LONGEST_LINE = 180
_INTO_NUMBERS = 8
_LEFTMOST_CAPTION = 8


def find_blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """Where a document has tables: the lines of each, and those above it.

    A table begins where numbers begin under a heading, and ends before prose, before
    another heading over the number columns, or at the end of the document.
    """
    return _blocks(side_by_side(lay_out(lines)))


@dataclass(frozen=True, slots=True)
class Block:
    """The lines that may head a table, and those from its first number to its last.

    `apart` tells that running text stands between it and the one above.
    """

    header: tuple[View, ...]
    body: tuple[View, ...]
    apart: bool

    @property
    def place(self) -> tuple[int, int]:
        """The first and the last line with numbers, counted in the document as laid out."""
        data = [view.at for view in self.body if view.kind is Kind.DATA]
        return data[0], data[-1]

    @property
    def rows(self) -> int:
        """How many lines end in numbers."""
        return sum(view.kind is Kind.DATA for view in self.body)

    @property
    def numbers(self) -> int:
        """How many numbers they end in."""
        return sum(len(view.tokens) for view in self.body)

    @property
    def widest(self) -> int:
        """How many numbers its longest row ends in."""
        return max(len(view.tokens) for view in self.body)

    @property
    def span(self) -> Span:
        """Where its first label or number stands in the source."""
        view = next(view for view in self.body if view.kind is Kind.DATA)
        start, end = view.tokens[0].start, view.tokens[0].end
        return view.label_cell().span if view.label else view.cell(start, end).span

    @property
    def last_line(self) -> int:
        """The source line of its last number."""
        return max(v.line.number for v in self.body[-2:] if v.kind is Kind.DATA)

    @property
    def titled(self) -> bool:
        """Whether the title of a statement may stand above the numbers."""
        texts = [view.text.strip() for view in self.header]
        return any(
            TITLE_WORD.search(text)
            and (statement_kind(text) or statement_kind(" ".join(texts[max(i - 1, 0) : i + 2])))
            for i, text in enumerate(texts)
        )


class _Body:
    """The lines of a table so far, its widest rows, and where their numbers begin."""

    def __init__(self, view: View) -> None:
        self.views = [view]
        self.widest = len(view.tokens)
        self.zone = view.tokens[0].start

    def add(self, pending: Sequence[View], view: View) -> None:
        self.views += [*pending, view]
        if len(view.tokens) >= self.widest:
            start = view.tokens[0].start
            longer = len(view.tokens) > self.widest
            self.zone = start if longer else min(self.zone, start)
            self.widest = len(view.tokens)


class _Pending(Sequence[View]):
    """Lines between two rows; a line without numbers is looked at when it is asked for."""

    def __init__(self) -> None:
        self._lines: list[View | Words] = []

    def append(self, line: View | Words) -> None:
        self._lines.append(line)

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> View: ...
    @overload
    def __getitem__(self, at: slice) -> list[View]: ...
    def __getitem__(self, at: int | slice) -> View | list[View]:
        if isinstance(at, slice):
            self._lines[at] = views = [seen(line) for line in self._lines[at]]
            return views
        self._lines[at] = view = seen(self._lines[at])
        return view

    def __iter__(self) -> Iterator[View]:
        return iter(self[:])


def _blocks(lines: Iterable[View | Words]) -> Iterator[Block]:
    """The runs of lines that end in numbers, with what stands above each."""
    header: list[View] = []
    body: _Body | None = None
    pending = _Pending()
    apart = True
    for view in lines:
        if not isinstance(view, View) or view.kind not in (Kind.DATA, Kind.GAP):
            pending.append(view)
        elif view.kind is Kind.GAP:
            if body:
                yield _block(header, body, pending, apart=apart)
            body, pending, apart = None, _Pending(), True
        elif body and not (_splits(pending, body) or _widens(pending, body, view)):
            body.add(pending, view)
            pending = _Pending()
        else:
            if body:
                yield _block(header, body, pending, apart=apart)
                apart = False
            end = _paragraph_end(pending, 0)
            apart = apart or end is not None
            header, body, pending = _header_part(pending, end), _Body(view), _Pending()
    if body:
        yield _block(header, body, pending, apart=apart)


def _block(header: list[View], body: _Body, pending: _Pending, *, apart: bool) -> Block:
    closing = [view for view in pending[:1] if view.kind is Kind.RULE]
    return Block(tuple(header), (*body.views, *closing), apart)


def _widens(pending: Sequence[View], body: _Body, view: View) -> bool:
    """After blank lines or text, a row with far more numbers than any before it."""
    more = len(view.tokens) > body.widest + 1
    return bool(pending) and more and len(body.views) > _FEWEST_ROWS


def _splits(pending: Sequence[View], body: _Body) -> bool:
    """Whether lines between two rows of numbers end a table and begin another."""
    if not pending:
        return False
    pending = pending[:]
    if _paragraph_end(pending, body.zone) is not None:
        return True
    if any(v.kind is Kind.TAG or _is_titled(v) or names_note(v.label) for v in pending):
        return True
    if _has_caption(pending):
        return True
    if not any(_heads_columns(view, body.zone) for view in pending):
        return False
    first, last = next(_runs(pending))
    return last < len(pending) or not _describes_stock(pending[first:last])


def _is_titled(view: View) -> bool:
    """Whether a line is, or ends with, the title of a statement."""
    if view.kind not in (Kind.TEXT, Kind.PROSE) or not TITLE_WORD.search(view.text):
        return False
    if _title_at_end([view]):
        return True
    first, _, _ = view.label.partition("  ")
    return len(first) < _UNBROKEN and is_title(first)


def _heads_columns(view: View, zone: int) -> bool:
    """Words over the numbers; a single phrase there must tell of a period or a unit."""
    if not is_heading(view, zone):
        return False
    over = [phrase for phrase in phrases_of(view) if phrase.start >= zone - 1]
    return len(over) > 1 or view.is_years or tells_column(over[0].cell.text if over else "")


def _paragraph_end(pending: Sequence[View], zone: int) -> int | None:
    """The index of the last line of running text, or None when there is none.

    A label may be as long as a line of prose, but it ends left of the numbers, and runs
    on to them: a full stop ends a paragraph.
    """
    for first, last in _runs(pending):
        run = pending[first:last]
        prose = [i for i, view in enumerate(run, first) if view.kind is Kind.PROSE]
        unbroken = [i for i, view in enumerate(run, first) if _is_unbroken(view)]
        if unbroken:
            return unbroken[-1]
        if any(
            "notes" in view.text.lower() and OF_THE_NOTES.search(view.text) for view in run[:2]
        ):
            continue
        if prose and _is_paragraph(run, len(prose), zone, leads_on=last == len(pending)):
            return prose[-1]
    return None


def _runs(pending: Sequence[View]) -> Iterator[tuple[int, int]]:
    """The stretches of text between other lines, the last first."""
    end = 0
    for i in range(len(pending) - 1, -1, -1):
        if pending[i].kind in (Kind.TEXT, Kind.PROSE):
            end = end or i + 1
        elif end:
            yield i + 1, end
            end = 0
    if end:
        yield 0, end


def _is_unbroken(view: View) -> bool:
    """A whole paragraph in one line."""
    return len(view.text) > _LONGEST_LINE and "  " not in view.text.strip()[-_LONGEST_LINE:]


def _is_paragraph(run: Sequence[View], prose: int, zone: int, *, leads_on: bool) -> bool:
    """Whether lines, most of them prose, are no label of the numbers that follow."""
    wide = any(len(view.text.rstrip()) > zone + _INTO_NUMBERS for view in run)
    if leads_on and (not wide or _describes_stock(run)):
        return prose > _LONGEST_LABEL
    stopped = any(_FULL_STOP.search(view.text) for view in run[-2:])
    return (stopped and prose * 2 >= len(run)) or (wide and prose > 1) or prose > _LONGEST_LABEL


def _describes_stock(run: Sequence[View]) -> bool:
    """Whether lines are the label of a class of stock, which may run into the numbers."""
    words = " ".join(view.label for view in run)
    return all(re.search(rf"\b{word}\b", words, re.IGNORECASE) for word in _OF_STOCK)


def _has_caption(pending: Sequence[View]) -> bool:
    """Two lines in a row, centred alike, after blank lines; or any two on a new page."""
    blanks, page = 0, False
    for first, second in pairwise(pending):
        if not first.text.strip():
            blanks += 1
            page = page or "\f" in first.line.text
            continue
        if first.kind is Kind.TEXT and second.kind is Kind.TEXT and blanks > 1:
            alike = abs(_middle(first) - _middle(second)) <= SAME_CENTRE
            inset = blanks > 2 or first.label_start > _LEFTMOST_CAPTION
            if page or (alike and inset):
                return True
        blanks = 0
    return False


def _middle(view: View) -> float:
    return (len(view.text) - len(view.text.lstrip()) + len(view.text.rstrip())) / 2


def _header_part(pending: Sequence[View], end: int | None) -> list[View]:
    """What may head a table: the lines after the end of a paragraph, at most two dozen."""
    if end is not None:
        rest = pending[end + 1 :]
        after = (i for i, v in enumerate(rest) if v.kind is not Kind.TEXT or _is_titled(v))
        rest_start = next(after, 0)
        headed = (i for i in range(rest_start) if heads_periods(rest[i]))
        rest_start = next(headed, rest_start)
        first = max(end + 1 - _TITLE_LINES, 0)
        above = [*pending[first : end + 1], *rest[:rest_start]]
        title = _title_at_end(above[-_TITLE_LINES:])
        if title and not any(_is_titled(view) for view in rest):
            pending = [title, *rest[rest_start:]]
        else:
            pending = rest[rest_start:]
    return _with_title(pending[_first_of(pending, _LONGEST_HEADER) :])


def _first_of(lines: Sequence[View], count: int) -> int:
    """The index of the line from which on so many are not blank; 0 when fewer are."""
    for i in range(len(lines) - 1, -1, -1):
        count -= lines[i].kind is not Kind.BLANK
        if not count:
            return i
    return 0


def _with_title(header: Sequence[View]) -> list[View]:
    """A header in which a title that ends lines of other text stands by itself."""
    for i, view in enumerate(header):
        if view.kind is Kind.TEXT and len(view.label) < _UNBROKEN and is_title(view.label):
            return list(header)
        title = _title_at_end(header[max(i - _TITLE_LINES + 1, 0) : i + 1])
        if title:
            return [title, *header[i + 1 :]]
    return list(header)


def _title_at_end(views: Sequence[View]) -> View | None:
    """The title that ends running text, of a page whose line breaks were lost."""
    other = [
        i
        for i, view in enumerate(views)
        if view.kind not in (Kind.TEXT, Kind.PROSE) or "  " in view.label[-_LONGEST_TITLE:]
    ]
    views = views[other[-1] + 1 :] if other else views
    if sum(len(view.text.strip()) for view in views) < _UNBROKEN or not any(
        TITLE_WORD.search(view.text) for view in views
    ):
        return None
    line = joined([_tail(view.line) for view in views])
    start = title_start(line.text)
    if start is None:
        return None
    title = line.text[start:]
    source = Piece(0, len(title), source_span(line, start, len(line.text)))
    return View(Line(views[-1].line.number, title, (source,)), Kind.TEXT, title)


def _tail(line: Line) -> Line:
    """The end of a line that may be very long."""
    cut = len(line.text.rstrip()) - _LONGEST_TITLE
    if cut <= 0:
        return line
    text = line.text.rstrip()[cut:]
    return Line(
        line.number, text, (Piece(0, len(text), source_span(line, cut, cut + len(text))),)
    )
