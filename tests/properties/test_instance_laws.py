"""What is true of every report, whatever the statements that it was made from."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import given, note, settings
from hypothesis import strategies as st

from converter.model import Cell, Instance, Measure, QName, Span
from converter.numbers import read_amount
from converter.pipeline import Conversion, convert

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
FEWER = settings(max_examples=max(5, settings().max_examples // 2))
UNSCALED = (Measure.MONEY_PER_SHARE, Measure.RATIO)
STANDARD = "http://www.xbrl.org/2003/role/label"

# Captions that the taxonomy knows, that it does not, and that are told apart with pain.
CAPTIONS = (
    "Net sales", "Cost of sales", "Research and development", "Other", "Other, net",
    "Interest expense", "Interest income", "Franchise fees & royalties", "Revenues",
    "Provision for income taxes", "Store closings", "<Odd> caption", "R & D", "Basic",
    "Equity in losses of affiliates", "Net income (loss)", "Net income", "Net loss",
    "Total operating expenses", "Total revenues", "Gross profit", "Operating income",
)  # fmt: skip
TITLES = ("Statements of Operations", "Balance Sheets", "Statements of Cash Flows")


@st.composite
def filings(draw: st.DrawFn) -> bytes:
    """A file of one to three statements of any captions and numbers."""
    pages = []
    for title in draw(st.lists(st.sampled_from(TITLES), min_size=1, max_size=3)):
        pages += ["", "     EXAMPLE COMPANY, INC.", f"     Consolidated {title}",
                  "     Years ended December 31, 1998 and 1997", "     (In thousands)",
                  "", f"{'1998':>60}{'1997':>15}", f"{'-----':>60}{'-----':>15}"]  # fmt: skip
        if title == "Balance Sheets":
            pages.append("Assets")
        if title.endswith("Flows"):
            pages.append("Cash flows from operating activities:")
        for _ in range(draw(st.integers(2, 12))):
            pages += draw(printed_lines())
    return "\n".join([*pages, ""]).encode()


@st.composite
def printed_lines(draw: st.DrawFn) -> list[str]:
    label = draw(st.sampled_from([*CAPTIONS, ""]))
    if label and draw(st.integers(0, 5)) == 0:
        return [f"{label}:"]
    cells = draw(st.lists(st.integers(-99_999, 99_999), min_size=2, max_size=2))
    texts = [f"({-n:,})" if n < 0 else "--" if not n else f"{n:,} " for n in cells]
    if draw(st.integers(0, 4)) == 0:
        texts[draw(st.integers(0, 1))] = ""
    indent = "   " * draw(st.integers(0, 2))
    return [f"{indent + label:45}{texts[0]:>16}{texts[1]:>15}".rstrip()]


@cache
def original() -> Conversion:
    return convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)


def check(conversion: Conversion) -> None:
    instance = conversion.instance
    _facts_have_what_they_need(instance)
    _contexts_and_units_are_needed(instance)
    _labels_are_unique(instance)
    _presentation_is_a_tree(instance)
    _values_are_printed(conversion)


def _facts_have_what_they_need(instance: Instance) -> None:
    ids = [f.id for f in instance.facts]
    ids += [c.id for c in instance.contexts] + [u.id for u in instance.units]
    ids += [n.id for n in instance.networks]
    assert len(set(ids)) == len(ids)
    keys = [(f.concept, f.context, f.unit) for f in instance.facts]
    assert len(set(keys)) == len(keys)
    for fact in instance.facts:
        assert isinstance(fact.value, str) == (fact.unit is None)
        if isinstance(fact.value, Decimal):
            assert fact.decimals is not None
            assert fact.value == round(fact.value, fact.decimals)
            assert not (fact.value.is_zero() and fact.value.is_signed())


def _contexts_and_units_are_needed(instance: Instance) -> None:
    assert {f.context for f in instance.facts} == {c.id for c in instance.contexts}
    assert {f.unit for f in instance.facts if f.unit} == {u.id for u in instance.units}
    contents = [replace(c, id="") for c in instance.contexts]
    assert all(contents.count(c) == 1 for c in contents)
    measures = [(u.numerator, u.denominator) for u in instance.units]
    assert len(set(measures)) == len(measures)
    assert {c.entity for c in instance.contexts} <= {instance.entity}


def _labels_are_unique(instance: Instance) -> None:
    pairs = [(label.concept, label.role) for label in instance.labels]
    assert len(set(pairs)) == len(pairs)
    standard = [one.text.casefold() for one in instance.labels if one.role == STANDARD]
    assert len(set(standard)) == len(standard), Counter(standard).most_common(2)
    roles = set(pairs)
    for network in instance.networks:
        for arc in network.presentation:
            for name in (arc.parent, arc.child):
                assert (name, STANDARD) in roles, name
            assert (arc.child, arc.preferred_label) in roles, arc


def _presentation_is_a_tree(instance: Instance) -> None:
    presented: set[QName] = set()
    for network in instance.networks:
        children = [arc.child for arc in network.presentation]
        parents = {arc.parent for arc in network.presentation}
        assert len(parents - set(children)) == 1, network.role
        assert len(set(children)) == len(children), network.role
        places = [(arc.parent, arc.order) for arc in network.presentation]
        assert len(set(places)) == len(places)
        presented |= {*children, *parents}
        for sum_arc in network.calculation:
            assert {sum_arc.parent, sum_arc.child} <= presented
            assert sum_arc.parent != sum_arc.child
        pairs = [(arc.parent, arc.child) for arc in network.calculation]
        assert len(set(pairs)) == len(pairs)
    assert {fact.concept for fact in instance.facts} <= presented
    declared = [e.name for e in instance.extensions]
    assert len(set(declared)) == len(declared)


def _values_are_printed(conversion: Conversion) -> None:
    """Each fact's places, read again in the text, give its value; each number a fact."""
    lines = {
        line.number: line.text
        for document in conversion.reading.submission.documents
        for line in document.lines
    }
    values = {
        (span, fact.concept): fact
        for fact in conversion.instance.facts
        for span in fact.sources
    }
    denied = _denied(conversion)
    for mapped in conversion.statements:
        for row, match in zip(mapped.statement.rows, mapped.matches, strict=True):
            for amount in row.amounts:
                if amount is None:
                    continue
                span = amount.source.span
                assert lines[span.line][span.start : span.end] == amount.source.text
                again = read_amount(
                    Cell(amount.source.text, span),
                    scale=0 if row.measure in UNSCALED else 3,
                )
                assert again.number == amount.number
                for name in match.concepts:
                    fact = values.get((span, name))
                    if fact is None:
                        # Only a number that contradicts an earlier one has no fact.
                        assert (span in denied) or (span.line in denied), (span, name)
                    elif fact.decimals == amount.decimals:
                        assert fact.value == again.number * match.sign


def _denied(conversion: Conversion) -> set[Span | int]:
    """The places, and the whole lines, of which a finding says that they are left out."""
    places: set[Span | int] = set()
    for finding in conversion.findings:
        if finding.code == "fact.conflict" and finding.span is not None:
            places.add(finding.span)
        if finding.code == "statement.contradicts":
            first, last = re.findall(r"lines (\d+)-(\d+)", finding.message)[0]
            places |= set(range(int(first), int(last) + 1))
    return places


def test_laws_of_the_example() -> None:
    assert original().sums_checked > 100
    check(original())


@FEWER
@given(filings())
def test_laws_of_any_statements(data: bytes) -> None:
    note(data.decode())
    check(convert(data, name="any.txt"))
