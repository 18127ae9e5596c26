"""What is played: notes in seconds, gathered in parts, gathered in a score. Engines write it, instruments play it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """One note. Pitched parts use MIDI pitch (60 is middle C, fractions allowed), drum parts General MIDI keys.

    `duration_s` lasts until the key is let go; the instrument adds its own release. `velocity` is 0 to 1.
    `articulation` is "", "staccato", "legato", "accent", "muted" (palm mute), "pizzicato", "slide" (comes from the
    note before), "ghost" (drums), or "bend".
    """

    start_s: float
    duration_s: float
    pitch: float
    velocity: float
    articulation: str = ""
    syllable: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One player: an instrument by name, its notes, and how it stands in the mix.

    `pedal` are spans (start_s, end_s) in which nothing is damped; `swell` are (time_s, level 0..1) points of a
    dynamics curve for instruments that can swell (bowed, blown, sung, pads). `pan` is −1 to 1, `room` the level in dB
    of its send to the shared room.
    """

    name: str
    instrument: str
    notes: tuple[Note, ...]
    role: str = ""
    gain_db: float = 0.0
    pan: float = 0.0
    room_db: float = -12.0
    pedal: tuple[tuple[float, float], ...] = ()
    swell: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A piece ready to be played. `beats` are the times of all beats, `downbeats` of the first beat of each bar."""

    parts: tuple[Part, ...]
    duration_s: float
    tempo_bpm: float
    metre: tuple[int, int]
    key: str
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    sections: tuple[tuple[float, str], ...] = ()  # (start_s, name)
    title: str = ""
    loop: bool = False
    lyrics: tuple[tuple[float, str], ...] = field(default=())  # (time_s, line)
