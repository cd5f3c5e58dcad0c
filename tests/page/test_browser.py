"""The page in a headless Chromium: what a person can do with it, by keyboard too.

Skipped where the extra `browser` or a Chromium is not installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from converter.pipeline import Conversion, convert
from converter.report_page.page import page_file
from converter.taxonomy import load_taxonomy

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install 'tieout[browser]'"
)
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the path"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
TAXONOMY = load_taxonomy("us-gaap-2024")
PROSE = "The company goes on to describe its business at some length, without figures.\n"
HTML = """<html><body><p>ACME INC.</p><p>BALANCE SHEETS</p><p>(In thousands)</p><table>
<tr><td></td><td>December 31, 2003</td><td>December 31, 2002</td></tr>
<tr><td>Cash &amp; equivalents</td><td>1,250</td><td>1,100</td></tr>
<tr><td>Inventories</td><td>750</td><td>700</td></tr>
<tr><td>Total assets</td><td>2,000</td><td>1,800</td></tr>
</table></body></html>
"""
OFF = ("317,106", "317,160")
HOSTILE = "</script><img src=x onerror=alert(1)>"
WIDTHS = (1400, 600)
SCHEMES = ("light", "dark")

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:  # noqa: ANN401
    """Opens the page of a conversion; at the end nothing was asked for, nothing amiss."""
    amiss: list[str] = []
    asked_for: list[str] = []
    contexts = []

    def opened(conversion: Conversion, width: int = 1400, scheme: str = "light") -> object:
        file = page_file(conversion, TAXONOMY)
        (tmp_path / file.name).write_bytes(file.data)
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        address = (tmp_path / file.name).as_uri()
        page.on("console", lambda said: amiss.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: amiss.append(f"error: {error}"))
        page.on("dialog", lambda dialog: amiss.append(f"dialog: {dialog.message}"))
        page.on("request", lambda asked: asked_for.append(asked.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert amiss == []
    assert [url for url in asked_for if not url.startswith(("file:", "data:"))] == []
    assert sum(url.startswith("file:") for url in asked_for) == len(contexts)


def _has_focus(page: Any, text: str) -> None:  # noqa: ANN401
    """The page draws in its own time: wait until what is focused says so."""
    said = "(text) => document.activeElement.textContent === text"
    page.wait_for_function(said, arg=text, timeout=10_000)


def _counts(found: Any, count: int) -> None:  # noqa: ANN401
    playwright.expect(found).to_have_count(count, timeout=10_000)


def _tells(found: Any, text: str) -> None:  # noqa: ANN401
    playwright.expect(found).to_contain_text(text, timeout=10_000, use_inner_text=True)


def _tab_until(page: Any, selector: str) -> None:  # noqa: ANN401
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
    pytest.fail(f"no {selector} is reached by Tab")


@cache
def example(*changes: tuple[str, str]) -> Conversion:
    """The example with the first occurrence of some text replaced by other text."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        text = text.replace(old, new, 1)
    return convert(text.encode(), name=EXAMPLE.name)


# --- with the mouse ------------------------------------------------------------------


def test_a_click_on_a_number_shows_its_concept_and_its_equation(show: Open) -> None:
    page = show(example())
    page.locator("a.m", has_text="12,333").first.click()
    panel = page.locator("#panel-fact")
    assert panel.is_visible()
    text = panel.inner_text()
    assert "us-gaap:InventoryNet" in text
    assert "12,333,000" in text
    assert "September 30, 2003" in text
    equation = panel.locator(".equation").first
    _tells(equation, "holds")
    _tells(equation, "Total current assets")
    _tells(page.locator("#status"), "Inventor")


def test_an_operand_leads_to_its_place_and_back(show: Open) -> None:
    page = show(example())
    page.locator("a.m", has_text="12,333").first.click()
    page.locator("#panel-fact .equation a", has_text="5,604").first.click()
    _has_focus(page, "5,604")
    page.keyboard.press("Escape")
    _has_focus(page, "5,604")
    assert page.evaluate("document.activeElement.closest('#panel-fact') !== null")
    _tells(page.locator("#panel-fact"), "us-gaap:InventoryNet")


def test_a_bar_leads_to_its_fact(show: Open) -> None:
    page = show(example())
    chart = page.locator("figure", has_text="Total assets")
    assert "324,320,000" in str(chart.locator("svg").get_attribute("aria-label"))
    chart.locator("rect").last.click()
    _has_focus(page, "$324,320")


def test_a_cell_of_a_redrawn_statement_leads_to_its_place(show: Open) -> None:
    page = show(example())
    page.click("#tab-statements")
    table = page.locator("table.statement").first
    _counts(table.locator("thead th[scope=col]"), 3)
    table.locator("tr", has_text="Inventories").locator("a").first.click()
    _has_focus(page, "12,333")


def test_a_search_lists_facts_and_leads_to_them(show: Open) -> None:
    page = show(example())
    page.keyboard.press("/")
    page.keyboard.type("inventorynet")
    _counts(page.locator("#panel-fact .hits li"), 2)
    page.keyboard.press("Enter")
    _has_focus(page, "12,333")


def test_a_filter_leaves_out_marks(show: Open) -> None:
    page = show(example())
    all_marks = page.locator("a.m:not(.off)").count()
    left_out = page.locator("a.m.excluded").count()
    page.click("[data-state=excluded]")
    assert page.locator("[data-state=excluded]").get_attribute("aria-pressed") == "false"
    _counts(page.locator("a.m:not(.off)"), all_marks - left_out)
    page.select_option("#statement", "0")
    assert 0 < page.locator("a.m:not(.off)").count() < all_marks / 2


# --- with the keyboard alone ---------------------------------------------------------


def test_a_failing_sum_is_reached_from_the_findings_by_keyboard_alone(show: Open) -> None:
    page = show(example(OFF))
    _tab_until(page, "[role=tab]")
    for _ in range(8):
        if page.evaluate("document.activeElement.id") == "tab-findings":
            break
        page.keyboard.press("ArrowRight")
    _tab_until(page, "#panel-findings [data-go]")
    page.keyboard.press("Enter")
    _has_focus(page, "317,160")
    panel = page.locator("#panel-fact").inner_text()
    assert "sum.off" in panel
    assert "fails" in panel
    assert "317,106 would be right" in panel
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('#panel-findings') !== null")


def test_keys_go_through_numbers_and_findings(show: Open) -> None:
    page = show(example(OFF))
    page.keyboard.press("n")
    _has_focus(page, "317,160")
    page.keyboard.press("j")
    _has_focus(page, "128,705")
    page.keyboard.press("k")
    _has_focus(page, "317,160")
    page.keyboard.press("ArrowUp")
    _has_focus(page, "6,313")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#panel-fact') !== null")
    page.keyboard.press("Escape")
    _has_focus(page, "317,160")
    page.keyboard.press("n")
    _has_focus(page, "$324,320")


def test_the_roles_are_those_of_tabs(show: Open) -> None:
    page = show(example())
    page.click("#tab-overview")
    page.keyboard.press("Home")
    _counts(page.locator("[role=tab][aria-selected=true]"), 1)
    for tab in page.locator("[role=tab]").all():
        panel = page.locator(f"#{tab.get_attribute('aria-controls')}")
        assert panel.get_attribute("role") == "tabpanel"
        assert panel.get_attribute("aria-labelledby") == tab.get_attribute("id")
        assert panel.is_visible() == (tab.get_attribute("aria-selected") == "true")


# --- the text ------------------------------------------------------------------------

_TEXT = "[...document.querySelectorAll('.l')].map((one) => one.textContent).join('')"


def test_the_text_is_the_source_with_what_is_folded(show: Open) -> None:
    source = PROSE * 2000 + EXAMPLE.read_text(encoding="utf-8")
    page = show(convert(source.encode(), name="long.txt"))
    assert len(str(page.evaluate(_TEXT))) < len(source) / 2
    page.locator(".fold").focus()
    page.keyboard.press("Enter")
    _counts(page.locator(".fold"), 0)
    assert page.evaluate(_TEXT) == f"{source}\n"


def test_hostile_text_is_shown_and_not_run(show: Open) -> None:
    page = show(example(("Inventories", HOSTILE)))
    page.locator("a.m", has_text="12,333").first.click()
    _tells(page.locator("#panel-fact"), HOSTILE)
    for tab in ("equations", "findings", "statements", "overview"):
        page.click(f"#tab-{tab}")
    _counts(page.locator("img"), 0)
    _tells(page.locator("#paper"), HOSTILE)


def test_mark_up_is_not_run_either(show: Open) -> None:
    page = show(convert(HTML.encode(), name="acme.htm"))
    page.locator("a.m", has_text="1,250").first.click()
    _tells(page.locator("#panel-fact"), "us-gaap:Cash")
    _counts(page.locator("#paper table"), 0)


# --- to look at ----------------------------------------------------------------------

_CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const low = new Set();
  for (const one of document.querySelectorAll("body *:not(script):not(option)")) {
    const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !one.checkVisibility() || one.closest("svg, .unseen")) continue;
    const [a, b] = [light(rgba(getComputedStyle(one).color)), light(behind(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.add(`${one.className || one.tagName} ${ratio.toFixed(2)}`);
  }
  return [...low];
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_has_the_contrast_of_level_aa(show: Open, scheme: str) -> None:
    page = show(example(OFF), scheme=scheme)
    for tab in ("overview", "findings", "equations", "statements"):
        page.click(f"#tab-{tab}")
        assert page.evaluate(_CONTRASTS) == [], tab
    page.keyboard.press("n")
    assert page.evaluate(_CONTRASTS) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_hangs_over_the_edge(show: Open, width: int) -> None:
    page = show(example(OFF), width=width)
    page.keyboard.press("n")
    box = page.evaluate("[document.body.scrollWidth, document.body.scrollHeight, scrollY]")
    assert box == [width, 900, 0]
    for selector in ("#paper", "#panel-fact h2", "#query", "#statement"):
        found = page.locator(selector).bounding_box()
        assert found["x"] >= 0
        assert found["x"] + found["width"] <= width
        assert found["y"] < 900
