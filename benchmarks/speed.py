"""How fast a conversion is.

    python benchmarks/speed.py [FILE]

Three figures, each the median of several runs: one conversion in a warm process without
Arelle; the same with Arelle's validation; and the whole command in a fresh process. For
what absolute seconds mean on another machine, the time of parsing the report's own
instance with lxml is printed beside them as a yardstick.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from lxml import etree

from converter.options import Options
from converter.pipeline import convert, validate
from converter.taxonomy import load_taxonomy

EXAMPLE = Path(__file__).parent.parent / "examples" / "sonus-8-k-2003-10-08.txt"
WARM_RUNS = 15
COLD_RUNS = 5


def timed(work: Callable[[], object], runs: int) -> float:
    """The median time of some runs, in seconds, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def whole_command(source: Path) -> None:
    """The command as a user gives it, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "converter", "convert", str(source), "-o", folder]
        subprocess.run(command, check=False, capture_output=True)


def main() -> None:
    """Print the table."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE
    data = source.read_bytes()
    options = Options()
    conversion = convert(data, name=source.name, options=options)
    instance = conversion.files[0].data

    def load_cold() -> None:
        load_taxonomy.cache_clear()
        load_taxonomy(options.taxonomy)

    figures = [
        ("parse the instance with lxml", timed(lambda: etree.fromstring(instance), WARM_RUNS)),
        ("load the taxonomy index", timed(load_cold, WARM_RUNS)),
        (
            "convert, without Arelle",
            timed(lambda: convert(data, name=source.name, options=options), WARM_RUNS),
        ),
        ("validate with Arelle", timed(lambda: validate(conversion, options), COLD_RUNS)),
        ("the whole command", timed(lambda: whole_command(source), COLD_RUNS)),
    ]
    print(f"{source.name}: {len(conversion.instance.facts)} facts, medians")
    for name, seconds in figures:
        print(f"  {name:<30} {seconds * 1000:9.1f} ms")


if __name__ == "__main__":
    main()
