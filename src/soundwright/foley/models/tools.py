"""Tools: chopping, hammering, sawing, drilling, sanding, scraping, scissors."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import bodies, friction, motors, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import SPEED, unit

LOAD = Knob("load", 0.5, 0.0, 1.0, "running free to biting hard", idle=0.05, free=0.05, hard=0.9, heavy=0.95)


@sound("wood chop", ucs="WEAPAxe", kind="event", natural_s=0.45, words="chop chopping axe wood log tree split firewood",
       knobs=(Knob("force", 0.7, 0, 1, "a tap to a full swing", light=0.3, hard=0.95),))  # fmt: skip
def wood_chop(p, n, rate, rng):
    """An axe bites a log: wedge blow on a short thick block, fibres that tear, the two halves that fall."""
    log = bodies.bar("wood", 0.42, 0.1, rng, 0.03)
    blow = takes.mix(bodies.hit(log, rate, rng, 0.8, 0.3, 0.3), 0.8 * takes.thump(rate, 120, 0.14))
    m = round(0.16 * rate)
    split = friction.crackle(m, rate, rng, 700 * takes.swell(m, 0.1), (700, 6000), (2, 10), 1.5)
    fall = [v * bodies.hit(bodies.bar("wood", 0.4, 0.06, rng, 0.03), rate, rng, 1.2, 0.2) for v in (0.3, 0.22)]
    times = [0, 0.002, 0.28 + 0.08 * rng.random(), 0.4 + 0.08 * rng.random()]
    return takes.event(takes.phrase(times, [blow, 0.5 * unit(split), *fall], rate), rate, 0.6 + 0.3 * p["force"])


@sound("hammer", ucs="TOOLHand", kind="texture", natural_s=4.0,
       words="hammer hammering nail nails pounding carpenter blacksmith anvil forge",
       knobs=(Knob("rate", 2.2, 0.8, 5, "blows a second", slow=1.3, fast=3.5),
              Knob("metal", 0, 0, 1, "nails in a board to an anvil", metal=1, anvil=1, blacksmith=1, forge=1,
                   iron=1, steel=1)))  # fmt: skip
def hammer(p, n, rate, rng):
    """Steel on a nail in a board: a bright short ring of nail and head, the board's knock; the nail shortens and
    rises.
    """
    board = bodies.plate("wood", 0.25, 1.4, 0.03, rng, 0.05, 50)
    anvil = bodies.Body(
        np.array([1900, 2750, 4300, 5900, 8100, 10900.0]),
        np.array([1.1, 0.9, 0.7, 0.5, 0.35, 0.2]),
        np.linspace(1, 0.4, 6),
    )
    times = takes.beats(n, rate, 1 / p["rate"], 0.06, rng)
    parts, left = [], 6
    for _ in times:
        left = left - 1 if left > 0 else int(rng.integers(5, 9))
        nail = bodies.Body(
            np.array([2600, 4100, 5600, 7900, 10500]) * (1.25 - 0.04 * left) * rng.uniform(0.98, 1.02, 5),
            np.array([0.12, 0.1, 0.08, 0.05, 0.04]),
            np.ones(5),
        )
        one = takes.mix(
            0.7 * bodies.hit(nail, rate, rng, 0.1, 0.3, 0.3), 0.8 * bodies.hit(board, rate, rng, 0.7, 0.3, 0.2)
        )
        if p["metal"] > 0.5:
            one = takes.mix(bodies.hit(anvil, rate, rng, 0.08, 1.2, 0.3), 0.3 * one)
        parts.append(rng.uniform(0.75, 1.0) * takes.mix(one, 0.5 * takes.thump(rate, 130, 0.1)))
    return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.09)


def strokes(n, rate, rng, per_second, uneven=0.06):
    """The hand that goes to and fro: signed speed `[n]`, about −1 to 1."""
    hz = per_second * (1 + uneven * noise.wander(rng, n, rate, 0.8))
    return np.sin(2 * np.pi * np.cumsum(hz) / rate) * (1 + 0.15 * noise.wander(rng, n, rate, 1.5))


@sound("hand saw", ucs="TOOLHand", kind="texture", natural_s=5.0, words="saw sawing handsaw wood cutting carpenter",
       knobs=(Knob("rate", 1.3, 0.5, 3, "strokes a second, to and fro together", slow=0.8, fast=2.0),))  # fmt: skip
def hand_saw(p, n, rate, rng):
    """Teeth that tear grains of wood on every stroke, the pull quieter than the push, in a board that booms."""
    hand = strokes(n, rate, rng, p["rate"])
    push = np.where(hand > 0, hand, -0.55 * hand)
    board = bodies.plate("wood", 0.2, 1.2, 0.02, rng, 0.05, 50)
    steel = bodies.Body(rng.uniform(1800, 5200, 7), np.full(7, 0.03), np.full(7, 0.5))
    teeth = friction.slips(60 + 480 * push, rate, rng, 0.12) * push
    ring = friction.drive(teeth.astype(np.float32), bodies.join(board, steel), rate, 0.1)[:n]
    rasp = (
        filters.bandpass(noise.white(rng, n), 700, 7000, rate, 1)
        * push**1.3
        * (0.6 + 0.8 * np.minimum(unit(np.abs(teeth)), 1))
    )
    return takes.bed(level(ring) + 1.1 * level(rasp), n, rate, 0.09)


@sound("sandpaper", ucs="WOODFric", kind="texture", natural_s=4.0,
       words="sandpaper sanding sand rubbing rub file filing scrub brush",
       knobs=(Knob("rate", 1.8, 0.5, 4, "strokes a second", slow=1.0, fast=3.0),))  # fmt: skip
def sandpaper(p, n, rate, rng):
    """Grit on wood: bright dense noise whose band follows the speed of the hand, to and fro."""
    hand = np.abs(strokes(n, rate, rng, p["rate"] / 2))
    x = filters.bandpass(noise.white(rng, n), 1300, 9500, rate, 1)
    slow = filters.bandpass(noise.white(rng, n), 500, 2800, rate, 1)
    return takes.bed(x * hand**1.5 + 0.7 * slow * hand * (1 - 0.6 * hand), n, rate, 0.08)


def _drag(material: str, name: str, ucs: str, words: str, about: str, ridges: float, grit: float, chatter: float):
    def drag(p, n, rate, rng):
        m = round(takes.seconds(n, rate, 0.7, 8.0) * rate)
        pull = takes.swell(m, 0.45, 0.35) * noise.wander(rng, m, rate, 4, 0.55, 1.0) * (0.5 + p["speed"])
        body = bodies.plate(material, 0.35, 0.6, 0.012 if material != "stone" else 0.07, rng, 0.01, 60)
        x = friction.scrape(body, pull, rate, rng, ridges, grit, 0.6)
        jumps = friction.drive(friction.slips(chatter * pull, rate, rng, 0.12), body, rate, 0.5)[:m]
        return takes.event(unit(x * pull) + 0.4 * unit(jumps * pull), rate, 0.7, 0.05)

    drag.__doc__ = about
    return sound(name, ucs=ucs, kind="event", natural_s=2.0, words=words, knobs=(SPEED,))(drag)


_drag("stone", "stone scrape", "ROCKFric", "stone scrape scraping drag dragging rock concrete slab tomb grinding",
      "A slab dragged over stone: coarse grit under weight, a low growl, hardly a ring.", 700, 1.0, 24)  # fmt: skip
_drag("steel", "metal scrape", "METLFric", "metal scrape scraping screech drag dragging steel grind",
      "Steel on steel: bright ringing modes driven by roughness, with a screech where it sticks and slips.", 2500, 0.5,
      850)  # fmt: skip
_drag("wood", "wood scrape", "WOODFric", "furniture drag dragging scrape scraping chair table wood moving push",
      "A chair pushed over boards: legs that stutter at 40 to 120 a second on the modes of the floor.", 900, 0.6,
      75)  # fmt: skip


@sound("drill", ucs="TOOLPowr", kind="texture", natural_s=4.0,
       words="drill drilling electric power tool screwdriver dentist",
       knobs=(LOAD, Knob("pitch", 0.5, 0, 1, "heavy and slow to a dentist's", deep=0.1, shrill=0.9, dental=1.0,
              dentist=1.0)))  # fmt: skip
def drill(p, n, rate, rng):
    """A brushed motor and its gears: a whine with many orders, pressed down in bursts as the bit bites."""
    bite = filters.smooth((noise.wander(rng, n, rate, 0.5, 0, 1) < 0.35 + 0.5 * p["load"]).astype(float), 0.12, rate)
    hz = (
        190
        * 6 ** (1.4 * p["pitch"] - 0.3)
        * (1 - 0.22 * p["load"] * bite)
        * (1 + 0.012 * noise.wander(rng, n, rate, 8))
    )
    hz = hz * np.minimum(1.0, 0.25 + np.arange(n) / rate / 0.18)
    orders = ((1, 0.5), (2, 0.8), (3, 0.6), (4, 0.5), (6, 0.7), (8, 0.35), (12, 0.5), (13, 0.25), (16, 0.2), (24, 0.25))
    whine = motors.whirr(hz, rate, rng, orders, 0.5, (2500, 11000), 6)
    chips = friction.crackle(n, rate, rng, 300 * bite + 1, (900, 6000), (1, 6), 1.2, 10)
    growl = filters.bandpass(noise.white(rng, n), 150, 1500, rate, 1) * bite
    return takes.bed(whine * (0.7 + 0.5 * bite) + 0.15 * chips + 1.2 * growl, n, rate)


@sound("jackhammer", ucs="TOOLPneu", kind="texture", natural_s=5.0,
       words="jackhammer pneumatic hammer construction roadwork breaker demolition",
       knobs=(Knob("rate", 19, 8, 32, "blows a second", slow=12, fast=26),))  # fmt: skip
def jackhammer(p, n, rate, rng):
    """A piston on a steel bit, about twenty blows a second, each a clank into stone and a puff of exhaust air."""
    hz = (
        p["rate"]
        * (1 + 0.02 * noise.wander(rng, n, rate, 2))
        * np.clip(noise.wander(rng, n, rate, 0.4, 0.4, 4), 0.0, 1.0)
    )
    blows = friction.slips(hz, rate, rng, 0.03)
    steel = bodies.Body(np.array([420, 980, 1650, 2500, 3600, 5200]), np.array([0.05, 0.07, 0.06, 0.05, 0.04, 0.03]),
                        np.array([1, 1, 0.9, 0.8, 0.6, 0.4]))  # fmt: skip
    clank = friction.drive(blows, steel, rate, 0.1)[:n]
    puff = filters.smooth(blows, 0.012, rate) * filters.bandpass(noise.white(rng, n), 400, 5000, rate, 1)
    ground = modal.ring(blows, 75.0, 0.09, 1.0, rate, 0.1)[:n]
    grit = friction.crackle(n, rate, rng, 160, (1500, 7000), (1, 5), 1.3, 8)
    parts = ((clank, 1.0), (puff, 0.7), (ground, 0.6), (grit, 0.15))
    return takes.bed(np.add.reduce([g * x / max(float(x.std()), 1e-9) for x, g in parts]), n, rate)


@sound("scissors", ucs="TOOLHand", kind="texture", natural_s=3.0,
       words="scissors snip snipping cut cutting hair haircut shears",
       knobs=(Knob("rate", 2.2, 0.7, 6, "snips a second", slow=1.2, fast=4.5),))  # fmt: skip
def scissors(p, n, rate, rng):
    """Two blades that slide along one another with a rising rasp and meet with a click."""
    times = takes.beats(n, rate, 1 / p["rate"], 0.12, rng)
    parts = []
    for _ in times:
        m = round(rng.uniform(0.09, 0.15) * rate)
        slide = filters.sweep(noise.white(rng, m), "band", np.linspace(3500, 8500, m), rate, q=1.2) * np.linspace(
            0.2, 1, m
        )
        blade = bodies.Body(rng.uniform(3000, 9500, 8), np.full(8, 0.05), np.ones(8))
        shut = bodies.hit(blade, rate, rng, 0.08, 0.1, 0.3)
        parts.append(rng.uniform(0.7, 1) * takes.phrase([0, m / rate - 0.004], [0.45 * unit(slide), shut], rate))
    return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.08)
