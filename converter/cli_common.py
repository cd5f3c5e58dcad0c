"""What the commands share: options, reading an input, printing. Only commands print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from converter.display import finding_lines
from converter.errors import SubmissionError
from converter.forms import DEFAULT, Form
from converter.limits import read_file
from converter.model import Calculations, Finding, Severity
from converter.options import Options, read_cik, read_rules
from converter.pipeline import Conversion, convert
from converter.taxonomy import load_taxonomy
from converter.xml_text import for_terminal


class _Console(Console):
    """A console that no text commands, and that falls silent when nobody reads on.

    Silent (`tieout convert ... | head`), the work goes on: every input is still converted,
    and the exit status still tells.
    """

    def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401  (as rich has it)
        """Print as rich does, with pictures for what a terminal would obey."""
        super().print(*(for_terminal(o) if isinstance(o, str) else o for o in objects), **how)

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


OUT = _Console(highlight=False, soft_wrap=True)
ERR = _Console(stderr=True, highlight=False, soft_wrap=True)
COLOURS = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "dim",
}


InputArgument = Annotated[
    str,
    typer.Argument(
        metavar="INPUT", help="A filing or release, text or HTML.", show_default=False
    ),
]
CikOption = Annotated[
    str | None,
    typer.Option(
        "--cik", metavar="N", help="The filer's CIK, where the text does not give it."
    ),
]
TaxonomyOption = Annotated[
    str,
    typer.Option(
        "--taxonomy",
        metavar="NAME",
        help="us-gaap-2024, us-gaap-2009, or the folder of an index.",
    ),
]
PackageOption = Annotated[
    Path | None,
    typer.Option(
        "--taxonomy-package",
        metavar="ZIP",
        help="Check against this official taxonomy package, not the built-in index.",
    ),
]
RulesOption = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="Your own mapping rules (TOML or CSV); they override all.",
    ),
]
PriorOption = Annotated[
    Path | None,
    typer.Option(
        "--prior",
        metavar="REPORT",
        help="An earlier report of the company (.xml, or its folder): its concepts are "
        "rolled forward.",
    ),
]
MinConfidenceOption = Annotated[
    float,
    typer.Option(
        "--min-confidence",
        metavar="P",
        min=0.0,
        max=1.0,
        help="A line of which the concept is less likely than this becomes an extension.",
    ),
]


CalculationsOption = Annotated[
    Calculations,
    typer.Option(
        "--calculations",
        help="Write the sums for XBRL 2.1 (2003) or for Calculations 1.1.",
    ),
]

FormsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="FORM,...",
        help=f"The forms to write, of {', '.join(Form)}. "
        f"Where none is named: {', '.join(DEFAULT)}.",
    ),
]


def read_options(
    taxonomy: str,
    rules: Path | None,
    prior: Path | None,
    min_confidence: float,
    cik: str | None = None,
    calculations: Calculations = Calculations.XBRL_2_1,
) -> Options:
    """What the options of a command say.

    Raises:
        OptionsError: The CIK, the rules or the earlier report is not one.
        TaxonomyError: There is no such taxonomy.
    """
    load_taxonomy(taxonomy)
    options = Options(taxonomy, min_confidence=min_confidence, calculations=calculations)
    if cik is not None:
        options = replace(options, cik=read_cik(cik))
    if rules is not None:
        options = replace(options, rules=read_rules(rules))
    if prior is not None:
        # lxml is needed here only, and would slow down every other command.
        from converter.prior_reading import read_prior  # noqa: PLC0415

        options = replace(options, prior=read_prior(prior))
    return options


def convert_source(source: str, options: Options) -> tuple[bytes, Conversion]:
    """The bytes of an input, and what became of them."""
    data = read_source(source)
    return data, convert(data, name=source, options=options)


def read_source(source: str) -> bytes:
    """The bytes of an input.

    Raises:
        SubmissionError: There is no such file, it cannot be read, or it is too large.
    """
    path = Path(source)
    if path.is_dir():
        raise SubmissionError(f"{source}: a folder; name the text file in it")
    try:
        return read_file(path)
    except FileNotFoundError as error:
        raise SubmissionError(f"{source}: no such file; check the path") from error
    except OSError as error:
        raise SubmissionError(f"{source}: cannot be read: {error.strerror}") from error


def print_text(text: str) -> None:
    """Print a line as it is, without markup."""
    OUT.print(text, markup=False)


def print_finding(finding: Finding, source: str, conversion: Conversion) -> None:
    """Print a finding with its line of the source."""
    lines = conversion.reading.submission.lines
    print_lines(finding, finding_lines(finding, source, lines))


def print_lines(finding: Finding, lines: Iterator[str]) -> None:
    """Print the lines of a finding, the first in the colour of its severity."""
    for n, text in enumerate(lines):
        OUT.print(text, markup=False, style=COLOURS[finding.severity] if n == 0 else None)


def say(error: Exception) -> int:
    """Print a refusal; the exit status that goes with it."""
    ERR.print(f"error: {error}", markup=False, style="bold red")
    return 2
