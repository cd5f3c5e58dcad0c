"""What the mapper says of the lines of a report, in the names of the chosen taxonomy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from converter.carrying import Carried, carried
from converter.fitting import usable, year_of
from converter.judged import Guess, Judged
from converter.mapper.artefact import Mapper
from converter.mapper.evidence import lines_of
from converter.mapper.explaining import Weight, weigh
from converter.mapper.network import CUSTOM
from converter.model import Footing, Statement
from converter.taxonomy import Taxonomy

_CONSIDERED: Final = 16
"""How many concepts of each line are looked at."""


def judge(
    statements: Sequence[tuple[Statement, Footing]],
    industry: str,
    taxonomy: Taxonomy,
    mapper: Mapper,
) -> tuple[tuple[Judged, ...], ...]:
    """What the mapper says of every row of every statement of a report.

    Rows without amounts, and statements of equity, get an empty answer. The mapper's names
    are carried to the taxonomy; those that cannot be what a row states (another item type,
    another period type) are left out and the others made up for it.
    """
    network = mapper.network
    lines = lines_of(statements, industry)
    answers = [[Judged()] * len(statement.rows) for statement, _ in statements]
    if len(lines):
        names, chances = network.best(lines, min(_CONSIDERED, int(network.seen.sum(1).min())))
        for (s, i), own, likely in zip(
            lines.rows, names.tolist(), chances.tolist(), strict=True
        ):
            told = [(network.concepts[n], p) for n, p in zip(own, likely, strict=True)]
            answers[s][i] = _judged(statements[s][0], i, told, taxonomy)
    return tuple(map(tuple, answers))


def _judged(
    statement: Statement, i: int, told: Sequence[tuple[str, float]], taxonomy: Taxonomy
) -> Judged:
    year = year_of(statement)
    chances: dict[str, float] = {}
    why: dict[str, str] = {}
    own = misfit = 0.0
    for local, chance in told:
        if local == CUSTOM:
            own += chance
            continue
        stands = carried(local, taxonomy, statement.kind, year) or Carried(())
        row = statement.rows[i]
        name = next((n for n in stands.names if usable((n,), statement, row, taxonomy)), None)
        if name is None or stands.axis:
            if stands.names and not stands.axis:
                misfit += chance
            else:
                own += chance
            continue
        chances[name] = chances.get(name, 0.0) + chance
        why.setdefault(name, f"{local} in 2009, {stands.why}" if stands.why else "")
    rest = max(1 - misfit, 1e-6)
    ranked = sorted(chances, key=lambda n: (-chances[n], n))
    guesses = [
        Guess(concept, min(chances[n] / rest, 1.0), why[n])
        for n in ranked
        if (concept := taxonomy.find(n)) is not None
    ]
    return Judged(tuple(guesses), min(own / rest, 1.0))


def weigh_row(
    statements: Sequence[tuple[Statement, Footing]],
    industry: str,
    taxonomy: Taxonomy,
    mapper: Mapper,
    place: tuple[int, int],
    concept: str,
) -> list[Weight]:
    """What speaks for and against a concept, in what the mapper knows of a row.

    Args:
        statements: All statements of the report, as they were judged.
        industry: The SIC code that was known.
        taxonomy: The one that was answered in.
        mapper: The one that judged.
        place: The index of the statement, and of its row.
        concept: A local name of the taxonomy.
    """
    lines = lines_of(statements, industry)
    if place not in lines.rows:
        return []
    statement = statements[place[0]][0]
    kind, year = statement.kind, year_of(statement)
    names = [
        name
        for name in mapper.network.concepts
        if (stands := carried(name, taxonomy, kind, year)) and concept in stands.names[:1]
    ]
    return weigh(mapper.network, lines, lines.rows.index(place), names)
