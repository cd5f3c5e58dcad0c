"""Whatever a file holds: well-formed XML, findings inside the file, no odd exception."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from converter.errors import ConverterError
from converter.instance import build_instance
from converter.labels import STANDARD, clean_label
from converter.model import CoverFact, MappedStatement, QName, RenderedFile, Span
from converter.pipeline import Conversion, convert
from converter.rendering import render
from converter.taxonomy import Taxonomy, load_taxonomy

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
FEWER = settings(max_examples=max(5, settings().max_examples // 2))
LABEL = "{http://www.xbrl.org/2003/linkbase}label"
LOCATOR = "{http://www.xbrl.org/2003/linkbase}loc"
ARC = "{http://www.xbrl.org/2003/linkbase}labelArc"
DEFINITION = "{http://www.xbrl.org/2003/linkbase}definition"
XLINK = "{http://www.w3.org/1999/xlink}"

# Any character but the halves of a pair, which no decoder gives; and what XML minds.
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text(st.sampled_from("<>&]\"'{}%#\x00\x1f\x7f\x85\u2028\ufffe\uffff ab"), max_size=30),
    st.sampled_from(["]]>", "<!--", "&amp;", "{{ 7 }}", "{% if x %}", "\x00", "a\x00b"]),
)  # fmt: skip


@cache
def original() -> Conversion:
    return convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy("us-gaap-2024")


def labels_in(data: bytes) -> dict[tuple[str, str], str]:
    """The text of each label by the fragment of its concept and its role."""
    root = etree.fromstring(data)
    places = {
        e.get(f"{XLINK}label"): str(e.get(f"{XLINK}href")).rpartition("#")[2]
        for e in root.iter(LOCATOR)
    }
    owners = {e.get(f"{XLINK}to"): places[e.get(f"{XLINK}from")] for e in root.iter(ARC)}
    return {
        (owners[e.get(f"{XLINK}label")], str(e.get(f"{XLINK}role"))): e.text or ""
        for e in root.iter(LABEL)
    }


def with_text(mapped: MappedStatement, row: int, text: str, title: str) -> MappedStatement:
    """A mapped statement in which a row, its section and the title have another text."""
    rows = list(mapped.statement.rows)
    rows[row] = replace(rows[row], label=text, section=(*rows[row].section, title))
    statement = replace(mapped.statement, rows=tuple(rows), title=title, entity=text)
    return replace(mapped, statement=statement)


def file(files: tuple[RenderedFile, ...], ending: str) -> bytes:
    return next(f.data for f in files if f.name.endswith(ending))


@FEWER
@given(texts, texts, texts, st.data())
def test_any_label_title_and_cover_value_is_well_formed(
    label: str, title: str, value: str, data: st.DataObject
) -> None:
    mapped = original().statements[0]
    with_numbers = [m.row for m in mapped.matches if m.concepts]
    row = data.draw(st.sampled_from(with_numbers))
    statement = with_text(mapped, row, label, title)
    cover = (CoverFact("EntityRegistrantName", value, Span(1, 0, 1)),)
    instance, _ = build_instance(
        (statement,), cover, taxonomy(), stem="report", cik="0000000001"
    )
    files = render(instance, taxonomy())
    for rendered in files:
        etree.fromstring(rendered.data)
    got = labels_in(file(files, "_lab.xml"))
    for one in instance.labels:
        key = (f"{one.concept.prefix}_{one.concept.local}", one.role)
        assert got[key] == one.text == clean_label(one.text)
    concept = mapped.matches[row].concepts[0]
    if label.strip() and clean_label(label) != "Unlabelled":
        # Where another concept is called the same, more words tell them apart.
        assert clean_label(label) in got[f"{concept.prefix}_{concept.local}", STANDARD]
    definitions = [e.text for e in etree.fromstring(file(files, ".xsd")).iter(DEFINITION)]
    assert definitions == [n.definition for n in instance.networks]
    report = etree.fromstring(file(files, "report.xml"))
    names = [e.text or "" for e in report.iter("{*}EntityRegistrantName")]
    stated = [
        str(f.value)
        for f in instance.facts
        if f.concept == QName("dei", "EntityRegistrantName")
    ]
    assert len(names) == len(stated)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 600))
def test_a_clean_label_is_clean(text: str, times: int) -> None:
    """One line, at most 511 characters, no "<", and clean once is clean for good."""
    label = clean_label(text * times)
    assert clean_label(label) == label
    assert 0 < len(label) <= 511
    assert "<" not in label
    assert label == " ".join(label.split())
    etree.fromstring(f"<a>{label.replace('&', '&amp;').replace(']]>', '')}</a>")


# --- files that are no filings -------------------------------------------------------


def accepted(data: bytes) -> Conversion | None:
    """The conversion, or None where the file is refused as it should be."""
    try:
        conversion = convert(data, name="any.txt")
    except ConverterError:
        return None
    lines = conversion.reading.submission.documents
    texts_by_number = {line.number: line.text for d in lines for line in d.lines}
    count = max(texts_by_number, default=0)
    for finding in conversion.findings:
        assert finding.message
        if finding.span is not None:
            number, start, end = finding.span
            assert 1 <= number <= max(count, data.count(b"\n") + data.count(b"\r") + 1)
            if number in texts_by_number:
                assert 0 <= start <= end <= len(texts_by_number[number]), finding
    for rendered in conversion.files:
        etree.fromstring(rendered.data)
    return conversion


@given(st.binary(max_size=400))
@example(b"")
@example(b"\x00")
@example(b"\xff\xfe")
@example(b"\xff\xfea")
@example("\ufeff".encode() + b"Balance Sheets\n")
@example(b"<DOCUMENT>\n" * 3)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    accepted(data)


@given(st.text(st.sampled_from("Balance Sheets12,345(9)$-.%=\n\n\t\f  "), max_size=600))
def test_any_text_of_tables_is_read(text: str) -> None:
    accepted(f"Consolidated Balance Sheets\nDecember 31, 1998\n\nAssets {text}".encode())


Mutation = Callable[[list[str]], list[str]]


def _cut(at: int) -> Mutation:
    return lambda lines: "\n".join(lines)[: at + 1].split("\n")


def _tail(at: int) -> Mutation:
    return lambda lines: "\n".join(lines)[at:].split("\n")


def _deleted(at: int) -> Mutation:
    return lambda lines: lines[: at % len(lines)] + lines[at % len(lines) + 1 :] or [""]


def _doubled(at: int) -> Mutation:
    return lambda lines: [*lines[: at % len(lines) + 1], *lines[at % len(lines) :]]


def _swapped(at: int) -> Mutation:
    def swap(lines: list[str]) -> list[str]:
        i, j = at % len(lines), (at * 7 + 1) % len(lines)
        lines = list(lines)
        lines[i], lines[j] = lines[j], lines[i]
        return lines

    return swap


def _flipped(at: int, char: str) -> Mutation:
    def flip(lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        i = at % max(1, len(text))
        return (text[:i] + char + text[i + 1 :]).split("\n")

    return flip


places = st.integers(0, 20_000)
mutations = st.one_of(
    places.map(_cut),
    places.map(_tail),
    places.map(_deleted),
    places.map(_doubled),
    places.map(_swapped),
    st.builds(_flipped, places, st.sampled_from("\t\f\n<>&$()-=%0195Az.,\u00a0\u2014\x1a\x7f")),
)


@FEWER
@given(st.lists(mutations, min_size=1, max_size=12))
def test_any_damage_to_the_example_is_survived(damage: list[Mutation]) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").split("\n")
    for mutate in damage:
        lines = mutate(lines)
    accepted("\n".join(lines).encode())
