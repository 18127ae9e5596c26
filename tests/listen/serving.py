"""A server as a lab starts it: the command line in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "soundwright.cli", "listen", *map(str, arguments)]


def invite(test: Path, count: int, base: str, *more: str) -> list[str]:
    asked = command("invite", test, "-n", str(count), "--base", base, *more)
    return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout.split()


def start(test: Path, port: int = 0, *more: str) -> tuple[subprocess.Popen, str]:
    """The process and its address, once it answers."""
    asked = command("serve", test, "--port", str(port), *more)
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    for _ in range(50):  # the port of a server that was killed may be held for a moment
        process = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        line = process.stdout.readline()
        found = re.search(r"http://[\d.]+:\d+", line)
        if found:
            return process, found.group()
        said = process.communicate()[1]
        assert "cannot be served" in said, said
        time.sleep(0.2)
    raise AssertionError(f"port {port} stays taken")


@contextmanager
def running(test: Path) -> Iterator[str]:
    process, base = start(test)
    try:
        yield base
    finally:
        process.terminate()
        process.communicate(timeout=30)
