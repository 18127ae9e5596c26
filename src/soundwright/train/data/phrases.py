"""What is said of a sound: several phrasings of what it is, where, how far and how often."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from soundwright import foley
from soundwright.foley.match import match
from soundwright.foley.model import SoundModel
from soundwright.foley.synonyms import SYNONYMS
from soundwright.foley.vocabulary import AXES, stem
from soundwright.plan.effect_words import FINITE, VERBS

FORMS = ("{}", "{}", "the sound of {}", "a recording of {}", "{} sound effect")
ALONE = {"texture": ("{} ambience", "constant {}"), "event": ("a single {}",)}
OVER = ("{0} with {1} in the background", "{0} over {1}", "{1} and {0}", "{0} while there is {1}")
BOTH = ("{0} and {1}", "{0} with {1}", "{1} together with {0}")
THEN = ("{0}, then {1}", "{0} followed by {1}", "first {0}, then {1}", "{1} after {0}")
TIMES = {2: ("twice", "two times"), 3: ("three times",), 4: ("four times",), 5: ("five times", "repeatedly")}
SPACES = {
    "room": ("in a room", "indoors"),
    "bathroom": ("in a bathroom",),
    "hall": ("in a large hall", "in a concert hall"),
    "church": ("in a church", "in a cathedral"),
    "cave": ("in a cave",),
    "tunnel": ("in a tunnel",),
    "warehouse": ("in a warehouse", "in an empty warehouse"),
    "street": ("in the street",),
    "forest": ("in a forest", "in the woods"),
    "canyon": ("in a canyon",),
    "outdoors": ("outdoors", "outside"),
    "underwater": ("underwater",),
}
DISTANCES = {0.6: ("up close", "very close"), 15.0: ("some distance away",), 60.0: ("in the distance", "far away")}
ELSEWHERE = frozenset(("distant", "near", "close", "far", "remote", "faraway", "nearby"))  # said by distances
ADJECTIVES = frozenset(word for words in AXES.values() for word in words.split()) - ELSEWHERE


def pick(rng: np.random.Generator, choices):
    """One of several, each as likely."""
    return choices[int(rng.integers(len(choices)))]


def drawn(rng: np.random.Generator, odds: Mapping[str, float]) -> str:
    """One of several names, each as likely as its share of the odds."""
    return str(rng.choice(list(odds), p=np.array(list(odds.values())) / sum(odds.values())))


def named(model: SoundModel, rng: np.random.Generator) -> str:
    """A phrase for a sound model: its name or a synonym, at times with an adjective that one of its knobs knows."""
    name = pick(rng, (model.name, model.name, model.name, *_others().get(model.name, ())))
    words = [word for knob in model.knobs for word in knob.words if word in ADJECTIVES and word not in name.split()]
    return f"{pick(rng, words)} {name}" if words and rng.random() < 0.4 else name


def alone(phrase: str, kind: str, rng: np.random.Generator) -> str:
    """A phrase as a caption of its own."""
    return pick(rng, FORMS + (ALONE[kind] if rng.random() < 0.3 else ())).format(phrase)


@lru_cache(maxsize=1)
def _others() -> dict[str, tuple[str, ...]]:
    """Synonyms that mean one sound model for certain, by the model's name."""
    found: dict[str, list[str]] = {}
    table = foley.table()
    for phrase in sorted(SYNONYMS):
        last = phrase.split()[-1]
        if last in FINITE or stem(last) in VERBS:
            continue  # "narrates" names nothing
        meant = match(phrase)
        if meant.score > 0.6 and meant.anchored and not meant.ignored and phrase not in table:
            found.setdefault(meant.model.name, []).append(phrase)
    return {name: tuple(phrases) for name, phrases in found.items()}
