"""A report and its extension taxonomy in one file (Report Packages 1.0).

    <stem>/META-INF/reportPackage.json      what kind of package it is
    <stem>/META-INF/taxonomyPackage.xml     it is a taxonomy package as well
    <stem>/META-INF/catalog.xml             the address of the extension is its folder
    <stem>/reports/<stem>.htm               the one report, or <stem>.xbrl
    <stem>/taxonomy/<stem>.xsd ...          the extension

In a package the report names its schema by its full address, which the catalog leads to the
file; what stands beside a report by itself is not its taxonomy here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from converter.archive import zipped
from converter.model import Instance, RenderedFile
from converter.output import json_text
from converter.rendering import PackageNames, as_address, render_metadata

_SCHEMA_REF = re.compile(rb'(<link:schemaRef\b[^>]*?\bxlink:href=")([^"]*)"')

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


class Kind(StrEnum):
    """The kinds of package for one report, by the ending of their names (section 3)."""

    INLINE = "xbri"
    NON_INLINE = "xbr"


_REPORT = {Kind.INLINE: "htm", Kind.NON_INLINE: "xbrl"}


def package_file(
    kind: Kind, report: RenderedFile, extension: Sequence[RenderedFile], instance: Instance
) -> RenderedFile:
    """A package of one report: `<stem>.xbri` or `<stem>.xbr`.

    Args:
        kind: Whether the report is inline.
        report: The report, Inline XBRL or xBRL-XML.
        extension: The schema and the link bases.
        instance: What they all say; names the package and the address of the extension.

    Raises:
        ValueError: The report names no schema.
    """
    names = _Names.of(instance)
    files = [
        _description(kind),
        *_taxonomy_metadata(kind, extension, names),
        RenderedFile(
            f"reports/{names.stem}.{_REPORT[kind]}", _with_schema(report.data, names.schema)
        ),
        *(_renamed(file, names) for file in extension),
    ]
    return RenderedFile(f"{instance.stem}.{kind.value}", zipped(names.stem, files))


class _Names(NamedTuple):
    """What a report is called beside its package, there as part of an address, and within.

    Not all processors decode the addresses of members: names within are their own addresses.
    """

    outside: str
    address: str
    stem: str
    home: str

    @classmethod
    def of(cls, instance: Instance) -> _Names:
        address = as_address(instance.stem)
        stem = instance.stem if address == instance.stem else _UNSAFE.sub("-", instance.stem)
        return cls(instance.stem, address, stem, f"{instance.namespace}/")

    @property
    def schema(self) -> str:
        """The full address of the schema."""
        return f"{self.home}{self.stem}.xsd"


def _renamed(file: RenderedFile, names: _Names) -> RenderedFile:
    """A file of the extension as it stands in the package."""
    name = f"taxonomy/{names.stem}{file.name.removeprefix(names.outside)}"
    if names.address == names.stem:
        return RenderedFile(name, file.data)
    return RenderedFile(name, file.data.replace(names.address.encode(), names.stem.encode()))


def _description(kind: Kind) -> RenderedFile:
    url = f"https://xbrl.org/report-package/2023/{kind.value}"
    content = {"documentInfo": {"documentType": url}}
    return RenderedFile("META-INF/reportPackage.json", json_text(content).encode())


def _taxonomy_metadata(
    kind: Kind, extension: Sequence[RenderedFile], names: _Names
) -> tuple[RenderedFile, ...]:
    package = PackageNames(
        f"{names.home}{names.stem}.{kind.value}",
        names.outside,
        tuple(_entry_points(extension, names)),
    )
    return render_metadata(package, [(names.home, "taxonomy/")])


def _entry_points(
    extension: Sequence[RenderedFile], names: _Names
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The schema, which refers to its link bases; and with it the formulas, if there are."""
    yield "Extension taxonomy", (names.schema,)
    formula = f"{names.stem}-formula.xml"
    if any(file.name.endswith("-formula.xml") for file in extension):
        yield "Extension taxonomy and formulas", (names.schema, names.home + formula)


def _with_schema(report: bytes, url: str) -> bytes:
    """The report, with another address of its schema."""
    changed, count = _SCHEMA_REF.subn(rb"\g<1>" + url.encode() + b'"', report, count=1)
    if not count:
        raise ValueError("the report names no schema")
    return changed
