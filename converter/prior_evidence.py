"""What an earlier report has for the lines of a statement, by captions and by figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from converter.captions import called, period_words, row_span
from converter.earlier import Prior, PriorConcept
from converter.model import (
    Basis,
    Finding,
    Instant,
    Match,
    Measure,
    Period,
    QName,
    Row,
    Severity,
    Statement,
    StatementColumn,
    StatementKind,
    last_day,
)
from converter.rows import balance_at
from converter.statements import is_instant
from converter.stating import balance_day
from converter.wording import normalised

TELLS = "the earlier report has it"
"""How every reason begins that an earlier report gives."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the earlier report has for a line, and the evidence for it.

    `days` are those for which both state the same figures; `line` is another one that
    states the same, where the line itself has no evidence.
    """

    concepts: tuple[PriorConcept, ...]
    caption: bool
    days: tuple[Period, ...] = ()
    line: int = 0

    @property
    def names(self) -> tuple[QName, ...]:
        """The names of the concepts."""
        return tuple(one.name for one in self.concepts)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The evidence in words."""
        said = [f"{TELLS}: same caption"] if self.caption else []
        if self.line:
            said = [f"{TELLS}: the same movement or balance as line {self.line}"]
        if self.days:
            days = ", ".join(sorted({str(last_day(day)) for day in self.days}))
            said.append(f"{TELLS}: same figures for {days}")
        return tuple(said)


def prior_lines(
    statement: Statement, prior: Prior, ruled: Mapping[int, Match]
) -> tuple[dict[int, Told], list[Finding]]:
    """What the earlier report has for the rows that no rule decides."""
    findings: list[Finding] = []
    told: dict[int, Told] = {}
    for i, row in enumerate(statement.rows):
        if i not in ruled and any(row.amounts):
            found = _of_row(statement, i, prior, findings)
            if found is not None:
                told[i] = found
    taken = {name for match in ruled.values() for name in match.concepts}
    claimed = _claimed(statement, told, taken)
    return {i: one for i, one in claimed.items() if i not in ruled}, findings


def _of_row(statement: Statement, i: int, prior: Prior, findings: list[Finding]) -> Told | None:
    """What the caption says and what the figures say, and which of them is believed."""
    row = statement.rows[i]
    figures = list(row_figures(statement, row))
    by_caption = _captioned(statement, i, prior)
    shared = _agreeing(figures, by_caption)
    by_figures = _figured(figures, statement.kind, row.measure, prior)
    if by_caption and (by_figures is None or by_figures.name in {c.name for c in by_caption}):
        return Told(by_caption, caption=True, days=shared)
    if by_figures is None:
        return None
    days = _agreeing(figures, (by_figures,))
    numbers = Told((by_figures,), caption=False, days=days)
    if not by_caption:
        return numbers
    believed = numbers if len(days) > 1 else Told(by_caption, caption=True)
    findings.append(_conflict(row, by_caption, numbers, believed))
    return believed


def _captioned(statement: Statement, i: int, prior: Prior) -> tuple[PriorConcept, ...]:
    """The concept of this caption in the same kind of statement, several if one line had them.

    A caption that several lines of the statement have tells nothing, nor does that of a
    balance of equity, which is a day's.
    """
    row = statement.rows[i]
    label, section = normalised(row.label), _section(row)
    if not label or _is_equity_balance(statement, row) or _is_repeated(statement, i):
        return ()
    known = [
        one
        for one in prior.concepts
        if one.measure is row.measure
        and {label, f"{section} {label}".strip()} & one.captions
        and _is_shown_in(one, statement.kind, unless_known=False)
    ]
    if len(known) > 1 and not _is_one_line(known):
        known = [one for one in known if (statement.kind, section) in one.places]
    return tuple(known) if len(known) == 1 or _is_one_line(known) else ()


def _is_shown_in(one: PriorConcept, kind: StatementKind, *, unless_known: bool) -> bool:
    """Whether a statement shows a concept; `unless_known` is for a report that tells not."""
    return any(kind is place for place, _ in one.places) if one.places else unless_known


def _section(row: Row) -> str:
    return normalised(row.section[-1]) if row.section else ""


def _is_repeated(statement: Statement, i: int) -> bool:
    """Whether another line of the same periods is called like this one."""
    row = statement.rows[i]
    key = (normalised(row.label), _section(row), row.measure, row.period)
    return any(
        (normalised(other.label), _section(other), other.measure, other.period) == key
        and not _is_same(row, other)
        for j, other in enumerate(statement.rows)
        if j != i and any(other.amounts)
    )


def _is_same(row: Row, other: Row) -> bool:
    return [a and a.number for a in row.amounts] == [a and a.number for a in other.amounts]


def _is_one_line(concepts: Sequence[PriorConcept]) -> bool:
    """Whether concepts always have the same figures: "basic and diluted" in one line."""
    first = concepts[0].figures if concepts else {}
    return bool(first) and all(
        one.figures == first and one.measure is not Measure.MONEY for one in concepts
    )


def row_figures(statement: Statement, row: Row) -> Iterator[tuple[Period, Decimal]]:
    """What a line prints for a period, the reported figures of the whole company only."""
    for amount, column in zip(row.amounts, statement.columns, strict=True):
        period = _period(statement, row, column)
        part = row.component or column.component
        if amount is None or period is None or part is not None:
            continue
        if column.basis is Basis.REPORTED:
            yield period, amount.number


def _period(statement: Statement, row: Row, column: StatementColumn) -> Period | None:
    period = row.period or column.period
    if row.period is None and period is not None and is_balance(statement, row):
        return balance_day(row, period)
    return period


def is_balance(statement: Statement, row: Row) -> bool:
    """Whether a line states what is there on a day, not what happened over a period."""
    if row.period is not None:
        return isinstance(row.period, Instant)
    return is_instant(statement) or balance_at(row) is not None


def _figured(
    figures: Sequence[tuple[Period, Decimal]],
    kind: StatementKind,
    measure: Measure,
    prior: Prior,
) -> PriorConcept | None:
    """The one concept with the same figures, at least one of which no other concept has.

    One that the earlier report shows in other statements only has them by chance.
    """
    alike = [
        one
        for one in prior.concepts
        if one.measure is measure and _agreeing(figures, (one,)) and _denies_none(figures, one)
    ]
    if len(alike) != 1 or not _is_shown_in(alike[0], kind, unless_known=True):
        return None
    distinctive = any(
        value and _owners(prior, measure, period, value) == 1
        for period, value in figures
        if period in alike[0].figures
    )
    return alike[0] if distinctive else None


def _owners(prior: Prior, measure: Measure, period: Period, value: Decimal) -> int:
    """How many concepts of the earlier report state a number for a period."""
    return sum(
        one.measure is measure and abs(one.figures.get(period, Decimal(0))) == abs(value)
        for one in prior.concepts
    )


def _agreeing(
    figures: Sequence[tuple[Period, Decimal]], concepts: Sequence[PriorConcept]
) -> tuple[Period, ...]:
    """The periods for which a line prints, not zero, what all the concepts have."""
    return tuple(
        period
        for period, value in figures
        if value
        and concepts
        and all(abs(one.figures.get(period, Decimal(0))) == abs(value) for one in concepts)
    )


def _denies_none(figures: Sequence[tuple[Period, Decimal]], concept: PriorConcept) -> bool:
    return all(
        abs(concept.figures[period]) == abs(value)
        for period, value in figures
        if period in concept.figures
    )


def _claimed(
    statement: Statement, told: Mapping[int, Told], taken: set[QName]
) -> dict[int, Told]:
    """Without lines that only have figures of a concept which another line has by right."""
    named = {name for one in told.values() if one.caption for name in one.names} | taken
    numbers = [one.names for one in told.values() if not one.caption]
    equity = statement.kind is StatementKind.EQUITY
    kept = {
        i: one
        for i, one in told.items()
        if one.caption
        or (not named & set(one.names) and (equity or numbers.count(one.names) == 1))
    }
    return {**kept, **_same_movements(statement, kept)} if equity else kept


def _same_movements(statement: Statement, told: Mapping[int, Told]) -> dict[int, Told]:
    """The rows of a statement of equity that are the same as one that is known."""
    known: dict[tuple[str, str, Measure], Told] = {}
    for i, one in sorted(told.items()):
        row = statement.rows[i]
        again = replace(one, days=(), line=row_span(row).line)
        known.setdefault(_movement(statement, row), again)
    found: dict[int, Told] = {}
    for i, row in enumerate(statement.rows):
        same = known.get(_movement(statement, row))
        if same is None or i in told or not row.label or not any(row.amounts):
            continue
        if _is_equity_balance(statement, row) or not _is_repeated(statement, i):
            found[i] = same
    return found


def _movement(statement: Statement, row: Row) -> tuple[str, str, Measure]:
    if _is_equity_balance(statement, row):
        return "", "", row.measure
    return normalised(row.label), _section(row), row.measure


def _is_equity_balance(statement: Statement, row: Row) -> bool:
    return statement.kind is StatementKind.EQUITY and is_balance(statement, row)


def _conflict(
    row: Row, by_caption: Sequence[PriorConcept], by_figures: Told, believed: Told
) -> Finding:
    names = " + ".join(str(one.name) for one in by_caption)
    days = ", ".join(period_words(day) for day in by_figures.days)
    winner = " + ".join(map(str, believed.names))
    return Finding(
        "prior.conflict",
        Severity.WARNING,
        f"{called(row)} was {names} in the earlier report by its caption, but its figures for "
        f"{days} are those of {by_figures.names[0]} there; {winner} is taken",
        row_span(row),
        advice="compare the two reports; choose a concept with --rules",
    )
