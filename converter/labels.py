"""Labels of concepts: one text per role, standard labels told apart (EFM 6.10)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from converter.model import (
    Label,
    QName,
)
from converter.taxonomy import derive_label

STANDARD = "http://www.xbrl.org/2003/role/label"
TERSE = "http://www.xbrl.org/2003/role/terseLabel"
TOTAL = "http://www.xbrl.org/2003/role/totalLabel"
NEGATED = "http://www.xbrl.org/2009/role/negatedLabel"
NEGATED_TOTAL = "http://www.xbrl.org/2009/role/negatedTotalLabel"
LONGEST_LABEL = 511
_NO_LABEL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")


def distinct_labels(labels: Sequence[Label]) -> tuple[Label, ...]:
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
    text = _NO_LABEL.sub(" ", text).replace("<", " less than ")
    return _BLANKS.sub(" ", text).strip()[:LONGEST_LABEL].strip() or "Unlabelled"


_STRUCTURE = (
    ("LineItems", "Line Items"),
    ("Abstract", "Abstract"),
    ("Member", "Member"),
    ("Domain", "Domain"),
    ("Table", "Table"),
    ("Axis", "Axis"),
)


def structure_label(name: QName, text: str | None) -> str:
    """What a heading, an axis or a member is called: the words, and its kind in brackets.

    >>> structure_label(QName("us-gaap", "StatementScenarioAxis"), None)
    'Statement scenario [Axis]'
    """
    ending, kind = next(
        ((e, k) for e, k in _STRUCTURE if name.local.endswith(e)), ("", "Abstract")
    )
    words = text or derive_label(name.local.removesuffix(ending))
    return f"{words} [{kind}]"
