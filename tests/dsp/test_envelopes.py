"""Strokes that only die away."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import envelopes

RATE = 48_000


def level_db(x: np.ndarray, start_s: float, end_s: float) -> float:
    part = x[:, round(start_s * RATE) : round(end_s * RATE)]
    return float(10 * np.log10(np.square(part).mean() + 1e-12))


def test_what_swells_after_a_stroke_is_held_down_and_the_stroke_stays():
    t = np.arange(RATE) / RATE
    falls = np.exp(-8 * t)
    swell = 0.5 * np.exp(-(((t - 0.3) / 0.03) ** 2))
    noise = np.random.default_rng(0).standard_normal((2, RATE))
    x = (0.1 * (falls + swell) * noise).astype(np.float32)
    y = envelopes.dying(x, RATE, [0.0])
    assert y.dtype == x.dtype
    assert abs(level_db(y, 0, 0.05) - level_db(x, 0, 0.05)) < 1.5
    assert level_db(y, 0.28, 0.32) < level_db(x, 0.28, 0.32) - 10
    assert level_db(y, 0.28, 0.32) < level_db(y, 0.15, 0.2)
    both = envelopes.dying(x, RATE, [0.3, 0.0])  # asked for, it may swell
    assert abs(level_db(both, 0.28, 0.32) - level_db(x, 0.28, 0.32)) < 2


def test_odd_lengths_and_times():
    x = np.full((1, 1), 0.5, np.float32)
    assert np.allclose(envelopes.dying(x, RATE, [0.0, 5.0]), x)
    assert envelopes.dying(np.zeros((2, 1000), np.float32), 8000, [0.01]).shape == (2, 1000)
    assert np.array_equal(envelopes.dying(x, RATE, []), x)
