"""Sums: a statement that adds up is silent, and no wrong number passes unseen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from converter import summing
from converter.model import Finding, Measure, Statement
from converter.pipeline import convert, read
from converter.strategies import (
    Report,
    balance_sheets,
    cash_flows,
    forms,
    income_statements,
)
from converter.sum_findings import check_sums
from converter.summing import find_sums

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
SUM_CODES = {"sum.off", "sum.rounding", "sum.unproven"}


def statement_of(lines: Sequence[str]) -> Statement:
    statements = read("\n".join([*lines, ""]).encode(), name="sums.txt").statements
    assert len(statements) == 1, "\n".join(lines)
    return statements[0]


def sum_findings(statement: Statement) -> list[Finding]:
    found = check_sums(statement, find_sums(statement))
    assert {f.code for f in found} <= SUM_CODES
    return found


lone = (balance_sheets, income_statements, cash_flows)
any_numbers = forms(telling=False)
compared = forms(columns=st.integers(2, 4), rounded=st.just(False))


@given(st.one_of([kind(any_numbers) for kind in lone]))
def test_a_statement_that_adds_up_is_silent(report: Report) -> None:
    assert sum_findings(statement_of([report.text()])) == []


@given(st.one_of([kind(compared) for kind in lone]), st.data())
def test_a_wrong_number_is_found(report: Report, data: st.DataObject) -> None:
    """The total is named by its line, and the difference is told.

    Two columns at least: a result such as "Net income" is only taken for a sum where
    it holds in half of the columns; a lone column that is wrong claims no sum.
    """
    cell = data.draw(st.sampled_from(data.draw(st.sampled_from(report.equations())).cells))
    error = data.draw(st.integers(8, 9_999)) * data.draw(st.sampled_from([1, -1]))
    wrong = report.altered(cell, error)
    statement = statement_of([wrong.text()])
    found = [f for f in sum_findings(statement) if f.code == "sum.off"]
    told = {(f.span, f.message.rpartition(" ")[2]) for f in found}
    off = {e.stated: wrong.residual(e) for e in wrong.equations() if wrong.residual(e)}
    assert off
    for at, units in off.items():
        total = statement.rows[at.row].amounts[at.column]
        assert total is not None
        assert (total.source.span, f"{units:+,}") in told


def test_a_line_of_one_unit_is_not_left_out() -> None:
    """A sum that holds exactly is believed before one that holds but for rounding."""
    lines = ["  EXAMPLE COMPANY", "  Balance Sheets", "  December 31, 1998 and 1997"]
    lines += ["  (In millions)", "", f"{'1998':>40}{'1997':>12}", f"{'-----':>40}{'-----':>12}"]
    for label, new, old in (
        ("Cash", 1, 1),
        ("Receivables", 500, 600),
        ("Inventories", 300, 200),
        ("", 801, 801),
        ("Liabilities", 400, 400),
        ("Stockholders' equity", 401, 401),
    ):
        if not label:
            lines.append(f"{'-----':>40}{'-----':>12}")
        lines.append(f"{label:30}{new:>10}{old:>12}")
    assert sum_findings(statement_of(lines)) == []


# --- the example: down and across ----------------------------------------------------


@cache
def example_lines() -> tuple[str, ...]:
    return tuple(EXAMPLE.read_text(encoding="utf-8").split("\n"))


@cache
def example_cells() -> tuple[tuple[int, int, int, int], ...]:
    """Every amount of money: statement, row, column and the line it stands on."""
    statements = read(EXAMPLE.read_bytes(), name="example.txt").statements
    return tuple(
        (s, r, c, amount.source.span.line)
        for s, statement in enumerate(statements)
        for r, row in enumerate(statement.rows)
        for c, amount in enumerate(row.amounts)
        if amount is not None and row.measure is Measure.MONEY and amount.number
    )


def changed(text: str, end: int, start: int, error: int) -> str:
    """A line with one number increased; its right edge stays where it was."""
    old = text[start:end]
    sign = -1 if "(" in old else 1
    number = sign * int("".join(c for c in old if c.isdigit())) + error
    shown = f"({-number:,})" if number < 0 else f"{number:,}"
    width = end - start
    if old.endswith(")") != shown.endswith(")"):
        return ""
    return text[:start] + shown.rjust(width)[-max(width, len(shown)) :] + text[end:]


def test_the_example_is_silent() -> None:
    for statement in read(EXAMPLE.read_bytes(), name="example.txt").statements:
        assert sum_findings(statement) == []


@given(st.data(), st.integers(5, 999), st.sampled_from([1, -1]))
def test_any_wrong_number_of_the_example_is_found(
    data: st.DataObject, size: int, sign: int
) -> None:
    s, r, c, line = data.draw(st.sampled_from(example_cells()))
    statement = read(EXAMPLE.read_bytes(), name="example.txt").statements[s]
    amount = statement.rows[r].amounts[c]
    assert amount is not None
    span = amount.source.span
    lines = list(example_lines())
    text = changed(lines[line - 1], span.end, span.start, sign * size)
    assume(text and len(text) == len(lines[line - 1]))
    lines[line - 1] = text
    statements = read("\n".join(lines).encode(), name="example.txt").statements
    found = [f for f in sum_findings(statements[s]) if f.code == "sum.off"]
    assert found, text
    assert all(abs(_difference(f)) == size for f in found), found
    if len(statement.columns) == 3:
        # Reported, adjustment, adjusted: the adjusted figure is the total of its line.
        across = [f for f in found if f.span and f.span.line == line]
        want = sign * size if c == 2 else -sign * size
        assert want in {_difference(f) for f in across if f.message.startswith("column")}


def _difference(finding: Finding) -> Decimal:
    return Decimal(finding.message.rpartition("difference ")[2].replace(",", "").rstrip("."))


# --- work ----------------------------------------------------------------------------


@settings(max_examples=5)
@given(st.integers(100, 150), st.booleans())
def test_long_statements_take_bounded_work(rows: int, right: bool) -> None:
    """Counted in sums tried, not in seconds: about what each pair of rows costs."""
    body = [f"  Expense number {chr(65 + n % 26)}{chr(65 + n // 26)}" for n in range(rows)]
    lines = ["  EXAMPLE COMPANY", "  Statements of Income", "  Years ended December 31,"]
    lines += ["", f"{'1998':>60}{'1997':>15}", "", "Operating expenses:"]
    for n, label in enumerate(body):
        lines.append(f"{label:45}{7 * n + 1000:>15,}{11 * n + 3000:>15,}")
        if n % 10 == 9:
            wrong = 123_456 if right else 7
            lines.append(f"    {'Total':41}{wrong:>15,}{wrong:>15,}")
    statement = statement_of(lines)
    assert len(statement.rows) >= rows
    tried = 0
    claim = summing._claim

    def counted(*args: object) -> object:
        nonlocal tried
        tried += 1
        return claim(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summing, "_claim", counted)
        find_sums(statement)
    assert 0 < tried < 15_000


# --- what is no sum ------------------------------------------------------------------


def test_a_sum_near_by_chance_in_one_column_is_not_claimed() -> None:
    """Ten rounded terms come within five units of many a number."""
    statement = statement_of(
        [
            "              EXAMPLE COMPANY",
            "    Consolidated Statements of Cash Flows",
            "              (In millions)",
            "                            Years ended December 31,",
            "                                1998         1997",
            "Accounts receivable              (13)         (18)",
            "Inventories                      (72)           4",
            "Other current assets              57           77",
            "Accounts payable                  66           74",
            "Total cash generated              40          468",
            "Cash, end of year              1,040        1,468",
        ]
    )
    assert not find_sums(statement).rows


def test_cash_that_income_leads_to_leaves_its_sign() -> None:
    """Between a balance and the movements that lead to it there is no weight."""
    text = """\
              EXAMPLE COMPANY
    Consolidated Statements of Cash Flows
              (In millions)
                                             Years ended December 31,
                                                 1998         1997
Cash and cash equivalents, beginning of year      756        1,203
Net income (loss)                                 (69)         188
Depreciation                                       42           38
Cash and cash equivalents, end of year          $ 729       $1,429
"""
    conversion = convert(text.encode(), name="cash.txt")
    income = [f for f in conversion.instance.facts if f.concept.local == "NetIncomeLoss"]
    assert {fact.value for fact in income} == {Decimal(-69_000_000), Decimal(188_000_000)}


def test_cash_generated_is_a_result() -> None:
    statement = statement_of(
        [
            "              EXAMPLE COMPANY",
            "    Consolidated Statements of Cash Flows",
            "                            Years ended December 31,",
            "                                1998         1997",
            "Net income (loss)                (69)         188",
            "Depreciation                      42           38",
            "  Cash generated by operations   (27)         226",
            "Dividends paid                   (15)         (14)",
            "Total cash generated (used)      (42)         212",
        ]
    )
    assert [one.total for one in find_sums(statement).rows] == [2, 4]
