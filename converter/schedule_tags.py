"""Which concepts state the figure of a tag of EX-27, from a table kept by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from converter.resources import resource


class TagRule(NamedTuple):
    """The us-gaap concepts that state a tag's figure: surely, and perhaps.

    `loose` tags are filled in differently by every filer: a difference proves nothing.
    """

    concepts: tuple[str, ...]
    also: tuple[str, ...]
    loose: bool


class TagSum(NamedTuple):
    """Tags that the statements print as one figure, which one of `concepts` states."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]
    concepts: tuple[str, ...]


class TagTable(NamedTuple):
    """The content of taxonomy/schedule-tags.toml."""

    rules: Mapping[str, TagRule]
    sums: tuple[TagSum, ...]


UNKNOWN = TagRule((), (), loose=True)
"""For a tag that the table does not have."""


@lru_cache(maxsize=1)
def load_tags() -> TagTable:
    """The table of tags."""
    path = resource("taxonomy") / "schedule-tags.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = {
        tag: TagRule(
            tuple(entry["concepts"]),
            tuple(entry.get("also", ())),
            loose=bool(entry.get("loose", False)),
        )
        for tag, entry in content["tags"].items()
    }
    sums = (
        TagSum(tuple(s["plus"]), tuple(s.get("minus", ())), tuple(s["concepts"]))
        for s in content["sums"]
    )
    return TagTable(rules, tuple(sums))
