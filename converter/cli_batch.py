"""`tieout batch`: thousands of filings into one folder, none lost and none done twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from converter.batch.cluster import dask
from converter.batch.dataset import write_dataset
from converter.batch.engines import Engine, EngineLost
from converter.batch.extras import check_extras
from converter.batch.inputs import Sources, find_sources, read_inputs
from converter.batch.items import Input, Passed
from converter.batch.journal import Record, Status
from converter.batch.local import local
from converter.batch.resuming import Asked, check_folder, digest, remember, remembered
from converter.batch.running import all_records, alone, run, scratch
from converter.batch.tally import Tally, event, resuming, summary_rows, total
from converter.batch.work import Outcome, Settings, described, warm
from converter.cli_common import (
    ERR,
    CalculationsOption,
    MinConfidenceOption,
    PackageOption,
    RulesOption,
    TaxonomyOption,
    print_text,
    read_options,
    say,
)
from converter.display import plural
from converter.errors import OptionsError
from converter.forms import Form, read_forms
from converter.model import Calculations
from converter.options import MIN_CONFIDENCE
from converter.reporting import Wanted
from converter.ruling import check_rules
from converter.taxonomy import load_taxonomy, taxonomy_names
from converter.validation import check_package

INTERRUPTED = 130
"""The exit status of a program that was stopped from the keyboard."""

_OF_THE_REPORTS = (
    *("to", "taxonomy", "taxonomy_package", "rules", "min_confidence", "calculations"),
    *("validation", "form", "limit"),
)
"""Options that `--resume` without a SOURCE takes from the last run."""

_FORMS = tuple(form for form in Form if form is not Form.TABLES)


class EngineName(StrEnum):
    """What `--engine` can name."""

    LOCAL = "local"
    DASK = "dask"


def batch_command(  # noqa: PLR0913, PLR0917  (one parameter per option)
    context: typer.Context,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="OUT", help="The folder of the run.", show_default=False
        ),
    ],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Folders, files, globs, tar and zip archives, daily feeds of EDGAR, its "
            "indexes (.idx) in a mirror, @FILE for a list; with s3:// and the like if fsspec "
            "has a plug-in.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option("--jobs", "-j", min=1, metavar="N", help="How many worker processes."),
    ] = os.cpu_count() or 1,
    engine: Annotated[
        EngineName, typer.Option("--engine", help="Processes of this machine, or dask.")
    ] = EngineName.LOCAL,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Of a running dask scheduler: tcp://..."
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Take up the last run of OUT; without SOURCE, with its sources."
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Do again what was done.")] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="Only the first N filings."),
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--form", metavar="FORM", help="Of an index, only these forms: 10-K, '10-*'."
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            min=0.01,
            max=1e6,
            metavar="SECONDS",
            help="What takes longer is quarantined.",
        ),
    ] = 300.0,
    memory: Annotated[
        float,
        typer.Option(
            "--memory", min=1.0, max=1e6, metavar="MB", help="What takes more is quarantined."
        ),
    ] = 2048.0,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="FORM,...",
            help=f"The forms to write, of {', '.join(_FORMS)}. Where none is named: xml.",
        ),
    ] = None,
    taxonomy: TaxonomyOption = "us-gaap-2024",
    taxonomy_package: PackageOption = None,
    rules: RulesOption = None,
    min_confidence: MinConfidenceOption = MIN_CONFIDENCE,
    calculations: CalculationsOption = Calculations.XBRL_2_1,
    validation: Annotated[
        bool,
        typer.Option("--validate/--no-validate", help="Have Arelle check the reports."),
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print failures only.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON object a line: each filing, then the sum.")
    ] = False,
) -> None:
    """Convert thousands of filings; run it again, and it goes on where it was."""
    check_extras(cluster=engine is EngineName.DASK)
    check_folder(out)
    if scheduler and engine is not EngineName.DASK:
        raise OptionsError("--scheduler is of dask: add --engine dask")
    if not sources and not resume:
        raise OptionsError("no SOURCE; name folders, files or archives, or give --resume")
    if sources:
        asked = Asked(
            tuple(sources),
            str(Path.cwd()),
            tuple(form or ()),
            limit,
            tuple(read_forms(to)) if to else (Form.XML,),
            str(Path(taxonomy).absolute()) if _is_own(taxonomy) else taxonomy,
            str(taxonomy_package.absolute()) if taxonomy_package else None,
            str(rules.absolute()) if rules else None,
            min_confidence,
            calculations.value,
            validation,
        )
        if resume:
            remembered(out)
    else:
        _refuse_given(context)
        asked = remembered(out)
    settings = _settings(asked, out, force=force, timeout=timeout, memory=memory)
    found = find_sources(asked.sources, besides=out, forms=asked.index_forms)
    desk = _Desk(out, quiet=quiet, as_json=as_json)
    with alone(out), scratch(out) as temporary:
        remember(out, asked, found.names)
        if engine is EngineName.DASK:
            workers = dask(scheduler, jobs, timeout)
        else:
            workers = local(jobs, timeout, memory, temporary, partial(warm, settings))
        status = _run(found, asked.first, settings, workers, desk)
    raise typer.Exit(status)


def _is_own(taxonomy: str) -> bool:
    """Whether an index is a folder of the user's, and no built-in one by its name."""
    return taxonomy not in taxonomy_names() and Path(taxonomy).is_dir()


def _refuse_given(context: typer.Context) -> None:
    """Options that would change what the last run was asked for are not passed over."""
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if option.name in _OF_THE_REPORTS and source and source.name == "COMMANDLINE":
            raise OptionsError(
                f"{option.opts[0]}: --resume without SOURCE takes this from the last run; name "
                "SOURCE again to change it"
            )


def _settings(
    asked: Asked, out: Path, *, force: bool, timeout: float, memory: float
) -> Settings:
    """What a worker has to know, from what was asked for.

    Raises:
        OptionsError: A file that is named cannot be read, or a form is none of a batch.
        TaxonomyError: There is no such taxonomy, or the package is none.
    """
    forms = read_forms(asked.to)
    if Form.TABLES in forms:
        raise OptionsError("--to tables is of convert; batch always writes OUT/facts")
    rules = Path(asked.rules) if asked.rules else None
    package = Path(asked.package) if asked.package else None
    options = read_options(
        asked.taxonomy,
        rules,
        None,
        asked.min_confidence,
        calculations=Calculations(asked.calculations),
    )
    if package is not None:
        check_package(package, load_taxonomy(asked.taxonomy))
    check_rules(options.rules, load_taxonomy(asked.taxonomy))
    wanted = Wanted(forms, asked.validate, package)
    own = Path(asked.taxonomy) if _is_own(asked.taxonomy) else None
    named = {"rules": rules, "package": package, "index": own}
    digests = {name: digest(path) for name, path in named.items() if path is not None}
    return Settings(
        out.resolve(),
        options,
        wanted,
        described(options, wanted, digests),
        force,
        timeout,
        memory,
    )


def _run(
    found: Sources,
    first: int | None,
    settings: Settings,
    workers: AbstractContextManager[Engine],
    desk: _Desk,
) -> int:
    """Do the work and say what came of it; the exit status."""
    tally = Tally(passed=list(found.passed))
    inputs = islice(_inputs(found, tally, settings), first)
    count = found.count if found.count is None else min(found.count, first or found.count)
    try:
        with _outlived(tally), workers as engine, desk.progress(count) as progress:
            for outcome in run(inputs, engine, settings):
                tally.add(outcome)
                desk.tell(outcome, progress)
        _bring_up(settings.out, tally, desk)
    except KeyboardInterrupt:
        desk.say_interrupted(tally)
        return INTERRUPTED
    desk.sum_up(tally)
    return 0 if tally.clean else 1


@contextmanager
def _outlived(tally: Tally) -> Iterator[None]:
    """The run goes on to what is known when its engine is lost."""
    try:
        yield
    except EngineLost as error:
        say(error)
        tally.lost = True


def _bring_up(out: Path, tally: Tally, desk: _Desk) -> None:
    """Bring the data set to what is known now; tell of what is known no more."""
    records = all_records(out, tally.failed)
    told = {one.input for one in tally.failed}
    for record in records:
        if record.status is Status.FAILED and record.input not in told:
            desk.complain(record)
            tally.failed.append(record)
    try:
        write_dataset(out, records)
    except OptionsError as error:
        say(error)
        tally.stale = True


def _inputs(found: Sources, tally: Tally, settings: Settings) -> Iterator[Input]:
    for item in read_inputs(found.places, settings.limits):
        if isinstance(item, Passed):
            tally.passed.append(item)
        else:
            yield item


# --- what a person, or a program, sees -----------------------------------------------


class _Desk:
    """Prints what comes of a run: for a person, quietly, or as JSON."""

    def __init__(self, out: Path, *, quiet: bool, as_json: bool) -> None:
        self._out = out
        self._quiet, self._json = quiet or as_json, as_json

    def progress(self, count: int | None) -> _Bar:
        return _Bar(count, shown=ERR.is_terminal and not self._quiet)

    def tell(self, outcome: Outcome, bar: _Bar) -> None:
        """A filing is done."""
        record = outcome.record
        bar.advance(failed=record.status is not Status.DONE)
        if self._json:
            print_text(json.dumps(event(outcome)))
        elif record.status is not Status.DONE:
            self.complain(record)

    def complain(self, record: Record) -> None:
        """A filing has no report."""
        told = f"{record.input}: error [{record.status.value}] {record.error}"
        ERR.print(told, markup=False, style="bold red")

    def say_interrupted(self, tally: Tally) -> None:
        """The run was stopped from the keyboard."""
        done = plural(tally.counts["filings"], "filing")
        ERR.print(
            f"stopped after {done}; the data set is not up to date; go on with: "
            + resuming(self._out),
            markup=False,
        )

    def sum_up(self, tally: Tally) -> None:
        """The run is over."""
        if self._json:
            print_text(json.dumps(total(tally)))
        elif not self._quiet:
            for name, words in summary_rows(tally, self._out):
                print_text(f"  {name:<11} {words}" if name else words)


class _Bar:
    """Progress on a terminal: how many, how fast, how long yet, how many failed."""

    def __init__(self, count: int | None, *, shown: bool) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]} a second"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failures]}"),
            console=ERR,
            transient=True,
            disable=not shown,
        )
        self._task = self._progress.add_task("", total=count, rate="-", failures="")
        self._failed = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, *, failed: bool) -> None:
        self._failed += failed
        task = self._progress.tasks[0]
        rate = f"{task.finished_speed or task.speed or 0:.1f}"
        failures = f"{self._failed:,} failed" if self._failed else ""
        self._progress.update(self._task, advance=1, rate=rate, failures=failures)
