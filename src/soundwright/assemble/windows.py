"""One long latent made by a denoiser that sees a window at a time: at each step the windows' answers are averaged.

So the windows agree before there is any sound, which no crossfade of finished parts can do (Bar-Tal et al. 2023,
MultiDiffusion, eq. 5, with weights that fall towards a window's ends). Latents are numpy arrays or tensors
`[..., frames]`; a tensor's own methods are used, and torch is not imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from soundwright.errors import BadRequest


@dataclass(frozen=True)
class Windows:
    """Where windows of `size` frames begin that together cover `length` frames, first to last."""

    length: int
    size: int
    starts: tuple[int, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        return tuple((start, start + self.size) for start in self.starts)

    def weights(self) -> np.ndarray:
        """The weight of each window at each of its frames, `[windows, size]`; over every frame of the whole they sum
        to one. They rise and fall as raised cosines where neighbours overlap, and are even elsewhere."""
        shapes = np.ones((len(self.starts), self.size))
        for k, start in enumerate(self.starts[1:]):
            both = self.starts[k] + self.size - start
            rise = np.sin(0.5 * np.pi * (np.arange(both) + 0.5) / both) ** 2 if both else np.zeros(0)
            shapes[k + 1, :both] *= rise
            shapes[k, self.size - both :] *= rise[::-1]
        total = np.zeros(self.length)
        for (start, end), shape in zip(self.spans, shapes, strict=True):
            total[start:end] += shape
        return np.stack([shape / total[start:end] for (start, end), shape in zip(self.spans, shapes, strict=True)])


def plan(length: int, size: int, overlap: int) -> Windows:
    """The fewest windows of `size` frames that cover `length` frames and overlap by `overlap` or more, evenly spread.

    A length of one window or less is one window of that length. Raises `BadRequest` for sizes that cannot be.
    """
    if length < 1 or size < 1 or not 0 <= overlap < size:
        raise BadRequest(f"{length} frames cannot be covered by windows of {size} that overlap by {overlap}")
    if length <= size:
        return Windows(length, length, (0,))
    steps = -(-(length - size) // (size - overlap))
    return Windows(length, size, tuple(round(k * (length - size) / steps) for k in range(steps + 1)))


def average(predict: Callable[[Any, int], Any], latents: Any, windows: Windows) -> Any:
    """One step of the denoiser over all of `latents` `[..., frames]`, whose kind and device the result has.

    `predict(part, k)` answers for the latents of window k, with that window's own conditioning, with frames last and
    as many as it got. Raises `BadRequest` for latents or answers of another length.
    """
    if latents.shape[-1] != windows.length:
        raise BadRequest(f"the windows cover {windows.length} frames, the latents have {latents.shape[-1]}")
    whole = None
    for k, ((start, end), weight) in enumerate(zip(windows.spans, windows.weights(), strict=True)):
        answer = predict(latents[..., start:end], k)
        if answer.shape[-1] != end - start:
            raise BadRequest(f"window {k + 1} answered with {answer.shape[-1]} frames for {end - start}")
        if whole is None:
            whole = _zeros(answer, windows.length)
        whole[..., start:end] += answer * _like(answer, weight)
    return whole


def _zeros(like: Any, frames: int) -> Any:
    shape = (*like.shape[:-1], frames)
    return like.new_zeros(shape) if hasattr(like, "new_zeros") else np.zeros(shape, like.dtype)


def _like(array: Any, weight: np.ndarray) -> Any:
    """The weights in the kind, precision and place of `array`."""
    return array.new_tensor(weight) if hasattr(array, "new_tensor") else weight.astype(array.dtype)
