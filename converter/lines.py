"""All lines of a text, without a string for each of them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, repeat
from typing import overload

from converter.model import Line

_LONE_RETURN = re.compile(r"\r(?!\n)")
_LINE_END = re.compile(r"\r\n?|\n")
_AT_ONCE = 1024
_MUCH_TEXT = 1 << 18


def _lengths(text: str) -> Iterator[int]:
    """How long the lines are with the LF that ends them, the last as if it had one.

    Not all at once: as many strings as a filing has lines take more room than the filing.
    """
    at = 0
    while (end := text.find("\n", at + _MUCH_TEXT)) >= 0:
        yield from [len(line) + 1 for line in text[at:end].split("\n")]
        at = end + 1
    yield from [len(line) + 1 for line in text[at:].split("\n")]


@dataclass(frozen=True, slots=True)
class Lines(Sequence[Line]):
    """A run of the lines of a text; each is cut from the text when it is asked for.

    `starts` holds the offset of every line of the whole text, and its length at the end.
    """

    text: str = field(repr=False)
    starts: array[int] = field(repr=False)
    first: int
    last: int

    @classmethod
    def of(cls, text: str) -> Lines:
        """All lines of a text; they end in CR, LF or both."""
        starts = array("Q", [0])
        if "\r" in text and _LONE_RETURN.search(text):
            starts.extend(map(re.Match.end, _LINE_END.finditer(text)))
            starts.append(len(text))
        else:
            starts.extend(accumulate(_lengths(text)))
            starts[-1] -= 1
        return cls(text, starts, 0, len(starts) - 1)

    def __len__(self) -> int:
        return self.last - self.first

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Lines: ...
    def __getitem__(self, at: int | slice) -> Line | Lines:
        indexes = range(self.first, self.last)[at]
        if isinstance(indexes, int):
            return self._line(indexes)
        if indexes.step != 1:
            raise ValueError("lines are cut in runs only")
        return Lines(self.text, self.starts, indexes.start, max(indexes.start, indexes.stop))

    def __iter__(self) -> Iterator[Line]:
        for first in range(self.first, self.last, _AT_ONCE):
            last = min(first + _AT_ONCE, self.last)
            text = self.text[self.starts[first] : self.starts[last]]
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            numbered = zip(range(first + 1, last + 1), text.split("\n"), repeat(()))
            # As Line(number, text), but without a call of Python for each of a million lines.
            yield from map(tuple.__new__, repeat(Line), numbered)

    def _line(self, i: int) -> Line:
        return Line(i + 1, self.text[self.starts[i] : self.starts[i + 1]].rstrip("\r\n"))
