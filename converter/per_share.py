"""What a line of figures per share states: of which result, on which number of shares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from converter.model import Measure, Row
from converter.wording import normalised, plain

Shares = Literal["Basic", "Diluted"]

_BASIC = re.compile(r"\b(?:basic|primary)\b")
_DILUTED = re.compile(r"\b(?:diluted|dilution|dilutive)\b")
_ELSE = re.compile(
    r"\b(?:pro forma|dividends?|distributions?|goodwill|adjusted|adjustments?|tax|book value|"
    r"market|price|high|low|redemption|cash)\b"
)
_BEFORE_LAST = re.compile(
    r"\bbefore (?:\w+ ){0,3}?(?:extraordinary|cumulative|accounting change)"
)
_BEFORE_LAST_NAME = (
    "IncomeLossBeforeExtraordinaryItemsAndCumulativeEffectOfChangeInAccountingPrinciple"
    "Per{}Share"
)
_OF_RESULT: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (_BEFORE_LAST, (_BEFORE_LAST_NAME, "IncomeLossFromContinuingOperationsPer{}Share")),
    (re.compile(r"\bbefore\b"), ()),
    (re.compile(r"\bextraordinary\b"), ("IncomeLossFromExtraordinaryItemsNetOfTaxPer{}Share",)),
    (
        re.compile(r"\bcumulative effect\b|\baccounting changes?\b"),
        ("CumulativeEffectOfChangeInAccountingPrincipleNetOfTaxPer{}Share",),
    ),
    (
        re.compile(r"\bdiscontinued\b(?!.*\bcontinuing and\b)"),
        ("IncomeLossFromDiscontinuedOperationsNetOfTaxPer{}Share",),
    ),
    (re.compile(r"\bcontinuing\b"), ("IncomeLossFromContinuingOperationsPer{}Share",)),
    (re.compile(r"\bincome\b|\bloss\b|\beps\b"), ("EarningsPerShare{}",)),
)


class PerShare:
    """The lines of a statement that state figures per share."""

    def __init__(self, rows: Iterable[Row]) -> None:
        printed = [
            _texts(row)
            for row in rows
            if row.measure is Measure.MONEY_PER_SHARE and any(row.amounts)
        ]
        self._told = any(map(_shares_of, printed))
        self._of_result: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for texts in printed:
            self._of_result.setdefault(_of_result(texts), set()).add(tuple(texts))

    def concepts(self, row: Row) -> tuple[tuple[str, ...], ...]:
        """The concepts that a line of earnings may state; a tuple of two is both.

        A statement that prints one figure and calls it neither basic nor diluted has nothing
        that dilutes (APB 15, SFAS 128): the figure is both.
        """
        texts = _texts(row)
        if any(_ELSE.search(text) for text in texts[:2]):
            return ()
        names = _of_result(texts)
        shares = _shares_of(texts) or self._unsaid(names)
        return tuple(tuple(name.format(share) for share in shares) for name in names if shares)

    def _unsaid(self, names: tuple[str, ...]) -> tuple[Shares, ...]:
        """The shares meant by a line that does not say: basic where others are called diluted.

        None, where two such lines speak of one result: something else tells them apart.
        """
        if self._told:
            return ("Basic",)
        return ("Basic", "Diluted") if len(self._of_result.get(names, ())) < 2 else ()


def _texts(row: Row) -> list[str]:
    """The caption and the headings over it, the nearest first."""
    return [plain(normalised(text)) for text in (row.label, *reversed(row.section))]


def _of_result(texts: Iterable[str]) -> tuple[str, ...]:
    """The names for the result that the caption, or else the nearest heading, speaks of."""
    for text in texts:
        for pattern, names in _OF_RESULT:
            if pattern.search(text):
                return names
    return ()


def _shares_of(texts: Iterable[str]) -> tuple[Shares, ...]:
    for text in texts:
        named: list[Shares] = []
        if _BASIC.search(text):
            named.append("Basic")
        if _DILUTED.search(text):
            named.append("Diluted")
        if named:
            return tuple(named)
    return ()
