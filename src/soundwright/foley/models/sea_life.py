"""Animals under water: whales that sing for miles, dolphins that whistle and click."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row


@sound(
    "whale song",
    ucs="ANMLAqua",
    kind="event",
    natural_s=7.0,
    words="whale whales humpback song singing orca ocean moan",
    knobs=(
        Knob("size", 0.5, 0, 1, "young to great whale", small=0.1, young=0.1, big=0.85, blue=1.0, huge=0.95),
        Knob("calls", 4, 1, 8, "how many calls", once=1, few=2, long=8),
    ),
)
def whale_song(p, n, rate, rng):
    """A humpback: moans of 100 to 400 Hz that bend slowly, creaks, and cries an octave or two higher, echoing far."""
    parts, at = [], 0.0
    for _ in range(round(p["calls"])):
        kind = rng.integers(3)
        m = round(rng.uniform(0.9, 2.2) * rate)
        base = (190.0, 330.0, 700.0)[kind] * 0.55 ** p["size"] * rng.uniform(0.85, 1.2)
        bend = ((1.0, 1.15, 0.8), (0.7, 1.3, 1.5), (0.8, 1.5, 0.7))[kind]
        hz = base * curves.contour(m, (0, bend[0]), (0.5, bend[1]), (1, bend[2]))
        hz = hz * (1 + 0.012 * np.sin(2 * np.pi * 5 * np.arange(m) / rate))
        x = oscillators.harmonics(hz, (1, 0.6, 0.35, 0.22, 0.12, 0.08, 0.05), rate)
        x *= 1 + (0.35 if kind == 0 else 0.1) * curves.turns(rng, m, rate, 28, -1, 1)
        parts.append((at, rng.uniform(0.6, 1.0), x * curves.swell(m, rate, 0.35, 0.5)))
        at += m / rate + rng.uniform(0.15, 0.7)
    dry = row(rate, parts)
    out = np.zeros((2, len(dry) + round(1.6 * rate)), np.float32)
    for side in (0, 1):
        out[side, : len(dry)] += dry
        for k in range(1, 11):  # the sea floor and the surface answer
            start = round((0.07 * k + rng.uniform(0, 0.05)) * rate)
            out[side, start : start + len(dry)] += 0.5 * 0.8**k * filters.lowpass(dry, 2600 / k**0.5, rate, 1)
    return curves.peaked(out, 0.7)


@sound(
    "dolphin",
    ucs="ANMLAqua",
    kind="event",
    natural_s=2.2,
    words="dolphin dolphins porpoise clicks whistle squeak clicking",
    knobs=(
        Knob("whistles", 3, 1, 6, "how many whistles", once=1, few=2),
        Knob("clicks", 0.5, 0, 1, "whistles only to many clicks", clicking=0.95),
    ),
)
def dolphin(p, n, rate, rng):
    """A dolphin: whistles that loop between 5 and 14 kHz, and click trains that speed up into a creak."""
    parts, at = [], 0.0
    for _ in range(round(p["whistles"])):
        m = round(rng.uniform(0.25, 0.55) * rate)
        turns = rng.uniform(4500, 11_500, 5)
        hz = curves.contour(m, *((k / 4, v) for k, v in enumerate(turns)))
        tone = oscillators.harmonics(hz, (1, 0.15), rate) * curves.swell(m, rate, 0.05, 0.08)
        parts.append((at, rng.uniform(0.6, 1), tone))
        at += m / rate + rng.uniform(0.05, 0.25)
        if rng.uniform() < p["clicks"]:
            gaps = np.geomspace(0.03, 0.0045, 60) * rng.uniform(0.8, 1.2)
            hits = (np.cumsum(gaps) * rate).astype(int)
            length = hits[-1] + round(0.02 * rate)
            click = curves.puffs(rng, length, rate, hits, 1500.0, np.full((2, len(hits)), 0.7, np.float32))[0]
            click = filters.highpass(click, 2500, rate, 2)
            parts.append((at, 0.6 + 0.8 * p["clicks"], click))
            at += length / rate + 0.1
    x = row(rate, parts)
    return curves.peaked(x + 0.002 * noise.white(rng, len(x)), 0.65)
