"""A run: filings go to the engine as it has room, and come back as they are done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from converter.batch.engines import Engine, WorkerDied
from converter.batch.items import Input
from converter.batch.journal import Journal, Record, Status, key_of, sweep
from converter.batch.resuming import LOCK
from converter.batch.work import (
    Outcome,
    Settings,
    killed,
    put_down,
    recognisable,
    too_long,
    too_much_memory,
    work,
)
from converter.errors import OptionsError

_GLANCE = 1.0
"""So often, in seconds, the engine is asked to look after what takes too long."""


def run(inputs: Iterable[Input], engine: Engine, settings: Settings) -> Iterator[Outcome]:
    """What becomes of each filing, in the order in which they are done.

    No more are read than the engine has room for. A full disk ends the run: what was not
    begun stays undone, and the next run goes on with it.
    """
    under_way: dict[Future[Outcome], Input] = {}
    waiting = iter(inputs)
    while True:
        for one in islice(waiting, max(0, engine.room - len(under_way))):
            under_way[engine.submit(work, one, settings)] = one
        if not under_way:
            return
        for future in wait(under_way, _GLANCE, FIRST_COMPLETED).done:
            outcome = _outcome(future, under_way.pop(future), settings)
            if outcome.no_room:
                waiting = iter(())
            yield outcome
        engine.watch()


def _outcome(future: Future[Outcome], one: Input, settings: Settings) -> Outcome:
    """What a task gave, or what ended it."""
    try:
        return future.result()
    except TimeoutError:
        return _entered(too_long(one, settings), settings)
    except MemoryError:
        return _entered(too_much_memory(recognisable(one, settings), settings), settings)
    except WorkerDied as error:
        return Outcome(killed(one, settings, str(error)))
    except Exception as error:  # noqa: BLE001  (of the engine: work answers for its own)
        return Outcome(killed(one, settings, f"{type(error).__name__}: {error}"))


def _entered(record: Record, settings: Settings) -> Outcome:
    try:
        return put_down(record, settings)
    except OptionsError:  # the disk is full, and the next run will see
        return Outcome(record)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """The folder of a run, for one run at a time; what a killed one left begun is removed.

    Raises:
        OptionsError: Another run is at work there, or it is no folder that can be written.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (an extra)

    lock = FileLock(out / LOCK, timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        sweep(out)
    except Timeout as error:
        raise OptionsError(f"{out}: another run is at work there; wait for its end") from error
    except OSError as error:
        raise OptionsError(f"{out}: cannot be written: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def scratch(out: Path) -> Iterator[str]:
    """A folder for the temporary files of workers, emptied before and after.

    A worker that is killed leaves its own; they lie where the next run finds them.
    """
    folder = Path(tempfile.gettempdir()) / f"tieout-batch-{key_of(str(out.resolve()))}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def all_records(journal: Journal, outcomes: Iterable[Record]) -> list[Record]:
    """What is known of all inputs: the journal's, and of this run what is not in it."""
    failed = {one.input: one for one in outcomes if one.status is Status.FAILED}
    known = {one.input: one for one in journal.records()}
    return sorted({**known, **failed}.values(), key=lambda one: one.input)
