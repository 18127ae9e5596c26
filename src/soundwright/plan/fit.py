"""Length, fitted exactly: a number of whole bars and a tempo such that bars and the ring after them fill a duration.

    duration_s = bars * 60 * felt_beats / tempo_bpm + ring_s

A tempo that was asked for is kept to the letter: the ring takes the difference (1.2 s to a bar and 3 s). A tempo that
was not may move inside the style's range: every whole-number tempo and every bar count is weighed, and phrases of four
and eight bars near the usual tempo win. A loop has no ring, so its tempo is what whole bars make of the duration.
Below a bar's length the piece is one short bar at whatever tempo makes it so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from soundwright.errors import BadRequest
from soundwright.plan.song import felt_beats

SHORTEST_S, LONGEST_S = 0.3, 3600.0
SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0
LEAST_RING_S = 1.2
"""A struck chord of a soft instrument needs about a second to be heard as ending by itself."""
BEST_RING_S = (1.6, 3.2)
RING_BEYOND_BAR_S = 3.0
LOOP_TOLERANCE = 0.04
"""How far a tempo that was asked for may move so that a loop closes: 4 % is below what most listeners notice."""


@dataclass(frozen=True)
class Timing:
    """Tempo, metre and whole bars of a piece, its ring, and remarks for the person who asked."""

    tempo_bpm: float
    metre: str
    bars: int
    ring_s: float
    remarks: tuple[str, ...] = field(default=())


def fit(
    duration_s: float,
    *,
    metre: str,
    tempo: tuple[float, float, float],
    asked_bpm: float | None = None,
    loop: bool = False,
    phrase: int = 4,
) -> Timing:
    """Whole bars, tempo and ring that fill `duration_s` exactly.

    `tempo` is (slowest, wanted, fastest); `asked_bpm` overrides it. Raises `BadRequest` outside 0.3 s to one hour.
    """
    if not (math.isfinite(duration_s) and SHORTEST_S <= duration_s <= LONGEST_S):
        raise BadRequest(f"duration is {duration_s} s; it must be between {SHORTEST_S} s and {LONGEST_S:.0f} s")
    if loop:
        return _loop(duration_s, metre, tempo, asked_bpm, phrase)
    timing = _ringing(duration_s, metre, tempo, asked_bpm, phrase)
    return timing or _one_short_bar(duration_s, metre, asked_bpm or tempo[1])


def _ringing(
    duration_s: float, metre: str, tempo: tuple[float, float, float], asked_bpm: float | None, phrase: int
) -> Timing | None:
    """The best of all tempi and bar counts whose ring is in its range; None where not even one bar goes in."""
    beats = felt_beats(metre)
    slow, wanted, fast = tempo
    if asked_bpm is not None:
        tempi = [asked_bpm]
    else:
        tempi = sorted({float(bpm) for bpm in range(math.ceil(slow), math.floor(fast) + 1)} | {wanted})
    best: tuple[float, float, int] | None = None
    for bpm in tempi:
        bar_s = 60 * beats / bpm
        most = math.floor((duration_s - LEAST_RING_S) / bar_s + 1e-9)
        least = max(1, math.ceil((duration_s - bar_s - RING_BEYOND_BAR_S) / bar_s - 1e-9))
        for bars in range(least, most + 1):
            ring_s = duration_s - bars * bar_s
            cost = _tempo_cost(bpm, tempo) + _bars_cost(bars, phrase) + _ring_cost(ring_s, bar_s)
            if best is None or cost < best[0] - 1e-12:
                best = (cost, bpm, bars)
    if best is None:
        return None
    _, bpm, bars = best
    return Timing(bpm, metre, bars, duration_s - bars * 60 * beats / bpm)


def _tempo_cost(bpm: float, tempo: tuple[float, float, float]) -> float:
    slow, wanted, fast = tempo
    span = math.log(fast / slow) if fast > slow else 1.0
    return 2.0 * (math.log(bpm / wanted) / span) ** 2


def _bars_cost(bars: int, phrase: int) -> float:
    """What it costs to leave whole phrases, less in long pieces; the closing chord comes after the last bar."""
    if bars % phrase == 0:
        return 0.0
    for unit, cost in ((8, 0.05), (4, 0.1), (2, 0.3)):
        if bars % unit == 0:
            return cost * min(1.0, 24 / bars)
    return 0.6 * min(1.0, 24 / bars)


def _ring_cost(ring_s: float, bar_s: float) -> float:
    low, high = BEST_RING_S
    return 0.5 * max(0.0, low - ring_s, ring_s - max(high, 0.5 * bar_s))


def _loop(
    duration_s: float, metre: str, tempo: tuple[float, float, float], asked_bpm: float | None, phrase: int
) -> Timing:
    wanted = asked_bpm or tempo[1]
    for candidate in (metre, "2/4"):
        beats = felt_beats(candidate)
        about = duration_s * wanted / (60 * beats)
        options = []
        for bars in range(max(1, math.floor(about * 0.6)), math.ceil(about * 1.5) + 1):
            bpm = bars * beats * 60 / duration_s
            if SLOWEST_BPM <= bpm <= FASTEST_BPM:
                away = abs(math.log(bpm / wanted))
                strict = 40.0 * max(0.0, away - LOOP_TOLERANCE) if asked_bpm else 0.0
                cost = _bars_cost(bars, phrase) if bars % 2 == 0 else 0.6  # a loop has no closing bar
                options.append((6 * away + strict + cost, bars, bpm))
        if options and (min(options)[2] <= 1.6 * wanted or candidate == "2/4"):
            break
    _, bars, bpm = min(options)
    remarks = []
    if asked_bpm is not None and abs(bpm - asked_bpm) > 1e-6:
        remarks.append(f"{asked_bpm:g} bpm moved to {bpm:.2f} so that {bars} whole bars make the loop")
    if candidate != metre:
        remarks.append(f"the loop is shorter than a bar of {metre}, so it is one of {candidate}")
    return Timing(bpm, candidate, bars, 0.0, tuple(remarks))


def _one_short_bar(duration_s: float, metre: str, wanted: float) -> Timing:
    """One bar for what is shorter than a bar and its ring; the tempo is kept if a bar, or half of one, goes in."""
    least_ring = min(0.35 * duration_s, LEAST_RING_S)
    for candidate in (metre, "2/4"):
        bar_s = 60 * felt_beats(candidate) / wanted
        if bar_s <= duration_s - least_ring:
            remark = () if candidate == metre else (f"too short for a bar of {metre}: one of {candidate}",)
            return Timing(wanted, candidate, 1, duration_s - bar_s, remark)
    bpm = min(FASTEST_BPM, 60 * 2 / (duration_s - least_ring))
    ring_s = max(0.0, duration_s - 120 / bpm)
    return Timing(bpm, "2/4", 1, ring_s, (f"too short for a bar at {wanted:g} bpm: one short bar",))
