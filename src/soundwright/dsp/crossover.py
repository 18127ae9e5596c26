"""Linkwitz-Riley crossovers of fourth order: bands whose sum is flat.

Splitting at f gives a low and a high part that are in phase everywhere and whose sum is an all-pass at f. With several
frequencies, the parts that a later split does not touch are sent through that split's all-pass, so that all bands have
turned by the same phase when they meet again, and the sum is flat to rounding.
Source: S. Linkwitz, Active crossover networks for noncoincident drivers, JAES 24 (1976).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp.eq import pass_sections


@dataclass(frozen=True, eq=False)
class SplitState:
    """Sections and memories: for each frequency low-pass, high-pass, and the all-pass of the bands below it."""

    low: tuple[np.ndarray, ...]
    high: tuple[np.ndarray, ...]
    turn: tuple[np.ndarray, ...]
    memories: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Crossover:
    """`step` gives `[len(hz) + 1, channels, frames]` in float64, split at the rising frequencies `hz`."""

    hz: tuple[float, ...]

    def start(self, rate: int, channels: int) -> SplitState:
        low, high, turn = [], [], []
        for hz in self.hz:
            hz = min(hz, 0.45 * rate)
            low.append(pass_sections("low", hz, rate, 4, "linkwitz-riley"))
            high.append(pass_sections("high", hz, rate, 4, "linkwitz-riley"))
            # low + high of a Linkwitz-Riley 4 is the second-order all-pass of the Butterworth's poles
            a = low[-1][0, 3:]
            turn.append(np.array([[*a[::-1], *a]]))
        # per split: low, high, and one turn for all the bands that lie below
        memories = []
        for index in range(len(self.hz)):
            memories += [np.zeros((2, channels, 2)), np.zeros((2, channels, 2)), np.zeros((1, index, channels, 2))]
        return SplitState(tuple(low), tuple(high), tuple(turn), tuple(memories))

    def step(self, state: SplitState, block: np.ndarray) -> tuple[SplitState, np.ndarray]:
        rest, bands = np.asarray(block, np.float64), np.empty((len(self.hz) + 1, *block.shape))
        memories = list(state.memories)
        for index in range(len(self.hz)):
            at = 3 * index
            if index:
                bands[:index], memories[at + 2] = signal.sosfilt(state.turn[index], bands[:index], zi=memories[at + 2])
            bands[index], memories[at] = signal.sosfilt(state.low[index], rest, zi=memories[at])
            rest, memories[at + 1] = signal.sosfilt(state.high[index], rest, zi=memories[at + 1])
        bands[-1] = rest
        return SplitState(state.low, state.high, state.turn, tuple(memories)), bands


def split(x: np.ndarray, hz: tuple[float, ...], rate: int) -> np.ndarray:
    """Bands `[bands, channels, frames]` of the whole of x `[channels, frames]`."""
    crossover = Crossover(tuple(hz))
    return crossover.step(crossover.start(rate, len(x)), x)[1]
