"""Where the work is done: processes of this machine, or a cluster of dask.

An engine runs a function in another process and gives a `Future` of its value. The future
raises `TimeoutError` where a task took too long and `WorkerDied` where its process ended
without a word; what the function raises, it raises.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar
from uuid import uuid4

from converter.errors import ConverterError, OptionsError

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture
    from pebble import ProcessPool

T = TypeVar("T")

RECYCLED = 500
"""After so many filings a worker of this machine gives way to a fresh one."""
_AHEAD = 2
"""So many tasks for each process are under way or wait: none idles, and none piles up."""


_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_SHORT = 5.0
_BEGUN = "tieout-begun"
"""The topic under which workers of a cluster say what they begin."""
_TRIES = 3
_PR_SET_PDEATHSIG = 1
_TOO_MUCH = 77
"""The exit status of a worker that held too much memory."""
_SPARE = 512 << 20
"""So many bytes beyond twice its limit a worker is given, and no more at all."""
_SECOND_LOOK = 0.1
"""So often, in seconds, a worker looks at what it holds."""
_PATIENCE = 30.0
"""So many seconds a scheduler, or the first of its workers, is waited for."""


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


# --- this machine --------------------------------------------------------------------


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
        if not self._pool.active:
            self.close()
            self._pool = self._started()
        inner = self._pool.schedule(task.function, args=task.args, timeout=self._timeout)
        inner.add_done_callback(partial(self._done, task))

    def _done(self, task: _Task, inner: Future[Any]) -> None:
        import pebble  # noqa: PLC0415  (an extra)

        error = inner.exception()
        if isinstance(error, BrokenExecutor) and task.tries < _TRIES:
            self._again.append(task._replace(tries=task.tries + 1))
            return
        if isinstance(error, pebble.ProcessExpired):
            full = error.exitcode == _TOO_MUCH
            error = MemoryError() if full else WorkerDied(_how(error.exitcode))
        elif isinstance(error, BrokenExecutor):
            error = WorkerDied(str(error))
        if error is None:
            task.answer.set_result(inner.result())
        else:
            task.answer.set_exception(error)

    def _started(self) -> ProcessPool:
        import pebble  # noqa: PLC0415

        return pebble.ProcessPool(
            max_workers=self._jobs,
            max_tasks=RECYCLED,
            initializer=_prepare,
            initargs=self._prepare,
            context=multiprocessing.get_context("spawn"),
        )


def _prepare(memory: float, scratch: str, warm: Callable[[], None]) -> None:
    """Make a process of this machine a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run ends its workers itself
    _end_with_parent()
    tempfile.tempdir = scratch
    warm()
    gc.collect()
    gc.freeze()  # what is loaded by now stays: no collection has to look at it again
    gc.set_threshold(50_000, 20, 100)  # a filing is many objects, and most of them stay
    allowed = int(memory * (1 << 20))
    _refuse_memory(2 * allowed + _SPARE)
    threading.Thread(target=_watch_over, args=(_held()[1] + allowed,), daemon=True).start()


def _end_with_parent() -> None:
    """Have Linux kill this process with its parent, whatever it does then.

    A run that is killed takes its workers with it: none writes on into another's folder.
    """
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (AttributeError, OSError, TypeError):  # another system: see _watch_over
        return


def _watch_over(most: int) -> None:
    """End this process when its parent has ended, or once it holds too many bytes.

    It is ended and not refused what it asks for: few programs go on well without memory.
    """
    parent = multiprocessing.parent_process()
    while parent is not None and parent.is_alive():
        if _held()[1] > most:
            os._exit(_TOO_MUCH)
        parent.join(_SECOND_LOOK)
    os._exit(1)


def _refuse_memory(more: int) -> None:
    """Have the system refuse this process more than so many bytes besides what it has.

    That ends what asks for all at once, before it is looked at; Windows has no such limit.
    """
    try:
        import resource  # noqa: PLC0415  (POSIX)
    except ImportError:
        return
    if held := _held()[0]:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (held + more, hard))


def _held() -> tuple[int, int]:
    """How many bytes of addresses and of memory this process has; 0 where it is not told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            pages = file.read().split()
    except OSError:
        return 0, 0
    size = os.sysconf("SC_PAGE_SIZE")
    return int(pages[0]) * size, int(pages[1]) * size


def _how(code: int | None) -> str:
    """`signal 9`, or `exit status 3`."""
    if code is None:
        return "unknown"
    return f"signal {-code}" if code < 0 else f"exit status {code}"


# --- a cluster -----------------------------------------------------------------------


@contextmanager
def dask(address: str | None, jobs: int, timeout: float) -> Iterator[Engine]:
    """A cluster of dask: the scheduler at an address, or one of this machine.

    How many processes there are and how much memory they may have is the cluster's; one
    thread a worker is best, as Arelle runs in one.

    Raises:
        OptionsError: No scheduler answers, or no worker has joined it.
    """
    from distributed import Client, LocalCluster  # noqa: PLC0415  (an extra, slow to import)

    try:
        cluster = address or LocalCluster(
            n_workers=jobs, threads_per_worker=1, dashboard_address=None
        )
        client = Client(cluster, timeout=_PATIENCE)
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise OptionsError(f"--scheduler {address}: no scheduler answers: {error}") from error
    try:
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
        if error is None:
            given.answer.set_result(inner.result())
        else:
            given.answer.set_exception(error)


@contextmanager
def _asking() -> Iterator[None]:
    """A question to a scheduler, which may be gone."""
    try:
        yield
    except (OSError, TimeoutError, RuntimeError) as error:
        raise EngineLost(f"the scheduler does not answer any more: {error}") from error
