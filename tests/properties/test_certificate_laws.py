"""The laws of the proof: what adds up is silent, what does not is found, order is nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from converter.filing_rules import RULES
from converter.model import Severity, Span
from converter.options import Options
from converter.pipeline import Conversion, convert, validate
from converter.proof.checks import CHECKS, Check, prove
from converter.proof.equations import Cell, Equation, Verdict
from converter.proof.evidence import evidence_of
from converter.strategies import (
    Equated,
    Form,
    Report,
    balance_sheets,
    cash_flows,
    equity_statements,
    forms,
    income_statements,
    reports,
    statements,
)
from converter.taxonomy import load_taxonomy

FEWER = settings(max_examples=max(5, settings().max_examples // 2))
FEW = settings(max_examples=max(5, settings().max_examples // 5))
OPTIONS = Options(cik="0001105472")
SUMS = {"footing", "balance", "cross-footing"}
OF_FILINGS = {rule.code for rule in RULES}
"""What is asked of a filing: a drawn statement has no cover, and any sign."""
USUAL = {"map.extension", "statement.scale"}
"""What is said of captions without a standard concept, and of a page that tells no scale."""

compared = forms(columns=st.integers(2, 4), rounded=st.just(False))
"""Two columns at least: in a lone one a sum that is off cannot be told from none."""


lone = balance_sheets(compared) | income_statements(compared) | cash_flows(compared)


def read_back(report: Report, *, markup: bool = False) -> Conversion:
    text, name = (report.html(), "law.htm") if markup else (report.text(), "law.txt")
    return convert(text.encode(), name=name, options=OPTIONS)


def converted(report: Report, *, markup: bool = False) -> Conversion:
    """The report read back; the indexes of its cells are those of what was drawn."""
    conversion = read_back(report, markup=markup)
    lines = [len(one.statement.rows) for one in conversion.statements]
    assert lines == [len(one.lines) for one in report.statements]
    return conversion


Told = tuple[Cell, frozenset[tuple[int, Cell]]]
"""A stated cell and the operands; without zeros, which equity leaves blank."""


def told(report: Report, equations: Iterable[Equated]) -> set[Told]:
    terms = (
        (e.stated, {(w, c) for w, c in e.operands if report.printed(c)}) for e in equations
    )
    return {(at, frozenset(some)) for at, some in terms if some or report.printed(at)}


def proved(report: Report, equations: Iterable[Equation]) -> set[Told]:
    return told(report, (as_drawn(e) for e in equations))


def as_drawn(equation: Equation) -> Equated:
    cells = [f.cell for f in equation.figures]
    known = [cell for cell in cells if cell is not None]
    assert len(known) == len(cells), equation
    weights = [operand.weight for operand in equation.operands]
    return Equated(known[0], tuple(zip(weights, known[1:], strict=True)))


def sums(conversion: Conversion) -> Iterator[Equation]:
    return (e for e in conversion.equations if e.check in SUMS)


def failing(equations: Iterable[Equation]) -> list[Equation]:
    return [e for e in equations if e.verdict is Verdict.FAILS]


def check_silent(report: Report, conversion: Conversion) -> None:
    """Every sum and tie is found and holds, and no other sum; only rounding is told."""
    found = list(sums(conversion))
    assert {e.verdict for e in found} == {Verdict.HOLDS}
    assert proved(report, found) == told(
        report, (e for n, one in enumerate(report.statements) for e in one.equations(n))
    )
    assert failing(conversion.equations) == []
    held = [e.figures for e in conversion.equations if e.verdict is Verdict.HOLDS]
    pairs = {frozenset(f.cell for f in figures) for figures in held}
    assert pairs >= {frozenset(tie.cells) for tie in report.ties}
    codes = Counter(f.code for f in conversion.findings if f.code not in OF_FILINGS)
    assert codes.keys() - USUAL <= {"sum.rounding"}
    assert codes["sum.rounding"] == sum(1 for e in found if e.difference)


@FEWER
@given(statements(), st.booleans())
def test_a_consistent_statement_is_silent(report: Report, markup: bool) -> None:
    check_silent(report, converted(report, markup=markup))


@FEW
@given(reports(), st.booleans())
def test_a_consistent_report_is_silent(report: Report, markup: bool) -> None:
    check_silent(report, converted(report, markup=markup))


@pytest.mark.arelle
@settings(max_examples=6)
@given(statements() | reports())
def test_a_consistent_report_is_silent_in_arelle(report: Report) -> None:
    verdict = validate(converted(report), OPTIONS)
    assert verdict.findings == ()
    assert verdict.valid


# --- a figure changed ----------------------------------------------------------------


@st.composite
def altered(draw: st.DrawFn, drawn: st.SearchStrategy[Report]) -> Report:
    """One figure of an equation changed by more than rounding explains."""
    report = draw(drawn)
    equation = draw(st.sampled_from(report.equations()))
    cell = draw(st.sampled_from(equation.cells))
    beyond = draw(st.integers(len(equation.cells) // 2 + 1, 9_999))
    other = report.altered(cell, beyond * draw(st.sampled_from([1, -1])))
    assume(other.printed(cell))
    return other


def off(report: Report) -> set[Told]:
    """The sums that are off by more than rounding."""
    return told(report, (e for e in report.equations() if not report.holds(e)))


@FEWER
@given(altered(lone))
def test_a_changed_figure_fails_what_it_stands_in(report: Report) -> None:
    """Every sum that it is part of, and no other."""
    assert off(report)
    assert proved(report, failing(sums(converted(report)))) == off(report)


@FEW
@given(altered(equity_statements(compared) | reports(compared)))
def test_a_changed_figure_is_told(report: Report) -> None:
    """By an equation that fails or, of two figures of one fact, by a finding.

    A statement of equity may then not be taken at all, and a finding says so.
    """
    assert off(report)
    conversion = read_back(report)
    grave = {f.code for f in conversion.findings if f.severity is not Severity.INFO}
    assert failing(conversion.equations) or grave


# --- Arelle's Calculations 1.1 -------------------------------------------------------

CALC = "calc11e:inconsistentCalculationUsingRounding"


def stated_in_link_base(conversion: Conversion, equation: Equation) -> bool:
    """Whether the sum is in the calculation link base: a single term never is."""
    concept = equation.stated.concept
    arcs = (arc for one in conversion.instance.networks for arc in one.calculation)
    children = {str(arc.child) for arc in arcs if str(arc.parent) == concept}
    return len(equation.operands) > 1 and {o.figure.concept for o in equation.operands} <= (
        children
    )


def denied(conversion: Conversion) -> tuple[set[Span | None], set[Span | None]]:
    """The places of the totals that we deny, and of those that Arelle denies."""
    ours: set[Span | None] = {
        e.stated.amount.source.span
        for e in failing(sums(conversion))
        if stated_in_link_base(conversion, e)
    }
    said = [f for f in validate(conversion, OPTIONS).findings if f.code == CALC]
    return ours, {f.span for f in said}


@pytest.mark.arelle
@settings(max_examples=12)
@given(altered(altered(lone)))
def test_the_verdicts_are_those_of_calculations_1_1(report: Report) -> None:
    ours, theirs = denied(converted(report))
    assert ours == theirs


# --- rounding ------------------------------------------------------------------------


def large(form: Form) -> Form:
    return replace(form, scale=0, size=10**10)


@FEWER
@given(statements(forms().map(large)))
def test_rounding_every_line_to_thousands_raises_nothing(report: Report) -> None:
    check_silent(report, converted(report))
    rounded = report.scaled(3)
    check_silent(rounded, converted(rounded))


# --- order ---------------------------------------------------------------------------


@FEW
@given(altered(reports(compared)) | reports(), st.permutations(CHECKS))
def test_the_order_of_checks_means_nothing(report: Report, order: list[Check]) -> None:
    statements = read_back(report).statements
    evidence = evidence_of(statements, load_taxonomy(OPTIONS.taxonomy))
    assert set(prove(evidence, order)) == set(prove(evidence))


@st.composite
def reordered(draw: st.DrawFn, drawn: st.SearchStrategy[Report]) -> tuple[Report, Report]:
    """A report, and the same with the plain lines of one sum in another order."""
    report = draw(drawn)
    one = report.statements[0]
    totals = {t.total for t in one.footing.rows}
    ranks = [
        rows
        for total in one.footing.rows
        for weight in (1, -1)
        if len(rows := [t.at for t in total.terms if t.weight == weight and t.at not in totals])
        > 1
    ]
    rows = draw(st.sampled_from(ranks))
    order = list(range(len(one.lines)))
    for at, row in zip(rows, draw(st.permutations(rows)), strict=True):
        order[at] = row
    return report, report.with_statement(0, one.reordered(order))


def verdicts(conversion: Conversion) -> Counter[object]:
    """Each equation by what its lines are called."""
    return Counter(
        (
            e.check,
            e.stated.called,
            e.stated.amount.number,
            frozenset((o.weight, o.figure.called, o.figure.amount.number) for o in e.operands),
            e.verdict,
        )
        for e in conversion.equations
    )


@FEWER
@given(reordered(altered(lone) | lone))
def test_the_order_of_rows_of_a_sum_means_nothing(drawn: tuple[Report, Report]) -> None:
    report, other = drawn
    assert verdicts(converted(report)) == verdicts(converted(other))
