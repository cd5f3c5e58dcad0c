"""The concepts of a taxonomy release and how they relate, read from an index folder.

An index is a folder of tab-separated files, which taxonomy/README.md describes. Lines
stay unparsed until someone asks for a concept or a relation of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from converter.errors import TaxonomyError
from converter.model import Balance, PeriodType, QName, StatementKind
from converter.resources import resource

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "namespaces.tsv": ("prefix", "namespace", "schema", "imports"),
        "types.tsv": ("name", "base", "facets"),
        "concepts.tsv": (
            *("name", "type", "period", "balance", "abstract", "nillable"),
            *("group", "deprecated", "sign", "id"),
        ),
        "roles.tsv": ("code", "uri", "kind"),
        "calculation.tsv": ("role", "parent", "child", "order", "weight"),
        "presentation.tsv": ("role", "parent", "child", "order"),
    }
)
"""The files of an index and the first line of each."""

FIND_ORDER: Final = ("us-gaap", "srt", "dei")
"""Where a name without a prefix is looked for, first to last."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^A-Za-z0-9]+")


class Namespace(NamedTuple):
    """A namespace and the official URL of the schema that declares its names."""

    prefix: str
    uri: str
    schema: str


class ItemType(NamedTuple):
    """A restriction of another type; `facets` are the XSD facets in schema order."""

    name: QName
    base: QName
    facets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """What the schema declares of a concept, and what its publisher says of it.

    Attributes:
        name: With the prefix that the index uses.
        id: The fragment that points at the element in its schema.
        type: The item type.
        period_type: Instant or duration.
        balance: None for what is neither a debit nor a credit.
        abstract: A heading, an axis or a table: it takes no facts.
        nillable: A fact of it may be nil.
        group: The substitution group: `xbrli:item`, or one of `xbrldt`.
        deprecated_in: The year, which may lie after the taxonomy's own, or None.
        non_negative: A negative value of it is an error in a filing.
    """

    name: QName
    id: str
    type: QName
    period_type: PeriodType
    balance: Balance | None
    abstract: bool
    nillable: bool
    group: QName
    deprecated_in: int | None
    non_negative: bool

    @property
    def label(self) -> str:
        """Readable English made from the element name."""
        return derive_label(self.name.local)


class Relation(NamedTuple):
    """Parent to child in a role, known by its code; weight 0 for presentation."""

    role: str
    parent: QName
    child: QName
    order: Decimal
    weight: int


class Role(NamedTuple):
    """An extended link role; `kind` is None for one that is no primary statement."""

    code: str
    uri: str
    kind: StatementKind | None


_Key = tuple[QName, StatementKind | None]


class _Arcs(NamedTuple):
    """The unparsed lines of a file of relations, by the names at either end."""

    by_parent: Mapping[str, Sequence[str]]
    by_child: Mapping[str, Sequence[str]]


def derive_label(local: str) -> str:
    """Words of an element name: `IncreaseInFIFOReserve` is `Increase in FIFO reserve`.

    Only spaces and case differ from the name.
    """
    words = cast("list[str]", _WORDS.findall(local))
    text = " ".join(word if _is_acronym(word) else word.lower() for word in words)
    return text[:1].upper() + text[1:]


def parse_qname(text: str) -> QName:
    """A QName from `prefix:local`; without a colon the prefix is empty."""
    prefix, _, local = text.rpartition(":")
    return QName(prefix, local)


def taxonomy_names() -> tuple[str, ...]:
    """The indexes that come with the product, newest first."""
    folders = resource("taxonomy").glob("*/concepts.tsv")
    return tuple(sorted((path.parent.name for path in folders), reverse=True))


@lru_cache(maxsize=8)
def load_taxonomy(name: str) -> Taxonomy:
    """The index called `name`, or the one in the folder that `name` is the path of.

    Raises:
        TaxonomyError: There is no such index, or it is not one of this version.
    """
    for folder in (resource("taxonomy") / name, Path(name)):
        if (folder / "concepts.tsv").is_file():
            return Taxonomy(folder)
    known = ", ".join(taxonomy_names()) or "none"
    raise TaxonomyError(
        f"no taxonomy {name!r}; available: {known}; or give the path of a folder that "
        "`tieout taxonomy build` wrote"
    )


class Taxonomy:
    """One release, for lookup. Nothing of it changes once it is loaded.

    What has been looked up is kept: a statement asks for the same few concepts often.

    Attributes:
        name: The name of its folder.
        year: The year of the us-gaap namespace.
        namespaces: By prefix; also those of types and substitution groups.
        imports: By prefix, the prefixes whose schemas this one's declarations use.
        roles: By code.
    """

    def __init__(self, folder: Path) -> None:
        """Read the small files and split the large one into lines.

        Raises:
            TaxonomyError: A file is missing or has other columns.
        """
        self._folder = folder
        self.name = folder.resolve().name
        rows = [line.split("\t") for line in _read_lines(folder, "namespaces.tsv")]
        self.namespaces: Mapping[str, Namespace] = MappingProxyType(
            {row[0]: Namespace(row[0], row[1], row[2]) for row in rows}
        )
        self.imports: Mapping[str, tuple[str, ...]] = MappingProxyType(
            {row[0]: tuple(row[3].split()) for row in rows}
        )
        self.year = _year_of(self.namespaces, folder)
        roles = map(_parse_role, _read_lines(folder, "roles.tsv"))
        self.roles: Mapping[str, Role] = MappingProxyType({r.code: r for r in roles})
        self._concepts = _by_first_column(_read_lines(folder, "concepts.tsv"))
        self._parsed: dict[QName, Concept | None] = {}
        self._found: dict[str, Concept | None] = {}
        self._above: dict[_Key, tuple[Relation, ...]] = {}
        self._sums: dict[_Key, frozenset[tuple[str, QName]]] = {}
        self._ancestors: dict[tuple[_Key, frozenset[QName]], frozenset[QName]] = {}

    def __contains__(self, name: QName) -> bool:
        return f"{name.prefix}:{name.local}" in self._concepts

    def __iter__(self) -> Iterator[Concept]:
        return (_parse_concept(name, rest) for name, rest in self._concepts.items())

    def __len__(self) -> int:
        return len(self._concepts)

    def concept(self, name: QName) -> Concept | None:
        """The concept of that name, if the release has it."""
        if name not in self._parsed:
            key = f"{name.prefix}:{name.local}"
            rest = self._concepts.get(key)
            self._parsed[name] = None if rest is None else _parse_concept(key, rest)
        return self._parsed[name]

    def find(self, local: str) -> Concept | None:
        """The concept of that local name: in us-gaap, else in srt, else in dei."""
        if local not in self._found:
            found = (self.concept(QName(prefix, local)) for prefix in FIND_ORDER)
            self._found[local] = next((concept for concept in found if concept), None)
        return self._found[local]

    def is_deprecated(self, concept: Concept) -> bool:
        """Whether it was deprecated in the year of this release or before."""
        return concept.deprecated_in is not None and concept.deprecated_in <= self.year

    def item_type(self, name: QName) -> ItemType | None:
        """How a type is defined; None for the standard types of XBRL."""
        rest = self._types.get(str(name))
        return None if rest is None else _parse_item_type(name, rest)

    def calculation_parents(
        self, name: QName, kind: StatementKind | None = None
    ) -> tuple[Relation, ...]:
        """The sums that the concept is a term of, by role code, then parent."""
        key = (name, kind)
        if key not in self._above:
            lines = self._calculation.by_child.get(str(name), ())
            self._above[key] = self._relations(lines, kind)
        return self._above[key]

    def calculation_children(
        self, name: QName, kind: StatementKind | None = None
    ) -> tuple[Relation, ...]:
        """The terms that the concept is the sum of, by role code, then order."""
        return self._relations(self._calculation.by_parent.get(str(name), ()), kind)

    def descends(self, name: QName, ancestor: QName, kind: StatementKind | None = None) -> bool:
        """Whether `name` adds into `ancestor`, over any number of sums.

        One path may lead through several roles of the kind. No concept descends from
        itself.
        """
        return name != ancestor and ancestor in self.ancestors(name, kind)

    def ancestors(
        self,
        name: QName,
        kind: StatementKind | None = None,
        avoiding: frozenset[QName] = frozenset(),
    ) -> frozenset[QName]:
        """All concepts above one in the calculation trees, by paths that avoid some."""
        key = ((name, kind), avoiding)
        found = self._ancestors.get(key)
        if found is None:
            above: set[QName] = set()
            front = {name}
            while front:
                parents = {
                    arc.parent
                    for child in front
                    for arc in self.calculation_parents(child, kind)
                }
                front = parents - above - avoiding
                above |= front
            found = self._ancestors[key] = frozenset(above)
        return found

    def sums_of(
        self, name: QName, kind: StatementKind | None = None
    ) -> frozenset[tuple[str, QName]]:
        """The sums that the concept is a term of: role code and parent."""
        key = (name, kind)
        if key not in self._sums:
            arcs = self.calculation_parents(name, kind)
            self._sums[key] = frozenset((arc.role, arc.parent) for arc in arcs)
        return self._sums[key]

    def presented_in(self, name: QName) -> frozenset[StatementKind]:
        """The primary statements that show the concept anywhere."""
        key = str(name)
        up, down = self._presentation.by_child, self._presentation.by_parent
        codes = {line.partition("\t")[0] for line in (*up.get(key, ()), *down.get(key, ()))}
        kinds = (self.roles[code].kind for code in codes)
        return frozenset(kind for kind in kinds if kind)

    def presentation_parents(self, name: QName) -> tuple[Relation, ...]:
        """The headings that the concept is shown under, by role code, then parent."""
        return self._relations(self._presentation.by_child.get(str(name), ()), None)

    def search(self, words: str, limit: int = 20) -> tuple[Concept, ...]:
        """The concepts whose labels have the most of these words, best first.

        Whole words count before beginnings of words; concepts that can be reported
        come before abstract and deprecated ones, those of a statement before others,
        and short names before long ones.
        """
        wanted = tuple(dict.fromkeys(re.findall(r"[a-z0-9]+", words.lower())))
        near = ((*_count_words(c.label, wanted), c) for c in self._with_any(wanted))
        ranked = sorted(
            (-begun, -whole, *self._reluctance(concept), concept.name)
            for begun, whole, concept in near
            if begun
        )
        best = (self.concept(row[-1]) for row in ranked[:limit])
        return tuple(concept for concept in best if concept)

    @cached_property
    def _types(self) -> Mapping[str, str]:
        return _by_first_column(_read_lines(self._folder, "types.tsv"))

    @cached_property
    def _calculation(self) -> _Arcs:
        return _index_arcs(_read_lines(self._folder, "calculation.tsv"))

    @cached_property
    def _presentation(self) -> _Arcs:
        return _index_arcs(_read_lines(self._folder, "presentation.tsv"))

    def _relations(
        self, lines: Iterable[str], kind: StatementKind | None
    ) -> tuple[Relation, ...]:
        found = map(_parse_relation, lines)
        return tuple(x for x in found if not kind or self.roles[x.role].kind == kind)

    def _with_any(self, words: Iterable[str]) -> Iterator[Concept]:
        """A quick choice by name; it lets through more than have the words as words."""
        for name, rest in self._concepts.items():
            low = name.lower()
            if any(word in low for word in words):
                yield _parse_concept(name, rest)

    def _reluctance(self, concept: Concept) -> tuple[bool, bool, int]:
        """Smaller is better."""
        unusable = concept.abstract or self.is_deprecated(concept)
        shown = bool(self.presented_in(concept.name))
        return unusable, not shown, len(concept.name.local)


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _count_words(label: str, wanted: Iterable[str]) -> tuple[int, int]:
    """How many of the words begin a word of the label, and how many are one."""
    has = label.lower().split()
    begun = sum(any(word.startswith(want) for word in has) for want in wanted)
    return begun, sum(want in has for want in wanted)


def _read_lines(folder: Path, file: str) -> list[str]:
    """The lines of a file of the index, without the first, which names the columns.

    Raises:
        TaxonomyError: The file is missing, is not text or has other columns.
    """
    try:
        head, *lines = (folder / file).read_text("utf-8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TaxonomyError(
            f"cannot read {folder / file}: {error}; build the index again with "
            "`tieout taxonomy build`"
        ) from error
    if tuple(head.split("\t")) != COLUMNS[file]:
        raise TaxonomyError(
            f"{folder / file} has not the columns {', '.join(COLUMNS[file])}; build "
            "the index again with `tieout taxonomy build`"
        )
    return lines


def _by_first_column(lines: Iterable[str]) -> dict[str, str]:
    parts = (line.partition("\t") for line in lines)
    return {name: rest for name, _, rest in parts}


def _index_arcs(lines: Iterable[str]) -> _Arcs:
    by_parent: dict[str, list[str]] = {}
    by_child: dict[str, list[str]] = {}
    for line in lines:
        _, parent, child, _ = line.split("\t", 3)
        by_parent.setdefault(parent, []).append(line)
        by_child.setdefault(child, []).append(line)
    return _Arcs(by_parent, by_child)


def _year_of(namespaces: Mapping[str, Namespace], folder: Path) -> int:
    base = namespaces.get("us-gaap")
    year = re.search(r"\b\d{4}\b", base.uri) if base else None
    if not year:
        raise TaxonomyError(f"{folder / 'namespaces.tsv'} has no us-gaap with a year")
    return int(year.group())


def _parse_role(line: str) -> Role:
    code, uri, kind = line.split("\t")
    return Role(code, uri, StatementKind(kind) if kind else None)


def _parse_concept(name: str, rest: str) -> Concept:
    type_, period, balance, abstract, nillable, group, year, sign, id_ = rest.split("\t")
    return Concept(
        name=parse_qname(name),
        id=id_ or name.replace(":", "_", 1),
        type=parse_qname(type_),
        period_type=cast("PeriodType", period),
        balance=cast("Balance", balance) if balance else None,
        abstract=bool(abstract),
        nillable=bool(nillable),
        group=parse_qname(group),
        deprecated_in=int(year) if year else None,
        non_negative=bool(sign),
    )


def _parse_item_type(name: QName, rest: str) -> ItemType:
    base, *facets = rest.split("\t")
    pairs = (facet.partition("=") for facet in facets if facet)
    return ItemType(name, parse_qname(base), tuple((key, to) for key, _, to in pairs))


def _parse_relation(line: str) -> Relation:
    role, parent, child, order, *weight = line.split("\t")
    ends = parse_qname(parent), parse_qname(child)
    return Relation(role, *ends, Decimal(order), int(weight[0]) if weight else 0)
