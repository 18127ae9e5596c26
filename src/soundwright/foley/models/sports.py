"""Sport, table and workshop things that are struck, rolled, torn or sprayed."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, friction, motors, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.bells import hammered
from soundwright.foley.models.doors import click
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit

FORCE = Knob("force", 0.6, 0.0, 1.0, "gentle to hard", soft=0.15, gentle=0.15, light=0.25, hard=0.9, strong=0.95)
SPEED = Knob("speed", 0.5, 0.0, 1.0, "slow to fast", slow=0.15, slowly=0.15, fast=0.85, quick=0.85)


@sound("bat hit", ucs="SPRTField", kind="event", natural_s=0.5,
       words="bat baseball cricket golf club ball hit strike homerun",
       knobs=(FORCE,))  # fmt: skip
def bat_hit(p, n, rate, rng):
    """A hard ball on a wooden bat: under a millisecond of contact, the bat's bending modes, a swish before it."""
    bat = bodies.bar("hardwood", 0.84, 0.06, rng, 0.02)
    swish = 0.12 * takes.burst(rng, rate, 0.05, 600, 3500, 0.1)
    blow = takes.mix(
        bodies.hit(bat, rate, rng, 0.9 * 3 ** (0.6 - p["force"]), 0.25, 0.3), 0.5 * takes.thump(rate, 190, 0.07)
    )
    x = takes.mix(blow, 0.5 * takes.burst(rng, rate, 0.03, 900, 7000))
    return takes.event(takes.phrase([0, 0.11], [swish, x], rate), rate, 0.55 + 0.3 * p["force"])


@sound("tennis hit", ucs="SPRTCourt", kind="event", natural_s=0.4,
       words="tennis racket racquet ball hit serve volley badminton ping pong table",
       knobs=(FORCE,))  # fmt: skip
def tennis_hit(p, n, rate, rng):
    """A hollow ball on strings: five milliseconds of contact, the string bed's pock near 500 Hz, the frame's buzz."""
    strings = bodies.membrane(rng.uniform(480, 560), 0.09, rng)
    ball = takes.thump(rate, 250, 0.06, 0.4)
    x = takes.mix(bodies.hit(strings, rate, rng, 1.8 * 2.5 ** (0.6 - p["force"]), 0.2, 0.2), 0.7 * ball)
    return takes.event(takes.mix(x, 0.3 * takes.burst(rng, rate, 0.02, 1200, 6000)), rate, 0.5 + 0.35 * p["force"])


@sound("billiards", ucs="SPRTIndor", kind="event", natural_s=1.2,
       words="billiards pool snooker balls cue break clack pocket",
       knobs=(FORCE,))  # fmt: skip
def billiards(p, n, rate, rng):
    """Phenolic balls: clicks of a tenth of a millisecond near 3 to 8 kHz, the pack scatters, one drops in a pocket."""
    ball = bodies.Body(np.array([2900, 4700, 6900, 9800.0]), np.full(4, 0.018), np.array([0.8, 1, 0.8, 0.5]))
    count = round(4 + 14 * p["force"])
    times = np.concatenate([[0.0, 0.25], 0.26 + rng.exponential(0.22, count)])
    forces = np.concatenate([[0.5, 1.0], rng.exponential(0.3, count)])
    parts = [np.float32(f) * bodies.hit(ball, rate, rng, 0.12, 0.05, 0.2) for f in forces]
    m = round(0.35 * rate)
    slate = bodies.plate("stone", 0.8, 1.5, 0.03, rng, 0.05)
    roll = unit(friction.roll(slate, np.linspace(9, 3, m), rate, rng, 0.2)) * takes.swell(m)
    drop = takes.mix(
        bodies.hit(bodies.plate("wood", 0.3, 0.4, 0.02, rng, 0.05), rate, rng, 1.5, 0.2), takes.thump(rate, 120, 0.1)
    )
    return takes.event(takes.phrase([*times, 0.8, 1.25], [*parts, 0.12 * roll, 0.5 * drop], rate), rate, 0.8)


@sound("bowling strike", ucs="SPRTIndor", kind="event", natural_s=3.0,
       words="bowling strike pins alley ball skittles lane",
       knobs=(FORCE,))  # fmt: skip
def bowling(p, n, rate, rng):
    """A heavy ball rumbles down boards, then ten maple pins clatter, knock one another over and roll."""
    m = round(1.5 * rate)
    lane = bodies.plate("wood", 1.0, 4.0, 0.05, rng, 0.04, 70)
    roll = unit(friction.roll(lane, np.full(m, 5 + 7 * p["force"]), rate, rng, 0.3)) * np.linspace(
        0.4, 1, m, dtype=np.float32
    )
    pins = [bodies.bar("hardwood", rng.uniform(0.34, 0.42), 0.09, rng, 0.015) for _ in range(10)]
    count = round(20 + 30 * p["force"])
    at = 1.48 + rng.gamma(1.3, 0.16, count)
    parts = [
        np.float32(rng.exponential(0.6) + 0.1) * bodies.hit(pins[k % 10], rate, rng, 0.35, 0.3, 0.3)
        for k in range(count)
    ]
    return takes.event(
        takes.phrase([0, 1.46, *at], [0.25 * roll, takes.thump(rate, 90, 0.2), *parts], rate), rate, 0.88
    )


@sound("circular saw", ucs="TOOLPowr", kind="texture", natural_s=5.0,
       words="circular saw table sawmill power tool grinder angle cutting metal wood",
       knobs=(Knob("load", 0.5, 0, 1, "running free to cutting", free=0.0, idle=0.0, cutting=0.8,
           hard=1.0),))  # fmt: skip
def circular_saw(p, n, rate, rng):
    """Forty teeth on a disc at 4500 turns a minute: a whistle at the tooth rate that sags and screams in the cut."""
    bite = filters.smooth((noise.wander(rng, n, rate, 0.5, 0, 1) < 0.2 + 0.7 * p["load"]).astype(float), 0.2, rate)
    turn = 76 * (1 - 0.17 * bite * p["load"]) * (1 + 0.006 * noise.wander(rng, n, rate, 6))
    motor = motors.whirr(turn * 4, rate, rng, ((1, 1), (2, 0.6), (3, 0.5), (5, 0.3)), 0.4)
    teeth = motors.whirr(turn * 40, rate, rng, ((1, 1.0), (2, 0.35), (0.975, 0.4), (1.025, 0.4)), 0.0)
    cut = filters.bandpass(noise.white(rng, n), 1200, 9000, rate, 1) * bite
    air = filters.bandpass(noise.white(rng, n), 400, 6000, rate, 1)
    return takes.bed(0.6 * level(motor) + level(teeth) * (0.35 + 0.5 * bite) + 1.1 * cut + 0.4 * level(air), n, rate)


@sound("level crossing", ucs="TRNMech", kind="texture", natural_s=6.0,
       words="level crossing railroad railway bell gate signal ding train",
       knobs=(Knob("rate", 3.1, 1.5, 6, "strokes a second", slow=2.2, fast=4.5),))  # fmt: skip
def level_crossing(p, n, rate, rng):
    """An electric hammer on a cast gong by the road, three strokes a second, clangy partials near 700 to 4000 Hz."""
    hz = np.array([690, 694, 1180, 1720, 1731, 2480, 3390, 4400.0])
    gong = bodies.Body(
        hz, np.array([0.8, 0.8, 0.6, 0.6, 0.6, 0.4, 0.3, 0.2]), np.array([1, 0.7, 0.5, 1, 0.7, 0.7, 0.5, 0.3])
    )
    return takes.bed(hammered(gong, n, rate, rng, p["rate"]), n, rate)


@sound("quadcopter", ucs="AEROMisc", kind="texture", natural_s=6.0,
       words="quadcopter drone multirotor uav propellers hovering buzzing",
       knobs=(SPEED,))  # fmt: skip
def quadcopter(p, n, rate, rng):
    """Four small rotors, each held by its own controller: blade tones near 180 Hz that wander and beat, thin, buzzy."""
    out = np.zeros(n, np.float32)
    for k in range(4):
        hz = (150 + 110 * p["speed"]) * (1 + 0.03 * k) * (1 + 0.02 * noise.wander(rng, n, rate, 3.5))
        out += oscillators.harmonics(hz, [1, 0.8, 0.5, 0.45, 0.3, 0.3, 0.2, 0.2, 0.15, 0.1, 0.1, 0.07], rate)
    air = filters.shape(noise.white(rng, n), [200, 700, 2500, 8000, 14000], [-10, 0, 2, -6, -16], rate)
    return takes.bed(level(out) + 0.5 * level(air), n, rate)


@sound("tape rip", ucs="OBJTape", kind="event", natural_s=1.0,
       words="tape duct sticky scotch packing pull rip peel roll",
       knobs=(SPEED,))  # fmt: skip
def tape_rip(p, n, rate, rng):
    """Glue that lets go in jerks a few hundred times a second along the whole width: a harsh, rising tear."""
    m = round(takes.seconds(n, rate, 0.4, 3.0) * (1.2 - 0.5 * p["speed"]) * rate)
    pull = (0.5 + 0.5 * np.linspace(0, 1, m)) * noise.wander(rng, m, rate, 9, 0.55, 1.0) * takes.swell(m, 0.4, 0.3)
    jerks = friction.slips((180 + 420 * p["speed"]) * pull, rate, rng, 0.3)
    roll = bodies.Body(
        np.array([850, 1500, 2300, 3400, 5100, 7300.0]), np.full(6, 0.004), np.array([0.6, 0.9, 1, 1, 0.8, 0.6])
    )
    x = friction.drive(jerks, roll, rate, 0.02)[:m]
    hiss = filters.bandpass(noise.white(rng, m), 1500, 11000, rate, 1)
    return takes.event(unit(x * pull) + 0.5 * unit(hiss * pull), rate, 0.75)


@sound("stapler", ucs="OBJOffc", kind="event", natural_s=0.5,
       words="stapler staple hole punch office",
       knobs=(FORCE,))  # fmt: skip
def stapler(p, n, rate, rng):
    """The magazine goes down, the blade shears a staple through the sheets, the spring throws it back."""
    parts = [
        0.5 * click(rate, rng, 0.3, 1400),
        takes.mix(click(rate, rng, 0.9, 700), 0.4 * takes.burst(rng, rate, 0.02, 900, 6000)),
        0.45 * click(rate, rng, 0.5, 1100),
    ]
    parts[1] = parts[1] * np.float32(0.5 + 0.8 * p["force"])
    return takes.event(takes.phrase([0, 0.05, 0.19], parts, rate), rate, 0.7)


@sound("lighter", ucs="OBJHsehld", kind="event", natural_s=1.0,
       words="lighter zippo flick cigarette flint match ignite strike",
       knobs=(FORCE,))  # fmt: skip
def lighter(p, n, rate, rng):
    """A steel lid pings open, the wheel rasps over the flint with a shower of sparks, the flame puffs."""
    lid = bodies.Body(
        np.array([3100, 5200, 7900, 11000.0]), np.array([0.25, 0.2, 0.12, 0.08]), np.array([0.8, 1, 0.7, 0.4])
    )
    m = round(0.09 * rate)
    wheel = friction.crackle(m, rate, rng, 3500 * takes.swell(m, 0.4), (2500, 11000), (0.4, 2), 0.9, 10)
    puff = takes.burst(rng, rate, 0.4, 120, 900, 0.03)
    x = [0.7 * bodies.hit(lid, rate, rng, 0.08, 0.3, 0.2), (0.4 + 0.6 * p["force"]) * unit(wheel), 0.3 * puff]
    return takes.event(takes.phrase([0, 0.32, 0.4], x, rate), rate, 0.65)


@sound("spray can", ucs="AIRHiss", kind="event", natural_s=1.5,
       words="spray can aerosol spraypaint graffiti deodorant hairspray hiss shake",
       knobs=(FORCE,))  # fmt: skip
def spray_can(p, n, rate, rng):
    """The valve opens with a spit, then a choked jet hisses above 3 kHz until the finger lifts."""
    m = round(takes.seconds(n, rate, 0.4, 5.0) * rate)
    jet = filters.shape(noise.white(rng, m), [500, 1500, 3500, 7000, 15000], [-22, -10, -1, 2, -2], rate)
    swell = np.minimum(np.arange(m) / rate / 0.015, 1) * np.minimum((m - np.arange(m)) / rate / 0.04, 1)
    x = level(jet) * swell * (1 + 0.1 * noise.wander(rng, m, rate, 20))
    return takes.event(takes.mix(unit(x), 0.5 * takes.burst(rng, rate, 0.02, 900, 6000)), rate, 0.3 + 0.35 * p["force"])


@sound("ice cracking", ucs="ICEBrk", kind="event", natural_s=1.2,
       words="ice crack cracking lake frozen breaking glacier splinter",
       knobs=(FORCE,))  # fmt: skip
def ice_crack(p, n, rate, rng):
    """A sheet of ice splits: sharp snaps, and pings whose highs arrive before their lows (bending waves disperse)."""
    sheet = bodies.plate("ice", 0.6, 1.2, 0.04, rng, 0.03, 60)
    count = round(3 + 7 * p["force"])
    times = np.append(0.0, np.sort(rng.uniform(0.05, 1.1, count)))
    parts = []
    for k in range(count + 1):
        m = round(rng.uniform(0.08, 0.3) * rate)
        t = np.arange(m) / rate
        ping = oscillators.sine(350 + 5200 * np.exp(-t / 0.018), rate) * np.exp(-t / 0.05)
        snap = takes.mix(
            takes.burst(rng, rate, 0.03, 1500, 13000, 0.0002), 0.6 * bodies.hit(sheet, rate, rng, 0.2, 0.3, 0.2)
        )
        parts.append(
            np.float32(1.0 if k == 0 else rng.exponential(0.4) + 0.1) * takes.mix(snap, 0.4 * ping.astype(np.float32))
        )
    grit = friction.crackle(round(0.7 * rate), rate, rng, 160, (2000, 11000), (1, 8), 1.5, 12)
    return takes.event(takes.mix(takes.phrase(times, parts, rate), 0.12 * grit), rate, 0.85)
