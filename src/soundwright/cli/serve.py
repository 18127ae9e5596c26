"""`soundwright serve`: the service over HTTP, or the tools of a language model on standard input and output."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in, and wants --keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes one that is free.")] = 8765,
    folder: Annotated[
        list[Path],
        typer.Option(
            help="Where results and uploads are kept. [default: ~/.local/share/soundwright/serve] With --mcp: whose "
            "films and sounds may be read; may be repeated."
        ),
    ] = [],  # noqa: B006
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Be the tools of a language model (MCP) on standard input and output.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="With --mcp: where what is made is written.")] = None,
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
    ray: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Jobs are done by a Ray cluster: local, auto, ray://HOST:10001 ...")
    ] = "",
    replicas: Annotated[
        list[str],
        typer.Option(
            metavar="[MODEL=]MIN:MAX",
            help="With --ray: how many for a model, like ace-step/turbo=0:4, embedded=2:8; without a name for each. "
            "[default: embedded from 1, others from 0, to what fits]",
        ),
    ] = [],  # noqa: B006
    ongoing: Annotated[
        float,
        typer.Option(min=0.1, help="With --ray: jobs that wait or run, for each replica; over it one more begins."),
    ] = 2.0,
    idle: Annotated[float, typer.Option(min=0, help="With --ray: seconds after which one too many leaves.")] = 60.0,
    gpus: Annotated[
        float | None,
        typer.Option(min=0.01, max=64, help="With --ray: of each replica with a model. [default: by its memory plan]"),
    ] = None,
    page: Annotated[bool, typer.Option("--page/--no-page", help="The studio, at the address itself.")] = True,
) -> None:
    """Serve everything over HTTP until Ctrl-C: soundwright serve --port 8765

    The address itself is the studio, for a browser. POST /v1/jobs takes the requests of the command line as JSON;
    /openapi.json tells all of it.

    soundwright serve --mcp --out ~/Music/made --folder ~/Videos   # for a client of language models, see docs/mcp.md
    """
    from soundwright import cluster
    from soundwright.errors import BadRequest, Cancelled
    from soundwright.machine import need

    if new_key:
        from soundwright.serve import keys as files

        if keys is None:
            raise BadRequest("a key goes into a file: --keys FILE")
        typer.echo(files.new(keys, new_key))
        return
    if mcp:
        _serve_mcp(out, folder, longest, tuple(engine))
        return
    if out is not None or len(folder) > 1:
        raise BadRequest("the service keeps everything in one --folder; --out and several of them go with --mcp")
    need("web", "fastapi", "uvicorn", "sqlalchemy", "alembic")
    if host not in LOOPBACK and keys is None:
        raise BadRequest(f"anybody who reaches {host} could use it: give --keys FILE (--new-key NAME makes one)")
    from soundwright.serve.app import app
    from soundwright.serve.page import page as studio
    from soundwright.serve.settings import MB, Settings
    from soundwright.serving import serve as run

    place = _folder(folder[0] if folder else None)
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
        ray=ray,
        replicas=_bounds(replicas),
        ongoing=ongoing,
        idle_s=idle,
        gpus=gpus,
    )
    if ray and (devices or workers > 1):
        raise BadRequest("with --ray the cluster does the jobs: --replicas says how many at a time, not --workers")
    with ExitStack() as stack:
        stop = stack.enter_context(cluster.joined(ray)) if ray else None
        site = app(settings, studio() if page else None)

        def ready(address: str) -> None:
            kept, count = site.state.house.database.name, len(settings.devices)
            who = f"the cluster at {ray}" if ray else f"{count} worker{'s' if count > 1 else ''}"
            typer.echo(f"{address}  ({who}; jobs in {kept}, files in {place})")

        try:
            run(site, host, port, ready, lambda: setattr(site.state.house.watch, "closing", True))
            if stop and stop.is_set():
                raise Cancelled
        except Cancelled:  # how a server ends
            typer.echo("stopped; what waited or ran waits for the next start", err=True)


def _bounds(asked: list[str]) -> dict[str, tuple[int, int | None]]:
    """Least and most replicas by model, "" for the embedded engines. Raises `BadRequest`."""
    from soundwright import engines
    from soundwright.errors import BadRequest
    from soundwright.serve.settings import EVERY

    found: dict[str, tuple[int, int | None]] = {}
    for text in asked:
        name, named, numbers = text.rpartition("=")
        least, colon, most = numbers.partition(":")
        if not colon or not least.isdecimal() or not most.isdecimal() or int(least) > int(most) or not int(most):
            raise BadRequest(f"--replicas {text}: say the least and the most, like 0:4 or ace-step/turbo=1:2")
        if name not in ("", "embedded"):
            engines.card(name)
        every = [""] if name == "embedded" else engines.addresses(name) if named and "/" not in name else [name]
        found |= dict.fromkeys(every if named else ["", EVERY], (int(least), int(most)))
    return found


def _serve_mcp(out: Path | None, opened: list[Path], longest_s: float, engines: tuple[str, ...]) -> None:
    """The tools of a language model, until its client lets go."""
    from soundwright.errors import BadRequest
    from soundwright.machine import need

    need("mcp", "mcp")
    if out is None:
        raise BadRequest("say where what is made should be written: --mcp --out FOLDER")
    from soundwright.serve.mcp.folders import Folders
    from soundwright.serve.mcp.server import serve as run
    from soundwright.serve.mcp.tools import House

    run(House(Folders.of(out, opened), longest_s, engines))


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
