"""SAME-S, the autoencoder of Stable Audio 3's small models, on diffusers' `AutoencoderSAME`, which is SAME-L.

The small one attends within chunks instead of a sliding window: half of its layers in chunks of a few latents, the
other half in chunks moved by half of one, so that neighbours meet (Parker et al. 2026, arXiv 2605.18613). Its decoder
maps with a convolution over three frames.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_same import AutoencoderSAME, SAMETransformerResamplingBlock
from torch import Tensor, nn
from torch.nn.functional import pad
from torch.nn.utils import weight_norm


class ChunkedBlock(SAMETransformerResamplingBlock):
    """A resampling block whose layers attend within chunks of `chunk` frames at the faster of its two rates."""

    def __init__(self, *args: Any, chunk: int, kernel: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latents = chunk // self.stride  # in a chunk
        if kernel > 1:
            self.mapping = weight_norm(nn.Conv1d(self.in_channels, self.out_channels, kernel, padding="same"))

    def forward(self, x: Tensor) -> Tensor:
        """`[batch, channels, frames]` at one rate to the same at the other; frames are rounded up to whole latents."""
        return self._encode(x) if self.mode == "encoder" else self._decode(x)

    def _encode(self, x: Tensor) -> Tensor:
        latents = math.ceil(x.shape[-1] / self.stride)
        x = self.mapping(_whole(x, self.latents * self.stride))
        groups = x.transpose(1, 2).unflatten(1, (-1, self.stride))
        tokens = torch.cat([groups, self.new_tokens.expand(*groups.shape[:2], 1, -1)], dim=2)
        return self._attended(tokens)[:, :latents, -1].transpose(1, 2)

    def _decode(self, x: Tensor) -> Tensor:
        frames = x.shape[-1] * self.stride
        groups = _whole(x, self.latents).transpose(1, 2).unsqueeze(2)
        tokens = torch.cat([groups, self.new_tokens.expand(*groups.shape[:2], self.stride, -1)], dim=2)
        made = self._attended(tokens)[:, :, 1:].flatten(1, 2).transpose(1, 2)
        return self.mapping(made)[..., :frames]

    def _attended(self, tokens: Tensor) -> Tensor:
        """Tokens `[batch, latents, stride + 1, channels]` through the layers, half of them in chunks moved by half."""
        half, moved = len(self.transformers) // 2, self.latents // 2
        tokens = self._in_chunks(tokens, self.transformers[:half])
        tokens = torch.cat([tokens[:, :moved], tokens, tokens[:, -moved:]], dim=1)
        return self._in_chunks(tokens, self.transformers[half:])[:, moved:-moved]

    def _in_chunks(self, tokens: Tensor, layers: Any) -> Tensor:
        batch, latents = tokens.shape[:2]
        chunks = tokens.reshape(batch * latents // self.latents, -1, tokens.shape[-1])
        for layer in layers:
            chunks = layer(chunks)
        return chunks.reshape(tokens.shape)


def _whole(x: Tensor, multiple: int) -> Tensor:
    """`x` with silence after it up to a multiple of frames."""
    return pad(x, (0, -x.shape[-1] % multiple))


def chunked(*, chunk: int, kernel: int, **config: Any) -> AutoencoderSAME:
    """An `AutoencoderSAME` of `config` whose blocks are chunked; `kernel` is that of the decoder's mapping.

    Its `step` is the number of latents to which what it decodes should be aligned.
    """
    vae = AutoencoderSAME(**config)
    for side, width in ((vae.encoder, 1), (vae.decoder, kernel)):
        side.blocks = nn.ModuleList(_chunked(block, chunk, width, vae.config) for block in side.blocks)
    vae.step = max(chunk // stride for stride in vae.config["encoder_strides"])
    return vae


def _chunked(block: Any, chunk: int, kernel: int, config: Any) -> ChunkedBlock:
    return ChunkedBlock(
        block.in_channels,
        block.out_channels,
        block.stride,
        mode=block.mode,
        transformer_depth=len(block.transformers),
        dim_heads=config["dim_heads"],
        use_differential=config["use_differential_attention"],
        ff_mult=config["ff_mult"],
        chunk=chunk,
        kernel=kernel,
    )
