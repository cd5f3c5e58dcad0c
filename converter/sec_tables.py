"""A report in the layout of SEC's Financial Statement Data Sets.

Source: SEC, "Financial Statement Data Sets", section 5, in the layout since 2025, where
`num.txt` has the column `segments`. Tab-separated, UTF-8, LF, a first line of names, and
no quotation marks: what is a tab or a line's end in a text becomes a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from decimal import Context as Precision
from types import MappingProxyType
from typing import Final, NamedTuple

from converter.labels import STANDARD
from converter.model import (
    EXTENSION,
    Balance,
    Context,
    Duration,
    Fact,
    Finding,
    Instance,
    MappedStatement,
    Network,
    PeriodType,
    PresentationArc,
    QName,
    Severity,
    StatementKind,
    Unit,
    last_day,
)
from converter.networks import presented_together
from converter.pipeline import Conversion
from converter.sec_submission import SUB, accession_of, month_end, stamp, submission_row
from converter.taxonomy import Taxonomy
from converter.xml_text import in_xml, no_formula

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "sub.txt": SUB,
        "tag.txt": (
            *("tag", "version", "custom", "abstract", "datatype", "iord", "crdr"),
            *("tlabel", "doc"),
        ),
        "num.txt": (
            *("adsh", "tag", "version", "ddate", "qtrs", "uom", "segments", "coreg"),
            *("value", "footnote"),
        ),
        "pre.txt": (
            *("adsh", "report", "line", "stmt", "inpth", "rfile", "tag", "version"),
            *("plabel", "negating"),
        ),
    }
)
"""The files of a data set and their columns, as SEC orders them."""

_STATEMENTS = {
    StatementKind.BALANCE_SHEET: "BS", StatementKind.INCOME: "IS",
    StatementKind.CASH_FLOWS: "CF", StatementKind.EQUITY: "EQ",
    StatementKind.COMPREHENSIVE_INCOME: "CI",
}  # fmt: skip
_UNCLASSIFIED = "UN"
_DIMENSION = "dimensionItem"
_LAST_PLACE = Decimal("0.0001")
"""A value is limited to four digits to the right of the decimal point."""

_WIDE = Precision(prec=200, rounding=ROUND_HALF_UP)
_YEAR = re.compile(r"/(\d{4})(?:-|$)")

Row = Mapping[str, str]


class Key(NamedTuple):
    """What makes a row of `num.txt` a row of its own, but for the report."""

    tag: str
    version: str
    ddate: str
    qtrs: str
    uom: str
    segments: str


class Numbers(NamedTuple):
    """The facts that `num.txt` has, by key, and those whose key another one has."""

    kept: Mapping[Key, Fact]
    left_out: tuple[Fact, ...]


def sec_tables(conversion: Conversion, taxonomy: Taxonomy) -> dict[str, bytes]:
    """The four files of one report, by name; the same bytes every time."""
    accession = accession_of(conversion)
    versions = _Versions(taxonomy, accession)
    numbers = _numbers(conversion.instance, versions)
    names = {fact.concept for fact in numbers.kept.values()}
    rows: dict[str, Iterable[Row]] = {
        "sub.txt": [submission_row(conversion)],
        "tag.txt": _tag_rows(sorted(names), conversion.instance, taxonomy, versions),
        "num.txt": _num_rows(numbers, accession),
        "pre.txt": _pre_rows(conversion, names, taxonomy, versions),
    }
    return {name: _text(COLUMNS[name], of_file) for name, of_file in rows.items()}


def table_findings(conversion: Conversion, taxonomy: Taxonomy) -> list[Finding]:
    """What the layout cannot hold: facts of one key, and digits beyond the fourth."""
    numbers = _numbers(conversion.instance, _Versions(taxonomy, ""))
    periods = {context.id: context.period for context in conversion.instance.contexts}
    values = ((fact, Decimal(fact.value)) for fact in numbers.kept.values())
    return [
        *(_left_out(fact, last_day(periods[fact.context])) for fact in numbers.left_out),
        *(_rounded(fact, value) for fact, value in values if value != _limited(value)),
    ]


def _left_out(fact: Fact, end: date) -> Finding:
    return Finding(
        "tables.left-out",
        Severity.INFO,
        f"{fact.concept} for the period to {end} is not in num.txt: its dates, rounded to "
        "whole months and quarters, are those of another figure of it",
        fact.place,
    )


def _rounded(fact: Fact, value: Decimal) -> Finding:
    return Finding(
        "tables.rounded",
        Severity.INFO,
        f"{fact.concept} is {value:,f}, but {_limited(value):,f} in num.txt, which has four "
        "digits after the point",
        fact.place,
    )


def _text(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    lines = ["\t".join(columns)]
    lines += ["\t".join(_cell(row.get(name, "")) for name in columns) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str) -> str:
    """Text in one cell, which a spreadsheet does not take for a formula."""
    return no_formula(" ".join(in_xml(text).split()))


# --- names ---------------------------------------------------------------------------


class _Versions:
    """The version of a concept: `us-gaap/2024`, or the report that made it up."""

    def __init__(self, taxonomy: Taxonomy, accession: str) -> None:
        self._taxonomy = taxonomy
        self._accession = accession

    def __call__(self, name: QName) -> str:
        namespace = self._taxonomy.namespaces.get(name.prefix)
        if name.prefix == EXTENSION or namespace is None:
            return self._accession
        year = _YEAR.search(namespace.uri)
        return f"{name.prefix}/{year[1]}" if year else name.prefix


def _tag_rows(
    names: Iterable[QName], instance: Instance, taxonomy: Taxonomy, versions: _Versions
) -> Iterator[Row]:
    """One row a concept. The index has no labels of the taxonomy: those are empty."""
    own = {concept.name: concept for concept in instance.extensions}
    called = {label.concept: label.text for label in instance.labels if label.role == STANDARD}
    for name in names:
        concept = own.get(name) or taxonomy.concept(name)
        if concept is None:
            continue
        yield {
            "tag": name.local,
            "version": versions(name),
            "custom": str(int(name in own)),
            "abstract": "0",
            "datatype": concept.type.local.removesuffix("ItemType"),
            "iord": _point_or_span(concept.period_type),
            "crdr": _side(concept.balance),
            "tlabel": called.get(name, "") if name in own else "",
        }


def _point_or_span(period_type: PeriodType) -> str:
    return "I" if period_type == "instant" else "D"


def _side(balance: Balance | None) -> str:
    return balance[0].upper() if balance else ""


# --- numbers -------------------------------------------------------------------------


def _numbers(instance: Instance, versions: _Versions) -> Numbers:
    """Of facts that one key stands for, the one whose dates are rounded least."""
    contexts = {context.id: context for context in instance.contexts}
    units = {unit.id: unit for unit in instance.units}
    by_key: dict[Key, list[Fact]] = {}
    for fact in instance.facts:
        if isinstance(fact.value, Decimal) and fact.unit is not None:
            key = _key(fact.concept, contexts[fact.context], units[fact.unit], versions)
            by_key.setdefault(key, []).append(fact)
    kept = {
        key: min(facts, key=lambda fact: _rounding(contexts[fact.context]))
        for key, facts in by_key.items()
    }
    left = (f for key, facts in by_key.items() for f in facts if f is not kept[key])
    return Numbers(kept, tuple(left))


def _key(concept: QName, context: Context, unit: Unit, versions: _Versions) -> Key:
    return Key(
        concept.local,
        versions(concept),
        stamp(month_end(last_day(context.period))),
        str(quarters(context)),
        measure_text(unit),
        segments_text(context),
    )


def _rounding(context: Context) -> tuple[int, int]:
    """How many days off the end and the length of a period are in the data set."""
    end = last_day(context.period)
    length = _sixteenths(context)
    return abs((month_end(end) - end).days), abs(length - 1461 * quarters(context))


def quarters(context: Context) -> int:
    """How many quarters a period is long, rounded; 0 is a point in time.

    A quarter has 365.25 / 4 days: 1461 sixteenths of a day.
    """
    return (2 * _sixteenths(context) + 1461) // 2922


def _sixteenths(context: Context) -> int:
    period = context.period
    return 16 * ((period.end - period.start).days + 1) if isinstance(period, Duration) else 0


def measure_text(unit: Unit) -> str:
    """The unit of measure: of amounts per share that of the amounts, as SEC has it."""
    below = unit.denominator
    if below is None or below.local == "shares":
        return unit.numerator.local
    return f"{unit.numerator.local}/{below.local}"


def segments_text(context: Context) -> str:
    """`EquityComponents=RetainedEarnings;`, of each axis one, in order of their names."""
    pairs = sorted(
        (_axis(axis.local), _member(name.local)) for axis, name in context.dimensions
    )
    return "".join(f"{axis}={member};" for axis, member in pairs)


def _axis(local: str) -> str:
    return local.removeprefix("Statement").removesuffix("Axis")


def _member(local: str) -> str:
    return local.removesuffix("Member").removesuffix("Domain")


def _num_rows(numbers: Numbers, accession: str) -> Iterator[Row]:
    for key, fact in numbers.kept.items():
        value = format(_limited(Decimal(fact.value)), "f")
        yield {"adsh": accession, **key._asdict(), "value": value}


def _limited(value: Decimal) -> Decimal:
    return value.quantize(_LAST_PLACE, context=_WIDE) or Decimal("0.0000")


# --- presentation --------------------------------------------------------------------


def _pre_rows(
    conversion: Conversion, names: set[QName], taxonomy: Taxonomy, versions: _Versions
) -> Iterator[Row]:
    """The lines of each statement that state a number, under the numbers they stand at."""
    labels = {(one.concept, one.role): one.text for one in conversion.instance.labels}
    groups = list(presented_together(conversion.statements))
    networks = conversion.instance.networks
    after_cover = networks[len(networks) - len(groups) :]
    for group, network in zip(groups, after_cover, strict=True):
        aside = _within_labels(group)
        for line, arc in enumerate(_shown(network, taxonomy), start=2):
            if arc.child not in names:
                continue
            role = arc.preferred_label
            yield {
                "adsh": accession_of(conversion),
                "report": network.definition.partition(" ")[0].lstrip("0"),
                "line": str(line),
                "stmt": _statement(group),
                "inpth": str(int(arc.child in aside)),
                "tag": arc.child.local,
                "version": versions(arc.child),
                "plabel": labels.get((arc.child, role), ""),
                "negating": str(int("negated" in role)),
            }


def _statement(group: Sequence[MappedStatement]) -> str:
    """Its kind; the details of a line, which the notes give, are no statement."""
    first = group[0].statement
    return _UNCLASSIFIED if first.detail_of else _STATEMENTS[first.kind]


def _within_labels(group: Iterable[MappedStatement]) -> set[QName]:
    """The concepts of amounts that are printed within the label of another line."""
    return {
        name
        for mapped in group
        for match in mapped.matches
        if mapped.statement.rows[match.row].aside
        for name in match.concepts
    }


def _shown(network: Network, taxonomy: Taxonomy) -> list[PresentationArc]:
    """The lines below the first, from the top down, without axes and their members."""
    below: dict[QName, list[PresentationArc]] = {}
    for arc in network.presentation:
        below.setdefault(arc.parent, []).append(arc)
    waiting = _roots(network, below)
    shown: list[PresentationArc] = []
    while waiting:
        arc = waiting.pop()
        if not _is_axis(arc.child, taxonomy):
            shown.append(arc)
            waiting += sorted(below.get(arc.child, ()), key=lambda one: -one.order)
    return shown


def _roots(
    network: Network, below: Mapping[QName, Sequence[PresentationArc]]
) -> list[PresentationArc]:
    """The arcs of what is below nothing, the first of them last."""
    children = {arc.child for arc in network.presentation}
    arcs = [arc for name in below if name not in children for arc in below[name]]
    return sorted(arcs, key=lambda one: -one.order)


def _is_axis(name: QName, taxonomy: Taxonomy) -> bool:
    concept = taxonomy.concept(name)
    return concept is not None and concept.group.local == _DIMENSION
