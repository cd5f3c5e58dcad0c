"""What a mapped statement states: a value of a concept, for a period, in a unit."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from converter.extension import component_dimension, dimension
from converter.model import (
    Fact,
    Instant,
    MappedStatement,
    Match,
    Measure,
    Period,
    QName,
    Row,
    Span,
    Statement,
    StatementColumn,
    Unit,
)
from converter.numbers import half_unit
from converter.rows import balance_at
from converter.taxonomy import Taxonomy


class Stated(NamedTuple):
    """A fact before it has a context and an id; `row` is -1 for one of the cover."""

    concept: QName
    period: Period
    value: Decimal | str
    span: Span | None
    unit: Unit | None = None
    decimals: int | None = None
    dimension: tuple[QName, QName] | None = None
    row: int = -1


def statement_facts(mapped: MappedStatement, taxonomy: Taxonomy) -> Iterator[Stated]:
    """What the rows and columns of a statement state."""
    for match in mapped.matches:
        yield from row_facts(mapped.statement, match, taxonomy)


def facts_of(
    mapped: MappedStatement, names: Container[QName], taxonomy: Taxonomy
) -> Iterator[Stated]:
    """What a statement states of some concepts."""
    for match in mapped.matches:
        if any(name in names for name in match.concepts):
            facts = row_facts(mapped.statement, match, taxonomy)
            yield from (one for one in facts if one.concept in names)


def row_facts(statement: Statement, match: Match, taxonomy: Taxonomy) -> Iterator[Stated]:
    """What one row of a statement states."""
    if not match.concepts:
        return
    row = statement.rows[match.row]
    unit = unit_of(row.measure, statement.currency)
    for amount, column in zip(row.amounts, statement.columns, strict=True):
        if amount is None or (row.period or column.period) is None:
            continue
        value = amount.number * match.sign * weight_of(row, column) or Decimal(0)
        pair = dimension_of(row, column, taxonomy)
        for name in match.concepts:
            period = fact_period(name, match, row, column, taxonomy)
            yield Stated(
                name, period, value, amount.source.span, unit, amount.decimals, pair, match.row
            )


def dimension_of(
    row: Row, column: StatementColumn, taxonomy: Taxonomy
) -> tuple[QName, QName] | None:
    """The component of equity that a number is of, or the basis of its column."""
    part = row.component or column.component
    return component_dimension(part, taxonomy) if part else dimension(column.basis, taxonomy)


def dimensions_of(
    mapped: MappedStatement, taxonomy: Taxonomy
) -> tuple[tuple[QName, QName], ...]:
    """All axes and members that the rows and columns of a statement need, each once."""
    statement = mapped.statement
    parts = [*(c.component for c in statement.columns), *(r.component for r in statement.rows)]
    pairs = [dimension(column.basis, taxonomy) for column in statement.columns]
    pairs += [component_dimension(part, taxonomy) for part in parts if part]
    return tuple(dict.fromkeys(pair for pair in pairs if pair is not None))


def weight_of(row: Row, column: StatementColumn) -> Literal[1, -1]:
    """-1 for what is printed as a deduction without a sign."""
    part = row.component or column.component
    return part.weight if part else 1


def fact_period(
    name: QName, match: Match, row: Row, column: StatementColumn, taxonomy: Taxonomy
) -> Period:
    """The row's or the column's period, or one end of it for a balance among flows."""
    if row.period is not None:
        return row.period
    assert column.period is not None  # noqa: S101  (the caller has looked)
    concept = taxonomy.concept(name)
    kind = match.extension.period_type if match.extension else concept and concept.period_type
    return column.period if kind != "instant" else balance_day(row, column.period)


def balance_day(row: Row, period: Period) -> Instant:
    """The day that a balance is of: the one before a period begins, or its last."""
    if isinstance(period, Instant):
        return period
    if balance_at(row) == "beginning":
        return Instant(period.start - timedelta(days=1))
    return Instant(period.end)


@lru_cache(maxsize=256)
def unit_of(measure: Measure, currency: str) -> Unit:
    """The unit of a measure; `currency` is its ISO 4217 code."""
    money = QName("iso4217", currency)
    shares = QName("xbrli", "shares")
    return {
        Measure.MONEY: Unit(currency, money),
        Measure.SHARES: Unit("shares", shares),
        Measure.MONEY_PER_SHARE: Unit(f"{currency}PerShare", money, shares),
        Measure.RATIO: Unit("pure", QName("xbrli", "pure")),
    }[measure]


def consistent(known: Stated | Fact, one: Stated) -> bool:
    """Whether two figures are the same, each within half a unit of its last digit."""
    if isinstance(known.value, str) or isinstance(one.value, str):
        return known.value == one.value
    if known.decimals == one.decimals:
        return known.value == one.value
    slack = half_unit(known.decimals) + half_unit(one.decimals)
    return abs(known.value - one.value) <= slack
