"""A text cut short tells so, wherever it is cut; a whole one is not accused."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from converter.model import Finding, Severity, StatementKind
from converter.pipeline import Reading, read

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "golden" / "cases"
WHOLE = [*CASES.glob("*/input.txt"), *(ROOT / "examples").glob("*.txt")]
TOLD = {"submission.truncated", "statement.incomplete", "statement.none"}
FOOT = "See accompanying notes to consolidated financial statements."


def table(title: str, heading: str, rows: str) -> str:
    """A statement of two columns; each row is a label, and two numbers after bars."""
    lines = ["ALPHA CORP.", title, "(In thousands, except per share data)", "", heading]
    for row in rows.strip().split("\n"):
        label, *numbers = (part.strip() for part in row.split("|"))
        lines.append(f"{label:<58}{''.join(f'{n:>12}' for n in numbers)}".rstrip())
    return "\n".join([*lines, "", ""])


YEARS = f"{'Years ended December 31,':>82}\n{'':58}{'2003':>12}{'2002':>12}"
DAYS = f"{'December 31,':>82}\n{'':58}{'2003':>12}{'2002':>12}"
INCOME = table(
    "CONSOLIDATED STATEMENTS OF INCOME",
    YEARS,
    """
Net sales                             |  $ 9,000 |  $ 8,000
Cost of sales                         |    6,000 |    5,500
Gross profit                          |    3,000 |    2,500
Selling expenses                      |    1,000 |      900
Operating income                      |    2,000 |    1,600
Income taxes                          |      800 |      640
Net income                            |  $ 1,200 |    $ 960
Earnings per share:
Basic                                 |   $ 1.20 |   $ 0.96
Diluted                               |   $ 1.15 |   $ 0.93
""",
)
BALANCE = table(
    "CONSOLIDATED BALANCE SHEETS",
    DAYS,
    """
ASSETS
Current assets:
Cash and cash equivalents             |    $ 500 |    $ 400
Accounts receivable                   |    1,500 |    1,300
Total current assets                  |    2,000 |    1,700
Property and equipment, net           |    4,000 |    3,600
Total assets                          |  $ 6,000 |  $ 5,300
LIABILITIES AND STOCKHOLDERS' EQUITY
Current liabilities:
Accounts payable                      |    $ 700 |    $ 600
Total current liabilities             |      700 |      600
Stockholders' equity:
Common stock                          |    1,000 |    1,000
Retained earnings                     |    4,300 |    3,700
Total stockholders' equity            |    5,300 |    4,700
Total liabilities and stockholders' equity |  $ 6,000 |  $ 5,300
""",
)
CASH = table(
    "CONSOLIDATED STATEMENTS OF CASH FLOWS",
    YEARS,
    """
Cash flows from operating activities:
Net income                            |  $ 1,200 |    $ 960
Gain on sale of marketable securities |     (100) |    (60)
Net cash provided by operating activities |    1,100 |      900
Cash flows from investing activities:
Purchases of equipment                |     (400) |    (350)
Net cash used in investing activities |     (400) |    (350)
Cash flows from financing activities:
Dividends paid                        |     (600) |    (500)
Net cash used in financing activities |     (600) |    (500)
Net increase in cash and cash equivalents  |      100 |       50
Cash and cash equivalents at beginning of year |      400 |      350
Cash and cash equivalents at end of year |    $ 500 |    $ 400
""",
)
TEXT = f"{INCOME}\n{FOOT}\n\n\n{BALANCE}\n{FOOT}\n\n\n{CASH}"
CLOSING = {
    StatementKind.INCOME: "Diluted",
    StatementKind.BALANCE_SHEET: "Total liabilities and stockholders' equity",
    StatementKind.CASH_FLOWS: "Cash and cash equivalents at end of year",
}


@cache
def whole() -> Reading:
    return read(TEXT.encode(), name="whole.txt")


def telling(reading: Reading) -> list[Finding]:
    return [finding for finding in reading.findings if finding.code in TOLD]


def test_the_text_is_read_whole() -> None:
    assert [s.kind for s in whole().statements] == list(CLOSING)
    assert [s.rows[-1].label for s in whole().statements] == list(CLOSING.values())
    assert not telling(whole())


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.parent.name)
def test_what_is_whole_is_not_accused(path: Path) -> None:
    assert not telling(read(path.read_bytes(), name=path.name))


@pytest.mark.parametrize("end", ["", "\n\n\n", "\n - 5 -\n", f"\n{FOOT}", "\n(1) Restated.\n"])
def test_a_whole_text_may_end_in_many_ways(end: str) -> None:
    assert not telling(read((TEXT.rstrip("\n") + "\n" + end).encode(), name="whole.txt"))


def check(end: int) -> None:
    """Each statement begun before the cut is whole, or a finding tells."""
    reading = read(TEXT[:end].encode(), name="cut.txt") if TEXT[:end].strip() else None
    if reading is None or telling(reading):
        return
    begun = TEXT[:end].count("(In thousands")
    assert reading.statements == whole().statements[:begun], TEXT[max(0, end - 200) : end]


@pytest.mark.parametrize("end", [found.end() for found in re.finditer(r"\n", TEXT)])
def test_a_cut_between_two_lines_tells(end: int) -> None:
    check(end)


@given(st.integers(1, len(TEXT) - 1))
@example(TEXT.index("0.96") + 2)
@example(TEXT.index("5,300") + 1)
def test_a_cut_anywhere_tells(end: int) -> None:
    check(end)


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("Net increase in cash and cash equivalents", "statement.incomplete"),
        ("Cash and cash equivalents at beginning of year", "statement.incomplete"),
        ("Cash flows from financing activities:", "submission.truncated"),
        ("Retained earnings", "statement.incomplete"),
        ("Total stockholders' equity", "statement.incomplete"),
        ("CONSOLIDATED BALANCE SHEETS", "submission.truncated"),
        ("Net income", "statement.incomplete"),
        ("Basic", "statement.incomplete"),
    ],
)
def test_what_is_missing_is_told(last: str, code: str) -> None:
    line = re.search(rf"^{re.escape(last)}.*\n", TEXT, re.MULTILINE)
    assert line
    told = telling(read(TEXT[: line.end()].encode(), name="cut.txt"))
    assert (code, Severity.WARNING) in [(finding.code, finding.severity) for finding in told]


@pytest.mark.parametrize(
    ("below", "told"),
    [
        ("Six Months Ended June 30, 2002\nCommon Stock\n(in millions)\nBalance at D", True),
        ("Years ended\n\nNet inc", True),
        ("The six months ended June 30, 2002 were the best that we have had.\n", False),
    ],
)
def test_a_period_over_columns_that_do_not_come_is_told(below: str, told: bool) -> None:
    reading = read(f"{TEXT.rstrip()}\n\n\n\n\n\n\n\n\n\n{below}".encode(), name="cut.txt")
    codes = [finding.code for finding in telling(reading)]
    assert ("submission.truncated" in codes) is told


def test_a_character_cut_in_two_does_not_change_those_before() -> None:
    """By another code the three bytes of each dash would be letters, and no nil."""
    text = TEXT.replace("1,600", "\u2014")
    data = text[: text.index("Total assets")].replace("3,600", "\u2014").encode()
    cut = data[: data.rindex("\u2014".encode()) + 2]
    reading = read(cut, name="cut.txt")
    codes = [finding.code for finding in reading.findings]
    assert "input.encoding" not in codes
    assert "submission.truncated" in codes
    assert "\u2014" not in reading.submission.lines[-1].text


def test_a_title_of_another_kind_is_no_further_page() -> None:
    """The little left of a second statement is not taken for more of the first."""
    other = table(
        "CONSOLIDATED STATEMENTS OF COMPREHENSIVE INCOME",
        YEARS,
        """
Net income before noncontrolling interests |  $ 1,200 |    $ 960
Unrealized holding gains              |      100 |       80
""",
    )
    reading = read(f"{INCOME}\n{FOOT}\n\n{other}".encode(), name="cut.txt")
    assert reading.statements == whole().statements[:1]
    assert "submission.truncated" in [finding.code for finding in telling(reading)]


def test_equity_may_be_called_an_investment() -> None:
    named = BALANCE.replace("STOCKHOLDERS' EQUITY", "SHAREHOLDERS' INVESTMENT")
    named = re.sub("tockholders' equity", "hareholders' investment", named)
    assert not telling(read(named.encode(), name="whole.txt"))


def test_a_whole_text_may_end_with_an_address() -> None:
    prose = "Management uses these results to judge the business.\n" * 6
    text = f"{TEXT}\n{prose}\n    CONTACT: Alpha Corp.\n             press@alpha.example"
    assert not telling(read(text.encode(), name="whole.txt"))


WRAPPED = """\
<SEC-DOCUMENT>0000000001-99-000001.txt : 19990801
<SEC-HEADER>0000000001-99-000001.hdr.sgml : 19990801
ACCESSION NUMBER:		0000000001-99-000001
CONFORMED SUBMISSION TYPE:	8-K
PUBLIC DOCUMENT COUNT:		{count}
</SEC-HEADER>
{documents}"""
DOCUMENT = "<DOCUMENT>\n<TYPE>8-K\n<TEXT>\n{text}\n</TEXT>\n</DOCUMENT>\n"


@pytest.mark.parametrize(("there", "told"), [(2, False), (1, True)])
def test_the_header_counts_the_documents(there: int, told: bool) -> None:
    """A file cut right after a document shows it by no other sign."""
    documents = DOCUMENT.format(text=TEXT) * there
    wrapped = WRAPPED.format(count=2, documents=documents)
    codes = [finding.code for finding in read(wrapped.encode(), name="cut.txt").findings]
    assert ("submission.truncated" in codes) is told


def test_a_statement_cut_before_its_first_number() -> None:
    """Its title may stand two dozen lines above the end."""
    head = """\
                              ALPHA CORP.
                      CONSOLIDATED BALANCE SHEETS

<TABLE>
<CAPTION>


ASSETS                                                            June 30,
                                                            1995            1994
                                                            ----            ----
<S>                                                    <C>             <C>

Current assets:
  Cash and cash equivalents (Note 1)                   $"""
    codes = [finding.code for finding in read(head.encode(), name="cut.txt").findings]
    assert "submission.truncated" in codes
