"""The service's own time: from asking to the first byte of progress, what a job costs beside the same work without a
service, cancelling, and a song of 30 seconds from click to sound.

    python benchmarks/serve.py [--runs 20] [--database URL]

The service runs as an operator starts it, with one worker, on this machine; clients speak HTTP to it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / "src")]

import httpx  # noqa: E402

import soundwright as sw  # noqa: E402

EFFECT = {"verb": "effect", "prompt": "a dog barks", "duration_s": 0.5}
SONG = {"verb": "music", "prompt": "calm lo-fi piano with soft drums, 78 bpm, in A minor", "duration_s": 30}
LONG = {"verb": "music", "prompt": "slow piano", "duration_s": 300}


@contextmanager
def service(database: str | None) -> Iterator[tuple[str, int]]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "soundwright.cli", "serve", "--port", "0", "--folder", folder]
        command += ["--database", database] if database else []
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert process.stdout
            yield process.stdout.readline().split()[0], process.pid
        finally:
            process.terminate()
            process.wait()


def timed(runs: int, deed: Callable[[int], float], pid: int) -> str:
    """Median and worst of so many runs in milliseconds, and processor time that the service took for each."""
    before = processor_s(pid)
    times = sorted(1000 * deed(run) for run in range(runs))
    each = 1000 * (processor_s(pid) - before) / runs
    return f"{statistics.median(times):>9.1f}{times[-1]:>9.1f}{each:>10.1f}"


def processor_s(pid: int) -> float:
    """Seconds of processor time of a process and its children."""
    ticks = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
    below = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    return ticks / os.sysconf("SC_CLK_TCK") + sum(map(processor_s, below))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--database")
    asked = parser.parse_args()
    with (
        service(asked.database) as (address, pid),
        httpx.Client(base_url=address, timeout=120) as http,
        sw.Client(address) as client,
    ):
        start = time.perf_counter()
        client.submit(**EFFECT).wait()
        print(f"first job after the start of the service: {time.perf_counter() - start:.2f} s")

        def submit(run: int) -> float:
            start = time.perf_counter()
            http.post("/v1/jobs", json=EFFECT | {"seed": run}).raise_for_status()
            return time.perf_counter() - start

        def first_byte(run: int) -> float:
            """From the request for events of a job just queued to their first byte."""
            job = http.post("/v1/jobs", json=EFFECT | {"seed": run}).json()
            start = time.perf_counter()
            with http.stream("GET", job["events_url"]) as answer:
                next(answer.iter_raw())
                return time.perf_counter() - start

        def whole(run: int) -> float:
            """From asking to the last byte of the sound."""
            start = time.perf_counter()
            job = client.submit(**EFFECT | {"seed": run}).wait()
            for file in job.files:
                if file["role"] == "audio":
                    http.get(file["url"]).raise_for_status()
            return time.perf_counter() - start

        def alone(run: int) -> float:
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                sw.effect("a dog barks", 0.5, seed=run).save(f"{folder}/a.wav", peaks=True, plan=True)
                return time.perf_counter() - start

        def door(run: int) -> float:
            start = time.perf_counter()
            body = {"text": "a dog barks", "duration_seconds": 0.5, "seed": run}
            http.post("/v1/sound-generation", json=body).raise_for_status()
            return time.perf_counter() - start

        def cancel(run: int) -> float:
            """From asking a song that is being made to stop to its end."""
            job = client.submit(**LONG | {"seed": run})
            while job.refresh().stage not in ("compose", "play", "mix"):
                time.sleep(0.02)
            time.sleep(0.3)
            start = time.perf_counter()
            job.cancel()
            try:
                job.wait()
            except sw.Cancelled:
                return time.perf_counter() - start
            raise SystemExit("a cancelled job was done")

        def song_mp3(run: int) -> float:
            return song(run, "mp3")

        def song(run: int, form: str = "wav") -> float:
            start = time.perf_counter()
            job = client.submit(**SONG | {"seed": run, "deliver": {"format": form}}).wait()
            url = next(file["url"] for file in job.files if file["role"] == "audio")
            http.get(url, headers={"range": "bytes=0-65535"}).raise_for_status()
            return time.perf_counter() - start

        alone(0)
        few = max(asked.runs // 4, 3)
        print(f"{'':<44}{'median':>9}{'worst':>9}{'processor':>10}   ms, of {asked.runs} (songs: {few})")
        for name, deed, runs in (
            ("a job is taken", submit, asked.runs),
            ("first byte of progress", first_byte, asked.runs),
            ("effect of 0.5 s without a service", alone, asked.runs),
            ("effect of 0.5 s, asking to the last byte", whole, asked.runs),
            ("effect of 0.5 s by /v1/sound-generation", door, asked.runs),
            ("a song that is made, cancel to its end", cancel, few),
            ("song of 30 s, click to sound, WAV", song, few),
            ("song of 30 s, click to sound, MP3", song_mp3, few),
        ):
            while client.ask("GET", "/health").json()["jobs"].keys() & {"queued", "running"}:
                time.sleep(0.1)
            print(f"{name:<44}{timed(runs, deed, pid)}", flush=True)


if __name__ == "__main__":
    main()
