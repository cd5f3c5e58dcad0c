"""SOURCE: folders, globs, lists, archives and indexes of EDGAR, on whatever file system.

A name without a protocol is a path on this machine; `s3://`, `gs://`, `https://` and the
others of fsspec work with their plug-ins.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from converter.batch.archives import in_archive
from converter.batch.file_systems import file_system, is_below, opened, place_of, walk, why
from converter.batch.index_files import NAMES, is_index, is_other_index, listed, root_of
from converter.batch.items import (
    Input,
    Item,
    Passed,
    holds_filings,
    is_archive,
    packing,
    printable,
)
from converter.errors import OptionsError, SubmissionError
from converter.limits import DEFAULT, UNPACKING, Limits, decompressed, read_stream, safe_member
from converter.output import ENDINGS

_GLOB = re.compile(r"[*?\[]")
_LIST = "@"

_MADE = tuple(ending for ending in ENDINGS if holds_filings(ending))
"""The endings of files of a report that would be taken for filings."""
_FINDINGS = ".findings.json"
"""The ending of a file that every report has."""


class _Index(NamedTuple):
    """An index that was read."""

    name: str


_Found = str | Passed | Input | _Index
"""The name of a file to read, a file that is passed over, or what cannot be read."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is to be read: places, found before anything is read.

    Attributes:
        places: Names of files, archives among them, in the order to read them; and what
            cannot be read.
        passed: Files that are neither filings nor archives of them.
    """

    places: tuple[str | Input, ...]
    passed: tuple[Passed, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(one for one in self.places if isinstance(one, str))

    @property
    def count(self) -> int | None:
        """How many filings there are; None where archives have to be unpacked to know."""
        return None if any(map(is_archive, self.names)) else len(self.places)


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
        OptionsError: One of them is not there, or they name nothing.
    """
    found = _once(item for one in given for item in _found(one, besides, forms))
    indexed = any(isinstance(item, _Index) for item in found)
    places = tuple(item for item in found if isinstance(item, str | Input))
    if forms and not indexed:
        raise OptionsError("--form is of EDGAR's indexes (.idx), and SOURCE names none")
    if not places and indexed:
        raise OptionsError("no filing there: the index lists none, or none of these forms")
    if not places:
        raise OptionsError(
            "no filing there: none outside of OUT by its ending (.txt, .htm, .nc, ...); "
            "a glob, 'FOLDER/*', takes files whatever their endings"
        )
    return Sources(places, tuple(item for item in found if isinstance(item, Passed)))


def _once(found: Iterable[_Found]) -> list[_Found]:
    """Each file once, by the first of the names that are given to it."""
    known: dict[object, _Found] = {}
    for item in found:
        known.setdefault(place_of(item) if isinstance(item, str) else item, item)
    return [*known.values()]


def read_inputs(places: Iterable[str | Input], limits: Limits = DEFAULT) -> Iterator[Item]:
    """The filings of some files, in their order; those of archives with their bytes.

    Two of one name get numbers: none stands for the other.
    """
    taken: dict[str, int] = {}
    for place in places:
        for item in (place,) if isinstance(place, Input) else _of_file(place, limits):
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
        raise SubmissionError(one.error)
    if one.data is not None:
        return one.data
    try:
        with opened(one.place, limits) as file:
            return read_stream(file, one.name, limits)
    except FileNotFoundError as error:
        raise SubmissionError("no such file") from error
    except OSError as error:
        raise SubmissionError(f"cannot be read: {why(error)}") from error


def _of_file(name: str, limits: Limits) -> Iterator[Item]:
    called, own = printable(name), PurePosixPath(name).name
    if not is_archive(name):
        yield Input(called, own, place_of(name))
        return
    try:
        with opened(name, None) as file:
            yield from in_archive(file, called, limits)
    except SubmissionError as error:
        yield Input(called, own, error=str(error))
    except OSError as error:
        yield Input(called, own, error=f"cannot be read: {why(error)}")


def _lost(name: str, error: str) -> Input:
    return Input(printable(name), PurePosixPath(name).name, error=error)


# --- what a word of the command names ------------------------------------------------


def _found(given: str, besides: Path | None, forms: Collection[str]) -> Iterator[_Found]:
    if given.startswith(_LIST):
        for line in _lines_of_list(given.removeprefix(_LIST)):
            yield from _found_besides(line, besides, forms)
    else:
        yield from _named(given, besides, forms)


def _found_besides(name: str, besides: Path | None, forms: Collection[str]) -> Iterator[_Found]:
    """What a name gives that is one of many: what is wrong with it hinders no other."""
    try:
        yield from _named(name, besides, forms)
    except OptionsError as error:
        yield _lost(name, str(error).removeprefix(f"{name}: "))


def _named(given: str, besides: Path | None, forms: Collection[str]) -> Iterator[_Found]:
    if not given:
        raise OptionsError("an empty SOURCE; name a folder, a file or an archive")
    files, path = file_system(given)
    given = _tidied(given)
    try:
        if files.isdir(path):
            yield from _in_folder(given, besides, forms)
        elif files.exists(path):
            yield from _index(given, forms) if is_index(given) else (given,)
        elif _GLOB.search(given):
            yield from _matching(given, besides, forms)
        else:
            raise OptionsError(f"{given}: no such file or folder")
    except OSError as error:
        raise OptionsError(f"{given}: cannot be read: {why(error)}") from error


def _tidied(given: str) -> str:
    """A path without `./` and `//`, so that a file has one name however it is spelled."""
    stays = "://" in given or ".." in PurePosixPath(given).parts
    tidied = given if stays else posixpath.normpath(given)
    return "" if tidied == "." else tidied


def _lines_of_list(name: str) -> Iterator[str]:
    """What a list names, one a line; empty lines and those that begin with # are none."""
    try:
        text = sys.stdin.read() if name == "-" else _text(name)
    except FileNotFoundError as error:
        raise OptionsError(f"{_LIST}{name}: no such list") from error
    except OSError as error:
        raise OptionsError(f"{_LIST}{name}: cannot be read: {why(error)}") from error
    for line in text.splitlines():
        if line.startswith(_LIST):
            raise OptionsError(f"{_LIST}{name}: names another list, {line}; join them")
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _in_folder(given: str, besides: Path | None, forms: Collection[str]) -> Iterator[_Found]:
    """All filings, archives and indexes below a folder, by their endings."""
    files, path = file_system(given)
    everything = sorted((_spelled(given, path, one.path), one) for one in walk(files, path))
    reports = {
        name.removesuffix(_FINDINGS) for name, _ in everything if name.endswith(_FINDINGS)
    }
    for name, one in everything:
        if _is_hidden(name.removeprefix(given)) or is_below(name, besides):
            continue
        if one.error and (one.is_file or _is_wanted(name)):
            yield _lost(name, one.error)
        elif not one.is_file:
            yield Passed(printable(name), "no file")
        elif is_index(name):
            first = _is_first_index(name)
            yield from _found_besides(name, besides, forms) if first else (_passed(name),)
        elif any(name.endswith(e) and name.removesuffix(e) in reports for e in _MADE):
            yield Passed(printable(name), "of a report")
        elif _is_wanted(name):
            yield name
        else:
            yield _passed(name)


def _is_wanted(name: str) -> bool:
    return is_index(name) or (holds_filings(name) and not is_other_index(place_of(name)))


def _passed(name: str) -> Passed:
    return Passed(printable(name))


def _matching(given: str, besides: Path | None, forms: Collection[str]) -> Iterator[_Found]:
    """What a glob matches: files whatever their endings, and what is below folders."""
    files, path = file_system(given)
    folder = re.split(_GLOB, given, maxsplit=1)[0].rpartition("/")
    base = "".join(folder[:2])  # with its slash: "/" is a folder, and "" is this one
    root = file_system(base or ".")[1]
    matches = sorted(_spelled(base, root, str(one)) for one in files.glob(path))
    if not matches:
        raise OptionsError(f"{given}: matches nothing")
    for name in matches:
        if files.isdir(file_system(name)[1]):
            yield from _in_folder(name, besides, forms)
        elif not is_below(name, besides):
            yield from _found_besides(name, besides, forms) if is_index(name) else (name,)


def _index(name: str, forms: Collection[str]) -> Iterator[_Found]:
    """The filings that an index lists, in the mirror that it lies in and nowhere else."""
    root, whole = root_of(name), root_of(place_of(name))
    if whole is None:
        raise OptionsError(
            f"{name}: an index of EDGAR that lies in no mirror; its paths begin where its own "
            "has .../edgar/full-index/"
        )
    listing = listed(_text(name), forms)
    yield _Index(name)
    for one in listing:
        called = os.path.relpath(whole + one.path) if root is None else root + one.path
        try:
            safe_member(one.path)
            yield called
        except SubmissionError as error:
            yield _lost(called, str(error))


def _is_first_index(name: str) -> bool:
    """Whether no better index of the same filings lies beside it."""
    place = PurePosixPath(name)
    if place.name.lower() not in NAMES:
        return True
    files, path = file_system(str(name))
    better = NAMES[: NAMES.index(place.name.lower())]
    return not any(files.exists(str(PurePosixPath(path).with_name(one))) for one in better)


def _text(name: str) -> str:
    packed = packing(name)
    try:
        with opened(name) as file:
            stream = decompressed(file, packed, name) if packed else file
            return read_stream(stream, name).decode("utf-8-sig", errors="replace")
    except SubmissionError as error:
        raise OptionsError(str(error)) from error
    except UNPACKING as error:
        raise OptionsError(f"{name}: cannot be unpacked: {error}") from error


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


def _spelled(given: str, path: str, found: str) -> str:
    """A file below a folder, in the words of the user: `corpus/1996/x.txt`, not `/home/...`."""
    below = found.removeprefix(path).lstrip("/")
    return f"{given.rstrip('/')}/{below}" if given else below
