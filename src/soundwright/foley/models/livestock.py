"""Animals of the farm: long throats, open mouths, and hooves (`foley.vocal`)."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row

_AGE = Knob(
    "age",
    0.6,
    0,
    1,
    "young to old",
    young=0.1,
    calf=0.05,
    lamb=0.05,
    baby=0.05,
    foal=0.1,
    small=0.2,
    old=0.95,
    big=0.85,
)


@sound(
    "cow moo",
    ucs="ANMLFarm",
    kind="event",
    natural_s=2.0,
    words="cow moo mooing cattle bull calf lowing cows",
    knobs=(_AGE, Knob("length", 0.5, 0, 1, "short to long moo", short=0.1, long=0.9)),
)
def cow_moo(p, n, rate, rng):
    """A moo: a closed-mouth hum near 90 Hz that climbs, breaks an octave up as the mouth opens, and droops at the
    end; some cows slide where others break, some stay low. Nose and breath fill 1 to 3 kHz.
    """
    n = round((1.0 + 1.5 * p["length"]) * curves.about(rng, 1.0, 0.2) * rate)
    f = 1.7 ** (0.6 - p["age"]) * curves.about(rng, 1.0, 0.14)
    hold, brk, hum = rng.uniform(0.6, 1.1), rng.uniform(0.2, 0.5), rng.uniform(85, 125)
    leap = rng.choice([0.02, 0.05, 0.15])
    hz = f * curves.contour(
        n,
        (0, 85.0),
        (0.4 * brk, 0.5 * (85 + hum)),
        (brk, hum),
        (brk + leap, 255.0 * hold),
        (0.78, 270.0 * hold * rng.uniform(0.92, 1.08)),
        (0.92, 255.0 * hold),
        (1, 200.0 * hold),
    )
    hz = hz * (1 + 0.012 * curves.turns(rng, n, rate, 7, -1, 1))
    mouth = np.array(
        [
            [230, 700, 1350, 2000],
            [240, 720, 1400, 2000],
            [260, 760, 1450, 2050],
            [330, 850, 1500, 2150],
            [390, 980, 1600, 2250],
            [400, 1000, 1650, 2300],
            [380, 980, 1600, 2250],
            [330, 880, 1500, 2200],
        ]
    ) * 1.3 ** (0.6 - p["age"]) * curves.about(rng, 1.0, 0.06)  # fmt: skip
    rough = curves.contour(n, (0, 0.3), (brk, 0.5), (brk + leap, 0.1), (0.9, 0.05), (1, rng.uniform(0.2, 0.7)))
    x = vocal.say(
        hz,
        mouth,
        rate,
        rng,
        jitter=0.015,
        shimmer=0.14,
        doubling=rough,
        breath=0.12,
        tilt_hz=4500,
        open_quotient=0.58,
    )
    hull = curves.contour(
        n, (0, 0.0), (0.1, 0.1), (0.9 * brk, 0.25), (brk + leap, 0.85), (0.8, 1.0), (0.95, 0.75), (1, 0.0)
    )
    return curves.peaked(filters.highpass(x, 110 * f, rate, 1) * hull, 0.85)


def _bleat(p, rng, rate, base, trembling_hz, depth, track, seconds):
    n = round(seconds * rate)
    shake = np.sin(2 * np.pi * np.cumsum(trembling_hz * curves.turns(rng, n, rate, 3, 0.85, 1.15)) / rate)
    depth = depth * curves.loose(rng, n, (0, 0.4), (0.3, 1.0), (1, 1.1))
    hz = base * curves.loose(rng, n, (0, 0.85), (0.15, 1.03), (0.6, 1.0), (1, 0.8)) * (1 + 0.06 * depth * shake)
    x = vocal.say(
        hz,
        track * curves.about(rng, 1.0, 0.06),
        rate,
        rng,
        jitter=0.022,
        shimmer=0.22,
        breath=0.25,
        tilt_hz=14000,
        open_quotient=0.3,
        doubling=rng.uniform(0.1, 0.35),
        damping=1.1,
    )
    x = filters.lowpass(
        filters.equalise(filters.highpass(x, 1.6 * base, rate, 1), "peak", 2150.0, rate, gain_db=16.0, q=0.7),
        4500,
        rate,
        1,
    )
    return x * curves.swell(n, rate, 0.06, 0.2) * (1 - np.clip(0.75 * depth, 0, 0.9) * (0.5 + 0.5 * shake))


@sound(
    "sheep baa",
    ucs="ANMLFarm",
    kind="event",
    natural_s=1.0,
    words="sheep baa bleat bleating lamb ewe ram flock",
    knobs=(_AGE, Knob("tremble", 0.5, 0, 1, "smooth to trembling", smooth=0.1, trembling=0.9)),
)
def sheep_baa(p, n, rate, rng):
    """A sheep: a nasal "ae" on 130 to 300 Hz, its loudness shaken 8 to 12 times a second."""
    f = 2.2 ** (0.6 - p["age"]) * curves.about(rng, 1.0, 0.15)
    track = (
        np.array([[420, 1150, 2150, 3200], [560, 1250, 2250, 3300], [560, 1200, 2200, 3200], [480, 1100, 2100, 3100]])
        * f**0.35
    )
    tremble_hz, seconds = rng.uniform(8.0, 12.5), rng.uniform(0.65, 1.2)
    return curves.peaked(_bleat(p, rng, rate, 150 * f, tremble_hz, p["tremble"], track, seconds), 0.8)


@sound(
    "goat",
    ucs="ANMLFarm",
    kind="event",
    natural_s=1.1,
    words="goat bleat bleating meh goats billy kid",
    knobs=(_AGE, Knob("tremble", 0.7, 0, 1, "smooth to trembling", smooth=0.1, trembling=0.95)),
)
def goat(p, n, rate, rng):
    """A goat: like a sheep but higher and brighter, with a faster and deeper quaver (13 to 18 Hz)."""
    f = 1.9 ** (0.6 - p["age"]) * curves.about(rng, 1.0, 0.15)
    track = np.array([[600, 1600, 2600, 3700], [780, 1750, 2700, 3800], [700, 1650, 2600, 3700]]) * f**0.35
    tremble_hz, seconds = rng.uniform(13.0, 18.0), rng.uniform(0.6, 1.2)
    return curves.peaked(_bleat(p, rng, rate, 270 * f, tremble_hz, 0.3 + 0.7 * p["tremble"], track, seconds), 0.8)


@sound(
    "pig",
    ucs="ANMLFarm",
    kind="event",
    natural_s=2.6,
    words="pig oink oinking grunt grunting snort hog swine boar piglet squeal",
    knobs=(_AGE, Knob("excitement", 0.25, 0, 1, "grunts to squeals", calm=0.05, squealing=1.0, excited=0.7)),
)
def pig(p, n, rate, rng):
    """A pig: snorted grunts of 40 to 70 irregular pulses a second, below 1.2 kHz; squeals near 1 kHz when excited."""
    f = 1.7 ** (0.6 - p["age"]) * curves.about(rng, 1.0, 0.12)
    parts, at = [], 0.0
    for _ in range(rng.integers(4, 8)):
        squeal = rng.uniform() < p["excitement"] ** 2.5
        length = rng.uniform(0.4, 0.75) if squeal else rng.uniform(0.1, 0.32)
        m = round(length * rate)
        if squeal:
            hz = rng.uniform(850, 1150) * f**0.6 * curves.loose(rng, m, (0, 0.6), (0.25, 1.15), (0.7, 1.0), (1, 0.7))
            x = vocal.say(
                hz,
                np.array([[1100, 2200, 3400]]) * f**0.4,
                rate,
                rng,
                jitter=0.03,
                shimmer=0.25,
                doubling=0.25,
                breath=0.3,
                tilt_hz=7000,
            )
            x = x * curves.swell(m, rate, 0.05, 0.12)
        else:
            hz = 62 * f * curves.loose(rng, m, (0, 0.85), (0.4, 1.2), (1, 0.9), values=0.15)
            nose = np.array([[280, 420, 980, 1350], [380, 650, 1150, 1600], [300, 450, 1000, 1400]]) * f**0.4
            x = vocal.say(
                hz, nose, rate, rng, jitter=0.18, shimmer=0.5, breath=0.5, tilt_hz=900, open_quotient=0.5, damping=1.8
            )
            snort = filters.bandpass(noise.white(rng, m), 250, 1500, rate, 1) * (
                0.3 + 0.7 * np.abs(curves.turns(rng, m, rate, 60, -1, 1))
            )
            x = filters.lowpass(x + 0.3 * snort, 1100, rate, 2) * curves.contour(
                m, (0, 0.0), (0.25, 1.0), (0.6, 0.7), (1, 0.0)
            )
        parts.append((at, rng.uniform(0.6, 1), x / max(float(np.abs(x).max()), 1e-9)))
        at += length + rng.uniform(0.12, 0.3)
    return curves.peaked(row(rate, parts), 0.8)


@sound(
    "horse neigh",
    ucs="ANMLHors",
    kind="event",
    natural_s=1.9,
    words="horse neigh whinny neighing pony stallion mare whinnying horses",
    knobs=(_AGE, Knob("excitement", 0.5, 0, 1, "nicker to scream", soft=0.1, excited=0.8, frightened=0.95)),
)
def horse_neigh(p, n, rate, rng):
    """A whinny: climbs to about 1.4 kHz, then falls in a row of shakes, 9 to 14 a second, down to a grumble near 200
    Hz with much breath in it; the climb may be long or be missing.
    """
    n = round(curves.about(rng, 1.6, 0.25) * rate)
    f = 1.3 ** (0.6 - p["age"]) * curves.about(rng, 1.0, 0.13)
    top = 480 + 360 * p["excitement"]
    peak, start = rng.uniform(0.12, 0.4), rng.uniform(0.45, 0.85)
    hz = curves.loose(
        rng, n, (0, start), (peak, 1.0), (peak + 0.12, 0.98), (0.65, 0.72), (0.82, 0.45), (1, 0.3), values=0.05
    )
    hz = hz * top * f
    shakes = curves.contour(n, (0, 8.0), (0.4, 10.0), (1, 13.0)) * curves.about(rng, 1.0, 0.15)
    shake = np.sin(2 * np.pi * np.cumsum(shakes * curves.turns(rng, n, rate, 4, 0.88, 1.12)) / rate)
    depth = curves.contour(n, (0, 0.2), (peak, 0.5), (peak + 0.25, 1.0), (1, 0.9))
    hz = hz * (1 + rng.uniform(0.06, 0.12) * depth * shake)
    track = np.array(
        [
            [400, 1150, 1500, 2700],
            [450, 1250, 1650, 2900],
            [480, 1300, 1700, 2900],
            [420, 1200, 1600, 2800],
            [350, 1000, 1500, 2600],
        ]
    )
    x = vocal.say(
        hz,
        track * f**0.3 * curves.about(rng, 1.0, 0.05),
        rate,
        rng,
        jitter=0.03,
        shimmer=0.3,
        tilt_hz=7000,
        open_quotient=0.4,
        breath=curves.contour(n, (0, 0.9), (0.2, 0.4), (0.6, 0.6), (1, 2.0)),
        doubling=curves.contour(n, (0, 0.2), (0.3, 0.1), (0.6, 0.3), (1, 0.7)),
        damping=1.6,
        top_hz=16000,
    )
    hull = curves.contour(n, (0, 0.0), (0.06, 0.4), (peak, 0.9), (peak + 0.14, 1.0), (0.75, 0.4), (0.9, 0.1), (1, 0.0))
    x = filters.highpass(x, 500, rate, 1)
    return curves.peaked(x * hull * (1 - 0.5 * depth * (0.5 - 0.5 * shake)), 0.8)


@sound(
    "horse gallop",
    ucs="ANMLHors",
    kind="texture",
    natural_s=5.0,
    words="horse gallop galloping hooves trot canter hoofbeats hoof clip clop horses trotting",
    knobs=(
        Knob(
            "speed",
            0.75,
            0,
            1,
            "walk, trot, canter, gallop",
            walking=0.05,
            walk=0.05,
            trotting=0.35,
            cantering=0.6,
            galloping=0.9,
            slow=0.1,
            fast=0.95,
        ),
        Knob(
            "ground",
            0.35,
            0,
            1,
            "turf to cobbles",
            grass=0.05,
            turf=0.0,
            dirt=0.25,
            sand=0.1,
            road=0.8,
            cobbles=1.0,
            cobblestone=1.0,
            street=0.9,
            stone=1.0,
        ),
    ),
)
def horse_gallop(p, n, rate, rng):
    """Hooves in the beats of each gait (four even, two, three and a rest): a thud of soil, or the clop of a hollow
    hoof.
    """
    speed, hard = p["speed"], p["ground"]
    gait = ((0, 0.25, 0.5, 0.75), (0, 0.02, 0.5, 0.52), (0, 0.28, 0.32, 0.58), (0, 0.14, 0.3, 0.44))[
        min(int(speed * 4), 3)
    ]
    stride = np.interp(speed, (0, 0.25, 0.5, 0.75, 1), (1.05, 0.72, 0.62, 0.52, 0.42))
    out = np.zeros((2, n), np.float32)
    length = round(0.16 * rate)
    hoofs = []
    for _ in range(12):
        hit = modal.strike(0.006 - 0.0045 * hard, rate, 0.5, rng)
        thud = modal.ring(
            hit, np.array([62, 95, 150]) * rng.uniform(0.85, 1.15), [0.1, 0.07, 0.05], [1, 0.8, 0.5], rate
        )
        clop = modal.ring(
            hit,
            np.array([620, 1050, 1650, 2500]) * rng.uniform(0.8, 1.2),
            [0.045, 0.035, 0.025, 0.02],
            [1, 0.8, 0.5, 0.3],
            rate,
        )
        dirt = filters.bandpass(noise.white(rng, length), 250 + 900 * hard, 2500 + 4000 * hard, rate, 1)
        dirt *= np.exp(-np.arange(length) / rate * (35 + 60 * hard)) * np.minimum(np.arange(length) / (0.004 * rate), 1)
        hoofs.append(
            row(
                rate,
                [
                    (0, 1.4 * (1 - 0.6 * hard), curves.peaked(thud)),
                    (0, hard, curves.peaked(clop)),
                    (0.002, 0.1 + 0.35 * (1 - hard), curves.peaked(dirt)),
                ],
            )
        )
    at = rng.uniform(0, 0.3) * stride
    while at * rate < n:
        for k, beat in enumerate(gait):
            start = round((at + (beat + rng.normal(0, 0.012)) * stride) * rate)
            if 0 <= start < n:
                gain = (0.85, 0.75, 0.9, 1.0)[k] * rng.uniform(0.75, 1.0)
                curves.lay(out, [start], [hoofs[rng.integers(12)]], curves.pans(rng, 1, 0.25) * gain)
        at += stride * rng.normal(1, 0.015)
    return curves.level(out)


@sound(
    "donkey",
    ucs="ANMLFarm",
    kind="event",
    natural_s=3.2,
    words="donkey bray braying mule ass hee haw",
    knobs=(_AGE, Knob("brays", 3, 1, 5, "how many hee-haws", once=1, twice=2)),
)
def donkey(p, n, rate, rng):
    """A bray: a squeaking breath in ("hee", near 900 Hz) and a rough shout out ("haw", near 300 Hz), in turn."""
    f = 1.4 ** (0.6 - p["age"]) * curves.about(rng, 1.0, 0.13)
    parts, at = [], 0.0
    for _ in range(round(p["brays"])):
        for seconds, base, track, rough, breath in (
            (0.42, 880, [[600, 1900, 3000]], 0.15, 0.9),
            (0.6, 300, [[700, 1200, 2500]], 0.4, 0.35),
        ):
            m = round(seconds * rng.uniform(0.8, 1.25) * rate)
            hz = base * f * curves.loose(rng, m, (0, 0.8), (0.3, 1.1), (1, 0.85))
            x = vocal.say(
                hz,
                np.array(track) * f**0.4,
                rate,
                rng,
                jitter=0.04,
                shimmer=0.25,
                doubling=rough,
                breath=breath,
                tilt_hz=7000,
            )
            parts.append((at, 0.6 if base > 500 else 1.0, x * curves.swell(m, rate, 0.06, 0.12)))
            at += m / rate + 0.04
    return curves.peaked(row(rate, parts), 0.8)
