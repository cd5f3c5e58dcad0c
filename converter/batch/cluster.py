"""A cluster of dask as an engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from converter.batch.engines import (
    Engine,
    EngineLost,
    T,
    WorkerDied,
    pass_on,
    uninterrupted,
)
from converter.errors import OptionsError

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

_PATIENCE = 30.0
"""So many seconds a scheduler, or a worker, is waited for."""
_SHORT = 5.0
_LARGE = {"distributed.admin.large-graph-warning-threshold": "1 TB"}
"""A member of an archive goes to its worker as it is: no advice about that, please."""
_BEGUN = "tieout-begun"
"""The topic under which workers of a cluster say what they begin."""


@contextmanager
def dask(address: str | None, jobs: int, timeout: float) -> Iterator[Engine]:
    """A cluster of dask: the scheduler at an address, or one of this machine.

    How many processes there are and how much memory they may have is the cluster's; one
    thread a worker is best, as Arelle runs in one.

    Raises:
        OptionsError: No scheduler answers, or no worker has joined it.
    """
    from dask import config  # noqa: PLC0415  (an extra, slow to import)
    from distributed import Client, LocalCluster  # noqa: PLC0415

    try:
        with uninterrupted():
            cluster = address or LocalCluster(
                n_workers=jobs, threads_per_worker=1, dashboard_address=None
            )
            client = Client(cluster, timeout=_PATIENCE)
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        given = f"--scheduler {address}" if address else "--engine dask"
        raise OptionsError(f"{given}: no scheduler answers: {error}") from error
    try:
        with config.set(_LARGE):
            yield _Dask(client, timeout)
    finally:
        with suppress(OSError, TimeoutError):  # of a scheduler that is gone
            client.close(timeout=_SHORT)
        if not isinstance(cluster, str):
            cluster.close()


class _Given(NamedTuple):
    """A task that a cluster has."""

    inner: DaskFuture
    answer: Future[Any]


def _begin(token: str, function: Callable[..., T], *args: object) -> T:
    """Do a task, and say that it has begun."""
    from distributed import get_worker  # noqa: PLC0415

    get_worker().log_event(_BEGUN, token)
    return function(*args)


class _Dask:
    """Dask's client as an engine.

    No more tasks are given to it than there are threads; the clock of a task begins when its
    worker says so, for a cluster may have other work.
    """

    def __init__(self, client: Client, timeout: float) -> None:
        self._client, self._timeout = client, timeout
        self._given: dict[str, _Given] = {}
        self._began: dict[str, float] = {}
        self._alone_since: float | None = None
        self._lock = threading.Lock()
        client.subscribe_topic(_BEGUN, self._note)

    @property
    def room(self) -> int:
        with _asking():
            threads: dict[str, int] = self._client.nthreads()
        return sum(threads.values())

    def submit(self, function: Callable[..., T], /, *args: object) -> Future[T]:
        token, answer = uuid4().hex, Future[T]()
        with _asking():
            inner = self._client.submit(_begin, token, function, *args, pure=False, retries=0)
        with self._lock:
            self._given[token] = _Given(inner, answer)
        inner.add_done_callback(partial(self._done, token))
        return answer

    def watch(self) -> None:
        """A thread cannot be stopped: the worker of an overdue task is started anew."""
        self._check_workers()
        now = time.monotonic()
        with self._lock:
            late = [t for t, began in self._began.items() if now - began > self._timeout]
            given = [self._given.pop(token) for token in late if token in self._given]
            for token in late:
                del self._began[token]
        if not given:
            return
        keys = {one.inner.key for one in given}
        with _asking():
            busy = self._client.processing()
            workers = [worker for worker, its in busy.items() if keys & set(its)]
            self._client.cancel([one.inner for one in given], force=True)
            if workers:
                self._client.restart_workers(workers, raise_for_error=False)
        for one in given:
            one.answer.set_exception(TimeoutError())

    def _check_workers(self) -> None:
        """Without a worker nothing goes on; one may come back, for a while."""
        if self.room:
            self._alone_since = None
            return
        self._alone_since = self._alone_since or time.monotonic()
        if time.monotonic() - self._alone_since > _PATIENCE:
            raise EngineLost("the scheduler has no worker any more; start some, and --resume")

    def _note(self, event: tuple[float, str]) -> None:
        with self._lock:
            if event[1] in self._given:
                self._began[event[1]] = time.monotonic()

    def _done(self, token: str, inner: DaskFuture) -> None:
        from distributed import KilledWorker  # noqa: PLC0415

        with self._lock:
            given = self._given.pop(token, None)
            self._began.pop(token, None)
        if given is None:
            return
        error = inner.exception() if inner.status != "cancelled" else WorkerDied("cancelled")
        if isinstance(error, KilledWorker):
            error = WorkerDied(str(error))
        pass_on(inner, error, given.answer)


@contextmanager
def _asking() -> Iterator[None]:
    """A question to a scheduler, which may be gone."""
    try:
        yield
    except (OSError, TimeoutError, RuntimeError) as error:
        raise EngineLost(f"the scheduler does not answer any more: {error}") from error
