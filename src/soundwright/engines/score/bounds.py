"""The style's rules as masks: which pitches and lengths the learned composer may write next.

What is asked of a tune by the rules holds here as well: notes of the scale or of the chord, chord tones on the strong
beats and where a note is long, no leap that is hard to sing, nothing outside the register, lengths on the grid, and a
strain that ends on a long note of the cadence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from soundwright.engines.score.form import Form
from soundwright.engines.score.ladder import Ladder
from soundwright.nets.composer_tokens import LENGTHS, LOWEST, PITCHES, REST, TICKS
from soundwright.plan.theory import Chord

Mask = NDArray[np.bool_]
STRONG = 0.8  # metrical weight from which on a note belongs to the chord
LONG = 1.5  # quarters from which on it does anywhere
HARD_LEAPS = (6, 10, 11)  # semitones; so is all that is wider than an octave
FASTEST_S = 0.085
LONGEST_REST = 2 * TICKS
CLOSING = TICKS  # a cadence note lasts at least so many ticks, where there is room
SEMITONES = np.arange(PITCHES) + LOWEST - 1  # of each pitch token from the tonic; the rest's means nothing
TICKS_OF = np.array(LENGTHS)


@dataclass(frozen=True)
class Bounds:
    """What may be written in a strain of `bars` bars from `start` (in quarters), low..high semitones from the tonic."""

    form: Form
    ladder: Ladder
    start: float
    bars: int
    low: int
    high: int

    @property
    def ticks(self) -> int:
        return round(self.bars * self.form.metre.bar * TICKS)

    @cached_property
    def closes_at(self) -> int:
        """The tick from which on only the cadence sounds: the last accent of the last bar, or its middle in 2/4."""
        metre = self.form.metre
        late = metre.bar / 2 if (metre.beats, metre.unit) == (2, 4) else metre.strong[-1]
        return self.ticks - round((metre.bar - late) * TICKS)

    def chord(self, at: int) -> Chord:
        return self.form.chord_at(self.start + at / TICKS)

    def _of_chord(self, at: int) -> Mask:
        """Pitch tokens that belong to the chord at a tick; all of them where none sounds."""
        chord = self.chord(at)
        if chord.is_silence:
            return np.ones(PITCHES, bool)
        return self._classes({pitch - self.ladder.key.tonic for pitch in chord.pitch_classes[:4]})

    def _classes(self, wanted: set[int]) -> Mask:
        return np.isin(SEMITONES % 12, [one % 12 for one in wanted])

    def cadence(self, at: int) -> Mask:
        """Pitch tokens that may close the strain: the tonic, or the chord's tones where the chord lacks it."""
        chord, tonic = self.chord(at), self.ladder.key.tonic % 12
        home = self._classes({0}) if chord.is_silence or tonic in chord.pitch_classes[:4] else self._of_chord(at)
        return home & self._inside

    @cached_property
    def _inside(self) -> Mask:
        inside = (self.low <= SEMITONES) & (self.high >= SEMITONES)
        inside[REST] = False
        return inside

    def pitches(self, at: int, last: int | None, closed: bool) -> Mask:
        """Pitch tokens allowed at a tick after the pitch `last`; `closed` once the cadence has sounded."""
        if at >= self.closes_at:
            mask = self.cadence(at)
            mask[REST] = closed
            return mask if mask.any() else self._inside.copy()
        scale = self._classes(set(self.ladder.intervals)) | self._of_chord(at)
        mask = self._inside & scale
        if self.form.metre.weight(at / TICKS) >= STRONG:
            mask &= self._of_chord(at)
        if last is not None:
            leap = np.abs(SEMITONES - last)
            easy = mask & ~np.isin(leap, HARD_LEAPS) & (leap <= 12)
            mask = easy if easy.any() else mask
        mask[REST] = at > 0
        return mask

    def lengths(self, at: int, pitch: int, closed: bool) -> Mask:
        """Length tokens allowed for a pitch token at a tick; none where the pitch does not fit there at all."""
        end = at + TICKS_OF
        mask = (end <= self.ticks) & self._on_grid(at, end)
        mask &= TICKS_OF / TICKS * self.form.grid.quarter_s >= FASTEST_S
        if pitch == REST:
            mask &= TICKS_OF <= LONGEST_REST
        elif not self._of_chord(at)[pitch]:
            mask &= LONG * TICKS > TICKS_OF
        if at >= self.closes_at:
            least = CLOSING // 2 if closed else CLOSING
            return mask if pitch == REST else mask & (min(least, self.ticks - at) <= TICKS_OF)
        may_close = pitch != REST and at >= self.ticks - round(self.form.metre.bar * TICKS) and self.cadence(at)[pitch]
        return mask if may_close else mask & (end <= self.closes_at)

    def rest(self, at: int) -> Mask:
        """The one length token of silence that goes furthest without leaving the bar."""
        bar = round(self.form.metre.bar * TICKS)
        room = bar - at % bar
        return np.arange(len(LENGTHS)) == max(int((room >= TICKS_OF).sum()) - 1, 0)

    def _on_grid(self, at: int, end: NDArray[np.int64]) -> Mask:
        """Sixteenths, and triplets of a beat that begin on it and fill it."""
        inside = at % TICKS
        if inside % 6:  # within a triplet
            return (end % 8 == 0) & (inside + end - at <= TICKS)
        third = (inside == 0) & np.isin(end - at, (8, 16)) & (not self.form.metre.compound)
        return (end % 6 == 0) | third
