"""HTML as a stream: tags and the text before each, with the place of every character.

Tokens are cut with one anchored pattern that never looks beyond the next `<`, so that
broken mark-up costs no more time than sound mark-up. What is no tag is text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from converter.model import Line, Piece, Span

Token = tuple[str, int, str, str]
"""Text, its offset, and the name and attributes of the tag after it; the name may be ''."""
Part = tuple[str, int]
"""Text as in the source, and its offset there; or BREAK, or PADDING, for an offset."""
Run = tuple[int, int, int, int]
"""Where in a fragment, how long there, and the offset and length of its source."""

BREAK = -1
PADDING = -2
_CHUNK = 1 << 16
_LONGEST_TAG = 1 << 16
_INERT = "(?:span|font|[biua]|strong|em|ix:non[A-Za-z]{6,10})"
_TOKEN = re.compile(
    rf"""([^<]*)
    # Ends of elements that say nothing of places, where a block ends as well; a few, for
    # where none ends, they are looked at again one by one.
    (?:(?:</{_INERT}>){{1,8}}+(?=</(?:td|div|p)>))?+
    (?:
      <(/?[A-Za-z][^\s/<>]*)([^<>"']*+(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*+)*+)>
      (?:<{_INERT}>)*+ (</td>)?+
    | (<!--|<[!?][^<>]*>|<)
    | \Z
    )""",
    re.VERBOSE,
)
_PLAIN_TAG = re.compile(r"<(/?[A-Za-z][^\s/<>]*)([^<>]*)>")
_COMMENT_END = re.compile("-->")
_RAW = {
    spelled: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE)
    for name in ("script", "style", "title", "svg", "noscript", "template", "iframe")
    for spelled in (name, name.upper(), name.capitalize())
}
"""Elements that show no text of the document, and what ends them."""


class Source:
    """The lines read so far, for the place of a character among all of them."""

    def __init__(self) -> None:
        self._starts = array("Q")
        self._numbers = array("Q")
        self._low = self._high = self._number = 0
        self.size = 0

    def add(self, line: Line) -> None:
        """Take in one more line; it counts as if it ended in one character."""
        self._starts.append(self.size)
        self._numbers.append(line.number)
        self.size += len(line.text) + 1

    def _seek(self, offset: int) -> None:
        at = bisect_right(self._starts, offset) - 1
        self._low, self._number = self._starts[at], self._numbers[at]
        self._high = self._starts[at + 1] if at + 1 < len(self._starts) else self.size

    def span(self, offset: int, width: int) -> Span:
        """The place of some characters of one line."""
        if not self._low <= offset < self._high:
            self._seek(offset)
        column = offset - self._low
        return Span(self._number, column, column + width)

    def number(self, offset: int) -> int:
        """The number of the line that has this character; 1 when none has."""
        if not self._starts:
            return 1
        return self.span(min(offset, self.size - 1), 0).line


def tokens(lines: Iterable[Line], source: Source) -> Iterator[Token]:
    """All tags and texts of a document, without comments, scripts and styles."""
    carry = ""
    until: re.Pattern[str] | None = None
    for chunk, offset in _chunks(lines, source):
        text = carry + chunk
        carry, until = yield from _scan(text, offset - len(carry), until)
    if carry:
        yield carry, source.size - len(carry), "", ""


def _chunks(lines: Iterable[Line], source: Source) -> Iterator[tuple[str, int]]:
    held: list[str] = []
    start = 0
    for line in lines:
        source.add(line)
        held.append(line.text)
        if source.size - start >= _CHUNK:
            yield "\n".join([*held, ""]), start
            held, start = [], source.size
    if held:
        yield "\n".join([*held, ""]), start


_Until = re.Pattern[str] | None
_Stretch = Generator[Token, None, tuple[int, _Until, bool]]


def _scan(text: str, base: int, until: _Until) -> Generator[Token, None, tuple[str, _Until]]:
    """The tokens of a stretch; returns a tag cut off at its end, and what ends raw text."""
    last = text.rfind("<")
    if last < 0 or not _is_cut_off(text, last):
        last = len(text)
    at = 0
    while at < len(text):
        if until is not None:
            end = until.search(text, at)
            if end is None:
                return "", until
            at, until = end.end(), None
        at, until, is_cut = yield from _run(text, base, at, last)
        if is_cut:
            return text[last:], None
    return "", until


def _run(text: str, base: int, at: int, last: int) -> _Stretch:
    """The tokens up to one that is not of the common form, and where they end.

    Returns the end, what ends the raw text that begins there, and whether a tag that
    may go on in the next stretch begins there.
    """
    for found in _TOKEN.finditer(text, at):
        before, name, attributes, closing, other = found.groups()
        offset = base + found.start()
        if name is not None:
            if closing is None:
                yield before, offset, name, attributes
            else:
                yield from _closed(before, offset, name, attributes)
            if name in _RAW and not attributes.endswith("/"):
                return found.end(), _RAW[name], False
        elif other != "<":
            if before:
                yield before, offset, "", ""
            if other == "<!--":
                # `<!-->` is a whole comment: the dashes may do twice.
                return found.end() - 2, _COMMENT_END, False
        elif (end := found.end()) - 1 == last:
            yield before, offset, "", ""
            return last, None, True
        elif plain := _PLAIN_TAG.match(text, end - 1):
            yield before, offset, plain[1], plain[2]
            return plain.end(), None, False
        else:
            yield before + "<", offset, "", ""
    return len(text), None, False


def _closed(before: str, offset: int, name: str, attributes: str) -> Iterator[Token]:
    """A tag right before the end of a cell; of a cell itself, it is an empty one."""
    if name == "td":
        yield before, offset, name, f"{attributes}/"
    else:
        yield before, offset, name, attributes
        yield "", offset, "/td", ""


def _is_cut_off(text: str, at: int) -> bool:
    """Whether a tag may go on in the next stretch."""
    rest = text[at + 1 : at + 2]
    opens = rest.isascii() and (rest.isalpha() or rest in ("/", "!", "?"))
    return opens and len(text) - at < _LONGEST_TAG and ">" not in text[at:]


# --- Text ----------------------------------------------------------------------------


class Fragment(NamedTuple):
    """Laid-out text, and which characters of it come from where."""

    text: str
    runs: tuple[Run, ...]


EMPTY = Fragment("", ())
_WHITE = " \t\n\r\f"
_BLANK_ENDS = f"{_WHITE}\xa0"
_FIXED = "\xa0\u2000-\u200a\u202f\u205f\u3000"
_NOTHING = "\u00ad\u200b-\u200f\u2060\ufeff"
_ODD = re.compile(rf"[\t\n\r\f&{_FIXED}{_NOTHING}]|  ")
_ENTITY = r"&(?:\#\d{1,7};?|\#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};|nbsp|amp|lt|gt)"
_WORD = rf"[^ \t\n\r\f&{_FIXED}{_NOTHING}]+"
_BIT = re.compile(
    rf"({_WORD}(?:[ ]{_WORD})*)|({_ENTITY})|([ \t\n\r\f]+)|([{_FIXED}])|[{_NOTHING}]|(&)"
)
_KEPT = re.compile(rf"[^&\xa0]+|{_ENTITY}|&|\xa0")
_GAPS = re.compile(r"[^\xa0 ]+(?:[\xa0 ][^\xa0 ]+)*")
_BLANKS = "\xa0 "


@lru_cache(maxsize=4096)
def _character(entity: str) -> str | None:
    """What an entity stands for: one character, or nothing; None when it is unknown."""
    char = unescape(entity if entity.endswith(";") else entity + ";")
    if len(char) > 1:
        return None
    if re.match(f"[{_FIXED}]", char):
        return "\xa0"
    return "" if not char or re.match(f"[{_NOTHING}]", char) else char


class _Composer:
    """Puts text together as a browser does: runs of white space are one blank."""

    def __init__(self) -> None:
        self.lines: list[Fragment] = []
        self._text: list[str] = []
        self._runs: list[Run] = []
        self._at = 0
        self._blank = False

    def put(self, text: str, offset: int, width: int) -> None:
        """Append text; without a source when `width` is 0."""
        if self._blank:
            self._blank = False
            if self._at:
                self._text.append(" ")
                self._at += 1
        self._text.append(text)
        if width:
            self._runs.append((self._at, len(text), offset, width))
        self._at += len(text)

    def take(self, text: str, offset: int) -> None:
        """Append text as in the source."""
        for found in _BIT.finditer(text):
            kind, at = found.lastindex, offset + found.start()
            if kind in (1, 5):
                self.put(found[0], at, len(found[0]))
            elif kind == 2:
                self._entity(found[0], at)
            elif kind == 3:
                self._blank = True
            elif kind == 4:
                self.put("\xa0", at, 0)

    def _entity(self, entity: str, offset: int) -> None:
        char = _character(entity)
        if char is None:
            self.put(entity, offset, len(entity))
        elif char and char in _WHITE:
            self._blank = True
        elif char:
            self.put(char, offset, len(entity))

    def end_line(self) -> None:
        """Begin another line."""
        self.lines.append(Fragment("".join(self._text), tuple(self._runs)))
        self._text, self._runs, self._at, self._blank = [], [], 0, False


def compose(parts: list[Part]) -> list[Fragment]:
    """The lines that some parts make; a break after the last line makes no other.

    Blanks at the end, fixed ones too, are dropped.
    """
    while len(parts) > 1 and parts[-1][0].isspace():
        parts.pop()
    if len(parts) == 1:
        text, offset = parts[0]
        bare = text.rstrip(_BLANK_ENDS).lstrip(_WHITE)
        if not _ODD.search(bare):
            if not bare:
                return [EMPTY]
            at, size = offset + text.index(bare[0]), len(bare)
            return [Fragment(bare, ((0, size, at, size),))]
    composer = _Composer()
    for text, offset in parts:
        if offset == BREAK:
            composer.end_line()
        elif offset == PADDING:
            composer.put(text, 0, 0)
        else:
            composer.take(text, offset)
    composer.end_line()
    lines = composer.lines
    return lines[:-1] if len(lines) > 1 and not lines[-1].text else lines


def keep(parts: Sequence[Part]) -> Fragment:
    """One line of preformatted text: every character as it is, only entities read."""
    text: list[str] = []
    runs: list[Run] = []
    at = 0
    for part, offset in parts:
        for found in _KEPT.finditer(part):
            char = _character(found[0]) if len(found[0]) > 1 and found[0][0] == "&" else None
            bit = found[0] if char is None else " " if char in ("\n", "\r") else char
            if bit and found[0] != "\xa0":
                runs.append((at, len(bit), offset + found.start(), len(found[0])))
            text.append(bit)
            at += len(bit)
    return Fragment("".join(text), tuple(runs))


def cut(fragment: Fragment, start: int, end: int) -> Fragment:
    """A stretch of a fragment."""
    text, runs = fragment
    if start <= 0 and end >= len(text):
        return fragment
    kept: list[Run] = []
    for i in range(max(0, bisect_left(runs, (start + 1,)) - 1), len(runs)):
        at, size, offset, width = runs[i]
        if at >= end:
            break
        low, high = max(at, start), min(at + size, end)
        if low < high:
            if width == size:
                offset, width = offset + low - at, high - low
            kept.append((low - start, high - low, offset, width))
    return Fragment(text[start:end], tuple(kept))


def join(left: Fragment, between: str, right: Fragment) -> Fragment:
    """Two fragments with text of no source between them."""
    shift = len(left.text) + len(between)
    moved = tuple((at + shift, size, o, w) for at, size, o, w in right.runs)
    return Fragment(f"{left.text}{between}{right.text}", left.runs + moved)


def tidy(fragment: Fragment) -> tuple[int, Fragment]:
    """How many fixed blanks lead a fragment, and its text with single blanks within."""
    text = fragment.text
    if "\xa0" not in text:
        return 0, fragment
    spans = [found.span() for found in _GAPS.finditer(text)]
    if not spans:
        return 0, EMPTY
    whole = cut(fragment, *spans[0])
    for start, end in spans[1:]:
        whole = join(whole, " ", cut(fragment, start, end))
    return spans[0][0], whole._replace(text=whole.text.replace("\xa0", " "))


def wrap(fragment: Fragment, width: int, rest: int | None = None) -> list[Fragment]:
    """A fragment in lines of a width, the further ones of another; no word is cut."""
    text = fragment.text
    if len(text) <= width:
        return [fragment]
    lines: list[Fragment] = []
    start, width = 0, max(width, 1)
    while len(text) - start > width:
        end = text.rfind(" ", start, start + width + 1)
        if end <= start:
            end = text.find(" ", start + width)
            if end < 0:
                break
        lines.append(cut(fragment, start, end))
        start = end + 1
        width = max(rest if rest is not None else width, 1)
    last = cut(fragment, start, len(text))
    return [*lines, last] if last.text.strip(_BLANKS) or not lines else lines


def printed(source: Source, placed: Iterable[tuple[int, Fragment]], offset: int) -> Line:
    """Fragments at their columns as a line; one that would overlap moves to the right.

    A line without a source has the number of the line at the offset.
    """
    text: list[str] = []
    pieces: list[Piece] = []
    end = 0
    for column, (words, runs) in placed:
        x = column if column >= end + 2 or not end else end + 2
        text.append(" " * (x - end))
        text.append(words)
        for start, size, at, width in runs:
            pieces.append(Piece(x + start, x + start + size, source.span(at, width)))
        end = x + len(words)
    whole = "".join(text)
    if "\xa0" in whole:
        whole = whole.replace("\xa0", " ")
    number = pieces[0].source.line if pieces else source.number(offset)
    return Line(number, whole, tuple(pieces))
