"""Doors, gates, drawers and windows: creak, slam, knock, latch, lock, slide."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bodies, curves, friction, takes
from soundwright.foley.model import Knob, sound

FORCE = Knob("force", 0.6, 0.0, 1.0, "careful to violent", gentle=0.15, gently=0.15, soft=0.2, quiet=0.2, hard=0.9,
             loud=0.95, angry=1.0, violent=1.0, heavy=0.9)  # fmt: skip
AGE = Knob("age", 0.6, 0.0, 1.0, "oiled to rusty", new=0.1, old=0.85, rusty=1.0, ancient=1.0, haunted=1.0)

METAL = Knob("metal", 0, 0, 1, "wood to sheet steel", metal=1, steel=1, iron=1, prison=1, cell=1)


def leaf(rng: np.random.Generator, held: float = 0.03) -> bodies.Body:
    """A wooden door leaf, 0.8 by 2 m, hung and therefore damped."""
    return bodies.plate("wood", 0.8, 2.0, 0.03, rng, held, 60)


def click(rate: int, rng: np.random.Generator, weight: float = 0.5, low_hz: float = 900.0) -> np.ndarray:
    """A small steel part that snaps home: a few stiff modes, dead at once because it is bolted down."""
    hz = np.geomspace(low_hz, 9 * low_hz, 14) * rng.uniform(0.94, 1.06, 14)
    part = bodies.Body(hz, np.minimum(70.0 / hz, 0.05), rng.uniform(0.3, 1, 14))
    x = bodies.hit(part, rate, rng, 0.12 + 0.3 * weight, 0.08, 0.4)
    return takes.mix(x, 0.3 * weight * takes.thump(rate, 260 - 90 * weight, 0.05))


@sound("door creak", ucs="DOORCreak", kind="event", natural_s=2.5, words="door creak creaking creaky squeak squeaky "
       "hinge gate opening haunted", knobs=(AGE, Knob("speed", 0.4, 0, 1, "how fast it is swung", slow=0.12,
       slowly=0.12, quick=0.85, fast=0.9)))  # fmt: skip
def door_creak(p, n, rate, rng):
    """Dry hinge pins that stick and slip, from single cracks to a groan that rises and falls, driving the door leaf."""
    length = takes.seconds(n, rate, 0.8, 6.0)
    m = round(length * rate)
    base = curves.about(rng, 60 + 350 * p["speed"], 0.25)
    push = takes.swell(m, rng.uniform(0.3, 0.7), 0.7)
    # the hand pushes in heaves: within each the pitch slides by an octave or more, between them the pin holds
    heave = noise.wander(rng, m, rate, rng.uniform(1.2, 2.6), -0.2, 1.0).clip(0, 1)
    curve = base * (0.2 + 1.2 * push) * 2.0 ** (rng.uniform(1.0, 2.2) * (heave - 0.5)) * (
        1 + 0.12 * noise.wander(rng, m, rate, 14)) * (1 + 0.06 * noise.wander(rng, m, rate, 40))  # fmt: skip
    jumps = friction.slips(np.maximum(curve, 8.0), rate, rng, 0.02 + 0.08 * p["age"])
    holds = filters.smooth((heave > 0.12).astype(np.float32), 0.012, rate)
    jumps *= (0.05 + 0.95 * holds) * (0.3 + 0.7 * noise.wander(rng, m, rate, 7, 0.0, 1.0))
    # Farnell's panel: 62.5, 125, 250, 395, 560, 790 Hz; above it the squeal of the pin in its barrel
    panel_hz = np.array([125, 250, 395, 560, 790, 1120, 1600, 2300, 3100, 4300]) * rng.uniform(0.9, 1.1, 10)
    hinge = bodies.Body(panel_hz, 14.0 / panel_hz + 0.004, np.array([0.3, 0.6, 0.8, 1, 1, 1, 0.9, 0.7, 0.5, 0.3]))
    x = friction.drive(jumps, hinge, rate)[:m]
    x = x / max(float(np.abs(x).max()), 1e-9) * takes.swell(m, 0.4, 0.25)
    return takes.event(x, rate, 0.7)


@sound("door slam", ucs="DOORWood", kind="event", natural_s=1.0,
       words="door slam slamming slams shut close closing bang",
       knobs=(FORCE, METAL))  # fmt: skip
def door_slam(p, n, rate, rng):
    """The leaf hits its frame: air pressed out before it, all panel modes at once, wall thump, the latch, a rattle;
    the walls of the room ring on below 1 kHz for some half a second.
    """
    rush = takes.burst(rng, rate, 0.05, 100, 900, 0.12)
    panel = bodies.hit(leaf(rng, 0.05), rate, rng, curves.about(rng, 2.0, 0.4), 0.6, 0.25)
    if p["metal"]:
        steel = bodies.hit(bodies.plate("steel", 0.9, 2.0, 0.002, rng, 0.006, 70), rate, rng, 0.5, 1.5, 0.3)
        panel = takes.mix((1 - p["metal"]) * panel, 1.3 * p["metal"] * steel)
    crack = takes.burst(rng, rate, rng.uniform(0.07, 0.14), 180, 1300 + 1700 * p["force"], 0.0015)
    wall = takes.thump(rate, curves.about(rng, 62, 0.25), rng.uniform(0.35, 0.6), 0.7, 0.003)
    rattle = bodies.hits(leaf(rng, 0.08), np.array([35, 28, 24]), np.array([0.25, 0.14, 0.08]), rate, rng, 0.8)
    room = filters.lowpass(takes.burst(rng, rate, rng.uniform(0.5, 1.1), 60, 450, 0.012), 900, rate, 2)
    latch, bounce = rng.uniform(-0.015, 0.03), rng.uniform(0.05, 0.12)
    times = [0, 0.13, 0.13, 0.13, 0.13 + latch, 0.13 + 0.4 * bounce, 0.13 + bounce, 0.135]
    parts = [
        0.1 * rush,
        panel,
        0.7 * crack,
        0.8 * wall,
        rng.uniform(0.12, 0.35) * click(rate, rng, 0.7),
        rng.uniform(0.3, 1.0) * rattle,
        rng.uniform(0.05, 0.2) * click(rate, rng),
        0.22 * room,
    ]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.6 + 0.3 * p["force"])


@sound("door open", ucs="DOORWood", kind="event", natural_s=1.4, words="door open opening opens close closing closes "
       "wooden room", knobs=(FORCE, AGE))  # fmt: skip
def door_open(p, n, rate, rng):
    """Handle down, bolt out of the strike, the leaf leaves its frame, swings with a little creak, and knocks closed."""
    handle = [click(rate, rng, 0.3, 1300), click(rate, rng, 0.6, 800)]
    off = bodies.hit(leaf(rng), rate, rng, 3.0, 0.3, 0.15)
    m = round(0.5 * rate)
    swing = friction.slips(np.linspace(35, 75, m) * rng.uniform(0.8, 1.3), rate, rng, 0.2) * takes.swell(m)
    creak = friction.drive(swing, leaf(rng), rate, 0.1)
    creak = creak / max(float(np.abs(creak).max()), 1e-9)
    shut = takes.mix(bodies.hit(leaf(rng, 0.05), rate, rng, 2.5, 0.4, 0.15), takes.thump(rate, 80, 0.2))
    end = 1.0 + 0.15 * rng.random()
    parts = [
        0.35 * handle[0],
        0.5 * handle[1],
        0.4 * off,
        0.2 * p["age"] * creak,
        0.8 * shut,
        0.5 * click(rate, rng, 0.6),
    ]
    return takes.event(takes.phrase([0, 0.1, 0.16, 0.3, end, end + 0.02], parts, rate), rate, 0.5 + 0.3 * p["force"])


@sound("door knock", ucs="DOORKnck", kind="event", natural_s=0.65,
       words="knock knocking knocks door rap rapping",
       knobs=(FORCE, Knob("count", 3, 1, 8, "how many knocks", once=1, twice=2, three=3, four=4, five=5, repeated=6),
              Knob("pace", 4.2, 2, 9, "a second", slow=2.4, slowly=2, fast=6.5, quick=6.5, urgent=7), METAL,
              Knob("glass", 0, 0, 1, "a panel to a window pane", window=1, glass=1, pane=1)))  # fmt: skip
def door_knock(p, n, rate, rng):
    """Knuckles on a wooden door: soft bone for 1 to 2 ms on a hollow panel, near 100 to 400 Hz, a pattern of the
    hand.
    """
    panel = bodies.plate("wood", 0.55, 0.75, 0.016, rng, 0.05, 40)
    body = bodies.join(
        panel, bodies.Body(np.array([105.0, 165.0, 240.0]), np.array([0.12, 0.1, 0.08]), np.full(3, 0.8))
    )
    if p["metal"] > 0.5:
        body = bodies.plate("steel", 0.9, 2.0, 0.002, rng, 0.01, 60)
    if p["glass"] > 0.5:
        body = bodies.plate("glass", 0.6, 0.9, 0.004, rng, 0.02, 40)
    times = takes.beats(round(p["count"] / p["pace"] * 3 * rate), rate, 1 / p["pace"], 0.05, rng)[: round(p["count"])]
    parts = [
        rng.uniform(0.75, 1.0) * bodies.hit(body, rate, rng, 1.3 * 3 ** (0.6 - p["force"]), 0.4, 0.3) for _ in times
    ]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.5 + 0.35 * p["force"])


@sound("door handle", ucs="DOORHdwr", kind="event", natural_s=0.6, knobs=(FORCE,),
       words="handle latch doorknob knob door bolt catch rattle")  # fmt: skip
def door_handle(p, n, rate, rng):
    """A lever pressed and let go: spring and spindle rattle, the latch bolt in and out."""
    m = round(0.16 * rate)
    spring = friction.drive(friction.slips(np.full(m, 90.0), rate, rng, 0.5), _spring(rng), rate, 0.05)
    spring = spring / max(float(np.abs(spring).max()), 1e-9)
    times = [0, 0.02, 0.13, 0.42, 0.47, 0.5]
    parts = [0.3 * click(rate, rng, 0.2, 1500), 0.15 * spring, 0.7 * click(rate, rng, 0.5), 0.12 * spring,
             0.9 * click(rate, rng, 0.7, 700), 0.3 * click(rate, rng, 0.3, 1200)]  # fmt: skip
    return takes.event(takes.phrase(times, parts, rate), rate, 0.5 + 0.3 * p["force"])


def _spring(rng: np.random.Generator) -> bodies.Body:
    hz = rng.uniform(1200, 6500, 12)
    return bodies.Body(hz, np.full(12, 0.025), rng.uniform(0.3, 1, 12))


@sound("lock", ucs="MECHLock", kind="event", natural_s=0.95, knobs=(FORCE,),
       words="lock key unlock unlocking locking turn keyhole padlock deadbolt door")  # fmt: skip
def lock(p, n, rate, rng):
    """A key that rakes over the pins, turns, and throws the bolt."""
    pins = [0.35 * rng.uniform(0.6, 1) * click(rate, rng, 0.05, 2600) for _ in range(5)]
    at = list(np.cumsum(rng.uniform(0.025, 0.05, 5)))
    turn = [0.3 * click(rate, rng, 0.2, 1500), 0.4 * click(rate, rng, 0.3, 1400)]
    bolt = takes.mix(click(rate, rng, 0.9, 600), 0.8 * bodies.hit(leaf(rng, 0.08), rate, rng, 1.5, 0.2, 0.1))
    bolt = bolt * np.float32(0.4 + p["force"])
    return takes.event(
        takes.phrase([*at, 0.5, 0.62, 0.78, 0.83], [*pins, *turn, bolt, 0.3 * click(rate, rng)], rate), rate, 0.75
    )


@sound("sliding door", ucs="DOORSlid", kind="event", natural_s=1.8, knobs=(FORCE,),
       words="sliding slide door patio glass wardrobe closet minivan shut")  # fmt: skip
def sliding_door(p, n, rate, rng):
    """Rollers on a rail, a heavy leaf that hums along with them, and the stop at the end."""
    length = takes.seconds(n, rate, 0.8, 4.0) * 0.75
    m = round(length * rate)
    turns = 9 * takes.swell(m, 0.45, 0.6) + 0.3
    rail = bodies.join(bodies.plate("aluminium", 0.05, 1.4, 0.003, rng, 0.03, 40), leaf(rng))
    ride = friction.roll(rail, turns, rate, rng, 0.4, 0.5) * takes.swell(m, 0.5, 0.4)
    ride = filters.equalise(ride / max(float(np.abs(ride).max()), 1e-9), "high-shelf", 1500, rate, gain_db=8)
    stop = takes.mix(
        bodies.hit(leaf(rng, 0.05), rate, rng, 1.8, 0.4), takes.thump(rate, 75, 0.22), 0.3 * click(rate, rng, 0.8)
    )
    return takes.event(takes.phrase([0, length - 0.03], [0.35 * ride, stop], rate), rate, 0.6 + 0.25 * p["force"])


@sound(
    "car door",
    ucs="VEHDoor",
    kind="event",
    natural_s=0.8,
    knobs=(FORCE,),
    words="car door vehicle slam close shut trunk",
)
def car_door(p, n, rate, rng):
    """A car door shut: rubber seal and trapped air make it dull, sheet steel thumps near 60 to 120 Hz, the latch
    bites twice.
    """
    sheet = bodies.plate("steel", 0.8, 0.9, 0.0009, rng, 0.06, 70)
    skin = bodies.hit(sheet, rate, rng, 2.2, 0.25, 0.1)
    low = takes.mix(takes.thump(rate, 68, 0.26, 0.6, 0.003), 0.5 * takes.thump(rate, 125, 0.14))
    seal = takes.burst(rng, rate, 0.07, 200, 1800, 0.004)
    opening = [0.25 * click(rate, rng, 0.4, 1100), 0.2 * click(rate, rng, 0.6, 700)]
    bite = [0.5 * click(rate, rng, 0.9, 650), 0.4 * click(rate, rng, 0.5, 1000)]
    parts = [*opening, 0.8 * skin, 0.65 * low, 0.5 * seal, *bite]
    return takes.event(
        takes.phrase([0, 0.03, 0.4, 0.4, 0.395, 0.398, 0.425], parts, rate), rate, 0.65 + 0.25 * p["force"]
    )


@sound("metal gate", ucs="DOORGate", kind="event", natural_s=2.6, knobs=(FORCE, AGE),
       words="gate metal iron cell prison jail garden fence door clang")  # fmt: skip
def metal_gate(p, n, rate, rng):
    """An iron gate: rusty hinge squeal, then bars and frame that clang against the post, and a second bounce."""
    bars = [bodies.bar("iron", length, 0.016, rng, 0.0015) for length in (1.1, 1.13, 1.17, 0.9, 0.7)]
    frame = bodies.join(*bars, bodies.plate("iron", 0.3, 0.4, 0.006, rng, 0.003, 25))
    m = round(0.8 * rate)
    squeal_hz = 480 * (1 + 0.25 * takes.swell(m)) * (1 + 0.04 * noise.wander(rng, m, rate, 12))
    squeal = friction.drive(friction.slips(squeal_hz, rate, rng, 0.02), bars[4], rate, 0.15)[:m] * takes.swell(m)
    squeal = squeal / max(float(np.abs(squeal).max()), 1e-9)
    clang = [v * bodies.hit(frame, rate, rng, 0.5, 2.2, 0.2) for v in (1.0, 0.45, 0.2)]
    low = takes.thump(rate, 90, 0.2)
    times = [0, 0.8, 0.93, 1.02, 0.8, 0.83]
    parts = [0.35 * p["age"] * squeal, *clang, 0.5 * low, 0.4 * click(rate, rng, 0.9)]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.65 + 0.25 * p["force"])


@sound("drawer", ucs="DRWRWood", kind="event", natural_s=1.2, knobs=(FORCE,),
       words="drawer cupboard cabinet desk open close kitchen")  # fmt: skip
def drawer(p, n, rate, rng):
    """A drawer pulled and pushed home: wood that rubs on wood in a box, contents that shift, a knock at the end."""
    case = bodies.box("wood", (0.5, 0.45, 0.15), 0.012, rng, 0.05)
    m = round(0.4 * rate)
    pull = friction.scrape(case, takes.swell(m, 0.5, 0.8), rate, rng, 700, 0.4, 0.25)
    push = friction.scrape(case, takes.swell(m, 0.7, 0.8), rate, rng, 800, 0.4, 0.25)
    top = max(float(np.abs(pull).max()), float(np.abs(push).max()), 1e-9)
    shift = [0.2 * click(rate, rng, 0.2, 1500) for _ in range(4)]
    knock = takes.mix(bodies.hit(case, rate, rng, 1.2, 0.3, 0.2), 0.5 * takes.thump(rate, 95, 0.14))
    times = [0, *rng.uniform(0.32, 0.42, 2), *rng.uniform(0.98, 1.08, 2), 0.6, 0.98]
    return takes.event(
        takes.phrase(times, [0.3 * pull / top, *shift, 0.3 * push / top, (0.4 + p["force"]) * knock], rate), rate, 0.75
    )


@sound("window", ucs="WNDWWood", kind="event", natural_s=1.2, knobs=(FORCE, AGE),
       words="window sash open close shutter pane slide")  # fmt: skip
def window(p, n, rate, rng):
    """A sash pushed up: swollen wood that chatters in its grooves, the loose pane buzzes along, a stop at the top."""
    pane = bodies.join(bodies.plate("glass", 0.5, 0.6, 0.003, rng, 0.03, 40), bodies.bar("wood", 0.7, 0.03, rng, 0.05))
    m = round(0.9 * rate)
    chatter = (30 + 60 * takes.swell(m)) * (1 + 0.5 * noise.wander(rng, m, rate, 7))
    slip = friction.drive(friction.slips(chatter, rate, rng, 0.3), pane, rate, 0.2)[:m]
    rub = friction.scrape(pane, takes.swell(m, 0.5, 0.7), rate, rng, 900, 0.3, 0.3)
    stop = (0.4 + p["force"]) * takes.mix(
        bodies.hit(pane, rate, rng, 1.0, 0.3, 0.2), 0.6 * takes.thump(rate, 105, 0.14)
    )
    ride = 0.3 * rub / np.abs(rub).max() + 0.35 * p["age"] * slip / np.abs(slip).max()
    return takes.event(takes.phrase([0, 0.88, 0.93], [ride, stop, 0.4 * click(rate, rng, 0.5)], rate), rate, 0.75)
