"""The sums of a statement of equity by sections: each from balance to balance, and in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Literal

from converter.equity_sums import (
    MAY_BE_DEDUCTED,
    MOST_FLIPS,
    Chain,
    Tally,
    sum_down,
    tally_down,
)
from converter.model import Component, Measure, Row, Sum, Term
from converter.wording import normalised

_OTHERS = "NoncontrollingInterestMember"
_OWNERS = "ParentMember"


def section_sums(rows: Sequence[Row], columns: int) -> list[tuple[Sum, Tally]]:
    """Every section's sum, and those of the totals, with how well they hold."""
    down = [sum_down(rows, chain, columns) for chain in _chains(rows)]
    return [*down, *_totals(rows, columns)]


def weighed(rows: Sequence[Row], columns: int) -> tuple[Row, ...]:
    """The rows, the sections marked that are deducted though printed without a sign."""
    parts = dict.fromkeys(r.component for r in rows if r.component is not None)
    flips = [p for p in parts if MAY_BE_DEDUCTED.search(normalised(p.caption))][:MOST_FLIPS]
    best, most = tuple(rows), _held(rows, columns)
    for count in range(1, len(flips) + 1):
        for chosen in combinations(flips, count):
            turned = tuple(_turned(row, chosen) for row in rows)
            held = _held(turned, columns)
            if held > most:
                best, most = turned, held
    return best


def with_needed_only(rows: Sequence[Row], columns: int) -> tuple[Row, ...]:
    """The rows without balances that stand alone and are no part of any total.

    "Class B stock" on one line is a component; "shares repurchased" below all is none.
    """
    moved = {row.component for row in rows if row.edge != "end"}
    last = max((i for i, row in enumerate(rows) if row.edge and not row.component), default=-1)
    alone = [i for i, r in enumerate(rows) if r.edge == "end" and r.component
             and not _is(r, _OWNERS) and r.component not in moved]  # fmt: skip
    near = [row for i, row in enumerate(rows) if i not in alone or i < last]
    bare = [row for i, row in enumerate(rows) if i not in alone]
    sums = [tally for _, tally in _totals(near, columns)]
    if alone and any(tally.holding < tally.telling for tally in sums):
        without = [tally for _, tally in _totals(bare, columns)]
        if sum(t.holding for t in without) >= sum(t.holding for t in sums):
            return tuple(bare)
    return tuple(near) if sums else tuple(bare)


def _held(rows: Sequence[Row], columns: int) -> int:
    return sum(tally.holding for _, tally in _totals(rows, columns))


def _turned(row: Row, parts: Sequence[Component]) -> Row:
    if row.component not in parts or row.component is None:
        return row
    weight = row.component.weight
    return replace(row, component=row.component._replace(weight=1 if weight < 0 else -1))


def _chains(rows: Sequence[Row]) -> Iterator[Chain]:
    """The rows of one component and one measure, from an opening to a closing."""
    open_at: dict[tuple[Component | None, Measure], list[int]] = {}
    for i, row in enumerate(rows):
        key = (row.component, row.measure)
        if row.edge == "beginning":
            open_at[key] = [i]
        elif row.edge is None and key in open_at:
            open_at[key].append(i)
        elif row.edge == "end" and len(chain := open_at.pop(key, [])) > 1 and row.component:
            yield Chain(chain[0], tuple(chain[1:]), i)


def _totals(rows: Sequence[Row], columns: int) -> Iterator[tuple[Sum, Tally]]:
    """The totals at the end as the closing balances of their components."""
    ends = [
        i for i, row in enumerate(rows) if row.edge == "end" and row.measure is Measure.MONEY
    ]
    parts = [i for i in ends if rows[i].component and not _is(rows[i], _OWNERS)]
    inner = [i for i in parts if not _is(rows[i], _OTHERS)]
    for total in ends:
        wanted = parts if rows[total].component is None else inner
        if total in parts or not wanted:
            continue
        terms = tuple(Term(i, _weight(rows[i])) for i in wanted)
        tally = tally_down(rows, total, terms, columns)
        why = ("the components add up to the total",)
        yield Sum(total, terms, why, proven=tally.is_sum), tally


def _is(row: Row, member: str) -> bool:
    return row.component is not None and member in row.component.members


def _weight(row: Row) -> Literal[1, -1]:
    return row.component.weight if row.component else 1
