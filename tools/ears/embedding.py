"""What a sound is like, as numbers: its spectrum, how that moves, how its loudness is shaped, how tonal it is.

Five groups of statistics over a log-mel picture (64 bands to 16 kHz, 10 ms hops, relative to the loudest frame):

    spectrum   mean over frames weighted by energy, 64 bands          which frequencies
    spread     standard deviation over time, 64 bands                 which of them move
    modulation level of 8 octaves of 0.25 to 64 Hz in 8 broad bands   how fast they move (after Chi, Ru and Shamma 2005)
    shape      length, attack, decay, centre, crest, pulses           how loudness goes
    tone       spectral flatness, centroid, flux, pitch and its strength

`Ears` make of them a measure of nearness that is fitted to recordings, each also in versions of itself (a little
higher, duller, in a room), so that microphone, room and pitch count for little and the kind of sound for much.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import fft

from soundwright.dsp import spectra

BANDS, HOP_S = 64, 0.01
GROUPS = {"spectrum": 64, "spread": 64, "modulation": 64, "shape": 6, "tone": 8}


def describe(x: np.ndarray, rate: int) -> np.ndarray:
    """Raw statistics `[206]` of a mono sound `[n]`."""
    x = np.asarray(x, np.float32)
    loud = np.flatnonzero(np.abs(x) > 0.01 * np.abs(x).max(initial=1e-9))
    x = x[loud[0] : loud[-1] + 1] if len(loud) else x
    x = np.pad(x, (0, max(round(0.1 * rate) - len(x), 0))) / max(float(np.abs(x).max(initial=0)), 1e-9)
    hop = round(HOP_S * rate)
    picture = spectra.log_mel(x, rate, bands=BANDS, size=2048, hop=hop)
    power = 10 ** (picture / 10)
    frames = power.sum(axis=0)
    picture = np.maximum(picture - 10 * np.log10(frames.max() + 1e-12), -80.0)
    weight = frames / frames.sum()
    mean = picture @ weight
    spread = np.sqrt(np.maximum(((picture - mean[:, None]) ** 2) @ weight, 0))
    return np.concatenate([mean, spread, _modulation(picture), _shape(frames, len(x) / rate), _tone(x, picture, rate)])


def _modulation(picture: np.ndarray) -> np.ndarray:
    broad = picture.reshape(8, BANDS // 8, -1).mean(axis=1)
    moving = broad - broad.mean(axis=1, keepdims=True)
    size = max(512, moving.shape[1])
    power = np.abs(fft.rfft(moving, size, axis=1)) ** 2 / moving.shape[1]
    hz = np.fft.rfftfreq(size, HOP_S)
    edges = 0.25 * 2.0 ** np.arange(9)
    levels = [power[:, (hz >= low) & (hz < high)].mean(axis=1) for low, high in pairwise(edges)]
    return 10 * np.log10(np.stack(levels, axis=1) + 1e-3).ravel()


def _shape(frames: np.ndarray, length_s: float) -> np.ndarray:
    level = np.sqrt(frames / frames.max())
    peak = int(level.argmax())
    time = np.arange(len(level)) * HOP_S
    after = np.flatnonzero(level[peak:] < 0.1)
    before = np.flatnonzero(level[: peak + 1] < 0.1)
    decay = (after[0] if len(after) else len(level) - peak) * HOP_S
    attack = (peak - before[-1] if len(before) else peak) * HOP_S
    centre = float((time * level).sum() / level.sum() / max(time[-1], HOP_S))
    crest = float(level.max() / np.sqrt((level**2).mean()))
    rises = int(((level[1:] > 0.35) & (level[:-1] <= 0.35)).sum())
    return np.array([np.log(length_s), np.log(attack + 0.01), np.log(decay + 0.01), 2 * centre, crest, np.log1p(rises)])


def _tone(x: np.ndarray, picture: np.ndarray, rate: int) -> np.ndarray:
    power = 10 ** (picture / 10)
    loud = power.sum(axis=0) > 0.05 * power.sum(axis=0).max()
    flat = 10 * np.log10(np.exp(np.log(power[:, loud] + 1e-8).mean(axis=0)) / (power[:, loud].mean(axis=0) + 1e-8))
    bands = np.arange(BANDS)[:, None]
    centre = (bands * power[:, loud]).sum(axis=0) / (power[:, loud].sum(axis=0) + 1e-8)
    flux = np.abs(np.diff(picture, axis=1)).mean() if picture.shape[1] > 1 else 0.0
    pitch, strength = _pitch(x, rate)
    known = pitch[strength > 0.5]
    return np.array([
        flat.mean(), flat.std(), centre.mean(), centre.std(), flux, 8 * np.mean(strength), 8 * np.mean(strength > 0.6),
        np.log2(np.median(known) / 100) if len(known) else 0.0,
    ])  # fmt: skip


def _pitch(x: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Autocorrelation pitch in Hz and its strength 0 to 1 in 50 ms frames (60 to 1500 Hz)."""
    step = max(rate // 16_000, 1)
    x, rate = x[: len(x) // step * step].reshape(-1, step).mean(axis=1), rate // step
    size = 2 * round(0.05 * rate)
    if len(x) < size:
        x = np.pad(x, (0, size - len(x)))
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[:: size // 2]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames = frames[np.square(frames).mean(axis=1) > 0.01 * np.square(x).max() * 0.05]
    if not len(frames):
        return np.zeros(1), np.zeros(1)
    auto = fft.irfft(np.abs(fft.rfft(frames, 2 * size, axis=1)) ** 2, axis=1)[:, :size]
    auto = auto / np.maximum(auto[:, :1], 1e-12) * (size / (size - np.arange(size).clip(0, size - 1)))
    low, high = rate // 1500, rate // 60
    lag = low + auto[:, low:high].argmax(axis=1)
    return rate / lag, auto[np.arange(len(auto)), lag].clip(0, 1)


@dataclass(frozen=True)
class Ears:
    """A measure of nearness that was fitted to classes of sounds: mean, deviation and what to make little of.

    Each dimension gets mean 0 and deviation 1 over the classes (a class of forty sounds counts as much as one of two)
    and each group the same weight; then what differs within classes is made small (linear discriminant analysis's
    within-class whitening, Fisher 1936, with a ridge of 0.3 of the mean variance: of 0.1, 0.3 and 1 the one that did
    best on recordings left out). Nearness is the cosine.
    """

    mean: np.ndarray
    deviation: np.ndarray
    whiten: np.ndarray

    @classmethod
    def fitted(cls, raw: np.ndarray, names: list[str], ridge: float = 0.3) -> Ears:
        kinds = [np.flatnonzero(np.array(names) == name) for name in dict.fromkeys(names)]
        mean = np.mean([raw[rows].mean(axis=0) for rows in kinds], axis=0)
        deviation = np.sqrt(np.mean([np.square(raw[rows] - mean).mean(axis=0) for rows in kinds], axis=0))
        plain = cls(mean, np.maximum(deviation, 1e-6), np.eye(raw.shape[1]))
        scaled = plain._scaled(raw)
        inside = [scaled[rows] - scaled[rows].mean(axis=0) for rows in kinds]
        within = np.mean([x.T @ x / len(x) for x in inside], axis=0)
        values, axes = np.linalg.eigh(within + ridge * np.trace(within) / len(within) * np.eye(len(within)))
        return cls(plain.mean, plain.deviation, axes / np.sqrt(values))

    def hear(self, raw: np.ndarray) -> np.ndarray:
        """Unit vectors `[sounds, dimensions]` of raw statistics."""
        vectors = self._scaled(raw) @ self.whiten
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def _scaled(self, raw: np.ndarray) -> np.ndarray:
        weights = np.concatenate([np.full(size, size**-0.5) for size in GROUPS.values()])
        return np.clip((raw - self.mean) / self.deviation, -4, 4) * weights
