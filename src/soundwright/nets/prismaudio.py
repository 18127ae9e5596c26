"""PrismAudio's diffusion transformer and its conditioners: latents of sound from what a film shows and what is said.

Modules are named as in the published tensors (FunAudioLLM/ThinkSound, branch prismaudio), sizes are taken from them.
Pictures are heard twice: by cross-attention beside the words, and added to the latents frame by frame; features of
motion are added after them. What is added is stretched to the latents' length, whatever their lengths are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TOKENS = 8  # of motion for each segment of pictures
FEATURES = ("video_features", "text_features", "sync_features")


@dataclass(frozen=True)
class Sizes:
    """What the published tensors' shapes say: channels of a latent, widths, layers; widths of the features heard."""

    latents: int
    width: int
    depth: int
    head: int
    waves: int  # sines, and as many cosines, that tell the time
    video: int
    text: int
    sync: int

    @classmethod
    def of(cls, dit: dict[str, Tensor], conditioners: dict[str, Tensor]) -> Sizes:
        """Of the tensors of `Transformer` and of `conditioners`. Raises `KeyError` that names what is missing."""
        width, latents = dit["transformer.project_in.weight"].shape
        layers = {name.split(".")[2] for name in dit if name.startswith("transformer.layers.")}
        video, text, sync = (conditioners[f"{name}.embedder.0.weight"].shape[1] for name in FEATURES)
        head = dit["transformer.layers.0.self_attn.q_norm.weight"].shape[0]
        return cls(latents, width, len(layers), head, dit["timestep_features.weight"].shape[0], video, text, sync)


def conditioners(of: Sizes) -> nn.ModuleDict:
    """Each kind of features `[n, length, its width]` to `[n, length, width]`, by the name it is published under."""
    widths = dict(zip(FEATURES, (of.video, of.text, of.sync), strict=True))
    return nn.ModuleDict(
        {name: (Motion if name == "sync_features" else Condition)(into, of.width) for name, into in widths.items()}
    )


class Condition(nn.Module):
    """Features `[n, length, into]` to `[n, length, width]`."""

    def __init__(self, into: int, width: int) -> None:
        super().__init__()
        self.embedder = _perceptron(into, width)
        if into != width:
            self.proj_out = nn.Linear(into, width)  # published, and never used

    def forward(self, x: Tensor) -> Tensor:
        return self.embedder(x)


class Motion(Condition):
    """Features of motion `[n, segments * 8, into]`, told their place in their segment, to `[n, length, width]`."""

    def __init__(self, into: int, width: int) -> None:
        super().__init__(into, width)
        self.sync_pos_emb = nn.Parameter(torch.zeros(1, 1, TOKENS, into))

    def forward(self, x: Tensor) -> Tensor:
        return self.embedder((x.unflatten(1, (-1, TOKENS)) + self.sync_pos_emb).flatten(1, 2))


class Transformer(nn.Module):
    """The velocity of latents, given how far they are and what they are to sound like."""

    def __init__(self, of: Sizes) -> None:
        super().__init__()
        self.timestep_features = Waves(of.waves)
        self.to_timestep_embed = nn.Sequential(
            nn.Linear(2 * of.waves, of.width), nn.SiLU(), nn.Linear(of.width, of.width)
        )
        self.to_cond_embed = _perceptron(of.width, of.width)
        self.to_add_embed = _perceptron(of.width, of.width)
        self.to_sync_embed = _perceptron(of.width, of.width)
        self.empty_clip_feat = nn.Parameter(torch.zeros(1, of.width))  # published, and never used
        self.empty_sync_feat = nn.Parameter(torch.zeros(1, of.width))
        self.transformer = Layers(of)
        self.preprocess_conv = nn.Conv1d(of.latents, of.latents, 1, bias=False)
        self.postprocess_conv = nn.Conv1d(of.latents, of.latents, 1, bias=False)

    def forward(self, x: Tensor, time: Tensor, video: Tensor, text: Tensor, sync: Tensor) -> Tensor:
        """Of latents `[n, latents, frames]` and times `[n]`, 1 noise to 0 sound; the rest `[n, length, width]`."""
        frames = x.shape[-1]
        heard = self.to_cond_embed(torch.cat([video, text], dim=1))
        seen = stretched(self.to_add_embed(video), frames)
        moved = self.to_sync_embed(stretched(sync, frames))
        when = self.to_timestep_embed(self.timestep_features(time).to(x.dtype))
        x = (self.preprocess_conv(x) + x).transpose(1, 2)
        x = self.transformer(x, when[:, None], heard, seen, moved).transpose(1, 2)
        return self.postprocess_conv(x) + x


class Layers(nn.Module):
    """The layers, over latents with the time before them."""

    def __init__(self, of: Sizes) -> None:
        super().__init__()
        self.gate = nn.Parameter(torch.ones(1, 1, of.width))
        self.sync_gate = nn.Parameter(torch.zeros(1, 1, of.width))
        self.project_in = nn.Linear(of.latents, of.width, bias=False)
        self.project_out = nn.Linear(of.width, of.latents, bias=False)
        self.rotary_pos_emb = Rotary(max(of.head // 2, 32))
        self.layers = nn.ModuleList([Layer(of.width, of.head) for _ in range(of.depth)])

    def forward(self, x: Tensor, when: Tensor, heard: Tensor, seen: Tensor, moved: Tensor) -> Tensor:
        """Of latents `[n, frames, latents]`; `when` is `[n, 1, width]`, `seen` and `moved` as long as the latents."""
        x = self.project_in(x) + self.gate.sigmoid() * seen + self.sync_gate.sigmoid() * moved
        x = torch.cat([when, x], dim=1)
        angles = self.rotary_pos_emb(x.shape[1])
        for layer in self.layers:
            x = layer(x, heard, angles)
        return self.project_out(x[:, 1:])


class Layer(nn.Module):
    """Attention to itself and to what is heard, and a gated perceptron; each `[n, length, width]` to the same."""

    def __init__(self, width: int, head: int) -> None:
        super().__init__()
        self.pre_norm = Norm(width)
        self.self_attn = SelfAttention(width, head)
        self.cross_attend_norm = Norm(width)
        self.cross_attn = CrossAttention(width, head)
        self.ff_norm = Norm(width)
        self.ff = FeedForward(width, 4 * width)

    def forward(self, x: Tensor, heard: Tensor, angles: Tensor) -> Tensor:
        x = x + self.self_attn(self.pre_norm(x), angles)
        x = x + self.cross_attn(self.cross_attend_norm(x), heard)
        return x + self.ff(self.ff_norm(x))


class SelfAttention(nn.Module):
    def __init__(self, width: int, head: int) -> None:
        super().__init__()
        self.to_qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_norm, self.k_norm = HeadNorm(head), HeadNorm(head)
        self.to_out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, angles: Tensor) -> Tensor:
        q, k, v = (_heads(part, self.q_norm) for part in self.to_qkv(x).chunk(3, dim=-1))
        q, k = _turned(self.q_norm(q), angles), _turned(self.k_norm(k), angles)
        return self.to_out(_joined(F.scaled_dot_product_attention(q, k, v)))


class CrossAttention(nn.Module):
    def __init__(self, width: int, head: int) -> None:
        super().__init__()
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_kv = nn.Linear(width, 2 * width, bias=False)
        self.q_norm, self.k_norm = HeadNorm(head), HeadNorm(head)
        self.to_out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, heard: Tensor) -> Tensor:
        q, k, v = (_heads(part, self.q_norm) for part in (self.to_q(x), *self.to_kv(heard).chunk(2, dim=-1)))
        return self.to_out(_joined(F.scaled_dot_product_attention(self.q_norm(q), self.k_norm(k), v)))


class FeedForward(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.ff = nn.Sequential(Gated(width, inner), nn.Identity(), nn.Linear(inner, width))

    def forward(self, x: Tensor) -> Tensor:
        return self.ff(x)


class Gated(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, 2 * inner)

    def forward(self, x: Tensor) -> Tensor:
        x, gate = self.proj(x).chunk(2, dim=-1)
        return x * F.silu(gate)


class Norm(nn.Module):
    """Layer normalisation whose shift is published, and zero."""

    beta: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.register_buffer("beta", torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.gamma, self.beta)


class HeadNorm(nn.Module):
    """Root-mean-square normalisation of a head, in float32: its epsilon is that of the type it is computed in."""

    def __init__(self, head: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(head))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), x.shape[-1:], self.weight.float()).to(x.dtype)


class Waves(nn.Module):
    """A time as cosines and sines of learned frequencies: `[n]` to `[n, 2 * waves]`, in float32."""

    def __init__(self, waves: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(waves, 1))

    def forward(self, time: Tensor) -> Tensor:
        angles = 2 * math.pi * time.float()[:, None] @ self.weight.float().T
        return torch.cat([angles.cos(), angles.sin()], dim=-1)


class Rotary(nn.Module):
    """Angles `[length, width]`, float32, by which the first `width` numbers of each head are turned (RoFormer)."""

    inv_freq: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("inv_freq", 10_000 ** -(torch.arange(0, width, 2).float() / width))

    def forward(self, length: int) -> Tensor:
        angles = torch.arange(length, device=self.inv_freq.device).float()[:, None] * self.inv_freq.float()
        return torch.cat([angles, angles], dim=-1)


def stretched(x: Tensor, length: int) -> Tensor:
    """`[n, any length, width]` as `[n, length, width]`, linearly between its moments."""
    if x.shape[1] == length:
        return x
    return F.interpolate(x.transpose(1, 2), length, mode="linear", align_corners=False).transpose(1, 2)


def _perceptron(into: int, width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(into, width, bias=False), nn.SiLU(), nn.Linear(width, width, bias=False))


def _heads(x: Tensor, norm: HeadNorm) -> Tensor:
    return x.unflatten(-1, (-1, norm.weight.shape[0])).transpose(1, 2)  # [n, heads, length, head]


def _joined(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


def _turned(x: Tensor, angles: Tensor) -> Tensor:
    turning, rest = x[..., : angles.shape[-1]].float(), x[..., angles.shape[-1] :]
    first, second = turning.chunk(2, dim=-1)
    across = torch.cat([-second, first], dim=-1)
    return torch.cat([(turning * angles.cos() + across * angles.sin()).to(x.dtype), rest], dim=-1)
