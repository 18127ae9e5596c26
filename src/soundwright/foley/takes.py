"""How a take leaves a sound model: small parts laid in time, levels set, ends faded.

Sound models build their parts as float32 `[frames]` and hand them to `event` or `bed`, so that every event peaks at
about the same height, every texture is about equally loud, and none carries DC or ends in a click.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from soundwright.dsp import envelopes, filters, noise

SILENT = 2e-4  # -74 dB below the peak: an event's tail ends there


def event(x: np.ndarray, rate: int, peak: float = 0.8, fade_s: float = 0.015) -> np.ndarray:
    """x `[..., n]` as an event: no DC, silence at the end cut, faded out, largest sample at `peak`."""
    x = filters.highpass(np.asarray(x, np.float32), 18.0, rate)
    top = float(np.max(np.abs(x), initial=0.0))
    if top <= 0:
        return x
    loud = np.flatnonzero(np.abs(x if x.ndim == 1 else x.max(axis=0)) > SILENT * top)
    x = envelopes.fade(x[..., : int(loud[-1]) + 1], rate, 0.0, fade_s)
    return (x * np.float32(peak / top)).astype(np.float32)


def bed(x: np.ndarray, n: int, rate: int, rms: float = 0.1) -> np.ndarray:
    """x `[..., >= n]` as a texture of exactly `n` frames: no DC, RMS at `rms`, no sample over 0.9.

    What is spiky (ticks, crackle) is driven up to 7 dB into a soft knee above 0.5, and is quieter where that is not
    enough.
    """
    x = np.asarray(x, np.float32)[..., :n]
    if x.shape[-1] < n:
        x = np.concatenate([x, np.zeros((*x.shape[:-1], n - x.shape[-1]), np.float32)], axis=-1)
    if not n:
        return x
    x = filters.highpass(x, 18.0, rate)
    level = float(np.sqrt(np.mean(np.square(x, dtype=np.float64))))
    top = float(np.max(np.abs(x)))
    if top <= 0:
        return x
    x = x * np.float32(min(rms / max(level, 1e-9), 2.0 / top))
    over = np.abs(x) > 0.5
    x[over] = np.sign(x[over]) * (0.5 + 0.4 * np.tanh((np.abs(x[over]) - 0.5) / 0.4))
    return x


def seconds(n: int, rate: int, low: float, high: float) -> float:
    """The wished length of an event in seconds, held inside what is natural for it."""
    return float(np.clip(n / rate, low, high))


def phrase(times_s: Sequence[float] | np.ndarray, parts: Sequence[np.ndarray], rate: int) -> np.ndarray:
    """Parts `[length]` summed at their times, float32, as long as the last of them sounds."""
    starts = [round(float(t) * rate) for t in times_s]
    n = max((s + p.shape[-1] for s, p in zip(starts, parts, strict=True)), default=1)
    return noise.scatter(n, starts, parts)


def mix(*parts: np.ndarray) -> np.ndarray:
    """Sum of parts of unlike lengths, all from time 0."""
    out = np.zeros(max(p.shape[-1] for p in parts), np.float32)
    for part in parts:
        out[: part.shape[-1]] += part
    return out


def beats(n: int, rate: int, every_s: float, jitter: float, rng: np.random.Generator, first_s: float = 0.0):
    """Times in seconds of something that happens about `every_s`, each interval uneven by the fraction `jitter`."""
    count = int(np.ceil(n / rate / every_s * (1 + jitter))) + 2
    steps = every_s * np.maximum(1 + jitter * rng.standard_normal(count), 0.2)
    times = first_s + np.concatenate([[0.0], np.cumsum(steps)])
    return times[times < n / rate]


def burst(
    rng: np.random.Generator, rate: int, t60_s: float, low_hz: float, high_hz: float, attack_s: float = 0.0
) -> np.ndarray:
    """Band-passed noise that rises in `attack_s` and dies in `t60_s`; about unit peak."""
    n = max(round((t60_s + attack_s) * rate), 8)
    x = filters.bandpass(noise.white(rng, n), low_hz, high_hz, rate, 1)
    rise = round(attack_s * rate)
    curve = envelopes.decay(n - rise, rate, t60_s)
    if rise:
        ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)).astype(np.float32)
        curve = np.concatenate([ramp, curve])
    x = x * curve
    return (x / max(float(np.max(np.abs(x))), 1e-9)).astype(np.float32)


def thump(rate: int, hz: float, t60_s: float, drop: float = 0.5, sharp_s: float = 0.002) -> np.ndarray:
    """A soft heavy blow: a mode that falls from `(1 + drop) hz` to `hz` as it dies, higher ones shorter. Unit peak.

    One sine alone would leave a hole between 2 hz and the click: recordings of floors, doors and bodies are full there.
    """
    n = max(round(t60_s * 1.1 * rate), 8)
    t = np.arange(n) / rate
    curve = hz * (1 + drop * np.exp(-t / (0.12 * t60_s)))
    turn = 2 * np.pi * np.cumsum(curve) / rate
    x = np.zeros(n)
    for ratio, level in ((1.0, 1.0), (1.87, 0.6), (2.93, 0.5), (4.41, 0.4), (6.63, 0.28), (9.7, 0.18)):
        x += level * np.sin(ratio * turn) * np.exp(-6.91 * t * ratio**0.8 / t60_s)
    x *= np.minimum(t / max(sharp_s, 1e-4), 1.0)
    return (x / max(float(np.max(np.abs(x))), 1e-9)).astype(np.float32)


def swell(n: int, rise: float = 0.5, power: float = 2.0) -> np.ndarray:
    """A bump `[n]` from 0 over 1 at the fraction `rise` back to 0; `power` makes it slender."""
    t = (np.arange(n) + 0.5) / max(n, 1)
    up = np.where(t < rise, t / max(rise, 1e-6), (1 - t) / max(1 - rise, 1e-6))
    return (np.sin(0.5 * np.pi * np.clip(up, 0, 1)) ** power).astype(np.float32)
