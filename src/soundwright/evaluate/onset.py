"""When things sound, against when they should: matched onsets, the signed lag, and what chance would score.

Conventions
-----------
Onsets are seconds in order. Precision, recall and F count a largest set of pairs no further apart than 50 ms, each
onset in at most one pair, as mir_eval does; both empty scores 0. `lag_ms` is positive when the generated sound is late,
and None where no lag stands out from chance (see `video.sync`). `f_lagless` is F after that lag is taken away: a high
one beside a low F says that the sound is right and late. `av_align` is the share of pairs within one picture in all
onsets of sound and peaks of motion together (Yariv et al. 2023, arXiv 2309.16429).

Every score stands beside that of as many onsets at random instants: at 12 events in 8 s, a window of 300 ms, which one
published evaluation has, gives random sounds an F near 0.5.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from soundwright import seed as seeds
from soundwright.dsp.onsets import Onset
from soundwright.errors import BadRequest
from soundwright.video import sync
from soundwright.video.events import Event

WINDOW_S = 0.05
CHANCE = 200  # rows of random onsets


def validated(times: np.ndarray) -> np.ndarray:
    """Onset times as float64 in order. Raises `BadRequest` for NaN, Inf, negative times, or another shape."""
    times = np.asarray(times, np.float64)
    if times.ndim != 1 or not np.isfinite(times).all() or (times < 0).any():
        raise BadRequest("onsets are a row of seconds from 0 on")
    return np.sort(times)


def matched(reference: np.ndarray, generated: np.ndarray, window_s: float = WINDOW_S) -> list[tuple[int, int]]:
    """A largest set of pairs (place, place) of two ordered rows within `window_s`.

    Both in order and one window for all: whoever of the two foremost is too early for the other is too early for all
    that follow, so taking the foremost pair that fits never costs one.
    """
    pairs, i, j = [], 0, 0
    while i < len(reference) and j < len(generated):
        gap = reference[i] - generated[j]
        if abs(gap) <= window_s:
            pairs.append((i, j))
        i, j = i + (gap <= window_s), j + (gap >= -window_s)
    return pairs


def f_measure(reference: np.ndarray, generated: np.ndarray, window_s: float = WINDOW_S) -> dict[str, float]:
    """`f`, `precision` and `recall` of onsets in seconds."""
    reference, generated = validated(reference), validated(generated)
    hits = len(matched(reference, generated, window_s))
    precision = hits / len(generated) if len(generated) else 0.0
    recall = hits / len(reference) if len(reference) else 0.0
    both = precision + recall
    return {"f": 2 * precision * recall / both if both else 0.0, "precision": precision, "recall": recall}


def av_align(sounds: np.ndarray, motions: np.ndarray, fps: float) -> float:
    """Pairs within one picture over all onsets of sound and peaks of motion together, 0 to 1."""
    sounds, motions = validated(sounds), validated(motions)
    hits = len(matched(motions, sounds, 1 / fps))
    every = len(sounds) + len(motions) - hits
    return hits / every if every else 0.0


def peaks(times_s: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """The times at which a curve of motion is higher than before and after."""
    inner = motion[1:-1]
    return times_s[1:-1][(inner > motion[:-2]) & (inner > motion[2:])]


def by_chance(score: Callable[[np.ndarray], float], count: int, duration_s: float, *, seed: int = 0) -> float:
    """The mean score of `count` onsets at random instants of `duration_s` seconds."""
    rng = seeds.stream(seed, "random onsets", count)
    return float(np.mean([score(np.sort(rng.uniform(0, duration_s, count))) for _ in range(CHANCE)]))


def compare(
    reference: list[Event] | list[Onset], generated: list[Onset], duration_s: float, *, seed: int = 0
) -> dict[str, float | None]:
    """All numbers of one pair: F at 50 ms with its value by chance, the lag, and F without it."""
    seen = [one if isinstance(one, Event) else _event(one) for one in reference]
    wanted = validated(np.array([one.time_s for one in seen]))
    heard = validated(np.array([one.time_s for one in generated]))
    told = sync.measure(seen, generated)
    lagless = f_measure(wanted, np.maximum(heard - told.lag_s, 0.0))["f"] if told.lag_s is not None else None
    return {
        **f_measure(wanted, heard),
        "f_chance": by_chance(lambda at: f_measure(wanted, at)["f"], len(heard), duration_s, seed=seed),
        "lag_ms": None if told.lag_s is None else told.lag_s * 1000,
        "f_lagless": lagless,
        "onsets_ref": len(wanted),
        "onsets_gen": len(heard),
    }


def _event(onset: Onset) -> Event:
    return Event(onset.time_s, "onset", 0.5, 0.5, min(onset.rise_db, 30.0) / 30.0, 1.0)
