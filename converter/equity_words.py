"""The table of what statements of equity name: components, and movements of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from converter.resources import resource


@dataclass(frozen=True, slots=True)
class ComponentWords:
    """A kind of component: the captions that speak of it, and the members it may be."""

    kind: str
    caption: re.Pattern[str]
    members: tuple[str, ...]
    within: frozenset[str]
    apart: bool


@dataclass(frozen=True, slots=True)
class MovementWords:
    """Captions of movements, and the concepts they name."""

    label: re.Pattern[str]
    moves: str
    lacks: str
    concepts: tuple[str, ...]
    shares: tuple[str, ...]
    per_share: tuple[str, ...]
    with_noncontrolling: tuple[str, ...]
    why: str


@lru_cache(maxsize=1)
def component_words() -> tuple[ComponentWords, ...]:
    """The kinds of components, in the order of the file: narrower ones first."""
    return tuple(
        ComponentWords(
            str(entry["kind"]),
            re.compile(str(entry["caption"])),
            tuple(entry.get("members", ())),
            frozenset(entry.get("within", ())),
            bool(entry.get("apart", False)),
        )
        for entry in _table()["component"]
    )


@lru_cache(maxsize=1)
def movement_words() -> tuple[MovementWords, ...]:
    """The kinds of movements, in the order of the file: the first that matches names it."""
    return tuple(
        MovementWords(
            re.compile(str(entry["label"])),
            str(entry.get("moves", "")),
            str(entry.get("lacks", "")),
            tuple(entry.get("concepts", ())),
            tuple(entry.get("shares", ())),
            tuple(entry.get("per_share", ())),
            tuple(entry.get("with_noncontrolling", ())),
            str(entry["why"]),
        )
        for entry in _table()["movement"]
    )


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    path = resource("taxonomy") / "equity.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def kinds_in(words: str) -> tuple[ComponentWords, ...]:
    """The kinds of components that normalised words speak of.

    Of a kind and the wider one that it stands within only the narrower counts: in "notes
    receivable from sale of common stock" no common stock is meant.
    """
    found = [kind for kind in component_words() if kind.caption.search(words)]
    narrower = {wide for kind in found for wide in kind.within}
    return tuple(kind for kind in found if kind.kind not in narrower)
