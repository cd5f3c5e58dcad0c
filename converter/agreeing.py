"""Lines that other statements tell apart: net income with or without the share of others.

An income statement that attributes net income says of each figure which one it is. The
statement of cash flows prints one of them and calls it "Net income": its number tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from converter.model import MappedStatement, Match, Period, QName, StatementKind
from converter.stating import facts_of
from converter.taxonomy import Taxonomy

_WIDER = (
    ("NetIncomeLoss", "ProfitLoss"),
    (
        "ComprehensiveIncomeNetOfTax",
        "ComprehensiveIncomeNetOfTaxIncludingPortionAttributableToNoncontrollingInterest",
    ),
    (
        "StockholdersEquity",
        "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
    ),
    (
        "IncomeLossFromContinuingOperations",
        "IncomeLossFromContinuingOperationsIncludingPortionAttributableToNoncontrollingInterest",
    ),
)
_Figures = Mapping[Period, Decimal]


def agree(
    statements: Sequence[MappedStatement], taxonomy: Taxonomy
) -> tuple[MappedStatement, ...]:
    """Give a line the wider concept where its figures are that concept's elsewhere."""
    for pair in _WIDER:
        narrow, wide = (taxonomy.find(name) for name in pair)
        if narrow is not None and wide is not None:
            statements = _agreed(statements, narrow.name, wide.name, taxonomy)
    return tuple(statements)


def _agreed(
    statements: Sequence[MappedStatement], narrow: QName, wide: QName, taxonomy: Taxonomy
) -> Sequence[MappedStatement]:
    stated = [(m, list(_figures(m, wide, taxonomy))) for m in statements]
    known: dict[Period, Decimal] = {}
    for _, rows in stated:
        for _, figures in rows:
            known.update(figures)
    if not known:
        return statements
    return [
        mapped
        if rows or mapped.statement.kind is StatementKind.EQUITY  # settled with its periods
        else _widened(mapped, narrow, wide, known, taxonomy)
        for mapped, rows in stated
    ]


def _widened(
    mapped: MappedStatement, narrow: QName, wide: QName, known: _Figures, taxonomy: Taxonomy
) -> MappedStatement:
    """A statement that never has the wider concept: a line of all its figures takes it."""
    matches = list(mapped.matches)
    for i, figures in _figures(mapped, narrow, taxonomy):
        both = [(figures[period], known[period]) for period in figures if period in known]
        if both and all(a == b for a, b in both) and not matches[i].ruled:
            matches[i] = _called(matches[i], wide)
    return replace(mapped, matches=tuple(matches))


def _called(match: Match, name: QName) -> Match:
    reason = f"its figures are those of {name} in another statement"
    return replace(match, concepts=(name,), reasons=(*match.reasons, reason))


def _figures(
    mapped: MappedStatement, name: QName, taxonomy: Taxonomy
) -> Iterable[tuple[int, dict[Period, Decimal]]]:
    """The rows that state a concept without a dimension, and their figures."""
    rows: dict[int, dict[Period, Decimal]] = {}
    for one in facts_of(mapped, (name,), taxonomy):
        if one.dimension is None and isinstance(one.value, Decimal):
            rows.setdefault(one.row, {})[one.period] = one.value
    return rows.items()
