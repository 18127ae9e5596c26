"""Batches on a Ray cluster of two machines on this one: what a job costs beside the same work here, and what a machine
that is killed in the middle changes.

    python benchmarks/many_machines.py [--jobs 200] [--seconds 0.05]

Every machine has one core and an object store of 80 MB; the files are compared byte for byte, under one
SOURCE_DATE_EPOCH. The cost of a job is counted from the first result on, so that beginning Ray is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / name) for name in ("src", "")]
os.environ |= {"SOURCE_DATE_EPOCH": "1700000000", "OMP_NUM_THREADS": "1", "PYTHONPATH": sys.path[0]}

from tests import rays  # noqa: E402

from soundwright import cluster, jobs  # noqa: E402
from soundwright.jobs import actors  # noqa: E402
from soundwright.progress import Progress  # noqa: E402

PROMPTS = ("a dog barks", "rain", "a door slams")


def written(folder: Path, count: int, seconds: float) -> Path:
    path = folder / "jobs.jsonl"
    rows = (
        {"verb": "effect", "prompt": PROMPTS[n % 3], "duration_s": seconds, "seed": n, "out": f"{n:03d}.wav"}
        for n in range(count)
    )
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def timed(name: str, rows: Iterable[dict], each: int = 0, deed=lambda: None) -> float:
    """Milliseconds of wall time for each job from the first result on; `deed` is done when `each` are there."""
    begin = time.perf_counter()
    count, first = 0, 0.0
    for row in rows:
        assert row["state"] == "made", row
        count += 1
        first = first or time.perf_counter()
        if count == each:
            deed()
    end = time.perf_counter()
    per_job = 1000 * (end - first) / max(count - 1, 1)
    print(f"{name:<46}{count:>5}{first - begin:>9.2f}{end - begin:>9.2f}{per_job:>12.1f}", flush=True)
    return per_job


def same(one: Path, other: Path) -> str:
    sounds = sorted(one.glob("*.wav"))
    equal = sum(path.read_bytes() == (other / path.name).read_bytes() for path in sounds)
    more = len(list(other.iterdir())) - 2 * len(sounds)
    return f"{equal} of {len(sounds)} sound files are the same, byte for byte; {more} files too many"


def bare(address: str, calls: int = 500) -> float:
    """Milliseconds for a call of an actor that does nothing."""
    with cluster.joined(address):
        import ray

        actor = ray.remote(actors.Player).options(num_cpus=1, max_concurrency=2).remote("/", None, {})
        ray.get(actor.stop.remote())
        begin = time.perf_counter()
        for _ in range(calls):
            ray.get(actor.stop.remote())
        return 1000 * (time.perf_counter() - begin) / calls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=0.05)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, rays.cluster(2) as machines:
        folder = Path(place)
        path = written(folder, asked.jobs, asked.seconds)

        def todo(name: str) -> list[jobs.Job]:
            return jobs.read(path, folder / name)

        print(f"an actor's bare call: {bare(machines.address):.2f} ms")
        print(f"{'':<46}{'jobs':>5}{'first s':>9}{'all s':>9}{'ms per job':>12}")
        here = timed("in this process", jobs.do_all(todo("here"), [], Progress()))
        there = timed("one actor", actors.do_all(todo("there"), machines.address, Progress(), workers=1))
        print(f"a job costs {there - here:.1f} ms more with an actor; {same(folder / 'here', folder / 'there')}")
        timed("two processes", jobs.do_all(todo("pool"), ["", ""], Progress()))
        print(same(folder / "here", folder / "pool"))
        timed("two machines", actors.do_all(todo("two"), machines.address, Progress()))
        print(same(folder / "here", folder / "two"))
        doomed = machines.others[0]
        timed(
            "two machines, one killed in the middle",
            actors.do_all(todo("killed"), machines.address, Progress()),
            asked.jobs // 2,
            lambda: machines.remove_node(doomed, allow_graceful=False),
        )
        print(same(folder / "here", folder / "killed"))


if __name__ == "__main__":
    main()
