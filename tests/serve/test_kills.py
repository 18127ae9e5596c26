"""A hundred jobs, ten clients, two killed workers and a killed server: every job ends once, and its files are whole."""

from __future__ import annotations

import hashlib
import re
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import soundfile
from tests.serve.running import Service, kill

import soundwright as sw

CLIENTS, EACH = 10, 10


@pytest.mark.parametrize("address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_every_job_ends_once_whoever_is_killed(address, tmp_path):
    running = Service(tmp_path, address, ("--workers", "2", "--lease", "2")).start()
    try:
        ids = _through(running)
        _look(running, ids, tmp_path)
    finally:
        running.stop()


def _through(running: Service) -> list[str]:
    with ThreadPoolExecutor(CLIENTS) as clients:
        asked = [clients.submit(_client, running.address, number) for number in range(CLIENTS)]
        for ended in (10, 30):
            _until(running, ended)
            kill(running.workers()[0])
        _until(running, 50)
        running.kill()
        running.start()
        return [id for one in asked for id in one.result(timeout=120)]


def _client(address: str, number: int) -> list[str]:
    """One client: ten jobs at once, then waiting for each."""
    with sw.Client(address) as client:
        jobs = [
            client.submit("effect", prompt="a dog barks", duration_s=0.2, seed=EACH * number + at) for at in range(EACH)
        ]
        return [job.wait().id for job in jobs]


def _until(running: Service, ended: int) -> None:
    """Until so many jobs have ended, with a worker to be killed."""
    until = time.monotonic() + 60
    with sw.Client(running.address) as client:
        while client.ask("GET", "/health").json()["jobs"].get("done", 0) < ended or not running.workers():
            assert time.monotonic() < until, running.log()
            time.sleep(0.02)


def _look(running: Service, ids: list[str], folder) -> None:
    assert len(set(ids)) == CLIENTS * EACH
    with sw.Client(running.address) as client:
        jobs = client.jobs(limit=200)
        assert sorted(job.id for job in jobs) == sorted(ids)  # nothing that nobody asked for, such as one sent twice
        assert {job.state for job in jobs} == {"done"}
        seeds = set()
        for job in jobs:
            seeds.add(job.told["request"]["seed"])
            for file in job.files:
                content = client.ask("GET", file["url"]).content
                assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert seeds == set(range(CLIENTS * EACH))
        path = client.job(ids[0]).download(folder / "got", "audio")[0]
        samples, rate = soundfile.read(path)
        assert (len(samples), rate) == (9600, 48_000)
        assert np.abs(samples).max() > 0.1
    said = re.findall(r"job (\w+) effect done", running.log())
    assert len(said) == len(set(said))  # no end was told twice
    running.stop()
    kept = [path.name for path in (folder / "kept" / "results").iterdir()]
    assert len(kept) == CLIENTS * EACH, "dead attempts left folders"
    assert not list((folder / "kept" / "results").rglob(".*"))
