"""The limiter keeps its ceiling on sound made to break it, and leaves everything else alone."""

import numpy as np
import pytest
from scipy import signal

from soundwright.dsp import block, limiter, peak

RATES = (8_000, 16_000, 44_100, 48_000, 96_000, 192_000)


def square(rng, n, t):
    return np.sign(np.sin(2 * np.pi * rng.uniform(40, 3000) * t + rng.uniform(0, 6))) * rng.uniform(0.8, 4)


def quarter_rate(rng, n, t):
    return np.sin(0.5 * np.pi * np.arange(n) + np.pi / 4) * rng.uniform(0.8, 4)


def clipped_mix(rng, n, t):
    mix = sum(np.sin(2 * np.pi * hz * t + hz) for hz in rng.uniform(50, 3000, 8)) + rng.standard_normal(n)
    return np.clip(mix, -1, 1) * 4


def impulses_at_the_ends(rng, n, t):
    x = np.zeros(n)
    x[[0, -1]] = rng.uniform(1, 8, 2) * rng.choice([-1, 1], 2)
    return x


def noise(rng, n, t):
    return rng.standard_normal(n) * rng.uniform(0.5, 3)


def bursts(rng, n, t):
    return rng.standard_normal(n) * (rng.random(n) > 0.999).repeat(1) * 6 + 0.3 * np.sin(2 * np.pi * 200 * t)


def steps(rng, n, t):
    return np.repeat(rng.uniform(-3, 3, n // 50 + 1), 50)[:n]


def near_half_rate(rng, n, t):
    return np.sin(np.pi * 0.97 * np.arange(n) + rng.uniform(0, 6)) * np.hanning(n) * 3


SOUNDS = (square, quarter_rate, clipped_mix, impulses_at_the_ends, noise, bursts, steps, near_half_rate)


def adversary(seed: int) -> tuple[np.ndarray, int, float]:
    rng = np.random.default_rng(seed)
    rate, make = RATES[seed % len(RATES)], SOUNDS[seed % len(SOUNDS)]
    n, channels = int(rate * rng.uniform(0.05, 0.4)), int(rng.choice([1, 2, 6]))
    x = np.stack([make(rng, n, np.arange(n) / rate) for _ in range(channels)])
    return x.astype(np.float32), rate, float(rng.choice([-0.3, -1.0, -2.0, -9.0]))


def keeps_its_ceiling(seeds) -> None:
    for seed in seeds:
        x, rate, ceiling = adversary(seed)
        y = limiter.limit(x, rate, ceiling)
        assert y.shape == x.shape
        assert np.isfinite(y).all()
        case = (seed, SOUNDS[seed % len(SOUNDS)].__name__, rate, ceiling)
        assert 20 * np.log10(peak.true_peak(y, rate)) <= ceiling + 1e-3, case
        apart = signal.resample_poly(y.astype(np.float64), 8, 1, axis=1)  # another interpolator than our own
        assert 20 * np.log10(np.abs(apart).max()) <= ceiling + 0.05, case


def test_never_over_its_ceiling():
    keeps_its_ceiling(range(64))


@pytest.mark.slow
def test_never_over_its_ceiling_500():
    keeps_its_ceiling(range(520))


@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_what_is_under_the_ceiling_stays_bit_by_bit(rate):
    x = np.random.default_rng(1).standard_normal((2, rate)).astype(np.float32)
    x *= np.float32(0.88 / peak.true_peak(x, rate))
    assert np.array_equal(block.run(limiter.Limiter(-1.0), x, rate), x)
    assert limiter.limit(x, rate, -1.0) is x


def test_sound_far_from_a_peak_is_not_touched():
    rate = 48_000
    x = (0.1 * np.random.default_rng(2).standard_normal((1, 4 * rate))).astype(np.float32)
    x[0, 2 * rate] = 3.0
    y = block.run(limiter.Limiter(-1.0), x, rate)
    assert np.array_equal(y[:, : 2 * rate - rate // 100], x[:, : 2 * rate - rate // 100])
    assert np.array_equal(y[:, 4 * rate - rate // 4 :], x[:, 4 * rate - rate // 4 :])
    assert np.abs(y).max() <= 10 ** (-1 / 20)


def test_a_steady_tone_is_turned_down_without_distortion():
    rate = 48_000
    x = (2 * np.sin(2 * np.pi * 100 * np.arange(4 * rate) / rate))[None].astype(np.float32)
    y = block.run(limiter.Limiter(-1.0), x, rate)[0, 2 * rate :].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(y * np.blackman(len(y)))) ** 2
    tone = slice(200 - 8, 200 + 9)
    rest = spectrum.copy()
    rest[tone] = 0
    assert 10 * np.log10(rest.sum() / spectrum[tone].sum()) < -50


@pytest.mark.parametrize("cut", [100, 4_000, 50_000])
def test_streamed_equals_whole(cut):
    for seed in range(5):
        x, rate, ceiling = adversary(seed)
        parts = block.run(limiter.Limiter(ceiling), x, rate, piece=cut)
        assert np.abs(parts - block.run(limiter.Limiter(ceiling), x, rate)).max() < 2e-6


@pytest.mark.parametrize("shape", [(1, 0), (2, 1), (1, 5), (6, 100)])
def test_odd_lengths(shape):
    y = limiter.limit(np.full(shape, 2.0, np.float32), 48_000, -1.0)
    assert y.shape == shape
    assert peak.true_peak(y, 48_000) <= 10 ** (-1 / 20)


def test_the_foretold_attenuation_is_the_one_applied():
    rate = 48_000
    x = (np.repeat(np.random.default_rng(4).uniform(0.2, 3, 40), 1_600) * np.sin(np.arange(64_000) * 0.1))[None]
    stage = limiter.Limiter(-1.0).stages[0]
    y = block.run(stage, x.astype(np.float32), rate)
    hops = peak.hop_peaks(peak.envelope(x.astype(np.float32)), stage.hop(rate))
    foretold = stage.attenuation(np.maximum(20 * np.log10(hops) - stage.ceiling_dbtp, 0.0), rate)
    loud = np.abs(x[0]) > 0.1
    applied = -20 * np.log10(np.abs(y[0][loud]) / np.abs(x[0][loud]))
    assert (
        np.abs(applied - np.interp(np.flatnonzero(loud) / stage.hop(rate), np.arange(len(foretold)), foretold)).max()
        < 0.4
    )
