"""Interfaces and games: clicks, confirmations, coins, jumps, lasers, power-ups, as their circuits made them.

The game sounds follow the recipes of sound chips (square and noise channels with swept pitch and a falling
volume); the interface sounds are small bells and marimbas, as designers make them.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import curves, takes, tones
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
    low, up = curves.about(rng, at_pitch(p, 660), 0.15), rng.choice([4 / 3, 1.5, 1.5])
    notes = [pluck(low, rate), pluck(low * up, rate, 0.5)]
    return takes.event(takes.phrase([0, rng.uniform(0.07, 0.12)], notes, rate), rate, 0.6)


@sound("ui success", ucs="UIAlert", kind="event", natural_s=1.2,
       words="success ui level complete win achievement correct fanfare",
       knobs=(PITCH,))  # fmt: skip
def ui_success(p, n, rate, rng):
    """A broken major chord upwards that rings on."""
    low, step, bright = curves.about(rng, at_pitch(p, 523), 0.2), rng.uniform(0.06, 0.12), rng.uniform(0.15, 0.5)
    chord = ((0, 4, 7, 12), (0, 4, 7, 12), (0, 7, 12), (0, 5, 9, 12), (7, 12, 16, 19))[rng.integers(5)]
    notes = [pluck(low * 2 ** (k / 12), rate, 1.2 if k == chord[-1] else 0.6, bright) for k in chord]
    return takes.event(takes.phrase(step * np.arange(len(notes)), notes, rate), rate, 0.65)


@sound("ui error", ucs="UIAlert", kind="event", natural_s=0.4,
       words="error ui wrong fail failure denied negative invalid",
       knobs=(PITCH,))  # fmt: skip
def ui_error(p, n, rate, rng):
    """One to three low buzzes, rough with a second one beside them, the last lower and longer: no."""
    hz, step, length = (
        curves.about(rng, at_pitch(p, 190), 0.25),
        rng.choice([1.0, 0.94, 0.84, 0.75]),
        rng.uniform(0.09, 0.15),
    )
    wave, beside = rng.choice(["square", "saw"]), rng.choice([1.0, 1.06, 1.41])
    parts, times, count = [], [], int(rng.choice([1, 2, 2, 3]))
    for k in range(count):
        seconds = length * rng.uniform(1.7, 2.6) if k == count - 1 else length
        at = hz * step**k
        buzz = tones.tone(at, seconds, rate, wave, release_s=0.04) + 0.6 * tones.tone(
            at * beside, seconds, rate, wave, release_s=0.04
        )
        parts.append(filters.lowpass(np.tanh(1.5 * buzz), 3500, rate, 1))
        times.append(k * 1.25 * length)
    return takes.event(takes.phrase(times, parts, rate), rate, 0.6)


@sound("notification", ucs="UIAlert", kind="event", natural_s=1.0,
       words="notification message alert ping text chime email reminder ding",
       knobs=(PITCH,))  # fmt: skip
def notification(p, n, rate, rng):
    """Two or three small bells, most often a fourth apart, over one another."""
    hz, gap, bright = curves.about(rng, at_pitch(p, 1000), 0.2), rng.uniform(0.08, 0.16), rng.uniform(0.12, 0.4)
    ratios = ((1, 4 / 3), (1, 4 / 3), (1, 3 / 2), (4 / 3, 1), (1, 5 / 4, 3 / 2), (1, 2))[rng.integers(6)]
    parts = [pluck(hz * r, rate, rng.uniform(0.7, 1.1), bright) for r in ratios]
    return takes.event(takes.phrase(gap * np.arange(len(parts)), parts, rate), rate, 0.6)


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
    """The arcade coin: a short note, then a fourth above it that fades (pulse wave); some games take another interval,
    one grace note more, or a thinner pulse.
    """
    hz, width = curves.about(rng, at_pitch(p, 988), 0.15), rng.choice([0.5, 0.5, 0.25, 0.125])
    short, long = rng.uniform(0.05, 0.09), rng.uniform(0.28, 0.6)
    steps = ((4 / 3,), (4 / 3,), (3 / 2,), (5 / 4, 5 / 3), (4 / 3, 2.0))[rng.integers(5)]
    notes = [1.0, *steps]
    parts = [bleep(hz * r, short + 0.005, rate, width, fall=False) for r in notes[:-1]]
    parts.append(bleep(hz * notes[-1], long, rate, width))
    return takes.event(takes.phrase(short * np.arange(len(notes)), parts, rate), rate, 0.6)


@sound("game jump", ucs="GAMEArcd", kind="event", natural_s=0.4,
       words="jump hop game arcade retro 8-bit platformer video",
       knobs=(PITCH,))  # fmt: skip
def jump(p, n, rate, rng):
    """A pulse that bends up by an octave and more as the player leaves the ground."""
    hz, seconds = curves.about(rng, at_pitch(p, 280), 0.15), rng.uniform(0.18, 0.34)
    bend = curves.loose(rng, round(seconds * rate), (0, 1.0), (0.5, 1.7), (1, rng.uniform(2.0, 3.2)))
    return takes.event(bleep(hz * bend, seconds, rate, rng.choice([0.125, 0.25, 0.5])), rate, 0.6)


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


GAME_OVER = (
    (0, -2, -3, -7, -8, -12),
    (0, -1, -2, -3),
    (0, -4, -7, -12),
    (0, -5, -3, -7, -12),
    (7, 4, 0, -5),
    (0, -1, -3, -6, -12),
)


@sound("game over", ucs="GAMEVideo", kind="event", natural_s=1.8,
       words="game over lose lost defeat death fail arcade 8-bit retro",
       knobs=(PITCH,))  # fmt: skip
def game_over(p, n, rate, rng):
    """A tune that goes down and slows down, on two pulse channels; the last note sinks or shakes."""
    base, haste = curves.about(rng, at_pitch(p, 523), 0.12), curves.about(rng, 1.0, 0.25)
    tune, width, below = (
        GAME_OVER[rng.integers(len(GAME_OVER))],
        rng.choice([0.125, 0.25, 0.5]),
        rng.choice([0.5, 0.75]),
    )
    sink, shake = rng.choice([1.0, 0.5, 0.7]), rng.uniform(0, 0.04)
    parts, times, at = [], [], 0.0
    for k, semitones in enumerate(tune):
        last = k == len(tune) - 1
        length = haste * (rng.uniform(0.6, 1.0) if last else 0.14 + 0.03 * k)
        m = max(round(length * rate), 4)
        hz = base * 2 ** (semitones / 12) * np.ones(m)
        if last:
            hz = hz * np.geomspace(1, sink, m) * (1 + shake * np.sin(2 * np.pi * 7 * np.arange(m) / rate))
        parts.append(takes.mix(bleep(hz, length, rate, width), 0.5 * bleep(hz * below, length, rate)))
        times.append(at)
        at += length
    return takes.event(takes.phrase(times, parts, rate), rate, 0.6)


@sound("power-up", ucs="GAMEArcd", kind="event", natural_s=0.9,
       words="power-up powerup upgrade level up bonus game arcade retro boost charge",
       knobs=(PITCH,))  # fmt: skip
def power_up(p, n, rate, rng):
    """An arpeggio that climbs through two or three octaves in steps of a chord or a scale."""
    base, step = curves.about(rng, at_pitch(p, 300), 0.2), rng.uniform(0.045, 0.08)
    ladder = ((0, 4, 7), (0, 4, 7, 11), (0, 3, 7), (0, 2, 4, 7, 9), (0, 7))[rng.integers(5)]
    climb = [k + 12 * octave for octave in range(3) for k in ladder][: rng.integers(6, 11)]
    width, bend = rng.choice([0.125, 0.25, 0.5]), rng.choice([1.0, 1.0, 1.06, 1.2])
    notes = [base * 2 ** (k / 12) for k in climb]
    parts = [bleep((hz, hz * bend), 1.2 * step, rate, width, False) for hz in notes[:-1]]
    parts.append(bleep(notes[-1], rng.uniform(0.2, 0.45), rate, width))
    return takes.event(takes.phrase(np.arange(len(parts)) * step, parts, rate), rate, 0.6)


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
    low, high = curves.about(rng, 110, 0.5), curves.about(rng, 2600, 0.45)
    sink, last, width = curves.about(rng, 0.06, 0.5), curves.about(rng, 0.1, 0.4), rng.uniform(0.15, 0.5)
    hum, dirt = rng.uniform(0, 0.8), rng.uniform(0.0, 0.35)
    for k in range(round(p["count"])):
        m = round(3.3 * last * rng.uniform(0.9, 1.1) * rate)
        t = np.arange(m) / rate
        hz = at_pitch(p, 1) * (low + high * np.exp(-t / sink))
        x = oscillators.pulse(hz, rate, width) + hum * oscillators.saw(hz * 1.01, rate)
        x = x + dirt * noise.white(rng, m) + 0.5 * oscillators.sine(0.25 * hz, rate)
        x = filters.lowpass(x * np.exp(-t / last).astype(np.float32), 9000, rate, 1)
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
