"""XML of strangers, read with care: no entities, no external files, no network.

A document may declare entities that grow a thousandfold, or that stand for files of this
machine (XML 1.0, 4.2 to 4.4). No report and no taxonomy needs one: what declares any is
refused before it is read on.
"""

from __future__ import annotations

import re
from io import BytesIO, TextIOBase
from typing import IO, Any, Final

from lxml import etree

Node = Any  # an element of lxml, which has no types of its own

_PROLOG: Final = 1 << 20
"""In how many characters a document comes to its root element."""

_BEFORE_ROOT = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_ROOT = re.compile(r"<[^!?\s<>/]")
_PLAIN_DOCTYPE = re.compile(r"""<!DOCTYPE\s[^\[<>"']*(?:"[^"]*"\s*|'[^']*'\s*){0,2}+>""")
_CAREFUL: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
}
_REFUSED = "it declares entities, or has a document type of its own, which no report needs"


def read_xml(data: bytes) -> Node:
    """The root element of a document; comments and instructions are left out.

    Raises:
        ValueError: It is not XML, or declares entities; in words.
    """
    check_beginning(BytesIO(data))
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, **_CAREFUL)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error.msg}") from error


def has_document_type(root: Node) -> bool:
    """Whether a document names or has a document type."""
    return root.getroottree().docinfo.internalDTD is not None


def check_beginning(document: IO[bytes]) -> None:
    """Read a document up to its root element, in whatever encoding it is.

    Raises:
        ValueError: It declares entities. What is not XML is left to others to judge.
    """
    beginning = etree.iterparse(document, events=("start",), recover=True, **_CAREFUL)
    try:
        _, root = next(beginning, (None, None))
    except etree.XMLSyntaxError:
        root = None
    if any("ntity amplification" in said.message for said in beginning.error_log):
        raise ValueError(_REFUSED)
    if root is not None:
        _check_prolog(etree.tostring(root.getroottree(), encoding="unicode"))


def check_text(document: TextIOBase) -> None:
    """As `check_beginning`, of a document that is decoded already and can be wound back.

    Raises:
        ValueError: It declares entities, or its root element is a megabyte away.
    """
    start = document.tell()
    text = document.read(_PROLOG)
    document.seek(start)
    _check_prolog(text)


def _check_prolog(text: str) -> None:
    at = _BEFORE_ROOT.match(text)
    end = at.end() if at else 0
    if _ROOT.match(text, end) or _PLAIN_DOCTYPE.match(text, end):
        return
    if text.startswith("<!", end) or (end and len(text) == _PROLOG):
        raise ValueError(_REFUSED)
