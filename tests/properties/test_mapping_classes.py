"""One made-up statement for each class of caption, and the concepts that it must get."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from converter.model import MappedStatement, Match
from converter.naming import named_as
from converter.pipeline import convert
from converter.taxonomy import load_taxonomy
from converter.wording import normalised, plain

_WIDTH = 56


def statement(title: str, heads: tuple[str, str], *lines: str) -> str:
    """A statement as a filer prints it; a line is `label | number | number`."""
    head = " " * _WIDTH + "".join(f"{h:>14}" for h in heads)
    top = ["OMEGA CORP.".center(80), title.center(80), "(In thousands)".center(80), "", head]
    return "\n".join([*top, *map(_printed, lines), ""])


def _printed(line: str) -> str:
    label, *numbers = (part.strip() for part in line.split("|"))
    indent = len(line) - len(line.lstrip())
    return f"{' ' * indent + label:<{_WIDTH}}" + "".join(f"{n:>14}" for n in numbers)


def balance(*lines: str, year: int = 1999) -> str:
    return statement("Balance Sheets", (f"Dec. 31, {year}", f"Dec. 31, {year - 1}"), *lines)


def flows(title: str, *lines: str, year: int = 1999) -> str:
    head = f"{'':{_WIDTH}}  Years ended December 31,\n"
    text = statement(title, (str(year), str(year - 1)), *lines)
    place = text.index(" " * _WIDTH + f"{year!s:>14}")
    return text[:place] + head + text[place:]


def mapped(text: str) -> MappedStatement:
    conversion = convert(text.encode(), name="omega.txt")
    assert len(conversion.statements) == 1, [f.message for f in conversion.findings]
    return conversion.statements[0]


def concepts(text: str) -> Mapping[str, tuple[str, ...]]:
    """The local names by caption; a caption that is printed twice counts from the second."""
    one = mapped(text)
    found: dict[str, tuple[str, ...]] = {}
    for row, match in zip(one.statement.rows, one.matches, strict=True):
        if match.concepts:
            label = row.label or f"after {one.statement.rows[match.row - 1].label}"
            found[label] = _names(match)
    return found


def _names(match: Match) -> tuple[str, ...]:
    own = "" if match.extension is None else "ext:"
    return tuple(own + name.local for name in match.concepts)


# --- wording --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caption", "same_as"),
    [
        ("Net (loss) income", "Net income"),
        ("(Loss) earnings before income taxes", "Income (loss) before income taxes"),
        ("Provision for (benefit from) income taxes", "Income tax (benefit) expense"),
        ("Loss before provision for income taxes", "Income before income taxes"),
        ("Net cash (used in) provided by operating activities",
         "Net cash flows from operating activities"),
        ("(Decrease) increase in cash", "Net increase (decrease) in cash"),
        ("Receivables, less allowance of $12 and $9", "Receivables, net"),
        ("Loss from discontinued operations, net of tax benefit of $3",
         "Income (loss) from discontinued operations"),
    ],
)  # fmt: skip
def test_a_caption_says_one_thing_in_any_order(caption: str, same_as: str) -> None:
    assert plain(normalised(caption)) == plain(normalised(same_as))


@pytest.mark.parametrize(
    ("caption", "other"),
    [
        ("Retained earnings", "Retained income"),
        ("Loss on sale of assets", "Income on sale of assets"),
        ("Income taxes payable", "Income taxes"),
        ("Interest income", "Interest expense"),
        ("Proceeds from debt, net of repayments", "Proceeds from debt, net"),
    ],
)
def test_what_differs_stays_apart(caption: str, other: str) -> None:
    assert plain(normalised(caption)) != plain(normalised(other))


# --- totals without a label -----------------------------------------------------------

SIDES = (
    "Current assets:",
    "  Cash | 100 | 90",
    "  Inventories:",
    "    Raw materials | 40 | 30",
    "    Finished goods | 60 | 50",
    "   | 100 | 80",
    "  Total current assets | 200 | 170",
    "Property, plant and equipment:",
    "  Land and buildings | 80 | 80",
    "  Machinery | 75 | 65",
    "   | 155 | 145",
    "  Accumulated depreciation | (45) | (40)",
    "  Net property, plant and equipment | 110 | 105",
    "Other assets | 20 | 10",
    " | 330 | 285",
    "LIABILITIES AND STOCKHOLDERS' EQUITY",
    "Current liabilities:",
    "  Accounts payable | 70 | 60",
    "  Accrued expenses | 30 | 40",
    "  Total current liabilities | 100 | 100",
    "Stockholders' equity:",
    "  Common stock | 50 | 50",
    "  Retained earnings | 180 | 135",
    "  Total stockholders' equity | 230 | 185",
    " | 330 | 285",
)


def test_unlabelled_totals_are_what_they_close() -> None:
    found = concepts(balance(*SIDES))
    assert found["after Finished goods"] == ("InventoryNet",)
    assert found["after Machinery"] == ("PropertyPlantAndEquipmentGross",)
    assert found["Net property, plant and equipment"] == ("PropertyPlantAndEquipmentNet",)
    assert found["after Other assets"] == ("Assets",)
    assert found["after Total stockholders' equity"] == ("LiabilitiesAndStockholdersEquity",)


def test_a_heading_names_the_total_of_a_tax() -> None:
    found = concepts(flows(
        "Statements of Operations",
        "Net sales | 500 | 400",
        "Cost of goods sold | 300 | 250",
        "Gross profit | 200 | 150",
        "Selling, general and administrative expenses | 150 | 120",
        "Operating income | 50 | 30",
        "Interest expense and fee amortization | 10 | 10",
        "Pretax earnings | 40 | 20",
        "Income tax (benefit) provision:",
        "  Current | 5 | 6",
        "  Deferred | 3 | 2",
        " | 8 | 8",
        "Net earnings | 32 | 12",
    ))  # fmt: skip
    assert found["after Deferred"] == ("IncomeTaxExpenseBenefit",)
    assert found["Current"] == ("CurrentIncomeTaxExpenseBenefit",)
    assert found["Interest expense and fee amortization"][0].startswith("InterestExpense")
    assert found["Pretax earnings"][0].startswith("IncomeLossFromContinuingOperationsBefore")


def test_what_an_income_statement_begins_with_is_revenue() -> None:
    found = concepts(flows(
        "Statements of Operations",
        "Services provided | 200 | 150",
        "Equipment sales | 300 | 250",
        " | 500 | 400",
        "Operating costs and expenses:",
        "  Cost of services | 250 | 200",
        "  Selling, general and administrative expenses | 100 | 90",
        "   | 350 | 290",
        "Operating income | 150 | 110",
    ))  # fmt: skip
    assert found["after Equipment sales"] == ("Revenues",)
    assert found["Equipment sales"][0].startswith("ext:")


# --- per share ------------------------------------------------------------------------


def earnings(*lines: str) -> Mapping[str, tuple[str, ...]]:
    return concepts(flows(
        "Statements of Operations",
        "Net sales | 500 | 400",
        "Costs and expenses | 450 | 380",
        "Net income | 50 | 20",
        *lines,
    ))  # fmt: skip


BOTH = ("EarningsPerShareBasic", "EarningsPerShareDiluted")


def test_the_only_figure_per_share_is_both() -> None:
    found = earnings("Earnings per common and common equivalent share | $.50 | $.20")
    assert found["Earnings per common and common equivalent share"] == BOTH


def test_a_figure_beside_a_diluted_one_is_basic() -> None:
    found = earnings(
        "Net income per share | $.50 | $.20",
        "Net income per share - assuming dilution | $.45 | $.18",
    )
    assert found["Net income per share"] == ("EarningsPerShareBasic",)
    assert found["Net income per share - assuming dilution"] == ("EarningsPerShareDiluted",)


def test_each_result_per_share_has_its_own_concept() -> None:
    found = earnings(
        "Basic and diluted earnings per share:",
        "  Earnings from continuing operations | $.60 | $.30",
        "  Loss from discontinued operations | (.10) | (.10)",
        "  Net earnings | $.50 | $.20",
    )
    assert found["Earnings from continuing operations"] == (
        "IncomeLossFromContinuingOperationsPerBasicShare",
        "IncomeLossFromContinuingOperationsPerDilutedShare",
    )
    assert found["Loss from discontinued operations"] == (
        "IncomeLossFromDiscontinuedOperationsNetOfTaxPerBasicShare",
        "IncomeLossFromDiscontinuedOperationsNetOfTaxPerDilutedShare",
    )
    assert found["Net earnings"] == BOTH


def test_pro_forma_figures_are_not_the_reported_ones() -> None:
    found = earnings("Pro forma net income per share | $.50 | $.20")
    assert found["Pro forma net income per share"][0].startswith("ext:")


# --- equity ---------------------------------------------------------------------------


def equity(*lines: str, last: str) -> Mapping[str, tuple[str, ...]]:
    return concepts(balance(
        "Cash | 300 | 300",
        "Total assets | 300 | 300",
        "LIABILITIES AND STOCKHOLDERS' EQUITY",
        "Total liabilities | 100 | 100",
        "Stockholders' equity:",
        *lines,
        last,
        "Total liabilities and equity | 300 | 300",
    ))  # fmt: skip


def test_stock_is_told_by_its_name_whatever_is_said_around_it() -> None:
    found = equity(
        "  Series A non-voting convertible preferred stock | 60 | 60",
        "  Class A common stock, $.01 par value | 50 | 50",
        "  Retained earnings | 90 | 90",
        last="  Total stockholders' equity | 200 | 200",
    )
    assert found["Series A non-voting convertible preferred stock"] == ("PreferredStockValue",)
    assert found["Class A common stock, $.01 par value"] == ("CommonStockValue",)


def test_no_class_of_several_is_all_of_the_stock() -> None:
    found = equity(
        "  Class A common stock | 60 | 60",
        "  Class B common stock | 50 | 50",
        "  Retained earnings | 90 | 90",
        last="  Total stockholders' equity | 200 | 200",
    )
    assert found["Class A common stock"][0].startswith("ext:")
    assert found["Class B common stock"][0].startswith("ext:")


def test_total_equity_above_minorities_includes_them() -> None:
    found = equity(
        "  Common stock | 50 | 50",
        "  Retained earnings | 90 | 90",
        "  Total stockholders' equity | 140 | 140",
        "  Noncontrolling interests | 60 | 60",
        last="  Total equity | 200 | 200",
    )
    assert found["Total stockholders' equity"] == ("StockholdersEquity",)
    assert found["Noncontrolling interests"] == ("MinorityInterest",)
    assert found["Total equity"] == (
        "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
    )


# --- what later lines and the year tell -----------------------------------------------


def test_net_income_that_is_attributed_below_includes_the_share_of_others() -> None:
    found = earnings(
        "Less: Net income attributable to noncontrolling interests | 5 | 2",
        "Net income attributable to Omega Corp. | 45 | 18",
    )
    assert found["Net income"] == ("ProfitLoss",)
    assert found["Net income attributable to Omega Corp."] == ("NetIncomeLoss",)


def test_net_income_after_a_minority_interest_is_the_companys_own() -> None:
    found = concepts(flows(
        "Statements of Operations",
        "Income before minority interest | 52 | 21",
        "Minority interest | (2) | (1)",
        "Net income | 50 | 20",
    ))  # fmt: skip
    assert found["Net income"] == ("NetIncomeLoss",)


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (1999, "CashAndCashEquivalentsAtCarryingValue"),
        (2022, "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"),
    ],
)
def test_cash_in_a_statement_of_flows_is_what_the_standard_of_its_year_says(
    year: int, name: str
) -> None:
    found = concepts(flows(
        "Statements of Cash Flows",
        "Net cash provided by operating activities | 30 | 20",
        "Net cash used in investing activities | (10) | (10)",
        "Net increase in cash and cash equivalents | 20 | 10",
        "Cash and cash equivalents at beginning of year | 40 | 30",
        "Cash and cash equivalents at end of year | 60 | 40",
        year=year,
    ))  # fmt: skip
    assert found["Cash and cash equivalents at end of year"] == (name,)


def test_what_moved_no_cash_is_no_payment() -> None:
    found = concepts(flows(
        "Statements of Cash Flows",
        "Net income | 25 | 15",
            "Depreciation | 5 | 5",
            "Net cash provided by operating activities | 30 | 20",
        "Purchases of property and equipment | (10) | (10)",
        "Net change in cash overdraft | 5 | 4",
        "Net increase in cash | 25 | 14",
            "Non-cash investing and financing activities:",
        "  Issuance of common stock for the acquisition of a business | 20 | 10",
    ))  # fmt: skip
    assert found["Purchases of property and equipment"] == (
        "PaymentsToAcquirePropertyPlantAndEquipment",
    )
    assert not found["Net change in cash overdraft"][0].startswith("Cash")
    assert found["Issuance of common stock for the acquisition of a business"][0].startswith(
        "ext:"
    )


# --- names ----------------------------------------------------------------------------


def test_a_caption_names_a_concept_by_its_words() -> None:
    one = mapped(flows(
        "Statements of Cash Flows",
        "Net cash provided by operating activities | 30 | 20",
        "Purchases of short-term investments | (10) | (10)",
    ))  # fmt: skip
    label, taxonomy = one.statement.rows[1].label, load_taxonomy("us-gaap-2024")
    names = list(named_as(label, "", one.statement.kind, taxonomy))
    assert names == ["PaymentsToAcquireShortTermInvestments"]


def test_continuing_operations_are_what_is_called_so() -> None:
    found = concepts(
        flows(
            "Statements of Operations",
            "Sales | 9,000 | 8,000",
            "Cost of sales | 6,000 | 5,500",
            "Income from continuing operations before income taxes | 3,000 | 2,500",
            "Provision for income taxes | 1,000 | 900",
            "Income from continuing operations | 2,000 | 1,600",
            "Income from discontinued operations, net of taxes | 400 | 300",
            "Income before extraordinary loss | 2,400 | 1,900",
            "Extraordinary loss | (200) | --",
            "Net income | 2,200 | 1,900",
        )
    )
    assert found["Income from continuing operations"] == ("IncomeLossFromContinuingOperations",)
    assert found["Income before extraordinary loss"] == ("ext:IncomeBeforeExtraordinaryLoss",)
