"""Mappers from what CLIP sees in a clip to what CLAP would hear in it, after V2A-Mapper (arXiv 2308.09300).

The authors published neither code nor weights; these are two networks of ours after the paper's two: "regression" gives
one answer, "diffusion" draws one of many, in the manner of a prior (arXiv 2204.06125) that predicts the clean
embedding. Both work on features that the training pairs' own means and deviations have made standard.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HALF_PI = torch.pi / 2
STEPS = 20  # of sampling: on a known mapping the held-out cosine was 0.905 with 2, 0.918 with 10, 0.918 with 20
LEAST = 1e-4  # deviation below which a feature counts as constant
PERIODS = 10_000.0  # the longest wave that tells the time of diffusion, as in transformers


@dataclass(frozen=True)
class Config:
    """Sizes of a mapper: widths of the features it reads and writes, its own width, layers and heads."""

    kind: Literal["regression", "diffusion"] = "diffusion"
    seen: int = 512
    heard: int = 512
    width: int = 512
    layers: int = 6
    heads: int = 8

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no mapper {self.kind!r}; there are {', '.join(KINDS)}")
        sizes = (self.seen, self.heard, self.width, self.layers, self.heads)
        if min(sizes) < 1 or self.width % (2 * self.heads):
            raise ValueError(f"a mapper cannot have the sizes {sizes}")


class Mapper(nn.Module):
    """What both kinds share: standard features, and the probes that tell which CLIP and which CLAP it was trained on.

    `picture_probe` `[n, seen]` and `word_probe` `[m, heard]` are what those models made of fixed pictures and words.
    """

    def __init__(self, config: Config, probes: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self.config = config
        for name, size in (("seen", config.seen), ("heard", config.heard)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_deviation", torch.ones(size))
        self.register_buffer("picture_probe", torch.zeros(probes[0], config.seen))
        self.register_buffer("word_probe", torch.zeros(probes[1], config.heard))

    def standardise(self, seen: Tensor, heard: Tensor) -> None:
        """Take over means and deviations of the training pairs `[n, seen]`, `[n, heard]`."""
        for name, features in (("seen", seen), ("heard", heard)):
            self.get_buffer(f"{name}_mean").copy_(features.mean(0))
            self.get_buffer(f"{name}_deviation").copy_(features.std(0, correction=0).clamp_min(LEAST))

    def standard(self, name: Literal["seen", "heard"], features: Tensor) -> Tensor:
        return (features - self.get_buffer(f"{name}_mean")) / self.get_buffer(f"{name}_deviation")

    def embedding(self, standard: Tensor) -> Tensor:
        """Standard features `[n, heard]` as embeddings of length 1."""
        return F.normalize(standard * self.get_buffer("heard_deviation") + self.get_buffer("heard_mean"), dim=-1)

    def loss(self, seen: Tensor, heard: Tensor, noise: Tensor, time: Tensor) -> Tensor:
        """Of pairs `[n, seen]`, `[n, heard]`; `noise` `[n, heard]` is normal, `time` `[n]` uniform from 0 to 1."""
        raise NotImplementedError

    def draw(self, seen: Tensor, noise: Tensor, steps: int = STEPS) -> Tensor:
        """Embeddings of length 1 `[n, heard]` for clips `[n, seen]`, from normal `noise` `[n, heard]`."""
        raise NotImplementedError


class Regression(Mapper):
    """A residual perceptron that answers with the embedding that is nearest on the average."""

    def __init__(self, config: Config, probes: tuple[int, int] = (1, 1)) -> None:
        super().__init__(config, probes)
        width = config.width
        self.enter = nn.Linear(config.seen, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
            for _ in range(config.layers)
        )
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, config.heard))

    def forward(self, seen: Tensor) -> Tensor:
        x = self.enter(self.standard("seen", seen))
        for block in self.blocks:
            x = x + block(x)
        return self.embedding(self.leave(x))

    def loss(self, seen: Tensor, heard: Tensor, noise: Tensor, time: Tensor) -> Tensor:
        """One less the cosine."""
        return 1 - F.cosine_similarity(self(seen), heard).mean()

    def draw(self, seen: Tensor, noise: Tensor, steps: int = STEPS) -> Tensor:
        return self(seen)


class Diffusion(Mapper):
    """A transformer over four tokens (the clip, the time, the noisy embedding, a question) that tells the clean one.

    Noise follows x = cos(πt/2) clean + sin(πt/2) noise for t from 0 to 1.
    """

    def __init__(self, config: Config, probes: tuple[int, int] = (1, 1)) -> None:
        super().__init__(config, probes)
        width = config.width
        self.clip = nn.Linear(config.seen, width)
        self.noisy = nn.Linear(config.heard, width)
        self.time = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.question = nn.Parameter(0.02 * torch.randn(width))
        self.places = nn.Parameter(0.02 * torch.randn(4, width))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, config.heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
            )
            for _ in range(config.layers)
        )
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, config.heard))

    def forward(self, noisy: Tensor, time: Tensor, seen: Tensor) -> Tensor:
        """The clean standard embedding `[n, heard]` of a noisy one at `time` `[n]`."""
        half = self.config.width // 2
        waves = torch.exp(-math.log(PERIODS) * torch.arange(half, device=time.device) / half)
        turns = 1000 * time[:, None] * waves
        tokens = [
            self.clip(self.standard("seen", seen)),
            self.time(torch.cat([turns.sin(), turns.cos()], dim=-1)),
            self.noisy(noisy),
            self.question.expand(len(noisy), -1),
        ]
        x = torch.stack(tokens, dim=1) + self.places
        for layer in self.layers:
            x = layer(x)
        return self.leave(x[:, -1])

    def loss(self, seen: Tensor, heard: Tensor, noise: Tensor, time: Tensor) -> Tensor:
        """Mean squared error of the clean standard embedding."""
        clean = self.standard("heard", heard)
        turn = HALF_PI * time[:, None]
        return F.mse_loss(self(turn.cos() * clean + turn.sin() * noise, time, seen), clean)

    def draw(self, seen: Tensor, noise: Tensor, steps: int = STEPS) -> Tensor:
        """By DDIM (arXiv 2010.02502, eta 0): each step keeps its guess of the noise and lessens it."""
        x, times = noise, torch.linspace(1, 0, steps + 1, device=noise.device)
        for now, later in pairwise(times):
            clean = self(x, now.expand(len(x)), seen)
            guess = (x - (HALF_PI * now).cos() * clean) / (HALF_PI * now).sin()
            x = (HALF_PI * later).cos() * clean + (HALF_PI * later).sin() * guess
        return self.embedding(x)


KINDS: dict[str, type[Mapper]] = {"regression": Regression, "diffusion": Diffusion}


def build(config: Config, probes: tuple[int, int] = (1, 1)) -> Mapper:
    """An untrained mapper of the asked kind and sizes; `probes` counts fixed pictures and words."""
    return KINDS[config.kind](config, probes)
