"""Sums: a statement that adds up is silent, and no wrong number passes unseen."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from converter import arithmetic
from converter.arithmetic import check_sums, find_sums
from converter.model import Finding, Measure, Statement
from converter.pipeline import convert, read

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
SUM_CODES = {"sum.off", "sum.rounding", "sum.unproven"}


class Printed(NamedTuple):
    """A line of a form: a total has terms, each the label of another line."""

    label: str
    indent: int
    terms: tuple[tuple[int, str], ...] = ()
    heading: bool = False


def add(*labels: str) -> tuple[tuple[int, str], ...]:
    return tuple((1, label) for label in labels)


BALANCE = (
    Printed("Assets", 10, heading=True),
    Printed("Current assets:", 0, heading=True),
    Printed("Cash", 3),
    Printed("Accounts receivable, net", 3),
    Printed("Inventories", 3),
    Printed("Total current assets", 6,
            add("Cash", "Accounts receivable, net", "Inventories")),
    Printed("Property and equipment, net", 0),
    Printed("Other assets", 0),
    Printed("Total assets", 6,
            add("Total current assets", "Property and equipment, net", "Other assets")),
    Printed("Liabilities and Stockholders' Equity", 10, heading=True),
    Printed("Current liabilities:", 0, heading=True),
    Printed("Accounts payable", 3),
    Printed("Accrued expenses", 3),
    Printed("Total current liabilities", 6, add("Accounts payable", "Accrued expenses")),
    Printed("Long-term debt", 0),
    Printed("Stockholders' equity:", 0, heading=True),
    Printed("Common stock", 3),
    Printed("Retained earnings", 3),
    Printed("Total stockholders' equity", 6, add("Common stock", "Retained earnings")),
    Printed("Total liabilities and stockholders' equity", 6,
            add("Total current liabilities", "Long-term debt",
                "Total stockholders' equity")),
)  # fmt: skip
INCOME = (
    Printed("Net sales", 0),
    Printed("Cost of sales", 0),
    Printed("Gross profit", 3, ((1, "Net sales"), (-1, "Cost of sales"))),
    Printed("Operating expenses:", 0, heading=True),
    Printed("Research and development", 3),
    Printed("Selling and marketing", 3),
    Printed("General and administrative", 3),
    Printed("Total operating expenses", 6,
            add("Research and development", "Selling and marketing",
                "General and administrative")),
    Printed("Operating income", 0,
            ((1, "Gross profit"), (-1, "Total operating expenses"))),
    Printed("Provision for income taxes", 0),
    Printed("Net income", 0,
            ((1, "Operating income"), (-1, "Provision for income taxes"))),
)  # fmt: skip
HEADS = {
    BALANCE: ("Balance Sheets", "December 31, 1998, 1997 and 1996"),
    INCOME: ("Statements of Income", "Years ended December 31, 1998, 1997 and 1996"),
}
Form = tuple[Printed, ...]
Column = dict[str, int]


def totalled(form: Form, leaves: Mapping[str, int]) -> Column:
    """All numbers of a column from those that no sum gives."""
    column = dict(leaves)
    for line in form:
        if line.terms:
            column[line.label] = sum(w * column[label] for w, label in line.terms)
    return column


def leaf_labels(form: Form) -> list[str]:
    return [line.label for line in form if not line.terms and not line.heading]


def balanced(leaves: Column) -> Column:
    """The same leaves with earnings that make both sides equal."""
    column = totalled(BALANCE, leaves)
    gap = column["Total assets"] - column["Total liabilities and stockholders' equity"]
    rest = leaves["Retained earnings"] + gap
    return totalled(BALANCE, leaves | {"Retained earnings": rest})


def column_of(form: Form, numbers: Sequence[int]) -> Column:
    leaves = dict(zip(leaf_labels(form), numbers, strict=True))
    return balanced(leaves) if form is BALANCE else totalled(form, leaves)


def money(number: int) -> str:
    digits = f"{abs(number):,}"
    return "--" if not number else f"({digits})" if number < 0 else f"{digits} "


def print_form(form: Form, columns: Sequence[Column]) -> list[str]:
    title, dates = HEADS[form]
    years = "".join(f"{1998 - i:>15} " for i in range(len(columns)))
    lines = ["  EXAMPLE COMPANY", f"  {title}", f"  {dates}", "  (In thousands)", ""]
    lines += [" " * 48 + years, ""]
    for line in form:
        text = " " * line.indent + line.label
        if not line.heading:
            row = "".join(f"{money(c[line.label]):>16}" for c in columns)
            text = text.ljust(48) + row
        if line.terms:
            lines.append(" " * 50 + "  ------------" * len(columns))
        lines.append(text)
    return lines


def statement_of(lines: Sequence[str]) -> Statement:
    statements = read("\n".join([*lines, ""]).encode(), name="sums.txt").statements
    assert len(statements) == 1, "\n".join(lines)
    return statements[0]


def sum_findings(statement: Statement) -> list[Finding]:
    found = check_sums(statement, find_sums(statement))
    assert {f.code for f in found} <= SUM_CODES
    return found


forms = st.sampled_from([BALANCE, INCOME])


def drawn_columns(
    form: Form, cell: st.SearchStrategy[int], least: int
) -> st.SearchStrategy[list[Column]]:
    size = len(leaf_labels(form))
    column = st.lists(cell, min_size=size, max_size=size)
    return st.lists(column.map(lambda c: column_of(form, c)), min_size=least, max_size=3)


any_statement = forms.flatmap(
    lambda form: st.tuples(
        st.just(form),
        drawn_columns(form, st.one_of(st.just(0), st.integers(-99_999, 9_999_999)), 1),
    )
)


@st.composite
def large_statements(draw: st.DrawFn) -> tuple[Form, list[Column]]:
    """Leaves at random, far larger than the errors.

    No leaf is then the error of another line, nor the sum of others by accident: among
    the small and equal numbers that Hypothesis likes, other sums hold as well.
    """
    form = draw(forms)
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311
    size = len(leaf_labels(form))
    count = draw(st.integers(2, 3))
    leaves = [chance.sample(range(100_000, 9_999_999), size) for _ in range(count)]
    return form, [column_of(form, column) for column in leaves]


@given(any_statement)
def test_a_statement_that_adds_up_is_silent(drawn: tuple[Form, list[Column]]) -> None:
    form, columns = drawn
    lines = print_form(form, columns)
    assert sum_findings(statement_of(lines)) == [], "\n".join(lines)


@given(large_statements(), st.data())
def test_a_wrong_number_is_found(drawn: tuple[Form, list[Column]], data: st.DataObject) -> None:
    """The total is named by its line, and the difference is told.

    Two columns at least: a result such as "Net income" is only taken for a sum where
    it holds in half of the columns; a lone column that is wrong claims no sum.
    """
    form, columns = drawn
    label = data.draw(st.sampled_from([line.label for line in form if not line.heading]))
    which = data.draw(st.integers(0, len(columns) - 1))
    error = data.draw(st.integers(5, 9_999)) * data.draw(st.sampled_from([1, -1]))
    columns[which] = columns[which] | {label: columns[which][label] + error}
    lines = print_form(form, columns)
    found = [f for f in sum_findings(statement_of(lines)) if f.code == "sum.off"]
    told = {(f.span.line if f.span else 0, f.message.rpartition(" ")[2]) for f in found}
    for total in form:
        weights = {name: weight for weight, name in total.terms}
        line = next(
            n for n, text in enumerate(lines, 1) if text.strip().startswith(total.label)
        )
        if total.label == label and total.terms:
            assert (line, f"{error:+,}") in told, "\n".join(lines)
        elif label in weights:
            assert (line, f"{-error * weights[label]:+,}") in told, "\n".join(lines)


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
    check = arithmetic.check_sum

    def counted(*args: object) -> object:
        nonlocal tried
        tried += 1
        return check(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arithmetic, "check_sum", counted)
        find_sums(statement)
    assert 0 < tried < 30_000


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
