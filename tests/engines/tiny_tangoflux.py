"""A tiny TangoFlux checkpoint in its makers' layout; each tensor is drawn from its own name."""

from __future__ import annotations

import json
from pathlib import Path

from tiny_stable_audio import drawn, oobleck_shapes

TEXT_WIDTH, FRAMES, LATENT = 32, 480, 64
CONFIG = {
    "num_layers": 1, "num_single_layers": 1, "in_channels": LATENT, "attention_head_dim": 128,
    "joint_attention_dim": TEXT_WIDTH, "num_attention_heads": 1, "audio_seq_len": FRAMES, "max_duration": 6,
    "uncondition": False, "text_encoder_name": "google/flan-t5-large",
}  # fmt: skip


def text_config(words: int):
    from transformers import T5Config

    return T5Config(vocab_size=words, d_model=TEXT_WIDTH, d_kv=16, d_ff=64, num_layers=1, num_heads=2)


def tensors(words: int) -> dict:
    """What `tangoflux.safetensors` holds."""
    from diffusers import FluxTransformer2DModel
    from transformers import T5EncoderModel

    shapes = {
        "fc.0.weight": (TEXT_WIDTH, TEXT_WIDTH), "fc.0.bias": (TEXT_WIDTH,),
        "duration_emebdder.time_positional_embedding.0.weights": (128,),
        "duration_emebdder.time_positional_embedding.1.weight": (TEXT_WIDTH, 257),
        "duration_emebdder.time_positional_embedding.1.bias": (TEXT_WIDTH,),
    }  # fmt: skip
    flux = FluxTransformer2DModel(
        in_channels=LATENT, num_layers=1, num_single_layers=1, attention_head_dim=128, num_attention_heads=1,
        joint_attention_dim=TEXT_WIDTH, pooled_projection_dim=TEXT_WIDTH, guidance_embeds=False,
    )  # fmt: skip
    shapes |= {f"transformer.{key}": tuple(value.shape) for key, value in flux.state_dict().items()}
    encoder = T5EncoderModel(text_config(words)).state_dict()
    shapes |= {f"text_encoder.{key}": tuple(value.shape) for key, value in encoder.items() if "embed_tokens" not in key}
    return {name: drawn(name, shape) for name, shape in shapes.items()}


def write(folder: Path) -> Path:
    from safetensors.torch import save_file
    from tiny_ace_step import tokenizer
    from tokenizers.processors import TemplateProcessing

    from soundwright.nets import oobleck

    folder.mkdir(parents=True)
    words = tokenizer()
    words.model_max_length = 32
    end = ("<|endoftext|>", words.convert_tokens_to_ids("<|endoftext|>"))
    words.backend_tokenizer.post_processor = TemplateProcessing(single=f"$A {end[0]}", special_tokens=[end])  # as T5
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    save_file(tensors(len(words)), folder / "tangoflux.safetensors")
    shapes = oobleck_shapes(2 * LATENT, LATENT, [4, 6, 8])
    vae = oobleck.load({name: drawn(name, shape) for name, shape in shapes.items()}, 44_100)
    save_file({name: one.contiguous() for name, one in vae.state_dict().items()}, folder / "vae.safetensors")
    text_config(len(words)).save_pretrained(folder / "flan-t5-large")
    words.save_pretrained(folder / "flan-t5-large")
    return folder
