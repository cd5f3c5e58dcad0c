"""What a worker does with one filing: read, know it again or convert, write, put it down.

One function, a value in and a value out, in whatever process an engine runs it. Nothing
that it does depends on what the process did before.
"""

from __future__ import annotations

import errno
import hashlib
import json
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from converter import __version__
from converter.batch.inputs import read_input
from converter.batch.items import Input
from converter.batch.journal import Journal, Record, Status, folder_of, plain
from converter.errors import ConverterError, OptionsError, SubmissionError
from converter.fact_rows import fact_rows, filing_of
from converter.limits import DEFAULT, Limits
from converter.model import EXTENSION, Severity
from converter.options import Options
from converter.output import write_folder
from converter.proof.equations import Verdict
from converter.reporting import Report, Wanted, report_of

_LONGEST = 150
"""Bytes of the name of a filing that go into those of its report's files."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is the same for all filings of a run.

    Attributes:
        out: The folder of the run.
        options: Those of a conversion.
        wanted: What is made of each filing.
        described: All that a report depends on, as JSON: what was done with another is
            done again.
        force: Do again what was done.
        timeout: So many seconds may a filing take.
        memory: So many megabytes may it take, besides what a worker has already.
        limits: What an input may cost.
    """

    out: Path
    options: Options
    wanted: Wanted
    described: str
    force: bool = False
    timeout: float = 300.0
    memory: float = 2048.0
    limits: Limits = DEFAULT


class Outcome(NamedTuple):
    """What became of a filing; `skipped` if it was known before."""

    record: Record
    skipped: bool = False
    no_room: bool = False


_FIRST = b"""\
ACORN INC.
BALANCE SHEETS
(in thousands)
                             December 31,
                                 2003

Cash                           $ 1,250
Receivables                        300
                               -------
Total assets                   $ 1,550
                               =======
"""
"""What every worker converts first: what is needed once is loaded then."""


def warm(settings: Settings) -> None:
    """Load all that a filing needs, so that none waits for it or is charged with its memory."""
    report_of("first.txt", _FIRST, settings.options, settings.wanted)


def work(one: Input, settings: Settings) -> Outcome:
    """Do what is to be done with a filing; what can go wrong with it is in the outcome."""
    start = time.perf_counter()
    begun, data = _begun(one, settings)
    if data is None:
        return Outcome(begun)
    known = Journal(settings.out).find(one.name)
    if known and not settings.force and _stands(known, begun, settings):
        return Outcome(known, skipped=True)
    try:
        return _converted(one, data, begun, settings, start)
    except (OptionsError, OSError) as error:
        return Outcome(replace(begun, error=str(error)), no_room=_is_no_room(error))


def _begun(one: Input, settings: Settings) -> tuple[Record, bytes | None]:
    """A record that knows its input again by the hash, and the bytes; or why it has none."""
    record = Record(one.name, Status.FAILED, version=__version__, options=settings.described)
    try:
        data = read_input(one, settings.limits)
    except SubmissionError as error:
        return replace(record, error=str(error)), None
    return replace(record, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data)), data


def _converted(
    one: Input, data: bytes, begun: Record, settings: Settings, start: float
) -> Outcome:
    try:
        report = report_of(_short(one.called), data, settings.options, settings.wanted)
    except SubmissionError as error:
        return put_down(replace(begun, status=Status.REFUSED, error=str(error)), settings)
    except MemoryError:
        return put_down(_too_much_memory(begun, settings), settings)
    except (OptionsError, OSError):
        raise
    except ConverterError as error:
        return put_down(replace(begun, status=Status.FAULT, error=str(error)), settings)
    except Exception as error:  # noqa: BLE001  (a fault of ours must not end the run)
        return put_down(replace(begun, status=Status.FAULT, error=_fault(error)), settings)
    record = _described(begun, report, one)
    Journal(settings.out).strike_out(record)
    write_folder(settings.out / str(record.report), report.files)
    record = replace(record, seconds=round(time.perf_counter() - start, 4))
    Journal(settings.out).write(record, fact_rows(report.conversion, report.source))
    return Outcome(record)


def put_down(record: Record, settings: Settings) -> Outcome:
    """Enter what has no report; that of an earlier state of the filing goes.

    What is known of this very state stays, however long it took to know it again; and so
    does what is known of a filing that cannot be read.
    """
    journal = Journal(settings.out)
    known = journal.find(record.input)
    if known and not settings.force and _stands(known, record, settings):
        return Outcome(known, skipped=True)
    if record.status is Status.FAILED:
        return Outcome(record)
    journal.strike_out(record)
    journal.write(record)
    return Outcome(record)


def out_of_memory(one: Input, settings: Settings) -> Record:
    """What is put down of a filing that took too much memory."""
    return _too_much_memory(_begun(one, settings)[0], settings)


def _too_much_memory(record: Record, settings: Settings) -> Record:
    error = f"took more than {settings.memory:,.6g} MB of memory; see --memory"
    return _quarantined(record, error, "memory", settings.memory)


def too_long(one: Input, settings: Settings) -> Record:
    """What is put down of a filing that took too long."""
    error = f"took more than {settings.timeout:,.6g} seconds; see --timeout"
    return _quarantined(_begun(one, settings)[0], error, "timeout", settings.timeout)


def _quarantined(record: Record, error: str, by: str, limit: float) -> Record:
    if record.sha256 is None:
        return record
    return replace(record, status=Status.QUARANTINED, error=error, limited_by=by, limit=limit)


def lost(one: Input, settings: Settings, how: str) -> Record:
    """What is said of a filing whose work ended without a word."""
    return replace(_begun(one, settings)[0], error=f"{how}; the next run tries it again")


def _stands(known: Record, now: Record, settings: Settings) -> bool:
    """Whether nothing has changed that would change what became of a filing."""
    if (known.sha256, known.version, known.options) != (now.sha256, now.version, now.options):
        return False
    if known.status is Status.QUARANTINED:
        given = settings.timeout if known.limited_by == "timeout" else settings.memory
        return known.limit is not None and given <= known.limit
    return Journal(settings.out).stands(known)


def _short(name: str) -> str:
    """A name that leaves room for the endings of a report's files."""
    stem, dot, ending = name.rpartition(".")
    kept = (stem or name).encode(errors="surrogateescape")[:_LONGEST].decode(errors="ignore")
    return f"{kept}{dot}{ending}" if len(name.encode(errors="replace")) > _LONGEST else name


def _described(record: Record, report: Report, one: Input) -> Record:
    """What the manifest says of a report."""
    conversion, verdict = report.conversion, report.verdict
    filing, name = filing_of(conversion), conversion.reading.submission.header.company.name
    day = filing.period_of_report or filing.filed
    equations = Counter(equation.verdict for equation in conversion.equations)
    found = (*conversion.findings, *(verdict.findings if verdict else ()))
    severities = Counter(finding.severity for finding in found)
    concepts = {fact.concept for fact in conversion.instance.facts}
    return replace(
        record,
        status=Status.DONE,
        report=folder_of(one, conversion.instance.stem),
        report_bytes=sum(len(file.data) for file in report.files),
        name=plain(conversion.instance.stem),
        year=day.year if day else None,
        form=plain(filing.form),
        cik=filing.cik,
        company=plain(name.text) if name else None,
        accession=plain(filing.accession),
        statements=len(conversion.statements),
        facts=len(conversion.instance.facts),
        extensions=sum(concept.prefix == EXTENSION for concept in concepts),
        hold=equations[Verdict.HOLDS],
        fail=equations[Verdict.FAILS],
        unclear=equations[Verdict.UNCLEAR],
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARNING],
        notes=severities[Severity.INFO],
        valid=verdict.valid if verdict else None,
    )


def described(options: Options, wanted: Wanted, digests: dict[str, str]) -> str:
    """All that a report depends on besides the filing and the program, as JSON.

    Args:
        options: Those of a conversion; rules stand by the digest of their file.
        wanted: What is made of each filing.
        digests: SHA-256 of the files that the command names, by option.
    """
    return json.dumps(
        {
            "taxonomy": options.taxonomy,
            "min_confidence": options.min_confidence,
            "calculations": options.calculations.value,
            "to": sorted(form.value for form in wanted.forms),
            "validate": wanted.validate,
            **digests,
        },
        sort_keys=True,
    )


def _is_no_room(error: Exception) -> bool:
    """Whether the disk is full, itself or as the reason of what is said."""
    causes = (error, error.__cause__)
    return any(isinstance(one, OSError) and one.errno in _NO_ROOM for one in causes)


def _fault(error: Exception) -> str:
    """A fault of ours, with the place in the program where it came up."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = (
        f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    )
    return f"a fault of tieout's own: {type(error).__name__}: {error}{where}; please report it"
