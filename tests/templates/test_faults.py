"""A fault in any template is caught, by reading its files again or by Arelle.

Each fault replaces a piece of a template in a copy of the folder. What the faulty
templates write is read again with lxml alone and compared with the `Instance`; only
what is a matter of the standards rather than of the data is left to Arelle.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree, html

from converter import validation
from converter.model import (
    EXTENSION,
    CalculationArc,
    DefinitionArc,
    Instance,
    Instant,
    Network,
    PresentationArc,
    QName,
    RenderedFile,
)
from converter.options import Options
from converter.pipeline import Conversion, convert, stem_of, validate
from converter.rendering import (
    InlinePage,
    lexical,
    render,
    render_inline,
    render_package,
    render_page,
    used_concepts,
)
from converter.resources import resource
from converter.taxonomy import Taxonomy, load_taxonomy

EXAMPLE = Path(__file__).parents[2] / "examples" / "sonus-8-k-2003-10-08.txt"

XBRLI = "http://www.xbrl.org/2003/instance"
XBRLDI = "http://xbrl.org/2006/xbrldi"
XBRLDT = "http://xbrl.org/2005/xbrldt"
LINK = "http://www.xbrl.org/2003/linkbase"
XLINK = "http://www.w3.org/1999/xlink"
XS = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"
ISO4217 = "http://www.xbrl.org/2003/iso4217"
CATALOG = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
PACKAGE = "http://xbrl.org/2016/taxonomy-package"
ROLES = "http://www.xbrl.org/2003/role/"
ARCROLES = {
    "presentation": "http://www.xbrl.org/2003/arcrole/parent-child",
    "calculation": "http://www.xbrl.org/2003/arcrole/summation-item",
}
CUBE: dict[str, tuple[str | None, str | None]] = {"all": ("segment", "true")}
AnyArc = PresentationArc | CalculationArc | DefinitionArc
Rest = tuple[str | None, str | None, str | None, str | None]
"""Of an arc: weight, preferred label, context element and closed."""
DIMENSIONAL = "http://xbrl.org/int/dim/arcrole/"


class Fault(NamedTuple):
    """A piece of a template, what stands there instead, and who must notice."""

    template: str
    old: str
    new: str
    arelle: bool = False


# --- faults --------------------------------------------------------------------------

INSTANCE, SCHEMA = "instance.xml.jinja", "schema.xsd.jinja"
RESOURCES = "resources.jinja"
PRE, CAL = "presentation.xml.jinja", "calculation.xml.jinja"
DEF, LAB, COMMON = "definition.xml.jinja", "label.xml.jinja", "linkbase.jinja"
FORMULA = "formula.xml.jinja"
INLINE = "inline.htm.jinja"
PAGE_OF_REPORT = "report/page.html.jinja"
P_CATALOG, P_SCHEMA = "package/catalog.xml.jinja", "package/schema.xsd.jinja"
P_META = "package/taxonomyPackage.xml.jinja"

FROM = 'xlink:from="{{ arc.parent.prefix }}_{{ arc.parent.local }}"'
TO = 'xlink:to="{{ arc.child.prefix }}_{{ arc.child.local }}"'
FROM_CHILD = FROM.replace("parent", "child")
TO_PARENT = TO.replace("child", "parent")

FAULTS = (
    Fault(PAGE_OF_REPORT, "{{ title }}", "{{ title | safe }}"),
    Fault(PAGE_OF_REPORT, "{{ data }}", "{{ data | escape | e }}x"),
    Fault(PAGE_OF_REPORT, "default-src 'none'", "default-src *"),
    Fault(PAGE_OF_REPORT, "script-src '{{ script_hash }}'", "script-src '{{ style_hash }}'"),
    Fault(INLINE, "{{ page.title }}", "{{ page.title | safe }}"),
    Fault(INLINE, "{{ fact | safe }}", "{{ fact }}"),
    Fault(INLINE, "{{ page.body | safe }}", "{{ page.body }}"),
    Fault(INLINE, "{{ style | safe }}", "{{ style }}"),
    Fault(INLINE, "{{ address }}.xsd", "{{ address }}.xml"),
    Fault(INSTANCE, ' unitRef="{{ fact.unit }}"', ""),
    Fault(INSTANCE, 'decimals="{{ fact.decimals }}"', 'decimals="0"'),
    Fault(INSTANCE, "{{ fact.value | lexical }}", "{{ fact.value }}0"),
    Fault(
        INSTANCE,
        'id="{{ fact.id }}" contextRef="{{ fact.context }}">{{ fact.value }}',
        'id="{{ fact.id }}" contextRef="{{ fact.context }}">{{ fact.value | safe }}',
    ),
    Fault(
        RESOURCES,
        "<xbrli:instant>{{ context.period.date.isoformat() }}</xbrli:instant>",
        "<xbrli:startDate>{{ context.period.date }}</xbrli:startDate>"
        "<xbrli:endDate>{{ context.period.date }}</xbrli:endDate>",
    ),
    Fault(
        RESOURCES,
        "<xbrli:endDate>{{ context.period.end",
        "<xbrli:endDate>{{ context.period.start",
    ),
    Fault(RESOURCES, "<xbrli:unitDenominator>", "<xbrli:unitNumerator>"),
    Fault(
        RESOURCES,
        "<xbrli:measure>{{ unit.denominator }}",
        "<xbrli:measure>{{ unit.numerator }}",
    ),
    Fault(
        RESOURCES, 'dimension="{{ axis }}">{{ member }}', 'dimension="{{ member }}">{{ axis }}'
    ),
    Fault(RESOURCES, "xbrli:segment>", "xbrli:scenario>"),
    Fault(RESOURCES, 'scheme="{{ context.entity.scheme }}"', 'scheme="http://example.com"'),
    Fault(INSTANCE, "{{ address }}.xsd", "{{ address }}.xml"),
    Fault(
        INSTANCE,
        'contextRef="{{ fact.context }}" unitRef',
        'contextRef="{{ instance.contexts[0].id }}" unitRef',
    ),
    Fault(
        INSTANCE,
        'xmlns:{{ extension }}="{{ instance.namespace }}"',
        'xmlns:{{ extension }}="http://other.example"',
    ),
    Fault(
        SCHEMA,
        'targetNamespace="{{ instance.namespace }}"',
        'targetNamespace="http://other.example"',
    ),
    Fault(
        SCHEMA,
        'roleURI="{{ network.role }}" id="{{ network.id }}"',
        'roleURI="{{ network.role }}" id="{{ network.id }}x"',
    ),
    Fault(SCHEMA, "{{ network.definition }}", "{{ network.id }}"),
    Fault(SCHEMA, "        <link:usedOn>link:calculationLink</link:usedOn>\n", ""),
    Fault(SCHEMA, "_{{ suffix }}.xml", ".xml"),
    Fault(SCHEMA, "role/{{ kind }}LinkbaseRef", "role/labelLinkbaseRef"),
    Fault(
        SCHEMA,
        'schemaLocation="{{ namespace.schema }}"',
        'schemaLocation="{{ namespace.uri }}"',
    ),
    Fault(
        SCHEMA,
        'xbrli:periodType="{{ concept.period_type }}"',
        'xbrli:periodType="{{ {"instant": "duration"}.get(concept.period_type, "instant") }}"',
    ),
    Fault(SCHEMA, 'xbrli:balance="{{ concept.balance }}"', 'xbrli:balance="debit"'),
    Fault(SCHEMA, ' abstract="true"', ""),
    Fault(SCHEMA, 'type="{{ concept.type }}"', 'type="xbrli:stringItemType"'),
    Fault(SCHEMA, 'substitutionGroup="{{ concept.group }}"', 'substitutionGroup="xbrli:tuple"'),
    Fault(SCHEMA, 'nillable="true"/>', 'nillable="false"/>'),
    Fault(PRE, 'order="{{ arc.order }}"', 'order="1"'),
    Fault(PRE, ' preferredLabel="{{ arc.preferred_label }}"', ""),
    Fault(PRE, "parent-child", "child-parent"),
    Fault(PRE, f"{FROM} {TO}", f"{FROM_CHILD} {TO_PARENT}"),
    Fault(PRE, '{{- role_refs(instance.networks, address ~ ".xsd") }}', ""),
    Fault(PRE, "{{- label_role_refs(negated_roles) }}", ""),
    Fault(
        PRE,
        'xlink:role="{{ network.role }}"',
        'xlink:role="http://www.xbrl.org/2003/role/link"',
    ),
    Fault(CAL, 'weight="{{ arc.weight }}"', 'weight="1"'),
    Fault(CAL, 'order="{{ arc.order }}"', 'order="{{ arc.order + 1 }}"'),
    Fault(CAL, "summation-item", "essence-alias"),
    Fault(CAL, TO, TO_PARENT),
    Fault(CAL, '{{- role_refs(summing, address ~ ".xsd") }}', ""),
    Fault(CAL, "    {{ locator(name) }}\n", ""),
    Fault(DEF, 'contextElement="segment"', 'contextElement="scenario"'),
    Fault(DEF, 'closed="true"', 'closed="false"'),
    Fault(DEF, 'target ~ "_default"', 'target ~ ""'),
    Fault(DEF, '"dimension-default", "domain-member"', '"domain-member"'),
    Fault(DEF, "arcrole/{{ arc.arcrole }}", "arcrole/domain-member"),
    Fault(DEF, '{{- role_refs(cubes, address ~ ".xsd") }}', ""),
    Fault(DEF, "xbrldt-2005.xsd#{{ arcrole }}", "xbrldt-2005.xsd#all"),
    Fault(DEF, 'order="{{ arc.order }}"', 'order="1"'),
    Fault(
        LAB, 'xlink:role="{{ label.role }}"', 'xlink:role="http://www.xbrl.org/2003/role/label"'
    ),
    Fault(LAB, "{{ label.text }}", "{{ name.local }}"),
    Fault(LAB, "{{ label.text }}", "{{ label.text | safe }}"),
    Fault(LAB, ' xml:lang="en-US"', ""),
    Fault(LAB, "concept-label", "concept-reference"),
    Fault(LAB, "    {{ locator(name) }}\n", ""),
    Fault(LAB, "{{- label_role_refs(negated_roles) }}", ""),
    Fault(COMMON, 'xlink:href="{{ href(name) }}"', 'xlink:href="#{{ name.local }}"'),
    Fault(
        COMMON,
        'xlink:label="{{ name.prefix }}_{{ name.local }}"',
        'xlink:label="{{ name.local }}"',
    ),
    Fault(COMMON, 'roleURI="{{ network.role }}"', 'roleURI="{{ network.id }}"'),
    Fault(COMMON, "{{ file }}#{{ network.id }}", "{{ file }}"),
    Fault(COMMON, "#{{ role.rpartition('/')[2] }}", ""),
    Fault(FORMULA, 'test="{{ assertion.test }}"', 'test="{{ assertion.worked }}"'),
    Fault(FORMULA, '" implicitFiltering="false"', '" implicitFiltering="true"'),
    Fault(FORMULA, 'name="v{{ loop.index0 }}"', 'name="v{{ loop.index }}"'),
    Fault(FORMULA, "<cf:qname>{{ name }}", "<cf:qname>us-gaap:Assets"),
    Fault(FORMULA, "period.date.isoformat()", "period.date.replace(day=1).isoformat()"),
    Fault(FORMULA, "pf:periodEnd", "pf:periodStart"),
    Fault(FORMULA, "dict(context.dimensions).get(axis, default)", "default"),
    Fault(FORMULA, 'xlink:to="{{ fact.context }}" ', 'xlink:to="{{ used[0] }}" '),
    Fault(FORMULA, "{{ assertion.called | literal }}", "{{ assertion.called }}"),
    Fault(FORMULA, '{{- role_refs(instance.networks[:1], address ~ ".xsd") }}', ""),
    Fault(P_CATALOG, 'uriStartString="{{ url }}"', 'uriStartString="{{ file }}"'),
    Fault(P_CATALOG, 'rewritePrefix="../{{ file }}"', 'rewritePrefix="{{ file }}"'),
    Fault(P_CATALOG, "urn:oasis:names:tc:entity:xmlns:xml:catalog", "urn:oasis:catalog"),
    Fault(
        P_SCHEMA, 'targetNamespace="{{ own.uri }}"', 'targetNamespace="http://other.example"'
    ),
    Fault(P_SCHEMA, 'base="{{ type.base }}"', 'base="xbrli:stringItemType"'),
    Fault(
        P_SCHEMA, 'xbrli:periodType="{{ concept.period_type }}"', 'xbrli:periodType="duration"'
    ),
    Fault(P_SCHEMA, ' abstract="true"', ""),
    Fault(P_SCHEMA, ' xbrli:balance="{{ concept.balance }}"', ""),
    Fault(P_SCHEMA, 'id="{{ concept.id }}"', 'id="{{ concept.name.local }}"'),
    Fault(
        P_SCHEMA, 'schemaLocation="{{ namespace.schema }}"', 'schemaLocation="{{ own.schema }}"'
    ),
    Fault(P_SCHEMA, '<xs:{{ facet }} value="{{ value }}"/>', ""),
    Fault(P_META, "{{ identifier }}", "{{ name }}"),
    Fault(P_META, "<tp:version>1</tp:version>", ""),
    Fault(
        P_META, "http://xbrl.org/2016/taxonomy-package", "http://xbrl.org/2014/taxonomy-package"
    ),
    # What the standards forbid, and the data do not show.
    Fault(INSTANCE, ' decimals="{{ fact.decimals }}"', "", arelle=True),
    Fault(RESOURCES, "xbrli:segment>", "xbrli:scenario>", arelle=True),
    Fault(
        SCHEMA, "        <link:usedOn>link:presentationLink</link:usedOn>\n", "", arelle=True
    ),
    Fault(SCHEMA, "xbrldt-2005.xsd", "xbrldt-2006.xsd", arelle=True),
    Fault(LAB, "{{- label_role_refs(negated_roles) }}", "", arelle=True),
    Fault(CAL, 'weight="{{ arc.weight }}"', 'weight="{{ -arc.weight }}"', arelle=True),
    Fault(DEF, 'target ~ "_default"', 'target ~ ""', arelle=True),
    Fault(DEF, '"dimension-default", "domain-member"', '"domain-member"', arelle=True),
    Fault(LAB, ' xml:lang="en-US"', "", arelle=True),
    Fault(COMMON, "#{{ network.id }}", "#{{ network.id }}x", arelle=True),
    Fault(FORMULA, "variable.xsd#variable-set", "variable.xsd#variable-sets", arelle=True),
    Fault(FORMULA, '("period-filter", "period-start-filter"), ', "", arelle=True),
    Fault(FORMULA, 'name="v{{ loop.index0 }}"', 'name="v{{ loop.index }}"', arelle=True),
    Fault(
        P_CATALOG, 'rewritePrefix="../{{ file }}"', 'rewritePrefix="{{ file }}"', arelle=True
    ),
    Fault(
        P_SCHEMA,
        'targetNamespace="{{ own.uri }}"',
        'targetNamespace="http://other.example"',
        arelle=True,
    ),
    Fault(P_META, "http://xbrl.org/2016/taxonomy-package", "http://xbrl.org/none", arelle=True),
)


# --- what is rendered ----------------------------------------------------------------


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy("us-gaap-2024")


@cache
def conversion() -> Conversion:
    """The example, with `&` and `{` in names: it has facts and arcs of every kind."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("SONUS NETWORKS", "S & N")
    text = text.replace("Deferred revenue   ", "R & D owed         ")
    text = text.replace("Interest income   ", "Interest {income} ")
    return convert(text.encode(), name="example.txt")


def faulty_folder(fault: Fault, folder: Path) -> Path:
    """A copy of the templates with one fault in it."""
    copy = folder / "templates"
    shutil.copytree(resource("templates"), copy)
    path = copy / fault.template
    text = path.read_text(encoding="utf-8")
    assert fault.old in text, f"{fault.template} has no {fault.old!r}"
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    return copy


def report(templates: Path | None = None) -> tuple[RenderedFile, ...]:
    return render(conversion().instance, taxonomy(), templates=templates)


HIDDEN = "{http://www.xbrl.org/2013/inlineXBRL}hidden"
TITLE, DATA = "A & B <Inc>", '{"entity": "A &amp; B"}'
PAGE = InlinePage("S & N", "<pre>1 &lt; 2</pre>", False, ("<b>a &amp; b</b>",), ("p > b {}",))


def inline(templates: Path | None = None) -> RenderedFile:
    return render_inline(conversion().instance, taxonomy(), PAGE, templates)


def package(templates: Path | None = None) -> tuple[RenderedFile, ...]:
    concepts = used_concepts(conversion().instance, taxonomy())
    return render_package(concepts, taxonomy(), templates=templates)


# --- the files read again ------------------------------------------------------------


def qualified(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


class _Names:
    """Names as the files write them, with the namespace instead of the prefix."""

    def __init__(self, instance: Instance) -> None:
        self.uris = {p: n.uri for p, n in taxonomy().namespaces.items()}
        self.uris |= {EXTENSION: instance.namespace, "iso4217": ISO4217, "xbrli": XBRLI}
        self.instance = instance

    def clark(self, name: QName) -> str:
        return qualified(self.uris[name.prefix], name.local)

    def href(self, name: QName) -> str:
        if name.prefix == EXTENSION:
            return f"{self.instance.stem}.xsd#{name.prefix}_{name.local}"
        concept = taxonomy().concept(name)
        assert concept is not None
        return f"{taxonomy().namespaces[name.prefix].schema}#{concept.id}"


def written(element: etree._Element, text: str | None) -> str:
    """A prefixed name in an element's content, resolved where it stands."""
    prefix, _, local = (text or "").strip().rpartition(":")
    return qualified(str(element.nsmap.get(prefix or None)), local)


def child_text(element: etree._Element, path: str) -> str | None:
    return element.findtext(path, namespaces={"x": XBRLI})


Problems = Iterator[str]


def compare(what: str, got: object, want: object) -> Problems:
    if got != want:
        yield f"{what}: {got!r} instead of {want!r}"


def report_problems(files: Sequence[RenderedFile], instance: Instance) -> list[str]:
    """Everything that the files say otherwise than the `Instance`."""
    roots = {}
    for file in files:
        try:
            roots[file.name] = etree.fromstring(file.data)
        except etree.XMLSyntaxError as error:
            return [f"{file.name}: {error}"]
    stem, names = instance.stem, _Names(instance)
    problems = [
        *instance_problems(roots[f"{stem}.xml"], instance, names),
        *schema_problems(roots[f"{stem}.xsd"], instance, names),
        *label_problems(roots[f"{stem}_lab.xml"], instance, names),
    ]
    for kind in ("presentation", "calculation", "definition"):
        problems += arc_problems(roots[f"{stem}_{kind[:3]}.xml"], kind, instance, names)
    return [*problems, *formula_problems(roots[f"{stem}-formula.xml"], instance, names)]


def instance_problems(root: etree._Element, instance: Instance, names: _Names) -> Problems:
    yield from resource_problems(root, instance, names)
    yield from stated_problems(root, instance, names)


def resource_problems(root: etree._Element, instance: Instance, names: _Names) -> Problems:
    refs = [e.get(qualified(XLINK, "href")) for e in root.iter(qualified(LINK, "schemaRef"))]
    yield from compare("schemaRef", refs, [f"{instance.stem}.xsd"])
    yield from compare("contexts", read_contexts(root), wanted_contexts(instance, names))
    units = {e.get("id"): read_unit(e) for e in root.iter(qualified(XBRLI, "unit"))}
    want = {
        u.id: (
            [names.clark(u.numerator)],
            [names.clark(u.denominator)] if u.denominator else [],
        )
        for u in instance.units
    }
    yield from compare("units", units, want)


def stated_problems(root: etree._Element, instance: Instance, names: _Names) -> Problems:
    facts = [
        (e.tag, e.get("id"), e.get("contextRef"), e.get("unitRef"), e.get("decimals"), e.text)
        for e in root
        if e.get("contextRef") is not None
    ]
    wanted = [
        (
            names.clark(f.concept), f.id, f.context, f.unit,
            None if f.unit is None else str(f.decimals),
            f.value if isinstance(f.value, str) else lexical(f.value),
        )
        for f in instance.facts
    ]  # fmt: skip
    yield from compare("facts", facts, wanted)


def read_contexts(root: etree._Element) -> dict[str | None, object]:
    contexts: dict[str | None, object] = {}
    for element in root.iter(qualified(XBRLI, "context")):
        identifier = element.find("x:entity/x:identifier", {"x": XBRLI})
        assert identifier is not None
        members = [
            (written(m, m.get("dimension")), written(m, m.text))
            for m in element.findall(
                "x:entity/x:segment/d:explicitMember", {"x": XBRLI, "d": XBRLDI}
            )
        ]
        days = [
            child_text(element, f"x:period/x:{n}") for n in ("instant", "startDate", "endDate")
        ]
        contexts[element.get("id")] = (identifier.get("scheme"), identifier.text, members, days)
    return contexts


def wanted_contexts(instance: Instance, names: _Names) -> dict[str | None, object]:
    return {
        c.id: (
            c.entity.scheme,
            c.entity.identifier,
            [(names.clark(axis), names.clark(member)) for axis, member in c.dimensions],
            [str(c.period.date), None, None]
            if isinstance(c.period, Instant)
            else [None, str(c.period.start), str(c.period.end)],
        )
        for c in instance.contexts
    }


def read_unit(element: etree._Element) -> tuple[list[str], list[str]]:
    space = {"x": XBRLI}
    above = element.findall("x:measure", space)
    above += element.findall("x:divide/x:unitNumerator/x:measure", space)
    below = element.findall("x:divide/x:unitDenominator/x:measure", space)
    return [written(e, e.text) for e in above], [written(e, e.text) for e in below]


def schema_problems(root: etree._Element, instance: Instance, names: _Names) -> Problems:
    yield from compare("targetNamespace", root.get("targetNamespace"), instance.namespace)
    roles = [
        (e.get("roleURI"), e.get("id"), e.findtext(qualified(LINK, "definition")),
         [u.text for u in e.iter(qualified(LINK, "usedOn"))])
        for e in root.iter(qualified(LINK, "roleType"))
    ]  # fmt: skip
    links = [f"link:{kind}Link" for kind in ("presentation", "calculation", "definition")]
    want = [(n.role, n.id, n.definition, links) for n in instance.networks]
    yield from compare("roles", roles, want)
    refs = {
        e.get(qualified(XLINK, "href")): e.get(qualified(XLINK, "role"))
        for e in root.iter(qualified(LINK, "linkbaseRef"))
    }
    kinds = ("presentation", "calculation", "definition", "label")
    wanted = {f"{instance.stem}_{k[:3]}.xml": f"{ROLES}{k}LinkbaseRef" for k in kinds}
    yield from compare("link bases", refs, wanted)
    imports = {
        e.get("namespace"): e.get("schemaLocation") for e in root.iter(qualified(XS, "import"))
    }
    needed = {c.name.prefix for c in used_concepts(instance, taxonomy())}
    needed |= {e.type.prefix for e in instance.extensions} - {"xbrli"}
    for prefix in needed:
        own = taxonomy().namespaces[prefix]
        yield from compare(f"import of {prefix}", imports.get(own.uri), own.schema)
    elements = [
        (e.get("id"), e.get("name"), written(e, e.get("type")),
         written(e, e.get("substitutionGroup")), e.get(qualified(XBRLI, "periodType")),
         e.get(qualified(XBRLI, "balance")), e.get("abstract") == "true", e.get("nillable"))
        for e in root.iter(qualified(XS, "element"))
    ]  # fmt: skip
    declared = [
        (f"{e.name.prefix}_{e.name.local}", e.name.local, names.clark(e.type),
         names.clark(e.group), e.period_type, e.balance, e.abstract, "true")
        for e in instance.extensions
    ]  # fmt: skip
    yield from compare("elements", elements, declared)


def read_arcs(link: etree._Element, kind: str) -> list[tuple[object, ...]]:
    places = {
        e.get(qualified(XLINK, "label")): e.get(qualified(XLINK, "href"))
        for e in link.iter(qualified(LINK, "loc"))
    }
    return [
        (
            places.get(e.get(qualified(XLINK, "from"))),
            places.get(e.get(qualified(XLINK, "to"))),
            e.get(qualified(XLINK, "arcrole")),
            e.get("order"),
            e.get("weight"),
            e.get("preferredLabel"),
            e.get(qualified(XBRLDT, "contextElement")),
            e.get(qualified(XBRLDT, "closed")),
        )
        for e in link.iter(qualified(LINK, f"{kind}Arc"))
    ]


def wanted_arcs(
    instance: Instance, kind: str, names: _Names
) -> dict[str, list[tuple[object, ...]]]:
    wanted: dict[str, list[tuple[object, ...]]] = {}
    for network in instance.networks:
        if rows := rows_of(network, kind):
            wanted[network.role] = [
                (names.href(arc.parent), names.href(arc.child), arcrole, str(arc.order), *rest)
                for arc, arcrole, rest in rows
            ]
    return wanted


def rows_of(network: Network, kind: str) -> list[tuple[AnyArc, str, Rest]]:
    """Each arc with its arc role, and with what only arcs of its kind say."""
    if kind == "presentation":
        return [
            (a, ARCROLES[kind], (None, a.preferred_label, None, None))
            for a in network.presentation
        ]
    if kind == "calculation":
        return [
            (a, ARCROLES[kind], (str(a.weight), None, None, None)) for a in network.calculation
        ]
    return [
        (a, DIMENSIONAL + a.arcrole, (None, None, *CUBE.get(a.arcrole, (None, None))))
        for a in network.dimensions
    ]


def arc_problems(
    root: etree._Element, kind: str, instance: Instance, names: _Names
) -> Problems:
    links = list(root.iter(qualified(LINK, f"{kind}Link")))
    got = {str(e.get(qualified(XLINK, "role"))): read_arcs(e, kind) for e in links}
    want = wanted_arcs(instance, kind, names)
    yield from compare(f"{kind} arcs", got, want)
    ids = {n.role: f"{instance.stem}.xsd#{n.id}" for n in instance.networks if n.role in want}
    refs = read_refs(root, "roleRef", "roleURI")
    if kind == "presentation":
        ids |= negated_roles(instance)
    yield from compare(f"{kind} roles", refs, ids)
    arcroles = {str(arc[2]) for arcs in want.values() for arc in arcs if kind == "definition"}
    home = "http://www.xbrl.org/2005/xbrldt-2005.xsd#"
    needed = {uri: home + uri.rpartition("/")[2] for uri in arcroles}
    yield from compare(f"{kind} arc roles", read_refs(root, "arcroleRef", "arcroleURI"), needed)
    for link in links:
        # XLink: between two labels there is at most one arc.
        ends = [
            (e.get(qualified(XLINK, "from")), e.get(qualified(XLINK, "to")))
            for e in link.iter(qualified(LINK, f"{kind}Arc"))
        ]
        if len(set(ends)) != len(ends):
            yield f"{kind}: two arcs between the same labels"


def read_refs(root: etree._Element, tag: str, key: str) -> dict[str, str]:
    refs = root.iter(qualified(LINK, tag))
    return {str(e.get(key)): str(e.get(qualified(XLINK, "href"))) for e in refs}


def negated_roles(instance: Instance) -> dict[str, str]:
    """Where the roles outside XBRL 2.1 are declared: in the registry of link roles."""
    home = "http://www.xbrl.org/lrr/role/negated-2009-12-16.xsd#"
    roles = {label.role for label in instance.labels if not label.role.startswith(ROLES)}
    return {role: home + role.rpartition("/")[2] for role in roles}


def label_problems(root: etree._Element, instance: Instance, names: _Names) -> Problems:
    yield from compare(
        "label roles", read_refs(root, "roleRef", "roleURI"), negated_roles(instance)
    )
    places = {
        e.get(qualified(XLINK, "label")): e.get(qualified(XLINK, "href"))
        for e in root.iter(qualified(LINK, "loc"))
    }
    owners = {
        e.get(qualified(XLINK, "to")): places.get(e.get(qualified(XLINK, "from")))
        for e in root.iter(qualified(LINK, "labelArc"))
        if str(e.get(qualified(XLINK, "arcrole"))).endswith("/concept-label")
    }
    got = sorted(
        (
            str(owners.get(e.get(qualified(XLINK, "label")))),
            str(e.get(qualified(XLINK, "role"))),
            str(e.get(qualified(XML, "lang"))),
            e.text or "",
        )
        for e in root.iter(qualified(LINK, "label"))
    )
    want = sorted(
        (names.href(label.concept), label.role, "en-US", label.text)
        for label in instance.labels
    )
    yield from compare("labels", got, want)


def formula_problems(root: etree._Element, instance: Instance, names: _Names) -> Problems:
    """What assertions, variables and filters say otherwise than the `Instance`."""
    refs = read_refs(root, "roleRef", "roleURI").values()
    schema = [ref for ref in refs if not ref.startswith("http")]
    yield from compare("schema", schema, [f"{instance.stem}.xsd#{instance.networks[0].id}"])
    resources: dict[str, list[etree._Element]] = {}
    for e in root.iter(etree.Element):
        resources.setdefault(str(e.get(qualified(XLINK, "label"))), []).append(e)
    arcs: dict[str, list[tuple[str, str | None]]] = {}
    for e in root.iter(etree.Element):
        if (start := e.get(qualified(XLINK, "from"))) is not None:
            arcs.setdefault(start, []).append(
                (str(e.get(qualified(XLINK, "to"))), e.get("name"))
            )
    got, want = {}, {}
    for e in root.iter(qualified("http://xbrl.org/2008/assertion/value", "valueAssertion")):
        ends = arcs[str(e.get(qualified(XLINK, "label")))]
        bound = {
            name: sorted(read_filter(f) for to, _ in arcs[end] for f in resources[to])
            for end, name in ends
            if name
        }
        (message,) = (str(m.text) for end, name in ends if not name for m in resources[end])
        got[e.get("id")] = (
            e.get("test"),
            e.get("implicitFiltering"),
            bound,
            message.partition(" is stated as {$v0} but works out as ")[0],
        )
    contexts = wanted_filters(instance, names)
    for a in instance.assertions:
        bound = {
            f"v{n}": sorted([("conceptName", names.clark(f.concept)), *contexts[f.context]])
            for n, f in enumerate(a.facts)
        }
        called = a.called.replace("{", "{{").replace("}", "}}")
        want[a.id] = (a.test, "false", bound, called)
    yield from compare("assertions", got, want)


def read_filter(e: etree._Element) -> tuple[str, ...]:
    """The kind of a filter, and what it asks for."""
    qnames = (n for n in e.iter(etree.Element) if etree.QName(n).localname == "qname")
    days = (e.get("date"),) if e.get("date") else ()
    return (etree.QName(e).localname, *days, *(written(n, n.text) for n in qnames))


def wanted_filters(instance: Instance, names: _Names) -> dict[str, list[tuple[str, ...]]]:
    """Those of the period and of every axis, by context."""
    defaults = {
        a.parent: a.child
        for n in instance.networks
        for a in n.dimensions
        if a.arcrole == "dimension-default"
    }
    wanted: dict[str, list[tuple[str, ...]]] = {}
    for c in instance.contexts:
        members = defaults | dict(c.dimensions)
        wanted[c.id] = [
            ("explicitDimension", names.clark(axis), names.clark(member))
            for axis, member in members.items()
        ]
        wanted[c.id] += (
            [("periodInstant", f"xs:date('{c.period.date}')")]
            if isinstance(c.period, Instant)
            else [
                ("periodStart", f"xs:date('{c.period.start}')"),
                ("periodEnd", f"xs:date('{c.period.end}')"),
            ]
        )
    return wanted


def inline_problems(file: RenderedFile) -> list[str]:
    """Everything that an inline document says otherwise than the report and the page."""
    try:
        root = etree.fromstring(file.data)
    except etree.XMLSyntaxError as error:
        return [str(error)]
    instance = conversion().instance
    names = _Names(instance)
    problems = list(resource_problems(root, instance, names))
    hidden = [
        etree.tostring(e, method="text", encoding="unicode").strip() for e in root.iter(HIDDEN)
    ]
    problems += compare("hidden", hidden, ["a & b"])
    problems += compare("title", child_text(root, ".//{*}title"), PAGE.title)
    problems += compare("page", child_text(root, ".//{*}pre"), "1 < 2")
    styles = [e.text or "" for e in root.iter("{*}style")]
    problems += compare("style", PAGE.styles[0] in styles[0], want=True)
    return problems


def page_problems(file: RenderedFile) -> list[str]:
    """Everything that the page of a report says, or lets run, that it should not."""
    root = html.fromstring(file.data)
    problems = list(compare("title", root.findtext(".//title"), TITLE))
    problems += compare("heading", root.findtext(".//h1"), TITLE)
    problems += compare("data", root.findtext(".//script[@id='data']"), DATA)
    metas = [e for e in root.iter("meta") if e.get("http-equiv")]
    policy = metas[0].get("content", "")
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    script = root.findtext(".//script[@type='module']") or ""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    problems += compare("policy", allowed["default-src"], "'none'")
    problems += compare("script", allowed["script-src"], f"'sha256-{digest}'")
    return problems


def package_problems(files: Sequence[RenderedFile]) -> list[str]:
    """Everything that the package says otherwise than the index of the taxonomy."""
    roots = {file.name: etree.fromstring(file.data) for file in files}
    catalog = roots["META-INF/catalog.xml"]
    rewrites = {
        e.get("uriStartString"): e.get("rewritePrefix")
        for e in catalog.iter(qualified(CATALOG, "rewriteURI"))
    }
    concepts = used_concepts(conversion().instance, taxonomy())
    problems: list[str] = []
    for name, root in roots.items():
        if name.startswith("META-INF"):
            continue
        own = taxonomy().namespaces[name.removesuffix(".xsd")]
        problems += compare(f"{name}: namespace", root.get("targetNamespace"), own.uri)
        problems += compare(f"{name}: catalog", rewrites.get(own.schema), f"../{name}")
        problems += _imports_problems(name, root)
        problems += _types_problems(name, root, own.prefix)
        got = [
            (e.get("id"), e.get("name"), written(e, e.get("type")),
             written(e, e.get("substitutionGroup")), e.get(qualified(XBRLI, "periodType")),
             e.get(qualified(XBRLI, "balance")), e.get("abstract") == "true", e.get("nillable"))
            for e in root.iter(qualified(XS, "element"))
        ]  # fmt: skip
        uris = {p: n.uri for p, n in taxonomy().namespaces.items()} | {"xbrli": XBRLI}
        want = [
            (c.id, c.name.local, qualified(uris[c.type.prefix], c.type.local),
             qualified(uris[c.group.prefix], c.group.local), c.period_type, c.balance,
             c.abstract, "true" if c.nillable else "false")
            for c in concepts if c.name.prefix == own.prefix
        ]  # fmt: skip
        problems += compare(f"{name}: elements", got, want)
    meta = roots["META-INF/taxonomyPackage.xml"]
    stated = [(e.tag, e.text) for e in meta]
    name = taxonomy().name
    wanted = (("identifier", f"urn:tieout:{name}"), ("name", name), ("version", "1"))
    problems += compare("metadata", stated, [(qualified(PACKAGE, k), v) for k, v in wanted])
    return problems


def _imports_problems(name: str, root: etree._Element) -> Problems:
    by_uri = {n.uri: n.schema for n in taxonomy().namespaces.values()}
    for e in root.iter(qualified(XS, "import")):
        uri = str(e.get("namespace"))
        yield from compare(f"{name}: import {uri}", e.get("schemaLocation"), by_uri[uri])


def _types_problems(name: str, root: etree._Element, prefix: str) -> Problems:
    for e in root.iter(qualified(XS, "complexType")):
        item = taxonomy().item_type(QName(prefix, str(e.get("name"))))
        restriction = next(e.iter(qualified(XS, "restriction")))
        assert item is not None
        base = taxonomy().namespaces.get(item.base.prefix)
        uri = base.uri if base else XBRLI
        want = (qualified(uri, item.base.local), list(item.facets))
        facets = [(etree.QName(f).localname, f.get("value")) for f in restriction]
        got = (written(restriction, restriction.get("base")), facets)
        yield from compare(f"{name}: type {e.get('name')}", got, want)


# --- the tests -----------------------------------------------------------------------


def test_the_example_has_everything_that_templates_say() -> None:
    """A fault can only show where there is something for it to spoil."""
    instance = conversion().instance
    assert any("&" in str(f.value) for f in instance.facts)
    assert any("&" in label.text for label in instance.labels)
    assert any(c.dimensions for c in instance.contexts)
    assert any(isinstance(c.period, Instant) for c in instance.contexts)
    assert {u.denominator is None for u in instance.units} == {True, False}
    assert {e.abstract for e in instance.extensions} == {True, False}
    assert {"credit", "debit"} <= {e.balance for e in instance.extensions}
    assert {a.weight for n in instance.networks for a in n.calculation} == {1, -1}
    assert negated_roles(instance)
    assert any(n.dimensions for n in instance.networks)
    assert any("{" in a.called for a in instance.assertions)


def test_the_templates_say_what_the_instance_holds() -> None:
    assert report_problems(report(), conversion().instance) == []
    assert package_problems(package()) == []
    assert inline_problems(inline()) == []
    assert page_problems(render_page("small", TITLE, DATA)) == []


@pytest.mark.arelle
def test_the_templates_are_valid() -> None:
    assert validate(conversion(), Options()).valid


@pytest.mark.parametrize(
    "name",
    [
        "a b.txt",
        "R&D.txt",
        'x"y.txt',
        "10-K #2.txt",
        "100%25.txt",
        "a:b.txt",
    ],
)
def test_files_of_any_name_find_each_other(name: str) -> None:
    """An address within the report leads to a file of the report."""
    instance = replace(conversion().instance, stem=stem_of(name))
    files = render(instance, taxonomy())
    names = {file.name for file in files}
    for file in files:
        for element in etree.fromstring(file.data).iter():
            address = element.get(qualified(XLINK, "href"))
            if address and not address.startswith("http"):
                parts = urlsplit(address)
                assert not parts.scheme, address
                assert unquote(parts.path) in names, address


def test_every_template_has_faults() -> None:
    folder = resource("templates")
    names = [p.relative_to(folder).as_posix() for p in folder.rglob("*.jinja")]
    counts = {n: sum(f.template == n and not f.arelle for f in FAULTS) for n in names}
    assert min(counts.values()) >= 3, counts


def _id(fault: Fault) -> str:
    return f"{fault.template}: {fault.old[:30]}"


@pytest.mark.parametrize("fault", [f for f in FAULTS if not f.arelle], ids=_id)
def test_a_fault_is_read(fault: Fault, tmp_path: Path) -> None:
    folder = faulty_folder(fault, tmp_path)
    if fault.template.startswith("package/"):
        assert package_problems(package(folder))
    elif fault.template == PAGE_OF_REPORT:
        assert page_problems(render_page("small", TITLE, DATA, folder))
    elif fault.template == INLINE:
        assert inline_problems(inline(folder))
    else:
        assert report_problems(report(folder), conversion().instance)
    if fault.template == RESOURCES:
        assert inline_problems(inline(folder))


@pytest.mark.arelle
@pytest.mark.parametrize("fault", [f for f in FAULTS if f.arelle], ids=_id)
def test_a_fault_is_found_by_arelle(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = faulty_folder(fault, tmp_path)
    files = report()
    if fault.template.startswith("package/"):
        monkeypatch.setattr(
            validation, "render_package", lambda c, t: render_package(c, t, templates=folder)
        )
    else:
        files = report(folder)
    verdict = validation.validate_report(files, conversion().instance, taxonomy())
    assert not verdict.valid
