"""MusicGen's language model, one column of tokens after the other, built from the weights that transformers loaded.

The network is small and is asked fifty times for each second of sound, so what counts is how many bytes of weights a
step reads and how many calls it makes: query, key and value are one matrix, and so are the heads of all codebooks; the
keys and values of the text are made once, those of the past lie in a cache as long as the window; both rows of guidance
go through at once. The row without words attends to nothing (transformers masks its text, whose values are zeros), so
that the cross-attention is that of the first row alone.

Beside the matrices everything stays in float32: the sum that runs through the layers, its norms, the embeddings and the
heads, whose differences guidance multiplies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

STRATEGIES = ("full", "bf16", "int8")
FEW = 16  # rows up to which the 8-bit kernel of the CPU beats unpacking: 0.8 to 1.6 ms for 2, 125 to 48 for 1200


class Plain:
    """A matrix `[out, in]` in its own type, which is also the type of what it gives."""

    def __init__(self, weight: Tensor) -> None:
        self.weight = weight

    def __call__(self, x: Tensor) -> Tensor:
        """`[..., in]` to `[..., out]`."""
        import torch

        return torch.nn.functional.linear(x.to(self.weight.dtype), self.weight)


class Eight:
    """A matrix in 8 bits with one scale for each of its outputs: `weight = whole numbers * scale`.

    Only the weights are rounded, by 0.8 % of their size for a normal distribution; what goes in and comes out is
    bfloat16, summed in float32. Nothing is calibrated, and no activation is cut.
    """

    def __init__(self, weight: Tensor) -> None:
        import torch

        weight = weight.float()
        scale = weight.abs().amax(dim=1).clamp(min=1e-12) / 127
        self.whole = torch.round(weight / scale[:, None]).to(torch.int8)
        self.scale = scale.to(torch.bfloat16)

    def __call__(self, x: Tensor) -> Tensor:
        """`[..., in]` to `[..., out]`."""
        import torch

        x = x.to(torch.bfloat16)
        packed = getattr(torch, "_weight_int8pack_mm", None)  # a kernel of torch's own, without a public name
        if packed and x.device.type == "cpu" and x.numel() // x.shape[-1] <= FEW:
            return packed(x.reshape(-1, x.shape[-1]), self.whole, self.scale).view(*x.shape[:-1], -1)
        return torch.nn.functional.linear(x, self.whole.to(torch.bfloat16)) * self.scale


@dataclass(frozen=True)
class Norm:
    """A layer norm."""

    weight: Tensor
    bias: Tensor
    eps: float

    def __call__(self, x: Tensor) -> Tensor:
        import torch

        return torch.nn.functional.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


@dataclass(frozen=True)
class Layer:
    """The matrices of one layer; `ask`, `told` and their norm are missing where no text is attended to."""

    before: Norm
    qkv: Any
    out: Any
    before_text: Norm | None
    ask: Any
    tell_keys: Any
    told: Any
    before_wide: Norm
    wide: Any
    narrow: Any


@dataclass
class Past:
    """What has been heard so far. Keys and values are `[layers, rows, heads, room, width of a head]`."""

    keys: Tensor
    values: Tensor
    places: Tensor  # `[room, width]`
    text: list[tuple[Tensor, Tensor]]  # of each layer, `[1, heads, words, width of a head]`
    prefix: Tensor | None
    at: int = 0


class Decoder:
    """The layers of a `MusicgenForCausalLM`, or of its kind with a melody, which are taken out of it one by one."""

    def __init__(self, network: Any, strategy: str, device: str) -> None:
        import torch
        from transformers.activations import ACT2FN

        config, inner = network.config, network.model.decoder
        self.books, self.channels, self.heads = config.num_codebooks, config.audio_channels, config.num_attention_heads
        self.width, self.vocab, self.pad = config.hidden_size, config.vocab_size, config.pad_token_id
        self.device, self.type = device, torch.float32 if strategy == "full" else torch.bfloat16
        self._activation: Any = ACT2FN[config.activation_function]
        kind = Eight if strategy == "int8" else Plain

        def matrix(*linears: Any) -> Any:
            stacked = torch.cat([one.weight.detach() for one in linears]) if linears[1:] else linears[0].weight.detach()
            return kind(stacked.to(device, self.type))

        def norm(one: Any) -> Norm:
            return Norm(one.weight.detach().to(device).float(), one.bias.detach().to(device).float(), one.eps)

        self._layers: list[Layer] = []
        for number, one in enumerate(inner.layers):
            near, text = one.self_attn, getattr(one, "encoder_attn", None)
            self._layers.append(
                Layer(
                    norm(one.self_attn_layer_norm),
                    matrix(near.q_proj, near.k_proj, near.v_proj),
                    matrix(near.out_proj),
                    norm(one.encoder_attn_layer_norm) if text else None,
                    matrix(text.q_proj) if text else None,
                    matrix(text.k_proj, text.v_proj) if text else None,
                    matrix(text.out_proj) if text else None,
                    norm(one.final_layer_norm),
                    matrix(one.fc1),
                    matrix(one.fc2),
                )
            )
            inner.layers[number] = torch.nn.Identity()  # its memory goes back as soon as ours is made
        self._last = norm(inner.layer_norm)
        self._embedded = torch.stack([one.weight.detach() for one in inner.embed_tokens]).to(device).float()
        self._head = Plain(torch.cat([one.weight.detach() for one in network.lm_heads]).to(device).float())
        self._every_book = torch.arange(self.books, device=device)

    def begin(self, room: int, rows: int, text: Tensor | None = None, prefix: Tensor | None = None) -> Past:
        """An empty past for `room` columns of tokens and `rows` rows (2 under guidance, that of the words first).

        `text` `[1, words, width]` is attended to by the first row; `prefix` `[rows, n, width]` goes before the tokens.
        """
        import torch

        room += 0 if prefix is None else prefix.shape[1]
        shape = (len(self._layers), rows, self.heads, room, self.width // self.heads)
        keys, values = (torch.empty(shape, dtype=self.type, device=self.device) for _ in range(2))
        told: Any = []
        if text is not None:
            told = [self._split(layer.tell_keys(text), 2) for layer in self._layers]
        return Past(keys, values, _places(room, self.width).to(self.device), told, prefix)

    def step(self, past: Past, tokens: Tensor) -> Tensor:
        """Scores `[rows, books, vocabulary]` of the column that follows `tokens` `[books, columns]`.

        More than one column is heard at once only at the beginning. Raises `ValueError` otherwise.
        """
        import torch

        x = self._embedded[self._every_book[:, None], tokens.to(self.device)].sum(dim=0)
        x = x.expand(past.keys.shape[1], *x.shape)
        if past.prefix is not None and not past.at:
            x = torch.cat([past.prefix.float(), x], dim=1)
        count = x.shape[1]
        if past.at and count > 1:
            raise ValueError("columns are heard one by one once there is a past")
        x = x + past.places[past.at : past.at + count]
        for number, layer in enumerate(self._layers):
            x = self._layer(number, layer, past, x)
        past.at += count
        return self._head(self._last(x[:, -1])).view(-1, self.books, self.vocab)

    def _layer(self, number: int, layer: Layer, past: Past, x: Tensor) -> Tensor:
        """One layer of `[rows, columns, width]`."""
        import torch

        attend = torch.nn.functional.scaled_dot_product_attention
        end = past.at + x.shape[1]
        q, k, v = self._split(layer.qkv(layer.before(x)), 3)
        keys, values = past.keys[number], past.values[number]
        keys[:, :, past.at : end], values[:, :, past.at : end] = k, v
        heard = attend(q, keys[:, :, :end], values[:, :, :end], is_causal=x.shape[1] > 1)
        x = x + layer.out(_joined(heard))
        if past.text and layer.before_text:
            (q,) = self._split(layer.ask(layer.before_text(x[:1])), 1)
            x[:1] += layer.told(_joined(attend(q, *past.text[number])))
        return x + layer.narrow(self._activation(layer.wide(layer.before_wide(x))))

    def _split(self, x: Tensor, parts: int) -> tuple[Tensor, ...]:
        """`[rows, n, parts * width]` as so many of `[rows, heads, n, width of a head]`."""
        return x.view(*x.shape[:2], parts, self.heads, -1).permute(2, 0, 3, 1, 4).unbind()


def _places(count: int, width: int) -> Tensor:
    """Cosines and sines `[count, width]` of the first places, from one radian a place down to 1/10000 of it."""
    import math

    import torch

    half = width // 2
    slower = torch.exp(torch.arange(half).float() * -(math.log(10_000) / (half - 1)))
    angles = torch.arange(count).float()[:, None] * slower
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def _joined(x: Tensor) -> Tensor:
    """`[rows, heads, n, width of a head]` as `[rows, n, width]`."""
    return x.transpose(1, 2).flatten(2)
