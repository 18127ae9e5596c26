"""`soundwright music`: a piece of music from words or from a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundwright.cli import options as o


def music(
    prompt: Annotated[str, typer.Argument(help="What to play: mood, style, instruments, tempo, key, form.")] = "",
    duration: o.Seconds = None,
    seed: o.Seed = 0,
    engine: o.Engine = "auto",
    style: o.Style = [],  # noqa: B006  typer copies it
    negative: o.Negative = "",
    lyrics: o.Lyrics = "",
    plan: Annotated[str | None, typer.Option(help="A song plan (YAML) to play instead of a prompt.")] = None,
    composer: o.Composer = None,
    loop: o.SongLoop = False,
    soundfont: Annotated[
        str | None, typer.Option(help="A General MIDI soundfont (SF2, SF3), or `none`. [default: an installed one]")
    ] = None,
    melody: Annotated[
        str | None, typer.Option(help="A sound file whose melody is followed.", rich_help_panel="Big models")
    ] = None,
    reference: o.Reference = None,
    form: Annotated[
        str,
        typer.Option(
            help="whole, or sections: one after the other, to any length. [default: whole where it can]",
            rich_help_panel="Big models",
            show_default=False,
        ),
    ] = "auto",
    guide: Annotated[
        float,
        typer.Option(
            help="0 to 1: how closely it follows the plan's chords, beat and melody, as `score` plays them.",
            rich_help_panel="Big models",
        ),
    ] = 0.0,
    rerolls: o.Rerolls = 2,
    lora: o.Lora = None,
    weights: o.Weights = None,
    vram: o.Vram = None,
    device: o.Device = None,
    strategy: o.Strategy = None,
    steps: o.Steps = None,
    guidance: o.Guidance = None,
    commercial: o.Commercial = False,
    midi: Annotated[bool, typer.Option("--midi", help="The notes as a standard MIDI file as well.")] = False,
    stems: o.Stems = False,
    stems_zip: o.StemsZip = False,
    picture: o.Picture = False,
    peaks: o.Peaks = False,
    bits: o.Bits = 24,
    preset: o.Preset = "",
    start: o.Start = 0.0,
    sign: o.Sign = False,
    watermark: o.Watermark = "",
    out: o.Out = None,
) -> None:
    """Make music, 30 seconds of it unless the prompt or -d says otherwise.

    soundwright music "calm lo-fi piano, 78 bpm, in A minor" -d 30 -o song.wav
    """
    from soundwright import studio
    from soundwright.cli import show
    from soundwright.request import MusicRequest

    request = MusicRequest(
        prompt=prompt,
        duration_s=duration,
        seed=seed,
        engine=engine,
        styles=tuple(style),
        negative=negative,
        lyrics=lyrics,
        composer=composer,  # type: ignore[arg-type]
        plan=plan,
        loop=loop,
        soundfont=soundfont,
        melody=melody,
        reference=reference,
        form=form,  # type: ignore[arg-type]
        guide=guide,
        rerolls=rerolls,
        lora=lora,
        weights=weights,
        vram=vram,
        device=device,
        strategy=strategy,
        steps=steps,
        guidance=guidance,
        commercial=commercial,
        preset=preset,
    )
    place = show.place(out, prompt or Path(plan or "song").stem)
    with show.progress() as tell:
        piece = studio.music(request, tell, stems=stems or stems_zip)
        how = o.delivery(bits, stems, stems_zip, picture, peaks, start, sign, watermark)
        paths = piece.save(place, midi=midi, **how)
    show.written(paths, piece.facts)
