"""How fast the mapper is, and what it costs to have it ready.

    OMP_NUM_THREADS=1 python -m benchmarks.mapping.speed SHARED/corpus

The time and memory of loading are those of fresh processes, beyond what Python itself
needs; lines are mapped one filing at a time, over 2,000 statements of the data sets, and
processor time is counted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from converter.training.corpus import LabelledFiling, read_corpus

from .mapper import LOADING, judged, shipped

STATEMENTS = 2000
RUNS = 5
_FRESH = """
import time
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
before, start = peak(), time.perf_counter()
{loading}
print(time.perf_counter() - start, peak() - before)
"""


def load_cost() -> tuple[float, float]:
    """Seconds and megabytes that a fresh process spends until the mapper is ready."""
    seconds, kilobytes = [], []
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for _ in range(RUNS):
        output = subprocess.run(
            [sys.executable, "-c", _FRESH.format(loading=LOADING)],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        ).stdout.split()
        seconds.append(float(output[0]))
        kilobytes.append(int(output[1]))
    return median(seconds), median(kilobytes) / 1024


def some(filings: Iterable[LabelledFiling], statements: int) -> Iterator[LabelledFiling]:
    """Filings of the data sets, until they have so many statements."""
    for filing in filings:
        if filing.source == "fsds" and statements > 0:
            yield replace(filing, statements=filing.statements[:statements])
            statements -= len(filing.statements)


def main() -> None:
    """Print the three figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    arguments = parser.parse_args()
    seconds, megabytes = load_cost()
    print(f"loading: {1000 * seconds:.0f} ms, {megabytes:.0f} MB (medians of {RUNS})")
    filings = list(some(read_corpus(arguments.corpus), STATEMENTS))
    lines = sum(c is not None for f in filings for s in f.statements for c in s.concepts)
    network = shipped()
    judged(network, filings[0])
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        for filing in filings:
            judged(network, filing)
        times.append(time.process_time() - start)
    count = sum(len(filing.statements) for filing in filings)
    print(f"mapping: {lines / median(times):,.0f} lines/s ({lines:,} of {count:,} statements)")


if __name__ == "__main__":
    main()
