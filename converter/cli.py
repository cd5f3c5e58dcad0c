"""The `tieout` command. The only modules that print are this one and its cli_ siblings.

Exit status: 0 clean, 1 when a finding is an error, 2 when the command was misused or an
input cannot be read at all.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.markup import escape
from rich.progress import track

from converter import (
    __version__,
    cli_batch,
    cli_check,
    cli_map,
    cli_mapper,
    cli_taxonomy,
    cli_verify,
)
from converter.cli_common import (
    ERR,
    OUT,
    CalculationsOption,
    CikOption,
    FormsOption,
    InputArgument,
    MinConfidenceOption,
    PackageOption,
    PriorOption,
    RulesOption,
    TaxonomyOption,
    convert_source,
    print_finding,
    print_lines,
    print_text,
    read_options,
    read_source,
    say,
)
from converter.datasets import append_tables, claim_tables, join_tables
from converter.display import (
    explain_lines,
    finding_lines,
    stage_lines,
    summary_rows,
    verdict_words,
)
from converter.errors import ConverterError, OptionsError, SubmissionError, ValidatorError
from converter.forms import DEFAULT, Form, read_forms
from converter.model import Calculations, Finding, Severity
from converter.options import MIN_CONFIDENCE
from converter.output import claim_folders, write_folder
from converter.reporting import Report, Wanted, report_of
from converter.taxonomy import load_taxonomy
from converter.validation import check_package, validate_file
from converter.viewer import check_viewer

app = typer.Typer(
    help="Reads financial statements printed as text or HTML, writes XBRL, proves it ties.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_taxonomy.app)
app.add_typer(cli_mapper.app)

T = TypeVar("T")


class Stage(StrEnum):
    """What `inspect` can show."""

    TABLES = "tables"
    STATEMENTS = "statements"
    SUMS = "sums"
    PROOF = "proof"
    MAP = "map"
    FACTS = "facts"
    COVERAGE = "coverage"


_Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT", help="Filings or releases, text or HTML.", show_default=False
    ),
]


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True)
    ] = False,
) -> None:
    if version:
        OUT.print(f"tieout {__version__}")
        raise typer.Exit


@app.command("convert")
def convert_command(  # noqa: PLR0913, PLR0917  (one parameter per option)
    inputs: _Inputs,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Where each input gets a folder of its own.",
            show_default=False,
        ),
    ],
    cik: CikOption = None,
    taxonomy: TaxonomyOption = "us-gaap-2024",
    taxonomy_package: PackageOption = None,
    rules: RulesOption = None,
    prior: PriorOption = None,
    min_confidence: MinConfidenceOption = MIN_CONFIDENCE,
    calculations: CalculationsOption = Calculations.XBRL_2_1,
    to: FormsOption = None,
    viewer: Annotated[
        bool,
        typer.Option("--viewer", help="Add Arelle's ixbrl-viewer of the Inline XBRL."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace folders that exist.")] = False,
    validation: Annotated[
        bool,
        typer.Option("--validate/--no-validate", help="Have Arelle check the report."),
    ] = True,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Print findings of severity info too."),
    ] = False,
) -> None:
    """Turn statements into an XBRL report with its own extension taxonomy."""
    options = read_options(taxonomy, rules, prior, min_confidence, cik, calculations)
    forms = read_forms(to) if to else DEFAULT
    if taxonomy_package is not None:
        check_package(taxonomy_package, load_taxonomy(taxonomy))
    if viewer:
        _check_viewer(forms)
    folders = claim_folders(inputs, out, force=force)
    tables = claim_tables(out, folders.values()) if Form.TABLES in forms else None
    wanted = Wanted(forms, validation, taxonomy_package, viewer)
    status = 0
    for source in _progress(list(folders)):
        try:
            report = report_of(source, read_source(source), options, wanted)
            write_folder(folders[source], report.files)
            if tables:
                append_tables(tables, report.tables)
        except SubmissionError as error:
            status = max(status, say(error))
            continue
        _report(source, report, verbose=verbose)
        _say_where(folders[source], report, forms)
        status = max(status, 1 if report.failed else 0)
    if tables:
        _say_joined(tables, join_tables(tables))
    raise typer.Exit(status)


def _check_viewer(forms: Sequence[Form]) -> None:
    if Form.INLINE not in forms:
        raise OptionsError("--viewer shows the Inline XBRL: name inline among those of --to")
    check_viewer()


def _say_joined(tables: Path, left_out: Sequence[str]) -> None:
    OUT.print(f"tables: {escape(str(tables))}")
    if left_out:
        others = f" and {len(left_out) - 1} others" if len(left_out) > 1 else ""
        ERR.print(
            f"note: {escape(left_out[0])}{others} {'are' if others else 'is'} not in "
            f"{escape(str(tables / 'fsds'))}/*.txt, where reports are told apart by accession "
            "number: another has the same, or none as well; fsds/parts and facts/ have all"
        )


@app.command()
def inspect(
    source: InputArgument,
    stage: Annotated[Stage, typer.Option("--stage", help="What to show.")] = Stage.MAP,
    taxonomy: TaxonomyOption = "us-gaap-2024",
    rules: RulesOption = None,
    prior: PriorOption = None,
    min_confidence: MinConfidenceOption = MIN_CONFIDENCE,
) -> None:
    """Show what the program saw in a text, stage by stage."""
    _, conversion = convert_source(source, read_options(taxonomy, rules, prior, min_confidence))
    shown = False
    for line in stage_lines(conversion, stage.value):
        shown = True
        print_text(line)
    if not shown:
        for finding in conversion.findings:
            if finding.severity is Severity.ERROR:
                print_finding(finding, source, conversion)
        raise typer.Exit(1)


app.command("batch")(cli_batch.batch_command)
app.command("check")(cli_check.check_command)
app.command("map")(cli_map.map_command)
app.command("verify")(cli_verify.verify_command)


@app.command()
def explain(
    source: InputArgument,
    line: Annotated[
        int,
        typer.Argument(metavar="LINE", help="A line number, from 1.", show_default=False),
    ],
    taxonomy: TaxonomyOption = "us-gaap-2024",
    rules: RulesOption = None,
    prior: PriorOption = None,
    min_confidence: MinConfidenceOption = MIN_CONFIDENCE,
) -> None:
    """Say why a line became that concept."""
    options = read_options(taxonomy, rules, prior, min_confidence)
    _, conversion = convert_source(source, options)
    last = len(conversion.reading.submission.lines)
    if not 1 <= line <= last:
        raise OptionsError(f"{source} has no line {line}; its lines are 1 to {last}")
    for text in explain_lines(conversion, line, load_taxonomy(options.taxonomy)):
        print_text(text)


@app.command("validate")
def validate_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="XBRL reports: xBRL-XML, Inline XBRL, xBRL-JSON.",
            show_default=False,
        ),
    ],
    taxonomy_package: PackageOption = None,
) -> None:
    """Have Arelle check XBRL reports, offline."""
    if taxonomy_package is not None:
        check_package(taxonomy_package)
    status = 0
    for path in _progress(files):
        try:
            verdict = validate_file(path, taxonomy_package)
        except ValidatorError as error:
            status = max(status, say(error))
            continue
        counted = f"{verdict.facts:,} facts, " if verdict.facts else ""
        print_text(f"{path}: {counted}{verdict_words(verdict)}")
        for finding in verdict.findings:
            print_lines(finding, finding_lines(finding, str(path), ()))
        status = max(status, 1 if verdict.grave else 0)
    raise typer.Exit(status)


# --- what the commands share ---------------------------------------------------------


def _progress(items: Sequence[T]) -> Iterator[T]:
    quiet = len(items) < 2 or not ERR.is_terminal
    yield from track(items, console=ERR, transient=True, disable=quiet)


def _report(source: str, report: Report, *, verbose: bool) -> None:
    conversion, verdict = report.conversion, report.verdict
    findings = [*conversion.findings, *(verdict.findings if verdict else ())]
    for finding in findings:
        if verbose or finding.severity is not Severity.INFO:
            print_finding(finding, source, conversion)
    OUT.print(f"[bold]{escape(source)}[/bold]")
    for name, words in summary_rows(conversion, verdict):
        OUT.print(f"  {name:<11} {escape(words)}")
    OUT.print(f"  {'findings':<11} {escape(_counts(findings))}")


def _say_where(folder: Path, report: Report, forms: Sequence[Form]) -> None:
    has_facts = bool(report.conversion.files)
    OUT.print(f"  {'forms':<11} {', '.join(forms) if has_facts else 'none: no facts'}")
    OUT.print(f"  {'written to':<11} {escape(str(folder))}")


def _counts(findings: Sequence[Finding]) -> str:
    parts = []
    for severity in reversed(Severity):
        count = sum(f.severity is severity for f in findings)
        name = {"info": "note"}.get(severity.value, severity.value)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return ", ".join(parts) or "none"


def _print_anything() -> None:
    """What a terminal has no letter for is printed by its number: names of files, dashes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(argv: list[str] | None = None) -> int:
    """Run the command; every expected failure is a message, not a traceback."""
    _print_anything()
    try:
        app(args=argv, prog_name="tieout")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    except ConverterError as error:
        return say(error)
    except Exception as error:
        if "TIEOUT_DEBUG" in os.environ:
            raise
        ERR.print(
            f"error: a fault of tieout's own: {type(error).__name__}: {error}; please report "
            "it, with the input (TIEOUT_DEBUG=1 shows the traceback)",
            markup=False,
        )
        return 2
    return 0
