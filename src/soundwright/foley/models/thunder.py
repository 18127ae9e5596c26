"""Thunder: a lightning channel is a long crooked line of sources that all bang at once.

Few (1969) and Ribner and Roy (1982): every short piece of the channel sends an N-wave; they arrive over seconds
because the pieces lie at different distances, and pieces seen side-on add up to claps. Far away the air has taken
the crack and hills and layers have smeared what is left into a rumble.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from soundwright.dsp import envelopes, filters, noise
from soundwright.dsp.space import SPEED_OF_SOUND
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound
from soundwright.foley.models import rain, wind


def _channel(rng, metres: float, height: float, step: float = 4.0) -> np.ndarray:
    """A random-walk channel with two branches, points `[count, 3]` in metres round a listener at 0."""
    paths = []
    start = np.array([metres, 0.0, 0.0])
    for length in (height, 0.5 * height, 0.35 * height):
        count = max(int(length / step), 8)
        lean = np.array([0.15, 0.35, 1.0]) * rng.choice([-1.0, 1.0], 3) * np.array([1, 1, 0]) + np.array([0, 0, 1.0])
        bends = np.repeat(rng.normal(0, 1.0, (count // 12 + 1, 3)), 12, axis=0)[:count]
        walk = lean / np.linalg.norm(lean) + 0.7 * bends + rng.normal(0, 0.5, (count, 3))
        path = start + np.cumsum(walk * step / 1.4, axis=0)
        path[:, 2] = np.abs(path[:, 2])
        paths.append(path)
        start = path[rng.integers(count // 4, count // 2)] if len(paths) == 1 else start
    return np.concatenate(paths)


def _clap(rng, metres, height, rate, wave_s):
    """The N-waves of a channel as they arrive, `[2, n]`; the first is at 0."""
    points = _channel(rng, metres, height)
    far = np.linalg.norm(points, axis=1)
    along = np.gradient(points, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    side_on = 1 - np.abs((along * points).sum(axis=1) / far) ** 2
    when = ((far - far.min()) / SPEED_OF_SOUND * rate).astype(int)
    loud = side_on * far.min() / far * rng.uniform(0.4, 1.0, len(far))
    side = np.clip(points[:, 1] / far, -1, 1) * 0.7
    n = int(when.max()) + 1
    length = max(round(wave_s * rate), 4)
    wave = np.linspace(1, -1, length) * np.hanning(length + 2)[1:-1] ** 0.3
    gains = np.stack([np.cos((side + 1) * np.pi / 4), np.sin((side + 1) * np.pi / 4)]) * loud
    trains = np.stack([np.bincount(when, weights=g, minlength=n) for g in gains])
    fading = curves.contour(n, (0, 1.0), (0.35, 0.7), (1, 0.0))  # the far end is weaker still: absorbed, and bent away
    return signal.oaconvolve(trains * fading, wave[None], axes=1).astype(np.float32)


def _rumble(rng, x, rate, t60_s, corner_hz):
    """Echoes of hills and cloud layers: x `[2, n]` smeared by dark noise that dies away in `t60_s`."""
    size = round(t60_s * rate)
    tail = noise.white(rng, (2, size)) * envelopes.decay(size, rate, t60_s)
    tail *= curves.turns(rng, size, rate, 1.3, 0.1, 1.0) ** 2
    tail = filters.lowpass(tail, corner_hz, rate, 2)
    return signal.oaconvolve(x, tail, axes=1).astype(np.float32)


def _squash(x, rate, amount):
    """Evens out the seconds-long envelope, as ears and recorders do with thunder."""
    loud = filters.smooth(np.abs(x).max(axis=0), 0.12, rate)
    return x / np.maximum(loud / max(float(loud.max()), 1e-9), 0.01) ** amount


@sound(
    "thunder",
    ucs="THUN",
    kind="event",
    natural_s=9.0,
    words="thunder lightning thunderclap strike crack bolt thunderbolt clap rumble near",
    knobs=(
        Knob(
            "crack", 0.7, 0, 1, "dull to tearing", dull=0.1, sharp=0.9, cracking=0.95, loud=0.8, near=0.85, close=0.85
        ),
        Knob("length", 0.5, 0, 1, "short clap to long roll", short=0.15, long=0.9, rolling=0.85),
    ),
)
def thunder(p, n, rate, rng):
    """A near strike: tearing leaders, the crack of the nearest pieces, then claps and a rumble that rolls away."""
    metres = (420.0 - 330.0 * p["crack"]) * curves.about(rng, 1.0, 0.3)
    clap = _clap(rng, metres, 900.0 + 2600.0 * p["length"], rate, 0.007)
    crack = filters.highpass(_clap(rng, metres, 500.0, rate, 0.0011), 500.0, rate, 1)
    crack *= curves.turns(rng, crack.shape[1], rate, 45.0, 0.0, 1.0) ** 2
    total = round((4.5 + 7.0 * p["length"]) * rate)
    out = np.zeros((2, total), np.float32)
    rolled = _rumble(rng, clap, rate, 2.5 + 5.0 * p["length"], 190.0)
    for part, peak in ((clap, 0.8), (rolled, 0.75), (crack, 0.15 + 0.75 * p["crack"])):
        part = curves.peaked(part[:, :total], peak)
        out[:, : part.shape[1]] += part
    torn = filters.highpass(clap, 160.0, rate, 1)[:, :total]
    out[:, : torn.shape[1]] += curves.peaked(torn, 0.3 + 0.6 * p["crack"])
    # what recordings are full of between the claps: the sum of all that is far and half hidden, rolling
    roll = filters.shape(curves.wide(rng, total), (40, 120, 400, 1200, 3000, 8000), (-3, 2, -2, -9, -18, -34), rate)
    swells = curves.turns(rng, total, rate, 1.6, 0.15, 1.0) * curves.turns(rng, total, rate, 6.0, 0.6, 1.1)
    roll *= swells * envelopes.decay(total, rate, curves.about(rng, 6.0 + 7.0 * p["length"], 0.3))
    out += curves.peaked(roll, 0.5 + 0.25 * p["crack"])
    hiss = filters.bandpass(curves.wide(rng, total), 180.0, 2800.0, rate, 1)
    hiss *= curves.turns(rng, total, rate, 14.0, 0.25, 1.0) ** 1.5 * curves.turns(rng, total, rate, 2.0, 0.1, 1.0)
    out += hiss * (envelopes.decay(total, rate, 2.6) + 0.2 * envelopes.decay(total, rate, 12.0)) * 0.4 * p["crack"]
    out = _squash(filters.equalise(out, "low-shelf", 110.0, rate, gain_db=-7.0), rate, 0.6)
    return curves.level(envelopes.fade(filters.highpass(out, 22.0, rate), rate, 0.001, 2.0), 0.16, 0.9)


@sound(
    "distant thunder",
    ucs="THUN",
    kind="event",
    natural_s=12.0,
    words="distant thunder rumble rumbling far faraway rolling lightning thunderstorm",
    knobs=(
        Knob("length", 0.5, 0, 1, "short to long roll", short=0.1, long=0.9, rolling=0.9),
        Knob("darkness", 0.5, 0, 1, "some kilometres to the horizon", low_=0.9, deep=0.9),
    ),
)
def distant_thunder(p, n, rate, rng):
    """Thunder from kilometres away: long N-waves, the crack absorbed, swells of low rumble that come and go."""
    clap = _clap(rng, 3000.0 + 3000.0 * p["darkness"], 2500.0 + 3500.0 * p["length"], rate, 0.013)
    total = round((6.0 + 8.0 * p["length"]) * rate)
    x = curves.peaked(_rumble(rng, clap, rate, 4.0 + 5.0 * p["length"], 230.0 - 110.0 * p["darkness"]))
    x[:, : clap.shape[1]] += filters.lowpass(curves.peaked(clap, 0.35), 220.0 - 80.0 * p["darkness"], rate, 2)[
        :, : x.shape[1]
    ]
    x = filters.shape(x, (25, 60, 120, 400, 2000), (-14, 0, 0, -2, -16), rate)
    x = _squash(x, rate, 0.5)[:, :total]
    return curves.peaked(envelopes.fade(x, rate, 0.6, min(3.0, total / rate / 2)), 0.8)


@sound(
    "thunderstorm",
    ucs="STORM",
    kind="texture",
    words="thunderstorm storm lightning tempest thunder rainstorm stormy",
    knobs=(
        Knob("intensity", 0.7, 0, 1, "shower with rumbles to violent storm", light=0.3, heavy=0.85, violent=1.0),
        Knob("thunder", 0.5, 0, 1, "rare and far to often and near", distant=0.1, near=0.9),
    ),
)
def thunderstorm(p, n, rate, rng):
    """Rain and gusts, with strokes of thunder every few seconds, near ones rare and far ones common."""
    bed = rain.rain({"intensity": 0.45 + 0.5 * p["intensity"], "drops": 0.6}, n, rate, rng)
    gale = wind.storm_wind({"strength": 0.3 + 0.6 * p["intensity"], "gusts": 0.6}, n, rate, rng)
    out = 0.5 * bed + 0.4 * gale
    at = rng.uniform(0.2, 1.5)
    while at * rate < n:
        near = rng.uniform() < 0.15 + 0.6 * p["thunder"]
        knobs = {"crack": rng.uniform(0.2, 0.9), "length": rng.uniform(0.3, 0.8), "darkness": rng.uniform(0.1, 0.8)}
        boom = (
            (thunder if near else distant_thunder)(knobs, n, rate, rng)
            * rng.uniform(0.35, 0.6)
            * (0.6 + 0.6 * p["thunder"])
        )
        start = round(at * rate)
        length = min(boom.shape[1], n - start)
        out[:, start : start + length] += boom[:, :length]
        at += rng.uniform(5.0, 9.0 + 9.0 * (1 - p["thunder"]))
    return curves.level(out, 0.12)
