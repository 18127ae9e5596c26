"""Melody instruments as lines: a whole phrase with its slurs, vibrato, breath and swelling brightness.

Pitch, level and brightness are curves at control rate; the sound is read from the pitch's stack of periods, soft to
loud, at the brightness of the moment. What is new in a phrase (a tongued or bowed start) has its own attack, blip and
noise; what is slurred glides. Breath and bow noise pulse with the period, as they do in a real jet, reed or bow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from soundwright.dsp import filters, noise, units
from soundwright.instruments import wavetable
from soundwright.instruments.spelling import vowel_of
from soundwright.instruments.timbre import Timbre, ear
from soundwright.instruments.tone import HOP, Phrase

ROWS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


@dataclass(frozen=True, slots=True)
class Line:
    """How a melody instrument speaks.

    `attack_s` (soft, loud), `blip_cents` (start below or above the pitch), `overshoot` (extra brightness of the
    attack), `bloom` how many times longer brightness takes to rise than level, `vibrato` is (Hz, cents, level depth,
    delay s); `breath` is (level, low Hz, high Hz, in multiples of the pitch where `breath_follows`), `chiff` the noise
    of the start, `pulse` how much the noise follows the period. `voices` are detunings in cents of the oscillators,
    `dark` takes brightness away, `vowels` sings.
    """

    timbre: Timbre
    attack_s: tuple[float, float] = (0.06, 0.025)
    release_s: float = 0.08
    glide_s: float = 0.035
    blip_cents: float = -25.0
    overshoot: float = 0.15
    decay: float = 0.1
    vibrato: tuple[float, float, float, float] = (5.3, 14.0, 0.06, 0.25)
    breath: tuple[float, float, float] = (0.02, 1000.0, 6000.0)
    breath_follows: bool = False
    chiff: float = 0.1
    chiff_s: float = 0.03
    pulse: float = 0.5
    drift_cents: float = 4.0
    voices: tuple[float, ...] = (0.0,)
    phases: str = "cosine"
    top_hz: float = 16000.0
    dark: float = 0.0
    vowels: Mapping[str, Timbre] | None = None
    bloom: float = 1.8


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Control curves of a phrase: `hz`, `level`, `bright` (0..1), `fresh` (1 at tongued starts, falling)."""

    hz: np.ndarray
    level: np.ndarray
    bright: np.ndarray
    fresh: np.ndarray


def curves(phrase: Phrase, style: Line) -> Curves:
    """Control curves, one point for every `HOP` samples; only the first note is tongued, the others glide."""
    control = phrase.rate / HOP
    t = np.arange(int(np.ceil(phrase.seconds * control)) + 2) / control
    pitch, force = melody(phrase, style, t)
    first, last = phrase.notes[0], phrase.notes[-1]
    attack = style.attack_s[0] + (style.attack_s[1] - style.attack_s[0]) * first.velocity
    gate = 1 - np.exp(-3.0 * t / attack)
    vibrato = np.zeros(len(t))
    for index, note in enumerate(phrase.notes):
        since = np.maximum(t - note.start_s, 0.0)
        here = t >= note.start_s
        ready = np.clip((since - style.vibrato[3]) / 0.25, 0.0, 1.0) * min(1.0, note.duration_s / 0.35)
        vibrato = np.where(here, ready, vibrato)
        if index:  # the tongue or bow leans a little on a slur, and more where the same pitch comes again
            depth = 0.2 if note.pitch != phrase.notes[index - 1].pitch else 0.6
            gate = gate * (1 - depth * np.exp(-(((t - note.start_s - 0.01) / 0.022) ** 2)))
        gate = gate * np.where(here, 1 - style.decay * (1 - np.exp(-since / 0.25)), 1.0)
    length = last.duration_s * (0.6 if last.articulation == "staccato" else 1.0)
    gate = gate * np.exp(-5.0 * np.maximum(t - last.start_s - length, 0.0) / style.release_s)
    fresh = np.exp(-t / max(style.chiff_s, 1e-3)) * first.velocity
    swell = np.interp(np.arange(len(t)), np.arange(len(phrase.swell)), phrase.swell)
    speed, cents, depth, _ = style.vibrato
    turns = np.cumsum(speed * (1 + 0.08 * wandering(phrase, len(t), 1.5))) / control
    wobble = vibrato * np.sin(2 * np.pi * (phrase.rng.uniform() + turns))
    drift = style.drift_cents * wandering(phrase, len(t), 2.0)
    hz = units.hz(pitch + (cents * wobble + drift) / 100)
    strength = np.clip(force * (0.35 + 0.65 * swell), 0.0, 1.0)
    opening = np.minimum(1 - np.exp(-3.0 * t / (attack * style.bloom)), gate)
    bright = strength * (1 - style.dark) * np.minimum(opening + 0.05, 1.0) + depth * wobble
    bright = bright + style.overshoot * first.velocity * opening * np.exp(-t / 0.12)  # the tongue's or bow's edge
    level = gate * strength**1.35 * (1 + depth * wobble) * (1 + 0.04 * wandering(phrase, len(t), 3.0))
    return Curves(hz, level, np.clip(bright, 0.0, 1.0), fresh)


def wandering(phrase: Phrase, points: int, hz: float) -> np.ndarray:
    """A slow random curve at control rate."""
    return noise.wander(phrase.rng, points, phrase.rate // HOP, hz)


def melody(phrase: Phrase, style: Line, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in MIDI and force 0..1 at the times `t`: a scoop at the start, then glides from note to note."""
    first = phrase.notes[0]
    scoop = {"slide": -200.0, "bend": -150.0}.get(first.articulation, style.blip_cents * (1.3 - first.velocity))
    attack = style.attack_s[0] + (style.attack_s[1] - style.attack_s[0]) * first.velocity
    settle = 0.06 if first.articulation in ("slide", "bend") else 0.35 * attack + 0.008
    pitch = first.pitch + scoop / 100 * np.exp(-t / settle)
    force = np.full(len(t), first.velocity)
    for note in phrase.notes[1:]:
        glide = style.glide_s * (3.0 if note.articulation == "slide" else 1.0)
        blend = 1 / (1 + np.exp(-np.clip((t - note.start_s - 0.5 * glide) / (0.16 * glide), -40, 40)))
        pitch = pitch + (note.pitch - pitch) * blend
        force = force + (note.velocity - force) * blend
    return pitch, force


def speak(phrase: Phrase, style: Line) -> np.ndarray:
    """A phrase of a melody instrument, `[n]`."""
    n = round(phrase.seconds * phrase.rate)
    c = curves(phrase, style)
    level, row = wavetable.spread(c.level, n), wavetable.spread(c.bright * (len(ROWS) - 1), n)
    out = np.zeros(n, np.float32)
    first = np.zeros(n)
    for index, cents in enumerate(style.voices):
        phase = wavetable.cycles(c.hz * 2 ** (cents / 1200), n, phrase.rate, phrase.rng.uniform() if cents else 0.0)
        first = first if index else phase
        out += note_by_note(phrase, style, phase, row)
    out *= level / np.float32(len(style.voices) ** 0.5)
    return out + breath(phrase, style, c, first, level, n)


def note_by_note(phrase: Phrase, style: Line, phase: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The tone itself: each note is read from the tables of its own pitch, 12 ms faded into the next one's."""
    out = np.zeros(len(phase), np.float32)
    rate, fade = phrase.rate, max(round(0.012 * phrase.rate), 2)
    starts = [round(note.start_s * rate) for note in phrase.notes] + [len(phase) + fade]
    for index, note in enumerate(phrase.notes):
        begin, end = max(starts[index], 0), min(starts[index + 1] + fade, len(phase))
        if end <= begin:
            continue
        stack = stack_of(style, float(units.hz(note.pitch)), rate, note.syllable)
        piece = wavetable.read(stack, phase[begin:end], row[begin:end])
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        if index:
            piece[:fade] *= ramp[: len(piece)]
        over = end - starts[index + 1]
        if 0 < over <= len(piece):
            piece[len(piece) - over :] *= ramp[::-1][:over]
        out[begin:end] += piece
    return out


def stack_of(style: Line, hz: float, rate: int, syllable: str = "") -> np.ndarray:
    """The tables of one pitch, soft to loud, equally loud to the ear."""
    harmonics = wavetable.count(hz, rate, style.top_hz)
    timbre = style.vowels.get(vowel_of(syllable), style.timbre) if style.vowels else style.timbre
    levels = timbre.levels(hz, harmonics, ROWS)
    k = np.arange(1, harmonics + 1)
    levels = levels / np.sqrt(((levels * ear(k * hz)) ** 2).sum(axis=1, keepdims=True)) * (0.8 + 0.2 * ROWS[:, None])
    phases = {"sine": 0.0 * k, "cosine": np.full(len(k), np.pi / 2), "scattered": 2.399963 * k * k}[style.phases]
    return wavetable.periods(levels, phases)


def breath(phrase: Phrase, style: Line, c: Curves, phase: np.ndarray, level: np.ndarray, n: int) -> np.ndarray:
    """Air, lips and hair: noise through the band of the instrument, pulsing with the period, strongest at the start."""
    amount, low, high = style.breath
    if not amount and not style.chiff:
        return np.zeros(n, np.float32)
    if style.breath_follows:
        middle = float(units.hz(np.median([note.pitch for note in phrase.notes])))
        low, high = low * middle, high * middle
    air = filters.bandpass(noise.white(phrase.rng, n), low, min(high, 0.45 * phrase.rate), phrase.rate, 2)
    if style.pulse:
        air *= 1 + style.pulse * np.cos(2 * np.pi * phase.astype(np.float32))
    return air * (
        amount * level * wavetable.spread(0.35 + 1.1 * c.bright, n)
        + style.chiff * wavetable.spread(c.fresh * np.minimum(c.level * 8, 1), n)
    )
