"""How likely a figure is the wrong one where the equations leave several.

What is wrong by chance is as likely one figure as another; but the values that they would
have are not as likely as those printed. Each kind of evidence adds the logarithm of how much
likelier the new value is to be the right one than the printed value. The constants are
shares of the figures of real filings, to the nearest round number: others that are as round
rank alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from math import log

from converter.model import Duration, Period
from converter.proof.edits import printed_as
from converter.proof.printed import digits_of
from converter.proof.trials import Case, Trial

_PRINTED_AGAIN = 0.1
"""The share of figures that are printed in another place, where only one sum has them."""
_BESIDE = log(20)
"""A number of the same row beside it there makes chance so much less likely."""
_NOUGHT = log(50)
"""No number is printed with a nought in front: it has taken the place of a digit."""
_ROUNDED = log(20)
"""A sum holds exactly so much more often than only within rounding."""
_NIL = 0.05
"""The share of figures that are nil."""
_TURNED = 0.1
"""The share of figures that have another sign than the one beside."""
_USUAL = 0.2
"""Half of the figures change by less than this, as a logarithm, from column to column."""


def likelihood(trial: Trial, case: Case) -> float:
    """How much speaks for a value against the one printed; more is likelier."""
    parts = (_change(trial, case), _elsewhere(trial, case), -_rounding(trial), _nought(trial))
    return round(sum(parts), 6)


def _rounding(trial: Trial) -> float:
    """What speaks against a value that mends a sum only within rounding."""
    return _ROUNDED + float(trial.off.scaleb(trial.figure.amount.decimals)) if trial.off else 0


def _nought(trial: Trial) -> float:
    """What speaks for a value with a digit where a nought is printed in front."""
    printed = re.sub(r"[^\d.]", "", trial.figure.amount.source.text)
    digits = re.sub(r"[^\d.]", "", printed_as(trial.value, trial.figure.amount))
    return _NOUGHT if re.match(r"0\d", printed) and len(digits) == len(printed) else 0


# --- elsewhere -----------------------------------------------------------------------


def _elsewhere(trial: Trial, case: Case) -> float:
    """What the other places say where one of the two numbers is printed."""
    amount = trial.figure.amount
    old, new = digits_of(amount.source.text), digits_of(printed_as(trial.value, amount))
    if old == new:
        return 0
    return _of_places(new, 0, trial, case) - _of_places(old, 1, trial, case)


def _of_places(digits: str, own: int, trial: Trial, case: Case) -> float:
    """How likely a number is printed elsewhere as often as it is, if right, to if wrong.

    The wrong one is there by chance only.
    """
    lines = case.printed.lines.get(digits, ())
    if len(lines) <= own:
        return log(1 - _PRINTED_AGAIN)
    again = log(1 - _PRINTED_AGAIN + _PRINTED_AGAIN / case.printed.chance(digits))
    return again + (_BESIDE if _beside(set(lines), digits, trial, case) else 0)


def _beside(lines: set[int], digits: str, trial: Trial, case: Case) -> bool:
    """Whether one of these lines, not its own, has a number of another column too."""
    lines -= {trial.figure.amount.source.span.line}
    texts = {digits_of(text) for text, _, _ in _columns(trial, case)} - {digits}
    return any(
        not lines.isdisjoint(case.printed.lines.get(one, ())) for one in texts if len(one) > 1
    )


# --- change --------------------------------------------------------------------------


def _change(trial: Trial, case: Case) -> float:
    """What the other columns say of the two values."""
    amount = trial.figure.amount
    unit = Decimal(1).scaleb(-amount.decimals)
    others = [
        float(number / unit) * _days(trial.figure.period, period)
        for _, number, period in _columns(trial, case)
        if number
    ]
    new, old = (float(value / unit) for value in (trial.value, amount.number))
    return _usual(new, others) - _usual(old, others)


def _usual(value: float, others: list[float]) -> float:
    """How likely a value is beside others, all in units of its last place: a logarithm.

    Of two numbers the greater is one of more that may as well have been printed: where
    nothing is beside, the likelihood falls as the number grows (Benford).
    """
    if not value:
        return log(_NIL)
    near = max((_near(value, other) for other in others), default=1)
    return log(near / abs(value))


def _near(value: float, other: float) -> float:
    """The density of a change; as many change by twice as much or more as by half of that."""
    change = abs(log(abs(value / other)))
    density = _USUAL / (_USUAL + change) ** 2 / 2
    return density * (_TURNED if value * other < 0 else 1)


def _days(period: Period | None, other: Period | None) -> float:
    """How many times as long a period is as another; 1 where they are about the same."""
    if not (isinstance(period, Duration) and isinstance(other, Duration)):
        return 1
    times = ((period.end - period.start).days + 1) / ((other.end - other.start).days + 1)
    return 1 if 0.8 < times < 1.25 else times


def _columns(trial: Trial, case: Case) -> Iterator[tuple[str, Decimal, Period | None]]:
    """What the other columns of a figure's row have: as printed, its value, and of when."""
    cell = trial.figure.cell
    if cell is None:
        return
    statement = case.statements[cell.statement].statement
    row = statement.rows[cell.row]
    for at, (amount, column) in enumerate(zip(row.amounts, statement.columns, strict=True)):
        if amount is not None and at != cell.column:
            yield amount.source.text, amount.number, row.period or column.period
