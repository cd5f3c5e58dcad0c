"""The rows of a table as lines of text: widths, places, wrapped labels and rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from converter.markup_grid import (
    FIGURES,
    Box,
    Row,
    Track,
    classify,
    has_figures,
    number_tracks,
    over,
    settle_rows,
    text_tracks,
)
from converter.markup_tokens import EMPTY, Fragment, cut, join, wrap

PAGE_WIDTH = 100
Placed = list[tuple[int, Fragment]]
"""The fragments of a line, each at its column."""
_GAP = 3
_LEAST_GAP = 2
_WIDEST_LABEL = 90
_WIDEST_SECTION = 60
_WIDEST_TEXT = 40
_NARROWEST = 12
_HEADING = 16
_WIDE_HEADING = 30
_DEEPEST = 24
_STEP = 5.0
"""Points of indentation that one blank stands for."""
_LONGEST_LABEL = 2000
_HANGING = 2
_SHORTEST_RULE = 3
_LABEL_LINE = 48
"""No line of a wrapped label is so long that it could be one of running text."""
_BACK = 30
_AMOUNT_AT_END = re.compile(r"\$\s?\(?[\d.,]+\s?\)?%?\)?$")
_LEADERS = " ..."
"""Parts a label that ends in an amount from the amounts of its row."""
_BREAK = re.compile(" ")
_WORD = re.compile("[A-Za-z]{3}")
_ENDS_AMOUNT = frozenset("0123456789)%-\u2013\u2014")
_GOES_ON = re.compile(r"[A-Za-z,] [a-z(&\d]")


class _Role(Enum):
    """How a cell is placed in the columns that it spans."""

    FIGURE = auto()
    LABEL = auto()
    CENTRED = auto()
    RIGHT = auto()


class _Last(Enum):
    """What was printed last."""

    BLANK = auto()
    ROW = auto()
    RULE = auto()


class _Entry(NamedTuple):
    """A cell, and the first and the last column it spans."""

    box: Box
    role: _Role
    first: int
    last: int


class _Plan(NamedTuple):
    """A table ready to be printed; `indents` has that of every label, by identity."""

    tracks: list[Track]
    rows: list[list[_Entry]]
    indents: dict[int, int]


def flows(rows: Iterable[Row]) -> bool:
    """Whether a table is none: one cell a row, and no numbers beside it."""
    return all(len(row) <= 1 for row in rows)


def table_lines(rows: list[Row], ruled: Sequence[Sequence[Box]]) -> Iterator[Placed]:
    """The lines of a table; an empty one for empty rows.

    Args:
        rows: The cells that hold text, put together.
        ruled: For each row the cells that have a line drawn over or under them.
    """
    plan = _planned(settle_rows(rows))
    rules = _rules(plan, ruled)
    last: _Last = _Last.BLANK
    for i, row in enumerate([*plan.rows, []]):
        rule = rules.get(i, [])
        if rule and last is not _Last.RULE and (last is _Last.ROW or row):
            yield rule
            last = _Last.RULE
        if row:
            yield from _printed(row, plan)
            last = _Last.ROW
        elif last is _Last.ROW and i + 1 not in rules:
            yield []
            last = _Last.BLANK


# --- Widths --------------------------------------------------------------------------


def _planned(rows: list[Row]) -> _Plan:
    numbers = number_tracks(rows)
    tracks = sorted([*numbers, *text_tracks(rows, numbers)], key=_start)
    spans: dict[tuple[int, int], list[int]] = {}
    planned = []
    for row in rows:
        data = has_figures(row)
        entries = [_entry(box, tracks, spans, data=data) for box in row]
        planned.append(
            [*entries[:1], *(_beside_label(e, entries[0], tracks) for e in entries[1:])]
        )
    for planned_row in planned:
        _flow_labels(planned_row)
    indents = _indents(planned)
    _widen_for_cells(planned, tracks, indents)
    if not numbers:
        _fit(tracks)
    _widen_for_headings(planned, tracks)
    x = 0
    for track in tracks:
        track.x = x
        x += track.width + _GAP
    return _Plan(tracks, planned, indents)


def _flow_labels(row: list[_Entry]) -> None:
    """Lines of a label beside numbers of one line are one text."""
    depth = max((len(e.box.lines) for e in row if e.role is not _Role.LABEL), default=0)
    for box, role, _, _ in row:
        if role is not _Role.LABEL:
            continue
        if len(box.lines) > 1 and depth < 2:
            lines: list[Fragment] = []
            for line in box.lines:
                if lines and line.text and (depth or line.text[0].islower()) and lines[-1].text:
                    lines[-1] = join(lines[-1], " ", line)
                else:
                    lines.append(line)
            box.lines = lines
        if _AMOUNT_AT_END.search(box.lines[-1].text):
            box.lines[-1] = join(box.lines[-1], _LEADERS, EMPTY)


def _start(track: Track) -> int:
    return track.start


def _entry(
    box: Box, tracks: list[Track], spans: dict[tuple[int, int], list[int]], *, data: bool
) -> _Entry:
    key = (box.left, box.right)
    if key not in spans:
        spans[key] = over(box, tracks) or [_nearest(box, tracks)]
    first, last = spans[key][0], spans[key][-1]
    if box.kind in FIGURES:
        at = max((i for i in spans[key] if tracks[i].number), default=last)
        return _Entry(box, _Role.FIGURE, at, at)
    if not tracks[first].number:
        centred = box.align == "center" and not data
        return _Entry(box, _Role.CENTRED if centred else _Role.LABEL, first, last)
    short = max(len(line.text) for line in box.lines) <= max(tracks[first].width, _HEADING)
    right = first == last and short and data
    return _Entry(box, _Role.RIGHT if right else _Role.CENTRED, first, last)


def _beside_label(entry: _Entry, label: _Entry, tracks: list[Track]) -> _Entry:
    """What begins in the column of the row's label and ends over numbers is their heading."""
    box, role, first, last = entry
    if role is not _Role.LABEL or first != label.first or not tracks[last].number:
        return entry
    first = next(i for i in range(first, last + 1) if tracks[i].number)
    return _Entry(box, _Role.CENTRED, first, last)


def _nearest(box: Box, tracks: list[Track]) -> int:
    """The column of numbers nearest to a cell that stands over a spacer."""
    return min(
        range(len(tracks)),
        key=lambda i: (
            not tracks[i].number,
            max(tracks[i].start - box.end, box.start - tracks[i].end),
        ),
        default=0,
    )


def _indents(rows: list[list[_Entry]]) -> dict[int, int]:
    """The indentation of labels in blanks: by styles, and by cells left empty before."""
    labels = [entry for row in rows for entry in row if entry.role is _Role.LABEL]
    base: dict[int, float] = {}
    starts: dict[int, set[int]] = {}
    for box, _, at, _ in labels:
        base[at] = min(base.get(at, box.indent), box.indent)
        starts.setdefault(at, set()).add(box.start)
    levels = {at: sorted(found) for at, found in starts.items()}
    return {
        id(box): min(
            _DEEPEST,
            max(0, int((box.indent - base[at]) / _STEP + 0.4))
            + _HANGING * levels[at].index(box.start),
        )
        for box, _, at, _ in labels
    }


def _widen_for_cells(
    rows: list[list[_Entry]], tracks: list[Track], indents: dict[int, int]
) -> None:
    for row in rows:
        data = len(row) > 1
        for box, role, first, last in row:
            track = tracks[first]
            if role is _Role.FIGURE:
                for line in box.lines:
                    after = classify(line.text)[1]
                    before = len(line.text) - after
                    track.before = max(track.before, before)
                    track.after = max(track.after, after)
            elif role is _Role.RIGHT or (role is _Role.LABEL and first == last):
                width = max(len(line.text) for line in box.lines) + indents.get(id(box), 0)
                most = _WIDEST_LABEL if data else _WIDEST_SECTION
                most = most if first == 0 else _WIDEST_TEXT
                track.before = max(track.before, min(width, most))


def _fit(tracks: list[Track]) -> None:
    """Make columns of text narrower, the widest first, until they fit on the page."""
    room = PAGE_WIDTH - _GAP * (len(tracks) - 1)
    widths = sorted(track.before for track in tracks)
    for i, width in enumerate(widths):
        share = max(_NARROWEST, room // (len(widths) - i))
        if width > share:
            for track in tracks:
                track.before = min(track.before, share)
            return
        room -= width


def _widen_for_headings(rows: list[list[_Entry]], tracks: list[Track]) -> None:
    """Make columns as wide as their headings, first those over one, then over several."""
    headings = [entry for row in rows for entry in row if entry.role is _Role.CENTRED]
    for box, _, first, last in sorted(headings, key=lambda entry: entry.last - entry.first):
        have = _extent(tracks, first, last)
        wide = _HEADING if first == last else _WIDE_HEADING
        box.lines = [part for line in box.lines for part in wrap(line, max(have, wide))]
        lack = max(len(line.text) for line in box.lines) - have
        spanned = [t for t in tracks[first : last + 1] if t.number] or tracks[first : last + 1]
        for i, track in enumerate(spanned):
            if lack > 0:
                share = -(-lack // (len(spanned) - i))
                track.before += share
                lack -= share


def _extent(tracks: list[Track], first: int, last: int) -> int:
    return sum(track.width for track in tracks[first : last + 1]) + _GAP * (last - first)


# --- Lines ---------------------------------------------------------------------------


def _printed(row: list[_Entry], plan: _Plan) -> Iterator[Placed]:
    columns = [
        None if entry.role is _Role.LABEL else _placed(entry, plan.tracks) for entry in row
    ]
    bounds = [min((x for x, _ in lines), default=0) if lines else None for lines in columns]
    cells: list[Placed] = []
    data = any(entry.role is _Role.FIGURE for entry in row)
    for i, (entry, lines) in enumerate(zip(row, columns, strict=True)):
        after = None
        if i + 1 < len(row):
            after = bounds[i + 1]
            after = plan.tracks[row[i + 1].first].x if after is None else after
        cells.append(_label(entry, plan, after, data=data) if lines is None else lines)
    depth = max(map(len, cells))
    if depth == 1:
        yield [lines[0] for lines in cells]
        return
    # As printed: a number stands beside the last line of its label.
    top = all(not plan.tracks[entry.last].number for entry in row)
    for k in range(depth):
        at = [k if top else k - depth + len(lines) for lines in cells]
        yield [lines[i] for lines, i in zip(cells, at, strict=True) if 0 <= i < len(lines)]


def _placed(entry: _Entry, tracks: list[Track]) -> Placed:
    box, role, first, last = entry
    start, stop, edge = tracks[first].x, tracks[last].stop, tracks[last].edge
    if role is _Role.FIGURE:
        return [(max(start, edge - len(f.text) + classify(f.text)[1]), f) for f in box.lines]
    if role is _Role.RIGHT:
        return [(max(start, edge - len(f.text)), f) for f in box.lines]
    return [(max(start, (start + stop - len(f.text) + 1) // 2), f) for f in box.lines]


def _label(entry: _Entry, plan: _Plan, after: int | None, *, data: bool) -> Placed:
    """A label wrapped before what stands beside it, the further lines indented."""
    x = plan.tracks[entry.first].x + plan.indents.get(id(entry.box), 0)
    if after is None:
        room = max(PAGE_WIDTH, plan.tracks[-1].stop) - x
    else:
        room = after - _LEAST_GAP - x
    room = max(room, _NARROWEST)
    return [
        (x + _HANGING * (i > 0), part)
        for line in entry.box.lines
        for i, part in enumerate(_label_lines(line, room) if data else wrap(line, room))
    ]


def _label_lines(label: Fragment, room: int) -> list[Fragment]:
    """A label in lines that read as one: the next goes on with a small letter or a digit.

    Every line has a word, or its numbers would be taken for those of a row.
    """
    if len(label.text) > _LONGEST_LABEL:
        return wrap(label, room - _HANGING)
    lines: list[Fragment] = []
    most = room
    width = room = room if len(label.text) <= room else min(room, _LABEL_LINE)
    while len(label.text) > width:
        breaks = [
            found.start()
            for found in _BREAK.finditer(label.text, 1, width + 1)
            if _WORD.search(label.text, found.end())
            and _WORD.search(label.text, 0, found.start())
        ]
        if not breaks:
            return [*lines, *wrap(label, most - _HANGING)]
        going_on = [at for at in breaks if _GOES_ON.match(label.text, at - 1)]
        safe = [at for at in breaks if label.text[at - 1] not in _ENDS_AMOUNT]
        near = going_on and going_on[-1] > width - _BACK
        at = (going_on if near else safe or breaks)[-1]
        lines.append(cut(label, 0, at))
        label = cut(label, at + 1, len(label.text))
        width = room - _HANGING
    return [*lines, label]


# --- Rules ---------------------------------------------------------------------------


def _rules(plan: _Plan, ruled: Sequence[Sequence[Box]]) -> dict[int, Placed]:
    """The rules drawn before each row, over or under columns of numbers."""
    drawn: dict[int, dict[tuple[int, int], int]] = {}
    for i, boxes in enumerate(ruled):
        for box in boxes:
            box.left, box.right = box.start, box.end
            spanned = [at for at in over(box, plan.tracks) if plan.tracks[at].number]
            if not spanned:
                continue
            key = (spanned[0], spanned[-1])
            for at, kind in ((i, box.rule.above), (i + 1, box.rule.below)):
                if kind:
                    under = drawn.setdefault(at, {})
                    under[key] = max(under.get(key, 0), kind)
    figures = sum(any(e.role is _Role.FIGURE for e in row) for row in plan.rows)
    if figures > 3 and len(drawn) * 10 > figures * 9 + 20:
        return {}
    return {at: _rule(under, plan.tracks) for at, under in drawn.items()}


def _rule(under: dict[tuple[int, int], int], tracks: list[Track]) -> Placed:
    placed: Placed = []
    end = -1
    for (first, last), kind in sorted(under.items()):
        stop = tracks[last].edge
        start = min(tracks[first].x, max(0, stop - _SHORTEST_RULE))
        if start > end:
            placed.append((start, Fragment(("-" if kind == 1 else "=") * (stop - start), ())))
            end = stop
    return placed
