"""Stable Audio Open Small from its published files: one of tensors, one of facts, and T5 from its own repository.

Distilled to 8 steps without guidance (Novack et al. 2025, arXiv 2505.08175): each step goes all the way to clean
latents and then back under the next step's noise ("ping-pong"). Its transformer is that of Stable Audio Open with
normalised queries and keys, hears the length alone, and no beginning. This module is imported with its first task.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from diffusers.models.embeddings import get_1d_rotary_pos_embed
from diffusers.models.modeling_utils import ModelMixin
from diffusers.models.transformers.stable_audio_transformer import StableAudioDiTModel
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioNumberConditioner
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoTokenizer, T5EncoderModel

from soundwright.engines import diffusion, machine, memory
from soundwright.errors import CannotRun
from soundwright.nets import oobleck

CONFIG, TENSORS, TEXT = "model_config.json", "model.safetensors", "t5-base"
FILES: dict[str, str | None] = {CONFIG: None, TENSORS: None}
PARTS = {  # where each network's tensors lie in the file
    "transformer": "model.model.",
    "vae": "pretransform.model.",
    "seconds": "conditioner.conditioners.seconds_total.embedder.embedding.",
}
NAMES = (  # theirs -> diffusers', in this order
    (r"^timestep_features\.", "time_proj."),
    (r"^to_timestep_embed\.", "timestep_proj."),
    (r"^to_global_embed\.", "global_proj."),
    (r"^to_cond_embed\.", "cross_attention_proj."),
    (r"^transformer\.project_", "proj_"),
    (r"^transformer\.layers\.", "transformer_blocks."),
    (r"\.pre_norm\.", ".norm1."),
    (r"\.cross_attend_norm\.", ".norm2."),
    (r"\.ff_norm\.", ".norm3."),
    (r"\.gamma$", ".weight"),
    (r"\.beta$", ".bias"),
    (r"\.self_attn\.", ".attn1."),
    (r"\.cross_attn\.", ".attn2."),
    (r"\.q_norm\.", ".norm_q."),
    (r"\.k_norm\.", ".norm_k."),
    (r"\.to_out\.weight$", ".to_out.0.weight"),
    (r"\.ff\.ff\.", ".ff.net."),
)
JOINED = {"to_qkv": ("to_q", "to_k", "to_v"), "to_kv": ("to_k", "to_v")}


class Length(ModelMixin):
    """Seconds as a vector: `[n]` to `[n, 1, width]`."""

    def __init__(self, width: int, least: float, most: float, features: int) -> None:
        super().__init__()
        self.number = StableAudioNumberConditioner(width, least, most, features)

    def forward(self, seconds: Tensor) -> Tensor:
        return self.number(seconds)


class SmallPipeline(DiffusionPipeline):
    """Text and a length to latents."""

    model_cpu_offload_seq = "text_encoder->seconds->transformer->vae"

    def __init__(self, tokenizer: Any, text_encoder: Any, seconds: Any, transformer: Any, vae: Any) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer, text_encoder=text_encoder, seconds=seconds, transformer=transformer, vae=vae
        )

    @torch.inference_mode()
    def __call__(
        self,
        prompt: str,
        duration_s: float,
        sigmas: list[float],
        generator: torch.Generator,
        source: Tensor | None,
        told: Callable[[int], None],
    ) -> Tensor:
        """Latents `[1, channels, frames]` of the model's whole window.

        `sigmas` are the shares of noise, falling to 0; `source` are latents that stay under the first share of noise;
        `told` hears of each step that is done.
        """
        device, dtype = self._execution_device, self.text_encoder.dtype
        asked = self.tokenizer(prompt, padding="max_length", truncation=True, return_tensors="pt").to(device)
        heard = self.text_encoder(asked.input_ids, attention_mask=asked.attention_mask).last_hidden_state
        heard = heard * asked.attention_mask[..., None].to(heard.dtype)
        length = self.seconds(torch.tensor([duration_s], device=device)).to(dtype)
        config = self.transformer.config
        rotary = get_1d_rotary_pos_embed(
            max(config.attention_head_dim // 2, 32), config.sample_size + 1, use_real=True, repeat_interleave_real=False
        )

        def noise() -> Tensor:
            shape = (1, config.in_channels, config.sample_size)
            return torch.randn(shape, generator=generator).to(device, dtype)

        x = noise()
        if source is not None:
            x = (1 - sigmas[0]) * source.to(device, dtype) + sigmas[0] * x
        for step, (now, following) in enumerate(pairwise(sigmas)):
            velocity = self.transformer(
                x,
                torch.tensor([now], device=device, dtype=dtype),
                encoder_hidden_states=torch.cat([heard, length], dim=1),
                global_hidden_states=length,
                rotary_embedding=tuple(one.to(device) for one in rotary),
                return_dict=False,
            )[0]
            x = x - now * velocity
            if following:
                x = (1 - following) * x + following * noise()
            told(step)
        return x


def sigmas(steps: int, first: float = 1.0) -> list[float]:
    """The makers' schedule from `first` to 0, even steps in the logarithm of the signal's share over the noise's."""
    start = math.log((1 - first) / first + 1e-6) if first < 1 else -6.0
    inner = [1 / (1 + math.exp(start + (2.0 - start) * step / steps)) for step in range(1, steps)]
    return [first, *inner, 0.0]


def here(folder: Path) -> bool:
    """Whether a folder holds the published files."""
    return (folder / CONFIG).is_file() and not (folder / "model_index.json").is_file()


def parts(folder: Path, text: Path) -> dict[str, float]:
    """Millions of parameters of each network, as `memory.parts` counts them."""
    counts = memory.tensors(folder / TENSORS)
    found = {name: sum(n for key, n in counts.items() if key.startswith(begin)) / 1e6 for name, begin in PARTS.items()}
    encoder = (memory.tensors(path) for path in text.glob("*.safetensors"))
    return found | {"text_encoder": sum(n for one in encoder for key, n in one.items() if "decoder." not in key) / 1e6}


def load(folder: Path, text: Path, device: str, strategy: str) -> SmallPipeline:
    """The pipeline of the published files and of T5's folder, placed as `machine.place` says.

    Raises `BadRequest` for no strategy, `CannotRun` where a file does not fit.
    """
    dtype = machine.dtype(strategy, device)
    try:
        facts = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        model = facts["model"]
        held = load_file(folder / TENSORS)
        states = {name: diffusion.under(begin, held) for name, begin in PARTS.items()}
        strides = model["pretransform"]["config"]["encoder"]["config"]["strides"]
        conditioners = {one["id"]: one["config"] for one in model["conditioning"]["configs"]}
        heads, window = model["diffusion"]["config"]["num_heads"], facts["sample_size"] // math.prod(strides)
        pipe = SmallPipeline(
            tokenizer=AutoTokenizer.from_pretrained(
                text, model_max_length=conditioners["prompt"].get("max_length", 128), local_files_only=True
            ),
            text_encoder=T5EncoderModel.from_pretrained(text, dtype=dtype, local_files_only=True).eval(),
            seconds=_length(conditioners["seconds_total"], states["seconds"]).to(dtype).eval(),
            transformer=transformer(states["transformer"], heads, window).to(dtype).eval(),
            vae=oobleck.load(states["vae"], facts["sample_rate"]),
        )
    except KeyError as error:
        raise CannotRun(f"{folder} is not a whole checkpoint: {error} is missing") from error
    except (OSError, ValueError, IndexError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    return machine.place(pipe, device, strategy)


def transformer(state: dict[str, Tensor], heads: int, window: int) -> StableAudioDiTModel:
    """diffusers' transformer of published tensors, for `window` latent frames. Raises `ValueError`, `KeyError`."""
    named = _renamed(state)
    width = named["proj_in.weight"].shape[0]
    head = width // heads
    network = StableAudioDiTModel(
        sample_size=window,
        in_channels=named["proj_in.weight"].shape[1],
        out_channels=named["proj_out.weight"].shape[0],
        num_layers=1 + max(int(found[1]) for key in named if (found := re.match(r"transformer_blocks\.(\d+)", key))),
        attention_head_dim=head,
        num_attention_heads=heads,
        num_key_value_attention_heads=named["transformer_blocks.0.attn2.to_k.weight"].shape[0] // head,
        cross_attention_dim=named["cross_attention_proj.0.weight"].shape[0],
        cross_attention_input_dim=named["cross_attention_proj.0.weight"].shape[1],
        global_states_input_dim=named["global_proj.0.weight"].shape[1],
        time_proj_dim=2 * named["time_proj.weight"].shape[0],
    )
    if "transformer_blocks.0.attn1.norm_q.weight" in named:
        blocks: Any = network.transformer_blocks
        for attention in (one for block in blocks for one in (block.attn1, block.attn2)):
            attention.norm_q, attention.norm_k = nn.LayerNorm(head, eps=1e-6), nn.LayerNorm(head, eps=1e-6)
    _fill(network, named, "transformer")
    return network


def _renamed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The transformer's tensors under diffusers' names; joined projections parted."""
    named = {}
    for key, tensor in state.items():
        for theirs, ours in NAMES:
            key = re.sub(theirs, ours, key)
        joined = next((name for name in JOINED if f".{name}." in key), "")
        if joined:
            pieces = tensor.chunk(len(JOINED[joined]))
            named |= {key.replace(joined, one): piece for one, piece in zip(JOINED[joined], pieces, strict=True)}
        elif not key.endswith("inv_freq"):
            named[key] = tensor.squeeze(-1) if key == "time_proj.weight" else tensor
    return named


def _length(limits: dict[str, float], state: dict[str, Tensor]) -> Length:
    width, features = state["1.weight"].shape[0], 2 * state["0.weights"].shape[0]
    network = Length(width, limits["min_val"], limits["max_val"], features)
    _fill(network.number, {f"time_positional_embedding.{key}": one for key, one in state.items()}, "length embedding")
    return network


def _fill(network: nn.Module, state: dict[str, Tensor], part: str) -> None:
    """Put tensors into a network, in which none may be missing and none may be over. Raises `ValueError`."""
    lost = network.load_state_dict(state, strict=False)
    wrong = [*lost.missing_keys, *lost.unexpected_keys]
    if wrong:
        raise ValueError(f"its {part} has other tensors than it should, {wrong[0]} first ({len(wrong)} of them)")
