"""Which of the proposed concepts fits the place of a row in the printed sums.

The wording proposes, the calculation tree of the taxonomy disposes: a row that a
printed total adds up must be a descendant of the total's concept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from converter.wordings import Candidate, total_called, worded_as

Choice = Mapping[int, tuple[QName, ...]]


class Place(NamedTuple):
    """Where the sums put a row: the total's concept, and what else it adds up.

    `beside` are the other terms that are totals themselves, `terms` all other terms;
    `parts` are what the row itself adds up.
    """

    parent: QName | None
    beside: tuple[QName, ...] = ()
    terms: tuple[QName, ...] = ()
    parts: tuple[QName, ...] = ()


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
                place = place_of(statement, footing, taxonomy, chosen, one.total)
                name = _nameless_total(statement, one, taxonomy, chosen, place)
                worded = {n for i in proposed if statement.rows[i].label for n in chosen[i]}
                chosen[one.total] = (name,) if name and name not in worded else ()
        chosen.update(_both_sides(statement, footing, taxonomy, proposed))
        chosen.update(_parts_of_their_own(statement, footing, chosen))
    return chosen


def _parts_of_their_own(
    statement: Statement, footing: Footing, chosen: Choice
) -> Iterator[tuple[int, tuple[QName, ...]]]:
    """Totals without a label whose concept is that of the total which adds them up."""
    for one in adding_sums(footing):
        for term in one.terms:
            same = chosen.get(term.at) and chosen.get(term.at) == chosen.get(one.total)
            if same and not statement.rows[term.at].label:
                yield term.at, ()


def _both_sides(
    statement: Statement, footing: Footing, taxonomy: Taxonomy, proposed: Mapping[int, object]
) -> Iterator[tuple[int, tuple[QName, ...]]]:
    """The totals of a balance sheet without a label: assets above, the other side below.

    What is no sum of several rows is the identity of the two sides.
    """
    assets, others = (
        taxonomy.find(name) for name in ("Assets", "LiabilitiesAndStockholdersEquity")
    )
    for one in footing.rows:
        if len(one.terms) == 1 and one.proven and assets and others:
            for i, concept in ((one.terms[0].at, assets), (one.total, others)):
                if i in proposed and not statement.rows[i].label:
                    yield i, (concept.name,)


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
    parts = _parts(footing, chosen, i)
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
                parts,
            )
    return Place(_section_total(statement, i, taxonomy), parts=parts)


def _parts(footing: Footing, chosen: Choice, i: int) -> tuple[QName, ...]:
    """The concepts of what a row adds up, as far as they are known."""
    return tuple(
        name
        for one in adding_sums(footing)
        if one.total == i
        for term in one.terms
        for name in chosen.get(term.at, ())[:1]
    )


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
    a wider concept than the wording names first. Of totals, the one that the tree has
    above more of what is added ("total equity" above minority interests).
    """
    kind, best, merit = statement.kind, None, (-1, 0, 0.0, 0)
    for candidate in candidates:
        name = candidate.concepts[0].name
        level = fit(kind, candidate, place, taxonomy)
        above = sum(taxonomy.descends(part, name, kind) for part in place.parts)
        beside = _companions(kind, name, place, taxonomy) if level > 0 else 0
        own = (level, above, candidate.confidence, beside)
        wider = best is not None and taxonomy.descends(best.concepts[0].name, name, kind)
        if level >= 0 and own > merit and not (wider and own[:2] == merit[:2]):
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
    known = bool(taxonomy.calculation_parents(name, kind))
    if kind is StatementKind.BALANCE_SHEET and known and not _says_place(name, place.parent):
        return -1
    return 0


def _says_place(name: QName, total: QName) -> bool:
    """Whether a name says that it is current, as the total does that the tree lacks it in."""
    return name.local.endswith("LiabilityCurrent") and total.local == "LiabilitiesCurrent"


def _belongs_beside(kind: StatementKind, name: QName, place: Place, taxonomy: Taxonomy) -> bool:
    return any(taxonomy.descends(name, other, kind) for other in place.beside)


def _nameless_total(
    statement: Statement, one: Sum, taxonomy: Taxonomy, chosen: Choice, place: Place
) -> QName | None:
    """What a total without a label adds up: a section with a total, or what the tree says."""
    if _is_revenue(statement, one):
        return _find(taxonomy, "Revenues")
    sections = {statement.rows[term.at].section[-1:] for term in one.terms}
    if len(sections) == 1 and (section := sections.pop()):
        for words in (f"total {section[0]}", section[0]):
            named = tuple(worded_as(words, statement, one.total, taxonomy))
            best = _best(statement, named, place, taxonomy)
            if best is not None:
                return best.concepts[0].name
    return _common_ancestor(statement, one, taxonomy, chosen)


_REVENUE = re.compile(r"\b(?:revenues?|sales|services|fees|rentals?)\b")
_COSTS = re.compile(r"\b(?:costs?|expenses?)\b")


def _is_revenue(statement: Statement, one: Sum) -> bool:
    """Whether a total adds up all that an income statement begins with, before its costs."""
    below = statement.rows[one.total + 1 : one.total + 2]
    rows = [statement.rows[term.at] for term in one.terms]
    return (
        statement.kind is StatementKind.INCOME
        and {t.at for t in one.terms}
        == {i for i, row in enumerate(statement.rows[: one.total]) if any(row.amounts)}
        and all(term.weight > 0 for term in one.terms)
        and any(_REVENUE.search(normalised(row.label)) for row in rows)
        and any(_COSTS.search(normalised(row.label)) for row in below)
    )


def _find(taxonomy: Taxonomy, local: str) -> QName | None:
    concept = taxonomy.find(local)
    return concept.name if concept else None


def _common_ancestor(
    statement: Statement, one: Sum, taxonomy: Taxonomy, chosen: Choice
) -> QName | None:
    """The lowest concept in the calculation tree above all mapped terms of a sum.

    A total without a label that stands for what is above the other terms is only a part
    of it: equity before treasury stock.
    """
    inner = {
        c for t in one.terms for c in chosen.get(t.at, ()) if not statement.rows[t.at].label
    }
    names = [c for t in one.terms for c in chosen.get(t.at, ())[:1] if c.prefix != EXTENSION]
    others = [name for name in names if name not in inner]
    for name in inner:
        if others and all(taxonomy.descends(c, name, statement.kind) for c in others):
            return name
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
