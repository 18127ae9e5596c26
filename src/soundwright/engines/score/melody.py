"""The tune of the piece: sections with the same motif letter share it, and return varied; choruses lie higher.

There is one tune, whoever plays it: it is written once for the form, and each melodic part takes it into its own
register. So leaving a player out changes nothing for the others, and two melodic players are in unison or octaves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form, Stretch
from soundwright.engines.score.ladder import Ladder
from soundwright.engines.score.players import player_of
from soundwright.engines.score.strain import Cell, Tone, close, invent, realise, vary
from soundwright.engines.score.tunes import TUNES, Tune
from soundwright.seed import stream

ANCHORS = {"a": 0, "b": 2, "c": 1, "d": 3, "e": 1}
"""On which step above the strain's own level each cell starts: a second idea lies higher than the first."""
SECOND = ("deac", "dedc", "deac", "deec")
"""Forms of the second strain of a pair: it opens new and higher, and comes home with the first one's ending."""


def _cell(letter: str, form: Form, tune: Tune, seed: int, motif: str, density: float) -> Cell:
    """The cell of a letter. All motifs grow from the piece's germ, so that its sections belong together."""
    germ = invent(stream(seed, "tune", "germ"), tune, form.metre, 2, density)
    if letter == "a":
        first = form.stretches[0].motif == motif
        return germ if first else invent(stream(seed, "tune", motif, "a"), tune, form.metre, 2, density, germ)
    like = _cell("a", form, tune, seed, motif, density) if letter in "bc" else germ
    return invent(stream(seed, "tune", motif, letter), tune, form.metre, 2, density, like)


def _strain(
    form: Form, tune: Tune, ladder: Ladder, seed: int, motif: str, start: float, bars: int, plan: str, level: int, density: float
) -> list[Tone]:
    """One strain of up to eight bars in two-bar units, with its closes and pickups."""
    bar, out, seen = form.metre.bar, [], {}
    for unit in range((bars + 1) // 2):
        letter = plan[unit % len(plan)]
        at = start + unit * 2 * bar
        count = min(2, bars - unit * 2)
        anchor = level + ANCHORS[letter]
        if letter in seen and seen[letter] == unit - 1:  # at once again: a sequence, carried by the chord
            anchor += 1 if form.chord_at(at) == form.chord_at(at - 2 * bar) else 0
        seen[letter] = unit
        tones = realise(_cell(letter, form, tune, seed, motif, density), at, anchor, form, ladder, count)
        ends_phrase = (unit * 2 + count) % 4 == 0 or unit * 2 + count == bars
        if ends_phrase:
            full = unit * 2 + count == bars
            rng = stream(seed, "tune", motif, "close", "full" if full else "open")
            if full or rng.random() < 0.75:
                tones = close(tones, at + (count - 1) * bar, rng, form, ladder, tune, full)
        out.extend(tones)
    return _picked_up(out, start, form, ladder, stream(seed, "tune", motif, "pickup"), tune)


def _picked_up(tones: list[Tone], start: float, form: Form, ladder: Ladder, rng: np.random.Generator, tune: Tune) -> list[Tone]:
    """An upbeat into a phrase inside the strain, where the one before left room for it."""
    if rng.random() < 0.4 or form.metre.bar < 2:
        return tones
    out: list[Tone] = []
    for k, tone in enumerate(tones):
        if k and tones[k - 1].closing and tone.start % (4 * form.metre.bar) < 0.01:
            room = tone.start - tones[k - 1].start
            if room >= 1.5:
                out[-1] = replace(out[-1], length=min(out[-1].length, room - 0.5))
                step = tone.step + (-1 if rng.random() < 0.6 else 1)
                out.append(Tone(tone.start - 0.5, 0.5, step, ladder.pitch(step), False))
        out.append(tone)
    return out


def _lengths(bars: int) -> list[int]:
    """How many bars the strains of a section have: eights, and what remains."""
    if bars % 12 == 0 and bars % 8:
        return [12] * (bars // 12)
    return [8] * (bars // 8) + ([bars % 8] if bars % 8 else [])


def _level(stretch: Stretch, tune: Tune) -> int:
    """How many steps a section lies above the central tonic."""
    return tune.lift if stretch.is_chorus else round((stretch.energy - 0.5) * 3)


def tune(form: Form, seed: int) -> tuple[tuple[Tone, ...], ...]:
    """The tune, one tuple of tones for each stretch of the form, in the central register."""
    models: dict[str, Stretch] = {}
    for stretch in form.stretches:
        models.setdefault(stretch.motif, stretch)
    return tuple(tuple(_section(form, stretch, models[stretch.motif], seed)) for stretch in form.stretches)


def _section(form: Form, stretch: Stretch, model: Stretch, seed: int) -> list[Tone]:
    manner = TUNES[model.idiom.melody]
    ladder = Ladder(form.key, manner.scale)
    density = manner.density + 0.35 * (model.energy - 0.5) + 0.25 * (form.grid.quarter_s - 0.5)
    density = float(np.clip(density, 0.15, 0.95))
    level = _level(model, manner)
    choose = stream(seed, "tune", model.motif, "form")
    own = manner.forms[int(choose.integers(len(manner.forms)))]
    second = SECOND[int(choose.integers(len(SECOND)))]
    out: list[Tone] = []
    at = stretch.start
    for number, bars in enumerate(_lengths(len(stretch.bars))):
        pair = number % 4 >= 2 if len(stretch.bars) >= 32 else number % 2 == 1 and not manner.strains
        plan = second if pair else own
        if bars == 12:
            plan = "aabacc"[:6]
        tones = _strain(
            form, manner, ladder, seed, model.motif, at, bars, plan, level + (2 if pair else 0), density
        )
        again = stretch.turn > 0 or (number % 2 == 1 and not (pair and not manner.strains))
        if again:
            tones = vary(tones, stream(seed, "tune", "again", stretch.index, number), form, ladder, manner.vary)
        out.extend(tones)
        at += bars * form.metre.bar
    return _ended(_chromatic(out, manner, seed, model.motif), stretch, ladder, form)


def _chromatic(tones: list[Tone], manner: Tune, seed: int, motif: str) -> list[Tone]:
    """Half steps into strong notes, where the idiom has them."""
    if not manner.approach:
        return tones
    rng = stream(seed, "tune", motif, "approach")
    out = list(tones)
    for k in range(len(out) - 1):
        here, after = out[k], out[k + 1]
        touching = after.start - here.start <= 1.0 and not here.strong and after.strong
        if touching and rng.random() < manner.approach:
            out[k] = replace(here, pitch=after.pitch + (-1 if here.pitch <= after.pitch else 1))
    return out


def _ended(tones: list[Tone], stretch: Stretch, ladder: Ladder, form: Form) -> list[Tone]:
    """In the final bar of the piece one long tonic, the nearest one."""
    final = stretch.bars[-1]
    if not final.final:
        return tones
    kept = [tone for tone in tones if tone.start < final.start - 1e-6]
    size = len(ladder.intervals)
    last = kept[-1].step if kept else 0
    step = size * round(last / size)
    kept = [replace(t, length=min(t.length, final.start - t.start)) for t in kept]
    return [*kept, Tone(final.start, form.metre.bar, step, ladder.pitch(step), True, True)]


def _octave(tones: list[Tone], low: int, high: int) -> int:
    """Semitones (whole octaves) that bring a tune best into low..high."""
    pitches = np.array([tone.pitch for tone in tones])
    shifts = [12 * k for k in range(-4, 5)]
    middle = low + 0.55 * (high - low)

    def misfit(shift: int) -> float:
        outside = np.maximum(low - (pitches + shift), 0) + np.maximum((pitches + shift) - high, 0)
        return float(outside.sum() * 10 + abs((pitches + shift).mean() - middle))

    return min(shifts, key=misfit)


def melody(form: Form, part: str, instrument: str, written: tuple[tuple[Tone, ...], ...]) -> list[Event]:
    """The tune as this instrument plays it, in the sections in which it plays."""
    low, high = player_of(instrument).lead
    everything = [tone for tones in written for tone in tones]
    if not everything:
        return []
    shift = _octave(everything, low, high)
    out: list[Event] = []
    for stretch, tones in zip(form.stretches, written, strict=True):
        if not stretch.plays(part):
            continue
        manner = TUNES[stretch.idiom.melody]
        octave = 12 if "high" in stretch.hint(part) else -12 if "low" in stretch.hint(part) else 0
        for tone in tones:
            pitch = tone.pitch + shift + octave
            pitch += 12 if pitch < low - 3 else -12 if pitch > high + 3 else 0
            length = tone.length * (manner.legato if not tone.closing else 1.0)
            touch = "staccato" if manner.legato < 0.85 and tone.length <= 0.5 else ""
            out.append(Event(tone.start, length, pitch, 0.86 if tone.strong else 0.76, touch))
    return out
