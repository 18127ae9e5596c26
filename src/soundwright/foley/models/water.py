"""Water in the open: waves that break, streams, rivers, falls, drips, and what is heard below the surface.

Running water is a population of bubbles (`foley.bubbles`, van den Doel 2005) over the noise of turbulence; the
faster it falls, the more the noise covers the bubbles.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import envelopes, filters, noise
from soundwright.foley import bubbles, curves
from soundwright.foley.model import Knob, sound

_FLOW = Knob(
    "flow",
    0.5,
    0,
    1,
    "trickle to strong flow",
    trickling=0.1,
    gentle=0.25,
    calm=0.2,
    small=0.2,
    quiet=0.2,
    fast=0.8,
    strong=0.85,
    rushing=0.9,
    big=0.85,
    raging=1.0,
)


def _breakers(rng, n, rate, period_s, size):
    """Level curves `[4, n]` of one shore: rumble, crash, hiss of the wash and fizz of the foam, wave after wave."""
    control = 100
    few = n * control // rate + 2
    curves_out = np.zeros((4, few), np.float32)
    at = -rng.uniform(0.3, 1.0) * period_s
    while at < n / rate + 2:
        strength = rng.uniform(0.55, 1.0)
        build, wash = rng.uniform(0.26, 0.36) * period_s, rng.uniform(0.3, 0.42) * period_s
        t = np.arange(few) / control - at
        rise = np.clip(t / build, 0, None)
        since = t - build
        before = np.where(since < 0, np.clip(rise, 0, 1) ** 3, 0.0)
        crash = before + np.where(since >= 0, np.exp(-since / (0.16 * period_s)), 0.0)
        low = np.where(since < 0, np.clip(rise, 0, 1) ** 2, np.exp(-np.maximum(since, 0) / (0.22 * period_s)))
        late = np.clip(since + 0.1 * build, 0, None) / (0.4 * wash)
        hiss = np.where(late > 0, late * np.exp(1 - late), 0.0)
        later = np.clip(since - 0.25 * wash, 0, None) / (0.55 * wash)
        fizz = np.where(later > 0, later**1.5 * np.exp(1.5 - 1.5 * later), 0.0)
        curves_out += strength * np.stack([low * (0.5 + size), crash, 0.7 * hiss, fizz])
        at += period_s * np.clip(rng.normal(1.0, 0.1), 0.75, 1.3)
    x = np.arange(n) * (control / rate)
    return np.stack([np.interp(x, np.arange(few), c) for c in curves_out]).astype(np.float32)


@sound(
    "ocean waves",
    ucs="WATRSurf",
    kind="texture",
    words="waves surf ocean sea shore breakers seaside coast wave tide swell",
    knobs=(
        Knob(
            "size",
            0.5,
            0,
            1,
            "small lapping waves to heavy surf",
            small=0.15,
            gentle=0.2,
            calm=0.15,
            big=0.8,
            large=0.8,
            heavy=0.9,
            huge=1.0,
            crashing=0.85,
            stormy=0.95,
            rough=0.85,
        ),
        Knob("period", 8.0, 6.0, 12.0, "seconds from wave to wave", slow=11.0, lazy=11.0, fast=6.5, choppy=6.0),
    ),
)
def ocean_waves(p, n, rate, rng):
    """Breaking waves: each swells, plunges with a broad roar, and draws back as hiss and a fizz of small bubbles."""
    size, period = p["size"], p["period"]
    x, foam = curves.wide(rng, n, 0.25), curves.wide(rng, n, 0.1)
    low_band = filters.shape(x, (40, 90, 250, 700, 2000), (-10, 0, 0, -12, -34), rate)
    crash_band = filters.shape(x, (80, 250, 700, 2500, 9000), (-16, -4 + 3 * size, 0, -8, -22), rate)
    hiss_band = filters.shape(x, (300, 1000, 3000, 6000, 14000), (-26, -8, 0, -3, -12), rate)
    fizz_band = filters.shape(foam * np.abs(foam), (1000, 3000, 6000, 12000), (-20, -3, 0, -8), rate)
    out = np.zeros((2, n), np.float32)
    for k, (share, pan, stretch) in enumerate(
        ((1.0, rng.uniform(-0.3, 0.3), 1.0), (0.3, -0.8, 1.13), (0.3, 0.8, 0.93))
    ):
        low, crash, hiss, fizz = _breakers(rng, n, rate, period * stretch, size)
        wash = 1.4 * low * low_band + 0.9 * crash * crash_band + 0.6 * hiss * hiss_band + 0.22 * fizz * fizz_band
        if k:  # the neighbours break in the same noise, a third of the time away
            wash = np.roll(wash, k * n // 3, axis=1)
        else:
            wash += 0.35 * bubbles.field(rng, n, rate, 260.0 * (0.3 * crash + fizz), 0.4, 2.5, slope=1.5, width=0.9)
        left, right = np.cos((pan + 1) * np.pi / 4), np.sin((pan + 1) * np.pi / 4)
        out += wash * np.array([[left], [right]], np.float32) * np.float32(1.41 * share)
    roar = filters.shape(curves.wide(rng, n, 0.2), (50, 150, 500, 2000, 8000), (-8, 0, -6, -18, -36), rate)
    return curves.level(out + 0.11 * roar * curves.turns(rng, n, rate, 0.2, 0.7, 1.2))


@sound(
    "lapping water",
    ucs="WATRLap",
    kind="texture",
    words="lapping lake water shore dock harbor boat ripples sloshing",
    knobs=(Knob("size", 0.4, 0, 1, "ripples to slaps on a hull", small=0.1, gentle=0.2, big=0.9),),
)
def lapping_water(p, n, rate, rng):
    """Small waves at a bank: soft slaps every second or two, each trapping air that gurgles out in larger bubbles."""
    rate_hz = 1.1 - 0.4 * p["size"]
    at = noise.instants(rng, n, rate, rate_hz)
    loud = rng.uniform(0.3, 1.0, len(at))
    hull = np.zeros(n, np.float32)
    for start, gain in zip(at, loud, strict=True):
        length = round(rng.uniform(0.35, 0.9) * rate)
        piece = curves.contour(length, (0, 0.0), (0.2, 1.0), (0.5, 0.35), (1, 0.0))[: n - start]
        hull[start : start + len(piece)] += gain * piece
    gurgle = bubbles.field(rng, n, rate, 8 + 160 * hull, 1.2, 5.0 + 5 * p["size"], slope=1.3, width=0.8)
    wash = filters.shape(curves.wide(rng, n), (120, 350, 900, 3000, 9000), (-16, 0, -3, -12, -24), rate) * hull
    calm = filters.shape(curves.wide(rng, n), (200, 800, 3000), (-6, 0, -16), rate)
    return curves.level(curves.level(gurgle, 0.08) + 0.4 * wash + 0.02 * calm)


@sound(
    "stream",
    ucs="WATRFlow",
    kind="texture",
    words="stream brook creek trickle babbling gurgling burbling rill water",
    knobs=(_FLOW,),
)
def stream(p, n, rate, rng):
    """A brook: several little falls, each a busy population of bubbles of its own sizes, over a light hiss."""
    flow = p["flow"]
    out = np.zeros((2, n), np.float32)
    for _ in range(5):
        centre = rng.uniform(1.0, 3.2) * (0.8 + 0.7 * flow)
        busy = curves.turns(rng, n, rate, rng.uniform(1.5, 4.0), 0.0, 1.0) ** 2 + 0.15
        spot = bubbles.field(
            rng, n, rate, (40 + 120 * flow) * busy, 0.45 * centre, 1.8 * centre, slope=1.0, rising=0.12, width=0.25
        )
        out += curves.level(spot, 0.1) * curves.pans(rng, 1, 0.9) * 1.4
    fine = curves.level(bubbles.field(rng, n, rate, 160 + 300 * flow, 0.3, 1.0, slope=1.2, width=0.9), 0.1)
    hiss = filters.shape(curves.wide(rng, n), (150, 500, 1500, 4000, 12000), (-18, -8, 0, -3, -14), rate)
    return curves.level(out + 0.8 * fine + (0.05 + 0.09 * flow) * hiss * curves.turns(rng, n, rate, 1.5, 0.75, 1.2))


@sound(
    "river",
    ucs="WATRFlow",
    kind="texture",
    words="river rapids flowing rushing water current torrent whitewater",
    knobs=(_FLOW,),
)
def river(p, n, rate, rng):
    """A wide flow: the noise of rapids with slow surges, and the gurgle of the bank close by."""
    flow = p["flow"]
    surge = curves.turns(rng, n, rate, 0.7, 0.75, 1.2) * curves.turns(rng, n, rate, 6.0, 0.85, 1.15)
    points = (60, 200, 500, 1200, 3000, 8000, 16000)
    body = (
        filters.shape(curves.wide(rng, n), points, (-16 + 8 * flow, -7 + 5 * flow, -1, 0, -5, -13, -24), rate) * surge
    )
    bank = bubbles.field(rng, n, rate, 120 + 260 * flow, 0.8, 5.0 + 3.0 * flow, slope=1.2, rising=0.1, width=0.8)
    return curves.level((0.035 + 0.06 * flow) * body + curves.level(bank, 0.1 - 0.03 * flow))


@sound(
    "waterfall",
    ucs="WATRFall",
    kind="texture",
    words="waterfall cascade falls cataract fall water",
    knobs=(
        Knob("size", 0.5, 0, 1, "garden cascade to great falls", small=0.1, big=0.85, huge=1.0, great=0.95, large=0.85),
        Knob("nearness", 0.6, 0, 1, "muffled to spray in the face", near=0.9, close=0.95),
    ),
)
def waterfall(p, n, rate, rng):
    """Falling water: steady broadband roar, lower for a greater fall, with clots of water that splash on the rocks."""
    size, near = p["size"], p["nearness"]
    points = (40, 120, 400, 1200, 4000, 10000, 18000)
    low = 14 * (size - 0.6)
    roar = filters.shape(
        curves.wide(rng, n, 0.2),
        points,
        (-14 + low, -8 + low, -3 + low / 2, 0, -4 - 5 * (1 - near), -10 - 10 * (1 - near), -20 - 12 * (1 - near)),
        rate,
    )
    at = noise.instants(rng, n, rate, 240)
    clots = curves.puffs(
        rng,
        n,
        rate,
        at,
        rng.uniform(25, 140, len(at)),
        curves.pans(rng, len(at), 0.9) * rng.exponential(0.5, len(at)).astype(np.float32),
        0.006,
    )
    clots = filters.bandpass(clots, 500 * 1.6 ** (1 - 2 * size), 7000, rate, 1)
    drops = bubbles.field(rng, n, rate, 350, 0.3, 1.6, slope=1.4, width=0.9)
    return curves.level(roar + 0.5 * near * clots + near * (1.1 - size) * curves.level(drops, 0.35, 9))


@sound(
    "dripping water",
    ucs="WATRDrip",
    kind="texture",
    words="drip drips dripping drop droplet droplets leak leaking plop water leaky cave",
    knobs=(
        Knob("drip_rate", 1.6, 0.4, 8, "drops per second", slow=0.6, fast=4.0, steady=1.6, quick=4.0),
        Knob("depth", 0.5, 0, 1, "shallow sink (high plink) to deep pool (low plop)", shallow=0.1, deep=0.9),
        Knob("metal", 0, 0, 1, "open water to a metal bucket", metal=1, bucket=1, pan=1, pot=1, tin=1),
    ),
)
def dripping_water(p, n, rate, rng):
    """Drops fall nearly in time into water: a click of impact, then the bubble it shut in rings, its pitch rising."""
    gap = 1 / p["drip_rate"]
    count = int(n / rate / gap) + 3
    at = (np.cumsum(rng.uniform(0.8, 1.2, count)) * gap - rng.uniform(0.75, 1.0) * gap) * rate
    at = np.maximum(at, 0).astype(int)
    at = at[at < n]
    loud = rng.uniform(0.5, 1.0, len(at)).astype(np.float32)
    pan = curves.pans(rng, len(at), 0.25) * loud
    base = 1500.0 * 0.3 ** p["depth"]
    out = 0.12 * filters.bandpass(curves.puffs(rng, n, rate, at, 900.0, pan, 0.0003), 900, 9000, rate, 1)
    for part, (delay_ms, pitch, share) in enumerate(((9, 1.0, 1.0), (26, 1.63, 0.4), (55, 2.3, 0.25))):
        keep = rng.uniform(size=len(at)) < (1.0, 0.6, 0.5)[part]
        when = at[keep] + (rng.uniform(0.7, 1.4, keep.sum()) * delay_ms / 1000 * rate).astype(int)
        hz = base * pitch * rng.uniform(0.85, 1.2, keep.sum())
        decay = 30.0 + hz / 45.0
        out += curves.pings(n, rate, np.minimum(when, n - 1), hz, decay, pan[:, keep] * share, 0.09 * decay)
    metal = p.get("metal", 0.0)
    modes = ((430.0, 0.7), (910.0, 1.0), (1560.0, 0.8), (2380.0, 0.6), (3900.0, 0.4))  # of a bucket as it goes oval
    for hz, share in modes:
        ring = pan * np.float32(0.35 * metal * share)
        out += curves.pings(n, rate, at, hz * rng.uniform(0.99, 1.01), 9.0 + hz / 180, ring) if metal else 0.0
    return curves.level(out, 0.1, 0.85)


@sound(
    "underwater",
    ucs="WATRUndwtr",
    kind="texture",
    words="underwater submerged submarine diving ocean depths scuba deep",
    knobs=(
        Knob("activity", 0.4, 0, 1, "still to full of bubbles", still=0.05, quiet=0.1, bubbling=0.9, active=0.8),
        Knob("depth", 0.5, 0, 1, "near the surface to deep", shallow=0.1, deep=0.9),
    ),
)
def underwater(p, n, rate, rng):
    """Below the surface: a dull, heavy bed under about 400 Hz, slow pressure swells, and clusters of rising bubbles."""
    corner = 520.0 - 330.0 * p["depth"]
    bed = filters.shape(curves.wide(rng, n, 0.6), (30, 80, corner, 4 * corner), (-4, 0, -7, -42), rate)
    bed *= curves.turns(rng, n, rate, 0.35, 0.55, 1.2)
    hull = np.clip(curves.turns(rng, n, rate, 0.8, -0.9 + p["activity"], 1.0), 0, 1) ** 2
    rising = bubbles.field(
        rng, n, rate, 3 + (50 + 250 * p["activity"]) * hull, 1.6, 8.0, slope=1.4, rising=0.25, risers=0.9, width=0.6
    )
    rising = filters.lowpass(rising, 1500.0, rate, 1)
    return curves.level(0.1 * bed + curves.level(rising, 0.015 + 0.05 * p["activity"], 0.5))


@sound(
    "bubbles",
    ucs="WATRBubl",
    kind="texture",
    words="bubbles bubbling bubble blub gurgle aquarium fizzing blowing",
    knobs=(
        Knob("size", 0.5, 0, 1, "fine to big bubbles", small=0.1, tiny=0.0, fine=0.05, big=0.85, large=0.9),
        Knob("density", 0.4, 0, 1, "one by one to a boil", sparse=0.1, few=0.1, many=0.8, dense=0.9),
    ),
)
def many_bubbles(p, n, rate, rng):
    """Air let go under water: trains of bubbles from a nozzle, nearly equal in size, each with a rising blip."""
    out = np.zeros((2, n), np.float32)
    mid = 1.4 * 4.0 ** p["size"]
    for _ in range(4):
        hull = np.clip(curves.turns(rng, n, rate, rng.uniform(0.8, 2.2), -0.6 + p["density"], 1.0), 0.02, 1)
        per_second = (7.0 + 38.0 * p["density"] ** 1.5) * hull
        own = mid * rng.uniform(0.75, 1.4)
        out += bubbles.field(
            rng, n, rate, per_second, 0.75 * own, 1.35 * own, slope=1, rising=0.22, risers=0.95, width=0.5
        )
    fizz = filters.shape(curves.wide(rng, n), (500, 2000, 6000), (-20, 0, -8), rate)
    return curves.level(curves.level(out, 0.1) + 0.004 * fizz)


@sound(
    "splash",
    ucs="WATRSplsh",
    kind="event",
    natural_s=1.8,
    words="splash splashing plunge plop dive cannonball jumping thrown water",
    knobs=(
        Knob("size", 0.5, 0, 1, "pebble to body", small=0.1, little=0.15, tiny=0.0, big=0.85, large=0.85, huge=1.0),
    ),
)
def splash(p, n, rate, rng):
    """Something falls into water: the slap, the crown of spray, the cavity closing on a deep bubble, drops raining."""
    size = p["size"]
    total = round((0.9 + 1.5 * size) * rate)
    slap = curves.puffs(rng, total, rate, [0], [60.0 - 35 * size], np.ones((2, 1), np.float32), 0.002)
    slap = filters.shape(slap, (80, 250, 900, 4000, 12000), (-12 + 10 * size, 0, -2, -8, -18), rate)
    hull = curves.contour(total, (0, 0.0), (0.04, 1.0), (0.25, 0.42), (0.6, 0.1), (1, 0.0))
    spray = filters.shape(curves.wide(rng, total), (200, 700, 2500, 8000), (-14, -2, 0, -6), rate) * hull
    spray *= curves.turns(rng, total, rate, 30.0, 0.4, 1.2)
    late = curves.contour(total, (0, 0.0), (0.1, 0.5), (0.35, 1.0), (0.7, 0.4), (1, 0.0))
    drops = bubbles.field(rng, total, rate, (70 + 330 * size) * late, 0.5, 2.2 + 4.0 * size, slope=1.3, width=0.8)
    hz = np.array([300.0, 420.0, 560.0]) * 2.6 ** (0.5 - size) * rng.uniform(0.85, 1.15, 3)
    at = (np.array([0.07, 0.13, 0.2]) * (0.6 + size) * rate).astype(int)
    cavity = curves.pings(total, rate, at, hz, 16 + hz / 40, np.array([[1.0, 0.6, 0.4]] * 2, np.float32), 4.0)
    out = (
        0.5 * curves.peaked(slap)
        + 0.55 * curves.peaked(spray)
        + 0.35 * curves.peaked(cavity)
        + 0.4 * curves.peaked(drops)
    )
    return curves.peaked(envelopes.fade(out, rate, 0.0005, 0.15), 0.85)
