"""Stage 2: the lines of a document to `Table`s, by geometry alone.

A table is a run of lines that end in numbers. Its columns are found from the right
edges of the digits: gaps between columns are not reliable (filers print `15,655
(15,655)` and even `$(55,650)$17,777`), right edges are. What a heading or a label
means is not asked here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from converter.model import Cell, Column, Document, Line, Span, Table, TableRow
from converter.numbers import Token, is_year, split_line

TAB = 8
"""EDGAR's text filings set tabs at every eighth column."""

_RULE = re.compile(r"\s*[-=_\u2014 \t|]*(?:-{3,}|={2,}|_{3,}|\u2014{3,})[-=_\u2014 \t|]*")
_RUN = re.compile(r"[-=_\u2014]+")
_TAG = re.compile(r"\s*</?[A-Za-z][A-Za-z0-9]{0,9}>")
_GAP = re.compile(r"\s{2,}")
_PAGE_TAG = re.compile(r"\s*<PAGE>", re.IGNORECASE)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_PERIOD_PARTS = {
    "length": re.compile(r"\b(?:months?|weeks?|quarters?|years?)\b", re.IGNORECASE),
    "month": re.compile(rf"\b{_MONTH}(?!\w)|\d/\d", re.IGNORECASE),
    "year": re.compile(r"\b(?:19|20)\d\d\b"),
}
_STRETCH = re.compile(r"\S+(?:\s\S+)*")
_HALF = re.compile(
    r"\b(?:months?|weeks?|quarters?|years?|period)\|(?:ended|ending)\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\|\d{1,2}\b(?!\d)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.\s?){3,}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_DATE_START = re.compile(
    r"(?<!^)\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_START = re.compile(r"(?<=\d)\s(?=(?:19|20)\d\d\b)")
_UNFINISHED = re.compile(
    r"^total\b|(?:[,&-]|s['\u2019]|\b(?:and|or|of|in|to|for|from|by|on|the|a|an|with|than|net|at|per|less))$",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"\s{20,}(?:-\s?)?\d{1,3}(?:\s?-)?\s*")
_AMOUNT = re.compile(r"\d,\d{3}|\d\.\d|\(\$?\d|\$")
"""What a number needs to be taken for an amount where a blank is all that parts it."""

_EDGE_TOLERANCE = 2
_LONGEST_HEADER = 24
_SAME_CENTRE = 4
_LEFTMOST_CAPTION = 8
_DEEPEST_REST = 4
_ALL_CAPITALS = re.compile(r"[^a-z]+")
_HEADING = re.compile(
    r"^\((?:un)?audited\)$|^\((?:in|dollars|amounts|restated)\b.*\)$"
    r"|\b(?:months?|weeks?|quarters?|years?)\s+(?:then\s+)?end(?:ed|ing)\b"
    rf"|^{_MONTH}\s+\d{{1,2}}(?:,\s*(?:19|20)\d\d)?,?$",
    re.IGNORECASE,
)
"""Words of a heading, wherever they stand above the first number."""


class _Kind(Enum):
    BLANK = auto()
    RULE = auto()
    DATA = auto()
    TEXT = auto()
    PROSE = auto()
    TAG = auto()


class _View(NamedTuple):
    """A line as laid out: tabs expanded, the numbers at its end found."""

    line: Line
    kind: _Kind
    text: str
    columns: Sequence[int] | None
    label: str
    label_start: int
    tokens: tuple[Token, ...]
    held: tuple[Token, ...] = ()

    def cell(self, start: int, end: int) -> Cell:
        """A stretch of the laid-out line, with its place in the line as received."""
        if self.columns is None:
            span = Span(self.line.number, start, end)
        else:
            last = self.columns[end - 1] + 1 if end > start else self.columns[start]
            span = Span(self.line.number, self.columns[start], last)
        return Cell(self.text[start:end], span)

    def label_cell(self) -> Cell:
        return self.cell(self.label_start, self.label_start + len(self.label))

    @property
    def is_years(self) -> bool:
        """A row of calendar years heads columns; it is no row of amounts."""
        return bool(self.tokens) and all(is_year(token) for token in self.tokens)


class _Phrase(NamedTuple):
    cell: Cell
    start: int
    end: int


def find_tables(document: Document) -> tuple[Table, ...]:
    """Every table of a document, from the top down.

    A table begins where numbers begin under a heading, and ends before prose, before
    another heading over the number columns, or at the end of the document.
    """
    views = _totals_told([_view(line) for line in document.lines])
    tables = (_table(header, body) for header, body in _blocks(views))
    return tuple(table for table in tables if table is not None)


# --- lines ---------------------------------------------------------------------------


def expand_tabs(text: str) -> tuple[str, Sequence[int] | None]:
    """Tabs as blanks, and for each character of the result its column in `text`."""
    text = text.replace("\f", " ").replace("\x1a", " ").replace("\xa0", " ")
    if "\t" not in text:
        return text, None
    out: list[str] = []
    columns: list[int] = []
    for i, char in enumerate(text):
        width = TAB - len(out) % TAB if char == "\t" else 1
        out.extend(" " * width if char == "\t" else char)
        columns.extend([i] * width)
    return "".join(out), columns


def _view(line: Line) -> _View:
    text, columns = expand_tabs(line.text)
    if not text.strip():
        return _View(line, _Kind.BLANK, text, columns, "", 0, ())
    if _RULE.fullmatch(text):
        return _View(line, _Kind.RULE, text, columns, "", 0, ())
    if _PAGE_TAG.match(text) or (_TAG.match(text) and not split_line(text).tokens):
        return _View(line, _Kind.TAG, text, columns, "", 0, ())
    label, start, tokens, held = split_line(text)
    view = _View(line, _Kind.TEXT, text, columns, label, start, tokens, held)
    if tokens and not view.is_years and not _is_page_number(view):
        return view._replace(kind=_Kind.DATA)
    return view._replace(kind=_Kind.PROSE) if _is_prose(text) else view


def _totals_told(views: list[_View]) -> list[_View]:
    """A short number right under a rule is a total, not the number of a page."""
    return [
        view._replace(kind=_Kind.DATA)
        if view.tokens and above.kind is _Kind.RULE and not view.is_years
        else view
        for above, view in zip([*views[:1], *views], views, strict=False)
    ]


def _is_page_number(view: _View) -> bool:
    return _PAGE_NUMBER.fullmatch(view.text) is not None


def _is_prose(text: str) -> bool:
    """A line of running text: long, from the left margin, without gaps."""
    body = text.strip()
    words = _WORD.findall(body)
    margin = len(text) - len(text.lstrip())
    small = sum(word[0].islower() for word in words)
    return (
        len(body) > 48
        and len(words) > 6
        and margin < 10
        and small * 2 > len(words)
        and not _GAP.search(body.replace(".  ", ". "))
        and not _LEADERS.search(body)
    )


# --- blocks: which lines make one table ----------------------------------------------

_Block = tuple[list[_View], list[_View]]


def _blocks(views: list[_View]) -> Iterable[_Block]:
    """Pairs of header lines and body lines; the body runs from number to number."""
    header: list[_View] = []
    body: list[_View] = []
    pending: list[_View] = []
    for view in views:
        if view.kind is not _Kind.DATA:
            pending.append(view)
        elif body and not _splits(pending, body):
            body += [*pending, view]
            pending = []
        else:
            if body:
                yield header, body
            header, body, pending = _header_part(pending), [view], []
    if body:
        yield header, [*body, *_closing_rule(pending)]


def _closing_rule(pending: list[_View]) -> list[_View]:
    return [view for view in pending[:1] if view.kind is _Kind.RULE]


def _splits(pending: list[_View], body: list[_View]) -> bool:
    """Whether lines between two rows of numbers end a table and begin another."""
    if any(view.kind in (_Kind.PROSE, _Kind.TAG) for view in pending):
        return True
    if _has_caption(pending):
        return True
    zone = _zone(body)
    return any(_is_heading(view, zone) for view in pending)


def _has_caption(pending: list[_View]) -> bool:
    """Two lines in a row, centred alike, after blank lines; or any two on a new page."""
    blanks, page = 0, False
    for first, second in pairwise(pending):
        if not first.text.strip():
            blanks += 1
            page = page or "\f" in first.line.text
            continue
        if first.kind is _Kind.TEXT and second.kind is _Kind.TEXT and blanks > 1:
            alike = abs(_middle(first) - _middle(second)) <= _SAME_CENTRE
            inset = blanks > 2 or first.label_start > _LEFTMOST_CAPTION
            if page or (alike and inset):
                return True
        blanks = 0
    return False


def _middle(view: _View) -> float:
    return (len(view.text) - len(view.text.lstrip()) + len(view.text.rstrip())) / 2


def _zone(body: list[_View]) -> int:
    """The column where numbers begin: the left end of the widest rows' first number."""
    data = [view for view in body if view.kind is _Kind.DATA]
    widest = max(len(view.tokens) for view in data)
    return min(v.tokens[0].start for v in data if len(v.tokens) == widest)


def _is_heading(view: _View, zone: int) -> bool:
    """Text that stands over the numbers, not over the labels."""
    if view.kind is not _Kind.TEXT:
        return False
    if view.is_years and not view.label:
        return True
    return any(phrase.start >= zone - 1 for phrase in _phrases(view))


def _header_part(pending: list[_View]) -> list[_View]:
    """What may head a table: the lines after the last paragraph, at most two dozen."""
    ends = [i for i, view in enumerate(pending) if view.kind is _Kind.PROSE]
    if ends:
        rest = pending[ends[-1] + 1 :]
        tail = (i for i, view in enumerate(rest) if view.kind is not _Kind.TEXT)
        pending = rest[next(tail, 0) :]
    return pending[-_LONGEST_HEADER:]


# --- one table -----------------------------------------------------------------------


def _table(header: list[_View], body: list[_View]) -> Table | None:
    data = [view for view in body if view.kind is _Kind.DATA]
    if len(data) < 2:
        return None
    edges = find_edges([[t.edge for t in view.tokens] for view in data])
    body = [_reclaimed(view, edges) for view in body]
    data = [view for view in body if view.kind is _Kind.DATA]
    zone = min([_zone(body), *_ruled_starts(header, edges)])
    above, labels = _part_header(header, zone)
    caption, heads = _part_caption(above, zone)
    extents = _extents(data, edges)
    columns = tuple(
        Column(edge, heading)
        for edge, heading in zip(edges, _headings(heads, extents), strict=True)
    )
    return Table(caption, columns, tuple(_rows([*labels, *body], edges)))


def _ruled_starts(header: list[_View], edges: tuple[int, ...]) -> list[int]:
    """Where the first column begins by a rule over each column that ends where it does."""
    rules = [list(_RUN.finditer(v.text)) for v in header if v.kind is _Kind.RULE]
    return [
        runs[0].start()
        for runs in rules
        if len(runs) == len(edges)
        and all(abs(run.end() - edge) <= 3 for run, edge in zip(runs, edges, strict=True))
    ]


def _part_header(header: list[_View], zone: int) -> tuple[list[_View], list[_View]]:
    """Part the lines above the first number into headings and first labels."""
    last = max(
        (
            i
            for i, view in enumerate(header)
            if view.kind in (_Kind.RULE, _Kind.TAG)
            or _is_heading(view, zone)
            or _HEADING.search(view.label)
        ),
        default=None,
    )
    if last is None:
        blanks = [i for i, v in enumerate(header) if v.kind is _Kind.BLANK]
        last = blanks[-1] if blanks else len(header) - 1
    return header[: last + 1], header[last + 1 :]


def _part_caption(
    above: list[_View], zone: int
) -> tuple[tuple[Cell, ...], list[list[_Phrase]]]:
    """Part the lines above a table into its caption and its column headings.

    The caption is what stands left of the numbers, or is centred with such a line.
    """
    caption: list[Cell] = []
    heads: list[list[_Phrase]] = []
    stretches = _stretches(above)
    last = next((stretch for stretch in reversed(stretches) if stretch), None)
    for stretch in stretches:
        titles = stretch if _is_title(stretch) and stretch is not last else []
        outside = (p for p in stretch if len(p) == 1 and p[0].start < zone - 1)
        centres = [_centre(phrases) for phrases in (*titles, *outside)]
        for phrases in stretch:
            centred = any(abs(_centre(phrases) - c) <= _SAME_CENTRE for c in centres)
            if len(phrases) == 1 and centred:
                caption.append(phrases[0].cell)
                continue
            left = [] if _all_years(phrases) else [p for p in phrases if p.end <= zone]
            left = [p for p in left if p.start < zone - 1]
            caption += [phrase.cell for phrase in left]
            if right := [phrase for phrase in phrases if phrase not in left]:
                heads.append(right)
    return tuple(caption), heads


def _stretches(above: list[_View]) -> list[list[list[_Phrase]]]:
    """The phrases of lines, in stretches that no blank line parts."""
    stretches: list[list[list[_Phrase]]] = [[]]
    for view in above:
        if view.kind is _Kind.TEXT:
            stretches[-1].append(_phrases(view))
        elif view.kind is not _Kind.RULE:
            stretches.append([])
    return stretches


def _is_title(stretch: list[list[_Phrase]]) -> bool:
    """Two lines or more of one phrase each, centred alike: what heads a whole page."""
    middle = _centre(stretch[0]) if stretch else 0
    return len(stretch) > 1 and all(
        len(phrases) == 1 and abs(_centre(phrases) - middle) <= _SAME_CENTRE
        for phrases in stretch
    )


def _centre(phrases: list[_Phrase]) -> float:
    return (phrases[0].start + phrases[-1].end) / 2


def _all_years(phrases: list[_Phrase]) -> bool:
    return all(_YEAR.fullmatch(phrase.cell.text) for phrase in phrases)


def _phrases(view: _View) -> list[_Phrase]:
    """The phrases of a line: parted at gaps, and where one date follows another."""
    text = view.text
    phrases = []
    for start, end in _parted_at_gaps(text):
        for part_start, part_end in _dates_apart(text[start:end]):
            first, last = start + part_start, start + part_end
            phrases.append(_Phrase(view.cell(first, last), first, last))
    return phrases


def _parted_at_gaps(text: str) -> list[tuple[int, int]]:
    """The stretches between gaps; `Six months  ended` with two blanks is still one."""
    parts: list[tuple[int, int]] = []
    for found in _STRETCH.finditer(text):
        start, end = found.span()
        if parts and _HALF.search(f"{text[slice(*parts[-1])]}|{found[0]}"):
            start = parts.pop()[0]
        parts.append((start, end))
    return parts


def _dates_apart(text: str) -> list[tuple[int, int]]:
    """Cut `September 30, December 31,` and `2003 2002`, but not `June 30, 2003`."""
    starts = [0]
    if re.search(r"\b(?:and|to|through)\b", text):
        return [(0, len(text))]
    if _DATE_START.search(text) and _DATE_START.match(" " + text, 1):
        starts += [found.start() for found in _DATE_START.finditer(text)]
    elif re.fullmatch(r"(?:\d{1,2}/\d{1,2}/\d{2,4}\s)+\d{1,2}/\d{1,2}/\d{2,4}", text):
        starts += [found.end() for found in re.finditer(r"\s", text)]
    elif re.fullmatch(r"(?:(?:19|20)\d\d\s)+(?:19|20)\d\d", text):
        starts += [found.end() for found in _YEAR_START.finditer(text)]
    return [
        (start, start + len(text[start:end].rstrip()))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]


# --- columns -------------------------------------------------------------------------


def find_edges(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The columns of a table from the right edges of the numbers in its rows.

    Edges that lie within two characters of each other are one column, unless a row has
    a number at both. The edge that most numbers share stands for the column.
    """
    counts: dict[int, int] = {}
    for row in rows:
        for edge in row:
            counts[edge] = counts.get(edge, 0) + 1
    groups: list[list[int]] = []
    for edge in sorted(counts):
        if groups and edge - groups[-1][-1] <= _EDGE_TOLERANCE:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    parted = [part for group in groups for part in _part_group(group, rows)]
    return tuple(max(group, key=lambda e: (counts[e], e)) for group in parted)


def _part_group(group: list[int], rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """A group in which a row has two numbers is two columns, cut at its widest gap."""
    members = set(group)
    if all(sum(edge in members for edge in row) < 2 for row in rows):
        return [group]
    cut = max(range(1, len(group)), key=lambda i: group[i] - group[i - 1])
    return [*_part_group(group[:cut], rows), *_part_group(group[cut:], rows)]


def nearest(edges: Sequence[int], edge: int) -> int:
    """The index of the column whose edge is nearest."""
    at = bisect_left(edges, edge)
    near = [i for i in (at - 1, at) if 0 <= i < len(edges)]
    return min(near, key=lambda i: abs(edges[i] - edge))


def _extents(data: list[_View], edges: tuple[int, ...]) -> list[tuple[int, int]]:
    """From where to where each column's numbers reach."""
    extents = [(edge, edge) for edge in edges]
    for view in data:
        for token in view.tokens:
            i = nearest(edges, token.edge)
            start, end = extents[i]
            first = token.end - len(token.text.rpartition("  ")[2])
            extents[i] = min(start, first), max(end, token.end)
    return extents


def _headings(
    heads: list[list[_Phrase]], extents: list[tuple[int, int]]
) -> list[tuple[Cell, ...]]:
    """The phrases over each column, from the top down.

    A phrase stands over the columns that it overlaps. One that tells a part of a period
    ("Year ended", "December 31,") also covers columns beside it that lack this part.
    """
    over = [_over(phrases, extents) for phrases in heads]
    known = [
        {part for line in over if (phrase := line[i]) for part in _parts(phrase)}
        for i in range(len(extents))
    ]
    for phrases, line in zip(heads, over, strict=True):
        for i, (start, end) in enumerate(extents):
            near = min(phrases, key=lambda p: abs(p.start + p.end - start - end))
            parts = _parts(near)
            if line[i] is None and parts and not parts & known[i]:
                line[i] = near
                known[i] |= parts
    columns = range(len(extents))
    return [tuple(phrase.cell for line in over if (phrase := line[i])) for i in columns]


def _over(phrases: list[_Phrase], extents: list[tuple[int, int]]) -> list[_Phrase | None]:
    """Which phrase of a line overlaps each column; as many phrases as columns: one each."""
    if len(phrases) == len(extents):
        return list(phrases)
    over: list[_Phrase | None] = []
    for start, end in extents:
        touching = [p for p in phrases if p.start < end + 1 and p.end > start - 1]
        nearest_first = sorted(touching, key=lambda p: abs(p.start + p.end - start - end))
        over.append(nearest_first[0] if nearest_first else None)
    return over


def _parts(phrase: _Phrase) -> set[str]:
    """Which parts of a period a phrase tells: a length, a month, a year."""
    text = phrase.cell.text
    return {part for part, pattern in _PERIOD_PARTS.items() if pattern.search(text)}


def _reclaimed(view: _View, edges: tuple[int, ...]) -> _View:
    """A line with the numbers that a single blank parts from its label.

    `Loss on disposal 12,880` has its number in the label until the columns are known;
    a number that ends where a column does, and that this row lacks, belongs to it.
    """
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
    return view._replace(kind=_Kind.DATA, tokens=tuple(tokens), label=label)


# --- rows ----------------------------------------------------------------------------


def _rows(views: list[_View], edges: tuple[int, ...]) -> Iterable[TableRow]:
    """Rows in print order; a label over several lines is joined into one row."""
    held: list[_View] = []
    ruled = False
    for i, view in enumerate(views):
        if view.kind is _Kind.TEXT:
            held.append(view)
        elif view.kind is _Kind.DATA:
            label = _label_lines(held, view) or _only_child_of(held, view, views[i + 1 :])
            headings = held[: len(held) - len(label)]
            yield from _heading_rows(headings, edges)
            label = [*label, view] if view.label else label
            cells = _cells(view, edges)
            yield _row(label or [view], cells, ruled=ruled and not headings)
            held, ruled = [], False
        else:
            yield from _heading_rows(held, edges)
            ruled = _adds_up(view) or (ruled and not held)
            held = []
    yield from _heading_rows(held, edges)


def _adds_up(view: _View) -> bool:
    """A single rule stands over a total; a double one closes what is above it."""
    return view.kind is _Kind.RULE and "=" not in view.text


def _heading_rows(held: list[_View], edges: tuple[int, ...]) -> Iterable[TableRow]:
    """Lines without a number; a heading over several lines is one row."""
    blank = tuple(None for _ in edges)
    while held:
        count = 1
        while count < len(held) and _continues(held[count - 1], held[count]):
            count += 1
        yield _row(held[:count], blank, ruled=False)
        held = held[count:]


def _label_lines(held: list[_View], view: _View) -> list[_View]:
    """The lines above a line that begin its label."""
    label: list[_View] = []
    below = view
    for above in reversed(held):
        if not _continues(above, below):
            break
        label.insert(0, above)
        below = above
    return label


def _only_child_of(held: list[_View], view: _View, after: list[_View]) -> list[_View]:
    """A line above with one line under it, indented deeper, is the beginning of that one.

    `Provision for Income` above `  Taxes   1,234` heads no section: nothing else is in it.
    """
    following = next((v.label_start for v in after if v.label), 0)
    above = held[-1] if held else None
    if above is None or above.label.endswith(":") or _ALL_CAPITALS.fullmatch(above.label):
        return []
    deeper = 0 < view.label_start - above.label_start <= _DEEPEST_REST
    return [above] if deeper and view.label and following <= above.label_start else []


def _continues(above: _View, below: _View) -> bool:
    """Whether a label goes on from one line to the next."""
    if above.label.endswith(":"):
        return False
    if not below.label:
        return True
    first = below.label[0]
    goes_on = first.islower() or first in "(&-" or first.isdigit()
    return goes_on or _UNFINISHED.search(above.label) is not None


def _row(label: list[_View], cells: tuple[Cell | None, ...], *, ruled: bool) -> TableRow:
    printed = [view for view in label if view.label]
    indent = printed[0].label_start if printed else label[0].label_start
    return TableRow(tuple(v.label_cell() for v in printed), indent, cells, ruled)


def _cells(view: _View, edges: tuple[int, ...]) -> tuple[Cell | None, ...]:
    cells: list[Cell | None] = [None] * len(edges)
    for token in view.tokens:
        cells[nearest(edges, token.edge)] = view.cell(token.start, token.end)
    return tuple(cells)
