"""Roles, presentation and calculation (EDGAR Filer Manual 6.7.9-12, 6.12, 6.14, 6.16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from converter.filing_rules.report import Breach, Report, Rule, rule, shown
from converter.model import CalculationArc, Network, PresentationArc, QName

_DEFINITION = re.compile(
    r"(?P<number>[0-9]+) - (?P<sort>Statement|Disclosure|Schedule|Document) - [^\n]*\S"
)
_SORTS = ("Document", "Statement", "Disclosure", "Schedule")


# --- roles -----------------------------------------------------------------------------


@rule(
    "EFM.6.07.09",
    "the URI of a role has the authority of the filer's namespace and ends in /role/Name",
)
def _own_roles(report: Report) -> Iterator[Breach]:
    authority = urlsplit(report.instance.namespace)[:2]
    for network in report.instance.networks:
        own = urlsplit(network.role)[:2] == authority
        if not own or not re.fullmatch(r".*/role/[^/\s]+", network.role):
            yield Breach(f"{shown(network)} has the role {network.role}")


@rule("EFM.6.07.10", "a role is declared once")
def _distinct_roles(report: Report) -> Iterator[Breach]:
    seen: set[str] = set()
    for network in report.instance.networks:
        for name in (network.role, network.id):
            if name in seen:
                yield Breach(f"{name} of {shown(network)} is another role's too")
            seen.add(name)


@rule(
    "EFM.6.07.12",
    "the definition of a role reads `0002 - Statement - Title`; numbers differ, and the "
    "cover comes before statements, statements before disclosures",
)
def _defined(report: Report) -> Iterator[Breach]:
    order: list[tuple[int, int, Network]] = []
    for network in report.instance.networks:
        found = _DEFINITION.fullmatch(network.definition)
        if found is None:
            yield Breach(f"the role {network.role} is defined as {network.definition!r}")
        else:
            order.append((int(found["number"]), _SORTS.index(found["sort"]), network))
    for before, after in pairwise(sorted(order, key=lambda one: one[0])):
        if before[0] == after[0] or after[1] < before[1]:
            yield Breach(f"{shown(after[2])} comes after {shown(before[2])}")


# --- presentation ----------------------------------------------------------------------


def _children(network: Network) -> dict[QName, list[PresentationArc]]:
    groups: dict[QName, list[PresentationArc]] = {}
    for arc in network.presentation:
        groups.setdefault(arc.parent, []).append(arc)
    return groups


@rule("EFM.6.12.02", "the children of a heading have distinct orders")
def _ordered(report: Report) -> Iterator[Breach]:
    for network in report.instance.networks:
        for parent, arcs in _children(network).items():
            if len({arc.order for arc in arcs}) < len(arcs):
                yield Breach(f"two children of {parent} in {shown(network)} share an order")


@rule("EFM.6.12.03", "every concept that is used is presented")
def _presented(report: Report) -> Iterator[Breach]:
    arcs = (arc for network in report.instance.networks for arc in network.presentation)
    presented = {name for arc in arcs for name in arc[:2]}
    for name in report.used:
        if name not in presented:
            yield Breach(f"{name} is used and not presented", report.place(name))


@rule("EFM.6.12.05", "a concept shown twice under a heading is shown by two labels")
def _distinct_preferred(report: Report) -> Iterator[Breach]:
    for network in report.instance.networks:
        for parent, arcs in _children(network).items():
            if len({(arc.child, arc.preferred_label) for arc in arcs}) < len(arcs):
                yield Breach(f"{parent} shows a concept twice by one label in {shown(network)}")


@rule("EFM.6.12.06", "the presentation of a role has one root")
def _one_root(report: Report) -> Iterator[Breach]:
    for network in report.instance.networks:
        children = {arc.child for arc in network.presentation}
        roots = [parent for parent in _children(network) if parent not in children]
        if len(roots) != 1:
            named = ", ".join(map(str, roots)) or "none"
            yield Breach(f"{shown(network)} has {len(roots)} roots: {named}")


@rule("EFM.6.12.08", "an axis is presented with its domain below it")
def _with_domain(report: Report) -> Iterator[Breach]:
    for network in report.instance.networks:
        groups = _children(network)
        for name in dict.fromkeys(arc.child for arc in network.presentation):
            below = (report.declared(arc.child) for arc in groups.get(name, ()))
            if name.local.endswith("Axis") and not any(
                one is not None and one.name.local.endswith(("Domain", "Member"))
                for one in below
            ):
                yield Breach(f"{name} has no domain in {shown(network)}")


# --- calculation -----------------------------------------------------------------------


@rule("EFM.6.14.02", "the weight of a term is 1 or -1")
def _weighted(report: Report) -> Iterator[Breach]:
    for arc, network in _sums(report):
        if arc.weight not in {1, -1}:
            yield Breach(f"{arc.child} in {arc.parent} weighs {arc.weight} in {shown(network)}")


@rule("EFM.6.14.03", "total and terms are of one period type")
def _one_period_type(report: Report) -> Iterator[Breach]:
    for arc, network in _sums(report):
        total, item = report.declared(arc.parent), report.declared(arc.child)
        if total and item and total.period_type != item.period_type:
            yield Breach(
                f"{arc.parent} is of a {total.period_type} and its term {arc.child} of a "
                f"{item.period_type} in {shown(network)}",
                report.place(arc.parent),
            )


@rule("EFM.6.14.04", "no concept adds into itself")
def _no_circle(report: Report) -> Iterator[Breach]:
    for network in report.instance.networks:
        below: dict[QName, set[QName]] = {}
        for arc in network.calculation:
            below.setdefault(arc.parent, set()).add(arc.child)
        for total in below:
            if total in _all_below(total, below):
                yield Breach(
                    f"{total} adds into itself in {shown(network)}", report.place(total)
                )


def _all_below(total: QName, below: dict[QName, set[QName]]) -> set[QName]:
    found: set[QName] = set()
    front = set(below[total])
    while front:
        found |= front
        front = {item for name in front for item in below.get(name, ())} - found
    return found


@rule("EFM.6.14.05", "a total and its term are presented in one role")
def _presented_together(report: Report) -> Iterator[Breach]:
    networks = report.instance.networks
    shown_in = [{name for arc in n.presentation for name in arc[:2]} for n in networks]
    for arc, network in _sums(report):
        both = {arc.parent, arc.child}
        if both <= report.facts.keys() and not any(both <= names for names in shown_in):
            yield Breach(
                f"{arc.parent} and {arc.child} add up in {shown(network)} and are nowhere "
                "presented together",
                report.place(arc.parent),
            )


def _sums(report: Report) -> Iterator[tuple[CalculationArc, Network]]:
    return ((arc, n) for n in report.instance.networks for arc in n.calculation)


# --- definition ------------------------------------------------------------------------


@rule("EFM.6.16.03", "below an axis stands a domain, a concept of the type for domains")
def _domains(report: Report) -> Iterator[Breach]:
    for network in report.instance.networks:
        for arc in network.dimensions:
            if arc.arcrole in {"dimension-domain", "dimension-default"}:
                domain = report.declared(arc.child)
                if domain is None or domain.type.local != "domainItemType":
                    yield Breach(
                        f"{arc.child} is no domain of {arc.parent} in {shown(network)}"
                    )


RULES: tuple[Rule, ...] = (
    _own_roles, _distinct_roles, _defined, _ordered, _presented, _distinct_preferred,
    _one_root, _with_domain, _weighted, _one_period_type, _no_circle, _presented_together,
    _domains,
)  # fmt: skip
