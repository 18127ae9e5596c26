"""Which notes a chord is played with, and how they lead to the next chord with as little motion as they can.

A voicing is a rising tuple of MIDI pitches. Candidates are all close positions (inversions) of the chosen tones in
the register, opened where the manner asks for it; the next voicing is the candidate with the smallest total motion
(voices matched in order), a light pull to the register's middle, and a penalty for parallel outer fifths or octaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from soundwright.plan.theory import Chord


@dataclass(frozen=True)
class Manner:
    """Register (lowest, highest), number of notes, and the kind of voicing."""

    low: int
    high: int
    notes: int = 4
    kind: str = "triad"  # triad, seventh, rootless, power, open
    rooted: bool = False  # the lowest note is the root, as on a strummed guitar
    tonic: int = -1  # the key's tonic: its own chord keeps its root in rootless voicings too


def tones(chord: Chord, manner: Manner) -> tuple[int, ...]:
    """The pitch classes to play, in order of importance kept down to the number of notes."""
    root = chord.root
    if chord.is_silence:
        return ()
    if manner.kind == "power":
        fifth = chord.fifth if chord.fifth is not None else 7
        return (root, (root + fifth) % 12)
    third, fifth, seventh = chord.third, chord.fifth, chord.seventh
    upper = [step for step in chord.intervals if step > 12]
    if manner.kind == "rootless" and seventh is not None:
        ninth = next(
            (step for step in (13, 15, 14) if step in upper), 14 if chord.quality in ("m7", "maj7", "7") else None
        )
        sixth = 9 if chord.is_dominant and not any(step in upper for step in (20, 18, 13, 15)) else fifth
        order = [third, seventh, ninth, sixth, fifth]
        if root == manner.tonic:
            order = [third, 0, fifth, seventh]
    else:
        order = [0, third, seventh, *upper, fifth] if seventh is not None else [0, third, fifth, *upper]
        if manner.notes <= 3 and upper and seventh is None:
            order = [0, third, *upper, fifth]
    classes: list[int] = []
    for step in order:
        if step is not None and (root + step) % 12 not in classes:
            classes.append((root + step) % 12)
    return tuple(classes[: manner.notes])


DOUBLING = 1.5  # semitones of motion that a doubled fifth, or a missing doubled root, is worth


@lru_cache(maxsize=4096)
def candidates(chord: Chord, manner: Manner) -> tuple[tuple[int, ...], ...]:
    """All voicings of a chord inside the manner's register."""
    classes = tones(chord, manner)
    if not classes:
        return ()
    out = set()
    for lowest in range(manner.low, manner.high - 2):
        if lowest % 12 not in classes:
            continue
        if manner.kind == "power" and lowest % 12 != chord.root:
            continue
        pitches = [lowest]
        rising = sorted((pc - lowest) % 12 for pc in classes)[1:]
        pitches += [lowest + step for step in rising]
        while len(pitches) < manner.notes:
            pitches.append(pitches[len(pitches) - len(classes)] + 12)
        if manner.kind == "open" and len(pitches) >= 3:  # the second note from below goes up an octave
            pitches = sorted([pitches[0], pitches[1] + 12, *pitches[2:]])
        elif manner.kind == "rootless" and len(pitches) >= 4 and pitches[-2] - 12 >= manner.low:
            out.add(tuple(sorted([*pitches[:-2], pitches[-2] - 12, pitches[-1]])))  # drop 2
        if pitches[-1] <= manner.high:
            out.add(tuple(pitches))
    if not out:  # the register is too narrow for this chord: fold every tone into it
        out.add(tuple(sorted(manner.low + (pc - manner.low) % 12 for pc in classes)))
    return tuple(sorted(out))


def _cost(chord: Chord, voicing: tuple[int, ...], before: tuple[int, ...] | None, manner: Manner) -> float:
    middle = (manner.low + manner.high) / 2
    cost = 0.12 * abs(sum(voicing) / len(voicing) - middle)
    lowest, highest = min(voicing), max(voicing)
    low_gap = sorted(voicing)[1] - lowest if len(voicing) > 1 else 12
    if lowest < 50 and low_gap < 5 and manner.kind != "power":
        cost += 2.0  # close thirds are muddy below D3
    if manner.kind in ("triad", "open", "seventh"):  # double the root, not the fifth
        fifth = (chord.root + (chord.fifth or 7)) % 12
        doubled = sum(p % 12 == fifth for p in voicing) - sum(p % 12 == chord.root for p in voicing)
        cost += DOUBLING * doubled
    if manner.rooted and lowest % 12 != chord.root:
        cost += 6.0
    if before:
        if len(before) == len(voicing):
            cost += sum(abs(a - b) for a, b in zip(voicing, before, strict=True))
        else:
            cost += sum(min(abs(a - b) for b in before) for a in voicing)
        outer, was = highest - lowest, max(before) - min(before)
        if outer == was and outer % 12 in (0, 7) and lowest != min(before):
            cost += 1.5
    return cost


def lead(chords: list[Chord], manner: Manner) -> list[tuple[int, ...]]:
    """One voicing for each chord, each as near to the one before as it can be; () for N.C."""
    out: list[tuple[int, ...]] = []
    before: tuple[int, ...] | None = None
    for chord in chords:
        options = candidates(chord, manner)
        if not options:
            out.append(())
            continue
        anchor = before
        best = min(options, key=lambda voicing, chord=chord: _cost(chord, voicing, anchor, manner))
        out.append(best)
        before = best
    return out
