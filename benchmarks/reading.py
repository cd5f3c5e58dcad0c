"""How fast filings are read, from bytes to statements, and with how much memory.

    python benchmarks/reading.py FOLDER [--memory MEGABYTES]

Every *.txt and *.htm(l) file under FOLDER is read three times in one process; printed is
the median rate over all of them. Memory is measured on one submission made of the largest
files, repeated until it has the size asked for (50 MB), in a process of its own: the
peak of resident memory beyond that of the idle program, as a multiple of the file.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from pathlib import Path
from statistics import median

from converter.errors import SubmissionError
from converter.pipeline import read

RUNS = 3
SUFFIXES = {".txt", ".htm", ".html"}


def files_under(folder: Path) -> list[Path]:
    """The filings, those that are empty left out."""
    found = (p for p in sorted(folder.rglob("*")) if p.suffix in SUFFIXES)
    return [path for path in found if path.stat().st_size > 100]


def seconds(datas: list[bytes]) -> float:
    """The processor time of reading them all once."""
    start = time.process_time()
    for data in datas:
        try:
            read(data, name="filing.txt")
        except SubmissionError:
            continue
    return time.process_time() - start


def large_submission(paths: list[Path], megabytes: int) -> bytes:
    """One submission of many documents, as large as asked for."""
    parts: list[bytes] = []
    size = 0
    largest = sorted(paths, key=lambda p: -p.stat().st_size)[:20]
    while size < megabytes * 1_000_000:
        for path in largest:
            body = path.read_bytes().replace(b"<DOCUMENT>", b"").replace(b"</DOCUMENT>", b"")
            parts.append(b"<DOCUMENT>\n<TYPE>10-K\n<TEXT>\n" + body + b"\n</DOCUMENT>\n")
            size += len(body)
    return b"".join(parts)


def peak_of(path: str) -> int:
    """The peak of resident memory, in bytes, of a process that reads one file."""
    read(Path(path).read_bytes(), name="filing.txt")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def times_its_size(data: bytes) -> float:
    """The memory that a submission takes beyond that of a tiny one, over its size."""
    with tempfile.TemporaryDirectory() as folder:
        large, tiny = Path(folder) / "large.txt", Path(folder) / "tiny.txt"
        large.write_bytes(data)
        tiny.write_bytes(data[:1000])
        context = multiprocessing.get_context("spawn")
        with context.Pool(1, maxtasksperchild=1) as pool:
            used = [pool.apply(peak_of, (str(path),)) for path in (tiny, large)]
    return (used[1] - used[0]) / len(data)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--memory", type=int, default=50, metavar="MEGABYTES")
    arguments = parser.parse_args()
    paths = files_under(arguments.folder)
    datas = [path.read_bytes() for path in paths]
    size = sum(map(len, datas)) / 1e6
    rate = size / median(seconds(datas) for _ in range(RUNS))
    print(f"{len(paths)} files, {size:.1f} MB: {rate:.2f} MB/s per core (median of {RUNS})")
    used = times_its_size(large_submission(paths, arguments.memory))
    print(f"a submission of {arguments.memory} MB: {used:.2f} times its size in memory")


if __name__ == "__main__":
    main()
