"""The plan laid out in bars: which chord sounds where, how strong each bar is, and which bars are the same music.

Everything the writers of parts need to know of the whole is in `Form`; they never look at the plan again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from soundwright.engines.score.grid import Grid, Metre
from soundwright.engines.score.idioms import Idiom, idiom_of
from soundwright.plan.harmony import plain_tonic
from soundwright.plan.song import SongPlan
from soundwright.plan.theory import Chord, Key, bar_chords

RING_AT_LEAST_S = 0.25
CLOSE_S = 0.9
"""In a ring at least this long the closing chord is struck after the last bar; in a shorter one it is the last bar."""


@dataclass(frozen=True)
class Slot:
    """One chord from `start` for `length` quarters."""

    start: float
    length: float
    chord: Chord

    @property
    def end(self) -> float:
        return self.start + self.length


@dataclass(frozen=True)
class Bar:
    """One bar: its place in the piece and in its section, its chords, its level 0..1."""

    index: int
    start: float
    within: int
    slots: tuple[Slot, ...]
    level: float
    final: bool = False

    def chord_at(self, at: float) -> Chord:
        """The chord that sounds at a position of the piece (the bar's first or last one outside of it)."""
        for slot in self.slots:
            if at < slot.end - 1e-6:
                return slot.chord
        return self.slots[-1].chord


@dataclass(frozen=True)
class Stretch:
    """A section as it will be played: `motif` names the melody it shares, `turn` counts that motif's appearances."""

    index: int
    name: str
    motif: str
    turn: int
    energy: float
    dynamics: str
    play: dict[str, str]
    lyrics: tuple[str, ...]
    bars: tuple[Bar, ...]
    idiom: Idiom
    key: Key

    @property
    def start(self) -> float:
        return self.bars[0].start

    @property
    def is_chorus(self) -> bool:
        return any(word in self.name.lower() for word in ("chorus", "hook", "drop", "refrain", "climax", "theme"))

    def plays(self, part: str) -> bool:
        return not self.play or part in self.play

    def hint(self, part: str) -> str:
        return self.play.get(part, "").lower()


@dataclass(frozen=True)
class Form:
    """The whole piece in bars."""

    grid: Grid
    key: Key
    stretches: tuple[Stretch, ...]
    duration_s: float
    loop: bool
    ending: str
    idiom: Idiom
    density: float = 0.5
    tessitura: float = 0.0
    melody_by: str = "rules"

    @property
    def metre(self) -> Metre:
        return self.grid.metre

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        return tuple(bar for stretch in self.stretches for bar in stretch.bars)

    @property
    def length(self) -> float:
        """All bars in quarters."""
        return len(self.bars) * self.metre.bar

    def bar_at(self, at: float) -> Bar:
        return self.bars[min(max(int(at / self.metre.bar + 1e-6), 0), len(self.bars) - 1)]

    def chord_at(self, at: float) -> Chord:
        return self.bar_at(at).chord_at(at)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """All chords in order; equal neighbours stay apart, because each bar may be voiced anew."""
        return tuple(slot for bar in self.bars for slot in bar.slots)


def _level(energy: float, dynamics: str, x: float) -> float:
    """Level of a bar at fraction x of its section."""
    bend = {"crescendo": 0.6 + 0.4 * x, "diminuendo": 1.0 - 0.4 * x, "swell": 0.7 + 0.3 * (1 - abs(2 * x - 1))}
    return energy * bend.get(dynamics, 1.0)


def _tonic_chord(key: Key, like: Chord) -> Chord:
    """The chord to end on: the plan's own if it stands on the tonic, else the plain triad."""
    if not like.is_silence and like.root == key.tonic:
        return like
    return Chord.parse(plain_tonic(key))


def _bar_slots(symbols: str, start: float, metre: Metre) -> tuple[Slot, ...]:
    chords = bar_chords(symbols)
    cells = len(metre.cells)
    cuts = [metre.cells[min(round(k * cells / len(chords)), cells - 1)][0] for k in range(len(chords))]
    if len(set(cuts)) < len(chords):  # more chords than beats
        cuts = [k * metre.bar / len(chords) for k in range(len(chords))]
    ends = [*cuts[1:], metre.bar]
    return tuple(Slot(start + a, b - a, c) for a, b, c in zip(cuts, ends, chords, strict=True))


def _closed(stretches: list[Stretch], metre: Metre, after: bool) -> list[Stretch]:
    """The stretches with one of a single bar behind them, in which the piece closes on its tonic: a bar `after` the
    last one, which rings as long as there is time, or the last one itself."""
    last = stretches[-1]
    bar = last.bars[-1]
    if not after:
        rest = replace(last, bars=last.bars[:-1])
        stretches = [*stretches[:-1], rest] if rest.bars else stretches[:-1]
    index = bar.index + after
    slot = Slot(index * metre.bar, metre.bar, _tonic_chord(last.key, bar.slots[0].chord))
    end = Bar(index, slot.start, 0, (slot,), bar.level, final=True)
    close = replace(last, index=last.index + 1, name="ending", motif="ending", turn=0, lyrics=(), bars=(end,))
    return [*stretches, close]


def lay_out(plan: SongPlan) -> Form:
    """Bars, chords and levels of a plan. What does not fit into the duration is left out from the end."""
    metre, key = Metre.parse(plan.metre), Key.parse(plan.key)
    loop = plan.ending == "loop"
    total = plan.bars
    tempo = plan.tempo_bpm
    if loop:  # whole bars must fill the duration exactly
        total = max(1, min(total, round(plan.duration_s / Grid(metre, tempo).bar_s) or 1))
        tempo *= total * Grid(metre, tempo).bar_s / plan.duration_s
    else:
        room_s = plan.duration_s - min(RING_AT_LEAST_S, 0.2 * plan.duration_s)
        total = min(total, max(1, int(room_s / Grid(metre, tempo).bar_s + 1 + 1e-6)))
    grid = Grid(metre, tempo, plan.swing)
    stretches, at, turns = [], 0, {}
    for number, section in enumerate(plan.sections):
        count = min(section.bars, total - at)
        if count <= 0:
            break
        motif = section.motif or section.name
        here = Key.parse(section.key) if section.key else key
        bars = []
        for k in range(count):
            start = (at + k) * metre.bar
            slots = _bar_slots(section.chords[k % len(section.chords)], start, metre)
            level = _level(section.energy, section.dynamics, k / max(section.bars - 1, 1))
            bars.append(Bar(at + k, start, k, slots, level))
        turns[motif] = turns.get(motif, -1) + 1
        stretches.append(
            Stretch(
                number, section.name, motif, turns[motif], section.energy, section.dynamics, dict(section.play),
                tuple(section.lyrics), tuple(bars), idiom_of([*section.styles, *plan.styles]), here,
            )
        )  # fmt: skip
        at += count
    if plan.ending in ("ring", "cadence"):
        stretches = _closed(stretches, metre, plan.duration_s - total * grid.bar_s >= CLOSE_S)
    return Form(
        grid, key, tuple(stretches), plan.duration_s, loop, plan.ending, idiom_of(plan.styles), plan.density,
        plan.tessitura, plan.melody_by,
    )  # fmt: skip
