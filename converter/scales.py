"""The scale of a statement that prints none, beside one of its kind that does.

A filing says "in thousands" over its balance sheet and nothing over the same one as it was
before a restatement. What is printed as large is not printed in whole dollars: that would
be a thousand times as large.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from converter.model import Amount, Measure, Statement, Table
from converter.numbers import is_percent, printed_decimals, read_amount

_AS_LARGE: Final = 30
"""Up to so many times a number is as large as another: less than halfway to a thousand."""


def scale_of_amount(amount: Amount) -> int:
    """The power of ten of one printed unit of an amount."""
    return printed_decimals(amount.source.text) - amount.decimals


def scale_beside(table: Table, before: Statement | None) -> int:
    """The scale of the statement before, if the numbers of a table are printed as large.

    0 where they are not: those are of another scale, which nothing tells.
    """
    if before is None:
        return 0
    amounts = [a for row in before.rows if row.measure is Measure.MONEY for a in row.amounts]
    largest = max((a for a in amounts if a), key=lambda a: abs(a.number), default=None)
    scale = scale_of_amount(largest) if largest else 0
    known = abs(largest.number).scaleb(-scale) if largest else Decimal(0)
    cells = (c for row in table.rows for c in row.cells if c and not is_percent(c.text))
    other = max((abs(read_amount(c, scale=0).number) for c in cells), default=Decimal(0))
    as_large = known <= other * _AS_LARGE and other <= known * _AS_LARGE
    return scale if known and as_large else 0
