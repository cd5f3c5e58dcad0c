"""No entity is expanded, no file of this machine is read, no address is asked."""

import os
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from converter.cli import main
from converter.errors import ValidatorError
from converter.validation import load_files, validate_file
from converter.xml_reading import read_xml

LAUGHS = (
    '<!ENTITY l0 "lollollollol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
)  # fmt: skip
XBRL = 'xmlns="http://www.xbrl.org/2003/instance"'
LINK = 'xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:x="http://www.w3.org/1999/xlink"'
PARAMETER = '<!ENTITY % e SYSTEM "http://127.0.0.1:9/e"> %e;'
TYPES = {
    "laughs in text": (LAUGHS, "<a>&l11;</a>"),
    "laughs in an attribute": (LAUGHS, '<a b="&l11;"/>'),
    "a file": ('<!ENTITY e SYSTEM "file:///etc/passwd">', "<a>&e;</a>"),
    "an address": ('<!ENTITY e SYSTEM "http://127.0.0.1:9/e">', "<a>&e;</a>"),
    "a parameter": (PARAMETER, "<a/>"),
    "a default": ('<!ATTLIST a b CDATA "c">', "<a/>"),
    "one of itself": ('<!ENTITY e "&e;">', "<a>&e;</a>"),
}


def _document(kind: str, root: str = "xbrl", more: str = XBRL) -> str:
    subset, body = TYPES[kind]
    return f"<!DOCTYPE {root} [{subset}]><{root} {more}>{body}</{root}>"


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    asked: list[object] = []

    def connect(_: socket.socket, address: object) -> None:
        asked.append(address)
        raise OSError("offline")

    monkeypatch.setattr(socket.socket, "connect", connect)
    yield
    assert not asked


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_entities_are_refused(kind: str, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{_document(kind)}'
    with pytest.raises(ValueError, match="it declares entities"):
        read_xml(declared.encode(encoding))


@pytest.mark.parametrize("before", ["", "<!-- <a> -->", "<?p <a>?>\n", "\n \n"])
def test_wherever_they_are_declared(before: str) -> None:
    with pytest.raises(ValueError, match="it declares entities"):
        read_xml((before + _document("a file")).encode())


@pytest.mark.parametrize(
    "text",
    [
        "<a/>",
        "<!DOCTYPE a><a/>",
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<!DOCTYPE a PUBLIC \"-//X//ENTITY\" 'http://127.0.0.1:9/'><a/>",
        "<!-- <!DOCTYPE a [] --><a>&amp;&#65;</a>",
        '<a b="&lt;!DOCTYPE ["/>',
    ],
)
def test_what_declares_none_is_read(text: str) -> None:
    assert read_xml(text.encode()).tag == "a"


@pytest.mark.parametrize(
    "text",
    ["", "x", "<a", "<a></b>", "<a>&nbsp;</a>", "<a>" * 5000, "<a b='" + "x" * 11_000_000],
)
def test_what_is_no_xml_is_said_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="not XML: "):
        read_xml(text.encode())


# --- what Arelle is given ------------------------------------------------------------


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("ending", ["xml", "xbrl", "htm"])
def test_validate_refuses_entities(
    kind: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = "html" if ending == "htm" else "xbrl"
    path = tmp_path / f"a.{ending}"
    path.write_text(_document(kind, root), "utf-8")
    assert main(["validate", str(path)]) == 2
    err = capsys.readouterr().err
    assert f"a.{ending}: it declares entities" in err
    assert "Traceback" not in err


def _leads_to(href: str) -> str:
    return f'<xbrl {XBRL} {LINK}><link:schemaRef x:type="simple" x:href="{href}"/></xbrl>'


@pytest.mark.arelle
@pytest.mark.parametrize("kind", TYPES)
def test_what_a_report_leads_to_is_read_with_care(kind: str, tmp_path: Path) -> None:
    schema = 'xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"'
    folder = tmp_path / "beside"
    folder.mkdir()
    (folder / "a.xsd").write_text(_document(kind, "schema", schema), "utf-8")
    (tmp_path / "a.xml").write_text(_leads_to("beside/a.xsd"), "utf-8")
    verdict = validate_file(tmp_path / "a.xml")
    assert not verdict.valid
    assert any("it declares entities" in finding.message for finding in verdict.findings)


@pytest.mark.arelle
@pytest.mark.parametrize("href", ["/dev/zero", "file:///dev/zero", "http://127.0.0.1:9/a.xsd"])
def test_what_has_no_end_is_not_begun(href: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(_leads_to(href), "utf-8")
    verdict = validate_file(tmp_path / "a.xml")
    assert not verdict.valid
    assert verdict.findings


@pytest.mark.arelle
def test_a_pipe_beside_a_report_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xsd")
    (tmp_path / "a.xml").write_text(_leads_to("a.xsd"), "utf-8")
    found: list[bool] = []
    checking = threading.Thread(
        target=lambda: found.append(validate_file(tmp_path / "a.xml").valid), daemon=True
    )
    checking.start()
    checking.join(120)
    assert found == [False]


def _packed(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


PACKED = {
    "a bomb": ({"a/reports/a.xbrl": " " * 30_000_000}, "over 200 times"),
    "a path outside": ({"a/reports/../../../a.xbrl": "<a/>"}, "leads out of its archive"),
    "a drive": ({"C:/a.xbrl": "<a/>"}, "leads out of its archive"),
    "a control": ({"a/\x1b[2J.xbrl": "<a/>"}, "control characters"),
}


@pytest.mark.parametrize("case", PACKED)
def test_packages_that_harm_are_refused(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members, words = PACKED[case]
    path = _packed(tmp_path / "a.xbri", members)
    assert main(["validate", str(path)]) == 2
    assert words in capsys.readouterr().err
    metadata = {"a/META-INF/taxonomyPackage.xml": "<x/>", "a/META-INF/catalog.xml": "<x/>"}
    package = _packed(tmp_path / "t.zip", {**metadata, **members})
    assert main(["validate", str(tmp_path / "b.xml"), "--taxonomy-package", str(package)]) == 2
    assert words in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xbri", "t.zip"]


@pytest.mark.arelle
def test_entities_in_a_package_are_not_read(tmp_path: Path) -> None:
    kind = '{"documentInfo": {"documentType": "https://xbrl.org/report-package/2023/xbr"}}'
    path = _packed(
        tmp_path / "a.xbr",
        {
            "a/META-INF/reportPackage.json": kind,
            "a/reports/a.xbrl": _document("laughs in an attribute"),
        },
    )
    (loaded,) = load_files([path])
    assert not loaded.facts
    assert any("it declares entities" in one.message for one in loaded.verdict.findings)


DEEP = {
    "json": '{"documentInfo": ' + "[" * 200_000,
    "xml": f"<xbrl {XBRL}>" + "<a>" * 100_000,
    "htm": "<html xmlns:ix='http://www.xbrl.org/2013/inlineXBRL'>" + "<b>" * 100_000,
}


@pytest.mark.arelle
@pytest.mark.parametrize("ending", DEEP)
def test_what_nests_too_deep_is_a_finding(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_text(DEEP[ending], "utf-8")
    verdict = validate_file(path)
    assert not verdict.valid
    assert verdict.findings


def test_a_report_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.xml").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ValidatorError, match="at most 268,435,456"):
        validate_file(tmp_path / "a.xml")
