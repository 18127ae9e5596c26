"""`soundwright effect`: a sound effect from words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundwright.cli import options as o


def effect(
    prompt: Annotated[
        str, typer.Argument(help="What to hear, in what order, where: 'rain, then thunder in the distance'.")
    ] = "",
    duration: o.Seconds = None,
    seed: o.Seed = 0,
    engine: o.Engine = "auto",
    negative: o.Negative = "",
    variations: Annotated[int, typer.Option(help="Several takes: NAME.01.wav, NAME.02.wav ...")] = 1,
    plan: Annotated[str | None, typer.Option(help="An effect plan (YAML) to play instead of a prompt.")] = None,
    loop: o.SoundLoop = False,
    commercial: o.Commercial = False,
    weights: o.Weights = None,
    vram: o.Vram = None,
    device: o.Device = None,
    strategy: o.Strategy = None,
    steps: o.Steps = None,
    guidance: o.Guidance = None,
    stems: o.Stems = False,
    stems_zip: o.StemsZip = False,
    picture: o.Picture = False,
    peaks: o.Peaks = False,
    bits: o.Bits = 24,
    preset: o.Preset = "",
    start: o.Start = 0.0,
    sign: o.Sign = False,
    watermark: o.Watermark = "",
    ucs: o.Ucs = "",
    out: o.Out = None,
) -> None:
    """Make a sound effect, as long as the sound naturally is unless -d says otherwise.

    soundwright effect "rain on a tin roof with distant thunder" -d 10 -o rain.wav
    """
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
        commercial=commercial,
        preset=preset,
        weights=weights,
        vram=vram,
        device=device,
        strategy=strategy,
        steps=steps,
        guidance=guidance,
    )
    place = show.place(out, prompt or Path(plan or "effect").stem)
    how = o.delivery(bits, stems, stems_zip, picture, peaks, start, sign, watermark)
    with show.progress() as tell:
        pieces = studio.effect(request, tell)
        for index, piece in enumerate(pieces):
            number = index + 1 if variations > 1 else 0
            path = numbered(place, index, variations)
            paths = piece.save(o.ucs_place(path, ucs, piece.plan, prompt, number) if ucs else path, **how)
            show.written(paths, piece.facts)
