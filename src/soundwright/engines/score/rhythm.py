"""Rhythm cells: how a bar of melody is divided, with chances by idiom, metre and density.

Kinds are written as (position, length) in quarters inside one beat, two beats, or a dotted beat; what a kind leaves
open is a rest. A bar is a chain of kinds; long kinds start only where the metre lets them.
"""

from __future__ import annotations

import numpy as np

from soundwright.engines.score.grid import Metre

Rhythm = tuple[tuple[float, float], ...]
THIRD = 1 / 3

SIMPLE: dict[str, tuple[float, Rhythm]] = {  # kind: (its span, its notes)
    "q": (1, ((0, 1),)), "ee": (1, ((0, 0.5), (0.5, 0.5))), "e": (1, ((0, 0.5),)), ".e": (1, ((0.5, 0.5),)),
    "ds": (1, ((0, 0.75), (0.75, 0.25))), "sd": (1, ((0, 0.25), (0.25, 0.75))), "r": (1, ()),
    "ess": (1, ((0, 0.5), (0.5, 0.25), (0.75, 0.25))), "sse": (1, ((0, 0.25), (0.25, 0.25), (0.5, 0.5))),
    "ssss": (1, ((0, 0.25), (0.25, 0.25), (0.5, 0.25), (0.75, 0.25))), ".ss": (1, ((0.5, 0.25), (0.75, 0.25))),
    "t": (1, ((0, THIRD), (THIRD, THIRD), (2 * THIRD, THIRD))),
    "h": (2, ((0, 2),)), "dq": (2, ((0, 1.5), (1.5, 0.5))), "h.": (2, ((0, 1.5),)), "rr": (2, ()),
    "ed": (2, ((0, 0.5), (0.5, 1.5))), "syn": (2, ((0, 0.5), (0.5, 1), (1.5, 0.5))),
    "tre": (2, ((0, 0.75), (0.75, 0.75), (1.5, 0.5))), ".syn": (2, ((0.5, 1), (1.5, 0.5))),
    "w": (4, ((0, 4),)), "w.": (4, ((0, 3),)), ".w": (4, ((1, 3),)),
}  # fmt: skip
DOTTED: dict[str, Rhythm] = {
    "Q": ((0, 1.5),), "qe": ((0, 1), (1, 0.5)), "eq": ((0, 0.5), (0.5, 1)), "eee": ((0, 0.5), (0.5, 0.5), (1, 0.5)),
    "de": ((0, 0.75), (0.75, 0.25), (1, 0.5)), "e.e": ((0, 0.5), (1, 0.5)), "R": (), "..e": ((1, 0.5),),
}  # fmt: skip


def weights(text: str) -> dict[str, float]:
    """ "q:3 ee:1.5" as a table of chances."""
    return {kind: float(value) for kind, value in (item.split(":") for item in text.split())}


def _draw(rng: np.random.Generator, chances: dict[str, float], notes: dict[str, float], density: float) -> str:
    """One kind; `density` 0.5 leaves the chances as they are, more of it favours kinds with more notes a beat."""
    kinds = list(chances)
    w = np.array([chances[k] * (0.5 + notes[k]) ** (3.0 * (density - 0.5)) for k in kinds])
    return kinds[int(np.searchsorted(np.cumsum(w) / w.sum(), rng.random()))]


def bar_rhythm(rng: np.random.Generator, metre: Metre, simple: str, dotted: str, density: float) -> Rhythm:
    """The rhythm of one bar."""
    plain, swung = weights(simple), weights(dotted)
    per_beat = {k: len(SIMPLE[k][1]) / SIMPLE[k][0] for k in plain}
    per_dotted = {k: len(DOTTED[k]) / 1.5 for k in swung}
    out: list[tuple[float, float]] = []
    covered = 0.0
    for start, length in metre.cells:
        if start < covered - 1e-6:
            continue
        if length == 1.5:
            notes = DOTTED[_draw(rng, swung, per_dotted, density)]
            covered = start + 1.5
        else:
            left = metre.bar - start
            even_place = abs(start % 2) < 1e-6 or (metre.bar == 3 and start == 0)
            fits = {k: v for k, v in plain.items() if SIMPLE[k][0] <= left and (SIMPLE[k][0] == 1 or even_place)}
            fits = {k: v for k, v in fits.items() if SIMPLE[k][0] < 4 or start == 0}
            kind = _draw(rng, fits or {"q": 1.0}, per_beat | {"q": 1.0}, density)
            notes, covered = SIMPLE[kind][1], start + SIMPLE[kind][0]
        out.extend((start + at, duration) for at, duration in notes)
    return tuple((at, min(duration, metre.bar - at)) for at, duration in out)
