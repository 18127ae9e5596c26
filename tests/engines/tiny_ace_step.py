"""A tiny ACE-Step checkpoint with random weights, written in diffusers' layout: every part is real, only small."""

from __future__ import annotations

import json
from pathlib import Path

HOP = 192  # samples for each latent frame


def tokenizer():
    """A tokenizer trained on two sentences."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<unk>", "<pad>", "<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    made.train_from_iterator(["calm piano with soft drums", "bright guitar and a choir"], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>", pad_token="<pad>")


def write(folder: Path, *, turbo: bool = True, rate: int = 4800, latent: int = 8) -> Path:
    """Write the checkpoint into `folder`; 4800 Hz gives 25 latent frames a second, of `latent` channels."""
    import torch
    from diffusers import AceStepTransformer1DModel, AutoencoderOobleck, FlowMatchEulerDiscreteScheduler
    from diffusers.pipelines.ace_step.modeling_ace_step import (
        AceStepAudioTokenDetokenizer,
        AceStepAudioTokenizer,
        AceStepConditionEncoder,
    )
    from diffusers.pipelines.ace_step.pipeline_ace_step import AceStepPipeline
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(5)
    heads = {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16, "sliding_window": 16}
    small = {"hidden_size": 32, "intermediate_size": 64, **heads}
    words = tokenizer()
    text = Qwen3Config(vocab_size=len(words), num_hidden_layers=1, max_position_embeddings=4096, **small)
    text.head_dim = 16
    parts = {
        "vae": AutoencoderOobleck(
            encoder_hidden_size=2 * latent,
            downsampling_ratios=[4, 6, 8],
            channel_multiples=[1, 2, 2],
            decoder_channels=8,
            decoder_input_channels=latent,
            audio_channels=2,
            sampling_rate=rate,
        ),
        "text_encoder": Qwen3Model(text),
        "transformer": AceStepTransformer1DModel(
            num_hidden_layers=2, in_channels=3 * latent, audio_acoustic_hidden_dim=latent, is_turbo=turbo, **small
        ),
        "condition_encoder": AceStepConditionEncoder(
            text_hidden_dim=32,
            timbre_hidden_dim=latent,
            num_lyric_encoder_hidden_layers=1,
            num_timbre_encoder_hidden_layers=1,
            **small,
        ),
        "audio_tokenizer": AceStepAudioTokenizer(
            audio_acoustic_hidden_dim=latent,
            pool_window_size=5,
            fsq_dim=32,
            fsq_input_levels=[8, 8, 8],
            num_attention_pooler_hidden_layers=1,
            **small,
        ),
        "audio_token_detokenizer": AceStepAudioTokenDetokenizer(
            audio_acoustic_hidden_dim=latent, pool_window_size=5, num_attention_pooler_hidden_layers=1, **small
        ),
    }
    for name, part in parts.items():
        for parameter in part.parameters():
            if name != "vae":  # what it is initialised with lets sound through
                torch.nn.init.normal_(parameter, std=0.15)
    with torch.no_grad():
        parts["vae"].decoder.conv2.weight_g.mul_(20)  # loud enough to see differences
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0)
    pipe = AceStepPipeline(tokenizer=words, scheduler=scheduler, **parts)
    pipe.save_pretrained(folder, safe_serialization=True)
    assert json.loads((folder / "model_index.json").read_text())["_class_name"] == "AceStepPipeline"
    return folder


def publish(folder: Path, variant: str, *, alone: bool = False) -> Path:
    """The makers' layout of the same networks; `alone` leaves out what `sft` and `base` share with `turbo`."""
    import re

    import torch
    from diffusers.pipelines.ace_step.pipeline_ace_step import AceStepPipeline
    from safetensors.torch import save_file

    aside = folder.with_name(f"{folder.name}-diffusers")
    pipe = AceStepPipeline.from_pretrained(write(aside, turbo=variant == "turbo"))
    names = (
        (r"\.to_([qkv])\.", r".\1_proj."),
        (r"\.to_out\.0\.", ".o_proj."),
        (r"\.norm_([qk])\.", r".\1_norm."),
        (r"^proj_(in|out)_conv\.", r"proj_\1.1."),
    )
    state = {}
    for part, begin in (("transformer", "decoder"), ("condition_encoder", "encoder"), ("audio_tokenizer", "tokenizer"),
                        ("audio_token_detokenizer", "detokenizer")):  # fmt: skip
        for key, value in pipe.components[part].state_dict().items():
            for ours, theirs in names:
                key = re.sub(ours, theirs, key)
            state[f"{begin}.{key}"] = value
    state["null_condition_emb"] = state.pop("encoder.null_condition_emb")
    silence = state.pop("encoder.silence_latent").transpose(1, 2).contiguous()
    networks = folder if alone else folder / f"acestep-v15-{variant}"
    networks.mkdir(parents=True)
    save_file({key: value.contiguous() for key, value in state.items()}, networks / "model.safetensors")
    torch.save(silence, networks / "silence_latent.pt")
    text, sound, pooler = (pipe.components[n].config for n in ("condition_encoder", "transformer", "audio_tokenizer"))
    facts = {k: v for config in (text, pooler, sound) for k, v in config.items() if not k.startswith("_")}
    facts.pop("encoder_hidden_size")
    (networks / "config.json").write_text(json.dumps(facts), encoding="utf-8")
    if not alone:
        pipe.vae.save_pretrained(folder / "vae")
        pipe.text_encoder.save_pretrained(folder / "Qwen3-Embedding-0.6B")
        pipe.tokenizer.save_pretrained(folder / "Qwen3-Embedding-0.6B")
    return folder
