"""`tieout check` as a person, an editor and a build server call it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from converter import __version__
from converter.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "examples" / "sonus-8-k-2003-10-08.txt").read_bytes()
CODES = ROOT / "tests" / "errors" / "codes"
CASH = (CODES / "equation.fails" / "input.txt").read_bytes()
NO_STATEMENT = (CODES / "statement.none" / "input.txt").read_bytes()
ALTERED = EXAMPLE.replace(b"   6,313     3,806", b"   6,318     3,806")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own, with three inputs."""
    monkeypatch.chdir(tmp_path)
    assert ALTERED != EXAMPLE
    for name, data in (("good.txt", EXAMPLE), ("altered.txt", ALTERED), ("cash.txt", CASH)):
        (tmp_path / name).write_bytes(data)
    return tmp_path


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status = main(["check", *words])
    return status, json.loads(capsys.readouterr().out)


# --- text and status -----------------------------------------------------------------


def test_what_adds_up_is_one_line_and_status_0(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "good.txt"]) == 0
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    assert line.startswith("good.txt: 1")
    for words in ("hold (footing ", "balance 2", "per-share 8", "0 fail"):
        assert words in line
    assert not err
    assert {path.name for path in folder.iterdir()} == {"good.txt", "altered.txt", "cash.txt"}


def test_a_digit_is_shown_like_a_compiler_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "altered.txt"]) == 1
    *shown, summary = capsys.readouterr().out.splitlines()
    line = ALTERED.decode().splitlines()[58]
    assert shown[0].startswith('altered.txt:59:53: error [sum.off] "Total current assets" is')
    assert shown[1] == f"    {line}"
    marks = shown[2].removeprefix("    ")
    assert line[marks.index("^") : len(marks)] == "317,106"
    ledger = [text.split(maxsplit=3) for text in shown[4:-1]]
    assert ledger[0][:2] == ["54:52", "292,856"]
    assert ledger[3][:3] == ["57:55", "+", "6,318"]
    assert ledger[4][:2] == ["=", "317,111"]
    assert ledger[6][:2] == ["-5", "difference;"]
    assert "compare these lines" in shown[11]
    assert shown[12] == "    likeliest cause of the failing equation:"
    assert any("57:55 6,318" in text and "6,313 would be right" in text for text in shown[13:])
    assert "1 fails (footing 1); 1 error" in summary


@pytest.mark.parametrize("document", ["README.md", "docs/certificate.md"])
def test_the_documents_show_what_is_printed(
    document: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "altered.txt"]) == 1
    shown = (ROOT / document).read_text(encoding="utf-8")
    assert f"$ tieout check altered.txt\n{capsys.readouterr().out}```" in shown


def test_the_summary_of_a_conversion_names_the_likeliest_cause(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["convert", "good.txt", "-o", "out", "--no-validate"]) == 0
    assert "likeliest" not in capsys.readouterr().out
    assert main(["convert", "altered.txt", "-o", "out", "--no-validate"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert re.search(r'likeliest 5\d:5\d \S+ of ".*": a digit misread, \S+ would be right', out)
    assert "or 3 others alike" in out


def test_an_equation_that_is_only_a_warning_is_status_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "cash.txt"]) == 1
    out = capsys.readouterr().out
    assert "cash.txt:31:54: warning [equation.fails]" in out
    assert '8:45   120  "Cash and cash equivalents"' in out
    assert "+10  difference; rounding explains up to 1" in out


def test_an_error_of_reading_is_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    Path("none.txt").write_bytes(NO_STATEMENT)
    assert main(["check", "none.txt"]) == 1
    out = capsys.readouterr().out
    assert "error [statement.none]" in out
    assert "none.txt: no equations found; 1 error" in out


def test_what_concerns_only_xbrl_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "good.txt", "-v"])
    out = capsys.readouterr().out
    assert "entity.no-cik" not in out
    assert "map.extension" not in out


def test_an_unreadable_input_is_status_2_and_stops_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "altered.txt", "missing.txt", "good.txt", "good.txt"]) == 2
    out, err = capsys.readouterr()
    assert err.startswith("error: missing.txt: no such file")
    assert out.count("good.txt: ") == 1
    assert "altered.txt: " in out


@pytest.mark.parametrize("out", ["good.txt", "."])
def test_no_input_and_no_folder_is_written_over(
    out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "good.txt", "-o", out]) == 2
    assert capsys.readouterr().err.startswith(f"error: {out}: ")
    assert Path("good.txt").read_bytes() == EXAMPLE


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
def test_a_file_holds_what_would_be_printed(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["check", "cash.txt", "altered.txt", "--format", form]
    assert main(words) == 1
    printed = capsys.readouterr().out
    for _ in range(2):
        assert main([*words, "-o", "out/result"]) == 1
        assert capsys.readouterr().out == ""
        assert Path("out/result").read_text(encoding="utf-8") == printed


# --- certificates --------------------------------------------------------------------


def test_json_is_a_certificate_for_each_input(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = _json(capsys, "good.txt", "cash.txt", "--format", "json")
    assert status == 1
    assert [one["source"]["name"] for one in found] == ["good.txt", "cash.txt"]
    assert found[0]["summary"]["fails"] == 0
    (fails,) = (one for one in found[1]["equations"] if one["verdict"] == "fails")
    assert (fails["check"], fails["difference"]) == ("cash", "10000")
    assert fails["operands"][0]["caption"] == "Cash and cash equivalents"
    assert fails["operands"][0]["line"] == 8


def test_convert_writes_the_same_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    _, (certificate,) = _json(capsys, "cash.txt", "--format", "json")
    main(["convert", "cash.txt", "-o", "out", "--no-validate"])
    written = Path("out/cash/cash.certificate.json").read_text(encoding="utf-8")
    assert json.loads(written) == certificate
    assert main(["convert", "cash.txt", "-o", "out", "--no-validate", "--force"]) == 0


def test_a_figure_of_an_earlier_report_has_no_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["convert", "cash.txt", "-o", "earlier", "--no-validate"])
    capsys.readouterr()
    words = ("cash.txt", "--prior", "earlier/cash", "--format", "json")
    _, (certificate,) = _json(capsys, *words)
    found = [one for one in certificate["equations"] if one["check"] == "prior"]
    assert len(found) == certificate["summary"]["checks"]["prior"]["holds"] > 10
    for one in found:
        (operand,) = one["operands"]
        assert operand["value"] == one["stated"]["value"]
        assert operand["caption"] == one["stated"]["caption"]
        assert "line" in one["stated"]
        assert not {"line", "column", "end_column"} & set(operand)


# --- SARIF ---------------------------------------------------------------------------

_RESULT = {"ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"}
_MORE = {"relatedLocations", "properties"}


def _runs(content: Any) -> Any:  # noqa: ANN401
    """The only run of a log, which has what SARIF 2.1.0 section 3.13 and 3.14 require."""
    assert content["version"] == "2.1.0"
    assert set(content) == {"$schema", "version", "runs"}
    (run,) = content["runs"]
    assert set(run) == {"tool", "invocations", "artifacts", "columnKind", "results"}
    assert run["tool"]["driver"]["name"] == "tieout"
    assert run["tool"]["driver"]["version"] == __version__
    assert run["columnKind"] == "unicodeCodePoints"
    return run


def _places(run: Any) -> Iterator[Any]:  # noqa: ANN401
    for result in run["results"]:
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            yield location["physicalLocation"]


def test_sarif_has_what_the_standard_asks_for(capsys: pytest.CaptureFixture[str]) -> None:
    status, content = _json(capsys, "altered.txt", "cash.txt", "--format", "sarif")
    assert status == 1
    run = _runs(content)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert set(result) - _MORE == _RESULT
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
    for rule in rules:
        for text in (rule["shortDescription"], rule["fullDescription"], rule["help"]):
            assert text["text"].strip()
            assert "**" not in text["text"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_points_at_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    _, content = _json(capsys, "altered.txt", "cash.txt", "--format", "sarif")
    places = list(_places(_runs(content)))
    assert len(places) == 7
    for place in places:
        lines = Path(place["artifactLocation"]["uri"]).read_text().splitlines()
        region = place["region"]
        start, end = region["startColumn"] - 1, region["endColumn"] - 1
        printed = lines[region["startLine"] - 1][start:end]
        assert printed == region["snippet"]["text"] == printed.strip() != ""


def test_a_fingerprint_outlives_lines_above(capsys: pytest.CaptureFixture[str]) -> None:
    Path("moved.txt").write_bytes(b"\n\n\n" + CASH)
    _, content = _json(capsys, "cash.txt", "moved.txt", "--format", "sarif")
    first, second = _runs(content)["results"]
    assert first["locations"] != second["locations"]
    assert first["partialFingerprints"] == second["partialFingerprints"]


def test_sarif_tells_of_inputs_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "gone #1.txt", "good.txt", "--format", "sarif"]) == 2
    (invocation,) = _runs(json.loads(capsys.readouterr().out))["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert "no such file" in told["message"]["text"]
    (place,) = told["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "gone%20%231.txt"


# --- JUnit ---------------------------------------------------------------------------


def test_junit_has_a_case_for_each_equation(capsys: pytest.CaptureFixture[str]) -> None:
    _, found = _json(capsys, "good.txt", "cash.txt", "--format", "json")
    Path("none.txt").write_bytes(NO_STATEMENT)
    words = ["good.txt", "cash.txt", "none.txt", "missing.txt", "--format", "junit"]
    assert main(["check", *words]) == 2
    root = etree.fromstring(capsys.readouterr().out.encode())
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["good.txt", "cash.txt", "none.txt", "missing.txt"]
    for one in found:
        suite = suites[one["source"]["name"]]
        assert len(suite) == int(suite.get("tests", "")) == len(one["equations"])
        assert len(suite.findall("*/failure")) == one["summary"]["fails"]
        assert len(suite.findall("*/skipped")) == one["summary"]["cannot tell"]
    assert [case.get("classname") for case in suites["none.txt"]] == ["statement.none"]
    assert suites["missing.txt"].get("errors") == "1"
    for name in ("tests", "failures", "errors", "skipped"):
        assert root.get(name) == str(sum(int(s.get(name, "")) for s in root))


def test_junit_is_well_formed_whatever_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("odd.txt").write_bytes(ALTERED.replace(b"Inventories", b'Inv\x01 & <"\x0b>'))
    assert main(["check", "odd.txt", "--format", "junit"]) == 1
    (failure,) = etree.fromstring(capsys.readouterr().out.encode()).iter("failure")
    assert '& <"' in (failure.text or "")


def test_rounding_is_counted_and_shown_only_when_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("rounded.htm").write_bytes((CODES / "sum.rounding" / "input.htm").read_bytes())
    assert main(["check", "rounded.htm"]) == 0
    out = capsys.readouterr().out
    assert "1 of them within rounding), 0 fail" in out
    assert "sum.rounding" not in out
    assert main(["check", "rounded.htm", "-v"]) == 0
    assert "warning [sum.rounding]" in capsys.readouterr().out
