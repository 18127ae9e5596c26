"""What stands between an instrument and the hall: amplifier and cabinet, rotating speaker, tremolo, chorus.

Each effect takes the whole part `[channels, n]`, because it acts on the sum of the notes: two strings through one
overdriven amplifier beat against each other, two amplifiers would not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import signal

from soundwright.dsp import filters
from soundwright.instruments import body
from soundwright.instruments.tone import HOP
from soundwright.instruments.wavetable import spread
from soundwright.seed import stream

Rng = np.random.Generator


def in_blocks(x: np.ndarray, rate: int, work: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """`work` over x `[channels, n]` in blocks of 8 s, each with 0.1 s of its neighbours on both sides.

    For chains whose memory is shorter than that: a long part then needs no double-precision copies of its whole length.
    """
    n, size, margin = x.shape[-1], 8 * rate, rate // 10
    out = np.empty((x.shape[0], n), np.float32)
    for at in range(0, n, size):
        begin, stop = max(at - margin, 0), min(at + size, n)
        done = work(x[:, begin : min(stop + margin, n)])
        out[:, at:stop] = done[:, at - begin : stop - begin]
    return out


def _slow(n: int, rate: int, hz: float, start: float = 0.0) -> np.ndarray:
    """A slow sine `[n]`, drawn from control points."""
    points = np.arange(n // HOP + 2) * HOP / rate
    return spread(np.sin(2 * np.pi * (hz * points + start)), n)


def _delayed(x: np.ndarray, delay: np.ndarray) -> np.ndarray:
    """x `[n]` read `delay` samples late, a curve."""
    out = np.empty(len(x), np.float32)
    for begin in range(0, len(x), 1 << 18):
        stop = min(begin + (1 << 18), len(x))
        at = np.maximum(np.arange(begin, stop) - delay[begin:stop], 0.0)
        index = at.astype(np.intp)
        part = (at - index).astype(np.float32)
        low = x.take(index)
        out[begin:stop] = low + part * (x.take(np.minimum(index + 1, len(x) - 1)) - low)
    return out


def amp(
    x: np.ndarray, rate: int, rng: Rng, *, drive: float, tone_hz: float = 5000.0, bite_db: float = 6.0
) -> np.ndarray:
    """Overdriven valve stages and a closed 12-inch cabinet: 80 Hz to 5 kHz with a peak near 2.7 kHz."""

    def stages(x: np.ndarray) -> np.ndarray:
        x = filters.highpass(x, 110.0, rate, 1)
        x = filters.equalise(x, "peak", 750.0, rate, gain_db=5.0, q=0.6)
        fine = signal.resample_poly(x, 2, 1, axis=-1)
        fine = np.tanh(drive * fine + 0.25) - np.float32(np.tanh(0.25))
        fine = np.tanh(1.6 * filters.highpass(fine, 30.0, 2 * rate, 1))
        x = signal.resample_poly(fine, 1, 2, axis=-1)[..., : x.shape[-1]].astype(np.float32)
        return cabinet(x, rate, tone_hz=tone_hz, bite_db=bite_db)

    return in_blocks(x, rate, stages)


def cabinet(x: np.ndarray, rate: int, rng: Rng | None = None, *, tone_hz: float, bite_db: float) -> np.ndarray:
    """The loudspeaker and its box."""
    sections = [
        signal.butter(2, 78.0, "high", fs=rate, output="sos"),
        filters.biquad("peak", 115.0, rate, gain_db=3.0, q=1.2),
        filters.biquad("peak", 420.0, rate, gain_db=-3.0, q=1.0),
        filters.biquad("peak", 2700.0, rate, gain_db=bite_db, q=1.1),
        signal.butter(4, min(tone_hz, 0.45 * rate), "low", fs=rate, output="sos"),
    ]
    return in_blocks(x, rate, partial(filters.run_sos, sos=np.concatenate(sections)))


def double_tracked(x: np.ndarray, rate: int, rng: Rng, **settings) -> np.ndarray:
    """The same riff from two amplifiers left and right, the second a little late and differently voiced."""
    left = amp(x, rate, rng, **settings)[0]
    right = amp(x * np.float32(0.92), rate, rng, **{**settings, "tone_hz": settings.get("tone_hz", 5000.0) * 0.92})[0]
    n = len(left)
    wander = 0.011 * rate + 0.0012 * rate * _slow(n, rate, 0.23, rng.uniform())
    right = _delayed(right, wander)
    return np.stack([0.95 * left + 0.12 * right, 0.95 * right + 0.12 * left])


def clean_amp(x: np.ndarray, rate: int, rng: Rng, *, drive: float = 0.8) -> np.ndarray:
    """An amplifier just before it breaks up, and a light chorus."""
    x = np.tanh(drive * x).astype(np.float32) / np.float32(drive)
    return chorus(cabinet(x, rate, tone_hz=5600.0, bite_db=3.0), rate, rng, depth_ms=1.1, hz=0.8, mix=0.35)


def chorus(
    x: np.ndarray, rate: int, rng: Rng, *, depth_ms: float = 2.0, hz: float = 0.6, mix: float = 0.5
) -> np.ndarray:
    """Slowly moving echoes of some ms, opposite on both sides; makes stereo of mono."""
    out = []
    for side in range(2):
        dry = x[min(side, len(x) - 1)]
        delay = (7.0 + depth_ms * _slow(len(dry), rate, hz, 0.5 * side)) * rate / 1000.0
        out.append(dry * np.float32(1 - 0.4 * mix) + np.float32(mix) * _delayed(dry, delay))
    return np.stack(out)


def tremolo(x: np.ndarray, rate: int, rng: Rng, *, hz: float, depth: float, across: bool = False) -> np.ndarray:
    """The level moves up and down, on both sides together or from side to side (`across` makes stereo)."""
    wave = _slow(x.shape[-1], rate, hz * rng.uniform(0.97, 1.03), rng.uniform())
    if not across:
        return x * (1 - depth * (0.5 + 0.5 * wave))
    return np.stack([x[0] * (1 - depth * (0.5 + 0.5 * wave)), x[-1] * (1 - depth * (0.5 - 0.5 * wave))])


def rotary(x: np.ndarray, rate: int, rng: Rng, *, hz: float = 6.4, drive: float = 0.9) -> np.ndarray:
    """A rotating loudspeaker: horn above 800 Hz, drum below, each with Doppler and level turning round."""
    x = np.tanh(drive * x[0]).astype(np.float32) / np.float32(drive)
    low = in_blocks(x[None], rate, lambda part: filters.lowpass(part, 800.0, rate))[0]
    high = x - low
    out = []
    for side in (0.0, 0.28):
        horn = _slow(len(x), rate, hz, side)
        drum = _slow(len(x), rate, 0.87 * hz, side)
        treble = _delayed(high, (0.0006 + 0.00032 * horn) * rate) * (1 - 0.38 * (0.5 - 0.5 * horn))
        out.append(treble + low * (1 - 0.22 * (0.5 - 0.5 * drum)))
    return np.stack(out)


def resonant_body(x: np.ndarray, rate: int, rng: Rng, *, kind: str) -> np.ndarray:
    """The wooden body of a bowed string, and the player's seat."""
    return seat(body.resound(x, rate, kind), rate, rng, name=kind)


def seat(
    x: np.ndarray, rate: int, rng: Rng, *, name: str, level: float = 0.3, span_s: tuple[float, float] = (0.0011, 0.042)
) -> np.ndarray:
    """What floor, stand and walls send back within 42 ms of the direct sound: sixteen echoes, always the same ones.

    No microphone hears a blown or bowed instrument without them. They make the partials as uneven as they are in
    recordings (a few dB up and down within some ten hertz), and vibrato turns that into a flicker of every partial.
    """
    own = stream(0, "seat", name)
    late = np.exp(own.uniform(np.log(span_s[0]), np.log(span_s[1]), 16))
    gain = level * np.exp(-late / (0.6 * span_s[1])) * own.choice([-1.0, 1.0], 16) * own.uniform(0.5, 1.0, 16)
    out = x.copy()
    for seconds, share in zip(late, gain, strict=True):
        delay = round(seconds * rate)
        if delay < x.shape[-1]:
            out[:, delay:] += np.float32(share) * x[:, : x.shape[-1] - delay]
    return out


def amp_bass(x: np.ndarray, rate: int, rng: Rng, *, drive: float) -> np.ndarray:
    """A bass amplifier: a little compression, the box's bump at 90 Hz, soft above 4 kHz."""
    x = np.tanh(drive * x).astype(np.float32) / np.float32(drive)
    box = [
        filters.biquad("peak", 90.0, rate, gain_db=2.0, q=1.0),
        filters.biquad("low", 4200.0, rate),
    ]
    return in_blocks(x, rate, partial(filters.run_sos, sos=np.concatenate(box)))


def overdrive(x: np.ndarray, rate: int, rng: Rng, *, drive: float) -> np.ndarray:
    """A pedal's soft clipping."""
    return np.tanh(drive * x).astype(np.float32) / np.float32(drive)
