"""Captions compared by their words, not by how they happen to be printed."""

from __future__ import annotations

import re
from functools import lru_cache

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
"""The name of a month, whole or abbreviated, as part of a regular expression."""

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
