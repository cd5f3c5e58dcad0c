"""xBRL-JSON and xBRL-CSV, read back by a small reader, are the instance they came from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.model import Context, Duration, Fact, Instance, Instant, Period, QName
from converter.oim import csv_files, json_file
from converter.pipeline import Conversion, convert
from converter.strategies import reports
from converter.taxonomy import load_taxonomy
from converter.xml_text import NOT_XML

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"
FEWER = settings(max_examples=max(5, settings().max_examples // 4))
TAXONOMY = load_taxonomy("us-gaap-2024")
DAY = timedelta(days=1)


class Said(NamedTuple):
    """A fact with all names in full."""

    id: str
    concept: str
    entity: str
    period: Period
    unit: str
    axes: frozenset[tuple[str, str]]
    decimals: int | None
    value: str


# --- the readers ---------------------------------------------------------------------


class Names:
    """Names in full, by the prefixes that a document declares."""

    def __init__(self, namespaces: dict[str, str]) -> None:
        self._namespaces = namespaces

    def __call__(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{self._namespaces[prefix]}}}{local}"

    def unit(self, text: str) -> str:
        return "/".join(map(self, text.split("/"))) if text else ""


def from_json(data: bytes) -> Iterator[Said]:
    document = json.loads(data)
    assert document["documentInfo"]["documentType"] == "https://xbrl.org/2021/xbrl-json"
    names = Names(document["documentInfo"]["namespaces"])
    for name, fact in document["facts"].items():
        told = fact["dimensions"]
        axes = ((names(a), names(m)) for a, m in told.items() if ":" in a)
        yield Said(
            name,
            names(told["concept"]),
            names(told["entity"]),
            instants(told["period"]),
            names.unit(told.get("unit", "")),
            frozenset(axes),
            fact.get("decimals"),
            plain(fact["value"]) if "decimals" in fact else fact["value"],
        )


def instants(text: str) -> Period:
    start, _, end = text.rpartition("/")
    last = datetime.fromisoformat(end) - DAY
    if not start:
        return Instant(last.date())
    return Duration(datetime.fromisoformat(start).date(), last.date())


def from_csv(metadata: bytes, table: bytes) -> Iterator[Said]:
    document = json.loads(metadata)
    assert document["documentInfo"]["documentType"] == "https://xbrl.org/2021/xbrl-csv"
    names = Names(document["documentInfo"]["namespaces"])
    template = document["tableTemplates"]["facts"]
    value = template["columns"]["value"]
    rows = list(csv.DictReader(io.StringIO(table.decode(), newline="")))
    assert not rows or list(rows[0]) == list(template["columns"])
    for row in rows:
        told = {name: row[at[1:]] for name, at in value["dimensions"].items()}
        axes = ((names(a), names(m)) for a, m in told.items() if ":" in a and m)
        decimals = row[value["decimals"][1:]]
        yield Said(
            row[template["rowIdColumn"]],
            names(told["concept"]),
            names(told["entity"]),
            days(told["period"]),
            names.unit(told["unit"]),
            frozenset(axes),
            int(decimals) if decimals else None,
            plain(row["value"]) if decimals else special(row["value"]),
        )


def days(text: str) -> Period:
    start, dots, end = text.partition("..")
    if dots:
        return Duration(date.fromisoformat(start), date.fromisoformat(end))
    assert text.endswith("@end")
    return Instant(date.fromisoformat(text.removesuffix("@end")))


def special(cell: str) -> str:
    assert cell, "an empty cell is no fact"
    if cell == "#empty":
        return ""
    assert not cell.startswith("#") or cell.startswith("##"), "no such special value"
    return cell.removeprefix("#")


def plain(number: str) -> str:
    return f"{Decimal(number):f}".removesuffix(".0")


# --- what they should read -----------------------------------------------------------


def said(instance: Instance) -> list[Said]:
    contexts = {one.id: one for one in instance.contexts}
    return [_said(fact, contexts[fact.context], instance) for fact in instance.facts]


def _said(fact: Fact, context: Context, instance: Instance) -> Said:
    def full(name: QName) -> str:
        own = {
            "ext": instance.namespace,
            "iso4217": "http://www.xbrl.org/2003/iso4217",
            "xbrli": "http://www.xbrl.org/2003/instance",
        }
        return f"{{{own.get(name.prefix) or TAXONOMY.namespaces[name.prefix].uri}}}{name.local}"

    unit = next((u for u in instance.units if u.id == fact.unit), None)
    measures = [m for m in (unit.numerator, unit.denominator) if m] if unit else []
    text = "" if measures == [QName("xbrli", "pure")] else "/".join(map(full, measures))
    return Said(
        fact.id,
        full(fact.concept),
        f"{{{context.entity.scheme}}}{context.entity.identifier}",
        context.period,
        text,
        frozenset((full(a), full(m)) for a, m in context.dimensions),
        fact.decimals,
        xml_text(fact.value) if isinstance(fact.value, str) else shortest(fact.value),
    )


def xml_text(text: str) -> str:
    return NOT_XML.sub(" ", text).replace("\r\n", "\n").replace("\r", "\n")


def shortest(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Read = Callable[[Conversion], list[Said]]


def json_read(conversion: Conversion) -> list[Said]:
    return list(from_json(json_file(conversion, TAXONOMY).data))


def csv_read(conversion: Conversion) -> list[Said]:
    metadata, table = csv_files(conversion, TAXONOMY)
    return list(from_csv(metadata.data, table.data))


BOTH = pytest.mark.parametrize("read", [json_read, csv_read])


@cache
def example() -> Conversion:
    return convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)


# --- laws ----------------------------------------------------------------------------


@BOTH
def test_the_example_is_read_back(read: Read) -> None:
    assert len(example().instance.facts) > 300
    assert read(example()) == said(example().instance)


@FEWER
@given(report=reports())
def test_any_report_is_read_back(report: Any) -> None:  # noqa: ANN401  (a drawn Report)
    conversion = convert(report.text().encode(), name="drawn.txt")
    assert json_read(conversion) == said(conversion.instance)
    assert csv_read(conversion) == said(conversion.instance)


texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", "#", "#nil", "#empty", "#none", "##", "#x", '"', "a,b", "a\nb", "\r\n", "'", "=1+1",
     " a ", "null", "\x00", "\ufffe"]
)  # fmt: skip


@given(values=st.lists(texts, min_size=1, max_size=6))
def test_any_text_is_read_back(values: list[str]) -> None:
    model = next(f for f in example().instance.facts if f.unit is None)
    check_with([replace(model, id=f"t{n}", value=v) for n, v in enumerate(values)])


numbers = st.tuples(st.integers(-(10**18), 10**18), st.integers(-6, 6), st.booleans()).map(
    lambda t: Decimal(t[0]).scaleb(-t[1]) if t[2] else Decimal(t[0])
)


@given(values=st.lists(numbers, min_size=1, max_size=6), decimals=st.integers(-9, 9))
def test_any_number_is_read_back(values: list[Decimal], decimals: int) -> None:
    model = next(f for f in example().instance.facts if f.unit == "USDPerShare")
    check_with(
        [replace(model, id=f"n{n}", value=v, decimals=decimals) for n, v in enumerate(values)]
    )


def check_with(facts: list[Fact]) -> None:
    instance = replace(example().instance, facts=tuple(facts))
    conversion = replace(example(), instance=instance)
    assert json_read(conversion) == said(instance)
    assert csv_read(conversion) == said(instance)


# --- what the specifications ask for -------------------------------------------------


def json_facts() -> dict[str, Any]:
    facts = json.loads(json_file(example(), TAXONOMY).data)["facts"]
    assert isinstance(facts, dict)
    return facts


def csv_rows() -> dict[str, dict[str, str]]:
    table = csv_files(example(), TAXONOMY)[1].data.decode()
    return {row["id"]: row for row in csv.DictReader(io.StringIO(table, newline=""))}


def test_a_balance_in_both() -> None:
    assert json_facts()["L54C52"] == {
        "value": "292856000.0",
        "decimals": -3,
        "dimensions": {
            "concept": "us-gaap:CashCashEquivalentsAndShortTermInvestments",
            "entity": "cik:0000000000",
            "period": "2003-10-01T00:00:00",
            "unit": "iso4217:USD",
        },
    }
    assert csv_rows()["L54C52"] == {
        "id": "L54C52",
        "concept": "us-gaap:CashCashEquivalentsAndShortTermInvestments",
        "entity": "cik:0000000000",
        "period": "2003-09-30@end",
        "unit": "iso4217:USD",
        "language": "",
        "srt_StatementScenarioAxis": "",
        "decimals": "-3",
        "value": "292856000",
    }


def test_only_text_has_a_language() -> None:
    """A date and a boolean have none (OIM 1.0, language core dimension)."""
    facts = json_facts().values()
    spoken = {f["dimensions"]["concept"] for f in facts if "language" in f["dimensions"]}
    assert "dei:EntityRegistrantName" in spoken
    assert not spoken & {"dei:AmendmentFlag", "dei:DocumentPeriodEndDate"}
    assert all(name.startswith("dei:") for name in spoken)
    named = {row["concept"] for row in csv_rows().values() if row["language"] == "en-us"}
    assert named == spoken


def test_a_pure_number_has_no_unit() -> None:
    ratios = [f for f in example().instance.facts if f.unit == "pure"]
    assert ratios
    for fact in ratios:
        assert "unit" not in json_facts()[fact.id]["dimensions"]
        assert csv_rows()[fact.id]["unit"] == ""


def test_an_integer_has_no_point() -> None:
    """The canonical form depends on the type of the concept (XML Schema part 2, 3.3.13)."""
    model = next(f for f in example().instance.facts if f.unit == "pure")
    count = replace(model, concept=QName("us-gaap", "NumberOfOperatingSegments"))
    for fact, value in ((model, "3.0"), (count, "3")):
        instance = replace(example().instance, facts=(replace(fact, value=Decimal(3)),))
        data = json_file(replace(example(), instance=instance), TAXONOMY).data
        assert json.loads(data)["facts"][fact.id]["value"] == value


def test_the_schema_is_named_as_an_address() -> None:
    conversion = convert(EXAMPLE.read_bytes(), name="a bé.txt")
    for file in (json_file(conversion, TAXONOMY), csv_files(conversion, TAXONOMY)[0]):
        assert json.loads(file.data)["documentInfo"]["taxonomy"] == ["a%20b%C3%A9.xsd"]


def test_the_same_input_gives_the_same_bytes() -> None:
    again = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    assert json_file(again, TAXONOMY) == json_file(example(), TAXONOMY)
    assert csv_files(again, TAXONOMY) == csv_files(example(), TAXONOMY)
