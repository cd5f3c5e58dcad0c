"""Concepts of the filer's own, named and typed as the EDGAR Filer Manual asks (6.7, 6.8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from converter.model import (
    EXTENSION,
    Balance,
    Basis,
    Component,
    ExtensionConcept,
    Instant,
    Measure,
    QName,
    Row,
    Statement,
    StatementKind,
)
from converter.rows import balance_at
from converter.taxonomy import Taxonomy
from converter.wording import AMOUNT_EACH, normalised

_LONGEST_NAME = 180
"""EDGAR allows 200 (EFM 6.8.5); the rest is for what tells names apart, and for endings."""

_SYMBOLS = (("%", " Percent "), ("&", " And "), ("+", " Plus "), ("$", " Dollar "))
_POSSESSIVE = re.compile(r"(?<=[A-Za-z])['\u2019`]s?\b")
_NUMBER = re.compile(r"\$\s?[\d.,]*\d|\b\d{1,3}(?:,\d{3})+\b|(?<!\w)\.\d+")
_STATED_EACH = re.compile(rf"\([^()]*{AMOUNT_EACH.pattern}[^()]*\)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SAYS_LITTLE = {"Basic", "Diluted", "Interest", "Net", "Other", "OtherNet", "Subtotal", "Total"}
_ARTICLES = {"a", "an", "the"}
_LETTERED = {"class", "group", "part", "series", "tier", "tranche", "type"}
_CLASS_ALONE = re.compile(r"(?:Class|Series)[A-Z](?:Common|Preferred)?")
_DANGLING = {"and", "at", "less", "of", "or", "to", "with"}
_JOINING = {"and", "as", "at", "by", "for", "in", "net", "not", "of", "on", "or", "per", "to"}
_OUTFLOW = re.compile(
    r"\b(?:costs?|expenses?|provision|charges?|loss|losses|write ?offs?|taxes|"
    r"amortization|depreciation|impairment|dividends)\b"
)
_RESULT = re.compile(
    r"(?:net |total )?(?:operating )?(?:income|loss|earnings|profit|margin)\b"
    r"(?! tax| on | from sale)"
)
"""A result is income, whether it is a profit or a loss; a loss is negative."""

_INCOME_FIRST = re.compile(
    r"\b(?:income|gains?|earnings|profits?|benefits?)\s*"
    r"\(\s*(?:expenses?|loss(?:es)?|charges?|costs?|deductions?|provision)\b",
    re.IGNORECASE,
)
"""Without parentheses such an amount is income: "Interest and other income (expense)"."""

_TYPE_OF = {
    Measure.MONEY: "Assets",
    Measure.SHARES: "WeightedAverageNumberOfSharesOutstandingBasic",
    Measure.MONEY_PER_SHARE: "EarningsPerShareBasic",
    Measure.RATIO: "EffectiveIncomeTaxRateContinuingOperations",
}
"""A standard concept whose item type is the right one, whatever the year calls it."""


@lru_cache(maxsize=8192)
def concept_name(label: str) -> str:
    """An element name in LC3 from a caption (EFM 6.8.5): letters and digits, not too long.

    >>> concept_name("Write-off (benefit) of inventory")
    'WriteOffBenefitOfInventory'
    >>> concept_name("Cash dividends ($.25 per share in 1994 and $.24 in 1993)")
    'CashDividends'
    >>> concept_name("Conversion of a share of Class B into Class A")
    'ConversionOfShareOfClassBIntoClassA'
    >>> concept_name("8% convertible notes")
    'PercentConvertibleNotes'
    """
    text = _POSSESSIVE.sub("", AMOUNT_EACH.sub(" ", _STATED_EACH.sub(" ", label)))
    text = _YEAR.sub(" ", _NUMBER.sub(" ", text))
    for symbol, word in _SYMBOLS:
        text = text.replace(symbol, word)
    text = re.sub(r"\b[Aa]mort\.", "Amortization", text)
    words = re.sub(r"[^A-Za-z0-9]+", " ", text).split()
    kept = [w for i, w in enumerate(words) if not _is_article(words, i)] or words
    while len(kept) > 1 and kept[-1].lower() in _DANGLING:
        kept.pop()
    name = "".join(map(_capitalised, kept)).lstrip("0123456789")
    return (name[:1].upper() + name[1:])[:_LONGEST_NAME]


def _is_article(words: list[str], i: int) -> bool:
    """Whether a word is an article; the A of "Class A", "Series A" is a letter."""
    lettered = words[i].lower() == "a" and i and words[i - 1].lower() in _LETTERED
    return words[i].lower() in _ARTICLES and not lettered


def _capitalised(word: str) -> str:
    """A word as LC3 wants it; short words in capitals may be abbreviations and stay."""
    shouted = word.isupper() and (len(word) > 3 or word.lower() in _JOINING)
    return word[:1].upper() + (word[1:].lower() if shouted else word[1:])


class Names:
    """Names that concepts have, and the next number for those that would be another's."""

    def __init__(self, taken: Iterable[QName] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def add(self, name: QName) -> None:
        """Take a name."""
        self._taken.add(name)

    def take(self, local: str) -> QName:
        """Take a name for a concept of the filer's own, with a number where it is taken."""
        name = QName(EXTENSION, local)
        while name in self._taken:
            number = self._next[local] = self._next.get(local, 1) + 1
            name = QName(EXTENSION, f"{local}{number}")
        self._taken.add(name)
        return name


def extension_concept(
    statement: Statement,
    row: Row,
    taxonomy: Taxonomy,
    balance: Balance | None,
) -> ExtensionConcept:
    """A concept for a row: its type by measure, its balance by the sum it stands in.

    Args:
        statement: The statement of the row.
        row: The line that no standard concept fits.
        taxonomy: Names that are taken, and types, come from here.
        balance: What the printed total that adds the row up asks for; None when no total
            tells.
    """
    local = concept_name(row.label) or _nameless(statement, row)
    if local in _SAYS_LITTLE or _CLASS_ALONE.fullmatch(local):
        about = row.section[-1] if row.section else statement.kind.value
        local = concept_name(f"{about} {local}") or local
    instant = statement.kind is StatementKind.BALANCE_SHEET or _is_struck(row)
    return ExtensionConcept(
        QName(EXTENSION, free_name(local, row, taxonomy)),
        item_type(row.measure, taxonomy),
        "instant" if instant else "duration",
        (balance or caption_balance(statement, row)) if row.measure is Measure.MONEY else None,
    )


def _is_struck(row: Row) -> bool:
    """Whether a line of a statement of flows is a balance."""
    told = balance_at(row)
    return isinstance(row.period, Instant) or (row.period is None and told is not None)


def item_type(measure: Measure, taxonomy: Taxonomy) -> QName:
    """The item type that the taxonomy itself uses for a measure."""
    concept = taxonomy.find(_TYPE_OF[measure])
    return concept.type if concept else QName("xbrli", "monetaryItemType")


def free_name(local: str, row: Row | None, taxonomy: Taxonomy) -> str:
    """A name that no standard concept has (EFM 6.7.16): with the section, or a suffix."""
    if taxonomy.find(local) is None:
        return local
    if row is not None and row.section:
        longer = concept_name(f"{row.section[-1]} {local}")
        if taxonomy.find(longer) is None:
            return longer
    return f"{local}AsPrinted"


def _nameless(statement: Statement, row: Row) -> str:
    section = concept_name(row.section[-1]) if row.section else ""
    return (
        f"{section}Subtotal"
        if section
        else f"{statement.kind.name.title().replace('_', '')}Subtotal"
    )


def caption_balance(statement: Statement, row: Row) -> Balance:
    """The balance that a caption suggests; money on a statement has one (EFM 6.8.11)."""
    words = normalised(" ".join([*row.section, row.label]))
    if statement.kind is StatementKind.BALANCE_SHEET:
        return (
            "credit" if re.search(r"\b(?:liabilit|equity|deficit|payable)", words) else "debit"
        )
    if statement.kind is StatementKind.CASH_FLOWS:
        return "debit"
    if _RESULT.match(normalised(row.label)) or _INCOME_FIRST.search(row.label):
        return "credit"
    return "debit" if _OUTFLOW.search(normalised(row.label)) else "credit"


def opposite(balance: Balance) -> Balance:
    """Debit for credit, and the other way round."""
    return "credit" if balance == "debit" else "debit"


_SCENARIO = "StatementScenarioAxis"
_DIMENSIONS = {
    Basis.ADJUSTMENT: (_SCENARIO, "ScenarioAdjustmentMember"),
    Basis.NON_GAAP: (_SCENARIO, "NonGaapMember"),
    Basis.PRO_FORMA: (_SCENARIO, "ProFormaMember"),
    Basis.PREVIOUSLY_REPORTED: ("RestatementAxis", "ScenarioPreviouslyReportedMember"),
    Basis.RESTATEMENT: ("RestatementAxis", "RestatementAdjustmentMember"),
}


@lru_cache(maxsize=256)
def dimension(basis: Basis, taxonomy: Taxonomy) -> tuple[QName, QName] | None:
    """The axis and the member for a column's basis; None for reported figures.

    The scenario axis allows extension members (DQC_0001.76); the standard one is taken
    where the taxonomy has it and does not deprecate it. Before there was an axis for
    restatements they were on the scenario axis.
    """
    if basis is Basis.REPORTED:
        return None
    wanted, local = _DIMENSIONS[basis]
    axis = taxonomy.find(wanted) or taxonomy.find(_SCENARIO)
    concepts = [taxonomy.concept(QName(prefix, local)) for prefix in ("us-gaap", "srt")]
    current = [c.name for c in concepts if c is not None and not taxonomy.is_deprecated(c)]
    return (
        axis.name if axis else QName(EXTENSION, wanted),
        current[0] if current else QName(EXTENSION, local),
    )


_EQUITY_AXIS = "StatementEquityComponentsAxis"


@lru_cache(maxsize=1024)
def component_dimension(part: Component, taxonomy: Taxonomy) -> tuple[QName, QName]:
    """The axis and the member for a component of equity."""
    axis = taxonomy.find(_EQUITY_AXIS)
    known = [c for c in map(taxonomy.find, part.members) if c is not None]
    current = [c.name for c in known if not taxonomy.is_deprecated(c)]
    local = concept_name(part.caption).removesuffix("Member") or "Other"
    if taxonomy.find(f"{local}Member") is not None:
        local = f"{local}Component"
    return (
        axis.name if axis else QName(EXTENSION, _EQUITY_AXIS),
        current[0] if current else QName(EXTENSION, f"{local}Member"),
    )


def axis_domain(axis: QName, taxonomy: Taxonomy) -> QName:
    """The domain of an axis, which is its default: the reported figures."""
    own = "EquityComponentDomain" if axis.local == _EQUITY_AXIS else ""
    names = (own or axis.local.replace("Axis", "Domain"), "ScenarioUnspecifiedDomain")
    found = [c.name for c in map(taxonomy.find, names) if c is not None]
    return found[0] if found else QName(EXTENSION, names[0])


def domain_member(name: QName, taxonomy: Taxonomy) -> ExtensionConcept:
    """A member of the filer's own, of the item type that the taxonomy gives members."""
    model = taxonomy.find("ScenarioAdjustmentMember")
    kind = model.type if model else QName("xbrli", "stringItemType")
    abstract = model.abstract if model else True
    return ExtensionConcept(name, kind, "duration", None, abstract=abstract)


def heading_concept(local: str) -> ExtensionConcept:
    """An abstract concept of the filer's own, for a heading (EFM 6.7.32)."""
    kind = QName("xbrli", "stringItemType")
    return ExtensionConcept(QName(EXTENSION, local), kind, "duration", None, abstract=True)
