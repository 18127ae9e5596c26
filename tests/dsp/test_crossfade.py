"""The law of a crossfade: the power stays level whatever the correlation, between the two named laws and at them."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.dsp import crossfade

RATE = 48_000


def pair(likeness: float, seconds: float = 4.0, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Two noises of power 1 and that correlation."""
    a, b = np.random.default_rng(seed).standard_normal((2, 2, round(seconds * RATE)))
    return a, likeness * a + np.sqrt(1 - likeness**2) * b


@pytest.mark.parametrize("likeness", [-0.5, -0.2, 0.0, 0.3, 0.5, 0.8, 1.0])
def test_the_level_holds_through_the_fade(likeness):
    a, b = pair(likeness)
    level_db = 10 * np.log10(np.square(crossfade.cross(a, b)).reshape(2, 8, -1).mean(axis=(0, 2)))
    np.testing.assert_allclose(level_db, 0.0, atol=0.15)
    plain_db = 10 * np.log10(np.square(crossfade.cross(a, b, 0.0)).reshape(2, 8, -1).mean(axis=(0, 2)))
    assert likeness == 0.0 or np.abs(plain_db).max() > 0.4  # equal power is wrong for any other


def test_its_ends_are_equal_gain_and_equal_power():
    fall, rise = crossfade.gains(480, 1.0)
    np.testing.assert_allclose(fall + rise, 1.0, atol=1e-6)
    fall, rise = crossfade.gains(480, 0.0)
    np.testing.assert_allclose(fall**2 + rise**2, 1.0, atol=1e-6)
    np.testing.assert_allclose(fall, rise[::-1], atol=1e-6)


def test_what_cancels_is_not_raised_without_end():
    assert max(np.max(gain) for gain in crossfade.gains(480, -1.0)) < 1.16
    assert crossfade.gains(0, 0.5)[0].shape == (0,)


def test_correlation_of_what_is_known():
    a, b = pair(0.6)
    assert abs(crossfade.correlation(a, b) - 0.6) < 0.01
    assert crossfade.correlation(a, -2 * a) == pytest.approx(-1)
    assert crossfade.correlation(a, 0 * a) == 0.0


def test_a_continued_sound_goes_on_in_value_and_slope():
    x = np.sin(2 * np.pi * 330 * np.arange(1000) / RATE)[None]
    y = np.concatenate([x, crossfade.continued(x, 200)], axis=1)
    assert y.shape[1] == 1200
    assert np.abs(np.diff(y, 2)[:, 990:1010]).max() <= np.abs(np.diff(x, 2)).max() * 1.01
    assert crossfade.continued(x[:, :1], 10).shape == (1, 0)
