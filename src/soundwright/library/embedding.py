"""What a sound is like, as a unit vector of 128 numbers: the embedding `logmel-modulation`, version 1.

Five groups of statistics over a log-mel picture (32 bands, 40 Hz to 16 kHz, 10 ms hops, dB under the loudest frame, at
32 kHz). Each group is made a unit vector by itself and weighted, so that the cosine of two sounds is the weighted mean
of five cosines:

    spectrum    32   mean over frames weighted by energy, less its mean      which frequencies
    spread      32   standard deviation over time, less its mean             which of them move
    modulation  32   level in 8 octaves, 0.25 to 64 Hz, of 4 broad bands     how fast (after Chi, Ru and Shamma 2005)
    contour     24   loudness at 24 moments, in even steps of log time       how it begins and dies away
    tone         8   flatness, centroid, flux, pitch: means and deviations   tone, noise or both

A learned embedding replaces this one by another name in the store's column `embedding`; vectors of different names are
never compared.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from soundwright.dsp import spectra

NAME = "logmel-modulation/1"
RATE, BANDS, SIZE, HOP = 32_000, 32, 1024, 320
FLOOR_DB = -80.0
WEIGHTS = {"spectrum": 0.36, "spread": 0.12, "modulation": 0.18, "contour": 0.18, "tone": 0.16}
MOMENTS_S = 0.01 * (400.0 ** (np.arange(24) / 23))  # 10 ms to 4 s


def picture(x: np.ndarray) -> np.ndarray:
    """The log-mel picture `[32, frames]` in dB of mono x at 32 kHz."""
    return spectra.log_mel(x, RATE, bands=BANDS, size=SIZE, hop=HOP)


def embed(levels: np.ndarray, pitch: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """The unit vector `[128]` of a picture, with pitches in Hz and their strengths of some frames of it."""
    power = 10 ** (levels / 10)
    frames = power.sum(axis=0)
    level = np.maximum(levels - 10 * np.log10(frames.max() + 1e-12), FLOOR_DB)
    weight = frames / max(frames.sum(), 1e-12)
    mean = level @ weight
    spread = np.sqrt(np.maximum(((level - mean[:, None]) ** 2) @ weight, 0))
    groups = {
        "spectrum": mean - mean.mean(),
        "spread": spread - spread.mean(),
        "modulation": _modulation(level),
        "contour": _contour(frames),
        "tone": _tone(level, power, frames, pitch, strength),
    }
    parts = [np.sqrt(WEIGHTS[name]) * group / max(np.linalg.norm(group), 1e-9) for name, group in groups.items()]
    return np.concatenate(parts).astype(np.float32)


def _modulation(level: np.ndarray) -> np.ndarray:
    broad = level.reshape(4, BANDS // 4, -1).mean(axis=1)
    moving = broad - broad.mean(axis=1, keepdims=True)
    size = 1 << (max(512, moving.shape[1]) - 1).bit_length()
    energy = np.abs(np.fft.rfft(moving, size, axis=1)) ** 2 / moving.shape[1]
    hz = np.fft.rfftfreq(size, HOP / RATE)
    octaves = [energy[:, (hz >= low) & (hz < high)].mean(axis=1) for low, high in pairwise(0.25 * 2.0 ** np.arange(9))]
    value = 10 * np.log10(np.stack(octaves, axis=1).ravel() + 1e-2)
    return value - value.mean()


def _contour(frames: np.ndarray) -> np.ndarray:
    loud = 10 * np.log10(frames / max(frames.max(), 1e-12) + 1e-6)
    start = int((loud > -30).argmax())
    at = start + np.rint(MOMENTS_S * RATE / HOP).astype(int)
    value = np.where(at < len(loud), loud[np.minimum(at, len(loud) - 1)], -60.0)
    return value + 20.0  # nearness then is shared loudness and shared silence alike


def _tone(
    level: np.ndarray, power: np.ndarray, frames: np.ndarray, pitch: np.ndarray, strength: np.ndarray
) -> np.ndarray:
    loud = frames > 0.02 * frames.max()
    part = power[:, loud] + 1e-9
    flat = 10 * np.log10(np.exp(np.log(part).mean(axis=0)) / part.mean(axis=0))
    centre = (np.arange(BANDS)[:, None] * part).sum(axis=0) / part.sum(axis=0)
    flux = np.abs(np.diff(level, axis=1)).mean() if level.shape[1] > 1 else 0.0
    voiced = pitch[strength > 0.6]
    height = np.log2(np.median(voiced) / 300.0) if len(voiced) else 0.0
    values = (
        flat.mean() / 6 + 1.2,
        flat.std() / 3 - 0.7,
        centre.mean() / 8 - 1.7,
        centre.std() / 4 - 0.7,
        flux / 3 - 1,
    )
    return np.array([*values, 3 * float(np.mean(strength)) - 1.5, 2 * float(np.mean(strength > 0.6)) - 1, height / 2])
