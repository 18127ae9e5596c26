"""Two recordings made ready for each other: B's onset on A's, B's polarity and phase with A's, B as loud as A."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp import loudness
from soundwright.library import shape
from soundwright.library.cut import onset

GUARD_S, RISE_S = 0.012, 0.035  # A's transient: untouched for so long, then left over so long
LAG_S = 0.004
LIMIT_DB = 30.0  # a gain at the most: what is not in A is not made up from its noise


@dataclass(frozen=True, eq=False)
class Pair:
    """A and B `[2, n]`, B shifted onto A's onset and as loud; `longer` frames of B ring past A's end.

    `leave` `[n]` is 0 up to A's transient and 1 after it: where a blend may take effect in full.
    """

    a: np.ndarray
    b: np.ndarray
    rate: int
    onset: int
    frames: int  # of A itself
    leave: np.ndarray


def first_onset(x: np.ndarray, rate: int) -> int:
    """The sample at which a recording `[2, n]` begins to sound."""
    mono = _mono(x)
    level = shape.envelope_db(mono, rate)
    begins = shape.onsets(level)
    near = int(begins[0]) if len(begins) else int((level > level.max() - 26).argmax())
    return onset(mono, rate, round(near * len(mono) / len(level)))


def ready(a: np.ndarray, b: np.ndarray, rate: int, *, longer: bool) -> Pair:
    """The pair of A and B; with `longer` the pair lasts as long as the longer of them, otherwise as long as A."""
    start, other = first_onset(a, rate), first_onset(b, rate)
    guard, rise = round(GUARD_S * rate), round(RISE_S * rate)
    b = b * np.float32(loudest(a, rate) / max(loudest(b, rate), 1e-9))
    other += _lag(_mono(a)[start + guard :], _mono(b), other + guard, rate)
    b = b[:, other - start :] if other >= start else np.pad(b, ((0, 0), (start - other, 0)))
    n = max(a.shape[1], b.shape[1]) if longer else a.shape[1]
    fitted = [np.pad(x[:, :n], ((0, 0), (0, max(n - x.shape[1], 0)))) for x in (a, b)]
    b = fitted[1] * np.float32(_polarity(_mono(a)[start + guard :], _mono(fitted[1])[start + guard :], rate))
    leave = np.clip((np.arange(n) - start - guard) / rise, 0, 1)
    leave = (0.5 - 0.5 * np.cos(np.pi * leave)).astype(np.float32)
    return Pair(fitted[0], b, rate, start, a.shape[1], leave)


def loudest(x: np.ndarray, rate: int) -> float:
    """Amplitude by momentary loudness at its highest (BS.1770): what lies where ears are dull counts for less."""
    level = loudness.momentary_max(x, rate)
    return 10 ** (level / 20) if np.isfinite(level) else float(np.sqrt(np.mean(np.square(x, dtype=np.float64))))


def _mono(x: np.ndarray) -> np.ndarray:
    mono = x.mean(axis=0)
    return mono if np.abs(mono).max(initial=0) > 0.05 * np.abs(x).max(initial=0) else x[0]


def _lag(body: np.ndarray, b: np.ndarray, at: int, rate: int) -> int:
    """By how many frames, 4 ms at the most, B moves so that its waves agree with A's where A's transient ends."""
    most, size = round(LAG_S * rate), round(RISE_S * rate)
    body, head = body[:size], b[max(at - most, 0) : at + size + most]
    if len(body) < size or len(head) < size + 2 * most or at < most:
        return 0
    alike = signal.correlate(head, body, mode="valid")
    return int(np.abs(alike).argmax()) - most


def _polarity(a: np.ndarray, b: np.ndarray, rate: int) -> float:
    size = min(round(RISE_S * rate), len(a), len(b))
    return -1.0 if float(a[:size] @ b[:size]) < 0 else 1.0
