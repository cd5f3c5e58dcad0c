"""What the caption of a table says: the kind of statement, the entity, the scale."""

from __future__ import annotations

import re
from functools import lru_cache

from converter.model import Cell, StatementKind
from converter.periods import GLUED, read_period_words

_TITLES = (
    (
        StatementKind.CASH_FLOWS,
        re.compile(
            r"\bstatements?\b[^.]{0,30}\bcash\s*-?flows?\b|\bcash flows? statements?\b",
            re.IGNORECASE,
        ),
    ),
    (
        StatementKind.EQUITY,
        re.compile(
            r"\bstatements?\b[^.]{0,60}\b(?:stock|share|owner|member|partner)s?\S*"
            r"(?:holders?|owners?)?\S*\s+(?:equity|investment|deficit|deficiency|capital)"
            r"|\bstatements?\s+of\s+(?:changes\s+in\s+)?(?:\w+\s+){0,2}equity\b",
            re.IGNORECASE,
        ),
    ),
    (
        StatementKind.BALANCE_SHEET,
        re.compile(
            r"\bbalance\s+sheets?\b|\bstatements?\b[^.]{0,30}\bfinancial\s+(?:position|condition)\b"
            r"|\bstatements?\s+of\s+(?:financial\s+)?condition\b",
            re.IGNORECASE,
        ),
    ),
    (
        StatementKind.INCOME,
        re.compile(
            r"\bstatements?\b[^.]{0,40}\b(?:operations|income|earnings|loss(?:es)?)\b"
            r"|\b(?:income|earnings|operating)\s+statements?\b"
            r"|^(?:condensed )?consolidated (?:income|earnings|operations)$",
            re.IGNORECASE,
        ),
    ),
)
TITLE_WORD = re.compile(r"statement|sheet", re.IGNORECASE)
"""What the title of a statement is printed with, on one of its lines."""
_TITLE_WORDS = ("statement", "sheet", "consolidated")
"""Without one of these words there is no title."""
_COMPREHENSIVE = re.compile(r"\bcomprehensive\s+\(?(?:income|loss|earnings)", re.IGNORECASE)
_NOT_PRIMARY = re.compile(
    r"\b(?:is|are|was|were)\b|\b[io]n (?:the|our|its) (?:\w+ ){0,3}(?:balance|statements?)\b|"
    r"\b(?:data|selected|summary|summari[sz]ed|segments?|quarterly|parent|schedule|notes?\s+to|supplementary|"
    r"index|reconciliation|supplemental|condensing|consolidating)\b",
    re.IGNORECASE,
)
_LONGEST = 150
_ASIDE = re.compile(
    r"\([^)]*\)?|\b(?:in|dollars)\b.*\b(?:thousands|millions|billions)\b.*"
    r"|\b(?:for the )?(?:fiscal )?(?:years?|quarters?|months|weeks) ended\b.*",
    re.IGNORECASE,
)
"""What follows a title on its line: the scale, "unaudited"."""
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


_FURNITURE = re.compile(
    r"^[\W\d]*$|^[A-Z]{1,2}-?\d{1,3}$|continued|^page\b|\baccompanying\b|^see\b|"
    r"\bnotes? to\b|\bintegral part\b|^(?:consolidated |financial )*statements\.$|"
    r"^\(.*\)$|"
    r"^\W*(?:un)?audited\W*$|^table of contents$|^part i+\b|^item \d|^(?:in|dollars|amounts) ",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"^\W*(?:condensed |consolidated |selected |unaudited )*notes? to\b|^\W*note \w{1,2}\b|"
    r"\bschedule [iv]+\b|"
    r"^\W*(?:item \d+\W+)?(?:selected|supplement(?:al|ary)) (?:\w+ )*(?:data|information)\b|"
    r"\bsegments?\b|\bquarterly\b|\bmanagement'?s\b|\breport of\b|^\W*exhibit\b",
    re.IGNORECASE,
)
_OF_PARENT = re.compile(
    r"\bparent (?:company|corporation|only)\b|\(parent\)|\bfinancial information of\b.*"
    r"\bregistrant\b|\bregistrant only\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\W*note \d{1,2}\b(?!\))|\W*(?:\w+ ){0,3}notes to\b.{0,60}\bstatements\b", re.IGNORECASE
)
_LAST_TITLE = re.compile(
    r"(?:(?:[Cc]ondensed|CONDENSED|[Cc]onsolidated|CONSOLIDATED|[Ii]nterim|INTERIM|[Cc]ombined|"
    r"COMBINED|[Uu]naudited|UNAUDITED|\([Uu]naudited\))\s+){0,4}"
    r"(?:(?:Statements?|STATEMENTS?)\s+(?:of|OF|Of)\b|(?:Balance|BALANCE)\s+(?:Sheets?|SHEETS?)(?![a-z])|"
    r"(?:Income|INCOME|Earnings|EARNINGS|Operating|OPERATING)\s+(?:Statements?|STATEMENTS?)\b)"
    r"(?:(?!\b(?:[Nn]otes?|NOTES?|[Tt]able of)\b)[^.;]|(?<=\bInc|\bLtd)\.|"
    r"(?<=\bCo)\.|(?<=\bCorp)\."
    r"|(?<=\bCO)\.)*(?:\([^)]*\)[^.;]{0,30}){0,4}(?<!:)$"
)


@lru_cache(maxsize=4096)
def statement_kind(title: str) -> StatementKind | None:
    """The kind of statement that a title names, or None."""
    words = title.lower()
    if not any(word in words for word in _TITLE_WORDS):
        return None
    title = _ASIDE.sub(" ", GLUED.sub(" ", title))
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


def is_furniture(text: str) -> bool:
    """Whether a line above a table only tells of the page: numbers, names, notes, scale."""
    return bool(
        _FURNITURE.search(text.strip())
        or names_company(text)
        or statement_kind(text)
        or _tells_period(text)
        or scale_of(text)
    )


def _tells_period(text: str) -> bool:
    words = read_period_words(text)
    return bool(words.dates or words.month_days or words.length)


def names_notes(text: str) -> bool:
    """Whether a line heads what is no primary statement: notes, schedules, segments."""
    return _NOTES.search(text.strip()) is not None and "accompanying" not in text.lower()


def names_parent(text: str) -> bool:
    """Whether a line tells that what follows is of the parent company alone."""
    return _OF_PARENT.search(text) is not None


def names_note(text: str) -> bool:
    """Whether a line is the heading of a note to the statements."""
    return _NOTE.match(text) is not None


def title_start(text: str) -> int | None:
    """Where the title that ends a text begins, with no more than a note after it.

    A colon ends a sentence that says what follows: that names a statement, and heads none.
    """
    found = _LAST_TITLE.search(text)
    return found.start() if found else None


def title_of(caption: tuple[Cell, ...]) -> str:
    """The line of a caption that names a statement, joined with one that completes it."""
    lines = [re.sub(r"\s+", " ", cell.text).strip() for cell in caption]
    for i in range(len(lines) - 1, -1, -1):
        if is_title(lines[i]):
            return lines[i]
        both = " ".join(lines[i : i + 2])
        if is_title(both) and lines[i][:1] != "(":
            return both
    return ""


def from_title(caption: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """A caption from the title on; all of it where it has none.

    A date above the title is of something else: an auditor's report, a page.
    """
    lines = [cell.text for cell in caption]
    for i in range(len(lines) - 1, -1, -1):
        if is_title(lines[i]) or is_title(" ".join(lines[i : i + 2])):
            return caption[i:]
    return caption


def is_title(text: str) -> bool:
    """Whether a line is the title of a statement, and not a sentence that names one."""
    return statement_kind(text) is not None and len(_ASIDE.sub("", text)) <= _LONGEST


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


def names_company(text: str) -> bool:
    """Whether a line speaks of a company, by what its name ends in."""
    return _COMPANY.search(text) is not None


def currency_of(text: str) -> str:
    """The ISO 4217 code of the currency that a caption names; dollars when none."""
    return next((code for code, pattern in _CURRENCIES if pattern.search(text)), "USD")


@lru_cache(maxsize=4096)
def scale_of(text: str) -> int:
    """The power of ten of one printed unit of money."""
    return next((power for power, pattern in _SCALES if pattern.search(text)), 0)


def share_scale(text: str, scale: int) -> int:
    """The power of ten of one printed share: its own where the caption tells it."""
    told = re.search(r"\bshares?\b[^.;,)]{0,20}\bin\s+(\w+)", text, re.IGNORECASE)
    own = scale_of(told[1]) if told else 0
    return own or (0 if shares_apart(text) else scale)


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
