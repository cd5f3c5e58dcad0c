"""What a rule says stands, in every kind of statement and whatever else has been found."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.earlier import Prior, PriorConcept
from converter.model import EXTENSION, Measure, QName, StatementKind
from converter.options import Options, Rule, read_rules
from converter.pipeline import Conversion, convert

SHEET = """
                          OMEGA TOOLS CORP.
                            Balance Sheets
                             (In millions)

                                         December 31, December 31,
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

                                           Years ended December 31,
                                              1998        1997
Net sales                                   $  810      $  770
Cost of sales                                  765         734
Net income                                      45          36
Less: Net income attributable to
  noncontrolling interests                      15          12
Net income attributable to Omega            $   30      $   24
"""
FLOWS = """
                          OMEGA TOOLS CORP.
                       Statements of Cash Flows
                             (In millions)

                                           Years ended December 31,
                                              1998        1997
Operating activities:
  Net income                                $   45      $   36
  Depreciation                                  10           9
    Net cash provided by operating
     activities                                 55          45
Investing activities:
  Purchases of equipment                       (48)        (40)
    Net cash used in investing activities      (48)        (40)
Increase in cash                                 7           5
Cash at beginning of year                       24          19
Cash at end of year                         $   31      $   24
"""
COMPREHENSIVE = """
                          OMEGA TOOLS CORP.
                  Statements of Comprehensive Income
                             (In millions)

                                           Years ended December 31,
                                              1998        1997
Net income                                  $   45      $   36
Translation adjustment                           2           1
Comprehensive income                        $   47      $   37
"""
EQUITY = """
                                OMEGA TOOLS CORP.
                 Statements of Stockholders' Equity
                               (In millions)

                                     Common    Retained
                                      Stock    Earnings      Total
                                     ------    --------     ------
Balance at December 31, 1996            100         246        346
  Net income                             --          36         36
  Dividends                              --         (12)       (12)
                                     ------    --------     ------
Balance at December 31, 1997            100         270        370
  Net income                             --          45         45
  Dividends                              --         (15)       (15)
                                     ------    --------     ------
Balance at December 31, 1998            100         300        400
                                     ======    ========     ======
"""
NOTES = """
NOTES TO FINANCIAL STATEMENTS

Land and buildings                          $  240      $  233
Machinery and equipment                        377         355
Tooling                                         86          84
Leasehold improvements                          29          29
Accumulated depreciation                      (320)       (303)
  Net property, plant, and equipment        $  412      $  398
"""
ALL = f"{SHEET}\n\n{INCOME}\n\n{EQUITY}\n\n{COMPREHENSIVE}\n\n{FLOWS}\n\n{NOTES}"
PRIOR = Prior(
    "old.xml",
    "",
    tuple(
        PriorConcept(
            QName("us-gaap", name),
            Measure.MONEY,
            {},
            frozenset((label,)),
            frozenset((kind, "") for kind in StatementKind),
        )
        for name, label in (
            ("InventoryGross", "inventories"),
            ("ProfitLoss", "net income"),
            ("Revenues", "net sales"),
            ("Land", "land and buildings"),
        )
    ),
)


def ruled(rule: str, folder: Path, prior: Prior | None = None) -> Conversion:
    path = folder / "rules.toml"
    path.write_text(f"[[rule]]\n{rule}\n")
    return convert(
        ALL.encode(), name="o.txt", options=Options(rules=read_rules(path), prior=prior)
    )


def lines(conversion: Conversion, label: str) -> dict[str, set[str]]:
    """The concepts of the lines called so, by statement (or by what it is the details of)."""
    found: dict[str, set[str]] = {}
    for one in conversion.statements:
        for row, match in zip(one.statement.rows, one.matches, strict=True):
            if row.label == label:
                key = one.statement.detail_of and "details"
                found.setdefault(key or one.statement.kind.value, set()).update(
                    map(str, match.concepts)
                )
    return found


CHOICES = [
    ("balance sheet", "Inventories", "us-gaap:InventoryNet"),
    ("income statement", "Net sales", "ext:SalesOfTools"),
    ("cash flows", "Net income", "us-gaap:NetIncomeLoss"),
    ("comprehensive income", "Net income", "us-gaap:NetIncomeLoss"),
    ("stockholders' equity", "Net income", "us-gaap:NetIncomeLoss"),
    ("details", "Land and buildings", "us-gaap:PropertyPlantAndEquipmentOther"),
]


@pytest.mark.parametrize("prior", [None, PRIOR], ids=["alone", "against an earlier report"])
@pytest.mark.parametrize(("place", "label", "concept"), CHOICES)
def test_a_rule_stands(
    place: str, label: str, concept: str, prior: Prior | None, tmp_path: Path
) -> None:
    """Also where the other statements, or an earlier report, have another concept."""
    kind = "balance sheet" if place == "details" else place
    rule = f'label = "{label}"\nstatement = "{kind}"\nconcept = "{concept}"'
    conversion = ruled(rule, tmp_path, prior)
    assert {one.statement.kind for one in conversion.statements} == set(StatementKind)
    assert lines(conversion, label)[place] == {concept}


def test_without_a_rule_an_earlier_report_stands() -> None:
    conversion = convert(ALL.encode(), name="o.txt", options=Options(prior=PRIOR))
    assert lines(conversion, "Inventories") == {"balance sheet": {"us-gaap:InventoryGross"}}
    assert lines(conversion, "Land and buildings") == {"details": {"us-gaap:Land"}}


def test_details_keep_what_a_rule_gives_them_from_a_statement(tmp_path: Path) -> None:
    """Two lines cannot both be one concept with two numbers: the ruled one has it."""
    rule = 'label = "Tooling"\nconcept = "us-gaap:InventoryNet"'
    conversion = ruled(rule, tmp_path)
    assert lines(conversion, "Tooling") == {"details": {"us-gaap:InventoryNet"}}
    (instead,) = lines(conversion, "Inventories")["balance sheet"]
    assert instead.startswith("ext:")


def test_a_name_of_ones_own_may_be_given_to_several_lines(tmp_path: Path) -> None:
    rule = 'pattern = "^Cash( at end of year)?$"\nconcept = "ext:Money"\nbalance = "debit"'
    conversion = ruled(rule, tmp_path)
    assert lines(conversion, "Cash") == {"balance sheet": {"ext:Money"}}
    assert lines(conversion, "Cash at end of year") == {"cash flows": {"ext:Money"}}


def test_the_innermost_heading_wins(tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(
        "label;section;concept\n"
        "Inventories;Assets;ext:Outer\nInventories;Current assets;ext:Inner\n"
    )
    conversion = convert(ALL.encode(), name="o.txt", options=Options(rules=read_rules(path)))
    assert lines(conversion, "Inventories") == {"balance sheet": {f"{EXTENSION}:Inner"}}


@pytest.mark.parametrize(
    ("key", "year"), [("nth = 1", 1996), ("nth = 2", 1997), ("nth = 3", 1998)]
)
def test_one_of_several_lines(key: str, year: int, tmp_path: Path) -> None:
    rule = f'pattern = "^Balance at"\n{key}\nconcept = "ext:TheOne"'
    conversion = ruled(rule, tmp_path)
    for other in (1996, 1997, 1998):
        (found,) = lines(conversion, f"Balance at December 31, {other}").values()
        assert (found == {"ext:TheOne"}) is (other == year)


def test_a_rule_of_another_table_says_nothing(tmp_path: Path) -> None:
    rule = 'label = "Inventories"\ntable = 2\nconcept = "ext:TheOne"'
    conversion = ruled(rule, tmp_path)
    assert "ext:TheOne" not in str(lines(conversion, "Inventories"))
    assert "rules.unused" in {f.code for f in conversion.findings}


def test_a_measure_narrows_a_rule() -> None:
    rule = Rule("net sales", None, None, None, (), measure=Measure.SHARES)
    conversion = convert(ALL.encode(), name="o.txt", options=Options(rules=(rule,)))
    assert "rules.unused" in {f.code for f in conversion.findings}


def test_a_table_of_ignored_lines_is_left_out(tmp_path: Path) -> None:
    rule = 'pattern = ".*"\nstatement = "cash flows"\nconcept = "ignore"'
    conversion = ruled(rule, tmp_path)
    kinds = {one.statement.kind for one in conversion.statements}
    assert kinds == set(StatementKind) - {StatementKind.CASH_FLOWS}
    assert "map.ignored" in {f.code for f in conversion.findings}
