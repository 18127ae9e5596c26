"""Spectra of sustained sounds as data: a source whose harmonics fall, and formants that stay where they are.

`Timbre.levels` gives the harmonics of one pitch from soft to loud. Blown and bowed instruments grow brighter as
they grow louder (Risset and Mathews 1969 on brass; Meyer, "Acoustics and the Performance of Music", on formants),
so most fields are pairs (soft, loud).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Timbre:
    """A source-filter spectrum.

    `slope_db` per octave from the first harmonic; above `knee_hz` (or `knee_ratio` times the pitch, where larger)
    it falls by `fall_db` per octave more; `even_db` is added to even harmonics below `even_to_hz`; `first` are
    corrections in dB of harmonics 1, 2, ...; `formants` are (hz, gain dB, q) peaks of the body or vocal tract.
    Above `air_hz` everything falls by 12 dB per octave more: bodies and bells radiate little there, and air and
    microphones take their share (recorded trumpets, oboes and violins end near 9 kHz).
    """

    slope_db: tuple[float, float] = (-6.0, -6.0)
    knee_hz: tuple[float, float] = (4000.0, 4000.0)
    knee_ratio: float = 0.0
    fall_db: float = 12.0
    even_db: tuple[float, float] = (0.0, 0.0)
    even_to_hz: float = 1e9
    first: tuple[float, ...] = ()
    formants: tuple[tuple[float, float, float], ...] = ()
    air_hz: float = 9000.0

    def levels(self, hz: float, harmonics: int, brightness) -> np.ndarray:
        """Amplitudes `[rows, harmonics]`, one row for each `brightness` 0..1, each row of unit energy."""
        b = np.atleast_1d(np.asarray(brightness, float))[:, None]
        k = np.arange(1, harmonics + 1)
        f = k * hz

        def between(pair):
            return pair[0] + (pair[1] - pair[0]) * b

        db = between(self.slope_db) * np.log2(k)
        knee = np.maximum(np.exp(between(tuple(np.log(self.knee_hz)))), self.knee_ratio * hz)
        db = db - self.fall_db * 0.5 * np.log2(1 + (f / knee) ** 2)
        db = db + np.where((k % 2 == 0), between(self.even_db) / (1 + (f / self.even_to_hz) ** 4), 0.0)
        db[:, : len(self.first)] += self.first[:harmonics]
        db = db + formant_db(f, self.formants) - 10 * np.log10(1 + (f / self.air_hz) ** 4)
        level = 10 ** (db / 20)
        return level / np.sqrt((level**2).sum(axis=1, keepdims=True))


def formant_db(hz: np.ndarray, formants) -> np.ndarray:
    """Gain in dB at `hz` of peaks (hz, gain dB, q): the magnitude of a peaking section, in analogue."""
    total = np.zeros_like(hz, dtype=float)
    for centre, gain_db, q in formants:
        x = (hz / centre - centre / np.maximum(hz, 1e-9)) * q
        a = 10 ** (gain_db / 20)
        total += (
            10 * np.log10((a * a + x * x) / (1 + x * x))
            if gain_db >= 0
            else -10 * np.log10((1 / (a * a) + x * x) / (1 + x * x))
        )
    return total


def ear(hz) -> np.ndarray:
    """How strongly the ear takes a frequency: magnitude of the K-weighting of ITU-R BS.1770, in outline."""
    f = np.asarray(hz, float)
    return (f / (f + 40.0)) * np.sqrt((1 + (f / 1100.0) ** 2 * 1.585**2) / (1 + (f / 1100.0) ** 2))
