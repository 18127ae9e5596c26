"""The low-pass anchors of MUSHRA: 3.5 kHz (low range) and 7 kHz (mid range) of the reference (ITU-R BS.1534-3).

For the 3.5 kHz filter the Recommendation asks for a ripple of at most ±0.1 dB up to the cut-off, at least 25 dB of
attenuation at 4 kHz and at least 50 dB at 4.5 kHz; for the 7 kHz filter it gives no mask, and the same one is held at
twice the frequencies. A linear-phase filter with a Kaiser window holds 60 dB from 4 (8) kHz on: the whole mask.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.errors import BadRequest

ATTENUATION_DB = 60.0
WIDTH = 1 / 7  # of the transition, as a share of the cut-off: 3.5 to 4 kHz


@lru_cache(maxsize=8)
def taps(cut_hz: float, rate: int) -> np.ndarray:
    """The filter `[n]`, n odd: it passes up to `cut_hz` and stops from 8/7 of it. `BadRequest` for a low rate."""
    from scipy import signal

    if cut_hz * (1 + WIDTH) > rate / 2:
        raise BadRequest(f"an anchor of {cut_hz:g} Hz needs a rate of more than {2 * cut_hz * (1 + WIDTH):g} Hz")
    count, beta = signal.kaiserord(ATTENUATION_DB, WIDTH * cut_hz / (rate / 2))
    window: Any = ("kaiser", beta)
    return np.asarray(signal.firwin(count | 1, cut_hz * (1 + WIDTH / 2), window=window, fs=rate))


def make(reference: Audio, cut_hz: float) -> Audio:
    """The anchor of a reference: same length, same place in time."""
    from scipy import signal

    filtered = signal.oaconvolve(reference.samples.astype(np.float64), taps(cut_hz, reference.rate)[None], axes=1)
    delay = len(taps(cut_hz, reference.rate)) // 2
    return Audio(filtered[:, delay : delay + reference.frames], reference.rate)
