"""A Ray cluster as this process joins it: its own small one, one that runs here, or one that is elsewhere.

Ray is asked for actors and for nothing else: no dashboard, no statistics sent, no logs of workers on this screen.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from soundwright.errors import BadRequest, CannotRun
from soundwright.machine import first_line, need

LOCAL, RUNNING = "local", "auto"
NONE_HERE = "no Ray cluster runs on this machine: begin one (ray start --head), or take --ray local"
STORE_BYTES = 200 * 2**20  # of a cluster of our own: sounds on their way from a worker; more goes over the disk
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # what machines say goes to their logs
    "RAY_prestart_worker_first_driver": "0",  # else one for each core, of which none is of the kind that is wanted
}
REACH_S = 5.0
CARD_S = 60.0  # to load torch and look at an accelerator
VERSIONS = re.compile(r"(Ray|Python):\s*(\d[\w.]*)")


@dataclass(frozen=True)
class Share:
    """What one worker takes of a machine: cores, a fraction of an accelerator, bytes of main memory."""

    cpus: float = 1.0
    gpus: float = 0.0
    memory_bytes: int = 0

    def options(self) -> dict[str, Any]:
        """As an actor of Ray asks for it. Nothing is begun again or done again by Ray itself: whoever gives the work
        knows which of it was done, and how often it was tried."""
        return {
            "num_cpus": self.cpus, "num_gpus": self.gpus, "memory": self.memory_bytes or None, "max_restarts": 0,
            "max_task_retries": 0,
        }  # fmt: skip

    def fits(self, machine: dict[str, float]) -> int:
        """How many there is room for on a machine with these resources."""
        wanted = {"CPU": self.cpus, "GPU": self.gpus, "memory": float(self.memory_bytes)}
        return min(
            (int(machine.get(name, 0.0) / amount + 1e-9) for name, amount in wanted.items() if amount), default=0
        )

    def __str__(self) -> str:
        parts = [f"{self.cpus:g} CPU{'s' if self.cpus > 1 else ''}"]
        parts += [f"{self.gpus:.2f} of a GPU"] if self.gpus else []
        return ", ".join([*parts, f"{self.memory_bytes / 2**30:.1f} GB"])


@contextmanager
def joined(address: str) -> Iterator[threading.Event]:
    """Be part of the cluster at `address`: "local" (one of our own, as long as this), "auto" (the one of this
    machine), "ray://HOST:10001" (from outside), "HOST:6379" (from one of its machines).

    What is given is set when somebody wants us to stop: an exception from a signal would be lost within Ray.
    Raises `BadRequest` for no address, `CannotRun` where Ray is missing, nothing answers, or versions differ.
    """
    need("ray", "ray")
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    import ray

    _reach(address)
    own = {"include_dashboard": False, "object_store_memory": STORE_BYTES} if address == LOCAL else {}
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    with _heard() as (stop, listen):
        try:
            with warnings.catch_warnings(action="ignore"):
                ray.init(address, **own, **quiet)
        except Exception as error:  # Ray's own, grpc's and the system's
            raise CannotRun(_why(address, error)) from None
        listen()  # again: Ray takes SIGTERM for itself
        try:
            yield stop
        finally:
            ray.shutdown()


def machines() -> list[dict[str, Any]]:
    """The machines that are alive: their names, addresses and resources, as Ray lists them."""
    import ray

    return [node for node in ray.nodes() if node["Alive"]]


def room(share: Share, whose: str) -> int:
    """How many workers there is room for. Raises `CannotRun` where there is none."""
    found = sum(share.fits(machine["Resources"]) for machine in machines())
    if not found:
        raise CannotRun(f"no machine of the cluster has room for {whose or 'a worker'}, which takes {share}")
    return found


def reason(error: Exception) -> str:
    """The line of Ray's report that says what was wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if "Error" in line or "CannotRun" in line), (lines or [""])[0])
    return said[:300] or type(error).__name__


def card_bytes() -> float | None:
    """The memory of the smallest accelerator of the cluster; 0.0 where it cannot be told, None where there is none."""
    import ray
    from ray.exceptions import RayError
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    with_cards = [machine for machine in machines() if machine["Resources"].get("GPU")]
    if not with_cards:
        return None
    look = ray.remote(_card_bytes).options
    asked = [
        look(num_cpus=0, num_gpus=0.01, max_retries=0,
             scheduling_strategy=NodeAffinitySchedulingStrategy(machine["NodeID"], soft=False)).remote()
        for machine in with_cards
    ]  # fmt: skip
    try:
        return min(ray.get(asked, timeout=CARD_S))
    except RayError:  # busy with somebody else's work, or gone
        return 0.0


def _card_bytes() -> float:
    """On a machine with an accelerator."""
    try:
        import torch

        return float(torch.cuda.get_device_properties(0).total_memory)
    except Exception:  # no torch, no driver, none that torch knows
        return 0.0


def _reach(address: str) -> None:
    """Raise where nothing listens, in seconds and in one line; Ray itself tries for longer and says more."""
    if address == RUNNING:
        address = _running()
    if address == LOCAL:
        return
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not host or not port.isdecimal():
        raise BadRequest(f"{address!r} is no Ray cluster: local, auto, ray://HOST:10001, or HOST:6379")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH_S).close()
    except (OSError, OverflowError) as error:
        said = getattr(error, "strerror", None) or error
        raise CannotRun(f"no Ray cluster answers at {address}: {said}") from None


def _running() -> str:
    """The address of the cluster of this machine, which may have died since it was noted. Raises `CannotRun`."""
    from ray._private.services import canonicalize_bootstrap_address

    try:
        found = canonicalize_bootstrap_address(RUNNING)
    except ConnectionError:
        found = None
    if not found:
        raise CannotRun(NONE_HERE)
    return found


def _why(address: str, error: Exception) -> str:
    said = str(error)
    if "ersion mismatch" in said:
        (ray_there, python_there), (ray_here, python_here) = _pairs(said)
        return (f"the cluster at {address} runs Ray {ray_there} on Python {python_there}, and here are Ray {ray_here} "
                f"and Python {python_here}: they have to be the same")  # fmt: skip
    token = "" if "RAY_AUTH_MODE" in os.environ else " (where it wants a token: RAY_AUTH_MODE=token)"
    return f"the Ray cluster at {address} cannot be joined: {first_line(error)}{token}"


def _pairs(said: str) -> list[tuple[str, str]]:
    """(Ray, Python) of the cluster and of this process, from what Ray says of a mismatch."""
    found = [version for _, version in VERSIONS.findall(said)]
    found += ["?"] * (4 - len(found))
    return [(found[0], found[1]), (found[2], found[3])]


@contextmanager
def _heard() -> Iterator[tuple[threading.Event, Callable[[], None]]]:
    """An event that SIGINT and SIGTERM set while this lasts, and what makes them do so."""
    stop, signs = threading.Event(), (signal.SIGINT, signal.SIGTERM)
    if threading.current_thread() is not threading.main_thread():
        yield stop, lambda: None
        return
    before = {sign: signal.getsignal(sign) for sign in signs}

    def listen() -> None:
        for sign in signs:
            signal.signal(sign, lambda *_: stop.set())

    listen()
    try:
        yield stop, listen
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
