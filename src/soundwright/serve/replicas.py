"""Workers on a Ray cluster instead of processes here: replicas of each model, as many as its queue wants.

    jobs in the database ◄── replicas: actors that claim jobs of one model ◄── this, which begins and retires them

A replica is the worker of `serve.worker` in an actor: it claims leased jobs by itself, so nothing is handed out twice
and nothing is lost with this process. Where a replica or its machine dies, its job begins again elsewhere.
"""

from __future__ import annotations

import contextlib
import math
import os
import platform
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from soundwright import cluster
from soundwright.cluster import Share, reason
from soundwright.engines.share import LENGTH_S, share
from soundwright.errors import BadRequest, CannotRun
from soundwright.jobs.actors import same, versions
from soundwright.serve.settings import EVERY, Settings
from soundwright.serve.store import Jobs
from soundwright.serve.tables import belongs, open_tables
from soundwright.serve.worker import Worker

LOOK_S = 0.25
LEAVE_S = 10.0
SLOWEST_S = 30.0  # between beginnings of replicas that die young
YOUNG_S = 5.0
CALLS = 4  # at a time: the work itself, and words to it


class Replica:
    """What runs in an actor."""

    def __init__(self, name: str, folder: str, database: str, model: str, lease_s: float, job_s: float) -> None:
        self.told = (name, folder, database, model, lease_s, job_s)

    def ready(self) -> dict[str, str]:
        """Raises `CannotRun` where this machine does not see what the service works on."""
        name, folder, database, model, lease_s, job_s = self.told
        jobs = Jobs(open_tables(database))
        belongs(jobs.database, Path(folder))
        os.chdir(folder)  # uploads are named from here on
        from soundwright import soundtrack, studio  # noqa: F401  before the first job comes

        self.worker = Worker(name, Path(folder), jobs, lease_s, job_s, model)
        return versions()

    def run(self) -> None:
        self.worker.run()

    def wake(self) -> None:
        self.worker.wake.set()

    def leave(self) -> None:
        self.worker.leave()

    def retire(self) -> None:
        self.worker.retire()


@dataclass(eq=False)
class Place:
    """A replica: its actor, the answer that is awaited from it, and how it stands."""

    model: str
    name: str
    actor: Any
    answer: Any
    began: float
    works: bool = False
    retiring: bool = False


@dataclass
class Queue:
    """What is known of one model: how it is scaled, and when replicas of it may be begun."""

    share: Share
    least: int
    most: int
    wanted_at: float = 0.0  # when so many replicas as there are were last wanted
    pause_s: float = 0.0
    not_before: float = 0.0


@dataclass
class Replicas:
    """The face of `serve.pool.Pool`, on the cluster that this process has joined. Raises `BadRequest`."""

    settings: Settings
    jobs: Jobs
    places: list[Place] = field(default_factory=list)
    queues: dict[str, Queue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hosts = {machine["NodeManagerHostname"] for machine in cluster.machines()}
        if self.settings.database.startswith("sqlite") and hosts != {platform.node()}:
            raise BadRequest("several machines share a PostgreSQL database: --database postgresql://USER@HOST/NAME")
        self._over = threading.Event()
        self._said: set[str] = set()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def poke(self) -> None:
        for place in list(self.places):
            if place.works:
                place.actor.wake.remote()

    def stop(self) -> None:
        """Let go of all replicas: each gives its job back and leaves."""
        import ray

        self._over.set()
        self._thread.join()
        for place in self.places:
            if place.works:
                place.actor.leave.remote()
        working = [place.answer for place in self.places if place.works]
        if working:
            ray.wait(working, num_returns=len(working), timeout=LEAVE_S)
        for place in list(self.places):
            self._gone(place)

    @property
    def alive(self) -> int:
        return sum(place.works for place in list(self.places))

    def _watch(self) -> None:
        while not self._over.wait(LOOK_S):
            with self._told():
                self._hear()
                load = self.jobs.load()
                for model in {"", *self.settings.replicas, *load, *self.queues} - {EVERY}:
                    with self._told():
                        self._scale(model, load.get(model, 0), time.monotonic())

    def _hear(self) -> None:
        """Who is ready, who left, who died."""
        import ray
        from ray.exceptions import RayError

        awaited = {place.answer: place for place in self.places}
        if not awaited:
            return
        answered, _ = ray.wait(list(awaited), num_returns=len(awaited), timeout=0)
        for answer in answered:
            place = awaited[answer]
            try:
                said = ray.get(answer)
                if place.works:
                    self._gone(place)  # it was retired, and is done
                    continue
                same(said)
            except (RayError, CannotRun) as error:
                self._say(f"a replica of {place.model or 'the embedded engines'} ended: {reason(error)}")
                self._gone(place)
                self._pause(place)
            else:
                place.works, place.answer = True, place.actor.run.remote()

    def _scale(self, model: str, load: int, at: float) -> None:
        """As many replicas of a model as its queue wants; fewer only after a while."""
        queue = self._queue(model)
        staying = [place for place in self.places if place.model == model and not place.retiring]
        wanted = min(max(math.ceil(load / self.settings.ongoing), queue.least), queue.most)
        if wanted >= len(staying):
            queue.wanted_at = at
        if wanted > len(staying) and at >= queue.not_before:
            for _ in range(wanted - len(staying)):
                self._begin(model, queue.share)
        elif wanted < len(staying) and at - queue.wanted_at > self.settings.idle_s:
            for place in staying[wanted:]:
                self._retire(place)

    def _queue(self, model: str) -> Queue:
        if model not in self.queues:
            cores = min((machine["Resources"].get("CPU", 1.0) for machine in cluster.machines()), default=1.0)
            own = share(model, LENGTH_S, cluster.card_bytes() if model else None, cores, self.settings.gpus)
            bounds = self.settings.replicas
            least, most = bounds.get(model) or bounds.get(EVERY) or (0 if model else 1, None)
            self.queues[model] = Queue(own, least, cluster.room(own, model) if most is None else most)
        return self.queues[model]

    def _begin(self, model: str, own: Share) -> None:
        import ray

        name = f"{platform.node()}.{os.getpid()}.{secrets.token_hex(4)}"
        how = self.settings
        kind = ray.remote(Replica).options(**own.options(), max_concurrency=CALLS)
        actor = kind.remote(name, str(how.folder), how.database, model, how.lease_s, how.job_s)
        self.places.append(Place(model, name, actor, actor.ready.remote(), time.monotonic()))

    def _retire(self, place: Place) -> None:
        place.retiring = True
        if place.works:
            place.actor.retire.remote()
        else:
            self._gone(place)

    def _pause(self, place: Place) -> None:
        """After a death: one that was young is followed later and later."""
        at, queue = time.monotonic(), self.queues[place.model]
        young = not place.works or at - place.began < YOUNG_S
        queue.pause_s = min(max(2 * queue.pause_s, 0.5), SLOWEST_S) if young else 0.0
        queue.not_before = at + queue.pause_s

    def _gone(self, place: Place) -> None:
        import ray

        ray.kill(place.actor)  # one that is only out of reach shall not go on
        self.places.remove(place)
        with contextlib.suppress(CannotRun):  # else the lease will tell
            self.jobs.lost(place.name)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """A database that is away comes back, and so does a machine; until then it is said."""
        try:
            yield
        except CannotRun as error:
            self._say(str(error))
        except Exception as error:  # Ray's own
            self._say(f"the cluster: {reason(error)}")

    def _say(self, what: str) -> None:
        """Once, so that what does not change does not fill the log."""
        if what not in self._said:
            self._said.add(what)
            print(what, file=sys.stderr, flush=True)
