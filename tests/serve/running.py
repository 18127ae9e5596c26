"""The service as an operator runs it: a process of its own, which can be killed and begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx


@dataclass
class Service:
    """`soundwright serve` on a folder and a database, at the same port every time."""

    folder: Path
    database: str
    options: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen | None = None
    logs: list[Path] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Service:
        self.logs.append(self.folder / f"log{len(self.logs)}")
        command = [sys.executable, "-m", "soundwright.cli", "serve", "--folder", str(self.folder / "kept")]
        command += ["--database", self.database, "--port", str(self.port), *self.options]
        with self.logs[-1].open("wb") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert line.startswith("http://"), self.log()
        self.port = int(line.split()[0].rpartition(":")[2])
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.address}/health", timeout=5).raise_for_status()
                return self
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(self.log())

    def workers(self) -> list[int]:
        """The processes that do jobs; none while one is only being begun."""
        assert self.process is not None
        found = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [pid for path in found for pid in map(int, path.read_text().split()) if b".worker" in _command(pid)]

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def log(self) -> str:
        return "\n".join(path.read_text() for path in self.logs)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
