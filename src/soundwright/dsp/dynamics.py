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


SHAPER_FLOOR_DB = -100.0  # under it there is no sound to shape
FOLLOW_MS = (30.0, 600.0)  # time in which the quick and the slow follower fall by 8.7 dB
ATTACK_MS, SWING_DB, FULL_DB = 20.0, 1.5, 12.0  # the followers swing by 1.5 dB on steady noise: that is no attack


@dataclass(frozen=True)
class TransientShaper(Controlled):
    """Raises or lowers attacks and sustains apart from each other, whatever the level.

    A quick peak follower that has left its own mean of 20 ms behind is in an attack; one that has fallen under a slow
    follower is in a sustain. Each gets up to `attack_db` or `sustain_db`, in full at a distance of 12 dB.
    """

    attack_db: float = 3.0
    sustain_db: float = 0.0

    def remember(self, rate: int, channels: int):
        return (0.0, 0.0), np.zeros(1)

    def work(self, state, now, hop):
        level = np.maximum(hop_levels(now, hop, "peak") - SHAPER_FLOOR_DB, 0.0)
        before, smoothing = state.memory
        followers = []
        for fall_ms, value in zip(FOLLOW_MS, before, strict=True):
            # falls on a straight line in dB: a running maximum once the line is taken off
            line = np.arange(len(level) + 1) * (hop / state.rate * 1000 * 8.7 / fall_ms)
            followers.append((np.maximum.accumulate(np.concatenate([[value], level]) + line) - line)[1:])
        quick, slow = followers
        mean, smoothing = one_pole(quick, pole(ATTACK_MS, hop, state.rate), smoothing)
        attack = np.clip((quick - mean - SWING_DB) / (FULL_DB - SWING_DB), 0.0, 1.0)
        sustain = np.clip((slow - quick - SWING_DB) / (FULL_DB - SWING_DB), 0.0, 1.0) * (quick > 0)
        change = self.attack_db * attack + self.sustain_db * sustain * (1 - attack)
        return *drawn(now, gain(change), state.last, hop), ((quick[-1], slow[-1]), smoothing), change
