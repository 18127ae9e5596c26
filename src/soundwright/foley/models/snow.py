"""Snow in motion: a slab that breaks and the avalanche that follows."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level


@sound("avalanche", ucs="NATDAval", kind="event", natural_s=8.0,
       words="avalanche snow slide slab mountain roaring rumble",
       knobs=(Knob("size", 0.6, 0, 1, "a sluff to a mountainside", small=0.1, big=0.85, massive=1.0),))  # fmt: skip
def avalanche(p, n, rate, rng):
    """A slab cracks off with a deep "whumpf"; the flow roars below 500 Hz in surges; its powder cloud hisses by."""
    total = round((4.5 + 5.0 * p["size"]) * rate)
    hull = curves.contour(total, (0, 0.03), (0.2, 0.25), (0.5, 1.0), (0.75, 0.7), (1, 0.0))
    surge = curves.turns(rng, total, rate, 3.0, 0.6, 1.1) * curves.turns(rng, total, rate, 11.0, 0.75, 1.1)
    roar = filters.shape(curves.wide(rng, total, 0.5), (22, 45, 120, 350, 900, 4000), (-5, 0, -1, -5, -14, -36), rate)
    cloud = filters.shape(curves.wide(rng, total, 0.2), (200, 900, 2500, 7000, 14000), (-12, -2, 0, -6, -20), rate)
    late = curves.contour(total, (0, 0.0), (0.35, 0.15), (0.6, 1.0), (1, 0.0))
    at = noise.instants(rng, total, rate, 25 * hull)
    gains = curves.pans(rng, len(at), 0.8) * rng.exponential(0.5, len(at)).astype(np.float32)
    blocks = filters.lowpass(curves.puffs(rng, total, rate, at, 22.0, gains, 0.004), 420, rate, 2)
    out = level(roar) * hull * surge + 0.35 * level(cloud) * late + 0.6 * level(blocks) * hull
    crack = takes.mix(takes.thump(rate, 42, 0.5, 0.8, 0.004), 0.5 * takes.burst(rng, rate, 0.12, 300, 5000))
    curves.lay(out, [0], [crack], np.full((2, 1), 0.9, np.float32))
    return takes.event(out, rate, 0.85, 0.6)
