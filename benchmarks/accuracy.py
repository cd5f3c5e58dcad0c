"""How much of real filings is read, and how much of it is right.

    python benchmarks/accuracy.py SHARED [--only ex27|text|html] [--list]

SHARED is the folder of corpora: `corpus/legacy` holds text filings of 1993-2009, many with
the Financial Data Schedule that the filer gave beside them, `corpus/ixbrl` statements of
2019-25 as text and as HTML, with the tags of the filer's own Inline XBRL. Every filing is
converted (without Arelle), and SHARED/tools/score.py, which reads only the XBRL instances,
compares. `ex27` schedules that contradict their own filing are listed beneath, as no reading
of the statements can agree with them, and then the score of the others.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from importlib import import_module
from pathlib import Path

from converter.errors import SubmissionError
from converter.options import Options
from converter.pipeline import convert

KINDS = {"ex27": "legacy/*/filing.txt", "text": "ixbrl/*/statements.txt",
         "html": "ixbrl/*/statements.html"}  # fmt: skip


def write_instance(source: Path, folder: Path) -> None:
    """Convert one file and write its instance, all that the scorer reads."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        conversion = convert(source.read_bytes(), name="report.txt", options=Options())
    except SubmissionError:
        return
    for file in conversion.files[:1]:
        (folder / file.name).write_bytes(file.data)


def score(shared: Path, kind: str, out: Path, *, listing: bool) -> str:
    """What the scorer says of the instances in a folder."""
    legacy, truth = shared / "corpus/legacy", shared / "corpus/ixbrl/truth.jsonl"
    what: list[str | Path] = ["ex27", legacy] if kind == "ex27" else ["pairs", truth]
    return scored(shared, *what, out, *(["--list"] if listing else []))


def scored(shared: Path, *arguments: str | Path) -> str:
    """The output of the scorer."""
    command = [sys.executable, shared / "tools/score.py", *arguments]
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True
    ).stdout


def convert_all(shared: Path, kind: str, out: Path) -> int:
    """Convert every file of a kind with two processes; how many there are."""
    sources = sorted((shared / "corpus").glob(KINDS[kind]))
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(write_instance, sources, [out / s.parent.name for s in sources]))
    return len(sources)


def misstated(shared: Path, out: Path) -> Iterator[str]:
    """Filings whose schedule is of another scale or date than their own statements.

    The schedule's total of assets is stated by no fact of its date, but its digits are
    those of a fact of the report: the multiplier or the date was given wrongly.
    """
    sys.path.insert(0, str(shared / "tools"))
    scorer = import_module("score")  # the scorer is not part of the project

    for truth in sorted((shared / "corpus/legacy").glob("*/ex27.json")):
        schedules = json.loads(truth.read_text())
        primary = json.loads((truth.parent / "meta.json").read_text()).get("ex27_primary") or {}
        if not schedules or not schedules[0].get("columns"):
            continue
        column = schedules[primary.get("schedule", 0)]["columns"][primary.get("column", 0)]
        end = primary.get("period_end") or scorer.ex27_date(column.get("PERIOD-END"))
        total = Decimal(str(column["scaled"].get("TOTAL-ASSETS") or 0))
        stated = scorer.load(out / truth.parent.name)
        facts = [f for f in stated if f.value and f.local == "Assets"]
        here = any(f.value == total and scorer.near(f.end, end, 7) for f in facts)
        digits = {f"{f.value:f}".replace(".", "").strip("0") for f in facts}
        if total and not here and f"{total:f}".strip("0") in digits:
            yield truth.parent.name


def score_without(shared: Path, out: Path, names: list[str]) -> str:
    """The score of the schedules of all filings but some."""
    with tempfile.TemporaryDirectory() as folder:
        for filing in (shared / "corpus/legacy").iterdir():
            if filing.is_dir() and filing.name not in names:
                (Path(folder) / filing.name).symlink_to(filing.resolve())
        return scored(shared, "ex27", Path(folder), out)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("shared", type=Path)
    parser.add_argument("--only", choices=sorted(KINDS))
    parser.add_argument("--list", action="store_true", help="every fact that is not right")
    arguments = parser.parse_args()
    for kind in [arguments.only] if arguments.only else KINDS:
        with tempfile.TemporaryDirectory() as folder:
            count = convert_all(arguments.shared, kind, Path(folder))
            print(f"{kind}: {count} files")
            print(score(arguments.shared, kind, Path(folder), listing=arguments.list).rstrip())
            if kind == "ex27":
                names = list(misstated(arguments.shared, Path(folder)))
                for name in names:
                    print(f"  the schedule contradicts its filing: {name}")
                print("without them:")
                print(score_without(arguments.shared, Path(folder), names).rstrip())


if __name__ == "__main__":
    main()
