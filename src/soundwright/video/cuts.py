"""Where another shot begins at once: by how unlike two pictures are, and by a change that stands out from those around.

Two detectors, either of which is enough. The first knows pictures with nothing in common, also where every picture is
another shot. The second knows cuts between scenes that are alike, and between pictures with black bars, which make all
pictures alike: there the change is many times that of the pictures around. What is as before a moment later is no cut
but a flash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

# Nothing in common: alike below the first, with histograms further apart than the second and a change above the third.
UNLIKE = ((0.55, 0.3, 0.0), (0.35, 0.12, 30.0))
# On 130 cuts of a film with bars: change 30 levels at least, 3.4 times its neighbours', colours 0.16 apart, alike 0.90.
CHANGE, STANDS_OUT, COLOURS, ALIKE = 25.0, 3.0, 0.12, 0.93
BESIDE = 2  # pictures on either side that a change is compared with
RETURNS = 0.5  # of the change: what differs less from the picture before has come back to it


def marked(views: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """Each view (`moment` with its change, alike, histogram; `picture`), and whether another shot begins with it.

    It is told late by `BESIDE` pictures, as those after it are looked at.
    """
    held: list[Any] = []
    at = 0
    for view in views:
        held.append(view)
        if len(held) - at > BESIDE:
            yield held[at], _cut(held, at)
            if at == BESIDE:
                held.pop(0)
            else:
                at += 1
    for rest in range(at, len(held)):
        yield held[rest], _cut(held, rest)


def _cut(held: list[Any], at: int) -> bool:
    now = held[at].moment
    if any(now["alike"] < most and now["histogram"] > apart and now["change"] > least for most, apart, least in UNLIKE):
        return True
    beside = [one.moment["change"] for one in held[max(at - BESIDE, 0) : at] + held[at + 1 : at + 1 + BESIDE]]
    usual = sum(beside) / max(len(beside), 1)
    stands_out = now["change"] > max(CHANGE, STANDS_OUT * (usual + 1.0))
    if not stands_out or at == 0 or now["histogram"] < COLOURS or now["alike"] > ALIKE:
        return False
    after = held[at + 1 : at + 1 + BESIDE]
    return all(_change(held[at - 1].picture, one.picture) > RETURNS * now["change"] for one in after)


def _change(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a[::2, ::2].astype(np.int16) - b[::2, ::2]).max(axis=2).mean())


def alike(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two small grey pictures; of two flat ones, 1."""
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 4.0 * a.size else 1.0


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """How far the colours of two pictures are apart: 0 the same, 1 nothing in common."""
    counts = []
    for picture in (a, b):
        index = (picture >> 5).astype(np.int32)
        flat = (index[..., 0] * 64 + index[..., 1] * 8 + index[..., 2]).ravel()
        counts.append(np.bincount(flat, minlength=512) / flat.size)
    return float(np.abs(counts[0] - counts[1]).sum()) / 2
