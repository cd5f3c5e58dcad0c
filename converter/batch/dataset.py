"""The facts, findings and equations of all reports as one Parquet data set, and the manifest.

Files lie by year and form (`facts/year=1996/form=10-K/part-0.parquet`), as Hive has it, and
hold their rows in the order of the inputs, whatever the order in which they were done. A
file knows of which reports it is made: one whose reports are the same is left alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import quote

from converter.batch.journal import Journal, Record, Status
from converter.errors import OptionsError
from converter.fact_rows import DIGITS, SCALE, FactRow
from converter.parquet import COMPRESSION, field_types, schema_of, table_of

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST: Final = "manifest.parquet"
KINDS: Final = ("facts", "findings", "certificates")
"""The kinds of tables, by the names of their folders."""

_WORKSHOP = ".tieout-dataset"
_ROWS = 1 << 16
"""So many rows are written at once; no more are held."""
_UNKNOWN = "unknown"
_DIGITS = "Form "
"""Before a form of nothing but digits, which readers would take for a number."""
_FORM = re.compile(r"[A-Z0-9][A-Z0-9 ./&()-]{0,29}")
_MADE_OF = "tieout.reports"
_FILE = "part-0.parquet"


class FindingRow(NamedTuple):
    """A finding of a report; None is what it does not have.

    Attributes:
        input: What the run calls the filing.
        report: The report's name.
        number: Of the finding among those of the report, from 1.
        code: `sum.off`, or Arelle's.
        severity: `error`, `warning`, `info`.
        message: In words.
        line: Of its place in the filing, from 1.
        column: Where that begins in the line, from 1.
        end_column: The column after its last character.
        advice: What to do.
    """

    input: str
    report: str
    number: int
    code: str
    severity: str
    message: str
    line: int | None
    column: int | None
    end_column: int | None
    advice: str | None


class EquationRow(NamedTuple):
    """An equation of a report's certificate; None is what it does not have.

    Attributes:
        input: What the run calls the filing.
        report: The report's name.
        number: Of the equation in the certificate, from 1.
        check: What kind it is: `footing`, `balance`, ...
        verdict: `holds`, `fails`, `cannot tell`.
        why: How it was found, or why it cannot be told.
        caption: Of the figure that it works out.
        concept: That figure's.
        start: The first day of its period.
        end: The last.
        instant: The day, of a balance.
        stated: What is printed, in whole units.
        worked: What the other figures come to.
        difference: The one less the other.
        tolerance: What rounding explains.
        operands: How many other figures there are.
        line: Where the figure is printed, from 1.
        column: The same.
    """

    input: str
    report: str
    number: int
    check: str
    verdict: str
    why: str | None
    caption: str | None
    concept: str | None
    start: date | None
    end: date | None
    instant: date | None
    stated: Decimal | None
    worked: Decimal | None
    difference: Decimal | None
    tolerance: Decimal | None
    operands: int
    line: int | None
    column: int | None


Row = Sequence[object]


def write_dataset(out: Path, records: Sequence[Record]) -> None:
    """Bring the data set and the manifest to what is known now, each file at once.

    Raises:
        OptionsError: They cannot be written.
    """
    workshop = out / _WORKSHOP
    shutil.rmtree(workshop, ignore_errors=True)
    try:
        workshop.mkdir()
        parts = _parts(records)
        for place, reports in parts.items():
            _bring_up(out, workshop, place, reports)
        _remove_others(out, set(parts))
        _write_manifest(out, workshop, records)
    except OSError as error:
        raise OptionsError(f"{out}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _parts(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The reports of each folder of the data set."""
    parts: dict[str, list[Record]] = {}
    for record in records:
        if record.status is Status.DONE:
            parts.setdefault(_place(record), []).append(record)
    return parts


def _place(record: Record) -> str:
    """`year=1996/form=10-K%2FA`; a year that is not known is 0, so that all are numbers."""
    form = record.form if record.form and _FORM.fullmatch(record.form) else _UNKNOWN
    called = f"{_DIGITS}{form}" if form.isdigit() else form
    return f"year={record.year or 0}/form={quote(called, safe='')}"


def _bring_up(out: Path, workshop: Path, place: str, reports: Sequence[Record]) -> None:
    """The files of one folder, anew if they are not of these reports."""
    made_of = _digest(reports)
    if all(_is_of(out / name / place / _FILE, made_of) for name in KINDS):
        return
    with _Writers(workshop, _schemas({_MADE_OF: made_of})) as writers:
        for record in reports:
            for name, rows in _rows_of(out, record).items():
                writers.add(name, rows)
    for name in KINDS:
        target = out / name / place / _FILE
        target.parent.mkdir(parents=True, exist_ok=True)
        (workshop / name).replace(target)


def _digest(reports: Iterable[Record]) -> str:
    told = [
        (one.input, one.sha256, one.version, one.options, one.report, one.name)
        for one in reports
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _is_of(path: Path, made_of: str) -> bool:
    from pyarrow import ArrowException, parquet  # noqa: PLC0415

    try:
        return bool(parquet.read_schema(path).metadata[_MADE_OF.encode()] == made_of.encode())
    except (OSError, ArrowException, KeyError, TypeError):
        return False


class _Writers:
    """A Parquet file of each kind, written as rows come."""

    def __init__(self, folder: Path, schemas: Mapping[str, pa.Schema]) -> None:
        from pyarrow import parquet  # noqa: PLC0415  (an extra, and slow to import)

        self._schemas = schemas
        self._rows: dict[str, list[Row]] = {name: [] for name in schemas}
        self._files = {
            name: parquet.ParquetWriter(folder / name, schema, compression=COMPRESSION)
            for name, schema in schemas.items()
        }

    def __enter__(self) -> Self:
        return self

    def add(self, name: str, rows: Iterable[Row]) -> None:
        """Rows of a kind; written once there are many."""
        held = self._rows[name]
        held += rows
        if len(held) >= _ROWS:
            self._flush(name)

    def _flush(self, name: str) -> None:
        if self._rows[name]:
            self._files[name].write_table(table_of(self._rows[name], self._schemas[name]))
            self._rows[name].clear()

    def __exit__(self, *_: object) -> None:
        for name, file in self._files.items():
            try:
                self._flush(name)
            finally:
                file.close()


def _remove_others(out: Path, places: set[str]) -> None:
    """No file stays whose reports are elsewhere now, or gone."""
    for name in KINDS:
        for file in sorted((out / name).glob(f"*/*/{_FILE}")):
            if file.parent.relative_to(out / name).as_posix() not in places:
                file.unlink()
                for empty in (file.parent, file.parent.parent):
                    if not any(empty.iterdir()):
                        empty.rmdir()


def _write_manifest(out: Path, workshop: Path, records: Sequence[Record]) -> None:
    from pyarrow import parquet  # noqa: PLC0415

    rows = [tuple(asdict(one).values()) for one in records]
    table = table_of(rows, schema_of(Record))
    parquet.write_table(table, workshop / MANIFEST, compression=COMPRESSION)
    (workshop / MANIFEST).replace(out / MANIFEST)


# --- rows ----------------------------------------------------------------------------


def _rows_of(out: Path, record: Record) -> dict[str, Iterable[Row]]:
    """What the files of a report and its entry in the journal say, as rows.

    Raises:
        OptionsError: A file is not what was written, though it is as long.
    """
    folder = out / str(record.report)
    try:
        findings = _entries(folder / f"{record.name}.findings.json", "findings")
        equations = _entries(folder / f"{record.name}.certificate.json", "equations")
        return {
            "facts": _facts(record, Journal(out).rows(record)),
            "findings": [_finding(record, n, one) for n, one in enumerate(findings, 1)],
            "certificates": [_equation(record, n, one) for n, one in enumerate(equations, 1)],
        }
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise OptionsError(
            f"{folder}: is not what was written; do {record.input} again with --force"
        ) from error


def _facts(record: Record, rows: Iterable[Sequence[Any]]) -> Iterator[Row]:
    """Rows of facts as they were before they were JSON, without what the folder says."""
    made = [_READ.get(kind) for kind in field_types().values()]
    form = FactRow._fields.index("form")
    for row in rows:
        values = [
            make(value) if make and value is not None else value
            for make, value in zip(made, row, strict=True)
        ]
        yield (record.input, *values[:form], *values[form + 1 :])


_READ: Final[Mapping[type, Callable[[str], object]]] = {
    date: date.fromisoformat,
    Decimal: Decimal,
}


def _finding(record: Record, number: int, one: Mapping[str, Any]) -> FindingRow:
    return FindingRow(
        record.input,
        str(record.name),
        number,
        one["code"],
        one["severity"],
        one["message"],
        one.get("line"),
        one.get("column"),
        one.get("end_column"),
        one.get("advice"),
    )


def _equation(record: Record, number: int, one: Mapping[str, Any]) -> EquationRow:
    stated = one["stated"]
    period = {key: date.fromisoformat(day) for key, day in (stated["period"] or {}).items()}
    return EquationRow(
        record.input,
        str(record.name),
        number,
        one["check"],
        one["verdict"],
        one["why"] or None,
        stated["caption"],
        stated["concept"],
        period.get("start"),
        period.get("end"),
        period.get("instant"),
        _number(stated["value"]),
        _number(one["worked"]),
        _number(one["difference"]),
        _number(one["tolerance"]),
        len(one["operands"]) + len(one["divisor"]),
        stated.get("line"),
        stated.get("column"),
    )


def _number(text: str) -> Decimal | None:
    """A number as a table holds it, rounded to its places; None if it is too large."""
    value = Decimal(text)
    fits = value.adjusted() < DIGITS - SCALE
    return value.quantize(Decimal(1).scaleb(-SCALE)) if fits else None


def _entries(path: Path, kind: str) -> list[dict[str, Any]]:
    """The entries of one kind in a JSON file of a report."""
    content: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return content[kind]


def _schemas(metadata: Mapping[str, str]) -> dict[str, pa.Schema]:
    """The schema of each kind of table."""
    import pyarrow as pa  # noqa: PLC0415

    facts = schema_of(FactRow, without=("form",), metadata=metadata)
    return {
        "facts": facts.insert(0, pa.field("input", pa.string(), nullable=False)),
        "findings": schema_of(FindingRow, metadata=metadata),
        "certificates": schema_of(EquationRow, metadata=metadata),
    }
