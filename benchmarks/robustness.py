"""Whether files cut short are survived: no odd exception, no hang, no silent loss.

    python benchmarks/robustness.py CORPUS [--step 1] [--convert-step 100] [--jobs 2]
                                    [--time-limit 60]

Every filing under the folder is cut after each `step` per cent of its bytes and read;
the whole file, and each cut at a multiple of `convert-step`, is converted as well
(without Arelle). A `SubmissionError` is a proper refusal. A fault is

* any other exception;
* more CPU time than `time-limit` for a whole file, or than three times that of the whole
  file and a second for a cut;
* a statement that a cut ends, or loses, or whose figures it changes, without any finding
  that says so and that the whole file does not have as well.

No fault, but counted, is a loss that nothing shows: the cut falls between two lines, below
one that closes a statement of its kind (cash at the end, earnings per share, a balance), and
only lines that may follow it or not are lost. Faults are printed as they are met, one a
line; with any the exit status is 1. Unix only: a hang is ended by a timer of CPU time.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from types import FrameType, TracebackType
from typing import NamedTuple, NoReturn

from converter.errors import SubmissionError
from converter.model import Amount, Period, Statement, StatementKind
from converter.pipeline import Reading, convert, read

ENDINGS = (".txt", ".htm", ".html")
SLOWER = 3
GRACE = 1.0
TELLING = frozenset(
    (
        "column.no-period", "statement.continued", "statement.incomplete", "statement.none",
        "statement.not-read", "statement.unclear", "submission.truncated",
    )
)  # fmt: skip
"""Findings that tell that a statement is missing, or not whole, or that the file is not."""
UNSHOWN = "unshown"
CLOSED = {
    StatementKind.CASH_FLOWS: re.compile(r"\bcash\b.*\bend of\b", re.IGNORECASE),
    StatementKind.INCOME: re.compile(r"\bdiluted\b|\bper share\b", re.IGNORECASE),
    StatementKind.EQUITY: re.compile(r"\bbalances?\b|\bend of\b", re.IGNORECASE),
}
"""The line that closes a statement, below which others may follow or not. In one of equity
it is the last, in the others any; a balance sheet and comprehensive income end with it."""


class Options(NamedTuple):
    """What to do with each file."""

    step: int
    convert_step: int
    time_limit: float


class Fault(NamedTuple):
    """What went wrong with a file, cut at a per cent of its length."""

    path: Path
    percent: int
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a file fared: how often it was read, its faults, the CPU time it took."""

    path: Path
    reads: int
    refused: int
    faults: tuple[Fault, ...]
    seconds: float


class OvertimeError(Exception):
    """The CPU time allowed is used up."""


class _Allowed:
    """Ends a block of code by an exception when it takes too much CPU time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        signal.signal(signal.SIGVTALRM, _over)
        signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _over(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise OvertimeError


# --- one file ------------------------------------------------------------------------


class _Trial:
    """Reads one file and its cuts, and notes the faults."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path.read_bytes()
        self.faults: list[Fault] = []
        self.reads = self.refused = 0

    def read(self, percent: int, *, fully: bool, seconds: float) -> Reading | None:
        """The reading of a cut; None where it is refused or fails."""
        data = self.data[: len(self.data) * percent // 100]
        self.reads += 1
        try:
            with _Allowed(seconds):
                if fully:
                    return convert(data, name=self.path.name).reading
                return read(data, name=self.path.name)
        except SubmissionError:
            self.refused += 1
        except OvertimeError:
            self.fault(percent, "time", f"more than {seconds:.1f} s")
        except Exception as error:  # noqa: BLE001 - what this program is for
            self.fault(percent, type(error).__name__, f"{_place(error)}: {error}")
        return None

    def fault(self, percent: int, kind: str, what: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.path, percent, kind, what))


def _place(error: Exception) -> str:
    """Where in the code an exception was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace else None
    return f"{Path(code.co_filename).name}:{trace.tb_lineno}" if code and trace else "?"


def try_file(path: Path, options: Options) -> Result:
    """Read a file whole and at every cut."""
    began = time.process_time()
    trial = _Trial(path)
    trial.read(100, fully=True, seconds=options.time_limit)
    start = time.process_time()
    whole = trial.read(100, fully=False, seconds=options.time_limit)
    allowed = SLOWER * (time.process_time() - start) + GRACE
    for percent in range(options.step, 100, options.step):
        fully = percent % options.convert_step == 0
        cut = trial.read(percent, fully=fully, seconds=options.time_limit if fully else allowed)
        if whole and cut:
            for kind, loss in silent_losses(whole, cut):
                trial.fault(percent, kind, loss)
    seconds = time.process_time() - began
    return Result(path, trial.reads, trial.refused, tuple(trial.faults), seconds)


def silent_losses(whole: Reading, cut: Reading) -> Iterator[tuple[str, str]]:
    """What a cut has less of, or has otherwise, than the whole if no finding tells so."""
    # A file that was cut before it came here is told of as a whole, and so are its parts.
    known = {f for f in whole.findings if f.code != "submission.truncated"}
    if any(f.code in TELLING and f not in known for f in cut.findings):
        return
    last = cut.submission.lines[-1]
    got = {_first_line(statement): statement for statement in cut.statements}
    for statement in whole.statements:
        first = _first_line(statement)
        if first >= last.number:
            continue
        other = got.get(first)
        was, now = len(_amounts(statement)), len(_amounts(other)) if other else 0
        if now < was:
            closed = other and other is cut.statements[-1] and not last.text and _closed(other)
            loss = f"{statement.kind.value} on line {first}: {now} of {was} numbers"
            yield (UNSHOWN if closed else "silent"), loss
    figures = _figures(whole)
    for place, facts in _figures(cut).items():
        if place in figures and not facts <= figures[place]:
            yield "altered", f"line {place[0]}: {facts} for {figures[place]}"
            return


def _first_line(statement: Statement) -> int:
    """The source line of the first number or label of a statement."""
    rows = (row.source for row in statement.rows)
    return next(cell.span.line for row in rows for cell in (*row.cells, *row.label) if cell)


def _amounts(statement: Statement) -> list[Amount]:
    return [amount for row in statement.rows for amount in row.amounts if amount]


def _figures(reading: Reading) -> dict[tuple[int, int], set[tuple[str, Period | None]]]:
    """Where each number begins, with its value and its periods."""
    figures: dict[tuple[int, int], set[tuple[str, Period | None]]] = defaultdict(set)
    for statement in reading.statements:
        for row in statement.rows:
            for column, amount in zip(statement.columns, row.amounts, strict=True):
                if amount:
                    span = amount.source.span
                    figures[span.line, span.start].add(
                        (str(amount.number), column.period or row.period)
                    )
    return figures


def _closed(statement: Statement) -> bool:
    """Whether the line that closes a statement is there."""
    labels = [" ".join([*r.section, r.label]) for r in statement.rows if any(r.amounts)]
    closing = CLOSED.get(statement.kind)
    if statement.kind is StatementKind.EQUITY:
        labels = labels[-1:]
    return closing is not None and any(closing.search(label) for label in labels)


# --- all files -----------------------------------------------------------------------


def filings(folder: Path) -> list[Path]:
    """The filings under a folder, the largest first."""
    found = (p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    return sorted(found, key=lambda path: (-path.stat().st_size, path))


def results(paths: Iterable[Path], options: Options, jobs: int) -> Iterator[Result]:
    """Try every file, some at the same time."""
    work = ((path, options) for path in paths)
    with Pool(jobs) as pool:
        yield from pool.imap_unordered(_try_one, work)


def _try_one(work: tuple[Path, Options]) -> Result:
    return try_file(*work)


def main() -> int:
    """Print the faults and a summary."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--step", type=int, default=1, metavar="PERCENT")
    parser.add_argument("--convert-step", type=int, default=100, metavar="PERCENT")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--time-limit", type=float, default=60, metavar="SECONDS")
    given = parser.parse_args()
    options = Options(given.step, given.convert_step, given.time_limit)
    paths = filings(given.corpus)
    began = time.monotonic()
    done: list[Result] = []
    for result in results(paths, options, given.jobs):
        done.append(result)
        for fault in result.faults:
            name = fault.path.relative_to(given.corpus)
            print(f"{name} at {fault.percent} %: {fault.kind}: {fault.what}", flush=True)
    kinds = Counter(fault.kind for result in done for fault in result.faults)
    unshown = kinds.pop(UNSHOWN, 0)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    reads, refused = sum(r.reads for r in done), sum(r.refused for r in done)
    print(
        f"{len(done)} files, {reads} reads ({refused} refused) in "
        f"{time.monotonic() - began:.0f} s, {sum(r.seconds for r in done):.0f} s of CPU time; "
        f"faults: {told or 'none'}; losses that nothing shows: {unshown}"
    )
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
