"""What the small cases say, read by hand: concept, unit, period, value of chosen lines.

Golden files record what is; this table says what should be. A line that the program still
reads wrongly is marked with the reason, strictly, so that a repair shows.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from converter.model import EXTENSION, Context, Duration
from converter.pipeline import convert

CASES = Path(__file__).parent / "cases"


class Line(NamedTuple):
    """One printed line: the concepts it may be ("ext" for any of the filer's own)."""

    case: str
    number: int
    concepts: str
    facts: str
    bug: str = ""


# The facts of a line are "period value", parted by commas; periods have short names.
PERIODS = {
    "30Sep98": "1998-09-30",
    "31Dec97": "1997-12-31",
    "31Dec96": "1996-12-31",
    "30Sep97": "1997-09-30",
    "Q398": "1998-07-01/1998-09-30",
    "Q397": "1997-07-01/1997-09-30",
    "9M98": "1998-01-01/1998-09-30",
    "9M97": "1997-01-01/1997-09-30",
    "FY03": "2002-12-29/2004-01-03",
    "FY02": "2001-12-30/2002-12-28",
    "FY01": "2000-12-31/2001-12-29",
    "3Jan04": "2004-01-03",
    "28Dec02": "2002-12-28",
    "1999": "1999-01-01/1999-12-31",
    "1998": "1998-01-01/1998-12-31",
    "all": "1996-03-01/1999-12-31",
    "31Dec99": "1999-12-31",
    "31Dec98": "1998-12-31",
    "2002": "2002-01-01/2002-12-31",
    "H103": "2003-01-01/2003-06-30",
}
_TEN_Q, _WEEKS, _LOSS, _BANK = "submission-10-q", "weeks-10-k", "net-loss", "restated"

LINES = (
    # Balance sheet of the 10-Q: contra accounts printed positive.
    Line(
        _TEN_Q, 58,
        "AccountsReceivableNetCurrent AllowanceForDoubtfulAccountsReceivableCurrent",
        "30Sep98 31507000, 31Dec97 28911000, 30Sep98 412000, 31Dec97 388000",
    ),
    Line(
        _TEN_Q, 64, "AccumulatedDepreciationDepletionAndAmortizationPropertyPlantAndEquipment",
        "30Sep98 41275000, 31Dec97 37618000",
    ),
    Line(
        _TEN_Q, 63, "PropertyPlantAndEquipmentGross", "30Sep98 92340000, 31Dec97 88105000",
    ),
    Line(_TEN_Q, 68, "OtherAssetsNoncurrent", "30Sep98 3072000, 31Dec97 2906000"),
    Line(_TEN_Q, 88, "PreferredStockValue", "30Sep98 0, 31Dec97 0"),
    Line(_TEN_Q, 94, "ext StockholdersEquityBeforeTreasuryStock",
         "30Sep98 71614000, 31Dec97 62447000"),
    Line(_TEN_Q, 95, "TreasuryStockValue", "30Sep98 4800000, 31Dec97 4800000"),
    Line(_TEN_Q, 97, "StockholdersEquity", "30Sep98 66814000, 31Dec97 57647000"),
    # Statement of income: four columns under two headings.
    Line(_TEN_Q, 120, "Revenues SalesRevenueNet",
         "Q398 68420000, Q397 63115000, 9M98 201336000, 9M97 187902000"),
    Line(_TEN_Q, 130, "InterestExpense InterestExpenseNonoperating",
         "Q398 884000, Q397 965000, 9M98 2741000, 9M97 2980000"),
    Line(_TEN_Q, 131, "OtherNonoperatingIncomeExpense",
         "Q398 61000, Q397 -34000, 9M98 208000, 9M97 95000"),
    Line(_TEN_Q, 133, "ext NonoperatingIncomeExpense",
         "Q398 -823000, Q397 -999000, 9M98 -2533000, 9M97 -2885000"),
    Line(_TEN_Q, 141, "EarningsPerShareBasic", "Q398 .42, Q397 .31, 9M98 1.13, 9M97 .86"),
    Line(_TEN_Q, 144, "WeightedAverageNumberOfSharesOutstandingBasic",
         "Q398 8640000, Q397 8635000, 9M98 8640000, 9M97 8632000"),
    Line(_TEN_Q, 145, "WeightedAverageNumberOfDilutedSharesOutstanding",
         "Q398 8812000, Q397 8790000, 9M98 8809000, 9M97 8786000"),
    Line(_TEN_Q, 146,
         "CommonStockDividendsPerShareDeclared CommonStockDividendsPerShareCashPaid",
         "Q398 .030, Q397 .028, 9M98 .086, 9M97 .080"),
    # Cash flows: payments are positive, the opening balance stands at the day before.
    Line(_TEN_Q, 165, "ProfitLoss NetIncomeLoss", "9M98 9784000, 9M97 7405000"),
    Line(_TEN_Q, 171, "IncreaseDecreaseInAccountsReceivable",
         "9M98 2596000, 9M97 1840000"),
    Line(_TEN_Q, 172, "IncreaseDecreaseInInventories", "9M98 2481000, 9M97 -905000"),
    Line(_TEN_Q, 174, "IncreaseDecreaseInAccountsPayableAndAccruedLiabilities",
         "9M98 290000, 9M97 -1122000"),
    Line(
        _TEN_Q, 175,
        "IncreaseDecreaseInAccruedIncomeTaxesPayable IncreaseDecreaseInIncomeTaxesPayable "
        "IncreaseDecreaseInIncomeTaxes IncreaseDecreaseInIncomeTaxesPayableNetOfIncomeTaxes"
        "Receivable",
        "9M98 433000, 9M97 318000",
    ),
    Line(_TEN_Q, 180, "PaymentsToAcquirePropertyPlantAndEquipment",
         "9M98 4740000, 9M97 3655000"),
    Line(_TEN_Q, 187, "RepaymentsOfLongTermDebt", "9M98 2400000, 9M97 2400000"),
    Line(_TEN_Q, 189, "PaymentsForRepurchaseOfCommonStock", "9M98 0, 9M97 650000"),
    Line(
        _TEN_Q, 190, "ProceedsFromStockOptionsExercised", "9M98 122000, 9M97 36000",
    ),
    Line(
        _TEN_Q, 196,
        "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsPeriodIncreaseDecrease"
        "IncludingExchangeRateEffect CashAndCashEquivalentsPeriodIncreaseDecrease",
        "9M98 -1408000, 9M97 790000",
    ),
    Line(_TEN_Q, 197, "CashAndCashEquivalentsAtCarryingValue",
         "31Dec97 6220000, 31Dec96 4105000"),
    Line(_TEN_Q, 199, "CashAndCashEquivalentsAtCarryingValue",
         "30Sep98 4812000, 30Sep97 4895000"),
    # A year of 53 weeks, in millions.
    Line(_WEEKS, 11, "Revenues SalesRevenueNet",
         "FY03 2417300000, FY02 2260800000, FY01 2188000000"),
    Line(_WEEKS, 20, "InterestExpense InterestExpenseNonoperating",
         "FY03 12800000, FY02 14100000, FY01 17700000"),
    Line(_WEEKS, 21, "InvestmentIncomeInterest",
         "FY03 1200000, FY02 900000, FY01 1500000"),
    Line(_WEEKS, 31, "NetIncomeLoss", "FY03 39600000, FY02 23200000, FY01 13400000"),
    Line(
        _WEEKS, 35,
        "ext IncomeLossFromContinuingOperationsPerBasicShare "
        "IncomeLossFromContinuingOperationsPerDilutedShare",
        "FY03 1.32, FY02 .98, FY01 .45",
    ),
    Line(_WEEKS, 39, "EarningsPerShareBasic EarningsPerShareDiluted",
         "FY03 1.32, FY02 .78, FY01 .45"),
    Line(_WEEKS, 42,
         "WeightedAverageNumberOfSharesOutstandingBasic "
         "WeightedAverageNumberOfDilutedSharesOutstanding",
         "FY03 30000000, FY02 29800000, FY01 29800000"),
    Line(_WEEKS, 53, "CashAndCashEquivalentsAtCarryingValue",
         "3Jan04 61900000, 28Dec02 48000000"),
    Line(_WEEKS, 65, "AccumulatedDepreciationDepletionAndAmortizationPropertyPlantAndEquipment",
         "3Jan04 288900000, 28Dec02 251000000"),
    Line(_WEEKS, 89, "AccumulatedOtherComprehensiveIncomeLossNetOfTax",
         "3Jan04 -2200000, 28Dec02 -1800000"),
    # Losses printed without parentheses, whole dollars, tabs, since inception.
    Line(_LOSS, 18, "ResearchAndDevelopmentExpense",
         "1999 2904118, 1998 1877402, all 6015330"),
    Line(_LOSS, 20, "ext GainLossOnDispositionOfAssets GainLossOnSaleOfPropertyPlantEquipment",
         "1999 -12880, 1998 0, all -12880"),
    Line(_LOSS, 24, "OperatingIncomeLoss",
         "1999 -3527452, 1998 -2459361, all -7620906"),
    Line(_LOSS, 28, "NetIncomeLoss",
         "1999 -3380636, 1998 -2275926, all -7156541"),
    Line(_LOSS, 30, "EarningsPerShareBasic EarningsPerShareDiluted",
         "1999 -.56, 1998 -.41"),
    Line(_LOSS, 55, "Assets", "31Dec99 5010368, 31Dec98 4372212"),
    Line(_LOSS, 71,
         "RetainedEarningsAccumulatedDeficit DevelopmentStageEnterpriseDeficit"
         "AccumulatedDuringDevelopmentStage",
         "31Dec99 -7156541, 31Dec98 -3775905"),
    Line(_LOSS, 73, "StockholdersEquity", "31Dec99 -6847492, 31Dec98 -3534596"),
    Line(_LOSS, 76, "LiabilitiesAndStockholdersEquity",
         "31Dec99 5010368, 31Dec98 4372212"),
    # A bank, restated. Without a dimension stands what is restated.
    Line(_BANK, 32, "NetIncomeLoss", "2002 3604000"),
    Line(_BANK, 34, "EarningsPerShareBasic", "2002 1.44"),
    Line(_BANK, 37, "WeightedAverageNumberOfSharesOutstandingBasic", "2002 2498310"),
    Line(_BANK, 17, "ext InterestExpenseBorrowings InterestExpenseOther",
         "2002 2044000", bug="borrowed funds of any term are taken for short ones"),
    Line(_BANK, 16, "ext InterestExpenseDeposits", "2002 10118000"),
    Line(_BANK, 21, "InterestIncomeExpenseNet", "2002 15183000"),
    Line(_BANK, 26, "ext NoninterestIncome", "2002 3318000"),
    Line(_BANK, 27, "NoninterestExpense OtherExpenses", "2002 12051000"),
    Line(_BANK, 49, "Revenues", "H103 8200000"),
    Line(_BANK, 60, "NetIncomeLoss", "H103 2642000"),
)  # fmt: skip


@cache
def _facts(case: str) -> dict[int, set[tuple[str, str, Decimal]]]:
    """Of each line the facts without a dimension: concept, period and value."""
    data = (CASES / case / "input.txt").read_bytes()
    instance = convert(data, name="input.txt").instance
    contexts = {context.id: context for context in instance.contexts}
    found: dict[int, set[tuple[str, str, Decimal]]] = {}
    for fact in instance.facts:
        context = contexts[fact.context]
        if context.dimensions or not isinstance(fact.value, Decimal):
            continue
        name = EXTENSION if fact.concept.prefix == EXTENSION else fact.concept.local
        for span in fact.sources:
            found.setdefault(span.line, set()).add((name, _period(context), fact.value))
    return found


def _period(context: Context) -> str:
    if isinstance(context.period, Duration):
        return f"{context.period.start}/{context.period.end}"
    return str(context.period.date)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            line,
            id=f"{line.case}-{line.number}",
            marks=pytest.mark.xfail(strict=True, reason=line.bug) if line.bug else (),
        )
        for line in LINES
    ],
)
def test_a_line_is_read_as_an_accountant_reads_it(line: Line) -> None:
    stated = _facts(line.case).get(line.number, set())
    expected = {
        (PERIODS[period], Decimal(value))
        for period, value in (fact.split() for fact in line.facts.split(","))
    }
    assert {(period, value) for _, period, value in stated} == expected
    assert {name for name, _, _ in stated} <= set(line.concepts.split())


@pytest.mark.parametrize("case", ["submission-10-q", "weeks-10-k", "net-loss", "restated"])
def test_no_sum_of_a_case_is_accused(case: str) -> None:
    """All cases add up, down and across."""
    data = (CASES / case / "input.txt").read_bytes()
    findings = convert(data, name="input.txt").findings
    assert [f.message for f in findings if f.code.startswith("sum.")] == []


def test_the_submission_is_whole() -> None:
    data = (CASES / "submission-10-q" / "input.txt").read_bytes()
    findings = convert(data, name="input.txt").findings
    assert "submission.truncated" not in [f.code for f in findings]
