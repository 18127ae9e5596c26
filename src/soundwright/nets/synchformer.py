"""The visual half of Synchformer (arXiv 2401.16423): what moves in a film, eight times in every 0.64 seconds.

A Motionformer with attention divided into time and space, and a layer that gathers each moment's places in one token.
Modules are named as in the published tensors under `vfeat_extractor.`, sizes are taken from them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPS = 1e-6


@dataclass(frozen=True)
class Sizes:
    """What the published tensors' shapes say; `patch` is pictures, height, width of what becomes a token."""

    width: int
    depth: int
    inner: int
    patch: tuple[int, int, int]
    moments: int
    places: int
    head: int = 64

    @classmethod
    def of(cls, state: dict[str, Tensor]) -> Sizes:
        """Of the tensors of `Motionformer`. Raises `KeyError` that names what is missing."""
        width, _, *patch = state["patch_embed_3d.proj.weight"].shape
        depth = len({name.split(".")[1] for name in state if name.startswith("blocks.")})
        inner = state["blocks.0.mlp.fc1.weight"].shape[0]
        moments, places = state["temp_embed"].shape[1], state["pos_embed"].shape[1] - 1
        return cls(width, depth, inner, (patch[0], patch[1], patch[2]), moments, places)

    @property
    def pictures(self) -> int:
        """How many pictures a segment has."""
        return self.moments * self.patch[0]

    @property
    def side(self) -> int:
        """Pixels of a picture's side."""
        return round(self.places**0.5) * self.patch[1]


class Motionformer(nn.Module):
    """Segments of pictures to features of motion."""

    def __init__(self, of: Sizes) -> None:
        super().__init__()
        self.patch_embed = Patches(nn.Conv2d(3, of.width, of.patch[1:], of.patch[1:]))  # published, and never used
        self.patch_embed_3d = Patches(nn.Conv3d(3, of.width, of.patch, of.patch))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, of.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, of.places + 1, of.width))
        self.temp_embed = nn.Parameter(torch.zeros(1, of.moments, of.width))
        self.blocks = nn.ModuleList([Block(of) for _ in range(of.depth)])
        self.norm = nn.LayerNorm(of.width, EPS)
        self.spatial_attn_agg = Gather(of)
        self.sizes = of

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures `[n, 3, pictures, side, side]` of -1 to 1 as features `[n, moments, width]`."""
        x = self.patch_embed_3d(pictures)  # [n, moments * places, width]
        moments, places = self.sizes.moments, self.sizes.places
        where = self.pos_embed[:, 1:].repeat(1, moments, 1) + self.temp_embed.repeat_interleave(places, dim=1)
        first = (self.cls_token + self.pos_embed[:, :1]).expand(len(x), -1, -1)
        x = torch.cat([first, x + where], dim=1)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x[:, 1:]).unflatten(1, (moments, places)).flatten(0, 1)
        return self.spatial_attn_agg(x).unflatten(0, (-1, moments))


class Patches(nn.Module):
    def __init__(self, proj: nn.Module) -> None:
        super().__init__()
        self.proj = proj

    def forward(self, pictures: Tensor) -> Tensor:
        return self.proj(pictures).flatten(2).transpose(1, 2)


class Block(nn.Module):
    """Attention through time, then across the picture, then a perceptron; `[n, 1 + moments * places, width]`."""

    def __init__(self, of: Sizes) -> None:
        super().__init__()
        self.moments = of.moments
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(of.width, EPS) for _ in range(3))
        self.attn, self.timeattn = Attention(of), Attention(of)
        self.mlp = Perceptron(of.width, of.inner)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.timeattn(self.norm3(x), self.moments, through_time=True)
        x = x + self.attn(self.norm1(x), self.moments, through_time=False)
        return x + self.mlp(self.norm2(x))


class Attention(nn.Module):
    """The first token attends to all; the others to it and to those of their place, or of their moment."""

    def __init__(self, of: Sizes) -> None:
        super().__init__()
        self.head = of.head
        self.qkv = nn.Linear(of.width, 3 * of.width)
        self.proj = nn.Linear(of.width, of.width)

    def forward(self, x: Tensor, moments: int, *, through_time: bool) -> Tensor:
        q, k, v = self.qkv(x).unflatten(-1, (3, -1, self.head)).permute(2, 0, 3, 1, 4)  # each [n, heads, tokens, head]
        first = F.scaled_dot_product_attention(q[:, :, :1], k, v)

        def groups(part: Tensor) -> Tensor:
            grid = part.unflatten(2, (moments, -1))  # [n, heads, moments, places, head]
            return grid.transpose(2, 3) if through_time else grid

        own, keys, values = (groups(part[:, :, 1:]) for part in (q, k, v))
        firsts = (part[:, :, None, :1].expand(-1, -1, own.shape[2], -1, -1) for part in (k, v))
        keys, values = (torch.cat(pair, dim=3) for pair in zip(firsts, (keys, values), strict=True))
        others = F.scaled_dot_product_attention(own, keys, values)
        others = (others.transpose(2, 3) if through_time else others).flatten(2, 3)
        return self.proj(torch.cat([first, others], dim=2).transpose(1, 2).flatten(2))


class Perceptron(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class Gather(nn.TransformerEncoderLayer):
    """The tokens of a picture `[n, places, width]` as one, `[n, width]`."""

    def __init__(self, of: Sizes) -> None:
        super().__init__(
            of.width, of.width // of.head, of.inner, dropout=0.0, activation=F.gelu, layer_norm_eps=EPS,
            batch_first=True, norm_first=True,
        )  # fmt: skip
        self.cls_token = nn.Parameter(torch.zeros(1, 1, of.width))

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(torch.cat([self.cls_token.expand(len(x), -1, -1), x], dim=1))[:, 0]
