"""The mapper of this project, as a system that the benchmark asks."""

from __future__ import annotations

from collections.abc import Sequence

from converter.calibration import Calibration
from converter.mapper.artefact import Mapper as Learned
from converter.mapper.artefact import load_mapper
from converter.training.corpus import LabelledFiling
from converter.training.learning import train
from converter.training.making import ranked_lines

from .folds import Candidates

LOADING = "from converter.mapper.artefact import load_mapper; load_mapper()"
"""What a fresh process does before it can map its first line."""


class Mapper:
    """Trained on what it is given; it answers as `convert` does, with words and sums."""

    def __init__(self) -> None:
        self._mapper: Learned | None = None

    def fit(self, filings: Sequence[LabelledFiling]) -> None:
        """Train a network of its own."""
        self._mapper = Learned(train(filings), Calibration(), ())

    def rank(self, filing: LabelledFiling) -> Sequence[Sequence[Candidates]]:
        """Per statement, per row, the candidates."""
        return judged(self._mapper or shipped(), filing)


def shipped() -> Learned:
    """The mapper that the project is installed with."""
    return load_mapper()


def judged(mapper: Learned, filing: LabelledFiling) -> Sequence[Sequence[Candidates]]:
    """What a mapper takes the rows of a filing for."""
    return list(ranked_lines(filing, mapper))
