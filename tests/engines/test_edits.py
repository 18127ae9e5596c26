"""Edits over the whole way: from a file to a file, its manifest, and the same file again."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from soundwright import studio
from soundwright.audio import Audio
from soundwright.errors import BadRequest
from soundwright.request import EditRequest, EffectRequest, MusicRequest


@pytest.fixture
def song(tmp_path):
    import soundfile

    path = tmp_path / "song.wav"
    samples = np.random.default_rng(0).normal(0, 0.1, (66_150, 2)).clip(-0.9, 0.9)
    soundfile.write(path, samples, 44_100, subtype="PCM_16")
    return path


def ask(song, weights, verb="repaint", **fields):
    fields = {"engine": "ace-step/base", "steps": 2, "device": "cpu", **fields}
    if verb == "repaint":
        fields.setdefault("regions", ((0.5, 1.0),))
    return EditRequest(verb=verb, source=str(song), weights=str(weights), **fields)


def test_a_repainted_file_keeps_its_source_in_the_file(tiny_ace, song, tmp_path):
    before = Audio.read(song)
    piece = studio.edit(ask(song, tiny_ace["base"]))
    piece.save(tmp_path / "new.wav")
    after = Audio.read(tmp_path / "new.wav")
    kept = np.r_[0 : round(0.5 * 44_100), 44_100 : before.frames]
    assert after.rate == 44_100
    np.testing.assert_array_equal(after.samples[:, kept], before.samples[:, kept])
    assert after.peak < 10 ** (-0.9 / 20)


def test_an_edit_is_made_again_from_its_manifest(tiny_ace, song, tmp_path):
    studio.edit(ask(song, tiny_ace["base"], seed=5)).save(tmp_path / "new.wav")
    piece, same = studio.again(tmp_path / "new.wav.json")
    assert same
    facts = json.loads((tmp_path / "new.wav.json").read_text())
    assert facts["engine"]["licence"] == "MIT"
    assert len(facts["used"]["weights"]["sha256"]) == 6
    with song.open("r+b") as file:
        file.seek(1000)
        file.write(b"\x01\x02\x03\x04")
    with pytest.raises(BadRequest, match="not the file that was edited"):
        studio.again(tmp_path / "new.wav.json")
    song.unlink()
    with pytest.raises(BadRequest, match="gone"):
        studio.again(tmp_path / "new.wav.json")
    assert piece.source_type == "trainedAlgorithmicMedia"


def test_covers_are_finished_and_delivered_at_48_khz(tiny_ace, song):
    piece = studio.edit(ask(song, tiny_ace["base"], "cover"))
    assert (piece.audio.rate, piece.audio.channels, piece.audio.frames) == (48_000, 2, 72_000)
    assert piece.facts["measured"]["true_peak_dbtp"] <= -0.95


def test_stems_carry_the_masters_gain(tiny_ace, song):
    piece = studio.edit(ask(song, tiny_ace["base"], "stems", tracks=("drums", "vocals")))
    assert set(piece.stems) == {"drums", "vocals"}
    assert all(stem.frames == piece.audio.frames for stem in piece.stems.values())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"regions": ((0.5, 9.0),)}, "lies outside"),
        ({"regions": ((0.5, 1.0), (0.8, 1.2))}, "overlap"),
        ({"regions": ()}, "at least one region"),
        ({"verb": "extend"}, "seconds to add"),
        ({"verb": "extend", "right_s": 700.0}, "at most 600 seconds"),
        ({"verb": "stems", "tracks": ("kazoo",)}, "no track 'kazoo'"),
        ({"verb": "stems", "tracks": ("drums",), "engine": "ace-step/turbo"}, "ace-step/base can"),
        ({"engine": "score"}, "ace-step"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_loads(song, tmp_path, fields, said):
    with pytest.raises(BadRequest, match=said):
        studio.edit(ask(song, tmp_path / "no weights are looked for", **fields))


def test_embedded_engines_say_what_they_do_not_take():
    with pytest.raises(BadRequest, match="no weights"):
        studio.music(MusicRequest(prompt="piano", steps=3))
    with pytest.raises(BadRequest, match="takes no melody; these do: ace-step/xl-turbo"):
        studio.music(MusicRequest(prompt="piano", melody="hum.wav"))
    with pytest.raises(BadRequest, match="no device"):
        studio.effect(EffectRequest(prompt="rain", device="cuda"))


def test_what_a_checkpoint_does_not_understand_is_refused_not_ignored(song):
    with pytest.raises(BadRequest, match=r"takes no negative; these do: stable-audio/open-1\.0"):
        studio.music(MusicRequest(prompt="piano", engine="ace-step", negative="drums"))
    with pytest.raises(BadRequest, match="takes no lora; these do: ace-step"):
        studio.music(MusicRequest(prompt="piano", engine="musicgen", lora="x.safetensors"))
    with pytest.raises(BadRequest, match="takes no melody"):
        studio.music(MusicRequest(prompt="piano", engine="musicgen", melody=str(song)))


def test_the_command_line_edits(tiny_ace, song, tmp_path):
    out = tmp_path / "longer.wav"
    command = [sys.executable, "-m", "soundwright.cli", "extend", str(song), "--right", "0.5", "--steps", "2",
               "--weights", str(tiny_ace["turbo"]), "--engine", "ace-step/turbo", "-o", str(out)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == ""  # the libraries keep quiet
    made, before = Audio.read(out), Audio.read(song)
    assert made.frames == before.frames + 22_050
    np.testing.assert_array_equal(made.samples[:, : before.frames], before.samples)
