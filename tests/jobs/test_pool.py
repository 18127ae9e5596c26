"""Batches by worker processes: one that is killed is begun again and its job too, and one that kills is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from soundwright import jobs
from soundwright.jobs import doing, pool
from soundwright.progress import Progress


def batch(folder, count, **fields):
    rows = [{"verb": "effect", "prompt": "rain", "duration_s": 0.3, "seed": n, "out": f"{n}.wav"} for n in range(count)]
    path = folder / "jobs.jsonl"
    path.write_text("\n".join(json.dumps(row | fields) for row in rows), encoding="utf-8")
    return path


class Deadly(jobs.Store):
    """A store whose worker dies when the manifest of a job is looked for, as often as there are files to be taken."""

    def manifest(self, out):
        for last in Path(self.url.removeprefix("file://")).glob(f"kill.{out.name}.*"):
            last.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().manifest(out)


def test_a_job_whose_worker_dies_is_done_again_but_not_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(doing, "TRIES", 2)
    todo = jobs.read(batch(tmp_path, 3), Path())
    for name in ("0.wav.1", "1.wav.1", "1.wav.2"):
        (tmp_path / f"kill.{name}").touch()
    rows = {row["out"]: row for row in jobs.do_all(todo, ["", ""], Progress(), Deadly(f"file://{tmp_path}"))}
    assert [rows[f"{n}.wav"]["state"] for n in range(3)] == ["made", "failed", "made"]
    assert (rows["1.wav"]["said"], rows["1.wav"]["exit_code"]) == (doing.LOST, 3)
    assert {path.name for path in tmp_path.glob("*.wav*")} == {
        f"{n}.wav{more}" for n in (0, 2) for more in ("", ".json")
    }


def test_what_a_dead_worker_left_half_written_goes(tmp_path):
    worker = pool.Worker("", 1)
    todo = jobs.read(batch(tmp_path, 2))
    worker.give(todo[0], None).result()
    pid = worker._processes[0].pid
    (tmp_path / f".1.{pid}.part.wav").touch()
    os.kill(pid, signal.SIGKILL)
    worker.clear(todo[1])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.wav", "0.wav.json", "jobs.jsonl"]
    assert worker.give(todo[1], None).result()[0]["state"] == "made"
    worker.stop()
    worker.join()


def test_a_stopped_batch_says_what_stands_and_goes_on(tmp_path):
    batch(tmp_path, 5, duration_s=6)
    command = [sys.executable, "-m", "soundwright.cli", "batch", "jobs.jsonl", "--workers", "2"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = running.stdout.readline()
    assert first.startswith("made"), running.stderr.read()
    running.send_signal(signal.SIGINT)
    out, told = running.communicate(timeout=30)
    stand = [first, *out.splitlines()]
    assert running.returncode == 130
    assert told.startswith(f"soundwright: cancelled; {len(stand)} of 5 stand")
    assert len(told.splitlines()) == 1
    assert {path.name for path in tmp_path.glob(".*")} == set()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    said = [line.split()[0] for line in done.stdout.splitlines()]
    assert (said.count("stands") >= len(stand), len(said), done.returncode) == (True, 5, 0)


def test_a_fault_of_ours_harms_no_other_job(tmp_path, monkeypatch):
    from soundwright import studio

    todo = jobs.read(batch(tmp_path, 2))
    whole = studio.effect
    monkeypatch.setattr(studio, "effect", lambda request, tell: whole(request, tell) if request.seed else 1 / 0)
    rows = list(jobs.do_all(todo, [], Progress()))
    assert [(row["state"], row["exit_code"]) for row in rows] == [("failed", 1), ("made", 0)]
    assert "ZeroDivisionError" in rows[0]["said"]


def test_embedded_engines_have_a_worker_for_a_few_cores(tmp_path, monkeypatch):
    todo = jobs.read(batch(tmp_path, 3))
    monkeypatch.setattr(pool, "cores", lambda: 16)
    assert jobs.devices_for(todo) == ["", "", ""]
    assert jobs.devices_for(todo, 2) == ["", ""]
    monkeypatch.setattr(pool, "cores", lambda: 2)
    assert len(jobs.devices_for(todo)) < 2
    with_model = jobs.read(batch(tmp_path, 3, engine="tangoflux"))
    monkeypatch.setattr(pool, "cores", lambda: 16)
    import torch

    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert jobs.devices_for(with_model) == ["cuda:0", "cuda:1"]


def test_the_same_time_makes_the_same_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path = batch(tmp_path, 1)
    files = []
    for name in ("a", "b"):
        list(jobs.do_all(jobs.read(path, tmp_path / name), [], Progress()))
        files.append((tmp_path / name / "0.wav").read_bytes())
        time.sleep(1.1)  # past the second that a file would tell
    assert files[0] == files[1]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert "SOURCE_DATE_EPOCH" in next(jobs.do_all(jobs.read(path, tmp_path / "c"), [], Progress()))["said"]
