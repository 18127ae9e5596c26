"""Saving a piece: everything beside it, all or nothing, and marked by whatever door it leaves."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.deliver import encode, peaks, wav
from soundwright.deliver.piece import Piece
from soundwright.errors import BadRequest, CannotRun


def test_everything_beside_the_file(piece, tmp_path):
    paths = piece.save(tmp_path / "a.wav", stems=True, midi=True, plan=True, picture=True, peaks=True, start_s=10.0)
    names = {str(path.relative_to(tmp_path)) for path in paths}
    documents = {"a.wav.json", "a.mid", "a.plan.yaml", "a.png", "a.peaks.json"}
    assert names == {"a.wav", "a.stems/thunder.wav", "a.stems/thunder-2.wav", "a.stems/project.yaml"} | documents
    assert all(path.is_file() for path in paths)
    about = wav.read_about(tmp_path / "a.wav")
    assert about["bext"]["time_reference"] == 480000
    assert about["cues"] == [(0, "thunder"), (72000, "rain")]
    assert "loops" not in about
    stem = wav.read_about(tmp_path / "a.stems" / "thunder.wav")
    assert stem["info"]["comment"].startswith("Made by a computer")
    assert stem["bext"]["time_reference"] == 480000


def test_stems_as_zip_are_the_same_files(piece, tmp_path):
    piece.save(tmp_path / "a.wav", stems="folder")
    piece.save(tmp_path / "b.wav", stems="zip")
    with zipfile.ZipFile(tmp_path / "b.stems.zip") as archive:
        names = ["b.stems/project.yaml", "b.stems/thunder-2.wav", "b.stems/thunder.wav"]
        assert sorted(archive.namelist()) == names
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    for name in ("thunder.wav", "thunder-2.wav"):
        first, second = (Audio.read(tmp_path / f"{which}.stems" / name) for which in "ab")
        np.testing.assert_array_equal(first.samples, second.samples)
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(BadRequest, match="zip"):
        piece.save(tmp_path / "c.wav", stems="tar")  # type: ignore[arg-type]


def test_a_loop_is_written_as_one(piece, tmp_path):
    for number, looped in enumerate(
        [
            replace(piece, plan=f"loop: true\n{piece.plan}"),
            replace(piece, facts={**piece.facts, "request": {"loop": True}}),
        ]
    ):
        looped.save(tmp_path / f"{number}.wav")
        assert wav.read_about(tmp_path / f"{number}.wav")["loops"] == [(0, piece.audio.frames - 1)]


def test_sections_of_a_song_are_markers(tmp_path, piece):
    song = """
duration_s: 3.0
tempo_bpm: 120
parts: {piano: {instrument: piano, role: chords}}
sections: [{name: verse, bars: 1, chords: [C]}, {name: chorus, bars: 1, chords: [F]}]
"""
    replace(piece, plan=song).save(tmp_path / "a.wav")
    assert wav.read_about(tmp_path / "a.wav")["cues"] == [(0, "verse"), (96000, "chorus")]
    named = replace(piece, markers=(wav.Marker(0.5, "hit"),))
    named.save(tmp_path / "b.wav")
    assert wav.read_about(tmp_path / "b.wav")["cues"] == [(24000, "hit")]


@pytest.mark.parametrize(
    ("weights", "soundfont", "term"),
    [("", None, "algorithmicMedia"), ("hf:x/y", None, "trainedAlgorithmicMedia"), ("", "a.sf2", "compositeSynthetic")],
)
def test_the_source_type_follows_the_engine(weights, soundfont, term, piece):
    facts = {**piece.facts, "engine": {"name": "e", "weights": weights}, "used": {"soundfont": soundfont}}
    assert replace(piece, facts=facts).source_type == term


@pytest.mark.parametrize("ending", encode.FORMATS)
def test_a_failed_encode_leaves_nothing(ending, piece, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("soundwright.deliver.manifest.dumps", full)
    with pytest.raises(CannotRun, match="No space"):
        piece.save(tmp_path / f"a{ending}", stems=True, plan=True)
    assert not list(tmp_path.iterdir())


def test_a_file_that_stands_is_kept_when_its_successor_fails(piece, tmp_path, monkeypatch):
    piece.save(tmp_path / "a.wav")
    before = (tmp_path / "a.wav").read_bytes()
    monkeypatch.setattr("soundwright.deliver.encode.TRIES", 0)
    with pytest.raises(CannotRun, match="under"):
        piece.save(tmp_path / "a.mp3")
    assert (tmp_path / "a.wav").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"a.wav", "a.wav.json"}


def test_the_manifest_says_how_the_file_was_encoded(piece, tmp_path):
    hot = replace(piece, audio=Audio(np.sign(piece.audio.samples) * 0.88, 48000))
    hot.save(tmp_path / "a.mp3")
    said = json.loads((tmp_path / "a.mp3.json").read_text())["delivered"]
    assert said["gain_db"] < -0.5
    assert said["true_peak_dbtp"] <= -0.98
    assert said["decoded_frames"] == piece.audio.frames


def test_a_piece_without_measures_is_measured(tmp_path, piece):
    Piece(piece.audio, "").save(tmp_path / "a.wav")
    bext = wav.read_about(tmp_path / "a.wav")["bext"]
    assert -20 < bext["integrated_lufs"] < 0
    assert -2 < bext["true_peak_dbtp"] < 0


@pytest.mark.parametrize("bits", [8, 16])
def test_peaks_hold_lowest_and_highest(bits):
    x = np.zeros((2, 1001), np.float32)
    x[0, 5], x[1, 995] = 0.5, -1.0
    said = peaks.outline(Audio(x, 8000), 100, bits)
    assert (said["version"], said["channels"], said["bits"], said["samples_per_pixel"]) == (2, 2, bits, 100)
    assert said["length"] == 11
    data = np.array(said["data"]).reshape(11, 2, 2)
    assert data[0, 0].tolist() == [0, 2 ** (bits - 2)]
    assert data[9, 1].tolist() == [-(2 ** (bits - 1)), 0]
    assert not data[10].any()
    with pytest.raises(BadRequest):
        peaks.outline(Audio(x, 8000), 100, 12)
