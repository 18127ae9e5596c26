"""`soundwright serve`: the service over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in, and wants --keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes one that is free.")] = 8765,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where results and uploads are kept. [default: ~/.local/share/soundwright/serve]"),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="Where jobs are kept: sqlite:///FILE or postgresql://USER@HOST/NAME; also SOUNDWRIGHT_DATABASE. "
            "[default: jobs.db in the folder]"
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="How many do jobs at a time, where no devices are named.")
    ] = 1,
    devices: Annotated[str, typer.Option(help="One worker for each: cuda:0,cuda:1 ...")] = "",
    keys: Annotated[Path | None, typer.Option(help="Only who has a key of this file may come.")] = None,
    new_key: Annotated[
        str, typer.Option(metavar="NAME", help="Make a key, show it once, add it to --keys, stop.")
    ] = "",
    name: Annotated[list[str], typer.Option(help="A host name by which it is called, as behind a proxy.")] = [],  # noqa: B006
    engine: Annotated[
        list[str],
        typer.Option(help="Only these may be named. [default: all but hosted, which costs money, and library]"),
    ] = [],  # noqa: B006
    longest: Annotated[float, typer.Option(min=1, max=3600, help="Seconds of a piece, and of an upload.")] = 600.0,
    most_jobs: Annotated[int, typer.Option(min=1, help="That wait or run at a time, for each key.")] = 200,
    job_seconds: Annotated[float, typer.Option(min=1, help="After which a job is stopped.")] = 3600.0,
    upload_mb: Annotated[int, typer.Option(min=1, help="Of one upload.")] = 512,
    uploads_mb: Annotated[int, typer.Option(min=1, help="Of all uploads, for each key.")] = 4096,
    keep_days: Annotated[float, typer.Option(min=0, help="After which results and uploads go.")] = 7.0,
    keep_mb: Annotated[int, typer.Option(min=1, help="Of all results; over it the oldest go.")] = 20_480,
    lease: Annotated[
        float, typer.Option(min=1, help="Seconds of silence after which a worker has lost its job.")
    ] = 15.0,
    page: Annotated[bool, typer.Option("--page/--no-page", help="The studio, at the address itself.")] = True,
) -> None:
    """Serve everything over HTTP until Ctrl-C: soundwright serve --port 8765

    The address itself is the studio, for a browser. POST /v1/jobs takes the requests of the command line as JSON;
    /openapi.json tells all of it.
    """
    from soundwright.errors import BadRequest, Cancelled
    from soundwright.machine import need

    if new_key:
        from soundwright.serve import keys as files

        if keys is None:
            raise BadRequest("a key goes into a file: --keys FILE")
        typer.echo(files.new(keys, new_key))
        return
    need("web", "fastapi", "uvicorn", "sqlalchemy", "alembic")
    if host not in LOOPBACK and keys is None:
        raise BadRequest(f"anybody who reaches {host} could use it: give --keys FILE (--new-key NAME makes one)")
    from soundwright.serve.app import app
    from soundwright.serve.page import page as studio
    from soundwright.serve.settings import MB, Settings
    from soundwright.serving import serve as run

    place = _folder(folder)
    settings = Settings(
        folder=place,
        database=database or os.environ.get("SOUNDWRIGHT_DATABASE") or f"sqlite:///{place / 'jobs.db'}",
        devices=tuple(devices.replace(" ", "").split(",")) if devices else ("",) * workers,
        keys=keys and keys.absolute(),
        names=tuple(name) if host in LOOPBACK else (*name, host),
        engines=tuple(engine),
        longest_s=longest,
        most_jobs=most_jobs,
        job_s=job_seconds,
        upload_bytes=upload_mb * MB,
        uploads_bytes=uploads_mb * MB,
        keep_s=keep_days * 86_400,
        keep_bytes=keep_mb * MB,
        lease_s=lease,
    )
    site = app(settings, studio() if page else None)

    def ready(address: str) -> None:
        kept = site.state.house.database.name
        count = len(settings.devices)
        typer.echo(f"{address}  ({count} worker{'s' if count > 1 else ''}; jobs in {kept}, files in {place})")

    try:
        run(site, host, port, ready, lambda: setattr(site.state.house.watch, "closing", True))
    except Cancelled:  # how a server ends
        typer.echo("stopped; what waited or ran waits for the next start", err=True)


def _folder(asked: Path | None) -> Path:
    """The service's folder, made if it is not there. Raises `BadRequest` where it cannot be."""
    from soundwright.errors import BadRequest

    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    place = (asked or Path(base) / "soundwright" / "serve").expanduser().absolute()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"{place} cannot be a folder of the service: {error.strerror}") from None
    if not os.access(place, os.W_OK):
        raise BadRequest(f"{place} cannot be written")
    return place
