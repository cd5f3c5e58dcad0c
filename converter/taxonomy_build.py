"""Makes the index of a taxonomy release from official XBRL taxonomy packages.

It takes facts about concepts: name, item type, period type, balance, and the weights
and order of relationships in the statements. It leaves out every text: labels,
documentation and the definitions of roles. See taxonomy/README.md.

A file inside a package is known by its *address*, its official URL without the scheme,
so that a catalog that maps both http and https gives each file one address.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urljoin

from lxml import etree

from converter.errors import OptionsError, TaxonomyError
from converter.model import StatementKind
from converter.taxonomy import COLUMNS
from converter.taxonomy_package import (
    Package,
    address_of,
    find_package,
    official_url,
    open_package,
    read_packed,
)
from converter.xml_reading import Node

STATEMENT_CODES: Final[Mapping[str, StatementKind]] = MappingProxyType(
    {
        "scf": StatementKind.CASH_FLOWS,
        "sfp": StatementKind.BALANCE_SHEET,
        "sheci": StatementKind.EQUITY,
        "soc": StatementKind.COMPREHENSIVE_INCOME,
        "soi": StatementKind.INCOME,
        "spc": StatementKind.EQUITY,
    }
)
"""By the part of a file name that tells the statement; others are no statement."""

_MAIN = re.compile(r"/(us-gaap|srt|dei)-(\d{4})(-\d\d-\d\d)?\.xsd$")
_LINKBASE = re.compile(r"/[a-z-]+?-stm-(?P<code>[^/]+)-(?P<use>cal|pre)-\d{4}[^/]*$")
_STANDARD = re.compile(r"http://(www\.xbrl\.org|xbrl\.org|www\.w3\.org)/")
_USUAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "http://www.xbrl.org/2003/instance": "xbrli",
        "http://xbrl.org/2005/xbrldt": "xbrldt",
    }
)
"""Prefixes that the rest of the product counts on."""

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_LINK: Final = "{http://www.xbrl.org/2003/linkbase}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}"
_XBRLI: Final = "{http://www.xbrl.org/2003/instance}"
_DEPRECATED: Final = "{http://xbrl.us/us-gaap/attributes}deprecatedDate"

Rows = list[tuple[str, ...]]


class Tables(NamedTuple):
    """What an index holds, each row as it is written."""

    namespaces: Rows
    types: Rows
    concepts: Rows
    roles: Rows
    calculation: Rows
    presentation: Rows


@dataclass(frozen=True, slots=True)
class Schema:
    """A parsed schema; `imports` gives the absolute URL by namespace."""

    address: str
    namespace: str
    root: Node
    imports: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """An extended link: an arc is the address#id of both ends, its order and weight."""

    code: str
    use: str
    role: str
    arcs: tuple[tuple[str, str, str, str], ...]
    urls: frozenset[str]


# --- Schemas -------------------------------------------------------------------------


def choose_main_schemas(packages: Sequence[Package]) -> tuple[str, ...]:
    """The addresses of us-gaap's newest schema and of srt's and dei's of that time.

    Raises:
        TaxonomyError: There is no us-gaap schema.
    """
    dated: dict[str, dict[str, str]] = {}
    for package in packages:
        for found in filter(None, map(_MAIN.search, package.members)):
            dated.setdefault(found[1], {})[found[2]] = found.string
    if "us-gaap" not in dated:
        names = ", ".join(str(package.path) for package in packages)
        raise TaxonomyError(f"{names}: no us-gaap-YEAR.xsd in it, so nothing to index")
    year = max(dated["us-gaap"])
    usable = ({y: a for y, a in by.items() if y <= year} for by in dated.values())
    return tuple(sorted(by[max(by)] for by in usable if by))


def read_schema(packages: Sequence[Package], address: str) -> Schema:
    """The schema at `address`.

    Raises:
        TaxonomyError: No package has it, or it is no schema.
    """
    root = read_packed(packages, address)
    if root.tag != f"{_XS}schema" or not root.get("targetNamespace"):
        raise TaxonomyError(f"{address}: not an XML schema with a target namespace")
    imports = {
        node.get("namespace", ""): _join(address, node.get("schemaLocation", ""))
        for node in root.iter(f"{_XS}import")
    }
    return Schema(address, root.get("targetNamespace"), root, imports)


def _join(address: str, reference: str) -> str:
    """An absolute reference as it is; a relative one as the address it stands for."""
    return (
        address_of(urljoin(f"http://{address}", reference))
        if _is_near(reference)
        else reference
    )


def _is_near(reference: str) -> bool:
    return not reference.startswith(("http://", "https://"))


def _items(schema: Schema) -> Iterator[Node]:
    """Its concepts: the elements in a substitution group, all of which are items."""
    for node in schema.root.iterchildren(f"{_XS}element"):
        if node.get("substitutionGroup") and node.get(f"{_XBRLI}periodType"):
            yield node


def _restrictions(schema: Schema) -> Iterator[tuple[str, Node]]:
    """The name and the restriction of each complex type that restricts another."""
    for node in schema.root.iterchildren(f"{_XS}complexType"):
        for restriction in node.iter(f"{_XS}restriction"):
            if restriction.getparent().tag == f"{_XS}simpleContent":
                yield node.get("name"), restriction


def _used_names(schema: Schema) -> Iterator[str]:
    for node in _items(schema):
        yield node.get("type", "")
        yield node.get("substitutionGroup")
    for _, restriction in _restrictions(schema):
        yield restriction.get("base", "")


def _used_namespaces(schema: Schema) -> tuple[str, ...]:
    """The namespaces of others that its concepts and types name, in order of URI."""
    prefixes = {name.rpartition(":")[0] or None for name in _used_names(schema)}
    used = {schema.root.nsmap.get(prefix) for prefix in prefixes}
    return tuple(sorted(uri for uri in used - {schema.namespace} if uri))


def read_type_schemas(
    packages: Sequence[Package], main: Sequence[Schema]
) -> tuple[Schema, ...]:
    """The further schemas whose types the main ones use, the standard ones left out."""
    known = {schema.namespace: schema for schema in main}
    waiting = list(main)
    while waiting:
        schema = waiting.pop()
        for uri in _used_namespaces(schema):
            if uri not in known and not _STANDARD.match(uri):
                address = address_of(schema.imports.get(uri, uri))
                known[uri] = read_schema(packages, address)
                waiting.append(known[uri])
    return tuple(schema for schema in known.values() if schema not in main)


def name_prefixes(schemas: Sequence[Schema]) -> Mapping[str, str]:
    """One prefix for each namespace: that of its first user, made unique."""
    mains = ((schema, _MAIN.search(schema.address)) for schema in schemas)
    prefixes = {schema.namespace: found[1] for schema, found in mains if found}
    for schema in schemas:
        own = {uri: prefix for prefix, uri in schema.root.nsmap.items() if prefix}
        for uri in (schema.namespace, *_used_namespaces(schema)):
            if uri not in prefixes:
                usual = _USUAL.get(uri) or own.get(uri, "ns")
                prefixes[uri] = _unused(usual, prefixes.values())
    return prefixes


def _unused(prefix: str, taken: Iterable[str]) -> str:
    others = set(taken)
    numbered = (f"{prefix}{number}" for number in range(2, len(others) + 3))
    return next(name for name in (prefix, *numbered) if name not in others)


def _qname(schema: Schema, prefixes: Mapping[str, str], text: str) -> str:
    prefix, _, local = text.rpartition(":")
    uri = schema.root.nsmap.get(prefix or None, "")
    if not local or uri not in prefixes:
        raise TaxonomyError(f"{schema.address}: {text!r} is in no known namespace")
    return f"{prefixes[uri]}:{local}"


# --- Link bases ----------------------------------------------------------------------


def read_links(packages: Sequence[Package], main: Iterable[str]) -> tuple[Link, ...]:
    """The calculation and presentation links in the folders stm beside the schemas."""
    folders = {posixpath.dirname(posixpath.dirname(schema)) + "/stm" for schema in main}
    addresses = {address for package in packages for address in package.members}
    found = (_LINKBASE.search(address) for address in sorted(addresses))
    return tuple(
        _read_link(match["code"], match["use"], match.string, node)
        for match in found
        if match and posixpath.dirname(match.string) in folders
        for node in _extended_links(read_packed(packages, match.string), match["use"])
    )


def _extended_links(root: Node, use: str) -> Iterator[Node]:
    long = {"cal": "calculation", "pre": "presentation"}[use]
    yield from root.iter(f"{_LINK}{long}Link")


def _read_link(code: str, use: str, address: str, node: Node) -> Link:
    """One extended link, without prohibited arcs and those that they prohibit."""
    ends: dict[str, list[str]] = {}
    urls: set[str] = set()
    for loc in node.iter(f"{_LINK}loc"):
        url = _join(address, loc.get(f"{_XLINK}href", ""))
        ends.setdefault(loc.get(f"{_XLINK}label"), []).append(address_of(url))
        urls.add(url.partition("#")[0])
    arcs: list[tuple[str, str, str, str]] = []
    prohibited: list[tuple[str, str, str, str]] = []
    for arc in node.iter(f"{_LINK}calculationArc", f"{_LINK}presentationArc"):
        group = prohibited if arc.get("use") == "prohibited" else arcs
        numbers = _number(address, arc, "order"), _number(address, arc, "weight")
        pairs = product(*(ends.get(arc.get(_XLINK + end), []) for end in ("from", "to")))
        group.extend((parent, child, *numbers) for parent, child in pairs)
    kept = tuple(arc for arc in arcs if arc not in prohibited)
    return Link(code, use, node.get(f"{_XLINK}role", ""), kept, frozenset(urls))


def _number(address: str, arc: Node, name: str) -> str:
    """An attribute as a plain number, `1` for `1.0` and for none.

    Raises:
        TaxonomyError: It is no number, or a weight that is neither 1 nor -1.
    """
    text = arc.get(name, "1")
    try:
        plain = f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        plain = ""
    if not plain or (name == "weight" and plain not in ("1", "-1")):
        raise TaxonomyError(f"{address}: an arc has the {name} {text!r}")
    return plain


# --- Tables --------------------------------------------------------------------------


def build_tables(
    paths: Sequence[Path], deprecated: Mapping[str, int], non_negative: frozenset[str]
) -> Tables:
    """The facts in the packages, sorted.

    `deprecated` (to the year) and `non_negative` hold local names of us-gaap.

    Raises:
        TaxonomyError: A package cannot be read, or is none of us-gaap.
    """
    with ExitStack() as stack:
        packages = [open_package(path, stack) for path in paths]
        addresses = choose_main_schemas(packages)
        main = tuple(read_schema(packages, address) for address in addresses)
        schemas = (*main, *read_type_schemas(packages, main))
        links = read_links(packages, addresses)
    prefixes = name_prefixes(schemas)
    ids = {
        f"{schema.address}#{node.get('id')}": name
        for schema in main
        for node in _items(schema)
        for name in [f"{prefixes[schema.namespace]}:{node.get('name')}"]
    }
    return Tables(
        namespaces=sorted(_namespace_rows(packages, schemas, links, prefixes)),
        types=sorted(_type_rows(schemas, prefixes)),
        concepts=sorted(
            _concept_row(schema, node, prefixes, deprecated, non_negative)
            for schema in main
            for node in _items(schema)
        ),
        roles=_role_rows(links),
        calculation=_arc_rows(links, "cal", ids),
        presentation=[row[:-1] for row in _arc_rows(links, "pre", ids)],
    )


def _namespace_rows(
    packages: Sequence[Package],
    schemas: Sequence[Schema],
    links: Iterable[Link],
    prefixes: Mapping[str, str],
) -> Iterator[tuple[str, ...]]:
    imported = {uri: url for schema in schemas for uri, url in schema.imports.items()}
    used = {url for link in links for url in link.urls} | set(imported.values())
    by_namespace = {schema.namespace: schema for schema in schemas}
    for uri, prefix in prefixes.items():
        schema = by_namespace.get(uri)
        package = schema and find_package(packages, schema.address)
        if schema and package:
            needs = sorted(prefixes[other] for other in _used_namespaces(schema))
            url = official_url(package, schema.address, used)
            yield prefix, uri, url, " ".join(needs)
        else:
            yield prefix, uri, imported.get(uri, ""), ""


def _type_rows(
    schemas: Iterable[Schema], prefixes: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    for schema in schemas:
        for name, restriction in _restrictions(schema):
            facets = (
                f"{etree.QName(node).localname}={node.get('value')}"
                for node in restriction.iterchildren(f"{_XS}*")
                if node.get("value") is not None
            )
            base = _qname(schema, prefixes, restriction.get("base", ""))
            yield f"{prefixes[schema.namespace]}:{name}", base, *facets


def _concept_row(
    schema: Schema,
    node: Node,
    prefixes: Mapping[str, str],
    deprecated: Mapping[str, int],
    non_negative: frozenset[str],
) -> tuple[str, ...]:
    prefix, name = prefixes[schema.namespace], node.get("name")
    listed = prefix == "us-gaap"
    years = [int(year) for year in re.findall(r"^\d{4}", node.get(_DEPRECATED, ""))]
    years += [deprecated[name]] if listed and name in deprecated else []
    usual = f"{prefix}_{name}"
    return (
        f"{prefix}:{name}",
        _qname(schema, prefixes, node.get("type", "")),
        node.get(f"{_XBRLI}periodType"),
        node.get(f"{_XBRLI}balance", ""),
        "abstract" if node.get("abstract") in ("true", "1") else "",
        "nillable" if node.get("nillable") in ("true", "1") else "",
        _qname(schema, prefixes, node.get("substitutionGroup")),
        str(min(years, default="")),
        "non-negative" if listed and name in non_negative else "",
        "" if node.get("id") == usual else node.get("id", ""),
    )


def _role_rows(links: Iterable[Link]) -> Rows:
    roles: dict[str, str] = {}
    for link in links:
        if roles.setdefault(link.code, link.role) != link.role:
            raise TaxonomyError(
                f"two roles for the statement {link.code}: {roles[link.code]} and "
                f"{link.role}; only one can be indexed"
            )
    return sorted((code, uri, _kind_of(code)) for code, uri in roles.items())


def _kind_of(code: str) -> str:
    """The statement that a code stands for: `ci-soi-egm3` is an income statement."""
    parts = (part.rstrip("0123456789") for part in code.split("-"))
    return next((STATEMENT_CODES[part] for part in parts if part in STATEMENT_CODES), "")


def _arc_rows(links: Iterable[Link], use: str, ids: Mapping[str, str]) -> Rows:
    """The arcs between concepts of the index, in order of role, parent and order."""
    rows = {
        (link.code, ids[parent], ids[child], order, weight)
        for link in links
        if link.use == use
        for parent, child, order, weight in link.arcs
        if parent in ids and child in ids
    }
    return sorted(rows, key=lambda row: (*row[:2], Decimal(row[3]), row))


# --- Files ---------------------------------------------------------------------------


def write_index(tables: Tables, folder: Path, *, force: bool = False) -> None:
    """One file per table; the bytes depend on the tables alone.

    Raises:
        OptionsError: The folder exists and `force` is not given, or cannot be written.
        TaxonomyError: A value holds a tab or the end of a line.
    """
    if folder.exists() and not force:
        raise OptionsError(f"{folder} exists; give another -o, or --force to replace it")
    texts = {
        f"{name}.tsv": _render(COLUMNS[f"{name}.tsv"], rows)
        for name, rows in tables._asdict().items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        raise OptionsError(f"cannot write {folder}: {error}") from error


def _render(columns: Iterable[str], rows: Rows) -> str:
    for cell in (cell for row in rows for cell in row):
        if not cell.isprintable():
            raise TaxonomyError(f"{cell!r} cannot be a cell of an index")
    return "".join("\t".join(row) + "\n" for row in (tuple(columns), *rows))


def read_deprecated(path: Path) -> Mapping[str, int]:
    """Years by local name, from a JSON object of names to dates or years.

    Raises:
        OptionsError: The file is missing or holds something else.
    """
    try:
        dates = json.loads(_read_text(path))
        return {str(name): int(date[:4]) for name, date in dates.items()}
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise OptionsError(
            f'{path}: not a JSON object like {{"Name": "2019-01-31"}} ({error})'
        ) from error


def read_non_negative(path: Path) -> frozenset[str]:
    """Local names, one on a line.

    Raises:
        OptionsError: The file is missing or is no list of names.
    """
    names = frozenset(_read_text(path).split("\n")) - {""}
    wrong = sorted(name for name in names if not re.fullmatch(r"[\w.-]+", name))
    if wrong:
        raise OptionsError(f"{path}: {wrong[0]!r} is no element name; one on each line")
    return names


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionsError(f"cannot read {path}: {error}") from error
