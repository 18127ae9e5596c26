"""How much memory a run will take, before it runs: weights, activations and decoding for each strategy.

Arithmetic on parameter counts and on the request's length; torch is asked only how much an accelerator has free. The
constants were measured on a CPU on mid-size models (`benchmarks/memory.py`) and on an accelerator at full size
(`benchmarks/accelerator.py`); both print predicted beside measured. An accelerator's figures are what its tensors take:
torch's allocator reserves up to 1.7 GB more while there is room, and a CUDA context takes half a gigabyte.
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest, CannotRun

MB, GB = 2**20, 2**30
LARGEST = ("transformer", "unet")  # of which a model has one
BESIDE = ("tokenizer", "scheduler")


@dataclass(frozen=True)
class Shape:
    """What the memory of a run depends on beside its parameters; widths are those of the transformer."""

    latent_rate: float  # latent frames a second
    patch: int  # latent frames for each token
    width: int
    inner: int  # width of the feed-forward layers
    layers: int
    tile_frames: tuple[int, int]  # latent frames decoded at a time with their margins: on a CPU, on an accelerator
    decode_mb: float = 400.0  # decoding a tile in float32: fixed, and for each latent frame; these are Oobleck's at
    frame_mb: float = 4.5  # 48 kHz


SHAPES = {
    "ace-step/xl": Shape(25.0, 2, 2560, 9728, 32, (82, 232)),
    "stable-audio-3/small": Shape(10.77, 1, 1024, 4096, 20, (152, 152), 40.0, 1.2),  # SAME-S: 91 MB for 60, 195 for 152
    "stable-audio-3": Shape(10.77, 1, 1536, 6144, 24, (176, 176), 60.0, 2.6),  # SAME-L: 277 MB for 96, 472 for 176
    "stable-audio/open-small": Shape(21.5, 1, 1024, 4096, 16, (82, 204), 500.0),
    "stable-audio": Shape(21.5, 1, 1536, 6144, 24, (82, 204), 500.0),  # always its whole window
    "audioldm2": Shape(25.0, 1, 1024, 4096, 16, (256, 256), 300.0, 2.2),
    "tango/": Shape(25.0, 1, 1280, 5120, 16, (256, 256), 300.0, 2.2),
    "v2a-mapper": Shape(25.0, 1, 1024, 4096, 16, (256, 256), 300.0, 2.2),  # the autoencoder is AudioLDM 2's
    "tangoflux": Shape(21.5, 1, 1024, 4096, 24, (82, 204)),
    "ace-step": Shape(25.0, 2, 2048, 6144, 24, (82, 232)),
}
FIRST_MB = 40.0  # what the first forward pass leaves behind
TOKEN = 0.71  # of the 8 widths and 3 inner widths of a token that could live at once, the share that does
MASK_BYTES = 15.0  # for each pair of tokens, in the sliding-window layers
COPIES = 6  # of the finished samples in main memory, on their way out of the decoder
INT8 = 1.02  # bytes for each weight in 8 bits, scales included


@dataclass(frozen=True)
class Need:
    """The bytes that one strategy takes at the most."""

    strategy: str
    weights: float
    run: float
    decode: float

    @property
    def peak(self) -> float:
        return self.weights + max(self.run, self.decode)

    def __str__(self) -> str:
        parts = f"weights {self.weights / GB:.1f}, run {self.run / GB:.1f}, decode {self.decode / GB:.1f}"
        return f"{self.strategy} takes {self.peak / GB:.1f} GB ({parts})"


def needs(parts_m: dict[str, float], shape: Shape, duration_s: float, device: str, batch: int = 1) -> list[Need]:
    """The strategies that `device` has, the one to be preferred first.

    `batch` counts the sequences that the transformer runs at once: 2 for guidance. The autoencoder stays in float32.
    """
    count = {name: parts_m[name] * 1e6 for name in parts_m}
    vae, largest = count.get("vae", 0.0) * 4, sum(count.get(name, 0.0) for name in LARGEST)
    others = sum(count.values()) - count.get("vae", 0.0) - largest
    run = {size: _activations(shape, duration_s, batch, size) for size in (2, 4)}
    frames = min(shape.tile_frames[device != "cpu"], duration_s * shape.latent_rate)
    decode = (shape.decode_mb + shape.frame_mb * frames) * MB
    half_and_vae = others * 2 + vae
    if device == "cpu":  # 8-bit weights are unpacked there: measured, they take more than bfloat16
        decode += COPIES * duration_s * 48_000 * 2 * 4
        full = Need("full", (largest + others) * 4 + vae, run[4], decode)
        return [full, Need("bf16", largest * 2 + half_and_vae, run[2], decode)]
    half = Need("bf16", largest * 2 + half_and_vae, run[2], decode)
    eight = Need("int8", largest * INT8 + half_and_vae, run[2], decode)
    biggest = max((count[name] * 2 for name in count if name != "vae"), default=0.0)
    offload = Need("offload", 0.0, biggest + run[2], vae + decode)
    two_layers = 2 * largest * 2 / max(shape.layers, 1)  # one at work and one on its way
    group = Need("group", half_and_vae, run[2] + two_layers, decode)
    return [half, eight, group, offload]


def _activations(shape: Shape, duration_s: float, batch: int, size: int) -> float:
    tokens = duration_s * shape.latent_rate / shape.patch
    each = TOKEN * (8 * shape.width + 3 * shape.inner) * size
    return FIRST_MB * MB + batch * tokens * each + MASK_BYTES * size / 4 * tokens**2


def choose(
    name: str, parts_m: dict[str, float], duration_s: float, device: str, budget: float, batch: int = 1
) -> tuple[Need, list[Need]]:
    """The preferred strategy that fits `budget` bytes, and all that were weighed.

    `name` is the checkpoint's address. Raises `CannotRun` with advice when none fits.
    """
    shape = shape_of(name)
    return pick(name, lambda seconds: needs(parts_m, shape, seconds, device, batch), duration_s, budget)


def pick(
    name: str, needs_of: Callable[[float], list[Need]], duration_s: float, budget: float
) -> tuple[Need, list[Need]]:
    """As `choose`, of the strategies that `needs_of` so many seconds knows."""
    all_of_them = needs_of(duration_s)
    fitting = [need for need in all_of_them if need.peak <= budget]
    if fitting:
        return fitting[0], all_of_them
    least = min(all_of_them, key=lambda need: need.peak)
    advice = "close what else uses the memory, or take a smaller checkpoint"
    shorter = _longest(needs_of, budget)
    if shorter >= 1:
        advice = f"up to {shorter:.0f} s fit; or {advice}"
    raise CannotRun(f"{name} needs {least.peak / GB:.1f} GB for {duration_s:g} s at the least ({least.strategy}), and "
                    f"{budget / GB:.1f} GB may be used: {advice}")  # fmt: skip


def shape_of(name: str) -> Shape:
    """The shape of a checkpoint by its address: the longest name in `SHAPES` that begins it."""
    fitting = [known for known in SHAPES if name.startswith(known)]
    return SHAPES[max(fitting, key=len)]


def _longest(needs_of: Callable[[float], list[Need]], budget: float) -> float:
    """The most whole tens of seconds that fit, 0 where nothing does."""
    lengths = range(10, 601, 10)
    return max((s for s in lengths if min(need.peak for need in needs_of(s)) <= budget), default=0)


def parts(folder: Path) -> dict[str, float]:
    """Millions of parameters of each network in a pipeline's folder, from the headers of its safetensors."""
    found: dict[str, float] = {}
    for path in sorted(folder.glob("*/*.safetensors")):
        found[path.parent.name] = found.get(path.parent.name, 0.0) + sum(tensors(path).values()) / 1e6
    return found


def tensors(path: Path) -> dict[str, int]:
    """How many numbers each tensor of a safetensors file has, from its header."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    return {name: _product(row["shape"]) for name, row in header.items() if name != "__metadata__"}


def _product(shape: list[int]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total


def budget(device: str, asked: str | None = None) -> float:
    """Bytes that a run may take: `asked` ("8GB", "512 MB", "7.5 GiB"), else what is free. Raises `BadRequest`."""
    if asked:
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([GM])i?B?\s*", asked, re.IGNORECASE)
        if not match or not float(match[1]):
            raise BadRequest(f"{asked!r} is no amount of memory; write it like 8GB or 512MB")
        return float(match[1]) * (GB if match[2].upper() == "G" else MB)
    if device.startswith("cuda"):
        import torch

        return float(torch.cuda.mem_get_info(torch.device(device))[0])
    return free_ram()


def free_ram() -> float:
    """Bytes of main memory that are available, by the kernel's word where there is one."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return float(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) * 1024
    except (OSError, StopIteration, ValueError):
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def facts(chosen: Need, weighed: list[Need], budget_bytes: float) -> dict[str, Any]:
    """What the manifest says of the plan, in gigabytes."""
    return {
        "budget_gb": round(budget_bytes / GB, 2),
        "chosen": chosen.strategy,
        "peak_gb": {need.strategy: round(need.peak / GB, 2) for need in weighed},
    }
