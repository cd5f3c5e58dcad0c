"""The commands as a person or a script calls them."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from converter import __version__
from converter.cli import app, main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
CODES = ROOT / "tests" / "errors" / "codes"
SMALL = (CODES / "entity.no-cik" / "input.txt").read_bytes()
WRONG_SUM = (CODES / "sum.off" / "input.txt").read_bytes()
NO_STATEMENT = (CODES / "statement.none" / "input.txt").read_bytes()


# Arelle leaves the taxonomy package open until the garbage collector finds it.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(autouse=True)
def _packages_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """What Arelle left open is collected here, not within another module's test."""
    yield
    if request.node.get_closest_marker("arelle"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own, with the example and a small input."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "release.txt").write_bytes(EXAMPLE.read_bytes())
    (tmp_path / "small.txt").write_bytes(SMALL)
    return tmp_path


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "100", "TERM": "dumb"}).invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def _rows(output: str) -> dict[str, str]:
    """The summary's rows by name."""
    found = re.finditer(r"^  ([A-Za-z ]+?) {2,}(\S.*)$", output, re.MULTILINE)
    return {m[1]: m[2] for m in found}


# --- help and version ----------------------------------------------------------------


def test_help_names_every_command() -> None:
    status, output = _run("--help")
    assert status == 0
    for command in ("convert", "check", "map", "inspect", "explain", "validate", "taxonomy"):
        assert re.search(rf"\b{command}\b", output)


@pytest.mark.parametrize(
    "command",
    ["convert", "check", "map", "inspect", "explain", "validate", "verify", "taxonomy"],
)
def test_every_command_has_help(command: str) -> None:
    status, output = _run(command, "-h")
    assert status == 0
    assert "Usage" in output


def test_version() -> None:
    assert _run("--version") == (0, f"tieout {__version__}\n")


def test_no_words_show_the_help() -> None:
    _, output = _run()
    assert "convert" in output


# --- convert -------------------------------------------------------------------------


@pytest.mark.arelle
def test_the_summary_says_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "release.txt", "-o", "out"]) == 0
    out, err = capsys.readouterr()
    rows = _rows(out)
    assert rows["statements"] == "1 balance sheet, 5 income statements"
    assert re.match(r"3\d\d \(3\d\d from statements, 14 from the cover\)$", rows["facts"])
    assert re.match(r"\d+ captions became extension concepts", rows["not mapped"])
    assert re.match(r"\d+ checked, all hold$", rows["sums"])
    assert re.match(r"1\d\d hold, 0 fail, \d+ cannot tell$", rows["equations"])
    assert rows["Arelle"] == "valid, no messages (checked against the built-in index)"
    assert re.match(r"(\d+) of \1 assertions satisfied$", rows["formula"])
    assert "1 warning" in rows["findings"]
    assert rows["forms"] == "xml, inline, json, csv, formula, package, page"
    assert rows["written to"] == str(Path("out/release"))
    assert "warning [entity.no-cik]" in out
    assert not err
    assert {p.name for p in Path("out/release").iterdir()} == {
        "release.xml",
        "release.xsd",
        *(f"release_{kind}.xml" for kind in ("pre", "cal", "def", "lab")),
        "release-formula.xml",
        "release.json",
        "release-csv.json",
        "release-facts.csv",
        "release.xbr",
        "release.xbri",
        "release.htm",
        "release.findings.json",
        "release.certificate.json",
        "release.report.html",
    }


def test_a_file_name_that_is_no_utf_8_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    Path(name).write_bytes(Path("small.txt").read_bytes())
    forms = "xml,inline,json,csv,package,tables"
    assert main(["convert", name, "-o", "out", "--no-validate", "--to", forms]) == 0
    assert r"caf\udce9.txt" in capsys.readouterr().out
    assert Path("out/caf_/caf_.xml").is_file()
    for file in Path("out/caf_").glob("*.json"):
        json.loads(file.read_text(encoding="utf-8"))


def test_tables_lie_beside_the_reports(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["convert", "small.txt", "release.txt", "-o", "out", "--no-validate"]
    assert main([*words, "--to", "tables"]) == 0
    out, err = capsys.readouterr()
    assert "tables: out/tables" in out
    assert err.count("note: ") == 1
    assert "is not in out/tables/fsds/*.txt" in err
    assert len(list(Path("out/tables/facts").iterdir())) == 2
    assert main([*words, "--to", "tables", "--force"]) == 0
    assert len(list(Path("out/tables/facts").iterdir())) == 2
    assert main(["verify", "out/tables"]) == 0


def test_a_viewer_needs_the_inline_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "small.txt", "-o", "out", "--to", "json", "--viewer"]) == 2
    assert "name inline among those of --to" in capsys.readouterr().err
    assert not Path("out").exists()


def test_forms_are_chosen() -> None:
    words = (
        "convert",
        "small.txt",
        "-o",
        "out",
        "--no-validate",
        "--to",
        "json",
        "--to",
        "csv",
    )
    status, output = _run(*words)
    assert status == 0
    assert _rows(output)["forms"] == "json, csv"
    names = {p.name.removeprefix("small") for p in Path("out/small").iterdir()}
    assert {".json", "-csv.json", "-facts.csv", ".xsd", "_lab.xml"} <= names
    assert not names & {".xml", ".xbr"}


def test_a_wrong_form_is_refused_before_any_work() -> None:
    assert main(["convert", "small.txt", "-o", "out", "--to", "json,jason"]) == 2
    assert not Path("out").exists()


def test_infos_are_printed_only_when_asked_for() -> None:
    words = ("convert", "release.txt", "-o", "out", "--no-validate")
    _, brief = _run(*words)
    _, long = _run(*words, "--force", "-v")
    assert ": info [" not in brief
    assert ": info [map.extension]" in long


def test_a_cik_is_taken() -> None:
    words = ("convert", "small.txt", "-o", "out", "--no-validate", "--cik", "1105472")
    status, output = _run(*words)
    assert status == 0
    assert "entity.no-cik" not in output
    text = Path("out/small/small.xml").read_text()
    assert ">0001105472</" in text
    assert "0000000000" not in text


def test_an_error_among_the_findings_is_status_1() -> None:
    Path("wrong.txt").write_bytes(WRONG_SUM)
    status, output = _run("convert", "wrong.txt", "-o", "out", "--no-validate")
    assert status == 1
    assert "error [sum.off]" in output
    assert "1 do not hold" in _rows(output)["sums"] or "1 does not" in _rows(output)["sums"]
    assert Path("out/wrong/wrong.xml").is_file()


def test_one_bad_input_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.txt").write_bytes(b"\x00" * 99)
    Path("none.txt").write_bytes(NO_STATEMENT)
    inputs = ["small.txt", "bad.txt", "missing.txt", "none.txt", "release.txt"]
    assert main(["convert", *inputs, "-o", "out", "--no-validate"]) == 2
    out, err = capsys.readouterr()
    assert {p.name for p in Path("out").iterdir()} == {"small", "none", "release"}
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [
        "bad.txt",
        "missing.txt",
    ]
    assert "none found" in out


def test_the_worst_input_gives_the_status() -> None:
    Path("none.txt").write_bytes(NO_STATEMENT)
    status, _ = _run("convert", "none.txt", "small.txt", "-o", "out", "--no-validate")
    assert status == 1


def test_the_same_input_twice_is_converted_once() -> None:
    status, output = _run("convert", "small.txt", "small.txt", "-o", "out", "--no-validate")
    assert status == 0
    assert output.count("written to") == 1


def test_rules_override_the_mapping() -> None:
    rules = str(ROOT / "examples" / "rules.toml")
    words = ("convert", "release.txt", "-o", "out", "--no-validate", "--rules", rules, "-v")
    status, output = _run(*words)
    assert status == 0
    text = Path("out/release/release.xml").read_text()
    assert "CostOfRevenuesBeforeInventoryWriteOff" in text
    assert "us-gaap:AmortizationOfIntangibleAssets" in text
    assert "GrossProfitPercent" not in text
    assert "info [map.ignored]" in output


def test_another_taxonomy() -> None:
    words = ("convert", "release.txt", "-o", "out", "--no-validate")
    status, _ = _run(*words, "--taxonomy", "us-gaap-2009")
    assert status == 0
    text = Path("out/release/release.xml").read_text()
    assert "/us-gaap/2009" in text
    assert "/us-gaap/2024" not in text


@pytest.mark.arelle
def test_two_runs_give_the_same_bytes() -> None:
    outputs = []
    for out in ("one", "two"):
        status, output = _run("convert", "release.txt", "small.txt", "-o", out, "-v")
        assert status == 0
        outputs.append(output.replace(f"{out}/", "OUT/"))
    assert outputs[0] == outputs[1]
    first = {p.relative_to("one"): p.read_bytes() for p in Path("one").rglob("*.*")}
    second = {p.relative_to("two"): p.read_bytes() for p in Path("two").rglob("*.*")}
    assert first == second
    assert len(first) == 31


def test_the_folder_of_an_input_does_not_change_its_report() -> None:
    Path("deep").mkdir()
    Path("deep/small.txt").write_bytes(SMALL)
    for source, out in (("small.txt", "one"), ("deep/small.txt", "two")):
        assert _run("convert", source, "-o", out, "--no-validate")[0] == 0
    for path in Path("one/small").iterdir():
        assert path.read_bytes() == Path("two/small", path.name).read_bytes()


# --- findings.json -------------------------------------------------------------------


def _record(source: str, *words: str) -> dict[str, object]:
    _run("convert", source, "-o", "out", "--no-validate", *words)
    stem = Path(source).stem
    content = json.loads(Path(f"out/{stem}/{stem}.findings.json").read_text())
    assert isinstance(content, dict)
    return content


def test_the_record_has_its_keys() -> None:
    content = _record("release.txt")
    assert list(content) == ["format", "tieout", "source", "summary", "findings", "places"]
    assert content["format"] == 1
    assert content["tieout"] == __version__
    assert content["source"] == {
        "name": "release.txt",
        "sha256": hashlib.sha256(EXAMPLE.read_bytes()).hexdigest(),
    }
    summary = content["summary"]
    assert isinstance(summary, dict)
    assert set(summary) == {"statements", "facts", "sums_checked", "checked_against", "valid"}
    assert summary["statements"] == 6
    assert summary["valid"] is None


def test_the_record_of_a_finding() -> None:
    Path("wrong.txt").write_bytes(WRONG_SUM)
    findings = _record("wrong.txt")["findings"]
    assert isinstance(findings, list)
    for finding in findings:
        assert {"code", "severity", "message"} <= set(finding)
        assert set(finding) <= {
            *("code", "severity", "message", "advice"),
            *("line", "column", "end_column"),
        }
        assert finding["severity"] in ("info", "warning", "error")
    (off,) = (f for f in findings if f["code"] == "sum.off")
    line = WRONG_SUM.decode().splitlines()[off["line"] - 1]
    assert line[off["column"] - 1 : off["end_column"] - 1] == "$    405"


def test_the_places_of_every_fact_hold_what_is_printed() -> None:
    """Every fact of a statement points at its number, digit by digit."""
    content = _record("release.txt")
    lines = EXAMPLE.read_text().splitlines()
    text = Path("out/release/release.xml").read_text()
    facts = dict(re.findall(r'<[\w-]+:\w+ id="([^"]+)"[^>]*>([^<]*)</', text))
    places = content["places"]
    assert isinstance(places, dict)
    assert set(places) == set(facts)
    for name, spots in places.items():
        assert spots, name
        for spot in spots:
            printed = lines[spot["line"] - 1][spot["column"] - 1 : spot["end_column"] - 1]
            assert printed == printed.strip() != ""
            _check_digits(name, printed, facts[name])


def _check_digits(name: str, printed: str, value: str) -> None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value) or not re.search(r"[\d-]", printed):
        return
    digits = re.sub(r"[^\d]", "", printed).strip("0")
    assert digits == re.sub(r"[^\d]", "", value).strip("0"), (name, printed, value)


def test_a_text_without_facts_still_has_a_record() -> None:
    Path("none.txt").write_bytes(NO_STATEMENT)
    content = _record("none.txt")
    assert content["places"] == {}
    findings = content["findings"]
    assert isinstance(findings, list)
    assert "statement.none" in [f["code"] for f in findings]


# --- inspect and explain -------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("tables", ["table 1: lines", "2 columns", "caption |", "heading |", "label", "^"]),
        ("statements", ["column 1: 2003-09-30, reported, USD", "292,856,000", "shares"]),
        ("sums", ["= ", "holds", "because", "column 3 = column 1 + column 2"]),
        (
            "proof",
            ["balance: 2 hold, 0 fail", "317,106 = 292,856 [54:52] +", "earnings / shares"],
        ),
        ("map", ["us-gaap:Assets", "ext:", "wording"]),
        ("facts", ["$292,856", "us-gaap:NetIncomeLoss", "54:52"]),
    ],
)
def test_inspect_shows_each_stage(folder: Path, stage: str, words: list[str]) -> None:
    status, output = _run("inspect", "release.txt", "--stage", stage)
    assert status == 0
    for word in words:
        assert word in output
    assert {p.name for p in folder.iterdir()} == {"release.txt", "small.txt"}


def test_inspect_shows_the_mapping_unless_told() -> None:
    assert _run("inspect", "small.txt") == _run("inspect", "small.txt", "--stage", "map")


def test_inspect_of_a_text_without_a_statement_is_status_1() -> None:
    Path("none.txt").write_bytes(NO_STATEMENT)
    status, output = _run("inspect", "none.txt")
    assert status == 1
    assert "statement.none" in output


def test_explain_says_why() -> None:
    status, output = _run("explain", "release.txt", "83")
    assert status == 0
    assert "Treasury stock" in output
    for word in (
        "us-gaap:TreasuryStockValue (instant, debit, monetaryItemType)",
        "turned",
        "because",
        "Total stockholders' equity",
        "267,000",
    ):
        assert word in output


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("13", "cover      EntityRegistrantName"),
        ("44", "caption of table 1"),
        ("47", "heading of table 1"),
        ("52", "a heading: it has no numbers"),
        ("36", "cover      TradingSymbol = SONS"),
        ("30", "not part of a table or of the cover"),
        ("116", "ext:AmortizationOfGoodwillAndPurchasedIntangibleAssets"),
    ],
)
def test_explain_knows_every_line(line: str, words: str) -> None:
    status, output = _run("explain", "release.txt", line)
    assert status == 0
    assert words in output


def test_explain_answers_for_every_line_of_the_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No line is without an answer, not even an empty one; every twentieth is asked."""
    for line in range(1, len(EXAMPLE.read_text().splitlines()) + 1, 20):
        assert main(["explain", "release.txt", str(line)]) == 0
        assert len(capsys.readouterr().out.splitlines()) >= 2


# --- validate ------------------------------------------------------------------------


@pytest.mark.arelle
def test_validate_judges_our_own_report(capsys: pytest.CaptureFixture[str]) -> None:
    main(["convert", "small.txt", "-o", "out", "--no-validate"])
    capsys.readouterr()
    report = Path("out/small/small.xml")
    assert main(["validate", str(report)]) == 0
    out, err = capsys.readouterr()
    assert f"{report}: 6 facts, valid, no messages" in out
    assert not err

    broken = report.with_name("broken.xml")
    text = report.read_text()
    altered = text.replace(">400000<", ">500000<")
    assert altered != text
    broken.write_text(altered)
    assert main(["validate", str(report), str(broken)]) == 1
    out, _ = capsys.readouterr()
    assert f"{report}: 6 facts, valid" in out
    assert "error [calc11e:" in out


def test_validate_of_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "missing.xml"]) == 2
    assert capsys.readouterr().err.startswith("error: missing.xml: not there")
    assert main(["validate", "."]) == 2
    assert capsys.readouterr().err.startswith("error: .: a folder")


@pytest.mark.arelle
def test_validate_of_what_is_no_report_fails(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.xml").write_text("<a/>")
    assert main(["validate", "other.xml"]) == 1
    out, _ = capsys.readouterr()
    assert "read no facts" in out
