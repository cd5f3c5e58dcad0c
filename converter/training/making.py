"""A mapper from a corpus: learn, see how far it can be believed, learn from all."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from converter.calibration import Calibration, calibrate
from converter.mapper.artefact import Mapper
from converter.mapper.evidence import KINDS
from converter.mapper.judging import judge
from converter.mapper.network import Network
from converter.model import StatementKind
from converter.outline import Outline
from converter.placing import BY_SUMS, Chosen, choose_concepts
from converter.taxonomy import load_taxonomy
from converter.training.corpus import LabelledFiling
from converter.training.learning import Plan, train
from converter.wording import normalised
from converter.wordings import Candidate, candidates_for

FOLDS: Final = 5
_TAXONOMIES: Final = {"fsds": "us-gaap-2009", "ixbrl": "us-gaap-2024"}
"""In whose names the filings of each source are tagged, and so answered."""


def fold_of(company: str) -> int:
    """In which of the FOLDS a company is; it depends on its CIK alone."""
    return zlib.crc32(company.lstrip("0").encode()) % FOLDS


def make_mapper(
    filings: Sequence[LabelledFiling],
    plan: Plan | None = None,
    watch: Callable[[int, float, Network], None] | None = None,
) -> Mapper:
    """A mapper that learned from all filings, and knows how far it can be believed.

    That is seen from the answers that one which did not learn from the first fold of
    companies gives for their lines.
    """
    others = [filing for filing in filings if fold_of(filing.company)]
    held = [filing for filing in filings if not fold_of(filing.company)]
    trial = Mapper(train(others, plan, watch), Calibration(), ())
    calibration = calibration_of(held, trial)
    statements = [statement for filing in filings for statement in filing.statements]
    learned = (
        ("companies", len({filing.company for filing in filings})),
        ("filings", len(filings)),
        ("lines", sum(c is not None for s in statements for c in s.concepts)),
    )
    return Mapper(train(filings, plan, watch), calibration, learned)


def calibration_of(filings: Sequence[LabelledFiling], mapper: Mapper) -> Calibration:
    """How often answers of each certainty are right; a filer's own concept never is.

    Each distinct line of a company counts once.
    """
    seen: set[tuple[str, StatementKind, str, str]] = set()
    told: list[tuple[float, bool]] = []
    for filing in filings:
        for labelled, chosen in zip(filing.statements, _chosen(filing, mapper), strict=True):
            statement = labelled.statement
            for i, concept in enumerate(labelled.concepts):
                label = normalised(statement.rows[i].label)
                key = (filing.company, statement.kind, label, concept or "")
                answer = _answer(chosen, i)
                if concept and answer is not None and key not in seen:
                    seen.add(key)
                    candidate, chance = answer
                    told.append((chance, candidate.concepts[0].name.local == concept))
    return calibrate(told)


Ranked = tuple[tuple[str, float], ...]
"""Local names with their chances, the one that is chosen first."""


def ranked_lines(filing: LabelledFiling, mapper: Mapper) -> Iterator[list[Ranked]]:
    """What is answered for every row of every statement of a filing, before calibration.

    In the names of the taxonomy that the filing's source is tagged in; empty for rows
    without amounts, and for statements of equity.
    """
    for labelled, chosen in zip(filing.statements, _chosen(filing, mapper), strict=True):
        yield [_ranked(chosen, i) for i in range(len(labelled.statement.rows))]


def _chosen(filing: LabelledFiling, mapper: Mapper) -> Iterator[Chosen]:
    taxonomy = load_taxonomy(_TAXONOMIES[filing.source])
    footed = [(s.statement, s.footing) for s in filing.statements]
    judged = judge(footed, filing.industry, taxonomy, mapper)
    for (statement, footing), advice in zip(footed, judged, strict=True):
        outline = Outline(statement)
        proposed = {
            i: candidates_for(outline, i, taxonomy, advice[i])
            for i, row in enumerate(statement.rows)
            if any(row.amounts) and statement.kind in KINDS
        }
        yield choose_concepts(outline, footing, taxonomy, proposed, {})


def _answer(chosen: Chosen, i: int) -> tuple[Candidate, float] | None:
    """The candidate that was taken for a row; None where there is none, or sums told it."""
    names = chosen.concepts.get(i, ())
    order = chosen.orders.get(i, [])
    return next((x for x in order if tuple(c.name for c in x[0].concepts) == names), None)


def _ranked(chosen: Chosen, i: int) -> Ranked:
    order = {c.concepts[0].name.local: chance for c, chance in chosen.orders.get(i, [])}
    first = [name.local for name in chosen.concepts.get(i, ())[:1]]
    names = first + [local for local in order if local not in first]
    return tuple((name, order.get(name, BY_SUMS)) for name in names)
