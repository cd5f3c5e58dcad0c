"""How a system did: right first and within three, and what it may answer at 98 % right.

A line of a standard concept is right where the first candidate is its concept; `CUSTOM` is
passed over, for a line must be told apart from its likes before it is told to be one's own.
A line is answered where the first candidate is no `CUSTOM` and its score reaches a
threshold; a custom line is recognised where it is not answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from converter.mapper.network import CUSTOM
from converter.model import StatementKind

from .folds import Answer

PRECISION = 0.98
ABSTAINED = float("-inf")
WITHIN = 3
KINDS = {
    "BS": StatementKind.BALANCE_SHEET,
    "IS": StatementKind.INCOME,
    "CF": StatementKind.CASH_FLOWS,
    "CI": StatementKind.COMPREHENSIVE_INCOME,
}
COUNTED = frozenset(KINDS.values()) - {StatementKind.COMPREHENSIVE_INCOME}
"""The statements whose figures are added up; comprehensive income stands by itself."""


class Verdict(NamedTuple):
    """How one line was answered; the score is `ABSTAINED` where CUSTOM or none was first."""

    fold: int
    source: str
    kind: StatementKind
    custom: bool
    first: bool
    within: bool
    score: float


def verdict(answer: Answer) -> Verdict:
    """Compare the candidates of a line with its concept."""
    standard = [concept for concept, _ in answer.candidates if concept != CUSTOM]
    silent = not standard or answer.candidates[0][0] == CUSTOM
    return Verdict(
        answer.fold,
        answer.source,
        answer.kind,
        answer.concept == CUSTOM,
        standard[:1] == [answer.concept],
        answer.concept in standard[:WITHIN],
        ABSTAINED if silent else answer.candidates[0][1],
    )


def threshold(verdicts: Iterable[Verdict]) -> float:
    """The score from which on 98 % of the standard lines of the data sets are right.

    It is the one that answers most; infinite where no score is good enough.
    """
    standard = sorted(
        (v for v in verdicts if counted(v) and not v.custom and v.score > ABSTAINED),
        key=lambda v: -v.score,
    )
    answered, right, best = 0, 0, float("inf")
    for score, alike in groupby(standard, key=lambda v: v.score):
        for one in alike:
            answered += 1
            right += one.first
        if right >= PRECISION * answered:
            best = score
    return best


def counted(one: Verdict, source: str = "fsds") -> bool:
    """Whether a line is of a source, and of a statement that is added up."""
    return one.source == source and one.kind in COUNTED


def accuracy_table(systems: Mapping[str, Sequence[Verdict]]) -> str:
    """Right first and within three, by source and statement, one row a system."""
    heading = ["system", "corpus", "lines", "all", *KINDS]
    rows = []
    for source in ("fsds", "ixbrl"):
        for name, verdicts in systems.items():
            standard = [v for v in verdicts if v.source == source and not v.custom]
            every = [v for v in standard if v.kind in COUNTED]
            parts = [[v for v in standard if v.kind is kind] for kind in KINDS.values()]
            rows.append([name, source, f"{len(every):,}", *map(_ranks, (every, *parts))])
    return _table(heading, rows)


def abstention_table(systems: Mapping[str, Sequence[Verdict]]) -> str:
    """What is answered and what is left, one row a system.

    First with the threshold at which 98 % are right on these very lines; then with one that
    was chosen, fold by fold, on the lines of the other folds. In the last but one column the
    custom lines that were answered count as wrong.
    """
    heading = ["system", "answered at 98 %", "custom recognised", "chosen on other folds:"]
    heading += ["answered", "right", "custom recognised", "right of all answered"]
    heading += ["ixbrl answered", "right", "custom recognised"]
    rows = []
    for name, verdicts in systems.items():
        same = dict.fromkeys({v.fold for v in verdicts}, threshold(verdicts))
        answered, _, recognised, _ = _abstention(verdicts, same, "fsds")
        row = [name, answered, recognised, ""]
        chosen = _chosen(verdicts)
        if chosen:
            row += _abstention(verdicts, chosen, "fsds")
            row += _abstention(verdicts, chosen, "ixbrl")[:3]
        rows.append(row + [""] * (len(heading) - len(row)))
    return _table(heading, rows)


def accuracy(verdicts: Iterable[Verdict]) -> tuple[float, float]:
    """The shares right first and within three, on the standard lines of the data sets."""
    lines = [v for v in verdicts if counted(v) and not v.custom]
    return _share(v.first for v in lines), _share(v.within for v in lines)


def _chosen(verdicts: Sequence[Verdict]) -> dict[int, float]:
    """For every fold the threshold that the other folds set; empty if there is but one."""
    folds = sorted({v.fold for v in verdicts})
    if len(folds) < 2:
        return {}
    return {fold: threshold(v for v in verdicts if v.fold != fold) for fold in folds}


def _abstention(
    verdicts: Iterable[Verdict], limits: Mapping[int, float], source: str
) -> list[str]:
    """Answered, right, custom recognised, right of all answered; a limit for every fold."""
    lines = [v for v in verdicts if counted(v, source)]
    custom = [v for v in lines if v.custom]
    standard = [v for v in lines if not v.custom]
    answered = [v for v in standard if v.score >= limits[v.fold]]
    mistaken = [v for v in custom if v.score >= limits[v.fold]]
    return [
        _percent(len(answered) / len(standard) if standard else 0.0),
        _percent(_share(v.first for v in answered)) if answered else "-",
        _percent(1 - len(mistaken) / len(custom) if custom else 0.0),
        _percent(_share(v.first for v in (*answered, *mistaken))) if answered else "-",
    ]


def _ranks(verdicts: Sequence[Verdict]) -> str:
    first, within = _share(v.first for v in verdicts), _share(v.within for v in verdicts)
    return f"{_percent(first)} / {_percent(within)}"


def _share(flags: Iterable[bool]) -> float:
    told = list(flags)
    return sum(told) / len(told) if told else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
