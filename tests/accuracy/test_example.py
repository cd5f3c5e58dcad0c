"""Every fact of the example, against a truth read from the text by hand.

The tables below were written from the printed page, not from the program's output: each
line with the concepts that an accountant would accept for it, and its value in every
column as XBRL wants it (thousands, signs by balance). A dot is a blank: no fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from converter.model import Context, Duration, Fact, Instance
from converter.options import Options
from converter.pipeline import convert

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
_KIND = {
    "USD": ("USD", 1000, -3),
    "shares": ("shares", 1000, -3),
    "EPS": ("USDPerShare", 1, 2),
    "%": ("pure", 1, 3),
}


class Truth(NamedTuple):
    """What one fact must be."""

    label: str
    accepted: tuple[str, ...]
    period: str
    basis: str
    unit: str
    value: Decimal
    decimals: int


BALANCE_SHEET = (
    ("2003-09-30", ""),
    ("2002-12-31", ""),
    """
Cash | CashCashEquivalentsAndShortTermInvestments ext:*Cash* | USD | 292856 111167
Accounts receivable | AccountsReceivableNetCurrent | USD | 5604 2956
Inventories | InventoryNet | USD | 12333 10776
Other current assets | OtherAssetsCurrent | USD | 6313 3806
Total current assets | AssetsCurrent | USD | 317106 128705
Property and equipment | PropertyPlantAndEquipmentNet | USD | 6514 11174
Intangibles | FiniteLivedIntangibleAssetsNet IntangibleAssetsNet* | USD | 361 1174
Other assets | OtherAssetsNoncurrent | USD | 339 480
(total assets) | Assets | USD | 324320 141533
Payables | AccountsPayableAndAccruedLiabilitiesCurrent | USD | 36560 37521
Accrued restructuring | RestructuringReserveCurrent | USD | 845 3143
Deferred | DeferredRevenueCurrent ContractWithCustomerLiabilityCurrent | USD | 34036 29235
Current debt | LongTermDebtAndCapitalLeaseObligationsCurrent | USD | 1329 1606
Total current liabilities | LiabilitiesCurrent | USD | 72770 71505
Debt | LongTermDebtAndCapitalLeaseObligations LongTermDebtNoncurrent | USD | 1822 3293
Notes | Convertible*Noncurrent | USD | 10000 10000
Common stock | CommonStockValue | USD | 246 207
Capital | AdditionalPaidInCapital AdditionalPaidInCapitalCommonStock | USD | 1045077 858126
Accumulated deficit | RetainedEarningsAccumulatedDeficit | USD | -804250 -797868
Deferred compensation | DeferredCompensationEquity | USD | 1078 3469
Treasury stock | TreasuryStockValue TreasuryStockCommonValue | USD | 267 261
Total stockholders' equity | StockholdersEquity | USD | 239728 56735
(total of both) | LiabilitiesAndStockholdersEquity | USD | 324320 141533
""",
)

_QUARTER = """
Revenues | Revenues SalesRevenueNet | USD | {0}
Cost | CostOfRevenue | USD | {1}
Gross profit | GrossProfit | USD | {2}
Gross % | ext:*GrossProfit* ext:*GrossMargin* | % | {3}
R&D | ResearchAndDevelopmentExpense | USD | {4}
Sales | SellingAndMarketingExpense | USD | {5}
G&A | GeneralAndAdministrativeExpense | USD | {6}
Stock-based | AllocatedShareBasedCompensationExpense ShareBasedCompensation | USD | {7}
Amortization | ext:*Amortization* AmortizationOfIntangibleAssets | USD | {8}
Write-off | GoodwillAndIntangibleAssetImpairment ext:*WriteOff*Goodwill* | USD | {9}
Restructuring | RestructuringCharges | USD | {10}
Total expenses | OperatingExpenses | USD | {11}
Operations | OperatingIncomeLoss | USD | {12}
Interest paid | InterestExpense InterestExpenseNonoperating | USD | {13}
Interest | InvestmentIncomeInterest InterestIncomeOther | USD | {14}
Net | NetIncomeLoss | USD | {15}
Basic | EarningsPerShareBasic | EPS | {16}
Diluted | EarningsPerShareDiluted | EPS | {17}
Shares | WeightedAverageNumberOfSharesOutstandingBasic | shares | {18}
Shares, diluted | WeightedAverageNumberOfDilutedSharesOutstanding | shares | {19}
"""
_NINE_MONTHS = (
    _QUARTER
    + """
Inventory | ext:*WriteOff*Inventory* InventoryWriteDown | USD | {20}
Other cost | ext:*OtherCost* OtherCostOfOperatingRevenue ext:*CostOfRevenue* | USD | {21}
"""
)


def _columns(first: str, last: str) -> tuple[tuple[str, str], ...]:
    """The three columns of a statement of operations: results, adjustments, non-GAAP."""
    return tuple((f"{first}/{last}", basis) for basis in ("", "Adjustment", "NonGaap"))


OPERATIONS = (
    (
        *_columns("2003-07-01", "2003-09-30"),
        _QUARTER.format(
            "28644 0 28644", "11047 0 11047", "17597 0 17597", "0.614 . 0.614",
            "7984 0 7984", "6536 0 6536", "999 0 999", "866 -866 0", "271 -271 0",
            "0 0 0", "0 0 0", "16656 -1137 15519", "941 1137 2078", "128 0 128",
            "396 0 396", "1209 1137 2346", "0.01 . 0.01", "0.01 . 0.01",
            "224356 . 224356", "239446 . 239446",
        ),
    ),
    (
        *_columns("2002-07-01", "2002-09-30"),
        _QUARTER.format(
            "7445 0 7445", "4747 0 4747", "2698 0 2698", "0.362 . 0.362",
            "9685 0 9685", "5520 0 5520", "2445 0 2445", "3962 -3962 0", "367 -367 0",
            "1673 -1673 0", "987 -987 0", "24639 -6989 17650", "-21941 6989 -14952",
            "163 0 163", "466 0 466", "-21638 6989 -14649", "-0.11 . -0.08",
            "-0.11 . -0.08", "191823 . 191823", "191823 . 191823",
        ),
    ),
    (
        *_columns("2003-04-01", "2003-06-30"),
        _QUARTER.format(
            "21356 0 21356", "8793 0 8793", "12563 0 12563", "0.588 . 0.588",
            "8245 0 8245", "5643 0 5643", "1188 0 1188", "739 -739 0", "271 -271 0",
            ". . .", ". . .", "16086 -1010 15076", "-3523 1010 -2513", "148 0 148",
            "461 0 461", "-3210 1010 -2200", "-0.01 . -0.01", "-0.01 . -0.01",
            "215970 . 215970", "215970 . 215970",
        ),
    ),
    (
        *_columns("2003-01-01", "2003-09-30"),
        _NINE_MONTHS.format(
            "66019 0 66019", "25270 735 26005", "40749 -735 40014", "0.617 . 0.606",
            "23931 0 23931", "17453 0 17453", "3267 0 3267", "2499 -2499 0",
            "813 -813 0", "0 0 0", "0 0 0", "47963 -3312 44651", "-7214 2577 -4637",
            "406 0 406", "1238 0 1238", "-6382 2577 -3805", "-0.03 . -0.02",
            "-0.03 . -0.02", "213322 . 213322", "213322 . 213322",
            "-735 735 0", "26005 0 26005",
        ),
    ),
    (
        *_columns("2002-01-01", "2002-09-30"),
        _NINE_MONTHS.format(
            "49898 0 49898", "34004 -9434 24570", "15894 9434 25328", "0.319 . 0.508",
            "36525 0 36525", "22207 0 22207", "5601 0 5601", "15655 -15655 0",
            "1156 -1156 0", "1673 -1673 0", "-10141 10141 0", "72676 -8343 64333",
            "-56782 17777 -39005", "438 0 438", "1570 0 1570", "-55650 17777 -37873",
            "-0.30 . -0.20", "-0.30 . -0.20", "188620 . 188620", "188620 . 188620",
            "9434 -9434 0", "24570 0 24570",
        ),
    ),
)  # fmt: skip

COVER = {
    "DocumentType": "8-K",
    "AmendmentFlag": "false",
    "DocumentPeriodEndDate": "2003-10-08",
    "EntityRegistrantName": "SONUS NETWORKS, INC.",
    "EntityFileNumber": "000-30229",
    "EntityTaxIdentificationNumber": "04-3387074",
    "EntityIncorporationStateCountryCode": "DE",
    "EntityAddressAddressLine1": "5 CARLISLE ROAD",
    "EntityAddressCityOrTown": "WESTFORD",
    "EntityAddressStateOrProvince": "MA",
    "EntityAddressPostalZipCode": "01886",
    "CityAreaCode": "978",
    "LocalPhoneNumber": "692-8999",
    "TradingSymbol": "SONS",
}


def _truths() -> Iterator[Truth]:
    for *columns, table in (BALANCE_SHEET, *OPERATIONS):
        for line in filter(None, str(table).splitlines()):
            label, accepted, kind, values = (part.strip() for part in line.split("|"))
            unit, scale, decimals = _KIND[kind]
            for (period, basis), value in zip(columns, values.split(), strict=True):
                if value != ".":
                    number = Decimal(value) * scale
                    yield Truth(
                        label, tuple(accepted.split()), period, basis, unit, number, decimals
                    )


@cache
def _instance(taxonomy: str) -> Instance:
    data = EXAMPLE.read_bytes()
    return convert(data, name=EXAMPLE.name, options=Options(taxonomy)).instance


def _period(context: Context) -> str:
    if isinstance(context.period, Duration):
        return f"{context.period.start}/{context.period.end}"
    return str(context.period.date)


def _basis(context: Context) -> str:
    members = "".join(member.local for _, member in context.dimensions)
    return next((b for b in ("NonGaap", "Adjustment") if b in members), members)


def _states(fact: Fact, context: Context, truth: Truth) -> bool:
    name = fact.concept
    plain = str(name) if name.prefix == "ext" else name.local
    return (
        any(fnmatchcase(plain, accepted) for accepted in truth.accepted)
        and (_period(context), _basis(context)) == (truth.period, truth.basis)
        and (fact.unit, fact.value, fact.decimals) == (truth.unit, truth.value, truth.decimals)
    )


@pytest.mark.parametrize("taxonomy", ["us-gaap-2024", "us-gaap-2009"])
def test_every_fact_is_right_and_none_is_stray(taxonomy: str) -> None:
    instance = _instance(taxonomy)
    contexts = {context.id: context for context in instance.contexts}
    left = [f for f in instance.facts if f.concept.prefix != "dei"]
    wrong = []
    truths = list(_truths())
    for truth in truths:
        found = next((f for f in left if _states(f, contexts[f.context], truth)), None)
        if found is None:
            wrong.append(truth)
        else:
            left.remove(found)
    assert not wrong, f"{len(wrong)} of {len(truths)} facts are not right"
    assert not left, f"{len(left)} facts are in no truth"


def test_the_truth_is_whole() -> None:
    """46 figures of the balance sheet, and those of five statements of operations."""
    counts = [sum(t.period == p for t in _truths()) for p in ("2003-09-30", "2002-12-31")]
    assert counts == [23, 23]
    assert len(list(_truths())) == 327


def test_the_cover_is_right() -> None:
    dei = {f.concept.local: f.value for f in _instance("us-gaap-2024").facts
           if f.concept.prefix == "dei"}  # fmt: skip
    assert dei == COVER


def test_no_two_lines_share_a_concept_in_one_context() -> None:
    """The truth itself states nothing twice: what is equal stands in other contexts."""
    keys = [(t.label, t.period, t.basis) for t in _truths()]
    assert len(keys) == len(set(keys))
