"""Notes are rendered once for all tests that look at them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from soundwright import instruments
from soundwright.instruments import Note, Part

RATE = 32_000


@cache
def _note(name: str, pitch: float, velocity: float = 0.7, hold_s: float = 0.9, total_s: float = 1.6, seed: int = 1):
    part = Part("test", name, (Note(0.05, hold_s, pitch, velocity),))
    sound = instruments.play(part, total_s, RATE, seed)
    sound.flags.writeable = False
    return sound


@pytest.fixture(scope="session")
def note():
    """`note(name, pitch, velocity, hold_s, total_s, seed)` is `[2, frames]` at 32 kHz; the key goes down at 50 ms."""
    return _note


@pytest.fixture(scope="session")
def rate() -> int:
    return RATE


@pytest.fixture(scope="session")
def centroid():
    """`centroid(x, rate)`: spectral centroid (of magnitudes) of mono x, in Hz."""

    def measure(x: np.ndarray, rate: int) -> float:
        level = np.abs(np.fft.rfft(x * np.hanning(len(x))))
        return float((level * np.fft.rfftfreq(len(x), 1 / rate)).sum() / (level.sum() + 1e-20))

    return measure
