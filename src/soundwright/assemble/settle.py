"""A part that begins with the loudness and the tonal balance of what sounds before it, and settles into its own.

The correction is bounded, whole through the seam, and then leaves over seconds along a raised cosine: there is no step
at its end either. What two parts differ by beyond the bounds is taken for meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp import block, match, units
from soundwright.dsp.curve import Curve
from soundwright.dsp.loudness import k_weighting

SHARE = 0.7  # of the difference in balance: a third of an octave over two seconds is not known better
SILENT_DB = -90.0
SHORTEST_S = 1.0  # less sound tells too little of its balance: a kick may not be in it
LOW_HZ, HIGH_HZ = 250.0, 2000.0


@dataclass(frozen=True)
class Settling:
    """Time and bounds of the correction: of its gain, and of any third of an octave; 0 dB switches it off."""

    seconds: float = 8.0
    most_db: float = 6.0
    most_tone_db: float = 3.0


def loudness_db(x: np.ndarray, rate: int) -> float:
    """K-weighted mean power of x `[channels, frames]` in dB, all channels alike; -inf for silence or nothing."""
    power = np.square(signal.sosfilt(k_weighting(rate), x.astype(np.float64))).mean() if x.size else 0.0
    return float(10 * np.log10(power)) if power > 10 ** (SILENT_DB / 10) else -np.inf


def settled(
    part: np.ndarray, own: slice, reference: np.ndarray, whole: int, rate: int, how: Settling
) -> tuple[np.ndarray, float, float]:
    """`part` `[channels, frames]` brought to `reference` until frame `whole`, and from there to itself.

    `own` are the part's frames that are compared with the reference. Returns the gain and the tilt (what the highs over
    2 kHz gained on the lows under 250 Hz) as well, both in dB at the seam.
    """
    if min(loudness_db(reference, rate), loudness_db(part[:, own], rate)) == -np.inf:
        return part, 0.0, 0.0
    reach = min(whole + round(how.seconds * rate), part.shape[1])
    weight = np.ones(reach, np.float32)
    fall = np.arange(reach - min(whole, reach)) / max(how.seconds * rate, 1)
    weight[min(whole, reach) :] = 0.5 + 0.5 * np.cos(np.pi * fall)
    out = part.copy()
    tilt_db = 0.0
    if how.most_tone_db > 0 and min(reference.shape[1], part[:, own].shape[1]) >= SHORTEST_S * rate:
        curve = _curve(part[:, own], reference, rate, how.most_tone_db)
        out[:, :reach] += weight * (block.run(curve, part[:, :reach], rate) - part[:, :reach])
        tilt_db = _tilt(curve, rate)
    difference = loudness_db(reference, rate) - loudness_db(out[:, own], rate)
    gain_db = float(np.clip(difference, -how.most_db, how.most_db))
    out[:, :reach] *= units.gain(gain_db * weight).astype(np.float32)
    return out, gain_db, tilt_db


def _curve(own: np.ndarray, reference: np.ndarray, rate: int, most_db: float) -> Curve:
    profiles = match.profile(own, rate), match.profile(reference, rate)
    return match.towards(*profiles, share=SHARE, most_db=most_db)[0]


def _tilt(curve: Curve, rate: int) -> float:
    hz, db = np.array(curve.hz), np.array(curve.gains_db)
    return float(db[(hz >= HIGH_HZ) & (hz < rate / 2)].mean() - db[hz <= LOW_HZ].mean()) if rate > 2 * HIGH_HZ else 0.0
