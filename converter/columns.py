"""The columns of a statement: their periods, and what kind of figures they hold."""

from __future__ import annotations

import re
from dataclasses import replace

from converter.model import (
    Basis,
    Cell,
    Column,
    Finding,
    Severity,
    Span,
    StatementColumn,
    StatementKind,
    Table,
)
from converter.periods import PeriodWords, column_period, read_period_words

_CHANGE_COLUMN = re.compile(
    r"\b(?:change|variance|incr(?:ease)?\.?|decr(?:ease)?\.?)\b|^%$", re.IGNORECASE
)
_ADJUSTMENT = re.compile(
    r"\badjust(?:ments?|ing)\b|\breconciling\b|\beliminations?\b", re.IGNORECASE
)
_PREVIOUS = re.compile(
    r"\b(?:previously|originally)\s+(?:reported|stated|filed)\b", re.IGNORECASE
)
_NON_GAAP = re.compile(r"\bnon-?\s?gaap\b|\badjusted\b", re.IGNORECASE)
_PRO_FORMA = re.compile(r"\bpro[\s-]?forma\b", re.IGNORECASE)
_HISTORICAL = re.compile(r"\b(?:historical|actual|as reported)\b", re.IGNORECASE)
_UNAUDITED = re.compile(r"\bunaudited\b", re.IGNORECASE)
_AUDITED = re.compile(r"(?<!un)\baudited\b", re.IGNORECASE)


def read_columns(
    table: Table, kind: StatementKind, caption: tuple[Cell, ...]
) -> tuple[list[StatementColumn | None], list[Finding]]:
    """The columns of a table; None for those that give no facts, with the reason."""
    title = " ".join(cell.text for cell in caption)
    headed = any(_PRO_FORMA.search(words) for words in column_words(table))
    pro_forma = _PRO_FORMA.search(title) is not None and not headed
    words = read_period_words(title)
    instant = kind is StatementKind.BALANCE_SHEET
    read = _restated(
        [
            _column(
                column,
                _dated_in_order(words, i, len(table.columns)),
                instant=instant,
                pro_forma=pro_forma,
            )
            for i, column in enumerate(table.columns)
        ]
    )
    columns: list[StatementColumn | None] = []
    findings: list[Finding] = []
    seen: dict[object, int] = {}
    for i, column in enumerate(read):
        problem = _column_problem(column, table, seen, i)
        columns.append(None if problem else column)
        findings += [problem] if problem else []
    return columns, findings


def _dated_in_order(words: PeriodWords, index: int, count: int) -> PeriodWords:
    """Of a caption with one date for each column, the date of this one."""
    if len(words.dates) != count:
        return words
    day = words.dates[index]
    return replace(words, dates=(day,), years=(day.year,))


def _restated(columns: list[StatementColumn]) -> list[StatementColumn]:
    """Beside figures as previously reported, adjustments are those of a restatement."""
    if all(column.basis is not Basis.PREVIOUSLY_REPORTED for column in columns):
        return columns
    return [
        replace(column, basis=Basis.RESTATEMENT) if column.basis is Basis.ADJUSTMENT else column
        for column in columns
    ]


def _column(
    column: Column, words: PeriodWords, *, instant: bool, pro_forma: bool
) -> StatementColumn:
    text = " ".join(cell.text for cell in column.heading)
    period = column_period(read_period_words(text), words, instant=instant)
    basis = column_basis(text)
    if basis is Basis.REPORTED and pro_forma and not _HISTORICAL.search(text):
        basis = Basis.PRO_FORMA
    return StatementColumn(period, basis, _audited(text), column)


def column_basis(heading: str) -> Basis:
    """What kind of figures a heading announces; GAAP when it says nothing."""
    if _PREVIOUS.search(heading):
        return Basis.PREVIOUSLY_REPORTED
    if _ADJUSTMENT.search(heading):
        return Basis.ADJUSTMENT
    if _NON_GAAP.search(heading):
        return Basis.NON_GAAP
    return Basis.PRO_FORMA if _PRO_FORMA.search(heading) else Basis.REPORTED


def _audited(heading: str) -> bool | None:
    if _UNAUDITED.search(heading):
        return False
    return True if _AUDITED.search(heading) else None


def _column_problem(
    read: StatementColumn,
    table: Table,
    seen: dict[object, int],
    index: int,
) -> Finding | None:
    """Why a column gives no facts, or None when it does."""
    column = read.source
    text = " ".join(cell.text for cell in column.heading)
    count = sum(row.cells[index] is not None for row in table.rows)
    place = column.heading[-1].span if column.heading else _first_cell(table, index)
    what = f"column {index + 1} ({text or 'no heading'}; {count} numbers)"
    if _CHANGE_COLUMN.search(text):
        return Finding(
            "column.no-period", Severity.INFO,
            f"{what} is a change, not a period; it is left out", place,
        )  # fmt: skip
    if read.period is None:
        return Finding(
            "column.no-period", Severity.WARNING,
            f"{what}: neither its heading nor the caption tells its period; it is left "
            "out", place, advice="check the heading in the source text",
        )  # fmt: skip
    key = (read.period, read.basis)
    if key in seen:
        return Finding(
            "column.repeated", Severity.WARNING,
            f"{what} has the same period and basis as column {seen[key] + 1}; it is "
            "left out", place,
            advice="the columns may be segments or entities, which are not told apart",
        )  # fmt: skip
    seen[key] = index
    return None


def _first_cell(table: Table, index: int) -> Span | None:
    cells = (row.cells[index] for row in table.rows)
    return next((cell.span for cell in cells if cell is not None), None)


def column_words(table: Table) -> list[str]:
    """All phrases that stand over the columns."""
    return [cell.text for column in table.columns for cell in column.heading]
