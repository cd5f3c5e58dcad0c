"""Facts of many reports in one folder: Parquet, and SEC's Financial Statement Data Sets.

    facts/<part>.parquet              the facts of one report, a row each
    fsds/parts/<part>/sub.txt ...     the same as a data set of one report
    fsds/sub.txt, num.txt, ...        all those data sets as one

A part is `<report>-<first digits of the input's SHA-256>`: converting the same input again
replaces what it gave before, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Final

from converter.errors import OptionsError
from converter.fact_rows import Source, fact_rows
from converter.model import RenderedFile
from converter.output import write_file, write_folder
from converter.parquet import check_pyarrow, parquet_bytes
from converter.pipeline import Conversion
from converter.sec_tables import COLUMNS, sec_tables
from converter.taxonomy import Taxonomy

FOLDER: Final = "tables"
"""Where the tables are, beside the folders of the reports."""

_FACTS = "facts"
_SETS = "fsds"
_PARTS = f"{_SETS}/parts"
_HASH = 12


def claim_tables(out: Path, reports: Iterable[Path]) -> Path:
    """The folder of the tables, before any work is done.

    Args:
        out: Where the folders of the reports are.
        reports: Those that will be written.

    Raises:
        OptionsError: pyarrow is not installed, or the place is that of a report or of
            something else.
    """
    check_pyarrow()
    folder = out / FOLDER
    if folder in reports:
        raise OptionsError(
            f"{folder} is where the tables are; a report of that name cannot be there too: "
            "rename the input"
        )
    if folder.exists() and not folder.is_dir():
        raise OptionsError(f"{folder}: a file, not a folder; choose another place with -o")
    others = {path.name for path in folder.glob("[!.]*")} - {_FACTS, _SETS}
    if others:
        raise OptionsError(
            f"{folder} holds {min(others)!r}, which is no part of the tables; move it away, "
            "or choose another place with -o"
        )
    return folder


def is_of_tables(folder: Path) -> bool:
    """Whether a folder is one that `append_tables` has written."""
    return folder.name == FOLDER and (folder / _FACTS).is_dir() and (folder / _SETS).is_dir()


def part_name(stem: str, source: Source) -> str:
    """What the files of a report are called."""
    return f"{stem}-{source.sha256[:_HASH]}"


def tables_files(
    conversion: Conversion, taxonomy: Taxonomy, source: Source
) -> tuple[RenderedFile, ...]:
    """The part of one report, named relative to the folder of the tables.

    A report without facts has none.

    Raises:
        OptionsError: pyarrow is not installed.
    """
    if not conversion.instance.facts:
        return ()
    part = part_name(conversion.instance.stem, source)
    rows = parquet_bytes(fact_rows(conversion, source))
    sets = sec_tables(conversion, taxonomy)
    return (
        RenderedFile(f"{_FACTS}/{part}.parquet", rows),
        *(RenderedFile(f"{_PARTS}/{part}/{name}", data) for name, data in sets.items()),
    )


def append_tables(folder: Path, files: Iterable[RenderedFile]) -> None:
    """Write the part of a report, each file or folder of it at once.

    The data sets of all reports are made by `join_tables`, once after the last of them.

    Raises:
        OptionsError: It cannot be written.
    """
    for parent, group in groupby(files, key=lambda file: PurePosixPath(file.name).parent):
        own = [RenderedFile(PurePosixPath(file.name).name, file.data) for file in group]
        if str(parent) == _FACTS:
            for file in own:
                write_file(folder / parent / file.name, file.data)
        else:
            write_folder(folder / parent, own)


def join_tables(folder: Path) -> tuple[str, ...]:
    """Make one data set of those of all reports, each file at once.

    The key of a report is its accession number, so of two reports with the same one, or
    with none, only the first by name can be in it; the others stay data sets of their own.

    Returns:
        The parts that were left out.

    Raises:
        OptionsError: A part cannot be read, or the data set cannot be written.
    """
    parts = sorted((folder / _PARTS).glob("[!.]*/"))
    try:
        kept = list(_one_a_key(parts))
        for name, columns in COLUMNS.items():
            data = _joined([part / name for part in kept], columns)
            write_file(folder / _SETS / name, data)
    except OSError as error:
        raise OptionsError(f"{error.filename}: cannot be read: {error.strerror}") from error
    return tuple(part.name for part in parts if part not in kept)


def _one_a_key(parts: Iterable[Path]) -> Iterator[Path]:
    taken: set[bytes] = set()
    for part in parts:
        _, row, *_ = (part / "sub.txt").read_bytes().split(b"\n")
        accession = row.partition(b"\t")[0]
        if accession not in taken:
            taken.add(accession)
            yield part


def _joined(files: Sequence[Path], columns: Sequence[str]) -> bytes:
    """The first line once, then the rows of all; a concept of several reports once."""
    head = "\t".join(columns).encode()
    rows: dict[bytes, None] = {head: None}
    for file in files:
        rows.update(dict.fromkeys(file.read_bytes().splitlines()))
    return b"\n".join(rows) + b"\n"
