"""Facts as a pandas DataFrame, for those who work in Python; pandas is an extra."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from converter.errors import OptionsError
from converter.fact_rows import FactRow, Source, fact_rows
from converter.limits import read_file
from converter.options import Options
from converter.parquet import field_types, required_fields
from converter.pipeline import convert

if TYPE_CHECKING:
    from pandas import DataFrame

Values = Literal["decimal", "float"]
"""Exact numbers of Python's `decimal`, or the nearest `float64`."""


def facts(
    source: str | Path | bytes,
    *,
    name: str = "report.txt",
    values: Values = "decimal",
    **options: object,
) -> DataFrame:
    """The facts of a filing, a row each, with the columns of docs/tables.md.

    Args:
        source: The path of a filing, or its bytes.
        name: What to call the filing when its bytes are given.
        values: Whether the column `value` holds `Decimal` objects, exact, or `float64`,
            on which pandas calculates at once.
        **options: Those of `Options`: `taxonomy`, `cik`, `rules`, `prior`, ...

    Raises:
        OSError: The path cannot be read.
        SubmissionError: The file is no text filing, or too large.
        OptionsError: pandas is not installed, or an option is wrong.
        TypeError: There is no such option.
    """
    if find_spec("pandas") is None:
        raise OptionsError("pandas is not installed; pip install 'tieout[tables]'")
    path = None if isinstance(source, bytes) else Path(source)
    data = source if isinstance(source, bytes) else read_file(Path(source))
    called = path.name if path else name
    chosen = Options(**options)  # type: ignore[arg-type]  # checked where they are used
    conversion = convert(data, name=called, options=chosen)
    sha256 = hashlib.sha256(data).hexdigest()
    return frame(fact_rows(conversion, Source(called, sha256)), values)


def frame(rows: Sequence[FactRow], values: Values = "decimal") -> DataFrame:
    """Rows of facts as a DataFrame, of the same types whatever the rows hold.

    Text is `string`, whole numbers `Int64` where one may be missing and `int64` elsewhere,
    days `datetime64[s]`, flags `bool`, `confidence` is `float64`.

    Raises:
        OptionsError: There is no such choice of `values`.
    """
    import pandas as pd  # noqa: PLC0415  (an extra, and slow to import)

    if values not in ("decimal", "float"):
        raise OptionsError(f"values={values!r}: choose 'decimal' or 'float'")
    types = _types(values)
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return pd.DataFrame(
        {
            name: pd.Series(list(column), dtype=types[name])
            for name, column in zip(types, columns, strict=True)
        }
    )


def _types(values: Values) -> dict[str, str]:
    """The dtype of each column, in their order."""
    required = required_fields()
    names = {
        str: "string",
        date: "datetime64[s]",
        float: "float64",
        bool: "bool",
        Decimal: "object" if values == "decimal" else "float64",
    }
    return {
        name: ("int64" if name in required else "Int64") if kind is int else names[kind]
        for name, kind in field_types().items()
    }
