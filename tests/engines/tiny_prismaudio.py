"""A tiny PrismAudio checkpoint in its makers' layout; each tensor is drawn from its own published name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tiny_stable_audio import drawn, oobleck_shapes

from soundwright.nets import prismaudio, synchformer

LATENTS, FEATURES = 8, 32
DIT = prismaudio.Sizes(
    latents=LATENTS, width=128, depth=2, head=64, waves=128, video=FEATURES, text=FEATURES, sync=128
)  # fmt: skip
MOTION = synchformer.Sizes(width=128, depth=2, inner=512, patch=(2, 56, 56), moments=8, places=16)


def sound() -> dict:
    """What `prismaudio.ckpt` holds."""
    shapes = _shapes("model.model.", prismaudio.Transformer(DIT))
    shapes |= _shapes("conditioner.conditioners.", prismaudio.conditioners(DIT))
    shapes |= {f"pretransform.model.{name}": shape for name, shape in oobleck_shapes(16, LATENTS, [8, 16, 16]).items()}
    return {name: drawn(name, shape) for name, shape in shapes.items()}


def motion() -> dict:
    """What `synchformer_state_dict.pth` holds, its half that hears among it."""
    shapes = _shapes("vfeat_extractor.", synchformer.Motionformer(MOTION)) | {"afeat_extractor.cls_token": (1, 1, 128)}
    return {name: drawn(name, shape) for name, shape in shapes.items()}


def autoencoder() -> dict:
    """What `vae.ckpt` holds: its training's state, the autoencoder in it."""
    shapes = {f"autoencoder.{name}": shape for name, shape in oobleck_shapes(16, LATENTS, [8, 16, 16]).items()}
    shapes |= {"discriminator.0.weight": (4, 4)}
    return {"state_dict": {name: drawn(name, shape) for name, shape in shapes.items()}, "global_step": 1}


def picture_shapes(
    width: int, heads: int, inner: int, patch: int, places: int, frames: int, layers: tuple[int, int, int]
) -> dict[str, tuple[int, ...]]:
    """What VideoPrism's archive holds, `layers` spatial, temporal and auxiliary; of its half that reads, one array."""
    each, wide = width // heads, inner // heads
    layer = {
        "ff_layer/ffn_layer1/linear/bias": (inner,), "ff_layer/ffn_layer1/linear/kernel": (width, inner),
        "ff_layer/ffn_layer2/linear/bias": (width,), "ff_layer/ffn_layer2/linear/kernel": (inner, width),
        "ff_layer/layer_norm/bias": (width,), "ff_layer/layer_norm/scale": (width,),
        "layer_norm/bias": (width,), "layer_norm/scale": (width,),
        "self_attention/post/b": (width,), "self_attention/post/w": (width, heads, each),
    }  # fmt: skip
    pooler = "contrastive_vision_pooler/pooling_attention"
    shapes: dict[str, tuple[int, ...]] = {
        "vision_encoder/patch_projection/linear/bias": (width,),
        "vision_encoder/patch_projection/linear/kernel": (3 * patch * patch, width),
        "vision_encoder/spatial_pos_emb/emb_var": (places, width),
        "vision_encoder/temporal_pos_emb/emb_var": (frames, width),
        f"{pooler}_query": (1, width), f"{pooler}/per_dim_scale/per_dim_scale": (wide,),
        f"{pooler}/post/b": (width,), f"{pooler}/post/w": (width, heads, wide),
        f"{pooler}_layer_norm/bias": (width,), f"{pooler}_layer_norm/scale": (width,),
        "text_encoder/cls_emb": (1, 1, width),
    }  # fmt: skip
    for name in ("query", "key", "value"):
        layer |= {f"self_attention/{name}/b": (heads, each), f"self_attention/{name}/w": (width, heads, each)}
        shapes |= {f"{pooler}/{name}/b": (heads, wide), f"{pooler}/{name}/w": (width, heads, wide)}
    for kind in ("spatial", "temporal"):
        shapes |= {f"vision_encoder/{kind}_ln/{end}": (width,) for end in ("bias", "scale")}
    stacks = ("vision_encoder/spatial_encoder", "vision_encoder/temporal_encoder", "auxiliary_encoder")
    for stack, count in zip(stacks, layers, strict=True):
        shapes |= {f"{stack}/transformers_stack/x_layers/{name}": (count, *shape) for name, shape in layer.items()}
    return {f"params/{name}": shape for name, shape in shapes.items()}


def pictures() -> dict:
    """VideoPrism's arrays."""
    shapes = picture_shapes(FEATURES, 2, 4 * FEATURES, 72, 16, 8, (2, 1, 1))
    return {name: drawn(name, shape).numpy() for name, shape in shapes.items()}


def t5gemma_config(words: int):
    from transformers import T5GemmaConfig, T5GemmaModuleConfig

    half = T5GemmaModuleConfig(
        vocab_size=words, hidden_size=FEATURES, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=16, query_pre_attn_scalar=16,
    ).to_dict()  # fmt: skip
    return T5GemmaConfig(encoder=half, decoder=half, vocab_size=words)


def write(folder: Path) -> Path:
    import torch
    from tiny_ace_step import tokenizer
    from transformers import T5GemmaForConditionalGeneration

    (folder / "videoprism").mkdir(parents=True)
    torch.save(sound(), folder / "prismaudio.ckpt")
    torch.save(autoencoder(), folder / "vae.ckpt")
    torch.save(motion(), folder / "synchformer_state_dict.pth")
    np.savez(folder / "videoprism" / "flax_lvt_large_f8r288_repeated.npz", **pictures())
    words = tokenizer()
    model = T5GemmaForConditionalGeneration(t5gemma_config(len(words)))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(drawn(name, tuple(weight.shape)))
    model.save_pretrained(folder / "t5gemma")
    words.save_pretrained(folder / "t5gemma")
    return folder


def _shapes(begin: str, network) -> dict[str, tuple[int, ...]]:
    return {f"{begin}{name}": tuple(tensor.shape) for name, tensor in network.state_dict().items()}
