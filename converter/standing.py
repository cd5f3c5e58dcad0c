"""Where the printed sums put a row: under which total, beside which, above what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from converter.model import Footing, QName, Statement, Sum
from converter.rows import balance_at
from converter.taxonomy import Taxonomy
from converter.wording import normalised
from converter.wordings import total_called

Choice = Mapping[int, tuple[QName, ...]]
"""The concepts of rows."""


def adding_sums(footing: Footing) -> list[Sum]:
    """The sums that add several rows; an identity of two totals is none of these."""
    return [one for one in footing.rows if len(one.terms) > 1]


class Sums(NamedTuple):
    """The sums of several rows, by row: the one that adds it up, the terms that it adds up.

    `inner` are the terms of the sum that adds a row up which are totals themselves.
    """

    above: Mapping[int, Sum]
    terms: Mapping[int, tuple[int, ...]]
    inner: Mapping[int, tuple[int, ...]]

    @classmethod
    def of(cls, footing: Footing) -> Sums:
        """Where a row stands in two sums, the first one counts."""
        sums = adding_sums(footing)
        above: dict[int, Sum] = {}
        terms: dict[int, tuple[int, ...]] = {}
        for one in sums:
            rows = tuple(term.at for term in one.terms)
            terms[one.total] = terms.get(one.total, ()) + rows
            for row in rows:
                above.setdefault(row, one)
        inner: dict[int, tuple[int, ...]] = {}
        for one in sums:
            totals = tuple(term.at for term in one.terms if term.at in terms)
            for term in one.terms:
                inner.setdefault(term.at, totals)
        return cls(above, terms, inner)

    @property
    def told_by(self) -> Mapping[int, set[int]]:
        """By row those whose place its concept tells."""
        found: dict[int, set[int]] = {}
        for total, rows in self.terms.items():
            for row in rows:
                found.setdefault(row, set()).add(total)
        for row, one in self.above.items():
            for other in {one.total, *self.inner[row]} - {row}:
                found.setdefault(other, set()).add(row)
        return found


class Place(NamedTuple):
    """Where the sums put a row: the total's concept, and what else it adds up.

    `beside` are the other terms that are totals themselves; `parts` are what the row itself
    adds up.
    """

    parent: QName | None
    beside: frozenset[QName] = frozenset()
    parts: tuple[QName, ...] = ()


def place_of(
    statement: Statement, sums: Sums, taxonomy: Taxonomy, chosen: Choice, i: int
) -> Place:
    """Where the printed sums, or else its section, put a row.

    Of an opening or closing balance sums tell nothing: what changed it is no part of it.
    """
    if balance_at(statement.rows[i]) is not None:
        return Place(None)
    parts = tuple([name for r in sums.terms.get(i, ()) for name in chosen.get(r, ())[:1]])
    one = sums.above.get(i)
    if one is None:
        return Place(_section_total(statement, i, taxonomy), parts=parts)
    parent = chosen.get(one.total, ())
    others = [r for r in sums.inner[i] if r != i]
    beside = frozenset([name for r in others for name in chosen.get(r, ())[:1]])
    return Place(parent[0] if len(parent) == 1 else None, beside, parts)


def _section_total(statement: Statement, i: int, taxonomy: Taxonomy) -> QName | None:
    """The concept of the total that a section would have, if it printed one."""
    for section in reversed(statement.rows[i].section):
        name = total_called(f"total {normalised(section)}", statement.kind)
        concept = taxonomy.find(name) if name else None
        if concept is not None:
            return concept.name
    return None
