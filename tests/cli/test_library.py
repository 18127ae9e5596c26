"""The library on the command line: added, listed, found, blended; faults in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile


def run(*arguments: str, cwd) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "soundwright.cli", *arguments]
    env = {**os.environ, "SOUNDWRIGHT_LIBRARY": str(cwd / "library.db")}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, env=env)


@pytest.fixture
def sounds(tmp_path):
    folder, t = tmp_path / "mine", np.arange(22_050) / 44_100
    folder.mkdir()
    for name, hz in (("wooden_door", 200), ("small_bell", 1500)):
        soundfile.write(folder / f"{name}.wav", 0.4 * np.sin(2 * np.pi * hz * t) * np.exp(-t / 0.1), 44_100)
    (folder / "small_bell.json").write_text('{"licence": "CC BY-NC 4.0"}')
    return folder


def test_add_list_search_and_blend(sounds, tmp_path):
    assert "2 new" in run("library", "add", "mine", "--workers", "1", cwd=tmp_path).stdout
    rows = json.loads(run("library", "list", "--json", cwd=tmp_path).stdout)["recordings"]
    assert {row["licence"] for row in rows} == {"", "CC-BY-NC"}
    found = run("library", "search", "doors", "--json", "--picture", "sheet.png", cwd=tmp_path)
    answers = json.loads(found.stdout)["found"]
    assert answers[0]["path"].endswith("wooden_door.wav")
    assert "matched: doors" in answers[0]["why"]
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
    pair = ("mine/wooden_door.wav", "mine/small_bell.wav", "--amount", "0.4", "--mode", "body")
    done = run("library", "blend", *pair, "-o", "out.wav", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert soundfile.info(tmp_path / "out.wav").samplerate == 44_100
    sources = json.loads((tmp_path / "out.wav.json").read_text())["used"]["sources"]
    assert [one["licence"] for one in sources] == ["not known", "CC-BY-NC"]
    refused = run("library", "blend", *pair, "--commercial", "-o", "no.wav", cwd=tmp_path)
    assert refused.returncode == 2
    assert "forbids" in refused.stderr
    assert not (tmp_path / "no.wav").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", "dog"], "soundwright library add FOLDER"),
        (["add", "nowhere"], "no folder"),
        (["blend", "a.wav", "b.wav"], "a.wav"),
    ],
)
def test_faults_are_one_line(arguments, says, tmp_path):
    done = run("library", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
