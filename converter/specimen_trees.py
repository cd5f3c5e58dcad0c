"""Trees of sums, and the statement that one makes: what the strategies put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from converter.model import Footing, StatementKind, Sum, Term
from converter.specimen import PLAIN, Layout, Line, Specimen

Amounts = tuple[int, ...]
Sign = Literal[1, -1]


@dataclass(frozen=True, slots=True)
class Form:
    """What is decided of a statement before its lines.

    Attributes:
        years: Of the columns, from the left; none twice.
        ends: Month and day on which each ends.
        months: How long a period of flows is.
        scale: The power of ten of a printed unit.
        rounded: Exact values are no whole units, so that totals may be off by rounding.
        telling: Figures are in general position: unlike, and no sums of one another but
            those meant. Otherwise any numbers are drawn, zeros and equal ones too.
        key: Telling figures are others for another key.
        parentheses: Deductions are printed as negative numbers, not as positive ones.
        dated: Every column has its full date over it; else a caption tells the day.
        size: Figures are up to so many units.
        layout: How it is printed.
    """

    years: tuple[int, ...]
    ends: tuple[int, int] = (12, 31)
    months: Literal[3, 12] = 12
    scale: int = 3
    rounded: bool = False
    telling: bool = True
    key: int = 0
    parentheses: bool = False
    dated: bool = False
    size: int = 100_000
    layout: Layout = PLAIN

    @property
    def day(self) -> str:
        """The last day of a period, without its year."""
        return f"{date(2001, *self.ends):%B} {self.ends[1]},"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A line and its exact amounts, in whole dollars."""

    label: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Group:
    """Parts and their total. Without a heading the parts stand on the total's level."""

    heading: str
    parts: tuple[Part, ...]
    total: str

    @property
    def amounts(self) -> Amounts:
        """What its parts come to, in every column."""
        weighted = ([p.weight * n for n in p.node.amounts] for p in self.parts)
        return tuple(map(sum, zip(*weighted, strict=True)))


class Part(NamedTuple):
    """What is added to a total, or deducted from it."""

    weight: Sign
    node: Leaf | Group


def plus(nodes: Sequence[Leaf | Group]) -> tuple[Part, ...]:
    """Parts that are added."""
    return tuple(Part(1, node) for node in nodes)


class Printed(NamedTuple):
    """Lines and sums; the last line is that of the outermost total."""

    lines: tuple[Line, ...]
    sums: tuple[Sum, ...] = ()

    def then(self, tree: Leaf | Group, depth: int = 0) -> Printed:
        """With a tree after what stands here."""
        if isinstance(tree, Leaf):
            return self.line(Line(tree.label, depth, tree.amounts))
        printed = self.line(Line(tree.heading, depth)) if tree.heading else self
        terms = []
        for weight, node in tree.parts:
            printed = printed.then(node, depth + 1 if tree.heading else depth)
            terms.append(Term(len(printed.lines) - 1, weight))
        whole = printed.line(Line(tree.total, depth, tree.amounts))
        return whole.sum(len(whole.lines) - 1, terms)

    def line(self, line: Line) -> Printed:
        """With one more line."""
        return self._replace(lines=(*self.lines, line))

    def sum(self, total: int, terms: Sequence[Term]) -> Printed:
        """With one more sum of its lines."""
        return self._replace(sums=(*self.sums, Sum(total, tuple(terms), ("drawn",))))


def listed(years: Sequence[int]) -> str:
    """Years as a caption tells them: `1998, 1997 and 1996`."""
    *first, last = map(str, years)
    return f"{', '.join(first)} and {last}" if first else last


def statement_of(form: Form, kind: StatementKind, title: str, printed: Printed) -> Specimen:
    """The statement that lines make, with its periods as columns."""
    words = "" if kind is StatementKind.BALANCE_SHEET else _LENGTHS[form.months]
    if form.dated:
        caption: tuple[str, ...] = ()
        heads = tuple((*words.split("\n"), form.day, str(year)) for year in form.years)
        heads = tuple(tuple(filter(None, head)) for head in heads)
    else:
        caption = (f"{words} {form.day} {listed(form.years)}".strip(),)
        heads = tuple((str(year),) for year in form.years)
    footing = Footing(printed.sums)
    return Specimen(
        kind, title, caption, heads, printed.lines, footing, form.scale, form.layout
    )


_LENGTHS = {12: "Years ended", 3: "Three months ended"}
