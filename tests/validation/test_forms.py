"""Arelle reads the same facts in every form, and sees when one was changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from converter.cli import app
from converter.errors import ValidatorError
from converter.forms import DEFAULT, written
from converter.model import Context, Duration
from converter.options import Options
from converter.pipeline import convert
from converter.rendering import render
from converter.taxonomy import load_taxonomy
from converter.verifying import Verified, forms_in, verify

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
SMALL = ROOT / "tests" / "errors" / "codes" / "entity.no-cik" / "input.txt"

pytestmark = [
    pytest.mark.arelle,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


def report(folder: Path, source: Path, *, name: str = "", year: str = "2024") -> Path:
    """A folder with all forms of a report."""
    options = Options(f"us-gaap-{year}", cik="0001105472")
    conversion = convert(source.read_bytes(), name=name or source.name, options=options)
    folder.mkdir()
    for file in written(conversion, load_taxonomy(options.taxonomy), DEFAULT).files:
        (folder / file.name).write_bytes(file.data)
    return folder


def told(forms: list[Verified]) -> list[str]:
    return [f"{form.path.name}: {one.message}" for form in forms for one in form.findings]


# --- all forms say the same ----------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("year", ["2009", "2024"])
def test_all_forms_of_the_example_are_valid_and_equal(tmp_path: Path, year: str) -> None:
    forms = list(verify(report(tmp_path / "r", EXAMPLE, year=year)))
    assert told(forms) == []
    assert all(form.verdict.valid for form in forms)
    assert len(forms) == len({form.path.suffix + form.path.stem[-4:] for form in forms}) == 6
    assert len({form.verdict.facts for form in forms}) == 1


def test_a_name_with_blanks_and_accents_is_no_hindrance(tmp_path: Path) -> None:
    forms = list(verify(report(tmp_path / "r", SMALL, name="é b (1).txt")))
    assert told(forms) == []
    assert {form.verdict.facts for form in forms} == {7}


def test_a_name_with_what_an_address_encodes_is_none_either(tmp_path: Path) -> None:
    made = report(tmp_path / "r", SMALL, name="a#b&c%20d?.txt")
    assert (made / "a_b_c_20d_.xml").is_file()
    forms = list(verify(made))
    assert told(forms) == []
    assert [form.verdict.facts for form in forms] == [7] * 6


def test_a_cover_alone_is_a_report(tmp_path: Path) -> None:
    """It names no concept of us-gaap."""
    cover = EXAMPLE.read_bytes().split(b"\n")[:45]
    (tmp_path / "cover.txt").write_bytes(b"\n".join(cover))
    forms = list(verify(report(tmp_path / "r", tmp_path / "cover.txt")))
    assert told(forms) == []
    assert {form.verdict.facts for form in forms} == {15}


# --- a change is seen ----------------------------------------------------------------

Edit = Callable[[str], str]


def _value(text: str) -> str:
    return text.replace('"600000.0"', '"601000.0"')


def _no_fact(text: str) -> str:
    return re.sub(r'  "L9C46": .*,\n', "", text, count=1)


def _decimals(text: str) -> str:
    return text.replace('"decimals": -3', '"decimals": -2', 1)


def _period(text: str) -> str:
    return text.replace("2002-01-01T", "2002-01-02T", 1)


def _cell(text: str) -> str:
    return text.replace('"600000"', '"601000"')


def _no_row(text: str) -> str:
    return re.sub('"L9C46".*\n', "", text)


def _instance_value(text: str) -> str:
    return text.replace(">600000<", ">601000<")


def _tagged_value(text: str) -> str:
    return text.replace(">600</ix:", ">601</ix:")


CHANGED = "us-gaap:CostOfGoodsAndServicesSold 2003-01-01..2003-12-31 USD"


@pytest.mark.parametrize(
    ("name", "edit", "message"),
    [
        ("input.json", _value, f"{CHANGED} is 601,000 (decimals -3) here but 600,000"),
        ("input.json", _no_fact, f"{CHANGED} is 600,000 (decimals -3) in input.xml and miss"),
        (
            "input.json",
            _decimals,
            "is 1,000,000 (decimals -2) here but 1,000,000 (decimals -3)",
        ),
        ("input.json", _period, "2002-01-02..2002-12-31 USD is 900,000 (decimals -3) here and"),
        ("input-facts.csv", _cell, f"{CHANGED} is 601,000 (decimals -3) here but 600,000"),
        ("input-facts.csv", _no_row, f"{CHANGED} is 600,000 (decimals -3) in input.xml and"),
        ("input.htm", _tagged_value, f"{CHANGED} is 601,000 (decimals -3) here but 600,000"),
        ("input.xml", _instance_value, f"{CHANGED} is 600,000 (decimals -3) here but 601,000"),
    ],
)
def test_a_changed_form_is_found(tmp_path: Path, name: str, edit: Edit, message: str) -> None:
    folder = report(tmp_path / "r", SMALL)
    text = (folder / name).read_text(encoding="utf-8")
    assert edit(text) != text
    (folder / name).write_text(edit(text), encoding="utf-8")
    messages = told(list(verify(folder)))
    assert any(message in one for one in messages), messages


def test_a_changed_package_is_found(tmp_path: Path) -> None:
    folder = report(tmp_path / "r", SMALL)
    packed, changed = folder / "input.xbr", io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info).replace(b">600000<", b">601000<"))
    packed.write_bytes(changed.getvalue())
    messages = told(list(verify(folder)))
    assert any(one.startswith(f"input.xbr: {CHANGED} is 601,000") for one in messages), messages


# --- the command ---------------------------------------------------------------------


def run(*words: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "100", "TERM": "dumb"}).invoke(app, words)
    return result.exit_code, result.output


def test_the_command_says_which_are_the_same(tmp_path: Path) -> None:
    folder = report(tmp_path / "r", SMALL)
    status, output = run("verify", str(folder))
    assert status == 0
    first, *others = output.splitlines()
    assert first == f"{folder}/input.xml: 7 facts, which the others are compared with"
    assert others == [
        f"{folder}/input{ending}: 7 facts, the same as in input.xml"
        for ending in (".htm", "-csv.json", ".json", ".xbri", ".xbr")
    ]


def test_a_difference_is_status_1_and_names_both_files(tmp_path: Path) -> None:
    folder = report(tmp_path / "r", SMALL)
    form = folder / "input.json"
    form.write_text(_value(form.read_text()))
    status, output = run("verify", str(folder))
    assert status == 1
    assert f"{form}: 7 facts, 1 difference from input.xml" in output
    assert f"{form}: error [verify.differs] {CHANGED} is 601,000" in output


def test_a_form_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    folder = report(tmp_path / "r", SMALL)
    (folder / "input-facts.csv").unlink()
    status, output = run("verify", str(folder))
    assert status == 1
    assert output.count("[verify.differs]") == 1
    assert "no fact is read in it, but 7 in input.xml" in output


@pytest.mark.parametrize("name", ["missing", "empty", "file.txt"])
def test_where_there_is_no_report_the_status_is_2(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("nothing")
    with pytest.raises(ValidatorError):
        forms_in(tmp_path / name)
    assert run("verify", str(tmp_path / name))[0] == 2


def test_only_reports_are_forms(tmp_path: Path) -> None:
    """Link bases, our own records and pages without facts are not compared."""
    folder = report(tmp_path / "r", SMALL)
    (folder / "input.findings.json").write_text('{"format": 1}')
    (folder / "input.report.html").write_text("<html><body>600</body></html>")
    assert [path.name for path in forms_in(folder)] == [
        "input.xml",
        "input.htm",
        "input-csv.json",
        "input.json",
        "input.xbri",
        "input.xbr",
    ]


# --- values that a syntax could take for its own -------------------------------------

AWKWARD = (
    "O'Neil's \"A\"; B | C, Inc.", "#nil", "#empty", "##", "# 1", "=1+1", " a  b ", "a\nb",
    "<b> & </b>", "null", "\u00e9\u4e2d\U0001f600", "]]>",
)  # fmt: skip


def test_awkward_texts_are_the_same_in_all_forms(tmp_path: Path) -> None:
    """Each is the name of the registrant, as of another day."""
    conversion = convert(EXAMPLE.read_bytes(), name="input.txt", options=Options(cik="1"))
    (model,) = (f for f in conversion.instance.facts if f.concept.local == "CityAreaCode")
    days = [Duration(date(2003, 1, 1), date(2003, 2, n + 1)) for n in range(len(AWKWARD))]
    contexts = [Context(f"c{n}", conversion.instance.entity, day) for n, day in enumerate(days)]
    facts = [
        replace(model, id=f"f{n}", context=f"c{n}", value=text)
        for n, text in enumerate(AWKWARD)
    ]
    instance = replace(
        conversion.instance,
        facts=tuple(facts),
        contexts=tuple(contexts),
        units=(),
        assertions=(),
    )
    taxonomy = load_taxonomy("us-gaap-2024")
    changed = replace(conversion, instance=instance, files=render(instance, taxonomy))
    for file in written(changed, taxonomy, DEFAULT).files:
        (tmp_path / file.name).write_bytes(file.data)
    forms = list(verify(tmp_path))
    assert told(forms) == []
    assert {form.verdict.facts for form in forms} == {len(AWKWARD)}
