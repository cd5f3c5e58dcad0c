"""Engines: what becomes of tasks that sleep, die or take all memory; and of all others.

The tasks are functions of the standard library, which any process can import.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from converter.batch import cluster as clusters
from converter.batch.cluster import dask
from converter.batch.engines import Engine, EngineLost, WorkerDied
from converter.batch.items import Input
from converter.batch.journal import Status
from converter.batch.local import local
from converter.batch.running import run
from converter.batch.work import Outcome, Settings
from converter.errors import OptionsError

LONG = 60.0


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    scratch = str(tmp_path_factory.mktemp("scratch"))
    with local(1, 3.0, 256.0, scratch, warm=os.getpid) as engine:  # type: ignore[arg-type]
        yield engine


def test_a_task_gives_its_value(workers: Engine) -> None:
    assert workers.submit(divmod, 7, 2).result(LONG) == (3, 1)
    assert workers.room == 2


def test_what_a_task_raises_comes_back(workers: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        workers.submit(divmod, 7, 0).result(LONG)


@pytest.mark.parametrize(
    ("function", "args", "words"),
    [
        (os._exit, (3,), "exit status 3"),
        (os.abort, (), "signal 6"),
        (signal.raise_signal, (signal.SIGKILL,), "signal 9"),
    ],
)
def test_a_worker_that_dies_takes_one_task_with_it(
    workers: Engine, function: Callable[..., None], args: tuple[int, ...], words: str
) -> None:
    dead = workers.submit(function, *args)
    alive = workers.submit(divmod, 7, 2)
    with pytest.raises(WorkerDied, match=words):
        dead.result(LONG)
    assert alive.result(LONG) == (3, 1)


def test_what_takes_too_long_is_ended(workers: Engine) -> None:
    late = workers.submit(time.sleep, 10 * LONG)
    next_one = workers.submit(divmod, 7, 2)
    with pytest.raises(TimeoutError):
        late.result(LONG)
    assert next_one.result(LONG) == (3, 1)


def test_a_worker_multiplies_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    with local(1, LONG, 256.0, "/", warm=os.getpid) as engine:  # type: ignore[arg-type]
        assert engine.submit(os.getenv, "OPENBLAS_NUM_THREADS").result(LONG) == "1"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_a_pool_that_broke_gives_way_to_another(tmp_path: Path) -> None:
    with local(1, LONG, 256.0, str(tmp_path), warm=os.getpid) as engine:  # type: ignore[arg-type]
        first = engine.submit(os.getpid).result(LONG)
        engine._pool.stop()  # type: ignore[attr-defined]
        assert engine.submit(os.getpid).result(LONG) != first


def test_what_waits_for_a_pool_that_breaks_is_not_lost(tmp_path: Path) -> None:
    """Its workers are killed before their first task."""
    others = set(multiprocessing.active_children())
    with local(2, LONG, 256.0, str(tmp_path), partial(time.sleep, 2)) as engine:
        futures = [engine.submit(int, str(n)) for n in range(4)]
        end = time.monotonic() + LONG
        while not (started := set(multiprocessing.active_children()) - others):
            assert time.monotonic() < end
            time.sleep(0.05)
        for process in started:
            process.kill()
        assert values(futures, engine) == [0, 1, 2, 3]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is that of Linux")
def test_what_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    with local(1, LONG, 128.0, str(tmp_path), os.getpid) as engine:  # type: ignore[arg-type]
        little_by_little = engine.submit(partial(random.choices, "ab", k=10**9))
        at_once = engine.submit(bytes, 1 << 40)
        for future in (little_by_little, at_once):
            with pytest.raises(MemoryError):
                future.result(LONG)
        assert len(engine.submit(bytes, 10 << 20).result(LONG)) == 10 << 20


def test_temporary_files_lie_where_they_are_swept(
    workers: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import tempfile  # noqa: PLC0415

    folder = workers.submit(tempfile.gettempdir).result(LONG)
    assert Path(folder).parent == tmp_path_factory.getbasetemp()


MAIN = """
import os, sys, time
from converter.batch.local import local
if __name__ == "__main__":
    with local(2, 60.0, 512.0, sys.argv[1], warm=os.getpid) as engine:
        print(engine.submit(os.getpid).result(60), flush=True)
        for _ in range(4):
            engine.submit(sum, range(10**11))  # one call, which lets no other thread run
        time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_workers_end_when_their_run_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(MAIN)
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as main:
        assert main.stdout is not None
        worker = int(main.stdout.readline())
        main.kill()
        main.wait()
    for _ in range(200):
        if not _runs(worker):
            return
        time.sleep(0.05)
    pytest.fail("the worker lives on")


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


# --- a cluster: a scheduler and two workers, processes of their own -------------------


def values(futures: list[Future[int]], engine: Engine) -> list[object]:
    """What came of each task; the engine is looked after meanwhile."""
    end = time.monotonic() + LONG
    while not all(future.done() for future in futures):
        assert time.monotonic() < end, "a task has no end"
        engine.watch()
        time.sleep(0.1)
    return [type(e) if (e := future.exception()) else future.result() for future in futures]


def test_a_cluster_does_the_same(cluster: str) -> None:
    with dask(cluster, 1, 5.0) as engine:
        end = time.monotonic() + LONG
        while engine.room < 2:
            assert time.monotonic() < end, "a worker has not joined"
            time.sleep(0.1)
        given = [engine.submit(int, text) for text in ("7", "x")]
        assert values(given, engine) == [7, ValueError]
        given = [engine.submit(os._exit, 3), engine.submit(int, "8")]
        assert values(given, engine)[0] is WorkerDied
        given = [engine.submit(time.sleep, LONG)]  # type: ignore[arg-type]
        assert values(given, engine) == [TimeoutError]
        assert values([engine.submit(int, "9")], engine) == [9]
        large = 11 << 20  # a member of an archive, as it is, and without a warning
        assert values([engine.submit(len, bytes(large))], engine) == [large]


def test_a_cluster_of_this_machine_leaves_the_interrupt_to_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blocked: set[int] = set()

    def started(**_: object) -> None:
        blocked.update(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        raise OSError("enough seen")

    monkeypatch.setattr("distributed.LocalCluster", started)
    with pytest.raises(OptionsError, match=r"--engine dask: .*enough seen"), dask(None, 1, 5.0):
        pass
    assert signal.SIGINT in blocked
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_scheduler_that_is_not_there_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("converter.batch.cluster._PATIENCE", 0.5)
    with (
        pytest.raises(OptionsError, match="no scheduler answers"),
        dask("tcp://127.0.0.1:9", 1, 5.0),
    ):
        pass


class _Client:
    """What an engine asks of dask's client."""

    def __init__(self, threads: dict[str, int] | None) -> None:
        self.threads = threads

    def subscribe_topic(self, topic: str, handler: object) -> None:
        self.noted = topic, handler

    def nthreads(self) -> dict[str, int]:
        if self.threads is None:
            raise OSError("connection refused")
        return self.threads


def test_a_cluster_without_workers_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = clusters._Dask(_Client({}), 5.0)
    engine.watch()
    assert engine.room == 0
    monkeypatch.setattr(clusters, "_PATIENCE", -1.0)
    with pytest.raises(EngineLost, match="no worker"):
        engine.watch()


def test_a_scheduler_that_is_gone_ends_in_words() -> None:
    with pytest.raises(EngineLost, match="connection refused"):
        assert clusters._Dask(_Client(None), 5.0).room


def test_a_run_without_its_engine_tells_of_what_was_under_way(
    inputs: list[Input], room: Settings
) -> None:
    class Gone:
        room = 2
        given = 0

        def submit(self, _: object, *__: object) -> Future[Outcome]:
            self.given += 1
            return Future()

        def watch(self) -> None:
            raise EngineLost("gone")

    engine = Gone()
    outcomes = run(inputs, engine, room)  # type: ignore[arg-type]
    told = [(one.record.input, one.record.status) for one in (next(outcomes), next(outcomes))]
    assert told == [(one.name, Status.FAILED) for one in inputs[:2]]
    with pytest.raises(EngineLost, match="gone"):
        next(outcomes)
    assert engine.given == 2
