"""Insects and frogs: wings that beat, combs that are scraped, and throats that pump.

A cricket's file and scraper strike a resonant patch of wing, so a chirp is a few pulses of one pure tone; a cicada's
tymbals click some hundred times a second into a broad resonance; flies, bees and gnats are the harmonics of their
wing beat, which comes and goes as they fly.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row

_DENSITY = Knob(
    "density",
    0.5,
    0,
    1,
    "one or two to a meadow full",
    single=0.0,
    few=0.15,
    sparse=0.15,
    many=0.8,
    dense=0.9,
    lots=0.9,
)


def cricket(rng, n: int, rate: int, hz: float, chirps_hz: float, pulses: int) -> np.ndarray:
    """One field cricket `[n]`: chirps of `pulses` pulses, about 30 pulses a second, of a tone near `hz`."""
    length = round(0.019 * rate)
    t = np.arange(length) / rate
    shape = np.sin(np.pi * np.arange(length) / length) ** 1.3
    kinds = [
        np.sin(2 * np.pi * hz * b * t * (1 - 0.6 * t)) * shape + 0.05 * np.sin(4 * np.pi * hz * t) * shape
        for b in (0.995, 1.0, 1.005)
    ]
    out = np.zeros((2, n), np.float32)
    at = rng.uniform(-1, 0) / chirps_hz
    while at * rate < n:
        starts = [round((at + k * 0.032) * rate) for k in range(pulses)]
        starts = [s for s in starts if 0 <= s < n]
        gains = np.tile(np.linspace(0.5, 1.0, max(pulses, 1), dtype=np.float32)[: len(starts)], (2, 1))
        curves.lay(out, starts, [kinds[rng.integers(3)] for _ in starts], gains)
        at += rng.normal(1, 0.05) / chirps_hz
    return out[0]


def trilling(rng, n: int, rate: int, hz: float, pulses_hz: float) -> np.ndarray:
    """A tree cricket `[n]`: one tone in an endless trill of `pulses_hz` pulses a second."""
    t = np.arange(n) / rate
    beat = np.sin(2 * np.pi * pulses_hz * t + 0.4 * np.sin(2 * np.pi * 0.3 * t)).clip(0) ** 0.8
    return (np.sin(2 * np.pi * hz * t + 0.2 * np.sin(2 * np.pi * 1.1 * t)) * beat).astype(np.float32)


def meadow(rng, n: int, rate: int, density: float, f: float = 1.0) -> np.ndarray:
    """Crickets near and far `[2, n]`."""
    out = np.zeros((2, n), np.float32)
    for k in range(1 + round(9 * density)):
        metres = 1.0 if k == 0 else 1 + rng.exponential(2.0)
        one = cricket(rng, n, rate, f * rng.uniform(4300, 4900), rng.uniform(1.8, 3.0), rng.integers(3, 5))
        out += curves.pans(rng, 1, 0.9) * one / metres
    for _ in range(round(5 * density)):
        swell = curves.turns(rng, n, rate, 0.15, 0.3, 1.0)
        hum = trilling(rng, n, rate, f * rng.uniform(2700, 3500), rng.uniform(38, 55)) * swell
        out += curves.pans(rng, 1, 0.9) * hum * 0.07
    return out


@sound(
    "crickets",
    ucs="ANMLInsc",
    kind="texture",
    natural_s=8.0,
    words="crickets cricket chirping grasshopper night summer evening meadow",
    knobs=(_DENSITY, Knob("pitch", 0.5, 0, 1, "cool night (lower) to warm night (higher)", low_=0.2, high_=0.8)),
)
def crickets(p, n, rate, rng):
    """Field crickets chirp at 4 to 5 kHz, each with its own pitch and pace, over the trill of tree crickets."""
    return curves.level(meadow(rng, n, rate, p["density"], 1.35 ** (p["pitch"] - 0.5)))


@sound(
    "cicadas",
    ucs="ANMLInsc",
    kind="texture",
    natural_s=8.0,
    words="cicadas cicada buzzing locust summer heat insects buzz tree",
    knobs=(_DENSITY, Knob("swell", 0.5, 0, 1, "even to swelling song", steady=0.05, swelling=0.9)),
)
def cicadas(p, n, rate, rng):
    """Cicadas: tymbals buckle 100 to 220 times a second into resonances of 4 to 9 kHz; songs swell and pass on."""
    out = np.zeros((2, n), np.float32)
    for _ in range(2 + round(6 * p["density"])):
        pulses = rng.uniform(95, 220) * curves.turns(rng, n, rate, 0.6, 0.96, 1.04)
        clicks = np.maximum(oscillators.sine(pulses, rate), 0) ** 4
        centre = rng.uniform(4300, 7800)
        song = filters.bandpass(noise.white(rng, n), 0.86 * centre, 1.16 * centre, rate, 2) * (0.15 + clicks)
        tone = (
            np.sin(2 * np.pi * centre * np.cumsum(1 + 0.01 * curves.turns(rng, n, rate, 3, -1, 1)) / rate)
            * clicks
            * 0.35
        )
        hull = 1 - 0.9 * p["swell"] * curves.turns(rng, n, rate, 0.25, 0, 1)
        hull = hull * (1 - 0.5 * p["swell"] * (0.5 + 0.5 * oscillators.sine(np.full(n, rng.uniform(4, 8)), rate)))
        out += curves.pans(rng, 1, 0.9) * ((song + tone) * hull).astype(np.float32) * rng.uniform(0.3, 1)
    return curves.level(out)


def _wings(rng, n, rate, hz, harmonics, restless, wander):
    """A flying insect `[2, n]`: wing-beat harmonics, louder and higher as it nears, wandering left and right."""
    near = curves.turns(rng, n, rate, 0.25 + 1.1 * restless, 0.0, 1.0)
    pitch = hz * (
        1
        + wander * curves.turns(rng, n, rate, 0.8 + 3 * restless, -1, 1)
        + 0.01 * curves.turns(rng, n, rate, 25, -1, 1)
    )
    x = oscillators.harmonics(pitch, harmonics, rate)
    flutter = filters.lowpass(noise.white(rng, n), 60.0, rate, 1)
    x *= 1 + 0.25 * flutter / max(float(flutter.std()), 1e-9)
    level = 0.06 + 0.94 * near ** (1 + 3 * restless)
    side = (curves.turns(rng, n, rate, 0.3 + restless, -0.8, 0.8) + 1) * np.pi / 4
    return np.stack([np.cos(side), np.sin(side)]) * x * level


_RESTLESS = Knob(
    "restlessness", 0.5, 0, 1, "hovering to darting about", hovering=0.05, steady=0.1, angry=0.9, darting=1.0
)


@sound(
    "bee",
    ucs="ANMLInsc",
    kind="texture",
    natural_s=5.0,
    words="bee bees buzzing buzz bumblebee wasp hornet honeybee swarm hive insect",
    knobs=(
        Knob("count", 2, 1, 12, "bees around you", single=1, swarm=12, many=10, hive=12),
        _RESTLESS,
        Knob("size", 0.5, 0, 1, "honeybee to bumblebee", small=0.1, big=0.95),
    ),
)
def bee(p, n, rate, rng):
    """Bees: wing beats of 150 to 260 a second, rich in harmonics, some passing close."""
    out = np.zeros((2, n), np.float32)
    rich = (1.0, 0.75, 0.5, 0.42, 0.28, 0.2, 0.16, 0.12, 0.09, 0.07, 0.05, 0.04)
    for _ in range(round(p["count"])):
        hz = rng.uniform(215, 260) * 0.62 ** p["size"]
        out += _wings(rng, n, rate, hz, rich, p["restlessness"], 0.06).astype(np.float32)
    return curves.level(out)


@sound(
    "fly",
    ucs="ANMLInsc",
    kind="texture",
    natural_s=5.0,
    words="fly flies housefly buzzing buzz bluebottle horsefly insect",
    knobs=(Knob("count", 1, 1, 12, "flies around you", single=1, many=8, swarm=12), _RESTLESS),
)
def fly(p, n, rate, rng):
    """House flies: about 190 wing beats a second in darting flight, with sudden stops and turns."""
    out = np.zeros((2, n), np.float32)
    rich = (0.7, 1.0, 0.55, 0.6, 0.4, 0.35, 0.25, 0.2, 0.16, 0.12, 0.1, 0.08, 0.06)
    for _ in range(round(p["count"])):
        one = _wings(rng, n, rate, rng.uniform(175, 215), rich, 0.4 + 0.6 * p["restlessness"], 0.1)
        aloft = (curves.turns(rng, n, rate, 0.7, 0, 1) > 0.22) | (np.arange(n) < 0.5 * rate)
        out += (one * filters.smooth(aloft.astype(np.float32), 0.03, rate)).astype(np.float32)
    return curves.level(out)


@sound(
    "mosquito",
    ucs="ANMLInsc",
    kind="texture",
    natural_s=5.0,
    words="mosquito mosquitoes gnat midge whining insect buzz",
    knobs=(Knob("count", 1, 1, 8, "mosquitoes", single=1, many=6, swarm=8), _RESTLESS),
)
def mosquito(p, n, rate, rng):
    """A mosquito's whine: 450 to 600 wing beats a second, a thin tone that sails past the ear."""
    out = np.zeros((2, n), np.float32)
    for _ in range(round(p["count"])):
        hz = rng.uniform(470, 610)
        out += _wings(rng, n, rate, hz, (1, 0.55, 0.5, 0.22, 0.14, 0.1, 0.05), p["restlessness"], 0.07).astype(
            np.float32
        )
    return curves.level(out)


def croak(rng, rate: int, f: float, pulses_hz: float, seconds: float) -> np.ndarray:
    """A green frog's call `[n]`: a reedy throat gated about `pulses_hz` times a second, resonating in its sacs."""
    n = round(seconds * rate)
    hz = 230 * f * (1 + 0.05 * curves.contour(n, (0, -1.0), (0.5, 1.0), (1, 0.0)))
    track = np.array([[450, 1400, 1950, 2600], [480, 1600, 2150, 2800]]) * f
    x = vocal.say(
        hz, track, rate, rng, jitter=0.04, shimmer=0.3, breath=0.3, tilt_hz=12000, open_quotient=0.3, damping=1.5
    )
    turns = np.cumsum(pulses_hz * curves.turns(rng, n, rate, 4, 0.93, 1.07)) / rate
    t, size = turns % 1.0, rng.uniform(0.6, 1.0, int(turns[-1]) + 1)
    gate = size[turns.astype(int)] * np.exp(-min(60.0 / pulses_hz, 6.0) * t) * np.minimum(t / 0.06, 1)
    return (
        filters.lowpass(filters.highpass(x, 1250, rate, 2), 3200, rate, 3)
        * gate
        * curves.swell(n, rate, 0.2 * seconds, 0.12)
    ).astype(np.float32)


@sound(
    "frogs",
    ucs="ANMLAmph",
    kind="texture",
    natural_s=8.0,
    words="frogs frog croaking pond swamp toads chorus marsh wetland",
    knobs=(_DENSITY, Knob("size", 0.4, 0, 1, "tree frogs to bullfrogs", small=0.1, tiny=0.0, big=0.85, large=0.9)),
)
def frogs(p, n, rate, rng):
    """A pond at night: frogs answer each other with pulsed calls, each from its place, some small ones peeping."""
    out = np.zeros((2, n), np.float32)
    f = 1.7 ** (0.4 - p["size"])
    for k in range(2 + round(8 * p["density"])):
        own, place = f * rng.uniform(0.8, 1.25), curves.pans(rng, 1, 0.9) / (1 + rng.exponential(0.8))
        pulse, at = rng.uniform(9, 14), rng.uniform(-1.5, 1.0) if k else rng.uniform(0, 0.2)
        bank = [croak(rng, rate, own, pulse, rng.uniform(0.35, 1.0)) for _ in range(3)]
        while at * rate < n:
            if at >= 0:
                curves.lay(out, [round(at * rate)], [bank[rng.integers(3)]], place * rng.uniform(0.6, 1))
            at += rng.uniform(0.9, 2.0) + rng.exponential(0.9)
    return curves.level(out)


@sound(
    "frog croak",
    ucs="ANMLAmph",
    kind="event",
    natural_s=1.8,
    words="frog croak ribbit toad croaks bullfrog",
    knobs=(
        Knob("size", 0.4, 0, 1, "tree frog to bullfrog", small=0.1, tiny=0.0, big=0.85, large=0.95),
        Knob("calls", 2, 1, 6, "how many croaks", once=1, twice=2),
    ),
)
def frog_croak(p, n, rate, rng):
    """One frog: a group of five to nine croaks, some ten a second, or "rib-bit", a short pulse train that leaps into a
    higher one; each frog keeps to its own way.
    """
    f = 2.0 ** (0.4 - p["size"]) * curves.about(rng, 1.0, 0.12)
    pulses_hz, ribbit, usual = rng.uniform(8.0, 13.0), rng.uniform() < 0.35, rng.uniform(0.45, 0.85)
    parts, at = [], 0.0
    for _ in range(round(p["calls"])):
        if ribbit:
            low = croak(rng, rate, 0.85 * f, 38.0, 0.17)
            high = croak(rng, rate, 1.15 * f, 33.0, rng.uniform(0.2, 0.28))
            parts += [(at, 0.7, low), (at + rng.uniform(0.16, 0.22), 1.0, high)]
            at += rng.uniform(0.6, 1.0)
        else:
            length = usual * rng.uniform(0.8, 1.25)
            parts.append((at, rng.uniform(0.7, 1.0), croak(rng, rate, f, pulses_hz * rng.uniform(0.95, 1.05), length)))
            at += length + rng.uniform(0.15, 0.5)
    return curves.peaked(row(rate, parts), 0.75)
