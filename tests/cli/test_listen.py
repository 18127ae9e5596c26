"""Listening tests on the command line, from folders to the report; faults in one line."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from soundwright.cli import app
from soundwright.errors import BadRequest


def run(*arguments: str, cwd) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "soundwright.cli", "listen", *arguments]
    env = {**os.environ, "SOUNDWRIGHT_CACHE": str(cwd / "cache")}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, env=env)


@pytest.fixture
def sounds(tmp_path):
    for number, name in enumerate(("orig", "ours", "theirs")):
        (tmp_path / name).mkdir()
        noise = np.random.default_rng(number).standard_normal(24_000)
        soundfile.write(tmp_path / name / "rain.wav", 0.1 * noise, 48_000)
    return tmp_path


def test_from_folders_to_the_report(sounds):
    made = run("new", "ours", "theirs", "--reference", "orig", "-o", "test.yaml", "--title", "Which rain?", cwd=sounds)
    assert made.returncode == 0, made.stderr
    assert "1 items, 2 systems" in made.stdout
    rows = json.loads(run("check", "test.yaml", "--json", cwd=sounds).stdout)["stimuli"]
    assert [row["condition"] for row in rows] == ["reference", "ours", "theirs", "anchor35", "anchor70"]
    raters = json.loads(run("invite", "test.yaml", "-n", "3", "--json", cwd=sounds).stdout)["raters"]
    again = run("invite", "test.yaml", "--again", "--base", "https://lab.example/", cwd=sounds).stdout.split()
    assert [link.rpartition("/")[2] for link in again] == [row["link"].rpartition("/")[2] for row in raters]
    assert again[0].startswith("https://lab.example/r/")
    found = run("results", "test.yaml", "--json", "--csv", "a.csv", "-o", "r.html", cwd=sounds)
    assert json.loads(found.stdout)["invited"] == 3
    assert list(csv.DictReader((sounds / "a.csv").open())) == []
    assert "Which rain?" in (sounds / "r.html").read_text("utf-8")
    assert (sounds / "test.answers.db").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["new", "ours", "-o", "t.yaml"], "--reference FOLDER"),
        (["new", "ours", "theirs", "-o", "t.yaml", "--kind", "mushar"], "did you mean mushra"),
        (["new", "ours", "nowhere", "-o", "t.yaml", "--kind", "pair"], "there is no folder nowhere"),
        (["check", "none.yaml"], "soundwright listen new FOLDER... -o none.yaml"),
        (["serve", "ours/rain.wav"], "not UTF-8 text"),
        (["invite", "good.yaml", "--database", "oracle://x"], "there is no database 'oracle' here"),
        (["results", "good.yaml", "-o", "ours"], "ours is a folder"),
        (["serve", "good.yaml", "--port", "70000"], "ports are 0 to 65535"),
    ],
)
def test_faults_are_one_line(sounds, monkeypatch, arguments, says):
    monkeypatch.chdir(sounds)
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(sounds / "cache"))
    text = "title: T\nkind: pair\nitems:\n  - name: r\n    systems: {a: ours/rain.wav, b: theirs/rain.wav}\n"
    (sounds / "good.yaml").write_text(text, "utf-8")
    with pytest.raises(BadRequest) as fault:
        app(["listen", *arguments], standalone_mode=False)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)
