"""Checks as SARIF 2.1.0 (OASIS), for code hosting and editors: findings on their lines."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from converter import __version__
from converter.checking import Checked
from converter.display_proof import worked_lines
from converter.manual import manual
from converter.model import Finding, Line, Severity, Span
from converter.proof.equations import Equation, Figure
from converter.proof.telling import Told, is_printed

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_FINGERPRINT = "tieout/v1"

Entry = dict[str, object]


def sarif(
    checks: Iterable[Checked], refused: Sequence[tuple[str, str]] = (), *, verbose: bool = False
) -> Entry:
    """One run over all inputs.

    Args:
        checks: The inputs that were checked.
        refused: Those that could not be read, with the message.
        verbose: Whether notes, and sums that hold within rounding, are results too.
    """
    done = tuple(checks)
    shown = [(checked, checked.shown(verbose=verbose)) for checked in done]
    codes = sorted({one.finding.code for _, told in shown for one in told})
    results = [result for checked, told in shown for result in _results(checked, told, codes)]
    run: Entry = {
        "tool": {"driver": _driver(codes)},
        "invocations": [
            {
                "executionSuccessful": not refused,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": message},
                        "locations": [{"physicalLocation": {"artifactLocation": _uri(name)}}],
                    }
                    for name, message in refused
                ],
            }
        ],
        "artifacts": [
            {
                "location": _uri(checked.source),
                "roles": ["analysisTarget"],
                "length": len(checked.data),
                "hashes": {"sha-256": hashlib.sha256(checked.data).hexdigest()},
            }
            for checked in done
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(codes: Iterable[str]) -> Entry:
    return {
        "name": "tieout",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }


def _rule(code: str) -> Entry:
    section = manual()[code]
    return {
        "id": code,
        "shortDescription": {"text": section.meaning.partition(". ")[0].rstrip(".") + "."},
        "fullDescription": {"text": section.meaning},
        "help": {"text": section.markdown.replace("**", ""), "markdown": section.markdown},
    }


def _results(checked: Checked, told: Iterable[Told], codes: Sequence[str]) -> Iterator[Entry]:
    lines = checked.conversion.reading.submission.lines
    seen: Counter[str] = Counter()
    for finding, equation in told:
        entry: Entry = {
            "ruleId": finding.code,
            "ruleIndex": codes.index(finding.code),
            "level": _LEVELS[finding.severity],
            "message": {"text": _message(finding, equation)},
            "locations": [{"physicalLocation": _place(checked.source, finding.span, lines)}],
        }
        if equation is not None:
            entry["relatedLocations"] = list(_related(checked.source, equation, lines))
            entry["properties"] = {"check": equation.check}
        mark = _mark(finding, lines)
        seen[mark] += 1
        entry["partialFingerprints"] = {_FINGERPRINT: f"{mark}:{seen[mark]}"}
        yield entry


def _message(finding: Finding, equation: Equation | None) -> str:
    worked = worked_lines(equation) if equation else ()
    advice = (finding.advice,) if finding.advice else ()
    return "\n".join((finding.message, *advice, *worked))


def _related(source: str, equation: Equation, lines: Sequence[Line]) -> Iterator[Entry]:
    """The figures that the stated one is held against, each once."""
    figures = equation.figures[1:]
    for number, figure in enumerate(figures, start=1):
        if is_printed(figure, equation):
            yield {
                "id": number,
                "message": {"text": _words(figure)},
                "physicalLocation": _place(source, figure.amount.source.span, lines),
            }


def _words(figure: Figure) -> str:
    return f"{figure.called}: {figure.amount.source.text}"


def _place(source: str, span: Span | None, lines: Sequence[Line]) -> Entry:
    place: Entry = {"artifactLocation": _uri(source)}
    if span is not None:
        place["region"] = {
            "startLine": span.line,
            "startColumn": span.start + 1,
            "endColumn": span.end + 1,
            "snippet": {"text": lines[span.line - 1].text[span.start : span.end]},
        }
    return place


def _uri(source: str) -> Entry:
    """A path as a URI: of an absolute one with its scheme, of another one relative."""
    path = Path(source)
    return {"uri": path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))}


def _mark(finding: Finding, lines: Sequence[Line]) -> str:
    """What stays the same of a finding when lines are put in above it."""
    text = " ".join(lines[finding.span.line - 1].text.split()) if finding.span else ""
    return hashlib.sha256(f"{finding.code}\n{text}".encode()).hexdigest()[:16]
