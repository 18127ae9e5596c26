"""The service on a Ray cluster: replicas come with the queue and go after it, and a killed one's job begins again."""

from __future__ import annotations

import time

import pytest
from tests import rays
from tests.serve.running import Service

from soundwright.errors import BadRequest
from soundwright.serve.settings import Settings
from soundwright.serve.store import Jobs
from soundwright.serve.tables import open_tables, own

pytest.importorskip("ray")
PLAN = "duration_s: 0.2\nevents:\n  - {sound: a dog barks, model: dog bark}\n"
ASKED = {"verb": "effect", "prompt": "bark", "plan": PLAN, "engine": "auto"}


@pytest.fixture(scope="module")
def joined():
    from soundwright import cluster

    with rays.cluster(1, num_cpus=2) as machines, cluster.joined(machines.address):
        yield machines


@pytest.fixture
def service(tmp_path, joined):
    """Opens the workers' side of a service."""
    from soundwright.serve.replicas import Replicas

    opened = []

    def of(**more):
        settings = Settings(tmp_path, f"sqlite:///{tmp_path}/jobs.db", ray=joined.address, lease_s=60.0, **more)
        settings.results.mkdir()
        jobs = Jobs(open_tables(settings.database))
        own(jobs.database, tmp_path)
        opened.append(Replicas(settings, jobs))
        opened[-1].start()
        return opened[-1]

    yield of
    for one in opened:
        one.stop()
        assert one.places == []
        one.jobs.database.close()


def ask(jobs, count, model="", **more):
    from soundwright.serve import asks

    bodies = [asks.BODIES["effect"](**ASKED, seed=seed, **more).model_dump(mode="json") for seed in range(count)]
    return [jobs.submit("", "effect", body, None, 1000, model).id for body in bodies]


def until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def states(service, ids):
    found = service.jobs.some(ids)
    return [found[id].state for id in ids]


def test_replicas_follow_the_queue_and_a_killed_ones_job_begins_again(service):
    import ray

    served = service(replicas={"": (1, 2)}, ongoing=4.0, idle_s=1.0)
    until(lambda: served.alive == 1)
    ids = [*ask(served.jobs, 1, variations=99), *ask(served.jobs, 30)]
    long = ids[0]
    served.poke()
    until(lambda: states(served, [long]) == ["running"])
    until(lambda: len(served.places) == 2)
    victim = next(place for place in served.places if place.name == served.jobs.get(long).worker)
    ray.kill(victim.actor)
    until(lambda: states(served, ids) == ["done"] * 31)
    jobs = served.jobs.some(ids)
    assert jobs[long].tries == 2
    assert victim not in served.places
    kept = {path.name for path in served.settings.results.iterdir()}
    stand = {job.attempt for job in jobs.values()}
    assert stand <= kept
    assert len(kept - stand) <= 1  # what the dead one had begun; the janitor takes it
    for job in jobs.values():
        folder = served.settings.results / job.attempt
        assert {path.name: path.stat().st_size for path in folder.iterdir()} == {
            file["stored"]: file["bytes"] for file in job.files
        }
    until(lambda: len(served.places) == 1)  # the queue is empty: the least stay


def test_a_job_waits_for_a_replica_of_its_model(service):
    served = service(replicas={"": (1, 1), "ace-step/turbo": (0, 1)}, idle_s=0.5, gpus=0.0)
    (wanted,) = ask(served.jobs, 1, model="ace-step/turbo")
    (other,) = ask(served.jobs, 1)
    assert served.jobs.load() == {"ace-step/turbo": 1, "": 1}
    assert served.jobs.claim("w", 60.0, "tango/tango") is None
    until(lambda: states(served, [wanted, other]) == ["done", "done"])  # nothing of it is loaded here: a plan plays
    until(lambda: [place.model for place in served.places] == [""])


def test_jobs_that_run_wait_again_when_the_service_stops(service):
    served = service(replicas={"": (1, 1)})
    (long,) = ask(served.jobs, 1, duration_s=None, variations=99)
    until(lambda: states(served, [long]) == ["running"])
    served.stop()
    found = served.jobs.get(long)
    assert (found.state, found.tries) == ("queued", 0)


@pytest.mark.slow
def test_a_machine_dies_under_a_service_and_it_stops_in_order(joined, tmp_path, address):
    import signal

    import soundwright as sw

    doomed = joined.add_node(num_cpus=2, object_store_memory=rays.STORE)
    options = ("--ray", joined.address, "--replicas", "4:4")
    running = Service(tmp_path, address, options).start()
    try:
        with sw.Client(running.address) as client:
            until(lambda: client.ask("GET", "/health").json()["workers"] == 4)
            jobs = [client.submit("effect", prompt="bark", plan=PLAN, seed=seed, variations=20) for seed in range(8)]
            until(lambda: [job.refresh().state for job in jobs].count("running") == 4)
            joined.remove_node(doomed, allow_graceful=False)
            assert [job.wait().state for job in jobs] == ["done"] * 8
            assert sorted(job.refresh().told["tries"] for job in jobs)[-1] == 2
            assert [len([file for file in job.files if file["role"] == "audio"]) for job in jobs] == [20] * 8
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0
        assert "stopped" in running.log()
    finally:
        running.stop()


def test_a_folder_that_is_another_is_told(service, capsys):
    served = service(replicas={"": (1, 1)})
    (served.settings.folder / "service-id").write_text("another")
    until(lambda: any("is not the service's folder" in said for said in served._said))
    assert served.alive == 0


def test_sqlite_serves_one_machine(joined, tmp_path, monkeypatch):
    from soundwright import cluster
    from soundwright.serve.replicas import Replicas

    far = [*cluster.machines(), {"NodeManagerHostname": "far", "Resources": {}}]
    monkeypatch.setattr(cluster, "machines", lambda: far)
    with pytest.raises(BadRequest, match="PostgreSQL"):
        Replicas(Settings(tmp_path, "sqlite:///x.db", ray="auto"), None)  # type: ignore[arg-type]


def test_bounds_are_read():
    from soundwright.cli.serve import _bounds

    assert _bounds(["0:4"]) == {"": (0, 4), "*": (0, 4)}
    assert _bounds(["embedded=2:8", "ace-step/turbo=1:2"]) == {"": (2, 8), "ace-step/turbo": (1, 2)}
    assert "ace-step/xl-base" in _bounds(["ace-step=0:1"])
    for wrong in ("4", "3:1", "0:0", "a:b", "nobody=0:1"):
        with pytest.raises(BadRequest):
            _bounds([wrong])
