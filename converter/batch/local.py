"""Processes of this machine as an engine: a pool that ends what takes too long."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from converter.batch.engines import Engine, T, WorkerDied, pass_on, uninterrupted
from converter.batch.worker import TOO_MUCH, prepare

if TYPE_CHECKING:
    from pebble import ProcessPool

RECYCLED = 500
"""After so many filings a worker of this machine gives way to a fresh one."""
_AHEAD = 2
"""So many tasks for each process are under way or wait: none idles, and none piles up."""
_TRIES = 3
"""So often a task is given again to a pool that broke."""
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def local(
    jobs: int, timeout: float, memory: float, scratch: str, warm: Callable[[], None]
) -> Iterator[Engine]:
    """Processes of this machine, started afresh (spawn) and warmed before the first task.

    Args:
        jobs: How many.
        timeout: In seconds; the process of a task that takes longer is killed and replaced.
        memory: In megabytes beyond what a warm process has.
        scratch: Where they put temporary files.
        warm: What to call first in each.
    """
    with _one_thread_each():
        engine = _Local(jobs, timeout, memory, scratch, warm)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile multiply in one thread: theirs would wait for each other."""
    added = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


class _Task(NamedTuple):
    """What was asked for, and how often it was given to a pool that broke."""

    function: Callable[..., Any]
    args: tuple[object, ...]
    answer: Future[Any]
    tries: int = 0


class _Local:
    def __init__(
        self, jobs: int, timeout: float, memory: float, scratch: str, warm: Callable[[], None]
    ) -> None:
        self._jobs, self._timeout = jobs, timeout
        self._prepare = (memory, scratch, warm)
        self._pool = self._started()
        self._again: deque[_Task] = deque()

    @property
    def room(self) -> int:
        return self._jobs * _AHEAD

    def submit(self, function: Callable[..., T], /, *args: object) -> Future[T]:
        task = _Task(function, args, Future())
        self._give(task)
        return task.answer

    def watch(self) -> None:
        """A pool breaks when a process dies before its first task: what waited is not lost."""
        while self._again:
            self._give(self._again.popleft())

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _give(self, task: _Task) -> None:
        with uninterrupted():  # to ask whether a pool is active starts it
            if not self._pool.active:
                self.close()
                self._pool = self._started()
            inner = self._pool.schedule(task.function, args=task.args, timeout=self._timeout)
        inner.add_done_callback(partial(self._done, task))

    def _done(self, task: _Task, inner: Future[Any]) -> None:
        import pebble  # noqa: PLC0415  (an extra)

        if inner.cancelled():  # the run was stopped
            task.answer.cancel()
            return
        error = inner.exception()
        if isinstance(error, BrokenExecutor) and task.tries < _TRIES:
            self._again.append(task._replace(tries=task.tries + 1))
            return
        if isinstance(error, pebble.ProcessExpired):
            full = error.exitcode == TOO_MUCH
            error = MemoryError() if full else WorkerDied(_how(error.exitcode))
        elif isinstance(error, BrokenExecutor):
            error = WorkerDied(str(error))
        pass_on(inner, error, task.answer)

    def _started(self) -> ProcessPool:
        import pebble  # noqa: PLC0415

        return pebble.ProcessPool(
            max_workers=self._jobs,
            max_tasks=RECYCLED,
            initializer=prepare,
            initargs=self._prepare,
            context=multiprocessing.get_context("spawn"),
        )


def _how(code: int | None) -> str:
    """`signal 9`, or `exit status 3`."""
    if code is None:
        return "unknown"
    return f"signal {-code}" if code < 0 else f"exit status {code}"
