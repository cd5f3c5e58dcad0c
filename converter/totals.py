"""What totals and deductions are called, and how the layout shows a total."""

from __future__ import annotations

import re
from typing import Literal

from converter.model import Row
from converter.rows import balance_at
from converter.wording import normalised

_RESULT = re.compile(
    r"^(?:gross (?:profit|margin)|net (?:(?:income|loss|earnings)(?! tax)|revenues?|"
    r"sales|cash|"
    r"increase|decrease|change)|(?:consolidated )?(?:pre ?tax )?"
    r"(?:income|loss|earnings|profit)\b(?! tax)(?!(?!.*\bbefore\b).*tax expense)(?! on\b)"
    r"(?!(?: loss)? from discontinued)|"
    r"losses (?:income|earnings)\b|operating (?:income|loss|profit|earnings)|"
    r"(?:increase|decrease|change)(?: increase| decrease)? in cash\b|"
    r"(?:net )?cash (?:provided|used|generated|required|absorbed|flows?)|"
    r"stockholders equity$)"
)
_PERHAPS = re.compile(
    r"\b(?:net|gross|comprehensive (?:income|loss|gain)|cash (?:from|used|provided)|"
    r"pre ?tax|before|attributable|consolidated|stockholders equity)\b|"
    r"^(?:non ?current|current|long term|other) (?:assets|liabilities)$"
)
"""What a total may be called, and much else too."""
_DEDUCTED = re.compile(
    r"\b(?:cost|costs|expenses?|provision|tax(?:es)?|amortization|depreciation|"
    r"impairment|charges?|write ?offs?|research|development|selling|marketing|"
    r"general|administrative|restructuring|compensation|less|minority|dividends|"
    r"loss(?:es)? on)\b"
)
_NOT_DEDUCTED = re.compile(r"\b(?:income|benefit|credit|gain|revenues?)\b")


def looks_like_total(row: Row, above: str) -> tuple[str, ...]:
    """The layout's own evidence that a row adds up others; empty when there is none."""
    words = normalised(row.label)
    evidence = (
        (not row.label, "it has no label"),
        (words.startswith("total"), 'its label begins with "total"'),
        (_RESULT.match(words) is not None, "its label names a result"),
        (row.source.ruled, "a rule stands over it"),
        (words.startswith("net ") and above.startswith("less "), 'it is "net" after a "less"'),
        (balance_at(row) == "end", "it is a balance at the end of a period"),
    )
    return tuple(why for is_so, why in evidence if is_so)


def may_be_total(row: Row) -> bool:
    """Whether a row is called what a total may be called, among much else."""
    return _PERHAPS.search(normalised(row.label)) is not None


def likely_weight(row: Row, *, first: bool) -> Literal[1, -1]:
    """Whether a row of a sum is added or deducted, by its label."""
    words = normalised(row.label)
    if first and not words.startswith(("cost", "less")):
        return 1
    deducted = _DEDUCTED.search(words) and not _NOT_DEDUCTED.search(words)
    shown_negative = any(a is not None and a.number < 0 for a in row.amounts[:1])
    return -1 if deducted and not shown_negative else 1
