"""A drawn frequency response as a block: gains at frequencies, played by a minimum-phase filter.

The response is drawn straight over log-frequency, its minimum phase follows from the logarithm of its magnitude through
the cepstrum (Oppenheim and Schafer, Discrete-time signal processing, 13.5), and the filter runs by fast convolution.
Minimum phase means no delay and no ringing before a transient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import fft

from soundwright.dsp.block import Immediate
from soundwright.errors import BadRequest

TAPS_PER_S = 0.1  # length of the filter in seconds: resolves 10 Hz


@dataclass(frozen=True, eq=False)
class CurveState:
    spectrum: np.ndarray
    before: np.ndarray  # the last taps - 1 samples
    size: int


@dataclass(frozen=True)
class Curve(Immediate):
    """Equaliser with `gains_db` at the rising frequencies `hz`, flat beyond the ends."""

    hz: tuple[float, ...] = (100.0, 10_000.0)
    gains_db: tuple[float, ...] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if len(self.hz) != len(self.gains_db) or not self.hz or list(self.hz) != sorted(self.hz) or self.hz[0] <= 0:
            raise BadRequest("a curve has as many gains as rising frequencies over 0 Hz")

    def start(self, rate: int, channels: int) -> CurveState:
        taps = minimum_phase(self.hz, self.gains_db, rate)
        size = 1 << int(np.ceil(np.log2(4 * len(taps))))
        return CurveState(fft.rfft(taps, size), np.zeros((channels, len(taps) - 1)), size)

    def step(self, state: CurveState, block: np.ndarray) -> tuple[CurveState, np.ndarray]:
        before = state.before.shape[1]
        x = np.concatenate([state.before, block], axis=1)
        out, each = np.empty(block.shape, np.float32), state.size - before
        for at in range(0, block.shape[1], each):
            piece = fft.irfft(fft.rfft(x[:, at : at + state.size], state.size) * state.spectrum, state.size)
            out[:, at : at + each] = piece[:, before : before + min(each, block.shape[1] - at)]
        return CurveState(state.spectrum, x[:, x.shape[1] - before :].copy(), state.size), out


def minimum_phase(hz, gains_db, rate: int) -> np.ndarray:
    """Taps `[n]` of the minimum-phase filter with the drawn response."""
    count = max(int(TAPS_PER_S * rate), 256)
    size = 1 << int(np.ceil(np.log2(8 * count)))
    bins = np.maximum(fft.rfftfreq(size, 1 / rate), 1.0)
    nepers = np.interp(np.log2(bins), np.log2(np.asarray(hz, float)), np.asarray(gains_db, float)) * np.log(10) / 20
    cepstrum = fft.irfft(nepers, size)
    cepstrum[1 : size // 2] *= 2
    cepstrum[size // 2 + 1 :] = 0
    taps = fft.irfft(np.exp(fft.rfft(cepstrum)), size)[:count]
    tail = count // 4
    taps[-tail:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(tail) / tail)
    return taps
