"""A texture made longer without end: stretches of it taken at random, joined where they are alike.

A loop of four seconds is heard as one after three turns. Here the recording's steady part is levelled (a swell that
comes again gives every loop away) and continued by stretches of random length from random places, each chosen from
several for how alike its beginning is to what has just sounded, shifted so that the waves agree, and faded over at
equal power for as much as the two are unlike. So there is no period: what comes again comes at random times.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from soundwright.dsp import crossfade, spectra

STEADY_DB = 12.0  # how far under its median level a recording's steady part goes
LEVELLED = 0.75  # share of a slow swell that is taken out
STRETCH_S = (1.2, 5.0)
FADE_S = 0.4
CANDIDATES, KEPT = 10, 3
SHIFT_S = 0.012  # how far a stretch may move to agree in phase
BANDS, HOP = 24, 1024


def steady(x: np.ndarray, rate: int) -> np.ndarray:
    """The part of x `[channels, n]` between its fades, with slow swells flattened."""
    step = max(round(0.1 * rate), 1)
    mono = np.pad(np.square(x).mean(axis=0), (0, -x.shape[1] % step)).reshape(-1, step)
    level = 10 * np.log10(mono.mean(axis=1) + 1e-10)
    loud = np.flatnonzero(level > np.median(level[level > level.max() - 40]) - STEADY_DB)
    first, last = int(loud[0]), int(loud[-1]) + 1
    x, level = x[:, first * step : last * step], level[first:last]
    if len(level) < 12:
        return x
    slow = np.convolve(np.pad(level, 5, mode="edge"), np.ones(11) / 11, mode="valid")
    gain = 10 ** (LEVELLED * np.clip(np.median(slow) - slow, -12, 12) / 20)
    at = (np.arange(len(gain)) + 0.5) * step
    return (x * np.interp(np.arange(x.shape[1]), at, gain)).astype(np.float32)


def extend(x: np.ndarray, frames: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    """x `[channels, n]` as `frames` frames of the same texture; a part of it where it is long enough as it is.

    The level stays that of its steady part. Nothing is stretched, and no stretch follows itself.
    """
    x = steady(x, rate)
    n = x.shape[1]
    if n >= frames:
        start = int(rng.integers(0, n - frames + 1))
        return np.ascontiguousarray(x[:, start : start + frames])
    fade = max(min(round(FADE_S * rate), n // 6), 1)
    shift = min(round(SHIFT_S * rate), fade // 4)
    least = min(round(STRETCH_S[0] * rate), n // 3) + fade
    most = max(min(round(STRETCH_S[1] * rate), n - fade - 2 * shift), least + 1)
    colours = _colours(x, rate)
    out = np.zeros((len(x), frames + most + fade), np.float32)
    start = int(rng.integers(0, max(n - least, 1)))
    length = int(rng.integers(least, most))
    taken = x[:, start : start + length]
    out[:, : taken.shape[1]] = taken
    at = taken.shape[1] - fade
    while at < frames:
        length = int(rng.integers(least, most))
        start = _next(colours, n, start + taken.shape[1] - fade, length, shift, rng)
        start += _lag(out[:, at : at + fade], x[:, max(start - shift, 0) : start + fade + shift], min(start, shift))
        taken = x[:, start : start + length]
        _join(out, at, taken, fade)
        at += taken.shape[1] - fade
    return out[:, :frames]


def _colours(x: np.ndarray, rate: int) -> np.ndarray:
    """Log-mel levels `[frames, 24]`, smoothed over 0.1 s."""
    levels = spectra.log_mel(x.mean(axis=0), rate, bands=BANDS, hop=HOP)
    width = max(round(0.1 * rate / HOP), 1)
    return np.apply_along_axis(lambda row: np.convolve(row, np.ones(width) / width, mode="same"), 1, levels).T


def _next(colours: np.ndarray, n: int, here: int, length: int, shift: int, rng: np.random.Generator) -> int:
    """Where the next stretch begins: of some random places away from here, one of those most like what sounds now."""
    room = max(n - length - shift, 1)
    starts = rng.integers(0, room, CANDIDATES)
    away = starts[np.abs(starts - here) > 0.12 * n]
    starts = away if len(away) else starts
    now = colours[min(here // HOP, len(colours) - 1)]
    apart = np.abs(colours[np.minimum(starts // HOP, len(colours) - 1)] - now).mean(axis=1)
    best = starts[np.argsort(apart, kind="stable")[:KEPT]]
    return int(best[rng.integers(len(best))])


def _lag(tail: np.ndarray, head: np.ndarray, most: int) -> int:
    """By how many frames, from `-most` on, a stretch should move so that its waves agree with the tail's."""
    room = head.shape[1] - tail.shape[1]
    if room <= 0:
        return 0
    alike = signal.fftconvolve(head.mean(axis=0), tail.mean(axis=0)[::-1], mode="valid")
    return int(alike.argmax()) - most


def _join(out: np.ndarray, at: int, taken: np.ndarray, fade: int) -> None:
    """Fade `taken` in over what sounds at `at`; equal power for unlike sounds, equal amplitude for like ones."""
    out[:, at : at + fade] = crossfade.cross(out[:, at : at + fade], taken[:, :fade])
    out[:, at + fade : at + taken.shape[1]] = taken[:, fade:]
