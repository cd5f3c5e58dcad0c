"""Where a row or a table is printed and what a person calls it."""

from __future__ import annotations

from collections.abc import Iterable

from converter.model import Instant, Period, Row, Span, Table, TableRow


def row_span(row: Row) -> Span:
    """Where a row's label, or else its first number, is printed."""
    return row.source.printed[0].span


def table_span(table: Table) -> Span | None:
    """Where the first thing in a table's rows is printed; None where all are empty."""
    return next((cell.span for row in table.rows for cell in row.printed), None)


def lines_of(rows: Iterable[TableRow]) -> str:
    """The first and the last line that rows are printed on, as `12-34`."""
    lines = [cell.span.line for row in rows for cell in row.printed]
    return f"{lines[0]}-{max(lines)}" if lines else "0"


def size_of(table: Table) -> int:
    """How many numbers are printed in a table."""
    return sum(cell is not None for row in table.rows for cell in row.cells)


def called(row: Row) -> str:
    """What a person calls a row in a message: its caption in quotation marks."""
    return f'"{row.label}"' if row.label else "the total without a label"


def period_words(period: Period) -> str:
    """A period in a message: a day, or from day to day."""
    if isinstance(period, Instant):
        return str(period.date)
    return f"{period.start} to {period.end}"
