"""Many players at once, as loops: sections, choirs, organs, pads.

A loop of about three seconds holds several players, each with an own detuning, vibrato, place and phase, all of which
come back to their start exactly at the loop's end, so that a note of any length is read round and round. Two loops of
the same players, soft and loud, are mixed by the dynamics of the moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.instruments import wavetable
from soundwright.instruments.timbre import Timbre, ear
from soundwright.instruments.tone import HOP, Tone


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Players of one section.

    `spread_cents` is the standard deviation of their tuning, `vibrato` (Hz, cents, spread of both), `tremolo` (Hz,
    depth) moves the level of each player on its own, `ranks` are (pitch ratio, level) played together by each one,
    `noise` adds breath or bow between `noise_hz`. `exact` detunings in cents replace the random ones.
    """

    timbre: Timbre
    players: int = 8
    spread_cents: float = 7.0
    exact: tuple[float, ...] = ()
    vibrato: tuple[float, float, float] = (5.4, 14.0, 0.2)
    tremolo: tuple[float, float] = (0.0, 0.0)
    ranks: tuple[tuple[float, float], ...] = ((1.0, 1.0),)
    noise: float = 0.0
    noise_hz: tuple[float, float] = (800.0, 6000.0)
    width: float = 0.8
    seconds: float = 3.0
    brightness: tuple[float, float] = (0.1, 0.9)
    top_hz: float = 14000.0
    two: bool = True


def loops(tone: Tone, build: Ensemble) -> np.ndarray:
    """Loops `[1 or 2 (soft, loud), 2 channels, length]` of the tone."""
    rate, rng = tone.rate, tone.rng
    blocks = max(round(build.seconds * rate / HOP), 8)
    n = blocks * HOP
    seconds = n / rate
    count = len(build.exact) or build.players
    brightness = np.array(build.brightness if build.two else build.brightness[1:])
    out = np.zeros((len(brightness), 2, n), np.float32)
    turn = np.arange(blocks) / blocks
    places = np.linspace(-1, 1, count) if count > 1 else np.zeros(1)
    places = rng.permutation(places) * build.width
    for player in range(count):
        cents = build.exact[player] if build.exact else build.spread_cents * np.clip(rng.standard_normal(), -1.8, 1.8)
        speed, depth, vary = build.vibrato
        rounds = max(round(speed * seconds * (1 + vary * rng.uniform(-0.6, 0.6))), 1)
        sway = depth * (1 + vary * rng.uniform(-1, 1)) * np.sin(2 * np.pi * (rounds * turn + rng.uniform()))
        drift = sum(3.0 * rng.standard_normal() / j * np.sin(2 * np.pi * (j * turn + rng.uniform())) for j in (1, 2, 3))
        drift = drift if depth else 0.0 * turn
        shake = 1.0
        if build.tremolo[1]:
            rounds = max(round(build.tremolo[0] * seconds * rng.uniform(0.9, 1.1)), 1)
            wave = 0.5 - 0.5 * np.cos(2 * np.pi * (rounds * turn + rng.uniform()))
            shake = wavetable.spread(np.append(1 - build.tremolo[1] * wave, 1 - build.tremolo[1] * wave[0]), n)
        angle = (places[player] + 1) * np.pi / 4
        sides = np.array([np.cos(angle), np.sin(angle)], np.float32)
        for ratio, level in build.ranks:
            hz = tone.hz * ratio
            if hz > 0.4 * rate:
                continue
            curve = hz * 2 ** ((cents + sway + drift) / 1200)
            turns = curve.sum() * HOP / rate
            curve *= max(round(turns), 1) / turns  # whole cycles in the loop
            phase = wavetable.cycles(curve, n, rate, rng.uniform())
            harmonics = wavetable.count(hz, rate, build.top_hz)
            spectrum = build.timbre.levels(hz, harmonics, brightness)
            weight = ear(hz * np.arange(1, harmonics + 1))
            spectrum = spectrum / np.sqrt(((spectrum * weight) ** 2).sum(axis=1, keepdims=True))
            tables = wavetable.periods(spectrum, 2.399963 * np.arange(1, harmonics + 1) ** 2, wavetable.FINE)
            for index in range(len(brightness)):
                voice = wavetable.read_fine(tables[index], phase) * (shake * np.float32(level))
                out[index] += sides[:, None] * voice
    out *= 1.0 / np.sqrt(count * sum(level**2 for _, level in build.ranks))
    if build.noise:
        out += air(tone, build, n)
    return out


def air(tone: Tone, build: Ensemble, n: int) -> np.ndarray:
    """Breath or bow noise as a loop `[2, n]`, cut out of a spectrum so that it closes."""
    from scipy import fft

    hz = fft.rfftfreq(n, 1 / tone.rate)
    low, high = build.noise_hz
    band = 1 / np.sqrt((1 + (low / np.maximum(hz, 1)) ** 4) * (1 + (hz / high) ** 8))
    spectrum = band * np.exp(2j * np.pi * tone.rng.uniform(size=(2, len(hz))))
    wave = np.asarray(fft.irfft(spectrum, n, axis=-1))
    return (build.noise * wave / wave.std()).astype(np.float32)
