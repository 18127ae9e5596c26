"""The song plan: everything that is decided before a note is written, as one YAML document.

title: Calm lo-fi piano
duration_s: 30.0
tempo_bpm: 78.0
metre: 4/4
key: A minor
swing: 0.58                # where the off-beat eighth falls in its beat; 0.5 is straight, 0.667 a triplet
styles: [lo-fi]
without: [vocals]
parts:
  piano: {instrument: felt piano, role: chords}
  drums: {instrument: brush kit, role: drums}
sections:
  - name: verse
    bars: 8
    energy: 0.4
    chords: [Am7, Dm7, G7, Cmaj7]     # one entry a bar, repeated to fill; "F G" are two in one bar
    play: {piano: broken, drums: sparse}  # the parts that play and how; "" is the style's own way
ending: ring
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["melody", "counter", "chords", "arpeggio", "pad", "bass", "drums", "percussion", "drone", "voice"]
MelodyBy = Literal["rules", "learned"]
Ending = Literal["ring", "cadence", "fade", "loop"]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class PartPlan(_Document):
    """One player: which instrument, and its role in the piece."""

    instrument: str
    role: Role
    gain_db: float = Field(0.0, ge=-60, le=24)
    pan: float | None = Field(default=None, ge=-1, le=1)  # None: where the instrument usually stands


class Section(_Document):
    """A stretch of whole bars with one character."""

    name: str
    bars: int = Field(ge=1, le=512)
    energy: float = Field(0.5, ge=0, le=1)
    chords: list[str] = Field(min_length=1)
    play: dict[str, str] = Field(default_factory=dict)
    dynamics: Literal["steady", "crescendo", "diminuendo", "swell"] = "steady"
    lyrics: list[str] = Field(default_factory=list)
    prompt: str = ""  # what is wanted here, in words: for engines that read words
    key: str = ""  # "": the piece's key; another after a modulation
    styles: list[str] = Field(default_factory=list)  # wanted here, over the piece's own
    without: list[str] = Field(default_factory=list)
    motif: str = ""  # sections with the same motif letter share their melody; "" takes the section's name


class SongPlan(_Document):
    """A whole piece. Total bars at `tempo_bpm` and the ring of the ending fill `duration_s` exactly."""

    title: str = "Untitled"
    duration_s: Annotated[float, Field(gt=0, le=3600)]
    tempo_bpm: Annotated[float, Field(ge=20, le=400)]
    metre: str = Field("4/4", pattern=r"^([2-9]|1[0-2])/(2|4|8)$")
    key: str = "C major"
    swing: float = Field(0.5, ge=0.5, le=0.75)
    density: float = Field(0.5, ge=0, le=1)  # few notes to many; 0.5 is the style's own
    tessitura: float = Field(0.0, ge=-1, le=1)  # low to high; 0 is the instruments' own
    melody_by: MelodyBy = "rules"  # who writes the theme; styles that were not learned keep the rules
    styles: list[str] = Field(default_factory=list)
    without: list[str] = Field(default_factory=list)
    parts: dict[str, PartPlan] = Field(min_length=1)
    sections: list[Section] = Field(min_length=1)
    ending: Ending = "ring"
    prompt: str = ""
    understood: dict[str, str] = Field(default_factory=dict)  # what the author read out of the prompt
    ignored: list[str] = Field(default_factory=list)  # words of the prompt that moved nothing

    @property
    def beats_per_bar(self) -> float:
        """Felt beats in a bar: what `tempo_bpm` counts."""
        return felt_beats(self.metre)

    @property
    def bar_s(self) -> float:
        return 60.0 * self.beats_per_bar / self.tempo_bpm

    @property
    def bars(self) -> int:
        return sum(section.bars for section in self.sections)

    @property
    def ring_s(self) -> float:
        """Seconds after the last bar in which the closing chord rings out (0 in a loop)."""
        return max(0.0, self.duration_s - self.bars * self.bar_s)


def felt_beats(metre: str) -> float:
    """Felt beats in one bar of `metre`: 4/4 has 4, 6/8 has 2 (dotted quarters), 7/8 has 7, 2/2 has 2."""
    count, unit = (int(number) for number in metre.split("/"))
    return float(count // 3 if unit == 8 and count in (6, 9, 12) else count)
