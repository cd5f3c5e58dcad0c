"""What the mapper says of one line."""

from __future__ import annotations

from typing import Final, NamedTuple

from converter.calibration import Calibration
from converter.taxonomy import Concept


class Guess(NamedTuple):
    """A concept that the mapper thinks a line states; `why` tells where it came from."""

    concept: Concept
    chance: float
    why: str


class Judged(NamedTuple):
    """What the mapper says of a line: concepts, likelier first, and the filer's own.

    The chances of all guesses and `own` add up to at most 1.
    """

    guesses: tuple[Guess, ...] = ()
    own: float = 0.0


class Advice(NamedTuple):
    """What the mapper says of the rows of a statement, and how far it is to be believed.

    Attributes:
        judged: One entry per row; empty when no mapper was asked.
        calibration: How often answers of a certainty are right.
        least: The confidence below which a row becomes a concept of the filer's own.
    """

    judged: tuple[Judged, ...] = ()
    calibration: Calibration = Calibration()
    least: float = 0.0


SILENT: Final = Advice()
"""When no mapper is asked: words and sums alone."""
