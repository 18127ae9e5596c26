"""What the pocket codec tells of a sound, and the way from that back to sound.

A patch of 40 ms is described in decibels: narrow bands under `SPLIT_HZ` from windows of 85 ms, wider ones above it from
windows of 21 ms, levels each 5 ms in both ranges, how tonal each region is, and between the channels the difference of
level and the coherence (parametric stereo, Breebaart et al. 2005). The way back makes tones whose phases run on from
peak to peak (single pass spectrogram inversion, Beauregard et al. 2015), noise by shaping the spectra of white noise,
and sets the levels each 5 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy import fft

RATE, PATCH = 48_000, 1920  # 25 a second
SPLIT_HZ, BLEND_HZ = 5200.0, 500.0  # where the two ranges meet, and how wide they overlap
DOWN = 4  # the low range is worked on at a fourth of the rate
SIZE = 1024  # of the windows of both ranges: 85 ms in the low, 21 ms in the high one
LOW_HOP, HIGH_HOP = PATCH // DOWN // 2, PATCH // 4
STEP_S = 0.005  # of the level curves
STEPS = round(PATCH / RATE / STEP_S)
FLOOR_DB = -84.0
LINE_HZ = RATE / DOWN / SIZE
SINGLE_TO_HZ, NARROW_TO_HZ = 400.0, 1400.0  # bands of one line up to here, of one and a half up to there
MIDDLE, HIGH = 24, 8  # bands an octave above that, and in the high range
TOP_HZ = 22_000.0
REGIONS = 12  # of tonality, in the low range
PLACES = (0.0, 250.0, 500.0, 1000.0, 2000.0, 3400.0, SPLIT_HZ, 8000.0, 11_500.0, 24_000.0)  # edges of stereo bands
# Evenness of phases that counts as noise and as tones: white noise had 0.61 (lowest region: 0.43 to 0.73), tones 1
NOISE, TONES = 0.70, 0.95
EVENED = 4  # frames over which it is looked for
GAINS_DB = (-40.0, 24.0)  # that the level curves may ask for
WEIGHTS = {
    "narrow": 1.0, "middle": 0.7, "high": 0.5, "curves": 0.7, "tonal": 25.0, "difference": 0.9, "angle": 30.0,
}  # fmt: skip
ILD_DB = 40.0
ALIKE, CENTRED_DB = 0.03, 0.5  # an angle and a difference that count as none: mono stays mono through few components


@dataclass(frozen=True)
class Layout:
    """The bands of both ranges: centres in Hz, filters `[bands, lines]` whose rows sum to 1, and their way back."""

    narrow: np.ndarray
    middle: np.ndarray
    high: np.ndarray

    @cached_property
    def low_filters(self) -> np.ndarray:
        return _filters(np.concatenate([self.narrow, self.middle]), RATE / DOWN)

    @cached_property
    def high_filters(self) -> np.ndarray:
        return _filters(self.high, RATE)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Numbers of each part of a patch, in their order."""
        places = len(PLACES) - 1
        return {
            "narrow": len(self.narrow), "middle": 2 * len(self.middle), "high": 4 * len(self.high),
            "curves": 2 * STEPS, "tonal": REGIONS, "difference": places, "angle": places,
        }  # fmt: skip

    @cached_property
    def weights(self) -> np.ndarray:
        return np.concatenate([np.full(size, WEIGHTS[name], np.float32) for name, size in self.sizes.items()])


@lru_cache(maxsize=1)
def layout() -> Layout:
    single = np.arange(LINE_HZ, SINGLE_TO_HZ, LINE_HZ)
    narrow = np.concatenate([single, np.arange(single[-1] + 1.5 * LINE_HZ, NARROW_TO_HZ, 1.5 * LINE_HZ)])
    top = SPLIT_HZ + BLEND_HZ
    middle = narrow[-1] * 2 ** (np.arange(1, int(MIDDLE * np.log2(top / narrow[-1])) + 1) / MIDDLE)
    first = SPLIT_HZ - BLEND_HZ
    high = first * 2 ** (np.arange(int(HIGH * np.log2(TOP_HZ / first)) + 1) / HIGH)
    return Layout(narrow, middle, high)


def analyse(x: np.ndarray) -> np.ndarray:
    """The features of stereo `[2, n]`: `[patches, numbers]`, in decibels, `Layout.sizes` tells which."""
    x = np.pad(np.asarray(x, np.float32), ((0, 0), (0, -x.shape[1] % PATCH)))
    low, high = _ranges(x)
    spectra, shorts = _stft(low, LOW_HOP), _stft(high, HIGH_HOP)
    patches, bands = x.shape[1] // PATCH, layout()
    power = _power(spectra) @ bands.low_filters.T
    narrow = power[:, : len(bands.narrow)].reshape(patches, 2, -1).mean(axis=1)
    parts = {
        "narrow": _db(narrow),
        "middle": _db(power[:, len(bands.narrow) :]).reshape(patches, -1),
        "high": _db(_power(shorts) @ bands.high_filters.T).reshape(patches, -1),
        "curves": np.concatenate([_curve(low, RATE // DOWN), _curve(high, RATE)], axis=1),
        "tonal": _tonality(spectra).reshape(patches, 2, -1).mean(axis=1),
    }
    difference, angle = _between(spectra, shorts, patches)
    return np.concatenate([*parts.values(), difference, angle], axis=1).astype(np.float32)


def synthesise(features: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Stereo `[2, patches * PATCH]` from features `[patches, numbers]`."""
    bands, patches = layout(), len(features)
    cuts = np.cumsum(list(bands.sizes.values()))[:-1]
    narrow, middle, high, curves, tonal, difference, angle = np.split(features, cuts, axis=1)
    both = np.concatenate([_finer(narrow, 2), middle.reshape(2 * patches, -1)], axis=1)
    low_db = _between_lines(both, np.concatenate([bands.narrow, bands.middle]), RATE / DOWN)
    high_db = _between_lines(high.reshape(4 * patches, -1), bands.high, RATE)
    low = _played(low_db, _finer(tonal, 2), _finer(difference, 2), _finer(angle, 2), LOW_HOP, RATE // DOWN, rng)
    none = np.zeros((4 * patches, REGIONS), np.float32)
    high = _played(high_db, none, _finer(difference, 4), _finer(angle, 4), HIGH_HOP, RATE, rng)
    low = _levelled(low, curves[:, :STEPS], RATE // DOWN)
    high = _levelled(high, curves[:, STEPS:], RATE)
    return _joined(low, high)


# --- spectra


def _filters(centres: np.ndarray, rate: float) -> np.ndarray:
    """Triangles between neighbouring centres `[bands, lines]`, at least a line wide, each of sum 1."""
    hz = np.arange(SIZE // 2 + 1) * rate / SIZE
    edges = np.concatenate([[2 * centres[0] - centres[1]], centres, [2 * centres[-1] - centres[-2]]])
    line = rate / SIZE
    below = np.maximum(edges[1:-1] - edges[:-2], line)[:, None]
    above = np.maximum(edges[2:] - edges[1:-1], line)[:, None]
    off = hz - centres[:, None]
    bank = np.maximum(0, 1 - np.where(off < 0, -off / below, off / above))
    return (bank / bank.sum(axis=1, keepdims=True)).astype(np.float32)


def _between_lines(db: np.ndarray, centres: np.ndarray, rate: float) -> np.ndarray:
    """Levels of bands `[frames, bands]` as levels of lines `[frames, lines]`, straight between the centres."""
    hz = np.arange(SIZE // 2 + 1) * rate / SIZE
    at = np.interp(hz, centres, np.arange(len(centres)))
    under = np.minimum(at.astype(int), len(centres) - 2)
    share = (at - under).astype(np.float32)
    return db[:, under] * (1 - share) + db[:, under + 1] * share


@lru_cache(maxsize=1)
def _window() -> np.ndarray:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE)).astype(np.float32)


def _stft(x: np.ndarray, hop: int) -> np.ndarray:
    """Spectra `[2, frames, lines]` of windows around the middles of hops; a sine of amplitude 1 has power 1."""
    side = SIZE // 2 - hop // 2
    views = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (side, SIZE))), SIZE, axis=-1)
    views = views[:, : x.shape[1] : hop]
    return np.asarray(fft.rfft(views * (_window() * np.float32(4 / SIZE)), axis=-1))


def _istft(spectra: np.ndarray, hop: int) -> np.ndarray:
    """The sound `[2, frames * hop]` whose windowed spectra are nearest to these (Griffin and Lim 1984, eq. 6)."""
    channels, frames, _ = spectra.shape
    pieces = np.asarray(fft.irfft(spectra, SIZE, axis=-1)) * (_window() * np.float32(SIZE / 4))
    side = SIZE // 2 - hop // 2
    parts = -(-SIZE // hop)
    pieces = np.pad(pieces, ((0, 0), (0, 0), (0, parts * hop - SIZE))).reshape(channels, frames, parts, hop)
    weights = np.pad(np.square(_window()), (0, parts * hop - SIZE)).reshape(parts, hop)
    out = np.zeros((channels, frames + parts, hop), np.float32)
    norm = np.zeros((frames + parts, hop), np.float32)
    for part in range(parts):
        out[:, part : part + frames] += pieces[:, :, part]
        norm[part : part + frames] += weights[part]
    x = (out / np.maximum(norm, 0.1 * norm.max())).reshape(channels, -1)
    return x[:, side : side + frames * hop]


@lru_cache(maxsize=8)
def _low_share(count: int, rate_lines: int) -> np.ndarray:
    """The share of the low range in each of `count` lines `0 .. RATE/2` of a whole sound: 1, then a cosine to 0."""
    hz = np.arange(count) * (RATE / 2) / rate_lines
    at = np.clip((hz - SPLIT_HZ + BLEND_HZ / 2) / BLEND_HZ, 0, 1)
    return (0.5 + 0.5 * np.cos(np.pi * at)).astype(np.float32)


def _ranges(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The low range `[2, n / DOWN]` at its rate and the high range `[2, n]`; together they are the sound."""
    n = x.shape[1]
    lines = np.asarray(fft.rfft(x, axis=1))
    share = _low_share(n // 2 + 1, n // 2)
    low = lines * share
    few = n // DOWN
    return np.asarray(fft.irfft(low[:, : few // 2 + 1] / DOWN, few)), np.asarray(fft.irfft(lines - low, n))


def _joined(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Both ranges together at the full rate."""
    n = high.shape[1]
    lines = np.asarray(fft.rfft(high, axis=1))
    few = n // DOWN // 2
    lines[:, :few] += np.asarray(fft.rfft(low, axis=1))[:, :few] * DOWN
    return np.asarray(fft.irfft(lines, n))


# --- what is told of a patch


def _power(spectra: np.ndarray) -> np.ndarray:
    """The mean power of the channels `[frames, lines]`."""
    return np.square(np.abs(spectra)).mean(axis=0)


def _db(power: np.ndarray) -> np.ndarray:
    return 10 * np.log10(power + np.float32(10 ** (FLOOR_DB / 10)))


def _curve(x: np.ndarray, rate: int) -> np.ndarray:
    """Levels each 5 ms `[patches, STEPS]`."""
    step = round(STEP_S * rate)
    return _db(np.square(x).reshape(2, -1, STEPS, step).mean(axis=(0, 3)))


@lru_cache(maxsize=1)
def _region_sums() -> np.ndarray:
    """Which region of tonality a line of the low range is in, `[lines, REGIONS]`: equally wide in ERB."""
    hz = np.arange(SIZE // 2 + 1) * RATE / DOWN / SIZE
    erb = 21.4 * np.log10(1 + 0.00437 * hz)
    at = np.minimum((erb / (21.4 * np.log10(1 + 0.00437 * SPLIT_HZ)) * REGIONS).astype(int), REGIONS - 1)
    return np.asarray(at[:, None] == np.arange(REGIONS), np.float32)


def _tonality(spectra: np.ndarray) -> np.ndarray:
    """How far the phases of each region run on evenly, 0 (noise) to 1 (steady tones), `[frames, REGIONS]`."""
    before, after = np.roll(spectra, 1, axis=1), np.roll(spectra, -1, axis=1)
    before[:, 0], after[:, -1] = spectra[:, 0], spectra[:, -1]
    power = np.square(np.abs(spectra)) + 1e-12
    even = (after * before * np.conj(spectra) ** 2 / power).real.sum(axis=0)
    most = (np.abs(after) * np.abs(before)).sum(axis=0)
    sums = np.stack([even, most]) @ _region_sums()
    run = np.cumsum(np.pad(sums, ((0, 0), (EVENED // 2, EVENED // 2), (0, 0)), mode="edge"), axis=1)
    even, most = run[:, EVENED:] - run[:, :-EVENED]
    return np.clip((even / (most + 1e-9) - NOISE) / (TONES - NOISE), 0, 1)


@lru_cache(maxsize=2)
def _place_sums(rate: int) -> np.ndarray:
    """Which stereo band a line is in, `[lines, bands]`."""
    hz = np.arange(SIZE // 2 + 1) * rate / SIZE
    at = np.clip(np.searchsorted(PLACES, hz, side="right") - 1, 0, len(PLACES) - 2)
    return np.asarray(at[:, None] == np.arange(len(PLACES) - 1), np.float32)


def _between(low: np.ndarray, high: np.ndarray, patches: int) -> tuple[np.ndarray, np.ndarray]:
    """Level of left over right in dB and the angle between them (0 alike, 0.5 unlike, 1 opposed; its cosine is the
    coherence) of each stereo band, both `[patches, bands]`."""
    sums = np.zeros((3, patches, len(PLACES) - 1), np.float32)
    for spectra, rate in ((low, RATE // DOWN), (high, RATE)):
        left, right = spectra
        three = np.stack([np.square(np.abs(left)), np.square(np.abs(right)), (left * np.conj(right)).real])
        sums += (three @ _place_sums(rate)).reshape(3, patches, -1, sums.shape[2]).sum(axis=2)
    left, right, cross = sums
    least = np.float32(1e-8)
    difference = np.clip(10 * np.log10((left + least) / (right + least)), -ILD_DB, ILD_DB)
    coherence = np.clip((cross + least) / (np.sqrt(left * right) + least), -1, 1)
    return difference, np.arccos(coherence) / np.float32(np.pi)


# --- the way back


def _finer(values: np.ndarray, times: int) -> np.ndarray:
    """Values of patches `[patches, n]` at the middles of `times` parts of each, straight between patches."""
    at = np.clip((np.arange(len(values) * times) + 0.5) / times - 0.5, 0, len(values) - 1)
    under = np.minimum(at.astype(int), max(len(values) - 2, 0))
    share = (at - under)[:, None].astype(np.float32)
    return values[under] * (1 - share) + values[np.minimum(under + 1, len(values) - 1)] * share


def _played(db, tonal, difference, angle, hop: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    """Tones and noise of these levels `[frames, lines]`, as stereo `[2, frames * hop]`."""
    size = np.sqrt(np.maximum(10 ** (db / 10) - 10 ** (FLOOR_DB / 10), 0), dtype=np.float32)
    places = _place_sums(rate).T
    leaning = np.sign(difference) * np.clip(np.abs(difference) - CENTRED_DB, 0, ILD_DB)
    ratio = 10 ** (leaning / 10)
    gains = np.sqrt(np.stack([2 * ratio / (1 + ratio), 2 / (1 + ratio)])).astype(np.float32) @ places
    half = np.float32(np.pi / 2) * np.clip((angle - ALIKE) / (1 - ALIKE), 0, 1).astype(np.float32)
    noise = _stft(rng.standard_normal((2, len(db) * hop), np.float32), hop)
    noise /= np.sqrt(_power(noise).mean())
    same, other = noise
    part, rest = np.cos(half) @ places, np.sin(half) @ places
    apart = other * rest
    spectra = np.stack([same * part + apart, same * part - apart])
    share = np.clip(tonal, 0, 1)
    if share.any():
        tones = np.sqrt(share) @ _region_sums().T
        turn = np.exp(1j * half * (-1.0) ** np.arange(half.shape[1])).astype(np.complex64)[:, places.argmax(axis=0)]
        running = np.exp(1j * np.mod(_phases(db, hop), 2 * np.pi).astype(np.float32)) * tones
        spectra *= np.sqrt(1 - share) @ _region_sums().T
        spectra += running * np.stack([turn, turn.conj()])
    return _istft(spectra * (gains * size), hop)


def _phases(db: np.ndarray, hop: int) -> np.ndarray:
    """Phases `[frames, lines]` of tones at the peaks of levels, running on from frame to frame."""
    inner = db[:, 1:-1]
    peak = np.pad((inner > db[:, :-2]) & (inner >= db[:, 2:]), ((0, 0), (1, 1)))
    bend = np.minimum(db[:, :-2] - 2 * inner + db[:, 2:], -1e-3)
    off = np.pad(np.clip(0.5 * (db[:, :-2] - db[:, 2:]) / bend, -0.5, 0.5), ((0, 0), (1, 1)))
    lines = np.arange(db.shape[1])
    last = np.maximum.accumulate(np.where(peak, lines, -(10**6)), axis=1)
    following = np.minimum.accumulate(np.where(peak, lines, 10**6)[:, ::-1], axis=1)[:, ::-1]
    nearest = np.where(lines - last <= following - lines, last, following)
    nearest = np.where((nearest < 0) | (nearest >= len(lines)), lines, nearest)
    advance = np.take_along_axis(lines + off, nearest, axis=1) * (2 * np.pi * hop / SIZE)
    phase = np.zeros(db.shape)
    now = np.zeros(db.shape[1])
    before = advance[0]
    for frame in range(len(db)):
        at = nearest[frame]
        now = now[at] + 0.5 * (before[at] + advance[frame])
        before = advance[frame]
        phase[frame] = now
    # a window's spectrum is told from its first sample: lines of one tone alternate in sign around its middle
    return phase + np.pi * (lines % 2)


def _levelled(x: np.ndarray, curve: np.ndarray, rate: int) -> np.ndarray:
    """x with the levels of a curve `[patches, STEPS]`, as far as gains within `GAINS_DB` bring it there."""
    step = round(STEP_S * rate)
    gain_db = np.clip(curve.ravel() - _curve(x, rate).ravel(), *GAINS_DB)
    middles = (np.arange(len(gain_db)) + 0.5) * step
    gain = 10 ** (np.interp(np.arange(x.shape[1]), middles, gain_db) / 20)
    return x * gain.astype(np.float32)
