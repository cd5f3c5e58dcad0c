"""Rows as Parquet, of facts and of others. pyarrow is an extra."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, get_args, get_type_hints

from converter.errors import OptionsError
from converter.fact_rows import DIGITS, SCALE, FactRow

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT: Final = 1
"""Version of the columns, in the file's metadata as `tieout.format`."""
COMPRESSION: Final = "zstd"


def field_types(row: type = FactRow) -> Mapping[str, type]:
    """The type of each column, in their order, without None."""
    return {
        name: next((one for one in get_args(hint) if one is not type(None)), hint)
        for name, hint in get_type_hints(row).items()
    }


def required_fields(row: type = FactRow) -> frozenset[str]:
    """The columns that have a value in every row."""
    hints = get_type_hints(row)
    return frozenset(name for name, hint in hints.items() if type(None) not in get_args(hint))


def check_pyarrow() -> None:
    """See that tables can be written, before any work is done.

    Raises:
        OptionsError: pyarrow is not installed; the message says what to install.
    """
    if find_spec("pyarrow") is None:
        raise OptionsError(
            "tables are written as Parquet by pyarrow, which is not installed; install it "
            "with: pip install 'tieout[tables]'"
        )


def parquet_bytes(rows: Sequence[FactRow]) -> bytes:
    """A Parquet file of the rows; the same bytes from the same release of pyarrow.

    Raises:
        OptionsError: pyarrow is not installed.
    """
    check_pyarrow()
    from pyarrow import parquet  # noqa: PLC0415  (an extra, and slow to import)

    buffer = io.BytesIO()
    parquet.write_table(table_of(rows, schema_of()), buffer, compression=COMPRESSION)
    return buffer.getvalue()


def table_of(rows: Sequence[Iterable[object]], schema: pa.Schema) -> pa.Table:
    """Rows as a table, with a value for each field of the schema."""
    import pyarrow as pa  # noqa: PLC0415

    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.table([list(column) for column in columns], schema=schema)


def schema_of(
    row: type = FactRow,
    without: Iterable[str] = (),
    metadata: Mapping[str, str] | None = None,
) -> pa.Schema:
    """The schema of rows of a type, but for some of their fields.

    Raises:
        OptionsError: pyarrow is not installed.
    """
    check_pyarrow()
    import pyarrow as pa  # noqa: PLC0415

    kinds = {
        str: pa.string(),
        bool: pa.bool_(),
        int: pa.int32(),
        float: pa.float64(),
        date: pa.date32(),
        Decimal: pa.decimal128(DIGITS, SCALE),
    }
    required = required_fields(row)
    fields = [
        pa.field(name, kinds[_plain(kind)], nullable=name not in required)
        for name, kind in field_types(row).items()
        if name not in without
    ]
    return pa.schema(fields, metadata={"tieout.format": str(FORMAT), **(metadata or {})})


def _plain(kind: type) -> type:
    """The type that a column has: text for a choice of words."""
    return str if issubclass(kind, str) else kind
