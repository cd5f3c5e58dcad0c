"""What the lines of a statement say of each other; each thing is looked for once."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from converter.fitting import year_of
from converter.model import Measure, Row, Statement
from converter.per_share import PerShare
from converter.wording import normalised, plain

_CLASS = re.compile(r"\b(?:class|series) (?:[a-z]|\d+)\b.*?\b(common|preferred|preference)\b")


class Outline:
    """A statement, and what its captions tell of its other lines."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._said: dict[re.Pattern[str], tuple[int, int]] = {}

    @cached_property
    def year(self) -> int:
        """That of the latest period."""
        return year_of(self.statement)

    def says_before(self, i: int, pattern: re.Pattern[str]) -> bool:
        """Whether a line of money above a row has such a caption."""
        return self._ends(pattern)[0] < i

    def says_after(self, i: int, pattern: re.Pattern[str]) -> bool:
        """Whether a line of money below a row has such a caption."""
        return self._ends(pattern)[1] > i

    def _ends(self, pattern: re.Pattern[str]) -> tuple[int, int]:
        """The first and the last line of money with such a caption."""
        if pattern not in self._said:
            found = [i for i, forms in self._money if any(map(pattern.fullmatch, forms))]
            none = len(self.statement.rows), -1
            self._said[pattern] = (found[0], found[-1]) if found else none
        return self._said[pattern]

    @cached_property
    def _money(self) -> list[tuple[int, set[str]]]:
        return [
            (i, forms_of(row.label))
            for i, row in enumerate(self.statement.rows)
            if row.measure is Measure.MONEY and any(row.amounts)
        ]

    def is_one_class(self, row: Row) -> bool:
        """Whether a line is one class of stock of several: none is the whole value."""
        stock = _CLASS.search(normalised(row.label))
        return stock is not None and self._classes[stock[1]] > 1

    @cached_property
    def _classes(self) -> Counter[str]:
        labels = (normalised(row.label) for row in self.statement.rows if _states(row))
        return Counter(found[1] for found in map(_CLASS.search, labels) if found is not None)

    def is_repeated(self, row: Row) -> bool:
        """Whether another line of the same measure is called the same in the same place."""
        return self._called[_called(row)] > 1

    @cached_property
    def _called(self) -> Counter[tuple[object, ...]]:
        return Counter(_called(row) for row in self.statement.rows if any(row.amounts))

    @cached_property
    def per_share(self) -> PerShare:
        """Its lines of figures per share."""
        return PerShare(self.statement.rows)

    @cached_property
    def counts_for_both(self) -> bool:
        """Whether its one number of shares counts for basic and diluted earnings.

        Earnings are printed as both in one line, and no number is that of diluted shares.
        """
        rows = [row for row in self.statement.rows if any(row.amounts)]
        diluted = any(
            row.measure is Measure.SHARES
            and "dilut" in normalised(" ".join([*row.section[-1:], row.label]))
            for row in rows
        )
        return not diluted and any(
            row.measure is Measure.MONEY_PER_SHARE and self.is_for_both(row) for row in rows
        )

    def is_for_both(self, row: Row) -> bool:
        """Whether a line states earnings per basic and per diluted share in one figure."""
        return any(len(names) > 1 for names in self.per_share.concepts(row))


def forms_of(label: str) -> set[str]:
    """A caption by its words, and by its words without their alternatives."""
    words = normalised(label)
    return {words, plain(words)}


def _states(row: Row) -> bool:
    return row.measure is Measure.MONEY and any(a is not None and a.number for a in row.amounts)


def _called(row: Row) -> tuple[object, ...]:
    return normalised(row.label), row.section, row.measure
