"""`soundwright batch` on the command line: what cannot be is one line, before anything begins."""

from __future__ import annotations

import subprocess
import sys

import pytest

LINE = '{"verb": "effect", "prompt": "rain", "duration_s": 0.3, "out": "%s"}\n'


def run(*arguments: str, cwd) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "soundwright.cli", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("arguments", "out", "code", "said"),
    [
        (["--ray", "local", "--devices", "cpu"], "a.wav", 2, "--devices is for this machine"),
        (["--gpus", "0.5"], "a.wav", 2, "--gpus for a cluster"),
        (["--ray", "there"], "a.wav", 2, "no Ray cluster"),
        (["--to", "memory://there"], "../a.wav", 2, "leaves the store"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(arguments, out, code, said, tmp_path):
    (tmp_path / "jobs.jsonl").write_text(LINE % out)
    done = run("batch", "jobs.jsonl", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["jobs.jsonl"]


def test_a_service_on_a_cluster_has_replicas_and_no_workers(tmp_path):
    done = run("serve", "--folder", "kept", "--ray", "local", "--workers", "2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "--replicas says how many" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_results_go_to_another_folder(tmp_path):
    (tmp_path / "jobs.jsonl").write_text(LINE % "a.wav")
    done = run("batch", "jobs.jsonl", "--to", "takes", "--workers", "1", cwd=tmp_path)
    assert done.stdout.split() == ["made", "takes/a.wav"], done.stderr
    assert sorted(path.name for path in (tmp_path / "takes").iterdir()) == ["a.wav", "a.wav.json"]
