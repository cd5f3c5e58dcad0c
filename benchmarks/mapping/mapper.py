"""The mapper of this project, as a system that the benchmark asks."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from converter.mapper.corpus import LabelledFiling

from .folds import Candidates

LOADING = "from converter.mapper.network import load; load()"
"""What a fresh process does before it can map its first line."""


class Mapper:
    """Trained on what it is given, and loaded by nobody else."""

    def __init__(self) -> None:
        self._network: Any = None

    def fit(self, filings: Sequence[LabelledFiling]) -> None:
        """Train a network of its own."""
        self._network = import_module("converter.mapper.training").train(filings, seed=0)

    def rank(self, filing: LabelledFiling) -> Sequence[Sequence[Candidates]]:
        """Per statement, per row, the candidates."""
        return judged(self._network, filing)


def shipped() -> Any:
    """The network that the project is installed with."""
    return import_module("converter.mapper.network").load()


def judged(network: Any, filing: LabelledFiling) -> Sequence[Sequence[Candidates]]:
    """What a network takes the rows of a filing for; filings since 2019 are modern."""
    told = [(labelled.statement, labelled.footing) for labelled in filing.statements]
    ranked: Sequence[Sequence[Candidates]] = network.judge(
        told, filing.industry, filing.source == "ixbrl"
    )
    return ranked
