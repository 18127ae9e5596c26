"""How sure a number is: intervals from drawing clips again.

Conventions
-----------
Whole clips are drawn with replacement, never frames, since the frames of one clip are alike (Efron and Tibshirani
1993). The interval of a mean over clips is the plain percentile one. A distance between sets grows when clips are drawn
twice, so its draws are moved: the interval is the value plus their deviations from their own mean. It tells how much
other clips of the same kind would change the number; it does not take away the bias of a plain FAD.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from soundwright import seed as seeds

DRAWS = 100
LEVEL = 0.95
Clips = Sequence[np.ndarray]


def of_mean(values: np.ndarray, *, seed: int = 0, draws: int = 1000) -> tuple[float, float]:
    """The 95 % interval of the mean of one value per clip."""
    values = np.asarray(values, np.float64)
    rng = seeds.stream(seed, "bootstrap", len(values))
    means = values[rng.integers(len(values), size=(draws, len(values)))].mean(axis=1)
    return ends(means)


def of_distance(
    distance: Callable[[np.ndarray, np.ndarray], float],
    reference: Clips,
    generated: Clips,
    value: float,
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> tuple[float, float]:
    """The 95 % interval round `value` of a distance between the pooled frames of clips `[frames, dim]`."""
    rows = []
    for draw in range(draws):
        rng = seeds.stream(seed, "bootstrap", draw)
        rows.append(distance(_again(reference, rng), _again(generated, rng)))
    low, high = ends(np.array(rows) - np.mean(rows))
    return value + low, value + high


def of_set(
    statistic: Callable[[np.ndarray], float], clips: np.ndarray, value: float, *, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """The 95 % interval round `value` of a statistic of one row per clip `[clips, ...]`."""
    rng = seeds.stream(seed, "bootstrap", len(clips))
    rows = np.array([statistic(clips[rng.integers(len(clips), size=len(clips))]) for _ in range(draws)])
    low, high = ends(rows - rows.mean())
    return value + low, value + high


def of_crossed(
    statistic: Callable[[np.ndarray], Any], table: np.ndarray, *, seed: int = 0, draws: int = 1000
) -> np.ndarray:
    """The 95 % interval `[2, ...]` of a statistic of answers `[raters, items, ...]`, NaN where there is none.

    Raters and items are both drawn again, each with all that belongs to it: answers of one rater, or to one item, are
    not independent, and an interval over single answers is too narrow (A. Owen, The pigeonhole bootstrap, Annals of
    Applied Statistics 1, 2007). Draws whose statistic is NaN do not count.
    """
    raters, items = table.shape[:2]
    rng = seeds.stream(seed, "crossed", raters, items)
    rows = []
    for _ in range(draws):
        drawn = table[rng.integers(raters, size=raters)][:, rng.integers(items, size=items)]
        rows.append(statistic(drawn))
    return np.nanquantile(np.array(rows, float), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)


def _again(clips: Clips, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([clips[at] for at in rng.integers(len(clips), size=len(clips))])


def ends(rows: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of draws."""
    low, high = np.quantile(rows, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
