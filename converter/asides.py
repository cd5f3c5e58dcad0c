"""Numbers printed within a label: allowances, numbers of shares, par values.

"Receivables, less allowances of $1,335 and $1,281" states two facts of a line of its own.
Only what the words pin down is read: as many numbers as there are columns, or one that
holds for all of them (a par value, shares authorised).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from converter.model import Cell, Measure
from converter.wording import MONTH

_NUMS = r"#(?:\s*(?:,\s*and|,|and|&)\s*#)*"
_DEDUCTED = re.compile(
    rf"\b(?P<what>(?:accumulated|allowances?|reserves?|unamortized)\b[a-z ,()&'-]*?)"
    rf"\s*(?:\bof|:|-)?\s*(?P<nums>{_NUMS})",
    re.IGNORECASE,
)
_PAR = re.compile(
    r"#\s*(?:par|stated) value|(?:par|stated) value(?:\s*,|\s+of|:)?\s*#", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"(?P<nums>{_NUMS})\s*(?:shares?\s*)?(?:(?:were|are)\s+)?(?P<what>{{state}})"
    rf"|(?P<what2>{{state}})(?:\s+shares?)?\s*[-:,]?\s*(?P<nums2>{_NUMS})".replace(
        "{state}",
        r"authorized and issued|issued and outstanding|authorized|issued|outstanding|"
        r"in treasury",
    ),
    re.IGNORECASE,
)
_AFTER_MONTH = re.compile(rf"{MONTH}\s*$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_AT = rf"\s+(?:in|at|as of)\s+(?:{MONTH}\s*\d{{1,2}},?\s*)?"
_DATED = rf"{_AT}(?P<year>(?:19|20)\d\d)"
_OTHERWISE_DATED = rf"{_AT}(?!(?P=year))(?:19|20)\d\d"
_EACH_STATED = re.compile(
    rf"#(?P<kind>\s*shares)?\s+(?P<state>issued and outstanding|issued|outstanding){_DATED}"
    rf"\s*[,;]?\s*(?:and\s*|\()#(?:\s*shares)?{_OTHERWISE_DATED}\)?",
    re.IGNORECASE,
)
_EACH_DATED = re.compile(rf"#{_DATED}\s*(?:,|,?\s*and)\s*#{_OTHERWISE_DATED}", re.IGNORECASE)
_OTHER_DATED = re.compile(rf"#\s*\(#{_DATED}\)", re.IGNORECASE)
"""`2,530 (2,301 in 1994)`: the number of the other year stands in parentheses."""
_STOCK = re.compile(r"\b(preferred|preference|common|treasury)\b", re.IGNORECASE)
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3}){2,}")
"""Shares that are certainly printed in whole, whatever the scale of the statement."""


class Aside(NamedTuple):
    """A fact stated within a label, with one number per column."""

    label: str
    measure: Measure
    numbers: tuple[Cell, ...]


def read_asides(
    label: str, numbers: Sequence[Cell], years: Sequence[int | None]
) -> tuple[Aside, ...]:
    """What a label states beside the amounts of its row.

    Args:
        label: The whole label, lines joined.
        numbers: The numbers in it, in order, with their places.
        years: The year of each column of the statement; where the label names them in
            another order, its numbers are in that order.
    """
    if not numbers or not years:
        return ()
    text, marked = _marked(label, numbers)
    order = _order(text, years)
    if order is None:
        return ()
    text = _undated(text, years)
    found = [*_deductions(text, marked, order), *_stock(label, text, marked, order)]
    return tuple({aside.label: aside for aside in reversed(found)}.values())[::-1]


def _order(text: str, years: Sequence[int | None]) -> list[int] | None:
    """For each column, which of the numbers is its own; None when the years differ."""
    named = list(dict.fromkeys(int(found[0]) for found in _YEAR.finditer(text)))
    if len(named) == 1 and _OTHER_DATED.search(text):
        others = [year for year in years if year and year not in named]
        named = [*others, *named]
    if len(named) < 2:
        return list(range(len(years)))
    if sorted(named) != sorted(year for year in years if year):
        return None
    return [named.index(year) for year in years if year]


def _marked(label: str, numbers: Sequence[Cell]) -> tuple[str, list[Cell]]:
    """The label with `#` for each number that is no part of a date, and those numbers."""
    text, at, marked = "", 0, []
    for number in numbers:
        start = label.find(number.text, at)
        if start < 0:
            return "", []
        before = label[at:start]
        dated = _AFTER_MONTH.search(text + before) or _YEAR.fullmatch(number.text)
        text += before + (number.text if dated else "#")
        at = start + len(number.text)
        if not dated:
            marked.append(number)
    return text + label[at:], marked


def _undated(text: str, years: Sequence[int | None]) -> str:
    """Numbers that each have a date, in the order of `_order`, as bare numbers.

    Which column is the one of another day of the same year the label does not tell.
    """
    if "#" not in text or not _YEAR.search(text):
        return text
    text = _EACH_STATED.sub(r"# and #\g<kind> \g<state>", text)
    text = _EACH_DATED.sub("# and #", text)
    return _OTHER_DATED.sub("# and #", text) if len(set(years)) == len(years) else text


def _taken(text: str, start: int, nums: str, marked: Sequence[Cell]) -> tuple[Cell, ...]:
    first = text.count("#", 0, start)
    return tuple(marked[first : first + nums.count("#")])


def _deductions(text: str, marked: Sequence[Cell], order: list[int]) -> Iterator[Aside]:
    for found in _DEDUCTED.finditer(text):
        numbers = _taken(text, found.start("nums"), found["nums"], marked)
        if len(numbers) == len(order):
            each = tuple(numbers[i] for i in order)
            yield Aside(_spelt(found["what"]), Measure.MONEY, each)


def _spelt(what: str) -> str:
    words = re.sub(r"[\s,:-]+$", "", re.sub(r"\s+", " ", what)).strip()
    words = re.sub(r"(?:\s+of)?(?:\s+approximately)?$", "", words)
    alone = re.fullmatch(r"(?:allowances?|reserves?)", words, re.IGNORECASE)
    return "Allowance for doubtful accounts" if alone else words[:1].upper() + words[1:]


def _stock(label: str, text: str, marked: Sequence[Cell], order: list[int]) -> Iterator[Aside]:
    named = _STOCK.search(label)
    if named is None:
        return
    stock = {"preference": "preferred"}.get(named[1].lower(), named[1].lower()).capitalize()
    par = _PAR.search(text)
    if par and stock != "Treasury":
        (number,) = _taken(text, par.start(), "#", marked)
        if number.text[0] in "$." or "." in number.text:
            yield Aside(
                f"{stock} stock, par value per share",
                Measure.MONEY_PER_SHARE,
                (number,) * len(order),
            )
    for found in _COUNTED.finditer(text):
        group = "nums" if found["nums"] else "nums2"
        numbers = _taken(text, found.start(group), found[group], marked)
        what = (found["what"] or found["what2"]).lower()
        if all(_WHOLE.fullmatch(number.text) for number in numbers):
            yield from _counts(stock, what, numbers, order)


def _counts(
    stock: str, what: str, numbers: tuple[Cell, ...], order: list[int]
) -> Iterator[Aside]:
    for state in re.findall(r"authorized|issued|outstanding|treasury", what):
        if stock == "Treasury" and state == "authorized":
            continue  # "(net of 12,000 treasury shares)": of another stock
        one = state == "authorized" and len(numbers) == 1
        each = numbers * len(order) if one else numbers
        if len(each) == len(order):
            name = f"{stock} stock, shares {state}"
            name = "Treasury stock, shares" if state == "treasury" else name
            yield Aside(name, Measure.SHARES, tuple(each[i] for i in order))
