"""What one input may cost: limits against hostile files, and the functions that keep them.

Every limit is far above what a filing needs and far below what hurts a machine. What is
passed is refused in words, before it is read where its size is told, while it is read
where it is not: nothing is unpacked whole to find out how much it is.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from converter.errors import SubmissionError

CHUNK: Final = 1 << 20
"""How many bytes are read at a time."""

_ALWAYS_FINE: Final = 1 << 20
"""So little may be packed however tightly: a short file of blanks is no attack."""

_OUTSIDE: Final = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|\Z)", re.DOTALL)
_NO_NAME: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an input may cost at most.

    Attributes:
        input_bytes: Size of one input, unpacked, in bytes.
        ratio: How many bytes one packed byte may become. Text packs 3 to 10 times, XML up
            to 50, a bomb 1,000 times.
        archive_bytes: What one archive unpacks to in all, in bytes.
        members: How many files one archive holds.
        depth: How many archives may lie in each other; 1 is an archive of filings.
        name: Length of the name of a member, in characters.
    """

    input_bytes: int = 256 << 20
    ratio: int = 200
    archive_bytes: int = 64 << 30
    members: int = 1_000_000
    depth: int = 2
    name: int = 1024


class Stream(Protocol):
    """What bytes can be read from, as much at a time as is asked for."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


DEFAULT: Final = Limits()

PACKAGE: Final = Limits(
    input_bytes=100_000_000, archive_bytes=1_000_000_000, members=50_000, depth=1
)
"""Those of taxonomy packages and report packages, of which the members are held at once."""


UNPACKING: Final = (
    *(BadZipFile, EOFError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError),
    UnicodeDecodeError,
)
"""What unpacking ends in where an archive is broken, besides OSError."""


def check_size(name: str, size: int, limits: Limits = DEFAULT) -> None:
    """Refuse an input that is too large.

    Raises:
        SubmissionError: It has more bytes than one input may.
    """
    if size > limits.input_bytes:
        raise SubmissionError(
            f"{name}: {size:,} bytes; an input has at most {limits.input_bytes:,}; split it "
            "into its filings"
        )


def check_depth(name: str, depth: int, limits: Limits = DEFAULT) -> None:
    """Refuse an archive that lies too deep in others.

    Args:
        name: How messages call it.
        depth: 1 for an archive on disk, 2 for one in it, and so on.
        limits: How deep is too deep.

    Raises:
        SubmissionError: It lies deeper than the limit.
    """
    if depth > limits.depth:
        raise SubmissionError(
            f"{name}: an archive at depth {depth}; at most {limits.depth} lie in each other; "
            "unpack the outer ones"
        )


def read_file(path: Path, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a file, a pipe or a device; not more than an input may have.

    Raises:
        SubmissionError: It is too large.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        told = path.stat()
        if stat.S_ISREG(told.st_mode):
            check_size(str(path), told.st_size, limits)
        return read_stream(file, str(path), limits)


def read_stream(stream: Stream, name: str, limits: Limits = DEFAULT) -> bytes:
    """All bytes of a stream of unknown length.

    Raises:
        SubmissionError: There are more than an input may have.
    """
    parts = []
    size = 0
    while part := stream.read(min(CHUNK, limits.input_bytes + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > limits.input_bytes:
            raise SubmissionError(
                f"{name}: more than {limits.input_bytes:,} bytes, the most that an input has; "
                "split it into its filings"
            )
    return b"".join(parts)


def _check_total(name: str, size: int, limits: Limits) -> None:
    if size > limits.archive_bytes:
        raise SubmissionError(
            f"{name}: unpacks to more than {limits.archive_bytes:,} bytes, the most that an "
            "archive may; unpack it and name its files"
        )


def _check_unpacked(name: str, size: int, packed: int, limits: Limits) -> None:
    _check_total(name, size, limits)
    if size > max(_ALWAYS_FINE, packed * limits.ratio):
        raise SubmissionError(
            f"{name}: {max(packed, 1):,} bytes unpack to {size:,} and more, over "
            f"{limits.ratio} times as many, as no filing does; if it is none of an attacker, "
            "unpack it and name its files"
        )


class Unpacked(io.RawIOBase):
    """A stream of unpacked bytes that ends in a refusal once there are too many.

    For readers that want a file, as `tarfile.open(fileobj=..., mode="r|")`.

    Args:
        stream: Gives unpacked bytes.
        packed: How many packed bytes these have taken so far (or take in all).
        name: How messages call it.
        limits: How much is too much; the size is that of an archive.
    """

    def __init__(
        self,
        stream: Stream,
        packed: Callable[[], int],
        name: str,
        limits: Limits = DEFAULT,
    ) -> None:
        super().__init__()
        self._stream, self._packed = stream, packed
        self._name, self._limits = name, limits
        self._size = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; a whole chunk where all are asked for.

        Raises:
            SubmissionError: It unpacks to too much, in all or for its size.
        """
        part = self._stream.read(size if 0 <= size < CHUNK else CHUNK)
        self._size += len(part)
        _check_unpacked(self._name, self._size, self._packed(), self._limits)
        return part


_UNPACKERS: Final[Mapping[str, Callable[[IO[bytes]], Stream]]] = {
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}


def decompressed(raw: Stream, packing: str, name: str, limits: Limits = DEFAULT) -> Unpacked:
    """What a stream of gzip, bzip2 or xz unpacks to, as a file that keeps the limits.

    Args:
        raw: Gives packed bytes.
        packing: `.gz`, `.bz2` or `.xz`.
        name: How messages call it.
        limits: How much is too much; the size is that of an archive.

    Raises:
        SubmissionError: On reading, that it unpacks to too much.
        OSError, EOFError, zlib.error, lzma.LZMAError: On reading, that it is no such stream.
    """
    counted = _Counted(raw)
    # It only reads; the types of the library want more.
    stream = _UNPACKERS[packing](cast("IO[bytes]", counted))
    return Unpacked(stream, lambda: counted.size, name, limits)


class _Counted:
    """A stream that knows how many bytes were taken from it, also where it cannot tell."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self.size += len(part)
        return part


# --- members of archives -------------------------------------------------------------


def safe_member(name: str, limits: Limits = DEFAULT) -> str:
    """The name of an archive's member, if it names a place inside the archive.

    Raises:
        SubmissionError: It is absolute, leads outside by `..` or a drive letter, or has
            characters that no name of a file needs.
    """
    if not name or len(name) > limits.name:
        raise SubmissionError(
            f"a member's name of {len(name):,} characters; it has 1 to {limits.name:,}"
        )
    if _OUTSIDE.match(name):
        raise SubmissionError(
            f"{shown(name)}: the member's name leads out of its archive; pack it anew with "
            "names that do not"
        )
    if _NO_NAME.search(name):
        raise SubmissionError(
            f"{shown(name)}: the member's name has a backslash or control characters; pack it "
            "anew with plain names"
        )
    return name


def shown(name: str) -> str:
    """A stranger's name as a message shows it: in one line, not long, nothing invisible."""
    return ascii(name if len(name) <= 80 else f"{name[:77]}...")


def check_members(name: str, infos: Collection[ZipInfo], limits: Limits = DEFAULT) -> None:
    """Refuse a zip file by its table of contents, before anything is unpacked.

    Raises:
        SubmissionError: It has too many members or unpacks to too much, in all or for its
            size; or a member is too large, a link, encrypted, or named for a place outside.
    """
    check_contents(name, infos, limits)
    for info in infos:
        _check_member(name, info, limits)
    size = sum(info.file_size for info in infos)
    _check_unpacked(name, size, sum(info.compress_size for info in infos), limits)


def check_contents(name: str, infos: Collection[ZipInfo], limits: Limits = DEFAULT) -> None:
    """Refuse a zip file for what its members come to; each is checked when it is read.

    Raises:
        SubmissionError: It has too many members, or they come to too much.
    """
    if len(infos) > limits.members:
        raise SubmissionError(
            f"{name}: {len(infos):,} members; an archive has at most {limits.members:,}; "
            "unpack it and name its files"
        )
    _check_total(name, sum(info.file_size for info in infos), limits)


def _check_member(name: str, info: ZipInfo, limits: Limits) -> None:
    safe_member(info.filename, limits)
    called = f"{name}: {shown(info.filename)}"
    check_size(called, info.file_size, limits)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise SubmissionError(f"{called}: a link, which is not followed; pack the file itself")
    if info.flag_bits & 1:
        raise SubmissionError(f"{called}: encrypted; unpack it with its password")


def read_member(archive: ZipFile, info: ZipInfo, name: str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a zip file's member; not more than an input may have.

    Raises:
        SubmissionError: There are too many, in all or for the packed size.
        BadZipFile, OSError, EOFError, RuntimeError, zlib.error: It cannot be unpacked.
    """
    called = f"{name}: {shown(info.filename)}"
    _check_member(name, info, limits)
    with archive.open(info) as stream:
        bounded = Unpacked(stream, lambda: info.compress_size, called, limits)
        return read_stream(bounded, called, limits)
