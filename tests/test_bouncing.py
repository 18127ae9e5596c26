"""Stem projects from end to end: songs with stems, folders from elsewhere, what is delivered, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
from PIL import Image

from soundwright import bouncing, studio
from soundwright.assemble import project as documents
from soundwright.audio import Audio
from soundwright.deliver import inspect, long
from soundwright.errors import BadRequest
from soundwright.request import EffectRequest, MusicRequest

QUANTUM = 2.0**-23


@pytest.fixture(scope="module")
def piece():
    return studio.music(MusicRequest(prompt="funk with slap bass, 105 bpm", duration_s=8.0, seed=2, soundfont="none"))


@pytest.fixture
def song(piece, tmp_path):
    piece.save(tmp_path / "song.wav", stems=True)
    return tmp_path / "song.wav"


def stems_of(song):
    return song.with_suffix(".stems")


def change(song, **fields) -> None:
    """Set fields of the project's first stem."""
    path = stems_of(song) / documents.NAME
    project = documents.read(path)
    stems = [project.stems[0].model_copy(update=fields), *project.stems[1:]]
    path.write_text(documents.write(project.model_copy(update={"stems": stems})), encoding="utf-8")


def test_an_untouched_project_is_the_mix_before_its_limiter(piece, song, tmp_path):
    bouncing.bounce(stems_of(song), tmp_path / "sum.wav", preset="none", bits=32)
    total = Audio.read(tmp_path / "sum.wav")
    before = np.sum([stem.samples for stem in piece.stems.values()], axis=0)
    assert np.abs(total.samples - before).max() < len(piece.stems) * QUANTUM


def test_an_untouched_project_mastered_alike_is_the_song(song, tmp_path):
    paths, facts = bouncing.bounce(stems_of(song), tmp_path / "new.wav")
    delivered, new = Audio.read(song), Audio.read(tmp_path / "new.wav")
    assert new.frames == delivered.frames
    assert np.abs(new.samples - delivered.samples).max() < 20 * QUANTUM
    assert [path.name for path in paths] == ["new.wav", "new.wav.json"]
    assert all(abs(row["lag_ms"]) < 0.1 and not row["note"] for row in facts["stems"])


def test_a_loop_stays_a_loop(tmp_path):
    looped = studio.music(MusicRequest(prompt="techno, 130 bpm", duration_s=8.0, loop=True))
    looped.save(tmp_path / "loop.wav", stems=True)
    bouncing.bounce(tmp_path / "loop.stems", tmp_path / "new.wav")
    old, new = Audio.read(tmp_path / "loop.wav"), Audio.read(tmp_path / "new.wav")
    assert np.abs(new.samples - old.samples).max() < 20 * QUANTUM


def test_an_effect_has_a_project_too(tmp_path):
    made = studio.effect(EffectRequest(prompt="footsteps on gravel, then a door slams", seed=1))[0]
    made.save(tmp_path / "scene.wav", stems=True)
    _, facts = bouncing.bounce(tmp_path / "scene.stems", tmp_path / "new.wav")
    assert facts["measured"]["preset"] == "effect"
    old, new = Audio.read(tmp_path / "scene.wav"), Audio.read(tmp_path / "new.wav")
    assert np.abs(new.samples - old.samples).max() < 2e-5  # its high-pass starts from an offset that 24 bits round off


def test_a_bounce_is_marked_and_made_again(song, tmp_path):
    change(song, gain_db=-6.0, chain=[{"high-pass": {"hz": 120.0}}])
    bouncing.bounce(stems_of(song), tmp_path / "new.wav")
    found = inspect.inspect(tmp_path / "new.wav")
    assert found["manifest"].state == "ok"
    assert found["tags"].state == "ok"
    manifest = json.loads((tmp_path / "new.wav.json").read_text())
    assert (manifest["task"], manifest["engine"]["name"]) == ("bounce", "score")
    change(song, gain_db=3.0)
    again, same = studio.again(tmp_path / "new.wav.json")
    assert same
    assert again.source_type == "algorithmicMedia"
    name = next(iter(manifest["sources"]))
    (stems_of(song) / name).write_bytes(song.read_bytes())
    with pytest.raises(BadRequest, match="SHA-256 differs"):
        studio.again(tmp_path / "new.wav.json")
    (stems_of(song) / name).unlink()
    with pytest.raises(BadRequest, match="gone"):
        studio.again(tmp_path / "new.wav.json")


def test_mute_and_solo_are_told_and_heard(song, tmp_path):
    change(song, solo=True)
    _, facts = bouncing.bounce(stems_of(song), tmp_path / "new.wav", preset="none")
    assert [row["note"] for row in facts["stems"]][1:] == ["not soloed"] * (len(facts["stems"]) - 1)
    alone = Audio.read(stems_of(song) / documents.read(stems_of(song) / documents.NAME).stems[0].file)
    np.testing.assert_allclose(Audio.read(tmp_path / "new.wav").samples, alone.samples, atol=QUANTUM)


def test_a_late_stem_is_told_and_moved_and_the_project_keeps_it(song, tmp_path):
    document = stems_of(song) / documents.NAME
    document.write_text(f"# mine\n{document.read_text()}", encoding="utf-8")
    first = stems_of(song) / documents.read(document).stems[0].file
    late = Audio.read(first).earlier(-0.025)
    soundfile.write(first, late.samples.T, late.rate, "PCM_24")
    _, facts = bouncing.bounce(stems_of(song), tmp_path / "a.wav")
    assert facts["stems"][0]["lag_ms"] == pytest.approx(25.0, abs=0.1)
    assert facts["stems"][0]["note"] == "25.0 ms late: --align moves it"
    assert [row["note"] for row in facts["stems"]][1:] == [""] * (len(facts["stems"]) - 1)
    _, facts = bouncing.bounce(stems_of(song), tmp_path / "b.wav", align=True)
    assert facts["stems"][0]["lag_ms"] == pytest.approx(0.0, abs=0.1)
    assert document.read_text().startswith("# mine\n")
    assert documents.read(document).stems[0].delay_ms == pytest.approx(-25.0, abs=0.1)
    inner = slice(0, -round(0.03 * late.rate))  # what was pushed past the end is lost
    moved, song_ = Audio.read(tmp_path / "b.wav").samples[:, inner], Audio.read(song).samples[:, inner]
    assert np.abs(moved - song_).max() < 0.02


def test_a_folder_from_elsewhere_gets_a_project(song, tmp_path):
    home = tmp_path / "separated"
    home.mkdir()
    names = [stem.file for stem in documents.read(stems_of(song) / documents.NAME).stems]
    other = Audio.read(stems_of(song) / names[0]).at(44_100)
    soundfile.write(home / "one.wav", other.samples.T, 44_100, "FLOAT")
    short = Audio.read(stems_of(song) / names[1])
    soundfile.write(home / "two.flac", short.mono().samples[0, : 5 * short.rate], short.rate)
    soundfile.write(home / "nothing.wav", np.zeros(8 * 48_000), 48_000)
    _, facts = bouncing.bounce(home, tmp_path / "new.wav", mix=song)
    assert facts["written"] == str(home / documents.NAME)
    notes = {row["stem"]: row["note"] for row in facts["stems"]}
    assert notes == {
        "nothing": "silent",
        "one": "resampled from 44100 Hz",
        "two": "3 s shorter: silence after it",
    }
    told = {row["stem"]: row["lag_ms"] for row in facts["stems"]}
    assert told["nothing"] is None
    assert abs(told["one"]) < 0.2
    assert abs(told["two"]) < 0.2
    assert Audio.read(tmp_path / "new.wav").frames == Audio.read(song).frames
    assert facts["source_type"] == "algorithmicMedia"  # the stems say nothing, their mix does
    again = bouncing.bounce(home, tmp_path / "new.wav")[1]
    assert again["written"] == ""


def test_recordings_are_not_called_made_by_a_computer(tmp_path):
    home = tmp_path / "band"
    home.mkdir()
    for seed in range(2):
        x = np.random.default_rng(seed).normal(0, 0.05, (48_000, 2))
        soundfile.write(home / f"{seed}.wav", x, 48_000)
    _, facts = bouncing.bounce(home, tmp_path / "new.flac")
    assert facts["source_type"] == ""
    assert inspect.inspect(tmp_path / "new.flac")["tags"].state == "absent"
    assert facts["used"]["notes"] == ["no lags: the project names no mix to measure them against"]
    with pytest.raises(BadRequest, match="only what an engine made here"):
        bouncing.bounce(home, tmp_path / "signed.wav", sign=True)
    assert not (tmp_path / "signed.wav").exists()


def test_a_long_project_goes_the_same_way_in_blocks(song, tmp_path, monkeypatch):
    bouncing.bounce(stems_of(song), tmp_path / "held.wav", picture=True)
    monkeypatch.setattr(long, "LONG_S", 2.0)
    bouncing.bounce(stems_of(song), tmp_path / "streamed.wav", picture=True)
    held, streamed = Audio.read(tmp_path / "held.wav"), Audio.read(tmp_path / "streamed.wav")
    assert np.abs(held.samples - streamed.samples).max() < 4 * QUANTUM
    assert inspect.inspect(tmp_path / "streamed.wav")["tags"].state == "ok"
    drawn = [np.asarray(Image.open(tmp_path / f"{name}.png"), int) for name in ("held", "streamed")]
    assert np.abs(drawn[0] - drawn[1]).mean() < 0.5
    with pytest.raises(BadRequest, match="watermark"):
        bouncing.bounce(stems_of(song), tmp_path / "no.wav", watermark=True)
    with pytest.raises(BadRequest, match=r"\.wav"):
        bouncing.bounce(stems_of(song), tmp_path / "no.mp3")


def test_an_edited_project_survives_new_stems(piece, song):
    piece.save(song, stems=True)
    assert not (stems_of(song) / documents.KEPT).exists()
    change(song, gain_db=-6.0)
    mine = (stems_of(song) / documents.NAME).read_bytes()
    piece.save(song, stems=True)
    assert (stems_of(song) / documents.KEPT).read_bytes() == mine
    assert not documents.read(stems_of(song) / documents.NAME).edited


def test_a_stem_over_full_scale_loses_nothing(tmp_path):
    from soundwright.deliver.piece import Piece

    loud = Audio(1.5 * np.sin(np.arange(48_000) / 10), 48_000).stereo()
    audio = Audio(loud.samples * 0.1, 48_000)
    Piece(audio, "", {"loud": loud, "soft": audio}).save(tmp_path / "a.wav", stems=True)
    np.testing.assert_array_equal(Audio.read(tmp_path / "a.stems" / "loud.wav").samples, loud.samples)
    with pytest.raises(BadRequest, match="over what 24 bits can hold"):
        bouncing.bounce(tmp_path / "a.stems", tmp_path / "b.wav", preset="none")


def test_what_cannot_be_bounced_is_told_and_nothing_is_written(song, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadRequest, match="no folder"):
        bouncing.bounce(tmp_path / "nowhere", tmp_path / "new.wav")
    with pytest.raises(BadRequest, match="did you mean music"):
        bouncing.bounce(stems_of(song), tmp_path / "new.wav", preset="musik")
    with pytest.raises(BadRequest, match="names its own mix"):
        bouncing.bounce(stems_of(song), tmp_path / "new.wav", mix=tmp_path / "other.wav")
    change(song, mute=True, file="gone.wav")
    with pytest.raises(BadRequest, match=r"no file .*gone\.wav"):
        bouncing.bounce(stems_of(song), tmp_path / "new.wav")
    assert sorted(tmp_path.rglob("*")) == before
