"""What a process of this machine does to be a worker, and when it ends itself."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable

TOO_MUCH = 77
"""The exit status of a worker that held too much memory."""

_PR_SET_PDEATHSIG = 1
_SPARE = 512 << 20
"""So many bytes beyond twice its limit a worker is given, and no more at all."""
_SECOND_LOOK = 0.1
"""So often, in seconds, a worker looks at what it holds."""


def prepare(memory: float, scratch: str, warm: Callable[[], None]) -> None:
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
            os._exit(TOO_MUCH)
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
