"""Every type that passes between two stages, in the order they appear.

Conventions, true for all of them:

* Values are immutable and compare by content.
* A line number counts from 1 and a character column from 0, both in the text as it
  was received, so that a span always points at the user's own file.
* A number is a `Decimal` in whole units (dollars, shares), never a `float`.
* A stage that cannot do something says so in a `Finding`; nothing is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple


class Span(NamedTuple):
    """A stretch of one source line: characters `start` up to, not including, `end`."""

    line: int
    start: int
    end: int


class Severity(StrEnum):
    """How grave a finding is. An error makes the exit status 1."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader of the result must know. Findings are data, not exceptions.

    Attributes:
        code: A dotted name from docs/findings.md, or Arelle's own code unchanged.
        severity: Info, warning or error.
        message: One sentence that names the row, column and numbers concerned.
        span: Where in the source text, or None when no line is to blame.
        advice: What the reader can do about it; empty when there is nothing to do.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    advice: str = ""


# --- 1. Submission -------------------------------------------------------------------


class Line(NamedTuple):
    """One line as received, without its line ending."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One `<DOCUMENT>` of a submission; a bare text file is a submission of one."""

    type: str
    sequence: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """What a filer sent: the pairs of its SGML header, if any, and its documents.

    `lines` are all lines of the file, those between documents too.
    """

    name: str
    header: tuple[tuple[str, str], ...]
    documents: tuple[Document, ...]
    lines: tuple[Line, ...]


# --- 2. Table ------------------------------------------------------------------------


class Cell(NamedTuple):
    """Some printed characters and their place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Column:
    """A run of numbers that share a right edge: `edge` is where their digits end.

    `heading` holds the phrases printed above it, from the top down.
    """

    edge: int
    heading: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A label, over as many lines as it was printed, and one cell per column.

    Attributes:
        label: The stretches of text that make the label; empty when none is printed.
        indent: Where the label begins.
        cells: One entry per column, None where the column is blank.
        ruled: A rule stands between the numbers of this row and those above it.
    """

    label: tuple[Cell, ...]
    indent: int
    cells: tuple[Cell | None, ...]
    ruled: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and columns found by geometry, before anything is known of their meaning."""

    caption: tuple[Cell, ...]
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]


# --- 3. Statement --------------------------------------------------------------------


class StatementKind(StrEnum):
    """The primary statements of Regulation S-X."""

    BALANCE_SHEET = "balance sheet"
    INCOME = "income statement"
    CASH_FLOWS = "cash flows"
    EQUITY = "stockholders' equity"
    COMPREHENSIVE_INCOME = "comprehensive income"


class Basis(StrEnum):
    """What kind of figures a column holds. Only REPORTED ones carry no dimension.

    Restated figures are the reported ones; those they replace, and the difference, are
    PREVIOUSLY_REPORTED and RESTATEMENT (XBRL US guidance of 2011 on restated values).
    """

    REPORTED = "reported"
    ADJUSTMENT = "adjustment"
    NON_GAAP = "non-gaap"
    PRO_FORMA = "pro forma"
    PREVIOUSLY_REPORTED = "previously reported"
    RESTATEMENT = "restatement"


class Measure(StrEnum):
    """What a row is counted in."""

    MONEY = "money"
    SHARES = "shares"
    MONEY_PER_SHARE = "money per share"
    RATIO = "ratio"


class Instant(NamedTuple):
    """The end of a day."""

    date: date


class Duration(NamedTuple):
    """Both ends are days within the period."""

    start: date
    end: date


Period = Instant | Duration


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as printed: `number` in whole units, true to `10**-decimals`.

    The sign is the printed one: parentheses and a leading minus are negative.
    """

    number: Decimal
    decimals: int
    source: Cell


@dataclass(frozen=True, slots=True)
class StatementColumn:
    """`period` is None when neither heading nor caption tells it; a finding says so."""

    period: Period | None
    basis: Basis
    audited: bool | None
    source: Column


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a statement.

    Attributes:
        label: The label as one line of text; empty when none is printed.
        level: How deep in sections the row stands, 0 for the outermost.
        section: The headings above the row, outermost first.
        measure: What its numbers are counted in.
        amounts: One entry per column of the statement.
        is_total: The wording or the lack of a label says that the row adds up others.
        source: The printed row.
    """

    label: str
    level: int
    section: tuple[str, ...]
    measure: Measure
    amounts: tuple[Amount | None, ...]
    is_total: bool
    source: TableRow


@dataclass(frozen=True, slots=True)
class Statement:
    """A primary statement. A heading is a row without any amount."""

    kind: StatementKind
    title: str
    entity: str
    currency: str
    columns: tuple[StatementColumn, ...]
    rows: tuple[Row, ...]
    caption: tuple[Cell, ...] = ()


# --- 4. Sums -------------------------------------------------------------------------


class Term(NamedTuple):
    """The index of a row (or of a column) and whether it is added or deducted."""

    at: int
    weight: Literal[1, -1]


@dataclass(frozen=True, slots=True)
class Sum:
    """`printed[total] == sum(weight * printed[index])`, and why that is believed.

    In `Footing.rows` the indexes are rows and the sum runs down each column; in
    `Footing.columns` they are columns and the sum runs across each row. A sum is not
    `proven` when only the layout speaks for it and it holds nowhere.
    """

    total: int
    terms: tuple[Term, ...]
    evidence: tuple[str, ...]
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Footing:
    """All sums of a statement, down and across."""

    rows: tuple[Sum, ...] = ()
    columns: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One sum in one column (or one row), worked out.

    `difference` is total minus terms in the units of the statement; `tolerance` is the
    largest difference that rounding explains (Calculations 1.1, half a unit a figure).
    """

    total: Amount
    terms: tuple[tuple[Literal[1, -1], Amount], ...]
    difference: Decimal
    tolerance: Decimal


# --- 5. Mapping ----------------------------------------------------------------------


class QName(NamedTuple):
    """A name in a namespace that the prefix stands for throughout one report."""

    prefix: str
    local: str

    def __str__(self) -> str:
        return f"{self.prefix}:{self.local}"


PeriodType = Literal["instant", "duration"]
Balance = Literal["debit", "credit"]
EXTENSION = "ext"
"""The prefix of the filer's own concepts."""


_ITEM = QName("xbrli", "item")


@dataclass(frozen=True, slots=True)
class ExtensionConcept:
    """A concept of the filer's own, for a line that no standard concept fits."""

    name: QName
    type: QName
    period_type: PeriodType
    balance: Balance | None
    abstract: bool = False
    group: QName = _ITEM


class Alternative(NamedTuple):
    """A concept that was considered and not taken, and why not."""

    concept: QName
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """Why one row became one concept, or two ("basic and diluted"), or none.

    Attributes:
        row: Index into the statement's rows.
        concepts: Empty for a heading, or for a row that a rule ignores.
        extension: The definition of the concept when it is not a standard one.
        sign: The fact's value is the printed number times this.
        confidence: 1 is certain; only for ordering and display.
        reasons: The evidence for it, in words.
        alternatives: What else was considered.
    """

    row: int
    concepts: tuple[QName, ...]
    extension: ExtensionConcept | None
    sign: Literal[1, -1]
    confidence: float
    reasons: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedStatement:
    """`matches` has one entry per row of the statement, in row order."""

    statement: Statement
    footing: Footing
    matches: tuple[Match, ...]


# --- 6. Cover ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoverFact:
    """A fact of the cover page: the concept's name in dei, its value, its place."""

    name: str
    value: str
    source: Span


# --- 7. Instance ---------------------------------------------------------------------


class Entity(NamedTuple):
    """Who reports: for the SEC a ten-digit CIK."""

    scheme: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Context:
    """Entity, period and dimensions; the dimensions go into the segment (EFM 6.5.4)."""

    id: str
    entity: Entity
    period: Period
    dimensions: tuple[tuple[QName, QName], ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A measure, or one divided by another."""

    id: str
    numerator: QName
    denominator: QName | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of a concept in a context.

    `sources` are the places where it is printed, more than one when it is printed
    more than once; a fact of the cover that follows from another may have none.
    """

    id: str
    concept: QName
    context: str
    unit: str | None
    value: Decimal | str
    decimals: int | None
    sources: tuple[Span, ...]


class Label(NamedTuple):
    """A label resource: `role` is the role's URI."""

    concept: QName
    role: str
    text: str


class PresentationArc(NamedTuple):
    """Parent to child, in an order, shown with a certain label."""

    parent: QName
    child: QName
    order: int
    preferred_label: str


class CalculationArc(NamedTuple):
    """Summation to item; legal weights are 1 and -1 (EFM 6.14.2)."""

    parent: QName
    child: QName
    order: int
    weight: Literal[1, -1]


class DefinitionArc(NamedTuple):
    """A dimensional relationship (Dimensions 1.0); `arcrole` is its last segment."""

    parent: QName
    child: QName
    order: int
    arcrole: str


@dataclass(frozen=True, slots=True)
class Network:
    """All relationships of one extended link role, that is of one statement.

    `definition` is what a reader sees, `0002 - Statement - Title` (EFM 6.7.12).
    """

    role: str
    id: str
    definition: str
    presentation: tuple[PresentationArc, ...]
    calculation: tuple[CalculationArc, ...] = ()
    dimensions: tuple[DefinitionArc, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A whole report: the facts, and the extension taxonomy that they need.

    Attributes:
        stem: The file name without its ending.
        namespace: Of the filer's own concepts.
        entity: Who reports.
        contexts: In a fixed order; none unused, none twice.
        units: The same.
        facts: In the order they are printed.
        extensions: The filer's own concepts.
        networks: One per statement, the cover first.
        labels: Of every concept that is presented.
    """

    stem: str
    namespace: str
    entity: Entity
    contexts: tuple[Context, ...]
    units: tuple[Unit, ...]
    facts: tuple[Fact, ...]
    extensions: tuple[ExtensionConcept, ...] = ()
    networks: tuple[Network, ...] = ()
    labels: tuple[Label, ...] = ()


# --- 8. Files ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file of the report, named relative to the report's folder."""

    name: str
    data: bytes = field(repr=False)
