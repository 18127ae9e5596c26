"""Which kinks are one contact's, and how sure that contact is.

A contact is seen by several coordinates of a thing at once. How sure one is, is told by a small network from 91 figures
(`contacts.npz`, 48 and 24 units, fitted by `benchmarks/contacts.py` on drawn films whose truth is known).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from soundwright.video import kinks

NEAR = 0.15  # widths within which kinks are one contact's
COORDINATES = 14  # of a track's curves: seven across, seven down
MIDDLES, SIDES = (0, 7), (1, 2, 8, 9)  # columns of them; the others are tips, and from 7 on they go down
DOWN = 7
FAR = 6.0  # deviations at which a figure is held


@dataclass(frozen=True)
class Sighting:
    """A kink and whose it is: a track, whether of what comes `later`, its place, size, and length in pictures."""

    kink: kinks.Kink
    track: int
    later: bool
    x: float
    y: float
    area: float
    length: int

    @property
    def weight(self) -> float:
        return self.kink.jump * float(np.log(self.kink.gain))


def groups(found: list[Sighting], step_s: float) -> list[list[Sighting]]:
    """Kinks that are one contact's, the weightiest first in each."""
    order = sorted(found, key=lambda one: one.kink.time_s)
    times = np.array([one.kink.time_s for one in order])
    free = np.ones(len(order), bool)
    made = []
    for at in np.argsort([-one.weight for one in order], kind="stable"):
        if free[at]:
            first, last = np.searchsorted(times, (times[at] - step_s, times[at] + step_s))
            near = [i for i in range(first, last) if free[i] and abs(order[i].x - order[at].x) < NEAR]
            free[near] = False
            made.append([order[at], *(order[i] for i in near if i != at)])
    return made


def time_of(group: list[Sighting]) -> float:
    """When: the mean of the clear kinks, by their weights."""
    best = max(one.kink.gain for one in group)
    weights = np.array([one.weight * (one.kink.gain > 0.3 * best) for one in group])
    return float((weights * [one.kink.time_s for one in group]).sum() / weights.sum())


def figures(told: list[list[Sighting]], step_s: float) -> np.ndarray:
    """What tells contacts from the rest, `[groups, 91]`: 22 figures of each by itself, 56 of its 14 coordinates, 13 of
    what is beside it in time and place."""
    own = np.array([_figures(group, step_s) for group in told])
    times, across = np.array([time_of(group) for group in told]), np.array([group[0].x for group in told])
    weights, stops = own[:, WEIGHT], own[:, STOPS]
    beside = []
    for at in range(len(told)):
        near = (np.abs(times - times[at]) < 0.2) & (np.abs(across - across[at]) < 0.2)
        near[at] = False
        around = np.abs(times - times[at]) < 1.5
        here = np.abs(across - across[at]) < 0.12
        later = times - times[at]
        beside.append((
            weights[at] - weights[near].max(initial=-np.inf) if near.any() else 2.0,
            stops[at] - stops[near].max(initial=-np.inf) if near.any() else 2.0,
            weights[at] - np.quantile(weights[around], 0.9),
            near.sum() / 8,
            around.sum() / 40,
            *_rival(weights, later, weights[at], here & (later < 0) & (later > -2.0)),
            *_rival(weights, later, weights[at], here & (later > 0) & (later < 2.0)),
            across[at],
            np.log(30 * step_s),
        ))  # fmt: skip
    return np.hstack([own, np.array([_coordinates(group) for group in told]), np.array(beside)])


def _rival(weights: np.ndarray, later: np.ndarray, own: float, those: np.ndarray) -> tuple[float, float, float]:
    """Of others at one place the weightiest: how much weightier than this one, how far in time, and how many are."""
    if not those.any():
        return 0.0, 0.0, 0.0
    best = np.flatnonzero(those)[np.argmax(weights[those])]
    heavier = float((weights[those] > own).sum()) / 5
    return float(weights[best]) - own, float(np.log(abs(later[best]) + 0.02)), heavier


def _coordinates(group: list[Sighting]) -> list[float]:
    """The weightiest kink of each of the 14 coordinates: how clear, velocities before and after, how it slows."""
    found = [0.0] * 4 * COORDINATES
    for one in sorted(group, key=lambda one: one.weight):
        kink = one.kink
        found[4 * kink.column : 4 * kink.column + 4] = [
            float(np.log(kink.gain)) / 2, _speed(kink.before), _speed(kink.after), kink.slowing,
        ]  # fmt: skip
    return found


def _speed(widths_s: float) -> float:
    return float(np.sign(widths_s) * np.log1p(abs(widths_s) / 0.1))


STOPS, WEIGHT = 7, 14  # columns of `_figures`


def _figures(group: list[Sighting], step_s: float) -> list[float]:
    """One contact's figures: how clear and how large its jumps are, how many agree, what stops, starts, comes down or
    goes up, what is seen from before and from after, its size, how long its thing was followed, and how scattered its
    kinks are."""

    def log(value: float) -> float:
        return float(np.log(value + 0.05))

    def heard(test) -> float:
        return log(sum(one.weight for one in group if test(one.kink)))

    def clearest(columns) -> float:
        return max((float(np.log(one.kink.gain)) for one in group if one.kink.column in columns), default=0.0)

    weights = np.array([one.weight for one in group])
    whole = float(weights.sum())
    times = np.array([one.kink.time_s for one in group])
    scatter = float(np.sqrt((weights * (times - (weights * times).sum() / whole) ** 2).sum() / whole)) / step_s
    tips = set(range(14)) - set(MIDDLES) - set(SIDES)
    stops = sum(one.weight for one in group if one.kink.slowing > 0.6)
    starts = sum(one.weight for one in group if one.kink.slowing < -0.3)
    before = sum(one.weight for one in group if not one.later)
    return [
        clearest(MIDDLES),
        clearest(SIDES),
        clearest(tips),
        log(max((one.kink.jump for one in group if one.kink.column in MIDDLES), default=0.0)),
        log(max((one.kink.jump for one in group if one.kink.column not in MIDDLES), default=0.0)),
        min(len(group), 24) / 8,
        len({one.track for one in group}),
        log(stops),
        log(starts),
        heard(lambda kink: kink.column >= DOWN and kink.before > 0.15 and kink.after < 0.5 * kink.before),
        heard(lambda kink: kink.column >= DOWN and kink.before < -0.15 and kink.after > 0.5 * kink.before),
        heard(lambda kink: kink.column < DOWN and kink.slowing > 0.6),
        log(before),
        log(whole - before),
        log(whole),
        float(np.log(group[0].area + 1e-5)),
        min(group[0].length / 30, 3.0),
        scatter,
        log(max((abs(one.kink.before) for one in group if one.kink.slowing > 0.6), default=0.05)),
        stops / whole,
        starts / whole,
        group[0].y,
    ]


@cache
def _network() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).with_name("contacts.npz")) as file:
        return dict(file)


def sure(figures: np.ndarray, net: dict[str, np.ndarray] | None = None) -> np.ndarray:
    """How sure each contact is, 0 to 1, by the shipped network or another of its form."""
    net = net or _network()
    x = np.clip((figures - net["mean"]) / net["spread"], -FAR, FAR)
    for layer in ("1", "2"):
        x = np.tanh(x @ net[f"w{layer}"] + net[f"b{layer}"])
    return 1 / (1 + np.exp(-(x @ net["w3"] + net["b3"])))
