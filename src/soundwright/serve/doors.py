"""Doors shaped as clients speak already: sound is the answer itself, and the job behind it can be looked at as well.

`/v1/music` and `/v1/sound-generation` take what ElevenLabs' API takes, in the fields that mean something here. OpenAI's
API makes no music; its nearest shape is that of images (`/v1/images/generations`: prompt, n, response_format, data), so
`/v1/audio/generations` keeps that one. Who asks `/v1/audio/speech` for speech finds nothing, rather than music.

Each answer names its job in `x-soundwright-job`, whose files hold the manifest.
"""

import asyncio
import base64
import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from soundwright.serve import asks
from soundwright.serve.faults import documented, told
from soundwright.serve.house import House
from soundwright.serve.routes import Here, Owner
from soundwright.serve.store import Job

# rate and constant kb/s of MP3, or rate of bare samples: 16 bits, little-endian, channels in turns
MP3_PAIRS = ((22_050, 32), (24_000, 48), *((44_100, kbps) for kbps in (32, 64, 96, 128, 192)))
MP3 = {f"mp3_{rate}_{kbps}": (rate, kbps) for rate, kbps in MP3_PAIRS}
PCM = {f"pcm_{rate}": rate for rate in (16_000, 22_050, 24_000, 44_100, 48_000)}
Format = Literal[
    "mp3_22050_32", "mp3_24000_48", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "mp3_44100_128", "mp3_44100_192",
    "pcm_16000", "pcm_22050", "pcm_24000", "pcm_44100", "pcm_48000",
]  # fmt: skip
FORMAT: Format = "mp3_44100_128"
WAIT_S = 900.0
ENDS = {"bad_request": 422, "cannot_run": 503, "timeout": 503, "worker_lost": 503, "cancelled": 409}
AUDIO: dict[str, Any] = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (
    "audio/mpeg", "audio/pcm")}, "description": "the sound"}  # fmt: skip
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
doors = APIRouter(prefix="/v1", tags=["as others"], responses=documented(400, 401, 403, 409, 413, 415, 422, 429, 503))


class MusicAsk(asks.Body):
    """As ElevenLabs' `POST /v1/music`; a song by sections is a plan here, see `POST /v1/jobs`."""

    prompt: Annotated[str, Field(min_length=1, max_length=4100)]
    music_length_ms: Annotated[int | None, Field(ge=3000, le=600_000)] = None
    model_id: Annotated[str, Field(max_length=100, description="music_v1 and the like, or an engine of here.")] = ""
    force_instrumental: bool = False
    seed: Seed = 0


class SoundAsk(asks.Body):
    """As ElevenLabs' `POST /v1/sound-generation`; how closely the words are followed cannot be set here."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]
    duration_seconds: Annotated[float | None, Field(ge=0.5, le=30)] = None
    loop: bool = False
    prompt_influence: Annotated[float | None, Field(ge=0, le=1, description="Taken, and without effect.")] = None
    model_id: Annotated[str, Field(max_length=100)] = ""
    seed: Seed = 0


class GenerationAsk(asks.Body):
    """In the shape of OpenAI's `POST /v1/images/generations`, for sound."""

    prompt: Annotated[str, Field(min_length=1, max_length=4000)]
    kind: Literal["music", "effect"] = "music"
    model: Annotated[str, Field(max_length=100, description="An engine; auto chooses.")] = "auto"
    n: Annotated[int, Field(ge=1, le=4)] = 1
    seconds: Annotated[float | None, Field(gt=0, le=3600)] = None
    response_format: Literal["url", "b64_json"] = "url"
    output_format: Literal["wav", "flac", "mp3", "opus"] = "wav"
    seed: Seed = 0
    user: Annotated[str, Field(max_length=200, description="Taken, and not kept.")] = ""


class Made(BaseModel):
    """One sound: where it is, or what it is."""

    url: str | None = None
    b64_json: str | None = None
    job: str


class Generation(BaseModel):
    created: int
    data: list[Made]


def _engine(model_id: str) -> str:
    """The engine that a name of a model means: other vendors' names mean whoever suits."""
    return "auto" if not model_id or model_id.startswith(("music_v", "eleven_")) else model_id


@doors.post("/music", responses={200: AUDIO}, response_class=Response)
async def music(
    ask: MusicAsk, request: Request, owner: Owner, house: Here, output_format: Annotated[Format, Query()] = FORMAT
) -> Response:
    """A song as bytes."""
    duration_s = None if ask.music_length_ms is None else ask.music_length_ms / 1000
    negative = "vocals" if ask.force_instrumental else ""
    body = _body("music", output_format, prompt=ask.prompt, duration_s=duration_s, negative=negative, seed=ask.seed,
                 engine=_engine(ask.model_id))  # fmt: skip
    return await _sound(house, owner, request, body, output_format)


@doors.post("/sound-generation", responses={200: AUDIO}, response_class=Response)
async def sound(
    ask: SoundAsk, request: Request, owner: Owner, house: Here, output_format: Annotated[Format, Query()] = FORMAT
) -> Response:
    """A sound effect as bytes."""
    body = _body("effect", output_format, prompt=ask.text, duration_s=ask.duration_seconds, loop=ask.loop,
                 seed=ask.seed, engine=_engine(ask.model_id))  # fmt: skip
    return await _sound(house, owner, request, body, output_format)


@doors.post("/audio/generations", response_model=Generation, response_model_exclude_none=True)
async def generations(ask: GenerationAsk, request: Request, owner: Owner, house: Here) -> Any:
    """Music or effects, as addresses of files or in base64."""
    jobs = [
        await run_in_threadpool(house.submit, owner, asks.BODIES[ask.kind](
            verb=ask.kind, prompt=ask.prompt, duration_s=ask.seconds, seed=ask.seed + at, engine=ask.model,
            deliver={"format": ask.output_format},
        ), None)
        for at in range(ask.n)
    ]  # fmt: skip
    made = []
    for job in jobs:
        done = await _ended(house, request, job, jobs)
        if done.state != "done":
            return _failed(done)
        file = next(file for file in done.files if file["role"] == "audio")
        if ask.response_format == "url":
            base = str(request.base_url).rstrip("/")
            made.append(Made(url=f"{base}/v1/jobs/{done.id}/files/{file['name']}", job=done.id))
        else:
            data = await run_in_threadpool(house.result(done, "audio").read_bytes)
            made.append(Made(b64_json=base64.b64encode(data).decode(), job=done.id))
    return Generation(created=int(time.time()), data=made)


def _body(verb: str, form: str, **fields: Any) -> asks.Body:
    if form in MP3:
        rate, kbps = MP3[form]
        deliver = {"format": "mp3", "rate": rate, "kbps": kbps}
    else:
        deliver = {"format": "wav", "rate": PCM[form], "bits": 16}
    return asks.BODIES[verb](verb=verb, deliver=deliver, **fields)


async def _sound(house: House, owner: str, request: Request, body: asks.Body, form: str) -> Response:
    job = await run_in_threadpool(house.submit, owner, body, None)
    done = await _ended(house, request, job, [job])
    if done.state != "done":
        return _failed(done)
    path, headers = house.result(done, "audio"), {"x-soundwright-job": done.id}
    if form in MP3:
        return Response(await run_in_threadpool(path.read_bytes), media_type="audio/mpeg", headers=headers)
    return Response(await run_in_threadpool(_samples, path), media_type="audio/pcm", headers=headers)


def _samples(path) -> bytes:
    import soundfile

    samples, _ = soundfile.read(path, dtype="int16", always_2d=True)
    return samples.astype("<i2").tobytes()


async def _ended(house: House, request: Request, job: Job, all_of_them: list[Job]) -> Job:
    """The job at its end; a client that leaves, or waits too long, wants none of `all_of_them` any more."""
    last, until = job, time.monotonic() + WAIT_S
    try:
        async for last in house.watch.follow(job.id):
            if not last.ended and (await request.is_disconnected() or time.monotonic() > until):
                await run_in_threadpool(_drop, house, all_of_them)
    except asyncio.CancelledError:
        _drop(house, all_of_them)
        raise
    return last


def _drop(house: House, jobs: list[Job]) -> None:
    from soundwright.serve.store import Refused

    for job in jobs:
        try:
            house.jobs.cancel(job)
        except Refused:
            continue


def _failed(job: Job) -> Response:
    return told(ENDS.get(job.error_type, 500 if job.ended else 503), job.error or "the service is leaving",
                {"x-soundwright-job": job.id}, job.error_type)  # fmt: skip
