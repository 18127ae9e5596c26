"""Electricity, radio, records and computers: sparks, static, tuning, crackle, Geiger counter."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, friction, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit

POWER = Knob("power", 0.5, 0.0, 1.0, "weak to violent", weak=0.15, small=0.2, strong=0.85, high=0.9, violent=1.0)


@sound("electric spark", ucs="ELECSprk", kind="event", natural_s=1.2,
       words="spark sparks electric electricity zap shock short circuit taser",
       knobs=(POWER,))  # fmt: skip
def spark(p, n, rate, rng):
    """Air that breaks down: each spark a click with no body, in ragged trains near the mains rhythm, some with a
    snap.
    """
    m = round(takes.seconds(n, rate, 0.3, 6.0) * rate)
    on = (noise.wander(rng, m, rate, 9, -0.5, 1) > 0.05).astype(np.float32)
    on[: round(0.06 * rate)] = 1.0
    rush = friction.slips(100 * on, rate, rng, 0.35) + 0.8 * friction.slips(320 * on * p["power"], rate, rng, 0.9)
    click = filters.highpass(np.convolve(rush, [1, -0.8, 0.3])[:m].astype(np.float32), 1200, rate, 1)
    hiss = filters.bandpass(noise.white(rng, m), 2500, 14000, rate, 1) * filters.smooth(rush, 0.002, rate)
    x = unit(click) + 0.9 * unit(hiss)
    return takes.event(takes.mix(x, 0.8 * takes.burst(rng, rate, 0.04, 800, 15000)), rate, 0.8)


@sound("electric arc", ucs="ELECArc", kind="texture", natural_s=5.0,
       words="arc electric electricity tesla coil welding plasma high voltage lightning buzz",
       knobs=(POWER,))  # fmt: skip
def arc(p, n, rate, rng):
    """An arc struck anew in every half-wave of the mains: a 100 Hz rasp of noise bursts that flutters and spits."""
    part = (np.arange(n) * 100.0 / rate + 0.05 * noise.wander(rng, n, rate, 20)) % 1.0
    flutter = np.clip(noise.wander(rng, n, rate, 7, -0.2, 1.0) + 0.6 * p["power"], 0.05, 1.2)
    gate = np.exp(-part * 5.0) * flutter
    rasp = filters.bandpass(noise.white(rng, n), 900, 12000, rate, 1) * gate
    buzz = filters.bandpass(oscillators.pulse(np.full(n, 100.0), rate, 0.1), 90, 5000, rate, 1) * flutter
    spit = friction.crackle(n, rate, rng, 25 * flutter, (2500, 12000), (0.5, 3), 1.6, 8)
    return takes.bed(level(rasp) + 0.55 * level(buzz) + 0.2 * spit, n, rate)


@sound("static", ucs="COMStatic", kind="texture", natural_s=5.0,
       words="static noise white tv television radio interference snow untuned hiss",
       knobs=(POWER,))  # fmt: skip
def static(p, n, rate, rng):
    """Thermal noise of a receiver with nothing to receive, with atmospheric cracks, through a loudspeaker."""
    x = filters.bandpass(noise.white(rng, n), 250, 9000, rate, 1)
    crack = friction.crackle(n, rate, rng, 10 + 40 * p["power"], (600, 7000), (0.5, 6), 1.6, 8)
    return takes.bed(level(x) * (1 + 0.1 * noise.wander(rng, n, rate, 3)) + 0.3 * crack, n, rate)


@sound("radio tuning", ucs="COMRadio", kind="texture", natural_s=6.0,
       words="radio tuning dial shortwave am fm stations channel changing")  # fmt: skip
def radio_tuning(p, n, rate, rng):
    """The dial goes over carriers that whistle down to zero and up again, with scraps of voice and music in between."""
    dial = np.cumsum(np.abs(noise.wander(rng, n, rate, 1.4, -0.3, 1.0))) / rate * 9.0
    hiss = filters.bandpass(noise.white(rng, n), 250, 5000, rate, 1)
    x = 0.55 * level(hiss)
    quiet = np.ones(n, np.float32)
    last = float(dial[-1]) if n else 0.0
    for k, station in enumerate(np.arange(rng.uniform(0.5, 2), last + 2, rng.uniform(2.2, 3.2))):
        here = slice(*np.searchsorted(dial, [station - 1.7, station + 1.7]))
        off, m = dial[here] - station, here.stop - here.start
        if m < 16:
            continue
        near = np.exp(-((off / 0.55) ** 2)).astype(np.float32)
        whistle = oscillators.sine(np.clip(np.abs(off) * 2600, 0, 6000), rate) * np.exp(-((off / 0.9) ** 2))
        if k % 2:
            pitch = np.clip(120 + 40 * noise.wander(rng, m, rate, 4), 60, 260)
            programme = filters.bandpass(oscillators.saw(pitch, rate), 350, 2600, rate, 1)
            programme = programme * noise.wander(rng, m, rate, 6, 0, 1.2)
        else:
            notes = 330 * 2 ** (np.round(noise.wander(rng, m, rate, 3.5, -6, 8)) / 12)
            chord = oscillators.pulse(notes, rate, 0.3) + oscillators.saw(notes * 0.75, rate)
            programme = filters.bandpass(chord, 300, 3000, rate, 1)
        x[here] += 0.25 * whistle.astype(np.float32) + 1.2 * level(programme) * near
        quiet[here] *= 1 - 0.75 * near
    return takes.bed(tones.speaker(np.tanh(x * 0.5 * (0.4 + 0.6 * quiet)), rate, 300, 4200), n, rate)


@sound("geiger counter", ucs="EQUIPTech", kind="texture", natural_s=5.0,
       words="geiger counter radiation radioactive clicks clicking dosimeter",
       knobs=(Knob("rate", 16, 1, 150, "counts a second", slow=4, background=2, fast=50, high=60),))  # fmt: skip
def geiger(p, n, rate, rng):
    """Decays come when they come (Poisson); each empties the tube into a small loudspeaker: identical clicks."""
    at = noise.instants(rng, n, rate, p["rate"] * noise.wander(rng, n, rate, 0.5, 0.6, 1.4))
    train = np.bincount(at, np.ones(len(at)), n)[:n].astype(np.float32)
    x = tones.speaker(
        np.convolve(train, np.exp(-np.arange(round(0.002 * rate)) / (0.0004 * rate)))[:n].astype(np.float32),
        rate,
        900,
        8000,
        1.0,
        2800,
        9,
    )
    return takes.bed(x, n, rate, 0.06)


@sound("vinyl crackle", ucs="COMPhono", kind="texture", natural_s=6.0,
       words="vinyl crackle record turntable needle gramophone phonograph surface lp scratchy",
       knobs=(Knob("age", 0.5, 0, 1, "played once to worn out", new=0.1, old=0.8, worn=1.0),))  # fmt: skip
def vinyl(p, n, rate, rng):
    """Dust in the groove: ticks of all sizes, the worst scratch back in every turn (33 1/3 a minute), rumble, hiss."""
    dust = friction.crackle(n, rate, rng, 12 + 60 * p["age"], (1500, 9000), (0.2, 1.2), 1.8, 10)
    turns = np.arange(0, n / rate, 60 / (100 / 3))
    scratch = (
        noise.scatter(n, (turns + 0.4) * rate, [1.6 * takes.burst(rng, rate, 0.004, 800, 7000)] * len(turns))
        if len(turns)
        else 0.0
    )
    hiss = filters.shape(noise.white(rng, n), [30, 100, 1000, 5000, 12000], [0, -12, -14, -10, -16], rate)
    rumble = filters.lowpass(noise.white(rng, n), 45, rate, 2)
    return takes.bed(0.5 * dust + p["age"] * scratch + 0.10 * level(hiss) + 0.08 * level(rumble), n, rate, 0.05)


@sound("hard drive", ucs="CMPTDriv", kind="texture", natural_s=5.0,
       words="hard drive disk computer seeking data harddrive floppy")  # fmt: skip
def hard_drive(p, n, rate, rng):
    """Platters at 7200 turns a minute, and an arm that seeks in chatters of clicks."""
    spin = np.add.reduce(
        [g * np.sin(2 * np.pi * 120 * k * np.arange(n) / rate) for k, g in ((1, 1), (2, 0.5), (4, 0.3), (8, 0.2))]
    )
    seek = (noise.wander(rng, n, rate, 2.5, -0.6, 1) > 0.1).astype(float)
    knocks = friction.slips(34 * seek, rate, rng, 0.4)
    arm = bodies.Body(np.array([640, 1150, 1900, 3100, 4700.0]), np.full(5, 0.012), np.array([0.8, 1, 0.9, 0.6, 0.4]))
    air = filters.bandpass(noise.white(rng, n), 400, 5000, rate, 1)
    return takes.bed(
        0.1 * level(spin) + 0.12 * level(air) + level(friction.drive(knocks, arm, rate, 0.03)[:n]), n, rate, 0.06
    )


@sound("computer beeps", ucs="SCICmpt", kind="texture", natural_s=5.0,
       words="computer beeps data processing terminal telemetry sci-fi scifi bleeps console",
       knobs=(Knob("rate", 9, 2, 25, "beeps a second", slow=4, fast=16),))  # fmt: skip
def computer_beeps(p, n, rate, rng):
    """A film computer thinks: short tones of a few fixed pitches in runs, with rests."""
    scale = 700 * 2 ** (np.array([0, 3, 7, 10, 12, 15, 19, 24]) / 12)
    times, parts, at = [], [], 0.0
    while at < n / rate:
        hz, run = float(scale[rng.integers(8)]), int(rng.integers(2, 9))
        moving = rng.random() < 0.5
        for _ in range(run):
            hz = float(scale[rng.integers(8)]) if moving else hz
            times.append(at)
            parts.append(
                rng.uniform(0.5, 1)
                * tones.tone(hz, 0.55 / p["rate"], rate, "sine" if run % 2 else "square", 0.003, 0.01)
            )
            at += 1 / p["rate"]
        at += rng.exponential(0.15)
    return takes.bed(filters.lowpass(takes.phrase(times, parts, rate), 7000, rate), n, rate, 0.08)
