"""Wild animals and monsters."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row

_SIZE = Knob("size", 0.5, 0, 1, "small to huge", small=0.1, little=0.1, big=0.8, large=0.8, huge=1.0, giant=1.0)


@sound(
    "wolf howl",
    ucs="ANMLWdog",
    kind="event",
    natural_s=4.5,
    words="wolf howl howling wolves coyote werewolf pack",
    knobs=(
        _SIZE,
        Knob("pack", 1, 1, 6, "how many wolves", wolves=4, pack=5, lone=1, single=1),
        Knob("length", 0.5, 0, 1, "short to long howl", short=0.1, long=0.9),
    ),
)
def wolf_howl(p, n, rate, rng):
    """A howl: a nearly pure voice that slides up to 450 to 700 Hz, holds, steps, and sinks away over seconds."""
    out = np.zeros((2, round((3.4 + 3.4 * p["length"] + 0.9 * (p["pack"] - 1)) * rate)), np.float32)
    for k in range(round(p["pack"])):
        m = round((2.2 + 2.6 * p["length"]) * rng.uniform(0.85, 1.15) * rate)
        top = 640.0 * 0.6 ** p["size"] * (rng.uniform(0.8, 1.25) if k else curves.about(rng, 1.0, 0.13))
        hz = top * curves.loose(
            rng, m, (0, 0.5), (0.12, 0.88), (0.25, 1.02), (0.55, 1.0), (0.62, 0.94), (0.85, 0.9), (1, 0.62)
        )
        hz = hz * (
            1 + 0.008 * np.sin(2 * np.pi * 4.5 * np.arange(m) / rate) + 0.006 * curves.turns(rng, m, rate, 9, -1, 1)
        )
        lips = np.array([[450, 850, 2400], [620, 1000, 2500], [560, 900, 2400], [420, 800, 2300]])
        lips = lips * 1.4 ** (0.5 - p["size"])
        x = vocal.say(hz, lips, rate, rng, jitter=0.003, shimmer=0.03, breath=0.05, tilt_hz=1500, open_quotient=0.8)
        x = x * curves.contour(m, (0, 0.0), (0.1, 0.5), (0.3, 1.0), (0.7, 0.85), (1, 0.0))
        gain = curves.pans(rng, 1, 0.7 if k else 0.1) * (1.0 if k == 0 else rng.uniform(0.3, 0.7))
        curves.lay(out, [round(0.9 * k * rng.uniform(0.6, 1.2) * rate)], [x], gain)
    end = np.flatnonzero(np.abs(out).max(axis=0) > 1e-5)[-1] + 1
    return curves.peaked(out[:, :end], 0.75)


def _roar(rng, rate, seconds, base, length_m, rage, arch=1.0):
    n = round(seconds * rate)
    hz = base * curves.loose(rng, n, (0, 0.7), (0.2, 1.0 + 0.25 * arch), (0.5, 1.0 + 0.1 * arch), (1, 0.6))
    hz = hz * (1 + 0.12 * rage * curves.turns(rng, n, rate, 35, -1, 1))
    scale = 0.17 / length_m
    mouth = (
        np.array([[420, 900, 2300], [650, 1150, 2500], [720, 1200, 2600], [560, 1050, 2500], [380, 850, 2300]])
        * scale**0.75
    )
    x = vocal.say(
        hz,
        mouth,
        rate,
        rng,
        jitter=0.08 + 0.1 * rage,
        shimmer=0.4,
        doubling=0.3 + 0.4 * rage,
        breath=0.5 + 0.7 * rage,
        tilt_hz=1200 + 1800 * rage,
        open_quotient=0.4,
        damping=1.6,
        top_hz=2500 + 5000 * rage,
    )
    chest = filters.lowpass(vocal.glottis(hz / 2, rate, rng, jitter=0.15, shimmer=0.4), 150, rate, 2)
    x = x + 0.5 * chest / max(float(np.abs(chest).max()), 1e-9)
    return x * curves.contour(n, (0, 0.0), (0.15, 0.8), (0.35, 1.0), (0.65, 0.7), (1, 0.0))


@sound(
    "lion roar",
    ucs="ANMLWcat",
    kind="event",
    natural_s=3.2,
    words="lion roar roaring tiger bear leopard panther beast jaguar",
    knobs=(_SIZE, Knob("rage", 0.5, 0, 1, "moan to roar", angry=0.9, fierce=0.95, soft=0.1)),
)
def lion_roar(p, n, rate, rng):
    """A lion: a loud, ragged voice near 120 Hz with a long throat, then shorter grunts that die away."""
    base = curves.about(rng, 190.0 * 0.5 ** p["size"], 0.14)
    parts = [(0.0, 1.0, _roar(rng, rate, rng.uniform(1.3, 1.8), base, 0.19 + 0.13 * p["size"], 0.3 + 0.7 * p["rage"]))]
    at = len(parts[0][2]) / rate + 0.1
    for k in range(rng.integers(2, 4)):
        grunt = _roar(rng, rate, 0.4, base * 0.8, 0.2 + 0.13 * p["size"], 0.5 * p["rage"] + 0.2, 0.4)
        parts.append((at, 0.5 - 0.1 * k, grunt))
        at += rng.uniform(0.5, 0.65)
    return curves.peaked(row(rate, parts), 0.85)


@sound(
    "monster roar",
    ucs="CREAMnstr",
    kind="event",
    natural_s=2.8,
    words="monster roar creature dragon dinosaur beast demon growl zombie godzilla",
    knobs=(_SIZE, Knob("rage", 0.7, 0, 1, "growl to scream", angry=0.9, screaming=1.0)),
)
def monster_roar(p, n, rate, rng):
    """A creature too large to live: three ragged throats an interval apart, one very long, a screech on top."""
    base = curves.about(rng, 110.0 * 0.4 ** p["size"], 0.18)
    seconds = rng.uniform(1.5, 3.0)
    low = _roar(rng, rate, seconds, base, 0.3 + 0.4 * p["size"], 0.4 + 0.6 * p["rage"], 0.5)
    mid = _roar(rng, rate, seconds, base * 2.06, 0.22, p["rage"])
    high = _roar(rng, rate, seconds * 0.9, base * 6.3, 0.14, p["rage"], 1.6)
    x = row(rate, [(0, 1.0, low), (0.03, 0.6, mid), (0.12, 0.35 * p["rage"], high)])
    x = np.tanh(2.2 * x / max(float(np.abs(x).max()), 1e-9)).astype(np.float32)
    return curves.peaked(filters.highpass(x, 28, rate), 0.9)


@sound(
    "snake hiss",
    ucs="ANMLRept",
    kind="event",
    natural_s=2.2,
    words="snake hiss hissing serpent viper cobra rattlesnake reptile rattle",
    knobs=(_SIZE, Knob("rattle", 0.0, 0, 1, "hiss only to rattlesnake", rattlesnake=1.0, rattling=1.0, rattle=1.0)),
)
def snake_hiss(p, n, rate, rng):
    """A snake: breath through a narrow glottis, 3 to 9 kHz; a rattle is some 55 dry clicks a second."""
    n = round(rng.uniform(1.6, 2.3) * rate)
    centre = 6200.0 * 0.6 ** p["size"]
    x = filters.shape(noise.white(rng, n), (centre / 5, centre / 2, centre, 2.2 * centre), (-30, -9, 0, -9), rate)
    x = (
        x
        * curves.contour(n, (0, 0.0), (0.15, 0.7), (0.4, 1.0), (0.75, 0.7), (1, 0.0))
        * curves.turns(rng, n, rate, 7, 0.8, 1.1)
    )
    at = np.cumsum(rng.normal(1, 0.06, int(n / rate * 55)) / 55 * rate).astype(int)
    at = at[at < n]
    clicks = curves.puffs(rng, n, rate, at, 900.0, np.tile(rng.uniform(0.5, 1, len(at)).astype(np.float32), (2, 1)))[0]
    clicks = filters.bandpass(clicks, 3500, 11000, rate, 1) * curves.swell(n, rate, 0.25, 0.3)
    return curves.peaked(curves.peaked(x) * (1 - 0.7 * p["rattle"]) + curves.peaked(clicks) * p["rattle"], 0.6)


@sound(
    "elephant",
    ucs="ANMLWild",
    kind="event",
    natural_s=2.0,
    words="elephant trumpet trumpeting",
    knobs=(_SIZE, Knob("rage", 0.5, 0, 1, "greeting to charge", angry=0.9, soft=0.1)),
)
def elephant(p, n, rate, rng):
    """An elephant trumpets: lips buzz at 300 to 500 Hz into two metres of trunk, brassy and broken by rough patches."""
    n = round(rng.uniform(0.9, 1.9) * rate)
    base = curves.about(rng, 480.0 * 0.65 ** p["size"], 0.15)
    hz = (
        base
        * curves.loose(rng, n, (0, 0.6), (0.15, 1.0), (0.5, 1.12), (0.8, 1.02), (1, 0.7))
        * (1 + 0.02 * curves.turns(rng, n, rate, 14, -1, 1))
    )
    rough = curves.turns(rng, n, rate, 5, 0, 1) * (0.2 + 0.6 * p["rage"])
    x = vocal.say(
        hz,
        np.array([[700, 1300, 2300], [950, 1600, 2600], [800, 1450, 2400]]),
        rate,
        rng,
        jitter=0.02,
        shimmer=0.2,
        doubling=rough,
        breath=0.3,
        tilt_hz=12000,
        open_quotient=0.3,
        damping=1.5,
    )
    return curves.peaked(x * curves.contour(n, (0, 0.0), (0.06, 0.8), (0.5, 1.0), (0.85, 0.7), (1, 0.0)), 0.8)


@sound(
    "monkey",
    ucs="ANMLPrim",
    kind="event",
    natural_s=2.2,
    words="monkey monkeys chimp chimpanzee ape gorilla screech hooting primate",
    knobs=(_SIZE, Knob("excitement", 0.6, 0, 1, "hoots to screams", calm=0.1, excited=0.9, screaming=1.0)),
)
def monkey(p, n, rate, rng):
    """An ape's pant-hoot: "hoo" out and a sucked breath in, faster and higher, ending in screams."""
    parts, at = [], 0.0
    count = rng.integers(5, 10)
    base, haste = curves.about(rng, 430.0 * 0.6 ** p["size"], 0.15), curves.about(rng, 1.0, 0.25)
    for k in range(count):
        climb = k / count
        scream = climb > 1.1 - 0.6 * p["excitement"]
        m = round((0.3 if scream else 0.16) * haste * rng.uniform(0.8, 1.25) * rate)
        hz = base * (1 + climb) * (2.2 if scream else 1.0) * curves.loose(rng, m, (0, 0.8), (0.4, 1.15), (1, 0.85))
        mouth = [[1000, 1900, 3200]] if scream else [[450, 900, 2700]]
        x = vocal.say(hz, mouth, rate, rng, jitter=0.02, shimmer=0.15, doubling=0.3 * scream, breath=0.15, tilt_hz=6000)
        parts.append((at, 0.5 + 0.5 * climb, x * curves.swell(m, rate, 0.04, 0.06)))
        breath = filters.bandpass(noise.white(rng, m), 700, 2500, rate, 1) * curves.swell(m, rate, 0.05, 0.05)
        parts.append((at + m / rate, 0.08, breath))
        at += m / rate + haste * (0.2 - 0.1 * climb) * rng.uniform(0.8, 1.25)
    return curves.peaked(row(rate, parts), 0.75)


@sound(
    "mouse squeak",
    ucs="ANMLRdnt",
    kind="event",
    natural_s=1.0,
    words="mouse rat squeak squeaking rodent mice hamster bat",
    knobs=(_SIZE, Knob("squeaks", 4, 1, 9, "how many squeaks", once=1, twice=2)),
)
def mouse_squeak(p, n, rate, rng):
    """A mouse or rat: thin squeaks of 40 to 90 ms that arch between 3 and 6 kHz."""
    parts, at = [], 0.0
    for _ in range(round(p["squeaks"])):
        m = round(rng.uniform(0.04, 0.09) * rate)
        hz = rng.uniform(3600, 5200) * 0.65 ** (p["size"] - 0.5) * curves.contour(m, (0, 0.8), (0.4, 1.1), (1, 0.75))
        turn = 2 * np.pi * np.cumsum(hz) / rate
        x = (np.sin(turn) + 0.3 * np.sin(2 * turn) + 0.08 * np.sin(3 * turn)) * curves.swell(m, rate, 0.01, 0.02)
        parts.append((at, rng.uniform(0.6, 1), x.astype(np.float32)))
        at += m / rate + rng.uniform(0.05, 0.16)
    return curves.peaked(row(rate, parts), 0.6)
