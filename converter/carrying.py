"""What stands for a concept in a release that dropped it, or that came before it.

The table, taxonomy/carried.toml, is kept by hand; every entry has a reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from converter.model import StatementKind
from converter.resources import resource
from converter.taxonomy import Taxonomy

KINDS: Final[Mapping[str, StatementKind]] = MappingProxyType(
    {
        "BS": StatementKind.BALANCE_SHEET,
        "IS": StatementKind.INCOME,
        "CF": StatementKind.CASH_FLOWS,
        "EQ": StatementKind.EQUITY,
        "CI": StatementKind.COMPREHENSIVE_INCOME,
    }
)
"""The kinds of statements as the table writes them."""

_NAME = re.compile(r"(\w+)(?:@(\w\w))?(?:(>=|<)(\d{4}))?")


class Carried(NamedTuple):
    """What stands for a concept in a taxonomy, for a line of a statement.

    Attributes:
        names: Local names that the taxonomy has and does not deprecate, the best one
            first. Empty: nothing stands for it, the line is an extension.
        turned: What was positive is negative in these.
        axis: The names are of a whole; a member of this axis tells the part that the
            concept is. Empty when they say as much as the concept did.
        why: The reason; empty when the taxonomy has the concept itself.
    """

    names: tuple[str, ...]
    turned: bool = False
    axis: str = ""
    why: str = ""


class Replacement(NamedTuple):
    """A name that may stand for a concept, and the statements for which it does.

    `since` is the first year and `until` the first one no more; `kind` is None for all.
    """

    local: str
    kind: StatementKind | None = None
    since: int = 0
    until: int = 9999

    def suits(self, kind: StatementKind, year: int) -> bool:
        """Whether it is for a statement of that kind and year."""
        return self.kind in {None, kind} and self.since <= year < self.until


class Entry(NamedTuple):
    """What the table says of a concept; `mended` is a declaration that was a mistake.

    `written` has the names with their conditions, which are read when asked for.
    """

    written: str
    turned: bool
    mended: bool
    axis: str
    why: str

    @property
    def replacements(self) -> tuple[Replacement, ...]:
        """What may stand for the concept, the best first."""
        return tuple(map(_parse_name, self.written.split()))


class CarriedTable(NamedTuple):
    """The content of the table: from names of 2009 to later ones, and back."""

    carried: Mapping[str, Entry]
    back: Mapping[str, Entry]


def carried(local: str, taxonomy: Taxonomy, kind: StatementKind, year: int) -> Carried | None:
    """What stands in this taxonomy for a concept, on a statement of that kind and year.

    The concept itself where the taxonomy has it and does not deprecate it; None for one
    that neither the taxonomy nor the table knows.
    """
    if is_usable(local, taxonomy):
        return Carried((local,))
    table = load_carried()
    entry = table.carried.get(local) or table.back.get(local)
    if entry is None:
        return None
    suiting = (x.local for x in entry.replacements if x.suits(kind, year))
    names = tuple(name for name in suiting if is_usable(name, taxonomy))
    return Carried(names, entry.turned, entry.axis if names else "", entry.why)


def is_usable(local: str, taxonomy: Taxonomy) -> bool:
    """Whether a line can be of that concept: known, not deprecated, no heading."""
    concept = taxonomy.find(local)
    return bool(concept and not concept.abstract and not taxonomy.is_deprecated(concept))


@lru_cache(maxsize=1)
def load_carried() -> CarriedTable:
    """The table."""
    path = resource("taxonomy") / "carried.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return CarriedTable(
        *(
            MappingProxyType(dict(pair for g in content[part] for pair in _entries(g)))
            for part in CarriedTable._fields
        )
    )


def _entries(group: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """Each concept of a group; those without names of their own have the group's."""
    turned, mended = bool(group.get("turned")), bool(group.get("mended"))
    shared = str(group.get("to", ""))
    for line in group["concepts"].split("\n"):
        local, _, names = line.partition(":")
        if local:
            axis, why = group.get("axis", ""), group["why"]
            yield local, Entry(names or shared, turned, mended, axis, why)


def _parse_name(text: str) -> Replacement:
    """A name with its conditions: `Revenues`, `Revenues<2018`, `Revenues@IS>=2018`.

    Raises:
        ValueError: It is none.
    """
    found = _NAME.fullmatch(text)
    if not found or (found[2] and found[2] not in KINDS):
        raise ValueError(f"carried.toml: not a name with conditions: {text!r}")
    kind = KINDS[found[2]] if found[2] else None
    year = int(found[4] or 0)
    if found[3] == "<":
        return Replacement(found[1], kind, until=year)
    return Replacement(found[1], kind, since=year)
