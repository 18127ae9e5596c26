"""A tiny AudioLDM 2 checkpoint with random weights, written in diffusers' layout."""

from __future__ import annotations

from pathlib import Path

RATE, HOP = 4800, 16  # 300 frames of spectrogram a second, 75 latent ones


def write(folder: Path, *, generates: bool = False) -> Path:
    """With the language model as repositories hold it, or of the class that still generates."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler
    from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2ProjectionModel, AudioLDM2UNet2DConditionModel
    from diffusers.pipelines.audioldm2.pipeline_audioldm2 import AudioLDM2Pipeline
    from transformers import (
        ClapFeatureExtractor,
        ClapModel,
        GPT2Config,
        GPT2LMHeadModel,
        T5Config,
        T5EncoderModel,
    )

    torch.manual_seed(9)
    clap_words, t5_words = roberta(), t5()
    made_vocoder = vocoder()
    speaker = GPT2LMHeadModel(
        GPT2Config(n_embd=16, n_layer=2, n_head=2, vocab_size=20, n_positions=99, max_new_tokens=8)
    )
    pipe = AudioLDM2Pipeline(
        vae=AutoencoderKL(
            block_out_channels=(16, 32, 32), norm_num_groups=8, in_channels=1, out_channels=1, latent_channels=4,
            down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
        ),
        text_encoder=ClapModel(clap_config(len(clap_words))),
        text_encoder_2=T5EncoderModel(
            T5Config(vocab_size=len(t5_words), d_model=32, d_kv=8, d_ff=37, num_layers=1, num_heads=4)
        ),
        projection_model=AudioLDM2ProjectionModel(text_encoder_dim=16, text_encoder_1_dim=32, langauge_model_dim=16),
        language_model=speaker if generates else speaker.transformer,
        tokenizer=clap_words,
        tokenizer_2=t5_words,
        feature_extractor=ClapFeatureExtractor(feature_size=64, sampling_rate=RATE),
        unet=AudioLDM2UNet2DConditionModel(
            block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=8, sample_size=32, in_channels=4,
            out_channels=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=[[None, 16, 32]] * 2,
        ),
        scheduler=DDIMScheduler(
            beta_start=0.0015, beta_end=0.0195, beta_schedule="scaled_linear", clip_sample=False,
            set_alpha_to_one=False, steps_offset=1,
        ),
        vocoder=made_vocoder,
    )  # fmt: skip
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def clap_config(words: int):
    from transformers import ClapConfig

    return ClapConfig(
        text_config={
            "vocab_size": words, "hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 1,
            "num_attention_heads": 2, "max_position_embeddings": 64, "projection_dim": 16, "pad_token_id": 1,
        },
        audio_config={
            "spec_size": 64, "window_size": 4, "num_mel_bins": 64, "patch_size": 4, "hidden_size": 32,
            "patch_embeds_hidden_size": 16, "depths": [1, 1], "num_attention_heads": [1, 1], "num_hidden_layers": 2,
            "projection_dim": 16,
        },
        projection_dim=16,
    )  # fmt: skip


def vocoder():
    import torch
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    made = SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            model_in_dim=8,
            sampling_rate=RATE,
            upsample_initial_channel=16,
            upsample_rates=[4, 4],
            upsample_kernel_sizes=[8, 8],
            resblock_kernel_sizes=[3, 7],
            resblock_dilation_sizes=[[1, 3, 5], [1, 3, 5]],
            normalize_before=False,
        )
    )
    with torch.no_grad():
        for weight in (weight for weight in made.parameters() if weight.dim() > 1):
            weight.mul_(8)  # loud enough to see differences
    return made


def _letters() -> list[str]:
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


def roberta():
    from transformers import RobertaTokenizer

    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *_letters()]
    return RobertaTokenizer(vocab={name: at for at, name in enumerate(names)}, merges=[], model_max_length=48)


def t5():
    from transformers import T5Tokenizer

    names = ["<pad>", "</s>", "<unk>", "▁", *"abcdefghijklmnopqrstuvwxyz,."]
    return T5Tokenizer(vocab=[(name, -1.0) for name in names], extra_ids=0, model_max_length=48)
