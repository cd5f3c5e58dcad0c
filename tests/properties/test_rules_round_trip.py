"""The proposed mapping as a file: unedited it changes nothing, an edit changes its lines.

Statements are drawn whose lines share captions, stand under headings that repeat, and are
printed twice, for other periods or with other numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from converter.model import QName
from converter.options import Options, read_rules
from converter.pipeline import Conversion, convert
from converter.proposing import proposals, rules_text

ROOT = Path(__file__).parents[2]
TEXTS = {
    "example": ROOT / "examples" / "sonus-8-k-2003-10-08.txt",
    **{p.parent.name: p for p in (ROOT / "tests" / "golden" / "cases").glob("*/input.txt")},
}
FORMS = ("toml", "csv")
EQUITY = """\
                                EXAMPLE CORP.
                 Statements of Stockholders' Equity
                               (In thousands)

                                     Common    Additional    Retained
                                      Stock     Paid-in      Earnings      Total
                                                Capital
                                     ------     --------     --------     ------
Balance at December 31, 2000            100        1,000        5,000      6,100
  Net income                             --           --          700        700
  Stock options exercised                 5           95           --        100
  Other                                  --           --            7          7
  Other                                  --           11           --         11
                                     ------     --------     --------     ------
Balance at December 31, 2001            105        1,106        5,707      6,918
  Net income                             --           --          800        800
  Stock options exercised                 6          114           --        120
                                     ------     --------     --------     ------
Balance at December 31, 2002            111        1,220        6,507      7,838
                                     ======     ========     ========     ======
"""
JOINT = """\
                                EXAMPLE CORP.
                           Statements of Operations
                    (In thousands, except per share data)

                                              Years ended December 31,
                                                  2003          2002
                                              --------      --------
Net sales                                     $  1,000      $    900
Cost of sales                                      600           550
                                              --------      --------
Net income                                    $    400      $    350
                                              ========      ========
Net income per share, basic and diluted       $    .40      $    .35
                                              ========      ========
Weighted average shares, basic and diluted       1,000         1,000
                                              ========      ========
"""

Concepts = list[list[tuple[QName, ...]]]


def concepts(conversion: Conversion) -> Concepts:
    """The concepts of every line, statement by statement."""
    return [[match.concepts for match in one.matches] for one in conversion.statements]


def ruled(data: bytes, rules: str, form: str, folder: Path) -> Conversion:
    """A text converted with these rules."""
    path = folder / f"rules.{form}"
    path.write_bytes(rules.encode())
    return convert(data, name="text.txt", options=Options(rules=read_rules(path)))


def unchanged(data: bytes, folder: Path) -> Conversion:
    """What a text becomes; its own proposal changes no concept of it, in either form."""
    first = convert(data, name="text.txt")
    for form in FORMS if first.statements else ():
        text = rules_text(first, as_csv=form == "csv")
        again = ruled(data, text, form, folder)
        assert concepts(again) == concepts(first), text
        codes = {f.code for f in again.findings}
        assert not {c for c in codes if c.startswith("rules.")}, text
        assert rules_text(again, as_csv=True).count("\n") == rules_text(
            first, as_csv=True
        ).count("\n")
    return first


@cache
def _text(case: str) -> bytes:
    return TEXTS[case].read_bytes()


@pytest.mark.parametrize("case", TEXTS)
def test_a_proposal_changes_nothing(case: str, tmp_path: Path) -> None:
    first = unchanged(_text(case), tmp_path)
    again = ruled(_text(case), rules_text(first, as_csv=False), "toml", tmp_path)
    values = [
        {(fact.concept, fact.context, fact.value) for fact in one.instance.facts}
        for one in (first, again)
    ]
    assert values[0] == values[1]


@pytest.mark.parametrize("text", [EQUITY, JOINT], ids=["equity", "joint"])
def test_other_statements_round_trip(text: str, tmp_path: Path) -> None:
    unchanged(text.encode(), tmp_path)


def test_a_line_that_states_two_concepts(tmp_path: Path) -> None:
    first = convert(JOINT.encode(), name="text.txt")
    text = rules_text(first, as_csv=False)
    both = "us-gaap:EarningsPerShareBasic + us-gaap:EarningsPerShareDiluted"
    assert f'concept = "{both}"' in text
    again = ruled(JOINT.encode(), text, "toml", tmp_path)
    assert (
        QName("us-gaap", "EarningsPerShareBasic"),
        QName("us-gaap", "EarningsPerShareDiluted"),
    ) in [match.concepts for match in again.statements[0].matches]


@pytest.mark.parametrize("case", TEXTS)
@pytest.mark.parametrize("form", FORMS)
def test_an_edit_changes_its_lines_and_no_other(case: str, form: str, tmp_path: Path) -> None:
    """Each rule in turn gets another concept, as a person would type it."""
    data = _text(case)
    first = convert(data, name="text.txt")
    text = rules_text(first, as_csv=form == "csv")
    found = proposals(first)
    for at in range(0, len(found), 7 if case == "example" else 3):
        edited_alone(data, first, text, form, at, tmp_path)


def edited_alone(
    data: bytes, first: Conversion, text: str, form: str, at: int, folder: Path
) -> None:
    """One rule of a proposal with another concept: its lines have it, others what they had."""
    one = proposals(first)[at]
    again = ruled(data, _edited(text, form, at, "ext:ChosenByHand"), form, folder)
    meant = {(line.at, line.row.source) for line in one.lines}
    for before, after in zip(first.statements, again.statements, strict=True):
        for old, new in zip(before.matches, after.matches, strict=True):
            row = before.statement.rows[old.row]
            if (old.row, row.source) in meant:
                assert new.concepts == (QName("ext", "ChosenByHand"),), row.label
            else:
                assert new.concepts == old.concepts, row.label


def _edited(text: str, form: str, at: int, concept: str) -> str:
    """The file with the concept of the rule at a place replaced."""
    if form == "toml":
        head, *rules = text.split("\nconcept = ")
        rules[at] = f'"{concept}"' + rules[at][rules[at].index("\n") :]
        return "\nconcept = ".join([head, *rules])
    lines = text.split("\r\n")
    cells = _cells(lines[at + 1])
    cells[3] = concept
    lines[at + 1] = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return "\r\n".join(lines)


def _cells(line: str) -> list[str]:
    return next(iter(csv.reader([line])))


# --- drawn statements ----------------------------------------------------------------

CAPTIONS = (
    *("Cash", "Accounts receivable", "Other", "Other, net", "- Other", "=Sum of things"),
    *('Loans "at cost" \\ other', "Deposits #1 # two", "Bonds", "Caf\u00e9 stock"),
    "Notes's part",
)
SECTIONS = ("Current assets:", "Other:", "Affiliates:", "At cost:")


@st.composite
def tables(draw: st.DrawFn, year: int) -> str:
    """A balance sheet of drawn lines, with a heading here and there, and a total."""
    lines, sums, indent = [], [0, 0], 0
    for _ in range(draw(st.integers(2, 9))):
        if draw(st.integers(0, 3)) == 0:
            indent = draw(st.sampled_from((0, 2)))
            lines.append(" " * indent + draw(st.sampled_from(SECTIONS)))
            indent += 2
        numbers = [draw(st.integers(100, 999)) for _ in sums]
        sums = [a + b for a, b in zip(sums, numbers, strict=True)]
        lines.append(_line(" " * indent + draw(st.sampled_from(CAPTIONS)), numbers))
    total = draw(st.sampled_from(("Total assets", "Total", "")))
    lines += [" " * 44 + "------        ------", _line(total, sums)]
    heads = "".join(f"December 31, {y}".rjust(20) for y in (year, year - 1))
    title = ["OMEGA CORP.".center(80), "Balance Sheets".center(80), "(In thousands)".center(80)]
    return "\n".join([*title, "", " " * 30 + heads, *lines, ""])


def _line(label: str, numbers: Sequence[int]) -> str:
    return f"{label:<38}" + "".join(f"{n:>14,}" for n in numbers)


@given(st.lists(st.integers(2001, 2004).flatmap(tables), min_size=1, max_size=3))
def test_drawn_statements_round_trip(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[str]
) -> None:
    unchanged("\n\n\n".join(drawn).encode(), tmp_path_factory.mktemp("rules"))


@given(
    st.lists(st.integers(2001, 2004).flatmap(tables), min_size=1, max_size=2),
    st.sampled_from(FORMS),
    st.data(),
)
def test_an_edit_of_a_drawn_statement(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[str], form: str, data: st.DataObject
) -> None:
    text = "\n\n\n".join(drawn).encode()
    first = convert(text, name="text.txt")
    found = proposals(first)
    # An edit may take away what a statement was left out for.
    assume(found and len(first.statements) == len(first.reading.statements))
    at = data.draw(st.integers(0, len(found) - 1))
    rules = rules_text(first, as_csv=form == "csv")
    edited_alone(text, first, rules, form, at, tmp_path_factory.mktemp("rules"))
