"""`soundwright batch`: many requests in one process, so that a model is loaded once."""

from __future__ import annotations

from pathlib import Path

import typer


def batch(
    jobs: Path = typer.Argument(..., help="JSON lines: one request each, with `out` and, but for music, `verb`."),
    devices: str = typer.Option("", help="A worker for each, like cuda:0,cuda:1. [default: one, in this process]"),
    picture: bool = typer.Option(False, "--picture", help="Plan, waveform, spectrogram, loudness as PNG as well."),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Do every job of a file; what is finished already is not made again, so a killed batch goes on where it was.

    A line is `{"verb": "music", "prompt": "lo-fi piano", "duration_s": 30, "seed": 1, "out": "a.wav"}`. A job that
    fails is told and the others go on; the exit code is then that of the first failure.
    """
    from soundwright import jobs as batches
    from soundwright.cli import show

    rows = []
    todo = batches.read(jobs, picture=picture)
    with show.progress() as tell:
        for row in batches.do_all(todo, [name.strip() for name in devices.split(",") if name.strip()], tell):
            rows.append(row)
            if not json:
                typer.echo(f"{rows[-1]['state']:<8} {rows[-1]['out']}  {rows[-1]['said']}")
    if json:
        show.table(rows, True, "jobs")
    worst = next((row["exit_code"] for row in rows if row["exit_code"]), 0)
    if worst:
        raise typer.Exit(worst)
