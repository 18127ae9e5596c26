"""How fast sets are compared, beside the arithmetic of other toolkits, and how little memory a large set takes.

    python benchmarks/evaluate.py [--dim 2048] [--frames 200] [--million]
    python benchmarks/evaluate.py --stats fma_pop.npz --onsets tests/data/onset

The second compares with what others published: Fréchet distances between the statistics in fadtk 1.1.0's wheel
(fadtk/stats/fma_pop.npz), and onset scores of mir_eval's own fixtures (its tests/data/onset).

Peers, each as its published code reckons from two sets of embeddings (mean and `np.cov` included):
    fadtk                    eigenvectors of the covariances' product, their inverse, and a matrix square root to check
    frechet-audio-distance   matrix square root of the product in complex numbers
    audioldm_eval            matrix square root of the product
"""

from __future__ import annotations

import argparse
import json
import resource
import time
import warnings
from pathlib import Path

import numpy as np
from scipy import linalg

from soundwright.evaluate import frechet, kernel, onset


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


GOLDEN = {  # the same to ten digits by four algorithms: eigenvalues, square roots, and both in other precisions
    ("encodec-emb", "encodec-emb-48k"): 4545.609143,
    ("vggish", "encodec-emb"): 4420.894218,
    ("clap-laion-music", "clap-laion-audio"): 1.475600778,
    ("cdpam-acoustic", "cdpam-content"): 0.9266583901,
    ("MERT-v1-95M-4", "MERT-v1-95M-5"): 10.1123439,
    ("clap-2023", "dac-44kHz"): 6794.016318,
}


def golden(path):
    """Fréchet distances of published statistics against their known values."""
    with np.load(path) as stats:
        for (one, other), known in GOLDEN.items():
            a, b = (
                frechet.Moments.of_covariance(stats[f"{name}.mu"], stats[f"{name}.cov"], 1_000_000)
                for name in (one, other)
            )
            found = frechet.distance(a, b)
            print(f"{one + ', ' + other:<40}{found:18.9f} {known:16.10g}   off by {abs(found / known - 1):.1e}")


def fixtures(folder):
    """Onset scores against those that mir_eval stores of its fixtures."""
    worst, count = 0.0, 0
    for file in sorted(Path(folder).glob("output*.json")):
        known = json.loads(file.read_text())
        rows = [np.loadtxt(file.with_name(f"{side}{file.stem[6:]}.txt"), ndmin=2)[:, 0] for side in ("ref", "est")]
        found, count = onset.f_measure(*rows), count + 1
        names = {"f": "F-measure", "precision": "Precision", "recall": "Recall"}
        worst = max(worst, *(abs(found[name] - known[theirs]) for name, theirs in names.items()))
    print(f"mir_eval's {count} onset fixtures: off by {worst:.1e} at most")


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
    parser.add_argument("--stats", help="fadtk's fma_pop.npz")
    parser.add_argument("--onsets", help="mir_eval's tests/data/onset")
    asked = parser.parse_args()
    if asked.stats or asked.onsets:
        for check, place in ((golden, asked.stats), (fixtures, asked.onsets)):
            if place:
                check(place)
        return
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
