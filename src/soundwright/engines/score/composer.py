"""Plan to score: the form is laid out, each player writes its part from it, and performs what it wrote."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from soundwright.engines.score.accompaniment import accompany
from soundwright.engines.score.bass import bass
from soundwright.engines.score.counter import counter
from soundwright.engines.score.drums import drums, percussion, tuned
from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form, lay_out
from soundwright.engines.score.learned import learned
from soundwright.engines.score.learned import tune as learned_tune
from soundwright.engines.score.lyrics import sing, sung_lines
from soundwright.engines.score.melody import melody, tune
from soundwright.engines.score.performance import pedals, perform, swells
from soundwright.engines.score.players import Player, player_of
from soundwright.engines.score.strain import Tone
from soundwright.instruments import find
from soundwright.instruments.notes import Part, Score
from soundwright.plan.song import PartPlan, SongPlan

Written = tuple[tuple[Tone, ...], ...]
Writer = Callable[[Form, str, PartPlan, int, Written], list[Event]]

ROOM_DB = {
    "melody": -10.0, "voice": -10.0, "counter": -9.0, "chords": -12.0, "arpeggio": -10.0, "pad": -8.0, "bass": -26.0,
    "drums": -18.0, "percussion": -14.0, "drone": -9.0,
}  # fmt: skip
BASS_RANGE = (28, 50)
SINGERS = ("voice", "choir")


def _bass(form: Form, part: str, plan: PartPlan, seed: int, written: Written) -> list[Event]:
    low, high = player_of(plan.instrument).comp
    return bass(form, part, seed, max(low, BASS_RANGE[0]), max(min(high, BASS_RANGE[1]), low + 12))


def _accompany(form: Form, part: str, plan: PartPlan, seed: int, written: Written) -> list[Event]:
    return accompany(form, part, plan.instrument, plan.role, seed)


def _beaten(form: Form, part: str, plan: PartPlan, seed: int, written: Written) -> list[Event]:
    events = (drums if plan.role == "drums" else percussion)(form, part, seed)
    row = find(plan.instrument)
    return events if row.is_kit else tuned(form, events, row.low, row.high)


def _melody(form: Form, part: str, plan: PartPlan, seed: int, written: Written) -> list[Event]:
    events = melody(form, part, plan.instrument, written)
    return sing(form, part, events) if plan.role == "voice" or plan.instrument in SINGERS else events


WRITERS: dict[str, Writer] = {
    "melody": _melody,
    "voice": _melody,
    "counter": lambda form, part, plan, seed, written: counter(form, part, plan.instrument, seed, written),
    "bass": _bass,
    "drums": _beaten,
    "percussion": _beaten,
    "chords": _accompany,
    "arpeggio": _accompany,
    "pad": _accompany,
    "drone": _accompany,
}
"""Who writes a part, by its role."""


def _place(part: PartPlan, player: Player) -> float:
    """Where a player stands: as the table of instruments says, tunes nearer to the middle, bass and kits in it."""
    if part.role in ("bass", "drums"):
        return 0.0
    row = find(part.instrument)
    usual = row.pan or (0.0 if row.width else player.pan)
    return usual * (0.35 if part.role in ("melody", "voice") else 1.0)


def compose(plan: SongPlan, seed: int) -> Score:
    """The whole piece as notes in seconds. A part depends on the seed, its own name and the form, on nothing else."""
    form = lay_out(plan)
    written = learned_tune(form, seed) if learned(form) else tune(form, seed)
    parts = []
    for name, part in plan.parts.items():
        player = player_of(part.instrument)
        events = WRITERS[part.role](form, name, part, seed, written)
        keyed = part.role not in ("drums", "percussion", "bass")
        parts.append(
            Part(
                name, part.instrument, perform(form, events, name, part.role, player, seed), part.role,
                gain_db=part.gain_db,
                pan=part.pan if part.pan is not None else _place(part, player),
                room_db=ROOM_DB[part.role],
                pedal=pedals(form, events, player) if keyed and part.role != "melody" else (),
                swell=swells(form, player, part.role) if keyed else (),
            )
        )  # fmt: skip
    seconds = form.grid.seconds
    beats = seconds(np.arange(0, form.length - 1e-6, form.metre.beat), swung=False)
    return Score(
        tuple(parts), plan.duration_s, form.grid.tempo_bpm, (form.metre.beats, form.metre.unit), plan.key,
        beats=tuple(float(t) for t in beats if t < plan.duration_s),
        downbeats=tuple(float(seconds(bar.start, swung=False)) for bar in form.bars),
        sections=tuple((float(seconds(s.start, swung=False)), s.name) for s in form.stretches),
        title=plan.title, loop=form.loop, lyrics=sung_lines(form),
    )  # fmt: skip
