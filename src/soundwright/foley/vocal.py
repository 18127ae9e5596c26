"""Voices of people and animals: a glottal pulse train through a vocal tract whose resonances move.

The source is the derivative of glottal flow, dU = 2τ − 3τ² over the open phase (Klatt and Klatt 1990, a simple
form of the LF model of Fant 1985), with jitter and shimmer cycle by cycle, period doubling for rough voices and
breath noise while the folds are open. The tract is a cascade of resonators: the formants that are given, then
those of a tube with as many resonances below them, up to the top of the band (Fant's higher-pole correction).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from soundwright.dsp import filters, noise, oscillators

# Formants in Hz of an adult male tract of 0.17 m (Peterson and Barney 1952, rounded).
VOWELS = {
    "a": (730.0, 1090.0, 2440.0),
    "ae": (660.0, 1720.0, 2410.0),
    "e": (530.0, 1840.0, 2480.0),
    "i": (270.0, 2290.0, 3010.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
    "uh": (520.0, 1190.0, 2390.0),
    "er": (490.0, 1350.0, 1690.0),
}


def glottis(
    hz: np.ndarray,
    rate: int,
    rng: np.random.Generator,
    *,
    open_quotient: float = 0.6,
    jitter: float = 0.01,
    shimmer: float = 0.05,
    doubling=0.0,
    breath=0.0,
    tilt_hz: float = 3000.0,
) -> np.ndarray:
    """Derivative of glottal flow `[n]` for the pitch curve `hz`; each closure is a step of about 1.

    `jitter` and `shimmer` are standard deviations from cycle to cycle; `doubling` 0..1 weakens and delays every
    second cycle; `breath` is noise relative to the pulses; both may be curves. Above `tilt_hz` it falls 6 dB an
    octave more.
    """
    n = len(hz)
    if n == 0:
        return np.zeros(0, np.float32)
    hz = np.clip(np.asarray(hz, float), 5.0, 0.2 * rate)
    cycle = (np.cumsum(hz) / rate).astype(int)
    wobble = rng.standard_normal(cycle[-1] + 2)
    doubled = np.broadcast_to(np.asarray(doubling, float), n)
    odd = 1.0 - 2.0 * (cycle % 2)
    hz = hz * np.clip(1 + jitter * wobble[cycle] + 0.06 * doubled * odd, 0.5, 1.6)
    t, step = oscillators.phase(hz, rate, rng.uniform())
    turns = np.concatenate([[0], np.cumsum(np.diff(t) < 0)])
    tau = t / open_quotient
    after = (t - open_quotient) % 1.0
    corner = np.where(after < step, after / step - 1, np.where(after > 1 - step, (after - 1) / step + 1, 0.0))
    pulses = np.where(tau < 1, 2 * tau - 3 * tau**2, 0.0) - 0.5 * np.sign(corner) * corner**2
    size = 1 + shimmer * rng.standard_normal(turns[-1] + 1)
    gain = np.clip(size, 0.1, 2.5)[turns] * (1 - 0.55 * doubled * (turns % 2))
    source = filters.lowpass(pulses * filters.smooth(gain, 0.0005, rate), tilt_hz, rate, 1)
    air = filters.bandpass(noise.white(rng, n), 400.0, 2500.0, rate, 1) * np.where(tau < 1, 1.4, 0.5)
    return (source + air * breath * 0.5).astype(np.float32)


def tract(x: np.ndarray, track, rate: int, *, damping: float = 1.0, hop_s: float = 0.02) -> np.ndarray:
    """x `[n]` through a tract whose formants follow `track` `[moments, formants]` in Hz, spread evenly over x.

    Windowed pieces of the excitation each ring through the tract of their own moment. `damping` widens all
    resonances.
    """
    track = np.atleast_2d(np.asarray(track, float))
    n, hop = len(x), max(round(hop_s * rate), 16)
    count = n // hop + 2
    padded = np.zeros((count + 1) * hop, np.float32)
    padded[hop : hop + n] = x
    window = (0.5 - 0.5 * np.cos(np.pi * np.arange(2 * hop) / hop)).astype(np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, 2 * hop)[::hop] * window
    from scipy import fft

    size = int(fft.next_fast_len(2 * hop + round(0.05 * rate), real=True) or 0)
    bins = fft.rfftfreq(size, 1 / rate)
    moments = np.linspace(0, len(track) - 1, len(pieces))
    formants = np.stack([np.interp(moments, np.arange(len(track)), f) for f in track.T], axis=1)
    rung = np.asarray(fft.irfft(fft.rfft(pieces, size) * _response(bins, formants, damping), size))
    out = np.zeros((len(pieces) - 1) * hop + size, np.float32)
    for k, piece in enumerate(rung):
        out[k * hop : k * hop + size] += piece
    return out[hop : hop + n]


def frequency_response(bins: np.ndarray, formants, damping: float = 1.0) -> np.ndarray:
    """Complex response `[bins]` of a tract with one set of `formants` in Hz, at the frequencies `bins` in Hz."""
    return _response(bins, np.atleast_2d(np.asarray(formants, float)), damping)[0]


def _response(bins, formants, damping: float) -> np.ndarray:
    given = formants.shape[1]
    spacing = 10.0 * round(formants[:, -1].mean() / (given - 0.5) / 10.0)
    response = np.repeat(_upper_poles(spacing, given, damping, len(bins), float(bins[-1]))[None], len(formants), axis=0)
    for f in formants.T[:, :, None]:
        response *= _resonance(bins, f, damping)
    return response


@lru_cache(64)
def _upper_poles(spacing: float, given: int, damping: float, size: int, top_hz: float) -> np.ndarray:
    """Resonances of a tube above the `given` ones, and the rise that all those past 24 kHz leave below them."""
    bins = np.linspace(0, top_hz, size)
    count = max(int(24_000 / spacing), given + 1)
    response = np.exp((np.minimum(bins, 20_000) / spacing) ** 2 / count).astype(np.complex64)
    for k in range(given, count):
        response *= _resonance(bins, (k + 0.5) * spacing, damping)
    return response


def _resonance(bins, f, damping: float) -> np.ndarray:
    width = damping * (45.0 + 0.045 * f + (f / 4500.0) ** 2 * 60.0)
    ratio = np.asarray(bins / f, np.float32)
    return 1 / (1 - ratio * ratio + np.complex64(1j) * ratio * np.asarray(width / f, np.float32))


def vowels(names: str, length_m: float = 0.17) -> np.ndarray:
    """The formant track `[moments, 3]` of a row of vowels ("u a o"), for a tract of `length_m`."""
    return np.array([VOWELS[name] for name in names.split()]) * (0.17 / length_m)


def say(
    hz: np.ndarray,
    track,
    rate: int,
    rng: np.random.Generator,
    *,
    damping: float = 1.0,
    top_hz: float = 9000.0,
    **source,
) -> np.ndarray:
    """`glottis` through `tract`, `[n]`, with its loudest sample near 1: the caller shapes its level in time.

    Above `top_hz` it falls by 12 dB an octave more: a mouth beams its highs past the microphone, and air takes them.
    """
    x = tract(glottis(hz, rate, rng, **source), track, rate, damping=damping)
    x = filters.highpass(x, 40.0, rate, 1)
    x = filters.lowpass(x, top_hz, rate, 2) if top_hz < 0.4 * rate else x
    return x / max(float(np.abs(x).max(initial=0.0)), 1e-9)
