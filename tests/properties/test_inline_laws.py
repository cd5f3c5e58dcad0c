"""Inline XBRL takes nothing from the page, and every tag in it says what its fact says."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import arelle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from converter.filed_page import Kind, Page
from converter.inline import PRE, inline_file
from converter.inline_tags import Printed, Tag, Tagging, hidden_element, marks, tag_facts
from converter.lines import Lines
from converter.model import Fact, QName, Severity, Span
from converter.pipeline import Conversion, convert
from converter.repair import Repair, tokens
from converter.strategies import Report, reports
from converter.taxonomy import load_taxonomy
from converter.weaving import Weaver
from converter.xhtml import element
from converter.xml_text import escaped, plain

Node = Any
"""An element or a tree of lxml, whose stubs know of None where our pages have text."""

IX = "{http://www.xbrl.org/2013/inlineXBRL}"
CACHE = Path(arelle.__file__).parent / "resources" / "cache"
ROOT = '<r xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns="http://www.w3.org/1999/xhtml">'
_CHARS = st.sampled_from("abc 019,.$()%-<>&;\"'\t\f\x00\x1a\r\u2014\xa0\ufffe\U0001f600")
_JUNK = st.text(_CHARS, max_size=12)
_FIGURES = st.builds(
    lambda whole, places: f"{whole:,}{f'.{places}' if places is not None else ''}",
    st.integers(0, 10**10),
    st.none() | st.integers(0, 9999),
)


# --- any text ------------------------------------------------------------------------


@st.composite
def _page_and_facts(draw: st.DrawFn) -> tuple[str, list[Fact], list[Fact]]:
    """A text, facts printed in it, and facts with any place and any value."""
    parts: list[str] = []
    printed: list[Fact] = []
    line, column = 1, 0
    for i in range(draw(st.integers(0, 6))):
        junk = draw(_JUNK).replace("\r", " ") + " "
        figure, scale = draw(_FIGURES), draw(st.sampled_from((-2, 0, 3, 6)))
        shown = draw(st.sampled_from(("{}", "({})", "$({})", "{}%", "$  {}"))).format(figure)
        sign = draw(st.sampled_from((1, -1)))
        value = sign * Decimal(figure.replace(",", "")).scaleb(scale)
        start = column + len(junk)
        printed.append(_fact(f"P{i}", value, Span(line, start, start + len(shown))))
        end = draw(st.sampled_from((" ", "\n", "\r\n", " -- ")))
        parts += (junk, shown, end)
        column = start + len(shown) + len(end)
        if end.endswith("\n"):
            line, column = line + 1, 0
    text = "".join(parts) + draw(_JUNK)
    return text, printed, draw(st.lists(_any_fact(text), max_size=4))


@st.composite
def _any_fact(draw: st.DrawFn, text: str) -> Fact:
    lines = Lines.of(text)
    at = draw(st.integers(0, len(lines) - 1))
    length = lines.starts[at + 1] - lines.starts[at]
    ends = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
    value = draw(st.decimals(-(10**6), 10**6, places=2) | st.sampled_from(("a", "false", "0")))
    return _fact(f"A{draw(st.integers(0, 10**9))}", value, Span(at + 1, *ends))


def _fact(name: str, value: Decimal | str, *spans: Span) -> Fact:
    unit, decimals = (None, None) if isinstance(value, str) else ("USD", -3)
    return Fact(name, QName("us-gaap", "Assets"), "c", unit, value, decimals, spans)


def _tagged(text: str, facts: list[Fact]) -> tuple[Tagging, str]:
    lines = Lines.of(text)

    def locate(span: Span) -> Printed | None:
        start = lines.starts[span.line - 1] + span.start
        return Printed(start, text[start : start + span.end - span.start])

    tagging = tag_facts(facts, locate)
    return tagging, Weaver(text, marks(tagging.tags)).take(0, len(text), escaped)


@given(_page_and_facts())
def test_any_page_is_there_without_its_tags(case: tuple[str, list[Fact], list[Fact]]) -> None:
    text, printed, others = case
    _, body = _tagged(text, printed + others)
    assert plain(body) == text
    assert _shown(etree.fromstring(f"{ROOT}{body}</r>")) == text


@given(_page_and_facts())
def test_every_tag_says_what_its_fact_says(case: tuple[str, list[Fact], list[Fact]]) -> None:
    text, printed, others = case
    facts = {fact.id: fact for fact in (*printed, *others)}
    tagging, body = _tagged(text, list(facts.values()))
    hidden = "".join(map(hidden_element, tagging.hidden))
    stated = dict(_values(etree.fromstring(f"{ROOT}{hidden}{body}</r>")))
    assert stated == {name: fact.value for name, fact in facts.items()}


@given(_page_and_facts())
def test_a_figure_is_tagged_where_it_is_printed(
    case: tuple[str, list[Fact], list[Fact]],
) -> None:
    text, printed, _ = case
    tagging, _ = _tagged(text, printed)
    assert not tagging.hidden
    assert all(text[tag.start : tag.end].strip("0123456789,.") == "" for tag in tagging.tags)


def _values(root: Node) -> list[tuple[str, Decimal | str]]:
    """The value of every tag, read as Inline XBRL 1.1 and the registry say."""
    return [
        (one.get("id"), _value(one, "".join(one.itertext())))
        for one in root.iter(f"{IX}nonFraction", f"{IX}nonNumeric")
    ]


def _value(one: etree._Element, text: str) -> Decimal | str:
    transform = (one.get("format") or "").removeprefix("ixt:")
    if one.tag == f"{IX}nonNumeric":
        return {"": text, "fixed-true": "true", "fixed-false": "false"}[transform]
    number = Decimal(0) if transform == "fixed-zero" else Decimal(text.replace(",", ""))
    sign = -1 if one.get("sign") == "-" else 1
    return sign * number.scaleb(int(one.get("scale", "0")))


def _shown(element: Node) -> str:
    if element.get("class") == "control":
        return chr(int(element.get("title").removeprefix("U+"), 16))
    inner = [f"{_shown(child)}{child.tail or ''}" for child in element]
    return (element.text or "") + "".join(inner)


# --- words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "value", "transform"),
    [
        ("October 8, 2003", "2003-10-08", "date-monthname-day-year-en"),
        ("ended DECEMBER 31, 1996", "1996-12-31", "date-monthname-day-year-en"),
        ("Sept. 30, 2003", "2003-09-30", "date-monthname-day-year-en"),
        ("3 May 2001", "2001-05-03", "date-day-monthname-year-en"),
        ("12/31/1999", "1999-12-31", "date-month-day-year"),
        ("1999-12-31", "1999-12-31", ""),
        ("June 30", "--06-30", "date-monthname-day-en"),
        ("June 30, 2003", "--06-30", "date-monthname-day-en"),
        ("12/31", "--12-31", "date-month-day"),
        ("8-K", "false", "fixed-false"),
        ("(978) 692-8999", "978", ""),
    ],
)
def test_words_are_tagged_with_the_transform_that_gives_them(
    printed: str, value: str, transform: str
) -> None:
    tagging, _ = _tagged(printed, [_fact("f", value, Span(1, 0, len(printed)))])
    (tag,) = tagging.tags
    assert tag.format == transform
    if transform.startswith("date"):
        assert _by_arelle(transform, printed[tag.start : tag.end]) == value


@pytest.mark.parametrize(
    ("printed", "value"), [("DELAWARE", "DE"), ("12/31/96", "1996-12-31"), ("1231", "--12-31")]
)
def test_words_that_no_transform_makes_the_value_are_hidden(printed: str, value: str) -> None:
    fact = _fact("f", value, Span(1, 0, len(printed)))
    tagging, body = _tagged(printed, [fact])
    assert (tagging.tags, tagging.hidden, body) == ((), (fact,), printed)
    assert [finding.code for finding in tagging.findings] == ["inline.hidden"]


@given(st.dates(min_value=datetime(1900, 1, 1).date()), st.sampled_from(("%B", "%b")))  # noqa: DTZ001
def test_dates_are_read_as_arelle_reads_them(day: object, month: str) -> None:
    printed = f"{day:{month}} {day:%-d}, {day:%Y}"
    tagging, _ = _tagged(printed, [_fact("f", f"{day}", Span(1, 0, len(printed)))])
    (tag,) = tagging.tags
    assert _by_arelle(tag.format, printed[tag.start : tag.end]) == f"{day}"


def _by_arelle(transform: str, text: str) -> str:
    from arelle import FunctionIxt  # noqa: PLC0415  (slow: only where it is needed)

    registry = FunctionIxt.ixtNamespacesByVersion[4]
    return str(FunctionIxt.ixtNamespaceFunctions[registry][transform](text))


# --- one number, several facts; one fact, several places ------------------------------


def test_one_number_of_two_facts_has_nested_tags() -> None:
    span = Span(1, 0, 7)
    _, body = _tagged("$(1.23)", [_fact(name, Decimal("-1.23"), span) for name in "ab"])
    root: Node = etree.fromstring(f"{ROOT}{body}</r>")
    inner = root.find(f"{IX}nonFraction/{IX}nonFraction")
    assert (inner.get("id"), inner.text, inner.get("sign")) == ("b", "1.23", "-")
    assert body.startswith("$(<ix:")


def test_a_fact_printed_twice_is_tagged_twice() -> None:
    fact = _fact("a", Decimal(5000), Span(1, 0, 1), Span(1, 2, 7))
    _, body = _tagged("5 5,000", [fact])
    assert _values(etree.fromstring(f"{ROOT}{body}</r>")) == [
        ("a", Decimal(5000)),
        ("a.2", Decimal(5000)),
    ]


def test_numbers_that_would_cross_are_tagged_once() -> None:
    a, b = _fact("a", Decimal("1.5"), Span(1, 0, 3)), _fact("b", Decimal(15), Span(1, 0, 3))
    tagging, _ = _tagged("1.5", [a, b])
    assert [tag.fact for tag in tagging.tags] == [a]
    assert tagging.hidden == (b,)
    assert "cannot be tagged" in tagging.findings[0].message


@pytest.mark.parametrize(
    "printed", ["--", "$  --", "- -", "\u2014", "None", "(\u2014)", "--(1)"]
)
def test_dashes_are_a_fixed_zero(printed: str) -> None:
    tagging, _ = _tagged(printed, [_fact("a", Decimal(0), Span(1, 0, len(printed)))])
    (tag,) = tagging.tags
    assert tag.format == "fixed-zero"
    assert printed[tag.start : tag.end].strip("-\u2014 None") == ""


# --- mark-up -------------------------------------------------------------------------


_TAGS = st.sampled_from(
    (
        "p", "/p", "b", "/b", "font color=red size=2", "/font", "table border=0 bgcolor='#fff'",
        "/table", "tr", "/tr", "td nowrap width=10%", "/td", "th", "tbody", "/tbody", "thead",
        "/thead", "tfoot", "ul", "/ul", "li", "/li", "dl", "dt", "dd", "/dl",
        "div align=center", "/div", "br", "hr size=1", "pre", "/pre", "a name=x",
        "a href='b c'", "/a", "h1", "/h1", "center", "/center", "img src=a.gif", "sup", "/sup",
        "caption",
        "span id=x class='a b'",
        "/span", "body bgcolor=white", "html", "/body", "section", "blockquote", "s", "PAGE",
        "ix:nonFraction name='a'", "i/", "td/", "col", "!-- x --", "select", "option",
    )
)  # fmt: skip
_WORDS = st.sampled_from(("1,234", " ", "\n", "a &amp; b", "&nbsp;", "< ", "&#150;"))
_SOUP = st.lists(st.builds("<{}>".format, _TAGS) | _WORDS).map("".join)


class _Characters(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@given(_SOUP)
def test_any_soup_of_tags_becomes_xhtml_with_the_same_text(soup: str) -> None:
    parser = _Characters()
    parser.feed(soup)
    parser.close()
    written = Repair(soup, Weaver(soup, ()), ()).page(tokens(soup, 0, len(soup)), 1)
    body = _document(written)
    assert _shown(body.getroot()[1]) == "".join(parser.found)
    assert not _faults(body)


@given(_SOUP)
def test_tags_stand_around_their_figures_in_any_soup(soup: str) -> None:
    runs = [token for token in tokens(soup, 0, len(soup)) if not token.name]
    starts = [
        run.start + found.start()
        for run in runs
        for found in re.finditer("1,234", soup[run.start : run.end])
    ]
    facts = [_fact(f"f{at}", Decimal(1234)) for at in starts]
    tags = [Tag(at, at + 5, fact) for at, fact in zip(starts, facts, strict=True)]
    written = Repair(soup, Weaver(soup, marks(tags)), ()).page(tokens(soup, 0, len(soup)), 1)
    body = _document(written)
    assert _values(body.getroot()) == [(fact.id, fact.value) for fact in facts]
    assert not _faults(body)


@pytest.mark.parametrize("cell", ["<td>a", "<tr><td>a", "<tr><th><b>a", "<tbody><tr><td>a"])
def test_a_table_ends_in_a_cell_that_does_not(cell: str) -> None:
    soup = f"<table>{cell}</table>after<table><tr><td><table>{cell}</table>b</table>c"
    written = Repair(soup, Weaver(soup, ()), ()).page(tokens(soup, 0, len(soup)), 1)
    body: Node = _document(written).getroot()[1]
    outside = "".join(body.xpath("//text()[not(ancestor::*[local-name()='table'])]"))
    assert outside.endswith("afterc")
    inner = "".join(body.xpath("//*[local-name()='table']//*[local-name()='table']//text()"))
    assert inner == "a"


def test_a_page_too_deep_for_readers_of_xml_is_laid_out() -> None:
    page = "<html><body>" + "<div>" * 200 + "<p>Total 5</p><table><tr><td>a</table>"
    conversion = convert(page.encode(), name="deep.htm")
    file, findings = inline_file(conversion, load_taxonomy("us-gaap-2024"))
    assert [finding.code for finding in findings] == ["inline.laid-out"]
    root: Node = etree.fromstring(file.data)
    assert "Total 5" in "".join(root.itertext())
    assert PRE in file.data.decode()


def _document(written: str) -> Node:
    head = f"{ROOT.replace('<r ', '<html ')}<head><title>a</title></head>"
    return etree.fromstring(f"{head}<body>{written}</body></html>").getroottree()


def _faults(document: Node) -> list[str]:
    schema: Node = _schema()
    schema.validate(document)
    return [one.message for one in schema.error_log if "QName" not in one.message]


@cache
def _schema() -> etree.XMLSchema:
    """The schema of Inline XBRL 1.1 with XHTML, as Arelle has it."""

    class Local(etree.Resolver):
        def resolve(self: Node, url: str, public: str, context: object) -> object:  # type: ignore[override]
            del public
            path = CACHE / url.replace("://", "/")
            return self.resolve_filename(str(path), context) if path.is_file() else None

    parser = etree.XMLParser()
    parser.resolvers.add(Local())
    path = CACHE / "http/www.xbrl.org/2013/inlineXBRL/xhtml-inlinexbrl-1_1.xsd"
    return etree.XMLSchema(etree.parse(path, parser))


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("td bgcolor=#cef nowrap", '<td style="white-space:nowrap; background-color:#cef"'),
        (
            "td width=10 colspan='2' align=LEFT",
            '<td colspan="2" align="left" style="width:10px"',
        ),
        ("font size=+1 color=red", '<span style="color:red; font-size:large"'),
        ("p align=center style='margin:0;'", '<p style="text-align:center; margin:0"'),
        ("table align=center", '<table style="margin-left:auto; margin-right:auto"'),
        ("table width=80% border=0", '<table width="80%" border="0"'),
        ("ol start=3", '<ol style="counter-reset:list-item 2"'),
        ("ol type=a", '<ol style="list-style-type:lower-alpha"'),
        ("a href='javascript:x()' onclick=x()", "<a"),
        ("a href='a b&amp;c'", '<a href="a%20b&amp;c"'),
        ("font color='red;background:url(x)'", "<span"),
        ("img src=a.gif", '<img src="a.gif" alt=""'),
        ("img src='HTTP://example.com/a.gif'", '<img src="" alt=""'),
        ("img src=//example.com/a.gif", '<img src="" alt=""'),
        ("img src=data:image/gif;base64,R0", '<img src="" alt=""'),
        (
            "td style='background:url(//example.com/a.gif) red'",
            '<td style="background:none red"',
        ),
        ("td style='background:url(a.gif)'", '<td style="background:url(a.gif)"'),
        ("script src=x", ""),
        ("o:p", ""),
    ],
)
def test_a_tag_says_in_xhtml_what_it_said(tag: str, written: str) -> None:
    name, _, attributes = tag.partition(" ")
    assert element(name, attributes).markup == written


# --- whole files ---------------------------------------------------------------------


@settings(max_examples=15)
@given(reports(), st.booleans())
def test_every_figure_of_a_statement_is_in_place(report: Report, html: bool) -> None:
    printed = report.html() if html else report.text()
    conversion = convert(printed.encode(), name="drawn.htm")
    file, findings = inline_file(conversion, load_taxonomy("us-gaap-2024"))
    root: Node = etree.fromstring(file.data)
    facts = {fact.id: fact.value for fact in conversion.instance.facts if fact.unit}
    assert facts
    assert not [f for f in findings if f.severity is Severity.WARNING]
    assert {name: facts[name] for name, _ in _values_of_figures(root)} == facts
    assert all(facts[name] == value for name, value in _values_of_figures(root))
    assert html or _shown(root[1][1]) == printed


EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"


@cache
def _example() -> tuple[Conversion, bytes]:
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    return conversion, inline_file(conversion, load_taxonomy("us-gaap-2024"))[0].data


def test_the_example_is_there_byte_for_byte() -> None:
    _, data = _example()
    body = data.decode().partition(PRE)[2].rpartition("</pre>")[0]
    assert plain(body).encode() == EXAMPLE.read_bytes()


def test_the_example_states_every_fact_once_and_its_value() -> None:
    conversion, data = _example()
    root: Node = etree.fromstring(data)
    for name, value in _values_of_figures(root):
        fact = next(f for f in conversion.instance.facts if f.id == name)
        assert fact.value == value
    ids = [one.get("id") for one in root.iter(f"{IX}nonFraction", f"{IX}nonNumeric")]
    assert sorted(i for i in ids if "." not in i) == sorted(
        f.id for f in conversion.instance.facts
    )


def _values_of_figures(root: Node) -> list[tuple[str, Decimal | str]]:
    return [
        (one.get("id").partition(".")[0], _value(one, "".join(one.itertext())))
        for one in root.iter(f"{IX}nonFraction")
    ]


def test_the_same_file_gives_the_same_bytes() -> None:
    conversion, data = _example()
    assert inline_file(conversion, load_taxonomy("us-gaap-2024"))[0].data == data


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_and_control_characters_survive(ending: str) -> None:
    text = ending.join(("", "<PAGE> & Co.", "\f\x1aTotal  5", ""))
    conversion = convert(text.encode(), name="a.txt")
    file, _ = inline_file(conversion, load_taxonomy("us-gaap-2024"))
    assert _shown(etree.fromstring(file.data)[1][1]) == text


def test_a_wrapper_stays_text_around_mark_up() -> None:
    filed = (
        "<DOCUMENT>\n<TYPE>EX-99\n<TEXT>\n<html><body><p>a<p>b<table><tr><td>c</table>\n"
        "</TEXT>\n</DOCUMENT>\n"
    )
    page = Page(convert(filed.encode(), name="a.txt").reading.submission)
    assert [s.kind for s in page.stretches] == [Kind.TEXT, Kind.MARKUP, Kind.TEXT]
    assert page.text == filed
    assert page.stretches[0].text.endswith("<TEXT>\n")
