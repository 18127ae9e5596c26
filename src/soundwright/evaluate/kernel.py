"""Kernel Audio Distance: the squared maximum mean discrepancy of two sets of embeddings under a Gaussian kernel.

Conventions
-----------
k(x, y) = exp(-|x - y|² / 2 s²). KAD = 100 (mean k within the reference + mean k within the generated - 2 mean k
across); the means within a set leave out each frame with itself, so the estimate is unbiased whatever the sizes and may
fall below 0 (Gretton et al. 2012, eq. 3; Chung et al. 2025, arXiv 2502.15602). The bandwidth s is the median distance
between frames of the *reference*, as the paper says, so that scores of several systems share one ruler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from soundwright import seed as seeds
from soundwright.errors import BadRequest
from soundwright.evaluate.frechet import validated

SCALE = 100.0
ROWS = 4000  # of the reference, drawn by a fixed seed, from which the median distance is taken
BLOCK = 2048


def kad(reference: np.ndarray, generated: np.ndarray, *, bandwidth: float | None = None) -> float:
    """KAD of embeddings `[n, dim]` and `[m, dim]`. Raises `BadRequest` for fewer than two frames in either."""
    x, y = validated(reference), validated(generated)
    if x.shape[1] != y.shape[1]:
        raise BadRequest(f"embeddings of {x.shape[1]} and of {y.shape[1]} dimensions cannot be compared")
    if min(len(x), len(y)) < 2:
        raise BadRequest("KAD wants at least two frames in each set")
    s = median_distance(x) if bandwidth is None else bandwidth
    if s <= 0:
        raise BadRequest("the reference's frames are all alike: there is no median distance between them")
    middle = x.mean(axis=0)  # distances by |x|² + |y|² - 2xy lose least round the origin
    x, y = x - middle, y - middle
    within = [(_sum(z, z, s) - len(z)) / (len(z) * (len(z) - 1)) for z in (x, y)]
    return SCALE * (sum(within) - 2 * _sum(x, y, s) / (len(x) * len(y)))


@dataclass(frozen=True, eq=False)
class Parts:
    """The kernel summed by parts of the generated set, from which the KAD of any draw of parts is had at once.

    `frames` `[parts]`; `across` `[parts]` with the mean over the reference for each frame, `within` `[parts, parts]`;
    `own` is the reference's mean within itself.
    """

    frames: np.ndarray
    across: np.ndarray
    within: np.ndarray
    own: float

    @classmethod
    def of(cls, reference: np.ndarray, parts: Sequence[np.ndarray], bandwidth: float) -> Parts:
        """From embeddings `[n, dim]` and those of each part. Raises `BadRequest` as `kad` does."""
        x, every = validated(reference), validated(np.concatenate(parts))
        middle, count = x.mean(axis=0), np.array([len(part) for part in parts])
        x, every = x - middle, every - middle
        starts = np.concatenate([[0], np.cumsum(count)[:-1]])
        across = np.array([_sum(z, x, bandwidth) for z in np.split(every, starts[1:])]) / len(x)
        rows = []
        for z in np.split(every, starts[1:]):
            near = np.exp(squared_distances(z, every) / (-2 * bandwidth**2))
            rows.append(np.add.reduceat(near.sum(axis=0), starts))
        return cls(count, across, np.stack(rows), (_sum(x, x, bandwidth) - len(x)) / (len(x) * (len(x) - 1)))

    def kad(self, drawn: Sequence[int]) -> float:
        """KAD of the parts at `drawn`, some of them perhaps twice."""
        at = np.asarray(drawn)
        n = int(self.frames[at].sum())
        within = (float(self.within[np.ix_(at, at)].sum()) - n) / (n * (n - 1))
        return SCALE * (self.own + within - 2 * float(self.across[at].sum()) / n)


def median_distance(x: np.ndarray) -> float:
    """The median distance of two different rows of x `[n, dim]`; of more than `ROWS` rows, of so many drawn ones."""
    if len(x) > ROWS:
        x = x[seeds.stream(0, "median distance", len(x)).choice(len(x), ROWS, replace=False)]
    x = x - x.mean(axis=0)
    upper = np.triu_indices(len(x), 1)
    return float(np.median(np.sqrt(squared_distances(x, x)[upper])))


def squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x - y|² `[n, m]` of rows."""
    squares = np.square(x).sum(axis=1)[:, None] + np.square(y).sum(axis=1) - 2 * (x @ y.T)
    return np.maximum(squares, 0.0, out=squares)


def _sum(x: np.ndarray, y: np.ndarray, s: float) -> float:
    total = 0.0
    for at in range(0, len(x), BLOCK):
        total += float(np.exp(squared_distances(x[at : at + BLOCK], y) / (-2 * s * s)).sum())
    return total
