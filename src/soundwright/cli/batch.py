"""`soundwright batch`: many requests, here, by processes of this machine, or by a Ray cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def batch(
    jobs: Annotated[Path, typer.Argument(help="JSON lines: one request each, with `out` and, but for music, `verb`.")],
    devices: Annotated[str, typer.Option(help="A worker for each, like cuda:0,cuda:1.")] = "",
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=1024, help="How many work at a time; on a cluster, for each model. [default: what fits]"
        ),
    ] = None,
    to: Annotated[
        str,
        typer.Option(help="Where `out` is put: a folder, or an address like s3://bucket/takes. [default: beside JOBS]"),
    ] = "",
    ray: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Done by a Ray cluster: local, auto, ray://HOST:10001, HOST:6379.")
    ] = "",
    gpus: Annotated[
        float | None,
        typer.Option(
            min=0.01, max=64, help="With --ray: of each worker with a model. [default: as its memory plan says]"
        ),
    ] = None,
    picture: Annotated[
        bool, typer.Option("--picture", help="Plan, waveform, spectrogram, loudness as PNG as well.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Do every job of a file; what is finished already is not made again, so a killed batch goes on where it was.

    A line is `{"verb": "music", "prompt": "lo-fi piano", "duration_s": 30, "seed": 1, "out": "a.wav"}`. A job that
    fails is told and the others go on; the exit code is then that of the first failure.
    """
    from soundwright import jobs as batches
    from soundwright.cli import show
    from soundwright.errors import BadRequest, Cancelled
    from soundwright.jobs import stores

    if (ray and devices) or (gpus is not None and not ray):
        raise BadRequest("--devices is for this machine, --gpus for a cluster (--ray)")
    store = batches.Store(to) if stores.is_url(to) else None
    folder = Path() if store else Path(to).expanduser() if to else None
    todo = batches.read(jobs, folder, picture=picture)
    if store:
        for job in todo:
            stores.inside(job.out)
        store.check()
    named = [name.strip() for name in devices.split(",") if name.strip()]
    rows = []
    try:
        with show.progress() as tell:
            if ray:
                from soundwright.jobs import actors

                done = actors.do_all(todo, ray, tell, store, workers, gpus)
            else:
                done = batches.do_all(todo, named or batches.devices_for(todo, workers), tell, store)
            for row in done:
                rows.append(row)
                if not json:
                    typer.echo(f"{row['state']:<8} {row['out']}  {row['said']}")
    except Cancelled:
        stand = sum(row["exit_code"] == 0 for row in rows)
        raise Cancelled(f"cancelled; {stand} of {len(todo)} stand, and the same command goes on from there") from None
    if json:
        show.table(rows, True, "jobs")
    worst = next((row["exit_code"] for row in rows if row["exit_code"]), 0)
    if worst:
        raise typer.Exit(worst)
