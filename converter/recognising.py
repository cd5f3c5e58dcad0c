"""Which of the taxonomies that have an index a report on disk is made with."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from converter.errors import ValidatorError
from converter.model import QName
from converter.taxonomy import FIND_ORDER, Concept, Taxonomy, load_taxonomy, taxonomy_names
from converter.taxonomy_package import is_bomb

_TEXTS = (".xml", ".xsd", ".xbrl", ".htm", ".html", ".xhtml", ".json")
_PACKAGES = (".xbri", ".xbr", ".zip")
_LOCATED = re.compile(r'[#:>"/]([A-Za-z-]+)[_:]([A-Za-z][A-Za-z0-9]+)')


def recognised(report: Path) -> list[tuple[Taxonomy, list[Concept]]]:
    """The taxonomies that a report or what lies beside it names, with the concepts named.

    Args:
        report: A file, or a folder of reports. Report packages are looked into.

    Raises:
        ValidatorError: A package beside it unpacks to absurdly much.
    """
    folder = report if report.is_dir() else report.parent
    text = "\n".join(_texts(sorted(folder.iterdir())))
    found = []
    for name in taxonomy_names():
        taxonomy = load_taxonomy(name)
        own = (
            taxonomy.namespaces[prefix]
            for prefix in FIND_ORDER
            if prefix in taxonomy.namespaces
        )
        if any(f'"{namespace.uri}"' in text for namespace in own):
            names = {QName(m[1], m[2]) for m in _LOCATED.finditer(text)}
            concepts = (taxonomy.concept(n) for n in sorted(names))
            found.append((taxonomy, [c for c in concepts if c is not None]))
    return found


def _texts(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        ending = file.suffix.lower()
        if ending in _TEXTS and file.is_file():
            yield file.read_text(encoding="utf-8", errors="replace")
        elif ending in _PACKAGES and zipfile.is_zipfile(file):
            yield from _packed_texts(file)


def _packed_texts(file: Path) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if is_bomb(members):
            raise ValidatorError(f"{file}: unpacks to more than any report needs")
        for member in members:
            if member.filename.lower().endswith(_TEXTS):
                yield archive.read(member).decode("utf-8", "replace")
