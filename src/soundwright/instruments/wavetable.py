"""Periods as tables: any harmonic spectrum becomes one period by an inverse FFT, and is then read at any pitch.

A stack of tables `[rows, SIZE + 1]` holds one timbre from soft to loud (or closed to open): reading between two
rows moves the brightness with time at the cost of two look-ups a sample.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from soundwright.instruments.tone import HOP

SIZE = 2048
FINE = 16384  # for reading without interpolation: the 20th harmonic's error is 50 dB under it


def count(hz: float, rate: int, top_hz: float = 18000.0) -> int:
    """How many harmonics of `hz` fit under 0.46 rate and `top_hz`."""
    return int(np.clip(min(0.46 * rate, top_hz) / hz, 1, SIZE // 2 - 1))


def periods(levels: np.ndarray, phases: np.ndarray | None = None, size: int = SIZE) -> np.ndarray:
    """One period `[rows, size + 1]` (its first sample repeated) of harmonics 1.. with `levels` `[rows, harmonics]`."""
    levels = np.atleast_2d(levels)
    spectrum = np.zeros((levels.shape[0], size // 2 + 1), complex)
    turn = 1.0 if phases is None else np.exp(1j * phases)
    spectrum[:, 1 : levels.shape[1] + 1] = -0.5j * size * levels * turn
    wave = np.asarray(fft.irfft(spectrum, size, axis=1))
    return np.concatenate([wave, wave[:, :1]], axis=1).astype(np.float32)


def read(tables: np.ndarray, phase: np.ndarray, row: np.ndarray | None = None) -> np.ndarray:
    """Samples of the table stack at `phase` (cycles 0..1, float64 `[n]`), between rows where `row` is given."""
    width = tables.shape[1]
    at = (phase * (width - 1)).astype(np.float32)
    index = at.astype(np.intp)
    part = at - index.astype(np.float32)
    if row is None or tables.shape[0] == 1:
        low = tables[0].take(index, mode="clip")
        return low + part * (tables[0].take(index + 1, mode="clip") - low)
    row = np.clip(row, 0.0, tables.shape[0] - 1.001).astype(np.float32)
    base = row.astype(np.intp)
    blend = row - base.astype(np.float32)
    flat, index = tables.reshape(-1), index + base * width
    low = flat.take(index, mode="clip")
    low += part * (flat.take(index + 1, mode="clip") - low)
    index += width
    high = flat.take(index, mode="clip")
    high += part * (flat.take(index + 1, mode="clip") - high)
    return low + blend * (high - low)


def read_fine(table: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """The nearest sample of one `FINE` period `[FINE + 1]`: five times as fast, for ensembles."""
    return table.take((phase * FINE).astype(np.intp), mode="clip")


def spread(curve: np.ndarray, n: int) -> np.ndarray:
    """A control curve (one point every `HOP` samples) drawn out to `n` samples by straight lines, float32."""
    blocks = -(-n // HOP)
    if len(curve) < blocks + 1:
        curve = np.concatenate([curve, np.full(blocks + 1 - len(curve), curve[-1])])
    low = curve[:blocks, None].astype(np.float32)
    step = (curve[1 : blocks + 1] - curve[:blocks]).astype(np.float32)[:, None] / HOP
    return (low + step * np.arange(HOP, dtype=np.float32)).reshape(-1)[:n]


def cycles(hz: np.ndarray, n: int, rate: int, start: float = 0.0) -> np.ndarray:
    """Phase in cycles 0..1, float64 `[n]`, of a frequency given at control rate (held for `HOP` samples each)."""
    blocks = -(-n // HOP)
    hz = hz[:blocks] if len(hz) >= blocks else np.concatenate([hz, np.full(blocks - len(hz), hz[-1])])
    step = hz / rate
    begin = start + np.concatenate([[0.0], np.cumsum(step[:-1] * HOP)])
    total = (begin[:, None] + step[:, None] * np.arange(HOP)).reshape(-1)[:n]
    return total - np.floor(total)
