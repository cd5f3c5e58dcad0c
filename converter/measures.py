"""What the rows of a statement are counted in: by their words first, then by their numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from converter.model import Cell, Measure, Row, TableRow
from converter.numbers import is_nil, is_percent, printed_decimals, read_amount
from converter.wording import AMOUNT_EACH

PER_SHARE = re.compile(
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
_STATED_VALUE = re.compile(r"\b(?:par|stated)\s+value\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:shares?|basic|primary|diluted|average|weighted|dilution)\b", re.IGNORECASE
)
_NOT_ZERO = re.compile(r"[1-9]")
_LARGE = re.compile(r"\d,?\d\d")
KIND_OF_SHARE = re.compile(
    r"\W*(?:(?:basic|primary|(?:fully )?diluted|assuming (?:full )?dilution)\W*)+\d?$",
    re.IGNORECASE,
)
"""A label or heading that says nothing by itself: a heading farther out may say "per share"."""
_OF_SHARES = re.compile(r"^(?:[a-z]+ ){0,2}(?:shares|units)$|\baverage number\b", re.IGNORECASE)
"""A heading that tells what "Basic" and "Diluted" count, where no cents are printed."""
_MOSTLY = 0.8
_FIT = 20
_MOST_TRIED = 30
"""No statement has more rows of earnings, of earnings per share, or of shares."""
_EARNINGS = re.compile(r"\b(?:income|loss|earnings)\b", re.IGNORECASE)
_EARNED = re.compile(r"\bnet (?:\(?(?:income|loss|earnings)\)?)", re.IGNORECASE)
_Sizes = list[Decimal | None]


def measure_of(label: str, section: tuple[str, ...], printed: TableRow) -> Measure:
    """What a row counts: its own label first, then its percent signs, then headings."""
    cells = [cell for cell in printed.cells if cell is not None]
    if (
        cells
        and all(is_percent(c.text) for c in cells if not is_nil(c.text))
        and not all(is_nil(c.text) for c in cells)
    ):
        return Measure.RATIO
    says_nothing = any(map(KIND_OF_SHARE.match, (label, *section[-1:])))
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
    if not PER_SHARE.search(text):
        return False
    text = AMOUNT_EACH.sub(" ", text)
    return bool(PER_SHARE.search(text)) and not _SHARE_COUNT.search(PER_SHARE.sub(" ", text))


def _are_prices(printed: TableRow) -> bool:
    return _has_dollars(printed) or max(_decimals(printed), default=0) > 1


def _shares_or_money(text: str, cells: list[Cell]) -> Measure:
    """A label that speaks of shares may still head money: "Common stock, 100 shares"."""
    stock = re.search(r"\b(?:stock|par value|equity|capital)\b", text, re.IGNORECASE)
    if (stock and not _COUNTING.search(text)) or any("$" in cell.text for cell in cells):
        return Measure.MONEY
    return Measure.SHARES


def measured(rows: list[Row]) -> list[Row]:
    """Rows with the measures that their numbers tell, also against their words."""
    told = (
        row if row.measure is measure else replace(row, measure=measure)
        for row, measure in zip(rows, _told_by_numbers(rows), strict=True)
    )
    return _between_counts(list(told))


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
    if PER_SHARE.search(row.label):
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


def power_of_shares(rows: list[Row], kept: list[int], scale: int, words: int) -> int:
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
    return found[:_MOST_TRIED]
