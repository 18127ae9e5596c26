"""The tune by the learned composer: it proposes each theme note by note, within the style's `Bounds`.

A theme is written once, on the chords of the first section that has it; the first theme of the piece stands before all
others, so that they answer it. Wherever a theme returns it is the same tune, carried into the key and bent to the
chords that sound there, and varied as the rules vary theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from soundwright.engines.score.bounds import LONG, STRONG, Bounds
from soundwright.engines.score.form import Form, Stretch
from soundwright.engines.score.ladder import Ladder
from soundwright.engines.score.melody import Idea, closing_tone, framing, idea_of, lengths
from soundwright.engines.score.strain import Tone, close, vary
from soundwright.engines.score.tunes import Tune, tune_of
from soundwright.nets.composer import Composer, Memory, draw, ours
from soundwright.nets.composer_tokens import (
    DENSITIES,
    METRES,
    MODES,
    NO_CHORD,
    NONE,
    REST,
    TICKS,
    Event,
    Frame,
    Track,
    chord_token,
    event,
    register_token,
)  # fmt: skip
from soundwright.plan.theory import Chord
from soundwright.seed import stream

STYLE = {  # what the composer calls the idioms of `tunes.TUNES`, and how dense (1 to 8) it knows them
    "reel": ("reel", 8), "fast reel": ("reel", 6), "jig": ("jig", 5), "air": ("air", 4), "march": ("march", 5),
    "waltz": ("waltz", 4), "folk": ("air", 5), "lullaby": ("lullaby", 3), "song": ("song", 4), "hook": ("hook", 4),
    "theme": ("theme", 4), "classical": ("classical", 5), "baroque": ("baroque", 7),
}  # fmt: skip
TEMPERATURE, TOP_P = 0.85, 0.95  # chosen on the check tunes: 0.95 repeats too little, 0.75 keeps to small intervals
MEAN, PER_STEP = 3.5, 1.7  # semitones above the tonic of a tune in the middle, and what a scale step adds
BELOW, ABOVE = 12, 14  # semitones that a tune may lie under and over its mean


def learned(form: Form) -> bool:
    """Whether the composer writes the tune of this piece: it is asked for, and its style and metre were learned."""
    return form.melody_by == "learned" and form.idiom.melody in STYLE and _told(str(form.metre)) in METRES


def _told(metre: str) -> str:
    return {"2/2": "4/4"}.get(metre, metre)


@dataclass(frozen=True)
class Theme:
    """A tune of `bars` bars as it was first written, with the key and the bars it was written on."""

    tones: tuple[Tone, ...]
    start: float
    bars: int
    key_tonic: int


@dataclass
class Pen:
    """One piece being written: its form, its seed, the composer, the themes so far and what the first one left."""

    form: Form
    seed: int
    composer: Composer
    home: Idea
    themes: dict[tuple[str, bool], Theme]
    memory: Memory | None = None  # of the first theme
    track: Track | None = None

    def write(self, idea: Idea, second: bool, stretch: Stretch, start: float, bars: int) -> Theme:
        """A new theme for a motif (or its second strain) on the chords from `start` on."""
        form, first = self.form, self.memory is None
        ladder = Ladder(stretch.key, idea.manner.scale)
        lift = 2 if second and idea.motif == self.home.motif else 0
        mean = MEAN + PER_STEP * (idea.level + lift)
        bounds = Bounds(form, ladder, start, bars, round(mean) - BELOW, round(mean) + ABOVE)
        style, density = STYLE[_row(idea, form)]
        frame = Frame(
            bars, round(form.metre.bar * TICKS), chord_tokens(form, stretch, start, bars), style,
            _told(str(form.metre)), _mode(stretch),
            int(np.clip(density + round(6 * (idea.density - idea.manner.density)), 1, DENSITIES - 1)),
            register_token(mean), 0 if first else 1,
        )  # fmt: skip
        memory = self.composer.memory() if self.memory is None else self.memory.copy()
        track = Track(frame) if self.track is None else self.track.then(frame)
        rng = stream(self.seed, "tune", idea.motif, "learned", second)
        events = propose(self.composer, memory, track, bounds, rng)
        if first:
            self.memory, self.track = memory, track
        return Theme(tuple(_tones(events, bounds, idea.manner)), start, bars, stretch.key.tonic)


def propose(composer: Composer, memory: Memory, track: Track, bounds: Bounds, rng: np.random.Generator) -> list[Event]:
    """Events that fill the strain that `track` stands before, drawn from the composer where the bounds allow."""
    out: list[Event] = []
    last = event(*track.before)[0] if track.before != NONE else None
    closed = False
    while track.at < track.frame.ticks:
        at = track.at
        hidden = composer.step(memory, track.row())
        allowed = bounds.pitches(at, last, closed)
        while True:
            pitch = draw(composer.pitch_logits(hidden), allowed, rng, TEMPERATURE, TOP_P)
            fits = bounds.lengths(at, pitch, closed)
            if fits.any():
                break
            allowed[pitch] = False
            if not allowed.any():  # what is left of the bar is shorter than any rule foresees: silence fills it
                pitch, fits = REST, bounds.rest(at)
                break
        length = draw(composer.length_logits(hidden, pitch), fits, rng, TEMPERATURE, TOP_P)
        track.add(pitch, length)
        made = event(pitch, length)
        closed = closed or (made[0] is not None and track.at > bounds.closes_at)
        last = last if made[0] is None else made[0]
        out.append(made)
    return out


def chord_tokens(form: Form, stretch: Stretch, start: float, bars: int) -> tuple[tuple[int, int], ...]:
    """The chords of a strain as a `Frame` takes them."""
    out = []
    for slot in form.slots:
        if start - 1e-6 <= slot.start < start + bars * form.metre.bar - 1e-6:
            chord = slot.chord
            token = NO_CHORD if chord.is_silence else chord_token(chord.root - stretch.key.tonic, chord.intervals)
            out.append((round((slot.start - start) * TICKS), token))
    return tuple(out)


def _row(idea: Idea, form: Form) -> str:
    """The idiom that an idea is written in, by name; the piece's own where the section's was not learned."""
    return next((name for name in STYLE if tune_of(name, 1.0) is idea.manner), _name(form))


def _name(form: Form) -> str:
    manner = tune_of(form.idiom.melody, form.grid.quarter_s)
    return next(name for name in STYLE if tune_of(name, 1.0) is manner)


def _mode(stretch: Stretch) -> str:
    mode = stretch.key.mode
    return mode if mode in MODES else "minor" if stretch.key.is_minor else "major"


def _tones(events: Sequence[Event], bounds: Bounds, manner: Tune) -> list[Tone]:
    """Events as tones of the tune: each on its step of the ladder, the last one closing with the style's breath."""
    form, ladder = bounds.form, bounds.ladder
    out: list[Tone] = []
    at = 0
    for pitch, ticks in events:
        start, length = bounds.start + at / TICKS, ticks / TICKS
        if pitch is not None:
            strong = form.metre.weight(at / TICKS) >= 0.62 or length >= 1.0
            out.append(Tone(start, length, step_of(ladder, pitch), ladder.tonic + pitch, strong))
        at += ticks
    end = out[-1]
    breathed = max(end.length * (1 - manner.breath), min(end.length, 0.5))
    return [*out[:-1], replace(end, length=breathed, strong=True, closing=True)]


def step_of(ladder: Ladder, pitch: int) -> int:
    """The step of the ladder nearest to a pitch in semitones above its tonic."""
    size = len(ladder.intervals)
    middle = size * (pitch // 12)
    return min(range(middle - 1, middle + size + 1), key=lambda step: abs(ladder.pitch(step) - ladder.tonic - pitch))


def returned(theme: Theme, form: Form, ladder: Ladder, start: float, bars: int) -> list[Tone]:
    """A theme where it comes again: on the same chords the same tune, on others its strong notes bent to them."""
    bar, out = form.metre.bar, []
    for first in range(0, bars, theme.bars):
        for tone in theme.tones:
            at = tone.start - theme.start + first * bar
            if at >= bars * bar - 1e-6:
                break
            chord, then = form.chord_at(start + at), form.chord_at(tone.start)
            same = [(p - ladder.key.tonic) % 12 for p in chord.pitch_classes] == [
                (p - theme.key_tonic) % 12 for p in then.pitch_classes
            ]
            shift = ladder.tonic - ladder_tonic(theme, ladder)
            length = min(tone.length, bars * bar - at)
            if same:
                out.append(replace(tone, start=start + at, length=length, pitch=tone.pitch + shift))
                continue
            step = tone.step
            if tone.closing:
                step = _cadence(step, chord, ladder)
            elif form.metre.weight(at) >= STRONG or tone.length >= LONG:
                step = ladder.nearest(step, chord)
            pitch = ladder.pitch(step, chord if tone.strong else None)
            out.append(replace(tone, start=start + at, length=length, step=step, pitch=pitch))
    return out


def _cadence(step: int, chord: Chord, ladder: Ladder) -> int:
    """The step nearest to one that closes on a chord: a tonic where the chord has it, else one of its tones."""
    home = ladder.key.tonic
    if not chord.is_silence and home not in chord.pitch_classes[:4]:
        return ladder.nearest(step, chord)
    return len(ladder.intervals) * round(step / len(ladder.intervals))


def ladder_tonic(theme: Theme, ladder: Ladder) -> int:
    """The central tonic that a theme was written on."""
    return replace(ladder, key=replace(ladder.key, tonic=theme.key_tonic)).tonic


def tune(form: Form, seed: int, composer: Composer | None = None) -> tuple[tuple[Tone, ...], ...]:
    """The tune, one tuple of tones for each stretch of the form, in the central register; as `melody.tune` gives it.

    Raises `CannotRun` when the composer's weights are missing or spoilt.
    """
    main = next((stretch for stretch in form.stretches if not framing(stretch)), form.stretches[0])
    home = idea_of(form, main, seed)
    pen = Pen(form, seed, composer or ours(), home, {})
    pen.themes[home.motif, False] = pen.write(home, False, main, main.start, strains(main, home, form)[0])
    ideas = {home.motif: home}
    written: list[tuple[Tone, ...]] = []
    for stretch in form.stretches:
        if stretch.motif not in ideas:
            ideas[stretch.motif] = home if framing(stretch) else idea_of(form, stretch, seed)
        if stretch.bars[0].final:
            before = next((tones[-1] for tones in reversed(written) if tones), None)
            written.append((closing_tone(form, stretch, home.manner, before),))
        else:
            written.append(tuple(_section(pen, stretch, ideas[stretch.motif])))
    return tuple(written)


def strains(stretch: Stretch, idea: Idea, form: Form) -> list[int]:
    """Bars of the strains of a section. A reel in sixteenths has eight bars of its own time in four of these."""
    bars = lengths(len(stretch.bars), "")
    if STYLE[_row(idea, form)] == STYLE["reel"]:
        return [part for one in bars for part in ([4, one - 4] if one > 4 else [one])]
    return bars


def _section(pen: Pen, stretch: Stretch, idea: Idea) -> list[Tone]:
    """The strains of a section: themes in pairs, from the third strain on a second one."""
    out: list[Tone] = []
    at, form = stretch.start, pen.form
    ladder = Ladder(stretch.key, idea.manner.scale)
    for number, bars in enumerate(strains(stretch, idea, form)):
        which = (idea.motif, number % 4 >= 2)
        if which not in pen.themes:
            pen.themes[which] = pen.write(idea, which[1], stretch, at, bars)
        theme = pen.themes[which]
        tones = returned(theme, form, ladder, at, bars)
        if bars % theme.bars:
            rng = stream(pen.seed, "tune", idea.motif, "close", "full")
            tones = close(tones, at + (bars - 1) * form.metre.bar, rng, form, ladder, idea.manner, full=True)
        if stretch.turn > 0 or number % 2 == 1:
            rng = stream(pen.seed, "tune", "again", stretch.index, number)
            tones = vary(tones, rng, form, ladder, idea.manner.vary)
        out.extend(tones)
        at += bars * form.metre.bar
    return out
