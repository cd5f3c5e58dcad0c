"""`tieout check`: reads and checks, and writes no XBRL."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from converter.certificate import certificate
from converter.checking import Checked, check_lines
from converter.cli_common import (
    COLOURS,
    OUT,
    CikOption,
    MinConfidenceOption,
    PriorOption,
    RulesOption,
    TaxonomyOption,
    convert_source,
    print_text,
    read_options,
    say,
)
from converter.errors import SubmissionError
from converter.junit import junit
from converter.options import MIN_CONFIDENCE
from converter.output import claim_file, json_text, write_file
from converter.sarif import sarif
from converter.xml_text import for_terminal


class Format(StrEnum):
    """What `check` can print."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def check_command(  # noqa: PLR0913, PLR0917  (one parameter per option)
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT", help="Filings or releases, text or HTML.", show_default=False
        ),
    ],
    form: Annotated[
        Format,
        typer.Option("--format", help="How to say it; json: a list of certificates."),
    ] = Format.TEXT,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write to a file, old or new."),
    ] = None,
    cik: CikOption = None,
    taxonomy: TaxonomyOption = "us-gaap-2024",
    rules: RulesOption = None,
    prior: PriorOption = None,
    min_confidence: MinConfidenceOption = MIN_CONFIDENCE,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Say too what is but noted or cannot be told."),
    ] = False,
) -> None:
    """Prove the arithmetic of statements, or show where it fails; write no XBRL."""
    options = read_options(taxonomy, rules, prior, min_confidence, cik)
    if out is not None:
        for source in inputs:
            claim_file(out, source, force=True)
    status = 0
    done: list[Checked] = []
    refused: list[tuple[str, str]] = []
    for source in dict.fromkeys(inputs):
        try:
            checked = Checked(source, *convert_source(source, options))
        except SubmissionError as error:
            status = say(error)
            refused.append((source, str(error)))
            continue
        status = max(status, int(checked.failed))
        if form is Format.TEXT and out is None:
            _print(checked, verbose=verbose)
        else:
            done.append(checked)
    if out is not None:
        write_file(out, _text(form, done, refused, verbose=verbose).encode())
    elif form is not Format.TEXT:
        print_text(_text(form, done, refused, verbose=verbose).removesuffix("\n"))
    raise typer.Exit(status)


def _print(checked: Checked, *, verbose: bool) -> None:
    for text, severity in check_lines(checked, verbose=verbose):
        OUT.print(text, markup=False, style=COLOURS[severity] if severity else None)


def _text(
    form: Format,
    done: Sequence[Checked],
    refused: Sequence[tuple[str, str]],
    *,
    verbose: bool,
) -> str:
    match form:
        case Format.JSON:
            return json_text([certificate(checked) for checked in done], depth=3)
        case Format.SARIF:
            return json_text(sarif(done, refused, verbose=verbose), depth=5)
        case Format.JUNIT:
            return junit(done, refused)
        case Format.TEXT:
            lines = (line for checked in done for line in check_lines(checked, verbose=verbose))
            return "".join(f"{for_terminal(text)}\n" for text, _ in lines)
