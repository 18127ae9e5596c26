"""A server as a lab starts it: the command line in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from soundwright.database import Database
from soundwright.listen import document, stimuli
from soundwright.listen.store import Store
from soundwright.progress import Progress


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
def here(test: Path) -> Iterator[tuple[str, Store]]:
    """The same application in a thread of this process: its address and its store."""
    import uvicorn

    from soundwright.listen import server

    read = document.read(test)
    made = stimuli.prepare(read, Progress())
    store = Store(Database(f"sqlite:///{test.with_suffix('.answers.db')}"), read.test.title)
    store.settle(made.digest)
    taken = socket.create_server(("127.0.0.1", 0))
    site = server.app(read.test, made, store)
    running = uvicorn.Server(uvicorn.Config(site, log_level="warning", access_log=False, lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{taken.getsockname()[1]}", store
    finally:
        running.should_exit = running.force_exit = True
        thread.join(30)
        taken.close()
        store.database.close()
