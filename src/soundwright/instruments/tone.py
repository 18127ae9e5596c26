"""What an instrument is asked for: one `Tone` (a struck note, a pad's loop) or one `Phrase` (a breath, a bow).

Voices are pure functions of these. Velocity is taken in layers: inside a layer only the level moves, from layer
to layer the timbre moves too, which is why a note can be made once and laid many times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.instruments.notes import Note

LAYERS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """One note: `hz` is its tempered frequency, `velocity` the centre of its layer, `seconds` the most needed."""

    pitch: float
    hz: float
    velocity: float
    seconds: float
    rate: int
    rng: np.random.Generator
    articulation: str = ""
    vowel: str = ""

    @property
    def n(self) -> int:
        return max(round(self.seconds * self.rate), 1)


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """Notes played in one breath or bow; times count from the phrase's start, `swell` is a curve at control rate."""

    notes: tuple[Note, ...]
    seconds: float  # with the release
    swell: np.ndarray  # one level 0..1 for every `HOP` samples
    rate: int
    rng: np.random.Generator


HOP = 64  # samples between two points of a control curve


def layer(velocity: float) -> int:
    """The velocity layer 0..5 of a velocity 0..1."""
    return int(min(max(velocity, 0.0) * LAYERS, LAYERS - 1))


def layer_velocity(index: int) -> float:
    """The velocity at which a layer is made: its centre."""
    return (index + 0.5) / LAYERS
