"""The whole conversion on one page. Read model.py first, then this."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from converter.arithmetic import check_sums, checks, find_sums
from converter.cover import read_cover
from converter.instance import build_instance
from converter.mapping import distinct_extensions, map_statement, unmapped
from converter.model import (
    CoverFact,
    Finding,
    Instance,
    MappedStatement,
    RenderedFile,
    Severity,
    Statement,
    Submission,
    Table,
)
from converter.options import Options, read_cik
from converter.rendering import render
from converter.ruling import check_rules, unused_rules
from converter.sgml import read_submission
from converter.statements import incomplete_end, read_statements
from converter.tables import find_tables
from converter.taxonomy import Taxonomy, load_taxonomy
from converter.validation import Verdict, validate_report


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, before anything is mapped: the result of stages 1 to 3."""

    submission: Submission
    cover: tuple[CoverFact, ...]
    tables: tuple[Table, ...]
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Conversion:
    """The result of every stage, so that any of them can be shown or checked."""

    reading: Reading
    statements: tuple[MappedStatement, ...]
    instance: Instance
    files: tuple[RenderedFile, ...]
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(f.severity is Severity.ERROR for f in self.findings)

    @property
    def sums_checked(self) -> int:
        """How many sums were worked out, down the columns and across the rows."""
        return sum(
            1 for mapped in self.statements for _ in checks(mapped.statement, mapped.footing)
        )


def read(data: bytes, *, name: str) -> Reading:
    """Read the statements of a file.

    Raises:
        SubmissionError: The file is no text filing.
    """
    submission, findings = read_submission(data, name=name)
    cover: tuple[CoverFact, ...] = ()
    tables: list[Table] = []
    statements: list[Statement] = []
    for document in submission.documents:
        facts, found = read_cover(document)
        cover = cover or facts
        findings += found
        document_tables = find_tables(document)
        document_statements, found = read_statements(document_tables)
        findings += found
        tables += document_tables
        statements += document_statements
    findings += incomplete_end(submission, tables)
    return Reading(submission, cover, tuple(tables), tuple(statements), tuple(findings))


def convert(data: bytes, *, name: str, options: Options | None = None) -> Conversion:
    """Turn a file into a rendered report and all findings about it; Arelle comes after.

    Args:
        data: The file as received.
        name: The file's name; without its ending it names the report.
        options: Taxonomy, CIK and rules.

    Raises:
        SubmissionError: The file is no text filing.
        TaxonomyError: There is no such taxonomy.
        OptionsError: A rule cannot be applied.
    """
    options = options or Options()
    taxonomy = load_taxonomy(options.taxonomy)
    check_rules(options.rules, taxonomy)
    reading = read(data, name=name)
    findings = list(reading.findings)
    mapped: list[MappedStatement] = []
    for statement in reading.statements:
        footing = find_sums(statement)
        findings += check_sums(statement, footing)
        mapping, found = map_statement(statement, footing, taxonomy, options.rules)
        findings += found
        mapped.append(mapping)
    findings += unused_rules(reading.statements, options.rules)
    if not mapped:
        findings.append(_no_statement())
    statements = distinct_extensions(mapped, taxonomy)
    findings += unmapped(statements)
    instance, found = build_instance(
        statements,
        reading.cover,
        taxonomy,
        stem=stem_of(name),
        cik=options.cik or _header_cik(reading.submission),
    )
    findings += found
    files = render(instance, taxonomy) if instance.facts else ()
    return Conversion(reading, statements, instance, files, tuple(findings))


def validate(conversion: Conversion, options: Options, package: Path | None = None) -> Verdict:
    """Have Arelle check a conversion, offline.

    Raises:
        ValidatorError: Arelle failed for another reason than the report.
    """
    taxonomy: Taxonomy = load_taxonomy(options.taxonomy)
    return validate_report(conversion.files, conversion.instance, taxonomy, package)


def stem_of(name: str) -> str:
    """The report's name from the file's: its last part without the ending."""
    return Path(name).stem or "report"


def _header_cik(submission: Submission) -> str | None:
    stated = dict(submission.header).get("CENTRAL INDEX KEY", "")
    return read_cik(stated) if stated.isdigit() and int(stated) else None


def _no_statement() -> Finding:
    return Finding(
        "statement.none",
        Severity.ERROR,
        "no primary financial statement was found",
        advice="a statement is found by its title (Balance Sheets, Statements of "
        "Operations, ...) above a table; see: tieout inspect FILE --stage tables",
    )
