"""Statements made up for a test: they know their sums, and print as text or as HTML.

A specimen is drawn by `converter.strategies`. Exact values are in whole dollars; printed
ones are integers in units of the last printed digit, so that a total of rounded lines may
be off by what rounding explains (Calculations 1.1: half a unit for every figure).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal, NamedTuple, Protocol

from converter.model import Footing, StatementKind, Term
from converter.proof.equations import Cell

SCALES = {0: "", 3: "(In thousands)", 6: "(In millions)"}
"""What is printed for a power of ten."""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: `exact` has whole dollars for every column, none in a heading."""

    label: str
    depth: int = 0
    exact: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a statement is printed.

    Attributes:
        width: Of the page in characters; a wide table is wider.
        gap: The least number of blanks between two columns.
        indent: Blanks for every level.
        leaders: Dots lead from a label to its numbers.
        dollars: The totals have dollar signs.
        minus: Negative numbers have a minus, not parentheses.
        nil: What is printed for zero.
        named: A statement's outermost totals have labels; else only a rule marks them.
    """

    width: int = 80
    gap: int = 2
    indent: int = 2
    leaders: bool = False
    dollars: bool = False
    minus: bool = False
    nil: str = "--"
    named: bool = True


PLAIN = Layout()


class Alteration(NamedTuple):
    """A figure that is printed otherwise than its exact value asks for, by some units."""

    row: int
    column: int
    units: int


class Equated(NamedTuple):
    """`stated = sum(weight * operand)`, of printed figures; within a statement or across."""

    stated: Cell
    operands: tuple[tuple[Literal[1, -1], Cell], ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All that take part, the stated one first."""
        return (self.stated, *(cell for _, cell in self.operands))


@dataclass(frozen=True, slots=True)
class Specimen:
    """A statement that adds up, but for alterations.

    Attributes:
        kind: Which statement.
        title: Printed above it.
        caption: Lines under the title that tell dates.
        heads: The lines of the heading over each column.
        lines: From the top down.
        footing: All its sums; indexes are lines and columns.
        scale: The power of ten of a printed unit.
        layout: How it is printed.
        alterations: What was changed since it was drawn.
    """

    kind: StatementKind
    title: str
    caption: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]
    footing: Footing
    scale: int = 0
    layout: Layout = PLAIN
    alterations: tuple[Alteration, ...] = ()

    def printed(self, row: int, column: int) -> int:
        """A figure as it is printed: rounded, half away from zero, and altered."""
        exact = self.lines[row].exact[column]
        unit: int = 10**self.scale
        rounded = (abs(exact) + unit // 2) // unit
        changed = sum(a.units for a in self.alterations if a[:2] == (row, column))
        return (rounded if exact >= 0 else -rounded) + changed

    def equations(self, at: int = 0) -> Iterator[Equated]:
        """Its sums in every column and every row; `at` is its place in a report."""
        columns = range(len(self.heads))
        for one in self.footing.rows:
            for c in columns:
                terms = tuple((t.weight, Cell(at, t.at, c)) for t in one.terms)
                yield Equated(Cell(at, one.total, c), terms)
        for one in self.footing.columns:
            for row, line in enumerate(self.lines):
                if line.exact:
                    terms = tuple((t.weight, Cell(at, row, t.at)) for t in one.terms)
                    yield Equated(Cell(at, row, one.total), terms)

    def reordered(self, order: Sequence[int]) -> Specimen:
        """The same lines in another order; `order` has the old index of each."""
        now = {old: new for new, old in enumerate(order)}
        rows = tuple(
            replace(
                one,
                total=now[one.total],
                terms=tuple(sorted(Term(now[t.at], t.weight) for t in one.terms)),
            )
            for one in self.footing.rows
        )
        changed = tuple(a._replace(row=now[a.row]) for a in self.alterations)
        return replace(
            self,
            lines=tuple(self.lines[old] for old in order),
            footing=Footing(rows, self.footing.columns),
            alterations=changed,
        )

    def text(self) -> str:
        """As filers printed it in ASCII."""
        return "\n".join([*_Printer(self).lines(), ""])

    def html(self) -> str:
        """A paragraph for every line of its head, and a table."""
        top = (f"<p>{escape(text)}</p>" for text in self.head if text)
        body = "".join(f"<tr>{''.join(cells)}</tr>\n" for cells in _markup_rows(self))
        return f"{''.join(top)}\n<table>\n{body}</table>\n"

    @property
    def head(self) -> tuple[str, ...]:
        """What is printed above the table."""
        return ("EXAMPLE CORPORATION", self.title, *self.caption, SCALES[self.scale])

    @property
    def totals(self) -> frozenset[int]:
        """The lines that state a sum of others."""
        return frozenset(one.total for one in self.footing.rows)

    @property
    def last_totals(self) -> frozenset[int]:
        """The totals that no other sum has as a term, but for that of two sides."""
        sums = self.footing.rows
        return self.totals - {t.at for one in sums if len(one.terms) > 1 for t in one.terms}

    def row(self, label: str) -> int:
        """The first line with numbers that is called so."""
        return next(n for n, one in enumerate(self.lines) if one.exact and one.label == label)

    def shown(self, row: int, column: int) -> str:
        """The characters of a figure."""
        number = self.printed(row, column)
        sign = "$" if self.layout.dollars and row in self.totals else ""
        digits = f"{abs(number):,}"
        if not number:
            return sign + self.layout.nil
        if number > 0:
            return sign + digits
        return f"-{sign}{digits}" if self.layout.minus else f"{sign}({digits})"


@dataclass(frozen=True, slots=True)
class Report:
    """Statements printed after one another; `ties` equate figures of two of them."""

    statements: tuple[Specimen, ...]
    ties: tuple[Equated, ...] = ()

    def equations(self) -> tuple[Equated, ...]:
        """All that must be found: the sums of every statement, then the ties."""
        sums = (one for n, s in enumerate(self.statements) for one in s.equations(n))
        return (*sums, *self.ties)

    def printed(self, cell: Cell) -> int:
        """A figure in units of its last printed digit."""
        return self.statements[cell.statement].printed(cell.row, cell.column)

    def residual(self, one: Equated) -> int:
        """How many units are stated beyond what the operands come to."""
        return self.printed(one.stated) - sum(w * self.printed(c) for w, c in one.operands)

    def holds(self, one: Equated) -> bool:
        """Whether rounding explains the residual: half a unit for every figure."""
        return 2 * abs(self.residual(one)) <= len(one.cells)

    def altered(self, cell: Cell, units: int) -> Report:
        """One figure printed higher by so many units."""
        statement = self.statements[cell.statement]
        changed = (*statement.alterations, Alteration(cell.row, cell.column, units))
        return self.with_statement(cell.statement, replace(statement, alterations=changed))

    def with_statement(self, at: int, statement: Specimen) -> Report:
        """Another statement in the place of one."""
        return replace(
            self, statements=(*self.statements[:at], statement, *self.statements[at + 1 :])
        )

    def scaled(self, power: int) -> Report:
        """The same exact values, each rounded to a power of ten."""
        return replace(self, statements=tuple(replace(s, scale=power) for s in self.statements))

    def text(self) -> str:
        """All statements as a text file, a page for each."""
        return "\n<PAGE>\n\n".join(one.text() for one in self.statements)

    def html(self) -> str:
        """All statements as one HTML page."""
        body = "<hr>\n".join(one.html() for one in self.statements)
        return f"<html><body>\n{body}</body></html>\n"

    def __repr__(self) -> str:
        """What a failing test is best told by: the text."""
        return f"Report printed as:\n{self.text()}"

    def _repr_pretty_(self, printer: _Prints, _cycle: bool) -> None:
        """The same for Hypothesis, which else shows every field."""
        printer.text(repr(self))


class _Prints(Protocol):
    def text(self, text: str, /) -> None: ...


# --- printing ------------------------------------------------------------------------


class _Printer:
    """A statement as lines of ASCII: numbers end at their column's edge."""

    def __init__(self, one: Specimen) -> None:
        self.one = one
        rows = [n for n, line in enumerate(one.lines) if line.exact]
        widest = [
            max(3, *(len(one.shown(r, c)) for r in rows), *map(len, head))
            for c, head in enumerate(one.heads)
        ]
        # A closing parenthesis hangs over the edge of the digits.
        self.widths = [width + 1 + max(1, one.layout.gap) for width in widest]
        longest = max(len(self.label(line)) for line in one.lines) + 5
        self.labels = max(longest, one.layout.width - sum(self.widths))

    def label(self, line: Line) -> str:
        return " " * self.one.layout.indent * line.depth + line.label

    def lines(self) -> Iterator[str]:
        one, width = self.one, self.labels + sum(self.widths)
        for text in one.head:
            yield text.center(min(width, 2 * self.labels)).rstrip()
        yield ""
        for n in range(max(map(len, one.heads))):
            yield self.across([head[n] if n < len(head) else "" for head in one.heads])
        yield self.rule("-")
        for row, line in enumerate(one.lines):
            if row in one.totals:
                yield self.rule("-")
            yield self.row(row, line)
            if row in one.last_totals:
                yield self.rule("=")

    def row(self, row: int, line: Line) -> str:
        text = self.label(line)
        if not line.exact:
            return text
        if self.one.layout.leaders and line.label:
            text = f"{text} ".ljust(self.labels - 1, ".")
        cells = [self.one.shown(row, c) for c in range(len(line.exact))]
        return text.ljust(self.labels) + self.across(cells)[self.labels :]

    def across(self, cells: Sequence[str]) -> str:
        parts = (
            (cell if cell.endswith(")") else f"{cell} ").rjust(width)
            for cell, width in zip(cells, self.widths, strict=True)
        )
        return (" " * self.labels + "".join(parts)).rstrip()

    def rule(self, stroke: str) -> str:
        return self.across([stroke * (width - 1 - self.gap) for width in self.widths])

    @property
    def gap(self) -> int:
        return max(1, self.one.layout.gap)


def _markup_rows(one: Specimen) -> Iterator[list[str]]:
    for n in range(max(map(len, one.heads))):
        heads = (head[n] if n < len(head) else "" for head in one.heads)
        yield ["<td></td>", *(f'<td align="center">{escape(head)}</td>' for head in heads)]
    for row, line in enumerate(one.lines):
        indent = line.depth * one.layout.indent * 6
        label = f'<td style="padding-left:{indent}pt">{escape(line.label)}</td>'
        rule = ' style="border-top:1px solid black"' if row in one.totals else ""
        cells = (one.shown(row, c) for c in range(len(line.exact)))
        yield [label, *(f'<td align="right"{rule}>{escape(text)}</td>' for text in cells)]
