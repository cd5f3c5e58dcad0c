"""Which files each form is, and what a report package is made of."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from converter.errors import OptionsError
from converter.forms import DEFAULT, Form, read_forms, written
from converter.inline import inline_file
from converter.model import RenderedFile
from converter.output import ENDINGS
from converter.pipeline import Conversion, convert
from converter.report_package import Kind, package_file
from converter.taxonomy import load_taxonomy

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
NO_STATEMENT = ROOT / "tests" / "errors" / "codes" / "statement.none" / "input.txt"
TAXONOMY = load_taxonomy("us-gaap-2024")
EXTENSION = {".xsd", "_pre.xml", "_cal.xml", "_def.xml", "_lab.xml", "-formula.xml"}
CATALOG = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
PACKAGE = "{http://xbrl.org/2016/taxonomy-package}"


@cache
def converted(name: str = "small.txt") -> Conversion:
    return convert(EXAMPLE.read_bytes(), name=name)


def endings(*forms: Form) -> set[str]:
    stem = converted().instance.stem
    return {f.name.removeprefix(stem) for f in written(converted(), TAXONOMY, forms).files}


# --- forms ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "own"),
    [
        (Form.XML, {".xml"}),
        (Form.INLINE, {".htm"}),
        (Form.JSON, {".json"}),
        (Form.CSV, {"-csv.json", "-facts.csv"}),
        (Form.PACKAGE, {".xbr"}),
    ],
)
def test_a_form_comes_with_the_extension_only(form: Form, own: set[str]) -> None:
    assert endings(form) == EXTENSION | own


@pytest.mark.parametrize(
    ("beside", "packages"),
    [
        ([], {".xbr"}),
        ([Form.XML], {".xbr"}),
        ([Form.INLINE], {".xbri"}),
        ([Form.INLINE, Form.XML, Form.JSON], {".xbri", ".xbr"}),
    ],
)
def test_packages_hold_what_is_beside_them(beside: list[Form], packages: set[str]) -> None:
    found = endings(Form.PACKAGE, *beside) - endings(*beside, Form.JSON)
    assert found == packages


def test_what_a_form_adds_to_the_findings_is_told() -> None:
    """In the seed, a fact of the cover that is printed nowhere as it is stated."""
    _, findings = inline_file(converted(), TAXONOMY)
    assert findings
    assert written(converted(), TAXONOMY, DEFAULT).findings == tuple(findings)
    assert written(converted(), TAXONOMY, (Form.JSON, Form.XML)).findings == ()


def test_every_file_of_a_report_may_be_replaced() -> None:
    """`--force` replaces a folder only if it knows all that is in it."""
    assert endings(*DEFAULT) <= set(ENDINGS)


def test_no_file_is_written_twice() -> None:
    names = [file.name for file in written(converted(), TAXONOMY, DEFAULT).files]
    assert len(set(names)) == len(names)


def test_without_facts_nothing_is_written() -> None:
    nothing = convert(NO_STATEMENT.read_bytes(), name="none.txt")
    assert written(nothing, TAXONOMY, DEFAULT).files == ()


def test_the_same_input_gives_the_same_bytes() -> None:
    again = convert(EXAMPLE.read_bytes(), name="small.txt")
    assert written(again, TAXONOMY, DEFAULT) == written(converted(), TAXONOMY, DEFAULT)


@pytest.mark.parametrize("words", [["json,xml"], ["xml", "json"], ["XML, json", "xml"]])
def test_forms_are_named_in_any_way(words: list[str]) -> None:
    assert read_forms(words) == (Form.XML, Form.JSON)


@pytest.mark.parametrize("words", [["xbrl"], ["xml,"], ["json", "jason"]])
def test_a_wrong_name_is_refused_with_the_list(words: list[str]) -> None:
    with pytest.raises(OptionsError, match=r"the forms are xml, .*package"):
        read_forms(words)


# --- the package ---------------------------------------------------------------------


def package(name: str = "small.txt", kind: Kind = Kind.NON_INLINE) -> RenderedFile:
    xml, *extension = converted(name).files
    inline, _ = inline_file(converted(name), TAXONOMY)
    report = inline if kind is Kind.INLINE else xml
    return package_file(kind, report, extension, converted(name).instance)


def members(name: str = "small.txt", kind: Kind = Kind.NON_INLINE) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package(name, kind).data)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


KINDS = pytest.mark.parametrize(
    ("kind", "ending"), [(Kind.NON_INLINE, "xbrl"), (Kind.INLINE, "htm")]
)


@KINDS
def test_a_package_has_one_folder_and_one_report(kind: Kind, ending: str) -> None:
    names = set(members(kind=kind))
    assert {name.partition("/")[0] for name in names} == {"small"}
    assert [name for name in names if "/reports/" in name] == [f"small/reports/small.{ending}"]
    assert {name.removeprefix("small/taxonomy/small") for name in names if "/t" in name} >= (
        EXTENSION
    )


@KINDS
def test_a_package_says_what_it_is(kind: Kind, ending: str) -> None:
    content = json.loads(members(kind=kind)["small/META-INF/reportPackage.json"])
    told = content["documentInfo"]["documentType"]
    assert told == f"https://xbrl.org/report-package/2023/{kind.value}"
    assert package(kind=kind).name == f"small.{kind.value}"
    assert kind.value == {"xbrl": "xbr", "htm": "xbri"}[ending]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", ["small.txt", "a b & (c) é#1.txt"])
def test_all_addresses_lead_to_members(name: str, kind: Kind) -> None:
    """The report and the entry points by the catalog, the extension by relative paths."""
    files = members(name, kind)
    top = next(iter(files)).partition("/")[0]
    (rule,) = etree.fromstring(files[f"{top}/META-INF/catalog.xml"]).iter(
        f"{CATALOG}rewriteURI"
    )
    start, prefix = rule.get("uriStartString"), rule.get("rewritePrefix")
    assert prefix == "../taxonomy/"
    meta = etree.fromstring(files[f"{top}/META-INF/taxonomyPackage.xml"])
    points = [e.get("href") for e in meta.iter(f"{PACKAGE}entryPointDocument")]
    report = next(data for path, data in files.items() if "/reports/" in path)
    (schema,) = re.findall(rb'<link:schemaRef[^>]* xlink:href="([^"]*)"', report)
    for url in [*points, schema.decode()]:
        assert url.startswith(start)
        assert f"{top}/taxonomy/{url.removeprefix(start)}" in files
    for path, data in files.items():
        if "/taxonomy/" in path:
            for href in re.findall(r'xlink:href="([^"#]+)', data.decode()):
                assert href.startswith("http") or f"{top}/taxonomy/{href}" in files, href


def test_neither_clock_nor_system_is_in_a_package() -> None:
    with zipfile.ZipFile(io.BytesIO(package().data)) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {(info.create_system, info.external_attr) for info in infos} == {(3, 0o644 << 16)}


def test_the_report_in_a_package_is_the_one_beside_it() -> None:
    """But for the address of its schema."""
    packed = members()["small/reports/small.xbrl"]
    url = f"{converted().instance.namespace}/small.xsd".encode()
    assert packed != converted().files[0].data
    assert packed.replace(url, b"small.xsd") == converted().files[0].data


def test_a_report_without_a_schema_is_no_package() -> None:
    bare = RenderedFile("small.xml", b"<xbrl/>")
    with pytest.raises(ValueError, match="names no schema"):
        package_file(Kind.NON_INLINE, bare, (), converted().instance)
