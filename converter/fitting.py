"""Which concepts can be what a row states, by item type and period type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from converter.carrying import is_usable
from converter.model import Measure, Row, Statement, last_day
from converter.rows import balance_at
from converter.statements import is_instant
from converter.taxonomy import Concept, Taxonomy

_MEASURED: Final = MappingProxyType(
    {
        Measure.MONEY: re.compile(r"monetary"),
        Measure.SHARES: re.compile(r"^shares"),
        Measure.MONEY_PER_SHARE: re.compile(r"perShare|^decimal"),
        Measure.RATIO: re.compile(r"percent|^pure"),
    }
)


def measures(concept: Concept, measure: Measure) -> bool:
    """Whether a concept is of an item type that states such a measure."""
    return _MEASURED[measure].search(concept.type.local) is not None


def is_balance(statement: Statement, row: Row) -> bool:
    """Whether a row states what is at a moment: in a balance sheet, or at a period's end."""
    return is_instant(statement) or balance_at(row) is not None


def fits(concept: Concept, measure: Measure, *, balance: bool) -> bool:
    """Whether item type and period type are those of a row."""
    return measures(concept, measure) and (concept.period_type == "instant") == balance


def usable(
    names: Iterable[str], statement: Statement, row: Row, taxonomy: Taxonomy
) -> tuple[Concept, ...]:
    """The concepts of these names, if all may be used for a row; else none."""
    return fitting(tuple(names), row.measure, is_balance(statement, row), taxonomy)


@lru_cache(maxsize=1 << 16)
def fitting(
    names: tuple[str, ...], measure: Measure, balance: bool, taxonomy: Taxonomy
) -> tuple[Concept, ...]:
    """The concepts of these names, if all fit a measure, and a balance or a flow; else none."""
    concepts = [taxonomy.find(name) if is_usable(name, taxonomy) else None for name in names]
    if any(c is None or not fits(c, measure, balance=balance) for c in concepts):
        return ()
    return tuple(c for c in concepts if c is not None)


def year_of(statement: Statement) -> int:
    """The year of a statement's latest period, which tells the standards it follows."""
    ends = [last_day(c.period).year for c in statement.columns if c.period is not None]
    return max(ends, default=0)
