"""A service without workers for what is refused or only looked at, one with a worker for what is done."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient
from tests.serve.running import Service

from soundwright.serve.app import app
from soundwright.serve.settings import Settings

HERE = "http://127.0.0.1"


def settings(folder: Path, **more) -> Settings:
    return Settings(**{"folder": folder, "database": f"sqlite:///{folder}/jobs.db", "devices": (), **more})


@pytest.fixture
def serve(tmp_path):
    """Opens a service in this process, without workers, with settings of its own."""
    opened = []

    def of(**more) -> TestClient:
        client = TestClient(app(settings(tmp_path, **more)), base_url=HERE, raise_server_exceptions=False)
        opened.append(client.__enter__())
        return client

    yield of
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """A service in a process of its own, with one worker, that lives as long as the tests."""
    folder = tmp_path_factory.mktemp("service")
    running = Service(folder, f"sqlite:///{folder}/jobs.db", ("--longest", "60")).start()
    yield running
    running.stop()


@pytest.fixture
def tone(tmp_path) -> Path:
    """A second of a tone in a file."""
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.3 * np.sin(np.arange(48_000) * 0.05), 48_000, "PCM_16")
    return path
