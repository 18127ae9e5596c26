"""What is kept no longer goes: old results and uploads, and what dead attempts and broken uploads left."""

from __future__ import annotations

import shutil
import sys
import threading
import time

from soundwright.errors import CannotRun
from soundwright.serve.settings import Settings
from soundwright.serve.store import Job, Jobs
from soundwright.serve.uploads import Uploads

EVERY_S = 30.0
BROKEN_S = 3600.0  # a file that still comes after so long comes no more


def forget(jobs: Jobs, settings: Settings, those: list[Job]) -> None:
    """Remove jobs that have ended, first from the database, then their files."""
    jobs.remove([job.id for job in those])
    for job in those:
        if job.attempt:
            shutil.rmtree(settings.results / job.attempt, ignore_errors=True)


def sweep(jobs: Jobs, uploads: Uploads, settings: Settings) -> None:
    """One round."""
    jobs.expire()
    wanted = jobs.used()
    old = jobs.old(settings.keep_s, settings.keep_bytes)
    forget(jobs, settings, [job for job in old if job.id not in wanted])
    for upload in uploads.old(settings.keep_s):
        if upload.id not in wanted:
            uploads.remove(upload)
    there = [path for path in settings.results.iterdir() if path.is_dir()]
    stand = jobs.attempts()  # asked after the folder was read: an attempt is in the database before it has a folder
    for path in there:
        if path.name not in stand:
            shutil.rmtree(path, ignore_errors=True)
    known = uploads.stored()
    for path in settings.uploads.iterdir():
        if path.name not in known and time.time() - path.stat().st_mtime > BROKEN_S:
            path.unlink(missing_ok=True)


class Janitor:
    """A thread that sweeps now and then."""

    def __init__(self, jobs: Jobs, uploads: Uploads, settings: Settings) -> None:
        self._all = (jobs, uploads, settings)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                sweep(*self._all)
            except (CannotRun, OSError) as error:
                print(f"cleaning up: {error}", file=sys.stderr, flush=True)
            if self._over.wait(min(EVERY_S, self._all[2].lease_s)):
                return
