"""What has come of a run so far, and how it is told: to a person, or to a program."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from converter.batch.dataset import KINDS, MANIFEST
from converter.batch.items import Passed
from converter.batch.journal import REPORTS, Record, Status
from converter.batch.work import Outcome
from converter.display import plural

_MOST_ENDINGS = 5
_WRITTEN = ", ".join((MANIFEST, *KINDS, REPORTS))
_SUMMED = ("facts", "hold", "fail")


@dataclass(slots=True)
class Tally:
    """Counts of a run, added up as its filings are done.

    Attributes:
        counts: By status, `skipped`, and what the reports come to.
        failed: What has no report.
        passed: Files that are no filings.
        no_room: The disk is full: the run ended before its end.
        lost: The engine could do nothing more: the run ended before its end.
        stale: The data set and the manifest could not be brought up to date.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failed: list[Record] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    no_room: bool = False
    lost: bool = False
    stale: bool = False
    started: float = field(default_factory=time.monotonic)

    def add(self, outcome: Outcome) -> None:
        """A filing is done."""
        record = outcome.record
        self.counts["filings"] += 1
        self.counts["skipped" if outcome.skipped else record.status.value] += 1
        self.counts.update({name: getattr(record, name) for name in _SUMMED})
        self.counts["checked"] += record.valid is not None
        self.counts["valid"] += record.valid is True
        self.no_room |= outcome.no_room
        if record.status is not Status.DONE:
            self.failed.append(record)

    @property
    def clean(self) -> bool:
        """Whether every filing has what it should have."""
        return not (self.failed or self.no_room or self.lost or self.stale)

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self.started


def event(outcome: Outcome) -> dict[str, object]:
    """A filing that is done, as an object of JSON."""
    record = outcome.record
    return {
        "event": "filing",
        "input": record.input,
        "status": record.status.value,
        "skipped": outcome.skipped,
        "report": record.report,
        "facts": record.facts,
        "valid": record.valid,
        "seconds": record.seconds,
        "error": record.error,
    }


def total(tally: Tally) -> dict[str, object]:
    """A run that is over, as an object of JSON."""
    names = ("filings", "skipped", *Status, "facts", "hold", "fail", "checked", "valid")
    return {
        "event": "summary",
        **{str(name): tally.counts[str(name)] for name in names},
        "without_report": len(tally.failed),
        "passed": len(tally.passed),
        "no_room": tally.no_room,
        "lost": tally.lost,
        "stale": tally.stale,
        "seconds": round(tally.seconds, 3),
    }


def summary_rows(tally: Tally, out: Path) -> Iterator[tuple[str, str]]:
    """The lines of the summary, each with its name."""
    counts, took = tally.counts, tally.seconds
    filings = counts["filings"]
    rate = f", {filings / took:,.1f} a second" if filings else ""
    yield "", f"{plural(filings, 'filing')} in {took:,.1f} seconds{rate}"
    yield "skipped", f"{counts['skipped']:,} (known from before, and nothing has changed)"
    yield "done", f"{counts[Status.DONE.value]:,}"
    for status in (Status.REFUSED, Status.QUARANTINED, Status.FAULT, Status.FAILED):
        if counts[status.value]:
            yield status.value, f"{counts[status.value]:,}"
    if tally.failed:
        yield "no report", f"{len(tally.failed):,} (told of above, and in the manifest)"
    yield "facts", f"{counts['facts']:,}"
    yield "equations", f"{counts['hold']:,} hold, {counts['fail']:,} fail"
    if counts["checked"]:
        yield (
            "Arelle",
            f"{counts['valid']:,} of {counts['checked']:,} reports without a message",
        )
    if tally.passed:
        yield "passed over", _passed(tally.passed)
    if tally.no_room or tally.lost:
        how = "no room; free some" if tally.no_room else "see above"
        yield "stopped", f"{how}; then go on with: {resuming(out)}"
    what = "reports; the data set is not up to date" if tally.stale else _WRITTEN
    yield "written to", f"{out} ({what})"


def resuming(out: Path) -> str:
    """The command that takes a run up, as a shell reads it."""
    return f"tieout batch --resume -o {shlex.quote(str(out))}"


def _passed(files: Sequence[Passed]) -> str:
    """`250 files that are no filings (123 .json, 127 without an ending)`."""
    endings = Counter(file.ending for file in files).most_common()
    shown = endings[:_MOST_ENDINGS]
    told = ", ".join(f"{n:,} {ending or 'without an ending'}" for ending, n in shown)
    more = (
        f" and {len(endings) - len(shown)} other endings" if len(endings) > len(shown) else ""
    )
    are = "is no filing" if len(files) == 1 else "are no filings"
    return f"{plural(len(files), 'file')} that {are} ({told}{more})"
