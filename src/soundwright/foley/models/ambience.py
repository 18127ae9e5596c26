"""Places: beds made of what sounds in them, far enough away that nothing stands out.

Each bed is a steady floor with its own spectrum and the events that belong to the place, drawn at random times and
places, with distance dulling them.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bubbles, curves
from soundwright.foley.model import Knob, sound
from soundwright.foley.models import birds, crowd, insects, livestock, pets, poultry, songbirds, water, wild, wind

LIFE = Knob(
    "activity",
    0.5,
    0,
    1,
    "still to busy",
    quiet=0.15,
    still=0.05,
    calm=0.2,
    empty=0.05,
    busy=0.9,
    lively=0.85,
    bustling=0.95,
)


def floor(rng, n: int, rate: int, *points: tuple[float, float], shared: float = 0.3) -> np.ndarray:
    """A steady bed `[2, n]`, RMS 0.1: noise with the spectrum of (Hz, dB) `points` and a slow sway."""
    hz, db = zip(*points, strict=True)
    x = filters.shape(curves.wide(rng, n, shared), hz, db, rate)
    return curves.level(x * curves.turns(rng, n, rate, 0.15, 0.85, 1.15))


def visit(rng, out: np.ndarray, rate: int, per_second: float, make, near: float, dull_hz: float = 5000.0) -> np.ndarray:
    """Lay events made by `make()` into `out` `[2, n]`, at `per_second`, up to `near` loud, dulled with distance."""
    n = out.shape[1]
    for start in noise.instants(rng, n, rate, per_second):
        metres = rng.uniform(1.0, 3.0)
        x = np.asarray(make(), np.float32)
        x = x.mean(axis=0) if x.ndim == 2 else x
        x = filters.lowpass(x, dull_hz / metres, rate, 1)
        curves.lay(out, [start], [x], curves.pans(rng, 1, 0.95) * near / metres)
    return out


@sound(
    "forest",
    ucs="AMBForst",
    kind="texture",
    natural_s=12.0,
    words="forest woods woodland nature ambience birds trees park countryside spring",
    knobs=(LIFE, Knob("wind", 0.3, 0, 1, "still to windy", still=0.0, windy=0.9)),
)
def forest(p, n, rate, rng):
    """A wood by day: leaves stirring, birds near and far at their own places, now and then a woodpecker or a pigeon."""
    leaves = wind.wind_in_trees({"strength": 0.15 + 0.5 * p["wind"], "gusts": 0.5, "dryness": 0.2}, n, rate, rng)
    song = songbirds.chorus(rng, n, rate, 3 + round(6 * p["activity"]), 6.0 - 4.0 * p["activity"], 1.0, 1.5)
    out = curves.level(song, 0.06) + (0.012 + 0.07 * p["wind"]) * 10 * leaves
    visit(
        rng,
        out,
        rate,
        0.02 + 0.05 * p["activity"],
        lambda: birds.pigeon({"size": 0.5, "rolling": 0.6}, n, rate, rng),
        0.12,
    )
    visit(
        rng,
        out,
        rate,
        0.02 + 0.05 * p["activity"],
        lambda: birds.woodpecker({"speed": 0.6, "hollow": 0.6}, n, rate, rng),
        0.15,
    )
    return curves.level(out)


@sound(
    "night field",
    ucs="AMBRurl",
    kind="texture",
    natural_s=12.0,
    words="night field evening countryside meadow crickets rural ambience nighttime summer",
    knobs=(LIFE, Knob("frogs", 0.2, 0, 1, "none to a pond nearby", pond=0.9)),
)
def night_field(p, n, rate, rng):
    """Night outdoors: a carpet of crickets, air, an owl or a dog far off, perhaps frogs at a pond."""
    out = curves.level(insects.meadow(rng, n, rate, 0.25 + 0.7 * p["activity"]), 0.07)
    out += 0.25 * floor(rng, n, rate, (50, 0), (200, -4), (800, -14), (4000, -30))
    if p["frogs"] > 0.02:
        out += 0.6 * p["frogs"] * insects.frogs({"density": 0.4, "size": 0.4}, n, rate, rng)
    visit(rng, out, rate, 0.05, lambda: birds.owl({"pitch": 0.45, "size": 0.5}, n, rate, rng), 0.2, 2500)
    visit(
        rng, out, rate, 0.03, lambda: pets.dog_bark({"size": 0.6, "barks": 3, "urgency": 0.5}, n, rate, rng), 0.1, 2000
    )
    return curves.level(out)


def _whoop(rng, rate):
    """A jungle bird's whoop: one loud slide upward or down."""
    start, end = rng.choice([[700, 1900], [2400, 1100], [1300, 1350], [900, 2600]])
    f = rng.uniform(0.8, 1.3)
    one = songbirds.syllable(rng, rate, rng.uniform(0.15, 0.5), start * f, end * f, harmonics=(1, 0.15, 0.06))
    times = rng.integers(1, 5)
    return songbirds.row(rate, [(k * (len(one) / rate + 0.12), 1.0, one) for k in range(times)])


@sound(
    "jungle",
    ucs="AMBTrop",
    kind="texture",
    natural_s=12.0,
    words="jungle rainforest tropical tropics amazon ambience exotic birds monkeys",
    knobs=(LIFE, Knob("insects", 0.6, 0, 1, "few to a wall of insects", buzzing=0.9)),
)
def jungle(p, n, rate, rng):
    """A rainforest: a wall of insects in several bands, whooping birds, frogs, drips, an ape in the distance."""
    out = 0.55 * p["insects"] * insects.cicadas({"density": 0.3, "swell": 0.4}, n, rate, rng)
    out += curves.level(insects.meadow(rng, n, rate, 0.6, 0.8), 0.035 * (0.4 + p["insects"]))
    visit(rng, out, rate, 0.25 + 1.1 * p["activity"], lambda: _whoop(rng, rate), 0.3, 14000)
    out += curves.level(songbirds.chorus(rng, n, rate, 3, 5.0, 0.75, 1.5), 0.02 + 0.02 * p["activity"])
    visit(rng, out, rate, 0.1 + 0.3 * p["activity"], lambda: insects.croak(rng, rate, 0.8, 11, 0.6), 0.16, 6000)
    visit(
        rng,
        out,
        rate,
        0.04 + 0.06 * p["activity"],
        lambda: wild.monkey({"size": 0.5, "excitement": 0.5}, n, rate, rng),
        0.2,
        5000,
    )
    out += 0.2 * floor(rng, n, rate, (60, -6), (300, 0), (1500, -10), (6000, -20))
    return curves.level(out)


@sound(
    "swamp",
    ucs="AMBSwmp",
    kind="texture",
    natural_s=12.0,
    words="swamp marsh bog wetland bayou ambience frogs night",
    knobs=(LIFE,),
)
def swamp(p, n, rate, rng):
    """A marsh at dusk: frogs large and small, crickets, gas bubbling up through mud."""
    out = insects.frogs({"density": 0.3 + 0.5 * p["activity"], "size": 0.35}, n, rate, rng)
    out += 0.5 * insects.frogs({"density": 0.1, "size": 0.95}, n, rate, rng)
    out += curves.level(insects.meadow(rng, n, rate, 0.5), 0.05)
    out += curves.level(bubbles.field(rng, n, rate, 4 + 10 * p["activity"], 3, 10, rising=0.3, risers=0.9), 0.02)
    return curves.level(out + 0.15 * floor(rng, n, rate, (60, 0), (300, -4), (2000, -24)))


@sound(
    "beach",
    ucs="AMBSea",
    kind="texture",
    natural_s=14.0,
    words="beach seaside shore coast sand sea holiday waves gulls ambience",
    knobs=(LIFE, Knob("surf", 0.35, 0, 1, "gentle to heavy", gentle=0.15, heavy=0.9)),
)
def beach(p, n, rate, rng):
    """A beach: waves, a sea breeze, gulls overhead, children at play far down the sand."""
    out = 0.6 * water.ocean_waves({"size": p["surf"], "period": curves.about(rng, 8.0, 0.25)}, n, rate, rng)
    out += 0.14 * floor(rng, n, rate, (60, 0), (200, -2), (600, -8), (2500, -24))
    visit(
        rng,
        out,
        rate,
        0.15 + 0.3 * p["activity"],
        lambda: birds.seagull({"size": rng.uniform(0.3, 0.7), "calls": rng.integers(1, 6)}, n, rate, rng),
        0.55,
        9000,
    )
    if p["activity"] > 0.3:
        kids = crowd.babble(rng, n, rate, crowd.talkers(rng, rate, [0.0, 0.05, 0.1], 6, 1.3), 4, chat=0.3)
        out += curves.level(filters.lowpass(kids, 3000, rate, 1), 0.06 * (p["activity"] - 0.3))
    return curves.level(out)


@sound(
    "cave",
    ucs="AMBUndr",
    kind="texture",
    natural_s=12.0,
    words="cave cavern grotto dungeon mine underground tunnel ambience dripping echo",
    knobs=(
        Knob("wetness", 0.5, 0, 1, "dry to dripping", dry=0.0, wet=0.8, dripping=0.95),
        Knob("draught", 0.4, 0, 1, "still to moaning", still=0.0, windy=0.9),
    ),
)
def cave(p, n, rate, rng):
    """A cave: air moving in its own low resonances, single drops into pools, each with long echoes of the rock."""
    speed = wind.gusts(rng, n, rate, 0.4, 0.4)
    air = wind.aeolian(rng, n, rate, 92 * (0.9 + 0.15 * speed), speed, 9.0) + 0.6 * wind.aeolian(
        rng, n, rate, 151 * (0.9 + 0.15 * speed), speed, 12.0
    )
    out = (0.02 + 0.05 * p["draught"]) * np.stack([air, np.roll(air, round(0.013 * rate))])
    out += 0.3 * floor(rng, n, rate, (40, 0), (140, -3), (500, -16), (2000, -32))
    drops = water.dripping_water({"drip_rate": 0.4 + 1.2 * p["wetness"], "depth": 0.45}, n, rate, rng) * (
        0.15 + 1.2 * p["wetness"]
    )
    wet = drops.copy()
    for k in range(1, 28):
        delay = round((0.03 * k**1.28 + rng.uniform(0, 0.02)) * rate)
        if delay < n:
            echo = filters.lowpass(drops[:: rng.choice([-1, 1])], 5200 / k**0.35, rate, 1)[:, : n - delay]
            wet[:, delay:] += 0.62 * 0.885**k * echo * rng.choice([-1, 1])
    return curves.level(out + wet)


@sound(
    "farm",
    ucs="AMBFarm",
    kind="texture",
    natural_s=12.0,
    words="farm farmyard barnyard barn animals livestock ambience rural",
    knobs=(LIFE,),
)
def farm(p, n, rate, rng):
    """A farmyard: hens about the place, sparrows, a cow, sheep, pigs and a rooster by turns, a fly."""
    out = curves.level(songbirds.chorus(rng, n, rate, 2, 4.0), 0.015) + 0.2 * floor(
        rng, n, rate, (60, 0), (300, -6), (2000, -22)
    )
    rare = 0.04 + 0.12 * p["activity"]
    visit(rng, out, rate, 3 * rare, lambda: poultry.chicken({"size": 0.5, "excitement": 0.4}, n, rate, rng), 0.3, 9000)
    for make in (
        lambda: livestock.cow_moo({"age": 0.6, "length": 0.4}, n, rate, rng),
        lambda: livestock.sheep_baa({"age": rng.uniform(0.3, 0.8), "tremble": 0.6}, n, rate, rng),
        lambda: poultry.rooster({"size": 0.5, "last_note": 0.4}, n, rate, rng),
        lambda: livestock.pig({"age": 0.6, "excitement": 0.1}, n, rate, rng),
    ):
        visit(rng, out, rate, rare, make, 0.35, 7000)
    return curves.level(out)
