"""The checks: each finds the equations of one kind that a report lets one work out.

A check claims an equation only where layout, concepts and periods speak for it. Where one
that should hold may well not (other movements that are not printed), it is not sure: it
holds, or it cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from typing import Final, Literal

from converter.arithmetic import check_across, check_sum
from converter.model import (
    Duration,
    Instant,
    MappedStatement,
    Measure,
    Period,
    StatementKind,
    Sum,
    last_day,
)
from converter.proof.equations import (
    Cell,
    Equation,
    Figure,
    Operand,
    Verdict,
    quotient_of,
    sum_of,
)
from converter.proof.evidence import Evidence, Stating, figure_at
from converter.proof.prose import prose
from converter.wording import normalised

Check = Callable[[Evidence], Iterator[Equation]]

_CASH = (
    "CashAndCashEquivalentsAtCarryingValue",
    "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",
    "CashAndCashEquivalentsAtCarryingValueIncludingDiscontinuedOperations",
    "Cash",
)
_EARNINGS = ("NetIncomeLoss", "ProfitLoss")
_RETAINED = ("RetainedEarningsAccumulatedDeficit",)
_DIVIDENDS = ("DividendsCommonStock", "DividendsCommonStockCash", "Dividends")
_AVAILABLE = (
    "NetIncomeLossAvailableToCommonStockholdersBasic",
    "NetIncomeLoss",
    "ProfitLoss",
)
_PER_SHARE = (
    ("EarningsPerShareBasic", "WeightedAverageNumberOfSharesOutstandingBasic"),
    ("EarningsPerShareDiluted", "WeightedAverageNumberOfDilutedSharesOutstanding"),
)
_PARTED = (
    ("Assets", "AssetsCurrent", "AssetsNoncurrent"),
    ("Liabilities", "LiabilitiesCurrent", "LiabilitiesNoncurrent"),
)
"""A whole, its current part and the rest."""

_SALES = (
    "Revenues",
    "RevenueFromContractWithCustomerExcludingAssessedTax",
    "RevenueFromContractWithCustomerIncludingAssessedTax",
    "SalesRevenueNet",
)
_BEFORE_TAX = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",
    (
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "MinorityInterestAndIncomeLossFromEquityMethodInvestments"
    ),
)
_SHARES = (
    (re.compile(r"\bgross (?:margin|profit)\b"), ("GrossProfit",), _SALES),
    (re.compile(r"\boperating margin\b"), ("OperatingIncomeLoss",), _SALES),
    (re.compile(r"\bnet margin\b"), _EARNINGS, _SALES),
    (re.compile(r"\btax rate\b"), ("IncomeTaxExpenseBenefit",), _BEFORE_TAX),
)
"""What a percentage is called, what is divided, and by what."""

_BALANCE = "assets = liabilities and equity"
_NEAR = timedelta(days=4)
_MOST_PARTS = 4
_SIGNS: Final[tuple[Literal[1, -1], ...]] = (1, -1)


def footing(evidence: Evidence) -> Iterator[Equation]:
    """Every subtotal is what its lines add up to, in every column."""
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.rows:
            if _BALANCE not in one.evidence:
                yield from _down(n, mapped, one, "footing")


def balance(evidence: Evidence) -> Iterator[Equation]:
    """Assets are liabilities and equity, on every day."""
    done: set[Cell | None] = set()
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.rows:
            if _BALANCE in one.evidence:
                for equation in _down(n, mapped, one, "balance"):
                    done.add(equation.stated.cell)
                    yield equation
    for day, totals in evidence.by_period(("LiabilitiesAndStockholdersEquity",)).items():
        for total in totals:
            assets = _beside(total, evidence.by_period(("Assets",)).get(day, []))
            if assets and total.figure.cell not in done:
                yield _same("balance", total, assets, _BALANCE)


def cross_footing(evidence: Evidence) -> Iterator[Equation]:
    """Columns add up: reported and adjustments, the components of equity."""
    for n, mapped in enumerate(evidence.statements):
        for one in mapped.footing.columns:
            for at, row in enumerate(mapped.statement.rows):
                worked = check_across(mapped.statement, one, at)
                stated = figure_at(mapped, Cell(n, at, one.total))
                if row.measure is not Measure.MONEY or worked is None or stated is None:
                    continue
                cells = [(t.weight, Cell(n, at, t.at)) for t in one.terms]
                found = ((w, figure_at(mapped, cell)) for w, cell in cells)
                terms = [Operand(w, figure) for w, figure in found if figure]
                yield sum_of("cross-footing", stated, terms, "; ".join(one.evidence))


def current(evidence: Evidence) -> Iterator[Equation]:
    """Current and non-current parts are the whole, where all three are printed.

    What is called other assets may not be all the rest: what differs cannot be told.
    """
    for whole, part, rest in _PARTED:
        parts, rests = evidence.by_period((part,)), evidence.by_period((rest,))
        for total in evidence.of(whole):
            one = _beside(total, parts.get(total.period, []))
            other = _beside(total, rests.get(total.period, []))
            if one and other:
                terms = [_operand(total, one), _operand(total, other)]
                why = "current + non-current = all"
                yield sum_of("current", total.figure, terms, why, sure=False)


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
            tied = [_same("cash", one, s, "cash of the flows = cash of the sheet")
                    for s in same_day]  # fmt: skip
            held = (e for e in tied if e.verdict is Verdict.HOLDS)
            best = next(held, tied[0]) if tied else None
            flows.setdefault(_statement(one), []).extend([best] if best else [])
    for equations in flows.values():
        agreed = any(e.verdict is Verdict.HOLDS for e in equations)
        for found in equations:
            is_other = found.verdict is Verdict.FAILS and not (agreed and _same_cash(found))
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
    balances = evidence.by_period(_RETAINED)
    for period, earned in evidence.by_period(_EARNINGS).items():
        if not isinstance(period, Duration):
            continue
        closing = _on(balances, period.end)
        opening = _on(balances, period.start - timedelta(days=1))
        if not closing or not opening or closing.figure.cell == opening.figure.cell:
            continue
        dividends = [s for s in evidence.of(*_DIVIDENDS) if s.period == period][:1]
        terms = [_operand(closing, opening), _operand(closing, earned[0])]
        terms += [_operand(closing, d, -1) for d in dividends]
        why = "opening balance + earnings - dividends"
        yield sum_of("retained-earnings", closing.figure, terms, why, sure=False)


def net_income(evidence: Evidence) -> Iterator[Equation]:
    """Earnings are the same wherever a report states them for a period."""
    for concept in _EARNINGS:
        for stated in evidence.by_period((concept,)).values():
            first = stated[0]
            for other in stated[1:]:
                if other.figure.cell and other.figure.cell.statement != _statement(first):
                    yield _same("net-income", other, first, "the same earnings")


def repeated(evidence: Evidence) -> Iterator[Equation]:
    """A fact that is printed twice is the same both times.

    What other checks hold against each other already is left to them.
    """
    known: dict[tuple[str, Period], Stating] = {}
    for one in evidence.statings:
        if not one.is_plain or one.concept in {*_EARNINGS, *_CASH}:
            continue
        first = known.setdefault((one.concept, one.period), one)
        if first is not one and first.figure.amount.source != one.figure.amount.source:
            yield _same("repeated", one, first, "the same fact")


def per_share(evidence: Evidence) -> Iterator[Equation]:
    """Earnings per share are earnings divided by shares, within rounding.

    Several classes, preferred dividends or interest added back make them another quotient:
    one that does not hold cannot be told.
    """
    for each, number in _PER_SHARE:
        shares = evidence.by_period((number,))
        earned = {name: evidence.by_period((name,)) for name in _AVAILABLE}
        for one in evidence.of(each):
            counted = shares.get(one.period, [])
            tried = [
                quotient
                for name in _AVAILABLE
                for income in earned[name].get(one.period, [])[:1]
                for count in counted[:1]
                if (quotient := _quotient(one, income, count))
            ]
            held = [e for e in tried if e.verdict is Verdict.HOLDS]
            yield from (held or tried)[:1]


def margins(evidence: Evidence) -> Iterator[Equation]:
    """Percentages of a statement: a margin, a tax rate, or the line above as a share of sales.

    What exactly was divided is not printed: one that does not hold cannot be told.
    """
    for n, mapped in enumerate(evidence.statements):
        for at, row in enumerate(mapped.statement.rows):
            if row.measure is not Measure.RATIO or not any(row.amounts):
                continue
            words = normalised(" ".join([*row.section[-1:], row.label]))
            named = next((pair for said, *pair in _SHARES if said.search(words)), None)
            for column in range(len(row.amounts)):
                stated = figure_at(mapped, Cell(n, at, column))
                if stated is None:
                    continue
                above, below = named or ((), _SALES)
                part = _in_column(evidence, n, column, above) if above else None
                part = part or _line_above(mapped, Cell(n, at, column))
                whole = _in_column(evidence, n, column, below)
                if part and whole:
                    terms, divisor = [Operand(1, part)], [Operand(1, whole)]
                    why = "a share of what is above it"
                    found = quotient_of("margins", stated, terms, divisor, why, sure=False)
                    yield from [found] if found else []


def quarters(evidence: Evidence) -> Iterator[Equation]:
    """Periods that follow one another make the longer one, concept by concept."""
    flows: dict[str, dict[Duration, Stating]] = {}
    for one in evidence.statings:
        if one.is_plain and isinstance(one.period, Duration) and _is_money(evidence, one):
            flows.setdefault(one.concept, {}).setdefault(one.period, one)
    for stated in flows.values():
        for whole, total in stated.items():
            parts = _in_parts(whole, list(stated))
            if parts:
                terms = [_operand(total, stated[part]) for part in parts]
                why = "periods that follow one another"
                yield sum_of("quarters", total.figure, terms, why, sure=False)


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


CHECKS: Final[tuple[Check, ...]] = (
    footing,
    balance,
    cross_footing,
    current,
    cash,
    retained,
    net_income,
    quarters,
    per_share,
    margins,
    repeated,
    prior,
    schedule,
    prose,
)


def prove(evidence: Evidence, checks: Sequence[Check] = CHECKS) -> list[Equation]:
    """Every equation of a report, by check and in the order printed; none twice."""
    found: dict[tuple[object, ...], Equation] = {}
    for check in checks:
        for one in check(evidence):
            spans = tuple(f.amount.source.span for f in one.figures)
            found.setdefault((spans, one.divisor == ()), one)
    return list(found.values())


# --- parts ---------------------------------------------------------------------------


def _down(n: int, mapped: MappedStatement, one: Sum, check: str) -> Iterator[Equation]:
    for column in range(len(mapped.statement.columns)):
        stated = figure_at(mapped, Cell(n, one.total, column))
        if check_sum(mapped.statement, one, column) is None or stated is None:
            continue
        found = ((t.weight, figure_at(mapped, Cell(n, t.at, column))) for t in one.terms)
        terms = [Operand(weight, figure) for weight, figure in found if figure]
        yield sum_of(check, stated, terms, "; ".join(one.evidence), sure=one.proven)


def _signed(signs: Sequence[Literal[1, -1]], found: Sequence[Stating]) -> list[Operand]:
    return [Operand(sign, s.figure) for sign, s in zip(signs, found, strict=False)]


def _operand(total: Stating, one: Stating, weight: int = 1) -> Operand:
    """A term of a sum of facts, with the sign that the printed numbers ask for."""
    return Operand(1 if weight * one.sign * total.sign > 0 else -1, one.figure)


def _same(check: str, one: Stating, other: Stating, why: str, *, sure: bool = True) -> Equation:
    return sum_of(check, one.figure, [_operand(one, other)], why, sure=sure)


def _quotient(each: Stating, income: Stating, count: Stating) -> Equation | None:
    return quotient_of(
        "per-share",
        each.figure,
        [_operand(each, income)],
        [Operand(1, count.figure)],
        "earnings / shares",
        sure=False,
    )


def _in_column(
    evidence: Evidence, statement: int, column: int, concepts: Sequence[str]
) -> Figure | None:
    """The figure of the first of these concepts in a column of a statement."""
    found = {
        s.concept: s.figure
        for s in reversed(evidence.of(*concepts))
        if s.figure.cell and s.figure.cell[::2] == (statement, column)
    }
    return next((found[name] for name in concepts if name in found), None)


def _line_above(mapped: MappedStatement, cell: Cell) -> Figure | None:
    """The nearest figure of money above a cell."""
    rows = mapped.statement.rows
    above = (i for i in reversed(range(cell.row)) if rows[i].measure is Measure.MONEY)
    figures = (figure_at(mapped, cell._replace(row=i)) for i in above)
    return next((figure for figure in figures if figure), None)


def _statement(one: Stating) -> int:
    return one.figure.cell.statement if one.figure.cell else -1


def _beside(one: Stating, others: Sequence[Stating]) -> Stating | None:
    """Of several that state something the one in the same statement."""
    return next((s for s in others if _statement(s) == _statement(one)), None)


def _near(one: Period, other: Period) -> bool:
    return abs(last_day(one) - last_day(other)) <= _NEAR


def _on(balances: Mapping[Period, Sequence[Stating]], day: date) -> Stating | None:
    for period, stated in balances.items():
        if isinstance(period, Instant) and abs(period.date - day) <= _NEAR:
            return stated[0]
    return None


def _is_money(evidence: Evidence, one: Stating) -> bool:
    cell = one.figure.cell
    if cell is None:
        return False
    row = evidence.statements[cell.statement].statement.rows[cell.row]
    return row.measure is Measure.MONEY


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
