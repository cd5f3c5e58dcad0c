"""Another program on the same releases: edgartools, which reads their HTML into tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

from converter.pipeline import read

RUNS = 5


class Read(NamedTuple):
    """What reading some releases takes, in seconds of the processor a release."""

    ours: float
    theirs: float | None


def reading(folder: Path) -> Read:
    """The HTML releases of a folder: to statements by us, to tables by edgartools.

    Without the extra `bench` there is no figure of theirs.
    """
    pages = [path.read_bytes() for path in sorted(folder.rglob("*.htm*"))]
    ours = _a_page(pages, lambda page: read(page, name="a.htm"))
    if find_spec("edgar") is None:
        return Read(ours, None)
    from edgar.documents import parse_html  # noqa: PLC0415  (an extra)

    theirs = _a_page(pages, lambda page: parse_html(page.decode(errors="replace")).tables)
    return Read(ours, theirs)


def _a_page(pages: Sequence[bytes], function: Callable[[bytes], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        for page in pages:
            function(page)
        times.append((time.process_time() - start) / len(pages))
    return median(times)
