"""From written notes to played ones: time that breathes, accents of the metre, phrase arcs, touch, pedal and swells."""

from __future__ import annotations

import numpy as np
from scipy import signal

from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form
from soundwright.engines.score.players import Player
from soundwright.instruments.notes import Note
from soundwright.seed import stream

TIGHT = {"drums": 0.35, "percussion": 0.5, "bass": 0.5, "arpeggio": 0.5, "pad": 1.5, "drone": 1.5}
"""Share of the idiom's timing spread that a role takes; 1 for the others."""
ACCENT = {"drums": 0.16, "percussion": 0.22, "pad": 0.05, "drone": 0.0, "arpeggio": 0.22, "bass": 0.2}
"""How far the metre moves a role's loudness; 0.26 for the others."""
LAST_S = 0.05  # every key is let go so long before the end


def _drift(rng: np.random.Generator, times: np.ndarray, spread_s: float) -> np.ndarray:
    """A player's slow wandering around the beat: smoothed noise on a half-second raster, read at the notes."""
    if spread_s <= 0 or not len(times):
        return np.zeros(len(times))
    noise = rng.standard_normal(int(times.max() * 2) + 8)
    slow = signal.lfilter([0.6], [1, -0.8], noise)
    return spread_s * 0.75 * np.interp(times * 2, np.arange(len(noise)), slow) + spread_s * 0.5 * rng.standard_normal(
        len(times)
    )


def perform(form: Form, events: list[Event], part: str, role: str, player: Player, seed: int) -> tuple[Note, ...]:
    """Notes in seconds, sorted by onset; they start inside the piece and end before its end."""
    events = sorted(events, key=lambda e: (e.start, e.pitch))
    if not events:
        return ()
    rng = stream(seed, part, "performance")
    starts = np.array([e.start for e in events])
    lengths = np.array([e.length for e in events])
    onsets, ends = form.grid.seconds(starts), form.grid.seconds(starts + lengths)
    idiom = form.idiom
    together, where = np.unique(np.round(starts * 48), return_inverse=True)  # a chord is one gesture
    gesture = _drift(rng, form.grid.seconds(together / 48), idiom.spread_ms / 1000 * TIGHT.get(role, 1.0))
    late = idiom.late_ms / 1000 if role in ("melody", "voice", "counter", "chords") else 0.0
    onsets = onsets + gesture[where] + late + np.array([e.delay_ms for e in events]) / 1000
    onsets = np.where(starts < 1e-6, np.maximum(onsets, 0.0), onsets)
    lean = 1 + 0.045 * rng.standard_normal(len(together))[where] + 0.02 * rng.standard_normal(len(events))
    out = []
    last_s = form.duration_s - LAST_S
    for k, event in enumerate(events):
        bar = form.bar_at(event.start)
        final = bar.final
        end = float(max(ends[k], onsets[k] + 0.04))
        if final and event.length >= form.metre.bar - 1e-6:
            end = max(end, min(form.duration_s * 0.98, end + 0.5 * max(form.duration_s - end, 0.0)))
        start = float(max(onsets[k], 0.0))
        if start >= last_s - 0.02 and not form.loop and event.start > 1e-6:
            continue
        velocity = _velocity(form, event, role, bar.level) * lean[k]
        limit = form.duration_s if form.loop else max(last_s, start + 0.02)
        if form.loop and start >= form.duration_s:
            start = start - form.duration_s
            end -= form.duration_s
        out.append(
            Note(start, max(min(end, limit) - start, 0.02), float(event.pitch), float(np.clip(velocity, 0.05, 1.0)),
                 _touch(event, events, k, player, role), event.syllable)
        )  # fmt: skip
    return tuple(sorted(out, key=lambda n: (n.start_s, n.pitch)))


def _velocity(form: Form, event: Event, role: str, level: float) -> float:
    weight = form.metre.weight(event.start)
    depth = ACCENT.get(role, 0.26)
    phrase = (event.start / (4 * form.metre.bar)) % 1.0
    arc = 1.0 if role in ("drums", "percussion") else 0.95 + 0.09 * np.sin(np.pi * min(phrase * 1.25, 1.0))
    loud = 1.0 if role in ("drums", "percussion") else 0.66 + 0.4 * level
    return event.level * (1 - depth + depth * weight) * arc * loud


def _touch(event: Event, events: list[Event], k: int, player: Player, role: str) -> str:
    if event.articulation:
        return event.articulation
    if player.lasts and role in ("melody", "counter", "voice") and k:
        before = events[k - 1]
        if 0 <= event.start - before.end < 0.12 and abs(event.pitch - before.pitch) <= 7:
            return "legato"
    return ""


def pedals(form: Form, events: list[Event], player: Player) -> tuple[tuple[float, float], ...]:
    """The sustaining pedal of keyboards: down just after each chord change, up at the next."""
    if not player.pedal or not form.idiom.pedal or not events:
        return ()
    played = {int(e.start / form.metre.bar + 1e-6) for e in events}
    out = []
    for bar in form.bars:
        if bar.index not in played:
            continue
        for slot in bar.slots:
            start, end = (float(x) for x in form.grid.seconds([slot.start, slot.end], swung=False))
            end = form.duration_s - LAST_S if bar.final else min(end, form.duration_s - LAST_S)
            if end - start > 0.12:
                out.append((start + 0.05, end - 0.02))
    return tuple(out)


def swells(form: Form, player: Player, role: str) -> tuple[tuple[float, float], ...]:
    """Dynamics of sustained instruments: the level of the bars, with a gentle rise and fall over each phrase."""
    if not player.lasts:
        return ()
    points = []
    for bar in form.bars:
        arch = np.sin(np.pi * ((bar.within % 4) + 0.5) / 4)
        depth = 0.12 if role == "pad" else 0.18
        points.append(
            (
                float(form.grid.seconds(bar.start, swung=False)),
                float(min(1.0, 0.55 + 0.33 * bar.level + depth * (arch - 0.4))),
            )
        )
    if form.bars[-1].final:
        points.append((form.duration_s, 0.15))
    return tuple(points)
