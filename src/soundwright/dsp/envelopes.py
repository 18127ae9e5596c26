"""Envelopes and fades as curves `[n]`."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from soundwright.dsp import units

LEVEL_S, SMOOTHED = 0.005, 3  # steps of a level, and how many a level is heard over
EARLY_S, PEAK_S = 0.03, 0.12  # a stroke may begin so long before its time, and is loudest within so long of that


def points(n: int, rate: int, times_s, levels, curve: float = 0.0) -> np.ndarray:
    """Straight lines through (time, level) points, held at both ends; `curve` > 0 bends them towards slow starts."""
    t = np.arange(n) / rate
    times, levels = np.asarray(times_s, float), np.asarray(levels, float)
    if not curve:
        return np.interp(t, times, levels).astype(np.float32)
    i = np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
    span = np.maximum(times[i + 1] - times[i], 1e-9)
    x = np.clip((t - times[i]) / span, 0, 1)
    return (levels[i] + (levels[i + 1] - levels[i]) * np.expm1(curve * x) / np.expm1(curve)).astype(np.float32)


def decay(n: int, rate: int, t60_s: float) -> np.ndarray:
    """Exponential fall from 1 by 60 dB in `t60_s`."""
    return np.exp(-np.log(1000.0) / max(t60_s * rate, 1e-9) * np.arange(n)).astype(np.float32)


def adsr(n: int, rate: int, attack_s: float, decay_s: float, sustain: float, release_s: float) -> np.ndarray:
    """Exponential attack-decay-sustain-release; the release ends at sample `n`, key-off is `release_s` before."""
    off = max(n - round(release_s * rate), 0)
    t = np.arange(n) / rate
    rise = np.minimum(t / max(attack_s, 1e-4), 1.0)
    after = np.maximum(t - attack_s, 0.0)
    body = rise * (sustain + (1 - sustain) * np.exp(-5.0 * after / max(decay_s, 1e-4)))
    if n > off:
        x = np.arange(n - off) / max(n - off, 1)
        body[off:] = (body[off - 1] if off else 1.0) * (np.exp(-5.0 * x) - np.exp(-5.0)) / (1 - np.exp(-5.0))
    return body.astype(np.float32)


def fade(x: np.ndarray, rate: int, in_s: float = 0.0, out_s: float = 0.0) -> np.ndarray:
    """Raised-cosine fades at both ends of x `[..., n]`; they never meet (each takes half of x at the most)."""
    x = x.copy()
    n = x.shape[-1]
    for length, end in ((min(round(in_s * rate), n // 2), False), (min(round(out_s * rate), n // 2), True)):
        if length:
            ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / length)).astype(x.dtype)
            if end:
                x[..., n - length :] *= ramp[::-1]
            else:
                x[..., :length] *= ramp
    return x


def seamless(x: np.ndarray, overlap: int) -> np.ndarray:
    """A loop from x `[..., n]`: its last `overlap` samples are faded into its first ones, equal power.

    Returns `[..., n - overlap]`, whose last sample is followed by its first as in x itself.
    """
    n = x.shape[-1]
    if not 0 < overlap <= n // 2:
        return x
    ramp = np.sin(0.5 * np.pi * (np.arange(overlap) + 0.5) / overlap).astype(x.dtype)
    out = x[..., : n - overlap].copy()
    out[..., :overlap] = out[..., :overlap] * ramp + x[..., n - overlap :] * ramp[::-1]
    return out


def dying(x: np.ndarray, rate: int, begins_s) -> np.ndarray:
    """x `[channels, n]` of strokes that begin at these times and then only die away: what swells again is held down."""
    n, step = x.shape[-1], max(1, round(LEVEL_S * rate))
    count = -(-n // step)
    power = np.square(np.pad(x, ((0, 0), (0, count * step - n)))).reshape(len(x), count, step).mean(axis=(0, 2))
    power = np.convolve(np.pad(power, SMOOTHED // 2, mode="edge"), np.full(SMOOTHED, 1 / SMOOTHED), "valid")
    level, gains = 0.5 * units.decibels(power), np.zeros(count)
    starts = [max(0, round((at - EARLY_S) / LEVEL_S)) for at in sorted(begins_s)]
    for start, end in pairwise([*starts, count]):
        if start < min(end, count):
            peak = start + int(np.argmax(level[start : min(end, start + round(PEAK_S / LEVEL_S))]))
            gains[peak:end] = np.minimum.accumulate(level[peak:end]) - level[peak:end]
    curve = np.interp(np.arange(n), (np.arange(count) + 0.5) * step, gains)
    return (x * units.gain(curve)).astype(x.dtype)
