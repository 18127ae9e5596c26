"""The counter-melody: guide tones that move by step against the tune, and short answers where the tune breathes."""

from __future__ import annotations

from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form
from soundwright.engines.score.players import player_of
from soundwright.engines.score.strain import Tone
from soundwright.plan.theory import Key
from soundwright.seed import stream


def counter(form: Form, part: str, instrument: str, seed: int, written: tuple[tuple[Tone, ...], ...]) -> list[Event]:
    """Long thirds, sevenths and fifths of the chords, each the nearest in the direction opposite to the tune's."""
    low, high = player_of(instrument).lead
    low, high = low - 2, high - 5
    line = [tone for tones in written for tone in tones]
    before = (low + high) // 2
    out: list[Event] = []
    for stretch in form.stretches:
        if not stretch.plays(part):
            continue
        for bar in stretch.bars:
            here = [tone for tone in line if bar.start <= tone.start < bar.start + form.metre.bar]
            rising = len(here) > 1 and here[-1].pitch > here[0].pitch
            for slot in bar.slots:
                chord = slot.chord
                if chord.is_silence:
                    continue
                steps = [step for step in (chord.third, chord.seventh, chord.fifth, 0) if step is not None][:3]
                options = [p for p in range(low, high + 1) if (p - chord.root) % 12 in {s % 12 for s in steps}]
                aim = before + (-1 if rising else 1)
                best = min(options or [before], key=lambda p: (abs(p - aim) + (2.5 if p == before else 0.0), p))
                best = best if not bar.final else min(options, key=lambda p: abs(p - before))
                out.append(Event(slot.start, slot.length * 0.97, best, 0.62))
                before = best
            gap = [tone for tone in here if tone.closing]
            rng = stream(seed, part, "answer", stretch.motif, bar.within)
            if gap and not bar.final and rng.random() < 0.7:
                out = _answer(out, bar.start + form.metre.bar, before, stretch.key, rng)
                before = int(out[-1].pitch)
    return out


def _answer(out: list[Event], end: float, before: int, key: Key, rng) -> list[Event]:
    """Three eighths in the last beats of a closing bar that walk on from the held note."""
    start = end - 1.5
    scale = [p for p in range(before - 7, before + 8) if p % 12 in key.pitch_classes] or [before]
    at = min(range(len(scale)), key=lambda k: abs(scale[k] - before))
    direction = 1 if rng.random() < 0.6 else -1
    kept = [
        e if e.end <= start else Event(e.start, start - e.start, e.pitch, e.level) for e in out if e.start < start - 0.1
    ]
    for k in range(3):
        pitch = scale[min(max(at + direction * (k + 1), 0), len(scale) - 1)]
        kept.append(Event(start + k * 0.5, 0.48, pitch, 0.66 + 0.04 * k))
    return kept
