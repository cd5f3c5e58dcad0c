"""The mark-up of a page as well-formed XHTML, its text untouched, with tags put into it.

Inline elements are opened where text needs them, and closed where a block begins or
ends, so that no two ever cross; rows, cells and items that mark-up leaves out are added.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from converter.weaving import Weaver
from converter.xhtml import Element, element, local_style
from converter.xml_text import characters, escaped

_TAG = re.compile(
    r"""<(?:
      (/?[A-Za-z][^\s/<>]*)([^<>"']*+(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*+)*+)>
    | (/?[A-Za-z][^\s/<>]*)([^<>]*+)>
    | (!--) | [!?][^<>]*>
    )""",
    re.VERBOSE,
)
_RAW = {"script", "style", "title", "svg", "noscript", "template", "iframe", "ix:header"}
_INLINE = {
    "a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "dfn", "em", "i", "kbd", "q",
    "samp", "small", "span", "strong", "sub", "sup", "tt", "var",
}  # fmt: skip
_NOT_IN_PRE = {"big", "small", "sub", "sup", "q"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "dt"}
"""What holds text and inline elements only."""
_GROUPS = {"tbody", "thead", "tfoot"}
_INSIDE = {"table": "tr", "tbody": "tr", "thead": "tr", "tfoot": "tr", "tr": "td",
           "ul": "li", "ol": "li", "dl": "dd"}  # fmt: skip
"""What holds certain elements only, and the one to open for all else."""
_CELLS = {"td", "th"}
_TABULAR = {"tr", *_CELLS, *_GROUPS}
_ITEMS = {"li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}
_SOUND_TABLE = re.compile("(?:tr )+|(?:thead )?(?:tfoot )?(?:tbody )+")
_DEEPEST = 150
_MOST_ALIKE = 3


class TooDeepError(Exception):
    """A document's elements lie deeper than readers of XML allow (libxml2: 256 levels)."""

    def __init__(self, document: int) -> None:
        super().__init__(f"document {document}")
        self.document = document


class Token(NamedTuple):
    """Text when `name` is empty; a tag, its name in lower case, `/p` for an end."""

    start: int
    end: int
    name: str = ""
    attributes: str = ""


def tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """The text and tags of a stretch of HTML, without comments and what is not shown.

    What a style sheet says comes as the attributes of a token named `style`.
    """
    at = begun = start
    while (found := _TAG.search(text, at, end)) is not None:
        if found.start() > begun:
            yield Token(begun, found.start())
        at = found.end()
        name = (found[1] or found[3] or "").lower()
        if found[5]:
            closed = text.find("-->", found.end() - 2, end)
            at = end if closed < 0 else closed + 3
        elif name in _RAW and not found[0].endswith("/>"):
            closing = re.compile(rf"</{name}[^<>]*>", re.IGNORECASE).search(text, at, end)
            if name == "style":
                yield Token(at, at, name, text[at : closing.start() if closing else end])
            elif name not in ("title", "ix:header"):
                yield Token(at, at, name)
            at = closing.end() if closing else end
        elif name:
            yield Token(found.start(), at, name, found[2] or found[4] or "")
        begun = at
    if begun < end:
        yield Token(begun, end)


@dataclass(slots=True, eq=False)
class _Open:
    """An open block: `at` is the part that opens it, `source` what the page calls it."""

    name: str
    source: str
    at: int
    formats: int
    children: list[_Open] = field(default_factory=list)
    closed_at: int = -1


@dataclass(slots=True, eq=False)
class _Format:
    """An inline element that is open in the page, whether or not it is written yet."""

    name: str
    source: str
    markup: str
    id: str
    used: bool = False


class Repair:
    """Writes one page; `changes` counts what is not as it was."""

    def __init__(self, text: str, weaver: Weaver, taken: Collection[str]) -> None:
        self.changes: Counter[str] = Counter()
        self.styles: list[str] = []
        self._text = text
        self._weaver = weaver
        self._ids = set(taken)
        self._parts: list[str] = []
        self._stack: list[_Open] = []
        self._formats: list[_Format] = []
        self._written: list[tuple[_Format, str]] = []
        self._push(Element("div", '<div class="filed"'), "")

    def page(self, page: Iterable[Token], document: int) -> str:
        """All mark-up of a document.

        Raises:
            TooDeepError: It cannot be read as XML.
        """
        for token in page:
            if not token.name:
                self._put_text(token)
            elif token.name.startswith("/"):
                self._end(token.name[1:])
            elif token.name == "style":
                self.styles.append(local_style(token.attributes))
            else:
                self._start(token)
            if len(self._stack) + len(self._formats) > _DEEPEST:
                raise TooDeepError(document)
        while self._stack:
            self._pop()
        return "".join(self._parts)

    # Text

    def _put_text(self, token: Token) -> None:
        blank = self._text[token.start : token.end].isspace()
        if not blank:
            self._make_room()
            self._write_formats()
        self._parts.append(
            self._weaver.take(token.start, token.end, _blanks if blank else _text)
        )

    def _make_room(self) -> None:
        """Open what must stand between the open element and text."""
        while (inside := _INSIDE.get(self._stack[-1].name)) is not None:
            self.changes[f"<{inside}> added"] += 1
            self._push(Element(inside, f"<{inside}"), inside)

    # Inline elements

    def _write_formats(self) -> None:
        same = 0
        for (written, _), wanted in zip(self._written, self._formats, strict=False):
            if written is not wanted:
                break
            same += 1
        self._close_formats(same)
        for one in self._formats[same:]:
            bare = self._in_pre() and one.name in _NOT_IN_PRE
            name, markup = ("span", "<span") if bare else (one.name, one.markup)
            self._parts.append(f"{markup}{self._id('' if one.used else one.id)}>")
            one.used = True
            self._written.append((one, name))

    def _in_pre(self) -> bool:
        return self._stack[-1].name == "pre"

    def _close_formats(self, keep: int = 0) -> None:
        while len(self._written) > keep:
            self._parts.append(f"</{self._written.pop()[1]}>")

    def _open_format(self, made: Element, source: str) -> None:
        if made.name == "a":
            self._end_format("a")
        alike = [f for f in self._formats if (f.source, f.markup) == (source, made.markup)]
        if len(alike) >= _MOST_ALIKE:
            self._formats.remove(alike[0])
        self._formats.append(_Format(made.name, source, made.markup, made.id))

    def _end_format(self, source: str) -> None:
        last = next((f for f in reversed(self._formats) if f.source == source), None)
        if last is None:
            return
        if not last.used and self._stack[-1].name not in _INSIDE:
            self._write_formats()
        written = [one for one, _ in self._written]
        if last in written:
            self._close_formats(written.index(last))
        self._formats.remove(last)

    # Blocks

    def _start(self, token: Token) -> None:
        made = element(token.name, token.attributes.removesuffix("/"))
        self.changes.update(made.changes)
        if made.name in _INLINE:
            self._open_format(made, token.name)
        elif made.name in ("br", "img"):
            self._put_void(made)
        elif made.name == "hr":
            self._begin_block()
            self._make_room()
            self._parts.append(f"{made.markup}{self._id(made.id)} />")
        elif made.name:
            self._open_block(made, token.name)

    def _put_void(self, made: Element) -> None:
        if made.name == "img" and self._in_pre():
            self.changes["<img> left out"] += 1
            return
        self._make_room()
        self._write_formats()
        self._parts.append(f"{made.markup}{self._id(made.id)} />")

    def _begin_block(self) -> None:
        self._close_formats()
        top = self._stack[-1]
        if top.name == "p":
            self._pop()
        elif top.name in _PARAGRAPHS:
            self._rename(top, "dd" if top.name == "dt" else "div")

    def _open_block(self, made: Element, source: str) -> None:
        self._begin_block()
        if made.name in _TABULAR:
            if not self._make_table_ready(made.name):
                self.changes[f"<{source}> left out"] += 1
                return
        elif made.name in _ITEMS:
            if not self._back_to(_ITEMS[made.name], {"table", *_CELLS}):
                made = Element("div", f"<div{made.markup[1 + len(made.name) :]}", made.id)
                self._make_room()
        else:
            self._make_room()
        self._push(made, source)

    def _make_table_ready(self, name: str) -> bool:
        """Close and open rows so that a part of a table may begin; False outside of one."""
        wanted = {"table"} if name in _GROUPS else {"table", *_GROUPS}
        if name in _CELLS:
            wanted = {"tr", *wanted}
        if not self._back_to(wanted, ()):
            return False
        if name in _CELLS and self._stack[-1].name != "tr":
            self.changes["<tr> added"] += 1
            self._push(Element("tr", "<tr"), "tr")
        return True

    def _back_to(self, names: Collection[str], barriers: Collection[str]) -> bool:
        """Close what is open within the nearest of some elements, if there is one."""
        for i in range(len(self._stack) - 1, -1, -1):
            if self._stack[i].name in names:
                while len(self._stack) > i + 1:
                    self._pop()
                return True
            if self._stack[i].name in barriers:
                return False
        return False

    def _end(self, source: str) -> None:
        made = element(source, "")
        if made.name in _INLINE:
            self._end_format(source)
        elif made.name not in ("", "br", "hr", "img") and source != "body":
            self._end_block(source)

    def _end_block(self, source: str) -> None:
        # `</table>` ends the cell that it stands in, as `</tr>` does: many pages lack `</td>`.
        whole = source == "table" or source in _TABULAR
        barriers = {"table"} if whole else {"table", *_CELLS}
        for i in range(len(self._stack) - 1, 0, -1):
            if self._stack[i].source == source:
                while len(self._stack) > i:
                    self._pop()
                return
            if self._stack[i].name in barriers:
                break
        self.changes[f"</{source}> left out"] += 1

    # The stack

    def _push(self, made: Element, source: str) -> None:
        self._close_formats()
        opened = _Open(made.name, source, len(self._parts), len(self._formats))
        if self._stack:
            self._stack[-1].children.append(opened)
        self._stack.append(opened)
        self._parts.append(f"{made.markup}{self._id(made.id)}>")

    def _pop(self) -> None:
        self._close_formats()
        closed = self._stack.pop()
        if closed.name in _CELLS:
            del self._formats[closed.formats :]
        if closed.name in _INSIDE and not closed.children:
            self._mend_empty(closed)
        elif closed.name == "table":
            self._mend_groups(closed)
        closed.closed_at = len(self._parts)
        self._parts.append(f"</{closed.name}>" if closed.name else "")

    def _mend_empty(self, closed: _Open) -> None:
        """A row without cells gets one; a table or list without anything is a block."""
        if closed.name == "tr":
            self._parts.append("<td></td>")
        elif closed.name in _GROUPS:
            self._parts[closed.at] = closed.name = ""
            self._stack[-1].children.remove(closed)
        else:
            self._parts[closed.at], closed.name = "<div>", "div"

    def _mend_groups(self, table: _Open) -> None:
        """Groups of rows in an order that XHTML does not know are given up."""
        if _SOUND_TABLE.fullmatch("".join(f"{child.name} " for child in table.children)):
            return
        for child in table.children:
            if child.name in _GROUPS:
                self.changes[f"<{child.name}> left out"] += 1
                self._parts[child.at] = self._parts[child.closed_at] = ""

    def _rename(self, opened: _Open, name: str) -> None:
        self.changes[f"<{opened.name}> as <{name}>"] += 1
        rest = self._parts[opened.at][1 + len(opened.name) :]
        self._parts[opened.at], opened.name = f"<{name}{rest}", name

    def _id(self, name: str) -> str:
        """An id that no other element has."""
        if not name or name in self._ids:
            return ""
        self._ids.add(name)
        return f' id="{name}"'


def _text(raw: str) -> str:
    return escaped(characters(raw))


def _blanks(raw: str) -> str:
    return raw.replace("\f", " ").replace("\v", " ").replace("\r", "&#13;")
