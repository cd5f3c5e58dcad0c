"""The forms that a report can have, and what writes each of them.

The extension taxonomy (schema and link bases) is written whatever the forms: none of them
can be read without it. Its assertions (`formula`) are among them if the conversion was asked
for them, and the page is made where Arelle's verdict is known (reporting.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from converter.errors import OptionsError
from converter.inline import inline_file
from converter.model import Finding, RenderedFile
from converter.oim import csv_files, json_file
from converter.pipeline import Conversion
from converter.report_package import Kind, package_file
from converter.sec_tables import table_findings
from converter.taxonomy import Taxonomy


class Form(StrEnum):
    """What `--to` can name."""

    XML = "xml"
    INLINE = "inline"
    JSON = "json"
    CSV = "csv"
    FORMULA = "formula"
    PACKAGE = "package"
    PAGE = "page"
    TABLES = "tables"


class Written(NamedTuple):
    """Files of a report, and what a reader of them must know."""

    files: tuple[RenderedFile, ...] = ()
    findings: tuple[Finding, ...] = ()


_Writer = Callable[[Conversion, Taxonomy], Written]


def _xml(conversion: Conversion, _: Taxonomy) -> Written:
    return Written(conversion.files[:1])


def _inline(conversion: Conversion, taxonomy: Taxonomy) -> Written:
    file, findings = inline_file(conversion, taxonomy)
    return Written((file,), tuple(findings))


def _json(conversion: Conversion, taxonomy: Taxonomy) -> Written:
    return Written((json_file(conversion, taxonomy),))


def _tables(conversion: Conversion, taxonomy: Taxonomy) -> Written:
    """What is to be said of them; they lie beside the folders of the reports (datasets.py)."""
    return Written((), tuple(table_findings(conversion, taxonomy)))


def _csv(conversion: Conversion, taxonomy: Taxonomy) -> Written:
    return Written(csv_files(conversion, taxonomy))


_WRITERS: Final[Mapping[Form, _Writer]] = {
    Form.XML: _xml,
    Form.INLINE: _inline,
    Form.JSON: _json,
    Form.CSV: _csv,
    Form.TABLES: _tables,
}

DEFAULT: Final = tuple(form for form in Form if form is not Form.TABLES)
"""Those that are written where none is named."""


def written(conversion: Conversion, taxonomy: Taxonomy, forms: Collection[Form]) -> Written:
    """The files of a report in these forms, with what they add to its findings.

    A report package holds what is written beside it: the Inline XBRL in `<stem>.xbri`, the
    xBRL-XML in `<stem>.xbr`; the latter also where neither is asked for. A conversion
    without facts has no files in any form.
    """
    if not conversion.files:
        return Written()
    made = {f: write(conversion, taxonomy) for f, write in _WRITERS.items() if f in forms}
    files = [*conversion.files[1:], *(file for one in made.values() for file in one.files)]
    if Form.PACKAGE in forms:
        files += _packages(conversion, made)
    return Written(tuple(files), tuple(f for one in made.values() for f in one.findings))


def _packages(conversion: Conversion, made: Mapping[Form, Written]) -> Iterator[RenderedFile]:
    xml, *extension = conversion.files
    inline = made.get(Form.INLINE)
    if inline:
        yield package_file(Kind.INLINE, inline.files[0], extension, conversion.instance)
    if Form.XML in made or not inline:
        yield package_file(Kind.NON_INLINE, xml, extension, conversion.instance)


def read_forms(words: Iterable[str]) -> tuple[Form, ...]:
    """The forms that the words of `--to` name, with commas between or one by one.

    Raises:
        OptionsError: There is no such form, or none is named.
    """
    names = [name.strip().lower() for word in words for name in word.split(",")]
    known = ", ".join(Form)
    for name in names:
        if name not in tuple(Form):
            raise OptionsError(f"--to {name or '(nothing)'}: the forms are {known}")
    return tuple(form for form in Form if form in names)
