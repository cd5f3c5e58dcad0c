"""What a reader is told of equations: every one that fails has a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from converter.model import Amount, Finding, Severity
from converter.numbers import printed_decimals
from converter.proof.equations import Equation, Figure, Operand

_TOLD_BY: Final = {
    "footing": "sum.off",
    "balance": "sum.off",
    "cross-footing": "sum.off",
    "net-income": "fact.conflict",
    "repeated": "fact.conflict",
    "schedule": "schedule.disagrees",
}
"""The code of the findings that tell of the equations of a check already."""

_CERTAIN: Final = frozenset({"footing", "balance", "cross-footing"})
"""Checks of what is printed as a sum: nothing but an error makes one fail."""


class Told(NamedTuple):
    """A finding, and the failing equation that it tells of, if any."""

    finding: Finding
    equation: Equation | None = None


class Scale(NamedTuple):
    """Whole units of one printed unit, and the digits printed after the point."""

    unit: Decimal
    digits: int

    def printed(self, number: Decimal, digits: int = 0) -> str:
        """A number in printed units, with no fewer digits after the point than these."""
        return f"{number / self.unit:,.{max(self.digits, digits)}f}"

    def digits_of(self, amount: Amount) -> int:
        """How many digits after the point an amount has in these units."""
        return amount.decimals + self.unit.adjusted()


def told(findings: Iterable[Finding], equations: Iterable[Equation]) -> Iterator[Told]:
    """Every finding, in the order given, with the equation that it tells of.

    An equation is told of once: by the first finding at its stated figure that can.
    """
    waiting = failing(equations)
    for finding in findings:
        at = next((n for n, one in enumerate(waiting) if _tells(finding, one)), None)
        yield Told(finding, None if at is None else waiting.pop(at))


def untold(equations: Sequence[Equation], findings: Sequence[Finding]) -> list[Finding]:
    """A finding for every failing equation that no other finding tells of."""
    known = [one.equation for one in told(findings, equations)]
    return [_finding(one) for one in failing(equations) if one not in known]


def failing(equations: Iterable[Equation]) -> list[Equation]:
    """The equations that fail, in the order given."""
    return [one for one in equations if one.fails]


def is_printed(figure: Figure, one: Equation) -> bool:
    """Whether a figure of an equation stands in the text: one of an earlier report does not."""
    stated = one.stated
    at_stated = figure.amount.source.span == stated.amount.source.span
    return figure is stated or figure.cell is not None or not at_stated


def scale_of(amount: Amount) -> Scale:
    """The units that an amount is printed in: thousands, per cent, dollars and cents."""
    text = amount.source.text
    has_digits = any(character.isdigit() for character in text)
    digits = printed_decimals(text) if has_digits else max(amount.decimals, 0)
    return Scale(Decimal(1).scaleb(digits - amount.decimals), digits)


def _tells(finding: Finding, equation: Equation) -> bool:
    codes = ("equation.fails", _TOLD_BY.get(equation.check))
    return finding.code in codes and finding.span == equation.stated.amount.source.span


def _finding(one: Equation) -> Finding:
    scale = scale_of(one.stated.amount)
    digits = max(scale.digits_of(f.amount) for f in one.figures) if not one.divisor else 0
    stated, worked, difference = (
        scale.printed(number, digits)
        for number in (one.stated.amount.number, one.worked, one.difference)
    )
    sign = "+" if one.difference > 0 else ""
    return Finding(
        "equation.fails",
        Severity.ERROR if one.check in _CERTAIN else Severity.WARNING,
        f"{one.stated.called} is printed as {stated}, but {_parts(one)} {worked}: "
        f"difference {sign}{difference} ({one.check}: {one.why})",
        one.stated.amount.source.span,
        advice="compare these lines with the source: a digit, a sign or a line is off",
    )


def _parts(one: Equation) -> str:
    """What is held against the stated figure, with its lines: `"Cash" (line 12) is`."""
    if one.divisor:
        return f"{_lines(one.operands)} over {_lines(one.divisor)} come to"
    if len(one.operands) == 1:
        (operand,) = one.operands
        return f"{operand.figure.called} (line {operand.figure.amount.source.span.line}) is"
    return f"{_lines(one.operands)} come to"


def _lines(operands: Iterable[Operand]) -> str:
    numbers = sorted({o.figure.amount.source.span.line for o in operands})
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
