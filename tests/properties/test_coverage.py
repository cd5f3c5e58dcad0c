"""The ledger of a statement: its numbers are facts, exclusions with a name, or findings.

What the ledger holds is compared with the digits of the file itself; and whatever is taken
away from the report or from what was read turns up as a finding.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.claims import Disposition
from converter.coverage import Coverage, account
from converter.display_coverage import ledger_lines
from converter.lines import Lines
from converter.model import Finding, Instance, MappedStatement, Span
from converter.options import Options, Rule
from converter.pipeline import Conversion, convert
from converter.scanning import scan
from converter.stating import statement_facts
from converter.taxonomy import load_taxonomy

SHARED = Path(__file__).parents[2].parent / "shared" / "corpus"
CORPUS = sorted(
    path
    for pattern in ("legacy/*/filing.txt", "ixbrl/*/statements.*", "press/*/ex99.html")
    for path in SHARED.glob(pattern)
    if path.stat().st_size
)


def _layouts() -> ModuleType:
    """The generators of test_layouts.py: tests are no package."""
    path = Path(__file__).with_name("test_layouts.py")
    spec = importlib.util.spec_from_file_location("layouts_for_coverage", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


LAYOUTS = _layouts()


def converted(text: str, name: str = "page.txt", options: Options | None = None) -> Conversion:
    return convert(text.encode(), name=name, options=options)


def ledgers(
    conversion: Conversion,
    *,
    statements: Sequence[MappedStatement] | None = None,
    instance: Instance | None = None,
) -> tuple[tuple[Coverage, ...], list[Finding]]:
    return account(
        conversion.reading.submission,
        conversion.statements if statements is None else statements,
        instance or conversion.instance,
        [f for f in conversion.findings if f.code != "coverage.unread"],
    )


def lost(found: Sequence[Coverage]) -> set[Span]:
    return {
        entry.span
        for ledger in found
        for entry in ledger.entries
        if entry.disposition is Disposition.FINDING
    }


# --- the law -------------------------------------------------------------------------


def holds(ledger: Coverage, lines: Lines) -> None:
    """Every digit is of one number; facts, exclusions and findings are all numbers."""
    counts = ledger.counts
    excluded = sum(n for kind, n in counts.items() if kind not in ("fact", "finding"))
    total = counts[Disposition.FACT] + excluded + counts[Disposition.FINDING]
    assert total == len(ledger.entries)
    spans = [entry.span for entry in ledger.entries]
    for before, after in pairwise(spans):
        assert (before.line, before.end) <= (after.line, after.start)
    for entry in ledger.entries:
        line, start, end = entry.span
        assert ledger.first <= line <= ledger.last
        text = lines[line - 1].text
        assert 0 <= start < end <= len(text)
        assert re.search(r"[-\u2013\u2014\d]|&#?\w+;", text[start:end])


def digits(ledger: Coverage, lines: Lines) -> set[tuple[int, int]]:
    """Where the digits of plain text stand, between the first and the last number."""
    return {
        (line.number, at)
        for line in lines[ledger.first - 1 : ledger.last]
        for at, char in enumerate(line.text)
        if char.isdigit()
    }


def held(ledger: Coverage, lines: Lines) -> list[tuple[int, int]]:
    return [
        (span.line, at)
        for span in (entry.span for entry in ledger.entries)
        for at in range(span.start, span.end)
        if lines[span.line - 1].text[at].isdigit()
    ]


def source_lines(conversion: Conversion) -> Lines:
    lines = conversion.reading.submission.lines
    assert isinstance(lines, Lines)
    return lines


@given(LAYOUTS.pages())
def test_every_printed_number_is_a_fact_or_has_a_name(drawn: tuple[object, ...]) -> None:
    page = LAYOUTS.print_page(*drawn)
    text = "\n".join([*page.lines, ""])
    conversion = converted(text)
    (ledger,), findings = ledgers(conversion)
    lines = source_lines(conversion)
    holds(ledger, lines)
    found = held(ledger, lines)
    assert len(found) == len(set(found))
    assert set(found) == digits(ledger, lines)
    assert not findings, f"{text}\n{findings}"
    printed = sum(cell is not None for row in page.cells for cell in row)
    # Prices and numbers of shares in labels may be facts as well.
    assert ledger.counts[Disposition.FACT] >= printed, text


@given(LAYOUTS.pages(), st.data())
def test_a_fact_taken_away_is_a_finding(drawn: tuple[object, ...], data: st.DataObject) -> None:
    conversion = converted("\n".join([*LAYOUTS.print_page(*drawn).lines, ""]))
    facts = [fact for fact in conversion.instance.facts if fact.concept.prefix != "dei"]
    gone = set(data.draw(st.sampled_from(facts)).sources)
    rest = [fact for fact in conversion.instance.facts if not gone & set(fact.sources)]
    instance = replace(conversion.instance, facts=tuple(rest))
    still = {span for fact in rest for span in fact.sources}
    was = {span for fact in conversion.instance.facts for span in fact.sources}
    all_gone = was - still - {fact.source for fact in conversion.reading.cover}
    found, findings = ledgers(conversion, instance=instance)
    before, _ = ledgers(conversion)
    assert {_within(span, all_gone) for span in lost(found)} == all_gone
    assert {f.span.line for f in findings if f.span} == {span.line for span in all_gone}
    assert [len(ledger.entries) for ledger in found] == [len(one.entries) for one in before]


def _within(span: Span, places: set[Span]) -> Span | None:
    """Which of some places a number is in."""
    near = (place for place in places if place.line == span.line)
    return next((p for p in near if p.start < span.end and span.start < p.end), None)


@given(LAYOUTS.pages(), st.data())
def test_a_row_that_was_not_read_is_found(
    drawn: tuple[object, ...], data: st.DataObject
) -> None:
    """The ledger does not ask the reader which lines there are."""
    conversion = converted("\n".join([*LAYOUTS.print_page(*drawn).lines, ""]))
    (mapped,) = conversion.statements
    rows = mapped.statement.rows
    filled = [i for i, row in enumerate(rows) if any(row.amounts) and not row.aside]
    at = data.draw(st.sampled_from(filled[1:-1]))
    left, matches = list(rows), list(mapped.matches)
    amounts = [a for a in rows[at].amounts if a is not None]
    gone = {a.source.span for a in amounts if any(c.isdigit() for c in a.source.text)}
    del left[at], matches[at]
    facts = tuple(f for f in conversion.instance.facts if not gone & set(f.sources))
    still = {span for fact in facts for span in fact.sources}
    fewer = replace(
        mapped, statement=replace(mapped.statement, rows=tuple(left)), matches=tuple(matches)
    )
    found, findings = ledgers(
        conversion, statements=[fewer], instance=replace(conversion.instance, facts=facts)
    )
    shown = "\n".join(line.text for line in source_lines(conversion))
    assert gone - still <= {_within(span, gone) for span in lost(found)}, shown
    assert bool(findings) >= bool(gone - still)


# --- what is left out, by its name ---------------------------------------------------

PAGE = """\
                         EXAMPLE COMPANY
                   Statements of Operations
                (000's omitted, except per share)

                            Years ended December 31,
                               1998          1997
                              ------        ------
Net sales (Note 2)            $1,400        $1,300
Cost of sales, less rebates
  of $12 and $9                  900           850
<PAGE>  7
                   Statements of Operations (continued)

                            Years ended December 31,
                               1998          1997
                              ------        ------
Gross profit (1)                 500           450
Interest income                   --            10
Net income                    $  500        $  460
"""


def kinds(conversion: Conversion) -> dict[str, set[str]]:
    found, _ = ledgers(conversion)
    named: dict[str, set[str]] = {}
    for ledger in found:
        for entry in ledger.entries:
            named.setdefault(entry.disposition.value, set()).add(entry.text)
    return named


def test_exclusions_have_names() -> None:
    named = kinds(converted(PAGE))
    assert named["note reference"] == {"2", "1"}
    assert named["label"] == {"12", "9"}
    assert named["page number"] == {"7"}
    assert named["repeated heading"] == {"31", "1998", "1997"}
    assert named["heading"] == {"000", "31", "1998", "1997"}
    assert "--" in named["fact"]
    assert "finding" not in named


def test_a_line_in_the_margin_is_a_finding() -> None:
    text = PAGE.replace("<PAGE>  7\n", "<PAGE>  7\n  see 1,234 and 5,678 there\n")
    found, findings = ledgers(converted(text))
    (finding,) = findings
    assert finding.code == "coverage.unread"
    assert "1,234, 5,678" in finding.message
    assert finding.span
    assert finding.span.line == text.split("\n").index("  see 1,234 and 5,678 there") + 1
    assert len(lost(found)) == 2


def test_an_ignored_row_is_told_from_a_lost_one() -> None:
    options = Options(rules=(Rule("interest income", None, None, None, ()),))
    named = kinds(converted(PAGE, options=options))
    assert named["ignored by a rule"] == {"--", "10"}


def test_a_column_of_changes() -> None:
    text = """\
                  EXAMPLE COMPANY
                   Balance Sheets
                   (In thousands)

                            December 31,
                           1998      1997    Change
                          ------    ------   ------
Cash                      $1,400    $1,300      100
Total assets              $1,400    $1,300      100
Liabilities                  400       300      111
Stockholders' equity       1,000     1,000       --
"""
    assert kinds(converted(text))["column of changes"] >= {"100", "111"}


def test_mark_up() -> None:
    text = (
        "<html><body><p>EXAMPLE CO</p><p>Balance Sheets, December 31</p><table>"
        "<tr><td></td><td>1998</td><td>1997</td></tr>"
        "<tr><td>Cash<sup>(2)</sup></td><td>$</td><td>1,<b>4</b>00</td><td>1,300</td></tr>"
        "<tr><td>7 1/2% debentures,<br>due 2005</td><td></td>"
        "<td>&#40;400&#41;</td><td>&#8212;</td></tr>"
        "<tr><td>Total liabilities and equity</td><td>$</td><td>1,000</td><td>1,300</td></tr>"
        "</table></body></html>"
    )
    conversion = converted(text, "page.htm")
    found, findings = ledgers(conversion)
    assert not findings
    for ledger in found:
        holds(ledger, source_lines(conversion))
    named = kinds(conversion)
    assert named["label"] == {"7", "1", "2", "2005"}
    assert named["note reference"] == {"2"}
    assert named["fact"] == {"1,400", "1,300", "400", "\u2014", "1,000"}


@pytest.mark.parametrize(
    ("text", "markup", "numbers"),
    [
        ("Cash....1,234   $(5,678)$.05", False, ["1,234", "5,678", ".05"]),
        ("Other      --      - ", False, ["--", "-"]),
        ("Other      -$5     --$7", False, ["5", "--", "7"]),
        ("-----   -----", False, []),
        (
            "12/31/98 7 1/2% 1998, 7",
            False,
            ["12", "31", "98", "7", "1", "2", "1998", "7"],
        ),
        ("<td width=9>a&nbsp;1&#160;</td><td>2<!-- 3 --></td>", True, ["1", "2"]),
        ("<td>a</td><td>&mdash;</td><td>&#8211;</td>", True, ["\u2014", "\u2013"]),
        ("<style>p {margin: 4px}</style><p>1<i>2</i>3<sup>4</sup></p>", True, ["123", "4"]),
    ],
)
def test_scanning(text: str, markup: bool, numbers: list[str]) -> None:
    seen = scan(list(Lines.of(text)), 0, len(text), markup=markup)
    assert [number.text for number in seen.numbers] == numbers


def test_the_balance_is_printed() -> None:
    (ledger,), _ = ledgers(converted(PAGE))
    title, balance, *_ = ledger_lines(ledger, "Statements of Operations")
    assert title == "Statements of Operations (income statement), lines 1-19"
    sides = re.sub(r"\(.*\)", "", balance)
    total, facts, excluded, findings = map(int, re.findall(r"\d+", sides))
    assert total == facts + excluded + findings == len(ledger.entries)


# --- real filings --------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS, reason="../shared is not here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda p: f"{p.parent.name}{p.suffix}")
def test_real_filings(path: Path) -> None:
    conversion = convert(path.read_bytes(), name=path.name)
    found, _ = ledgers(conversion)
    lines = source_lines(conversion)
    taxonomy = load_taxonomy("us-gaap-2024")
    seen: set[Span] = set()
    for ledger in found:
        holds(ledger, lines)
        spans = {entry.span for entry in ledger.entries}
        assert len(spans) == len(ledger.entries)
        assert not spans & seen
        seen |= spans
    facts = {
        (entry.span.line, at)
        for ledger in found
        for entry in ledger.entries
        if entry.disposition is Disposition.FACT
        for at in range(entry.span.start, entry.span.end)
    }
    reported = {span for fact in conversion.instance.facts for span in fact.sources}
    for mapped in conversion.statements:
        for one in statement_facts(mapped, taxonomy):
            if one.span in reported and one.span is not None:
                line, start, end = one.span
                shown = lines[line - 1].text[start:end]
                counted = any((line, at) in facts for at in range(start, end))
                assert counted or not re.search(r"\d", shown), one
