"""xBRL-JSON 1.0 and xBRL-CSV 1.0: a report for readers without XML.

Both are syntaxes of one model (Open Information Model 1.0): a fact is a value with
dimensions, of which concept, entity, period, unit and language are the built-in ones. What
both have in common with the xBRL-XML report is the extension taxonomy beside them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

from converter.model import (
    EXTENSION,
    Context,
    Duration,
    Entity,
    Fact,
    Instance,
    Period,
    QName,
    RenderedFile,
    Unit,
)
from converter.output import json_text
from converter.pipeline import Conversion
from converter.rendering import as_address, lexical
from converter.taxonomy import Taxonomy
from converter.xml_text import in_xml

JSON_TYPE = "https://xbrl.org/2021/xbrl-json"
CSV_TYPE = "https://xbrl.org/2021/xbrl-csv"
LANGUAGE = "en-us"
"""Of all text, as the other forms have it; in lower case (xBRL-JSON 1.0, section 3.4)."""

_OIM = "https://xbrl.org/2021"
_ENTITY = "cik"
_STANDARD = {
    "iso4217": "http://www.xbrl.org/2003/iso4217",
    "xbrli": "http://www.xbrl.org/2003/instance",
}
_IN_A_PATH = re.compile("[%?#]")
"""What cannot stand in a path as it is; all else may (XML Schema part 2, anyURI)."""
_PURE = QName("xbrli", "pure")
_TEXT = ("stringItemType", "normalizedStringItemType", "tokenItemType", "textBlockItemType")


def json_file(conversion: Conversion, taxonomy: Taxonomy) -> RenderedFile:
    """The report as xBRL-JSON: `<stem>.json`.

    Values are canonical (section 3.1.1.1): a decimal has a point and no superfluous zero.
    """
    report = _Report(conversion.instance, taxonomy)
    content = {
        "documentInfo": {
            "documentType": JSON_TYPE,
            "features": {"xbrl:canonicalValues": True},
            "namespaces": {"xbrl": _OIM, **report.namespaces()},
            "taxonomy": [report.schema],
        },
        "facts": {one.id: _json_fact(one) for one in report.facts()},
    }
    return RenderedFile(f"{report.stem}.json", json_text(content).encode())


def csv_files(conversion: Conversion, taxonomy: Taxonomy) -> tuple[RenderedFile, RenderedFile]:
    """The report as xBRL-CSV: `<stem>-csv.json` tells what `<stem>-facts.csv` holds.

    One row a fact, one column a dimension; every column is there for every report but those
    of axes, so that the tables of many reports can be put below one another.
    """
    report = _Report(conversion.instance, taxonomy)
    axes = report.axes()
    table = f"{report.stem}-facts.csv"
    metadata = {
        "documentInfo": {
            "documentType": CSV_TYPE,
            "namespaces": report.namespaces(),
            "taxonomy": [report.schema],
        },
        "tableTemplates": {"facts": _template(axes)},
        "tables": {"facts": {"url": _IN_A_PATH.sub(lambda m: quote(m[0]), table)}},
    }
    text = io.StringIO()
    # All cells are quoted: readers that guess at the dialect guess right.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([*_BEFORE, *map(_column, axes), *_AFTER])
    writer.writerows(_csv_row(one, axes) for one in report.facts())
    return (
        RenderedFile(f"{report.stem}-csv.json", json_text(metadata).encode()),
        RenderedFile(table, text.getvalue().encode()),
    )


# --- the model -----------------------------------------------------------------------


class _OimFact(NamedTuple):
    """A fact with all that is told of it; `integer` tells that its type has no fractions."""

    id: str
    concept: QName
    entity: str
    period: Period
    unit: str
    axes: tuple[tuple[QName, QName], ...]
    language: str
    decimals: int | None
    value: Decimal | str
    integer: bool


class _Report:
    """An instance as the Open Information Model has it."""

    def __init__(self, instance: Instance, taxonomy: Taxonomy) -> None:
        self._instance = instance
        self._taxonomy = taxonomy
        self._own = {e.name: e.type for e in instance.extensions}
        self.stem = instance.stem
        self.schema = f"{as_address(instance.stem)}.xsd"

    def facts(self) -> Iterator[_OimFact]:
        """All facts, in their order in the instance."""
        contexts = {one.id: one for one in self._instance.contexts}
        units = {one.id: _unit(one) for one in self._instance.units}
        kind = cache(self._kind)
        for fact in self._instance.facts:
            unit = units[fact.unit] if fact.unit else ""
            yield _oim_fact(fact, contexts[fact.context], unit, kind(fact.concept))

    def axes(self) -> list[QName]:
        """The axes on which facts stand, by name."""
        contexts = self._instance.contexts
        return sorted({axis for context in contexts for axis, _ in context.dimensions})

    def namespaces(self) -> dict[str, str]:
        """What the prefixes of names and of the entity stand for, by prefix."""
        names = {fact.concept for fact in self._instance.facts}
        names |= {n for c in self._instance.contexts for pair in c.dimensions for n in pair}
        measures = [m for u in self._instance.units for m in (u.numerator, u.denominator) if m]
        prefixes = {name.prefix for name in (*names, *measures)}
        found = {prefix: self._namespace(prefix) for prefix in prefixes}
        found[_ENTITY] = self._instance.entity.scheme
        return dict(sorted(found.items()))

    def _namespace(self, prefix: str) -> str:
        if prefix == EXTENSION:
            return self._instance.namespace
        return _STANDARD.get(prefix) or self._taxonomy.namespaces[prefix].uri

    def _kind(self, name: QName) -> str:
        """The item type of XBRL 2.1 that the type of a concept comes from, without prefix."""
        concept = self._taxonomy.concept(name)
        found = concept.type if concept else self._own[name]
        while (item := self._taxonomy.item_type(found)) is not None:
            found = item.base
        return found.local


def _oim_fact(fact: Fact, context: Context, unit: str, kind: str) -> _OimFact:
    text = isinstance(fact.value, str)
    return _OimFact(
        fact.id,
        fact.concept,
        _entity(context.entity),
        context.period,
        unit,
        context.dimensions,
        LANGUAGE if text and kind in _TEXT else "",
        fact.decimals,
        _plain(fact.value) if isinstance(fact.value, str) else fact.value,
        integer="nteger" in kind,
    )


def _plain(text: str) -> str:
    """Text as a reader of the XML has it (XML 1.0, sections 2.2 and 2.11)."""
    return in_xml(text).replace("\r\n", "\n").replace("\r", "\n")


def _entity(entity: Entity) -> str:
    return f"{_ENTITY}:{entity.identifier}"


def _unit(unit: Unit) -> str:
    """A unit in one string (OIM Common 1.0); a pure number has none (OIM 1.0)."""
    if unit.denominator is not None:
        return f"{unit.numerator}/{unit.denominator}"
    return "" if unit.numerator == _PURE else str(unit.numerator)


# --- xBRL-JSON -----------------------------------------------------------------------


def _json_fact(fact: _OimFact) -> dict[str, object]:
    dimensions = {
        "concept": str(fact.concept),
        "entity": fact.entity,
        "period": _period(fact.period),
    }
    if fact.unit:
        dimensions["unit"] = fact.unit
    if fact.language:
        dimensions["language"] = fact.language
    dimensions |= {str(axis): str(member) for axis, member in fact.axes}
    if isinstance(fact.value, str):
        return {"value": fact.value, "dimensions": dimensions}
    value = _number(fact.value) if fact.integer else _canonical(fact.value)
    return {"value": value, "decimals": fact.decimals, "dimensions": dimensions}


def _period(period: Period) -> str:
    """A period as OIM 1.0 has it: a day ends when the next one begins."""
    if isinstance(period, Duration):
        return f"{_midnight(period.start)}/{_midnight(_next(period.end))}"
    return _midnight(_next(period.date))


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _canonical(number: Decimal) -> str:
    """A decimal as XML Schema has it canonically (part 2, 3.2.3.2)."""
    text = _number(number)
    return text if "." in text else f"{text}.0"


def _number(number: Decimal) -> str:
    """A number without superfluous zeros."""
    text = lexical(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- xBRL-CSV ------------------------------------------------------------------------

_BEFORE = ("id", "concept", "entity", "period", "unit", "language")
_AFTER = ("decimals", "value")


def _template(axes: Iterable[QName]) -> dict[str, object]:
    """What the columns mean: those of the dimensions speak of the value in their row."""
    named = {str(axis): _column(axis) for axis in axes}
    built_in = {name: name for name in _BEFORE[1:]}
    dimensions = {name: f"${column}" for name, column in (built_in | named).items()}
    columns: dict[str, object] = {name: {} for name in (*_BEFORE, *named.values(), "decimals")}
    columns["value"] = {"dimensions": dimensions, "decimals": "$decimals"}
    return {"rowIdColumn": "id", "columns": columns}


def _column(axis: QName) -> str:
    """The column of an axis: an identifier has no colon."""
    return f"{axis.prefix}_{axis.local}"


def _csv_row(fact: _OimFact, axes: Iterable[QName]) -> list[object]:
    members = dict(fact.axes)
    return [
        fact.id,
        fact.concept,
        fact.entity,
        _days(fact.period),
        fact.unit,
        fact.language,
        *(members.get(axis, "") for axis in axes),
        "" if fact.decimals is None else fact.decimals,
        _cell(fact.value) if isinstance(fact.value, str) else _number(fact.value),
    ]


def _days(period: Period) -> str:
    """A period in whole days, first and last (xBRL-CSV 1.0, abbreviated periods)."""
    if isinstance(period, Duration):
        return f"{period.start.isoformat()}..{period.end.isoformat()}"
    return f"{period.date.isoformat()}@end"


def _cell(text: str) -> str:
    """Text that is no special value (xBRL-CSV 1.0, special values): `#` is doubled."""
    return f"#{text}" if text.startswith("#") else text or "#empty"
