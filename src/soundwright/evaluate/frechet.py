"""Fréchet Audio Distance: how far the Gaussian of one set's embeddings is from that of another.

Conventions
-----------
A set is a list of clips, each `[frames, dim]`; frames are pooled into one Gaussian. FAD = |m1 - m2|² + tr S1 + tr S2
- 2 tr (S1 S2)^½ (Fréchet 1957; Kilgour et al. 2019, arXiv 1812.08466), covariances over n - 1.

The last trace is the nuclear norm |A Bᵀ|* for any factors AᵀA = S1 and BᵀB = S2, since the singular values of A Bᵀ are
the square roots of the eigenvalues of S1 S2. So no covariance is built, no root of a nearly singular product is taken,
and sets with fewer frames than dimensions are exact. A factor is the centred data; where it has more rows than columns
its R of a QR decomposition stands for it.

A plain FAD of finite sets is too large, to first order by c/n. `infinity` takes shares of the *clips* of both sets
(frames of one clip are alike), without replacement, and fits a line over 1/n to n = infinity (after Chong and Forsyth
2020, arXiv 1911.07023). A single clip's FAD has that bias at its largest: `ranks` tells only the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from soundwright import seed as seeds
from soundwright.errors import BadRequest

SHARES = tuple(np.linspace(0.4, 1.0, 7))  # of the clips, from which the line to infinity is fitted
DRAWS = 6  # subsets of each share
FEWEST = 10  # clips of the smaller set from which a line is fitted


@dataclass(frozen=True, eq=False)
class Moments:
    """`n` embeddings with their `mean` `[dim]` and a `factor` `[rows, dim]` of their scatter about it.

    `factor.T @ factor` is the covariance times n - 1; it never has more than `dim` rows.
    """

    n: int
    mean: np.ndarray
    factor: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray) -> Moments:
        """The moments of embeddings `[n, dim]`, in float64. Raises `BadRequest` for NaN, Inf, or nothing."""
        x = validated(x)
        mean = x.mean(axis=0)
        return cls(len(x), mean, _short(x - mean))

    @classmethod
    def stream(cls, blocks: Iterable[np.ndarray]) -> Moments:
        """The moments of embeddings that come in blocks `[n, dim]`, in the memory of one block."""
        total: Moments | None = None
        for block in blocks:
            part = cls.of(block)
            total = part if total is None else total.with_(part)
        if total is None:
            raise BadRequest("there are no embeddings")
        return total

    @classmethod
    def of_covariance(cls, mean: np.ndarray, covariance: np.ndarray, n: int) -> Moments:
        """Stored statistics: `mean` `[dim]` and `covariance` `[dim, dim]` of `n` embeddings."""
        values, vectors = np.linalg.eigh(np.asarray(covariance, np.float64))
        roots = np.sqrt(np.maximum(values, 0.0) * (n - 1))
        return cls(n, np.asarray(mean, np.float64), roots[:, None] * vectors.T)

    def with_(self, other: Moments) -> Moments:
        """The moments of both sets together: their scatters add, and that of their two means (Chan et al. 1979)."""
        n = self.n + other.n
        gap = other.mean - self.mean
        between = np.sqrt(self.n * other.n / n) * gap
        return Moments(n, self.mean + gap * (other.n / n), _short(np.vstack([self.factor, other.factor, between])))

    @property
    def root(self) -> np.ndarray:
        """A factor of the covariance itself."""
        return self.factor / np.sqrt(max(self.n - 1, 1))


def _short(rows: np.ndarray) -> np.ndarray:
    return rows if rows.shape[0] <= rows.shape[1] else np.asarray(np.linalg.qr(rows, mode="r"))


def validated(x: np.ndarray) -> np.ndarray:
    """Embeddings `[n, dim]` as float64. Raises `BadRequest` for another shape, for NaN or Inf, and for none."""
    x = np.asarray(x, np.float64)
    if x.ndim != 2 or not x.size:
        raise BadRequest(f"embeddings want the shape [n, dim] and at least one row, not {x.shape}")
    if not np.isfinite(x).all():
        raise BadRequest("the embeddings hold NaN or Inf")
    return x


def distance(a: Moments, b: Moments) -> float:
    """The Fréchet distance of two Gaussians; never below 0. Raises `BadRequest` when their dimensions differ."""
    if a.mean.shape != b.mean.shape:
        raise BadRequest(f"embeddings of {len(a.mean)} and of {len(b.mean)} dimensions cannot be compared")
    gap, root_a, root_b = a.mean - b.mean, a.root, b.root
    nuclear = np.linalg.svd(root_a @ root_b.T, compute_uv=False).sum() if len(root_a) and len(root_b) else 0.0
    return max(float(gap @ gap + np.square(root_a).sum() + np.square(root_b).sum() - 2 * nuclear), 0.0)


def fad(reference: np.ndarray, generated: np.ndarray) -> float:
    """The plain FAD of two sets of embeddings `[n, dim]`, too large by a share that shrinks with 1/n."""
    return distance(Moments.of(reference), Moments.of(generated))


@dataclass(frozen=True)
class Infinite:
    """FAD at infinitely many clips: `fad_inf`, the `plain` value, how well the line fits (`r2`), and its points
    (share of the clips, mean FAD of the subsets). `fad_inf` may fall below 0 by the noise of the fit."""

    fad_inf: float
    plain: float
    r2: float
    points: tuple[tuple[float, float], ...]


def infinity(
    reference: Sequence[np.ndarray] | Moments,
    generated: Sequence[np.ndarray],
    *,
    seed: int = 0,
    shares: Sequence[float] = SHARES,
    draws: int = DRAWS,
) -> Infinite:
    """FAD without the bias of finite sets, from clips `[frames, dim]` of both.

    A reference that is known by its `Moments` alone keeps its own bias. Raises `BadRequest` for fewer than 10 clips.
    """
    fixed = isinstance(reference, Moments)
    fewest = len(generated) if fixed else min(len(reference), len(generated))
    if fewest < FEWEST:
        raise BadRequest(f"FAD-infinity wants at least {FEWEST} clips in each set, not {fewest}")
    whole = reference if isinstance(reference, Moments) else Moments.of(np.concatenate(reference))
    plain = distance(whole, Moments.of(np.concatenate(generated)))
    rows: list[tuple[float, float]] = []
    for share in shares:
        if share >= 1.0:
            rows.append((1.0, plain))
            continue
        for draw in range(draws):
            rng = seeds.stream(seed, "fad-infinity", f"{share:.4f}", draw)
            base = reference if isinstance(reference, Moments) else Moments.of(_some(reference, share, rng))
            rows.append((share, distance(base, Moments.of(_some(generated, share, rng)))))
    x, y = np.array([1 / share for share, _ in rows]), np.array([value for _, value in rows])
    slope, level = np.polyfit(x, y, 1)
    left, all_ = y - (level + slope * x), y - y.mean()
    r2 = 1 - float(left @ left) / float(all_ @ all_) if float(all_ @ all_) > 0 else 1.0
    points = tuple((float(s), float(y[np.isclose(x, 1 / s)].mean())) for s in dict.fromkeys(s for s, _ in rows))
    return Infinite(float(level), plain, r2, points)


def _some(clips: Sequence[np.ndarray], share: float, rng: np.random.Generator) -> np.ndarray:
    """The frames of a share of the clips, drawn without replacement."""
    chosen = rng.permutation(len(clips))[: max(round(share * len(clips)), 2)]
    return np.concatenate([clips[at] for at in sorted(chosen)])


def ranks(reference: Moments, clips: Sequence[np.ndarray]) -> list[int]:
    """The places of clips `[frames, dim]` by their own FAD from the reference: 1 is the furthest from it."""
    values = np.array([distance(reference, Moments.of(clip)) for clip in clips])
    places = np.empty(len(clips), int)
    places[np.argsort(-values, kind="stable")] = np.arange(1, len(clips) + 1)
    return places.tolist()
