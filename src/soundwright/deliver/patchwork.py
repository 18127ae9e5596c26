"""A watermark of our own that needs no network: small level changes on a secret raster of time and frequency.

Every 90 ms a band of the spectrum is 0.75 dB louder or softer than without the mark; the signs, 24 pairs of blocks by
24 bands, come from a fixed key and repeat every 4.3 s. The two blocks of a pair have opposite signs, so that only
*changes* carry the mark and the sound's own spectrum, filters and gain cancel out (patchwork: Bender, Gruhl, Morimoto
and Lu, IBM Systems Journal 35, 1996).

To hear it, the change of level across the middle of each pair is taken in each band, less that of the neighbouring
bands (a drum raises all of them), squashed against outliers, summed over all periods, and multiplied by the sign.
Since the signs are random, the sum of these products in an unmarked sound has mean 0 and as variance the sum of their
squares, whatever the sound is, loops included: z is that sum in standard deviations, 24 at the most. All offsets
(crops) and speeds within 3 % are tried, some 10 000; `SURE` is what chance would pass once in 100 000 files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from soundwright.seed import stream

BLOCK_S, PAIRS = 0.09, 24
BANDS, LOW_HZ, HIGH_HZ = 24, 300.0, 6000.0  # where codecs keep what they are given
DEPTH_DB = 0.75
SURE = 6.0
ENDS_S = 0.05  # the mark comes in and goes out over this at both ends, so that a loop still meets itself
SPEEDS = np.arange(-12, 13) * 0.0025 + 1.0
STEP_S = 0.01
QUIET_DB = -60.0  # under a band's loudest moment: nothing to be read there
NEIGHBOURS = 4
SQUASH, SQUASH_DB = 1.5, 0.3
BATCH = 512  # frames of the transform at a time


@dataclass(frozen=True)
class Heard:
    """What the detector found: z in standard deviations, the speed of the sound relative to when it was marked."""

    z: float
    speed: float

    @property
    def marked(self) -> bool:
        return self.z >= SURE


@cache
def signs() -> np.ndarray:
    """The key: ±1 for each pair and band."""
    return stream(1, "soundwright", "patchwork").choice([-1.0, 1.0], (PAIRS, BANDS))


def _size(rate: int) -> int:
    """Transform length: the power of two nearest to 40 ms."""
    return 2 ** round(np.log2(rate * 0.04))


def _bands(rate: int) -> np.ndarray:
    """Band of each bin, -1 outside."""
    edges = np.geomspace(LOW_HZ, HIGH_HZ, BANDS + 1)
    band = np.searchsorted(edges, np.fft.rfftfreq(_size(rate), 1 / rate), side="right") - 1
    return np.where(band < BANDS, band, -1)


def _frames(x: np.ndarray, rate: int, hop: int) -> Iterator[tuple[int, np.ndarray]]:
    """Windowed frames `[channels, n, size]` of x `[channels, frames]` in batches, with the number of the first; frame
    k is centred on sample k * hop."""
    size = _size(rate)
    padded = np.pad(x, ((0, 0), (size // 2, size)))
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, : x.shape[1] + hop : hop]
    for first in range(0, views.shape[1], BATCH):
        yield first, views[:, first : first + BATCH] * window


def difference(x: np.ndarray, rate: int, depth_db: float = DEPTH_DB) -> np.ndarray:
    """What the mark adds to x `[channels, frames]`; each channel is changed by the same gains, silence by nothing."""
    size = _size(rate)
    hop, band = size // 4, _bands(rate)
    inside = band >= 0
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    channels, frames = x.shape
    out = np.zeros((channels, frames + 3 * size), np.float32)
    for first, block in _frames(x, rate, hop):
        count = block.shape[1]
        at_s = (first + np.arange(count)) * hop / rate
        number = np.floor(at_s / BLOCK_S).astype(int) % (2 * PAIRS)
        code = signs()[number // 2] * np.where(number % 2, 1.0, -1.0)[:, None]  # the second block of a pair is the sign
        code *= np.clip(np.minimum(at_s, frames / rate - at_s) / ENDS_S, 0, 1)[:, None]
        gain = np.zeros((count, len(band)), np.float32)
        gain[:, inside] = (10 ** (code * (depth_db / 20)) - 1)[:, band[inside]]
        added = (
            np.fft.irfft(np.fft.rfft(block, axis=-1) * gain, size, axis=-1) * window / 1.5
        )  # 1.5: sum of Hann², hop 1/4
        for quarter in range(4):
            begin = (first + quarter) * hop
            part = added[:, :, quarter * hop : (quarter + 1) * hop]
            out[:, begin : begin + count * hop] += part.reshape(channels, -1)
    return out[:, size // 2 : size // 2 + frames]


def detect(x: np.ndarray, rate: int) -> Heard:
    """Listen for the mark in x `[channels, frames]`; under a second there is nothing to hear, and z is 0."""
    mono = x.mean(axis=0, keepdims=True)
    if x.shape[1] < rate or rate < 2 * HIGH_HZ or not mono.any():
        return Heard(0.0, 1.0)
    energy = _energies(mono, rate)
    level = 10 * np.log10(energy + energy.max() * 1e-10)
    live = energy > energy.max(axis=0) * 10 ** (QUIET_DB / 10)
    found = (_best(level, live, float(speed)) for speed in SPEEDS)
    return max(found, key=lambda heard: heard.z)


def _energies(mono: np.ndarray, rate: int) -> np.ndarray:
    """Energy of each band every `STEP_S`: `[steps, BANDS]`."""
    hop, band = round(STEP_S * rate), _bands(rate)
    sums = (band[:, None] == np.arange(BANDS)).astype(np.float32)
    parts = [np.abs(np.fft.rfft(block[0], axis=-1)) ** 2 @ sums for _, block in _frames(mono, rate, hop)]
    return np.concatenate(parts).astype(np.float64)


def _best(level: np.ndarray, live: np.ndarray, speed: float) -> Heard:
    """The largest z over all offsets, for a sound that runs at `speed` times the marked one's."""
    half = round(0.8 * BLOCK_S / speed / STEP_S)  # of each block the part that is not its ramp
    total = np.concatenate([np.zeros((1, BANDS)), np.cumsum(level, axis=0)])
    middle = np.arange(half, len(level) - half)
    if not len(middle):
        return Heard(0.0, speed)
    change = (total[middle + half] - 2 * total[middle] + total[middle - half]) / half
    ears = live[middle]
    beside = np.abs(np.subtract.outer(np.arange(BANDS), np.arange(BANDS)))
    near = ((beside > 0) & (beside <= NEIGHBOURS)).astype(float)
    change -= (change * ears) @ near / np.maximum(ears @ near, 1)
    spread = np.array(
        [np.median(np.abs(row[use])) if use.any() else 1.0 for row, use in zip(change.T, ears.T, strict=True)]
    )
    change = ears * np.tanh(change / (SQUASH * spread + SQUASH_DB))
    # All periods are laid over one another, then one circular correlation with the key tries every offset at once.
    period = round(2 * PAIRS * BLOCK_S / STEP_S)
    place = np.round(middle * speed).astype(int) % period
    folded = np.stack([np.bincount(place, row, period) for row in change.T], axis=1)
    centre = np.round((2 * np.arange(PAIRS) + 1) * BLOCK_S / STEP_S).astype(int) % period
    key, comb = np.zeros((period, BANDS)), np.zeros(period)
    key[centre], comb[centre] = signs(), 1.0
    sums = np.fft.irfft((np.fft.rfft(folded, axis=0) * np.fft.rfft(key, axis=0).conj()).sum(axis=1), period)
    power = np.fft.irfft(np.fft.rfft((folded**2).sum(axis=1)) * np.fft.rfft(comb).conj(), period)
    return Heard(float((sums / np.sqrt(np.maximum(power, 1.0))).max()), speed)
