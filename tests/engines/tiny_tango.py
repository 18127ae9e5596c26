"""A tiny Tango checkpoint in its makers' layout; each tensor is drawn from its own name."""

from __future__ import annotations

import json
from pathlib import Path

from tiny_stable_audio import drawn

TEXT_WIDTH = 32
WIDTHS = (64, 64, 128, 128)
VAE = {
    "embed_dim": 8, "scale_factor": 0.9, "subband": 1, "time_shuffle": 1, "image_key": "fbank",
    "ddconfig": {
        "double_z": True, "z_channels": 8, "resolution": 64, "downsample_time": False, "in_channels": 1, "out_ch": 1,
        "ch": 32, "ch_mult": [1, 2, 2], "num_res_blocks": 1, "attn_resolutions": [], "dropout": 0.0,
    },
}  # fmt: skip


def text_config(words: int):
    from transformers import T5Config

    return T5Config(vocab_size=words, d_model=TEXT_WIDTH, d_kv=16, d_ff=64, num_layers=1, num_heads=2)


def main_tensors(words: int) -> dict:
    """The U-Net and T5's encoder."""
    from diffusers import UNet2DConditionModel
    from transformers import T5EncoderModel

    unet = UNet2DConditionModel(
        sample_size=(32, 2), in_channels=8, out_channels=8, cross_attention_dim=TEXT_WIDTH, block_out_channels=WIDTHS,
        attention_head_dim=tuple(width // 64 for width in WIDTHS), use_linear_projection=True, upcast_attention=True,
    )  # fmt: skip
    parts = {"unet": unet, "text_encoder": T5EncoderModel(text_config(words))}
    return {
        f"{part}.{key}": drawn(f"{part}.{key}", tuple(one.shape)) / (3 if one.dim() > 1 else 1)
        for part, network in parts.items()
        for key, one in network.state_dict().items()
    }


def vae_tensors() -> dict:
    """AudioLDM's autoencoder by the names of latent diffusion, and its vocoder."""
    return {name: drawn(name, shape) / (3 if len(shape) > 1 else 1) for name, shape in _vae_shapes().items()}


def _vae_shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}

    def conv(name: str, out: int, into: int, size: int = 3) -> None:
        shapes.update({f"{name}.weight": (out, into, size, size), f"{name}.bias": (out,)})

    def norm(name: str, width: int) -> None:
        shapes.update({f"{name}.weight": (width,), f"{name}.bias": (width,)})

    def block(name: str, into: int, out: int) -> None:
        norm(f"{name}.norm1", into)
        conv(f"{name}.conv1", out, into)
        norm(f"{name}.norm2", out)
        conv(f"{name}.conv2", out, out)
        if into != out:
            conv(f"{name}.nin_shortcut", out, into, 1)

    def middle(side: str, width: int) -> None:
        block(f"{side}.mid.block_1", width, width)
        block(f"{side}.mid.block_2", width, width)
        norm(f"{side}.mid.attn_1.norm", width)
        for part in ("q", "k", "v", "proj_out"):
            conv(f"{side}.mid.attn_1.{part}", width, width, 1)

    widths = [VAE["ddconfig"]["ch"] * times for times in VAE["ddconfig"]["ch_mult"]]
    conv("encoder.conv_in", widths[0], 1)
    for level, width in enumerate(widths):
        block(f"encoder.down.{level}.block.0", widths[max(level - 1, 0)], width)
        if level < 2:
            conv(f"encoder.down.{level}.downsample.conv", width, width)
    middle("encoder", widths[-1])
    norm("encoder.norm_out", widths[-1])
    conv("encoder.conv_out", 16, widths[-1])
    conv("decoder.conv_in", widths[-1], 8)
    middle("decoder", widths[-1])
    for level, width in enumerate(widths):
        above = widths[min(level + 1, 2)]
        block(f"decoder.up.{level}.block.0", above, width)
        block(f"decoder.up.{level}.block.1", width, width)
        if level:
            conv(f"decoder.up.{level}.upsample.conv", width, width)
    norm("decoder.norm_out", widths[0])
    conv("decoder.conv_out", 1, widths[0])
    conv("quant_conv", 16, 16, 1)
    conv("post_quant_conv", 8, 8, 1)
    width = 32
    shapes |= {"vocoder.conv_pre.weight": (width, 64, 7), "vocoder.conv_pre.bias": (width,)}
    for level, kernel in enumerate((16, 16, 8, 4, 4)):
        into, width = width, width // 2
        shapes |= {f"vocoder.ups.{level}.weight": (into, width, kernel), f"vocoder.ups.{level}.bias": (width,)}
        for number, size in enumerate((3, 7, 11)):
            for part in ("convs1", "convs2"):
                for dilated in range(3):
                    name = f"vocoder.resblocks.{3 * level + number}.{part}.{dilated}"
                    shapes |= {f"{name}.weight": (width, width, size), f"{name}.bias": (width,)}
    return shapes | {"vocoder.conv_post.weight": (1, 1, 7), "vocoder.conv_post.bias": (1,)}


def write(folder: Path) -> Path:
    import torch
    from tiny_ace_step import tokenizer

    folder.mkdir(parents=True)
    words = tokenizer()
    words.model_max_length = 32
    names = {"text_encoder_name": "google/flan-t5-large", "scheduler_name": "stabilityai/stable-diffusion-2-1"}
    (folder / "main_config.json").write_text(json.dumps(names), encoding="utf-8")
    (folder / "vae_config.json").write_text(json.dumps(VAE), encoding="utf-8")
    torch.save(main_tensors(len(words)), folder / "pytorch_model_main.bin")
    torch.save(vae_tensors(), folder / "pytorch_model_vae.bin")
    text_config(len(words)).save_pretrained(folder / "flan-t5-large")
    words.save_pretrained(folder / "flan-t5-large")
    return folder
