"""Science fiction and magic: robots, force fields, ships, portals, spells."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import motors, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.doors import click
from soundwright.foley.models.machines import level
from soundwright.foley.models.mechanisms import servo
from soundwright.foley.models.objects import unit

SIZE = Knob("size", 0.4, 0.0, 1.0, "small to huge", tiny=0.0, small=0.15, big=0.8, large=0.85, giant=1.0, huge=1.0)


@sound("robot voice", ucs="ROBTVox", kind="event", natural_s=2.2,
       words="robot droid voice beeps talking speech android chatter bleep r2d2",
       knobs=(SIZE,))  # fmt: skip
def robot_voice(p, n, rate, rng):
    """A droid talks: whistles, warbles and chirps in the rhythm of syllables, each a glide with its own wobble."""
    length = takes.seconds(n, rate, 0.8, 8.0)
    times, parts, at = [], [], 0.0
    while at < length:
        d = rng.uniform(0.06, 0.26)
        m = round(d * rate)
        t = np.arange(m) / rate
        a, b = 700 * 0.5 ** p["size"] * 2 ** rng.uniform(0, 2.0, 2)
        wobble = 1 + rng.uniform(0, 0.25) * np.sin(2 * np.pi * rng.uniform(12, 45) * t)
        hz = np.geomspace(a, b, m) * wobble
        x = (oscillators.sine, oscillators.triangle, oscillators.pulse)[rng.integers(3)](hz, rate)
        times.append(at)
        parts.append(rng.uniform(0.5, 1) * x * tones.edges(m, rate, 0.006, 0.012))
        at += d + (rng.uniform(0.0, 0.05) if rng.random() < 0.75 else rng.uniform(0.1, 0.3))
    return takes.event(filters.bandpass(takes.phrase(times, parts, rate), 300, 8000, rate, 1), rate, 0.6)


@sound("robot movement", ucs="ROBTMvmt", kind="texture", natural_s=5.0,
       words="robot movement moving walking mech mecha servo machine android cyborg",
       knobs=(SIZE,))  # fmt: skip
def robot_moves(p, n, rate, rng):
    """Joints that whirr to their angle and stop with a clack, one after another, over a standing hum."""
    times, parts, at = [], [], 0.0
    while at < n / rate:
        d = rng.uniform(0.3, 0.9)
        one = servo({"size": float(np.clip(p["size"] + rng.uniform(-0.2, 0.2), 0, 1))}, round(d * rate), rate, rng)
        times += [at, at + d]
        parts += [
            rng.uniform(0.5, 1) * one,
            (0.4 + 0.6 * p["size"])
            * takes.mix(click(rate, rng, 0.9, 500), takes.thump(rate, 110 - 60 * p["size"], 0.15)),
        ]
        at += d + rng.uniform(0.05, 0.5)
    hum = motors.whirr(np.full(n, 62.0), rate, rng, ((1, 1), (2, 0.6), (5, 0.3)), 0.1)
    return takes.bed(takes.mix(takes.phrase(times, parts, rate), 0.05 * level(hum))[:n], n, rate)


@sound("teleport", ucs="SCIEnrg", kind="event", natural_s=2.0,
       words="teleport teleporter beam transporter portal warp materialize",
       knobs=(SIZE,))  # fmt: skip
def teleport(p, n, rate, rng):
    """A cluster of partials that glitters and climbs faster and faster, then a flash and nothing."""
    m = round(takes.seconds(n, rate, 1.0, 4.0) * rate)
    t = np.linspace(0, 1, m)
    out = np.zeros(m, np.float32)
    for hz in 560 * 0.5 ** p["size"] * 2 ** (np.array([0, 5, 7, 12, 17, 19, 24]) / 12):
        curve = hz * (1 + 1.6 * t**3) * (1 + 0.008 * noise.wander(rng, m, rate, 14))
        out += oscillators.sine(curve, rate) * noise.wander(rng, m, rate, 16, 0.0, 1.0) ** 2
    air = filters.sweep(noise.white(rng, m), "band", 900 + 7000 * t**2, rate, q=2.0)
    x = (unit(out) + 0.5 * unit(air)) * np.minimum(t / 0.3, 1) * np.where(t > 0.93, (1 - t) / 0.07, 1)
    flash = takes.mix(takes.burst(rng, rate, 0.35, 800, 12000), takes.thump(rate, 70, 0.4, 2.0))
    return takes.event(takes.phrase([0, 0.9 * m / rate], [x.astype(np.float32), 0.6 * flash], rate), rate, 0.7)


@sound("force field", ucs="SCIEnrg", kind="texture", natural_s=5.0,
       words="force field shield energy barrier plasma reactor core humming lightsaber",
       knobs=(SIZE,))  # fmt: skip
def force_field(p, n, rate, rng):
    """Detuned low tones that beat, a comb that turns slowly through them, and crackles on the surface."""
    base = 118 * 0.5 ** p["size"]
    x = np.add.reduce(
        [
            oscillators.saw(np.full(n, base * r) * (1 + 0.002 * noise.wander(rng, n, rate, 3)), rate)
            for r in (1.0, 1.006, 1.5, 2.01)
        ]
    )
    x = filters.sweep(x.astype(np.float32), "low", 700 + 500 * noise.wander(rng, n, rate, 0.5), rate, q=2.5, block=512)
    t = np.arange(n) / rate
    x = x * (1 + 0.25 * np.sin(2 * np.pi * 7.3 * t))
    fizz = filters.bandpass(noise.white(rng, n), 3000, 9000, rate, 1) * noise.wander(rng, n, rate, 9, 0, 1) ** 3
    return takes.bed(level(x) + 0.15 * level(fizz), n, rate)


@sound("sci-fi door", ucs="SCIDoor", kind="event", natural_s=1.1,
       words="sci-fi scifi spaceship door hiss pneumatic airlock futuristic slide open",
       knobs=(SIZE,))  # fmt: skip
def scifi_door(p, n, rate, rng):
    """A latch, a piston of air that sighs, a rail that hums up, and the soft stop."""
    m = round((0.5 + 0.5 * p["size"]) * rate)
    t = np.linspace(0, 1, m)
    air = filters.sweep(noise.white(rng, m), "band", 1500 + 4500 * (1 - t) ** 1.5, rate, q=0.9) * takes.swell(
        m, 0.15, 0.8
    )
    rail = motors.whirr(
        260 * (0.6 + 0.8 * takes.swell(m, 0.4)), rate, rng, ((1, 1), (2, 0.5), (3, 0.3)), 0.1
    ) * takes.swell(m, 0.4, 0.6)
    stop = takes.mix(takes.thump(rate, 75, 0.2), 0.4 * click(rate, rng, 0.9, 600))
    parts = [0.6 * click(rate, rng, 0.8, 700), 0.8 * unit(air), 0.25 * unit(rail), 0.9 * stop]
    return takes.event(takes.phrase([0, 0.04, 0.04, m / rate], parts, rate), rate, 0.75)


@sound("spaceship engine", ucs="SCIShip", kind="texture", natural_s=7.0,
       words="spaceship spacecraft starship space ship engine thruster rocket hum interior",
       knobs=(SIZE,))  # fmt: skip
def spaceship(p, n, rate, rng):
    """A drive: deep noise that throbs, a low chord under it, a thin whine above."""
    deep = filters.shape(noise.white(rng, n), [25, 70, 200, 700, 3000], [4, 6, 0, -12, -34], rate)
    t = np.arange(n) / rate
    throb = 1 + 0.3 * np.sin(2 * np.pi * (1.7 - p["size"]) * t)
    base = 66 * 0.6 ** p["size"]
    chord = np.add.reduce(
        [g * oscillators.saw(np.full(n, base * r), rate) for r, g in ((1, 1), (1.498, 0.6), (2.005, 0.5), (3.01, 0.25))]
    )
    chord = filters.lowpass(chord.astype(np.float32), 420, rate)
    whine = oscillators.sine(1850 * (1 + 0.004 * noise.wander(rng, n, rate, 0.6)), rate)
    return takes.bed(level(deep) * throb + 0.7 * level(chord) + 0.04 * whine, n, rate)


@sound("spaceship pass-by", ucs="SCIShip", kind="event", natural_s=4.0,
       words="spaceship spacecraft fighter pass fly by flyby space ship",
       knobs=(SIZE,))  # fmt: skip
def spaceship_pass(p, n, rate, rng):
    """A howling drive (a torn saw and its noise) driven past the ear with more Doppler than there is room for."""
    length = takes.seconds(n, rate, 2.0, 8.0)
    m = round(length * rate)
    hz = 330 * 0.5 ** p["size"] * (1 + 0.06 * noise.wander(rng, m, rate, 11))
    howl = np.tanh(2 * (oscillators.saw(hz, rate) + oscillators.saw(hz * 1.34, rate) * noise.wander(rng, m, rate, 23)))
    air = filters.bandpass(noise.white(rng, m), 200, 4000, rate, 1)
    x = filters.bandpass(howl.astype(np.float32), 200, 6000, rate, 1) + 0.5 * level(air)
    return takes.event(motors.pass_by(x, rate, 95.0, 12.0), rate, 0.8, 0.4)


@sound(
    "ufo", ucs="SCIVeh", kind="texture", natural_s=5.0, words="ufo flying saucer alien hover theremin", knobs=(SIZE,)
)
def ufo(p, n, rate, rng):
    """A theremin's tone that swings up and down six times a second, and wanders."""
    t = np.arange(n) / rate
    hz = 620 * 0.6 ** p["size"] * 2 ** (0.35 * np.sin(2 * np.pi * 5.5 * t) + 0.4 * noise.wander(rng, n, rate, 0.5))
    return takes.bed(oscillators.harmonics(hz, [1, 0.35, 0.15, 0.06], rate), n, rate)


@sound("magic sparkle", ucs="MAGShim", kind="event", natural_s=2.5,
       words="magic sparkle sparkles fairy dust twinkle shimmer wand glitter chimes enchant",
       knobs=(SIZE,))  # fmt: skip
def sparkle(p, n, rate, rng):
    """A stroke down a rack of tiny chimes: a hundred high bells of a bright scale, up and dying over one another."""
    length = takes.seconds(n, rate, 1.0, 5.0)
    count = round(46 * length)
    at = np.sort(rng.beta(1.1, 1.9, count)) * length * 0.75
    scale = 1050 * 0.7 ** p["size"] * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16, 19, 21, 24, 26, 28]) / 12)
    parts = []
    for t in at:
        k = int(np.clip(rng.normal(3 + 9 * t / length, 2.2), 0, 12))
        hz = scale[k] * rng.uniform(0.997, 1.003)
        parts.append(
            np.float32(rng.exponential(0.4) + 0.1)
            * modal.damped_sines(
                hz * np.array([1, 2.76, 5.4]), np.array([0.9, 0.4, 0.15]), [1, 0.35, 0.15], round(0.7 * rate), rate
            )
        )
    air = filters.bandpass(noise.white(rng, round(length * rate)), 6000, 14000, rate, 1) * takes.swell(
        round(length * rate), 0.3
    )
    return takes.event(takes.mix(takes.phrase(at, parts, rate), 0.12 * unit(air)), rate, 0.6, 0.2)


@sound("magic spell", ucs="MAGSpel", kind="event", natural_s=2.2,
       words="magic spell cast wizard witch casting sorcery enchantment",
       knobs=(SIZE,))  # fmt: skip
def spell(p, n, rate, rng):
    """Gathers (a choir of tones that bend inward and rise), lets go (a whoosh and a deep blow), glitters away."""
    gather = 0.75
    m = round(gather * rate)
    t = np.linspace(0, 1, m)
    out = np.zeros(m, np.float32)
    for k in range(9):
        hz = 440 * 2 ** (rng.uniform(-1.2, 1.6) * (1 - t) + (0, 7 / 12, 1)[k % 3])
        out += oscillators.sine(hz * (1 + 0.01 * np.sin(2 * np.pi * 7 * t + k)), rate)
    air = filters.sweep(noise.white(rng, m), "band", 500 + 3500 * t**2, rate, q=1.5)
    rise = (unit(out) * 0.7 + 0.6 * unit(air)) * t**1.5
    cast = filters.sweep(
        noise.white(rng, round(0.7 * rate)), "band", np.geomspace(5000, 500, round(0.7 * rate)), rate, q=0.9
    ) * takes.swell(round(0.7 * rate), 0.1, 1)
    blow = takes.thump(rate, 58, 0.7, 1.8, 0.003)
    glitter = sparkle(p, round(1.5 * rate), rate, rng)
    times = [0, gather - 0.02, gather, gather + 0.05]
    return takes.event(
        takes.phrase(times, [rise.astype(np.float32), 0.8 * unit(cast), 0.9 * blow, 0.6 * glitter], rate),
        rate,
        0.75,
        0.2,
    )
