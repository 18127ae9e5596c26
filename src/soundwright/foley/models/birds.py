"""Larger birds: those that hoot and coo (nearly pure tones) and those that shout (a rough throat and a short tract)."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import envelopes, filters, modal
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row, syllable

SIZE = Knob(
    "size", 0.5, 0, 1, "small (higher) to large (lower)", small=0.1, little=0.15, young=0.2, big=0.85, large=0.9
)


CALLS = {"once": 1.0, "twice": 2.0, "single": 1.0}


def cry(rng, rate, seconds, hz, track, *, attack=0.03, release=0.08, **source) -> np.ndarray:
    """A shouted call `[n]`: pitch contour `hz` (values evenly spaced, drawn loosely), formant track, level with short
    ends.
    """
    n = max(round(seconds * rate), 64)
    pitch = curves.loose(rng, n, *((k / (len(hz) - 1), v) for k, v in enumerate(hz)), values=0.05)
    pitch = pitch * (1 + 0.012 * curves.turns(rng, n, rate, 18.0, -1, 1))
    x = vocal.say(pitch, track, rate, rng, **source)
    return x * curves.swell(n, rate, attack, release)


@sound(
    "crow",
    ucs="BIRDCrow",
    kind="event",
    natural_s=2.6,
    words="crow caw cawing raven rook jackdaw corvid caws",
    knobs=(SIZE, Knob("calls", 4, 1, 7, "how many caws", **CALLS)),
)
def crow(p, n, rate, rng):
    """A crow's caws: a throat near 500 Hz so hoarse that a band of 1 to 4 kHz is left of it; each crow has its own
    pitch, length and haste.
    """
    f = 1.5 ** (0.5 - p["size"])
    parts, at = [], 0.0
    tone, usual, haste = curves.about(rng, 500.0, 0.2) * f, curves.about(rng, 0.32, 0.3), curves.about(rng, 1.0, 0.5)
    rough, droop = rng.uniform(0.25, 0.6), rng.uniform(0.6, 0.85)
    for _ in range(round(p["calls"])):
        length = usual * rng.uniform(0.85, 1.15)
        track = np.array([[950, 1500, 2900], [1300, 1800, 3100], [1200, 1700, 3000], [900, 1500, 2800]]) * f
        caw = cry(
            rng,
            rate,
            length,
            (tone * 0.8, tone * 1.08, tone * 1.05, tone * 0.96, tone * droop),
            track * curves.about(rng, 1.0, 0.06),
            attack=rng.uniform(0.015, 0.05),
            release=0.1,
            jitter=0.045,
            shimmer=0.4,
            doubling=rough,
            breath=0.6,
            tilt_hz=16000,
            open_quotient=0.4,
            damping=1.8,
            top_hz=5500,
        )
        parts.append((at, rng.uniform(0.7, 1), caw))
        at += length + rng.uniform(0.15, 0.4) * haste
    return curves.peaked(filters.highpass(row(rate, parts), 500, rate), 0.8)


@sound(
    "seagull",
    ucs="BIRDSea",
    kind="event",
    natural_s=3.0,
    words="seagull gull gulls seagulls seabird mew harbour",
    knobs=(SIZE, Knob("calls", 5, 1, 9, "how many cries", **CALLS)),
)
def seagull(p, n, rate, rng):
    """A gull's long call: mewing cries that leap up near 1.1 kHz and slide down, longer first, then hurried."""
    f = 1.4 ** (0.5 - p["size"])
    parts, at = [], 0.0
    top, first, hurry = curves.about(rng, 1120, 0.15) * f, rng.uniform(0.5, 0.75), rng.uniform(0.05, 0.12)
    for k in range(round(p["calls"])):
        length = max(first - hurry * k, 0.24) * rng.uniform(0.85, 1.15)
        t = top * rng.uniform(0.94, 1.06)
        track = np.array([[1300, 2500, 4100], [1900, 3000, 4600], [1500, 2700, 4300]]) * f
        mew = cry(
            rng,
            rate,
            length,
            (t * 0.62, t * 0.98, t, t * 0.93, t * 0.68),
            track,
            attack=0.05,
            release=0.12,
            jitter=0.015,
            shimmer=0.15,
            doubling=rng.uniform(0.0, 0.25),
            breath=0.15,
            tilt_hz=12000,
        )
        parts.append((at, 0.65 + 0.35 * rng.uniform(), mew))
        at += length + rng.uniform(0.05, 0.2)
    return curves.peaked(filters.highpass(row(rate, parts), 600 * f, rate), 0.75)


@sound(
    "owl",
    ucs="BIRDPrey",
    kind="event",
    natural_s=4.2,
    words="owl hoot hooting hoots night tawny",
    knobs=(Knob("pitch", 0.75, 0, 1, "eagle owl (low) to tawny owl (high)", low_=0.1, deep=0.05, high_=0.9), SIZE),
)
def owl(p, n, rate, rng):
    """A tawny owl: one hoot, a rest, a short note, then a long trembling hoot that swells and sinks."""
    f = 340.0 * 2.5 ** p["pitch"] * 1.15 ** (0.5 - p["size"]) * curves.about(rng, 1.0, 0.12)
    soft = (1.0, 0.05, 0.12, 0.02, 0.03)
    first = syllable(
        rng,
        rate,
        rng.uniform(0.5, 0.8),
        f * 1.0,
        f * 1.06,
        f * 1.05,
        f * 0.9,
        harmonics=soft,
        breath=0.06,
        attack=0.2,
        release=0.5,
    )
    short = syllable(rng, rate, 0.1, f * 0.9, f * 0.94, harmonics=soft, breath=0.06)
    tremble = syllable(
        rng,
        rate,
        rng.uniform(0.9, 1.5),
        f * 1.0,
        f * 1.03,
        f * 1.02,
        f * 0.98,
        f * 0.85,
        harmonics=soft,
        breath=0.06,
        trill_hz=rng.uniform(11.0, 15.0),
        trill=0.02,
        pulsing=0.55,
        attack=0.3,
        release=0.3,
    )
    gap = rng.uniform(1.2, 1.8)
    return curves.peaked(row(rate, [(0, 0.9, first), (gap, 0.35, short), (gap + 0.4, 1.0, tremble)]), 0.7)


@sound(
    "pigeon",
    ucs="BIRDMisc",
    kind="event",
    natural_s=2.6,
    words="pigeon coo cooing dove doves pigeons turtledove",
    knobs=(SIZE, Knob("rolling", 0.5, 0, 1, "clear to rolling r", clear=0.0, rolling=0.9)),
)
def pigeon(p, n, rate, rng):
    """A dove's coo: soft notes of 400 to 500 Hz from a closed beak, with a roll of about 22 Hz in the long one."""
    f = 460.0 * 1.4 ** (0.5 - p["size"]) * curves.about(rng, 1.0, 0.13)
    soft = (1, 0.2, 0.05, 0.015)
    parts, at = [], 0.0
    for length, gain, bend, roll in (
        (0.28, 0.7, 0.95, 0.3),
        (0.62, 1.0, 1.1, 1.0),
        (0.3, 0.75, 0.97, 0.0),
        (0.36, 0.7, 0.92, 0.3),
    ):
        length *= rng.uniform(0.8, 1.25)
        note = syllable(
            rng,
            rate,
            length,
            f * bend * 0.93,
            f * bend,
            f * bend * 0.9,
            harmonics=soft,
            breath=0.08,
            trill_hz=rng.uniform(20, 25),
            trill=0.03 * roll * p["rolling"],
            pulsing=0.8 * roll * p["rolling"],
        )
        parts.append((at, gain, note))
        at += length + rng.uniform(0.08, 0.16)
    return curves.peaked(row(rate, parts), 0.6)


@sound(
    "woodpecker",
    ucs="BIRDMisc",
    kind="event",
    natural_s=1.4,
    words="woodpecker pecking drumming tree trunk peck",
    knobs=(
        Knob("speed", 0.5, 0, 1, "slow to fast drumming", slow=0.1, fast=0.9),
        Knob("hollow", 0.5, 0, 1, "thin branch to hollow trunk", hollow=0.95, thin=0.1),
    ),
)
def woodpecker(p, n, rate, rng):
    """A woodpecker's drum: 12 to 25 blows a second for most of a second, hurrying and fading, on a hollow trunk."""
    base = 1150.0 - 620.0 * p["hollow"]
    hz = base * np.array([1.0, 1.62, 2.4, 3.3, 4.9]) * rng.uniform(0.93, 1.07, 5)
    parts = []
    for roll in range(rng.integers(1, 3)):
        gap, at = curves.about(rng, 1.0, 0.15) / (12.0 + 13.0 * p["speed"]), rng.uniform(1.2, 1.7) * roll
        count = rng.integers(9, 20)
        for k in range(count):
            hit = modal.strike(0.0012, rate, 0.6, rng)
            tone = modal.ring(hit, hz, 0.05 * (1 + p["hollow"]) / np.arange(1, 6) ** 0.5, rng.uniform(0.3, 1, 5), rate)
            parts.append((at, np.interp(k / count, (0, 0.15, 0.5, 1), (0.5, 1, 0.9, 0.35)), tone))
            at += gap
            gap *= 0.988
    return curves.peaked(row(rate, parts), 0.8)


@sound(
    "hawk",
    ucs="BIRDPrey",
    kind="event",
    natural_s=1.9,
    words="hawk eagle falcon screech bird prey buzzard kite raptor scream",
    knobs=(SIZE, Knob("harshness", 0.5, 0, 1, "clear to rasping", clear=0.0, harsh=0.95, rasping=1.0)),
)
def hawk(p, n, rate, rng):
    """A hawk's scream: a hoarse tone that leaps to about 3.3 kHz and slides down over more than a second."""
    f = 1.4 ** (0.5 - p["size"]) * curves.about(rng, 1.0, 0.12)
    x = syllable(
        rng,
        rate,
        rng.uniform(1.2, 1.7),
        2200 * f,
        3300 * f,
        3150 * f,
        2800 * f,
        2300 * f,
        1900 * f,
        attack=0.06,
        release=0.4,
        harmonics=(1, 0.55, 0.3, 0.12),
        breath=0.15 + 0.55 * p["harshness"],
        trill_hz=60,
        pulsing=0.3,
    )
    return curves.peaked(envelopes.fade(x, rate, 0.01, 0.05), 0.7)
