"""What was done, one small file a filing: the run's memory, safe from being killed.

An entry is written last, at once, after the report's folder: what it tells of is there.
A run that was stopped anywhere finds every filing with its entry, or without; one without
is done again and comes out the same.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from converter.batch.items import Input
from converter.output import write_file
from converter.xml_text import as_utf8

FORMAT = 1
"""Version of the entries: those of another are not known, and done again."""

_JOURNAL = "journal"
REPORTS = "reports"
SCRATCH = ".scratch"
"""Where workers have their temporary files; one that is killed leaves its own."""
_KEY = 16
_LONGEST = 80
"""Characters of a report's name in the name of its folder."""


class Status(StrEnum):
    """What became of a filing.

    `done`: there is a report, or findings say why it has no facts. `refused`: it is no
    text filing. `quarantined`: it took too long or too much memory. `fault`: a fault of
    ours. `failed`: something around it: it cannot be read, its worker was killed, the disk
    is full. All but the last stay until the filing, the version, the options or (of what is
    quarantined) the limit change; what failed is tried again by the next run.
    """

    DONE = "done"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    FAULT = "fault"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Record:
    """One filing in the manifest; None is what is not known of it.

    Attributes:
        input: What the run calls it.
        status: What became of it.
        error: Why there is no report, in words.
        sha256: Of its bytes, in hexadecimal.
        bytes: How many there are.
        report: The folder of its report, below the folder of the run.
        report_bytes: How many bytes the files in it have together.
        name: The report's name: that of the filing without its ending.
        year: Of the period that it is of, or else of its filing.
        form: The submission type.
        cik: The ten digits of the filer's Central Index Key.
        company: As the header calls it.
        accession: EDGAR's number of the filing.
        statements: How many were read.
        facts: How many the report has.
        extensions: How many concepts are the filer's own.
        hold: How many equations hold.
        fail: How many do not.
        unclear: Of how many it cannot be told.
        errors: Findings of that severity, Arelle's among them.
        warnings: The same.
        notes: The same.
        valid: Arelle read it and said nothing; None where it was not asked.
        seconds: How long it took, on the clock.
        limited_by: `timeout` or `memory`, of what was stopped.
        limit: At how many seconds or megabytes.
        version: Of the program.
        options: What a report depends on, as JSON.
    """

    input: str
    status: Status
    error: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    report: str | None = None
    report_bytes: int | None = None
    name: str | None = None
    year: int | None = None
    form: str | None = None
    cik: str | None = None
    company: str | None = None
    accession: str | None = None
    statements: int = 0
    facts: int = 0
    extensions: int = 0
    hold: int = 0
    fail: int = 0
    unclear: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    valid: bool | None = None
    seconds: float = 0.0
    limited_by: str | None = None
    limit: float | None = None
    version: str = ""
    options: str = ""


_FIELDS = frozenset(field.name for field in fields(Record))


def key_of(name: str) -> str:
    """The key of an input in the folder of a run, from what the run calls it."""
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:_KEY]


def folder_of(one: Input, stem: str) -> str:
    """Where the report of an input lies below the folder of the run."""
    key = key_of(one.name)
    return f"{REPORTS}/{key[:2]}/{stem[:_LONGEST].strip('. ') or 'report'}-{key}"


class Journal:
    """The entries below the folder of a run; any process may read and write them."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def find(self, name: str) -> Record | None:
        """What is known of an input; None for nothing, or nothing that can be read."""
        return _read(self._path(key_of(name)))

    def stands(self, record: Record) -> bool:
        """Whether the report of an entry is there, as far as its size tells."""
        if record.report is None:
            return True
        try:
            files = os.scandir(self._out / record.report)
            return sum(file.stat().st_size for file in files) == record.report_bytes
        except OSError:
            return False

    def strike_out(self, record: Record) -> None:
        """Take back what is known of an input before its report changes.

        No entry tells of a report that is another by now, wherever the work is cut off. The
        report goes too, whoever left it there, unless it is replaced in its place.

        Raises:
            OSError: The entry cannot be removed.
        """
        key = key_of(record.input)
        self._path(key).unlink(missing_ok=True)
        for folder in (self._out / REPORTS / key[:2]).glob(f"*-{key}"):
            if folder != self._out / str(record.report):
                shutil.rmtree(folder, ignore_errors=True)

    def write(self, record: Record, rows: Sequence[object] = ()) -> None:
        """Put down what became of an input, with the rows of its facts; at once.

        Raises:
            OptionsError: It cannot be written.
        """
        lines = [json.dumps({"format": FORMAT, **asdict(record)})]
        lines += (json.dumps(row, default=str) for row in rows)
        packed = gzip.compress("\n".join(lines).encode(), compresslevel=1, mtime=0)
        write_file(self._path(key_of(record.input)), packed)

    def records(self) -> list[Record]:
        """All that is known, by name; of an entry that cannot be read, that it cannot."""
        paths = sorted((self._out / _JOURNAL).glob("??/*.gz"))
        known = [_read(path) or self._torn(path) for path in paths]
        return sorted(known, key=lambda one: one.input)

    def _torn(self, path: Path) -> Record:
        key = path.name.removesuffix(".gz")
        folder = next((self._out / REPORTS / key[:2]).glob(f"*-{key}"), None)
        report = f", that of {folder.relative_to(self._out).as_posix()}," if folder else ""
        error = f"cannot be read; name its filing{report} again, or remove this entry"
        return Record(path.relative_to(self._out).as_posix(), Status.FAILED, error)

    def rows(self, record: Record) -> Iterator[list[Any]]:
        """The rows of the facts of an input, as JSON has them."""
        with gzip.open(self._path(key_of(record.input)), "rt", encoding="utf-8") as file:
            next(file)
            for line in file:
                yield json.loads(line)

    def _path(self, key: str) -> Path:
        return self._out / _JOURNAL / key[:2] / f"{key}.gz"


def sweep(out: Path) -> None:
    """Remove what a run that was killed had begun to write."""
    shutil.rmtree(out / SCRATCH, ignore_errors=True)
    for part in (_JOURNAL, REPORTS):
        for left in (out / part).glob("??/.tieout-*"):
            shutil.rmtree(left, ignore_errors=True)


def _read(path: Path) -> Record | None:
    """The record of an entry that is whole: its rows can be read as well."""
    try:
        entry = json.loads(gzip.decompress(path.read_bytes()).partition(b"\n")[0])
        if entry.pop("format") != FORMAT or set(entry) != _FIELDS:
            return None
        return Record(**{**entry, "status": Status(entry["status"])})
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, AttributeError):
        return None


def plain(text: str | None) -> str | None:
    """Text as a table can hold it."""
    return None if text is None else as_utf8(text)
