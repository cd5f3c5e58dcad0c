"""What a printed number may have been before one slip, and how a number is printed.

The slips are those of copying figures: one digit for another, two neighbours exchanged
(the difference is then a multiple of nine), a sign lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from itertools import pairwise

from converter.model import Amount
from converter.numbers import printed_decimals

_NUMBER = re.compile(r"[\d.,]*\d")
_NEGATIVE = re.compile(r"[-\u2013()]")


class Error(StrEnum):
    """What may have gone wrong with a figure, or with a row of a sum."""

    DIGIT = "a digit misread"
    TRANSPOSED = "digits transposed"
    SIGN = "a sign dropped"
    COLUMN = "a number of another column"
    MISSING = "a row missing"
    TWICE = "a row taken twice"
    TOTAL = "a total wrong"
    NUMBER = "a number wrong"


def slips(amount: Amount) -> Iterator[tuple[Error, Decimal]]:
    """Every other value that one slip may have made this one of, in whole units.

    A dash has no digit that may be misread; and no slip, but one that is printed, was of a
    number with a nought in front of other digits of its whole part.
    """
    if not _NUMBER.search(amount.source.text):
        return
    sign = -1 if amount.number < 0 else 1
    digits = _digits(amount)
    may_lead = digits[0] == "0" or len(digits) <= 1 + printed_decimals(amount.source.text)
    for error, other in (*_misread(digits), *_transposed(digits)):
        if other[0] != "0" or may_lead:
            yield error, Decimal(sign * int(other)).scaleb(-amount.decimals)
    if amount.number:
        yield Error.SIGN, -amount.number


def _digits(amount: Amount) -> str:
    """Those printed, even noughts in front; of a number that is not printed its own."""
    found = _NUMBER.search(amount.source.text)
    printed = re.sub(r"\D", "", found[0]) if found else "0"
    units = abs(int(amount.number.scaleb(amount.decimals)))
    return printed if int(printed) == units else str(units)


def _misread(digits: str) -> Iterator[tuple[Error, str]]:
    for at, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit:
                yield Error.DIGIT, digits[:at] + other + digits[at + 1 :]


def _transposed(digits: str) -> Iterator[tuple[Error, str]]:
    for at, (one, next_one) in enumerate(pairwise(digits)):
        if one != next_one:
            yield Error.TRANSPOSED, digits[:at] + next_one + one + digits[at + 2 :]


def rounded_as(value: Decimal, amount: Amount) -> Decimal:
    """A value at the last place of a printed number."""
    return value.quantize(Decimal(1).scaleb(-amount.decimals), ROUND_HALF_EVEN)


def printed_as(value: Decimal, amount: Amount) -> str:
    """A value in whole units as it would be printed in the place of a number.

    Units, places, commas, signs of money and marks are those of that number; a negative
    one stands in parentheses unless that number has a minus.
    """
    text = amount.source.text
    places = printed_decimals(text)
    digits = f"{abs(value).scaleb(amount.decimals - places):,.{places}f}"
    found = _NUMBER.search(text)
    if found is None:
        return f"({digits})" if value < 0 else digits
    whole = found[0].partition(".")[0]
    if len(whole) > 3 and "," not in whole:
        digits = digits.replace(",", "")
    if (value < 0) == (amount.number < 0):
        return text[: found.start()] + digits + text[found.end() :]
    before = _NEGATIVE.sub("", text[: found.start()])
    after = _NEGATIVE.sub("", text[found.end() :])
    return f"{before}({digits}){after}" if value < 0 else f"{before}{digits}{after}"
