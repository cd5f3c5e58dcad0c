"""What the caption of a table says: the kind of statement, the entity, the scale."""

from __future__ import annotations

import re

from converter.model import Cell, StatementKind
from converter.periods import read_period_words

_TITLES = (
    (
        StatementKind.CASH_FLOWS,
        re.compile(
            r"\bstatements?\b.{0,30}\bcash\s*-?flows?\b|\bcash flows? statements?\b",
            re.IGNORECASE,
        ),
    ),
    (
        StatementKind.EQUITY,
        re.compile(
            r"\bstatements?\b.{0,60}\b(?:stock|share|owner|member|partner)s?\S*"
            r"(?:holders?|owners?)?\S*\s+(?:equity|investment|deficit|deficiency|capital)",
            re.IGNORECASE,
        ),
    ),
    (
        StatementKind.BALANCE_SHEET,
        re.compile(
            r"\bbalance\s+sheets?\b|\bstatements?\b.{0,30}\bfinancial\s+(?:position|condition)\b"
            r"|\bstatements?\s+of\s+(?:financial\s+)?condition\b",
            re.IGNORECASE,
        ),
    ),
    (
        StatementKind.INCOME,
        re.compile(
            r"\bstatements?\b.{0,40}\b(?:operations|income|earnings|loss(?:es)?)\b"
            r"|\b(?:income|earnings|operating)\s+statements?\b"
            r"|^(?:condensed )?consolidated (?:income|earnings|operations)$",
            re.IGNORECASE,
        ),
    ),
)
_COMPREHENSIVE = re.compile(r"\bcomprehensive\s+\(?(?:income|loss|earnings)", re.IGNORECASE)
_NOT_PRIMARY = re.compile(
    r"\b(?:data|selected|summary|summari[sz]ed|segments?|quarterly|parent|schedule|notes?\s+to|"
    r"index|reconciliation|supplemental|condensing|consolidating)\b",
    re.IGNORECASE,
)
_SCALES = (
    (9, re.compile(r"\bbillions\b", re.IGNORECASE)),
    (6, re.compile(r"\bmillions\b|\(?\$?\s?000,000'?s?\b", re.IGNORECASE)),
    (3, re.compile(r"\bthousands\b|\$?\s?\b000'?s\b|\$\s?000\b|\bm\$", re.IGNORECASE)),
)
_CURRENCIES = (
    ("CAD", re.compile(r"\bcanadian dollars?\b|\bC\$", re.IGNORECASE)),
    ("GBP", re.compile(r"\bpounds? sterling\b", re.IGNORECASE)),
    ("EUR", re.compile(r"\beuros?\b", re.IGNORECASE)),
    ("JPY", re.compile(r"\byen\b", re.IGNORECASE)),
)
_COMPANY = re.compile(
    r"\b(?:inc|corp|corporation|company|co|ltd|limited|l\.?p|llc|plc|n\.?v|s\.?a|"
    r"incorporated|trust|bancorp|bancshares|group|holdings?|industries|partners|"
    r"subsidiar(?:y|ies))\b",
    re.IGNORECASE,
)


def statement_kind(title: str) -> StatementKind | None:
    """The kind of statement that a title names, or None."""
    if _NOT_PRIMARY.search(title):
        return None
    for kind, pattern in _TITLES:
        found = pattern.search(title)
        if found is None:
            continue
        if kind is StatementKind.INCOME and _COMPREHENSIVE.search(title):
            other = re.search(
                r"\b(?:operations|earnings)\b|\bincome and\b", title, re.IGNORECASE
            )
            return kind if other else StatementKind.COMPREHENSIVE_INCOME
        return kind
    return None


def title_of(caption: tuple[Cell, ...]) -> str:
    """The line of a caption that names a statement, joined with one that completes it."""
    lines = [re.sub(r"\s+", " ", cell.text).strip() for cell in caption]
    for i in range(len(lines) - 1, -1, -1):
        if statement_kind(lines[i]) and len(lines[i]) <= 120:
            return lines[i]
        both = " ".join(lines[i : i + 2])
        if statement_kind(both) and len(both) <= 120 and lines[i][:1] != "(":
            return both
    return ""


def entity_of(caption: tuple[Cell, ...]) -> str:
    """The company that a caption names; empty when it names none."""
    lines = [re.sub(r"\s+", " ", cell.text).strip() for cell in caption]
    names = [
        line
        for line in lines
        if not line.startswith("(")
        and statement_kind(line) is None
        and not read_period_words(line).dates
    ]
    return next((name for name in names if _COMPANY.search(name)), names[0] if names else "")


def currency_of(text: str) -> str:
    """The ISO 4217 code of the currency that a caption names; dollars when none."""
    return next((code for code, pattern in _CURRENCIES if pattern.search(text)), "USD")


def scale_of(text: str) -> int:
    """The power of ten of one printed unit of money."""
    return next((power for power, pattern in _SCALES if pattern.search(text)), 0)


def shares_apart(text: str) -> bool:
    """Whether numbers of shares are printed in whole, unlike the amounts.

    "In thousands, except per share data" speaks of amounts per share only, "except share
    and per share data" of both; "dollars in thousands" leaves shares out.
    """
    if re.search(
        r"(?:\bdollars|\$)\s+(?:amounts\s+)?in\s+(?:thou|mill|bill)", text, re.IGNORECASE
    ):
        return True
    found = re.search(r"\b(?:except|excluding|other than)\b([^)]*)", text, re.IGNORECASE)
    if found is None:
        return False
    rest = re.sub(
        r"\bper[\s-](?:common[\s-])?shares?(?:\s+(?:data|amounts?|figures?|information))?",
        " ",
        found[1],
        flags=re.IGNORECASE,
    )
    return re.search(r"\bshares?\b", rest, re.IGNORECASE) is not None
