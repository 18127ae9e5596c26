"""What else a meter shows: crest, DC, clipping, clicks, correlation, what mono loses, and the tonal balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp.stereo import correlation, mono_loss_db

OCTAVES_HZ = (31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
CLIP_RUN = 3  # so many equal samples at the largest value are a clipped top, fewer are chance
CLICK_TIMES = 25.0  # a second difference so many times its neighbourhood's is a click


@dataclass(frozen=True)
class Health:
    """Numbers a technician checks; positions of clicks are in frames."""

    crest_db: float
    dc: float
    clipped_frames: int
    clicks: tuple[int, ...]
    correlation: float
    mono_loss_db: float


def health(x: np.ndarray, rate: int) -> Health:
    """All of x `[channels, frames]`; zeros for nothing."""
    if not x.size:
        return Health(0.0, 0.0, 0, (), 1.0, 0.0)
    peak, power = float(np.abs(x).max()), float(np.mean(np.square(x, dtype=np.float64)))
    return Health(
        float(20 * np.log10(peak / np.sqrt(power))) if power else 0.0,
        float(np.abs(x.mean(axis=1, dtype=np.float64)).max()),
        clipped(x),
        tuple(clicks(x, rate)),
        correlation(x),
        mono_loss_db(x),
    )


def clipped(x: np.ndarray) -> int:
    """Frames in runs of at least three equal samples at the largest value of a channel."""
    total = 0
    for channel in x:
        peak = np.abs(channel).max(initial=0.0)
        top = np.flatnonzero(np.abs(channel) >= peak * (1 - 1e-5)) if peak > 0 else np.zeros(0, int)
        runs = np.split(top, np.flatnonzero(np.diff(top) > 1) + 1)
        total += sum(len(run) for run in runs if len(run) >= CLIP_RUN)
    return total


def clicks(x: np.ndarray, rate: int) -> list[int]:
    """Frames where the sound breaks: a bend far over what the 10 ms around it hold, that no attack follows."""
    found = []
    window = max(round(0.01 * rate), 8)
    for channel in x:
        if len(channel) < 3 * window:
            continue
        bend = np.abs(np.diff(channel.astype(np.float64), 2))
        usual = np.sqrt(np.convolve(bend**2, np.ones(window) / window, "same"))
        # the neighbourhood before and after, without the bend itself: an attack goes on, a click does not
        around = np.maximum(np.roll(usual, window), np.roll(usual, -window))
        around[:window], around[-window:] = np.inf, np.inf
        high = np.flatnonzero((bend > CLICK_TIMES * around) & (bend > 1e-3))
        if len(high):
            found += [int(run[0]) + 1 for run in np.split(high, np.flatnonzero(np.diff(high) > window) + 1)]
    return sorted(set(found))


def octave_levels(x: np.ndarray, rate: int) -> np.ndarray:
    """Mean power in dB `[10]` in the octaves round `OCTAVES_HZ`, channels together; -120 where there is nothing."""
    hz, power = spectrum(x, rate)
    edges = np.asarray(OCTAVES_HZ)[:, None] * 2.0 ** np.array([-0.5, 0.5])
    sums = np.array([power[(hz >= low) & (hz < high)].sum() for low, high in edges])
    return 10 * np.log10(np.maximum(sums, 1e-12))


def spectrum(x: np.ndarray, rate: int, most_s: float = 120.0) -> tuple[np.ndarray, np.ndarray]:
    """Long-term power spectrum: (frequencies, power per bin), of x or of evenly spread pieces of a long x."""
    size = max(256, 1 << round(np.log2(rate * 0.17)))
    frames = x.shape[1]
    if frames < size:
        x = np.pad(x, ((0, 0), (0, size - frames)))
        frames = size
    hop = max(size // 2, int(frames / (most_s * rate / size)))
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    total, count = np.zeros(size // 2 + 1), 0
    starts = np.arange(0, frames - size + 1, hop)
    for some in np.array_split(starts, max(len(starts) // 64, 1)):
        views = np.stack([x[:, at : at + size] for at in some]) * window
        total += np.square(np.abs(np.fft.rfft(views, axis=-1))).mean(axis=1).sum(axis=0)
        count += len(some)
    return np.fft.rfftfreq(size, 1 / rate), 2 * total / (max(count, 1) * size * float(np.square(window).sum()))
