"""`soundwright serve` on the command line: keys are made, what cannot be is one line, and it stops in order."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest


def run(*arguments: str, cwd) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "soundwright.cli", "serve", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)


def test_a_key_is_made(tmp_path):
    done = run("--keys", "keys", "--new-key", "ann", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sw-")
    assert done.stdout.strip() not in (tmp_path / "keys").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--host", "0.0.0.0"], 2, "--keys FILE"),
        (["--keys", "none"], 2, "keys"),
        (["--new-key", "ann"], 2, "--keys"),
        (["--folder", "/proc/x"], 2, "/proc/x"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(arguments, code, said, tmp_path):
    more = [] if "--folder" in arguments else ["--folder", "kept"]
    done = run(*arguments, *more, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("--port", port, "--folder", "kept", cwd=tmp_path)
    assert done.returncode == 3
    assert f"127.0.0.1:{port}" in done.stderr


def test_it_stops_in_order_and_gives_its_jobs_back(tmp_path):
    from tests.serve.running import Service

    import soundwright as sw

    running = Service(tmp_path, f"sqlite:///{tmp_path}/jobs.db").start()
    try:
        with sw.Client(running.address) as client:
            job = client.submit("music", prompt="slow piano", duration_s=40)
            while job.refresh().state != "running":
                pass
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(30) == 0
            assert "stopped" in running.log()
            running.start()
            found = client.job(job.id)
            assert found.told["tries"] <= 1
            found.cancel()
    finally:
        running.stop()
