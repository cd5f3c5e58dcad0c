"""Stage 2: the lines of a document to `Table`s, by geometry alone.

A table is a run of lines that end in numbers. Its columns are found from the right edges
of the digits: gaps between columns are not reliable (filers print `15,655 (15,655)` and
even `$(55,650)$17,777`), right edges are. What a heading or a label means is not asked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from converter.headings import (
    SAME_CENTRE,
    column_headings,
    is_heading,
    part_caption,
    part_header,
    ruled_starts,
)
from converter.layout import Kind, View, lay_out
from converter.model import Cell, Column, Document, Table, TableRow
from converter.numbers import is_nil

_UNFINISHED = re.compile(
    r"^total\b|(?:[,&-]|s['\u2019]|\b(?:and|or|of|in|to|for|from|by|on|the|a|an|with|than|net|at|per|less))$",
    re.IGNORECASE,
)
_SHARE_WORDS = re.compile(r"\b(?:par|shares?|authorized|issued|outstanding)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\d,\d{3}|\d\.\d|\(\$?\d|\$")
"""What a number needs to be taken for an amount where a blank is all that parts it."""
_EDGE_TOLERANCE = 2
_FEWEST_ROWS = 8
_STRAYS = 2
_FARTHEST_STRAY = 8
_LONGEST_HEADER = 24
_LEFTMOST_CAPTION = 8
_DEEPEST_REST = 4
_ALL_CAPITALS = re.compile(r"[^a-z]+")


def find_tables(document: Document) -> tuple[Table, ...]:
    """Every table of a document, from the top down.

    A table begins where numbers begin under a heading, and ends before prose, before
    another heading over the number columns, or at the end of the document.
    """
    views = lay_out(document.lines)
    tables = (_table(header, body) for header, body in _blocks(views))
    return tuple(table for table in tables if table is not None)


_Block = tuple[list[View], list[View]]


def _blocks(views: list[View]) -> Iterable[_Block]:
    """Pairs of header lines and body lines; the body runs from number to number."""
    header: list[View] = []
    body: list[View] = []
    pending: list[View] = []
    for view in views:
        if view.kind is not Kind.DATA:
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


def _closing_rule(pending: list[View]) -> list[View]:
    return [view for view in pending[:1] if view.kind is Kind.RULE]


def _splits(pending: list[View], body: list[View]) -> bool:
    """Whether lines between two rows of numbers end a table and begin another."""
    if any(view.kind in (Kind.PROSE, Kind.TAG) for view in pending):
        return True
    if _has_caption(pending):
        return True
    zone = _zone(body)
    return any(is_heading(view, zone) for view in pending)


def _has_caption(pending: list[View]) -> bool:
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


def _header_part(pending: list[View]) -> list[View]:
    """What may head a table: the lines after the last paragraph, at most two dozen."""
    ends = [i for i, view in enumerate(pending) if view.kind is Kind.PROSE]
    if ends:
        rest = pending[ends[-1] + 1 :]
        tail = (i for i, view in enumerate(rest) if view.kind is not Kind.TEXT)
        pending = rest[next(tail, 0) :]
    return pending[-_LONGEST_HEADER:]


def _table(header: list[View], body: list[View]) -> Table | None:
    data = [view for view in body if view.kind is Kind.DATA]
    if len(data) < 2:
        return None
    printed = _telling_edges(data)
    edges = without_strays(find_edges(printed), printed)
    body = [_reclaimed(view, edges) for view in body]
    data = [view for view in body if view.kind is Kind.DATA]
    zone = min([_zone(body), *ruled_starts(header, edges)])
    above, labels = part_header(header, zone)
    caption, heads = part_caption(above, zone)
    extents = _extents(data, edges)
    columns = tuple(
        Column(edge, heading)
        for edge, heading in zip(edges, column_headings(heads, extents), strict=True)
    )
    return Table(caption, columns, tuple(_rows([*labels, *body], edges)))


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


def _telling_edges(data: list[View]) -> list[list[int]]:
    """The edges that make columns, row by row: those of digits, and of dashes far from any.

    Dashes for nil are often centred or set left in a column of right-aligned numbers.
    """
    digits = [[t.edge for t in view.tokens if not is_nil(t.text)] for view in data]
    known = find_edges(digits)
    rows = []
    for view, row in zip(data, digits, strict=True):
        taken = {nearest(known, edge) for edge in row} if known else set()
        far = [
            t.edge
            for t in view.tokens
            if is_nil(t.text) and not _has_room(known, t.edge, taken)
        ]
        rows.append(sorted([*row, *far]))
    return rows


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
    """The columns without those that only a number out of line makes.

    A dash printed a few characters off is of the column beside it, as long as no row has
    a number in both.
    """
    if len(rows) < _FEWEST_ROWS:
        return edges
    filled: dict[int, set[int]] = {edge: set() for edge in edges}
    for i, row in enumerate(rows):
        for edge in row:
            filled[edges[nearest(edges, edge)]].add(i)
    return tuple(
        edge
        for i, edge in enumerate(edges)
        if len(filled[edge]) > _STRAYS
        or not any(
            abs(other - edge) <= _FARTHEST_STRAY
            and len(filled[other]) > _STRAYS
            and not filled[other] & filled[edge]
            for other in edges[max(0, i - 1) : i + 2]
            if other != edge
        )
    )


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


def _extents(data: list[View], edges: tuple[int, ...]) -> list[tuple[int, int]]:
    """From where to where each column's numbers reach."""
    extents = [(edge, edge) for edge in edges]
    for view in data:
        for token in view.tokens:
            i = nearest(edges, token.edge)
            start, end = extents[i]
            first = token.end - len(token.text.rpartition("  ")[2])
            extents[i] = min(start, first), max(end, token.end)
    return extents


def _reclaimed(view: View, edges: tuple[int, ...]) -> View:
    """A line with the numbers that a single blank parts from its label.

    `Loss on disposal 12,880` has its number in the label until the columns are known;
    a number that ends where a column does, and that this row lacks, belongs to it.
    """
    if _SHARE_WORDS.search(view.label):
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
    for i, view in enumerate(views):
        if view.kind is Kind.TEXT:
            held.append(view)
        elif view.kind is Kind.DATA:
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
    return TableRow(tuple(v.label_cell() for v in printed), indent, cells, ruled)


def _cells(view: View, edges: tuple[int, ...]) -> tuple[Cell | None, ...]:
    cells: list[Cell | None] = [None] * len(edges)
    for token in view.tokens:
        cells[nearest(edges, token.edge)] = view.cell(token.start, token.end)
    return tuple(cells)
