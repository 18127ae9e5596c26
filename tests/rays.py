"""A Ray cluster of several machines on this one, small and quiet, whose processes are gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STORE = 80 * 2**20
STILL = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "RAY_DEDUP_LOGS_SKIP_REGEX": "."}
LEAVE_S = 15


@contextmanager
def cluster(machines: int = 2, **machine) -> Iterator:
    """Machines of one core each; `remove_node(cluster.others[0], allow_graceful=False)` kills one."""
    before = {name: os.environ.get(name) for name in (*STILL, "TMPDIR")}
    folder = tempfile.mkdtemp(prefix="sw-ray-", dir="/tmp")  # the paths of sockets may not be long
    os.environ |= STILL | {"TMPDIR": folder}  # what a killed machine was writing goes with it
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    own = {"num_cpus": 1, "object_store_memory": STORE, **machine}
    made = Cluster()
    try:
        made.add_node(include_dashboard=False, **own)
        made.others = [made.add_node(**own) for _ in range(machines - 1)]
        yield made
    finally:
        _tell_of_the_dead(made.head_node)
        made.shutdown()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
        left = processes(folder)
        until = time.monotonic() + LEAVE_S
        while left and time.monotonic() < until:
            time.sleep(0.1)
            left = processes(folder)
        shutil.rmtree(folder, ignore_errors=True)
        assert not left, left


def _tell_of_the_dead(head) -> None:
    """What a part of the head that ended by itself said last: every test after that would fail without a reason."""
    for name, parts in head.all_processes.items():
        if any(part.process.poll() is not None for part in parts):
            logs = sorted(Path(head.get_logs_dir_path()).glob(f"{name}*"))
            print(f"the head's {name} has ended:", *(log.read_text()[-1500:] for log in logs), sep="\n")


def processes(folder: str) -> list[str]:
    """What still runs of a cluster: processes that name its folder, or work in it."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        if place.name == str(os.getpid()):
            continue
        try:
            words = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        except OSError:
            continue
        if folder.encode() in words and b"ray" in words.split(b"=")[0]:
            found.append(words.replace(b"\0", b" ")[:200].decode())
    return found
