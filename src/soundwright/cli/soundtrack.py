"""`soundwright soundtrack`: sound for a film, beside its untouched pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundwright.cli import options as o

Video = Annotated[Path, typer.Argument(help="The film: MP4, MOV, MKV, WebM, MPEG-TS, AVI.")]
FilmOut = Annotated[Path | None, typer.Option("-o", "--out", help="The film with sound: .mp4 .mov .mkv .webm .ts .avi")]


def soundtrack(
    video: Video,
    prompt: Annotated[
        str, typer.Option("-p", "--prompt", help="What is heard: 'a ball bounces on wood, then glass breaks'.")
    ] = "",
    plan: Annotated[str | None, typer.Option(help="A cue plan (YAML) instead of looking at the film.")] = None,
    author: o.Author = "",
    author_model: o.AuthorModel = "",
    cue: Annotated[int | None, typer.Option(help="Make this cue of the plan again, with --seed; others stay.")] = None,
    music: Annotated[str, typer.Option(help="A prompt for music as long as the film, its beats on the cuts.")] = "",
    dialogue: Annotated[
        str | None, typer.Option(help="A sound file of speech, or 'film' for its own sound; the rest ducks under it.")
    ] = None,
    keep_audio: Annotated[bool, typer.Option("--keep-audio", help="The film's own sound as a second track.")] = False,
    preset: Annotated[
        str, typer.Option(help="Of finishing: streaming, broadcast, film ... [default: what suits]")
    ] = "",
    gain: Annotated[
        float | None,
        typer.Option(
            metavar="DB", help="The master's, as an earlier take's manifest has it: what stays, stays as loud."
        ),
    ] = None,
    seed: o.Seed = 0,
    engine: o.Engine = "auto",
    takes: Annotated[int, typer.Option(help="Of an engine that watches: so many, and the best in time is kept.")] = 1,
    commercial: o.Commercial = False,
    weights: o.Weights = None,
    vram: o.Vram = None,
    device: o.Device = None,
    strategy: o.Strategy = None,
    steps: o.Steps = None,
    guidance: o.Guidance = None,
    stems: o.Stems = False,
    picture: o.Picture = False,
    timeline: Annotated[list[str], typer.Option(help="otio, edl, rpp, csv ...: the stems on a timeline.")] = [],  # noqa: B006
    out: FilmOut = None,
) -> None:
    """Watch a film, plan what sounds when, and write it with sound; its pictures are copied untouched.

    soundwright soundtrack clip.mp4 --prompt "a ball bounces on wood" -o with-sound.mp4

    Beside it stand the cue plan (NAME.plan.yaml, to edit and give back with --plan) and the manifest.
    """
    from soundwright import soundtrack as films
    from soundwright.cli import show
    from soundwright.deliver.timeline import WRITERS
    from soundwright.errors import BadRequest
    from soundwright.request import SoundtrackRequest
    from soundwright.video import clock, mux

    request = SoundtrackRequest(
        video=str(video), prompt=prompt, plan=plan, author=author, author_model=author_model, cue=cue, music=music,
        dialogue=dialogue, keep_audio=keep_audio, preset=preset, gain_db=gain, seed=seed, engine=engine, takes=takes,
        commercial=commercial, weights=weights, vram=vram, device=device, strategy=strategy, steps=steps,
        guidance=guidance,
    )  # fmt: skip
    place = show.place(out or _beside(video), "", video.suffix)
    if place.exists() and place.samefile(video):
        raise BadRequest(f"{place} is the film itself: name another file with -o")
    endings = tuple(f".{name.lstrip('.')}" for name in timeline)
    if unknown := [ending for ending in endings if ending not in WRITERS]:
        raise BadRequest(f"there is no timeline {unknown[0]}; there are {', '.join(WRITERS)}")
    mux.check(clock.film(video), place)
    with show.progress() as tell:
        made = films.soundtrack(request, tell)
        paths = made.save(place, tell, keep_audio=keep_audio, stems=stems, timelines=endings, picture=picture)
    show.written(paths, made.facts)
    count = len(made.plan.cues)
    if not count:
        only = "ambience, and no cue" if made.plan.scenes else "no cue: nothing was seen that would sound"
        typer.echo(only + _ignored(made.plan.ignored))
    else:
        lag = made.facts["sync"]["said"] if count > 2 else "too few to measure their lag"
        typer.echo(f"{count} cue{'s' if count != 1 else ''}; {lag}{_ignored(made.plan.ignored)}")


def _ignored(words: list[str]) -> str:
    return f" (left out: {', '.join(words)})" if words else ""


def _beside(video: Path) -> Path:
    return video.with_name(f"{video.stem}-sound{video.suffix}")


def sync(
    video: Video,
    track: Annotated[int, typer.Option(help="Which of its sound tracks, from 0.")] = 0,
    fix: Annotated[
        bool, typer.Option("--fix", help="Bring the sound to its pictures, mend drift and strays, and write -o.")
    ] = False,
    json: o.Json = False,
    out: FilmOut = None,
) -> None:
    """Measure how far a film's sound is from its pictures; any film, made by anything.

    A lag is positive when the sound is late. soundwright sync clip.mp4 --fix -o mended.mp4
    """
    from soundwright import syncing
    from soundwright.cli import show
    from soundwright.errors import BadRequest

    after, done, paths = None, None, []
    with show.progress() as tell:
        if fix:
            place = show.place(out or video.with_name(f"{video.stem}-sync{video.suffix}"), "", video.suffix)
            if place.exists() and place.samefile(video):
                raise BadRequest(f"{place} is the film itself: name another file with -o")
            found, after, done, paths = syncing.fix(video, place, track, tell)
        else:
            found = syncing.measure(video, track, tell)
    row = {
        "file": str(video),
        "lag_ms": None if found.lag_s is None else round(1000 * found.lag_s, 1),
        "confidence": round(found.confidence, 2),
        "spread_ms": round(1000 * found.spread_s, 1),
        "chance_ms": round(1000 * found.chance_s, 1),
        "pairs": len(found.pairs),
        "events": found.events,
        "onsets": found.onsets,
        "grade": found.grade,
        "said": found.said,
    }
    if json:
        pairs = [{"seen_s": round(p.seen_s, 4), "heard_s": round(p.heard_s, 4)} for p in found.pairs]
        then = {} if after is None else {"after_ms": None if after.lag_s is None else round(1000 * after.lag_s, 1)}
        then |= {"done": done.said} if done else {}
        show.table([row | then | {"events_heard": pairs, "written": [str(path) for path in paths]}], True, "sync")
        return
    typer.echo(f"{found.said}" + (f"; {found.grade}" if found.grade else ""))
    if found.lag_s is not None:
        typer.echo(f"{len(found.pairs)} of {found.events} events met, spread {1000 * found.spread_s:.0f} ms; "
                   f"by chance they would be {1000 * found.chance_s:.0f} ms apart; "
                   f"confidence {found.confidence:.2f}")  # fmt: skip
    if done is not None and after is not None and after.lag_s is not None:
        typer.echo(f"mended: {done.said}; now {1000 * after.lag_s:+.0f} ms, spread {1000 * after.spread_s:.0f} ms")
        typer.echo(f"{paths[0]}")
    elif fix:
        typer.echo("nothing to mend: nothing was written")
