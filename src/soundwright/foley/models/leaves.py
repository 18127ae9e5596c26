"""Plants and wings in motion."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound


@sound(
    "rustling bushes",
    ucs="VEGELeaf",
    kind="event",
    natural_s=2.5,
    words="bush bushes rustling rustle leaves foliage hedge shrub undergrowth branches vegetation",
    knobs=(
        Knob("dryness", 0.5, 0, 1, "green to dry", green=0.1, dry=0.95, autumn=0.9),
        Knob("force", 0.5, 0, 1, "stirred to crashed through", light=0.15, violent=0.95, crashing=1.0),
    ),
)
def rustling_bushes(p, n, rate, rng):
    """Something moves in leaves: bursts of hundreds of tiny contacts, and twigs that snap when it is big."""
    total = max(min(n, round(6 * rate)), round(0.8 * rate))
    hull = np.clip(curves.turns(rng, total, rate, 3.5, -0.5, 1.0), 0.0, 1) ** 1.3 * curves.swell(total, rate, 0.05, 0.3)
    hull = np.maximum(hull, 0.6 * curves.contour(total, (0, 0.0), (0.12, 1.0), (0.3, 0.1), (1, 0.0)))
    at = noise.instants(rng, total, rate, (350 + 700 * p["force"]) * hull)
    loud = (0.1 + rng.pareto(1.9, len(at)).clip(0, 7) * 0.3).astype(np.float32)
    decay = rng.uniform(250, 1300, len(at)) * (0.6 + p["dryness"])
    ticks = curves.puffs(rng, total, rate, at, decay, curves.pans(rng, len(at), 0.6) * loud, 0.0006)
    out = curves.peaked(filters.bandpass(ticks, 900 + 1500 * p["dryness"], 9500, rate, 1))
    swish = filters.shape(curves.wide(rng, total), (300, 1000, 3000, 9000), (-18, -3, 0, -9), rate) * hull
    snaps = noise.instants(rng, total, rate, 4.0 * p["force"] ** 2)
    gains = curves.pans(rng, len(snaps), 0.5) * 0.8
    crack = curves.puffs(rng, total, rate, snaps, 220.0, gains) + curves.pings(total, rate, snaps, 900.0, 150.0, gains)
    return curves.peaked(out + 0.1 * swish + 0.2 * crack, 0.7)


@sound(
    "wings flapping",
    ucs="WINGBird",
    kind="event",
    natural_s=2.0,
    words="wings flapping flap wing flutter fluttering takeoff flock bat feathers",
    knobs=(
        Knob("size", 0.5, 0, 1, "sparrow to eagle or dragon", small=0.1, tiny=0.0, big=0.85, huge=1.0, dragon=1.0),
        Knob("haste", 0.5, 0, 1, "gliding to panic", slow=0.1, lazy=0.1, fast=0.9, panicked=1.0),
    ),
)
def wings_flapping(p, n, rate, rng):
    """Wings beat the air: a soft whoosh down and a lighter one up, 3 to 14 times a second, with rattling quills."""
    beats = 13.0 * 0.22 ** p["size"] * (0.75 + 0.5 * p["haste"])
    count = round(rng.uniform(1.2, 2.0) * beats) + 3
    out = np.zeros((2, round((count / beats + 0.3) * rate)), np.float32)
    low = 900.0 * 0.25 ** p["size"]
    at = 0.0
    for k in range(count):
        for share, gain in ((0.0, 1.0), (0.5, 0.45)):
            m = round(0.42 / beats * rate)
            air = filters.bandpass(noise.white(rng, m), low, 6 * low, rate, 1)
            quills = filters.bandpass(noise.white(rng, m), 2200, 9000, rate, 1)
            quills *= curves.turns(rng, m, rate, 90, 0, 1) ** 2
            whoosh = (air + 0.5 * quills) * curves.contour(m, (0, 0.0), (0.3, 1.0), (0.55, 0.4), (1, 0.0))
            level = gain * rng.uniform(0.8, 1) * np.interp(k / count, (0, 0.15, 0.7, 1), (0.7, 1, 0.8, 0.4))
            curves.lay(out, [round((at + share / beats) * rate)], [whoosh], curves.pans(rng, 1, 0.2) * level)
        at += rng.normal(1, 0.04) / beats
    return curves.peaked(out, 0.65)
