"""Captions compared by their words, not by how they happen to be printed."""

from __future__ import annotations

import re
from functools import lru_cache

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
"""The name of a month, whole or abbreviated, as part of a regular expression."""

AMOUNT_EACH = re.compile(
    r"(?:\$\s?[\d,.]*\d|(?<![\d,])\d*\.\d+|\b\d+(?= cents))(?: cents)? (?:per|an?) "
    r"(?:[a-z]+ ){0,3}(?:shares?|units?|ads)\b(?: in (?:19|20)\d\d)?",
    re.IGNORECASE,
)
"""What a label itself states of a share, whatever the numbers of its row count."""

_ABBREVIATIONS = {
    "accum": "accumulated", "admin": "administrative", "amort": "amortization",
    "assn": "association", "cap": "capital", "curr": "current", "dep": "depreciation",
    "depr": "depreciation", "dev": "development", "equip": "equipment",
    "exp": "expense", "inc": "income", "liab": "liabilities", "misc": "miscellaneous",
    "mkt": "marketable", "oper": "operating", "prov": "provision", "pymts": "payments",
    "rec": "receivable", "rev": "revenue", "sec": "securities", "util": "utilities",
}  # fmt: skip
_SAME = {
    "shareholders": "stockholders", "shareowners": "stockholders",
    "stockholder": "stockholders", "shareholder": "stockholders",
    "shareowner": "stockholders",
}  # fmt: skip
_POSSESSIVE = re.compile(r"['\u2019`]s?(?=\s|$|[,;:.)])")
_ABBREVIATED = re.compile(r"\b([a-z]{3,5})\.")
_NOT_WORD = re.compile(r"[^a-z0-9%$]+")


@lru_cache(maxsize=8192)
def normalised(label: str) -> str:
    """A label in lower case, its words parted by single blanks, spelt out.

    >>> normalised("Total  Shareholders' Equity (deficit):")
    'total stockholders equity deficit'
    >>> normalised("Amort. of goodwill & intangibles")
    'amortization of goodwill and intangibles'
    """
    text = label.lower().replace("&", " and ").replace("%", " % ")
    text = _ABBREVIATED.sub(lambda m: _ABBREVIATIONS.get(m[1], m[1]) + " ", text)
    text = _POSSESSIVE.sub("", text)
    words = _NOT_WORD.sub(" ", text).split()
    return " ".join(_SAME.get(word, word) for word in words)


_TAX = r"(?:income )?tax(?:es)?(?: on (?:income|earnings))?"
_CHARGE = r"(?:provision|benefit|credit|expense|recovery)s?"
_RESULT = r"(?:income|loss|losses|earnings|profit)"
_FLOW = r"(?:provided|used|generated|required|flows?)"
_WAY = r"(?: (?:by|in|for|from|to))?"
_TO_LESS = (
    r"(?:(?:an )?(?:estimated )?(?:accumulated|allowances?|reserves?|unamortized|current))"
)
_OF_TAX = (
    r"(?:(?:related|applicable) )?(?:income )?tax(?:es)?"
    r"(?: (?:benefits?|effects?|expense|provision|credit))*"
)
_AFTER_RESULT = (
    r"(?:before|per|(?:attributable|applicable|available|allocable) to"
    r"|from (?:continuing|discontinued|operations))"
)
_PLAINER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), plainer)
    for pattern, plainer in (
        # What stands beside a caption: notes, and what has been deducted already.
        (r"^less (?=\w)", ""),
        (r" (?:see )?notes? \d.*$", ""),
        (rf" (?:net of|less) (?:the )?{_TO_LESS}\b.*$", " net"),
        (rf" net of {_OF_TAX}(?: of\b.*)?$", ""),
        # A tax is one concept, whether it is a charge or a benefit.
        (rf"\b(?:{_CHARGE}(?: (?:for|from|of))? )+(?:federal |us )?{_TAX}\b", "income taxes"),
        (rf"\b{_TAX}(?: {_CHARGE})+\b", "income taxes"),
        (r"\btaxes on (?:income|earnings)\b", "income taxes"),
        # So is a result, a profit or a loss.
        (rf"\b{_RESULT}(?: (?:or )?{_RESULT})+\b(?! tax)", "income"),
        (r"(?<!retained )(?<!gross )\b(?:earnings|profit)\b", "income"),
        (r"\b(net|operating|comprehensive|pretax|consolidated) loss\b", r"\1 income"),
        (rf"\bloss(?:es)?(?= {_AFTER_RESULT})", "income"),
        (r"\b(?:gains?|loss(?:es)?)(?: (?:or )?(?:gains?|loss(?:es)?))+\b", "gain"),
        # And a change, an increase or a decrease.
        (
            r"^(?:net )?(?:(?:increase|decrease|change)s? )+(?:or decrease )?(in|of)\b",
            r"change \1",
        ),
        (rf"\bcash(?: (?:or )?{_FLOW}{_WAY})+(?= .*(?:activit|operations))", "cash from"),
    )
)


@lru_cache(maxsize=8192)
def plain(words: str) -> str:
    """A normalised caption without its alternatives: what it states, whatever its sign.

    A caption is printed with both signs ("Net income (loss)"), with either, and in any
    order; the concept is the same.

    >>> plain("net loss income")
    'net income'
    >>> plain("loss earnings before provision for benefit from income taxes")
    'income before income taxes'
    >>> plain("accounts receivable net of allowance of 1 and 2")
    'accounts receivable net'
    """
    for pattern, plainer in _PLAINER:
        words = pattern.sub(plainer, words)
    return words.strip()
