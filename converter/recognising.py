"""Which of the taxonomies that have an index a report on disk is made with."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from converter.errors import SubmissionError, ValidatorError
from converter.limits import PACKAGE, UNPACKING, check_members, read_file, read_member
from converter.model import QName
from converter.taxonomy import FIND_ORDER, Concept, Taxonomy, load_taxonomy, taxonomy_names

_TEXTS = (".xml", ".xsd", ".xbrl", ".htm", ".html", ".xhtml", ".json")
_PACKAGES = (".xbri", ".xbr", ".zip")
_ADDRESS = re.compile(r'"(https?://[^"\s]{1,200})"')
_LOCATED = re.compile(r'[#:>"/]([A-Za-z-]+)[_:]([A-Za-z][A-Za-z0-9]+)')


def recognised(report: Path) -> list[tuple[Taxonomy, list[Concept]]]:
    """The taxonomies that a report or what lies beside it names, with the concepts named.

    Args:
        report: A file, or a folder of reports. Report packages are looked into.

    Raises:
        ValidatorError: A file or package beside it is too large, or cannot be read.
    """
    folder = report if report.is_dir() else report.parent
    addresses, names = _named(_texts(sorted(folder.iterdir())))
    found = []
    for name in taxonomy_names():
        taxonomy = load_taxonomy(name)
        own = (
            taxonomy.namespaces[prefix]
            for prefix in FIND_ORDER
            if prefix in taxonomy.namespaces
        )
        if any(namespace.uri in addresses for namespace in own):
            concepts = (taxonomy.concept(n) for n in sorted(names))
            found.append((taxonomy, [c for c in concepts if c is not None]))
    return found


def _named(texts: Iterable[str]) -> tuple[set[str], set[QName]]:
    """The addresses that texts have in quotes, and the names that may be of concepts."""
    addresses: set[str] = set()
    names: set[QName] = set()
    for text in texts:
        addresses.update(_ADDRESS.findall(text))
        names.update(QName(prefix, local) for prefix, local in _LOCATED.findall(text))
    return addresses, names


def _texts(files: Iterable[Path]) -> Iterator[str]:
    try:
        for file in files:
            ending = file.suffix.lower()
            if ending in _TEXTS and file.is_file():
                yield read_file(file).decode("utf-8", "replace")
            elif ending in _PACKAGES and zipfile.is_zipfile(file):
                yield from _packed_texts(file)
    except SubmissionError as error:
        raise ValidatorError(str(error)) from error
    except (OSError, *UNPACKING) as error:
        raise ValidatorError(f"{file}: cannot be read: {error}") from error


def _packed_texts(file: Path) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        check_members(str(file), members, PACKAGE)
        for member in members:
            if member.filename.lower().endswith(_TEXTS):
                yield read_member(archive, member, str(file), PACKAGE).decode(
                    "utf-8", "replace"
                )
