"""Musical time: metres with their accents, and the grid that turns quarter notes into seconds.

Inside the engine every position is counted in quarter notes from the start of the piece; seconds appear only at the
end. `tempo_bpm` counts felt beats: quarters in x/4, halves in x/2, dotted quarters in 6/8, 9/8 and 12/8, eighths in
the other x/8 metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

GROUPS = {5: (3, 2), 7: (4, 3), 8: (4, 4), 10: (3, 3, 2, 2), 11: (4, 4, 3), 4: (2, 2), 12: (4, 4, 4)}
GROUPS_OF_EIGHTHS = {5: (3, 2), 7: (2, 2, 3), 8: (3, 3, 2), 10: (3, 3, 2, 2), 11: (3, 3, 3, 2)}
"""How uneven metres fall into groups whose first beats carry a second accent."""


@dataclass(frozen=True)
class Metre:
    """A time signature. Lengths are in quarter notes."""

    beats: int
    unit: int

    @classmethod
    def parse(cls, text: str) -> Metre:
        beats, unit = text.split("/")
        return cls(int(beats), int(unit))

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"

    @property
    def compound(self) -> bool:
        return self.unit == 8 and self.beats % 3 == 0 and self.beats > 3

    @property
    def bar(self) -> float:
        return self.beats * 4.0 / self.unit

    @property
    def beat(self) -> float:
        """Length of the felt beat that the tempo counts."""
        return 1.5 if self.compound else 4.0 / self.unit

    @cached_property
    def strong(self) -> tuple[float, ...]:
        """Positions in the bar of the downbeat and of the secondary accents."""
        if self.compound:
            step = 3.0 if self.beats == 12 else 1.5
            return tuple(np.arange(0, self.bar, step)) if self.beats != 9 else (0.0,)
        table = GROUPS_OF_EIGHTHS if self.unit == 8 else GROUPS
        at, out = 0, []
        for group in table.get(self.beats, (self.beats,)):
            out.append(at * 4.0 / self.unit)
            at += group
        return tuple(out)

    @cached_property
    def cells(self) -> tuple[tuple[float, float], ...]:
        """(start, length) of the units that rhythm is written in: quarters, or dotted quarters in compound metres."""
        if self.compound:
            return tuple((k * 1.5, 1.5) for k in range(self.beats // 3))
        if self.unit == 8 and self.beats in GROUPS_OF_EIGHTHS:
            at, out = 0.0, []
            for group in GROUPS_OF_EIGHTHS[self.beats]:
                out.append((at, group / 2))
                at += group / 2
            return tuple(out)
        whole = int(self.bar)
        rest = ((float(whole), self.bar - whole),) if self.bar > whole else ()
        return tuple((float(k), 1.0) for k in range(whole)) + rest

    def weight(self, at: float) -> float:
        """Metrical weight 0..1 of a position in the bar: downbeat, second accent, beat, off-beat, finer."""
        at = round(at % self.bar, 3)
        if at < 0.02 or at > self.bar - 0.02:
            return 1.0
        if any(abs(at - position) < 0.02 for position in self.strong):
            return 0.8
        if any(abs(at - start) < 0.02 for start, _ in self.cells):
            return 0.62
        return 0.4 if abs(at * 2 - round(at * 2)) < 0.04 else 0.25


@dataclass(frozen=True)
class Grid:
    """Quarter notes to seconds at a steady tempo, off-beat eighths moved by `swing` (0.5 straight, 0.667 triplet)."""

    metre: Metre
    tempo_bpm: float
    swing: float = 0.5

    @property
    def quarter_s(self) -> float:
        return 60.0 / self.tempo_bpm / self.metre.beat

    @property
    def bar_s(self) -> float:
        return self.metre.bar * self.quarter_s

    def seconds(self, at, swung: bool = True):
        """Time in seconds of position(s) in quarters. Compound metres do not swing: their triplets are written."""
        at = np.asarray(at, float)
        if swung and self.swing > 0.5 and not self.metre.compound:
            whole = np.floor(at + 1e-9)
            part = at - whole
            late = np.where(part < 0.5, part * 2 * self.swing, self.swing + (part - 0.5) * 2 * (1 - self.swing))
            at = whole + late
        return at * self.quarter_s
