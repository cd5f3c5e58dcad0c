"""Lines and their pieces: where laid-out text comes from, however it is cut and joined."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from converter.model import Line, Piece, Span

TAB = 8
"""EDGAR's text filings set tabs at every eighth column."""
LONGEST_LINE = 2000
"""In characters, as laid out: rows of statements have 300 at most. A longer line is text."""
_CONTROLS = str.maketrans("\f\x1a\xa0\u2010\u2011\u2012\u2212", "   ----")
_NOWHERE = Span(0, 0, 0)


def source_span(line: Line, start: int, end: int) -> Span:
    """Where a stretch of a laid-out line comes from.

    What was put together from several places has the place of most of its digits, or
    of most of its characters when it has none.
    """
    if not line.pieces:
        return Span(line.number, start, end)
    runs: list[tuple[Span, list[str]]] = []
    for piece in _pieces_in(line.pieces, start, end):
        span = _clipped(piece, start, end)
        words: list[str] = []
        if runs and runs[-1][0].line == span.line and runs[-1][0].end == span.start:
            before, words = runs.pop()
            span = before._replace(end=span.end)
        words.append(line.text[max(piece.start, start) : min(piece.end, end)])
        runs.append((span, words))
    if not runs:
        near = min(line.pieces, key=lambda p: abs(p.start - start)).source
        return near._replace(end=near.start)
    if len(runs) == 1:
        return runs[0][0]
    return max(runs, key=lambda run: _telling("".join(run[1])))[0]


def _telling(text: str) -> tuple[int, int, int]:
    """How much of a number a text has: digits, then anything but a currency sign."""
    unsaid = text.count("$") + text.count(" ") + text.count("\xa0")
    return sum(map(str.isdigit, text)), len(text) - unsaid, len(text)


def _pieces_in(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    at = bisect_right(pieces, start, key=lambda piece: piece.end)
    for piece in pieces[at:]:
        if piece.start >= end:
            return
        yield piece


def _clipped(piece: Piece, start: int, end: int) -> Span:
    """The part of a copied piece that lies within a stretch; the whole of another."""
    source = piece.source
    if piece.end - piece.start != source.end - source.start:
        return source
    first = source.start + max(start - piece.start, 0)
    return Span(source.line, first, source.end - max(piece.end - end, 0))


def expanded(line: Line) -> Line:
    """A line with its tabs as blanks; control characters are blanks as well."""
    text = line.text
    if text.isascii() and text.isprintable():
        return line
    text = text.translate(_CONTROLS)
    if "\t" not in text:
        return line if text == line.text else line._replace(text=text)
    out, at = "", 0
    pieces: list[Piece] = []
    for part in re.split(r"(\t)", text):
        width = TAB - len(out) % TAB if part == "\t" else len(part)
        if part:
            pieces += _put(
                line, at, at + len(part), Piece(len(out), len(out) + width, _NOWHERE)
            )
        out += " " * width if part == "\t" else part
        at += len(part)
    return Line(line.number, out, tuple(pieces))


def _put(line: Line, start: int, end: int, place: Piece) -> Iterator[Piece]:
    """A stretch of a line put in another place: with its source, or those of its pieces."""
    if not line.pieces:
        yield place._replace(source=Span(line.number, start, end))
        return
    for piece in _pieces_in(line.pieces, start, end):
        first, last = max(piece.start, start), min(piece.end, end)
        at = place.start + first - start
        width = place.end - place.start if end - start == 1 else last - first
        yield Piece(at, at + width, _clipped(piece, start, end))


def cut(line: Line, start: int, end: int | None = None) -> Line:
    """A part of a line as a line of its own, without blanks at its end."""
    text = line.text[start:end].rstrip()
    if not text:
        return Line(line.number, "")
    pieces = tuple(_put(line, start, start + len(text), Piece(0, len(text), _NOWHERE)))
    return Line(pieces[0].source.line if pieces else line.number, text, pieces)


def shortened(line: Line) -> Line:
    """A line with no more characters than are looked at closely."""
    return line if len(line.text) <= LONGEST_LINE else cut(line, 0, LONGEST_LINE)


def joined(lines: Sequence[Line]) -> Line:
    """Lines as one, parted by single blanks."""
    text, pieces = "", []
    for line in lines:
        body = line.text.strip()
        first = line.text.index(body)
        at = len(text) + 1 if text else 0
        text = f"{text} {body}" if text else body
        held = line.pieces or (Piece(0, len(line.text), Span(line.number, 0, len(line.text))),)
        for piece in _pieces_in(held, first, first + len(body)):
            start, end = max(piece.start, first), min(piece.end, first + len(body))
            span = _clipped(piece, first, first + len(body))
            pieces.append(Piece(start - first + at, end - first + at, span))
    return Line(lines[0].number, text, tuple(pieces))
