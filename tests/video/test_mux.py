"""Sound put into films: pictures untouched, sound on their clock, nothing cut, nothing left behind."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from tests.films import make

from soundwright.audio import Audio
from soundwright.dsp import onsets
from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.video import clock, mux, soundtrack

CLICKS = (0.5, 1.25, 1.9)


def clicks(frames, channels=2):
    x = np.zeros((channels, frames), np.float32)
    rng = np.random.default_rng(0)
    for time_s in CLICKS:
        at = round(time_s * 48_000)
        x[:, at : at + 2000] += rng.normal(0, 0.3, (channels, 2000)) * np.exp(-np.arange(2000) / 500)
    return Audio(np.clip(x, -1, 1), 48_000)


def pictures(path):
    """The packets of pictures, as hashes with their times from the first on."""
    import av

    with av.open(str(path)) as container:
        rows = [
            (packet.pts, hashlib.sha256(bytes(packet)).hexdigest())
            for packet in container.demux(container.streams.video[0])
            if packet.size
        ]
        first = min(pts for pts, _ in rows if pts is not None) if rows[0][0] is not None else 0
        base = container.streams.video[0].time_base
        return [(round(float((pts - first) * base), 3) if pts is not None else None, digest) for pts, digest in rows]


@pytest.mark.parametrize(
    ("container", "out"), [("mp4", ".mp4"), ("mp4", ".mkv"), ("mov", ".mov"), ("mkv", ".mkv"), ("webm", ".webm")]
)
def test_pictures_are_untouched_and_sound_is_on_time(tmp_path, container, out):
    film = clock.film(make("bounce", 1, path=tmp_path, container=container, seconds=2.5).path)
    place = tmp_path / f"out{out}"
    mux.mux(film, place, [mux.Sound(clicks(film.frames_at(48_000)))], Progress())
    assert pictures(place) == pictures(film.path)
    made = clock.film(place)
    assert abs(float(made.duration_s - film.duration_s)) < 0.002
    heard = [one.time_s for one in onsets.onsets(soundtrack.sound(made))]
    assert len(heard) == len(CLICKS)
    assert np.abs(np.array(heard) - CLICKS).max() < 0.006


def test_a_clock_that_does_not_begin_at_zero(tmp_path):
    film = clock.film(make("bounce", 1, path=tmp_path, container="ts", offset_s=1.5, seconds=2.5).path)
    place = tmp_path / "out.ts"
    mux.mux(film, place, [mux.Sound(clicks(film.frames_at(48_000)))], Progress())
    heard = [one.time_s for one in onsets.onsets(soundtrack.sound(clock.film(place)))]
    assert np.abs(np.array(heard) - CLICKS).max() < 0.006


def test_avi_takes_pcm(tmp_path):
    film = clock.film(make("bounce", 1, path=tmp_path, container="avi", rate="25", seconds=2.5).path)
    place = tmp_path / "out.avi"
    mux.mux(film, place, [mux.Sound(clicks(film.frames_at(48_000)))], Progress())
    heard = [one.time_s for one in onsets.onsets(soundtrack.sound(clock.film(place)))]
    assert np.abs(np.array(heard) - CLICKS).max() < 0.006


def test_the_films_own_sound_is_kept_as_a_second_track(tmp_path):
    film = clock.film(make("bounce", 1, path=tmp_path, seconds=2.5).path)
    once, twice = tmp_path / "once.mp4", tmp_path / "twice.mp4"
    mux.mux(film, once, [mux.Sound(clicks(film.frames_at(48_000)))], Progress())
    silent = Audio.silence(film.frames_at(48_000), 48_000)
    mux.mux(clock.film(once), twice, [mux.Sound(silent)], Progress(), keep_audio=True)
    made = clock.film(twice)
    assert len(made.tracks) == 2
    assert soundtrack.sound(made, 0).peak < 1e-3
    heard = [one.time_s for one in onsets.onsets(soundtrack.sound(made, 1))]
    assert np.abs(np.array(heard) - CLICKS).max() < 0.006


def test_what_a_container_cannot_hold_is_refused(tmp_path):
    film = clock.film(make("bounce", 1, path=tmp_path, seconds=1.0).path)
    with pytest.raises(BadRequest, match="cannot hold h264"):
        mux.check(film, tmp_path / "out.webm")
    with pytest.raises(BadRequest, match="ends in no container"):
        mux.check(film, tmp_path / "out.docx")
