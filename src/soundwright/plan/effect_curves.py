"""Curves of an effect plan: a source's way past the listener, its pan, and how its level grows or fades."""

from __future__ import annotations

import numpy as np

from soundwright.foley.vocabulary import words_of
from soundwright.plan.effect import Curve
from soundwright.plan.effect_reader import Clause

ON_FOOT = frozenset(words_of("footsteps footstep walking running man woman person horse steps"))
SPEED_M_S, SPEED_ON_FOOT_M_S = 16.0, 3.0
NEAREST_M = 2.5  # how near the straight way of a source comes
PASSES_AT = {"approach": 0.95, "pass": 0.5, "recede": 0.05}  # share of its time at which a source is nearest
GROW_DB, FADE_DB = -26.0, -40.0
CIRCLE_S = 4.0  # one turn around the head


def motion(clause: Clause, span: tuple[float, float]) -> tuple[Curve, Curve]:
    """(distance, pan) curves of a source on a straight way past the listener, between two times in s."""
    start, end = span
    times = np.linspace(start, end, 33)
    speed = SPEED_ON_FOOT_M_S if ON_FOOT & set(words_of(clause.text)) else SPEED_M_S
    along = speed * (times - start - PASSES_AT[clause.motion] * (end - start))
    metres = np.hypot(along, NEAREST_M)
    if clause.motion != "pass":
        return _points(times, metres), []
    backwards = clause.pan is not None and clause.pan[0] > clause.pan[1]
    return _points(times, metres), _points(times, (-0.85 if backwards else 0.85) * along / metres)


def pan(clause: Clause, span: tuple[float, float], spread: float) -> Curve:
    """Where a source stands or goes to; `spread` is its place where nothing was said."""
    start, end = span
    if clause.circle:
        times = np.arange(start, end + 0.2, 0.2)
        return _points(times, 0.9 * np.sin(2 * np.pi * (times - start) / CIRCLE_S))
    left, right = clause.pan or (spread, spread)
    if left == right:
        return _points([start], [left]) if left else []
    return _points([start, end], [left, right])


def dynamics(clause: Clause, span: tuple[float, float]) -> Curve:
    """Level in dB over a step that gets louder or quieter."""
    levels = {"louder": (GROW_DB, 0.0), "quieter": (0.0, FADE_DB)}
    return _points(span, levels[clause.dynamics]) if clause.dynamics else []


def _points(times, values) -> Curve:
    return [(round(float(t), 3), round(float(x), 3)) for t, x in zip(times, values, strict=True)]
