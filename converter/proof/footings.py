"""Sums of a statement: its subtotals, its two sides, its columns, its current part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from converter.model import Measure, StatementKind, Sum
from converter.proof.equations import (
    Cell,
    Equation,
    Operand,
    sum_of,
)
from converter.proof.evidence import (
    Evidence,
    beside,
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
                yield from _down(evidence, n, one, "footing")


def balance(evidence: Evidence) -> Iterator[Equation]:
    """Assets are liabilities and equity, on every day."""
    done: set[Cell | None] = set()
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.rows:
            if _BALANCE in one.evidence:
                for equation in _down(evidence, n, one, "balance"):
                    done.add(equation.stated.cell)
                    yield equation
    all_assets = evidence.by_period(("Assets",))
    for day, totals in evidence.by_period(("LiabilitiesAndStockholdersEquity",)).items():
        for total in totals:
            assets = beside(total, all_assets.get(day, []))
            if assets and total.figure.cell not in done:
                yield same("balance", total, assets, _BALANCE)


def cross_footing(evidence: Evidence) -> Iterator[Equation]:
    """Columns add up: reported and adjustments, the components of equity."""
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.columns:
            for at, row in enumerate(mapped.statement.rows):
                if row.measure is not Measure.MONEY:
                    continue
                stated = evidence.figure(Cell(n, at, one.total))
                cells = ((t.weight, Cell(n, at, t.at)) for t in one.terms)
                terms = _filled(evidence, cells)
                blank = len(terms) < len(one.terms)
                whole = not blank or mapped.statement.kind is StatementKind.EQUITY
                if stated and terms and whole:
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


def _down(evidence: Evidence, n: int, one: Sum, check: str) -> Iterator[Equation]:
    why = "; ".join(one.evidence)
    for column in range(len(evidence.statements[n].statement.columns)):
        stated = evidence.figure(Cell(n, one.total, column))
        cells = ((t.weight, Cell(n, t.at, column)) for t in one.terms)
        terms = _filled(evidence, cells)
        if stated and terms:
            yield sum_of(check, stated, terms, why, sure=one.proven)


def _filled(evidence: Evidence, cells: Iterable[tuple[Literal[1, -1], Cell]]) -> list[Operand]:
    """The terms of a sum whose cells are not blank."""
    found = ((weight, evidence.figure(cell)) for weight, cell in cells)
    return [Operand(weight, figure) for weight, figure in found if figure]
