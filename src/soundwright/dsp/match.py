"""What a recording sounds like in the large, and the way from one recording to another: loudness, spectrum, width.

A profile holds the level per third of an octave of mid and side. The way is a drawn equaliser (the difference of the
spectra without their difference in level), a width, and the loudness to set last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp.curve import Curve
from soundwright.dsp.measures import spectrum
from soundwright.dsp.stereo import Widener

THIRDS_HZ = tuple(float(f"{1000 * 2 ** (step / 3):.4g}") for step in range(-16, 14))  # 25 Hz to 20 kHz
EMPTY_DB = 60.0  # a band so far under the strongest holds nothing to be raised


@dataclass(frozen=True, eq=False)
class Profile:
    """Levels in dB `[bands]` at `THIRDS_HZ`, and the side's level relative to the mid in dB over 200 Hz."""

    mid_db: np.ndarray
    width_db: float


def profile(x: np.ndarray, rate: int) -> Profile:
    """Profile of x `[channels, frames]`; more than two channels are taken as their mean."""
    stereo = len(x) == 2
    mid = x.mean(axis=0, keepdims=True)
    hz, power = spectrum(mid, rate)
    if not stereo:
        return Profile(thirds(hz, power), -np.inf)
    side_power = spectrum(0.5 * (x[:1] - x[1:]), rate)[1]
    over = hz > 200
    width = 10 * np.log10(max(side_power[over].sum(), 1e-20) / max(power[over].sum(), 1e-20))
    return Profile(thirds(hz, power), float(width))


def thirds(hz: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Power per third of an octave in dB; narrow low bands that hold no bin are interpolated."""
    centres = np.asarray(THIRDS_HZ)
    density = np.concatenate([[0.0], np.cumsum(power)])
    step = hz[1] - hz[0]
    low, high = centres * 2 ** (-1 / 6), np.minimum(centres * 2 ** (1 / 6), hz[-1])
    total = np.interp(high / step + 0.5, np.arange(len(density)), density) - np.interp(
        np.minimum(low, hz[-1]) / step + 0.5, np.arange(len(density)), density
    )
    return 10 * np.log10(np.maximum(total, 1e-12))


def towards(source: Profile, reference: Profile, *, share: float = 1.0, most_db: float = 9.0) -> tuple[Curve, Widener]:
    """The equaliser and the width that bring `source` to `reference`; `share` under 1 goes part of the way."""
    filled = (source.mid_db > source.mid_db.max() - EMPTY_DB) & (reference.mid_db > reference.mid_db.max() - EMPTY_DB)
    gap = np.where(filled, reference.mid_db - source.mid_db, 0.0)
    weights = filled * 10 ** (np.maximum(source.mid_db - source.mid_db.max(), -EMPTY_DB) / 40)
    gap -= np.average(gap, weights=weights) if weights.any() else 0.0
    gap = np.where(filled, gap, 0.0)
    gap = np.convolve(np.pad(gap, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    gains = np.clip(share * gap, -most_db, most_db)
    difference = reference.width_db - source.width_db
    width = (
        10 ** (share * np.clip(difference, -12.0, 8.0) / 20)
        if np.isfinite(difference) and source.width_db > -40
        else 1.0
    )
    return Curve(THIRDS_HZ, tuple(round(float(g), 3) for g in gains)), Widener(round(float(width), 4), 0.0, 0.0)
