"""Heat and gas in food and drink: frying, fizzing."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import bubbles, curves
from soundwright.foley.model import Knob, sound


@sound(
    "frying",
    ucs="FOODCook",
    kind="texture",
    natural_s=6.0,
    words="frying sizzling sizzle fry pan bacon oil cooking grill steak skillet fried",
    knobs=(
        Knob("heat", 0.6, 0, 1, "gentle to fierce", low_=0.15, gentle=0.15, hot=0.85, high_=0.9),
        Knob("spatter", 0.5, 0, 1, "dry to spitting fat", spitting=0.95, popping=0.8),
    ),
)
def frying(p, n, rate, rng):
    """Water flashes to steam in hot fat: thousands of tiny pops a second, a hiss of 3 to 10 kHz, and spits of fat."""
    sway = curves.turns(rng, n, rate, 5.0, 0.7, 1.15) * curves.turns(rng, n, rate, 0.6, 0.85, 1.1)
    hiss = filters.shape(curves.wide(rng, n, 0.4), (300, 1200, 4000, 8000, 15000), (-26, -9, 0, -1, -8), rate) * sway
    at = noise.instants(rng, n, rate, (250 + 550 * p["heat"]) * sway)
    loud = (0.1 + 0.3 * rng.pareto(2.2, len(at)).clip(0, 6)).astype(np.float32)
    pops = curves.puffs(rng, n, rate, at, rng.uniform(900, 4000, len(at)), curves.pans(rng, len(at), 0.5) * loud)
    spits = noise.instants(rng, n, rate, 0.5 + 14.0 * p["spatter"])
    gains = curves.pans(rng, len(spits), 0.6) * rng.uniform(0.3, 1, len(spits)).astype(np.float32)
    fat = curves.puffs(rng, n, rate, spits, rng.uniform(80, 400, len(spits)), gains)
    tink = curves.pings(n, rate, spits, rng.uniform(1800, 4200, len(spits)), 120.0, 0.15 * gains)
    out = curves.level(filters.highpass(pops, 1500, rate, 1), 0.06, 2) + (0.03 + 0.05 * p["heat"]) * hiss
    return curves.level(out + 0.3 * filters.bandpass(fat, 1200, 9000, rate, 1) + 0.5 * tink)


@sound(
    "soda fizz",
    ucs="WATRFizz",
    kind="event",
    natural_s=4.0,
    words="fizz soda fizzing carbonated cola champagne sparkling beer can opening fizzy drink",
    knobs=(
        Knob("life", 0.6, 0, 1, "flat to freshly opened", flat=0.05, fresh=0.9),
        Knob("opening", 0.6, 0, 1, "poured already to a can that is opened", open=1.0, opening=1.0, can=1.0),
    ),
)
def soda_fizz(p, n, rate, rng):
    """A can is cracked (a snap, a burst of gas), then countless bubbles of half a millimetre burst at the surface."""
    total = max(n, round(2.0 * rate))
    fading = np.exp(-np.arange(total) / rate / (1.0 + 2.2 * p["life"])).astype(np.float32)
    at = noise.instants(rng, total, rate, (150 + 1300 * p["life"]) * fading)
    loud = (0.1 + rng.pareto(2.5, len(at)).clip(0, 5) * 0.25).astype(np.float32)
    gains = curves.pans(rng, len(at), 0.4) * loud
    fizz = curves.pings(total, rate, at, rng.uniform(4000, 13_000, len(at)), rng.uniform(700, 2500, len(at)), gains)
    hiss = filters.shape(curves.wide(rng, total, 0.5), (1500, 4000, 9000, 15000), (-20, -3, 0, -6), rate)
    drops = bubbles.field(rng, total, rate, 40 * fading, 0.5, 2.0, slope=1.3, rising=0.2, width=0.3)
    out = curves.peaked(fizz, 0.35) + 0.03 * hiss * fading + 0.3 * curves.peaked(drops)
    snap = modal.damped_sines([1450, 2700, 4300, 6900], 0.03, [1, 0.8, 0.7, 0.4], round(0.05 * rate), rate)
    burst = filters.highpass(noise.white(rng, round(0.35 * rate)), 2500, rate, 1)
    burst *= np.exp(-np.arange(len(burst)) / rate * 11)
    for part, gain, start in ((snap, 0.6, 0.0), (burst, 0.3, 0.012)):
        curves.lay(out, [round(start * rate)], [curves.peaked(part)], np.full((2, 1), gain * p["opening"]))
    return curves.peaked(out, 0.7)
