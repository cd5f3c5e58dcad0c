"""Which figure is wrong where equations fail, judged by every equation it stands in.

One slip in one place is the likeliest cause. Changing the culprit by one amount mends the
failing equations it stands in and breaks none that holds; a figure whose other equations
hold is hardly to blame. What the equations leave open is decided by how little has to be
changed, and by how likely each value is to be the right one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from converter.captions import called
from converter.model import Cell as Place
from converter.model import MappedStatement, Measure
from converter.proof.edits import Error, printed_as
from converter.proof.equations import Cell, Equation, Figure
from converter.proof.likelihood import likelihood
from converter.proof.printed import Printed, numbers_printed
from converter.proof.trials import (
    Case,
    Trial,
    by_place,
    cells,
    trials,
)

_MOST_FIGURES = 300
"""Of one group of failing equations so many figures are tried, those in most of them."""
_MOST_SUSPECTS = 10
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

    `level` is how many suspects, from the first, the equations do not tell apart: each
    would mend as many by as small a slip.
    """

    equations: tuple[Equation, ...]
    suspects: tuple[Suspect, ...]
    level: int


def diagnose(
    equations: Sequence[Equation],
    statements: Sequence[MappedStatement],
    printed: Printed | None = None,
) -> tuple[Diagnosis, ...]:
    """The suspects of every group of failing equations, in the order of the equations.

    Args:
        equations: All equations of a report: those that hold tell who is innocent.
        statements: Those that the figures' cells count in.
        printed: The `numbers_printed` in all of the file; by default in the statements.
    """
    if printed is None:
        printed = numbers_printed(cells(statements))
    case = Case(by_place(equations), statements, printed)
    return tuple(_diagnosis(group, case) for group in _groups(equations))


def _groups(equations: Iterable[Equation]) -> list[tuple[Equation, ...]]:
    """The failing equations, those together that are linked by figures they share.

    A group has the number of the last equation that joined it.
    """
    groups: dict[int, list[Equation]] = {}
    joined: dict[Place, int] = {}
    later: dict[int, int] = {}
    for n, one in enumerate(one for one in equations if one.fails):
        places = {f.amount.source for f in one.figures}
        linked = sorted({_last(joined[place], later) for place in places if place in joined})
        members = groups.pop(linked[0]) if linked else []
        for other in linked[1:]:
            members += groups.pop(other)
        members.append(one)
        groups[n] = members
        later.update(dict.fromkeys(linked, n))
        joined.update(dict.fromkeys(places, n))
    return [tuple(members) for members in groups.values()]


def _last(number: int, later: dict[int, int]) -> int:
    """The number of the group that a group went into; the way there is made short."""
    passed = []
    while number in later:
        passed.append(number)
        number = later[number]
    later.update(dict.fromkeys(passed, number))
    return number


# --- suspects ------------------------------------------------------------------------


def _diagnosis(group: tuple[Equation, ...], case: Case) -> Diagnosis:
    ranked = sorted(_suspects(group, case), key=lambda one: one[0])
    level = sum(rank[:2] == ranked[0][0][:2] for rank, _ in ranked)
    return Diagnosis(group, tuple(s for _, s in ranked[:_MOST_SUSPECTS]), level)


_Told = tuple[int, int]
"""Equations broken less those mended, and those settled, negative."""


class _Rank(NamedTuple):
    """What suspects are ordered by: smaller is likelier.

    `told` is what the equations say; then how much has to have gone wrong, how unlikely the
    value is, and at last the place.
    """

    told: _Told
    effort: int
    unlikely: float
    place: tuple[int, int]


def _suspects(group: Sequence[Equation], case: Case) -> Iterator[tuple[_Rank, Suspect]]:
    for figure in _figures(group):
        tried = (t for t in trials(figure, case) if t.mends)
        best = min(tried, key=lambda t: _rank(t, case), default=None)
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


def _suspect(trial: Trial) -> Suspect:
    amount = trial.figure.amount
    text = printed_as(trial.value, amount)
    why = f"{text} for {amount.source.text} {_outcome(trial)}"
    return Suspect(trial.error, trial.figure, trial.value, text, trial.mends, trial.breaks, why)


def _outcome(trial: Trial) -> str:
    mended = f"mends {_equations(trial.mends)}"
    broken = f"; {_equations(trial.breaks)} through it would not hold" if trial.breaks else ""
    return mended + broken


def _equations(count: int) -> str:
    return f"{count} equation{'s' if count != 1 else ''}"


# --- rows ----------------------------------------------------------------------------


def _rows(one: Equation, case: Case) -> Iterator[tuple[_Rank, Suspect]]:
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


def _left_out(one: Equation, case: Case) -> Iterator[Figure]:
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


def _is_term(place: Place, case: Case) -> bool:
    through = case.through.get(place, ())
    return any(o.figure.amount.source == place for one in through for o in one.operands)


def _of_row(
    error: Error, figure: Figure, why: str, told: _Told, effort: int
) -> tuple[_Rank, Suspect]:
    rank = _Rank(told, effort, 0, _order(figure))
    return rank, Suspect(error, figure, None, "", -told[0], 0, f"{figure.called} {why}")


# --- likelihood ----------------------------------------------------------------------


def _rank(trial: Trial, case: Case) -> _Rank:
    return _Rank(
        (trial.breaks - trial.mends, -trial.settles),
        _EFFORT[trial.error],
        -likelihood(trial, case),
        _order(trial.figure),
    )


def _order(figure: Figure) -> tuple[int, int]:
    return figure.amount.source.span[:2]
