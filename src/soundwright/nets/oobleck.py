"""Oobleck, the autoencoder of Stable Audio and its kin, from its published tensors alone.

stable-audio-tools numbers the layers; diffusers, whose `AutoencoderOobleck` runs it here, names them. Either is read,
and the shapes, the strides too, are taken from the tensors.
"""

from __future__ import annotations

import re
from itertools import count, takewhile
from typing import Any

from diffusers.models.autoencoders.autoencoder_oobleck import AutoencoderOobleck
from torch import Tensor

UNIT = {"0": "snake1", "1": "conv1", "2": "snake2", "3": "conv2"}
ENCODER_BLOCK = {"0": "res_unit1", "1": "res_unit2", "2": "res_unit3", "3": "snake1", "4": "conv1"}
DECODER_BLOCK = {"0": "snake1", "1": "conv_t1", "2": "res_unit1", "3": "res_unit2", "4": "res_unit3"}


def load(state: dict[str, Tensor], rate: int) -> AutoencoderOobleck:
    """The autoencoder of published tensors (`encoder.layers.0.weight_v` or `encoder.conv1.weight_v`, ...), in float32.

    `rate` in hertz. Raises `ValueError` that counts what is missing.
    """
    numbers = [int(found[1]) for key in state if (found := re.match(r"encoder\.layers\.(\d+)\.", key))]
    named = {_name(key, max(numbers, default=0) - 2): _shaped(key, tensor) for key, tensor in state.items()}
    blocks = (f"encoder.block.{i}.conv1.weight_v" for i in count())
    try:
        width = named["encoder.conv1.weight_v"].shape[0]
        convolutions = [named[block] for block in takewhile(named.__contains__, blocks)]
        config: dict[str, Any] = {
            "encoder_hidden_size": width,
            "downsampling_ratios": [one.shape[-1] // 2 for one in convolutions],
            "channel_multiples": [one.shape[0] // width for one in convolutions],
            "decoder_channels": named["decoder.conv2.weight_v"].shape[1],
            "decoder_input_channels": named["decoder.conv1.weight_v"].shape[1],
            "audio_channels": named["encoder.conv1.weight_v"].shape[1],
            "sampling_rate": rate,
        }
    except KeyError as error:
        raise ValueError(f"its autoencoder lacks {error}") from error
    network = AutoencoderOobleck(**config)
    lost = network.load_state_dict(named, strict=False)
    if lost.missing_keys:
        raise ValueError(f"its autoencoder lacks {lost.missing_keys[0]} ({len(lost.missing_keys)} tensors are missing)")
    return network.float().eval()


def _name(key: str, depth: int) -> str:
    """`encoder.layers.2.layers.0.layers.1.bias` as `encoder.block.1.res_unit1.conv1.bias`."""
    found = re.match(r"(encoder|decoder)\.layers\.(\d+)\.(.*)$", key)
    if not found:
        return key
    side, number, rest = found[1], int(found[2]), found[3]
    ends = {0: "conv1", depth + 1: "snake1", depth + 2: "conv2"}
    if number in ends:
        return f"{side}.{ends[number]}.{rest}"
    inner = re.match(r"layers\.(\d+)\.(?:layers\.(\d+)\.)?(.*)$", rest)
    if not inner:
        return key
    block = (ENCODER_BLOCK if side == "encoder" else DECODER_BLOCK)[inner[1]]
    unit = f"{UNIT[inner[2]]}." if inner[2] else ""
    return f"{side}.block.{number - 1}.{block}.{unit}{inner[3]}"


def _shaped(key: str, tensor: Tensor) -> Tensor:
    """The slopes of snakes are `[channels]` there and `[1, channels, 1]` here."""
    return tensor[None, :, None] if key.endswith((".alpha", ".beta")) and tensor.dim() == 1 else tensor
