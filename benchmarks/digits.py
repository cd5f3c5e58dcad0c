"""Whether one changed digit of a real filing is found, and the figure it stands in named.

    python benchmarks/digits.py FOLDER [--filings 60] [--sample 20000] [--jobs 2]
        [--bytes 0] [--arelle 0] [--list]

The example and so many filings under the folder, spread evenly, are read, mapped and
proved. Then digits of the figures of the equations that hold are changed to another one,
drawn with a fixed seed, and the report is proved again: the sums of the statement are
searched anew, the concepts of its lines stay. (benchmarks/mutations.py changes layouts;
this changes numbers.) What may become of one:

* found: an equation with the changed figure fails;
* unclear: none fails, but an equation with the figure holds no longer;
* told: equations of the figure are gone, and a finding about sums is new;
* lost: they are gone, and nothing says so;
* rounding: all equations of the figure still hold.

The share found is of the changes that break a sum (a check that is sure where it fails),
beyond rounding; a sum that is then unclear is not found. Those found are ranked: `first`
when the figure heads the suspects, of all and of those where the equations leave one.
Schedules (EX-27) are left out: ties are not made anew. Failing equations of the unchanged
filings are false alarms or true errors; --list prints them, with the digits lost and those
where the culprit was not first though the equations leave one.

With --bytes so many of the changes are also made in the bytes of the file, which is then
converted from the start; the line tells how many come out the same. With --arelle so many
are written as XBRL and checked by Arelle alone, with the calculations of XBRL 2.1 and with
Calculations 1.1: found where it reports an inconsistency that it does not of the unchanged.
"""

from __future__ import annotations

import argparse
import logging
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from converter.instance import build_instance
from converter.lines import Lines
from converter.model import Amount, MappedStatement, Row
from converter.model import Cell as Place
from converter.numbers import is_percent, printed_decimals, read_amount
from converter.options import Options
from converter.pipeline import Conversion, convert
from converter.proof.agreements import schedule
from converter.proof.checks import CHECKS, prove
from converter.proof.diagnosis import diagnose
from converter.proof.equations import Equation, Figure, Verdict
from converter.proof.evidence import evidence_of
from converter.proof.printed import Printed, digits_of, numbers_printed
from converter.rendering import render, used_concepts
from converter.sum_findings import check_sums
from converter.summing import find_sums
from converter.taxonomy import Taxonomy, load_taxonomy
from converter.validation import package_of

EXAMPLE = Path(__file__).parent.parent / "examples" / "sonus-8-k-2003-10-08.txt"
NAMES = ("filing.txt", "statements.html", "statements.txt")
UNSURE = frozenset(("retained-earnings", "quarters", "per-share", "prior"))
"""Checks that never fail: what does not hold cannot be told."""
SUMS = frozenset(("footing", "balance", "cross-footing"))
PROOFS = tuple(check for check in CHECKS if check is not schedule)
CALCULATIONS = {"XBRL 2.1": "c10", "Calculations 1.1": "c11r"}


class Digit(NamedTuple):
    """A printed digit of a figure, and what it is changed to."""

    figure: Figure
    at: int
    to: str

    @property
    def text(self) -> str:
        """The changed number as printed."""
        text = self.figure.amount.source.text
        return text[: self.at] + self.to + text[self.at + 1 :]


class Outcome(NamedTuple):
    """What became of a changed digit; `rank` is 0 where nothing is found."""

    filing: str
    what: str
    fate: str
    sure: bool
    rank: int = 0
    alone: bool = False


class Result(NamedTuple):
    """What became of a filing."""

    filing: str
    statements: int
    alarms: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    bytes: Counter[bool]
    arelle: Counter[tuple[str, bool]]


class Work(NamedTuple):
    """How many digits of each filing are changed, and checked by other ways."""

    digits: int
    bytes: int
    arelle: int


# --- changing ------------------------------------------------------------------------


def digits(equations: Sequence[Equation], draw: random.Random) -> list[Digit]:
    """A change of each digit of each figure in a statement whose equation holds, mixed."""
    figures = {
        f.amount.source: f
        for one in equations
        if one.verdict is Verdict.HOLDS
        for f in one.figures
        if f.cell is not None
    }
    found = [
        Digit(figure, at, draw.choice([d for d in "0123456789" if d != old]))
        for place, figure in figures.items()
        for at, old in enumerate(place.text)
        if old.isdigit() and place.span.end - place.span.start == len(place.text)
    ]
    draw.shuffle(found)
    return found


def changed(statements: Sequence[MappedStatement], digit: Digit) -> tuple[MappedStatement, ...]:
    """The statements with another digit, and the sums that they then have."""
    place = digit.figure.amount.source
    at = digit.figure.cell.statement if digit.figure.cell else 0
    old = statements[at]
    rows = tuple(_row(row, place, digit.text) for row in old.statement.rows)
    statement = replace(old.statement, rows=rows)
    new = MappedStatement(statement, find_sums(statement), old.matches)
    return (*statements[:at], new, *statements[at + 1 :])


def _row(row: Row, place: Place, text: str) -> Row:
    if all(a is None or a.source != place for a in row.amounts):
        return row
    return replace(row, amounts=tuple(_amount(a, place, text) for a in row.amounts))


def _amount(amount: Amount | None, place: Place, text: str) -> Amount | None:
    if amount is None or amount.source != place:
        return amount
    percent = 2 if is_percent(place.text) else 0
    scale = printed_decimals(place.text) + percent - amount.decimals
    return read_amount(place._replace(text=text), scale=scale)


def in_bytes(data: bytes, digit: Digit) -> bytes:
    """The file with another digit."""
    text = data.decode("utf-8", "replace")
    span = digit.figure.amount.source.span
    at = Lines.of(text).starts[span.line - 1] + span.start + digit.at
    return (text[:at] + digit.to + text[at + 1 :]).encode()


# --- judging -------------------------------------------------------------------------


def judged(
    digit: Digit,
    before: Conversion,
    statements: Sequence[MappedStatement],
    taxonomy: Taxonomy,
    printed: Printed,
) -> Outcome:
    """What becomes of a digit."""
    span = digit.figure.amount.source.span
    what = f"{span.line}:{span.start} {digit.figure.called}: {digit.figure.amount.source.text}"
    equations = prove(evidence_of(statements, taxonomy), PROOFS)
    held = [e for e in through(before.equations, digit) if e.verdict is Verdict.HOLDS]
    outcome = partial(Outcome, before.reading.submission.name, f"{what} -> {digit.text}")
    sure = any(e.check not in UNSURE and e.check != "schedule" for e in held)
    now = through(equations, digit)
    if any(e.verdict is Verdict.FAILS for e in now):
        diagnoses = diagnose(equations, statements, printed_with(digit, printed))
        (found,) = (d for d in diagnoses if through(d.equations, digit))
        culprits = [s.figure.amount.source.span for s in found.suspects]
        rank = culprits.index(span) + 1 if span in culprits else len(culprits) + 1
        return outcome("found", sure=True, rank=rank, alone=found.level == 1)
    known = set(map(_key, held))
    unclear = [e for e in now if e.verdict is Verdict.UNCLEAR and _key(e) in known]
    if unclear:
        return outcome("unclear", sure=any(e.check in SUMS for e in unclear))
    left = {_key(e) for e in now}
    gone = [e for e in held if _key(e) not in left and e.check != "schedule"]
    if not gone:
        return outcome("rounding", sure=False)
    told = _findings(statements) - _findings(before.statements)
    return outcome("told" if told else "lost", sure=sure)


def printed_with(digit: Digit, printed: Printed) -> Printed:
    """The numbers of the file with another digit."""
    source = digit.figure.amount.source
    line, old, new = source.span.line, digits_of(source.text), digits_of(digit.text)
    lines = {one: list(printed.lines.get(one, ())) for one in (old, new) if one}
    if line in lines.get(old, ()):
        lines[old].remove(line)
    if new:
        lines[new].append(line)
    return Printed({one: where for one, where in {**printed.lines, **lines}.items() if where})


def through(equations: Sequence[Equation], digit: Digit) -> list[Equation]:
    """The equations that a figure stands in."""
    span = digit.figure.amount.source.span
    return [e for e in equations if any(f.amount.source.span == span for f in e.figures)]


def _key(one: Equation) -> tuple[object, ...]:
    return one.check, *(f.amount.source.span for f in one.figures)


def _findings(statements: Sequence[MappedStatement]) -> set[tuple[str, str]]:
    return {
        (f.code, f.message)
        for mapped in statements
        for f in check_sums(mapped.statement, mapped.footing)
        if f.code != "sum.rounding"
    }


def alarms(conversion: Conversion, path: Path) -> Iterator[str]:
    """The equations that fail in an unchanged filing."""
    for one in conversion.equations:
        if one.verdict is Verdict.FAILS:
            line = one.stated.amount.source.span.line
            yield f"{path}:{line}: {one.check} {one.stated.called}: {one.difference:+,f}"


def measured(path: Path, work: Work) -> Result:
    """Every figure of a filing."""
    data = path.read_bytes()
    taxonomy = load_taxonomy(Options().taxonomy)
    before = convert(data, name=path.name)
    some = digits(before.equations, random.Random(path.parent.name))[: work.digits]
    made = [(digit, changed(before.statements, digit)) for digit in some]
    printed = numbers_printed(
        (line.number, line.text) for line in before.reading.submission.lines
    )
    outcomes = [judged(digit, before, new, taxonomy, printed) for digit, new in made]
    same: Counter[bool] = Counter()
    for (digit, _), outcome in zip(made[: work.bytes], outcomes, strict=False):
        again = convert(in_bytes(data, digit), name=path.name)
        fails = any(
            e.verdict is Verdict.FAILS and e.check != "schedule"
            for e in through(again.equations, digit)
        )
        same[fails == (outcome.fate == "found")] += 1
    broken = [(d, new) for (d, new), o in zip(made, outcomes, strict=True) if o.sure]
    arelle = baseline(before, [new for _, new in broken[: work.arelle]], taxonomy)
    return Result(
        str(path), len(before.statements), tuple(alarms(before, path)), tuple(outcomes), same,
        arelle,
    )  # fmt: skip


# --- Arelle alone --------------------------------------------------------------------


def baseline(
    before: Conversion, made: Sequence[Sequence[MappedStatement]], taxonomy: Taxonomy
) -> Counter[tuple[str, bool]]:
    """How many changes Arelle's checks of calculations report, by the rules it is given."""
    count: Counter[tuple[str, bool]] = Counter()
    for name, mode in CALCULATIONS.items() if made else ():
        known = inconsistencies(before, before.statements, taxonomy, mode)
        for statements in made:
            found = inconsistencies(before, statements, taxonomy, mode)
            count[name, bool(found - known)] += 1
    return count


def inconsistencies(
    before: Conversion, statements: Sequence[MappedStatement], taxonomy: Taxonomy, mode: str
) -> Counter[str]:
    """What Arelle says of the sums of a report, its packages made from the index."""
    from arelle.api.Session import Session  # noqa: PLC0415
    from arelle.RuntimeOptions import RuntimeOptions  # noqa: PLC0415

    instance, _ = build_instance(
        tuple(statements), before.reading.cover, taxonomy, stem="report", cik="0000000001"
    )
    messages: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            code = str(getattr(record, "messageCode", ""))
            if "calc" in code.lower() or "5.2.5.2" in code:
                messages.append(record.getMessage())

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in render(instance, taxonomy):
            (folder / file.name).write_bytes(file.data)
        package = folder / "taxonomy.zip"
        package.write_bytes(package_of(used_concepts(instance, taxonomy), taxonomy))
        options: Any = RuntimeOptions(
            entrypointFile=str(folder / "report.xml"),
            packages=[str(package)],
            internetConnectivity="offline",
            cacheDirectory=str(folder / "cache"),
            disablePersistentConfig=True,
            validate=True,
            calcs=mode,
            logLevel="INFO",
            logPropagate=False,
        )
        with Session() as session:
            session.run(options, logHandler=Collector())
    return Counter(messages)


# --- printing ------------------------------------------------------------------------


def chosen(folder: Path, count: int) -> list[Path]:
    """So many filings of each layout, spread evenly, and the example."""
    found = [EXAMPLE]
    for n, name in enumerate(NAMES):
        paths = [path for path in sorted(folder.rglob(name)) if path.stat().st_size]
        wanted = (count + n) // len(NAMES)
        found += [paths[i * len(paths) // wanted] for i in range(wanted if paths else 0)]
    return found


def share(part: int, whole: int) -> str:
    """A part of a whole, in per cent."""
    return f"{part:>6} of {whole:>6}  {part / whole:6.1%}" if whole else f"{0:>6} of {0:>6}"


def print_figures(results: Sequence[Result]) -> None:
    """The table."""
    outcomes = [one for result in results for one in result.outcomes]
    fates = Counter(one.fate for one in outcomes)
    sure = [one for one in outcomes if one.sure]
    found = [one for one in sure if one.rank]
    alone = [one for one in found if one.alone]
    print(f"{len(outcomes)} digits changed: " + ", ".join(f"{n} {k}" for k, n in fates.items()))
    print(f"found, of sums broken     {share(len(found), len(sure))}")
    print(f"named first               {share(sum(o.rank == 1 for o in found), len(found))}")
    print(f"  among the first three   {share(sum(o.rank <= 3 for o in found), len(found))}")
    print(f"  where one is left       {share(sum(o.rank == 1 for o in alone), len(alone))}")
    statements = sum(result.statements for result in results)
    print(f"failing when unchanged    {share(sum(len(r.alarms) for r in results), statements)}")
    same = sum((result.bytes for result in results), Counter[bool]())
    if same:
        print(f"same outcome from bytes   {share(same[True], same.total())}")
    arelle = sum((result.arelle for result in results), Counter[tuple[str, bool]]())
    for name in CALCULATIONS if arelle else ():
        hits = arelle[name, True]
        print(f"Arelle, {name:<17} {share(hits, hits + arelle[name, False])}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--filings", type=int, default=60)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--bytes", type=int, default=0, metavar="N")
    parser.add_argument("--arelle", type=int, default=0, metavar="N")
    parser.add_argument(
        "--list", action="store_true", help="alarms, what was lost or misjudged"
    )
    given = parser.parse_args()
    paths = chosen(given.folder, given.filings)
    work = Work(*(-(-n // len(paths)) for n in (given.sample, given.bytes, given.arelle)))
    with ProcessPoolExecutor(given.jobs) as pool:
        results = list(pool.map(partial(measured, work=work), paths))
    print(f"{len(paths)} filings, {sum(result.statements for result in results)} statements")
    print_figures(results)
    for result in results if given.list else ():
        for alarm in result.alarms:
            print(f"fails unchanged: {alarm}")
        for one in result.outcomes:
            if one.fate == "lost" or (one.alone and one.rank > 1):
                print(f"{one.fate}, rank {one.rank}: {result.filing}:{one.what}")


if __name__ == "__main__":
    main()
