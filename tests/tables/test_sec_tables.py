"""The layout of SEC's Financial Statement Data Sets: columns, keys, rounding, sums."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.model import Context, Duration, Entity, Instant, QName, Unit
from converter.options import Options
from converter.pipeline import Conversion, convert
from converter.sec_submission import month_end
from converter.sec_tables import (
    COLUMNS,
    measure_text,
    quarters,
    sec_tables,
    segments_text,
    table_findings,
)
from converter.strategies import Report, reports
from converter.taxonomy import load_taxonomy

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
SUBMISSION = ROOT / "tests" / "golden" / "cases" / "submission-10-q" / "input.txt"
TAXONOMY = load_taxonomy("us-gaap-2024")
FEWER = settings(max_examples=max(5, settings().max_examples // 4))
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
FILER = Entity("http://www.sec.gov/CIK", "0000000000")
Table = list[dict[str, str]]


def tables_of(conversion: Conversion) -> dict[str, Table]:
    return {name: parsed(data) for name, data in sec_tables(conversion, TAXONOMY).items()}


def parsed(data: bytes) -> Table:
    lines = data.decode().split("\n")
    return list(csv.DictReader(lines[:-1], delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def tables(path: Path) -> dict[str, Table]:
    return tables_of(convert(path.read_bytes(), name=path.name))


def key(row: dict[str, str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


# --- laws ----------------------------------------------------------------------------


@FEWER
@given(reports())
def test_each_numeric_fact_is_a_row_or_a_finding(report: Report) -> None:
    conversion = convert(report.text().encode(), name="drawn.txt")
    facts = [f for f in conversion.instance.facts if isinstance(f.value, Decimal)]
    left = [f for f in table_findings(conversion, TAXONOMY) if f.code == "tables.left-out"]
    numbers = tables_of(conversion)["num.txt"]
    assert len(numbers) + len(left) == len(facts)
    places = {finding.span for finding in left}
    kept = [f for f in facts if not places & set(f.sources)]
    if len(kept) == len(numbers):
        assert sum(Decimal(row["value"]) for row in numbers) == sum(
            fact.value.quantize(Decimal("0.0001"))
            for fact in kept
            if isinstance(fact.value, Decimal)
        )


@FEWER
@given(reports())
def test_the_tables_fit_together(report: Report) -> None:
    found = tables_of(convert(report.text().encode(), name="drawn.txt"))
    numbers, tags, lines = found["num.txt"], found["tag.txt"], found["pre.txt"]
    name = ("tag", "version")
    assert {key(row, name) for row in numbers} == {key(row, name) for row in tags}
    assert {key(row, name) for row in numbers} == {key(row, name) for row in lines}
    keys = [key(row, COLUMNS["num.txt"][:8]) for row in numbers]
    assert len(keys) == len(set(keys))
    places = [key(row, ("adsh", "report", "line")) for row in lines]
    assert len(places) == len(set(places))
    assert all(row["plabel"] for row in lines)
    assert len(found["sub.txt"]) == 1


@given(DAYS)
def test_a_day_becomes_the_nearest_month_end(day: date) -> None:
    end = month_end(day)
    assert (end + timedelta(days=1)).day == 1
    assert all(
        abs(day - end) <= abs(day - other)
        for other in (
            date(year, month, calendar.monthrange(year, month)[1])
            for year in {day.year - 1, day.year, day.year + 1}
            for month in range(1, 13)
        )
    )
    assert month_end(end) == end


@given(DAYS, st.integers(1, 12), st.sampled_from([(13, 1), (14, 1), (52, 4), (53, 4), (26, 2)]))
def test_a_length_becomes_whole_quarters(day: date, count: int, weeks: tuple[int, int]) -> None:
    def length(days: int) -> int:
        period = Duration(day, day + timedelta(days=days - 1))
        return quarters(Context("c", FILER, period))

    assert length(7 * weeks[0]) == weeks[1]
    assert length(round(count * 365.25 / 4)) == count
    assert quarters(Context("c", FILER, Instant(day))) == 0


def test_the_same_bytes_twice() -> None:
    conversion = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    again = convert(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    assert sec_tables(conversion, TAXONOMY) == sec_tables(again, TAXONOMY)


# --- as SEC has it -------------------------------------------------------------------


def test_the_columns_are_those_that_sec_documents() -> None:
    assert {name: len(columns) for name, columns in COLUMNS.items()} == {
        "sub.txt": 36,
        "tag.txt": 9,
        "num.txt": 10,
        "pre.txt": 10,
    }
    heads = {
        name: data.split(b"\n")[0].decode()
        for name, data in sec_tables(
            convert(EXAMPLE.read_bytes(), name=EXAMPLE.name), TAXONOMY
        ).items()
    }
    assert heads["num.txt"] == (
        "adsh\ttag\tversion\tddate\tqtrs\tuom\tsegments\tcoreg\tvalue\tfootnote"
    )
    assert heads["pre.txt"] == (
        "adsh\treport\tline\tstmt\tinpth\trfile\ttag\tversion\tplabel\tnegating"
    )
    assert heads["tag.txt"] == (
        "tag\tversion\tcustom\tabstract\tdatatype\tiord\tcrdr\ttlabel\tdoc"
    )
    assert heads["sub.txt"].split("\t")[:8] == [
        *("adsh", "cik", "name", "sic", "countryba", "stprba", "cityba", "zipba")
    ]


def test_a_submission_is_told_by_its_header() -> None:
    (row,) = tables(SUBMISSION)["sub.txt"]
    known = {name: text for name, text in row.items() if text}
    assert known == {
        "adsh": "0000912345-98-000017",
        "cik": "912345",
        "name": "HARROW MILLS INC",
        "countryinc": "US",
        "stprinc": "DE",
        "ein": "131234567",
        "fye": "1231",
        "form": "10-Q",
        "period": "19980930",
        "fy": "1998",
        "fp": "Q3",
        "detail": "0",
        "instance": "input.xml",
        "nciks": "1",
    }


def test_the_time_of_acceptance_and_the_other_filers_are_told() -> None:
    head = SUBMISSION.read_text()
    head = head.replace(
        "ACCESSION NUMBER:", "<ACCEPTANCE-DATETIME>19981113161539\nACCESSION NUMBER:"
    )
    other = "\nFILER:\n\n\tCOMPANY DATA:\n\t\tCENTRAL INDEX KEY:\t0000000777\n</SEC-HEADER>"
    head = head.replace("\n</SEC-HEADER>", other)
    (row,) = tables_of(convert(head.encode(), name="two.txt"))["sub.txt"]
    assert row["accepted"] == "1998-11-13 16:15:39"
    assert (row["cik"], row["nciks"], row["aciks"]) == ("912345", "2", "777")


def test_without_a_header_nothing_is_made_up() -> None:
    (row,) = tables(EXAMPLE)["sub.txt"]
    assert not any(row[name] for name in ("adsh", "cik", "filed", "accepted", "nciks"))
    assert {row["adsh"] for row in tables(EXAMPLE)["num.txt"]} == {""}
    own = [row for row in tables(EXAMPLE)["tag.txt"] if row["custom"] == "1"]
    assert own
    assert {row["version"] for row in own} == {""}


def test_a_concept_of_the_filers_own_has_the_accession_number() -> None:
    text = SUBMISSION.read_text().replace("Inventories....", "Stale buns.....", 1)
    found = tables_of(convert(text.encode(), name="buns.txt"))
    (own,) = [row for row in found["tag.txt"] if row["tag"].startswith("StaleBuns")]
    assert (own["version"], own["custom"]) == ("0000912345-98-000017", "1")
    assert own["tlabel"] == "Stale buns"
    standard = next(row for row in found["tag.txt"] if row["tag"] == "Assets")
    assert standard == {
        "tag": "Assets",
        "version": "us-gaap/2024",
        "custom": "0",
        "abstract": "0",
        "datatype": "monetary",
        "iord": "I",
        "crdr": "D",
        "tlabel": "",
        "doc": "",
    }


def test_an_older_taxonomy_has_its_own_version() -> None:
    conversion = convert(
        EXAMPLE.read_bytes(), name=EXAMPLE.name, options=Options(taxonomy="us-gaap-2009")
    )
    tags = parsed(sec_tables(conversion, load_taxonomy("us-gaap-2009"))["tag.txt"])
    assert {row["version"] for row in tags if row["custom"] == "0"} == {"us-gaap/2009"}


def test_a_number_is_as_sec_writes_it() -> None:
    numbers = tables(EXAMPLE)["num.txt"]
    assets = [row for row in numbers if row["tag"] == "Assets"]
    assert [(row["ddate"], row["qtrs"], row["uom"], row["value"]) for row in assets] == [
        ("20030930", "0", "USD", "324320000.0000"),
        ("20021231", "0", "USD", "141533000.0000"),
    ]
    per_share = [row for row in numbers if row["tag"] == "EarningsPerShareBasic"]
    assert {row["uom"] for row in per_share} == {"USD"}
    assert {row["segments"] for row in numbers} == {
        "",
        "Scenario=NonGaap;",
        "Scenario=ScenarioAdjustment;",
    }


def test_a_line_says_how_it_is_presented() -> None:
    lines = tables(SUBMISSION)["pre.txt"]
    by_tag = {row["tag"]: row for row in lines if row["stmt"] == "BS"}
    assert by_tag["AllowanceForDoubtfulAccountsReceivableCurrent"]["inpth"] == "1"
    assert by_tag["InventoryNet"]["inpth"] == "0"
    assert int(by_tag["InventoryNet"]["line"]) < int(by_tag["Assets"]["line"])
    assert {row["report"] for row in lines if row["stmt"] == "BS"} == {"2"}
    assert {row["negating"] for row in tables(EXAMPLE)["pre.txt"]} == {"0", "1"}


def test_axes_and_units_are_written_short() -> None:
    def context(*pairs: tuple[str, str]) -> Context:
        named = tuple((QName("us-gaap", a), QName("us-gaap", m)) for a, m in pairs)
        return Context("c", FILER, Instant(date(2003, 12, 31)), named)

    both = context(
        ("StatementScenarioAxis", "ScenarioUnspecifiedDomain"),
        ("StatementEquityComponentsAxis", "RetainedEarningsMember"),
    )
    assert (
        segments_text(both) == "EquityComponents=RetainedEarnings;Scenario=ScenarioUnspecified;"
    )
    assert segments_text(context()) == ""
    dollars, shares = QName("iso4217", "USD"), QName("xbrli", "shares")
    assert measure_text(Unit("u", dollars, shares)) == "USD"
    assert measure_text(Unit("u", shares, dollars)) == "shares/USD"


@pytest.mark.parametrize("end", ["\t", "\r", "\x0b"])
def test_no_text_breaks_a_row(end: str) -> None:
    text = SUBMISSION.read_text().replace("Inventories....", f"Inven{end}tories.", 1)
    for name, rows in tables_of(convert(text.encode(), name="odd.txt")).items():
        assert {len(row) for row in rows} == {len(COLUMNS[name])}
        assert all(None not in row.values() for row in rows)
