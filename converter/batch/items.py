"""What a run reads, one by one: filings, and what is passed over; told by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

WITHIN: Final = "!"
"""Between the name of an archive and that of a member."""

_FILING = re.compile(r"\.(?:txt|html?|xhtml|nc|sgml?|pem|corr\d*)\Z", re.IGNORECASE)
_PACKED = re.compile(r"\.(?:gz|bz2|xz)\Z", re.IGNORECASE)
_TAR = re.compile(r"\.(?:tar(?:\.(?:gz|bz2|xz))?|tgz|tbz2?|txz)\Z", re.IGNORECASE)
_ZIP = re.compile(r"\.zip\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Input:
    """A filing to convert.

    Attributes:
        name: What the run calls it: a path as the user spelled it, an address, or
            `archive!member`.
        called: Its own name, without that of an archive; it names the report.
        place: Where it is read, from whatever folder, if it is a file of its own.
        data: Its bytes, if it was in an archive; else they are read where it is converted.
        error: Why it cannot be read.
    """

    name: str
    called: str
    place: str = ""
    data: bytes | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that is no filing, by its ending, and no archive of filings; or a link, a pipe."""

    name: str
    kind: str = ""

    @property
    def ending(self) -> str:
        """`.json`, or what it is where it is no file with bytes of its own; or nothing."""
        own = self.name.rpartition(WITHIN)[2]
        return self.kind or PurePosixPath(own).suffix.lower()


Item = Input | Passed


def is_filing(name: str) -> bool:
    """Whether a file of a folder or an archive is a filing, packed or not."""
    return _FILING.search(_PACKED.sub("", name)) is not None


def holds_filings(name: str) -> bool:
    """Whether a file of a folder or an archive is a filing, or an archive of them."""
    return is_filing(name) or is_tar(name) or is_zip(name)


def is_archive(name: str) -> bool:
    """Whether a file holds others, or one that is packed."""
    return is_tar(name) or is_zip(name) or packing(name) is not None


def is_tar(name: str) -> bool:
    """Whether a file is a tape archive, packed or not."""
    return _TAR.search(name) is not None


def is_zip(name: str) -> bool:
    """Whether a file is a zip archive."""
    return _ZIP.search(name) is not None


def packing(name: str) -> str | None:
    """How a file is packed, as an ending: `.gz`, `.bz2`, `.xz`; None if it is not."""
    short = re.search(r"\.t(gz|bz2?|xz)\Z", name, re.IGNORECASE)
    found = _PACKED.search(name)
    if short:
        return {"b": ".bz2", "g": ".gz", "x": ".xz"}[short[1][0].lower()]
    return found[0].lower() if found else None


def unpacked_name(name: str) -> str:
    """The name without the ending of its packing."""
    return _PACKED.sub("", name)


def printable(name: str) -> str:
    """A name as text that can be printed and kept, the same for the same bytes."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)
