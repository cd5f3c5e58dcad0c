"""The rows of a statement: their labels, sections, measures and exact amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from converter.asides import read_asides
from converter.model import (
    Amount,
    Cell,
    Edge,
    Measure,
    Row,
    Table,
    TableRow,
)
from converter.numbers import is_nil, is_percent, printed_decimals, read_amount, strip_leaders
from converter.titles import scale_of
from converter.wording import AMOUNT_EACH, normalised

_PER_SHARE = re.compile(
    r"\bper\b.{0,40}\b(?:shares?|units?|ads)\b|\bearnings per\b|"
    r"^(?:(?!for\b|in\b|to\b|used\b|shares?\b)\S+ ){0,5}eps\b",
    re.IGNORECASE,
)
_SHARE_COUNT = re.compile(
    r"\bshares?\b.{0,40}\b(?:used|outstanding|computation|calculat|computing)|"
    r"\b(?:weighted|average)\b.{0,50}\b(?:shares?|units?|common (?:stock|equivalents?))\b|"
    r"\bnumber of\b.{0,30}\b(?:shares?|units)\b|"
    r"\bshares? (?:issued|outstanding)\b|"
    r"^(?!.*\b(?:partners|members|owners)\b).*\bunits? outstanding\b",
    re.IGNORECASE,
)
_EACH = re.compile(r"\$\s?[\d.]|(?<![\d,])\.\d|\d cents\b", re.IGNORECASE)
_COUNTING = re.compile(
    r"\b(?:weighted|average|used|number|computation|computing)\b", re.IGNORECASE
)
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
_STATED_VALUE = re.compile(r"\b(?:par|stated)\s+value\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:shares?|basic|primary|diluted|average|weighted|dilution)\b", re.IGNORECASE
)
_HYPHENATED = re.compile(r"[A-Za-z]-$")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_TOTAL = re.compile(r"total\b", re.IGNORECASE)
_NOT_ZERO = re.compile(r"[1-9]")
_LARGE = re.compile(r"\d,?\d\d")
_KIND_OF_SHARE = re.compile(
    r"\W*(?:(?:basic|primary|(?:fully )?diluted|assuming (?:full )?dilution)\W*)+\d?$",
    re.IGNORECASE,
)
"""A label or heading that says nothing by itself: a heading farther out may say "per share"."""
_OF_SHARES = re.compile(r"^(?:[a-z]+ ){0,2}(?:shares|units)$|\baverage number\b", re.IGNORECASE)
"""A heading that tells what "Basic" and "Diluted" count, where no cents are printed."""
_HANGING = re.compile(r"-\s*[A-Za-z]")
_RESULT = re.compile(
    r"^(?:gross (?:profit|margin)|(?:net )?(?:operating )?(?:income|loss|profit|earnings)\b|"
    r"net (?:income|loss|earnings)\b|(?:income|loss|earnings)\b)"
)


_MOSTLY = 0.8
_FIT = 20
_EARNINGS = re.compile(r"\b(?:income|loss|earnings)\b", re.IGNORECASE)
_EARNED = re.compile(r"\bnet (?:\(?(?:income|loss|earnings)\)?)", re.IGNORECASE)


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
        measure = _measure(label, section, printed)
        total = not label or _TOTAL.match(label) is not None
        rows.append(Row(label, len(section), section, measure, (),
                        total and not heading, printed))  # fmt: skip
    rows = [
        row if row.measure is told else replace(row, measure=told)
        for row, told in zip(rows, _told_by_numbers(rows), strict=True)
    ]
    rows = _between_counts(rows)
    shares = _told_by_earnings(rows, kept, scale, shares)
    return _regained(
        [_with_amounts(row, _row_amounts(row, kept, scale, shares)) for row in rows]
    )


def _with_amounts(row: Row, amounts: tuple[Amount | None, ...]) -> Row:
    return Row(
        row.label, row.level, row.section, row.measure, amounts, row.is_total, row.source
    )


def _told_by_earnings(rows: list[Row], kept: list[int], scale: int, words: int) -> int:
    """The power of ten of a printed share: earnings per share times shares are earnings.

    That has to hold in two columns at least: in one it may be chance. Where no power, or
    more than one, makes it hold, the words of the caption stand.
    """
    per_share = _sizes(rows, kept, Measure.MONEY_PER_SHARE, _EARNINGS)
    counts = _sizes(rows, kept, Measure.SHARES, None)
    earned = _sizes(rows, kept, Measure.MONEY, _EARNED)
    fits = {
        power
        for one in per_share
        for count in counts
        for amount in earned
        for power in (0, 3, 6)
        if _are_earnings(one, count, amount, power - scale) > 1
    }
    return fits.pop() if len(fits) == 1 else words


_Sizes = list[Decimal | None]


def _are_earnings(per_share: _Sizes, counts: _Sizes, earned: _Sizes, power: int) -> int:
    """In how many columns two rows make the third; 0 when they do not in any."""
    worked = [
        abs(one * count.scaleb(power) - amount) * _FIT <= amount
        for one, count, amount in zip(per_share, counts, earned, strict=True)
        if one and count and amount
    ]
    return len(worked) if all(worked) else 0


def _sizes(
    rows: list[Row], kept: list[int], measure: Measure, label: re.Pattern[str] | None
) -> list[_Sizes]:
    """The rows of a measure: the size of their number in each column, unscaled."""
    found = []
    for row in rows:
        said = label is None or label.search(" ".join((row.label, *row.section[-1:])))
        if row.measure is measure and any(row.source.cells) and said:
            cells = [row.source.cells[at] for at in kept]
            found.append([abs(read_amount(c, scale=0).number) if c else None for c in cells])
    return found


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


def _told_by_numbers(rows: list[Row]) -> list[Measure]:
    """The measures of rows, where the numbers contradict what the words suggest.

    Among whole amounts, a row in which every number has cents is per share; among
    amounts per share, a row of whole numbers counts the shares.
    """
    digits = [_decimals(row.source) for row in rows]
    money = [d for row, ds in zip(rows, digits, strict=True) if row.measure is Measure.MONEY
             for d in ds]  # fmt: skip
    whole = sum(d < 2 for d in money) > _MOSTLY * len(money)
    return [_told(row, ds, whole=whole) for row, ds in zip(rows, digits, strict=True)]


def _between_counts(rows: list[Row]) -> list[Row]:
    """The rows; one that makes the shares above it those below it counts shares as well."""
    counted = (Measure.SHARES, Measure.MONEY, Measure.SHARES)
    between = {
        i + 1
        for i, three in enumerate(zip(rows, rows[1:], rows[2:], strict=False))
        if tuple(row.measure for row in three) == counted and _adds_up(*three)
    }
    return [
        replace(row, measure=Measure.SHARES) if i in between else row
        for i, row in enumerate(rows)
    ]


def _adds_up(first: Row, second: Row, total: Row) -> bool:
    """Whether two rows make a third in every column, which none of them leaves blank."""
    cells = list(zip(first.source.cells, second.source.cells, total.source.cells, strict=True))
    numbers = [[read_amount(c, scale=0).number for c in three if c] for three in cells]
    return all(len(n) == 3 and n[0] + n[1] == n[2] for n in numbers)


def _told(row: Row, digits: list[int], *, whole: bool) -> Measure:
    if row.measure is Measure.MONEY and whole and digits and min(digits) >= 2:
        return Measure.MONEY_PER_SHARE
    if row.measure is not Measure.MONEY_PER_SHARE or not digits or max(digits) > 1:
        return row.measure
    if _EACH.search(row.label) and _has_large(row.source):
        return Measure.MONEY
    if _STATED_VALUE.search(row.label) or _has_dollars(row.source):
        return Measure.MONEY if _STATED_VALUE.search(row.label) else row.measure
    if _PER_SHARE.search(row.label):
        return row.measure
    return Measure.SHARES if _COUNTED.search(row.label) else Measure.MONEY


def _decimals(printed: TableRow) -> list[int]:
    return [
        printed_decimals(cell.text)
        for cell in printed.cells
        if cell is not None and not is_nil(cell.text) and _NOT_ZERO.search(cell.text)
    ]


def _has_large(printed: TableRow) -> bool:
    """Whether a row has a number of three digits or more, as few amounts per share have."""
    return any(cell is not None and _LARGE.search(cell.text) for cell in printed.cells)


def _has_dollars(printed: TableRow) -> bool:
    return any(cell is not None and "$" in cell.text for cell in printed.cells)


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
    kind = _KIND_OF_SHARE.match(label) is not None
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
    says_nothing = any(map(_KIND_OF_SHARE.match, (label, *section[-1:])))
    above = section if says_nothing else section[-1:]
    for text in (label, *reversed(above)):
        if is_per_share(text):
            return Measure.MONEY_PER_SHARE
        if _SHARE_COUNT.search(text):
            within = bool(printed.inner) and text is label and not _COUNTING.search(text)
            return Measure.MONEY if within else _shares_or_money(text, cells)
        if above is section and text is not label and _OF_SHARES.search(text):
            return Measure.MONEY if _are_prices(printed) else Measure.SHARES
    return Measure.MONEY


def is_per_share(text: str) -> bool:
    """Whether words speak of money per share, beside what they state of it themselves."""
    if not _PER_SHARE.search(text):
        return False
    text = AMOUNT_EACH.sub(" ", text)
    return bool(_PER_SHARE.search(text)) and not _SHARE_COUNT.search(_PER_SHARE.sub(" ", text))


def _are_prices(printed: TableRow) -> bool:
    return _has_dollars(printed) or max(_decimals(printed), default=0) > 1


def _shares_or_money(text: str, cells: list[Cell]) -> Measure:
    """A label that speaks of shares may still head money: "Common stock, 100 shares"."""
    stock = re.search(r"\b(?:stock|par value|equity|capital)\b", text, re.IGNORECASE)
    if (stock and not _COUNTING.search(text)) or any("$" in cell.text for cell in cells):
        return Measure.MONEY
    return Measure.SHARES


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
