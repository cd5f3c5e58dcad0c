"""The `tieout` command. The only modules that print are this one and cli_taxonomy.

Exit status: 0 clean, 1 when a finding is an error, 2 when the command was misused or an
input cannot be read at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from converter import __version__, cli_taxonomy
from converter.display import (
    explain_lines,
    finding_lines,
    stage_lines,
    summary_rows,
    verdict_words,
)
from converter.errors import ConverterError, OptionsError, SubmissionError, ValidatorError
from converter.model import Finding, Severity
from converter.options import Options, read_cik, read_rules
from converter.output import claim_folders, findings_file, write_folder
from converter.pipeline import Conversion, convert, validate
from converter.taxonomy import load_taxonomy
from converter.validation import Verdict, check_package, validate_file

app = typer.Typer(
    help="Reads financial statements printed as text or HTML, writes XBRL, proves it ties.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_taxonomy.app)

T = TypeVar("T")


class _Console(Console):
    """A console that falls silent when nobody reads on (`tieout convert ... | head`).

    The work goes on: every input is still converted, and the exit status still tells.
    """

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_OUT = _Console(highlight=False, soft_wrap=True)
_ERR = _Console(stderr=True, highlight=False, soft_wrap=True)
_COLOURS = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "dim",
}


class Stage(StrEnum):
    """What `inspect` can show."""

    TABLES = "tables"
    STATEMENTS = "statements"
    SUMS = "sums"
    MAP = "map"
    FACTS = "facts"
    COVERAGE = "coverage"


_Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT", help="Filings or releases, text or HTML.", show_default=False
    ),
]
_Input = Annotated[
    str,
    typer.Argument(
        metavar="INPUT", help="A filing or release, text or HTML.", show_default=False
    ),
]
_Cik = Annotated[
    str | None,
    typer.Option(
        "--cik", metavar="N", help="The filer's CIK, where the text does not give it."
    ),
]
_Taxonomy = Annotated[
    str,
    typer.Option(
        "--taxonomy",
        metavar="NAME",
        help="us-gaap-2024, us-gaap-2009, or the folder of an index.",
    ),
]
_Package = Annotated[
    Path | None,
    typer.Option(
        "--taxonomy-package",
        metavar="ZIP",
        help="Check against this official taxonomy package, not the built-in index.",
    ),
]
_Rules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="Your own mapping rules (TOML or CSV); they override all.",
    ),
]


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True)
    ] = False,
) -> None:
    if version:
        _OUT.print(f"tieout {__version__}")
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
    cik: _Cik = None,
    taxonomy: _Taxonomy = "us-gaap-2024",
    taxonomy_package: _Package = None,
    rules: _Rules = None,
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
    options = _options(cik, taxonomy, rules)
    if taxonomy_package is not None:
        check_package(taxonomy_package, load_taxonomy(taxonomy))
    folders = claim_folders(inputs, out, force=force)
    status = 0
    for source in _progress(list(folders)):
        try:
            data, conversion = _convert(source, options)
            verdict = None
            if validation and conversion.files:
                verdict = validate(conversion, options, taxonomy_package)
            record = findings_file(conversion, verdict, data, source)
            write_folder(folders[source], [*conversion.files, record])
        except SubmissionError as error:
            status = max(status, _say(error))
            continue
        _report(source, conversion, verdict, folders[source], verbose=verbose)
        failed = conversion.failed or (
            verdict is not None and not verdict.valid and _grave(verdict)
        )
        status = max(status, 1 if failed else 0)
    raise typer.Exit(status)


@app.command()
def inspect(
    source: _Input,
    stage: Annotated[Stage, typer.Option("--stage", help="What to show.")] = Stage.MAP,
    taxonomy: _Taxonomy = "us-gaap-2024",
    rules: _Rules = None,
) -> None:
    """Show what the program saw in a text, stage by stage."""
    _, conversion = _convert(source, _options(None, taxonomy, rules))
    shown = False
    for line in stage_lines(conversion, stage.value):
        shown = True
        _print(line)
    if not shown:
        for finding in conversion.findings:
            if finding.severity is Severity.ERROR:
                _print_finding(finding, source, conversion)
        raise typer.Exit(1)


@app.command()
def explain(
    source: _Input,
    line: Annotated[
        int,
        typer.Argument(metavar="LINE", help="A line number, from 1.", show_default=False),
    ],
    taxonomy: _Taxonomy = "us-gaap-2024",
    rules: _Rules = None,
) -> None:
    """Say why a line became that concept."""
    options = _options(None, taxonomy, rules)
    _, conversion = _convert(source, options)
    last = len(conversion.reading.submission.lines)
    if not 1 <= line <= last:
        raise OptionsError(f"{source} has no line {line}; its lines are 1 to {last}")
    for text in explain_lines(conversion, line, load_taxonomy(options.taxonomy)):
        _print(text)


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
    taxonomy_package: _Package = None,
) -> None:
    """Have Arelle check XBRL reports, offline."""
    if taxonomy_package is not None:
        check_package(taxonomy_package)
    status = 0
    for path in _progress(files):
        try:
            verdict = validate_file(path, taxonomy_package)
        except ValidatorError as error:
            status = max(status, _say(error))
            continue
        counted = f"{verdict.facts:,} facts, " if verdict.facts else ""
        _print(f"{path}: {counted}{verdict_words(verdict)}")
        for finding in verdict.findings:
            _print_lines(finding, finding_lines(finding, str(path), ()))
        status = max(status, 0 if verdict.valid or not _grave(verdict) else 1)
    raise typer.Exit(status)


# --- what the commands share ---------------------------------------------------------


def _options(cik: str | None, taxonomy: str, rules: Path | None) -> Options:
    load_taxonomy(taxonomy)
    options = Options(taxonomy)
    if cik is not None:
        options = replace(options, cik=read_cik(cik))
    return replace(options, rules=read_rules(rules)) if rules else options


def _convert(source: str, options: Options) -> tuple[bytes, Conversion]:
    data = _read(source)
    return data, convert(data, name=source, options=options)


def _read(source: str) -> bytes:
    path = Path(source)
    if path.is_dir():
        raise SubmissionError(f"{source}: a folder; name the text file in it")
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SubmissionError(f"{source}: no such file; check the path") from error
    except OSError as error:
        raise SubmissionError(f"{source}: cannot be read: {error.strerror}") from error


def _grave(verdict: Verdict) -> bool:
    return not verdict.facts or any(f.severity is Severity.ERROR for f in verdict.findings)


def _progress(items: Sequence[T]) -> Iterator[T]:
    quiet = len(items) < 2 or not _ERR.is_terminal
    yield from track(items, console=_ERR, transient=True, disable=quiet)


def _report(
    source: str,
    conversion: Conversion,
    verdict: Verdict | None,
    folder: Path,
    *,
    verbose: bool,
) -> None:
    findings = [*conversion.findings, *(verdict.findings if verdict else ())]
    for finding in findings:
        if verbose or finding.severity is not Severity.INFO:
            _print_finding(finding, source, conversion)
    _OUT.print(f"[bold]{escape(source)}[/bold]")
    for name, words in summary_rows(conversion, verdict):
        _OUT.print(f"  {name:<11} {escape(words)}")
    _OUT.print(f"  {'findings':<11} {escape(_counts(findings))}")
    _OUT.print(f"  {'written to':<11} {escape(str(folder))}")


def _counts(findings: Sequence[Finding]) -> str:
    parts = []
    for severity in reversed(Severity):
        count = sum(f.severity is severity for f in findings)
        name = {"info": "note"}.get(severity.value, severity.value)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return ", ".join(parts) or "none"


def _print(text: str) -> None:
    _OUT.print(text, markup=False)


def _print_finding(finding: Finding, source: str, conversion: Conversion) -> None:
    lines = conversion.reading.submission.lines
    _print_lines(finding, finding_lines(finding, source, lines))


def _print_lines(finding: Finding, lines: Iterator[str]) -> None:
    for n, text in enumerate(lines):
        _OUT.print(text, markup=False, style=_COLOURS[finding.severity] if n == 0 else None)


def _say(error: Exception) -> int:
    _ERR.print(f"error: {error}", markup=False, style="bold red")
    return 2


def main(argv: list[str] | None = None) -> int:
    """Run the command; every expected failure is a message, not a traceback."""
    try:
        app(args=argv, prog_name="tieout")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    except ConverterError as error:
        return _say(error)
    except Exception as error:
        if "TIEOUT_DEBUG" in os.environ:
            raise
        _ERR.print(
            f"error: a fault of tieout's own: {type(error).__name__}: {error}; please report "
            "it, with the input (TIEOUT_DEBUG=1 shows the traceback)",
            markup=False,
        )
        return 2
    return 0
