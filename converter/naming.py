"""Concepts whose own name has the words of a caption, whatever their number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from converter.model import QName, StatementKind
from converter.taxonomy import Taxonomy, derive_label
from converter.wording import normalised, plain

_Stems = tuple[str, ...]
_SMALL = frozenset(
    ("a", "an", "and", "at", "by", "for", "in", "its", "of", "on", "or", "the", "with")
)
_TERMS = frozenset(("current", "noncurrent"))
_NO_ITEM = re.compile(r"(?:Abstract|Axis|Domain|Enumeration|LineItems|Member|Table|TextBlock)$")
_SAYS_MORE = frozenset(("ProfitLoss",))
"""Names whose words are other concepts' too: a caption's words do not point at them."""

_CHANGES = re.compile(r"\b(?:change|increase|decrease)s? in\b")
_CASH_WORDS = (
    (
        re.compile(r"^(?:purchases?|acquisitions?|additions?) (?:of|to) "),
        "payments to acquire ",
    ),
    (re.compile(r"^(?:principal )?(?:re)?payments? (?:of|on) "), "repayments of "),
    (re.compile(r"^(?:the )?issuances? of "), "proceeds from issuance of "),
    (re.compile(r"^(?:the )?sales? of "), "proceeds from sale of "),
)


def named_as(
    label: str, section: str, kind: StatementKind, taxonomy: Taxonomy
) -> Iterable[str]:
    """The local names of the concepts that a statement presents and a caption spells.

    The section is the heading next above, or empty.
    """
    known = _index(taxonomy).get(kind, {})
    found: dict[str, None] = {}
    for words in _spellings(label, section, kind):
        said = _TERMS.intersection(words.split())
        for name in known.get(_stems(words), ()):
            terms = _TERMS.intersection(normalised(derive_label(name.local)).split())
            if said <= terms and (kind is StatementKind.BALANCE_SHEET or said == terms):
                found[name.local] = None
    return _by_term(found, section)


def _by_term(names: Iterable[str], section: str) -> Iterable[str]:
    """First the names that say current or noncurrent, as the section does."""
    current = re.search(r"\bcurrent\b", normalised(section))
    wanted = ("Current", "Noncurrent") if current else ("Noncurrent", "Current")
    order = {ending: i for i, ending in enumerate(wanted)}
    return sorted(
        names, key=lambda n: min((i for e, i in order.items() if n.endswith(e)), default=2)
    )


def _spellings(label: str, section: str, kind: StatementKind) -> Iterable[str]:
    """A caption as a taxonomy would word it: in cash flows by what happens to the cash."""
    words = plain(normalised(label).replace("non current", "noncurrent"))
    if kind is StatementKind.CASH_FLOWS:
        if _CHANGES.search(normalised(section)) and not words.startswith("change in "):
            yield f"change in {words}"
            return
        for pattern, told in _CASH_WORDS:
            if pattern.search(words):
                yield pattern.sub(told, words)
    yield words


def _stems(words: str) -> _Stems:
    """The words by their stems, without those that names say or leave out alike."""
    kept = [w for w in words.split() if w not in _SMALL and w not in _TERMS]
    while len(kept) > 1 and kept[-1] == "net":
        kept.pop()
    return tuple(map(_stem, kept))


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return (
        word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
    )


@lru_cache(maxsize=4)
def _index(taxonomy: Taxonomy) -> Mapping[StatementKind, Mapping[_Stems, tuple[QName, ...]]]:
    """All concepts of the statements by the words of their names, shorter names first."""
    index: dict[StatementKind, dict[_Stems, tuple[QName, ...]]] = {}
    names = [c.name for c in taxonomy if not c.abstract and not _NO_ITEM.search(c.name.local)]
    for name in sorted(names, key=lambda n: (len(n.local), n)):
        kinds = taxonomy.presented_in(name) if name.local not in _SAYS_MORE else ()
        if kinds:
            stems = _stems(plain(normalised(derive_label(name.local))))
            for kind in kinds:
                known = index.setdefault(kind, {})
                known[stems] = (*known.get(stems, ()), name)
    return index
