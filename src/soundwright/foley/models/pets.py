"""Dogs and cats: a throat whose size sets its pitch and its formants (`foley.vocal`)."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row

_DOG = Knob(
    "size",
    0.5,
    0,
    1,
    "lap dog to mastiff",
    small=0.1,
    little=0.1,
    tiny=0.0,
    puppy=0.0,
    medium=0.5,
    big=0.85,
    large=0.9,
    huge=1.0,
    deep=0.9,
)
_MANY = {"once": 1.0, "twice": 2.0, "single": 1.0, "repeatedly": 4.0}


def bark(rng, rate: int, size: float, force: float = 1.0, *, voice: float = 1.0, rasp: float = 0.3) -> np.ndarray:
    """One bark `[n]`: pitch jumps up and falls within 0.15 s, jaws open and shut, start and end are rough.

    `voice` scales the pitch of this dog, `rasp` 0..1 is how hoarse it is.
    """
    seconds = rng.uniform(0.12, 0.19) * (0.75 + 0.6 * size)
    n = round(seconds * rate)
    top = 1000.0 * 0.34**size * voice * rng.uniform(0.9, 1.1)
    hz = curves.loose(rng, n, (0, 0.5 * top), (0.2, 0.95 * top), (0.42, top), (0.7, 0.8 * top), (1, 0.42 * top))
    length = (0.075 + 0.1 * size) * voice**-0.4
    open_ = np.array([[420, 950, 2500], [820, 1350, 2700], [930, 1500, 2800], [700, 1150, 2600], [450, 900, 2500]])
    x = vocal.say(
        hz,
        open_ * (0.13 / length) ** 0.75,
        rate,
        rng,
        jitter=0.02 + 0.07 * rasp,
        shimmer=0.15 + 0.3 * rasp,
        doubling=curves.contour(n, (0, 0.3 + rasp), (0.3, 0.3 * rasp), (0.7, 0.3 * rasp), (1, 0.4 + 0.5 * rasp)).clip(
            0, 0.9
        ),
        breath=0.2 + 0.8 * rasp,
        tilt_hz=1800,
        open_quotient=0.5,
        damping=1.3,
        top_hz=6500,
    )
    huff = filters.bandpass(noise.white(rng, n), 500, 3000, rate, 1) * curves.contour(
        n, (0, 0.2), (0.1, 1), (0.4, 0.3), (1, 0)
    )
    x = filters.lowpass(x, 3000.0 - 1100.0 * size, rate, 2)
    return (x + 0.08 * huff) * curves.contour(n, (0, 0.0), (0.16, 0.85), (0.4, 1.0), (0.7, 0.45), (1, 0.0)) * force


@sound(
    "dog bark",
    ucs="ANMLDog",
    kind="event",
    natural_s=1.4,
    words="dog bark barking barks woof dogs puppy hound watchdog yap yapping",
    knobs=(
        _DOG,
        Knob("barks", 3, 1, 6, "how many barks", **_MANY),
        Knob("urgency", 0.5, 0, 1, "lazy to frantic", lazy=0.1, calm=0.1, angry=0.9, aggressive=0.9, frantic=1.0),
    ),
)
def dog_bark(p, n, rate, rng):
    """A dog barks: each bark a burst of voice at 350 (large) to 1000 Hz (small) with open jaws in its middle; each
    dog has its own pitch and hoarseness, and barks singly or in hurried pairs.
    """
    parts, at = [], 0.0
    voice, rasp = curves.about(rng, 1.0, 0.18), rng.uniform(0.1, 0.7)
    rest, paired = curves.about(rng, 0.5 - 0.36 * p["urgency"], 0.3), rng.uniform() < 0.35
    for k in range(round(p["barks"])):
        one = bark(rng, rate, p["size"], rng.uniform(0.65, 1.0), voice=voice, rasp=rasp)
        parts.append((at, 1.0, one))
        pause = rest * rng.uniform(0.6, 1.5)
        at += len(one) / rate + (pause * (0.3 if k % 2 == 0 else 1.6) if paired else pause)
    return curves.peaked(row(rate, parts), 0.85)


@sound(
    "dog growl",
    ucs="ANMLDog",
    kind="event",
    natural_s=2.4,
    words="growl growling dog snarl snarling angry",
    knobs=(_DOG, Knob("menace", 0.5, 0, 1, "grumble to snarl", snarling=0.95, angry=0.85, low_=0.2)),
)
def dog_growl(p, n, rate, rng):
    """A growl: irregular low pulses (30 to 90 Hz) that rattle, mouth nearly shut, opening into a snarl."""
    n = round(rng.uniform(1.4, 2.6) * rate)
    base = 92.0 * 0.5 ** p["size"] * curves.about(rng, 1.0, 0.15)
    hz = base * (1 + 0.15 * curves.turns(rng, n, rate, 1.5, -1, 1) + 0.1 * curves.turns(rng, n, rate, 12, -1, 1))
    shut, open_ = np.array([330, 950, 2100]), np.array([600, 1500, 2700])
    mix = np.clip(curves.contour(16, (0, 0.0), (0.55, 0.6), (0.8, 1.0), (1, 0.2)), 0, 1)[:, None] * p["menace"]
    track = (shut + (open_ - shut) * mix) * (0.15 / (0.09 + 0.1 * p["size"])) ** 0.7
    x = vocal.say(
        hz,
        track,
        rate,
        rng,
        jitter=0.13,
        shimmer=0.4,
        breath=0.25 + 0.5 * p["menace"],
        tilt_hz=2500 + 4500 * p["menace"],
        open_quotient=0.4,
        doubling=0.3,
        damping=1.4,
    )
    return curves.peaked(x * curves.swell(n, rate, 0.35, 0.5) * curves.turns(rng, n, rate, 6, 0.6, 1.1), 0.75)


@sound(
    "dog whine",
    ucs="ANMLDog",
    kind="event",
    natural_s=2.0,
    words="whine whining whimper whimpering dog puppy crying yelp",
    knobs=(_DOG, Knob("sadness", 0.5, 0, 1, "asking to desperate", sad=0.9, desperate=1.0)),
)
def dog_whine(p, n, rate, rng):
    """Whimpers through the nose: thin tones that arch up near 1 kHz and waver, with few harmonics."""
    parts, at = [], 0.0
    base = 1150.0 * 0.55 ** p["size"] * curves.about(rng, 1.0, 0.15)
    for _ in range(rng.integers(2, 6)):
        length = rng.uniform(0.15, 0.45) + 0.35 * p["sadness"]
        m = round(length * rate)
        hz = base * curves.loose(rng, m, (0, 0.75), (0.35, 1.1), (0.6, 1.05), (1, 0.72)) * rng.uniform(0.92, 1.1)
        hz = hz * (1 + 0.02 * np.sin(2 * np.pi * 7.5 * np.arange(m) / rate))
        x = vocal.say(
            hz,
            [[500, 1900, 3200]],
            rate,
            rng,
            jitter=0.006,
            shimmer=0.05,
            breath=0.12,
            tilt_hz=1400,
            open_quotient=0.85,
        )
        parts.append((at, rng.uniform(0.6, 1), x * curves.swell(m, rate, 0.08, 0.14)))
        at += length + rng.uniform(0.08, 0.3)
    return curves.peaked(row(rate, parts), 0.6)


_CAT = Knob("age", 0.5, 0, 1, "kitten to old tom", kitten=0.0, young=0.15, small=0.15, old=0.95, big=0.85)


@sound(
    "cat meow",
    ucs="ANMLCat",
    kind="event",
    natural_s=1.3,
    words="cat meow meowing miaow mew kitten kitty cats feline",
    knobs=(
        _CAT,
        Knob("plea", 0.5, 0, 1, "short greeting to long complaint", short=0.1, long=0.9, sad=0.85, demanding=0.9),
    ),
)
def cat_meow(p, n, rate, rng):
    """A meow: from a closed "m" through a nasal "i" to a wide "a" and back to "u", at 450 to 700 Hz, strong at 1.3
    kHz; the arch of pitch and mouth peaks early or late, and some begin with a rolled "mrr".
    """
    n = round((0.55 + 0.85 * p["plea"]) * curves.about(rng, 1.0, 0.2) * rate)
    base = 650.0 * 1.5 ** (0.5 - p["age"]) * curves.about(rng, 1.0, 0.15)
    top, end = rng.uniform(0.25, 0.6), rng.uniform(0.6, 0.9)
    hz = base * curves.loose(rng, n, (0, 0.68), (0.5 * top, 0.8), (top, 1.0), (0.8, 0.5 + 0.5 * end), (1, end))
    hz = hz * (1 + 0.01 * curves.turns(rng, n, rate, 12, -1, 1))
    mouth = (
        np.array(
            [
                [350, 1200, 3000],
                [450, 2300, 3600],
                [700, 2200, 3700],
                [1100, 1850, 3600],
                [1150, 1700, 3600],
                [1000, 1500, 3500],
                [750, 1200, 3300],
                [450, 900, 3000],
            ]
        )
        * 1.25 ** (0.5 - p["age"])
        * curves.about(rng, 1.0, 0.06)
    )
    opening = np.interp(np.linspace(0, 1, 24), (0, top, 1), (0, 3.5, 7))  # the jaw follows the arch of the pitch
    mouth = np.stack([np.interp(opening, np.arange(8), column) for column in mouth.T], axis=1)
    rolled = rng.uniform(0.0, 0.8) if rng.uniform() < 0.4 else 0.0
    x = vocal.say(
        hz,
        mouth,
        rate,
        rng,
        jitter=0.008,
        shimmer=0.08,
        breath=0.1,
        tilt_hz=1000,
        open_quotient=0.7,
        doubling=curves.contour(n, (0, 0.25), (0.15, 0.0), (0.85, 0.0), (1, rng.uniform(0.1, 0.6))),
        damping=0.9,
    )
    roll = 0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(22, 28) * np.arange(n) / rate)
    x = x * (1 - rolled * roll * curves.contour(n, (0, 1.0), (0.2, 0.8), (0.35, 0.0), (1, 0.0)))
    hull = curves.contour(n, (0, 0.0), (0.08, 0.2 + 0.4 * rolled), (top, 1.0), (0.75, 0.55), (0.9, 0.15), (1, 0.0))
    return curves.peaked(filters.highpass(x, 0.6 * base, rate) * hull, 0.75)


@sound(
    "cat purr",
    ucs="ANMLCat",
    kind="texture",
    natural_s=6.0,
    words="purr purring cat kitten content cats",
    knobs=(Knob("breath_rate", 0.55, 0.3, 1.0, "breaths per second", slow=0.35, fast=0.9), _CAT),
)
def cat_purr(p, n, rate, rng):
    """Purring: the larynx opens 24 to 28 times a second on breath in and breath out, a soft thud each time."""
    t = np.arange(n) / rate
    cycle = np.cumsum(p["breath_rate"] * (1 + 0.1 * curves.turns(rng, n, rate, 0.5, -1, 1))) / rate + rng.uniform()
    phase = cycle % 1.0
    out_breath = phase < 0.53
    within = np.where(out_breath, phase / 0.53, (phase - 0.53) / 0.47)
    hull = np.sin(np.pi * within).clip(0) ** 0.45 * np.where(out_breath, 1.0, 0.72)
    hz = filters.smooth(np.where(out_breath, 24.5, 27.5).astype(np.float32), 0.03, rate) * 1.25 ** (0.5 - p["age"])
    thuds = vocal.glottis(hz, rate, rng, open_quotient=0.25, jitter=0.05, shimmer=0.25, breath=1.2, tilt_hz=700)
    x = vocal.tract(thuds, np.array([[210, 620, 1700, 3100]]) * 1.2 ** (0.5 - p["age"]), rate, damping=2.2)
    air = filters.bandpass(noise.white(rng, n), 300, 2600, rate, 1) * (0.4 + 0.6 * np.sin(2 * np.pi * 26 * t).clip(0))
    x = x / max(float(x.std()), 1e-9) + 0.3 * air
    return curves.level(x * hull.astype(np.float32))


@sound(
    "cat hiss",
    ucs="ANMLCat",
    kind="event",
    natural_s=1.1,
    words="hissing hiss cat spit angry spitting",
    knobs=(_CAT, Knob("fury", 0.5, 0, 1, "warning to fury", angry=0.9)),
)
def cat_hiss(p, n, rate, rng):
    """A cat hisses: breath forced over an arched tongue, noise at 2 to 8 kHz with a sharp spit at the start."""
    n = round(rng.uniform(0.5, 1.3) * (0.7 + 0.6 * p["fury"]) * rate)
    x = vocal.tract(
        noise.white(rng, n),
        np.array([[1300, 2700, 4600], [1600, 3300, 5600], [1400, 3000, 5000]]) * 1.25 ** (0.5 - p["age"]),
        rate,
        damping=3.0,
    )
    x = filters.highpass(x, 1100, rate, 2)
    rough = 1 + 0.5 * p["fury"] * curves.turns(rng, n, rate, 45, -1, 1)
    spit = rng.uniform(0.3, 1.0)
    hull = curves.loose(rng, n, (0, 0.0), (0.03, spit), (0.12, 0.6), (0.5, 0.8), (1, 0.0), values=0.15)
    return curves.peaked(x * hull * rough, 0.7)
