"""Heavy plant: pile driver, welding, generator, tractor, tank, snowmobile, forklift, wind turbine."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import bodies, friction, motors, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit
from soundwright.foley.motors import Engine

LOAD = Knob("load", 0.5, 0, 1, "idling to working hard", idle=0.05, idling=0.05, hard=0.9, working=0.7, heavy=0.9)
SPEED = Knob("speed", 0.5, 0, 1, "slow to fast", slow=0.1, slowly=0.1, fast=0.9, speeding=0.95)


@sound("pile driver", ucs="VEHCnst", kind="texture", natural_s=6.0,
       words="pile driver piling driving construction site hammer pounding steel ground",
       knobs=(Knob("rate", 0.75, 0.4, 2.0, "blows a second", slow=0.5, fast=1.4),))  # fmt: skip
def pile_driver(p, n, rate, rng):
    """A ram of tonnes falls on a steel tube: a clang of its ring modes, the ground's thump, a chug of exhaust."""
    pile = bodies.tube("steel", 5.0, 0.2, 0.016, rng, 0.012)
    times = takes.beats(n, rate, 1 / p["rate"], 0.02, rng, 0.1)
    parts = []
    for _ in times:
        blow = takes.mix(bodies.hit(pile, rate, rng, 0.4, 0.9, 0.4), 1.1 * takes.thump(rate, 55, 0.3, 0.6))
        chug = takes.burst(rng, rate, 0.35, 90, 1400, 0.03)
        parts.append(np.float32(rng.uniform(0.85, 1)) * takes.phrase([0, 0.05], [blow, 0.4 * chug], rate))
    motor = motors.run(Engine(4, pipe_m=1.5, silencer_hz=300), np.full(n, 1100.0), rate, rng, 0.4)
    return takes.bed(takes.mix(takes.phrase(times, parts, rate), 0.02 * level(motor)), n, rate, 0.1)


@sound("welding", ucs="ELECArc", kind="texture", natural_s=5.0,
       words="welding weld welder arc torch metal sparks soldering",
       knobs=(Knob("current", 0.5, 0, 1, "thin rod to heavy", light=0.1, heavy=0.9),))  # fmt: skip
def welding(p, n, rate, rng):
    """An arc that is lit again at each half wave of the mains: buzz at 100 Hz made of crackle, drops that spit."""
    t = np.arange(n) / rate
    on = filters.smooth((noise.wander(rng, n, rate, 1.4, 0, 1) < 0.88).astype(float), 0.02, rate)
    half = np.abs(np.sin(2 * np.pi * 50 * t)) ** 1.5
    arc = filters.shape(noise.white(rng, n), [200, 900, 3000, 8000, 15000], [-12, -3, 0, -2, -8], rate) * half
    short = friction.slips(np.full(n, 35 + 60 * p["current"]) * on, rate, rng, 0.5)
    crackle = filters.bandpass(filters.smooth(short, 0.0004, rate) * noise.white(rng, n), 900, 11000, rate, 1)
    spit = friction.crackle(n, rate, rng, (40 + 160 * p["current"]) * on, (2000, 10000), (0.5, 4), 1.6, 10)
    hum = oscillators.harmonics(np.full(n, 100.0), [1, 0.6, 0.4, 0.25, 0.15], rate)
    out = level(arc) * (0.25 + 0.75 * noise.wander(rng, n, rate, 25, 0.3, 1)) * on
    return takes.bed(out + 1.2 * level(crackle) + 0.8 * level(spit) + 0.35 * level(hum), n, rate)


@sound("generator", ucs="MOTRComb", kind="texture", natural_s=6.0,
       words="generator humming hum diesel portable power engine running petrol gasoline compressor motor",
       knobs=(LOAD,))  # fmt: skip
def generator(p, n, rate, rng):
    """One cylinder held at 3000 turns a minute by its governor: 25 blows a second, a fan, an alternator's hum."""
    rpm = 3000 * (1 - 0.03 * p["load"]) * (1 + 0.006 * noise.wander(rng, n, rate, 2.5))
    motor = Engine(1, uneven=0.08, pipe_m=0.4, silencer_hz=650, hiss=0.2, clatter=0.35, blow_ms=1.4, body_hz=130)
    hum = oscillators.harmonics(np.full(n, 100.0), [0.6, 1, 0.4, 0.5, 0.2, 0.15], rate)
    fan = motors.airflow(n, rate, rng, 700, -3)
    x = motors.run(motor, rpm, rate, rng, 0.3 + 0.7 * p["load"])
    return takes.bed(level(x) + 0.2 * level(hum) + 0.25 * level(fan), n, rate)


@sound("tractor", ucs="VEHFarm", kind="texture", natural_s=7.0,
       words="tractor farm diesel engine plough field combine harvester bulldozer excavator digger machinery",
       knobs=(LOAD, SPEED))  # fmt: skip
def tractor(p, n, rate, rng):
    """Three large diesel cylinders at 700 to 1600 turns: hard knocks of injection, an upright open pipe."""
    rpm = (650 + 950 * p["speed"]) * (1 + 0.015 * noise.wander(rng, n, rate, 1.3))
    big = Engine(3, uneven=0.16, pipe_m=1.9, silencer_hz=420, hiss=0.14, clatter=0.55, clatter_hz=(700, 3800),
                 blow_ms=2.6, body_hz=48)  # fmt: skip
    x = motors.run(big, rpm, rate, rng, 0.25 + 0.75 * p["load"])
    gears = motors.whirr(rpm / 60 * 11, rate, rng, ((1, 1.0), (2, 0.3)), 0.0)
    return takes.bed(level(x) + 0.1 * p["load"] * level(gears), n, rate)


@sound("tank", ucs="VEHMil", kind="texture", natural_s=7.0,
       words="tank army military armoured panzer tracks tracked vehicle caterpillar",
       knobs=(SPEED,))  # fmt: skip
def tank(p, n, rate, rng):
    """A twelve-cylinder diesel, and steel links that clank over sprockets and squeal in their pins."""
    rpm = (900 + 1300 * p["speed"]) * (1 + 0.02 * noise.wander(rng, n, rate, 0.8))
    motor = motors.run(Engine(12, uneven=0.1, pipe_m=1.4, silencer_hz=500, hiss=0.2, body_hz=42), rpm, rate, rng, 0.8)
    links = (6 + 16 * p["speed"]) * (1 + 0.05 * noise.wander(rng, n, rate, 0.7))
    plates = bodies.plate("steel", 0.15, 0.5, 0.03, rng, 0.02, 40)
    clank = friction.drive(friction.slips(links, rate, rng, 0.12), plates, rate, 0.3)[:n]
    pins = friction.drive(
        friction.slips(650 * (1 + 0.2 * noise.wander(rng, n, rate, 1.5)), rate, rng, 0.02), plates, rate, 0.1
    )[:n] * np.clip(noise.wander(rng, n, rate, 1.2, -0.6, 1), 0, 1)
    ground = filters.lowpass(noise.coloured(rng, n, rate, -3), 90, rate, 2)
    return takes.bed(level(motor) + 0.8 * level(clank) + 0.3 * level(pins) + 0.6 * level(ground), n, rate)


@sound("snowmobile", ucs="VEHUtil", kind="texture", natural_s=7.0,
       words="snowmobile jetski quad bike go kart two-stroke dirt",
       knobs=(SPEED,))  # fmt: skip
def snowmobile(p, n, rate, rng):
    """A two-stroke twin that sings at 3000 to 8000 turns through an expansion pipe, the throttle never still."""
    throttle = np.clip(p["speed"] + 0.35 * noise.wander(rng, n, rate, 0.5), 0, 1.2)
    rpm = filters.smooth(2600 + 4800 * throttle, 0.15, rate)
    twin = Engine(2, stroke=2, uneven=0.14, pipe_m=0.55, silencer_hz=1900, hiss=0.25, clatter=0.1, blow_ms=0.7,
                  body_hz=150)  # fmt: skip
    x = motors.run(twin, rpm, rate, rng, 0.3 + 0.7 * np.clip(throttle, 0, 1))
    return takes.bed(x, n, rate)


@sound("forklift", ucs="VEHElec", kind="texture", natural_s=7.0,
       words="forklift electric truck warehouse lift golf cart hydraulic",
       knobs=(SPEED,))  # fmt: skip
def forklift(p, n, rate, rng):
    """A drive motor whines up and down with its inverter, small wheels rumble, a hydraulic pump groans, it beeps."""
    go = np.clip(p["speed"] + 0.5 * noise.wander(rng, n, rate, 0.3), 0.05, 1.2)
    go = filters.smooth(go, 0.3, rate)
    whine = motors.whirr(40 + 55 * go, rate, rng, ((6, 0.6), (12, 1.0), (24, 0.4), (1, 0.3)), 0.1)
    wheels = filters.lowpass(noise.coloured(rng, n, rate, -3), 260, rate, 1) * go
    lift = np.clip(noise.wander(rng, n, rate, 0.25, -0.8, 1), 0, 1)
    pump = oscillators.harmonics(np.full(n, 182.0), [1, 0.5, 0.6, 0.2, 0.3], rate) * lift
    beep = oscillators.sine(np.full(n, 1250.0), rate) * (np.arange(n) / rate % 1.0 < 0.5)
    return takes.bed(level(whine) + 0.8 * level(wheels) + 0.5 * pump + 0.15 * beep, n, rate)


@sound("wind turbine", ucs="MACHInd", kind="texture", natural_s=8.0,
       words="wind turbine windmill blades rotor energy whooshing",
       knobs=(SPEED,))  # fmt: skip
def wind_turbine(p, n, rate, rng):
    """Three blades: each swishes as it comes down past the listener, about once a second; a faint hum of gears."""
    t = np.arange(n) / rate
    phase = 2 * np.pi * (0.55 + 0.6 * p["speed"]) * t
    swish = 0.25 + 0.75 * (0.5 + 0.5 * np.sin(phase)) ** 2.5
    air = filters.sweep(noise.white(rng, n), "band", 420 + 480 * swish, rate, q=0.7) * swish
    low = filters.lowpass(noise.coloured(rng, n, rate, -4), 220, rate, 1)
    hum = modal.damped_sines([104.0, 208.0, 316.0], 1e6, [1, 0.4, 0.2], n, rate)
    return takes.bed(level(air) + 0.4 * level(low) + 0.06 * unit(hum), n, rate)
