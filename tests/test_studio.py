"""The whole way of the data: exact lengths, seeds, finished levels, manifests, for music and effects."""

from __future__ import annotations

import numpy as np
import pytest

import soundwright as sw
from soundwright.audio import Audio
from soundwright.errors import BadRequest, Cancelled
from soundwright.progress import Progress


@pytest.mark.parametrize("duration", [0.5, 1, 7.3])
def test_music_has_exactly_the_frames_asked_for(duration):
    piece = sw.music("gentle folk guitar", duration, seed=3)
    assert piece.audio.frames == round(duration * piece.audio.rate)
    assert piece.audio.channels == 2
    assert piece.audio.peak > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("duration", [30, 61.7, 180])
def test_long_music_has_exactly_the_frames_asked_for(duration):
    piece = sw.music("upbeat pop song with piano, bass and drums", duration)
    assert piece.audio.frames == round(duration * piece.audio.rate)


@pytest.mark.parametrize("duration", [0.5, 1, 7.3, 30])
def test_effects_have_exactly_the_frames_asked_for(duration):
    assert sw.effect("rain on leaves", duration).audio.frames == round(duration * 48000)


@pytest.mark.parametrize(("make", "prompt"), [(sw.music, "funk with bass and drums"), (sw.effect, "glass breaks")])
def test_the_seed_decides_every_sample(make, prompt):
    first, same, other = make(prompt, 4, seed=1), make(prompt, 4, seed=1), make(prompt, 4, seed=2)
    np.testing.assert_array_equal(first.audio.samples, same.audio.samples)
    assert first.manifest["samples_sha256"] == same.manifest["samples_sha256"]
    assert (first.audio.samples != other.audio.samples).any()


def test_a_piece_is_finished_and_says_so():
    piece = sw.music("calm lo-fi piano with soft drums, 78 bpm, in A minor", 20, seed=7)
    measured = piece.manifest["measured"]
    assert abs(measured["integrated_lufs"] + 14) < 0.5
    assert measured["true_peak_dbtp"] <= -0.95
    assert abs(piece.audio.samples.mean()) < 1e-4
    assert abs(piece.audio.samples[:, [0, -1]]).max() < 10 ** (-48 / 20)  # no click at either end


@pytest.mark.parametrize(("make", "prompt"), [(sw.music, "solo piano"), (sw.effect, "rain on leaves")])
def test_a_preset_of_finishing_is_kept_to(make, prompt):
    piece = make(prompt, 4, preset="broadcast")
    told = piece.facts["measured"]
    assert (told["preset"], told["promise_kept"]) == ("broadcast", True)
    assert told["integrated_lufs"] == pytest.approx(-23.0, abs=0.5)
    assert piece.facts["request"]["preset"] == "broadcast"
    with pytest.raises(BadRequest, match="broadcast"):
        make(prompt, 4, preset="broadcasts")


def test_a_manifest_names_request_plan_engine_and_times():
    facts = sw.effect("a door creaks, then slams", seed=5).manifest
    assert facts["request"]["seed"] == 5
    assert facts["engine"]["name"] == "foley"
    assert "creak" in facts["plan"]
    assert facts["stage_times_s"]["render"] >= 0
    assert facts["engine"]["licence"]


def test_save_writes_all_or_nothing(tmp_path):
    piece = sw.effect("a bell rings", 2)
    names = {path.name for path in piece.save(tmp_path / "bell.wav", plan=True, picture=True)}
    assert names == {"bell.wav", "bell.wav.json", "bell.plan.yaml", "bell.png"}
    read = Audio.read(tmp_path / "bell.wav")
    assert np.abs(read.samples - piece.audio.samples).max() < 2**-22
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(sw.BadRequest):
        piece.save(tmp_path / "bell.xyz")
    assert {path.name for path in tmp_path.iterdir()} == before


def test_cancel_stops_a_render():
    tell = Progress()

    def stop_at_render(stage: str, fraction: float, audio_s: float) -> None:
        if stage != "plan":
            tell.cancel()

    tell.listen = stop_at_render
    with pytest.raises(Cancelled):
        sw.music("rock", 30, tell=tell)


@pytest.mark.parametrize(("make", "prompt"), [(sw.music, "techno loop"), (sw.effect, "river")])
def test_a_loop_meets_its_beginning(make, prompt):
    x = make(prompt, 6, loop=True).audio.samples.mean(axis=0)
    seam = abs(float(x[0] - x[-1]))
    steps = np.abs(np.diff(x))
    assert seam <= np.quantile(steps, 0.9999) + 1e-3
