"""`soundwright effect`: a sound effect from words."""

from __future__ import annotations

from pathlib import Path

import typer


def effect(
    prompt: str = typer.Argument("", help="What to hear, in what order, where: 'rain, then thunder in the distance'."),
    duration: float | None = typer.Option(None, "-d", "--duration", help="Seconds, exactly. [default: natural]"),
    seed: int = typer.Option(0, help="Another seed is another take; the same seed is the same file."),
    engine: str = typer.Option("auto", help="Who plays: see `soundwright engines`."),
    negative: str = typer.Option("", help="What should not be heard, in words."),
    variations: int = typer.Option(1, help="Several takes: NAME.01.wav, NAME.02.wav ..."),
    plan: str | None = typer.Option(None, help="An effect plan (YAML) to play instead of a prompt."),
    loop: bool = typer.Option(False, help="A seamless loop."),
    stems: bool = typer.Option(False, "--stems", help="One file per sound as well, in NAME.stems/."),
    picture: bool = typer.Option(False, "--picture", help="Waveform and spectrogram as PNG as well."),
    bits: int = typer.Option(24, help="16, 24, or 32 (float) for WAV."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The file: .wav .flac .mp3 .opus .ogg .aiff"),
) -> None:
    """Make a sound effect: soundwright effect "rain on a tin roof with distant thunder" -d 10 -o rain.wav"""
    from soundwright import studio
    from soundwright.cli import show
    from soundwright.deliver.files import numbered
    from soundwright.request import EffectRequest

    request = EffectRequest(
        prompt=prompt,
        duration_s=duration,
        seed=seed,
        engine=engine,
        negative=negative,
        variations=variations,
        plan=plan,
        loop=loop,
    )
    place = show.place(out, prompt or Path(plan or "effect").stem)
    with show.progress() as tell:
        pieces = studio.effect(request, tell)
        for index, piece in enumerate(pieces):
            path = numbered(place, index, len(pieces))
            paths = piece.save(path, bits=bits, stems=stems, plan=True, picture=picture)
            show.written(paths, piece.facts)
