"""The command line as a person uses it: in processes of its own, with real files, good and bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from soundwright.audio import Audio
from soundwright.cli import app

HEAVY = {"scipy", "torch", "numpy", "soundfile", "PIL", "symusic", "wordllama", "onnxruntime", "pydantic"}


def run(*arguments: str, cwd, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "soundwright.cli", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, **options)


def complaint(done: subprocess.CompletedProcess, code: int) -> str:
    """The one line of a failed run, after checking that it is one line and left no file."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("code", ["import soundwright", "import soundwright.cli"])
def test_importing_brings_in_nothing_heavy(code, tmp_path):
    script = f"import sys; {code}; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_music_writes_the_song_and_all_that_belongs_to_it(tmp_path):
    done = run("music", "solo piano, 100 bpm, in D major", "-d", "6", "--stems", "--midi", "-o", "s.wav", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    info = soundfile.info(tmp_path / "s.wav")
    assert (info.frames, info.samplerate, info.channels, info.subtype) == (6 * 48000, 48000, 2, "PCM_24")
    assert {p.name for p in tmp_path.iterdir()} >= {"s.wav", "s.wav.json", "s.mid", "s.plan.yaml", "s.stems"}
    manifest = json.loads((tmp_path / "s.wav.json").read_text())
    assert manifest["engine"]["name"] == "score"
    assert manifest["measured"]["true_peak_dbtp"] <= -0.95
    again = run("again", "s.wav.json", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "every sample is the same" in again.stdout
    first, second = Audio.read(tmp_path / "s.wav"), Audio.read(tmp_path / "s.again.wav")
    assert (first.samples == second.samples).all()


def test_stems_are_bounced_by_their_project(tmp_path):
    made = run("music", "solo piano and bass, 100 bpm", "-d", "5", "--stems", "-o", "s.wav", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    done = run("bounce", "s.stems", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "lag ms" in done.stdout
    assert "s.bounce.wav" in done.stdout
    told = json.loads(run("bounce", "s.stems", "--preset", "none", "--bits", "32", "--json", cwd=tmp_path).stdout)
    assert told["file"].endswith("s.bounce.wav")
    assert all(abs(row["lag_ms"]) < 0.1 for row in told["stems"])
    (tmp_path / "s.stems" / "project.yaml").write_text("duration_s: 5\nstems:\n  - {file: a.wav, gain: 1}\n")
    line = complaint(run("bounce", "s.stems", "-o", "new.wav", cwd=tmp_path), 2)
    assert "project.yaml line 3: stems[0].gain is no field (did you mean gain_db?)" in line
    assert not (tmp_path / "new.wav").exists()


def test_effect_variations_are_numbered_and_differ(tmp_path):
    done = run("effect", "a dog barks", "--variations", "2", "-o", "dog.flac", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, second = Audio.read(tmp_path / "dog.01.flac"), Audio.read(tmp_path / "dog.02.flac")
    assert first.frames != second.frames or (first.samples != second.samples).any()


def test_a_plan_can_be_written_edited_and_played(tmp_path):
    assert run("plan", "music", "sad waltz for cello", "-d", "5", "-o", "w.plan.yaml", cwd=tmp_path).returncode == 0
    text = (tmp_path / "w.plan.yaml").read_text()
    assert "metre: 3/4" in text
    done = run("music", "--plan", "w.plan.yaml", "-o", "w.wav", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert soundfile.info(tmp_path / "w.wav").frames == 5 * 48000
    (tmp_path / "w.plan.yaml").write_text(text.replace("metre:", "meter:"))
    line = complaint(run("music", "--plan", "w.plan.yaml", "-o", "x.wav", cwd=tmp_path), 2)
    assert "line" in line
    assert "metre" in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["music", ""], "empty"),
        (["music", "x", "-d", "0"], "above 0"),
        (["music", "x", "-d", "-1"], "above 0"),
        (["music", "x", "-d", "nan"], "nan"),
        (["music", "x", "-d", "36000"], "3600"),
        (["music", "x", "-d", "soon"], "valid number"),
        (["music", "x", "--engine", "scor"], "did you mean score"),
        (["music", "x", "--engine", "foley"], "score"),
        (["music", "x", "--style", "tehcno"], "techno"),
        (["music", "x", "-o", "song.xyz"], ".wav"),
        (["music", "x", "-o", "/dev/null/song.wav"], "cannot be written"),
        (["music", "--plan", "nowhere.plan.yaml"], "nowhere.plan.yaml"),
        (["again", "nowhere.json"], "nowhere.json"),
        (["effect", ""], "empty"),
        (["effect", "x", "--variations", "0"], "variations"),
        (["bogus"], "bogus"),
    ],
)
def test_bad_input_is_one_clear_line_and_no_file(arguments, says, tmp_path):
    assert says in complaint(run(*arguments, cwd=tmp_path), 2)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_no_file(tmp_path):
    command = [sys.executable, "-m", "soundwright.cli", "music", "rock with guitars", "-d", "180", "-o", "long.wav"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    time.sleep(2.0)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130, said
    assert said.strip() == "soundwright: cancelled; nothing was written"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    from soundwright.deliver import files
    from soundwright.deliver.piece import Piece
    from soundwright.errors import CannotRun

    def full(self, place):
        aside = place.with_name(f".part{place.suffix}")
        aside.symlink_to("/dev/full")
        self.pairs.append((aside, place))
        return aside

    monkeypatch.setattr(files.Stage, "path", full)
    with pytest.raises(CannotRun):
        Piece(Audio.silence(4_800_000, 48000), "").save(tmp_path / "full.wav")
    assert list(tmp_path.iterdir()) == []


def test_engines_lists_licences_as_a_table_and_as_json(tmp_path):
    assert "score" in run("engines", cwd=tmp_path).stdout
    rows = json.loads(run("engines", "list", "--json", cwd=tmp_path).stdout)["engines"]
    assert {row["engine"] for row in rows} >= {"score", "foley"}
    assert all(row["licence"] for row in rows)


def test_doctor_finds_the_core(tmp_path):
    done = run("doctor", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    states = {row["what"]: row["state"] for row in json.loads(done.stdout)["checks"]}
    assert states["numpy"] == states["symusic"] == "ok"


def test_lyrics_are_written_with_their_times_and_the_voice_says_what_it_cannot_do(tmp_path):
    done = run(
        "music",
        "folk ballad",
        "--lyrics",
        "The river runs\nand carries my song",
        "-d",
        "8",
        "-o",
        "b.wav",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "engine that sings" in done.stderr
    assert "river" in (tmp_path / "b.lrc").read_text()


def test_meter_and_finish_work_on_a_file_made_by_anything(tmp_path):
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(96_000) / 48_000)
    soundfile.write(tmp_path / "t.wav", np.stack([tone, tone], axis=1), 48_000)
    done = run("finish", "t.wav", "--preset", "broadcast", "-o", "m.wav", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    numbers = json.loads(run("meter", "m.wav", "--json", "--picture", "l.png", cwd=tmp_path).stdout)
    assert abs(numbers["integrated_lufs"] + 23) < 0.5
    assert (tmp_path / "l.png").stat().st_size > 1000


def test_every_verb_that_writes_sound_draws_it_as_well(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(24_000) / 48_000)
    soundfile.write(tmp_path / "t.wav", np.stack([tone, tone], axis=1), 48_000)
    (tmp_path / "jobs.jsonl").write_text(
        '{"verb": "effect", "prompt": "a dog barks", "duration_s": 0.5, "out": "j.wav"}'
    )
    for arguments, picture in (
        (["music", "piano", "-d", "3", "--stems", "-o", "s.wav"], "s.png"),
        (["effect", "a dog barks", "--variations", "2", "-o", "e.wav"], "e.02.png"),
        (["finish", "t.wav", "-o", "f.wav"], "f.png"),
        (["bounce", "s.stems", "-o", "b.wav"], "b.png"),
        (["again", "s.wav.json", "-o", "a.wav"], "a.png"),
        (["repaint", "s.wav", "--section", "1", "-o", "r.wav"], "r.png"),
        (["library", "blend", "t.wav", "e.01.wav", "-o", "l.wav"], "l.png"),
        (["batch", "jobs.jsonl"], "j.png"),
    ):
        done = CliRunner().invoke(app, [*arguments, "--picture"])
        assert done.exit_code == 0, (arguments, done.output, done.exception)
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG"), arguments


def test_doctor_says_which_big_models_are_here_and_fit(monkeypatch, tmp_path):
    from soundwright.cli import doctor

    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    (tmp_path / "ace-step" / "turbo").mkdir(parents=True)
    monkeypatch.setattr("soundwright.engines.memory.budget", lambda device, asked=None: 16 * 2**30)
    monkeypatch.setattr(doctor, "_device", lambda: "cuda")
    rows = {row["what"]: row for row in doctor._models()}
    assert rows["ace-step/turbo"]["state"] == "ok"
    assert "fits this cuda as bf16" in rows["ace-step/turbo"]["found"]
    assert rows["stable-audio/open-1.0"]["to_get_it"] == "soundwright engines pull stable-audio/open-1.0"
    monkeypatch.setattr("soundwright.engines.memory.budget", lambda device, asked=None: 2**29)
    assert all("fits" not in row["found"] for row in doctor._models())
