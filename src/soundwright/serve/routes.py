"""The service's own routes: jobs, their progress and their files; uploads; engines."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response, Security
from fastapi import Path as InPath
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from soundwright.errors import CannotRun
from soundwright.serve import answers, asks, films, janitor, recordings, watch
from soundwright.serve.faults import documented
from soundwright.serve.house import House
from soundwright.serve.store import Job, Refused
from soundwright.serve.uploads import Upload

bearer = HTTPBearer(auto_error=False, description="A key of the service, where its operator wants keys.")
header = APIKeyHeader(name="xi-api-key", auto_error=False, description="The same key, as other clients send it.")
Id = Annotated[str, InPath(pattern="^[0-9a-f]{32}$")]
Token = Annotated[
    str | None,
    Header(
        alias="idempotency-key",
        pattern="^[A-Za-z0-9_-]{8,64}$",
        description="The same key with the same request gives the same job, so that it can be sent again safely.",
    ),
]


def _house(request: Request) -> House:
    return request.app.state.house


Here = Annotated[House, Depends(_house)]


def _owner(
    house: Here,
    key: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    other: Annotated[str | None, Security(header)],
) -> str:
    owner = house.keys.owner(key.credentials if key else other)
    if owner is None:
        raise HTTPException(401, "a key is wanted: Authorization: Bearer KEY", {"www-authenticate": "Bearer"})
    return owner


Owner = Annotated[str, Depends(_owner)]
routes = APIRouter(prefix="/v1", responses=documented(400, 401, 403, 422, 500, 503))


def _job(id: Id, owner: Owner, house: Here) -> Job:
    job = house.jobs.get(id)
    if job is None or job.owner != owner:
        raise HTTPException(404, "there is no such job")
    return job


def _upload(id: Id, owner: Owner, house: Here) -> Upload:
    upload = house.uploads.get(id, owner)
    if upload is None:
        raise HTTPException(404, "there is no such file")
    return upload


Known = Annotated[Job, Depends(_job)]
Brought = Annotated[Upload, Depends(_upload)]


@routes.post("/jobs", status_code=202, tags=["jobs"], responses=documented(409, 413, 415, 429),
             response_model=answers.JobAnswer)  # fmt: skip
def submit(
    body: asks.AnyBody,  # type: ignore[valid-type]
    owner: Owner,
    house: Here,
    response: Response,
    token: Token = None,
) -> Any:
    """Queue a job; its answer tells where its progress and its files will be."""
    job = house.submit(owner, body, token)
    response.headers["location"] = f"/v1/jobs/{job.id}"
    return answers.JobAnswer.of(job)


@routes.post("/plans", tags=["jobs"], responses=documented(413, 415), response_model=answers.PlanAnswer)
def plan(body: asks.PlanBody, owner: Owner, house: Here) -> Any:  # type: ignore[valid-type]
    """The plan of a song or an effect, rendering nothing: to be read, edited, and sent as the `plan` of a job."""
    return house.plan(owner, body)


@routes.get("/jobs", tags=["jobs"], response_model=answers.JobList)
def jobs(
    owner: Owner,
    house: Here,
    state: answers.State | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="As the list before said.")] = None,
) -> Any:
    """Your jobs, the newest first."""
    found = house.jobs.list(owner, limit, before, state)
    more = found[-1].number if len(found) == limit else None
    return answers.JobList(jobs=[answers.JobAnswer.of(job) for job in found], before=more)


@routes.get("/jobs/{id}", tags=["jobs"], responses=documented(404), response_model=answers.JobAnswer)
def job(job: Known) -> Any:
    """How a job stands."""
    return answers.JobAnswer.of(job)


@routes.get(
    "/jobs/{id}/events",
    tags=["jobs"],
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, **documented(404)},
    response_class=StreamingResponse,
)
def events(job: Known, house: Here) -> StreamingResponse:
    """Server-sent events to the job's end: `progress` and `end`, each with state, stage, percent and the seconds of
    sound that are done. The first comes at once and tells how things stand."""
    return StreamingResponse(
        watch.events(house.watch, job.id),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no", "cache-control": "no-store"},
    )


@routes.post("/jobs/{id}/cancel", tags=["jobs"], responses=documented(404, 409, 413, 415),
             response_model=answers.JobAnswer)  # fmt: skip
def cancel(job: Known, house: Here) -> Any:
    """Stop a job: one that waits at once, one that runs within a step."""
    return answers.JobAnswer.of(house.jobs.cancel(job))


@routes.delete("/jobs/{id}", tags=["jobs"], responses=documented(404, 409), response_model=answers.JobAnswer)
def remove(job: Known, house: Here) -> Any:
    """Stop a job that has not ended; forget one that has, with its files, unless another that waits wants them."""
    if job.ended and job.id in house.jobs.used():
        raise HTTPException(409, "a job that waits or runs wants what this one made")
    try:
        stopped = house.jobs.cancel(job)
    except Refused as error:
        if error.status == 404:
            raise
        stopped = job
    if job.ended:
        janitor.forget(house.jobs, house.settings, [job])
    return answers.JobAnswer.of(stopped)


@routes.get(
    "/jobs/{id}/files/{name}",
    tags=["jobs"],
    responses={
        200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "the range that was asked for"},
        **documented(404, 409, 416),
    },
    response_class=FileResponse,
)
@routes.head("/jobs/{id}/files/{name}", include_in_schema=False)
def result(job: Known, name: Annotated[str, InPath(max_length=200)], house: Here) -> FileResponse:
    """A file of a job that is done, whole or in ranges."""
    if job.state != "done":
        raise HTTPException(409, f"the job is {job.state}: it has no files")
    found = next((file for file in job.files if file["name"] == name), None)
    if found is None:
        raise HTTPException(404, "the job has no such file")
    return _file(house.settings.results / job.attempt / found["stored"], found["type"], name)


def _file(path: Path, kind: str, name: str) -> FileResponse:
    if not path.is_file():
        raise HTTPException(404, "the file is kept no longer")
    return FileResponse(path, media_type=kind, filename=name, headers={"cache-control": "private, max-age=3600"})


@routes.post(
    "/files",
    status_code=201,
    tags=["files"],
    responses=documented(413, 415, 429),
    response_model=answers.FileAnswer,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def bring(
    request: Request,
    owner: Owner,
    house: Here,
    name: Annotated[str, Query(max_length=300, description="What to call it, only to be shown.")] = "",
) -> Any:
    """Upload a sound or a film, as the body of the request. It is decoded in a process of its own, and refused when it
    is none or lasts too long; jobs name it by its id."""
    upload = await house.bring(request, owner, name)
    return answers.FileAnswer.of(upload)


@routes.get("/files", tags=["files"], response_model=answers.FileList)
def files(owner: Owner, house: Here) -> Any:
    """Your uploads, the newest first."""
    return answers.FileList(files=[answers.FileAnswer.of(upload) for upload in house.uploads.list(owner)])


@routes.get("/files/{id}", tags=["files"], responses=documented(404), response_model=answers.FileAnswer)
def file(upload: Brought) -> Any:
    """What an upload is."""
    return answers.FileAnswer.of(upload)


@routes.get(
    "/files/{id}/content",
    tags=["files"],
    responses={
        200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "the range that was asked for"},
        **documented(404, 416),
    },
    response_class=FileResponse,
)
@routes.head("/files/{id}/content", include_in_schema=False)
def content(upload: Brought, house: Here) -> FileResponse:
    """The bytes of an upload, whole or in ranges: of a film as they came, of a sound as WAV."""
    path = house.settings.uploads / upload.stored
    if not path.is_file():
        raise HTTPException(404, "the file is kept no longer")
    return _file(path, films.kind(path), upload.name)


@routes.delete("/files/{id}", tags=["files"], responses=documented(404, 409), response_model=answers.FileAnswer)
def drop(upload: Brought, house: Here) -> Any:
    """Delete an upload that no job waits for."""
    if upload.id in house.jobs.used():
        raise HTTPException(409, "a job that waits or runs wants it")
    house.uploads.remove(upload)
    return answers.FileAnswer.of(upload)


@routes.get("/engines", tags=["engines"], response_model=answers.EngineList)
def engines(owner: Owner, house: Here) -> Any:
    """Who can be asked to play, and what."""
    return answers.EngineList(engines=house.engines)


@routes.get("/library", tags=["library"], response_model=answers.RecordingList)
def library(
    owner: Owner,
    house: Here,
    q: Annotated[str, Query(min_length=1, max_length=200, description="What is looked for, in words.")],
    layer: Annotated[Literal["spot", "bed"], Query(description="What a cue of it is.")] = "spot",
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> Any:
    """Recordings of the library that can play a cue, the best first, where the operator has opened it."""
    recordings.opened(house.settings.engines)
    return answers.RecordingList(recordings=recordings.search(q, layer, limit))


@routes.get(
    "/library/{sha256}",
    tags=["library"],
    responses={
        200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(404),
    },
    response_class=Response,
)
def heard(owner: Owner, house: Here, sha256: Annotated[str, InPath(pattern="^[0-9a-f]{64}$")]) -> Response:
    """The first seconds of a recording, to hear what would play."""
    recordings.opened(house.settings.engines)
    return Response(recordings.excerpt(sha256), media_type="audio/wav")


@routes.get("/presets", tags=["engines"], response_model=answers.PresetList)
def presets(owner: Owner) -> Any:
    """How music and effects can be finished."""
    from soundwright.finish.presets import PRESETS

    names = answers.PresetAnswer.model_fields
    rows = [{"name": name, **vars(row)} for name, row in PRESETS.items()]
    return {"presets": [{name: row[name] for name in names} for row in rows]}


open_routes = APIRouter()


@open_routes.get("/health", tags=["service"], response_model=answers.Health, responses=documented(403, 503))
async def health(house: Here) -> Any:
    """Whether the service works; wants no key."""
    try:
        counts = await asyncio.wait_for(run_in_threadpool(house.jobs.counts), 10)
    except TimeoutError:
        raise CannotRun("the database does not answer") from None
    workers = house.pool.alive
    return answers.Health(status="ok" if workers else "no workers", version=house.version, workers=workers, jobs=counts)
