"""What the engines on diffusers' pipelines share: finding, checking, planning and loading; and latents to sound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.engines import decode, machine, memory, weights
from soundwright.engines.contract import Card, Clip, Task
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan.cues import CuePlan
from soundwright.plan.effect import EffectPlan
from soundwright.progress import Progress


@dataclass(frozen=True)
class Layout:
    """One way in which a checkpoint's files lie in a folder.

    `files` are what it must hold (see `weights.check`), `load` makes a pipeline of folder, device and strategy, `parts`
    counts the millions of parameters in a folder, `beside` is another folder that it takes parts from.
    """

    files: dict[str, str | None]
    load: Callable[[Path, str, str], Any]
    parts: Callable[[Path], dict[str, float]] = memory.parts
    beside: Path | None = None


def opened(
    card: Card, task: Task, layout: Callable[[Path], Layout], tell: Progress, *, key: str = ""
) -> tuple[Any, dict[str, Any]]:
    """The pipeline of a checkpoint's card, warm or loaded as the memory plan says, and what the manifest says of it.

    `layout` tells how the files lie in a folder; `key` tells apart what was loaded differently from the same folder.
    Raises `BadRequest`, `CannotRun`.
    """
    machine.need(card.extra, "torch", "diffusers", "transformers")
    machine.hush()
    one = card.checkpoint
    folder = weights.find(card, task.options.get("weights"))
    lie = layout(folder)
    index = "model_index.json"
    if index in lie.files and not (folder / index).is_file() and list(folder.glob("**/*.safetensors")):
        raise CannotRun(f"{folder} holds weights in a layout that is not known: pull them again from {one.weights}")
    weights.check(folder, lie.files)
    device = machine.device(task.options.get("device"))
    strategy, planned = task.options.get("strategy") or machine.warm_strategy(str(folder), device, key), {}
    if not strategy:
        budget = memory.budget(device, task.options.get("vram"))
        batch = 2 if settings(task, card)["guidance"] > 1 else 1
        need, weighed = memory.choose(card.name, lie.parts(folder), task.duration_s, device, budget, batch)
        strategy, planned = need.strategy, memory.facts(need, weighed, budget)
    tell("load")
    pipe = machine.warm((str(folder), device, strategy, key), lambda: lie.load(folder, device, strategy))
    described = {"repository": one.weights, **weights.facts(folder)}
    if lie.beside and lie.beside != folder:
        described["shared"] = weights.facts(lie.beside)
    return pipe, {"weights": described, "device": device, "strategy": strategy, "memory": planned}


def settings(task: Task, card: Card) -> dict[str, Any]:
    """Steps, guidance and shift: those asked for, else the checkpoint's own. Raises `BadRequest` for guidance on a
    distilled checkpoint."""
    one = card.checkpoint
    options = task.options
    asked = {
        "steps": int(options.get("steps") or one.steps),
        "guidance": float(options.get("guidance") or one.guidance),
        "shift": float(options.get("shift") or one.shift or 1.0),
    }
    if asked["guidance"] > 1 and one.guidance == 1:
        raise BadRequest(f"{card.name} is distilled and takes no guidance; leave it out, or take another checkpoint")
    return asked


def check_negative(negative: str, guidance: float) -> None:
    """Raise `BadRequest` for a negative prompt that nothing would hear."""
    if negative and guidance <= 1:
        raise BadRequest("a negative prompt works by guidance: ask for more than 1 of it")


def effect_words(task: Task) -> tuple[str, str]:
    """What a model of sound effects is told to make, and what not to. Raises `BadRequest` for songs and edits."""
    plan = task.plan
    if not isinstance(plan, EffectPlan):
        raise BadRequest("this engine makes sound effects, not songs or edits")
    words = task.prompt or plan.prompt or ", ".join(event.sound for event in plan.events)
    return words, task.options.get("negative", "")


def watched(task: Task) -> tuple[CuePlan, Clip]:
    """What an engine that watches is given. Raises `BadRequest` for songs, effects and edits."""
    if not isinstance(task.plan, CuePlan) or task.clip is None:
        raise BadRequest("this engine makes the sound of a film: it wants a clip and its cue plan")
    return task.plan, task.clip


def fill(parts: Iterable[tuple[str, Any, dict[str, Any]]], spare: Collection[str]) -> None:
    """Put published tensors into networks: rows of what a file's names begin with, the network, its tensors.

    None may be missing but those of the names in `spare`. Raises `ValueError` that names them as the file would.
    """
    lacks: list[str] = []
    for begin, network, state in parts:
        lost = network.load_state_dict(state, strict=False)
        lacks += [f"{begin}{key}" for key in lost.missing_keys if key not in spare]
    if lacks:
        raise ValueError(f"it lacks {', '.join(lacks[:3])} ({len(lacks)} tensors are missing)")


def under(begin: str, held: dict[str, Any]) -> dict[str, Any]:
    """The tensors whose names begin so, without that beginning."""
    return {key.removeprefix(begin): tensor for key, tensor in held.items() if key.startswith(begin)}


def sound(
    pipe: Any, latents: Any, rate: int, hop: int, duration_s: float, tell: Progress, tiles: decode.Tiles | None = None
) -> Audio:
    """Latents `[1, channels, frames]` decoded in tiles by a pipeline's autoencoder, `round(duration_s * rate)` frames.

    Offloaded networks make room before, and the autoencoder after.
    """
    pipe.maybe_free_model_hooks()
    try:
        return decoded(pipe.vae, latents, rate, hop, duration_s, tell, tiles)
    finally:
        pipe.maybe_free_model_hooks()


def decoded(
    vae: Any, latents: Any, rate: int, hop: int, duration_s: float, tell: Progress, tiles: decode.Tiles | None = None
) -> Audio:
    """The same by an autoencoder that stays where it is."""
    tiles = tiles or decode.default_tiles(str(device_of(vae)), rate / hop)
    z = latents.to(device_of(vae), vae.dtype)
    samples = decode.decode(lambda part: vae.decode(part).sample, z, hop, tiles, tell, rate)
    return Audio(samples, rate).fitted(round(duration_s * rate))


def device_of(network: Any) -> Any:
    """Where a network computes: its own device, or the one that offloading moves it to."""
    hook = getattr(network, "_hf_hook", None)
    return getattr(hook, "execution_device", None) or network.device
