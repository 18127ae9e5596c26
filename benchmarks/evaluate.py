"""How fast sets are compared, beside the arithmetic of other toolkits, and how little memory a large set takes.

    python benchmarks/evaluate.py [--dim 2048] [--frames 200] [--million]

Peers, each as its published code reckons from two sets of embeddings (mean and `np.cov` included):
    fadtk                    eigenvectors of the covariances' product, their inverse, and a matrix square root to check
    frechet-audio-distance   matrix square root of the product in complex numbers
    audioldm_eval            matrix square root of the product
"""

from __future__ import annotations

import argparse
import resource
import time
import warnings

import numpy as np
from scipy import linalg

from soundwright.evaluate import frechet, kernel


def statistics(x):
    return x.mean(axis=0), np.cov(x, rowvar=False)


def distance(x, y, root):
    (m, s), (n, t) = statistics(x), statistics(y)
    return float((m - n) @ (m - n) + np.trace(s) + np.trace(t) - 2 * np.real(root(s @ t)))


def by_square_root(product):
    return np.trace(linalg.sqrtm(product))


def by_eigenvectors_and_square_root(product):
    linalg.sqrtm(product)
    values, vectors = linalg.eig(product)
    return np.trace((vectors * np.sqrt(values.astype(complex))) @ linalg.inv(vectors))


PEERS = {
    "fadtk": by_eigenvectors_and_square_root,
    "frechet-audio-distance": lambda product: by_square_root(product.astype(complex)),
    "audioldm_eval": by_square_root,
}


def timed(work, runs=3):
    """The best of some runs, in seconds, and the last answer."""
    best, answer = np.inf, None
    for _ in range(runs):
        start = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - start)
    return best, answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dim", type=int, default=2048)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--million", action="store_true", help="stream a million embeddings of 128 dimensions as well")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    if asked.million:  # first, while the process has never been large
        million()
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal((asked.frames, asked.dim)) + shift for shift in (0.0, 0.1))
    print(f"FAD of {asked.frames} against {asked.frames} embeddings of {asked.dim} dimensions, from the embeddings")
    ours, exact = timed(lambda: frechet.fad(x, y))
    print(f"{'soundwright':<26}{ours:10.4f} s {exact:18.10f}")
    for name, root in PEERS.items():
        seconds, value = timed(lambda root=root: distance(x, y, root), runs=1)
        off = abs(value - exact) / exact
        print(f"{name:<26}{seconds:10.4f} s {value:18.10f}   {seconds / ours:6.0f} times as long, off by {off:.1e}")
    seconds, _ = timed(lambda: kernel.kad(x, y))
    print(f"{'soundwright, KAD':<26}{seconds:10.4f} s")


def million(count: int = 1_000_000, dim: int = 128, block: int = 8192) -> None:
    rng = np.random.default_rng(1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    blocks = (rng.standard_normal((min(block, count - at), dim), np.float32) for at in range(0, count, block))
    start = time.perf_counter()
    found = frechet.Moments.stream(blocks)
    seconds = time.perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    off = frechet.distance(found, frechet.Moments.of_covariance(np.zeros(dim), np.eye(dim), count))
    print(f"{count} embeddings of {dim} dimensions streamed: {seconds:.1f} s, {grown:.0f} MB more than before "
          f"({count * dim * 4 / 2**20:.0f} MB as float32 at once), {off:.4f} from the truth")  # fmt: skip


if __name__ == "__main__":
    main()
