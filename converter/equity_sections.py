"""Statements of equity with a section for each component and a column for each period.

Each section leads from a balance to a balance; the closing ones add up to the total. The
sections tell the components, the columns the periods, and a row is of one component.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from converter.columns import column_words, read_columns
from converter.equity_columns import measure_of
from converter.equity_labels import amounts_of, notes_of
from converter.equity_section_sums import section_sums, weighed, with_needed_only
from converter.equity_walk import Entry, entries_of
from converter.fiscal import Calendar
from converter.model import (
    Amount,
    Cell,
    Component,
    Duration,
    Finding,
    Measure,
    Row,
    Severity,
    Statement,
    StatementColumn,
    StatementKind,
    Table,
)
from converter.numbers import is_nil
from converter.titles import currency_of, entity_of, scale_of, share_scale, title_of
from converter.wording import normalised

_DOUBTS = frozenset(("column.repeated", "column.no-period"))
"""Where a column is not understood, nothing tells shares from amounts any more."""


def read_sections(
    table: Table, caption: tuple[Cell, ...], calendar: Calendar
) -> tuple[Statement | None, list[Finding]]:
    """A statement whose sections are components; None where it is none, or unclear."""
    columns, findings = _columns(table, caption, calendar)
    kept = [i for i, column in enumerate(columns) if column is not None]
    told = tuple(column for column in columns if column is not None)
    if not told or not all(isinstance(column.period, Duration) for column in told):
        return None, []
    if any(finding.code in _DOUBTS for finding in findings):
        return None, []
    entries = [entry for entry in entries_of(table, caption) if _is_filled(entry)]
    if sum(entry.edge == "beginning" for entry in entries) < 2:
        return None, []
    words = " ".join([*(cell.text for cell in caption), *column_words(table), *notes_of(table)])
    scale = scale_of(words)
    made = _rows(entries, kept, told, scale, share_scale(words, scale))
    rows = with_needed_only(weighed(tuple(made), len(told)), len(told))
    headed = " ".join(cell.text for cell in caption)
    statement = Statement(
        StatementKind.EQUITY, title_of(caption), entity_of(caption), currency_of(headed),
        told, rows, caption,
    )  # fmt: skip
    tallies = [tally for _, tally in section_sums(rows, len(told))]
    telling, holding = sum(t.telling for t in tallies), sum(t.holding for t in tallies)
    if not telling or holding * 2 <= telling:
        return None, []
    taken = {id(row.source) for row in rows}
    lost = [_outside(entry) for entry in entries if id(entry.source) not in taken]
    return statement, [*findings, *lost]


def _is_filled(entry: Entry) -> bool:
    """Whether a row has a number that is not a dash, or is one of balances."""
    return entry.edge is not None or any(
        cell is not None and not is_nil(cell.text) for cell in entry.source.cells
    )


def _columns(
    table: Table, caption: tuple[Cell, ...], calendar: Calendar
) -> tuple[list[StatementColumn | None], list[Finding]]:
    """The periods of the columns; where each has two, one of them counts shares."""
    measures = [measure_of(column) for column in table.columns]
    shares = [i for i, m in enumerate(measures) if m is Measure.SHARES]
    money = [i for i in range(len(measures)) if i not in shares]
    columns: list[StatementColumn | None] = [None] * len(measures)
    findings: list[Finding] = []
    for some, measure in ((money, Measure.MONEY), (shares, Measure.SHARES)):
        part = replace(
            table,
            columns=tuple(table.columns[i] for i in some),
            rows=tuple(
                replace(row, cells=tuple(row.cells[i] for i in some)) for row in table.rows
            ),
        )
        read, found = read_columns(part, StatementKind.EQUITY, caption, calendar)
        findings += found
        for i, column in zip(some, read, strict=True):
            columns[i] = replace(column, measure=measure) if column else None
    return columns, findings


# --- rows ----------------------------------------------------------------------------


def _rows(
    entries: Sequence[Entry],
    kept: Sequence[int],
    columns: Sequence[StatementColumn],
    scale: int,
    shares: int,
) -> Iterator[Row]:
    for entry in entries:
        if entry.part is None and entry.measure is None:
            continue
        if entry.part is not None and entry.part.problem:
            continue
        cells = [entry.source.cells[i] for i in kept]
        for measure, power in ((Measure.MONEY, scale), (Measure.SHARES, shares)):
            own = [
                cell if column.measure is measure else None
                for cell, column in zip(cells, columns, strict=True)
            ]
            told = entry.measure if measure is Measure.MONEY and entry.measure else measure
            scaled = [0 if told is Measure.MONEY_PER_SHARE else power] * len(own)
            amounts = amounts_of(own, scaled, movement=entry.edge is None)
            if any(amounts):
                yield _row(entry, told, amounts)


def _row(entry: Entry, measure: Measure, amounts: tuple[Amount | None, ...]) -> Row:
    part = entry.part
    component = None
    if part is not None and part.kind != "total":
        weight: Literal[1, -1] = -1 if normalised(part.caption).startswith("less ") else 1
        component = Component(part.members, part.caption, weight)
    section = (part.caption, *entry.sub) if part and part.caption else entry.sub
    return Row(
        entry.label, len(section), section, measure, amounts, False, entry.source,
        None, component, entry.edge,
    )  # fmt: skip


def _outside(entry: Entry) -> Finding:
    problem = entry.part.problem if entry.part else ""
    why = problem or "stands in no section of the statement"
    return Finding(
        "row.no-component",
        Severity.WARNING,
        f'"{entry.label}" {why}; the row is left out',
        entry.source.printed[0].span,
        advice="see how it was read: tieout inspect FILE --stage tables",
    )
