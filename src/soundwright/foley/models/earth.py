"""The ground in motion: earthquakes, falling rock, lava. Big bodies, so low notes; many of them, so no pitch."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import bubbles, curves
from soundwright.foley.model import Knob, sound

_FORCE = Knob("force", 0.6, 0, 1, "tremor to catastrophe", light=0.2, small=0.2, strong=0.8, violent=0.95, massive=1.0)


def rocks(rng, n: int, rate: int, per_second, big: float) -> np.ndarray:
    """Stones that strike stones `[2, n]`: short dull modes of 80 to 2500 Hz, sizes by a power law."""
    at = noise.instants(rng, n, rate, per_second)
    size = np.minimum(rng.pareto(1.5, len(at)) + 1, 12.0) / 12.0
    gains = curves.pans(rng, len(at), 0.9) * (size**1.1).astype(np.float32)
    out = np.zeros((2, n), np.float32)
    for ratio in (1.0, 1.61, 2.37):
        hz = ratio * (1900 - 1300 * big) * (size * 12) ** -0.8 * rng.uniform(0.7, 1.4, len(at))
        out += curves.pings(n, rate, at, hz, 40 + hz / 9, gains / ratio)
    grit = curves.puffs(rng, n, rate, at, 260.0, gains)
    return out + 0.5 * filters.bandpass(grit, 300, 5000, rate, 1)


@sound(
    "earthquake",
    ucs="NATDQuak",
    kind="texture",
    natural_s=8.0,
    words="earthquake quake tremor rumble rumbling ground shaking seismic",
    knobs=(_FORCE, Knob("rattle", 0.5, 0, 1, "open ground to a house that rattles", indoors=0.9, rattling=0.9)),
)
def earthquake(p, n, rate, rng):
    """The ground rolls below 60 Hz in surges, rock grinds, and all that stands loose rattles in the same rhythm."""
    surge = curves.turns(rng, n, rate, 0.6, 0.4, 1.1) * curves.turns(rng, n, rate, 6.0, 0.6, 1.1)
    roll = filters.shape(curves.wide(rng, n, 0.6), (18, 35, 70, 160, 500), (-6, 0, -3, -14, -36), rate)
    grind = filters.shape(curves.wide(rng, n), (60, 150, 400, 1200, 4000), (-4, 0, -7, -17, -32), rate)
    loose = rocks(rng, n, rate, (15 + 90 * p["force"]) * surge, 0.2)
    boards = modal.damped_sines([210, 340, 560, 910], 0.05, [1, 0.8, 0.6, 0.4], round(0.06 * rate), rate)
    knocks = noise.instants(rng, n, rate, 22 * p["rattle"] * surge)
    gains = curves.pans(rng, len(knocks), 0.9) * rng.exponential(0.5, len(knocks)).astype(np.float32)
    rattle = curves.lay(np.zeros((2, n), np.float32), knocks, [boards] * len(knocks), gains)
    out = curves.level(roll * surge, 0.1) + curves.level(grind * surge, 0.02 + 0.06 * p["force"])
    return curves.level(out + curves.level(loose, 0.012 + 0.02 * p["force"], 0.3) + 0.05 * p["rattle"] * rattle)


@sound(
    "rockslide",
    ucs="NATDAval",
    kind="event",
    natural_s=5.0,
    words="rockslide avalanche landslide rocks falling boulders rockfall tumbling rubble cave-in stones",
    knobs=(_FORCE, Knob("size", 0.5, 0, 1, "gravel to boulders", small=0.1, gravel=0.05, big=0.85, huge=1.0)),
)
def rockslide(p, n, rate, rng):
    """Rock lets go: a few stones first, then a mass of blows over a roar, then the last ones that roll and stop."""
    total = round((3.0 + 4.0 * p["force"]) * rate)
    hull = curves.contour(total, (0, 0.02), (0.12, 0.3), (0.3, 1.0), (0.6, 0.6), (0.85, 0.08), (1, 0.0))
    fall = rocks(rng, total, rate, np.maximum((60 + 420 * p["force"]) * hull, 0.5), p["size"])
    points = (40, 110, 300, 900, 3000, 9000)
    roar = filters.shape(curves.wide(rng, total), points, (-6 + 8 * p["size"], 0, -3, -9, -20, -34), rate)
    roar *= np.maximum(hull, 0) ** 1.2 * curves.turns(rng, total, rate, 11, 0.5, 1.2)
    return curves.peaked(curves.level(fall, 0.12, 2) + curves.level(roar, 0.05 + 0.12 * p["force"], 2), 0.85)


@sound(
    "lava",
    ucs="GEOLava",
    kind="texture",
    natural_s=8.0,
    words="lava volcano volcanic magma molten eruption bubbling",
    knobs=(Knob("activity", 0.5, 0, 1, "seething to erupting", calm=0.1, erupting=1.0, violent=1.0),),
)
def lava(p, n, rate, rng):
    """Molten rock: large, slow, viscous bubbles that plop, gas that hisses out, and the mountain's rumble."""
    hull = curves.turns(rng, n, rate, 1.2, 0.1, 1.0)
    glug = bubbles.field(rng, n, rate, (6 + 26 * p["activity"]) * hull, 9, 32, slope=1.2, rising=0.3, risers=0.8)
    rumble = filters.shape(curves.wide(rng, n, 0.5), (22, 50, 130, 400, 1500), (-3, 0, -5, -18, -40), rate)
    rumble *= curves.turns(rng, n, rate, 3.0, 0.5, 1.1)
    hiss = filters.shape(curves.wide(rng, n), (400, 1500, 4000, 9000), (-18, -3, 0, -8), rate)
    hiss *= curves.turns(rng, n, rate, 2.0, 0.0, 1.0) ** 3
    out = (
        curves.level(glug, 0.07, 0.5)
        + curves.level(rumble, 0.03 + 0.07 * p["activity"])
        + (0.005 + 0.03 * p["activity"]) * hiss
    )
    return curves.level(out)
