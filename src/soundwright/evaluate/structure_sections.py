"""Sections: where a piece turns into something else, and which of its parts are the same.

Cells of three quarters of a second hold chroma, timbre and attacks; four cells in succession are compared with every
other four: the self-similarity matrix. Boundaries are where a checkerboard slid along its diagonal fits best (Foote
2000, "Automatic audio segmentation using a measure of audio novelty"). Two sections have one label when one goes along
the other: chords, beat and sound the same, in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from soundwright.evaluate.structure_features import HOP_S, Features

CELL, MOST_CELLS = 8, 1600  # hops; where a piece has more cells they are made longer
TOGETHER = 4  # cells that are compared as one
KERNEL_S, SHORTEST_S = 8.0, 6.0
NOVEL = 0.10  # of the checkerboard's fit, -1 to 1
SAME = 0.38  # sections more alike than this share a label
JOINED_S = 24.0
SLACK_S = 2.5  # by how much two sections may be shifted to go along each other
WEIGHTS = {"chroma": 1.0, "timbre": 0.7, "rises": 0.5}


@dataclass(frozen=True)
class Section:
    """A stretch of the piece; what sounds like an earlier stretch has its label."""

    label: str
    start_s: float
    end_s: float


def similarity(of: Features) -> tuple[np.ndarray, float]:
    """Self-similarity `[cells, cells]`, -1 to 1, and the length of a cell in seconds."""
    hops = max(CELL, -(-len(of.notes) // MOST_CELLS))
    cells = max(len(of.notes) // hops, 1)
    parts = []
    for name, weight in WEIGHTS.items():
        rows = getattr(of, name)
        rows = np.pad(rows, ((0, max(cells * hops - len(rows), 0)), (0, 0)), mode="edge")
        means = rows[: cells * hops].reshape(cells, hops, -1).mean(axis=1)
        if name == "chroma":
            means = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        means = means - means.mean(axis=0)
        parts.append(weight * means / max(float(np.sqrt(np.square(means).sum(axis=1).mean())), 1e-9))
    cell = np.concatenate(parts, axis=1)
    padded = np.pad(cell, ((TOGETHER // 2 - 1, TOGETHER // 2), (0, 0)), mode="edge")
    rows = np.concatenate([padded[k : k + cells] for k in range(TOGETHER)], axis=1)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return (rows @ rows.T).astype(np.float32), hops * HOP_S


def sections(alike: np.ndarray, cell_s: float, duration_s: float) -> tuple[Section, ...]:
    """The sections in order, labelled A, B, C by their first coming; one for a piece that never turns."""
    cuts = [0, *_turns(alike, cell_s), len(alike)]
    spans = list(pairwise(cuts))
    labels = _labels(alike, spans, max(round(SLACK_S / cell_s), 1))
    edges = [0.0, *(cut * cell_s for cut in cuts[1:-1]), duration_s]
    parts = _joined([Section(*row) for row in zip(labels, edges[:-1], edges[1:], strict=True)])
    order = list(dict.fromkeys(part.label for part in parts))
    return tuple(Section(_letter(order.index(part.label)), part.start_s, part.end_s) for part in parts)


def novelty(alike: np.ndarray, half: int) -> np.ndarray:
    """How well a checkerboard of `half` cells to either side fits at each cell's beginning `[cells]`, -1 to 1."""
    place = np.arange(-half, half) + 0.5
    bell = np.exp(-0.5 * (place / (0.5 * half)) ** 2)
    board = np.outer(np.sign(place) * bell, np.sign(place) * bell)
    board /= np.abs(board).sum()
    padded = np.pad(alike, half, mode="reflect") if len(alike) > half else np.pad(alike, half, mode="edge")
    return np.array([(padded[at : at + 2 * half, at : at + 2 * half] * board).sum() for at in range(len(alike))])


def _turns(alike: np.ndarray, cell_s: float) -> list[int]:
    """Cells at which a section begins, but the first: the peaks of novelty, the highest chosen first."""
    apart = max(round(SHORTEST_S / cell_s), 2)
    if len(alike) < 2 * apart:
        return []
    new = novelty(alike, max(round(KERNEL_S / cell_s), 4))
    peaks = [at for at in range(apart, len(new) - apart + 1) if new[at] >= max(new[at - 1 : at + 2].max(), NOVEL)]
    chosen: list[int] = []
    for at in sorted(peaks, key=lambda at: -new[at]):
        if all(abs(at - other) >= apart for other in chosen):
            chosen.append(at)
    return sorted(chosen)


def _labels(alike: np.ndarray, spans: list[tuple[int, int]], slack: int) -> list[str]:
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform

    count = len(spans)
    if count == 1:
        return ["A"]
    apart = np.zeros((count, count))
    for one in range(count):
        for other in range(one):
            apart[one, other] = apart[other, one] = 1 - along(alike, spans[one], spans[other], slack)
    tree = hierarchy.linkage(squareform(apart), "average")
    groups = hierarchy.fcluster(tree, 1 - SAME, "distance")
    order = list(dict.fromkeys(groups))
    return [_letter(order.index(group)) for group in groups]


def _joined(parts: list[Section]) -> list[Section]:
    """Halves that only ever come together, at least twice, are one section where they are short."""
    for one, other in dict.fromkeys((a.label, b.label) for a, b in pairwise(parts)):
        pairs = [(a, b) for a, b in pairwise(parts) if (a.label, b.label) == (one, other)]
        alone = sum(part.label in (one, other) for part in parts) != 2 * len(pairs)
        if one == other or alone or len(pairs) < 2 or max(b.end_s - a.start_s for a, b in pairs) > JOINED_S:
            continue
        firsts, seconds = {id(a): b for a, b in pairs}, {id(b) for _, b in pairs}
        kept = [part for part in parts if id(part) not in seconds]
        return _joined([Section(a.label, a.start_s, firsts[id(a)].end_s) if id(a) in firsts else a for a in kept])
    return parts


def along(alike: np.ndarray, one: tuple[int, int], other: tuple[int, int], slack: int) -> float:
    """How alike two spans of cells are when the shorter goes along the longer, -1 to 1: the best of all shifts that
    keep it inside, or outside by no more than `slack` cells."""
    short, long = sorted((one, other), key=lambda span: span[1] - span[0])
    best = -1.0
    for shift in range(-slack, long[1] - long[0] - (short[1] - short[0]) + slack + 1):
        rows = np.arange(short[0], short[1])
        columns = long[0] + shift + rows - short[0]
        inside = (columns >= long[0]) & (columns < long[1])
        if inside.sum() >= max(len(rows) - slack, 2):
            best = max(best, float(alike[rows[inside], columns[inside]].mean()))
    return best


def _letter(number: int) -> str:
    """A to Z, then A1, B1 and so on."""
    turn, place = divmod(number, 26)
    return chr(65 + place) + (str(turn) if turn else "")
