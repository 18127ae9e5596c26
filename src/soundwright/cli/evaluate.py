"""`soundwright evaluate`: how near what was made comes to what it should be, in numbers that can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundwright.cli.options import Device, Json, Weights

if TYPE_CHECKING:
    from soundwright.evaluate.embedders import Loaded
    from soundwright.evaluate.result import Result
    from soundwright.progress import Progress

app = typer.Typer(help="Measure what was made: by itself, against references, words and films.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A sound file.")]
Reference = Annotated[Path, typer.Argument(metavar="REF", help="A folder of reference sounds, or one.")]
Generated = Annotated[Path, typer.Argument(metavar="GEN", help="A folder of generated sounds, or one.")]
Embedder = Annotated[str, typer.Option("--embedder", help="What hears: see `soundwright evaluate embedders`.")]
Seed = Annotated[int, typer.Option(help="Of the subsets and intervals: the same seed gives the same numbers.")]
Draws = Annotated[int, typer.Option(help="Of clips, for the 95 % interval; 0 for none.")]


@app.command()
def fad(
    reference: Reference,
    generated: Generated,
    embedder: Embedder = "logmel",
    weights: Weights = None,
    device: Device = None,
    seed: Seed = 0,
    draws: Draws = 100,
    json: Json = False,
) -> None:
    """Fréchet Audio Distance and FAD-infinity: soundwright evaluate fad real/ made/ --embedder clap-music-speech"""
    from soundwright.evaluate import measure

    _show(_of_sets(measure.fad, reference, generated, embedder, weights, device, seed=seed, draws=draws), json)


@app.command()
def kad(
    reference: Reference,
    generated: Generated,
    embedder: Embedder = "logmel",
    weights: Weights = None,
    device: Device = None,
    seed: Seed = 0,
    draws: Draws = 100,
    json: Json = False,
) -> None:
    """Kernel Audio Distance, unbiased also for small sets: soundwright evaluate kad real/ made/"""
    from soundwright.evaluate import measure

    _show(_of_sets(measure.kad, reference, generated, embedder, weights, device, seed=seed, draws=draws), json)


@app.command()
def spread(
    reference: Reference,
    generated: Generated,
    embedder: Embedder = "logmel",
    weights: Weights = None,
    device: Device = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Density, coverage, how many different clips there are, and a divergence of whole distributions."""
    from soundwright.evaluate import measure

    _show(_of_sets(measure.spread, reference, generated, embedder, weights, device, seed=seed), json)


@app.command()
def kl(
    reference: Reference,
    generated: Generated,
    embedder: Embedder = "ast",
    weights: Weights = None,
    device: Device = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """KL divergence of what a tagger hears, in both directions by name, and Inception Scores."""
    from soundwright.evaluate import measure

    how = partial(measure.kl, reference, generated, seed=seed)
    _show(_heard(embedder, weights, device, how), json)


@app.command()
def clap(
    captions: Annotated[Path, typer.Argument(metavar="REF", help="A table of captions, or a folder of NAME.txt.")],
    generated: Generated,
    embedder: Embedder = "clap-music-speech",
    weights: Weights = None,
    device: Device = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """How near sounds are to their captions, and retrieval both ways.

    REF is a .csv, .tsv or .jsonl with columns `file` and `caption`, or a folder with NAME.txt or Soundwright's
    manifests in it: soundwright evaluate clap made/ made/
    """
    from soundwright.evaluate import measure

    how = partial(measure.clap, captions, generated, seed=seed)
    _show(_heard(embedder, weights, device, how), json)


@app.command()
def onset(
    reference: Annotated[Path, typer.Argument(metavar="REF", help="A film or a sound, or a folder of them.")],
    generated: Generated,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Onsets against a film's events or another sound's: F at 50 ms, signed lag, AV-align, each beside chance."""
    from soundwright.cli import show
    from soundwright.evaluate import timing

    with show.progress() as tell:
        result = timing.measure(reference, generated, tell, seed=seed)
    _show(result, json)


@app.command()
def report(
    reference: Reference,
    generated: Generated,
    out: Annotated[Path, typer.Option("-o", "--out", help="The page: one file, with its pictures in it.")],
    embedder: Annotated[list[str] | None, typer.Option("--embedder", help="May be given several times.")] = None,
    device: Device = None,
    seed: Seed = 0,
    draws: Draws = 100,
) -> None:
    """All that compares two folders, as one page: soundwright evaluate report real/ made/ -o report.html"""
    from soundwright.cli import show
    from soundwright.evaluate import report as reports

    place = show.place(out, "report", ".html")
    with show.progress() as tell:
        reports.write(reference, generated, place, embedder or ["logmel"], tell, device=device, seed=seed, draws=draws)
    typer.echo(f"{place}")


@app.command()
def suite(
    prompts: Annotated[Path, typer.Argument(help="JSON lines as `batch` takes, without `out`; with `id`, `tags`.")],
    engine: Annotated[list[str], typer.Option("--engine", help="Who plays; given several times.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A folder. [default: PROMPTS.suite]")] = None,
    reference: Annotated[Path | None, typer.Option(help="A folder of real sounds, for FAD and KAD.")] = None,
    metric: Annotated[list[str] | None, typer.Option("--metric", help="Only these. [default: all that apply]")] = None,
    embedder: Annotated[
        list[str] | None, typer.Option("--embedder", help="Who hears. [default: logmel, and a CLAP that is here]")
    ] = None,
    seed: Seed = 0,
    takes: Annotated[int, typer.Option(min=1, max=99, help="Of each prompt, from seeds one after another.")] = 1,
    device: Device = None,
    devices: Annotated[str, typer.Option(help="A worker for each, like cuda:0,cuda:1.")] = "",
    json: Json = False,
) -> None:
    """Engines on the same prompts: made, measured, ranked, with a page to listen to.

    A line is {"verb": "effect", "prompt": "a dog barks", "duration_s": 2, "id": "dog", "tags": ["animals"]}. What
    stands is not made again: soundwright evaluate suite prompts.jsonl --engine score --engine ace-step/xl-turbo
    """
    import json as notation

    from soundwright import comparing
    from soundwright.cli import show

    asked = comparing.read(prompts)
    folder = out or prompts.with_suffix(".suite")
    wish = comparing.Wish(
        tuple(engine),
        takes,
        seed,
        tuple(metric or ()),
        tuple(embedder or ()),
        reference,
        device,
        tuple(name.strip() for name in devices.split(",") if name.strip()),
    )
    with show.progress() as tell:
        told = comparing.compare(asked, wish, folder, tell)
    if json:
        typer.echo(notation.dumps(told, ensure_ascii=False))
        return
    _ranked(told)
    typer.echo(f"{folder / 'report.html'}")


@app.command(name="embedders")
def list_embedders(json: Json = False) -> None:
    """List what can hear, and its licences (--json: and where they are written); nothing is loaded or downloaded."""
    from soundwright.cli import show
    from soundwright.evaluate import embedders

    rows = []
    for name, row in embedders.TABLE.items():
        told = embedders.licence(name)
        sources = {"licence_from": told.weights_from, "code_from": told.code_from} if told and json else {}
        rows.append(
            {
                "embedder": name,
                "dim": row.dim,
                "rate_hz": row.rate,
                "also_gives": ", ".join(row.gives),
                "weights": row.repository or (row.url if json else row.file) or "none needed",
                "licence": told.weights if told else "",
                "code_licence": told.code if told else "",
                **sources,
                "here": "yes" if embedders.here(name) else "no",
                "about": row.about,
            }
        )
    show.table(rows, json, "embedders")


@app.command()
def pull(name: Annotated[str, typer.Argument(help="An embedder, like clap-music-speech.")]) -> None:
    """Fetch an embedder's weights to $SOUNDWRIGHT_WEIGHTS (default ~/.local/share/soundwright/weights)."""
    from soundwright.cli import show
    from soundwright.evaluate import embedders

    row = embedders.row(name)
    told = embedders.licence(name)
    said = f", licence of the weights {told.weights} ({told.weights_from})" if told else ""
    typer.echo(f"{name}: {row.repository or row.url or 'no weights'}{said}", err=True)
    with show.progress() as tell:
        folder = embedders.pull(name, tell)
    typer.echo(f"{folder}")


@app.command()
def structure(
    file: File,
    json: Json = False,
    picture: Path | None = typer.Option(None, help="The self-similarity matrix with its sections as PNG."),
) -> None:
    """How a piece is built, and whether it loops, collapses or drifts: soundwright evaluate structure song.wav"""
    import json as notation
    from dataclasses import asdict

    from soundwright.audio import Stream
    from soundwright.cli import show
    from soundwright.evaluate import structure as measure

    place = show.place(picture, "", ".png") if picture else None
    heard = measure.hear(Stream.read(file))
    faults = measure.faults_of(heard)
    if place:
        from soundwright.deliver.files import staged
        from soundwright.evaluate import structure_picture

        with staged(place.parent) as stage:
            stage.path(place).write_bytes(structure_picture.draw(heard, file.name))
    if json:
        numbers = {"file": str(file), **heard.numbers(), "faults": [asdict(fault) for fault in faults]}
        typer.echo(notation.dumps(numbers, ensure_ascii=False))
        return
    _lines(measure.table(heard))
    show.table([asdict(part) for part in heard.sections], False)
    for fault in faults:
        typer.echo(f"fault: {fault.kind}: {fault.words}")


@app.command()
def codec(file: File, json: Json = False) -> None:
    """What a lossy codec left in a file, by ear alone: soundwright evaluate codec song.wav"""
    import json as notation

    from soundwright.audio import Stream
    from soundwright.evaluate import codec as measure

    heard = measure.measure(Stream.read(file))
    found = measure.warnings(heard)
    if json:
        typer.echo(notation.dumps({"file": str(file), **heard.numbers(), "warnings": found}))
        return
    _lines(measure.table(heard))
    for words in found or ["no artefacts"]:
        typer.echo(f"warning: {words}" if found else words)


def _ranked(told: dict[str, Any]) -> None:
    """A line for each measure with the engines in their order; who is absent, what failed and doubts beside it."""
    for name, one in told["ranking"].items():
        places = [f"{row['engine']} {row['value']:.4g}" + (f" ({row['place']}.)" if row["place"] else "")
                  for row in one["engines"]]  # fmt: skip
        typer.echo(f"{name:<26}{'   '.join(places)}")
    for engine, why in told["absent"].items():
        typer.echo(f"absent: {engine}: {why}", err=True)
    for row in told["failed"]:
        typer.echo(f"failed: {row['engine']}, {row['prompt']}, take {row['take']}: {row['said']}", err=True)
    for warning in told["warnings"]:
        typer.echo(f"warning: {warning}", err=True)


def _of_sets(metric, reference: Path, generated: Path, embedder: str, weights, device, **more) -> Result:
    """A metric of two sets of embeddings."""
    from soundwright.evaluate import measure

    def told(by: Loaded, tell: Progress) -> Result:
        ref, gen, said = measure.two_sets(reference, generated, by, tell)
        tell("compute")
        return metric(ref, gen, by, said, **more)

    return _heard(embedder, weights, device, told)


def _heard(embedder: str, weights: str | None, device: str | None, how: Callable[[Loaded, Progress], Result]) -> Result:
    """What is measured by an embedder."""
    from soundwright.cli import show
    from soundwright.evaluate import embedders

    by = embedders.load(embedder, weights, device)
    with show.progress() as tell:
        return how(by, tell)


def _lines(rows: list[tuple[str, str]]) -> None:
    for name, value in rows:
        typer.echo(f"{name:<20}{value}")


def _show(result: Result, as_json: bool) -> None:
    """One JSON object, or lines for people with the warnings on standard error."""
    import json

    if as_json:
        typer.echo(json.dumps(result.flat(), ensure_ascii=False))
        return
    for name, value in result.values.items():
        ends = result.intervals.get(name)
        sure = f"   95 % {ends[0]:.4g} to {ends[1]:.4g}" if ends else ""
        typer.echo(f"{name:<26}{value:>14.6g}{sure}")
    for side, words in ((result.reference, "reference"), (result.generated, "generated")):
        if side:
            typer.echo(f"{words:<26}{side.clips} clips, {side.frames} frames, {side.seconds:.1f} s  {side.path}")
    if result.embedder:
        typer.echo(f"{'embedder':<26}{result.embedder}, {result.dim} dimensions")
    for file, digest in result.weights.items():
        typer.echo(f"{'weights':<26}{file} {digest[:16]}")
    for warning in result.warnings:
        typer.echo(f"warning: {warning}", err=True)
