"""What the learned composer reads and writes: one event is one note (or rest) of a tune, in two tokens.

The tokens are a pitch in semitones from the tonic, or a rest, and a length in ticks; a tune in another key is the same
tokens. Before each event the network is told where it stands: the place in the bar, how many bars of the strain lie
behind and ahead, the chord that sounds and the next one; what began at the same place one, two and four bars ago and in
the strain before, and for how many events the tune has now followed each of these; and once and for all the style, the
metre, the mode, how dense and how high the strain lies, and which strain of the tune it is. Bar lines need no token:
the lengths draw them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

TICKS = 24  # in a quarter: sixteenths, triplets and thirty-seconds fall on them
REST = 0
LOWEST, HIGHEST = -14, 28  # semitones from the central tonic
PITCHES = HIGHEST - LOWEST + 2  # and the rest
LENGTHS = (3, 4, 6, 8, 9, 12, 16, 18, 21, 24, 30, 36, 42, 48, 60, 66, 72, 84, 90, 96, 120, 144)  # ticks
LENGTH_TOKEN = {ticks: token for token, ticks in enumerate(LENGTHS)}

ANY = "any"
TRADITION = ("reel", "jig", "slip jig", "hornpipe", "strathspey", "march", "waltz", "air", "dance")
"""Styles learned from human tunes."""
GRAMMAR = ("song", "hook", "theme", "folk", "lullaby", "classical", "baroque")
"""Styles learned from what the rules of the `score` engine write."""
STYLES = (ANY, *TRADITION, *GRAMMAR)
METRES = (ANY, "2/4", "3/4", "4/4", "6/8", "9/8", "12/8", "3/8")
MODES = (ANY, "major", "minor", "dorian", "mixolydian")

NO_CHORD = 60
PLACES, BARS, STRAINS, DENSITIES, REGISTERS = 145, 32, 4, 9, 15
LAGS = (1, 2, 4)  # bars; the strain before is the fourth look back
RUNS = 7
LOOKS = ("one", "two", "four", "strain ago")
FIELDS = {  # of a row, in order: how many values each can take
    "pitch": PITCHES + 1, "length": len(LENGTHS) + 1,  # the event before; the last value is none
    "place": PLACES, "bar": BARS, "left": BARS, "chord": NO_CHORD + 1, "next": NO_CHORD + 1,
    "style": len(STYLES), "metre": len(METRES), "mode": len(MODES),
    "density": DENSITIES, "register": REGISTERS, "strain": STRAINS,
} | {f"{look} {what}": size for look in LOOKS
     for what, size in (("pitch", PITCHES + 1), ("length", len(LENGTHS) + 1), ("run", RUNS))}  # fmt: skip
NONE = (PITCHES, len(LENGTHS))
Event = tuple[int | None, int]
"""Semitones from the tonic (None: a rest), and ticks."""


def tokens(event: Event) -> tuple[int, int]:
    """The two tokens of an event. Raises `KeyError` for a length and `ValueError` for a pitch that has none."""
    pitch, ticks = event
    if pitch is not None and not LOWEST <= pitch <= HIGHEST:
        raise ValueError(f"{pitch} semitones from the tonic is out of reach")
    return REST if pitch is None else pitch - LOWEST + 1, LENGTH_TOKEN[ticks]


def event(pitch: int, length: int) -> Event:
    """The event of two tokens."""
    return None if pitch == REST else pitch + LOWEST - 1, LENGTHS[length]


def chord_token(root: int, intervals: Sequence[int]) -> int:
    """A chord by its root above the tonic and its kind: major, minor, diminished, dominant, or neither third."""
    if not intervals:
        return NO_CHORD
    inside = set(intervals)
    kind = 4
    if 4 in inside:
        kind = 3 if 10 in inside else 0
    elif 3 in inside:
        kind = 2 if 6 in inside and 7 not in inside else 1
    return root % 12 * 5 + kind


def density_token(notes: int, quarters: float) -> int:
    """Notes in a quarter, by ratio: 1 under half a note, 8 over three."""
    rate = notes / max(quarters, 1e-6)
    return 1 + bisect_right((0.5, 0.8, 1.1, 1.4, 1.8, 2.3, 3.0), rate)


def register_token(pitch: float) -> int:
    """How high a strain lies: its mean pitch above the tonic, in steps of two semitones."""
    return int(min(max(round((pitch + 8) / 2), 0), REGISTERS - 2)) + 1


@dataclass(frozen=True)
class Frame:
    """What is given before a strain is written. `chords` are (tick, chord token) in order; tick 0 is its first bar."""

    bars: int
    bar_ticks: int
    chords: tuple[tuple[int, int], ...] = ((0, NO_CHORD),)
    style: str = ANY
    metre: str = ANY
    mode: str = ANY
    density: int = 0
    register: int = 0
    strain: int = 0

    @property
    def ticks(self) -> int:
        return self.bars * self.bar_ticks


@dataclass
class Track:
    """A tune as it is being written, strain after strain: what the rows say of the past."""

    frame: Frame
    at: int = 0
    before: tuple[int, int] = NONE
    now: dict[int, tuple[int, int]] = field(default_factory=dict)
    past: dict[int, tuple[int, int]] = field(default_factory=dict)
    runs: tuple[int, ...] = (0,) * len(LOOKS)

    def then(self, frame: Frame) -> Track:
        """The same tune at the beginning of its next strain."""
        return Track(frame, 0, self.before, {}, self.now)

    def looks(self) -> list[tuple[int, int]]:
        """The tokens that began at this place one, two and four bars ago and in the strain before."""
        ago = [self.now.get(self.at - bars * self.frame.bar_ticks, NONE) for bars in LAGS]
        return [*ago, self.past.get(self.at, NONE)]

    def row(self) -> list[int]:
        """The row of `FIELDS` for the event that comes next."""
        frame, at = self.frame, self.at
        slot = bisect_right(frame.chords, (at, NO_CHORD + 1)) - 1
        bar, left = at // frame.bar_ticks, frame.bars - 1 - at // frame.bar_ticks
        out = [
            *self.before, min(at % frame.bar_ticks, PLACES - 1), min(bar, BARS - 1), min(left, BARS - 1),
            frame.chords[max(slot, 0)][1], frame.chords[min(slot + 1, len(frame.chords) - 1)][1],
            STYLES.index(frame.style), METRES.index(frame.metre), MODES.index(frame.mode),
            frame.density, frame.register, min(frame.strain, STRAINS - 1),
        ]  # fmt: skip
        for look, run in zip(self.looks(), self.runs, strict=True):
            out += [*look, run]
        return out

    def add(self, pitch: int, length: int) -> None:
        """Write the event of two tokens."""
        one = (pitch, length)
        self.runs = tuple(
            min(run + 1, RUNS - 1) if look == one else 0 for look, run in zip(self.looks(), self.runs, strict=True)
        )
        self.now[self.at] = self.before = one
        self.at += LENGTHS[length]


def rows(track: Track, events: Sequence[Event]) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """The rows before each event, and the events' tokens; `track` then stands behind them."""
    out, told = [], []
    for one in events:
        out.append(track.row())
        told.append(tokens(one))
        track.add(*told[-1])
    return out, told
