"""Programs that no one here wrote read our reports, and see all their facts.

They come with the extra `consumers`; a test of one that is not installed is skipped. None
may reach the network: what they would fetch is put where they look for it. What each can
and cannot read is told in docs/tables.md.
"""

from __future__ import annotations

import io
import socket
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from converter.model import (
    Context,
    Duration,
    Fact,
    Instance,
    Instant,
    Period,
    RenderedFile,
    Unit,
)
from converter.options import Options
from converter.pipeline import Conversion, convert
from converter.rendering import used_concepts
from converter.taxonomy import load_taxonomy
from converter.validation import _bundled_files, package_of

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "golden" / "cases"
INPUTS = {
    "example": ROOT / "examples" / "sonus-8-k-2003-10-08.txt",
    **{path.parent.name: path for path in sorted(CASES.glob("*/input.txt"))},
}
TAXONOMIES = ("us-gaap-2024", "us-gaap-2009")

pytestmark = [
    pytest.mark.consumers,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Format .* not implemented:UserWarning"),
]
each_report = pytest.mark.parametrize(
    ("case", "taxonomy"), [(case, taxonomy) for case in INPUTS for taxonomy in TAXONOMIES]
)


class Said(NamedTuple):
    """A fact as any program may hold it; see `number` for its value."""

    concept: str
    period: Period
    dimensions: tuple[str, ...]
    unit: str
    value: float | str


def number(value: Decimal | float) -> float:
    """All three calculate with `float`: 32.3 * 10**6 is 32299999.999999996 to them."""
    return float(f"{value:.14g}")


def needs(module: str, distribution: str) -> pytest.MarkDecorator:
    missing = find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{distribution} is not installed (consumers)")


has_pages = pytest.mark.skipif(
    find_spec("converter.inline") is None, reason="there is no inline form to read"
)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a consumer reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("EDGAR_LOCAL_DATA_DIR", str(tmp_path / "edgar"))


@cache
def _converted(case: str, taxonomy: str) -> Conversion:
    path = INPUTS[case]
    return convert(path.read_bytes(), name=path.name, options=Options(taxonomy=taxonomy))


# --- what we say ---------------------------------------------------------------------


def said_by_us(instance: Instance, unit_of: Callable[[Unit], str]) -> Counter[Said]:
    contexts = {context.id: context for context in instance.contexts}
    units = {unit.id: unit_of(unit) for unit in instance.units}
    return Counter(
        Said(
            str(fact.concept),
            contexts[fact.context].period,
            _dimensions(contexts[fact.context]),
            units.get(fact.unit or "", ""),
            _value(fact),
        )
        for fact in instance.facts
    )


def _value(fact: Fact) -> float | str:
    return number(fact.value) if isinstance(fact.value, Decimal) else fact.value


def _dimensions(context: Context) -> tuple[str, ...]:
    return tuple(sorted(f"{axis}={member}" for axis, member in context.dimensions))


def whole_unit(unit: Unit) -> str:
    below = f"/{unit.denominator}" if unit.denominator else ""
    return f"{unit.numerator}{below}"


def only_numerator(unit: Unit) -> str:
    return str(unit.numerator)


def period_of(start: object, end: object, instant: object) -> Period:
    if instant:
        return Instant(date.fromisoformat(str(instant)))
    first, last = (date.fromisoformat(str(day)) for day in (start, end))
    return Duration(first, last)


def written(files: Iterable[RenderedFile], folder: Path) -> Path:
    """The files of a report on disk; its instance."""
    paths = []
    for file in files:
        paths.append(folder / file.name)
        paths[-1].write_bytes(file.data)
    return paths[0]


def _page(conversion: Conversion, taxonomy: str) -> RenderedFile:
    """The report as Inline XBRL, whether or not findings come with it."""
    made = import_module("converter.inline").inline_file(conversion, load_taxonomy(taxonomy))
    return made if isinstance(made, RenderedFile) else next(iter(made))


# --- py-xbrl -------------------------------------------------------------------------


@needs("xbrl", "py-xbrl")
@each_report
def test_py_xbrl_reads_all_facts(case: str, taxonomy: str, tmp_path: Path) -> None:
    conversion = _converted(case, taxonomy)
    document = written(conversion.files, tmp_path)
    found = _read_by_py_xbrl(document, conversion.instance, taxonomy)
    assert found == said_by_us(conversion.instance, whole_unit)


@needs("xbrl", "py-xbrl")
@has_pages
@each_report
def test_py_xbrl_reads_all_facts_of_the_page(case: str, taxonomy: str, tmp_path: Path) -> None:
    conversion = _converted(case, taxonomy)
    document = written([_page(conversion, taxonomy), *conversion.files[1:]], tmp_path)
    said = set(said_by_us(conversion.instance, whole_unit))
    found = set(_read_by_py_xbrl(document, conversion.instance, taxonomy))
    assert found <= said
    # It passes over a tag that has nothing but another tag in it.
    assert said - found <= set(said_by_us(_in_shared_places(conversion), whole_unit))


def _in_shared_places(conversion: Conversion) -> Instance:
    """The facts printed where another one is: "basic and diluted"."""
    facts = conversion.instance.facts
    places = Counter(span for fact in facts for span in fact.sources)
    shared = (fact for fact in facts if any(places[span] > 1 for span in fact.sources))
    return replace(conversion.instance, facts=tuple(shared))


def _read_by_py_xbrl(document: Path, instance: Instance, taxonomy: str) -> Counter[Said]:
    cache_of = import_module("xbrl.cache").HttpCache
    filled = _filled_cache(instance, taxonomy, document.parent / "cache")
    parser = import_module("xbrl.instance").XbrlParser(cache_of(str(filled)))
    report = parser.parse_instance(str(document))
    return Counter(map(_by_py_xbrl, _facts_of(report, taxonomy)))


def _filled_cache(instance: Instance, taxonomy: str, folder: Path) -> Path:
    """What py-xbrl would fetch, under the addresses that it would fetch it from."""
    index = load_taxonomy(taxonomy)
    package = package_of(used_concepts(instance, index), index)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for namespace in index.namespaces.values():
            member = f"{index.name}/{namespace.prefix}.xsd"
            if member in archive.namelist():
                _place(folder, namespace.schema, archive.read(member))
    for url, path in _bundled_files():
        if path.is_file():
            _place(folder, url, path.read_bytes())
    return folder


def _place(folder: Path, url: str, data: bytes) -> None:
    path = folder / url.partition("://")[2]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _facts_of(report: Any, taxonomy: str) -> Iterator[tuple[Any, dict[str, str]]]:  # noqa: ANN401
    prefixes = {n.uri: n.prefix for n in load_taxonomy(taxonomy).namespaces.values()}
    for fact in report.facts:
        yield fact, prefixes


def _by_py_xbrl(one: tuple[Any, dict[str, str]]) -> Said:
    fact, prefixes = one
    context, unit = fact.context, getattr(fact, "unit", None)

    def name(concept: Any) -> str:  # noqa: ANN401
        return f"{prefixes.get(concept.namespace, 'ext')}:{concept.name}"

    return Said(
        name(fact.concept),
        period_of(
            getattr(context, "start_date", None),
            getattr(context, "end_date", None),
            getattr(context, "instant_date", None),
        ),
        tuple(sorted(f"{name(s.dimension)}={name(s.member)}" for s in context.segments)),
        "" if unit is None else str(unit).replace(" ", ""),
        fact.value if unit is None else number(fact.value),
    )


# --- edgartools ----------------------------------------------------------------------


@needs("edgar", "edgartools")
@each_report
def test_edgartools_reads_all_facts(case: str, taxonomy: str, tmp_path: Path) -> None:
    conversion = _converted(case, taxonomy)
    written(conversion.files, tmp_path)
    report = _read_by_edgartools(conversion.instance.stem, tmp_path)
    units = {name: _unit_by_edgartools(unit) for name, unit in report.units.items()}
    found = Counter(_by_edgartools(fact, units) for fact in report.facts.get_facts())
    assert found == said_by_us(conversion.instance, whole_unit)


def _read_by_edgartools(stem: str, folder: Path) -> Any:  # noqa: ANN401
    return import_module("edgar.xbrl").XBRL.from_files(
        instance_file=folder / f"{stem}.xml",
        schema_file=folder / f"{stem}.xsd",
        presentation_file=folder / f"{stem}_pre.xml",
        calculation_file=folder / f"{stem}_cal.xml",
        definition_file=folder / f"{stem}_def.xml",
        label_file=folder / f"{stem}_lab.xml",
    )


def _unit_by_edgartools(unit: dict[str, Any]) -> str:
    if unit["type"] == "simple":
        return str(unit["measure"])
    return "/".join(unit[part][0] for part in ("numerator", "denominator"))


def _by_edgartools(fact: dict[str, Any], units: dict[str, str]) -> Said:
    axes = {k.removeprefix("dim_"): v for k, v in fact.items() if k.startswith("dim_")}
    value = fact["numeric_value"]
    return Said(
        fact["concept"],
        period_of(fact.get("period_start"), fact.get("period_end"), fact.get("period_instant")),
        tuple(sorted(f"{axis.replace('_', ':')}={member}" for axis, member in axes.items())),
        units.get(fact["unit_ref"] or "", ""),
        fact["value"] if value is None else number(value),
    )


@needs("edgar", "edgartools")
def test_edgartools_redraws_the_balance_sheet(tmp_path: Path) -> None:
    conversion = _converted("example", "us-gaap-2024")
    written(conversion.files, tmp_path)
    report = _read_by_edgartools(conversion.instance.stem, tmp_path)
    table = report.statements.balance_sheet().to_dataframe()
    total = table[table["concept"] == "us-gaap_Assets"].iloc[0]
    assert (total["2003-09-30"], total["2002-12-31"]) == (324_320_000, 141_533_000)


# --- ixbrlparse ----------------------------------------------------------------------


@needs("ixbrlparse", "ixbrlparse")
@each_report
def test_ixbrlparse_reads_all_facts(case: str, taxonomy: str, tmp_path: Path) -> None:
    conversion = _converted(case, taxonomy)
    document = written(conversion.files, tmp_path)
    assert _by_ixbrlparse(document) == said_by_us(conversion.instance, only_numerator)


@needs("ixbrlparse", "ixbrlparse")
@has_pages
@each_report
def test_ixbrlparse_reads_all_facts_of_the_page(
    case: str, taxonomy: str, tmp_path: Path
) -> None:
    conversion = _converted(case, taxonomy)
    document = written([_page(conversion, taxonomy)], tmp_path)
    said = set(said_by_us(conversion.instance, only_numerator))
    found = set(_by_ixbrlparse(document))
    # It does not know how to read a date in words, and leaves it as it is printed.
    dates = {one for one in said ^ found if one.concept == "dei:DocumentPeriodEndDate"}
    assert found - dates == said - dates
    assert len(dates) in (0, 2)


def _by_ixbrlparse(document: Path) -> Counter[Said]:
    """It keeps the first measure of a unit only: USD of USD per share."""
    report = import_module("ixbrlparse").IXBRL.open(document)
    return Counter(_said_by_ixbrlparse(fact) for fact in (*report.numeric, *report.nonnumeric))


def _said_by_ixbrlparse(fact: Any) -> Said:  # noqa: ANN401
    context = fact.context
    members = [s for s in context.segments if s["tag"].endswith("explicitMember")]
    unit = getattr(fact, "unit", None)
    prefix = fact.soup_tag.prefix if fact.schema == "unknown" else fact.schema
    return Said(
        f"{prefix}:{fact.name}",
        period_of(context.startdate, context.enddate, context.instant),
        tuple(sorted(f"{s['dimension']}={s['value']}" for s in members)),
        unit or "",
        _word(fact.value) if unit is None else number(fact.value),
    )


def _word(value: object) -> str:
    """A value as XML Schema writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
