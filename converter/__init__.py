"""Tieout: financial statements printed as text or HTML, read into validated XBRL.

The names below are the library (docs/library.md); each is loaded when it is first used.
Else read `converter.model` and then `converter.pipeline`: one module a stage.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from converter.errors import (
        ConverterError,
        OptionsError,
        SubmissionError,
        TaxonomyError,
        ValidatorError,
    )
    from converter.frames import facts
    from converter.options import Options, read_rules
    from converter.pipeline import Conversion, Reading, convert, read, validate
    from converter.prior_reading import read_prior

__version__ = "0.1.0"
__all__ = [
    "Conversion",
    "ConverterError",
    "Options",
    "OptionsError",
    "Reading",
    "SubmissionError",
    "TaxonomyError",
    "ValidatorError",
    "convert",
    "facts",
    "read",
    "read_prior",
    "read_rules",
    "validate",
]

_HOMES = {
    "errors": (
        *("ConverterError", "OptionsError", "SubmissionError", "TaxonomyError"),
        "ValidatorError",
    ),
    "frames": ("facts",),
    "options": ("Options", "read_rules"),
    "pipeline": ("Conversion", "Reading", "convert", "read", "validate"),
    "prior_reading": ("read_prior",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """A name of the library, loaded now (PEP 562): `import converter` loads nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
