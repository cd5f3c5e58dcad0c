"""Filings of others in every form: the page is as filed, and all forms say the same."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from converter.forms import DEFAULT, written
from converter.inline import inline_file
from converter.output import write_folder
from converter.pipeline import Conversion, convert
from converter.taxonomy import load_taxonomy
from converter.verifying import verify

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
NAMES = ("filing.txt", "statements.txt", "statements.html")
EVERY = 8
"""One filing in so many, which makes more than forty."""
FILINGS = sorted(p for p in CORPUS.rglob("*") if p.name in NAMES and p.stat().st_size)[::EVERY]
TAXONOMY = load_taxonomy("us-gaap-2024")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILINGS, reason="../shared is not here"),
]


@pytest.fixture(scope="module")
def inline() -> ModuleType:
    """The benchmark that reads pages back with parsers of others."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return import_module("inline")
    finally:
        sys.path.pop(0)


def converted(path: Path) -> Conversion:
    return convert(path.read_bytes(), name=f"{path.parent.name}{path.suffix}")


def test_there_are_forty() -> None:
    assert len(FILINGS) >= 40


@pytest.mark.parametrize("path", FILINGS, ids=lambda path: path.parent.name)
def test_the_page_is_as_filed_with_every_fact_in_it(path: Path, inline: ModuleType) -> None:
    conversion = converted(path)
    file, _ = inline_file(conversion, TAXONOMY)
    assert inline.keeps_text(conversion, file)
    places = inline.places(conversion.instance, file)
    assert places["figures lost"] == places["words lost"] == places["figures hidden"] == 0


@pytest.mark.arelle
@pytest.mark.parametrize("path", FILINGS, ids=lambda path: path.parent.name)
def test_arelle_finds_no_fault_and_the_same_facts_in_every_form(
    path: Path, tmp_path: Path
) -> None:
    report = written(converted(path), TAXONOMY, DEFAULT)
    write_folder(tmp_path / "report", report.files)
    forms = list(verify(tmp_path / "report"))
    assert len(forms) == 6
    for form in forms:
        assert form.verdict.valid, (form.path.name, form.findings[:3])
        assert not form.differences, (form.path.name, form.differences[:3])
