"""On and in the water: fountain, rowing, swimming, a dive, sonar."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, bubbles, curves, friction, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.objects import unit
from soundwright.foley.models.water import splash

PACE = Knob("rate", 0.5, 0, 1, "slow to fast", slow=0.1, slowly=0.1, fast=0.9, quick=0.85)


@sound("fountain", ucs="WATRFoun", kind="texture", natural_s=8.0,
       words="fountain water jets garden park square splashing trickling sprinkler",
       knobs=(Knob("size", 0.5, 0, 1, "garden bowl to town square", small=0.1, big=0.85, large=0.9),))  # fmt: skip
def fountain(p, n, rate, rng):
    """Jets fall back on a pool: a steady hiss of drops from 1 to 8 kHz, bubbles under it, splats that come and go."""
    sway = curves.turns(rng, n, rate, 2.5, 0.75, 1.1)
    drops = bubbles.field(rng, n, rate, (350 + 900 * p["size"]) * sway, 0.5, 3.5, slope=1.4, rising=0.1, width=0.9)
    deep = bubbles.field(rng, n, rate, (30 + 120 * p["size"]) * sway, 2.0, 8.0, slope=1.2, rising=0.2, width=0.8)
    spray = filters.shape(curves.wide(rng, n, 0.3), (200, 700, 2500, 6000, 14000), (-14, -4, 0, -4, -16), rate) * sway
    at = noise.instants(rng, n, rate, 18 + 50 * p["size"])
    gains = curves.pans(rng, len(at), 0.9) * rng.exponential(0.4, len(at)).astype(np.float32)
    splats = curves.puffs(rng, n, rate, at, rng.uniform(60, 220, len(at)), gains, 0.002)
    splats = filters.bandpass(splats, 500, 6000, rate, 1)
    out = curves.level(drops, 0.1) + (0.04 + 0.06 * p["size"]) * spray + curves.level(deep, 0.05)
    return curves.level(out + curves.level(splats, 0.05))


@sound("rowing", ucs="BOATRow", kind="texture", natural_s=8.0,
       words="rowing row rowboat oars oar paddle paddling canoe kayak boat lake",
       knobs=(PACE,))  # fmt: skip
def rowing(p, n, rate, rng):
    """The blade dips, water is drawn past it with a gurgle, the oarlock creaks and knocks, drops run off the oar."""
    out = np.zeros((2, n), np.float32)
    wood = bodies.bar("wood", 1.1, 0.05, rng, 0.05)
    for at in takes.beats(n, rate, 1 / (0.3 + 0.35 * p["rate"]), 0.06, rng, 0.1):
        m = round(rng.uniform(0.75, 0.95) * rate)
        pull = takes.swell(m, 0.35, 1.3)
        dip = splash({"size": 0.15}, rate, rate, rng).mean(axis=0)
        swirl = bubbles.field(rng, m, rate, 160 * pull, 2.0, 8.0, slope=1.1, rising=0.15, width=0.2)[0]
        flow = filters.bandpass(noise.white(rng, m), 250, 1800, rate, 1) * pull
        creak = friction.drive(friction.slips(38 * pull, rate, rng, 0.3), wood, rate, 0.1)[:m]
        knock = takes.mix(bodies.hit(wood, rate, rng, 1.0, 0.2, 0.1), 0.6 * takes.thump(rate, 150, 0.08))
        k = round(1.1 * rate)
        drip = bubbles.field(rng, k, rate, 14 * np.linspace(1, 0.1, k), 1.0, 3.0, slope=1, rising=0.2, width=0.2)[0]
        parts = [
            0.7 * unit(dip),
            0.8 * unit(swirl) + 0.35 * unit(flow),
            0.3 * unit(creak),
            0.4 * knock,
            0.3 * unit(drip),
        ]
        for part, late in zip(parts, (0.0, 0.06, 0.05, 0.9, 1.05), strict=True):
            if (start := round((at + late) * rate)) < n:
                curves.lay(out, [start], [part], curves.pans(rng, 1, 0.5))
    lap = bubbles.field(rng, n, rate, 10, 3.0, 9.0, slope=1.1, rising=0.2, width=0.8)
    return takes.bed(out + 0.15 * unit(lap), n, rate, 0.08)


@sound("swimming", ucs="SPRTWatr", kind="texture", natural_s=7.0,
       words="swimming swim swimmer pool strokes crawl water laps splashing",
       knobs=(PACE,))  # fmt: skip
def swimming(p, n, rate, rng):
    """Front crawl: each arm enters with a splash and draws bubbles down, feet flutter behind, six kicks to a cycle."""
    out = np.zeros((2, n), np.float32)
    arm = 0.9 + 0.9 * p["rate"]
    for k, at in enumerate(takes.beats(n, rate, 1 / arm, 0.06, rng, 0.05)):
        wet = splash({"size": float(rng.uniform(0.3, 0.5))}, rate, rate, rng).mean(axis=0)
        place = curves.pans(rng, 1, 0.05) * np.array([[1.0], [0.6]] if k % 2 else [[0.6], [1.0]], np.float32)
        curves.lay(out, [round(at * rate)], [0.8 * wet], place)
    kicks = takes.beats(n, rate, 1 / (3 * arm), 0.12, rng, 0.1)
    for at in kicks:
        m = round(0.14 * rate)
        slap = filters.bandpass(noise.white(rng, m), 300, 3500, rate, 1) * takes.swell(m, 0.2)
        curves.lay(out, [round(at * rate)], [0.15 * slap * np.float32(rng.uniform(0.5, 1))], curves.pans(rng, 1, 0.3))
    under = bubbles.field(rng, n, rate, 120 * curves.turns(rng, n, rate, arm, 0.2, 1), 1.5, 6.0, slope=1.2, width=0.6)
    return takes.bed(out + 0.35 * unit(under), n, rate)


@sound("dive into water", ucs="SPRTWatr", kind="event", natural_s=3.0,
       words="dive diving board springboard swimming pool jump jumping plunge swimmer water",
       knobs=(Knob("size", 0.7, 0, 1, "child to cannonball", small=0.2, big=0.9, huge=1.0),))  # fmt: skip
def dive(p, n, rate, rng):
    """A springboard thuds and rattles on its fulcrum, a second of flight, then a body goes in and bubbles rise."""
    board = bodies.bar("aluminium", 4.8, 0.05, rng, 0.03)
    falls = np.cumsum(np.concatenate([[0.0], np.geomspace(0.14, 0.06, 7)]))
    thuds = [np.float32(0.72**k) * takes.mix(bodies.hit(board, rate, rng, 3.0, 0.5, 0.1), takes.thump(rate, 75, 0.12))
             for k in range(8)]  # fmt: skip
    wet = splash({"size": p["size"]}, 2 * rate, rate, rng).mean(axis=0)
    m = round(1.6 * rate)
    rise = bubbles.field(rng, m, rate, 110 * np.linspace(1, 0, m) ** 2, 2.0, 9.0, slope=1.1, rising=0.3, width=0.3)[0]
    x = takes.phrase([*falls, 0.95, 1.15], [*[0.35 * t for t in thuds], unit(wet), 0.35 * unit(rise)], rate)
    return takes.event(x, rate, 0.8, 0.1)


@sound("sonar ping", ucs="BOATSub", kind="event", natural_s=4.0,
       words="sonar ping submarine pinging radar active echo",
       knobs=(Knob("pitch", 0.5, 0, 1, "low to high", low_=0.1, high_=0.9),
              Knob("count", 1, 1, 6, "how many pings", once=1, twice=2, repeated=3)))  # fmt: skip
def sonar(p, n, rate, rng):
    """A pulse of one pitch is sent out; the sea answers for seconds, its echoes scattered, spread in pitch and dull."""
    m = round(3.2 * rate)
    t = np.arange(m) / rate
    hz = 1050 * 1.8 ** (p["pitch"] - 0.5)
    pulse = tones.tone((hz * 1.01, hz), 0.16, rate, "sine", 0.003, 0.05) + 0.15 * tones.tone(2 * hz, 0.16, rate)
    sea = np.zeros(m, np.float32)
    for k in range(14):  # scatterers that drift: Doppler spreads the note by a percent
        gain = rng.uniform(0.3, 1) * (1 + 0.5 * noise.wander(rng, m, rate, 2.0 + 0.3 * k))
        sea += gain * oscillators.sine(np.full(m, hz * (1 + 0.006 * rng.standard_normal())), rate, rng.uniform())
    sea = unit(sea) * np.minimum(t / 0.02, 1) * np.exp(-t / 0.7)
    echo = 0.18 * tones.tone(hz * 0.997, 0.2, rate, "sine", 0.03, 0.12)
    ping = takes.phrase([0, 0.03, rng.uniform(0.9, 1.3)], [pulse, 0.4 * sea, echo], rate)
    count = round(p["count"])
    return takes.event(takes.phrase(2.6 * np.arange(count), [ping] * count, rate), rate, 0.7, 0.2)
