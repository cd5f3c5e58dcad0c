"""The figures of running text are tied to the facts they speak of, and to no others."""

from __future__ import annotations

import textwrap
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from converter.model import Footing, MappedStatement, Match, QName
from converter.pipeline import convert, read
from converter.proof.equations import Equation, Verdict
from converter.proof.evidence import Evidence, evidence_of
from converter.proof.prose import prose
from converter.taxonomy import Taxonomy, load_taxonomy

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
CONCEPTS = {
    "Net sales": "Revenues",
    "Interest expense": "InterestExpense",
    "Net income (loss)": "NetIncomeLoss",
    "Net income (loss) per share": "EarningsPerShareDiluted",
}
BALANCES = {"Cash": "Cash", "Inventories": "InventoryNet", "Total assets": "Assets"}
MILLION = Decimal(1_000_000)


class Quarter(NamedTuple):
    """What a made-up company printed of one quarter, in thousands but for the last."""

    sales: int
    interest: int
    income: int
    each: Decimal


def printed(number: int | Decimal) -> str:
    return f"$({-number:,})" if number < 0 else f"${number:,}"


def release(text: str, now: Quarter, before: Quarter, *, name: str, width: int = 78) -> str:
    """A release: running text, then a statement of two quarters, and a balance sheet."""
    rows = [
        f"{label:<30}{printed(a):>12}{printed(b):>12}"
        for label, a, b in (
            ("Net sales", now.sales, before.sales),
            ("Interest expense", now.interest, before.interest),
            ("Net income (loss)", now.income, before.income),
            ("Net income (loss) per share", now.each, before.each),
        )
    ]
    body = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(
        (
            body,
            "",
            "",
            f"                  {name}",
            "            Consolidated Statements of Operations",
            "        (In thousands, except per share data)",
            "",
            "                                 Three months ended",
            "                                    September 30,",
            "                                  2003        2002",
            "                                --------    --------",
            *rows,
            "",
            "",
            "               Consolidated Balance Sheets",
            "                  (In thousands)",
            "",
            "                               September 30,  December 31,",
            "                                  2003        2002",
            "                                --------    --------",
            "Cash                             $9,000      $8,000",
            "Inventories                       1,000       2,000",
            "Total assets                    $10,000     $10,000",
            "",
        )
    )


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy("us-gaap-2024")


def evidence(release_text: str) -> Evidence:
    """What the release offers, its captions mapped by hand."""
    reading = read(release_text.encode(), name="release.txt")
    mapped = [
        MappedStatement(
            statement,
            Footing(),
            tuple(
                Match(
                    i, (QName("us-gaap", (CONCEPTS | BALANCES)[row.label]),), None, 1, 1.0, ()
                )
                for i, row in enumerate(statement.rows)
            ),
        )
        for statement in reading.statements
    ]
    return evidence_of(mapped, taxonomy(), prose=reading.prose)


def proved(
    text: str, now: Quarter, before: Quarter, *, name: str = "ACME, INC."
) -> list[Equation]:
    return list(prose(evidence(release(text, now, before, name=name))))


def verdicts(found: list[Equation]) -> list[Verdict]:
    return [one.verdict for one in found]


def quarters() -> st.SearchStrategy[Quarter]:
    each = st.integers(1, 999).map(lambda cents: Decimal(cents) / 100)
    income = st.integers(1_000, 90_000)
    drawn = st.tuples(
        st.integers(100_000, 999_999), st.integers(1_000, 9_999), income, each, st.booleans()
    )
    return drawn.map(
        lambda d: Quarter(d[0], d[1], -d[2] if d[4] else d[2], (-d[3] if d[4] else d[3]))
    )


def said(thousands: int, rounding: str) -> Decimal:
    """In millions, to a tenth."""
    return (Decimal(abs(thousands)) / 1000).quantize(Decimal("0.1"), rounding)


def of_income(quarter: Quarter) -> str:
    return "net loss" if quarter.income < 0 else "net income"


THIS = "the third quarter of fiscal 2003"
LAST = "the third quarter of fiscal 2002"
NAMES = st.sampled_from(("ACME, INC.", "BOLD FOODS CORP.", "Northern Rail Company"))


@settings(max_examples=20, deadline=None)
@given(quarters(), quarters(), NAMES, st.integers(40, 100), st.booleans())
def test_a_figure_rounded_either_way_ties(
    now: Quarter, before: Quarter, name: str, width: int, up: bool
) -> None:
    """Over lines of any width; and each figure has its own place in the file."""
    rounding = ROUND_HALF_UP if up else ROUND_HALF_DOWN
    now = now._replace(sales=now.sales // 100 * 100 + 50)
    text = (
        f"Net sales for {THIS} were ${said(now.sales, rounding)} million compared with "
        f"${said(before.sales, rounding)} million for {LAST}. The {of_income(now)} for "
        f"{THIS} was ${said(now.income, rounding)} million or ${abs(now.each)} per diluted "
        f"share compared with a {of_income(before)} for {LAST} of "
        f"${said(before.income, rounding)} million or ${abs(before.each)} per diluted share."
    )
    printed_text = release(text, now, before, name=name, width=width)
    found = list(prose(evidence(printed_text)))
    assert verdicts(found) == [Verdict.HOLDS] * 6
    lines = printed_text.split("\n")
    for one in found:
        source = one.stated.amount.source
        assert lines[source.span.line - 1][source.span.start : source.span.end] == source.text
        assert one.operands[0].figure.cell is not None


@settings(max_examples=20, deadline=None)
@given(quarters(), quarters(), st.integers(1, 500), st.booleans())
def test_a_figure_beyond_rounding_fails(
    now: Quarter, before: Quarter, tenths: int, above: bool
) -> None:
    """Subject and period are said, and the figure beside it is right."""
    right = said(now.sales, ROUND_HALF_UP)
    off = Decimal(tenths) / 10
    wrong = (
        said(now.sales, ROUND_CEILING) + off if above else said(now.sales, ROUND_FLOOR) - off
    )
    assume(wrong > 0 and wrong != right and abs(wrong * 1000 - now.sales) > 50)
    text = (
        f"Net sales for {THIS} were ${wrong} million compared with "
        f"${said(before.sales, ROUND_HALF_UP)} million for {LAST}."
    )
    found = proved(text, now, before)
    assert verdicts(found) == [Verdict.FAILS, Verdict.HOLDS]
    assert found[0].worked == now.sales * 1000
    assert found[0].stated.amount.number == wrong * MILLION


@settings(max_examples=10, deadline=None)
@given(quarters(), quarters(), st.integers(1, 9_999))
def test_what_may_be_of_another_thing_never_fails(
    now: Quarter, before: Quarter, tenths: int
) -> None:
    """A part of the company, no period, a forecast, no subject."""
    figure = f"${Decimal(tenths) / 10} million"
    for text in (
        f"Software net sales for {THIS} were {figure}.",
        f"Net sales in Europe for {THIS} were {figure}.",
        f"Net sales were {figure}.",
        f"Net sales for {THIS} are expected to be {figure}.",
        f"Net sales, excluding acquisitions, for {THIS} were {figure}.",
        f"In {THIS} the company raised {figure}, adding to its cash.",
        f"Net sales growth for {THIS} was {figure}.",
    ):
        assert Verdict.FAILS not in verdicts(proved(text, now, before)), text


@settings(max_examples=20, deadline=None)
@given(quarters(), quarters(), st.integers(0, 1))
def test_changes_are_of_both_facts(now: Quarter, before: Quarter, places: int) -> None:
    assume(now.sales != before.sales)
    change = abs(Decimal(now.sales - before.sales)) / before.sales * 100
    percent = change.quantize(Decimal(10) ** -places, ROUND_HALF_UP)
    assume(percent > 1)
    moved = "increased" if now.sales > before.sales else "decreased"
    up = "rose" if now.sales > before.sales else "fell"
    by = abs(said(now.sales, ROUND_HALF_UP) - said(before.sales, ROUND_HALF_UP))
    assume(abs(by * 1000 - abs(now.sales - before.sales)) < 50)
    assume(by > 1)
    this, last = (f"${said(one.sales, ROUND_HALF_UP)} million" for one in (now, before))
    for text in (
        f"Net sales {moved} {percent}% in {THIS} compared with {LAST}.",
        f"Net sales for {THIS} {up} {percent} percent over the year-ago quarter.",
        f"Net sales {moved} ${by} million, or {percent}%, in {THIS} from {LAST}.",
        f"Net sales for {THIS} {moved} {percent}% to {this} from {last} for {LAST}.",
    ):
        found = proved(text, now, before)
        assert set(verdicts(found)) == {Verdict.HOLDS}, text
        figures = {o.figure.cell and o.figure.cell.column for o in found[0].operands}
        assert figures == {0, 1}, text


def test_one_amount_is_read_in_any_words() -> None:
    now, before = (
        Quarter(280_000, 1_500, -3_200, Decimal("-0.11")),
        Quarter(100_000, 1_400, 900, Decimal("0.05")),
    )
    for figure in (
        "$280 million",
        "$280.0 million",
        "$0.28 billion",
        "$280,000,000",
        "$280,000",
    ):
        text = f"Net sales for {THIS} were {figure}."
        assert verdicts(proved(text, now, before)) == [Verdict.HOLDS], text
    for figure in ("$.11", "$0.11", "11 cents"):
        text = f"The net loss per share for {THIS} was {figure}."
        assert verdicts(proved(text, now, before)) == [Verdict.HOLDS], text


def test_a_loss_is_no_income() -> None:
    now, before = (
        Quarter(280_000, 1_500, -3_200, Decimal("-0.11")),
        Quarter(100_000, 1_400, 900, Decimal("0.05")),
    )
    loss = f"A net loss for {THIS} of $3.2 million compared with net income of $0.9 million."
    assert verdicts(proved(loss, now, before)) == [Verdict.HOLDS] * 2
    income = f"The Company's net income for {THIS} was $3.2 million."
    assert verdicts(proved(income, now, before)) == [Verdict.FAILS]


def test_a_line_that_is_no_result_is_tied_by_its_caption() -> None:
    now, before = (
        Quarter(280_000, 1_500, 3_200, Decimal("0.11")),
        Quarter(100_000, 1_400, 900, Decimal("0.05")),
    )
    text = f"Interest expense was $1.5 million in {THIS} versus $1.4 million a year ago."
    found = proved(text, now, before)
    assert verdicts(found) == [Verdict.HOLDS] * 2
    assert [e.operands[0].figure.amount.number for e in found] == [1_500_000, 1_400_000]


def test_what_ties_to_nothing_cannot_be_told() -> None:
    now, before = (
        Quarter(280_000, 1_500, 3_200, Decimal("0.11")),
        Quarter(100_000, 1_400, 900, Decimal("0.05")),
    )
    (found,) = proved("We bolstered our balance sheet, adding $126 million.", now, before)
    assert found.verdict is Verdict.UNCLEAR
    assert found.operands == found.divisor == ()
    assert found.worked == found.tolerance == 0
    assert found.why
    assert found.stated.amount.number == 126 * MILLION


@pytest.mark.parametrize("text", ["", "It was a good quarter.", "See pages 3 and 4."])
def test_text_without_figures_says_nothing(text: str) -> None:
    now = Quarter(280_000, 1_500, 3_200, Decimal("0.11"))
    assert proved(text, now, now) == []


def test_no_row_of_a_table_is_running_text() -> None:
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    tables = {
        cell.span.line
        for statement in conversion.reading.statements
        for row in statement.rows
        for cell in row.source.cells
        if cell is not None
    }
    told = [e for e in conversion.equations if e.check == "prose"]
    assert verdicts(told) == [Verdict.HOLDS] * 4
    assert tables.isdisjoint(e.stated.amount.source.span.line for e in told)
