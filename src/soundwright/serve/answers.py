"""What the service answers: jobs, files, engines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel

from soundwright.serve.faults import Error
from soundwright.serve.store import Job
from soundwright.serve.uploads import Upload

State = Literal["queued", "running", "done", "failed", "cancelled"]


class ResultFile(BaseModel):
    """A file that a job made: `url` gives it, whole or in ranges."""

    name: str
    role: str
    type: str
    bytes: int
    sha256: str
    url: str


class JobAnswer(BaseModel):
    """A job: `request` is what was asked; `files` stand when it is done."""

    id: str
    verb: str
    state: State
    stage: str
    percent: float
    audio_s: float
    cancelling: bool
    tries: int
    error: Error | None
    request: dict[str, Any]
    files: list[ResultFile]
    events_url: str
    made_at: datetime
    began_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> JobAnswer:
        here = f"/v1/jobs/{job.id}"
        return cls(
            id=job.id,
            verb=job.verb,
            state=job.state,  # type: ignore[arg-type]
            stage=job.stage,
            percent=round(100 * job.fraction, 1),
            audio_s=round(job.audio_s, 3),
            cancelling=bool(job.cancel) and not job.ended,
            tries=job.tries,
            error=Error(message=job.error, type=job.error_type) if job.error else None,
            request=job.asked,
            files=[ResultFile(**file, url=f"{here}/files/{file['name']}") for file in job.files],
            events_url=f"{here}/events",
            made_at=_time(job.made_at),
            began_at=_time(job.began_at) if job.began_at else None,
            ended_at=_time(job.ended_at) if job.ended_at else None,
        )  # fmt: skip


class JobList(BaseModel):
    """Jobs, the newest first; `before` asks for those that follow."""

    jobs: list[JobAnswer]
    before: int | None


class FileAnswer(BaseModel):
    """An upload; requests name it by `id`."""

    id: str
    name: str
    kind: Literal["sound", "film"]
    bytes: int
    duration_s: float
    facts: dict[str, float | int]
    made_at: datetime

    @classmethod
    def of(cls, upload: Upload) -> FileAnswer:
        values = {name: value for name, value in vars(upload).items() if name in cls.model_fields}
        return cls.model_validate(values | {"made_at": _time(upload.made_at)})


class FileList(BaseModel):
    files: list[FileAnswer]


class EngineAnswer(BaseModel):
    """One engine, or one of its checkpoints; `here` tells whether its weights are on the machine of the server."""

    name: str
    about: str
    verbs: list[str]
    rate: int
    channels: int
    longest_s: float
    licence: str
    may_be_sold: bool | None
    here: bool


class EngineList(BaseModel):
    engines: list[EngineAnswer]


class Recording(BaseModel):
    """A recording of the library: `recording` is what a cue names it by, `url` gives its beginning to hear."""

    recording: str
    name: str
    duration_s: float
    shape: str
    category: str
    licence: str
    may_be_sold: bool | None
    why: str
    url: str


class RecordingList(BaseModel):
    recordings: list[Recording]


class PlanAnswer(BaseModel):
    """A plan that nothing was rendered from: as data, and as the text that a job's `plan` takes (which takes the data
    as JSON as well). `spans` are the seconds of a song's sections; `warnings` say what of the request moved nothing."""

    verb: str
    plan: dict[str, Any]
    yaml: str
    spans: list[tuple[float, float]]
    warnings: list[str]


class PresetAnswer(BaseModel):
    """A preset of finishing, and what it promises."""

    name: str
    about: str
    loudness_lufs: float
    tolerance_lu: float
    ceiling_dbtp: float
    by: str


class PresetList(BaseModel):
    presets: list[PresetAnswer]


class Health(BaseModel):
    status: Literal["ok", "no workers"]
    version: str
    workers: int
    jobs: dict[str, int]


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
