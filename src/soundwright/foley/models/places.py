"""Places that people have made: rooms, streets, cafés, offices, ships in space (see `ambience`)."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise, oscillators
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound
from soundwright.foley.models import crowd
from soundwright.foley.models.ambience import LIFE, floor, visit
from soundwright.foley.syrinx import row


@sound(
    "room tone",
    ucs="AMBRoom",
    kind="texture",
    natural_s=10.0,
    words="room tone roomtone silence quiet interior air conditioning ventilation ambience indoor hvac",
    knobs=(
        Knob("ventilation", 0.4, 0, 1, "still air to loud fan", quiet=0.1, silent=0.0, loud=0.9),
        Knob("mains", 0.3, 0, 1, "no hum to buzzing lights", humming=0.8, buzzing=1.0),
    ),
)
def room_tone(p, n, rate, rng):
    """An empty room: the low breath of ventilation through walls and duct, and a trace of mains hum and its
    harmonics.
    """
    air = floor(
        rng,
        n,
        rate,
        (30, 2),
        (80, 0),
        (200, -8 + 4 * p["ventilation"]),
        (700, -22 + 8 * p["ventilation"]),
        (3000, -42 + 12 * p["ventilation"]),
        (10000, -56),
    )
    t = np.arange(n) / rate
    hum = sum(
        a * np.sin(2 * np.pi * 50 * k * t + rng.uniform(0, 6.28))
        for k, a in ((1, 0.5), (2, 1.0), (3, 0.25), (4, 0.4), (6, 0.2), (12, 0.08))
    )
    breath = curves.turns(rng, n, rate, rng.uniform(0.15, 0.4), 0.85, 1.1)  # the duct's flow is never quite even
    fan = rng.uniform(18, 30) * rng.choice([1, 2, 3])
    blades = (
        0.06
        * p["ventilation"]
        * np.sin(2 * np.pi * np.cumsum(fan * curves.turns(rng, n, rate, 0.5, 0.99, 1.01)) / rate)
    )
    out = air * breath + (0.07 * p["mains"] * hum + blades).astype(np.float32)

    def settle():  # wood, pipes and steps in the next room: far, dull, rare
        body = np.array([rng.uniform(90, 260), rng.uniform(300, 600)])
        return modal.damped_sines(body, rng.uniform(0.08, 0.25, 2), [1, 0.4], round(0.3 * rate), rate)

    return curves.level(visit(rng, out, rate, 0.25, settle, 0.05, 900))


@sound(
    "city traffic",
    ucs="AMBTraf",
    kind="texture",
    natural_s=12.0,
    words="city traffic urban street distant ambience cars road highway motorway town downtown",
    knobs=(LIFE, Knob("horns", 0.3, 0, 1, "none to many", honking=0.9)),
)
def city_traffic(p, n, rate, rng):
    """A city from a window: the low roar of many streets, single cars that swell by on hissing tyres, far horns."""
    out = 0.4 * floor(rng, n, rate, (30, -2), (70, 0), (200, -6), (600, -13), (1500, -20), (5000, -36))
    for start in noise.instants(rng, n + 4 * rate, rate, 0.12 + 0.7 * p["activity"]) - 4 * rate:
        m = round(rng.uniform(3.0, 7.0) * rate)
        near = np.exp(-0.5 * ((np.arange(m) / m - 0.5) / 0.16) ** 2).astype(np.float32)
        loud = 0.3 + rng.exponential(0.9)
        heavy = rng.uniform() < 0.2
        tyres = filters.shape(noise.white(rng, m), (100, 400, 900, 2200, 6000), (-12, -4, 0, -9, -26), rate) * near**1.5
        pull = curves.contour(m, (0, 1.0), (0.4, rng.uniform(0.9, 1.35)), (1, rng.uniform(0.8, 1.3)))
        hz = (rng.uniform(28, 45) if heavy else rng.uniform(55, 95)) * pull
        hz = hz * (1 + 0.02 * curves.turns(rng, m, rate, 8, -1, 1))
        engine = oscillators.harmonics(hz, 1 / np.arange(1, 19) ** 0.8, rate) * near
        side = np.linspace(-0.9, 0.9, m) * rng.choice([-1, 1])
        gains = np.stack([np.cos((side + 1) * np.pi / 4), np.sin((side + 1) * np.pi / 4)])
        x = (gains * (0.14 * tyres + (0.12 if heavy else 0.05) * engine) * loud).astype(np.float32)[:, max(-start, 0) :]
        at = max(start, 0)
        length = min(x.shape[1], n - at)
        if length > 0:
            out[:, at : at + length] += x[:, :length]

    def horn():
        m = round(rng.uniform(0.15, 0.9) * rate)
        base = rng.uniform(330, 460)
        pair = sum(oscillators.pulse(np.full(m, base * k), rate, 0.3) for k in (1.0, 1.26))
        return pair * curves.swell(m, rate, 0.02, 0.05)

    return curves.level(visit(rng, out, rate, 0.5 * p["horns"], horn, 0.035, 2200))


@sound(
    "cafe",
    ucs="AMBRest",
    kind="texture",
    natural_s=12.0,
    words="cafe coffee restaurant bar diner pub cafeteria ambience coffeeshop dishes cutlery canteen",
    knobs=(LIFE,),
)
def cafe(p, n, rate, rng):
    """A café: talk at many tables, cups set on saucers, cutlery, chairs, the hiss of the coffee machine now and
    then.
    """
    talk = crowd.crowd_murmur({"size": 0.15 + 0.5 * p["activity"], "liveliness": 0.4}, n, rate, rng)
    out = 0.8 * filters.lowpass(talk, 5500, rate, 1)

    def clink():
        base = rng.uniform(1900, 4600)
        body = modal.damped_sines(
            base * np.array([1, 1.58, 2.36, 3.1]), rng.uniform(0.12, 0.5), [1, 0.6, 0.4, 0.25], round(0.4 * rate), rate
        )
        return row(rate, [(k * rng.uniform(0.05, 0.12), rng.uniform(0.4, 1), body) for k in range(rng.integers(1, 4))])

    def steam():
        m = round(rng.uniform(0.8, 2.2) * rate)
        return (
            filters.bandpass(noise.white(rng, m), 1500, 9000, rate, 1)
            * curves.swell(m, rate, 0.2, 0.3)
            * curves.turns(rng, m, rate, 14, 0.6, 1)
        )

    def chair():
        m = round(rng.uniform(0.2, 0.5) * rate)
        stick = oscillators.saw(90 * curves.turns(rng, m, rate, 6, 0.7, 1.4), rate) * curves.swell(m, rate, 0.05, 0.1)
        return (
            modal.ring(stick.astype(np.float32), np.array([240, 520, 980, 1700]), 0.06, [1, 0.8, 0.6, 0.3], rate) * 0.05
        )

    visit(rng, out, rate, 0.5 + 2.4 * p["activity"], clink, 0.12, 15000)
    visit(rng, out, rate, 0.06 + 0.07 * p["activity"], steam, 0.06, 12000)
    visit(rng, out, rate, 0.05 + 0.2 * p["activity"], chair, 0.25, 4000)
    return curves.level(out + 0.12 * floor(rng, n, rate, (40, 0), (120, -2), (500, -14), (3000, -34)))


@sound(
    "office",
    ucs="AMBOffc",
    kind="texture",
    natural_s=12.0,
    words="office workplace keyboard typing ambience open-plan computers work desk",
    knobs=(LIFE,),
)
def office(p, n, rate, rng):
    """An office: ventilation, computer fans, keys in bursts at several desks, a chair, low talk, paper."""
    out = 0.3 * floor(rng, n, rate, (50, 0), (150, -3), (500, -11), (1500, -20), (5000, -36))
    t = np.arange(n) / rate
    out += (0.006 * np.sin(2 * np.pi * 100 * t) + 0.004 * np.sin(2 * np.pi * 237 * t)).astype(np.float32)
    talk = crowd.crowd_murmur({"size": 0.0, "liveliness": 0.2}, n, rate, rng)
    out += 0.3 * p["activity"] * filters.lowpass(talk, 2600, rate, 1)

    def typing():
        count = rng.integers(6, 28)
        at = np.cumsum(rng.uniform(0.06, 0.22, count))
        m = round((at[-1] + 0.1) * rate)
        hits = (at * rate).astype(int)
        gains = np.tile(rng.uniform(0.4, 1, count).astype(np.float32), (2, 1))
        click = filters.bandpass(curves.puffs(rng, m, rate, hits, 420.0, gains), 1200, 7000, rate, 1)
        return click + 0.5 * curves.pings(m, rate, hits, rng.uniform(260, 420), 110.0, gains)

    def paper():
        m = round(rng.uniform(0.3, 0.8) * rate)
        x = filters.bandpass(noise.white(rng, m), 1800, 9000, rate, 1)
        return x * curves.turns(rng, m, rate, 25, 0, 1) ** 3 * curves.swell(m, rate, 0.1, 0.2)

    visit(rng, out, rate, 0.25 + 0.8 * p["activity"], typing, 0.5, 14000)
    visit(rng, out, rate, 0.04 + 0.12 * p["activity"], paper, 0.25, 12000)
    return curves.level(out)


@sound(
    "spaceship",
    ucs="AMBSci",
    kind="texture",
    natural_s=12.0,
    words="spaceship starship spacecraft space hum bridge sci-fi scifi interior ambience engine drone",
    knobs=(
        Knob("power", 0.5, 0, 1, "drifting to full thrust", drifting=0.05, idle=0.15, full=1.0),
        Knob("computers", 0.35, 0, 1, "none to a busy bridge", beeping=0.8, busy=0.9),
    ),
)
def spaceship(p, n, rate, rng):
    """Inside a ship: a drive's beating low tones, air in ducts, a slow pulse, and blips of consoles."""
    base = 38.0 + 34.0 * p["power"]
    out = np.zeros((2, n), np.float32)
    for ratio, amp in ((1, 1.0), (1.006, 0.8), (2.003, 0.6), (3.01, 0.35), (4.02, 0.22), (5.97, 0.16), (8.05, 0.09)):
        hz = base * ratio * (1 + 0.004 * curves.turns(rng, n, rate, 0.3, -1, 1))
        tone = oscillators.sine(hz, rate) * amp * curves.turns(rng, n, rate, 0.25, 0.5, 1.0)
        out += 0.06 * curves.pans(rng, 1, 0.5) * tone
    throb = 1 - 0.35 * p["power"] * (0.5 + 0.5 * oscillators.sine(np.full(n, 0.9 + 1.6 * p["power"]), rate))
    out += (
        (0.35 + 0.5 * p["power"]) * throb * floor(rng, n, rate, (40, 0), (150, -1), (450, -8), (1200, -20), (5000, -36))
    )

    def blip():
        m = round(rng.uniform(0.05, 0.12) * rate)
        tone = oscillators.sine(np.full(m, rng.choice([880.0, 1175.0, 1568.0, 2093.0])), rate) * curves.swell(
            m, rate, 0.005, 0.02
        )
        return row(rate, [(0.13 * k, 1.0, tone) for k in range(rng.integers(1, 4))])

    return curves.level(visit(rng, out, rate, 0.9 * p["computers"], blip, 0.05, 9000))
