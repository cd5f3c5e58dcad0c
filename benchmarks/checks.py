"""What `tieout check` finds in real filings, and how fast.

    python benchmarks/checks.py ../shared/corpus [--every 1] [--list]

Every filing.txt and statements.html under the folder is read, mapped and proved, in one
process. Printed are the statements a second of processor time, the equations by check and
verdict, how many rows of money of each kind of statement stand in an equation that holds,
and how many equations fail for each statement; with --list each that fails, with its place.
Schedules (EX-27) are the filers' own mistakes for the most part and are counted apart.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

from converter.model import Measure, StatementKind
from converter.pipeline import Conversion, convert
from converter.proof.equations import Cell, Verdict

NAMES = ("filing.txt", "statements.html")


def rows_proved(conversion: Conversion) -> Counter[tuple[StatementKind, bool]]:
    """The rows of money by kind of statement, and whether an equation with them holds."""
    held = {
        (figure.cell.statement, figure.cell.row)
        for one in conversion.equations
        if one.verdict is Verdict.HOLDS
        for figure in one.figures
        if isinstance(figure.cell, Cell)
    }
    counts: Counter[tuple[StatementKind, bool]] = Counter()
    for n, mapped in enumerate(conversion.statements):
        for at, row in enumerate(mapped.statement.rows):
            told = any(a is not None and a.number for a in row.amounts)
            if row.measure is Measure.MONEY and told and not row.aside:
                counts[mapped.statement.kind, (n, at) in held] += 1
    return counts


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    paths = sorted(p for name in NAMES for p in arguments.folder.rglob(name))
    verdicts: Counter[tuple[str, Verdict]] = Counter()
    rows: Counter[tuple[StatementKind, bool]] = Counter()
    statements = 0
    start = time.process_time()
    for path in paths[:: arguments.every]:
        data = path.read_bytes()
        if len(data) < 100:
            continue
        conversion = convert(data, name=path.name)
        statements += len(conversion.statements)
        verdicts.update((one.check, one.verdict) for one in conversion.equations)
        rows += rows_proved(conversion)
        for one in conversion.equations if arguments.list else ():
            if one.verdict is Verdict.FAILS:
                where = f"{path.parent.name}:{one.stated.amount.source.span.line}"
                print(f"{where}: {one.check} {one.stated.called} {one.difference:+f}")
    seconds = time.process_time() - start
    print(f"{statements:,} statements, {statements / seconds:.0f} a second")
    for check in dict.fromkeys(check for check, _ in verdicts):
        counts = ", ".join(f"{verdicts[check, v]:,} {v.value}" for v in Verdict)
        print(f"  {check:18} {counts}")
    for kind in StatementKind:
        held, open_rows = rows[kind, True], rows[kind, False]
        if held + open_rows:
            share = held / (held + open_rows)
            print(f"  rows in an equation that holds, {kind.value}: {share:.1%}")
    sums = sum(n for (check, _), n in verdicts.items() if check.endswith("footing"))
    print(f"  sums for each statement, a column each: {sums / statements:.1f}")
    fails = sum(n for (c, v), n in verdicts.items() if v is Verdict.FAILS and c != "schedule")
    print(
        f"  failing for each 100 statements, without schedules: {100 * fails / statements:.1f}"
    )


if __name__ == "__main__":
    main()
