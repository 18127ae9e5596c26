"""True peak: the largest value of the continuous signal that the samples stand for (ITU-R BS.1770-5, annex 2).

Seven points are interpolated between each two samples (8x). How steep the interpolator's low-pass is, the standard
leaves open, and sound that reaches half the rate reads up to half a dB apart through different ones; so a long and a
short interpolator are both asked, and the higher answer counts. Blocks of 32 samples become the rows of one matrix and
the interpolators the columns of another: the whole work is a matrix product.

Most of it need not be done. An interpolated value is the straight line between its neighbours plus a sum over second
differences, so it is at most `local peak + CURVE * local second difference`, and also at most `GROW * local peak`
(both constants are sums of absolute taps). A block that is so proven to stay under a ceiling is not interpolated.

Conventions: x is `[channels, frames]` or `[frames]`, amplitudes are linear with full scale at 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

OVERSAMPLING = 8
BLOCK = 32  # samples per row; the neighbourhood of a block is itself and the blocks beside it
REACH = 24  # taps at each side of the longest interpolator
INTERPOLATORS = ((24, 6.0), (10, 5.0))  # taps at each side, Kaiser beta; the short one is usual in true-peak meters
BATCH = 512  # rows per product: what fits the processor's cache


@cache
def _interpolator() -> tuple[np.ndarray, float, float]:
    """The matrix `[BLOCK + 2 REACH - 1, points * BLOCK]` from a row of samples to the points after each sample, and the
    constants GROW and CURVE of the two bounds."""
    fraction = np.arange(1, OVERSAMPLING) / OVERSAMPLING
    place = np.arange(1 - REACH, REACH + 1.0)[:, None]
    columns = []
    for reach, beta in INTERPOLATORS:
        at = place - fraction
        window = np.where(np.abs(at) < reach, np.i0(beta * np.sqrt(np.maximum(1 - (at / reach) ** 2, 0.0))), 0.0)
        columns.append(np.sinc(at) * window / np.i0(beta))
    taps = np.concatenate(columns, axis=1)
    line = np.tile(np.maximum(1 - np.abs(place - fraction), 0.0), len(INTERPOLATORS))
    # Straight lines are reproduced exactly: what is amiss (under 1e-3) goes to the two taps beside the point.
    amiss, tilted = (taps - line).sum(axis=0), (place * (taps - line)).sum(axis=0)
    taps[REACH] -= tilted
    taps[REACH - 1] -= amiss - tilted
    curve = np.cumsum(np.cumsum(taps - line, axis=0), axis=0)
    matrix = np.zeros((BLOCK + 2 * REACH - 1, taps.shape[1], BLOCK))
    for sample in range(BLOCK):
        matrix[sample : sample + 2 * REACH, :, sample] = taps
    grow, bend = np.abs(taps).sum(axis=0).max(), np.abs(curve).sum(axis=0).max()
    return np.ascontiguousarray(matrix.reshape(len(matrix), -1), np.float32), float(grow), float(bend)


def hop_peaks(values: np.ndarray, hop: int) -> np.ndarray:
    """Largest absolute value of each `hop` samples of values `[hops * hop]`.

    Turned on its side first, where numpy compares whole rows: that is three times faster than many short rows.
    """
    columns = np.ascontiguousarray(values.reshape(-1, hop).T)
    return np.maximum(columns.max(axis=0), -columns.min(axis=0))


def _local(values: np.ndarray) -> np.ndarray:
    """Largest of each block and the two beside it."""
    largest = hop_peaks(values, BLOCK)
    return np.maximum(np.maximum(largest[:-2], largest[1:-1]), largest[2:])


def between(x: np.ndarray, ceiling: float = 0.0) -> np.ndarray:
    """Largest absolute value between each sample and the next, `[frames]` for x `[frames]`; around x is silence.

    Where it is proven to be at most `ceiling`, 0 is given instead.
    """
    matrix, grow, bend = _interpolator()
    frames = len(x)
    if not frames:
        return np.zeros(0, np.float32)
    rows = -(-frames // BLOCK)
    padded = np.zeros((rows + 2) * BLOCK, np.float32)
    padded[BLOCK : BLOCK + frames] = x
    second = np.zeros_like(padded)
    np.subtract(padded[2:], padded[1:-1], out=second[1:-1])
    second[1:-1] -= padded[1:-1] - padded[:-2]
    local = _local(padded)
    bound = np.minimum(local * np.float32(grow), local + np.float32(bend) * _local(second))
    wanted = np.flatnonzero(bound * np.float32(1 + 1e-5) > ceiling)  # the products are float32
    out = np.zeros((rows, BLOCK), np.float32)
    views = np.lib.stride_tricks.sliding_window_view(padded, len(matrix))[BLOCK - REACH + 1 :: BLOCK]
    for at in range(0, len(wanted), BATCH):
        some = wanted[at : at + BATCH]
        points = views[some] @ matrix
        np.abs(points, out=points)
        out[some] = points.reshape(len(some), -1, BLOCK).max(axis=1)
    return out.reshape(-1)[:frames]


def envelope(x: np.ndarray, ceiling: float = 0.0) -> np.ndarray:
    """True-peak envelope `[frames]`, all channels together: the largest value within a sample's distance of each
    sample. Where it is proven to be at most `ceiling`, it may be given smaller."""
    x = np.atleast_2d(x)
    out = np.zeros(x.shape[1], np.float32)
    for channel in x:
        after = between(channel, ceiling)
        np.maximum(out, np.abs(channel), out=out)
        np.maximum(out, after, out=out)
        np.maximum(out[1:], after[:-1], out=out[1:])
    return out


@dataclass(frozen=True, eq=False)
class PeakState:
    """The largest true peak so far, and the last samples, whose right-hand neighbours are still to come."""

    highest: float
    tail: np.ndarray


@dataclass(frozen=True)
class PeakMeter:
    """True peak of a stream: `start()`, `step(state, block)` for each block, `read(state)`."""

    channels: int

    def start(self) -> PeakState:
        return PeakState(0.0, np.zeros((self.channels, 0), np.float32))

    def step(self, state: PeakState, block: np.ndarray) -> PeakState:
        highest = max(state.highest, float(np.abs(block).max(initial=0.0)))
        held = np.concatenate([state.tail, block], axis=1, dtype=np.float32)
        # what has REACH samples at both sides is exact; the beginning of the sound has silence before it
        highest = _over(held, max(state.tail.shape[1] - REACH, 0), held.shape[1] - REACH, highest)
        return PeakState(highest, held[:, max(held.shape[1] - 2 * REACH, 0) :].copy())

    def read(self, state: PeakState) -> float:
        return _over(state.tail, 0, state.tail.shape[1], state.highest)


def _over(held: np.ndarray, begin: int, end: int, highest: float) -> float:
    for channel in held:
        highest = max(highest, float(between(channel, highest)[begin : max(end, begin)].max(initial=0.0)))
    return highest


def true_peak(x: np.ndarray, rate: int) -> float:
    """Largest true peak of x as a linear amplitude, 0 for silence or nothing.

    Taken at eight times `rate`, in bounded memory. Example: a sine of a quarter of the rate that starts at 45 degrees
    has samples of 0.71 and a true peak of 1.0.
    """
    x = np.atleast_2d(x)
    meter = PeakMeter(len(x))
    state = meter.start()
    # begin with the sample peak: most of the sound is then proven to be under it
    state = PeakState(max(float(x.max(initial=0.0)), -float(x.min(initial=0.0))), state.tail)
    for at in range(0, x.shape[1], 1 << 16):
        state = meter.step(state, x[:, at : at + (1 << 16)])
    return meter.read(state)
