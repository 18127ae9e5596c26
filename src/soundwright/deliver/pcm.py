"""Floating samples to whole numbers: rounded at 24 bits, dithered at 16.

Rounding to 16 bits without dither turns fading tails into distortion; triangular noise of two steps' width makes the
error independent of the signal (Lipshitz, Wannamaker, Vanderkooy: "Quantization and dither", JAES 40, 1992). The noise
is drawn from the content of each block, so that the same audio gives the same file; a block that stands on the steps
already, silent or dithered by mastering, stays as it is. 24 bits step at −138 dB, under the noise of every converter,
and need none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from soundwright.seed import stream

BLOCK = 1 << 16  # frames; part of the dither's definition, so do not tune it


def blocks(samples: np.ndarray) -> Iterator[np.ndarray]:
    """`samples [channels, frames]` in the blocks that `quantise` is defined on."""
    return (samples[:, at : at + BLOCK] for at in range(0, samples.shape[1], BLOCK))


def quantise(block: np.ndarray, bits: int) -> np.ndarray:
    """float32 `[channels, frames]` at full scale ±1 to int32 at `bits` (16 or 24), clipped to what they hold."""
    steps = 2.0 ** (bits - 1)
    scaled = block.astype(np.float64) * steps
    if bits == 16 and (scaled != np.rint(scaled)).any():  # silence, and what mastering has dithered, stay as they are
        digest = hashlib.sha256(block.tobytes()).digest()
        rng = stream(int.from_bytes(digest[:8], "little"), "dither")
        scaled += rng.random(block.shape) - rng.random(block.shape)
    return np.clip(np.rint(scaled), -steps, steps - 1).astype(np.int32)
