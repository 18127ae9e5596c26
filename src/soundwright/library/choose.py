"""Choosing: which recordings play a phrase of an effect plan, and which of their events, so that repeats differ.

The search's best answer plays, with those that are nearly as good and of its kind beside it for repeats. A bed wants a
texture or a loop, a spot something with an onset. Takes go round in an order drawn once, so that no two neighbours are
the same event while there is another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundwright.errors import BadRequest
from soundwright.library import cut
from soundwright.library.search import Facets, Found, Library

# How well a shape suits what is wanted of it.
SUITS = {
    "bed": {"texture": 1.0, "loop": 0.95, "several": 0.8, "one-shot": 0.55},
    "spot": {"one-shot": 1.0, "several": 0.97, "texture": 0.7, "loop": 0.6},
}
NEARLY = 0.93  # share of the best answer's score with which another may stand in for it
FILES, EVENTS = 4, 12  # recordings that share the repeats of a phrase, and events taken of each at the most
ASKED = 16


@dataclass(frozen=True)
class Choice:
    """The recordings of a phrase, best first; `sure` is false where nothing in the library is near to it."""

    phrase: str
    found: tuple[Found, ...]
    sure: bool


def choose(library: Library, phrase: str, layer: str, *, commercial: bool = False) -> Choice:
    """What plays a phrase. Raises `BadRequest` when the library is empty or no licence allows it."""
    answers = library.search(phrase, facets=Facets(commercial=commercial), count=ASKED, diversity=0.0)
    answers = [one for one in answers if Path(one.entry.path).is_file()]
    if not answers:
        why = " whose licence allows to sell it" if commercial else ""
        raise BadRequest(f"the library has no recording{why} for {phrase!r}: soundwright library add FOLDER")
    worth = {one.id: one.score * SUITS[layer][one.entry.shape] for one in answers}
    answers.sort(key=lambda one: -worth[one.id])
    best = answers[0]
    kin = [
        one for one in answers if worth[one.id] >= NEARLY * worth[best.id] and one.entry.category == best.entry.category
    ]
    sure = "matched" in best.why or "near:" in best.why or "kind " in best.why
    return Choice(phrase, tuple(kin[:FILES]), sure)


@dataclass(frozen=True, eq=False)
class Take:
    """One event of one recording, `[2, frames]` from its onset."""

    found: Found
    number: int
    samples: np.ndarray


def takes(choice: Choice, rate: int, rng: np.random.Generator, *, whole: bool) -> Iterator[Take]:
    """Takes of a phrase without end; the first is of the best recording. `whole` gives recordings uncut."""
    pool: list[Take] = []
    for found in choice.found:
        x = cut.load(Path(found.entry.path), rate)
        pieces = [cut.whole(x, rate)] if whole else cut.events(x, rate)[:EVENTS]
        pool += [Take(found, number, piece) for number, piece in enumerate(pieces)]
    yield pool[0]
    last = pool[0]
    while True:
        order = [pool[at] for at in rng.permutation(len(pool))]
        if order[0] is last and len(order) > 1:
            order = [*order[1:], order[0]]
        yield from order
        last = order[-1]
