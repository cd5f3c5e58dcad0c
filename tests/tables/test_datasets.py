"""Tables of many reports: what is added again replaces itself, and nothing else."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet as pq

from converter.datasets import append_tables, claim_tables, join_tables, tables_files
from converter.errors import OptionsError
from converter.fact_rows import Source
from converter.model import RenderedFile
from converter.options import Options
from converter.pipeline import convert
from converter.sec_tables import COLUMNS
from converter.taxonomy import load_taxonomy

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sonus-8-k-2003-10-08.txt"
SUBMISSION = ROOT / "tests" / "golden" / "cases" / "submission-10-q" / "input.txt"


def files_of(
    data: bytes, name: str, taxonomy: str = "us-gaap-2024"
) -> tuple[RenderedFile, ...]:
    conversion = convert(data, name=name, options=Options(taxonomy=taxonomy))
    source = Source(name, hashlib.sha256(data).hexdigest())
    return tables_files(conversion, load_taxonomy(taxonomy), source)


def counted(folder: Path) -> dict[str, int]:
    """Rows of each table, the first line of a text not among them."""
    sets = {name: (folder / "fsds" / name).read_bytes().count(b"\n") - 1 for name in COLUMNS}
    return {**sets, "facts": pq.read_table(folder / "facts").num_rows}


def test_the_same_input_again_doubles_no_row(tmp_path: Path) -> None:
    files = files_of(EXAMPLE.read_bytes(), EXAMPLE.name)
    once: dict[str, int] = {}
    for _ in range(2):
        append_tables(tmp_path, files)
        assert join_tables(tmp_path) == ()
        once = once or counted(tmp_path)
    assert counted(tmp_path) == once
    assert once["facts"] == 341
    assert once["sub.txt"] == 1


def test_another_report_is_added_and_replaces_only_itself(tmp_path: Path) -> None:
    append_tables(tmp_path, files_of(EXAMPLE.read_bytes(), EXAMPLE.name))
    join_tables(tmp_path)
    first = {p: p.read_bytes() for p in tmp_path.rglob("sonus*.parquet")}
    data = SUBMISSION.read_bytes()
    for taxonomy in ("us-gaap-2024", "us-gaap-2009"):
        append_tables(tmp_path, files_of(data, SUBMISSION.name, taxonomy))
        assert join_tables(tmp_path) == ()
    assert {p: p.read_bytes() for p in tmp_path.rglob("sonus*.parquet")} == first
    assert counted(tmp_path)["sub.txt"] == 2
    assert len(list((tmp_path / "facts").iterdir())) == 2
    versions = {line.split("\t")[1] for line in _lines(tmp_path, "tag.txt")}
    assert {"us-gaap/2009", "us-gaap/2024"} <= versions


def test_a_concept_of_two_reports_is_told_once(tmp_path: Path) -> None:
    append_tables(tmp_path, files_of(EXAMPLE.read_bytes(), EXAMPLE.name))
    append_tables(tmp_path, files_of(SUBMISSION.read_bytes(), SUBMISSION.name))
    join_tables(tmp_path)
    keys = [tuple(line.split("\t")[:2]) for line in _lines(tmp_path, "tag.txt")]
    assert len(keys) == len(set(keys))
    assert ("Assets", "us-gaap/2024") in keys


def test_of_two_reports_of_one_key_the_second_stays_apart(tmp_path: Path) -> None:
    data = SUBMISSION.read_bytes()
    append_tables(tmp_path, files_of(data, "a.txt"))
    append_tables(tmp_path, files_of(data + b"\n", "b.txt"))
    (left,) = join_tables(tmp_path)
    assert left.startswith("b-")
    assert counted(tmp_path)["sub.txt"] == 1
    assert (tmp_path / "fsds" / "parts" / left / "num.txt").is_file()
    assert len(list((tmp_path / "facts").iterdir())) == 2


def test_what_another_run_is_writing_is_not_read(tmp_path: Path) -> None:
    append_tables(tmp_path, files_of(SUBMISSION.read_bytes(), SUBMISSION.name))
    (tmp_path / "fsds" / "parts" / ".tieout-half").mkdir()
    assert join_tables(tmp_path) == ()
    assert counted(tmp_path)["sub.txt"] == 1


def test_nothing_is_left_beside_the_tables(tmp_path: Path) -> None:
    append_tables(tmp_path, files_of(SUBMISSION.read_bytes(), SUBMISSION.name))
    join_tables(tmp_path)
    assert {p.name for p in tmp_path.rglob("*") if p.is_file()} == {
        *COLUMNS,
        *(p.name for p in (tmp_path / "facts").iterdir()),
    }


def test_the_place_of_the_tables_is_claimed_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = tmp_path / "tables"
    assert claim_tables(tmp_path, [tmp_path / "a"]) == tables
    append_tables(tables, files_of(SUBMISSION.read_bytes(), SUBMISSION.name))
    assert claim_tables(tmp_path, [tmp_path / "a"]) == tables
    with pytest.raises(OptionsError, match="rename the input"):
        claim_tables(tmp_path, [tables])
    (tables / "tables.xml").touch()
    with pytest.raises(OptionsError, match=r"holds 'tables\.xml'"):
        claim_tables(tmp_path, [])
    monkeypatch.setattr("converter.parquet.find_spec", lambda _: None)
    with pytest.raises(OptionsError, match="pyarrow"):
        claim_tables(tmp_path, [])


def test_a_file_is_no_place_for_tables(tmp_path: Path) -> None:
    (tmp_path / "tables").touch()
    with pytest.raises(OptionsError, match="a file, not a folder"):
        claim_tables(tmp_path, [])


def test_a_part_that_is_not_whole_is_named(tmp_path: Path) -> None:
    append_tables(tmp_path, files_of(SUBMISSION.read_bytes(), SUBMISSION.name))
    (path,) = tmp_path.glob("fsds/parts/*/sub.txt")
    path.unlink()
    with pytest.raises(OptionsError, match=r"sub\.txt: cannot be read"):
        join_tables(tmp_path)


def test_a_report_without_facts_has_no_part() -> None:
    assert files_of(b"Nothing but words.\n", "words.txt") == ()


def test_pandas_reads_them_all(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed (tables)")
    append_tables(tmp_path, files_of(SUBMISSION.read_bytes(), SUBMISSION.name))
    join_tables(tmp_path)
    tables = {
        name: pd.read_csv(tmp_path / "fsds" / name, sep="\t", quoting=3, dtype=str)
        for name in COLUMNS
    }
    assert {name: tuple(table.columns) for name, table in tables.items()} == dict(COLUMNS)
    joined = (
        tables["num.txt"]
        .merge(tables["sub.txt"], on="adsh")
        .merge(tables["tag.txt"], on=["tag", "version"])
    )
    assert len(joined) == len(tables["num.txt"])
    facts = pd.read_parquet(tmp_path / "facts")
    numbers = facts["value"].dropna()
    assert sum(numbers) == sum(map(Decimal, joined["value"]))


def _lines(folder: Path, name: str) -> list[str]:
    return (folder / "fsds" / name).read_text(encoding="utf-8").splitlines()[1:]
