"""Made pieces with known form: loops (exact, noisy, drifting in tempo), and what is none (songs, drones, ambience).

A piece is a list of bars; a bar is a list of notes (when in beats, how long, pitch, velocity, voice) that is drawn once
and may be used again. Two families differ in instruments, tempi, metres and harmony: `near` was looked at while the
detector was made, `far` was held out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.audio import Audio
from soundwright.seed import stream

RATE = 22_050
Note = tuple[float, float, int, float, str]  # beat, beats, pitch, velocity, voice
Bar = list[Note]


@dataclass(frozen=True)
class Family:
    """What the pieces of a family are drawn from."""

    tempi_bpm: tuple[float, float]
    metres: tuple[int, ...]
    degrees: tuple[int, ...]  # semitones of the scale
    lead: str
    chord: str
    bass: str
    drums: bool


FAMILIES = {
    "near": Family((80, 140), (4,), (0, 2, 4, 5, 7, 9, 11), "pluck", "organ", "soft", True),
    "far": Family((64, 172), (3, 4), (0, 2, 3, 5, 7, 8, 10), "bell", "reed", "pluck", True),
}
LOOPS = ("exact loop", "noisy loop", "drifting loop", "loop slowing each time")
OTHERS = ("song", "AABA", "verses over one progression", "through-composed", "drone", "breathing drone", "ambient")
KINDS = (*LOOPS, *OTHERS)


def made(family: str, kind: str, seed: int) -> Audio:
    """The piece of a kind, 36 to 64 seconds, mono at 22.05 kHz."""
    rng = stream(seed, "pieces", family, kind)
    of = FAMILIES[family]
    if kind in ("drone", "breathing drone", "ambient"):
        return _audio(_still(of, kind, rng), rng)
    tempo, metre = float(rng.uniform(*of.tempi_bpm)), int(rng.choice(of.metres))
    seconds = float(rng.uniform(36, 64))
    bars = max(round(seconds * tempo / 60 / metre), 8)
    score, starts = _bars(of, kind, bars, metre, rng)
    return _audio(_played(score, starts * 60 / tempo, 60 / tempo, metre, kind, of, rng), rng)


def tempo_of(family: str, kind: str, seed: int) -> float:
    """The tempo in bpm that `made` draws first."""
    return float(stream(seed, "pieces", family, kind).uniform(*FAMILIES[family].tempi_bpm))


def _bars(of: Family, kind: str, bars: int, metre: int, rng: np.random.Generator) -> tuple[list[Bar], np.ndarray]:
    """The bars in order, and when each begins in beats of the first tempo."""
    starts = np.arange(bars + 1) * float(metre)
    if kind in LOOPS:
        length = int(rng.choice([one for one in (1, 2, 4, 8) if bars / one >= 3]))
        turn = _section(of, length, metre, rng)
        score = [turn[k % length] for k in range(bars)]
        if kind == "drifting loop":  # 2 % slower, or faster, by the end
            rate = 1 + rng.choice([-0.02, 0.02]) * np.linspace(0, 1, bars)
            starts = np.concatenate([[0.0], np.cumsum(metre * rate)])
        if kind == "loop slowing each time":  # 2 % with each turn
            rate = 1.02 ** (np.arange(bars) // length)
            starts = np.concatenate([[0.0], np.cumsum(metre * rate / rate.mean())])
        return score, starts
    if kind == "through-composed":
        score = [bar for _ in range(0, bars, 2) for bar in _section(of, 2, metre, rng)]
    elif kind == "verses over one progression":  # the same chords and drums all through, ever another melody
        chords = _progression(of, 4, rng)
        beat = _drums(metre, rng)
        score = []
        for _ in range(0, bars, 4):
            score += _section(of, 4, metre, rng, chords, beat, float(rng.uniform(0.3, 1.0)))
    else:
        eight = 4 if bars < 32 else 8
        parts = {name: _section(of, eight, metre, rng) for name in "ABC"}
        form = "AABA" * 4 if kind == "AABA" else "ABABCBAB"
        score = []
        for name in form:
            score += _varied(parts[name], of, metre, rng, fresh=not score)
    return score[:bars], starts


def _progression(of: Family, bars: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    root = int(rng.integers(45, 57))
    scale = [root + octave + degree for octave in (0, 12) for degree in of.degrees]
    return [tuple(scale[k + step] for step in (0, 2, 4)) for k in rng.integers(0, 7, bars)]


def _drums(metre: int, rng: np.random.Generator) -> Bar:
    kick = [(float(b), 0.25, 0, 1.0, "kick") for b in range(metre) if b == 0 or rng.random() < 0.4]
    snare = [(float(b), 0.25, 0, 0.8, "snare") for b in range(1, metre, 2)]
    hats = [(b / 2, 0.1, 0, float(rng.uniform(0.3, 0.7)), "hat") for b in range(2 * metre) if rng.random() < 0.8]
    return kick + snare + hats


def _section(of, bars, metre, rng, chords=None, beat=None, density=None) -> list[Bar]:
    chords = chords or _progression(of, bars, rng)
    beat = beat if beat is not None else (_drums(metre, rng) if of.drums and rng.random() < 0.8 else [])
    density = density or float(rng.uniform(0.4, 0.95))
    return [_bar(chord, of, metre, density, rng) + beat for chord in chords]


def _bar(chord: tuple[int, ...], of: Family, metre: int, density: float, rng: np.random.Generator) -> Bar:
    notes: Bar = [(0.0, float(metre), pitch, 0.35, of.chord) for pitch in chord]
    notes += [(float(b), 0.9, chord[0] - 12, 0.8, of.bass) for b in range(0, metre, 2)]
    return notes + _melody(chord, of, metre, density, rng)


def _melody(chord: tuple[int, ...], of: Family, metre: int, density: float, rng: np.random.Generator) -> Bar:
    tones = [12 + pitch for pitch in chord] + [24 + chord[0], 14 + chord[0], 21 + chord[0]]
    when = [b / 2 for b in range(2 * metre) if rng.random() < density]
    return [(b, float(rng.uniform(0.4, 1)), int(rng.choice(tones)), float(rng.uniform(0.5, 1)), of.lead) for b in when]


def _varied(part: list[Bar], of: Family, metre: int, rng: np.random.Generator, *, fresh: bool) -> list[Bar]:
    """A section played again: half of its bars have another melody, one has a fill, a voice may come or go."""
    if fresh:
        return part
    bars, dropped = [], rng.choice(["none", "hat", of.chord, of.bass])
    for bar in part:
        if rng.random() < 0.5:
            chord = tuple(pitch for _, _, pitch, _, voice in bar if voice == of.chord)
            bar = [note for note in bar if note[4] != of.lead] + _melody(chord, of, metre, 0.7, rng)
        bars.append([note for note in bar if note[4] != dropped])
    bars[-1] = bars[-1] + [(metre - 1 + k / 4, 0.2, 0, 0.7, "snare") for k in range(4)]
    return bars


def _played(score, starts_s, beat_s, metre, kind, of, rng) -> np.ndarray:
    out = np.zeros(round((starts_s[-1] + 1.5) * RATE))
    human = kind not in ("exact loop", "drifting loop", "loop slowing each time")
    for bar, start, end in zip(score, starts_s[:-1], starts_s[1:], strict=True):
        beat = (end - start) / metre
        for when, long, pitch, velocity, voice in bar:
            late = rng.normal(0, 0.005) if human else 0.0
            gain = velocity * (10 ** (rng.normal(0, 2.0) / 20) if human else 1.0)
            at = max(round((start + when * beat + late) * RATE), 0)
            wave = gain * _voice(voice, pitch, long * beat_s, rng if voice in ("snare", "hat") and human else None)
            wave = wave[: len(out) - at]
            out[at : at + len(wave)] += wave
    if kind == "noisy loop":
        noise = rng.standard_normal(len(out)) * np.sqrt(np.mean(out**2))
        out += noise * 10 ** (rng.uniform(-26, -12) / 20)
    return out


_KEPT: dict[tuple, np.ndarray] = {}


def _voice(voice: str, pitch: int, long_s: float, rng: np.random.Generator | None) -> np.ndarray:
    """A note; noises are drawn anew where a generator is given, else they are always the same sample."""
    long_s = round(long_s, 2)
    if rng is None and (found := _KEPT.get((voice, pitch, long_s))) is not None:
        return found
    made = VOICES[voice](pitch, long_s, rng or np.random.default_rng(pitch))
    if rng is None:
        if len(_KEPT) > 4000:
            _KEPT.clear()
        _KEPT[voice, pitch, long_s] = made
    return made


def _tone(pitch: int, long_s: float, partials, fall_s: float, rise_s: float, ratio=None) -> np.ndarray:
    n = round((long_s + 0.15) * RATE)
    t = np.arange(n) / RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    wave = sum(
        a * np.sin(2 * np.pi * hz * r * t) * np.exp(-t * (r / fall_s))
        for r, a in zip(ratio or range(1, len(partials) + 1), partials, strict=True)
        if hz * r < RATE / 2
    )
    gate = np.minimum(t / rise_s, 1) * np.clip((long_s + 0.15 - t) / 0.1, 0, 1)
    return np.asarray(wave) * gate


def _kick(pitch, long_s, rng):
    t = np.arange(round(0.2 * RATE)) / RATE
    return np.sin(2 * np.pi * (50 * t + 3 * (1 - np.exp(-t * 40)))) * np.exp(-t * 18)


def _noise(fall_s: float, low: float):
    def hit(pitch, long_s, rng):
        n = round(4 * fall_s * RATE)
        x = rng.standard_normal(n)
        x = np.diff(x, prepend=0.0) if low else x
        return 0.5 * x * np.exp(-np.arange(n) / RATE / fall_s)

    return hit


VOICES = {
    "pluck": lambda p, d, r: _tone(p, d, (1, 0.5, 0.3, 0.2, 0.1), 0.4, 0.004),
    "organ": lambda p, d, r: _tone(p, d, (1, 0.6, 0.2, 0.3), 50.0, 0.03),
    "soft": lambda p, d, r: _tone(p, d, (1, 0.25), 1.0, 0.01),
    "bell": lambda p, d, r: _tone(p, d, (1, 0.5, 0.3, 0.2), 0.7, 0.002, (1, 2.76, 5.4, 3.01)),
    "reed": lambda p, d, r: _tone(p, d, (1, 0, 0.4, 0, 0.25, 0, 0.15), 60.0, 0.06),
    "kick": _kick,
    "snare": _noise(0.06, 0),
    "hat": _noise(0.02, 1),
}


def _still(of: Family, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Drones (still, or breathing with a period of 5 to 11 s) and ambience (swells of random notes, no beat)."""
    seconds = float(rng.uniform(36, 64))
    t = np.arange(round(seconds * RATE)) / RATE
    root = int(rng.integers(36, 50))
    out = np.zeros(len(t))
    if kind == "ambient":
        at = 0.0
        while at < seconds - 3:
            long_s = float(rng.uniform(4, 11))
            n = min(round(long_s * RATE), len(t) - round(at * RATE))
            pitch = root + 12 * int(rng.integers(0, 4)) + int(rng.choice(of.degrees))
            swell = np.sin(np.pi * np.arange(n) / (long_s * RATE)) ** 2
            hz = 440 * 2 ** ((pitch - 69) / 12)
            wave = sum(np.sin(2 * np.pi * hz * k * t[:n] + rng.uniform(0, 6)) / k**1.5 for k in range(1, 6))
            out[round(at * RATE) : round(at * RATE) + n] += swell * wave * rng.uniform(0.3, 1)
            at += float(rng.uniform(0.5, 3.5))
        return out + 0.003 * rng.standard_normal(len(t))
    for interval in (0, 7, 12, int(rng.choice((15, 16, 19)))):
        hz = 440 * 2 ** ((root + interval - 69) / 12) * (1 + rng.normal(0, 0.001))
        out += sum(np.sin(2 * np.pi * hz * k * t + rng.uniform(0, 6)) / k for k in range(1, 9) if hz * k < RATE / 2)
    out += 0.05 * rng.standard_normal(len(t))
    if kind == "breathing drone":
        out *= 1 + rng.uniform(0.15, 0.5) * np.sin(2 * np.pi * t / rng.uniform(5, 11) + rng.uniform(0, 6))
    return out


def _audio(x: np.ndarray, rng: np.random.Generator) -> Audio:
    return Audio((0.5 * x / np.abs(x).max()).astype(np.float32), RATE)
