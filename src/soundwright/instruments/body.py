"""Bodies that resound: a short impulse response per instrument, made of its resonances, run over the whole part.

For bowed strings the body must be a real filter and not a spectrum, because vibrato drives every harmonic up and down
the sides of narrow resonances, and that flicker is what the ear takes for wood (Mathews and Kohut 1973). Frequencies of
the violin's main modes are from Fletcher and Rossing; the bridge hill lies near 2.5 kHz (Jansson).
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from soundwright.dsp.modal import damped_sines
from soundwright.seed import stream

#            hz, level, t60 s
VIOLIN = ((275, 0.9, 0.09), (405, 0.35, 0.06), (460, 1.0, 0.07), (550, 1.0, 0.06), (700, 0.5, 0.05), (870, 0.5, 0.04))
CELLO = ((98, 0.9, 0.14), (175, 1.0, 0.11), (205, 0.9, 0.10), (300, 0.6, 0.08), (420, 0.5, 0.06), (580, 0.45, 0.05))
HILL = {"violin": (2600.0, 1500.0, 0.4, 12000.0), "cello": (1500.0, 900.0, 0.18, 5000.0)}
MODES = {"violin": VIOLIN, "cello": CELLO}


def response(kind: str, rate: int) -> np.ndarray:
    """The body's impulse response, about 60 ms: main modes, a crowd of higher ones under the hill, direct sound."""
    rng = stream(0, "body", kind)
    n = round(0.06 * rate)
    hz, level, t60 = (np.array(column, float) for column in zip(*MODES[kind], strict=True))
    centre, width, crowd, top = HILL[kind]
    more = np.exp(rng.uniform(np.log(900.0 if kind == "violin" else 600.0), np.log(top), 46))
    height = crowd * (0.3 + np.exp(-(((more - centre) / width) ** 2))) * rng.uniform(0.4, 1.0, 46)
    hz = np.concatenate([hz, more])
    level = np.concatenate([level, height * rng.choice([-1, 1], 46)])
    t60 = np.concatenate([t60, np.full(46, 0.025)])
    out = damped_sines(hz, t60, level * 2 * np.pi * hz / rate * 0.06, n, rate)
    out[0] += 0.03
    out *= np.linspace(1, 0, n, dtype=np.float32) ** 0.5
    return out / np.sqrt((out**2).sum())


def resound(x: np.ndarray, rate: int, kind: str) -> np.ndarray:
    """x `[channels, n]` through the body."""
    return signal.oaconvolve(x, response(kind, rate)[None], axes=-1)[:, : x.shape[1]].astype(np.float32)
