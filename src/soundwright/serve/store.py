"""Jobs in the database: who asked, who works on it, how far it is, how it ended.

    queued ──claim──► running ──► done | failed | cancelled          an end is final
       ▲                 │
       └─ its worker left, or was silent for longer than its lease

A job is claimed by one worker at a time, and only that worker can end it: each change names the worker that it comes
from, and changes nothing where another has the job by now. A job that lost its worker `TRIES` times fails.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, func, select, true
from sqlalchemy.exc import IntegrityError

from soundwright.database import Database
from soundwright.errors import BadRequest
from soundwright.serve.tables import JOBS, alone, now

TRIES = 3
ENDED = ("done", "failed", "cancelled")
LOST = f"its worker died {TRIES} times while it ran, most likely for lack of memory"


class Refused(Exception):
    """What a client asks of a job that stands against it: `status` as HTTP knows it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Job:
    """One row, its JSON read."""

    number: int
    id: str
    owner: str
    verb: str
    asked: dict[str, Any]
    state: str
    stage: str
    fraction: float
    audio_s: float
    error: str
    error_type: str
    files: list[dict[str, Any]]
    bytes: int
    attempt: str
    tries: int
    worker: str
    cancel: int
    made_at: float
    began_at: float | None
    ended_at: float | None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


COLUMNS = [JOBS.c[field.name] for field in fields(Job)]
IDLE = {"worker": "", "attempt": "", "lease_until": 0.0, "stage": "", "fraction": 0.0, "audio_s": 0.0}


def _job(row: Any) -> Job:
    values = {field.name: row._mapping[field.name] for field in fields(Job)}
    return Job(**values | {"asked": json.loads(values["asked"]), "files": json.loads(values["files"])})


class Jobs:
    """All jobs of a service."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def submit(
        self, owner: str, verb: str, asked: dict[str, Any], token: str | None, most: int, model: str = ""
    ) -> Job:
        """Queue a job; the same `token` of the same owner gives the job that it gave before.

        Raises `Refused` (409) when that was another request, (429) when `most` of the owner's wait or run already.
        """
        text = json.dumps(asked, sort_keys=True)
        try:
            with self.database.write() as connection:
                alone(connection, owner)
                if token and (before := _known(connection, owner, token)):
                    return _same(before, verb, text)
                mine = select(func.count()).where(JOBS.c.owner == owner, JOBS.c.state.in_(("queued", "running")))
                if connection.execute(mine).scalar_one() >= most:
                    raise Refused(429, f"{most} jobs wait or run already; try again when some have ended")
                new = {
                    "id": secrets.token_hex(16), "owner": owner, "token": token, "verb": verb, "asked": text,
                    "state": "queued", "error": "", "error_type": "", "files": "[]", "bytes": 0, "tries": 0,
                    "cancel": 0, "made_at": now(connection), "model": model, **IDLE,
                }  # fmt: skip
                return _job(connection.execute(JOBS.insert().values(**new).returning(*COLUMNS)).one())
        except IntegrityError:  # pragma: no cover  `alone` keeps two of one owner apart
            raise Refused(409, "the same idempotency key came twice at once") from None

    def get(self, id: str) -> Job | None:
        return next(iter(self.some([id]).values()), None)

    def some(self, ids: list[str]) -> dict[str, Job]:
        """Those of `ids` that there are."""
        with self.database.read() as connection:
            rows = connection.execute(select(*COLUMNS).where(JOBS.c.id.in_(ids)))
            return {row.id: _job(row) for row in rows}

    def list(self, owner: str | None, limit: int, before: int | None = None, state: str | None = None) -> list[Job]:
        """The newest first; `before` the number of a job, of everybody where `owner` is None."""
        wanted = select(*COLUMNS).where(true() if owner is None else JOBS.c.owner == owner)
        wanted = wanted.where(JOBS.c.number < before) if before is not None else wanted
        wanted = wanted.where(JOBS.c.state == state) if state else wanted
        with self.database.read() as connection:
            return [_job(row) for row in connection.execute(wanted.order_by(JOBS.c.number.desc()).limit(limit))]

    def counts(self) -> dict[str, int]:
        with self.database.read() as connection:
            rows = connection.execute(select(JOBS.c.state, func.count()).group_by(JOBS.c.state))
            return {state: count for state, count in rows}  # noqa: C416  rows are no pairs for a type checker

    def load(self) -> dict[str, int]:
        """How many jobs wait or run, for each model that they want."""
        with self.database.read() as connection:
            ongoing = select(JOBS.c.model, func.count()).where(JOBS.c.state.in_(("queued", "running")))
            return {model: count for model, count in connection.execute(ongoing.group_by(JOBS.c.model))}  # noqa: C416

    def waiting(self, model: str | None = None) -> bool:
        """Whether a worker could find something to do; a reading, which keeps nobody from writing."""
        with self.database.read() as connection:
            late = (JOBS.c.state == "running") & (JOBS.c.lease_until < now(connection))
            wanted = select(JOBS.c.number).where((JOBS.c.state == "queued") | late, _of(model)).limit(1)
            return connection.execute(wanted).first() is not None

    def claim(self, worker: str, lease_s: float, model: str | None = None) -> Job | None:
        """The job that waits longest (of those that want `model`, where one is named), now this worker's. No two
        workers get one: PostgreSQL skips rows that another is taking, and SQLite lets one writer in at a time."""
        with self.database.write() as connection:
            at = now(connection)
            _expire(connection, at)
            first = select(JOBS.c.number).where(JOBS.c.state == "queued", _of(model)).order_by(JOBS.c.number).limit(1)
            number = connection.execute(first.with_for_update(skip_locked=True)).scalar()
            if number is None:
                return None
            mine = {
                "state": "running", "worker": worker, "attempt": secrets.token_hex(16), "lease_until": at + lease_s,
                "tries": JOBS.c.tries + 1, "began_at": at, "stage": "begin", "fraction": 0.0, "audio_s": 0.0,
            }  # fmt: skip
            change = JOBS.update().where(JOBS.c.number == number).values(**mine).returning(*COLUMNS)
            return _job(connection.execute(change).one())

    def beat(self, job: Job, stage: str, fraction: float, audio_s: float, lease_s: float) -> str:
        """Tell how far a job is and keep it; "cancel" when nobody wants it any more, "lost" when it is another's."""
        with self.database.write() as connection:
            values = {"stage": stage, "fraction": fraction, "audio_s": audio_s}
            change = JOBS.update().where(*_held(job)).values(**values, lease_until=now(connection) + lease_s)
            row = connection.execute(change.returning(JOBS.c.cancel)).first()
        return "lost" if row is None else "cancel" if row.cancel else "go"

    def end(self, job: Job, state: str, *, error: str = "", error_type: str = "", files: list[dict] | None = None,
            ) -> bool:  # fmt: skip
        """End a job; False when it was another's by then, and then nothing is changed."""
        files = files or []
        values = {"state": state, "error": error, "error_type": error_type, "files": json.dumps(files)}
        values |= {"bytes": sum(file["bytes"] for file in files), "worker": "", "lease_until": 0.0}
        if state == "done":
            values |= {"stage": "done", "fraction": 1.0}
        with self.database.write() as connection:
            change = JOBS.update().where(*_held(job)).values(**values, ended_at=now(connection))
            return connection.execute(change).rowcount == 1

    def put_back(self, job: Job) -> None:
        """Give back a job whose worker leaves in order: it waits again, and this was no try."""
        with self.database.write() as connection:
            back = {"state": "queued", "tries": JOBS.c.tries - 1, **IDLE}
            connection.execute(JOBS.update().where(*_held(job)).values(**back))

    def lost(self, worker: str) -> None:
        """A worker is known to be dead: do not wait for its lease."""
        with self.database.write() as connection:
            gone = JOBS.update().where(JOBS.c.worker == worker, JOBS.c.state == "running").values(lease_until=-1.0)
            connection.execute(gone)
            _expire(connection, now(connection))

    def expire(self) -> None:
        """Take jobs from workers that were silent for too long."""
        with self.database.write() as connection:
            _expire(connection, now(connection))

    def cancel(self, job: Job) -> Job:
        """Cancel a job: one that waits at once, one that runs within a step. Raises `Refused` when it has ended."""
        with self.database.write() as connection:
            at = now(connection)
            waits = JOBS.update().where(JOBS.c.id == job.id, JOBS.c.state == "queued")
            connection.execute(waits.values(state="cancelled", ended_at=at, error="cancelled", error_type="cancelled"))
            connection.execute(JOBS.update().where(JOBS.c.id == job.id, JOBS.c.state == "running").values(cancel=1))
            row = connection.execute(select(*COLUMNS).where(JOBS.c.id == job.id)).first()
        if row is None:
            raise Refused(404, "there is no such job")
        found = _job(row)
        if found.state in ("done", "failed"):
            raise Refused(409, f"the job has ended: it is {found.state}")
        return found

    def remove(self, ids: list[str]) -> None:
        """Forget jobs that have ended."""
        with self.database.write() as connection:
            connection.execute(JOBS.delete().where(JOBS.c.id.in_(ids), JOBS.c.state.in_(ENDED)))

    def old(self, keep_s: float, keep_bytes: int) -> list[Job]:
        """Ended jobs that are kept no longer: those of long ago, and the oldest of what is too much."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(*COLUMNS).where(JOBS.c.state.in_(ENDED)).order_by(JOBS.c.ended_at.desc(), JOBS.c.number.desc())
            )
            gone, kept, at = [], 0, now(connection)
            for job in map(_job, rows):
                kept += job.bytes
                if at - (job.ended_at or at) > keep_s or (kept > keep_bytes and job.bytes):
                    gone.append(job)
            return gone

    def attempts(self) -> set[str]:
        """The folders of results that stand, or are being made."""
        with self.database.read() as connection:
            alive = JOBS.c.state.in_(("running", "done"))
            return set(connection.execute(select(JOBS.c.attempt).where(alive)).scalars())

    def used(self) -> str:
        """The requests of all jobs that wait or run, as one text: an upload that is named in it is still wanted."""
        with self.database.read() as connection:
            wanted = select(JOBS.c.asked).where(JOBS.c.state.in_(("queued", "running")))
            return "\n".join(connection.execute(wanted).scalars())


def _of(model: str | None) -> Any:
    return true() if model is None else JOBS.c.model == model


def sound_of(job: Job) -> str:
    """Where the one sound that a job made lies, within the folder of results. Raises `BadRequest` where it is none."""
    if job.state != "done":
        raise BadRequest(f"source: the job is {job.state}; a job can be named when it is done")
    sounds = [file["stored"] for file in job.files if file["role"] == "audio"]
    if len(sounds) != 1:
        raise BadRequest(f"source: the job made {len(sounds) or 'no'} sounds; send the one that is meant as a file")
    return f"{job.attempt}/{sounds[0]}"


def _held(job: Job) -> tuple:
    return JOBS.c.id == job.id, JOBS.c.attempt == job.attempt, JOBS.c.worker == job.worker, JOBS.c.state == "running"


def _known(connection: Connection, owner: str, token: str) -> Any:
    wanted = select(*COLUMNS, JOBS.c.asked.label("text")).where(JOBS.c.owner == owner, JOBS.c.token == token)
    return connection.execute(wanted).first()


def _same(row: Any, verb: str, text: str) -> Job:
    if (row.text, row.verb) != (text, verb):
        raise Refused(409, "the idempotency key was used for another request")
    return _job(row)


def _expire(connection: Connection, at: float) -> None:
    late = (JOBS.c.state == "running") & (JOBS.c.lease_until < at)
    ends = {"ended_at": at, "worker": "", "lease_until": 0.0}
    unwanted = {"state": "cancelled", "error": "cancelled", "error_type": "cancelled", **ends}
    connection.execute(JOBS.update().where(late, JOBS.c.cancel == 1).values(**unwanted))
    failed = {"state": "failed", "error": LOST, "error_type": "worker_lost", **ends}
    connection.execute(JOBS.update().where(late, JOBS.c.tries >= TRIES).values(**failed))
    connection.execute(JOBS.update().where(late).values(state="queued", **IDLE))
