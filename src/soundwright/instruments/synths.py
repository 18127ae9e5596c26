"""Subtractive synthesis note by note: an oscillator's spectrum behind a filter that an envelope moves.

The filter is not run: for sixteen cut-offs the filtered spectrum is one period each, and the envelope reads between
them. Resonance is part of the spectrum, so nothing can blow up and nothing aliases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import noise
from soundwright.dsp.filters import highpass
from soundwright.instruments import wavetable
from soundwright.instruments.timbre import ear
from soundwright.instruments.tone import HOP, Tone

CUTOFFS = np.geomspace(90.0, 16000.0, 20)


@dataclass(frozen=True, slots=True)
class Patch:
    """A synthesiser patch.

    `wave` saw, square, pulse (25 %), triangle or sine; `voices` detunings in cents; `cutoff` (Hz at rest, Hz at the
    envelope's top at full velocity), `env_s` the envelope's fall, `q` the filter's resonance, `track` how far the
    cut-off follows the pitch. `level_s` is the level's fall (0 holds), `sub` the level of a sine one octave below,
    `click` a noise tick, `wobble` (Hz, octaves) moves the cut-off slowly, `drop_cents` and `drop_s` bend the start.
    """

    wave: str = "saw"
    voices: tuple[float, ...] = (0.0,)
    cutoff: tuple[float, float] = (400.0, 4000.0)
    env_s: float = 0.25
    q: float = 0.8
    track: float = 0.4
    level_s: float = 0.0
    attack_s: float = 0.003
    sub: float = 0.0
    click: float = 0.0
    wobble: tuple[float, float] = (0.0, 0.0)
    drop: tuple[float, float] = (0.0, 0.05)
    width: float = 0.0


def spectrum(wave: str, k: np.ndarray) -> np.ndarray:
    """Harmonic amplitudes of the plain waves."""
    odd = k % 2 == 1
    return {
        "saw": 1.0 / k,
        "square": np.where(odd, 1.0 / k, 0.0),
        "pulse": np.sin(np.pi * k * 0.25) / k,
        "triangle": np.where(odd, np.where(k % 4 == 1, 1.0, -1.0) / k**2, 0.0),
        "sine": np.where(k == 1, 1.0, 0.0),
    }[wave]


def filtered(wave: str, hz: float, q: float, rate: int) -> np.ndarray:
    """Tables of the wave behind a four-pole low-pass at each of `CUTOFFS`, `q` its resonance."""
    k = np.arange(1, wavetable.count(hz, rate) + 1)
    f = k * hz / CUTOFFS[:, None]
    two = 1 / np.sqrt((1 - f**2) ** 2 + (f / q) ** 2)
    return wavetable.periods(spectrum(wave, k) * two / np.sqrt(1 + f**2) / np.sqrt(1 + f**4))


def synth(tone: Tone, patch: Patch) -> np.ndarray:
    """A note of the patch, `[n]`, or `[2, n]` where it has width."""
    n, rate, v, rng = tone.n, tone.rate, tone.velocity, tone.rng
    if patch.level_s:
        n = min(n, round(1.2 * patch.level_s * rate))
    t = np.arange(-(-n // HOP) + 1) * HOP / rate
    low = patch.cutoff[0] * (tone.hz / 262.0) ** patch.track
    high = low + (patch.cutoff[1] * (tone.hz / 262.0) ** patch.track - low) * (0.15 + 0.85 * v)
    swing = patch.wobble[1] * np.sin(2 * np.pi * patch.wobble[0] * t - np.pi / 2)
    octaves = np.log2(low + (high - low) * np.exp(-3.0 * t / patch.env_s)) + swing
    row = (octaves - np.log2(CUTOFFS[0])) / np.log2(CUTOFFS[1] / CUTOFFS[0])
    row = wavetable.spread(np.clip(row, 0, len(CUTOFFS) - 1.001), n)
    curve = tone.hz * 2 ** (patch.drop[0] * np.exp(-t / patch.drop[1]) / 1200)
    tables = filtered(patch.wave, tone.hz, patch.q, rate)
    sides = np.linspace(-patch.width, patch.width, len(patch.voices)) if patch.width else None
    out = np.zeros((2, n) if patch.width else n, np.float32)
    for index, cents in enumerate(patch.voices):
        start = rng.uniform() if len(patch.voices) > 1 else 0.0
        wave = wavetable.read(tables, wavetable.cycles(curve * 2 ** (cents / 1200), n, rate, start), row)
        if sides is None:
            out += wave
        else:
            angle = (sides[index] + 1) * np.pi / 4
            out += np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * wave
    out /= np.float32(len(patch.voices) ** 0.5)
    if patch.sub:
        out += np.float32(patch.sub) * np.sin(2 * np.pi * wavetable.cycles(curve / 2, n, rate)).astype(np.float32)
    shape = np.minimum(t / patch.attack_s, 1.0) * (10 ** (-3 * t / patch.level_s) if patch.level_s else 1.0)
    out *= wavetable.spread(shape, n)
    if patch.click:
        size = min(n, round(0.006 * rate))
        tick = highpass(noise.white(rng, size) * np.linspace(1, 0, size, dtype=np.float32), 1500.0, rate)
        out[..., :size] += patch.click * v * tick
    return out / np.float32(ear(2 * tone.hz))


def stepped_triangle(tone: Tone) -> np.ndarray:
    """The triangle of an 8-bit console: sixteen levels up, sixteen down, held without filter."""
    k = np.arange(1, wavetable.count(tone.hz, tone.rate) + 1)
    steps = np.concatenate([np.arange(16), np.arange(15, -1, -1)]) / 7.5 - 1
    held = np.fft.rfft(np.repeat(steps, 64))[1 : len(k) + 1] / 1024
    table = np.fft.irfft(np.concatenate([[0], held, np.zeros(1024 - len(held))]) * 1024, 2048)
    wave = np.append(table, table[:1]).astype(np.float32)[None]
    out = wavetable.read(wave, wavetable.cycles(np.full(tone.n // HOP + 2, tone.hz), tone.n, tone.rate))
    edge = min(round(0.002 * tone.rate), tone.n)
    out[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
    return 0.5 * out / np.float32(ear(1.5 * tone.hz))
