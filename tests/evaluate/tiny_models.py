"""Checkpoints of the real architectures with random weights, a few kilobytes each, in the layout of their makers."""

from __future__ import annotations

from pathlib import Path

from tests.engines.tiny_audioldm2 import roberta


def clap(folder: Path, fused: bool = False) -> None:
    import torch
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

    torch.manual_seed(1)
    config = ClapConfig(
        text_config={
            "vocab_size": 261, "hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 1,
            "num_attention_heads": 2, "max_position_embeddings": 64, "projection_dim": 16, "pad_token_id": 1,
        },
        audio_config={
            "spec_size": 256, "window_size": 4, "num_mel_bins": 64, "patch_size": 4, "hidden_size": 32,
            "patch_embeds_hidden_size": 16, "depths": [1, 1], "num_attention_heads": [1, 1], "num_hidden_layers": 2,
            "projection_dim": 16, "enable_fusion": fused,
        },
        projection_dim=16,
    )  # fmt: skip
    ClapModel(config).save_pretrained(folder)
    truncation = "fusion" if fused else "rand_trunc"
    ClapFeatureExtractor(feature_size=64, sampling_rate=48_000, truncation=truncation).save_pretrained(folder)
    roberta().save_pretrained(folder)


def ast(folder: Path) -> None:
    import torch
    from transformers import ASTConfig, ASTFeatureExtractor, ASTForAudioClassification

    torch.manual_seed(2)
    labels = {at: f"sound {at}" for at in range(5)}
    config = ASTConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
                       num_mel_bins=128, max_length=1024, time_stride=100, frequency_stride=50, id2label=labels,
                       label2id={name: at for at, name in labels.items()})  # fmt: skip
    ASTForAudioClassification(config).save_pretrained(folder)
    ASTFeatureExtractor().save_pretrained(folder)


def speech(folder: Path, kind: str) -> None:
    import torch
    import transformers

    torch.manual_seed(3)
    sizes = {
        "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 8,
        "conv_dim": (8, 8), "conv_stride": (20, 16), "conv_kernel": (20, 16), "num_feat_extract_layers": 2,
        "num_conv_pos_embeddings": 4, "num_conv_pos_embedding_groups": 2,
    }  # fmt: skip
    config = getattr(transformers, f"{kind}Config")(**sizes)
    getattr(transformers, f"{kind}Model")(config).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)


def encodec(folder: Path, rate: int) -> None:
    import torch
    from transformers import EncodecConfig, EncodecModel

    torch.manual_seed(4)
    stereo = rate == 48_000
    config = EncodecConfig(sampling_rate=rate, audio_channels=1 + stereo, normalize=stereo, hidden_size=16,
                           num_filters=4, upsampling_ratios=[8, 5, 4, 2], num_lstm_layers=1, codebook_dim=16,
                           codebook_size=8, chunk_length_s=1.0 if stereo else None, overlap=0.01 if stereo else None,
                           use_causal_conv=not stereo, norm_type="time_group_norm" if stereo else "weight_norm",
                           target_bandwidths=[3.0])  # fmt: skip
    EncodecModel(config).save_pretrained(folder)


def dac(folder: Path) -> None:
    import torch
    from transformers import DacConfig, DacModel

    torch.manual_seed(5)
    config = DacConfig(encoder_hidden_size=4, downsampling_ratios=[2, 4, 8, 8], decoder_hidden_size=16, n_codebooks=2,
                       codebook_size=8, codebook_dim=4, sampling_rate=44_100)  # fmt: skip
    DacModel(config).save_pretrained(folder)


MAKERS = {
    "clap-music-speech": clap,
    "clap-fused": lambda folder: clap(folder, fused=True),
    "ast": ast,
    "wav2vec2": lambda folder: speech(folder, "Wav2Vec2"),
    "hubert": lambda folder: speech(folder, "Hubert"),
    "wavlm": lambda folder: speech(folder, "WavLM"),
    "encodec-24k": lambda folder: encodec(folder, 24_000),
    "encodec-48k": lambda folder: encodec(folder, 48_000),
    "dac-44k": dac,
}
