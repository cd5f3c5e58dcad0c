"""Stage 2: the lines of a document to `Table`s, by geometry alone.

A table is a run of lines that end in numbers. Its columns are found from the right edges
of the digits: gaps between columns are not reliable (filers print `15,655 (15,655)` and
even `$(55,650)$17,777`), right edges are. What a heading or a label means is not asked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import overload

from converter.headings import (
    SAME_CENTRE,
    column_headings,
    heads_periods,
    is_heading,
    part_caption,
    part_header,
    ruled_starts,
    tells_column,
    title_apart,
)
from converter.layout import (
    Kind,
    View,
    Words,
    between_numbers,
    joined,
    lay_out,
    phrases_of,
    printed_lines,
    seen,
    source_span,
)
from converter.model import Cell, Column, Document, Line, Piece, Span, Table, TableRow
from converter.numbers import is_nil, is_void
from converter.side_by_side import side_by_side
from converter.titles import is_title, names_note, statement_kind, title_start

_UNFINISHED = re.compile(
    r"^total\b|(?:[,&-]|s['\u2019]|\b(?:and|or|of|in|to|for|from|by|on|the|a|an|with|than|net|at|per|less))$",
    re.IGNORECASE,
)
_SHARE_WORDS = re.compile(r"\b(?:par|shares?|authorized|issued|outstanding)\b", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:authorized|issued|outstanding)\W*$", re.IGNORECASE)
_OF_STOCK = ("par value", "authorized", "(?:issued|outstanding)")
_AMOUNT = re.compile(r"\d,\d{3}|\d\.\d|\(\$?\d|\$")
"""What a number needs to be taken for an amount where a blank is all that parts it."""
_EDGE_TOLERANCE = 2
_RARE = 5
_FEWEST_ROWS = 8
_STRAYS = 2
_FARTHEST_STRAY = 8
_OF_THE_NOTES = re.compile(
    r"\baccompanying\b.*\bnotes\b|\bnotes\b.*\b(?:integral|part)\b|^\W*see\b.*\bnotes\b",
    re.IGNORECASE,
)
"""The line under each page of a statement; it parts nothing."""
_TITLE_WORD = re.compile(r"statement|sheet", re.IGNORECASE)
_INNER = re.compile(r"(?<![\d,])\$?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?![\d,]*\d)")
"""A number within a label, with its commas where they belong."""
_FULL_STOP = re.compile(r"(?<![.\s])\.\s*$")
_LONGEST_HEADER = 24
_LONGEST_LABEL = 8
_LONGEST_TITLE = 200
_TITLE_LINES = 3
_UNBROKEN = 80
_LONGEST_LINE = 180
_INTO_NUMBERS = 8
_LEFTMOST_CAPTION = 8
_DEEPEST_REST = 4
_ALL_CAPITALS = re.compile(r"[^a-z]+")


def find_tables(document: Document) -> Iterator[Table]:
    """Every table of a document, from the top down."""
    return (block.table() for block in find_blocks(printed_lines(document)))


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
            _TITLE_WORD.search(text)
            and (statement_kind(text) or statement_kind(" ".join(texts[max(i - 1, 0) : i + 2])))
            for i, text in enumerate(texts)
        )

    def table(self) -> Table:
        """The rows and columns."""
        return _table(self)


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
    if view.kind not in (Kind.TEXT, Kind.PROSE) or not _TITLE_WORD.search(view.text):
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
            "notes" in view.text.lower() and _OF_THE_NOTES.search(view.text) for view in run[:2]
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


def _zone(body: list[View]) -> int:
    """The column where numbers begin: the left end of the widest rows' first number."""
    data = [view for view in body if view.kind is Kind.DATA]
    widest = max(len(view.tokens) for view in data)
    return min(v.tokens[0].start for v in data if len(v.tokens) == widest)


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
        _TITLE_WORD.search(view.text) for view in views
    ):
        return None
    line = joined([view._replace(line=_tail(view.line)) for view in views])
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


def _table(block: Block) -> Table:
    header, body = list(block.header), _with_leads(_with_counts(list(block.body)))
    data = [view for view in body if view.kind is Kind.DATA]
    counts = [len(view.tokens) for view in data]
    edges = _without_labels(main_edges(_telling_edges(data), counts), data)
    body = [_relabelled(_reclaimed(view, edges), edges) for view in body]
    data = [view for view in body if view.kind is Kind.DATA]
    zone = min([_zone(body), *ruled_starts(header, edges)])
    top, header = title_apart(header)
    above, labels = part_header(header, zone)
    caption, heads = part_caption(above, zone)
    caption = (*(phrase.cell for view in top for phrase in phrases_of(view)), *caption)
    extents = _extents(data, edges)
    headings, unused = column_headings(heads, extents, _main(data, edges))
    caption = (*caption, *unused)
    columns = tuple(
        Column(edge, heading) for edge, heading in zip(edges, headings, strict=True)
    )
    return Table(
        caption, columns, tuple(_rows([*labels, *body], edges)), block.apart, block.place
    )


def find_edges(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The columns of a table from the right edges of the numbers in its rows.

    Edges that lie within two characters of each other are one column, unless a row has
    a number at both. The edge that most numbers share stands for the column.
    """
    counts = Counter(chain.from_iterable(rows))
    groups: list[list[int]] = []
    for edge in sorted(counts):
        if groups and edge - groups[-1][-1] <= _EDGE_TOLERANCE:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    parted = [part for group in groups for part in _part_group(group, rows)]
    return tuple(max(group, key=lambda e: (counts[e], e)) for group in parted)


def _telling_edges(data: list[View]) -> list[list[int]]:
    """The edges that make columns, row by row: those of digits, and of dashes far from any.

    Dashes for nil are often centred or set left in a column of right-aligned numbers.
    """
    digits: list[list[int]] = []
    dashes: list[list[int]] = []
    for view in data:
        nil = [is_nil(token.text) for token in view.tokens]
        digits.append([t.edge for t, n in zip(view.tokens, nil, strict=True) if not n])
        dashes.append([t.edge for t, n in zip(view.tokens, nil, strict=True) if n])
    known = find_edges(digits)
    rows = []
    for row, others in zip(digits, dashes, strict=True):
        taken = {nearest(known, edge) for edge in row} if others and known else set()
        far = [edge for edge in others if not _has_room(known, edge, taken)]
        rows.append(sorted([*row, *far]))
    return rows


def main_edges(rows: Sequence[Sequence[int]], counts: Sequence[int]) -> tuple[int, ...]:
    """The columns that most rows share.

    A row with as many numbers as there are columns, but shifted, makes no columns of its
    own: its numbers belong to the columns in their order. `counts` are those of each row,
    with dashes that tell no edge.
    """
    edges = without_strays(find_edges(rows), rows)
    filled = [0] * len(edges)
    for edge, count in Counter(chain.from_iterable(rows)).items():
        filled[nearest(edges, edge)] += count
    main = [e for e, n in zip(edges, filled, strict=True) if n * _RARE > max(filled)]
    if len(main) == len(edges):
        return edges
    shifted = [
        count == len(main) < 2 * len(row)
        and any(abs(main[nearest(main, edge)] - edge) > _EDGE_TOLERANCE for edge in row)
        for row, count in zip(rows, counts, strict=True)
    ]
    if not any(shifted):
        return edges
    kept = [row for row, away in zip(rows, shifted, strict=True) if not away]
    return without_strays(find_edges(kept), kept)


def _has_room(known: tuple[int, ...], edge: int, taken: set[int]) -> bool:
    """Whether a dash lies in a column that its row has no number in; takes the place."""
    if not known:
        return False
    at = nearest(known, edge)
    if at in taken or abs(known[at] - edge) > _FARTHEST_STRAY:
        return False
    taken.add(at)
    return True


def without_strays(edges: tuple[int, ...], rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The columns without those that only numbers out of line make.

    Dashes and amounts per share may end a few characters off the amounts: they are of
    the column beside them, as long as no row has a number in both.
    """
    if len(rows) < _FEWEST_ROWS:
        return edges
    column = {edge: edges[nearest(edges, edge)] for edge in set(chain.from_iterable(rows))}
    filled: dict[int, set[int]] = {edge: set() for edge in edges}
    for i, row in enumerate(rows):
        for edge in row:
            filled[column[edge]].add(i)
    kept = list(edges)
    for edge in sorted(edges, key=lambda e: len(filled[e])):
        at = kept.index(edge)
        beside = [*kept[max(at - 1, 0) : at], *kept[at + 1 : at + 2]]
        free = [
            other
            for other in beside
            if abs(other - edge) <= _FARTHEST_STRAY and not filled[other] & filled[edge]
        ]
        if free:
            filled[min(free, key=lambda other: abs(other - edge))] |= filled[edge]
            kept.remove(edge)
    return tuple(kept)


def _part_group(group: list[int], rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """A group in which a row has two numbers is two columns, cut at its widest gap."""
    if len(group) == 1:
        return [group]
    members = set(group)
    if all(len(members.intersection(row)) < 2 for row in rows):
        return [group]
    cut = max(range(1, len(group)), key=lambda i: group[i] - group[i - 1])
    return [*_part_group(group[:cut], rows), *_part_group(group[cut:], rows)]


def nearest(edges: Sequence[int], edge: int) -> int:
    """The index of the column whose edge is nearest; the first of two as near."""
    at = bisect_left(edges, edge)
    if at == len(edges):
        return at - 1
    return at - 1 if at and edge - edges[at - 1] <= edges[at] - edge else at


def _extents(data: list[View], edges: tuple[int, ...]) -> list[tuple[int, int]]:
    """From where to where each column's numbers reach."""
    starts, ends = list(edges), list(edges)
    for view in data:
        for token in view.tokens:
            first = token.start
            if "  " in token.text:
                first = token.end - len(token.text.rpartition("  ")[2])
            i = nearest(edges, token.edge)
            if (first < starts[i] or token.end > ends[i]) and (
                abs(edges[i] - token.edge) <= _FARTHEST_STRAY
            ):
                starts[i], ends[i] = min(starts[i], first), max(ends[i], token.end)
    return list(zip(starts, ends, strict=True))


def _with_leads(body: list[View]) -> list[View]:
    """The lines, where most have numbers on both sides of their labels, with all of them."""
    data = [view for view in body if view.kind is Kind.DATA]
    if sum(bool(view.lead) for view in data) * 2 <= len(data):
        return body
    return [between_numbers(view) for view in body]


def _with_counts(body: list[View]) -> list[View]:
    """The lines, with a number of shares that ends one put back into its label.

    `Common stock, issued   1,234,567` above `shares in 1999 ...   12   11`.
    """
    put = [_as_label(v) if _ends_in_count(v, below) else v for v, below in pairwise(body)]
    return [*put, body[-1]]


def _ends_in_count(view: View, below: View) -> bool:
    one = view.kind is Kind.DATA and len(view.tokens) == 1
    return one and below.label.startswith("shares") and _COUNT.search(view.label) is not None


def _as_label(view: View) -> View:
    label = view.text[view.label_start :].rstrip()
    return view._replace(kind=Kind.TEXT, label=label, tokens=(), held=())


def _main(data: list[View], edges: tuple[int, ...]) -> list[bool]:
    """Which columns have more than a stray number."""
    filled = [0] * len(edges)
    counts = Counter(token.edge for view in data for token in view.tokens)
    for edge, count in counts.items():
        filled[nearest(edges, edge)] += count
    most = max(filled)
    return [count * _RARE > most for count in filled]


def _without_labels(edges: tuple[int, ...], data: list[View]) -> tuple[int, ...]:
    """The columns without those left of all others that hold a number or two.

    `Shares issued: 12,345,678` on a line by itself is part of a label.
    """
    if len(data) < _FEWEST_ROWS:
        return edges
    main = _main(data, edges)
    return edges[main.index(True) :]


def _relabelled(view: View, edges: tuple[int, ...]) -> View:
    """A line with the numbers that stand left of all columns put back into its label."""
    if view.kind is not Kind.DATA:
        return view
    leftmost = edges[0] - _FARTHEST_STRAY
    if len(view.tokens) == len(edges) or view.tokens[0].edge >= leftmost:
        return view
    kept = [token for token in view.tokens if token.edge >= leftmost]
    last = view.tokens[len(view.tokens) - len(kept) - 1]
    first = view.label_start if view.label else view.tokens[0].start
    label = view.text[first : last.end]
    kind = Kind.DATA if kept else Kind.TEXT
    return view._replace(kind=kind, label=label, label_start=first, tokens=tuple(kept))


def _reclaimed(view: View, edges: tuple[int, ...]) -> View:
    """A line with the numbers that a single blank parts from its label.

    `Loss on disposal 12,880` has its number in the label until the columns are known;
    a number that ends where a column does, and that this row lacks, belongs to it.
    """
    if not view.held or _SHARE_WORDS.search(view.label):
        return view
    tokens = list(view.tokens)
    filled = {nearest(edges, token.edge) for token in tokens}
    for token in reversed(view.held):
        at = nearest(edges, token.edge)
        if at in filled or abs(edges[at] - token.edge) > 1 or not _AMOUNT.search(token.text):
            break
        filled.add(at)
        tokens.insert(0, token)
    if len(tokens) == len(view.tokens):
        return view
    label = view.text[view.label_start : tokens[0].start].rstrip()
    return view._replace(kind=Kind.DATA, tokens=tuple(tokens), label=label)


def _rows(views: list[View], edges: tuple[int, ...]) -> Iterable[TableRow]:
    """Rows in print order; a label over several lines is joined into one row."""
    held: list[View] = []
    ruled = False
    taken = 0
    for i, view in enumerate(views):
        if i < taken:
            continue
        if view.kind in (Kind.TEXT, Kind.PROSE):
            held.append(view)
        elif view.kind is Kind.DATA:
            label = _label_lines(held, view) or _only_child_of(held, view, views[i + 1 :])
            headings = held[: len(held) - len(label)]
            yield from _heading_rows(headings, edges)
            rest = _rest_below(views, i)
            taken = i + 1 + len(rest)
            label = [*label, view, *rest] if view.label else label
            cells = _cells(view, edges)
            yield _row(label or [view], cells, ruled=ruled and not headings)
            held, ruled = [], False
        else:
            yield from _heading_rows(held, edges)
            ruled = _adds_up(view) or (ruled and not held)
            held = []
    yield from _heading_rows(held, edges)


def _adds_up(view: View) -> bool:
    """A single rule stands over a total; a double one closes what is above it."""
    return view.kind is Kind.RULE and "=" not in view.text


def _heading_rows(held: list[View], edges: tuple[int, ...]) -> Iterable[TableRow]:
    """Lines without a number; a heading over several lines is one row."""
    blank = tuple(None for _ in edges)
    while held:
        count = 1
        while count < len(held) and _continues(held[count - 1], held[count]):
            count += 1
        yield _row(held[:count], blank, ruled=False)
        held = held[count:]


def _label_lines(held: list[View], view: View) -> list[View]:
    """The lines above a line that begin its label."""
    label: list[View] = []
    below = view
    for above in reversed(held):
        if not _continues(above, below):
            break
        label.insert(0, above)
        below = above
    return label


def _rest_below(views: list[View], at: int) -> list[View]:
    """The lines right under a row, in small letters, that end its label.

    `Income before provision   116   28` above `for income taxes`; what the next row goes
    on from is the beginning of its label.
    """
    end = at + 1
    while end < len(views) and views[end].kind is Kind.TEXT and _is_rest(views[end].label):
        end += 1
    if end == at + 1 or not views[at].label:
        return []
    below = views[end] if end < len(views) else None
    led_on = below is not None and below.kind in (Kind.DATA, Kind.TEXT, Kind.PROSE)
    return [] if below and led_on and _continues(views[end - 1], below) else views[at + 1 : end]


def _is_rest(label: str) -> bool:
    return label[:1].islower() and label[-1:] not in ":." and not _OF_THE_NOTES.search(label)


def _only_child_of(held: list[View], view: View, after: list[View]) -> list[View]:
    """A line above with one line under it, indented deeper, is the beginning of that one.

    `Provision for Income` above `  Taxes   1,234` heads no section: nothing else is in it.
    """
    following = next((v.label_start for v in after if v.label), 0)
    above = held[-1] if held else None
    if above is None or above.label.endswith(":") or _ALL_CAPITALS.fullmatch(above.label):
        return []
    deeper = 0 < view.label_start - above.label_start <= _DEEPEST_REST
    return [above] if deeper and view.label and following <= above.label_start else []


def _continues(above: View, below: View) -> bool:
    """Whether a label goes on from one line to the next."""
    if above.label.endswith(":"):
        return False
    if not below.label:
        return True
    first = below.label[0]
    goes_on = first.islower() or first in "(&-" or first.isdigit()
    return goes_on or _UNFINISHED.search(above.label) is not None


def _row(label: list[View], cells: tuple[Cell | None, ...], *, ruled: bool) -> TableRow:
    printed = [view for view in label if view.label]
    indent = printed[0].label_start if printed else label[0].label_start
    inner = tuple(cell for view in printed for cell in _numbers_within(view))
    return TableRow(tuple(v.label_cell() for v in printed), indent, cells, ruled, inner)


def _numbers_within(view: View) -> Iterator[Cell]:
    end = view.label_start + len(view.label)
    for found in _INNER.finditer(view.text, view.label_start, end):
        yield view.cell(found.start(), found.end())


def _cells(view: View, edges: tuple[int, ...]) -> tuple[Cell | None, ...]:
    """As many numbers as columns: one each, in order; fewer: by the nearest edges."""
    cells: list[Cell | None] = [None] * len(edges)
    for at, token in zip(_places(view, edges), view.tokens, strict=False):
        if not is_void(token.text):
            cells[at] = view.cell(token.start, token.end)
    return tuple(cells)


def _places(view: View, edges: tuple[int, ...]) -> list[int]:
    """The column of each number of a row; no two in one while there is room beside it."""
    count, columns = len(view.tokens), len(edges)
    if count >= columns:
        return list(range(columns))
    places: list[int] = []
    for i, token in enumerate(view.tokens):
        lowest = places[-1] + 1 if places else 0
        places.append(min(max(nearest(edges, token.edge), lowest), columns - (count - i)))
    return places
