"""What a run needs besides Tieout itself: extras, looked for before any work is done."""

from __future__ import annotations

from importlib.util import find_spec

from converter.errors import OptionsError

_OF_BATCH = ("filelock", "fsspec", "pebble", "pyarrow")
_OF_DASK = (*_OF_BATCH, "distributed")


def check_extras(*, cluster: bool) -> None:
    """See that all packages are there.

    Raises:
        OptionsError: Some are not; the message says what to install.
    """
    lacking = [name for name in (_OF_DASK if cluster else _OF_BATCH) if not find_spec(name)]
    if lacking:
        extra = "dask" if cluster else "batch"
        raise OptionsError(
            f"{', '.join(lacking)}: not installed; install what a run needs with: "
            f"pip install 'tieout[{extra}]'"
        )
