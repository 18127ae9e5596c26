"""Where somebody speaks: a plain detector on energies per 10 ms, for loudness that is anchored to dialogue.

Speech comes in syllables, four to a second, with gaps between them. Over windows of two seconds it shows as strong
modulation between 2.5 and 8 Hz of the telephone band, many hops far under the mean, and most energy in that band
(E. Scheirer, M. Slaney, Construction and evaluation of a robust multifeature speech/music discriminator, ICASSP 1997).
It is no speech recogniser: a sparse drum loop can pass for speech, and a shout over a battle can be missed.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage, signal

BAND_HZ = (300.0, 3400.0)
HOPS_PER_S = 100
WINDOW = 200  # hops
LEAST_SHARE, LEAST_GAPS, LEAST_MODULATION = 0.3, 0.3, 0.35
LEAST_POWER = 1e-7  # of the band, about -70 dBFS


def speech_hops(band: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Mask `[hops]` of speech from mean powers per 10 ms in `BAND_HZ` and of all the sound."""
    if len(band) < WINDOW:
        return np.zeros(len(band), bool)
    size = {"size": WINDOW, "mode": "nearest"}
    mean = ndimage.uniform_filter1d(band, **size)
    total = ndimage.uniform_filter1d(whole, **size)
    gaps = ndimage.uniform_filter1d((band < 0.5 * mean).astype(float), **size)
    envelope = np.sqrt(np.maximum(band, 0.0))
    syllables = signal.sosfiltfilt(signal.butter(2, (2.5, 8.0), "band", fs=HOPS_PER_S, output="sos"), envelope)
    depth = np.sqrt(ndimage.uniform_filter1d(syllables**2, **size))
    modulation = depth / np.maximum(ndimage.uniform_filter1d(envelope, **size), 1e-9)
    spoken = (band.size > 0) & (mean > LEAST_POWER) & (mean > LEAST_SHARE * total)
    return spoken & (gaps > LEAST_GAPS) & (modulation > LEAST_MODULATION)
