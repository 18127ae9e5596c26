"""Where sounds begin: instants at which the level rises fast, traced back to the foot of the rise.

The level is that of 3 ms windows, each millisecond, after a high-pass; what rises by less than `RISE_DB` within 10 ms
is no beginning. Times are good to about 1 ms for impacts; soft beginnings are found late or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.dsp import filters

HOP_S = 0.001
WINDOW = 3  # hops of a level
RISE_DB, WITHIN = 9.0, 10  # decibels, hops
FLOOR_DB = 45.0  # under the loudest: nothing begins there
APART_S = 0.045
HIGHPASS_HZ = 60.0


@dataclass(frozen=True)
class Onset:
    """A beginning: when, in seconds, and by how many decibels the level rises within 10 ms."""

    time_s: float
    rise_db: float


def onsets(sound: Audio | Stream, *, floor_db: float = FLOOR_DB) -> list[Onset]:
    """The beginnings in a sound of any length, in order."""
    return of_levels(levels(sound), floor_db=floor_db)


def levels(sound: Audio | Stream) -> np.ndarray:
    """The level in dB, one value each millisecond, of all channels together."""
    rate = sound.rate
    hop = rate * HOP_S
    blocks: Iterable[np.ndarray] = [sound.samples] if isinstance(sound, Audio) else sound.blocks
    energies, rest, done = [], np.zeros(0), 0
    for block in blocks:
        power = np.concatenate([rest, _power(block, rate)])
        count = int((done + len(power)) / hop) - int(np.ceil(done / hop))
        first = int(np.ceil(done / hop))
        edges = np.round(np.arange(first, first + max(count, 0) + 1) * hop).astype(int) - done
        if count > 0:
            energies.append(np.add.reduceat(power[: edges[-1]], edges[:-1]))
        rest, done = power[edges[-1] if count > 0 else 0 :], done + (int(edges[-1]) if count > 0 else 0)
    if not energies:
        return np.zeros(0)
    energy = np.convolve(np.concatenate(energies), np.ones(WINDOW) / WINDOW, "same")
    return 10 * np.log10(energy / hop + 1e-12)


def _power(block: np.ndarray, rate: int) -> np.ndarray:
    sharp = filters.highpass(np.asarray(block, np.float64), HIGHPASS_HZ, rate) if block.shape[1] > 32 else block
    return (np.asarray(sharp, np.float64) ** 2).mean(axis=0)


def of_levels(level: np.ndarray, *, floor_db: float = FLOOR_DB) -> list[Onset]:
    """The beginnings in levels of each millisecond (see `levels`)."""
    if len(level) < WITHIN + 2:
        return []
    level = np.maximum(np.concatenate([np.full(WITHIN, level.min()), level]), level.max() - floor_db - 15)
    rise = level[WITHIN:] - level[:-WITHIN]
    found: list[Onset] = []
    for at in np.argsort(-rise, kind="stable"):
        if rise[at] < RISE_DB:
            break
        if level[at + WITHIN] < level.max() - floor_db:
            continue
        if all(abs(at - round(other.time_s / HOP_S)) > APART_S / HOP_S for other in found):
            found.append(Onset(_foot(level, int(at)) * HOP_S, float(rise[at])))
    return sorted(found, key=lambda one: one.time_s)


def _foot(level: np.ndarray, at: int) -> float:
    """Where the rise that fills hops `at` to `at + WITHIN` of padded levels begins: 20 % of its decibels up."""
    top = at + WITHIN
    while top + 1 < len(level) and level[top + 1] > level[top] + 0.3:
        top += 1
    low = at
    while low > 0 and level[low - 1] < level[low] - 0.3:
        low -= 1
    wanted = level[low] + 0.2 * (level[top] - level[low])
    while low < top and level[low] < wanted:
        low += 1
    return float(max(low - WITHIN + (WINDOW - 1) / 2, 0))
