"""Finishing keeps its promises on odd and plain sounds."""

import numpy as np
import pytest
from scipy import signal

from soundwright.audio import Audio
from soundwright.errors import BadRequest
from soundwright.finish import finish

RATE = 48_000


def song(duration_s: float = 6.0, rate: int = RATE) -> np.ndarray:
    """Kick, hats and a chord: peaks 12 dB over their mean, like a rough mix."""
    rng, t = np.random.default_rng(5), np.arange(round(duration_s * rate)) / rate
    kick = np.sin(2 * np.pi * 60 * t) * np.exp(-((t * 2) % 1) * 12) * 0.8
    hat = rng.standard_normal((2, len(t))) * np.exp(-((t * 8) % 1) * 20) * 0.15
    chord = sum(np.sin(2 * np.pi * hz * t + hz) for hz in (220, 277, 330)) * 0.05
    return (kick + hat + chord).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
def test_music_is_loud_as_asked_and_under_its_ceiling(rate):
    master, report = finish(Audio(song(rate=rate) * 0.1 + 0.02, rate), "music")
    assert master.frames == 6 * rate
    assert report.integrated_lufs == pytest.approx(-14.0, abs=0.3)
    assert 20 * np.log10(np.abs(signal.resample_poly(master.samples, 8, 1, axis=1)).max()) <= -0.95
    assert abs(report.dc) < 1.5e-3  # 0.2 came in; a limiter working on a kick drum leaves a trace
    assert report.numbers()["gain_db"] == pytest.approx(report.gain_db, abs=1e-3)


@pytest.mark.parametrize("kind", ["music", "effect"])
@pytest.mark.parametrize("shape", [(1, 0), (2, 0), (1, 1), (2, 7), (1, 4_000), (6, 9_000), (8, 30_000)])
def test_any_shape_comes_back_with_its_frames(kind, shape):
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    master, report = finish(Audio(x, RATE), kind)
    assert master.samples.shape == shape
    assert report.true_peak_dbtp <= -0.95


@pytest.mark.parametrize("kind", ["music", "effect"])
def test_silence_and_the_quietest_noise_are_not_raised(kind):
    master, report = finish(Audio.silence(RATE, RATE), kind)
    assert not master.samples.any()
    assert report.gain_db == 0
    hiss = np.random.default_rng(2).standard_normal((2, RATE)).astype(np.float32) * 1e-5
    assert finish(Audio(hiss, RATE), kind)[1].gain_db == 0


def test_leading_silence_stays_digital_silence():
    x = np.concatenate([np.zeros((2, 5_000), np.float32), song(2.0)], axis=1)
    assert not finish(Audio(x, RATE), "music")[0].samples[:, :4_800].any()


def test_an_effect_is_set_by_its_loudest_moment():
    x = np.random.default_rng(3).standard_normal((2, RATE)).astype(np.float32) * 0.01
    _, report = finish(Audio(x, RATE), "effect")
    assert report.momentary_max_lufs == pytest.approx(-16.0, abs=0.15)
    _, report = finish(Audio(x, RATE), "effect", loudness_lufs=-20.0)
    assert report.momentary_max_lufs == pytest.approx(-20.0, abs=0.15)


def test_a_click_is_held_back_rather_than_crushed():
    x = np.zeros((1, RATE), np.float32)
    x[0, 100:104] = 0.5
    _, report = finish(Audio(x, RATE), "effect")
    assert report.held_back
    assert report.true_peak_dbtp == pytest.approx(-1.0, abs=0.1)


def test_ends_do_not_click_and_a_silent_start_keeps_its_attack():
    x = np.sin(2 * np.pi * 300 * np.arange(RATE) / RATE + 1.0)[None].astype(np.float32)
    done = finish(Audio(x, RATE), "effect")[0].samples[0]
    assert np.abs(done[[0, -1]]).max() < 1e-3
    hit = np.concatenate([np.zeros(40), x[0]])[None].astype(np.float32)
    assert "in_ms: 0.0, out_ms: 10.0" in finish(Audio(hit, RATE), "effect")[1].chain


def test_a_loop_still_meets_itself():
    t = np.arange(RATE) / RATE
    loop = (0.9 * np.sin(2 * np.pi * 50 * t) * (1 + 0.5 * np.sin(2 * np.pi * 3 * t)))[None].astype(np.float32)
    done = finish(Audio(loop, RATE), "music", loop=True)[0].samples[0].astype(float)
    twice = np.concatenate([done, done])
    bend = np.abs(np.diff(twice, 2))
    assert bend[RATE - 3 : RATE + 2].max() < 1.05 * bend[: RATE - 3].max()


def test_a_gain_that_is_asked_for_stands_whatever_loudness_comes_of_it():
    x = song()
    first, report = finish(Audio(x, RATE), "effect")
    x[:, : 2 * RATE] *= 0.1
    softer, then = finish(Audio(x, RATE), "effect", gain_db=report.gain_db)
    assert then.gain_db == report.gain_db
    assert np.abs(softer.samples - first.samples)[:, 3 * RATE :].max() < 1e-4
    assert not then.held_back
    loud, over = finish(Audio(x, RATE), "effect", gain_db=30.0)
    assert over.true_peak_dbtp <= -1.0
    assert loud.frames == first.frames


def test_the_same_sound_gives_the_same_bytes_and_a_wrong_kind_is_refused():
    audio = Audio(song(1.0), RATE)
    assert np.array_equal(finish(audio, "music")[0].samples, finish(audio, "music")[0].samples)
    with pytest.raises(BadRequest, match="music"):
        finish(audio, "speech")
