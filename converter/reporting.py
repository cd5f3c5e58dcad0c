"""The folder of one input: what `convert` writes, and `batch` by the thousand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from converter.certificate import certificate_file
from converter.checking import Checked
from converter.datasets import tables_files
from converter.fact_rows import Source
from converter.forms import DEFAULT, Form, written
from converter.model import RenderedFile
from converter.options import Options
from converter.output import findings_file
from converter.pipeline import Conversion, convert, validate
from converter.report_page.page import page_file
from converter.taxonomy import load_taxonomy
from converter.validation import Verdict
from converter.viewer import viewer_files


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of an input.

    Attributes:
        forms: The forms of the report.
        validate: Arelle is to check it.
        package: An official taxonomy package to check it with; None for the built-in index.
        viewer: Arelle's ixbrl-viewer is to stand beside the Inline XBRL.
    """

    forms: tuple[Form, ...] = DEFAULT
    validate: bool = True
    package: Path | None = None
    viewer: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an input: the conversion, Arelle's verdict, and the files to write."""

    source: Source
    conversion: Conversion
    verdict: Verdict | None
    files: tuple[RenderedFile, ...]
    tables: tuple[RenderedFile, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a finding is an error, or Arelle read no fact."""
        verdict = self.verdict
        return self.conversion.failed or (verdict is not None and verdict.grave)


def report_of(source: str, data: bytes, options: Options, wanted: Wanted) -> Report:
    """Convert an input, have it checked, and make the files of its folder; writes nothing.

    Raises:
        SubmissionError: It is no text filing.
        ValidatorError: Arelle failed for another reason than the report.
        OptionsError: A rule cannot be applied, or an extra is not installed.
    """
    options = replace(options, formula=Form.FORMULA in wanted.forms)
    conversion = convert(data, name=source, options=options)
    checked = wanted.validate and conversion.files
    verdict = validate(conversion, options, wanted.package) if checked else None
    index = load_taxonomy(options.taxonomy)
    report = written(conversion, index, wanted.forms)
    conversion = replace(conversion, findings=(*conversion.findings, *report.findings))
    made = Report(_source(source, data), conversion, verdict, report.files)
    files = (*report.files, *_beside(made, source, data, options, wanted))
    tables = Form.TABLES in wanted.forms
    return replace(
        made,
        files=files,
        tables=tables_files(conversion, index, made.source) if tables else (),
    )


def _beside(
    report: Report, source: str, data: bytes, options: Options, wanted: Wanted
) -> Iterator[RenderedFile]:
    """What stands beside the XBRL: findings, the certificate, pages to look at."""
    conversion, index = report.conversion, load_taxonomy(options.taxonomy)
    yield findings_file(conversion, report.verdict, data, source)
    yield certificate_file(Checked(source, data, conversion))
    if Form.PAGE in wanted.forms:
        yield page_file(conversion, index, report.verdict)
    if wanted.viewer and report.files:
        yield from viewer_files(report.files, conversion.instance, index, wanted.package)


def _source(name: str, data: bytes) -> Source:
    return Source(Path(name).name, hashlib.sha256(data).hexdigest())
