"""Figures that agree over statements, periods and reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from typing import Final, Literal

from converter.model import (
    Duration,
    Instant,
    Period,
    StatementKind,
    last_day,
)
from converter.proof.equations import (
    Equation,
    Figure,
    Operand,
    Verdict,
    sum_of,
)
from converter.proof.evidence import (
    EARNINGS,
    Evidence,
    Stating,
    operand_of,
    same,
    statement_of,
)
from converter.wording import normalised

_CASH = (
    "CashAndCashEquivalentsAtCarryingValue",
    "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",
    "CashAndCashEquivalentsAtCarryingValueIncludingDiscontinuedOperations",
    "Cash",
)

_RETAINED = ("RetainedEarningsAccumulatedDeficit",)

_DIVIDENDS = ("DividendsCommonStock", "DividendsCommonStockCash", "Dividends")

_NEAR = timedelta(days=4)

_MOST_PARTS = 4

_SIGNS: Final[tuple[Literal[1, -1], ...]] = (1, -1)


def cash(evidence: Evidence) -> Iterator[Equation]:
    """Cash at an end of the statement of flows is that of the balance sheet of the day.

    Of several lines of cash on the sheet the one that agrees is meant. Where no day of the
    statement agrees, or one side alone counts what is restricted, its cash is another: that
    cannot be told.
    """
    sheets = [s for s in evidence.of(*_CASH) if s.kind is StatementKind.BALANCE_SHEET]
    flows: dict[int, list[Equation]] = {}
    for one in evidence.statings:
        if one.is_plain and one.kind is StatementKind.CASH_FLOWS and _is_cash(one):
            same_day = [s for s in sheets if _near(s.period, one.period)]
            tied = [same("cash", one, s, "cash of the flows = cash of the sheet")
                    for s in same_day]  # fmt: skip
            held = (e for e in tied if e.verdict is Verdict.HOLDS)
            best = next(held, tied[0]) if tied else None
            flows.setdefault(statement_of(one), []).extend([best] if best else [])
    for equations in flows.values():
        agreed = any(e.verdict is Verdict.HOLDS for e in equations)
        for found in equations:
            is_other = found.fails and not (agreed and _same_cash(found))
            yield replace(found, verdict=Verdict.UNCLEAR) if is_other else found


def _same_cash(one: Equation) -> bool:
    """Whether both sides may be one kind of cash, by their captions and concepts."""
    words = {"restricted" in normalised(figure.called) for figure in one.figures}
    known = {f.concept for f in one.figures if f.concept.rpartition(":")[2] in _CASH}
    return len(words) == 1 and len(known) == 1


def _is_cash(one: Stating) -> bool:
    words = normalised(one.figure.called)
    return isinstance(one.period, Instant) and (one.concept in _CASH or "cash" in words)


def retained(evidence: Evidence) -> Iterator[Equation]:
    """Retained earnings: the balance before, with earnings, less dividends.

    Other movements (purchases of own stock, new standards) may stand in no statement.
    """
    balances, paid = evidence.by_period(_RETAINED), evidence.by_period(_DIVIDENDS)
    for period, earned in evidence.by_period(EARNINGS).items():
        if not isinstance(period, Duration):
            continue
        closing = _on(balances, period.end)
        opening = _on(balances, period.start - timedelta(days=1))
        if not closing or not opening or closing.figure.cell == opening.figure.cell:
            continue
        dividends = paid.get(period, [])[:1]
        terms = [operand_of(closing, opening), operand_of(closing, earned[0])]
        terms += [operand_of(closing, d, -1) for d in dividends]
        why = "opening balance + earnings - dividends"
        yield sum_of("retained-earnings", closing.figure, terms, why, sure=False)


def net_income(evidence: Evidence) -> Iterator[Equation]:
    """Earnings are the same wherever a report states them for a period."""
    for concept in EARNINGS:
        for stated in evidence.by_period((concept,)).values():
            first = stated[0]
            for other in stated[1:]:
                if other.figure.cell and other.figure.cell.statement != statement_of(first):
                    yield same("net-income", other, first, "the same earnings")


def repeated(evidence: Evidence) -> Iterator[Equation]:
    """A fact that is printed twice is the same both times.

    What other checks hold against each other already is left to them.
    """
    known: dict[tuple[str, Period], Stating] = {}
    for one in evidence.statings:
        if not one.is_plain or one.concept in {*EARNINGS, *_CASH}:
            continue
        first = known.setdefault((one.concept, one.period), one)
        if first is not one and first.figure.amount.source != one.figure.amount.source:
            yield same("repeated", one, first, "the same fact")


def quarters(evidence: Evidence) -> Iterator[Equation]:
    """Periods that follow one another make the longer one, concept by concept."""
    for stated in evidence.flows():
        for whole, total in stated.items():
            parts = _in_parts(whole, list(stated))
            if parts:
                terms = [operand_of(total, stated[part]) for part in parts]
                why = "periods that follow one another"
                yield sum_of("quarters", total.figure, terms, why, sure=False)


def _in_parts(whole: Duration, periods: Sequence[Duration]) -> tuple[Duration, ...]:
    """Periods that fill a longer one without gap or overlap, the fewest."""
    inner = sorted(
        p for p in periods if p != whole and whole.start <= p.start and p.end <= whole.end
    )
    for count in range(2, min(len(inner), _MOST_PARTS) + 1):
        for parts in combinations(inner, count):
            edges = [p.start for p in parts[1:]]
            ends = [p.end + timedelta(days=1) for p in parts[:-1]]
            if (parts[0].start, parts[-1].end) == (whole.start, whole.end) and edges == ends:
                return parts
    return ()


def prior(evidence: Evidence) -> Iterator[Equation]:
    """A comparative figure is what an earlier report stated for the same period.

    It may have been restated or reclassified: what differs cannot be told.
    """
    if evidence.prior is None:
        return
    told = {c.name.local: c.figures for c in evidence.prior.concepts}
    for one in evidence.statings:
        value = told.get(one.concept, {}).get(one.period) if one.is_plain else None
        if value is None:
            continue
        amount = one.figure.amount
        printed = value * one.sign
        source = amount.source._replace(text=f"{evidence.prior.source}: {value:f}")
        was = Figure(
            one.figure.called, type(amount)(printed, amount.decimals, source), one.period
        )
        why = f"as stated in {evidence.prior.source}"
        yield sum_of("prior", one.figure, [Operand(1, was)], why, sure=False)


def schedule(evidence: Evidence) -> Iterator[Equation]:
    """The figures of an EX-27 are those of the statements, tag by tag.

    A tag that ties to several facts is what they add up to, with whichever signs.
    """
    cells = {s.figure.amount.source.span: s for s in reversed(evidence.statings)}
    for tie in evidence.ties:
        found = [cells[f.sources[0]] for f in tie.facts if f.sources and f.sources[0] in cells]
        if not found or tie.verdict == "not tied":
            continue
        stated = Figure(tie.value.tag, tie.value.amount, found[0].period)
        why = f"<{tie.value.tag}> of the EX-27"
        worked = [
            sum_of("schedule", stated, _signed(signs, found), why, sure=tie.sure)
            for signs in product(_SIGNS, repeat=min(len(found), _MOST_PARTS))
        ]
        best = min(worked, key=lambda e: abs(e.difference))
        tied = tie.verdict == "ties" and best.verdict is not Verdict.HOLDS
        yield replace(best, verdict=Verdict.UNCLEAR) if tied else best


def _signed(signs: Sequence[Literal[1, -1]], found: Sequence[Stating]) -> list[Operand]:
    return [Operand(sign, s.figure) for sign, s in zip(signs, found, strict=False)]


def _near(one: Period, other: Period) -> bool:
    return abs(last_day(one) - last_day(other)) <= _NEAR


def _on(balances: Mapping[Period, Sequence[Stating]], day: date) -> Stating | None:
    for period, stated in balances.items():
        if isinstance(period, Instant) and abs(period.date - day) <= _NEAR:
            return stated[0]
    return None
