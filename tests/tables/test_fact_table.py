"""Every fact in one row: Parquet and DataFrames hold what the report says, and where."""

from __future__ import annotations

import io
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from converter import parquet
from converter.errors import OptionsError
from converter.fact_rows import FactRow, Source, _number, fact_rows
from converter.model import EXTENSION, Instant
from converter.parquet import field_types, parquet_bytes, required_fields
from converter.pipeline import Conversion, convert
from converter.strategies import Report, reports

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
SUBMISSION = ROOT / "tests" / "golden" / "cases" / "submission-10-q" / "input.txt"
SOURCE = Source("statement.txt", "0" * 64)
FEWER = settings(max_examples=max(5, settings().max_examples // 4))


@cache
def converted(path: Path) -> Conversion:
    return convert(path.read_bytes(), name=path.name)


def rows_of(path: Path) -> tuple[FactRow, ...]:
    return fact_rows(converted(path), SOURCE)


@FEWER
@given(reports())
def test_every_fact_is_in_one_row(report: Report) -> None:
    conversion = convert(report.text().encode(), name="drawn.txt")
    rows = fact_rows(conversion, SOURCE)
    contexts = {context.id: context for context in conversion.instance.contexts}
    assert [row.fact for row in rows] == [fact.id for fact in conversion.instance.facts]
    for row, fact in zip(rows, conversion.instance.facts, strict=True):
        period = contexts[fact.context].period
        days = (row.instant,) if isinstance(period, Instant) else (row.start, row.end)
        assert (row.prefix, row.concept) == fact.concept
        assert days == tuple(period)
        assert (row.value, row.decimals) == (fact.value, fact.decimals)


@FEWER
@given(reports())
def test_a_row_is_where_its_figure_is_printed(report: Report) -> None:
    text = report.text()
    conversion = convert(text.encode(), name="drawn.txt")
    lines = text.splitlines()
    for row in fact_rows(conversion, SOURCE):
        if row.statement is None or row.row is None or row.line is None:
            assert row.prefix == "dei"
            continue
        statement = conversion.statements[row.statement - 1].statement
        line = statement.rows[row.row - 1]
        assert (row.kind, row.label) == (statement.kind.value, line.label or None)
        assert row.column
        assert row.end_column
        printed = lines[row.line - 1][row.column - 1 : row.end_column - 1]
        cells = [cell.text for cell in line.source.cells if cell]
        assert any(printed in text or text in printed for text in cells)


def test_the_rows_of_a_sum_add_up() -> None:
    """Assets of the example are those of its liabilities and equity, from the table alone."""
    plain = {
        (row.concept, row.instant): row.value
        for row in rows_of(EXAMPLE)
        if row.instant and row.value is not None and not row.dimensions
    }
    days = {day for _, day in plain}
    assert days
    for day in days:
        assert (
            plain["Assets", day]
            == plain["LiabilitiesAndStockholdersEquity", day]
            == plain["AssetsCurrent", day]
            + plain["PropertyPlantAndEquipmentNet", day]
            + plain["IntangibleAssetsNetExcludingGoodwill", day]
            + plain["OtherAssetsNoncurrent", day]
        )


def test_a_row_says_where_it_comes_from() -> None:
    row = next(row for row in rows_of(SUBMISSION) if row.concept == "Assets")
    assert row.accession == "0000912345-98-000017"
    assert (row.cik, row.form) == ("0000912345", "10-Q")
    assert (row.source, row.source_sha256) == SOURCE
    assert str(row.period_of_report) == "1998-09-30"
    assert row.proven
    assert row.places == 1


def test_units_and_dimensions_are_stable_text() -> None:
    rows = rows_of(EXAMPLE)
    assert {row.unit for row in rows} == {None, "USD", "USD/shares", "shares", "pure"}
    axis = "srt:StatementScenarioAxis"
    assert {row.dimensions for row in rows} == {
        None,
        f"{axis}=us-gaap:ScenarioAdjustmentMember",
        f"{axis}=ext:NonGaapMember",
    }
    assert {row.extension for row in rows if row.prefix == EXTENSION} == {True}


def test_a_finding_is_counted_at_its_figure() -> None:
    page = """
                                 ALPHA CORP.
                                Balance Sheets
                                                 December 31,
                                               2003        2002
                                             ---------   ---------
Cash                                         $      20   $      50
Inventories                                         10          20
                                             ---------   ---------
Total assets                                 $      35   $      70
                                             =========   =========
"""
    rows = fact_rows(convert(page.encode(), name="alpha.txt"), SOURCE)
    found = {(row.concept, row.value): (row.findings, row.proven) for row in rows}
    assert found["Assets", Decimal(35)][0] > 0
    assert not found["Assets", Decimal(35)][1]
    assert found["Assets", Decimal(70)] == (0, True)


# --- Parquet -------------------------------------------------------------------------


@pytest.mark.parametrize("path", [EXAMPLE, SUBMISSION])
def test_parquet_gives_the_rows_back(path: Path) -> None:
    rows = rows_of(path)
    table = pq.read_table(io.BytesIO(parquet_bytes(rows)))
    assert [FactRow(**row) for row in table.to_pylist()] == list(rows)
    assert table.schema.metadata[b"tieout.format"] == b"1"


def test_parquet_of_nothing_has_the_same_columns() -> None:
    empty, full = (
        pq.read_schema(io.BytesIO(parquet_bytes(rows))) for rows in ((), rows_of(EXAMPLE))
    )
    assert empty.equals(full, check_metadata=True)


def test_what_is_no_character_becomes_a_blank() -> None:
    """A name on disk that is no UTF-8 cannot be written in Parquet, which is."""
    rows = fact_rows(converted(EXAMPLE), Source("odd\udc80.txt", "0" * 64))
    table = pq.read_table(io.BytesIO(parquet_bytes(rows)))
    assert set(table["source"].to_pylist()) == {"odd .txt"}


def test_parquet_is_the_same_twice() -> None:
    assert parquet_bytes(rows_of(EXAMPLE)) == parquet_bytes(rows_of(EXAMPLE))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_value_is_kept_whole_or_not_at_all(value: Decimal) -> None:
    kept = _number(value)
    assert kept is None or kept == value
    row = rows_of(EXAMPLE)[-1]._replace(value=kept)
    (found,) = pq.read_table(io.BytesIO(parquet_bytes([row])))["value"].to_pylist()
    assert found == kept


def test_a_value_of_common_size_is_kept() -> None:
    for text in ("0", "-0.00000001", "123456789012345678901234567890", "0.6145"):
        assert _number(Decimal(text)) == Decimal(text)
    assert _number(Decimal("1E+30")) is None
    assert _number(Decimal("1E-9")) is None
    assert _number("10-K") is None


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    with pytest.raises(OptionsError, match=re.escape("pip install 'tieout[tables]'")):
        parquet_bytes(())


# --- the manual ----------------------------------------------------------------------


def test_the_manual_has_the_columns_in_their_order() -> None:
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (\S+?)(?:\(.*?\))?(, null)? \|", page, re.MULTILINE)
    kinds = {
        "str": "string", "bool": "bool", "int": "int32", "float": "float64",
        "date": "date32", "Decimal": "decimal128",
    }  # fmt: skip
    assert listed == [
        (name, kinds[kind.__name__], "" if name in required_fields() else ", null")
        for name, kind in field_types().items()
    ]
    assert Counter(name for name, *_ in listed) == Counter(FactRow._fields)
