"""Why lines are not right: what the answers that `run --list` wrote have in common.

    python -m benchmarks.mapping.run SHARED/corpus --only mapper --list wrong.tsv
    python -m benchmarks.mapping.causes SHARED/corpus wrong.tsv

Counted are standard lines of the data sets, in the statements that are added up; each has the
first cause that fits.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from converter.mapper.network import CUSTOM
from converter.training.corpus import LabelledFiling, read_corpus
from converter.training.making import fold_of
from converter.wording import normalised

from .folds import sheets
from .scores import COUNTED

RARE = 5


class Wrong(NamedTuple):
    """A line that was not right first."""

    fold: int
    kind: str
    company: str
    label: str
    concept: str
    answer: str


class Seen:
    """Which companies use each concept, and for which captions."""

    def __init__(self, filings: Iterable[LabelledFiling]) -> None:
        self.users: dict[str, set[str]] = defaultdict(set)
        self.captions: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for filing in filings:
            for labelled in filing.statements:
                rows = zip(labelled.statement.rows, labelled.concepts, strict=True)
                for row, concept in rows:
                    if concept and any(row.amounts):
                        key = (labelled.statement.kind.value, normalised(row.label))
                        self.users[concept].add(filing.company)
                        self.captions[key][concept].add(filing.company)


def cause(one: Wrong, seen: Seen) -> str:
    """Why a line was not right."""
    called = seen.captions[one.kind, normalised(one.label)]
    others = _elsewhere(seen.users[one.concept], one.fold)
    votes = {concept: _elsewhere(who, one.fold) for concept, who in called.items()}
    most = max(votes.values(), default=0)
    causes = (
        (one.company in called[one.answer], "the company tags such a line so elsewhere"),
        (not others, "a concept of no company learned from"),
        (others < RARE, f"a concept of fewer than {RARE} companies"),
        (not most, "a caption of no company learned from"),
        (votes.get(one.concept) == most, "most with this caption choose the concept"),
        (votes.get(one.answer) == most, "most with this caption choose the answer"),
        (True, "most with this caption choose a third"),
    )
    return next(why for is_so, why in causes if is_so)


def _elsewhere(companies: Iterable[str], fold: int) -> int:
    return sum(1 for company in companies if fold_of(company) != fold)


def main() -> None:
    """Print the causes, the commonest first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("list", type=Path)
    arguments = parser.parse_args()
    filings = [f for f in read_corpus(arguments.corpus) if f.source == "fsds"]
    company = {filing.name: filing.company for filing in filings}
    counted = {kind.value for kind in COUNTED}
    wrong = []
    for line in arguments.list.read_text(encoding="utf-8").splitlines():
        _, fold, source, kind, name, label, concept, *answers = line.split("\t")
        if source == "fsds" and kind in counted and concept != CUSTOM:
            answer = answers[0].split(" ")[0] if answers else ""
            wrong.append(Wrong(int(fold), kind, company[name], label, concept, answer))
    lines = sum(
        sheet.filing.statements[s].concepts[r] != CUSTOM
        for sheet in sheets(filings)
        for s, r in sheet.places
        if sheet.filing.statements[s].statement.kind in COUNTED
    )
    seen = Seen(filings)
    for why, count in Counter(cause(one, seen) for one in wrong).most_common():
        print(f"{count:6,}  {count / lines:5.1%} of all lines  {why}")


if __name__ == "__main__":
    main()
