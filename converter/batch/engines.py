"""What does the work: an engine runs a function in another process.

There are two: processes of this machine (local.py), and a cluster of dask (cluster.py). The
future that an engine gives raises `TimeoutError` where a task took too long, `MemoryError`
where it took too much, and `WorkerDied` where its process ended without a word; what the
function raises, it raises.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from multiprocessing.resource_tracker import ensure_running
from typing import Protocol, TypeVar

from converter.errors import ConverterError

T = TypeVar("T")


class EngineLost(ConverterError):  # noqa: N818  (it is what happened)
    """An engine can do nothing more: its scheduler or its workers are gone."""


class WorkerDied(Exception):  # noqa: N818  (it is what happened)
    """The process of a task ended without a word; how, in words."""


class Engine(Protocol):
    """What runs tasks."""

    @property
    def room(self) -> int:
        """How many tasks may be given to it at once.

        Raises:
            EngineLost: It can do nothing more; so do the others.
        """
        ...

    def submit(self, function: Callable[..., T], /, *args: object) -> Future[T]:
        """Run a function in some process, with a limit of time."""
        ...

    def watch(self) -> None:
        """Look after what takes too long or was lost; to be called once in a while."""
        ...


def pass_on(inner: Future[T], error: BaseException | None, answer: Future[T]) -> None:
    """Answer what was asked of an engine with what came of it, or with an error."""
    if error is None:
        answer.set_result(inner.result())
    else:
        answer.set_exception(error)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Processes and threads started here leave the interrupt of the keyboard to the run."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    ensure_running()  # which would let the interrupt through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
