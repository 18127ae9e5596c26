"""`python -m soundwright.serve.worker FOLDER NAME`: a process that does jobs, one after the other, on one device.

Models stay warm from job to job. The address of the database comes in SOUNDWRIGHT_DATABASE, the device in
SOUNDWRIGHT_DEVICE. Standard input is the server's hand: a byte says that there is something to do, and its end says
that the server is gone, whatever ended it; then the job goes back to the queue and the worker leaves.

While a job runs, a second thread tells how far it is, keeps its lease, and hears whether it is still wanted. A job that
does not listen for `STUBBORN_S` ends with its process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.progress import Progress
from soundwright.serve import work
from soundwright.serve.store import Job, Jobs, sound_of
from soundwright.serve.tables import open_tables

PULSE_S = 0.25  # how often progress is told and a cancel is heard
LOOK_S = 1.0  # how often an idle worker looks by itself
STUBBORN_S = 60.0
PATIENCE_S = 120.0  # for a database that is away when a job ends


class Worker:
    """One worker: its name, its database, and the server's hand."""

    def __init__(self, name: str, folder: Path, jobs: Jobs, lease_s: float, job_s: float) -> None:
        self.name, self.folder, self.jobs, self.lease_s, self.job_s = name, folder, jobs, lease_s, job_s
        self.wake, self.leaving = threading.Event(), threading.Event()

    def listen(self, hand: Any) -> None:
        """Until the server lets go."""
        while hand.read(1):
            self.wake.set()
        self.leave()

    def leave(self) -> None:
        self.leaving.set()
        self.wake.set()

    def run(self) -> None:
        while not self.leaving.is_set():
            self.wake.clear()
            try:
                job = self.jobs.claim(self.name, self.lease_s) if self.jobs.waiting() else None
            except CannotRun as error:  # a database that is away comes back
                print(f"worker {self.name}: {error}", file=sys.stderr, flush=True)
                time.sleep(LOOK_S)
                continue
            if job is None:
                self.wake.wait(LOOK_S)
            else:
                self.do(job)

    def do(self, job: Job) -> None:
        """Do a job, and say how it ended if it is still this worker's to say."""
        pulse = Pulse(self, job)
        attempt = Path("results") / job.attempt
        ended: dict[str, Any] = {"state": "done"}
        began = time.monotonic()
        pulse.start()
        try:
            attempt.mkdir(parents=True)
            ended["files"] = work.perform(job.asked, self._path, attempt, pulse.tell)
            pulse.tell.done()
        except Cancelled:
            ended = pulse.verdict()
        except BadRequest as error:
            ended = {"state": "failed", "error": str(error), "error_type": "bad_request"}
        except CannotRun as error:
            ended = {"state": "failed", "error": str(error), "error_type": "cannot_run"}
        except MemoryError:
            ended = {"state": "failed", "error": "there is not enough memory for it", "error_type": "cannot_run"}
        except Exception as error:
            traceback.print_exc()
            ended = {"state": "failed", "error": f"a fault in Soundwright: {type(error).__name__}",
                     "error_type": "fault"}  # fmt: skip
        finally:
            pulse.stop()
        stands = self.say(job, ended)
        if not stands or ended["state"] != "done":
            shutil.rmtree(attempt, ignore_errors=True)
        if stands:
            said = f"{ended['state']} in {time.monotonic() - began:.2f} s"
            print(f"job {job.id} {job.verb} {said}", file=sys.stderr, flush=True)

    def say(self, job: Job, ended: dict[str, Any]) -> bool:
        """End a job in the database, which may be away for a while; False when the job is another's."""
        ended["error"] = " ".join(ended.get("error", "").split())[:1000]
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                if ended["state"] == "queued":
                    self.jobs.put_back(job)
                    return False
                return self.jobs.end(job, **ended)
            except CannotRun:
                if time.monotonic() > until:
                    return False
                time.sleep(LOOK_S)

    def _path(self, id: str) -> Path:
        """Where an upload, or the sound of a job, lies from the folder of the service on: so that no manifest tells
        where that is."""
        if found := uploads_of(self.jobs, id):
            return Path("uploads") / found
        if job := self.jobs.get(id):
            return Path("results") / sound_of(job)
        raise BadRequest(f"the file {id} is gone")


def uploads_of(jobs: Jobs, id: str) -> str | None:
    from sqlalchemy import select

    from soundwright.serve.tables import FILES

    with jobs.database.read() as connection:
        return connection.execute(select(FILES.c.stored).where(FILES.c.id == id)).scalar()


class Pulse:
    """What goes on beside a job: telling, keeping, hearing."""

    def __init__(self, worker: Worker, job: Job) -> None:
        self.worker, self.job, self.why = worker, job, ""
        self.tell = Progress(self._listen)
        self._now: tuple[str, float, float] = ("begin", 0.0, 0.0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def verdict(self) -> dict[str, Any]:
        """How a job ends that was stopped."""
        if self.why == "late":
            return {"state": "failed", "error": f"it ran for longer than {self.worker.job_s:g} s",
                    "error_type": "timeout"}  # fmt: skip
        if self.why in ("leaving", "lost"):
            return {"state": "queued"}
        return {"state": "cancelled", "error": "cancelled", "error_type": "cancelled"}

    def _listen(self, stage: str, fraction: float, audio_s: float) -> None:
        self._now = (stage, fraction, audio_s)

    def _beat(self) -> None:
        """Every `PULSE_S`, until the job is over or has to be."""
        began, stopped_at = time.monotonic(), 0.0
        while not self._over.wait(PULSE_S):
            at = time.monotonic()
            heard = "go"
            with contextlib.suppress(CannotRun):
                heard = self.worker.jobs.beat(self.job, *self._now, self.worker.lease_s)
            late = at - began > self.worker.job_s
            why = heard if heard != "go" else "leaving" if self.worker.leaving.is_set() else "late" if late else ""
            if why and not self.why:
                self.why, stopped_at = why, at
                self.tell.cancel()
            if self.why and at - stopped_at > STUBBORN_S:
                self.worker.say(self.job, self.verdict())
                os._exit(1)


def main(arguments: list[str]) -> None:
    folder, name, lease_s, job_s = Path(arguments[0]), arguments[1], float(arguments[2]), float(arguments[3])
    os.chdir(folder)  # uploads are named from here on
    if not os.environ.get("SOUNDWRIGHT_DEVICE"):
        os.environ.pop("SOUNDWRIGHT_DEVICE", None)
    worker = Worker(name, folder, Jobs(open_tables(os.environ.pop("SOUNDWRIGHT_DATABASE"))), lease_s, job_s)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server hears Ctrl-C and lets go
    signal.signal(signal.SIGTERM, lambda *_: worker.leave())
    threading.Thread(target=worker.listen, args=(sys.stdin.buffer.raw,), daemon=True).start()  # type: ignore[union-attr]
    from soundwright import soundtrack, studio  # noqa: F401  before the first job comes

    worker.run()


if __name__ == "__main__":
    main(sys.argv[1:])
