"""`soundwright train`: the recipes of our own models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundwright.cli import options as o

app = typer.Typer(help="Train one of our own models anew.", no_args_is_help=True)


@app.command()
def composer(
    out: Annotated[Path, typer.Option("-o", "--out", help="The run's folder; one that has a run goes on.")] = Path(
        "composer-run"
    ),
    epochs: Annotated[
        int | None, typer.Option(min=1, help="How often it sees all tunes. [default: the recipe's]")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Processor cores to use.")] = 1,
    seed: o.Seed = 0,
) -> None:
    """Train the learned composer on old tunes (they are in music21: the extra [train]); about an hour on one core.

    soundwright train composer -o run
    """
    from soundwright.cli import show
    from soundwright.errors import Cancelled
    from soundwright.train import composer as recipes

    recipe = recipes.Recipe(seed=seed, threads=threads, **({"epochs": epochs} if epochs else {}))
    try:
        with show.progress() as tell:
            card = recipes.train(out, recipe, tell)
    except Cancelled:
        raise Cancelled(f"stopped; {out} keeps the last whole epoch, and the same line goes on from it") from None
    typer.echo(f"{out / 'composer.npz'}: epoch {card['epoch']}, perplexity {card['check']['perplexity']:.2f}")
