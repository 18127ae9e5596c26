"""A tiny Stable Audio Open checkpoint with random weights, written in diffusers' layout."""

from __future__ import annotations

from pathlib import Path

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
