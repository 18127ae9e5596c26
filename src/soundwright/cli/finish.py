"""`soundwright finish`: master a file made by anything."""

from __future__ import annotations

from pathlib import Path

import typer


def finish(
    file: Path = typer.Argument(..., help="A sound file."),
    preset: str | None = typer.Option(
        None, help="music (default), streaming, podcast, dialogue, broadcast, atsc, film, game, effect."
    ),
    reference: Path | None = typer.Option(None, help="A track whose loudness, spectrum and width are matched."),
    loudness: float | None = typer.Option(None, help="Another loudness than the preset's, in LUFS."),
    ceiling: float | None = typer.Option(None, help="Another ceiling than the preset's, in dBTP."),
    rate: int | None = typer.Option(None, help="Another sample rate, in Hz (soxr)."),
    bits: int = typer.Option(24, help="16 (dithered), 24, or 32 (float) for WAV."),
    picture: bool = typer.Option(False, "--picture", help="Waveform, spectrogram and loudness as PNG as well."),
    json: bool = typer.Option(False, "--json", help="One JSON object: what was measured and done."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The file. [default: NAME.PRESET.wav beside it]"),
) -> None:
    """Master a file: soundwright finish take.wav --preset streaming -o master.wav"""
    import json as notation

    from soundwright import finishing
    from soundwright.cli import show

    name = preset or ("reference" if reference else "music")
    place = show.place(out or file.with_name(f"{file.stem}.{name}.wav"), "")
    with show.progress() as tell:
        paths, facts = finishing.finish(
            file,
            place,
            preset=name,
            reference=reference,
            loudness_lufs=loudness,
            ceiling_dbtp=ceiling,
            bits=bits,
            rate=rate,
            picture=picture,
            tell=tell,
        )
    if json:
        typer.echo(notation.dumps({"file": str(paths[0]), **facts["measured"]}, default=str))
        return
    show.written(paths, facts)
    for step in facts["measured"]["steps"]:
        said = ", ".join(f"{key} {value:g}" for key, value in step.items() if isinstance(value, float | int))
        typer.echo(f"  {step['block']:<24}{said}")
    if not facts["measured"]["promise_kept"]:
        typer.echo("note: the loudness was not reached, so that the transients stay", err=True)
