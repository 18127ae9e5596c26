"""A batch done on this machine: in this process, or by worker processes that each take a job when they have none.

A worker that dies is begun again, and so is its job, `TRIES` times at most; what the worker left half written goes.
"""

from __future__ import annotations

import os
import signal
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from soundwright.errors import Cancelled
from soundwright.jobs import doing
from soundwright.jobs.lines import Job
from soundwright.jobs.stores import Store
from soundwright.machine import THREADS
from soundwright.progress import Progress
from soundwright.workers import begin

STOP_S = 5.0  # how long a worker that is stopped may take to clear away
LOOK_S = 0.2
CORES_EACH = 2  # of a worker on the CPU: one piece of music keeps 1.4 cores busy


def devices_for(todo: list[Job], workers: int | None = None) -> list[str]:
    """What the workers of a batch run on, "" for what suits the machine; one or none: the batch is done here.

    Engines with weights have a worker for each accelerator, and one on a CPU; embedded ones one for a few cores.
    """
    if workers:
        return [""] * min(workers, len(todo))
    from soundwright import direct

    if any(direct.model(job.request.engine, job.verb) for job in todo):
        import importlib.util

        if importlib.util.find_spec("torch") is None:
            return []
        import torch

        return [f"cuda:{index}" for index in range(min(torch.cuda.device_count(), len(todo)))]
    return [""] * min(cores() // CORES_EACH, len(todo))


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def do_all(todo: list[Job], devices: list[str], tell: Progress, store: Store | None = None) -> Iterator[dict[str, Any]]:
    """Do every job and yield how each went, in the order in which they end.

    With one device or none they run here; with several, each has a process of its own that takes the next job when it
    is done with one, and `tell` hears only how many are done. Raises `Cancelled`.
    """
    if len(devices) < 2:
        if devices and devices[0]:
            os.environ["SOUNDWRIGHT_DEVICE"] = devices[0]
        for at, job in enumerate(todo):  # a part each: a manifest tells the times of its own job, not of all before
            yield doing.do(job, tell.part(job.out.name, at / len(todo), (at + 1) / len(todo)), store)
        return
    threads = max(cores() // len(devices), 1)
    workers = [Worker(device, threads) for device in devices]
    waiting, tries, count = deque(todo), Counter(), 0
    busy: dict[Future, tuple[Worker, Job]] = {}
    try:
        while waiting or busy:
            idle = set(workers) - {worker for worker, _ in busy.values()}
            for worker in idle if waiting else ():
                if waiting:
                    job = waiting.popleft()
                    busy[worker.give(job, store)] = worker, job
            ended, _ = wait(busy, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            tell("jobs", count / len(todo))
            for future in ended:
                worker, job = busy.pop(future)
                try:
                    row, files = future.result()
                    row = doing.placed(job, row, files, store)
                except BrokenProcessPool:
                    worker.clear(job)
                    tries[job.out] += 1
                    if tries[job.out] < doing.TRIES:
                        waiting.appendleft(job)
                        continue
                    row = doing.lost(job)
                count += 1
                yield row
    finally:
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join()


class Worker:
    """A process on one device, begun with its first job and again when it died."""

    def __init__(self, device: str, threads: int) -> None:
        self.device, self.threads = device, threads
        self._pool: ProcessPoolExecutor | None = None
        self._processes: list[Any] = []

    def give(self, job: Job, store: Store | None) -> Future:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), _begin, (self.device, self.threads))
        future = self._pool.submit(_do, job, store)
        self._processes = list((self._pool._processes or {}).values())
        return future

    def clear(self, job: Job) -> None:
        """After its death: what it was writing, and the pool that is broken."""
        for process in self._processes:
            process.join()
            for folder in (job.out.parent, job.out.with_suffix(".stems")):
                for part in folder.glob(f".*.{process.pid}.part*"):
                    part.unlink(missing_ok=True)
        if self._pool:
            self._pool.shutdown(wait=False)
        self._pool = None

    def stop(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.terminate()

    def join(self) -> None:
        for process in self._processes:
            process.join(STOP_S)
            if process.is_alive():
                process.kill()
                process.join()


def _begin(device: str, threads: int) -> None:
    """In a worker: its device, its threads, and a stop that clears away what is half written."""
    if device:
        os.environ["SOUNDWRIGHT_DEVICE"] = device
    for name in THREADS:
        os.environ.setdefault(name, str(threads))  # read when numpy and torch are imported, which is later
    signal.signal(signal.SIGTERM, _stop)
    begin()


_working = False


def _stop(sign: int, frame: object) -> None:
    if not _working:
        os._exit(0)
    raise Cancelled("cancelled")


def _do(job: Job, store: Store | None) -> tuple[dict[str, Any], dict[str, bytes]]:
    global _working
    _working = True
    try:
        if store and store.reach == "process":
            return doing.carried(job, Progress())
        return doing.do(job, Progress(), store), {}
    finally:
        _working = False
