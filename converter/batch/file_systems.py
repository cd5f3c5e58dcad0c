"""Files and folders of any file system that fsspec knows: of this machine, if none is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import IO, Any, NamedTuple, cast

from converter.errors import OptionsError, SubmissionError
from converter.limits import DEFAULT, Limits, check_size

_PROTOCOL = "://"


class Found(NamedTuple):
    """What lies in a folder: its path, whether it is a file; or why it cannot be read."""

    path: str
    is_file: bool = True
    error: str = ""


def file_system(name: str) -> tuple[Any, str]:
    """The file system of a name, as fsspec knows it, and the path in it.

    A name without a protocol is a path on this machine, whatever characters it has.

    Raises:
        OptionsError: There is no such file system, or its plug-in is not installed.
    """
    from fsspec.core import url_to_fs  # noqa: PLC0415  (an extra)
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    if _PROTOCOL not in name:
        return LocalFileSystem(), _absolute(name)
    try:
        files, path = url_to_fs(name)
    except (ImportError, ValueError) as error:
        raise OptionsError(f"{name}: {error}") from error
    return files, str(path)


def _absolute(name: str) -> str:
    """A path from the root on, links kept; but `link/..` is not where the link lies."""
    up = ".." in PurePath(name).parts
    return os.path.realpath(name) if up else os.path.abspath(name)  # noqa: PTH100


def place_of(name: str) -> str:
    """Where a file is, from whatever folder: an address, or an absolute path."""
    files, path = file_system(name)
    return path if is_local(files) else str(files.unstrip_protocol(path))


def is_local(files: object) -> bool:
    """Whether a file system is that of this machine."""
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    return isinstance(files, LocalFileSystem)


def is_below(name: str, folder: Path | None) -> bool:
    """Whether a file lies in a folder of this machine."""
    files, path = file_system(name)
    return folder is not None and is_local(files) and folder.resolve() in _parents(path)


def _parents(path: str) -> set[Path]:
    return {*Path(path).resolve().parents}


def opened(name: str, limits: Limits | None = DEFAULT) -> IO[bytes]:
    """A file, open for reading.

    Args:
        name: Its path or address.
        limits: It is refused if it tells that it is larger; None for any size.

    Raises:
        SubmissionError: It is too large, or a folder, a pipe or a device.
        OSError: It cannot be opened.
    """
    files, path = file_system(name)
    told = files.info(path)
    if told.get("type", "file") != "file":
        raise SubmissionError(f"{name}: no file; a pipe or a device is not read")
    if limits is not None:
        check_size(name, told.get("size") or 0, limits)
    return cast("IO[bytes]", files.open(path, "rb"))


def walk(files: Any, path: str, above: frozenset[str] = frozenset()) -> Iterator[Found]:  # noqa: ANN401
    """All that lies below a folder, links followed; what cannot be looked into is told."""
    real = os.path.realpath(path) if is_local(files) else path
    if real in above:
        return
    try:
        entries = [(str(one["name"]), one["type"]) for one in files.ls(path, detail=True)]
    except OSError as error:
        yield Found(path, error=f"cannot be read: {why(error)}")
        return
    for name, kind in entries:
        if kind == "directory" or (kind != "file" and files.isdir(name)):
            if name.rstrip("/") != path.rstrip("/"):  # object stores list a folder in itself
                yield from walk(files, name, above | {real})
        else:
            yield _found(files, name, kind)


def _found(files: Any, name: str, kind: str) -> Found:  # noqa: ANN401
    if kind == "file" or files.isfile(name):
        return Found(name)
    astray = is_local(files) and not os.path.exists(name)  # noqa: PTH110
    return Found(name, is_file=False, error="a link that leads nowhere" if astray else "")


def why(error: OSError) -> str:
    """What the system says of an error, in words."""
    return error.strerror or str(error)
