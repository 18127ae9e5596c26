"""Whether music keeps to the tempo and the key that its prompt names outright.

Conventions
-----------
A tempo agrees within 4 % of the asked one, or of its half, double, third or threefold (MIREX's Accuracy 2: Gouyon et
al. 2006): what is a beat and what a half of one, a listener may hear either way. A key scores as MIREX counts:
1 the same, 0.5 a fifth above, 0.3 the relative, 0.2 the parallel, else 0; modes count as the major or minor that their
third makes them. What cannot be heard does not agree: 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from soundwright.plan.theory import Key

TOLERANCE = 0.04
OCTAVES = (1.0, 2.0, 0.5, 3.0, 1 / 3)


@dataclass(frozen=True)
class Asked:
    """What a prompt says in so many words: a tempo as a number, a key with tonic and mode; None where it says none."""

    tempo_bpm: float | None
    key: str | None


def asked(prompt: str) -> Asked:
    """What a prompt asks for by name; words such as "slow" or "happy" ask for no number."""
    from soundwright.plan.reader import read_prompt
    from soundwright.plan.reading import Text

    reading = read_prompt(Text(prompt))
    tempo = reading.bpm if reading.bpm and re.search(rf"(?<![\d.]){reading.bpm:g}(?!\d)", prompt) else None
    return Asked(tempo, f"{reading.tonic} {reading.mode}" if reading.tonic and reading.mode else None)


def tempo_agrees(asked_bpm: float, heard_bpm: float | None) -> float:
    """1 where the heard tempo is the asked one, octaves forgiven, else 0."""
    if not heard_bpm:
        return 0.0
    return float(any(abs(heard_bpm / (asked_bpm * octave) - 1) <= TOLERANCE for octave in OCTAVES))


def key_agreement(asked_key: str, heard_key: str | None) -> float:
    """0 to 1, as MIREX counts. Raises `BadRequest` for what is no key."""
    if not heard_key:
        return 0.0
    one, other = Key.parse(asked_key), Key.parse(heard_key)
    steps = (other.tonic - one.tonic) % 12
    if one.is_minor == other.is_minor:
        return {0: 1.0, 7: 0.5}.get(steps, 0.0)
    relative = 3 if one.is_minor else 9
    return {relative: 0.3, 0: 0.2}.get(steps, 0.0)
