"""A run: filings go to the engine as it has room, and come back as they are done."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from pathlib import Path

from converter.batch.engines import Engine, EngineLost, WorkerDied
from converter.batch.items import Input
from converter.batch.journal import SCRATCH, Journal, Record, Status, sweep
from converter.batch.resuming import LOCK
from converter.batch.work import (
    Outcome,
    Settings,
    lost,
    out_of_memory,
    put_down,
    too_long,
    work,
)
from converter.errors import OptionsError

_SOON = 0.5
"""So often, in seconds, the engine is asked to look after what takes too long."""


def run(inputs: Iterable[Input], engine: Engine, settings: Settings) -> Iterator[Outcome]:
    """What becomes of each filing, in the order in which they are done.

    No more are read than the engine has room for. A full disk ends the run: what was not
    begun stays undone, and the next run goes on with it.

    Raises:
        EngineLost: Nothing more can be done; after what was under way was told to be lost.
    """
    under_way: dict[Future[Outcome], Input] = {}
    waiting = iter(inputs)
    last = False
    try:
        while not last or under_way:
            room = engine.room  # of a cluster, a question over the network
            while not last and len(under_way) < room:
                one = next(waiting, None)
                last = one is None
                if one is not None:
                    under_way[engine.submit(work, one, settings)] = one
            for future in _done(under_way):
                outcome = _outcome(future, under_way.pop(future), settings)
                last |= outcome.no_room
                yield outcome
            engine.watch()
    except EngineLost as error:
        for one in under_way.values():
            yield Outcome(lost(one, settings, str(error)))
        raise


def _done(under_way: Collection[Future[Outcome]]) -> Collection[Future[Outcome]]:
    """What is done by now, or soon."""
    if not under_way:
        time.sleep(_SOON)  # there is room for nothing yet
        return ()
    return wait(under_way, _SOON, FIRST_COMPLETED).done


def _outcome(future: Future[Outcome], one: Input, settings: Settings) -> Outcome:
    """What a task gave, or what ended it."""
    try:
        return future.result()
    except TimeoutError:
        return _entered(too_long(one, settings), settings)
    except MemoryError:
        return _entered(out_of_memory(one, settings), settings)
    except WorkerDied as error:
        return Outcome(lost(one, settings, f"its worker was killed ({error})"))
    except Exception as error:  # noqa: BLE001  (of the engine: work answers for its own)
        return Outcome(lost(one, settings, f"{type(error).__name__}: {error}"))


def _entered(record: Record, settings: Settings) -> Outcome:
    try:
        return put_down(record, settings)
    except (OptionsError, OSError):  # the disk is full, and the next run will see
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
    """A folder for the temporary files of workers, gone afterwards with all they left."""
    folder = out / SCRATCH
    folder.mkdir()
    try:
        yield str(folder)
    finally:
        sweep(out)


def all_records(out: Path, failed: Iterable[Record]) -> list[Record]:
    """What is known of all inputs: the journal's, and of this run what is not in it.

    A report that is not what was written is none: its filing has to be converted again.
    """
    journal = Journal(out)
    known = {one.input: _checked(one, journal) for one in journal.records()}
    for one in failed:
        if one.status is Status.FAILED or one.input not in known:
            known[one.input] = one
    return sorted(known.values(), key=lambda one: one.input)


def _checked(record: Record, journal: Journal) -> Record:
    if journal.stands(record):
        return record
    error = f"{record.report} is not what was written; name the filing again"
    return Record(
        record.input,
        Status.FAILED,
        error,
        record.sha256,
        record.bytes,
        version=record.version,
        options=record.options,
    )
