"""The rows of a statement: their labels, sections, measures and exact amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from converter.asides import read_asides
from converter.measures import KIND_OF_SHARE, PER_SHARE, measure_of, measured, power_of_shares
from converter.model import (
    Amount,
    Cell,
    Edge,
    Measure,
    Row,
    Table,
    TableRow,
)
from converter.numbers import is_nil, printed_decimals, read_amount, strip_leaders
from converter.titles import scale_of
from converter.wording import normalised

_BALANCE_AT = re.compile(
    r"\b(?:cash|balances?|equivalents?|investments)\b.*?"
    r"\b(beginning|start|opening|end(?:ing)?|closing)\b"
    r"|^(beginning|ending|opening|closing)\b.{0,20}\b(?:cash|balance)\b"
    r"|^(?:(?:at|as of),? )?(?:the )?(beginning|start|end) of (?:the )?(?:fiscal )?"
    r"(?:period|year|quarter)s?$",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(
    r" ?(?:\((?:[A-Za-z]|\d{1,2}|notes?\s[\w, &-]{1,20})\)|\*{1,3})(?=\s|$|:)", re.IGNORECASE
)
_OUTERMOST = re.compile(
    r"^(?:total )?(?:assets|liabilities)$|^liabilities and\b.*|^liabilities,? .*\bequity\b.*"
)
_NO_SECTION = re.compile(
    r"^(?!.*\b(?:average|weighted|number|used)\b).*\bshares?\b.{0,20}\b(?:authorized|issued|"
    r"outstanding)\b|\bauthorized\b|\d,\d{3}|\b(?:commitments|contingenc(?:y|ies))\b|"
    r"\b(?:accompanying|see)\b.*\bnotes\b|^\(?unaudited",
    re.IGNORECASE,
)
"""What heads no lines: the rest of a label ("12,000 shares issued"), a remark."""
_HYPHENATED = re.compile(r"[A-Za-z]-$")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_TOTAL = re.compile(r"total\b", re.IGNORECASE)
_HANGING = re.compile(r"-\s*[A-Za-z]")
_RESULT = re.compile(
    r"^(?:gross (?:profit|margin)|(?:net )?(?:operating )?(?:income|loss|profit|earnings)\b|"
    r"net (?:income|loss|earnings)\b|(?:income|loss|earnings)\b)"
)


class _Scaled(NamedTuple):
    measure: Measure
    power: int


def read_rows(table: Table, kept: list[int], scale: int, shares: int) -> tuple[Row, ...]:
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
        measure = measure_of(label, section, printed)
        total = not label or _TOTAL.match(label) is not None
        rows.append(Row(label, len(section), section, measure, (),
                        total and not heading, printed))  # fmt: skip
    rows = measured(rows)
    shares = power_of_shares(rows, kept, scale, shares)
    return _regained(
        [_with_amounts(row, _row_amounts(row, kept, scale, shares)) for row in rows]
    )


def _with_amounts(row: Row, amounts: tuple[Amount | None, ...]) -> Row:
    return Row(
        row.label, row.level, row.section, row.measure, amounts, row.is_total, row.source
    )


def with_asides(
    rows: Sequence[Row], kept: Sequence[int], years: Sequence[int | None], scale: int
) -> tuple[Row, ...]:
    """The rows, each followed by those that its label states.

    Args:
        rows: Of a statement.
        kept: Which columns of the table the statement has.
        years: The year of each of them.
        scale: The power of ten of one printed unit.
    """
    full: list[Row] = []
    for row in rows:
        full.append(row)
        label = " ".join(cell.text for cell in row.source.label)
        for aside in read_asides(label, row.source.inner, years):
            cells: list[Cell | None] = [None] * len(row.source.cells)
            for at, number in zip(kept, aside.numbers, strict=True):
                cells[at] = number
            source = replace(row.source, cells=tuple(cells), ruled=False)
            power = scale if aside.measure is Measure.MONEY else 0
            amounts = _amounts(source, list(kept), _Scaled(aside.measure, power))
            full.append(Row(aside.label, row.level, row.section, aside.measure, amounts,
                            is_total=False, source=source, aside=True))  # fmt: skip
    return tuple(full)


def _row_amounts(
    row: Row, kept: list[int], scale: int, shares: int
) -> tuple[Amount | None, ...]:
    return _amounts(
        row.source, kept, _power(row.measure, scale, shares, (row.label, *row.section))
    )


def _regained(rows: list[Row]) -> tuple[Row, ...]:
    """Rows back in the section that a later total of its name shows them to be in.

    `Other cost of revenues`, printed left of the first line under `Cost of revenues:`, is
    still above `Total cost of revenues`.
    """
    heads: dict[str, int] = {}
    for at, row in enumerate(rows):
        words = normalised(row.label)
        if not any(row.amounts):
            heads[f"total {words}"] = at
        head = heads.get(words, at) if words.startswith("total ") else at
        if head == at or rows[head].section != row.section:
            continue
        inside = (*row.section, rows[head].label.rstrip(": "))
        for i in range(head + 1, at):
            if rows[i].section == row.section and any(rows[i].amounts):
                rows[i] = replace(rows[i], section=inside, level=len(inside))
    return tuple(rows)


def row_label(row: TableRow) -> str:
    """The label on one line: hyphens at a line's end joined, note marks removed."""
    return _on_one_line(tuple(cell.text for cell in row.label))


@lru_cache(maxsize=4096)
def _on_one_line(parts: tuple[str, ...]) -> str:
    text = ""
    for printed in parts:
        part = strip_leaders(printed.strip().rstrip("$")).strip()
        glued = not text or _HYPHENATED.search(text, max(len(text) - 2, 0))
        text = text + part if glued else f"{text} {part}"
    text = " ".join(_CONTROLS.sub(" ", text).split())
    return _NOTE_MARK.sub("", text).strip() if "(" in text or "*" in text else text


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
    kind = KIND_OF_SHARE.match(label) is not None
    return [
        (name, indent)
        for name, indent in sections
        if indent < 0
        or (kind and printed.indent > indent)
        or not (
            printed.indent < child_indent.get(name, printed.indent)
            or (_ends_with_result(words, name) and printed.indent <= indent)
        )
    ]


def _ends_with_result(words: str, section: str) -> bool:
    """A result ends a section of money; under "per share" it is one of the lines."""
    return _RESULT.match(words) is not None and not PER_SHARE.search(section)


def _closed_by_total(sections: list[tuple[str, int]], words: str) -> list[tuple[str, int]]:
    named = set(words.split()) - {"total", "and", "of"}
    for i in range(len(sections) - 1, -1, -1):
        heading = set(normalised(sections[i][0]).split()) - {"and", "of"}
        if heading and len(named & heading) * 2 > max(len(heading), len(named)):
            return sections[:i]
    return [s for s in sections if s[1] < 0]


def _power(measure: Measure, scale: int, shares: int, words: tuple[str, ...]) -> _Scaled:
    """The power of ten of one printed unit: the caption's, or the row's own if it tells."""
    if measure in (Measure.MONEY_PER_SHARE, Measure.RATIO):
        return _Scaled(measure, 0)
    own = next((power for text in (words[0], *words[:0:-1]) if (power := scale_of(text))), 0)
    if measure is Measure.SHARES:
        return _Scaled(measure, own or shares)
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


def balance_at(row: Row) -> Edge | None:
    """The end of its period at which a line of a statement of flows is a balance."""
    return row.edge or _edge_called(row.label)


@lru_cache(maxsize=1 << 14)
def _edge_called(label: str) -> Edge | None:
    found = _BALANCE_AT.search(label)
    if found is None:
        return None
    word = next(filter(None, found.groups())).lower()
    return "beginning" if word.startswith(("b", "s", "o")) else "end"
