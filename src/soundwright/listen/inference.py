"""What answers show and how sure it is: agreement, differences, and choices between two. Pure functions on arrays.

Answers of one rater belong together, so a test turns whole raters round, and an interval draws raters and items again
(`evaluate.bootstrap.of_crossed`).
"""

from __future__ import annotations

from itertools import product

import numpy as np

from soundwright import seed as seeds

PERMUTATIONS = 10_000  # BS.1534-3
EXACT = 13  # raters whose 2^n signs are fewer than that, and are all tried


def alpha(units: np.ndarray, level: str = "interval") -> float:
    """Krippendorff's alpha of values `[raters, units]`, NaN where missing; 1 is agreement, 0 what chance gives.

    `level`: "interval" or "nominal". NaN where nothing can be compared or everything is the same. Source:
    K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011.
    """
    units = units[:, np.isfinite(units).sum(axis=0) >= 2]
    if not units.size:
        return float("nan")
    found, counts = 0.0, np.isfinite(units).sum(axis=0)
    for column, count in zip(units.T, counts, strict=True):
        found += _apart(column[np.isfinite(column)], level) / (count - 1)
    pooled = units[np.isfinite(units)]
    by_chance = _apart(pooled, level) / (len(pooled) - 1)
    return float(1 - found / by_chance) if by_chance else float("nan")


def _apart(values: np.ndarray, level: str) -> float:
    """Sum of the squared distances of all ordered pairs."""
    if level == "interval":
        return float(2 * len(values) * np.sum((values - values.mean()) ** 2))
    _, counts = np.unique(values, return_counts=True)
    return float(len(values) ** 2 - np.sum(counts**2))


def agreement(choices: np.ndarray) -> float:
    """Kendall's u of choices between two `[raters, pairs]`: 1 when all choose alike, 0 by chance, NaN where none can.

    A choice is 0 or 1, whichever is called so; 0.5 is no choice and agrees by chance. Source: M. Kendall and
    B. Babington Smith, On the method of paired comparisons, Biometrika 31, 1940.
    """
    counts = np.isfinite(choices).sum(axis=0)
    units, counts = choices[:, counts >= 2], counts[counts >= 2]
    if not len(counts):
        return float("nan")
    side = np.nan_to_num(2 * units - 1)  # -1 or 1: the product of two is 1 where they agree
    both = side.sum(axis=0) ** 2 - (side**2).sum(axis=0)
    return float(both.sum() / (counts * (counts - 1)).sum())


def signs(differences: np.ndarray, *, seed: int = 0) -> float:
    """Two-sided p of a mean difference `[raters, items]` by turning whole raters round: all ways, or 10,000 of them.

    NaN where nobody compared.
    """
    with np.errstate(invalid="ignore"):
        has = np.isfinite(differences)
        rows = np.where(has, differences, 0).sum(axis=1)[has.any(axis=1)] / has.sum(axis=1)[has.any(axis=1)]
    if not len(rows):
        return float("nan")
    if len(rows) <= EXACT:
        turns = np.array(list(product((-1.0, 1.0), repeat=len(rows))))
    else:
        turns = seeds.stream(seed, "signs").choice((-1.0, 1.0), size=(PERMUTATIONS, len(rows)))
    means = np.abs(turns @ rows)
    reached = np.sum(means >= abs(rows.sum()) * (1 - 1e-12) - 1e-12)
    return float(reached / len(turns) if len(rows) <= EXACT else (reached + 1) / (len(turns) + 1))


def holm(p: list[float]) -> list[float]:
    """p values corrected for being several (Holm 1979)."""
    order = np.argsort(p)
    out, worst = np.zeros(len(p)), 0.0
    for place, at in enumerate(order):
        worst = max(worst, min((len(p) - place) * p[at], 1.0))
        out[at] = worst
    return out.tolist()


def bradley_terry(wins: np.ndarray, prior: float = 0.0) -> np.ndarray:
    """Log strengths `[n]`, mean 0, from `wins[i, j]`: how often i was chosen over j; their difference is the log odds.

    The most likely ones by Newton's method (R. Bradley and M. Terry, Biometrika 39, 1952). `prior` adds so many wins
    both ways between all, which keeps the strengths finite where one is always chosen.
    """
    wins = wins + prior * (1 - np.eye(len(wins)))
    games, strength = wins + wins.T, np.zeros(len(wins))
    for _ in range(100):
        odds = 1 / (1 + np.exp(strength[None] - strength[:, None]))
        weight = games * odds * (1 - odds)
        slope = np.sum(wins - games * odds, axis=1)
        step = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight, hermitian=True) @ slope
        strength = strength + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))  # a longer one may overshoot
        if np.abs(step).max() < 1e-10:
            break
    return strength - strength.mean()
