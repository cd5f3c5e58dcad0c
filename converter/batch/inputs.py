"""SOURCE: folders, globs, lists, archives and indexes of EDGAR, on whatever file system.

A name without a protocol is a path on this machine; `s3://`, `gs://`, `memory://` and the
others of fsspec work with their plug-ins.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from converter.batch.archives import in_archive
from converter.batch.index_files import NAMES, is_index, listed, root_of
from converter.batch.items import Input, Item, Passed, is_archive, is_filing
from converter.errors import OptionsError, SubmissionError
from converter.limits import DEFAULT, Limits, check_size, read_stream

_GLOB = re.compile(r"[*?\[]")
_LIST = "@"


@dataclass(frozen=True, slots=True)
class Sources:
    """What is to be read: places, found before anything is read.

    Attributes:
        names: Of files, archives among them, in the order to read them.
        passed: Files that are neither filings nor archives of them.
    """

    names: tuple[str, ...]
    passed: tuple[Passed, ...] = ()

    @property
    def count(self) -> int | None:
        """How many filings there are; None where archives have to be unpacked to know."""
        return None if any(map(is_archive, self.names)) else len(self.names)


def find_sources(
    given: Iterable[str], *, besides: Path | None = None, forms: Collection[str] = ()
) -> Sources:
    """Look up what the words of a command name; reads lists and indexes, no filing.

    Args:
        given: Folders, files, globs, `@FILE` for a list with one of them a line, `.idx`
            for an index of EDGAR.
        besides: A folder to leave out: that of the reports.
        forms: Of the filings of an index, those of these forms; of all where none is named.

    Raises:
        OptionsError: One of them is not there, or names nothing.
    """
    found = [item for one in given for item in _found(one, besides, forms)]
    names = dict.fromkeys(item for item in found if isinstance(item, str))
    passed = dict.fromkeys(item for item in found if isinstance(item, Passed))
    if not names:
        raise OptionsError("no filing there: none by its ending (.txt, .htm, .nc, ...)")
    return Sources(tuple(names), tuple(passed))


def read_inputs(names: Iterable[str], limits: Limits = DEFAULT) -> Iterator[Item]:
    """The filings of some files, in their order; those of archives with their bytes.

    Two members of one name get numbers: none stands for the other.
    """
    taken: dict[str, int] = {}
    for name in names:
        for item in _of_file(name, limits):
            times = taken[item.name] = taken.get(item.name, 0) + 1
            if times > 1 and isinstance(item, Input):
                yield replace(item, name=f"{item.name}#{times}")
            else:
                yield item


def read_input(one: Input, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a filing.

    Raises:
        SubmissionError: It cannot be read, or is too large.
    """
    if one.error:
        raise SubmissionError(f"{one.name}: {one.error}")
    if one.data is not None:
        return one.data
    try:
        with opened(one.place, limits) as file:
            return read_stream(file, one.name, limits)
    except FileNotFoundError as error:
        raise SubmissionError(f"{one.name}: no such file") from error
    except OSError as error:
        raise SubmissionError(f"{one.name}: cannot be read: {_why(error)}") from error


def opened(name: str, limits: Limits = DEFAULT) -> IO[bytes]:
    """A file of any file system, refused if it tells that it is too large."""
    files, path = _file_system(name)
    size = None if is_archive(name) else files.info(path).get("size")
    check_size(name, size or 0, limits)
    return cast("IO[bytes]", files.open(path, "rb"))


def _of_file(name: str, limits: Limits) -> Iterator[Item]:
    if not is_archive(name):
        files, path = _file_system(name)
        yield Input(name, PurePosixPath(name).name, files.unstrip_protocol(path))
        return
    try:
        with opened(name, limits) as file:
            yield from in_archive(file, name, limits)
    except OSError as error:
        yield Input(name, PurePosixPath(name).name, error=f"cannot be read: {_why(error)}")


# --- what a word of the command names ------------------------------------------------


def _found(given: str, besides: Path | None, forms: Collection[str]) -> Iterator[str | Passed]:
    if given.startswith(_LIST):
        for line in _lines_of_list(given.removeprefix(_LIST)):
            yield from _found(line, besides, forms)
        return
    files, path = _file_system(given)
    try:
        if files.isdir(path):
            yield from _in_folder(given, besides, forms)
        elif files.exists(path):
            yield from _file(given, forms)
        elif _GLOB.search(given):
            yield from _matching(given, besides, forms)
        else:
            raise OptionsError(f"{given}: no such file or folder")
    except OSError as error:
        raise OptionsError(f"{given}: cannot be read: {_why(error)}") from error


def _lines_of_list(name: str) -> Iterator[str]:
    """What a list names, one a line; empty lines and those that begin with # are none."""
    try:
        text = sys.stdin.read() if name == "-" else _text(name)
    except FileNotFoundError as error:
        raise OptionsError(f"{_LIST}{name}: no such list") from error
    except OSError as error:
        raise OptionsError(f"{_LIST}{name}: cannot be read: {_why(error)}") from error
    for line in text.splitlines():
        if line.startswith(_LIST):
            raise OptionsError(f"{_LIST}{name}: names another list, {line}; join them")
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _in_folder(
    given: str, besides: Path | None, forms: Collection[str]
) -> Iterator[str | Passed]:
    """All filings, archives and indexes below a folder, by their endings."""
    files, path = _file_system(given)
    for name in sorted(_spelled(given, path, one) for one in files.find(path)):
        if _is_hidden(name.removeprefix(given)) or _is_below(name, besides):
            continue
        if is_index(name):
            yield from _index(name, forms) if _is_first_index(name) else (Passed(name),)
        elif is_filing(name) or is_archive(name):
            yield name
        else:
            yield Passed(name)


def _matching(
    given: str, besides: Path | None, forms: Collection[str]
) -> Iterator[str | Passed]:
    """What a glob matches: files whatever their endings, and what is below folders."""
    files, path = _file_system(given)
    folder = re.split(_GLOB, given, maxsplit=1)[0].rpartition("/")
    base = "".join(folder[:2])  # with its slash: "/" is a folder, and "" is this one
    root = _file_system(base or ".")[1]
    matches = sorted(_spelled(base, root, str(one)) for one in files.glob(path))
    if not matches:
        raise OptionsError(f"{given}: matches nothing")
    for name in matches:
        if files.isdir(_file_system(name)[1]):
            yield from _in_folder(name, besides, forms)
        elif not _is_below(name, besides):
            yield from _file(name, forms)


def _file(name: str, forms: Collection[str]) -> Iterator[str]:
    if is_index(name):
        yield from _index(name, forms)
    else:
        yield name


def _index(name: str, forms: Collection[str]) -> Iterator[str]:
    root = root_of(name)
    if root is None:
        raise OptionsError(
            f"{name}: an index of EDGAR that lies in no mirror; its paths begin where its own "
            "has .../edgar/full-index/"
        )
    for one in listed(_text(name), forms):
        yield root + one.path


def _is_first_index(name: str) -> bool:
    """Whether no better index of the same filings lies beside it."""
    place = PurePosixPath(name)
    if place.name.lower() not in NAMES:
        return True
    files, path = _file_system(str(name))
    better = NAMES[: NAMES.index(place.name.lower())]
    return not any(files.exists(str(PurePosixPath(path).with_name(one))) for one in better)


def _text(name: str) -> str:
    with opened(name) as file:
        return read_stream(file, name).decode("utf-8", errors="replace")


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


def _is_below(name: str, folder: Path | None) -> bool:
    return (
        folder is not None
        and "://" not in name
        and folder.resolve() in Path(name).resolve().parents
    )


def _spelled(given: str, path: str, found: str) -> str:
    """A file below a folder, in the words of the user: `corpus/1996/x.txt`, not `/home/...`."""
    below = found.removeprefix(path).lstrip("/")
    return f"{given.rstrip('/')}/{below}" if given else below


def _file_system(name: str) -> tuple[Any, str]:
    """The file system of a name, as fsspec knows it, and the path in it."""
    from fsspec.core import url_to_fs  # noqa: PLC0415  (an extra)

    try:
        files, path = url_to_fs(name)
    except (ImportError, ValueError) as error:
        raise OptionsError(f"{name}: {error}") from error
    return files, str(path)


def _why(error: OSError) -> str:
    return error.strerror or str(error)
