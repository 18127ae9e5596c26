"""Sound that is late, drifts or strays comes to its place; what is in its place is not touched."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.dsp import onsets
from soundwright.video.mend import mend
from soundwright.video.sync import Pair, Sync

RATE = 48_000


def knocks(times_s, length_s=16.0):
    """Short decaying noises over a faint hum."""
    rng = np.random.default_rng(0)
    x = 0.01 * np.sin(2 * np.pi * 110 * np.arange(round(length_s * RATE)) / RATE)
    burst = rng.normal(0, 0.3, 9600) * np.exp(-np.arange(9600) / 1500)
    for t in times_s:
        at = round(t * RATE)
        x[at : at + len(burst)] += burst[: len(x) - at]
    return Audio(np.stack([x, x]), RATE)


def apart(audio, seen):
    """How far the nearest beginning is from each event, at worst."""
    heard = np.array([one.time_s for one in onsets.onsets(audio)])
    return np.abs(heard[None] - seen[:, None]).min(axis=1).max()


def found(seen, times):
    pairs = [Pair(float(a), float(b)) for a, b in zip(seen, times, strict=True)]
    return Sync(float(np.median([pair.apart_s for pair in pairs])), 1.0, "", pairs=pairs)


@pytest.fixture(scope="module")
def seen():
    return np.cumsum(np.random.default_rng(1).uniform(0.5, 0.9, 20)) + 0.3


@pytest.mark.parametrize("lag_s", [-0.2, 0.15])
def test_a_lag_is_taken_away(seen, lag_s):
    done = mend(knocks(seen + lag_s), found(seen, seen + lag_s))
    assert done.moved == 0
    assert done.shift_s == pytest.approx(lag_s)
    assert apart(done.audio, seen) < 0.003


def test_what_is_in_its_place_is_not_touched(seen):
    audio = knocks(seen)
    wander = np.random.default_rng(2).normal(0, 0.008, len(seen))
    done = mend(audio, found(seen + wander, seen))
    assert done.audio.samples is audio.samples or np.array_equal(done.audio.samples, audio.samples)
    assert not done.said


@pytest.mark.parametrize("drift", [0.002, -0.001])
def test_a_drift_is_corrected_by_its_rate(seen, drift):
    times = 0.12 + seen * (1 + drift * 2)
    wander = np.random.default_rng(3).normal(0, 0.003, len(seen))
    done = mend(knocks(times), found(seen + wander, times))
    assert done.drift_ppm == pytest.approx(2e6 * drift, abs=600)
    assert apart(done.audio, seen) < 0.006
    assert done.audio.frames == 16 * RATE


def test_strays_come_back_and_their_attacks_stay_as_they_are(seen):
    rng = np.random.default_rng(4)
    stray = rng.random(len(seen)) < 0.3
    times = seen + np.where(stray, rng.choice([-1, 1], len(seen)) * rng.uniform(0.04, 0.055, len(seen)), 0.0)
    audio = knocks(times)
    done = mend(audio, found(seen, times))
    assert done.moved == stray.sum()
    assert apart(done.audio, seen) < 0.003
    assert done.audio.frames == audio.frames
    for a, b in zip(seen[stray], times[stray], strict=True):
        then = audio.samples[0, round(b * RATE) :][:2400]
        nows = [done.audio.samples[0, round(a * RATE) + by :][:2400] for by in (-1, 0, 1)]  # frames are whole
        assert max(np.corrcoef(now, then)[0, 1] for now in nows) > 0.99
    steps = np.abs(np.diff(done.audio.samples[0]))
    assert steps.max() <= 1.2 * np.abs(np.diff(audio.samples[0])).max()


def test_where_no_room_is_nothing_is_forced():
    seen = np.array([1.0, 1.09, 1.18, 2.0, 3.0, 4.0])
    times = seen + np.array([0.0, 0.055, -0.055, 0.0, 0.0, 0.0])
    audio = knocks(times)
    assert mend(audio, found(seen, times)).moved == 0
