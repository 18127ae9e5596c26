"""Beginnings of sounds: on time at any rate, in streams, none in silence or noise."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.audio import Audio, Stream
from soundwright.dsp import onsets


def strikes(times, rate=48_000, seconds=3.0, decay_s=0.08, floor=0.0, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, (1, round(seconds * rate))) * floor
    t = np.arange(round(6 * decay_s * rate)) / rate
    for time_s in times:
        at = round(time_s * rate)
        n = min(len(t), x.shape[1] - at)
        x[0, at : at + n] += 0.4 * rng.normal(0, 1, n) * np.exp(-t[:n] / decay_s)
    return Audio(np.clip(x, -1, 1).astype(np.float32), rate)


@pytest.mark.parametrize("rate", [8000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("floor", [0.0, 0.002])
def test_strikes_are_found_on_time(rate, floor):
    times = [0.2, 0.71, 1.3333, 1.45, 2.6]
    found = [one.time_s for one in onsets.onsets(strikes(times, rate, floor=floor))]
    assert len(found) == len(times)
    assert np.abs(np.array(found) - times).max() < 0.006


def test_a_stream_gives_the_same_as_a_whole():
    sound = strikes([0.3, 1.1, 2.0])
    whole = [one.time_s for one in onsets.onsets(sound)]
    blocks = [one.time_s for one in onsets.onsets(Stream.of(sound, 7001))]
    assert np.abs(np.array(whole) - blocks).max() < 0.003


@pytest.mark.parametrize("sound", [
    Audio.silence(48_000, 48_000), Audio.silence(0, 48_000), Audio.silence(1, 48_000),
])  # fmt: skip
def test_nothing_begins_in_silence(sound):
    assert onsets.onsets(sound) == []


def test_even_noise_has_few_beginnings():
    noise = np.random.default_rng(1).normal(0, 0.1, (1, 96_000)).astype(np.float32)
    assert len(onsets.onsets(Audio(noise, 48_000))) <= 1
