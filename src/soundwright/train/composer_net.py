"""The learned composer as a PyTorch module for training: the same mathematics as `nets.composer`, many events at once.

Its parameters carry the names and shapes of the shipped file. Shapes: rows `[batch, events, fields]` of integers,
tokens `[batch, events]`, logits `[batch, events, PITCHES]` and `[batch, events, LENGTHS]`.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from soundwright.nets.composer import EPSILON, HEAD, angles, offsets
from soundwright.nets.composer_tokens import FIELDS, LENGTHS, PITCHES


class ComposerNet(nn.Module):
    offsets: Tensor

    def __init__(self, width: int = 192, layers: int = 4, dropout: float = 0.1) -> None:
        super().__init__()
        self.width, self.layers, self.dropout = width, layers, dropout
        shapes: dict[str, tuple[int, ...]] = {"embed": (sum(FIELDS.values()), width), "norm": (width,)}
        for k in range(layers):
            shapes |= {f"{k}.norm1": (width,), f"{k}.qkv": (width, 3 * width), f"{k}.out": (width, width)}
            shapes |= {f"{k}.norm2": (width,), f"{k}.up": (width, 4 * width), f"{k}.down": (4 * width, width)}
        shapes |= {"pitch": (width, PITCHES), "pitch_bias": (PITCHES,), "length_in": (width, width)}
        shapes |= {"length_pitch": (PITCHES, width), "length": (width, len(LENGTHS)), "length_bias": (len(LENGTHS),)}
        self.w = nn.ParameterDict(
            {name.replace(".", "_"): nn.Parameter(_start(name, s, layers)) for name, s in shapes.items()}
        )
        self.register_buffer("offsets", torch.from_numpy(offsets()), persistent=False)

    def __getitem__(self, name: str) -> Tensor:
        return self.w[name.replace(".", "_")]

    def weights(self) -> dict[str, np.ndarray]:
        """The parameters as `nets.composer.Composer` takes them, float32."""
        names = {
            f"{k}_{part}": f"{k}.{part}"
            for k in range(self.layers)
            for part in ("norm1", "qkv", "out", "norm2", "up", "down")
        }
        held: dict[str, Tensor] = dict(self.w.items())
        return {names.get(name, name): value.detach().float().cpu().numpy() for name, value in held.items()}

    def hidden(self, rows: Tensor) -> Tensor:
        """Hidden states `[batch, events, width]`, each from its own row and those before it."""
        batch, events, _ = rows.shape
        cos, sin = (torch.from_numpy(table).to(rows.device)[None, None] for table in angles(events))
        later = torch.ones(events, events, dtype=torch.bool, device=rows.device).triu(
            1
        )  # on a CPU, faster than a kernel
        x = fn.dropout(self["embed"][rows + self.offsets].sum(dim=2), self.dropout, self.training)
        for k in range(self.layers):
            made = _norm(x, self[f"{k}.norm1"]) @ self[f"{k}.qkv"]
            q, key, value = made.view(batch, events, 3, -1, HEAD).permute(2, 0, 3, 1, 4)
            score = _turned(q, cos, sin) @ _turned(key, cos, sin).transpose(-1, -2) * HEAD**-0.5
            heard = score.masked_fill(later, float("-inf")).softmax(dim=-1).to(value.dtype) @ value
            heard = heard.transpose(1, 2).reshape(batch, events, -1) @ self[f"{k}.out"]
            x = x + fn.dropout(heard, self.dropout, self.training)
            inner = fn.relu(_norm(x, self[f"{k}.norm2"]) @ self[f"{k}.up"]).square() @ self[f"{k}.down"]
            x = x + fn.dropout(inner, self.dropout, self.training)
        return _norm(x, self["norm"])

    def forward(self, rows: Tensor, pitches: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the pitches, and of the lengths once the pitches are known."""
        hidden = self.hidden(rows)
        inner = fn.relu(hidden @ self["length_in"] + self["length_pitch"][pitches]).square()
        return hidden @ self["pitch"] + self["pitch_bias"], inner @ self["length"] + self["length_bias"]


def _start(name: str, shape: tuple[int, ...], layers: int) -> Tensor:
    """Ones for gains, zeros for biases, else small normal numbers, smaller where they add to the residual stream."""
    if "norm" in name:
        return torch.ones(shape)
    if "bias" in name:
        return torch.zeros(shape)
    spread = 0.02 if name in ("embed", "pitch", "length", "length_pitch") else shape[0] ** -0.5
    return torch.randn(shape) * (spread / (2 * layers) ** 0.5 if name.endswith((".out", ".down")) else spread)


def _norm(x: Tensor, gain: Tensor) -> Tensor:
    return x * gain * torch.rsqrt(x.float().square().mean(dim=-1, keepdim=True) + EPSILON).to(x.dtype)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a, b = x[..., : HEAD // 2], x[..., HEAD // 2 :]
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1).to(x.dtype)
