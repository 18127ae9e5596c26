"""The tune of the piece: sections with the same motif letter share it, and return varied; choruses lie higher.

There is one tune, whoever plays it: it is written once for the form, and each melodic part takes it into its own
register. So leaving a player out changes nothing for the others, and two melodic players are in unison or octaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form, Stretch
from soundwright.engines.score.ladder import Ladder
from soundwright.engines.score.players import player_of
from soundwright.engines.score.strain import Cell, Tone, close, invent, realise, smoothed, vary
from soundwright.engines.score.tunes import Tune, tune_of
from soundwright.plan.theory import Key
from soundwright.seed import stream

ANCHORS = {"a": 0, "b": 2, "c": 1, "d": 3, "e": 1}
"""On which step above the strain's own level each cell starts: a second idea lies higher than the first."""
TWELVE = "aabacc"
OPENINGS = ("de", "d", "de")
"""What the second strain of a dance opens with, before it comes home with the rest of the first strain's form."""


@dataclass(frozen=True)
class Idea:
    """What a motif is: how it is written, how high it lies, how dense it is, and its form."""

    motif: str
    manner: Tune
    level: int
    density: float
    plan: str


def idea_of(form: Form, model: Stretch, seed: int) -> Idea:
    """The idea of a motif, from the first section that has it."""
    manner = tune_of(model.idiom.melody, form.grid.quarter_s)
    density = manner.density + 0.35 * (model.energy - 0.5) + 0.25 * (form.grid.quarter_s - 0.5)
    density += 0.9 * (form.density - 0.5)
    rng = stream(seed, "tune", model.motif, "form")
    plan = manner.forms[int(rng.integers(len(manner.forms)))]
    level = manner.lift if model.is_chorus else round((model.energy - 0.5) * 3)
    return Idea(model.motif, manner, level, float(np.clip(density, 0.05, 1.2)), plan)


def _second(home: Idea, idea: Idea, seed: int) -> str:
    """The form of a second strain: new at first, then home."""
    rng = stream(seed, "tune", idea.motif, "second")
    opening = OPENINGS[int(rng.integers(len(OPENINGS)))]
    return opening + home.plan[len(opening) :]


def _cell(letter: str, idea: Idea, home: Idea, form: Form, seed: int) -> Cell:
    """The cell of a letter. All grow from the piece's germ, which is the first motif's own a."""
    germ = invent(stream(seed, "tune", "germ"), home.manner, form.metre, 2, home.density)
    if letter == "a" and idea.motif == home.motif:
        return germ
    like = germ if letter in "ad" else _cell("d" if letter == "e" else "a", idea, home, form, seed)
    return invent(stream(seed, "tune", idea.motif, letter), idea.manner, form.metre, 2, idea.density, like)


def _strain(
    form: Form, key: Key, idea: Idea, home: Idea, seed: int, start: float, bars: int, plan: str, lift: int
) -> list[Tone]:
    """One strain of up to eight bars in two-bar units, with its closes and pickups.

    Where the plan has the letters of a second strain (d, e), its a, b and c are the first motif's: it comes home.
    """
    bar, out, before = form.metre.bar, [], ""
    for unit in range((bars + 1) // 2):
        letter = plan[unit % len(plan)]
        at = start + unit * 2 * bar
        count = min(2, bars - unit * 2)
        returns = "d" in plan and letter in "abc"
        owner = home if returns else idea
        ladder = Ladder(key, owner.manner.scale)
        anchor = owner.level + ANCHORS[letter] + (0 if returns else lift)
        if letter == before and form.chord_at(at) == form.chord_at(at - 2 * bar):
            anchor += 1  # at once again on the same chord: a sequence
        before = letter
        tones = realise(
            _cell(letter, owner, home, form, seed), at, anchor, form, ladder, count, returns, owner.level - 4
        )
        full = unit * 2 + count == bars
        if full or (unit * 2 + count) % 4 == 0:
            rng = stream(seed, "tune", owner.motif, "close", "full" if full else "open")
            if full or rng.random() < 0.75:
                tones = close(tones, at + (count - 1) * bar, rng, form, ladder, owner.manner, full)
        out.extend(tones)
    ladder = Ladder(key, idea.manner.scale)
    return _picked_up(smoothed(out, ladder), form, ladder, stream(seed, "tune", home.motif, "pickup"))


def _picked_up(tones: list[Tone], form: Form, ladder: Ladder, rng: np.random.Generator) -> list[Tone]:
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


FRAMES = ("intro", "outro", "coda", "ending")
"""Sections that have no tune of their own: they foreshadow the main one, or remember it."""


def lengths(bars: int, idiom: str) -> list[int]:
    """How many bars the strains of a section have: twelves in a blues, else eights, and what remains."""
    if idiom == "blues" and bars % 12 == 0:
        return [12] * (bars // 12)
    return [8] * (bars // 8) + ([bars % 8] if bars % 8 else [])


def framing(stretch: Stretch) -> bool:
    return stretch.name.lower().split()[0] in FRAMES


def tune(form: Form, seed: int) -> tuple[tuple[Tone, ...], ...]:
    """The tune, one tuple of tones for each stretch of the form, in the central register."""
    main = next((stretch for stretch in form.stretches if not framing(stretch)), form.stretches[0])
    home = idea_of(form, main, seed)
    ideas = {home.motif: home}
    for stretch in form.stretches:
        if stretch.motif not in ideas:
            ideas[stretch.motif] = home if framing(stretch) else idea_of(form, stretch, seed)
    written: list[tuple[Tone, ...]] = []
    for stretch in form.stretches:
        if stretch.bars[0].final:
            before = next((tones[-1] for tones in reversed(written) if tones), None)
            written.append((closing_tone(form, stretch, home.manner, before),))
        else:
            written.append(tuple(_section(form, stretch, ideas[stretch.motif], home, seed)))
    return tuple(written)


def _section(form: Form, stretch: Stretch, idea: Idea, home: Idea, seed: int) -> list[Tone]:
    """Strains of a section: repeated in pairs, varied when they return, from the third on with a second strain.

    A section B of a dance is the second strain of A; a chorus is none of a verse.
    """
    answers = idea.motif != home.motif and len(idea.motif) == len(home.motif) == 1
    out: list[Tone] = []
    at, ladder = stretch.start, Ladder(stretch.key, idea.manner.scale)
    for number, bars in enumerate(lengths(len(stretch.bars), stretch.idiom.name)):
        second = number % 4 >= 2 or answers
        plan = TWELVE if bars == 12 else _second(home, idea, seed) if second else idea.plan
        tones = _strain(form, stretch.key, idea, home, seed, at, bars, plan, 2 if number % 4 >= 2 else 0)
        if stretch.turn > 0 or number % 2 == 1:
            rng = stream(seed, "tune", "again", stretch.index, number)
            tones = vary(tones, rng, form, ladder, idea.manner.vary)
        out.extend(tones)
        at += bars * form.metre.bar
    return _chromatic(out, idea.manner, seed, idea.motif)


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


def closing_tone(form: Form, stretch: Stretch, manner: Tune, before: Tone | None) -> Tone:
    """The last note of the piece: a long tonic, the one nearest to the note before."""
    ladder = Ladder(stretch.key, manner.scale)
    size = len(ladder.intervals)
    step = size * round((before.step if before else 0) / size)
    return Tone(stretch.start, form.metre.bar, step, ladder.pitch(step), True, True)


def _octave(tones: list[Tone], low: int, high: int, tessitura: float) -> int:
    """Semitones (whole octaves) that bring a tune best into low..high; `tessitura` −1..1 leans down or up in it."""
    pitches = np.array([tone.pitch for tone in tones])
    shifts = [12 * k for k in range(-4, 5)]
    middle = low + (0.55 + 0.35 * tessitura) * (high - low)

    def misfit(shift: int) -> float:
        outside = np.maximum(low - (pitches + shift), 0) + np.maximum((pitches + shift) - high, 0)
        return float(outside.mean() * 8 + abs((pitches + shift).mean() - middle))

    return min(shifts, key=misfit)


def melody(form: Form, part: str, instrument: str, written: tuple[tuple[Tone, ...], ...]) -> list[Event]:
    """The tune as this instrument plays it, in the sections in which it plays."""
    low, high = player_of(instrument).lead
    everything = [tone for tones in written for tone in tones]
    if not everything:
        return []
    shift = _octave(everything, low, high, form.tessitura)
    out: list[Event] = []
    for stretch, tones in zip(form.stretches, written, strict=True):
        if not stretch.plays(part):
            continue
        manner = tune_of(stretch.idiom.melody, form.grid.quarter_s)
        octave = 12 if "high" in stretch.hint(part) else -12 if "low" in stretch.hint(part) else 0
        for tone in tones:
            pitch = tone.pitch + shift + octave
            pitch += 12 if pitch < low - 3 else -12 if pitch > high + 3 else 0
            length = tone.length * (manner.legato if not tone.closing else 1.0)
            touch = "staccato" if manner.legato < 0.85 and tone.length <= 0.5 else ""
            out.append(Event(tone.start, length, pitch, 0.86 if tone.strong else 0.76, touch))
    return out
