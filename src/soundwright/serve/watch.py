"""Following jobs while they run: one reading of the database serves everyone who watches."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from soundwright.errors import CannotRun
from soundwright.serve.store import Job, Jobs

TICK_S = 0.1
SILENCE_S = 10.0  # after which a remark is sent, so that a line that nobody holds any more is noticed


class Watch:
    """The jobs that somebody looks at now."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.closing = False  # the server is leaving: whoever watches should come again
        self._watched: Counter[str] = Counter()
        self._seen: dict[str, Job] = {}
        self._at = 0.0
        self._lock = asyncio.Lock()

    async def follow(self, id: str) -> AsyncIterator[Job]:
        """A job now and at every tick, to its end; ends early when the job is forgotten or the server leaves."""
        self._watched[id] += 1
        try:
            while job := await self._read(id):
                yield job
                if job.ended or self.closing:
                    return
                await asyncio.sleep(TICK_S)
        finally:
            self._watched[id] -= 1
            if not self._watched[id]:
                del self._watched[id]
                self._seen.pop(id, None)

    async def _read(self, id: str) -> Job | None:
        async with self._lock:
            if id not in self._seen or time.monotonic() - self._at >= TICK_S:
                try:
                    self._seen = await run_in_threadpool(self.jobs.some, list(self._watched))
                    self._at = time.monotonic()
                except CannotRun:  # a database that is away comes back; until then things are as they were
                    pass
            return self._seen.get(id)


def told(job: Job) -> dict[str, object]:
    """What an event says."""
    return {
        "state": job.state,
        "stage": job.stage,
        "percent": round(100 * job.fraction, 1),
        "audio_s": round(job.audio_s, 3),
        "error": {"message": job.error, "type": job.error_type} if job.error else None,
    }


async def events(watch: Watch, id: str) -> AsyncIterator[str]:
    """Server-sent events: `progress` for each change, `end` at the end."""
    last, spoke_at = None, 0.0
    async for job in watch.follow(id):
        said = told(job)
        if said != last:
            last, spoke_at = said, time.monotonic()
            yield f"event: {'end' if job.ended else 'progress'}\ndata: {json.dumps(said)}\n\n"
        elif time.monotonic() - spoke_at > SILENCE_S:
            spoke_at = time.monotonic()
            yield ": still here\n\n"
