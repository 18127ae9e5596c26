"""Lags of stems against their mix, with known truth: a small band of drums, bass, chords and their reverb."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from soundwright.assemble import lags
from soundwright.audio import Audio, Stream
from soundwright.dsp.filters import highpass

RATE, SECONDS = 48_000, 12
TRUE_MS = {"drums": 25.3, "bass": -12.1, "chords": 148.0, "reverb": 3.6, "hiss": -331.7}


def notes(rng, hz, step_s: float, decay_s: float) -> np.ndarray:
    """Decaying partials that begin about every `step_s` seconds."""
    t = np.arange(SECONDS * RATE) / RATE
    out = np.zeros_like(t)
    for at in np.arange(0, SECONDS - 0.5, step_s) + rng.uniform(0, 0.02, round((SECONDS - 0.5) / step_s)):
        since, pitch = t - at, float(rng.choice(hz))
        tone = sum(np.sin(2 * np.pi * pitch * k * since) / k for k in (1, 2, 3))
        out += np.where(since > 0, tone * np.exp(-np.maximum(since, 0) / decay_s), 0) * rng.uniform(0.5, 1)
    return 0.2 * out


@pytest.fixture(scope="module")
def band() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    beats = np.zeros(SECONDS * RATE)
    beats[(np.arange(0, SECONDS - 0.5, 0.25) * RATE + rng.uniform(0, 200, 46)).astype(int)] = rng.uniform(0.4, 1, 46)
    hit = rng.normal(0, 1, RATE // 10) * np.exp(-np.arange(RATE // 10) / (0.012 * RATE))
    dry = {
        "drums": signal.fftconvolve(beats, hit)[: len(beats)] * 0.3,
        "bass": notes(rng, [55.0, 65.4, 73.4], 0.5, 0.3),
        "chords": notes(rng, [220.0, 261.6, 329.6], 1.0, 0.8),
    }
    tail = rng.normal(0, 0.03, RATE) * np.exp(-np.arange(RATE) / (0.3 * RATE)) * (np.arange(RATE) > 0.03 * RATE)
    wet = signal.fftconvolve(sum(dry.values()), tail)[: len(beats)]
    return {**dry, "reverb": wet, "hiss": rng.normal(0, 0.02, len(beats))}


def mastered(band: dict[str, np.ndarray]) -> np.ndarray:
    """Their sum through a high-pass and a soft ceiling."""
    total = highpass(np.sum(list(band.values()), axis=0)[None], 20.0, RATE, 2)
    return np.tanh(1.5 * total)


def heard(x: np.ndarray, late_ms: float = 0.0) -> np.ndarray:
    return lags.heard(Stream.of(Audio(x, RATE).earlier(-late_ms / 1000)))


def test_known_lags_are_found_within_a_tenth_of_a_millisecond(band):
    told = lags.of_stems(heard(mastered(band)), [heard(band[name], late) for name, late in TRUE_MS.items()])
    for (name, late_ms), lag in zip(TRUE_MS.items(), told, strict=True):
        assert lag.lag_ms == pytest.approx(late_ms, abs=0.1), name
        assert lag.by == "waves", name
        assert 0.3 < lag.correlation <= 1.0, name


@pytest.mark.parametrize("late_ms", [0.0, 40.0, -250.0])
def test_one_stem_alone_is_found(band, late_ms):
    (lag,) = lags.of_stems(heard(mastered(band)), [heard(band["drums"], late_ms)])
    assert lag.lag_ms == pytest.approx(late_ms, abs=0.1)


def test_a_reverb_is_not_taken_for_the_dry_sound_that_it_follows(band):
    """Alone it would be: its first reflections come 30 ms after the dry sound that they are like."""
    mix, stems = heard(mastered(band)), [heard(band[name]) for name in TRUE_MS]
    told = dict(zip(TRUE_MS, lags.of_stems(mix, stems), strict=True))
    assert told["reverb"].lag_ms == pytest.approx(0.0, abs=0.1)


def test_what_is_not_in_the_mix_or_silent_tells_nothing(band):
    mix = heard(mastered(band))
    stranger = np.random.default_rng(1).normal(0, 0.1, SECONDS * RATE)
    stems = [heard(band["drums"], 8.0), heard(stranger), np.zeros_like(mix), mix[:0]]
    told = lags.of_stems(mix, stems)
    assert told[0].lag_ms == pytest.approx(8.0, abs=0.1)
    assert told[1:] == [lags.Lag()] * 3
    assert lags.of_stems(np.zeros_like(mix), stems) == [lags.Lag()] * 4


def test_the_same_hits_played_anew_are_not_taken_for_the_same_waves(band):
    """A rhythm that never repeats, struck twice with noises that have nothing in common."""
    rng = np.random.default_rng(3)
    beats = np.zeros(SECONDS * RATE)
    beats[(np.cumsum(rng.uniform(0.1, 0.5, 30)) * RATE).astype(int)] = 1.0
    decay = np.exp(-np.arange(RATE // 10) / (0.012 * RATE))
    played = [signal.fftconvolve(beats, rng.normal(0, 0.3, len(decay)) * decay)[: len(beats)] for _ in range(2)]
    mix = heard(mastered({"drums": played[0], "chords": band["chords"]}))
    (lag,) = lags.of_stems(mix, [heard(played[1], 60.0)])
    assert lag.by == "faint"
    assert lag.lag_ms == pytest.approx(60.0, abs=8)


def test_onsets_tell_where_the_waves_are_strangers(band):
    rng = np.random.default_rng(4)
    swells = np.convolve(rng.random(SECONDS * 8) < 0.25, [1.0])[: SECONDS * 8].repeat(RATE // 8)
    swells = signal.lfilter([1e-3], [1, -0.999], swells)
    mix, stem = (heard(swells * rng.normal(0, 0.2, len(swells)), late) for late in (0.0, 80.0))
    (lag,) = lags.of_stems(mix, [stem])
    assert lag.by == "onsets"
    assert lag.lag_ms == pytest.approx(80.0, abs=10)


def test_a_short_and_a_long_stem_are_found(band):
    mix = heard(mastered(band))
    cut = heard(band["chords"][: 7 * RATE], 30.0)
    longer = np.concatenate([heard(band["drums"], -15.0), np.zeros(5 * lags.RATE, np.float32)])
    told = lags.of_stems(mix, [cut, longer])
    assert [lag.lag_ms for lag in told] == pytest.approx([30.0, -15.0], abs=0.1)
