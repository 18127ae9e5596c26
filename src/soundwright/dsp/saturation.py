"""Saturation: a soft curve at four times the rate, so that the overtones it makes do not fold back.

Up and down are windowed-sinc interpolators in one matrix product each (rows of 32 samples with their neighbourhood), as
in `peak`. The curve is tanh with a bias: `f(v) = (tanh(drive v + bias) - tanh(bias)) / slope at 0`, so that quiet sound
passes at its own level, loud sound is rounded, and a bias gives the even overtones of a tube.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from soundwright.dsp.block import NOTHING

TIMES, BLOCK, REACH = 4, 32, 24


@cache
def _matrices() -> tuple[np.ndarray, np.ndarray]:
    """Up: `[BLOCK + 4 REACH, TIMES (BLOCK + 2 REACH)]`; down: `[TIMES (BLOCK + 2 REACH), BLOCK]`."""

    def taps(at: np.ndarray) -> np.ndarray:
        inside = np.maximum(1 - (at / REACH) ** 2, 0.0)
        return np.where(np.abs(at) < REACH, np.sinc(at) * np.i0(8.0 * np.sqrt(inside)) / np.i0(8.0), 0.0)

    coarse = np.arange(-2 * REACH, BLOCK + 2 * REACH, dtype=float)
    fine = np.arange(-REACH * TIMES, (BLOCK + REACH) * TIMES) / TIMES
    up = taps(fine[None, :] - coarse[:, None])
    down = taps(fine[:, None] - np.arange(BLOCK)[None, :]) / TIMES
    down /= down.sum(axis=0)
    return up.astype(np.float32), down.astype(np.float32)


@dataclass(frozen=True)
class Saturation:
    """Soft saturation with `drive_db` into the curve, `bias` 0 to 1, `mix` of the saturated sound."""

    drive_db: float = 6.0
    bias: float = 0.0
    mix: float = 1.0

    def start(self, rate: int, channels: int) -> np.ndarray:
        return np.zeros((channels, 2 * REACH), np.float32)  # what came before, and what is not yet given out

    def step(self, state: np.ndarray, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        held = np.concatenate([state, block], axis=1, dtype=np.float32)
        rows = (held.shape[1] - 4 * REACH) // BLOCK
        if rows <= 0:
            return held, held[:, :0]
        up, down = _matrices()
        out = np.empty((len(held), rows * BLOCK), np.float32)
        for channel, given in zip(held, out, strict=True):
            views = np.lib.stride_tricks.sliding_window_view(channel, len(up))[::BLOCK][:rows]
            for at in range(0, rows, 512):
                dense = self._curve(views[at : at + 512] @ up)
                given[at * BLOCK : (at + 512) * BLOCK] = (dense @ down).reshape(-1)
        if self.mix < 1:
            out = self.mix * out + (1 - self.mix) * held[:, 2 * REACH : 2 * REACH + rows * BLOCK]
        return held[:, rows * BLOCK :].copy(), out.astype(np.float32, copy=False)

    def _curve(self, v: np.ndarray) -> np.ndarray:
        drive, bent = np.float32(10 ** (self.drive_db / 20)), np.float32(np.tanh(self.bias))
        v *= drive
        v += np.float32(self.bias)
        np.tanh(v, out=v)
        v -= bent
        v /= drive * (1 - bent * bent)
        return v

    def flush(self, state: np.ndarray) -> np.ndarray:
        owed = state.shape[1] - 2 * REACH
        if owed <= 0:
            return NOTHING
        return self.step(state, np.zeros((len(state), 4 * REACH + BLOCK), np.float32))[1][:, :owed]
