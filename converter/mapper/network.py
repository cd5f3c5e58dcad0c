"""The probabilities of concepts for the lines of a filing, from what is known of them.

    caption, section, industry -> sums of feature vectors
    with the traits            -> what a line is by itself           (W0, b0)
    with what is in its slots,
    its statement, its filing  -> what it is in its place            (W1, b1)
    with the same of those     -> what it is once its neighbours are known (W2, b2)
    all of these               -> a query, compared with each concept (Wq, U, b)

A concept's vector is learned, and so is what the words of its name add to it: that is how
seldom seen concepts are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from converter.mapper.evidence import (
    Indexes,
    Lines,
    Numbers,
    industry_features,
    text_features,
)

CUSTOM: Final = "*"
"""Stands for a concept of the filer's own."""


class Weights(NamedTuple):
    """What was learned; E has a vector for each feature of texts, U one for each concept.

    E may be in single bytes: row `i` is then `E[i] * E_scale[i]`.
    """

    E: NDArray[np.float32] | NDArray[np.int8]
    E_scale: Numbers
    W0: Numbers
    b0: Numbers
    W1: Numbers
    b1: Numbers
    W2: Numbers
    b2: Numbers
    Wq: Numbers
    U: Numbers
    b: Numbers


@dataclass(frozen=True)
class Network:
    """A trained network.

    Attributes:
        concepts: Local names, in the order of the columns of U; "*" is one of the filer's.
        seen: Which concepts each kind of statement may have, shape (len(KINDS), concepts).
        weights: What was learned.
    """

    concepts: tuple[str, ...]
    seen: NDArray[np.bool_]
    weights: Weights

    def probabilities(self, lines: Lines) -> Numbers:
        """Shape (lines, concepts); each row adds up to 1."""
        states = self.states(lines)
        result = np.zeros((len(lines), len(self.concepts)), dtype=np.float32)
        for kind, (own, vectors, bias) in enumerate(self._by_kind):
            at = np.flatnonzero(lines.kind == kind)
            if len(at):
                result[np.ix_(at, own)] = softmax(states[at] @ vectors + bias)
        return result

    def best(self, lines: Lines, count: int) -> tuple[Indexes, Numbers]:
        """The likeliest concepts of each line, best first, and their probabilities.

        Both of shape (lines, count).
        """
        states = self.states(lines)
        names = np.zeros((len(lines), count), dtype=np.int32)
        chances = np.zeros((len(lines), count), dtype=np.float32)
        for kind, (own, vectors, bias) in enumerate(self._by_kind):
            at = np.flatnonzero(lines.kind == kind)
            if len(at):
                scores = states[at] @ vectors + bias
                top = np.argpartition(scores, -count, axis=1)[:, -count:]
                high = np.take_along_axis(scores, top, 1)
                order = np.argsort(-high, axis=1, kind="stable")
                whole = np.exp(scores - scores.max(axis=1, keepdims=True)).sum(axis=1)
                high = np.take_along_axis(high, order, 1)
                chances[at] = np.exp(high - high[:, :1]) / whole[:, None]
                names[at] = own[np.take_along_axis(top, order, 1)]
        return names, chances

    @cached_property
    def _by_kind(self) -> list[tuple[Indexes, Numbers, Numbers]]:
        """Of each kind of statement: its concepts, their vectors and biases."""
        chosen = [np.flatnonzero(seen).astype(np.int32) for seen in self.seen]
        u, b = self.weights.U, self.weights.b
        return [(own, np.ascontiguousarray(u[:, own]), b[own]) for own in chosen]

    def states(self, lines: Lines) -> Numbers:
        """The query of each line, shape (lines, width)."""
        w = self.weights
        texts = {
            text: n for n, text in enumerate(dict.fromkeys((*lines.captions, *lines.sections)))
        }
        vectors = self._text_vectors([text_features(text) for text in texts])
        caption = vectors[[texts[text] for text in lines.captions]]
        section = vectors[[texts[text] for text in lines.sections]]
        industry = self._text_vectors([industry_features(lines.industry)])
        own = np.hstack(
            (caption, section, np.repeat(industry, len(lines), axis=0), lines.traits)
        )
        near = Surroundings.of(lines)
        alone = np.maximum(own @ w.W0 + w.b0, 0)
        placed = np.maximum(around(alone, near, w.W1) + w.b1, 0)
        again = np.maximum(around(placed, near, w.W2) + w.b2, 0)
        joined = np.hstack((alone, placed, again, caption))
        return np.asarray(joined @ w.Wq, dtype=np.float32)

    def _text_vectors(self, texts: Sequence[tuple[int, ...]]) -> Numbers:
        """The vector of each text: the sum of its features', less the longer it is."""
        w, counts = self.weights, [len(features) for features in texts]
        flat = np.fromiter((f for features in texts for f in features), np.int64)
        rows = w.E[flat].astype(np.float32) * w.E_scale[flat, None]
        ends = np.cumsum([0, *counts])
        padded = np.vstack((rows, np.zeros((1, rows.shape[1]), dtype=np.float32)))
        sums = np.add.reduceat(padded, ends[:-1], axis=0)
        sums[np.array(counts) == 0] = 0
        return np.asarray(sums / np.sqrt(np.maximum(counts, 1))[:, None], dtype=np.float32)


class Surroundings(NamedTuple):
    """What stands around the lines of a filing, as indexes into what is known of them.

    Attributes:
        slots: For each slot the lines where it is filled, the different lines that fill it,
            and which of these is in which.
        starts: The first line of each statement.
        sizes: How many lines each has.
    """

    slots: tuple[tuple[Indexes, Indexes, Indexes], ...]
    starts: Indexes
    sizes: Indexes

    @classmethod
    def of(cls, lines: Lines) -> Surroundings:
        """The surroundings of all lines."""
        slots = []
        for slot in lines.slots.T:
            filled = np.flatnonzero(slot < len(lines)).astype(np.int32)
            others, which = np.unique(slot[filled], return_inverse=True)
            slots.append((filled, others, which.astype(np.int32)))
        starts = np.flatnonzero(np.diff(lines.statement, prepend=-1)).astype(np.int32)
        sizes = np.diff(np.append(starts, len(lines))).astype(np.int32)
        return cls(tuple(slots), starts, sizes)


def around(own: Numbers, near: Surroundings, weights: Numbers) -> Numbers:
    """What each line, those in its slots, the means of statement and filing add up to.

    That is the product of all of these, side by side, and the weights; but each of them is
    multiplied once, however many lines it stands around.
    """
    alone, *slots, statement, filing = weights.reshape(-1, own.shape[1], weights.shape[1])
    result = np.asarray(own @ alone, dtype=np.float32)
    if not len(own):
        return result
    for (filled, others, which), block in zip(near.slots, slots, strict=True):
        if len(filled):
            result[filled] += (own[others] @ block)[which]
    means = np.add.reduceat(own, near.starts, axis=0) / near.sizes[:, None]
    result += np.repeat(means.astype(np.float32) @ statement, near.sizes, axis=0)
    result += own.mean(axis=0) @ filing
    return result


def softmax(scores: Numbers) -> Numbers:
    """Probabilities from scores, along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
