"""The sums of a statement of equity: across its components, and from balance to balance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from converter.equity_periods import is_balance
from converter.model import Amount, Instant, Measure, Row, StatementColumn, Sum, Term
from converter.numbers import half_unit, is_one_digit
from converter.wording import normalised

_SUBTOTAL = re.compile(
    r"^(?:total\b|sub ?total|(?:net )?comprehensive (?:income|loss|earnings))|^$"
)
MAY_BE_DEDUCTED = re.compile(
    r"treasury|deferred|unearned|unamortized|receivable|subscription|deficit|restricted|esop|"
    r"employee|guaranteed|reacquired"
)
_MAY_BE_APART = re.compile(r"preferred|redeemable|warrants|partners")
MOST_FLIPS = 4
_MOST_MOVEMENTS = 100
"""Between two balances: of more, no filing's, it is not asked which are sums of others."""
_MOST_SUBTOTALS = 20
_MOST_SLIPPED = 20


class Tally(NamedTuple):
    """How many sums say anything, how many of these hold, and in how many a digit is off."""

    telling: int
    holding: int
    slips: int = 0

    @property
    def is_sum(self) -> bool:
        """Whether it holds somewhere, or would in a lone column if one digit were another."""
        return self.holding > 0 or self.slips == self.telling == 1

    @property
    def mostly_holds(self) -> bool:
        """Whether more than half of those that say anything hold."""
        return self.holding * 2 > self.telling


def together(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    counted = list(tallies)
    return Tally(*map(sum, zip(*counted, strict=True))) if counted else Tally(0, 0)


class Across(NamedTuple):
    """A total column with the columns that it adds up, and how well it does."""

    sum: Sum
    tally: Tally
    balances: Tally


class Chain(NamedTuple):
    """Two balances and the movements between them, by rows of one measure."""

    opening: int
    movements: tuple[int, ...]
    closing: int


# --- across --------------------------------------------------------------------------


def sums_across(columns: Sequence[StatementColumn], rows: Sequence[Row]) -> list[Across]:
    """For each total, the components that add up to it, with the signs that fit best."""
    money = [i for i, column in enumerate(columns) if column.measure is not Measure.SHARES]
    totals = [i for i in money if columns[i].component is None]
    parents = [i for i in money if _is(columns[i], "ParentMember")]
    parts = [i for i in money if i not in totals and i not in parents]
    inner = [i for i in parts if not _is(columns[i], "NoncontrollingInterestMember")]
    found = [_best(columns, rows, total, parts) for total in totals]
    found += [_best(columns, rows, total, inner) for total in parents]
    return [one for one in found if one is not None]


def _is(column: StatementColumn, member: str) -> bool:
    return column.component is not None and member in column.component.members


def _best(
    columns: Sequence[StatementColumn], rows: Sequence[Row], total: int, parts: Sequence[int]
) -> Across | None:
    """The choice that holds in most balances, then in most rows; the plainer of two."""
    if not parts:
        return None
    struck = [row for row in rows if is_balance(row.label)]
    best: Across | None = None
    most = (-1, -1)
    for terms in _choices(columns, parts):
        one = Sum(total, terms, ("the components add up to the total",))
        balances, tally = tally_across(one, struck), tally_across(one, rows)
        if (balances.holding, tally.holding) > most:
            most = balances.holding, tally.holding
            proven = balances.holding * 2 > balances.telling or not balances.telling
            best = Across(replace(one, proven=proven and tally.holding > 0), tally, balances)
    return best


def _choices(
    columns: Sequence[StatementColumn], parts: Sequence[int]
) -> Iterator[tuple[Term, ...]]:
    """All columns added; some deducted; some, or any one, left out of the sum."""
    words = {i: normalised(_caption(columns[i])) for i in parts}
    flips = [i for i in parts if MAY_BE_DEDUCTED.search(words[i])][:MOST_FLIPS]
    apart = [i for i in parts if _MAY_BE_APART.search(words[i])]
    for without in [[], apart, *([i] for i in parts)]:
        for count in range(len(flips) + 1 if without in ([], apart) else 1):
            for chosen in combinations(flips, count):
                kept = [i for i in parts if i not in without]
                yield tuple(Term(i, -1 if i in chosen else 1) for i in kept)


def _caption(column: StatementColumn) -> str:
    return column.component.caption if column.component else ""


def _apart(total: Amount, terms: Sequence[tuple[int, Amount]]) -> tuple[Decimal, Decimal]:
    """How far a total is from its terms, and how far rounding may put it."""
    added = sum((weight * a.number for weight, a in terms), Decimal(0))
    figures = [*(a for _, a in terms if a.number), total]
    rounding = sum((half_unit(amount.decimals) for amount in figures), Decimal(0))
    return abs(total.number - added), rounding


def _adds_up(total: Amount | None, terms: Sequence[tuple[int, Amount]]) -> bool:
    if total is None:
        return False
    off, rounding = _apart(total, terms)
    return off <= rounding


def outside(across: Sequence[Across], columns: Sequence[StatementColumn]) -> list[int]:
    """The columns in money that a total, which adds up otherwise, is not the sum of."""
    totals = [one for one in across if columns[one.sum.total].component is None]
    if not totals or not totals[-1].sum.proven or not totals[-1].balances.telling:
        return []
    within = {term.at for term in totals[-1].sum.terms} | {totals[-1].sum.total}
    within |= {one.sum.total for one in across if one.sum.proven}
    money = (i for i, column in enumerate(columns) if column.measure is not Measure.SHARES)
    return [i for i in money if i not in within]


def slipped(apart: Sequence[int], columns: Sequence[StatementColumn]) -> bool:
    """Whether columns outside a total have headings of what belongs to it."""
    words = [normalised(_caption(columns[i])) for i in apart]
    return any(not _MAY_BE_APART.search(text) for text in words)


def tally_across(one: Sum, rows: Sequence[Row]) -> Tally:
    """In how many rows a sum across says anything, and in how many it holds."""
    told = [verdict for row in rows if (verdict := _holds_at(one, row)) is not None]
    return Tally(len(told), sum(told))


def misfits(across: Sequence[Across], rows: Sequence[Row]) -> frozenset[int]:
    """Rows of another table: a run, with balances in it, that never adds up; and slips."""
    if not across or not across[0].tally.mostly_holds:
        return frozenset()
    verdicts = [_holds_at(across[0].sum, row) for row in rows]
    strange: set[int] = set()
    run: list[int] = []
    for i, verdict in [*enumerate(verdicts), (len(rows), True)]:
        if verdict is False:
            run.append(i)
        elif verdict:
            struck = sum(is_balance(rows[n].label) for n in run)
            if 1 < struck < len(run):
                strange |= set(range(run[0], run[-1] + 1))
            run = []
    broken = frozenset(_broken(rows))
    slips = (i for i, row in enumerate(rows) if _lacks(across[0].sum, row))
    return frozenset(strange) | {i for i in slips if i in broken}


def put_right(across: Sequence[Across], rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, slipped ones with their numbers in the columns that lack just these.

    Numbers printed between two columns are read in the wrong ones: the total does not move
    with the components, and the balances of other columns are off by what the row says.
    """
    right = list(rows)
    for chain in chains(rows) if across else ():
        lacking = [i for i in chain.movements if _lacks(across[0].sum, rows[i])]
        if len(lacking) > _MOST_SLIPPED:
            continue
        for i in lacking:
            right[i] = replace(rows[i], amounts=_where_lacking(rows, chain, i))
    return tuple(right)


def _where_lacking(rows: Sequence[Row], chain: Chain, at: int) -> tuple[Amount | None, ...]:
    """The numbers of a movement, in order, in the columns that are off by them without it."""
    amounts = rows[at].amounts
    others = chain._replace(movements=tuple(i for i in chain.movements if i != at))
    terms = sum_down(rows, others, len(amounts))[0].terms
    found = [a for a in amounts if a is not None]
    off = [c for c in range(len(amounts)) if _is_off(rows, chain.closing, terms, c)]
    if len(off) != len(found):
        return amounts
    placed = dict(zip(off, found, strict=True))
    moved = tuple(placed.get(c) for c in range(len(amounts)))
    whole = [*rows[:at], replace(rows[at], amounts=moved), *rows[at + 1 :]]
    fits = not any(_is_off(whole, chain.closing, (*terms, Term(at, 1)), c) for c in off)
    return moved if fits else amounts


def _broken(rows: Sequence[Row]) -> Iterator[int]:
    """The movements with an amount in a column that does not lead to its balance."""
    for chain in chains(rows):
        columns = len(rows[chain.closing].amounts)
        terms = sum_down(rows, chain, columns)[0].terms
        off = [c for c in range(columns) if _is_off(rows, chain.closing, terms, c)]
        yield from (i for i in chain.movements if any(rows[i].amounts[c] for c in off))


def _is_off(rows: Sequence[Row], closing: int, terms: Sequence[Term], column: int) -> bool:
    total = rows[closing].amounts[column]
    filled = [(t.weight, a) for t in terms if (a := rows[t.at].amounts[column])]
    return total is not None and bool(filled) and not _adds_up(total, filled)


def _lacks(one: Sum, row: Row) -> bool:
    """Whether components move, but the total does not: the numbers have slipped."""
    if row.measure is not Measure.MONEY or row.amounts[one.total] is not None:
        return False
    moved = (t.weight * a.number for t in one.terms if (a := row.amounts[t.at]) is not None)
    return sum(moved, Decimal(0)) != 0


def _holds_at(one: Sum, row: Row) -> bool | None:
    """Whether a sum across holds in a row; None where the row does not say."""
    total = row.amounts[one.total]
    if row.measure is not Measure.MONEY or total is None:
        return None
    filled = [(t.weight, a) for t in one.terms if (a := row.amounts[t.at]) is not None]
    if not filled or not (total.number or any(a.number for _, a in filled)):
        return None
    return _adds_up(total, filled)


# --- down ----------------------------------------------------------------------------


def chains(rows: Sequence[Row]) -> Iterator[Chain]:
    """From each balance to the next: the rows of one measure and one period."""
    for measure in (Measure.MONEY, Measure.SHARES):
        at = [i for i, row in enumerate(rows) if row.measure is measure and any(row.amounts)]
        opening: int | None = None
        between: list[int] = []
        for i in at:
            if not isinstance(rows[i].period, Instant):
                between.append(i)
                continue
            if opening is not None and between and _spans(rows, opening, between, i):
                yield Chain(opening, tuple(between), i)
            opening, between = i, []


def _spans(rows: Sequence[Row], opening: int, between: Sequence[int], closing: int) -> bool:
    """Whether all movements are of the period from one balance to the other."""
    first, last = rows[opening].period, rows[closing].period
    if not isinstance(first, Instant) or not isinstance(last, Instant):
        return False
    return first.date < last.date and all(rows[i].period is not None for i in between)


def sum_down(rows: Sequence[Row], chain: Chain, columns: int) -> tuple[Sum, Tally]:
    """The closing balances as opening ones and movements, without what are subtotals."""
    subtotals = [i for i in chain.movements if _SUBTOTAL.search(normalised(rows[i].label))]
    running = _running(rows, chain.movements)
    each = [[i] for i in subtotals] if 1 < len(subtotals) <= _MOST_SUBTOTALS else []
    tried = []
    for without in map(frozenset, [subtotals, [], running, *each]):
        kept = [i for i in chain.movements if i not in without]
        terms = (Term(chain.opening, 1), *(Term(i, 1) for i in kept))
        tried.append((tally_down(rows, chain.closing, terms, columns), terms))
    tally, terms = max(tried, key=lambda one: one[0].holding)
    why = ("opening balance and movements make the closing balance",)
    return Sum(chain.closing, terms, why, proven=tally.is_sum), tally


def _running(rows: Sequence[Row], movements: Sequence[int]) -> list[int]:
    """Movements that are in every column the sum of those before them."""
    if len(movements) > _MOST_MOVEMENTS:
        return []
    return [i for n, i in enumerate(movements) if _runs(rows, movements[:n], rows[i])]


def _runs(rows: Sequence[Row], before: Sequence[int], closing: Row) -> bool:
    """Whether some of the rows right before one, two at least, make it in every column."""
    told: set[int] = set()
    denied = {len(before) - 1}
    for column, total in enumerate(closing.amounts):
        if total is not None:
            amounts = [rows[at].amounts[column] for at in before]
            for first, holds in _held_from(amounts, total):
                (told if holds else denied).add(first)
    return bool(told - denied)


def _held_from(amounts: Sequence[Amount | None], total: Amount) -> Iterator[tuple[int, bool]]:
    """From where on amounts say anything of a total, and whether they add up to it."""
    added, rounding = Decimal(0), half_unit(total.decimals)
    filled, says = False, total.number != 0
    for first in reversed(range(len(amounts))):
        amount = amounts[first]
        if amount is not None:
            filled = True
            if amount.number:
                says = True
                added += amount.number
                rounding += half_unit(amount.decimals)
        if filled and says:
            yield first, abs(total.number - added) <= rounding


def tally_down(
    rows: Sequence[Row], closing: int, terms: tuple[Term, ...], columns: int
) -> Tally:
    """In how many columns a sum down says anything, and in how many it holds."""
    telling = holding = slips = 0
    for column in range(columns):
        total = rows[closing].amounts[column]
        filled = [(t.weight, a) for t in terms if (a := rows[t.at].amounts[column])]
        if (
            total is None
            or not filled
            or not (total.number or any(a.number for _, a in filled))
        ):
            continue
        telling += 1
        off, rounding = _apart(total, filled)
        holding += off <= rounding
        turned = any(off == 2 * abs(a.number) for _, a in filled)
        slips += is_one_digit(off, rounding) and not turned
    return Tally(telling, holding, slips)
