"""Checkpoints of the big models with random weights in their published sizes: what memory and speed depend on.

Written in diffusers' layout, as their repositories are, networks in bfloat16 and autoencoders in float32. The words'
tokenizer is a tiny one; its network has its real size.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engines"))

XL = {"hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 32, "num_attention_heads": 32}
XL_WORDS = {"encoder_hidden_size": 2048}
OOBLECK_48K = {"downsampling_ratios": [2, 4, 4, 6, 10], "sampling_rate": 48_000}
SAME_L = {"encoder_c_mults": [12], "encoder_transformer_depths": [12]}
T5GEMMA = {
    "vocab_size": 256_000, "hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12,
    "num_attention_heads": 12, "num_key_value_heads": 12, "head_dim": 64,
    "layer_types": ["sliding_attention", "full_attention"] * 6,
}  # fmt: skip
QWEN3 = {
    "vocab_size": 151_669, "hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 28,
    "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128,
}  # fmt: skip


def write(name: str, folder: Path, device: str, layers: int | None = None) -> Path:
    """The checkpoint `name` ("ace-step/xl-turbo"); `layers` makes it shallow, for a trial on a small machine."""
    import torch

    torch.manual_seed(5)
    makers, others, kind = KINDS[name.partition("/")[0]](name, layers)
    parts = {}
    for key, make in makers.items():
        with torch.device(device):
            network = make().eval()
        if key != "vae":  # what an autoencoder is initialised with lets sound through
            for weight in (weight for weight in network.parameters() if weight.dim() > 1):
                torch.nn.init.normal_(weight, std=0.02)
        parts[key] = network.to("cpu", torch.float32 if key == "vae" else torch.bfloat16)
    kind(**parts, **others).save_pretrained(folder, safe_serialization=True, max_shard_size="20GB")
    return folder


def _ace_step(name: str, layers: int | None) -> tuple[dict[str, Callable], dict[str, Any], Any]:
    from diffusers import AceStepTransformer1DModel, AutoencoderOobleck, FlowMatchEulerDiscreteScheduler
    from diffusers.pipelines.ace_step.modeling_ace_step import (
        AceStepAudioTokenDetokenizer,
        AceStepAudioTokenizer,
        AceStepConditionEncoder,
    )
    from diffusers.pipelines.ace_step.pipeline_ace_step import AceStepPipeline
    from tiny_ace_step import tokenizer
    from transformers import Qwen3Config, Qwen3Model

    size: dict[str, Any] = XL | XL_WORDS if "/xl-" in name else {}
    words = QWEN3 | ({"num_hidden_layers": layers} if layers else {})
    size = size | ({"num_hidden_layers": layers} if layers else {})
    parts: dict[str, Callable] = {
        "vae": lambda: AutoencoderOobleck(**OOBLECK_48K),
        "text_encoder": lambda: Qwen3Model(Qwen3Config(**words)),
        "transformer": lambda: AceStepTransformer1DModel(is_turbo=name.endswith("turbo"), **size),
        "condition_encoder": AceStepConditionEncoder,
        "audio_tokenizer": AceStepAudioTokenizer,
        "audio_token_detokenizer": AceStepAudioTokenDetokenizer,
    }
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0)
    return parts, {"tokenizer": tokenizer(), "scheduler": scheduler}, AceStepPipeline


def _stable_audio(name: str, layers: int | None) -> tuple[dict[str, Callable], dict[str, Any], Any]:
    from diffusers import AutoencoderOobleck, CosineDPMSolverMultistepScheduler, StableAudioDiTModel
    from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel
    from diffusers.pipelines.stable_audio.pipeline_stable_audio import StableAudioPipeline
    from tiny_ace_step import tokenizer
    from transformers import T5Config, T5EncoderModel

    words = tokenizer()
    words.model_max_length = 128
    parts: dict[str, Callable] = {
        "vae": AutoencoderOobleck,
        "text_encoder": lambda: T5EncoderModel(T5Config(d_model=768, d_kv=64, d_ff=3072, num_layers=12, num_heads=12)),
        "projection_model": lambda: StableAudioProjectionModel(768, 768, 0, 512),
        "transformer": lambda: StableAudioDiTModel(num_layers=layers or 24),
    }
    return parts, {"tokenizer": words, "scheduler": CosineDPMSolverMultistepScheduler()}, StableAudioPipeline


def _stable_audio_3(name: str, layers: int | None) -> tuple[dict[str, Callable], dict[str, Any], Any]:
    from diffusers import AutoencoderSAME, FlowMatchEulerDiscreteScheduler, StableAudio3DiTModel
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder
    from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import StableAudio3Pipeline
    from tiny_ace_step import tokenizer
    from transformers import T5GemmaConfig, T5GemmaEncoderModel

    words = tokenizer()
    words.model_max_length = 256
    text = T5GemmaConfig(encoder=T5GEMMA, decoder=T5GEMMA, is_encoder_decoder=False)
    parts: dict[str, Callable] = {
        "vae": lambda: AutoencoderSAME(**SAME_L),
        "text_encoder": lambda: T5GemmaEncoderModel(text),
        "transformer": lambda: StableAudio3DiTModel(depth=layers or 24),
        "duration_embedder": StableAudio3DurationEmbedder,
    }
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0, stochastic_sampling=True)
    return parts, {"tokenizer": words, "scheduler": scheduler}, StableAudio3Pipeline


KINDS = {"ace-step": _ace_step, "stable-audio": _stable_audio, "stable-audio-3": _stable_audio_3}
