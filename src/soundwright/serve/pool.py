"""The workers of a server: one process for each device, begun again when it dies, gone when the server goes."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from soundwright.errors import CannotRun
from soundwright.serve.settings import Settings
from soundwright.serve.store import Jobs

LOOK_S = 0.1
LEAVE_S = 10.0
YOUNG_S = 5.0  # a worker that dies younger is begun again later and later
SLOWEST_S = 30.0


@dataclass
class Place:
    """A device, and who works there."""

    device: str
    name: str = ""
    process: subprocess.Popen | None = None
    began: float = 0.0
    pause_s: float = 0.0
    not_before: float = 0.0


@dataclass
class Pool:
    """Begin with `start`, end with `stop`; `poke` tells idle workers that there is something to do."""

    settings: Settings
    jobs: Jobs
    places: list[Place] = field(init=False)

    def __post_init__(self) -> None:
        self.places = [Place(device) for device in self.settings.devices]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        for place in self.places:
            self._begin(place)
        self._thread.start()

    def poke(self) -> None:
        for place in self.places:
            if place.process and place.process.stdin:
                with contextlib.suppress(OSError, ValueError):  # one that just died is begun again anyway
                    place.process.stdin.write(b".")
                    place.process.stdin.flush()

    def stop(self) -> None:
        """Let go of all workers: each gives its job back and leaves."""
        self._over.set()
        self._thread.join()
        for place in self.places:
            if place.process and place.process.stdin:
                with contextlib.suppress(OSError):
                    place.process.stdin.close()
        until = time.monotonic() + LEAVE_S
        for place in self.places:
            if not place.process:
                continue
            try:
                place.process.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                place.process.kill()
                place.process.wait()
            with contextlib.suppress(CannotRun):
                self.jobs.lost(place.name)

    @property
    def alive(self) -> int:
        return sum(1 for place in self.places if place.process and place.process.poll() is None)

    def _begin(self, place: Place) -> None:
        place.name = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"
        command = [sys.executable, "-m", "soundwright.serve.worker", str(self.settings.folder), place.name]
        command += [str(self.settings.lease_s), str(self.settings.job_s)]
        more = {"SOUNDWRIGHT_DATABASE": self.settings.database, "SOUNDWRIGHT_DEVICE": place.device}
        place.process = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **more})
        place.began = time.monotonic()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_S):
            for place in self.places:
                at = time.monotonic()
                if place.process and place.process.poll() is not None:
                    with contextlib.suppress(CannotRun):  # else the lease will tell
                        self.jobs.lost(place.name)
                    died_young = at - place.began < YOUNG_S
                    place.pause_s = min(max(2 * place.pause_s, 0.5), SLOWEST_S) if died_young else 0.0
                    place.process, place.not_before = None, at + place.pause_s
                if place.process is None and at >= place.not_before:
                    self._begin(place)
