"""Interfaces and games: clicks, confirmations, coins, jumps, lasers, power-ups, as their circuits made them.

The game sounds follow the recipes of sound chips (square and noise channels with swept pitch and a falling
volume); the interface sounds are small bells and marimbas, as designers make them.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.objects import unit

PITCH = Knob("pitch", 0.5, 0.0, 1.0, "low to high", low=0.15, deep=0.05, high=0.85, shrill=1.0)


def at_pitch(p: dict[str, float], hz: float) -> float:
    """`hz` moved by an octave down to one up by the knob `pitch`."""
    return hz * 4.0 ** (p["pitch"] - 0.5)


def pluck(hz: float, rate: int, t60_s: float = 0.35, bright: float = 0.3) -> np.ndarray:
    """A soft mallet note: the tone, its fourth and tenth harmonics that die at once (a marimba bar, tuned)."""
    x = tones.tone(hz, t60_s, rate, "sine", 0.002, 0.02, t60_s)
    return takes.mix(
        x,
        bright * tones.tone(4 * hz, 0.4 * t60_s, rate, "sine", 0.001, 0.02, 0.3 * t60_s),
        0.4 * bright * tones.tone(9.8 * hz, 0.15 * t60_s, rate, "sine", 0.0005, 0.01, 0.12 * t60_s),
    )


def bleep(hz, seconds: float, rate: int, width: float = 0.5, fall: bool = True) -> np.ndarray:
    """A note of a pulse channel whose pitch follows `hz` (a number, two ends, or a curve `[n]`) and whose volume
    falls.
    """
    n = max(round(seconds * rate), 2)
    curve = np.asarray(hz, float) if np.size(hz) > 2 else np.geomspace(np.ravel(hz)[0], np.ravel(hz)[-1], n)
    x = oscillators.pulse(curve, rate, width) * tones.edges(n, rate, 0.001, 0.008)
    return x * np.linspace(1, 0.05, n, dtype=np.float32) if fall else x


@sound(
    "ui click",
    ucs="UIClick",
    kind="event",
    natural_s=0.4,
    words="click ui interface button tap select menu",
    knobs=(PITCH,),
)
def ui_click(p, n, rate, rng):
    """A tick of 5 ms: a damped tone near 2 kHz over a hint of body."""
    x = takes.mix(
        tones.tone(at_pitch(p, 1900), 0.05, rate, "sine", 0.0004, 0.01, 0.028),
        0.25 * takes.burst(rng, rate, 0.006, 2500, 9000),
    )
    return takes.event(takes.mix(x, 0.4 * takes.thump(rate, at_pitch(p, 420), 0.03)), rate, 0.6)


@sound(
    "ui hover",
    ucs="UIMvmt",
    kind="event",
    natural_s=0.4,
    words="hover ui interface rollover tick highlight",
    knobs=(PITCH,),
)
def ui_hover(p, n, rate, rng):
    """A very short soft blip that rises a little."""
    return takes.event(
        tones.tone((at_pitch(p, 1150), at_pitch(p, 1450)), 0.06, rate, "sine", 0.004, 0.02, 0.08), rate, 0.5
    )


@sound(
    "ui confirm",
    ucs="UIBeep",
    kind="event",
    natural_s=0.5,
    words="confirm ui interface accept ok positive done",
    knobs=(PITCH,),
)
def ui_confirm(p, n, rate, rng):
    """Two mallet notes, a fifth up: yes."""
    low = at_pitch(p, 660)
    return takes.event(takes.phrase([0, 0.09], [pluck(low, rate), pluck(low * 1.5, rate, 0.5)], rate), rate, 0.6)


@sound("ui success", ucs="UIAlert", kind="event", natural_s=1.2,
       words="success ui level complete win achievement correct fanfare",
       knobs=(PITCH,))  # fmt: skip
def ui_success(p, n, rate, rng):
    """A broken major chord upwards that rings on."""
    low = at_pitch(p, 523)
    notes = [pluck(low * 2 ** (k / 12), rate, 1.2 if k == 12 else 0.6) for k in (0, 4, 7, 12)]
    return takes.event(takes.phrase([0, 0.08, 0.16, 0.24], notes, rate), rate, 0.65)


@sound("ui error", ucs="UIAlert", kind="event", natural_s=0.4,
       words="error ui wrong fail failure denied negative invalid",
       knobs=(PITCH,))  # fmt: skip
def ui_error(p, n, rate, rng):
    """Two low buzzes, the second lower: no."""
    hz = at_pitch(p, 220)
    one = filters.lowpass(tones.tone(hz, 0.13, rate, "square"), 3000, rate)
    two = filters.lowpass(tones.tone(hz * 0.75, 0.24, rate, "square", release_s=0.05), 3000, rate)
    return takes.event(takes.phrase([0, 0.16], [one, two], rate), rate, 0.6)


@sound("notification", ucs="UIAlert", kind="event", natural_s=1.0,
       words="notification message alert ping text chime email reminder ding",
       knobs=(PITCH,))  # fmt: skip
def notification(p, n, rate, rng):
    """Two small bells, a fourth apart, over one another."""
    hz = at_pitch(p, 1050)
    parts = [pluck(hz, rate, 0.8, 0.25), pluck(hz * 4 / 3, rate, 1.0, 0.25)]
    return takes.event(takes.phrase([0, 0.12], parts, rate), rate, 0.6)


@sound(
    "ui swipe",
    ucs="UIMvmt",
    kind="event",
    natural_s=0.4,
    words="swipe ui slide interface transition scroll",
    knobs=(PITCH,),
)
def ui_swipe(p, n, rate, rng):
    """A short band of air that rises."""
    m = round(0.26 * rate)
    t = np.linspace(0, 1, m)
    x = filters.sweep(noise.white(rng, m), "band", at_pitch(p, 1) * (900 + 4200 * t), rate, q=1.6) * takes.swell(m, 0.5)
    return takes.event(x, rate, 0.5)


@sound("coin pickup", ucs="GAMEArcd", kind="event", natural_s=0.6,
       words="coin pickup collect game arcade retro 8-bit gem token video",
       knobs=(PITCH,))  # fmt: skip
def coin_pickup(p, n, rate, rng):
    """The arcade coin: a short note, then a fourth above it that fades (square wave)."""
    hz = at_pitch(p, 988)
    return takes.event(
        takes.phrase([0, 0.075], [bleep(hz, 0.08, rate, fall=False), bleep(hz * 4 / 3, 0.5, rate)], rate), rate, 0.6
    )


@sound("game jump", ucs="GAMEArcd", kind="event", natural_s=0.4,
       words="jump hop game arcade retro 8-bit platformer video",
       knobs=(PITCH,))  # fmt: skip
def jump(p, n, rate, rng):
    """A pulse that bends up by an octave and more as the player leaves the ground."""
    hz = at_pitch(p, 280)
    return takes.event(bleep((hz, hz * rng.uniform(2.2, 3.0)), 0.26, rate, 0.25), rate, 0.6)


@sound("game hurt", ucs="GAMEArcd", kind="event", natural_s=0.4,
       words="hurt hit damage game arcade retro 8-bit player video",
       knobs=(PITCH,))  # fmt: skip
def hurt(p, n, rate, rng):
    """A pulse that falls, with a burst of the noise channel on top."""
    hz = at_pitch(p, 440)
    m = round(0.18 * rate)
    held = np.repeat(rng.choice([-1.0, 1.0], m // 6 + 1), 6)[:m].astype(np.float32) * np.linspace(
        1, 0, m, dtype=np.float32
    )
    return takes.event(takes.mix(bleep((hz, hz * 0.3), 0.3, rate, 0.5), 0.7 * held), rate, 0.6)


@sound("game over", ucs="GAMEVideo", kind="event", natural_s=1.8,
       words="game over lose lost defeat death fail arcade 8-bit retro",
       knobs=(PITCH,))  # fmt: skip
def game_over(p, n, rate, rng):
    """A tune that goes down and slows down, on two pulse channels."""
    base = at_pitch(p, 523)
    steps, at = [], 0.0
    for semitones, length in ((0, 0.16), (-2, 0.16), (-3, 0.16), (-7, 0.26), (-8, 0.26), (-12, 0.8)):
        steps.append((at, base * 2 ** (semitones / 12), length))
        at += length
    parts = [takes.mix(bleep(hz, d, rate, 0.25), 0.5 * bleep(hz / 2, d, rate)) for _, hz, d in steps]
    return takes.event(takes.phrase([s[0] for s in steps], parts, rate), rate, 0.6)


@sound("power-up", ucs="GAMEArcd", kind="event", natural_s=0.9,
       words="power-up powerup upgrade level up bonus game arcade retro boost charge",
       knobs=(PITCH,))  # fmt: skip
def power_up(p, n, rate, rng):
    """An arpeggio that climbs through three octaves in steps of a chord."""
    base = at_pitch(p, 330)
    chord = [0, 4, 7, 12, 16, 19, 24, 28, 31]
    parts = [bleep(base * 2 ** (k / 12), 0.075 if k < 31 else 0.35, rate, 0.5, k == 31) for k in chord]
    return takes.event(takes.phrase(np.arange(9) * 0.062, parts, rate), rate, 0.6)


@sound("power-down", ucs="SCIMach", kind="event", natural_s=1.6,
       words="power-down powerdown shutdown off failing machine dying deactivate",
       knobs=(PITCH,))  # fmt: skip
def power_down(p, n, rate, rng):
    """A machine that loses its current: a hum with harmonics sinks to nothing, its filter closes with it."""
    m = round(takes.seconds(n, rate, 0.8, 4.0) * rate)
    t = np.linspace(0, 1, m)
    hz = at_pitch(p, 340) * 0.06**t
    x = oscillators.saw(hz, rate) + oscillators.saw(hz * 1.007, rate) + 0.5 * oscillators.pulse(2 * hz, rate, 0.3)
    x = filters.sweep(x.astype(np.float32), "low", 200 + 5500 * (1 - t) ** 2, rate, q=1.2)
    return takes.event(x * (1 - t) ** 0.7, rate, 0.7)


@sound("laser", ucs="LASRGun", kind="event", natural_s=0.4,
       words="laser blaster zap pew ray gun phaser sci-fi scifi shot space shoot",
       knobs=(PITCH, Knob("count", 1, 1, 10, "how many shots", shots=3, lasers=4, three=3)))  # fmt: skip
def laser(p, n, rate, rng):
    """Pew: a tone that falls exponentially by three octaves in a quarter of a second (a struck long spring does it
    too).
    """
    parts, times = [], []
    for k in range(round(p["count"])):
        m = round(rng.uniform(0.28, 0.36) * rate)
        t = np.arange(m) / rate
        hz = at_pitch(p, 1) * (180 + 3400 * np.exp(-t / 0.055))
        x = oscillators.pulse(hz, rate, 0.35) + 0.6 * oscillators.saw(hz * 1.01, rate)
        x = filters.lowpass(x * np.exp(-t / 0.1).astype(np.float32), 9000, rate, 1)
        parts.append(takes.mix(x, 0.4 * takes.burst(rng, rate, 0.02, 1500, 9000)))
        times.append(k * rng.uniform(0.17, 0.24))
    return takes.event(takes.phrase(times, parts, rate), rate, 0.7)


@sound("glitch", ucs="UIGlitch", kind="event", natural_s=1.0,
       words="glitch digital error stutter corrupted data bitcrush malfunction",
       knobs=(PITCH,))  # fmt: skip
def glitch(p, n, rate, rng):
    """A buffer that stutters: scraps of tone and noise held, repeated and cut, their samples crushed."""
    length = takes.seconds(n, rate, 0.4, 4.0)
    out, total = [], 0
    while total < length * rate:
        m = round(rng.uniform(0.008, 0.07) * rate)
        kind = rng.integers(4)
        hz = at_pitch(p, 2 ** rng.uniform(6.5, 11.5))
        scrap = (
            tones.tone(hz, m / rate, rate, "square", 0.0005, 0.0005),
            noise.white(rng, m) * 0.5,
            tones.tone((hz, hz * rng.uniform(0.2, 4)), m / rate, rate, "saw", 0.0005, 0.0005),
            np.zeros(m, np.float32),
        )[kind]
        hold = int(rng.integers(1, 24))
        scrap = np.repeat(scrap[::hold], hold)[: len(scrap)]
        crushed = np.round(scrap * 6) / 6
        times = int(rng.integers(1, 7))
        out.append(np.tile(crushed, times))
        out.append(np.zeros(round(rng.uniform(0, 0.02) * rate), np.float32))
        total += times * len(crushed)
    return takes.event(np.concatenate(out)[: round(length * rate)], rate, 0.6)


@sound("data chirp", ucs="UIData", kind="event", natural_s=0.6, words="data transfer upload scan readout digital chirp "
       "blip", knobs=(PITCH,))  # fmt: skip
def data_chirp(p, n, rate, rng):
    """A run of thirty tiny tones that climb: a bar that fills."""
    hz = at_pitch(p, 700) * np.geomspace(1, 3, 26) * rng.uniform(0.97, 1.03, 26)
    parts = [tones.tone(float(f), 0.016, rate, "sine", 0.002, 0.004) for f in hz]
    return takes.event(unit(takes.phrase(np.arange(26) * 0.021, parts, rate)), rate, 0.5)
