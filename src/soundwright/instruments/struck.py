"""Struck strings and bars, as sums of their modes.

Strings are stiff: partial k lies at k f √(1 + B k²); the inharmonicity B over the keyboard is that of Rigaud, David
and Daudet (JASA 2013). Each partial decays in two stages because two or three strings are slightly out of tune
and share a bridge (Weinreich 1977). The hammer is a low-pass that opens with velocity, with zeros at the strike point.
Bars and tines have mode ratios from Fletcher and Rossing, "The Physics of Musical Instruments".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.dsp.modal import damped_sines
from soundwright.instruments.timbre import ear, formant_db
from soundwright.instruments.tone import Tone
from soundwright.seed import stream


def ringing(hz, t60, amplitude, n: int, rate: int, phase: np.ndarray | float = 0.0) -> np.ndarray:
    """`damped_sines` in growing spans: a mode that has fallen 90 dB under the loudest is carried no further."""
    hz, t60, amplitude, phase = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, float)) for v in (hz, t60, amplitude, phase))
    )
    out = np.zeros(n, np.float32)
    at, span = 0, round(0.12 * rate)
    floor = 3e-5 * np.abs(amplitude).max(initial=1e-12)
    while at < n:
        level = amplitude * 10 ** (-3.0 * at / (rate * np.maximum(t60, 1e-3)))
        keep = np.abs(level) > floor
        if not keep.any():
            break
        stop = min(n, at + span)
        turned = phase[keep] + 2 * np.pi * ((hz[keep] * at / rate) % 1.0)
        out[at:stop] = damped_sines(hz[keep], t60[keep], level[keep], stop - at, rate, turned)
        at, span = stop, span * 3
    return out


def even(amplitude: np.ndarray, hz: np.ndarray) -> np.ndarray:
    """Amplitudes scaled to the same weight in the ear, so that no register is louder than another."""
    return amplitude / np.sqrt(((amplitude * ear(hz)) ** 2).sum() + 1e-18)


def knock(tone: Tone, modes, t60_s: float, level: float, brightness_hz: float) -> np.ndarray:
    """The blow on wood that goes with the tone: body modes and a puff of noise, `[0.25 s]`."""
    n = min(tone.n, round(0.4 * tone.rate))
    modes = np.asarray(modes, float)
    hz = modes * tone.rng.uniform(0.97, 1.03, len(modes))
    body = damped_sines(hz, t60_s * (200.0 / modes) ** 0.4, tone.rng.uniform(0.4, 1.0, len(modes)), n, tone.rate)
    puff = noise.white(tone.rng, n) * np.exp(-np.arange(n) / (0.006 * tone.rate)).astype(np.float32)
    puff = filters.lowpass(puff, brightness_hz, tone.rate)
    return level * (0.35 * body / np.sqrt(len(modes)) + 0.5 * puff).astype(np.float32)


@dataclass(frozen=True, slots=True)
class PianoBuild:
    """How a piano is built.

    `hammer_hz` is the hammer's (soft, loud) cut-off at middle C and `track` how far it follows the pitch, `strike` the
    place of the blow, `decay` scales the decay times, `loss` is the extra 1/s at 1 kHz, which grows with frequency to
    the power `loss_power`; `detune_cents` and `after` are the strings' detuning and the share of the slow stage,
    `knock` the wood. `crowd` is the level and `crowd_s` the length of what sounds between the partials in the first
    tenths of a second: longitudinal modes, the strings behind the bridge, other strings, the plate.
    """

    hammer_hz: tuple[float, float] = (900.0, 5200.0)
    slope: float = 1.0
    strike: float = 0.12
    decay: float = 1.0
    detune_cents: float = 0.5
    after: float = 0.16
    knock: float = 0.5
    loss: float = 0.014
    loss_power: float = 1.5
    track: float = 0.5
    crowd: float = 0.12
    crowd_s: float = 0.4
    formants: tuple[tuple[float, float, float], ...] = ((180.0, 3.0, 1.0), (1500.0, -2.0, 0.8))


SOUNDBOARD = (62.0, 88.0, 110.0, 136.0, 171.0, 203.0, 242.0, 287.0, 340.0, 405.0, 480.0, 570.0)


def piano(tone: Tone, build: PianoBuild) -> np.ndarray:
    """A piano string group, `[n]`."""
    m, rng = tone.pitch, tone.rng
    stiffness = np.exp(-0.0847 * m - 5.82) + np.exp(0.0926 * m - 13.64)
    k = np.arange(1, 81)
    hz = tone.hz * k * np.sqrt((1 + stiffness * k**2) / (1 + stiffness))
    k = k[hz < min(0.46 * tone.rate, 9500.0)]
    hz = hz[: len(k)]
    v = tone.velocity
    corner = build.hammer_hz[0] * (build.hammer_hz[1] / build.hammer_hz[0]) ** v * (tone.hz / 262.0) ** build.track
    level = np.abs(np.sin(np.pi * k * build.strike)) + 0.06
    level = level / (1 + (hz / corner) ** 2) ** build.slope * k**-0.85
    board = stream(0, "soundboard", round(m))  # where a mode of the board lies under a partial it is loud and short
    uneven = board.standard_normal(len(k))
    level *= 10 ** ((formant_db(hz, build.formants) + 4.0 * uneven) / 20) * rng.uniform(0.9, 1.1, len(k))
    level *= np.minimum(1.0, (hz / 75.0) ** 1.2)  # the soundboard hardly radiates below its first modes
    level = even(level, hz)
    slow = build.decay * np.interp(m, [21, 36, 48, 60, 72, 84, 96, 108], [22, 19, 15, 11, 7, 3.6, 1.7, 0.8])
    t60 = 1 / (1 / slow + build.loss * (hz / 1000.0) ** build.loss_power + 0.003 * k) * 2 ** (-0.25 * uneven)
    bend = 2 ** (build.detune_cents * rng.uniform(0.4, 1.0, len(k)) / 1200)
    both = np.concatenate([hz / np.sqrt(bend), hz * bend])
    times = np.concatenate([0.6 * t60, t60])
    after = build.after * board.uniform(0.3, 2.2, len(k))
    levels = np.concatenate([level * (1 - after), level * after])
    n = min(tone.n, round(1.1 * slow * tone.rate))
    out = ringing(both, times, levels, n, tone.rate, rng.uniform(-0.6, 0.6, len(both)))
    rise = max(round(tone.rate * 0.0035 * (1.4 - v) * (262.0 / tone.hz) ** 0.3), 4)
    out[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32)) ** 2
    thump = knock(tone, SOUNDBOARD, 0.28, build.knock * (0.5 + v), 900.0 + 2600.0 * v)[:n]
    out[: len(thump)] += thump
    between = crowd(tone, build, corner, n)
    out[: len(between)] += between
    return out


def crowd(tone: Tone, build: PianoBuild, corner_hz: float, n: int) -> np.ndarray:
    """Sixty short modes from 150 Hz to 7 kHz, as bright as the hammer, `[n or fewer]`."""
    hz = np.exp(tone.rng.uniform(np.log(150.0), np.log(7000.0), 60))
    level = tone.rng.standard_normal(60) / (1 + (hz / (1.5 * corner_hz)) ** 2)
    level *= build.crowd * (0.3 + tone.velocity) / np.sqrt((level**2).sum())
    n = min(n, round(1.1 * build.crowd_s * tone.rate))
    return ringing(hz, build.crowd_s * (500.0 / hz) ** 0.3, level, n, tone.rate)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, plate or bell: mode ratios, their levels, decay of the first mode at middle C in s and how it shortens.

    `damping` is the power with which a mode's decay falls with its ratio; `mallet` is the (soft, loud) cut-off in
    Hz of the blow; `click` the level of the mallet's own noise, `click_hz` its centre.
    """

    ratios: tuple[float, ...]
    levels: tuple[float, ...]
    t60_s: float
    shorten: float = 0.6
    damping: float = 1.0
    mallet: tuple[float, float] = (1500.0, 6000.0)
    click: float = 0.1
    click_hz: float = 2500.0
    click_s: float = 0.004
    doublet_cents: float = 0.0
    body: tuple[float, ...] = ()


def bar(tone: Tone, build: Bar) -> np.ndarray:
    """A struck bar or bell, `[n]`."""
    ratio, v = np.asarray(build.ratios), tone.velocity
    hz = ratio * tone.hz
    corner = 0.7 * build.mallet[0] * (1.6 * build.mallet[1] / build.mallet[0]) ** v * (tone.hz / 262.0) ** 0.4
    level = np.asarray(build.levels) / (1 + (hz / corner) ** 2) * tone.rng.uniform(0.85, 1.15, len(hz))
    level[0] = max(level[0], 0.05)
    level = even(level, hz)
    t60 = build.t60_s * (262.0 / tone.hz) ** build.shorten * np.maximum(ratio / ratio[0], 0.3) ** -build.damping
    if build.doublet_cents:
        turn = 2 ** (build.doublet_cents / 1200)
        hz, t60 = np.concatenate([hz, hz * turn]), np.tile(t60, 2)
        level = np.concatenate([0.6 * level, 0.4 * level])
    n = min(tone.n, round(1.15 * float(t60.max()) * tone.rate))
    out = ringing(hz, t60, level, n, tone.rate)
    rise = max(round(0.0006 * (1.5 - v) * tone.rate), 2)
    out[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    size = min(n, round(8 * build.click_s * tone.rate))
    tick = noise.white(tone.rng, size) * np.exp(-np.arange(size) / (build.click_s * tone.rate)).astype(np.float32)
    tick = filters.bandpass(tick, build.click_hz * 0.5, build.click_hz * 2, tone.rate, 1)
    out[:size] += build.click * (0.1 + 1.3 * v) * tick
    if build.body:
        wood = knock(tone, build.body, 0.09, build.click * (0.3 + 1.2 * v), 1500.0)[:n]
        out[: len(wood)] += wood
    return out
