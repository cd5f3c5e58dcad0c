"""The whole conversion on one page. Read model.py first, then this."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from converter.agreeing import agree
from converter.arithmetic import checks
from converter.assertions import assertions_of
from converter.blocks import Block, find_blocks
from converter.cover import read_cover
from converter.coverage import Coverage, account
from converter.dei import (
    fiscal_year_close,
    header_facts,
    merged,
    of_registrant,
    reporting_period,
)
from converter.details import find_details, without_details
from converter.endings import unfinished
from converter.filing_rules import filing_findings
from converter.instance import build_instance
from converter.judged import Advice
from converter.layout import printed_lines
from converter.mapper.artefact import load_mapper
from converter.mapper.explaining import Weight
from converter.mapper.judging import judge, weigh_row
from converter.mapping import distinct_extensions, map_statement, unmapped
from converter.model import (
    CoverFact,
    Finding,
    Footing,
    Instance,
    Line,
    MappedStatement,
    QName,
    RenderedFile,
    Schedule,
    Severity,
    Statement,
    Submission,
)
from converter.options import Options
from converter.overlong import Overlong
from converter.pieces import shortened
from converter.prior import prior_findings
from converter.proof.checks import prove
from converter.proof.derived import Derived, derive
from converter.proof.diagnosis import Diagnosis, diagnose
from converter.proof.equations import Equation
from converter.proof.evidence import evidence_of
from converter.proof.printed import numbers_printed
from converter.proof.running_text import RunningText
from converter.proof.telling import untold
from converter.rendering import render
from converter.ruling import check_rules, rules_of_tables, unused_rules
from converter.schedule import is_schedule, read_schedules
from converter.schedule_ties import tie_schedules
from converter.settling import settle
from converter.sgml import read_submission
from converter.statements import read_statements
from converter.sum_findings import check_sums
from converter.summing import find_sums
from converter.taxonomy import Taxonomy, load_taxonomy
from converter.validation import Verdict, validate_report
from converter.xml_text import as_utf8

_IN_NO_ADDRESS = re.compile(r"[#%&?]")
_MOST_DETAILS = 1000
_LONGEST_DETAIL = 30
_COVER_REACH = 1200
"""In how many lines of a document facts of its cover are looked for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, before anything is mapped: the result of stages 1 to 3.

    `prose` are the paragraphs that state figures, with an empty line after each.
    """

    submission: Submission
    cover: tuple[CoverFact, ...]
    statements: tuple[Statement, ...]
    schedules: tuple[Schedule, ...]
    findings: tuple[Finding, ...]
    prose: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversion:
    """The result of every stage, so that any of them can be shown or checked."""

    reading: Reading
    statements: tuple[MappedStatement, ...]
    instance: Instance
    files: tuple[RenderedFile, ...]
    findings: tuple[Finding, ...]
    equations: tuple[Equation, ...] = ()
    derived: tuple[Derived, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    ledgers: tuple[Coverage, ...] = ()

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
    header = header_facts(submission.header)
    facts: tuple[CoverFact, ...] = ()
    cover_findings: list[Finding] = []
    statements: list[Statement] = []
    last: Block | None = None
    schedules: list[Schedule] = []
    text = RunningText()
    overlong = Overlong()
    for document in submission.documents:
        if is_schedule(document):
            read_here, found = read_schedules(document)
            schedules += read_here
            findings += found
            continue
        lines = overlong.watched(text.watched(printed_lines(document)))
        if not facts:
            first = tuple(islice(lines, _COVER_REACH))
            facts, cover_findings = read_cover([shortened(line) for line in first])
            lines = chain(first, lines)
        told = merged(facts, header)[0]
        reporting, months = reporting_period(told)
        watched = _Watched(find_blocks(lines))
        document_statements, found = read_statements(
            watched,
            reporting,
            months=months if reporting else 12,
            year_close=fiscal_year_close(told),
        )
        details, left_out = find_details(document_statements, watched.small)
        findings += [*without_details(found, details), *left_out]
        statements += [*document_statements, *details]
        last = watched.last
    cover, found = merged(facts, header_facts(of_registrant(submission.header, facts)))
    findings = [*findings, *cover_findings, *found, *overlong.findings()]
    findings += unfinished(submission, last, statements, findings)
    return Reading(
        submission,
        cover,
        tuple(statements),
        tuple(schedules),
        tuple(findings),
        tuple(text.lines),
    )


class _Watched:
    """Blocks passed on one by one; keeps the last, and those that may hold details."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self.last: Block | None = None
        self.small: list[Block] = []

    def __iter__(self) -> Iterator[Block]:
        for block in self._blocks:
            self.last = block
            if len(self.small) < _MOST_DETAILS and 2 < block.rows <= _LONGEST_DETAIL:
                self.small.append(block)
            yield block


def convert(data: bytes, *, name: str, options: Options | None = None) -> Conversion:
    """Turn a file into a rendered report and all findings about it; Arelle comes after.

    Args:
        data: The file as received.
        name: The file's name; without its ending it names the report.
        options: Taxonomy, CIK, rules and an earlier report.

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
    rules = rules_of_tables(reading.statements, options.rules)
    footed = [(statement, find_sums(statement)) for statement in reading.statements]
    advised = _advice(footed, reading, taxonomy, options)
    for (statement, footing), of_table, advice in zip(footed, rules, advised, strict=True):
        findings += check_sums(statement, footing)
        mapping, found = map_statement(
            statement, footing, taxonomy, of_table, options.prior, advice
        )
        findings += found
        mapped.append(mapping)
    findings += unused_rules(reading.statements, options.rules)
    cik = options.cik or reading.submission.header.cik
    findings += prior_findings(options.prior, mapped, cik)
    if not mapped:
        findings.append(_no_statement())
    settled, found = settle(agree(mapped, taxonomy), taxonomy)
    findings += found
    statements = distinct_extensions(settled, taxonomy)
    findings += unmapped(statements)
    instance, found = build_instance(
        statements,
        reading.cover,
        taxonomy,
        stem=stem_of(name),
        cik=cik,
    )
    findings += found
    ledgers, found = account(reading.submission, statements, instance, findings)
    findings += found
    ties, found = tie_schedules(reading.schedules, instance)
    findings += found
    evidence = evidence_of(statements, taxonomy, ties, options.prior, reading.prose)
    equations = prove(evidence)
    findings += untold(equations, findings)
    findings += filing_findings(instance, taxonomy, findings)
    instance = replace(
        instance,
        assertions=assertions_of(equations, statements, instance) if options.formula else (),
    )
    files = (
        render(instance, taxonomy, calculations=options.calculations) if instance.facts else ()
    )
    return Conversion(
        reading,
        statements,
        instance,
        files,
        tuple(findings),
        tuple(equations),
        tuple(derive(evidence)),
        _diagnoses(equations, statements, reading),
        ledgers,
    )


def _diagnoses(
    equations: Sequence[Equation], statements: Sequence[MappedStatement], reading: Reading
) -> tuple[Diagnosis, ...]:
    """What may be wrong where equations fail; the file is looked through only then."""
    if not any(one.fails for one in equations):
        return ()
    printed = numbers_printed((line.number, line.text) for line in reading.submission.lines)
    return diagnose(equations, statements, printed)


def _advice(
    footed: Sequence[tuple[Statement, Footing]],
    reading: Reading,
    taxonomy: Taxonomy,
    options: Options,
) -> Iterator[Advice]:
    """What the mapper says of each statement."""
    mapper = load_mapper()
    for judged in judge(footed, _industry(reading), taxonomy, mapper):
        yield Advice(judged, mapper.calibration, options.min_confidence)


def _industry(reading: Reading) -> str:
    sic = reading.submission.header.company.sic
    return sic.text if sic else ""


def weights(
    conversion: Conversion, statement: Statement, row: int, concept: QName, taxonomy: Taxonomy
) -> list[Weight]:
    """What speaks for a concept of a row and what against it, the weightiest first."""
    footed = [(one.statement, one.footing) for one in conversion.statements]
    place = (next(n for n, (one, _) in enumerate(footed) if one is statement), row)
    industry = _industry(conversion.reading)
    return weigh_row(footed, industry, taxonomy, load_mapper(), place, concept.local)


def validate(conversion: Conversion, options: Options, package: Path | None = None) -> Verdict:
    """Have Arelle check a conversion, offline.

    Raises:
        ValidatorError: Arelle failed for another reason than the report.
    """
    taxonomy: Taxonomy = load_taxonomy(options.taxonomy)
    return validate_report(conversion.files, conversion.instance, taxonomy, package)


def stem_of(name: str) -> str:
    """The report's name from the file's: its last part without the ending.

    A report's files name each other by addresses, in UTF-8, and not every reader of them
    decodes these: underscores stand for what an address would have to encode. A name of
    mere dots would be that of the folder itself, or of the one around it.
    """
    stem = _IN_NO_ADDRESS.sub("_", as_utf8(Path(name).stem))
    return stem if stem.strip(".") else "report"


def _no_statement() -> Finding:
    return Finding(
        "statement.none",
        Severity.ERROR,
        "no primary financial statement was found",
        advice="a statement is found by its title (Balance Sheets, Statements of "
        "Operations, ...) above a table; see: tieout inspect FILE --stage tables",
    )
