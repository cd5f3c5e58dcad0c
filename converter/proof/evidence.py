"""What a report offers to be proved: its printed figures, by place and by what they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Literal

from converter.captions import called
from converter.earlier import Prior
from converter.model import (
    Basis,
    Duration,
    Line,
    MappedStatement,
    Measure,
    Period,
    StatementKind,
)
from converter.proof.equations import Cell, Equation, Figure, Operand, sum_of
from converter.schedule_ties import Tie
from converter.stating import fact_period, weight_of
from converter.taxonomy import Taxonomy

EARNINGS = ("NetIncomeLoss", "ProfitLoss")
SALES = (
    "Revenues",
    "RevenueFromContractWithCustomerExcludingAssessedTax",
    "RevenueFromContractWithCustomerIncludingAssessedTax",
    "SalesRevenueNet",
)


@dataclass(frozen=True, slots=True)
class Stating:
    """A figure of a statement and what it states.

    Attributes:
        figure: The number as it is printed.
        concept: The local name of its concept.
        period: Of the fact: one day for a balance among flows.
        sign: The value of the fact is the printed number times this.
        kind: In what statement it stands.
        is_plain: It is of the whole company, as reported: its fact has no dimension.
    """

    figure: Figure
    concept: str
    period: Period
    sign: Literal[1, -1]
    kind: StatementKind
    is_plain: bool


@dataclass(frozen=True)
class Evidence:
    """All that the checks look at.

    `prose` are the paragraphs that state figures, with an empty line after each.
    """

    statements: tuple[MappedStatement, ...]
    statings: tuple[Stating, ...]
    ties: tuple[Tie, ...] = ()
    prior: Prior | None = None
    prose: tuple[Line, ...] = ()

    def of(self, *concepts: str) -> list[Stating]:
        """What states one of these concepts for the whole company, in the order printed."""
        found = [one for name in set(concepts) for one in self._plain.get(name, ())]
        return [stating for _, stating in sorted(found, key=itemgetter(0))]

    @cached_property
    def _plain(self) -> Mapping[str, list[tuple[int, Stating]]]:
        """By concept what states it for the whole company, numbered in the order printed."""
        found: dict[str, list[tuple[int, Stating]]] = {}
        for n, one in enumerate(self.statings):
            if one.is_plain:
                found.setdefault(one.concept, []).append((n, one))
        return found

    def figure(self, cell: Cell) -> Figure | None:
        """The figure that stands in a cell; None where it is blank."""
        return self._figures.get(cell) or figure_at(self.statements[cell.statement], cell)

    @cached_property
    def _figures(self) -> Mapping[Cell | None, Figure]:
        return {one.figure.cell: one.figure for one in self.statings}

    def by_period(self, concepts: Sequence[str]) -> Mapping[Period, list[Stating]]:
        """The same, by period."""
        found: dict[Period, list[Stating]] = {}
        for one in self.of(*concepts):
            found.setdefault(one.period, []).append(one)
        return found

    def flows(self) -> list[Mapping[Duration, Stating]]:
        """What adds up over periods: of each concept in money the first figure of each."""
        found: dict[str, dict[Duration, Stating]] = {}
        for one in self.statings:
            if one.is_plain and isinstance(one.period, Duration) and self._is_money(one):
                found.setdefault(one.concept, {}).setdefault(one.period, one)
        return list(found.values())

    def _is_money(self, one: Stating) -> bool:
        cell = one.figure.cell
        if cell is None:
            return False
        row = self.statements[cell.statement].statement.rows[cell.row]
        return row.measure is Measure.MONEY


def evidence_of(
    statements: Sequence[MappedStatement],
    taxonomy: Taxonomy,
    ties: Sequence[Tie] = (),
    prior: Prior | None = None,
    prose: Sequence[Line] = (),
) -> Evidence:
    """The evidence of a report that was read and mapped."""
    statings = tuple(
        one for n, mapped in enumerate(statements) for one in _statings(n, mapped, taxonomy)
    )
    return Evidence(tuple(statements), statings, tuple(ties), prior, tuple(prose))


def figure_at(mapped: MappedStatement, cell: Cell) -> Figure | None:
    """The figure that stands in a cell of a statement; None where it is blank."""
    row, column = mapped.statement.rows[cell.row], mapped.statement.columns[cell.column]
    amount = row.amounts[cell.column]
    if amount is None:
        return None
    names = mapped.matches[cell.row].concepts
    concept = str(names[0]) if names else ""
    return Figure(called(row), amount, row.period or column.period, cell, concept)


def _statings(n: int, mapped: MappedStatement, taxonomy: Taxonomy) -> Iterator[Stating]:
    statement = mapped.statement
    for match in mapped.matches:
        if not match.concepts:
            continue
        row, name = statement.rows[match.row], str(match.concepts[0])
        for at, (amount, column) in enumerate(zip(row.amounts, statement.columns, strict=True)):
            told = row.period or column.period
            if amount is None or told is None:
                continue
            figure = Figure(called(row), amount, told, Cell(n, match.row, at), name)
            sign = match.sign * weight_of(row, column)
            plain = column.basis is Basis.REPORTED and not (row.component or column.component)
            for concept in match.concepts:
                period = fact_period(concept, match, row, column, taxonomy)
                yield Stating(
                    figure, concept.local, period, 1 if sign > 0 else -1, statement.kind, plain
                )


# --- for the checks ------------------------------------------------------------------


def operand_of(total: Stating, one: Stating, weight: int = 1) -> Operand:
    """A term of a sum of facts, with the sign that the printed numbers ask for."""
    return Operand(1 if weight * one.sign * total.sign > 0 else -1, one.figure)


def same(check: str, one: Stating, other: Stating, why: str, *, sure: bool = True) -> Equation:
    """That two figures state the same, with the signs of their facts."""
    return sum_of(check, one.figure, [operand_of(one, other)], why, sure=sure)


def statement_of(one: Stating) -> int:
    """The index of the statement that a figure stands in; -1 for none."""
    return one.figure.cell.statement if one.figure.cell else -1


def beside(one: Stating, others: Sequence[Stating]) -> Stating | None:
    """Of several that state something the one in the same statement."""
    return next((s for s in others if statement_of(s) == statement_of(one)), None)
