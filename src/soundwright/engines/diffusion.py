"""What the engines on diffusers' pipelines share: finding, checking, planning and loading; and latents to sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.engines import decode, machine, memory, weights
from soundwright.engines.contract import Card, Task
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress

Load = Callable[[Path, str, str], Any]  # folder, device, strategy -> pipeline


def opened(
    card: Card,
    task: Task,
    files: dict[str, str | None],
    load: Load,
    tell: Progress,
    *,
    convert: str,
    key: str = "",
    parts: Callable[[Path], dict[str, float]] = memory.parts,
) -> tuple[Any, dict[str, Any]]:
    """The pipeline of a checkpoint's card, warm or loaded as the memory plan says, and what the manifest says of it.

    `files` are what its folder must hold (see `weights.check`); `convert` is told to whoever has another layout; `key`
    tells apart what was loaded differently from the same folder; `parts` counts the parameters in a folder, in
    millions. Raises `BadRequest`, `CannotRun`.
    """
    machine.need(card.extra, "torch", "diffusers", "transformers")
    one = next(iter(card.checkpoints.values()))
    folder = weights.find(card, task.options.get("weights"))
    index = "model_index.json"
    if index in files and not (folder / index).is_file() and list(folder.glob("**/*.safetensors")):
        raise CannotRun(f"{folder} is not in diffusers' layout: {convert}")
    weights.check(folder, files)
    device = machine.device(task.options.get("device"))
    strategy, planned = task.options.get("strategy") or machine.warm_strategy(str(folder), device, key), {}
    if not strategy:
        budget = memory.budget(device, task.options.get("vram"))
        batch = 2 if settings(task, card)["guidance"] > 1 else 1
        need, weighed = memory.choose(card.name, parts(folder), task.duration_s, device, budget, batch)
        strategy, planned = need.strategy, memory.facts(need, weighed, budget)
    tell("load")
    pipe = machine.warm((str(folder), device, strategy, key), lambda: load(folder, device, strategy))
    described = {"repository": one.weights, **weights.facts(folder)}
    return pipe, {"weights": described, "device": device, "strategy": strategy, "memory": planned}


def settings(task: Task, card: Card) -> dict[str, Any]:
    """Steps, guidance and shift: those asked for, else the checkpoint's own. Raises `BadRequest` for guidance on a
    distilled checkpoint."""
    one = next(iter(card.checkpoints.values()))
    options = task.options
    asked = {
        "steps": int(options.get("steps") or one.steps),
        "guidance": float(options.get("guidance") or one.guidance),
        "shift": float(options.get("shift") or one.shift or 1.0),
    }
    if asked["guidance"] > 1 and one.guidance == 1:
        raise BadRequest(f"{card.name} is distilled and takes no guidance; leave it out, or take another checkpoint")
    return asked


def sound(
    pipe: Any, latents: Any, rate: int, hop: int, duration_s: float, tell: Progress, tiles: decode.Tiles | None = None
) -> Audio:
    """Latents `[1, channels, frames]` decoded in tiles by a pipeline's autoencoder, `round(duration_s * rate)` frames.

    Offloaded networks make room before, and the autoencoder after.
    """
    vae = pipe.vae
    pipe.maybe_free_model_hooks()
    try:
        tiles = tiles or decode.default_tiles(str(device_of(vae)), rate / hop)
        z = latents.to(device_of(vae), vae.dtype)
        samples = decode.decode(lambda part: vae.decode(part).sample, z, hop, tiles, tell, rate)
    finally:
        pipe.maybe_free_model_hooks()
    return Audio(samples, rate).fitted(round(duration_s * rate))


def device_of(network: Any) -> Any:
    """Where a network computes: its own device, or the one that offloading moves it to."""
    hook = getattr(network, "_hf_hook", None)
    return getattr(hook, "execution_device", None) or network.device
