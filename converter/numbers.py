"""Printed numbers: finding them at the end of a line, and reading them exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from converter.model import Amount, Cell

_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,12})?|\.\d{1,12}"
"""Under a quadrillion: in thousands, in millions, it is still a number that adds up exactly."""
_NOTE_MARK = r"(?:\((?:[A-Za-z]|\d)\)|\{\d\}|\*{1,3})"
# A cell: digits that may carry a dollar sign, parentheses or a minus, a percent sign
# and a note mark; or dashes for nil. Each repetition is bounded or excludes what
# follows it, so that matching takes linear time.
_CELL = re.compile(
    rf"""
    (?=[\d$(.Nn*\-\u2013\u2014])
    (?:(?<![\w.,/&'-])|(?<=\d)(?=[($])|(?<=\.\.)(?=[($]|\d{{1,3}},\d{{3}}))
    (?P<money>\$[ ]{{0,40}})?
    (?:
      (?P<open>\([ ]{{0,8}}(?:\$[ ]{{0,8}})?) (?P<inside>{_DIGITS})
        (?:[ ]?%)?(?:[ ]{{0,3}}\))?(?:[ ]?%)?
    | (?P<minus>[-\u2013])?(?:\$[ ]{{0,8}})? (?P<plain>{_DIGITS}) (?:[ ]?%)?
    | (?P<after>{_DIGITS})-
    | (?P<nil>-{{1,6}}|-[ ]-|[\u2013\u2014]{{1,3}}|[Nn]il|NIL|[Nn]one|NONE) (?:[ ]?%)?
    | (?P<void>NMF?|N/[AM]|nmf?|n/[am]|n\.[am]\.|\*{{1,3}})
    )
    (?:{_NOTE_MARK}|[ ]\([A-Za-z]\))?
    (?=$|[\s$(|]|,(?:\s|$)|(?<=\))\d)
    """,
    re.VERBOSE,
)
_NUMBERS = "0123456789,.$(){}%-\u2013\u2014*| "
"""What the numbers that end a line are made of, but for words for nothing and note marks."""
_MAY_BE_NUMBER = re.compile(
    r"(?:\([A-Za-z]|[Nn]il|NIL|[Nn]one|NONE|NMF?|N/[AM]|nmf?|n/[am]|n\.[am])$"
)
"""The last letters of such a word or mark, after which only `_NUMBERS` stand."""
_STRAY = re.compile(r",\d{3}\)?,[ |$]{2,40}$")
"""A comma printed by mistake after an amount, and a gap: `2,413      1,917,     7,447`."""
_DIGIT = re.compile(r"\d")
_PRINTED = re.compile(_DIGITS)
_LETTERS = re.compile(r"\s*\(?[A-Za-z]{2}")
_VOID = re.compile(rf"(?:NMF?|N/[AM]|nmf?|n/[am]|n\.[am]\.|\*{{1,3}}){_NOTE_MARK}?")
_MARKED = re.compile(
    r"(?:\$ *)?[-\u2013\u2014NAMF/nmaf.*][-\u2013\u2014NAMF/nmaf.* %]*(?:\(\d\)|\{\d\})"
)
"""Dashes, or a word for nothing, with the mark of a note: its digit is no number."""
_WORD_BEFORE_AMOUNT = re.compile(
    r"\b(?:and|of|or|to|at|than|less|par|value|share|no|note|item|form|page|rule|"
    r"net|in|by|through|from)\.?,?\s$",
    re.IGNORECASE,
)
_LONGEST_WORD_BEFORE = 16
_YEAR = re.compile(rf"(?:19|20)\d\d{_NOTE_MARK}?")


class Token(NamedTuple):
    """A printed number in a line. `edge` is where its digits (or dashes) end."""

    text: str
    start: int
    end: int
    edge: int


class SplitLine(NamedTuple):
    """A line parted into its label and the numbers after it.

    `held` are the numbers at the end of the label, which may yet belong to the row.
    """

    label: str
    label_start: int
    tokens: tuple[Token, ...]
    held: tuple[Token, ...]


def split_line(text: str) -> SplitLine:
    """Part a line, tabs expanded, into a label and the row of numbers that ends it.

    A number belongs to the row when nothing but numbers follows it, and the row starts
    at a gap, a dollar sign or dot leaders: numbers within a label ("par value $.01")
    stay in the label. No numbers: the whole line is the label.
    """
    tokens = _tail(text)
    held: list[Token] = []
    while tokens and not _starts_row(text, tokens[0]):
        if apart := _without_far_sign(tokens[0]):
            tokens[0] = apart
            break
        held.append(tokens.pop(0))
    if not tokens and held and "$" in held[-1].text and not in_words(text, held[-1]):
        tokens.append(held.pop())
    cut = tokens[0].start if tokens else len(text)
    label = strip_leaders(text[:cut])
    start = len(label) - len(label.lstrip())
    start = start if label.strip() else cut
    return SplitLine(label.strip(), start, tuple(tokens), tuple(held))


_LEADING = frozenset("._ \t")


def leading_numbers(text: str) -> tuple[Token, ...]:
    """The numbers that a line begins with, before its label, parted from it by a gap."""
    tokens: list[Token] = []
    end = 0
    for found in _CELL.finditer(text):
        if text[end : found.start()].strip(" |$"):
            break
        tokens.append(_token(found))
        end = found.end()
    while tokens and not text.startswith("  ", tokens[-1].end):
        tokens.pop()
    rest = text[tokens[-1].end :] if tokens else ""
    amounts = [t for t in tokens if not is_nil(t.text) and not is_year(t)]
    return tuple(tokens) if amounts and _LETTERS.match(rest) else ()


def strip_leaders(text: str) -> str:
    """A label without the dots or underscores that lead the eye to its numbers.

    >>> strip_leaders("Inventories . . . . ")
    'Inventories'
    >>> strip_leaders("Accounts payable, etc.")
    'Accounts payable, etc.'
    """
    if text[-1:] not in _LEADING:
        return text
    for mark in "._":
        stem = text.rstrip(f" \t{mark}")
        if text.count(mark, len(stem)) > 1:
            return stem
    return text.rstrip()


def _tail(text: str) -> list[Token]:
    """The longest run of numbers at the end of a line, with only blanks between."""
    stem = text.rstrip(_NUMBERS)
    end = 0 if _MAY_BE_NUMBER.search(stem, max(len(stem) - 4, 0)) else len(stem)
    tokens: list[Token] = []
    for found in _CELL.finditer(text, end):
        start, after = found.span()
        if tokens and text[end:start].strip(" |$") and not _STRAY.search(text, 0, start):
            tokens.clear()
        tokens.append(_token(found))
        end = after
    nothing = len(tokens) < 2 and all(is_void(token.text) for token in tokens)
    said = not text[end:].strip(" |") and not nothing
    return tokens if said else []


def _token(found: re.Match[str]) -> Token:
    # The last group is the one that holds the digits, dashes or word.
    return Token(found[0], found.start(), found.end(), found.end(found.lastgroup or 0))


def _without_far_sign(token: Token) -> Token | None:
    """A number whose dollar sign, a gap away, ends the label: `... 2003: $     5,539`."""
    sign = re.match(r"\$\s{2,}", token.text)
    if sign is None:
        return None
    return token._replace(text=token.text[sign.end() :], start=token.start + sign.end())


def _starts_row(text: str, token: Token) -> bool:
    """Whether a gap or leaders stand before a number, or nothing."""
    before = text[: token.start]
    if not before.strip():
        return True
    if in_words(text, token):
        return False
    return before.endswith(("  ", "\t")) or strip_leaders(before) != before.rstrip()


def in_words(text: str, token: Token) -> bool:
    """Whether a word that leads on to a number stands before it: "allowances of $900"."""
    before = text[max(token.start - _LONGEST_WORD_BEFORE, 0) : token.start]
    return _WORD_BEFORE_AMOUNT.search(before) is not None


def is_year(token: Token) -> bool:
    """A bare four-digit number that can be a calendar year."""
    return _YEAR.fullmatch(token.text) is not None


@lru_cache(maxsize=4096)
def is_nil(text: str) -> bool:
    """Dashes: a reported zero, not a blank."""
    return _DIGIT.search(text) is None or (
        text[-1:] in ")}" and _MARKED.fullmatch(text) is not None
    )


def is_void(text: str) -> bool:
    """A cell that says that there is no number: not meaningful, not applicable."""
    return text[:1] in "Nn*" and _VOID.fullmatch(text) is not None


def is_percent(text: str) -> bool:
    """A percent sign stands with the number."""
    return "%" in text


@lru_cache(maxsize=4096)
def printed_decimals(text: str) -> int:
    """Digits after the point as printed; 0 for dashes."""
    digits = _PRINTED.search(text)
    return len(digits[0].partition(".")[2]) if digits else 0


@lru_cache(maxsize=64)
def half_unit(decimals: int | None) -> Decimal:
    """Half a unit of the last digit of a figure: how far it may be from what it stands for."""
    return Decimal(5).scaleb(-(decimals or 0) - 1)


def is_one_digit(difference: Decimal, rounding: Decimal) -> bool:
    """Whether a difference is what one wrong digit makes: up to nine units of one place.

    Rounding may add to it, where it explains less than a unit of that place.
    """
    off = abs(difference)
    if off <= rounding:
        return False
    unit = Decimal(10) ** off.adjusted()
    rest = min(off % unit, unit - off % unit)
    return not rest or rest <= rounding < unit


def read_amount(cell: Cell, *, scale: int, nil_decimals: int = 0) -> Amount:
    """Read a printed number exactly.

    Args:
        cell: What was printed, for instance `$(3,210)`, `61.4%` or `--`.
        scale: Power of ten of one printed unit: 3 when printed in thousands.
        nil_decimals: For dashes, the printed decimals of the other numbers in the row.

    Returns:
        The number in whole units. A percentage is a ratio: 61.4% is 0.614, decimals 3.
    """
    if is_nil(cell.text):
        return Amount(Decimal(0), nil_decimals - scale, cell)
    return Amount(*_scaled(cell.text, scale), cell)


@lru_cache(maxsize=1 << 14)
def _scaled(text: str, scale: int) -> tuple[Decimal, int]:
    """A printed number in whole units, and its decimals."""
    found = _CELL.fullmatch(text)
    if found is None:
        raise ValueError(f"not a printed number: {text!r}")
    digits = found["inside"] or found["plain"] or found["after"]
    negative = any(found[sign] is not None for sign in ("open", "minus", "after"))
    decimals = printed_decimals(text) - (scale - 2 if is_percent(text) else scale)
    number = Decimal(digits.replace(",", "").replace(".", "")).scaleb(-decimals)
    number = number.quantize(Decimal(1)) if decimals <= 0 else number
    return (-number if negative else number), decimals
