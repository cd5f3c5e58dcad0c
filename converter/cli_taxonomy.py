"""`tieout taxonomy`: make an index of a taxonomy release, look concepts up in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from converter.errors import ConverterError, TaxonomyError
from converter.model import QName
from converter.taxonomy import (
    Concept,
    Relation,
    Taxonomy,
    derive_label,
    load_taxonomy,
    parse_qname,
)

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(
    name="taxonomy",
    help="Make an index of a taxonomy release, and look concepts up in it.",
    no_args_is_help=True,
)

TaxonomyOption = Annotated[
    str,
    typer.Option("--taxonomy", "-t", help="An index by name, or by the path of its folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command()
def build(
    packages: Annotated[
        list[Path],
        typer.Argument(metavar="PACKAGE...", help="Official XBRL taxonomy packages (zip)."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write.")],
    deprecated: Annotated[
        Path | None,
        typer.Option(help="JSON: us-gaap element names to the date of deprecation."),
    ] = None,
    non_negative: Annotated[
        Path | None,
        typer.Option(help="us-gaap element names that take no negative value, by line."),
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over an index that exists.")] = False,
) -> None:
    """Write an index of the facts about concepts that packages hold."""
    # lxml is needed here only, and would slow down every other command.
    from converter import taxonomy_build as making  # noqa: PLC0415

    with _errors_reported():
        tables = making.build_tables(
            packages,
            making.read_deprecated(deprecated) if deprecated else {},
            making.read_non_negative(non_negative) if non_negative else frozenset(),
        )
        making.write_index(tables, output, force=force)
    counts = (f"{len(rows):,} {name}" for name, rows in tables._asdict().items())
    typer.echo(f"{output}: {', '.join(counts)}")


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words of the concept's name.")],
    taxonomy: TaxonomyOption = "us-gaap-2024",
    limit: Annotated[int, typer.Option(min=1, help="How many to print.")] = 20,
    json_: JsonOption = False,
) -> None:
    """List the concepts whose names have these words, best first."""
    with _errors_reported():
        index = load_taxonomy(taxonomy)
        found = index.search(" ".join(words), limit)
        if not found:
            raise TaxonomyError(
                f"{taxonomy} has no concept with a word like {' '.join(words)!r}; try "
                "fewer or other words"
            )
    if json_:
        _print_json([_facts(index, concept) for concept in found])
    else:
        _print_tables([_result_table(index, found)])


@app.command()
def show(
    concept: Annotated[str, typer.Argument(help="A name, with or without its prefix.")],
    taxonomy: TaxonomyOption = "us-gaap-2024",
    json_: JsonOption = False,
) -> None:
    """Print all that is known of a concept, and what it adds into."""
    with _errors_reported():
        index = load_taxonomy(taxonomy)
        found = find_concept(index, concept)
    facts = _facts(index, found)
    relations = _relations(index, found.name)
    if json_:
        arcs = {key: [_arc_facts(index, arc) for arc in to] for key, to in relations}
        _print_json(facts | arcs)
    else:
        lists = (_relation_table(index, found, title, to) for title, to in relations if to)
        _print_tables([_fact_table(facts), *lists])


def find_concept(taxonomy: Taxonomy, text: str) -> Concept:
    """The concept that `text` names, if need be without regard to case.

    Raises:
        TaxonomyError: None or several are named; the message lists near ones.
    """
    name = parse_qname(text)
    exact = taxonomy.concept(name) if name.prefix else taxonomy.find(name.local)
    if exact:
        return exact
    same = [concept for concept in taxonomy if _is_same(concept.name, text)]
    if len(same) == 1:
        return same[0]
    near = [str(concept.name) for concept in same] or _near_names(taxonomy, name.local)
    advice = f"did you mean {', '.join(near)}?" if near else "try `tieout taxonomy search`"
    raise TaxonomyError(f"no concept {text!r} in {taxonomy.name}; {advice}")


def _is_same(name: QName, text: str) -> bool:
    return text.lower() in (str(name).lower(), name.local.lower())


def _near_names(taxonomy: Taxonomy, local: str) -> list[str]:
    """Names spelled much the same, or else names with the same words."""
    by_local = {concept.name.local: str(concept.name) for concept in taxonomy}
    spelled = get_close_matches(local, by_local, n=5, cutoff=0.8)
    alike = taxonomy.search(derive_label(local), 5)
    return [by_local[near] for near in spelled] or [str(c.name) for c in alike]


@contextmanager
def _errors_reported() -> Iterator[None]:
    """An exception of ours becomes a line on stderr and exit status 2."""
    try:
        yield
    except ConverterError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error


Facts = dict[str, str | int | bool | list[str] | None]


def _facts(taxonomy: Taxonomy, concept: Concept) -> Facts:
    return {
        "name": str(concept.name),
        "label": concept.label,
        "namespace": taxonomy.namespaces[concept.name.prefix].uri,
        "schema": f"{taxonomy.namespaces[concept.name.prefix].schema}#{concept.id}",
        "type": str(concept.type),
        "period": concept.period_type,
        "balance": concept.balance,
        "abstract": concept.abstract,
        "nillable": concept.nillable,
        "substitution group": str(concept.group),
        "never negative": concept.non_negative,
        "deprecated": taxonomy.is_deprecated(concept),
        "deprecated in": concept.deprecated_in,
        "statements": sorted(taxonomy.presented_in(concept.name)),
    }


def _relations(taxonomy: Taxonomy, name: QName) -> tuple[tuple[str, tuple[Relation, ...]], ...]:
    return (
        ("calculation parents", taxonomy.calculation_parents(name)),
        ("calculation children", taxonomy.calculation_children(name)),
        ("presentation parents", taxonomy.presentation_parents(name)),
    )


def _arc_facts(taxonomy: Taxonomy, arc: Relation) -> dict[str, str | int | None]:
    return {
        "role": arc.role,
        "statement": taxonomy.roles[arc.role].kind,
        "parent": str(arc.parent),
        "child": str(arc.child),
        "order": str(arc.order),
        "weight": arc.weight or None,
    }


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _print_tables(tables: Iterable[Table]) -> None:
    from rich.console import Console  # noqa: PLC0415 - keeps --help fast

    console = Console()
    if not console.is_terminal:
        console.width = 200
    for table in tables:
        console.print(table)


def _new_table(*columns: str, title: str | None = None) -> Table:
    """Without lines; a name too long for the screen goes on in the next line."""
    from rich.table import Table as RichTable  # noqa: PLC0415 - keeps --help fast

    table = RichTable(box=None, title=title, title_justify="left", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _result_table(taxonomy: Taxonomy, concepts: Iterable[Concept]) -> Table:
    table = _new_table("period", "balance", "type", "statements", "deprecated", "concept")
    table.columns[-1].min_width = 24
    for concept in concepts:
        table.add_row(
            concept.period_type,
            concept.balance or "",
            concept.type.local.removesuffix("ItemType"),
            ", ".join(sorted(taxonomy.presented_in(concept.name))),
            str(concept.deprecated_in) if taxonomy.is_deprecated(concept) else "",
            str(concept.name),
        )
    return table


def _fact_table(facts: Facts) -> Table:
    table = _new_table("", "")
    table.show_header = False
    for key, value in facts.items():
        table.add_row(key, _say(value))
    return table


def _say(value: str | int | bool | list[str] | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return "-" if value is None else str(value)


def _relation_table(
    taxonomy: Taxonomy, concept: Concept, title: str, arcs: Iterable[Relation]
) -> Table:
    arcs = tuple(arcs)
    measure = "weight" if any(arc.weight for arc in arcs) else "order"
    table = _new_table("statement", "role", measure, "concept", title=f"\n{title}")
    for arc in arcs:
        other = arc.child if arc.parent == concept.name else arc.parent
        kind = taxonomy.roles[arc.role].kind or ""
        weight = f"{arc.weight:+d}" if arc.weight else f"{arc.order.normalize():f}"
        table.add_row(kind, arc.role, weight, str(other))
    return table
