"""The pocket generator's network in PyTorch: a diffusion transformer that says what sound a noisy one may be.

The words of the caption stand before the sound's tokens as tokens of their own; times and the words' weighted mean
shift and scale every layer by one shared table (PixArt-alpha, Chen et al. 2023). It predicts the clean latents, which
lie on fewer dimensions than noise does (Li and He 2025).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from soundwright.nets import pocket

TIMES = 4  # t, length of the step, seconds before the window, seconds of the whole sound
WAVES = 32  # sines and cosines that tell each time
SPREAD = (1.0, 1.0, 0.1, 0.1)  # brings the times to about 0 to 1
SHIFTS = 6  # a layer's: shift, scale and gate, before attention and before the feed-forward


@dataclass(frozen=True)
class Config:
    """The network's size; `heads` must divide `width` into even parts."""

    width: int = 256
    layers: int = 6
    heads: int = 4

    @property
    def inner(self) -> int:
        """Of the gated feed-forward layers, which have three matrices."""
        return round(self.width * 8 / 3 / 32) * 32


class Pocket(nn.Module):
    """Noisy tokens `[b, n, WIDTH]`, controls `[b, n, CONTROLS]`, word vectors `[b, WORDS, 256]` and times `[b, TIMES]`
    to clean tokens `[b, n, WIDTH]`."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config, width = config, config.width
        self.enter = nn.Linear(pocket.WIDTH + pocket.CONTROLS, width)
        self.word = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        self.absent = nn.Parameter(torch.zeros(width))
        self.place = nn.Parameter(torch.zeros(pocket.WORDS, width))
        self.weigh = nn.Linear(256, 1)
        self.meaning = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        self.times = nn.Sequential(nn.Linear(TIMES * 2 * WAVES, width), nn.SiLU(), nn.Linear(width, width))
        self.shifts = nn.Sequential(nn.SiLU(), nn.Linear(width, SHIFTS * width))
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.layers)])
        self.last = nn.Parameter(torch.zeros(2, width))
        self.leave = nn.Linear(width, pocket.WIDTH)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        nn.init.zeros_(self.shifts[1].weight)  # type: ignore[arg-type]
        nn.init.zeros_(self.leave.weight)
        nn.init.normal_(self.place, std=0.02)
        nn.init.normal_(self.absent, std=0.02)

    def forward(self, x: Tensor, told: Tensor, vectors: Tensor, times: Tensor) -> Tensor:
        there = (vectors.abs().sum(-1, keepdim=True) > 0).to(x.dtype)
        prefix = there * self.word(vectors) + (1 - there) * self.absent + self.place
        weights = torch.softmax(self.weigh(vectors) - 1e4 * (1 - there), dim=1) * there
        state = self.times(_waves(times)) + self.meaning((weights * vectors).sum(1))
        shifts = self.shifts(state).unflatten(-1, (SHIFTS, self.config.width))
        h = torch.cat([prefix, self.enter(torch.cat([x, told], -1))], 1)
        turns = _turns(h, self.config.width // self.config.heads)
        for block in self.blocks:
            h = block(h, shifts, turns)
        h = h[:, pocket.WORDS :]
        shift, scale = (self.last + state[:, None]).unbind(1)
        return self.leave(_normed(h) * (1 + scale[:, None]) + shift[:, None])


class Block(nn.Module):
    """Attention with turned positions and normed queries and keys, then a gated feed-forward layer."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, self.heads = config.width, config.heads
        self.table = nn.Parameter(torch.zeros(SHIFTS, width))
        self.three = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.up = nn.Linear(width, 2 * config.inner)
        self.down = nn.Linear(config.inner, width)

    def forward(self, h: Tensor, shifts: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        one, two, gate, three, four, other = (part[:, None] for part in (self.table + shifts).unbind(1))
        q, k, v = self.three(_normed(h) * (1 + two) + one).unflatten(-1, (3, self.heads, -1)).unbind(2)
        q, k, v = (part.transpose(1, 2) for part in (q, k, v))
        q, k = (_turned(_normed(part), turns) for part in (q, k))
        near = (q @ k.transpose(2, 3)) * q.shape[-1] ** -0.5
        heard = near.softmax(-1).to(v.dtype) @ v  # so few tokens want no fused kernel, whose way back is slow
        h = h + gate * self.out(heard.transpose(1, 2).flatten(2))
        up, open_ = self.up(_normed(h) * (1 + four) + three).chunk(2, -1)
        return h + other * self.down(up * F.silu(open_))


def _normed(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:])


def _waves(times: Tensor) -> Tensor:
    """Sines and cosines of the times `[b, TIMES * 2 * WAVES]`, from one turn in 6 units to 40 turns a unit."""
    speeds = torch.exp(torch.linspace(0.0, math.log(256.0), WAVES, device=times.device))
    angles = (times * torch.tensor(SPREAD, device=times.device))[..., None] * speeds
    return torch.cat([angles.sin(), angles.cos()], -1).flatten(1)


def _turns(h: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines of each position's turn `[n, size / 2]` (rotary embedding, Su et al. 2021)."""
    speeds = torch.exp(torch.arange(0, size, 2, device=h.device) * (-math.log(1000.0) / size))
    angles = torch.arange(h.shape[1], device=h.device)[:, None] * speeds
    return angles.cos(), angles.sin()


def _turned(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    one, two = x.chunk(2, -1)
    cos, sin = turns
    return torch.cat([one * cos - two * sin, two * cos + one * sin], -1)
