"""`soundwright cover`, `repaint`, `extend`, `stems`: edits of a sound file by engines that can."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from soundwright.cli import options as o
from soundwright.errors import BadRequest

File = Annotated[str, typer.Argument(help="The sound file to edit; it is not changed.")]
Prompt = Annotated[str, typer.Option(help="What to hear, in words.")]
From = Annotated[list[float], typer.Option("--from", help="Second at which a region begins; may be repeated.")]
To = Annotated[list[float], typer.Option("--to", help="Second at which that region ends; may be repeated.")]
Who = Annotated[str, typer.Option(help="Who edits: see `soundwright engines`.")]
WHO = "ace-step"


def cover(
    file: File,
    prompt: Prompt = "",
    strength: Annotated[float, typer.Option(help="How far from the source: 0 near, 1 free.")] = 0.5,
    lyrics: o.Lyrics = "",
    style: o.Style = [],  # noqa: B006  typer copies it
    negative: o.Negative = "",
    reference: o.Reference = None,
    seed: o.Seed = 0,
    engine: Who = WHO,
    lora: o.Lora = None,
    weights: o.Weights = None,
    vram: o.Vram = None,
    device: o.Device = None,
    strategy: o.Strategy = None,
    steps: o.Steps = None,
    guidance: o.Guidance = None,
    commercial: o.Commercial = False,
    picture: o.Picture = False,
    bits: o.Bits = 24,
    out: o.Out = None,
) -> None:
    """Play a piece again in another way: its melody and form, other sounds.

    soundwright cover song.wav --prompt "as a string quartet" -o quartet.wav
    """
    _edit("cover", file, bits, picture, out, prompt=prompt, strength=strength, lyrics=lyrics, styles=tuple(style),
          negative=negative, reference=reference, seed=seed, engine=engine, lora=lora, weights=weights, vram=vram,
          device=device, strategy=strategy, steps=steps, guidance=guidance, commercial=commercial)  # fmt: skip


def repaint(
    file: File,
    start: Annotated[
        list[float], typer.Option("--from", help="Second at which a region begins; may be repeated.")
    ] = [],  # noqa: B006
    end: Annotated[list[float], typer.Option("--to", help="Second at which that region ends; may be repeated.")] = [],  # noqa: B006
    section: Annotated[str, typer.Option(help="A section of the song's plan instead, by its name or number.")] = "",
    plan: Annotated[
        str | None, typer.Option(help="The song's plan, where it is not the one beside FILE (FILE.plan.yaml).")
    ] = None,
    prompt: Prompt = "",
    lyrics: o.Lyrics = "",
    style: o.Style = [],  # noqa: B006  typer copies it
    negative: o.Negative = "",
    reference: o.Reference = None,
    seed: Annotated[int | None, typer.Option(help="[default: 0; of a section, the song's own plus one]")] = None,
    engine: Annotated[
        str, typer.Option(help="Who edits. [default: ace-step; of a section, who made the song]")
    ] = "auto",
    lora: o.Lora = None,
    weights: o.Weights = None,
    vram: o.Vram = None,
    device: o.Device = None,
    strategy: o.Strategy = None,
    steps: o.Steps = None,
    guidance: o.Guidance = None,
    rerolls: o.Rerolls = 2,
    commercial: o.Commercial = False,
    picture: o.Picture = False,
    bits: o.Bits = 24,
    out: o.Out = None,
) -> None:
    """Make one or more regions, or a section of a song, anew; outside them every sample stays the source's own.

    soundwright repaint song.wav --from 32 --to 48 --prompt "a saxophone solo" -o song-2.wav

    soundwright repaint song.wav --section chorus -o song-2.wav

    A section can be made anew by every engine that plays music. Where it lies is read from the plan beside the file,
    which may be changed before: its chords, energy, styles, lyrics, but not its tempo and bars. The seams lie inside
    the section, so all other sections stay bit for bit, in files without loss.
    """
    if len(start) != len(end):
        raise BadRequest(f"{len(start)} --from and {len(end)} --to: every region wants both")
    seeds = {} if seed is None else {"seed": seed}
    _edit("repaint", file, bits, picture, out, regions=tuple(zip(start, end, strict=True)), section=section, plan=plan,
          prompt=prompt, lyrics=lyrics, styles=tuple(style), negative=negative, reference=reference,
          engine=engine, lora=lora, weights=weights, vram=vram, device=device, strategy=strategy, steps=steps,
          guidance=guidance, rerolls=rerolls, commercial=commercial, **seeds)  # fmt: skip


def extend(
    file: File,
    left: Annotated[float, typer.Option(help="Seconds to add before the beginning.")] = 0.0,
    right: Annotated[float, typer.Option(help="Seconds to add after the end.")] = 0.0,
    prompt: Prompt = "",
    lyrics: o.Lyrics = "",
    style: o.Style = [],  # noqa: B006  typer copies it
    negative: o.Negative = "",
    reference: o.Reference = None,
    seed: o.Seed = 0,
    engine: Who = WHO,
    lora: o.Lora = None,
    weights: o.Weights = None,
    vram: o.Vram = None,
    device: o.Device = None,
    strategy: o.Strategy = None,
    steps: o.Steps = None,
    guidance: o.Guidance = None,
    commercial: o.Commercial = False,
    picture: o.Picture = False,
    bits: o.Bits = 24,
    out: o.Out = None,
) -> None:
    """Go on after the end, or begin earlier; the source itself stays as it is, sample for sample.

    soundwright extend song.wav --right 30 -o longer.wav
    """
    _edit("extend", file, bits, picture, out, left_s=left, right_s=right, prompt=prompt, lyrics=lyrics,
          styles=tuple(style), negative=negative, reference=reference, seed=seed, engine=engine, lora=lora,
          weights=weights, vram=vram, device=device, strategy=strategy, steps=steps, guidance=guidance,
          commercial=commercial)  # fmt: skip


def stems(
    file: File,
    track: Annotated[list[str], typer.Option(help="A track to take out: vocals, drums, bass, guitar ...")] = [],  # noqa: B006
    add: Annotated[list[str], typer.Option(help="A track to play to the source instead, by itself.")] = [],  # noqa: B006
    complete: Annotated[list[str], typer.Option(help="A track to add to the source, mixed with it.")] = [],  # noqa: B006
    prompt: Prompt = "",
    seed: o.Seed = 0,
    engine: Who = WHO,
    lora: o.Lora = None,
    weights: o.Weights = None,
    vram: o.Vram = None,
    device: o.Device = None,
    strategy: o.Strategy = None,
    steps: o.Steps = None,
    guidance: o.Guidance = None,
    commercial: o.Commercial = False,
    picture: o.Picture = False,
    bits: o.Bits = 24,
    out: o.Out = None,
) -> None:
    """Take single tracks out of a mix into NAME.stems/, or play new ones to it; their sum is the file.

    soundwright stems song.wav --track vocals --track drums --engine ace-step/xl-base -o parts.wav
    """
    asked = {"stems": track, "lego": add, "complete": complete}
    chosen = [verb for verb, tracks in asked.items() if tracks]
    if len(chosen) != 1:
        raise BadRequest("say which tracks, by one of --track, --add and --complete")
    _edit(chosen[0], file, bits, picture, out, tracks=tuple(asked[chosen[0]]), prompt=prompt, seed=seed, engine=engine,
          lora=lora, weights=weights, vram=vram, device=device, strategy=strategy, steps=steps, guidance=guidance,
          commercial=commercial)  # fmt: skip


def _edit(verb: Any, file: str, bits: int, picture: bool, out: Path | None, **asked: Any) -> None:
    """What the four verbs share: ask, edit, write."""
    from soundwright import studio
    from soundwright.cli import show
    from soundwright.request import EditRequest

    request = EditRequest(verb=verb, source=file, **asked)
    place = show.place(out, f"{Path(file).stem}-{verb}")
    with show.progress() as tell:
        piece = studio.edit(request, tell)
        paths = piece.save(place, bits=bits, stems=bool(piece.stems), plan=True, picture=picture)
    show.written(paths, piece.facts)
