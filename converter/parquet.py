"""Rows of facts as Parquet. The only module that writes it; pyarrow is an extra."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
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


def field_types() -> Mapping[str, type]:
    """The type of each column, in their order, without None."""
    hints = get_type_hints(FactRow)
    return {
        name: next((one for one in get_args(hint) if one is not type(None)), hint)
        for name, hint in hints.items()
    }


def required_fields() -> frozenset[str]:
    """The columns that have a value in every row."""
    hints = get_type_hints(FactRow)
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
    import pyarrow as pa  # noqa: PLC0415  (an extra, and slow to import)
    from pyarrow import parquet  # noqa: PLC0415

    columns = zip(*rows, strict=True) if rows else ((),) * len(FactRow._fields)
    table = pa.table([list(column) for column in columns], schema=_schema())
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _schema() -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    kinds = {
        str: pa.string(),
        bool: pa.bool_(),
        int: pa.int32(),
        float: pa.float64(),
        date: pa.date32(),
        Decimal: pa.decimal128(DIGITS, SCALE),
    }
    required = required_fields()
    fields = [
        pa.field(name, kinds[kind], nullable=name not in required)
        for name, kind in field_types().items()
    ]
    return pa.schema(fields, metadata={"tieout.format": str(FORMAT)})
