"""Statements of stockholders' equity: components in columns, movements in rows.

A printed row becomes a row of amounts and, where columns count shares, another of shares.
What the statement itself proves is asked before it is believed: its components add up to
its totals, and its movements lead from one balance to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from converter.captions import lines_of, row_span, size_of, table_span
from converter.columns import column_words
from converter.equity_columns import read_equity_columns, with_weights
from converter.equity_labels import Printed, amounts_of, notes_of, printed_rows
from converter.equity_periods import balance, dated, is_balance
from converter.equity_sections import read_sections
from converter.equity_sums import (
    Across,
    chains,
    misfits,
    outside,
    put_right,
    slipped,
    sum_down,
    sums_across,
    together,
)
from converter.equity_totals import is_total, total_column
from converter.fiscal import Calendar
from converter.model import (
    Amount,
    Basis,
    Cell,
    Duration,
    Finding,
    Instant,
    Measure,
    Period,
    Row,
    Severity,
    Statement,
    StatementColumn,
    StatementKind,
    Table,
)
from converter.numbers import read_amount
from converter.periods import read_period_words
from converter.titles import currency_of, entity_of, scale_of, share_scale, title_of

_MOST_SHARES = 20_000_000
"""No filer has more shares than this many thousands: what is more is printed in whole."""
_FEWEST = 4
_DAY = timedelta(days=1)


def read_equity(
    table: Table, caption: tuple[Cell, ...], calendar: Calendar
) -> tuple[Statement | None, list[Finding]]:
    """A statement of equity, or what stands in the way of reading it."""
    columns, findings = read_equity_columns(table, caption)
    total = total_column(table)
    if _is_headed(table, columns, total):
        statement, found = _by_columns(table, caption, calendar, columns)
        if statement:
            return statement, [*findings, *found]
    statement, found = read_sections(table, caption, calendar)
    if statement:
        return statement, found
    if total is not None:
        one = StatementColumn(None, Basis.REPORTED, None, table.columns[total])
        only = [one if i == total else None for i in range(len(columns))]
        statement, found = _by_columns(table, caption, calendar, only)
        if statement:
            return statement, [_only_total(table, total), *found]
    named = any(column and column.component for column in columns)
    return None, [_unclear(table) if named else _not_read(table)]


def _is_headed(
    table: Table, columns: Sequence[StatementColumn | None], total: int | None
) -> bool:
    """Whether the headings name components, and the total where the numbers have it.

    Where the sum of the others stands under another heading, all of them have slipped.
    """
    kept = [i for i, column in enumerate(columns) if column is not None]
    totals = [i for i, column in enumerate(columns) if column and column.component is None]
    known = any(column and column.component and column.component.members for column in columns)
    inside = sum(row.cells[i] is not None for row in table.rows for i in kept)
    if len(totals) == len(kept) or inside * 2 <= size_of(table):
        return False
    if not (known or totals):
        return False
    return (
        total is None
        or not totals
        or total in totals
        or any(is_total(table, at) for at in totals)
    )


def _by_columns(
    table: Table,
    caption: tuple[Cell, ...],
    calendar: Calendar,
    columns: Sequence[StatementColumn | None],
) -> tuple[Statement | None, list[Finding]]:
    """A statement with components in columns; None where its own sums deny it."""
    kept = [i for i, column in enumerate(columns) if column is not None]
    told = [column for column in columns if column is not None]
    printed = printed_rows(table, caption)
    periods, findings = _periods(printed, caption, calendar)
    headed = " ".join(cell.text for cell in caption)
    scales = _scales(headed, table, kept, told)
    rows = tuple(
        row
        for one, period in zip(printed, periods, strict=True)
        for row in _rows(one, period, kept, told, scales)
    )
    rows = put_right(sums_across(told, rows), rows)
    strange = misfits(sums_across(told, rows), rows)
    if strange:
        findings.append(_misfits([rows[i] for i in sorted(strange)]))
        rows = tuple(row for i, row in enumerate(rows) if i not in strange)
    across = sums_across(told, rows)
    apart = outside(across, told)
    if slipped(apart, told):
        return None, []
    if apart:
        left = [None if i in {kept[n] for n in apart} else c for i, c in enumerate(columns)]
        statement, found = _by_columns(table, caption, calendar, left)
        return statement, [*(_apart(table, kept[n]) for n in apart), *found]
    deducted = {t.at: t.weight for one in across for t in one.sum.terms}
    statement = Statement(
        StatementKind.EQUITY, title_of(caption), entity_of(caption), currency_of(headed),
        with_weights(told, deducted), rows, caption,
    )  # fmt: skip
    return (statement if _believed(across, rows, len(told)) else None), findings


# --- periods -------------------------------------------------------------------------


def _periods(
    printed: Sequence[Printed], caption: tuple[Cell, ...], calendar: Calendar
) -> tuple[list[Period | None], list[Finding]]:
    """The period of each row: the day of a balance, or from one balance to the next."""
    words = read_period_words(" ".join(cell.text for cell in caption))
    struck = [
        balance(i, one.label, one.about)
        for i, one in enumerate(printed)
        if any(one.source.cells) and is_balance(one.label)
    ]
    known = dated(struck, words, calendar)
    periods: list[Period | None] = [None] * len(printed)
    for one in known:
        periods[one.at] = Instant(one.day) if one.day else None
    for opening, closing in pairwise(known):
        if opening.day and closing.day and opening.day < closing.day:
            between = Duration(opening.day + _DAY, closing.day)
            for i in range(opening.at + 1, closing.at):
                periods[i] = between
    findings = [
        _no_period(one) for one, period in zip(printed, periods, strict=True)
        if one.filled and period is None
    ]  # fmt: skip
    return periods, findings


def _no_period(one: Printed) -> Finding:
    what = "the day of these balances" if is_balance(one.label) else "its period"
    return Finding(
        "row.no-period",
        Severity.WARNING,
        f'"{one.label}": nothing tells {what}; the row is left out',
        one.span,
        advice="compare the balances before and after it with the source",
    )


# --- rows ----------------------------------------------------------------------------


def _rows(
    one: Printed,
    period: Period | None,
    kept: Sequence[int],
    columns: Sequence[StatementColumn],
    scales: Sequence[int],
) -> Iterator[Row]:
    """A row of amounts, and one of shares where there are any."""
    cells = [one.source.cells[i] for i in kept]
    movement = not isinstance(period, Instant)
    made = False
    for measure in (Measure.MONEY, Measure.SHARES):
        own = [
            cell if (column.measure is Measure.SHARES) == (measure is Measure.SHARES) else None
            for cell, column in zip(cells, columns, strict=True)
        ]
        amounts = amounts_of(own, scales, movement=movement)
        if any(amounts):
            made = True
            yield _row(one, measure, amounts, period)
    if not made:
        yield _row(one, Measure.MONEY, (None,) * len(cells), period)


def _row(
    one: Printed, measure: Measure, amounts: tuple[Amount | None, ...], period: Period | None
) -> Row:
    return Row(
        one.label, len(one.section), one.section, measure, amounts, False, one.source, period
    )


def _scales(
    caption: str, table: Table, kept: Sequence[int], columns: Sequence[StatementColumn]
) -> list[int]:
    """The power of ten of a printed unit of each column, in money or in shares."""
    headings = [" ".join(cell.text for cell in column.source.heading) for column in columns]
    told = " ".join([caption, *notes_of(table)])
    counting = [column.measure is Measure.SHARES for column in columns]
    of_money = (text for text, shares in zip(headings, counting, strict=True) if not shares)
    everywhere = " ".join(column_words(table))
    money = scale_of(told) or scale_of(" ".join(of_money)) or scale_of(everywhere)
    return [
        _share_scale(table, i, scale_of(text) or share_scale(f"{told} {text}", money))
        if shares
        else money
        for i, text, shares in zip(kept, headings, counting, strict=True)
    ]


def _share_scale(table: Table, column: int, scale: int) -> int:
    """The scale of a number of shares, if a filer can have so many at all."""
    cells = (row.cells[column] for row in table.rows)
    counted = [abs(read_amount(cell, scale=0).number) for cell in cells if cell is not None]
    most = max(counted, default=Decimal(0)).scaleb(scale - 3)
    return 0 if scale and most > _MOST_SHARES else scale


# --- belief --------------------------------------------------------------------------


def _believed(across: Sequence[Across], rows: Sequence[Row], columns: int) -> bool:
    """Whether the statement's own sums, of which there must be some, mostly hold.

    Most movements are of one component and prove little: the balances must add up too,
    unless every column leads from balance to balance, and one of them is not printed.
    """
    down = together(sum_down(rows, chain, columns)[1] for chain in chains(rows))
    overall = together(one.tally for one in across)
    balances = together(one.balances for one in across)
    if not (overall.telling or down.telling):
        return False
    whole = down.telling > _FEWEST and down.holding == down.telling
    return (
        (overall.mostly_holds or not overall.telling)
        and (down.mostly_holds or not down.telling)
        and (balances.mostly_holds or not balances.telling or whole)
    )


def _not_read(table: Table) -> Finding:
    return Finding(
        "statement.not-read",
        Severity.WARNING,
        f"a statement of stockholders' equity (lines {lines_of(table.rows)}, {size_of(table)} "
        "numbers) is recognised, but its columns are not understood; it is left out",
        table_span(table),
        advice="see how it was read: tieout inspect FILE --stage tables",
    )


def _only_total(table: Table, total: int) -> Finding:
    column = table.columns[total]
    cells = [row.cells[total] for row in table.rows]
    place = next((cell.span for cell in (*column.heading, *cells) if cell), None)
    return Finding(
        "statement.only-total",
        Severity.WARNING,
        f"the headings of the stockholders' equity on lines {lines_of(table.rows)} are not "
        f"clear; column {total + 1}, the sum of the others in every row, is read as the total, "
        "and the components are left out",
        place,
        advice="see how it was read: tieout inspect FILE --stage tables",
    )


def _apart(table: Table, column: int) -> Finding:
    source = table.columns[column]
    cells = [row.cells[column] for row in table.rows]
    heading = " ".join(cell.text for cell in source.heading) or "no heading"
    count = sum(cell is not None for cell in cells)
    return Finding(
        "column.no-component",
        Severity.WARNING,
        f"column {column + 1} ({heading}; {count} numbers) is no part of the printed total; it "
        "is left out",
        next((cell.span for cell in (*source.heading, *cells) if cell), None),
        advice="check the heading in the source text",
    )


def _misfits(rows: Sequence[Row]) -> Finding:
    lines = lines_of(row.source for row in rows)
    return Finding(
        "rows.misfit",
        Severity.WARNING,
        f"{len(rows)} rows of the stockholders' equity (lines {lines}) do not add up across "
        "as the others do; they are left out",
        row_span(rows[0]),
        advice="they may count shares, or be of another table",
    )


def _unclear(table: Table) -> Finding:
    return Finding(
        "statement.unclear",
        Severity.WARNING,
        f"most rows of the stockholders' equity on lines {lines_of(table.rows)} do not add up "
        "as they were read, across or from balance to balance; the whole statement is left out",
        table_span(table),
        advice="see how it was read: tieout inspect FILE --stage tables",
    )
