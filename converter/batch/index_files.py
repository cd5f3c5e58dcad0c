"""EDGAR's full index of a quarter: which filings there are, in a mirror on this machine.

`master.idx`, `form.idx` and `company.idx` list the same filings; the first has its fields
parted by `|`, the others in columns under a heading. EDGAR has each packed as well
(`master.gz`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import NamedTuple

NAMES = (
    "master.idx", "form.idx", "company.idx", "master.gz", "form.gz", "company.gz",
)  # fmt: skip
"""In a folder the first of these that is there is read: they list the same filings."""

_INDEX = re.compile(
    r"(?:master|form|company)(?:[\w.]*\.idx|\.gz|[\w.]*\.idx\.gz)", re.IGNORECASE
)
_OTHER = re.compile(r"(?:master|form|company|crawler|sitemap)[\w.]*", re.IGNORECASE)
_PATH = re.compile(r"edgar/data/[^\s|]+")
_MIRROR = re.compile(r"(?:^|/)edgar/(?:full|daily)-index/")


class Listed(NamedTuple):
    """A filing in an index: its form and its path below the root of the mirror."""

    form: str
    path: str


def is_index(name: str) -> bool:
    """Whether a file is an index that can be read, by its name."""
    return _INDEX.fullmatch(PurePosixPath(name).name) is not None


def is_other_index(name: str) -> bool:
    """Whether a file of a mirror is the same index in a form that is not read."""
    return root_of(name) is not None and _OTHER.fullmatch(PurePosixPath(name).name) is not None


def root_of(name: str) -> str | None:
    """The folder of the mirror that an index lies in, with a slash at its end.

    The paths of an index begin with `edgar/`, and so does its own. None if it lies elsewhere.
    """
    found = [*_MIRROR.finditer(name)]
    if not found:
        return None
    at = found[-1].start()
    return name[: at + 1] if name[at] == "/" else name[:at]


def listed(text: str, forms: Collection[str] = ()) -> Iterator[Listed]:
    """The filings of an index, of these forms (`10-K`, `10-*`) if any are named."""
    column = 0
    for line in text.splitlines():
        if "Form Type" in line and "|" not in line:
            column = line.index("Form Type")
        path = _PATH.search(line)
        if path is None:
            continue
        form = _form(line, column)
        if not forms or any(fnmatch(form.upper(), one.upper()) for one in forms):
            yield Listed(form, path[0])


def _form(line: str, column: int) -> str:
    """`CIK|Company|10-K|1996-03-01|edgar/...`, or the text under "Form Type"."""
    fields = line.split("|")
    if len(fields) > 3:
        return fields[-3].strip()  # from the end: a company may have the sign in its name
    return re.split(r"\s{2,}", line[column:].strip(), maxsplit=1)[0]
