"""Contacts in the ways of things: instants at which something changes its velocity at once.

A curve is fitted by a parabola over a few pictures before an instant and another after it. Where both together fit much
better than one smooth curve, and meet, the velocity jumps there: the time is where they meet, between the pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIDE_S = 0.15  # seconds on each side of an instant
FEWEST, MOST = 4, 9  # pictures on each side
NOISE = 0.0006  # of a coordinate, in picture widths (a sixth of a pixel)
GAIN = 3.0  # two curves must be so much better than one


@dataclass(frozen=True)
class Kink:
    """A jump of velocity of one coordinate (its column), in widths a second: `before` and `after`.

    `gain` is how much better two curves fit than one, a ratio of squared errors; `place` where it is.
    """

    time_s: float
    column: int
    before: float
    after: float
    gain: float
    place: float

    @property
    def jump(self) -> float:
        return abs(self.after - self.before)

    @property
    def slowing(self) -> float:
        """1 for a stop or a reversal, 0 where the speed does not change, -1 for a start from rest."""
        before, after = abs(self.before), abs(self.after)
        if self.before * self.after < 0 and min(before, after) > 0.15 * max(before, after):
            return 1.0
        return (before - after) / max(before, after, 1e-9)


def kinks(times_s: np.ndarray, values: np.ndarray, least: float) -> list[Kink]:
    """The jumps of velocity of at least `least` widths a second of curves `[pictures, columns]`.

    Of neighbours in one column the strongest is kept.
    """
    count = len(times_s)
    if count < 2 * FEWEST:
        return []
    step = float(np.median(np.diff(times_s)))
    side = int(np.clip(round(SIDE_S / step), FEWEST, MOST))
    found: list[Kink] = []
    for at in range(FEWEST, count - FEWEST + 1):
        found += [kink for kink in _split(times_s, values, at, side, step) if kink.jump >= least]
    kept: list[Kink] = []
    for one in sorted(found, key=lambda kink: -kink.jump * np.log(kink.gain)):
        if all(one.column != other.column or abs(one.time_s - other.time_s) > 1.6 * step for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda kink: kink.time_s)


def _split(times: np.ndarray, values: np.ndarray, at: int, side: int, step: float) -> list[Kink]:
    """The jumps between pictures `at - 1` and `at`, of the columns in which two curves tell more than one."""
    first, last = max(0, at - side), min(len(times), at + side)
    middle = (times[at - 1] + times[at]) / 2
    t, v, n = times[first:last] - middle, values[first:last], at - first
    if t[-1] - t[0] > 1.6 * (last - first) * step:  # pictures are missing
        return []
    (left, left_error), (right, right_error) = _fit(t[:n], v[:n], 2), _fit(t[n:], v[n:], 2)
    _, one_error = _fit(t, v, 3)
    gains = one_error / (left_error + right_error + (last - first) * NOISE**2)
    found = []
    for column in np.nonzero(gains >= GAIN)[0]:
        a, b = left[:, column], right[:, column]
        meet = _meeting(a, b, step)
        if meet is not None:
            before, after = a[1] + 2 * a[2] * meet, b[1] + 2 * b[2] * meet
            place = a[0] + a[1] * meet + a[2] * meet**2
            found.append(Kink(float(middle + meet), int(column), before, after, float(gains[column]), float(place)))
    return found


def _fit(t: np.ndarray, v: np.ndarray, degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients `[degree + 1, columns]`, lowest power first, and squared errors of the best polynomials."""
    basis = t[:, None] ** np.arange(degree + 1)
    found = np.linalg.lstsq(basis, v, rcond=None)[0]
    return found, ((basis @ found - v) ** 2).sum(axis=0)


def _meeting(left: np.ndarray, right: np.ndarray, step: float) -> float | None:
    """The instant at which two parabolas meet, near the middle; where they do not, the nearest they come."""
    c, b, a = left - right
    root = b * b - 4 * a * c
    if abs(a) < 1e-9:
        meets = np.array([-c / b]) if abs(b) > 1e-9 else np.array([])
    else:
        meets = (-b + np.array([-1, 1]) * np.sqrt(root)) / (2 * a) if root >= 0 else np.array([])
    near = meets[np.abs(meets) < 0.9 * step]
    if len(near):
        return float(near[np.abs(near).argmin()])
    grid = np.linspace(-0.6 * step, 0.6 * step, 25)
    apart = np.abs(c + b * grid + a * grid**2)
    return float(grid[apart.argmin()]) if apart.min() < 0.006 else None
