"""The floor: a vote of the nearest lines, by the n-grams of a caption and those around it.

Each line is a vector of blocks, each of length one times the weight of the block: n-grams
of characters and of words of the caption, words of the captions before and after, and how
far down the statement the line stands. The nearest lines by cosine vote, one line a company
and caption, each with a weight that falls off quickly with the distance from the nearest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from converter.model import StatementKind
from converter.training.corpus import LabelledFiling

from .folds import DEPTHS, Candidates, Caption, captions, votes

NEAREST = 40
SHARPNESS = 16.0
AT_ONCE = 512
WEIGHTS = {"letters": 1.0, "words": 0.7, "before": 0.4, "after": 0.4, "depth": 0.5}


class Neighbours:
    """The vote; the score of a concept is its share of the weights, CUSTOM counted too."""

    def __init__(self) -> None:
        self._kinds: dict[StatementKind, _Kind] = {}

    def fit(self, filings: Sequence[LabelledFiling]) -> None:
        """Keep every distinct line of every company, statement by statement."""
        told: dict[StatementKind, dict[str, list[Any]]] = defaultdict(
            lambda: {"captions": [], "concepts": []}
        )
        for kind, caption, concept in votes(filings):
            told[kind]["captions"].append(caption)
            told[kind]["concepts"].append(concept)
        self._kinds = {
            kind: _Kind(lines["captions"], lines["concepts"]) for kind, lines in told.items()
        }

    def rank(self, filing: LabelledFiling) -> list[list[Candidates]]:
        """Per statement, per row, the candidates."""
        return [
            self._kinds[kind].rank(rows) if kind in self._kinds else [()] * len(rows)
            for kind, rows in captions(filing)
        ]


class _Kind:
    """The lines of one kind of statement."""

    def __init__(self, lines: Sequence[Caption], concepts: Sequence[str]) -> None:
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32
        )
        words = TfidfVectorizer(
            tokenizer=str.split,
            token_pattern=None,
            ngram_range=(1, 2),
            sublinear_tf=True,
            dtype=np.float32,
        )
        labels = [line.label for line in lines]
        self._letters = letters.fit(labels)
        self._words = words.fit(labels)
        self._known: dict[Caption, Candidates] = {}
        self._names, self._concepts = np.unique(np.asarray(concepts), return_inverse=True)
        self._lines = self._vectors(lines).T.tocsr()

    def rank(self, rows: Sequence[Caption]) -> list[Candidates]:
        """The candidates of each line; what was asked before is remembered."""
        asked = list(dict.fromkeys(row for row in rows if row not in self._known))
        for first in range(0, len(asked), AT_ONCE):
            some = asked[first : first + AT_ONCE]
            likeness = (self._vectors(some) @ self._lines).toarray()
            self._known.update(zip(some, map(self._vote, likeness), strict=True))
        return [self._known[row] if row.label else () for row in rows]

    def _vectors(self, lines: Sequence[Caption]) -> Any:
        turn = np.asarray([line.depth for line in lines]) / DEPTHS * np.pi / 2
        depth = sparse.csr_matrix(np.stack([np.cos(turn), np.sin(turn)], axis=1))
        blocks = {
            "letters": self._letters.transform([line.label for line in lines]),
            "words": self._words.transform([line.label for line in lines]),
            "before": self._words.transform([line.before for line in lines]),
            "after": self._words.transform([line.after for line in lines]),
            "depth": depth,
        }
        weighted = [np.sqrt(WEIGHTS[name]) * block for name, block in blocks.items()]
        return normalize(sparse.hstack(weighted, format="csr", dtype=np.float32))

    def _vote(self, likeness: Any) -> Candidates:
        nearest = np.argpartition(-likeness, min(NEAREST, likeness.size - 1))[:NEAREST]
        alike = likeness[nearest]
        weights = np.exp(SHARPNESS * (alike - alike.max()))
        shares: dict[int, float] = defaultdict(float)
        for concept, weight in zip(self._concepts[nearest], weights, strict=True):
            shares[int(concept)] += float(weight)
        return _ranked(((str(self._names[c]), share) for c, share in shares.items()))


def _ranked(shares: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    best = sorted(shares, key=lambda s: (-s[1], s[0]))
    total = sum(share for _, share in best)
    return [(concept, share / total) for concept, share in best[:10]]
