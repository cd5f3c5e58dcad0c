"""The example with another name, other years and other numbers still holds.

Nothing in the converter may know the numbers of the example: a copy in which all of
them are new, and consistent again, must give the same concepts with the new values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.model import Cell, Instant, MappedStatement, Match, Measure, Period, Severity
from converter.options import Options
from converter.pipeline import Conversion, convert, validate

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
FEWER = settings(max_examples=max(5, settings().max_examples // 3))

Numbers = tuple[int | None, ...]
"""What one line prints, in its smallest printed unit (thousands, cents, tenths)."""


_SURELY = 0.6


@dataclass(frozen=True)
class Fresh:
    """What the copy prints: for each statement the numbers of its lines in order."""

    name: str
    shift: int
    statements: tuple[tuple[Numbers, ...], ...]


# --- numbers -------------------------------------------------------------------------


def whole(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def or_nil(low: int, high: int) -> st.SearchStrategy[int]:
    return st.one_of(st.just(0), st.integers(low, high))


@st.composite
def balance_column(draw: st.DrawFn) -> list[int]:
    """One column of the balance sheet; capital makes both sides equal.

    No line is so small that the sum holds without it but for rounding, and capital has
    seven digits, as in the original: see test_sum_laws.py and test_layouts.py.
    """
    current = [draw(whole(300_000, 600_000)), *(draw(or_nil(10, 50_000)) for _ in range(3))]
    other = [draw(or_nil(10, 20_000)) for _ in range(3)]
    assets = sum(current) + sum(other)
    owed = [draw(whole(10, 30_000)), *(draw(or_nil(10, 30_000)) for _ in range(3))]
    later = [draw(or_nil(10, 5_000)), draw(or_nil(10, 10_000))]
    common = draw(whole(100, 999))
    deficit = -draw(whole(850_000, 899_999))
    deferred, treasury = -draw(or_nil(10, 9_999)), -draw(or_nil(10, 999))
    equity = assets - sum(owed) - sum(later)
    capital = equity - common - deficit - deferred - treasury
    return [
        *current, sum(current), *other, assets, *owed, sum(owed), *later,
        common, capital, deficit, deferred, treasury, equity, assets,
    ]  # fmt: skip


@st.composite
def balance(draw: st.DrawFn) -> tuple[Numbers, ...]:
    return tuple(zip(draw(balance_column()), draw(balance_column()), strict=True))


def adjusted(number: int, adjustment: int) -> Numbers:
    return (number, adjustment, number + adjustment)


def added(lines: Sequence[Numbers]) -> Numbers:
    return tuple(sum(n or 0 for n in column) for column in zip(*lines, strict=True))


def less(first: Numbers, second: Numbers) -> Numbers:
    return tuple((a or 0) - (b or 0) for a, b in zip(first, second, strict=True))


def margin(profit: Numbers, sales: Numbers) -> Numbers:
    """In tenths of a percent; the column of adjustments has none."""
    tenths = [round(1000 * Decimal(profit[i] or 0) / Decimal(sales[i] or 1)) for i in (0, 2)]
    return (tenths[0], None, tenths[1])


@st.composite
def results(draw: st.DrawFn, *, charges: int, loss: bool) -> tuple[Numbers, ...]:
    """One statement of operations; `charges` lines are taken out again as adjustments."""
    sales = adjusted(draw(whole(10_000, 60_000)), 0)
    lines = [sales]
    if loss:
        written = draw(or_nil(-5_000, 5_000))
        parts = [adjusted(written, -written), adjusted(draw(whole(1_000, 9_999)), 0)]
        cost = added(parts)
        lines += [*parts, cost]
    else:
        cost = adjusted(draw(whole(1_000, 9_999)), 0)
        lines.append(cost)
    profit = less(sales, cost)
    research = draw(whole(1_000, 40_000)) + (60_000 if loss else 0)
    costs = [adjusted(research, 0), *(adjusted(draw(whole(10, 9_999)), 0) for _ in range(2))]
    costs += [adjusted(n, -n) for n in (draw(or_nil(10, 5_000)) for _ in range(charges))]
    total = added(costs)
    operating = less(profit, total)
    interest = [adjusted(-draw(whole(10, 999)), 0), adjusted(draw(whole(10, 2_000)), 0)]
    net = added([operating, *interest])
    lines += [profit, margin(profit, sales), *costs, total, operating, *interest, net]
    cents = [draw(whole(1, 199)) * (-1 if (net[i] or 0) < 0 else 1) for i in (0, 2)]
    shares = draw(whole(100_000, 999_999))
    rows = 1 if loss else 2
    lines += [(cents[0], None, cents[1])] * rows
    lines += [(shares, None, shares)] * rows
    return tuple(lines)


fresh_examples = st.builds(
    Fresh,
    name=st.sampled_from(
        ["QUARRY & SLATE HOLDINGS CORP.", "ACME, INC.", "O'NEILL BREWING COMPANY"]
    ),
    # Captions name other concepts since the standards of 2018.
    shift=st.integers(-12, 14),
    statements=st.tuples(
        balance(), results(charges=4, loss=False), results(charges=4, loss=False),
        results(charges=2, loss=False), results(charges=4, loss=True),
        results(charges=4, loss=True),
    ),
)  # fmt: skip


# --- printing ------------------------------------------------------------------------


@cache
def original() -> Conversion:
    return convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)


def shown(number: int, measure: Measure) -> str:
    places = {Measure.MONEY_PER_SHARE: 2, Measure.RATIO: 1}.get(measure, 0)
    return f"{Decimal(abs(number)).scaleb(-places):,.{places}f}"


def reprinted(line: str, cell: Cell, number: int, measure: Measure) -> str:
    """A line with another number in a cell; the digits end where they ended."""
    start, end = cell.span.start, cell.span.end
    edge = max(i for i in range(start, end) if line[i].isdigit() or line[i] == "-") + 1
    dollar = re.match(r"\$ +", cell.text)
    sign = "$" if "$" in cell.text and not dollar else ""
    nil = not number and measure is not Measure.RATIO
    digits = f"{sign}--" if nil else f"{sign}{shown(number, measure)}"
    if number < 0:
        digits = f"{sign}({shown(number, measure)}"
    after = "%" if "%" in cell.text else ")" if number < 0 else ""
    start += 1 if dollar else 0
    text = line[:start] + " " * (end - start) + line[end:]
    text = text.ljust(edge + 1)
    begin, stop = edge - len(digits), edge + len(after)
    assert text[begin:stop].isspace(), (line, digits)
    return (text[:begin] + digits + after + text[stop:]).rstrip()


def printed(fresh: Fresh) -> bytes:
    """The example's text with the fresh name, years and numbers in their old places."""
    text = EXAMPLE.read_text(encoding="utf-8")
    text = re.sub(r"\b200[23]\b", lambda m: str(int(m[0]) + fresh.shift), text)
    text = text.replace("SONUS NETWORKS, INC.", fresh.name)
    lines = text.split("\n")
    for mapped, numbers in zip(original().statements, fresh.statements, strict=True):
        rows = [row for row in mapped.statement.rows if any(row.amounts)]
        for row, line in zip(rows, numbers, strict=True):
            for amount, number in zip(row.amounts, line, strict=True):
                assert (amount is None) == (number is None)
                if amount is not None and number is not None:
                    at = amount.source.span.line - 1
                    lines[at] = reprinted(lines[at], amount.source, number, row.measure)
    return "\n".join(lines).encode()


# --- what must not change ------------------------------------------------------------


def shifted(period: Period | None, years: int) -> Period | None:
    if period is None:
        return None
    if isinstance(period, Instant):
        return Instant(_shifted(period.date, years))
    return period._replace(start=_shifted(period.start, years), end=_shifted(period.end, years))


def _shifted(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def value(number: int, measure: Measure) -> Decimal:
    places = {Measure.MONEY_PER_SHARE: -2, Measure.RATIO: -3}.get(measure, 3)
    return Decimal(number).scaleb(places)


@cache
def doubtful() -> frozenset[int]:
    """Lines of the example whose concept is a near choice, that numbers may turn.

    How large a number is beside the others is evidence of what it states.
    """
    return frozenset(
        cell.span.line
        for mapped in original().statements
        for match in mapped.matches
        if match.concepts and match.confidence < _SURELY
        for cell in mapped.statement.rows[match.row].source.printed
    )


def shape(conversion: Conversion, years: int = 0) -> list[object]:
    """Everything of a conversion but its numbers: concepts, signs, bases, periods."""
    return [
        (
            match.concepts if _lines(mapped, match).isdisjoint(doubtful()) else (),
            match.sign,
            match.extension,
            row.measure,
            [(c.basis, shifted(c.period, years)) for c in mapped.statement.columns],
        )
        for mapped in conversion.statements
        for row, match in zip(mapped.statement.rows, mapped.matches, strict=True)
    ]


def _lines(mapped: MappedStatement, match: Match) -> set[int]:
    return {cell.span.line for cell in mapped.statement.rows[match.row].source.printed}


def check(fresh: Fresh) -> Conversion:
    conversion = convert(printed(fresh), name=EXAMPLE.name)
    assert not [f for f in conversion.findings if f.severity is Severity.ERROR]
    assert not [f for f in conversion.findings if f.code.startswith("sum.")]
    for now, was in zip(shape(conversion), shape(original(), fresh.shift), strict=True):
        assert now == was
    assert conversion.sums_checked == original().sums_checked
    for mapped, numbers in zip(conversion.statements, fresh.statements, strict=True):
        rows = [row for row in mapped.statement.rows if any(row.amounts)]
        for row, line in zip(rows, numbers, strict=True):
            got = [amount and amount.number for amount in row.amounts]
            assert got == [None if n is None else value(n, row.measure) for n in line]
    return conversion


def test_signs_of_the_example() -> None:
    """Deductions printed in parentheses are positive facts; all else is as printed."""
    negated = {
        row.label
        for mapped in original().statements
        for row, match in zip(mapped.statement.rows, mapped.matches, strict=True)
        if match.sign < 0
    }
    assert negated == {"Deferred compensation", "Treasury stock", "Interest expense"}


@FEWER
@given(fresh_examples)
def test_fresh_numbers_have_the_old_meaning(fresh: Fresh) -> None:
    new, old = check(fresh).instance, original().instance
    names = [f.value for f in new.facts if f.concept.local == "EntityRegistrantName"]
    assert names == [fresh.name]
    contexts = {c.id: c for c in (*old.contexts, *new.contexts)}
    before = [fact for fact in old.facts if fact.unit]
    after = [fact for fact in new.facts if fact.unit]
    for was, fact in zip(before, after, strict=True):
        context = contexts[was.context]
        assert fact.unit == was.unit
        if doubtful().isdisjoint(s.line for s in was.sources):
            assert fact.concept == was.concept
        assert fact.decimals == was.decimals
        assert [s.line for s in fact.sources] == [s.line for s in was.sources]
        assert contexts[fact.context].period == shifted(context.period, fresh.shift)
        assert contexts[fact.context].dimensions == context.dimensions


@pytest.mark.arelle
@settings(max_examples=1)
@given(fresh_examples)
def test_a_fresh_example_is_valid(fresh: Fresh) -> None:
    verdict = validate(check(fresh), Options())
    assert verdict.valid, verdict
