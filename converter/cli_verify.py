"""`tieout verify`: whether all forms of a report say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from converter.cli_common import PackageOption, print_lines, print_text, say
from converter.datasets import is_of_tables
from converter.display import finding_lines, plural
from converter.errors import ValidatorError
from converter.model import Finding, Severity
from converter.validation import check_package
from converter.verifying import Verified, verify

_MOST = 20


def verify_command(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR", help="Folders, each with the forms of a report.", show_default=False
        ),
    ],
    taxonomy_package: PackageOption = None,
) -> None:
    """Have Arelle read every form of a report, offline, and compare their facts."""
    if taxonomy_package is not None:
        check_package(taxonomy_package)
    status = 0
    for folder in folders:
        if is_of_tables(folder):
            print_text(f"{folder}: the tables of facts, which are no report")
            continue
        try:
            for form in verify(folder, taxonomy_package):
                status = max(status, _print(form))
        except ValidatorError as error:
            status = max(status, say(error))
    raise typer.Exit(status)


def _print(form: Verified) -> int:
    """Print what became of a form; the exit status that goes with it."""
    print_text(f"{form.path}: {plural(form.verdict.facts, 'fact')}, {_words(form)}")
    for finding, more in _first_of_each_code(form.findings):
        print_lines(finding, finding_lines(finding, str(form.path), ()))
        if more:
            print_text(f"    and {more:,} more [{finding.code}]")
    grave = any(finding.severity is Severity.ERROR for finding in form.findings)
    return 1 if grave or not form.verdict.facts else 0


def _words(form: Verified) -> str:
    if not form.verdict.facts:
        return "it cannot be read"
    if form.path == form.reference:
        return "which the others are compared with"
    if form.differences:
        return f"{plural(len(form.differences), 'difference')} from {form.reference.name}"
    return f"the same as in {form.reference.name}"


def _first_of_each_code(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    """The first findings of each code, the last of them with how many are not shown.

    Where a form cannot be read at all, Arelle says so of every fact.
    """
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    for alike in by_code.values():
        shown = alike[:_MOST]
        yield from ((finding, 0) for finding in shown[:-1])
        yield shown[-1], len(alike) - len(shown)
