"""`tieout mapper`: learn which concepts lines state, and show what was learned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from converter.cli_common import ERR, OUT
from converter.errors import OptionsError
from converter.mapper.artefact import load_mapper, mapper_files

app = typer.Typer(
    name="mapper",
    help="Learn which concepts lines state, and show what was learned.",
    no_args_is_help=True,
)


@app.command()
def train(
    corpus: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="A folder with fsds/statements.parquet (lines as the Financial Statement "
            "Data Sets have them), or ixbrl/truth.jsonl and statements, or both.",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write.")],
    epochs: Annotated[
        int | None, typer.Option(min=1, help="How often every filing is learned from.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another one gives another mapper.")] = 0,
    force: Annotated[bool, typer.Option(help="Write over a mapper that exists.")] = False,
) -> None:
    """Learn from labelled filings; the same filings give the same mapper.

    The companies are parted by CIK: what is learned from four in five tells how far the
    answers for the fifth can be believed; then all are learned from.
    """
    try:
        from converter.training.corpus import read_corpus  # noqa: PLC0415  (an extra)
        from converter.training.learning import Plan  # noqa: PLC0415
        from converter.training.making import make_mapper  # noqa: PLC0415
    except ImportError as error:
        raise OptionsError(
            f"training needs {error.name}: pip install 'tieout[train]'"
        ) from error
    if not force and (output / "mapper.json").exists():
        raise OptionsError(f"{output}: holds a mapper; --force writes over it")
    filings = read_corpus(corpus)
    plan = Plan(seed=seed) if epochs is None else Plan(seed=seed, epochs=epochs)
    ERR.print(f"{len(filings):,} filings read; learning twice, {plan.epochs} rounds each")
    mapper = make_mapper(
        filings, plan, lambda n, loss, _: ERR.print(f"round {n + 1}: loss {loss:.4f}")
    )
    output.mkdir(parents=True, exist_ok=True)
    for file in mapper_files(mapper):
        (output / file.name).write_bytes(file.data)
    OUT.print(f"{output}: {_words(dict(mapper.learned))}")


@app.command()
def show(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A mapper; the product's own if none is named."),
    ] = None,
) -> None:
    """Say what a mapper learned from, and how often its answers are right."""
    mapper = load_mapper(folder)
    OUT.print(f"{_words(dict(mapper.learned))}; {len(mapper.network.concepts) - 1:,} concepts")
    OUT.print("of answers this sure   so many are right")
    for said in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99):
        OUT.print(f"{said:20.0%}   {mapper.calibration.true(said):19.0%}")


def _words(learned: dict[str, int]) -> str:
    return "learned from " + ", ".join(f"{count:,} {what}" for what, count in learned.items())
