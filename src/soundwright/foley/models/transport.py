"""Trains, aircraft, boats, bicycles."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators, space
from soundwright.foley import bodies, curves, friction, motors, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.vehicles import RPM, SPEED, blare
from soundwright.foley.motors import Engine


def rail_clacks(n: int, rate: int, rng: np.random.Generator, speed_ms: float) -> np.ndarray:
    """Blows `[n]` of the axles on a rail joint: two in a bogie 2.5 m apart, bogies of neighbouring cars 6 m apart."""
    car = 20.0
    axles = np.array([0.0, 2.5, 8.5, 11.0])  # rear bogie of one car, front bogie of the next
    cars = np.arange(int(n / rate * speed_ms / car) + 2)
    times = np.sort((cars[:, None] * car + axles).ravel()) / speed_ms + rng.uniform(0, 0.2)
    times = times[times < n / rate]
    force = rng.uniform(0.6, 1.0, len(times))
    return np.bincount((times * rate).astype(int).clip(0, n - 1), force, n)[:n].astype(np.float32)


def rolling_stock(n: int, rate: int, rng: np.random.Generator, speed_ms: float, squeal: float = 0.15) -> np.ndarray:
    """A train on jointed rails: the roar of wheels on rough rail, the clack of joints, flanges that sing."""
    rail = bodies.Body(
        np.array([85, 140, 310, 620, 950, 1500, 2300, 3300.0]),
        np.array([0.16, 0.16, 0.14, 0.12, 0.1, 0.08, 0.06, 0.05]),
        np.array([1.2, 1, 0.9, 0.8, 0.7, 0.5, 0.35, 0.2]),
    )
    clack = friction.drive(
        np.convolve(rail_clacks(n, rate, rng, speed_ms), modal.strike(0.0015, rate))[:n], rail, rate, 0.3
    )[:n]
    roar = filters.shape(noise.white(rng, n), [40, 120, 400, 1200, 3000, 9000], [4, 6, 4, -4, -14, -32], rate)
    roar = roar / max(float(roar.std()), 1e-9) * (1 + 0.25 * noise.wander(rng, n, rate, 1.5))
    hz = 2350 * (1 + 0.006 * noise.wander(rng, n, rate, 2))
    sing = (oscillators.sine(hz, rate) + 0.5 * oscillators.sine(1.52 * hz, rate)) * noise.wander(
        rng, n, rate, 0.8, -0.6, 1
    ).clip(0)
    return roar + 1.8 * clack / max(float(clack.std()), 1e-9) + squeal * sing


@sound("train", ucs="TRNClak", kind="texture", natural_s=8.0,
       words="train railway railroad rail wagon wagons carriage tracks clack clickety freight",
       knobs=(SPEED,))  # fmt: skip
def train(p, n, rate, rng):
    """A train over jointed rails: da-dum, da-dum as bogies cross each joint, over the roar of steel wheels."""
    return takes.bed(rolling_stock(n, rate, rng, 9 + 16 * p["speed"]), n, rate)


@sound("train pass-by", ucs="TRNDiesl", kind="event", natural_s=10.0,
       words="train pass passing by railway freight locomotive express",
       knobs=(SPEED,))  # fmt: skip
def train_pass(p, n, rate, rng):
    """A diesel locomotive and its wagons: the engine comes, roars past, and the wheels clack on behind it."""
    length = takes.seconds(n, rate, 6.0, 20.0)
    m = round(length * rate)
    speed = 12 + 20 * p["speed"]
    loco = motors.run(Engine(12, uneven=0.12, pipe_m=2.2, silencer_hz=350, hiss=0.2, clatter=0.2, body_hz=40),
                      np.full(m, 800.0), rate, rng, 0.9)  # fmt: skip
    near = motors.pass_by(loco, rate, speed, 7.0, 0.32 * length)
    wagons = rolling_stock(m, rate, rng, speed, 0.3)
    there = motors.ramp(m, rate, [0, 0.28 * length, 0.36 * length, 0.8 * length, length], [0.02, 0.2, 1, 1, 0.03], 0.2)
    wagons = wagons * there.astype(np.float32)
    x = near / np.abs(near).max() + 0.22 * np.stack([wagons, np.roll(wagons, 23)])
    return takes.event(x.astype(np.float32), rate, 0.8, 0.6)


@sound("train horn", ucs="TRNHorn", kind="event", natural_s=5.0, words="horn train locomotive blast air diesel railway",
       knobs=(Knob("size", 0.5, 0, 1, "high to low", small=0.2, big=0.9, deep=1.0),))  # fmt: skip
def train_horn(p, n, rate, rng):
    """Five air chimes tuned to a chord (D sharp, F sharp, G sharp, B, D sharp), long, long, short, long."""
    low = curves.about(rng, 1.12 * 0.8 ** p["size"], 0.1)
    chord = [hz * low * rng.uniform(0.995, 1.005) for hz in (311.1, 370.0, 415.3, 493.9, 622.3)]
    long_s = takes.seconds(n, rate, 2.5, 9.0) / 4.4
    times, parts, at = [], [], 0.0
    for d in (1.1, 1.1, 0.4, 1.6):
        d *= rng.uniform(0.75, 1.3)
        parts.append(blare(chord, d * long_s, rate, rng, 3800, 0.12))
        times.append(at)
        at += d * long_s + rng.uniform(0.06, 0.2) * long_s
    return takes.event(takes.phrase(times, parts, rate), rate, 0.75)


@sound("steam whistle", ucs="TRNSteam", kind="event", natural_s=3.5,
       words="steam whistle train locomotive factory ship toot",
       knobs=(Knob("size", 0.5, 0, 1, "small and shrill to large", small=0.1, big=0.9, deep=1.0),))  # fmt: skip
def steam_whistle(p, n, rate, rng):
    """Steam over the lips of three bells: edge tones that start a little flat and noisy, the jet's hiss on top."""
    length = takes.seconds(n, rate, 1.0, 6.0)
    m = round(length * rate)
    t = np.arange(m) / rate
    rise = 1 - 0.12 * np.exp(-t / 0.09) - 0.08 * np.clip((t - length + 0.35) / 0.35, 0, 1)
    base = 900 * 0.42 ** p["size"]
    out = np.zeros(m, np.float32)
    for ratio in (1.0, 1.26, 1.5):
        hz = base * ratio * rise * (1 + 0.004 * noise.wander(rng, m, rate, 9))
        out += oscillators.harmonics(hz, [1, 0.12, 0.28, 0.06, 0.1, 0.02, 0.04], rate)
        out += 0.25 * filters.resonate(noise.white(rng, m), base * ratio, 0.05, rate) * 4
    jet = filters.bandpass(noise.white(rng, m), 1500, 9000, rate, 1)
    return takes.event((out + 0.15 * jet) * tones.edges(m, rate, 0.09, 0.25), rate, 0.75)


@sound("steam locomotive", ucs="TRNSteam", kind="texture", natural_s=8.0,
       words="steam locomotive train chuff chug chugging engine puffing railway",
       knobs=(SPEED,))  # fmt: skip
def steam_locomotive(p, n, rate, rng):
    """Four exhaust beats in a turn of the wheels, the first of each turn heaviest, rods that clank, rail joints."""
    beats_hz = (2.2 + 8 * p["speed"]) * (1 + 0.03 * noise.wander(rng, n, rate, 0.3))
    phase = np.cumsum(beats_hz) / rate
    part, which = phase % 1.0, phase.astype(int)
    loud = np.array([1.0, 0.7, 0.85, 0.65])[which % 4] * rng.uniform(0.85, 1.1, which.max(initial=0) + 1)[which]
    puff = loud * np.minimum(part / 0.06, 1) * np.exp(-part * 4.2)
    air = filters.shape(noise.white(rng, n), [60, 150, 500, 1500, 5000, 12000], [-6, 3, 3, -2, -9, -22], rate)
    chimney = filters.equalise(air, "peak", 210, rate, gain_db=9, q=1.2) * puff
    rods = friction.slips(beats_hz / 2, rate, rng, 0.02)
    clank = friction.drive(rods, bodies.plate("iron", 0.3, 0.6, 0.03, rng, 0.02), rate, 0.3)[:n]
    leak = filters.bandpass(noise.white(rng, n), 2500, 10000, rate, 1)
    rail = rolling_stock(n, rate, rng, 3 + 14 * p["speed"], 0.0)
    x = chimney / chimney.std() + 0.35 * clank / max(float(clank.std()), 1e-9) + 0.1 * leak + 0.3 * rail
    return takes.bed(x, n, rate)


@sound("subway train", ucs="TRNSbwy", kind="event", natural_s=9.0,
       words="subway metro underground tube tram electric train station arriving",
       knobs=(SPEED,))  # fmt: skip
def subway(p, n, rate, rng):
    """An electric train runs in and stops: motor tones that fall with speed, rumble, brakes that squeal."""
    length = takes.seconds(n, rate, 5.0, 15.0)
    m = round(length * rate)
    go = motors.ramp(m, rate, [0, 0.35 * length, 0.88 * length, length], [1, 0.85, 0.02, 0.0], 0.2)
    roar = rolling_stock(m, rate, rng, 9 + 14 * p["speed"], 0.05) * go.astype(np.float32)
    whine = motors.whirr(
        40 + (300 + 640 * p["speed"]) * go, rate, rng, ((1, 1.0), (2, 0.7), (3, 0.4), (5, 0.2)), 0.0
    ) * (go > 0.03)
    k = round(0.3 * length * rate)
    hz = 2900 * (1 + 0.01 * noise.wander(rng, k, rate, 4))
    squeal = oscillators.sine(hz, rate) + 0.4 * oscillators.sine(1.7 * hz, rate)
    near = motors.ramp(m, rate, [0, 0.35 * length, length], [0.15, 1, 1], 0.3).astype(np.float32)
    x = takes.phrase(
        [0, 0.6 * length],
        [(roar + 0.35 * whine * np.sqrt(go).astype(np.float32)) * near, 0.2 * squeal * takes.swell(k, 0.6)],
        rate,
    )
    return takes.event(x, rate, 0.8, 0.5)


@sound("jet fly-over", ucs="AEROJet", kind="event", natural_s=12.0,
       words="jet plane airplane aeroplane airliner aircraft fly flyover flying overhead fighter takeoff",
       knobs=(SPEED,))  # fmt: skip
def jet(p, n, rate, rng):
    """The fan whines ahead of the aircraft, the jet roars behind it; the ground's echo combs the noise as the angle
    turns.
    """
    length = takes.seconds(n, rate, 6.0, 25.0)
    m = round(length * rate)
    t = np.arange(m) / rate - rng.uniform(0.34, 0.52) * length
    speed, high = curves.about(rng, 70 + 110 * p["speed"], 0.2), curves.about(rng, 130.0, 0.6)
    angle = np.arctan2(speed * t, high)
    roar = filters.shape(noise.white(rng, m), [30, 90, 250, 700, 2000, 6000, 14000], [0, 6, 6, 2, -8, -24, -44], rate)
    roar *= 1 + rng.uniform(0.15, 0.35) * noise.wander(rng, m, rate, rng.uniform(3, 8))
    fan_hz = curves.about(rng, 2700, 0.3) / (1 + speed * np.sin(angle) / 343.0)
    fan = (
        oscillators.sine(fan_hz, rate)
        + 0.5 * oscillators.sine(1.93 * fan_hz, rate)
        + 0.25 * oscillators.sine(0.5 * fan_hz, rate)
    )
    hiss = filters.sweep(noise.white(rng, m), "band", fan_hz, rate, q=0.8, block=1024)
    hiss = filters.lowpass(hiss, 4500, rate, 1)
    ahead, behind = np.exp(-((angle + 0.65) ** 2) / 0.5), np.exp(-((angle - 0.5) ** 2) / 0.9)
    fall = 1 / (1 + (speed * t / high) ** 2)
    x = roar / roar.std() * (behind * np.sqrt(fall) + 0.25 * fall) + rng.uniform(0.2, 0.5) * ahead * fall * (
        0.35 * fan + hiss / hiss.std()
    )
    x = _ground_echo(x.astype(np.float32), np.cos(angle) * 3.4 / 343.0, rate)
    return takes.event(space.pan(x, rng.choice([-0.7, 0.7]) * np.sin(angle)), rate, 0.8, 1.0)


def _ground_echo(x: np.ndarray, delay_s: np.ndarray, rate: int, gain: float = 0.55) -> np.ndarray:
    at = np.arange(len(x)) - delay_s * rate
    return (x + gain * np.interp(at, np.arange(len(x)), x, left=0.0)).astype(np.float32)


@sound("propeller plane", ucs="AEROProp", kind="texture", natural_s=8.0,
       words="propeller plane airplane aeroplane aircraft biplane cessna prop engine bomber",
       knobs=(RPM, Knob("engines", 2, 1, 4, "how many engines", single=1, twin=2)))  # fmt: skip
def propeller(p, n, rate, rng):
    """Blades and exhaust at one rhythm, 80 to 100 a second, full of harmonics; two engines beat slowly together."""
    out = np.zeros(n, np.float32)
    for k in range(round(p["engines"])):
        rpm = (2000 + 700 * p["rpm"]) * (1 + 0.007 * k + 0.004 * noise.wander(rng, n, rate, 0.5))
        exhaust = motors.run(
            Engine(6, uneven=0.08, pipe_m=0.5, silencer_hz=900, hiss=0.1, clatter=0.03, body_hz=90), rpm, rate, rng, 0.9
        )
        prop = motors.blades(rpm / 60 * 2, rate, rng, 0.13, 0.03)
        prop = filters.highpass(prop, 40, rate, 1)
        air = motors.airflow(n, rate, rng, 700, -4) * (0.6 + prop)
        out += 0.8 * exhaust + 1.0 * prop / max(float(prop.std()), 1e-9) + 0.35 * air
    return takes.bed(out, n, rate)


@sound("helicopter", ucs="AEROHeli", kind="texture", natural_s=8.0,
       words="helicopter chopper rotor blades hovering copter",
       knobs=(Knob("rate", 12.5, 6, 26, "blades a second", slow=9, fast=20, small=20, military=10.5),))  # fmt: skip
def helicopter(p, n, rate, rng):
    """Main blades slap the tip vortex of the one before: low pressure bumps and gated noise; a tail rotor and a
    turbine.
    """
    hz = p["rate"] * (1 + 0.01 * noise.wander(rng, n, rate, 0.4))
    bump = motors.blades(hz, rate, rng, 0.10, 0.12)
    slap = np.gradient(filters.lowpass(bump, 220, rate, 1)).astype(np.float32)
    thick = filters.shape(noise.white(rng, n), [50, 150, 500, 1500, 4000, 10000], [0, 5, 4, -4, -16, -34], rate)
    chop = thick * (0.16 + bump**1.5)
    tail = np.zeros(n, np.float32)
    turn = 2 * np.pi * np.cumsum(hz) / rate * 5.3
    for k, level in enumerate((1.0, 0.7, 0.5, 0.35, 0.2, 0.12), 1):
        tail += level * np.sin(k * turn + k).astype(np.float32)
    turbine = motors.whirr(
        4300 + 30 * noise.wander(rng, n, rate, 0.7), rate, rng, ((1, 1.0), (0.61, 0.5)), 0.6, (3000, 9000)
    )
    x = (
        1.0 * slap / max(float(slap.std()), 1e-9)
        + chop / max(float(chop.std()), 1e-9) * 0.9
        + 0.12 * tail
        + 0.03 * turbine
    )
    return takes.bed(x * (1 + 0.15 * noise.wander(rng, n, rate, 0.3)), n, rate)


@sound("boat motor", ucs="BOATMotr", kind="texture", natural_s=6.0,
       words="boat motorboat speedboat outboard motor ferry",
       knobs=(RPM,))  # fmt: skip
def boat_motor(p, n, rate, rng):
    """An outboard two-stroke that blows under water: a buzzing rhythm gurgled by bubbles, the wash of the wake."""
    rpm = (1400 + 3800 * p["rpm"]) * (1 + 0.03 * noise.wander(rng, n, rate, 1.2))
    outboard = Engine(3, 2, 0.2, pipe_m=0.8, silencer_hz=520, hiss=0.35, clatter=0.12, body_hz=130)
    x = motors.run(outboard, rpm, rate, rng, np.clip(0.6 + 0.3 * noise.wander(rng, n, rate, 3), 0, 1))
    wash = filters.shape(noise.white(rng, n), [100, 400, 1500, 6000], [-8, 2, 0, -14], rate)
    wash *= 0.5 + 0.5 * noise.wander(rng, n, rate, 1.4, 0, 1)
    at = noise.instants(rng, n, rate, 26)
    sizes = [friction.bubble(r, rate, 0.15) for r in np.geomspace(3, 14, 12)]
    gurgle = noise.scatter(
        n,
        at,
        [
            np.float32(g) * sizes[k]
            for g, k in zip(rng.exponential(0.5, len(at)), rng.integers(0, 12, len(at)), strict=True)
        ],
    )
    return takes.bed(x + 0.45 * wash / max(float(wash.std()), 1e-9) + 0.8 * gurgle, n, rate)


@sound("ship horn", ucs="BOATHorn", kind="event", natural_s=5.0,
       words="ship horn foghorn fog boat ferry harbour cruise blast tuba",
       knobs=(Knob("size", 0.6, 0, 1, "ferry to liner", small=0.2, big=0.9, deep=1.0),))  # fmt: skip
def ship_horn(p, n, rate, rng):
    """A great steel diaphragm at 70 to 180 Hz: sets in with a growl, harmonics on harmonics to 2 kHz, long."""
    low = 230 * 0.38 ** p["size"]
    m = round(takes.seconds(n, rate, 2.0, 8.0) * rate)
    x = blare((low, low * 1.006), m / rate, rate, rng, 2600, 0.03)
    swell = np.minimum(np.arange(m) / rate / 0.25, 1.0) ** 0.7
    return takes.event(x * swell.astype(np.float32), rate, 0.8, 0.4)


@sound("bicycle bell", ucs="VEHBike", kind="event", natural_s=1.8, words="bicycle bike bell ring tring ding cycle",
       knobs=(Knob("count", 2, 1, 5, "how many pulls of the thumb", once=1, twice=2, three=3),))  # fmt: skip
def bicycle_bell(p, n, rate, rng):
    """Two loose discs whirled inside a small steel dome: a dozen strokes in a quarter of a second, ringing near 2.5
    kHz.
    """
    hz = rng.uniform(2100, 2700) * np.array([1.0, 1.004, 2.55, 2.57, 4.6, 6.9])
    dome = bodies.Body(hz, np.array([1.1, 1.0, 0.6, 0.6, 0.3, 0.2]), np.array([1, 0.8, 0.8, 0.6, 0.4, 0.25]))
    times, parts = [], []
    for pull in range(round(p["count"])):
        strokes = np.cumsum(1 / np.linspace(38, 22, 11) * rng.uniform(0.9, 1.1, 11))
        for t, v in zip(strokes, np.linspace(1, 0.45, 11), strict=True):
            times.append(0.42 * pull + t)
            parts.append(v * rng.uniform(0.8, 1) * bodies.hit(dome, rate, rng, 0.07, 1.2, 0.1))
    return takes.event(takes.phrase(times, parts, rate), rate, 0.7)


@sound("bicycle freewheel", ucs="VEHBike", kind="texture", natural_s=4.0,
       words="bicycle bike freewheel coasting cycling hub ratchet wheel spokes chain",
       knobs=(SPEED,))  # fmt: skip
def freewheel(p, n, rate, rng):
    """Pawls that drop over the ratchet's teeth, twenty to sixty clicks a second as the wheel turns, tyres on the
    road.
    """
    hz = (16 + 44 * p["speed"]) * (1 + 0.15 * noise.wander(rng, n, rate, 0.3))
    pawl = bodies.Body(np.array([2100, 3300, 4700, 6600, 8800.0]), np.full(5, 0.012), np.array([0.7, 1, 0.9, 0.6, 0.4]))
    x = friction.drive(friction.slips(hz, rate, rng, 0.02), pawl, rate, 0.03)[:n]
    road = filters.bandpass(noise.white(rng, n), 150, 1200, rate, 1)
    return takes.bed(x / max(float(x.std()), 1e-9) + 0.12 * road, n, rate, 0.06)


@sound("skateboard", ucs="SPRTSkate", kind="texture", natural_s=5.0,
       words="skateboard skate rollerblade roller skating scooter suitcase wheels rolling cart trolley",
       knobs=(SPEED,))  # fmt: skip
def skateboard(p, n, rate, rng):
    """Hard small wheels over concrete: rough rolling on a hollow deck, and two bumps at every joint of the pavement."""
    deck = bodies.plate("wood", 0.2, 0.8, 0.011, rng, 0.04, 40)
    speed = 2 + 5 * p["speed"]
    x = friction.roll(deck, np.full(n, speed / 0.17), rate, rng, 0.5, 0.2)
    grain = filters.bandpass(noise.white(rng, n), 500, 4500, rate, 1) * (1 + 0.3 * noise.wander(rng, n, rate, 30))
    times = takes.beats(n, rate, 1.6 / speed, 0.02, rng, 0.2)
    bumps = [v * bodies.hit(deck, rate, rng, 0.5, 0.3, 0.3) for _ in times for v in (1.0, 0.8)]
    both = np.ravel([[t, t + 0.36 / speed] for t in times]) if len(times) else np.zeros(0)
    clack = takes.phrase(both, bumps, rate) if len(both) else np.zeros(1, np.float32)
    return takes.bed(takes.mix(x / max(float(x.std()), 1e-9) + 0.8 * grain, 6 * clack), n, rate)
