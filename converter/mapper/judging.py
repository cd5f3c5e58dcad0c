"""What the mapper says of the lines of a report, in the names of the chosen taxonomy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from converter.carrying import carried
from converter.fitting import fits, is_balance, year_of
from converter.judged import Guess, Judged
from converter.mapper.artefact import Mapper
from converter.mapper.evidence import lines_of
from converter.mapper.explaining import Weight, weigh
from converter.mapper.network import CUSTOM
from converter.model import Footing, Measure, QName, Statement, StatementKind
from converter.taxonomy import Concept, Taxonomy

_LEAST: Final = 1e-6
_CONSIDERED: Final = 12
_SLIGHT: Final = 1e-4
"""How many concepts of each line are looked at, and none so much less likely than the best."""


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
        years = [year_of(statement) for statement, _ in statements]
        standings: dict[_Kind, _Standings] = {}
        names, chances = network.best(lines, min(_CONSIDERED, int(network.seen.sum(1).min())))
        for (s, i), own, likely in zip(
            lines.rows, names.tolist(), chances.tolist(), strict=True
        ):
            told = [
                (network.concepts[n], p)
                for n, p in zip(own, likely, strict=True)
                if p >= _SLIGHT * likely[0]
            ]
            line = _kind_of(statements[s][0], i, years[s])
            if line not in standings:
                standings[line] = _Standings(taxonomy, line)
            answers[s][i] = _judged(told, standings[line])
    return tuple(map(tuple, answers))


def _judged(told: Sequence[tuple[str, float]], standings: _Standings) -> Judged:
    found: dict[QName, Guess] = {}
    own = misfit = 0.0
    for local, chance in told:
        concept, why, fitting = standings[local]
        if concept is not None:
            before = found.get(concept.name)
            found[concept.name] = (
                before._replace(chance=before.chance + chance)
                if before
                else Guess(concept, chance, why)
            )
        elif fitting:
            own += chance
        else:
            misfit += chance
    rest = max(1 - misfit, _LEAST)
    guesses = [Guess(g.concept, min(g.chance / rest, 1.0), g.why) for g in found.values()]
    ranked = sorted(guesses, key=lambda g: (-g.chance, g.concept.name))
    return Judged(tuple(ranked), min(own / rest, 1.0))


class _Kind(NamedTuple):
    """What decides which concepts a row may state."""

    statement: StatementKind
    year: int
    measure: Measure
    balance: bool


def _kind_of(statement: Statement, i: int, year: int) -> _Kind:
    row = statement.rows[i]
    return _Kind(statement.kind, year, row.measure, is_balance(statement, row))


_Standing = tuple[Concept | None, str, bool]


class _Standings(dict[str, _Standing]):
    """What names stand for in lines of one kind, each looked up once."""

    def __init__(self, taxonomy: Taxonomy, line: _Kind) -> None:
        self._taxonomy = taxonomy
        self._line = line

    def __missing__(self, local: str) -> _Standing:
        found = self[local] = _standing(local, self._taxonomy, self._line)
        return found


@lru_cache(maxsize=1 << 16)
def _standing(local: str, taxonomy: Taxonomy, line: _Kind) -> _Standing:
    """The concept that a name stands for in a taxonomy, and why where it is another.

    Without one, whether nothing stands for it (an extension does), or a misfit.
    """
    stands = carried(local, taxonomy, line.statement, line.year)
    if local == CUSTOM or stands is None or stands.axis or not stands.names:
        return None, "", True
    for name in stands.names:
        concept = taxonomy.find(name)
        if concept is not None and fits(concept, line.measure, balance=line.balance):
            return concept, f"{local} in 2009, {stands.why}" if stands.why else "", True
    return None, "", False


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
    line = _kind_of(statement, place[1], year_of(statement))
    names = [
        name
        for name in mapper.network.concepts
        if (found := _standing(name, taxonomy, line)[0]) and found.name.local == concept
    ]
    return weigh(mapper.network, lines, lines.rows.index(place), names)
