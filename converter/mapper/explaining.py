"""What speaks for a concept and what against it, by leaving out one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import log
from typing import Final, NamedTuple

from converter.mapper.evidence import SLOTS, Lines
from converter.mapper.network import Network

_CLIP: Final = 1e-6
_SLIGHT: Final = 0.25
"""Log-odds below which a thing says nothing."""


class Weight(NamedTuple):
    """How many units of log-odds a thing adds to a concept (or takes from it)."""

    what: str
    worth: float


_TRAITS: Final = (
    ("what it is counted in", slice(0, 4)),
    ("its place in the statement", slice(4, 9)),
    ("the headings around it", slice(9, 11)),
    ("whether it is a total, or in one", slice(11, 17)),
    ("its sign", slice(17, 21)),
    ("the size of its numbers", slice(21, 24)),
    ("that its numbers are printed before, or are a balance", slice(24, 28)),
    ("the kind, year and length of the statement", slice(28, 37)),
)
"""The traits of evidence.py, in groups that a person knows."""


def weigh(network: Network, lines: Lines, line: int, concepts: Sequence[str]) -> list[Weight]:
    """What a line's concept owes to each thing known of it, the weightiest first.

    Args:
        network: What judged it.
        lines: All lines of the filing.
        line: Which of them.
        concepts: Local names, as the network knows them, of which the chances add up.
    """
    at = [n for n, name in enumerate(network.concepts) if name in concepts]
    if not at:
        return []

    def odds(known: Lines) -> float:
        chance = float(network.probabilities(known)[line, at].sum())
        kept = min(max(chance, _CLIP), 1 - _CLIP)
        return log(kept / (1 - kept))

    whole = odds(lines)
    found = [Weight(what, whole - odds(less(lines))) for what, less in _lacking(lines, line)]
    return sorted(
        (one for one in found if abs(one.worth) >= _SLIGHT), key=lambda w: -abs(w.worth)
    )


def _lacking(lines: Lines, line: int) -> Iterator[tuple[str, Callable[[Lines], Lines]]]:
    """Each thing that is known of a line, and how to forget it."""
    yield f'its caption "{lines.captions[line]}"', lambda x: _without_caption(x, line)
    if lines.sections[line]:
        yield f'the section "{lines.sections[line]}"', lambda x: _without_section(x, line)
    if lines.industry:
        yield f"the industry (SIC {lines.industry})", lambda x: replace(x, industry="")
    for k, what in enumerate(SLOTS):
        other = int(lines.slots[line, k])
        if other < len(lines):
            called = f'{what}, "{lines.captions[other]}"'
            yield called, lambda x, k=k: _without_slot(x, line, k)  # type: ignore[misc]
    for what, part in _TRAITS:
        yield what, lambda x, part=part: _without_traits(x, line, part)  # type: ignore[misc]


def _without_caption(lines: Lines, line: int) -> Lines:
    captions = (*lines.captions[:line], "", *lines.captions[line + 1 :])
    return replace(lines, captions=captions)


def _without_section(lines: Lines, line: int) -> Lines:
    sections = (*lines.sections[:line], "", *lines.sections[line + 1 :])
    return replace(lines, sections=sections)


def _without_slot(lines: Lines, line: int, slot: int) -> Lines:
    slots = lines.slots.copy()
    slots[line, slot] = len(lines)
    return replace(lines, slots=slots)


def _without_traits(lines: Lines, line: int, part: slice) -> Lines:
    traits = lines.traits.copy()
    traits[line, part] = 0
    return replace(lines, traits=traits)
