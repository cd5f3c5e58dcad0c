"""The columns of a table from the right edges of its numbers.

Gaps between columns are not reliable (filers print `15,655 (15,655)` and even
`$(55,650)$17,777`), right edges are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise

from converter.layout import View
from converter.numbers import is_nil

_EDGE_TOLERANCE = 2
_RARE = 5
_FEWEST_ROWS = 8
_FEWEST_WHOLE = 3
"""So many rows with a number for every column show that the columns are as many."""
FARTHEST_STRAY = 8
"""How far from its column a number may end that no other column is for."""


def column_edges(data: Sequence[View]) -> tuple[int, ...]:
    """The right edges of the columns of a table, from the lines that have numbers."""
    counts = [len(view.tokens) for view in data]
    return _without_labels(_main_edges(_telling_edges(data), counts), data)


def _find_edges(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The columns of a table from the right edges of the numbers in its rows.

    Edges that lie within two characters of each other are one column, unless a row has
    a number at both. The edge that most numbers share stands for the column.
    """
    counts = Counter(chain.from_iterable(rows))
    parted = _parted(sorted(counts), rows)
    return tuple(max(group, key=lambda e: (counts[e], e)) for group in parted)


def _telling_edges(data: Sequence[View]) -> list[list[int]]:
    """The edges that make columns, row by row: those of digits, and of dashes far from any.

    Dashes for nil are often centred or set left in a column of right-aligned numbers.
    """
    digits: list[list[int]] = []
    dashes: list[list[int]] = []
    for view in data:
        nil = [is_nil(token.text) for token in view.tokens]
        digits.append([t.edge for t, n in zip(view.tokens, nil, strict=True) if not n])
        dashes.append([t.edge for t, n in zip(view.tokens, nil, strict=True) if n])
    known = _find_edges(digits)
    rows = []
    for row, others in zip(digits, dashes, strict=True):
        taken = {nearest(known, edge) for edge in row} if others and known else set()
        far = [edge for edge in others if not _has_room(known, edge, taken)]
        rows.append(sorted([*row, *far]))
    return rows


def _main_edges(rows: Sequence[Sequence[int]], counts: Sequence[int]) -> tuple[int, ...]:
    """The columns that most rows share.

    A row with as many numbers as there are columns, but shifted, makes no columns of its
    own: its numbers belong to the columns in their order. `counts` are those of each row,
    with dashes that tell no edge.
    """
    edges = _without_strays(_find_edges(rows), rows)
    filled = [0] * len(edges)
    for edge, count in Counter(chain.from_iterable(rows)).items():
        filled[nearest(edges, edge)] += count
    main = [e for e, n in zip(edges, filled, strict=True) if n * _RARE > max(filled)]
    if len(main) == len(edges):
        return edges
    shifted = [
        count == len(main) < 2 * len(row)
        and any(abs(main[nearest(main, edge)] - edge) > _EDGE_TOLERANCE for edge in row)
        for row, count in zip(rows, counts, strict=True)
    ]
    if not any(shifted):
        return edges
    kept = [row for row, away in zip(rows, shifted, strict=True) if not away]
    return _without_strays(_find_edges(kept), kept)


def _has_room(known: tuple[int, ...], edge: int, taken: set[int]) -> bool:
    """Whether a dash lies in a column that its row has no number in; takes the place."""
    if not known:
        return False
    at = nearest(known, edge)
    if at in taken or abs(known[at] - edge) > FARTHEST_STRAY:
        return False
    taken.add(at)
    return True


def _without_strays(edges: tuple[int, ...], rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The columns without those that only numbers out of line make.

    Dashes and amounts per share may end a few characters off the amounts: they are of
    the column beside them, as long as no row has a number in both. Of a few rows less
    can be told.
    """
    farthest = FARTHEST_STRAY if len(rows) >= _FEWEST_ROWS else 2 * _EDGE_TOLERANCE
    column = {edge: edges[nearest(edges, edge)] for edge in set(chain.from_iterable(rows))}
    filled: dict[int, set[int]] = {edge: set() for edge in edges}
    for i, row in enumerate(rows):
        for edge in row:
            filled[column[edge]].add(i)
    kept = list(edges)
    for edge in sorted(edges, key=lambda e: len(filled[e])):
        at = kept.index(edge)
        beside = [*kept[max(at - 1, 0) : at], *kept[at + 1 : at + 2]]
        free = [
            other
            for other in beside
            if abs(other - edge) <= farthest and not filled[other] & filled[edge]
        ]
        if free:
            filled[min(free, key=lambda other: abs(other - edge))] |= filled[edge]
            kept.remove(edge)
    return tuple(kept)


def _parted(edges: list[int], rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Edges in groups: those near each other, unless a row has a number at both.

    What is near is cut at its widest gap as long as a row has two numbers in it. The gaps
    are gone through from the widest on, which comes to the same and needs no second look.
    """
    both = _next_in_a_row(edges, rows)
    gaps = [after - before for before, after in pairwise(edges)]
    cuts = [0, *(i for i, gap in enumerate(gaps, 1) if gap > _EDGE_TOLERANCE), len(edges)]
    near = [i for i, gap in enumerate(gaps, 1) if gap <= _EDGE_TOLERANCE]
    for cut in sorted(near, key=lambda i: (-gaps[i - 1], i)):
        at = bisect_left(cuts, cut)
        if both[cuts[at - 1]] < cuts[at]:
            cuts.insert(at, cut)
    return [edges[first:last] for first, last in pairwise(cuts) if first < last]


def _next_in_a_row(edges: list[int], rows: Sequence[Sequence[int]]) -> list[int]:
    """For each edge where, from it on, first a row has its second number."""
    place = {edge: i for i, edge in enumerate(edges)}
    after = [len(edges)] * len(edges)
    for row in {tuple(row) for row in rows}:
        for first, second in pairwise(sorted({place[edge] for edge in row})):
            after[first] = min(after[first], second)
    return list(accumulate(reversed(after), min))[::-1]


def nearest(edges: Sequence[int], edge: int) -> int:
    """The index of the column whose edge is nearest; the first of two as near."""
    at = bisect_left(edges, edge)
    if at == len(edges):
        return at - 1
    return at - 1 if at and edge - edges[at - 1] <= edges[at] - edge else at


def extents_of(data: Sequence[View], edges: tuple[int, ...]) -> list[tuple[int, int]]:
    """From where to where each column's numbers reach."""
    starts, ends = list(edges), list(edges)
    for view in data:
        for token in view.tokens:
            first = token.start
            if "  " in token.text:
                first = token.end - len(token.text.rpartition("  ")[2])
            i = nearest(edges, token.edge)
            if (first < starts[i] or token.end > ends[i]) and (
                abs(edges[i] - token.edge) <= FARTHEST_STRAY
            ):
                starts[i], ends[i] = min(starts[i], first), max(ends[i], token.end)
    return list(zip(starts, ends, strict=True))


def main_columns(data: Sequence[View], edges: tuple[int, ...]) -> list[bool]:
    """Which columns have more than a stray number."""
    filled = [0] * len(edges)
    counts = Counter(token.edge for view in data for token in view.tokens)
    for edge, count in counts.items():
        filled[nearest(edges, edge)] += count
    most = max(filled)
    return [count * _RARE > most for count in filled]


def _without_labels(edges: tuple[int, ...], data: Sequence[View]) -> tuple[int, ...]:
    """The columns without those left of all others that hold a number or two.

    `Shares issued: 12,345,678` on a line by itself is part of a label. Where rows have a
    number in every column (the balances of equity), the first of them is none.
    """
    if len(data) < _FEWEST_ROWS:
        return edges
    if sum(len(view.tokens) == len(edges) for view in data) >= _FEWEST_WHOLE:
        return edges
    main = main_columns(data, edges)
    return edges[main.index(True) :]
