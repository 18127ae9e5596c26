"""VideoPrism's video half (google-deepmind/videoprism), from its published arrays, on transformers' model.

The makers' file names arrays by paths and stacks the layers; transformers' repositories name tensors. Either is read,
and the makers' shapes are the configuration. What is wanted of it here is one embedding for each picture: the pooling
layer over that picture's tokens, after the layers in which all pictures' tokens meet.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import VideoPrismConfig, VideoPrismVideoModel, VideoPrismVisionConfig
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

ATTENTION = "soundwright_capped"
AT_ONCE = 1 << 26  # bytes of attention's scores: over all pictures' tokens at once they would be 60 GB for 30 s
STACKS = {
    "vision_encoder/spatial_encoder": "vision_model.spatial_layers",
    "vision_encoder/temporal_encoder": "vision_model.temporal_layers",
    "auxiliary_encoder": "auxiliary_layers",
}
IN_A_LAYER = {
    "ff_layer/ffn_layer1/linear": "mlp.fc1",
    "ff_layer/ffn_layer2/linear": "mlp.fc2",
    "ff_layer/layer_norm": "layernorm_after",
    "layer_norm": "layernorm_before",
    **{f"self_attention/{name}": f"attention.{name[0]}_proj" for name in ("query", "key", "value")},
    "self_attention/post": "attention.o_proj",
}
ALONE = {
    "vision_encoder/patch_projection/linear": "vision_model.spatial_embeddings.patch_embeddings.projection",
    "vision_encoder/spatial_ln": "vision_model.layernorm1",
    "vision_encoder/temporal_ln": "vision_model.layernorm2",
    "contrastive_vision_pooler/pooling_attention_layer_norm": "head_layernorm",
    "contrastive_vision_pooler/pooling_attention/post": "head.o_proj",
    **{f"contrastive_vision_pooler/pooling_attention/{name}": f"head.{name[0]}_proj"
       for name in ("query", "key", "value")},
}  # fmt: skip
WHOLE = {  # names without a `bias` or `kernel` at their end
    "vision_encoder/spatial_pos_emb/emb_var": "vision_model.spatial_embeddings.position_embeddings",
    "vision_encoder/temporal_pos_emb/emb_var": "vision_model.temporal_embeddings.position_embeddings",
    "contrastive_vision_pooler/pooling_attention_query": "head.pooling_attention_query",
    "contrastive_vision_pooler/pooling_attention/per_dim_scale/per_dim_scale": "head.per_dim_scale",
}
ENDS = {"kernel": "weight", "w": "weight", "scale": "weight", "bias": "bias", "b": "bias"}


def published(arrays: dict[str, np.ndarray]) -> tuple[VideoPrismVisionConfig, dict[str, Tensor]]:
    """The configuration and transformers' tensors of the makers' arrays (`params/vision_encoder/...`), video's alone.

    Raises `KeyError` that names what is missing.
    """
    held = {name.removeprefix("params/"): array for name, array in arrays.items() if "/text_encoder/" not in name}
    layer = "transformers_stack/x_layers"
    spatial, temporal, auxiliary = (f"{stack}/{layer}" for stack in STACKS)
    width, inner = held[f"{spatial}/ff_layer/ffn_layer1/linear/kernel"].shape[1:]
    patch = math.isqrt(held["vision_encoder/patch_projection/linear/kernel"].shape[0] // 3)
    config = VideoPrismVisionConfig(
        image_size=math.isqrt(held["vision_encoder/spatial_pos_emb/emb_var"].shape[0]) * patch,
        num_frames=held["vision_encoder/temporal_pos_emb/emb_var"].shape[0],
        tubelet_size=[1, patch, patch],
        hidden_size=width,
        intermediate_size=inner,
        num_attention_heads=held[f"{spatial}/self_attention/query/w"].shape[2],
        num_spatial_layers=held[f"{spatial}/layer_norm/scale"].shape[0],
        num_temporal_layers=held[f"{temporal}/layer_norm/scale"].shape[0],
        num_auxiliary_layers=held[f"{auxiliary}/layer_norm/scale"].shape[0],
    )
    tensors: dict[str, Tensor] = {}
    for name, array in held.items():
        stack, stacked, rest = name.partition(f"/{layer}/")
        if not stacked:
            tensors[_named(name, ALONE | WHOLE)] = _shaped(name, array)
            continue
        for number, one in enumerate(array):
            tensors[f"{STACKS[stack]}.{number}.{_named(rest, IN_A_LAYER)}"] = _shaped(rest, one)
    return config, tensors


def named(config: Any, tensors: dict[str, Tensor]) -> tuple[VideoPrismVisionConfig, dict[str, Tensor]]:
    """The same of a repository of transformers', whose model may hear words too."""
    vision: Any = config.vision_config if isinstance(config, VideoPrismConfig) else config
    ours = {key.removeprefix("video_model."): one for key, one in tensors.items() if not key.startswith("text_model.")}
    return vision, ours


def empty(config: VideoPrismVisionConfig) -> VideoPrismVideoModel:
    """The model of a configuration, whose attention takes bounded memory."""
    ALL_ATTENTION_FUNCTIONS.register(ATTENTION, capped_attention)
    model = VideoPrismVideoModel(config)
    model.set_attn_implementation(ATTENTION)
    return model


def embeddings(model: VideoPrismVideoModel, pictures: Tensor) -> Tensor:
    """Pictures `[pictures, 3, side, side]` of 0 to 1 as embeddings of length 1, `[pictures, width]`."""
    tokens = model(pictures[None], interpolate_pos_encoding=True).last_hidden_state  # [1, pictures * places, width]
    pooled = model.head(tokens.unflatten(1, (len(pictures), -1))[0])[0]
    return F.normalize(model.head_layernorm(pooled)[:, 0], dim=-1)


def capped_attention(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Any = None, *, scaling: float,
    softcap: float | None = None, **unused: Any,
) -> tuple[Tensor, None]:  # fmt: skip
    """Attention whose scores are capped by a hyperbolic tangent, a few queries at a time; each `[n, heads, length, d]`,
    the answer `[n, length, heads, d]`."""
    rows = max(1, AT_ONCE // (4 * query.shape[0] * query.shape[1] * key.shape[2]))
    said = []
    for some in query.split(rows, dim=2):
        scores = (some @ key.transpose(2, 3)) * scaling
        scores = softcap * torch.tanh(scores / softcap) if softcap else scores
        said.append(scores.softmax(dim=-1, dtype=torch.float32).to(value.dtype) @ value)
    return torch.cat(said, dim=2).transpose(1, 2).contiguous(), None


def _named(path: str, table: dict[str, str]) -> str:
    """`ff_layer/layer_norm/scale` as `layernorm_after.weight`. Raises `KeyError` for a path that is not known."""
    if path in table:
        return table[path]
    begin, _, end = path.rpartition("/")
    return f"{table[begin]}.{ENDS[end]}"


def _shaped(path: str, array: np.ndarray) -> Tensor:
    """A kernel is `[into, out]` there, the weights of heads `[width, heads, each]`, those of patches are flat."""
    if path.endswith("patch_projection/linear/kernel"):
        side = math.isqrt(array.shape[0] // 3)
        array = array.T.reshape(-1, 1, side, side, 3).transpose(0, 4, 1, 2, 3)
    elif path.endswith("/kernel"):
        array = array.T
    elif re.search(r"/(query|key|value)/w$", path):
        array = array.reshape(len(array), -1).T
    elif path.endswith("/post/w"):
        array = array.reshape(len(array), -1)
    elif path.endswith("/b"):
        array = array.reshape(-1)
    elif path.endswith(("_pos_emb/emb_var", "pooling_attention_query")):
        array = array[None]
    return torch.from_numpy(np.ascontiguousarray(array))
