"""What the writers write: notes in quarter notes, before a player's timing and touch are added."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One written note: position and length in quarters, MIDI pitch, level 0..1 before expression.

    `delay_ms` is what a strum or a roll adds. `syllable` is what a voice sings on it.
    """

    start: float
    length: float
    pitch: int
    level: float = 0.7
    articulation: str = ""
    delay_ms: float = 0.0
    syllable: str = ""

    @property
    def end(self) -> float:
        return self.start + self.length
