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
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from converter.errors import OptionsError

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
_PR_SET_PDEATHSIG = 1
_TOO_MUCH = 77
"""The exit status of a worker that held too much memory."""
_SPARE = 512 << 20
"""So many bytes beyond twice its limit a worker is given, and no more at all."""
_SECOND_LOOK = 0.1
"""So often, in seconds, a worker looks at what it holds."""
_PATIENCE = 30.0
"""So many seconds a scheduler, or the first of its workers, is waited for."""


class WorkerDied(Exception):  # noqa: N818  (it is what happened)
    """The process of a task ended without a word; how, in words."""


class Engine(Protocol):
    """What runs tasks."""

    @property
    def room(self) -> int:
        """How many tasks may be given to it at once."""
        ...

    def submit(self, function: Callable[..., T], /, *args: object) -> Future[T]:
        """Run a function in some process, with a limit of time."""
        ...

    def watch(self) -> None:
        """Look after tasks that take too long; to be called once in a while."""
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


class _Local:
    def __init__(
        self, jobs: int, timeout: float, memory: float, scratch: str, warm: Callable[[], None]
    ) -> None:
        self._jobs, self._timeout = jobs, timeout
        self._prepare = (memory, scratch, warm)
        self._pool = self._started()

    @property
    def room(self) -> int:
        return self._jobs * _AHEAD

    def submit(self, function: Callable[..., T], /, *args: object) -> Future[T]:
        import pebble  # noqa: PLC0415  (an extra)

        answer: Future[T] = Future()
        if not self._pool.active:
            # A process was killed while it held the pipe that all share.
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = self._started()
        inner = self._pool.schedule(function, args=args, timeout=self._timeout)

        def done(future: Future[T]) -> None:
            error = future.exception()
            if isinstance(error, pebble.ProcessExpired):
                full = error.exitcode == _TOO_MUCH
                error = MemoryError() if full else WorkerDied(_how(error.exitcode))
            elif isinstance(error, multiprocessing.ProcessError | RuntimeError):
                error = WorkerDied(str(error) or type(error).__name__)
            if error is None:
                answer.set_result(future.result())
            else:
                answer.set_exception(error)

        inner.add_done_callback(done)
        return answer

    def watch(self) -> None:
        """The pool has a clock of its own."""

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

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
        client.close()
        if not isinstance(cluster, str):
            cluster.close()


class _Dask:
    """Dask's client as an engine.

    No more tasks are given to it than there are threads, so that a task begins when it is
    given, and the clock of its limit with it.
    """

    def __init__(self, client: Client, timeout: float) -> None:
        self._client, self._timeout = client, timeout
        self._given: dict[DaskFuture, tuple[float, Future[Any]]] = {}
        self._lock = threading.Lock()

    @property
    def room(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, function: Callable[..., T], /, *args: object) -> Future[T]:
        answer: Future[T] = Future()
        inner = self._client.submit(function, *args, pure=False, retries=0)
        with self._lock:
            self._given[inner] = (time.monotonic(), answer)
        inner.add_done_callback(self._done)
        return answer

    def _done(self, inner: DaskFuture) -> None:
        from distributed import KilledWorker  # noqa: PLC0415

        with self._lock:
            _, answer = self._given.pop(inner, (0.0, None))
        if answer is None:
            return
        error = inner.exception() if inner.status != "cancelled" else WorkerDied("cancelled")
        if isinstance(error, KilledWorker):
            error = WorkerDied(str(error))
        if error is None:
            answer.set_result(inner.result())
        else:
            answer.set_exception(error)

    def watch(self) -> None:
        """A thread cannot be stopped: the worker of an overdue task is started anew."""
        now = time.monotonic()
        with self._lock:
            late = [one for one, (at, _) in self._given.items() if now - at > self._timeout]
            answers = [self._given.pop(one)[1] for one in late]
        if not late:
            return
        busy = self._client.processing()
        workers = [w for w, keys in busy.items() if {one.key for one in late} & set(keys)]
        self._client.cancel(late, force=True)
        for answer in answers:
            answer.set_exception(TimeoutError())
        if workers:
            self._client.restart_workers(workers, raise_for_error=False)
