"""How alike a piece is to itself some seconds earlier, and whether it does nothing but turn in a circle.

A row of the lagogram is a block of two seconds, a column a lag: the cosine of the block with what sounded so much
earlier. A repeat is a bright line down the rows; where the tempo drifts the line leans, so lines are followed by
dynamic programming, one hop of lag to either side from block to block. In a loop one line goes on through all of the
piece; in a song lines begin and end with its sections, and are dimmer where a repeat is varied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.evaluate.structure_features import HOP_S, Features

BLOCK = 22  # hops
BLOCK_S = BLOCK * HOP_S
LONGEST_LAG_S, LONGEST_LOOP_S, SHORTEST_LOOP_S = 600.0, 180.0, 0.9
LEAN_COST, LEAN = 0.1, 2.0  # of leaving the lag by a hop; a line's longest lag over its shortest at most
WEIGHTS = {"notes": 1.0, "rises": 0.6, "timbre": 0.4}
SOFT = (0.25, 0.5, 0.25)  # hops: a loop need not be whole hops long
# A loop is at least so alike in three quarters of its blocks: made loops with noise and drift stood over 0.86, songs
# with varied repeats under 0.56, ever new melodies over one progression with one beat at 0.66 to 0.79.
HALFWAY, STEEPNESS = 0.82, 0.03
DIP = 0.5  # before it comes back it must have gone away: to under half of what it comes back to
STILL, MOVING = 0.99, 0.97  # share of the unchanging in a drone and in whatever has notes (music: 0.5 to 0.96)
MULTIPLE, NEARLY = 0.02, 0.1  # half a hop beside the true period costs a loop up to 0.08
STUCK_PASSES, STUCK_S = 4, 24.0


def vectors(of: Features) -> np.ndarray:
    """What is compared `[hops, 129]`: notes, rises and timbre without their means, weighted to equal spread."""
    rows = np.concatenate([weight * _spread(getattr(of, name)) for name, weight in WEIGHTS.items()], axis=1)
    padded = np.pad(rows, ((1, 1), (0, 0)), mode="edge")
    return np.asarray(sum(part * padded[k : k + len(rows)] for k, part in enumerate(SOFT)), np.float32)


def _spread(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(axis=0)
    return (centred / max(float(np.sqrt(np.square(centred).sum(axis=1).mean())), 1e-9)).astype(np.float32)


def stationarity(of: Features) -> float:
    """0 for whatever moves, 1 for a drone: how much of the notes' spectrum is the same all the time."""
    whole = float(np.square(of.notes).sum(axis=1).mean())
    same = float(np.square(of.notes.mean(axis=0)).sum()) / whole if whole > 0 else 1.0
    return float(np.clip((same - MOVING) / (STILL - MOVING), 0, 1))


def lagogram(rows: np.ndarray) -> np.ndarray:
    """Cosines `[blocks, lags in hops]` of each block with what stood so much earlier; NaN where nothing did."""
    blocks, most = len(rows) // BLOCK, min(len(rows), round(LONGEST_LAG_S / HOP_S))
    power = np.concatenate([[0.0], np.cumsum(np.square(rows, dtype=np.float64).sum(axis=1))])
    gram = np.full((blocks, most + 1), np.nan, np.float32)
    for block in range(blocks):
        start = block * BLOCK
        reach = min(most, start)
        products = rows[start : start + BLOCK] @ rows[start - reach : start + BLOCK].T
        step = products.strides
        diagonals = np.lib.stride_tricks.as_strided(products, (BLOCK, reach + 1), (step[0] + step[1], step[1]))
        at = start - reach + np.arange(reach + 1)
        both = (power[start + BLOCK] - power[start]) * (power[at + BLOCK] - power[at])
        gram[block, : reach + 1] = (diagonals.sum(axis=0) / np.sqrt(np.maximum(both, 1e-9)))[::-1]
    return gram


def profile(gram: np.ndarray) -> np.ndarray:
    """The mean of each column `[lags]`, the lag function; 0 where nothing is known."""
    known = np.isfinite(gram)
    return np.where(known, gram, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


@dataclass(frozen=True)
class Loop:
    """The loop that a piece comes nearest to: `score` 0 to 1, its period (the mean one where it drifts), how alike a
    pass is to the one before it in the worse quarter of the piece, and how often it is played."""

    score: float
    period_s: float
    alike: float
    passes: float


def loop(gram: np.ndarray, still: float, duration_s: float) -> Loop | None:
    """The best loop in a lagogram; None where the piece is shorter than three turns of the shortest loop."""
    shortest = round(SHORTEST_LOOP_S / HOP_S)
    most = min(round(LONGEST_LOOP_S / HOP_S), len(gram) * BLOCK // 2)
    lags, alike = lines(gram[:, shortest : most + 1])  # at no lag all is alike, and no line may begin there
    lags += shortest
    enough = np.isfinite(alike).sum(axis=0) >= 2
    lags, alike = lags[:, enough], alike[:, enough]
    if not lags.size:
        return None
    period = np.nanmean(lags, axis=0)
    low = np.nanpercentile(alike, 25, axis=0)
    dipped = np.minimum.accumulate(profile(gram))[np.maximum(period.astype(int) - 1, 0)]
    upright = np.nanmax(lags, axis=0) <= LEAN * np.nanmin(lags, axis=0)
    fit = np.where((dipped < DIP * low) & upright, low, -1.0)
    best = int(fit.argmax())
    if fit[best] <= 0:
        return None
    best = _shortest(fit, period, best)
    seconds = float(period[best] * HOP_S)
    passes = duration_s / seconds
    often = float(np.clip((passes - 2) / 0.75, 0, 1))  # what is heard twice is a repeat
    score = often * (1 - still) / (1 + np.exp(-(fit[best] - HALFWAY) / STEEPNESS))
    return Loop(float(score), seconds, float(fit[best]), passes)


def _shortest(fit: np.ndarray, period: np.ndarray, best: int) -> int:
    """The line of the shortest period of which the best one's is a multiple, and that fits nearly as well."""
    for part in range(int(period[best] * HOP_S / SHORTEST_LOOP_S), 1, -1):
        near = np.flatnonzero(np.abs(period * part / period[best] - 1) < MULTIPLE)
        if len(near) and fit[near].max() >= fit[best] - NEARLY:
            return int(near[fit[near].argmax()])
    return best


def lines(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best line to each lag at the end: its lags `[blocks, lags]` and cosines there, NaN before it begins."""
    total = np.full(gram.shape, -np.inf)
    came = np.zeros(gram.shape, np.int8)
    every = np.arange(gram.shape[1])
    for block, row in enumerate(gram):
        before = np.pad(total[block - 1] if block else np.full(len(row), -np.inf), 1, constant_values=-np.inf)
        choices = np.stack([before[:-2] - LEAN_COST, before[1:-1], before[2:] - LEAN_COST])
        came[block] = choices.argmax(axis=0) - 1
        most = choices[came[block] + 1, every]
        total[block] = np.where(np.isfinite(row), row, -np.inf) + np.where(np.isfinite(most), most, 0.0)
    at = every[np.isfinite(gram[-1])] if len(gram) else every[:0]
    lags, alike = np.full((len(gram), len(at)), np.nan), np.full((len(gram), len(at)), np.nan)
    for block in range(len(gram) - 1, -1, -1):
        known = np.isfinite(gram[block, at])
        lags[block, known], alike[block, known] = at[known], gram[block, at[known]]
        at = np.clip(at + np.where(known, came[block, at], 0), 0, len(every) - 1)
    return lags, alike


def stuck(gram: np.ndarray) -> list[tuple[float, float, float]]:
    """Stretches that repeat one period at least four times and for 24 s: (start, end, period) in seconds, in order."""
    most = min(gram.shape[1], round(LONGEST_LOOP_S / HOP_S))
    run = np.zeros((len(gram) + 1, most), int)
    same = np.nan_to_num(gram[:, :most], nan=-1.0) > HALFWAY
    same[:, : round(SHORTEST_LOOP_S / HOP_S)] = False
    for block in range(len(gram)):
        before = np.pad(run[block], 1)
        run[block + 1] = np.where(same[block], 1 + np.maximum(np.maximum(before[:-2], before[2:]), before[1:-1]), 0)
    lag = np.arange(most)
    length = run[1:] * BLOCK
    wanted = np.maximum((STUCK_PASSES - 1) * lag, STUCK_S / HOP_S - lag)
    found = length >= wanted
    spans: list[tuple[float, float, float]] = []
    for block in np.flatnonzero(found.any(axis=1))[::-1]:  # the longest runs are met first from behind
        if spans and (block + 1) * BLOCK_S > spans[-1][0]:
            continue
        for at in np.flatnonzero(found[block]):
            rows = gram[block + 1 - run[block + 1, at] : block + 1, 1 : at + 1]
            if profile(rows).min() < DIP * HALFWAY:  # it goes away between, so it is no drone
                end = (block + 1) * BLOCK_S
                start = max(end - float(length[block, at] + at) * HOP_S, 0.0)
                spans.append((start, end, float(at) * HOP_S))
                break
    return spans[::-1]


def repetition(gram: np.ndarray, lag_s: float) -> float | None:
    """Mean cosine with what stood `lag_s` earlier (2.5 % either side allowed), 0 to 1; None in too short a piece."""
    low, high = int(lag_s * 0.975 / HOP_S), int(np.ceil(lag_s * 1.025 / HOP_S))
    if high >= gram.shape[1]:
        return None
    band = _paired(gram)[:, low : high + 1]
    band = band[np.isfinite(band).all(axis=1)]
    return float(np.clip(band.max(axis=1), 0, 1).mean()) if len(band) >= 2 else None


def returns(gram: np.ndarray, after_s: float = 12.0) -> float | None:
    """Motif return, 0 to 1: for each four seconds of the second half, how alike the nearest of what stood at least
    `after_s` earlier is; the mean of them. None in too short a piece."""
    late = _paired(gram)[len(gram) // 2 :, round(after_s / HOP_S) :]
    late = late[np.isfinite(late).any(axis=1)] if late.size else late
    return float(np.clip(np.nanmax(late, axis=1), 0, 1).mean()) if late.size else None


def _paired(gram: np.ndarray) -> np.ndarray:
    """Means of two blocks in succession at the same lag."""
    return 0.5 * (gram[1:] + gram[:-1])
