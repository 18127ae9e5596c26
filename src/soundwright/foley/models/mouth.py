"""Noises of the mouth: whistling, eating, drinking, kissing."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import envelopes, filters, noise
from soundwright.foley import bubbles, curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.people import AGE, throat
from soundwright.foley.syrinx import row


@sound(
    "human whistle",
    ucs="HMNBlow",
    kind="event",
    natural_s=2.0,
    words="whistle whistling whistler tune wolf",
    knobs=(
        Knob("pitch", 0.5, 0, 1, "low to high", low_=0.1, high_=0.9),
        Knob("tune", 0.7, 0, 1, "one call to a tune", tune=1.0, melody=1.0, call=0.0),
    ),
)
def human_whistle(p, n, rate, rng):
    """Lips and tongue as a Helmholtz resonator: a pure tone of 0.9 to 2.5 kHz that slides, with breath beside it."""
    base = 850.0 * 2.2 ** p["pitch"]
    notes = rng.choice([0, 2, 4, 5, 7, 9, 12], 6) if rng.uniform() < p["tune"] else np.array([0, 0, 9, 9, 3])
    total = sum(lengths := rng.choice([0.18, 0.36, 0.36, 0.54], len(notes)))
    m = round(total * rate)
    edges = np.repeat(base * 2 ** (notes / 12), np.ceil(lengths * rate).astype(int))[:m]
    edges = np.pad(edges, (0, m - len(edges)), mode="edge")
    hz = filters.smooth(edges.astype(np.float32), 0.018, rate) * (
        1 + 0.006 * np.sin(2 * np.pi * 5.5 * np.arange(m) / rate)
    )
    turn = 2 * np.pi * np.cumsum(hz) / rate
    starts = np.cumsum(lengths) - lengths
    t = np.arange(m) / rate
    since = t - starts[np.searchsorted(starts, t, side="right") - 1]
    hull = np.minimum(since / 0.03, 1) ** 0.7 * curves.swell(m, rate, 0.03, 0.12)
    breath = filters.sweep(noise.white(rng, m), "band", hz, rate, q=5.0)
    x = (np.sin(turn) + 0.025 * np.sin(2 * turn)) * (1 + 0.06 * curves.turns(rng, m, rate, 30, -1, 1)) + 0.12 * breath
    return curves.peaked(x.astype(np.float32) * filters.smooth(hull.astype(np.float32), 0.006, rate), 0.6)


@sound(
    "chewing",
    ucs="FOODEat",
    kind="texture",
    natural_s=5.0,
    words="chewing eating crunch crunching munching chew mastication biting apple chips crisps",
    knobs=(
        Knob("crispness", 0.7, 0, 1, "soft and wet to crisp", soft=0.1, wet=0.05, crisp=0.9, crunchy=0.95),
        Knob("chews", 1.5, 0.8, 3.0, "bites per second", slow=1.0, fast=2.5),
    ),
)
def chewing(p, n, rate, rng):
    """Bites: a crisp wall breaks in many tiny snaps, dulled by cheeks when the mouth is shut; softer each time; wet
    smacks.
    """
    crisp = p["crispness"]
    out = np.zeros((2, n), np.float32)
    at, fresh = 0.1, 1.0
    while at * rate < n:
        m = round(rng.uniform(0.14, 0.26) * rate)
        hull = curves.contour(m, (0, 0.0), (0.15, 1.0), (0.6, 0.5), (1, 0.0))
        snaps = noise.instants(rng, m, rate, (40 + 330 * crisp) * hull * fresh)
        loud = (0.3 * rng.pareto(1.8, len(snaps)).clip(0, 8) ** 0.6).astype(np.float32)
        x = curves.puffs(rng, m, rate, snaps, rng.uniform(500, 2200, len(snaps)), np.tile(loud, (2, 1)))[0]
        x = filters.bandpass(x, 500, 3500 + 6000 * fresh * crisp, rate, 1)
        wet = bubbles.field(rng, m, rate, 170 * hull, 1.0, 3.0, slope=1, rising=0.3, width=0.1)[0]
        mouth = filters.lowpass(noise.white(rng, m), 500, rate, 1) * hull
        bite = (0.3 + crisp) * x + 0.4 * (1.15 - crisp) * wet + 0.05 * mouth
        curves.lay(out, [round(at * rate)], [bite], np.ones((2, 1)) * rng.uniform(0.7, 1))
        at += rng.normal(1, 0.1) / p["chews"]
        fresh *= 0.88
        if fresh < 0.45:
            fresh, at = 1.0, at + 0.4
    return curves.level(out)


@sound(
    "gulp",
    ucs="FOODDrnk",
    kind="event",
    natural_s=1.8,
    words="gulp gulping drink drinking swallow swallowing sip slurp slurping",
    knobs=(
        Knob("gulps", 3, 1, 8, "how many", once=1, twice=2),
        Knob("slurp", 0.2, 0, 1, "clean to slurping", slurping=1.0, slurp=1.0),
    ),
)
def gulp(p, n, rate, rng):
    """Swallows: a click of the larynx, then air squeezed through liquid in the throat, two or three low bubbles."""
    parts, at = [], 0.0
    if p["slurp"] > 0.02:
        m = round(0.5 * rate)
        draw = filters.bandpass(noise.white(rng, m), 900, 5000, rate, 1) * curves.turns(rng, m, rate, 55, 0, 1) ** 2
        parts.append((at, 0.9 * p["slurp"], curves.peaked(draw * curves.swell(m, rate, 0.2, 0.06))))
        at += 0.55 * min(p["slurp"] * 4, 1)
    for _ in range(round(p["gulps"])):
        m = round(0.3 * rate)
        hz = rng.uniform(190, 290) * np.array([1.0, 1.5, 2.2])
        starts = (np.array([0.02, 0.07, 0.12]) * rng.uniform(0.8, 1.2) * rate).astype(int)
        glug = curves.pings(m, rate, starts, hz, 22.0, np.array([[1.0, 0.6, 0.35]] * 2, np.float32), 6.0)[0]
        click = curves.puffs(rng, m, rate, [0, round(0.1 * rate)], 700.0, np.full((2, 2), 0.25, np.float32))[0]
        parts.append((at, 1.0, glug + filters.bandpass(click, 700, 4000, rate, 1)))
        at += rng.uniform(0.4, 0.6)
    return curves.peaked(envelopes.fade(row(rate, parts), rate, 0.001, 0.02), 0.7)


@sound(
    "burp",
    ucs="HMNBurp",
    kind="event",
    natural_s=1.0,
    words="burp burping belch belching",
    knobs=(AGE, Knob("length", 0.4, 0, 1, "short to long", short=0.1, long=0.95)),
)
def burp(p, n, rate, rng):
    """The gullet's sphincter flaps at 40 to 90 Hz, irregularly, into an open mouth."""
    m = round((0.35 + 1.2 * p["length"]) * rate)
    hz = (
        (95 - 40 * p["age"])
        * curves.contour(m, (0, 0.8), (0.3, 1.2), (0.8, 1.0), (1, 0.7))
        * (1 + 0.1 * curves.turns(rng, m, rate, 12, -1, 1))
    )
    x = vocal.say(
        hz,
        vocal.vowels("uh a o a uh", throat(p["age"])),
        rate,
        rng,
        jitter=0.12,
        shimmer=0.4,
        breath=0.35,
        doubling=0.3,
        tilt_hz=4500,
        open_quotient=0.35,
        damping=1.4,
    )
    return curves.peaked(x * curves.contour(m, (0, 0.0), (0.06, 0.8), (0.4, 1.0), (0.85, 0.6), (1, 0.0)), 0.8)


@sound(
    "kiss",
    ucs="HMNKiss",
    kind="event",
    natural_s=0.4,
    words="kiss kissing smooch smack kisses peck",
    knobs=(Knob("wetness", 0.4, 0, 1, "peck to smooch", dry=0.1, wet=0.9),),
)
def kiss(p, n, rate, rng):
    """Lips part on a small vacuum: a rising squeak of in-rushing air that ends in a pop."""
    m = round((0.1 + 0.22 * p["wetness"]) * rate)
    suck = filters.sweep(noise.white(rng, m), "band", curves.contour(m, (0, 900.0), (1, 3200.0)), rate, q=2.5)
    suck = (
        suck
        * curves.contour(m, (0, 0.0), (0.7, 0.6), (1, 1.0))
        * (1 - 0.7 * p["wetness"] * curves.turns(rng, m, rate, 70, 0, 1))
    )
    k = round(0.09 * rate)
    pop = curves.pings(k, rate, [0, 0], [1300.0, 2600.0], [90.0, 160.0], np.array([[1.0, 0.6]] * 2, np.float32), -3.0)[
        0
    ]
    pop += 0.5 * filters.highpass(curves.puffs(rng, k, rate, [0], 350.0, np.ones((2, 1), np.float32))[0], 800, rate, 1)
    return curves.peaked(
        row(rate, [(0, 0.3 + 0.3 * p["wetness"], curves.peaked(suck)), (m / rate - 0.004, 1.0, curves.peaked(pop))]),
        0.6,
    )
