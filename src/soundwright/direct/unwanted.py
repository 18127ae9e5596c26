"""Speech and music that an engine puts into an effect unasked, heard by a tagger of AudioSet's classes.

Engines trained on films and clips speak and play where a door was wanted. With a tagger on this machine (`soundwright
evaluate pull cnn14`) such a take is made again from another seed, and the least spoilt of them is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.direct import listen
from soundwright.engines import Take
from soundwright.evaluate import embedders

SURE = 0.5  # of a class; what is less sure is let be
TRIES = 3  # takes of one cue at the most
SHORTEST_S = 0.5  # of a sound that can be told
# Rows of AudioSet's 527 classes, as in its class_labels_indices.csv, and words that ask for what they name.
SPEECH, MUSIC = 0, 137
ASKED = {
    "speech": r"\b(speech|speak\w*|talk\w*|voices?|says?|shout\w*|whisper\w*|crowd|people|child\w*|announce\w*|radio|"
              r"conversation|laugh\w*|cheer\w*|murmur|narrat\w*|sing\w*|choir|cafe|restaurant)\b",
    "music": r"\b(music\w*|songs?|melod\w*|sing\w*|choir|guitar|piano|drum\w*|violin|jingle|band|orchestra|radio|"
             r"chime\w*|bells?|gong|synth\w*|game|ringtone|stinger|riser|braam|drone|hits?)\b",
}  # fmt: skip
CLASSES = {"speech": SPEECH, "music": MUSIC}


@dataclass(frozen=True)
class Ear:
    """A tagger that is on this machine."""

    name: str
    loaded: Any

    def unasked(self, audio: Audio, asked: str) -> dict[str, float]:
        """How sure it is of speech and of music in a sound whose words do not ask for them, 0 to 1."""
        wanted = [name for name, words in ASKED.items() if not re.search(words, asked.lower())]
        if not wanted or audio.duration_s < SHORTEST_S:
            return {}
        logits = self.loaded.embedder.logits(audio.mono().at(self.loaded.rate))
        sure = 1 / (1 + np.exp(-logits.max(axis=0)))  # of its windows the one that tells most
        return {name: float(sure[CLASSES[name]]) for name in wanted}


@lru_cache(maxsize=1)
def ear(device: str | None = None) -> Ear | None:
    """The first tagger whose weights are here; None where there is none."""
    name = next((name for name in embedders.giving("tags") if embedders.here(name)), None)
    return Ear(name, embedders.load(name, device=device)) if name else None


def cleanest(render: Callable[[int], Take], seed: int, asked: str, hears: Ear | None) -> tuple[Take, list[dict]]:
    """A take without unasked speech or music, else the least spoilt of `TRIES`, and what was heard in each.

    The first is that of `seed` itself, the others' seeds follow from it.
    """
    if hears is None:
        return render(seed), []

    def judge(take: Take) -> tuple[dict[str, Any], float]:
        found = hears.unasked(take.audio, asked)
        worst = max(found.values(), default=0.0)
        told = {"by": hears.name, **{name: round(sure, 3) for name, sure in found.items()}}
        return told, worst if worst >= SURE else 0.0

    take, _, heard = listen.best(render, seed, TRIES, judge)
    return take, heard if len(heard) > 1 else []
