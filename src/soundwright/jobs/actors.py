"""A batch done by a Ray cluster: actors that each keep one model and do one job at a time.

    waiting jobs, by the model they want ──► actors of that model ──► files to this machine, or straight to a store

An actor that has no more jobs of its model leaves, and its room goes to those that wait for one. When a machine dies,
its job waits again, `TRIES` times at most. Ray itself repeats nothing: a job counts when this process has its files in
their place, or the store has its manifest, and until then nobody sees any of it.
"""

from __future__ import annotations

import os
import platform
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from soundwright import cluster, direct
from soundwright.cluster import Share
from soundwright.errors import Cancelled, CannotRun
from soundwright.jobs import doing
from soundwright.jobs.lines import Job
from soundwright.jobs.stores import Store
from soundwright.progress import Progress

LOOK_S = 0.2
STOP_S = 5.0  # how long an actor that is stopped may take to end with the step it is in
STILLBORN = 3  # actors of a model that die one after the other before they could say a word
TOLD = ("SOURCE_DATE_EPOCH", "SOUNDWRIGHT_DEBUG")  # of the environment, what an actor hears of
EDIT_S = 240.0  # how long an edit may be, for a plan of memory: its source is only read by the actor


@dataclass(eq=False)
class Seat:
    """An actor, and the job that it does; None while it is being begun."""

    model: str
    actor: Any
    job: Job | None = None


class Player:
    """What runs in an actor."""

    def __init__(self, folder: str, store: Store | None, told: dict[str, str]) -> None:
        self.store, self.tell = store, Progress()
        os.environ.update(told)
        if os.path.isdir(folder):  # paths of sources mean the same as where the batch was begun
            os.chdir(folder)

    def ready(self) -> dict[str, str]:
        """What this machine has of what the samples depend on."""
        from soundwright import soundtrack, studio  # noqa: F401  before the first job comes

        return versions()

    def do(self, job: Job) -> tuple[dict[str, Any], dict[str, bytes]]:
        if self.store:
            row, files = doing.do(job, self.tell, self.store), {}
        else:
            row, files = doing.carried(job, self.tell)
        return row | {"machine": platform.node()}, files

    def stop(self) -> None:
        self.tell.cancel()


def versions() -> dict[str, str]:
    """Of what the embedded engines' samples depend on; Ray itself compares its own and Python's."""
    return {name: version(name) for name in ("soundwright", "numpy", "scipy", "soxr", "symusic", "python-stretch")}


def do_all(
    todo: list[Job], address: str, tell: Progress, store: Store | None = None, workers: int | None = None,
    gpus: float | None = None,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Do every job on the cluster at `address` (see `cluster.joined`) and yield how each went, as they end.

    At most `workers` for each model (None: as many as there is room for), each with `gpus` of an accelerator (None: by
    the plan of its memory). Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    straight = store if store and store.reach == "everywhere" else None
    done, open_ = 0, []
    for job in todo:
        if straight is None and doing.finished(job, store):
            done += 1
            yield doing.row_of(job)
        else:
            open_.append(job)
    if not open_:
        return
    with cluster.joined(address) as stop:
        batch = Batch(open_, straight, shares(open_, gpus), workers)

        def look(stage: str, count: int) -> None:
            if stop.is_set():
                raise Cancelled("cancelled")
            tell(stage, (done + count) / len(todo))

        try:
            for row, files, job in batch.run(look):
                yield doing.placed(job, row, files, store)
        finally:
            batch.end()


class Batch:
    """Jobs that wait, and the actors that take them."""

    def __init__(self, todo: list[Job], store: Store | None, shares: dict[str, Share], workers: int | None) -> None:
        import ray

        self.store, self.shares = store, shares
        self.waiting: dict[str, deque[Job]] = {}
        for job in todo:
            self.waiting.setdefault(model_of(job), deque()).append(job)
        self.kind = ray.remote(Player)
        self.seats: dict[Any, Seat] = {}  # by the answer that is awaited
        self.tries: Counter = Counter()
        self.stillborn: Counter = Counter()
        wanted = {model: workers or cluster.room(shares[model], model) for model in self.waiting}
        for model, jobs in self.waiting.items():
            for _ in range(min(len(jobs), wanted[model])):
                self.begin(model)

    def begin(self, model: str) -> None:
        options = self.shares[model].options()
        told = {name: os.environ[name] for name in TOLD if name in os.environ}
        actor = self.kind.options(**options, max_concurrency=2).remote(os.getcwd(), self.store, told)
        self.seats[actor.ready.remote()] = Seat(model, actor)

    def run(self, look: Any) -> Iterator[tuple[dict[str, Any], dict[str, bytes], Job]]:
        """Each job as it ends: how it went, the files that it carries, and itself. Never more jobs than actors are on
        their way, so that no results pile up."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        ended = 0
        while self.seats:
            answered, _ = ray.wait(list(self.seats), timeout=LOOK_S)
            look("jobs" if any(seat.job for seat in self.seats.values()) else "waiting for machines", ended)
            for answer in answered:
                seat = self.seats.pop(answer)
                try:
                    said = ray.get(answer)
                except RayTaskError as error:
                    raise CannotRun(f"a worker of the cluster cannot work: {cluster.reason(error)}") from None
                except RayError as error:
                    if row := self.lost(seat, error):
                        ended += 1
                        yield row, {}, seat.job  # type: ignore[misc]
                    continue
                self.stillborn[seat.model] = 0
                job = seat.job
                if job is None:
                    same(said)
                self.next(seat)
                if job:
                    ended += 1
                    yield *said, job

    def next(self, seat: Seat) -> None:
        """Give an actor its next job, or let it go, and with the last of its model those that never came to begin."""
        import ray

        if self.waiting[seat.model]:
            seat.job = self.waiting[seat.model].popleft()
            self.seats[seat.actor.do.remote(seat.job)] = seat
            return
        for answer, other in [*self.seats.items(), (None, seat)]:
            if other is seat or (other.model == seat.model and other.job is None):
                ray.kill(other.actor)
                self.seats.pop(answer, None)

    def lost(self, seat: Seat, error: Exception) -> dict[str, Any] | None:
        """After an actor died: its job waits again, or has failed for good; another takes its place."""
        import ray

        ray.kill(seat.actor)  # one that is only out of reach shall not go on
        row = None
        if seat.job is None:
            self.stillborn[seat.model] += 1
            if self.stillborn[seat.model] >= STILLBORN:
                raise CannotRun(f"no worker could begin on the cluster: {cluster.reason(error)}")
        else:
            self.tries[seat.job.out] += 1
            if self.tries[seat.job.out] < doing.TRIES:
                self.waiting[seat.model].appendleft(seat.job)
            else:
                row = doing.lost(seat.job)
        if self.waiting[seat.model]:
            self.begin(seat.model)
        return row

    def end(self) -> None:
        """Stop all actors, each within the step that it is in."""
        import ray

        busy = [answer for answer, seat in self.seats.items() if seat.job]
        for answer in busy:
            self.seats[answer].actor.stop.remote()
        if busy:
            ray.wait(busy, num_returns=len(busy), timeout=STOP_S)
        for seat in self.seats.values():
            ray.kill(seat.actor)


def model_of(job: Job) -> str:
    return direct.model(job.request.engine, job.verb)


def shares(todo: list[Job], gpus: float | None) -> dict[str, Share]:
    """What an actor of each model takes. Raises `CannotRun` where no machine of the cluster has that."""
    from soundwright.engines.share import share

    longest: dict[str, float] = {}
    for job in todo:
        seconds = getattr(job.request, "duration_s", None) or (30.0 if job.verb in ("music", "effect") else EDIT_S)
        longest[model_of(job)] = max(longest.get(model_of(job), 0.0), seconds)
    cores = min((machine["Resources"].get("CPU", 0.0) for machine in cluster.machines()), default=1.0)
    card_bytes = cluster.card_bytes() if any(longest) and gpus is None else None
    return {model: share(model, seconds, card_bytes, cores, gpus) for model, seconds in longest.items()}


def same(there: dict[str, str]) -> None:
    """Raise `CannotRun` where a machine of the cluster has other versions of what samples depend on."""
    here = versions()
    for name, own in here.items():
        if there[name] != own:
            raise CannotRun(f"a machine of the cluster has {name} {there[name]}, and here is {own}: "
                            "they have to be the same, for the same samples")  # fmt: skip
