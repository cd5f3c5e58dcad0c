"""The filer's own concepts (EDGAR Filer Manual 6.7.3 to 6.7.32, 6.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from converter.filing_rules.report import Breach, Report, Rule, rule
from converter.model import ExtensionConcept, QName, Severity
from converter.taxonomy import Taxonomy

_LONGEST_NAME = 200
_NAMESPACE = re.compile(r"http://[^/]+/[12]\d{3}(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])")
_LC3 = re.compile(rf"[A-Z][A-Za-z0-9]{{0,{_LONGEST_NAME - 1}}}")
_PERIOD = re.compile(
    r"(?:First|Second|Third|Fourth)Quarter(?:$|[A-Z])|[1-4]Qtr|Qtr[1-4]|YTD|HalfYear(?:$|[A-Z])"
)
_FACE = re.compile(r"- Statement - .*(?:income|balance|financial\W+position)", re.IGNORECASE)
_DIMENSION = QName("xbrldt", "dimensionItem")
_HYPERCUBE = QName("xbrldt", "hypercubeItem")
_GROUPS = (QName("xbrli", "item"), _DIMENSION, _HYPERCUBE)
_RENAME = "give the line another name, or a standard concept, with --rules"


@rule("EFM.6.07.03", "the filer's namespace is not of the authority of a standard taxonomy")
def _own_authority(report: Report) -> Iterator[Breach]:
    own = urlsplit(report.instance.namespace).netloc
    for namespace in report.taxonomy.namespaces.values():
        if urlsplit(namespace.uri).netloc == own:
            yield Breach(f"the namespace {report.instance.namespace} is of {own}")
            return


@rule("EFM.6.07.04", "the filer's namespace is http://, an authority, and a date: /20031231")
def _dated(report: Report) -> Iterator[Breach]:
    if not _NAMESPACE.fullmatch(report.instance.namespace):
        yield Breach(f"the namespace is {report.instance.namespace}")


@rule("EFM.6.07.16", "no concept of the filer's has the name of a standard one")
def _own_names(report: Report) -> Iterator[Breach]:
    for concept in report.instance.extensions:
        known = _standard(concept.name.local, report.taxonomy)
        if known is not None:
            yield Breach(f"{concept.name} is a standard concept, {known}, by its name")


def _standard(local: str, taxonomy: Taxonomy) -> QName | None:
    found = taxonomy.find(local)
    return found.name if found else None


@rule("EFM.6.07.21", "an abstract concept is of a duration")
def _abstract(report: Report) -> Iterator[Breach]:
    for concept in report.instance.extensions:
        if concept.abstract and concept.period_type != "duration":
            yield Breach(f"{concept.name} is abstract and of an instant")


def _ending(code: str, ending: str, group: QName) -> Rule:
    asks = f"a name ends in {ending} if the concept is an {group}, and only then"

    @rule(code, asks)
    def check(report: Report) -> Iterator[Breach]:
        for concept in report.instance.extensions:
            if concept.name.local.endswith(ending) != (concept.group == group):
                yield Breach(
                    f"{concept.name} is an {concept.group}", report.place(concept.name)
                )

    return check


@rule("EFM.6.07.25", "a concept is an item, an axis or a table")
def _grouped(report: Report) -> Iterator[Breach]:
    for concept in report.instance.extensions:
        if concept.group not in _GROUPS:
            yield Breach(f"{concept.name} is an {concept.group}", report.place(concept.name))


@rule("EFM.6.07.26", "a name ends in LineItems only if the concept is abstract")
def _line_items(report: Report) -> Iterator[Breach]:
    for concept in report.instance.extensions:
        if concept.name.local.endswith("LineItems") and not concept.abstract:
            yield Breach(f"{concept.name} is not abstract", report.place(concept.name))


@rule(
    "EFM.6.07.27",
    "a name ends in Domain or Member if the concept is a domain item, and only then",
)
def _members(report: Report) -> Iterator[Breach]:
    for concept in report.instance.extensions:
        named = concept.name.local.endswith(("Domain", "Member"))
        if named != (concept.type.local == "domainItemType"):
            yield Breach(f"{concept.name} is a {concept.type}", report.place(concept.name))


@rule("EFM.6.07.28", "a domain or a member is of a duration")
def _members_last(report: Report) -> Iterator[Breach]:
    for concept in report.instance.extensions:
        if concept.type.local == "domainItemType" and concept.period_type != "duration":
            yield Breach(f"{concept.name} is a member and of an instant")


@rule(
    "EFM.6.08.05",
    "a name is its words with capitals put together (LC3): letters and digits, a capital "
    f"first, at most {_LONGEST_NAME}",
    Severity.WARNING,
)
def _lc3(report: Report) -> Iterator[Breach]:
    for concept in report.instance.extensions:
        if not _LC3.fullmatch(concept.name.local):
            yield Breach(
                f"{concept.name.local[:60]!r} is no such name", report.place(concept.name)
            )


@rule(
    "EFM.6.08.06",
    "a name tells neither the company nor a period",
    Severity.INFO,
    _RENAME,
)
def _general(report: Report) -> Iterator[Breach]:
    company = _letters(report.cover("EntityRegistrantName") or "").casefold()
    for concept in report.instance.extensions:
        local = concept.name.local
        found = _PERIOD.search(local)
        if concept.abstract or concept.type.local == "domainItemType":
            continue
        if found or (company and company in local.casefold()):
            what = found.group() if found else "the company"
            yield Breach(f"{concept.name} names {what}", report.place(concept.name))


def _letters(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)


@rule(
    "EFM.6.08.11",
    "money on a balance sheet or an income statement is a debit or a credit",
    Severity.WARNING,
)
def _balanced(report: Report) -> Iterator[Breach]:
    for network in report.instance.networks:
        if not _FACE.search(network.definition):
            continue
        for name in dict.fromkeys(arc.child for arc in network.presentation):
            concept = report.extensions.get(name)
            if concept is not None and _unbalanced(concept):
                yield Breach(f"{name} is neither a debit nor a credit", report.place(name))


def _unbalanced(concept: ExtensionConcept) -> bool:
    return concept.type.local == "monetaryItemType" and concept.balance is None


RULES: tuple[Rule, ...] = (
    _own_authority, _dated, _own_names, _abstract,
    _ending("EFM.6.07.23", "Axis", _DIMENSION), _ending("EFM.6.07.24", "Table", _HYPERCUBE),
    _grouped, _line_items, _members, _members_last, _lc3, _general, _balanced,
)  # fmt: skip
