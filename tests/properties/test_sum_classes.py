"""One made-up statement for each way to print a sum, and the terms that must be found."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from converter.model import Match, QName
from converter.pipeline import read
from converter.signs import sum_weight
from converter.summing import find_sums
from converter.taxonomy import load_taxonomy

INCOME = "Statements of Income"
FLOWS = "Statements of Cash Flows"
COMPREHENSIVE = "Statements of Comprehensive Income"


def printed(title: str, *lines: str) -> str:
    """A statement of two years; a line is `caption | number | number`."""
    text = ["OMEGA CORP.", title, "(In thousands)", ""]
    text += [f"{'':60}  Years ended December 31,", f"{'':60}{'1999':>12}{'1998':>12}"]
    for line in lines:
        caption, *numbers = (part.strip() for part in line.split("|"))
        text.append(f"{caption:60}" + "".join(f"{n:>12}" for n in numbers))
    return "\n".join([*text, ""])


def sums(text: str) -> Mapping[str, list[str]]:
    """The terms of each total, by captions; a `-` stands before what is deducted."""
    (one,) = read(text.encode(), name="omega.txt").statements
    labels = [row.label for row in one.rows]
    return {
        labels[found.total]: [
            f"{'-' if term.weight < 0 else ''}{labels[term.at]}" for term in found.terms
        ]
        for found in find_sums(one).rows
        if found.proven
    }


DEDUCTED = printed(
    INCOME,
    "Operating earnings | 12,757 | 18,117",
    "Interest expense, net | 1,684 | 2,044",
    "Net foreign exchange loss | 146 | 148",
    "Other expense, net | 4,677 | 2,448",
    "Earnings before income tax expense | 6,250 | 13,477",
    "Income tax expense | 1,377 | 1,632",
    "Net earnings | 4,873 | 11,845",
)
NETTED = printed(
    INCOME,
    "Operating income | 21,689 | 24,039",
    "Interest and other (income) expense:",
    "Interest income and other, net | (178) | (55)",
    "Interest expense | 1,943 | 1,617",
    "Interest and other, net | 1,765 | 1,562",
    "Earnings before provision for income taxes | 19,924 | 22,477",
)
WHOLE = printed(
    COMPREHENSIVE,
    "Net income | 4,873 | 11,845",
    "Foreign currency translation adjustments | 436 | (939)",
    "Cash flow hedging activities, net of tax | (129) | 1,021",
    "Other comprehensive income | 307 | 82",
    "Comprehensive income | 5,180 | 11,927",
    "Comprehensive income attributable to noncontrolling interest | 10 | 9",
    "Comprehensive income attributable to Omega Corp. | 5,170 | 11,918",
)
CASH = printed(
    FLOWS,
    "Net cash provided by operating activities | 2,696 | 3,299",
    "Net cash used in investing activities | (1,259) | (3,872)",
    "Change in cash and cash equivalents | 1,437 | (573)",
    "Cash and cash equivalents, beginning of year | 1,661 | 2,234",
    "Cash and cash equivalents, end of year | 3,098 | 1,661",
)
ATTRIBUTED = printed(
    INCOME,
    "Net income | 1,900 | 2,033",
    "Income attributable to noncontrolling interests | 195 | 184",
    "Net income attributable to Omega | 1,705 | 1,849",
    "Amounts attributable to Omega:",
    "Income from continuing operations | 1,407 | 1,562",
    "Income from discontinued operations | 298 | 287",
    "Net income of Omega | 1,705 | 1,849",
)
REPEATED = printed(
    FLOWS,
    "Net cash used in operating activities | (21,745) | (27,130)",
    "Purchases of property and equipment | - | (297)",
    "Net cash used in investing activities | - | (297)",
    "Proceeds from issuance of notes | 14,000 | 44,500",
    "Net cash provided by financing activities | 14,000 | 44,500",
    "Net (decrease) increase in cash | (7,745) | 17,073",
)
"""In one year nothing was invested: the proceeds are the total of all that is above them."""
DISCONTINUED = printed(
    FLOWS,
    "Net cash flows of continuing operations | 335 | (978)",
    "Discontinued operations:",
    "Net cash used in operating activities | - | (71)",
    "Net cash used in investing activities | - | -",
    "Net cash provided by financing activities | - | 71",
    "Net cash used in discontinued operations | - | -",
    "Net increase (decrease) in cash | 335 | (978)",
)
"""One number is another with its sign turned; it is not the sum of it and nothing."""
LOSSES = printed(
    INCOME,
    "Income before income taxes and equity investments | (773) | 2,481",
    "Provision for income taxes | 292 | 509",
    "Minority interest income (expense) | 650 | (44)",
    "Equity (losses) earnings | (697) | 942",
    "Net losses from other equity investments | 136 | 187",
    "(Losses) income before cumulative effect | (1,248) | 2,683",
)


@pytest.mark.parametrize(
    ("text", "total", "terms"),
    [
        (REPEATED, "Net (decrease) increase in cash",
         ["Net cash used in operating activities", "Net cash used in investing activities",
          "Net cash provided by financing activities"]),
        (DISCONTINUED, "Net cash used in discontinued operations",
         ["Net cash used in operating activities", "Net cash used in investing activities",
          "Net cash provided by financing activities"]),
        (LOSSES, "(Losses) income before cumulative effect",
         ["Income before income taxes and equity investments",
          "-Provision for income taxes", "Minority interest income (expense)",
          "Equity (losses) earnings", "-Net losses from other equity investments"]),
        (
            DEDUCTED,
            "Earnings before income tax expense",
            ["Operating earnings", "-Interest expense, net", "-Net foreign exchange loss",
             "-Other expense, net"],
        ),
        (DEDUCTED, "Net earnings",
         ["Earnings before income tax expense", "-Income tax expense"]),
        (NETTED, "Interest and other, net",
         ["Interest income and other, net", "Interest expense"]),
        (NETTED, "Earnings before provision for income taxes",
         ["Operating income", "-Interest and other, net"]),
        (WHOLE, "Other comprehensive income",
         ["Foreign currency translation adjustments",
          "Cash flow hedging activities, net of tax"]),
        (WHOLE, "Comprehensive income", ["Net income", "Other comprehensive income"]),
        (WHOLE, "Comprehensive income attributable to Omega Corp.",
         ["Comprehensive income",
          "-Comprehensive income attributable to noncontrolling interest"]),
        (CASH, "Change in cash and cash equivalents",
         ["Net cash provided by operating activities",
          "Net cash used in investing activities"]),
        (CASH, "Cash and cash equivalents, end of year",
         ["Change in cash and cash equivalents",
          "Cash and cash equivalents, beginning of year"]),
        (ATTRIBUTED, "Net income of Omega",
         ["Income from continuing operations", "Income from discontinued operations"]),
    ],
)  # fmt: skip
def test_a_sum_is_found_however_it_is_called(text: str, total: str, terms: list[str]) -> None:
    assert sums(text)[total] == terms


@pytest.mark.parametrize(
    ("number", "wrong"),
    [("5,180", "5,780"), ("11,927", "11,920"), ("4,873", "4,173"), ("11,845", "11,345")],
)
def test_a_digit_off_in_one_year_does_not_hide_the_sum(number: str, wrong: str) -> None:
    """The caption may be a total's: the other year and the difference say that it is."""
    assert WHOLE.count(number) == 1
    found = sums(WHOLE.replace(number, wrong))
    assert found["Comprehensive income"] == ["Net income", "Other comprehensive income"]


def test_a_sum_that_adds_nothing_up_in_one_year_cannot_fail_in_the_other() -> None:
    """In 1999 the total repeats a line and nothing is beside it; 1998 may be another sum."""
    found = sums(
        printed(
            FLOWS,
            "Net cash used in operating activities | (21,745) | (27,130)",
            "Purchases of property and equipment | - | (300)",
            "Sales of property and equipment | 14,000 | 44,500",
            "Net cash provided by investing activities | 14,000 | 44,480",
        )
    )
    assert "Net cash provided by investing activities" not in found


@pytest.mark.parametrize("wrong", ["5,738", "6,281", "9,999"])
def test_more_than_a_digit_off_in_one_of_two_years_is_no_sum(wrong: str) -> None:
    assert "Comprehensive income" not in sums(WHOLE.replace("5,180", wrong))


@pytest.mark.parametrize(
    "lines",
    [
        # in one year of two
        ("Marketing | 300 | 120", "Research | 400 | 250", "Other, net | 700 | 280"),
        # three figures of one digit agree by chance
        ("Marketing | 1 | 1", "Research | 1 | 1", "Other, net | 2 | 2"),
        # nothing says that it is a total
        ("Marketing | 300 | 120", "Research | 400 | 250", "Restructuring | 700 | 370"),
    ],
)
def test_numbers_alone_make_no_sum(lines: tuple[str, ...]) -> None:
    text = printed(INCOME, "Revenues | 90,000 | 80,000", *lines)
    assert sums(text) == {}


@pytest.mark.parametrize(
    ("term", "weight"),
    [
        ("IncreaseDecreaseInInventories", -1),  # the tree has it in cash of all operations
        ("IncreaseDecreaseInAccountsPayable", 1),
        ("ForeignCurrencyTransactionGainLossBeforeTax", -1),  # a gain of income alone
        ("GainLossOnDispositionOfAssets1", -1),
        ("ProfitLoss", 1),
    ],
)
def test_the_sign_in_a_change_of_cash(term: str, weight: int) -> None:
    total = "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations"
    of, one = (
        Match(0, (QName("us-gaap", local),), None, 1, 1.0, ()) for local in (total, term)
    )
    assert sum_weight(of, one, load_taxonomy("us-gaap-2024")) == weight
