"""Arelle's ixbrl-viewer, another's reader of our reports, opens them."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from converter import viewer
from converter.errors import OptionsError, ValidatorError
from converter.model import RenderedFile
from converter.pipeline import Conversion, convert
from converter.taxonomy import load_taxonomy
from converter.viewer import check_viewer, viewer_files

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
TAXONOMY = load_taxonomy("us-gaap-2024")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
INLINE = """<html xmlns="http://www.w3.org/1999/xhtml"
 xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:link="http://www.xbrl.org/2003/linkbase"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xbrli="http://www.xbrl.org/2003/instance"
 xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xml:lang="en"
 xmlns:us-gaap="http://fasb.org/us-gaap/2024"
 xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12">
<head><title>x</title></head><body><div style="display:none"><ix:header><ix:references>
<link:schemaRef xlink:type="simple" xlink:href="{stem}.xsd"/></ix:references><ix:resources>
<xbrli:context id="c"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK"
>0000000000</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:instant>2003-09-30
</xbrli:instant></xbrli:period></xbrli:context><xbrli:unit id="u"><xbrli:measure
>iso4217:USD</xbrli:measure></xbrli:unit></ix:resources></ix:header></div>
<p>Inventories <ix:nonFraction id="f1" name="us-gaap:InventoryNet" contextRef="c" unitRef="u"
 decimals="-3" scale="3" format="ixt:num-dot-decimal">12,333</ix:nonFraction></p></body></html>
"""

installed = pytest.mark.skipif(
    importlib.util.find_spec("iXBRLViewerPlugin") is None,
    reason="ixbrl-viewer is not installed: pip install 'tieout[viewer]'",
)


@pytest.fixture(scope="module")
def conversion() -> Conversion:
    return convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)


@pytest.fixture(scope="module")
def made(conversion: Conversion) -> tuple[RenderedFile, ...]:
    stem = conversion.instance.stem
    inline = RenderedFile(f"{stem}.htm", INLINE.format(stem=stem).encode())
    return viewer_files([*conversion.files, inline], conversion.instance, TAXONOMY)


@installed
@pytest.mark.arelle
def test_the_viewer_and_its_script_are_written(made: tuple[RenderedFile, ...]) -> None:
    page, script = made
    assert (page.name, script.name) == (f"{EXAMPLE.stem}.viewer.html", "ixbrlviewer.js")
    assert b"us-gaap:InventoryNet" in page.data
    assert b"/tmp" not in page.data


@installed
@pytest.mark.arelle
def test_without_an_inline_document_there_is_no_viewer(conversion: Conversion) -> None:
    with pytest.raises(ValidatorError, match="no viewer was written"):
        viewer_files(conversion.files, conversion.instance, TAXONOMY)


@installed
@pytest.mark.arelle
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the path")
def test_a_browser_shows_the_fact(made: tuple[RenderedFile, ...], tmp_path: Path) -> None:
    playwright = pytest.importorskip(
        "playwright.sync_api",
        reason="playwright is not installed: pip install 'tieout[browser]'",
    )
    for file in made:
        (tmp_path / file.name).write_bytes(file.data)
    asked_for: list[str] = []
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = chromium.new_page()
        page.on("request", lambda asked: asked_for.append(asked.url))
        page.goto(f"{(tmp_path / made[0].name).as_uri()}#f-f1")
        inspector = page.locator("#inspector", has_text="12,333,000")
        inspector.wait_for(timeout=20_000)
        assert "us-gaap:InventoryNet" in page.content()
        chromium.close()
    assert [
        u for u in asked_for if not u.startswith(("file:", "data:", "blob:", "about:"))
    ] == []


def test_a_viewer_that_is_not_installed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "_PLUGIN", "no_such_plugin")
    with pytest.raises(OptionsError, match=r"tieout\[viewer\]"):
        check_viewer()
