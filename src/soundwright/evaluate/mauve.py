"""A divergence of whole distributions, not of their Gaussians: the area under a curve of two kinds of mistake.

Conventions
-----------
Both sets are sorted together into cells by k-means (on the axes that hold 90 % of their variance), which gives two
histograms P (reference) and Q (generated). For mixtures R = t P + (1 - t) Q the curve goes through (exp -5 KL(Q‖R),
exp -5 KL(P‖R)); the area under it is 1 when P = Q and 1/252 when they share no cell (after Pillutla et al. 2021,
arXiv 2102.01454; for audio arXiv 2503.16669). The cells are found by a fixed seed, so that scores repeat; they depend
on both sets, so scores of different sizes are not comparable, and small sets score too low.
"""

from __future__ import annotations

import numpy as np

from soundwright import seed as seeds
from soundwright.errors import BadRequest
from soundwright.evaluate.divergence import kl
from soundwright.evaluate.frechet import validated
from soundwright.evaluate.kernel import squared_distances

SHARPNESS = 5.0
KEPT = 0.9  # of the variance
PER_CELL = 10  # frames of the smaller set
CELLS = 500  # at most
STEPS = 30


def mauve(reference: np.ndarray, generated: np.ndarray, *, seed: int = 0) -> float:
    """The area, 0 to 1, of embeddings `[n, dim]` and `[m, dim]`. Raises `BadRequest` for fewer than 20 in either."""
    x, y = validated(reference), validated(generated)
    if min(len(x), len(y)) < 2 * PER_CELL:
        raise BadRequest(f"this divergence wants at least {2 * PER_CELL} frames in each set")
    cells = int(np.clip(min(len(x), len(y)) // PER_CELL, 2, CELLS))
    label = _cells(_axes(np.concatenate([x, y])), cells, seeds.stream(seed, "mauve", cells))
    p, q = (np.bincount(part, minlength=cells) / len(part) for part in (label[: len(x)], label[len(x) :]))
    return area(p, q)


def area(p: np.ndarray, q: np.ndarray, points: int = 2001) -> float:
    """The area under the curve of two histograms `[cells]`."""
    t = np.linspace(0, 1, points)[1:-1, None]
    mixed = t * p + (1 - t) * q
    across = np.exp(-SHARPNESS * kl(np.broadcast_to(q, mixed.shape), mixed))
    up = np.exp(-SHARPNESS * kl(np.broadcast_to(p, mixed.shape), mixed))
    across, up = np.concatenate([[0.0], across[::-1], [1.0]]), np.concatenate([[1.0], up[::-1], [0.0]])
    return float((np.diff(across) * (up[1:] + up[:-1]) / 2).sum())


def _axes(x: np.ndarray) -> np.ndarray:
    """x on its principal axes, as many as hold `KEPT` of its variance."""
    x = x - x.mean(axis=0)
    _, sizes, axes = np.linalg.svd(x, full_matrices=False) if len(x) < x.shape[1] else _by_covariance(x)
    held = np.cumsum(sizes**2) / max(float(np.sum(sizes**2)), 1e-300)
    return x @ axes[: int(np.searchsorted(held, KEPT)) + 1].T


def _by_covariance(x: np.ndarray) -> tuple[None, np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh(x.T @ x)
    return None, np.sqrt(np.maximum(values[::-1], 0.0)), vectors.T[::-1]


def _cells(x: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """The cell `[n]` of each row by k-means, begun far apart (Arthur and Vassilvitskii 2007)."""
    centres = [x[rng.integers(len(x))]]
    near = np.square(x - centres[0]).sum(axis=1)
    for _ in range(count - 1):
        total = near.sum()
        at = rng.choice(len(x), p=near / total) if total > 0 else rng.integers(len(x))
        centres.append(x[at])
        near = np.minimum(near, np.square(x - x[at]).sum(axis=1))
    middle, label = np.array(centres), np.full(len(x), -1)
    for _ in range(STEPS):
        now = squared_distances(x, middle).argmin(axis=1)
        if np.array_equal(now, label):
            break
        label = now
        size = np.bincount(label, minlength=count)
        sums = np.zeros_like(middle)
        np.add.at(sums, label, x)
        middle = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], middle)
    return label
