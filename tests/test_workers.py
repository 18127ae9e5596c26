"""Worker processes end with the process that began them, and tell what goes wrong in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from soundwright.errors import BadRequest, CannotRun
from soundwright.workers import spread


def square(number: int) -> None:
    if number < 0:
        raise BadRequest(f"{number} has no root")
    if number > 99:
        os.kill(os.getpid(), signal.SIGKILL)


def test_all_is_done_and_told():
    assert list(spread(square, [], 2)) == []
    assert list(spread(square, [1, 2, 3], 2))[-1] == 3


def test_what_goes_wrong_is_told():
    with pytest.raises(BadRequest, match="no root"):
        list(spread(square, [1, -1, 2], 1))
    with pytest.raises(CannotRun, match="a worker died"):
        list(spread(square, [100], 1))


PARENT = """
import multiprocessing, sys, time
from concurrent.futures import ProcessPoolExecutor
from soundwright.workers import begin
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=begin)
    pool.submit(time.sleep, 0).result()
    print(*pool._processes, flush=True)
    time.sleep(60)
"""


def running(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at processes in /proc")
def test_a_worker_ends_with_a_parent_that_was_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert running(worker)
        parent.kill()
    until = time.monotonic() + 20
    while running(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not running(worker)
