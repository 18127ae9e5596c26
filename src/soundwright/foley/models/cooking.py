"""The kitchen: kettle, popcorn, knife and board, eggs, whisk, ice, bottle, cup, coffee machine, toaster, dishwasher."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import bodies, bubbles, curves, friction, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.doors import click
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit

PACE = Knob("rate", 0.5, 0, 1, "slow to fast", slow=0.1, slowly=0.1, fast=0.9, quick=0.85, quickly=0.85, rapid=0.95)


@sound("kettle whistle", ucs="FOODKware", kind="texture", natural_s=8.0,
       words="kettle whistle whistling tea teakettle teapot steam stove boiling",
       knobs=(Knob("pitch", 0.5, 0, 1, "low to shrill", low_=0.15, high_=0.85, shrill=0.95),
              Knob("build", 0.5, 0, 1, "at full cry to slowly boiling", building=1.0, slowly=0.9)))  # fmt: skip
def kettle_whistle(p, n, rate, rng):
    """Steam through two holed plates: hiss at first, then a vortex tone that locks in, rises with the flow, and beats
    (Henrywood and Agarwal, "The aeroacoustics of a steam kettle", 2013).
    """
    t = np.arange(n) / rate
    flow = 1 - p["build"] * np.exp(-t / (0.3 + 1.6 * p["build"]))
    hz = 2200 * 1.7 ** (p["pitch"] - 0.5) * (0.72 + 0.28 * flow) * (1 + 0.006 * noise.wander(rng, n, rate, 7))
    voice = np.clip((flow - 0.35) / 0.4, 0, 1) * noise.wander(rng, n, rate, 6, 0.75, 1.0)
    tone = oscillators.harmonics(hz, [1, 0.28, 0.12, 0.05], rate) + 0.3 * oscillators.sine(hz * 1.012, rate)
    steam = filters.shape(noise.white(rng, n), [300, 1200, 3000, 8000, 15000], [-18, -6, 0, -3, -10], rate)
    boil = bubbles.field(rng, n, rate, 90, 2.0, 7.0, slope=1.2, rising=0.2, width=0.3)
    out = tone * voice + 0.12 * level(steam) * (0.3 + 0.7 * flow)
    return takes.bed(out + 0.1 * unit(boil) * (1.2 - flow), n, rate)


@sound("popcorn", ucs="FOODCook", kind="texture", natural_s=8.0,
       words="popcorn popping pop corn kernels pot microwave lid",
       knobs=(Knob("busy", 0.5, 0, 1, "a few kernels to a full pot", few=0.1, full=0.95, lots=0.9),))  # fmt: skip
def popcorn(p, n, rate, rng):
    """Each kernel bursts at 180 degrees: a pop of steam, then it strikes pot or lid; the rate swells and thins out."""
    t = np.linspace(-1.5, 1.5, n)
    per_second = (3 + 22 * p["busy"]) * (0.15 + np.exp(-((t + 0.15) ** 2)))
    pot = bodies.shell("steel", 0.12, 0.0012, rng, 0.03)
    kernels = []
    for _ in range(16):
        pop = takes.mix(
            takes.burst(rng, rate, rng.uniform(0.018, 0.04), rng.uniform(350, 700), rng.uniform(2800, 5500)),
            0.7 * takes.thump(rate, rng.uniform(330, 620), 0.035, 0.6, 0.0006),
        )
        knock = takes.mix(bodies.hit(pot, rate, rng, 0.5, 0.16, 0.2), 0.8 * takes.burst(rng, rate, 0.012, 1500, 7000))
        kernels.append(takes.phrase([0, rng.uniform(0.015, 0.09)], [pop, rng.uniform(0.1, 0.4) * knock], rate))
    at = noise.instants(rng, n, rate, per_second)
    gains = curves.pans(rng, len(at), 0.5) * (0.35 + rng.exponential(0.35, len(at))).astype(np.float32)
    out = curves.lay(np.zeros((2, n), np.float32), at, [kernels[k] for k in rng.integers(0, 16, len(at))], gains)
    sizzle = filters.shape(curves.wide(rng, n), (800, 3000, 8000), (-16, 0, -6), rate)
    rattle = friction.crackle(n, rate, rng, 60, (900, 4500), (2, 9), 1.0, 10)
    return takes.bed(out + 0.008 * sizzle + 0.02 * rattle, n, rate)


@sound("chopping vegetables", ucs="FOODKware", kind="texture", natural_s=5.0,
       words="chopping chop cutting slicing dicing vegetables carrots onion food knife board",
       knobs=(PACE, Knob("crunch", 0.5, 0, 1, "soft herbs to hard carrots", soft=0.1, hard=0.9)))  # fmt: skip
def chopping(p, n, rate, rng):
    """A blade goes through crisp cells and stops on a wooden board; a run of strokes, then the food is turned."""
    board = bodies.plate("hardwood", 0.25, 0.4, 0.025, rng, 0.05, 50)
    blade = bodies.Body(rng.uniform(2200, 9000, 7), np.full(7, 0.05), rng.uniform(0.3, 1, 7))
    times, parts, at = [], [], 0.05
    while at < n / rate:
        for _ in range(rng.integers(5, 12)):
            m = round(0.05 * rate)
            crisp = friction.crackle(m, rate, rng, 1400 * takes.swell(m, 0.6), (900, 6500), (1, 5), 1.3, 10)
            land = takes.mix(bodies.hit(board, rate, rng, 0.45, 0.25, 0.25), 0.5 * takes.thump(rate, 170, 0.07))
            land = takes.mix(land, 0.22 * bodies.hit(blade, rate, rng, 0.1, 0.1, 0.3))
            one = takes.phrase([0, 0.036], [0.9 * p["crunch"] * unit(crisp), land], rate)
            times.append(at)
            parts.append(np.float32(rng.uniform(0.6, 1.0)) * one)
            at += rng.uniform(0.9, 1.12) / (2.0 + 5.0 * p["rate"])
        at += rng.uniform(0.25, 0.7)
    return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.09)


@sound("egg crack", ucs="FOODIngr", kind="event", natural_s=1.6,
       words="egg eggs crack cracking cracked shell bowl breaking",
       knobs=(Knob("force", 0.5, 0, 1, "careful to hard", gentle=0.15, hard=0.9),))  # fmt: skip
def egg_crack(p, n, rate, rng):
    """A shell tapped on a rim, once softly and once through; thumbs pull it apart and the egg drops in the bowl."""
    bowl = bodies.shell("ceramic", 0.09, 0.005, rng, 0.01)

    def tap(force, bits):
        m = round(0.05 * rate)
        hull = np.exp(-np.arange(m) / rate / 0.01)
        shell = friction.crackle(m, rate, rng, bits * hull, (1500, 8000), (1, 4), 1.1, 10)
        rim = bodies.hit(bowl, rate, rng, 0.3, 0.25, 0.2)
        return force * takes.mix(0.35 * rim, unit(shell), 0.6 * takes.burst(rng, rate, 0.02, 900, 5000))

    m = round(0.32 * rate)
    part = friction.crackle(m, rate, rng, 180 * takes.swell(m, 0.3), (1800, 8000), (1, 5), 1.3, 10)
    ooze = bubbles.field(rng, m, rate, 70, 2.0, 6.0, slope=1.0, rising=0.25, width=0.2)[0]
    plop = takes.mix(takes.thump(rate, 210, 0.09, 0.9, 0.003), 0.4 * takes.burst(rng, rate, 0.06, 300, 2500, 0.004))
    parts = [tap(0.5, 500), tap(0.6 + 0.5 * p["force"], 2600), 0.35 * unit(part), 0.22 * unit(ooze), 0.6 * plop]
    return takes.event(takes.phrase([0, 0.34, 0.68, 0.75, 1.08], parts, rate), rate, 0.75)


@sound("whisking", ucs="FOODKware", kind="texture", natural_s=5.0,
       words="whisk whisking beating eggs batter bowl stirring mixing whipping cream",
       knobs=(PACE, Knob("wetness", 0.5, 0, 1, "dry bowl to thick batter", dry=0.0, wet=0.9)))  # fmt: skip
def whisking(p, n, rate, rng):
    """Steel wires that brush and strike a bowl at every turn of the wrist, four or five a second; egg that slops."""
    turn = (3.2 + 3.0 * p["rate"]) * (1 + 0.06 * noise.wander(rng, n, rate, 0.9))
    phase = np.cumsum(turn) / rate
    hand = 0.3 + 0.7 * np.abs(np.sin(np.pi * phase))
    bowl = bodies.shell("steel", 0.1, 0.0012, rng, 0.012)
    wires = bodies.Body(rng.uniform(1800, 7500, 10), np.full(10, 0.08), rng.uniform(0.3, 1, 10))
    brush = friction.scrape(wires, hand, rate, rng, 900, 0.7, 0.5)
    knocks = noise.instants(rng, n, rate, 30 * np.abs(np.sin(np.pi * phase)) ** 12)
    train = np.bincount(knocks, rng.exponential(1.0, len(knocks)), n)[:n].astype(np.float32)
    clang = friction.drive(train, bodies.join(bowl, wires), rate, 0.4)[:n]
    slop = bubbles.field(rng, n, rate, 260 * hand, 1.2, 5.0, slope=1.1, rising=0.2, width=0.3)[0]
    out = 0.6 * level(brush) * hand + level(clang) + (0.2 + 1.3 * p["wetness"]) * level(slop)
    return takes.bed(out, n, rate, 0.09)


@sound("ice in a glass", ucs="ICEHndl", kind="event", natural_s=2.2,
       words="ice cubes cube glass dropping clinking drink cocktail tumbler whiskey swirl",
       knobs=(Knob("count", 3, 1, 8, "how many cubes", single=1, cube=1, cubes=3, few=3, many=7),
              Knob("filled", 0.35, 0, 1, "empty glass to a drink", empty=0.0, drink=0.7, water=0.6)))  # fmt: skip
def ice_in_glass(p, n, rate, rng):
    """Cubes fall in a tumbler: a few quick bounces each that ring its wall, dull knocks of ice on ice, then a swirl."""
    glass = bodies.shell("glass", 0.036, 0.0026, rng, 0.006 + 0.012 * p["filled"])
    ice = bodies.Body(np.array([2600, 4100, 6200, 8800.0]), np.full(4, 0.014), np.array([1, 0.8, 0.6, 0.4]))
    times, parts, at = [], [], 0.0
    for _ in range(round(p["count"])):
        falls, speeds = bodies.bounces(rng.uniform(0.07, 0.12), 0.5, rng, 0.014, 0.2)
        for when, v in zip(falls, speeds, strict=True):
            times.append(at + when)
            blow = takes.mix(bodies.hit(glass, rate, rng, 0.12, 0.6, 0.2), 0.6 * bodies.hit(ice, rate, rng, 0.2, 0.1))
            parts.append(np.float32(v) * blow)
        times.append(at)
        parts.append(0.4 * p["filled"] * takes.burst(rng, rate, 0.12, 500, 4500, 0.004))
        at += rng.uniform(0.22, 0.42)
    swirl = at + 0.15 + np.cumsum(rng.uniform(0.05, 0.16, 9))
    parts += [np.float32(rng.uniform(0.12, 0.4)) * bodies.hit(glass, rate, rng, 0.2, 0.5, 0.1) for _ in swirl]
    return takes.event(takes.phrase([*times, *swirl], parts, rate), rate, 0.7)


@sound("bottle opening", ucs="FOODDrnk", kind="event", natural_s=1.5,
       words="bottle opening opened open beer crown cap opener uncapping twist lid soda fizz",
       knobs=(Knob("gas", 0.6, 0, 1, "still to well shaken", flat=0.0, still=0.0, shaken=1.0, fizzy=0.9),))  # fmt: skip
def bottle_opening(p, n, rate, rng):
    """The lever bites the crown cap, gas escapes with a "tsst" over the neck's note, and the cap rings on the table."""
    pry = 0.5 * click(rate, rng, 0.3, 1800)
    m = round((0.12 + 0.35 * p["gas"]) * rate)
    gas = filters.bandpass(noise.white(rng, m), 1800, 13000, rate, 1) * np.exp(-np.arange(m) / m * 5)
    neck = takes.thump(rate, 480, 0.06, 0.5, 0.001)  # the bottle's air answers the jump of pressure
    snap = takes.mix(click(rate, rng, 0.4, 1400), 0.8 * neck)
    cap = bodies.plate("tin", 0.026, 0.027, 0.0006, rng, 0.004, 8)
    falls, speeds = bodies.bounces(0.16, 0.6, rng, 0.015, 0.15)
    rings = [0.35 * v * bodies.hit(cap, rate, rng, 0.1, 0.3, 0.2) for v in speeds]
    fizz = friction.crackle(round(1.1 * rate), rate, rng, 500 * p["gas"] + 1, (4500, 13000), (0.5, 2), 1.0, 8)
    times = [0, 0.13, 0.135, 0.16, *(0.55 + falls)]
    parts = [pry, snap, (0.25 + 0.7 * p["gas"]) * unit(gas), 0.1 * p["gas"] * unit(fizz), *rings]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.75)


@sound("stirring a cup", ucs="FOODTware", kind="texture", natural_s=4.0,
       words="stirring stir spoon cup tea coffee mug teaspoon clinking sugar",
       knobs=(PACE,))  # fmt: skip
def stirring(p, n, rate, rng):
    """A teaspoon goes round in china and strikes the wall; air stirred in lowers the cup's note, which then climbs."""
    cup = bodies.shell("ceramic", 0.04, 0.0035, rng, 0.004)
    spoon = bodies.bar("steel", 0.13, 0.002, rng, 0.02)
    times = takes.beats(n, rate, 1 / (2.6 + 3.0 * p["rate"]), 0.14, rng, 0.05)
    parts = []
    for at in times:
        wet = bodies.Body(cup.hz * (1.0 - 0.12 * np.exp(-at / 4.0)), cup.t60_s * 0.5, cup.gain)
        tink = takes.mix(bodies.hit(wet, rate, rng, 0.12, 0.3, 0.2), 0.3 * bodies.hit(spoon, rate, rng, 0.15, 0.2))
        parts.append(np.float32(rng.uniform(0.4, 1.0)) * tink)
    swish = bubbles.field(rng, n, rate, 40, 1.0, 3.0, slope=1.2, rising=0.2, width=0.2)[0]
    strokes = takes.mix(takes.phrase(times, parts, rate)[:n], np.zeros(n, np.float32))
    return takes.bed(unit(strokes) + 0.06 * unit(swish), n, rate, 0.07)


@sound("coffee machine", ucs="FOODKware", kind="texture", natural_s=9.0,
       words="coffee machine espresso maker brewing barista cappuccino latte milk steam frothing percolator",
       knobs=(Knob("steam", 0.2, 0, 1, "pump and drip to frothing milk", steaming=0.95, frothing=1.0, milk=1.0,
                   dripping=0.1),))  # fmt: skip
def coffee_machine(p, n, rate, rng):
    """A vibrating pump drums at mains rate and its case with it, coffee trickles; the wand tears milk with steam."""
    t = np.arange(n) / rate
    works = 0.85 + 0.15 * np.sin(2 * np.pi * 1.3 * t)
    case = bodies.box("plastic", (0.25, 0.3, 0.3), 0.004, rng, 0.05)
    pump = friction.drive(friction.slips(np.full(n, 50.0), rate, rng, 0.04), case, rate, 0.1)[:n]
    hum = oscillators.harmonics(np.full(n, 100.0), [1, 0.6, 0.5, 0.4, 0.25, 0.2, 0.1], rate)
    drip = bubbles.field(rng, n, rate, 90, 0.8, 2.8, slope=1.3, rising=0.2, width=0.3)[0]
    jet = filters.shape(noise.white(rng, n), [300, 900, 2500, 6000, 14000], [-14, -4, 0, -1, -9], rate)
    tear = oscillators.saw(620 * (1 + 0.25 * noise.wander(rng, n, rate, 9)), rate) * noise.wander(
        rng, n, rate, 14, 0, 1
    )
    milk = filters.smooth((noise.wander(rng, n, rate, 0.3, 0, 1) < p["steam"]).astype(float), 0.15, rate)
    brew = (level(pump) + 0.8 * level(hum)) * works * (1.1 - 0.8 * milk) + 0.35 * level(drip)
    return takes.bed(brew + (0.6 + p["steam"]) * milk * (level(jet) + 0.3 * level(tear)), n, rate)


@sound("toaster", ucs="FOODKware", kind="event", natural_s=1.2,
       words="toaster toast popping pops up bread lever",
       knobs=(Knob("force", 0.6, 0, 1, "gentle to hard", gentle=0.2, hard=0.9),))  # fmt: skip
def toaster(p, n, rate, rng):
    """The catch lets go, a spring throws the carriage against its stop; sheet steel rings and toast drops back."""
    case = bodies.plate("steel", 0.16, 0.28, 0.0007, rng, 0.012, 60)
    spring = bodies.Body(90.0 * np.arange(3, 26) * rng.uniform(0.97, 1.03, 23), np.full(23, 0.35), np.full(23, 0.4))
    stop = takes.mix(
        bodies.hit(case, rate, rng, 0.3, 0.5, 0.3), 0.9 * takes.thump(rate, 150, 0.09), click(rate, rng, 0.7, 800)
    )
    twang = 0.3 * bodies.hit(spring, rate, rng, 0.4, 0.5, 0.0)
    falls = [0.25 * bodies.hit(case, rate, rng, 1.5, 0.2, 0.1) for _ in range(2)]
    parts = [0.5 * click(rate, rng, 0.2, 1500), (0.6 + 0.6 * p["force"]) * stop, twang, *falls]
    return takes.event(takes.phrase([0, 0.045, 0.05, 0.2, 0.27], parts, rate), rate, 0.75)


@sound("dishwasher", ucs="MACHAppl", kind="texture", natural_s=8.0,
       words="dishwasher dish washer running appliance kitchen wash cycle",
       knobs=(Knob("spray", 0.5, 0, 1, "draining to full spray", gentle=0.2, strong=0.9),))  # fmt: skip
def dishwasher(p, n, rate, rng):
    """A pump hums at twice the mains, and arms that turn every two seconds throw jets at plates and a steel door."""
    t = np.arange(n) / rate
    turn = 2 * np.pi * 0.55 * t
    jets = filters.shape(curves.wide(rng, n), (120, 350, 900, 2500, 7000), (-6, 0, -2, -10, -26), rate)
    sweep = 0.55 + 0.3 * np.sin(turn) ** 3 + 0.15 * noise.wander(rng, n, rate, 7)
    water = bubbles.field(rng, n, rate, 150 * (0.3 + p["spray"]), 1.5, 6.0, slope=1.2, rising=0.1, width=0.6)
    hum = oscillators.harmonics(np.full(n, 100.0), [1, 0.5, 0.2, 0.15, 0.06], rate)
    clink = modal.damped_sines([1900, 2700, 3900], 0.12, [1, 0.7, 0.5], round(0.12 * rate), rate)
    at = noise.instants(rng, n, rate, 0.7)
    touch = curves.lay(np.zeros((2, n), np.float32), at, [clink] * len(at), 0.1 * curves.pans(rng, len(at), 0.5))
    out = (0.3 + 0.9 * p["spray"]) * level(jets) * sweep + 0.5 * level(water) * sweep + 0.6 * level(hum)
    return takes.bed(out + touch, n, rate)
