"""The filings in an archive, one after another, each unpacked in memory and no further.

Nothing is written to disk, so no name of a member leads anywhere; `limits` says how much
may come out of one. What cannot be unpacked is told of, and the rest is read.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, cast

from converter.batch.items import (
    WITHIN,
    Input,
    Item,
    Passed,
    holds_filings,
    is_archive,
    is_tar,
    is_zip,
    packing,
    printable,
    unpacked_name,
)
from converter.errors import SubmissionError
from converter.limits import (
    UNPACKING,
    Limits,
    Stream,
    check_contents,
    check_depth,
    check_size,
    decompressed,
    read_member,
    read_stream,
    safe_member,
)

_BROKEN = (OSError, ValueError, tarfile.TarError, *UNPACKING)
"""What the libraries raise on archives that are damaged, or made to do harm."""

_BLOCK = 512


def in_archive(
    file: IO[bytes], name: str, limits: Limits, depth: int = 1, own: str = ""
) -> Iterator[Item]:
    """Every filing of a tar or zip archive, or the one that is packed alone.

    What is damaged or refused is an `Input` with an error, named as far as it has a name.

    Args:
        file: The archive.
        name: What it is called.
        limits: How much may come out of it.
        depth: In how many archives it lies, itself among them.
        own: Its name in the one that it lies in.
    """
    try:
        check_depth(name, depth, limits)
        if is_zip(name):
            yield from _in_zip(file, name, limits, depth)
        elif is_tar(name):
            yield from _in_tar(file, name, limits, depth)
        else:
            yield from _packed(file, name, own or name, limits)
    except _BROKEN as error:
        yield _broken(name, error)


def _packed(file: IO[bytes], name: str, own: str, limits: Limits) -> Iterator[Item]:
    stream = decompressed(file, packing(name) or "", name, limits)
    called = PurePosixPath(unpacked_name(own)).name
    yield Input(name, called, data=read_stream(stream, name, limits))


def _in_zip(file: IO[bytes], name: str, limits: Limits, depth: int) -> Iterator[Item]:
    with zipfile.ZipFile(file) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        check_contents(name, infos, limits)
        for info in sorted(infos, key=lambda one: one.filename):
            yield from _member(
                name,
                info.filename,
                lambda info=info: read_member(archive, info, name, limits),  # type: ignore[misc]
                limits,
                depth,
            )


def _in_tar(file: IO[bytes], name: str, limits: Limits, depth: int) -> Iterator[Item]:
    """The members in their order: a tape is not wound back."""
    packed = packing(name)
    stream: Stream = decompressed(file, packed, name, limits) if packed else file
    tape = _Tape(stream)
    last = ""
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", tape), mode="r|") as archive:
            for n, info in enumerate(archive, start=1):
                if n > limits.members:
                    raise SubmissionError(f"more than {limits.members:,} members")
                last = info.name
                yield from _of_tar(archive, info, name, limits, depth)
    except _BROKEN as error:
        yield _broken(name, error, last)
        return
    if not tape.ended:
        yield _broken(name, EOFError("it has no end: it may have been cut short"), last)


def _of_tar(
    archive: tarfile.TarFile, info: tarfile.TarInfo, name: str, limits: Limits, depth: int
) -> Iterator[Item]:
    if info.isdir():
        return
    called = _within(name, info.name)
    if not info.isreg():
        # The bytes of a hard link are those of the member that it names, which is read.
        yield Passed(called, "another name of a member" if info.islnk() else "no file")
        return

    def read() -> bytes:
        safe_member(info.name, limits)
        check_size(called, info.size, limits)
        member = archive.extractfile(info)
        return read_stream(member, called, limits) if member else b""

    yield from _member(name, info.name, read, limits, depth)


class _Tape:
    """A tar stream that knows whether it came to its end: a block of zeros."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._last = b""

    def read(self, size: int) -> bytes:
        part = self._stream.read(size)
        self._last = (self._last + part[-_BLOCK:])[-_BLOCK:]
        return part

    @property
    def ended(self) -> bool:
        return len(self._last) == _BLOCK and not self._last.strip(b"\0")


def _member(
    archive: str, member: str, read: Callable[[], bytes], limits: Limits, depth: int
) -> Iterator[Item]:
    """A member of an archive: a filing, an archive again, or neither."""
    called = _within(archive, member)
    if not holds_filings(member):
        yield Passed(called)
        return
    try:
        data = read()
    except (SubmissionError, *UNPACKING) as error:
        yield _broken(called, error)
        return
    if is_archive(member):
        yield from in_archive(io.BytesIO(data), called, limits, depth + 1, member)
    else:
        yield Input(called, PurePosixPath(member).name, data=data)


def _within(archive: str, member: str) -> str:
    """What a member is called."""
    return f"{archive}{WITHIN}{printable(member)}"


def _broken(name: str, error: Exception, last: str = "") -> Input:
    """What is said of an archive, or a member, that cannot be unpacked."""
    words = str(error) or type(error).__name__
    words = words.removeprefix(f"{name}: ")
    after = f" after its member {last!r}" if last else ""
    return Input(name, PurePosixPath(name).name, error=f"broken{after}: {words}")
