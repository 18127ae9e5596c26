"""The chords that a tune without written ones suggests: the likeliest path through the triads of its mode.

Each slot (half a bar in duple time, a beat in compound time, a bar of three) hears how much of its notes, weighted by
length and by the accent of their place, lies in each triad; changing costs more inside a bar than at its line, and a
strain likes to end on its tonic. Viterbi's algorithm finds the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from soundwright.nets.composer_tokens import TICKS, Event, chord_token
from soundwright.plan.theory import SCALES

OUTSIDE = -0.8  # what a note outside the chord is worth, where one inside is 1
CHANGE_AT_LINE, CHANGE_INSIDE = 0.35, 0.9  # quarters' worth of notes that a change must win
LIKED = {0: 0.25, 7: 0.15, 5: 0.1}  # tonic, dominant and subdominant come more readily
ENDS_HOME = 1.0
SLOTS = {"2/4": 2, "4/4": 2, "6/8": 2, "9/8": 3, "12/8": 4}
"""Into how many equal slots a bar falls; one where the metre is not named."""


@lru_cache(maxsize=16)
def triads(mode: str) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """(root above the tonic, intervals) of the mode's major and minor triads, and its dominant's major triad."""
    scale = SCALES[mode]
    found = []
    for degree in range(7):
        root = scale[degree]
        shape = tuple((scale[(degree + step) % 7] - root) % 12 for step in (0, 2, 4))
        if shape[2] == 7:
            found.append((root, shape))
    dominant = (7, (0, 4, 7))
    return (*found, *(() if dominant in found else (dominant,)))


def harmonise(events: Sequence[Event], bars: int, bar_ticks: int, metre: str, mode: str) -> tuple[tuple[int, int], ...]:
    """Chords of a strain as (tick, chord token), neighbours that are equal joined."""
    chords = triads(mode)
    slots = SLOTS.get(metre, 1)
    length = bar_ticks // slots
    heard = np.zeros((bars * slots, 12))
    at = 0
    for pitch, ticks in events:
        if pitch is not None:
            first = min(at // length, len(heard) - 1)
            for slot in range(first, min((at + ticks - 1) // length + 1, len(heard))):
                inside = min(at + ticks, (slot + 1) * length) - max(at, slot * length)
                accent = 1.5 if at == slot * length else 1.0
                heard[slot, pitch % 12] += accent * inside / TICKS
        at += ticks
    fits = np.full((len(chords), 12), OUTSIDE)
    for k, (root, shape) in enumerate(chords):
        fits[k, [(root + step) % 12 for step in shape]] = 1.0
    score = heard @ fits.T + np.array([LIKED.get(root, 0.0) for root, _ in chords])
    score[-1, [k for k, (root, _) in enumerate(chords) if root == 0]] += ENDS_HOME
    best, came = score[0].copy(), np.zeros((len(score), len(chords)), int)
    for slot in range(1, len(score)):
        change = (CHANGE_AT_LINE if slot % slots == 0 else CHANGE_INSIDE) * (1 - np.eye(len(chords)))
        ways = best[:, None] - change
        came[slot] = ways.argmax(axis=0)
        best = ways.max(axis=0) + score[slot]
    path = [int(best.argmax())]
    for slot in range(len(score) - 1, 0, -1):
        path.append(int(came[slot, path[-1]]))
    path.reverse()
    named = [chord_token(root, shape) for root, shape in (chords[k] for k in path)]
    return tuple((k * length, one) for k, one in enumerate(named) if k == 0 or one != named[k - 1])
