"""The modes of blending. Each is A at amount 0, and keeps A's onset; what it brings of B, its row in the table says.

body      after A's transient, its body gives way to B's
envelope  A through a filter that gives it B's long-term spectrum (minimum phase, so that nothing sounds early)
cross     A's fine structure under B's spectral envelope of each instant, as loud as A is then
granular  A's body rebuilt of grains of B, each the nearest to what A does at that moment
rhythm    A under B's loudness curve
split     A below a frequency, B above it
latent, style, exchange  in the pocket codec's latents: see `latent`
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp import spectra
from soundwright.dsp.limiter import limit
from soundwright.dsp.units import decibels
from soundwright.library.blend import latent
from soundwright.library.blend.pair import LIMIT_DB, Pair, loudest
from soundwright.seed import stream

BANDS = 40
SPAN_DB = 50.0  # what lies so far under the whole of a sound counts as nothing
BOOST_DB = 24.0  # what `cross` raises of A at the most; beyond that B carries its envelope itself
ROUNDS = 4  # of fitting `envelope`'s filter to what comes out of it
SIZE_S = 0.022  # windows of `cross`: short enough for attacks
GRAIN_S = 0.05
SPLIT_HZ = (200.0, 4000.0)  # where `split` may part the sounds
CURVE_S = 0.012
LIMITED_DB = 6.0  # how far peaks are limited, so that a blend stays as loud as A

Blend = Callable[[Pair, float, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Mode:
    """One way of blending: what it keeps of A, what it takes from B, and the measure by which it nears B."""

    run: Blend
    keeps: str
    takes: str
    nears: str = "spectrum"  # "body" after the transient, "high" above the split, "curve": see `measure`
    longer: bool = False  # whether B may ring past A's end


def run(pair: Pair, own: np.ndarray, mode: str, depth: float, seed: int) -> np.ndarray:
    """A pair blended by a mode to a depth of 0 to 1, as loud as A `own` `[2, n]`, without a click at either end."""
    y = MODES[mode].run(pair, depth, stream(seed, "blend", mode))
    early, late = round(0.001 * pair.rate), min(round(0.005 * pair.rate), y.shape[1] // 4)
    mine = np.clip((np.arange(y.shape[1]) - pair.onset + early) / max(early, 1), 0, 1)  # before its onset A is alone
    mine[len(mine) - late :] *= np.linspace(1, 0, late)
    y = pair.a + (y - pair.a) * mine.astype(np.float32)
    y = y * np.float32(loudest(pair.a, pair.rate) / max(loudest(y, pair.rate), 1e-9))
    most = max(float(np.abs(own).max()), 0.98)
    over = float(np.abs(y).max()) / most
    if over <= 1.0:
        return y.astype(np.float32)
    y = y / np.float32(max(over / 10 ** (LIMITED_DB / 20), 1.0))  # peaks over what a limiter takes without harm: softer
    return np.clip(limit(y, pair.rate, float(decibels(most))), -most, most).astype(np.float32)


def _mixed(pair: Pair, other: np.ndarray, amount: float) -> np.ndarray:
    """A giving way to another sound after its transient, at equal power."""
    angle = 0.5 * np.pi * amount * pair.leave
    return pair.a * np.cos(angle) + other * np.sin(angle)


def _body(pair: Pair, amount: float, rng: np.random.Generator) -> np.ndarray:
    return _mixed(pair, pair.b, amount)


def levels(x: np.ndarray, rate: int) -> np.ndarray:
    """Long-term level of each mel band `[40]` in dB under the whole, by energy; no lower than -50 dB."""
    bank, power = spectra.mel_bank(rate, 2048, BANDS), np.zeros(1025)
    for channel in np.atleast_2d(x):
        power += np.square(np.abs(spectra.stft(channel, 2048, 1024))).mean(axis=0)
    bands = bank @ power
    return np.maximum(10 * np.log10(bands / max(float(bands.sum()), 1e-20) + 1e-12), -SPAN_DB)


def middles(rate: int) -> np.ndarray:
    """The middle frequencies `[40]` in mel of the bands of `levels`."""
    return np.linspace(spectra.mel(40), spectra.mel(rate / 2), BANDS + 2)[1:-1]


def _envelope(pair: Pair, amount: float, rng: np.random.Generator) -> np.ndarray:
    rate, n = pair.rate, pair.a.shape[1]
    mel = spectra.mel(np.fft.rfftfreq(4096, 1 / rate))
    ours = levels(pair.a, rate)
    wanted = ours + amount * (levels(pair.b, rate) - ours)
    change, y = np.zeros(BANDS), pair.a
    for _ in range(ROUNDS):
        change = np.clip(change + wanted - levels(y, rate), -LIMIT_DB - 10, LIMIT_DB)
        response = _minimum_phase(np.interp(mel, middles(rate), change))
        y = signal.oaconvolve(pair.a, response[None], axes=-1)[:, :n].astype(np.float32)
    return y


def _minimum_phase(db: np.ndarray) -> np.ndarray:
    """The impulse response `[2 (n-1)]` of least delay with a magnitude in dB `[n]` (by the real cepstrum)."""
    cepstrum = np.fft.irfft(db / 20 * np.log(10))
    half = len(cepstrum) // 2
    cepstrum[1:half] *= 2
    cepstrum[half + 1 :] = 0
    response = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)))
    response[half:] *= np.linspace(1, 0, half)  # what wrapped round
    return response


def _cross(pair: Pair, amount: float, rng: np.random.Generator) -> np.ndarray:
    rate = pair.rate
    size = 2 * round(0.5 * SIZE_S * rate)
    window = signal.ShortTimeFFT(np.sqrt(signal.get_window("hann", size)), size // 4, rate)
    a, b = window.stft(pair.a), window.stft(pair.b)
    bank = spectra.mel_bank(rate, size, 24)
    powers = [np.einsum("bf,cft->bt", bank, np.abs(x) ** 2) + 1e-12 for x in (a, b)]
    shapes = [_shapes(power) for power in powers]
    wanted = shapes[0] + amount * (shapes[1] - shapes[0])
    change = np.clip(wanted - shapes[0], -LIMIT_DB - 10, BOOST_DB)
    whole = 10 * np.log10(powers[0].sum(axis=0))
    carried = np.minimum(10 * np.log10(powers[0]) + change, whole + wanted)
    lacking = np.maximum(10 ** ((whole + wanted) / 10) - 10 ** (carried / 10), 0.0) * (wanted > shapes[0] + 0.1)
    edges = np.linspace(spectra.mel(40), spectra.mel(rate / 2), 26)[1:-1]
    at = np.interp(spectra.mel(np.fft.rfftfreq(size, 1 / rate)), edges, np.arange(24))
    low = np.minimum(at.astype(int), 22)
    share = (at - low)[:, None]

    def spread(bands: np.ndarray) -> np.ndarray:
        return (1 - share) * bands[low] + share * bands[low + 1]

    y = a * 10 ** (spread(change) / 20) + b * np.sqrt(amount * spread(np.minimum(lacking / powers[1], 1e4)))
    before, after = (np.sqrt(np.square(np.abs(x)).sum(axis=(0, 1))) for x in (a, y))
    y *= before / np.maximum(after, 1e-9)
    return window.istft(y, k1=pair.a.shape[1]).astype(np.float32)


def _shapes(power: np.ndarray) -> np.ndarray:
    """Level of each band under the whole of its frame in dB `[24, frames]`; the usual shape where a frame is empty."""
    total = power.sum(axis=0)
    usual = power @ total / max(float(total @ total), 1e-12)
    sure = total / (total + 1e-5 * total.max())
    level = sure * power / total + (1 - sure) * (usual / usual.sum())[:, None]
    return np.maximum(10 * np.log10(level), -SPAN_DB)


def _granular(pair: Pair, amount: float, rng: np.random.Generator) -> np.ndarray:
    rate, n = pair.rate, pair.a.shape[1]
    size = 2 * round(0.5 * GRAIN_S * rate)
    hop = size // 2
    window = np.sqrt(signal.get_window("hann", size)).astype(np.float32)
    ours, theirs = _grains(pair.a, size, hop, rate, True), _grains(pair.b, size, hop // 2, rate, False)
    body = theirs.places >= pair.onset + round(0.01 * rate)  # B's own onset would click in the midst of A
    loud = theirs.level > theirs.level[body if body.any() else slice(None)].max() - 45
    loud &= body if body.any() else True
    places, colours, levels = theirs.places[loud], theirs.colours[loud], theirs.level[loud]
    apart = ((ours.colours[:, None] - colours) ** 2).mean(axis=2) + 0.05 * (ours.level[:, None] - levels) ** 2
    apart += 0.5 * (ours.swell[:, None] - theirs.swell[loud]) ** 2  # an onset of B only where A has one
    out = np.zeros((2, n + size), np.float32)
    last = -1
    for row, at in enumerate(ours.places):
        near = np.argpartition(apart[row], min(3, len(places) - 1))[:4]
        near = near[near != last] if len(near) > 1 else near
        last = int(near[rng.integers(len(near))])
        grain = pair.b[:, places[last] : places[last] + size]
        gain = 10 ** (np.clip(ours.level[row] - levels[last], -60, 30) / 20)
        out[:, at : at + grain.shape[1]] += grain * window[: grain.shape[1]] * np.float32(gain)
    return _mixed(pair, out[:, :n], amount)


@dataclass(frozen=True, eq=False)
class _Grains:
    places: np.ndarray
    colours: np.ndarray  # dB in mel bands, less their mean
    level: np.ndarray
    swell: np.ndarray  # dB by which the second half is louder than the first


def _grains(x: np.ndarray, size: int, hop: int, rate: int, every: bool) -> _Grains:
    places = np.arange(0, max(x.shape[1] - size // 4, 1) if every else max(x.shape[1] - size, 1), hop)
    padded = np.pad(x.mean(axis=0), (0, size))
    cut = padded[places[:, None] + np.arange(size)] * signal.get_window("hann", size)
    power = np.square(np.abs(np.fft.rfft(cut, axis=1))) @ spectra.mel_bank(rate, size, 20).T
    colours = 10 * np.log10(power + 1e-9)
    level = 10 * np.log10(np.square(cut).mean(axis=1) + 1e-10)
    halves = [np.square(part).mean(axis=1) for part in np.array_split(cut, 2, axis=1)]
    swell = np.clip(10 * np.log10((halves[1] + 1e-10) / (halves[0] + 1e-10)), -20, 20)
    return _Grains(places, colours - colours.mean(axis=1, keepdims=True), level, swell)


def curve(x: np.ndarray, rate: int) -> np.ndarray:
    """The loudness curve `[n]` of x `[2, n]` as amplitude, smoothed over 12 ms both ways."""
    power = np.square(x, dtype=np.float64).mean(axis=0)
    pole = np.exp(-1.0 / (CURVE_S * rate))
    smooth = signal.lfilter([1 - pole], [1, -pole], power)
    return np.sqrt(np.maximum(signal.lfilter([1 - pole], [1, -pole], smooth[::-1])[::-1], 0.0))


def _rhythm(pair: Pair, amount: float, rng: np.random.Generator) -> np.ndarray:
    a, b = curve(pair.a, pair.rate), curve(pair.b, pair.rate)
    change = 20 * np.log10((b + 1e-5) / (a + 1e-4 * a.max() + 1e-9))
    gain = 10 ** (amount * pair.leave * np.clip(change, -70.0, LIMIT_DB) / 20)
    return (pair.a * gain).astype(np.float32)


def _split(pair: Pair, amount: float, rng: np.random.Generator) -> np.ndarray:
    a, b = above(pair.a, pair), above(pair.b, pair)
    b *= np.float32(loudest(a, pair.rate) / max(loudest(b, pair.rate), 1e-3 * loudest(a, pair.rate), 1e-9))
    high = Pair(a, b, pair.rate, pair.onset, pair.frames, pair.leave)
    return pair.a - a + _mixed(high, b, amount)


def above(x: np.ndarray, pair: Pair) -> np.ndarray:
    """What of x lies above the frequency that halves the energy of a pair (in amplitude, within what splits well)."""
    share = np.cumsum(10 ** (0.5 * (levels(pair.a, pair.rate) + levels(pair.b, pair.rate)) / 20))
    middle = 700.0 * (10 ** (float(np.interp(0.5 * share[-1], share, middles(pair.rate))) / 2595.0) - 1)
    hz = min(float(np.clip(middle, *SPLIT_HZ)), 0.4 * pair.rate)
    sections = signal.butter(2, hz, "high", fs=pair.rate, output="sos")
    return signal.sosfiltfilt(sections, x, axis=-1).astype(np.float32)


MODES: dict[str, Mode] = {
    "body": Mode(_body, "transient", "body and tail", "body", longer=True),
    "envelope": Mode(_envelope, "onset, rhythm, pitch and detail", "long-term spectrum"),
    "cross": Mode(_cross, "onset, loudness curve and fine structure", "spectral envelope of each instant"),
    "granular": Mode(_granular, "transient and loudness curve", "grains of its sound", "grains"),
    "rhythm": Mode(_rhythm, "onset, pitch and spectrum", "loudness curve", "curve"),
    "latent": Mode(latent.latent, "transient", "levels, tonality and width of each instant", "body", longer=True),
    "style": Mode(latent.style, "transient and course", "mean and spread over time of all that", "body"),
    "exchange": Mode(latent.exchange, "transient and loudness curve", "its most like instants", "body"),
    "split": Mode(_split, "all below a frequency, transient", "all above it", "high", longer=True),
}
