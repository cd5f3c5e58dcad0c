"""Which figure is wrong where equations fail, judged by every equation it stands in.

One slip in one place is the likeliest cause. Changing the culprit by one amount mends the
failing equations it stands in and breaks none that holds; a figure whose other equations
hold is hardly to blame. What the equations leave open is decided by how little has to be
changed, by where else the numbers are printed, and by the columns beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from converter.captions import called
from converter.model import Cell as Place
from converter.model import MappedStatement, Measure
from converter.proof.edits import Error, printed_as, rounded_as, slips
from converter.proof.equations import (
    Cell,
    Equation,
    Figure,
    Operand,
    Verdict,
    quotient_of,
)

_MOST_FIGURES = 300
"""Of one group of failing equations so many figures are tried, those in most of them."""
_MOST_SUSPECTS = 10
_TELLING = 4
"""A number of so many digits is not printed in two places by chance."""
_SLIPS = (Error.DIGIT, Error.TRANSPOSED, Error.SIGN)
_EFFORT = dict.fromkeys(_SLIPS, 0) | {e: n for n, e in enumerate(Error) if e not in _SLIPS}
"""How much has to have gone wrong: one slip is more likely than anything else."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """What may be wrong, and what would be right.

    Attributes:
        error: What may have happened.
        figure: The figure to blame; of a row missing or taken twice, the row's figure, or
            the total where the row is not known.
        value: What makes the equations hold, in whole units; None where a row is to blame.
        text: That value as it would be printed there.
        mends: How many of the failing equations would hold.
        breaks: How many of those that hold would fail, or still fail with it.
        why: What speaks for it, in words.
    """

    error: Error
    figure: Figure
    value: Decimal | None
    text: str
    mends: int
    breaks: int
    why: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Failing equations that share figures, and what may be wrong, the likeliest first.

    `level` is how many suspects share the first place but for what is merely likely.
    """

    equations: tuple[Equation, ...]
    suspects: tuple[Suspect, ...]
    level: int


def diagnose(
    equations: Sequence[Equation], statements: Sequence[MappedStatement]
) -> tuple[Diagnosis, ...]:
    """The suspects of every group of failing equations, in the order of the equations.

    Args:
        equations: All equations of a report: those that hold tell who is innocent.
        statements: Those that the figures' cells count in.
    """
    case = _Case(_by_place(equations), statements, _printed(statements))
    return tuple(_diagnosis(group, case) for group in _groups(equations))


# --- what is known -------------------------------------------------------------------


class _Case(NamedTuple):
    """All that suspects are judged by."""

    through: Mapping[Place, list[Equation]]
    statements: Sequence[MappedStatement]
    printed: Counter[Decimal]


class _Trial(NamedTuple):
    """A figure with another value, and what would become of its equations.

    `settles` counts equations that could not be told and would hold; `off` is how far the
    mended ones remain apart.
    """

    error: Error
    figure: Figure
    value: Decimal
    mends: int
    breaks: int
    settles: int
    off: Decimal


def _by_place(equations: Iterable[Equation]) -> dict[Place, list[Equation]]:
    """The equations that each printed number stands in."""
    through: dict[Place, list[Equation]] = {}
    for one in equations:
        for place in dict.fromkeys(f.amount.source for f in one.figures):
            through.setdefault(place, []).append(one)
    return through


def _printed(statements: Sequence[MappedStatement]) -> Counter[Decimal]:
    """How often each number of some digits is printed in the statements, signs apart."""
    places = {
        amount.source: abs(amount.number)
        for mapped in statements
        for row in mapped.statement.rows
        for amount in row.amounts
        if amount is not None and _tells(amount.number)
    }
    return Counter(places.values())


def _tells(number: Decimal) -> bool:
    digits = number.as_tuple().digits
    return len(str(int("".join(map(str, digits)))).rstrip("0")) >= _TELLING


def _groups(equations: Iterable[Equation]) -> list[tuple[Equation, ...]]:
    """The failing equations, those together that are linked by figures they share."""
    groups: list[tuple[set[Place], list[Equation]]] = []
    for one in equations:
        if one.verdict is not Verdict.FAILS:
            continue
        places = {f.amount.source for f in one.figures}
        linked = [g for g in groups if not places.isdisjoint(g[0])]
        groups = [g for g in groups if g not in linked]
        merged = places.union(*(g[0] for g in linked))
        members = [e for g in linked for e in g[1]]
        groups.append((merged, [*members, one]))
    return [tuple(members) for _, members in groups]


# --- suspects ------------------------------------------------------------------------


def _diagnosis(group: tuple[Equation, ...], case: _Case) -> Diagnosis:
    ranked = sorted(_suspects(group, case), key=lambda one: one[0])
    level = sum(rank[:3] == ranked[0][0][:3] for rank, _ in ranked)
    return Diagnosis(group, tuple(s for _, s in ranked[:_MOST_SUSPECTS]), level)


_Told = tuple[int, int]
"""Equations broken less those mended, and those settled, negative."""


class _Rank(NamedTuple):
    """What suspects are ordered by: smaller is likelier.

    `told` is what the equations say; the rest is likelihood, and at last the place.
    """

    told: _Told
    elsewhere: int
    effort: int
    off: Decimal
    strange: Decimal
    place: tuple[int, int]


def _suspects(group: Sequence[Equation], case: _Case) -> Iterator[tuple[_Rank, Suspect]]:
    for figure in _figures(group):
        trials = [t for t in _trials(figure, case) if t.mends]
        best = min(trials, key=lambda t: _rank(t, case), default=None)
        if best is not None:
            yield _rank(best, case), _suspect(best)
    for one in group:
        yield from _rows(one, case)


def _figures(group: Sequence[Equation]) -> list[Figure]:
    """The figures of a group once each, those in most equations first."""
    figures: dict[Place, Figure] = {}
    count: Counter[Place] = Counter()
    for one in group:
        for figure in one.figures:
            known = figures.setdefault(figure.amount.source, figure)
            count[figure.amount.source] += 1
            if known.cell is None and figure.cell is not None:
                figures[figure.amount.source] = figure
    return [figures[place] for place, _ in count.most_common(_MOST_FIGURES)]


def _trials(figure: Figure, case: _Case) -> Iterator[_Trial]:
    """A figure with every value that mends some equation."""
    amount = figure.amount
    through = case.through[amount.source]
    sides = [(one, _weight(one, amount.source)) for one in through]
    failing = [
        (one, w) for one, w in sides if one.verdict is Verdict.FAILS and w and not one.divisor
    ]
    for error, value in _values(figure, failing, case):
        change = value - amount.number
        if any(abs(e.difference + w * change) <= e.tolerance for e, w in failing):
            yield _trial(error, figure, value, sides)


def _values(
    figure: Figure, failing: Sequence[tuple[Equation, int]], case: _Case
) -> Iterator[tuple[Error, Decimal]]:
    """What a figure may have to be: by one slip, as in another column, or as it must."""
    amount = figure.amount
    yield from slips(amount)
    if figure.cell is not None:
        row = case.statements[figure.cell.statement].statement.rows[figure.cell.row]
        for other in row.amounts:
            if other is not None and other.number not in (amount.number, 0):
                yield Error.COLUMN, other.number
    for one, weight in failing:
        stated = one.stated.amount.source == amount.source
        must = rounded_as(amount.number - one.difference / weight, amount)
        yield Error.TOTAL if stated else Error.NUMBER, must


def _trial(
    error: Error, figure: Figure, value: Decimal, sides: Sequence[tuple[Equation, int]]
) -> _Trial:
    change = value - figure.amount.number
    mends = breaks = settles = 0
    off = Decimal(0)
    for one, weight in sides:
        apart, slack = _apart(one, weight, figure.amount.source, change)
        holds = apart <= slack
        mends += holds and one.verdict is Verdict.FAILS
        settles += holds and one.verdict is Verdict.UNCLEAR
        breaks += not holds and one.verdict is not Verdict.UNCLEAR
        off += apart if one.verdict is Verdict.FAILS and holds else 0
    return _Trial(error, figure, value, mends, breaks, settles, off)


def _weight(one: Equation, place: Place) -> int:
    """By how much the difference of a sum grows with a figure."""
    stated = one.stated.amount.source == place
    return stated - sum(o.weight for o in one.operands if o.figure.amount.source == place)


def _apart(
    one: Equation, weight: int, place: Place, change: Decimal
) -> tuple[Decimal, Decimal]:
    """How far the sides of an equation are apart after a change, and how far they may be."""
    if not one.divisor:
        return abs(one.difference + weight * change), one.tolerance
    stated, above, below = (
        [_changed(o, place, change) for o in operands]
        for operands in ([Operand(1, one.stated)], one.operands, one.divisor)
    )
    again = quotient_of(one.check, stated[0].figure, above, below, one.why)
    return (abs(again.difference), again.tolerance) if again else (Decimal(1), Decimal(0))


def _changed(operand: Operand, place: Place, change: Decimal) -> Operand:
    figure = operand.figure
    if figure.amount.source != place:
        return operand
    amount = replace(figure.amount, number=figure.amount.number + change)
    return operand._replace(figure=replace(figure, amount=amount))


def _suspect(trial: _Trial) -> Suspect:
    amount = trial.figure.amount
    text = printed_as(trial.value, amount)
    why = f"{text} for {amount.source.text} {_outcome(trial)}"
    return Suspect(trial.error, trial.figure, trial.value, text, trial.mends, trial.breaks, why)


def _outcome(trial: _Trial) -> str:
    mended = f"mends {_equations(trial.mends)}"
    broken = f"; {_equations(trial.breaks)} through it would not hold" if trial.breaks else ""
    return mended + broken


def _equations(count: int) -> str:
    return f"{count} equation{'s' if count != 1 else ''}"


# --- rows ----------------------------------------------------------------------------


def _rows(one: Equation, case: _Case) -> Iterator[tuple[_Rank, Suspect]]:
    """Rows of a failing sum that may be taken twice, or left out, known or not."""
    if one.divisor:
        return
    told = (-1, 0)
    for operand in one.operands:
        number = operand.weight * operand.figure.amount.number
        if number and one.difference == -number:
            why = "is as large as the difference"
            yield _of_row(Error.TWICE, operand.figure, why, told, _EFFORT[Error.TWICE])
    missing = list(_left_out(one, case))
    for figure in missing:
        why = "is a term of no sum, and as large as the difference"
        yield _of_row(Error.MISSING, figure, why, told, _EFFORT[Error.MISSING])
    if not missing:
        why = f"may add up a row that is not printed, of {one.difference.normalize():,f}"
        yield _of_row(Error.MISSING, one.stated, why, told, len(Error))


def _left_out(one: Equation, case: _Case) -> Iterator[Figure]:
    """Rows above a total, no term of any sum, whose number is the difference."""
    cell = one.stated.cell
    if cell is None or any(o.figure.cell is None for o in one.operands):
        return
    mapped = case.statements[cell.statement]
    down = {o.figure.cell.column for o in one.operands if o.figure.cell} == {cell.column}
    for at, row in enumerate(mapped.statement.rows[: cell.row] if down else ()):
        amount = row.amounts[cell.column]
        if amount is None or abs(amount.number) != abs(one.difference):
            continue
        if row.measure is Measure.MONEY and not _is_term(amount.source, case):
            yield Figure(called(row), amount, cell=Cell(cell.statement, at, cell.column))


def _is_term(place: Place, case: _Case) -> bool:
    through = case.through.get(place, ())
    return any(o.figure.amount.source == place for one in through for o in one.operands)


def _of_row(
    error: Error, figure: Figure, why: str, told: _Told, likely: int
) -> tuple[_Rank, Suspect]:
    rank = _Rank(told, 0, likely, Decimal(0), Decimal(0), _order(figure))
    return rank, Suspect(error, figure, None, "", -told[0], 0, f"{figure.called} {why}")


# --- likelihood ----------------------------------------------------------------------


def _rank(trial: _Trial, case: _Case) -> _Rank:
    return _Rank(
        (trial.breaks - trial.mends, -trial.settles),
        _elsewhere(trial, case),
        _EFFORT[trial.error],
        trial.off,
        _strangeness(trial, case),
        _order(trial.figure),
    )


def _elsewhere(trial: _Trial, case: _Case) -> int:
    """Less than 0 where the new value is printed in other places, more where the old is."""
    old, new = abs(trial.figure.amount.number), abs(trial.value)
    if old == new:
        return 0
    return (case.printed[old] > 1) - (case.printed[new] > 0)


def _strangeness(trial: _Trial, case: _Case) -> Decimal:
    """How much farther from the number of the next column a value is than the printed one.

    Each is the distance as a part of both numbers together, from 0 to 1.
    """
    cell = trial.figure.cell
    if cell is None:
        return Decimal(0)
    amounts = case.statements[cell.statement].statement.rows[cell.row].amounts
    others = [a.number for i, a in enumerate(amounts) if a is not None and i != cell.column]
    if not others:
        return Decimal(0)
    printed = trial.figure.amount.number
    return min(_distance(trial.value, o) for o in others) - min(
        _distance(printed, o) for o in others
    )


def _distance(one: Decimal, other: Decimal) -> Decimal:
    whole = abs(one) + abs(other)
    return abs(one - other) / whole if whole else Decimal(0)


def _order(figure: Figure) -> tuple[int, int]:
    return figure.amount.source.span[:2]
