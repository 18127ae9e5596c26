"""Recordings, changed in ways that keep their captions true: pitch, length, level, room, turns, and company."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import envelopes, space, stretch, units
from soundwright.plan.effect import EffectPlan
from soundwright.train.data import captions, effects
from soundwright.train.data import phrases as say
from soundwright.train.data.packages import Recording
from soundwright.train.data.phrases import pick
from soundwright.train.data.shards import CHUNK_S, FRAMES, RATE, Chunk, describe, source_held_out

SEMITONES, LENGTHS = 3.0, (0.85, 1.2)
FADE_S = 0.02
LONGEST_S = 20.0  # of a recording: what is longer gives a stretch


def usable(found: list[Recording]) -> list[Recording]:
    """Those that a caption is known for."""
    return [one for one in found if captions.of(one.name)]


def take(rng: np.random.Generator, found: list[Recording]) -> list[Chunk]:
    """One chunk of one or two recordings; kinds of sound are equally likely, however many recordings a kind has."""
    layout = say.drawn(rng, ODDS)
    first = _one(rng, found)
    samples, caption, sources = LAYOUTS[layout](rng, first, found)
    if rng.random() < effects.PLACED:
        place = pick(rng, tuple(say.SPACES))
        samples = space.reverberate(samples, place, RATE, -float(rng.uniform(0, 6)), tail=False)
        caption = f"{caption} {pick(rng, say.SPACES[place])}"
    samples = envelopes.fade(samples[:, :FRAMES], RATE, 0.0, FADE_S)
    samples = samples * np.float32(units.gain(rng.uniform(-10, -1)) / max(float(np.abs(samples).max()), 1e-6))
    return [describe(samples, caption, "recording", tuple(dict.fromkeys(one.name for one in sources)))]


def _alone(rng, first, found):
    sound, phrase = _played(rng, first)
    return sound, pick(rng, say.FORMS).format(phrase), (first,)


def _several(rng, first, found):
    """The same recording two to four times, whole each time, where there is room."""
    sound, phrase = _played(rng, first)
    gap = round(sound.shape[1] * rng.uniform(0.9, 1.3)) + round(0.08 * RATE)
    room = (FRAMES - sound.shape[1]) // gap + 1
    if room < 2:
        return sound, pick(rng, say.FORMS).format(phrase), (first,)
    count = int(rng.integers(2, min(room, 4) + 1))
    both = np.zeros((2, FRAMES), np.float32)
    for turn in range(count):
        _add(both, sound, turn * gap)
    return both, f"{phrase}, {pick(rng, say.TIMES[count])}", (first,)


def _with(rng, first, found):
    second = _one(rng, found, like=first)
    (sound, phrase), (other, said) = _played(rng, first), _played(rng, second)
    both = np.zeros((2, FRAMES), np.float32)
    _add(both, sound, 0)
    _add(both, other * np.float32(units.gain(rng.uniform(-6, 0))), round(rng.uniform(0, 0.5) * RATE))
    return both, pick(rng, say.BOTH).format(phrase, said), (first, second)


def _then(rng, first, found):
    second = _one(rng, found, like=first)
    (sound, phrase), (other, said) = _played(rng, first), _played(rng, second)
    most = FRAMES - min(other.shape[1], FRAMES // 2)
    after = min(sound.shape[1] + round(rng.uniform(0.05, 0.4) * RATE), most)
    both = np.zeros((2, FRAMES), np.float32)
    _add(both, envelopes.fade(sound[:, :after], RATE, 0.0, FADE_S), 0)
    _add(both, other, after)
    return both, pick(rng, say.THEN).format(phrase, said), (first, second)


def _over(rng, first, found):
    """A recording over a texture of a sound model."""
    sound, phrase = _played(rng, first)
    event, behind = effects.texture(rng)
    plan = EffectPlan(duration_s=CHUNK_S, space="dry", prompt=behind, events=[event])
    both = effects.played(plan, int(rng.integers(2**31)))
    both *= np.float32(units.gain(rng.uniform(-20, -12)) / max(float(np.abs(both).max()), 1e-6))
    _add(both, sound, round(rng.uniform(0, 1.5) * RATE))
    return both, pick(rng, say.OVER).format(phrase, behind), (first,)


LAYOUTS = {"alone": _alone, "several": _several, "with": _with, "then": _then, "over": _over}
ODDS = {"alone": 0.5, "several": 0.15, "with": 0.1, "then": 0.1, "over": 0.15}


def _one(rng: np.random.Generator, found: list[Recording], like: Recording | None = None) -> Recording:
    """A recording; with `like` another one of the same side of the split."""
    if like:
        side = source_held_out(like.name)
        found = [one for one in found if one != like and source_held_out(one.name) == side] or [like]
    kinds: dict[str, list[Recording]] = {}
    for one in found:
        kinds.setdefault(captions.of(one.name)[0], []).append(one)
    return pick(rng, kinds[pick(rng, tuple(kinds))])


def _played(rng: np.random.Generator, one: Recording) -> tuple[np.ndarray, str]:
    """A recording at another pitch, length and place, its peak at 0.7, and a phrase for it."""
    x = _read(one)
    if x.shape[1] > FRAMES:
        start = int(rng.integers(x.shape[1] - FRAMES)) if x.shape[1] >= LONGEST_S * RATE * 0.9 else 0
        x = envelopes.fade(x[:, start : start + FRAMES], RATE, FADE_S if start else 0.0, FADE_S)
    if captions.loops(one.name):
        x = np.tile(x, (1, -(-FRAMES // x.shape[1])))[:, :FRAMES]
    if rng.random() < 0.6:
        semitones = float(rng.uniform(-SEMITONES, SEMITONES))
        x = stretch.stretch(x, RATE, float(rng.uniform(*LENGTHS)), semitones=semitones)
    if rng.random() < 0.5:
        x = space.balance(x, float(rng.uniform(-0.6, 0.6)))
    return x * np.float32(0.7 / max(float(np.abs(x).max()), 1e-6)), pick(rng, captions.of(one.name))


@lru_cache(maxsize=400)
def _read(one: Recording) -> np.ndarray:
    sound = Audio.read(one.path).stereo()
    return Audio(sound.samples[:, : round(LONGEST_S * sound.rate)], sound.rate).at(RATE).samples


def _add(into: np.ndarray, x: np.ndarray, at: int) -> None:
    """x mixed in from a frame on, as far as there is room."""
    into[:, at : at + x.shape[1]] += x[:, : into.shape[1] - at]
