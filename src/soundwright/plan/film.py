"""A song plan that follows a film: beats on its cuts, sections that begin with its scenes, energy from its motion."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from soundwright.plan.song import Section, SongPlan

BEND = 0.03  # how far a tempo is bent for cuts to fall on beats
ON_BEAT_S = 0.04
NEAR_S = 0.12  # a bar that begins so near to a cut begins with it
MOVES = 2  # bars by which a section's beginning moves to meet a cut
LEAST = 2  # bars of the shortest section that this makes
RISES = 0.25  # of the whole range of energy: a scene so much livelier or calmer begins a section of its own
TAKES = 0.6  # how much of its energy a section has from the pictures, the rest from the song's own form


def follow(plan: SongPlan, cuts_s: list[float], times_s: np.ndarray, motion: np.ndarray) -> SongPlan:
    """The plan for a film with these cuts, whose pictures at `times_s` move by `motion` (any unit, never negative)."""
    plan = on_cuts(plan, cuts_s)
    lively = Liveliness(times_s, motion)
    sections = _split(_bordered(plan, cuts_s), plan.bar_s, cuts_s, lively)
    at, told = 0, []
    for section in sections:
        start_s, end_s = at * plan.bar_s, (at + section.bars) * plan.bar_s
        energy = (
            (1 - TAKES) * section.energy + TAKES * lively.between(start_s, end_s) if lively.moves else section.energy
        )
        told.append(section.model_copy(update={"energy": round(float(np.clip(energy, 0, 1)), 3)}))
        at += section.bars
    return plan.model_copy(update={"sections": told})


class Liveliness:
    """How much moves in a stretch of a film, 0 to 1 between its calmest and its liveliest tenth."""

    def __init__(self, times_s: np.ndarray, motion: np.ndarray) -> None:
        self.times_s, self.motion = np.asarray(times_s), np.asarray(motion)
        self.low, self.high = np.quantile(self.motion, [0.1, 0.9]) if len(self.motion) else (0.0, 0.0)

    @property
    def moves(self) -> bool:
        """Whether there is anything to follow: a still or an evenly moving film has none."""
        return bool(self.high > 1.5 * self.low + 0.5)

    def between(self, start_s: float, end_s: float) -> float:
        inside = self.motion[(self.times_s >= start_s) & (self.times_s < end_s)]
        mean = float(np.median(inside)) if len(inside) else self.low
        return float(np.clip((mean - self.low) / max(self.high - self.low, 1e-9), 0, 1))


def on_cuts(plan: SongPlan, cuts_s: list[float]) -> SongPlan:
    """The plan at the tempo, at most 3 % away, at which the most cuts lie within 40 ms of a beat."""
    if not cuts_s:
        return plan
    cuts = np.array(cuts_s)

    def on_beat(tempo: float) -> float:
        beat = 60 / tempo
        apart = np.abs((cuts + beat / 2) % beat - beat / 2)
        return float((apart < ON_BEAT_S).sum()) - abs(tempo / plan.tempo_bpm - 1)

    tempos = [plan.tempo_bpm * (1 + bend) for bend in np.linspace(-BEND, BEND, 61)]
    tempos = [t for t in tempos if plan.bars * 60 * plan.beats_per_bar / t <= plan.duration_s + 1e-6]
    best = max(tempos, key=on_beat, default=plan.tempo_bpm)
    return plan.model_copy(update={"tempo_bpm": round(best, 3)}) if on_beat(best) > on_beat(plan.tempo_bpm) else plan


def _bordered(plan: SongPlan, cuts_s: list[float]) -> list[Section]:
    """The sections, their beginnings moved by a bar or two to the nearest bar that begins with a cut."""
    ends = list(np.cumsum([section.bars for section in plan.sections]))
    moved = [0]
    for usual, after in pairwise(ends):
        low, high = max(usual - MOVES, moved[-1] + LEAST), min(usual + MOVES, after - LEAST)
        met = [bar for bar in range(low, high + 1) if _meets(bar * plan.bar_s, cuts_s)]
        moved.append(min(met, key=lambda bar: abs(bar - usual)) if met else usual)
    moved.append(ends[-1])
    bars = np.diff(moved)
    return [one.model_copy(update={"bars": int(n)}) for one, n in zip(plan.sections, bars, strict=True)]


def _split(sections: list[Section], bar_s: float, cuts_s: list[float], lively: Liveliness) -> list[Section]:
    """Sections in two where a much livelier or calmer scene begins on a bar within them."""
    told, at = [], 0
    for section in sections:
        best = 0
        for bar in range(LEAST, section.bars - LEAST + 1):
            start_s, here_s, end_s = ((at + n) * bar_s for n in (0, bar, section.bars))
            change = abs(lively.between(here_s, end_s) - lively.between(start_s, here_s))
            if lively.moves and change > RISES and _meets(here_s, cuts_s):
                best = best or bar
        if best:
            kept = section.motif or section.name
            rest = section.chords[best % len(section.chords) :] + section.chords[: best % len(section.chords)]
            told.append(section.model_copy(update={"bars": best, "motif": kept}))
            told.append(
                section.model_copy(update={"bars": section.bars - best, "motif": kept, "chords": rest, "lyrics": []})
            )
        else:
            told.append(section)
        at += section.bars
    return told


def _meets(time_s: float, cuts_s: list[float]) -> bool:
    return any(abs(time_s - cut) < NEAR_S for cut in cuts_s)
