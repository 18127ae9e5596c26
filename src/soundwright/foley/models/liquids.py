"""Liquids in the house: pouring, boiling, shower, tap, toilet, drain, drinking glass.

Bubbles (van den Doel 2005) again, now inside vessels: a vessel that fills is an air column closed below, so its
resonance climbs as c/4(L + 0.6 a) while the liquid rises (the Helmholtz or quarter-wave note of pouring).
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import envelopes, filters, noise
from soundwright.dsp.space import SPEED_OF_SOUND
from soundwright.foley import bubbles, curves
from soundwright.foley.model import Knob, sound

_FLOW = Knob(
    "flow",
    0.5,
    0,
    1,
    "thin to full jet",
    thin=0.1,
    trickling=0.1,
    gentle=0.2,
    low_=0.2,
    strong=0.85,
    full=0.9,
    fast=0.85,
)


def air_column_hz(fill: np.ndarray, height_m: float, radius_m: float) -> np.ndarray:
    """Quarter-wave resonance of what is left of a vessel filled to `fill` 0..1, with its end correction."""
    return SPEED_OF_SOUND / (4 * (height_m * (1 - fill) + 0.61 * radius_m))


@sound(
    "pouring",
    ucs="WATRPour",
    kind="event",
    natural_s=4.0,
    words="pour pouring glass cup drink filling fill liquid bottle mug pitcher water wine tea coffee beer",
    knobs=(
        Knob(
            "size",
            0.35,
            0,
            1,
            "shot glass to bucket",
            small=0.1,
            big=0.8,
            large=0.8,
            tall=0.5,
            cup=0.2,
            mug=0.25,
            bowl=0.5,
            pitcher=0.65,
            bottle=0.4,
            bucket=0.95,
            pail=0.95,
            tub=1.0,
            shot=0.0,
        ),
        _FLOW,
    ),
)
def pouring(p, n, rate, rng):
    """A jet falls into a vessel: bubbles and splash noise, coloured by an air column whose note rises as it fills."""
    total = max(n, round(1.2 * rate))
    height, radius = 0.10 + 0.28 * p["size"], 0.03 + 0.07 * p["size"]
    t = np.linspace(0, 1, total)
    hull = curves.swell(total, rate, 0.12, 0.25) * curves.turns(rng, total, rate, 9.0, 0.7, 1.1)
    hz = air_column_hz(0.04 + 0.92 * t, height, radius)
    per_second = (120 + 700 * p["flow"]) * hull
    jet = bubbles.field(rng, total, rate, per_second, 0.6, 2.6 + 2.4 * p["size"], slope=1.2, rising=0.1, width=0.3)
    spray = filters.shape(curves.wide(rng, total, 0.6), (200, 800, 2500, 9000), (-14, 0, -2, -14), rate) * hull
    exciter = curves.level(jet, 0.1, 9) + (0.025 + 0.05 * p["flow"]) * spray
    blown = 0.35 * exciter + 1.6 * spray * (0.025 + 0.05 * p["flow"])  # the jet drives the column as noise does
    ringing = sum(
        g * np.stack([filters.sweep(c, "band", np.minimum(m * hz, 0.45 * rate), rate, q=q) for c in blown])
        for m, g, q in ((1, 9.0, 12.0), (3, 1.4, 18.0), (5, 0.5, 20.0))
    )
    return curves.peaked(curves.level(envelopes.fade(0.4 * exciter + ringing, rate, 0.01, 0.1)), 0.7)


@sound(
    "boiling water",
    ucs="WATRBubl",
    kind="texture",
    words="boiling boil simmer simmering bubbling kettle pot stove water cooking",
    knobs=(Knob("heat", 0.6, 0, 1, "simmer to rolling boil", simmering=0.15, gentle=0.15, rolling=0.9, hard=0.9),),
)
def boiling_water(p, n, rate, rng):
    """Steam bubbles burst all over the surface of a pot: big ones in clusters, a rumble of the pot, a light hiss."""
    heat = p["heat"]
    hull = curves.turns(rng, n, rate, 3.0, 0.3, 1.0)
    big = bubbles.field(rng, n, rate, (15 + 85 * heat) * hull, 2.5, 9.0, slope=1.2, rising=0.3, risers=0.9, width=0.4)
    small = bubbles.field(rng, n, rate, 60 + 260 * heat, 0.8, 2.5, slope=1.0, rising=0.2, width=0.5)
    pot = filters.shape(curves.wide(rng, n, 0.6), (60, 140, 320, 900, 4000), (-10, -2, 0, -10, -30), rate)
    pot *= curves.turns(rng, n, rate, 11.0, 0.5, 1.2)
    hiss = filters.shape(curves.wide(rng, n), (800, 3000, 9000), (-16, 0, -8), rate)
    mix = curves.level(big, 0.075) + curves.level(small, 0.035) + (0.02 + 0.05 * heat) * pot + 0.009 * hiss
    return curves.level(mix)


@sound(
    "shower",
    ucs="WATRPlmb",
    kind="texture",
    words="shower bathroom showering bath spray water",
    knobs=(Knob("pressure", 0.6, 0, 1, "weak to full", weak=0.1, strong=0.9, full=1.0),),
)
def shower(p, n, rate, rng):
    """Jets of spray on tiles and a tub: bright dense noise, clots that splash lower as a body moves in it."""
    points = (100, 300, 800, 2500, 6000, 12000)
    spray = filters.shape(curves.wide(rng, n), points, (-26, -16, -7, -1, 0, -5), rate)
    spray *= curves.turns(rng, n, rate, 1.2, 0.75, 1.15)
    at = noise.instants(rng, n, rate, 40 + 260 * p["pressure"])
    loud = rng.exponential(0.4, len(at)).astype(np.float32)
    clots = curves.puffs(rng, n, rate, at, rng.uniform(60, 300, len(at)), curves.pans(rng, len(at)) * loud, 0.002)
    clots = filters.bandpass(clots, 350, 2600, rate, 1)
    drain = curves.level(bubbles.field(rng, n, rate, 60, 0.8, 5.0, slope=1.3, width=0.5), 0.1)
    tub = filters.shape(spray, (150, 230, 340, 470, 700), (0, 14, 4, 12, 0), rate)
    return curves.level((0.3 + 0.7 * p["pressure"]) * tub + 1.1 * clots + 0.9 * drain * (1.2 - p["pressure"]))


@sound(
    "tap",
    ucs="WATRPlmb",
    kind="texture",
    words="tap faucet sink running water basin kitchen washing washbasin bathtub hose",
    knobs=(_FLOW, Knob("vessel", 0.4, 0, 1, "steel sink to filling tub", sink=0.2, tub=0.95, bathtub=0.95)),
)
def tap(p, n, rate, rng):
    """A jet from a tap onto a sink: hissing valve noise, splatter, the sink's sheet modes and gurgle of the drain."""
    flow, deep = p["flow"], p["vessel"]
    hiss = filters.shape(curves.wide(rng, n, 0.5), (200, 700, 2000, 5000, 12000), (-20, -8, 0, -1, -10), rate)
    at = noise.instants(rng, n, rate, 150 + 350 * flow)
    gains = curves.pans(rng, len(at), 0.4) * rng.exponential(0.5, len(at)).astype(np.float32)
    patter = filters.bandpass(curves.puffs(rng, n, rate, at, rng.uniform(200, 900, len(at)), gains), 700, 6000, rate, 1)
    body = filters.shape(0.8 * hiss + patter, (150, 300, 420, 610, 900, 1300), (-4, 3, 11, 2, 8, 0), rate)
    water = bubbles.field(rng, n, rate, 90 + 260 * flow, 0.7, 2.0 + 4.0 * deep, slope=1.1, width=0.4)
    return curves.level((0.35 + 0.65 * flow) * body * (1.1 - 0.6 * deep) + curves.level(water, 0.1 + 0.75 * deep, 9))


@sound(
    "toilet flush",
    ucs="WATRPlmb",
    kind="event",
    natural_s=8.0,
    words="toilet flush flushing loo lavatory restroom wc",
    knobs=(
        Knob("force", 0.6, 0, 1, "weak to forceful", weak=0.2, strong=0.9),
        Knob("refill", 0.5, 0, 1, "quiet to loud refilling of the cistern", quiet=0.1, loud=0.9),
    ),
)
def toilet_flush(p, n, rate, rng):
    """Lever, rush of water round the bowl, the gulp of the siphon with its big bubbles, then the cistern's hiss."""
    total = round(9.0 * rate)
    noise_bed = curves.wide(rng, total, 0.5)
    rush = curves.contour(total, (0, 0.0), (0.03, 0.35), (0.1, 1.0), (0.3, 0.9), (0.42, 0.4), (0.52, 0.05), (1, 0.0))
    gulp = curves.contour(total, (0, 0), (0.22, 0.05), (0.36, 1.0), (0.46, 0.8), (0.56, 0.05), (1, 0.0))
    fill = curves.contour(total, (0, 0), (0.3, 0.2), (0.5, 0.9), (0.85, 1.0), (1, 0.0))
    bowl = filters.shape(noise_bed, (80, 220, 450, 1200, 3500, 9000), (-8, 0, 1, -3, -9, -20), rate)
    swirl = bubbles.field(rng, total, rate, 330 * rush, 1.0, 6.0, slope=1.1, rising=0.1, width=0.5)
    siphon = bubbles.field(rng, total, rate, 75 * gulp, 5.0, 15.0, slope=1.0, rising=0.35, risers=0.9, width=0.4)
    valve = filters.shape(noise_bed, (300, 900, 2400, 6000, 12000), (-26, -12, 0, -3, -12), rate)
    out = (0.4 + 0.6 * p["force"]) * rush * bowl * curves.turns(rng, total, rate, 13, 0.7, 1.2)
    out += 0.7 * curves.peaked(swirl) * p["force"] + 2.0 * curves.peaked(siphon) + 0.28 * p["refill"] * fill * valve
    click = curves.puffs(rng, total, rate, [0, round(0.11 * rate)], [300.0, 500.0], np.full((2, 2), 0.8, np.float32))
    return curves.peaked(envelopes.fade(out + filters.bandpass(click, 500, 4000, rate, 1), rate, 0.001, 0.8), 0.75)


@sound(
    "drain gurgle",
    ucs="WATRDran",
    kind="event",
    natural_s=3.0,
    words="drain gurgle draining sink plughole bathtub emptying glug",
    knobs=(Knob("size", 0.5, 0, 1, "basin to bathtub", small=0.2, big=0.8),),
)
def drain_gurgle(p, n, rate, rng):
    """The last of the water takes air with it: slugs of big bubbles that come slower and deeper, with a suck of air."""
    total = max(round((2.0 + 2.5 * p["size"]) * rate), 16)
    out = np.zeros((2, total), np.float32)
    at = 0.05
    while at < total / rate - 0.25:
        length = round(rng.uniform(0.12, 0.3) * rate)
        slug = bubbles.field(
            rng,
            length * 2,
            rate,
            55 * np.r_[np.ones(length), np.zeros(length)],
            4 + 3 * p["size"],
            9 + 7 * p["size"],
            slope=1,
            rising=0.4,
            risers=0.9,
            width=0.3,
        )
        curves.lay(out, [round(at * rate)], [slug.mean(0)], np.ones((2, 1)) * rng.uniform(0.5, 1.0))
        at += rng.uniform(0.12, 0.3) * (1 + at / 3)
    suck = filters.shape(curves.wide(rng, total, 0.7), (200, 500, 900, 3000), (-14, 0, -4, -22), rate)
    suck *= curves.turns(rng, total, rate, 9.0, 0.0, 1.0) ** 2
    return curves.peaked(envelopes.fade(curves.peaked(out) + 0.08 * suck, rate, 0.005, 0.2), 0.75)
