"""Promises of the everyday sound models that can be measured: rhythms, pitches, who speaks, where the ball is."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import foley
from soundwright.seed import stream

TABLE = foley.table()
RATE = 16_000


def play(name, seconds, seed=1, **values):
    return foley.render(TABLE[name], values, round(seconds * RATE), RATE, stream(seed, name))


def loudness(x, hop_s=0.01):
    hop = round(hop_s * RATE)
    return np.sqrt(np.square(x[: len(x) // hop * hop].reshape(-1, hop)).mean(axis=1))


def blows(x, least_s=0.12):
    """Times in s of the onsets of a row of blows."""
    level = loudness(x, 0.005)
    rise = np.diff(level, prepend=0.0)
    out = []
    for at in np.flatnonzero(rise > 0.25 * rise.max()):
        if not out or (at * 0.005 - out[-1]) > least_s:
            out.append(at * 0.005)
    return np.array(out)


def pitch_hz(x, low, high):
    """Pitch of the loudest 100 ms, from the peak of its autocorrelation."""
    size = round(0.1 * RATE)
    at = int(np.argmax(np.convolve(x**2, np.ones(size), "valid")))
    part = x[at : at + size] * np.hanning(size)
    power = np.abs(np.fft.rfft(part, 4 * size)) ** 2
    same = np.fft.irfft(power)
    lags = np.arange(int(RATE / high), int(RATE / low))
    return RATE / lags[np.argmax(same[lags])]


@pytest.mark.parametrize("age", [0.05, 0.4, 0.85])
def test_speech_has_the_rhythm_of_syllables(age):
    x = play("talking", 8.0, age=age)[0]
    level = loudness(x)
    power = np.abs(np.fft.rfft(level - level.mean())) ** 2
    hz = np.fft.rfftfreq(len(level), 0.01)
    slow, syllables, fast = (power[(hz >= a) & (hz < b)].sum() for a, b in ((0.2, 1.5), (1.5, 9), (9, 40)))
    assert syllables > slow
    assert syllables > 3 * fast


def test_man_woman_and_child_differ_in_pitch():
    man, woman, child = (
        np.median([pitch_hz(play("talking", 3.0, seed, age=age)[0], 70, 500) for seed in range(5)])
        for age in (0.85, 0.4, 0.05)
    )
    assert 80 < man < 170 < woman < 290 < child < 450


def test_kettle_whistles_one_high_note():
    x = play("kettle whistle", 4.0)[0][2 * RATE :]
    power = np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2
    hz = np.fft.rfftfreq(len(x), 1 / RATE)
    top = hz[np.argmax(power)]
    assert 1500 < top < 3500
    assert power[np.abs(hz - top) < 100].sum() > 0.7 * power.sum()


def test_popcorn_swells_and_thins_out():
    level = loudness(play("popcorn", 9.0, 3)[0], 0.5)
    thirds = [part.mean() for part in np.array_split(level, 3)]
    assert thirds[1] > 1.3 * thirds[0]
    assert thirds[1] > 1.3 * thirds[2]


def test_ping_pong_goes_from_side_to_side():
    left, right = play("ping pong", 6.0)
    at = [round(t * RATE) for t in blows(left + right, 0.1)]
    side = np.array([np.square(right[a : a + 300]).sum() > np.square(left[a : a + 300]).sum() for a in at])
    assert len(at) > 10
    assert 0.25 < side.mean() < 0.75
    assert (np.diff(side.astype(int)) != 0).mean() > 0.25


@pytest.mark.parametrize(
    ("name", "low_s", "high_s"), [("basketball dribble", 0.35, 0.65), ("chopping vegetables", 0.17, 0.3),
                                  ("pile driver", 1.2, 1.5)]
)  # fmt: skip
def test_blows_come_at_their_pace(name, low_s, high_s):
    assert low_s < np.median(np.diff(blows(play(name, 6.0).mean(axis=0)))) < high_s


def test_rattlesnake_rattles_too_fast_to_count():
    x = play("rattlesnake", 3.0)[0]
    level = np.abs(x)
    power = np.abs(np.fft.rfft(level - level.mean())) ** 2
    hz = np.fft.rfftfreq(len(level), 1 / RATE)
    inside = (hz > 20) & (hz < 400)
    assert 60 < hz[inside][np.argmax(power[inside])] < 200


def test_sonar_answers_for_seconds():
    x = play("sonar ping", 4.0)[0]
    level = loudness(x, 0.1)
    assert 0.01 < level[15] / level[0] < 0.5


def test_drum_roll_grows_to_its_last_stroke():
    level = loudness(play("drum roll", 4.0, crash=0.0)[0], 0.4)
    assert level[: int(0.9 * len(level))].argmax() > 0.5 * len(level)
