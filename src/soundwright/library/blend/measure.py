"""How far a blend has come: its distance in dB from A and from B by what its mode promises, its onset, its clicks.

spectrum   long-term levels in 40 mel bands, of the whole
body       the same, after A's transient
grains     the same, of what a blend has and A has not
high       the same, above the frequency of the split
curve      loudness curves
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import measures
from soundwright.library import shape
from soundwright.library.blend.modes import MODES, SPAN_DB, above, curve, levels
from soundwright.library.blend.pair import Pair, first_onset, ready


def distances(a: np.ndarray, b: np.ndarray, y: np.ndarray, rate: int, mode: str) -> tuple[float, float]:
    """Root mean square distances in dB of a blend y from A and from B, both aligned as the mode aligned them."""
    pair = ready(a, b, rate, longer=MODES[mode].longer)
    y = np.pad(y, ((0, 0), (0, max(pair.a.shape[1] - y.shape[1], 0))))[:, : pair.a.shape[1]]
    of = PROMISES[MODES[mode].nears]
    mine = of(y, pair)
    return tuple(float(np.sqrt(np.mean(np.square(mine - of(x, pair))))) for x in (pair.a, pair.b))  # type: ignore[return-value]


def _spectrum(x: np.ndarray, pair: Pair) -> np.ndarray:
    return levels(x, pair.rate)


def _body(x: np.ndarray, pair: Pair) -> np.ndarray:
    start = int(np.searchsorted(pair.leave, 0.99))
    return levels(x[:, min(start, x.shape[1] - 64) :], pair.rate)


def _high(x: np.ndarray, pair: Pair) -> np.ndarray:
    return _body(above(x, pair), pair)


def _curve(x: np.ndarray, pair: Pair) -> np.ndarray:
    level = 20 * np.log10(curve(x, pair.rate)[pair.onset :: max(pair.rate // 200, 1)] + 1e-9)
    return np.maximum(level - level.max(), -SPAN_DB)


PROMISES = {"spectrum": _spectrum, "body": _body, "grains": _body, "high": _high, "curve": _curve}


def onset_shift_ms(a: np.ndarray, y: np.ndarray, rate: int) -> float | None:
    """By how much the rise of a blend is off that of A's first onset, in ms; None where A has no clear onset.

    The rises of the two levels (dB in 1 ms steps) about that onset are laid over each other where they agree best.
    """
    if not len(shape.onsets(shape.envelope_db(a.mean(axis=0), rate))):
        return None
    at = round(first_onset(a, rate) / rate * 1000)
    ours, theirs = (_rise(x, at, rate) for x in (a, y))
    return float(abs(np.correlate(theirs, ours, mode="full").argmax() - (len(ours) - 1)))


def _rise(x: np.ndarray, at: int, rate: int) -> np.ndarray:
    """How fast the level rises, in dB a millisecond `[60]`, from 25 ms before the millisecond `at` on."""
    level = shape.envelope_db(np.pad(x, ((0, 0), (round(0.08 * rate), round(0.1 * rate)))).mean(axis=0), rate, 0.001)
    level = np.convolve(10 ** (level / 10), np.full(3, 1 / 3), mode="same")
    level = 10 * np.log10(level[at + 55 : at + 116] + 1e-12)
    return np.maximum(np.diff(np.maximum(level, level.max() - 30)), 0.0)


def clicks(x: np.ndarray, rate: int) -> int:
    """Clicks as the health measure of `dsp` finds them."""
    return len(measures.health(x, rate).clicks)
