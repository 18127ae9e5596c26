"""The ladder a tune climbs: scale steps counted from a central tonic, coloured by the chord that sounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from soundwright.plan.theory import SCALES, Chord, Key

LOWEST_TONIC = 58  # the tonic that step 0 stands on lies within the octave above this pitch


@dataclass(frozen=True)
class Ladder:
    """A scale as steps: step 0 is the central tonic, step n (the number of scale tones) its octave."""

    key: Key
    scale: str = "key"

    @cached_property
    def intervals(self) -> tuple[int, ...]:
        if self.scale == "pentatonic":
            return SCALES["minor pentatonic" if self.key.is_minor else "major pentatonic"]
        if self.scale == "blues":
            return SCALES["blues"] if self.key.is_minor else (0, 2, 3, 4, 7, 9)
        return self.key.degrees

    @cached_property
    def tonic(self) -> int:
        return LOWEST_TONIC + (self.key.tonic - LOWEST_TONIC) % 12

    def pitch(self, step: int, chord: Chord | None = None) -> int:
        """MIDI pitch of a step; a tone that the chord raises or lowers (leading note, borrowed third) follows it."""
        octave, degree = divmod(step, len(self.intervals))
        pitch = self.tonic + 12 * octave + self.intervals[degree]
        if chord is None or chord.is_silence or pitch % 12 in chord.pitch_classes:
            return pitch
        own = {(self.key.tonic + interval) % 12 for interval in self.intervals}
        for shift in (1, -1):
            bent = (pitch + shift) % 12
            if bent in chord.pitch_classes[:4] and bent not in own and degree != 0:
                return pitch + shift
        return pitch

    def fits(self, step: int, chord: Chord) -> bool:
        """Whether a step belongs to the chord."""
        return chord.is_silence or self.pitch(step, chord) % 12 in chord.pitch_classes[:4]

    def nearest(self, step: int, chord: Chord, leaning: int = 0) -> int:
        """The chord tone nearest to a step: tonic and root count as nearer, the key's fifth as further away.

        Of two equally near ones it is the one on the side of `leaning`.
        """
        reach = len(self.intervals)
        inside = [s for s in range(step - reach, step + reach + 1) if self.fits(s, chord)]

        def pull(s: int) -> float:
            pitch_class = self.pitch(s, chord) % 12
            fifth = (self.key.tonic + 7) % 12
            home = {self.key.tonic: 0.0, chord.root: 0.3, fifth: 0.9}.get(pitch_class, 0.5)
            return abs(s - step) + home - (0.1 if (s - step) * leaning > 0 else 0.0)

        return min(inside, key=pull, default=step)
