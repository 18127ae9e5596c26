"""Batches: checked before they begin, resumed where they were, one bad job harms no other."""

from __future__ import annotations

import json

import numpy as np
import pytest

from soundwright import jobs
from soundwright.errors import BadRequest, Cancelled
from soundwright.progress import Progress


def batch(folder, *lines):
    path = folder / "jobs.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def effect(name, **fields):
    return {"verb": "effect", "prompt": "a dog barks", "duration_s": 0.5, "out": name, **fields}


def test_what_is_finished_is_not_made_again(tmp_path):
    path = batch(tmp_path, effect("a.wav"), "", effect("b.wav", seed=2))
    first = [jobs.do(job, Progress())["state"] for job in jobs.read(path)]
    stamps = [(tmp_path / name).stat().st_mtime_ns for name in ("a.wav", "b.wav")]
    again = [jobs.do(job, Progress())["state"] for job in jobs.read(path)]
    assert (first, again) == (["made", "made"], ["stands", "stands"])
    assert stamps == [(tmp_path / name).stat().st_mtime_ns for name in ("a.wav", "b.wav")]


def test_a_changed_or_lost_job_is_made_again(tmp_path):
    jobs.do(jobs.read(batch(tmp_path, effect("a.wav")))[0], Progress())
    changed = jobs.read(batch(tmp_path, effect("a.wav", seed=3)))[0]
    assert jobs.do(changed, Progress())["state"] == "made"
    (tmp_path / "a.wav").unlink()
    assert jobs.do(changed, Progress())["state"] == "made"


@pytest.mark.parametrize("verb", ["music", "effect"])
def test_a_job_whose_plan_was_edited_is_made_again(tmp_path, verb):
    import soundwright as sw

    made = sw.music("slow piano", 2) if verb == "music" else sw.effect("rain", 0.5)
    (tmp_path / "plan.yaml").write_text(made.plan, "utf-8")
    job = jobs.read(batch(tmp_path, {"verb": verb, "plan": str(tmp_path / "plan.yaml"), "out": "a.wav"}))[0]
    assert [jobs.do(job, Progress())["state"] for _ in range(2)] == ["made", "stands"]
    (tmp_path / "plan.yaml").write_text(made.plan.replace("title:", "title: new "), "utf-8")
    if verb == "effect":
        (tmp_path / "plan.yaml").write_text(made.plan.replace("0.5", "0.6"), "utf-8")
    assert jobs.do(job, Progress())["state"] == "made"


def test_a_cancelled_batch_leaves_no_half_file_and_goes_on(tmp_path):
    todo = jobs.read(batch(tmp_path, effect("a.wav"), effect("b.wav", seed=1)))
    jobs.do(todo[0], Progress())
    tell = Progress()
    tell.cancel()
    with pytest.raises(Cancelled):
        jobs.do(todo[1], tell)
    assert not list(tmp_path.glob("b.*"))
    assert [jobs.do(job, Progress())["state"] for job in todo] == ["stands", "made"]


def test_a_failed_job_is_told_and_the_others_go_on(tmp_path):
    path = batch(tmp_path, effect("a.wav", engine="score"), effect("b.wav"))
    rows = [jobs.do(job, Progress()) for job in jobs.read(path)]
    assert [row["state"] for row in rows] == ["failed", "made"]
    assert rows[0]["exit_code"] == 2
    assert "makes no effect" in rows[0]["said"]


def test_a_worker_for_each_device_makes_what_one_makes(tmp_path):
    lines = [effect(f"{name}.wav", seed=seed) for seed, name in enumerate("abc")]
    lines.append(effect("d.wav", engine="score"))
    todo = jobs.read(batch(tmp_path, *lines))
    told = []
    rows = list(jobs.do_all(todo, ["cpu", "cpu"], Progress(lambda *row: told.append(row))))
    assert sorted(row["state"] for row in rows) == ["failed", "made", "made", "made"]
    assert {row["out"] for row in rows} == {str(job.out) for job in todo}
    there = [json.loads((tmp_path / f"{name}.wav.json").read_text())["samples_sha256"] for name in "abc"]
    for name in "abc":
        (tmp_path / f"{name}.wav").unlink()
    here = list(jobs.do_all(todo[:3], [], Progress()))
    assert [row["state"] for row in here] == ["made"] * 3
    assert there == [json.loads((tmp_path / f"{name}.wav.json").read_text())["samples_sha256"] for name in "abc"]
    assert told


def test_a_cancelled_batch_of_workers_ends(tmp_path):
    import multiprocessing
    import time

    todo = jobs.read(batch(tmp_path, *(effect(f"{i}.wav", seed=i, duration_s=60) for i in range(4))))
    tell = Progress()
    tell.cancel()
    with pytest.raises(Cancelled):
        list(jobs.do_all(todo, ["cpu", "cpu"], tell))
    workers = [process.pid for process in multiprocessing.active_children()]
    until = time.monotonic() + 10
    while any(map(_alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(_alive, workers))
    assert [path.name for path in tmp_path.iterdir()] == ["jobs.jsonl"]


def _alive(pid):
    import os
    from pathlib import Path

    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_same_request_gives_the_same_samples_as_alone(tmp_path):
    import soundwright as sw

    for job in jobs.read(batch(tmp_path, effect("a.wav", seed=9), effect("b.wav", seed=4))):
        jobs.do(job, Progress())
    alone = sw.effect("a dog barks", 0.5, seed=4)
    then = json.loads((tmp_path / "b.wav.json").read_text())
    assert then["samples_sha256"] == alone.manifest["samples_sha256"]
    assert np.isfinite(alone.audio.samples).all()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{"], "line 1"),
        (["[1]"], "line 1: a line is one JSON object"),
        ([effect("a.wav"), {"prompt": "x"}], 'line 2: a job is an object with "out"'),
        ([effect("a.wav"), effect("a.wav")], "written by line 1 already"),
        ([{"prompt": "x", "out": "a.wav", "duration_s": -1}], "no duration"),
        ([{"verb": "sing", "prompt": "x", "out": "a.wav"}], "no verb 'sing'"),
        ([effect("a.wav", variations=3)], "a seed of its own"),
        ([""], "holds no jobs"),
        ([effect("a.wav", colour="red")], "colour"),
    ],
)
def test_faults_are_named_with_their_line_before_anything_is_made(tmp_path, lines, said):
    with pytest.raises(BadRequest, match=said):
        jobs.read(batch(tmp_path, *lines))
    assert not list(tmp_path.glob("*.wav"))


def test_each_manifest_tells_the_times_of_its_own_job(tmp_path):
    todo = jobs.read(batch(tmp_path, *(effect(f"{seed}.wav", seed=seed) for seed in range(4))))
    rows = list(jobs.do_all(todo, [], Progress()))
    for row in rows:
        told = json.loads((tmp_path / f"{row['out']}.json").read_text())["stage_times_s"]
        assert sum(told.values()) <= row["seconds"] + 0.01


def test_a_film_gets_its_sound_and_is_not_done_again(tmp_path):
    from tests.films import make

    film = make("bounce", 5, path=tmp_path, seconds=2.0).path
    todo = jobs.read(batch(tmp_path, {"verb": "soundtrack", "video": str(film), "out": "sounded.mp4", "seed": 4}))
    assert [row["state"] for row in jobs.do_all(todo, [], Progress())] == ["made"]
    assert (tmp_path / "sounded.mp4").stat().st_size > film.stat().st_size
    assert [row["state"] for row in jobs.do_all(todo, [], Progress())] == ["stands"]
