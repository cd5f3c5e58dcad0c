"""Which of the proposed concepts fits the place of a row in the printed sums.

The wording proposes, the calculation tree of the taxonomy disposes: a row that a
printed total adds up must be a descendant of the total's concept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import exp, log, sqrt
from types import MappingProxyType
from typing import Final, NamedTuple

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

Order = list[tuple[Candidate, float]]
"""The candidates of a row, best first, with their scores or chances."""

_LEAST: Final = 1e-9
_UNKNOWN: Final = 0.02
"""The chance that is always left for what nobody proposed."""

_MERIT: Final = MappingProxyType({2: 0.5, 0: 0.0, -1: -1.05, -2: -6.0})
"""What it is worth that the tree has a concept in its place, is silent, or objects."""

_ABOVE: Final = 1.8
"""What it is worth that the tree has a total above all that it adds up.

These are weights of a conditional logit that was fitted to the answers of a mapper for
companies that it had not learned from.
"""

BY_SUMS: Final = 0.98
"""How sure a concept is that the sums alone tell, as of a total without a label."""

_MOST_ROUNDS: Final = 4
_MOST_CLASHES: Final = 40


class Sums(NamedTuple):
    """The sums of several rows, by row: the one that adds it up, the terms that it adds up."""

    above: Mapping[int, Sum]
    terms: Mapping[int, tuple[int, ...]]

    @classmethod
    def of(cls, footing: Footing) -> Sums:
        """Where a row stands in two sums, the first one counts."""
        above: dict[int, Sum] = {}
        terms: dict[int, tuple[int, ...]] = {}
        for one in adding_sums(footing):
            rows = tuple(term.at for term in one.terms)
            terms[one.total] = terms.get(one.total, ()) + rows
            for row in rows:
                above.setdefault(row, one)
        return cls(above, terms)


class Chosen(NamedTuple):
    """The concepts of each row, and how sure each is that was considered for it."""

    concepts: dict[int, tuple[QName, ...]]
    orders: Mapping[int, Order]
    sums: Sums


class Place(NamedTuple):
    """Where the sums put a row: the total's concept, and what else it adds up.

    `beside` are the other terms that are totals themselves; `parts` are what the row itself
    adds up.
    """

    parent: QName | None
    beside: frozenset[QName] = frozenset()
    parts: tuple[QName, ...] = ()


def choose_concepts(
    statement: Statement,
    footing: Footing,
    taxonomy: Taxonomy,
    proposed: Mapping[int, tuple[Candidate, ...]],
    forced: Choice,
) -> Chosen:
    """The concepts of each row, such that together they are likeliest.

    Each row takes the best concept for its place in the sums, which the concepts of its
    total and of its terms tell, over and over until nothing moves. Of two rows that want
    one concept for different numbers, the one that loses less by it takes its next best.
    """
    sums = Sums.of(footing)
    open_to = dict(proposed)
    chosen: dict[int, tuple[QName, ...]] = dict(forced)
    ranking = _Ranking(statement, taxonomy)
    for _ in range(_MOST_CLASHES):
        _settle(ranking, footing, sums, open_to, chosen)
        loser = _loser(statement, chosen, ranking.orders)
        if loser is None:
            break
        taken = chosen[loser]
        open_to[loser] = tuple(
            c for c in open_to[loser] if not {x.name for x in c.concepts} & set(taken)
        )
    return Chosen(chosen, {i: _certainties(o) for i, o in ranking.orders.items()}, sums)


def _certainties(order: Order) -> Order:
    """How sure each candidate is: the geometric mean of its chance before and after.

    Before the sums had their say, that is, and after: they choose well between candidates,
    but what they make likelier is not often right where the words were in doubt. What no
    candidate had at first stays with none of them.
    """
    whole = _rest(order) + sum(exp(score) for _, score in order)
    return [(one, sqrt(one.confidence * exp(score) / whole)) for one, score in order]


class _Ranking:
    """The candidates of each row with their scores, worked out again where its place moved."""

    def __init__(self, statement: Statement, taxonomy: Taxonomy) -> None:
        self.statement = statement
        self.taxonomy = taxonomy
        self.orders: dict[int, Order] = {}
        self._told: dict[int, tuple[Sequence[Candidate], Place]] = {}

    def order(self, i: int, candidates: Sequence[Candidate], place: Place) -> Order:
        """The candidates of a row, best first."""
        before, known = self._told.get(i, (None, None))
        if before is not candidates or known != place:
            self._told[i] = candidates, place
            self.orders[i] = ranked(self.statement, candidates, place, self.taxonomy)
        return self.orders[i]


def _settle(
    ranking: _Ranking,
    footing: Footing,
    sums: Sums,
    proposed: Mapping[int, tuple[Candidate, ...]],
    chosen: dict[int, tuple[QName, ...]],
) -> None:
    """Choose for every row until nothing moves."""
    statement, taxonomy = ranking.statement, ranking.taxonomy
    for _ in range(_MOST_ROUNDS):
        before = dict(chosen)
        for i, candidates in proposed.items():
            order = ranking.order(i, candidates, place_of(statement, sums, taxonomy, chosen, i))
            chosen[i] = tuple(c.name for c in order[0][0].concepts) if order else ()
        worded = {i: chosen[i] for i in proposed if statement.rows[i].label}
        owners = Counter(name for names in worded.values() for name in set(names))
        for one in adding_sums(footing):
            if one.total in proposed and not statement.rows[one.total].label:
                place = place_of(statement, sums, taxonomy, chosen, one.total)
                name = _nameless_total(statement, one, taxonomy, chosen, place)
                parts = sum(name in worded.get(at, ()) for at in {t.at for t in one.terms})
                chosen[one.total] = (name,) if name and owners[name] == parts else ()
        chosen.update(_both_sides(statement, footing, taxonomy, proposed))
        chosen.update(_parts_of_their_own(statement, footing, chosen))
        if chosen == before:
            break


def _loser(statement: Statement, chosen: Choice, orders: Mapping[int, Order]) -> int | None:
    """The row that gives a concept up most easily to another that states other numbers."""
    owners: dict[tuple[QName, str | None], list[int]] = {}
    for i, names in chosen.items():
        for name in names:
            owners.setdefault((name, balance_at(statement.rows[i])), []).append(i)
    rivals = [
        (_margin(orders[i]), -i)
        for rows in owners.values()
        for i in rows
        if orders.get(i) and any(_rival(statement, i, j) for j in rows)
    ]
    return -min(rivals)[1] if rivals else None


def _rival(statement: Statement, i: int, j: int) -> bool:
    """Whether one of two rows must be something else: they state other numbers.

    Two that are called alike in one place cannot be told apart by choosing.
    """
    if i == j or same_numbers(statement, i, j):
        return False
    named = [(normalised(r.label), r.section) for r in (statement.rows[i], statement.rows[j])]
    return named[0] != named[1]


def _margin(order: Order) -> float:
    """How much worse the next best is: another concept, or one of the filer's own."""
    second = order[1][1] if len(order) > 1 else log(_UNKNOWN)
    return order[0][1] - max(second, log(_rest(order)))


def _rest(order: Order) -> float:
    """The chance that no candidate had at first."""
    return max(1 - sum(candidate.confidence for candidate, _ in order), _UNKNOWN)


def same_numbers(statement: Statement, first: int, second: int) -> bool:
    """Two rows that never differ where both are filled can share a concept."""
    pairs = zip(statement.rows[first].amounts, statement.rows[second].amounts, strict=True)
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    same = statement.rows[first].measure is statement.rows[second].measure
    return same and bool(both) and all(a.number == b.number for a, b in both)


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
    statement: Statement, sums: Sums, taxonomy: Taxonomy, chosen: Choice, i: int
) -> Place:
    """Where the printed sums, or else its section, put a row.

    Of an opening or closing balance sums tell nothing: what changed it is no part of it.
    """
    if balance_at(statement.rows[i]) is not None:
        return Place(None)
    parts = tuple(name for r in sums.terms.get(i, ()) for name in chosen.get(r, ())[:1])
    one = sums.above.get(i)
    if one is None:
        return Place(_section_total(statement, i, taxonomy), parts=parts)
    parent = chosen.get(one.total, ())
    others = (term.at for term in one.terms if term.at != i and term.at in sums.terms)
    beside = frozenset(name for r in others for name in chosen.get(r, ())[:1])
    return Place(parent[0] if len(parent) == 1 else None, beside, parts)


def _section_total(statement: Statement, i: int, taxonomy: Taxonomy) -> QName | None:
    """The concept of the total that a section would have, if it printed one."""
    for section in reversed(statement.rows[i].section):
        name = total_called(f"total {normalised(section)}", statement.kind)
        concept = taxonomy.find(name) if name else None
        if concept is not None:
            return concept.name
    return None


def ranked(
    statement: Statement,
    candidates: Sequence[Candidate],
    place: Place,
    taxonomy: Taxonomy,
) -> list[tuple[Candidate, float]]:
    """The candidates with their scores, best first; of two that fit alike the earlier.

    A score is the logarithm of a chance. A concept gains where the tree has it under the
    total that adds it up; so does a total that the tree has above what it adds up ("total
    equity" above minority interests). It loses where the tree objects.
    """
    scored = []
    kind = statement.kind
    above_parts = [(part, taxonomy.ancestors(part, kind)) for part in place.parts]
    for candidate in candidates:
        name = candidate.concepts[0].name
        level = fit(kind, candidate, place, taxonomy)
        score = log(max(candidate.confidence, _LEAST)) + _MERIT[level]
        if above_parts:
            below = sum(name in above and name != part for part, above in above_parts)
            score += _ABOVE * below / len(above_parts)
        scored.append((candidate, score))
    return sorted(scored, key=lambda pair: -pair[1])


def fit(kind: StatementKind, candidate: Candidate, place: Place, taxonomy: Taxonomy) -> int:
    """2 under the total's concept, 0 where the tree is silent, -1 where it objects.

    -2 for the concept of the total itself, or of another total beside it. Where the tree
    knows a concept only under another total of the same sum (a current asset beside
    "total current assets"), it objects.
    """
    name = candidate.concepts[0].name
    if name == place.parent or name in place.beside:
        return -2
    if place.parent is None or place.parent.prefix == EXTENSION:
        return -1 if _belongs_beside(kind, name, place, taxonomy) else 0
    above = taxonomy.ancestors(name, kind, place.beside)
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
    beside = place.beside
    return bool(beside) and not beside.isdisjoint(taxonomy.ancestors(name, kind))


def _nameless_total(
    statement: Statement, one: Sum, taxonomy: Taxonomy, chosen: Choice, place: Place
) -> QName | None:
    """What a total without a label states; nothing wider than the total that adds it up."""
    name, total = _added_up(statement, one, taxonomy, chosen, place), place.parent
    wider = name and total and taxonomy.descends(total, name, statement.kind)
    return None if wider else name


def _added_up(
    statement: Statement, one: Sum, taxonomy: Taxonomy, chosen: Choice, place: Place
) -> QName | None:
    """What a total without a label adds up: a section with a total, or what the tree says."""
    if _is_revenue(statement, one):
        return _find(taxonomy, "Revenues")
    sections = {statement.rows[term.at].section[-1:] for term in one.terms}
    if len(sections) == 1 and (section := sections.pop()):
        for words in (f"total {section[0]}", section[0]):
            named = tuple(worded_as(words, statement, one.total, taxonomy))
            best = ranked(statement, named, place, taxonomy)
            if best:
                return best[0][0].concepts[0].name
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
        ancestor for name in names for ancestor in taxonomy.ancestors(name, statement.kind)
    )
    shared = [a for a, count in above.items() if count == len(names) and count > 1]
    lowest = [
        a
        for a in shared
        if not any(b != a and taxonomy.descends(b, a, statement.kind) for b in shared)
    ]
    return min(lowest) if lowest else None
