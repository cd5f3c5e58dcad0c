"""Stage 3: a `Table` to a `Statement`: what its headings, labels and numbers mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from converter.blocks import Block
from converter.captions import lines_of, table_span
from converter.columns import column_words, read_columns
from converter.endings import incomplete
from converter.equity import read_equity
from converter.equity_halves import beside
from converter.equity_labels import notes_of
from converter.fiscal import Calendar, calendar_of
from converter.joining import NEAR, goes_on, joined
from converter.model import (
    Cell,
    Duration,
    Edge,
    Finding,
    Instant,
    Period,
    Row,
    Severity,
    Statement,
    StatementColumn,
    StatementKind,
    Table,
)
from converter.periods import Length, PeriodWords, is_year_of_weeks, read_period_words
from converter.rows import read_rows, row_label, with_asides
from converter.scales import scale_beside
from converter.tables import table_of
from converter.titles import (
    currency_of,
    entity_of,
    names_notes,
    names_parent,
    scale_of,
    share_scale,
    statement_kind,
    title_of,
)
from converter.wording import MONTH, normalised

_RIGHT_BELOW = 45
"""How far below a statement a table without a title may print it again, or the rest of it."""
_MOST_LINES = 3000
_MOST_COLUMNS = 200
"""How large a table is looked at: the largest statements have 300 lines and 30 columns."""
_BALANCE_DAY = re.compile(
    r"(?:total )?(?:balances?|equity)\b.{0,12}\b(?:at|as of)\b", re.IGNORECASE
)
_DATED_CASH = re.compile(
    r"(?:(?:(?:total|balance of) )?cash\b"
    rf"(?!.*\b(?:paid|payments?|dividends?|received|provided|used|flows?)\b).*\b{MONTH}\s*\d|"
    rf"(?:balances?,? )?(?:(?:at|as of),? )?{MONTH}\s*\d+(?:, \d+)?$)",
    re.IGNORECASE,
)
_CONTENT = {
    StatementKind.BALANCE_SHEET: re.compile(r"\b(?:assets|liabilities)\b", re.IGNORECASE),
    StatementKind.INCOME: re.compile(
        r"\b(?:revenues?|sales|income|loss|earnings|expenses?)\b", re.IGNORECASE
    ),
    StatementKind.CASH_FLOWS: re.compile(r"\bcash\b", re.IGNORECASE),
    StatementKind.EQUITY: re.compile(
        r"\bbalances?\b|\bnet (?:income|loss|earnings)\b", re.IGNORECASE
    ),
    StatementKind.COMPREHENSIVE_INCOME: re.compile(r"\bcomprehensive\b", re.IGNORECASE),
}


def read_statements(
    blocks: Iterable[Block],
    reporting: date | None = None,
    *,
    months: int | None = 12,
    year_close: tuple[int, int] | None = None,
) -> tuple[tuple[Statement, ...], list[Finding]]:
    """The primary statements among a document's tables.

    A table without a title of its own that repeats the rows of the statement before it
    continues that statement for other periods, and takes its caption.

    Args:
        blocks: Where tables are, in the order printed.
        reporting: The end of the period that the cover gives.
        months: How long a period is that no heading tells: twelve in an annual report.
        year_close: The month and day on which the fiscal years end, by the cover.
    """
    statements: list[Statement] = []
    findings: list[Finding] = []
    groups: list[tuple[_Group, Table]] = []
    for group in _grouped(blocks):
        if isinstance(group, Finding):
            findings.append(group)
        else:
            _add(groups, group, joined(group.parts))
    instants = [p for g, t in groups for p in _instants(g, t)]
    told = list(_lengths(groups))
    months = months if _no_other_length(told, months) else None
    words = [words for _, table in groups for words in _balance_words(table)]
    calendar = calendar_of(
        instants,
        reporting,
        months=months,
        balance_days=[day for one in words for day in _last_days(one)],
        balances=[day for one in words for day in one.dates],
    )
    if any(one.to_date for one in told):
        calendar = replace(calendar, year_close=year_close, so_far=_so_far(groups))
    for group, table in groups:
        before = next((one for one in statements if one.kind is group.kind), None)
        statement, found = read_statement(table, group.kind, group.caption, calendar, before)
        findings += found
        statements += [statement] if statement else []
    return tuple(statements), findings


def _add(groups: list[tuple[_Group, Table]], group: _Group, table: Table) -> None:
    """One group more; or the other columns of a statement of equity too wide for a page."""
    before = groups[-1] if groups else None
    if before and group.kind is before[0].kind is StatementKind.EQUITY:
        whole = beside(before[1], table)
        if whole is not None:
            groups[-1] = before[0], whole
            return
    groups.append((group, table))


def _lengths(groups: Iterable[tuple[_Group, Table]]) -> Iterator[PeriodWords]:
    """What the captions and the headings tell, each by itself."""
    for group, table in groups:
        words = [cell.text for cell in group.caption] + column_words(table)
        yield read_period_words(" ".join(words))


def _no_other_length(told: Iterable[PeriodWords], months: int | None) -> bool:
    """Whether no heading or caption tells of periods of another length."""
    return months is not None and all(
        not words.to_date and _is_or_lacks(words.length, months) for words in told
    )


def _is_or_lacks(length: Length | None, months: int) -> bool:
    if length is None or length == Length(months):
        return True
    return months == 12 and is_year_of_weeks(length)


def _so_far(groups: Iterable[tuple[_Group, Table]]) -> Length | None:
    """How long the year is so far: the longest length under a year, over a quarter."""
    lengths = {
        read_period_words(text).length
        for group, table in groups
        for text in [cell.text for cell in group.caption] + column_words(table)
    }
    return next((n for n in (Length(9), Length(6)) if n in lengths), None)


def _balance_words(table: Table) -> Iterator[PeriodWords]:
    """The days that captions of balances give: "Balance at December 31"."""
    for row in table.rows:
        label = row_label(row)
        if _BALANCE_DAY.match(label):
            yield read_period_words(label)


def _last_days(words: PeriodWords) -> Iterator[tuple[int, int]]:
    """The months and days; January 1 opens what December 31 closes."""
    for month, day in words.month_days:
        last = date(2001, month, 1) - timedelta(days=1)
        yield (last.month, last.day) if day == 1 else (month, day)


def _instants(group: _Group, table: Table) -> list[Period]:
    if group.kind is not StatementKind.BALANCE_SHEET:
        return []
    columns, _ = read_columns(table, group.kind, group.caption)
    return [column.period for column in columns if column and column.period]


@dataclass(frozen=True, slots=True)
class _Group:
    """The tables of one statement, under one caption."""

    kind: StatementKind
    caption: tuple[Cell, ...]
    parts: tuple[Table, ...]

    @property
    def end(self) -> int:
        """Its last line, in the document as laid out."""
        return self.parts[-1].place[1]


def _grouped(blocks: Iterable[Block]) -> Iterator[_Group | Finding]:
    """Tables put together that are parts of one statement, in the order printed.

    A block far from a statement and without a title is not looked at more closely.
    """
    group: _Group | None = None
    for block in blocks:
        away = block.place[0] - group.end if group else 0
        near = group is not None and away <= NEAR
        if (near or block.titled) and _is_too_large(block):
            yield _too_large(block)
            continue
        table = table_of(block) if near or block.titled else None
        named = _named(table.caption) if table else None
        own = named if table and named and _has_content(table, named) else None
        if group and near and table and named in (None, group.kind):
            if goes_on(group.parts, group.kind, table):
                group = replace(group, parts=(*group.parts, table))
                continue
            if own is None and away <= _RIGHT_BELOW and _repeats(table, group.parts[0]):
                yield group
                group = replace(group, parts=(table,))
                continue
        if group and (own or not near):
            yield group
            group = None
        if table and own:
            group = _Group(own, table.caption, (table,))
        elif block.rows > 1 or (table and group and _may_go_on(table, group)):
            yield _no_statement(block, table, group if away <= _RIGHT_BELOW else None)
    if group:
        yield group


def _is_too_large(block: Block) -> bool:
    return len(block.body) > _MOST_LINES or block.widest > _MOST_COLUMNS


def _too_large(block: Block) -> Finding:
    return Finding(
        "table.too-large",
        Severity.ERROR,
        f"the table on lines {block.span.line}-{block.last_line} has {len(block.body):,} lines "
        f"and up to {block.widest:,} numbers in one, more than any statement ({_MOST_LINES:,} "
        f"and {_MOST_COLUMNS:,}); it is left out",
        block.span,
        advice="if it is a statement after all, part it into several",
    )


def read_statement(
    table: Table,
    kind: StatementKind,
    caption: tuple[Cell, ...],
    calendar: Calendar,
    before: Statement | None = None,
) -> tuple[Statement | None, list[Finding]]:
    """One statement of a kind that is already known, under a caption.

    `before` is the first of its kind: it may tell the scale of one that prints none.
    """
    if kind is StatementKind.EQUITY:
        statement, findings = read_equity(table, caption, calendar)
        told = [*(cell.text for cell in caption), *column_words(table), *notes_of(table)]
        if statement and scale_of(" ".join(told)) == 0:
            findings.append(_no_scale(table, caption))
        return statement, findings
    columns, findings = read_columns(table, kind, caption, calendar)
    kept = [i for i, column in enumerate(columns) if column is not None]
    if not kept:
        return None, [*findings, _set_aside(table, kind)]
    if _unclear(table, kept, findings):
        return None, [*findings, _set_aside(table, kind)]
    headed = " ".join(cell.text for cell in caption)
    words = " ".join([headed, *column_words(table), *_notes_above(table)])
    own_scale = scale_of(words)
    scale = own_scale or scale_beside(table, before)
    rows = read_rows(table, kept, scale, share_scale(words, scale))
    if kind is StatementKind.BALANCE_SHEET:
        years = [c.period.date.year if c and isinstance(c.period, Instant) else None
                 for c in (columns[i] for i in kept)]  # fmt: skip
        rows = with_asides(rows, kept, years, scale)
    if kind is StatementKind.CASH_FLOWS:
        rows = tuple(on_its_day(row, columns) for row in rows)
    if own_scale == 0:
        findings.append(_no_scale(table, caption, scale))
    statement = Statement(
        kind,
        title_of(caption),
        entity_of(caption),
        currency_of(headed),
        tuple(column for column in columns if column is not None),
        rows,
        caption,
    )
    return statement, [*findings, *incomplete(statement)]


def on_its_day(row: Row, columns: Sequence[StatementColumn | None]) -> Row:
    """A row of cash flows with the end of its period that its date is: "Cash at January 1"."""
    if not _DATED_CASH.match(row.label):
        return row
    periods = [c.period for c in columns if c and isinstance(c.period, Duration)]
    days = set(read_period_words(row.label).month_days)
    edges: tuple[tuple[Edge, set[tuple[int, int]]], ...] = (
        ("end", {_day_of(p.end) for p in periods}),
        ("beginning", {_day_of(p.start - timedelta(days=n)) for p in periods for n in (0, 1)}),
    )
    return replace(row, edge=next((edge for edge, on in edges if days & on), None))


def _day_of(day: date) -> tuple[int, int]:
    return day.month, day.day


def _notes_above(table: Table) -> Iterator[str]:
    """What stands in parentheses between the headings and the first number."""
    for row in table.rows:
        if any(row.cells):
            return
        label = row_label(row)
        if label.startswith("("):
            yield label


def _unclear(table: Table, kept: Sequence[int], findings: Sequence[Finding]) -> bool:
    """Whether more numbers stand in columns that could not be read than in the others.

    Headings and numbers do not belong together then, and what was read is not to be
    trusted either. A column of changes is no such column.
    """
    if all(finding.severity is Severity.INFO for finding in findings):
        return False
    columns = range(len(table.columns))
    counts = [sum(row.cells[i] is not None for row in table.rows) for i in columns]
    inside = sum(counts[i] for i in kept)
    return sum(counts) - inside > inside


def _set_aside(table: Table, kind: StatementKind) -> Finding:
    return Finding(
        "statement.unclear",
        Severity.WARNING,
        f"most numbers of the {kind.value} on lines {lines_of(table.rows)} stand in columns "
        "without a period of their own; the whole statement is left out",
        table_span(table),
        advice="see how it was read: tieout inspect FILE --stage tables",
    )


def _named(caption: tuple[Cell, ...]) -> StatementKind | None:
    """The kind of statement that a caption names, but for one of the parent alone."""
    title = "" if _of_parent(caption) else title_of(caption)
    return statement_kind(title) if title else None


def _of_parent(caption: tuple[Cell, ...]) -> bool:
    return any(names_parent(cell.text) for cell in caption)


def _has_content(table: Table, kind: StatementKind) -> bool:
    labels = " ".join(row_label(row) for row in table.rows)
    return _CONTENT[kind].search(labels) is not None


def _repeats(table: Table, before: Table) -> bool:
    """At least half of the labels are those of the table before, and it is no summary."""
    if _of_parent(table.caption) or any(names_notes(cell.text) for cell in table.caption):
        return False
    labels = {normalised(row_label(row)) for row in table.rows} - {""}
    known = {normalised(row_label(row)) for row in before.rows} - {""}
    headed = any(column.heading for column in table.columns)
    return headed and len(labels & known) * 2 > len(labels)


def _no_statement(block: Block, table: Table | None, before: _Group | None) -> Finding:
    """A table without a title; right after a statement it may be the rest of it."""
    place = block.span
    where = f"the table on lines {place.line}-{block.last_line} ({block.numbers} numbers)"
    what = f"{where} has no title of"
    if table and before and not table.apart and _may_go_on(table, before):
        return Finding(
            "statement.continued",
            Severity.WARNING,
            f"{what} its own; it may go on from the statement above it, but is left out",
            place,
            advice="see how it was read: tieout inspect FILE --stage tables",
        )
    return Finding(
        "table.not-a-statement",
        Severity.INFO,
        f"{where} is of the parent company alone; it is left out"
        if table and _of_parent(table.caption)
        else f"{what} a primary statement; it is left out",
        place,
    )


def _may_go_on(table: Table, before: _Group) -> bool:
    caption = " ".join(cell.text for cell in table.caption)
    titled = any(cell.text.strip()[:1].isupper() for cell in table.caption)
    more = not titled or "continued" in caption.lower()
    return more and len(before.parts[-1].columns) == len(table.columns)


def _no_scale(table: Table, caption: tuple[Cell, ...], scale: int = 0) -> Finding:
    taken = "like those of its kind above, in print as large" if scale else "as whole dollars"
    place = caption[0].span if caption else table_span(table)
    return Finding(
        "statement.scale",
        Severity.INFO,
        f"no scale is printed (thousands, millions); amounts are taken {taken}",
        place,
    )


def is_instant(statement: Statement) -> bool:
    """Whether the columns of a statement are dates rather than spans of time."""
    return isinstance(statement.columns[0].period, Instant)
