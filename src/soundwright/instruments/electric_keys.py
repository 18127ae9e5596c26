"""Electric pianos: a tine or a reed swings before a pickup, and the pickup bends the wave.

The tine's motion is nearly a sine; a magnetic pickup beside it sees a peaked field, so that hard notes bark (Pfeifle
and Bader, "Real-time physical modelling of electric pianos", 2015). The reed is one plate of a capacitor. The FM
piano is Chowning's frequency modulation (JAES 1973) with a high modulator for the bell-like start.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters
from soundwright.dsp.modal import damped_sines
from soundwright.instruments.struck import knock
from soundwright.instruments.timbre import ear
from soundwright.instruments.tone import Tone


def _length(tone: Tone, t60: float) -> int:
    return min(tone.n, round(1.1 * t60 * tone.rate))


def tine(tone: Tone) -> np.ndarray:
    """Tine electric piano, `[n]`."""
    v, hz = tone.velocity, tone.hz
    t60 = 9.0 * (262.0 / hz) ** 0.45
    n = _length(tone, t60)
    swing = damped_sines([hz, hz * 1.0007], [t60, 0.35 * t60], [0.75, 0.25], n, tone.rate)
    reach = (0.20 + 0.75 * v**1.3) * min((262.0 / hz) ** 0.25, 1.3)
    place = swing * reach + 0.24  # the tine rests beside the pickup's centre, which gives the even harmonics
    field = 1.0 / (1.0 + (1.9 * place) ** 2)
    seen = np.diff(field, prepend=field[:1]) * (tone.rate / (2 * np.pi * hz))
    bell = damped_sines(
        [6.27 * hz, 17.5 * hz], [0.35 * (262 / hz) ** 0.3, 0.12], [0.06 + 0.16 * v, 0.02 + 0.10 * v], n, tone.rate
    )
    out = filters.lowpass(seen.astype(np.float32) * (1.2 - 0.5 * v) + 0.5 * bell, 5200.0, tone.rate)
    thump = knock(tone, (95.0, 170.0, 310.0), 0.06, 0.05 + 0.05 * v, 1200.0)[:n]
    out[: len(thump)] += thump
    rise = max(round(0.0015 * tone.rate), 2)
    out[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    return out / np.float32(ear(2 * hz))


def reed(tone: Tone) -> np.ndarray:
    """Reed electric piano, `[n]`."""
    v, hz = tone.velocity, tone.hz
    t60 = 4.2 * (262.0 / hz) ** 0.4
    n = _length(tone, t60)
    swing = damped_sines([hz, 6.2 * hz], [t60, 0.12], [1.0, 0.05 + 0.1 * v], n, tone.rate)
    gap = 0.35 + 0.5 * v**1.1  # how far the reed swings into the gap of the capacitor
    seen = swing / (1.0 - gap * swing)
    seen = np.tanh(1.4 * (seen - seen.mean())) / 1.4
    out = filters.bandpass(seen.astype(np.float32), 60.0, 4200.0, tone.rate, 1)
    out = filters.equalise(out, "peak", 1200.0, tone.rate, gain_db=4.0, q=0.9)
    click = knock(tone, (220.0, 450.0, 900.0), 0.04, 0.05 + 0.06 * v, 2500.0)[:n]
    out[: len(click)] += click
    return out / np.float32(ear(2 * hz))


def fm(tone: Tone) -> np.ndarray:
    """FM electric piano, `[n]`: a warm pair 1:1 and a bell pair 1:14, twice, slightly apart."""
    v, hz, rate = tone.velocity, tone.hz, tone.rate
    t60 = 7.0 * (262.0 / hz) ** 0.5
    n = _length(tone, t60)
    t = np.arange(n) / rate
    fall = np.exp(-6.9 * t / t60)
    bell_fall = np.exp(-6.9 * t / (0.9 * (262.0 / hz) ** 0.3))
    out = np.zeros(n)
    for cents in (-3.0, 3.0):
        f = hz * 2 ** (cents / 1200)
        angle = 2 * np.pi * f * t
        out += np.sin(angle + (0.35 + 1.0 * v) * fall**1.5 * np.sin(angle)) * fall
        if 15 * f < 0.45 * rate:
            out += (0.10 + 0.35 * v) * np.sin(angle + 0.9 * bell_fall * np.sin(14 * angle)) * bell_fall
    rise = max(round(0.002 * rate), 2)
    out[:rise] *= np.linspace(0, 1, rise)
    return (0.5 * out / ear(1.5 * hz)).astype(np.float32)
