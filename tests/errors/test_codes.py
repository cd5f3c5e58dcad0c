"""One minimal input per finding code, with the exact message it draws.

`codes/<code>/input.txt` (or `input.htm`) is the input, `rules.toml` beside it are rules for
it, `prior.xml` an earlier report, `edits.toml` what is changed in a form of its report before
the forms are compared, and `expected.txt` is how the command prints the findings
of that code, and only those.
`pytest tests/errors --update-golden` writes the expected files anew.
"""

from __future__ import annotations

import ast
import re
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import converter
from converter.display import finding_lines
from converter.forms import DEFAULT, written
from converter.inline import inline_file
from converter.model import Finding, Line
from converter.options import Options, read_rules
from converter.pipeline import Conversion, convert
from converter.prior_reading import read_prior
from converter.sec_tables import table_findings
from converter.taxonomy import load_taxonomy
from converter.verifying import verify

HERE = Path(__file__).parent / "codes"
CODES = sorted(p.name for p in HERE.iterdir())
BY_ARELLE = {path.parent.name for path in HERE.glob("*/edits.toml")}
DRAWN = [
    pytest.param(code, marks=[pytest.mark.arelle] if code in BY_ARELLE else [])
    for code in CODES
]
MANUAL = Path(__file__).parents[2] / "docs" / "findings.md"


def _input(code: str) -> Path:
    """`input.txt`, or `input.htm`: the command tells mark-up by what is in it."""
    (path,) = (HERE / code).glob("input.*")
    return path


def _converted(code: str) -> Conversion:
    rules, prior = HERE / code / "rules.toml", HERE / code / "prior.xml"
    options = Options(
        rules=read_rules(rules) if rules.is_file() else (),
        prior=read_prior(prior) if prior.is_file() else None,
    )
    path = _input(code)
    conversion = convert(path.read_bytes(), name=path.name, options=options)
    taxonomy = load_taxonomy(options.taxonomy)
    found = table_findings(conversion, taxonomy)
    if code.startswith("inline."):
        found += inline_file(conversion, taxonomy)[1]
    return replace(conversion, findings=(*conversion.findings, *found))


@cache
def _drawn(code: str) -> tuple[str, tuple[Finding, ...]]:
    """What is found, and the name of the file that it is found in."""
    edits = HERE / code / "edits.toml"
    conversion = _converted(code)
    if not edits.is_file():
        return _input(code).name, conversion.findings
    edit = tomllib.loads(edits.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        for file in written(conversion, load_taxonomy("us-gaap-2024"), DEFAULT).files:
            Path(name, file.name).write_bytes(file.data)
        form = Path(name, edit["file"])
        text = form.read_text(encoding="utf-8")
        assert text.count(edit["old"]) == 1
        form.write_text(text.replace(edit["old"], edit["new"]), encoding="utf-8")
        found = [one for one in verify(Path(name)) if one.path == form]
    return edit["file"], found[0].differences


def _codes_in_source() -> Iterator[str]:
    """The first argument of every call of Finding in the package.

    Arelle's own codes, which validation.py passes on, are no literals: they are not
    among them.
    """
    for path in Path(converter.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Finding"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value)


def _sections() -> dict[str, str]:
    """The sections of docs/findings.md whose heading is a code."""
    parts = re.split(r"^## ", MANUAL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = (part.partition("\n") for part in parts[1:])
    return {head.strip("` "): body for head, _, body in named if head.startswith("`")}


def test_every_code_has_an_input_and_a_section() -> None:
    assert set(CODES) == set(_codes_in_source()) == set(_sections())


@pytest.mark.parametrize("code", DRAWN)
def test_a_code_is_drawn_with_its_message(code: str, request: pytest.FixtureRequest) -> None:
    name, findings = _drawn(code)
    lines = _converted(code).reading.submission.lines
    text = "".join(
        line + "\n"
        for finding in findings
        if finding.code == code
        for line in finding_lines(finding, name, lines)
    )
    expected = HERE / code / "expected.txt"
    if request.config.getoption("--update-golden", default=False):
        expected.write_bytes(text.encode())
    assert text, f"{code} is not drawn; drawn are {[f.code for f in findings]}"
    assert text == expected.read_bytes().decode()


@pytest.mark.parametrize("code", DRAWN)
def test_the_manual_says_what_the_program_says(code: str) -> None:
    """Severity and message of the code as drawn stand in its section."""
    found = [f for f in _drawn(code)[1] if f.code == code]
    section = " ".join(_sections()[code].split())
    for severity in {f.severity for f in found}:
        assert f"**{severity.value.capitalize()}" in section
    example = re.search(r"Example: `([^`]+)`", section)
    assert example
    assert example[1] in {f.message for f in found}
    assert "What to do:" in section


@pytest.mark.parametrize("code", CODES)
def test_the_place_of_a_finding_is_in_the_text(code: str) -> None:
    conversion = _converted(code)
    lines = conversion.reading.submission.lines
    for finding in conversion.findings:
        _check_place(finding, lines)


def _check_place(finding: Finding, lines: Sequence[Line]) -> None:
    if finding.span is None:
        return
    line = lines[finding.span.line - 1].text
    assert 0 <= finding.span.start < finding.span.end <= len(line)
    assert line[finding.span.start : finding.span.end].strip()
