"""The filing room itself: its workers, their rate and their memory."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from converter.batch.items import Input
from converter.batch.local import local
from converter.batch.running import run
from converter.batch.work import Settings, warm, work
from converter.forms import Form
from converter.options import Options
from converter.reporting import Wanted

_SAMPLES = 40
_ENOUGH = 1e9
"""A limit of seconds, or of megabytes, that nothing comes near."""


class Rate(NamedTuple):
    """Filings a second, on the clock, once all workers are warm."""

    jobs: int
    a_second: float


class Held(NamedTuple):
    """The memory of a worker after so many filings, in megabytes."""

    filings: int
    megabytes: float


def timed(function: Callable[[], object], runs: int) -> float:
    """The median processor time of some runs, in seconds, after one that does not count.

    As in a worker: what is loaded is frozen, so that no collection looks at it again.
    """
    function()
    gc.collect()
    gc.freeze()
    times = []
    for _ in range(runs):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    gc.unfreeze()
    return median(times)


@contextmanager
def settings(*, validate: bool) -> Iterator[Settings]:
    """A run into a folder that is gone afterwards; everything is done, known or not."""
    with tempfile.TemporaryDirectory() as name:
        wanted = Wanted((Form.XML,), validate)
        yield Settings(Path(name), Options(), wanted, "{}", True, _ENOUGH, _ENOUGH)


def task(data: bytes, *, validate: bool, runs: int) -> float:
    """What a worker takes for a filing, writing included, in seconds of the processor."""
    one = Input("a.txt", "a.txt", data=data)
    with settings(validate=validate) as room:
        return timed(lambda: work(one, room), runs)


def rate(data: Iterable[bytes], jobs: int, *, validate: bool) -> Rate:
    """How many filings some workers convert in a second."""
    inputs = [Input(f"{n}.txt", f"{n}.txt", data=one) for n, one in enumerate(data)]
    early = inputs[: 4 * jobs]
    with (
        settings(validate=validate) as room,
        local(jobs, _ENOUGH, 4096, tempfile.gettempdir(), partial(warm, room)) as engine,
    ):
        for _ in run(early, engine, room):
            pass
        start = time.perf_counter()
        done = sum(1 for _ in run(inputs, engine, room))
        return Rate(jobs, done / (time.perf_counter() - start))


def memory(data: Iterable[bytes], count: int) -> list[Held]:
    """What one worker holds as it goes through many filings and is never recycled."""
    import converter.batch.local as engine_of_here  # noqa: PLC0415

    recycled, engine_of_here.RECYCLED = engine_of_here.RECYCLED, 0
    inputs = (Input("a.txt", "a.txt", data=one) for one in data)
    held = []
    try:
        with (
            settings(validate=True) as room,
            local(1, _ENOUGH, 4096, tempfile.gettempdir(), partial(warm, room)) as engine,
        ):
            process = engine.submit(os.getpid).result()
            for n, _ in enumerate(run(inputs, engine, room), start=1):
                if n % max(1, count // _SAMPLES) == 0 or n == 1:
                    held.append(Held(n, _resident(process)))
    finally:
        engine_of_here.RECYCLED = recycled
    return held


def _resident(process: int) -> float:
    """Megabytes of memory that a process holds now (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
