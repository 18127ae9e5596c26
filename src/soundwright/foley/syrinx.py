"""Bird voices: a syrinx makes nearly pure tones whose pitch it sweeps faster than any throat.

A song is a row of syllables; a syllable is a pitch contour, a level contour, a few weak harmonics and perhaps a
trill (the two sides of the syrinx and the breath muscles modulate at 10 to 60 Hz; Fletcher and Tarnopolsky 1999).
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import curves


def syllable(
    rng: np.random.Generator,
    rate: int,
    seconds: float,
    *hz: float,
    harmonics: tuple[float, ...] = (1.0, 0.08, 0.03),
    attack: float = 0.25,
    release: float = 0.4,
    trill_hz: float = 0.0,
    trill: float = 0.0,
    pulsing: float = 0.0,
    breath: float = 0.0,
) -> np.ndarray:
    """One syllable `[n]` through the pitches `hz`, evenly spaced in time.

    `trill` is a pitch swing (0.05 is 5 %) and `pulsing` a swing of level 0..1, both at `trill_hz`; `attack` and
    `release` are shares of its length; `breath` is noise round the pitch.
    """
    n = max(round(seconds * rate), 8)
    points = [*hz, *hz] if len(hz) == 1 else list(hz)
    pitch = curves.contour(n, *((k / (len(points) - 1), v) for k, v in enumerate(points)))
    wave = np.sin(2 * np.pi * (trill_hz * np.arange(n) / rate + rng.uniform()))
    pitch = pitch * (1 + trill * wave) * (1 + 0.004 * curves.turns(rng, n, rate, 30, -1, 1))
    x = oscillators.harmonics(pitch, harmonics, rate)
    if breath:
        rough = filters.lowpass(noise.white(rng, n), 160.0, rate, 2)
        x = x * (1 + breath * rough / max(float(rough.std()), 1e-9))
    shape = curves.swell(n, rate, attack * seconds, release * seconds)
    return (x * shape * (1 - pulsing * (0.5 + 0.5 * wave))).astype(np.float32)


def row(rate: int, parts) -> np.ndarray:
    """Sounds laid in time, `[n]`: `parts` holds (start in s, gain, samples)."""
    parts = [(round(at * rate), gain, x) for at, gain, x in parts]
    out = np.zeros(max((at + len(x) for at, _, x in parts), default=1), np.float32)
    for at, gain, x in parts:
        out[at : at + len(x)] += gain * x
    return out
