"""One made-up filing for each class of layout that was once misread."""

from __future__ import annotations

from datetime import date

import pytest

from converter.model import (
    Amount,
    Basis,
    Duration,
    Instant,
    MappedStatement,
    Measure,
    Period,
    Row,
    Severity,
)
from converter.pipeline import convert, read
from converter.rows import balance_at

YEARS = f"{'':50}{'1998':>12}{'1997':>12}\n"


def statements_of(text: str) -> tuple[MappedStatement, ...]:
    return convert(text.encode(), name="omega.txt").statements


def line(label: str, *numbers: str) -> str:
    return f"{label:<50}" + "".join(f"{number:>12}" for number in numbers) + "\n"


def row(mapped: MappedStatement, label: str) -> Row:
    (found,) = (r for r in mapped.statement.rows if r.label == label)
    return found


def numbers(found: Row) -> list[int | None]:
    return [_whole(amount) for amount in found.amounts]


def _whole(amount: Amount | None) -> int | None:
    return None if amount is None else int(amount.number)


def concept(mapped: MappedStatement, label: str) -> str:
    at = mapped.statement.rows.index(row(mapped, label))
    return str(mapped.matches[at].concepts[0])


def income(title: str = "CONSOLIDATED STATEMENTS OF OPERATIONS") -> str:
    return (
        f"{'OMEGA TOOLS CORP.':^74}\n{title:^74}\n{'(In thousands)':^74}\n\n"
        f"{'':50}{'Years ended December 31,':>24}\n{YEARS}"
        + line("Net sales", "$ 91,000", "$ 84,000")
        + line("Cost of goods sold", "70,400", "69,100")
        + line("Operating income", "20,600", "14,900")
        + line("Provision for income taxes", "8,100", "6,200")
        + line("Net income", "$ 12,500", "$  8,700")
    )


def balance() -> str:
    return (
        f"{'OMEGA TOOLS CORP.':^74}\n{'BALANCE SHEETS':^74}\n{'(In thousands)':^74}\n\n"
        + line("", "December 31,", "December 31,")
        + YEARS
        + line("Cash", "$ 31,000", "$ 24,000")
        + line("Total assets", "$ 31,000", "$ 24,000")
        + line("Accounts payable", "$ 11,000", "$ 14,000")
        + line("Stockholders' equity", "20,000", "10,000")
        + line("Total liabilities and stockholders' equity", "$ 31,000", "$ 24,000")
    )


def test_a_sentence_that_leads_to_a_table_is_no_title() -> None:
    talk = (
        "     The charges and the gain described above are included in the following\n"
        "lines of the 1998 and 1997 Consolidated Statements of Operations (in\n"
        "millions):\n\n"
        f"{YEARS}"
        + line("   Cost of goods sold", "$   --", "$ 10.4")
        + line("   Loss on sale of a division", "2.5", "8.1")
        + line("", "$  2.5", "$ 18.5")
    )
    only, _ = statements_of(talk + "\n" * 12 + income() + "\n" * 12 + balance())
    assert numbers(row(only, "Cost of goods sold")) == [70_400_000, 69_100_000]


@pytest.mark.parametrize(
    "caption",
    [
        "The provision is included in the Consolidated Statements of Operations:",
        "Amounts Recognized in the Statements of Operations Consist of",
    ],
)
def test_a_caption_that_speaks_of_a_statement_is_no_title(caption: str) -> None:
    note = (
        f"{caption}\n\n{'':50}{'Years ended December 31,':>24}\n{YEARS}"
        + line("Income from domestic operations", "$ 11,000", "$ 10,000")
        + line("Income from foreign operations", "9,600", "4,900")
        + line("Net income before the provision", "$ 20,600", "$ 14,900")
    )
    (only,) = statements_of(note + "\n" * 12 + income())
    assert only.statement.title == "CONSOLIDATED STATEMENTS OF OPERATIONS"


def test_a_label_ends_below_its_numbers() -> None:
    text = income().replace(
        line("Provision for income taxes", "8,100", "6,200"),
        line("Income before provision", "20,600", "14,900")
        + "for income taxes\n"
        + line("Provision for income", "8,100", "6,200")
        + "taxes\n\n",
    )
    (only,) = statements_of(text)
    assert numbers(row(only, "Income before provision for income taxes")) == [
        20_600_000,
        14_900_000,
    ]
    assert concept(only, "Provision for income taxes") == "us-gaap:IncomeTaxExpenseBenefit"
    assert not row(only, "Net income").section


def test_small_letters_before_small_letters_begin_a_label() -> None:
    text = income().replace(
        line("Operating income", "20,600", "14,900"),
        "income from operations before\n" + line("income taxes", "20,600", "14,900"),
    )
    (only,) = statements_of(text)
    label = "income from operations before income taxes"
    assert numbers(row(only, label)) == [20_600_000, 14_900_000]


def test_the_other_side_of_a_balance_sheet_stands_on_a_page_mostly_blank() -> None:
    head = line("Liabilities and stockholders' equity", "1998", "1997")
    text = balance().replace(
        line("Accounts payable", "$ 11,000", "$ 14,000"),
        "\n" * 24
        + "The accompanying notes are an integral part of these financial\n"
        + "statements.\n<PAGE>\n"
        + "\n" * 18
        + line("", "December 31,", "December 31,")
        + head
        + "\n"
        + line("Accounts payable", "$ 11,000", "$ 14,000"),
    )
    (only,) = statements_of(text)
    assert concept(only, "Accounts payable").startswith("us-gaap:AccountsPayable")
    total = "Total liabilities and stockholders' equity"
    assert concept(only, total) == "us-gaap:LiabilitiesAndStockholdersEquity"


def test_the_label_of_a_stock_runs_into_the_columns() -> None:
    text = balance().replace(
        line("Stockholders' equity", "20,000", "10,000"),
        "STOCKHOLDERS' EQUITY Common Stock:\n"
        "Omega Common Stock, $1 par value,  authorized  6,000,000,000  shares;  issued and\n"
        "  outstanding 3,146,934 shares (net of 357,151 treasury shares) at December\n"
        "  31, 1998, and 3,196,436 shares (net of 287,866 treasury shares) at\n"
        + line("  December 31, 1997", "3,147", "3,196")
        + "Omega Tracking Stock, $1 par value, authorized  2,500,000 shares; issued\n"
        "  and  outstanding                                           1,181,420\n"
        + line("  shares in 1998, and 1,156,778 shares in 1997", "1,181", "1,157")
        + line("Retained earnings", "15,672", "5,647")
        + line("Total stockholders' equity", "20,000", "10,000"),
    )
    (only,) = statements_of(text)
    amounts = [numbers(r) for r in only.statement.rows if "Stock, $1 par" in r.label]
    assert amounts == [[3_147_000, 3_196_000], [1_181_000, 1_157_000]]
    assert concept(only, "Total stockholders' equity") == "us-gaap:StockholdersEquity"


def test_basic_stands_two_headings_below_per_share() -> None:
    text = (
        income()
        + "\n(Loss) earnings per share:\n"
        + "   (Loss) earnings from continuing operations:\n"
        + line("     Basic", "$    (1.99)", "$     0.62")
        + line("     Diluted", "(1.99)", "0.60")
        + "   Discontinued operations:\n"
        + line("     Basic", "$       --", "$     0.11")
        + line("     Diluted", "--", "0.10")
        + "   Net (loss) earnings:\n"
        + line("     Basic", "$    (1.99)", "$     0.73")
        + line("     Diluted", "(1.99)", "0.70")
        + "   Weighted average shares outstanding:\n"
        + line("     Basic", "6,281", "11,917")
        + line("     Diluted", "6,281", "12,429")
    )
    (only,) = statements_of(text)
    found = [
        (r.measure.value, match.concepts[0].local)
        for r, match in zip(only.statement.rows, only.matches, strict=True)
        if r.label in ("Basic", "Diluted")
    ]
    assert found == [
        ("money per share", "IncomeLossFromContinuingOperationsPerBasicShare"),
        ("money per share", "IncomeLossFromContinuingOperationsPerDilutedShare"),
        ("money per share", "IncomeLossFromDiscontinuedOperationsNetOfTaxPerBasicShare"),
        ("money per share", "IncomeLossFromDiscontinuedOperationsNetOfTaxPerDilutedShare"),
        ("money per share", "EarningsPerShareBasic"),
        ("money per share", "EarningsPerShareDiluted"),
        ("shares", "WeightedAverageNumberOfSharesOutstandingBasic"),
        ("shares", "WeightedAverageNumberOfDilutedSharesOutstanding"),
    ]


def test_results_stand_below_a_kind_of_share_below_per_share() -> None:
    text = (
        income()
        + "\nIncome Per Common Share:\n"
        + " Primary\n"
        + line("  Continuing Operations", "$   .53", "$   .55")
        + line("  Discontinued Operations", ".04", ".02")
        + line("  Net Income", "$   .57", "$   .57")
        + " Fully Diluted\n"
        + line("  Continuing Operations", "$   .52", "$   .50")
        + line("  Discontinued Operations", ".03", ".01")
        + line("  Net Income", "$   .55", "$   .51")
    )
    (only,) = statements_of(text)
    found = [
        (r.measure.value, match.concepts[0].local)
        for r, match in zip(only.statement.rows, only.matches, strict=True)
        if "Income Per Common Share" in r.section and any(r.amounts)
    ]
    assert found == [
        ("money per share", "IncomeLossFromContinuingOperationsPerBasicShare"),
        ("money per share", "IncomeLossFromDiscontinuedOperationsNetOfTaxPerBasicShare"),
        ("money per share", "EarningsPerShareBasic"),
        ("money per share", "IncomeLossFromContinuingOperationsPerDilutedShare"),
        ("money per share", "IncomeLossFromDiscontinuedOperationsNetOfTaxPerDilutedShare"),
        ("money per share", "EarningsPerShareDiluted"),
    ]


def test_the_headings_begin_right_under_running_text() -> None:
    talk = (
        "The registrant has filed all reports required to be filed by the law and has been\n"
        "subject to such filing requirements for the past ninety days, as of this report.\n"
    )
    text = (
        talk
        + "For Three Months Ended                     For Six Months Ended\n"
        + f"{'Consolidated Statements of Income':50}{'June 30,':>24}{'June 30,':>24}\n"
        + f"{'(In millions)':50}{'1998':>12}{'1997':>12}{'1998':>12}{'1997':>12}\n"
        + line("Net sales", "$  910", "$  840", "$1,790", "$1,660")
        + line("Cost of sales", "704", "691", "1,411", "1,380")
        + line("Net income", "$  206", "$  149", "$  379", "$  280")
    )
    (only,) = statements_of(text)
    assert [column.period for column in only.statement.columns] == [
        Duration(date(year, month, 1), date(year, 6, 30))
        for month in (4, 1)
        for year in (1998, 1997)
    ]


def test_a_row_that_its_label_shifts_may_have_dashes() -> None:
    wide = f"{'Losses on the investments that are held for sale by the fund':63}"
    text = (
        f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF INCOME':^74}\n{'(In thousands)':^74}\n\n"
        f"{'':50}{'Years ended December 31,':>36}\n"
        + line("", "1998", "1997", "1996")
        + line("Net sales", "$ 91,000", "$ 84,000", "$ 77,000")
        + line("Cost of goods sold", "70,400", "69,100", "64,000")
        + line("Selling expenses", "8,400", "7,100", "7,000")
        + line("Other expenses", "1,200", "1,100", "1,900")
        + f"{wide}{'--':>12}{'(2,000)':>12}{'(1,500)':>12}\n"
        + line("Income before taxes", "11,000", "4,700", "2,600")
        + line("Provision for income taxes", "4,000", "1,700", "900")
        + line("Net income", "$  7,000", "$  3,000", "$  1,700")
    )
    (only,) = statements_of(text)
    assert len(only.statement.columns) == 3
    assert [numbers(r) for r in only.statement.rows if "held for sale" in r.label] == [
        [0, -2_000_000, -1_500_000]
    ]


@pytest.mark.parametrize(
    ("length", "year_end", "start"),
    [
        ("Six months ended", "December 27, 1997", date(1997, 12, 28)),  # 27 weeks
        ("Six months ended", "December 31, 1997", date(1998, 1, 1)),
        ("Six months ended", "January 24, 1998", date(1998, 1, 4)),  # another year's end
        ("Twenty-six weeks ended", "December 27, 1997", date(1998, 1, 4)),
    ],
)
def test_a_period_of_weeks_begins_where_a_balance_ends(
    length: str, year_end: str, start: date
) -> None:
    days = f"{'':50}{length:>24}\n" + line("", "July 4,", "July 5,") + YEARS
    flows = income().replace(f"{'':50}{'Years ended December 31,':>24}\n{YEARS}", days)
    dates = f"{'':40}{'July 4, 1998':>20}{year_end:>20}\n"
    sheet = balance().replace(line("", "December 31,", "December 31,") + YEARS, dates)
    one, other = statements_of(flows + "\n" * 12 + sheet)
    assert other.statement.columns[0].period == Instant(date(1998, 7, 4))
    assert one.statement.columns[0].period == Duration(start, date(1998, 7, 4))


def test_cash_at_a_day_is_that_of_an_end_of_the_period() -> None:
    text = (
        f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF CASH FLOWS':^74}\n"
        f"{'(In thousands)':^74}\n\n{'':50}{'Years ended December 31,':>24}\n{YEARS}"
        + line("Net cash provided by operating activities", "$  7,000", "$  3,000")
        + line("Cash paid for a plant bought December 31", "(4,000)", "(1,000)")
        + line("Net increase in cash", "3,000", "2,000")
        + line("Cash and cash equivalents at January 1", "5,000", "3,000")
        + line("Cash and cash equivalents at December 31", "$  8,000", "$  5,000")
    )
    facts = convert(text.encode(), name="omega.txt").instance
    contexts = {context.id: context.period for context in facts.contexts}
    found = {
        (contexts[fact.context], int(fact.value))
        for fact in facts.facts
        if fact.concept.local == "CashAndCashEquivalentsAtCarryingValue"
    }
    assert found == {
        (Instant(date(1998, 12, 31)), 8_000_000),
        (Instant(date(1997, 12, 31)), 5_000_000),
        (Instant(date(1996, 12, 31)), 3_000_000),
    }


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("Cash and cash equivalents, January 1", "Cash and cash equivalents, December 31"),
        ("At January 1", "As of December 31, 1998"),
        ("Balance, January 1", "Balance, December 31"),
        ("Beginning of year", "End of year"),
        ("At beginning of period", "At the end of the fiscal year"),
        ("Cash and equivalents, opening", "Cash and equivalents, ending"),
        ("Opening cash and equivalents", "Closing cash and equivalents"),
    ],
)
def test_captions_of_cash_tell_which_end_it_is_of(opening: str, closing: str) -> None:
    text = (
        f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF CASH FLOWS':^74}\n"
        f"{'(In thousands)':^74}\n\n{'':50}{'Years ended December 31,':>24}\n{YEARS}"
        + line("Net cash provided by operating activities", "$  7,000", "$  3,000")
        + line("Purchase of short-term investments", "(4,000)", "(1,000)")
        + line("Net increase in cash", "3,000", "2,000")
        + "Cash and cash equivalents:\n"
        + line(opening, "5,000", "3,000")
        + line(closing, "$  8,000", "$  5,000")
    )
    (only,) = statements_of(text)
    rows = [row for row in only.statement.rows if any(row.amounts)]
    assert [balance_at(row) for row in rows] == [None, None, None, "beginning", "end"]


def test_what_is_averaged_is_a_number_of_shares() -> None:
    text = (
        income()
        + line("Net income per share - basic", "$   1.25", "$   0.87")
        + line("Weighted average common stock outstanding - basic", "10,000", "10,000")
        + line("Dilutive stock options", "200", "100")
        + line("Weighted average shares, assuming dilution", "10,200", "10,100")
        + "Average number of shares (000s)\n"
        + line("  - Basic", "10,000", "10,000")
    )
    (only,) = statements_of(text)
    measures = [r.measure.value for r in only.statement.rows if any(r.amounts)]
    assert measures[-5:] == ["money per share", *["shares"] * 4]
    assert numbers(row(only, "Dilutive stock options")) == [200_000, 100_000]


def test_what_no_cash_was_paid_for_follows_on_the_next_page() -> None:
    head = f"{'':50}{'Years ended December 31,':>24}\n{YEARS}"
    text = (
        f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF CASH FLOWS':^74}\n"
        f"{'(In thousands)':^74}\n\n{head}"
        + line("Net cash provided by operating activities", "$  7,000", "$  3,000")
        + line("Purchases of plant", "(4,000)", "(1,000)")
        + line("Net increase in cash", "3,000", "2,000")
        + line("Cash at beginning of year", "5,000", "3,000")
        + line("Cash at end of year", "$  8,000", "$  5,000")
        + f"\n\n<PAGE>\n\n{head}Supplemental disclosures of non-cash investing activities:\n"
        + line("Plant bought and not yet paid for", "$    310", "$    270")
        + line("Leased vehicles", "140", "90")
        + line("Unpaid fees", "20", "10")
    )
    (only,) = statements_of(text)
    assert numbers(row(only, "Leased vehicles")) == [140_000, 90_000]


INCOME_OF_ALL = """\
                   OMEGA HOLDINGS INC. AND SUBSIDIARIES
                    CONSOLIDATED STATEMENTS OF INCOME
                           (in millions)

                                         Year ended December 31,
                                         1996     1995     1994
Total revenues                         $ 400    $ 385    $ 370
Benefits                                 365      354      342
Net income                             $  35    $  31    $  28
Net income per share                   $3.50    $3.10    $2.80

"""
THREE_YEARS = "                                         1996     1995     1994\n"


def titles(text: str) -> list[str]:
    return [statement.title for statement in read(text.encode(), name="page.txt").statements]


def test_the_parent_company_alone_is_kept_apart() -> None:
    parent = f"""\
<PAGE>
               SCHEDULE III - CONDENSED FINANCIAL INFORMATION OF REGISTRANT
                         OMEGA HOLDINGS INC. (PARENT COMPANY)
                         STATEMENTS OF INCOME
                           (in millions)

                                         Year ended December 31,
{THREE_YEARS}Dividends from subsidiaries            $  10    $  10    $  10
Interest expense                          (5)      (5)      (5)
Equity in undistributed income            30       26       23
Net income                             $  35    $  31    $  28
"""
    assert titles(INCOME_OF_ALL + parent) == ["CONSOLIDATED STATEMENTS OF INCOME"]
    assert titles(parent) == []


def test_a_second_statement_of_the_title_adds_nothing_to_a_whole_one() -> None:
    other = f"""\
<PAGE>
                         CONSOLIDATED STATEMENTS OF INCOME
{THREE_YEARS}Dividends received                     $  10    $  10    $  10
Equity in undistributed income            25       21       18
Result of the year                     $  35    $  31    $  28
"""
    first, *_ = read((INCOME_OF_ALL + other).encode(), name="page.txt").statements
    assert len(first.rows) == 4


@pytest.mark.parametrize(
    "title",
    [
        "SELECTED FINANCIAL DATA",
        "Item 6. Selected Financial Data",
        "QUARTERLY DATA (UNAUDITED)",
    ],
)
def test_summaries_below_a_statement_are_kept_apart(title: str) -> None:
    summary = f"""\
{title}
                                         Year ended December 31,
{THREE_YEARS}Total revenues                         $ 400    $ 385    $ 370
Net income                                35       31       28
Total assets                           1,400    1,300    1,200
"""
    assert len(titles(INCOME_OF_ALL + summary)) == 1


def test_labels_in_capitals_over_two_lines() -> None:
    """Small letters do not tell there that a label goes on."""
    statement = read(
        b"""\
                            SAVINGS BANK CORP.
                     CONSOLIDATED STATEMENTS OF INCOME
                                                Years ended June 30,
                                                  1996        1995
INTEREST INCOME                               $ 10,000    $  9,000
NET INTEREST INCOME AFTER
  PROVISION FOR LOAN LOSSES                      9,500       8,600
ALLOWANCE FOR EQUITY FUNDS USED
  DURING CONSTRUCTION                              500         400
LOANS (LESS ALLOWANCE FOR DOUBTFUL
  ACCOUNTS)                                        300         200
COMMON STOCK, 1,000,000
  SHARES AUTHORIZED                                200         100
RESERVES - SUBSTANTIALLY
  RESTRICTED                                       100         100
OTHER EXPENSES
  WAGES                                          5,500       5,000
  RENT                                           1,500       1,000
NET INCOME                                    $  2,600    $  2,300
""",
        name="caps.txt",
    ).statements[0]
    assert [row.label for row in statement.rows if any(row.amounts)] == [
        "INTEREST INCOME",
        "NET INTEREST INCOME AFTER PROVISION FOR LOAN LOSSES",
        "ALLOWANCE FOR EQUITY FUNDS USED DURING CONSTRUCTION",
        "LOANS (LESS ALLOWANCE FOR DOUBTFUL ACCOUNTS)",
        "COMMON STOCK, 1,000,000 SHARES AUTHORIZED",
        "RESERVES - SUBSTANTIALLY RESTRICTED",
        "WAGES",
        "RENT",
        "NET INCOME",
    ]


@pytest.mark.parametrize(
    "label",
    [
        "Cash dividends, $.50 per share",
        "Preferred dividends ($1.50 per share)",
        "Cash dividends ($.50 in 1998 and 1997 per share)",
        "Repurchase of stock at $10 per share",
    ],
)
def test_an_amount_per_share_in_a_label_does_not_make_its_row_one(label: str) -> None:
    (mapped,) = statements_of(income() + line(label, "(2,500)", "(2,000)"))
    assert row(mapped, label).measure is Measure.MONEY
    assert numbers(row(mapped, label)) == [-2_500_000, -2_000_000]


@pytest.mark.parametrize(
    "label", ["Cash dividends declared per share", "Dividends on $5 stock, per share"]
)
def test_dividends_per_share_are_not_scaled(label: str) -> None:
    (mapped,) = statements_of(income() + line(label, "$ .50", "$ .40"))
    assert row(mapped, label).measure is Measure.MONEY_PER_SHARE
    assert [str(a.number) for a in row(mapped, label).amounts if a] == ["0.50", "0.40"]


def test_eps_shares_and_units_are_known() -> None:
    printed = (
        line("Basic EPS", "$ 1.00", "$ .75")
        + "Shares:\n"
        + line("      Basic", "12,500", "11,600")
        + line("   Diluted", "13,000", "12,000")
        + line("Income allocated to stock for diluted EPS", "12,400", "8,600")
        + line("Units outstanding", "100", "90")
    )
    (mapped,) = statements_of(income() + printed)
    assert concept(mapped, "Basic EPS") == "us-gaap:EarningsPerShareBasic"
    assert numbers(row(mapped, "Diluted")) == [13_000_000, 12_000_000]
    assert {r.label: r.measure for r in mapped.statement.rows[5:] if any(r.amounts)} == {
        "Basic EPS": Measure.MONEY_PER_SHARE,
        "Basic": Measure.SHARES,
        "Diluted": Measure.SHARES,
        "Income allocated to stock for diluted EPS": Measure.MONEY,
        "Units outstanding": Measure.SHARES,
    }


@pytest.mark.parametrize(
    "label",
    [
        "Receivables, less allowance of $115 in 1998 and $105 in 1997",
        "Receivables, less allowance of $105 in 1997 and $115 in 1998",
        "Receivables, less allowance of $115 ($105 at December 31, 1997)",
    ],
)
def test_allowances_of_a_year_each_are_stated_beside_the_row(label: str) -> None:
    above, below = balance().split("Total assets", 1)
    receivable = label[:30] + "\n  " + line(label[30:].strip(), "9,000", "8,000")
    (mapped,) = statements_of(f"{above}{receivable}Total assets{below}")
    allowance = row(mapped, "Allowance for doubtful accounts")
    assert allowance.aside
    assert numbers(allowance) == [115_000, 105_000]


def test_billions_of_shares_are_stated_beside_the_row() -> None:
    label = "Common stock; 4,000,000,000 shares authorized; 1,821,926,709 shares\n"
    rest = line("  issued in 1998 and 1,813,770,294 in 1997", "18,219", "18,138")
    (mapped,) = statements_of(balance() + label + rest)
    authorized = row(mapped, "Common stock, shares authorized")
    assert numbers(authorized) == [4_000_000_000, 4_000_000_000]
    assert numbers(row(mapped, "Common stock, shares issued")) == [1_821_926_709, 1_813_770_294]


def periods_under(heads: str) -> list[Period | None]:
    (found,) = statements_of(
        f"FORM 10-K\nFor the fiscal year ended October 3, 1998\n\n<PAGE>\n"
        f"{'OMEGA TOOLS CORP.':^74}\n"
        f"{'STATEMENTS OF INCOME':^74}\n{'(In thousands)':^74}\n\n{heads}"
        + line("Net sales", "$ 91,000", "$ 84,000")
        + line("Cost of goods sold", "70,400", "69,100")
        + line("Net income", "$ 20,600", "$ 14,900")
    )
    return [column.period for column in found.statement.columns]


def test_a_fiscal_year_may_have_its_weeks_counted() -> None:
    heads = line("", "Fiscal 1998", " 1997") + line("", "(53 weeks)", "(52 weeks)")
    assert periods_under(heads) == [
        Duration(date(1997, 9, 28), date(1998, 10, 3)),
        Duration(date(1996, 9, 29), date(1997, 9, 27)),
    ]


def test_staggered_headings_leave_one_blank_between_two_dates() -> None:
    (found,) = statements_of(
        f"{'OMEGA TOOLS CORP.':^80}\n{'STATEMENTS OF OPERATIONS':^80}\n"
        f"{'(In thousands)':^80}\n\n"
        f"{'':68}Pro forma\n"
        f"{'':35}Year ended        Three months   year ended\n"
        f"{'':34}December 31,      ended March 31, December 31,\n"
        f"{'':31}1997       1998      1998      1999      1998\n"
        f"{'':29}-------    -------   -------   -------   -------\n"
        "Net sales                    $ 1,000    $ 5,000   $   900   $ 2,000   $ 7,000\n"
        "Cost of sales                    800      4,000       700     1,600     5,500\n"
        "Operating expenses             1,200      3,000       600     1,400     4,000\n"
        "Net loss                     $(1,000)   $(2,000)  $  (400)  $(1,000)  $(2,500)\n"
    )
    read = [(column.period, column.basis) for column in found.statement.columns]
    assert read == [
        (Duration(date(1997, 1, 1), date(1997, 12, 31)), Basis.REPORTED),
        (Duration(date(1998, 1, 1), date(1998, 12, 31)), Basis.REPORTED),
        (Duration(date(1998, 1, 1), date(1998, 3, 31)), Basis.REPORTED),
        (Duration(date(1999, 1, 1), date(1999, 3, 31)), Basis.REPORTED),
        (Duration(date(1998, 1, 1), date(1998, 12, 31)), Basis.PRO_FORMA),
    ]


def test_a_column_of_note_numbers_is_no_figures() -> None:
    converted = convert(
        (
            f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF INCOME':^74}\n"
            f"{'(In thousands)':^74}\n{'Year ended December 31, 1998':^74}\n\n"
            + line("", "Notes", "1998")
            + line("", "-----", "--------")
            + line("Net sales", "3", "$ 91,000")
            + line("Cost of goods sold", "4,9", "70,400")
            + line("Net income", "12", "$ 20,600")
        ).encode(),
        name="omega.txt",
    )
    (found,) = converted.statements
    assert len(found.statement.columns) == 1
    (said,) = (f for f in converted.findings if f.code == "column.no-period")
    assert said.severity is Severity.INFO
    assert "the numbers of notes" in said.message


def test_one_of_two_companies_is_not_the_filer_by_its_name() -> None:
    heads = f"{'':42}{'Holding Corp.':>12}{'City Power Company':>24}\n"
    converted = convert(
        (
            f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF INCOME':^74}\n"
            f"{'(In thousands)':^74}\n{'Year ended December 31, 1998':^74}\n\n{heads}"
            + line("Net sales", "$ 91,000", "$ 84,000")
            + line("Cost of goods sold", "70,400", "69,100")
            + line("Net income", "$ 20,600", "$ 14,900")
        ).encode(),
        name="omega.txt",
    )
    assert not converted.statements
    assert [f.code for f in converted.findings].count("column.repeated") == 2


def test_the_first_label_may_end_the_periods() -> None:
    (found,) = statements_of(
        f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF INCOME':^74}\n{'(In thousands)':^74}\n"
        + line("", "Six Months", "Six Months")
        + YEARS
        + "For periods ended June 30\n"
        + line("Net sales", "$ 91,000", "$ 84,000")
        + line("Cost of goods sold", "70,400", "69,100")
        + line("Net income", "$ 20,600", "$ 14,900")
    )
    assert [column.period for column in found.statement.columns] == [
        Duration(date(1998, 1, 1), date(1998, 6, 30)),
        Duration(date(1997, 1, 1), date(1997, 6, 30)),
    ]


def test_a_heading_of_three_years_stays_beside_that_of_inception() -> None:
    (found,) = statements_of(
        f"{'OMEGA TOOLS CORP.':^80}\n{'STATEMENTS OF OPERATIONS':^80}\n"
        f"{'(In thousands)':^80}\n\n"
        f"{'':60}Period from\n{'':60}February 9,\n{'':63}1995\n{'':61}(date of\n"
        f"{'':60}inception) to\n"
        f"{'':29}Year ended December 31,        December 31,\n"
        f"{'':31}1997       1996      1995      1997\n"
        f"{'':29}-------    -------   -------   -------\n"
        "Net sales                    $ 1,000    $ 5,000   $   900   $ 2,000\n"
        "Cost of sales                    800      4,000       700     1,600\n"
        "Operating expenses             1,200      3,000       600     1,400\n"
        "Net loss                     $(1,000)   $(2,000)  $  (400)  $(1,000)\n"
        "Net loss per share           $ (0.50)   $ (0.80)  $ (0.16)  $ (0.35)\n"
    )
    assert [column.period for column in found.statement.columns] == [
        *(Duration(date(year, 1, 1), date(year, 12, 31)) for year in (1997, 1996, 1995)),
        Duration(date(1995, 2, 9), date(1997, 12, 31)),
    ]


def test_a_caption_of_a_year_to_date_counts_from_the_last_balance() -> None:
    flows, _ = statements_of(
        f"{'OMEGA TOOLS CORP.':^74}\n{'STATEMENTS OF CASH FLOWS':^74}\n"
        f"{'YEAR TO DATE JUNE 30, 1998 AND 1997':^74}\n{'(In thousands)':^74}\n\n{YEARS}"
        + line("Net income", "$ 2,000", "$ 1,800")
        + line("Depreciation", "1,500", "1,400")
        + line("Net increase in cash", "$ 500", "$ 400")
        + f"\n\n{balance().replace('December 31,', '    June 30,', 1)}"
    )
    assert [column.period for column in flows.statement.columns] == [
        Duration(date(1998, 1, 1), date(1998, 6, 30)),
        Duration(date(1997, 1, 1), date(1997, 6, 30)),
    ]


@pytest.mark.parametrize("printed", ["70,400,", "70,400{1}"])
def test_a_stray_comma_or_a_mark_in_braces_is_no_part_of_a_number(printed: str) -> None:
    text = income().replace(f"{'70,400':>12}", f"{printed:>13}")
    (statement,) = statements_of(text)
    assert numbers(row(statement, "Cost of goods sold")) == [70_400_000, 69_100_000]


def test_a_number_of_few_digits_right_after_its_label() -> None:
    """It ends where a column does, and is all that its row lacks."""
    label = "Accrued compensation and other employee benefits and taxes"
    text = income().replace(
        f"{'Provision for income taxes':<50}{'8,100':>12}", f"{label} {120:>{61 - len(label)}}"
    )
    (statement,) = statements_of(text)
    assert numbers(row(statement, label)) == [120_000, 6_200_000]


@pytest.mark.parametrize(("zeros", "power"), [("", 3), (",000", 0)])
def test_a_statement_without_a_scale_has_that_of_another_printed_as_large(
    zeros: str, power: int
) -> None:
    """A balance sheet of other years in the notes; in whole dollars it is longer in print."""
    again = balance().replace("(In thousands)", "").replace("1998", "1996")
    again = again.replace("1997", "1995").replace(",000", f",000{zeros}")
    _, other = statements_of(balance() + "\n" * 60 + again)
    printed = (31_000, 24_000) if not zeros else (31_000_000, 24_000_000)
    assert numbers(row(other, "Cash")) == [number * 10**power for number in printed]
