"""The published files of TangoFlux as a pipeline: a Flux transformer over Oobleck's latents, and T5 with a length.

`config.json`, `tangoflux.safetensors` (T5's encoder in it) and `vae.safetensors`; T5's configuration and tokenizer
come from its own repository. This module is imported with the engine's first task.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from diffusers.models.modeling_utils import ModelMixin
from diffusers.models.transformers.transformer_flux import FluxTransformer2DModel
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioNumberConditioner
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoTokenizer, T5Config, T5EncoderModel

from soundwright.engines import diffusion, machine, memory
from soundwright.errors import CannotRun
from soundwright.nets import oobleck

CONFIG, TENSORS, VAE = "config.json", "tangoflux.safetensors", "vae.safetensors"
FILES: dict[str, str | None] = {CONFIG: None, TENSORS: None, VAE: None}
RATE = 44_100
TIED = "encoder.embed_tokens.weight"  # of T5: the same as `shared.weight`, and left out of the file


class Conditions(ModelMixin):
    """What the transformer hears besides words: their mean, and the length; names are those of the file."""

    def __init__(self, text_width: int, width: int, longest_s: float) -> None:
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(text_width, width), nn.ReLU())
        self.duration_emebdder = StableAudioNumberConditioner(text_width, 0, longest_s)

    def forward(self, words: Tensor, mask: Tensor, seconds: Tensor) -> tuple[Tensor, Tensor]:
        """Words `[n, length, width]` with their length as one more, and the projected mean of those not padding."""
        kept = mask[..., None].to(words.dtype)
        pooled = self.fc((words * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1))
        length = self.duration_emebdder(seconds).to(words.dtype)
        return torch.cat([words, length.expand(len(words), -1, -1)], dim=1), pooled


class TangofluxPipeline(DiffusionPipeline):
    """Words and a length to latents."""

    model_cpu_offload_seq = "text_encoder->conditions->transformer->vae"

    def __init__(
        self, tokenizer: Any, text_encoder: Any, conditions: Any, transformer: Any, vae: Any, longest: int = 645
    ) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer, text_encoder=text_encoder, conditions=conditions, transformer=transformer, vae=vae
        )
        self.register_to_config(longest=longest)

    @property
    def longest(self) -> int:
        """Latent frames that it was trained on."""
        return int(self.config["longest"])

    @torch.inference_mode()
    def __call__(
        self,
        prompt: str,
        negative: str,
        *,
        duration_s: float,
        frames: int,
        steps: int,
        guidance: float,
        generator: torch.Generator,
        told: Callable[[int], None],
    ) -> Tensor:
        """Latents `[1, channels, frames]`; `told` hears of each step that is done."""
        device, dtype = self._execution_device, self.text_encoder.dtype
        guided = guidance > 1
        asked = self.tokenizer([negative, prompt] if guided else [prompt], padding=True, truncation=True,
                               return_tensors="pt").to(device)  # fmt: skip
        words = self.text_encoder(asked.input_ids, attention_mask=asked.attention_mask)[0]
        seconds = torch.tensor([duration_s], device=device)
        heard, pooled = self.conditions(words, asked.attention_mask, seconds)
        places = {
            "txt_ids": torch.zeros(heard.shape[1], 3, device=device),
            "img_ids": torch.arange(frames, device=device, dtype=torch.float32)[:, None].repeat(1, 3),
        }
        shape = (1, frames, self.transformer.config.in_channels)
        x = torch.randn(shape, generator=generator).to(device, dtype)
        shares = [1 - step / steps for step in range(steps + 1)]  # of noise
        for step, (now, following) in enumerate(pairwise(shares)):
            velocity = self.transformer(
                hidden_states=torch.cat([x] * len(heard)),
                timestep=torch.tensor([now], device=device, dtype=dtype),
                pooled_projections=pooled,
                encoder_hidden_states=heard,
                return_dict=False,
                **places,
            )[0]
            if guided:
                without, with_words = velocity.chunk(2)
                velocity = without + guidance * (with_words - without)
            x = x + (following - now) * velocity
            told(step)
        return x.transpose(1, 2)


def parts(folder: Path) -> dict[str, float]:
    """Millions of parameters of each network, as `memory.parts` counts them."""
    counts = memory.tensors(folder / TENSORS)
    found = {
        name: sum(n for key, n in counts.items() if key.startswith(f"{name}.")) / 1e6
        for name in ("transformer", "text_encoder")
    }
    return found | {"vae": sum(memory.tensors(folder / VAE).values()) / 1e6}


def load(folder: Path, text: Path, device: str, strategy: str) -> TangofluxPipeline:
    """The pipeline of the published files and of T5's configuration, placed as `machine.place` says.

    Raises `BadRequest` for no strategy, `CannotRun` where a file does not fit.
    """
    dtype = machine.dtype(strategy, device)
    try:
        facts = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        held = load_file(folder / TENSORS)
        encoder = T5EncoderModel(T5Config.from_pretrained(text, local_files_only=True))
        width = encoder.config.d_model
        transformer = FluxTransformer2DModel(
            in_channels=facts.get("in_channels", 64),
            num_layers=facts.get("num_layers", 6),
            num_single_layers=facts.get("num_single_layers", 18),
            attention_head_dim=facts.get("attention_head_dim", 128),
            num_attention_heads=facts.get("num_attention_heads", 8),
            joint_attention_dim=facts.get("joint_attention_dim", 1024),
            pooled_projection_dim=width,
            guidance_embeds=False,
        )
        conditions = Conditions(width, facts.get("joint_attention_dim", 1024), facts.get("max_duration", 30))
        networks = {"text_encoder": encoder, "transformer": transformer, "conditions": conditions}
        begins = {"text_encoder": "text_encoder.", "transformer": "transformer.", "conditions": ""}
        parts = ((begin, networks[name], diffusion.under(begin, held)) for name, begin in begins.items())
        diffusion.fill(parts, (TIED,))
        pipe = TangofluxPipeline(
            tokenizer=AutoTokenizer.from_pretrained(text, local_files_only=True),
            vae=oobleck.load(load_file(folder / VAE), RATE),
            longest=facts.get("audio_seq_len", 645),
            **{name: network.to(dtype).eval() for name, network in networks.items()},
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    return machine.place(pipe, device, strategy)
