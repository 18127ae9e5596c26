"""Systems against each other on the same prompts: who is better, and what may be nothing but noise.

Conventions
-----------
A statistic tells a system's number on a list of prompts: a mean of clips, or a distance of a set from a reference.
Prompts are drawn again with replacement, the *same* draw for all systems (a paired bootstrap: Efron and Tibshirani
1993), since a hard prompt is hard for every one of them. As in `bootstrap`, draws are moved: an interval is the value
plus their deviations from their own mean.

A difference is called sure when its 95 % interval leaves out 0 and it rests on at least `FEWEST` shared prompts; below
that an interval of drawn prompts is too narrow to be believed. A system's place is 1 plus the number of those that are
surely better, so that all which cannot be told apart from the best share the first place; who shares no prompt with
another has none. Nothing is corrected for
the number of comparisons: of twenty that are noise, one is called sure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Literal

import numpy as np

from soundwright import seed as seeds
from soundwright.evaluate.bootstrap import ends

FEWEST = 6  # the fewest of one sign that a two-sided sign test at 5 % believes: 2 / 2^6 = 0.031
Better = Literal["high", "low"]
Statistic = Callable[[str, tuple[str, ...]], float]


@dataclass(frozen=True)
class Standing:
    """A system's `value` over its own `prompts`, with its 95 % interval; `place` None where it met no other."""

    system: str
    value: float
    interval: tuple[float, float] | None
    prompts: int
    place: int | None = None


@dataclass(frozen=True)
class Difference:
    """`value` of `one` minus that of `other` over the prompts that both have; `better` names who surely is."""

    one: str
    other: str
    value: float
    interval: tuple[float, float] | None
    prompts: int
    better: str | None


@dataclass(frozen=True)
class Ranking:
    """All systems on one measure, the best first."""

    standings: tuple[Standing, ...]
    differences: tuple[Difference, ...]


def rank(
    statistic: Statistic,
    prompts: Mapping[str, Sequence[str]],
    better: Better | None,
    *,
    seed: int = 0,
    draws: int = 1000,
) -> Ranking:
    """The ranking of systems by `statistic(system, prompts)`, of which each has its own `prompts`.

    `better` None describes and ranks nothing. Systems without prompts are left out.
    """
    told = lru_cache(maxsize=None)(statistic)
    owned = {system: tuple(sorted(own)) for system, own in prompts.items() if own}

    def drawn(system: str, own: tuple[str, ...]) -> np.ndarray:
        return np.array([told(system, again) for again in _draws(own, seed, draws)])

    standings = []
    for system, own in owned.items():
        value = told(system, own)
        around = _around(value, drawn(system, own)) if len(own) > 1 else None
        standings.append(Standing(system, value, around, len(own)))
    if better is None:
        return Ranking(tuple(standings), ())
    differences = []
    for one, other in combinations(owned, 2):
        if shared := tuple(sorted(set(owned[one]) & set(owned[other]))):
            gap = told(one, shared) - told(other, shared)
            around = _around(gap, drawn(one, shared) - drawn(other, shared)) if len(shared) > 1 else None
            sure = around is not None and len(shared) >= FEWEST and not around[0] <= 0 <= around[1]
            winner = one if (gap > 0) == (better == "high") else other
            differences.append(Difference(one, other, gap, around, len(shared), winner if sure else None))
    sign = -1.0 if better == "high" else 1.0
    placed = [replace(row, place=_place(row.system, differences)) for row in standings]
    placed.sort(key=lambda row: (row.place or len(placed) + 1, sign * row.value))
    return Ranking(tuple(placed), tuple(differences))


def mean_of(values: Mapping[str, Mapping[str, float]]) -> Statistic:
    """The statistic of the mean over prompts of `values[system][prompt]`."""
    return lambda system, own: float(np.mean([values[system][prompt] for prompt in own]))


def _draws(own: tuple[str, ...], seed: int, draws: int) -> list[tuple[str, ...]]:
    rng = seeds.stream(seed, "paired bootstrap", *own)
    return [tuple(sorted(own[at] for at in row)) for row in rng.integers(len(own), size=(draws, len(own)))]


def _around(value: float, rows: np.ndarray) -> tuple[float, float]:
    low, high = ends(rows - rows.mean())
    return value + low, value + high


def _place(system: str, differences: Sequence[Difference]) -> int | None:
    """1 plus the number of those that are surely better than `system`; None where it met nobody."""
    own = [row for row in differences if system in (row.one, row.other)]
    return 1 + sum(row.better not in (None, system) for row in own) if own else None
