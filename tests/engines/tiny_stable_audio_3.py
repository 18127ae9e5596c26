"""Tiny Stable Audio 3 checkpoints with random weights: diffusers' layout, and the makers' own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

RATE, PATCH, STRIDE, LATENT, WIDTH = 4800, 12, 16, 8, 32  # 25 latent frames a second
TEXT = "t5gemma-b-b-ul2"


def pipeline(*, base: bool = False, small: bool = False):
    """The networks, random; `small` has the chunked autoencoder and plain attention."""
    import torch
    from diffusers import AutoencoderSAME, FlowMatchEulerDiscreteScheduler, StableAudio3DiTModel
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder
    from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import StableAudio3Pipeline
    from tiny_ace_step import tokenizer
    from transformers import T5GemmaConfig, T5GemmaEncoderModel

    from soundwright.nets import same

    torch.manual_seed(8)
    words = tokenizer()
    words.model_max_length = 32
    module = {
        "vocab_size": len(words), "hidden_size": WIDTH, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 16, "sliding_window": 64,
        "layer_types": ["sliding_attention", "full_attention"],
    }  # fmt: skip
    config: dict[str, Any] = {
        "audio_channels": 2, "patch_size": PATCH, "encoder_channels": 16, "encoder_c_mults": [2],
        "encoder_strides": [STRIDE], "encoder_transformer_depths": [2], "latent_dim": LATENT, "dim_heads": 16,
        "ff_mult": 2, "sampling_rate": RATE,
    }  # fmt: skip
    parts = {
        "vae": same.chunked(chunk=2 * STRIDE, kernel=3, **config) if small else AutoencoderSAME(**config),
        "text_encoder": T5GemmaEncoderModel(T5GemmaConfig(encoder=module, decoder=module, is_encoder_decoder=False)),
        "transformer": StableAudio3DiTModel(
            io_channels=LATENT, embed_dim=WIDTH, depth=2, num_heads=2, cond_token_dim=WIDTH, global_cond_dim=WIDTH,
            local_add_cond_dim=LATENT + 1, timestep_features_dim=16, ff_mult=2, num_memory_tokens=3,
            use_differential_attention=not small,
        ),
        "duration_embedder": StableAudio3DurationEmbedder(WIDTH, 16, 0.0, 384.0),
    }  # fmt: skip
    for name in ("vae", "transformer"):
        for parameter in parts[name].parameters():  # much of it begins as zeros, which would hide differences
            if parameter.dim() > 1 or name == "transformer":
                torch.nn.init.normal_(parameter, std=0.2)
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0, stochastic_sampling=not base)
    return StableAudio3Pipeline(tokenizer=words, scheduler=scheduler, **parts)


def write(folder: Path, *, base: bool = False) -> Path:
    """diffusers' layout."""
    pipeline(base=base).save_pretrained(folder, safe_serialization=True)
    return folder


def publish(folder: Path, *, base: bool = False, small: bool = False) -> Path:
    """The makers' layout, from the networks that `write` would save."""
    import torch
    from safetensors.torch import save_file

    pipe = pipeline(base=base, small=small)
    state = {f"model.model.{_theirs(key)}": _order(key, value) for key, value in pipe.transformer.state_dict().items()}
    state["conditioner.conditioners.prompt.padding_embedding"] = state.pop("model.model.prompt_padding_embedding")
    for key, value in pipe.vae.state_dict().items():
        state[f"pretransform.model.{_theirs_too(key)}"] = _order(key, value)
    state["pretransform.model.bottleneck.noise_scaling_factor"] = torch.ones(1, 0, 1)
    embedding = "conditioner.conditioners.seconds_total.embedder.embedding.1."
    for key, value in pipe.duration_embedder.linear.state_dict().items():
        state[embedding + key] = value
    folder.mkdir(parents=True)
    save_file({key: value.contiguous() for key, value in state.items()}, folder / "model.safetensors")
    pipe.text_encoder.save_pretrained(folder / TEXT)
    pipe.tokenizer.save_pretrained(folder / TEXT)
    (folder / "model_config.json").write_text(json.dumps(_config(pipe, base=base, small=small)), encoding="utf-8")
    return folder


def _theirs(key: str) -> str:
    top = ("memory_tokens", "global_cond_embedder", "rotary_pos_emb")
    key = key.replace("transformer_blocks.", "transformer.layers.")
    key = re.sub(r"^proj_(in|out)", r"transformer.project_\1", key)
    key = key.replace("ff.proj_in", "ff.ff.0.proj").replace("ff.proj_out", "ff.ff.2")
    return f"transformer.{key}" if key.startswith(top) else key


def _theirs_too(key: str) -> str:
    key = re.sub(r"^encoder\.blocks", "encoder.layers", key)
    key = re.sub(r"^decoder\.blocks\.0", "decoder.layers.3", key)
    key = key.replace("encoder.proj", "encoder.layers.2").replace("decoder.proj", "decoder.layers.1")
    key = key.replace("norm_attn", "pre_norm").replace("norm_ff", "ff_norm").replace(".attn.", ".self_attn.")
    key = key.replace("ff.proj_in", "ff.ff.0.proj").replace("ff.proj_out", "ff.ff.2")
    return key.replace("bottleneck.scale", "bottleneck.scaling_factor")


def _order(key: str, value: Any) -> Any:
    import torch

    if not key.endswith("attn.to_qkv.weight") or value.shape[0] == 3 * value.shape[1]:
        return value
    q, q2, k, k2, v = value.chunk(5)
    return torch.cat([q, k, v, q2, k2])


def _config(pipe: Any, *, base: bool, small: bool) -> dict[str, Any]:
    attention = {"chunk_size": 2 * STRIDE, "chunk_midpoint_shift": True} if small else {"sliding_window": [1, 1]}
    coder = {"channels": 16, "c_mults": [2], "strides": [STRIDE], "latent_dim": LATENT, "transformer_depths": [2]}
    return {
        "sample_rate": RATE,
        "model": {
            "pretransform": {
                "config": {
                    "io_channels": 2,
                    "downsampling_ratio": PATCH * STRIDE,
                    "encoder": {"config": coder | attention},
                    "decoder": {"config": coder | attention | {"conv_mapping": small, "sinusoidal_blocks": [0]}},
                }
            },
            "conditioning": {
                "configs": [
                    {"id": "prompt", "type": "t5gemma", "config": {"max_length": 32}},
                    {"id": "seconds_total", "type": "number", "config": {"min_val": 0, "max_val": 384}},
                ]
            },
            "diffusion": {"diffusion_objective": "rectified_flow" if base else "rf_denoiser"},
        },
    }
