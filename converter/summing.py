"""Stage 4: which rows make which total.

A sum is claimed when the layout speaks for it (a "total" wording, a rule over the
number, a missing label, the section it closes) and the numbers do not speak against it.
Numbers alone are no evidence: among thirty figures, some always add up by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from converter.arithmetic import check_across
from converter.equity_footing import equity_sums
from converter.model import (
    Amount,
    Basis,
    Check,
    Footing,
    Measure,
    Row,
    Statement,
    StatementKind,
    Sum,
    Term,
)
from converter.numbers import half_unit, is_one_digit
from converter.tallying import Tally, tallies_from, tally
from converter.totals import likely_weight, looks_like_total, may_be_total
from converter.wording import normalised

_BOTH = re.compile(r"\bliabilit.*\b(?:equity|deficit|deficiency|investment|capital)\b")
LONGEST_SUM = 60
_FREE_SIGNS = 5
"""Up to so many terms each sign is tried; beyond, only what the wording suggests."""

_TELLING = 4
"""So many digits of a total, over its columns, do not agree with its terms by chance."""
_TELLING_BUT_ONE = 6
"""So many, without noughts at the end, do not where a digit of one column is off."""


class _Claim(NamedTuple):
    """A possible sum: in how many columns it holds, holds exactly, and speaks at all.

    `misread` counts those where it would hold if one digit were another, `lone` those where
    it holds, but one of several terms alone is not zero: the total repeats it.
    """

    terms: tuple[Term, ...]
    holds: int
    exact: int
    columns: int
    evidence: tuple[str, ...]
    misread: int
    lone: int

    @property
    def but_one(self) -> bool:
        """It holds in all columns but one, in which a digit is off.

        Where it holds but for rounding, its signs must not have been fitted to the numbers.
        """
        fitted = _FITTED in self.evidence and not self.exact
        return self.misread == 1 and self.holds + 1 == self.columns > 1 and not fitted

    @property
    def proven(self) -> bool:
        """Whether it may be said to fail where it does not hold.

        It adds terms up somewhere, or would in all columns if one digit were another.
        """
        adds = self.holds > self.lone or 0 < self.holds == self.columns
        return adds or self.misread == 1 == self.columns - self.holds


def find_sums(statement: Statement) -> Footing:
    """All sums of a statement that its layout implies, down and across."""
    if statement.kind is StatementKind.EQUITY:
        return Footing(*equity_sums(statement))
    return Footing(tuple(_sums_down(statement)), tuple(_sums_across(statement)))


# --- sums down -----------------------------------------------------------------------


def _sums_down(statement: Statement) -> Iterator[Sum]:
    open_rows: list[int] = []
    outermost: list[int] = []
    for i, row in enumerate(statement.rows):
        if not adds(row):
            if _starts_again(statement, row):
                outermost, open_rows = [*outermost, *open_rows[-1:]], []
            continue
        claim = _best_claim(statement, open_rows, i)
        doubtful = claim is None or claim.holds < claim.columns or _FITTED in claim.evidence
        if doubtful and open_rows and _repeats(statement, open_rows[-1], i):
            open_rows[-1] = i
            continue
        if claim is None:
            open_rows.append(i)
        else:
            used = {term.at for term in claim.terms}
            open_rows = [r for r in open_rows if r not in used] + [i]
            yield Sum(i, claim.terms, claim.evidence, proven=claim.proven)
        if _ends_assets(statement, row):
            outermost, open_rows = [*outermost, i], []
    yield from _balance(statement, [*outermost, *open_rows[-1:]])


def _repeats(statement: Statement, last: int, total: int) -> bool:
    """Whether a total closes a single line: it states the same, and there is nothing to add."""
    above, row = statement.rows[last], statement.rows[total]
    looks = looks_like_total(row, normalised(above.label))
    return same_figures(above, row) and bool(looks)


def same_figures(one: Row, other: Row) -> bool:
    """Whether two rows state the same in every column, and not only zeros."""
    pairs = list(zip(one.amounts, other.amounts, strict=True))
    same = all((a and a.number) == (b and b.number) for a, b in pairs)
    return same and tells(one)


def _ends_assets(statement: Statement, row: Row) -> bool:
    """Nothing above the total of the assets is part of a sum below it."""
    balance = statement.kind is StatementKind.BALANCE_SHEET
    return balance and normalised(row.label) == "total assets"


def adds(row: Row) -> bool:
    """Whether a row may be a term: an amount of money on a line of its own."""
    amounts = any(a is not None for a in row.amounts)
    return row.measure is Measure.MONEY and amounts and not row.aside


def tells(row: Row) -> bool:
    """Whether a row states more than zeros."""
    return any(a is not None and a.number for a in row.amounts)


def _starts_again(statement: Statement, row: Row) -> bool:
    """The heading that parts assets from the other side of a balance sheet."""
    return statement.kind is StatementKind.BALANCE_SHEET and (
        normalised(row.label).startswith("liabilities")
    )


def _balance(statement: Statement, ends: list[int]) -> Iterator[Sum]:
    """Assets = liabilities and equity, where both sides end in a total."""
    if statement.kind is not StatementKind.BALANCE_SHEET or len(ends) != 2:
        return
    first, last = (statement.rows[i] for i in ends)
    both = _BOTH.search(normalised(last.label)) or not last.label
    if both and (first.is_total or normalised(first.label) == "assets"):
        terms = (Term(ends[0], 1),)
        claim = _claim(last, terms, (), _tallied(statement, terms))
        why = ("assets = liabilities and equity",)
        yield Sum(ends[1], claim.terms, why, proven=claim.proven)


def _best_claim(statement: Statement, open_rows: list[int], total: int) -> _Claim | None:
    """The likeliest sum of open rows that a row states, if it looks like a total at all."""
    if not open_rows:
        return None
    row = statement.rows[total]
    looks = looks_like_total(row, normalised(statement.rows[open_rows[-1]].label))
    if not looks:
        return _perhaps_claim(statement, open_rows, total)
    likely = [
        _claim(row, terms, (*looks, *why), tallies)
        for terms, why, tallies in _hypotheses(statement, open_rows, total)
    ]
    best = _held(likely)
    if best is None or best.holds < best.columns:
        free = (
            _claim(row, terms, (*looks, _FITTED), _tallied(statement, terms))
            for terms in _free_signs(open_rows)
        )
        best = _held([*likely, *(c for c in free if c.holds > c.lone)])
    if best is not None:
        return _with_zero_rows(statement, open_rows, best)
    return next((c for c in likely if _SECTION in c.evidence and len(c.terms) > 1), None)


def _perhaps_claim(statement: Statement, open_rows: list[int], total: int) -> _Claim | None:
    """The sum of a row whose caption may be that of a total, or of a line like others.

    It must hold in all of several columns, but for a digit of one, and they must tell
    enough.
    """
    row = statement.rows[total]
    section = _closed_section(statement, open_rows, total)
    if not section and not may_be_total(row):
        return None
    printed = [str(abs(int(a.number.scaleb(a.decimals)))) for a in row.amounts if a]
    digits = sum(map(len, printed))
    odd = sum(len(number.rstrip("0")) for number in printed)
    looks = ("its label may name a total, and its columns add up",)
    likely = (
        _claim(row, terms, (*looks, *why), tallies)
        for terms, why, tallies in _hypotheses(statement, open_rows, total)
        if len(terms) > 1
    )
    held = [
        c
        for c in likely
        if c.exact
        and (
            (c.holds == c.columns > 1 and digits >= _TELLING)
            or (c.but_one and odd >= _TELLING_BUT_ONE)
        )
    ]
    return _held(held)


def _held(claims: list[_Claim]) -> _Claim | None:
    """The claim that holds in all columns that say anything, or exactly in half of them.

    In one of them a digit may be off.
    """
    held = [
        c
        for c in claims
        if 0 < c.holds == c.columns or 0 < c.columns <= c.exact * 2 or c.but_one
    ]
    return max(held, key=lambda c: (c.holds, c.exact, -_oddity(c), -len(c.terms)), default=None)


_SECTION = "its label closes the section"
_FITTED = "signs by the numbers"
_WORDED = ("signs by wording",)


_Tallies = Sequence[Tally]
_Hypothesis = tuple[tuple[Term, ...], tuple[str, ...], _Tallies]


def _hypotheses(
    statement: Statement, open_rows: list[int], total: int
) -> Iterator[_Hypothesis]:
    """Which terms a total may have, likelier ones first; a bounded number.

    The last open rows, all added; each by whether its label is a deduction; the first less
    the rest.
    """
    section = tuple(Term(i, 1) for i in _closed_section(statement, open_rows, total))
    if section:
        yield section, (_SECTION,), _tallied(statement, section)
    rows = open_rows[-LONGEST_SUM:]
    added = [Term(i, 1) for i in rows]
    deducted = [Term(i, -1) for i in rows]
    worded = [Term(i, likely_weight(statement.rows[i], first=False)) for i in rows]
    columns = list(zip(*(statement.rows[i].amounts for i in rows), strict=True))
    sums = [tallies_from(amounts, [1] * len(rows)) for amounts in columns]
    last = max((n for n, term in enumerate(worded) if term.weight < 0), default=-1)
    weights = [term.weight for term in worded]
    by_words = sums if last < 0 else [tallies_from(amounts, weights) for amounts in columns]
    for n in reversed(range(len(rows) - 1)):
        yield tuple(added[n:]), (), [tallies[n] for tallies in sums]
        first = likely_weight(statement.rows[rows[n]], first=True)
        by_wording = (Term(rows[n], first), *worded[n + 1 :])
        less = (added[n], *deducted[n + 1 :])
        if first < 0 or last > n:
            both = zip(by_words, columns, strict=True)
            yield by_wording, _WORDED, [t[n + 1].with_term(first, a[n]) for t, a in both]
        if less != by_wording:
            both = zip(sums, columns, strict=True)
            yield less, _WORDED, [t[n + 1].less_than(a[n]) for t, a in both]


def _closed_section(statement: Statement, open_rows: list[int], total: int) -> list[int]:
    """The open rows of the section that a total closes by repeating its heading."""
    words = set(normalised(statement.rows[total].label).split()) - {"total"}
    if not words:
        return []
    depth = statement.rows[total].level
    rows: list[int] = []
    for i in reversed(open_rows):
        section = statement.rows[i].section
        if len(section) <= depth:
            break
        heading = set(normalised(section[depth]).split())
        if not heading or len(words & heading) * 2 <= max(len(words), len(heading)):
            break
        rows.insert(0, i)
    return rows


def _free_signs(open_rows: list[int]) -> Iterator[tuple[Term, ...]]:
    """Every choice of signs for the last few open rows."""
    for count in range(2, min(len(open_rows), _FREE_SIGNS) + 1):
        rows = open_rows[-count:]
        for bits in range(1, 2**count):
            yield tuple(Term(i, -1 if bits >> n & 1 else 1) for n, i in enumerate(rows))


def _oddity(claim: _Claim) -> int:
    """How much a claim asks one to believe: free signs most, the section least."""
    if _SECTION in claim.evidence:
        return 0
    return 2 if _FITTED in claim.evidence else 1


def _claim(
    row: Row, terms: tuple[Term, ...], why: tuple[str, ...], tallies: _Tallies
) -> _Claim:
    """Count the columns where a sum holds, leaving out those where all is zero."""
    holds = exact = columns = misread = lone = 0
    for stated, here in zip(row.amounts, tallies, strict=True):
        if stated is None or here.told + bool(stated.number) < 2:
            continue
        columns += 1
        off = stated.number - here.added
        rounding = here.rounding + half_unit(stated.decimals)
        held = not off or _within(abs(off), stated, here, rounding)
        holds += held
        lone += held and here.told < 2 <= len(terms)
        exact += not off
        misread += not held and is_one_digit(off, rounding)
    return _Claim(terms, holds, exact, columns, why, misread, lone)


def _within(off: Decimal, stated: Amount, terms: Tally, rounding: Decimal) -> bool:
    """Whether rounding explains a difference of not more than a unit for every term."""
    if off > rounding or not stated.number:
        return False
    return off <= Decimal(10) ** -stated.decimals * terms.filled


def _tallied(statement: Statement, terms: Sequence[Term]) -> _Tallies:
    """What terms come to in each column."""
    printed = [(term.weight, statement.rows[term.at].amounts) for term in terms]
    return [
        tally((weight, amounts[column]) for weight, amounts in printed)
        for column in range(len(statement.columns))
    ]


def _says_nothing(check: Check) -> bool:
    """One single number equal to the total, or zeros, prove nothing."""
    told = len([1 for _, amount in check.terms if amount.number])
    return told + bool(check.total.number) < 2


def _with_zero_rows(statement: Statement, open_rows: list[int], claim: _Claim) -> _Claim:
    """Add the rows just above the first term that are zero throughout its section."""
    terms = claim.terms
    section = statement.rows[terms[0].at].section
    before = open_rows[: open_rows.index(terms[0].at)]
    for i in reversed(before):
        row = statement.rows[i]
        if row.section != section or not section or tells(row):
            break
        terms = (Term(i, 1), *terms)
    return claim._replace(terms=terms)


# --- sums across ---------------------------------------------------------------------


def _sums_across(statement: Statement) -> Iterator[Sum]:
    """Reported + adjustments = adjusted, or = restated, within one period."""
    for total, column in enumerate(statement.columns):
        wanted = _ADDS_TO.get(column.basis, frozenset())
        parts = [
            i
            for i, other in enumerate(statement.columns)
            if other.period == column.period and other.basis in wanted
        ]
        bases = {statement.columns[i].basis for i in parts}
        if wanted and bases == wanted:
            terms = tuple(Term(i, 1) for i in parts)
            one = Sum(total, terms, ("reported + adjustments = adjusted",))
            if _mostly_holds(statement, one):
                yield one


_ADDS_TO = {
    Basis.NON_GAAP: frozenset({Basis.REPORTED, Basis.ADJUSTMENT}),
    Basis.PRO_FORMA: frozenset({Basis.REPORTED, Basis.ADJUSTMENT}),
    Basis.REPORTED: frozenset({Basis.PREVIOUSLY_REPORTED, Basis.RESTATEMENT}),
}


def _mostly_holds(statement: Statement, one: Sum) -> bool:
    """Whether columns add up in most rows: headings alone do not say that they do."""
    rows = range(len(statement.rows))
    worked = [check for i in rows if (check := check_across(statement, one, i))]
    telling = [check for check in worked if not _says_nothing(check)]
    holding = sum(abs(check.difference) <= check.tolerance for check in telling)
    return holding * 2 > len(telling)
