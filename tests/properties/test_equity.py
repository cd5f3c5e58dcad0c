"""Statements of stockholders' equity come back as they were printed.

A statement that adds up is drawn: components, years, and movements of some of the
components. It is printed as text and as HTML, with components in columns or in sections,
and what is read must be what was printed. A digit that is changed is noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from converter.model import (
    Duration,
    Finding,
    Instant,
    MappedStatement,
    Measure,
    Period,
    Statement,
    StatementKind,
)
from converter.pipeline import convert, read
from converter.stating import statement_facts
from converter.taxonomy import load_taxonomy

COMPONENTS = (
    (("Common", "Stock"), "CommonStockMember"),
    (("Preferred", "Stock"), "PreferredStockMember"),
    (("Additional", "Paid-in", "Capital"), "AdditionalPaidInCapitalMember"),
    (("Retained", "Earnings"), "RetainedEarningsMember"),
    (("Accumulated", "Deficit"), "RetainedEarningsMember"),
    (("Treasury", "Stock"), "TreasuryStockCommonMember"),
    (("Accumulated", "Other", "Comprehensive", "Loss"),
     "AccumulatedOtherComprehensiveIncomeMember"),
    (("Unearned", "Compensation"), "DeferredCompensationShareBasedPaymentsMember"),
    (("Notes", "Receivable"), "ReceivablesFromStockholderMember"),
)  # fmt: skip
MOVEMENTS = (
    "Net income",
    "Cash dividends",
    "Stock options exercised",
    "Purchase of treasury stock",
    "Translation adjustment",
    "Stock issued for services",
    "Conversion of debentures",
    "Other",
)
AMOUNTS = st.integers(1_000, 99_999) | st.integers(-99_999, -1_000)


@dataclass(frozen=True)
class Line:
    """A movement: what it is called and, by component, how much it moves."""

    label: str
    amounts: tuple[int, ...]


@dataclass(frozen=True)
class Equity:
    """Components, the balances at the first day, and the movements of each year."""

    components: tuple[int, ...]
    end: date
    opening: tuple[int, ...]
    years: tuple[tuple[Line, ...], ...]

    def balances(self) -> list[tuple[int, ...]]:
        """The balances at each year's end, the opening ones first."""
        struck = [self.opening]
        for lines in self.years:
            moved = zip(struck[-1], *(line.amounts for line in lines), strict=True)
            struck.append(tuple(map(sum, moved)))
        return struck

    def days(self) -> list[date]:
        return [self.end.replace(year=self.end.year + n) for n in range(len(self.years) + 1)]


@st.composite
def equities(draw: st.DrawFn) -> Equity:
    kinds = st.lists(
        st.sampled_from(range(len(COMPONENTS))), min_size=2, max_size=6, unique=True
    )
    chosen = draw(kinds.filter(lambda some: not {3, 4} <= set(some)))
    opening = tuple(draw(AMOUNTS) for _ in chosen)
    years = []
    for _ in range(draw(st.integers(1, 3))):
        labels = draw(st.lists(st.sampled_from(MOVEMENTS), min_size=1, max_size=5, unique=True))
        years.append(tuple(Line(label, draw(_moves(len(chosen)))) for label in labels))
    month_ends = (date(1995, 12, 31), date(1998, 6, 30), date(2001, 9, 30), date(2002, 3, 31))
    return Equity(tuple(chosen), draw(st.sampled_from(month_ends)), opening, tuple(years))


@st.composite
def _moves(draw: st.DrawFn, count: int) -> tuple[int, ...]:
    """One component moves, or two."""
    amounts = [0] * count
    for _ in range(draw(st.integers(1, 2))):
        amounts[draw(st.integers(0, count - 1))] = draw(AMOUNTS)
    return tuple(amounts)


# --- printed -------------------------------------------------------------------------


def number(value: int, nil: str = "--") -> str:
    if not value:
        return nil
    return f"({-value:,})" if value < 0 else f"{value:,}"


def rows_of(equity: Equity) -> list[tuple[str, tuple[int, ...], bool]]:
    """Captions, amounts with the total, and whether they are balances."""
    days, struck = equity.days(), equity.balances()
    rows = []
    for n, balance in enumerate(struck):
        if n:
            rows += [(line.label, line.amounts, False) for line in equity.years[n - 1]]
        rows.append((f"Balance, {days[n]:%B} {days[n].day}, {days[n].year}", balance, True))
    return [(label, (*amounts, sum(amounts)), is_struck) for label, amounts, is_struck in rows]


def in_columns(equity: Equity) -> str:
    """Plain text, components side by side under headings of several lines."""
    heads = [COMPONENTS[i][0] for i in equity.components] + [("", "Total")]
    depth = max(map(len, heads))
    lines = [
        "ALPHA CORP.",
        "CONSOLIDATED STATEMENTS OF STOCKHOLDERS' EQUITY",
        "(In thousands)",
        "",
    ]
    for row in range(depth):
        words = [("", *([""] * depth), *head)[row - depth] for head in heads]
        lines.append(" " * 32 + "".join(f"{word:>16}" for word in words).rstrip())
    for label, amounts, struck in rows_of(equity):
        rule = " " * 32 + "".join(f"{'-' * 12:>16}" for _ in amounts)
        lines += [rule] if struck and lines[-1].strip("- ") else []
        lines.append(f"{label:<32}" + "".join(f"{number(n):>16}" for n in amounts))
    return "\n".join([*lines, ""])


def in_markup(equity: Equity) -> str:
    """HTML, the total first."""
    heads = ["Total"] + [" ".join(COMPONENTS[i][0]) for i in equity.components]
    top = "<tr><td></td>" + "".join(f"<td>{head}</td>" for head in heads) + "</tr>"
    body = "".join(
        f"<tr><td>{label}</td>"
        + "".join(f"<td>{number(n)}</td>" for n in (amounts[-1], *amounts[:-1]))
        + "</tr>\n"
        for label, amounts, _ in rows_of(equity)
    )
    return (
        "<html><body><p>ALPHA CORP.</p>\n"
        "<p>CONSOLIDATED STATEMENTS OF STOCKHOLDERS' EQUITY</p>\n<p>(In thousands)</p>\n"
        f"<table>{top}\n{body}</table></body></html>\n"
    )


def in_sections(equity: Equity) -> str:
    """Plain text, one component below another, a column for each year."""
    days, struck = equity.days(), equity.balances()
    years = list(range(len(equity.years)))[::-1]
    lines = [
        "ALPHA CORP.",
        "CONSOLIDATED STATEMENTS OF CHANGES IN STOCKHOLDERS' EQUITY",
        f"For the years ended {equity.end:%B} {equity.end.day} (In thousands)",
        "",
        " " * 36 + "".join(f"{days[n + 1].year:>14}" for n in years),
    ]
    for at, component in enumerate(equity.components):
        lines.append(" ".join(COMPONENTS[component][0]) + ":")
        lines.append(_across("  Balance at beginning of year", [struck[n][at] for n in years]))
        for label in MOVEMENTS:
            moved = [_moved(equity, n, label, at) for n in years]
            if any(moved):
                lines.append(_across(f"    {label}", moved))
        lines.append(_across("  Balance at end of year", [struck[n + 1][at] for n in years]))
    lines.append(_across("Total stockholders' equity", [sum(struck[n + 1]) for n in years]))
    return "\n".join([*lines, ""])


def _across(label: str, numbers: Sequence[int]) -> str:
    return f"{label:<36}" + "".join(f"{number(n):>14}" for n in numbers)


def _moved(equity: Equity, year: int, label: str, component: int) -> int:
    return sum(line.amounts[component] for line in equity.years[year] if line.label == label)


# --- read back -----------------------------------------------------------------------

Stated = tuple[str | None, Period, Decimal]


def expected(equity: Equity) -> set[Stated]:
    """Component, period and amount of every number that is not a dash."""
    days, struck = equity.days(), equity.balances()
    members = [*(COMPONENTS[i][1] for i in equity.components), None]
    found: set[Stated] = set()
    for n, balance in enumerate(struck):
        whole = (*balance, sum(balance))
        found |= {
            (m, Instant(days[n]), Decimal(a) * 1000)
            for m, a in zip(members, whole, strict=True)
        }
    for n, lines in enumerate(equity.years):
        year = Duration(days[n] + timedelta(days=1), days[n + 1])
        for line in lines:
            whole = (*line.amounts, sum(line.amounts))
            found |= {
                (m, year, Decimal(a) * 1000) for m, a in zip(members, whole, strict=True) if a
            }
    return found


def the_statement(text: str, name: str = "equity.txt") -> Statement:
    found = [
        s for s in read(text.encode(), name=name).statements if s.kind is StatementKind.EQUITY
    ]
    assert len(found) == 1
    return found[0]


def stated(statement: Statement) -> set[Stated]:
    return {
        (
            column.component.members[0] if column.component else None,
            row.period,
            amount.number,
        )
        for row in statement.rows
        for amount, column in zip(row.amounts, statement.columns, strict=True)
        if amount is not None and row.period is not None
    }


def findings_of(text: str) -> list[Finding]:
    return list(convert(text.encode(), name="equity.txt").findings)


@given(equities())
def test_components_in_columns(equity: Equity) -> None:
    assert stated(the_statement(in_columns(equity))) == expected(equity)


@given(equities())
def test_components_in_columns_of_markup(equity: Equity) -> None:
    assert stated(the_statement(in_markup(equity), "equity.html")) == expected(equity)


@given(equities())
def test_components_in_sections(equity: Equity) -> None:
    """The same amounts by component, as far as this layout prints them."""
    converted = convert(in_sections(equity).encode(), name="equity.txt")
    mapped = [m for m in converted.statements if m.statement.kind is StatementKind.EQUITY]
    assert len(mapped) == 1
    of_components = {one for one in expected(equity) if one[0]}
    assert {one for one in as_printed(mapped[0]) if one[0]} == of_components


def as_printed(mapped: MappedStatement) -> set[Stated]:
    """What is stated, by component, with the sign that was printed."""
    taxonomy = load_taxonomy("us-gaap-2024")
    signs = {match.row: match.sign for match in mapped.matches}
    return {
        (
            one.dimension[1].local if one.dimension else None,
            one.period,
            Decimal(one.value) * signs[one.row],
        )
        for one in statement_facts(mapped, taxonomy)
    }


@given(equities(), st.data())
def test_a_changed_digit_is_noticed(equity: Equity, data: st.DataObject) -> None:
    text = in_columns(equity)
    lines = text.split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith("Balance"))
    places = [
        (i, at)
        for i in range(first, len(lines))
        for at in range(32, len(lines[i]))
        if lines[i][at].isdigit()
    ]
    i, at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != lines[i][at]]))
    lines[i] = lines[i][:at] + digit + lines[i][at + 1 :]
    changed = "\n".join(lines)
    assume(changed != text)
    assert {f.code for f in findings_of(changed)} & {
        "sum.off", "sum.rounding", "sum.unproven", "rows.misfit", "statement.unclear",
        "statement.not-read", "statement.only-total",
    }  # fmt: skip


@given(equities())
def test_what_adds_up_draws_no_complaint(equity: Equity) -> None:
    found = {f.code for f in findings_of(in_columns(equity))}
    assert not found & {"sum.off", "sum.unproven", "row.no-period", "column.no-component"}


# --- by hand -------------------------------------------------------------------------

SHARES = """\
                                  ALPHA CORP.
                      Statements of Stockholders' Equity
              (In thousands, except shares; unaudited)

                                   Common Stock       Additional
                                -------------------    Paid-in     Retained
                                  Shares    Amount     Capital     Earnings     Total
                                ---------  --------   ---------   ---------   ---------
Balance, July 1, 1997           1,000,000   $   100   $     500   $     200   $     800
Exercise of stock options          20,000         2          48          --          50
Net income                             --        --          --          70          70
Dividends ($.01 per share)             --        --          --         (10)        (10)
                                ---------  --------   ---------   ---------   ---------
Balance, June 30, 1998          1,020,000       102         548         260         910
Exercise of stock options          10,000         1          29          --          30
Net income                             --        --          --          80          80
Dividends ($.02 per share)             --        --          --         (20)        (20)
                                ---------  --------   ---------   ---------   ---------
Balance, June 30, 1999          1,030,000   $   103   $     577   $     320   $   1,000
                                =========  ========   =========   =========   =========
"""


def facts_of(text: str) -> dict[tuple[str, str | None, str], Decimal]:
    """By concept, member and the last day of the period."""
    converted = convert(text.encode(), name="equity.txt")
    contexts = {c.id: c for c in converted.instance.contexts}
    facts = {}
    for fact in converted.instance.facts:
        context = contexts[fact.context]
        period = context.period
        end = period.date if isinstance(period, Instant) else period.end
        member = context.dimensions[0][1].local if context.dimensions else None
        facts[fact.concept.local, member, end.isoformat()] = Decimal(fact.value)
    return facts


def test_shares_and_amounts() -> None:
    """A balance "at July 1" is that of the day before; one movement is one concept."""
    facts = facts_of(SHARES)
    assert facts["StockholdersEquity", None, "1997-06-30"] == 800_000
    assert facts["StockholdersEquity", "CommonStockMember", "1999-06-30"] == 103_000
    assert facts["SharesOutstanding", "CommonStockMember", "1999-06-30"] == 1_030_000
    options = "StockIssuedDuringPeriodValueStockOptionsExercised"
    assert facts[options, "AdditionalPaidInCapitalMember", "1998-06-30"] == 48_000
    assert facts[options, None, "1999-06-30"] == 30_000
    shares = "StockIssuedDuringPeriodSharesStockOptionsExercised"
    assert facts[shares, "CommonStockMember", "1998-06-30"] == 20_000
    assert facts["DividendsCommonStockCash", None, "1998-06-30"] == 10_000
    assert facts["DividendsCommonStockCash", "RetainedEarningsMember", "1999-06-30"] == 20_000
    assert facts["NetIncomeLoss", "RetainedEarningsMember", "1999-06-30"] == 80_000


def test_numbers_of_shares_are_no_money() -> None:
    statement = the_statement(SHARES)
    counting = [row for row in statement.rows if row.measure is Measure.SHARES]
    assert [row.amounts[0].number for row in counting if row.amounts[0]] == [
        1_000_000, 20_000, 1_020_000, 10_000, 1_030_000,
    ]  # fmt: skip
    assert all(row.amounts[0] is None for row in statement.rows if row not in counting)


def test_comprehensive_income_beside_equity() -> None:
    """It is no part of equity: its column is left out, and told of."""
    lines = [
        line.rstrip("\n") + {"Ad": "", "Ne": "        70"}.get(line[:2], "") + "\n"
        for line in SHARES.splitlines(keepends=True)
    ]
    lines[5] = lines[5].rstrip("\n") + "            Comprehensive\n"
    lines[7] = lines[7].rstrip("\n") + "        Income\n"
    text = "".join(lines)
    assert facts_of(text) == facts_of(SHARES)
    assert "column.no-component" in {f.code for f in findings_of(text)}


def test_halves_side_by_side() -> None:
    """A statement too wide for its page goes on with the other columns."""
    lines = SHARES.splitlines(keepends=True)
    left = [*lines[:4], *(line[:52].rstrip() + "\n" for line in lines[4:])]
    right = [*lines[:4], *(line[:32] + line[52:] for line in lines[4:])]
    whole, parted = facts_of(SHARES), facts_of("".join([*left, "\n\n<PAGE>\n\n", *right]))
    assert parted == whole


def _classes() -> str:
    """Two classes of stock; the first line of their headings stands over the shares."""
    rows = (
        ("Balance June 30, 1998", "$20", "$5", "$90,000", "$90,025", "20,000,000", "5,000,000"),
        ("Stock issued", "1", "-", "400", "401", "100,000", "-"),
        ("Class A dividends ($.10 per share)", "-", "-", "(2,000)", "(2,000)", "-", "-"),
        ("Balance June 30, 1999", "$21", "$5", "$88,400", "$88,426", "20,100,000", "5,000,000"),
    )  # fmt: skip
    cells = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in (
            label, a_shares, a, b_shares, b, kept, total)) + "</tr>"
        for label, a, b, kept, total, a_shares, b_shares in rows
    )  # fmt: skip
    heads = "".join(f"<td colspan=2>Class {x}<br>Common Stock</td>" for x in "AB")
    counts = "<td>Shares</td><td>Amount</td>" * 2
    return (
        "<html><body><p>OMEGA TOOLS CORP.<br>STATEMENTS OF STOCKHOLDERS' EQUITY<br>"
        "(In thousands, except share data)</p><table>"
        f"<tr><td></td>{heads}<td rowspan=2>Retained Earnings</td><td rowspan=2>Total</td></tr>"
        f"<tr><td></td>{counts}</tr>{cells}</table></body></html>"
    )


def test_a_class_of_stock_keeps_its_letter_and_its_shares() -> None:
    facts = facts_of(_classes())
    for letter, shares, amount in (("A", 20_100_000, 21_000), ("B", 5_000_000, 5_000)):
        member = f"Class{letter}CommonStockMember"
        assert facts["SharesOutstanding", member, "1999-06-30"] == shares
        assert facts["StockholdersEquity", member, "1999-06-30"] == amount
    assert facts["ClassADividends", None, "1999-06-30"] == -2_000_000


def test_components_that_cancel_out_leave_the_heading_of_the_total() -> None:
    """The one that is left is the sum of the others too, and still no total."""
    moved = (Line("Net income", (1_000, 0, 0)),)
    equity = Equity((0, 1, 2), date(1995, 12, 31), (1_000, 1_000, -1_000), (moved,))
    for text, name in ((in_columns(equity), "equity.txt"), (in_markup(equity), "equity.html")):
        assert stated(the_statement(text, name)) == expected(equity)


def test_stock_that_never_moves_is_a_column_of_its_own() -> None:
    """Its balances alone stand in the first column, with a blank where nothing moves."""
    years = tuple(
        tuple(Line(label, (0, n, 1_000 * (n + year))) for n, label in enumerate(MOVEMENTS, 1))
        for year in range(2)
    )
    equity = Equity((0, 2, 3), date(1998, 12, 31), (1_222, 5_283, 19_659), years)
    assert stated(the_statement(in_columns(equity).replace(" --", "   "))) == expected(equity)


def test_numbers_between_two_columns_go_where_the_balances_lack_them() -> None:
    moved = (
        Line("Net income", (0, 0, 7_237)),
        Line("Stock issued for services", (11, 234, 0)),
        Line("Stock dividend", (0, 0, -1_707)),
        Line("Cash dividends", (0, 0, -2_290)),
    )
    equity = Equity((0, 2, 3), date(1998, 12, 31), (1_222, 5_283, 19_659), (moved, moved))
    lines = in_columns(equity).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Stock dividend"))
    lines[at] = f"{'Stock dividend':<32}{'':23}{'(1,707)':<24}(1,707)"
    text = "\n".join([*lines, ""])
    assert stated(the_statement(text)) == expected(equity)
    assert "rows.misfit" not in {found.code for found in findings_of(text)}
