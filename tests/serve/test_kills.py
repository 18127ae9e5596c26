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
PLAN = "duration_s: 0.2\nevents:\n  - {sound: a dog barks, model: dog bark}\n"


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
        jobs = [client.submit("effect", prompt="bark", plan=PLAN, seed=EACH * number + at) for at in range(EACH)]
        return [job.wait().id for job in jobs]


def _until(running: Service, ended: int) -> None:
    """Until so many jobs have ended, with a worker to be killed."""
    until = time.monotonic() + 60
    with sw.Client(running.address) as client:
        while client.ask("GET", "/health").json()["jobs"].get("done", 0) < ended or not running.workers():
            assert time.monotonic() < until, running.log()
            time.sleep(0.1)


def _look(running: Service, ids: list[str], folder) -> None:
    assert len(set(ids)) == CLIENTS * EACH
    with sw.Client(running.address) as client:
        jobs = client.jobs(limit=200)
        path = client.job(ids[0]).download(folder / "got", "audio")[0]
    samples, rate = soundfile.read(path)
    assert (len(samples), rate) == (9600, 48_000)
    assert np.abs(samples).max() > 0.1
    assert sorted(job.id for job in jobs) == sorted(ids)  # nothing that nobody asked for, such as one sent twice
    assert {job.state for job in jobs} == {"done"}
    assert {job.told["request"]["seed"] for job in jobs} == set(range(CLIENTS * EACH))
    said = re.findall(r"job (\w+) effect done", running.log())
    assert len(said) == len(set(said))  # no end was told twice
    running.stop()
    kept = [path for path in (folder / "kept" / "results").rglob("*") if path.is_file()]
    promised = sorted(file["sha256"] for job in jobs for file in job.files)
    assert sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in kept) == promised  # whole, and no others
    assert len(list((folder / "kept" / "results").iterdir())) == CLIENTS * EACH  # dead attempts left no folder
