"""Whether statements, and the text that holds them, were printed to their end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from converter.blocks import Block
from converter.captions import row_span
from converter.lines import Lines
from converter.model import (
    Finding,
    Line,
    Measure,
    Row,
    Severity,
    Span,
    Statement,
    StatementKind,
    Submission,
)
from converter.periods import COUNT
from converter.sgml import truncated
from converter.titles import is_title, names_parent, title_start
from converter.wording import MONTH, normalised

_REACH = 12
"""In how many lines the end of a text is looked at."""
_HEADED = 24
"""How many lines the title and headings of a table may take."""
_NEAR = 4
_BELOW = 8
"""How far below numbers another part of their statement may begin."""
_CAPTION = re.compile(r"[A-Za-z][^.!?]{0,80}")
_SENTENCE_END = re.compile(r"(?:(?<!\d)\.|[!?)\]#*\"\u201d])\s?$")
_PERIOD = re.compile(
    rf"\b(?:(?:{COUNT}|\d{{1,2}})[-\s]+(?:months?|weeks?)|(?:fiscal )?years?|quarters?)"
    rf"\s+(?:ended|ending)(?:\s+{MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?)?",
    re.IGNORECASE,
)
_FOOT = re.compile(
    r"\baccompanying\b|^\W*see\b|\bnotes? to\b|\bintegral part\b|"
    r"^\W*(?:page )?(?:[A-Z]{1,2}-?)?\d{1,3}\W*$",
    re.IGNORECASE,
)
"""A line at the foot of a page."""
_TOTAL_BALANCES = re.compile(
    r"liabilit.*\b(?:equity|deficit|deficiency|capital|investments?|net assets|net worth)\b"
)
_ASSETS = re.compile(r"\bassets\b|^(?:total)?$")
_RESULT = re.compile(
    r"\bnet\b.*\b(?:income|loss|earnings|profit)\b|^(?:income|loss|earnings)\b.*\bnet\b"
    r"|\bper\b.*\b(?:share|unit)\b|\bdiluted\b|\bcomprehensive\b"
)
_PER_SHARE = re.compile(r"\bper\b.{0,20}\b(?:share|unit)\b", re.IGNORECASE)
_BASIC = re.compile(r"basic\b(?!.*\bdiluted)")
_COMPREHENSIVE = re.compile(r"(?<!other )comprehensive")
_CASH_AT_END = re.compile(
    rf"\bend of\b|\bending\b|\bcash\b.*\b(?:end\b|{MONTH} \d)|^balances?\b.*\b{MONTH} \d",
    re.IGNORECASE,
)
_BALANCE = re.compile(
    rf"\bbalances?\b|\bend of\b|\b{MONTH} \d"
    r"|\btotal\b.*\b(?:equity|deficit|deficiency|capital)\b",
    re.IGNORECASE,
)


# --- a statement ---------------------------------------------------------------------


def incomplete(statement: Statement) -> list[Finding]:
    """A statement that stops before what even the shortest of its kind has."""
    reaches = _REACHES.get(statement.kind)
    labels = [normalised(" ".join([*r.section, r.label])) for r in statement.rows]
    if reaches is None or all(any(p.search(x) for x in labels) for p in reaches.patterns):
        return []
    return [_does_not_reach(statement, reaches.what)]


class _Reaches(NamedTuple):
    """What every whole statement of a kind has, and how it is called."""

    what: str
    patterns: tuple[re.Pattern[str], ...]


_REACHES = {
    StatementKind.BALANCE_SHEET: _Reaches(
        "liabilities and equity",
        (
            re.compile(r"equity|deficit|deficiency|capital|net assets|stockholders investment"),
            re.compile(r"liabilit"),
        ),
    ),
    StatementKind.INCOME: _Reaches(
        "a result",
        (
            re.compile(
                r"\b(?:net|comprehensive)\b.*\b(?:income|loss|earnings|profit)\b|\bper share\b"
                r"|\b(?:income|loss|earnings)\b.*\bnet\b"
                r"|\b(?:income|loss|earnings) (?:before|from)\b"
                r"|^(?:income|loss|earnings)\b"
            ),
        ),
    ),
    StatementKind.CASH_FLOWS: _Reaches(
        "the change in cash, or cash at the end",
        (
            re.compile(
                r"\bcash\b.*\bend(?:ing)?\b|\bend of\b|\bending\b"
                r"|(?:increase|decrease|change).*\bcash\b|\bcash\b.*(?:increase|decrease)"
                rf"|\bcash\b.*\b{MONTH}",
                re.IGNORECASE,
            ),
        ),
    ),
}


def _does_not_reach(statement: Statement, what: str) -> Finding:
    return Finding(
        "statement.incomplete",
        Severity.WARNING,
        f"this {statement.kind.value} does not reach {what}; the text may be "
        "cut short, or go on in another table",
        row_span(statement.rows[0]),
        advice="compare the file with its source",
    )


# --- the text ------------------------------------------------------------------------


def unfinished(
    submission: Submission,
    last_block: Block | None,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
) -> list[Finding]:
    """A text that stops before its end; of a document in a wrapper, its end tag tells.

    A bare text has no such mark: there a row, a line or a heading is broken off, or the
    statement that it ends with lacks what closes one of its kind.
    """
    last = submission.lines[-1]
    if any(document.markup for document in submission.documents):
        return [_cut_short(last)] if _is_open(submission) else []
    if any(document.type for document in submission.documents):
        return []
    numbers = last_block.last_line if last_block else 0
    lines = [line for line in submission.lines[-_HEADED:] if line.text.strip()]
    printed = [line for line in lines if line.number > last.number - _REACH]
    ends = [(_last_line(s), s) for s in statements if not s.detail_of]
    end, final = max(ends, key=lambda pair: pair[0], default=(0, None))
    if (
        _broken_off(last, numbers)
        or _announces(printed, numbers)
        or _names_statement([x.text.rstrip() for x in lines if x.number > max(end, numbers)])
        or any(_heads_columns(x.text) for x in lines if x.number > numbers)
        or (
            last_block
            and max(end, last.number - _REACH) < numbers
            and _left_out(last_block, findings)
        )
    ):
        return [_cut_short(printed[-1] if printed else last)]
    if final and end >= numbers and end + _REACH > last.number:
        return _not_closed(final)
    return []


def _last_line(statement: Statement) -> int:
    return max(cell.span.line for row in statement.rows[-2:] for cell in row.source.printed)


def _broken_off(last: Line, numbers: int) -> bool:
    """Whether the last line has no end: a row of a table, or near one half a sentence.

    Far from any table many a whole text ends without: with a name, with an address.
    """
    if not last.text:
        return False
    ends = _SENTENCE_END.search(last.text) is not None
    if numbers >= last.number - _NEAR:
        return not ends or last.text.rstrip().endswith(")")
    near = numbers >= last.number - _BELOW
    return near and not (ends or _FOOT.search(last.text))


def _announces(printed: Sequence[Line], numbers: int) -> bool:
    """Whether the last line is a caption of what does not come."""
    if not printed:
        return False
    text = printed[-1].text.rstrip()
    caption = _CAPTION.fullmatch(text) and not _FOOT.search(text)
    return text.endswith(":") or bool(caption and printed[-1].number == numbers + 1)


def _names_statement(texts: Sequence[str]) -> bool:
    """Whether what is printed below all statements is the title of another, and no prose."""
    return any(
        _is_title(text) and not any(after.endswith(".") for after in texts[i:])
        for i, text in enumerate(texts)
    )


def _heads_columns(text: str) -> bool:
    """Whether a line says nothing but the period of columns, none of which follows."""
    words = _PERIOD.sub(" ", text)
    return words != text and not re.search(r"\w", words)


def _left_out(block: Block, findings: Sequence[Finding]) -> bool:
    """Whether a table under a title has not enough lines to be known as a statement."""
    codes = {finding.code for finding in findings if finding.span == block.span}
    parent = any(names_parent(view.text) for view in block.header)
    left = block.rows == 1 or "table.not-a-statement" in codes
    return block.titled and not parent and left


def _is_title(text: str) -> bool:
    """A title, by itself or at the end of a page whose line breaks were lost."""
    start = title_start(text)
    whole = is_title(text) or (start is not None and is_title(text[start:]))
    return whole and not text.endswith(":")


def _not_closed(statement: Statement) -> list[Finding]:
    """The last statement of a text, if it stops before what closes one of its kind."""
    rows = [row for row in statement.rows if any(row.amounts)]
    closing = _CLOSINGS[statement.kind]
    if not rows or closing.closes(statement, rows) or incomplete(statement):
        return []
    return [_does_not_reach(statement, closing.what)]


def _balances(_statement: Statement, rows: Sequence[Row]) -> bool:
    """The total of liabilities and equity; where it has another name, that of the assets."""
    assets = [_numbers(row) for row in rows[:-1] if _ASSETS.search(normalised(row.label))]
    return _labelled(rows, _TOTAL_BALANCES) or _numbers(rows[-1]) in assets


def _numbers(row: Row) -> list[Decimal | None]:
    return [amount.number if amount else None for amount in row.amounts]


def _has_result(statement: Statement, rows: Sequence[Row]) -> bool:
    """A result; that of a share too where the caption speaks of it, basic and diluted."""
    per_share = any(_PER_SHARE.search(cell.text) for cell in statement.caption)
    told = not per_share or any(row.measure is not Measure.MONEY for row in rows)
    labels = [normalised(row.label) for row in rows]
    basic = sum(_BASIC.match(label) is not None for label in labels)
    halved = _BASIC.match(labels[-1]) and basic > sum("dilut" in label for label in labels)
    return told and _labelled(rows, _RESULT) and not halved


def _is_comprehensive(_statement: Statement, rows: Sequence[Row]) -> bool:
    return _labelled(rows, _COMPREHENSIVE)


def _has_cash_at_end(_statement: Statement, rows: Sequence[Row]) -> bool:
    """Cash at the end; or cash twice under the same words, for the beginning and the end."""
    cash = Counter(x for row in rows if (x := normalised(row.label)).startswith("cash"))
    return _labelled(rows, _CASH_AT_END) or max(cash.values(), default=0) > 1


def _ends_in_balances(_statement: Statement, rows: Sequence[Row]) -> bool:
    """Balances below others; what is stated for a share may follow."""
    left = [row for row in rows if not _PER_SHARE.search(row.label)]
    return len(left) > 1 and _BALANCE.search(normalised(left[-1].label)) is not None


def _labelled(rows: Sequence[Row], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(normalised(row.label)) for row in rows)


class _Closing(NamedTuple):
    """What closes a statement of a kind, and whether it is there."""

    what: str
    closes: Callable[[Statement, Sequence[Row]], bool]


_CLOSINGS = {
    StatementKind.BALANCE_SHEET: _Closing("the total of liabilities and equity", _balances),
    StatementKind.INCOME: _Closing("its last results", _has_result),
    StatementKind.COMPREHENSIVE_INCOME: _Closing("comprehensive income", _is_comprehensive),
    StatementKind.CASH_FLOWS: _Closing("cash at the end", _has_cash_at_end),
    StatementKind.EQUITY: _Closing("the balances at the end", _ends_in_balances),
}


_ENDED = re.compile(r"<(/?)(table|html|body)\b", re.IGNORECASE)


def _is_open(submission: Submission) -> bool:
    """Whether mark-up stops within a tag, or within a table or a page that never ends."""
    text = submission.lines.text if isinstance(submission.lines, Lines) else ""
    if text.rfind("<") > text.rfind(">"):
        return True
    opened: Counter[str] = Counter()
    for found in _ENDED.finditer(text):
        opened[found[2].lower()] += -1 if found[1] else 1
    return any(count > 0 for count in opened.values())


def _cut_short(last: Line) -> Finding:
    return truncated(
        "the text stops here without its proper end: it may have been cut short",
        Span(last.number, 0, len(last.text)),
    )
