"""How much better a system becomes by seeing more companies."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from converter.training.corpus import LabelledFiling
from converter.training.making import fold_of

from .folds import System, answers
from .scores import accuracy, verdict

SIZES = (50, 100, 200, 400)
FOLD = 0
"""The fold that is asked; the companies of the others are seen, some or all of them."""

Curve = Sequence[tuple[int, float]]


def learn(
    systems: Mapping[str, Callable[[], System]], filings: Sequence[LabelledFiling]
) -> dict[str, Curve]:
    """Accuracy at rank 1 on the data sets by number of companies seen, printed as it comes.

    The companies are seen in an order that has nothing to do with what they are, the same
    for all systems.
    """
    asked = [f for f in filings if fold_of(f.company) == FOLD and f.source == "fsds"]
    others = [f for f in filings if fold_of(f.company) != FOLD]
    companies = sorted(
        {f.company for f in others}, key=lambda c: zlib.crc32(f"curve {c}".encode())
    )
    curves: dict[str, Curve] = {}
    for name, make in systems.items():
        curve = []
        for size in (*(size for size in SIZES if size < len(companies)), len(companies)):
            system = make()
            seen = set(companies[:size])
            system.fit([f for f in others if f.company in seen])
            first, within = accuracy(map(verdict, answers(system, asked, FOLD)))
            print(f"{name}: {size} companies seen, {first:.1%} right, {within:.1%} in three")
            curve.append((size, first))
        curves[name] = curve
    return curves


def draw(curves: Mapping[str, Curve], picture: Path) -> None:
    """Write the curves as SVG; the same figures make the same bytes."""
    import matplotlib as mpl  # noqa: PLC0415 (slow to load, and only for this)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rc("svg", hashsalt="tieout", fonttype="none")
        figure = Figure(figsize=(6.4, 4), layout="constrained")
        axes = figure.subplots()
        for name, curve in curves.items():
            sizes, shares = zip(*curve, strict=True)
            axes.plot(sizes, [100 * share for share in shares], marker="o", label=name)
        ticks = sorted({size for curve in curves.values() for size, _ in curve})
        axes.set_xscale("log")
        axes.set_xticks(ticks, labels=[str(tick) for tick in ticks])
        axes.minorticks_off()
        axes.set_xlabel("companies seen")
        axes.set_ylabel("lines right, %")
        axes.grid(visible=True, alpha=0.3)
        axes.legend(loc="lower right")
        figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": "tieout"})
