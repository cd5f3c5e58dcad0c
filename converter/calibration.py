"""How often an answer is right, given how sure the mapper says it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_FEWEST: Final = 200
"""Of how many answers one step of the curve is made at least."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising line through points `(said, true)`, straight between two of them.

    >>> Calibration(((0.0, 0.0), (0.5, 0.2), (1.0, 1.0))).true(0.75)
    0.6
    """

    points: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))

    def true(self, said: float) -> float:
        """The share of answers given with this certainty that are right."""
        at = bisect_right(self.points, said, key=lambda point: point[0])
        if at == 0:
            return self.points[0][1]
        if at == len(self.points):
            return self.points[-1][1]
        (x0, y0), (x1, y1) = self.points[at - 1 : at + 1]
        return y0 + (y1 - y0) * (said - x0) / (x1 - x0)


def calibrate(answers: Sequence[tuple[float, bool]]) -> Calibration:
    """The calibration that answers of known worth ask for: isotonic regression.

    Pool-adjacent-violators (Ayer and others, 1955) over runs of equal size: neighbours
    that fall are joined until all rise.

    Args:
        answers: What was said of each, between 0 and 1, and whether it was right.
    """
    ordered = sorted(answers)
    size = max(_FEWEST, len(ordered) // 50)
    pools: list[tuple[float, float, int]] = []
    for start in range(0, len(ordered), size):
        run = ordered[start : start + size]
        said = sum(s for s, _ in run) / len(run)
        pools.append((said, sum(r for _, r in run) / len(run), len(run)))
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            (s0, r0, n0), (s1, r1, n1) = pools[-2:]
            n = n0 + n1
            pools[-2:] = [((s0 * n0 + s1 * n1) / n, (r0 * n0 + r1 * n1) / n, n)]
    inner = [(round(said, 6), round(right, 6)) for said, right, _ in pools]
    return Calibration(((0.0, 0.0), *(p for p in inner if 0 < p[0] < 1), (1.0, 1.0)))
