"""Modal synthesis: bodies as sums of damped sines.

A damped sine is the power z^n of one complex number. Writing n = b·K + k, z^n = (z^K)^b · z^k, so a sum over
modes is a product of two small matrices `[blocks, modes] @ [modes, K]`: hundreds of modes cost milliseconds.
"""

from __future__ import annotations

import numpy as np
from scipy import signal


def damped_sines(hz, t60_s, amplitude, n: int, rate: int, phase: float | np.ndarray = 0.0) -> np.ndarray:
    """Sum of damped sines, float32 `[n]`.

    `hz`, `t60_s`, `amplitude`, `phase` (radians) are numbers or arrays `[modes]`. Modes above 0.49 rate are left
    out. `t60_s` is the time to fall by 60 dB.
    """
    hz, t60, amplitude, phase = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, float)) for v in (hz, t60_s, amplitude, phase))
    )
    keep = (hz < 0.49 * rate) & (hz > 0) & (amplitude != 0)
    if n <= 0 or not keep.any():
        return np.zeros(max(n, 0), np.float32)
    hz, t60, amplitude, phase = hz[keep], t60[keep], amplitude[keep], phase[keep]
    exponent = -np.log(1000.0) / np.maximum(t60 * rate, 1.0) + 2j * np.pi * hz / rate
    block = max(int(np.sqrt(n)), 16)
    blocks = -(-n // block)
    starts = np.exp(exponent * (np.arange(blocks) * block)[:, None]) * (amplitude * np.exp(1j * phase))
    inside = np.exp(exponent[:, None] * np.arange(block))
    left = np.concatenate([starts.real, starts.imag], axis=1).astype(np.float32)
    right = np.concatenate([inside.imag, inside.real], axis=0).astype(np.float32)
    return (left @ right).reshape(-1)[:n]


def ring(excitation: np.ndarray, hz, t60_s, amplitude, rate: int, tail_s: float | None = None) -> np.ndarray:
    """A modal body driven by `excitation` `[n]`: convolution with the sum of its damped sines.

    Returns `[n + tail]`; the tail is `tail_s`, or the longest t60 where None.
    """
    tail = round((float(np.max(t60_s)) if tail_s is None else tail_s) * rate)
    body = damped_sines(hz, t60_s, amplitude, max(tail, 1), rate)
    return signal.oaconvolve(excitation, body)[: len(excitation) + tail].astype(np.float32)


def strike(contact_s: float, rate: int, noise: float = 0.0, rng: np.random.Generator | None = None) -> np.ndarray:
    """The force of a blow: a half-sine squared that lasts `contact_s` (hard mallets are short), sum 1.

    `noise` mixes roughness into it; then `rng` is needed.
    """
    n = max(round(contact_s * rate), 1)
    pulse = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    if noise and rng is not None:
        pulse = pulse * (1 + noise * rng.standard_normal(n))
    return (pulse / max(abs(pulse.sum()), 1e-9)).astype(np.float32)
