"""Equations between facts as value assertions, which any XBRL processor can re-run.

A sum within one context is left to the calculation linkbase; what that cannot say (sums
across periods or columns, quotients) becomes a test in XPath over the facts themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from converter.model import Assertion, Fact, Instance, MappedStatement, Span
from converter.numbers import half_unit
from converter.proof.equations import Cell, Equation, Figure, Verdict, rounding_of
from converter.stating import weight_of

_Facts = Mapping[Span, Sequence[Fact]]


class _Bound(NamedTuple):
    """A figure that is a fact: its value is the printed number times `sign`."""

    fact: Fact
    sign: Literal[1, -1]


def assertions_of(
    equations: Sequence[Equation], statements: Sequence[MappedStatement], instance: Instance
) -> tuple[Assertion, ...]:
    """The value assertions of a report (Value Assertions 1.0).

    An equation has one if all its figures are facts, if they do not stand in one sum in
    one context, and if it either holds or fails: what cannot be told is not asserted.

    Args:
        equations: Of the whole report.
        statements: Where the cells of their figures are.
        instance: The facts.

    Returns:
        Assertions whose ids are the check and the number of the equation, from 1.
    """
    binding = _Binding(statements, _by_place(instance))
    found = (
        _assertion(f"{one.check}-{n}", one, binding)
        for n, one in enumerate(equations, 1)
        if one.verdict is not Verdict.UNCLEAR
    )
    return tuple(one for one in found if one is not None)


def _by_place(instance: Instance) -> _Facts:
    """The facts printed at each place; not those that only their unit sets apart."""
    alike = Counter((fact.concept, fact.context) for fact in instance.facts)
    places: dict[Span, list[Fact]] = {}
    for fact in instance.facts:
        if alike[fact.concept, fact.context] == 1:
            for span in fact.sources:
                places.setdefault(span, []).append(fact)
    return places


class _Binding:
    """The facts that the figures of a report are; each is looked for once."""

    def __init__(self, statements: Sequence[MappedStatement], facts: _Facts) -> None:
        self._statements = statements
        self._facts = facts
        self._bound: dict[Cell, _Bound | None] = {}

    def of(self, figure: Figure) -> _Bound | None:
        """The fact that states a figure; None for one that is in no statement."""
        cell = figure.cell
        if cell is None:
            return None
        if cell not in self._bound:
            self._bound[cell] = _bound(figure, cell, self._statements, self._facts)
        return self._bound[cell]


def _assertion(name: str, equation: Equation, binding: _Binding) -> Assertion | None:
    bound = [binding.of(figure) for figure in equation.figures]
    known = [one for one in bound if one is not None]
    contexts = {one.fact.context for one in known}
    if len(known) < len(bound) or (len(contexts) == 1 and not equation.divisor):
        return None
    variables = {one.fact.id: one.fact for one in known}
    if len(variables) == 1:
        return None
    called = {name: f"$v{n}" for n, name in enumerate(variables)}
    stated, *rest = (called[one.fact.id] for one in known)
    signs = [one.sign for one in known]
    terms = [
        (operand.weight * sign, variable)
        for operand, sign, variable in zip(
            (*equation.operands, *equation.divisor), signs[1:], rest, strict=True
        )
    ]
    above = _added((signs[0] * weight, v) for weight, v in terms[: len(equation.operands)])
    below = _added(terms[len(equation.operands) :])
    worked = f"{above} div {below}" if equation.divisor else above
    test = f"abs({stated} - {worked}) le {_tolerance(equation, above, below)}"
    facts = tuple(variables.values())
    return Assertion(name, test, facts, worked, equation.why, equation.stated.called)


def _bound(
    figure: Figure, cell: Cell, statements: Sequence[MappedStatement], facts: _Facts
) -> _Bound | None:
    """The fact that states a figure; None where the fact has another value."""
    mapped = statements[cell.statement]
    row = mapped.statement.rows[cell.row]
    column = mapped.statement.columns[cell.column]
    sign = mapped.matches[cell.row].sign * weight_of(row, column)
    here = facts.get(figure.amount.source.span, ())
    best = next((f for f in here if str(f.concept) == figure.concept), next(iter(here), None))
    if best is None or best.value != figure.amount.number * sign:
        return None
    return _Bound(best, 1 if sign > 0 else -1)


def _added(terms: Iterable[tuple[int, str]]) -> str:
    """`($v1 + $v2 - $v3)`."""
    text = " ".join(f"{'+' if weight > 0 else '-'} {name}" for weight, name in terms)
    return f"({text.removeprefix('+ ')})"


def _tolerance(equation: Equation, above: str, below: str) -> str:
    """How far the sides may be apart, as `equations.py` has it.

    That of a quotient depends on the facts, and so is worked out from them.
    """
    if not equation.divisor:
        return _plain(equation.tolerance)
    da, db = (_plain(rounding_of(side)) for side in (equation.operands, equation.divisor))
    ends = ", ".join(
        f"abs(({above} {x} {da}) div ({below} {y} {db}) - {above} div {below})"
        for x in "-+"
        for y in "-+"
    )
    return f"{_plain(half_unit(equation.stated.amount.decimals))} + max(({ends}))"


def _plain(number: Decimal) -> str:
    """A number as a literal of XPath: no exponent, which would make it a double."""
    return f"{number.normalize():f}"
