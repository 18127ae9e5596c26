"""Escaping gas: steam and leaks, where a jet's turbulence is the source (Lighthill's eighth power made plain)."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound


@sound(
    "steam hiss",
    ucs="WATRStm",
    kind="texture",
    words="steam hiss hissing vapor vapour pipe radiator locomotive leak espresso",
    knobs=(
        Knob("pressure", 0.5, 0, 1, "wisp to blast", soft=0.1, gentle=0.15, strong=0.85, high_=0.9, blasting=1.0),
        Knob("wetness", 0.3, 0, 1, "dry jet to spitting water", dry=0.0, wet=0.8, spitting=1.0),
    ),
)
def steam_hiss(p, n, rate, rng):
    """A jet of steam: noise that peaks at f = 0.2 U/d, brighter with pressure, with spits of water in it."""
    peak = 2200.0 * 3.2 ** p["pressure"]
    points = (peak / 16, peak / 4, peak, 3 * peak)
    jet = filters.shape(curves.wide(rng, n, 0.6), points, (-34, -12, 0, -7), rate)
    jet *= curves.turns(rng, n, rate, 1.1, 0.85, 1.1) * (
        1 - p["wetness"] * curves.turns(rng, n, rate, 16.0, -0.2, 0.75)
    )
    at = np.flatnonzero(rng.uniform(size=n) < 40.0 * p["wetness"] / rate)
    spit = curves.puffs(rng, n, rate, at, rng.uniform(60, 300, len(at)), curves.pans(rng, len(at), 0.3), 0.001)
    return curves.level(0.1 * jet + 0.16 * filters.bandpass(spit, 900, 7000, rate, 1))


@sound(
    "air leak",
    ucs="AIRHiss",
    kind="event",
    natural_s=2.0,
    words="air leak hiss deflate tire tyre pneumatic release brake pressure deflating balloon gas spray aerosol",
    knobs=(
        Knob("pressure", 0.6, 0, 1, "sigh to burst", soft=0.1, strong=0.9, sudden=0.9),
        Knob("size", 0.4, 0, 1, "pinhole to valve", small=0.1, thin=0.05, big=0.85),
    ),
)
def air_leak(p, n, rate, rng):
    """Compressed air let out: a sudden jet whose pitch and loudness sink as the pressure behind it runs down."""
    total = round((0.5 + 2.2 * (1 - 0.5 * p["pressure"])) * rate)
    t = np.arange(total) / rate
    left = np.exp(-t / (0.22 * total / rate)).astype(np.float32)
    peak = (7500.0 - 5200.0 * p["size"]) * (0.45 + 0.55 * left)
    jet = np.stack([filters.sweep(c, "band", peak, rate, q=0.6) for c in curves.wide(rng, total, 0.7)])
    attack = 1 - np.exp(-t / (0.02 - 0.018 * p["pressure"]))
    pop = curves.puffs(rng, total, rate, [0], [90.0], np.ones((2, 1), np.float32) * p["pressure"] * p["size"])
    out = jet * attack * left * np.minimum((t[-1] - t) / 0.05, 1) + 0.7 * filters.lowpass(pop, 900, rate)
    return curves.peaked(out.astype(np.float32), 0.75)
