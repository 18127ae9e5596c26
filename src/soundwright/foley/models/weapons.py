"""Explosions, guns, fireworks, blades, whips and bows."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import bodies, curves, friction, takes
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.doors import click
from soundwright.foley.models.impacts import shards
from soundwright.foley.models.objects import unit

SIZE = Knob("size", 0.5, 0.0, 1.0, "small to huge", tiny=0.05, small=0.2, little=0.2, big=0.8, large=0.8, huge=1.0,
            massive=1.0, powerful=0.9, distant=0.6)  # fmt: skip


def blast(rate: int, positive_s: float) -> np.ndarray:
    """Friedlander's wave: a shock that jumps up, falls through zero after `positive_s`, and a long shallow suction."""
    t = np.arange(round(8 * positive_s * rate) + 2) / rate / positive_s
    return ((1 - t) * np.exp(-t)).astype(np.float32)


def roar(
    rate: int, rng: np.random.Generator, t60_s: float, start_hz: float, end_hz: float, attack_s: float = 0.01
) -> np.ndarray:
    """Turbulence of the fireball: noise whose low-pass closes from `start_hz` to `end_hz` as it dies in `t60_s`."""
    n = round(t60_s * rate)
    t = np.arange(n) / rate
    cut = end_hz + (start_hz - end_hz) * np.exp(-t / (0.12 * t60_s))
    x = filters.sweep(noise.coloured(rng, n, rate, -3.0), "low", cut, rate, q=0.6, block=256)
    x = x * np.minimum(t / attack_s, 1) * np.exp(-6.91 * t / t60_s) * (1 + 0.35 * noise.wander(rng, n, rate, 14))
    return unit(x)


def debris(rate: int, rng: np.random.Generator, seconds: float, per_second: float) -> np.ndarray:
    """Earth and stones that come down again: dull clods and sharp grains, thinning out."""
    n = round(seconds * rate)
    fall = takes.swell(n, 0.25, 1.2)
    grit = friction.crackle(n, rate, rng, per_second * fall, (900, 7000), (1.5, 9), 1.5, 12)
    clods = friction.crackle(n, rate, rng, 0.12 * per_second * fall, (110, 500), (20, 60), 1.3, 6)
    return unit(grit * 0.8 + clods)


@sound("explosion", ucs="EXPLReal", kind="event", natural_s=3.1,
       words="explosion explode exploding blast bomb detonation boom grenade dynamite eruption",
       knobs=(SIZE, Knob("debris", 0.5, 0, 1, "clean to raining earth", debris=1.0, clean=0.0)))  # fmt: skip
def explosion(p, n, rate, rng):
    """A shock wave (Friedlander), a fireball's roar that darkens as it grows, ground that heaves, things that fall."""
    size = float(np.clip(p["size"] + rng.uniform(-0.12, 0.12), 0, 1))
    shock = takes.mix(unit(blast(rate, 0.004 + 0.012 * size)), 0.8 * takes.burst(rng, rate, 0.12, 150, 9000, 0.0004))
    fire = roar(rate, rng, 1.6 + 3.0 * size, curves.about(rng, 6500 - 2500 * size, 0.3), 110)
    ground = takes.thump(rate, curves.about(rng, 46 - 16 * size, 0.15), 0.9 + 0.9 * size, rng.uniform(0.6, 1.5), 0.004)
    second = roar(rate, rng, 1.4 + 2.2 * size, curves.about(rng, 1500, 0.3), 150, rng.uniform(0.03, 0.12))
    middle = filters.bandpass(roar(rate, rng, 0.9 + 1.2 * size, 3000, 500, 0.003), 130, 900, rate, 1)
    fall = debris(rate, rng, 1.6 + 1.8 * size, 260)
    x = takes.phrase(
        [0, 0, 0.004, rng.uniform(0.08, 0.3) + 0.1 * size, 0, rng.uniform(0.4, 0.8)],
        [
            rng.uniform(0.7, 1.0) * shock,
            1.0 * fire,
            0.55 * ground,
            rng.uniform(0.4, 0.9) * second,
            0.9 * middle,
            0.14 * p["debris"] * fall,
        ],
        rate,
    )
    return takes.event(np.tanh(1.6 * x), rate, 0.9, 0.2)


@sound("far explosion", ucs="EXPLReal", kind="event", natural_s=5.0,
       words="explosion distant boom rumble far artillery bombing war shelling",
       knobs=(SIZE,))  # fmt: skip
def far_explosion(p, n, rate, rng):
    """An explosion kilometres off: air has taken the highs, the land answers with a rolling rumble."""
    first = takes.thump(rate, 38, 1.2, 0.5, 0.02)
    rumble = roar(rate, rng, 3.5 + 2.0 * p["size"], rng.uniform(500, 900), 70, 0.06)
    echoes = [0.5 * g * roar(rate, rng, 2.2, 450, 60, 0.15) for g in rng.uniform(0.4, 1, 4)]
    x = takes.phrase([0, 0.02, *np.sort(rng.uniform(0.3, 1.8, 4))], [first, 0.8 * rumble, *echoes], rate)
    return takes.event(filters.lowpass(x, 1100, rate, 1), rate, 0.8, 0.5)


@sound("debris", ucs="DESTRCrsh", kind="event", natural_s=3.5,
       words="debris rubble collapse rockslide falling rocks crumble wall demolition avalanche",
       knobs=(SIZE,))  # fmt: skip
def rubble(p, n, rate, rng):
    """A wall comes down: a dense run of stones of all sizes on one another, thinning to pebbles and dust."""
    stones = unit(shards("stone", rate, rng, 160, 2.0 + p["size"], (0.05, 0.4), 0.04, 18))
    low = roar(rate, rng, 2.5, 600, 100, 0.1)
    return takes.event(takes.mix(0.9 * stones, 0.6 * debris(rate, rng, 3.4, 500), 0.6 * low), rate, 0.85, 0.2)


def shot(
    rate: int, rng: np.random.Generator, positive_ms: float, crack: float, low_hz: float, tail_s: float, tail: float
) -> np.ndarray:
    """One gunshot in the open: muzzle blast, supersonic crack, gas turbulence, and the land's answer.

    `positive_ms` grows with the charge (0.3 pistol, 0.6 rifle, 1.5 shotgun); `crack`: level of the bullet's N-wave.
    """
    muzzle = unit(blast(rate, positive_ms / 1000))
    gas = takes.burst(rng, rate, 0.07 + 0.03 * positive_ms, 300, 11000, 0.0002)
    flash = takes.burst(rng, rate, 0.012, 1500, 15000)
    body = takes.thump(rate, low_hz, 0.13 + 0.05 * positive_ms, 1.6, 0.0006)
    n_wave = np.linspace(1, -1, max(round(0.0003 * rate), 3)).astype(np.float32)
    answer = roar(rate, rng, tail_s, 3200, 260, 0.004)
    slap = [g * takes.burst(rng, rate, 0.2, 200, 1800, 0.02) for g in rng.uniform(0.3, 1.0, 3)]
    times = [0.0, 0.0, 0.0, 0.0, 0.0, 0.002, *np.sort(rng.uniform(0.06, 0.35, 3))]
    parts = [
        1.1 * muzzle,
        0.9 * gas,
        0.7 * flash,
        0.9 * body,
        crack * n_wave,
        tail * answer,
        *(0.22 * tail * s for s in slap),
    ]
    return np.tanh(2.2 * takes.phrase(times, parts, rate)).astype(np.float32)


# name: UCS, words, (positive phase ms, crack, low Hz, tail s, tail level)
GUNS = {
    "pistol": ("GUNPis", "pistol gun gunshot handgun revolver shot shoot shooting fire", (0.35, 0.4, 150, 1.0, 0.35)),
    "rifle": ("GUNRif", "rifle sniper gunshot gun shot shoot shooting fire", (0.6, 1.0, 110, 1.9, 0.42)),
    "shotgun": ("GUNShotg", "shotgun gunshot gun shot blast shoot fire", (1.3, 0.1, 75, 1.6, 0.5)),
}


def _gun(name: str):
    ucs, words, build = GUNS[name]

    def fire(p, n, rate, rng):
        times = takes.beats(round(20 * rate), rate, 0.42, 0.25, rng)[: round(p["count"])]
        positive, crack, low, tail_s, tail = build
        big = 0.6 + 0.8 * p["size"]
        parts = [rng.uniform(0.85, 1) * shot(rate, rng, positive * big, crack, low / big, tail_s, tail) for _ in times]
        return takes.event(takes.phrase(times, parts, rate), rate, 0.9, 0.1)

    fire.__doc__ = f"A {name}: muzzle blast, bullet's crack, hot gas, and the echo of the land."
    knobs = (SIZE, Knob("count", 1, 1, 12, "how many shots", shots=3, gunshots=3, two=2, three=3, several=4))
    return sound(f"{name} shot", ucs=ucs, kind="event", natural_s=1.6, words=words, knobs=knobs)(fire)


for _name in GUNS:
    _gun(_name)


@sound("machine gun", ucs="GUNAuto", kind="event", natural_s=2.5,
       words="machine gun machinegun automatic gunfire fusillade burst assault rifle shooting",
       knobs=(Knob("rate", 10.5, 5, 20, "rounds a second", slow=7.5, fast=15),))  # fmt: skip
def machine_gun(p, n, rate, rng):
    """Rounds at the cycle of the bolt, ten a second, each blast and the bolt's clack; bursts with a breath between."""
    length = takes.seconds(n, rate, 0.6, 20.0) - 0.5
    one = [shot(rate, rng, 0.5, 0.8, 115, 0.8, 0.3) for _ in range(5)]
    bolt = [0.25 * click(rate, rng, 0.4, 1100) for _ in range(3)]
    times, parts, at = [], [], 0.0
    while at < length:
        for _ in range(int(rng.integers(5, 14))):
            if at < length:
                times += [at, at + 0.03]
                parts += [np.float32(rng.uniform(0.85, 1)) * one[rng.integers(5)], bolt[rng.integers(3)]]
            at += rng.normal(1, 0.015) / p["rate"]
        at += rng.uniform(0.25, 0.6)
    return takes.event(takes.phrase(times, parts, rate), rate, 0.9, 0.15)


@sound("silenced shot", ucs="GUNSupr", kind="event", natural_s=0.4,
       words="silenced silencer suppressed suppressor gun shot pistol",
       knobs=(SIZE,))  # fmt: skip
def silenced(p, n, rate, rng):
    """Gas let out slowly through baffles: a short pfft near 1 to 4 kHz, and the slide that is now the loudest part."""
    puff = takes.burst(rng, rate, 0.05 + 0.08 * p["size"], 900 - 400 * p["size"], 4800, 0.0015)
    slide = [0.5 * click(rate, rng, 0.5, 1200), 0.4 * click(rate, rng, 0.4, 1500)]
    return takes.event(
        takes.phrase([0, 0, 0.02, 0.065], [puff, 0.4 * takes.thump(rate, 160, 0.05), *slide], rate), rate, 0.65
    )


@sound("gun reload", ucs="GUNHndl", kind="event", natural_s=1.5,
       words="reload reloading cock cocking gun magazine clip rack slide pump load")  # fmt: skip
def reload(p, n, rate, rng):
    """Magazine out and in, the slide pulled against its spring and let go: steel on steel, all short."""
    m = round(0.09 * rate)
    slide = unit(filters.bandpass(noise.white(rng, m), 1500, 8000, rate, 1) * takes.swell(m))
    times = [0, 0.06, 0.48, 0.5, 0.85, 0.86, 0.95, 1.12, 1.13]
    parts = [
        0.5 * click(rate, rng, 0.4, 1300),
        0.2 * slide,
        0.8 * click(rate, rng, 0.9, 650),
        0.4 * click(rate, rng, 0.5, 1500),
        0.3 * slide,
        0.5 * click(rate, rng, 0.4, 1400),
        0.6 * click(rate, rng, 0.6, 950),
        0.3 * slide,
        1.0 * click(rate, rng, 0.8, 750),
    ]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.75)


@sound(
    "ricochet",
    ucs="BLLTRico",
    kind="event",
    natural_s=0.75,
    words="ricochet bullet whiz zing western deflect",
    knobs=(),
)
def ricochet(p, n, rate, rng):
    """A bent bullet that tumbles away: an impact, then a whine that sinks as it slows and leaves, fluttering at its
    spin.
    """
    m = round(rng.uniform(0.6, 0.9) * rate)
    t = np.linspace(0, 1, m)
    hz = rng.uniform(2600, 3600) * (0.32 + 0.68 * np.exp(-2.2 * t)) * (1 + 0.02 * np.sin(2 * np.pi * 34 * t))
    whine = oscillators.harmonics(hz, [1, 0.4, 0.2, 0.1], rate) * (0.7 + 0.3 * np.sin(2 * np.pi * 45 * t))
    air = filters.sweep(noise.white(rng, m), "band", hz, rate, q=6.0)
    flight = (unit(whine) + 0.6 * unit(air)) * np.minimum(t / 0.02, 1) * (1 - t) ** 1.5
    hit = takes.mix(
        takes.burst(rng, rate, 0.03, 900, 9000),
        0.6 * bodies.hit(bodies.plate("stone", 0.1, 0.15, 0.05, rng, 0.03), rate, rng, 0.1, 0.1),
    )
    return takes.event(takes.phrase([0, 0.006], [0.8 * hit, 0.6 * flight], rate), rate, 0.75)


@sound("cannon", ucs="GUNCano", kind="event", natural_s=3.5,
       words="cannon artillery howitzer mortar tank gun fire broadside",
       knobs=(SIZE,))  # fmt: skip
def cannon(p, n, rate, rng):
    """A large charge of black powder: a long positive phase, so a boom more than a crack, smoke that roars, hills
    that answer.
    """
    big = curves.about(rng, 0.7 + 0.6 * p["size"], 0.2)
    one = shot(rate, rng, 6.0 * big, 0.0, 52 / big, 2.4, 0.8)
    deep = takes.thump(rate, 42 / big, 1.0, 1.2, 0.002)
    tail = roar(rate, rng, rng.uniform(2.2, 4.2), curves.about(rng, 900, 0.4), 90, rng.uniform(0.03, 0.2))
    return takes.event(
        takes.phrase([0, 0, 0.05], [one, 0.9 * deep, rng.uniform(0.3, 0.7) * tail], rate), rate, 0.9, 0.3
    )


@sound("firework", ucs="FRWKComr", kind="event", natural_s=4.5,
       words="firework fireworks rocket whistle burst firecracker pyrotechnics new year celebration",
       knobs=(SIZE, Knob("crackle", 0.7, 0, 1, "plain to crackling stars", crackling=1.0)))  # fmt: skip
def firework(p, n, rate, rng):
    """A shell climbs with a whistle that sinks, bursts with a boom, and its stars crackle out."""
    rise = curves.about(rng, 1.15, 0.25)
    m = round(rise * rate)
    t = np.linspace(0, 1, m)
    hz = curves.about(rng, 3000, 0.2) * (1 - rng.uniform(0.25, 0.5) * t) * (1 + 0.02 * noise.wander(rng, m, rate, 25))
    whistle = (
        oscillators.harmonics(hz, [1, 0.3, 0.12], rate)
        * takes.swell(m, 0.5, 0.7)
        * (1 + 0.3 * noise.wander(rng, m, rate, 40))
    )
    fuse = filters.bandpass(noise.white(rng, m), 1200, 9000, rate, 1) * takes.swell(m, 0.25, 0.7)
    launch = takes.mix(takes.thump(rate, 85, 0.2), 0.5 * takes.burst(rng, rate, 0.15, 200, 3000))
    boom = takes.mix(shot(rate, rng, 2.5 + 2 * p["size"], 0, 70, 1.5, 0.6), takes.thump(rate, 55, 0.5, 1, 0.002))
    k = round(2.2 * rate)
    stars = friction.crackle(k, rate, rng, 130 * takes.swell(k, 0.25, 1.2), (1200, 9000), (4, 16), 1.2, 14)
    times = [0, 0.02, 0.02, rise + 0.25, rise + 0.45]
    return takes.event(
        takes.phrase(times, [0.5 * launch, 0.22 * whistle, 0.25 * fuse, boom, 0.45 * p["crackle"] * unit(stars)], rate),
        rate,
        0.85,
        0.2,
    )


@sound("firecrackers", ucs="FRWKRec", kind="event", natural_s=3.0,
       words="firecracker firecrackers cracker crackers string popping bangers",
       knobs=(Knob("rate", 14, 4, 40, "bangs a second", slow=8, fast=25),))  # fmt: skip
def firecrackers(p, n, rate, rng):
    """A string of small charges: each a sharp dry crack, their fuses uneven, the last ones alone."""
    length = takes.seconds(n, rate, 1.0, 12.0)
    times = (
        noise.instants(rng, round(length * rate), rate, p["rate"] * takes.swell(round(length * rate), 0.4, 0.5)) / rate
    )
    kinds = [shot(rate, rng, 0.2 + 0.1 * k, 0.0, 210, 0.35, 0.2) for k in range(5)]
    parts = [
        np.float32(g) * kinds[k]
        for g, k in zip(rng.uniform(0.4, 1, len(times)), rng.integers(0, 5, len(times)), strict=True)
    ]
    return takes.event(takes.phrase([0.0, *times], [kinds[0], *parts], rate), rate, 0.88, 0.1)


def blade(rng: np.random.Generator) -> bodies.Body:
    """A sword: a steel bar 0.9 m long and 5 mm thick, held at one end."""
    sword = bodies.bar("steel", 0.42, 0.006, rng, 0.0006)
    sword = bodies.Body(
        sword.hz, np.where(sword.hz < 700, 0.15, sword.t60_s), sword.gain * np.minimum(sword.hz / 1500, 1)
    )
    high = bodies.Body(rng.uniform(2500, 11000, 14), rng.uniform(0.25, 0.9, 14), rng.uniform(0.3, 1.0, 14))
    return bodies.join(sword, high)


@sound("sword clash", ucs="WEAPSwrd", kind="event", natural_s=1.2,
       words="sword swords clash clang blade fight fencing duel steel",
       knobs=(Knob("count", 1, 1, 8, "how many blows", once=1, fight=4, duel=4, repeated=4),))  # fmt: skip
def sword_clash(p, n, rate, rng):
    """Two blades that meet edge to edge: a hard contact, both ring above 2 kHz, and slide along one another."""
    times = takes.beats(round(10 * rate), rate, 0.45, 0.3, rng)[: round(p["count"])]
    parts = []
    for _ in times:
        body = bodies.join(blade(rng), blade(rng))
        m = round(0.16 * rate)
        slide = friction.scrape(body, takes.swell(m, 0.2), rate, rng, 4000, 0.3, 0.4)
        parts.append(takes.mix(bodies.hit(body, rate, rng, 0.06, 1.6, 0.35), 0.25 * unit(slide)))
    return takes.event(takes.phrase(times, parts, rate), rate, 0.8)


@sound("sword draw", ucs="WEAPSwrd", kind="event", natural_s=1.2,
       words="sword draw unsheathe sheath scabbard knife blade drawing")  # fmt: skip
def sword_draw(p, n, rate, rng):
    """Steel pulled over the lip of its scabbard: a scrape that rises as less is left inside, then the blade sings."""
    m = round(rng.uniform(0.4, 0.6) * rate)
    t = np.linspace(0, 1, m)
    rub = filters.sweep(noise.white(rng, m), "band", 2600 + 5200 * t**1.5, rate, q=2.5) * takes.swell(m, 0.75, 0.8)
    ring = friction.drive((rub * 0.5).astype(np.float32), blade(rng), rate, 0.9)
    last = 0.4 * bodies.hit(blade(rng), rate, rng, 0.07, 1.0, 0.1)
    return takes.event(takes.mix(unit(rub), 0.8 * unit(ring), takes.phrase([m / rate - 0.03], [last], rate)), rate, 0.7)


@sound("whip crack", ucs="WEAPWhip", kind="event", natural_s=0.55, words="whip crack lash whipping", knobs=())
def whip(p, n, rate, rng):
    """A swish that speeds up along the tapering lash until its tip passes the speed of sound: a tiny sonic boom."""
    m = round(0.28 * rate)
    t = np.linspace(0, 1, m)
    swish = filters.sweep(noise.white(rng, m), "band", 400 + 3200 * t**2, rate, q=1.5) * t**2
    boom = takes.mix(
        unit(blast(rate, 0.0002)),
        takes.burst(rng, rate, 0.045, 1000, 14000, 0.0001),
        0.3 * takes.thump(rate, 400, 0.03),
    )
    echo = 0.12 * takes.burst(rng, rate, 0.2, 500, 5000, 0.02)
    return takes.event(takes.phrase([0, 0.27, 0.33], [0.25 * unit(swish), boom, echo], rate), rate, 0.85)


@sound(
    "bow shot",
    ucs="WEAPBow",
    kind="event",
    natural_s=0.7,
    words="bow arrow archery shot shoot crossbow twang",
    knobs=(),
)
def bow(p, n, rate, rng):
    """The string let go: a low twang and slap, the arrow's hiss, and its point that thuds into wood and quivers."""
    twang = modal.damped_sines(
        np.array([92, 188, 281, 377, 560]), 0.22, [1, 0.7, 0.5, 0.3, 0.2], round(0.3 * rate), rate
    )
    slap = takes.burst(rng, rate, 0.03, 600, 6000)
    m = round(0.3 * rate)
    hiss = filters.bandpass(noise.white(rng, m), 1800, 8000, rate, 1) * takes.swell(m, 0.15)
    thud = takes.mix(
        bodies.hit(bodies.plate("wood", 0.4, 0.6, 0.05, rng, 0.05), rate, rng, 0.7, 0.2),
        0.7 * takes.thump(rate, 120, 0.1),
    )
    k = round(0.35 * rate)
    quiver = (
        np.sin(2 * np.pi * 46 * np.arange(k) / rate) ** 2
        * np.exp(-np.arange(k) / rate / 0.08)
        * filters.bandpass(noise.white(rng, k), 150, 900, rate, 1)
    )
    return takes.event(
        takes.phrase(
            [0, 0, 0.01, 0.34, 0.35], [0.7 * twang, 0.6 * slap, 0.3 * unit(hiss), thud, 0.3 * unit(quiver)], rate
        ),
        rate,
        0.75,
    )
