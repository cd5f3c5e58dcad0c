"""Every type that passes between two stages, in the order they appear.

Conventions, true for all of them:

* Values are immutable and compare by content.
* A line number counts from 1 and a character column from 0, both in the text as it
  was received, so that a span always points at the user's own file.
* A number is a `Decimal` in whole units (dollars, shares), never a `float`.
* A stage that cannot do something says so in a `Finding`; nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    def meets(self, other: Span) -> bool:
        """Whether two stretches have characters in common."""
        return self.line == other.line and self.start < other.end and other.start < self.end


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


class Piece(NamedTuple):
    """Characters `start` up to `end` of a laid-out line, and where they come from.

    As long as its source, a piece is a copy of it, character for character; otherwise
    it stands for the whole of it (an entity, a tab).
    """

    start: int
    end: int
    source: Span


class Line(NamedTuple):
    """One line without its ending: as received, or as laid out from mark-up.

    A laid-out line has the pieces of source text that it was made of, from left to
    right, and the number of the source line where the first of them begins.
    """

    number: int
    text: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One `<DOCUMENT>` of a submission; a bare text file is a submission of one.

    `markup` tells that its lines are HTML, to be laid out before they are read.
    """

    type: str
    sequence: int
    lines: Sequence[Line]
    markup: bool = False


class Value(NamedTuple):
    """What a header says, in the form that its field has, and where."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Company:
    """A company that a header tells of; None where it is silent.

    Attributes:
        role: FILER, SUBJECT COMPANY and the like.
        name: As EDGAR conforms it, "COCA COLA CO".
        cik: Ten digits.
        sic: Four digits.
        irs_number: As dei has it, 12-3456789.
        state_of_incorporation: EDGAR's code of a state or country.
        fiscal_year_end: As XML Schema writes a day without a year, --12-31.
        file_number: The SEC's file number.
        street1: The business address.
        street2: Its second line.
        city: Its city.
        state: EDGAR's code of its state or country.
        zip: Its postal code.
        phone: Ten digits.
    """

    role: str = "FILER"
    name: Value | None = None
    cik: Value | None = None
    sic: Value | None = None
    irs_number: Value | None = None
    state_of_incorporation: Value | None = None
    fiscal_year_end: Value | None = None
    file_number: Value | None = None
    street1: Value | None = None
    street2: Value | None = None
    city: Value | None = None
    state: Value | None = None
    zip: Value | None = None
    phone: Value | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says of the submission; dates are in ISO form.

    `companies` are in the order given, but those that only file about one come last;
    `documents` is how many documents follow.
    """

    accession_number: Value | None = None
    form: Value | None = None
    period: Value | None = None
    filed: Value | None = None
    documents: Value | None = None
    companies: tuple[Company, ...] = ()

    @property
    def company(self) -> Company:
        """The company that the report is of: the first; an empty one if there is none."""
        return self.companies[0] if self.companies else Company()

    @property
    def cik(self) -> str | None:
        """The ten digits of the first company's Central Index Key."""
        return self.company.cik.text if self.company.cik else None


@dataclass(frozen=True, slots=True)
class Submission:
    """What a filer sent: what its SGML header says, and its documents.

    `lines` are all lines of the file, those between documents too.
    """

    name: str
    header: Header
    documents: tuple[Document, ...]
    lines: Sequence[Line]


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
        inner: The numbers within the label, in order.
    """

    label: tuple[Cell, ...]
    indent: int
    cells: tuple[Cell | None, ...]
    ruled: bool
    inner: tuple[Cell, ...] = ()

    @property
    def printed(self) -> tuple[Cell, ...]:
        """All that is printed in it: the label, then the numbers."""
        return (*self.label, *(cell for cell in self.cells if cell is not None))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and columns found by geometry, before anything is known of their meaning.

    `apart` tells that running text stands between it and the table above; `place` is
    its first and last line, counted from 0 in the document as laid out.
    """

    caption: tuple[Cell, ...]
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    apart: bool = True
    place: tuple[int, int] = (0, 0)


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


def last_day(period: Period) -> date:
    """The day of an instant, the last one of a duration."""
    return period.date if isinstance(period, Instant) else period.end


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as printed: `number` in whole units, true to `10**-decimals`.

    The sign is the printed one: parentheses and a leading minus are negative.
    """

    number: Decimal
    decimals: int
    source: Cell


class Component(NamedTuple):
    """A component of equity, of which a column or a row of its statement tells.

    Attributes:
        members: The standard members that it may be, likelier first.
        caption: What it is called where it is printed.
        weight: -1 where the amounts are printed as deductions without a sign.
    """

    members: tuple[str, ...]
    caption: str
    weight: Literal[1, -1] = 1


@dataclass(frozen=True, slots=True)
class StatementColumn:
    """A column with its period or, in a statement of equity, its component.

    `period` is None where the rows tell it, as in a statement of equity; there a column
    without a `component` is the total, and `measure` is what the column counts.
    """

    period: Period | None
    basis: Basis
    audited: bool | None
    source: Column
    component: Component | None = None
    measure: Measure | None = None


Edge = Literal["beginning", "end"]
"""Of a period."""


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
        source: The printed row. In a statement of equity two rows may share it: one
            has the amounts, the other the numbers of shares.
        period: That of the row, where the columns have none.
        component: The component of equity that the row is of, where the columns do not
            tell it.
        edge: The end of its period at which the row is a balance, where its caption
            alone does not tell.
        aside: The amounts are printed within the label of the row above.
    """

    label: str
    level: int
    section: tuple[str, ...]
    measure: Measure
    amounts: tuple[Amount | None, ...]
    is_total: bool
    source: TableRow
    period: Period | None = None
    component: Component | None = None
    edge: Edge | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A primary statement, or the details of one of its lines that the notes give.

    A heading is a row without any amount. `detail_of` is the label of the line that the
    rows add up to; empty for a statement itself.
    """

    kind: StatementKind
    title: str
    entity: str
    currency: str
    columns: tuple[StatementColumn, ...]
    rows: tuple[Row, ...]
    caption: tuple[Cell, ...] = ()
    detail_of: str = ""


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


class Check(NamedTuple):
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
        ruled: A rule of the user says so; nothing overrides it.
    """

    row: int
    concepts: tuple[QName, ...]
    extension: ExtensionConcept | None
    sign: Literal[1, -1]
    confidence: float
    reasons: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()
    ruled: bool = False


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

    @property
    def place(self) -> Span | None:
        """Where it is printed first; None where it is printed nowhere."""
        return self.sources[0] if self.sources else None


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


class Calculations(StrEnum):
    """The arcrole of calculation arcs, and with it the rules that they are checked by.

    That of 2003 is bound by XBRL 2.1 (5.2.5.2), and by Calculations 1.1 where a processor
    likes; that of 2023 by Calculations 1.1 alone (section 5.1), which allows for rounding.
    """

    XBRL_2_1 = "2003"
    V1_1 = "1.1"


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
class Assertion:
    """An equation between facts that any processor can re-run (Value Assertions 1.0).

    Attributes:
        id: The name of the check and the number of the equation, `cross-footing-12`.
        test: What holds between the facts, in XPath 2.0: the first of them is `$v0`.
        facts: What the variables of the test stand for, in their order.
        worked: The part of the test that the first fact must come to.
        why: What speaks for the equation.
        called: What the line of the first fact is called.
    """

    id: str
    test: str
    facts: tuple[Fact, ...]
    worked: str
    why: str
    called: str


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
        assertions: The equations between facts of more than one context.
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
    assertions: tuple[Assertion, ...] = ()


# --- 8. Schedule ---------------------------------------------------------------------


class ScheduleValue(NamedTuple):
    """A tag and its figure in whole units: MULTIPLIER is applied, save to earnings a share."""

    tag: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class ScheduleColumn:
    """The figures of one period. What is not given, or cannot be read, is None.

    `source` is where the period's end is printed, or else the first thing in the column.
    """

    period_type: str
    period_start: date | None
    period_end: date | None
    fiscal_year_end: date | None
    values: tuple[ScheduleValue, ...]
    source: Span


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: `article` names the set of its tags (5, 7, 9, UT, CT, BD, ...).

    `scale` is the power of ten that MULTIPLIER (at `multiplier_span`, if any) states.
    """

    article: str
    legend_span: Span | None
    scale: int
    multiplier_span: Span | None
    currency: str
    columns: tuple[ScheduleColumn, ...]


# --- 9. Files ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file of the report, named relative to the report's folder."""

    name: str
    data: bytes = field(repr=False)
