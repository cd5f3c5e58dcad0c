"""All sums of a statement of equity, whichever way it is laid out."""

from __future__ import annotations

from converter.equity_section_sums import section_sums
from converter.equity_sums import chains, sum_down, sums_across
from converter.model import Statement, Sum


def equity_sums(statement: Statement) -> tuple[tuple[Sum, ...], tuple[Sum, ...]]:
    """The sums of a statement of equity, down and across."""
    rows, columns = statement.rows, statement.columns
    if any(row.edge for row in rows):
        return tuple(one for one, _ in section_sums(rows, len(columns))), ()
    down = tuple(sum_down(rows, chain, len(columns))[0] for chain in chains(rows))
    return down, tuple(one.sum for one in sums_across(columns, rows))
