"""Filters: Butterworth and second-order sections, resonators, sweeps, and a zero-phase equaliser.

Conventions: x is `[..., frames]`, frequencies are in Hz, the result has the shape and dtype of x.
Cut-offs are held inside 1 Hz to 0.49 rate, so that a sound model works at any rate.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

PIECE = 1 << 20  # frames


def _inside(hz, rate: float):
    return np.clip(hz, 1.0, 0.49 * rate)


def run_sos(
    x: np.ndarray, sos: np.ndarray, *, out: np.ndarray | None = None, memory: np.ndarray | None = None
) -> np.ndarray:
    """Second-order sections `[sections, 6]` along the last axis, computed in float64, `PIECE` frames at a time.

    `out` may be x itself; `memory` `[sections, ..., 2]` is what the filter has heard before, silence where it is None.
    """
    if x.shape[-1] <= PIECE and out is None and memory is None:
        return np.asarray(signal.sosfilt(sos, x)).astype(x.dtype, copy=False)
    out = np.empty_like(x) if out is None else out
    memory = np.zeros((len(sos), *x.shape[:-1], 2)) if memory is None else memory
    for at in range(0, x.shape[-1], PIECE):
        out[..., at : at + PIECE], memory = signal.sosfilt(sos, x[..., at : at + PIECE], zi=memory)
    return out


def butterworth(kind: str, order: int, hz, rate: int) -> np.ndarray:
    """Sections of a Butterworth filter, `kind` "low", "high" (`hz` a number) or "band" (`hz` a pair).

    The common ones (first and second order; a band of first order) are written out from the bilinear transform,
    which is ten times as fast as designing them; the rest comes from scipy.
    """
    w = np.tan(np.pi * np.asarray(hz, float) / rate)
    if kind == "band" and order == 1:
        width, centre = w[1] - w[0], w[0] * w[1]
        a0 = 1 + width + centre
        return np.array([[width / a0, 0.0, -width / a0, 1.0, 2 * (centre - 1) / a0, (1 - width + centre) / a0]])
    if kind != "band" and order == 1:
        b = (w, w) if kind == "low" else (1.0, -1.0)
        return np.array([[b[0] / (1 + w), b[1] / (1 + w), 0.0, 1.0, (w - 1) / (1 + w), 0.0]])
    if kind != "band" and order == 2:
        a0 = 1 + np.sqrt(2) * w + w * w
        b = (w * w, 2 * w * w) if kind == "low" else (1.0, -2.0)
        return np.array([[b[0], b[1], b[0], a0, 2 * (w * w - 1), 1 - np.sqrt(2) * w + w * w]]) / a0
    return np.asarray(signal.butter(order, hz, kind, fs=rate, output="sos"))


def lowpass(x: np.ndarray, hz: float, rate: int, order: int = 2) -> np.ndarray:
    """Butterworth low-pass."""
    return run_sos(x, butterworth("low", order, _inside(hz, rate), rate))


def highpass(x: np.ndarray, hz: float, rate: int, order: int = 2) -> np.ndarray:
    """Butterworth high-pass."""
    return run_sos(x, butterworth("high", order, _inside(hz, rate), rate))


def bandpass(
    x: np.ndarray, low_hz: float, high_hz: float, rate: int, order: int = 2, out: np.ndarray | None = None
) -> np.ndarray:
    """Butterworth band-pass; a band that is too narrow to exist is widened to 2 %. `out` may be x itself."""
    low = float(_inside(low_hz, rate * 0.98))
    high = max(float(_inside(high_hz, rate)), low * 1.02)
    return run_sos(x, butterworth("band", order, (low, high), rate), out=out)


def biquad(kind: str, hz: float, rate: int, *, gain_db: float = 0.0, q: float = 0.7071) -> np.ndarray:
    """One RBJ section `[1, 6]`: low, high, band (0 dB peak), notch, peak, low-shelf, high-shelf.

    Source: R. Bristow-Johnson, Cookbook formulae for audio equalizer biquad filter coefficients.
    """
    w = 2 * np.pi * float(_inside(hz, rate)) / rate
    c, alpha, a = np.cos(w), np.sin(w) / (2 * q), 10 ** (gain_db / 40)
    root = 2 * np.sqrt(a) * alpha
    b, d = {
        "low": (((1 - c) / 2, 1 - c, (1 - c) / 2), (1 + alpha, -2 * c, 1 - alpha)),
        "high": (((1 + c) / 2, -1 - c, (1 + c) / 2), (1 + alpha, -2 * c, 1 - alpha)),
        "band": ((alpha, 0.0, -alpha), (1 + alpha, -2 * c, 1 - alpha)),
        "notch": ((1.0, -2 * c, 1.0), (1 + alpha, -2 * c, 1 - alpha)),
        "peak": ((1 + alpha * a, -2 * c, 1 - alpha * a), (1 + alpha / a, -2 * c, 1 - alpha / a)),
        "low-shelf": (
            (
                a * (a + 1 - (a - 1) * c + root),
                2 * a * (a - 1 - (a + 1) * c),
                a * (a + 1 - (a - 1) * c - root),
            ),
            (a + 1 + (a - 1) * c + root, -2 * (a - 1 + (a + 1) * c), a + 1 + (a - 1) * c - root),
        ),
        "high-shelf": (
            (
                a * (a + 1 + (a - 1) * c + root),
                -2 * a * (a - 1 + (a + 1) * c),
                a * (a + 1 + (a - 1) * c - root),
            ),
            (a + 1 - (a - 1) * c + root, 2 * (a - 1 - (a + 1) * c), a + 1 - (a - 1) * c - root),
        ),
    }[kind]
    return np.array([[*b, *d]], dtype=float) / d[0]


def equalise(x: np.ndarray, kind: str, hz: float, rate: int, *, gain_db: float = 0.0, q: float = 0.7071) -> np.ndarray:
    """One `biquad` applied."""
    return run_sos(x, biquad(kind, hz, rate, gain_db=gain_db, q=q))


def resonate(x: np.ndarray, hz: float, t60_s: float, rate: int) -> np.ndarray:
    """Two-pole resonator that rings `t60_s` at `hz`; unit peak gain at resonance, whatever the decay."""
    r = 10 ** (-3.0 / max(t60_s * rate, 1.0))
    w = 2 * np.pi * float(_inside(hz, rate)) / rate
    b = (1 - r) * np.sqrt(1 - 2 * r * np.cos(2 * w) + r * r)
    return np.asarray(signal.lfilter([b], [1.0, -2 * r * np.cos(w), r * r], x)).astype(x.dtype, copy=False)


def smooth(x: np.ndarray, time_s: float, rate: int) -> np.ndarray:
    """One-pole low-pass with time constant `time_s`: for control curves and envelopes."""
    pole = np.exp(-1.0 / max(time_s * rate, 1e-9))
    state = signal.lfilter_zi([1 - pole], [1.0, -pole]) * x[..., :1]
    return np.asarray(signal.lfilter([1 - pole], [1.0, -pole], x, zi=state)[0]).astype(x.dtype, copy=False)


def sweep(x: np.ndarray, kind: str, hz: np.ndarray, rate: int, *, q=0.7071, block: int = 64) -> np.ndarray:
    """A `biquad` ("low", "high" or "band") whose frequency follows the curve `hz` of x's length.

    x is `[frames]`; `q` is a number or a curve. Coefficients change every `block` samples, states are kept.
    """
    out = np.empty_like(x)
    qs = np.broadcast_to(q, x.shape)
    state = np.zeros((1, 2))
    for at in range(0, len(x), block):
        section = biquad(kind, float(hz[at]), rate, q=float(qs[at]))
        out[at : at + block], state = signal.sosfilt(section, x[at : at + block], zi=state)
    return out


def shape(x: np.ndarray, hz, gains_db, rate: int) -> np.ndarray:
    """Zero-phase equaliser: gains in dB at the points `hz`, straight lines over log-frequency between them.

    The points are held flat beyond their ends. Meant for noise and whole textures, not for percussive sound
    (a zero-phase filter rings before its transients).
    """
    n = x.shape[-1]
    if n == 0:
        return x
    from scipy import fft

    size = fft.next_fast_len(n, real=True)
    bins = np.maximum(fft.rfftfreq(size, 1 / rate), 1.0)
    curve = np.interp(np.log2(bins), np.log2(np.asarray(hz, float)), np.asarray(gains_db, float))
    gain = (10 ** (curve / 20)).astype(x.dtype)
    return np.asarray(fft.irfft(fft.rfft(x, size) * gain, size))[..., :n].astype(x.dtype, copy=False)
