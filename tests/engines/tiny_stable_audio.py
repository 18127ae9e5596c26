"""Tiny Stable Audio Open checkpoints with random weights: 1.0 in diffusers' layout, Small in its makers'."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

RATE, HOP, WINDOW = 4800, 192, 160  # 25 latent frames a second, 6.4 s at the most


def write(folder: Path) -> Path:
    import torch
    from diffusers import AutoencoderOobleck, CosineDPMSolverMultistepScheduler, StableAudioDiTModel
    from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel
    from diffusers.pipelines.stable_audio.pipeline_stable_audio import StableAudioPipeline
    from tiny_ace_step import tokenizer
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(6)
    words = tokenizer()
    words.model_max_length = 32
    vae = AutoencoderOobleck(
        encoder_hidden_size=16,
        downsampling_ratios=[4, 6, 8],
        channel_multiples=[1, 2, 2],
        decoder_channels=8,
        decoder_input_channels=8,
        audio_channels=2,
        sampling_rate=RATE,
    )
    with torch.no_grad():
        vae.decoder.conv2.weight_g.mul_(20)  # loud enough to see differences
    pipe = StableAudioPipeline(
        vae=vae,
        text_encoder=T5EncoderModel(
            T5Config(vocab_size=len(words), d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
        ),
        projection_model=StableAudioProjectionModel(32, 32, 0, 512),
        tokenizer=words,
        transformer=StableAudioDiTModel(
            sample_size=WINDOW,
            in_channels=8,
            out_channels=8,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            num_key_value_attention_heads=1,
            cross_attention_dim=32,
            cross_attention_input_dim=32,
            global_states_input_dim=64,
            time_proj_dim=16,
        ),
        scheduler=CosineDPMSolverMultistepScheduler(),
    )
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def small_tensors() -> dict:
    """What the file of Open Small holds, tiny: 2 layers, 128 wide, 2 heads; each tensor drawn from its own name."""
    width, text, latents, steps = 128, 32, 8, 16
    dit = {
        "timestep_features.weight": (steps // 2, 1),
        "to_timestep_embed.0.weight": (width, steps), "to_timestep_embed.0.bias": (width,),
        "to_timestep_embed.2.weight": (width, width), "to_timestep_embed.2.bias": (width,),
        "to_cond_embed.0.weight": (width, text), "to_cond_embed.2.weight": (width, width),
        "to_global_embed.0.weight": (width, text), "to_global_embed.2.weight": (width, width),
        "preprocess_conv.weight": (latents, latents, 1), "postprocess_conv.weight": (latents, latents, 1),
        "transformer.project_in.weight": (width, latents), "transformer.project_out.weight": (latents, width),
        "transformer.rotary_pos_emb.inv_freq": (16,),
    }  # fmt: skip
    for layer in range(2):
        begin = f"transformer.layers.{layer}."
        for norm in ("pre_norm", "cross_attend_norm", "ff_norm"):
            dit |= {f"{begin}{norm}.gamma": (width,), f"{begin}{norm}.beta": (width,)}
        dit |= {
            f"{begin}self_attn.to_qkv.weight": (3 * width, width), f"{begin}cross_attn.to_q.weight": (width, width),
            f"{begin}cross_attn.to_kv.weight": (2 * width, width),
            f"{begin}ff.ff.0.proj.weight": (8 * width, width), f"{begin}ff.ff.0.proj.bias": (8 * width,),
            f"{begin}ff.ff.2.weight": (width, 4 * width), f"{begin}ff.ff.2.bias": (width,),
        }  # fmt: skip
        for attention in ("self_attn", "cross_attn"):
            dit[f"{begin}{attention}.to_out.weight"] = (width, width)
            for norm in ("q_norm", "k_norm"):
                dit |= {f"{begin}{attention}.{norm}.{kind}": (width // 2,) for kind in ("weight", "bias")}
    shapes = {f"model.model.{key}": shape for key, shape in dit.items()}
    shapes |= {f"pretransform.model.{key}": shape for key, shape in oobleck_shapes(16, latents, [4, 6, 8]).items()}
    seconds = "conditioner.conditioners.seconds_total.embedder.embedding."
    shapes |= {f"{seconds}0.weights": (8,), f"{seconds}1.weight": (text, 17), f"{seconds}1.bias": (text,)}
    return {name: drawn(name, shape) for name, shape in shapes.items()}


def oobleck_shapes(width: int, latents: int, strides: list[int]) -> dict[str, tuple[int, ...]]:
    """Oobleck's tensors as stable-audio-tools names them, multiples of 1, 2, 2; `width` is twice `latents`."""
    widths = [width, width, 2 * width, 2 * width]
    shapes: dict[str, tuple[int, ...]] = {}

    def conv(name: str, out: int, into: int, kernel: int, *, bias: bool = True, across: bool = False) -> None:
        first, second = (into, out) if across else (out, into)
        shapes.update({f"{name}.weight_g": (first, 1, 1), f"{name}.weight_v": (first, second, kernel)})
        if bias:
            shapes[f"{name}.bias"] = (out,)

    def snake(name: str, channels: int) -> None:
        shapes.update({f"{name}.alpha": (channels,), f"{name}.beta": (channels,)})

    def unit(name: str, channels: int) -> None:
        snake(f"{name}.layers.0", channels)
        conv(f"{name}.layers.1", channels, channels, 7)
        snake(f"{name}.layers.2", channels)
        conv(f"{name}.layers.3", channels, channels, 1)

    conv("encoder.layers.0", width, 2, 7)
    conv("decoder.layers.0", widths[-1], latents, 7)
    for i, stride in enumerate(strides):
        name, small, big = f"encoder.layers.{i + 1}.layers", widths[i], widths[i + 1]
        for part in range(3):
            unit(f"{name}.{part}", small)
        snake(f"{name}.3", small)
        conv(f"{name}.4", big, small, 2 * stride)
        name = f"decoder.layers.{len(strides) - i}.layers"
        snake(f"{name}.0", big)
        conv(f"{name}.1", small, big, 2 * stride, across=True)
        for part in range(2, 5):
            unit(f"{name}.{part}", small)
    snake("encoder.layers.4", widths[-1])
    conv("encoder.layers.5", 2 * latents, widths[-1], 3)
    snake("decoder.layers.4", width)
    conv("decoder.layers.5", 2, width, 7, bias=False)
    return shapes


def drawn(name: str, shape: tuple[int, ...]):
    """A float32 tensor that follows from its name, so that other code can be given the same."""
    import torch

    rng = np.random.default_rng(list(name.encode()))
    mean, deviation = (0.3, 0.3) if len(shape) == 1 else (0.0, 0.15)
    return torch.from_numpy(rng.normal(mean, deviation, shape).astype(np.float32))


def publish_small(folder: Path) -> Path:
    from safetensors.torch import save_file
    from tiny_ace_step import tokenizer
    from transformers import T5Config, T5EncoderModel

    folder.mkdir(parents=True)
    save_file(small_tensors(), folder / "model.safetensors")
    words = tokenizer()
    T5EncoderModel(
        T5Config(vocab_size=len(words), d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
    ).save_pretrained(folder / "t5-base")
    words.save_pretrained(folder / "t5-base")
    config = {
        "sample_size": WINDOW * HOP,
        "sample_rate": RATE,
        "model": {
            "pretransform": {"config": {"encoder": {"config": {"strides": [4, 6, 8]}}}},
            "conditioning": {
                "configs": [
                    {"id": "prompt", "type": "t5", "config": {"t5_model_name": "t5-base", "max_length": 24}},
                    {"id": "seconds_total", "type": "number", "config": {"min_val": 0, "max_val": 256}},
                ]
            },
            "diffusion": {"diffusion_objective": "rf_denoiser", "config": {"num_heads": 2}},
        },
    }
    (folder / "model_config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder
