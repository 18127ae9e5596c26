"""Games and toys: slot machine, roulette, pinball, dominoes, bubble wrap, rubber band, drum roll, guitar feedback."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, curves, friction, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.doors import click
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit

SPEED = Knob("speed", 0.5, 0, 1, "slow to fast", slow=0.1, slowly=0.1, fast=0.9, quick=0.85)


def _coins(rng, rate: int, count: int, seconds: float) -> np.ndarray:
    """Coins that fall into a steel tray."""
    tray = bodies.plate("steel", 0.2, 0.35, 0.001, rng, 0.02, 40)
    at = np.sort(rng.uniform(0, seconds, count))
    parts = []
    for _ in range(count):
        coin = bodies.plate("brass", 0.024, 0.025, 0.0018, rng, 0.002, 6)
        blow = takes.mix(bodies.hit(coin, rate, rng, 0.1, 0.25, 0.1), 0.4 * bodies.hit(tray, rate, rng, 0.2, 0.25, 0.2))
        parts.append(np.float32(rng.uniform(0.4, 1)) * blow)
    return takes.phrase(at, parts, rate)


@sound("slot machine", ucs="GAMECas", kind="texture", natural_s=8.0,
       words="slot machine jackpot casino gambling reels fruit coins winning payout lever",
       knobs=(Knob("luck", 0.7, 0, 1, "loses to wins", jackpot=1.0, winning=0.9, win=0.9, losing=0.0),))  # fmt: skip
def slot_machine(p, n, rate, rng):
    """Three reels tick round under a climbing arpeggio and stop one by one; a win rings a bell and pays in coins."""
    out = np.zeros(n, np.float32)
    at = 0.02
    scale = 523.25 * 2 ** (np.array([0, 4, 7, 12, 16, 19, 24]) / 12)
    while at < n / rate:
        spin = rng.uniform(1.2, 1.7)
        m = round(spin * rate)
        reels = friction.crackle(m, rate, rng, 45, (900, 3500), (3, 9), 0.6, 8)
        song = tones.tune([(0.09 * k, float(scale[k % 5] * (1 + (k // 5) % 2)), 0.08) for k in range(int(spin / 0.09))],
                          rate, width=0.25)  # fmt: skip
        stops = [takes.mix(click(rate, rng, 0.9, 600), 0.4 * tones.tone(880.0 + 110 * k, 0.12, rate)) for k in range(3)]
        parts, times = [0.15 * unit(reels), 0.22 * song, *stops], [0.1, 0.12, spin - 0.5, spin - 0.15, spin + 0.2]
        end = spin + 0.6
        if rng.uniform() < p["luck"] + 0.2:
            win = 1.6 + 2.2 * p["luck"]
            notes = [(0.075 * k, float(scale[(k * 2 + k // 4) % 7] * 2), 0.07) for k in range(int(win / 0.075))]
            bell = bodies.Body(2100 * np.array([1, 1.003, 2.2, 3.6]), np.full(4, 0.5), np.array([1, 0.8, 0.6, 0.4]))
            beats = np.arange(0, win, 0.06)
            rung = takes.phrase(beats, [0.5 * bodies.hit(bell, rate, rng, 0.1, 0.5, 0.1) for _ in beats], rate)
            parts += [0.25 * tones.tune(notes, rate, width=0.25), 0.3 * unit(rung),
                      0.6 * unit(_coins(rng, rate, round(12 + 40 * p["luck"]), win))]  # fmt: skip
            times += [end, end, end + 0.15]
            end += win
        turn = takes.phrase([0, *times], [click(rate, rng, 1.0, 350), *parts], rate)
        start = round(at * rate)
        out[start : start + len(turn)] += turn[: n - start]
        at += end + rng.uniform(0.3, 0.8)
    return takes.bed(out, n, rate, 0.09)


@sound("roulette", ucs="GAMECas", kind="event", natural_s=6.0,
       words="roulette wheel casino ball spinning gambling",
       knobs=(SPEED,))  # fmt: skip
def roulette(p, n, rate, rng):
    """An ivory ball rolls round a wooden track, slower and lower, drops, clatters over the frets and lies."""
    total = takes.seconds(n, rate, 3.0, 10.0)
    m = round(0.68 * total * rate)
    turns = np.geomspace(2.0 + 1.5 * p["speed"], 0.9, m)
    bowl = bodies.plate("hardwood", 0.5, 0.5, 0.02, rng, 0.03, 50)
    rolled = unit(friction.roll(bowl, 9 * turns, rate, rng, 0.25)) * np.linspace(1, 0.45, m, dtype=np.float32)
    hiss = filters.bandpass(noise.white(rng, m), 900, 4500, rate, 1) * (turns / turns[0])
    round_ = 0.75 + 0.25 * np.sin(2 * np.pi * np.cumsum(turns) / rate)
    falls = 0.68 * total + np.cumsum(np.geomspace(0.055, 0.2, 13) * rng.uniform(0.6, 1.3, 13))
    fret = bodies.Body(np.array([1500, 2700, 4200, 6800.0]), np.full(4, 0.025), np.array([0.8, 1, 0.8, 0.5]))
    hits = [np.float32(0.9**k * rng.uniform(0.5, 1)) * takes.mix(bodies.hit(fret, rate, rng, 0.15, 0.1, 0.2),
            0.4 * bodies.hit(bowl, rate, rng, 0.5, 0.15, 0.1)) for k in range(13)]  # fmt: skip
    x = takes.phrase([0, *falls], [0.5 * (rolled + 0.3 * unit(hiss)) * round_, *hits], rate)
    return takes.event(x, rate, 0.75)


@sound("pinball", ucs="GAMEArcd", kind="texture", natural_s=7.0,
       words="pinball arcade machine flippers bumper game table",
       knobs=(SPEED,))  # fmt: skip
def pinball(p, n, rate, rng):
    """Solenoids kick a steel ball: bursts of bumper thunks with a chime each, flippers that clack, a rolling ball."""
    deck = bodies.box("wood", (0.55, 1.0, 0.3), 0.012, rng, 0.06)
    chimes = [
        bodies.Body(hz * np.array([1, 2.76, 5.4]), np.array([0.8, 0.3, 0.15]), np.array([1, 0.5, 0.3]))
        for hz in (1046.5, 1318.5, 1568.0)
    ]
    times, parts, at = [], [], 0.1
    while at < n / rate:
        flip = rng.uniform() < 0.4
        for _ in range(rng.integers(1, 3) if flip else rng.integers(2, 8)):
            kick = takes.mix(bodies.hit(deck, rate, rng, 0.8, 0.2, 0.3), 0.8 * takes.thump(rate, 110, 0.08),
                             0.5 * click(rate, rng, 0.5, 1100))  # fmt: skip
            times.append(at)
            parts.append(np.float32(rng.uniform(0.5, 0.9)) * kick)
            if not flip:
                times.append(at + 0.01)
                parts.append(0.45 * bodies.hit(chimes[rng.integers(3)], rate, rng, 0.2, 0.8, 0.1))
            at += rng.uniform(0.07, 0.2) / (0.6 + 0.8 * p["speed"])
        at += rng.uniform(0.2, 0.9) / (0.6 + 0.8 * p["speed"])
    wood = bodies.plate("wood", 0.5, 1.0, 0.012, rng, 0.05, 40)
    rolled = friction.roll(wood, noise.wander(rng, n, rate, 0.8, 2, 14), rate, rng, 0.2)
    return takes.bed(takes.mix(takes.phrase(times, parts, rate), 0.12 * unit(rolled)), n, rate, 0.09)


@sound("dominoes", ucs="GAMEBoard", kind="event", natural_s=3.0,
       words="dominoes domino falling row toppling tiles chain",
       knobs=(SPEED, Knob("count", 40, 5, 120, "how many tiles", few=10, many=90, long=100)))  # fmt: skip
def dominoes(p, n, rate, rng):
    """A row of tiles: each topples the next at a steady speed, a run of clacks that drifts in pitch along the table."""
    count = round(p["count"])
    times = np.cumsum(rng.uniform(0.9, 1.1, count) / (9 + 14 * p["speed"]))
    parts = []
    for k in range(count):
        hz = np.array([1450, 2600, 4300, 6900.0]) * (1 + 0.1 * np.sin(k / 9)) * rng.uniform(0.95, 1.05, 4)
        tile = bodies.Body(hz, np.array([0.022, 0.018, 0.012, 0.008]), np.array([0.9, 1, 0.7, 0.4]))
        clack = takes.mix(bodies.hit(tile, rate, rng, 0.2, 0.06, 0.2), 0.25 * takes.thump(rate, 240, 0.04))
        parts.append(np.float32(rng.uniform(0.7, 1.0)) * clack)
    return takes.event(takes.phrase(times, parts, rate), rate, 0.75)


@sound("bubble wrap", ucs="PLASHndl", kind="texture", natural_s=4.0,
       words="bubble wrap popping pop bubbles plastic packaging squeezing",
       knobs=(Knob("rate", 3.0, 0.5, 14, "pops a second", slow=1.2, slowly=1.2, fast=8, quickly=8),))  # fmt: skip
def bubble_wrap(p, n, rate, rng):
    """A cell of film bursts under the thumb: a millisecond's crack over a small cavity's note; the sheet crinkles."""
    at = noise.instants(rng, n, rate, p["rate"] * noise.wander(rng, n, rate, 0.8, 0.3, 1.7))
    pops = [
        takes.mix(
            takes.burst(rng, rate, 0.012, 1200, 11000),
            0.9 * takes.thump(rate, rng.uniform(700, 1300), 0.018, 0.5, 0.0004),
        )
        for _ in range(10)
    ]
    gains = curves.pans(rng, len(at), 0.3) * rng.uniform(0.5, 1, len(at)).astype(np.float32)
    out = curves.lay(np.zeros((2, n), np.float32), at, [pops[k] for k in rng.integers(0, 10, len(at))], gains)
    crinkle = friction.crackle(n, rate, rng, 40 * noise.wander(rng, n, rate, 3, 0, 1), (2000, 9000), (1, 6), 1.3, 10)
    return takes.bed(out + 0.05 * unit(crinkle), n, rate, 0.07)


@sound("rubber band", ucs="TOONTwang", kind="event", natural_s=0.9,
       words="rubber band elastic twang pluck snap stretched ruler twanging",
       knobs=(Knob("tension", 0.5, 0, 1, "slack to taut", loose=0.1, slack=0.1, tight=0.9, taut=0.9),))  # fmt: skip
def rubber_band(p, n, rate, rng):
    """A stretched strip let go: a buzzing tone whose pitch sinks as its swing, and with it the tension, dies."""
    m = round(0.85 * rate)
    t = np.arange(m) / rate
    hz = 120 * 3.0 ** p["tension"] * (1 + 0.45 * np.exp(-t / 0.09)) * (1 + 0.01 * np.sin(2 * np.pi * 9 * t))
    x = oscillators.harmonics(hz, [1, 0.8, 0.6, 0.5, 0.35, 0.3, 0.2, 0.15, 0.1, 0.1], rate) * np.exp(-t / 0.16)
    buzz = np.tanh(3 * x) * np.exp(-t / 0.07)
    return takes.event(takes.mix(unit(x + 0.5 * buzz), 0.5 * takes.burst(rng, rate, 0.015, 900, 7000)), rate, 0.75)


@sound("drum roll", ucs="MUSCPerc", kind="event", natural_s=4.0,
       words="drum roll drumroll snare suspense announcement circus",
       knobs=(SPEED, Knob("crash", 1.0, 0, 1, "ends without or with a cymbal crash", without=0.0)))  # fmt: skip
def drum_roll(p, n, rate, rng):
    """Two sticks that buzz on a snare drum, louder and louder, a last stroke and a crash of cymbals."""
    length = takes.seconds(n, rate, 1.5, 12.0) - 1.2 * p["crash"]
    times = takes.beats(round(max(length, 1.0) * rate), rate, 1 / (15 + 12 * p["speed"]), 0.06, rng)
    head = bodies.membrane(190, 0.14, rng)
    wires = [takes.burst(rng, rate, 0.12, 1500, 9500) for _ in range(6)]
    drum = [0.8 * bodies.hit(head, rate, rng, 0.8, 0.2, 0.2) for _ in range(6)]
    grow = 0.25 + 0.75 * (times / max(times[-1], 1e-6)) ** 1.5
    parts = [np.float32(g * rng.uniform(0.8, 1)) * takes.mix(wires[k % 6], drum[(k + 2) % 6])
             for k, g in enumerate(grow)]  # fmt: skip
    last = times[-1] + 0.11
    m = round(1.6 * rate)
    t = np.arange(m) / rate
    cymbal = filters.shape(noise.white(rng, m), [300, 900, 3500, 9000, 16000], [-16, -5, 0, 0, -6], rate)
    cymbal *= np.exp(-t / 0.4) * np.minimum(t / 0.004, 1)
    end = takes.mix(
        2.2 * takes.mix(wires[0], drum[0]), 1.6 * takes.thump(rate, 62, 0.3), 1.2 * p["crash"] * unit(cymbal)
    )
    return takes.event(takes.phrase([*times, last], [*parts, end], rate), rate, 0.8)


@sound("guitar feedback", ucs="MUSCPluck", kind="texture", natural_s=7.0,
       words="guitar feedback electric amp amplifier distortion howling screech rock microphone",
       knobs=(Knob("pitch", 0.5, 0, 1, "low to shrill", low_=0.1, high_=0.85, screeching=0.95),))  # fmt: skip
def guitar_feedback(p, n, rate, rng):
    """String, amplifier and air make a loop: of the string's harmonics the one whose phase suits grows until the
    amplifier clips, and slides over to another.
    """
    string = 110.0 * 2 ** p["pitch"] * (1 + 0.002 * np.sin(2 * np.pi * 4.6 * np.arange(n) / rate))
    out = np.zeros(n, np.float32)
    orders = np.array([1, 2, 3, 4, 6, 8])
    favours = np.stack([noise.wander(rng, n, rate, 0.45, -1, 1) for _ in orders]) + 0.5 * p["pitch"] * np.array(
        [[-1.0], [0], [0.4], [0.5], [0.8], [0.6]]
    )
    share = np.exp(5 * (favours - favours.max(axis=0)))
    share = share / share.sum(axis=0)
    for k, order in enumerate(orders):
        out += share[k] * oscillators.sine(order * string, rate, rng.uniform())
    pick = filters.bandpass(noise.white(rng, n), 300, 5000, rate, 1)
    grit = np.tanh(4.5 * out + 0.12 * pick + 0.15 * oscillators.sine(string, rate))
    cabinet = filters.lowpass(filters.highpass(grit, 90, rate, 1), 4800, rate, 2)
    hum = oscillators.harmonics(np.full(n, 50.0), [1, 0.8, 0.6, 0.5, 0.3, 0.3], rate)
    grow = 0.35 + 0.65 * np.minimum(np.arange(n) / rate / 0.8, 1)
    return takes.bed(level(cabinet) * grow + 0.03 * hum, n, rate)
