"""A seam's measures find what is put there, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.assemble.seams import seam_faults, seam_measures
from soundwright.audio import Audio

RATE = 24_000
AT = 6.0


def hum(hz: float = 110.0, seconds: float = 12.0) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return np.tile(0.2 * np.sin(2 * np.pi * hz * t) + 0.1 * np.sin(2 * np.pi * 3 * hz * t), (2, 1))


def hiss(level: float = 0.1, seconds: float = 12.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, level, (2, round(seconds * RATE)))


def cut(a: np.ndarray, b: np.ndarray) -> Audio:
    at = round(AT * RATE)
    return Audio(np.concatenate([a[:, :at], b[:, at:]], axis=1), RATE)


@pytest.mark.parametrize("x", [hum(), hiss(), hum() + hiss(0.01)])
def test_an_unbroken_sound_has_no_faults_anywhere(x):
    assert seam_faults(Audio(x, RATE), [(at, at + width) for at, width in ((2.0, 0.0), (6.0, 1.0), (9.5, 0.3))]) == ()


@pytest.mark.parametrize("step", [0.02, 0.3])
def test_a_break_is_a_click(step):
    x = hum()
    x[:, round(AT * RATE) :] += step
    found = seam_measures(Audio(x, RATE), [(AT, AT), (AT - 2, AT - 2)])
    assert found[0].clicks == 1
    assert found[0].bend_times > 25
    assert "a click" in found[0].faults()[0]
    assert found[1].clicks == 0


@pytest.mark.parametrize("db", [-3.0, -1.0, 1.0, 3.0])
def test_a_step_is_measured(db):
    found = seam_measures(cut(hiss(), hiss(seed=2) * 10 ** (db / 20)), [(AT, AT)])[0]
    assert found.step_db == pytest.approx(db, abs=0.1)
    assert any("a step of" in line for line in found.faults())


def test_a_change_of_spectrum_is_found():
    dull = np.cumsum(hiss(), axis=1)
    dull -= np.convolve(dull[0], np.ones(500) / 500, "same")
    found = seam_measures(cut(hiss(), dull * (0.1 / dull.std())), [(AT, AT)])[0]
    assert found.flux_db > found.usual_flux_db


def test_silence_and_next_to_nothing_have_no_faults():
    assert seam_faults(Audio.silence(RATE, RATE), [(0.5, 0.5)]) == ()
    assert seam_faults(Audio(np.zeros((1, 1)), RATE), [(0.0, 0.0)]) == ()
    assert seam_faults(Audio(hum(), RATE), []) == ()
