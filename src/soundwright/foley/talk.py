"""Talk in no language: phonemes as targets, joined as a mouth joins them.

A phrase is a row of words, a word of syllables (onset, vowel, coda). Each phoneme says for how long, where the
formants should go (Peterson and Barney 1952 for vowels; loci of consonants after Delattre, Liberman and Cooper 1955),
how loud the voice is and which noise is made: bursts of plosives, hiss of fricatives (Stevens, "Acoustic Phonetics").
Formants and levels move between the targets within some 50 ms. Pitch sinks over a phrase, and rises where a syllable
is stressed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import vocal
from soundwright.foley.models.people import pitch, throat
from soundwright.foley.vocabulary import words_of


@dataclass(frozen=True)
class Phoneme:
    """Seconds, formants in Hz of an adult tract, level of the voice 0..1, and noise: its band and level."""

    seconds: float
    formants: tuple[float, float, float]
    voice: float
    band: str = ""
    hiss: float = 0.0


BANDS = {  # Hz of an adult tract: where turbulence at lips, teeth ridge, palate and throat is loud
    "s": (4300.0, 9500.0), "sh": (2100.0, 6500.0), "f": (1400.0, 9000.0), "h": (500.0, 2800.0),
    "p": (350.0, 1500.0), "t": (3000.0, 7500.0), "k": (1300.0, 3200.0),
}  # fmt: skip
HELD = {  # what can be held: (formants, voice, band, hiss)
    "m": ((250, 1000, 2200), 0.4, "", 0.0), "n": ((260, 1500, 2500), 0.42, "", 0.0),
    "l": ((360, 1100, 2600), 0.6, "", 0.0),
    "r": ((420, 1150, 1600), 0.6, "", 0.0),
    "w": ((300, 700, 2200), 0.55, "", 0.0), "y": ((280, 2150, 2900), 0.55, "", 0.0),
    "v": ((300, 1000, 2300), 0.35, "f", 0.12), "z": ((300, 1600, 2500), 0.3, "s", 0.35),
    "s": ((320, 1600, 2500), 0.0, "s", 0.8),
    "sh": ((330, 1800, 2500), 0.0, "sh", 0.9), "f": ((320, 1000, 2300), 0.0, "f", 0.3),
    "h": ((500, 1400, 2400), 0.05, "h", 0.35),
}  # fmt: skip
STOPS = {  # closed, then let go: (formant locus, burst band, voiced)
    "p": ((300, 800, 2200), "p", False), "t": ((300, 1750, 2600), "t", False), "k": ((300, 1900, 2300), "k", False),
    "b": ((250, 800, 2200), "p", True), "d": ((250, 1750, 2600), "t", True), "g": ((250, 1900, 2300), "k", True),
}  # fmt: skip
ONSETS = words_of("p t k b d g m n l r w y v s sh f h s d n t m b w h r l st pl tr sl br")
CODAS = words_of("n t s r l m d k z ng nt st")
SECONDS = {"m": 0.065, "n": 0.06, "l": 0.06, "r": 0.06, "w": 0.06, "y": 0.055, "v": 0.06, "z": 0.075, "s": 0.1,
           "sh": 0.11, "f": 0.09, "h": 0.06}  # fmt: skip


def _consonant(name: str, rng: np.random.Generator) -> list[Phoneme]:
    if name in HELD:
        formants, voice, band, hiss = HELD[name]
        return [Phoneme(SECONDS[name] * rng.uniform(0.8, 1.2), formants, voice, band, hiss * rng.uniform(0.75, 1.2))]
    locus, band, voiced = STOPS[name]
    closed = Phoneme((0.045 if voiced else 0.06) * rng.uniform(0.8, 1.2), locus, 0.1 if voiced else 0.0)
    burst = Phoneme(0.012, locus, 0.25 if voiced else 0.0, band, 0.8 if voiced else 1.0)
    return [closed, burst] if voiced else [closed, burst, Phoneme(0.035, locus, 0.05, "h", 0.25)]


def _spelt(cluster: str, rng: np.random.Generator) -> list[Phoneme]:
    names = [cluster] if cluster in HELD or cluster in STOPS else list("ng" if cluster == "ng" else cluster)
    names = ["n"] if cluster == "ng" else names
    return [part for name in names for part in _consonant(name, rng)]


def _syllable(rng: np.random.Generator, stressed: bool, last: bool, pace: float) -> tuple[list[Phoneme], int]:
    """Phonemes of a syllable, and which of them is the vowel."""
    onset = _spelt(ONSETS[rng.integers(len(ONSETS))], rng) if rng.uniform() < 0.85 else []
    names = list(vocal.VOWELS)
    name = names[rng.integers(len(names))] if stressed or rng.uniform() < 0.5 else "uh"
    long_s = (0.13 if stressed else 0.075) * rng.uniform(0.8, 1.25) * (1.5 if last else 1.0)
    vowel = [Phoneme(long_s, vocal.VOWELS[name], 1.0 if stressed else 0.7)]
    if stressed and rng.uniform() < 0.3:  # a diphthong glides up or back
        vowel.append(Phoneme(0.06, vocal.VOWELS[str(rng.choice(["i", "u"]))], 0.75))
    coda = _spelt(CODAS[rng.integers(len(CODAS))], rng) if rng.uniform() < 0.4 else []
    row = [*onset, *vowel, *coda]
    return [Phoneme(p.seconds / pace, p.formants, p.voice, p.band, p.hiss) for p in row], len(onset)


def phrase(
    rng: np.random.Generator, rate: int, age: float, syllables: int, pace: float = 1.0, effort: float = 0.0
) -> np.ndarray:
    """One phrase of `syllables` by a speaker of `age` 0 child to 1 man, float32 `[n]`, peak near 1.

    `pace` 1 is about four and a half syllables a second; `effort` 0 talks, 1 shouts: higher, brighter, flatter.
    """
    row: list[Phoneme] = []
    accents: list[tuple[float, float]] = []  # (time s, rise)
    clock, left = 0.0, 0
    for k in range(syllables):
        if not left:
            left = int(rng.choice([1, 1, 2, 2, 3]))
            stress_at = left if rng.uniform() < 0.7 else max(left - 1, 1)
        stressed = left == stress_at and rng.uniform() < 0.8
        part, vowel = _syllable(rng, stressed, k == syllables - 1, pace)
        if stressed:
            accents.append((clock + sum(p.seconds for p in part[: vowel + 1]) - 0.03, rng.uniform(0.08, 0.28)))
        row += part
        clock += sum(p.seconds for p in part)
        left -= 1
    return _voiced(row, accents, rng, rate, age, effort)


def _voiced(row: list[Phoneme], accents, rng: np.random.Generator, rate: int, age: float, effort: float) -> np.ndarray:
    """Phonemes to sound."""
    ends = np.cumsum([p.seconds for p in row])
    n = round((ends[-1] + 0.06) * rate)
    t = np.arange(n) / rate
    which = np.searchsorted(ends, t, side="right").clip(0, len(row) - 1)

    def curve(values, lag_s):
        steps = np.asarray(values, np.float32)[which]
        steps[t > ends[-1]] = 0
        ahead = round(2 * lag_s * rate)  # two poles lag by twice their time constant
        slow = filters.smooth(filters.smooth(np.pad(steps, (0, ahead)), lag_s, rate), lag_s, rate)
        return slow[ahead:]

    hop = 0.005
    moments = np.arange(0, ends[-1] + 0.06, hop)
    target = np.array([p.formants for p in row])[np.searchsorted(ends, moments, side="right").clip(0, len(row) - 1)]
    window = np.hanning(11)
    padded = np.pad(target, ((5, 5), (0, 0)), mode="edge")
    track = np.stack([np.convolve(f, window / window.sum(), "valid") for f in padded.T], axis=1)
    scale = 0.17 / throat(age)
    hz = np.interp(t, (0, 0.15, ends[-1]), (0.94, 1.02, 0.74))
    for at, rise in accents:
        hz = hz * (1 + rise * np.exp(-(((t - at) / 0.09) ** 2)))
    hz = pitch(age) * (1 + 0.9 * effort) * hz * (1 + 0.015 * noise.wander(rng, n, rate, 7))
    tilt_hz = (2200 + 1800 * (1 - age)) * (1 + 2 * effort)
    source = vocal.glottis(
        hz, rate, rng, jitter=0.008 + 0.012 * effort, shimmer=0.05 + 0.08 * effort, breath=0.1, tilt_hz=tilt_hz,
        open_quotient=0.6 - 0.15 * effort,
    )  # fmt: skip
    voice = curve([p.voice for p in row], 0.008)
    hissing = {"h": curve([p.hiss * (p.band == "h") for p in row], 0.006)}
    breath = noise.white(rng, n) * hissing["h"] * 0.12
    x = vocal.tract(
        source * voice + breath, track * scale * (1 + 0.08 * effort * np.array([2.0, 0.5, 0.0])), rate, hop_s=0.01
    )
    x = filters.highpass(x, 60, rate, 1)
    x = x / max(float(np.abs(x).max(initial=0.0)), 1e-9)
    for name, (low, high) in BANDS.items():
        levels = [p.hiss * (p.band == name) for p in row]
        if name != "h" and any(levels):
            loud = curve(levels, 0.002 if name in STOPS else 0.009)
            x += 0.2 * loud * filters.bandpass(noise.white(rng, n), low * scale**0.5, high * scale**0.5, rate, 2)
    return x.astype(np.float32)


def monologue(
    rng: np.random.Generator, n: int, rate: int, age: float, pace: float = 1.0, effort: float = 0.0
) -> np.ndarray:
    """One person who goes on talking for `n` frames, float32 `[n]`: phrases and the rests between them."""
    out = np.zeros(n, np.float32)
    at = 0.03
    while at * rate < n:
        x = phrase(rng, rate, age, int(rng.integers(4, 13 - round(6 * effort))), pace, effort) * np.float32(
            rng.uniform(0.8, 1.0)
        )
        start = round(at * rate)
        out[start : start + len(x)] += x[: n - start]
        at += len(x) / rate + rng.uniform(0.12, 0.45)
    return out
