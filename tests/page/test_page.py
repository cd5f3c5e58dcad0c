"""What a page holds: the whole text, every fact in its place, and nothing that runs."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.claims import Disposition
from converter.layout import printed_lines
from converter.model import Finding, RenderedFile, Severity, Span
from converter.pipeline import Conversion, convert
from converter.report_page.marks import Mark, State, marks_of
from converter.report_page.page import page_file, script_json
from converter.report_page.paper import Stretch, folds, paper_of
from converter.report_page.words import grouped, period_words
from converter.sgml import read_submission
from converter.taxonomy import load_taxonomy
from converter.validation import Verdict

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
TAXONOMY = load_taxonomy("us-gaap-2024")
PROSE = "The company goes on to describe its business at some length, without figures.\n"

Data = Mapping[str, Any]


def example(*changes: tuple[str, str]) -> Conversion:
    """The example with the first occurrence of some text replaced by other text."""
    return _example(changes)


@cache
def _example(changes: Sequence[tuple[str, str]]) -> Conversion:
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return convert(text.encode(), name=EXAMPLE.name)


def page_of(conversion: Conversion) -> RenderedFile:
    return page_file(conversion, TAXONOMY)


def data_of(page: RenderedFile) -> Data:
    found: Data = json.loads(_parsed(page).texts["application/json"])
    return found


def tags_of(page: RenderedFile) -> list[str]:
    return _parsed(page).tags


class _Page(HTMLParser):
    """The tags of a page, and the text of each script by its type."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: dict[str, str] = {}
        self._type: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._type = dict(attrs).get("type") if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._type is not None:
            self.texts[self._type] = self.texts.get(self._type, "") + data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._type = None


def _parsed(page: RenderedFile) -> _Page:
    parser = _Page()
    parser.feed(page.data.decode())
    parser.close()
    return parser


HTML = """<html><body><p>ACME INC.</p><p>BALANCE SHEETS</p><p>(In thousands)</p><table>
<tr><td></td><td colspan=2>December 31, 2003</td><td colspan=2>December 31, 2002</td></tr>
<tr><td>Cash &amp; equivalents</td><td>$</td><td>1,250</td><td>$</td><td>1,100</td></tr>
<tr><td>Inventories</td><td></td><td>750</td><td></td><td>700</td></tr>
<tr><td>Allowance</td><td></td><td>(50</td><td>)</td><td></td><td>(40</td><td>)</td></tr>
<tr><td>Total current assets</td><td></td><td>1,950</td><td></td><td>1,760</td></tr>
<tr><td>Goodwill</td><td></td><td>50</td><td></td><td>40</td></tr>
<tr><td>Total assets</td><td>$</td><td>2,000</td><td>$</td><td>1,800</td></tr>
</table></body></html>
"""
OFF = ("317,106", "317,160")
HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>&amp;"


def _printed(data: Data, mark: int) -> str:
    line, start, end = data["marks"][mark][:3]
    return str(data["text"].split("\n")[line][start:end])


# --- the text ------------------------------------------------------------------------


def test_the_text_is_the_source_text() -> None:
    conversion = example()
    lines = [line.text for line in conversion.reading.submission.lines]
    assert data_of(page_of(conversion))["text"].split("\n") == lines


def test_mark_up_is_shown_as_laid_out() -> None:
    conversion = convert(HTML.encode(), name="acme.htm")
    data = data_of(page_of(conversion))
    (document,) = conversion.reading.submission.documents
    assert data["text"].split("\n") == [line.text for line in printed_lines(document)]
    assert "<td>" not in data["text"]


def test_facts_of_mark_up_are_marked_where_they_are_laid_out() -> None:
    data = data_of(page_of(convert(HTML.encode(), name="acme.htm")))
    shown = [(fact["value"], _printed(data, fact["marks"][0])) for fact in data["facts"]]
    assert ("1,250,000", "1,250") in shown
    assert "(50)" in {printed.replace(" ", "") for _, printed in shown}


@given(st.text(alphabet=" a1(,).\t<&", max_size=40), st.data())
def test_a_place_in_plain_text_is_itself(text: str, data: st.DataObject) -> None:
    submission, _ = read_submission(f"first\nx{text}\nlast\n".encode(), name="a.txt")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start + 1, len(text) + 1))
    paper = paper_of(submission, {2})
    assert paper.places(Span(2, start, end)) == [Stretch(1, start, end)]
    assert paper.lines[1] == f"x{text}"


def test_only_long_stretches_of_a_long_text_are_folded() -> None:
    assert folds(1000, []) == []
    assert folds(5000, [100, 150, 3000]) == [(0, 87), (163, 2987), (3013, 4999)]


@given(st.lists(st.integers(0, 2999), max_size=30))
def test_no_fold_holds_a_mark(marked: list[int]) -> None:
    for first, last in folds(3000, sorted(marked)):
        assert 0 <= first <= last < 3000
        assert not any(first <= line <= last for line in marked)


# --- marks ---------------------------------------------------------------------------


def test_every_fact_is_in_the_data_with_its_places() -> None:
    conversion = example()
    data = data_of(page_of(conversion))
    lines = conversion.reading.submission.lines
    assert [one["id"] for one in data["facts"]] == [f.id for f in conversion.instance.facts]
    for fact, entry in zip(conversion.instance.facts, data["facts"], strict=True):
        assert entry["value"] == grouped(fact.value)
        shown = {_printed(data, mark) for mark in entry["marks"]}
        assert {lines[s.line - 1].text[s.start : s.end] for s in fact.sources} == shown


def test_every_number_of_the_ledgers_is_marked() -> None:
    conversion = example()
    data = data_of(page_of(conversion))
    by_line: dict[int, list[tuple[int, int]]] = {}
    for line, start, end, *_ in data["marks"]:
        by_line.setdefault(line + 1, []).append((start, end))
    entries = [entry for ledger in conversion.ledgers for entry in ledger.entries]
    assert len(entries) > 300
    for _, (line, start, end) in ((entry.text, entry.span) for entry in entries):
        assert any(a < end and start < b for a, b in by_line[line])


def test_marks_are_in_order_and_none_is_over_another() -> None:
    marks = [one[:3] for one in data_of(page_of(example(OFF)))["marks"]]
    assert marks == sorted(marks)
    for (line, _, end), (next_line, start, _) in pairwise(marks):
        assert line < next_line or end <= start


def test_a_number_left_out_says_why() -> None:
    conversion = example()
    data = data_of(page_of(conversion))
    excluded = data["states"].index(State.EXCLUDED)
    reasons = [mark[4] for mark in data["marks"] if mark[3] == excluded]
    assert reasons
    kinds = {kind.value for kind in Disposition} | {one.check for one in conversion.equations}
    assert {reason.split(":")[0] for reason in reasons} <= kinds


def test_what_no_equation_can_tell_of_is_not_checked() -> None:
    conversion = example(("Revenues came to $28.6", "Something came to $28.6"))
    unclear = [e for e in conversion.equations if "not understood" in e.why]
    data = data_of(page_of(conversion))
    at = {(m[0] + 1, m[1]): data["states"][m[3]] for m in data["marks"]}
    assert unclear
    for one in unclear:
        assert at[one.stated.amount.source.span[:2]] == "excluded"
    assert "checked" in at.values()


def test_places_that_overlap_are_one_mark_of_the_strongest_state() -> None:
    submission, _ = read_submission(b"a 1,234 (5) words\n", name="a.txt")
    claimed = {
        Span(1, 2, 7): (State.CHECKED, "x"),
        Span(1, 4, 7): (State.FACT, ""),
        Span(1, 8, 11): (State.EXCLUDED, "note"),
    }
    about = [
        Finding("x.y", Severity.ERROR, "m", Span(1, 0, 9)),
        Finding("x.z", Severity.INFO, "m", Span(1, 12, 17)),
    ]
    made = marks_of(paper_of(submission, {1}), claimed, about)
    assert made.marks == (
        Mark(Stretch(0, 2, 7), State.FACT),
        Mark(Stretch(0, 8, 11), State.EXCLUDED, "note"),
        Mark(Stretch(0, 12, 17), State.WORDS),
    )
    assert made.at(Span(1, 0, 9)) == (0, 1)
    assert made.at(Span(1, 12, 17)) == (2,)


# --- equations, findings, statements, charts -----------------------------------------


def test_a_failing_sum_has_its_finding_its_equation_and_its_cause() -> None:
    data = data_of(page_of(example(OFF)))
    off = next(one for one in data["findings"] if one["code"] == "sum.off")
    assert _printed(data, off["marks"][0]) == "317,160"
    equation = data["equations"][off["equation"]]
    assert equation["verdict"] == "fails"
    terms = [_printed(data, line[1]) for line in equation["lines"] if line[0] == "term"]
    assert terms == ["$292,856", "5,604", "12,333", "6,313"]
    (diagnosis,) = data["diagnoses"]
    assert off["equation"] in diagnosis["equations"]
    assert diagnosis["suspects"][0]["right"] == "317,106"


def test_statements_have_every_amount_with_its_mark() -> None:
    conversion = example()
    data = data_of(page_of(conversion))
    for mapped, entry in zip(conversion.statements, data["statements"], strict=True):
        for row, drawn in zip(mapped.statement.rows, entry["rows"], strict=True):
            assert drawn["label"] == row.label
            for amount, cell in zip(row.amounts, drawn["cells"], strict=True):
                assert bool(amount) == bool(cell)
                if amount is not None:
                    assert _printed(data, cell[1]) == amount.source.text
                    assert cell[0].startswith("(") == (amount.number < 0)


def test_main_lines_over_two_periods_or_more_have_a_chart() -> None:
    data = data_of(page_of(example()))
    assets = next(one for one in data["charts"] if one["name"] == "Total assets")
    assert [Decimal(bar["value"]) for bar in assets["bars"]] == [
        Decimal(141533000),
        Decimal(324320000),
    ]
    for chart in data["charts"]:
        assert len(chart["bars"]) > 1
        for bar in chart["bars"]:
            fact = data["facts"][bar["fact"]]
            assert Decimal(bar["value"]) == Decimal(fact["value"].replace(",", ""))
            assert data["contexts"][fact["context"]]["words"] == bar["period"]


def test_arelles_verdict_and_messages_are_told() -> None:
    conversion = example()
    fact = conversion.instance.facts[-1]
    said = Finding("xbrl.5", Severity.ERROR, "no good", fact.sources[0])
    data = data_of(page_file(conversion, TAXONOMY, Verdict(341, "an index", (said,))))
    assert data["verdict"] == {
        "valid": False, "grave": True, "facts": 341, "messages": 1, "against": "an index",
    }  # fmt: skip
    assert data["findings"][-1]["code"] == "xbrl.5"
    assert data["findings"][-1]["marks"] == data["facts"][-1]["marks"]


@pytest.mark.parametrize("name", ["fact", "extension"])
def test_concepts_are_told_apart(name: str) -> None:
    data = data_of(page_of(example()))
    state = data["states"].index(name)
    marks = {n for n, mark in enumerate(data["marks"]) if mark[3] == state}
    facts = [fact for fact in data["facts"] if marks & set(fact["marks"])]
    assert facts
    for fact in facts:
        assert data["concepts"][fact["concept"]].get("own", False) == (name == "extension")


# --- nothing runs, nothing is asked for -----------------------------------------------


@pytest.fixture(scope="module")
def hostile() -> Conversion:
    return example(("Inventories", HOSTILE))


def test_hostile_text_is_text(hostile: Conversion) -> None:
    page = page_of(hostile)
    assert tags_of(page) == tags_of(page_of(example()))
    data = data_of(page)
    labels = [row["label"] for one in data["statements"] for row in one["rows"]]
    assert any(HOSTILE in label for label in labels)
    assert HOSTILE in data["text"]


def test_hostile_names_are_text() -> None:
    conversion = convert(EXAMPLE.read_bytes(), name=f"{HOSTILE.replace('/', '')}.txt")
    page = page_of(conversion)
    assert tags_of(page) == tags_of(page_of(example()))


@given(st.text())
def test_data_cannot_end_its_script(text: str) -> None:
    assert "<" not in script_json({text: text})


def test_only_the_pages_own_script_and_style_may_run() -> None:
    page = page_of(example()).data.decode()
    policy = re.search(r'Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    script = re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert script is not None
    assert style is not None
    for kind, text in (("script", script[1]), ("style", style[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy[1].replace("&#39;", "'")
    assert policy[1].startswith("default-src 'none'") or "default-src &#39;none" in policy[1]
    assert not re.search(r"\bsrc=|https?:(?!//www\.w3\.org/2000/svg)", script[1] + style[1])


def test_the_same_bytes_twice() -> None:
    again = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    assert page_of(again) == page_of(example())
    assert page_of(again).name == "sonus-8-k-2003-10-08.report.html"


def test_the_folder_of_the_source_is_not_told() -> None:
    deep = convert(EXAMPLE.read_bytes(), name=f"a/deep/folder/{EXAMPLE.name}")
    assert page_of(deep) == page_of(example())


def test_a_file_without_statements_has_a_page() -> None:
    data = data_of(page_of(convert(b"Nothing to see here.\n", name="a.txt")))
    assert data["facts"] == []
    assert data["findings"][0]["code"] == "statement.none"


def test_a_large_text_stays_small() -> None:
    text = PROSE * 12000 + EXAMPLE.read_text(encoding="utf-8")
    page = page_of(convert(text.encode(), name="large.txt"))
    data = data_of(page)
    assert sum(last - first + 1 for first, last in data["folds"]) > 11000
    assert data["text"].startswith(PROSE)
    assert len(page.data) < len(text) + 400_000


def test_periods_are_told_as_a_person_would() -> None:
    contexts = example().instance.contexts
    words = {period_words(one.period) for one in contexts}
    assert {"September 30, 2003", "3 months ended September 30, 2003"} <= words


def test_an_equation_of_an_earlier_report_has_no_place() -> None:
    conversion = example()
    one = conversion.equations[0]
    stated = replace(one.stated, cell=None)
    elsewhere = replace(one, operands=(one.operands[0]._replace(figure=stated),))
    altered = replace(conversion, equations=(elsewhere,))
    (term, *_) = data_of(page_of(altered))["equations"][0]["lines"]
    assert term[0] == "term"
    assert term[1] is None
