"""Labels (EDGAR Filer Manual 6.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from converter.filing_rules.report import Breach, Report, Rule, rule
from converter.labels import LONGEST_LABEL, NEGATED, NEGATED_TOTAL, STANDARD, TOTAL
from converter.model import QName

_NUMERIC_ROLES = frozenset({NEGATED, NEGATED_TOTAL, TOTAL})
_NOT_IN_A_LABEL = re.compile(r"<|&lt;|&#60;|&#x3C|\s{2,}|[\n\r\t]")


def _named(report: Report) -> dict[QName, None]:
    """The concepts that are used or presented."""
    arcs = (arc for network in report.instance.networks for arc in network.presentation)
    return dict.fromkeys([*report.used, *(name for arc in arcs for name in arc[:2])])


@rule(
    "EFM.6.10.01",
    "every concept that is used has a standard label, and a label of the role it is shown by",
)
def _present(report: Report) -> Iterator[Breach]:
    known = {(label.concept, label.role) for label in report.instance.labels}
    wanted = dict.fromkeys((name, STANDARD) for name in _named(report))
    for network in report.instance.networks:
        wanted |= dict.fromkeys((a.child, a.preferred_label) for a in network.presentation)
    for name, role in wanted:
        if (name, role) not in known:
            kind = role.rpartition("/")[2]
            yield Breach(f"{name} has no label of the role {kind}", report.place(name))


@rule("EFM.6.10.02", "a concept has one label of a role")
def _one_each(report: Report) -> Iterator[Breach]:
    seen: set[tuple[QName, str]] = set()
    for label in report.instance.labels:
        if (label.concept, label.role) in seen:
            kind = label.role.rpartition("/")[2]
            yield Breach(f"{label.concept} has two labels of the role {kind}")
        seen.add((label.concept, label.role))


@rule("EFM.6.10.04", "no two concepts have the same standard label")
def _unique(report: Report) -> Iterator[Breach]:
    first: dict[str, QName] = {}
    for name, text in report.standard_labels.items():
        known = first.setdefault(text, name)
        if known != name:
            yield Breach(f"{known} and {name} are both called {text!r}", report.place(name))


@rule(
    "EFM.6.10.06",
    f"a label has at most {LONGEST_LABEL} characters, no left angle bracket and no run of "
    "white space",
)
def _plain(report: Report) -> Iterator[Breach]:
    for label in report.instance.labels:
        if len(label.text) > LONGEST_LABEL or _NOT_IN_A_LABEL.search(label.text):
            yield Breach(
                f"{label.concept} is called {label.text[:40]!r}", report.place(label.concept)
            )


@rule("EFM.6.10.08", "a label has no white space at its ends, and some text between")
def _trimmed(report: Report) -> Iterator[Breach]:
    for label in report.instance.labels:
        if not label.text or label.text != label.text.strip():
            yield Breach(
                f"{label.concept} is called {label.text[:40]!r}", report.place(label.concept)
            )


@rule("EFM.6.10.09", "total and negated labels are of numbers only")
def _numeric(report: Report) -> Iterator[Breach]:
    texts = {f.concept for f in report.instance.facts if f.unit is None}
    for label in report.instance.labels:
        if label.role in _NUMERIC_ROLES:
            declared = report.declared(label.concept)
            if label.concept in texts or (declared is not None and declared.abstract):
                kind = label.role.rpartition("/")[2]
                yield Breach(f"{label.concept} has a {kind} and is no number")


RULES: tuple[Rule, ...] = (_present, _one_each, _unique, _plain, _trimmed, _numeric)
