"""The ledger of each statement as lines of text, for `inspect --stage coverage`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from converter.claims import Disposition
from converter.coverage import Coverage, Entry
from converter.pipeline import Conversion

_SETTLED = (Disposition.FACT, Disposition.FINDING)
_WIDEST = max(len(disposition.value) for disposition in Disposition)


def coverage_lines(conversion: Conversion) -> Iterator[str]:
    """The ledger of each statement that the report is made of."""
    for ledger in conversion.ledgers:
        statement = conversion.statements[ledger.statement].statement
        yield from ledger_lines(ledger, statement.title)


def ledger_lines(ledger: Coverage, title: str) -> Iterator[str]:
    """How many numbers became what; then all that are no facts, findings marked."""
    yield f"{title} ({ledger.kind.value}), lines {ledger.first}-{ledger.last}"
    yield f"  {_balance(ledger)}"
    rest = (entry for entry in ledger.entries if entry.disposition is not Disposition.FACT)
    for _, group in groupby(rest, key=lambda one: (one.row, one.disposition, one.reason)):
        yield _line(list(group))
    yield ""


def _balance(ledger: Coverage) -> str:
    """The law of the ledger: `96 numbers = 84 facts + 10 excluded (...) + 2 findings`."""
    counts = ledger.counts
    excluded = [
        (n, kind) for kind in Disposition if kind not in _SETTLED and (n := counts[kind])
    ]
    what = ", ".join(f"{n:,} {kind.value}" for n, kind in excluded)
    total = sum(n for n, _ in excluded)
    facts = _plural(counts[Disposition.FACT], "fact")
    findings = _plural(counts[Disposition.FINDING], "finding")
    named = f" ({what})" if what else ""
    numbers = _plural(len(ledger.entries), "number")
    return f"{numbers} = {facts} + {total:,} excluded{named} + {findings}"


def _plural(count: int, one: str) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def _line(entries: Sequence[Entry]) -> str:
    """Numbers of one printed line that became the same for the same reason."""
    first = entries[0]
    mark = "!" if first.disposition is Disposition.FINDING else " "
    place = f"{first.span.line}:{first.span.start + 1}"
    numbers = "  ".join(entry.text for entry in entries)
    what = f"{first.disposition.value:{_WIDEST}}"
    return f"{mark}{place:>11}  {what}  {numbers:<16}  {first.reason}".rstrip()
