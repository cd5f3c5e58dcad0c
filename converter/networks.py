"""Presentation, calculation, dimensions and labels: the report's own link bases.

One network (extended link role) per statement. Tables of one title, a quarter and nine
months say, share a network: their lines are merged in the order they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from converter.extension import concept_name, dimension, heading_concept
from converter.mapping import sum_weight
from converter.model import (
    EXTENSION,
    CalculationArc,
    DefinitionArc,
    ExtensionConcept,
    Label,
    MappedStatement,
    Match,
    Network,
    PresentationArc,
    QName,
    Row,
    StatementKind,
    Sum,
)
from converter.taxonomy import Taxonomy, derive_label

STANDARD = "http://www.xbrl.org/2003/role/label"
TERSE = "http://www.xbrl.org/2003/role/terseLabel"
TOTAL = "http://www.xbrl.org/2003/role/totalLabel"
NEGATED = "http://www.xbrl.org/2009/role/negatedLabel"
NEGATED_TOTAL = "http://www.xbrl.org/2009/role/negatedTotalLabel"
_LONGEST_LABEL = 511

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
    for group in _groups(statements):
        network, tree = _network(group, taxonomy, namespace, len(networks) + 1, titles)
        networks.append(network)
        labels += tree.labels
        headings |= {h.name: h for h in tree.headings}
    return tuple(networks), _distinct_labels(labels), tuple(headings.values())


def _groups(
    statements: Sequence[MappedStatement],
) -> Iterator[tuple[MappedStatement, ...]]:
    groups: dict[tuple[StatementKind, str], list[MappedStatement]] = {}
    for mapped in statements:
        key = (mapped.statement.kind, mapped.statement.title.casefold())
        groups.setdefault(key, []).append(mapped)
    return (tuple(group) for group in groups.values())


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
    labels = [Label(n, STANDARD, derive_label(n.local)) for n in (top, *names)]
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
    title = re.sub(r"\s+", " ", re.sub(r"[^\x20-\x7e]|<", " ", statement.title)).strip()
    role, name = _role(namespace, title, titles)
    lines = _merged_lines([list(_lines(mapped)) for mapped in group])
    members = _members(group, taxonomy)
    tree = _tree(statement.kind, lines, members, group, taxonomy)
    network = Network(
        role,
        name,
        f"{number:04d} - Statement - {title}",
        tree.arcs,
        tuple(_calculation(group, taxonomy)),
        tuple(_dimensions(lines, members, taxonomy)) if members else (),
    )
    return network, tree


# --- presentation --------------------------------------------------------------------


def _lines(mapped: MappedStatement) -> Iterator[_Line]:
    rows = mapped.statement.rows
    totals = {one.total for one in mapped.footing.rows if len(one.terms) > 1}
    for match in mapped.matches:
        row = rows[match.row]
        for name in match.concepts:
            label = row.label or derive_label(name.local)
            total = match.row in totals and (row.is_total or not row.label)
            yield _Line(name, row.section, label, total, match.sign < 0)


def _merged_lines(lists: Sequence[list[_Line]]) -> list[_Line]:
    """The lines of several tables as one list: new ones after the line they follow."""
    merged: list[_Line] = []
    for lines in lists:
        at = 0
        for line in lines:
            known = next((i for i, m in enumerate(merged) if m.concept == line.concept), None)
            if known is None:
                merged.insert(at, line)
                at += 1
            else:
                at = known + 1
    return merged


def _members(
    group: Iterable[MappedStatement], taxonomy: Taxonomy
) -> tuple[tuple[QName, QName], ...]:
    pairs = (dimension(c.basis, taxonomy) for m in group for c in m.statement.columns)
    return tuple(dict.fromkeys(pair for pair in pairs if pair is not None))


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
    root: QName, table: QName, items: QName,
    members: tuple[tuple[QName, QName], ...], headings: _Headings,
) -> Iterator[PresentationArc]:  # fmt: skip
    axis = members[0][0]
    domain = headings.named("ScenarioUnspecifiedDomain")
    headings.label(axis)
    pairs = [(root, table), (table, axis), (axis, domain)]
    yield from (PresentationArc(a, b, 1, STANDARD) for a, b in pairs)
    for order, (_, member) in enumerate(members, start=1):
        headings.label(member)
        yield PresentationArc(domain, member, order, STANDARD)
    yield PresentationArc(table, items, 2, STANDARD)


class _Headings:
    """Abstract concepts of one network, standard where there are such."""

    def __init__(self, taxonomy: Taxonomy, taken: set[QName]) -> None:
        self._taxonomy = taxonomy
        self._taken = set(taken)
        self._by_path: dict[tuple[str, ...], QName] = {}
        self.labels: list[Label] = []
        self.made: list[ExtensionConcept] = []

    def label(self, name: QName, text: str | None = None) -> None:
        self.labels.append(Label(name, STANDARD, text or derive_label(name.local)))

    def named(self, local: str) -> QName:
        """The standard concept of this name, or one made for want of it."""
        concept = self._taxonomy.find(local)
        name = concept.name if concept else self._make(local)
        self._taken.add(name)
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


# --- labels --------------------------------------------------------------------------


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


def _distinct_labels(labels: Sequence[Label]) -> tuple[Label, ...]:
    """One text per concept and role; standard labels differ from each other (EFM 6.10.4).

    Where two concepts are captioned alike ("Basic"), each is called by its section too,
    or else by its own name.
    """
    first: dict[tuple[QName, str], str] = {}
    for label in labels:
        first.setdefault((label.concept, label.role), clean_label(label.text))
    owners: dict[str, list[QName]] = {}
    for (name, role), text in first.items():
        if role == STANDARD:
            owners.setdefault(text.casefold(), []).append(name)
    taken = {text for text, names in owners.items() if len(names) == 1}
    result: list[Label] = []
    for (name, role), text in first.items():
        if role == TERSE:
            continue
        shared = role == STANDARD and len(owners[text.casefold()]) > 1
        own = _told_apart(name, text, first, taken) if shared else text
        result.append(Label(name, role, own))
    return tuple(result)


def _told_apart(
    name: QName, text: str, first: Mapping[tuple[QName, str], str], taken: set[str]
) -> str:
    own = derive_label(name.local)
    for choice in (first.get((name, TERSE), text), f"{text} ({own})"):
        if choice.casefold() != text.casefold() and choice.casefold() not in taken:
            taken.add(choice.casefold())
            return clean_label(choice)
    return clean_label(f"{text} ({name})")


def clean_label(text: str) -> str:
    """A label as EFM 6.10.5-6 wants it: one line, no "<", at most 511 characters."""
    text = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", " ", text).replace(
        "<", " less than "
    )
    return re.sub(r"\s+", " ", text).strip()[:_LONGEST_LABEL].strip() or "Unlabelled"


# --- calculation ---------------------------------------------------------------------

_Items = dict[QName, int]


def _calculation(
    group: Sequence[MappedStatement], taxonomy: Taxonomy
) -> Iterator[CalculationArc]:
    """The statement's own sums, merged over the tables of one title.

    A sum is left out when it would bind facts that the statement does not add: where
    another table of the group prints the same total with other terms beside it.
    """
    sums: dict[QName, list[tuple[_Items, set[QName]]]] = {}
    for mapped in group:
        printed = {name for match in mapped.matches for name in match.concepts}
        for one in mapped.footing.rows:
            items = _items(mapped, one, taxonomy)
            if items is not None:
                total = mapped.matches[one.total].concepts[0]
                sums.setdefault(total, []).append((items, printed))
    for total, parts in sums.items():
        merged: _Items = {}
        for items, _ in parts:
            for name, weight in items.items():
                merged.setdefault(name, weight)
        if all(_same_binding(merged, items, printed) for items, printed in parts):
            for order, (name, weight) in enumerate(merged.items(), start=1):
                yield CalculationArc(total, name, order, 1 if weight > 0 else -1)


def _same_binding(merged: _Items, items: _Items, printed: set[QName]) -> bool:
    bound = {name: weight for name, weight in merged.items() if name in printed}
    return bound == items


def _items(mapped: MappedStatement, one: Sum, taxonomy: Taxonomy) -> _Items | None:
    """The terms of a sum as concepts with weights; None when XBRL cannot say it."""
    total = mapped.matches[one.total]
    if not one.proven or len(one.terms) < 2 or len(total.concepts) != 1:
        return None
    items: _Items = {}
    for term in one.terms:
        match = mapped.matches[term.at]
        if len(match.concepts) != 1 or match.concepts[0] in items:
            return None
        if match.concepts == total.concepts or not _same_period(total, match, taxonomy):
            return None
        implied = term.weight * total.sign * match.sign
        if (sum_weight(total, match, taxonomy) or implied) != implied:
            return None
        items[match.concepts[0]] = implied
    return items


def _same_period(total: Match, item: Match, taxonomy: Taxonomy) -> bool:
    """Calculation arcs join concepts of one period type (EFM 6.14.3)."""
    return _period_type(total, taxonomy) == _period_type(item, taxonomy)


def _period_type(match: Match, taxonomy: Taxonomy) -> str | None:
    if match.extension is not None:
        return match.extension.period_type
    concept = taxonomy.concept(match.concepts[0])
    return concept.period_type if concept else None


# --- dimensions ----------------------------------------------------------------------


def _dimensions(
    lines: Sequence[_Line],
    members: tuple[tuple[QName, QName], ...],
    taxonomy: Taxonomy,
) -> Iterator[DefinitionArc]:
    """A closed hypercube over all lines: the default is the reported figures."""
    table, items, domain = (
        concept.name
        for concept in map(
            taxonomy.find,
            ("StatementTable", "StatementLineItems", "ScenarioUnspecifiedDomain"),
        )
        if concept is not None
    )
    axis = members[0][0]
    yield DefinitionArc(items, table, 1, "all")
    yield DefinitionArc(table, axis, 1, "hypercube-dimension")
    yield DefinitionArc(axis, domain, 1, "dimension-domain")
    yield DefinitionArc(axis, domain, 2, "dimension-default")
    for order, (_, member) in enumerate(members, start=1):
        yield DefinitionArc(domain, member, order, "domain-member")
    for order, line in enumerate(lines, start=2):
        yield DefinitionArc(items, line.concept, order, "domain-member")


def called(row: Row, name: QName) -> str:
    """What a person calls a row: its label, or else its concept in words."""
    return row.label or derive_label(name.local)
