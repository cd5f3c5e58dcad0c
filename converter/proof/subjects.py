"""What a report has facts of, as running text calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Final, Literal

from converter.model import Measure, Period
from converter.proof.equations import Figure
from converter.proof.evidence import Evidence, Stating
from converter.proof.said_figures import Found, Subject
from converter.proof.said_periods import Time, time_of
from converter.wording import normalised

REVENUE: Final = "revenue"
NET: Final = "net income"
EACH: Final = "earnings per share"
GROSS: Final = "gross profit"
OPERATING: Final = "operating income"
CASH: Final = "cash"
DIVIDENDS_EACH: Final = "dividends per share"
RESULTS: Final = frozenset((NET, EACH, GROSS, OPERATING))
"""What may be below zero, and is called a loss then."""

_RESULT = r"(?:income|earnings|profit|loss(?:es)?)"
_ANY_RESULT = rf"{_RESULT}(?:\s+(?:or\s+)?\(?{_RESULT}\)?)*"
_SHARES = r"(?:(?:fully|basic|diluted|common|primary|and|ordinary)[\s-]+){0,4}share"
_SHARE_KINDS = r"(?:(?:basic|diluted|fully|primary|and|net)[\s-]+){0,4}"
_ALL = r"(?:(?:total|net|consolidated|operating)\s+){0,3}"
_EQUIVALENTS = r"(?:,?\s+cash\s+equivalents|\s+and\s+(?:cash\s+)?equivalents)?"
_INVESTED = r"(?:(?:,|,?\s+and)\s+(?:short-term\s+investments|marketable\s+securities))?"
_FAMILIES: Final = tuple(
    (key, re.compile(rf"\b(?:{pattern})(?![\w-])", re.IGNORECASE))
    for key, pattern in (
        (
            EACH,
            rf"{_SHARE_KINDS}{_ANY_RESULT}\s+per\s+{_SHARES}|EPS",
        ),
        (
            REVENUE,
            rf"{_ALL}(?:revenues?|sales)(?:\s+and\s+other\s+income)?",
        ),
        (NET, rf"(?:consolidated\s+)?net\s+{_ANY_RESULT}|earnings"),
        (GROSS, r"gross\s+(?:profits?|margins?)"),
        (
            OPERATING,
            rf"operating\s+{_ANY_RESULT}|{_ANY_RESULT}\s+from\s+operations",
        ),
        (
            CASH,
            rf"cash{_EQUIVALENTS}{_INVESTED}",
        ),
    )
)
_FAMILY_WORD = re.compile(
    "revenue|sales|income|earnings|profit|loss|margin|cash|EPS", re.IGNORECASE
)
_CONCEPTS: Final = {
    **dict.fromkeys(
        (
            "Revenues", "SalesRevenueNet", "SalesRevenueGoodsNet",
            "RevenueFromContractWithCustomerExcludingAssessedTax",
            "RevenueFromContractWithCustomerIncludingAssessedTax",
        ),
        REVENUE,
    ),
    **dict.fromkeys(("NetIncomeLoss", "ProfitLoss"), NET),
    "GrossProfit": GROSS,
    "OperatingIncomeLoss": OPERATING,
}  # fmt: skip
_PIECE = re.compile(r"[A-Za-z0-9]+(?:['\u2019]s)?")
_BETWEEN = re.compile(r"[\s,&()'\u2019-]*")
_LEFT_OUT = frozenset(("total",))
_TRAILING = frozenset(("net", "expense", "cost", "total"))
_ALONE = frozenset(("inventory", "goodwill", "receivable"))
_LONGEST = 9
_MOST_KNOWN, _MOST_FOUND = 500, 50
"""So many facts of a subject text may speak of, and of one time: ten times a filing's."""


@dataclass(frozen=True, slots=True)
class Known:
    """A fact that text may speak of.

    `sign` times the printed number is its value; `plain` tells that it is of the whole
    company as reported, and `basis` what else it is.
    """

    figure: Figure
    period: Period
    time: Time
    sign: Literal[1, -1]
    plain: bool
    each: bool
    basis: str
    concept: str

    @property
    def value(self) -> Decimal:
        """The value of the fact."""
        return self.figure.amount.number * self.sign

    def column_like(self, other: Known) -> bool:
        """Whether another is of the same kind: a line, and a basis."""
        return (self.concept, self.basis) == (other.concept, other.basis)

    def beside(self, other: Known) -> bool:
        """Whether another stands in the same column."""
        mine, its = self.figure.cell, other.figure.cell
        if mine is None or its is None:
            return False
        return (mine.statement, mine.column) == (its.statement, its.column)


@dataclass(frozen=True)
class Subjects:
    """The facts of a report by what they are called; `names` are words of its entities."""

    known: dict[str, list[Known]]
    captions: dict[str, list[tuple[str, ...]]]
    names: frozenset[str]

    @classmethod
    def of(cls, evidence: Evidence) -> Subjects:
        """The subjects of the statements of a report, plain facts before others."""
        known: dict[str, list[Known]] = {}
        captions: dict[str, set[tuple[str, ...]]] = {}
        for stating in sorted(evidence.statings, key=lambda s: not s.is_plain):
            one = _known(evidence, stating)
            if one is None:
                continue
            words = _words_of(evidence, stating)
            key = _CONCEPTS.get(stating.concept) or _called(words)
            key = _each_key(one, words) if one.each and one.time.months else key
            of_key = known.setdefault(key, [])
            if len(of_key) < _MOST_KNOWN:
                of_key.append(one)
            parts = tuple(key.split())
            if key not in RESULTS and (len(parts) > 1 or key in _ALONE):
                captions.setdefault(parts[0], set()).add(parts)
        ordered = {
            first: sorted(some, key=lambda key: (-len(key), key))
            for first, some in captions.items()
        }
        return cls(known, ordered, _names(evidence))

    def facts(self, key: str, times: Iterable[Time], *, each: str) -> list[Known]:
        """The facts of a subject at any of some times, plain ones first.

        Of a share, those that are called diluted, or basic, if any are.
        """
        wanted = tuple(times)
        if each and key in {NET, OPERATING}:
            key = EACH
        of_key = self.known.get(key, [])
        of_time = (k for k in of_key if any(t.covers(k.time) for t in wanted))
        found = list(islice(of_time, _MOST_FOUND))
        called = [k for k in found if each and each in k.concept.lower()]
        return called or found

    def find(self, text: str) -> Sequence[Found]:
        """What a sentence speaks of, from left to right; of two at a place the longer."""
        found = [*_of_families(text), *self._of_captions(text)]
        found.sort(key=lambda f: (f.start, -f.end))
        kept: list[Found] = []
        for one in found:
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
        return kept

    def _of_captions(self, text: str) -> Iterator[Found]:
        pieces = list(_PIECE.finditer(text))
        stems = [_stem(piece[0].lower()) for piece in pieces]
        for i, stem in enumerate(stems):
            for key in self.captions.get(stem, ()):
                if tuple(stems[i : i + len(key)]) != key:
                    continue
                last = i + len(key) - 1
                while last + 1 < len(stems) and stems[last + 1] in {"expense", "cost"}:
                    last += 1
                start, end = pieces[i].start(), pieces[last].end()
                yield Found(start, end, Subject(" ".join(key), text[start:end]))
                break


def _of_families(text: str) -> Iterator[Found]:
    if not _FAMILY_WORD.search(text):
        return
    for key, pattern in _FAMILIES:
        for found in pattern.finditer(text):
            yield Found(found.start(), found.end(), Subject(key, found[0]))


def _known(evidence: Evidence, stating: Stating) -> Known | None:
    cell = stating.figure.cell
    if cell is None:
        return None
    statement = evidence.statements[cell.statement].statement
    row, column = statement.rows[cell.row], statement.columns[cell.column]
    if row.measure not in {Measure.MONEY, Measure.MONEY_PER_SHARE}:
        return None
    part = row.component or column.component
    return Known(
        stating.figure,
        stating.period,
        time_of(stating.period),
        stating.sign,
        stating.is_plain,
        row.measure is Measure.MONEY_PER_SHARE,
        part.caption if part else column.basis.value,
        stating.concept,
    )


def _words_of(evidence: Evidence, stating: Stating) -> str:
    cell = stating.figure.cell
    return evidence.statements[cell.statement].statement.rows[cell.row].label if cell else ""


def _each_key(one: Known, words: str) -> str:
    paid = "dividend" in words.lower() or "dividend" in one.concept.lower()
    return DIVIDENDS_EACH if paid else EACH


@lru_cache(maxsize=4096)
def _called(words: str) -> str:
    return _family(words) or " ".join(_key(words))


def _family(words: str) -> str | None:
    body = " ".join(words.split()).rstrip(" :.")
    return next((key for key, pattern in _FAMILIES if pattern.fullmatch(body)), None)


def _key(words: str) -> tuple[str, ...]:
    stems = [_stem(word) for word in normalised(words).split()]
    while len(stems) > 1 and stems[0] in _LEFT_OUT:
        stems.pop(0)
    while len(stems) > 2 and stems[-1] in _TRAILING:
        stems.pop()
    return tuple(stems)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return (
        word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
    )


def _names(evidence: Evidence) -> frozenset[str]:
    words = (w for mapped in evidence.statements for w in mapped.statement.entity.split())
    return frozenset(word.strip(',.()"').lower() for word in words if word[0].isupper())
