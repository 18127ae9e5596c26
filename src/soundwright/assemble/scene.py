"""Sounds set into a scene: level, distance, motion, walls, pan, and one space around all of them.

Whoever plays an effect plan gives each of its events near, dry and at one loudness; here it gets its level and curve,
its distance (duller, softer, wetter), its path (Doppler), its wall and its pan. The events of one sound share a stem
and one convolution with the space. What rings past the end is faded, or in a loop wrapped round to the beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import signal

from soundwright.audio import Audio
from soundwright.dsp import envelopes, filters, space, units
from soundwright.plan.effect import EffectEvent, EffectPlan
from soundwright.progress import Progress

REFERENCE_DB = -20.0  # loudness of each event's loudest 400 ms before its own level: beds and spots weigh alike
PEAK = 0.7  # the mix is scaled down to this, never up by more than 12 dB
AUDIBLE = 0.32  # share of the 6 dB a doubling that a mix keeps, so that far thunder is still heard under rain
WALL_HZ = 420.0  # a plastered wall passes little above this (mass law, 6 dB an octave, twice)
VEILS_HZ = {"underwater": 650.0}  # a medium that takes the highs of everything
END_FADE_S = 0.35

Play = Callable[[int, EffectEvent, bool, int], np.ndarray]


def render(
    plan: EffectPlan, play: Play, n: int, rate: int, loop: bool, tell: Progress
) -> tuple[Audio, dict[str, Audio]]:
    """The plan as `n` stereo frames, and one stem a sound; the stems sum to the audio.

    `play(number, event, whole, lead)` gives an event's own sound `[2, frames]` at the reference loudness
    (`at_reference`): `whole` asks for a seamless loop of n frames, `lead` for so many frames more at the beginning.
    """
    buses: dict[str, list[_Placed]] = {}
    for number, event in enumerate(plan.events):
        tell("sounds", number / len(plan.events), number / len(plan.events) * n / rate)
        if round(event.start_s * rate) < n:
            buses.setdefault(event.sound, []).append(_placed(number, event, play, plan, rate, loop))
    stems = {}
    for number, name in enumerate(list(buses)):
        tell("space", number / len(buses), n / rate)
        stems[name] = _ended(_in_space(buses.pop(name), plan.space, rate), n, rate, loop)
    mix = np.sum(list(stems.values()), axis=0)
    gain = np.float32(min(PEAK / max(float(np.abs(mix).max()), 1e-9), 4.0))
    return Audio(mix * gain, rate), {name: Audio(x * gain, rate) for name, x in stems.items()}


def at_reference(x: np.ndarray, rate: int) -> np.ndarray:
    """x `[2, frames]` at the reference loudness by its loudest 400 ms."""
    return x * np.float32(units.gain(REFERENCE_DB) / max(_loudest(x, rate), 1e-6))


@dataclass(frozen=True)
class _Placed:
    """A sound in its place: first frame, what is heard of it directly `[2, frames]`, how much the space gets."""

    start: int
    direct: np.ndarray
    wet: np.ndarray | float


def _placed(number: int, event: EffectEvent, play: Play, plan: EffectPlan, rate: int, loop: bool) -> _Placed:
    """One event played, and set at its distance, level and pan."""
    start = round(event.start_s * rate)
    whole = loop and event.layer == "bed" and (event.duration_s or 0) + event.start_s >= plan.duration_s - 1e-3
    lead = _lead(event, start, rate)
    x = play(number, event, whole, lead)
    if event.path:
        x = _moving(x, event, start, rate)[:, lead:]
    elif event.distance_m != 1.0:
        x = space.far(x, event.distance_m, rate) * np.float32(max(event.distance_m, 0.25) ** (1 - AUDIBLE))
    frames = x.shape[1]
    if event.muffled:
        x = filters.lowpass(x, WALL_HZ, rate, 2) * np.float32(units.gain(-3.0))
    x = x * np.float32(units.gain(event.level_db))
    if event.level_curve:
        x *= (10 ** (_curve(event.level_curve, start, frames, rate) / 20)).astype(np.float32)
    if event.pan_curve:
        x = _panned(x, _curve(event.pan_curve, start, frames, rate))
    metres = _curve(event.path, start, frames, rate) if event.path else np.float32(event.distance_m)
    wet = np.clip(np.maximum(metres, 0.5) ** 0.3, 0.8, 4.0).astype(np.float32) * np.float32(1.5 if event.muffled else 1)
    return _Placed(start, x, wet)


def _loudest(x: np.ndarray, rate: int) -> float:
    """Root mean square of the loudest 400 ms, highs raised and rumble left out roughly as ears do (BS.1770's idea)."""
    heard = filters.highpass(x.mean(axis=0), 45.0, rate, 1)
    heard += np.float32(0.5) * filters.highpass(heard, 1500.0, rate, 1)
    block = max(round(0.1 * rate), 1)
    heard = np.pad(heard, (0, -len(heard) % block)).reshape(-1, block)
    energy = np.convolve(np.einsum("ij,ij->i", heard, heard, dtype=np.float64), np.ones(4))
    return float(np.sqrt(energy.max() / (4 * block)))


def _curve(points: list[tuple[float, float]], start: int, frames: int, rate: int) -> np.ndarray:
    """A curve in seconds of the whole, over an event's own frames."""
    times = [time - start / rate for time, _ in points]
    return envelopes.points(frames, rate, times, [value for _, value in points])


def _lead(event: EffectEvent, start: int, rate: int) -> int:
    """Frames that the first sound of a moving source needs longer than the nearest: played before, then left out."""
    if not event.path:
        return 0
    metres = [m for _, m in event.path]
    first = float(np.interp(start / rate, [t for t, _ in event.path], metres))
    return round((first - min(metres)) / space.SPEED_OF_SOUND * rate)


def _moving(x: np.ndarray, event: EffectEvent, start: int, rate: int) -> np.ndarray:
    """A source on its path: Doppler, loudness and dullness by its distance at each instant, `[2, frames]`."""
    metres = _curve(event.path, start, x.shape[1], rate).astype(np.float64)
    metres = filters.smooth(metres, 0.1, rate) if len(metres) > rate // 4 else metres
    bent = np.stack([space.doppler(channel, metres, rate) for channel in x])
    bent *= np.maximum(metres, 1.0) ** 0.35 * max(metres.min(), 1.0) ** 0.65  # a mix keeps what is far audible
    dull = filters.lowpass(bent, 2500.0, rate, 1)
    away = np.clip((metres - 3.0) / 45.0, 0, 1).astype(np.float32)
    return (bent + (dull - bent) * away).astype(np.float32)


def _panned(x: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Stereo to a place: its width is kept at the centre and folded to mono towards the sides, constant power."""
    width = (1 - np.abs(position)) ** 2
    middle = (x[0] + x[1]) * np.float32(0.70710678)
    return (width * x + (1 - width) * space.pan(middle, position)).astype(np.float32)


@lru_cache(maxsize=16)
def _response(name: str, rate: int) -> np.ndarray:
    return space.impulse_response(space.SPACES[name], rate)


def _in_space(placed: list[_Placed], name: str, rate: int) -> np.ndarray:
    """The sounds of one stem from time 0, with the space's answer to what was sent into it, `[2, frames]`."""
    frames = max(one.start + one.direct.shape[1] for one in placed)
    mix, send = np.zeros((2, frames), np.float32), np.zeros((2, 0 if name == "dry" else frames), np.float32)
    for one in placed:
        span = slice(one.start, one.start + one.direct.shape[1])
        mix[:, span] += one.direct
        if name != "dry":
            send[:, span] += one.direct * one.wet
    if name == "dry":
        return mix
    wet = signal.oaconvolve(send, _response(name, rate), axes=-1).astype(np.float32)
    wet[:, :frames] += mix
    return filters.lowpass(wet, VEILS_HZ[name], rate, 2) if name in VEILS_HZ else wet


def _ended(x: np.ndarray, n: int, rate: int, loop: bool) -> np.ndarray:
    """Exactly n frames: a loop takes what rings past its end into its beginning, other takes fade what is cut."""
    if loop:
        turns = -(-x.shape[1] // n)
        return np.pad(x, ((0, 0), (0, turns * n - x.shape[1]))).reshape(2, turns, n).sum(axis=1)
    if x.shape[1] <= n:
        return np.pad(x, ((0, 0), (0, n - x.shape[1])))
    return envelopes.fade(x[:, :n], rate, 0.0, min(END_FADE_S, 0.2 * n / rate))
