"""Which of the proposed concepts fits the place of a row in the printed sums.

The wording proposes, the calculation tree of the taxonomy disposes: a row that a
printed total adds up must be a descendant of the total's concept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal
from math import exp, log, sqrt
from operator import itemgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from converter.model import (
    EXTENSION,
    Footing,
    Measure,
    QName,
    Statement,
    StatementKind,
    Sum,
)
from converter.outline import Outline
from converter.rows import balance_at
from converter.standing import Choice, Place, Sums, adding_sums, place_of
from converter.taxonomy import Taxonomy
from converter.wording import normalised
from converter.wordings import Candidate, worded_as

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

_NOWHERE: Final = Place(None)
"""Where no sum and no section tells anything."""

_MOST_ROUNDS: Final = 4
_MOST_CLASHES: Final = 40
_MOST_TRIED: Final = 100
"""So many numbers that rows of one concept state are held against each of them."""

_Stated = tuple[Measure, tuple[Decimal | None, ...]]
_Called = tuple[str, tuple[str, ...]]


class Chosen(NamedTuple):
    """The concepts of each row, and how sure each is that was considered for it."""

    concepts: dict[int, tuple[QName, ...]]
    orders: Mapping[int, Order]
    sums: Sums


def choose_concepts(
    outline: Outline,
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
    placing = _Placing(outline, footing, taxonomy, proposed, forced)
    for _ in range(_MOST_CLASHES):
        placing.settle()
        loser = placing.loser()
        if loser is None:
            break
        placing.give_up(loser)
    orders = {i: _certainties(order) for i, order in placing.orders.items()}
    return Chosen(placing.chosen, orders, placing.sums)


def _certainties(order: Order) -> Order:
    """How sure each candidate is: the geometric mean of its chance before and after.

    Before the sums had their say, that is, and after: they choose well between candidates,
    but what they make likelier is not often right where the words were in doubt. What no
    candidate had at first stays with none of them.
    """
    whole = _rest(order) + sum(exp(score) for _, score in order)
    return [(one, sqrt(one.confidence * exp(score) / whole)) for one, score in order]


class _Placing:
    """Rows that take the best concept for their place, until nothing moves.

    A row is looked at again only where a concept has moved that tells its place.
    """

    def __init__(
        self,
        outline: Outline,
        footing: Footing,
        taxonomy: Taxonomy,
        proposed: Mapping[int, tuple[Candidate, ...]],
        forced: Choice,
    ) -> None:
        self.chosen = dict(forced)
        self.orders: dict[int, Order] = {}
        self.sums = Sums.of(footing)
        self._outline = outline
        self._statement = statement = outline.statement
        self._taxonomy = taxonomy
        self._open_to = dict(proposed)
        self._places: dict[int, Place] = {}
        self._told_by = self.sums.told_by
        self._waiting = set(proposed)
        self._margins: dict[int, float] = {}
        self._rivals: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._before: dict[int, tuple[QName, ...] | None] = {}
        self._nameless = {i for i in proposed if not statement.rows[i].label}
        sums = adding_sums(footing)
        self._totals = [one for one in sums if one.total in self._nameless]
        self._parts = [
            (term.at, one.total)
            for one in sums
            for term in one.terms
            if not statement.rows[term.at].label
        ]
        self._sides = dict(_both_sides(footing, taxonomy, self._nameless))

    def settle(self) -> None:
        """Choose for every row until nothing moves."""
        for _ in range(_MOST_ROUNDS):
            self._before.clear()
            self._by_words()
            self._by_sums()
            if all(self.chosen[i] == names for i, names in self._before.items()):
                break

    def loser(self) -> int | None:
        """The row that gives a concept up most easily to another that states other numbers."""
        owners: dict[tuple[QName, str | None], list[int]] = {}
        for i, names in self.chosen.items():
            for name in names:
                owners.setdefault((name, balance_at(self._statement.rows[i])), []).append(i)
        contested = (tuple(rows) for rows in owners.values() if len(rows) > 1)
        rivals = [
            (self._margin(i), -i)
            for rows in contested
            for i in self._rivals_among(rows)
            if self.orders.get(i)
        ]
        return -min(rivals)[1] if rivals else None

    def _rivals_among(self, rows: tuple[int, ...]) -> tuple[int, ...]:
        if rows not in self._rivals:
            self._rivals[rows] = tuple(_rivals(self._statement, rows))
        return self._rivals[rows]

    def _margin(self, row: int) -> float:
        if row not in self._margins:
            self._margins[row] = _margin(self.orders[row])
        return self._margins[row]

    def give_up(self, row: int) -> None:
        """Have a row take another concept than it has."""
        taken = set(self.chosen[row])
        self._open_to[row] = tuple(
            c for c in self._open_to[row] if taken.isdisjoint(x.name for x in c.concepts)
        )
        del self._places[row]
        self._waiting.add(row)

    def _choose(self, row: int, names: tuple[QName, ...]) -> None:
        before = self.chosen.get(row)
        if before != names:
            self._before.setdefault(row, before)
            self.chosen[row] = names
            self._waiting |= self._told_by.get(row, set())

    def _by_words(self) -> None:
        """The likeliest candidate of each row, for the place that it has now."""
        for i, candidates in self._open_to.items():
            if i not in self._waiting and i not in self._nameless:
                continue
            self._waiting.discard(i)
            place = self._place(i)
            if self._places.get(i) != place:
                self._places[i] = place
                self.orders[i] = ranked(self._statement, candidates, place, self._taxonomy)
                self._margins.pop(i, None)
            order = self.orders[i]
            self._choose(i, tuple(c.name for c in order[0][0].concepts) if order else ())

    def _by_sums(self) -> None:
        """What totals without a label state: no sum but their own tells of them."""
        if not (self._totals or self._sides or self._parts):
            return
        worded = {i: self.chosen[i] for i in self._open_to if i not in self._nameless}
        owners = Counter(name for names in worded.values() for name in set(names))
        for one in self._totals:
            place = self._place(one.total)
            name = _nameless_total(self._outline, one, self._taxonomy, self.chosen, place)
            parts = sum(name in worded.get(at, ()) for at in {t.at for t in one.terms})
            self._choose(one.total, (name,) if name and owners[name] == parts else ())
        for row, names in self._sides.items():
            self._choose(row, names)
        for row, total in self._parts:
            if self.chosen.get(row) and self.chosen.get(row) == self.chosen.get(total):
                self._choose(row, ())

    def _place(self, i: int) -> Place:
        return place_of(self._statement, self.sums, self._taxonomy, self.chosen, i)


def _rivals(statement: Statement, rows: Sequence[int]) -> Iterator[int]:
    """The rows of which another of these states other numbers: one must be something else.

    Two that are called alike in one place cannot be told apart by choosing.
    """
    stating: dict[_Stated, dict[_Called, list[int]]] = {}
    for i in rows:
        row = statement.rows[i]
        stated = (row.measure, tuple(a.number if a else None for a in row.amounts))
        called = (normalised(row.label), row.section)
        stating.setdefault(stated, {}).setdefault(called, []).append(i)
    tried = list(stating.values())[:_MOST_TRIED]
    for own in stating.values():
        for name, alike in own.items():
            others = (rows for rows in tried if len(rows) > 1 or name not in rows)
            if any(not same_numbers(statement, alike[0], _first(rows)) for rows in others):
                yield from alike


def _first(rows: Mapping[_Called, list[int]]) -> int:
    """One of the rows that state the same numbers."""
    return next(iter(rows.values()))[0]


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


def _both_sides(
    footing: Footing, taxonomy: Taxonomy, nameless: Container[int]
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
                if i in nameless:
                    yield i, (concept.name,)


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
    if place == _NOWHERE:
        scored = [(one, log(max(one.confidence, _LEAST))) for one in candidates]
        return sorted(scored, key=itemgetter(1), reverse=True)
    scored = []
    kind = statement.kind
    above_parts = [(part, taxonomy.ancestors(part, kind)) for part in place.parts]
    for candidate in candidates:
        name = candidate.concepts[0].name
        level = fit(kind, candidate, place, taxonomy)
        score = log(max(candidate.confidence, _LEAST)) + _MERIT[level]
        if above_parts:
            below = sum([name in above and name != part for part, above in above_parts])
            score += _ABOVE * below / len(above_parts)
        scored.append((candidate, score))
    return sorted(scored, key=itemgetter(1), reverse=True)


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
    outline: Outline, one: Sum, taxonomy: Taxonomy, chosen: Choice, place: Place
) -> QName | None:
    """What a total without a label states; nothing wider than the total that adds it up."""
    name, total = _added_up(outline, one, taxonomy, chosen, place), place.parent
    wider = name and total and taxonomy.descends(total, name, outline.statement.kind)
    return None if wider else name


def _added_up(
    outline: Outline, one: Sum, taxonomy: Taxonomy, chosen: Choice, place: Place
) -> QName | None:
    """What a total without a label adds up: a section with a total, or what the tree says."""
    statement = outline.statement
    if _is_revenue(statement, one):
        return _find(taxonomy, "Revenues")
    sections = {statement.rows[term.at].section[-1:] for term in one.terms}
    if len(sections) == 1 and (section := sections.pop()):
        for words in (f"total {section[0]}", section[0]):
            named = tuple(worded_as(words, outline, one.total, taxonomy))
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
