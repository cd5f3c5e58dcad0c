"""Where the data that ships with the package lies: in a wheel, or in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource(name: str) -> Path:
    """A folder of data (taxonomy, templates, schemas, docs), in the package or beside it."""
    installed = Path(str(files("converter"))) / "_data" / name
    return installed if installed.is_dir() else Path(__file__).parent.parent / name
