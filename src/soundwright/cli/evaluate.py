"""`soundwright evaluate`: measures of what was made, by us or by anyone."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(help="Measure what was made: structure and loops, codec artefacts.", no_args_is_help=True)
FILE = typer.Argument(..., help="A sound file.")
JSON = typer.Option(False, "--json", help="One JSON object.")


@app.command()
def structure(
    file: Path = FILE,
    json: bool = JSON,
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
    for name, value in measure.table(heard):
        typer.echo(f"{name:<20}{value}")
    show.table([asdict(part) for part in heard.sections], False)
    for fault in faults:
        typer.echo(f"fault: {fault.kind}: {fault.words}")


@app.command()
def codec(file: Path = FILE, json: bool = JSON) -> None:
    """What a lossy codec left in a file, by ear alone: soundwright evaluate codec song.wav"""
    import json as notation

    from soundwright.audio import Stream
    from soundwright.evaluate import codec as measure

    heard = measure.measure(Stream.read(file))
    found = measure.warnings(heard)
    if json:
        typer.echo(notation.dumps({"file": str(file), **heard.numbers(), "warnings": found}))
        return
    for name, value in measure.table(heard):
        typer.echo(f"{name:<20}{value}")
    for words in found or ["no artefacts"]:
        typer.echo(f"warning: {words}" if found else words)
