"""Blends in the latents of the pocket codec: levels in decibels, tonality and width, 25 times a second.

latent    each instant of A moved towards the same instant of B
style     A's instants with the means and spreads over time that B's have (adaptive instance normalisation, Huang and
          Belongie 2017)
exchange  each instant of A replaced by the most like one of B

What comes out is made anew by the codec, which knows no waveform: tones over 5 kHz become noise.
"""

from __future__ import annotations

import numpy as np

from soundwright.audio import Audio
from soundwright.library.blend.pair import Pair
from soundwright.nets import pocket_codec as codec

ANEW = 0.3  # depth by which all of A's body is the codec's
TOLD = 32  # components by which instants are compared
LEAST = 0.05  # spread of a component that hardly moves
SOUNDING_DB = 40.0


def latent(pair: Pair, depth: float, rng: np.random.Generator) -> np.ndarray:
    a, b = _heard(pair)
    return _moved(pair, a, b, depth, rng)


def style(pair: Pair, depth: float, rng: np.random.Generator) -> np.ndarray:
    a, b = _heard(pair)
    mine, its = (x[_sounding(x)] for x in (a, b))
    moved = (a - mine.mean(axis=0)) / np.maximum(mine.std(axis=0), LEAST)
    moved = np.clip(moved, -3, 3) * np.minimum(its.std(axis=0), mine.std(axis=0) + LEAST) + its.mean(axis=0)
    moved[:, 0] = a[:, 0]  # the first component is nearly the level, which stays A's
    moved[~_sounding(a)] = a[~_sounding(a)]
    return _moved(pair, a, moved, depth, rng)


def exchange(pair: Pair, depth: float, rng: np.random.Generator) -> np.ndarray:
    a, b = _heard(pair)
    weights = codec.ours().scales[:TOLD] / codec.ours().scales[0]
    ours, theirs = (_levelled(x[:, :TOLD]) * weights for x in (a, b))
    apart = np.square(ours[:, None] - theirs[None]).sum(axis=2)
    taken = b[apart.argmin(axis=1)]
    taken[:, 0] = a[:, 0]
    return _moved(pair, a, taken, depth, rng)


def _sounding(x: np.ndarray) -> np.ndarray:
    """The instants `[frames]` of latents that are not far under the loudest."""
    level = codec.ours().back(x)[:, : codec.layout().sizes["narrow"]].max(axis=1)
    return level > level.max() - SOUNDING_DB


def _levelled(x: np.ndarray) -> np.ndarray:
    return (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), LEAST)


def _heard(pair: Pair) -> tuple[np.ndarray, np.ndarray]:
    """Both sounds as latents `[frames, dims]`."""
    a, b = (codec.encode(_whole(x, pair.rate), codec.ours()) for x in (pair.a, pair.b))
    return a, b


def _whole(x: np.ndarray, rate: int) -> np.ndarray:
    """A sound at the codec's rate, a patch long at the least."""
    sound = Audio(x, rate).at(codec.RATE)
    return sound.fitted(max(sound.frames, codec.PATCH)).samples


def _moved(pair: Pair, a: np.ndarray, goal: np.ndarray, depth: float, rng: np.random.Generator) -> np.ndarray:
    """A moved towards a goal; up to `ANEW` it is A itself giving way to what is as far as that."""
    frames = round(pair.a.shape[1] * codec.RATE / pair.rate)
    between = _between(codec.ours().back(a), codec.ours().back(goal), max(depth, ANEW))
    made = Audio(codec.synthesise(between, rng)[:, :frames], codec.RATE)
    y = made.at(pair.rate).fitted(pair.a.shape[1]).samples
    angle = 0.5 * np.pi * min(1.0, depth / ANEW) * pair.leave
    return (pair.a * np.cos(angle) + y * np.sin(angle)).astype(np.float32)


def _between(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
    """Features between two: levels as amplitudes are (a mean of decibels would fill every gap), the rest evenly."""
    levels = sum(codec.layout().sizes[name] for name in ("narrow", "middle", "high", "curves"))
    mixed = a + share * (b - a)
    amplitude = (1 - share) * 10 ** (a[:, :levels] / 20) + share * 10 ** (b[:, :levels] / 20)
    mixed[:, :levels] = 20 * np.log10(amplitude)
    return mixed.astype(np.float32)
