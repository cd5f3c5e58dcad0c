"""Presentation, calculation, dimensions and labels: the report's own link bases.

One network (extended link role) per statement. Tables of one title, a quarter and nine
months say, share a network: their lines are merged in the order they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from converter.calculation import calculation_arcs
from converter.extension import axis_domain, concept_name, heading_concept
from converter.labels import (
    NEGATED,
    NEGATED_TOTAL,
    STANDARD,
    TERSE,
    TOTAL,
    distinct_labels,
    structure_label,
)
from converter.model import (
    EXTENSION,
    DefinitionArc,
    ExtensionConcept,
    Label,
    MappedStatement,
    Network,
    PresentationArc,
    QName,
    StatementKind,
)
from converter.stating import dimensions_of
from converter.taxonomy import Taxonomy, derive_label

_ROOTS = {
    StatementKind.BALANCE_SHEET: "StatementOfFinancialPositionAbstract",
    StatementKind.INCOME: "IncomeStatementAbstract",
    StatementKind.CASH_FLOWS: "StatementOfCashFlowsAbstract",
    StatementKind.COMPREHENSIVE_INCOME: "StatementOfIncomeAndComprehensiveIncomeAbstract",
    StatementKind.EQUITY: "StatementOfStockholdersEquityAbstract",
}
_Networks = tuple[tuple[Network, ...], tuple[Label, ...], tuple[ExtensionConcept, ...]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A concept to be presented: under which headings, called what, shown how."""

    concept: QName
    path: tuple[str, ...]
    label: str
    total: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class _Tree:
    """A presentation tree with what had to be made for it."""

    arcs: tuple[PresentationArc, ...]
    labels: tuple[Label, ...]
    headings: tuple[ExtensionConcept, ...]


def build_networks(
    statements: Sequence[MappedStatement],
    reported: Sequence[QName],
    taxonomy: Taxonomy,
    namespace: str,
) -> _Networks:
    """Networks of the cover and of each statement, all labels, and heading concepts."""
    networks: list[Network] = []
    labels: list[Label] = []
    headings: dict[QName, ExtensionConcept] = {}
    cover = [name for name in reported if name.prefix == "dei"]
    if cover:
        network, found, made = _cover_network(cover, taxonomy, namespace)
        networks.append(network)
        labels += found
        headings |= {h.name: h for h in made}
    titles: set[str] = set()
    for group in presented_together(statements):
        network, tree = _network(group, taxonomy, namespace, len(networks) + 1, titles)
        networks.append(network)
        labels += tree.labels
        headings |= {h.name: h for h in tree.headings}
    return tuple(networks), distinct_labels(labels), tuple(headings.values())


def presented_together(
    statements: Sequence[MappedStatement],
) -> Iterator[tuple[MappedStatement, ...]]:
    """The tables that share a network, in the order of the networks after the cover's.

    Details come after all statements (EFM 6.7.12).
    """
    groups: dict[tuple[StatementKind, str], list[MappedStatement]] = {}
    for mapped in statements:
        key = (mapped.statement.kind, mapped.statement.title.casefold())
        groups.setdefault(key, []).append(mapped)
    ordered = sorted(groups.values(), key=lambda group: bool(group[0].statement.detail_of))
    return (tuple(group) for group in ordered)


def _role(namespace: str, title: str, taken: set[str]) -> tuple[str, str]:
    """The URI and the id of a role from its title, each once."""
    name = base = concept_name(title) or "Statement"
    number = 2
    while name.casefold() in taken:
        name, number = f"{base}{number}", number + 1
    taken.add(name.casefold())
    return f"{namespace}/role/{name}", name


def _cover_network(
    names: Sequence[QName], taxonomy: Taxonomy, namespace: str
) -> tuple[Network, list[Label], list[ExtensionConcept]]:
    root = taxonomy.concept(QName("dei", "CoverAbstract"))
    made = [] if root else [heading_concept("CoverAbstract")]
    top = root.name if root else made[0].name
    arcs = tuple(PresentationArc(top, n, i, STANDARD) for i, n in enumerate(names, 1))
    labels = [Label(top, STANDARD, structure_label(top, None))]
    labels += [Label(n, STANDARD, derive_label(n.local)) for n in names]
    role = f"{namespace}/role/Cover"
    return Network(role, "Cover", "0001 - Document - Cover", arcs), labels, made


def _network(
    group: tuple[MappedStatement, ...],
    taxonomy: Taxonomy,
    namespace: str,
    number: int,
    titles: set[str],
) -> tuple[Network, _Tree]:
    statement = group[0].statement
    sort = "Disclosure" if statement.detail_of else "Statement"
    title = re.sub(r"\s+", " ", re.sub(r"[^\x20-\x7e]|<", " ", statement.title)).strip()
    role, name = _role(namespace, title, titles)
    lines = _merged_lines([list(_lines(mapped)) for mapped in group])
    members = _members(group, taxonomy)
    tree = _tree(statement.kind, lines, members, group, taxonomy)
    network = Network(
        role,
        name,
        f"{number:04d} - {sort} - {title}",
        tree.arcs,
        tuple(calculation_arcs(group, taxonomy)),
        tuple(_dimensions(lines, members, taxonomy)) if members else (),
    )
    return network, tree


def _lines(mapped: MappedStatement) -> Iterator[_Line]:
    rows = mapped.statement.rows
    totals = {one.total for one in mapped.footing.rows if len(one.terms) > 1}
    for match in mapped.matches:
        row = rows[match.row]
        for name in match.concepts:
            label = row.label or derive_label(name.local)
            yield _Line(name, row.section, label, match.row in totals, match.sign < 0)


def _merged_lines(lists: Sequence[list[_Line]]) -> list[_Line]:
    """The lines of several tables as one list: new ones after the line they follow."""
    merged: dict[QName, _Line] = {}
    after: dict[QName | None, QName | None] = {None: None}
    for lines in lists:
        last: QName | None = None
        for line in lines:
            known = merged.get(line.concept)
            if known is None:
                merged[line.concept] = line
                after[line.concept], after[last] = after[last], line.concept
            elif line.total and not known.total:
                merged[line.concept] = replace(known, total=True)
            last = line.concept
    return list(_in_order(merged, after))


def _in_order(
    merged: Mapping[QName, _Line], after: Mapping[QName | None, QName | None]
) -> Iterator[_Line]:
    name = after[None]
    while name is not None:
        yield merged[name]
        name = after[name]


def _members(
    group: Iterable[MappedStatement], taxonomy: Taxonomy
) -> tuple[tuple[QName, QName], ...]:
    pairs = (pair for mapped in group for pair in dimensions_of(mapped, taxonomy))
    return tuple(dict.fromkeys(pairs))


def _tree(
    kind: StatementKind,
    lines: Sequence[_Line],
    members: tuple[tuple[QName, QName], ...],
    group: Sequence[MappedStatement],
    taxonomy: Taxonomy,
) -> _Tree:
    headings = _Headings(taxonomy, {line.concept for line in lines})
    root = headings.named(_ROOTS[kind])
    arcs: list[PresentationArc] = []
    if members:
        root_table, items = (
            headings.named("StatementTable"),
            headings.named("StatementLineItems"),
        )
        arcs += _table_arcs(root, root_table, items, members, headings)
        top = items
    else:
        top = root
    totals = _section_totals(group)
    orders: dict[QName, int] = {}
    labels: list[Label] = []
    for line in lines:
        parent = top
        for depth in range(1, len(line.path) + 1):
            path = line.path[:depth]
            child, new = headings.section(path, totals.get(path))
            if new:
                arcs.append(PresentationArc(parent, child, _next(orders, parent), STANDARD))
            parent = child
        role = _preferred(line)
        arcs.append(PresentationArc(parent, line.concept, _next(orders, parent), role))
        labels += _line_labels(line, role)
    return _Tree(tuple(arcs), (*headings.labels, *labels), tuple(headings.made))


def _next(orders: dict[QName, int], parent: QName) -> int:
    orders[parent] = orders.get(parent, 0) + 1
    return orders[parent]


def _table_arcs(
    root: QName,
    table: QName,
    items: QName,
    members: tuple[tuple[QName, QName], ...],
    headings: _Headings,
) -> Iterator[PresentationArc]:
    axes = list(dict.fromkeys(axis for axis, _ in members))
    yield PresentationArc(root, table, 1, STANDARD)
    for order, axis in enumerate(axes, start=1):
        domain = headings.domain(axis)
        headings.label(axis)
        yield PresentationArc(table, axis, order, STANDARD)
        yield PresentationArc(axis, domain, 1, STANDARD)
        own = [member for other, member in members if other == axis]
        for place, member in enumerate(own, start=1):
            headings.label(member)
            yield PresentationArc(domain, member, place, STANDARD)
    yield PresentationArc(table, items, len(axes) + 1, STANDARD)


class _Headings:
    """Abstract concepts of one network, standard where there are such."""

    def __init__(self, taxonomy: Taxonomy, taken: set[QName]) -> None:
        self._taxonomy = taxonomy
        self._taken = set(taken)
        self._by_path: dict[tuple[str, ...], QName] = {}
        self.labels: list[Label] = []
        self.made: list[ExtensionConcept] = []

    def label(self, name: QName, text: str | None = None) -> None:
        self.labels.append(Label(name, STANDARD, structure_label(name, text)))

    def named(self, local: str) -> QName:
        """The standard concept of this name, or one made for want of it."""
        concept = self._taxonomy.find(local)
        name = concept.name if concept else self._make(local)
        self._taken.add(name)
        self.label(name)
        return name

    def domain(self, axis: QName) -> QName:
        """The domain of an axis, labelled."""
        name = axis_domain(axis, self._taxonomy)
        self.label(name)
        return name

    def section(self, path: tuple[str, ...], total: QName | None) -> tuple[QName, bool]:
        """The abstract concept of a heading, and whether it is new in this network."""
        if path in self._by_path:
            return self._by_path[path], False
        base = concept_name(path[-1]) or "Section"
        names = [total.local, base] if total else [base]
        found = (self._taxonomy.find(f"{n}Abstract") for n in names)
        free = (
            c.name
            for c in found
            if c is not None
            and c.abstract
            and c.name not in self._taken
            and not self._taxonomy.is_deprecated(c)
        )
        name = next(free, None) or self._make(f"{base}Abstract")
        self._taken.add(name)
        self._by_path[path] = name
        self.label(name, path[-1])
        return name, True

    def _make(self, local: str) -> QName:
        stem, number = local.removesuffix("Abstract"), 2
        while self._taxonomy.find(local) is not None or QName(EXTENSION, local) in self._taken:
            local, number = f"{stem}{number}Abstract", number + 1
        made = heading_concept(local)
        self.made.append(made)
        return made.name


def _section_totals(
    group: Iterable[MappedStatement],
) -> dict[tuple[str, ...], QName]:
    """For each section, the concept of the total that adds up its rows."""
    totals: dict[tuple[str, ...], QName] = {}
    for mapped in group:
        for one in mapped.footing.rows:
            first = mapped.statement.rows[one.terms[0].at].section
            names = mapped.matches[one.total].concepts
            if first and len(names) == 1 and len(one.terms) > 1:
                totals.setdefault(first, names[0])
    return totals


def _preferred(line: _Line) -> str:
    if line.negated:
        return NEGATED_TOTAL if line.total else NEGATED
    return TOTAL if line.total else STANDARD


def _line_labels(line: _Line, role: str) -> Iterator[Label]:
    qualified = f"{line.path[-1]}: {line.label}" if line.path else line.label
    yield Label(line.concept, STANDARD, line.label)
    yield Label(line.concept, TERSE, qualified)
    if role != STANDARD:
        yield Label(line.concept, role, line.label)


def _dimensions(
    lines: Sequence[_Line],
    members: tuple[tuple[QName, QName], ...],
    taxonomy: Taxonomy,
) -> Iterator[DefinitionArc]:
    """A closed hypercube over all lines: the defaults are the reported figures."""
    table, items = (
        concept.name
        for concept in map(taxonomy.find, ("StatementTable", "StatementLineItems"))
        if concept is not None
    )
    yield DefinitionArc(items, table, 1, "all")
    for order, axis in enumerate(dict.fromkeys(axis for axis, _ in members), start=1):
        domain = axis_domain(axis, taxonomy)
        yield DefinitionArc(table, axis, order, "hypercube-dimension")
        yield DefinitionArc(axis, domain, 1, "dimension-domain")
        yield DefinitionArc(axis, domain, 2, "dimension-default")
        own = [member for other, member in members if other == axis]
        for place, member in enumerate(own, start=1):
            yield DefinitionArc(domain, member, place, "domain-member")
    for order, line in enumerate(lines, start=2):
        yield DefinitionArc(items, line.concept, order, "domain-member")
