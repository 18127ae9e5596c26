"""`soundwright plan`: write the plan, render nothing."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(help="Write the plan of a piece as YAML to read and edit; render nothing.", no_args_is_help=True)


@app.command()
def music(
    prompt: str = typer.Argument(..., help="What to play: mood, style, instruments, tempo, key, form."),
    duration: float = typer.Option(30.0, "-d", "--duration", help="Seconds, exactly."),
    seed: int = typer.Option(0, help="Another seed is another plan."),
    style: list[str] = typer.Option([], help="A style tag; may be given several times."),
    negative: str = typer.Option("", help="What should not be heard, in words."),
    lyrics: str = typer.Option("", help="Lyrics, or a file of them."),
    loop: bool = typer.Option(False, help="Whole bars whose end meets the beginning."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The YAML file. [default: standard output]"),
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
        loop=loop,
    )
    _hand_over(studio.plan_music(request), out)


@app.command()
def effect(
    prompt: str = typer.Argument(..., help="What to hear, in what order, where."),
    duration: float | None = typer.Option(None, "-d", "--duration", help="Seconds, exactly. [default: natural]"),
    seed: int = typer.Option(0, help="Another seed is another plan."),
    negative: str = typer.Option("", help="What should not be heard, in words."),
    loop: bool = typer.Option(False, help="A seamless loop."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The YAML file. [default: standard output]"),
) -> None:
    """Write an effect plan: soundwright plan effect "a door creaks, then slams" -o door.plan.yaml"""
    from soundwright import studio
    from soundwright.request import EffectRequest

    request = EffectRequest(prompt=prompt, duration_s=duration, seed=seed, negative=negative, loop=loop)
    _hand_over(studio.plan_effect(request), out)


def _hand_over(plan, out: Path | None) -> None:
    from soundwright import studio
    from soundwright.cli import show
    from soundwright.deliver.files import staged

    text = studio.plan_text(plan)
    if out is None:
        typer.echo(text, nl=False)
        return
    place = show.place(out, "", ".yaml")
    with staged(place.parent) as stage:
        stage.path(place).write_text(text, encoding="utf-8")
    typer.echo(str(place))
