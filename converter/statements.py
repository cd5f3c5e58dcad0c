"""Stage 3: a `Table` to a `Statement`: what its headings, labels and numbers mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from converter.model import (
    Amount,
    Basis,
    Cell,
    Column,
    Document,
    Finding,
    Instant,
    Measure,
    Row,
    Severity,
    Span,
    Statement,
    StatementColumn,
    StatementKind,
    Table,
    TableRow,
)
from converter.numbers import is_nil, is_percent, printed_decimals, read_amount
from converter.periods import PeriodWords, column_period, read_period_words
from converter.wording import normalised

_I = re.IGNORECASE
_TITLES = (
    (
        StatementKind.CASH_FLOWS,
        re.compile(
            r"\bstatements?\b.{0,30}\bcash\s*-?flows?\b|\bcash flows? statements?\b", _I
        ),
    ),
    (
        StatementKind.EQUITY,
        re.compile(
            r"\bstatements?\b.{0,60}\b(?:stock|share|owner|member|partner)s?\S*"
            r"(?:holders?|owners?)?\S*\s+(?:equity|investment|deficit|deficiency|capital)",
            _I,
        ),
    ),
    (
        StatementKind.BALANCE_SHEET,
        re.compile(
            r"\bbalance\s+sheets?\b|\bstatements?\b.{0,30}\bfinancial\s+(?:position|condition)\b"
            r"|\bstatements?\s+of\s+(?:financial\s+)?condition\b",
            _I,
        ),
    ),
    (
        StatementKind.INCOME,
        re.compile(
            r"\bstatements?\b.{0,40}\b(?:operations|income|earnings|loss(?:es)?)\b"
            r"|\b(?:income|earnings|operating)\s+statements?\b",
            _I,
        ),
    ),
)  # fmt: skip
_COMPREHENSIVE = re.compile(r"\bcomprehensive\s+\(?(?:income|loss|earnings)", _I)
_NOT_PRIMARY = re.compile(
    r"\b(?:data|selected|summary|summari[sz]ed|segments?|quarterly|parent|schedule|notes?\s+to|"
    r"index|reconciliation|supplemental|condensing|consolidating)\b",
    _I,
)
_CONTENT = {
    StatementKind.BALANCE_SHEET: re.compile(r"\b(?:assets|liabilities)\b", _I),
    StatementKind.INCOME: re.compile(
        r"\b(?:revenues?|sales|income|loss|earnings|expenses?)\b", _I
    ),
    StatementKind.CASH_FLOWS: re.compile(r"\bcash\b", _I),
    StatementKind.EQUITY: re.compile(r"\bbalances?\b|\bnet (?:income|loss|earnings)\b", _I),
    StatementKind.COMPREHENSIVE_INCOME: re.compile(r"\bcomprehensive\b", _I),
}
_SCALES = (
    (9, re.compile(r"\bbillions\b", _I)),
    (6, re.compile(r"\bmillions\b|\(?\$?\s?000,000'?s?\b", _I)),
    (3, re.compile(r"\bthousands\b|\$?\s?\b000'?s\b|\$\s?000\b|\bm\$", _I)),
)
_SHARES_APART = re.compile(
    r"\b(?:except|excluding|other than)\b.{0,20}\bshares?\b(?!\s*(?:data|amounts?|figures?|"
    r"information)?\s*\)?$).{0,20}\b(?:and|per)\b|\bexcept\b[^.;)]{0,30}\b(?:number of )?"
    r"shares?(?:\s+data|\s+amounts?|\s+information)?\s*(?:\)|,|and\b|$)",
    _I,
)
_CURRENCIES = (
    ("CAD", re.compile(r"\bcanadian dollars?\b|\bC\$", _I)),
    ("GBP", re.compile(r"\bpounds? sterling\b", _I)),
    ("EUR", re.compile(r"\beuros?\b", _I)),
    ("JPY", re.compile(r"\byen\b", _I)),
)
_PER_SHARE = re.compile(r"\bper\b.{0,40}\b(?:shares?|units?|ads)\b|\bearnings per\b", _I)
_SHARE_COUNT = re.compile(
    r"\bshares?\b.{0,40}\b(?:used|outstanding|computation|calculat|computing)|"
    r"\b(?:weighted|average)\b.{0,50}\b(?:shares?|units?)\b|\bnumber of\b.{0,30}\bshares?\b|"
    r"\bshares? (?:issued|outstanding)\b",
    _I,
)
_CHANGE_COLUMN = re.compile(
    r"\b(?:change|variance|incr(?:ease)?\.?|decr(?:ease)?\.?)\b|^%$", _I
)
_ADJUSTMENT = re.compile(r"\badjust(?:ments?|ing)\b|\breconciling\b|\beliminations?\b", _I)
_NON_GAAP = re.compile(r"\bnon-?\s?gaap\b|\badjusted\b", _I)
_PRO_FORMA = re.compile(r"\bpro[\s-]?forma\b", _I)
_BALANCE_AT = re.compile(
    r"\b(?:cash|balance|equivalents?|investments)\b.*?\b(beginning|start|end)\b(?!ed|ing)"
    r"|^(?:beginning|ending)\b.{0,20}\b(?:cash|balance)\b",
    _I,
)
_UNAUDITED = re.compile(r"\bunaudited\b", _I)
_AUDITED = re.compile(r"(?<!un)\baudited\b", _I)
_COMPANY = re.compile(
    r"\b(?:inc|corp|corporation|company|co|ltd|limited|l\.?p|llc|plc|n\.?v|s\.?a|"
    r"incorporated|trust|bancorp|bancshares|group|holdings?|industries|partners|"
    r"subsidiar(?:y|ies))\b",
    _I,
)
_NOTE_MARK = re.compile(
    r"\s*(?:\((?:[A-Za-z]|\d{1,2}|notes?\s[\w, &-]{1,20})\)|\*{1,3})(?=\s|$|:)", _I
)
_OUTERMOST = re.compile(
    r"^(?:total )?(?:assets|liabilities)$|^liabilities and\b.*|^liabilities,? .*\bequity\b.*"
)
_RESULT = re.compile(
    r"^(?:gross (?:profit|margin)|(?:net )?(?:operating )?(?:income|loss|profit|earnings)\b|"
    r"net (?:income|loss|earnings)\b|(?:income|loss|earnings)\b)"
)


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
            findings.append(_no_statement(table))
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
    columns, findings = _columns(table, kind, caption)
    kept = [i for i, column in enumerate(columns) if column is not None]
    if not any(columns[i].period for i in kept if columns[i]):  # type: ignore[union-attr]
        return None, findings
    headed = " ".join(cell.text for cell in caption)
    words = " ".join([headed, *_column_words(table)])
    rows = _read_rows(table, kept, _scale(words), shares_apart(words))
    if _scale(words) == 0:
        findings.append(_no_scale(table, caption))
    statement = Statement(
        kind,
        _title(caption),
        _entity(caption),
        _currency(headed),
        tuple(column for column in columns if column is not None),
        rows,
        caption,
    )
    return statement, [*findings, *_incomplete(statement, table)]


# --- which tables are statements -----------------------------------------------------


def statement_kind(title: str) -> StatementKind | None:
    """The kind of statement that a title names, or None."""
    if _NOT_PRIMARY.search(title):
        return None
    for kind, pattern in _TITLES:
        found = pattern.search(title)
        if found is None:
            continue
        if kind is StatementKind.INCOME and _COMPREHENSIVE.search(title):
            other = re.search(r"\b(?:operations|earnings)\b|\bincome and\b", title, _I)
            return kind if other else StatementKind.COMPREHENSIVE_INCOME
        return kind
    return None


def _kind(table: Table, caption: tuple[Cell, ...]) -> StatementKind | None:
    title = _title(caption)
    kind = statement_kind(title) if title else None
    if kind is None:
        return None
    labels = " ".join(_label(row) for row in table.rows)
    return kind if _CONTENT[kind].search(labels) else None


def _title(caption: tuple[Cell, ...]) -> str:
    """The line of a caption that names a statement, joined with one that completes it."""
    lines = [re.sub(r"\s+", " ", cell.text).strip() for cell in caption]
    for i in range(len(lines) - 1, -1, -1):
        if statement_kind(lines[i]) and len(lines[i]) <= 120:
            return lines[i]
        both = " ".join(lines[i : i + 2])
        if statement_kind(both) and len(both) <= 120 and lines[i][:1] != "(":
            return both
    return ""


def _repeats(table: Table, before: Table) -> bool:
    """At least half of the labels are those of the table before."""
    labels = {normalised(_label(row)) for row in table.rows} - {""}
    known = {normalised(_label(row)) for row in before.rows} - {""}
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


def _no_statement(table: Table) -> Finding:
    place = _place(table)
    first = place.line if place else 0
    count = sum(cell is not None for row in table.rows for cell in row.cells)
    return Finding(
        "table.not-a-statement",
        Severity.INFO,
        f"the table on lines {first}-{_last_line(table)} ({count} numbers) has no "
        "title of a primary statement; it is left out",
        place,
    )


def _unread_kind(table: Table, kind: StatementKind) -> Finding:
    count = sum(cell is not None for row in table.rows for cell in row.cells)
    return Finding(
        "statement.not-read",
        Severity.WARNING,
        f"a statement of {kind.value} (lines {_place(table).line}-{_last_line(table)}, "  # type: ignore[union-attr]
        f"{count} numbers) is recognised but not read yet",
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


def incomplete_end(document: Document, tables: Sequence[Table]) -> list[Finding]:
    """A text that stops within a table, without so much as a line's end."""
    if not tables or not document.lines or not document.lines[-1].text.strip():
        return []
    last = document.lines[-1]
    if last.number > _last_line(tables[-1]) + 2:
        return []
    return [
        Finding(
            "submission.truncated",
            Severity.WARNING,
            "the text stops within a table and without a line's end: it may have been "
            "cut short",
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


# --- columns -------------------------------------------------------------------------


def _columns(
    table: Table, kind: StatementKind, caption: tuple[Cell, ...]
) -> tuple[list[StatementColumn | None], list[Finding]]:
    words = read_period_words(" ".join(cell.text for cell in caption))
    instant = kind is StatementKind.BALANCE_SHEET
    columns: list[StatementColumn | None] = []
    findings: list[Finding] = []
    seen: dict[object, int] = {}
    for i, column in enumerate(table.columns):
        read = _column(column, words, instant=instant)
        problem = _column_problem(read, column, table, seen, i)
        columns.append(None if problem else read)
        findings += [problem] if problem else []
    return columns, findings


def _column(column: Column, words: PeriodWords, *, instant: bool) -> StatementColumn:
    text = " ".join(cell.text for cell in column.heading)
    period = column_period(read_period_words(text), words, instant=instant)
    return StatementColumn(period, column_basis(text), _audited(text), column)


def column_basis(heading: str) -> Basis:
    """What kind of figures a heading announces; GAAP when it says nothing."""
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
    column: Column,
    table: Table,
    seen: dict[object, int],
    index: int,
) -> Finding | None:
    """Why a column gives no facts, or None when it does."""
    text = " ".join(cell.text for cell in column.heading)
    count = sum(row.cells[index] is not None for row in table.rows)
    place = column.heading[0].span if column.heading else _first_cell(table, index)
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


def _column_words(table: Table) -> list[str]:
    return [cell.text for column in table.columns for cell in column.heading]


def _scale(text: str) -> int:
    """The power of ten of one printed unit of money."""
    return next((power for power, pattern in _SCALES if pattern.search(text)), 0)


def shares_apart(text: str) -> bool:
    """Whether numbers of shares are printed in whole, unlike the amounts.

    "In thousands, except per share data" speaks of amounts per share only; "except
    share and per share data" of both.
    """
    found = re.search(r"\b(?:except|excluding|other than)\b([^)]*)", text, _I)
    if found is None:
        return False
    rest = re.sub(
        r"\bper[\s-](?:common[\s-])?shares?(?:\s+(?:data|amounts?|figures?|information))?",
        " ",
        found[1],
        flags=_I,
    )
    return re.search(r"\bshares?\b", rest, _I) is not None


def _currency(text: str) -> str:
    return next((code for code, pattern in _CURRENCIES if pattern.search(text)), "USD")


def _entity(caption: tuple[Cell, ...]) -> str:
    lines = [re.sub(r"\s+", " ", cell.text).strip() for cell in caption]
    names = [
        line
        for line in lines
        if not line.startswith("(")
        and statement_kind(line) is None
        and not read_period_words(line).dates
    ]
    return next((name for name in names if _COMPANY.search(name)), names[0] if names else "")


# --- rows ----------------------------------------------------------------------------


def _read_rows(table: Table, kept: list[int], scale: int, apart: bool) -> tuple[Row, ...]:
    rows: list[Row] = []
    sections: list[tuple[str, int]] = []
    child_indent: dict[str, int] = {}
    for printed in table.rows:
        label = _label(printed)
        heading = not any(printed.cells)
        sections = _enclosing(sections, label, printed, child_indent, heading=heading)
        section = tuple(name for name, _ in sections)
        if heading:
            sections = [
                *sections,
                (label.rstrip(": "), _heading_indent(label, printed)),
            ]
        elif sections:
            child_indent.setdefault(sections[-1][0], printed.indent)
        measure = _measure(label, section, printed)
        amounts = _amounts(printed, kept, measure, scale, apart)
        total = not label or bool(re.match(r"total\b", label, _I))
        rows.append(Row(label, len(section), section, measure, amounts,
                        total and not heading, printed))  # fmt: skip
    return tuple(rows)


def _label(row: TableRow) -> str:
    """The label on one line: hyphens at a line's end joined, note marks removed."""
    text = ""
    for cell in row.label:
        part = re.sub(r"(?:\.\s?){3,}\s*$|_{3,}\s*$", "", cell.text).strip().rstrip("$").strip()
        glued = re.search(r"[A-Za-z]-$", text) is not None
        text = text + part if glued or not text else f"{text} {part}"
    text = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return re.sub(r"\s+", " ", _NOTE_MARK.sub("", text)).strip()


def _heading_indent(label: str, printed: TableRow) -> int:
    return -1 if _OUTERMOST.match(normalised(label)) else printed.indent


def _enclosing(
    sections: list[tuple[str, int]],
    label: str,
    printed: TableRow,
    child_indent: dict[str, int],
    *,
    heading: bool,
) -> list[tuple[str, int]]:
    """The sections that are still open at a row.

    A section ends at its own total, at a heading that is not indented deeper, at a
    result such as "Net income", and at a row printed left of its first row.
    """
    words = normalised(label)
    if heading and _OUTERMOST.match(words):
        return []
    if heading:
        return [s for s in sections if s[1] < printed.indent or s[1] < 0]
    if not label:
        return [s for s in sections if s[1] < 0]
    if words.startswith("total "):
        return _closed_by_total(sections, words)
    return [
        (name, indent)
        for name, indent in sections
        if indent < 0
        or not (
            printed.indent < child_indent.get(name, printed.indent)
            or (_RESULT.match(words) and printed.indent <= indent)
        )
    ]


def _closed_by_total(sections: list[tuple[str, int]], words: str) -> list[tuple[str, int]]:
    named = set(words.split()) - {"total", "and", "of"}
    for i in range(len(sections) - 1, -1, -1):
        heading = set(normalised(sections[i][0]).split()) - {"and", "of"}
        if heading and len(named & heading) * 2 > max(len(heading), len(named)):
            return sections[:i]
    return [s for s in sections if s[1] < 0]


def _measure(label: str, section: tuple[str, ...], printed: TableRow) -> Measure:
    """What a row counts: its own label first, then its percent signs, then headings."""
    cells = [cell for cell in printed.cells if cell is not None]
    if (
        cells
        and all(is_percent(c.text) for c in cells if not is_nil(c.text))
        and not all(is_nil(c.text) for c in cells)
    ):
        return Measure.RATIO
    for text in (label, *reversed(section[-1:])):
        if _PER_SHARE.search(text) and not _SHARE_COUNT.search(_PER_SHARE.sub(" ", text)):
            return Measure.MONEY_PER_SHARE
        if _SHARE_COUNT.search(text):
            return _shares_or_money(text, cells)
    return Measure.MONEY


def _shares_or_money(text: str, cells: list[Cell]) -> Measure:
    """A label that speaks of shares may still head money: "Common stock, 100 shares"."""
    stock = re.search(r"\b(?:stock|par value|equity|capital)\b", text, _I)
    counted = re.search(r"\b(?:weighted|average|used|number|computation|computing)\b", text, _I)
    if (stock and not counted) or any("$" in cell.text for cell in cells):
        return Measure.MONEY
    return Measure.SHARES


def _amounts(
    printed: TableRow, kept: list[int], measure: Measure, scale: int, apart: bool
) -> tuple[Amount | None, ...]:
    power = {
        Measure.MONEY: scale,
        Measure.SHARES: 0 if apart else scale,
        Measure.MONEY_PER_SHARE: 0,
        Measure.RATIO: 0,
    }[measure]
    cells = [printed.cells[i] for i in kept]
    finest = _nil_decimals(cells, measure)
    return tuple(
        None if c is None else read_amount(c, scale=power, nil_decimals=finest) for c in cells
    )


def _nil_decimals(cells: Iterable[Cell | None], measure: Measure) -> int:
    digits = [printed_decimals(c.text) for c in cells if c is not None and not is_nil(c.text)]
    if measure is Measure.RATIO:
        return max(digits, default=1) + 2
    default = 2 if measure is Measure.MONEY_PER_SHARE else 0
    return max(digits, default=default)


def is_instant(statement: Statement) -> bool:
    """Whether the columns of a statement are dates rather than spans of time."""
    return isinstance(statement.columns[0].period, Instant)


def balance_at(row: Row) -> Literal["beginning", "end"] | None:
    """The end of its period at which a line of a statement of flows is a balance."""
    found = _BALANCE_AT.search(row.label)
    if found is None:
        return None
    word = (found[1] or found[0]).lower()
    return "beginning" if word.startswith(("b", "s")) else "end"
