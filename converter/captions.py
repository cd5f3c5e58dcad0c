"""Where a row is printed and what a person calls it."""

from __future__ import annotations

from converter.model import (
    Instant,
    Period,
    Row,
    Span,
)


def row_span(row: Row) -> Span:
    """Where a row's label, or else its first number, is printed."""
    cells = [*row.source.label, *(c for c in row.source.cells if c is not None)]
    return cells[0].span


def called(row: Row) -> str:
    """What a person calls a row in a message: its caption in quotation marks."""
    return f'"{row.label}"' if row.label else "the total without a label"


def period_words(period: Period) -> str:
    """A period in a message: a day, or from day to day."""
    if isinstance(period, Instant):
        return str(period.date)
    return f"{period.start} to {period.end}"
