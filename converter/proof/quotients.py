"""What is printed of one figure divided by another: per share, per cent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from converter.model import Measure
from converter.proof.equations import (
    Cell,
    Equation,
    Figure,
    Operand,
    Verdict,
    quotient_of,
)
from converter.proof.evidence import (
    EARNINGS,
    SALES,
    Evidence,
    Stating,
    operand_of,
)
from converter.wording import normalised

_AVAILABLE = (
    "NetIncomeLossAvailableToCommonStockholdersBasic",
    "NetIncomeLoss",
    "ProfitLoss",
)

_PER_SHARE = (
    ("EarningsPerShareBasic", "WeightedAverageNumberOfSharesOutstandingBasic"),
    ("EarningsPerShareDiluted", "WeightedAverageNumberOfDilutedSharesOutstanding"),
)

_BEFORE_TAX = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",
    (
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "MinorityInterestAndIncomeLossFromEquityMethodInvestments"
    ),
)

_SHARES = (
    (re.compile(r"\bgross (?:margin|profit)\b"), ("GrossProfit",), SALES),
    (re.compile(r"\boperating margin\b"), ("OperatingIncomeLoss",), SALES),
    (re.compile(r"\bnet margin\b"), EARNINGS, SALES),
    (re.compile(r"\btax rate\b"), ("IncomeTaxExpenseBenefit",), _BEFORE_TAX),
)
"""What a percentage is called, what is divided, and by what."""


def per_share(evidence: Evidence) -> Iterator[Equation]:
    """Earnings per share are earnings divided by shares, within rounding.

    Several classes, preferred dividends or interest added back make them another quotient:
    one that does not hold cannot be told.
    """
    for each, number in _PER_SHARE:
        shares = evidence.by_period((number,))
        earned = {name: evidence.by_period((name,)) for name in _AVAILABLE}
        for one in evidence.of(each):
            counted = shares.get(one.period, [])
            tried = [
                quotient
                for name in _AVAILABLE
                for income in earned[name].get(one.period, [])[:1]
                for count in counted[:1]
                if (quotient := _quotient(one, income, count))
            ]
            held = [e for e in tried if e.verdict is Verdict.HOLDS]
            yield from (held or tried)[:1]


def _quotient(each: Stating, income: Stating, count: Stating) -> Equation | None:
    return quotient_of(
        "per-share",
        each.figure,
        [operand_of(each, income)],
        [Operand(1, count.figure)],
        "earnings / shares",
        sure=False,
    )


def margins(evidence: Evidence) -> Iterator[Equation]:
    """Percentages of a statement: a margin, a tax rate, or the line above as a share of sales.

    What exactly was divided is not printed: one that does not hold cannot be told.
    """
    for n, mapped in enumerate(evidence.statements):
        for at, row in enumerate(mapped.statement.rows):
            if row.measure is not Measure.RATIO or not any(row.amounts):
                continue
            words = normalised(" ".join([*row.section[-1:], row.label]))
            named = next((pair for said, *pair in _SHARES if said.search(words)), None)
            for column in range(len(row.amounts)):
                stated = evidence.figure(Cell(n, at, column))
                if stated is None:
                    continue
                above, below = named or ((), SALES)
                part = _in_column(evidence, n, column, above) if above else None
                part = part or _line_above(evidence, Cell(n, at, column))
                whole = _in_column(evidence, n, column, below)
                if part and whole:
                    terms, divisor = [Operand(1, part)], [Operand(1, whole)]
                    why = "a share of what is above it"
                    found = quotient_of("margins", stated, terms, divisor, why, sure=False)
                    yield from [found] if found else []


def _in_column(
    evidence: Evidence, statement: int, column: int, concepts: Sequence[str]
) -> Figure | None:
    """The figure of the first of these concepts in a column of a statement."""
    found = {
        s.concept: s.figure
        for s in reversed(evidence.of(*concepts))
        if s.figure.cell and s.figure.cell[::2] == (statement, column)
    }
    return next((found[name] for name in concepts if name in found), None)


def _line_above(evidence: Evidence, cell: Cell) -> Figure | None:
    """The nearest figure of money above a cell."""
    rows = evidence.statements[cell.statement].statement.rows
    above = (i for i in reversed(range(cell.row)) if rows[i].measure is Measure.MONEY)
    figures = (evidence.figure(cell._replace(row=i)) for i in above)
    return next((figure for figure in figures if figure), None)
