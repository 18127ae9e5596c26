"""By how much a sound should move so that it agrees with another that it overlaps.

A positive lag means that the head is late: its frame n + lag belongs with the tail's frame n. Three witnesses, in
order: the waves themselves, where both play the same; else the rises of their levels, which tell beats of unlike drums
(times to about a millisecond, then the waves within a few); else the waves within a hundredth of a second, so that
like tones do not cancel.
"""

from __future__ import annotations

import numpy as np
from scipy import fft, ndimage

from soundwright.audio import Audio
from soundwright.dsp import filters, onsets

SAME = 0.8  # correlation from which two sounds are taken for the same music
TIED = 0.02  # peaks so close to the highest are as good: the one of least lag is taken
WORTH = 0.1  # what a lag must add to the correlation of unlike sounds
RISE, RISE_DB = 5, 6.0  # within so many ms a level rises by so much where something is struck
FLOOR_DB, SILENT_DB = 45.0, -100.0  # what lies so far under the loudest is not heard
SMEAR = np.array([1.0, 2, 3, 4, 5, 4, 3, 2, 1]) / 25  # ms by which beats of unlike sounds may differ
BANDS_HZ = {200.0: 24, 2000.0: 8}  # kicks against kicks, hats against hats; ms over which a low wave makes no ripple
# Least agreement of two rhythms, and how far it is above that at nine lags in ten; what share the largest lag costs.
# Of 64 seams between different takes of our own house, rock, lo-fi and strings, moved by up to 0.35 beat, these find 39
# within 12 ms, leave 17 (the strings) alone, and take 8 for half a beat from where they are, all but two of them house.
BEATS, CLEAR, FAR = 0.3, 1.5, 0.15
NEAR_BEAT_S, NEAR_S = 0.004, 0.010


def likeness(tail: np.ndarray, head: np.ndarray, most: int) -> np.ndarray:
    """Correlation `[2 most + 1]` of the tail `[channels, n]` with the head `[channels, m]` at lags -most to most.

    At each lag over the frames that both fill, divided by their powers there; 0 where either is silent.
    """
    n = tail.shape[1]
    shifted = np.zeros((len(tail), n + 2 * most))
    part = head[:, : n + most]
    shifted[:, most : most + part.shape[1]] = part
    size = fft.next_fast_len(n + shifted.shape[1], real=True)
    ours, theirs = (np.asarray(fft.rfft(x, size, axis=1)) for x in (tail.astype(np.float64), shifted))
    products = np.asarray(fft.irfft((theirs * ours.conj()).sum(axis=0), size))[: 2 * most + 1]

    def sums(x: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum(np.square(x, dtype=np.float64).sum(axis=0))])

    lags = np.arange(-most, most + 1)
    in_tail, in_head = sums(tail), sums(shifted)
    first, last = np.maximum(-lags, 0), np.clip(part.shape[1] - lags, 0, n)
    mine = np.maximum(in_tail[np.maximum(last, first)] - in_tail[first], 0)
    other = in_head[lags + most + n] - in_head[lags + most]
    power = np.sqrt(mine * other)
    heard = power > max(1e-9, 1e-6 * np.sqrt(in_tail[-1] * in_head[-1]))
    return np.clip(np.where(heard, products / np.where(heard, power, 1.0), 0.0), -1.0, 1.0)


def lag(tail: np.ndarray, head: np.ndarray, rate: int, most: int) -> int:
    """The frames, -most to most, by which `head` is late against `tail`; 0 where nothing tells."""
    most = min(most, tail.shape[1] // 2, head.shape[1] // 2)
    if most <= 0 or not tail.any() or not head.any():
        return 0
    waves = likeness(tail, head, most)
    found = _nearest_peak(waves)
    if waves[found] >= SAME:
        return found - most
    beat = _beat_lag(tail, head[:, : tail.shape[1] + most], rate, most, waves)
    centre, near = (most, NEAR_S) if beat is None else (most + beat, NEAR_BEAT_S)
    first = max(centre - round(near * rate), 0)
    best = first + int(waves[first : centre + round(near * rate) + 1].argmax())
    return (best if waves[best] > waves[centre] + WORTH else centre) - most


def _nearest_peak(r: np.ndarray) -> int:
    """Of the peaks that are as high as the highest, the one nearest to the middle."""
    padded = np.pad(r, 1, constant_values=-2.0)
    peaks = np.flatnonzero((r >= padded[:-2]) & (r >= padded[2:]) & (r >= r.max() - TIED))
    return int(peaks[np.abs(peaks - len(r) // 2).argmin()])


def _beat_lag(tail: np.ndarray, head: np.ndarray, rate: int, most: int, waves: np.ndarray) -> int | None:
    """The lag in frames at which rhythms and waves agree best; None without rhythms, or with nothing in common.

    The waves decide between places where as much is struck: kick on kick against kick on snare.
    """
    milliseconds = int(most / rate * 1000)
    if milliseconds < 1:
        return None
    ours, theirs = rises(tail, rate), rises(head, rate)
    if min(np.count_nonzero(ours.any(axis=0)), np.count_nonzero(theirs.any(axis=0))) < 2 * len(SMEAR):
        return None  # a single beat is no rhythm
    r = likeness(ours, theirs, milliseconds)
    lags = np.arange(-milliseconds, milliseconds + 1)
    near = ndimage.maximum_filter1d(waves, 2 * round(NEAR_BEAT_S * rate) + 1)
    at_lags = near[most + np.round(lags * rate / 1000).astype(int)]
    score = (r + at_lags) * (1 - FAR * np.abs(lags) / milliseconds)
    best = int(score.argmax())
    clear = r[best] >= max(BEATS, CLEAR * float(np.percentile(r, 90)))
    return round((best - milliseconds) * rate / 1000) if clear else None


def rises(x: np.ndarray, rate: int) -> np.ndarray:
    """How much the level of each band of x `[channels, n]` rises at each millisecond, `[bands, ms]`; strong hits weigh
    more, but not all."""
    rows, rest = [], x
    for hz, within in BANDS_HZ.items():
        if hz < rate / 4:
            low = filters.lowpass(rest, hz, rate, 2)
            rows.append(_rise(low, rate, within))
            rest = rest - low
    return np.stack([*rows, _rise(rest, rate, RISE)])


def _rise(x: np.ndarray, rate: int, within: int) -> np.ndarray:
    level = onsets.levels(Audio(x, rate))
    if len(level) <= within or level.max() < SILENT_DB:
        return np.zeros(len(level))
    power = ndimage.uniform_filter1d(10 ** (level / 10), within)
    level = 10 * np.log10(np.maximum(power, power.max() * 10 ** (-FLOOR_DB / 10)))
    late = within // 2
    rise = np.zeros(len(level))
    rise[late : len(level) - within + late] = level[within:] - level[:-within]
    strength = 10 ** ((level - level.max()) / 40)
    return np.convolve(np.where(rise > RISE_DB, strength, 0.0), SMEAR, "same")
