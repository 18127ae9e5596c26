"""Band-limited oscillators that follow a frequency curve.

`phase` counts cycles. Steps and corners are smoothed with polyBLEP (Välimäki and Huovilainen, "Antialiasing
oscillators in subtractive synthesis", IEEE SPM 2007), which keeps aliasing low at little cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def phase(hz: np.ndarray, rate: int, start: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Phase in cycles `[n]` (wrapped to 0..1) of the frequency curve `hz` `[n]`, and its step per sample."""
    step = np.asarray(hz, float) / rate
    total = start + np.cumsum(step) - step[:1] if step.size else step
    return total % 1.0, np.clip(step, 1e-9, 0.5)


def _blep(t: np.ndarray, step: np.ndarray) -> np.ndarray:
    rising = np.where(t < step, t / step, 0.0)
    falling = np.where(t > 1 - step, (t - 1) / step, 0.0)
    return np.where(t < step, rising + rising - rising**2 - 1, 0.0) + np.where(
        t > 1 - step, falling**2 + falling + falling + 1, 0.0
    )


def sine(hz: np.ndarray, rate: int, start: float = 0.0) -> np.ndarray:
    """Sine with the frequency curve `hz` `[n]`; `start` is its first phase in cycles."""
    return np.sin(2 * np.pi * phase(hz, rate, start)[0]).astype(np.float32)


def saw(hz: np.ndarray, rate: int, start: float = 0.0) -> np.ndarray:
    """Rising sawtooth."""
    t, step = phase(hz, rate, start)
    return (2 * t - 1 - _blep(t, step)).astype(np.float32)


def pulse(hz: np.ndarray, rate: int, width=0.5, start: float = 0.0) -> np.ndarray:
    """Pulse with duty cycle `width` (a number or a curve); 0.5 is a square. Its mean is removed."""
    t, step = phase(hz, rate, start)
    wave = np.where(t < width, 1.0, -1.0) + _blep(t, step) - _blep((t - width) % 1.0, step)
    return (wave - (2 * np.asarray(width) - 1)).astype(np.float32)


def triangle(hz: np.ndarray, rate: int, start: float = 0.0) -> np.ndarray:
    """Triangle (its harmonics fall at 12 dB an octave, so it needs no correction)."""
    t, _ = phase(hz, rate, start)
    return (1 - 4 * np.abs((t + 0.25) % 1.0 - 0.5)).astype(np.float32)


def harmonics(hz: np.ndarray, levels: Sequence[float] | np.ndarray, rate: int) -> np.ndarray:
    """Additive tone `[n]`: harmonic k+1 of the curve `hz` with `levels[k]` (a number or a curve `[n]`).

    Harmonics that pass 0.45 rate are left out where they do.
    """
    t = 2 * np.pi * np.cumsum(np.asarray(hz, float) / rate)
    turn = np.exp(1j * t).astype(np.complex64)
    power = turn.copy()
    out = np.zeros(len(turn), np.float32)
    top = float(np.max(hz)) if len(turn) else 0.0
    for k, level in enumerate(levels):
        if k:
            power *= turn
        if (k + 1) * top >= 0.45 * rate:
            level = np.where((k + 1) * np.asarray(hz) < 0.45 * rate, level, 0.0).astype(np.float32)
            if not level.any():
                break
        out += level * power.imag
    return out
