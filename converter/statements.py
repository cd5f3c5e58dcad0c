"""Stage 3: a `Table` to a `Statement`: what its headings, labels and numbers mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from converter.columns import column_words, read_columns
from converter.model import (
    Cell,
    Finding,
    Instant,
    Severity,
    Span,
    Statement,
    StatementKind,
    Submission,
    Table,
)
from converter.rows import read_rows, row_label
from converter.titles import (
    currency_of,
    entity_of,
    scale_of,
    shares_apart,
    statement_kind,
    title_of,
)
from converter.wording import normalised

_TITLE_REACH = 8
_NEAR = 30
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
    tables: Sequence[Table],
) -> tuple[tuple[Statement, ...], list[Finding]]:
    """The primary statements among a document's tables.

    A table without a title of its own that repeats the rows of the statement before it
    continues that statement for other periods, and takes its caption.
    """
    statements: list[Statement] = []
    findings: list[Finding] = []
    caption: tuple[Cell, ...] = ()
    before: Table | None = None
    for table in tables:
        own = _kind(table, table.caption)
        goes_on = own is None and before is not None and _repeats(table, before)
        caption = caption if goes_on else table.caption
        kind = _kind(table, caption) if goes_on else own
        if kind is None:
            findings.append(_no_statement(table, before))
            before = None
            continue
        before = table
        statement, found = read_statement(table, kind, caption)
        findings += found
        if statement is not None:
            statements.append(statement)
    return tuple(statements), findings


def read_statement(
    table: Table, kind: StatementKind, caption: tuple[Cell, ...]
) -> tuple[Statement | None, list[Finding]]:
    """One statement of a kind that is already known, under a caption."""
    if kind is StatementKind.EQUITY:
        return None, [_unread_kind(table, kind)]
    columns, findings = read_columns(table, kind, caption)
    kept = [i for i, column in enumerate(columns) if column is not None]
    if not kept:
        return None, findings
    if _unclear(table, kept, findings):
        return None, [*findings, _set_aside(table, kind)]
    headed = " ".join(cell.text for cell in caption)
    words = " ".join([headed, *column_words(table)])
    scale = scale_of(words)
    rows = read_rows(table, kept, scale, shares_apart(words))
    if scale == 0:
        findings.append(_no_scale(table, caption))
    statement = Statement(
        kind,
        title_of(caption),
        entity_of(caption),
        currency_of(headed),
        tuple(column for column in columns if column is not None),
        rows,
        caption,
    )
    return statement, [*findings, *_incomplete(statement, table)]


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
        f"most numbers of the {kind.value} on lines {_lines_of(table)} stand in columns "
        "without a period of their own; the whole statement is left out",
        _place(table),
        advice="see how it was read: tieout inspect FILE --stage tables",
    )


def _kind(table: Table, caption: tuple[Cell, ...]) -> StatementKind | None:
    title = title_of(caption)
    kind = statement_kind(title) if title else None
    if kind is None:
        return None
    labels = " ".join(row_label(row) for row in table.rows)
    return kind if _CONTENT[kind].search(labels) else None


def _repeats(table: Table, before: Table) -> bool:
    """At least half of the labels are those of the table before."""
    labels = {normalised(row_label(row)) for row in table.rows} - {""}
    known = {normalised(row_label(row)) for row in before.rows} - {""}
    headed = any(column.heading for column in table.columns)
    return headed and len(labels & known) * 2 > len(labels)


def _place(table: Table) -> Span | None:
    cells = [c for row in table.rows for c in (*row.label, *row.cells) if c is not None]
    return cells[0].span if cells else None


def _last_line(table: Table) -> int:
    return max(
        cell.span.line
        for row in table.rows
        for cell in (*row.label, *row.cells)
        if cell is not None
    )


def _lines_of(table: Table) -> str:
    """The first and the last line of a table, as `12-34`."""
    place = _place(table)
    return f"{place.line if place else 0}-{_last_line(table)}"


def _size(table: Table) -> int:
    """How many numbers are printed in a table."""
    return sum(cell is not None for row in table.rows for cell in row.cells)


def _no_statement(table: Table, before: Table | None) -> Finding:
    """A table without a title; right after a statement it may be the rest of it."""
    place = _place(table)
    first = place.line if place else 0
    what = f"the table on lines {_lines_of(table)} ({_size(table)} numbers) has no title of"
    caption = " ".join(cell.text for cell in table.caption)
    titled = any(cell.text.strip()[:1].isupper() for cell in table.caption)
    goes_on = not titled or "continued" in caption.lower()
    near = before is not None and goes_on and first - _last_line(before) <= _NEAR
    if near and before is not None and len(before.columns) == len(table.columns):
        return Finding(
            "statement.continued",
            Severity.WARNING,
            f"{what} its own; it may go on from the statement above it, but is left out",
            place,
            advice="statements that run over several tables are not joined yet",
        )
    return Finding(
        "table.not-a-statement",
        Severity.INFO,
        f"{what} a primary statement; it is left out",
        place,
    )


def _unread_kind(table: Table, kind: StatementKind) -> Finding:
    return Finding(
        "statement.not-read",
        Severity.WARNING,
        f"a statement of {kind.value} (lines {_lines_of(table)}, {_size(table)} numbers) is "
        "recognised but not read yet",
        _place(table),
    )


def _incomplete(statement: Statement, table: Table) -> list[Finding]:
    """A balance sheet that stops before its second total was cut short."""
    if statement.kind is not StatementKind.BALANCE_SHEET:
        return []
    labels = " | ".join(normalised(" ".join([*r.section, r.label])) for r in statement.rows)
    if (
        re.search(r"equity|deficit|deficiency|capital|net assets", labels)
        and "liabilit" in labels
    ):
        return []
    return [
        Finding(
            "statement.incomplete",
            Severity.WARNING,
            "this balance sheet does not reach liabilities and equity; the text may be "
            "cut short, or go on in another table",
            _place(table),
            advice="compare the file with its source",
        )
    ]


def incomplete_end(submission: Submission, tables: Sequence[Table]) -> list[Finding]:
    """A bare text that stops within a table or under a title, without a line's end."""
    last = submission.lines[-1]
    if not last.text or any(document.type for document in submission.documents):
        return []
    end = max((_last_line(table) for table in tables[-1:]), default=0)
    captions = {cell.text.strip() for table in tables for cell in table.caption}
    in_table = end >= last.number - 4 and not last.text.rstrip().endswith(".")
    under_title = any(
        line.number > end and (statement_kind(line.text) or line.text.strip() in captions)
        for line in submission.lines[-_TITLE_REACH:]
    )
    if not (in_table or under_title or not last.text.strip()):
        return []
    return [
        Finding(
            "submission.truncated",
            Severity.WARNING,
            "the text stops here without a line's end: it may have been cut short",
            Span(last.number, 0, len(last.text)),
            advice="compare the file with its source",
        )
    ]


def _no_scale(table: Table, caption: tuple[Cell, ...]) -> Finding:
    place = caption[0].span if caption else _place(table)
    return Finding(
        "statement.scale",
        Severity.INFO,
        "no scale is printed (thousands, millions); amounts are taken as whole dollars",
        place,
    )


def is_instant(statement: Statement) -> bool:
    """Whether the columns of a statement are dates rather than spans of time."""
    return isinstance(statement.columns[0].period, Instant)
