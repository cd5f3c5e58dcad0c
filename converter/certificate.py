"""The arithmetic certificate: every equation of a report, worked out, as JSON.

Its layout is `schemas/certificate-1.json` (JSON Schema, draft 2020-12).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from converter import __version__
from converter.checking import Checked
from converter.model import Instant, MappedStatement, Period, RenderedFile
from converter.output import finding_entry, json_text, place_entry
from converter.proof.derived import Derived
from converter.proof.diagnosis import Diagnosis
from converter.proof.equations import Equation, Figure, Operand, Verdict
from converter.proof.telling import is_printed

FORMAT = 1
"""Version of the layout of `<stem>.certificate.json`."""

_BEYOND = 6
"""So many digits of a quotient are given beyond those printed."""

Entry = dict[str, object]


def certificate_file(checked: Checked) -> RenderedFile:
    """The certificate of an input as a file of its report."""
    text = json_text(certificate(checked))
    return RenderedFile(f"{checked.conversion.instance.stem}.certificate.json", text.encode())


def certificate(checked: Checked) -> Entry:
    """What the arithmetic of an input is, and which of it holds.

    Numbers are strings of decimals in whole units, exact but for quotients. Lines and
    columns count from 1; `end_column` is the one after the last.
    """
    conversion = checked.conversion
    statements, equations = conversion.statements, conversion.equations
    return {
        "format": FORMAT,
        "tieout": __version__,
        "source": {
            "name": Path(checked.source).name,
            "sha256": hashlib.sha256(checked.data).hexdigest(),
        },
        "summary": _summary(equations),
        "statements": [_statement(mapped) for mapped in statements],
        "equations": [_equation(one, statements) for one in equations],
        "suspects": list(_suspects(conversion.diagnoses, equations, statements)),
        "derived": [_derived(one, statements) for one in conversion.derived],
        "findings": [finding_entry(finding) for finding in checked.findings],
    }


def _summary(equations: Iterable[Equation]) -> Entry:
    """How many equations hold, fail or cannot be told, in all and by check."""
    checks: dict[str, Counter[Verdict]] = {}
    for one in equations:
        checks.setdefault(one.check, Counter())[one.verdict] += 1
    whole = sum(checks.values(), Counter())
    return {**_counts(whole), "checks": {name: _counts(n) for name, n in checks.items()}}


def _counts(counts: Counter[Verdict]) -> dict[str, int]:
    return {verdict.value: counts[verdict] for verdict in Verdict}


def _statement(mapped: MappedStatement) -> Entry:
    statement = mapped.statement
    spans = [cell.span for row in statement.rows for cell in row.source.printed]
    return {
        "kind": statement.kind.value,
        "title": statement.title,
        "entity": statement.entity,
        "currency": statement.currency,
        "line": min(span.line for span in spans),
        "end_line": max(span.line for span in spans),
    }


def _equation(one: Equation, statements: Sequence[MappedStatement]) -> Entry:
    last = one.stated.amount.decimals + _BEYOND if one.divisor else None
    return {
        "check": one.check,
        "verdict": one.verdict.value,
        "why": one.why,
        "worked": _decimal(one.worked, last),
        "difference": _decimal(one.difference, last),
        "tolerance": _decimal(one.tolerance, last),
        "stated": _figure(one.stated, one, statements),
        "operands": list(_operands(one.operands, one, statements)),
        "divisor": list(_operands(one.divisor, one, statements)),
    }


def _suspects(
    diagnoses: Iterable[Diagnosis],
    equations: Sequence[Equation],
    statements: Sequence[MappedStatement],
) -> Iterator[Entry]:
    """What may be wrong in each group of failing equations, ranked in the group."""
    numbers = {id(one): n for n, one in enumerate(equations, start=1)}
    for diagnosis in diagnoses:
        failing = sorted(numbers[id(one)] for one in diagnosis.equations)
        for rank, suspect in enumerate(diagnosis.suspects, start=1):
            yield {
                "rank": rank,
                "kind": suspect.error.value,
                "figure": _figure(suspect.figure, diagnosis.equations[0], statements),
                "value": None if suspect.value is None else _decimal(suspect.value),
                "printed": suspect.text,
                "why": suspect.why,
                "equations": failing,
            }


def _derived(one: Derived, statements: Sequence[MappedStatement]) -> Entry:
    return {
        "caption": one.called.strip('"'),
        "concept": one.concept,
        "period": _period(one.period),
        "value": _decimal(one.value),
        "operands": [
            {"weight": weight, **_printed(figure, statements)}
            for weight, figure in one.operands
        ],
    }


def _operands(
    operands: Iterable[Operand], one: Equation, statements: Sequence[MappedStatement]
) -> Iterator[Entry]:
    for weight, figure in operands:
        yield {"weight": weight, **_figure(figure, one, statements)}


def _figure(figure: Figure, one: Equation, statements: Sequence[MappedStatement]) -> Entry:
    """A printed number; one that another report gives has no place in this one."""
    entry = _described(figure, statements)
    if is_printed(figure, one):
        entry |= place_entry(figure.amount.source.span)
    return entry


def _printed(figure: Figure, statements: Sequence[MappedStatement]) -> Entry:
    return _described(figure, statements) | place_entry(figure.amount.source.span)


def _described(figure: Figure, statements: Sequence[MappedStatement]) -> Entry:
    amount, cell = figure.amount, figure.cell
    return {
        "value": _decimal(amount.number),
        "decimals": amount.decimals,
        "printed": amount.source.text,
        "caption": statements[cell.statement].statement.rows[cell.row].label
        if cell
        else figure.called.strip('"'),
        "concept": figure.concept or None,
        "period": _period(figure.period),
        "statement": cell.statement + 1 if cell else None,
    }


def _period(period: Period | None) -> dict[str, str] | None:
    if period is None:
        return None
    if isinstance(period, Instant):
        return {"instant": period.date.isoformat()}
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def _decimal(number: Decimal, last: int | None = None) -> str:
    """A decimal without exponent; a quotient is cut where nothing more can be told."""
    given = number if last is None else round(number, last)
    return f"{given or abs(given):f}"
