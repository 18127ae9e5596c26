"""What the routes share: the database, the uploads, the workers, and the two things that take more than a line."""

from __future__ import annotations

import asyncio
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from soundwright import direct
from soundwright.deliver.manifest import VERSION
from soundwright.errors import BadRequest
from soundwright.serve import asks, plans, work
from soundwright.serve.answers import EngineAnswer, PlanAnswer
from soundwright.serve.janitor import Janitor
from soundwright.serve.keys import Keys
from soundwright.serve.pool import Pool
from soundwright.serve.settings import Settings
from soundwright.serve.store import Job, Jobs, Refused, sound_of
from soundwright.serve.tables import open_tables, own
from soundwright.serve.uploads import Upload, Uploads
from soundwright.serve.watch import Watch

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from soundwright.serve.replicas import Replicas

PLANNING = 2  # plans that are written at a time
INCOMING = 16  # uploads that come at a time
STALL_S = 30.0  # an upload of which nothing comes for so long is given up


class House:
    """A service that stands; `open` it before it serves and `close` it after."""

    version = VERSION

    def __init__(self, settings: Settings) -> None:
        settings.folder.mkdir(parents=True, exist_ok=True)
        settings.results.mkdir(exist_ok=True)
        self.settings = settings
        self.database = open_tables(settings.database)
        own(self.database, settings.folder)
        self.keys = Keys(settings.keys)
        self.jobs = Jobs(self.database)
        self.uploads = Uploads(self.database, settings)
        self.pool = _pool(settings, self.jobs)
        self.watch = Watch(self.jobs)
        self.janitor = Janitor(self.jobs, self.uploads, settings)
        self._planning = threading.Semaphore(PLANNING)
        self._incoming = asyncio.Semaphore(INCOMING)

    def open(self) -> None:
        self.pool.start()
        self.janitor.start()

    def close(self) -> None:
        self.janitor.stop()
        self.pool.stop()
        self.database.close()

    def submit(self, owner: str, body: asks.Body, token: str | None) -> Job:
        """Queue what was asked. Raises `BadRequest` for what could only fail, `Refused`."""
        asked, verb = self._checked(owner, body), body.verb  # type: ignore[attr-defined]
        model = direct.model(asked.get("engine", "auto"), verb)
        job = self.jobs.submit(owner, verb, asked, token, self.settings.most_jobs, model)
        self.pool.poke()
        return job

    def plan(self, owner: str, body: asks.Body) -> PlanAnswer:
        """The plan of what was asked, and nothing rendered. Raises `BadRequest`, `Refused`, as `submit` does."""
        asked = self._checked(owner, body)
        with self._planning:
            return plans.made(asked, self.settings.longest_s)

    def _checked(self, owner: str, body: asks.Body) -> dict[str, Any]:
        """What was asked, as a job keeps it. Raises `BadRequest` for what could only fail, `Refused`."""
        asked = asks.made_of(body)
        for field, (id, kind) in asks.files_of(asked).items():
            if field == "source" and self.uploads.get(id, owner) is None and self._made(id, owner, asked):
                continue
            self._must_have(field, id, kind, owner)
        for id in work.check(asked["verb"], asked, self.settings.longest_s, self.settings.engines):
            self._must_have("plan", id, "sound", owner)
        return asked

    def _must_have(self, field: str, id: str, kind: str, owner: str) -> None:
        upload = self.uploads.get(id, owner)
        if upload is None:
            raise Refused(422, f"{field}: there is no such upload")
        if upload.kind != kind:
            raise BadRequest(f"{field}: the upload is a {upload.kind}, and a {kind} is wanted")

    def _made(self, id: str, owner: str, asked: dict[str, Any]) -> bool:
        """Whether an id is that of a job of the owner, whose sound can be edited. Raises `BadRequest` where not."""
        job = self.jobs.get(id)
        if job is None or job.owner != owner:
            return False
        sound = self.settings.results / sound_of(job)
        if asked.get("section"):
            plans.check_section(sound, asked)
        return True

    async def bring(self, request: Request, owner: str, name: str) -> Upload:
        """An upload, written as it comes, then examined. Raises `Refused` (413, 422, 429)."""
        most = self.settings.upload_bytes
        await run_in_threadpool(self.uploads.room, owner, self._announced(request.headers))
        aside, size = self.uploads.aside(), 0
        try:
            async with self._incoming:
                with aside.open("wb") as file:
                    stream = request.stream()
                    while chunk := await asyncio.wait_for(_next(stream), STALL_S):
                        size += len(chunk)
                        if size > most:
                            raise Refused(413, f"a file has at most {most} bytes here")
                        await run_in_threadpool(file.write, chunk)
            return await run_in_threadpool(self.uploads.take, aside, owner, name)
        except TimeoutError:
            raise Refused(400, "the upload stopped coming") from None
        except ClientDisconnect:
            raise Refused(400, "the upload broke off") from None
        finally:
            aside.unlink(missing_ok=True)

    def _announced(self, headers: Headers) -> int:
        said = headers.get("content-length", "0")
        size = int(said) if said.isdecimal() else 0
        if size > self.settings.upload_bytes:
            raise Refused(413, f"a file has at most {self.settings.upload_bytes} bytes here")
        return size

    def result(self, job: Job, role: str) -> Path:
        """Where a job's file of a role lies."""
        found = next(file for file in job.files if file["role"] == role)
        return self.settings.results / job.attempt / found["stored"]

    @cached_property
    def engines(self) -> list[EngineAnswer]:
        from soundwright import engines
        from soundwright.engines import weights

        named = self.settings.engines
        rows = []
        for name in work.open_engines(named):
            for address in engines.addresses(name):
                if named and name not in named and address not in named:
                    continue
                card = engines.card(address)
                rows.append(EngineAnswer(
                    name=card.name, about=card.about, verbs=list(card.verbs), rate=card.rate, channels=card.channels,
                    longest_s=card.longest_s, licence=card.licence.name, may_be_sold=card.licence.commercial,
                    here=not card.checkpoints or weights.here(card),
                ))  # fmt: skip
        return rows


def _pool(settings: Settings, jobs: Jobs) -> Pool | Replicas:
    if not settings.ray:
        return Pool(settings, jobs)
    from soundwright.serve.replicas import Replicas

    return Replicas(settings, jobs)


async def _next(stream) -> bytes:
    """The next bytes that come; none at the end."""
    return await anext(stream, b"")
