"""Running text: the sentences of a document that state figures, and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from converter.model import Cell, Line
from converter.pieces import expanded, source_span

_CENTS = re.compile(r"cents\b|per ?cent\b", re.IGNORECASE)
_GAP = re.compile(r" {4}[$(]{0,2} ?[\d(]")
_LED = re.compile(r"\.{4} *[$(]{0,2} ?[\d(]")
_ROW_END = re.compile(r"(?: {2,}[$(]{0,2} ?[\d.][\d,.]*[)%]*){2,}$")
_DRAWN = ("----", "====", "____")
_LAST_OF_ROW = frozenset("0123456789.,)%")
_LONGEST_PARAGRAPH = 500
_WIDEST = 1000
_FULL_STOP = re.compile(
    r"(?<=[.!?])[\"')\u201d\u2019]*\s+(?=[\"'(\u201c\u2018]*[A-Z$\d\u2022])| (?=\u2022)"
)
_ABBREVIATED = re.compile(
    r"(?:\b[A-Z]|\b(?:Inc|Corp|Cos?|Ltd|No|Nos|vs|approx|Mr|Mrs|Ms|Dr|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sept?|Oct|Nov|Dec|St|etc|cf|Bros|Mass|Calif|Conn|Ill|Tex))\.$"
)
_SHORT = 10
_BEGINS = re.compile(r"[\"'(\u201c\u2022]*[A-Z\d$\u2022]")
_SLACK = 4
"""A line may be so much shorter than others for no other reason than a long word."""


class RunningText:
    """Lines passed on one by one; keeps the paragraphs among them that state figures.

    What is kept is `lines`, with an empty line after each paragraph; rows of tables are
    left out.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def watched(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The same lines, looked at as they pass."""
        paragraph: list[Line] = []
        for line in lines:
            text = line.text
            if text and not text.isspace() and len(paragraph) < _LONGEST_PARAGRAPH:
                paragraph.append(line)
            elif paragraph:
                self._keep(paragraph)
                paragraph = []
            yield line
        self._keep(paragraph)

    def _keep(self, paragraph: Sequence[Line]) -> None:
        if not _states("\n".join([line.text for line in paragraph])):
            return
        laid_out, rows, found = [], [], 0
        for line in map(expanded, paragraph):
            is_row = _is_row(line.text)
            found += is_row
            if found * 2 >= len(paragraph):
                return
            laid_out.append(line)
            rows.append(is_row)
        for line, is_row in zip(laid_out, rows, strict=True):
            self.lines.append(Line(line.number, "") if is_row else line)
        self.lines.append(Line(paragraph[-1].number, ""))


def _is_row(text: str) -> bool:
    """Whether a line is set like a row of a table, by its first thousand characters.

    Rows have wide gaps, rules and tags; text set in lines of even length has none.
    """
    body = text[:_WIDEST].strip()
    if body[:1] == "<" or any(drawn in body for drawn in _DRAWN):
        return True
    if "    " in body and _GAP.search(body):
        return True
    if "...." in body and _LED.search(body):
        return True
    if "  " not in body or body[-1] not in _LAST_OF_ROW:
        return False
    return _ROW_END.search(text[:_WIDEST].rstrip()) is not None


def _states(text: str) -> bool:
    return "$" in text or "%" in text or ("cent" in text and _CENTS.search(text) is not None)


class _Part(NamedTuple):
    """From which character of a line on a text is copied, and from which of its own."""

    at: int
    line: Line
    start: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its lines joined by single blanks.

    `opens` tells that it is the first of its paragraph.
    """

    text: str
    opens: bool
    parts: tuple[_Part, ...]

    def cell(self, start: int, end: int) -> Cell:
        """A stretch with its place; only the part on the line that it begins on."""
        i = bisect_right(self.parts, start, key=lambda part: part.at) - 1
        part = self.parts[i]
        if i + 1 < len(self.parts):
            end = min(end, self.parts[i + 1].at - 1)
        first, last = start - part.at + part.start, end - part.at + part.start
        return Cell(part.line.text[first:last], source_span(part.line, first, last))


def sentences(lines: Iterable[Line]) -> Iterator[Sentence]:
    """The sentences of paragraphs that are parted by empty lines, in their order."""
    paragraph: list[Line] = []
    for line in (*lines, Line(0, "")):
        if line.text.strip():
            paragraph.append(line)
            continue
        for n, sentence in enumerate(_sentences(paragraph)):
            yield Sentence(sentence.text, n == 0, sentence.parts)
        paragraph = []


def _sentences(paragraph: Sequence[Line]) -> Iterator[Sentence]:
    width = max((len(line.text.rstrip()) for line in paragraph), default=0)
    run: list[Line] = []
    for line in paragraph:
        if run and _breaks(run[-1], line, width):
            yield from _split(run)
            run = []
        run.append(line)
    if run:
        yield from _split(run)


def _breaks(above: Line, line: Line, width: int) -> bool:
    """Whether the first word would have fitted on the line above: that was a last one."""
    body = line.text.strip()
    word = len(body.partition(" ")[0])
    room = width - len(above.text.rstrip()) - 1
    return word + _SLACK < room and _BEGINS.match(body) is not None


def _split(lines: Sequence[Line]) -> Iterator[Sentence]:
    text, parts = "", []
    for line in lines:
        body = line.text.strip()
        start = len(line.text) - len(line.text.lstrip())
        text += " " if text else ""
        parts.append(_Part(len(text), line, start))
        text += body
    start = 0
    for found in _FULL_STOP.finditer(text):
        if not _ABBREVIATED.search(text, max(start, found.start() - _SHORT), found.start()):
            yield _cut(text, parts, start, found.start())
            start = found.end()
    yield _cut(text, parts, start, len(text))


def _cut(text: str, parts: Sequence[_Part], start: int, end: int) -> Sentence:
    first = bisect_right(parts, start, key=lambda part: part.at) - 1
    last = bisect_right(parts, end, key=lambda part: part.at)
    own = tuple(part._replace(at=part.at - start) for part in parts[first:last])
    return Sentence(text[start:end], opens=False, parts=own)
