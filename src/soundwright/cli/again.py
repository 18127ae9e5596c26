"""`soundwright again`: the same file once more, from its manifest."""

from __future__ import annotations

from pathlib import Path

import typer


def again(
    manifest: Path = typer.Argument(..., help="The manifest beside a sound file, like song.wav.json."),
    picture: bool = typer.Option(False, "--picture", help="Plan, waveform, spectrogram, loudness as PNG as well."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The file. [default: NAME.again.wav beside it]"),
) -> None:
    """Make a file again from its manifest, and say whether every sample is the same."""
    from soundwright import studio
    from soundwright.cli import show

    sound = manifest.with_suffix("")
    place = show.place(out or sound.with_name(f"{sound.stem}.again{sound.suffix or '.wav'}"), "")
    with show.progress() as tell:
        piece, same = studio.again(manifest, tell)
        paths = piece.save(place, picture=picture)
    show.written(paths, piece.facts)
    if same:
        typer.echo("every sample is the same as then")
    else:
        typer.echo(
            "the samples differ: another version or another kind of machine made the first one (see both manifests)",
            err=True,
        )
        raise typer.Exit(1)
