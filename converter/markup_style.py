"""What the attributes of a tag say about the place of its text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr")
)
PARAGRAPHS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote")
)
"""Blocks that stand apart from those around them."""
INDENTED = frozenset(("blockquote", "dd", "ul", "ol"))
BLOCKS = PARAGRAPHS | frozenset(
    (
        *("div", "center", "li", "dt", "dd", "body", "html", "address", "article", "aside"),
        *("section", "header", "footer", "nav", "main", "form", "fieldset", "figure"),
        *("caption", "option", "type", "sequence", "filename", "description", "text"),
        *("document", "sec-document", "sec-header"),
    )
)
ENDS_HIDDEN = frozenset(("td", "th", "tr", "/td", "/th", "/tr", "/table", "p", "li"))
"""Elements that may lack an end, and what ends them."""
_ATTRIBUTE = re.compile(
    r"""(?<![a-zA-Z-])([a-zA-Z-]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
)
_LENGTH = re.compile(r"(-?\d{0,6}\.?\d{1,6})\s*([a-z%]*)")
_UNITS = {"pt": 1.0, "px": 0.75, "em": 10.0, "rem": 10.0, "in": 72.0, "cm": 28.0, "ex": 5.0}
_ALIGNMENTS = {"left": "left", "right": "right", "center": "center", "justify": "left"}
_MOST_COLUMNS = 200
_MOST_ROWS = 1000


class Rule(NamedTuple):
    """The lines drawn along the edges of a cell: 0 none, 1 single, 2 double."""

    above: int = 0
    below: int = 0


NO_RULE = Rule()


class Style(NamedTuple):
    """The attributes and styles that matter; `indent` is in points.

    `tight` leaves no blank line around a paragraph; `raised` is a superscript.
    """

    align: str = ""
    indent: float = 0.0
    columns: int = 1
    rows: int = 1
    rule: Rule = NO_RULE
    hidden: bool = False
    raised: bool = False
    tight: bool = False
    breaks_before: bool = False
    breaks_after: bool = False
    narrow: bool = False
    ruled: bool = False


PLAIN = Style()


@lru_cache(maxsize=8192)
def read_style(attributes: str) -> Style:
    """Read the attributes of a tag, as written in it."""
    given = {
        found[1].lower(): found[2] or found[3] or found[4] or ""
        for found in _ATTRIBUTE.finditer(attributes)
    }
    css = _declarations(given.get("style", ""))
    align = css.get("text-align", given.get("align", "")).strip().lower()
    rule = Rule(_line(css, "top"), _line(css, "bottom"))
    return Style(
        align=_ALIGNMENTS.get(align, ""),
        indent=_indent(css),
        columns=_count(given.get("colspan", ""), _MOST_COLUMNS),
        rows=_count(given.get("rowspan", ""), _MOST_ROWS),
        rule=rule,
        ruled=rule != (0, 0),
        hidden=css.get("display") == "none",
        raised=css.get("vertical-align") == "super" or css.get("top", "").startswith("-"),
        tight=_is_tight(css),
        breaks_before=css.get("page-break-before", css.get("break-before")) in _BREAKS,
        breaks_after=css.get("page-break-after", css.get("break-after")) in _BREAKS,
        narrow=_is_narrow(given.get("width", css.get("width", ""))),
    )


_BREAKS = ("always", "page", "left", "right")


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _count(text: str, most: int) -> int:
    digits = text.strip()[:6]
    return min(max(int(digits), 1), most) if digits.isdecimal() else 1


def _points(text: str) -> float:
    found = _LENGTH.match(text)
    if found is None:
        return 0.0
    return float(found[1]) * _UNITS.get(found[2], 5.0 if found[2] == "%" else 0.75)


def _indent(css: dict[str, str]) -> float:
    total = _points(css.get("text-indent", ""))
    for box in ("padding", "margin"):
        sides = css.get(box, "").split()
        # One value is for all sides, two are for up-down and left-right.
        left = sides[3] if len(sides) > 3 else sides[1] if len(sides) > 1 else ""
        total += _points(css.get(f"{box}-left", left or (sides[0] if sides else "")))
    return total


def _line(css: dict[str, str], side: str) -> int:
    """Whether a border is drawn on a side, and how."""
    text = " ".join(
        css.get(f"border-{side}{part}", "") for part in ("", "-style", "-width", "-color")
    )
    words = text.split()
    width = next((_points(word) for word in words if _LENGTH.match(word)), 1.0)
    if not words or {"none", "hidden"} & set(words) or not width or _is_white(text):
        return 0
    if "double" in words:
        return 2
    return 1 if {"solid", "dashed"} & set(words) else 0


def _is_white(text: str) -> bool:
    return re.search(r"#fff(?:fff)?\b|\bwhite\b|\btransparent\b", text) is not None


def _is_tight(css: dict[str, str]) -> bool:
    first = css.get("margin", "").split()[:1]
    above = css.get("margin-top", first[0] if first else "")
    below = css.get("margin-bottom", first[0] if first else "")
    return any(text and _points(text) <= 1 for text in (above, below))


def _is_narrow(width: str) -> bool:
    """Less than half of the page: a rule above a footnote, not the end of a page."""
    found = _LENGTH.match(width.strip())
    if found is None:
        return False
    return float(found[1]) < (50 if width.strip().endswith("%") else 300)


class Block(NamedTuple):
    """An open element; `indent` is that of its text, with all around it."""

    name: str
    align: str
    indent: float
    style: Style


_ROOT = Block("", "", 0.0, PLAIN)
_MOST_BLOCKS = 200
_QUOTED = 20.0
Around = tuple[int, Block]


class Blocks:
    """The open blocks; those around a cell neither close nor align what is in it."""

    def __init__(self) -> None:
        self._open: list[Block] = []
        self._outside = 0
        self.last = _ROOT

    def open(self, name: str, style: Style) -> None:
        """Open a block within the last one."""
        if len(self._open) >= _MOST_BLOCKS:
            return
        align = "center" if name in ("center", "caption") else style.align or self.last.align
        indent = self.last.indent + style.indent + (_QUOTED if name in INDENTED else 0)
        self.last = Block(name, align, indent, style)
        self._open.append(self.last)

    def close(self, name: str) -> list[Block]:
        """Close the last block of a name, with all in it; returns them."""
        for i in range(len(self._open) - 1, self._outside - 1, -1):
            if self._open[i].name == name:
                closed = self._open[i:]
                self._cut(i)
                return closed
        return []

    def _cut(self, size: int) -> None:
        del self._open[size:]
        self.last = self._open[-1] if size > self._outside else _ROOT

    def enter(self) -> Around:
        """Begin a cell; returns what to leave it with."""
        around = (self._outside, self.last)
        self._outside, self.last = len(self._open), _ROOT
        return around

    def leave(self, around: Around) -> None:
        """End a cell, and all blocks in it."""
        if len(self._open) > self._outside:
            del self._open[self._outside :]
        self._outside, self.last = around


class Hidden:
    """The element being left out, if `name` is not empty."""

    def __init__(self) -> None:
        self.name = ""
        self._depth = 0

    def begin(self, name: str, attributes: str) -> None:
        """Leave out an element, unless it holds nothing."""
        if name not in VOID and not attributes.endswith("/"):
            self.name, self._depth = name, 1

    def ends(self, tag: str) -> bool:
        """Follow a tag within; whether the tag lies outside and must be read."""
        tag = tag.lower()
        if self.name in ENDS_HIDDEN and tag in ENDS_HIDDEN and tag != f"/{self.name}":
            self.name = ""
            return True
        if tag == self.name:
            self._depth += 1
        elif tag == f"/{self.name}":
            self._depth -= 1
            if not self._depth:
                self.name = ""
        return False
