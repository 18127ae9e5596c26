"""From a silent film to one with sound: on time, of exact length, repeatable, one cue at a time, none half-written."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest
from tests.films import make

from soundwright import engines, syncing
from soundwright import soundtrack as films
from soundwright.audio import Audio
from soundwright.direct import whole
from soundwright.dsp import onsets
from soundwright.engines import Card, Licence, Take
from soundwright.errors import BadRequest, Cancelled
from soundwright.plan import cues as documents
from soundwright.progress import Progress
from soundwright.request import SoundtrackRequest
from soundwright.video import clock, mux, soundtrack


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    return make("bounce", 5, path=tmp_path_factory.mktemp("film"), rate="29.97", seconds=4.0)


@pytest.fixture(scope="module")
def made(truth):
    request = SoundtrackRequest(video=str(truth.path), prompt="a ball bounces on wood", seed=3)
    return films.soundtrack(request)


def test_each_contact_is_heard_within_ten_milliseconds(truth, made, tmp_path):
    """Measured on the delivered file, decoded by the ffmpeg program."""
    out = tmp_path / "with sound.mp4"
    made.save(out)
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    wav = tmp_path / "heard.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(out), "-c:a", "pcm_f32le", str(wav)], check=True)
    heard = np.array([one.time_s for one in onsets.onsets(Audio.read(wav))])
    apart = [np.abs(heard - event.time_s).min() for event in truth.events]
    assert np.median(apart) < 0.010
    assert np.mean(np.array(apart) < 0.025) >= 0.8


def test_the_length_is_the_films(truth, made):
    film = clock.film(truth.path)
    assert made.audio.frames == round(film.duration_s * 48_000)
    assert all(stem.frames == made.audio.frames for stem in made.stems.values())


def test_the_same_request_is_the_same_sound(truth, made):
    again = films.soundtrack(SoundtrackRequest(video=str(truth.path), prompt="a ball bounces on wood", seed=3))
    np.testing.assert_array_equal(again.audio.samples, made.audio.samples)


def test_one_cue_is_made_again_and_the_others_stay(truth, made):
    text = documents.write(made.plan)
    number = made.plan.cues[2].number
    other = films.soundtrack(SoundtrackRequest(video=str(truth.path), plan=text, cue=number, seed=99))
    same = films.soundtrack(SoundtrackRequest(video=str(truth.path), plan=text))
    a, b = (
        one.stems["effects"].samples / np.abs(one.stems["effects"].samples[:, :60_000]).max() for one in (other, same)
    )
    at = [round(cue.at_s * 48_000) for cue in made.plan.cues]
    start, end = at[2] - 2400, at[3] - 2400
    np.testing.assert_allclose(a[:, :start], b[:, :start], atol=1e-6)
    assert np.abs(a[:, start:end] - b[:, start:end]).max() > 1e-3


def test_what_is_written(truth, made, tmp_path):
    out = tmp_path / "out.mov"
    paths = made.save(out, stems=True, timelines=(".otio", ".csv"))
    names = {path.name for path in paths}
    assert {"out.mov", "out.mov.json", "out.plan.yaml", "effects.wav", "out.otio", "out.csv"} <= names
    facts = json.loads((tmp_path / "out.mov.json").read_text())
    assert facts["task"] == "soundtrack"
    assert abs(facts["sync"]["lag_ms"]) < 10
    assert documents.read(tmp_path / "out.plan.yaml") == made.plan
    assert len(clock.film(out).tracks) == 1


def test_a_timeline_has_each_cue_as_a_piece_of_the_effects(truth, made, tmp_path):
    made.save(tmp_path / "out.mp4", timelines=(".csv",))
    stem = Audio.read(tmp_path / "out.stems" / "effects.wav").samples
    laid, names = np.zeros_like(stem), []
    for row in csv.DictReader((tmp_path / "out.csv").read_text().splitlines()):
        if row["track"] == "effects":
            names.append(row["name"])
            start, length = (round(float(row[field]) * 48_000) for field in ("start_s", "duration_s"))
            laid[:, start : start + length] += stem[:, start : start + length]
    assert names == [f"{cue.number} {cue.sound}" for cue in made.plan.cues]
    assert np.abs(laid - stem).max() < 2e-3  # each piece once, and nothing but silence between them


def test_music_dialogue_and_ducking(truth, tmp_path):
    speech = np.zeros((1, 4 * 48_000), np.float32)
    speech[:, 48_000:96_000] = np.random.default_rng(0).normal(0, 0.1, 48_000)
    import soundfile

    soundfile.write(tmp_path / "voice.wav", speech.T, 48_000)
    request = SoundtrackRequest(
        video=str(truth.path), prompt="a ball bounces on wood", music="slow piano", dialogue=str(tmp_path / "voice.wav")
    )
    made = films.soundtrack(request)
    assert set(made.stems) == {"effects", "music", "dialogue"}
    free = films.soundtrack(request.model_copy(update={"dialogue": None}))
    ratio = [np.abs(one.stems["music"].samples[:, 60_000:90_000]).mean()
             / np.abs(one.stems["music"].samples[:, 160_000:]).mean() for one in (made, free)]  # fmt: skip
    assert 20 * np.log10(ratio[0] / ratio[1]) < -8


def test_bad_requests_are_told_and_write_nothing(truth, tmp_path):
    with pytest.raises(BadRequest, match="another film's"):
        films.soundtrack(SoundtrackRequest(video=str(truth.path), plan="duration_s: 99\ncues: []\n"))
    plan = "duration_s: 3.9706\ncues: []\n"
    with pytest.raises(BadRequest, match="there is no cue 7"):
        films.soundtrack(SoundtrackRequest(video=str(truth.path), plan=plan, cue=7))
    with pytest.raises(BadRequest, match="there is no file"):
        films.soundtrack(SoundtrackRequest(video=str(tmp_path / "nowhere.mp4")))
    tell = Progress()
    tell.cancel()
    with pytest.raises(Cancelled):
        films.soundtrack(SoundtrackRequest(video=str(truth.path)), tell)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lag_ms", [-220, 140])
def test_a_lag_is_measured_and_mended(truth, made, tmp_path, lag_ms):
    film = clock.film(truth.path)
    shift = round(lag_ms * 48)
    moved = np.roll(made.stems["effects"].samples, shift, axis=1)
    moved[:, slice(None, shift) if shift > 0 else slice(shift, None)] = 0
    late, mended = tmp_path / "late.mp4", tmp_path / "mended.mp4"
    mux.mux(film, late, [mux.Sound(Audio(moved, 48_000))], Progress())
    assert abs(syncing.measure(late).lag_s - lag_ms / 1000) < 0.010
    _, after, _, paths = syncing.fix(late, mended)
    assert paths == [mended]
    assert abs(after.lag_s) < 0.015
    assert soundtrack.sound(clock.film(mended)).frames == film.frames_at(48_000)


def test_what_is_together_is_left_alone(truth, made, tmp_path):
    made.save(tmp_path / "fine.mp4")
    _, _, _, paths = syncing.fix(tmp_path / "fine.mp4", tmp_path / "touched.mp4")
    assert paths == []
    assert not (tmp_path / "touched.mp4").exists()


def test_a_film_without_sound_has_no_lag(truth):
    with pytest.raises(BadRequest, match="has no sound"):
        syncing.measure(truth.path)


class _Watcher:
    """An engine that watches: a click 80 ms after each cue over a soft tone, which of its windows is told."""

    card = Card("watcher", "", ("soundtrack",), 44_100, 1, 3.0, Licence("none", True))
    asked: ClassVar[list] = []

    def render(self, task, tell):
        self.asked.append(task)
        x = 0.01 * np.sin(np.arange(round(task.duration_s * 44_100)) * 0.05)
        late_s = 0.080 if task.seed < 1000 else 0.0
        for cue in task.plan.cues:
            at = round((cue.at_s + late_s) * 44_100)
            x[at : at + 400] += 0.5 * np.exp(-np.arange(400) / 60)[: max(len(x) - at, 0)]
        return Take(Audio(x, 44_100))


@pytest.fixture
def watcher(monkeypatch):
    monkeypatch.setitem(engines.ENGINES, "watcher", f"{__name__}:_Watcher")
    known = engines._class
    monkeypatch.setattr(engines, "_class", lambda name: _Watcher if name == "watcher" else known(name))
    _Watcher.asked = []
    return _Watcher


def test_an_engine_that_watches_makes_the_film_in_windows(truth, watcher):
    made = films.soundtrack(SoundtrackRequest(video=str(truth.path), engine="watcher", seed=5))
    assert [round(task.clip.start_s, 3) for task in watcher.asked] == [0.0, 1.485]
    assert [round(task.duration_s, 3) for task in watcher.asked] == [
        2.485,
        pytest.approx(made.audio.duration_s - 1.485, abs=2e-3),
    ]
    assert made.audio.frames == clock.film(truth.path).frames_at(48_000)
    heard = np.array([one.time_s for one in onsets.onsets(made.audio)])
    apart = [np.abs(heard - cue.at_s).min() for cue in made.plan.cues]
    assert np.median(apart) < 0.005  # the lag of 80 ms was measured and taken away
    assert made.facts["used"]["whole"][0]["lag_ms"] == pytest.approx(80, abs=5)


def test_of_several_takes_the_one_in_time_is_kept(truth, watcher):
    request = SoundtrackRequest(video=str(truth.path), engine="watcher", seed=5, takes=2)
    rows = films.soundtrack(request).facts["used"]["windows"]
    assert [row["seed"] for row in rows] == [1005, 1006]  # it has no lag; the windows are too short to tell the other's
    assert all(row["met"] == max(row["takes_met"]) > min(row["takes_met"]) for row in rows)
    with pytest.raises(BadRequest, match="plays cues"):
        films.soundtrack(SoundtrackRequest(video=str(truth.path), takes=2))
    with pytest.raises(BadRequest, match="no single cue"):
        films.soundtrack(request.model_copy(update={"cue": 1}))


@pytest.mark.parametrize("cuts", [[], [0.4, 5.1, 9.9, 13.0], [3.0 * at for at in range(1, 20)]])
def test_windows_cover_a_film_and_end_at_cuts(cuts):
    for duration_s in (0.5, 8.0, 8.01, 15.3, 61.7):
        spans = whole.windows(duration_s, [cut for cut in cuts if cut < duration_s], 8.0)
        assert spans[0][0] == 0
        assert spans[-1][1] == duration_s
        assert all(end - start <= 8.0 + 1e-9 for start, end in spans)
        assert all(end - start >= min(1.0, duration_s) for start, end in spans)
        for (_, end), (start, _) in pairwise(spans):
            cut = any(abs(end - cut - whole.CUT_S / 2) < 1e-9 for cut in cuts)
            assert end - start == pytest.approx(whole.CUT_S if cut else whole.OVERLAP_S)


def test_the_films_own_sound_is_kept_as_dialogue(truth, made, tmp_path):
    voice = np.zeros((2, made.audio.frames), np.float32)
    voice[:, 48_000:96_000] = np.random.default_rng(0).normal(0, 0.1, 48_000)
    mux.mux(clock.film(truth.path), tmp_path / "spoken.mov", [mux.Sound(Audio(voice, 48_000))], Progress())
    request = SoundtrackRequest(video=str(tmp_path / "spoken.mov"), prompt="a ball bounces on wood", dialogue="film")
    stem = films.soundtrack(request).stems["dialogue"].samples
    assert np.corrcoef(stem[0, 48_000:96_000], voice[0, 48_000:96_000])[0, 1] > 0.9
    with pytest.raises(BadRequest, match="no sound of its own"):
        films.soundtrack(request.model_copy(update={"video": str(truth.path)}))
