"""Official taxonomy packages (Taxonomy Packages 1.0), opened with care.

A package is a stranger's zip file: its size is limited, its members are read by name into
memory, its XML without entities and without the network.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile, ZipInfo, is_zipfile

from converter.errors import SubmissionError, TaxonomyError
from converter.limits import PACKAGE, UNPACKING, check_members, read_member
from converter.xml_reading import Node, read_xml

_CATALOG: Final = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"


@dataclass(frozen=True, slots=True)
class Package:
    """An opened package: its file names by address, and what its catalog maps."""

    path: Path
    archive: ZipFile
    members: Mapping[str, ZipInfo]
    starts: tuple[str, ...]


def open_package(path: Path, stack: ExitStack) -> Package:
    """The package at `path`, closed when `stack` is.

    Raises:
        TaxonomyError: It is missing, no zip file, absurdly large, or has no catalog.
    """
    if not path.is_file():
        raise TaxonomyError(f"{path}: no such file; give the zip file of a package")
    archive = stack.enter_context(_opened(path))
    _check_contents(path, archive)
    infos = {info.filename: info for info in archive.infolist()}
    catalogs = [name for name in infos if is_catalog(name)]
    if not catalogs:
        raise TaxonomyError(f"{path}: not a taxonomy package: it has no META-INF/catalog.xml")
    catalog = min(catalogs, key=len)
    root = parse_xml(path, catalog, _read_member(path, archive, infos[catalog]))
    rewrites = [_read_rewrite(catalog, node) for node in root.iter(f"{_CATALOG}rewriteURI")]
    members = {
        address_of(start) + name.removeprefix(prefix): info
        for name, info in infos.items()
        for start, prefix in rewrites
        if name.startswith(prefix)
    }
    return Package(path, archive, members, tuple(start for start, _ in rewrites))


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except (OSError, *UNPACKING) as error:
        raise TaxonomyError(f"{path}: not a zip file that can be read ({error})") from error


def _check_contents(path: Path, archive: ZipFile) -> None:
    try:
        check_members(str(path), archive.infolist(), PACKAGE)
    except SubmissionError as error:
        raise TaxonomyError(str(error)) from error


def is_catalog(name: str) -> bool:
    """At the top, or inside the one folder that a package has at its top."""
    return name.endswith("META-INF/catalog.xml") and name.count("/") <= 2


def _read_rewrite(catalog: str, node: Node) -> tuple[str, str]:
    """A catalog entry as the start of a URL and the start of a member's name."""
    prefix = posixpath.join(posixpath.dirname(catalog), node.get("rewritePrefix", ""))
    folder = posixpath.normpath(prefix)
    return node.get("uriStartString", ""), "" if folder == "." else f"{folder}/"


def _read_member(path: Path, archive: ZipFile, info: ZipInfo) -> bytes:
    try:
        return read_member(archive, info, str(path), PACKAGE)
    except SubmissionError as error:
        raise TaxonomyError(str(error)) from error
    except (OSError, *UNPACKING) as error:
        raise TaxonomyError(f"{path}: cannot read {info.filename}: {error}") from error


def parse_xml(path: Path, name: str, data: bytes) -> Node:
    """The root of an XML file, which declares no entities."""
    try:
        return read_xml(data)
    except ValueError as error:
        raise TaxonomyError(f"{path}: {name}: {error}") from error


def address_of(url: str) -> str:
    """An address without its scheme: http and https name the same file."""
    return re.sub(r"^https?://", "", url)


def find_package(packages: Iterable[Package], address: str) -> Package | None:
    """The package whose catalog maps an address, if any."""
    return next((package for package in packages if address in package.members), None)


def read_packed(packages: Sequence[Package], address: str) -> Node:
    """The root element of a file.

    Raises:
        TaxonomyError: No package has it, or it is not XML.
    """
    package = find_package(packages, address)
    if package is None:
        names = ", ".join(str(package.path) for package in packages)
        raise TaxonomyError(f"{names}: refers to {address} but does not hold it")
    info = package.members[address]
    data = _read_member(package.path, package.archive, info)
    return parse_xml(package.path, info.filename, data)


def official_url(package: Package, address: str, references: Iterable[str]) -> str:
    """The URL of a file: its start as the package uses it, else as first listed.

    `references` are the absolute URLs that the files of the package use.
    """
    starts = [start for start in package.starts if address.startswith(address_of(start))]
    urls = [start + address.removeprefix(address_of(start)) for start in starts]
    used = tuple(references)
    exact = [url for url in urls if url in used]
    near = [
        url
        for start, url in zip(starts, urls, strict=True)
        if any(reference.startswith(start) for reference in used)
    ]
    return [*exact, *near, *urls][0]


def has_metadata(package: Path) -> bool:
    """Whether a file is zipped and describes itself as a taxonomy package."""
    if not is_zipfile(package):
        return False
    with _opened(package) as archive:
        _check_contents(package, archive)
        return any(n.endswith("META-INF/taxonomyPackage.xml") for n in archive.namelist())


def member_of(url: str, rewrites: Mapping[str, str]) -> str | None:
    """The member of a package that stands for a URL; the longest start decides."""
    starts = [start for start in rewrites if url.startswith(start)]
    longest = max(starts, key=len, default=None)
    return None if longest is None else rewrites[longest] + url[len(longest) :]


def rewrites_of(package: Path) -> tuple[dict[str, str], frozenset[str]]:
    """What a package's catalog rewrites, as members of its zip, and all its members."""
    with _opened(package) as archive:
        members = frozenset(archive.namelist())
        name = next((member for member in members if is_catalog(member)), None)
        if name is None:
            return {}, members
        root = parse_xml(package, name, _read_member(package, archive, archive.getinfo(name)))
    base = posixpath.dirname(name)
    rewrites = {}
    for entry in root.iter("{*}rewriteURI"):
        target = entry.get("rewritePrefix", "")
        path = posixpath.normpath(posixpath.join(base, target))
        start = entry.get("uriStartString", "")
        rewrites[start] = path + "/" if target.endswith("/") else path
    return rewrites, members
