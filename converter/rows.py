"""The rows of a statement: their labels, sections, measures and exact amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from converter.model import (
    Amount,
    Cell,
    Measure,
    Row,
    Table,
    TableRow,
)
from converter.numbers import is_nil, is_percent, printed_decimals, read_amount, strip_leaders
from converter.titles import scale_of
from converter.wording import normalised

_PER_SHARE = re.compile(
    r"\bper\b.{0,40}\b(?:shares?|units?|ads)\b|\bearnings per\b", re.IGNORECASE
)
_SHARE_COUNT = re.compile(
    r"\bshares?\b.{0,40}\b(?:used|outstanding|computation|calculat|computing)|"
    r"\b(?:weighted|average)\b.{0,50}\b(?:shares?|units?)\b|\bnumber of\b.{0,30}\bshares?\b|"
    r"\bshares? (?:issued|outstanding)\b",
    re.IGNORECASE,
)
_BALANCE_AT = re.compile(
    r"\b(?:cash|balance|equivalents?|investments)\b.*?\b(beginning|start|end)\b(?!ed|ing)"
    r"|^(?:beginning|ending)\b.{0,20}\b(?:cash|balance)\b",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(
    r"\s*(?:\((?:[A-Za-z]|\d{1,2}|notes?\s[\w, &-]{1,20})\)|\*{1,3})(?=\s|$|:)", re.IGNORECASE
)
_OUTERMOST = re.compile(
    r"^(?:total )?(?:assets|liabilities)$|^liabilities and\b.*|^liabilities,? .*\bequity\b.*"
)
_NO_SECTION = re.compile(
    r"\b(?:commitments|contingenc(?:y|ies))\b|\b(?:accompanying|see)\b.*\bnotes\b|^\(?unaudited",
    re.IGNORECASE,
)
_HANGING = re.compile(r"-\s*[A-Za-z]")
_RESULT = re.compile(
    r"^(?:gross (?:profit|margin)|(?:net )?(?:operating )?(?:income|loss|profit|earnings)\b|"
    r"net (?:income|loss|earnings)\b|(?:income|loss|earnings)\b)"
)


class _Scaled(NamedTuple):
    measure: Measure
    power: int


def read_rows(table: Table, kept: list[int], scale: int, apart: bool) -> tuple[Row, ...]:
    """The rows of a table with the sections that enclose them, amounts in whole units."""
    rows: list[Row] = []
    sections: list[tuple[str, int]] = []
    child_indent: dict[str, int] = {}
    for printed in table.rows:
        label = _whole_label(row_label(printed), rows[-1].label if rows else "")
        heading = not any(printed.cells)
        sections = _enclosing(sections, label, printed, child_indent, heading=heading)
        section = tuple(name for name, _ in sections)
        if heading and not _NO_SECTION.search(label):
            name = label.rstrip(": ")
            sections = [*sections, (name, _heading_indent(label, printed))]
        elif sections and not heading:
            child_indent.setdefault(sections[-1][0], printed.indent)
        measure = _measure(label, section, printed)
        amounts = _amounts(printed, kept, _power(measure, scale, apart, (label, *section)))
        total = not label or bool(re.match(r"total\b", label, re.IGNORECASE))
        rows.append(Row(label, len(section), section, measure, amounts,
                        total and not heading, printed))  # fmt: skip
    return _regained(rows)


def _regained(rows: list[Row]) -> tuple[Row, ...]:
    """Rows back in the section that a later total of its name shows them to be in.

    `Other cost of revenues`, printed left of the first line under `Cost of revenues:`, is
    still above `Total cost of revenues`.
    """
    for at, row in enumerate(rows):
        words = normalised(row.label)
        heads = [
            i
            for i, head in enumerate(rows[:at])
            if not any(head.amounts) and f"total {normalised(head.label)}" == words
        ]
        if not heads or rows[heads[-1]].section != row.section:
            continue
        inside = (*row.section, rows[heads[-1]].label.rstrip(": "))
        for i in range(heads[-1] + 1, at):
            if rows[i].section == row.section and any(rows[i].amounts):
                rows[i] = replace(rows[i], section=inside, level=len(inside))
    return tuple(rows)


def row_label(row: TableRow) -> str:
    """The label on one line: hyphens at a line's end joined, note marks removed."""
    text = ""
    for cell in row.label:
        part = strip_leaders(cell.text.strip().rstrip("$")).strip()
        glued = re.search(r"[A-Za-z]-$", text) is not None
        text = text + part if glued or not text else f"{text} {part}"
    text = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return re.sub(r"\s+", " ", _NOTE_MARK.sub("", text)).strip()


def _whole_label(label: str, above: str) -> str:
    """`- Diluted` under `Net income per share - Basic` goes on from the same stem."""
    stem, dash, _ = above.partition(" - ")
    return f"{stem} - {label.lstrip('- ')}" if dash and _HANGING.match(label) else label


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
            or (_ends_with_result(words, name) and printed.indent <= indent)
        )
    ]


def _ends_with_result(words: str, section: str) -> bool:
    """A result ends a section of money; under "per share" it is one of the lines."""
    return _RESULT.match(words) is not None and not _PER_SHARE.search(section)


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
    stock = re.search(r"\b(?:stock|par value|equity|capital)\b", text, re.IGNORECASE)
    counted = re.search(
        r"\b(?:weighted|average|used|number|computation|computing)\b", text, re.IGNORECASE
    )
    if (stock and not counted) or any("$" in cell.text for cell in cells):
        return Measure.MONEY
    return Measure.SHARES


def _power(measure: Measure, scale: int, apart: bool, words: tuple[str, ...]) -> _Scaled:
    """The power of ten of one printed unit: the caption's, or the row's own if it tells."""
    if measure in (Measure.MONEY_PER_SHARE, Measure.RATIO):
        return _Scaled(measure, 0)
    own = next((power for text in (words[0], *words[:0:-1]) if (power := scale_of(text))), 0)
    if measure is Measure.SHARES:
        return _Scaled(measure, own or (0 if apart else scale))
    return _Scaled(measure, scale)


def _amounts(printed: TableRow, kept: list[int], scaled: _Scaled) -> tuple[Amount | None, ...]:
    cells = [printed.cells[i] for i in kept]
    finest = _nil_decimals(cells, scaled.measure)
    return tuple(
        None if c is None else read_amount(c, scale=scaled.power, nil_decimals=finest)
        for c in cells
    )


def _nil_decimals(cells: Iterable[Cell | None], measure: Measure) -> int:
    digits = [printed_decimals(c.text) for c in cells if c is not None and not is_nil(c.text)]
    if measure is Measure.RATIO:
        return max(digits, default=1) + 2
    default = 2 if measure is Measure.MONEY_PER_SHARE else 0
    return max(digits, default=default)


def balance_at(row: Row) -> Literal["beginning", "end"] | None:
    """The end of its period at which a line of a statement of flows is a balance."""
    found = _BALANCE_AT.search(row.label)
    if found is None:
        return None
    word = (found[1] or found[0]).lower()
    return "beginning" if word.startswith(("b", "s")) else "end"
