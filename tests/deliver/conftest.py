"""A small piece to deliver: three seconds of tones and noise with a plan, stems and measures."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.deliver.piece import Piece

RATE = 48_000
PLAN = "duration_s: 3.0\nevents:\n- {sound: thunder, start_s: 0.0}\n- {sound: rain, start_s: 1.5}\n"
MEASURED = {
    "integrated_lufs": -16.25,
    "loudness_range_lu": 4.5,
    "true_peak_dbtp": -1.13,
    "momentary_max_lufs": -14.02,
    "short_term_max_lufs": -15.5,
    "ceiling_dbtp": -1.0,
}


def tones(seconds: float = 3.0, rate: int = RATE, channels: int = 2, seed: int = 0) -> Audio:
    """A chord with noise, a little different in each channel, its peak at 0.85."""
    t = np.arange(round(seconds * rate)) / rate
    rng = np.random.default_rng(seed)
    chord = sum(np.sin(2 * np.pi * hz * t + hz) for hz in (110, 220, 331, 662, 1320))
    x = np.stack([chord * (1 + 0.1 * k) for k in range(channels)]) * 0.1 + rng.normal(0, 0.02, (channels, len(t)))
    return Audio(x * (0.85 / np.abs(x).max()), rate)


@pytest.fixture
def piece() -> Piece:
    audio = tones()
    facts = {
        "title": "Ünï & co",
        "licence": "CC0-1.0",
        "task": "effect",
        "engine": {"name": "foley", "weights": ""},
        "request": {"seed": 3, "prompt": "thunder and rain"},
        "measured": MEASURED,
    }
    stems = {"thunder": Audio(audio.samples / 2, RATE), "Thunder!": Audio(audio.samples / 4, RATE)}
    return Piece(audio, PLAN, stems, {"mid": b"MThd"}, facts)
