"""Training of the network: gradients written out, Adam, the same result every time.

Filings are shuffled and taken a few at a time. Of the repeated lines of a company each
counts less, so that what many companies do outweighs what one does often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from converter.mapper.evidence import (
    BUCKETS,
    KINDS,
    SLOTS,
    TRAITS,
    Indexes,
    Lines,
    Numbers,
    industry_features,
    lines_of,
    text_features,
)
from converter.mapper.network import Network, Weights, softmax
from converter.taxonomy import derive_label
from converter.training.corpus import LabelledFiling
from converter.wording import normalised

_NAMES_EVERY: Final = 4
"""In which steps the words of the concepts' names are learned from."""

_WEIGHT: Final = MappingProxyType({"fsds": 1.0, "ixbrl": 2.0})
"""What a line counts: there are few filings of our time, and they are read as printed."""

_COMPANIES: Final = 2
"""A feature of texts is kept when so many companies' captions have it."""

_NEW: Final = 0.12
"""A filing is learned from when this share of its lines is new of its company."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: sizes of the layers, and how long and how fast to learn."""

    epochs: int = 16
    features: int = 64
    alone: int = 160
    placed: int = 128
    again: int = 128
    query: int = 192
    filings: int = 8
    rate: float = 2e-3
    feature_rate: float = 0.02
    start: float = 0.05
    drop: float = 0.4
    drop_words: float = 0.3
    smoothing: float = 0.03
    seed: int = 0


class Example(NamedTuple):
    """The lines of a filing, the index of each one's concept (-1: unknown), its weight."""

    lines: Lines
    concepts: Indexes
    weights: Numbers


def train(
    filings: Sequence[LabelledFiling],
    plan: Plan | None = None,
    watch: Callable[[int, float, Network], None] | None = None,
) -> Network:
    """A network that learned from labelled filings.

    Args:
        filings: All that it may learn from.
        plan: Sizes and rates.
        watch: Told the epoch, its mean loss, and the network so far.
    """
    plan = plan or Plan()
    names, examples = examples_of(filings)
    seen = np.zeros((len(KINDS), len(names)), dtype=np.bool_)
    for example in examples:
        known = example.concepts >= 0
        seen[example.lines.kind[known], example.concepts[known]] = True
    learner = _Learner(names, seen, plan)
    steps = plan.epochs * -(-len(examples) // plan.filings)
    for epoch in range(plan.epochs):
        order = learner.chance.permutation(len(examples))
        losses = [
            learner.learn(_Batch.of([examples[i] for i in chosen], plan, learner.chance), steps)
            for chosen in _runs(order, plan.filings)
        ]
        if watch is not None:
            loss, weight = np.sum(losses, axis=0)
            watch(epoch, float(loss / weight), learner.network())
    return _kept(learner.network(), filings)


def _kept(network: Network, filings: Sequence[LabelledFiling]) -> Network:
    """The network without what it knows of the features of one company alone."""
    companies: dict[int, set[str]] = {}
    for filing in filings:
        for labelled in filing.statements:
            for text in {row.label for row in labelled.statement.rows}:
                for feature in text_features(text):
                    companies.setdefault(feature, set()).add(filing.company)
        for feature in industry_features(filing.industry):
            companies.setdefault(feature, set()).add(filing.company)
    few = [f for f in range(BUCKETS) if len(companies.get(f, ())) < _COMPANIES]
    network.weights.E[few] = 0
    return network


def examples_of(filings: Sequence[LabelledFiling]) -> tuple[tuple[str, ...], list[Example]]:
    """The concepts that are told of, and what each filing that says something new tells."""
    chosen = list(_telling(filings))
    names = tuple(sorted({c for f in chosen for s in f.statements for c in s.concepts if c}))
    number = {name: n for n, name in enumerate(names)}
    counts = Counter(key for filing in chosen for key in _keys(filing))
    examples = []
    for filing in chosen:
        lines = lines_of([(s.statement, s.footing) for s in filing.statements], filing.industry)
        told = [filing.statements[s].concepts[row] for s, row in lines.rows]
        weights = [
            0.0 if concept is None else _WEIGHT[filing.source] / counts[key]
            for concept, key in zip(told, _keys(filing), strict=True)
        ]
        concepts = np.array([-1 if c is None else number[c] for c in told], dtype=np.int32)
        examples.append(Example(lines, concepts, np.array(weights, dtype=np.float32)))
    return names, examples


_Key = tuple[str, str, str, str | None]


def _keys(filing: LabelledFiling) -> list[_Key]:
    """What makes a line the same one in another filing of its company."""
    return [
        (filing.company, s.statement.kind.value, normalised(row.label), concept)
        for s in filing.statements
        if s.statement.kind in KINDS
        for row, concept in zip(s.statement.rows, s.concepts, strict=True)
        if any(row.amounts)
    ]


def _telling(filings: Sequence[LabelledFiling]) -> Iterator[LabelledFiling]:
    told: set[_Key] = set()
    for filing in filings:
        keys = _keys(filing)
        if sum(key not in told for key in keys) >= max(2, _NEW * len(keys)):
            told.update(keys)
            yield filing


def _runs(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _features(texts: Sequence[tuple[int, ...]]) -> sparse.csr_matrix:
    """Texts by features; a row is divided by the root of its length."""
    counts = np.array([len(features) for features in texts])
    return sparse.csr_matrix(
        (
            np.repeat(np.maximum(counts, 1) ** -0.5, counts).astype(np.float32),
            np.fromiter((f for features in texts for f in features), np.int32),
            np.concatenate(([0], np.cumsum(counts))),
        ),
        shape=(len(texts), BUCKETS),
    )


class _Batch(NamedTuple):
    """Some filings as one; `texts` are distinct, the others point into them."""

    lines: Lines
    filing: Indexes
    texts: sparse.csr_matrix
    caption: Indexes
    section: Indexes
    industry: Indexes
    concepts: Indexes
    weights: Numbers
    weight: float

    @classmethod
    def of(cls, examples: Sequence[Example], plan: Plan, chance: np.random.Generator) -> _Batch:
        lines = _joined([example.lines for example in examples])
        sizes = [len(example.lines) for example in examples]
        known: dict[tuple[int, ...], int] = {}
        caption = [known.setdefault(text_features(t), len(known)) for t in lines.captions]
        section = [known.setdefault(text_features(t), len(known)) for t in lines.sections]
        industry = [
            known.setdefault(industry_features(e.lines.industry), len(known)) for e in examples
        ]
        texts = _features(list(known))
        texts.data = texts.data * (chance.random(len(texts.data)) >= plan.drop_words)
        return cls(
            lines,
            np.repeat(np.arange(len(examples), dtype=np.int32), sizes),
            texts,
            np.array(caption, dtype=np.int32),
            np.array(section, dtype=np.int32),
            np.repeat(np.array(industry, dtype=np.int32), sizes),
            np.concatenate([example.concepts for example in examples]),
            np.concatenate([example.weights for example in examples]),
            max(float(sum(example.weights.sum() for example in examples)), 1.0),
        )


def _joined(parts: Sequence[Lines]) -> Lines:
    """The lines of several filings, one after the other."""
    sizes = [len(part) for part in parts]
    starts = np.cumsum([0, *sizes])
    counts = np.cumsum([0, *(int(p.statement.max(initial=-1)) + 1 for p in parts)])
    slots = [
        np.where(part.slots == len(part), starts[-1], part.slots + start)
        for part, start in zip(parts, starts, strict=False)
    ]
    return Lines(
        tuple(row for part in parts for row in part.rows),
        tuple(text for part in parts for text in part.captions),
        tuple(text for part in parts for text in part.sections),
        "",
        np.concatenate([p.statement + n for p, n in zip(parts, counts, strict=False)]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate(slots).astype(np.int32),
        np.concatenate([part.traits for part in parts]),
    )


def _pick(at: Indexes, size: int) -> sparse.csr_matrix:
    """The matrix that takes rows `at` of `size`; what is beyond is nothing."""
    inside = np.flatnonzero(at < size)
    return sparse.csr_matrix(
        (np.ones(len(inside), dtype=np.float32), (inside, at[inside])), shape=(len(at), size)
    )


def _mean(group: Indexes) -> sparse.csr_matrix:
    """The matrix that takes the mean of each line's group, for each line."""
    own = _pick(group, int(group.max(initial=-1)) + 1)
    sizes = np.asarray(own.sum(axis=0)).ravel()
    return own @ sparse.diags(1 / sizes) @ own.T


class _Learner:
    """Weights, and what Adam remembers of their gradients."""

    def __init__(self, names: tuple[str, ...], seen: NDArray[np.bool_], plan: Plan) -> None:
        self.names, self.seen, self.plan = names, seen, plan
        self.chance = np.random.default_rng(plan.seed)
        self.called = _features([text_features(derive_label(name)) for name in names])
        around = 1 + len(SLOTS) + 2
        self.w = {
            "E": self._random(BUCKETS, plan.features, plan.start * np.sqrt(BUCKETS / 2)),
            "W0": self._random(3 * plan.features + TRAITS, plan.alone),
            "b0": np.zeros(plan.alone, dtype=np.float32),
            "W1": self._random(around * plan.alone, plan.placed),
            "b1": np.zeros(plan.placed, dtype=np.float32),
            "W2": self._random(around * plan.placed, plan.again),
            "b2": np.zeros(plan.again, dtype=np.float32),
            "Wq": self._random(
                plan.alone + plan.placed + plan.again + plan.features, plan.query, 0.7
            ),
            "U": self._random(plan.query, len(names), 0.5),
            "Q": self._random(plan.features, plan.query, 0.3),
            "b": np.zeros(len(names), dtype=np.float32),
        }
        dense = [name for name in self.w if name != "E"]
        self.first = {name: np.zeros_like(self.w[name]) for name in dense}
        self.second = {name: np.zeros_like(self.w[name]) for name in dense}
        self.own = [np.flatnonzero(allowed) for allowed in seen]
        self.squares = np.full(BUCKETS, 1e-8, dtype=np.float32)
        self.step = 0

    def _random(self, rows: int, columns: int, scale: float = 1.0) -> Numbers:
        drawn = self.chance.standard_normal((rows, columns), dtype=np.float32)
        return np.asarray(drawn * np.float32(scale * np.sqrt(2 / rows)), dtype=np.float32)

    def network(self) -> Network:
        """What was learned so far; the words of the names are merged into U."""
        w = {name: value.copy() for name, value in self.w.items()}
        w["U"] += (self.called @ w["E"] @ w.pop("Q")).T
        weights = Weights(E_scale=np.ones(BUCKETS, dtype=np.float32), **w)
        return Network(self.names, self.seen, weights)

    def learn(self, batch: _Batch, steps: int) -> tuple[float, float]:
        """Take one step; the loss and the weight of the batch."""
        gradients, loss = self._gradients(batch)
        rows = self._moving(batch)
        self.step += 1
        decay = max(0.02, 1 - self.step / steps)
        rate = self.plan.rate * min(1.0, self.step / 100) * decay
        for name, first in self.first.items():
            second, gradient = self.second[name], gradients[name]
            np.add(first, 0.1 * (gradient - first), out=first)
            np.add(second, 0.001 * (gradient**2 - second), out=second)
            ahead = first / (1 - 0.9**self.step)
            self.w[name] -= rate * ahead / (np.sqrt(second / (1 - 0.999**self.step)) + 1e-8)
        moved = gradients["E"]
        self.squares[rows] += (moved**2).mean(axis=1)
        pace = self.plan.feature_rate * decay
        self.w["E"][rows] -= pace * moved / np.sqrt(self.squares[rows])[:, None]
        return loss, batch.weight

    def _drop(self, shape: tuple[int, ...]) -> Numbers:
        keep = self.chance.random(shape, dtype=np.float32) >= self.plan.drop
        return np.asarray(keep / np.float32(1 - self.plan.drop), dtype=np.float32)

    def _gradients(self, batch: _Batch) -> tuple[dict[str, Numbers], float]:
        """Forwards as Network.states does, and backwards."""
        w, width, lines = self.w, self.plan.features, batch.lines
        vectors = batch.texts @ w["E"]
        texts = [
            _pick(at, vectors.shape[0]) for at in (batch.caption, batch.section, batch.industry)
        ]
        own = np.hstack([*(take @ vectors for take in texts), lines.traits])
        around = _surroundings(batch)
        alone = _Layer(own, w["W0"], w["b0"], self._drop)
        placed = _Layer(_spread(around, alone.out), w["W1"], w["b1"], self._drop)
        again = _Layer(_spread(around, placed.out), w["W2"], w["b2"], self._drop)
        joined = np.hstack((alone.out, placed.out, again.out, own[:, :width]))
        query = joined @ w["Wq"]
        called = self.called @ w["E"]
        concepts = w["U"] + (called @ w["Q"]).T
        by_concept, back_query, of_bias, loss = self._errors(query, concepts, batch)
        cuts = np.cumsum([alone.out.shape[1], placed.out.shape[1], again.out.shape[1]])
        to_alone, to_placed, to_again, to_caption = np.split(
            back_query @ w["Wq"].T, cuts, axis=1
        )
        to_placed = to_placed + _gathered(around, again.back(to_again), to_placed.shape[1])
        to_alone = to_alone + _gathered(around, placed.back(to_placed), to_alone.shape[1])
        to_own = alone.back(to_alone)
        to_own[:, :width] += to_caption
        to_vectors = sum(
            take.T @ to_own[:, k * width : (k + 1) * width] for k, take in enumerate(texts)
        )
        gradients = {
            "E": self._of_features(batch, to_vectors, by_concept),
            "W0": alone.of_matrix,
            "b0": alone.of_bias,
            "W1": placed.of_matrix,
            "b1": placed.of_bias,
            "W2": again.of_matrix,
            "b2": again.of_bias,
            "Wq": joined.T @ back_query,
            "U": by_concept,
            "Q": called.T @ by_concept.T,
            "b": of_bias,
        }
        return gradients, loss

    def _errors(
        self, query: Numbers, concepts: Numbers, batch: _Batch
    ) -> tuple[Numbers, Numbers, Numbers, float]:
        """Cross-entropy, smoothed, over the concepts that each kind of statement may have.

        Returns:
            The errors of the concepts' vectors, of the queries and of the biases; the loss.
        """
        plan = self.plan
        to_concepts, to_query = np.zeros_like(concepts), np.zeros_like(query)
        to_bias = np.zeros_like(self.w["b"])
        loss = 0.0
        for kind, own in enumerate(self.own):
            at = np.flatnonzero((batch.lines.kind == kind) & (batch.weights > 0))
            if not len(at):
                continue
            weights, rows = batch.weights[at], np.arange(len(at))
            error = softmax(query[at] @ concepts[:, own] + self.w["b"][own])
            known = np.searchsorted(own, batch.concepts[at])
            loss -= float((np.log(error[rows, known] + 1e-9) * weights).sum())
            error -= plan.smoothing / len(own)
            error[rows, known] -= 1 - plan.smoothing
            error *= (weights / batch.weight)[:, None]
            to_concepts[:, own] += query[at].T @ error
            to_query[at] = error @ concepts[:, own].T
            to_bias[own] += error.sum(axis=0)
        return to_concepts, to_query, to_bias, loss

    def _of_features(self, batch: _Batch, to_vectors: Numbers, by_concept: Numbers) -> Numbers:
        """The gradient of the features in use, in the order of `_moving`."""
        rows = self._moving(batch)
        found = batch.texts[:, rows].T @ to_vectors
        if self.step % _NAMES_EVERY == 0:
            found += self.called[:, rows].T @ (by_concept.T @ self.w["Q"].T)
        return np.asarray(found, dtype=np.float32)

    def _moving(self, batch: _Batch) -> Indexes:
        """The features whose vectors a step moves: those of names now and then only."""
        used = [batch.texts.indices]
        if self.step % _NAMES_EVERY == 0:
            used.append(self.called.indices)
        return np.unique(np.concatenate(used))


class _Layer:
    """A layer of rectified sums, with a part of its output dropped; it can go back once."""

    def __init__(
        self,
        given: Numbers,
        matrix: Numbers,
        bias: Numbers,
        drop: Callable[[tuple[int, ...]], Numbers],
    ) -> None:
        self.given, self.matrix = given, matrix
        raw = given @ matrix + bias
        self.gate = drop(raw.shape) * (raw > 0)
        self.out = raw * self.gate

    def back(self, error: Numbers) -> Numbers:
        """The error of what was given, from that of the output."""
        inner = error * self.gate
        self.of_matrix = self.given.T @ inner
        self.of_bias = inner.sum(axis=0)
        return np.asarray(inner @ self.matrix.T, dtype=np.float32)


def _surroundings(batch: _Batch) -> list[sparse.csr_matrix]:
    """The matrices that take what network.around takes."""
    lines, n = batch.lines, len(batch.lines)
    return [
        sparse.identity(n, dtype=np.float32, format="csr"),
        *(_pick(lines.slots[:, k], n) for k in range(len(SLOTS))),
        _mean(lines.statement),
        _mean(batch.filing),
    ]


def _spread(around: Sequence[sparse.csr_matrix], states: Numbers) -> Numbers:
    return np.hstack([take @ states for take in around])


def _gathered(around: Sequence[sparse.csr_matrix], error: Numbers, width: int) -> Numbers:
    parts = (error[:, k * width : (k + 1) * width] for k in range(len(around)))
    return np.asarray(sum(take.T @ part for take, part in zip(around, parts, strict=True)))
