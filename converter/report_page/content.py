"""Everything that a page tells, as plain data.

Marks, facts, statements, equations and findings refer to one another by index; the page
turns the references round, so that each is told once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from converter import __version__
from converter.coverage import Coverage
from converter.display_proof import worked
from converter.labels import STANDARD
from converter.model import (
    EXTENSION,
    Context,
    Fact,
    Finding,
    Instance,
    QName,
    Severity,
    Span,
)
from converter.pipeline import Conversion
from converter.proof.diagnosis import Diagnosis, Suspect
from converter.proof.equations import Equation, Figure
from converter.proof.telling import is_printed, told
from converter.report_page.charts import Chart, charts
from converter.report_page.marks import Marks, State, claims, marks_of
from converter.report_page.paper import folds, paper_of
from converter.report_page.tables import Entry, statement_entry
from converter.report_page.words import (
    grouped,
    period_dates,
    period_words,
    precision_words,
    unit_words,
)
from converter.taxonomy import Taxonomy
from converter.validation import Verdict

FORMAT = 1
_STATES = tuple(State)
_LONGEST_NAME = 60
"""What is longer is no name alone."""


def content(conversion: Conversion, taxonomy: Taxonomy, verdict: Verdict | None) -> Entry:
    """What the page of a conversion holds."""
    instance, equations = conversion.instance, conversion.equations
    findings = [*conversion.findings, *(verdict.findings if verdict else ())]
    claimed = claims(conversion)
    placed = [(i, one.span) for i, one in enumerate(findings) if one.span is not None]
    amounts = [*_amounts(conversion)]
    wanted = {span.line for span in (*claimed, *amounts, *(span for _, span in placed))}
    paper = paper_of(conversion.reading.submission, wanted)
    marks = marks_of(paper, claimed, findings, amounts)
    by_line: dict[int, list[tuple[int, Span]]] = {}
    for i, span in placed:
        by_line.setdefault(span.line, []).append((i, span))
    plain = paper.numbers == tuple(range(1, len(paper.numbers) + 1))
    return {
        "format": FORMAT,
        "tieout": __version__,
        "source": Path(conversion.reading.submission.name).name,
        **_of_report(conversion),
        "text": "\n".join(paper.lines),
        "numbers": None if plain else paper.numbers,
        "folds": folds(len(paper.lines), [one.place.line for one in marks.marks]),
        "states": _STATES,
        "marks": [
            (*one.place, _STATES.index(one.state), *([one.reason] if one.reason else ()))
            for one in marks.marks
        ],
        "concepts": _concepts(conversion, taxonomy),
        "contexts": {one.id: _context(one) for one in instance.contexts},
        "units": {one.id: unit_words(one) for one in instance.units},
        "facts": [_fact(one, marks) for one in instance.facts],
        "statements": [statement_entry(one, marks, by_line) for one in conversion.statements],
        "equations": [_equation(one, marks) for one in equations],
        "findings": list(_findings(findings, equations, marks)),
        "diagnoses": [_diagnosis(one, equations, marks) for one in conversion.diagnoses],
        "ledgers": [_ledger(one) for one in conversion.ledgers],
        "charts": [_chart(one, instance) for one in charts(instance)],
        "verdict": _verdict(verdict),
    }


def _amounts(conversion: Conversion) -> Iterator[Span]:
    for row in (row for one in conversion.statements for row in one.statement.rows):
        yield from (amount.source.span for amount in row.amounts if amount is not None)


# --- the report and its facts --------------------------------------------------------


def _of_report(conversion: Conversion) -> Entry:
    """Whose report it is, the form and its date, as far as they are known."""
    facts = conversion.instance.facts
    cover = {one.concept.local: str(one.value) for one in facts if one.unit is None}
    entities = (one.statement.entity for one in conversion.statements)
    named = (name for name in entities if len(name) <= _LONGEST_NAME)
    return {
        "entity": cover.get("EntityRegistrantName") or next(filter(None, named), ""),
        "form": cover.get("DocumentType", ""),
        "end": cover.get("DocumentPeriodEndDate", ""),
    }


def _context(one: Context) -> Entry:
    entry: Entry = {"words": period_words(one.period), "dates": period_dates(one.period)}
    if one.dimensions:
        entry["dimensions"] = [(str(axis), str(member)) for axis, member in one.dimensions]
    return entry


def _fact(fact: Fact, marks: Marks) -> Entry:
    entry: Entry = {
        "id": fact.id,
        "concept": str(fact.concept),
        "context": fact.context,
        "value": grouped(fact.value),
        "marks": _all_at(fact.sources, marks),
    }
    if fact.unit is not None:
        entry |= {"unit": fact.unit, "decimals": precision_words(fact.decimals)}
    return entry


def _all_at(spans: Iterable[Span], marks: Marks) -> list[int]:
    return list(dict.fromkeys(at for span in spans for at in marks.at(span)))


def _concepts(conversion: Conversion, taxonomy: Taxonomy) -> dict[str, Entry]:
    """Every concept that is named anywhere, once."""
    instance = conversion.instance
    named = {fact.concept for fact in instance.facts}
    for context in instance.contexts:
        named |= {name for pair in context.dimensions for name in pair}
    for match in (match for mapped in conversion.statements for match in mapped.matches):
        named |= {*match.concepts, *(other.concept for other in match.alternatives)}
    labels = {one.concept: one.text for one in instance.labels if one.role == STANDARD}
    own = {one.name: one for one in instance.extensions}
    found: dict[str, Entry] = {}
    for name in sorted(named):
        concept = own.get(name) or taxonomy.concept(name)
        entry: Entry = {"label": labels.get(name) or _label(name, taxonomy)}
        if concept is not None:
            entry |= {"type": concept.type.local, "period": concept.period_type}
            entry |= {"balance": concept.balance} if concept.balance else {}
        if name.prefix == EXTENSION:
            entry["own"] = True
        found[str(name)] = entry
    return found


def _label(name: QName, taxonomy: Taxonomy) -> str:
    concept = taxonomy.concept(name)
    return concept.label if concept else name.local


# --- equations and findings ----------------------------------------------------------


def _mark_of(figure: Figure, one: Equation, marks: Marks) -> int | None:
    """Where a figure of an equation is marked; one of another report is nowhere."""
    return marks.first(figure.amount.source.span) if is_printed(figure, one) else None


def _equation(one: Equation, marks: Marks) -> Entry:
    return {
        "check": one.check,
        "verdict": one.verdict.value,
        "why": one.why,
        "called": _unquoted(one.stated.called),
        "period": period_words(one.stated.period),
        "lines": [
            (
                row.kind,
                _mark_of(row.figure, one, marks) if row.figure else None,
                row.sign,
                row.number,
                row.words,
            )
            for row in worked(one)
        ],
    }


def _unquoted(called: str) -> str:
    """What a figure is called, without the quotation marks about a caption."""
    return re.sub(r'^"(.*)"', r"\1", called)


def _findings(
    findings: Sequence[Finding], equations: Sequence[Equation], marks: Marks
) -> Iterator[Entry]:
    """All findings in the order given, each with the failing equation that it tells of."""
    numbers = {id(one): i for i, one in enumerate(equations)}
    for one, equation in told(findings, equations):
        entry: Entry = {
            "code": one.code,
            "severity": one.severity.value,
            "message": one.message,
        }
        if one.advice:
            entry["advice"] = one.advice
        if one.span is not None:
            entry |= {"line": one.span.line, "marks": list(marks.at(one.span))}
        if equation is not None:
            entry["equation"] = numbers[id(equation)]
        yield entry


def _diagnosis(one: Diagnosis, equations: Sequence[Equation], marks: Marks) -> Entry:
    numbers = {id(equation): i for i, equation in enumerate(equations)}
    return {
        "equations": sorted(numbers[id(equation)] for equation in one.equations),
        "level": one.level,
        "suspects": [_suspect(suspect, marks) for suspect in one.suspects],
    }


def _suspect(one: Suspect, marks: Marks) -> Entry:
    source = one.figure.amount.source
    return {
        "error": one.error.value,
        "called": _unquoted(one.figure.called),
        "printed": source.text.strip(),
        "right": one.text,
        "why": one.why,
        "mark": marks.first(source.span),
    }


# --- overview ------------------------------------------------------------------------


def _ledger(one: Coverage) -> Entry:
    counts: Mapping[str, int] = Counter({k.value: n for k, n in one.counts.items()})
    return {"statement": one.statement, "numbers": len(one.entries), "counts": counts}


def _chart(one: Chart, instance: Instance) -> Entry:
    units = {unit.id: unit_words(unit) for unit in instance.units}
    return {
        "name": one.name,
        "over": one.over,
        "unit": units.get(one.unit, ""),
        "bars": [
            {"fact": bar.fact, "period": period_words(bar.period), "value": f"{bar.value:f}"}
            for bar in one.bars
        ],
    }


def _verdict(verdict: Verdict | None) -> Entry | None:
    if verdict is None:
        return None
    grave = any(one.severity is Severity.ERROR for one in verdict.findings)
    return {
        "valid": verdict.valid,
        "grave": grave or not verdict.facts,
        "facts": verdict.facts,
        "messages": len(verdict.findings),
        "against": verdict.checked_against,
    }
