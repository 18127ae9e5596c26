"""Nearest real class, and confusion among our own, from unit vectors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

WANTED, CONFUSED = 0.7, 0.3


@dataclass(frozen=True)
class Nearest:
    """One of ours beside the real classes: the share of its takes that are nearest to its own, and to the others."""

    name: str
    own: str
    share: float
    others: tuple[tuple[str, float], ...]


def nearest(
    ours: np.ndarray, names: list[str], real: np.ndarray, classes: list[str], own: dict[str, str]
) -> list[Nearest]:
    """For each name in `own` (ours -> class): which class the nearest recording of each take belongs to."""
    best = np.array(classes)[(ours @ real.T).argmax(axis=1)]
    out = []
    for name, wanted in own.items():
        heard = Counter(best[[i for i, n in enumerate(names) if n == name]].tolist())
        total = sum(heard.values())
        if total:
            others = tuple((c, k / total) for c, k in heard.most_common(4) if c != wanted)
            out.append(Nearest(name, wanted, heard[wanted] / total, others))
    return out


def ruler(real: np.ndarray, classes: list[str], sources: list[int]) -> float:
    """How good the ears are: share of recordings nearest to their own class when all their versions are left out."""
    alike, classes_, sources_ = real @ real.T, np.array(classes), np.array(sources)
    alike[sources_[:, None] == sources_] = -2
    several = [i for i, name in enumerate(classes) if len(set(sources_[classes_ == name])) > 1]
    return float((classes_[alike[several].argmax(axis=1)] == classes_[several]).mean()) if several else 0.0


def confusions(ours: np.ndarray, names: list[str]) -> list[tuple[str, str, float]]:
    """(one, other, share): takes of `one` whose nearest other take is one of `other`, sorted by share."""
    alike = ours @ ours.T
    np.fill_diagonal(alike, -2)
    best = alike.argmax(axis=1)
    count = Counter((names[i], names[j]) for i, j in enumerate(best))
    size = Counter(names)
    pairs = [(a, b, k / size[a]) for (a, b), k in count.items() if a != b]
    return sorted(pairs, key=lambda pair: -pair[2])


def as_text(rows: list[Nearest], title: str) -> str:
    good = sum(row.share >= WANTED for row in rows)
    lines = [f"{title}: {good} of {len(rows)} are nearest to their own class in at least {WANTED:.0%} of takes"]
    for row in sorted(rows, key=lambda row: row.share):
        also = ", ".join(f"{name} {share:.0%}" for name, share in row.others)
        lines.append(f"  {row.share:5.0%}  {row.name:32s} {row.own:16s} {also}")
    return "\n".join(lines)


def confusion_text(pairs: list[tuple[str, str, float]], total: int, title: str) -> str:
    above = [pair for pair in pairs if pair[2] > CONFUSED]
    lines = [f"{title}: {len(above)} pairs of {total} sounds above {CONFUSED:.0%}"]
    return "\n".join(lines + [f"  {share:5.0%}  {one} -> {other}" for one, other, share in above])
