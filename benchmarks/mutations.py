"""Whether another layout of a statement of a real filing says the same.

    python benchmarks/mutations.py FOLDER [--every 9] [--list] [--jobs 2]

Every n-th filing.txt under the folder is taken, each of its statements cut out by itself,
and printed anew by the mutations of tests/properties/test_mutations.py: columns moved, a
page broken between rows (with title and headings again, and without), amounts written out
in dollars, a digit changed in a sum that holds. A figure is how many of the mutations keep
all facts, or, of a digit, bring a finding; `told` is how many of the others bring one.
What is drawn is drawn by the name of the statement: a run is the same as the one before.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "properties"))
laws: Any = import_module("test_mutations")

MOVES = 3
PAGES = 3
DIGITS = 6


class Outcome(NamedTuple):
    """What became of one mutation."""

    law: str
    statement: str
    kept: bool
    told: bool
    what: str = ""


def mutations(one: Any) -> Iterator[tuple[str, str, str]]:
    """The law, what was done, and the text."""
    draw = random.Random(one.name)
    columns = sorted({p.column for row in one.numbers.values() for p in row})
    for _ in range(MOVES):
        some = [c for c in columns if draw.random() < 0.6] or columns[:1]
        gaps = {column: draw.randint(1, 14) for column in some}
        yield "columns moved", str(gaps), laws.text_of(laws.moved(one, gaps))
    places = laws.breaks(one)
    for how in (
        laws.Break("2", "<PAGE>", True, "(continued)", True),
        laws.Break("", "\f", False, "", False),
    ):
        law = "page broken, titles again" if how.titles else "page broken"
        for at in draw.sample(places, min(PAGES, len(places))):
            yield law, f"at line {at}", laws.text_of(laws.split(one, at, how))
    yield "in dollars", "", laws.text_of(laws.in_dollars(one, "in dollars"))


def outcomes(path: Path) -> list[Outcome]:
    """Every mutation of every statement of a filing."""
    text = path.read_bytes().decode("utf-8", "replace").replace("\r", "")
    found: list[Outcome] = []
    for one in laws.cut_out(path.parent.name, text):
        facts = laws.facts(one.conversion)
        for law, what, mutated in mutations(one):
            kept = laws.facts(laws.converted(mutated)) == facts
            told = kept or bool(laws.new_findings(one, mutated))
            found.append(Outcome(law, one.name, kept, told, what))
        draw = random.Random(one.name)
        cells = laws.proven(one)
        for cell in draw.sample(cells, min(DIGITS, len(cells))):
            lines = laws.with_digit(one, cell, draw.randint(0, 9), draw.randint(1, 9))
            told = bool(laws.new_findings(one, laws.text_of(lines)) & laws.TOLD)
            what = f"{cell.text} on line {cell.span.line}"
            found.append(Outcome("digit changed", one.name, told, told, what))
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=9, metavar="N")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="every mutation that changes facts")
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.rglob("filing.txt"))[:: arguments.every]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        found = [one for some in pool.map(outcomes, paths) for one in some]
    print(f"{len(paths)} filings, {len({one.statement for one in found})} statements")
    count = Counter(one.law for one in found)
    kept = Counter(one.law for one in found if one.kept)
    told = Counter(one.law for one in found if one.told and not one.kept)
    for law in sorted(count):
        print(f"{law:<28}{kept[law]:>6} of {count[law]:>5}   told {told[law]}")
    for one in found if arguments.list else ():
        if not one.kept:
            print(f"  {one.statement}: {one.law} {one.what}{'' if one.told else ' (silent)'}")


if __name__ == "__main__":
    main()
