"""Bells, gongs, chimes and clocks."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import bodies, curves, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.doors import click
from soundwright.foley.models.objects import unit

SIZE = Knob(
    "size",
    0.5,
    0.0,
    1.0,
    "small and high to large and deep",
    tiny=0.0,
    small=0.2,
    high=0.2,
    big=0.8,
    large=0.85,
    low=0.8,
    deep=0.9,
    huge=1.0,
    great=1.0,
)
COUNT = Knob("count", 1, 1, 12, "how many strokes", once=1, twice=2, three=3, four=4, twelve=12, midnight=12, noon=12)

TOLLS = Knob("count", 2, 1, 12, "how many strokes", once=1, single=1, twice=2, three=3, four=4, twelve=12, midnight=12)

# Partials of a tuned church bell over its prime: hum, prime, minor third, fifth, nominal, ... with relative level and
# decay (Rossing, "Science of Percussion Instruments", chapter 11)
CHURCH = np.array([0.5, 1.0, 1.2, 1.5, 2.0, 2.5, 2.67, 3.0, 4.0, 5.33, 6.67, 8.0])
CHURCH_LEVEL = np.array([0.55, 0.6, 0.9, 0.3, 1.0, 0.35, 0.4, 0.5, 0.4, 0.3, 0.2, 0.15])
CHURCH_T60 = np.array([1.0, 0.55, 0.45, 0.3, 0.28, 0.2, 0.18, 0.16, 0.11, 0.08, 0.06, 0.05])


def ring(hz, ratios, levels, t60_s, rate: int, rng: np.random.Generator, split: float = 0.0012) -> np.ndarray:
    """A bell struck: each mode a pair a little apart (no bell is round), so that it beats as it dies."""
    modes = hz * np.asarray(ratios)
    pairs = np.concatenate([modes, modes * (1 + split * rng.uniform(0.3, 1.5, len(modes)))])
    level = np.concatenate([levels, np.asarray(levels) * rng.uniform(0.2, 0.8, len(modes))]) * rng.uniform(
        0.8, 1.1, len(pairs)
    )
    t60 = np.concatenate([t60_s, t60_s])
    return modal.damped_sines(
        pairs, t60, level, round(float(np.max(t60_s)) * 1.0 * rate), rate, rng.uniform(0, 6.28, len(pairs))
    )


@sound("church bell", ucs="BELLLrg", kind="event", natural_s=10.0,
       words="church bell bells tower cathedral toll tolling chapel carillon",
       knobs=(SIZE, TOLLS))  # fmt: skip
def church_bell(p, n, rate, rng):
    """A tuned bronze bell: hum, prime, minor third, fifth, nominal; the clapper's clang dies first, the hum rings
    long.
    """
    hz = 620 * 0.28 ** p["size"]
    clang = 0.12 * takes.burst(rng, rate, 0.06, 1500, 8000)
    parts, times = [], []
    for k in range(round(p["count"])):
        strength = rng.uniform(0.85, 1.0)
        x = ring(hz, CHURCH, CHURCH_LEVEL * strength ** np.arange(12), CHURCH_T60 * (6.5 + 5 * p["size"]), rate, rng)
        parts.append(takes.mix(strength * unit(x), clang))
        times.append(k * (1.7 + 0.9 * p["size"]) * rng.uniform(0.99, 1.01))
    return takes.event(takes.phrase(times, parts, rate), rate, 0.8, 0.3)


@sound("hand bell", ucs="BELLHand", kind="event", natural_s=2.5,
       words="bell hand handbell ding ring service reception desk counter",
       knobs=(SIZE, COUNT))  # fmt: skip
def hand_bell(p, n, rate, rng):
    """A small brass bell struck once: a clear strike note with modes near 1, 2.6, 4.9 and 7.6 times it, a second or
    two.
    """
    hz = curves.about(rng, 2600 * 0.4 ** p["size"], 0.2)
    ratios = np.array([0.5, 1, 1.004, 1.52, 2.58, 2.6, 3.7, 4.86, 6.2, 7.6]) * rng.uniform(0.985, 1.015, 10)
    levels = np.array([0.08, 1, 0.3, 0.12, 0.5, 0.2, 0.12, 0.3, 0.1, 0.15]) * rng.uniform(0.5, 1.5, 10)
    t60 = np.array([2.0, 2.4, 2.0, 1.2, 1.3, 1.1, 0.8, 0.7, 0.4, 0.35]) * curves.about(rng, 1.0, 0.3)
    one = ring(hz, ratios, levels, t60, rate, rng)
    parts = [takes.mix(unit(one), 0.15 * takes.burst(rng, rate, 0.006, 3000, 14000)) for _ in range(round(p["count"]))]
    return takes.event(takes.phrase(np.arange(len(parts)) * 0.38, parts, rate), rate, 0.7, 0.2)


@sound(
    "doorbell",
    ucs="BELLDoor",
    kind="event",
    natural_s=3.0,
    words="doorbell ding dong chime door bell dingdong",
    knobs=(SIZE, COUNT),
)
def doorbell(p, n, rate, rng):
    """A plunger strikes one chime bar and, let go, another a major third lower: ding, dong (about 660 and 520 Hz)."""
    high = 700 * 0.75 ** (p["size"] - 0.5) * rng.uniform(0.97, 1.03)
    bars = [
        ring(hz, [1, 2.756, 5.404, 8.93], [1, 0.28, 0.16, 0.05], np.array([2.6, 0.9, 0.35, 0.15]), rate, rng, 0.0006)
        for hz in (high, high / 1.26)
    ]
    knock = 0.15 * takes.burst(rng, rate, 0.015, 400, 5000)
    times = [t + 2.0 * k for k in range(round(p["count"])) for t in (0.0, 0.62)]
    return takes.event(
        takes.phrase(times, [takes.mix(unit(b), knock) for b in bars] * round(p["count"]), rate), rate, 0.75, 0.2
    )


@sound("school bell", ucs="ALRMBell", kind="texture", natural_s=4.0,
       words="school bell ringing alarm fire recess boxing electric firebell",
       knobs=(SIZE, Knob("rate", 19, 8, 35, "strokes of the hammer a second", slow=12, fast=26)))  # fmt: skip
def school_bell(p, n, rate, rng):
    """An electric hammer on a steel gong, twenty strokes a second without rest: a bright, steady clangour."""
    hz = 1500 * 0.5 ** p["size"] * np.array([1, 1.003, 2.21, 2.23, 3.61, 5.1, 6.9, 8.8])
    gong = bodies.Body(
        hz, np.array([1.0, 1.0, 0.7, 0.7, 0.5, 0.35, 0.25, 0.2]), np.array([0.8, 0.6, 1, 0.8, 0.8, 0.6, 0.4, 0.3])
    )
    return takes.bed(hammered(gong, n, rate, rng, p["rate"]), n, rate)


def hammered(
    body: bodies.Body, n: int, rate: int, rng: np.random.Generator, per_second: float, on: np.ndarray | None = None
) -> np.ndarray:
    """A body struck by an electric hammer `per_second` times a second where the gate `on` `[n]` is open."""
    at = (takes.beats(n, rate, 1 / per_second, 0.02, rng) * rate).astype(int).clip(0, max(n - 1, 0))
    force = rng.uniform(0.75, 1.0, len(at)) * (1.0 if on is None else (on[at] > 0.5))
    train = np.bincount(at, force, n)[:n].astype(np.float32)
    x = modal.ring(train, body.hz, body.t60_s, body.gain * rng.choice([-1, 1], len(body.hz)), rate, 0.9)[:n]
    tick = modal.ring(train, np.array([3800.0, 6100, 9000]), 0.008, [1, 0.8, 0.6], rate, 0.01)[:n]
    return x / max(float(x.std()), 1e-9) + 0.3 * tick / max(float(tick.std()), 1e-9)


@sound(
    "gong",
    ucs="BELLGong",
    kind="event",
    natural_s=7.0,
    words="gong tam tamtam cymbal temple bowl strike",
    knobs=(SIZE,),
)
def gong(p, n, rate, rng):
    """A bronze disc struck soft: low modes at once, and energy that climbs into hundreds of high ones in half a
    second.
    """
    low = 130 * 0.4 ** p["size"]
    ratios = np.cumsum(rng.uniform(0.4, 1.6, 260)) ** 0.72
    hz = low * np.concatenate([[1.0, 1.01, 1.98, 2.4], ratios * 1.6])
    n_all = round((5 + 4 * p["size"]) * rate)
    t60 = np.concatenate([[1, 1, 0.8, 0.8], 0.75 / (1 + (ratios / 14) ** 1.1)]) * n_all / rate
    level = np.concatenate([[1.2, 0.9, 0.7, 0.5], rng.uniform(0.2, 1, 260) * 0.35 / (1 + (ratios / 14) ** 1.3)])
    x = modal.damped_sines(hz[:4], t60[:4], level[:4], n_all, rate, rng.uniform(0, 6.28, 4))
    wash = modal.damped_sines(hz[4:], t60[4:], level[4:], n_all, rate, rng.uniform(0, 6.28, 260))
    bloom = 1 - np.exp(-np.arange(n_all) / rate / 0.22)
    return takes.event(
        takes.mix(x, wash * bloom.astype(np.float32), 0.6 * takes.thump(rate, low, 0.25)), rate, 0.8, 0.5
    )


@sound("wind chimes", ucs="BELLMisc", kind="texture", natural_s=8.0,
       words="chimes wind chime windchimes tubes tinkling garden breeze",
       knobs=(SIZE, Knob("rate", 2.5, 0.3, 10, "strokes a second", gentle=1.0, busy=6.0, windy=6.0)))  # fmt: skip
def wind_chimes(p, n, rate, rng):
    """Tubes of a pentatonic scale hung around a clapper that the breeze moves: clusters, then a lone note."""
    scale = 1500 * 0.45 ** p["size"] * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14]) / 12)
    gust = noise.wander(rng, n, rate, 0.35, 0.0, 1.0) ** 2 + 0.06
    at = np.append(round(0.05 * rate), noise.instants(rng, n, rate, p["rate"] * 2.6 * gust))
    parts = []
    for _ in at:
        hz = scale[rng.integers(7)]
        x = ring(
            hz,
            [1, 2.756, 5.404],
            [1, 0.45 * rng.random(), 0.2 * rng.random()],
            np.array([3.0, 1.4, 0.6]),
            rate,
            rng,
            0.0008,
        )
        parts.append(
            np.float32(rng.exponential(0.5) + 0.15)
            * takes.mix(unit(x), 0.1 * takes.burst(rng, rate, 0.004, 3000, 12000))
        )
    return takes.bed(noise.scatter(n, at, parts), n, rate, 0.07)


@sound("cowbell", ucs="BELLAnml", kind="texture", natural_s=5.0, words="cowbell cow goat bell pasture alpine herd",
       knobs=(SIZE, Knob("rate", 2.2, 0.5, 6, "strokes a second", slow=1.2, fast=3.5)))  # fmt: skip
def cowbell(p, n, rate, rng):
    """A folded sheet-iron bell with an iron clapper, shaken by the neck of an animal: dull, clanky modes, uneven
    strokes.
    """
    hz = 980 * 0.45 ** p["size"] * np.array([1, 1.52, 2.02, 2.65, 3.42, 4.6, 6.1])
    body = bodies.Body(
        hz, np.array([0.45, 0.4, 0.3, 0.25, 0.2, 0.12, 0.1]), np.array([1, 0.9, 0.5, 0.6, 0.4, 0.3, 0.2])
    )
    times = takes.beats(n, rate, 1 / p["rate"], 0.3, rng)
    pairs = np.ravel([[t, t + rng.uniform(0.12, 0.2)] for t in times])
    parts = [rng.uniform(0.3, 1) * bodies.hit(body, rate, rng, 0.2, 0.6, 0.2) for _ in pairs]
    return takes.bed(takes.phrase(pairs, parts, rate), n, rate, 0.07)


@sound("clock tick", ucs="CLOCKTick", kind="texture", natural_s=6.0,
       words="clock tick ticking tock ticktock watch stopwatch timer pendulum",
       knobs=(SIZE, Knob("rate", 2.0, 0.8, 6, "ticks a second", slow=1.0, fast=4.0, watch=5.0, stopwatch=5.0,
              grandfather=1.0)))  # fmt: skip
def clock_tick(p, n, rate, rng):
    """The escapement: a pallet drops on the wheel, tick, then the other, tock, a little lower, in a wooden case."""
    case_hz = 1150 * 0.35 ** p["size"]
    times = takes.beats(n, rate, 1 / p["rate"], 0.0, rng, 0.05)
    kinds = []
    for pitch in (1.0, 0.82):
        hz = np.array([case_hz, 1.7 * case_hz, 2900, 4300, 5900, 8200]) * pitch
        body = bodies.Body(
            hz, np.array([0.03, 0.025, 0.022, 0.018, 0.014, 0.01]), np.array([0.8, 0.6, 1, 0.9, 0.7, 0.5])
        )
        drop = 0.35 * bodies.hit(body, rate, rng, 0.08, 0.1, 0.3)
        kinds.append(takes.phrase([0, 0.007], [drop, bodies.hit(body, rate, rng, 0.1, 0.1, 0.3)], rate))
    parts = [np.float32(rng.uniform(0.88, 1.0)) * kinds[k % 2] for k in range(len(times))]
    return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.06)


@sound("clock chime", ucs="CLOCKChim", kind="event", natural_s=12.2,
       words="clock chime striking grandfather strikes hour gong westminster",
       knobs=(COUNT, SIZE))  # fmt: skip
def clock_chime(p, n, rate, rng):
    """Rods struck by padded hammers: the Westminster quarters, then the hour on a low rod."""
    base = 330 * 0.8 ** (p["size"] - 0.5)
    tune = np.array([4, 0, 2, -5, -5, 2, 4, 0])
    times = np.append(np.arange(4) * 0.72, 3.2 + np.arange(4) * 0.72)
    rods = [
        unit(
            ring(
                base * 2 ** (k / 12), [1, 2.76, 5.4, 8.9], [1, 0.5, 0.3, 0.1], np.array([3.5, 1.5, 0.6, 0.3]), rate, rng
            )
        )
        for k in tune
    ]
    hour = unit(ring(base / 2, [1, 2.0, 2.76, 5.4], [1, 0.5, 0.5, 0.3], np.array([5.0, 3, 2, 0.8]), rate, rng))
    strokes = 7.2 + 1.9 * np.arange(round(p["count"]))
    return takes.event(takes.phrase(np.append(times, strokes), [*rods, *[hour] * len(strokes)], rate), rate, 0.75, 0.4)


@sound("alarm clock", ucs="ALRMClok", kind="texture", natural_s=5.0,
       words="alarm clock mechanical ringing wake morning wind-up",
       knobs=(SIZE,))  # fmt: skip
def alarm_clock(p, n, rate, rng):
    """A clockwork hammer between two small steel bells, about fifteen strokes a second, and the works ticking."""
    hz = 2300 * 0.7 ** p["size"]
    bells = np.concatenate([hz * np.array([1, 2.3, 3.9, 5.2]), 1.07 * hz * np.array([1, 2.3, 3.9])])
    body = bodies.Body(bells, np.full(7, 0.45), np.array([1, 0.7, 0.5, 0.3, 0.9, 0.6, 0.4]))
    x = hammered(body, n, rate, rng, 15.5)
    works = filters.bandpass(noise.white(rng, n), 1500, 6000, rate, 1)
    return takes.bed(x + 0.06 * works, n, rate)


@sound("timer bell", ucs="BEEPTimer", kind="event", natural_s=2.0,
       words="timer kitchen oven bell ding egg elevator lift toaster",
       knobs=(SIZE,))  # fmt: skip
def timer_bell(p, n, rate, rng):
    """A clockwork runs out and throws its hammer once at a little bell."""
    bell = ring(2350 * 0.6 ** (p["size"] - 0.5), [1, 2.7, 5.2], [1, 0.4, 0.2], np.array([2.0, 0.8, 0.4]), rate, rng)
    return takes.event(takes.phrase([0, 0.03], [0.2 * click(rate, rng, 0.3, 1500), unit(bell)], rate), rate, 0.7, 0.2)
