"""Width: mid and side, mono bass, and a guard so that wide sound survives a loudspeaker that is mono.

The mid is never touched, so the mono sum of what comes out is that of what went in. What widening can spoil is the
correlation: the guard takes the width back, towards 1, where it would fall under `least_correlation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp.control import Controlled, drawn, one_pole, pole

WATCH_MS = 300.0


@dataclass(frozen=True)
class Widener(Controlled):
    """Side times `width` (1 leaves it, 0 is mono), and no side under `mono_below_hz` (0 leaves the bass as it is).

    Only stereo is changed; other layouts pass as they are.
    """

    width: float = 1.2
    mono_below_hz: float = 120.0
    least_correlation: float = 0.2

    def remember(self, rate: int, channels: int):
        return np.zeros((1, 1, 2)), np.zeros(1), np.zeros(1)

    def work(self, state, now, hop):
        if len(now) != 2:
            return now, state.last, state.memory, np.zeros(now.shape[1] // hop)
        filtering, mids, sides = state.memory
        mid, side = 0.5 * (now[:1] + now[1:]), 0.5 * (now[:1] - now[1:])
        if self.mono_below_hz:
            sos = signal.butter(2, min(self.mono_below_hz, 0.45 * state.rate), "high", fs=state.rate, output="sos")
            side, filtering = signal.sosfilt(sos, side.astype(np.float64), zi=filtering)
            side = side.astype(np.float32)
        smoothing = pole(WATCH_MS, hop, state.rate)
        mid_power, mids = one_pole(np.square(mid).reshape(-1, hop).mean(axis=1), smoothing, mids)
        side_power, sides = one_pole(np.square(side).reshape(-1, hop).mean(axis=1), smoothing, sides)
        # correlation of balanced channels is (M2 - S2) / (M2 + S2): solved for the largest S that is allowed
        allowed = mid_power * (1 - self.least_correlation) / (1 + self.least_correlation)
        most = np.sqrt(allowed / np.maximum(side_power, 1e-12))
        width = np.minimum(self.width, np.maximum(most, min(self.width, 1.0)))
        side, last = drawn(side, width, state.last, hop)
        changed = 20 * np.log10(np.maximum(width, 1e-3))
        return np.concatenate([mid + side, mid - side]), last, (filtering, mids, sides), changed


def correlation(x: np.ndarray) -> float:
    """Correlation of the two channels of x `[2, frames]`, -1 to 1; 1 for mono and for silence."""
    if len(x) != 2:
        return 1.0
    left, right = (channel.astype(np.float64) for channel in x)
    power = np.sqrt((left @ left) * (right @ right))
    return float(left @ right / power) if power > 0 else 1.0


def mono_loss_db(x: np.ndarray) -> float:
    """How much level a stereo sound loses in mono, dB: 0 in phase, 3 for unrelated channels, inf in antiphase."""
    if len(x) != 2 or not x.any():
        return 0.0
    kept = np.mean(np.square(x.mean(axis=0, dtype=np.float64))) / np.mean(np.square(x, dtype=np.float64))
    return float(-10 * np.log10(kept)) if kept > 0 else np.inf
