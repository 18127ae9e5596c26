"""Cars, motorcycles, trucks, buses: engines, tyres, horns, brakes, crashes."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bodies, curves, friction, motors, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.impacts import shards
from soundwright.foley.models.objects import unit
from soundwright.foley.motors import Engine

RPM = Knob("rpm", 0.25, 0.0, 1.0, "idling to the red line", idle=0.05, idling=0.05, slow=0.15, fast=0.75, racing=0.9,
           revving=0.8)  # fmt: skip
SPEED = Knob("speed", 0.45, 0.0, 1.0, "30 to 180 km/h", slow=0.1, slowly=0.1, fast=0.75, speeding=0.85, racing=1.0,
             race=1.0)  # fmt: skip

CAR = Engine(4, uneven=0.10, pipe_m=2.4, silencer_hz=560, hiss=0.12, clatter=0.16, body_hz=70)
SPORT = Engine(8, uneven=0.14, pipe_m=1.6, silencer_hz=900, hiss=0.25, clatter=0.06, blow_ms=1.2, body_hz=80)
TWIN = Engine(
    2, uneven=0.16, pipe_m=0.9, silencer_hz=800, hiss=0.3, clatter=0.12, roughness=0.37, blow_ms=2.0, body_hz=110
)
DIESEL = Engine(
    6, uneven=0.15, pipe_m=3.2, silencer_hz=700, hiss=0.15, clatter=0.35, clatter_hz=(600, 3500), body_hz=45
)


def tyres(n: int, rate: int, rng: np.random.Generator, wet: float = 0.0) -> np.ndarray:
    """Tread on asphalt: noise with a hump about 900 Hz that falls steeply above 2 kHz; water adds hiss."""
    x = filters.shape(noise.white(rng, n), [60, 250, 700, 1000, 2000, 5000, 12000],
                      [-12, -5, 2, 3, -5, -20 + 12 * wet, -38 + 20 * wet], rate)  # fmt: skip
    return x / max(float(x.std()), 1e-9)


@sound("car idle", ucs="VEHCar", kind="texture", natural_s=6.0,
       words="idle idling car engine motor automobile running parked vehicle",
       knobs=(RPM, Knob("age", 0.3, 0, 1, "smooth to rattling", new=0.0, old=0.9, rattling=1.0)))  # fmt: skip
def car_idle(p, n, rate, rng):
    """A four-cylinder at tick-over: 27 firings a second through a long silencer, valves, and a belt and fan."""
    rpm = curves.about(rng, 680 + 900 * p["rpm"], 0.12) * (
        1 + (0.01 + 0.03 * p["age"]) * noise.wander(rng, n, rate, 2.5)
    )
    x = motors.run(Engine(4, uneven=0.08 + 0.2 * p["age"], pipe_m=2.4, silencer_hz=560, hiss=0.12,
                          clatter=0.14 + 0.4 * p["age"], body_hz=60), rpm, rate, rng, 0.3)  # fmt: skip
    fan = motors.airflow(n, rate, rng, 500, -5)
    return takes.bed(x + 0.12 * fan, n, rate)


@sound("car rev", ucs="VEHCar", kind="event", natural_s=4.5,
       words="rev revving revs engine car vroom throttle race sports muscle",
       knobs=(Knob("count", 3, 1, 6, "how many blips of the throttle", once=1, twice=2, three=3),))  # fmt: skip
def car_rev(p, n, rate, rng):
    """A V8 in neutral: the throttle opened and shut; revolutions rise fast against nothing, and fall slowly."""
    count = round(p["count"])
    length = takes.seconds(n, rate, 1.2 * count, 2.5 * count) + 0.6
    m = round(length * rate)
    shares = rng.uniform(0.7, 1.4, count)  # blips are not all of one length, nor held alike
    gaps = shares / shares.sum() * (length - 0.9)
    starts = 0.3 + np.cumsum(gaps) - gaps
    tops = rng.uniform(3000, 5400, count)
    holds = rng.uniform(0.08, 0.3, count)
    times = np.ravel(
        [[s, s + 0.3 * g, s + (0.32 + h) * g, s + 0.97 * g] for s, g, h in zip(starts, gaps, holds, strict=True)]
    )
    rpm = motors.ramp(m, rate, [0, *times, length], [850, *np.ravel([[900, r, r, 1100] for r in tops]), 850], 0.05)
    load = motors.ramp(m, rate, [0, *times, length], [0.2, *np.ravel([[0.5, 1, 0.2, 0.15]] * count), 0.2], 0.04)
    return takes.event(motors.run(SPORT, rpm, rate, rng, load), rate, 0.8, 0.25)


@sound("car accelerate", ucs="VEHCar", kind="event", natural_s=7.0,
       words="accelerate accelerating acceleration car drives driving away speeding engine gear",
       knobs=(SPEED,))  # fmt: skip
def car_accelerate(p, n, rate, rng):
    """From first to third gear: revolutions climb under load, drop at each change, tyres grow louder."""
    length = takes.seconds(n, rate, 3.0, 14.0)
    m = round(length * rate)
    top = curves.about(rng, 3600 + 2600 * p["speed"], 0.15)
    first, second = rng.uniform(0.22, 0.4), rng.uniform(0.55, 0.75)
    marks = np.array([0, 0.06, first, first + 0.03, second, second + 0.03, 1.0]) * length
    rpm = motors.ramp(m, rate, marks, [900, 1300, top, 0.55 * top, top, 0.65 * top, 0.95 * top], 0.05)
    load = motors.ramp(m, rate, marks, [0.2, 0.9, 1.0, 0.5, 1.0, 0.6, 0.9], 0.04)
    engine = motors.run(
        Engine(4, uneven=0.1, pipe_m=1.8, silencer_hz=650, hiss=0.25, clatter=0.1), rpm, rate, rng, load
    )
    road = tyres(m, rate, rng) * np.linspace(0.0, 0.5, m, dtype=np.float32)
    return takes.event(engine * np.linspace(0.7, 1, m, dtype=np.float32) + road, rate, 0.8, 0.4)


@sound("car pass-by", ucs="VEHCar", kind="event", natural_s=7.0,
       words="pass passing passes car by drive driveby vehicle road street traffic speeding doppler",
       knobs=(SPEED, Knob("wetness", 0, 0, 1, "dry to rainy road", wet=1, rainy=1)))  # fmt: skip
def car_pass(p, n, rate, rng):
    """A car drives past at 4 m: tyres louder than engine, Doppler's fall in pitch, sharper the faster it goes."""
    length = takes.seconds(n, rate, 3.0, 14.0)
    m = round(length * rate)
    speed = (30 + 150 * p["speed"]) / 3.6
    engine = motors.run(CAR, curves.about(rng, 2000 + 2600 * p["speed"], 0.2) * np.ones(m), rate, rng, 0.7)
    x = tyres(m, rate, rng, p["wetness"]) + rng.uniform(0.4, 1.1) * engine
    passing = motors.pass_by(x, rate, speed, curves.about(rng, 4.0, 0.5), rng.uniform(0.42, 0.58) * length)
    return takes.event(passing[:: rng.choice([-1, 1])], rate, 0.8, 0.5)


@sound("race car pass-by", ucs="VEHRace", kind="event", natural_s=6.0,
       words="race racing car formula f1 track circuit pass by motorsport",
       knobs=(SPEED,))  # fmt: skip
def race_pass(p, n, rate, rng):
    """A racing engine at 11000 turns a minute, 70 m/s past the fence: firing near 700 Hz falls by a fifth."""
    length = takes.seconds(n, rate, 3.0, 10.0)
    m = round(length * rate)
    speed = 45 + 45 * p["speed"]
    rpm = motors.ramp(m, rate, [0, 0.7 * length, 0.72 * length, length], [10500, 11800, 9800, 11200], 0.02)
    racer = Engine(8, uneven=0.07, pipe_m=0.55, silencer_hz=4000, hiss=0.2, clatter=0.03, blow_ms=0.4, body_hz=200)
    x = motors.pass_by(motors.run(racer, rpm, rate, rng, 1.0), rate, speed, 9.0, 0.45 * length)
    return takes.event(x, rate, 0.8, 0.5)


@sound("car horn", ucs="VEHHorn", kind="event", natural_s=1.05,
       words="horn honk honking beep car hoot klaxon toot traffic",
       knobs=(Knob("count", 2, 1, 6, "how many honks", once=1, twice=2, three=3, long=1, repeated=4), Knob("size",
              0.4, 0, 1, "scooter to lorry", small=0.1, big=0.8, truck=1.0)))  # fmt: skip
def car_horn(p, n, rate, rng):
    """Two steel diaphragms a major third apart (about 420 and 520 Hz) that beat on their stops: full of harmonics to
    5 kHz.
    """
    low = curves.about(rng, 520 * 0.42 ** p["size"], 0.12)
    length = curves.about(rng, 0.9 if round(p["count"]) == 1 else 0.34, 0.3)
    third = rng.choice([1.19, 1.245, 1.26, 1.335])
    parts, times, at = [], [], 0.0
    for k in range(round(p["count"])):
        d = length * rng.uniform(0.85, 1.25) * (1.4 if k == round(p["count"]) - 1 else 1.0)
        parts.append(blare((low, low * third), d, rate, rng))
        times.append(at)
        at += d + rng.uniform(0.09, 0.16)
    return takes.event(takes.phrase(times, parts, rate), rate, 0.75)


def blare(
    notes, seconds: float, rate: int, rng: np.random.Generator, top_hz: float = 4500.0, air: float = 0.04
) -> np.ndarray:
    """Horns blown together: each a pulse rich in harmonics that sets in within 20 ms, through a flare."""
    m = round(seconds * rate)
    out = np.zeros(m, np.float32)
    onset = 1 - 0.03 * np.exp(-np.arange(m) / rate / 0.015)
    for hz in notes:
        curve = hz * onset * (1 + 0.0015 * noise.wander(rng, m, rate, 6))
        out += tones.oscillators.pulse(curve, rate, 0.18, rng.random())
    out = np.tanh(0.8 * out).astype(np.float32) + air * noise.white(rng, m)
    out = filters.lowpass(filters.highpass(out, min(notes) * 0.8, rate, 1), 0.75 * top_hz, rate, 2)
    out = filters.equalise(out, "peak", min(2300.0, 6 * min(notes)), rate, gain_db=6, q=0.9)
    return unit(out) * tones.edges(m, rate, 0.018, 0.05)


@sound("tyre squeal", ucs="VEHSkid", kind="event", natural_s=2.2, words="skid skidding tire tyre tires squeal screech "
       "screeching brakes braking drift car", knobs=(SPEED,))  # fmt: skip
def skid(p, n, rate, rng):
    """Tread blocks that stick and slip together near 1 kHz, pitch sagging as the car slows, two tyres that beat."""
    length = takes.seconds(n, rate, 0.8, 5.0)
    m = round(length * rate)
    out = np.zeros(m, np.float32)
    own, sag = curves.about(rng, 780 + 420 * p["speed"], 0.2), rng.uniform(0.75, 0.98)
    for k in range(3):
        hz = own * (1 + 0.11 * k) * np.linspace(1.06, sag, m) * (
            1 + 0.05 * noise.wander(rng, m, rate, 3.0) + 0.012 * noise.wander(rng, m, rate, 40))  # fmt: skip
        level = noise.wander(rng, m, rate, 5, 0.25, 1.0) * (1.0, 0.8, 0.5)[k]
        out += level * np.tanh(1.8 * tones.oscillators.saw(hz, rate)).astype(np.float32)
    rub = filters.bandpass(noise.white(rng, m), 700, 6000, rate, 1)
    x = filters.lowpass(filters.bandpass(out, 700, 3500, rate, 1) + 0.4 * rub, 4500, rate, 1)
    return takes.event(x * takes.swell(m, 0.15, 0.4), rate, 0.75, 0.1)


@sound("car start", ucs="VEHCar", kind="event", natural_s=4.5,
       words="start starting ignition starter car engine crank cranking turn",
       knobs=(Knob("age", 0.3, 0, 1, "starts at once to hardly", new=0.0, old=0.8, failing=1.0),))  # fmt: skip
def car_start(p, n, rate, rng):
    """The starter's whine strains at each compression, seven a second; the engine catches, overshoots and idles."""
    crank = curves.about(rng, 0.6 + 1.5 * p["age"], 0.35)
    turning = curves.about(rng, 6.6, 0.2)
    m = round(crank * rate)
    t = np.arange(m) / rate
    push = 0.5 + 0.5 * np.sin(2 * np.pi * turning * t * (1 + 0.05 * noise.wander(rng, m, rate, 3)))
    whine = motors.whirr(
        curves.about(rng, 235, 0.2) * (1 - 0.16 * push),
        rate,
        rng,
        ((1, 0.6), (2, 1.0), (3, 0.6), (5, 0.35), (9, 0.25)),
        0.35,
    )
    cough = filters.lowpass(noise.white(rng, m), 260, rate, 2) * push**3
    cranking = (whine * (0.45 + 0.55 * push) + 5.0 * cough) * tones.edges(m, rate, 0.02, 0.03)
    run_s = takes.seconds(n, rate, 3.0, 12.0) - crank
    k = round(run_s * rate)
    rpm = motors.ramp(
        k, rate, [0, 0.25, 0.6, 1.6, run_s], [350, 1500, rng.uniform(1300, 2300), 950, rng.uniform(720, 950)], 0.06
    )
    rpm = rpm * (1 + 0.02 * noise.wander(rng, k, rate, 3))
    load = motors.ramp(k, rate, [0, 0.15, 0.7, 1.6], [0.9, 1.0, 0.5, 0.3])
    running = motors.run(CAR, rpm, rate, rng, load) * tones.edges(k, rate, 0.08, 0.3)
    clunk = 3 * bodies.hit(bodies.plate("steel", 0.2, 0.3, 0.01, rng, 0.05), rate, rng, 0.6, 0.2)
    return takes.event(takes.phrase([0, 0.02, crank - 0.05], [clunk, cranking, 1.3 * running], rate), rate, 0.8, 0.3)


@sound("car crash", ucs="VEHCar", kind="event", natural_s=2.3,
       words="crash crashing collision accident car wreck smash",
       knobs=(Knob("force", 0.7, 0, 1, "a bump to a wreck", minor=0.3, huge=1.0, violent=1.0),))  # fmt: skip
def car_crash(p, n, rate, rng):
    """Tyres lock, sheet steel folds in a dense run of blows, glass goes, pieces rain and a hubcap rolls away."""
    m = round(0.8 * rate)
    hz = 1050 * np.linspace(1.05, 0.9, m) * (1 + 0.04 * noise.wander(rng, m, rate, 6))
    squeal = unit(filters.bandpass(tones.oscillators.saw(hz, rate) + 0.6 * noise.white(rng, m), 700, 6000, rate, 1))
    squeal = 0.35 * squeal * takes.swell(m, 0.6, 0.6)
    sheet = bodies.plate("steel", 0.9, 1.2, 0.0012, rng, 0.012, 90)
    low = takes.thump(rate, 48, 0.6, 1.2, 0.002)
    fold_n = round(0.5 * rate)
    blows = noise.instants(rng, fold_n, rate, 90 * np.exp(-np.arange(fold_n) / rate / 0.16))
    force = np.bincount(blows, rng.exponential(1.0, len(blows)), fold_n)[:fold_n].astype(np.float32)
    fold = unit(friction.drive(force, sheet, rate, 0.8))
    bang = takes.burst(rng, rate, 0.25 + 0.25 * p["force"], 120, 4000 + 4500 * p["force"], 0.001)
    pieces = unit(
        shards("glass", rate, rng, round(20 + 190 * p["force"]), 0.7 + 1.3 * p["force"], (0.008, 0.04), 0.004)
    )
    metal = unit(shards("steel", rate, rng, round(4 + 16 * p["force"]), 1.3, (0.08, 0.3), 0.002, 10))
    start = 0.7
    times = [0, start, start, start, start, start + 0.06, start + 0.2]
    parts = [
        squeal,
        0.6 * low,
        0.9 * bang,
        0.9 * fold,
        0.5 * bodies.hit(sheet, rate, rng, 0.8, 0.8),
        0.25 * pieces,
        0.35 * metal,
    ]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.9, 0.1)


@sound("motorcycle", ucs="VEHMoto", kind="texture", natural_s=6.0,
       words="motorcycle motorbike harley bike chopper scooter moped engine",
       knobs=(RPM,))  # fmt: skip
def motorcycle(p, n, rate, rng):
    """A V-twin: two blows close together, then a gap (potato-potato), through short open pipes; the throttle plays."""
    play = 1 + 0.35 * noise.wander(rng, n, rate, 0.25) * (0.2 + p["rpm"])
    rpm = curves.about(rng, 900 + 4200 * p["rpm"], 0.15) * play * (1 + 0.015 * noise.wander(rng, n, rate, 4))
    return takes.bed(motors.run(TWIN, rpm, rate, rng, np.clip(0.35 + 0.5 * p["rpm"] * play, 0, 1)), n, rate)


@sound("motorcycle pass-by", ucs="VEHMoto", kind="event", natural_s=6.0,
       words="motorcycle motorbike pass passing by bike drive",
       knobs=(SPEED,))  # fmt: skip
def motorcycle_pass(p, n, rate, rng):
    """A sports motorcycle accelerates past: a hoarse four near 7000 turns a minute, Doppler and one gear change."""
    length = takes.seconds(n, rate, 3.0, 12.0)
    m = round(length * rate)
    change = rng.uniform(0.4, 0.7) * length
    revs = curves.about(rng, 1.0, 0.15) * np.array([5200, 8200, 6000, 8000])
    rpm = motors.ramp(m, rate, [0, change, change + 0.2, length], revs, 0.03)
    four = Engine(4, uneven=0.09, pipe_m=0.7, silencer_hz=1500, hiss=0.25, clatter=0.06, blow_ms=0.8, body_hz=120)
    x = motors.run(four, rpm, rate, rng, 0.95)
    passing = motors.pass_by(x, rate, 14 + 30 * p["speed"], curves.about(rng, 4.0, 0.5), rng.uniform(0.4, 0.6) * length)
    return takes.event(passing[:: rng.choice([-1, 1])], rate, 0.8, 0.5)


@sound("truck", ucs="VEHTruck", kind="texture", natural_s=6.0,
       words="truck lorry diesel tractor semi bulldozer excavator heavy engine bus",
       knobs=(RPM,))  # fmt: skip
def truck(p, n, rate, rng):
    """A six-cylinder diesel: hard combustion knocks on the block, deep exhaust, a turbocharger's faint whistle."""
    rpm = curves.about(rng, 620 + 1300 * p["rpm"], 0.13) * (1 + 0.012 * noise.wander(rng, n, rate, 2))
    x = motors.run(DIESEL, rpm, rate, rng, 0.4 + 0.5 * p["rpm"])
    turbo = motors.whirr(1900 + 3600 * p["rpm"] + 80 * noise.wander(rng, n, rate, 1), rate, rng, ((1, 1.0),), 0.0)
    return takes.bed(x + 0.02 * turbo + 0.1 * motors.airflow(n, rate, rng, 300), n, rate)


@sound("truck pass-by", ucs="VEHTruck", kind="event", natural_s=8.0,
       words="truck lorry bus pass passing by road highway semi",
       knobs=(SPEED,))  # fmt: skip
def truck_pass(p, n, rate, rng):
    """A lorry goes by: diesel, eighteen tyres, and the push of air behind it."""
    length = takes.seconds(n, rate, 4.0, 14.0)
    m = round(length * rate)
    x = motors.run(DIESEL, np.full(m, 1250 + 500 * p["speed"]), rate, rng, 0.9) + 0.9 * tyres(m, rate, rng)
    x = x + 0.6 * filters.lowpass(noise.coloured(rng, m, rate, -6), 200, rate, 1)
    return takes.event(motors.pass_by(x, rate, 10 + 20 * p["speed"], 6.0), rate, 0.8, 0.5)


@sound("air brake", ucs="VEHBrake", kind="event", natural_s=0.9,
       words="air brake brakes bus truck hiss pneumatic release pressure steam",
       knobs=(Knob("force", 0.6, 0, 1, "a sigh to a blast", soft=0.2, loud=0.9),))  # fmt: skip
def air_brake(p, n, rate, rng):
    """Compressed air let go through a valve: a pop, then choked turbulence that falls in level and colour as pressure
    does.
    """
    m = round((0.5 + 0.7 * p["force"]) * rate)
    t = np.arange(m) / rate
    pressure = np.exp(-t / (0.14 + 0.12 * p["force"]))
    x = filters.sweep(noise.white(rng, m), "band", 1500 + 5200 * pressure, rate, q=0.5) * pressure**0.8
    x = filters.highpass(x, 500, rate, 1) * tones.edges(m, rate, 0.006, 0.12)
    squeal = 0.12 * tones.tone((2300, 1700), 0.25, rate, "saw", 0.05, 0.1)
    return takes.event(
        takes.phrase([0, 0, 0.1], [unit(x), 0.5 * takes.thump(rate, 150, 0.06), squeal], rate), rate, 0.75
    )


@sound("bus", ucs="VEHBus", kind="event", natural_s=7.0, words="bus coach stop arriving pulls brakes diesel", knobs=())
def bus(p, n, rate, rng):
    """A bus pulls up: diesel slows, brakes squeal, it idles, the air is let go."""
    length = takes.seconds(n, rate, 5.0, 12.0)
    m = round(length * rate)
    stop = rng.uniform(0.38, 0.55) * length
    rpm = motors.ramp(m, rate, [0, stop, stop + 0.4, length], [1350, 800, 650, 640], 0.1)
    x = motors.run(DIESEL, rpm, rate, rng, motors.ramp(m, rate, [0, stop, length], [0.6, 0.3, 0.3]))
    x = x * motors.ramp(m, rate, [0, stop, length], [0.5, 1, 1]).astype(np.float32)
    k = round(0.9 * rate)
    hz = (
        curves.about(rng, 1750, 0.3)
        * np.linspace(1.0, rng.uniform(0.88, 1.03), k)
        * (1 + 0.01 * noise.wander(rng, k, rate, 8))
    )
    squeal = tones.oscillators.triangle(hz, rate) * takes.swell(k, 0.7)
    air = unit(air_brake({"force": 0.7}, n, rate, rng))
    return takes.event(
        takes.phrase([0, stop - 0.8, stop + 0.5], [unit(x), rng.uniform(0.05, 0.25) * squeal, 0.6 * air], rate),
        rate,
        0.8,
        0.4,
    )
