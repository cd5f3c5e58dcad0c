"""The characters of a filed page, in stretches of text and of mark-up.

A page is all of a file, wrapper and every document. What is mark-up begins after the
`<TEXT>` of its document and ends before `</TEXT>`; all else is text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from enum import Enum, auto
from html import unescape
from typing import NamedTuple

from converter.inline_tags import Printed
from converter.layout import printed_lines
from converter.lines import Lines
from converter.model import Document, Line, Span, Submission
from converter.repair import Token, tokens

_TEXT = re.compile(r"^[ \t]*<TEXT>[ \t]*\r?\n", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"^[ \t]*</TEXT>", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);?")
_HEAD = 2000
"""In how many characters of a document its `<TEXT>` stands."""


class Kind(Enum):
    """Text as filed, mark-up as filed, or mark-up laid out as text."""

    TEXT = auto()
    MARKUP = auto()
    LAID_OUT = auto()


class Stretch(NamedTuple):
    """Characters `start` up to `end` of the page, which begin at `filed` in the file.

    A document of mark-up has its sequence number.
    """

    kind: Kind
    filed: int
    text: str
    start: int = 0
    document: int = 0
    lines: tuple[Line, ...] = ()

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)


class Page:
    """The text of a page, its stretches, and where the places of the file are in it."""

    def __init__(self, submission: Submission, laid_out: Collection[int] = ()) -> None:
        lines = submission.lines
        self._lines = lines if isinstance(lines, Lines) else _joined(lines)
        self.stretches: list[Stretch] = []
        at = 0
        for stretch in _stretches(submission, self._lines, laid_out):
            self.stretches.append(stretch._replace(start=at))
            at += len(stretch.text)
        self.text = "".join(stretch.text for stretch in self.stretches)
        self._filed = [stretch.filed for stretch in self.stretches]
        self._places = list(map(self._places_in, self.stretches))

    def tokens(self, stretch: Stretch) -> list[Token]:
        """The text and tags of a stretch of mark-up."""
        return list(tokens(self.text, stretch.start, stretch.end))

    def locate(self, span: Span) -> Printed | None:
        """The characters of a place of the file; None where they are no one run of text."""
        filed = self._lines.starts[span.line - 1] + span.start
        i = bisect_right(self._filed, filed) - 1
        stretch = self.stretches[i]
        places = self._places[i]
        j = bisect_right(places, (filed, len(self.text) + 1)) - 1
        k = bisect_right(places, (filed + span.end - span.start - 1, len(self.text) + 1)) - 1
        if j < 0 or (stretch.kind is not Kind.LAID_OUT and j != k):
            return None
        start = places[j].at + filed - places[j].filed
        end = places[k].at + filed + span.end - span.start - places[k].filed
        if end > places[k].at + places[k].size or not start < end:
            return None
        text = self.text[start:end]
        marked = stretch.kind is Kind.MARKUP
        return Printed(start, _REFERENCE.sub(_filled, text) if marked else text)

    def _places_in(self, stretch: Stretch) -> list[_Place]:
        """The runs of text in a stretch, in the order of the file."""
        if stretch.kind is Kind.TEXT:
            return [_Place(stretch.filed, stretch.start, len(stretch.text))]
        if stretch.kind is Kind.MARKUP:
            moved = stretch.filed - stretch.start
            return [
                _Place(token.start + moved, token.start, token.end - token.start)
                for token in self.tokens(stretch)
                if not token.name
            ]
        return sorted(self._pieces(stretch))

    def _pieces(self, stretch: Stretch) -> Iterator[_Place]:
        at = stretch.start
        for line in stretch.lines:
            for piece in line.pieces:
                filed = self._lines.starts[piece.source.line - 1] + piece.source.start
                yield _Place(filed, at + piece.start, piece.end - piece.start)
            at += len(line.text) + 1


class _Place(NamedTuple):
    """`size` characters from `filed` on in the file are those from `at` on in the page."""

    filed: int
    at: int
    size: int


def _joined(lines: Collection[Line]) -> Lines:
    return Lines.of("\n".join(line.text for line in lines))


def _stretches(
    submission: Submission, lines: Lines, laid_out: Collection[int]
) -> Iterator[Stretch]:
    """The whole file, without a gap."""
    text = lines.text
    at = 0
    for document in submission.documents:
        if not document.markup or not document.lines:
            continue
        start, end = _markup(document, lines)
        if at < start:
            yield Stretch(Kind.TEXT, at, text[at:start])
        if document.sequence in laid_out:
            printed = tuple(printed_lines(document))
            whole = "".join(f"{line.text}\n" for line in printed)
            yield Stretch(Kind.LAID_OUT, start, whole, 0, document.sequence, printed)
        else:
            yield Stretch(Kind.MARKUP, start, text[start:end], 0, document.sequence)
        at = end
    if at < len(text) or not at:
        yield Stretch(Kind.TEXT, at, text[at:])


def _markup(document: Document, lines: Lines) -> tuple[int, int]:
    """Where the mark-up of a document begins and ends in the file."""
    start = lines.starts[document.lines[0].number - 1]
    end = lines.starts[document.lines[-1].number]
    opened = _TEXT.search(lines.text, start, min(end, start + _HEAD))
    start = opened.end() if opened else start
    closed = _END.search(lines.text, start, end)
    return start, closed.start() if closed else end


def _filled(found: re.Match[str]) -> str:
    """What a reference stands for, with NULs in the rest of its place."""
    char = unescape(found[0])
    return char.ljust(len(found[0]), "\0") if len(char) == 1 else found[0]
