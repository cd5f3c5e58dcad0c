"""The commands that look concepts up."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from converter.cli_taxonomy import app


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, words)


def lines(result: Result) -> list[list[str]]:
    return [line.split() for line in result.stdout.splitlines()]


def test_search_prints_a_table() -> None:
    result = run("search", "treasury", "stock", "value", "--limit", "3")
    assert result.exit_code == 0
    head, first, *rest = lines(result)
    assert head == ["period", "balance", "type", "statements", "deprecated", "concept"]
    assert [*first[:3], first[-1]] == [
        "instant",
        "debit",
        "monetary",
        "us-gaap:TreasuryStockValue",
    ]
    assert len(rest) == 2


def test_search_in_another_taxonomy() -> None:
    result = run("search", "sales revenue net", "--taxonomy", "us-gaap-2009")
    assert lines(result)[1][-1] == "us-gaap:SalesRevenueNet"


def test_search_marks_deprecated() -> None:
    result = run("search", "earnings per share basic and diluted", "--limit", "30")
    years = {row[-1]: row[-2] for row in lines(result)}
    assert years["us-gaap:EarningsPerShareBasicAndDiluted"] == "2022"


def test_search_json() -> None:
    result = run("search", "treasury stock value", "--limit", "2", "--json")
    found = json.loads(result.stdout)
    assert len(found) == 2
    assert found[0]["name"] == "us-gaap:TreasuryStockValue"
    assert found[0]["never negative"] is True
    assert found[0]["statements"] == ["balance sheet", "stockholders' equity"]


def test_search_finds_nothing() -> None:
    result = run("search", "zzzz")
    assert result.exit_code == 2
    assert "error: us-gaap-2024 has no concept with a word like 'zzzz'" in result.stderr


@pytest.mark.parametrize("name", ["us-gaap:Assets", "Assets", "assets", "US-GAAP:ASSETS"])
def test_show(name: str) -> None:
    result = run("show", name)
    assert result.exit_code == 0
    rows = lines(result)
    assert rows[0] == ["name", "us-gaap:Assets"]
    assert ["balance", "debit"] in rows
    assert ["never", "negative", "yes"] in rows
    assert ["balance", "sheet", "sfp-cls", "+1", "us-gaap:AssetsCurrent"] in rows
    shown = [r for r in rows if r[-1:] == ["us-gaap:AssetsAbstract"] and "sfp-cls" in r]
    assert [row[:3] for row in shown] == [["balance", "sheet", "sfp-cls"]]
    assert shown[0][3].isdigit(), "the order under the heading"


def test_show_parents_with_weights() -> None:
    rows = lines(run("show", "InterestExpense", "-t", "us-gaap-2009"))
    parent = "us-gaap:InterestIncomeExpenseNet"
    assert ["income", "statement", "basi-soi-int", "-1", parent] in rows


def test_show_json() -> None:
    facts = json.loads(run("show", "InterestExpense", "-t", "us-gaap-2009", "--json").stdout)
    assert facts["balance"] == "debit"
    assert facts["deprecated"] is False
    bank = [arc for arc in facts["calculation parents"] if arc["role"] == "basi-soi-int"]
    assert [(arc["parent"], arc["weight"]) for arc in bank] == [
        ("us-gaap:InterestIncomeExpenseNet", -1)
    ]
    assert facts["presentation parents"][0]["weight"] is None


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Asets", "did you mean us-gaap:Assets?"),
        ("dei:Assets", "did you mean us-gaap:Assets"),
        ("TreasuryStockAtCost", "did you mean us-gaap:TreasuryStock"),
        ("Zzzz", "try `tieout taxonomy search`"),
    ],
)
def test_show_unknown(name: str, advice: str) -> None:
    result = run("show", name)
    assert result.exit_code == 2
    assert f"error: no concept {name!r} in us-gaap-2024; " in result.stderr
    assert advice in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["search", "show"])
def test_unknown_taxonomy(command: str) -> None:
    result = run(command, "Assets", "--taxonomy", "nope")
    assert result.exit_code == 2
    assert "error: no taxonomy 'nope'; available: us-gaap-2024" in result.stderr
