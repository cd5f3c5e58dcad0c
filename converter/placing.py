"""Which of the proposed concepts fits the place of a row in the printed sums.

The wording proposes, the calculation tree of the taxonomy disposes: a row that a
printed total adds up must be a descendant of the total's concept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from converter.model import (
    EXTENSION,
    Footing,
    QName,
    Statement,
    StatementKind,
    Sum,
)
from converter.rows import balance_at
from converter.taxonomy import Taxonomy
from converter.wording import normalised
from converter.wordings import Candidate, total_called

Choice = Mapping[int, tuple[QName, ...]]


class Place(NamedTuple):
    """Where the sums put a row: the total's concept, and what else it adds up.

    `beside` are the other terms that are totals themselves, `terms` all other terms.
    """

    parent: QName | None
    beside: tuple[QName, ...] = ()
    terms: tuple[QName, ...] = ()


def choose_concepts(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    proposed: Mapping[int, tuple[Candidate, ...]],
    forced: Choice,
) -> dict[int, tuple[QName, ...]]:
    """The concepts of each row, totals first, then each row by its place in the sums.

    Twice over: the first round places the totals by wording alone, the second places
    the other rows under them, totals without a label under what they add up.
    """
    chosen: dict[int, tuple[QName, ...]] = dict(forced)
    for _ in range(2):
        for i, candidates in proposed.items():
            place = place_of(statement, footing, taxonomy, chosen, i)
            best = _best(statement, candidates, place, taxonomy)
            chosen[i] = tuple(c.name for c in best.concepts) if best else ()
        for one in adding_sums(footing):
            if one.total in proposed and not statement.rows[one.total].label:
                name = _nameless_total(statement, one, taxonomy, chosen)
                worded = {n for i in proposed if statement.rows[i].label for n in chosen[i]}
                chosen[one.total] = (name,) if name and name not in worded else ()
    return chosen


def adding_sums(footing: Footing) -> list[Sum]:
    """The sums that add several rows; an identity of two totals is none of these."""
    return [one for one in footing.rows if len(one.terms) > 1]


def place_of(
    statement: Statement, footing: Footing, taxonomy: Taxonomy, chosen: Choice, i: int
) -> Place:
    """Where the printed sums, or else its section, put a row.

    Of an opening or closing balance sums tell nothing: what changed it is no part of it.
    """
    if balance_at(statement.rows[i]) is not None:
        return Place(None)
    for one in adding_sums(footing):
        rows = [term.at for term in one.terms]
        if i in rows:
            totals = {s.total for s in adding_sums(footing)}
            terms = {r: chosen.get(r, ())[:1] for r in rows if r != i}
            parent = chosen.get(one.total, ())
            return Place(
                parent[0] if len(parent) == 1 else None,
                tuple(name for r, names in terms.items() if r in totals for name in names),
                tuple(name for names in terms.values() for name in names),
            )
    return Place(_section_total(statement, i, taxonomy))


def _section_total(statement: Statement, i: int, taxonomy: Taxonomy) -> QName | None:
    """The concept of the total that a section would have, if it printed one."""
    for section in reversed(statement.rows[i].section):
        name = total_called(f"total {normalised(section)}", statement.kind)
        concept = taxonomy.find(name) if name else None
        if concept is not None:
            return concept.name
    return None


def _best(
    statement: Statement,
    candidates: Sequence[Candidate],
    place: Place,
    taxonomy: Taxonomy,
) -> Candidate | None:
    """The candidate that fits its place best; the earlier of two that fit alike.

    Of two under the same total, the one that the tree adds up with more of the other
    terms ("other income" beside interest margins is not that of a manufacturer), but not
    a wider concept than the wording names first.
    """
    kind, best, merit = statement.kind, None, (-1, 0)
    for candidate in candidates:
        name = candidate.concepts[0].name
        level = fit(kind, candidate, place, taxonomy)
        own = (level, _companions(kind, name, place, taxonomy) if level > 0 else 0)
        wider = best is not None and taxonomy.descends(best.concepts[0].name, name, kind)
        if level >= 0 and own > merit and not (wider and level == merit[0]):
            best, merit = candidate, own
    return best


def _companions(kind: StatementKind, name: QName, place: Place, taxonomy: Taxonomy) -> int:
    """How many other terms share a sum of the taxonomy with a concept."""
    own = {(arc.role, arc.parent) for arc in taxonomy.calculation_parents(name, kind)}
    return sum(
        any((arc.role, arc.parent) in own for arc in taxonomy.calculation_parents(other, kind))
        for other in place.terms
        if other != name
    )


def fit(kind: StatementKind, candidate: Candidate, place: Place, taxonomy: Taxonomy) -> int:
    """2 under the total's concept, 0 where the tree is silent, -1 where it objects.

    A concept that the tree knows only under another total of the same sum (a current
    asset beside "total current assets") cannot stand here, nor can the total's own.
    """
    name = candidate.concepts[0].name
    if name == place.parent or name in place.beside:
        return -1
    if place.parent is None or place.parent.prefix == EXTENSION:
        return -1 if _belongs_beside(kind, name, place, taxonomy) else 0
    above = ancestors(name, kind, taxonomy, frozenset(place.beside))
    if place.parent in above:
        return 2
    if _belongs_beside(kind, name, place, taxonomy):
        return -1
    if kind is StatementKind.BALANCE_SHEET and taxonomy.calculation_parents(name, kind):
        return -1
    return 0


def _belongs_beside(kind: StatementKind, name: QName, place: Place, taxonomy: Taxonomy) -> bool:
    return any(taxonomy.descends(name, other, kind) for other in place.beside)


def _nameless_total(
    statement: Statement, one: Sum, taxonomy: Taxonomy, chosen: Choice
) -> QName | None:
    """What a total without a label adds up: a section with a total, or what the tree says."""
    sections = {statement.rows[term.at].section[-1:] for term in one.terms}
    if len(sections) == 1 and (section := sections.pop()):
        name = total_called(f"total {normalised(section[0])}", statement.kind)
        concept = taxonomy.find(name) if name else None
        if concept is not None and not taxonomy.is_deprecated(concept):
            return concept.name
    return _common_ancestor(statement, one, taxonomy, chosen)


def _common_ancestor(
    statement: Statement, one: Sum, taxonomy: Taxonomy, chosen: Choice
) -> QName | None:
    """The lowest concept in the calculation tree above all mapped terms of a sum."""
    names = [c for t in one.terms for c in chosen.get(t.at, ())[:1] if c.prefix != EXTENSION]
    above = Counter(
        ancestor for name in names for ancestor in ancestors(name, statement.kind, taxonomy)
    )
    shared = [a for a, count in above.items() if count == len(names) and count > 1]
    lowest = [
        a
        for a in shared
        if not any(b != a and taxonomy.descends(b, a, statement.kind) for b in shared)
    ]
    return min(lowest) if lowest else None


def ancestors(
    name: QName,
    kind: StatementKind,
    taxonomy: Taxonomy,
    avoiding: frozenset[QName] = frozenset(),
) -> frozenset[QName]:
    """All concepts above one in the calculation trees, by paths that avoid some."""
    found: set[QName] = set()
    front = {name}
    while front:
        parents = {r.parent for n in front for r in taxonomy.calculation_parents(n, kind)}
        front = parents - found - avoiding
        found |= front
    return frozenset(found)
