"""Plucked strings, as sums of the string's modes seen through a body or a pickup.

A string plucked at the fraction p of its length has modes sin(kπp)/k; a magnetic pickup at q sees each by sin(kπq).
Losses grow with frequency, by air and by inner friction (Valette and Cuesta, "Mécanique de la corde vibrante"), and
the two planes in which the string swings decay differently. The body is heard as gains at its own resonances and
as the knock with which every note begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.instruments.struck import even, knock, ringing
from soundwright.instruments.timbre import formant_db
from soundwright.instruments.tone import Tone


@dataclass(frozen=True, slots=True)
class Pluck:
    """A plucked string instrument.

    `t60_s` is the fundamental's decay at 220 Hz, which falls by `shorten` with pitch; `loss` is the extra 1/s at
    1 kHz, growing with frequency to the power `loss_power`. `plectrum` is the (soft, loud) cut-off in Hz of finger
    or pick. `pickup` is a pickup's place, 0 for none. `stiffness` is B at 110 Hz. `sharp_cents` is how much a hard
    note starts sharp. `buzz` sends the string over a curved bridge (jawari). `sympathetic` are ratios that ring along.
    """

    place: float = 0.2
    t60_s: float = 3.0
    shorten: float = 0.5
    loss: float = 0.8
    loss_power: float = 1.4
    plectrum: tuple[float, float] = (1500.0, 5000.0)
    slope: float = 1.0
    pickup: float = 0.0
    stiffness: float = 4e-5
    top_hz: float = 12000.0
    formants: tuple[tuple[float, float, float], ...] = ()
    body: tuple[float, ...] = ()
    knock: float = 0.06
    pick: float = 0.04
    pick_hz: float = 3000.0
    sharp_cents: float = 0.0
    buzz: float = 0.0
    sympathetic: tuple[float, ...] = ()
    courses_cents: float = 0.0
    octave: float = 0.0
    mute_t60_s: float = 0.25


GUITAR_BODY = (98.0, 204.0, 390.0, 540.0, 680.0)


def pluck(tone: Tone, build: Pluck) -> np.ndarray:
    """A plucked note, `[n]`."""
    rng, v = tone.rng, tone.velocity
    k = np.arange(1, 91)
    stiffness = build.stiffness * (tone.hz / 110.0) ** 0.6
    hz = tone.hz * k * np.sqrt((1 + stiffness * k**2) / (1 + stiffness))
    hz = hz[hz < min(0.46 * tone.rate, build.top_hz)]
    k = k[: len(hz)]
    place = build.place * rng.uniform(0.93, 1.07)
    corner = 0.75 * build.plectrum[0] * (1.6 * build.plectrum[1] / build.plectrum[0]) ** v * (tone.hz / 220.0) ** 0.25
    level = (np.abs(np.sin(np.pi * k * place)) + 0.02) / k**build.slope / (1 + (hz / corner) ** 2)
    if build.pickup:
        level = level * (np.abs(np.sin(np.pi * k * build.pickup)) + 0.04) * k**0.5
    level = level * 10 ** (formant_db(hz, build.formants) / 20) * rng.uniform(0.85, 1.15, len(k))
    if build.octave:  # a second choir of strings an octave up (4-foot stop)
        half = hz[hz * 2 < min(0.46 * tone.rate, build.top_hz)] * 2.001
        hz, level, k = (
            np.concatenate([hz, half]),
            np.concatenate([level, build.octave * level[: len(half)]]),
            np.concatenate([k, k[: len(half)]]),
        )
    level = even(level, hz)
    base = build.t60_s * (220.0 / tone.hz) ** build.shorten
    if tone.articulation == "muted":
        base = min(base, build.mute_t60_s)
    loss = build.loss * (3.0 if tone.articulation == "muted" else 1.0)
    t60 = 1 / (1 / base + loss / 6.9 * (hz / 1000.0) ** build.loss_power)
    other = 2 ** ((build.courses_cents or 0.35) * rng.uniform(0.5, 1.0, len(k)) / 1200)
    share = 0.5 if build.courses_cents else 0.3
    hz, times = np.concatenate([hz, hz * other]), np.concatenate([t60 * 0.6, t60])
    level = np.concatenate([(1 - share) * level, share * level])
    n = min(tone.n, round(1.15 * float(t60.max()) * tone.rate))
    out = ringing(hz, times, level, n, tone.rate, rng.uniform(-0.3, 0.3, len(hz)))
    if build.sharp_cents:
        out = sag(out, build.sharp_cents * v, 0.09, tone.rate)
    if build.buzz:
        out = jawari(out, build.buzz, tone.hz, tone.rate)
    if build.sympathetic:
        out = out + along(tone, build.sympathetic, n)
    rise = max(round(0.0008 * tone.rate), 2)
    out[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    for extra in (
        finger(tone, build.pick, build.pick_hz),
        knock(tone, build.body, 0.28, build.knock * (0.4 + 0.8 * v), 600.0 + 900.0 * v) if build.body else None,
    ):
        if extra is not None:
            out[: len(extra)] += extra[:n]
    return out


def finger(tone: Tone, level: float, hz: float) -> np.ndarray:
    """The scrape of nail or plectrum, 12 ms."""
    n = min(tone.n, round(0.012 * tone.rate))
    scrape = noise.white(tone.rng, n) * np.hanning(n).astype(np.float32)
    return filters.bandpass(scrape, 0.5 * hz, 2.0 * hz, tone.rate, 1) * np.float32(level * (0.1 + 1.3 * tone.velocity))


def sag(x: np.ndarray, cents: float, time_s: float, rate: int) -> np.ndarray:
    """x read a little fast at first: a stretched string starts sharp by `cents` and settles within `time_s`."""
    t = np.arange(len(x)) / rate
    ahead = (2 ** (cents / 1200) - 1) * time_s * (1 - np.exp(-t / time_s))
    return np.interp((t + ahead) * rate, np.arange(len(x)), x).astype(np.float32)


def jawari(x: np.ndarray, amount: float, hz: float, rate: int) -> np.ndarray:
    """The string grazes a curved bridge once a cycle: a one-sided bend that spreads energy to high partials."""
    follow = filters.smooth(np.abs(x), 0.03, rate) + 1e-4
    bent = x / follow
    graze = np.maximum(bent - 0.3, 0.0) ** 2 - np.maximum(bent - 1.1, 0.0) ** 2
    rough = filters.highpass(graze * follow, max(3.0 * hz, 900.0), rate)
    return (x * 0.7 + amount * rough).astype(np.float32)


def along(tone: Tone, ratios, n: int) -> np.ndarray:
    """Strings nobody touched, ringing softly along at `ratios` of the pitch."""
    ratio = np.asarray(ratios)
    hz = np.concatenate([ratio * tone.hz, 2 * ratio * tone.hz, 3 * ratio * tone.hz])
    level = np.repeat([0.06, 0.05, 0.035], len(ratio)) * tone.rng.uniform(0.5, 1.0, len(hz))
    ring = ringing(hz * tone.rng.uniform(0.999, 1.001, len(hz)), 2.5, level, n, tone.rate)
    swell = 1 - np.exp(-np.arange(n) / (0.12 * tone.rate))
    return (ring * swell).astype(np.float32)
