"""How much of the reference is met, how densely, and how many different things there are.

Conventions
-----------
The ball of a reference frame reaches to its k-th nearest other reference frame. `coverage` is the share of balls with a
generated frame in them; `density` counts the balls that generated frames fall into, over k (Naeem et al. 2020,
arXiv 2002.09797, eq. 4 and 5; k = 5). Two sets of one kind have density 1 and coverage near 1 - 2⁻ᵏ.
`vendi` is the effective number of different clips: exp of the entropy of the eigenvalues of their cosine similarities
over n (Friedman and Dieng 2023, arXiv 2210.02410), 1 for copies of one, n for clips that share nothing.
"""

from __future__ import annotations

import numpy as np

from soundwright.errors import BadRequest
from soundwright.evaluate.frechet import validated
from soundwright.evaluate.kernel import BLOCK, squared_distances

K = 5


def density_and_coverage(reference: np.ndarray, generated: np.ndarray, k: int = K) -> dict[str, float]:
    """`density` and `coverage` of embeddings `[n, dim]`. Raises `BadRequest` for k or fewer reference frames."""
    x, y = validated(reference), validated(generated)
    if len(x) <= k:
        raise BadRequest(f"coverage wants more than {k} frames of the reference, not {len(x)}")
    middle = x.mean(axis=0)
    x, y = x - middle, y - middle
    falls, met = 0, 0
    for at in range(0, len(x), BLOCK):
        some = x[at : at + BLOCK]
        own = squared_distances(some, x)
        own[np.arange(len(some)), at + np.arange(len(some))] = np.inf
        reach = np.partition(own, k - 1, axis=1)[:, k - 1 : k]
        inside = squared_distances(some, y) <= reach
        falls += int(inside.sum())
        met += int(inside.any(axis=1).sum())
    return {"density": falls / (k * len(y)), "coverage": met / len(x)}


def vendi(x: np.ndarray) -> float:
    """The Vendi score of rows `[n, dim]` under cosine similarity, of directions from their origin."""
    x = validated(x)
    unit = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) / np.sqrt(len(x))
    values = np.square(np.linalg.svd(unit, compute_uv=False))
    values = values[values > 1e-15]
    return float(np.exp(-(values * np.log(values)).sum()))
