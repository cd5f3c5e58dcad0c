"""Every number that a stretch of a file prints, found without the reader's help.

The ledger of coverage.py compares these with what was read. So nothing here knows of
tables, columns or layout: mark-up is only taken away, and digits are looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from converter.model import Line, Span

NUMBER = re.compile(r"(?:(?<![\d.])\.)?\d(?:[,.]?\d)*")
_NIL = re.compile(
    r"(?:(?<=\s\s)|(?<=\$)|(?<=\$\s)|(?<=\(\s))(?![-\u2013]\$)(?:-{1,6}|-\s-|[\u2013\u2014]{1,3})"
    r"(?=\s*\)|\s\s|\s?\||\s?\$|\s?$)",
    re.MULTILINE,
)
"""Dashes that stand by themselves, as a number would: printed for nil."""
_SAYS = re.compile(r"[^\W_]")
_MARK = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<hidden>script|style|ix:header|head)\b.*?(?:</(?P=hidden)\s*>|\Z)"
    r"|</?[A-Za-z!?][^>]*>|&#?\w{1,8};|\n",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r"</?([A-Za-z][\w:.-]*)")
_UNSEEN = frozenset(
    (
        "a", "abbr", "acronym", "b", "big", "cite", "code", "del", "em", "font", "head", "i",
        "ins", "kbd", "s", "script", "small", "span", "strike", "strong", "style", "tt", "u",
    )
)  # fmt: skip
_PARTING = {"sup": " ", "sub": " ", "td": "  ", "th": "  "}
"""What is printed at either end of these, wherever they stand: a blank, or a gap."""
_ROW_TAGS = frozenset(("tr", "table", "tbody", "thead", "tfoot"))


class Number(NamedTuple):
    """A printed number: its digits, without signs, or its dashes.

    `line` counts the lines as printed within the stretch, and `start` is where on it
    the number begins.
    """

    text: str
    span: Span
    line: int
    start: int


@dataclass(frozen=True, slots=True)
class Scan:
    """The lines of a stretch of a file as printed, and its numbers from left to right."""

    lines: tuple[str, ...]
    numbers: tuple[Number, ...]
    _starts: Sequence[tuple[int, int]]
    _ends: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, lines: Iterable[str], numbers: Iterable[Number]) -> Scan:
        """Lines, and the numbers on them in their order."""
        found = tuple(numbers)
        starts = [(number.span.line, number.span.start) for number in found]
        ends = [(number.span.line, number.span.end) for number in found]
        return cls(tuple(lines), found, starts, ends)

    def around(self, number: Number) -> tuple[str, int]:
        """The printed line of a number, and where on it the number begins."""
        return self.lines[number.line], number.start

    def overlapping(self, span: Span) -> range:
        """The indexes of the numbers that a place in the file touches."""
        first = bisect_left(self._ends, (span.line, span.start + 1))
        last = bisect_left(self._starts, (span.line, span.end), lo=first)
        return range(first, last)


def scan(lines: Sequence[Line], first: int, last: int, *, markup: bool) -> Scan:
    """Find the numbers in lines, from a character of the first to one of the last."""
    source = _Source(lines)
    raw = "\n".join(line.text for line in lines)[: source.starts[-2] + last]
    if not markup:
        rows = raw[first:].split("\n")
        return Scan.of(rows, _as_received(lines, first, raw[first:], rows))
    text, runs = _without_marks(raw, first)
    rows = text.split("\n")
    starts = _starts(rows)
    numbers = []
    for start, end in _found(text, rows, starts):
        row = bisect_right(starts, start) - 1
        span = source.span(runs.begin(start), runs.end(end))
        numbers.append(Number(text[start:end], span, row, start - starts[row]))
    return Scan.of(rows, numbers)


def _as_received(
    lines: Sequence[Line], first: int, text: str, rows: Sequence[str]
) -> Iterator[Number]:
    """The numbers of lines that are printed as they are in the file."""
    starts = _starts(rows)
    row = 0
    for start, end in _found(text, rows, starts):
        while starts[row + 1] <= start:
            row += 1
        line, base = lines[row], starts[row] - (0 if row else first)
        span = Span(line.number, start - base, min(end - base, len(line.text)))
        yield Number(text[start:end], span, row, start - starts[row])


def _starts(rows: Sequence[str]) -> list[int]:
    """Where each row begins in the text that they make, and where another would."""
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row) + 1)
    return starts


def _found(text: str, rows: Sequence[str], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Where numbers stand; dashes count on lines that print something else as well."""
    numbers = [found.span() for found in NUMBER.finditer(text)]
    for found in _NIL.finditer(text):
        row = rows[bisect_right(starts, found.start()) - 1]
        if _SAYS.search(row):
            numbers.append(found.span())
    return sorted(numbers)


class _Source:
    """The lines that a stretch is cut from."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.starts = _starts([line.text for line in lines])

    def span(self, start: int, end: int) -> Span:
        """A place in the joined lines as one in the file; it ends with its line."""
        at = bisect_right(self.starts, start) - 1
        line, base = self._lines[at], self.starts[at]
        return Span(line.number, start - base, min(end - base, len(line.text)))


@dataclass(slots=True)
class _Runs:
    """The runs of a text as printed: where each begins, there and in the file.

    Characters are copied one by one, but those that stand for a mark: `ends` is where
    that ends in the file, and 0 for a copy.
    """

    printed: list[int]
    raw: list[int]
    ends: list[int]

    def add(self, printed: int, raw: int, end: int = 0) -> None:
        """Another run."""
        self.printed.append(printed)
        self.raw.append(raw)
        self.ends.append(end)

    def begin(self, at: int) -> int:
        """Where in the file a character of the text as printed begins."""
        i = bisect_right(self.printed, at) - 1
        return self.raw[i] + (0 if self.ends[i] else at - self.printed[i])

    def end(self, at: int) -> int:
        """Where in the file the character before a place of the text ends."""
        i = bisect_right(self.printed, at - 1) - 1
        return self.ends[i] or self.raw[i] + at - self.printed[i]


def _without_marks(raw: str, first: int) -> tuple[str, _Runs]:
    """HTML as printed, roughly: a line per row or block, a gap between cells.

    With it the runs that it is made of.
    """
    parts: list[str] = []
    runs = _Runs([], [], [])
    length, end = 0, first
    in_row = in_pre = False
    for found in _MARK.finditer(raw, first):
        start, after = found.span()
        mark = _mark(found[0])
        if mark.opens_row is not None:
            in_row = mark.opens_row
        if mark.opens_pre is not None:
            in_pre = mark.opens_pre
        shown = mark.in_row if in_row else mark.in_pre if in_pre else mark.shown
        if start > end:
            runs.add(length, end)
            parts.append(raw[end:start])
            length += start - end
        if shown:
            parts.append(shown)
            runs.add(length, start, after)
            length += len(shown)
        end = after
    runs.add(length, end)
    parts.append(raw[end:])
    return "".join(parts), runs


class _Mark(NamedTuple):
    """What is printed for a tag, an entity or a line's end, and where that differs.

    `opens_row` and `opens_pre` tell whether what follows is in a row, or preformatted;
    None when nothing changes.
    """

    shown: str
    in_row: str
    in_pre: str
    opens_row: bool | None = None
    opens_pre: bool | None = None


@lru_cache(maxsize=4096)
def _mark(mark: str) -> _Mark:
    """A blank, a gap, the end of a line, or nothing."""
    if mark == "\n":
        return _Mark(" ", " ", "\n")
    if mark[0] == "&":
        shown = unescape(mark)[:1]
        return _always(" " if shown.isspace() else shown)
    found = _NAME.match(mark)
    tag = found[1].lower() if found else ""
    if not tag or tag in _UNSEEN or tag.startswith("ix:"):
        return _always("")
    opens = mark[1] != "/"
    if tag in _ROW_TAGS:
        return _always("\n")._replace(opens_row=opens and tag == "tr")
    if tag in _PARTING:
        return _always(_PARTING[tag])
    return _Mark("\n", "  ", "\n", None, opens if tag == "pre" else None)


def _always(shown: str) -> _Mark:
    return _Mark(shown, shown, shown)
