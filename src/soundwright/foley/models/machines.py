"""Household appliances, garden and workshop machines: rotation, airflow, housings."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import bodies, curves, friction, motors, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.doors import click
from soundwright.foley.models.objects import unit
from soundwright.foley.motors import Engine

SPEED = Knob("speed", 0.5, 0.0, 1.0, "lowest to highest setting", slow=0.15, low=0.15, gentle=0.2, fast=0.85, high=0.9,
             full=1.0)  # fmt: skip
AGE = Knob("age", 0.3, 0.0, 1.0, "new to worn and rattling", new=0.0, quiet=0.05, old=0.85, rattling=1.0, broken=1.0)
LOAD = Knob("load", 0.5, 0.0, 1.0, "idling to working hard", idle=0.05, idling=0.05, cutting=0.8, hard=0.95)


def level(x: np.ndarray) -> np.ndarray:
    """x with RMS 1."""
    return x / max(float(np.std(x)), 1e-9)


def shake(turns_hz: np.ndarray, body: bodies.Body, rate: int, rng: np.random.Generator, loose: float) -> np.ndarray:
    """A housing shaken by its motor once a turn, with loose parts that buzz. RMS 1."""
    knocks = friction.slips(turns_hz, rate, rng, 0.05 + 0.3 * loose)
    return level(friction.drive(knocks, body, rate, 0.15)[: len(turns_hz)])


@sound("fan", ucs="MACHFan", kind="texture", natural_s=6.0,
       words="fan electric desk ceiling ventilator blades cooling computer",
       knobs=(SPEED, AGE))  # fmt: skip
def fan(p, n, rate, rng):
    """Four blades chop the air: broad low wind noise that pulses at the blade rate, a motor's hum, a bearing that
    ticks.
    """
    turn = (11 + 16 * p["speed"]) * (1 + 0.005 * noise.wander(rng, n, rate, 0.4))
    pulse = 0.82 + 0.36 * motors.blades(4 * turn, rate, rng, 0.22, 0.05)
    air = (
        level(filters.shape(noise.white(rng, n), [40, 120, 350, 1000, 3000, 9000], [-4, 4, 4, -3, -13, -30], rate))
        * pulse
    )
    tone = np.add.reduce(
        [g * np.sin(2 * np.pi * k * np.cumsum(4 * turn) / rate) for k, g in ((1, 1.0), (2, 0.5), (3, 0.25))]
    )
    hum = np.add.reduce(
        [g * np.sin(2 * np.pi * f * np.arange(n) / rate) for f, g in ((100, 0.5), (200, 0.3), (300, 0.12))]
    )
    tick = shake(turn, bodies.Body(np.array([900.0, 1700, 2600]), np.full(3, 0.015), np.ones(3)), rate, rng, p["age"])
    return takes.bed(air + 0.16 * tone + 0.12 * hum + 0.4 * p["age"] ** 2 * tick, n, rate)


@sound("air conditioner", ucs="MACHHvac", kind="texture", natural_s=6.0,
       words="air conditioner conditioning hvac vent ventilation heater furnace ac",
       knobs=(SPEED, AGE))  # fmt: skip
def air_conditioner(p, n, rate, rng):
    """Compressor hum at twice the mains, a blower behind louvres, and panels that rattle in sympathy."""
    air = level(filters.shape(noise.white(rng, n), [40, 100, 300, 800, 2500, 8000], [2, 5, 3, -2, -11, -26], rate))
    t = np.arange(n) / rate
    hum = np.add.reduce(
        [g * np.sin(2 * np.pi * f * t + f) for f, g in ((59, 0.8), (118, 1.0), (177, 0.35), (236, 0.5), (354, 0.2))]
    )
    box = bodies.plate("steel", 0.5, 0.9, 0.0009, rng, 0.02, 50)
    rattle = shake(np.full(n, 29.5), box, rate, rng, p["age"])
    return takes.bed((0.6 + 0.6 * p["speed"]) * air + 0.45 * hum + (0.1 + 0.5 * p["age"]) * 0.5 * rattle, n, rate)


@sound("refrigerator", ucs="MACHAppl", kind="texture", natural_s=6.0,
       words="refrigerator fridge freezer hum kitchen compressor appliance",
       knobs=(AGE,))  # fmt: skip
def refrigerator(p, n, rate, rng):
    """A sealed compressor on rubber feet: 50 or 60 turns a second and its harmonics, a slow beat, a little gurgle."""
    t = np.arange(n) / rate
    swell = 1 + 0.12 * np.sin(2 * np.pi * 0.37 * t) + 0.08 * noise.wander(rng, n, rate, 0.3)
    hum = np.add.reduce(
        [
            g * np.sin(2 * np.pi * f * t + f)
            for f, g in ((49.3, 0.8), (98.6, 1.0), (148, 0.4), (197.3, 0.6), (296, 0.3), (394, 0.15), (493, 0.08))
        ]
    )
    air = level(filters.shape(noise.white(rng, n), [50, 200, 800, 3000], [0, 2, -8, -26], rate))
    body = shake(np.full(n, 49.3), bodies.plate("steel", 0.6, 1.5, 0.0008, rng, 0.03, 40), rate, rng, 0.3 * p["age"])
    return takes.bed(hum * swell + 0.3 * air + (0.1 + 0.4 * p["age"]) * body, n, rate)


@sound("washing machine", ucs="MACHAppl", kind="texture", natural_s=8.0,
       words="washing machine washer laundry dryer tumble spin dishwasher",
       knobs=(SPEED, AGE))  # fmt: skip
def washing_machine(p, n, rate, rng):
    """A drum that turns wet clothes: they fall with a slosh once a turn; at high speed it spins with a rising drone."""
    spin = np.clip((p["speed"] - 0.55) / 0.45, 0, 1)
    turn = 0.85 + 12 * spin
    hz = turn * (1 + 0.01 * noise.wander(rng, n, rate, 0.5))
    phase = np.cumsum(hz) / rate
    fall = np.maximum(np.cos(2 * np.pi * phase), 0) ** 4
    water = level(filters.shape(noise.white(rng, n), [80, 250, 700, 2000, 7000], [0, 5, 2, -6, -22], rate)) * (
        0.12 + fall
    )
    thumps = friction.slips(hz, rate, rng, 0.05)
    drum = bodies.plate("steel", 0.5, 0.6, 0.001, rng, 0.03, 50)
    rattle = shake(
        np.maximum(4 * hz, 6.0), bodies.plate("steel", 0.6, 0.85, 0.0008, rng, 0.03, 50), rate, rng, p["age"]
    )
    boom = level(
        friction.drive(np.convolve(thumps, modal.strike(0.02, rate))[:n].astype(np.float32), drum, rate, 0.3)[:n]
    )
    motor = motors.whirr(
        hz * (38 if spin < 0.1 else 13), rate, rng, ((1, 1), (2, 0.7), (3, 0.5), (4, 0.3), (6, 0.3)), 0.3, (800, 5000)
    )
    gush = noise.instants(rng, n, rate, 9 * (1 - spin))
    pops = [np.float32(rng.exponential(0.6)) * friction.bubble(rng.uniform(3, 14), rate, 0.2) for _ in gush]
    splash = noise.scatter(n, gush, pops) if len(gush) else 0.0
    return takes.bed(
        (1 - 0.8 * spin) * 0.8 * water
        + 0.7 * boom * (0.4 + 0.6 * fall)
        + (0.25 + 0.6 * spin) * level(motor)
        + 0.5 * splash
        + 0.5 * p["age"] ** 2 * rattle,
        n,
        rate,
    )


@sound("vacuum cleaner", ucs="MACHAppl", kind="texture", natural_s=6.0,
       words="vacuum cleaner hoover vacuuming cleaning carpet",
       knobs=(SPEED,))  # fmt: skip
def vacuum(p, n, rate, rng):
    """A universal motor near 30000 turns a minute, its fan whine and a roar of air through the hose as the nozzle
    moves.
    """
    move = noise.wander(rng, n, rate, 0.6, -1, 1)
    turn = (440 + 140 * p["speed"]) * (1 + 0.025 * move)
    whine = motors.whirr(turn, rate, rng, ((1, 1.0), (2, 0.45), (3, 0.2), (7, 0.45), (14, 0.15)), 0.3, (3000, 12000))
    air = filters.shape(noise.white(rng, n), [60, 180, 500, 1200, 2500, 6000, 14000], [-6, 2, 4, 4, 1, -5, -18], rate)
    hose = friction.comb(air, 1 / 210.0, 0.45, rate)
    return takes.bed(level(hose) * (1 + 0.18 * move) + 0.42 * level(whine), n, rate)


@sound("hair dryer", ucs="MACHAppl", kind="texture", natural_s=5.0,
       words="hair dryer hairdryer blow blowdryer drying bathroom",
       knobs=(SPEED,))  # fmt: skip
def hair_dryer(p, n, rate, rng):
    """A small motor and fan in a plastic tube: bright rushing air with the tube's resonance, a whine on top."""
    turn = (190 + 110 * p["speed"]) * (1 + 0.006 * noise.wander(rng, n, rate, 1.0))
    whine = motors.whirr(turn, rate, rng, ((1, 0.7), (2, 0.4), (5, 1.0), (10, 0.5), (15, 0.2)), 0.3, (3000, 10000))
    air = filters.shape(noise.white(rng, n), [100, 300, 900, 2000, 5000, 12000], [-12, -1, 4, 4, 0, -10], rate)
    tube = filters.equalise(air, "peak", 850, rate, gain_db=6, q=2)
    return takes.bed(level(tube) * (1 + 0.08 * noise.wander(rng, n, rate, 1)) + 0.35 * level(whine), n, rate)


@sound(
    "microwave",
    ucs="MACHAppl",
    kind="texture",
    natural_s=8.0,
    words="microwave oven kitchen hum cooking beep",
    knobs=(),
)
def microwave(p, n, rate, rng):
    """Transformer hum at twice the mains with sharp harmonics, a fan, the turntable; three beeps when it is done."""
    t = np.arange(n) / rate
    hum = np.add.reduce(
        [g * np.sin(2 * np.pi * 120 * k * t + k) for k, g in enumerate((1.0, 0.7, 0.35, 0.3, 0.15, 0.12, 0.06), 1)]
    )
    air = level(filters.shape(noise.white(rng, n), [60, 200, 700, 2500, 8000], [-2, 4, 0, -10, -26], rate))
    x = 0.7 * level(hum) + 0.7 * air * (1 + 0.06 * np.sin(2 * np.pi * 0.1 * t))
    end = max(n / rate - 2.6, 0.4 * n / rate)
    off = motors.ramp(n, rate, [0, end, end + 0.12], [1, 1, 0], 0.05).astype(np.float32)
    one = unit(tones.tone(2050, 0.42, rate) + 0.2 * tones.tone(6150, 0.42, rate)) * 1.6
    beeps = takes.phrase([end + 0.3, end + 1.05, end + 1.8], [one] * 3, rate)
    stop = takes.phrase([end], [1.5 * click(rate, rng, 0.8, 700)], rate)
    return takes.bed(takes.mix(x * off, beeps, stop)[:n], n, rate)


@sound("blender", ucs="MACHAppl", kind="texture", natural_s=5.0,
       words="blender mixer food processor smoothie grinder coffee kitchen juicer",
       knobs=(SPEED, LOAD))  # fmt: skip
def blender(p, n, rate, rng):
    """A brushed motor that screams and sags as its knives meet lumps, ice that knocks on the jar, the gurgle of the
    vortex.
    """
    lump = noise.wander(rng, n, rate, 5, 0, 1) ** 2 * p["load"]
    turn = (210 + 160 * p["speed"]) * (1 - 0.14 * lump) * np.minimum(0.3 + np.arange(n) / rate / 0.3, 1)
    scream = motors.whirr(
        turn,
        rate,
        rng,
        ((1, 1.0), (2, 0.8), (3, 0.5), (4, 0.6), (6, 0.4), (8, 0.35), (12, 0.3), (16, 0.15)),
        0.6,
        (2000, 10000),
    )
    churn = level(filters.shape(noise.white(rng, n), [100, 300, 900, 2500, 8000], [-4, 4, 4, 0, -12], rate)) * (
        0.5 + lump
    )
    jar = bodies.shell("glass", 0.06, 0.004, rng, 0.02)
    at = noise.instants(rng, n, rate, 45 * p["load"] * (0.2 + lump))
    knocks = np.bincount(at, rng.exponential(1, len(at)), n)[:n].astype(np.float32)
    ice = friction.drive(knocks, jar, rate, 0.15)[:n] if len(at) else np.zeros(n, np.float32)
    return takes.bed(level(scream) + 0.7 * churn + 0.3 * level(ice), n, rate)


@sound("electric razor", ucs="MACHAppl", kind="texture", natural_s=5.0,
       words="razor shaver electric shaving trimmer clippers toothbrush hair",
       knobs=(SPEED, LOAD))  # fmt: skip
def razor(p, n, rate, rng):
    """A vibrating armature at twice the mains: a buzz with all harmonics that thickens and crackles on the skin."""
    touch = np.clip(noise.wander(rng, n, rate, 0.9, -0.3, 1), 0, 1) * (0.4 + p["load"])
    hz = (100 + 60 * p["speed"]) * (1 - 0.03 * touch) * (1 + 0.003 * noise.wander(rng, n, rate, 8))
    buzz = oscillators.pulse(hz, rate, 0.16) + 0.4 * oscillators.saw(2 * hz, rate)
    buzz = filters.equalise(filters.bandpass(buzz, 180, 7000, rate, 1), "peak", 2100, rate, gain_db=8, q=1.2)
    hair = friction.crackle(n, rate, rng, 160 * touch + 0.1, (2000, 9000), (0.6, 3), 1.3, 8)
    return takes.bed(level(buzz) * (1 - 0.25 * touch) + 0.25 * hair, n, rate)


@sound("sewing machine", ucs="MACHMech", kind="texture", natural_s=6.0, words="sewing machine stitching needle tailor",
       knobs=(SPEED,))  # fmt: skip
def sewing_machine(p, n, rate, rng):
    """A needle bar, a shuttle and a feed dog, each a clack at its own moment of the turn, eight turns a second in
    runs.
    """
    run = np.clip(noise.wander(rng, n, rate, 0.35, -0.3, 2.2), 0, 1)
    hz = (5 + 11 * p["speed"]) * run
    body = bodies.plate("aluminium", 0.2, 0.4, 0.006, rng, 0.02, 50)
    x = np.zeros(n, np.float32)
    for start, force in ((0.0, 1.0), (0.31, 0.5), (0.55, 0.8), (0.8, 0.35)):
        phase = np.cumsum(hz) / rate + start
        at = np.flatnonzero(np.diff(phase.astype(int)) > 0)
        x[at] += force * rng.uniform(0.8, 1.1, len(at))
    clack = friction.drive(np.convolve(x, modal.strike(0.0006, rate))[:n].astype(np.float32), body, rate, 0.15)[:n]
    motor = motors.whirr(40 + 26 * hz, rate, rng, ((1, 1), (2, 0.7), (3, 0.5), (5, 0.3)), 0.3) * run.astype(np.float32)
    return takes.bed(level(clack) + 0.35 * level(motor), n, rate)


@sound("lawn mower", ucs="MACHGrdn", kind="texture", natural_s=6.0,
       words="lawn mower lawnmower mowing grass cutter generator strimmer garden leaf blower",
       knobs=(SPEED, LOAD))  # fmt: skip
def lawn_mower(p, n, rate, rng):
    """A single-cylinder engine near 3000 turns a minute, 25 blows a second through a small box, and a blade that
    whirrs.
    """
    heavy = noise.wander(rng, n, rate, 0.5, 0, 1) * p["load"]
    rpm = (2500 + 900 * p["speed"]) * (1 - 0.08 * heavy) * (1 + 0.01 * noise.wander(rng, n, rate, 5))
    single = Engine(1, uneven=0.18, pipe_m=0.25, silencer_hz=900, hiss=0.35, clatter=0.3, blow_ms=1.6, body_hz=150)
    x = motors.run(single, rpm, rate, rng, 0.6 + 0.4 * heavy)
    blade = level(filters.shape(noise.white(rng, n), [100, 400, 1200, 4000, 10000], [-4, 2, 2, -6, -18], rate))
    blade *= 0.7 + 0.6 * motors.blades(rpm / 60 * 2, rate, rng, 0.2)
    return takes.bed(x + 0.9 * blade, n, rate)


@sound("chainsaw", ucs="TOOLPowr", kind="texture", natural_s=6.0,
       words="chainsaw chain saw logging lumberjack tree felling",
       knobs=(LOAD,))  # fmt: skip
def chainsaw(p, n, rate, rng):
    """A two-stroke with little silencer: idles with a spit, screams at 10000, sags as the chain bites the wood."""
    throttle = np.clip(noise.wander(rng, n, rate, 0.8, -0.9 + p["load"], 1.8), 0.05, 1.0)
    throttle = filters.smooth(throttle.astype(float), 0.12, rate)
    bite = np.clip(noise.wander(rng, n, rate, 0.7, -0.3, 1.0), 0, 1) * p["load"] * throttle
    rpm = (2600 + 7200 * throttle) * (1 - 0.3 * bite) * (1 + 0.02 * noise.wander(rng, n, rate, 7))
    saw = Engine(1, 2, 0.2, pipe_m=0.28, silencer_hz=3200, hiss=0.35, clatter=0.16, blow_ms=0.5, body_hz=420)
    x = motors.run(saw, rpm, rate, rng, 0.25 + 0.75 * throttle)
    chain = level(filters.bandpass(noise.white(rng, n), 1500, 9000, rate, 1)) * throttle
    wood = level(filters.bandpass(noise.white(rng, n), 400, 3500, rate, 1)) * bite
    x = filters.equalise(x, "low-shelf", 260, rate, gain_db=-5)
    return takes.bed(x * (0.35 + 0.65 * throttle) + 0.15 * chain + 0.4 * wood, n, rate)


@sound("factory machine", ucs="MACHInd", kind="texture", natural_s=8.0,
       words="factory machine machinery industrial press assembly line loom conveyor printing mill",
       knobs=(SPEED, AGE))  # fmt: skip
def factory(p, n, rate, rng):
    """A press on a conveyor: a cam lifts, drops, a stamp of steel, a hiss of air, a belt that runs; one cycle a
    second.
    """
    period = 1.5 / (0.6 + 1.4 * p["speed"])
    frame = bodies.join(
        bodies.plate("iron", 0.8, 1.1, 0.02, rng, 0.012, 60), bodies.bar("steel", 0.5, 0.02, rng, 0.006)
    )
    times = takes.beats(n, rate, period, 0.008, rng)
    when, parts = [], []
    for t in times:
        stamp = takes.mix(bodies.hit(frame, rate, rng, 0.6, 0.9, 0.2), 0.8 * takes.thump(rate, 58, 0.25))
        when += [t, t + 0.22 * period, t + 0.45 * period, t + 0.7 * period]
        parts += [
            0.4 * click(rate, rng, 0.9, 500),
            rng.uniform(0.85, 1) * stamp,
            0.3 * takes.burst(rng, rate, 0.22 * period, 1500, 9000, 0.02),
            0.3 * bodies.hit(frame, rate, rng, 0.3, 0.4, 0.3),
        ]
    work = takes.phrase(when, parts, rate)
    rollers = curves.about(rng, 17.0, 0.3) * (1 + 0.15 * noise.wander(rng, n, rate, 1.5))
    belt = friction.drive(
        friction.slips(rollers, rate, rng, 0.3), bodies.plate("steel", 0.4, 0.8, 0.003, rng, 0.03), rate, 0.2
    )[:n]
    turns_hz = curves.about(rng, 49.0, 0.15) * (1 + 0.006 * noise.wander(rng, n, rate, 0.8))
    motor = motors.whirr(
        turns_hz, rate, rng, ((1, 1), (2, 0.8), (3, 0.4), (4, 0.5), (6, 0.3), (12, 0.2)), 0.25, (600, 4000)
    )
    # other machines of the hall, all at once and far away: a roar that falls 6 dB an octave above 300 Hz
    hall = filters.shape(noise.white(rng, n), [40, 120, 300, 1200, 4000, 9000], [-4, 2, 0, -9, -20, -34], rate)
    hall = level(hall) * (1 + 0.12 * noise.wander(rng, n, rate, 3))
    bed = 0.16 * level(motor) + (0.02 + 0.1 * p["age"]) * level(belt) + rng.uniform(0.1, 0.26) * hall
    return takes.bed(takes.mix(work, bed)[:n], n, rate)


@sound("machine hum", ucs="ELECBuzz", kind="texture", natural_s=6.0,
       words="hum humming buzz mains transformer electrical machine fluorescent generator server power",
       knobs=(Knob("buzz", 0.4, 0, 1, "soft hum to harsh buzz", soft=0.1, harsh=0.95, buzzing=0.9),))  # fmt: skip
def mains_hum(p, n, rate, rng):
    """Iron that stretches twice in each turn of the mains: 100 Hz and its harmonics, rich when plates are loose."""
    count = 24
    k = np.arange(1, count + 1)
    levels = k ** (-1.9 + 1.3 * p["buzz"]) * rng.uniform(0.5, 1.0, count)
    # all of it is whole Hz, so one second is a period
    t = np.arange(rate) / rate
    second = 0.3 * np.sin(2 * np.pi * 50 * t)
    for order, gain, phase in zip(k, levels, rng.uniform(0, 6.28, count), strict=True):
        if 100 * order < 0.45 * rate:
            second += gain * np.sin(2 * np.pi * 100 * order * t + phase)
    x = np.tile(second, -(-n // rate))[:n]
    air = level(filters.shape(noise.white(rng, n), [60, 300, 1500, 6000], [0, -2, -12, -28], rate))
    return takes.bed(level(x) * (1 + 0.04 * noise.wander(rng, n, rate, 0.7)) + 0.06 * air, n, rate)


@sound("pump", ucs="MACHPump", kind="texture", natural_s=6.0,
       words="pump compressor water hydraulic piston oil aquarium",
       knobs=(SPEED, AGE))  # fmt: skip
def pump(p, n, rate, rng):
    """A piston and two valves: suck and blow, each with its clack, on a motor's hum."""
    hz = (1.2 + 5 * p["speed"]) * (1 + 0.01 * noise.wander(rng, n, rate, 0.5))
    part = np.cumsum(hz) / rate % 1.0
    blow = np.where(part < 0.5, np.sin(2 * np.pi * part), 0.35 * np.abs(np.sin(2 * np.pi * part))) ** 1.5
    air = level(filters.shape(noise.white(rng, n), [80, 300, 1000, 4000, 10000], [0, 5, 2, -8, -22], rate)) * blow
    valves = friction.slips(2 * hz, rate, rng, 0.02)
    clack = level(friction.drive(valves, bodies.tube("iron", 0.3, 0.04, 0.005, rng, 0.03), rate, 0.2)[:n])
    hum = motors.whirr(24.5 + 0 * hz, rate, rng, ((1, 0.6), (2, 1), (4, 0.6), (6, 0.3)), 0.1)
    return takes.bed(air + (0.3 + 0.5 * p["age"]) * clack + 0.3 * level(hum), n, rate)
