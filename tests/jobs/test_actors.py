"""Batches on a Ray cluster: what one process makes, byte for byte, whoever dies meanwhile."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests import rays

from soundwright import cluster, engines, jobs
from soundwright.cluster import Share
from soundwright.engines import memory
from soundwright.engines.share import share
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.jobs import actors, doing
from soundwright.progress import Progress

pytest.importorskip("ray")
PROMPTS = ("a dog barks", "rain", "a door slams")


@pytest.fixture(scope="module", autouse=True)
def _same_time():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture(scope="module")
def machines():
    with rays.cluster(2, num_gpus=1) as made:  # told, and not there
        yield made


def batch(folder: Path, count: int, **fields) -> Path:
    rows = [
        {"verb": "effect", "prompt": PROMPTS[n % 3], "duration_s": 0.3, "seed": n, "out": f"{n:03d}.wav"} | fields
        for n in range(count)
    ]
    path = folder / "jobs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder, the manifests without the times that each stage took."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name in [name for name in found if name.endswith(".json")]:
        told = json.loads(found[name])
        del told["stage_times_s"]
        found[name] = json.dumps(told, sort_keys=True).encode()
    return found


@pytest.mark.parametrize("count", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_a_machine_dies_and_all_is_as_from_one_process(tmp_path, count, machines):
    path = batch(tmp_path, count)
    assert [row["state"] for row in jobs.do_all(jobs.read(path, tmp_path / "one"), [], Progress())] == ["made"] * count
    rows = []
    doomed = machines.others[-1]
    for row in actors.do_all(jobs.read(path, tmp_path / "many"), machines.address, Progress()):
        rows.append(row)
        if len(rows) == count // 3:
            machines.remove_node(doomed, allow_graceful=False)
    machines.others.append(machines.add_node(num_cpus=1, num_gpus=1, object_store_memory=rays.STORE))
    assert [row["state"] for row in rows] == ["made"] * count
    assert sorted(row["out"] for row in rows) == [str(tmp_path / "many" / f"{n:03d}.wav") for n in range(count)]
    one, many = content(tmp_path / "one"), content(tmp_path / "many")
    assert len(one) == 2 * count
    assert many == one
    again = list(actors.do_all(jobs.read(path, tmp_path / "many"), "nobody:1", Progress()))
    assert {row["state"] for row in again} == {"stands"}  # not even the cluster is asked


def test_the_command_line_says_only_what_it_should(tmp_path, machines):
    batch(tmp_path, 2)
    command = [sys.executable, "-m", "soundwright.cli", "batch", "jobs.jsonl", "--json", "--ray", machines.address]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["state"] for row in json.loads(done.stdout)["jobs"]] == ["made", "made"]


class Deadly(jobs.Store):
    """A store in a folder that every machine sees, whose worker dies where a file tells it to."""

    reach = "everywhere"  # type: ignore[assignment]

    def manifest(self, out):
        for last in Path(self.url.removeprefix("file://")).glob(f"kill.{out.name}.*"):
            last.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().manifest(out)


@pytest.mark.slow
def test_a_job_that_kills_its_workers_fails_alone(tmp_path, machines, monkeypatch):
    monkeypatch.setattr(doing, "TRIES", 2)
    (tmp_path / "store").mkdir()
    for n in range(2):
        (tmp_path / "store" / f"kill.001.wav.{n}").touch()
    todo = jobs.read(batch(tmp_path, 3), Path())
    rows = {row["out"]: row for row in actors.do_all(todo, machines.address, Progress(),
                                                     Deadly(f"file://{tmp_path}/store"))}  # fmt: skip
    assert [rows[f"00{n}.wav"]["state"] for n in range(3)] == ["made", "failed", "made"]
    assert rows["001.wav"]["said"] == doing.LOST
    assert {path.name for path in (tmp_path / "store").iterdir()} == {
        f"00{n}.wav{more}" for n in (0, 2) for more in ("", ".json")
    }


def test_a_stop_within_a_step_leaves_no_half_file(tmp_path, machines):
    todo = jobs.read(batch(tmp_path, 4, duration_s=60), tmp_path / "out")
    before = signal.getsignal(signal.SIGTERM)
    running = actors.do_all(todo, machines.address, Progress())
    first = next(running)
    os.kill(os.getpid(), signal.SIGTERM)  # Ray would take it for itself
    with pytest.raises(Cancelled):
        list(running)
    there = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert Path(first["out"]).name in there
    assert all(name.removesuffix(".json") in there and not name.startswith(".") for name in there)
    assert signal.getsignal(signal.SIGTERM) == before


def test_each_model_has_actors_of_its_own(tmp_path, machines, monkeypatch):
    pytest.importorskip("transformers")
    wanted = []
    begin = actors.Batch.begin
    monkeypatch.setattr(actors.Batch, "begin", lambda self, model: wanted.append(model) or begin(self, model))
    path = batch(tmp_path, 2)
    more = {"prompt": "slow piano", "engine": "musicgen", "out": "far.wav"}
    path.write_text(path.read_text() + "\n" + json.dumps(more))
    rows = {
        Path(row["out"]).name: row for row in actors.do_all(jobs.read(path), machines.address, Progress(), gpus=0.5)
    }
    assert sorted(wanted) == ["", "", "musicgen/small"]
    assert [rows[f"00{n}.wav"]["state"] for n in (0, 1)] == ["made", "made"]
    assert (rows["far.wav"]["state"], rows["far.wav"]["exit_code"]) == ("failed", 3)
    assert "engines pull musicgen/small" in rows["far.wav"]["said"]


def test_what_finds_no_room_is_told(tmp_path, machines):
    todo = jobs.read(batch(tmp_path, 1, engine="tangoflux"))
    with pytest.raises(CannotRun, match=r"no machine .* room for tangoflux/tangoflux, .* 1\.50 of a GPU"):
        list(actors.do_all(todo, machines.address, Progress(), gpus=1.5))


@pytest.mark.slow
def test_where_nobody_knows_the_memory_of_an_accelerator_a_worker_takes_all_of_it(tmp_path, machines):
    import torch

    todo = jobs.read(batch(tmp_path, 1, engine="tangoflux"))
    with cluster.joined(machines.address):
        assert actors.shares(todo, None)["tangoflux/tangoflux"].gpus == 1.0 or torch.cuda.is_available()


@pytest.mark.parametrize(
    ("address", "kind", "said"),
    [("here", BadRequest, "no Ray cluster: local"), ("ray://", BadRequest, "HOST:10001"),
     ("nobody.invalid:1", CannotRun, "no Ray cluster answers at nobody.invalid:1")],
)  # fmt: skip
def test_a_cluster_that_is_none_is_told(address, kind, said):
    with pytest.raises(kind, match=said), cluster.joined(address):
        pass


def test_a_port_that_nobody_listens_at_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(CannotRun, match="refused"), cluster.joined(f"127.0.0.1:{port}"):
        pass


def test_other_versions_are_told(monkeypatch):
    import ray

    said = (
        "Version mismatch: The cluster was started with:\n    Ray: 2.9.3\n    Python: 3.10.1\n"
        "This process on ray client was started with:\n    Ray: 2.60.0\n    Python: 3.11.7\n"
    )

    def refuse(*_, **__):
        raise RuntimeError(said)

    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(CannotRun, match=r"runs Ray 2\.9\.3 on Python 3\.10\.1, and here are Ray 2\.60\.0 and Python"):
        cluster.joined("local").__enter__()
    here = actors.versions()
    actors.same(here)
    with pytest.raises(CannotRun, match=r"has soundwright 0\.0, and here is"):
        actors.same(here | {"soundwright": "0.0"})


def test_without_ray_the_extra_is_named(monkeypatch):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "ray" else found(name, *more))
    with pytest.raises(CannotRun, match=r"soundwright\[ray\]"), cluster.joined("local"):
        pass


CHECKPOINTS = [
    address
    for name in engines.ENGINES
    for address in engines.addresses(name)
    if engines.card(address).checkpoints and engines.card(address).extra != "hosted"
]


@pytest.mark.parametrize("address", CHECKPOINTS)
def test_a_share_holds_what_the_plan_of_memory_says(address):
    card_bytes = 80 * memory.GB
    own = share(address, 30.0, card_bytes, 8)
    assert own.gpus == 1.0 or 0 < own.gpus <= 0.5
    if any(address.startswith(name) for name in memory.SHAPES):
        one = engines.card(address).checkpoint
        preferred = memory.needs(one.parts_m, memory.shape_of(address), 30.0, "cuda", 2 if one.guidance > 1 else 1)[0]
        assert preferred.peak < own.gpus * card_bytes
        assert own.gpus < 1.0  # each of them is small beside 80 GB
    else:
        assert own.gpus == 1.0
    assert share(address, 30.0, None, 8).cpus == 8
    assert share(address, 30.0, 0.0, 8).gpus == 1.0
    assert share(address, 30.0, None, 8, 0.25) == Share(1.0, 0.25, 2 * memory.GB)


def test_a_share_fits_as_often_as_its_scarcest_part():
    own = Share(1.0, 0.25, 2 * memory.GB)
    assert own.fits({"CPU": 8.0, "GPU": 1.0, "memory": 16.0 * memory.GB}) == 4
    assert own.fits({"CPU": 8.0, "GPU": 1.0, "memory": 3.0 * memory.GB}) == 1
    assert own.fits({"CPU": 8.0, "memory": 16.0 * memory.GB}) == 0
