"""Skins, wires and metal: what kits are made of.

A drum head is a circular membrane with modes 1, 1.59, 2.14, 2.30, 2.65 ... (Fletcher and Rossing), whose pitch falls
as the blow's tension relaxes; snare wires are noise that follows the head; a cymbal is some hundred inharmonic modes
whose energy climbs from low to high in the first milliseconds, and hiss above them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.instruments.struck import ringing
from soundwright.instruments.tone import Tone

HEAD = np.array([1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.6, 4.06])


def _curve(n: int, rate: int, t60_s: float) -> np.ndarray:
    return np.exp(np.arange(n) * (-6.908 / (t60_s * rate))).astype(np.float32)


def hiss(tone: Tone, low: float, high: float, t60_s: float, attack_s: float = 0.0, order: int = 2) -> np.ndarray:
    """A burst of band noise with an exponential fall, RMS about 1 at its start."""
    n = min(tone.n, round(1.1 * t60_s * tone.rate) + round(attack_s * tone.rate) + 8)
    x = noise.white(tone.rng, n)
    if low > 30:
        x = filters.highpass(x, low, tone.rate, order)
    if high < 0.42 * tone.rate:
        x = filters.lowpass(x, high, tone.rate, order)
    x *= _curve(n, tone.rate, t60_s) / max(float(np.sqrt(np.mean(x[: max(n // 2, 1)] ** 2))), 1e-6)
    if attack_s:
        rise = min(round(attack_s * tone.rate), n)
        x[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    return x


@dataclass(frozen=True, slots=True)
class Skin:
    """A drum: `hz` and `t60_s` of its first mode, how the modes stand, pitch fall, beater.

    `fall` is (octaves above at the blow, time constant s); `modes` the level of the modes above the first;
    `beater` (level, low Hz, high Hz, s) is the stick on the skin.
    """

    hz: float
    t60_s: float
    modes: float = 0.35
    fall: tuple[float, float] = (0.3, 0.03)
    beater: tuple[float, float, float, float] = (0.25, 500.0, 5000.0, 0.02)
    damping: float = 0.8
    drive: float = 0.0
    level: float = 1.0


def skin(tone: Tone, build: Skin) -> np.ndarray:
    """A struck head, `[n]`."""
    rate, v, rng = tone.rate, tone.velocity, tone.rng
    n = min(tone.n, round(1.15 * build.t60_s * rate))
    ratio = HEAD * rng.uniform(0.99, 1.01, len(HEAD))
    level = np.where(ratio < 1.1, 1.0, build.modes * (0.4 + 0.8 * v) * rng.uniform(0.5, 1.1, len(HEAD)) / ratio)
    t = np.arange(n) / rate
    octaves, time = build.fall[0] * (0.5 + 0.5 * v), build.fall[1]
    ahead = (2**octaves - 1) * time * (1 - np.exp(-t / time))  # time runs faster while the skin is tight
    body = ringing(
        ratio * build.hz,
        build.t60_s / ratio**build.damping * 1.0,
        level,
        n + round(0.1 * rate) + round(ahead[-1] * rate),
        rate,
    )
    out = np.interp((t + ahead) * rate, np.arange(len(body)), body).astype(np.float32)
    if build.drive:
        out = np.tanh(out * build.drive) / np.float32(np.tanh(build.drive))
    amount, low, high, s = build.beater
    stick = hiss(tone, low, high * (0.4 + 0.6 * v), s)
    size = min(n, len(stick))
    out[:size] += amount * (0.3 + 0.9 * v) * stick[:size]
    edge = max(round(0.0005 * rate), 2)
    out[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
    return out * np.float32(build.level)


@dataclass(frozen=True, slots=True)
class Metal:
    """A cymbal: modes from `low_hz` to `high_hz`, decay of the low ones and of the hiss, its bell, its stick.

    Modes of a plate are equally dense in Hz; `crowding` 1 draws them so, more draws more low ones. `damping` is the
    power with which a mode's decay falls with its frequency: recorded cymbals lose their highs only a little sooner.
    """

    low_hz: float
    high_hz: float
    t60_s: float
    modes: int = 200
    hiss_hz: float = 6000.0
    hiss: float = 0.6
    hiss_s: float = 1.0
    ping: float = 0.0
    ping_hz: tuple[float, ...] = ()
    ping_s: float = 1.2
    bloom_s: float = 0.0
    tilt: float = 0.3
    level: float = 1.0
    crowding: float = 1.8
    damping: float = 0.25


def metal(tone: Tone, build: Metal) -> np.ndarray:
    """A cymbal, hi-hat, gong or triangle, `[n]`."""
    rate, v, rng = tone.rate, tone.velocity, tone.rng
    n = min(tone.n, round(1.1 * max(build.t60_s, build.hiss_s) * rate))
    hz = np.sort(build.low_hz + (build.high_hz - build.low_hz) * rng.uniform(size=build.modes) ** build.crowding)
    level = (hz / build.high_hz) ** build.tilt * rng.uniform(0.3, 1.0, build.modes)
    level *= 1 / (1 + (hz / (2500.0 + 11000.0 * v)) ** 2)
    t60 = build.t60_s * (build.low_hz / hz) ** build.damping * rng.uniform(0.7, 1.2, build.modes)
    level /= np.sqrt((level**2).sum() / 2)
    out = ringing(hz, t60, level, n, rate, rng.uniform(0, 6.28, build.modes))
    sheen = hiss(tone, build.hiss_hz, 16000.0, build.hiss_s, 0.002)
    size = min(n, len(sheen))
    out[:size] += build.hiss * (0.35 + 0.9 * v) * sheen[:size]
    if build.bloom_s:
        rise = 1 - np.exp(-np.arange(n) / (build.bloom_s * rate)).astype(np.float32)
        out = out * (0.35 + 0.65 * rise)
    if build.ping:
        tones = np.asarray(build.ping_hz) * rng.uniform(0.998, 1.002, len(build.ping_hz))
        out += ringing(tones, build.ping_s * (tones[0] / tones) ** 0.5, build.ping / np.sqrt(len(tones)), n, rate)
        stick = hiss(tone, 2500.0, 9000.0, 0.02)
        size = min(n, len(stick))
        out[:size] += 0.5 * build.ping * stick[:size]
    return out * np.float32(build.level)


def mixed(*layers: np.ndarray) -> np.ndarray:
    """Sum of sounds of different lengths."""
    out = np.zeros(max(len(x) for x in layers), np.float32)
    for x in layers:
        out[: len(x)] += x
    return out


def later(x: np.ndarray, seconds: float, rate: int) -> np.ndarray:
    """x after a pause."""
    return np.concatenate([np.zeros(round(seconds * rate), np.float32), x])
