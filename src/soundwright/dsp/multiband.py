"""Dynamics per band: multi-band compressor, dynamic equaliser, de-esser."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp.control import AT_REST, Controlled, ballistics, drawn, hop_levels, one_pole, pole
from soundwright.dsp.crossover import Crossover
from soundwright.dsp.dynamics import Compressor, over
from soundwright.dsp.filters import biquad
from soundwright.dsp.units import gain
from soundwright.errors import BadRequest


@dataclass(frozen=True)
class MultibandCompressor(Controlled):
    """One compressor per band between the Linkwitz-Riley crossovers `hz`; bands that do nothing sum flat.

    Raises `BadRequest` unless there is one band more than crossovers, and these rise.
    """

    hz: tuple[float, ...] = (120.0, 800.0, 5000.0)
    bands: tuple[Compressor, ...] = (Compressor(),) * 4

    def __post_init__(self) -> None:
        if len(self.bands) != len(self.hz) + 1 or list(self.hz) != sorted(set(self.hz)):
            raise BadRequest("a multi-band compressor has rising crossovers and one band more than crossovers")

    def remember(self, rate: int, channels: int):
        crossover = Crossover(self.hz).start(rate, channels)
        return crossover, tuple(band.remember(rate, channels) for band in self.bands), np.ones((len(self.bands), 1))

    def work(self, state, now, hop):
        splitter, memories, last = state.memory
        splitter, parts = Crossover(self.hz).step(splitter, now)
        out, after, gains_db, lasts = np.zeros(now.shape, np.float32), [], [], []
        for part, band, memory, before in zip(parts, self.bands, memories, last, strict=True):
            taken, memory = band.reduction(hop_levels(part, hop, band.detector), hop, state.rate, memory)
            gains = (1 - band.mix + band.mix * gain(-taken)) * gain(band.makeup_db)
            drawn_part, end = drawn(part.astype(np.float32), gains, before, hop)
            out += drawn_part
            after.append(memory)
            gains_db.append(taken)
            lasts.append(end)
        return out, state.last, (splitter, tuple(after), np.stack(lasts)), np.stack(gains_db)


@dataclass(frozen=True)
class DynamicBand(Controlled):
    """A bell whose gain follows the band it works on: over `threshold_db` the band is turned down by up to `range_db`.

    The bell is `x + (g - 1) band(x)`, which for a fixed g is the parametric bell. With `relative` the threshold counts
    from the level of the whole sound, so that soft and loud passages are treated alike.
    """

    hz: float = 300.0
    q: float = 1.0
    threshold_db: float = -24.0
    ratio: float = 2.0
    range_db: float = 6.0
    attack_ms: float = 5.0
    release_ms: float = 120.0
    relative: bool = False

    def remember(self, rate: int, channels: int):
        return np.zeros((1, channels, 2)), (np.zeros(1), np.zeros(1)), AT_REST

    def work(self, state, now, hop):
        filtering, (in_band, in_all), ballistic = state.memory
        section = biquad("band", self.hz, state.rate, q=self.q)
        part, filtering = signal.sosfilt(section, now.astype(np.float64), zi=filtering)
        smoothing = pole(10.0, hop, state.rate)
        power, in_band = one_pole(10 ** (hop_levels(part, hop, "rms") / 10), smoothing, in_band)
        whole, in_all = one_pole(10 ** (hop_levels(now, hop, "rms") / 10), smoothing, in_all)
        level = 10 * np.log10(np.maximum(power, 1e-12))
        if self.relative:
            # under -60 dB there is nothing to be harsh
            level = np.where(whole > 1e-6, level - 10 * np.log10(np.maximum(whole, 1e-12)), -120.0)
        wanted = np.minimum(over(level, self.threshold_db, 3.0) * (1 - 1 / self.ratio), self.range_db)
        attack, release = pole(self.attack_ms, hop, state.rate), pole(self.release_ms, hop, state.rate)
        taken, ballistic = ballistics(wanted, attack, release, ballistic)
        change, last = drawn(part.astype(np.float32), gain(-taken) - 1.0, state.last - 1.0, hop)
        return now + change, last + 1.0, (filtering, (in_band, in_all), ballistic), taken


def de_esser(hz: float = 7000.0, range_db: float = 8.0) -> DynamicBand:
    """Turns sibilants down: a wide band round `hz` that carries more of the sound than a voice's vowels do there."""
    return DynamicBand(hz, 0.9, -7.0, 3.0, range_db, 1.0, 60.0, relative=True)
