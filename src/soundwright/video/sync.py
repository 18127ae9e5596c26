"""How far sound and picture are apart: events that are seen against beginnings that are heard.

For every lag the share of seen events that meet a beginning is counted, softly; the lag that stands out from all others
is it, then refined by the pairs that it makes. A lag is positive when the sound comes late. What stands out no more
than chance would is not told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from soundwright.dsp.onsets import Onset
from soundwright.video.events import Event

REACH_S = 1.0  # lags looked for
STEP_S = 0.001
SOFT_S = 0.012  # how far from each other a meeting counts about half
PAIR_S = 0.06  # pairs further apart than this after the lag is taken away are none
FEWEST = 3  # pairs from which a lag is told
CLEAR = 1.05  # the best lag must fit so much better than that of any of `SURROGATES` rows of as many random sounds
SURROGATES = 60
RIVAL = 1.03  # and than any other lag
GRADES = ((0.005, 0.015, "production (EBU R37: 5 ms early to 15 ms late)"),
          (0.045, 0.125, "noticed by few (ITU-R BT.1359: 45 ms early to 125 ms late)"))  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A seen event and its sound; `apart_s` is positive when the sound is late."""

    seen_s: float
    heard_s: float

    @property
    def apart_s(self) -> float:
        return self.heard_s - self.seen_s


@dataclass(frozen=True)
class Sync:
    """`lag_s` is None when it cannot be told, and `said` says why. `confidence` is 0 to 1, `chance_s` the median
    distance that as many random beginnings would have."""

    lag_s: float | None
    confidence: float
    said: str
    grade: str = ""
    pairs: list[Pair] = field(default_factory=list)
    spread_s: float = 0.0
    chance_s: float = 0.0
    events: int = 0
    onsets: int = 0

    @property
    def apart_s(self) -> float:
        """How far events and their sounds are apart on average, lag and all."""
        return float(np.mean(np.abs([pair.apart_s for pair in self.pairs]))) if self.pairs else 0.0


def measure(events: list[Event], onsets: list[Onset], *, reach_s: float = REACH_S) -> Sync:
    """The lag between what is seen and what is heard."""
    counts: dict[str, Any] = {"events": len(events), "onsets": len(onsets)}
    if len(events) < FEWEST or len(onsets) < FEWEST:
        few = "events are seen" if len(events) < FEWEST else "sounds begin"
        return Sync(None, 0.0, f"cannot tell: too few {few} (at least {FEWEST} are wanted)", **counts)
    seen = np.array([one.time_s for one in events])
    weights = np.array([one.sure * (0.4 + 0.6 * one.strength) for one in events])
    heard = np.array([one.time_s for one in onsets])
    loud = np.array([min(one.rise_db, 30.0) / 30.0 for one in onsets])
    lags = np.arange(-round(reach_s / STEP_S), round(reach_s / STEP_S) + 1) * STEP_S
    score = _score(seen, weights, heard, loud, lags)
    best = int(score.argmax())
    rival = float(score[best] / max(score[np.abs(lags - lags[best]) > 4 * SOFT_S].max(), 1e-9))
    clear = float(score[best] / max(_by_chance(seen, weights, heard, loud, lags), 1e-9))
    pairs = _paired(seen, heard, lags[best])
    lag_s = float(np.median([pair.apart_s for pair in pairs])) if pairs else 0.0
    pairs = _paired(seen, heard, lag_s)
    share = len(pairs) / min(len(seen), len(heard))
    confidence = float(np.clip((clear - 1) / 0.5, 0, 1) * np.clip(0.3 + (rival - 1) / 0.3, 0, 1) * min(2 * share, 1.0))
    if len(pairs) < FEWEST or clear < CLEAR or rival < RIVAL:
        return Sync(None, confidence, "cannot tell: no lag fits better than chance", **counts)
    spread_s = float(np.median(np.abs([pair.apart_s - lag_s for pair in pairs])))
    return Sync(lag_s, confidence, _said(lag_s), _grade(lag_s), pairs, spread_s, _chance(seen, len(heard)), **counts)


def _score(seen: np.ndarray, weights: np.ndarray, heard: np.ndarray, loud: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """For each lag the weight of the events that meet a beginning, on a grid of `STEP_S`."""
    near = np.arange(-int(4 * SOFT_S / STEP_S), int(4 * SOFT_S / STEP_S) + 1)
    bump = np.exp(-0.5 * (near * STEP_S / SOFT_S) ** 2)
    length = int(max(seen.max(), heard.max()) / STEP_S) + 2 * len(near)
    line = np.zeros(length)
    for at, height in zip(np.round(heard / STEP_S).astype(int), loud, strict=True):
        first = at + near[0]
        cut = slice(max(first, 0), min(first + len(near), length))
        line[cut] = np.maximum(line[cut], height * bump[cut.start - first : cut.stop - first])
    places = np.round(seen[:, None] / STEP_S + lags / STEP_S).astype(int)
    inside = (places >= 0) & (places < length)
    met = np.where(inside, line[np.clip(places, 0, length - 1)], 0.0)
    return (weights[:, None] * met).sum(axis=0) / weights.sum()


def _by_chance(seen: np.ndarray, weights: np.ndarray, heard: np.ndarray, loud: np.ndarray, lags: np.ndarray) -> float:
    """The best score that sounds with the same pauses in random order reach at any lag."""
    rng = np.random.default_rng(0)
    best = 0.0
    for _ in range(SURROGATES):
        pauses = rng.permutation(np.diff(heard))
        start = heard[0] + rng.uniform(-0.5, 0.5)
        random = np.concatenate([[start], start + np.cumsum(pauses)])
        best = max(best, float(_score(seen, weights, np.maximum(random, 0.0), rng.permutation(loud), lags).max()))
    return best


def _paired(seen: np.ndarray, heard: np.ndarray, lag_s: float) -> list[Pair]:
    """Each event with the beginning nearest to where the lag puts it, each beginning once, in order of time."""
    gaps = np.abs(heard[None] - lag_s - seen[:, None])
    pairs: dict[int, int] = {}
    for flat in np.argsort(gaps, axis=None, kind="stable"):
        i, j = divmod(int(flat), len(heard))
        if gaps[i, j] > PAIR_S:
            break
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    order = sorted(pairs.items())
    kept, last = [], -1
    for i, j in order:  # a sound does not overtake another
        if j > last:
            kept.append(Pair(float(seen[i]), float(heard[j])))
            last = j
    return kept


def _chance(seen: np.ndarray, count: int) -> float:
    """The median distance of the events from the nearest of `count` random instants."""
    rng = np.random.default_rng(0)
    random = np.sort(rng.uniform(seen.min() - 0.5, seen.max() + 0.5, (64, count)), axis=1)
    return float(np.median([np.abs(row[None] - seen[:, None]).min(axis=1) for row in random]))


def _said(lag_s: float) -> str:
    if abs(lag_s) < 0.0005:
        return "sound and picture are together"
    return f"the sound is {abs(lag_s) * 1000:.0f} ms {'late' if lag_s > 0 else 'early'}"


def _grade(lag_s: float) -> str:
    return next((name for early, late, name in GRADES if -early <= lag_s <= late), "noticed by most")
