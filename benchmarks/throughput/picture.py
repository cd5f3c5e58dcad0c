"""The picture: growth, workers, memory."""

from __future__ import annotations

from pathlib import Path

from .run import Figures


def draw(figures: Figures, picture: Path) -> None:
    """Write the figures as SVG; the same figures make the same bytes."""
    import matplotlib as mpl  # noqa: PLC0415  (slow to load, and only for this)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rc("svg", hashsalt="tieout", fonttype="none")
        figure = Figure(figsize=(11, 3.6), layout="constrained")
        growth, workers, memory = figure.subplots(1, 3)
        rows, without, validated = zip(*figures.growth, strict=True)
        growth.loglog(rows, [1000 * t for t in validated], "o-", label="validated by Arelle")
        growth.loglog(rows, [1000 * t for t in without], "o-", label="without")
        growth.set(title="A conversion", xlabel="lines of a statement", ylabel="ms, one core")
        growth.grid(alpha=0.3)
        growth.legend(frameon=False)
        names = [f"{one.jobs} worker{'s' * (one.jobs > 1)}" for _, one in figures.rates]
        labels = [
            f"{name},\n{'validated' if checked else 'without'}"
            for name, (checked, _) in zip(names, figures.rates, strict=True)
        ]
        bars = workers.bar(labels, [one.a_second for _, one in figures.rates], color="C0")
        workers.bar_label(bars, fmt="%.0f")
        workers.set(title="The filing room", ylabel="releases a second")
        workers.tick_params(axis="x", labelsize=8)
        memory.plot(
            [one.filings for one in figures.held], [one.megabytes for one in figures.held]
        )
        memory.axhline(250, color="C3", linestyle="--", linewidth=1)
        memory.set(title="A worker", xlabel="filings converted and validated", ylabel="MB")
        memory.set_ylim(0, 270)
        memory.grid(alpha=0.3)
        for axes in (growth, workers, memory):
            axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(picture, format="svg", metadata={"Date": None})
