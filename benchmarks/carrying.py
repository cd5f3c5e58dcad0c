"""How many lines of filings have a concept in a release that is not that of the filing.

    python benchmarks/carrying.py SHARED [--year YEAR] [--list]

SHARED is the folder of corpora: `corpus/fsds` holds the lines of statements of 2009-10 with
their concepts, carried here to us-gaap 2024; `corpus/ixbrl` those of 2019-25, carried back
to us-gaap 2009. Printed is the share of lines whose concept is kept, carried, declared an
extension or not covered by taxonomy/carried.toml, by statement, and the concepts that are
not covered, by the number of companies that use them. A line is asked for with the year of
its filing, or with YEAR. Reading the corpora takes pyarrow, which is no part of the project.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from converter.carrying import KINDS, carried
from converter.taxonomy import Taxonomy, load_taxonomy

OUTCOMES = ("kept", "carried", "extension", "not covered")


class Line(NamedTuple):
    """A line of a statement: who printed it, on which statement, under which concept."""

    company: str
    statement: str
    concept: str
    year: int


def read(path: Path, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a Parquet file."""
    table = import_module("pyarrow.parquet").read_table(path, columns=list(columns))
    yield from zip(*(table[column].to_pylist() for column in columns), strict=True)


def lines_of_2009(shared: Path) -> Iterator[Line]:
    """Every line once, of those with a concept of us-gaap 2008 or 2009."""
    path = shared / "corpus/fsds/statements.parquet"
    columns = ("adsh", "report", "line", "cik", "stmt", "tag", "version", "ddate")
    last: dict[tuple[str, ...], Line] = {}
    for adsh, report, number, cik, stmt, tag, version, day in read(path, *columns):
        if version in {"us-gaap/2008", "us-gaap/2009"} and stmt in KINDS:
            key = (adsh, report, number)
            year = max(int(day[:4]), last[key].year if key in last else 0)
            last[key] = Line(cik, stmt, tag, year)
    yield from last.values()


def lines_since_2019(shared: Path) -> Iterator[Line]:
    """Every line once, of those with a standard concept."""
    path = shared / "corpus/ixbrl/truth.parquet"
    columns = ("slug", "label", "cik", "stmt", "concept", "ns", "end")
    last: dict[tuple[str, ...], Line] = {}
    for slug, label, cik, stmt, concept, ns, end in read(path, *columns):
        if ns == "us-gaap" and stmt in KINDS:
            key = (slug, stmt, label, concept)
            year = max(int(end[:4]), last[key].year if key in last else 0)
            last[key] = Line(cik, stmt, concept.rpartition(":")[2], year)
    yield from last.values()


def outcome(line: Line, taxonomy: Taxonomy, year: int | None) -> str:
    """What becomes of the line's concept."""
    found = carried(line.concept, taxonomy, KINDS[line.statement], year or line.year)
    if found is None:
        return "not covered"
    if not found.why:
        return "kept"
    return "carried" if found.names else "extension"


def report(lines: Iterable[Line], taxonomy: Taxonomy, year: int | None, *, full: bool) -> None:
    """Print the shares by statement, and the concepts that nothing is known of."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    used: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in OUTCOMES}
    for line in lines:
        result = outcome(line, taxonomy, year)
        counts[line.statement][result] += 1
        used[result][line.concept].add(line.company)
    print(f"{'':10}{'lines':>8}", *(f"{name:>12}" for name in OUTCOMES))
    for statement in (*KINDS, "all"):
        found = counts[statement] if statement != "all" else sum(counts.values(), Counter())
        total = found.total()
        shares = (f"{found[name] / total:>12.2%}" if total else "" for name in OUTCOMES)
        print(f"{statement:10}{total:>8}", *shares)
    print(f"{'concepts':18}", *(f"{len(used[name]):>12}" for name in OUTCOMES))
    for name in OUTCOMES[1:] if full else OUTCOMES[3:]:
        print(f"{name}:")
        for concept, who in sorted(used[name].items(), key=lambda x: (-len(x[1]), x[0])):
            print(f"  {len(who):>5} {concept}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("shared", type=Path)
    parser.add_argument("--year", type=int, help="ask as for statements of that year")
    parser.add_argument("--list", action="store_true", help="all concepts that are not kept")
    given = parser.parse_args()
    ways = (("us-gaap-2024", lines_of_2009), ("us-gaap-2009", lines_since_2019))
    for name, lines in ways:
        print(f"{lines.__name__.replace('_', ' ')}, to {name}")
        report(lines(given.shared), load_taxonomy(name), given.year, full=given.list)


if __name__ == "__main__":
    main()
