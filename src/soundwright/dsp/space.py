"""Where a sound is: pan, distance, motion, and the room around it.

A room's impulse response is made, not recorded: early reflections from a shoe-box (image sources of the first
orders) and a diffuse tail of Gaussian noise whose decay depends on frequency, separate for left and right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp import filters, noise
from soundwright.seed import stream

SPEED_OF_SOUND = 343.0  # m/s, dry air at 20 °C


@dataclass(frozen=True)
class Space:
    """A place: reverberation times in s at low, middle and high frequencies, size in m, how diffuse it is.

    `early` and `tail` are levels in dB of reflections and of the diffuse field, relative to a direct sound at 1 m.
    """

    t60_s: tuple[float, float, float]
    size_m: float
    early_db: float = -9.0
    tail_db: float = -12.0
    echoes: tuple[tuple[float, float], ...] = ()  # (delay s, level dB): slap-backs of streets and canyons


SPACES = {
    "dry": Space((0.08, 0.06, 0.04), 2.0, -24.0, -40.0),
    "room": Space((0.5, 0.4, 0.25), 4.5, -10.0, -15.0),
    "studio": Space((0.35, 0.3, 0.22), 6.0, -14.0, -20.0),
    "bathroom": Space((0.8, 1.0, 0.7), 2.5, -6.0, -8.0),
    "chamber": Space((1.3, 1.2, 0.7), 9.0, -12.0, -14.0),
    "hall": Space((2.4, 2.0, 1.1), 24.0, -14.0, -13.0),
    "plate": Space((1.8, 1.9, 1.3), 3.0, -20.0, -11.0),
    "church": Space((4.5, 3.6, 1.6), 32.0, -14.0, -10.0),
    "cave": Space((3.4, 2.6, 1.0), 18.0, -7.0, -8.0, ((0.11, -10.0), (0.19, -14.0))),
    "tunnel": Space((2.6, 2.2, 1.2), 6.0, -5.0, -8.0, ((0.16, -12.0),)),
    "warehouse": Space((3.0, 2.4, 1.0), 30.0, -12.0, -11.0, ((0.09, -14.0),)),
    "street": Space((0.9, 0.7, 0.4), 16.0, -12.0, -22.0, ((0.07, -15.0), (0.13, -19.0))),
    "forest": Space((0.8, 0.6, 0.25), 28.0, -20.0, -24.0, ((0.05, -24.0), (0.09, -26.0))),
    "canyon": Space((1.6, 1.2, 0.5), 60.0, -18.0, -22.0, ((0.35, -9.0), (0.71, -14.0), (1.1, -19.0))),
    "outdoors": Space((0.4, 0.3, 0.15), 40.0, -24.0, -28.0),
    "underwater": Space((1.4, 0.9, 0.15), 8.0, -8.0, -9.0),
}


def impulse_response(space: Space, rate: int, seed: int = 0) -> np.ndarray:
    """Wet part of a space's response, float32 `[2, frames]` (the direct sound is not in it)."""
    rng = stream(seed, "space", space.size_m, space.t60_s)
    n = max(round(max(space.t60_s) * 0.9 * rate), 64)
    bands = ((20.0, 350.0), (350.0, 3500.0), (3500.0, 0.49 * rate))
    tail = np.zeros((2, n), np.float32)
    t = np.arange(n) / rate
    for (low, high), t60 in zip(bands, space.t60_s, strict=True):
        band = filters.bandpass(noise.white(rng, (2, n)), low, high, rate)
        tail += band * np.exp(-6.908 * t / t60).astype(np.float32)
    onset = space.size_m / SPEED_OF_SOUND  # the field is diffuse after about one crossing of the space
    tail *= (1 - np.exp(-t / max(onset, 1e-3))).astype(np.float32)
    tail *= 10 ** (space.tail_db / 20) / max(float(np.sqrt((tail**2).sum() / 2)), 1e-9)
    early = np.zeros((2, n), np.float32)
    walls = space.size_m * rng.uniform(0.35, 1.3, 14)
    for reach in walls:
        at, level = round(reach / SPEED_OF_SOUND * 2 * rate), 1.0 / (1.0 + reach / space.size_m)
        pan, sign = rng.uniform(0.15, 0.85), rng.choice([-1.0, 1.0])
        if at < n:
            early[:, at] += sign * level * np.array([np.cos(pan * np.pi / 2), np.sin(pan * np.pi / 2)])
    early = filters.lowpass(early, 7000.0, rate, 1)
    early *= 10 ** (space.early_db / 20) / max(float(np.sqrt((early**2).sum() / 2)), 1e-9)
    wet = early + tail
    for delay_s, level_db in space.echoes:
        at = round(delay_s * rate)
        if at < n:
            soft = filters.lowpass(wet[:, : n - at], 3000.0, rate, 1) + 0.0
            soft[:, 0] += 1.0
            wet[:, at:] += soft * 10 ** (level_db / 20)
    return wet


def reverberate(x: np.ndarray, space: Space | str, rate: int, wet_db: float = 0.0, tail: bool = True) -> np.ndarray:
    """x `[2, n]` with a space around it, `[2, n + tail]` (`[2, n]` with tail=False); the direct sound is kept."""
    response = impulse_response(SPACES[space] if isinstance(space, str) else space, rate)
    wet = signal.oaconvolve(x, response, axes=-1).astype(np.float32) * np.float32(10 ** (wet_db / 20))
    wet[:, : x.shape[1]] += x
    return wet if tail else wet[:, : x.shape[1]]


def pan(x: np.ndarray, position) -> np.ndarray:
    """Mono x `[n]` at `position` −1 (left) to 1 (right), a number or a curve: constant power, `[2, n]`."""
    angle = (np.asarray(position, float) + 1) * np.pi / 4
    return np.stack([x * np.cos(angle), x * np.sin(angle)]).astype(np.float32)


def balance(x: np.ndarray, position) -> np.ndarray:
    """Stereo x `[2, n]` leaned towards `position` −1 to 1 without losing its width at the centre."""
    p = np.asarray(position, float)
    return np.stack([x[0] * np.minimum(1 - p, 1), x[1] * np.minimum(1 + p, 1)]).astype(np.float32)


def far(x: np.ndarray, metres: float, rate: int) -> np.ndarray:
    """x `[..., n]` heard from `metres` instead of 1 m: 6 dB a doubling, and highs lost to air and ground.

    The loss is about 0.1 dB/m at 10 kHz (ISO 9613-1 at 20 °C, 50 %), doubled here for vegetation and ground.
    """
    metres = max(metres, 0.25)
    if metres <= 1.5:
        return x / np.float32(metres)
    corner = 1.6e4 / (1 + (metres / 25.0)) + 350.0
    return filters.lowpass(x, corner, rate, 1) / np.float32(metres)


def doppler(x: np.ndarray, metres: np.ndarray, rate: int) -> np.ndarray:
    """Mono x `[n]` whose source is `metres` `[n]` away at each instant: delayed, bent in pitch, 1/distance loud."""
    n = len(x)
    heard = np.arange(n) - (metres - np.min(metres)) / SPEED_OF_SOUND * rate
    return (np.interp(heard, np.arange(n), x, left=0.0) / np.maximum(metres, 1.0)).astype(np.float32)
