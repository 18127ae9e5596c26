"""Batches of requests: read from JSON lines, done one by one or by a worker for each device, and not done again.

A job is finished when its file stands with a manifest that names the same request; files appear whole or not at all, so
a batch that was killed simply starts again.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest, Cancelled, CannotRun, SoundwrightError
from soundwright.progress import Progress
from soundwright.request import AnyRequest, EditRequest, EffectRequest, MusicRequest, SoundtrackRequest

REQUESTS = {"music": MusicRequest, "effect": EffectRequest, "soundtrack": SoundtrackRequest}
STOP_S = 5.0  # how long a worker that is stopped may take to clear away
EDITS = ("cover", "repaint", "extend", "stems", "lego", "complete")


@dataclass(frozen=True)
class Job:
    """One line of a batch."""

    verb: str
    request: AnyRequest
    out: Path
    picture: bool = False  # beside it


def read(path: Path, *, picture: bool = False) -> list[Job]:
    """The jobs of a file of JSON lines, all checked before the first begins; with a `picture` each.

    Paths of results are relative to the file's folder. Raises `BadRequest` that names the line.
    """
    jobs, places = [], {}
    for number, fields in lines(path):
        with at_line(path, number):
            if not isinstance(fields.get("out"), str):
                raise BadRequest('a job is an object with "out", the file to write')
            new = job(
                {name: value for name, value in fields.items() if name != "out"}, path.parent / fields["out"], picture
            )
            if new.out in places:
                raise BadRequest(f"{new.out} is written by line {places[new.out]} already")
        places[new.out] = number
        jobs.append(new)
    if not jobs:
        raise BadRequest(f"{path} holds no jobs")
    return jobs


def lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file of JSON lines with their line numbers from 1. Raises `BadRequest` that names the line."""
    try:
        rows = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read as a text of jobs: {error}") from error
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        with at_line(path, number):
            fields = json.loads(row)
            if not isinstance(fields, dict):
                raise BadRequest("a line is one JSON object, in braces")
        yield number, fields


@contextmanager
def at_line(path: Path, number: int) -> Iterator[None]:
    """Say of what is wrong in which line it is."""
    try:
        yield
    except (json.JSONDecodeError, BadRequest) as error:
        raise BadRequest(f"{path}, line {number}: {error}") from error


def job(fields: dict[str, Any], out: Path, picture: bool = False) -> Job:
    """The job of a line's fields, without "out". Raises `BadRequest`."""
    fields = dict(fields)
    verb = fields.pop("verb", "music")
    if verb in EDITS:
        return Job(verb, EditRequest(verb=verb, **fields), out, picture)
    if verb not in REQUESTS:
        raise BadRequest(f"there is no verb {verb!r}; there are {', '.join((*REQUESTS, *EDITS))}")
    if fields.get("variations", 1) != 1:
        raise BadRequest("a job makes one file: give each variation a line and a seed of its own")
    return Job(verb, REQUESTS[verb](**fields), out, picture)


def finished(job: Job) -> bool:
    """Whether the job's file stands with a manifest of the same request."""
    from soundwright.deliver import manifest

    try:
        then = manifest.read(job.out.with_name(f"{job.out.name}.json"))
    except BadRequest:
        return False
    same = then["task"] == job.verb and then["request"] == job.request.model_dump(mode="json", exclude={"plan"})
    return same and job.out.is_file() and (not job.picture or job.out.with_suffix(".png").is_file())


def do(job: Job, tell: Progress) -> dict[str, Any]:
    """Do a job unless it is finished, and say how it went. Raises `Cancelled`; other errors are told in the answer."""
    from soundwright import studio

    row = {"out": str(job.out), "verb": job.verb, "state": "stands", "said": "", "seconds": 0.0, "exit_code": 0}
    if finished(job):
        return row
    start = time.perf_counter()
    try:
        if isinstance(job.request, SoundtrackRequest):
            from soundwright import soundtrack

            made = soundtrack.soundtrack(job.request, tell)
            made.save(job.out, tell, keep_audio=job.request.keep_audio, picture=job.picture)
        elif isinstance(job.request, MusicRequest):
            studio.music(job.request, tell, stems=False).save(job.out, picture=job.picture)
        elif isinstance(job.request, EffectRequest):
            studio.effect(job.request, tell)[0].save(job.out, picture=job.picture)
        else:
            piece = studio.edit(job.request, tell)
            piece.save(job.out, stems=bool(piece.stems) and job.verb in ("stems", "lego"), picture=job.picture)
    except Cancelled:
        raise
    except SoundwrightError as error:
        return row | {"state": "failed", "said": " ".join(str(error).split()), "exit_code": error.exit_code}
    return row | {"state": "made", "seconds": round(time.perf_counter() - start, 3)}


def do_all(todo: list[Job], devices: list[str], tell: Progress) -> Iterator[dict[str, Any]]:
    """Do every job and yield how each went, in the order in which they end.

    With one device or none they run here; with several, each has a process of its own that takes the next job when it
    is done with one, and `tell` hears only how many are done. Raises `Cancelled`, `CannotRun` when a worker dies.
    """
    if len(devices) < 2:
        if devices:
            os.environ["SOUNDWRIGHT_DEVICE"] = devices[0]
        for at, job in enumerate(todo):  # a part each: a manifest tells the times of its own job, not of all before
            yield do(job, tell.part(job.out.name, at / len(todo), (at + 1) / len(todo)))
        return
    waiting, count = iter(todo), 0
    workers = [ProcessPoolExecutor(1, get_context("spawn"), _begin, (device,)) for device in devices]
    busy: dict[Future, ProcessPoolExecutor] = {}
    try:
        free = list(workers)
        while True:
            for worker, job in zip(list(free), waiting, strict=False):
                busy[worker.submit(_do_quietly, job)] = worker
                free.remove(worker)
            if not busy:
                return
            ended, _ = wait(busy, timeout=0.2, return_when=FIRST_COMPLETED)
            tell("jobs", count / len(todo))
            for future in ended:
                free.append(busy.pop(future))
                count += 1
                yield future.result()
    except BrokenProcessPool as error:
        raise CannotRun("a worker died, most likely for lack of memory; what it had finished stands") from error
    finally:
        running = [process for worker in workers for process in (worker._processes or {}).values()]
        for worker in workers:
            worker.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.terminate()
        for process in running:
            process.join(STOP_S)
            if process.is_alive():
                process.kill()


def _begin(device: str) -> None:
    """In a worker: its device, and a stop that clears away what is half written."""
    os.environ["SOUNDWRIGHT_DEVICE"] = device
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and stops its workers


def _stop(sign: int, frame: object) -> None:
    raise Cancelled("cancelled")


def _do_quietly(job: Job) -> dict[str, Any]:
    return do(job, Progress())
