"""What the finishing did, in numbers: one line per step, and the measures of the result."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import loudness, peak
from soundwright.dsp.units import decibels


@dataclass(frozen=True)
class Step:
    """One step: its name, and what it did as numbers with the unit in the key."""

    name: str
    did: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """The measures of the finished sound; -inf stands for silence.

    `gain_db` is the static gain from what came in to what goes into the limiter, the one that stems carry.
    """

    kind: str
    integrated_lufs: float
    momentary_max_lufs: float
    short_term_max_lufs: float
    loudness_range_lu: float
    true_peak_dbtp: float
    sample_peak_dbfs: float
    crest_db: float
    dc: float
    gain_db: float
    target_lufs: float | None
    ceiling_dbtp: float
    steps: tuple[Step, ...] = ()

    def numbers(self) -> dict[str, Any]:
        """For a manifest: everything but the steps' order is flat; infinite levels become None (JSON has none)."""
        flat = {key: value for key, value in vars(self).items() if key != "steps"}
        flat["steps"] = [{"step": step.name, **step.did} for step in self.steps]
        return _plain(flat)


def report(audio: Audio, kind: str, *, gain_db: float, target_lufs: float | None, ceiling_dbtp: float, steps) -> Report:
    """Measure `audio` again, after everything has been done to it."""
    heard = loudness.measure(audio.samples, audio.rate)
    power = float(np.mean(np.square(audio.samples, dtype=np.float64))) if audio.frames else 0.0
    highest = level(audio.peak)
    return Report(
        kind,
        heard.integrated_lufs,
        heard.momentary_max_lufs,
        heard.short_term_max_lufs,
        heard.loudness_range_lu,
        level(peak.true_peak(audio.samples, audio.rate)),
        highest,
        highest - level(math.sqrt(power)) if power else 0.0,
        float(audio.samples.mean()) if audio.frames else 0.0,
        gain_db,
        target_lufs,
        ceiling_dbtp,
        tuple(steps),
    )


def level(amplitude: float) -> float:
    """dB of an amplitude, -inf for 0."""
    return float(decibels(amplitude)) if amplitude > 0 else -math.inf


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
