"""Noise and randomness as signals: coloured noise, slow wandering curves, random instants, scattered grains."""

from __future__ import annotations

import numpy as np
from scipy import fft, signal


def white(rng: np.random.Generator, shape) -> np.ndarray:
    """Gaussian white noise, float32, standard deviation 1."""
    return rng.standard_normal(shape, dtype=np.float32)


def coloured(rng: np.random.Generator, n: int, rate: int, slope_db_octave: float = -3.0) -> np.ndarray:
    """Gaussian noise `[n]` with a spectral slope (−3 pink, −6 brown, +3 blue), flat under 20 Hz, RMS 1."""
    if n == 0:
        return np.zeros(0, np.float32)
    size = fft.next_fast_len(max(n, 16), real=True)
    bins = np.maximum(fft.rfftfreq(size, 1 / rate), 20.0)
    spectrum = np.asarray(fft.rfft(white(rng, size))) * (bins / 1000.0) ** (slope_db_octave / 6.0206)
    x = np.asarray(fft.irfft(spectrum, size))[:n]
    return (x / max(float(np.sqrt(np.mean(x**2))), 1e-12)).astype(np.float32)


def wander(rng: np.random.Generator, n: int, rate: int, hz: float, low: float = -1.0, high: float = 1.0) -> np.ndarray:
    """A smooth random curve `[n]` in `low..high` that turns about `hz` times a second (cosine between draws)."""
    knots = rng.uniform(low, high, int(np.ceil(n * hz / rate)) + 3)
    at = np.arange(n) * (hz / rate) + rng.uniform()
    i = at.astype(int)
    blend = 0.5 - 0.5 * np.cos(np.pi * (at - i))
    return (knots[i] * (1 - blend) + knots[i + 1] * blend).astype(np.float32)


def instants(rng: np.random.Generator, n: int, rate: int, per_second) -> np.ndarray:
    """Sorted random sample positions in `0..n-1`, Poisson with `per_second` (a number or a curve `[n]`)."""
    density = np.broadcast_to(np.asarray(per_second, float) / rate, n)
    total = np.cumsum(density)
    if n == 0 or total[-1] <= 0:
        return np.zeros(0, int)
    count = rng.poisson(total[-1])
    return np.sort(np.searchsorted(total, rng.uniform(0, total[-1], count)).clip(0, n - 1))


def scatter(n: int, positions, grains) -> np.ndarray:
    """Sum of `grains` (each `[length]` or `[channels, length]`) laid at sample `positions`; cut at `n`."""
    grains = list(grains)
    out = np.zeros((*(grains[0].shape[:-1] if grains else ()), n), np.float32)
    for at, grain in zip(positions, grains, strict=True):
        at, skip = max(int(at), 0), max(-int(at), 0)
        length = min(grain.shape[-1] - skip, n - at)
        if length > 0:
            out[..., at : at + length] += grain[..., skip : skip + length]
    return out


def scatter_many(n: int, positions: np.ndarray, gains: np.ndarray, which: np.ndarray, kernels) -> np.ndarray:
    """Like `scatter` for thousands of grains of a few kinds: grain i is `gains[i] * kernels[which[i]]`.

    Each kind is one FFT convolution of its impulse train: cost does not grow with the number of grains.
    """
    out = np.zeros(n, np.float32)
    for kind, kernel in enumerate(kernels):
        mine = which == kind
        if mine.any():
            train = np.bincount(positions[mine], weights=gains[mine], minlength=n)[:n].astype(np.float32)
            out += signal.oaconvolve(train, np.asarray(kernel, np.float32))[:n]
    return out
