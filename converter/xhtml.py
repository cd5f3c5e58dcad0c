"""Tags of HTML as XHTML 1.1 has them, the host language of Inline XBRL's schema.

What XHTML 1.1 lacks is written with what it has: presentational attributes as styles,
`font` as `span`, sections and `center` as `div`. Scripts, forms and pictures drawn in
the page have no counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from converter.xml_text import characters, escaped, in_xml

_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+))?""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NUMBER = re.compile(r"[0-9]{1,6}")
_LENGTH = re.compile(r"[0-9]{1,6}%?")
_PLAIN = re.compile(r"[\w#%., -]{1,80}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_TEXT = re.compile(r"(?s:.*)")
_BESIDE = re.compile(r"(?!\s*(?:[a-z][a-z0-9+.-]*:|//)).*", re.IGNORECASE | re.DOTALL)
"""An address of a file beside the page, not of one elsewhere."""
_ALIGN = re.compile("left|center|right|justify")
_VALIGN = re.compile("top|middle|bottom|baseline")

_COMMON = {"class": _TEXT, "title": _TEXT, "dir": re.compile("ltr|rtl"), "lang": _LANGUAGE}
_CELL = {
    "colspan": _NUMBER, "rowspan": _NUMBER, "align": _ALIGN, "valign": _VALIGN,
    "abbr": _TEXT, "scope": re.compile("row|col|rowgroup|colgroup"),
}  # fmt: skip
_ROW = {"align": _ALIGN, "valign": _VALIGN}
_ALLOWED: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "a": {"href": re.compile(r"(?!\s*javascript:)(?s:.*)", re.IGNORECASE)},
    "img": {"src": _BESIDE, "alt": _TEXT, "width": _LENGTH, "height": _LENGTH},
    "table": {"summary": _TEXT, "width": _LENGTH, "border": _NUMBER, "cellspacing": _LENGTH,
              "cellpadding": _LENGTH},
    "tr": _ROW, "thead": _ROW, "tbody": _ROW, "tfoot": _ROW, "td": _CELL, "th": _CELL,
}  # fmt: skip
_AS_STYLE = {
    "bgcolor": "background-color", "color": "color", "text": "color", "face": "font-family",
    "align": "text-align", "valign": "vertical-align", "width": "width", "height": "height",
}  # fmt: skip
_SIZES = ("x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large")
_CASELESS = ("align", "valign", "dir", "scope")
_MARKERS = {
    "1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman",
    "I": "upper-roman", "disc": "disc", "circle": "circle", "square": "square",
}  # fmt: skip
_INSTEAD = {
    "font": ("span", ""),
    "u": ("span", "text-decoration:underline"),
    "ins": ("span", "text-decoration:underline"),
    "s": ("span", "text-decoration:line-through"),
    "strike": ("span", "text-decoration:line-through"),
    "del": ("span", "text-decoration:line-through"),
    "nobr": ("span", "white-space:nowrap"),
    "center": ("div", "text-align:center"),
    "blockquote": ("div", "margin:1em 40px"),
    "address": ("div", "font-style:italic"),
    "xmp": ("pre", ""),
    "listing": ("pre", ""),
    "plaintext": ("pre", ""),
    "dir": ("ul", ""),
    "menu": ("ul", ""),
}
_SAME = {
    "a", "abbr", "acronym", "b", "bdo", "big", "br", "cite", "code", "dd", "dfn", "div", "dl",
    "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p",
    "pre", "q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "tt", "ul", "var",
}  # fmt: skip
_BLOCKS = {
    "article", "aside", "body", "details", "dialog", "fieldset", "figcaption", "figure",
    "footer", "form", "header", "legend", "main", "nav", "section", "summary", "option",
}  # fmt: skip
_NOTHING = {
    "html", "head", "meta", "link", "base", "caption", "col", "colgroup", "wbr", "input",
    "object", "embed", "param", "applet", "canvas", "audio", "video", "source", "track", "area",
    "map", "frame", "frameset", "basefont", "isindex", "bgsound", "image", "script", "style",
    "title", "svg", "noscript", "template", "iframe", "!doctype",
}  # fmt: skip
_SHOWN_NOTHING = {"html", "head", "meta", "link", "base", "title", "style", "wbr", "!doctype"}
"""Nothing is lost to the eye when these are left out."""


class Element(NamedTuple):
    """A start tag as XHTML has it: `name` is empty for a tag that is left out.

    `markup` lacks the id and the closing bracket. `changes` say what is otherwise.
    """

    name: str
    markup: str
    id: str = ""
    changes: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def element(name: str, attributes: str) -> Element:
    """A start tag of HTML, its name in lower case, in XHTML 1.1."""
    if name in _NOTHING or ":" in name:
        seen = name not in _SHOWN_NOTHING and ":" not in name
        return Element("", "", changes=(f"<{name}> left out",) if seen else ())
    changes: list[str] = []
    own, style = _renamed(name)
    if name not in (own, "body"):
        changes.append(f"<{name}> as <{own}>")
    given = dict(_attributes(attributes))
    kept: dict[str, str] = {}
    styles = [style] if style else []
    for key, value in given.items():
        if (_ALLOWED.get(own, {}).get(key) or _COMMON.get(key, _NEVER)).fullmatch(value):
            kept["xml:lang" if key == "lang" else key] = _value(key, value)
        elif key == "style":
            styles.append(local_style(value))
        elif found := _as_style(own, key, value):
            styles.insert(0, found)
            changes.append(f"{key} as style")
        elif key not in ("id", "name", "/"):
            changes.append(f"{key} left out")
    if styles:
        kept["style"] = "; ".join(s.strip().rstrip(";") for s in styles)
    if own == "img":
        kept = {"src": "", "alt": ""} | kept
    written = "".join(
        f' {key}="{_quoted(value)}"' for key, value in kept.items() if value or key != "class"
    )
    named = given.get("id") or (given.get("name", "") if own == "a" else "")
    return Element(
        own, f"<{own}{written}", named if _NAME.fullmatch(named) else "", tuple(changes)
    )


def local_style(text: str) -> str:
    """Style that has a browser load nothing from elsewhere: a page as filed asks no network."""
    return _LOADED.sub("none", _IMPORTED.sub("", text))


_LOADED = re.compile(r"url\(\s*[\"']?\s*(?:[a-z][a-z0-9+.-]*:|//)[^)]*\)", re.IGNORECASE)
_IMPORTED = re.compile(r"@import[^;]*;?", re.IGNORECASE)
_NEVER = re.compile(r"(?!)")


def _renamed(name: str) -> tuple[str, str]:
    if name in _SAME:
        return name, ""
    return _INSTEAD.get(name) or ("div" if name in _BLOCKS else "span", "")


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for found in _ATTRIBUTE.finditer(text):
        value = found[2] or ""
        if value[:1] in ('"', "'"):
            value = value[1:-1]
        key, value = found[1].lower(), in_xml(characters(value)).strip()
        yield key, value.lower() if key in _CASELESS else value


def _value(key: str, value: str) -> str:
    """A value as the schema's type of the attribute wants it."""
    if key in ("href", "src"):
        return quote(value, safe="%/:=&?~#+!$,;'@()*")
    if key == "class":
        return " ".join(w for w in value.split() if re.fullmatch(r"[\w.:-]+", w, re.ASCII))
    return value


def _quoted(value: str) -> str:
    return escaped(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def _as_style(name: str, key: str, value: str) -> str:
    """A presentational attribute as CSS says it; empty when it cannot."""
    own = _OWN_STYLES.get((name, key))
    if own is not None:
        return own(value)
    if key == "nowrap":
        return "white-space:nowrap"
    if key not in _AS_STYLE or not _PLAIN.fullmatch(value):
        return ""
    bare = key in ("width", "height") and value.isdigit()
    value = "center" if (key, value) == ("align", "middle") else value
    return f"{_AS_STYLE[key]}:{value}{'px' if bare else ''}"


def _centred(value: str) -> str:
    return "margin-left:auto; margin-right:auto" if value == "center" else ""


def _marker(value: str) -> str:
    return f"list-style-type:{_MARKERS[value]}" if value in _MARKERS else ""


def _first_item(value: str) -> str:
    return f"counter-reset:list-item {int(value) - 1}" if _NUMBER.fullmatch(value) else ""


def _size(value: str) -> str:
    """A font size of 1 to 7, or so many steps from 3."""
    found = re.fullmatch(r"([+-]?)([0-9])", value)
    if not found:
        return ""
    steps = int(found[2])
    steps = 3 + steps if found[1] == "+" else 3 - steps if found[1] == "-" else steps
    return f"font-size:{_SIZES[min(max(steps, 1), 7) - 1]}"


_OWN_STYLES: Mapping[tuple[str, str], Callable[[str], str]] = {
    ("span", "size"): _size,
    ("table", "align"): _centred,
    ("hr", "align"): _centred,
    ("img", "align"): lambda _: "",
    ("ol", "start"): _first_item,
    ("ol", "type"): _marker,
    ("ul", "type"): _marker,
    ("li", "type"): _marker,
}
"""What an attribute of a certain element means."""
