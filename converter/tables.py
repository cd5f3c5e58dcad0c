"""Stage 2: the lines of a document to `Table`s, by geometry alone.

What a heading or a label means is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from converter.blocks import OF_THE_NOTES, Block, find_blocks
from converter.edges import FARTHEST_STRAY, column_edges, extents_of, main_columns, nearest
from converter.headings import (
    column_headings,
    part_caption,
    part_header,
    ruled_starts,
    title_apart,
)
from converter.layout import Kind, View, between_numbers, printed_lines
from converter.model import Cell, Column, Document, Table, TableRow
from converter.numbers import in_words, is_void, is_year
from converter.phrases import phrases_of

_UNFINISHED = re.compile(
    r"^total\b|(?:[,&-]|s['\u2019]|\b(?:and|or|of|in|to|for|from|by|on|the|a|an|with|than|net|at|per|less|"
    r"after|before|during|under|including|substantially|principally|primarily))$",
    re.IGNORECASE,
)
_LARGE = re.compile(r",\d{3}$")
_CONNECTING = re.compile(
    r"(?:for|of|and|or|to|from|by|at|with|during|before|after|including|on|in)\b",
    re.IGNORECASE,
)
"""How the rest of a label may begin, but no label of its own under a heading in capitals."""
_SHARE_WORDS = re.compile(
    r"\b(?:par|authorized|issued|outstanding)\b|(?<!per )(?<!common )\bshares?\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\b(?:authorized|issued|outstanding)\W*$", re.IGNORECASE)
_AMOUNT = re.compile(r"\d,\d{3}|\d\.\d|\(\$?\d|\$")
"""What a number needs to be taken for an amount where a blank is all that parts it."""
_INNER = re.compile(r"(?<![\d,])\$?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?![\d,]*\d)")
"""A number within a label, with its commas where they belong."""
_DEEPEST_REST = 4
_ALL_CAPITALS = re.compile(r"[^a-z]+")


def find_tables(document: Document) -> Iterator[Table]:
    """Every table of a document, from the top down."""
    return (table_of(block) for block in find_blocks(printed_lines(document)))


def _zone(body: list[View]) -> int:
    """The column where numbers begin: the left end of the widest rows' first number."""
    data = [view for view in body if view.kind is Kind.DATA]
    widest = max(len(view.tokens) for view in data)
    return min(v.tokens[0].start for v in data if len(v.tokens) == widest)


def table_of(block: Block) -> Table:
    """The rows and columns of a block."""
    header, body = list(block.header), _with_leads(_with_counts(list(block.body)))
    data = [view for view in body if view.kind is Kind.DATA]
    edges = column_edges(data)
    body = [_relabelled(_reclaimed(view, edges), edges) for view in body]
    data = [view for view in body if view.kind is Kind.DATA]
    zone = min([_zone(body), *ruled_starts(header, edges)])
    top, header = title_apart(header)
    above, labels = part_header(header, zone)
    caption, heads = part_caption(above, zone)
    caption = (*(phrase.cell for view in top for phrase in phrases_of(view)), *caption)
    extents = extents_of(data, edges)
    headings, unused = column_headings(heads, extents, main_columns(data, edges))
    caption = (*caption, *unused)
    columns = tuple(
        Column(edge, heading) for edge, heading in zip(edges, headings, strict=True)
    )
    return Table(
        caption, columns, tuple(_rows([*labels, *body], edges)), block.apart, block.place
    )


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


def _relabelled(view: View, edges: tuple[int, ...]) -> View:
    """A line with the numbers that stand left of all columns put back into its label."""
    if view.kind is not Kind.DATA:
        return view
    leftmost = edges[0] - FARTHEST_STRAY
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
    a number that ends where a column does, and that this row lacks, belongs to it; and so
    do dollars, where a row that was shifted has with them one for every column. A number
    of few digits (`benefits 120`) may be one of words, unless it is all that a row lacks.
    """
    if not view.held or _SHARE_WORDS.search(view.label):
        return view
    tokens = list(view.tokens)
    filled = {nearest(edges, token.edge) for token in tokens}
    every = len(tokens) + len(view.held) == len(edges)
    shifted = every and not any(
        "$" not in token.text or in_words(view.text, token) for token in view.held
    )
    for token in reversed(view.held):
        at = nearest(edges, token.edge)
        near = at not in filled and abs(edges[at] - token.edge) <= 1
        lacking = (
            every and len(tokens) > 0 and not (in_words(view.text, token) or is_year(token))
        )
        if not shifted and not (near and (lacking or _AMOUNT.search(token.text))):
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
    following = _following(views)
    for i, view in enumerate(views):
        if i < taken:
            continue
        if view.kind in (Kind.TEXT, Kind.PROSE):
            held.append(view)
        elif view.kind is Kind.DATA:
            label = _label_lines(held, view) or _only_child_of(held, view, following[i])
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


def _following(views: Sequence[View]) -> list[int]:
    """After each line: where the next label starts, 0 where there is none."""
    starts = [0]
    for view in reversed(views[1:]):
        starts.append(view.label_start if view.label else starts[-1])
    return starts[::-1]


def _adds_up(view: View) -> bool:
    """A single rule stands over a total; a double one closes what is above it."""
    return view.kind is Kind.RULE and "=" not in view.text


def _heading_rows(held: list[View], edges: tuple[int, ...]) -> Iterable[TableRow]:
    """Lines without a number; a heading over several lines is one row."""
    blank = tuple(None for _ in edges)
    first = 0
    for end in range(1, len(held) + 1):
        if end == len(held) or not _continues(held[end - 1], held[end]):
            yield _row(held[first:end], blank, ruled=False)
            first = end


def _label_lines(held: list[View], view: View) -> list[View]:
    """The lines above a line that begin its label."""
    label: list[View] = []
    below = view
    for above in reversed(held):
        if not _continues(above, below):
            break
        label.append(above)
        below = above
    return label[::-1]


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
    return label[:1].islower() and label[-1:] not in ":." and not OF_THE_NOTES.search(label)


def _only_child_of(held: list[View], view: View, following: int) -> list[View]:
    """A line above with one line under it, indented deeper, is the beginning of that one.

    `Provision for Income` above `  Taxes   1,234` heads no section: nothing else is in it.
    """
    above = held[-1] if held else None
    if above is None or above.label.endswith(":"):
        return []
    if _ALL_CAPITALS.fullmatch(above.label) and not _CONNECTING.match(view.label):
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
    if first.islower() or first in "(&-" or first.isdigit():
        return True
    counted = below.label.lower().startswith("shares") and _LARGE.search(above.label)
    is_open = above.label.count("(") > above.label.count(")")
    return bool(counted or is_open or _UNFINISHED.search(above.label))


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
