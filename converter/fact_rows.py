"""The facts of a report as rows of one table: what each says, where from, how sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Context as Precision
from decimal import Decimal
from itertools import product
from typing import Final, NamedTuple

from converter.instance import NO_CIK
from converter.model import (
    EXTENSION,
    Context,
    Fact,
    Instant,
    MappedStatement,
    Match,
    Period,
    QName,
    Row,
    Span,
    Statement,
    Unit,
)
from converter.pipeline import Conversion
from converter.proof.equations import Verdict
from converter.proof.telling import is_printed
from converter.rendering import lexical
from converter.xml_text import in_xml

DIGITS: Final = 38
SCALE: Final = 8
"""A value is kept as a number of so many digits, so many of them after the point."""

_LARGEST = Decimal(1).scaleb(DIGITS - SCALE)
_LAST = Decimal(1).scaleb(-SCALE)
_EXACT = Precision(prec=DIGITS)
_PERIOD_OF_REPORT = "DocumentPeriodEndDate"


class FactRow(NamedTuple):
    """One fact. None is what is unknown, or what such a fact does not have.

    The fields and their order are those of the table (docs/tables.md).

    Attributes:
        report: The report's name: that of the input without its ending.
        source: The name of the input.
        source_sha256: Its SHA-256, in hexadecimal.
        accession: The accession number that EDGAR's header gives.
        cik: The ten digits of the filer's Central Index Key.
        form: The submission type.
        filed: The day of filing, from EDGAR's header.
        period_of_report: The day that the report is of.
        fact: The id of the fact in the XBRL report.
        prefix: That of the concept's name.
        concept: The local part of its name.
        extension: The concept is the filer's own.
        label: The caption as printed.
        kind: In what kind of statement it is printed first.
        title: The title of that statement.
        statement: Its number among the statements read, from 1.
        row: The number of the row in it, from 1.
        start: The first day of a duration.
        end: Its last day.
        instant: The day at whose end a balance is stated.
        unit: `USD`, `shares`, `USD/shares`, `pure`.
        dimensions: `axis=member`, sorted, with `;` between them.
        text: The value as the XBRL report has it.
        value: The same as a number, where it fits (`DIGITS`, `SCALE`).
        decimals: To how many decimal places it is true.
        line: Of its first place in the input, from 1.
        column: Where it begins in that line, from 1.
        end_column: The column after its last character.
        places: In how many places it is printed.
        confidence: How sure its concept is, to four places; 1 is certain.
        findings: How many findings are about its figure or its caption.
        proven: An equation that holds has it.
    """

    report: str
    source: str
    source_sha256: str
    accession: str | None
    cik: str | None
    form: str | None
    filed: date | None
    period_of_report: date | None
    fact: str
    prefix: str
    concept: str
    extension: bool
    label: str | None
    kind: str | None
    title: str | None
    statement: int | None
    row: int | None
    start: date | None
    end: date | None
    instant: date | None
    unit: str | None
    dimensions: str | None
    text: str
    value: Decimal | None
    decimals: int | None
    line: int | None
    column: int | None
    end_column: int | None
    places: int
    confidence: float | None
    findings: int
    proven: bool


class Source(NamedTuple):
    """An input: its name as given, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


class Filing(NamedTuple):
    """What a filing says of itself; None is what it does not. As in `FactRow`."""

    accession: str | None
    cik: str | None
    form: str | None
    filed: date | None
    period_of_report: date | None


def filing_of(conversion: Conversion) -> Filing:
    """What the cover and EDGAR's header say of a filing."""
    header = conversion.reading.submission.header
    said = {fact.name: fact.value for fact in conversion.reading.cover}
    filed, accession = header.filed, header.accession_number
    cik = conversion.instance.entity.identifier
    return Filing(
        accession.text if accession else None,
        None if cik == NO_CIK else cik,
        said.get("DocumentType"),
        _day(filed.text) if filed else None,
        _day(said.get(_PERIOD_OF_REPORT, "")),
    )


def fact_rows(conversion: Conversion, source: Source) -> tuple[FactRow, ...]:
    """Every fact of the report in one row, in the report's order."""
    instance = conversion.instance
    contexts = {context.id: context for context in instance.contexts}
    units = {unit.id: unit for unit in instance.units}
    of_report = _Report(conversion, source)
    return tuple(
        of_report.row(fact, contexts[fact.context], units.get(fact.unit or ""))
        for fact in instance.facts
    )


class _Line(NamedTuple):
    """The row of a statement that states a concept."""

    number: int
    statement: Statement
    match: Match

    @property
    def row(self) -> Row:
        return self.statement.rows[self.match.row]


class _Report:
    """What is the same for all rows of a report, or is looked up by place."""

    def __init__(self, conversion: Conversion, source: Source) -> None:
        self._instance = conversion.instance
        self._filing = filing_of(conversion)
        self._source = source
        self._lines = _lines(conversion.statements)
        self._proven = _proven(conversion)
        self._found = _by_line(f.span for f in conversion.findings if f.span)

    def row(self, fact: Fact, context: Context, unit: Unit | None) -> FactRow:
        """The row of a fact."""
        line = next(
            (one for s in fact.sources if (one := self._lines.get((fact.concept, s)))), None
        )
        place = fact.place
        start, end, instant = _days(context.period)
        return FactRow(
            report=in_xml(self._instance.stem),
            source=in_xml(self._source.name),
            source_sha256=self._source.sha256,
            **self._filing._asdict(),
            fact=fact.id,
            prefix=fact.concept.prefix,
            concept=fact.concept.local,
            extension=fact.concept.prefix == EXTENSION,
            label=(in_xml(line.row.label) or None) if line else None,
            kind=line.statement.kind.value if line else None,
            title=(in_xml(line.statement.title) or None) if line else None,
            statement=line.number if line else None,
            row=line.match.row + 1 if line else None,
            start=start,
            end=end,
            instant=instant,
            unit=unit_text(unit) if unit else None,
            dimensions=dimensions_text(context) or None,
            text=_text(fact.value),
            value=_number(fact.value),
            decimals=fact.decimals,
            line=place.line if place else None,
            column=place.start + 1 if place else None,
            end_column=place.end + 1 if place else None,
            places=len(fact.sources),
            confidence=round(line.match.confidence, 4) if line else None,
            findings=self._findings(fact, line),
            proven=not self._proven.isdisjoint(fact.sources),
        )

    def _findings(self, fact: Fact, line: _Line | None) -> int:
        """How many findings touch the figure, wherever it is printed, or its caption."""
        label = line.row.source.label if line else ()
        spans = {*fact.sources, *(cell.span for cell in label)}
        near = {s.line: self._found.get(s.line, ()) for s in spans}
        return sum(
            any(found.meets(one) for one in spans)
            for places in near.values()
            for found in places
        )


def _lines(statements: Sequence[MappedStatement]) -> dict[tuple[QName, Span], _Line]:
    """By concept and place: which row states it; the first where several do."""
    found: dict[tuple[QName, Span], _Line] = {}
    for number, mapped in enumerate(statements, start=1):
        for match in mapped.matches:
            line = _Line(number, mapped.statement, match)
            spans = [amount.source.span for amount in line.row.amounts if amount]
            for place in product(match.concepts, spans):
                found.setdefault(place, line)
    return found


def _proven(conversion: Conversion) -> frozenset[Span]:
    """Where figures are printed that stand in an equation that holds."""
    return frozenset(
        figure.amount.source.span
        for one in conversion.equations
        if one.verdict is Verdict.HOLDS
        for figure in one.figures
        if is_printed(figure, one)
    )


def _by_line(spans: Iterable[Span]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for span in spans:
        found.setdefault(span.line, []).append(span)
    return found


def _days(period: Period) -> tuple[date | None, date | None, date | None]:
    if isinstance(period, Instant):
        return None, None, period.date
    return period.start, period.end, None


def _day(text: str) -> date | None:
    """A date in ISO form; what is none is unknown."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(value: Decimal | str) -> str:
    return lexical(value) if isinstance(value, Decimal) else in_xml(value)


def _number(value: Decimal | str) -> Decimal | None:
    """A value as the table keeps it: None for words, and for what has too many digits."""
    if isinstance(value, str):
        return None
    fits = abs(value) < _LARGEST and value == value.quantize(_LAST, context=_EXACT)
    return (value or abs(value)) if fits else None


def unit_text(unit: Unit) -> str:
    """`USD`, or `USD/shares` of a quotient."""
    below = f"/{unit.denominator.local}" if unit.denominator else ""
    return unit.numerator.local + below


def dimensions_text(context: Context) -> str:
    """`us-gaap:StatementScenarioAxis=srt:ScenarioAdjustmentMember`, sorted by axis."""
    return ";".join(f"{axis}={member}" for axis, member in sorted(context.dimensions))
