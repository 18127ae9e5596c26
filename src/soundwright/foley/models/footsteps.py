"""Footsteps on eleven grounds and on stairs: the foot's force over time, and what the ground does with it.

A step pushes twice, with the heel and then with the ball of the foot; running makes one blow of it (ground reaction
forces: Cook, "Modeling Bill's gait", 2002; Farnell, "Designing Sound", Footsteps). Solid floors answer with their
modes; loose ones break into grains as long as the foot presses (Fontana and Bresin, "Physics-based sound synthesis
and control: crushing, walking and running by crumpling sounds", 2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bodies, friction, takes
from soundwright.foley.model import Knob, sound

PACE = Knob("pace", 1.8, 0.7, 4.0, "steps a second", walk=1.8, walking=1.8, slow=1.2, slowly=1.2, sneaking=0.9,
            creeping=0.9, brisk=2.2, fast=2.5, quick=2.5, hurrying=2.4, jogging=2.6, run=3.0, running=3.0, runs=3.0,
            sprint=3.6, sprinting=3.6, marching=2.0)  # fmt: skip
SHOE = Knob("shoe", 0.6, 0.0, 1.0, "bare and soft to a hard heel", barefoot=0.0, sneakers=0.2, trainers=0.2, soft=0.2,
            boots=0.7, boot=0.7, shoes=0.7, heels=1.0, heel=1.0, hard=0.9, leather=0.8)  # fmt: skip
WEIGHT = Knob("weight", 0.5, 0.0, 1.0, "a child to a heavy man", light=0.2, child=0.1, small=0.15, heavy=0.9, big=0.85,
              giant=1.0)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """How a floor answers: the low blow, a body that rings, grains that break, and what rubs or bubbles."""

    words: str
    thump: float = 0.5
    thump_hz: float = 90.0
    body: str = ""
    ring: float = 0.0  # level of the body
    tap: float = 0.0  # click of a hard sole
    grains: float = 0.0  # breaks a second under full force
    grain_hz: tuple[float, float] = (2000.0, 8000.0)
    grain_ms: tuple[float, float] = (2.0, 8.0)
    tail: float = 1.2
    grain: float = 0.0  # level of the grains
    hush: float = 0.0  # rubbing noise
    hush_hz: tuple[float, float] = (1000.0, 6000.0)
    bubbles: float = 0.0


GROUNDS = {
    "concrete": Ground(
        "concrete stone pavement sidewalk asphalt tile tiles marble street cobblestone hallway corridor", 0.22, 95,
        "stone", ring=0.45, tap=1.0, grains=40, grain_hz=(2500, 9000), grain_ms=(1, 4), tail=1.6, grain=0.12, hush=0.10,
        hush_hz=(900, 7000)),
    "wood": Ground(
        "wood wooden floor floorboards hardwood parquet deck plank", 0.45, 80, "wood", ring=1.0, tap=0.5, grains=14,
        grain_hz=(500, 2200), grain_ms=(6, 20), tail=1.5, grain=0.06, hush=0.05, hush_hz=(600, 3500)),
    "metal": Ground("metal grating steel catwalk iron ladder", 0.35, 95, "metal", ring=1.0, tap=0.6, hush=0.04),
    "gravel": Ground(
        "gravel pebbles stones path driveway shingle rubble", 0.3, 75, grains=1100, grain_hz=(1000, 6500),
        grain_ms=(2, 12), tail=1.15, grain=1.0, hush=0.15, hush_hz=(900, 5500)),
    "sand": Ground(
        "sand beach dune desert", 0.22, 70, grains=2200, grain_hz=(1800, 9000), grain_ms=(0.6, 2.5), tail=0.8,
        grain=0.45, hush=1.0, hush_hz=(700, 4500)),
    "snow": Ground(
        "snow snowy ice frost winter", 0.16, 110, grains=1500, grain_hz=(700, 4200), grain_ms=(2, 9), tail=1.0,
        grain=1.0, hush=0.5, hush_hz=(600, 5000)),
    "grass": Ground(
        "grass lawn meadow field", 0.35, 65, grains=420, grain_hz=(2500, 9500), grain_ms=(1.5, 7), tail=1.1, grain=0.25,
        hush=0.8, hush_hz=(1500, 8000)),
    "leaves": Ground(
        "leaves leaf autumn forest twigs undergrowth dry", 0.16, 75, grains=620, grain_hz=(2400, 12000),
        grain_ms=(1, 9), tail=1.5, grain=1.0, hush=0.5, hush_hz=(3000, 12000)),
    "mud": Ground(
        "mud muddy swamp squelch sludge", 0.4, 80, grains=160, grain_hz=(350, 1800), grain_ms=(6, 25), tail=1.2,
        grain=0.5, hush=0.7, hush_hz=(300, 2200), bubbles=1.0),
    "water": Ground(
        "puddle water wading shallow splash splashing wet rain", 0.25, 90, grains=500, grain_hz=(1500, 8000),
        grain_ms=(2, 10), tail=1.3, grain=0.45, hush=1.0, hush_hz=(600, 7000), bubbles=0.7),
    "carpet": Ground(
        "carpet rug indoor", 0.7, 90, grains=60, grain_hz=(500, 2500), grain_ms=(2, 6), grain=0.05, hush=0.35,
        hush_hz=(250, 1600)),
}  # fmt: skip


def floor(ground: Ground, rng: np.random.Generator) -> bodies.Body | None:
    """The body of a solid floor."""
    if ground.body == "wood":
        return bodies.plate("wood", 0.9, 1.8, 0.024, rng, 0.035, 70)
    if ground.body == "metal":
        return bodies.plate("steel", 0.5, 1.0, 0.005, rng, 0.004, 60)
    if ground.body == "stone":
        stone = bodies.plate("concrete", 0.35, 0.4, 0.06, rng, 0.05, 40)
        return bodies.Body(stone.hz, np.minimum(stone.t60_s, 0.05), stone.gain)
    return None


def press(ground: Ground, force: np.ndarray, p: dict[str, float], rate: int, rng: np.random.Generator) -> np.ndarray:
    """What loose ground does under the force curve `[n]`: grains, rubbing, bubbles."""
    n = len(force)
    out = np.zeros(n, np.float32)
    if ground.grains:
        broken = friction.crackle(
            n, rate, rng, ground.grains * force, ground.grain_hz, ground.grain_ms, ground.tail, 14
        )
        out += ground.grain * broken * (0.3 + 0.7 * force) * 0.25
    if ground.hush:
        rub = filters.bandpass(noise.white(rng, n), *ground.hush_hz, rate, 1)
        rub *= 1 + 0.5 * noise.wander(rng, n, rate, 60)
        out += ground.hush * 0.35 * rub * force**1.5
    if ground.bubbles:
        count = int(rng.integers(5, 12))
        at = rng.uniform(0.02, 0.75, count) * n
        pops = [rng.uniform(0.1, 0.7) * friction.bubble(rng.uniform(2.5, 9), rate, 0.25) for _ in at]
        out += ground.bubbles * 0.6 * noise.scatter(n, at, pops)
    return out


def step(
    ground: Ground, body: bodies.Body | None, p: dict[str, float], rate: int, rng: np.random.Generator
) -> np.ndarray:
    """One step, heel and ball of the foot, about 0.4 s."""
    running = float(np.clip((p["pace"] - 2.2) / 0.8, 0, 1))
    roll_s = (0.14 - 0.08 * running) * rng.uniform(0.9, 1.1)
    heel_s, toe_s = 0.11 - 0.02 * running, 0.2 - 0.05 * running
    n = round((roll_s + toe_s + 0.25) * rate)
    force = np.zeros(n, np.float32)
    heel = takes.swell(round(heel_s * rate), 0.25, 1.5)
    toe = takes.swell(round(toe_s * rate), 0.35, 1.5)
    force[: len(heel)] = (1.0 + 0.5 * running) * heel
    at = round(roll_s * rate)
    force[at : at + len(toe)] += (0.75 - 0.3 * running) * rng.uniform(0.8, 1.1) * toe
    force[: at + len(toe) // 2] += 0.3 * takes.swell(at + len(toe) // 2, 0.5, 0.7)  # the sole rolls over
    out = press(ground, np.minimum(force * (0.7 + 0.5 * p["weight"]), 1.6), p, rate, rng)
    low_hz = ground.thump_hz * (1.25 - 0.5 * p["weight"]) * rng.uniform(0.95, 1.05)
    contact = 0.35 * 14 ** (1 - p["shoe"])
    for start, strength in ((0.0, 1.0), (roll_s, (0.36 - 0.2 * running) * rng.uniform(0.7, 1.2))):
        parts = [0.8 * ground.thump * (0.6 + 0.6 * p["weight"]) * takes.thump(rate, low_hz, 0.13, 0.5, 0.004)]
        if body is not None:
            parts.append(ground.ring * bodies.hit(body, rate, rng, contact, 0.8, 0.1))
        if ground.tap or p["shoe"] > 0.3:  # a hard sole is heard a little on soft ground too
            hard = takes.burst(rng, rate, 0.022, 900 + 900 * p["shoe"], 2500 + 9000 * p["shoe"], 0.0003)
            parts.append(max(ground.tap, 0.12) * (0.15 + 0.65 * p["shoe"]) * hard)
        blow = takes.mix(*parts) * np.float32(strength)
        first = round(start * rate)
        out = takes.mix(out, np.concatenate([np.zeros(first, np.float32), blow]))
    return out * np.float32(rng.uniform(0.8, 1.0) * (1 + 0.3 * running))


def walk(ground: Ground):
    """A texture of steps on `ground`: two feet that differ, a pace that breathes."""

    def play(p, n, rate, rng):
        body = floor(ground, rng)
        times = takes.beats(n, rate, 1 / p["pace"], 0.035, rng, 0.08)
        feet = (rng.uniform(0.85, 1.0), 1.0)
        parts = [feet[k % 2] * step(ground, body, p, rate, rng) for k in range(len(times))]
        return takes.bed(takes.phrase(times, parts, rate), n, rate, 0.07)

    play.__doc__ = f"Steps on {ground.words.split()[0]}: heel and toe forces on the ground's modes, grains and rubbing."
    return play


for _name, _ground in GROUNDS.items():
    sound(
        f"footsteps on {_name}",
        ucs="FEETHmn",
        kind="texture",
        natural_s=6.0,
        knobs=(PACE, SHOE, WEIGHT),
        words=f"{_ground.words} footsteps footstep steps step walk walking run running shoes",
    )(walk(_ground))


@sound("footsteps on stairs", ucs="FEETHmn", kind="texture", natural_s=6.0, knobs=(PACE, SHOE, WEIGHT),
       words="stairs staircase upstairs downstairs stairway footsteps footstep steps climbing")  # fmt: skip
def stairs(p, n, rate, rng):
    """Steps on wooden stairs: mostly the ball of the foot, each tread a box of another size, some of them creak."""
    times = takes.beats(n, rate, 1 / p["pace"], 0.04, rng, 0.08)
    treads = [bodies.box("wood", (0.9, 0.28, rng.uniform(0.15, 0.2)), 0.022, rng, 0.04) for _ in range(5)]
    parts = []
    for k in range(len(times)):
        one = step(GROUNDS["wood"], treads[k % 5], {**p, "weight": min(p["weight"] + 0.2, 1.0)}, rate, rng)
        if rng.random() < 0.25:
            length = round(0.18 * rate)
            slow = np.linspace(60, 140, length) * rng.uniform(0.7, 1.3)
            creak = friction.drive(friction.slips(slow, rate, rng, 0.1), treads[k % 5], rate, 0.1)
            one = takes.mix(one, 0.15 * creak / max(float(np.abs(creak).max()), 1e-9))
        parts.append(one)
    return takes.bed(takes.phrase(times, parts, rate), n, rate)


@sound("single footstep", ucs="FEETHmn", kind="event", natural_s=0.5, knobs=(PACE, SHOE, WEIGHT),
       words="footstep step stomp stamp footfall")  # fmt: skip
def one_step(p, n, rate, rng):
    """One step on boards over stone: heel, then the ball of the foot."""
    ground = GROUNDS["wood"]
    return takes.event(step(ground, floor(ground, rng), p, rate, rng), rate, 0.8)
