"""`tieout map`: the proposed mapping, to read or to correct and give back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from converter.cli_common import (
    InputArgument,
    MinConfidenceOption,
    PriorOption,
    RulesOption,
    TaxonomyOption,
    convert_source,
    print_finding,
    print_text,
    read_options,
)
from converter.display import plural
from converter.errors import OptionsError
from converter.model import Severity
from converter.options import MIN_CONFIDENCE, is_csv
from converter.output import claim_file, write_file
from converter.proposing import mapping_lines, proposals, rules_text


def map_command(  # noqa: PLR0913, PLR0917  (one parameter per option)
    source: InputArgument,
    edit: Annotated[
        Path | None,
        typer.Option(
            "--edit",
            metavar="FILE",
            help="Write the mapping to FILE.toml or FILE.csv, to correct and give back with "
            "--rules.",
        ),
    ] = None,
    taxonomy: TaxonomyOption = "us-gaap-2024",
    rules: RulesOption = None,
    prior: PriorOption = None,
    min_confidence: MinConfidenceOption = MIN_CONFIDENCE,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Show the proposed mapping of every line, or write it to a file to correct."""
    if edit is not None:
        if edit.suffix.lower() not in (".toml", ".csv"):
            raise OptionsError(f"--edit {edit}: the name must end in .toml or .csv")
        claim_file(edit, source, force=force)
    _, conversion = convert_source(source, read_options(taxonomy, rules, prior, min_confidence))
    found = proposals(conversion)
    if not found:
        for finding in conversion.findings:
            if finding.severity is Severity.ERROR:
                print_finding(finding, source, conversion)
        raise typer.Exit(1)
    if edit is None:
        for line in mapping_lines(conversion):
            print_text(line)
        return
    write_file(edit, rules_text(conversion, as_csv=is_csv(edit)).encode())
    waiting = sum(one.lines[0].is_open for one in found)
    print_text(f"{edit}: {plural(len(found), 'rule')}, {waiting} without a standard concept")
    print_text(f"correct it, then: tieout convert {source} --rules {edit} -o DIR")
