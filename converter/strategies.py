"""Hypothesis strategies of financial statements, for tests of what reads or checks them.

    pip install tieout[hypothesis]

Each draws a `Report` (`converter.specimen`): statements that add up, which know their
lines, sums and exact values, and print themselves as text or as HTML. docs/strategies.md
shows their use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import Literal, NamedTuple

from hypothesis import strategies as st

from converter.model import Footing, StatementKind, Sum, Term
from converter.proof.equations import Cell
from converter.specimen import Equated, Layout, Line, Report, Specimen
from converter.specimen_trees import (
    Amounts,
    Form,
    Group,
    Leaf,
    Part,
    Printed,
    Sign,
    listed,
    plus,
    statement_of,
)

__all__ = [
    "Equated", "Form", "Layout", "Line", "Report", "Specimen", "balance_sheets", "cash_flows",
    "equity_statements", "forms", "income_statements", "layouts", "reports", "statements",
]  # fmt: skip

CURRENT_ASSETS = ("Marketable securities", "Accounts receivable, net", "Prepaid expenses",
                  "Deferred income taxes")  # fmt: skip
INVENTORIES = ("Raw materials", "Work in process", "Finished goods")
PROPERTY = ("Land", "Buildings and improvements", "Machinery and equipment")
OTHER_ASSETS = ("Goodwill, net", "Intangible assets, net", "Other assets")
CURRENT_LIABILITIES = ("Accounts payable", "Accrued liabilities", "Income taxes payable",
                       "Current portion of long-term debt", "Deferred revenue")  # fmt: skip
LONG_TERM = ("Long-term debt, less current portion", "Accrued pension obligations",
             "Other long-term liabilities")  # fmt: skip
EQUITY = ("Common stock", "Additional paid-in capital",
          "Accumulated other comprehensive income (loss)")  # fmt: skip
EXPENSES = ("Research and development", "Selling and marketing", "General and administrative",
            "Amortization of intangible assets", "Restructuring charges")  # fmt: skip
ADJUSTMENTS = ("Depreciation and amortization", "Deferred income taxes", "Accounts receivable",
               "Inventories", "Accounts payable", "Accrued liabilities")  # fmt: skip
INVESTING = ("Purchases of property and equipment", "Purchases of marketable securities",
             "Acquisitions, net of cash acquired")  # fmt: skip
FINANCING = ("Proceeds from long-term debt", "Repayments of long-term debt",
             "Proceeds from issuance of common stock", "Dividends paid")  # fmt: skip
CASH = "Cash and cash equivalents"
RETAINED = "Retained earnings (accumulated deficit)"
NET_INCOME = "Net income (loss)"

_SIGNS = st.sampled_from([1, -1])


layouts: st.SearchStrategy[Layout] = st.builds(
    Layout,
    width=st.sampled_from([72, 80, 100, 132]),
    gap=st.integers(1, 6),
    indent=st.integers(1, 5),
    leaders=st.booleans(),
    dollars=st.booleans(),
    minus=st.booleans(),
    nil=st.sampled_from(["--", "-", "---"]),
    named=st.sampled_from([True, False]),
)


@st.composite
def forms(
    draw: st.DrawFn,
    *,
    columns: st.SearchStrategy[int] = st.integers(1, 6),  # noqa: B008  (lazy, immutable)
    scales: st.SearchStrategy[int] = st.sampled_from([3, 0, 6]),  # noqa: B008
    rounded: st.SearchStrategy[bool] = st.booleans(),  # noqa: B008
    months: st.SearchStrategy[Literal[3, 12]] = st.sampled_from([12, 3]),  # noqa: B008
    telling: bool = True,
) -> Form:
    """What statements have in common: columns, dates, scale, rounding, layout."""
    last = draw(st.integers(1990, 2008))
    years = [last - n for n in range(draw(columns))]
    return Form(
        years=tuple(years[:: draw(st.sampled_from([1, -1]))]),
        ends=draw(st.sampled_from([(12, 31), (9, 30), (6, 30), (3, 31)])),
        months=draw(months),
        scale=draw(scales),
        rounded=draw(rounded),
        telling=telling,
        key=draw(st.integers(0, 2**32)),
        parentheses=draw(st.booleans()),
        dated=draw(st.booleans()),
        size=draw(st.sampled_from([100_000, 1_000_000, 10_000_000])),
        layout=draw(layouts),
    )


any_form = forms()


@cache
def _some(labels: tuple[str, ...], least: int) -> st.SearchStrategy[set[str]]:
    return st.sets(st.sampled_from(labels), min_size=least)


class _Pen(NamedTuple):
    """Draws lines of one form; those that are `known` have their amounts already."""

    draw: st.DrawFn
    form: Form
    known: Mapping[str, Amounts] = {}

    def leaf(self, label: str, sign: Sign = 1, *, signed: bool = False) -> Leaf:
        """A line; `sign` is that of its numbers, unless it is `signed` and may have any."""
        if label in self.known:
            return Leaf(label, self.known[label])
        numbers = [self.amount(label, column) for column in range(len(self.form.years))]
        if signed:
            return Leaf(label, tuple(self.signed(number) for number in numbers))
        return Leaf(label, tuple(sign * number for number in numbers))

    def amount(self, label: str, column: int) -> int:
        form = self.form
        unit: int = 10**form.scale
        if not form.telling:
            some = st.just(0) | st.integers(1, 99) | st.integers(0, form.size)
            return self.draw(some) * unit
        # Not drawn one by one: such figures are slow to shrink, and end up alike.
        place = f"{form.key} {label} {column}".encode()
        turned = int.from_bytes(blake2b(place, digest_size=8).digest())
        exact = form.size * unit // 100 + turned % (form.size * unit)
        return exact if form.rounded else exact - exact % unit

    def leaves(
        self, labels: Sequence[str], sign: Sign = 1, *, signed: bool = False, least: int = 1
    ) -> list[Leaf]:
        """Some of the lines, in their order."""
        some = self.draw(_some(tuple(labels), least))
        return [self.leaf(label, sign, signed=signed) for label in labels if label in some]

    def signed(self, number: int) -> int:
        """A number or, for a loss, its negative."""
        return number * self.draw(_SIGNS)

    def maybe(self, node: Leaf | Group) -> list[Leaf | Group]:
        return [node] if self.draw(st.booleans()) else []

    @property
    def deducted(self) -> Sign:
        """The printed sign of a deduction; its weight is the other one."""
        return -1 if self.form.parentheses else 1

    def less(self, node: Leaf | Group) -> Part:
        return Part(1 if self.form.parentheses else -1, node)


# --- statements ----------------------------------------------------------------------


def _balance(pen: _Pen) -> Specimen:
    named = pen.form.layout.named
    inventories = Group(
        "Inventories:", plus(pen.leaves(INVENTORIES, least=2)), "Total inventories"
    )
    depreciation = pen.less(pen.leaf("Less accumulated depreciation", pen.deducted))
    owned = plus(pen.leaves(PROPERTY, least=2))
    net = "Net property and equipment"
    property_ = Group("Property and equipment:", (*owned, depreciation), net)
    current = [pen.leaf(CASH), *pen.leaves(CURRENT_ASSETS), *pen.maybe(inventories)]
    held = Group("Current assets:", plus(current), "Total current assets")
    assets = Group(
        "",
        plus([held, *pen.maybe(property_), *pen.leaves(OTHER_ASSETS)]),
        "Total assets" if named else "",
    )
    due = Group(
        "Current liabilities:",
        plus(pen.leaves(CURRENT_LIABILITIES, least=2)),
        "Total current liabilities",
    )
    owed: list[Leaf | Group] = [due, *pen.leaves(LONG_TERM)]
    if pen.draw(st.booleans()):
        owed = [Group("", plus(owed), "Total liabilities")]
    stock = pen.leaves(EQUITY)
    others = zip(assets.amounts, *(node.amounts for node in (*owed, *stock)), strict=True)
    retained = Leaf(RETAINED, tuple(whole - sum(rest) for whole, *rest in others))
    equity = Group(
        "Stockholders' equity:", plus([*stock, retained]), "Total stockholders' equity"
    )
    both = "Total liabilities and stockholders' equity" if named else ""
    left = Printed((Line("ASSETS"),)).then(assets)
    right = left.line(Line("LIABILITIES AND STOCKHOLDERS' EQUITY"))
    whole = right.then(Group("", plus([*owed, equity]), both))
    balanced = whole.sum(len(whole.lines) - 1, [Term(len(left.lines) - 1, 1)])
    title = "CONSOLIDATED BALANCE SHEETS"
    return statement_of(pen.form, StatementKind.BALANCE_SHEET, title, balanced)


def _income(pen: _Pen) -> Specimen:
    sign = pen.deducted
    sales = _group_or_leaf(pen, "Revenues", ("Products", "Services"), "Total revenues", 1)
    costs = ("Cost of products", "Cost of services")
    cost = _group_or_leaf(pen, "Cost of revenues", costs, "Total cost of revenues", sign)
    gross = Group("", (Part(1, sales), pen.less(cost)), "Gross profit")
    expenses = plus(pen.leaves(EXPENSES, sign, least=2))
    operating = Group("Operating expenses:", expenses, "Total operating expenses")
    result = Group("", (Part(1, gross), pen.less(operating)), "Operating income (loss)")
    others = (
        *plus(pen.maybe(pen.leaf("Interest income"))),
        pen.less(pen.leaf("Interest expense", sign)),
    )
    before = Group("", (Part(1, result), *others), "Income (loss) before income taxes")
    tax = pen.less(pen.leaf("Provision for income taxes", sign))
    net = Group("", (Part(1, before), tax), NET_INCOME)
    title = "CONSOLIDATED STATEMENTS OF OPERATIONS"
    return statement_of(pen.form, StatementKind.INCOME, title, Printed(()).then(net))


def _group_or_leaf(
    pen: _Pen, name: str, parts: Sequence[str], total: str, sign: Sign
) -> Leaf | Group:
    if pen.draw(st.booleans()):
        return Group(f"{name}:", plus([pen.leaf(part, sign) for part in parts]), total)
    return pen.leaf(name, sign)


def _flows(pen: _Pen) -> Specimen:
    groups = [
        Group(
            f"Cash flows from {name} activities:",
            plus([*first, *pen.leaves(labels, signed=True, least=2)]),
            f"Net cash provided by (used in) {name} activities",
        )
        for name, labels, first in (
            ("operating", ADJUSTMENTS, [pen.leaf(NET_INCOME, signed=True)]),
            ("investing", INVESTING, []),
            ("financing", FINANCING, []),
        )
    ]
    change = Group("", plus(groups), f"Net increase (decrease) in {CASH.lower()}")
    opening = Leaf(f"{CASH} at beginning of period", _openings(pen, change.amounts))
    closing = Group("", plus([change, opening]), f"{CASH} at end of period")
    title = "CONSOLIDATED STATEMENTS OF CASH FLOWS"
    return statement_of(pen.form, StatementKind.CASH_FLOWS, title, Printed(()).then(closing))


def _openings(pen: _Pen, changes: Amounts) -> Amounts:
    """Cash at the beginning: of a year, what there was at the end of the year before."""
    free = [max(0, -change) + pen.amount(CASH, c) for c, change in enumerate(changes)]
    if pen.form.months != 12:
        return tuple(free)
    order = sorted(range(len(changes)), key=lambda column: pen.form.years[column])
    cash, opening = sum(free), {}
    for column in order:
        opening[column] = cash
        cash += changes[column]
    return tuple(opening[column] for column in range(len(changes)))


def _equity(pen: _Pen, balances: Mapping[str, Amounts], earned: Amounts = ()) -> Specimen:
    """A roll-forward of the `balances` of components at the end of each year.

    Both they and what was `earned` are in the order of years. What income and dividends do
    not explain are other changes.
    """
    names, years = [*balances], sorted(pen.form.years)
    lines = [_balance_line(pen.form, years[0], [balances[name][0] for name in names])]
    sums = []
    for at, year in enumerate(years[1:], 1):
        opening = len(lines) - 1
        income = earned[at] if earned else pen.signed(pen.amount("income", at))
        dividends = -pen.amount("dividends", at)
        known = {NET_INCOME: {RETAINED: income}, "Cash dividends": {RETAINED: dividends}}
        struck = [balances[name][at] for name in names]
        moved = [[line.get(name, 0) for name in names] for line in known.values()]
        gaps = [
            now - sum(before)
            for now, *before in zip(struck, lines[opening].exact, *moved, strict=False)
        ]
        moves = zip([*known, "Other changes"], [*moved, gaps], strict=True)
        lines += [Line(label, 0, (*amounts, sum(amounts))) for label, amounts in moves]
        lines.append(_balance_line(pen.form, year, struck))
        terms = tuple(Term(row, 1) for row in range(opening, len(lines) - 1))
        sums.append(Sum(len(lines) - 1, terms, ("drawn",)))
    across = Sum(len(names), tuple(Term(at, 1) for at in range(len(names))), ("drawn",))
    return Specimen(
        StatementKind.EQUITY,
        "CONSOLIDATED STATEMENTS OF STOCKHOLDERS' EQUITY",
        (f"Years ended {pen.form.day} {listed(years[:0:-1])}",),
        (*(tuple(name.title().split()) for name in names), ("Total",)),
        tuple(lines),
        Footing(tuple(sums), (across,)),
        pen.form.scale,
        pen.form.layout,
    )


def _balance_line(form: Form, year: int, amounts: Sequence[int]) -> Line:
    return Line(f"Balance, {form.day} {year}", 0, (*amounts, sum(amounts)))


# --- strategies ----------------------------------------------------------------------


@st.composite
def balance_sheets(draw: st.DrawFn, form: st.SearchStrategy[Form] = any_form) -> Report:
    """A balance sheet: both sides are equal, by retained earnings."""
    return Report((_balance(_Pen(draw, draw(form))),))


@st.composite
def income_statements(draw: st.DrawFn, form: st.SearchStrategy[Form] = any_form) -> Report:
    """From revenues to net income, which may be a loss."""
    return Report((_income(_Pen(draw, draw(form))),))


@st.composite
def cash_flows(draw: st.DrawFn, form: st.SearchStrategy[Form] = any_form) -> Report:
    """Three activities, the change in cash, and cash at both ends of every period."""
    return Report((_flows(_Pen(draw, draw(form))),))


@st.composite
def equity_statements(draw: st.DrawFn, form: st.SearchStrategy[Form] = any_form) -> Report:
    """Components across, balances and movements down: of at least one year."""
    pen = _Pen(draw, draw(form.map(_with_two_years)))
    kept = [*pen.leaves(EQUITY), pen.leaf(RETAINED, signed=True)]
    return Report((_equity(pen, {leaf.label: leaf.amounts for leaf in kept}),))


def _with_two_years(form: Form) -> Form:
    years = form.years if len(form.years) > 1 else (form.years[0], form.years[0] - 1)
    return replace(form, years=years)


def statements(form: st.SearchStrategy[Form] = any_form) -> st.SearchStrategy[Report]:
    """A report of one statement of any kind."""
    kinds = (balance_sheets, income_statements, cash_flows, equity_statements)
    return st.one_of([kind(form) for kind in kinds])


@st.composite
def reports(draw: st.DrawFn, form: st.SearchStrategy[Form] = any_form) -> Report:
    """All four statements, of the same years; one year alone has no roll-forward.

    Tied are net income on the statements of income, cash flows and equity, and cash on
    the statement of cash flows and the balance sheet, at both ends of a year.
    """
    pen = _Pen(draw, replace(draw(form), months=12))
    years = pen.form.years
    income = _income(pen)
    earned = income.lines[-1].exact
    flows = _flows(pen._replace(known={NET_INCOME: earned}))
    sheet = _balance(pen._replace(known={CASH: flows.lines[-1].exact}))
    found = [sheet, income, flows]
    ties = [_tied(found, (1, NET_INCOME, c), (2, NET_INCOME, c)) for c in range(len(years))]
    end, beginning = f"{CASH} at end of period", f"{CASH} at beginning of period"
    ties += [_tied(found, (0, CASH, c), (2, end, c)) for c in range(len(years))]
    before = {c: years.index(year - 1) for c, year in enumerate(years) if year - 1 in years}
    ties += [_tied(found, (0, CASH, was), (2, beginning, c)) for c, was in before.items()]
    if len(years) > 1:
        order = sorted(range(len(years)), key=lambda column: years[column])
        kept = {
            line.label: tuple(line.exact[column] for column in order)
            for line in sheet.lines
            if line.label in (*EQUITY, RETAINED)
        }
        equity = _equity(pen, kept, tuple(earned[column] for column in order))
        rows = [row for row, line in enumerate(equity.lines) if line.label == NET_INCOME]
        found.append(equity)
        for row, column in zip(rows, order[1:], strict=True):
            of = Cell(1, len(income.lines) - 1, column)
            ties.append(Equated(Cell(3, row, len(kept)), ((1, of),)))
    return Report(tuple(found), tuple(ties))


def _tied(
    found: Sequence[Specimen], one: tuple[int, str, int], other: tuple[int, str, int]
) -> Equated:
    """The later of two figures equated with the one before it."""
    cells = [Cell(n, found[n].row(label), column) for n, label, column in (one, other)]
    return Equated(cells[1], ((1, cells[0]),))
