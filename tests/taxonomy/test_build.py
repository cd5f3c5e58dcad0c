"""Building an index: from a package made here, and from the official ones."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from typer.testing import CliRunner

from converter import taxonomy_package
from converter.cli_taxonomy import app
from converter.errors import OptionsError, TaxonomyError
from converter.limits import PACKAGE
from converter.model import QName, StatementKind
from converter.resources import resource
from converter.taxonomy import COLUMNS, ItemType, Taxonomy
from converter.taxonomy_build import (
    Tables,
    build_tables,
    read_deprecated,
    read_non_negative,
    write_index,
)

SHARED = Path(__file__).parents[2].parent / "shared"
XBRLI = "http://www.xbrl.org/2003/instance"

CATALOG = """<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
  <rewriteURI uriStartString="http://a.example/" rewritePrefix="../a.example/"/>
  <rewriteURI uriStartString="https://a.example/" rewritePrefix="../a.example/"/>
  <rewriteURI uriStartString="http://b.example/" rewritePrefix="../b.example/"/>
  <rewriteURI uriStartString="https://b.example/" rewritePrefix="../b.example/"/>
</catalog>"""

GAAP = f"""<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:x="{XBRLI}"
  targetNamespace="http://g.example/2030" xmlns:gaap="http://g.example/2030"
  xmlns:t="http://t.example/2030" xmlns:a="http://xbrl.us/us-gaap/attributes">
  <import namespace="{XBRLI}" schemaLocation="http://www.xbrl.org/x.xsd"/>
  <import namespace="http://t.example/2030" schemaLocation="us-types-2030.xsd"/>
  <element name="Total" id="us-gaap_Total" type="x:monetaryItemType" nillable="true"
    substitutionGroup="x:item" x:periodType="instant" x:balance="debit"/>
  <element name="Part" id="odd" type="x:monetaryItemType" nillable="false"
    substitutionGroup="x:item" x:periodType="instant" x:balance="credit"/>
  <element name="Rest" id="us-gaap_Rest" type="t:smallItemType" nillable="1"
    substitutionGroup="x:item" x:periodType="duration" a:deprecatedDate="2029-01-31"/>
  <element name="Head" id="us-gaap_Head" type="x:stringItemType" abstract="true"
    substitutionGroup="x:item" x:periodType="duration" nillable="true"/>
  <element name="typed" id="us-gaap_typed" type="string"/>
</schema>"""

TYPES = f"""<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:xbrli="{XBRLI}"
  targetNamespace="http://t.example/2030">
  <complexType name="smallItemType"><simpleContent>
    <restriction base="xbrli:tokenItemType">
      <maxLength value="3"/><enumeration value="a b"/><pattern value="[\\p{{L}}]=?"/>
    </restriction></simpleContent></complexType>
</schema>"""

DEI = f"""<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:xbrli="{XBRLI}"
  targetNamespace="http://d.example/2029" xmlns:dei="http://d.example/2029">
  <import namespace="{XBRLI}" schemaLocation="http://www.xbrl.org/x.xsd"/>
  <element name="Name" id="dei_Name" type="xbrli:stringItemType" nillable="true"
    substitutionGroup="xbrli:item" xbrli:periodType="duration"/>
</schema>"""

STM = "pkg/a.example/g/2030/stm/us-gaap-stm-ci-sfp-cls1-{}-2030.xml"
ELTS = "pkg/a.example/g/2030/elts/us-gaap-2030.xsd"


def linkbase(kind: str, *arcs: str) -> str:
    locators = {
        "total": "../elts/us-gaap-2030.xsd#us-gaap_Total",
        "part": "http://a.example/g/2030/elts/us-gaap-2030.xsd#odd",
        "rest": "../elts/us-gaap-2030.xsd#us-gaap_Rest",
        "name": "https://b.example/dei-2029.xsd#dei_Name",
        "gone": "../elts/us-gaap-ebp-2030.xsd#us-gaap_Gone",
    }
    locs = "".join(
        f'<loc xlink:type="locator" xlink:href="{href}" xlink:label="{label}"/>'
        for label, href in locators.items()
    )
    return (
        '<linkbase xmlns="http://www.xbrl.org/2003/linkbase"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<{kind}Link xlink:type="extended" xlink:role="http://r.example/cls1">{locs}'
        f"{''.join(arcs)}</{kind}Link></linkbase>"
    )


def arc(kind: str, ends: tuple[str, str], **more: str) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<{kind}Arc xlink:from="{ends[0]}" xlink:to="{ends[1]}"{attributes}/>'


FILES: Mapping[str, str] = MappingProxyType(
    {
        "pkg/META-INF/catalog.xml": CATALOG,
        ELTS: GAAP,
        "pkg/a.example/g/2030/elts/us-types-2030.xsd": TYPES,
        "pkg/a.example/g/2029/elts/us-gaap-2029.xsd": "an older release, never read",
        "pkg/a.example/g/2030/dis/us-gaap-stm-x-cal-2030.xml": "a note, never read",
        "pkg/b.example/dei-2029.xsd": DEI,
        "pkg/b.example/dei-2031.xsd": "newer than us-gaap, never read",
        STM.format("cal"): linkbase(
            "calculation",
            arc("calculation", ("total", "rest"), order="10.0", weight="-1.0"),
            arc("calculation", ("total", "part"), order="9.50", weight="1"),
            arc("calculation", ("total", "gone"), order="11", weight="1"),
            arc("calculation", ("part", "rest"), order="1", weight="1"),
            arc("calculation", ("part", "rest"), order="1", weight="1", use="prohibited"),
        ),
        STM.format("pre"): linkbase(
            "presentation",
            arc("presentation", ("total", "part"), order="1"),
            arc("presentation", ("total", "part"), order="20"),
            arc("presentation", ("total", "name"), order="3"),
        ),
    }
)


def write_package(path: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """The package, some files of it replaced, or with None left out."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**FILES, **(changes or {})}.items():
            if text is not None:
                archive.writestr(name, text)
    return path


def tables_of(path: Path) -> Tables:
    return build_tables([path], {"Total": 2031, "Rest": 2030}, frozenset({"Part"}))


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return tables_of(write_package(tmp_path / "p.zip"))


def test_namespaces(tables: Tables) -> None:
    types = "http://a.example/g/2030/elts/us-types-2030.xsd"
    gaap = "http://a.example/g/2030/elts/us-gaap-2030.xsd"
    assert tables.namespaces == [
        ("dei", "http://d.example/2029", "https://b.example/dei-2029.xsd", "xbrli"),
        ("t", "http://t.example/2030", types, "xbrli"),
        ("us-gaap", "http://g.example/2030", gaap, "t xbrli"),
        ("xbrli", XBRLI, "http://www.xbrl.org/x.xsd", ""),
    ]


def test_types(tables: Tables) -> None:
    facets = ("maxLength=3", "enumeration=a b", "pattern=[\\p{L}]=?")
    assert tables.types == [("t:smallItemType", "xbrli:tokenItemType", *facets)]


def test_concepts(tables: Tables) -> None:
    money, item = "xbrli:monetaryItemType", "xbrli:item"
    text = "xbrli:stringItemType"
    part = ("instant", "credit", "", "", item, "", "non-negative", "odd")
    head = ("duration", "", "abstract", "nillable", item, "", "", "")
    rest = ("duration", "", "", "nillable", item, "2029", "", "")
    total = ("instant", "debit", "", "nillable", item, "2031", "", "")
    assert tables.concepts == [
        ("dei:Name", text, "duration", "", "", "nillable", item, "", "", ""),
        ("us-gaap:Head", text, *head),
        ("us-gaap:Part", money, *part),
        ("us-gaap:Rest", "t:smallItemType", *rest),
        ("us-gaap:Total", money, *total),
    ]


def test_relations(tables: Tables) -> None:
    role = "ci-sfp-cls1"
    assert tables.roles == [(role, "http://r.example/cls1", "balance sheet")]
    assert tables.calculation == [
        (role, "us-gaap:Total", "us-gaap:Part", "9.5", "1"),
        (role, "us-gaap:Total", "us-gaap:Rest", "10", "-1"),
    ]
    assert tables.presentation == [
        (role, "us-gaap:Total", "us-gaap:Part", "1"),
        (role, "us-gaap:Total", "dei:Name", "3"),
        (role, "us-gaap:Total", "us-gaap:Part", "20"),
    ]


def test_what_is_written_can_be_loaded(tmp_path: Path, tables: Tables) -> None:
    write_index(tables, tmp_path / "new")
    taxonomy = Taxonomy(tmp_path / "new")
    assert (taxonomy.name, taxonomy.year, len(taxonomy)) == ("new", 2030, 5)
    part = taxonomy.find("Part")
    assert part is not None
    assert (part.id, part.non_negative, part.nillable) == ("odd", True, False)
    total = taxonomy.find("Total")
    assert total is not None
    assert (total.deprecated_in, taxonomy.is_deprecated(total)) == (2031, False)
    assert taxonomy.presented_in(part.name) == {StatementKind.BALANCE_SHEET}
    small = QName("t", "smallItemType")
    assert taxonomy.item_type(small) == ItemType(
        small,
        QName("xbrli", "tokenItemType"),
        (("maxLength", "3"), ("enumeration", "a b"), ("pattern", "[\\p{L}]=?")),
    )


def read_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_same_bytes_whatever_the_order_in_the_zip(tmp_path: Path) -> None:
    write_index(tables_of(write_package(tmp_path / "p.zip")), tmp_path / "one")
    with zipfile.ZipFile(tmp_path / "q.zip", "w") as archive:
        for name in reversed(list(FILES)):
            archive.writestr(name, FILES[name])
    write_index(tables_of(tmp_path / "q.zip"), tmp_path / "two")
    assert read_folder(tmp_path / "one") == read_folder(tmp_path / "two")
    assert set(read_folder(tmp_path / "one")) == set(COLUMNS)


def test_several_packages(tmp_path: Path, tables: Tables) -> None:
    dei = {name: text for name, text in FILES.items() if "b.example" in name}
    only = dict.fromkeys(FILES) | dei | {"pkg/META-INF/catalog.xml": CATALOG}
    first = write_package(tmp_path / "a.zip", dict.fromkeys(dei))
    second = write_package(tmp_path / "b.zip", only)
    both = build_tables([first, second], {"Total": 2031, "Rest": 2030}, frozenset({"Part"}))
    assert both == tables


def test_https_when_the_package_says_so(tmp_path: Path) -> None:
    changed = GAAP.replace('"us-types', '"https://a.example/g/2030/elts/us-types')
    linked = {STM.format(use): None for use in ("cal", "pre")}
    package = write_package(tmp_path / "p.zip", {ELTS: changed, **linked})
    schemas = {row[0]: row[2] for row in tables_of(package).namespaces}
    assert schemas["us-gaap"] == "https://a.example/g/2030/elts/us-gaap-2030.xsd"
    assert schemas["t"] == "https://a.example/g/2030/elts/us-types-2030.xsd"
    assert schemas["dei"] == "http://b.example/dei-2029.xsd"


def test_the_very_address_before_the_start_of_it(tmp_path: Path) -> None:
    types = GAAP.replace('"us-types', '"http://a.example/g/2030/elts/us-types')
    linked = FILES[STM.format("cal")].replace("http://a.example", "https://a.example")
    changes = {ELTS: types, STM.format("cal"): linked, STM.format("pre"): None}
    rows = tables_of(write_package(tmp_path / "p.zip", changes)).namespaces
    schemas = {row[0]: row[2] for row in rows}
    assert schemas["us-gaap"] == "https://a.example/g/2030/elts/us-gaap-2030.xsd"
    assert schemas["t"] == "http://a.example/g/2030/elts/us-types-2030.xsd"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"pkg/META-INF/catalog.xml": None},
            "not a taxonomy package.*META-INF/catalog",
        ),
        ({"pkg/META-INF/catalog.xml": "<catalog"}, "p.zip: pkg/META-INF/.*: not XML"),
        ({"pkg/META-INF/catalog.xml": "<catalog/>"}, "no us-gaap-YEAR.xsd in it"),
        ({ELTS: None}, "us-gaap-2029.xsd: not XML"),
        ({ELTS: "<a/>"}, "not an XML schema with a target namespace"),
        ({ELTS: GAAP.replace('type="x:mon', 'type="y:mon')}, "y:monetary.*no known"),
        ({ELTS: GAAP.replace('type="x:monetaryItemType"', "")}, "'' is in no known"),
        ({"pkg/a.example/g/2030/elts/us-types-2030.xsd": None}, "does not hold it"),
        ({STM.format("cal"): "<linkbase>"}, "cls1-cal-2030.xml: not XML"),
        (
            {STM.format("cal"): FILES[STM.format("cal")].replace("-1.0", "0.5")},
            "an arc has the weight '0.5'",
        ),
        (
            {STM.format("pre"): FILES[STM.format("pre")].replace('"20"', '"last"')},
            "an arc has the order 'last'",
        ),
        (
            {STM.format("pre"): FILES[STM.format("pre")].replace("/cls1", "/cls2")},
            "two roles for the statement ci-sfp-cls1",
        ),
    ],
)
def test_bad_package(tmp_path: Path, changes: Mapping[str, str | None], message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        tables_of(write_package(tmp_path / "p.zip", changes))


def test_missing_package(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"none\.zip: no such file"):
        tables_of(tmp_path / "none.zip")


def test_not_a_zip(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_text("Assets", "utf-8")
    with pytest.raises(TaxonomyError, match=r"p\.zip: not a zip file"):
        tables_of(tmp_path / "p.zip")


def test_damaged_zip(tmp_path: Path) -> None:
    path = write_package(tmp_path / "p.zip")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(ELTS)
    data = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len(ELTS)
    data[start : start + 40] = bytes(40)
    path.write_bytes(data)
    with pytest.raises(TaxonomyError, match=r"cannot read .*us-gaap-2030\.xsd"):
        tables_of(path)


@pytest.mark.parametrize("limit", ["archive_bytes", "input_bytes", "members"])
def test_bomb(tmp_path: Path, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taxonomy_package, "PACKAGE", replace(PACKAGE, **{limit: 3}))
    with pytest.raises(TaxonomyError, match=r"p\.zip.* at most 3|more than 3 bytes"):
        tables_of(write_package(tmp_path / "p.zip"))


def test_a_member_that_leads_outside(tmp_path: Path) -> None:
    names = {"pkg/../../outside.xsd": TYPES}
    with pytest.raises(TaxonomyError, match=r"'pkg/\.\./\.\./outside\.xsd'.* leads out"):
        tables_of(write_package(tmp_path / "p.zip", names))
    assert [path.name for path in tmp_path.iterdir()] == ["p.zip"]


def test_entities_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xml"
    stolen = TYPES[TYPES.index("<complexType") : TYPES.index("</schema>")]
    spaces = f' xmlns="http://www.w3.org/2001/XMLSchema" xmlns:xbrli="{XBRLI}"'
    stolen = stolen.replace("small", "stolen").replace("Type ", f"Type{spaces} ", 1)
    outside.write_text(stolen, "utf-8")
    doctype = f'<!DOCTYPE schema [<!ENTITY e SYSTEM "{outside.as_uri()}">]>'
    changed = doctype + TYPES.replace("</schema>", "&e;</schema>")
    names = {"pkg/a.example/g/2030/elts/us-types-2030.xsd": changed}
    with pytest.raises(TaxonomyError, match=r"us-types-2030\.xsd: it declares"):
        tables_of(write_package(tmp_path / "p.zip", names))


def test_cell_with_a_tab(tmp_path: Path) -> None:
    changed = TYPES.replace("a b", "a&#9;b")
    names = {"pkg/a.example/g/2030/elts/us-types-2030.xsd": changed}
    tables = tables_of(write_package(tmp_path / "p.zip", names))
    with pytest.raises(TaxonomyError, match=r"'enumeration=a\\tb' cannot be a cell"):
        write_index(tables, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_existing_folder(tmp_path: Path, tables: Tables) -> None:
    with pytest.raises(OptionsError, match="exists; give another -o, or --force"):
        write_index(tables, tmp_path)
    write_index(tables, tmp_path, force=True)
    assert (tmp_path / "concepts.tsv").is_file()


def test_folder_that_is_a_file(tmp_path: Path, tables: Tables) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OptionsError, match="cannot write"):
        write_index(tables, tmp_path / "file", force=True)


def test_read_deprecated(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text('{"A": "2019-01-31", "B": "2022"}', "utf-8")
    assert read_deprecated(path) == {"A": 2019, "B": 2022}


@pytest.mark.parametrize("text", ["", "[]", '{"A": 2019}', '{"A": "soon"}', '{"A": null}'])
def test_bad_deprecated(tmp_path: Path, text: str) -> None:
    path = tmp_path / "d.json"
    path.write_text(text, "utf-8")
    with pytest.raises(OptionsError, match=r"d\.json: not a JSON object like"):
        read_deprecated(path)


def test_read_non_negative(tmp_path: Path) -> None:
    path = tmp_path / "n.txt"
    path.write_text("Assets\n\nLiabilities\n", "utf-8")
    assert read_non_negative(path) == {"Assets", "Liabilities"}


def test_bad_non_negative(tmp_path: Path) -> None:
    path = tmp_path / "n.txt"
    path.write_text("Assets, Liabilities\n", "utf-8")
    with pytest.raises(OptionsError, match=r"n\.txt: 'Assets, Liabilities' is no element"):
        read_non_negative(path)
    with pytest.raises(OptionsError, match=r"cannot read .*none\.txt"):
        read_non_negative(tmp_path / "none.txt")


def test_command(tmp_path: Path) -> None:
    package = write_package(tmp_path / "p.zip")
    (tmp_path / "d.json").write_text(json.dumps({"Total": "2031", "Rest": "2030"}), "utf-8")
    (tmp_path / "n.txt").write_text("Part\n", "utf-8")
    lists = ["--deprecated", str(tmp_path / "d.json"), "--non-negative"]
    command = ["build", str(package), "-o", str(tmp_path / "new"), *lists]
    result = CliRunner().invoke(app, [*command, str(tmp_path / "n.txt")])
    assert result.exit_code == 0, result.output
    assert "5 concepts" in result.output
    write_index(tables_of(package), tmp_path / "other")
    assert read_folder(tmp_path / "new") == read_folder(tmp_path / "other")
    again = CliRunner().invoke(app, [*command, str(tmp_path / "n.txt")])
    assert again.exit_code == 2
    assert "error: " in again.stderr
    assert "--force" in again.stderr
    forced = CliRunner().invoke(app, [*command, str(tmp_path / "n.txt"), "--force"])
    assert forced.exit_code == 0


def test_command_with_a_missing_package(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.zip")
    result = CliRunner().invoke(app, ["build", missing, "-o", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert f"error: {missing}: no such file" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["us-gaap-2024", "us-gaap-2009"])
def test_committed_index_is_what_the_official_package_gives(tmp_path: Path, name: str) -> None:
    package = SHARED / "taxonomy" / f"{name}.zip"
    if not package.is_file():
        pytest.skip("../shared is not here")
    years = read_deprecated(SHARED / "rules" / "us-gaap-deprecated-concepts.json")
    names = read_non_negative(SHARED / "rules" / "non-negative-2024.txt")
    write_index(build_tables([package], years, names), tmp_path / name)
    assert read_folder(tmp_path / name) == read_folder(resource("taxonomy") / name)
