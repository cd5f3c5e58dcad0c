"""Whether files cut short are survived: no odd exception, no hang, no silent loss.

    python benchmarks/robustness.py CORPUS [--step 1] [--convert-step 100] [--jobs 2]
                                    [--time-limit 60]

Every filing under the folder is cut after each `step` per cent of its bytes and read;
the whole file, and each cut at a multiple of `convert-step`, is converted as well
(without Arelle). A `SubmissionError` is a proper refusal. A fault is

* any other exception;
* more CPU time than `time-limit` for a whole file, or than three times that of the whole
  file and a second for a cut;
* a statement that a cut ends, or loses, without any finding that says so.

Faults are printed as they are met, one a line; with any the exit status is 1. Unix only:
a hang is ended by a timer of CPU time.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from types import FrameType, TracebackType
from typing import NamedTuple, NoReturn

from converter.errors import SubmissionError
from converter.model import Statement
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
            for loss in silent_losses(whole, cut):
                trial.fault(percent, "silent", loss)
    seconds = time.process_time() - began
    return Result(path, trial.reads, trial.refused, tuple(trial.faults), seconds)


def silent_losses(whole: Reading, cut: Reading) -> Iterator[str]:
    """The statements of the whole file that a cut has less of, if no finding tells so."""
    if any(finding.code in TELLING for finding in cut.findings):
        return
    end = cut.submission.lines[-1].number
    got = {_first_line(statement): statement for statement in cut.statements}
    for statement in whole.statements:
        first = _first_line(statement)
        if first >= end:
            continue
        other = got.get(first)
        was, now = _numbers(statement), _numbers(other) if other else 0
        if now < was:
            yield f"{statement.kind.value} on line {first}: {now} of {was} numbers"


def _first_line(statement: Statement) -> int:
    """The source line of the first number or label of a statement."""
    rows = (row.source for row in statement.rows)
    return next(cell.span.line for row in rows for cell in (*row.cells, *row.label) if cell)


def _numbers(statement: Statement) -> int:
    return sum(amount is not None for row in statement.rows for amount in row.amounts)


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
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    reads, refused = sum(r.reads for r in done), sum(r.refused for r in done)
    print(
        f"{len(done)} files, {reads} reads ({refused} refused) in "
        f"{time.monotonic() - began:.0f} s, {sum(r.seconds for r in done):.0f} s of CPU time; "
        f"faults: {told or 'none'}"
    )
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
