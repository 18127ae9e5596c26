"""What the finishing did, in numbers: what each block of the chain did, and the measures of the result."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from soundwright.dsp import loudness
from soundwright.dsp.peak import PeakMeter
from soundwright.dsp.units import decibels


@dataclass(frozen=True, eq=False)
class Measured:
    """The finished sound as meters read it; -inf stands for silence. `hops` are energies per 10 ms."""

    integrated_lufs: float
    momentary_max_lufs: float
    short_term_max_lufs: float
    loudness_range_lu: float
    true_peak_dbtp: float
    sample_peak_dbfs: float
    crest_db: float
    dc: float
    hops: np.ndarray


@dataclass(frozen=True)
class Report:
    """Measures, and what was done.

    `gain_db` is the static gain before the limiter, the one that stems carry. `promise_kept` says whether loudness and
    ceiling stand as asked; `held_back` that the loudness was given up for the transients. `steps` are the chain's
    blocks with what each did, `chain` is their YAML, which replays.
    """

    preset: str
    integrated_lufs: float
    momentary_max_lufs: float
    short_term_max_lufs: float
    loudness_range_lu: float
    true_peak_dbtp: float
    sample_peak_dbfs: float
    crest_db: float
    dc: float
    gain_db: float
    target_lufs: float
    by: str
    ceiling_dbtp: float
    promise_kept: bool
    held_back: bool
    dialogue_s: float | None = None
    steps: tuple[dict[str, Any], ...] = ()
    chain: str = ""

    def numbers(self) -> dict[str, Any]:
        """For a manifest or JSON: infinite levels become None."""
        return plain(vars(self))


def measure(blocks: Iterable[np.ndarray], rate: int, channels: int) -> Measured:
    """Meter blocks `[channels, frames]` in one pass."""
    meter, peaks = loudness.Meter(rate, channels), PeakMeter(channels)
    state, peak, energies = meter.start(), peaks.start(), []
    power, frames, sums, sample_peak = 0.0, 0, np.zeros(channels), 0.0
    for block in blocks:
        for at in range(0, block.shape[1], 16_384):
            piece = np.ascontiguousarray(block[:, at : at + 16_384])
            state = meter.step(state, piece)
            energies.extend(state.energies)
            state = loudness.MeterState(state.memory, state.rest, state.frames)
            peak = peaks.step(peak, piece)
            flat = piece.reshape(-1)
            power += float(np.dot(flat, flat))
            sums += piece.sum(axis=1, dtype=np.float64)
            sample_peak = max(sample_peak, float(piece.max(initial=0.0)), -float(piece.min(initial=0.0)))
        frames += block.shape[1]
    hops = meter.hops(loudness.MeterState(state.memory, state.rest, state.frames, tuple(energies)))
    rms = math.sqrt(power / (frames * channels)) if frames else 0.0
    return Measured(
        loudness.gated(hops, rate),
        float(loudness.levels(hops, loudness.MOMENTARY, rate).max(initial=-np.inf)),
        float(loudness.levels(hops, loudness.SHORT_TERM, rate).max(initial=-np.inf)),
        loudness.spread(hops, rate),
        level(peaks.read(peak)),
        level(sample_peak),
        level(sample_peak) - level(rms) if rms else 0.0,
        float(np.abs(sums / max(frames, 1)).max()),
        hops,
    )


def level(amplitude: float) -> float:
    """dB of an amplitude, -inf for 0."""
    return float(decibels(amplitude)) if amplitude > 0 else -math.inf


def plain(value: Any) -> Any:
    """For JSON: numbers rounded to four places, infinite ones as None."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
