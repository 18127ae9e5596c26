"""Latents to sound, and back, in overlapping tiles: bounded memory for any length, and seams that are cross-faded.

A convolutional decoder hears only so far. Each tile is decoded with a margin on both sides; the margins are thrown away
but for a short stretch in which neighbours, which agree there, are cross-faded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from soundwright.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Tiles:
    """How latents are cut, in latent frames: `size` kept of each tile, `margin` of context on either side.

    `step` is for a decoder that works in groups of frames: tiles begin at its multiples, of which `margin` must be one.
    """

    size: int
    margin: int
    step: int = 1

    def spans(self, frames: int) -> list[tuple[int, int]]:
        """The kept spans of `frames` latent frames, none much smaller than the others."""
        count = max(1, -(-frames // self.size))
        inner = (round(frames * i / count / self.step) * self.step for i in range(1, count))
        return list(pairwise([0, *inner, frames]))


def decode(
    decoder: Callable[[Tensor], Tensor], latents: Tensor, hop: int, tiles: Tiles, tell: Progress, rate: int
) -> np.ndarray:
    """Latents `[1, channels, frames]` as float32 samples `[audio channels, frames * hop]`.

    `decoder` maps `[1, channels, n]` to `[1, audio channels, n * hop]`; `hop` is samples for each latent frame.
    """
    import torch

    frames = latents.shape[-1]
    if not frames:
        raise ValueError("there are no latents to decode")
    fade = min(max(tiles.margin // 2, 1), tiles.size // 2) * hop if tiles.margin else 0
    whole = np.empty((0, 0), np.float32)
    with torch.inference_mode():
        for start, end in tiles.spans(frames):
            first, last = max(0, start - tiles.margin), min(frames, end + tiles.margin)
            tile = decoder(latents[..., first:last])[0].float().cpu().numpy()
            if not start:
                whole = np.empty((tile.shape[0], frames * hop), np.float32)
            _lay(whole, tile, start * hop, end * hop, first * hop, fade)
            tell("decode", end / frames, end * hop / rate)
    return whole


def encode(
    encoder: Callable[[Tensor], Tensor], samples: Tensor, hop: int, tiles: Tiles, tell: Progress, rate: int
) -> Tensor:
    """Samples `[1, audio channels, frames * hop]` as latents `[1, channels, frames]`, in tiles whose margins are cut.

    `encoder` maps `[1, audio channels, n * hop]` to `[1, channels, n]` and hears no further than the margin.
    """
    import torch

    frames = samples.shape[-1] // hop
    kept = []
    with torch.inference_mode():
        for start, end in tiles.spans(frames):
            first, last = max(0, start - tiles.margin), min(frames, end + tiles.margin)
            kept.append(encoder(samples[..., first * hop : last * hop])[..., start - first : end - first])
            tell("encode", end / frames, end * hop / rate)
    return torch.cat(kept, dim=-1)


def _lay(whole: np.ndarray, tile: np.ndarray, start: int, end: int, first: int, fade: int) -> None:
    """Write a tile's samples from `start` on, faded in over the `fade` samples that its neighbour laid past `start`."""
    stop = min(whole.shape[1], end + fade, first + tile.shape[1])
    new = tile[:, start - first : stop - first]
    if start and fade:
        n = min(fade, new.shape[1])
        rise = np.linspace(0, 1, n, endpoint=False, dtype=np.float32)
        whole[:, start : start + n] += (new[:, :n] - whole[:, start : start + n]) * rise
        new, start = new[:, n:], start + n
    whole[:, start:stop] = new


def default_tiles(device: str, latent_rate: float) -> Tiles:
    """The tiles to use on a device: two seconds on a CPU, eight where memory is an accelerator's."""
    seconds = 2.0 if device == "cpu" else 8.0
    return Tiles(max(1, round(seconds * latent_rate)), 16)
