"""Tiny CLIP, CLAP, AudioLDM and mapper with random weights, in the layouts in which they are published."""

from __future__ import annotations

from pathlib import Path

import tiny_audioldm2 as shared

RATE, HOP = shared.RATE, shared.HOP
PICTURE, SEEN, HEARD = 32, 24, 16


def write(folder: Path, *, pickles: bool = False) -> Path:
    """AudioLDM's folder with CLIP's and CLAP's in it, no mapper; its text side is CLAP's own."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from diffusers.pipelines.deprecated.audioldm.pipeline_audioldm import AudioLDMPipeline
    from transformers import ClapTextModelWithProjection

    clap = write_clap(folder / "clap", pickles=pickles)
    write_clip(folder / "clip", pickles=pickles)
    torch.manual_seed(11)
    text = ClapTextModelWithProjection(clap.config.text_config)
    text.text_model.load_state_dict(clap.text_model.state_dict())
    text.text_projection.load_state_dict(clap.text_projection.state_dict())
    pipe = AudioLDMPipeline(
        vae=AutoencoderKL(
            block_out_channels=(16, 32, 32), norm_num_groups=8, in_channels=1, out_channels=1, latent_channels=4,
            down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
        ),
        text_encoder=text,
        tokenizer=shared.roberta(),
        unet=UNet2DConditionModel(
            block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=8, sample_size=32, in_channels=4,
            out_channels=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=(8, 16), attention_head_dim=2,
            class_embed_type="simple_projection", projection_class_embeddings_input_dim=HEARD,
            class_embeddings_concat=True,
        ),
        scheduler=DDIMScheduler(
            beta_start=0.0015, beta_end=0.0195, beta_schedule="scaled_linear", clip_sample=False,
            set_alpha_to_one=False, steps_offset=1,
        ),
        vocoder=shared.vocoder(),
    )  # fmt: skip
    pipe.save_pretrained(folder, safe_serialization=not pickles)
    _pickled(folder / "text_encoder", pickles)
    _pickled(folder / "vocoder", pickles)
    return folder


def write_clip(folder: Path, seed: int = 3, *, pickles: bool = False):
    import torch
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(seed)
    small = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 2}
    clip = CLIPModel(
        CLIPConfig(
            text_config={**small, "vocab_size": 60, "max_position_embeddings": 16, "projection_dim": SEEN},
            vision_config={**small, "image_size": PICTURE, "patch_size": 8, "projection_dim": SEEN},
            projection_dim=SEEN,
        )
    )
    clip.save_pretrained(folder)
    _pickled(folder, pickles)
    (folder / "preprocessor_config.json").write_text(
        '{"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], '
        f'"crop_size": {PICTURE}, "size": {PICTURE}, "resample": 3, "image_processor_type": "CLIPImageProcessor"}}'
    )
    return clip


def write_clap(folder: Path, seed: int = 4, *, pickles: bool = False):
    import torch
    from transformers import ClapFeatureExtractor, ClapModel

    torch.manual_seed(seed)
    clap = ClapModel(shared.clap_config(len(shared.roberta())))
    clap.save_pretrained(folder)
    _pickled(folder, pickles)
    ClapFeatureExtractor(
        feature_size=64, sampling_rate=8000, max_length_s=4, fft_window_size=1024, hop_length=640, frequency_max=4000,
        truncation="rand_trunc", padding="repeatpad",
    ).save_pretrained(folder)  # fmt: skip
    shared.roberta().save_pretrained(folder)
    return clap


def write_mapper(folder: Path, to: Path, kind: str = "diffusion") -> Path:
    """An untrained mapper that knows the CLIP and the CLAP in `folder`."""
    import torch

    from soundwright.engines import v2a_features as features
    from soundwright.engines import v2a_mapper_files as files
    from soundwright.nets import mapper

    torch.manual_seed(5)
    probes = features.open_eye(folder / "clip").probe(), features.open_ear(folder / "clap").probe()
    network = mapper.build(mapper.Config(kind, SEEN, HEARD, 32, 2, 4), (len(probes[0]), len(probes[1])))
    network.get_buffer("picture_probe").copy_(probes[0])
    network.get_buffer("word_probe").copy_(probes[1])
    to.write_bytes(files.written(network, {"kind": kind, "held_out_cosine": 0.0}))
    return to


def _pickled(folder: Path, wanted: bool) -> None:
    """Put a library's safetensors as the pickle that repositories of old hold."""
    import torch
    from safetensors.torch import load_file

    if wanted and (path := folder / "model.safetensors").is_file():
        torch.save(load_file(path), folder / "pytorch_model.bin")
        path.unlink()
