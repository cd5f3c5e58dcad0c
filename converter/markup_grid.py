"""The grid of an HTML table as lines of text, with exact columns.

Filers build one printed number from several cells: `$`, `(1,234`, `)`, spacers between.
These are put together first; then every column of numbers gets one right edge for its
digits, whatever grid columns its numbers end in, and headings stand over what they span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, auto
from functools import lru_cache
from itertools import pairwise

from converter.markup_style import NO_RULE, Rule
from converter.markup_tokens import EMPTY, Fragment, join

_CURRENCY = r"(?:(?:US|C|CA|CDN|A|AU|HK|NT|R|S)?\$|US\$|[€£¥₩]|Rs\.?|RMB|CHF|EUR|GBP|USD)"
_NOTE = r"(?:\s?\((?:[A-Za-z]|\d{1,2})\)|\*{1,3}|[†‡])"
_NUMBER = re.compile(
    rf"{_CURRENCY}?\s?[(\-–—−+]?\s?{_CURRENCY}?\s?"
    r"((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)"
    rf"\s?%?\s?\)?\s?%?{_NOTE}?"
)
_NIL = re.compile(rf"{_CURRENCY}?\s?(-{{1,2}}|[–—−]{{1,3}}|-\s-)\s?%?{_NOTE}?")
_PREFIX = re.compile(rf"{_CURRENCY}\s?\(?|\(\s?{_CURRENCY}?")
_SUFFIX = re.compile(rf"\)?\s?%?\s?\)?{_NOTE}?|[A-Za-z]\)|pts?\.?|bps|x")
_YEAR = re.compile(rf"(?:19|20)\d\d{_NOTE}?")
_DRAWN = re.compile(r"[-=_–—]{3,}")
_MARK = re.compile(r"\((?:[A-Za-z]|\d{1,2})\)|\*{1,3}|[†‡]|[A-Za-z]\)")
_BULLET = re.compile(r"[•·●▪◦○■□❑✓§*†‡–—-]|o|\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})[.)]|\*{1,3}")
_WORDS = re.compile(r"[A-Za-z]{2,}.*[A-Za-z]{2,}")


class Kind(IntEnum):
    """What the text of a cell is."""

    TEXT = auto()
    NUMBER = auto()
    NIL = auto()
    YEAR = auto()
    PREFIX = auto()
    SUFFIX = auto()
    DRAWN = auto()


NUMERIC = frozenset((Kind.NUMBER, Kind.NIL, Kind.YEAR))
_MARKING = NUMERIC | {Kind.SUFFIX}
FIGURES = frozenset((Kind.NUMBER, Kind.NIL, Kind.DRAWN))


@dataclass(slots=True)
class Box:
    """A cell: grid columns `start` up to `end`, and its lines; `indent` is in points.

    `left` and `right` are the grid columns it takes with the signs put to it.
    """

    start: int
    end: int
    lines: list[Fragment]
    align: str = ""
    indent: float = 0.0
    rows: int = 1
    rule: Rule = NO_RULE
    kind: Kind = Kind.TEXT
    left: int = 0
    right: int = 0


Row = list[Box]


@dataclass(slots=True)
class Track:
    """A column as printed: `before` characters up to its edge and `after` beyond it."""

    start: int
    end: int
    left: int
    right: int
    number: bool
    rows: set[int] = field(default_factory=set)
    before: int = 0
    after: int = 0
    x: int = 0

    @property
    def width(self) -> int:
        """All its characters."""
        return self.before + self.after

    @property
    def edge(self) -> int:
        """Where its digits end."""
        return self.x + self.before

    @property
    def stop(self) -> int:
        """Where its characters end."""
        return self.x + self.before + self.after


@lru_cache(maxsize=8192)
def classify(text: str) -> tuple[Kind, int]:
    """What a text is, and how many of its characters stand after the digits."""
    if _YEAR.fullmatch(text):
        return Kind.YEAR, len(text) - 4
    if found := _NUMBER.fullmatch(text) or _NIL.fullmatch(text):
        kind = Kind.NIL if found.re is _NIL else Kind.NUMBER
        return kind, len(text) - found.end(1)
    if _DRAWN.fullmatch(text):
        return Kind.DRAWN, 0
    if _PREFIX.fullmatch(text):
        return Kind.PREFIX, 0
    if _SUFFIX.fullmatch(text):
        return Kind.SUFFIX, 0
    return Kind.TEXT, 0


def _kind_of(lines: list[Fragment]) -> Kind:
    if len(lines) == 1:
        return classify(lines[0].text)[0]
    kinds = {classify(line.text)[0] for line in lines if line.text}
    if len(kinds) == 1:
        return kinds.pop()
    # Several lines of numbers in one cell, under a rule drawn of dashes perhaps.
    return Kind.NUMBER if kinds and kinds <= NUMERIC | {Kind.DRAWN} else Kind.TEXT


# --- Cells into printed numbers ------------------------------------------------------


def put_together(rows: Iterable[Iterable[Box]]) -> list[Row]:
    """The cells that hold text; signs in cells of their own go to their number."""
    held = [[box for box in row if box.lines] for row in rows]
    for row in held:
        for box in row:
            box.kind, box.left, box.right = _kind_of(box.lines), box.start, box.end
    marks = _marks(held)
    return [_without_bullet(_fused(row, marks)) for row in held]


def _marks(rows: list[Row]) -> set[tuple[int, int]]:
    """Where cells hold marks of notes only, and no numbers of their own."""
    marks: set[tuple[int, int]] = set()
    others: set[int] = set()
    for row in rows:
        for box in row:
            if box.kind in _MARKING and _is_mark(box.lines[-1].text):
                marks.add((box.start, box.end))
            elif box.kind in NUMERIC:
                others.add(box.end - 1)
    return {(start, end) for start, end in marks if not others & set(range(start, end))}


def _is_mark(text: str) -> bool:
    return len(text) < 5 and _MARK.fullmatch(text) is not None


def _fused(cells: Row, marks: set[tuple[int, int]]) -> Row:
    row: Row = []
    for box in cells:
        last = row[-1] if row else None
        if last is not None and last.kind in NUMERIC and _is_suffix(last, box, marks):
            last.lines = _beside(last.lines, "", box.lines)
            last.right = box.right
        elif last is not None and last.kind is Kind.PREFIX and _takes_prefix(last, box):
            between = "" if last.lines[-1].text.endswith("(") else " "
            box.lines = _beside(last.lines, between, box.lines)
            box.left = last.left
            row[-1] = box
        else:
            row.append(box)
    return row


def _is_suffix(number: Box, box: Box, marks: set[tuple[int, int]]) -> bool:
    if box.start - number.right > 1:
        return False
    if (box.start, box.end) in marks:
        return True
    return box.kind is Kind.SUFFIX and not _is_mark(box.lines[-1].text)


def _takes_prefix(prefix: Box, box: Box) -> bool:
    near = box.start - prefix.right <= 2
    return near and (box.kind in NUMERIC or box.kind is Kind.PREFIX)


def _beside(left: list[Fragment], between: str, right: list[Fragment]) -> list[Fragment]:
    """Lines side by side, the last beside the last."""
    depth = max(len(left), len(right))
    first = [EMPTY] * (depth - len(left)) + left
    second = [EMPTY] * (depth - len(right)) + right
    return [
        join(a, between if a.text and b.text else "", b)
        for a, b in zip(first, second, strict=True)
    ]


def _without_bullet(row: Row) -> Row:
    """`(1)` or a dot before a text is of the text."""
    if len(row) != 2 or not _BULLET.fullmatch(row[0].lines[0].text):
        return row
    mark, text = row
    if text.kind is not Kind.TEXT or not _WORDS.search(text.lines[0].text):
        return row
    text.lines = [join(mark.lines[0], " ", text.lines[0]), *text.lines[1:]]
    text.start, text.left, text.indent = mark.start, mark.left, mark.indent
    return [text]


def settle_rows(rows: list[Row]) -> list[Row]:
    """Tell headings of years from numbers, and lower headings that span rows."""
    settled: list[Row] = [list(row) for row in rows]
    first = min((row[0].start for row in rows if row), default=0)
    for row in settled:
        kinds = {box.kind for box in row}
        only_years = Kind.YEAR in kinds and not kinds & FIGURES
        for box in row:
            label = box.start == first and len(kinds & NUMERIC) > 1
            if box.kind is Kind.YEAR:
                box.kind = Kind.TEXT if only_years or label else Kind.NUMBER
            elif box.kind in (Kind.PREFIX, Kind.SUFFIX):
                box.kind = Kind.TEXT
    _lower(settled)
    return settled


def _lower(rows: list[Row]) -> None:
    """A heading over several rows stands in the last of them, as it is printed."""
    for i, row in enumerate(rows):
        if has_figures(row) or all(box.rows == 1 for box in row):
            continue
        for box in [box for box in row if box.rows > 1]:
            to, box.rows = i, min(box.rows, len(rows) - i)
            while to + 1 < i + box.rows and not has_figures(rows[to + 1]):
                to += 1
            if to > i:
                row.remove(box)
                rows[to].append(box)
                rows[to].sort(key=_start)
                box.rows = 1


def _start(box: Box) -> int:
    return box.start


def has_figures(row: Row) -> bool:
    """Whether a row holds numbers, not the heading of any."""
    return any(box.kind in FIGURES for box in row)


# --- Columns -------------------------------------------------------------------------


def number_tracks(rows: list[Row]) -> list[Track]:
    """The columns that numbers stand in, from the narrowest cells to the widest."""
    seen: dict[tuple[int, int], Track] = {}
    for kinds in ((Kind.NUMBER,), (Kind.NIL, Kind.DRAWN)):
        for i, row in enumerate(rows):
            for box in row:
                if box.kind in kinds:
                    key = (box.start, box.end)
                    track = seen.get(key)
                    if track is None:
                        seen[key] = track = Track(*key, box.left, box.right, number=True)
                    track.left = min(track.left, box.left)
                    track.right = max(track.right, box.right)
                    track.rows.add(i)
    tracks = _clustered(seen.values())
    tracks = _without_labels(tracks, rows)
    return _bounded(_joined(tracks, rows))


def _clustered(found: Iterable[Track]) -> list[Track]:
    """Cells that overlap are of one column; one that overlaps two is of neither."""
    tracks: list[Track] = []
    for new in sorted(found, key=lambda t: (t.end - t.start, t.start)):
        over = [t for t in tracks if t.start < new.end and new.start < t.end]
        if not over:
            tracks.append(new)
        elif len(over) == 1:
            old = over[0]
            if new.end - new.start <= old.end - old.start + 3:
                old.start, old.end = min(old.start, new.start), max(old.end, new.end)
                old.left, old.right = min(old.left, new.left), max(old.right, new.right)
            old.rows |= new.rows
    return sorted(tracks, key=lambda t: t.start)


def _without_labels(tracks: list[Track], rows: list[Row]) -> list[Track]:
    """The first column is one of labels when it holds more text than numbers."""
    first = min((row[0].start for row in rows if row), default=0)
    if not tracks or tracks[0].start > first:
        return tracks
    track = tracks[0]
    texts = sum(box.kind is Kind.TEXT and box.start < track.end for row in rows for box in row)
    if texts * 3 <= len(track.rows):
        return tracks
    for row in rows:
        for box in row:
            if box.start < track.end and box.kind is not Kind.TEXT:
                box.kind = Kind.TEXT
    return tracks[1:]


def _joined(tracks: list[Track], rows: list[Row]) -> list[Track]:
    """Neighbours that no row has both of are one column with its cells out of line."""
    joined: list[Track] = []
    for track in tracks:
        last = joined[-1] if joined else None
        if (
            last is not None
            and track.start - last.end <= 0
            and not last.rows & track.rows
            and not any(_parts(row, last.end) for row in rows)
        ):
            last.end, last.right = track.end, max(last.right, track.right)
            last.rows |= track.rows
        else:
            joined.append(track)
    return joined


def _parts(row: Row, boundary: int) -> bool:
    """Whether a row has a cell that ends at a boundary and one that begins there."""
    return any(a.right <= boundary <= b.left and b.left - a.right < 2 for a, b in pairwise(row))


def _bounded(tracks: list[Track]) -> list[Track]:
    """The reach of each column, signs included, kept off its neighbours."""
    for left, right in pairwise(tracks):
        left.right = max(left.end, min(left.right, right.start))
        right.left = min(right.start, max(right.left, left.right))
    return tracks


def text_tracks(rows: list[Row], numbers: list[Track]) -> list[Track]:
    """The columns of text: cells that stand over no number."""
    seen: dict[tuple[int, int], Track] = {}
    for i, row in enumerate(rows):
        for box in row:
            if box.kind is Kind.TEXT and not over(box, numbers):
                key = (box.start, box.end)
                track = seen.setdefault(key, Track(*key, *key, number=False))
                track.rows.add(i)
    tracks = _clustered(seen.values())
    data = {i for i, row in enumerate(rows) if has_figures(row)}
    first = numbers[0].left if numbers else 0
    # A heading over a spacer is of the number beside it, and makes no column.
    return [t for t in tracks if not numbers or t.start < first or t.rows & data]


def over(box: Box, tracks: Sequence[Track]) -> list[int]:
    """The columns that a cell stands over."""
    return [i for i, t in enumerate(tracks) if t.left < box.end and box.start < t.right]
