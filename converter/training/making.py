"""A mapper from a corpus: learn, see how far it can be believed, learn from all."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from converter.calibration import Calibration, calibrate
from converter.carrying import carried
from converter.fitting import year_of
from converter.judged import Judged
from converter.mapper.artefact import Mapper
from converter.mapper.evidence import KINDS
from converter.mapper.judging import judge
from converter.mapper.network import CUSTOM, Network
from converter.model import StatementKind
from converter.placing import choose_concepts
from converter.taxonomy import Taxonomy, load_taxonomy
from converter.training.corpus import LabelledFiling, LabelledStatement
from converter.training.learning import Plan, train
from converter.wording import normalised
from converter.wordings import candidates_for

FOLDS: Final = 5
_TAXONOMIES: Final = {"fsds": "us-gaap-2009", "ixbrl": "us-gaap-2024"}
"""In whose names the filings of each source are tagged, and so answered."""


class Answer(NamedTuple):
    """What was answered for a line of a company that was not learned from.

    Attributes:
        source: Of the filing.
        kind: Of the statement.
        label: The caption, normalised.
        told: What the filer said: a local name, or CUSTOM.
        ranked: Local names, the answer first.
        chance: How sure the answer is, before calibration.
    """

    source: str
    kind: StatementKind
    label: str
    told: str
    ranked: tuple[str, ...]
    chance: float

    @property
    def right(self) -> bool:
        """Whether the answer is the filer's."""
        return self.ranked[:1] == (self.told,)


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
    calibration = calibration_of(list(answers(held, trial)))
    statements = [statement for filing in filings for statement in filing.statements]
    learned = (
        ("companies", len({filing.company for filing in filings})),
        ("filings", len(filings)),
        ("lines", sum(c is not None for s in statements for c in s.concepts)),
    )
    return Mapper(train(filings, plan, watch), calibration, learned)


def calibration_of(found: Sequence[Answer]) -> Calibration:
    """How often answers of each certainty are right; a filer's own concept never is."""
    return calibrate([(answer.chance, answer.right) for answer in found if answer.ranked])


def answers(filings: Sequence[LabelledFiling], mapper: Mapper) -> Iterator[Answer]:
    """What a mapper answers for each distinct line of each company, in order."""
    seen: set[tuple[str, StatementKind, str, str]] = set()
    for filing in filings:
        taxonomy = load_taxonomy(_TAXONOMIES[filing.source])
        footed = [(s.statement, s.footing) for s in filing.statements]
        judged = judge(footed, filing.industry, taxonomy, mapper)
        for labelled, advice in zip(filing.statements, judged, strict=True):
            if labelled.statement.kind not in KINDS:
                continue
            for answer in _answers(labelled, advice, taxonomy, filing.source):
                key = (filing.company, answer.kind, answer.label, answer.told)
                if key not in seen:
                    seen.add(key)
                    yield answer


def _answers(
    labelled: LabelledStatement, judged: Sequence[Judged], taxonomy: Taxonomy, source: str
) -> Iterator[Answer]:
    statement = labelled.statement
    proposed = {
        i: candidates_for(statement, i, taxonomy, judged[i])
        for i, row in enumerate(statement.rows)
        if any(row.amounts)
    }
    chosen = choose_concepts(statement, labelled.footing, taxonomy, proposed, {})
    for i in proposed:
        told = labelled.concepts[i]
        if told is None:
            continue
        order = {c.concepts[0].name.local: chance for c, chance in chosen.orders.get(i, [])}
        names = chosen.concepts.get(i, ())
        first = [names[0].local] if names else []
        rest = [local for local in order if local not in first]
        stands = carried(told, taxonomy, statement.kind, year_of(statement))
        if source == "ixbrl" and told != CUSTOM and stands and stands.names:
            told = stands.names[0]
        yield Answer(
            source,
            statement.kind,
            normalised(statement.rows[i].label),
            told,
            tuple(first + rest),
            order.get(first[0], 0.9) if first else 0.0,
        )
