"""Yard and hobby: shovel, leaf blower, flag in the wind, film projector, rocket."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bodies, curves, friction, motors, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit
from soundwright.foley.motors import Engine

PACE = Knob("rate", 0.5, 0, 1, "slow to fast", slow=0.1, slowly=0.1, fast=0.9, quick=0.85)


@sound("digging", ucs="TOOLGrdn", kind="texture", natural_s=7.0,
       words="digging dig shovel shovelling shoveling spade dirt earth gravel hole grave soil",
       knobs=(PACE, Knob("stones", 0.4, 0, 1, "soft soil to gravel", soft=0.05, gravel=0.95, rocky=0.9)))  # fmt: skip
def digging(p, n, rate, rng):
    """A steel blade crunches into the ground and rings, the load is lifted, and lands a second later in a heap."""
    blade = bodies.plate("steel", 0.22, 0.28, 0.002, rng, 0.05, 40)
    times, parts = [], []
    for at in takes.beats(n, rate, 1 / (0.28 + 0.3 * p["rate"]), 0.08, rng, 0.05):
        m = round(rng.uniform(0.28, 0.4) * rate)
        push = takes.swell(m, 0.3, 1.2)
        scrape = friction.scrape(blade, push, rate, rng, 1500, 0.9, 0.9) * push
        grit = friction.crackle(m, rate, rng, (500 + 900 * p["stones"]) * push, (500, 5500), (2, 9), 1.5, 12)
        k = round(0.6 * rate)
        fall = np.exp(-np.arange(k) / rate / 0.13) * np.minimum(np.arange(k) / rate / 0.02, 1)
        heap = friction.crackle(k, rate, rng, 1600 * fall, (250, 3500), (3, 12), 1.4, 12)
        soft = filters.bandpass(noise.white(rng, k), 120, 1500, rate, 1) * fall
        times += [at, at + rng.uniform(0.95, 1.2)]
        parts += [
            0.5 * unit(scrape) + (0.4 + 0.5 * p["stones"]) * unit(grit),
            0.5 * unit(heap) + 0.5 * unit(soft) + takes.mix(0.5 * takes.thump(rate, 95, 0.12), np.zeros(k))[:k],
        ]
    return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.09)


@sound("leaf blower", ucs="TOOLGrdn", kind="texture", natural_s=7.0,
       words="leaf blower leafblower garden blowing gardening petrol",
       knobs=(PACE,))  # fmt: skip
def leaf_blower(p, n, rate, rng):
    """A two-stroke that is blipped and held at 7000 turns a minute, a fan's whine, and a jet of air over the lawn."""
    throttle = filters.smooth(noise.wander(rng, n, rate, 0.5, 0.35 + 0.4 * p["rate"], 1.0), 0.12, rate)
    rpm = 2800 + 4600 * throttle
    one = Engine(1, stroke=2, uneven=0.1, pipe_m=0.35, silencer_hz=1500, hiss=0.3, clatter=0.12, blow_ms=0.9,
                 body_hz=180)  # fmt: skip
    engine = motors.run(one, rpm, rate, rng, 0.4 + 0.6 * throttle)
    fan = motors.whirr(rpm / 60 * 12, rate, rng, ((1, 1.0), (2, 0.3)), 0.1)
    jet = filters.shape(noise.white(rng, n), [150, 500, 1500, 4500, 12000], [-10, 0, 0, -5, -18], rate) * throttle
    return takes.bed(level(engine) + 0.15 * level(fan) + 0.9 * level(jet), n, rate)


@sound("flag flapping", ucs="CLOTHFlp", kind="texture", natural_s=7.0,
       words="flag flapping flap flaps banner sail canvas wind fluttering tarp laundry",
       knobs=(Knob("wind", 0.5, 0, 1, "breeze to storm", gentle=0.1, light=0.15, strong=0.85, storm=1.0),))  # fmt: skip
def flag(p, n, rate, rng):
    """Waves run down the cloth and crack at its free edge, two to eight times a second, in gusts of wind."""
    gust = curves.turns(rng, n, rate, 0.5, 0.35, 1.0)
    hz = (2.0 + 6.0 * p["wind"]) * gust
    at = np.flatnonzero(friction.slips(hz, rate, rng, 0.35))
    gains = curves.pans(rng, len(at), 0.3) * (gust[at] * rng.uniform(0.3, 1, len(at))).astype(np.float32)
    claps = []
    for _ in range(12):
        m = round(rng.uniform(0.05, 0.12) * rate)
        cloth = filters.shape(noise.white(rng, m), [120, 350, 1200, 4000, 11000], [-6, 0, -2, -8, -22], rate)
        claps.append(unit(cloth * takes.swell(m, 0.18, 1.5)))
    out = curves.lay(np.zeros((2, n), np.float32), at, [claps[k] for k in rng.integers(0, 12, len(at))], gains)
    rustle = filters.shape(curves.wide(rng, n), (300, 1200, 4000, 9000), (-12, 0, -4, -16), rate) * gust
    low = filters.lowpass(noise.coloured(rng, n, rate, -4), 350, rate, 1) * gust
    return takes.bed(out + 0.05 * rustle + 0.05 * level(low), n, rate)


@sound("film projector", ucs="COMAv", kind="texture", natural_s=6.0,
       words="film projector movie cinema reel old super8 projection",
       knobs=(Knob("frames", 18, 12, 26, "frames a second", slow=14, fast=24),))  # fmt: skip
def projector(p, n, rate, rng):
    """A claw pulls the film on, frame by frame: a click and a slap eighteen times a second, a motor, a fan."""
    steps = friction.slips(p["frames"] * (1 + 0.004 * noise.wander(rng, n, rate, 1)), rate, rng, 0.015)
    gate = bodies.Body(np.array([640, 1350, 2400, 3900, 6200.0]), np.full(5, 0.014), np.array([0.7, 1, 0.9, 0.7, 0.4]))
    claw = friction.drive(steps, gate, rate, 0.03)[:n]
    late = np.concatenate([np.zeros(round(0.012 * rate), np.float32), steps])[:n]
    slap = filters.smooth(late, 0.003, rate) * filters.bandpass(noise.white(rng, n), 900, 6500, rate, 1)
    motor = motors.whirr(np.full(n, 24.0), rate, rng, ((2, 0.6), (4, 1.0), (8, 0.4), (11, 0.3)), 0.1)
    fan = motors.airflow(n, rate, rng, 600, -4)
    return takes.bed(level(claw) + 0.7 * level(slap) + 0.25 * level(motor) + 0.2 * level(fan), n, rate)


@sound("rocket launch", ucs="AERORckt", kind="event", natural_s=9.0,
       words="rocket launch launching liftoff lift-off spacecraft space shuttle missile blast takeoff nasa",
       knobs=(Knob("size", 0.7, 0, 1, "a missile to a moon rocket", small=0.1, big=0.9, huge=1.0),))  # fmt: skip
def rocket(p, n, rate, rng):
    """Ignition, then jet noise below 200 Hz whose steepened waves crackle, duller as it climbs away."""
    total = round(takes.seconds(n, rate, 4.0, 25.0) * rate)
    hull = curves.contour(total, (0, 0.0), (0.06, 0.6), (0.3, 1.0), (0.6, 0.7), (1, 0.0))
    surge = curves.turns(rng, total, rate, 9.0, 0.7, 1.1)
    low = 60 - 30 * p["size"]
    roar = filters.shape(curves.wide(rng, total, 0.5), (low / 2, low, 4 * low, 900, 3500, 9000),
                         (-8, 0, -2, -10, -20, -36), rate)  # fmt: skip
    at = noise.instants(rng, total, rate, 70 * hull)
    gains = curves.pans(rng, len(at), 0.5) * rng.exponential(0.5, len(at)).astype(np.float32)
    crackle = filters.bandpass(curves.puffs(rng, total, rate, at, 260.0, gains), 300, 5500, rate, 1)
    near = roar * surge + 0.0
    far = filters.lowpass(near, 220, rate, 1)
    away = curves.contour(total, (0, 0.0), (0.45, 0.1), (1, 1.0))
    out = (level(near) * (1 - away) + level(far) * away + 0.5 * level(crackle) * (1 - 0.7 * away)) * hull
    return takes.event(out, rate, 0.85, 0.5)
