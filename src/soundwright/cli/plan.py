"""`soundwright plan`: write the plan, render nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundwright.cli import options as o

app = typer.Typer(help="Write the plan of a piece as YAML to read and edit; render nothing.", no_args_is_help=True)
PlanOut = Annotated[Path | None, typer.Option("-o", "--out", help="The YAML file. [default: standard output]")]


@app.command()
def music(
    prompt: Annotated[str, typer.Argument(help="What to play: mood, style, instruments, tempo, key, form.")],
    duration: o.Seconds = None,
    seed: o.Seed = 0,
    style: o.Style = [],  # noqa: B006  typer copies it
    negative: o.Negative = "",
    lyrics: o.Lyrics = "",
    composer: o.Composer = None,
    loop: o.SongLoop = False,
    out: PlanOut = None,
) -> None:
    """Write a song plan: soundwright plan music "sad waltz for cello" -o waltz.plan.yaml"""
    from soundwright import studio
    from soundwright.request import MusicRequest

    request = MusicRequest(
        prompt=prompt,
        duration_s=duration,
        seed=seed,
        styles=tuple(style),
        negative=negative,
        lyrics=lyrics,
        composer=composer,  # type: ignore[arg-type]
        loop=loop,
    )
    _hand_over(studio.plan_text(studio.plan_music(request)), out)


@app.command()
def effect(
    prompt: Annotated[str, typer.Argument(help="What to hear, in what order, where.")],
    duration: o.Seconds = None,
    seed: o.Seed = 0,
    negative: o.Negative = "",
    loop: o.SoundLoop = False,
    out: PlanOut = None,
) -> None:
    """Write an effect plan: soundwright plan effect "a door creaks, then slams" -o door.plan.yaml"""
    from soundwright import studio
    from soundwright.request import EffectRequest

    request = EffectRequest(prompt=prompt, duration_s=duration, seed=seed, negative=negative, loop=loop)
    _hand_over(studio.plan_text(studio.plan_effect(request)), out)


@app.command()
def video(
    film: Annotated[Path, typer.Argument(help="The film.")],
    prompt: Annotated[str, typer.Option("-p", "--prompt", help="What is heard in it, in order.")] = "",
    author: o.Author = "",
    author_model: o.AuthorModel = "",
    seed: o.Seed = 0,
    keep: Annotated[
        str | None, typer.Option(metavar="PLAN", help="A cue plan (YAML) whose locked cues stay as they are.")
    ] = None,
    sheet: Annotated[Path | None, typer.Option(help="A contact sheet (PNG): thumbnails, motion, cues.")] = None,
    out: PlanOut = None,
) -> None:
    """Write a cue plan for a film: soundwright plan video clip.mp4 -p "a ball bounces on wood" -o clip.plan.yaml

    With -o a contact sheet is written beside it.
    """
    from soundwright import soundtrack as films
    from soundwright.cli import show
    from soundwright.deliver.files import staged
    from soundwright.plan import cues
    from soundwright.request import CuesRequest
    from soundwright.video import sheet as sheets

    with show.progress() as tell:
        request = CuesRequest(
            video=str(film), prompt=prompt, seed=seed, plan=keep, author=author, author_model=author_model
        )
        plan, seen = films.look(request, tell)
        picture = sheet or (out.with_suffix(".png") if out else None)
        if picture is not None:
            marks = [(cue.at_s, cue.number, cue.pan) for cue in plan.cues]
            with staged(picture.parent) as stage:
                stage.path(picture).write_bytes(sheets.draw(seen, marks))
    _hand_over(cues.write(plan), out)


@app.command()
def authors(json: o.Json = False) -> None:
    """Models that can look at a film on this machine: soundwright plan video clip.mp4 --author efficientnet"""
    from soundwright.cli import show
    from soundwright.direct import watch

    show.table(watch.facts(), json, "authors")


@app.command()
def pull(name: Annotated[str, typer.Argument(help="An author, like clip.")]) -> None:
    """Fetch an author's weights to $SOUNDWRIGHT_WEIGHTS (default ~/.local/share/soundwright/weights)."""
    from soundwright.cli import show
    from soundwright.direct import watch

    with show.progress() as tell:
        folder = watch.pull(name, tell)
    typer.echo(f"{folder}")


def _hand_over(text: str, out: Path | None) -> None:
    from soundwright.cli import show
    from soundwright.deliver.files import staged

    if out is None:
        typer.echo(text, nl=False)
        return
    place = show.place(out, "", ".yaml")
    with staged(place.parent) as stage:
        stage.path(place).write_text(text, encoding="utf-8")
    typer.echo(str(place))
