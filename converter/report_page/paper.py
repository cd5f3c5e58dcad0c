"""The text that a page shows, and where a place in the source stands in it.

A text filing is shown as received. Of mark-up the lines are shown as laid out, for a page
must not run the mark-up of others; their pieces tell where each character comes from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, groupby, pairwise
from typing import NamedTuple

from converter.layout import printed_lines
from converter.model import Line, Piece, Span, Submission


class Stretch(NamedTuple):
    """Characters `start` up to `end` of a line of the paper; lines count from 0."""

    line: int
    start: int
    end: int


class Put(NamedTuple):
    """A piece of the source, and the line of the paper that it was put in."""

    line: int
    piece: Piece


class _Puts(NamedTuple):
    """The pieces of one source line by where they begin in it: a page may be all one line.

    `reach` tells how far each piece and those before it reach.
    """

    starts: list[int]
    reach: list[int]
    puts: list[Put]

    @classmethod
    def of(cls, puts: Iterable[Put]) -> _Puts:
        ordered = sorted(puts, key=lambda put: put.piece.source.start)
        ends = (put.piece.source.end for put in ordered)
        starts = [put.piece.source.start for put in ordered]
        return cls(starts, list(accumulate(ends, max)), ordered)

    def over(self, span: Span) -> list[Put]:
        """Those that may have characters of a place."""
        first = bisect_right(self.reach, span.start)
        return self.puts[first : bisect_left(self.starts, span.end)]


@dataclass(frozen=True, slots=True)
class Paper:
    """The lines shown.

    `numbers` are their lines in the source, 0 where none is known.
    """

    lines: tuple[str, ...] = field(repr=False)
    numbers: tuple[int, ...] = field(repr=False)
    _plain: Mapping[int, int] = field(repr=False)
    _laid_out: Mapping[int, _Puts] = field(repr=False)

    def places(self, span: Span) -> list[Stretch]:
        """Where a place in the source stands; several stretches if it was laid out so.

        An empty place is all of its line. None is known of what is not printed.
        """
        plain = self._plain.get(span.line)
        if plain is not None:
            return [self._within(Stretch(plain, span.start, span.end))]
        puts = self._laid_out.get(span.line)
        found = (_part(put, span) for put in puts.over(span)) if puts else ()
        return [self._closed(one) for one in _joined(sorted(one for one in found if one))]

    def _closed(self, one: Stretch) -> Stretch:
        """A number with its closing parenthesis, which mark-up may have in another cell."""
        text = self.lines[one.line]
        own = text[one.start : one.end]
        open_ = own.startswith("(") and ")" not in own and text[one.end : one.end + 1] == ")"
        return one._replace(end=one.end + open_)

    def _within(self, one: Stretch) -> Stretch:
        """A stretch of a line of text, no longer than the line."""
        text = self.lines[one.line]
        if one.start < min(one.end, len(text)):
            return one._replace(end=min(one.end, len(text)))
        return Stretch(one.line, len(text) - len(text.lstrip()), len(text.rstrip()))


def paper_of(submission: Submission, wanted: Container[int]) -> Paper:
    """The text of a submission, ready to tell of places in the source lines wanted."""
    shown = [*_shown(submission)]
    numbers = tuple(_number(line, laid_out) for line, laid_out in shown)
    plain = {n: i for i, n in enumerate(numbers) if n in wanted and not shown[i][1]}
    put: dict[int, list[Put]] = {}
    for i, (line, _) in enumerate(shown):
        for piece in line.pieces:
            if piece.source.line in wanted:
                put.setdefault(piece.source.line, []).append(Put(i, piece))
    laid_out = {line: _Puts.of(pieces) for line, pieces in put.items()}
    return Paper(tuple(line.text for line, _ in shown), numbers, plain, laid_out)


def _shown(submission: Submission) -> Iterator[tuple[Line, bool]]:
    """The lines of a submission, each with whether it was laid out from mark-up."""
    after = 0
    for document in submission.documents:
        if document.markup and document.lines:
            before = submission.lines[after : document.lines[0].number - 1]
            yield from ((line, False) for line in before)
            yield from ((line, True) for line in printed_lines(document))
            after = document.lines[-1].number
    yield from ((line, False) for line in submission.lines[after:])


def _number(line: Line, laid_out: bool) -> int:
    return line.number if line.pieces or not laid_out else 0


def _part(put: Put, span: Span) -> Stretch | None:
    """The part of a piece that comes from a place: of one that is no copy, the whole."""
    start, end, source = put.piece
    first, last = max(span.start, source.start), min(span.end, source.end)
    if first >= last:
        return None
    if end - start != source.end - source.start:
        return Stretch(put.line, start, end)
    return Stretch(put.line, start + first - source.start, start + last - source.start)


def _joined(parts: Sequence[Stretch]) -> Iterator[Stretch]:
    """Stretches of one line that no more than a blank is between, as one."""
    for line, group in groupby(parts, key=lambda one: one.line):
        start, end = -1, -1
        for part in chain(group, [Stretch(line, 1 << 30, 0)]):
            if start >= 0 and part.start > end + 1:
                yield Stretch(line, start, end)
                start = -1
            start, end = (part.start if start < 0 else start), part.end


# --- what is folded ------------------------------------------------------------------

_LONG = 1500
"""A text of fewer lines is shown whole."""
_FOLDED = 60
"""Fewer lines than these without a mark stay as they are."""
_BESIDE = 12
"""So many lines before and after a mark are shown."""


def folds(lines: int, marked: Sequence[int]) -> list[tuple[int, int]]:
    """The long stretches of a long text without a mark, first and last line of each."""
    if lines < _LONG:
        return []
    ends = [-_BESIDE - 1, *marked, lines + _BESIDE]
    gaps = ((above + _BESIDE + 1, below - _BESIDE - 1) for above, below in pairwise(ends))
    return [(first, last) for first, last in gaps if last - first >= _FOLDED]
