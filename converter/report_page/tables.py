"""The statements of a report, drawn again as tables of clean cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from converter.model import (
    Amount,
    Basis,
    MappedStatement,
    Match,
    Measure,
    Row,
    Span,
    Statement,
    StatementColumn,
)
from converter.proof.telling import Scale, scale_of
from converter.report_page.marks import Marks
from converter.report_page.words import period_words

Entry = dict[str, object]
_UNITS = {
    Decimal(1000): "thousands of ",
    Decimal(1000000): "millions of ",
    Decimal(1000000000): "billions of ",
}


def statement_entry(
    mapped: MappedStatement, marks: Marks, findings: Mapping[int, Sequence[tuple[int, Span]]]
) -> Entry:
    """A statement with its columns and rows; a cell is its text, and its mark if any.

    `findings` are those of each source line, with their places.
    """
    statement = mapped.statement
    return {
        "title": statement.title or statement.kind.value.capitalize(),
        "kind": statement.kind.value,
        "entity": statement.entity,
        "detail": statement.detail_of,
        "counted": _counted_in(statement),
        "columns": [_column(one, statement) for one in statement.columns],
        "rows": [
            _row(statement.rows[match.row], match, marks, findings) for match in mapped.matches
        ],
    }


def _counted_in(statement: Statement) -> str:
    """What most amounts are in: thousands of USD."""
    units = Counter(
        scale_of(amount).unit
        for row in statement.rows
        if row.measure is Measure.MONEY
        for amount in row.amounts
        if amount is not None
    )
    unit = max(units, key=lambda one: units[one], default=Decimal(1))
    return f"{_UNITS.get(unit, '')}{statement.currency}"


def _column(column: StatementColumn, statement: Statement) -> Entry:
    words = [period_words(column.period)] if column.period else []
    if column.component is not None:
        words.append(column.component.caption)
    if column.measure is Measure.SHARES:
        words.append("shares")
    if column.basis is not Basis.REPORTED:
        words.append(column.basis.value)
    if not words:
        words.append("Total" if len(statement.columns) > 1 else "Amount")
    return {"words": words, "audited": column.audited}


def _row(
    row: Row,
    match: Match,
    marks: Marks,
    findings: Mapping[int, Sequence[tuple[int, Span]]],
) -> Entry:
    entry: Entry = {
        "label": row.label,
        "level": row.level,
        "total": row.is_total,
        "mark": _first(marks, (cell.span for cell in row.source.printed)),
        "cells": [_cell(amount, marks) for amount in row.amounts],
        "concepts": [str(name) for name in match.concepts],
    }
    if not any(row.amounts):
        return entry
    if row.measure is not Measure.MONEY:
        entry["measure"] = row.measure.value
    if row.period is not None:
        entry["period"] = period_words(row.period)
    return entry | {
        "section": row.section,
        "sign": match.sign,
        "confidence": round(match.confidence * 100),
        "ruled": match.ruled,
        "reasons": match.reasons,
        "alternatives": [(str(one.concept), one.reason) for one in match.alternatives],
        "findings": _findings_at(row, findings),
    }


def _first(marks: Marks, spans: Iterable[Span]) -> int | None:
    return next((at for span in spans if (at := marks.first(span)) is not None), None)


def _cell(amount: Amount | None, marks: Marks) -> Sequence[object]:
    """The number in the units it is printed in; negative ones stand in parentheses."""
    if amount is None:
        return ()
    scale = scale_of(amount)
    return accounted(scale, amount.number), marks.first(amount.source.span)


def accounted(scale: Scale, number: Decimal) -> str:
    """A number in its printed units, as accountants print it."""
    text = scale.printed(abs(number))
    return f"({text})" if number < 0 else text


def _findings_at(row: Row, findings: Mapping[int, Sequence[tuple[int, Span]]]) -> list[int]:
    """The findings whose place is in what is printed of a row."""
    spans = [cell.span for cell in row.source.printed]
    lines = dict.fromkeys(span.line for span in spans)
    near = (pair for line in lines for pair in findings.get(line, ()))
    return [i for i, place in near if any(place.meets(span) for span in spans)]
