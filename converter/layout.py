"""The lines of a document as laid out: told apart by what they hold, their numbers found."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from converter.markup import lay_out_markup
from converter.model import Cell, Document, Line
from converter.numbers import Token, is_year, leading_numbers, split_line, strip_leaders
from converter.pieces import LONGEST_LINE, cut, expanded, source_span

_ABOVE = 26
_BELOW = 3
_BLANKS = 3
"""How many lines above, below and between rows of numbers are looked at."""
_FIRST = frozenset("0123456789$(.")
_LAST = frozenset("0123456789)%-*$\u2013\u2014")
"""How a number begins and ends."""
_BEFORE_NUMBER = frozenset(" \t\xa0$()_|*%-0123456789\u2013\u2014")
_LED = frozenset({"..", " .", "M.", "A."})
"""What stands before the blank before the last number of a row: another blank, a number."""
_LAST_OF_ROW = frozenset("0123456789)%|*-\u2013\u2014$")
"""How a line may end that ends in numbers, or the mark of a note on one."""
_LAST_OF_WORDS = frozenset("bcdfghijknopqrstuvwxyz,;:")
"""How no row of a table ends that begins with a letter; "n/m", "n/a" and "nil" are numbers."""
_NO_NUMBER = "Nil nil NIL None none NONE NM N/M N/A NMF nm n/m n/a n.m. n.a."
_VOIDS = tuple(f" {word}" for word in _NO_NUMBER.split())
_LAST_OF_VOID = frozenset(word[-1] for word in _VOIDS)
"""How a row ends whose last column says that there is no number."""
_NUMBERS_FIRST = re.compile(r"[ \t$(]*[\d,.]+[ )%]*[ \t]{2,}[$(]*[ ]?[\d,.]+[ )%]*[ \t]{2,}\S")
_RULE = re.compile(r"[-=_\u2014 \t|]*")
_LINE_DRAWN = re.compile(r"-{3}|={2}|_{3}|\u2014{3}")
_TAG = re.compile(r"\s*</?[A-Za-z][A-Za-z0-9]{0,9}>")
_CAPTION_TAG = re.compile(r"\s*(?:<TABLE>\s*)?<CAPTION>(?=\s*[^\s<])", re.IGNORECASE)
"""The tag before the first line of the headings, which goes on after it."""
_PAGE_TAG = re.compile(r"\s*<PAGE>", re.IGNORECASE)
_MARK = re.compile(r"\(\d\)")
_LEADERS = re.compile(r"(?:\.\s?){3,}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_SMALL_WORD = re.compile(r"(?<![A-Za-z])[a-z][A-Za-z]+")
_LONGEST_PAGE_NUMBER = 8
_PAGE_NUMBER = re.compile(r"\s{20,}(?:(?:-\s?)?\d{1,3}(?:\s?-)?|[A-Z]{1,2}-\d{1,3})\s*")


class Kind(Enum):
    """What a line holds; a GAP is many lines far from any number.

    TEXT may be a heading, a caption or a label without a number.
    """

    BLANK = auto()
    RULE = auto()
    DATA = auto()
    TEXT = auto()
    PROSE = auto()
    TAG = auto()
    GAP = auto()


class View(NamedTuple):
    """A line as laid out: tabs expanded, the numbers at its end found.

    `at` counts the lines of the document as laid out, from 0; `lead` are numbers before
    the label.
    """

    line: Line
    kind: Kind
    label: str = ""
    label_start: int = 0
    tokens: tuple[Token, ...] = ()
    held: tuple[Token, ...] = ()
    at: int = 0
    lead: tuple[Token, ...] = ()

    @property
    def text(self) -> str:
        """The laid-out text."""
        return self.line.text

    def cell(self, start: int, end: int) -> Cell:
        """A stretch of the laid-out line, with its place in the source."""
        return Cell(self.line.text[start:end], source_span(self.line, start, end))

    def label_cell(self) -> Cell:
        """The label with its place."""
        return self.cell(self.label_start, self.label_start + len(self.label))

    @property
    def is_years(self) -> bool:
        """A row of calendar years heads columns; it is no row of amounts."""
        return _are_years(self.tokens)


def _are_years(tokens: Sequence[Token]) -> bool:
    """Whether all tokens are years, or marks of notes on them."""
    for token in tokens:
        if not (is_year(token) or _MARK.fullmatch(token.text)):
            return False
    return any(map(is_year, tokens))


def _view(line: Line, at: int) -> View:
    line = expanded(line)
    body = line.text.strip()
    if not body:
        return View(line, Kind.BLANK, at=at)
    if len(line.text) > LONGEST_LINE:
        if len(body) <= LONGEST_LINE and _RULE.fullmatch(body):
            return View(line, Kind.RULE, at=at)
        end = cut(line, len(line.text.rstrip()) - LONGEST_LINE)
        return View(end, Kind.PROSE, end.text, at=at)
    if not body[0].isalnum():
        if _RULE.fullmatch(body) and _LINE_DRAWN.search(body):
            return View(line, Kind.RULE, at=at)
        if caption := _CAPTION_TAG.match(line.text):
            line = line._replace(text=" " * caption.end() + line.text[caption.end() :])
            body = line.text.strip()
        elif body[0] == "<" and (_PAGE_TAG.match(line.text) or _is_tag(line.text, body)):
            return View(line, Kind.TAG, at=at)
    return _words_and_numbers(line, body, at)


def _words_and_numbers(line: Line, body: str, at: int) -> View:
    text = line.text
    held: tuple[Token, ...] = ()
    if body[-1] in _LAST_OF_ROW or _ends_in_void(body):
        label, start, tokens, held = split_line(text)
        if len(body) <= _LONGEST_PAGE_NUMBER and _PAGE_NUMBER.fullmatch(text):
            return View(line, Kind.BLANK, "", start, tokens, (), at)
        if tokens:
            if _are_years(tokens):
                return View(line, Kind.TEXT, label, start, tokens, held, at)
            lead = leading_numbers(text) if label and body[0] in _FIRST else ()
            return View(line, Kind.DATA, label, start, tokens, held, at, lead)
    else:
        label, start = strip_leaders(body), len(text) - len(text.lstrip())
    if body[0] in _FIRST and len(lead := leading_numbers(text)) > 1:
        return _label_right(View(line, Kind.DATA, label, start, lead, (), at))
    return View(line, Kind.PROSE if _is_prose(text) else Kind.TEXT, label, start, (), held, at)


def _label_right(view: View) -> View:
    """A row whose label stands right of all its numbers."""
    label = view.text[view.tokens[-1].end :]
    start = view.tokens[-1].end + len(label) - len(label.lstrip())
    return view._replace(label=label.strip(), label_start=start)


def between_numbers(view: View) -> View:
    """A row with its label between two groups of numbers, all of which are the row's."""
    if not view.lead or view.tokens[0].start < view.lead[-1].end:
        return view
    label = view.text[view.lead[-1].end : view.tokens[0].start]
    start = view.lead[-1].end + len(label) - len(label.lstrip())
    tokens = (*view.lead, *view.tokens)
    return view._replace(label=strip_leaders(label).strip(), label_start=start, tokens=tokens)


def _is_tag(text: str, body: str) -> bool:
    return _TAG.match(text) is not None and not (
        body[-1] in _LAST_OF_ROW and split_line(text).tokens
    )


def printed_lines(document: Document) -> Iterator[Line]:
    """The lines as a person sees them: of mark-up, as a browser would lay them out."""
    return lay_out_markup(document.lines) if document.markup else iter(document.lines)


class Words(NamedTuple):
    """A line that is no row of numbers, not looked at yet."""

    line: Line
    at: int

    @property
    def text(self) -> str:
        """The line as received."""
        return self.line.text

    def view(self) -> View:
        """The line as laid out; what looks like numbers is that of a page or an item."""
        view = _view(self.line, self.at)
        if view.kind is not Kind.DATA:
            return view
        kind = Kind.TEXT if view.label else Kind.BLANK
        return View(view.line, kind, view.text.strip(), view.label_start, at=self.at)


GAP = View(Line(0, ""), Kind.GAP)


def lay_out(lines: Iterable[Line]) -> Iterator[View | Words]:
    """The lines near numbers, told apart by what they hold; a GAP stands for the others.

    A short number right under a rule, or under numbers that end where it ends, is a
    total, not the number of a page.
    """
    return _with_totals(_near_numbers(lines))


def views_of(lines: Iterable[Words]) -> list[View]:
    """Lines told apart by what they hold, whichever they are."""
    views = (_view(line.line, line.at) for line in lines)
    return [view for view in _with_totals(views) if isinstance(view, View)]


def seen(line: View | Words) -> View:
    """A line, looked at if it was not yet."""
    return line if isinstance(line, View) else line.view()


def _with_totals(lines: Iterable[View | Words]) -> Iterator[View | Words]:
    above: View | Words = GAP
    for line in lines:
        above = _total(line, above) or line
        yield above


def _total(line: View | Words, above: View | Words) -> View | None:
    """The line as a row of numbers, if it is a total after all."""
    if isinstance(line, Words):
        view = _view(line.line, line.at) if line.line.text.strip().isdigit() else None
    else:
        view = line if line.kind is not Kind.DATA else None
    if view is None or not view.tokens or view.is_years:
        return None
    over = seen(above)
    total = over.kind is Kind.RULE or _ends_alike(view, over)
    return view._replace(kind=Kind.DATA) if total else None


def _ends_alike(view: View, above: View) -> bool:
    """Whether a number ends where one of the row above does; a parenthesis may hang over."""
    return above.kind is Kind.DATA and any(
        abs(token.end - other.end) <= 1 for token in view.tokens for other in above.tokens
    )


def _near_numbers(lines: Iterable[Line]) -> Iterator[View | Words]:
    """Lines that may end in numbers, those around them, and a GAP for longer stretches.

    Most lines of a filing are prose far from any table; only their number counts.
    """
    held: deque[Words] = deque()
    below = blanks = above = 0
    skipped = False
    for at, line in enumerate(lines):
        text = line.text
        words_only = text[-1:] in _LAST_OF_WORDS and text[0].isalpha()
        if not words_only and _may_end_in_number(text):
            if skipped:
                yield GAP
            yield from held
            held.clear()
            yield _view(line, at)
            below, blanks, above, skipped = _BELOW, 0, 0, False
        elif below:
            below -= 1
            yield Words(line, at)
        elif words_only or text.strip():
            above += 1
            while above > _ABOVE:
                skipped = True
                above -= bool(held.popleft().text.strip())
            held.append(Words(line, at))
            blanks = 0
        elif blanks < _BLANKS:
            held.append(Words(line, at))
            blanks += 1
    yield from held


def _may_end_in_number(text: str) -> bool:
    """A quick look that never denies a row of a table: is the last word apart, and a number?"""
    end = text.rstrip(" \t|\xa0")
    if not end or end.isspace():
        return False
    if end[-1] not in _LAST and not _ends_in_void(end):
        start = end.lstrip()[0]
        return start in _FIRST and _NUMBERS_FIRST.match(end) is not None
    at = max(end.rfind(" "), end.rfind("\xa0"))
    word = end[at + 1 :]
    if at < 1 or end[at - 1] in _BEFORE_NUMBER or end[at - 2 : at] in _LED:
        return len(word) < len(end.lstrip()) or len(word) > 3 or not word.isdigit()
    return "$" in word or ".." in word or "\t" in word or "__" in word


def _ends_in_void(text: str) -> bool:
    return text[-1] in _LAST_OF_VOID and text.endswith(_VOIDS)


def _is_prose(text: str) -> bool:
    """A line of running text: long, from the left margin, without gaps."""
    body = text.strip()
    if len(body) <= 48 or len(text) - len(text.lstrip()) >= 10:
        return False
    if (body[0] == "(" and body[-1] == ")") or (
        "  " in body and "  " in body.replace(".  ", ". ")
    ):
        return False
    words, small = len(_WORD.findall(body)), len(_SMALL_WORD.findall(body))
    return words > 6 and small * 2 > words and not _LEADERS.search(body)
