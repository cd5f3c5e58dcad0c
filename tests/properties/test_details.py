"""Tables of the notes that split a line of a statement, printed in made-up filings."""

from __future__ import annotations

from datetime import date

import pytest

from converter.model import Duration, MappedStatement, Statement
from converter.pipeline import convert

BALANCE = """
                          OMEGA TOOLS CORP.
                            Balance Sheets
                             (In millions)

                                           June 30,    June 30,
                                              1998        1997
ASSETS
Current assets:
  Cash                                      $   31      $   24
  Inventories                                    9          11
    Total current assets                        40          35
Property, plant, and equipment, net            412         398
    Total assets                            $  452      $  433

LIABILITIES AND STOCKHOLDERS' EQUITY
Current liabilities:
  Accounts payable                          $   52      $   63
    Total current liabilities                   52          63
Common stock                                   100         100
Retained earnings                              300         270
    Total stockholders' equity                 400         370
    Total liabilities and
     stockholders' equity                   $  452      $  433
"""
INCOME = """
                          OMEGA TOOLS CORP.
                        Statements of Operations
                             (In millions)

                                           Years ended June 30,
                                              1998        1997
Net sales                                   $  810      $  770
Cost of sales                                  742         719
Operating income                                68          51
Interest and other income, net                   7          12
Income before income taxes                      75          63
Provision for income taxes                      45          39
Net income                                  $   30      $   24
"""
PROPERTY = """
Land and buildings                          $  240      $  233
Machinery and equipment                        377         355
Tooling                                         86          84
Leasehold improvements                          29          29
Accumulated depreciation                      (320)       (303)
  Net property, plant, and equipment        $  412      $  398
"""
LIVES = """
3. PROPERTY

                               Useful        June 30,
                               lives      1998        1997
                               ------   --------    --------
Land                                    $   40      $   40
Buildings                        30        200         193
Machinery                      5-12        492         468
                                        --------    --------
                                           732         701
Less accumulated depreciation              320         303
                                        --------    --------
                                        $  412      $  398
                                        ========    ========
"""
INTEREST = """
Interest income                             $   17      $   19
Interest expense                               (13)        (10)
Other income, net                                3           3
"""


def conversion_of(*parts: str) -> list[MappedStatement]:
    text = "\n\nNOTES TO FINANCIAL STATEMENTS\n\n".join(parts)
    return [m for m in convert(text.encode(), name="o.txt").statements if m.statement.detail_of]


def detail_of(*parts: str) -> Statement:
    (one,) = conversion_of(*parts)
    return one.statement


def numbers(statement: Statement, label: str) -> list[int]:
    (row,) = (r for r in statement.rows if r.label == label)
    return [int(a.number) // 10**6 for a in row.amounts if a is not None]


def test_a_split_of_a_line_needs_no_rule_over_its_total() -> None:
    found = detail_of(BALANCE, PROPERTY)
    assert found.detail_of == "Property, plant, and equipment, net"
    assert numbers(found, "Accumulated depreciation") == [-320, -303]


def test_a_column_of_useful_lives_is_passed_over() -> None:
    found = detail_of(BALANCE, LIVES)
    assert numbers(found, "Less accumulated depreciation") == [320, 303]


def test_a_line_that_two_balance_sheets_print_is_one_line() -> None:
    found = detail_of(BALANCE, BALANCE, LIVES)
    assert numbers(found, "Less accumulated depreciation") == [320, 303]


@pytest.mark.parametrize(
    ("heading", "total", "found"),
    [
        ("", "Interest and other income, net", True),
        ("", "Interest and other income (expense), net", True),
        ("2. Interest and other income, net, consists of:", "", True),
        ("", "Net translation effect", False),
        ("2. Hedging gains, net, consist of:", "", False),
    ],
)
def test_short_numbers_are_a_line_only_with_its_name(
    heading: str, total: str, *, found: bool
) -> None:
    note = f"{heading}\n\n{INTEREST.strip(chr(10))}\n  {total:<42}$    7      $   12\n"
    details = conversion_of(BALANCE, INCOME, note)
    assert len(details) == found
    if found:
        assert numbers(details[0].statement, "Interest expense") == [-13, -10]
        names = {m.concepts[0].local for m in details[0].matches if m.concepts}
        assert any(name.startswith("InterestExpense") for name in names)


QUARTERS = """
                          OMEGA TOOLS CORP.
                        Statements of Operations
                             (In millions)

                              Three months ended        Six months ended
                                  June 30,                  June 30,
                               1998        1997        1998        1997
Net sales                    $  410      $  370      $  810      $  770
Cost of sales                   377         344         742         719
Operating income                 33          26          68          51
Interest and other income,
  net                             3           1           7          12
Income before income taxes       36          27          75          63
Provision for income taxes       16          12          45          39
Net income                   $   20      $   15      $   30      $   24
"""


def test_a_note_may_leave_the_quarter_out() -> None:
    total = f"{'Interest and other income, net':<44}$    7      $   12\n"
    found = detail_of(QUARTERS, f"Six months ended\n{INTEREST}{total}")
    assert numbers(found, "Interest expense") == [-13, -10]
    assert [column.period for column in found.columns] == [
        Duration(date(year, 1, 1), date(year, 6, 30)) for year in (1998, 1997)
    ]
