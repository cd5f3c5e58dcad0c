"""What terms of a possible sum come to in a column, with what tells how far to believe it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from converter.model import Amount
from converter.numbers import half_unit

_NONE = Decimal(0)


class Tally(NamedTuple):
    """Terms added up: how many are printed and how many not zero, and how far rounding goes.

    `rounding` is half a unit of the last digit of each.
    """

    added: Decimal = _NONE
    filled: int = 0
    told: int = 0
    rounding: Decimal = _NONE

    def with_term(self, weight: Literal[1, -1], amount: Amount | None) -> Tally:
        """The same terms and another."""
        if amount is None:
            return self
        number = amount.number
        return Tally(
            self.added + number if weight > 0 else self.added - number,
            self.filled + 1,
            self.told + 1 if number else self.told,
            self.rounding + half_unit(amount.decimals),
        )

    def less_than(self, first: Amount | None) -> Tally:
        """A first term less these."""
        turned = self._replace(added=-self.added)
        return turned.with_term(1, first)


def tally(terms: Iterable[tuple[Literal[1, -1], Amount | None]]) -> Tally:
    """What terms come to."""
    found = Tally()
    for weight, amount in terms:
        found = found.with_term(weight, amount)
    return found


def tallies_from(
    amounts: Sequence[Amount | None], weights: Sequence[Literal[1, -1]]
) -> list[Tally]:
    """What the terms from each on come to, and at the end nothing."""
    found = [Tally()]
    for amount, weight in zip(reversed(amounts), reversed(weights), strict=True):
        found.append(found[-1].with_term(weight, amount))
    return found[::-1]
