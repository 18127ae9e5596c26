"""A learned way back for the pocket codec: latents to stereo by ConvNeXt blocks and an inverse STFT, as Vocos does.

Latents `[batch, dims, frames]`, 25 a second, and noise for what is not told `[batch, NOISES, 4 * frames]`, give sound
`[batch, 2, 1920 * frames]` (Siuzdak 2023). The sum and the difference of the channels are made, each with its spectrum.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from soundwright.nets.pocket_codec import PATCH

FINER = 4  # frames of the spectrum to a latent
HOP = PATCH // FINER
SIZE = 4 * HOP
NOISES = 16
LOUDEST = 1e2  # magnitudes stay below this, as in Vocos


@dataclass(frozen=True)
class Config:
    """The sizes of a decoder; those by default have 4.8 million parameters."""

    dims: int = 128
    width: int = 256
    blocks: int = 8
    widening: int = 3


class Block(nn.Module):
    """ConvNeXt in one dimension (Liu et al. 2022): across time, then across channels, added to what came."""

    def __init__(self, width: int, widening: int, scale: float):
        super().__init__()
        self.across_time = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.across = nn.Sequential(
            nn.Linear(width, widening * width), nn.GELU(), nn.Linear(widening * width, width, bias=False)
        )
        self.scale = nn.Parameter(scale * torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.across_time(x).transpose(1, 2))
        return x + (self.across(y) * self.scale).transpose(1, 2)


class Decoder(nn.Module):
    """Latents and noise to sound."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        width = config.width
        self.embed = nn.Conv1d(config.dims, width, 3, padding=1)
        self.finer = nn.ConvTranspose1d(width, width, FINER, stride=FINER)
        self.noise = nn.Conv1d(NOISES, width, 1)
        self.norm = nn.LayerNorm(width, eps=1e-6)
        blocks = (Block(width, config.widening, 1 / config.blocks) for _ in range(config.blocks))
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, 4 * (SIZE // 2 + 1))
        self.register_buffer("window", torch.hann_window(SIZE), persistent=False)

    def forward(self, latents: Tensor, noise: Tensor) -> Tensor:
        x = self.finer(self.embed(latents)) + self.noise(noise)
        x = self.norm(x.transpose(1, 2)).transpose(1, 2)
        x = self.last(self.blocks(x).transpose(1, 2))
        x = self.head(x).transpose(1, 2).float()
        x = torch.cat([x, x[..., -1:]], dim=-1)  # the spectrum's frames stand at both ends of each hop
        size, phase = x.reshape(len(x), 2, 2, SIZE // 2 + 1, -1).unbind(2)
        spectrum = torch.polar(torch.exp(size).clamp(max=LOUDEST), phase).flatten(0, 1)
        made = torch.istft(spectrum, SIZE, HOP, window=self.get_buffer("window"))
        middle, side = made.reshape(len(x), 2, -1).unbind(1)
        return torch.stack([middle + side, middle - side], dim=1)


class Judge(nn.Module):
    """Tells recordings from decodings by their spectra at one resolution; returns its layers, the last the verdict."""

    def __init__(self, size: int, width: int = 24):
        super().__init__()
        self.size = size
        steps = ((2, width, 1), (width, width, 2), (width, width, 2), (width, width, 1))
        layers = [nn.Conv2d(a, b, (3, 7), (1, step), (1, 3)) for a, b, step in steps]
        self.layers = nn.ModuleList([*layers, nn.Conv2d(width, 1, 3, padding=1)])
        self.register_buffer("window", torch.hann_window(size), persistent=False)

    def forward(self, sound: Tensor) -> list[Tensor]:
        pair = torch.stack([sound[:, 0] + sound[:, 1], sound[:, 0] - sound[:, 1]], dim=1) / 2
        spectra = torch.stft(
            pair.flatten(0, 1), self.size, self.size // 4, window=self.get_buffer("window"), return_complex=True
        )
        x = torch.log1p(30 * spectra.abs()).transpose(1, 2).reshape(len(sound), 2, -1, self.size // 2 + 1)
        heard = []
        for layer in self.layers:
            x = layer(x)
            heard.append(x)
            x = nn.functional.leaky_relu(x, 0.1)
        return heard
