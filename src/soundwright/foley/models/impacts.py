"""Impacts: one blow on wood, metal, glass, stone, plastic and softer things, and what breaks."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bodies, curves, friction, takes
from soundwright.foley.model import Knob, sound

SIZE = Knob("size", 0.4, 0.0, 1.0, "small and high to large and deep", tiny=0.05, small=0.15, little=0.15, big=0.75,
            large=0.8, huge=1.0, thin=0.2, thick=0.7, deep=0.9)  # fmt: skip
FORCE = Knob("force", 0.6, 0.0, 1.0, "a tap to a full blow", light=0.2, soft=0.15, gentle=0.15, hard=0.9, heavy=0.95,
             loud=0.9, strong=0.9)  # fmt: skip


def scale(p: dict[str, float], low: float, high: float) -> float:
    """A length in metres for the knob `size`, geometrically between `low` and `high`."""
    return low * (high / low) ** p["size"]


def contact(p: dict[str, float], material: str) -> float:
    """Contact time in ms: hard blows are short (Hertz: with speed to the power -1/5, made plainer)."""
    return bodies.MATERIALS[material].contact_ms * 4.0 ** (0.6 - p["force"])


@sound("wood impact", ucs="WOODImpt", kind="event", natural_s=0.4, knobs=(SIZE, FORCE),
       words="wood wooden plank timber board log stick impact hit thunk knock drop")  # fmt: skip
def wood_impact(p, n, rate, rng):
    """A plank and a block struck: few bending modes, each dead in some tens of periods, and the dull bench below."""
    size = scale(p, 0.12, 1.1)
    plank = bodies.bar("wood", size, 0.018 + 0.03 * p["size"], rng, 0.012)
    panel = bodies.plate("wood", 0.5 * size, size, 0.015, rng, 0.02, 30)
    x = bodies.hit(bodies.join(plank, panel), rate, rng, contact(p, "wood"), click=0.15)
    low = takes.thump(rate, 170 - 90 * p["size"], 0.09 + 0.08 * p["size"])
    return takes.event(takes.mix(x, 0.5 * low), rate, 0.45 + 0.4 * p["force"])


@sound("metal impact", ucs="METLImpt", kind="event", natural_s=2.5, knobs=(SIZE, FORCE, Knob(
       "damping", 0.15, 0, 1, "free ringing to held by the hand", ringing=0.0, resonant=0.0, muted=0.8, dull=0.8)),
       words="metal metallic steel iron clang plate sheet impact hit bang anvil")  # fmt: skip
def metal_impact(p, n, rate, rng):
    """A steel plate with a bar welded on: dense inharmonic modes that ring for seconds, low ones longest."""
    size = scale(p, 0.15, 1.3)
    held = 0.012 * p["damping"] ** 2 + 0.0006
    sheet = bodies.plate("steel", 0.7 * size, size, 0.004 + 0.005 * p["size"], rng, held)
    beam = bodies.bar("steel", size, 0.02, rng, held)
    x = bodies.hit(bodies.join(sheet, beam), rate, rng, contact(p, "steel") * 1.5, 4.5, 0.12)
    return takes.event(x, rate, 0.5 + 0.35 * p["force"])


@sound("metal pipe", ucs="METLTonl", kind="event", natural_s=2.5, knobs=(SIZE, FORCE),
       words="pipe tube rod bar metal drop clang rebar scaffolding")  # fmt: skip
def metal_pipe(p, n, rate, rng):
    """A steel pipe that falls on a hard floor: bending modes of a tube, and three or four shortening bounces."""
    pipe = bodies.tube("steel", scale(p, 0.3, 2.2), 0.012 + 0.02 * p["size"], 0.002, rng, 0.0006)
    times, speeds = bodies.bounces(0.22 + 0.12 * p["force"], 0.48, rng, 0.03, 0.15)
    parts = [v * bodies.hit(pipe, rate, rng, contact(p, "steel") * 1.3, 3.5) for v in speeds]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.85)


@sound("tin can", ucs="METLHndl", kind="event", natural_s=1.75, knobs=(SIZE, FORCE),
       words="can tin bucket metal pan kick clatter canister")  # fmt: skip
def tin_can(p, n, rate, rng):
    """A thin tin shell kicked over a floor: ring modes and the air inside, tumbling in uneven bounces."""
    radius = scale(p, 0.03, 0.14)
    can = bodies.shell("tin", radius, 0.0003 + 0.0002 * p["size"], rng, 0.004)
    base = bodies.plate("tin", 2 * radius, 2 * radius, 0.0004, rng, 0.006, 40)
    count = int(rng.integers(4, 8))
    gaps = np.append(0.0, rng.uniform(60, 190, count))
    forces = np.append(1.0, 0.75 ** np.arange(1, count + 1) * rng.uniform(0.4, 1.0, count))
    x = bodies.hits(bodies.join(can, base), gaps, forces, rate, rng, contact(p, "tin") * 1.3)
    return takes.event(x, rate, 0.85)


@sound("glass clink", ucs="GLASImpt", kind="event", natural_s=0.9, knobs=(SIZE, FORCE),
       words="glass clink glasses wine toast cheers goblet bottle tumbler tink chink")  # fmt: skip
def glass_clink(p, n, rate, rng):
    """Two wine glasses that meet: their ring modes 2, 3, 4 ... a little apart, each split into a beating pair."""
    radius = scale(p, 0.02, 0.055)
    pair = [bodies.shell("glass", radius * (1 + 0.06 * k), 0.0016, rng, 0.0) for k in rng.uniform(-1, 1, 2)]
    x = bodies.hit(bodies.join(*pair), rate, rng, contact(p, "glass") * 1.5, 2.0, 0.2)
    return takes.event(x, rate, 0.5 + 0.3 * p["force"])


def shards(
    material: str, rate: int, rng: np.random.Generator, count: int, fall_s: float, size_m: tuple[float, float],
    thick_m: float, kinds: int = 22,
) -> np.ndarray:  # fmt: skip
    """Pieces that rain down for `fall_s` and bounce: many small plates, each with its own modes."""
    kernels = []
    for long_m in np.geomspace(*size_m, kinds):
        piece = bodies.plate(material, 0.6 * long_m, long_m, thick_m, rng, 0.002, 8)
        kernels.append(bodies.hit(piece, rate, rng, 0.06, 0.35, 0.15))
    first = fall_s * rng.beta(1.4, 3.2, count)
    times, levels, which = [], [], []
    for at, kind in zip(first, rng.integers(0, kinds, count), strict=True):
        later, speed = bodies.bounces(rng.uniform(0.03, 0.12), 0.5, rng, 0.02, 0.3)
        force = rng.exponential(0.5) + 0.1
        times.append(at + later)
        levels.append(force * speed)
        which.append(np.full(len(later), kind))
    at, level, kind = np.concatenate(times), np.concatenate(levels), np.concatenate(which)
    return takes.phrase(at, [g * kernels[k] for g, k in zip(level.astype(np.float32), kind, strict=True)], rate)


@sound("glass shatter", ucs="GLASBrk", kind="event", natural_s=1.4, knobs=(SIZE, FORCE),
       words="glass shatter shattering break breaking smash smashed window pane bottle vase crash")  # fmt: skip
def glass_shatter(p, n, rate, rng):
    """A pane that cracks (a burst of all its modes and of fracture noise), then shards that rain and bounce."""
    pane = bodies.plate("glass", 0.5, scale(p, 0.3, 1.4), 0.004, rng, 0.03)
    crack = bodies.hit(pane, rate, rng, 0.4 * 4 ** (0.6 - p["force"]), 0.3, 0.3)
    snap = takes.burst(rng, rate, 0.16, 1800, 15000)
    splinters = friction.crackle(round(0.35 * rate), rate, rng, 900, (3500, 14000), (4, 30))
    splinters *= np.exp(-np.arange(len(splinters)) / rate / 0.09).astype(np.float32)
    rain = shards("glass", rate, rng, round(90 + 170 * p["size"]), 0.9 + 1.2 * p["size"], (0.012, 0.11), 0.003)
    x = takes.mix(
        0.8 * crack, (0.4 + 0.8 * p["force"]) * snap, 0.5 * splinters / max(float(np.abs(splinters).max()), 1e-9)
    )
    rain = rain / max(float(np.abs(rain).max()), 1e-9)
    x = takes.mix(x, 0.75 * np.concatenate([np.zeros(round(0.03 * rate), np.float32), rain]))
    return takes.event(x, rate, 0.88)


@sound("plate break", ucs="CERMBrk", kind="event", natural_s=0.75, knobs=(SIZE, FORCE),
       words="plate ceramic porcelain crockery pottery mug cup vase tile dish break breaking smash")  # fmt: skip
def plate_break(p, n, rate, rng):
    """A plate dropped on tiles: one ringing blow cut short by the break, thick sherds that clatter and rock."""
    plate = bodies.plate("ceramic", 0.22, 0.24, 0.006, rng, 0.01)
    blow = bodies.hit(plate, rate, rng, contact(p, "ceramic") * 4, 0.12, 0.3)
    snap = takes.burst(rng, rate, 0.08, 700, 9000)
    rain = shards("ceramic", rate, rng, round(14 + 40 * p["size"]), 0.7, (0.03, 0.12), 0.005, 14)
    rain = np.concatenate([np.zeros(round(0.02 * rate), np.float32), rain / max(float(np.abs(rain).max()), 1e-9)])
    return takes.event(takes.mix(blow, (0.3 + 0.7 * p["force"]) * snap, 0.7 * rain), rate, 0.88)


@sound("dishes", ucs="FOODTware", kind="texture", natural_s=6.0, words="dishes crockery cutlery plates tableware "
       "silverware fork spoon pots pans kitchen clatter washing", knobs=(Knob("rate", 2.5, 0.5, 8, "clinks a second",
       busy=5, few=1.2),))  # fmt: skip
def dishes(p, n, rate, rng):
    """Plates, cups and cutlery moved about: ceramic plates and steel bars struck in small uneven groups."""
    things = [bodies.plate("ceramic", 0.2, 0.2 + 0.03 * k, 0.005, rng, 0.004) for k in range(3)]
    things += [bodies.shell("ceramic", 0.04, 0.004, rng, 0.004), bodies.bar("steel", 0.18, 0.003, rng, 0.003)]
    things += [bodies.bar("steel", 0.2, 0.0025, rng, 0.002), bodies.shell("glass", 0.035, 0.002, rng, 0.002)]
    times, parts = [], []
    for start in takes.beats(n, rate, 3.0 / p["rate"], 0.7, rng):
        thing = things[rng.integers(len(things))]
        for _ in range(int(rng.integers(1, 6))):
            times.append(start + rng.exponential(0.12))
            parts.append(rng.exponential(0.5) * bodies.hit(thing, rate, rng, rng.uniform(0.1, 0.35), 0.7, 0.25))
    return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.08)


@sound("stone impact", ucs="ROCKImpt", kind="event", natural_s=0.4, knobs=(SIZE, FORCE),
       words="stone rock boulder pebble brick concrete impact hit drop")  # fmt: skip
def stone_impact(p, n, rate, rng):
    """Stone on stone: hard and short contact, stiff modes that the grain of the rock swallows, grit after it."""
    size = scale(p, 0.04, 0.45)
    rock = bodies.plate("stone", 0.7 * size, size, 0.1 * size, rng, 0.02, 30)
    rock = bodies.Body(rock.hz * 0.55, rock.t60_s + 0.01, rock.gain)
    times, speeds = bodies.bounces(0.07 + 0.08 * p["size"] + 0.08 * p["force"], 0.38, rng, 0.02, 0.3)
    parts = [v * bodies.hit(rock, rate, rng, 0.25 + 0.6 * p["size"], 0.4, 0.25) for v in speeds]
    grit = friction.crackle(round(0.3 * rate), rate, rng, 180, (2500, 9000), (2, 7)) * takes.swell(
        round(0.3 * rate), 0.1
    )
    low = takes.thump(rate, 130 - 80 * p["size"], 0.12 + 0.2 * p["size"])
    return takes.event(takes.mix(takes.phrase(times, parts, rate), 0.1 * grit, 0.6 * p["size"] * low), rate, 0.85)


@sound("plastic impact", ucs="PLASImpt", kind="event", natural_s=0.4, knobs=(SIZE, FORCE),
       words="plastic bottle cup tub lid toy impact hit drop")  # fmt: skip
def plastic_impact(p, n, rate, rng):
    """A plastic tub dropped: soft walls with high loss, so each mode is a hollow tock, and two small bounces."""
    side = scale(p, 0.06, 0.4)
    tub = bodies.box("plastic", (side, 0.8 * side, 0.9 * side), 0.0022, rng, 0.02)
    times, speeds = bodies.bounces(0.13 + 0.05 * p["force"], 0.5, rng, 0.03, 0.15)
    x = takes.phrase(times, [v * bodies.hit(tub, rate, rng, 0.7, 0.3, 0.2) for v in speeds], rate)
    return takes.event(x, rate, 0.8)


@sound("cardboard box", ucs="OBJPack", kind="event", natural_s=0.4, knobs=(SIZE, FORCE),
       words="cardboard box carton parcel package drop impact")  # fmt: skip
def cardboard_box(p, n, rate, rng):
    """A carton put down hard: limp panels around air that booms, with a brush of paper."""
    side = scale(p, 0.15, 0.7)
    carton = bodies.box("cardboard", (side, 0.7 * side, 0.6 * side), 0.004, rng, 0.05)
    x = bodies.hit(carton, rate, rng, 2.5 * 4 ** (0.6 - p["force"]), 0.4, 0.2)
    brush = takes.burst(rng, rate, 0.12, 900, 5000, 0.012)
    return takes.event(
        takes.mix(x, 0.7 * takes.thump(rate, 40 / side**0.7, 0.16), 0.18 * brush), rate, 0.5 + 0.35 * p["force"]
    )


@sound("thud", ucs="FGHTBf", kind="event", natural_s=0.45, knobs=(SIZE, FORCE),
       words="thud thump body fall bodyfall sack collapse bump landing")  # fmt: skip
def thud(p, n, rate, rng):
    """A heavy soft thing falls: a low blow of the floor, cloth, then a second part of it landing."""
    low = takes.thump(rate, curves.about(rng, 95 - 45 * p["size"], 0.2), rng.uniform(0.28, 0.5), 0.6, 0.006)
    slap = takes.burst(rng, rate, rng.uniform(0.08, 0.18), 110, 500 + 1000 * p["force"], 0.004)
    floor = bodies.hit(bodies.plate("wood", 1.2, 2.0, 0.03, rng, 0.08, 40), rate, rng, 6.0, 0.4, 0.0)
    one = takes.mix(0.7 * low, 0.6 * slap, 0.5 * floor)
    cloth = takes.burst(rng, rate, 0.25, 500, 2500, 0.05)
    room = filters.lowpass(takes.burst(rng, rate, 0.55, 60, 500, 0.01), 900, rate, 2)
    second = rng.uniform(0.2, 0.7) * one
    return takes.event(
        takes.phrase([0, rng.uniform(0.09, 0.22), 0.05, 0.01], [one, second, 0.08 * cloth, 0.12 * room], rate),
        rate,
        0.6 + 0.3 * p["force"],
    )


@sound("punch", ucs="FGHTImpt", kind="event", natural_s=0.4, knobs=(FORCE,),
       words="punch fist fight blow boxing jab uppercut whack")  # fmt: skip
def punch(p, n, rate, rng):
    """A fist on a body: arm through air, a flat smack of skin, the heavy low of the flesh behind it."""
    air = 0.12 * takes.burst(rng, rate, 0.06, 500, 2500, 0.07)
    smack = takes.burst(rng, rate, 0.07, 400, 5000 + 3000 * p["force"], 0.001)
    flesh = takes.thump(rate, 85, 0.18, 1.2, 0.002)
    snap = friction.crackle(round(0.05 * rate), rate, rng, 400, (1200, 5000), (2, 8))
    x = takes.mix(0.9 * smack, flesh, 0.15 * snap)
    return takes.event(takes.phrase([0, 0.075], [air, x], rate), rate, 0.6 + 0.3 * p["force"])


@sound("slap", ucs="FGHTImpt", kind="event", natural_s=0.4, knobs=(FORCE,), words="slap smack spank clap cheek hand")
def slap(p, n, rate, rng):
    """A palm on skin: air pressed out of the hollow hand, a crack with a hump near 1 kHz, gone in 60 ms."""
    crack = takes.burst(rng, rate, 0.05, 700, 9000, 0.0004)
    hollow = filters.bandpass(noise.white(rng, round(0.08 * rate)), 800, 1500, rate, 2)
    hollow = hollow * np.exp(-np.arange(len(hollow)) / rate / 0.009).astype(np.float32)
    x = takes.mix(crack, 0.8 * hollow / np.abs(hollow).max(), 0.35 * takes.thump(rate, 180, 0.06))
    return takes.event(x, rate, 0.6 + 0.3 * p["force"])
