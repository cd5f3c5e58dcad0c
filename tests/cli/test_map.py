"""`tieout map`, and the earlier report that `--prior` names, as a person uses them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from converter.cli import app, main

ROOT = Path(__file__).parents[2]
CODES = ROOT / "tests" / "errors" / "codes"
SMALL = (CODES / "entity.no-cik" / "input.txt").read_bytes()
NO_STATEMENT = (CODES / "statement.none" / "input.txt").read_bytes()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own, with the example and a small input."""
    monkeypatch.chdir(tmp_path)
    example = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
    (tmp_path / "release.txt").write_bytes(example.read_bytes())
    (tmp_path / "small.txt").write_bytes(SMALL)
    return tmp_path


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "100", "TERM": "dumb"}).invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def _report(source: str, out: str, *words: str) -> str:
    """The instance that a conversion writes."""
    assert main(["convert", source, "-o", out, "--no-validate", *words]) == 0
    stem = Path(source).stem
    return Path(out, stem, f"{stem}.xml").read_text()


# --- map -----------------------------------------------------------------------------


def test_every_line_is_shown_with_its_concept_and_why() -> None:
    status, output = _run("map", "release.txt")
    assert status == 0
    assert "Condensed Consolidated Balance Sheets (balance sheet)" in output
    assert "       | Assets > Current assets\n" in output
    assert re.search(r"^ +55 \|   Accounts receivable, net +us-gaap:\w+Current +\d\d%  wording",
                     output, re.MULTILINE)  # fmt: skip
    assert re.search(r"^ +109 \|   Gross profit % +ext:\w+ +50%  no standard concept fits",
                     output, re.MULTILINE)  # fmt: skip


def test_a_map_shows_what_rules_say() -> None:
    _, output = _run("map", "release.txt", "--rules", str(ROOT / "examples" / "rules.toml"))
    assert re.search(r"Gross profit % +ignore +100%  a rule says to ignore it", output)


@pytest.mark.parametrize("name", ["new/my.toml", "my.csv", "MY.TOML"])
def test_a_map_is_written_and_given_back(name: str) -> None:
    status, output = _run("map", "release.txt", "--edit", name)
    assert status == 0
    assert output.startswith(f"{name}: 51 rules, 3 without a standard concept\n")
    plain = _report("release.txt", "one")
    assert _report("release.txt", "two", "--rules", name) == plain


def test_the_file_is_for_a_person(folder: Path) -> None:
    _run("map", "release.txt", "--edit", "my.toml")
    text = (folder / "my.toml").read_text()
    assert "\n# --- Condensed Consolidated Balance Sheets (balance sheet, table 1, " in text
    assert re.search(
        r"\n# no standard concept: choose one, or leave\n"
        r"\[\[rule\]\]  # lines 109, 159, 209, 270, 325, 50% sure\n"
        r"# no standard concept fits: an extension\n"
        r'statement = "income statement"\n(section = .*\n)?label = "Gross profit %"\n'
        r'concept = "ext:GrossProfitPercent"\n', text,
    )  # fmt: skip
    assert re.search(r"\n# not us-gaap:FiniteLivedIntangibleAssetsNet \(\d+% likely; ", text)


def test_a_corrected_concept_is_in_the_report(folder: Path) -> None:
    _run("map", "small.txt", "--edit", "my.toml")
    text = (folder / "my.toml").read_text()
    assert "us-gaap:Revenues" in text
    (folder / "my.toml").write_text(text.replace("us-gaap:Revenues", "us-gaap:SalesRevenueNet"))
    assert main(["convert", "small.txt", "-o", "out", "--rules", "my.toml"]) == 2
    (folder / "my.toml").write_text(
        text.replace('"us-gaap:Revenues"', '"us-gaap:OtherIncome"\nbalance = "credit"')
    )
    instance = _report("small.txt", "out", "--rules", "my.toml")
    assert "us-gaap:OtherIncome" in instance
    assert "us-gaap:Revenues" not in instance


def test_a_file_is_replaced_only_by_force(folder: Path) -> None:
    (folder / "my.toml").write_text("mine")
    assert main(["map", "small.txt", "--edit", "my.toml"]) == 2
    assert (folder / "my.toml").read_text() == "mine"
    assert _run("map", "small.txt", "--edit", "my.toml", "--force")[0] == 0
    assert "[[rule]]" in (folder / "my.toml").read_text()
    assert {p.name for p in folder.iterdir()} == {"my.toml", "release.txt", "small.txt"}


def test_a_full_disk_leaves_the_old_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "my.toml").write_text("mine")
    whole = Path.write_bytes

    def write_bytes(self: Path, data: bytes) -> int:
        whole(self, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    assert main(["map", "small.txt", "--edit", "my.toml", "--force"]) == 2
    assert "No space left" in capsys.readouterr().err
    assert (folder / "my.toml").read_text() == "mine"
    assert {p.name for p in folder.iterdir()} == {"my.toml", "release.txt", "small.txt"}


def test_a_text_without_a_statement_is_status_1(folder: Path) -> None:
    (folder / "none.txt").write_bytes(NO_STATEMENT)
    for words in ((), ("--edit", "my.toml")):
        status, output = _run("map", "none.txt", *words)
        assert status == 1
        assert "statement.none" in output
    assert not (folder / "my.toml").exists()


# --- --prior -------------------------------------------------------------------------


def test_an_earlier_report_is_rolled_forward(folder: Path) -> None:
    """A concept that was chosen by hand once is there again, without the rules."""
    rules = '[[rule]]\nlabel = "Net sales"\nconcept = "ext:SalesOfAll"\n'
    (folder / "my.toml").write_text(rules)
    _report("small.txt", "old", "--rules", "my.toml")
    for prior in ("old/small", "old/small/small.xml"):
        new = _report("small.txt", "new", "--prior", prior, "--force")
        assert "<ext:SalesOfAll " in new
    _, shown = _run("explain", "small.txt", "8", "--prior", "old/small")
    assert "because    the earlier report has it: same caption" in shown
    assert "because    the earlier report has it: same figures for 2002-12-31" in shown
    for command in (("map",), ("inspect",)):
        status, shown = _run(*command, "small.txt", "--prior", "old/small")
        assert status == 0
        assert "ext:SalesOfAll" in shown


def test_a_rule_wins_over_an_earlier_report(folder: Path) -> None:
    (folder / "my.toml").write_text(
        '[[rule]]\nlabel = "Net sales"\nconcept = "ext:SalesOfAll"\n'
    )
    _report("small.txt", "old", "--rules", "my.toml")
    (folder / "other.toml").write_text(
        '[[rule]]\nlabel = "Net sales"\nconcept = "us-gaap:OtherIncome"\n'
    )
    new = _report("small.txt", "new", "--prior", "old/small", "--rules", "other.toml")
    assert "us-gaap:OtherIncome" in new
    assert "SalesOfAll" not in new
