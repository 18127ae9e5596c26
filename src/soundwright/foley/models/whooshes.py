"""Designed sound: whooshes, risers, hits, booms, drones."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import bodies, curves, motors, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit
from soundwright.foley.models.weapons import roar

SPEED = Knob("speed", 0.5, 0.0, 1.0, "slow to fast", slow=0.1, long=0.1, fast=0.9, quick=0.9, short=0.95, swift=0.9)
SIZE = Knob(
    "size",
    0.5,
    0.0,
    1.0,
    "a stick to something huge",
    thin=0.1,
    small=0.2,
    big=0.8,
    large=0.8,
    huge=1.0,
    heavy=0.9,
    deep=0.9,
)


def vortex(n: int, rate: int, rng: np.random.Generator, hz: np.ndarray, q: float, block: int = 128) -> np.ndarray:
    """Air behind a rod: noise about the shedding frequency `hz` `[n]` (Strouhal, f = 0.2 v / d), RMS about level."""
    return filters.sweep(noise.white(rng, n), "band", np.maximum(hz, 40.0), rate, q=q, block=block)


@sound("whoosh", ucs="WHSH", kind="event", natural_s=0.8, words="whoosh swoosh swish swing whip air fast pass woosh",
       knobs=(SPEED, SIZE))  # fmt: skip
def whoosh(p, n, rate, rng):
    """Something swung past: eddies shed at 0.2 v / d, loud as the sixth power of speed, from one ear to the other."""
    length = takes.seconds(n, rate, 0.2, 5.0) * (1.5 - p["speed"]) * curves.about(rng, 1.0, 0.2)
    m = round(length * rate)
    v = takes.swell(m, rng.uniform(0.3, 0.7), rng.uniform(1.2, 2.0))
    top = curves.about(rng, (2600 - 2000 * p["size"]) * (0.6 + 0.8 * p["speed"]), 0.35)
    x = 0.6 * unit(vortex(m, rate, rng, 90 + 0.35 * top * v, 0.8))
    # a tone of the edge runs along with the broad rush, and both lose 12 dB an octave above their place
    for q, gain in ((0.8, 0.7), (rng.uniform(1.2, 3.0), 0.7)):
        band = filters.sweep(vortex(m, rate, rng, 140 + top * v, q), "low", 250 + 1.6 * top * v, rate, q=0.7, block=128)
        x = x + gain * unit(band)
    x = x * v**2.2 * (1 + rng.uniform(0.1, 0.45) * noise.wander(rng, m, rate, rng.uniform(12, 35)))
    side = rng.choice([-1.0, 1.0]) * np.linspace(-0.8, 0.8, m)
    return takes.event(motors.space.pan(x.astype(np.float32), side), rate, 0.7)


@sound("sword swing", ucs="SWSH", kind="event", natural_s=0.4,
       words="swish swing sword stick bat golf club racket cane sweep",
       knobs=(SPEED, SIZE))  # fmt: skip
def swish(p, n, rate, rng):
    """A thin rod at arm's length: a narrow, high band that rises and falls within a third of a second."""
    m = round(curves.about(rng, 0.45 - 0.28 * p["speed"], 0.25) * rate)
    v = takes.swell(m, rng.uniform(0.45, 0.75), 1.5)
    top = curves.about(rng, 4200 - 2800 * p["size"], 0.25)
    x = vortex(m, rate, rng, 500 + top * v, 2.6, 64) + 0.4 * vortex(m, rate, rng, 300 + 1500 * v, 1.2, 64)
    return takes.event(x * v**2.5, rate, 0.65)


@sound("sci-fi whoosh", ucs="DSGNWhsh", kind="event", natural_s=1.4,
       words="whoosh sci-fi scifi futuristic transition logo warp cinematic",
       knobs=(SPEED, SIZE))  # fmt: skip
def scifi_whoosh(p, n, rate, rng):
    """A whoosh with tones in it: detuned saws and noise through a filter that opens and shuts, swirling."""
    m = round(takes.seconds(n, rate, 0.5, 5.0) * (1.4 - 0.8 * p["speed"]) * rate)
    v = takes.swell(m, rng.uniform(0.35, 0.7), 1.3)
    base = curves.about(rng, 110 * (1.5 - p["size"]), 0.25)
    hz = base * (1 + 1.4 * v)
    tone = np.add.reduce([oscillators.saw(hz * r, rate) for r in (1.0, 1.011, 1.5, 2.02)])
    tone = filters.sweep(tone.astype(np.float32), "low", 250 + 5200 * v, rate, q=3.0)
    air = vortex(m, rate, rng, 300 + 3800 * v, 0.9)
    x = (
        (0.7 * unit(tone) + unit(air))
        * v**1.5
        * (1 + 0.35 * np.sin(2 * np.pi * np.cumsum(rng.uniform(3, 9) + rng.uniform(10, 28) * v) / rate))
    )
    return takes.event(motors.space.pan(x.astype(np.float32), np.linspace(-0.8, 0.8, m)), rate, 0.75)


@sound("riser", ucs="DSGNRise", kind="event", natural_s=4.0,
       words="riser rise build buildup uplifter tension sweep transition trailer",
       knobs=(SPEED,))  # fmt: skip
def riser(p, n, rate, rng):
    """Everything goes up: detuned saws glide two octaves, noise opens, a tremolo speeds up; it stops on the edge."""
    m = round(takes.seconds(n, rate, 1.0, 16.0) * rate)
    t = np.linspace(0, 1, m)
    bend = curves.about(rng, 2.2 - 1.4 * p["speed"], 0.3)
    hz = curves.about(rng, 110, 0.2) * rng.uniform(3.0, 6.0) ** (t**bend)
    tone = np.add.reduce(
        [oscillators.saw(hz * r * (1 + 0.002 * noise.wander(rng, m, rate, 4)), rate) for r in (1, 1.008, 0.993, 2.004)]
    )
    tone = filters.sweep(tone.astype(np.float32), "low", 250 + 8000 * t**2, rate, q=1.5, block=256)
    air = vortex(m, rate, rng, 400 + 7500 * t**1.6, 0.8, 256)
    trem = 1 - 0.45 * t * (
        0.5 + 0.5 * np.sin(2 * np.pi * np.cumsum(rng.uniform(2, 5) + rng.uniform(8, 20) * t**2) / rate)
    )
    return takes.event((0.7 * unit(tone) + 0.7 * unit(air)) * (0.06 + 0.94 * t**1.8) * trem, rate, 0.8, 0.03)


@sound("downlifter", ucs="DSGNMorph", kind="event", natural_s=3.0,
       words="downlifter drop fall downer sweep dive transition",
       knobs=(SPEED,))  # fmt: skip
def downlifter(p, n, rate, rng):
    """A riser turned round: it falls and darkens."""
    m = round(takes.seconds(n, rate, 1.0, 8.0) * rate)
    t = np.linspace(0, 1, m)
    high, floor, bend = rng.uniform(380, 700), rng.uniform(0.05, 0.15), curves.about(rng, 1.6 - 1.2 * p["speed"], 0.3)
    tone = np.add.reduce(
        [oscillators.saw(high * floor ** (t**bend) * r, rate) for r in (1, 1.01, rng.choice([0.5, 0.75]))]
    )
    tone = filters.sweep(tone.astype(np.float32), "low", 150 + 6500 * (1 - t) ** 2.5, rate, q=1.5, block=256)
    air = vortex(m, rate, rng, 200 + 7000 * (1 - t) ** 2, 0.8, 256)
    return takes.event((0.7 * unit(tone) + 0.6 * unit(air)) * (1 - t) ** 1.2, rate, 0.75)


@sound("cinematic hit", ucs="DSGNImpt", kind="event", natural_s=3.5,
       words="hit impact cinematic trailer slam epic dramatic stinger",
       knobs=(SIZE,))  # fmt: skip
def cinematic_hit(p, n, rate, rng):
    """A drum the size of a house: a skin and its drop, a slab of metal, a crack, and a hall's worth of dark noise
    after.
    """
    deep, long = curves.about(rng, 1.0, 0.2), curves.about(rng, 1.0, 0.25)
    skin = bodies.hit(bodies.membrane((58 - 22 * p["size"]) * deep, 1.8 * long, rng), rate, rng, 3.0, 2.5, 0.2)
    drop = takes.thump(rate, (40 - 12 * p["size"]) * deep, 1.4 * long, rng.uniform(1.2, 3.0), 0.002)
    metal = bodies.hit(bodies.plate("iron", 1.2 * deep, 1.8, 0.012, rng, 0.006, 70), rate, rng, 1.2, 2.0, 0.2)
    crack = takes.burst(rng, rate, rng.uniform(0.06, 0.2), 300, 7000, 0.0004)
    tail = roar(rate, rng, 3.6 * long, rng.uniform(900, 2000), 120, rng.uniform(0.01, 0.06))
    x = takes.mix(0.7 * skin, 1.0 * drop, rng.uniform(0.05, 0.5) * metal, rng.uniform(0.4, 0.8) * crack, 0.7 * tail)
    if rng.uniform() < 0.3:  # the second beat of the heart: trailers like to hit twice
        x = takes.phrase([0, rng.uniform(0.16, 0.3)], [0.6 * x, x], rate)
    return takes.event(np.tanh(1.7 * x), rate, 0.9, 0.3)


@sound("boom", ucs="DSGNBoom", kind="event", natural_s=3.5, words="boom sub bass drop deep low rumble impact cinematic",
       knobs=(SIZE,))  # fmt: skip
def boom(p, n, rate, rng):
    """A sine that falls from 90 to 30 Hz and long after-rumble: felt more than heard, overtones so that small
    speakers have it.
    """
    n_all = round((2.4 + 1.6 * p["size"]) * rate)
    t = np.arange(n_all) / rate
    hz = curves.about(rng, 34 - 10 * p["size"], 0.15) * (
        1 + rng.uniform(1.4, 3.2) * np.exp(-t / rng.uniform(0.08, 0.25))
    )
    x = np.tanh(2.2 * oscillators.sine(hz, rate) * np.exp(-t / rng.uniform(0.5, 0.95))) + 0.25 * oscillators.sine(
        2 * hz, rate
    ) * np.exp(-t / 0.35)
    rumble = roar(rate, rng, rng.uniform(1.8, 3.6), rng.uniform(220, 450), 60, 0.03)
    return takes.event(
        takes.mix(x.astype(np.float32), 0.45 * rumble, 0.25 * takes.burst(rng, rate, 0.06, 150, 3000)), rate, 0.9, 0.4
    )


@sound("braam", ucs="DSGNBram", kind="event", natural_s=4.0, words="braam bram inception horn brass trailer epic blast",
       knobs=(SIZE,))  # fmt: skip
def braam(p, n, rate, rng):
    """A wall of low brass: a dozen detuned saws on one note and its octaves, overdriven, a filter that barks open,
    growling.
    """
    m = round(takes.seconds(n, rate, 2.0, 7.0) * rate)
    t = np.arange(m) / rate
    base = 55 * 0.75 ** (p["size"] - 0.5)
    out = np.zeros(m, np.float32)
    for k in range(10):
        hz = base * (0.5, 1, 1, 2, 1.5)[k % 5] * (1 + 0.006 * rng.standard_normal()) * (1 - 0.03 * np.exp(-t / 0.06))
        out += oscillators.saw(hz, rate, rng.random())
    cut = 140 + 2900 * np.minimum(t / 0.07, 1) * np.exp(-t / (0.45 * m / rate)) * (
        1 + 0.12 * np.sin(2 * np.pi * 27 * t)
    )
    x = filters.sweep(np.tanh(0.5 * out).astype(np.float32), "low", cut, rate, q=1.3)
    swell = np.minimum(t / 0.04, 1) * np.exp(-t / (0.6 * m / rate))
    return takes.event(
        takes.mix(np.tanh(2.0 * x * swell).astype(np.float32), 0.5 * takes.thump(rate, 38, 0.8, 1.5)), rate, 0.85, 0.5
    )


@sound("drone", ucs="DSGNDron", kind="texture", natural_s=10.0,
       words="drone dark ambient hum sustained low eerie tension horror atmosphere pad",
       knobs=(SIZE,))  # fmt: skip
def drone(p, n, rate, rng):
    """Low tones that beat against one another and never quite settle, breath in the pipes, metal far away."""
    base = 62 * 0.6 ** (p["size"] - 0.3)
    out = np.zeros(n, np.float32)
    for ratio in (1.0, 1.004, 1.5, 2.01, 2.99, 1.189):
        hz = base * ratio * (1 + 0.003 * noise.wander(rng, n, rate, 0.2))
        out += oscillators.harmonics(hz, [1, 0.5, 0.3, 0.15, 0.08], rate) * noise.wander(rng, n, rate, 0.15, 0.2, 1.0)
    breath = filters.shape(noise.white(rng, n), [60, 200, 500, 2000, 8000], [2, 4, 0, -14, -36], rate)
    return takes.bed(level(out) + 0.4 * level(breath) * noise.wander(rng, n, rate, 0.2, 0.3, 1.0), n, rate)


@sound("drone hit", ucs="DSGNDron", kind="event", natural_s=5.0,
       words="drone hit stinger horror dark sting scare suspense",
       knobs=(SIZE,))  # fmt: skip
def drone_hit(p, n, rate, rng):
    """A blow on a huge plate whose inharmonic low modes hang in the air, a half tone rubbing against another."""
    hz = 48 * 0.8 ** p["size"] * np.cumsum(rng.uniform(0.35, 1.1, 40))
    t60 = 6.0 / (1 + hz / 500)
    x = modal.damped_sines(
        np.concatenate([hz, hz * 1.004]),
        np.tile(t60, 2),
        np.tile(rng.uniform(0.2, 1, 40) / (1 + hz / 700), 2),
        round(5 * rate),
        rate,
    )
    blow = takes.thump(rate, 42, 0.9, 1.5)
    return takes.event(takes.mix(unit(x), 0.8 * blow, 0.3 * takes.burst(rng, rate, 0.2, 100, 4000)), rate, 0.85, 0.6)
