"""The few conversions that every room uses."""

from __future__ import annotations

import numpy as np


def gain(db):
    """Amplitude factor of a level in dB."""
    return 10.0 ** (np.asarray(db, dtype=float) / 20.0) if np.ndim(db) else 10.0 ** (float(db) / 20.0)


def decibels(amplitude, floor: float = 1e-12):
    """Level in dB of an amplitude; `floor` stands for silence."""
    return 20.0 * np.log10(np.maximum(np.abs(amplitude), floor))


def hz(pitch):
    """Frequency in Hz of a MIDI pitch (69 is 440 Hz), which may be fractional."""
    return 440.0 * 2.0 ** ((np.asarray(pitch, dtype=float) - 69.0) / 12.0)


def frames(duration_s: float, rate: int) -> int:
    """Samples in `duration_s`: `round(duration_s * rate)`."""
    return round(duration_s * rate)
