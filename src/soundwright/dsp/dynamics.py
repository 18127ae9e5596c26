"""Compressor, expander and gate, transient shaper: blocks whose gain follows the level of all channels together.

Levels are dB relative to full scale: of the mean square over the hop, smoothed over 10 ms ("rms"), or of the largest
sample ("peak").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp.control import AT_REST, SILENCE_DB, Controlled, ballistics, drawn, hop_levels, one_pole, pole
from soundwright.dsp.units import gain
from soundwright.errors import BadRequest

RMS_MS = 10.0


def over(level_db: np.ndarray, threshold_db: float, knee_db: float) -> np.ndarray:
    """dB over the threshold, bent softly over the width `knee_db` (Giannoulis et al. 2012, eq. 4 without its slope)."""
    above = level_db - threshold_db
    if knee_db <= 0:
        return np.maximum(above, 0.0)
    bent = (above + knee_db / 2) ** 2 / (2 * knee_db)
    return np.where(above > knee_db / 2, above, np.where(above < -knee_db / 2, 0.0, bent))


@dataclass(frozen=True)
class Compressor(Controlled):
    """Soft-knee compressor: over `threshold_db`, `ratio` dB in give one dB out.

    `mix` under 1 adds the dry sound (parallel compression); `makeup_db` is added to both. Channels share one gain.
    """

    threshold_db: float = -18.0
    ratio: float = 2.0
    knee_db: float = 6.0
    attack_ms: float = 15.0
    release_ms: float = 150.0
    makeup_db: float = 0.0
    mix: float = 1.0
    detector: str = "rms"

    def __post_init__(self) -> None:
        if self.ratio < 1 or self.detector not in ("rms", "peak"):
            raise BadRequest("a compressor has a ratio of at least 1 and the detector rms or peak")

    def remember(self, rate: int, channels: int):
        return np.zeros(1), AT_REST

    def reduction(self, levels_db: np.ndarray, hop: int, rate: int, memory) -> tuple[np.ndarray, tuple]:
        """Attenuation in dB `[hops]` for levels `[hops]`, and the memory to go on from."""
        power, state = memory
        if self.detector == "rms":
            smooth, power = one_pole(10 ** (levels_db / 10), pole(RMS_MS, hop, rate), power)
            levels_db = 10 * np.log10(np.maximum(smooth, 10 ** (SILENCE_DB / 10)))
        wanted = over(levels_db, self.threshold_db, self.knee_db) * (1 - 1 / self.ratio)
        taken, state = ballistics(wanted, pole(self.attack_ms, hop, rate), pole(self.release_ms, hop, rate), state)
        return taken, (power, state)

    def work(self, state, now, hop):
        taken, memory = self.reduction(hop_levels(now, hop, self.detector), hop, state.rate, state.memory)
        gains = (1 - self.mix + self.mix * gain(-taken)) * gain(self.makeup_db)
        return *drawn(now, gains, state.last, hop), memory, taken


@dataclass(frozen=True)
class Expander(Controlled):
    """Downward expander: under `threshold_db` each dB down becomes `ratio` dB, at most `range_db` in all.

    With a large ratio it is a gate. It opens in `attack_ms` and closes in `release_ms`; it is open at the beginning.
    """

    threshold_db: float = -50.0
    ratio: float = 2.0
    range_db: float = 20.0
    attack_ms: float = 2.0
    release_ms: float = 150.0
    detector: str = "peak"

    def remember(self, rate: int, channels: int):
        return self.range_db, np.full(1, self.range_db * pole(self.attack_ms, self.hop(rate), rate))

    def work(self, state, now, hop):
        level = hop_levels(now, hop, self.detector)
        closed = np.minimum(np.maximum(self.threshold_db - level, 0.0) * (self.ratio - 1), self.range_db)
        attack, release = pole(self.attack_ms, hop, state.rate), pole(self.release_ms, hop, state.rate)
        # openness is what attacks fast and releases slowly
        openness, memory = ballistics(self.range_db - closed, attack, release, state.memory)
        taken = self.range_db - openness
        return *drawn(now, gain(-taken), state.last, hop), memory, taken


@dataclass(frozen=True)
class TransientShaper(Controlled):
    """Raises or lowers attacks and sustains apart from each other, whatever the level.

    Where a fast envelope stands over a slow one there is an attack, where it stands under a slower one a sustain; each
    gets up to `attack_db` or `sustain_db`, reached at a difference of 6 dB.
    """

    attack_db: float = 3.0
    sustain_db: float = 0.0

    def remember(self, rate: int, channels: int):
        return np.full(3, SILENCE_DB), np.zeros(1)

    def work(self, state, now, hop):
        level = hop_levels(now, hop, "peak") - SILENCE_DB
        before, smoothing = state.memory
        followers = []
        for release_ms, value in zip((30.0, 150.0, 600.0), before, strict=True):
            line = np.arange(len(level) + 1) * (hop / state.rate * 1000 * 8.7 / release_ms)
            followers.append((np.maximum.accumulate(np.concatenate([[value - SILENCE_DB], level]) + line) - line)[1:])
        fast, middle, slow = followers
        rise = np.maximum(np.diff(np.concatenate([[before[0] - SILENCE_DB], fast])), 0.0)
        attack, smoothing = one_pole(rise, pole(15.0, hop, state.rate), smoothing)
        attack_share = np.clip(attack * 15.0 / (1000 * hop / state.rate) / 12.0, 0.0, 1.0)
        sustain_share = np.clip((slow - np.minimum(fast, middle)) / 12.0, 0.0, 1.0) * (fast > 60.0)
        change = self.attack_db * attack_share + self.sustain_db * sustain_share * (1 - attack_share)
        memory = np.array([follower[-1] + SILENCE_DB for follower in followers]), smoothing
        return *drawn(now, gain(change), state.last, hop), memory, change
