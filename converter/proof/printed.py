"""Which numbers are printed where in a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_NUMBER = re.compile(r"\d[\d,.]*")
_NO_DIGIT = re.compile(r"\D")


@dataclass(frozen=True)
class Printed:
    """The numbers of the lines on which each is printed, once for each time, by its digits."""

    lines: Mapping[str, Sequence[int]]

    @cached_property
    def _lengths(self) -> Counter[int]:
        return Counter(map(len, self.lines))

    def chance(self, digits: str) -> float:
        """How likely any number of as many digits is printed somewhere."""
        length = len(digits)
        possible = 81 * 10 ** (length - 2) if length > 1 else 9
        return (self._lengths[length] + 1) / (possible + 1)


def numbers_printed(lines: Iterable[tuple[int, str]]) -> Printed:
    """Where each number is printed in numbered lines of text."""
    found: dict[str, list[int]] = {}
    for number, text in lines:
        for one in _NUMBER.findall(text):
            if digits := digits_of(one):
                found.setdefault(digits, []).append(number)
    return Printed(found)


def digits_of(text: str) -> str:
    """What a number is told by wherever it is printed: neither sign, point nor end noughts."""
    return _NO_DIGIT.sub("", text).strip("0")
