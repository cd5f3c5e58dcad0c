"""The lines of a document as laid out: tabs expanded, numbers and phrases found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import NamedTuple

from converter.model import Cell, Line, Span
from converter.numbers import Token, is_year, split_line
from converter.wording import MONTH

TAB = 8
"""EDGAR's text filings set tabs at every eighth column."""
_RULE = re.compile(r"[-=_\u2014 \t|]*")
_LINE_DRAWN = re.compile(r"-{3}|={2}|_{3}|\u2014{3}")
_TAG = re.compile(r"\s*</?[A-Za-z][A-Za-z0-9]{0,9}>")
_PAGE_TAG = re.compile(r"\s*<PAGE>", re.IGNORECASE)
_GAP = re.compile(r"\s{2,}")
_STRETCH = re.compile(r"\S+(?:\s\S+)*")
_HALF = re.compile(
    r"\b(?:months?|weeks?|quarters?|years?|period)\|(?:ended|ending)\b"
    rf"|\b{MONTH}\|\d{{1,2}}\b(?!\d)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.\s?){3,}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_DATE_START = re.compile(rf"(?<!^)\b{MONTH}\s+\d{{1,2}}\b", re.IGNORECASE)
_YEAR_START = re.compile(r"(?<=\d)\s(?=(?:19|20)\d\d\b)")
_PAGE_NUMBER = re.compile(r"\s{20,}(?:-\s?)?\d{1,3}(?:\s?-)?\s*")


class Kind(Enum):
    """What a line holds; TEXT may be a heading, a caption or a label without a number."""

    BLANK = auto()
    RULE = auto()
    DATA = auto()
    TEXT = auto()
    PROSE = auto()
    TAG = auto()


class View(NamedTuple):
    """A line as laid out: tabs expanded, the numbers at its end found."""

    line: Line
    kind: Kind
    text: str
    columns: Sequence[int] | None
    label: str
    label_start: int
    tokens: tuple[Token, ...]
    held: tuple[Token, ...] = ()

    def cell(self, start: int, end: int) -> Cell:
        """A stretch of the laid-out line, with its place in the line as received."""
        if self.columns is None:
            span = Span(self.line.number, start, end)
        else:
            last = self.columns[end - 1] + 1 if end > start else self.columns[start]
            span = Span(self.line.number, self.columns[start], last)
        return Cell(self.text[start:end], span)

    def label_cell(self) -> Cell:
        """The label with its place."""
        return self.cell(self.label_start, self.label_start + len(self.label))

    @property
    def is_years(self) -> bool:
        """A row of calendar years heads columns; it is no row of amounts."""
        return bool(self.tokens) and all(is_year(token) for token in self.tokens)


class Phrase(NamedTuple):
    """Words without a gap between them, with the columns that they take."""

    cell: Cell
    start: int
    end: int


def expand_tabs(text: str) -> tuple[str, Sequence[int] | None]:
    """Tabs as blanks, and for each character of the result its column in `text`."""
    text = text.replace("\f", " ").replace("\x1a", " ").replace("\xa0", " ")
    if "\t" not in text:
        return text, None
    out: list[str] = []
    columns: list[int] = []
    for i, char in enumerate(text):
        width = TAB - len(out) % TAB if char == "\t" else 1
        out.extend(" " * width if char == "\t" else char)
        columns.extend([i] * width)
    return "".join(out), columns


def _view(line: Line) -> View:
    text, columns = expand_tabs(line.text)
    if not text.strip():
        return View(line, Kind.BLANK, text, columns, "", 0, ())
    if _RULE.fullmatch(text) and _LINE_DRAWN.search(text):
        return View(line, Kind.RULE, text, columns, "", 0, ())
    if _PAGE_TAG.match(text) or (_TAG.match(text) and not split_line(text).tokens):
        return View(line, Kind.TAG, text, columns, "", 0, ())
    label, start, tokens, held = split_line(text)
    view = View(line, Kind.TEXT, text, columns, label, start, tokens, held)
    if tokens and not view.is_years and not _is_page_number(view):
        return view._replace(kind=Kind.DATA)
    return view._replace(kind=Kind.PROSE) if _is_prose(text) else view


def lay_out(lines: Iterable[Line]) -> list[View]:
    """Every line, told apart by what it holds.

    A short number right under a rule is a total, not the number of a page.
    """
    views = [_view(line) for line in lines]
    return [
        view._replace(kind=Kind.DATA)
        if view.tokens and above.kind is Kind.RULE and not view.is_years
        else view
        for above, view in zip([*views[:1], *views], views, strict=False)
    ]


def _is_page_number(view: View) -> bool:
    return _PAGE_NUMBER.fullmatch(view.text) is not None


def _is_prose(text: str) -> bool:
    """A line of running text: long, from the left margin, without gaps."""
    body = text.strip()
    words = _WORD.findall(body)
    margin = len(text) - len(text.lstrip())
    small = sum(word[0].islower() for word in words)
    return (
        len(body) > 48
        and len(words) > 6
        and margin < 10
        and small * 2 > len(words)
        and not _GAP.search(body.replace(".  ", ". "))
        and not _LEADERS.search(body)
    )


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
        if parts and _HALF.search(f"{text[slice(*parts[-1])]}|{found[0]}"):
            start = parts.pop()[0]
        parts.append((start, end))
    return parts


def _dates_apart(text: str) -> list[tuple[int, int]]:
    """Cut `September 30, December 31,` and `2003 2002`, but not `June 30, 2003`."""
    starts = [0]
    if re.search(r"\b(?:and|to|through)\b", text):
        return [(0, len(text))]
    if _DATE_START.search(text) and _DATE_START.match(" " + text, 1):
        starts += [found.start() for found in _DATE_START.finditer(text)]
    elif re.fullmatch(r"(?:\d{1,2}/\d{1,2}/\d{2,4}\s)+\d{1,2}/\d{1,2}/\d{2,4}", text):
        starts += [found.end() for found in re.finditer(r"\s", text)]
    elif re.fullmatch(r"(?:(?:19|20)\d\d\s)+(?:19|20)\d\d", text):
        starts += [found.end() for found in _YEAR_START.finditer(text)]
    return [
        (start, start + len(text[start:end].rstrip()))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
