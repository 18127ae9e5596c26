"""What the sound models share: contours of pitch and level, decorrelated noise, grains laid in a stereo field.

A texture is wide but stays whole in mono: its two channels share part of their noise, and its grains are panned
by level alone. Nothing here is looped, so a texture of any length is drawn anew from end to end.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import noise


def contour(n: int, *points: tuple[float, float]) -> np.ndarray:
    """A smooth curve `[n]` through (position 0..1, value) points without overshoot (monotone cubic, PCHIP)."""
    from scipy.interpolate import PchipInterpolator

    at, values = zip(*points, strict=True)
    if n < 2:
        return np.full(n, values[0], np.float32)
    return PchipInterpolator(at, values)(np.linspace(at[0], at[-1], n)).astype(np.float32)


def about(rng: np.random.Generator, value: float, share: float = 0.15) -> float:
    """A value drawn round `value`, as often above as below, at most by the factor 1 + `share`."""
    return float(value * (1 + share) ** rng.uniform(-1, 1))


def loose(
    rng: np.random.Generator, n: int, *points: tuple[float, float], values: float = 0.06, times: float = 0.5
) -> np.ndarray:
    """`contour` as another individual would draw it: each value off by the share `values`, each inner point moved by
    up to `times` of half the way to its neighbour.
    """
    at, level = (np.array(column, float) for column in zip(*points, strict=True))
    level = level * (1 + values) ** rng.uniform(-1, 1, len(level))
    if len(at) > 2:
        room = 0.5 * np.minimum(at[1:-1] - at[:-2], at[2:] - at[1:-1])
        at[1:-1] += 0.96 * times * room * rng.uniform(-1, 1, len(room))
    return contour(n, *zip(at, level, strict=True))


def swell(n: int, rate: int, attack_s: float, release_s: float, bend: float = 1.0) -> np.ndarray:
    """A raised-cosine rise and fall `[n]` round a plateau; `bend` > 1 makes both steeper at the loud end."""
    t = np.arange(n) / rate
    end = n / rate
    rise = np.clip(t / max(min(attack_s, end / 2), 1e-4), 0, 1)
    fall = np.clip((end - t) / max(min(release_s, end / 2), 1e-4), 0, 1)
    return ((0.5 - 0.5 * np.cos(np.pi * np.minimum(rise, fall))) ** bend).astype(np.float32)


def level(x: np.ndarray, rms: float = 0.1, peak: float = 0.95) -> np.ndarray:
    """x `[..., n]` at RMS `rms`; rare peaks are rounded off over two thirds of `peak`, by 6 dB at the most.

    Where that is not enough, x stays quieter than `rms`.
    """
    top = float(np.abs(x).max(initial=0.0))
    mean = float(np.sqrt(np.mean(np.square(x, dtype=np.float64)))) if x.size else 0.0
    if top < 1e-9:
        return x.astype(np.float32)
    x = (x * np.float32(min(rms / mean, 2 * peak / top))).astype(np.float32)
    knee, size = np.float32(peak / 1.5), np.abs(x)
    over = size > knee
    if over.any():
        room = np.float32(peak) - knee
        x[over] = np.sign(x[over]) * (knee + room * np.tanh((size[over] - knee) / room))
    return x


def peaked(x: np.ndarray, peak: float = 0.8) -> np.ndarray:
    """x `[..., n]` with its largest sample at `peak`."""
    return (x * np.float32(peak / max(float(np.abs(x).max(initial=0.0)), 1e-9))).astype(np.float32)


def wide(rng: np.random.Generator, n: int, shared: float = 0.35) -> np.ndarray:
    """White noise `[2, n]`, RMS 1, whose channels correlate by `shared`."""
    x = noise.white(rng, (2, n)) * np.float32(np.sqrt(1 - shared))
    return x + noise.white(rng, n) * np.float32(np.sqrt(shared))


def turns(rng: np.random.Generator, n: int, rate: int, hz: float, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """A slow curve `[n]` like `noise.wander`, drawn at a low rate and stretched: cheap for minutes of control."""
    few = max(n * 200 // rate, 4)
    slow = noise.wander(rng, few + 1, 200, hz, low, high)
    return np.interp(np.arange(n) * (few / max(n, 1)), np.arange(few + 1), slow).astype(np.float32)


def pans(rng: np.random.Generator, count: int, width: float = 0.8) -> np.ndarray:
    """Constant-power gains `[2, count]` of random places between −`width` and `width`."""
    angle = (rng.uniform(-width, width, count) + 1) * np.pi / 4
    return np.stack([np.cos(angle), np.sin(angle)]).astype(np.float32)


def lay(out: np.ndarray, at, grains, gains: np.ndarray) -> np.ndarray:
    """Add grain i, times `gains[:, i]`, into `out` `[2, n]` at sample `at[i]`; what passes the end is cut."""
    n = out.shape[1]
    for i, (start, grain) in enumerate(zip(at, grains, strict=True)):
        length = min(len(grain), n - start)
        if length > 0:
            out[0, start : start + length] += gains[0, i] * grain[:length]
            out[1, start : start + length] += gains[1, i] * grain[:length]
    return out


def pings(n: int, rate: int, at, hz, decay, gains: np.ndarray, rise: float | np.ndarray = 0.0) -> np.ndarray:
    """Damped sines `[2, n]` that start at samples `at`, fall by e^(−`decay` t) and glide as hz·(1 + `rise` t).

    `hz`, `decay` (1/s) and `rise` (1/s) are numbers or arrays `[count]`, `gains` is `[2, count]`. Grains are made
    in groups of like length, one small matrix each.
    """
    out = np.zeros((2, n), np.float32)
    at = np.asarray(at, int)
    hz, decay, rise = (np.broadcast_to(np.asarray(v, np.float32), at.shape) for v in (hz, decay, rise))
    keep = np.flatnonzero((hz > 0) & (hz < 0.45 * rate))
    order = keep[np.argsort(decay[keep])]
    for first in range(0, len(order), 128):
        group = order[first : first + 128]
        d = decay[group, None]
        t = (np.arange(max(round(6.5 / float(d.min()) * rate), 8)) / rate).astype(np.float32)
        turn = np.float32(2 * np.pi) * hz[group, None] * (t + np.float32(0.5) * rise[group, None] * t * t)
        lay(out, at[group], np.sin(turn) * np.exp(-d * t), gains[:, group])
    return out


def puffs(rng: np.random.Generator, n: int, rate: int, at, decay, gains: np.ndarray, attack_s=0.0) -> np.ndarray:
    """Bursts of white noise `[2, n]` that start at samples `at` and fall by e^(−`decay` t); see `pings`."""
    out = np.zeros((2, n), np.float32)
    at = np.asarray(at, int)
    if not len(at):
        return out
    decay = np.broadcast_to(np.asarray(decay, np.float32), at.shape)
    longest = max(round(6.5 / float(decay.min()) * rate), 8)
    bed = noise.white(rng, longest + max(n, rate))
    starts = rng.integers(0, len(bed) - longest, len(at))
    order = np.argsort(decay)
    for first in range(0, len(order), 128):
        group = order[first : first + 128]
        d = decay[group, None]
        length = max(round(6.5 / float(d.min()) * rate), 8)
        t = (np.arange(length) / rate).astype(np.float32)
        hull = np.exp(-d * t)
        if attack_s:
            hull = hull * (1 - np.exp(-t / np.float32(attack_s)))
        lay(out, at[group], hull * bed[starts[group, None] + np.arange(length)], gains[:, group])
    return out
