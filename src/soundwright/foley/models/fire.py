"""Fire, after Farnell, "Designing Sound" (2010), practical 11: lapping, hissing and crackling.

Flames pull at the air below 100 Hz; gas escapes with a hiss in bursts; and stressed wood fibres snap at random
instants with energies that follow a power law, so that most crackles are tiny and a few are loud pops.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound


def crackles(rng, n: int, rate: int, per_second, *, steep: float = 1.5, bright: float = 0.5) -> np.ndarray:
    """Snaps of wood `[2, n]`: bursts of 1 to 20 ms with a splinter's short ring; energies are Pareto(`steep`).

    They come in clusters, since one snap moves the stress to the next fibre.
    """
    first = noise.instants(rng, n, rate, per_second)
    more = rng.poisson(0.8, len(first))
    at = np.concatenate([first, np.repeat(first, more) + (rng.exponential(0.05, more.sum()) * rate).astype(int)])
    at = at[at < n]
    loud = np.minimum((rng.pareto(steep, len(at)) + 1) ** 0.7 - 0.8, 7.0) / 7.0
    gains = curves.pans(rng, len(at), 0.7) * loud.astype(np.float32)
    decay = rng.uniform(350, 1800, len(at)) / (0.7 + 1.6 * loud)
    snaps = curves.puffs(rng, n, rate, at, decay, gains)
    ring = curves.pings(n, rate, at, rng.uniform(900, 3800, len(at)) * (0.6 + bright), decay * 0.8, gains * 0.7)
    return filters.bandpass(snaps, 700 + 1600 * bright, 13000, rate, 1) + ring


def lapping(rng, n: int, rate: int, low_hz: float = 28.0, high_hz: float = 140.0) -> np.ndarray:
    """Flames pulling at the air `[2, n]`: low noise whose level flickers 3 to 12 times a second, RMS about 1."""
    x = filters.bandpass(curves.wide(rng, n, 0.6), low_hz, high_hz, rate, 1)
    x = np.clip(x / max(float(x.std()), 1e-9), -1.8, 1.8)
    return x * curves.turns(rng, n, rate, 7.0, 0.25, 1.1) * curves.turns(rng, n, rate, 1.0, 0.5, 1.2)


def hissing(rng, n: int, rate: int) -> np.ndarray:
    """Escaping gas and sap `[2, n]`: noise above 1 kHz in short, rare swells (fourth power of a slow noise)."""
    swell = filters.smooth(np.abs(curves.turns(rng, n, rate, 4.0, -1, 1)) ** 4, 0.02, rate)
    x = filters.shape(curves.wide(rng, n), (500, 1500, 5000, 12000), (-26, -4, 0, -8), rate)
    return x * (0.25 + swell)


_CRACKLE = Knob(
    "crackle", 0.5, 0, 1, "quiet embers to spitting wood", crackling=0.8, crackly=0.8, popping=0.9, smouldering=0.15
)


@sound(
    "campfire",
    ucs="FIRECrkl",
    kind="texture",
    words="campfire fire crackling crackle bonfire burning wood flames logs embers",
    knobs=(Knob("size", 0.4, 0, 1, "twigs to bonfire", small=0.15, big=0.8, large=0.8, huge=1.0), _CRACKLE),
)
def campfire(p, n, rate, rng):
    """An open wood fire: crackles close by, gas hissing out of damp wood, and flames that flutter low."""
    out = crackles(rng, n, rate, 4.0 + 26.0 * p["crackle"], bright=0.6)
    air = filters.shape(curves.wide(rng, n), (80, 250, 700, 2500), (-6, 0, -5, -20), rate)
    air *= curves.turns(rng, n, rate, 8.0, 0.4, 1.1)
    flames = (0.03 + 0.06 * p["size"]) * lapping(rng, n, rate) + (0.012 + 0.05 * p["size"]) * air
    return curves.level(curves.level(out, 0.075, 2.0) + flames + 0.016 * hissing(rng, n, rate))


@sound(
    "fireplace",
    ucs="FIREBurn",
    kind="texture",
    words="fireplace hearth fire cosy cozy crackling stove indoor wood burning",
    knobs=(_CRACKLE, Knob("draught", 0.4, 0, 1, "calm to roaring chimney", calm=0.1, roaring=0.95, strong=0.8)),
)
def fireplace(p, n, rate, rng):
    """A fire in a hearth: softer, lower crackles in a stone box, and the steady draw of the chimney."""
    out = crackles(rng, n, rate, 3.0 + 15.0 * p["crackle"], bright=0.25)
    out = filters.shape(out, (150, 300, 520, 1200, 6000), (0, 6, 4, 0, -6), rate)
    draw = filters.shape(curves.wide(rng, n, 0.5), (40, 110, 260, 800, 3000), (-8, 0, -3, -16, -30), rate)
    draw *= curves.turns(rng, n, rate, 3.0, 0.6, 1.15)
    flames = 0.06 * lapping(rng, n, rate) + (0.02 + 0.13 * p["draught"]) * draw
    return curves.level(curves.level(out, 0.07, 2.0) + flames + 0.01 * hissing(rng, n, rate))


@sound(
    "big fire",
    ucs="FIRETurb",
    kind="texture",
    words="blaze inferno wildfire fire burning roaring flames house forest large",
    knobs=(Knob("size", 0.7, 0, 1, "burning shed to firestorm", big=0.7, huge=0.95, raging=1.0), _CRACKLE),
)
def big_fire(p, n, rate, rng):
    """A building alight: a turbulent roar that surges two to eight times a second, with timber that snaps and falls."""
    surge = curves.turns(rng, n, rate, 4.5, 0.5, 1.15) * curves.turns(rng, n, rate, 0.5, 0.7, 1.2)
    low = 6 * (p["size"] - 0.5)
    roar = filters.shape(
        curves.wide(rng, n, 0.3), (30, 80, 250, 700, 2500, 8000), (-4 + low, low, -3, -9, -19, -31), rate
    )
    snaps = curves.level(crackles(rng, n, rate, 8 + 50 * p["crackle"], bright=0.4), 0.03 + 0.035 * p["crackle"], 2.0)
    falls = noise.instants(rng, n, rate, 0.25)
    debris = curves.pings(n, rate, falls, rng.uniform(60, 160, len(falls)), 25.0, curves.pans(rng, len(falls)) * 0.4)
    out = 0.12 * roar * surge + 0.06 * lapping(rng, n, rate, 20, 110) + snaps + debris
    return curves.level(out + 0.015 * hissing(rng, n, rate))


@sound(
    "torch whoosh",
    ucs="FIREWhsh",
    kind="event",
    natural_s=1.4,
    words="torch whoosh fireball flame flare ignite burst flamethrower swing",
    knobs=(
        Knob("size", 0.4, 0, 1, "torch to fireball", small=0.1, big=0.8, huge=1.0),
        Knob("speed", 0.5, 0, 1, "slow to fast swing", slow=0.1, fast=0.9, quick=0.9),
    ),
)
def torch_whoosh(p, n, rate, rng):
    """A flame swept through the air: fluttering low turbulence whose band rises and falls with its speed."""
    total = round((1.7 - 0.9 * p["speed"]) * (0.8 + 0.8 * p["size"]) * curves.about(rng, 1.0, 0.2) * rate)
    speed = curves.loose(rng, total, (0, 0.0), (0.35, 1.0), (0.5, 0.85), (0.8, 0.25), (1, 0.0))
    centre = curves.about(rng, 70 + 90 * (1 - p["size"]), 0.25) * (1 + 3.0 * speed)
    flutter = 1 + 0.7 * curves.turns(rng, total, rate, rng.uniform(15.0, 28.0), -1, 1)
    low = np.stack([filters.sweep(c, "band", centre, rate, q=0.8) for c in curves.wide(rng, total, 0.6)])
    air = np.stack([filters.sweep(c, "band", 7 * centre, rate, q=0.6) for c in curves.wide(rng, total, 0.4)])
    out = (low + 0.16 * filters.lowpass(air, 2600, rate, 1)) * np.maximum(speed, 0) ** 1.5 * flutter + 0.35 * lapping(
        rng, total, rate
    ) * speed
    out += 0.05 * crackles(rng, total, rate, 12.0) * speed
    return curves.peaked(filters.highpass(out, 25, rate), 0.85)
