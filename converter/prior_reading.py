"""An earlier report read from disk: an XBRL instance, and the labels beside it.

What comes from elsewhere is not trusted: no network, no entities, no document type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from converter.earlier import Prior, PriorConcept
from converter.errors import OptionsError, SubmissionError
from converter.limits import read_file
from converter.model import (
    EXTENSION,
    Balance,
    Duration,
    Instant,
    Measure,
    Period,
    QName,
    StatementKind,
)
from converter.taxonomy import derive_label
from converter.wording import normalised
from converter.xml_reading import Node, has_document_type, read_xml

_XBRLI = "{http://www.xbrl.org/2003/instance}"
_LINK = "{http://www.xbrl.org/2003/linkbase}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_STANDARD = re.compile(r"http://(?:fasb\.org|xbrl\.us)/(us-gaap|srt)/\d{4}")
_FOREIGN = re.compile(
    r"https?://(?:[\w.-]+\.)?(?:fasb|xbrl|ifrs|w3)\.org/|https?://xbrl\.(?:us|sec\.gov)/"
)
"""Namespaces of others' taxonomies; whatever is in none of them is the filer's own."""
_INLINE = {".htm", ".html", ".xhtml"}
_BESIDE = re.compile(r"_(?:pre|cal|def|lab|ref)$", re.IGNORECASE)
_STRUCTURE = re.compile(r"(?:(?<!\s)\s++)?\[(?:Abstract|Roll Forward)\]$", re.IGNORECASE)
_KINDS = (
    (re.compile(r"^StatementOfFinancialPosition"), StatementKind.BALANCE_SHEET),
    (re.compile(r"^StatementOf\w*ComprehensiveIncome"), StatementKind.COMPREHENSIVE_INCOME),
    (re.compile(r"^IncomeStatement"), StatementKind.INCOME),
    (re.compile(r"^StatementOfCashFlows"), StatementKind.CASH_FLOWS),
    (re.compile(r"^(?:StatementOfStockholdersEquity|StatementOfPartnersCapital)"),
     StatementKind.EQUITY),
)  # fmt: skip
"""Which statement a presentation tree is, by the name of its root."""


@dataclass(slots=True)
class _Beside:
    """What the files beside an instance tell of concepts, by the ids of their elements."""

    names: dict[str, str] = field(default_factory=dict)
    balances: dict[str, Balance] = field(default_factory=dict)
    labels: dict[str, set[str]] = field(default_factory=dict)
    places: dict[str, set[tuple[StatementKind, str]]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)


def read_prior(path: Path) -> Prior:
    """An earlier report from its instance, or from the folder that holds it.

    Raises:
        OptionsError: There is no such report, or it is none that can be read.
    """
    source = _instance_in(path) if path.is_dir() else path
    root = _parsed(source)
    if root.tag != f"{_XBRLI}xbrl":
        raise OptionsError(
            f"--prior {source}: not an XBRL instance (its root is {_local(root)!r}); name the "
            "report itself, or the folder of an earlier tieout convert"
        )
    beside = _beside(source)
    identifiers = [node.text or "" for node in root.iter(f"{_XBRLI}identifier")]
    entity = identifiers[0].strip() if identifiers else ""
    concepts = tuple(_concepts(root, beside))
    if not concepts:
        raise OptionsError(f"--prior {source}: the report has no figures")
    return Prior(str(path), entity, concepts)


def _instance_in(folder: Path) -> Path:
    files = sorted(p for p in folder.glob("*.xml") if not _BESIDE.search(p.stem))
    formulas = {f"{p.stem}-formula" for p in files}
    found = [p for p in files if p.stem not in formulas]
    if len(found) != 1:
        what = "holds several reports" if found else "holds no report"
        raise OptionsError(f"--prior {folder}: {what}; name one instance (.xml)")
    return found[0]


def _parsed(path: Path) -> Node:
    if path.suffix.lower() in _INLINE:
        raise OptionsError(
            f"--prior {path}: Inline XBRL is not read yet; name the instance that was "
            "extracted from it (..._htm.xml)"
        )
    try:
        root = read_xml(read_file(path))
    except FileNotFoundError as error:
        raise OptionsError(f"--prior {path}: no such file; check the path") from error
    except OSError as error:
        raise OptionsError(f"--prior {path}: cannot be read: {error.strerror}") from error
    except SubmissionError as error:
        raise OptionsError(f"--prior {error}") from error
    except ValueError as error:
        raise OptionsError(f"--prior {path}: {error}") from error
    if has_document_type(root):
        raise OptionsError(f"--prior {path}: it has a document type, which no report needs")
    return root


def _local(node: Node) -> str:
    return str(etree.QName(node).localname)


# --- facts ---------------------------------------------------------------------------


def _concepts(root: Node, beside: _Beside) -> Iterator[PriorConcept]:
    """The concepts that have figures, as the report shows them, else as it states them."""
    periods = {node.get("id"): _period(node) for node in root.iter(f"{_XBRLI}context")}
    units = {node.get("id"): _measure(node) for node in root.iter(f"{_XBRLI}unit")}
    figures: dict[QName, dict[Period, Decimal]] = {}
    measures: dict[QName, Measure] = {}
    ids: dict[QName, str] = {}
    for node in root.iterchildren(tag=etree.Element):
        name, measure = _qname(node), units.get(node.get("unitRef"))
        if name is None or measure is None or node.get("contextRef") not in periods:
            continue
        measures.setdefault(name, measure)
        ids.setdefault(name, _id_of(node, name, beside))
        known = figures.setdefault(name, {})
        period, value = periods[node.get("contextRef")], _value(node)
        if period is not None and value is not None and measures[name] is measure:
            known.setdefault(period, value)
    shown = sorted(figures, key=lambda n: beside.order.get(ids[n], len(beside.order)))
    for name in shown:
        key = ids[name]
        yield PriorConcept(
            name,
            measures[name],
            figures[name],
            frozenset(_captions(name, beside.labels.get(key, set()))),
            frozenset(beside.places.get(key, ())),
            beside.balances.get(key) if name.prefix == EXTENSION else None,
        )


def _qname(node: Node) -> QName | None:
    """The name of a fact's concept; None for those of taxonomies that are not read."""
    tag = etree.QName(node)
    standard = _STANDARD.match(tag.namespace or "")
    if standard:
        return QName(standard[1], str(tag.localname))
    if not tag.namespace or _FOREIGN.match(tag.namespace):
        return None
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", str(tag.localname))
    return QName(EXTENSION, str(tag.localname)) if plain else None


def _id_of(node: Node, name: QName, beside: _Beside) -> str:
    """The id of a concept's element in its schema, where locators point."""
    if name.prefix != EXTENSION:
        return f"{name.prefix}_{name.local}"
    known = (key for key, local in beside.names.items() if local == name.local)
    return next(known, f"{node.prefix}_{name.local}")


def _value(node: Node) -> Decimal | None:
    if node.get(_NIL) in ("true", "1"):
        return None
    try:
        value = Decimal((node.text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _period(context: Node) -> Period | None:
    """The period of a context without dimensions; None for any other."""
    if context.find(f".//{_XBRLI}segment") is not None:
        return None
    if context.find(f"{_XBRLI}scenario") is not None:
        return None
    texts = [
        (context.findtext(f"{_XBRLI}period/{_XBRLI}{name}") or "").strip()
        for name in ("instant", "startDate", "endDate")
    ]
    try:
        if texts[0]:
            return Instant(_day(texts[0], ends=True))
        return Duration(_day(texts[1], ends=False), _day(texts[2], ends=True))
    except (ValueError, OverflowError):
        return None


def _day(text: str, *, ends: bool) -> date:
    """A day; midnight is the end of the day before it (XBRL 2.1, 4.7.2)."""
    day, _, time = text.partition("T")
    before = timedelta(days=1 if ends and time.startswith("00:00:00") else 0)
    return date.fromisoformat(day[:10]) - before


def _measure(unit: Node) -> Measure | None:
    names = [(node.text or "").strip() for node in unit.iter(f"{_XBRLI}measure")]
    kinds = [name.rpartition(":")[2] for name in names]
    money = [len(kind) == 3 and kind.isupper() for kind in kinds]
    if kinds == ["shares"]:
        return Measure.SHARES
    if kinds == ["pure"]:
        return Measure.RATIO
    if money == [True]:
        return Measure.MONEY
    return Measure.MONEY_PER_SHARE if money[:1] == [True] and kinds[1:] == ["shares"] else None


# --- what stands beside it -----------------------------------------------------------


def _beside(source: Path) -> _Beside:
    found = _Beside()
    stem = source.with_suffix("")
    for ending, read in ((".xsd", _schema), ("_lab.xml", _labels), ("_pre.xml", _places)):
        path = stem.parent / f"{stem.name}{ending}"
        if path.is_file():
            read(_parsed(path), found)
    return found


def _schema(root: Node, found: _Beside) -> None:
    for node in root.iter(f"{_SCHEMA}element"):
        key, name = node.get("id"), node.get("name")
        if key and name:
            found.names[key] = name
            balance = node.get(f"{_XBRLI}balance")
            if balance == "debit" or balance == "credit":  # noqa: PLR1714  (it narrows)
                found.balances[key] = balance


def _targets(link: Node) -> dict[str, str]:
    """The ids that the locators of a link point at, by the locators' labels."""
    return {
        node.get(f"{_XLINK}label", ""): node.get(f"{_XLINK}href", "").rpartition("#")[2]
        for node in link.iter(f"{_LINK}loc")
    }


def _labels(root: Node, found: _Beside) -> None:
    for link in root.iter(f"{_LINK}labelLink"):
        ids = _targets(link)
        texts: dict[str, list[str]] = {}
        for node in link.iter(f"{_LINK}label"):
            if "ocumentation" not in node.get(f"{_XLINK}role", ""):
                texts.setdefault(node.get(f"{_XLINK}label", ""), []).append(node.text or "")
        for arc in link.iter(f"{_LINK}labelArc"):
            key = ids.get(arc.get(f"{_XLINK}from", ""))
            if key:
                told = texts.get(arc.get(f"{_XLINK}to", ""), ())
                found.labels.setdefault(key, set()).update(told)


def _captions(name: QName, labels: set[str]) -> Iterator[str]:
    """What a concept is called; also without what tells it from others called alike."""
    for label in labels:
        yield normalised(label)
        for own in (derive_label(name.local), str(name)):
            if label.endswith(f" ({own})"):
                yield normalised(label.removesuffix(f" ({own})"))


def _places(root: Node, found: _Beside) -> None:
    for link in root.iter(f"{_LINK}presentationLink"):
        ids = _targets(link)
        above = {
            ids.get(arc.get(f"{_XLINK}to", ""), ""): ids.get(arc.get(f"{_XLINK}from", ""), "")
            for arc in link.iter(f"{_LINK}presentationArc")
        }
        kinds = [_kind(key) for key in dict.fromkeys(above.values()) if key not in above]
        kind = next((one for one in kinds if one), None)
        for key, parent in above.items():
            found.order.setdefault(key, len(found.order))
            if kind is not None:
                headings = _headings(parent, found.labels) if parent in above else {""}
                places = {(kind, heading) for heading in headings}
                found.places.setdefault(key, set()).update(places)


def _headings(parent: str, labels: Mapping[str, set[str]]) -> set[str]:
    return {normalised(_STRUCTURE.sub("", text)) for text in labels.get(parent, ())} or {""}


def _kind(key: str) -> StatementKind | None:
    local = key.rpartition("_")[2]
    return next((kind for pattern, kind in _KINDS if pattern.search(local)), None)
