"""Cartoon and toys: springs, slide whistles, pops, balloons, squeaks."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import bodies, curves, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.objects import unit

SIZE = Knob(
    "size",
    0.4,
    0.0,
    1.0,
    "small and high to large and low",
    tiny=0.0,
    small=0.15,
    high=0.15,
    big=0.8,
    large=0.85,
    low=0.8,
)


@sound("boing", ucs="TOONBoing", kind="event", natural_s=1.2,
       words="boing spring bounce cartoon sproing jaw harp twang",
       knobs=(SIZE,))  # fmt: skip
def boing(p, n, rate, rng):
    """A steel ruler over the edge of a table: a low buzz whose free length, and so pitch, swings as it dies."""
    m, shake = round(rng.uniform(0.9, 1.4) * rate), rng.uniform(5.5, 10.0)
    t = np.arange(m) / rate
    swing = 1 + rng.uniform(0.2, 0.4) * np.sin(2 * np.pi * shake * t) * np.exp(-t / 0.5) + rng.uniform(0.0, 0.6) * t
    hz = curves.about(rng, 225 * 0.5 ** p["size"], 0.2) * swing
    x = oscillators.pulse(hz, rate, 0.2)
    x = filters.sweep(
        x, "band", hz * (4 + 3 * np.sin(2 * np.pi * shake * t + 1.0)), rate, q=3.0
    ) + 0.4 * filters.lowpass(x, 1500, rate, 1)
    return takes.event(x * np.exp(-t / 0.33), rate, 0.7)


@sound("slide whistle", ucs="TOONWhis", kind="event", natural_s=1.0,
       words="slide whistle cartoon fall falling slip swanee up down",
       knobs=(SIZE, Knob("direction", 1.0, 0.0, 1.0, "down to up", up=1, rising=1, down=0, falling=0)))  # fmt: skip
def slide_whistle(p, n, rate, rng):
    """A stopped pipe with a piston: almost a sine, a little breath, a vibrato as the hand pulls it."""
    m = round(takes.seconds(n, rate, 0.4, 3.0) * rate)
    t = np.linspace(0, 1, m)
    way = t if p["direction"] >= 0.5 else 1 - t
    span, lean, shake = rng.uniform(2.6, 5.0), rng.uniform(0.8, 1.8), rng.uniform(5, 8)
    hz = curves.about(rng, 560 * 0.6 ** p["size"], 0.15) * span ** (way**lean)
    hz = hz * (1 + rng.uniform(0.004, 0.025) * np.sin(2 * np.pi * shake * t * m / rate))
    x = oscillators.harmonics(hz, [1, 0.05, 0.14, 0.02, 0.04], rate)
    breath = filters.sweep(noise.white(rng, m), "band", hz, rate, q=8.0)
    return takes.event((unit(x) + 0.2 * unit(breath)) * tones.edges(m, rate, 0.03, 0.06), rate, 0.65)


@sound(
    "pop",
    ucs="TOONPop",
    kind="event",
    natural_s=0.4,
    words="pop cork bottle champagne plop uncork bubble mouth",
    knobs=(SIZE,),
)
def pop(p, n, rate, rng):
    """A cork out of a neck: the pressure jumps, the bottle's air rings once near 300 to 900 Hz and slides up."""
    m = round(0.16 * rate)
    t = np.arange(m) / rate
    hz = 760 * 0.4 ** p["size"] * (1 - 0.45 * np.exp(-t / 0.012))
    x = np.sin(2 * np.pi * np.cumsum(hz) / rate) * np.exp(-t / 0.022)
    x[: round(0.0012 * rate)] *= np.linspace(0, 1, round(0.0012 * rate))
    return takes.event(takes.mix(x.astype(np.float32), 0.45 * takes.burst(rng, rate, 0.018, 800, 9000)), rate, 0.8)


@sound(
    "balloon burst",
    ucs="TOONPop",
    kind="event",
    natural_s=0.4,
    words="balloon burst pop popping bursting bang",
    knobs=(SIZE,),
)
def balloon(p, n, rate, rng):
    """The skin splits faster than sound: an N-wave as long as the balloon is wide, and shreds that slap."""
    wide_s = 0.0006 + 0.0009 * p["size"]
    wave = np.linspace(1, -1, max(round(wide_s * rate), 4)).astype(np.float32)
    x = takes.mix(
        1.2 * wave, 0.8 * takes.burst(rng, rate, 0.05, 500, 12000, 0.0001), 0.4 * takes.thump(rate, 210, 0.05)
    )
    slap = [0.12 * takes.burst(rng, rate, 0.03, 1000, 7000) for _ in range(3)]
    return takes.event(takes.phrase([0, *rng.uniform(0.02, 0.09, 3)], [x, *slap], rate), rate, 0.88)


@sound(
    "squeaky toy",
    ucs="TOONSqk",
    kind="event",
    natural_s=0.4,
    words="squeak squeaky toy rubber duck dog squeaker",
    knobs=(SIZE,),
)
def squeaky_toy(p, n, rate, rng):
    """A reed blown by a squeezed bulb: a buzzy squeal that rises and falls with the hand, then sucks back."""
    parts = []
    for d, top, strength in ((0.2, 1.0, 1.0), (0.13, 0.8, 0.4)):
        m = round(d * rate)
        hz = (
            1500
            * 0.5 ** p["size"]
            * top
            * (0.7 + 0.5 * takes.swell(m, 0.4, 0.8))
            * (1 + 0.02 * noise.wander(rng, m, rate, 30))
        )
        x = oscillators.pulse(hz, rate, 0.22) + 0.15 * noise.white(rng, m)
        parts.append(strength * filters.bandpass(x, 700, 9000, rate, 1) * takes.swell(m, 0.35, 0.6))
    return takes.event(takes.phrase([0, 0.27], parts, rate), rate, 0.65)


@sound("party horn", ucs="HORNCele", kind="event", natural_s=0.9,
       words="party horn blower birthday celebration kazoo noisemaker vuvuzela",
       knobs=(SIZE,))  # fmt: skip
def party_horn(p, n, rate, rng):
    """A paper reed and a roll that unfurls: a nasal buzz that sets in with a crack and sags."""
    m = round(takes.seconds(n, rate, 0.5, 2.5) * rate)
    t = np.linspace(0, 1, m)
    hz = (
        420
        * 0.5 ** (p["size"] - 0.4)
        * (0.92 + 0.1 * np.minimum(t / 0.08, 1) - 0.05 * t)
        * (1 + 0.01 * noise.wander(rng, m, rate, 18))
    )
    x = oscillators.pulse(hz, rate, 0.11) + 0.06 * noise.white(rng, m)
    x = filters.equalise(filters.bandpass(x, 350, 7000, rate, 1), "peak", 1500, rate, gain_db=8, q=1.0)
    return takes.event(x * tones.edges(m, rate, 0.02, 0.06), rate, 0.65)


@sound("whistle blow", ucs="WHSTMech", kind="event", natural_s=1.0,
       words="whistle referee pea blow sports coach police",
       knobs=(SIZE,))  # fmt: skip
def referee(p, n, rate, rng):
    """A pea whistle: an edge tone near 3 kHz that the pea chops thirty to forty times a second, with strong breath."""
    m = round(takes.seconds(n, rate, 0.3, 4.0) * rate)
    t = np.arange(m) / rate
    pea = np.sin(2 * np.pi * np.cumsum(curves.about(rng, 36, 0.2) * (1 + 0.08 * noise.wander(rng, m, rate, 5))) / rate)
    hz = curves.about(rng, 3150 * 0.75 ** (p["size"] - 0.4), 0.12) * (1 + 0.022 * pea) * (1 - 0.1 * np.exp(-t / 0.015))
    x = oscillators.harmonics(hz, [1, 0.2, 0.1], rate) * (0.72 + 0.28 * pea)
    breath = filters.bandpass(noise.white(rng, m), 2000, 9000, rate, 1)
    return takes.event((unit(x) + 0.13 * unit(breath)) * tones.edges(m, rate, 0.015, 0.05), rate, 0.7)


@sound(
    "music box",
    ucs="TOYMech",
    kind="texture",
    natural_s=8.0,
    words="music box musicbox lullaby toy winding ballerina",
    knobs=(SIZE,),
)
def music_box(p, n, rate, rng):
    """Steel teeth plucked by the pins of a turning drum: a small melody in threes, the comb's bright overtone."""
    scale = 1050 * 0.7 ** p["size"] * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16]) / 12)
    times, parts, place = [], [], 4
    for k, t in enumerate(takes.beats(n, rate, 0.27, 0.01, rng)):
        if rng.random() < 0.18 and k % 3:
            continue
        place = int(np.clip(place + rng.choice([-2, -1, 1, 2, 3, -3]), 0, 9))
        for note in {place, place - 4 if k % 3 == 0 else place}:
            hz = scale[max(note, 0)] * (0.5 if note != place else 1.0)
            x = modal.damped_sines(
                hz * np.array([1, 6.27, 2.0]), np.array([1.3, 0.12, 0.5]), [1, 0.3, 0.12], round(1.3 * rate), rate
            )
            times.append(t)
            parts.append(rng.uniform(0.6, 1) * takes.mix(x, 0.15 * takes.burst(rng, rate, 0.004, 3000, 9000)))
    works = bodies.Body(np.array([2500.0, 4100]), np.full(2, 0.006), np.ones(2))
    ticks = [0.04 * bodies.hit(works, rate, rng, 0.1, 0.02) for _ in range(8)]
    beats = takes.beats(n, rate, 0.09, 0.05, rng)
    return takes.bed(
        takes.phrase([*times, *beats], [*parts, *(ticks[k % 8] for k in range(len(beats)))], rate), n, rate, 0.07
    )
