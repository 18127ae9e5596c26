"""Hands at home and small noises of the body: brooms, brushes, matches, fingers, sniffs, gasps, grunts, sips."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, bubbles, curves, friction, takes, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit
from soundwright.foley.models.people import AGE, blown, pitch, throat
from soundwright.foley.models.tools import strokes
from soundwright.foley.syrinx import row

PACE = Knob("rate", 0.5, 0, 1, "slow to fast", slow=0.1, slowly=0.1, fast=0.9, quick=0.85, vigorous=0.95)


@sound("sweeping", ucs="OBJHsehld", kind="texture", natural_s=6.0,
       words="sweeping sweep broom brush floor brushing cleaning dust raking rake",
       knobs=(PACE, Knob("grit", 0.4, 0, 1, "clean floor to broken glass", sandy=0.8, leaves=0.7)))  # fmt: skip
def sweeping(p, n, rate, rng):
    """Hundreds of bristles drag over boards, a soft rise and a flick that ends each stroke; grit rolls before it."""
    out = np.zeros(n, np.float32)
    for at in takes.beats(n, rate, 1 / (0.7 + 0.9 * p["rate"]), 0.1, rng, 0.03):
        m = round(rng.uniform(0.45, 0.62) / (0.7 + 0.6 * p["rate"]) * rate)
        push = curves.contour(m, (0, 0.0), (0.25, 0.6), (0.8, 1.0), (1, 0.0))
        hair = filters.sweep(noise.white(rng, m), "band", 1500 + 3200 * push, rate, q=0.6) * push
        ticks = friction.crackle(m, rate, rng, 1500 * push, (1500, 7500), (0.6, 3), 1.0, 10)
        grains = friction.crackle(m, rate, rng, (30 + 500 * p["grit"]) * push, (900, 6000), (2, 9), 1.5, 10)
        one = unit(hair) + 0.5 * unit(ticks) + (0.1 + 0.7 * p["grit"]) * unit(grains)
        start = round(at * rate)
        out[start : start + m] += np.float32(rng.uniform(0.75, 1)) * one[: n - start]
    return takes.bed(out, n, rate)


@sound("tooth brushing", ucs="HMNMisc", kind="texture", natural_s=6.0,
       words="brushing teeth toothbrush tooth brush dental mouth scrubbing",
       knobs=(PACE,))  # fmt: skip
def tooth_brushing(p, n, rate, rng):
    """Nylon bristles on enamel, four or five strokes a second there and back, coloured by a mouth that opens and shuts,
    with foam.
    """
    hand = strokes(n, rate, rng, 1.7 + 1.8 * p["rate"])
    swing = np.abs(hand) ** 1.3 * noise.wander(rng, n, rate, 0.7, 0.5, 1.0)
    hair = filters.shape(noise.white(rng, n), [700, 2000, 4000, 7500, 14000], [-16, -3, 0, -3, -14], rate)
    cavity = filters.sweep(noise.white(rng, n), "band", noise.wander(rng, n, rate, 1.2, 900, 2600), rate, q=2.5)
    foam = bubbles.field(rng, n, rate, 60 * swing, 0.7, 2.5, slope=1.3, rising=0.3, width=0.2)[0]
    forth = np.where(hand > 0, 1.0, 0.75)
    return takes.bed((level(hair) + 0.8 * level(cavity)) * swing * forth + 0.25 * level(foam), n, rate, 0.08)


@sound("match strike", ucs="FIREIgn", kind="event", natural_s=2.2,
       words="match matches struck strike striking lighting lit matchstick matchbox ignite flame",
       knobs=(Knob("force", 0.6, 0, 1, "careful to brisk", slow=0.2, gentle=0.2, hard=0.9),))  # fmt: skip
def match_strike(p, n, rate, rng):
    """The head scrapes over the box and catches: a rasp of a quarter of a second, a flare that roars, a small flame."""
    m = round((0.3 - 0.14 * p["force"]) * rate)
    rub = np.linspace(0.4, 1.0, m) * takes.swell(m, 0.7, 0.7)
    scrape = friction.crackle(m, rate, rng, 4500 * rub, (1500, 9000), (0.5, 3), 1.2, 12)
    rasp = filters.bandpass(noise.white(rng, m), 1500, 9000, rate, 1) * rub
    k = round(0.9 * rate)
    t = np.arange(k) / rate
    hull = np.minimum(t / 0.03, 1) * np.exp(-t / 0.2)
    flare = filters.shape(noise.white(rng, k), [100, 400, 1500, 5000, 12000], [-4, 0, -3, -5, -16], rate) * hull
    flare *= 1 + 0.4 * noise.wander(rng, k, rate, 45)
    j = round(1.5 * rate)
    flame = filters.bandpass(noise.white(rng, j), 120, 900, rate, 1) * noise.wander(rng, j, rate, 12, 0.2, 1)
    flame *= curves.contour(j, (0, 0.0), (0.2, 1.0), (1, 0.0))
    spits = friction.crackle(j, rate, rng, 12, (2500, 9000), (1, 5), 1.3, 8)
    parts = [0.6 * unit(scrape) + 0.4 * unit(rasp), unit(flare), 0.1 * unit(flame), 0.12 * unit(spits)]
    return takes.event(takes.phrase([0, m / rate - 0.03, 0.4, 0.3], parts, rate), rate, 0.7, 0.2)


@sound("finger snap", ucs="HMNSkin", kind="event", natural_s=0.3,
       words="finger fingers snap snapping click",
       knobs=(Knob("count", 1, 1, 8, "how many snaps", once=1, twice=2, three=3, fingers=2),))  # fmt: skip
def finger_snap(p, n, rate, rng):
    """A fingertip slaps the ball of the thumb: a crack over the hollow of the palm, near 1.5 to 3 kHz."""
    parts = []
    for _ in range(round(p["count"])):
        palm = bodies.Body(np.array([1450, 2350, 3900.0]) * rng.uniform(0.93, 1.07), np.array([0.035, 0.025, 0.012]),
                           np.array([0.9, 1, 0.4]))  # fmt: skip
        slide = 0.1 * takes.burst(rng, rate, 0.03, 1500, 6000, 0.02)
        crack = takes.mix(bodies.hit(palm, rate, rng, 0.25, 0.1, 0.2), 0.5 * takes.burst(rng, rate, 0.02, 900, 6500))
        parts.append(takes.phrase([0, 0.035], [slide, crack], rate))
    return takes.event(takes.phrase(0.5 * np.arange(len(parts)), parts, rate), rate, 0.75)


@sound("sniff", ucs="HMNSniff", kind="event", natural_s=0.9,
       words="sniff sniffing sniffs sniffle sniffling nose runny smelling",
       knobs=(AGE, Knob("count", 2, 1, 6, "how many sniffs", once=1, single=1, twice=2)))  # fmt: skip
def sniff(p, n, rate, rng):
    """Air drawn in through narrow nostrils: short rising hisses of 1 to 6 kHz, wet at the end."""
    parts, at = [], 0.0
    for _ in range(round(p["count"])):
        m = round(rng.uniform(0.16, 0.3) * rate)
        hull = curves.contour(m, (0, 0.0), (0.5, 0.7), (0.85, 1.0), (1, 0.0))
        air = filters.sweep(
            noise.white(rng, m), "band", np.geomspace(1500, 3000, m) * (1.3 - 0.4 * p["age"]), rate, q=1
        )
        wet = bubbles.field(rng, m, rate, 50, 0.8, 2.5, slope=1.2, rising=0.4, width=0.1)[0]
        parts.append((at, 1.0, (unit(air) + 0.25 * unit(wet)) * hull))
        at += m / rate + rng.uniform(0.1, 0.35)
    return curves.peaked(row(rate, parts), 0.6)


@sound("throat clearing", ucs="HMNCough", kind="event", natural_s=1.2,
       words="throat clearing clears ahem",
       knobs=(AGE,))  # fmt: skip
def throat_clearing(p, n, rate, rng):
    """Folds pressed together and blown apart: two or three gruff, creaky "h-hm" with phlegm that rattles."""
    parts, at = [], 0.0
    for k in range(rng.integers(2, 4)):
        m = round((0.2 if k == 0 else 0.34) * rng.uniform(0.85, 1.2) * rate)
        hz = pitch(p["age"]) * curves.contour(m, (0, 0.75), (0.3, 1.0), (1, 0.7))
        x = vocal.say(hz, vocal.vowels("uh er uh", throat(p["age"])), rate, rng, jitter=0.06, shimmer=0.3, breath=0.7,
                      doubling=0.6, damping=1.4, tilt_hz=2500)  # fmt: skip
        x = x * (0.65 + 0.35 * noise.wander(rng, m, rate, 42)) * curves.swell(m, rate, 0.02, 0.1)
        parts.append((at, 0.7 + 0.3 * (k > 0), x))
        at += m / rate + rng.uniform(0.05, 0.16)
    return curves.peaked(row(rate, parts), 0.65)


@sound("gasp", ucs="VOXReac", kind="event", natural_s=0.7,
       words="gasp gasping gasps shocked surprised breath inhale startled",
       knobs=(AGE, Knob("voice", 0.3, 0, 1, "breath alone to voiced", loud=0.8)))  # fmt: skip
def gasp(p, n, rate, rng):
    """A breath torn in through an open mouth, its formants rising, with a squeak of the folds."""
    m = round(rng.uniform(0.38, 0.55) * rate)
    hull = curves.contour(m, (0, 0.0), (0.15, 0.8), (0.6, 1.0), (1, 0.0))
    air = blown(rng, m, rate, throat(p["age"]), vocal.vowels("uh a ae"), damping=1.3)
    hz = pitch(p["age"]) * 1.9 * curves.contour(m, (0, 0.8), (0.7, 1.25), (1, 1.3))
    voice = vocal.say(hz, vocal.vowels("uh a", throat(p["age"])), rate, rng, breath=0.9, jitter=0.04, tilt_hz=2500)
    return curves.peaked((air + 0.7 * p["voice"] * voice) * hull, 0.6)


@sound("panting", ucs="HMNBrth", kind="texture", natural_s=5.0,
       words="panting pant out of breath breathless exhausted heavy breathing dog",
       knobs=(AGE, PACE))  # fmt: skip
def panting(p, n, rate, rng):
    """Quick breaths through an open mouth, in and out unlike in pitch, two to five a second."""
    parts, at = [], 0.03
    while at < n / rate:
        for into in (True, False):
            m = round(rng.uniform(0.16, 0.2) / (0.6 + 0.8 * p["rate"]) * rate)
            track = vocal.vowels("uh e" if into else "a uh")
            air = blown(rng, m, rate, throat(p["age"]), track, damping=1.4) * curves.swell(m, rate, 0.04, 0.07)
            parts.append((at, rng.uniform(0.5, 0.75) if into else rng.uniform(0.8, 1), air))
            at += m / rate * 1.15
    return takes.bed(row(rate, parts), n, rate, 0.08)


@sound("grunt", ucs="VOXEfrt", kind="event", natural_s=0.6,
       words="grunt grunting grunts effort groan groaning moan oof pain man lifting hurt ow",
       knobs=(AGE, Knob("length", 0.3, 0, 1, "short to long groan", short=0.1, long=0.9, groan=0.85, groaning=0.9,
                        moan=0.9)))  # fmt: skip
def grunt(p, n, rate, rng):
    """The chest is squeezed against half-closed folds: a short, rough "uh" that sinks."""
    m = round((0.18 + 1.1 * p["length"]) * rng.uniform(0.9, 1.15) * rate)
    hz = pitch(p["age"]) * 1.25 * curves.contour(m, (0, 0.85), (0.2, 1.15), (0.7, 1.0), (1, 0.7))
    x = vocal.say(hz, vocal.vowels("uh er uh" if p["length"] < 0.5 else "o uh u", throat(p["age"])), rate, rng,
                  jitter=0.03, shimmer=0.2, breath=0.35, doubling=0.35, tilt_hz=3000)  # fmt: skip
    return curves.peaked(x * curves.contour(m, (0, 0.0), (0.08, 1.0), (0.6, 0.7), (1, 0.0)), 0.7)


@sound("sipping", ucs="FOODDrnk", kind="event", natural_s=2.2,
       words="sip sipping slurp slurping drinking drink drinks tea coffee straw soup",
       knobs=(Knob("slurp", 0.6, 0, 1, "polite to loud", quiet=0.1, loud=0.95, loudly=0.95),))  # fmt: skip
def sipping(p, n, rate, rng):
    """Air and liquid drawn in together between the lips: a rising, bubbling hiss; a swallow; a breath out."""
    m = round(rng.uniform(0.55, 0.85) * rate)
    hull = curves.contour(m, (0, 0.0), (0.3, 0.7), (0.85, 1.0), (1, 0.0))
    flutter = 0.55 + 0.45 * noise.wander(rng, m, rate, 38)
    air = filters.sweep(noise.white(rng, m), "band", np.geomspace(1300, 3400, m), rate, q=1.3) * flutter
    wet = bubbles.field(rng, m, rate, 220, 0.7, 3.0, slope=1.2, rising=0.4, width=0.1)[0]
    draw = (unit(air) * (0.25 + p["slurp"]) + 0.7 * unit(wet)) * hull
    gulp = takes.mix(takes.thump(rate, 190, 0.07, 0.8, 0.006), 0.5 * friction.bubble(9.0, rate, 0.5))
    k = round(0.5 * rate)
    sigh = blown(rng, k, rate, 0.17, vocal.vowels("a uh")) * curves.swell(k, rate, 0.06, 0.3)
    return takes.event(
        takes.phrase([0, m / rate + 0.12, m / rate + 0.5], [draw, 0.5 * gulp, 0.2 * sigh], rate), rate, 0.6
    )


@sound("record scratch", ucs="COMAv", kind="event", natural_s=1.0,
       words="record scratch scratching vinyl dj needle turntable",
       knobs=(Knob("count", 3, 1, 8, "how many strokes", once=1, single=1, many=6),))  # fmt: skip
def record_scratch(p, n, rate, rng):
    """A hand turns the disc under the needle to and fro: what was cut there passes at a speed that rises and falls."""
    groove = oscillators.harmonics(np.full(2 * rate, 210.0), [1, 0.7, 0.9, 0.5, 0.6, 0.3, 0.4, 0.2, 0.2], rate)
    groove = groove + 0.6 * noise.white(rng, 2 * rate)
    parts, at = [], 0.0
    for k in range(round(p["count"])):
        m = round(rng.uniform(0.11, 0.2) * rate)
        speed = (1.5 if k % 2 else 2.2) * np.sin(np.pi * np.arange(m) / m) ** 0.7
        place = np.cumsum(speed) + 0.4 * rate
        x = np.interp(place if k % 2 == 0 else place[::-1], np.arange(len(groove)), groove) * np.sqrt(speed)
        parts.append((at, 1.0, filters.bandpass(x.astype(np.float32), 250, 6500, rate, 1)))
        at += m / rate + rng.uniform(0.0, 0.05)
    return curves.peaked(row(rate, parts), 0.7)
