"""Stage 8: an `Instance` to files. The only module that knows Jinja."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from converter.model import EXTENSION, Calculations, Instance, Label, QName, RenderedFile
from converter.resources import resource
from converter.taxonomy import Concept, ItemType, Namespace, Taxonomy
from converter.xml_text import in_xml

_REPORT = (
    ("instance.xml.jinja", "{stem}.xml"),
    ("schema.xsd.jinja", "{stem}.xsd"),
    ("presentation.xml.jinja", "{stem}_pre.xml"),
    ("calculation.xml.jinja", "{stem}_cal.xml"),
    ("definition.xml.jinja", "{stem}_def.xml"),
    ("label.xml.jinja", "{stem}_lab.xml"),
)
_FORMULA = ("formula.xml.jinja", "{stem}-formula.xml")
_LINKBASES = (
    ("presentation", "pre"),
    ("calculation", "cal"),
    ("definition", "def"),
    ("label", "lab"),
)
_STYLE = ("style.css",)
_SCRIPT = ("data.js", "paper.js", "details.js", "panels.js", "page.js", "keys.js", "start.js")
_LONG = 200
_IN_EVERY_SCHEMA = ("xbrli", "xbrldt")


class InlinePage(NamedTuple):
    """What an Inline XBRL document shows, and the facts that it states without showing.

    All but the title is mark-up as it is: `styles` are style sheets of the original. A
    page of nothing but text is `plain`.
    """

    title: str
    body: str
    plain: bool
    hidden: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


class PackageNames(NamedTuple):
    """The identifier of a taxonomy package, its name, and its entry points.

    An entry point has a name and the addresses of its documents.
    """

    identifier: str
    name: str
    entry_points: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Arc(NamedTuple):
    """What every arc has; templates ask no more of one than its two ends."""

    parent: QName
    child: QName


def render(
    instance: Instance,
    taxonomy: Taxonomy,
    templates: Path | None = None,
    calculations: Calculations = Calculations.XBRL_2_1,
) -> tuple[RenderedFile, ...]:
    """All files of a report: the instance, its schema and its link bases.

    That of formulas is there only if the report has equations for it.

    Args:
        instance: What to say.
        taxonomy: Where standard concepts are declared.
        templates: Another folder of templates, for those who want other XML.
        calculations: The version of calculation that the sums are written for.
    """
    environment = _environment(templates or resource("templates"))
    scope = {
        "instance": instance,
        "address": as_address(instance.stem),
        "extension": EXTENSION,
        "namespaces": _used(instance, taxonomy),
        "imports": _imported(instance, taxonomy),
        "linkbases": _LINKBASES,
        "calculations": calculations.value,
        "negated_roles": _negated_roles(instance),
        "href": _Href(instance, taxonomy),
        "axes": _axes(instance),
    }
    wanted = (*_REPORT, _FORMULA) if instance.assertions else _REPORT
    return tuple(
        _file(environment, template, name.format(stem=instance.stem), scope)
        for template, name in wanted
    )


def render_inline(
    instance: Instance,
    taxonomy: Taxonomy,
    page: InlinePage,
    templates: Path | None = None,
) -> RenderedFile:
    """A report as Inline XBRL 1.1 (section 5): a page with the facts tagged in it."""
    scope = {
        "instance": instance,
        "page": page,
        "address": as_address(instance.stem),
        "extension": EXTENSION,
        "namespaces": _used(instance, taxonomy),
    }
    environment = _environment(templates or resource("templates"))
    return _file(environment, "inline.htm.jinja", f"{instance.stem}.htm", scope)


def render_package(
    concepts: Iterable[Concept], taxonomy: Taxonomy, templates: Path | None = None
) -> tuple[RenderedFile, ...]:
    """A taxonomy package with only these concepts, under the official names.

    Returns:
        The package's files, named relative to the one top-level folder that a package
        has (Taxonomy Packages 1.0); not yet zipped.
    """
    environment = _environment(templates or resource("templates"))
    schemas = _schemas(list(concepts), taxonomy)
    files = [
        _file(environment, "package/schema.xsd.jinja", f"{own.prefix}.xsd", scope)
        for own, scope in schemas
    ]
    rewrites = [(own.schema, f"{own.prefix}.xsd") for own, _ in schemas]
    files += render_metadata(
        PackageNames(f"urn:tieout:{taxonomy.name}", taxonomy.name), rewrites, templates
    )
    return tuple(files)


def render_metadata(
    names: PackageNames,
    rewrites: Sequence[tuple[str, str]],
    templates: Path | None = None,
) -> tuple[RenderedFile, ...]:
    """What makes a folder a taxonomy package: its catalog and its description.

    Args:
        names: What the package is called, and where to enter it.
        rewrites: Starts of addresses, and the files or folders (with a slash at the end) of
            the package that stand for them.
        templates: Another folder of templates.

    Returns:
        `META-INF/catalog.xml` and `META-INF/taxonomyPackage.xml`.
    """
    environment = _environment(templates or resource("templates"))
    scope: dict[str, object] = {**names._asdict(), "rewrites": rewrites}
    return tuple(
        _file(environment, f"package/{name}.jinja", f"META-INF/{name}", scope)
        for name in ("catalog.xml", "taxonomyPackage.xml")
    )


def render_page(
    stem: str, title: str, data: str, templates: Path | None = None
) -> RenderedFile:
    """The page of a report, with its style and its script within it.

    The policy of the page lets these two run by their hashes, and nothing else
    (Content Security Policy Level 3, 2.3.1).

    Args:
        stem: The report's name.
        title: Of the page.
        data: JSON without any `<`.
        templates: Another folder of templates.
    """
    folder = templates or resource("templates")
    style, script = _part(folder, _STYLE), _part(folder, _SCRIPT)
    scope: dict[str, object] = {
        "title": title,
        "data": Markup(data),  # noqa: S704  (it is data, and holds no "<")
        "style": Markup(style),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "style_hash": _hash(style),
        "script_hash": _hash(script),
    }
    page = "report/page.html.jinja"
    return _file(_environment(folder), page, f"{stem}.report.html", scope)


@lru_cache(maxsize=8)
def _part(folder: Path, names: tuple[str, ...]) -> str:
    """Some files of the page's folder as one text."""
    return "\n".join((folder / "report" / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def used_concepts(instance: Instance, taxonomy: Taxonomy) -> tuple[Concept, ...]:
    """The standard concepts that a report needs, in a fixed order."""
    names = {fact.concept for fact in instance.facts}
    for context in instance.contexts:
        names |= {name for pair in context.dimensions for name in pair}
    for network in instance.networks:
        arcs = (*network.presentation, *network.calculation, *network.dimensions)
        names |= {name for arc in arcs for name in arc[:2]}
    found = (taxonomy.concept(name) for name in sorted(names))
    return tuple(concept for concept in found if concept is not None)


# --- the environment -----------------------------------------------------------------


class _EscapedOnce(CodeGenerator):
    """One call for each expression: what `_finalize` returns is escaped already."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("(")
            self.write(finalize.src or "escape(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Environment(Environment):
    code_generator_class = _EscapedOnce


@lru_cache(maxsize=8)
def _environment(folder: Path) -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "lexical": lexical,
        "ends": _ends,
        "groupby_concept": _by_concept,
        "literal": _literal,
    }
    return environment


def _finalize(value: object) -> str:
    """A value as XML holds it; a name prints as prefix:local."""
    if type(value) is str:
        return _escaped(value) if len(value) < _LONG else escape(in_xml(value))
    if type(value) is QName:
        return _escaped(f"{value.prefix}:{value.local}")
    if type(value) is int:
        return str(value)
    return value if type(value) is Markup else escape(value)


@lru_cache(maxsize=1 << 14)
def _escaped(text: str) -> Markup:
    """Text with blanks for what XML 1.0 has no character for; most of it stands often."""
    return escape(in_xml(text))


def _file(
    environment: Environment, template: str, name: str, scope: dict[str, object]
) -> RenderedFile:
    text = environment.get_template(template).render(scope)
    return RenderedFile(name, text.encode("utf-8"))


def lexical(value: Decimal) -> str:
    """A number as XML Schema's decimal: no exponent, no negative zero."""
    return format(value or abs(value), "f")


def _literal(text: str) -> str:
    """Text as a message has it, where braces enclose XPath (Generic Messages 1.0)."""
    return text.replace("{", "{{").replace("}", "}}")


def _ends(arcs: Sequence[Arc]) -> list[QName]:
    return list(dict.fromkeys(name for arc in arcs for name in (arc.parent, arc.child)))


def _by_concept(labels: Iterable[Label]) -> list[tuple[QName, list[Label]]]:
    groups: dict[QName, list[Label]] = {}
    for label in labels:
        groups.setdefault(label.concept, []).append(label)
    return list(groups.items())


def as_address(name: str) -> str:
    """The name of a file as an address has it (RFC 3986, 2.1)."""
    return quote(name, safe="")


# --- what the templates are told -----------------------------------------------------


class _Href:
    """Where a concept is declared, as a locator says it."""

    def __init__(self, instance: Instance, taxonomy: Taxonomy) -> None:
        self._file = f"{as_address(instance.stem)}.xsd"
        self._taxonomy = taxonomy

    def __call__(self, name: QName) -> str:
        if name.prefix == EXTENSION:
            return f"{self._file}#{name.prefix}_{name.local}"
        concept = self._taxonomy.concept(name)
        fragment = concept.id if concept else f"{name.prefix}_{name.local}"
        return f"{self._taxonomy.namespaces[name.prefix].schema}#{fragment}"


def _used(instance: Instance, taxonomy: Taxonomy) -> list[Namespace]:
    prefixes = {c.name.prefix for c in used_concepts(instance, taxonomy)}
    return [taxonomy.namespaces[prefix] for prefix in sorted(prefixes)]


def _imported(instance: Instance, taxonomy: Taxonomy) -> list[Namespace]:
    """What the extension schema must import: used concepts' schemas, and item types'."""
    prefixes = {namespace.prefix for namespace in _used(instance, taxonomy)}
    prefixes |= {concept.type.prefix for concept in instance.extensions}
    return [taxonomy.namespaces[prefix] for prefix in sorted(prefixes - set(_IN_EVERY_SCHEMA))]


def _axes(instance: Instance) -> list[tuple[QName, QName]]:
    """The axes of the report, each with its default member: that of facts without it."""
    arcs = (arc for network in instance.networks for arc in network.dimensions)
    return list(
        dict.fromkeys((a.parent, a.child) for a in arcs if a.arcrole == "dimension-default")
    )


def _negated_roles(instance: Instance) -> list[str]:
    roles = {label.role for label in instance.labels if "/2009/role/" in label.role}
    return sorted(roles)


def _schemas(
    concepts: list[Concept], taxonomy: Taxonomy
) -> list[tuple[Namespace, dict[str, object]]]:
    """For each namespace that the package declares, the concepts and types in it."""
    types = _needed_types(concepts, taxonomy)
    declared = sorted({c.name.prefix for c in concepts} | {t.name.prefix for t in types})
    result: list[tuple[Namespace, dict[str, object]]] = []
    for prefix in declared:
        own = [c for c in concepts if c.name.prefix == prefix]
        kinds = [t for t in types if t.name.prefix == prefix]
        needed = {c.type.prefix for c in own} | {c.group.prefix for c in own}
        needed |= {t.base.prefix for t in kinds} | {"xbrli"}
        imports = [taxonomy.namespaces[p] for p in sorted(needed - {prefix})]
        namespace = taxonomy.namespaces[prefix]
        scope: dict[str, object] = {
            "own": namespace,
            "imports": imports,
            "types": kinds,
            "concepts": own,
        }
        result.append((namespace, scope))
    return result


def _needed_types(concepts: Iterable[Concept], taxonomy: Taxonomy) -> list[ItemType]:
    found: dict[QName, ItemType] = {}
    wanted = [concept.type for concept in concepts]
    wanted += _own_types(taxonomy)
    while wanted:
        item = taxonomy.item_type(wanted.pop())
        if item is not None and item.name not in found:
            found[item.name] = item
            wanted.append(item.base)
    return [found[name] for name in sorted(found)]


def _own_types(taxonomy: Taxonomy) -> list[QName]:
    """Types that an extension may use though no standard concept of the report does."""
    models = ("EarningsPerShareBasic", "ScenarioAdjustmentMember",
              "EffectiveIncomeTaxRateContinuingOperations")  # fmt: skip
    return [c.type for c in map(taxonomy.find, models) if c is not None]
