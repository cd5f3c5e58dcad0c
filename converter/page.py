"""A printed page as phrases and as running text, for what is found by its caption."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from converter.model import Line, Span
from converter.pieces import expanded, source_span

_PHRASE = re.compile(r"\S+(?:\s\S+)*")
_NOT_PRINTED = re.compile(
    r"[\s_=.*\u2014-]*[_=.*\u2014-][\s_=.*\u2014-]*"  # a rule
    r"|(?:\s*<[^<>]*>)+\s*"
    r"|\s*<(?:PAGE|TYPE|SEQUENCE|FILENAME|DESCRIPTION|TEXT)>.*",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"\s*[(\[](?!\s?\d)")
_WIDEST = 400
"""No cover page is wider; the rest of a longer line is not looked at."""
_REACH = 8
"""How many lines at most a value stands above its caption."""


class Text(NamedTuple):
    """Some characters of a line, and where they begin."""

    line: Line
    start: int
    text: str

    @property
    def end(self) -> int:
        """The column after the last character."""
        return self.start + len(self.text)

    @property
    def span(self) -> Span:
        """Its place in the source."""
        return source_span(self.line, self.start, self.end)

    @property
    def trimmed(self) -> Text:
        """Without blanks around it."""
        lead = len(self.text) - len(self.text.lstrip())
        return Text(self.line, self.start + lead, self.text.strip())

    def part(self, start: int, end: int) -> Text:
        """Its characters `start` up to `end`."""
        return Text(self.line, self.start + start, self.text[start:end])

    def cut(self, found: re.Match[str], group: int = 0) -> Text:
        """The part of it that a pattern found in `text`."""
        return Text(self.line, self.start + found.start(group), found[group])


def printed(lines: Iterable[Line]) -> list[Line]:
    """Lines with tabs expanded, without rules and tags; blank ones are kept."""
    laid_out = (expanded(line) for line in lines)
    cut = (line._replace(text=line.text[:_WIDEST]) for line in laid_out)
    return [line for line in cut if not _NOT_PRINTED.fullmatch(line.text)]


@lru_cache(maxsize=1024)
def phrases(line: Line) -> tuple[Text, ...]:
    """The stretches of a line between gaps of two blanks or more."""
    return tuple([Text(line, m.start(), m[0]) for m in _PHRASE.finditer(line.text)])


def is_caption(line: Line) -> bool:
    """Whether a line begins in parentheses or brackets that hold no number."""
    return _CAPTION.match(line.text) is not None


def above(page: Sequence[Line], i: int) -> Iterator[int]:
    """The lines above one that hold words and are no captions, the nearest first."""
    for j in range(i - 1, max(i - _REACH, -1), -1):
        if page[j].text.strip() and not is_caption(page[j]):
            yield j


def below(page: Sequence[Line], i: int) -> Iterator[int]:
    """The lines below one that hold words, the nearest first."""
    for j in range(i + 1, min(i + _REACH, len(page))):
        if page[j].text.strip():
            yield j


def captions(page: Sequence[Line], pattern: re.Pattern[str]) -> Iterator[tuple[int, Text]]:
    """Each phrase that a pattern is found in, and the index of its line."""
    for i, line in enumerate(page):
        for phrase in phrases(line):
            if pattern.search(phrase.text):
                yield i, phrase


def over(values: Iterable[Text], caption: Text) -> Text | None:
    """The value that shares columns with a caption; of several the most central."""
    shared = [v for v in values if v.start < caption.end and caption.start < v.end]
    middle = (caption.start + caption.end) / 2
    return min(shared, key=lambda v: abs((v.start + v.end) / 2 - middle), default=None)


class Passage(NamedTuple):
    """Lines run together, one blank between two, to be searched for a sentence."""

    text: str
    starts: tuple[int, ...]
    parts: tuple[Text, ...]

    def at(self, start: int, end: int) -> Text:
        """The line's part of a stretch; of one that goes on below, the first line's."""
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        i = bisect_right(self.starts, start) - 1
        part, first = self.parts[i], start - self.starts[i]
        text = part.text[first : end - self.starts[i]]
        return Text(part.line, part.start + first, text.rstrip())


def passage(page: Iterable[Line]) -> Passage:
    """The words of some lines."""
    stripped = [(line, line.text.strip()) for line in page]
    parts = tuple(Text(line, line.text.index(text), text) for line, text in stripped if text)
    starts = tuple(accumulate((len(part.text) + 1 for part in parts), initial=0))[:-1]
    return Passage(" ".join(part.text for part in parts), starts, parts)
