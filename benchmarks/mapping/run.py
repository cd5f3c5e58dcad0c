"""How many lines are mapped to the right concept, by company never seen before.

    python -m benchmarks.mapping.run SHARED/corpus [--only exact,mapper] [--folds 1]
        [--curve PICTURE.svg] [--list FILE.tsv]

Two tables: what is right first and within three, and what is answered where 98 % of the
answers shall be right. Needs the extras `train` and `bench`. The nearest-neighbour vote takes
most of the time, minutes a fold on one core.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from converter.training.corpus import LabelledFiling, read_corpus
from converter.training.making import FOLDS, fold_of

from .baselines import EdgarTools, Exact, Fuzzy
from .curve import draw, learn
from .folds import Answer, System, answers
from .mapper import Mapper
from .neighbours import Neighbours
from .scores import ABSTAINED, Verdict, abstention_table, accuracy_table, verdict

SYSTEMS: Mapping[str, Callable[[], System]] = {
    "exact": Exact,
    "edgartools": EdgarTools,
    "fuzzy": Fuzzy,
    "neighbours": Neighbours,
    "mapper": Mapper,
}
LEARNERS = ("exact", "mapper")
"""Whose learning is drawn, unless others are named."""


def asked(
    name: str, filings: Sequence[LabelledFiling], folds: Iterable[int]
) -> Iterator[Answer]:
    """What a system answers in some folds, each time taught by the companies of the others."""
    for fold in folds:
        start = time.perf_counter()
        system = SYSTEMS[name]()
        system.fit([f for f in filings if fold_of(f.company) != fold])
        taught = time.perf_counter()
        yield from answers(system, [f for f in filings if fold_of(f.company) == fold], fold)
        done = time.perf_counter()
        print(
            f"{name}: fold {fold} taught in {taught - start:.0f} s, asked in "
            f"{done - taught:.0f} s",
            file=sys.stderr,
        )


def missed(name: str, answer: Answer) -> str:
    """A line that was not right, for whoever wants to know why."""
    told = (f"{concept} {score:.3f}" for concept, score in answer.candidates)
    where = (name, str(answer.fold), answer.source, answer.kind.value, answer.filing)
    return "\t".join((*where, answer.label, answer.concept, *told)) + "\n"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="", help=f"some of {', '.join(SYSTEMS)}")
    parser.add_argument("--folds", type=int, default=FOLDS, help="ask only the first folds")
    parser.add_argument("--curve", type=Path, help="draw companies seen against accuracy")
    parser.add_argument("--list", type=Path, help="write every line that is not right first")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else list(SYSTEMS)
    if unknown := set(names) - set(SYSTEMS):
        parser.error(f"no such system: {', '.join(sorted(unknown))}")
    filings = read_corpus(arguments.corpus)
    verdicts: dict[str, list[Verdict]] = {}
    wrong: list[str] = []
    for name in names:
        verdicts[name] = []
        for answer in asked(name, filings, range(arguments.folds)):
            one = verdict(answer)
            verdicts[name].append(one)
            if not (one.score == ABSTAINED if one.custom else one.first):
                wrong.append(missed(name, answer))
    if arguments.folds:
        print(accuracy_table(verdicts), abstention_table(verdicts), sep="\n\n")
    if arguments.list:
        arguments.list.write_text("".join(wrong), encoding="utf-8")
    if arguments.curve:
        learners = names if arguments.only else LEARNERS
        draw(learn({name: SYSTEMS[name] for name in learners}, filings), arguments.curve)


if __name__ == "__main__":
    main()
