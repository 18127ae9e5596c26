"""Rubbing and rolling: what drives a body that is not struck.

Stick and slip: the surfaces hold until the force is too large, jump, and hold again; each jump is a small blow.
Slow and heavy gives separate cracks, faster gives a pitch (Farnell, "Designing Sound", Creaking door).
Scraping: the finger of one surface reads the roughness of the other, so speed sets bandwidth and level. Rolling:
the same seen through the radius of the ball, and it comes round once in a turn (Rath and Rocchesso, "Continuous
sonic feedback from a rolling ball", IEEE MultiMedia 2005).
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from soundwright.dsp import filters, modal, noise
from soundwright.foley.bodies import Body


def slips(hz: np.ndarray, rate: int, rng: np.random.Generator, jitter: float = 0.15) -> np.ndarray:
    """Blows `[n]` at the rate of the curve `hz` `[n]`, uneven by `jitter`; what stuck for longer jumps harder."""
    n = len(hz)
    total = np.cumsum(np.maximum(hz, 0.0)) / rate
    count = int(total[-1]) if n else 0
    if count < 1:
        return np.zeros(n, np.float32)
    marks = np.cumsum(np.maximum(1 + jitter * rng.standard_normal(count), 0.15))
    at = np.searchsorted(total, marks[marks < total[-1]]).clip(0, n - 1)
    gaps = np.diff(at, prepend=0) / rate
    force = np.sqrt(np.clip(gaps * np.maximum(hz[at], 1.0), 0.1, 3.0)) * rng.uniform(0.7, 1.0, len(at))
    return np.bincount(at, weights=force, minlength=n)[:n].astype(np.float32)


def drive(force: np.ndarray, body: Body, rate: int, tail_s: float | None = None) -> np.ndarray:
    """A body driven by `force` `[n]`, float32 `[n + tail]`."""
    longest = min(float(body.t60_s.max()), 1.5) if tail_s is None else tail_s
    return modal.ring(force, body.hz, body.t60_s, body.gain / max(float(body.gain.sum()), 1e-9), rate, longest)


def scrape(
    body: Body, speed: np.ndarray, rate: int, rng: np.random.Generator, ridges_hz: float = 900.0, grit: float = 0.5,
    direct: float = 0.3,
) -> np.ndarray:  # fmt: skip
    """A body scraped at the curve `speed` `[n]` (1 is brisk), float32 `[n]`.

    `ridges_hz` bumps a second at speed 1, their heights heavy-tailed (`grit` 0 smooth to 1 coarse); `direct` is the
    part of the contact noise that reaches the ear without the body.
    """
    n = len(speed)
    at = noise.instants(rng, n, rate, ridges_hz * np.maximum(speed, 0.0))
    heights = rng.exponential(1.0, len(at)) ** (1 + 1.5 * grit) * speed[at] * rng.choice([-1.0, 1.0], len(at))
    force = np.bincount(at, weights=heights, minlength=n)[:n].astype(np.float32)
    rub = filters.highpass(noise.white(rng, n), 800.0, rate, 1) * speed.astype(np.float32)
    force = force + (1 - grit) * 0.4 * rub
    rung = drive(force, body, rate)[:n]
    near = filters.lowpass(force, 7000.0, rate, 1)
    return rung / max(float(np.std(rung)), 1e-9) + direct * near / max(float(np.std(near)), 1e-9)


def roll(
    body: Body, turns_hz: np.ndarray, rate: int, rng: np.random.Generator, rough: float = 0.5, uneven: float = 0.4
) -> np.ndarray:
    """A body on which something rolls at `turns_hz` `[n]` turns a second, float32 `[n]`.

    The radius of the ball smooths the ground (a low-pass that opens with speed), bumps repeat once a turn.
    """
    n = len(turns_hz)
    round_ = np.cumsum(turns_hz) / rate
    lump = rng.uniform(-1, 1, 48)
    once = np.interp((round_ % 1.0) * 48, np.arange(49), np.append(lump, lump[0]))
    ground = noise.coloured(rng, n, rate, -4.0)
    bumps = noise.instants(rng, n, rate, rough * 18 * np.maximum(turns_hz, 0.0))
    knocks = np.bincount(bumps, weights=rng.exponential(1.0, len(bumps)) ** 1.5, minlength=n)[:n]
    slow = np.sqrt(np.maximum(turns_hz, 0.0) / max(float(np.max(turns_hz)), 1e-9))
    force = (ground * (1 + uneven * once) * 0.35 + 6.0 * rough * knocks) * slow
    return drive(force.astype(np.float32), body, rate)[:n]


def crackle(
    n: int, rate: int, rng: np.random.Generator, per_second, hz: tuple[float, float], t60_ms: tuple[float, float],
    tail: float = 1.2, kinds: int = 20,
) -> np.ndarray:  # fmt: skip
    """Many small breaks or grains, float32 `[n]`: Poisson `per_second` (a number or a curve `[n]`).

    Each is a tiny body of two modes inside `hz`, dying in `t60_ms`; energies are heavy-tailed (`tail` is the power of
    an exponential), as of things that crumple (Houle and Sethna, "Acoustic emission from crumpling paper", 1996).
    """
    at = noise.instants(rng, n, rate, per_second)
    if not len(at):
        return np.zeros(n, np.float32)
    size = round(t60_ms[1] / 1000 * rate) + 8
    kernels = []
    for pitch in np.geomspace(hz[0], hz[1], kinds):
        modes = pitch * np.array([1.0, rng.uniform(1.3, 2.1)])
        decay = np.exp(rng.uniform(np.log(t60_ms[0]), np.log(t60_ms[1]))) / 1000
        kernels.append(modal.damped_sines(modes, decay, [1.0, 0.6], size, rate, rng.uniform(0, 6.28)))
    gains = np.minimum(rng.exponential(1.0, len(at)), 5.0) ** tail
    which = rng.integers(0, kinds, len(at))
    if len(at) < 100_000:  # one by one costs less than a convolution for each kind
        return noise.scatter(n, at, [g * kernels[k] for g, k in zip(gains.astype(np.float32), which, strict=True)])
    return noise.scatter_many(n, at, gains, which, kernels)


def bubble(radius_mm: float, rate: int, rise: float = 0.1) -> np.ndarray:
    """One bubble: Minnaert's pitch 3.26 m/s over its radius, rising as it nears the surface (van den Doel 2005)."""
    hz = 3260.0 / radius_mm
    metres = radius_mm / 1000
    decay = 0.13 / metres + 0.0072 * metres**-1.5  # 1/s: radiation and heat
    n = round(min(6.0 / decay, 0.25) * rate) + 8
    t = np.arange(n) / rate
    return (np.sin(2 * np.pi * hz * t * (1 + rise * decay * t)) * np.exp(-decay * t)).astype(np.float32)


def comb(x: np.ndarray, delay_s: float, gain: float, rate: int) -> np.ndarray:
    """x with one echo of itself `delay_s` later (a sheet or a tube seen by a moving source)."""
    taps = np.zeros(max(round(delay_s * rate), 1) + 1)
    taps[0], taps[-1] = 1.0, gain
    return signal.oaconvolve(x, taps)[: len(x)].astype(x.dtype)
