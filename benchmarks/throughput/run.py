"""Measure all of it, print it, and draw it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .floor import command_line, minimal, session_floor
from .others import Read, reading
from .releases import EXAMPLE, RELEASE_ROWS, release, releases
from .room import Held, Rate, memory, rate, task

ROWS = (10, 20, 50, 100, 200, 500, 1000, 2000)
RUNS = 9
FILINGS = 300
"""Of a rate."""


@dataclass
class Figures:
    """What was measured; times in seconds of the processor but for that of the command."""

    floor: float = 0.0
    same: float = 0.0
    command: float = 0.0
    alone: float = 0.0
    validated: float = 0.0
    fresh: float = 0.0
    fresh_validated: float = 0.0
    growth: list[tuple[int, float, float]] = field(default_factory=list)
    rates: list[tuple[bool, Rate]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    read: Read | None = None


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--press", type=Path, help="a folder of releases in HTML")
    parser.add_argument("--release", type=Path, default=EXAMPLE, help="what is converted")
    parser.add_argument("--picture", type=Path, help="an .svg file to draw")
    parser.add_argument("--filings", type=int, default=2000, help="for the memory of a worker")
    options = parser.parse_args()
    figures = Figures()
    for line in measured(figures, options.release, options.press, options.filings):
        print(line, flush=True)
    if options.picture:
        from .picture import draw  # noqa: PLC0415  (matplotlib is an extra)

        draw(figures, options.picture)


def measured(f: Figures, source: Path, press: Path | None, filings: int) -> Iterator[str]:
    """Fill in the figures, one after another, and say each."""
    yield from _one_core(f, source)
    yield from _growth(f)
    yield from _rates(f)
    if press:
        f.read = reading(press)
        yield from _read(f.read)
    f.held = memory(releases(filings), filings)
    yield from _memory(f.held)


def _one_core(f: Figures, source: Path) -> Iterator[str]:
    from converter.options import Options  # noqa: PLC0415
    from converter.pipeline import convert  # noqa: PLC0415

    data = source.read_bytes()
    report = convert(data, name=source.name, options=Options(formula=False))
    f.floor, f.same = session_floor(minimal(), RUNS), session_floor(report, RUNS)
    f.command = command_line(report, 3)
    f.alone = task(data, validate=False, runs=RUNS)
    f.validated = task(data, validate=True, runs=RUNS)
    usual = release(RELEASE_ROWS, 1)
    f.fresh = task(usual, validate=False, runs=RUNS)
    f.fresh_validated = task(usual, validate=True, runs=RUNS)
    yield "one core, warm, processor time; a conversion reads, maps, proves and writes"
    minimal_facts = len(minimal().instance.facts)
    rows = (
        (f"Arelle's session alone, a report of {minimal_facts} facts (the floor)", f.floor),
        (f"Arelle's session alone, the report of {source.stem}", f.same),
        (f"{source.stem}: converted", f.alone),
        (f"{source.stem}: converted and validated", f.validated),
        (f"a made-up release of {RELEASE_ROWS} lines: converted", f.fresh),
        ("the same: converted and validated", f.fresh_validated),
    )
    for name, seconds in rows:
        yield f"  {name:<66} {seconds * 1000:7.1f} ms {1 / seconds:7.1f} a second"
    yield f"  validated, times Arelle alone on the same report: {f.validated / f.same:.2f}"
    yield f"  validated, times the floor: {f.validated / f.floor:.2f}"
    yield f"  Arelle's command line on the same report: {f.command:.2f} s on the clock"


def _growth(f: Figures) -> Iterator[str]:
    yield "growth with the lines of a statement, processor time"
    for rows in ROWS:
        data, runs = release(rows, rows), RUNS if rows < 500 else 3
        without = task(data, validate=False, runs=runs)
        validated = task(data, validate=True, runs=runs)
        f.growth.append((rows, without, validated))
        yield (
            f"  {rows:>5} lines: {without * 1000:8.1f} ms, validated {validated * 1000:8.1f} ms"
            f"   {without / rows * 1e6:6.0f} and {validated / rows * 1e6:6.0f} us a line"
        )


def _rates(f: Figures) -> Iterator[str]:
    yield f"workers, {FILINGS} made-up releases, on the clock"
    for validate in (False, True):
        first = 0.0
        for jobs in (1, 2):
            found = rate(releases(FILINGS), jobs, validate=validate)
            first = first or found.a_second
            f.rates.append((validate, found))
            words = "validated" if validate else "without Arelle"
            yield (
                f"  {jobs} worker{'s' if jobs > 1 else ' '}, {words:<15} "
                f"{found.a_second:6.1f} a second, {found.a_second / first:.2f} times one"
            )


def _read(found: Read) -> Iterator[str]:
    yield "reading releases in HTML, processor time a release"
    yield f"  to statements: {found.ours * 1000:.0f} ms"
    if found.theirs:
        yield (
            f"  edgartools, to tables: {found.theirs * 1000:.0f} ms "
            f"({found.ours / found.theirs:.2f} times)"
        )


def _memory(held: Sequence[Held]) -> Iterator[str]:
    yield "memory of one worker, converting and validating, never recycled"
    shown = [one for one in held if one.filings in (1, held[-1].filings)]
    quarter = held[len(held) // 4]
    for one in (shown[0], quarter, shown[-1]):
        yield f"  after {one.filings:>5,} filings: {one.megabytes:6.1f} MB"
    grown = held[-1].megabytes - quarter.megabytes
    span = max(1, held[-1].filings - quarter.filings)
    yield f"  {grown / span * 1024:+.1f} kB a filing over the last three quarters"


if __name__ == "__main__":
    main()
