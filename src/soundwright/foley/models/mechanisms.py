"""Small mechanisms: keys, switches, buttons, cameras, ratchets, printers, tills."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, friction, motors, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.bells import ring
from soundwright.foley.models.doors import click
from soundwright.foley.models.objects import unit

PACE = Knob("rate", 7.0, 1.5, 16, "strokes a second", slow=3.5, slowly=3.5, fast=11, quick=10, furious=14)
SIZE = Knob("size", 0.4, 0.0, 1.0, "small to large", tiny=0.05, small=0.15, big=0.8, large=0.85, heavy=0.9)


def key(rate: int, rng: np.random.Generator, down: float, plastic_hz: float, ping: float) -> np.ndarray:
    """A key pressed or let go: cap on its bottom (a plastic plate on a hollow case), a click, a little spring."""
    hz = plastic_hz * np.array([1, 1.63, 2.4, 3.3, 4.6]) * rng.uniform(0.93, 1.07, 5)
    cap = bodies.Body(hz, np.array([0.02, 0.016, 0.012, 0.01, 0.008]), np.array([1, 0.9, 0.7, 0.6, 0.4]))
    x = bodies.hit(cap, rate, rng, 0.25, 0.05, 0.35)
    case = takes.thump(rate, 230 * rng.uniform(0.9, 1.1), 0.035, 0.3, 0.001)
    return np.float32(down) * takes.mix(x, 0.22 * case, ping * takes.burst(rng, rate, 0.008, 3500, 10000))


def typed_times(n: int, rate: int, rng: np.random.Generator, per_second: float) -> tuple[np.ndarray, np.ndarray]:
    """When keys go down in words and pauses, which are spaces: log-normal intervals, a rest after a few words."""
    times, spaces, at = [], [], 0.05
    while at < n / rate:
        for k in range(int(rng.integers(2, 9))):
            times.append(at)
            spaces.append(k == 0)
            at += np.exp(rng.normal(0, 0.32)) / per_second
        if rng.random() < 0.12:
            at += rng.uniform(0.4, 1.3)
    keep = np.array(times) < n / rate
    return np.array(times)[keep], np.array(spaces)[keep]


@sound("typing", ucs="CMPTKey", kind="texture", natural_s=6.0,
       words="typing type keyboard computer keys laptop keystrokes",
       knobs=(PACE, Knob("clicky", 0.4, 0, 1, "laptop to mechanical", soft=0.1, quiet=0.1, mechanical=1)))  # fmt: skip
def typing(p, n, rate, rng):
    """Keys pressed and let go in words: each bottoms with a plastic tock and comes up with a lighter tick 80 ms
    later.
    """
    times, spaces = typed_times(n, rate, rng, p["rate"])
    parts, when = [], []
    for t, wide in zip(times, spaces, strict=True):
        hz = 750 if wide else rng.uniform(1150, 1500)
        force = rng.uniform(0.6, 1.0) * (1.15 if wide else 1.0)
        when += [t, t + rng.uniform(0.06, 0.11)]
        parts += [
            key(rate, rng, force, hz, 0.2 + 0.8 * p["clicky"]),
            key(rate, rng, 0.4 * force, 1.3 * hz, 0.3 + 0.6 * p["clicky"]),
        ]
    return takes.bed(takes.phrase(when, parts, rate), n, rate, 0.07)


@sound("typewriter", ucs="COMType", kind="texture", natural_s=7.0,
       words="typewriter typing type vintage old carriage writer",
       knobs=(PACE,))  # fmt: skip
def typewriter(p, n, rate, rng):
    """A type bar swings and strikes paper on a rubber platen; the escapement clacks; the bell, the carriage's zip and
    thud.
    """
    times, spaces = typed_times(n, rate, rng, 0.75 * p["rate"])
    frame = bodies.Body(
        np.array([190, 420, 870, 1500, 2400, 3500, 5200, 7600.0]),
        np.array([0.06, 0.06, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02]),
        np.array([0.9, 0.9, 0.9, 1, 1, 0.9, 0.6, 0.4]),
    )
    bell = unit(ring(2650, [1, 2.7, 5.1], [1, 0.4, 0.2], np.array([1.5, 0.6, 0.3]), rate, rng))
    when, parts, column, shift = [], [], int(rng.integers(10, 30)), 0.0
    for t, wide in zip(times, spaces, strict=True):
        t = t + shift
        strike = takes.mix(
            bodies.hit(frame, rate, rng, 0.15 if not wide else 0.5, 0.12, 0.4), 0.4 * takes.thump(rate, 140, 0.05)
        )
        when += [t, t + 0.045]
        parts += [rng.uniform(0.7, 1) * (0.6 if wide else 1.0) * strike, 0.3 * click(rate, rng, 0.3, 1300)]
        column += 1
        if column > 44:
            column, m = 0, round(0.5 * rate)
            rack = friction.drive(
                friction.slips(np.full(m, 75.0) * takes.swell(m, 0.5, 0.4), rate, rng, 0.05), frame, rate, 0.05
            )
            when += [t + 0.06, t + 0.5, t + 1.0]
            parts += [
                0.5 * bell,
                0.5 * unit(rack),
                takes.mix(0.9 * bodies.hit(frame, rate, rng, 0.5, 0.2), 0.7 * takes.thump(rate, 95, 0.1)),
            ]
            shift += 1.4
    return takes.bed(takes.phrase(when, parts, rate), n, rate, 0.08)


@sound("mouse click", ucs="CMPTKey", kind="event", natural_s=0.4, words="mouse click computer button", knobs=(
       Knob("count", 1, 1, 10, "how many clicks", double=2, clicks=3, clicking=5),))  # fmt: skip
def mouse_click(p, n, rate, rng):
    """A micro-switch snaps over inside a thin plastic shell, and back when the finger lifts."""
    times, parts = [], []
    for k in range(round(p["count"])):
        t = k * (0.16 if p["count"] < 3 else rng.uniform(0.3, 0.6))
        times += [t, t + rng.uniform(0.07, 0.1)]
        parts += [key(rate, rng, 1.0, 2100, 1.0), key(rate, rng, 0.6, 2600, 1.0)]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.6)


@sound(
    "switch",
    ucs="MECHSwtch",
    kind="event",
    natural_s=0.4,
    words="switch light flick toggle lightswitch lever",
    knobs=(SIZE,),
)
def switch(p, n, rate, rng):
    """A spring passes its dead point and throws a rocker against its plastic box."""
    wall = bodies.box("plastic", (0.08, 0.08, 0.04), 0.002, rng, 0.05)
    snap = takes.mix(
        click(rate, rng, 0.3 + 0.6 * p["size"], 1400 - 700 * p["size"]),
        0.6 * bodies.hit(wall, rate, rng, 0.3, 0.1, 0.2),
    )
    return takes.event(takes.phrase([0, 0.018], [0.3 * click(rate, rng, 0.1, 2200), snap], rate), rate, 0.7)


@sound("button press", ucs="MECHClik", kind="event", natural_s=0.4, words="button press push click pressed clicker pen",
       knobs=(SIZE,))  # fmt: skip
def button(p, n, rate, rng):
    """A button goes down on its contact and comes up against its rim."""
    hz = 1900 * 0.4 ** p["size"]
    return takes.event(
        takes.phrase([0, 0.13], [key(rate, rng, 1.0, hz, 0.5), key(rate, rng, 0.6, 1.25 * hz, 0.4)], rate), rate, 0.65
    )


@sound("camera shutter", ucs="COMCam", kind="event", natural_s=0.4,
       words="camera shutter photo photograph snapshot picture slr click",
       knobs=(Knob("count", 1, 1, 10, "how many exposures", burst=6, paparazzi=8),))  # fmt: skip
def camera(p, n, rate, rng):
    """A mirror slaps up, the first curtain runs, the second, the mirror falls back, the motor winds on."""
    times, parts = [], []
    for k in range(round(p["count"])):
        t = 0.24 * k * rng.uniform(0.95, 1.05)
        m = round(0.13 * rate)
        wind = motors.whirr(np.full(m, 340.0), rate, rng, ((1, 0.6), (3, 0.5), (7, 0.4)), 0.6) * takes.swell(
            m, 0.3, 0.5
        )
        times += [t, t + 0.035, t + 0.062, t + 0.085, t + 0.1]
        parts += [
            takes.mix(click(rate, rng, 0.8, 800), 0.08 * takes.thump(rate, 180, 0.04)),
            0.6 * click(rate, rng, 0.2, 2000),
            0.6 * click(rate, rng, 0.2, 1800),
            0.8 * click(rate, rng, 0.7, 900),
            0.1 * unit(wind),
        ]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.7)


@sound("cash register", ucs="MACHOffc", kind="event", natural_s=1.8,
       words="cash register till ka-ching kaching money shop sale checkout")  # fmt: skip
def cash_register(p, n, rate, rng):
    """Keys struck, the bell rings, the drawer rolls out to its stop and the coins in it jump."""
    bell = unit(ring(2300, [1, 2.7, 5.2], [1, 0.5, 0.25], np.array([1.6, 0.7, 0.3]), rate, rng))
    case = bodies.box("steel", (0.4, 0.4, 0.12), 0.001, rng, 0.03)
    m = round(0.3 * rate)
    slide = unit(friction.roll(case, np.linspace(14, 6, m), rate, rng, 0.5)) * takes.swell(m, 0.4, 0.4)
    stop = takes.mix(bodies.hit(case, rate, rng, 0.6, 0.3, 0.2), 0.6 * takes.thump(rate, 110, 0.1))
    disc = [
        bodies.hit(bodies.plate("brass", 0.024, 0.026, 0.0018, rng, 0.004, 9), rate, rng, 0.05, 0.2, 0.2)
        for _ in range(9)
    ]
    coins = takes.phrase(
        rng.exponential(0.06, 9), [np.float32(g) * d for g, d in zip(rng.uniform(0.2, 1, 9), disc, strict=True)], rate
    )
    times = [0, 0.12, 0.2, 0.22, 0.5, 0.5]
    parts = [
        0.7 * click(rate, rng, 0.7, 800),
        0.9 * click(rate, rng, 0.9, 700),
        0.8 * bell,
        0.35 * slide,
        0.8 * stop,
        0.45 * unit(coins),
    ]
    return takes.event(takes.phrase(times, parts, rate), rate, 0.75, 0.2)


@sound("printer", ucs="MACHOffc", kind="texture", natural_s=7.0,
       words="printer printing inkjet office copier photocopier scanner fax")  # fmt: skip
def printer(p, n, rate, rng):
    """A stepper motor sweeps the head to and fro, a beep of steps each way, and rollers feed the paper between."""
    line = 0.85
    part = (np.arange(n) / rate / line) % 1.0
    sweep = np.clip(np.minimum(part / 0.06, (0.72 - part) / 0.06), 0, 1)
    feed = np.clip(np.minimum((part - 0.76) / 0.03, (0.96 - part) / 0.03), 0, 1)
    head = (
        motors.whirr(
            215 * (0.3 + 0.7 * sweep), rate, rng, ((1, 0.7), (2, 0.8), (3, 0.5), (4, 0.4), (6, 0.3)), 0.3, (2000, 7000)
        )
        * sweep
    )
    roll = filters.bandpass(noise.white(rng, n), 900, 6000, rate, 1) * (0.25 * sweep + feed)
    gears = oscillators.pulse(95 + 60 * feed, rate, 0.3) * feed
    slips = friction.slips(95.0 * feed, rate, rng, 0.03)
    clicks = friction.drive(slips, bodies.box("plastic", (0.3, 0.3, 0.15), 0.002, rng, 0.05), rate, 0.1)[:n]
    x = 0.5 * head + 0.35 * roll + 0.12 * gears + 0.6 * clicks / max(float(clicks.std()), 1e-9) * 0.4
    return takes.bed(filters.bandpass(x, 150, 9000, rate, 1), n, rate, 0.08)


@sound("ratchet", ucs="MECHRtch", kind="texture", natural_s=3.0,
       words="ratchet gears gear crank winding wind-up winch cog socket wrench",
       knobs=(Knob("rate", 14, 3, 60, "teeth a second", slow=6, fast=30), SIZE))  # fmt: skip
def ratchet(p, n, rate, rng):
    """A pawl that drops from tooth to tooth, in strokes of the hand with a pause between."""
    turn = np.clip(noise.wander(rng, n, rate, 1.3, -0.15, 1.3), 0, 1)
    turn[: round(0.4 * rate)] = np.maximum(turn[: round(0.4 * rate)], 0.8)
    hz = np.array([780, 1400, 2300, 3600, 5600]) * 1.6 ** (0.4 - p["size"])
    pawl = bodies.Body(hz, np.array([0.04, 0.035, 0.03, 0.02, 0.015]), np.array([0.7, 1, 1, 0.8, 0.5]))
    teeth = friction.slips(p["rate"] * turn, rate, rng, 0.03)
    return takes.bed(friction.drive(np.convolve(teeth, [1, 0.6, 0.2])[:n], pawl, rate, 0.06)[:n], n, rate, 0.07)


@sound("machine gears", ucs="MECHGear", kind="texture", natural_s=6.0,
       words="gears gear cogs clockwork mechanism mechanical grinding turning wheels",
       knobs=(Knob("rate", 3.0, 0.5, 12, "turns a second", slow=1.2, fast=7), SIZE))  # fmt: skip
def gears(p, n, rate, rng):
    """Iron wheels that mesh: a tooth's knock at each contact, louder once a turn where a tooth is worn, a train of
    three.
    """
    frame = bodies.plate("iron", 0.25 + 0.4 * p["size"], 0.5, 0.012, rng, 0.012, 60)
    x = np.zeros(n, np.float32)
    turns = p["rate"] * (1 + 0.03 * noise.wander(rng, n, rate, 0.7))
    for teeth, ratio in ((11, 1.0), (17, 0.41), (8, 2.3)):
        meshes = friction.slips(turns * ratio * teeth, rate, rng, 0.02)
        worn = 0.55 + 0.45 * np.cos(2 * np.pi * np.cumsum(turns * ratio) / rate + rng.uniform(0, 6.28)) ** 3
        x += meshes * worn.astype(np.float32)
    rung = friction.drive(x, frame, rate, 0.4)[:n]
    oil = filters.bandpass(noise.white(rng, n), 600, 4000, rate, 1)
    return takes.bed(rung / max(float(rung.std()), 1e-9) + 0.1 * oil, n, rate, 0.09)


@sound("servo motor", ucs="MOTRSrvo", kind="event", natural_s=1.2,
       words="servo motor actuator robotic robot arm mechanical whir",
       knobs=(SIZE,))  # fmt: skip
def servo(p, n, rate, rng):
    """A small motor through many gears: speeds up, holds, stops dead; the whine of the teeth is its pitch."""
    length = takes.seconds(n, rate, 0.4, 4.0)
    m = round(length * rate)
    marks = np.array([0, 0.12, 0.5, 0.62, 0.9, 1.0]) * length
    speed = motors.ramp(m, rate, marks, [0.25, 1.0, 1.0, 1.35, 1.25, 0.3], 0.03)
    x = motors.whirr(
        speed * 420 * 0.45 ** p["size"],
        rate,
        rng,
        ((1, 0.5), (2, 0.8), (3, 0.6), (5, 0.5), (8, 0.3), (11, 0.2)),
        0.35,
        (2500, 9000),
    )
    stop = 0.6 * click(rate, rng, 0.4, 1100)
    return takes.event(
        takes.phrase([0, length - 0.01], [x * tones.edges(m, rate, 0.02, 0.02) * 0.3, stop], rate), rate, 0.6
    )


@sound(
    "elevator", ucs="MACHElev", kind="event", natural_s=5.0, words="elevator lift ding arrival floor doors", knobs=()
)
def elevator(p, n, rate, rng):
    """The car hums to its floor, the gong sounds, the doors roll open and bump."""
    m = round(1.6 * rate)
    hum = motors.whirr(
        motors.ramp(m, rate, [0, 0.9, 1.5], [60, 52, 10], 0.2), rate, rng, ((1, 1.0), (2, 0.6), (4, 0.3)), 0.1
    )
    bell = unit(ring(880, [1, 2.01, 2.99, 4.1], [1, 0.25, 0.15, 0.06], np.array([2.2, 1.2, 0.8, 0.4]), rate, rng))
    k = round(1.5 * rate)
    doors = filters.bandpass(noise.white(rng, k), 150, 2500, rate, 1) * takes.swell(k, 0.4, 0.4)
    doors += 0.4 * unit(
        friction.roll(bodies.plate("steel", 0.5, 1.0, 0.002, rng, 0.05), 7 * takes.swell(k) + 0.3, rate, rng, 0.5)
    )
    bump = takes.mix(takes.thump(rate, 75, 0.2), 0.3 * click(rate, rng, 0.9, 600))
    parts = [0.25 * hum * tones.edges(m, rate, 0.2, 0.1), 0.8 * bell, 0.25 * unit(doors), 0.6 * bump]
    return takes.event(takes.phrase([0, 1.5, 2.5, 4.0], parts, rate), rate, 0.7, 0.2)
