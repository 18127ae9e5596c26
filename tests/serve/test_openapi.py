"""The description of the service is complete: schemathesis, which follows it, finds nothing that it does not tell."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.serve.running import Service

from soundwright.serve import keys

EXCEPT = [
    # what goes together is checked beyond what a schema says: a prompt or a plan, formats and their rates
    "positive_data_acceptance",
]
MOST = 40  # of each operation in each phase


@pytest.mark.slow
def test_schemathesis_finds_nothing(tmp_path):
    pytest.importorskip("schemathesis")
    key = keys.new(tmp_path / "keys", "s")
    options = ("--keys", str(tmp_path / "keys"), "--most-jobs", "100000", "--workers", "1", "--job-seconds", "1")
    running = Service(tmp_path, f"sqlite:///{tmp_path}/jobs.db", options).start()
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{running.address}/openapi.json",
        "-H", f"Authorization: Bearer {key}", "--max-examples", str(MOST), "--seed", "1", "--no-color",
        "--exclude-checks", ",".join(EXCEPT), "--exclude-path-regex", "/v1/(music|sound-generation|audio/)|/events",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert "Traceback" not in running.log()
    finally:
        running.stop()
