"""One job done: where it is made, where its files go, and how it went."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest, Cancelled, SoundwrightError
from soundwright.jobs.lines import Job
from soundwright.jobs.stores import Store
from soundwright.progress import Progress
from soundwright.request import EffectRequest, MusicRequest, SoundtrackRequest

TRIES = 3  # how often a job is begun whose worker dies
LOST = f"its worker died {TRIES} times while it ran, most likely for lack of memory"


def manifest_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.json")


def finished(job: Job, store: Store | None = None) -> bool:
    """Whether the job's file stands, in its folder or in a store, with a manifest of the same request."""
    from soundwright.deliver import manifest

    try:
        then = store.manifest(job.out) if store else manifest.read(manifest_of(job.out))
    except BadRequest:
        return False
    same = then["task"] == job.verb and then["request"] == job.request.model_dump(mode="json", exclude={"plan"})
    files = (job.out, *((job.out.with_suffix(".png"),) if job.picture else ()))
    return same and _same_plan(job, then) and all(store.holds(one) if store else one.is_file() for one in files)


def _same_plan(job: Job, then: dict[str, Any]) -> bool:
    """Whether a plan that a song or an effect is given is still the one that was played."""
    from soundwright import studio

    if job.verb not in ("music", "effect") or job.request.plan is None:  # type: ignore[union-attr]
        return True
    read: Any = studio.plan_music if job.verb == "music" else studio.plan_effect
    try:
        return studio.plan_text(read(job.request)) == then.get("plan")
    except BadRequest:  # which the job will tell
        return False


def do(job: Job, tell: Progress, store: Store | None = None) -> dict[str, Any]:
    """Do a job unless it is finished, and say how it went. Raises `Cancelled`; other errors are told in the answer."""
    if store is None:
        return told(job, lambda: make(job, tell), lambda: finished(job))
    with tempfile.TemporaryDirectory(prefix="soundwright-") as aside:

        def deed() -> None:
            make(replace(job, out=Path(aside) / job.out.name), tell)
            store.put(Path(aside), job.out.parent, last=manifest_of(job.out).name)

        return told(job, deed, lambda: finished(job, store))


def carried(job: Job, tell: Progress) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Do a job and hand out its files by their names from its folder on, its manifest the last of them."""
    with tempfile.TemporaryDirectory(prefix="soundwright-") as aside:
        row = told(job, lambda: make(replace(job, out=Path(aside) / job.out.name), tell))
        paths = sorted((path for path in Path(aside).rglob("*") if path.is_file() and row["state"] == "made"),
                       key=lambda path: path.name == manifest_of(job.out).name)  # fmt: skip
        return row, {path.relative_to(aside).as_posix(): path.read_bytes() for path in paths}


def put(job: Job, files: dict[str, bytes], store: Store | None = None) -> None:
    """What was carried, where it belongs: all of it or nothing. Raises `BadRequest`, `CannotRun`."""
    from soundwright.deliver.files import staged

    if store is not None:
        with tempfile.TemporaryDirectory(prefix="soundwright-") as aside:
            for name, content in files.items():
                place = Path(aside) / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            store.put(Path(aside), job.out.parent, last=manifest_of(job.out).name)
        return
    with staged(job.out.parent) as stage:
        for name, content in files.items():
            stage.path(job.out.parent / name).write_bytes(content)


def placed(job: Job, row: dict[str, Any], files: dict[str, bytes], store: Store | None = None) -> dict[str, Any]:
    """How a job went whose files, if there are any, are put in their place now."""
    if not files:
        return row
    here = told(job, lambda: put(job, files, store))
    return row if here["state"] == "made" else here


def row_of(job: Job, state: str = "stands", **more: Any) -> dict[str, Any]:
    """How a job went, as it is told."""
    return {"out": str(job.out), "verb": job.verb, "state": state, "said": "", "seconds": 0.0, "exit_code": 0, **more}


def lost(job: Job) -> dict[str, Any]:
    """Of a job whose worker died too often."""
    return row_of(job, "failed", said=LOST, exit_code=3)


def told(job: Job, deed: Any, stands: Any = lambda: False) -> dict[str, Any]:
    """Do `deed` unless the job `stands`, and say how it went; a fault of ours harms no other job."""
    start = time.perf_counter()
    try:
        if stands():
            return row_of(job)
        deed()
    except Cancelled:
        raise
    except SoundwrightError as error:
        return row_of(job, "failed", said=" ".join(str(error).split()), exit_code=error.exit_code)
    except MemoryError:
        return row_of(job, "failed", said="there is not enough memory for it", exit_code=3)
    except Exception as error:
        if os.environ.get("SOUNDWRIGHT_DEBUG"):
            raise
        said = f"a fault in Soundwright: {type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)"
        return row_of(job, "failed", said=said, exit_code=1)
    return row_of(job, "made", seconds=round(time.perf_counter() - start, 3))


def make(job: Job, tell: Progress) -> None:
    """Make and write what is asked. Raises `BadRequest`, `CannotRun`, `Cancelled`."""
    from soundwright import studio

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
