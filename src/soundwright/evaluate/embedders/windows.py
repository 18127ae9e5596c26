"""Windows at fixed places: the same sound always gives the same ones, whatever its length."""

from __future__ import annotations

import numpy as np


def windows(x: np.ndarray, size: int, hop: int) -> np.ndarray:
    """Views `[count, ..., size]` of x `[..., frames]` every `hop` frames; the last lies at the end of x.

    A shorter x is padded with silence to one window.
    """
    frames = x.shape[-1]
    if frames <= size:
        return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, size - frames)])[None]
    starts = list(range(0, frames - size + 1, hop))
    if starts[-1] != frames - size:
        starts.append(frames - size)
    return np.stack([x[..., at : at + size] for at in starts])


def repeated(x: np.ndarray, size: int) -> np.ndarray:
    """x `[frames]` said again until it fills `size` frames, as CLAP was trained on short sounds; a longer one as is."""
    if not 0 < len(x) < size:
        return x
    often = np.tile(x, size // len(x))
    return np.pad(often, (0, size - len(often)))


def pieces(x: np.ndarray, size: int, shortest: int) -> list[np.ndarray]:
    """x `[..., frames]` cut into pieces of `size` frames; a last one below `shortest` stays with the one before it.

    A whole x below `shortest` is padded with silence to it.
    """
    frames = x.shape[-1]
    if frames < shortest:
        return [np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, shortest - frames)])]
    starts = [at for at in range(0, frames, size) if at == 0 or frames - at >= shortest]
    return [x[..., at:end] for at, end in zip(starts, [*starts[1:], frames], strict=True)]
