"""The phrases of a line: words without a gap between them, and dates side by side."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from converter.layout import View
from converter.model import Cell
from converter.periods import COUNT
from converter.wording import MONTH

_WIDEST_BLANK = 3
_STRETCH = re.compile(r"\S+(?:\s\S+)*")
_HALF = re.compile(
    r"\b(?:months?|weeks?|quarters?|years?|period)\|(?:ended|ending)\b"
    rf"|\b(?:{COUNT})\|(?:months?|weeks?|quarters?)\b|\b(?:ended|ending)\|{MONTH}\b"
    rf"|\b{MONTH}\|\d{{1,2}}\b(?!\d)",
    re.IGNORECASE,
)
_DATE_START = re.compile(rf"(?:\b|(?<=\d))(?={MONTH}\s*\d{{1,2}}\b)", re.IGNORECASE)
_LENGTH_START = re.compile(
    rf"(?:(?<![\w-])|(?<=\d))(?=(?:{COUNT})[\s-]+(?:months?|weeks?)\b)", re.IGNORECASE
)
_RANGE_WORD = re.compile(r"\b(?:and|to|through)\b", re.IGNORECASE)
_NUMERIC = rf"\d{{1,2}}(?:/\d{{1,2}}/|-{MONTH}-|\.\d\d\.)\d{{2,4}}"
_NUMERIC_DATES = re.compile(rf"(?:{_NUMERIC}\s)+{_NUMERIC}", re.IGNORECASE)
_YEARS = re.compile(r"(?:(?:19|20)\d\d\s)+(?:19|20)\d\d")
_YEAR_START = re.compile(r"(?<=\d)\s(?=(?:19|20)\d\d\b)")


class Phrase(NamedTuple):
    """Words without a gap between them, with the columns that they take."""

    cell: Cell
    start: int
    end: int
    before: tuple[Cell, ...] = ()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The words, after those of another phrase of the line that belong to them."""
        return (*self.before, self.cell)


def phrases_of(view: View) -> list[Phrase]:
    """The phrases of a line: parted at gaps, and where one date follows another."""
    text = view.text
    phrases = []
    for start, end in _parted_at_gaps(text):
        for part_start, part_end in _dates_apart(text[start:end]):
            first, last = start + part_start, start + part_end
            phrases.append(Phrase(view.cell(first, last), first, last))
    return phrases


def _parted_at_gaps(text: str) -> list[tuple[int, int]]:
    """The stretches between gaps; `Six months  ended` with two blanks is still one."""
    parts: list[tuple[int, int]] = []
    for found in _STRETCH.finditer(text):
        start, end = found.span()
        near = bool(parts) and start - parts[-1][1] <= _WIDEST_BLANK
        if near and _HALF.search(f"{text[slice(*parts[-1])]}|{found[0]}"):
            start = parts.pop()[0]
        parts.append((start, end))
    return parts


@lru_cache(maxsize=4096)
def _dates_apart(text: str) -> tuple[tuple[int, int], ...]:
    """Cut `September 30, December 31,` and `2003 2002`, but not `June 30, 2003`."""
    starts = [0]
    if _RANGE_WORD.search(text):
        return ((0, len(text)),)
    dates = [found.start() for found in _DATE_START.finditer(text)]
    lengths = [found.start() for found in _LENGTH_START.finditer(text)]
    dates = lengths if len(lengths) > 1 else dates
    if len(dates) > 1:
        starts = [0, *dates[1:]]
    elif _NUMERIC_DATES.fullmatch(text):
        starts += [found.end() for found in re.finditer(r"\s", text)]
    elif _YEARS.fullmatch(text):
        starts += [found.end() for found in _YEAR_START.finditer(text)]
    return tuple(
        (start, start + len(text[start:end].rstrip()))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    )
