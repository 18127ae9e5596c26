"""Our melodies beside human ones: five statistics, the human interquartile range, and three controls.

A melody is a list of (onset, duration, pitch) in bars. For each tune of at least 32 bars:

- *interval entropy*: Shannon entropy in bits of the intervals in semitones between successive notes;
- *repetition at L bars* (1, 8, 16): the share of notes with an onset at L or later for which a note stands exactly L
  bars earlier with the same interval from its own predecessor and the same duration (so a sequence counts as well);
- *phrase closure*: phrases are four bars; the last note of one is the longest that starts in its fourth bar (the later
  one of two). The share of phrases whose last note is in the tonic triad and longer than the tune's mean note.

Controls, made from our own melodies: the first 8 bars looped; the bars shuffled; random notes of the scale in the same
rhythm. Run: `python benchmarks/melody.py [pieces]`.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import pairwise

import numpy as np

from soundwright.engines.score.form import lay_out
from soundwright.engines.score.melody import tune
from soundwright.plan.song import SongPlan
from soundwright.plan.styles import styles
from soundwright.train import tunes
from soundwright.train.grammar import plan

STATISTICS = ("entropy", "repeat 1", "repeat 8", "repeat 16", "closure")
Melody = list[tuple[float, float, float]]


def entropy(notes: Melody) -> float:
    steps = Counter(round(b[2] - a[2]) for a, b in pairwise(notes))
    share = np.array(list(steps.values()), float) / max(sum(steps.values()), 1)
    return float(-(share * np.log2(share)).sum())


def repetition(notes: Melody, lag: int) -> float:
    cell = {}
    for before, note in pairwise(notes):
        cell[round(note[0] * 96)] = (round(note[2] - before[2]), round(note[1] * 96))
    late = [at for at in cell if at >= lag * 96]
    return sum(cell.get(at - lag * 96) == cell[at] for at in late) / max(len(late), 1)


def closure(notes: Melody, tonic: int, minor: bool, phrase: int = 4) -> float:
    triad = {tonic % 12, (tonic + (3 if minor else 4)) % 12, (tonic + 7) % 12}
    mean = float(np.mean([note[1] for note in notes]))
    ends: dict[int, tuple] = {}
    for note in notes:
        bar = int(np.floor(note[0] + 1e-6))
        if bar >= 0 and bar % phrase == phrase - 1:
            best = ends.get(bar // phrase)
            if best is None or note[1] >= best[1] - 1e-6:
                ends[bar // phrase] = note
    closed = [round(note[2]) % 12 in triad and note[1] > mean * 1.05 for note in ends.values()]
    return sum(closed) / max(len(closed), 1)


def measure(notes: Melody, tonic: int, minor: bool) -> np.ndarray:
    """The five statistics of one melody."""
    return np.array([entropy(notes), *(repetition(notes, lag) for lag in (1, 8, 16)), closure(notes, tonic, minor)])


def looped(notes: Melody, bars: int) -> Melody:
    first = [note for note in notes if 0 <= note[0] < 8]
    return [(t + 8 * k, d, p) for k in range(bars // 8) for t, d, p in first]


def shuffled(notes: Melody, bars: int, rng: np.random.Generator) -> Melody:
    order = rng.permutation(bars)
    return sorted((t % 1 + int(order[int(t)]), d, p) for t, d, p in notes if 0 <= t < bars)


def wandering(notes: Melody, tonic: int, minor: bool, rng: np.random.Generator) -> Melody:
    scale = np.array([0, 2, 3, 5, 7, 8, 10] if minor else [0, 2, 4, 5, 7, 9, 11])
    pitches = 60 + tonic + np.concatenate([scale, scale + 12])
    return [(t, d, float(rng.choice(pitches))) for t, d, _ in notes]


def human() -> np.ndarray:
    """Statistics `[tunes, 5]` of every human tune of 32 bars or more."""
    rows = [measure(t["notes"], t["tonic"], t["minor"]) for t in tunes.load() if t["notes"][-1][0] > 31]
    return np.array(rows)


FOLK = ("reel", "jig", "folk", "country", "waltz", "march", "lullaby", "medieval", "classical")


def ours(song: SongPlan, seed: int) -> tuple[Melody, int, bool]:
    """The tune of a plan in bars, its tonic, and whether its third is minor."""
    form = lay_out(song)
    bar = form.metre.bar
    notes = [(t.start / bar, t.length / bar, float(t.pitch)) for tones in tune(form, seed) for t in tones]
    return notes, form.key.tonic, form.key.is_minor


def table_row(name: str, values: np.ndarray, low: np.ndarray, high: np.ndarray) -> str:
    inside = (values >= low) & (values <= high)
    cells = "  ".join(f"{v:6.3f}{' ' if ok else '*'}" for v, ok in zip(values, inside, strict=True))
    return f"{name:<24}{cells}"


def main(pieces: int) -> None:
    low, median, high = np.percentile(human(), [25, 50, 75], axis=0)
    print(f"{'':<24}" + "  ".join(f"{name:>7}" for name in STATISTICS) + "   (* outside the human quartiles)")
    for name, values in (("human, lower quartile", low), ("human, median", median), ("human, upper quartile", high)):
        print(table_row(name, values, low, high))
    known = list(styles())
    sets = {"folk-like": [s for s in FOLK if s in known], "all styles": known}
    for label, names in sets.items():
        made = [ours(plan(names[k % len(names)], k), k) for k in range(max(pieces, len(names)))]
        rows = np.array([measure(*one) for one in made])
        print(table_row(f"ours, {label} ({len(made)})", np.median(rows, axis=0), low, high))
        rng = np.random.default_rng(1)
        controls = {
            "  looped 8 bars": [measure(looped(n, 32), t, m) for n, t, m in made],
            "  shuffled bars": [measure(shuffled(n, 32, rng), t, m) for n, t, m in made],
            "  random in scale": [measure(wandering(n, t, m, rng), t, m) for n, t, m in made],
        }
        for name, values in controls.items():
            print(table_row(name, np.median(values, axis=0), low, high))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 80)
