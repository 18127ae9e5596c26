"""What a sound model is: a function from parameters to samples, with a name, words, a category and its knobs.

A model is written as

    @sound("rain on tin", ucs="RAINMetl", kind="texture", words="rain rainfall downpour tin metal roof",
           knobs=(Knob("intensity", 0.5, 0, 1, "drizzle to downpour", light=0.2, heavy=0.9),))
    def rain_on_tin(p, n, rate, rng):
        ...
        return samples

and is then found in `foley.table()` by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Kind = Literal["event", "texture"]


@dataclass(frozen=True)
class Knob:
    """A documented parameter: default, range, what it means, and adjectives in a prompt that move it to a value."""

    name: str
    default: float
    low: float
    high: float
    about: str
    words: dict[str, float] = field(default_factory=dict)

    def __init__(self, name: str, default: float, low: float, high: float, about: str, /, **words: float):
        for key, value in zip(
            ("name", "default", "low", "high", "about"), (name, default, low, high, about), strict=True
        ):
            object.__setattr__(self, key, value)
        object.__setattr__(self, "words", {key.replace("_", " ").strip(): value for key, value in words.items()})


@dataclass(frozen=True)
class SoundModel:
    """One parametric sound model.

    An "event" has a beginning and an end (`natural_s` is about how long it lasts); a "texture" goes on as long as
    asked. `play(p, n, rate, rng)` gets all knobs by name and returns float32 `[n]` or `[2, n]` near and dry (room and
    distance come later). An event may return more or fewer than n frames: n is a wish, its own decay decides.
    """

    name: str
    ucs: str
    kind: Kind
    words: tuple[str, ...]
    about: str
    natural_s: float
    knobs: tuple[Knob, ...]
    play: Callable[[dict[str, float], int, int, np.random.Generator], np.ndarray]


MODELS: dict[str, SoundModel] = {}


def sound(name: str, *, ucs: str, kind: Kind, words: str, natural_s: float = 4.0, knobs: tuple[Knob, ...] = ()):
    """Enter the decorated function in the table under `name`; its docstring says how the sound comes about."""

    def enter(play):
        if name in MODELS:
            raise ValueError(f"two sound models are called {name!r}")
        MODELS[name] = SoundModel(
            name, ucs, kind, tuple(words.split()), (play.__doc__ or "").strip(), natural_s, knobs, play
        )
        return play

    return enter
