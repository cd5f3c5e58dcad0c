"""Sums of a statement: its subtotals, its two sides, its columns, its current part."""

from __future__ import annotations

from collections.abc import Iterator

from converter.arithmetic import check_across, check_sum
from converter.model import (
    MappedStatement,
    Measure,
    Sum,
)
from converter.proof.equations import (
    Cell,
    Equation,
    Operand,
    sum_of,
)
from converter.proof.evidence import (
    Evidence,
    beside,
    figure_at,
    operand_of,
    same,
)

_PARTED = (
    ("Assets", "AssetsCurrent", "AssetsNoncurrent"),
    ("Liabilities", "LiabilitiesCurrent", "LiabilitiesNoncurrent"),
)
"""A whole, its current part and the rest."""

_BALANCE = "assets = liabilities and equity"


def footing(evidence: Evidence) -> Iterator[Equation]:
    """Every subtotal is what its lines add up to, in every column."""
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.rows:
            if _BALANCE not in one.evidence:
                yield from _down(n, mapped, one, "footing")


def balance(evidence: Evidence) -> Iterator[Equation]:
    """Assets are liabilities and equity, on every day."""
    done: set[Cell | None] = set()
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.rows:
            if _BALANCE in one.evidence:
                for equation in _down(n, mapped, one, "balance"):
                    done.add(equation.stated.cell)
                    yield equation
    for day, totals in evidence.by_period(("LiabilitiesAndStockholdersEquity",)).items():
        for total in totals:
            assets = beside(total, evidence.by_period(("Assets",)).get(day, []))
            if assets and total.figure.cell not in done:
                yield same("balance", total, assets, _BALANCE)


def cross_footing(evidence: Evidence) -> Iterator[Equation]:
    """Columns add up: reported and adjustments, the components of equity."""
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.columns:
            for at, row in enumerate(mapped.statement.rows):
                worked = check_across(mapped.statement, one, at)
                stated = figure_at(mapped, Cell(n, at, one.total))
                if row.measure is not Measure.MONEY or worked is None or stated is None:
                    continue
                cells = [(t.weight, Cell(n, at, t.at)) for t in one.terms]
                found = ((w, figure_at(mapped, cell)) for w, cell in cells)
                terms = [Operand(w, figure) for w, figure in found if figure]
                yield sum_of("cross-footing", stated, terms, "; ".join(one.evidence))


def current(evidence: Evidence) -> Iterator[Equation]:
    """Current and non-current parts are the whole, where all three are printed.

    What is called other assets may not be all the rest: what differs cannot be told.
    """
    for whole, part, rest in _PARTED:
        parts, rests = evidence.by_period((part,)), evidence.by_period((rest,))
        for total in evidence.of(whole):
            one = beside(total, parts.get(total.period, []))
            other = beside(total, rests.get(total.period, []))
            if one and other:
                terms = [operand_of(total, one), operand_of(total, other)]
                why = "current + non-current = all"
                yield sum_of("current", total.figure, terms, why, sure=False)


def _down(n: int, mapped: MappedStatement, one: Sum, check: str) -> Iterator[Equation]:
    for column in range(len(mapped.statement.columns)):
        stated = figure_at(mapped, Cell(n, one.total, column))
        if check_sum(mapped.statement, one, column) is None or stated is None:
            continue
        found = ((t.weight, figure_at(mapped, Cell(n, t.at, column))) for t in one.terms)
        terms = [Operand(weight, figure) for weight, figure in found if figure]
        yield sum_of(check, stated, terms, "; ".join(one.evidence), sure=one.proven)
