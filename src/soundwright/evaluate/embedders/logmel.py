"""The embedder that needs no weights: what 0.96 s of sound are like, in 88 documented numbers, every 0.48 s.

From a log-mel picture (32 bands, 40 Hz to 16 kHz, 32 ms windows each 10 ms, power in dB, floor -100, of the mono sum at
32 kHz) each window gives

    0 - 31   mean over time of each band                              which frequencies, how loud
    32 - 63  standard deviation over time of each band                which of them move
    64 - 87  level of the modulation of 4 broad bands in 6 octaves,   how fast (after Chi, Ru and Shamma 2005)
             1 to 64 Hz

all in units of 10 dB, so that no group outweighs the others. It hears spectrum, level and motion, and no meaning: a dog
and a well filtered noise may be alike to it. It is for comparing versions of one system, and for tests.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import spectra
from soundwright.evaluate.embedders.windows import windows

RATE, BANDS, SIZE, HOP = 32_000, 32, 1024, 320
WINDOW, STEP = 96, 48  # hops: 0.96 s, 0.48 s
OCTAVES_HZ = 2.0 ** np.arange(7)
UNIT_DB = 10.0


class LogMel:
    """Log-mel and modulation statistics."""

    rate = RATE

    def embed(self, audio: Audio) -> np.ndarray:
        """`[frames, 88]` of a sound at 32 kHz, one row each 0.48 s."""
        level = spectra.log_mel(audio.mono().samples[0], RATE, bands=BANDS, size=SIZE, hop=HOP)
        some = np.stack([self._statistics(part) for part in windows(level, WINDOW, STEP)])
        return (some / UNIT_DB).astype(np.float32)

    def _statistics(self, level: np.ndarray) -> np.ndarray:
        broad = level.reshape(4, BANDS // 4, -1).mean(axis=1)
        moving = (broad - broad.mean(axis=1, keepdims=True)) * np.hanning(WINDOW)
        power = np.square(np.abs(np.fft.rfft(moving, 2 * WINDOW, axis=1))) / WINDOW
        hz = np.fft.rfftfreq(2 * WINDOW, HOP / RATE)
        octaves = [power[:, (hz >= a) & (hz < b)].mean(axis=1) for a, b in pairwise(OCTAVES_HZ)]
        modulation = 10 * np.log10(np.stack(octaves, axis=1).ravel() + 1e-2)
        return np.concatenate([level.mean(axis=1), level.std(axis=1), modulation])
