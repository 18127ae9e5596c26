"""Everything that a technician's meters show of a sound, read once, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.dsp import loudness, measures
from soundwright.finish.report import Measured, measure, plain

PIECE_S = 10.0  # clicks and clipped tops are looked for in pieces of this length


@dataclass(frozen=True, eq=False)
class Reading:
    """The meters' numbers, and `curves` of loudness over time for pictures."""

    rate: int
    channels: int
    frames: int
    measured: Measured
    correlation: float
    mono_loss_db: float
    clipped_frames: int
    clicks_s: tuple[float, ...]
    curves: loudness.Curves

    def numbers(self) -> dict[str, Any]:
        """One flat object with the unit in each key; infinite levels become None."""
        flat: dict[str, Any] = {
            "duration_s": self.frames / self.rate,
            "rate_hz": self.rate,
            "channels": self.channels,
            **{key: value for key, value in vars(self.measured).items() if key != "hops"},
            "correlation": self.correlation,
            "mono_loss_db": self.mono_loss_db,
            "clipped_frames": self.clipped_frames,
            "clicks_s": self.clicks_s,
        }
        return plain(flat)


def meter(sound: Audio | Stream, step_s: float = 0.1) -> Reading:
    """Read all meters. `step_s` is the step of the curves. Raises `BadRequest` for layouts without channel weights."""
    stream = Stream.of(sound) if isinstance(sound, Audio) else sound
    rate, channels, frames = stream.rate, stream.channels, 0
    clipped, clicks, products = 0, [], np.zeros((channels, channels))

    def watched() -> Iterator[np.ndarray]:
        nonlocal clipped, frames, products
        for piece in _pieces(stream.blocks, round(PIECE_S * rate)):
            clipped += measures.clipped(piece)
            clicks.extend((frames + at) / rate for at in measures.clicks(piece, rate))
            products = products + (piece @ piece.T).astype(np.float64)
            frames += piece.shape[1]
            yield piece

    measured = measure(watched(), rate, channels)
    left_right = float(np.sqrt(products[0, 0] * products[1, 1])) if channels == 2 else 0.0
    both = float(np.trace(products)) if channels == 2 else 0.0
    kept = (both + 2 * products[0, 1]) / (2 * both) if both > 0 else 1.0
    return Reading(
        rate,
        channels,
        frames,
        measured,
        float(products[0, 1] / left_right) if left_right > 0 else 1.0,
        float(-10 * np.log10(kept)) if kept > 1e-12 else np.inf,
        clipped,
        tuple(clicks),
        loudness.curves_of(measured.hops, rate, step_s),
    )


def _pieces(blocks: Iterable[np.ndarray], frames: int) -> Iterator[np.ndarray]:
    """The blocks, joined to pieces of `frames`."""
    held: list[np.ndarray] = []
    for block in blocks:
        held.append(block)
        while sum(part.shape[1] for part in held) >= frames:
            whole = np.concatenate(held, axis=1)
            yield whole[:, :frames]
            held = [whole[:, frames:]]
    if held and sum(part.shape[1] for part in held):
        yield np.concatenate(held, axis=1)
