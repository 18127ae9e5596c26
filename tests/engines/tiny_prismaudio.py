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


def pictures() -> dict:
    """What VideoPrism's archive holds: 2 spatial, 1 temporal, 1 auxiliary layer, 2 heads, patches of 72, 8 frames."""
    heads, each = 2, FEATURES // 2
    inner = 4 * FEATURES
    layer = {
        "ff_layer/ffn_layer1/linear/bias": (inner,), "ff_layer/ffn_layer1/linear/kernel": (FEATURES, inner),
        "ff_layer/ffn_layer2/linear/bias": (FEATURES,), "ff_layer/ffn_layer2/linear/kernel": (inner, FEATURES),
        "ff_layer/layer_norm/bias": (FEATURES,), "ff_layer/layer_norm/scale": (FEATURES,),
        "layer_norm/bias": (FEATURES,), "layer_norm/scale": (FEATURES,),
        "self_attention/post/b": (FEATURES,), "self_attention/post/w": (FEATURES, heads, each),
    }  # fmt: skip
    pooler = "contrastive_vision_pooler/pooling_attention"
    shapes: dict[str, tuple[int, ...]] = {
        "vision_encoder/patch_projection/linear/bias": (FEATURES,),
        "vision_encoder/patch_projection/linear/kernel": (3 * 72 * 72, FEATURES),
        "vision_encoder/spatial_pos_emb/emb_var": (16, FEATURES),
        "vision_encoder/temporal_pos_emb/emb_var": (8, FEATURES),
        f"{pooler}_query": (1, FEATURES), f"{pooler}/per_dim_scale/per_dim_scale": (inner // heads,),
        f"{pooler}/post/b": (FEATURES,), f"{pooler}/post/w": (FEATURES, heads, inner // heads),
        f"{pooler}_layer_norm/bias": (FEATURES,), f"{pooler}_layer_norm/scale": (FEATURES,),
        "text_encoder/cls_emb": (1, 1, FEATURES),
    }  # fmt: skip
    for name in ("query", "key", "value"):
        layer |= {f"self_attention/{name}/b": (heads, each), f"self_attention/{name}/w": (FEATURES, heads, each)}
        shapes |= {f"{pooler}/{name}/b": (heads, inner // heads), f"{pooler}/{name}/w": (FEATURES, heads, inner // heads)}
    for kind in ("spatial", "temporal"):
        shapes |= {f"vision_encoder/{kind}_ln/{end}": (FEATURES,) for end in ("bias", "scale")}
    stacks = {"vision_encoder/spatial_encoder": 2, "vision_encoder/temporal_encoder": 1, "auxiliary_encoder": 1}
    for stack, count in stacks.items():
        shapes |= {f"{stack}/transformers_stack/x_layers/{name}": (count, *shape) for name, shape in layer.items()}
    return {f"params/{name}": drawn(f"params/{name}", shape).numpy() for name, shape in shapes.items()}


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
