"""What a picture shows of a sound, gathered in one pass and in bounded memory: outline, spectrum, loudness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.dsp import loudness, spectra

POINTS = 2200  # of the outline, about; two for each pixel
BANDS, SIZE, LOW_HZ, HIGH_HZ = 128, 2048, 40.0, 16_000.0
FARTHEST = 4096  # samples between two spectra: twice their window, so that no more than every other sample is not seen
AT_ONCE = 2304  # spectra at a time: more than a short sound has in all


@dataclass(frozen=True, eq=False)
class Sketch:
    """A sound of `frames` at `rate` Hz, drawn fine: `low`, `high`, `rms` `[points]` of its mono sum, `levels`
    `[128 mel bands, columns]` in dB where 0 is a full-scale sine, and its loudness over time (None where the standard
    gives no weights to its channels)."""

    rate: int
    channels: int
    frames: int
    low: np.ndarray
    high: np.ndarray
    rms: np.ndarray
    levels: np.ndarray
    curves: loudness.Curves | None

    @property
    def duration_s(self) -> float:
        return self.frames / self.rate

    @property
    def highest_hz(self) -> float:
        """The upper end of the bands."""
        return min(HIGH_HZ, self.rate / 2)


def of_file(path: Path) -> Sketch:
    """The sketch of a sound file, in bounded memory where libsndfile knows the format. Raises `BadRequest`."""
    from soundwright.deliver import encode, long

    frames = long.frames(path)
    return of(Stream.read(path), frames) if frames else of(encode.read(path))


def of(sound: Audio | Stream, frames: int | None = None) -> Sketch:
    """The sketch of a sound; of a stream, `frames` says how long it is. Raises `BadRequest` for NaN and Inf."""
    stream = Stream.of(sound) if isinstance(sound, Audio) else sound
    frames = sound.frames if isinstance(sound, Audio) else frames or 0
    many = max(-(-frames // (POINTS * FARTHEST)), 1)  # spectra for each point
    step = max(-(-frames // (POINTS * many)), 64)
    point = step * many if step > 64 else max(frames // POINTS, 1)
    bank = spectra.mel_bank(stream.rate, SIZE, BANDS, LOW_HZ, HIGH_HZ)
    meter = loudness.Meter(stream.rate, stream.channels) if stream.channels in loudness.WEIGHTS else None
    state, outlines, columns = meter.start() if meter else None, [], []

    def watched() -> Iterator[np.ndarray]:
        nonlocal state, frames
        frames = 0  # a header may be wrong
        for block in stream.blocks:
            frames += block.shape[1]
            if meter and state:
                state = meter.step(state, block)
            yield block.mean(axis=0)

    length = step * max(AT_ONCE // many, 1) * many
    for piece in _pieces(watched(), length):
        inner = piece[SIZE // 2 : -(SIZE // 2)]
        outlines.append(_outline(inner, point))
        columns.append(_spectra(piece, len(inner), step, many, bank))
    low, high, rms = np.concatenate(outlines, axis=1) if outlines else np.zeros((3, 1))
    levels = np.concatenate(columns, axis=1) if columns else np.full((BANDS, 1), -100.0)
    curves = None
    if meter and state:
        hops = meter.hops(state)
        step_s = max(len(hops) // (POINTS // 2), 1) / loudness.HOPS_PER_S
        curves = loudness.curves_of(hops, stream.rate, step_s)
    return Sketch(stream.rate, stream.channels, frames, low, high, rms, levels, curves)


def _pieces(blocks: Iterator[np.ndarray], length: int) -> Iterator[np.ndarray]:
    """Pieces of `length` samples, the last one shorter, each with half a window of what lies around it."""
    around = SIZE // 2
    held = np.zeros(around, np.float32)
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= around + length + around:
            yield held[: length + 2 * around]
            held = held[length:]
    while len(held) > around:
        yield np.pad(held[: length + 2 * around], (0, max(0, around - max(0, len(held) - around - length))))
        held = held[length:]


def _outline(x: np.ndarray, point: int) -> np.ndarray:
    """Least, greatest and root mean square of each `point` samples, `[3, points]`."""
    edges = np.arange(0, len(x), point)
    sizes = np.diff(np.append(edges, len(x)))
    power = np.add.reduceat(x.astype(np.float64) ** 2, edges) / sizes
    return np.stack([np.minimum.reduceat(x, edges), np.maximum.reduceat(x, edges), np.sqrt(power)])


def _spectra(piece: np.ndarray, length: int, step: int, many: int, bank: np.ndarray) -> np.ndarray:
    """Levels in dB of the bands for every `many` spectra of a piece, `[bands, columns]`."""
    count = -(-length // step)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(piece, (0, step)), SIZE)[: count * step : step]
    shape = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE)).astype(np.float32)
    power = np.abs(np.fft.rfft(windows * shape, axis=-1)) ** 2 * (16.0 / SIZE**2)
    bands = power @ bank.T
    edges = np.arange(0, len(bands), many)
    means = np.add.reduceat(bands, edges, axis=0) / np.diff(np.append(edges, len(bands)))[:, None]
    return 10 * np.log10(np.maximum(means.T, 1e-10))
