"""One made-up report for each check: an equation that holds, and the same one broken."""

from __future__ import annotations

from collections import Counter

import pytest

from converter.pipeline import convert
from converter.proof.equations import Verdict


def statement(title: str, heads: tuple[str, ...], *lines: str) -> str:
    """A statement as a filer prints it; a line is `caption | number | number`."""
    text = [title.center(90), "(In thousands, except per share data)".center(90), ""]
    text.append(f"{'':60}" + "".join(f"{head:>18}" for head in heads))
    for line in lines:
        caption, *numbers = (part.strip() for part in line.split("|"))
        text.append(f"{caption:60}" + "".join(f"{n:>18}" for n in numbers))
    return "\n".join([*text, "", ""])


SHEET = statement(
    "Balance Sheets",
    ("Dec. 31, 1999", "Dec. 31, 1998"),
    "Cash and cash equivalents | 500 | 400",
    "Accounts receivable | 300 | 250",
    "Total current assets | 800 | 650",
    "Property, plant and equipment, net | 700 | 650",
    "Total assets | 1,500 | 1,300",
    "Accounts payable | 200 | 220",
    "Common stock | 600 | 600",
    "Retained earnings | 700 | 480",
    "Total liabilities and stockholders' equity | 1,500 | 1,300",
)
INCOME = statement(
    "Statements of Income",
    ("Year ended", "Year ended"),
    "| Dec. 31, 1999 | Dec. 31, 1998",
    "Net sales | 9,000 | 8,000",
    "Cost of sales | 8,650 | 7,800",
    "Gross profit | 350 | 200",
    "Gross margin | 3.9% | 2.5%",
    "Provision for income taxes | 130 | 50",
    "Net income | 220 | 150",
    "Basic earnings per share | 2.20 | 1.50",
    "Weighted average shares outstanding - basic | 100 | 100",
)
FLOWS = statement(
    "Statements of Cash Flows",
    ("Year ended", "Year ended"),
    "| Dec. 31, 1999 | Dec. 31, 1998",
    "Net income | 220 | 150",
    "Depreciation | 80 | 50",
    "Net cash provided by operating activities | 300 | 200",
    "Capital expenditures | (200) | (100)",
    "Net cash used in investing activities | (200) | (100)",
    "Net increase in cash | 100 | 100",
    "Cash and cash equivalents, beginning of year | 400 | 300",
    "Cash and cash equivalents, end of year | 500 | 400",
)
REPORT = "OMEGA TOOLS CORP.\n\n" + SHEET + "\n" * 9 + INCOME + "\n" * 9 + FLOWS


def verdicts(text: str) -> Counter[tuple[str, str]]:
    equations = convert(text.encode(), name="omega.txt").equations
    return Counter((one.check, one.verdict.value) for one in equations)


def test_a_report_that_agrees_with_itself_holds() -> None:
    found = verdicts(REPORT)
    assert set(found) == {
        (check, "holds")
        for check in (
            *("footing", "balance", "cash", "retained-earnings", "net-income"),
            *("per-share", "margins"),
        )
    }
    assert found["footing", "holds"] == 16
    assert found["balance", "holds"] == 2
    assert found["cash", "holds"] == 3  # both ends of 1999, and the end of 1998
    assert found["net-income", "holds"] == found["per-share", "holds"] == 2


@pytest.mark.parametrize(
    ("caption", "printed", "altered", "check", "verdict"),
    [
        ("Accounts receivable", "300", "310", "footing", Verdict.FAILS),
        ("Cash and cash equivalents, beginning", "400", "410", "cash", Verdict.FAILS),
        ("Weighted average", "100", "120", "per-share", Verdict.UNCLEAR),
        ("Gross margin", "3.9%", "4.9%", "margins", Verdict.UNCLEAR),
        ("Retained earnings", "700", "710", "retained-earnings", Verdict.UNCLEAR),
    ],
)
def test_what_is_altered_does_not_hold(
    caption: str, printed: str, altered: str, check: str, verdict: Verdict
) -> None:
    line = next(line for line in REPORT.splitlines() if line.startswith(caption))
    text = REPORT.replace(line, line.replace(printed, altered, 1))
    before, after = verdicts(REPORT), verdicts(text)
    assert after[check, verdict] > before[check, verdict]
    assert after[check, "holds"] < before[check, "holds"]


def test_quarters_make_the_year_to_date() -> None:
    text = "OMEGA TOOLS CORP.\n\n" + statement(
        "Statements of Income",
        ("Three months ended", "Six months ended"),
        "| June 30, 1999 | June 30, 1999",
        "Net sales | 9,000 | 16,000",
        "Cost of sales | 8,650 | 15,000",
        "Gross profit | 350 | 1,000",
    )
    first = text.replace("June 30, 1999", "Mar. 31, 1999", 1).replace("Six", "Three")
    assert ("quarters", "holds") not in verdicts(text)
    both = first.replace("9,000", "7,000").replace("8,650", "6,350").replace("350 ", "650 ")
    assert ("quarters", "fails") not in verdicts(text + "\n" * 9 + both)


def test_one_lost_parenthesis_turns_no_sign_of_other_years() -> None:
    """The earnings of 1998 alone do not agree: the sign of a row is not to blame."""
    heads = ("Year ended",) * 3
    days = "| Dec. 31, 1999 | Dec. 31, 1998 | Dec. 31, 1997"
    result = "Net income (loss) | (980) | (5,453) | 3,467"
    of_sectors = statement(
        "Sector Statements of Income",
        heads,
        days,
        "Income (loss) before income taxes | (678) | (7,550) | 6,187",
        "Provision for (benefit from) income taxes | 302 | (2,097) | 2,720",
        result,
    )
    whole = of_sectors.replace("Sector", "Consolidated").replace("  (5,453)", "    5,453")
    found = verdicts("OMEGA TOOLS CORP.\n\n" + of_sectors + "\n" * 9 + whole)
    assert found["net-income", "holds"] == 2
    assert found["net-income", "fails"] == 1
