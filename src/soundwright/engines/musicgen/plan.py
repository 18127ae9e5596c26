"""How much memory a run of MusicGen will take, before it runs, and the strategy that fits.

Weights by their counts, the cache of keys and values by its shape, decoding by the measured size of a tile. The
constants were measured on a CPU with mid-size random weights (`benchmarks/musicgen.py memory`), which prints predicted
beside measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundwright.engines import memory
from soundwright.engines.memory import GB, MB, Need
from soundwright.engines.musicgen.codec import TILE_S
from soundwright.engines.musicgen.tokens import PROMPT_S, WINDOW_S
from soundwright.errors import CannotRun

ROWS = 2  # guidance
INT8 = 1.003  # bytes for each weight in 8 bits, scales included
WORDS = 64  # tokens of text, generously
FIRST_MB = 40.0  # what the first column leaves behind
PREFILL = 0.7  # of the 8 widths and 2 inner widths of a column heard at the beginning, the share that lives at once
TILE_MB = 30.0  # decoding: fixed, and for each second of a tile and channel
SECOND_MB = 45.0
COPIES = 3  # of the finished samples


@dataclass(frozen=True)
class Shape:
    """What a run's memory depends on. Counts are of parameters: of the matrices of the decoder, of its embeddings and
    heads, of the text encoder, of the codec."""

    matrices: float
    ends: float
    text: float
    codec: float
    layers: int
    width: int
    inner: int
    channels: int
    frame_rate: float
    rate: int
    hidden: int  # width of the codec's LSTM
    prefix: int = 0  # columns before the tokens


def shape(folder: Path) -> Shape:
    """The shape of a checkpoint's folder, from its configuration and the headers of its safetensors."""
    from transformers import AutoConfig

    config: Any = AutoConfig.from_pretrained(folder, local_files_only=True)
    counts: dict[str, float] = {}
    for path in sorted(folder.glob("*.safetensors")):
        for name, count in memory.tensors(path).items():
            ends = ".lm_heads." in name or (".embed_tokens." in name and name.startswith("decoder"))
            part = "ends" if ends else name.partition(".")[0]
            counts[part] = counts.get(part, 0.0) + count
    decoder, codec = config.decoder, config.audio_encoder
    chroma = int(getattr(config, "chroma_length", 0) or 0)
    return Shape(
        counts.get("decoder", 0.0),
        counts.get("ends", 0.0),
        counts.get("text_encoder", 0.0),
        counts.get("audio_encoder", 0.0),
        decoder.num_hidden_layers,
        decoder.hidden_size,
        decoder.ffn_dim,
        decoder.audio_channels,
        codec.sampling_rate / codec.hop_length,
        codec.sampling_rate,
        codec.num_filters * 2 ** len(codec.upsampling_ratios),
        chroma + WORDS if chroma else 0,
    )


def needs(of: Shape, duration_s: float, device: str) -> list[Need]:
    """The strategies that `device` has, the one to be preferred first; on a CPU that which is the library's own."""
    window_s = min(duration_s, WINDOW_S)
    columns = of.prefix + window_s * of.frame_rate
    at_once = of.prefix + (PROMPT_S * of.frame_rate if duration_s > WINDOW_S else 0)
    tile_s = min(duration_s, TILE_S.get(device, 8.0) + 0.5)
    hidden = duration_s * of.frame_rate * of.hidden * 4 * of.channels
    samples = COPIES * duration_s * of.rate * of.channels * 4
    decode = 2 * hidden + samples + (TILE_MB + SECOND_MB * tile_s * of.channels) * MB
    bytes_each = {"full": (4, 4), "bf16": (2, 2), "int8": (INT8, 2)}
    found = []
    for strategy, (matrix, other) in bytes_each.items():
        weights = of.matrices * matrix + of.text * other + (of.ends + of.codec) * 4
        cache = 2 * of.layers * ROWS * columns * of.width * other
        first = PREFILL * ROWS * at_once * (8 * of.width + 2 * of.inner) * 4
        found.append(Need(strategy, weights, cache + first + FIRST_MB * MB, cache + decode))
    return found if device == "cpu" else [*found[1:], found[0]]


def chosen(name: str, folder: Path, duration_s: float, device: str, asked: str | None) -> tuple[str, dict[str, Any]]:
    """The preferred strategy that fits what is `asked` ("8GB") or free, and what the manifest says of the plan.

    `name` is the checkpoint's address. Raises `BadRequest`, and `CannotRun` with advice when none fits.
    """
    budget, of = memory.budget(device, asked), shape(folder)
    weighed = needs(of, duration_s, device)
    if fitting := [need for need in weighed if need.peak <= budget]:
        return fitting[0].strategy, memory.facts(fitting[0], weighed, budget)
    least = min(weighed, key=lambda need: need.peak)
    advice = "close what else uses the memory, or take a smaller checkpoint"
    fit = [s for s in (5, 10, 20, 30, 60, 120, 240) if min(n.peak for n in needs(of, s, device)) <= budget]
    if fit and max(fit) < duration_s:
        advice = f"up to {max(fit)} s fit; or {advice}"
    raise CannotRun(f"{name} needs {least.peak / GB:.1f} GB for {duration_s:g} s at the least ({least.strategy}), and "
                    f"{budget / GB:.1f} GB may be used: {advice}")  # fmt: skip
