"""Arelle's verdict: nothing against our reports, and something against seeded faults."""

from __future__ import annotations

import gc
import os
import re
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

from converter.model import Severity
from converter.options import Options
from converter.pipeline import Conversion, convert, validate
from converter.validation import BUILT_IN, Verdict, validate_file

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
CASES = ROOT / "tests" / "golden" / "cases"
SHARED = ROOT.parent / "shared"
YEARS = ("2009", "2024")

# Arelle leaves the taxonomy package open until the garbage collector finds it.
pytestmark = [
    pytest.mark.arelle,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def _packages_closed() -> Iterator[None]:
    """What Arelle left open is collected here, not within another module's test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@cache
def _converted(source: Path, year: str) -> tuple[Conversion, Options]:
    options = Options(f"us-gaap-{year}", cik="0001105472")
    return convert(source.read_bytes(), name=source.name, options=options), options


def _said(verdict: Verdict) -> list[str]:
    return [f"{finding.code}: {finding.message}" for finding in verdict.findings]


# --- no messages ---------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_the_example_is_valid_against_the_index(year: str) -> None:
    conversion, options = _converted(EXAMPLE, year)
    verdict = validate(conversion, options)
    assert _said(verdict) == []
    assert verdict.valid
    assert verdict.facts == len(conversion.instance.facts)
    assert verdict.checked_against == BUILT_IN


@pytest.mark.parametrize("year", YEARS)
def test_the_official_package_gives_the_same_verdict(year: str) -> None:
    package = SHARED / "taxonomy" / f"us-gaap-{year}.zip"
    if not package.is_file():
        pytest.skip("../shared is not here")
    before = package.stat()
    conversion, options = _converted(EXAMPLE, year)
    verdict = validate(conversion, options, package)
    assert _said(verdict) == []
    assert verdict.valid
    assert verdict.facts == len(conversion.instance.facts)
    assert verdict.checked_against == package.name
    assert package.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("case", sorted(p.parent.name for p in CASES.glob("*/input.txt")))
def test_other_layouts_are_valid(case: str, year: str) -> None:
    conversion, options = _converted(CASES / case / "input.txt", year)
    assert _said(validate(conversion, options)) == []


# --- no network, no other files ------------------------------------------------------


class NetworkUsedError(Exception):
    """Raised in the place of any connection."""


def test_no_network_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict is the same when every way to the network raises."""
    conversion, options = _converted(EXAMPLE, "2024")
    with_network = validate(conversion, options)
    asked: list[object] = []

    def refuse(*words: object, **_: object) -> NoReturn:
        asked.append(words)
        raise NetworkUsedError

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "gethostbyname", refuse)
    assert validate(conversion, options) == with_network
    assert asked == []


def test_no_network_is_used_for_an_unknown_taxonomy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A schema that is nowhere on this machine is missed, not fetched."""
    report = _report(tmp_path)
    schema = report.with_suffix(".xsd")
    schema.write_text(
        schema.read_text().replace("fasb.org/us-gaap/2024", "fasb.org/us-gaap/1999")
    )

    def refuse(*_: object, **__: object) -> NoReturn:
        raise NetworkUsedError

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert not validate_file(report).valid


_FRESH = """
import sys
from converter.cli import main
sys.exit(main(["convert", "in.txt", "-o", "out"]) or main(["validate", "out/in/in.xml"]))
"""


def test_no_file_is_written_elsewhere(tmp_path: Path) -> None:
    """A fresh process with homes of its own leaves them empty, and no temporary file."""
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR")
    homes = {place: tmp_path / place for place in places}
    work = tmp_path / "work"
    for folder in (*homes.values(), work):
        folder.mkdir()
    (work / "in.txt").write_bytes(EXAMPLE.read_bytes())
    environment = os.environ | {place: str(folder) for place, folder in homes.items()}
    ran = subprocess.run(
        [sys.executable, "-c", _FRESH],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("valid, no messages") == 2
    assert not ran.stderr
    assert {name: list(folder.rglob("*")) for name, folder in homes.items()} == {
        name: [] for name in homes
    }
    files = {p.relative_to(work).as_posix() for p in work.rglob("*") if p.is_file()}
    assert {name for name in files if not name.startswith("out/in/")} == {"in.txt"}
    assert len(files) == 17


# --- seeded faults -------------------------------------------------------------------


def _report(folder: Path) -> Path:
    conversion, _ = _converted(EXAMPLE, "2024")
    for file in conversion.files:
        (folder / file.name).write_bytes(file.data)
    return folder / f"{conversion.instance.stem}.xml"


def _replace(old: str, new: str) -> Callable[[str], str]:
    """Replace the first place that a pattern matches; it must match."""

    def fault(text: str) -> str:
        changed, count = re.subn(old, new, text, count=1)
        assert count == 1, old
        return changed

    return fault


_ASSETS = (
    r'(<us-gaap:Assets id="[^"]+" contextRef=")(I2003-09-30)'
    r'(" unitRef=")(USD)(" decimals="-3">)(\d+)'
)
FAULTS: dict[str, tuple[Callable[[str], str], tuple[str, ...]]] = {
    "shares instead of money": (
        _replace(_ASSETS, r"\1\2\3shares\5\6"),
        ("xbrl.4.8.2:monetaryFactUnit-notMonetaryMeasure", "utre:error-NumericFactUtrInvalid"),
    ),
    "a duration for a balance": (
        _replace(_ASSETS, r"\1D2003-07-01_2003-09-30\3\4\5\6"),
        ("xbrl.4.7.2:contextPeriodType",),
    ),
    "a concept that is not there": (
        _replace(
            r"us-gaap:Assets ([^<]*<)/us-gaap:Assets>", r"us-gaap:Asssets \1/us-gaap:Asssets>"
        ),
        ("xbrl:schemaImportMissing",),
    ),
    "a total that is off": (
        lambda text: text.replace(">317106000<", ">317166000<"),
        ("calc11e:inconsistentCalculationUsingRounding",),
    ),
    "a total that is off by one": (
        lambda text: text.replace(">317106000<", ">317116000<"),
        ("calc11e:inconsistentCalculationUsingRounding",),
    ),
    "two values of one fact": (
        _replace(
            r'( *<us-gaap:Inventory\w+ id=")([^"]+)("[^>]*>)(\d+)(</us-gaap:Inventory\w+>\n)',
            r"\1\2\3\4\5\1again\g<3>77000\5",
        ),
        ("arelle:duplicateFacts",),
    ),
    "a context that is not there": (
        _replace(_ASSETS, r"\1nowhere\3\4\5\6"),
        ("xbrl.4.6.1:itemContextRef",),
    ),
    "a unit that is not there": (
        _replace(_ASSETS, r"\1\2\3EUR\5\6"),
        ("xbrl.4.6.2:numericUnit",),
    ),
    "a text instead of a number": (
        _replace(_ASSETS, r"\1\2\3\4\5about \6"),
        ("xmlSchema:valueError",),
    ),
    "a currency that is none": (
        _replace(r"iso4217:USD", "iso4217:XYQ"),
        ("utre:error-NumericFactUtrInvalid",),
    ),
    "a member that is none of the axis": (
        _replace(r">ext:NonGaapMember<", ">us-gaap:AssetsMember<"),
        ("xbrldie:",),
    ),
    "a document that ends early": (
        lambda text: text[: len(text) // 2],
        ("xmlSchema:",),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found(fault: str, tmp_path: Path) -> None:
    alter, expected = FAULTS[fault]
    report = _report(tmp_path)
    text = report.read_text()
    altered = alter(text)
    assert altered != text
    report.write_text(altered)
    verdict = validate_file(report)
    assert not verdict.valid
    codes = {finding.code for finding in verdict.findings}
    assert {c for e in expected for c in codes if c.startswith(e)}, _said(verdict)


def test_what_rounding_explains_is_no_fault(tmp_path: Path) -> None:
    """Two thousand off in a total of four lines in thousands (Calculations 1.1, round)."""
    report = _report(tmp_path)
    text = report.read_text()
    report.write_text(text.replace(">317106000<", ">317108000<"))
    codes = [f.code for f in validate_file(report).findings]
    assert codes == []


def test_the_report_on_disk_gives_the_verdict_of_the_conversion(tmp_path: Path) -> None:
    verdict = validate_file(_report(tmp_path))
    assert _said(verdict) == []
    assert verdict.valid
    assert verdict.checked_against == BUILT_IN


def test_a_sum_that_is_off_in_the_text_is_off_for_arelle_too() -> None:
    """The finding leads back to the line of the text."""
    text = EXAMPLE.read_text().replace("317,106   128,705", "317,166   128,705")
    options = Options()
    conversion = convert(text.encode(), name=EXAMPLE.name, options=options)
    verdict = validate(conversion, options)
    assert [f.code for f in conversion.findings if f.severity is Severity.ERROR]
    off = [f for f in verdict.findings if f.code.startswith("calc11e:")]
    assert off
    assert {f.severity for f in off} == {Severity.ERROR}
    assert {f.span.line for f in off if f.span} & {59, 65}
