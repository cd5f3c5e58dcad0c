"""What docs/findings.md says of each code, for formats that carry explanations."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from converter.resources import resource

_FIRST = re.compile(r"^\*\*(?:Info|Warning|Error)\.\*\*\s*")


class Section(NamedTuple):
    """What a code means, a paragraph of plain text; and the whole section in Markdown."""

    meaning: str
    markdown: str


@lru_cache(maxsize=1)
def manual() -> MappingProxyType[str, Section]:
    """The sections of docs/findings.md by code."""
    text = (resource("docs") / "findings.md").read_text(encoding="utf-8")
    parts = re.split(r"^## `([^`]+)`$", text, flags=re.MULTILINE)[1:]
    sections = zip(parts[::2], parts[1::2], strict=True)
    return MappingProxyType({code: _section(body.strip()) for code, body in sections})


def _section(body: str) -> Section:
    first = " ".join(body.partition("\n\n")[0].split())
    return Section(_FIRST.sub("", first).replace("**", ""), body)
