"""Characters as XML 1.0 can hold them, so that the same characters come out again.

A carriage return is written as a reference, because a parser would turn it into a line
feed. What XML has no character for stands as its picture (U+240C for a form feed), in an
element that names the code point: `plain` reads it back.
"""

from __future__ import annotations

import re
from html import unescape

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no character for (section 2.2)."""

_NO_UTF8 = re.compile("[\ud800-\udfff]")
_MARKED = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_PICTURES = 0x2400
_WRITTEN = re.compile(
    r'<span class="control" title="U\+([0-9A-F]{4})">[^<]*</span>|<[^<>]*>|&(#13|lt|gt|amp);'
)
_ENDLESS = re.compile(r"&#[0-9]{100,}+;?")
_REFERENCES = {"#13": "\r", "lt": "<", "gt": ">", "amp": "&"}


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV Injection)."""
_A_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:E[-+]?[0-9]+)?")
_SHOWN = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029), 0xFFFD),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
}


def no_formula(text: str) -> str:
    """Text as a cell of a table, with an apostrophe before what would be a formula."""
    if text.startswith(_FORMULA) and not _A_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def for_terminal(text: str) -> str:
    """Text with pictures for what a terminal would obey, or set from right to left."""
    return text.translate(_SHOWN)


def in_xml(text: str) -> str:
    """Text with blanks for what XML has no character for."""
    return NOT_XML.sub(" ", text)


def as_utf8(text: str) -> str:
    """Text with underscores for bytes of a file's name that are no UTF-8."""
    return _NO_UTF8.sub("_", text)


def escaped(text: str) -> str:
    """Text as XML holds it."""
    return _MARKED.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    char = found[0]
    if char in _NAMED:
        return _NAMED[char]
    shown = chr(_PICTURES + ord(char)) if char < " " else "\ufffd"
    return f'<span class="control" title="U+{ord(char):04X}">{shown}</span>'


def plain(markup: str) -> str:
    """The text that was written with `escaped`, whatever tags were put into it since."""
    return _WRITTEN.sub(_read, markup)


def _read(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return _REFERENCES[found[2]] if found[2] else ""


def characters(markup: str) -> str:
    """The characters that HTML text stands for, its references read.

    A number too long to be that of a character is read as browsers read it, and not as one.
    """
    if "&" not in markup:
        return markup
    return unescape(_ENDLESS.sub("\ufffd", markup) if "&#" in markup else markup)
