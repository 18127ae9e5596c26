"""Fowl of pond and yard: a rough throat and a short tract (`birds.cry`)."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.birds import CALLS, SIZE, cry
from soundwright.foley.syrinx import row


@sound(
    "duck",
    ucs="BIRDFowl",
    kind="event",
    natural_s=2.2,
    words="duck quack quacking ducks mallard pond",
    knobs=(SIZE, Knob("calls", 5, 1, 9, "how many quacks", **CALLS)),
)
def duck(p, n, rate, rng):
    """A mallard's quacks: a raucous buzz near 210 Hz heard at 1 to 3 kHz, its harmonics blurred; some rows fade and
    hurry, some go on evenly.
    """
    f = 1.35 ** (0.5 - p["size"])
    parts, at = [], 0.0
    own, usual, gap = curves.about(rng, 210, 0.15) * f, curves.about(rng, 0.25, 0.25), curves.about(rng, 0.13, 0.6)
    shrink = rng.uniform(0.0, 0.14)
    for k in range(round(p["calls"])):
        length = max(usual * (1.2 - shrink * k), 0.12) * rng.uniform(0.85, 1.15)
        hz = own * rng.uniform(0.93, 1.07)
        track = np.array([[900, 1500, 2300, 3300], [1250, 1950, 2500, 3500], [1050, 1750, 2300, 3300]]) * f
        quack = cry(
            rng,
            rate,
            length,
            (hz * 0.9, hz * 1.06, hz, hz * 0.84),
            track * curves.about(rng, 1.0, 0.07),
            attack=0.02,
            release=0.06,
            jitter=0.045,
            shimmer=0.4,
            doubling=rng.uniform(0.05, 0.3),
            breath=0.4,
            tilt_hz=14000,
            open_quotient=0.35,
            damping=1.6,
            top_hz=5500,
        )
        parts.append((at, max(1 - shrink * k, 0.4) * rng.uniform(0.75, 1), filters.highpass(quack, 1000 * f, rate)))
        at += length + gap * rng.uniform(0.5, 2.0)
    return curves.peaked(row(rate, parts), 0.8)


@sound(
    "goose",
    ucs="BIRDFowl",
    kind="event",
    natural_s=2.0,
    words="goose geese honk honking swan",
    knobs=(SIZE, Knob("calls", 4, 1, 9, "how many honks", **CALLS)),
)
def goose(p, n, rate, rng):
    """A goose honks: brassy, its pitch breaking up from 350 to 550 Hz within each call."""
    f = 1.4 ** (0.5 - p["size"])
    parts, at = [], 0.0
    own, usual, leap = curves.about(rng, 365, 0.13) * f, curves.about(rng, 0.27, 0.25), rng.uniform(1.35, 1.6)
    for _ in range(round(p["calls"])):
        length = usual * rng.uniform(0.85, 1.15)
        hz = own * rng.uniform(0.94, 1.06)
        track = np.array([[700, 1400, 2600], [1100, 1800, 3000], [900, 1500, 2700]]) * f
        parts.append(
            (
                at,
                rng.uniform(0.7, 1),
                cry(
                    rng,
                    rate,
                    length,
                    (hz, hz * 1.05, hz * leap, hz * leap * 0.97, hz * 1.1),
                    track,
                    jitter=0.018,
                    shimmer=0.2,
                    breath=0.15,
                    tilt_hz=10000,
                    top_hz=6500,
                ),
            )
        )
        at += length + rng.uniform(0.1, 0.3)
    return curves.peaked(row(rate, parts), 0.75)


@sound(
    "rooster",
    ucs="BIRDFowl",
    kind="event",
    natural_s=2.4,
    words="rooster cock crowing cockerel cockadoodledoo farm",
    knobs=(SIZE, Knob("last_note", 0.5, 0, 1, "short to long last note", short=0.1, long=0.9)),
)
def rooster(p, n, rate, rng):
    """A rooster's crow in four notes at 600 to 900 Hz, "co-ck-a" hoarse and broken, then "doo" held, sinking, and
    shaking before it stops; harmonics strong at 1.5 kHz.
    """
    f = 1.35 ** (0.5 - p["size"]) * curves.about(rng, 1.0, 0.1)
    held = (0.7 + 0.9 * p["last_note"]) * curves.about(rng, 1.0, 0.2)
    haste, sink, peak = curves.about(rng, 1.0, 0.2), rng.uniform(0.72, 0.95), rng.uniform(0.92, 1.08)
    notes = (
        (0.2, 0.12, 0.4, (480, 660, 640), 0.6),
        (0.16, 0.05, 0.8, (640, 750, 760), 0.35),
        (0.42, 0.0, 1.0, (740, 880 * peak, 890 * peak, 760), 0.22),
        (held, 0.0, 0.95, (755, 740, 715, 715 * (1 + sink) / 2, 715 * sink, 650 * sink), 0.03),
    )
    parts, at = [], 0.0
    for length, gap, gain, hz, rough in notes:
        length *= haste * rng.uniform(0.85, 1.15) if length < held else 1.0
        track = np.array([[750, 1450, 2700], [900, 1550, 2900], [800, 1450, 2700]]) * f
        note = cry(
            rng,
            rate,
            length,
            tuple(h * f for h in hz),
            track,
            attack=0.03,
            release=0.15 if length == held else 0.05,
            jitter=0.006 + 0.1 * rough,
            shimmer=0.06 + rough,
            doubling=rough,
            breath=0.04 + 2 * rough,
            tilt_hz=6000,
            open_quotient=0.55,
            top_hz=5500,
        )
        if length == held:
            end = curves.contour(len(note), (0, 0.0), (0.75, 0.0), (0.9, 1.0), (1, 1.0))
            shake = np.sin(2 * np.pi * rng.uniform(9, 14) * np.arange(len(note)) / rate)
            note = note * (1 - 0.45 * end * (0.5 + 0.5 * shake))
        parts.append((at, gain * rng.uniform(0.8, 1.0), note))
        at += length + gap * haste * rng.uniform(0.6, 1.5)
    return curves.peaked(filters.highpass(row(rate, parts), 450 * f, rate), 0.8)


@sound(
    "chicken",
    ucs="BIRDFowl",
    kind="event",
    natural_s=2.6,
    words="chicken hen cluck clucking chickens hens coop poultry",
    knobs=(SIZE, Knob("excitement", 0.5, 0, 1, "calm clucking to cackling", calm=0.1, excited=0.95, cackling=0.95)),
)
def chicken(p, n, rate, rng):
    """A hen: short clucks near 400 Hz, three or four a second, and a drawn-out rising cackle when excited."""
    f = 1.3 ** (0.5 - p["size"]) * curves.about(rng, 1.0, 0.12)
    parts, at = [], 0.0
    for _ in range(rng.integers(4, 9)):
        hz = rng.uniform(360, 450) * f
        cluck = cry(
            rng,
            rate,
            rng.uniform(0.05, 0.09),
            (hz * 0.9, hz * 1.1, hz * 0.75),
            np.array([[850, 1500, 2700]]) * f,
            attack=0.008,
            release=0.04,
            jitter=0.02,
            shimmer=0.2,
            breath=0.2,
            tilt_hz=3500,
        )
        parts.append((at, rng.uniform(0.45, 0.8), cluck))
        at += rng.uniform(0.16, 0.42)
        if rng.uniform() < 0.75 * p["excitement"] ** 1.3:
            hz *= 1.2
            cackle = cry(
                rng,
                rate,
                rng.uniform(0.3, 0.5),
                (hz, hz * 1.6, hz * 1.75, hz * 1.3),
                np.array([[800, 1500, 2800], [1150, 1800, 3000]]) * f,
                jitter=0.02,
                shimmer=0.2,
                doubling=0.1,
                breath=0.15,
                tilt_hz=4500,
            )
            parts.append((at, 1.0, cackle))
            at += len(cackle) / rate + rng.uniform(0.1, 0.25)
    return curves.peaked(row(rate, parts), 0.75)


@sound("turkey", ucs="BIRDFowl", kind="event", natural_s=1.3, words="turkey gobble gobbling", knobs=(SIZE,))
def turkey(p, n, rate, rng):
    """A turkey's gobble: a burst of 14 throaty notes a second, each a quick fall, running down in pitch."""
    f = 1.3 ** (0.5 - p["size"])
    parts = []
    for k in range(rng.integers(11, 15)):
        hz = (650 - 16 * k) * f * rng.uniform(0.95, 1.05)
        note = cry(
            rng,
            rate,
            0.055,
            (hz * 0.8, hz * 1.2, hz * 0.7),
            np.array([[1000, 1700, 2900]]) * f,
            attack=0.01,
            release=0.025,
            jitter=0.03,
            shimmer=0.2,
            breath=0.15,
            tilt_hz=4000,
        )
        parts.append((k / 14.0, np.interp(k, (0, 3, 9, 14), (0.4, 1, 0.9, 0.4)), note))
    return curves.peaked(row(rate, parts), 0.75)
