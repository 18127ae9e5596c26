"""Finished parts of a long piece, kept on disk while the rest is made, so that a job that was killed goes on from them.

A part is known by everything that made it: engine, version, weights, plan, seed, options and the sound it goes on from.
So what is kept can only be what would be made again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from soundwright import cache
from soundwright.audio import Audio
from soundwright.engines import Card, Task
from soundwright.errors import SoundwrightError


def place() -> Path:
    """The folder for parts."""
    return cache.home() / "parts"


def key(card: Card, task: Task, *more: object) -> str:
    """What a task of an engine is known by; `more` is what else its sound follows from."""
    from soundwright.deliver.manifest import VERSION

    sources = {name: hashlib.sha256(sound.samples.tobytes()).hexdigest() for name, sound in task.sources.items()}
    facts = [VERSION, card.name, _weights(card, task), task.verb, task.plan.model_dump(mode="json"), task.duration_s,
             task.seed, task.prompt, task.loop, task.options, sources, more]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def _weights(card: Card, task: Task) -> list[Any]:
    """What tells the weights of a task apart: its checkpoint's files, those that it shares, and its LoRA's."""
    from soundwright.engines import weights

    try:
        found = [weights.find(card, task.options.get("weights"))] if card.checkpoints else []
    except SoundwrightError:
        found = []  # those of an API; and where an engine's are missing, it says so itself
    if found and card.checkpoint.shares:
        found.append(weights.home() / card.name.partition("/")[0] / card.checkpoint.shares)
    lora = task.options.get("lora") or ""
    found += [path for path in (Path(lora), Path(lora.rpartition("@")[0] or lora)) if lora and path.exists()][:1]
    return [weights.stamp(path.expanduser()) for path in found]


class Kept:
    """The parts of one piece, in a folder of their own that goes when the piece is done."""

    def __init__(self, name: str) -> None:
        self.folder = place() / name[:24]

    def get(self, part: str) -> tuple[Audio, dict[str, Any]] | None:
        """A part and what was used for it, where it was made before and is whole."""
        try:
            held = np.load(self.folder / f"{part}.npz")
            return Audio(held["samples"], int(held["rate"])), json.loads(str(held["used"]))
        except (OSError, ValueError, KeyError, EOFError):
            return None

    def put(self, part: str, audio: Audio, used: dict[str, Any]) -> None:
        """Keep a part; where there is no room or no right to, it is simply not kept."""
        file = BytesIO()
        np.savez(file, samples=audio.samples, rate=audio.rate, used=json.dumps(used, default=str))
        cache.put(self.folder / f"{part}.npz", file.getvalue())

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
