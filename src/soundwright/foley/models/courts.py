"""Play that goes on: rallies and dribbling, gym floors, golf, ice, reels, weights."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, curves, friction, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit

PACE = Knob("rate", 0.5, 0, 1, "slow to fast", slow=0.1, slowly=0.1, fast=0.9, quick=0.85, rapid=0.95)
FORCE = Knob("force", 0.6, 0.0, 1.0, "gentle to hard", soft=0.15, gentle=0.15, light=0.25, hard=0.9, strong=0.95)


def _laid(times, parts, places, n: int, rate: int) -> np.ndarray:
    """Parts at their times and pans −1 to 1, `[2, n]`."""
    angle = (np.asarray(places, float) + 1) * np.pi / 4
    gains = np.stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    at = [round(t * rate) for t in times]
    keep = [k for k, a in enumerate(at) if a < n]
    return curves.lay(np.zeros((2, n), np.float32), [at[k] for k in keep], [parts[k] for k in keep], gains[:, keep])


@sound("ping pong", ucs="SPRTIndor", kind="texture", natural_s=8.0,
       words="ping pong table tennis rally paddle game match playing",
       knobs=(PACE,))  # fmt: skip
def ping_pong(p, n, rate, rng):
    """A celluloid ball goes to and fro: a dull pock of rubber and wood on one side, a bright tick of the table on the
    other a third of a second later; at the end of a point it bounces away, faster and faster.
    """
    blade = bodies.Body(np.array([980, 1750, 2600.0]), np.array([0.03, 0.02, 0.014]), np.array([1, 0.7, 0.4]))
    table = bodies.Body(np.array([520, 1150, 2300, 3600.0]), np.full(4, 0.025), np.array([0.6, 0.8, 0.6, 0.4]))
    ball = bodies.Body(np.array([6300, 7900, 9800.0]), np.full(3, 0.009), np.array([1, 0.8, 0.5]))
    times, parts, places = [], [], []

    def add(at, body, shell, force, place):
        hit = takes.mix(bodies.hit(body, rate, rng, 0.6, 0.1, 0.1), shell * bodies.hit(ball, rate, rng, 0.09, 0.05))
        times.append(at)
        parts.append(np.float32(force) * hit)
        places.append(place)

    at = 0.1
    while at < n / rate:
        side, last = rng.choice([-1, 1]), rng.integers(4, 10)
        for k in range(last):
            pace = 1.25 - 0.6 * p["rate"]
            add(at, blade, 0.35, rng.uniform(0.7, 1.0), 0.6 * side)
            if k < last - 1:
                at += 0.34 * pace * rng.uniform(0.85, 1.15)
                add(at, table, 0.8, rng.uniform(0.6, 0.9), -0.4 * side)
            at += 0.26 * pace * rng.uniform(0.85, 1.15)
            side = -side
        falls, speeds = bodies.bounces(0.36, 0.78, rng, 0.05, 0.03)
        for when, v in zip(falls, speeds, strict=True):
            add(at + when, table, 0.9, 0.6 * v, -0.7 * side)
        at += falls[-1] + rng.uniform(0.7, 1.4)
    return takes.bed(_laid(times, parts, places, n, rate), n, rate, 0.07)


@sound("tennis rally", ucs="SPRTCourt", kind="texture", natural_s=9.0,
       words="tennis match rally game court racket playing badminton squash",
       knobs=(PACE,))  # fmt: skip
def tennis_rally(p, n, rate, rng):
    """Strings on a felt ball, a flight, its bounce on the far court, the answer; soles chirp between the strokes."""
    strings = bodies.membrane(rng.uniform(480, 560), 0.09, rng)
    times, parts, places, at = [], [], [], 0.1
    while at < n / rate:
        side = rng.choice([-1, 1])
        for _ in range(rng.integers(4, 9)):
            pock = takes.mix(
                bodies.hit(strings, rate, rng, 1.8, 0.2, 0.2),
                0.7 * takes.thump(rate, 250, 0.06, 0.4),
                0.3 * takes.burst(rng, rate, 0.02, 1200, 6000),
            )
            land = takes.mix(takes.thump(rate, 170, 0.07, 0.4), 0.5 * takes.burst(rng, rate, 0.03, 500, 3500))
            pace = 1.3 - 0.6 * p["rate"]
            flight = rng.uniform(0.6, 0.8) * pace
            times += [at, at + flight, at + flight + 0.12 * rng.random()]
            parts += [np.float32(rng.uniform(0.75, 1)) * pock, 0.3 * land, 0.12 * squeak(rate, rng, 0.5)]
            places += [0.5 * side, -0.4 * side, -0.5 * side]
            at += flight + rng.uniform(0.35, 0.5) * pace
            side = -side
        at += rng.uniform(1.2, 2.2)
    return takes.bed(_laid(times, parts, places, n, rate), n, rate, 0.07)


@sound("basketball dribble", ucs="SPRTCourt", kind="texture", natural_s=6.0,
       words="basketball dribble dribbling bouncing ball gym court hoop game",
       knobs=(PACE, FORCE))  # fmt: skip
def basketball(p, n, rate, rng):
    """A pumped ball pushed to a hard floor about twice a second: a boom near 90 Hz, a slap, and the air inside, whose
    ping near 900 Hz rings on.
    """
    skin = bodies.membrane(95, 0.22, rng)
    air = bodies.Body(np.array([870, 1380, 1830, 2330.0]), np.full(4, 0.2), np.array([0.4, 0.25, 0.2, 0.12]))
    times = takes.beats(n, rate, 1 / (1.3 + 1.5 * p["rate"]), 0.09, rng, 0.05)
    parts = []
    for _ in times:
        slap = takes.burst(rng, rate, 0.035, 300, 4500)
        boom = takes.mix(bodies.hit(bodies.join(skin, air), rate, rng, 4.0 - 2 * p["force"], 0.5, 0.0), 0.4 * slap)
        parts.append(np.float32(rng.uniform(0.65, 1)) * takes.mix(boom, 0.9 * takes.thump(rate, 92, 0.14)))
    return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.09)


def squeak(rate: int, rng: np.random.Generator, grip: float) -> np.ndarray:
    """Rubber that sticks and slips on varnish: a chirp of 0.05 to 0.25 s near 1 to 3 kHz whose pitch slides."""
    m = round(rng.uniform(0.06, 0.12 + 0.16 * grip) * rate)
    start = rng.uniform(1200, 2300)
    hz = start * curves.contour(m, (0, 0.85), (0.2, 1.0), (0.6, rng.uniform(0.9, 1.35)), (1, rng.uniform(0.8, 1.5)))
    hz = hz * (1 + 0.015 * noise.wander(rng, m, rate, 120))
    x = oscillators.harmonics(hz, [1, 0.55, 0.4, 0.2, 0.12, 0.08], rate)
    rub = filters.bandpass(noise.white(rng, m), 1500, 7000, rate, 1)
    return unit((x + 0.12 * rub) * curves.swell(m, rate, 0.008, 0.03))


@sound("squeaky shoes", ucs="FEETHmn", kind="texture", natural_s=5.0,
       words="squeaky shoes sneakers squeak squeaking trainers gym floor soles basketball court",
       knobs=(PACE, Knob("grip", 0.5, 0, 1, "short chirps to long squeals", short=0.1, long=0.95)))  # fmt: skip
def squeaky_shoes(p, n, rate, rng):
    """Soft soles on varnished boards: quick dull steps, and chirps where they turn or stop."""
    times = takes.beats(n, rate, 1 / (1.8 + 2.2 * p["rate"]), 0.3, rng, 0.05)
    parts, when = [], []
    for at in times:
        when.append(at)
        parts.append(np.float32(rng.uniform(0.2, 0.5)) * takes.thump(rate, rng.uniform(120, 190), 0.07, 0.4))
        if rng.uniform() < 0.7:
            when.append(at + rng.uniform(0, 0.06))
            parts.append(np.float32(rng.uniform(0.3, 1.0)) * squeak(rate, rng, p["grip"]))
    return takes.bed(_laid(when, parts, rng.uniform(-0.5, 0.5, len(when)), n, rate), n, rate, 0.07)


@sound("golf swing", ucs="SPRTField", kind="event", natural_s=0.9,
       words="golf swing club driver tee ball putt golfer",
       knobs=(FORCE,))  # fmt: skip
def golf_swing(p, n, rate, rng):
    """The shaft swishes, rising as it speeds up; a hollow titanium head cracks the ball; it whirrs off."""
    m = round(0.3 * rate)
    whip = filters.sweep(noise.white(rng, m), "band", np.geomspace(350, 1500, m), rate, q=1.2) * takes.swell(m, 0.92)
    head = bodies.Body(
        np.array([3100, 4250, 5600, 7900.0]), np.array([0.12, 0.16, 0.09, 0.05]), np.array([0.6, 1, 0.6, 0.4])
    )
    crack = takes.mix(
        bodies.hit(head, rate, rng, 0.12, 0.3, 0.3), takes.burst(rng, rate, 0.03, 900, 9000),
        0.5 * takes.thump(rate, 260, 0.05),
    )  # fmt: skip
    k = round(0.4 * rate)
    fly = filters.bandpass(noise.white(rng, k), 700, 2600, rate, 1) * np.exp(-np.arange(k) / rate / 0.12)
    parts = [(0.1 + 0.25 * p["force"]) * unit(whip), (0.4 + 0.6 * p["force"]) * crack, 0.06 * unit(fly)]
    return takes.event(takes.phrase([0, 0.285, 0.3], parts, rate), rate, 0.8)


@sound("ice skating", ucs="SPRTSkate", kind="texture", natural_s=6.0,
       words="ice skating skates skater rink hockey skate blades skiing",
       knobs=(PACE,))  # fmt: skip
def ice_skating(p, n, rate, rng):
    """A steel edge carves ice: each push a crisp scrape that opens in pitch, then a long quiet glide."""
    out = np.zeros(n, np.float32)
    sheet = bodies.plate("ice", 1.0, 2.0, 0.05, rng, 0.03, 50)
    for at in takes.beats(n, rate, 1 / (0.8 + 1.1 * p["rate"]), 0.12, rng, 0.02):
        m = round(rng.uniform(0.35, 0.6) * rate)
        push = takes.swell(m, 0.35, 1.5)
        bite = friction.scrape(sheet, push, rate, rng, 2600, 0.6, 1.0) * push
        carve = filters.sweep(noise.white(rng, m), "band", 1800 + 4200 * push, rate, q=0.8) * push
        one = np.float32(rng.uniform(0.7, 1)) * (0.6 * unit(bite) + unit(carve))
        start = round(at * rate)
        out[start : start + m] += one[: n - start]
    glide = filters.bandpass(noise.white(rng, n), 1200, 6000, rate, 1) * noise.wander(rng, n, rate, 3, 0.5, 1)
    return takes.bed(unit(out) + 0.05 * level(glide), n, rate)


@sound("fishing reel", ucs="SPRTMisc", kind="texture", natural_s=5.0,
       words="fishing reel rod line fisherman reeling casting angling spool",
       knobs=(PACE,))  # fmt: skip
def fishing_reel(p, n, rate, rng):
    """A hand turns a crank: a pawl ticks over a small gear some forty times a second, swelling with each turn."""
    crank = (1.5 + 2.0 * p["rate"]) * (1 + 0.1 * noise.wander(rng, n, rate, 1.0))
    rests = filters.smooth((noise.wander(rng, n, rate, 0.5, 0, 1) < 0.75).astype(float), 0.06, rate)
    hand = (1 + 0.3 * np.sin(2 * np.pi * np.cumsum(crank) / rate)) * rests
    clicks = friction.slips(crank * 11 * hand, rate, rng, 0.04)
    case = bodies.Body(np.array([1700, 2900, 4300, 6100, 8300.0]), np.full(5, 0.008), np.array([0.6, 1, 0.8, 0.6, 0.4]))
    tick = friction.drive(clicks, case, rate, 0.02)[:n]
    whirr = filters.bandpass(noise.white(rng, n), 800, 5000, rate, 1) * hand
    return takes.bed(level(tick) + 0.12 * level(whirr), n, rate)


@sound("weights", ucs="OBJGym", kind="event", natural_s=1.3,
       words="weights gym dumbbell barbell weightlifting plates clank workout lifting iron",
       knobs=(FORCE,))  # fmt: skip
def weights(p, n, rate, rng):
    """Iron discs on a bar: a heavy drop on a rubber floor, plates that clank against each other and rattle out."""
    disc = bodies.plate("iron", 0.3, 0.3, 0.03, rng, 0.006, 40)
    bar = bodies.bar("steel", 1.2, 0.028, rng, 0.01)
    falls, speeds = bodies.bounces(0.15, 0.55, rng, 0.02, 0.2)
    clanks = [v * bodies.hit(disc, rate, rng, 0.25, 0.7, 0.2) for v in speeds]
    rods = [0.5 * v * bodies.hit(bar, rate, rng, 0.3, 0.5, 0.1) for v in speeds]
    floor = takes.thump(rate, 60, 0.2, 0.6, 0.003)
    x = takes.phrase([0, *(falls + 0.006), *falls], [(0.3 + p["force"]) * floor, *clanks, *rods], rate)
    return takes.event(x, rate, 0.85)
